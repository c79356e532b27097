#pragma once

#include <rookery/abi/manifest.h>
#include <rookery/call.hpp>
#include <rookery/commands.hpp>
#include <rookery/config.hpp>
#include <rookery/document.hpp>
#include <rookery/duration.hpp>
#include <rookery/events.hpp>
#include <rookery/filter.hpp>
#include <rookery/handlers.hpp>
#include <rookery/host.hpp>
#include <rookery/http.hpp>
#include <rookery/interactions.hpp>
#include <rookery/kv.hpp>
#include <rookery/log.hpp>
#include <rookery/metrics.hpp>
#include <rookery/operations.hpp>
#include <rookery/registration.hpp>
#include <rookery/settings.hpp>
#include <rookery/task.hpp>
#include <rookery/view.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rookery {

namespace detail {
template <class P>
class Instance;
}

/// One of several bots, for what is done as it.
class Bot : public ops::Nouns<Bot> {
  public:
    Bot(const Host& host, std::string_view name) : host_(&host), name_(name) {}

    [[nodiscard]] Operations operations() const noexcept { return Operations(caller()); }

  private:
    friend class ops::Nouns<Bot>;

    [[nodiscard]] detail::Caller caller() const noexcept { return {host_, 0, name_}; }

    const Host* host_;
    std::string name_;
};

/// Base of a plugin: derive, override start(), and name the class in ROOKERY_PLUGIN.
///
///     class Greeter final : public rookery::Plugin {
///         void start() override {
///             on<rookery::MessageCreate>([this](const rookery::MessageCreate& message) {
///                 if (message.content() == "!hello") {
///                     reply(message, "Hello!");
///                 }
///             });
///         }
///     };
///     ROOKERY_PLUGIN(Greeter, "greeter", "1.0.0")
///
/// Each plugin has a thread of its own: everything is called on it, one at a time, so a plugin
/// needs no locks and may block; a coroutine lets the plugin go on with other things meanwhile.
/// Every member is for that thread unless it says [any thread]. What a handler throws is logged by
/// the host with the plugin's name and the event; the plugin goes on.
///
/// At a reload the new version is made beside the old one and takes over when its start() and
/// load() have succeeded; if either throws, the old one goes on.
class Plugin : protected ops::Nouns<Plugin>, protected Commanding<Plugin> {
  public:
    Plugin() = default;
    Plugin(const Plugin&) = delete;
    Plugin& operator=(const Plugin&) = delete;
    virtual ~Plugin() = default;

    /// Reads the configuration and registers what the plugin wants to hear. A throw refuses the
    /// plugin with its text. (In the constructor there is no host yet.)
    virtual void start() = 0;
    /// The end: threads of the plugin are joined here. Its coroutines have been destroyed; nothing
    /// is called afterwards.
    virtual void stop() {}

    /// What the next version should know, in any form; nothing: there is none.
    virtual std::optional<std::string> save() { return std::nullopt; }
    /// Version of what save() gives.
    [[nodiscard]] virtual std::uint32_t state_version() const { return 1; }
    /// What another version saved, after start() and before the first event. A throw refuses the
    /// reload.
    virtual void load(std::string_view /*state*/, std::uint32_t /*version*/) {}

  protected:
    /// Calls `handler(const Event&)` for each event of the type: on<rookery::MessageCreate>(...).
    /// A handler may be a coroutine, which keeps its event open and readable until it ends:
    /// `[this](const MessageCreate& message) -> Task<> { co_await ...; }`. So may all others here.
    template <class Event, class Handler>
    Registration on(Handler handler) {
        return subscribe<Event>(Event::kEvent, {}, std::move(handler), false);
    }
    /// Only for those that the filter lets through:
    /// on<MessageCreate>(Filter{.bot = false, .starts_with = "!"}, ...).
    template <class Event, class Handler>
    Registration on(const Filter& filter, Handler handler) {
        return subscribe<Event>(Event::kEvent, filter.json(), std::move(handler), false);
    }
    /// The same by name, for events without a type of their own ("discord:RAW_NAME") and for "*".
    /// `handler(const rookery::View&)`.
    template <class Handler>
    Registration on(std::string_view name, Handler handler) {
        return subscribe<View>(name, {}, std::move(handler), false);
    }
    template <class Handler>
    Registration on(std::string_view name, const Filter& filter, Handler handler) {
        return subscribe<View>(name, filter.json(), std::move(handler), false);
    }
    /// For the next event of the type only.
    template <class Event, class Handler>
    Registration once(Handler handler) {
        return subscribe<Event>(Event::kEvent, {}, std::move(handler), true);
    }
    template <class Event, class Handler>
    Registration once(const Filter& filter, Handler handler) {
        return subscribe<Event>(Event::kEvent, filter.json(), std::move(handler), true);
    }

