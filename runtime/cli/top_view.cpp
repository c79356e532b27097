#include "cli/top_view.hpp"

#include "base/log.hpp"
#include "cli/terminal.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <map>

namespace rookery::cli {
namespace {

using Json = nlohmann::json;

constexpr double kMega = 1e6;
constexpr double kBusyShare = 50;  // percent of a processor, from which it is marked

/// The number at "a.b"; null when there is none.
Json number(const Json& object, std::string_view path) {
    const Json* at = &object;
    while (!path.empty()) {
        const auto dot = path.find('.');
        const std::string key(path.substr(0, dot));
        if (!at->is_object() || !at->contains(key)) {
            return {};
        }
        at = &(*at)[key];
        path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    }
    return at->is_number() ? *at : Json();
}

std::string text(const Json& object, const char* key) {
    return object.is_object() && object.contains(key) && object[key].is_string()
               ? log::clipped(object[key].get_ref<const std::string&>(), 60)
               : std::string();
}

/// How much a counter has grown for each second. One that was not there before has just begun.
Json rate(const Json& before, const Json& now, std::string_view path, double seconds) {
    const Json value = number(now, path);
    if (value.is_null() || seconds <= 0) {
        return {};
    }
    const Json earlier = number(before, path);
    const double grown = value.get<double>() - (earlier.is_null() ? 0.0 : earlier.get<double>());
    return std::max(grown, 0.0) / seconds;
}

/// The entry of `list` that has the same kind and name.
const Json& same(const Json& list, const Json& one) {
    static const Json none;
    if (!list.is_array()) {
        return none;
    }
    const auto found = std::find_if(list.begin(), list.end(), [&](const Json& other) {
        return text(other, "name") == text(one, "name") && text(other, "kind") == text(one, "kind");
    });
    return found == list.end() ? none : *found;
}

Json list_of(const Json& object, const char* key) {
    return object.is_object() && object.contains(key) && object[key].is_array() ? object[key]
                                                                                : Json::array();
}

Json bot_figures(const Json& before, const Json& now, double seconds) {
    return {{"name", text(now, "name")},
            {"state", text(now, "state")},
            {"received", rate(before, now, "received", seconds)},
            {"wanted", rate(before, now, "wanted", seconds)},
            {"rest", rate(before, now, "restRequests", seconds)},
            {"open", number(now, "open")},
            {"latencyUs", number(now, "latencyUs")},
            {"beatDelayUs", number(now, "worstBeatDelayUs")}};
}

Json extension_figures(const Json& before, const Json& now, double seconds) {
    const Json cpu = rate(before, now, "cpuUs", seconds);
    return {{"kind", text(now, "kind")},
            {"name", text(now, "name")},
            {"state", text(now, "state")},
            {"events", rate(before, now, "handled", seconds)},
            {"cpu", cpu.is_null() ? Json() : Json(cpu.get<double>() / kMega * 100)},
            {"memory", number(now, "memory")},
            {"queued", number(now, "queued")},
            {"inFlight", number(now, "inFlight")},
            {"runP50Us", number(now, "runUs.p50")},
            {"runP99Us", number(now, "runUs.p99")},
            {"doneP99Us", number(now, "latencyUs.p99")},
            {"rest", rate(before, now, "rest.calls", seconds)},
            {"errors", number(now, "errors")},
            {"stops", number(now, "stops")},
            {"dropped", number(now, "dropped")}};
}

const std::map<std::string, const char*, std::less<>>& keys_of_orders() {
    static const std::map<std::string, const char*, std::less<>> keys = {
        {"cpu", "cpu"},      {"events", "events"}, {"memory", "memory"}, {"queue", "queued"},
        {"p99", "runP99Us"}, {"rest", "rest"},     {"errors", "errors"}};
    return keys;
}

std::string shown(const Json& value, int digits = 0) {
    return value.is_null() ? "-" : fmt::format("{:.{}f}", value.get<double>(), digits);
}

std::string bytes(const Json& value) {
    return value.is_null() || value == 0 ? "-"
                                         : fmt::format("{:.1f} MB", value.get<double>() / kMega);
}

std::string micros(const Json& value) {
    if (value.is_null() || value == 0) {
        return "-";
    }
    const double us = value.get<double>();
    return us < 1000 ? fmt::format("{:.1f} us", us) : fmt::format("{:.1f} ms", us / 1000);
}

std::string bot_line(const Json& bot) {
    return fmt::format(
        "bot {}: {}, {} events/s of which {}/s wanted, {} REST/s, {} open, latency {}, "
        "heartbeat {} late",
        text(bot, "name"), text(bot, "state"), shown(bot["received"]), shown(bot["wanted"]),
        shown(bot["rest"], 1), shown(bot["open"]), micros(bot["latencyUs"]),
        micros(bot["beatDelayUs"]));
}

std::array<std::string, 13> cells(const Json& one) {
    return {text(one, "kind"),
            text(one, "name"),
            text(one, "state"),
            shown(one["events"]),
            one["cpu"].is_null() ? "-" : shown(one["cpu"], 1) + "%",
            bytes(one["memory"]),
            shown(one["queued"]) + "+" + shown(one["inFlight"]),
            micros(one["runP50Us"]),
            micros(one["runP99Us"]),
            micros(one["doneP99Us"]),
            shown(one["rest"], 1),
            shown(one["errors"]),
            shown(one["stops"])};
}

constexpr std::array<const char*, 13> kTitles = {
    "KIND",    "NAME",    "STATE",    "EVENTS/S", "CPU",    "MEMORY", "QUEUE",
    "RUN P50", "RUN P99", "DONE P99", "REST/S",   "ERRORS", "STOPS"};
constexpr std::size_t kLeftColumns = 3;  // texts; figures are flush right

Tint tint_of(const Json& one) {
    if (text(one, "state") != "active") {
        return Tint::red;
    }
    return !one["cpu"].is_null() && one["cpu"].get<double>() >= kBusyShare ? Tint::yellow
                                                                           : Tint::plain;
}

std::string cut(std::string line, std::size_t columns) {
    return columns > 0 && line.size() > columns ? line.substr(0, columns) : line;
}

}  // namespace

const std::vector<std::string>& top_orders() {
    static const std::vector<std::string> orders = {"cpu", "events", "memory", "queue",
                                                    "p99", "rest",   "errors", "name"};
    return orders;
}

Json top_figures(const Json& before, const Json& now, double seconds, std::string_view order) {
    Json bots = Json::array();
    for (const Json& bot : list_of(now, "bots")) {
        bots.push_back(bot_figures(same(list_of(before, "bots"), bot), bot, seconds));
    }
    std::vector<Json> extensions;
    for (const Json& one : list_of(now, "extensions")) {
        extensions.push_back(
            extension_figures(same(list_of(before, "extensions"), one), one, seconds));
    }
    const auto key = keys_of_orders().find(order);
    std::stable_sort(extensions.begin(), extensions.end(), [&](const Json& a, const Json& b) {
        if (key == keys_of_orders().end()) {
            return text(a, "name") < text(b, "name");
        }
        const auto value = [&](const Json& one) {
            return one[key->second].is_null() ? -1.0 : one[key->second].get<double>();
        };
        return value(a) > value(b);
    });
    return {{"seconds", seconds},
            {"uptimeSeconds", number(now, "uptimeSeconds")},
            {"residentBytes", number(now, "residentBytes")},
            {"bots", std::move(bots)},
            {"extensions", std::move(extensions)}};
}

std::string top_screen(const Json& figures, const TopOptions& options) {
    std::vector<std::pair<std::string, Tint>> lines;
    lines.emplace_back(
        fmt::format("up {} s, {} resident, {} extensions by {}", shown(figures["uptimeSeconds"]),
                    bytes(figures["residentBytes"]), figures["extensions"].size(), options.sort),
        Tint::bold);
    for (const Json& bot : figures["bots"]) {
        lines.emplace_back(bot_line(bot), text(bot, "state") == "ready" ? Tint::plain : Tint::red);
    }
    lines.emplace_back("", Tint::plain);
    std::array<std::size_t, kTitles.size()> widths{};
    std::vector<std::pair<std::array<std::string, kTitles.size()>, Tint>> rows;
    std::array<std::string, kTitles.size()> titles;
    std::copy(kTitles.begin(), kTitles.end(), titles.begin());
    rows.emplace_back(titles, Tint::bold);
    for (const Json& one : figures["extensions"]) {
        rows.emplace_back(cells(one), tint_of(one));
    }
    for (const auto& [row, tint] : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    for (const auto& [row, tint] : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += i < kLeftColumns ? fmt::format("{:<{}}  ", row[i], widths[i])
                                     : fmt::format("{:>{}}  ", row[i], widths[i]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        lines.emplace_back(line, tint);
    }
    std::string screen;
    const std::size_t most =
        options.rows == 0 ? lines.size() : std::min(lines.size(), options.rows);
    for (std::size_t i = 0; i < most; ++i) {
        screen +=
            tinted(cut(lines[i].first, options.columns), lines[i].second, options.coloured) + "\n";
    }
    return screen;
}

}  // namespace rookery::cli
