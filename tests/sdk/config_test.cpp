#include <gtest/gtest.h>
#include <rookery/plugin.hpp>
#include <rookery/testing/fake_host.hpp>

#include <optional>
#include <string>
#include <vector>

namespace {

struct Place {
    int level = 1;
    rookery::Bytes size{5};
    static void describe(auto& keys) { keys.key("level", &Place::level).key("size", &Place::size); }
};

struct Options {
    std::string greeting = "Hi";
    std::chrono::seconds pause{5};
    std::chrono::milliseconds step{1};
    std::vector<std::string> channels{"default"};
    Place place;
    std::vector<Place> places;
    std::optional<double> ratio;
    std::uint8_t small = 0;
    bool on = false;

    static void describe(auto& keys) {
        keys.required("greeting", &Options::greeting, "What is said.")
            .key("pause", &Options::pause)
            .key("step", &Options::step)
            .key("channels", &Options::channels)
            .key("place", &Options::place)
            .key("places", &Options::places)
            .key("ratio", &Options::ratio)
            .key("small", &Options::small)
            .key("on", &Options::on);
    }
};

Options g_options;

class Reader final : public rookery::Plugin {
    void start() override { g_options = config().read<Options>(); }
};

}  // namespace

ROOKERY_PLUGIN(Reader, R"({"description": "a \"name\": {", "name": "reader", "version": "1.0.0"})")

namespace {

using rookery::testing::FakeHost;

std::string faults(const char* json) {
    FakeHost host;
    host.config(json);
    return host.load();
}

TEST(Config, is_read_into_a_struct) {
    EXPECT_EQ(faults(R"({"greeting": "Hello", "pause": "2m", "step": 0.25, "channels": ["a", "b"],
                         "place": {"level": 3, "size": "16 MiB"}, "places": [{}, {"level": 7}],
                         "ratio": 0.5, "small": 255, "on": true})"),
              "");
    EXPECT_EQ(g_options.greeting, "Hello");
    EXPECT_EQ(g_options.pause.count(), 120);
    EXPECT_EQ(g_options.step.count(), 250);
    EXPECT_EQ(g_options.channels, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(g_options.place.size.count, std::uint64_t{16} << 20U);
    ASSERT_EQ(g_options.places.size(), 2U);
    EXPECT_EQ(g_options.places[1].level, 7);
    EXPECT_EQ(g_options.ratio, 0.5);
    EXPECT_EQ(g_options.small, 255);
    EXPECT_TRUE(g_options.on);
}

TEST(Config, what_is_missing_keeps_its_value) {
    EXPECT_EQ(faults(R"({"greeting": "x"})"), "");
    EXPECT_EQ(g_options.pause.count(), 5);
    EXPECT_EQ(g_options.channels.size(), 1U);
    EXPECT_FALSE(g_options.ratio);
}

TEST(Config, every_fault_is_told_with_its_place) {
    EXPECT_EQ(faults(R"({"pause": true, "chanels": [], "place": {"sise": 3}, "small": 256})"),
              "test.toml: greeting is missing\n"
              "test.toml: pause: expected a duration (\"250ms\", \"5s\", \"10m\", \"2h\", \"1d\", "
              "or seconds), got true\n"
              "test.toml: place.sise: there is no such key; did you mean \"size\"?\n"
              "test.toml: small: expected an integer from 0 to 255, got 256\n"
              "test.toml: chanels: there is no such key; did you mean \"channels\"?");
}

TEST(Config, lists_and_tables_are_looked_into) {
    EXPECT_EQ(faults(R"({"greeting": "x", "channels": ["a", 1], "places": {}, "place": 5})"),
              "test.toml: channels.1: expected text, got 1\n"
              "test.toml: place: expected a table, got 5\n"
              "test.toml: places: expected a list, got {}");
}

TEST(Manifest, gives_the_entry_its_name_and_version) {
    const std::string_view name(rookery_plugin_entry.name.data, rookery_plugin_entry.name.len);
    EXPECT_EQ(name, "reader");
}

}  // namespace
