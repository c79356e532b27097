#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::cli {

/// What `rookery top` shows: the figures between two answers of `list`.
struct TopOptions {
    std::string sort = "cpu";  ///< one of top_orders()
    bool coloured = false;
    std::size_t columns = 0;  ///< longer lines are cut; 0: none is
    std::size_t rows = 0;     ///< of the screen; 0: all extensions are shown
};

/// "cpu", "events", "memory", "queue", "p99", "rest", "errors", "name".
[[nodiscard]] const std::vector<std::string>& top_orders();

/// {"seconds", "bots": [...], "extensions": [...]}: rates for each second, times in microseconds,
/// extensions in that order. Whatever an answer lacks is null.
[[nodiscard]] nlohmann::json top_figures(const nlohmann::json& before, const nlohmann::json& now,
                                         double seconds, std::string_view order);

/// The same for people: a line for the process, one for each bot, and a table.
[[nodiscard]] std::string top_screen(const nlohmann::json& figures, const TopOptions& options);

}  // namespace rookery::cli