    /// Decides on events of the type that fit the filter before anybody else gets them:
    /// `handler(const Event&)` returns a Verdict, or is a coroutine of Task<Verdict>, which
    /// keeps the event waiting. The higher priority is asked first. A handler
    /// that throws lets the event go on; one that takes longer than the host's `intercept_timeout`
    /// does, too. Error RK_E_UNSUPPORTED from a host before 1.2.
    template <class Event, class Handler>
    Registration intercept(const Filter& filter, Handler handler, std::int32_t priority = 0) {
        const rk_events_t& events = *host().events;
        if (events.size < offsetof(rk_events_t, stop) + sizeof(void*)) {
            throw Error(RK_E_UNSUPPORTED, "this host has no interceptors");
        }
        using One = detail::Interceptor<Event, Handler>;
        using Box = detail::Boxed<One>;
        Box box(One{host_, std::move(handler)});
        const std::string where = filter.json();
        rk_handle_t handle = 0;
        detail::Reason reason;
        reason.check(
            events.intercept(host().raw, detail::to_text(Event::kEvent), detail::to_text(where),
                             priority, &One::run, box.user(), &Box::release, &handle, reason),
            Event::kEvent);
        box.given();
        return Registration(host(), handle, events.unsubscribe);
    }
    template <class Event, class Handler>
    Registration intercept(Handler handler, std::int32_t priority = 0) {
        return intercept<Event>(Filter{}, std::move(handler), priority);
    }

    /// Calls `handler(const InteractionEvent&)` when the command is used: "remind", or with group
    /// and subcommand "todo add". Of several handlers that fit the most exact one is called.
    template <class Handler>
    Registration on_command(std::string_view name, Handler handler) {
        return on_interaction(RK_INTERACTION_COMMAND, name, std::move(handler));
    }
    /// The same for the button or menu of that custom id, or of all that begin so: "vote:*".
    template <class Handler>
    Registration on_component(std::string_view custom_id, Handler handler) {
        return on_interaction(RK_INTERACTION_COMPONENT, custom_id, std::move(handler));
    }
    /// The same for a form that was sent.
    template <class Handler>
    Registration on_modal(std::string_view custom_id, Handler handler) {
        return on_interaction(RK_INTERACTION_MODAL, custom_id, std::move(handler));
    }
    /// The same while an option of the command is being typed.
    template <class Handler>
    Registration on_autocomplete(std::string_view name, Handler handler) {
        return on_interaction(RK_INTERACTION_AUTOCOMPLETE, name, std::move(handler));
    }
    /// The ways to answer an event of on<InteractionCreate>().
    [[nodiscard]] InteractionEvent interaction(const InteractionCreate& event) const {
        return {host(), event};
    }

    /// Declares an application command, a JSON object in the platform's form, with `guilds` and
    /// `bots` beside it where it is not for all. Throws Error with what is wrong with it.
    Registration declare_command(std::string_view json) {
        rk_handle_t handle = 0;
        detail::Reason reason;
        reason.check(
            interaction_table().declare(host().raw, detail::to_text(json), &handle, reason),
            "declare_command");
        return Registration(host(), handle, interaction_table().withdraw);
    }

