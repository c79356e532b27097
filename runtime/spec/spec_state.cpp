#include "spec/spec_state.hpp"

#include "base/log.hpp"
#include "command/permissions.hpp"
#include "script/hard_stop.hpp"
#include "script/lua_state.hpp"
#include "script/sandbox.hpp"
#include "script/values.hpp"
#include "spec/lua_files.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

namespace rookery::spec {
namespace {

using Json = nlohmann::json;

// Clocks count nanoseconds in 63 bits, which end in 2262.
constexpr auto kLastMoment = std::chrono::duration_cast<Millis>(std::chrono::years{280});

/// An empty table of Lua says nothing of its kind.
Json object_of(const Json& json) { return json.is_object() ? json : Json::object(); }

/// So many times the limit of a case's own time it may take altogether.
constexpr int kWhole = 30;
constexpr std::size_t kMemory = std::size_t{256} << 20U;

/// A Lua state with the spec API in it, for one run of `host.main`.
class SpecState {
  public:
    explicit SpecState(CaseRun* run) : run_(run) {}

    Result<Json> call(const SpecFile& file, std::size_t number, Millis limit);
    [[nodiscard]] const std::string& last_place() const noexcept { return place_; }

  private:
    using Handler = Result<Json> (SpecState::*)(const Json&);
    struct Entry {
        std::string_view name;
        Handler handler;
    };
    static int ask(lua_State* lua);
    /// Answers the question whose arguments are on the stack of `asker`; how many values that are
    /// on `lua`.
    int answer(lua_State* asker, lua_State* lua);
    /// Runs the case's thread to its end, answering in between; an error when that does not come.
    Result<> run(lua_State* thread, Millis limit);
    [[nodiscard]] Result<Json> dispatch(std::string_view name, const Json& with);
    [[nodiscard]] Result<World*> world() const;
    [[nodiscard]] static Result<Json> step(Result<std::optional<Json>> rested);

    Result<Json> open(const Json& with);
    Result<Json> print(const Json& with);
    Result<Json> sim(const Json& with);
    Result<Json> rest(const Json& with);
    Result<Json> pause(const Json& with);
    Result<Json> advance(const Json& with);
    Result<Json> now(const Json& with);
    Result<Json> http(const Json& with);
    Result<Json> http_answer(const Json& with);
    Result<Json> requests(const Json& with);
    Result<Json> again(const Json& with);
    Result<Json> reload(const Json& with);
    Result<Json> check(const Json& with);
    Result<Json> log(const Json& with);
    Result<Json> member(const Json& with);
    Result<Json> role(const Json& with);
    Result<Json> permissions(const Json& with);
    Result<Json> action(const Json& with);

