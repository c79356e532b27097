#include "script/script_host.hpp"

#include "unit/script/script_box.hpp"

namespace rookery::script {
namespace {

using testing::TempDir;

std::vector<hostapi::ExtensionSpec> discover(const std::filesystem::path& dir) {
    auto specs = ScriptHost("0").discover(dir);
    EXPECT_TRUE(specs);
    return specs ? *std::move(specs) : std::vector<hostapi::ExtensionSpec>();
}

std::string fingerprint(const TempDir& dir, std::string_view name) {
    for (const auto& spec : discover(dir.path())) {
        if (spec.name == name) {
            return spec.fingerprint;
        }
    }
    return {};
}

TEST(ScriptHost, a_missing_folder_is_empty) {
    EXPECT_TRUE(discover("/nonexistent/scripts").empty());
}

TEST(ScriptHost, finds_files_and_folders_and_nothing_else) {
    const TempDir dir;
    for (const char* name :
         {"b.lua", "a/init.lua", "a/other.lua", "b_spec.lua", ".hidden.lua", "_off.lua",
          "_off/init.lua", "lib/init.lua", "empty/x.lua", "notes.txt", ".git/init.lua"}) {
        dir.write(name, "");
    }
    const auto specs = discover(dir.path());
    ASSERT_EQ(specs.size(), 2U);
    EXPECT_EQ(specs[0].name, "a");
    EXPECT_EQ(specs[0].path, dir.path() / "a/init.lua");
    EXPECT_EQ(specs[1].name, "b");
    EXPECT_EQ(specs[1].path, dir.path() / "b.lua");
}

TEST(ScriptHost, of_a_file_and_a_folder_of_one_name_the_file_is_taken) {
    const TempDir dir;
    dir.write("a/init.lua", "");
    dir.write("a.lua", "");
    const auto specs = discover(dir.path());
    ASSERT_EQ(specs.size(), 1U);
    EXPECT_EQ(specs[0].path, dir.path() / "a.lua");
}

TEST(ScriptHost, the_fingerprint_follows_every_file_that_matters) {
    const TempDir dir;
    dir.write("a/init.lua", "1");
    dir.write("a/part.lua", "1");
    dir.write("b.lua", "1");
    dir.write("lib/shared.lua", "1");
    const std::string a = fingerprint(dir, "a");
    const std::string b = fingerprint(dir, "b");
    EXPECT_EQ(fingerprint(dir, "a"), a);
    dir.write("a/part.lua", "2");
    EXPECT_NE(fingerprint(dir, "a"), a);
    EXPECT_EQ(fingerprint(dir, "b"), b);
    dir.write("lib/shared.lua", "2");
    EXPECT_NE(fingerprint(dir, "b"), b);
}

TEST(ScriptHost, a_missing_file_is_an_error_at_staging) {
    testing::ScriptBox box("");
    std::filesystem::remove(box.dir().path() / "probe.lua");
    const auto staged = box.stage();
    ASSERT_FALSE(staged);
    EXPECT_EQ(staged.error().kind(), ErrorKind::io);
}

TEST(ScriptHost, a_file_that_is_too_large_is_refused) {
    testing::ScriptBox box(std::string((std::size_t{8} << 20U) + 1, ' '));
    const auto staged = box.stage();
    ASSERT_FALSE(staged);
    EXPECT_EQ(staged.error().kind(), ErrorKind::limit);
}

TEST(ScriptHost, a_script_of_a_folder_is_named_with_it_in_errors) {
    testing::ScriptBox::Options options;
    options.file = "poll/init.lua";
    testing::ScriptBox box("\nerror('x')", options);
    const auto result = box.start();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message(), "poll/init.lua:2: x");
}

}  // namespace
}  // namespace rookery::script
