#include "cli/sim_verdict.hpp"

#include "cli/command.hpp"
#include "cli/sim_remote.hpp"

#include <spdlog/fmt/fmt.h>

#include <array>
#include <filesystem>
#include <iostream>
#include <thread>

namespace rookery::cli {
namespace {

void print_table(const nlohmann::json& verdict) {
    static constexpr std::array kRows = {"sent",    "handled",      "lost",
                                         "doubled", "out_of_order", "suppressed_by_nonce",
                                         "resumes", "identifies",   "reconnects"};
    std::cout << fmt::format("run {} (counted by {}{})\n", verdict.value("run", std::string()),
                             verdict.value("counted_by", std::string()),
                             verdict.value("finished", false) ? "" : ", still sending");
    for (const auto* row : kRows) {
        std::cout << fmt::format("  {:<20} {:>12}\n", row, verdict.value(row, std::uint64_t{0}));
    }
    for (const auto* row : {"lost_examples", "doubled_examples"}) {
        if (!verdict.at(row).empty()) {
            std::cout << fmt::format("  {:<20} {}\n", row, verdict.at(row).dump());
        }
    }
}

}  // namespace

int print_verdict(const sim::ControlClient& client, const VerdictRequest& request) {
    const Millis timeout(static_cast<std::int64_t>(request.timeout * 1000));
    auto target = fmt::format("/_sim/verdict?timeout_ms={}", timeout.count());
    if (!request.run.empty()) {
        target += "&run=" + url_encoded(request.run);
    }
    if (!request.platform.empty()) {
        target += "&platform=" + url_encoded(request.platform);
    }
    if (!request.on.empty()) {
        target += "&on=" + url_encoded(request.on);
    }
    if (!request.tally.empty()) {
        target += "&tally=" + url_encoded(std::filesystem::absolute(request.tally).string());
    }
    const auto verdict = client.get(target, timeout + Millis{5'000});
    if (!verdict) {
        std::cerr << fmt::format("rookery sim: {}\n", verdict.error().message());
        return kExitFailed;
    }
    if (request.json) {
        std::cout << verdict->dump(2) << '\n';
    } else {
        print_table(*verdict);
    }
    const bool clean = verdict->value("lost", 1U) == 0 && verdict->value("doubled", 1U) == 0 &&
                       verdict->value("out_of_order", 1U) == 0;
    return clean ? kExitOk : kExitFailed;
}

int wait_for_run(const sim::ControlClient& client, const std::string& run) {
    while (true) {
        const auto progress = client.get("/_sim/load?run=" + url_encoded(run));
        if (!progress) {
            std::cerr << fmt::format("rookery sim: {}\n", progress.error().message());
            return kExitFailed;
        }
        if (progress->value("finished", false)) {
            std::cout << fmt::format("sent {}\n", progress->value("sent", std::uint64_t{0}));
            return kExitOk;
        }
        std::this_thread::sleep_for(Millis{100});
    }
}

}  // namespace rookery::cli