    CaseRun* run_;
    std::unique_ptr<script::LuaState> state_;
    lua_State* thread_ = nullptr;  ///< on which the case runs
    std::string place_;
    std::optional<SteadyTime> target_;  ///< of an advance that a question has interrupted
};

/// The case steps aside for the answer where it can, so that its limit counts its own time alone:
/// how long a runtime takes says nothing of a case, and much of the machine.
int SpecState::ask(lua_State* lua) {
    auto* self = static_cast<SpecState*>(script::LuaState::owner_of(lua));
    int results = 0;
    {
        const script::NoStop bar;
        try {
            self->place_ = script::place_of_caller(lua);
            if (lua != self->thread_ || lua_isyieldable(lua) == 0) {
                results = self->answer(lua, lua);
            }
        } catch (const std::exception& error) {
            lua_pushnil(lua);
            lua_pushstring(lua, error.what());
            results = 2;
        }
    }
    if (results == 0) {
        return lua_yield(lua, lua_gettop(lua));
    }
    script::Watch::leave_if_late();
    return results;
}

int SpecState::answer(lua_State* asker, lua_State* lua) {
    const char* name = lua_tostring(asker, 1);
    std::size_t budget = script::kMaxBytes;
    const auto with = script::to_json(asker, 2, budget);
    const auto result =
        with ? dispatch(name == nullptr ? "" : name, *with) : Result<Json>(with.error());
    if (!result) {
        lua_pushnil(lua);
        const auto text = result.error().message();
        lua_pushlstring(lua, text.data(), text.size());
        return 2;
    }
    script::push_json(lua, *result);
    return 1;
}

Result<> SpecState::run(lua_State* thread, Millis limit) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + kWhole * limit;
    Clock::duration own{0};
    int arguments = 3;
    while (true) {
        const auto began = Clock::now();
        const auto left = limit - std::chrono::duration_cast<Millis>(own);
        const auto how = state_->resume(thread, arguments, std::max(left, Millis{1}));
        own += Clock::now() - began;
        switch (how) {
            case script::LuaState::Run::finished:
                return {};
            case script::LuaState::Run::stopped:
                return Error(ErrorKind::timeout,
                             state_->ran_too_deep()
                                 ? std::string("the calls go too deep")
                                 : "still running after " + std::to_string(limit.count()) +
                                       " ms of its own (world { limit = } allows more)");
            case script::LuaState::Run::failed:
                return Error(ErrorKind::invalid, script::error_text(thread));
            case script::LuaState::Run::yielded:
                break;
        }
        if (Clock::now() > end) {
            return Error(ErrorKind::timeout,
                         "still going on after " + std::to_string((kWhole * limit).count()) +
                             " ms of real time (world { limit = } allows more)");
        }
        auto answered = state_->protected_call([&](lua_State* lua) {
            try {
                arguments = answer(thread, lua);
            } catch (const std::exception& error) {
                lua_pushnil(lua);
                lua_pushstring(lua, error.what());
                arguments = 2;
            }
            lua_settop(thread, 0);
            lua_xmove(lua, thread, arguments);
        });
        if (!answered) {
            return answered.error();
        }
    }
}

Result<Json> SpecState::dispatch(std::string_view name, const Json& with) {
    static constexpr std::array kEntries = {
        Entry{"open", &SpecState::open},         Entry{"print", &SpecState::print},
        Entry{"sim", &SpecState::sim},           Entry{"rest", &SpecState::rest},
        Entry{"advance", &SpecState::advance},   Entry{"now", &SpecState::now},
        Entry{"http", &SpecState::http},         Entry{"http_answer", &SpecState::http_answer},
        Entry{"requests", &SpecState::requests}, Entry{"again", &SpecState::again},
        Entry{"reload", &SpecState::reload},     Entry{"check", &SpecState::check},
        Entry{"log", &SpecState::log},           Entry{"member", &SpecState::member},
        Entry{"role", &SpecState::role},         Entry{"permissions", &SpecState::permissions},
        Entry{"action", &SpecState::action},     Entry{"pause", &SpecState::pause},
    };
    const auto found = std::find_if(kEntries.begin(), kEntries.end(),
                                    [&](const Entry& entry) { return entry.name == name; });
    return found == kEntries.end() ? Result<Json>(Error(ErrorKind::invalid, std::string(name)))
                                   : (this->*found->handler)(object_of(with));
}

Result<World*> SpecState::world() const {
    if (run_ == nullptr || run_->world == nullptr) {
        return Error(ErrorKind::invalid, "sim can be used in a case only");
    }
    return run_->world.get();
}

Result<Json> SpecState::step(Result<std::optional<Json>> rested) {
    if (!rested) {
        return rested.error();
    }
    return Json{{"question", rested->value_or(Json())}};
}

Result<Json> SpecState::open(const Json& with) {
    if (run_ == nullptr) {
        return world().error();
    }
    run_->plan.options = object_of(with.value("options", Json::object()));
    auto made = World::start(run_->plan);
    if (!made) {
        return made.error();
    }
    run_->world = *std::move(made);
    return Json{{"platform", run_->world->platform()}};
}

Result<Json> SpecState::print(const Json& with) {
    if (run_ != nullptr && run_->print) {
        run_->print(with.value("text", std::string()));
    }
    return Json{{"done", true}};
}

Result<Json> SpecState::sim(const Json& with) {
    auto home = world();
    return home ? (*home)->ask(with.at("target").get<std::string>(), with.value("body", Json()),
                               with.value("act", false))
                : Result<Json>(home.error());
}

Result<Json> SpecState::rest(const Json& /*with*/) {
    auto home = world();
    return home ? step((*home)->rest()) : Result<Json>(home.error());
}

/// Lets the others go on for a moment of real time.
Result<Json> SpecState::pause(const Json& /*with*/) {
    std::this_thread::sleep_for(Millis{1});
    return Json{{"done", true}};
}

Result<Json> SpecState::advance(const Json& with) {
    auto home = world();
    if (!home) {
        return home.error();
    }
    if (!target_) {
        const auto wish = with.at("ms").get<double>();
        const Millis left = kLastMoment - std::chrono::duration_cast<Millis>(
                                              (*home)->time().wall().time_since_epoch());
        if (!(wish >= 0 && wish <= static_cast<double>(left.count()))) {
            return Error(ErrorKind::invalid, "advance: the clock goes up to the year 2250");
        }
        target_ = (*home)->time().now() + Millis(static_cast<std::int64_t>(wish));
    }
    auto rested = (*home)->advance_to(*target_);
    if (!rested || !*rested) {
        target_.reset();
    }
    return step(std::move(rested));
}

Result<Json> SpecState::now(const Json& /*with*/) {
    auto home = world();
    if (!home) {
        return home.error();
    }
    const auto moment = (*home)->time().wall().time_since_epoch() / Millis{1};
    return Json{{"seconds", static_cast<double>(moment) / 1000.0}};
}

Result<Json> SpecState::http(const Json& with) {
    auto home = world();
    if (!home) {
        return home.error();
    }
    (*home)->web().lay_out(with.at("url").get<std::string>(), with.value("answer", Json()));
    return Json{{"done", true}};
}

Result<Json> SpecState::http_answer(const Json& with) {
    auto home = world();
    if (!home) {
        return home.error();
    }
    (*home)->web().answer(with.at("id").get<std::uint64_t>(), with.at("answer"));
    return Json{{"done", true}};
}

Result<Json> SpecState::requests(const Json& /*with*/) {
    auto home = world();
    return home ? Result<Json>(Json{{"requests", (*home)->web().requests()}})
                : Result<Json>(home.error());
}

Result<Json> SpecState::again(const Json& with) {
    auto home = world();
    if (!home) {
        return home.error();
    }
    const auto how =
        with.value("how", std::string()) == "crash" ? World::Again::crash : World::Again::restart;
    if (auto done = (*home)->again(how); !done) {
        return done.error();
    }
    return Json{{"done", true}};
}

Result<Json> SpecState::reload(const Json& with) {
    auto home = world();
    if (!home) {
        return home.error();
    }
    auto lines = (*home)->reload(with.value("name", std::string()));
    return lines ? Result<Json>(Json{{"lines", *lines}}) : Result<Json>(lines.error());
}

Result<Json> SpecState::check(const Json& /*with*/) {
    auto home = world();
    if (!home) {
        return home.error();
    }
    const auto good = (*home)->check();
    return good ? Result<Json>(Json{{"done", true}}) : Result<Json>(good.error());
}

Result<Json> SpecState::log(const Json& /*with*/) {
    return Json{{"lines", run_ != nullptr && run_->log ? run_->log() : std::vector<std::string>()}};
}

Result<Json> SpecState::member(const Json& with) {
    auto home = world();
    return home ? (*home)->ask("/_sim/act",
                               {{"do", "member"}, {"user", with.at("user").get<std::string>()}},
                               false)
                : Result<Json>(home.error());
}

Result<Json> SpecState::role(const Json& with) {
    auto home = world();
    return home ? (*home)->ask("/_sim/act",
                               {{"do", "role_find"}, {"role", with.at("role").get<std::string>()}},
                               false)
                : Result<Json>(home.error());
}

Result<Json> SpecState::permissions(const Json& with) {
    std::uint64_t bits = 0;
    for (const auto& name : with.at("names")) {
        const auto bit = command::find_permission(name.get<std::string>());
        if (!bit) {
            return Error(ErrorKind::invalid,
                         "there is no permission " + log::clipped(name.get<std::string>(), 40));
        }
        bits |= *bit;
    }
    return Json{{"bits", std::to_string(bits)}};
}

Result<Json> SpecState::action(const Json& with) {
    auto home = world();
    return home ? Result<Json>(
                      Json{{"action", (*home)->action_of(with.at("id").get<std::string>())}})
                : Result<Json>(home.error());
}

Result<Json> SpecState::call(const SpecFile& file, std::size_t number, Millis limit) {
    auto made = script::LuaState::create(kMemory, this);
    if (!made) {
        return made.error();
    }
    state_ = *std::move(made);
    auto prepared = state_->protected_call([&](lua_State* lua) {
        lua_newtable(lua);
        lua_pushnumber(lua, 1);
        lua_setfield(lua, -2, "seed");
        lua_pushcfunction(lua, &SpecState::ask);
        lua_setfield(lua, -2, "ask");
        script::open_sandbox(lua, lua_files());
        lua_State* thread = lua_newthread(lua);
        thread_ = thread;
        lua_getfield(lua, -2, "main");
        lua_xmove(lua, thread, 1);
        lua_pushlstring(thread, file.text.data(), file.text.size());
        lua_pushlstring(thread, file.shown.data(), file.shown.size());
        lua_pushnumber(thread, static_cast<double>(number));
        lua_setfield(lua, LUA_REGISTRYINDEX, "rookery.spec.thread");
    });
    if (!prepared) {
        return prepared.error();
    }
    if (auto done = run(thread_, limit); !done) {
        return done.error();
    }
    std::size_t budget = script::kMaxBytes;
    Result<Json> out = Error(ErrorKind::invalid, "no result");
    if (auto read =
            state_->protected_call([&](lua_State*) { out = script::to_json(thread_, -1, budget); });
        !read) {
        return read.error();
    }
    return out;
}

std::string text_at(const Json& json, const char* key, std::string otherwise = {}) {
    const auto found = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && found != json.end() && found->is_string() ? found->get<std::string>()
                                                                         : std::move(otherwise);
}

/// What a spec fails with is whatever it likes.
Failure failure_of(const Json& json) {
    Failure failure;
    failure.message = text_at(json, "message",
                              json.is_string() ? json.get<std::string>() : std::string("failed"));
    failure.place = text_at(json, "place");
    failure.transcript = text_at(json, "transcript");
    const auto trace = object_of(json).value("trace", Json());
    for (const auto& line : trace.is_array() ? trace : Json::array()) {
        failure.trace.push_back(line.is_string() ? line.get<std::string>() : line.dump());
    }
    return failure;
}

}  // namespace

