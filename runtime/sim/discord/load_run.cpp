#include "sim/discord/load_run.hpp"

#include "sim/discord/rest.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <fstream>

namespace rookery::sim::discord {
namespace {

constexpr double kMostRate = 200'000;
constexpr double kMostMessages = 20'000'000;
constexpr Millis kTick{4};
constexpr std::uint64_t kMostPerTick = 4'000;
constexpr Millis kJudgementStep{50};
constexpr std::string_view kWords = " some words that people write when they have time";

}  // namespace

/// A channel that messages go to, with the constant part of a message of each of its writers.
struct LoadRuns::Place {
    struct Writer {
        Id user;
        std::string rest;  ///< all fields but id, timestamp and content, with the closing brace
    };
    Id channel = 0;
    Id guild = 0;
    std::vector<Writer> writers;
};

struct LoadRuns::Run {
    Run(Core& core, std::string id) : name(id), answers(std::move(id)), timer(core.io) {}

    std::string name;
    std::string words;   ///< what stands before the number, and
    std::string quoted;  ///< the same as it stands in a JSON text
    double rate = 0;
    std::uint64_t total = 0;
    std::vector<Place> places;
    MarkerAccount answers;  ///< by what bots wrote
    std::vector<std::uint32_t> place_of;
    std::uint64_t suppressed = 0;
    GatewayCounts before;
    SteadyTime began{};
    bool finished = false;
    boost::asio::steady_timer timer;
};

/// A verdict that waits for the handling to settle.
struct LoadRuns::Judgement {
    Judgement(Core& core, std::shared_ptr<Run> judged, HttpResponder answer)
        : run(std::move(judged)), respond(std::move(answer)), tally(run->name), timer(core.io) {}

    /// Takes in what was added to the tally file since the last look.
    void read_tally() {
        std::ifstream file(path, std::ios::binary);
        file.seekg(static_cast<std::streamoff>(offset));
        std::string added((std::istreambuf_iterator<char>(file)), {});
        const auto end = added.rfind('\n');
        if (end != std::string::npos) {
            tally.read(std::string_view(added).substr(0, end));
            offset += end + 1;
        }
    }
    [[nodiscard]] const MarkerAccount& account() const {
        return path.empty() ? run->answers : tally;
    }

    std::shared_ptr<Run> run;
    HttpResponder respond;
    std::string path;
    MarkerAccount tally;
    std::uint64_t offset = 0;
    std::uint64_t handled = 0;
    SteadyTime moved{};
    SteadyTime deadline{};
    Millis settle{};
    boost::asio::steady_timer timer;
};

LoadRuns::LoadRuns(Core& core, Actions& actions, Rest& rest)
    : core_(core), actions_(actions), rest_(rest) {
    actions_.on_message([this](const Message& message) {
        if (core_.world.bot_by_user(message.author) != nullptr) {
            heard(message.content, false);
        }
    });
    rest_.state().on_suppressed = [this](const std::string& content) { heard(content, true); };
}

LoadRuns::~LoadRuns() = default;

void LoadRuns::heard(const std::string& content, bool suppressed) {
    for (const auto& run : runs_) {
        if (suppressed) {
            run->suppressed += run->answers.count(content);
        } else {
            run->answers.read(content);
        }
    }
}

std::vector<LoadRuns::Place> LoadRuns::places(unsigned guilds, unsigned channels_per_guild) {
    auto& world = core_.world;
    while (world.guilds().size() < guilds) {
        actions_.guild_appeared(world.add_guild("Load " + std::to_string(world.guilds().size())));
    }
    std::vector<Place> out;
    unsigned used = 0;
    for (auto& [id, guild] : world.guilds()) {
        if (used++ == guilds) {
            break;
        }
        for (unsigned i = 1; i <= channels_per_guild; ++i) {
            const auto name = "load-" + std::to_string(i);
            auto* channel = world.channel_named(name, id);
            if (channel == nullptr || channel->guild != id) {
                channel = &world.add_channel(guild, name, ChannelType::text);
                actions_.channel_event("CHANNEL_CREATE", *channel);
            }
            Place place{channel->id, id, {}};
            for (const auto& [user, member] : guild.members) {
                if (world.user(user)->bot) {
                    continue;
                }
                Message message;
                message.channel = channel->id;
                message.author = user;
                auto json = actions_.event_json(*channel, message);
                json.erase("id");
                json.erase("content");
                json.erase("timestamp");
                place.writers.push_back({user, "," + json.dump().substr(1)});
            }
            out.push_back(std::move(place));
        }
    }
    return out;
}

Result<Json> LoadRuns::start(const Json& parameters) {
    if (!runs_.empty() && !runs_.back()->finished) {
        return Error(ErrorKind::exists, "run " + runs_.back()->name + " is still going");
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
    auto run = std::make_shared<Run>(
        core_, parameters.value("run", "load" + std::to_string(runs_.size() + 1)));
    run->words = parameters.value("prefix", std::string("load")) + " " + run->name + "#";
    run->quoted = Json(run->words).dump();
    run->quoted = run->quoted.substr(1, run->quoted.size() - 2);
    run->rate = rate;
    run->total = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rate * seconds + 0.5));
    run->places = places(guilds, channels);
    run->before = core_.hub.counts();
    run->began = core_.clock.now();
    rest_.lift_limits(!parameters.value("limits", false));
    runs_.push_back(run);
    tick(run);
    return Json{{"run", run->name}, {"total", run->total}};
}

