#include "cli/file_watch.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

constexpr Millis kPatience{30'000};

class FileWatchTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "rookery-watch-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        root_ = fs::canonical(pattern);
    }
    void TearDown() override { fs::remove_all(root_); }

    void write(const std::string& name) {
        fs::create_directories((root_ / name).parent_path());
        std::ofstream(root_ / name) << "text";
    }
    /// Waits until all of them have been told; false when they are not.
    bool told(FileWatch& watch, std::set<fs::path> files) {
        while (!files.empty()) {
            const auto changes = watch.wait(kPatience);
            if (!changes || changes->files.empty()) {
                return false;
            }
            for (const auto& file : changes->files) {
                files.erase(file.lexically_relative(root_));
            }
        }
        return true;
    }

    fs::path root_;
};

TEST_F(FileWatchTest, files_that_are_written_moved_and_removed_are_told) {
    write("a.lua");
    write("lib/b.lua");
    auto watch = FileWatch::over({root_, root_ / "not there"});
    ASSERT_TRUE(watch) << watch.error().message();
    write("a.lua");
    EXPECT_TRUE(told(*watch, {"a.lua"}));
    write("c.tmp");
    fs::rename(root_ / "c.tmp", root_ / "lib/c.lua");
    EXPECT_TRUE(told(*watch, {"lib/c.lua"}));
    fs::remove(root_ / "lib/b.lua");
    EXPECT_TRUE(told(*watch, {"lib/b.lua"}));
}

TEST_F(FileWatchTest, folders_that_appear_are_watched_with_what_is_in_them) {
    auto watch = FileWatch::over({root_});
    ASSERT_TRUE(watch) << watch.error().message();
    write("new/deep/a.lua");
    EXPECT_TRUE(told(*watch, {"new/deep/a.lua"}));
    write("new/deep/a.lua");
    EXPECT_TRUE(told(*watch, {"new/deep/a.lua"}));
}

TEST_F(FileWatchTest, a_build_tree_counts_by_its_plugins_alone) {
    write("build/plugins/karma.so");
    write("build/CMakeFiles/x.o");
    write(".git/index");
    auto watch = FileWatch::over({root_});
    ASSERT_TRUE(watch) << watch.error().message();
    write(".git/index");
    write("build/CMakeFiles/x.o");
    write("build/plugins/karma.so");
    const auto changes = watch->wait(kPatience);
    ASSERT_TRUE(changes) << changes.error().message();
    EXPECT_EQ(changes->files, std::set<fs::path>{root_ / "build/plugins/karma.so"});
}

TEST_F(FileWatchTest, nothing_comes_when_nothing_changes) {
    auto watch = FileWatch::over({root_});
    ASSERT_TRUE(watch) << watch.error().message();
    const auto changes = watch->wait(Millis{0});
    ASSERT_TRUE(changes) << changes.error().message();
    EXPECT_TRUE(changes->files.empty());
    EXPECT_FALSE(changes->unknown);
}

}  // namespace
}  // namespace rookery::cli