std::string CaseInfo::title() const {
    std::string text;
    for (const auto& part : names) {
        text += part + " > ";
    }
    return text + name;
}

std::vector<CaseInfo> list_cases(const SpecFile& file, Millis limit,
                                 std::optional<Failure>& failure) {
    SpecState state(nullptr);
    const auto answer = state.call(file, 0, limit);
    if (answer && !answer->is_object()) {
        return {};
    }
    if (!answer || answer->contains("failure")) {
        failure = answer ? failure_of((*answer)["failure"])
                         : Failure{answer.error().message(), file.shown, {}, {}};
        return {};
    }
    std::vector<CaseInfo> cases;
    const auto listed = answer->value("cases", Json::array());
    for (const auto& json : listed) {
        CaseInfo info;
        info.names = json.value("names", std::vector<std::string>());
        info.name = json.value("name", std::string());
        info.place = json.value("place", std::string());
        info.world = object_of(json.value("world", Json::object()));
        cases.push_back(std::move(info));
    }
    return cases;
}

std::optional<Failure> run_case(const SpecFile& file, std::size_t number, CaseRun& run) {
    SpecState state(&run);
    const auto answer = state.call(file, number, run.limit);
    if (run.world != nullptr) {
        run.passed = run.world->time().passed();
    }
    if (!answer) {
        return Failure{answer.error().message(), state.last_place(), {}, {}};
    }
    if (answer->is_object() && answer->contains("failure")) {
        return failure_of((*answer)["failure"]);
    }
    return std::nullopt;
}

}  // namespace rookery::spec
