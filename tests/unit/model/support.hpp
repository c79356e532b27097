#pragma once

#include "model/event.hpp"
#include "places.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::model {

using OrderedJson = nlohmann::ordered_json;

inline std::string read_source_file(const std::string& path) {
    std::ifstream file(std::string(ROOKERY_SOURCE_DIR) + "/" + path);
    EXPECT_TRUE(file.good()) << path;
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string read_fixture(const std::string& name) {
    return read_source_file("tests/fixtures/discord/" + name);
}

/// Of a fixture's context; empty when it has none.
inline std::string read_context(const std::string& name) {
    const std::string path = "tests/fixtures/discord/context/" + name + ".json";
    return std::filesystem::exists(std::string(ROOKERY_SOURCE_DIR) + "/" + path)
               ? read_source_file(path)
               : std::string();
}

/// Names of the events that have a fixture.
inline std::vector<std::string> fixture_names() {
    std::vector<std::string> names;
    const std::string folder = std::string(ROOKERY_SOURCE_DIR) + "/tests/fixtures/discord/expected";
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        names.push_back(file.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// Names of the schema's events.
inline std::vector<std::string> event_names() {
    std::vector<std::string> names;
    for (const EventInfo& info : event_infos()) {
        names.emplace_back(info.name);
    }
    return names;
}

inline EventHeader header_of(std::string_view event) {
    EventHeader header;
    header.type = *EventNames::intern(event);
    header.bot = *intern_bot("main", "discord");
    header.seq = 7;
    return header;
}

inline EventPtr make_event(std::string_view event, std::string_view payload,
                           std::string_view context = {}) {
    auto made = Event::make(header_of(event), payload, context);
    EXPECT_TRUE(made) << (made ? "" : made.error().message());
    return made ? *made : nullptr;
}

inline std::string to_json(const View& view) {
    std::string out;
    view.write_json(out);
    return out;
}

/// One field as JSON, through get().
inline std::string field_json(const EventPtr& event, std::string_view name) {
    const auto all = nlohmann::json::parse(to_json(event->view()));
    return all.contains(name) ? all[std::string(name)].dump() : "absent";
}

}  // namespace rookery::model
