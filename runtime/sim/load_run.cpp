#include "sim/load_run.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <fstream>
#include <random>

namespace rookery::sim {
namespace {

constexpr double kMostRate = 200'000;
constexpr double kMostMessages = 20'000'000;
constexpr Millis kTick{4};
constexpr std::uint64_t kMostPerTick = 4'000;
constexpr Millis kJudgementStep{50};
constexpr std::string_view kWords = " some words that people write when they have time";

}  // namespace

struct LoadRuns::Run {
    Run(Shared& shared, std::string id, std::string on, PlatformSim& at)
        : name(std::move(id)),
          platform_name(std::move(on)),
          platform(at),
          before(at.counts()),
          began(shared.clock.now()),
          random(shared.options.seed),
          timer(shared.io) {
        (void)answers_on(platform_name);
    }

    /// What bots wrote on that platform; it knows of all markers that were sent.
    MarkerAccount& answers_on(const std::string& on) {
        auto& account = answers.try_emplace(on, name).first->second;
        while (account.sent() < place_of.size()) {
            account.sent_to(place_of[account.sent()]);
        }
        return account;
    }

    std::string name;
    std::string platform_name;
    PlatformSim& platform;
    std::string words;   ///< what stands before the number, and
    std::string quoted;  ///< the same as it stands in a JSON text
    double rate = 0;
    std::uint64_t total = 0;
    unsigned places = 0;
    std::map<std::string, MarkerAccount> answers;  ///< by platform
    std::vector<std::uint32_t> place_of;           ///< of the markers that were sent
    std::uint64_t suppressed = 0;
    Json before;
    SteadyTime began;
    bool finished = false;
    std::mt19937_64 random;
    boost::asio::steady_timer timer;
};

/// A verdict that waits for the handling to settle.
struct LoadRuns::Judgement {
    Judgement(Shared& shared, std::shared_ptr<Run> judged, HttpResponder answer)
        : run(std::move(judged)), respond(std::move(answer)), tally(run->name), timer(shared.io) {}

    /// Takes in what was added to the tally file since the last look.
    void read_tally() {
        while (tally.sent() < run->place_of.size()) {
            tally.sent_to(run->place_of[tally.sent()]);
        }
        std::ifstream file(path, std::ios::binary);
        file.seekg(static_cast<std::streamoff>(offset));
        std::string added((std::istreambuf_iterator<char>(file)), {});
        const auto end = added.rfind('\n');
        if (end != std::string::npos) {
            tally.read(std::string_view(added).substr(0, end));
            offset += end + 1;
        }
    }

    std::shared_ptr<Run> run;
    HttpResponder respond;
    std::string path;
    std::string on;  ///< the platform whose answers count
    MarkerAccount tally;
    std::uint64_t offset = 0;
    std::uint64_t handled = 0;
    SteadyTime moved{};
    SteadyTime deadline{};
    Millis settle{};
    boost::asio::steady_timer timer;
};

void LoadRuns::heard(const std::string& platform, const BotMessage& message) {
    for (const auto& run : runs_) {
        auto& account = run->answers_on(platform);
        if (message.suppressed) {
            run->suppressed += account.count(message.content);
        } else {
            account.read(message.content);
        }
    }
}

Result<Json> LoadRuns::start(const std::string& name, PlatformSim& platform,
                             const Json& parameters) {
    for (const auto& run : runs_) {
        if (&run->platform == &platform && !run->finished) {
            return Error(ErrorKind::exists, "run " + run->name + " is still going");
        }
    }
    const auto rate = parameters.value("rate", 100.0);
    const auto seconds = parameters.value("seconds", 10.0);
    const auto guilds = parameters.value("guilds", 1U);
    const auto channels = parameters.value("channels_per_guild", 4U);
    const bool sane = rate > 0 && rate <= kMostRate && seconds > 0 &&
                      rate * seconds <= kMostMessages && guilds >= 1 && guilds <= 2'500 &&
                      channels >= 1 && channels <= 100;
    if (!sane) {
        return Error(ErrorKind::invalid,
                     "a run needs rate (to 200000/s), seconds, guilds (1 to 2500), "
                     "channels_per_guild (1 to 100), at most 20 million messages");
    }
    const auto places = platform.prepare_load(guilds, channels);
    if (!places) {
        return places.error();
    }
    auto run = std::make_shared<Run>(
        shared_, parameters.value("run", "load" + std::to_string(runs_.size() + 1)), name,
        platform);
    run->words = parameters.value("prefix", std::string("load")) + " " + run->name + "#";
    run->quoted = Json(run->words).dump();
    run->quoted = run->quoted.substr(1, run->quoted.size() - 2);
    run->rate = rate;
    run->total = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rate * seconds + 0.5));
    run->places = *places;
    platform.lift_limits(!parameters.value("limits", false));
    runs_.push_back(run);
    tick(run);
    return Json{{"run", run->name}, {"total", run->total}};
}

