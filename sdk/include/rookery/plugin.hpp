#pragma once

#include <rookery/document.hpp>
#include <rookery/events.hpp>
#include <rookery/host.hpp>
#include <rookery/interactions.hpp>
#include <rookery/log.hpp>
#include <rookery/operations.hpp>
#include <rookery/registration.hpp>
#include <rookery/view.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rookery {

namespace detail {
template <class P>
class Instance;
}

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
/// needs no locks and may block. Every member is for that thread unless it says [any thread]. What
/// a handler throws is logged by the host with the plugin's name and the event; the plugin goes on.
///
/// At a reload the new version is made beside the old one and takes over when its start() and
/// load() have succeeded; if either throws, the old one goes on.
class Plugin {
  public:
    Plugin() = default;
    Plugin(const Plugin&) = delete;
    Plugin& operator=(const Plugin&) = delete;
    virtual ~Plugin() = default;

    /// Reads the configuration and registers what the plugin wants to hear. A throw refuses the
    /// plugin with its text. (In the constructor there is no host yet.)
    virtual void start() = 0;
    /// The end: threads of the plugin are joined here. Nothing is called afterwards.
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
    template <class Event, class Handler>
    Registration on(Handler handler) {
        return subscribe<Event>(Event::kEvent, std::move(handler));
    }
    /// The same by name, for events without a type of their own ("discord:RAW_NAME") and for "*".
    /// `handler(const rookery::View&)`.
    template <class Handler>
    Registration on(std::string_view name, Handler handler) {
        return subscribe<View>(name, std::move(handler));
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
        reason.check(interactions().declare(host().raw, detail::to_text(json), &handle, reason),
                     "declare_command");
        return Registration(host(), handle, interactions().withdraw);
    }

    /// Calls `task()` once, `delay` from now at the earliest.
    template <class Rep, class Period, class Task>
    Registration after(std::chrono::duration<Rep, Period> delay, Task task) {
        return timer(host().timers->after, delay, std::move(task));
    }
    /// Calls `task()` again and again, each time `pause` after the last call has returned.
    template <class Rep, class Period, class Task>
    Registration every(std::chrono::duration<Rep, Period> pause, Task task) {
        return timer(host().timers->every, pause, std::move(task));
    }
    /// Calls `task()` once on the plugin's thread. [any thread]
    template <class Task>
    void post(Task task) {
        using Box = detail::Boxed<Task>;
        Box box(std::move(task));
        detail::Reason reason;
        reason.check(host().timers->post(host().raw, &run<Task>, box.user(), &Box::release, reason),
                     "post");
        box.given();
    }

    /// [any thread]
    [[nodiscard]] Log log() const noexcept { return Log(host()); }

    /// The plugin's own keys of the configuration: [plugins.NAME].
    [[nodiscard]] Document config() const {
        rk_handle_t handle = 0;
        detail::Reason().check(host().config->settings(host().raw, &handle), "config");
        return Document(host(), handle);
    }

    [[nodiscard]] Messages messages() const noexcept { return Messages(host()); }
    [[nodiscard]] Reactions reactions() const noexcept { return Reactions(host()); }
    [[nodiscard]] Members members() const noexcept { return Members(host()); }
    /// Any operation of the reference, by name.
    [[nodiscard]] Operations operations() const noexcept { return Operations(host()); }