    /// Calls `task()` once, `delay` from now at the earliest.
    template <class Duration, class Callable>
    Registration after(Duration delay, Callable task) {
        return timer(host().timers->after, delay, std::move(task));
    }
    /// Calls `task()` again and again, each time `pause` after the last call has returned.
    template <class Duration, class Callable>
    Registration every(Duration pause, Callable task) {
        return timer(host().timers->every, pause, std::move(task));
    }
    /// Calls `task()` at the times that cron would: cron("0 9 * * 1-5", "Europe/Berlin", task). The
    /// zone by its IANA name; without one UTC. Throws Error with what is wrong with either.
    template <class Callable>
    Registration cron(std::string_view when, std::string_view zone, Callable task) {
        using One = detail::Step<Callable>;
        using Box = detail::Boxed<One>;
        if (host().timers->size < offsetof(rk_timers_t, cron) + sizeof(void*)) {
            throw Error(RK_E_UNSUPPORTED, "this host has no cron");
        }
        Box box(host_, std::move(task));
        rk_handle_t handle = 0;
        detail::Reason reason;
        reason.check(host().timers->cron(host().raw, detail::to_text(when), detail::to_text(zone),
                                         &One::run, box.user(), &Box::release, &handle, reason),
                     "cron");
        box.given();
        return Registration(host(), handle, host().timers->cancel);
    }
    template <class Callable>
    Registration cron(std::string_view when, Callable task) {
        return cron(when, std::string_view(), std::move(task));
    }
    /// The time of day, by the clock that timers go by: a test turns it. Since 1.4.
    [[nodiscard]] std::chrono::system_clock::time_point now() const {
        std::int64_t millis = 0;
        if (host().timers->size < offsetof(rk_timers_t, now) + sizeof(void*) ||
            host().timers->now(host().raw, &millis) != RK_OK) {
            return std::chrono::system_clock::now();
        }
        return std::chrono::system_clock::time_point(std::chrono::milliseconds(millis));
    }
    /// Calls `task()` once on the plugin's thread. [any thread]
    template <class Callable>
    void post(Callable task) {
        using One = detail::Step<Callable>;
        using Box = detail::Boxed<One>;
        Box box(One{host_, std::move(task)});
        detail::Reason reason;
        reason.check(host().timers->post(host().raw, &One::run, box.user(), &Box::release, reason),
                     "post");
        box.given();
    }

    /// Runs a coroutine beside everything else, until it ends, is cancelled, or the plugin stops.
    /// What it throws is logged.
    Job spawn(Task<> task) const { return Job(*host().tasks, std::move(task)); }

    /// `co_await wait_for<MessageCreate>(Filter{.channel = "1"}, 30s)`: the next event of the type
    /// that the filter lets through, or RK_E_TIMEOUT. It stays open as long as the result lives.
    template <class Event, class Duration>
    [[nodiscard]] auto wait_for(Duration limit) const {
        return next<Event>(
            {}, [](const Event&) { return true; }, limit);
    }
    template <class Event, class Duration>
    [[nodiscard]] auto wait_for(const Filter& filter, Duration limit) const {
        return next<Event>(
            filter.json(), [](const Event&) { return true; }, limit);
    }
    /// `accept(const Event&)` says which one.
    template <class Event, class Accept, class Duration>
    requires std::is_invocable_r_v<bool, Accept&, const Event&>
    [[nodiscard]] auto wait_for(Accept accept, Duration limit) const {
        return next<Event>({}, std::move(accept), limit);
    }

    /// [any thread]
    [[nodiscard]] Log log() const noexcept { return Log(host()); }

    /// The plugin's own keys of the configuration: [plugins.NAME].
    [[nodiscard]] Config config() const {
        rk_handle_t handle = 0;
        detail::Reason().check(host().config->settings(host().raw, &handle), "config");
        return Config(host(), handle);
    }

    /// Keys and values that outlive the process.
    [[nodiscard]] Kv kv() const { return Kv(host()); }
    /// Other services.
    [[nodiscard]] Http http() const { return Http(host()); }
    /// Settings of each guild. Throws Error where the host has none.
    [[nodiscard]] Settings settings() const { return Settings(host()); }
    /// Numbers about the plugin. Throws Error where the host keeps none.
    [[nodiscard]] Metrics metrics() const { return Metrics(host()); }

    /// Operations by name; those with types are messages(), members(), ...: operations.hpp.
    [[nodiscard]] Operations operations() const noexcept { return Operations(caller()); }
    /// The operations as another bot than the event's: bot("second").messages().send(...).
    [[nodiscard]] Bot bot(std::string_view name) const { return Bot(host(), name); }

    /// Answers a message: an event that has `channelId` and `id`.
    Call<Message> reply(const View& message, ops::Text content) const {
        return to(message).reply(text(message, "channelId"), text(message, "id"), content);
    }
    Call<Message> reply(const View& message, const ops::MessagesReply& more) const {
        return to(message).reply(text(message, "channelId"), text(message, "id"), more);
    }
    /// Reacts to a message.
    Call<Document> react(const View& message, std::string_view emoji) const {
        return ops::Reactions({&host(), message.handle().event, {}})
            .add(text(message, "channelId"), text(message, "id"), emoji);
    }