void LoadRuns::tick(const std::shared_ptr<Run>& run) {
    const std::chrono::duration<double> elapsed = shared_.clock.now() - run->began;
    const auto due = std::min(run->total, static_cast<std::uint64_t>(elapsed.count() * run->rate));
    const auto until = std::min<std::uint64_t>(due, run->place_of.size() + kMostPerTick);
    while (run->place_of.size() < until) {
        send_one(*run,
                 std::uniform_int_distribution<std::uint32_t>(0, run->places - 1)(run->random));
    }
    if (run->place_of.size() == run->total) {
        run->finished = true;
        return;
    }
    run->timer.expires_after(kTick);
    run->timer.async_wait([this, run](boost::system::error_code error) {
        if (!error) {
            tick(run);
        }
    });
}

void LoadRuns::send_one(Run& run, std::uint32_t place) {
    run.place_of.push_back(place);
    const auto tail = std::to_string(run.place_of.size()).append(kWords);
    run.platform.send_load(place, run.words + tail, run.quoted + tail);
}

std::shared_ptr<LoadRuns::Run> LoadRuns::find(const std::string& run,
                                              const std::string& platform) const {
    const auto found = std::find_if(runs_.rbegin(), runs_.rend(), [&](const auto& candidate) {
        return run.empty() ? platform.empty() || candidate->platform_name == platform
                           : candidate->name == run;
    });
    return found == runs_.rend() ? nullptr : *found;
}

Json LoadRuns::summary(const Run& run, const MarkerAccount& account) {
    auto json = account.to_json();
    json.update({{"run", run.name},
                 {"platform", run.platform_name},
                 {"total", run.total},
                 {"finished", run.finished},
                 {"suppressed_by_nonce", run.suppressed}});
    const auto now = run.platform.counts();
    for (const auto& [key, value] : now.items()) {
        json[key] = value.get<std::uint64_t>() - run.before.value(key, std::uint64_t{0});
    }
    return json;
}

Result<Json> LoadRuns::progress(const std::string& name) const {
    const auto run = find(name, {});
    if (run == nullptr) {
        return Error(ErrorKind::not_found, "no run" + (name.empty() ? "" : " '" + name + "'"));
    }
    return summary(*run, run->answers_on(run->platform_name));
}

void LoadRuns::verdict(const HttpRequest& request, const HttpResponder& respond) {
    const auto run = find(request.query_value("run"), request.query_value("platform"));
    if (run == nullptr) {
        return respond(json_reply({{"error", "no such run"}}, 404));
    }
    auto judgement = std::make_shared<Judgement>(shared_, run, respond);
    judgement->path = request.query_value("tally");
    judgement->on = request.query_value("on", run->platform_name);
    judgement->settle = Millis(request.query_number("settle_ms", 1'500));
    judgement->moved = shared_.clock.now();
    judgement->deadline = judgement->moved + Millis(request.query_number("timeout_ms", 60'000));
    judge(judgement);
}

void LoadRuns::judge(const std::shared_ptr<Judgement>& judgement) {
    auto& run = *judgement->run;
    if (!judgement->path.empty()) {
        judgement->read_tally();
    }
    const auto& account =
        judgement->path.empty() ? run.answers_on(judgement->on) : judgement->tally;
    const auto now = shared_.clock.now();
    if (account.handled() != judgement->handled || !run.finished) {
        judgement->handled = account.handled();
        judgement->moved = now;
    }
    // Even when all are handled a little time is left for those that come twice.
    const bool complete = run.finished && account.handled() == account.sent();
    const auto settle = complete ? std::min(judgement->settle, Millis{300}) : judgement->settle;
    if (now - judgement->moved >= settle || now >= judgement->deadline) {
        auto json = summary(run, account);
        json["counted_by"] = judgement->path.empty() ? "answers" : "tally";
        run.platform.lift_limits(false);
        return judgement->respond(json_reply(json));
    }
    judgement->timer.expires_after(kJudgementStep);
    judgement->timer.async_wait([this, judgement](boost::system::error_code error) {
        if (!error) {
            judge(judgement);
        }
    });
}

}  // namespace rookery::sim
