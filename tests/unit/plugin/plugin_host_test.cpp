#include "plugin/plugin_host.hpp"

#include "unit/plugin/loaded_plugin.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace rookery::plugin {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

void write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

std::vector<std::string> names(const std::vector<hostapi::ExtensionSpec>& specs) {
    std::vector<std::string> out;
    for (const auto& spec : specs) {
        out.push_back(spec.name);
    }
    return out;
}

class Discovery : public PluginTest {};

TEST_F(Discovery, missing_folder_is_empty) {
    const auto found = host_.discover(dir_ / "nowhere");
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->empty());
}

TEST_F(Discovery, finds_libraries_sorted_by_name) {
    write(dir_ / "b.so", "1");
    write(dir_ / "a.so", "2");
    write(dir_ / "_draft.so", "3");
    write(dir_ / ".hidden.so", "4");
    write(dir_ / "readme.txt", "5");
    write(dir_ / "odd name.so", "6");
    const auto found = host_.discover(dir_.path());
    ASSERT_TRUE(found);
    EXPECT_EQ(names(*found), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(found->at(0).path, dir_ / "a.so");
}

TEST_F(Discovery, fingerprint_follows_the_content) {
    write(dir_ / "a.so", "one");
    const std::string before = host_.discover(dir_.path())->at(0).fingerprint;
    EXPECT_EQ(host_.discover(dir_.path())->at(0).fingerprint, before);
    write(dir_ / "a.so", "two");
    EXPECT_NE(host_.discover(dir_.path())->at(0).fingerprint, before);
}

TEST_F(Discovery, a_file_that_cannot_be_read_is_found_and_says_so_when_staged) {
    fs::create_directory(dir_ / "folder.so");
    ASSERT_EQ(host_.discover(dir_.path())->size(), 1U);
    LoadedPlugin plugin(host_, dir_ / "folder.so");
    EXPECT_THAT(plugin.start(), HasSubstr("is not a regular file"));
}

/// Fixture, and what its refusal must say beside the file.
struct Refusal {
    const char* fixture;
    const char* text;
};

class Refused : public PluginTest, public ::testing::WithParamInterface<Refusal> {};

TEST_P(Refused, with_its_reason_and_without_trace) {
    const fs::path path = fixture_path(GetParam().fixture);
    {
        LoadedPlugin plugin(host_, path);
        const std::string reason = plugin.start();
        EXPECT_THAT(reason, HasSubstr(GetParam().text));
    }
    EXPECT_EQ(mappings(), 0U);
    EXPECT_EQ(staged_files(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Fixtures, Refused,
    ::testing::Values(
        Refusal{"no_symbol", "no_symbol.so is a shared library but no plugin"},
        Refusal{"entry_function",
                "entry_function.so exports rookery_plugin_entry as something else"},
        Refusal{"wrong_magic",
                "wrong_magic.so exports rookery_plugin_entry without the magic number"},
        Refusal{"wrong_major",
                "wrong_major.so was built for plugin interface 2.4; this host has 1.4"},
        Refusal{"other_manifest",
                "other_manifest.so has a manifest of version 2.0.0 and an entry of version 1.0.0"},
        Refusal{"bad_manifest", "bad_manifest.so, its manifest:1:"},
        Refusal{"newer_host", "newer_host.so needs a host with plugin interface 1.11 or later"},
        Refusal{"small_entry", "small_entry.so has an entry of 12 bytes"},
        Refusal{"no_create", "no_create.so has an entry without create"},
        Refusal{"bad_name", "bad_name.so declares a name that is not"},
        Refusal{"undefined_symbol",
                "undefined_symbol.so cannot be loaded: undefined symbol: nobody_defines_this"},
        Refusal{"create_fails", "its create failed: no licence for\\x0athis machine"},
        Refusal{"gives_nothing", "its create gave no plugin"},
        Refusal{"short_struct", "its create gave a struct of 8 bytes"},
        Refusal{"no_destroy", "its create gave a plugin without destroy"}),
    [](const auto& one) { return std::string(one.param.fixture); });

class Staging : public PluginTest {};

TEST_F(Staging, text_file_is_refused) {
    write(dir_ / "text.so", "not a library");
    LoadedPlugin plugin(host_, dir_ / "text.so");
    EXPECT_THAT(plugin.start(), HasSubstr("text.so is not a shared library (no ELF file)"));
}

TEST_F(Staging, missing_file_is_refused) {
    LoadedPlugin plugin(host_, dir_ / "gone.so");
    EXPECT_THAT(plugin.start(), HasSubstr("gone.so: cannot be read: No such file"));
}

TEST_F(Staging, write_protected_file_loads) {
    fs::copy_file(fixture_path("minimal"), dir_ / "minimal.so");
    fs::permissions(dir_ / "minimal.so", fs::perms::owner_read);
    LoadedPlugin plugin(host_, dir_ / "minimal.so");
    EXPECT_EQ(plugin.start(), "");
    EXPECT_EQ(plugin.version(), "1.0.0");
}

TEST_F(Staging, the_copy_is_gone_once_loaded) {
    LoadedPlugin plugin(host_, fixture_path("minimal"));
    EXPECT_EQ(staged_files(), 1U);
    EXPECT_EQ(plugin.start(), "");
    EXPECT_EQ(staged_files(), 0U);
    EXPECT_GT(mappings(), 0U);
}

TEST_F(Staging, leftovers_of_an_earlier_process_are_removed) {
    fs::create_directories(dir_ / "staged");
    write(dir_ / "staged" / "minimal.1.0.so", "left behind");
    const PluginHost next(dir_ / "staged");
    EXPECT_EQ(staged_files(), 0U);
}

TEST_F(Staging, overwriting_a_loaded_file_changes_nothing) {
    fs::copy_file(fixture_path("plain_c"), dir_ / "plain_c.so");
    LoadedPlugin plugin(host_, dir_ / "plain_c.so");
    ASSERT_EQ(plugin.start(), "");
    // In place, as cp does it: the very bytes of a mapped file would change.
    write(dir_ / "plain_c.so", std::string(100'000, 'x'));
    plugin.message("!count");
    ASSERT_EQ(plugin.wish_count(), 1U);
    EXPECT_EQ(plugin.wish(0).arguments["content"], "1");
}

TEST_F(Staging, the_same_name_in_another_file_is_refused) {
    fs::copy_file(fixture_path("minimal"), dir_ / "second.so");
    LoadedPlugin first(host_, fixture_path("minimal"));
    ASSERT_EQ(first.start(), "");
    {
        LoadedPlugin second(host_, dir_ / "second.so");
        EXPECT_THAT(
            second.start(),
            HasSubstr("second.so declares the name \"minimal\", which the plugin minimal has"));
    }
    first.stop(bus::Lane::Rest::finish);
    LoadedPlugin second(host_, dir_ / "second.so");
    EXPECT_EQ(second.start(), "");
}

TEST_F(Staging, two_versions_of_one_file_live_side_by_side) {
    LoadedPlugin old(host_, fixture_path("plain_c"));
    LoadedPlugin next(host_, fixture_path("plain_c"));
    ASSERT_EQ(old.start(), "");
    ASSERT_EQ(next.start(), "");
    old.message("hello");
    old.message("hello");
    next.message("!count");
    ASSERT_EQ(next.wish_count(), 1U);
    EXPECT_EQ(next.wish(0).arguments["content"], "1");
}

}  // namespace
}  // namespace rookery::plugin