    /// Keeps the event open after its handler has returned.
    [[nodiscard]] HeldEvent hold(const View& event) const {
        return HeldEvent(host(), event.handle().event);
    }

    /// Under which the plugin was loaded: NAME of NAME.so and of [plugins.NAME]. [any thread]
    [[nodiscard]] std::string_view name() const noexcept {
        return detail::to_view(host().raw->name);
    }
    /// The C interface underneath.
    [[nodiscard]] const Host& host() const noexcept { return *host_; }

  private:
    template <class P>
    friend class detail::Instance;
    friend class ops::Nouns<Plugin>;
    friend class Commanding<Plugin>;

    [[nodiscard]] detail::Caller caller() const noexcept { return {host_, 0, {}}; }
    [[nodiscard]] ops::Messages to(const View& message) const noexcept {
        return ops::Messages({host_, message.handle().event, {}});
    }
    static std::string_view text(const View& view, std::string_view field) {
        return view.get(field).text().value_or("");
    }

    const rk_interactions_t& interaction_table() const {
        if (host().interactions == nullptr) {
            throw Error(RK_E_UNSUPPORTED, "this host has no interactions");
        }
        return *host().interactions;
    }

    template <class Handler>
    Registration on_interaction(std::uint32_t kind, std::string_view key, Handler handler) {
        using One = detail::Subscriber<InteractionEvent, Handler>;
        using Box = detail::Boxed<One>;
        Box box(One{host_, std::move(handler)});
        rk_handle_t handle = 0;
        detail::Reason reason;
        reason.check(
            interaction_table().subscribe(host().raw, kind, detail::to_text(key), &One::run,
                                          box.user(), &Box::release, &handle, reason),
            key);
        box.given();
        return Registration(host(), handle, host().events->unsubscribe);
    }

    template <class Event, class Handler>
    Registration subscribe(std::string_view name, std::string_view filter, Handler handler,
                           bool once) {
        using One = detail::Subscriber<Event, Handler>;
        using Box = detail::Boxed<One>;
        Box box(One{host_, std::move(handler)});
        One* const one = box.user();
        const rk_handle_t handle =
            detail::subscribe(host(), name, filter, &One::run, one, &Box::release);
        box.given();
        one->once = once ? handle : 0;
        return Registration(host(), handle, host().events->unsubscribe);
    }

    template <class Event, class Accept, class Duration>
    detail::NextEvent<Event, Accept> next(std::string filter, Accept accept, Duration limit) const {
        return {std::move(filter), std::move(accept), detail::millis_of(limit)};
    }

    template <class Start, class Duration, class Callable>
    Registration timer(Start begin, Duration delay, Callable task) {
        using One = detail::Step<Callable>;
        using Box = detail::Boxed<One>;
        Box box(One{host_, std::move(task)});
        rk_handle_t handle = 0;
        detail::Reason reason;
        reason.check(begin(host().raw, detail::millis_of(delay), &One::run, box.user(),
                           &Box::release, &handle, reason),
                     "timer");
        box.given();
        return Registration(host(), handle, host().timers->cancel);
    }

    const Host* host_ = nullptr;
};

namespace detail {

/// The text of a member of the manifest's outermost object, without escapes. Does not compile when
/// there is none.
consteval std::string_view member_of(std::string_view json, std::string_view key) {
    int depth = 0;
    bool wanted = false;  // the key was the last text on the outermost level
    for (std::size_t at = 0; at < json.size(); ++at) {
        if (json[at] == '{' || json[at] == '[') {
            ++depth;
        } else if (json[at] == '}' || json[at] == ']') {
            --depth;
        } else if (json[at] == ',') {
            wanted = false;
        } else if (json[at] == '"') {
            const std::size_t begin = at + 1;
            for (++at; at < json.size() && json[at] != '"'; ++at) {
                at += json[at] == '\\' ? 1 : 0;
            }
            const std::string_view text = json.substr(begin, at - begin);
            if (wanted && depth == 1) {
                return text;
            }
            wanted = depth == 1 && text == key;
        }
    }
    throw "the manifest has no name or no version";
}

/// A plugin object behind the C interface.
template <class P>
class Instance {
  public:
    static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
        return guarded(error, [&] {
            Boxed<Instance> made(host);
            base(made.user()).start();
            *out = &made.user()->c_;
            made.given();
            return RK_OK;
        });
    }

