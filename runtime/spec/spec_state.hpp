#pragma once

#include "base/result.hpp"
#include "spec/world.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rookery::spec {

/// One case of a spec file, as its `describe` and `it` name it.
struct CaseInfo {
    std::vector<std::string> names;  ///< of the describes around it, outermost first
    std::string name;
    std::string place;  ///< "scripts/remind_spec.lua:12"
    nlohmann::json world = nlohmann::json::object();
    [[nodiscard]] std::string title() const;
};

/// Why a case, or a file, has failed.
struct Failure {
    std::string message;
    std::string place;  ///< empty: not known
    std::vector<std::string> trace;
    std::string transcript;  ///< of the channel that it was about
};

/// A spec file: its text, and what names it in messages.
struct SpecFile {
    std::filesystem::path path;
    std::string shown;
    std::string text;
};

/// Reads the file in a state of its own. An error of the file, or that it ran longer than `limit`,
/// goes to `failure`.
[[nodiscard]] std::vector<CaseInfo> list_cases(const SpecFile& file, Millis limit,
                                               std::optional<Failure>& failure);

/// What a case has to do with: the world is made when it begins.
struct CaseRun {
    WorldPlan plan;
    Millis limit{10'000};  ///< real time
    std::function<void(std::string)> print;
    std::function<std::vector<std::string>()> log;  ///< lines so far
    std::unique_ptr<World> world = nullptr;         ///< left for the caller to look at
    SteadyTime::duration passed{};                  ///< of virtual time
};

/// Runs case `number` (from 1) of the file in a state of its own. Nothing: it passed.
[[nodiscard]] std::optional<Failure> run_case(const SpecFile& file, std::size_t number,
                                              CaseRun& run);

}  // namespace rookery::spec