    /// Answers a message: an event that has `channelId` and `id`.
    template <class Callback = NoCallback>
    void reply(const View& message, std::string_view content, Callback callback = {}) const {
        Messages(host(), message.handle().event)
            .reply(text(message, "channelId"), text(message, "id"), content, std::move(callback));
    }
    /// Reacts to a message.
    template <class Callback = NoCallback>
    void react(const View& message, std::string_view emoji, Callback callback = {}) const {
        Reactions(host(), message.handle().event)
            .add(text(message, "channelId"), text(message, "id"), emoji, std::move(callback));
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

    static std::string_view text(const View& view, std::string_view field) {
        return view.get(field).text().value_or("");
    }

    template <class Event, class Handler>
    struct Subscriber {
        const Host* host;
        Handler handler;

        static rk_status_t run(void* user, rk_view_t view, rk_error_t* error) {
            return detail::guarded(error, [&] {
                auto& self = *static_cast<Subscriber*>(user);
                self.handler(Event(self.host->raw, self.host->views, view));
                return RK_OK;
            });
        }
    };

    const rk_interactions_t& interactions() const {
        if (host().interactions == nullptr) {
            throw Error(RK_E_UNSUPPORTED, "this host has no interactions");
        }
        return *host().interactions;
    }

    template <class Handler>
    struct Interacted {
        const Host* host;
        Handler handler;

        static rk_status_t run(void* user, rk_view_t view, rk_error_t* error) {
            return detail::guarded(error, [&] {
                auto& self = *static_cast<Interacted*>(user);
                const InteractionCreate event(self.host->raw, self.host->views, view);
                self.handler(InteractionEvent(*self.host, event));
                return RK_OK;
            });
        }
    };

    template <class Handler>
    Registration on_interaction(std::uint32_t kind, std::string_view key, Handler handler) {
        using One = Interacted<Handler>;
        using Box = detail::Boxed<One>;
        Box box(One{host_, std::move(handler)});
        rk_handle_t handle = 0;
        detail::Reason reason;
        reason.check(interactions().subscribe(host().raw, kind, detail::to_text(key), &One::run,
                                              box.user(), &Box::release, &handle, reason),
                     key);
        box.given();
        return Registration(host(), handle, host().events->unsubscribe);
    }

    template <class Event, class Handler>
    Registration subscribe(std::string_view name, Handler handler) {
        using One = Subscriber<Event, Handler>;
        using Box = detail::Boxed<One>;
        Box box(One{host_, std::move(handler)});
        rk_handle_t handle = 0;
        detail::Reason reason;
        reason.check(host().events->subscribe(host().raw, detail::to_text(name), &One::run,
                                              box.user(), &Box::release, &handle, reason),
                     name);
        box.given();
        return Registration(host(), handle, host().events->unsubscribe);
    }

    template <class Task>
    static rk_status_t run(void* user, rk_error_t* error) {
        return detail::guarded(error, [&] {
            (*static_cast<Task*>(user))();
            return RK_OK;
        });
    }

    template <class Start, class Duration, class Task>
    Registration timer(Start begin, Duration delay, Task task) {
        using Box = detail::Boxed<Task>;
        Box box(std::move(task));
        // Rounded up: never too early. A negative delay is none.
        const auto millis = std::chrono::ceil<std::chrono::milliseconds>(delay).count();
        rk_handle_t handle = 0;
        detail::Reason reason;
        reason.check(begin(host().raw, millis > 0 ? static_cast<std::uint64_t>(millis) : 0,
                           &run<Task>, box.user(), &Box::release, &handle, reason),
                     "timer");
        box.given();
        return Registration(host(), handle, host().timers->cancel);
    }

    const Host* host_ = nullptr;
};

namespace detail {

/// A plugin object behind the C interface.
template <class P>
class Instance {
  public:
    static rk_status_t create(const rk_host_t* host, const rk_plugin_t** out, rk_error_t* error) {
        return guarded(error, [&] {
            auto made = std::make_unique<Instance>(host);
            base(made.get()).start();
            *out = &made.release()->c_;
            return RK_OK;
        });
    }

    explicit Instance(const rk_host_t* host) : host_(host) { base(this).host_ = &host_; }

  private:
    static Plugin& base(void* self) noexcept { return static_cast<Instance*>(self)->plugin_; }

    static void destroy(void* self) { delete static_cast<Instance*>(self); }
    static void stop(void* self) { base(self).stop(); }
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
    P plugin_;
};

}  // namespace detail
}  // namespace rookery

/// Makes the library a plugin: once, at namespace scope. `name` and `version` are string literals.
#define ROOKERY_PLUGIN(Class, name_literal, version_literal)                                 \
    extern "C" {                                                                             \
    __attribute__((visibility("default"))) extern const rk_entry_t rookery_plugin_entry;     \
    const rk_entry_t rookery_plugin_entry = {sizeof(rk_entry_t),                             \
                                             RK_ENTRY_MAGIC,                                 \
                                             RK_ABI_MAJOR,                                   \
                                             RK_ABI_MINOR,                                   \
                                             0,                                              \
                                             0,                                              \
                                             {name_literal, sizeof(name_literal) - 1},       \
                                             {version_literal, sizeof(version_literal) - 1}, \
                                             &::rookery::detail::Instance<Class>::create};   \
    }
