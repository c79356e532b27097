#include "app/metrics_text.hpp"

#include <spdlog/fmt/fmt.h>

#include <array>

namespace rookery::app {
namespace {

struct Column {
    const char* name;
    const char* kind;
    const char* help;
    std::uint64_t (*value)(const hostapi::ExtensionStatus&);
};

using Status = hostapi::ExtensionStatus;
constexpr std::array kColumns{
    Column{"handled_total", "counter", "Events finished.",
           [](const Status& s) { return std::uint64_t{s.handled}; }},
    Column{"errors_total", "counter", "Handlers that failed.",
           [](const Status& s) { return std::uint64_t{s.errors}; }},
    Column{"stops_total", "counter", "Hard stops and exceeded waits.",
           [](const Status& s) { return std::uint64_t{s.stops}; }},
    Column{"reloads_total", "counter", "Reloads that succeeded.",
           [](const Status& s) { return std::uint64_t{s.reloads}; }},
    Column{"in_flight", "gauge", "Events begun and not finished.",
           [](const Status& s) { return std::uint64_t{s.in_flight}; }},
    Column{"queued", "gauge", "Events that wait.",
           [](const Status& s) { return std::uint64_t{s.lane.queued}; }},
    Column{"memory_bytes", "gauge", "Memory of a script's state.",
           [](const Status& s) { return std::uint64_t{s.memory}; }},
    Column{"up", "gauge", "Whether it runs.",
           [](const Status& s) { return std::uint64_t{s.state == "active" ? 1U : 0U}; }},
};

void head(std::string& out, std::string_view name, std::string_view kind, std::string_view help) {
    out += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, kind, help);
}

}  // namespace

std::string metrics_text(const Snapshot& snapshot) {
    std::string out;
    head(out, "rookery_uptime_seconds", "gauge", "Since the start.");
    out += fmt::format("rookery_uptime_seconds {}\n", snapshot.uptime.count());
    head(out, "rookery_resident_bytes", "gauge", "Memory of the process.");
    out += fmt::format("rookery_resident_bytes {}\n", snapshot.resident_bytes);
    for (const Column& column : kColumns) {
        if (snapshot.extensions.empty()) {
            break;
        }
        const std::string name = std::string("rookery_extension_") + column.name;
        head(out, name, column.kind, column.help);
        for (const Status& status : snapshot.extensions) {
            // Names of extensions hold nothing that would need escaping.
            out += fmt::format("{}{{kind=\"{}\",name=\"{}\"}} {}\n", name, status.kind, status.name,
                               column.value(status));
        }
    }
    return out;
}

}  // namespace rookery::app
