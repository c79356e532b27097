#include "sim/discord/chaos.hpp"

#include <algorithm>

namespace rookery::sim::discord {
namespace {

enum class Harm { resumable, ends_sessions, rest };

}  // namespace

/// One fault with its parameters. Those that last are taken back after `lasts`.
struct Chaos::Fault {
    std::string name;
    Harm harm;
    Json parameters;
    Millis lasts{0};
};

const std::vector<Chaos::Fault>& Chaos::catalogue() {
    static const std::vector<Fault> faults = {
        // The connection ends, the session lives.
        {"reconnect", Harm::resumable, Json::object()},
        {"reset", Harm::resumable, Json::object()},
        {"close", Harm::resumable, {{"code", 4000}}},
        {"close", Harm::resumable, {{"code", 4008}}},
        {"close", Harm::resumable, {{"code", 1001}}},
        {"invalid_session", Harm::resumable, {{"resumable", true}}},
        {"malformed", Harm::resumable, Json::object()},
        {"corrupt", Harm::resumable, {{"count", 1}}},
        {"freeze", Harm::resumable, Json::object(), Millis{3'000}},
        {"drop_acks", Harm::resumable, Json::object(), Millis{4'000}},
        {"mute", Harm::resumable, Json::object(), Millis{2'000}},
        {"close_after_ready", Harm::resumable, {{"count", 1}}},
        {"refuse_upgrade", Harm::resumable, {{"count", 2}, {"status", 502}}},
        {"reconnect_hello", Harm::resumable, {{"count", 1}}},
        // The connection stays.
        {"heartbeat_request", Harm::resumable, Json::object()},
        {"delay_events", Harm::resumable, {{"count", 1}, {"ms", 1'500}}},
        {"delay_hello", Harm::resumable, {{"ms", 500}}, Millis{2'000}},
        {"duplicate", Harm::resumable, {{"count", 5}}},
        {"unknown_event", Harm::resumable, Json::object()},
        {"unknown_opcode", Harm::resumable, Json::object()},
        {"gap", Harm::resumable, Json::object()},
        {"flood", Harm::resumable, {{"count", 2'000}}},
        {"bad_resume_host", Harm::resumable, Json::object(), Millis{5'000}},
        {"refuse_resume_host", Harm::resumable, Json::object(), Millis{3'000}},
        // The session ends: what happens until the next one is lost, and has to be told.
        {"invalid_session", Harm::ends_sessions, {{"resumable", false}}},
        {"close", Harm::ends_sessions, {{"code", 4009}}},
        {"close", Harm::ends_sessions, {{"code", 4007}}},
        {"expire_sessions", Harm::ends_sessions, Json::object()},
        {"refuse_resume", Harm::ends_sessions, {{"count", 1}}},
        // REST.
        {"rest_429", Harm::rest, {{"count", 2}, {"class", "user"}, {"retry_after", 0.3}}},
        {"rest_429", Harm::rest, {{"count", 2}, {"class", "hidden"}, {"retry_after", 0.3}}},
        {"rest_429", Harm::rest, {{"count", 1}, {"class", "global"}, {"retry_after", 0.3}}},
        {"rest_429", Harm::rest, {{"count", 2}, {"class", "shared"}, {"retry_after", 0.3}}},
        {"rest_error", Harm::rest, {{"count", 1}, {"status", 500}}},
        {"rest_error", Harm::rest, {{"count", 1}, {"status", 502}, {"html", true}}},
        {"rest_slow", Harm::rest, {{"count", 3}, {"ms", 700}}},
        {"rest_cut", Harm::rest, {{"count", 1}}},
        {"rest_no_headers", Harm::rest, {{"count", 3}}},
        {"rest_clock", Harm::rest, {{"ms", 3'600'000}}, Millis{3'000}},
        {"rest_new_buckets", Harm::rest, Json::object(), Millis{3'000}},
    };
    return faults;
}

Result<Json> Chaos::start(const Json& parameters) {
    const auto kinds = parameters.value("kinds", Json("resumable"));
    const auto wanted = [&](const Fault& fault) {
        if (kinds.is_array()) {
            return std::find(kinds.begin(), kinds.end(), fault.name) != kinds.end();
        }
        return kinds == "all" || (kinds == "resumable" && fault.harm == Harm::resumable) ||
               (kinds == "rest" && fault.harm == Harm::rest);
    };
    chosen_.clear();
    for (const auto& fault : catalogue()) {
        if (wanted(fault)) {
            chosen_.push_back(&fault);
        }
    }
    if (chosen_.empty()) {
        return Error(ErrorKind::invalid,
                     "chaos takes kinds=resumable, kinds=rest, kinds=all or a list of faults");
    }
    every_ = std::clamp(Millis(parameters.value("every_ms", std::int64_t{1'000})), Millis{10},
                        Millis{600'000});
    until_ = core_.clock.now() + std::chrono::seconds(parameters.value("seconds", 60));
    random_.seed(parameters.value("seed", std::uint64_t{1}));
    counts_.clear();
    done_ = 0;
    sessions_ended_ = 0;
    running_ = true;
    next();
    return progress();
}

void Chaos::next() {
    timer_.expires_after(every_);
    timer_.async_wait([this](boost::system::error_code error) {
        if (error) {
            return;
        }
        if (core_.clock.now() >= until_) {
            return end();
        }
        const auto& fault =
            *chosen_[std::uniform_int_distribution<std::size_t>(0, chosen_.size() - 1)(random_)];
        core_.recorder.note("fault", 0, "chaos: " + fault.name);
        if (!set_fault(core_.faults, fault.name, fault.parameters)) {
            if (fault.name == "expire_sessions") {
                core_.hub.expire_all();
            } else {
                (void)gateway_.inject(fault.name, fault.parameters);
            }
        }
        ++done_;
        ++counts_[fault.name];
        sessions_ended_ += fault.harm == Harm::ends_sessions ? 1 : 0;
        if (fault.lasts == Millis{0}) {
            return next();
        }
        timer_.expires_after(fault.lasts);
        timer_.async_wait([this](boost::system::error_code stopped) {
            if (!stopped) {
                core_.faults = Faults{};
                (void)gateway_.inject("thaw", Json::object());
                gateway_.wake_all();
                next();
            }
        });
    });
}

void Chaos::end() {
    running_ = false;
    core_.faults = Faults{};
    (void)gateway_.inject("thaw", Json::object());
    gateway_.wake_all();
}

Json Chaos::progress() const {
    return {{"running", running_},
            {"done", done_},
            {"faults", counts_},
            {"sessions_ended", sessions_ended_}};
}

}  // namespace rookery::sim::discord