    explicit Instance(const rk_host_t* host) : host_(host) {
        host_.tasks = &tasks_;
        host_.completions = &completions_;
        host_.pagers = &pagers_;
        host_.questions = &questions_;
        base(this).host_ = &host_;
    }

  private:
    static Plugin& base(void* self) noexcept { return static_cast<Instance*>(self)->plugin_; }

    static void destroy(void* self) { delete static_cast<Instance*>(self); }
    static void stop(void* self) {
        static_cast<Instance*>(self)->tasks_.cancel_all();
        base(self).stop();
    }
    static rk_status_t save(void* self, std::uint32_t* version, rk_sink_t sink, void* user,
                            rk_error_t* error) {
        return guarded(error, [&]() -> rk_status_t {
            const auto state = base(self).save();
            if (!state) {
                return RK_E_NOT_FOUND;
            }
            *version = base(self).state_version();
            sink(user, to_text(*state));
            return RK_OK;
        });
    }
    static rk_status_t load(void* self, std::uint32_t version, rk_text_t state, rk_error_t* error) {
        return guarded(error, [&] {
            base(self).load(to_view(state), version);
            return RK_OK;
        });
    }

    rk_plugin_t c_{sizeof(rk_plugin_t), 0, this, &destroy, &stop, &save, &load};
    Host host_;
    Completions completions_{host_};
    Pagers pagers_{host_};
    Questions questions_{host_};
    P plugin_;
    Tasks tasks_{host_};  // ends first: coroutines refer to the plugin
};

}  // namespace detail
}  // namespace rookery

/// Makes the library a plugin: once, at namespace scope.
///     ROOKERY_PLUGIN(Karma, "karma", "1.0.0")
///     ROOKERY_PLUGIN(Karma, R"({"name": "karma", "version": "1.0.0", "capabilities": ["kv"]})")
///     ROOKERY_PLUGIN(Karma)    with rookery_add_plugin(karma plugin.cpp MANIFEST manifest.json)
/// The manifest (rookery/abi/manifest.h) lies in the library, where it is read without running it.
#define ROOKERY_PLUGIN(...)                                                          \
    ROOKERY_PLUGIN_PICK(__VA_ARGS__, ROOKERY_PLUGIN_OF_NAME, ROOKERY_PLUGIN_OF_JSON, \
                        ROOKERY_PLUGIN_OF_FILE, )                                    \
    (__VA_ARGS__)
#define ROOKERY_PLUGIN_PICK(a, b, c, Chosen, ...) Chosen

#define ROOKERY_PLUGIN_OF_NAME(Class, name_literal, version_literal) \
    ROOKERY_PLUGIN_OF_JSON(                                          \
        Class, "{\"name\": \"" name_literal "\", \"version\": \"" version_literal "\"}")
#define ROOKERY_PLUGIN_OF_JSON(Class, json)                                             \
    namespace {                                                                         \
    constexpr char rookery_manifest[] RK_MANIFEST_PLACE = json;                         \
    }                                                                                   \
    ROOKERY_PLUGIN_ENTRY(Class, ::rookery::detail::member_of(rookery_manifest, "name"), \
                         ::rookery::detail::member_of(rookery_manifest, "version"))
#define ROOKERY_PLUGIN_OF_FILE(Class) \
    ROOKERY_PLUGIN_ENTRY(Class, ROOKERY_MANIFEST_NAME, ROOKERY_MANIFEST_VERSION)

#define ROOKERY_PLUGIN_ENTRY(Class, name, version)                                       \
    extern "C" {                                                                         \
    __attribute__((visibility("default"))) extern const rk_entry_t rookery_plugin_entry; \
    constinit const rk_entry_t rookery_plugin_entry = {                                  \
        sizeof(rk_entry_t),                                                              \
        RK_ENTRY_MAGIC,                                                                  \
        RK_ABI_MAJOR,                                                                    \
        RK_ABI_MINOR,                                                                    \
        0,                                                                               \
        0,                                                                               \
        ::rookery::detail::to_text(name),                                                \
        ::rookery::detail::to_text(version),                                             \
        &::rookery::detail::Instance<Class>::create};                                    \
    }