void LoadRuns::tick(const std::shared_ptr<Run>& run) {
    const std::chrono::duration<double> elapsed = core_.clock.now() - run->began;
    const auto due = std::min(run->total, static_cast<std::uint64_t>(elapsed.count() * run->rate));
    const auto until = std::min(due, run->answers.sent() + kMostPerTick);
    while (run->answers.sent() < until) {
        send_one(*run);
    }
    if (run->answers.sent() == run->total) {
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

void LoadRuns::send_one(Run& run) {
    const auto index = core_.below(run.places.size());
    const auto& place = run.places[index];
    const auto& writer = place.writers[core_.below(place.writers.size())];
    run.place_of.push_back(static_cast<std::uint32_t>(index));
    run.answers.sent_to(static_cast<std::uint32_t>(index));

    Message message;
    message.id = core_.world.next_id();
    message.channel = place.channel;
    message.author = writer.user;
    const auto tail = std::to_string(run.answers.sent()).append(kWords);
    message.content = run.words + tail;
    const auto head = R"({"id":")" + id_text(message.id) + R"(","timestamp":")" +
                      core_.world.now_text() + R"(","content":")";
    auto full = std::make_shared<const std::string>(head + run.quoted + tail + '"' + writer.rest);
    // Without an embed or attachment in it only the content has to be taken out.
    auto hidden = std::make_shared<const std::string>(head + '"' + writer.rest);
    actions_.post_rendered(std::move(message), place.guild, std::move(full), std::move(hidden));
}

std::shared_ptr<LoadRuns::Run> LoadRuns::find(const std::string& run) const {
    const auto found = std::find_if(runs_.rbegin(), runs_.rend(), [&](const auto& candidate) {
        return run.empty() || candidate->name == run;
    });
    return found == runs_.rend() ? nullptr : *found;
}

Json LoadRuns::summary(const Run& run, const MarkerAccount& account) const {
    const auto& now = core_.hub.counts();
    auto json = account.to_json();
    json.update({{"run", run.name},
                 {"total", run.total},
                 {"finished", run.finished},
                 {"suppressed_by_nonce", run.suppressed},
                 {"reconnects", now.connects - run.before.connects},
                 {"resumes", now.resumes - run.before.resumes},
                 {"identifies", now.identifies - run.before.identifies},
                 {"replayed", now.replayed - run.before.replayed}});
    return json;
}

Result<Json> LoadRuns::progress(const std::string& name) const {
    const auto run = find(name);
    if (run == nullptr) {
        return Error(ErrorKind::not_found, "no run" + (name.empty() ? "" : " '" + name + "'"));
    }
    return summary(*run, run->answers);
}

void LoadRuns::verdict(const HttpRequest& request, const HttpResponder& respond) {
    const auto run = find(request.query_value("run"));
    if (run == nullptr) {
        return respond(json_reply({{"error", "no such run"}}, 404));
    }
    const auto number = [&](const char* key, std::int64_t fallback) {
        return Millis(parse_id(request.query_value(key)).value_or(static_cast<Id>(fallback)));
    };
    auto judgement = std::make_shared<Judgement>(core_, run, respond);
    judgement->path = request.query_value("tally");
    judgement->settle = number("settle_ms", 1'500);
    judgement->moved = core_.clock.now();
    judgement->deadline = judgement->moved + number("timeout_ms", 60'000);
    judge(judgement);
}

void LoadRuns::judge(const std::shared_ptr<Judgement>& judgement) {
    auto& run = *judgement->run;
    if (!judgement->path.empty()) {
        while (judgement->tally.sent() < run.place_of.size()) {
            judgement->tally.sent_to(run.place_of[judgement->tally.sent()]);
        }
        judgement->read_tally();
    }
    const auto& account = judgement->account();
    const auto now = core_.clock.now();
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
        rest_.lift_limits(false);
        return judgement->respond(json_reply(json));
    }
    judgement->timer.expires_after(kJudgementStep);
    judgement->timer.async_wait([this, judgement](boost::system::error_code error) {
        if (!error) {
            judge(judgement);
        }
    });
}

}  // namespace rookery::sim::discord
