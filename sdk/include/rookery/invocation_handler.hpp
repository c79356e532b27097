#pragma once

#include <rookery/abi/ext/commands.h>
#include <rookery/async.hpp>
#include <rookery/invocation.hpp>
#include <rookery/registration.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// How invocations of commands, buttons, menus and forms reach functions and coroutines of the
/// plugin.
namespace rookery::detail {

/// Calls what it stands for with an invocation; the host has it as `user`.
struct InvocationTarget {
    InvocationTarget() = default;
    InvocationTarget(const InvocationTarget&) = delete;
    InvocationTarget& operator=(const InvocationTarget&) = delete;
    virtual ~InvocationTarget() = default;
    virtual void call(rk_view_t event, JsonValue data) = 0;

    static rk_status_t run(void* user, rk_view_t event, rk_text_t invocation, rk_error_t* error) {
        return guarded(error, [&] {
            static_cast<InvocationTarget*>(user)->call(event,
                                                       JsonValue::parse(to_view(invocation)));
            return RK_OK;
        });
    }
    static void release(void* user) { delete static_cast<InvocationTarget*>(user); }
};

/// Begins a coroutine that is about an invocation, and keeps both until it ends. `make(const
/// Argument&)` gives the Task<>.
template <class Argument, class Keep, class Make>
void begin_invoked(const Host& host, Keep keep, const Argument& argument, const Make& make) {
    struct Kept {
        Keep keep;
        Argument argument;
    };
    Boxed<KeepingRoot<Kept>> root(Kept{std::move(keep), argument});
    root.user()->event = argument.handle().event;
    root.user()->loud = true;
    Task<> task = make(root.user()->keep.keep, root.user()->keep.argument);
    Root* const given = root.user();
    root.given();
    start(*host.tasks, given, std::move(task));
}

/// The handler of that has ended (questions.hpp).
inline void end_questions(const Invoked& call);

/// A handler of a command or a press: returns nothing or the text of a reply, or is a coroutine of
/// either.
template <class Argument, class Handler>
class InvocationHandler final : public InvocationTarget {
  public:
    InvocationHandler(const Host& host, Handler handler)
        : host_(&host), handler_(std::move(handler)) {}

    void call(rk_view_t event, JsonValue data) override {
        using Out = std::invoke_result_t<Handler&, const Argument&>;
        const Host& host = *host_;
        const Shared<Handler> handler = handler_;  // its own end may come while it runs
        if constexpr (is_task<Out>) {
            const Argument argument(host, kept_event<View>(host, event), std::move(data));
            begin_invoked(host, handler, argument,
                          [](const Shared<Handler>& kept, const Argument& call) {
                              return watch<typename Out::Value>(call, (*kept)(call));
                          });
        } else {
            const Argument argument(host, View(host.raw, host.views, event), std::move(data));
            try {
                if constexpr (std::is_void_v<Out>) {
                    (*handler)(argument);
                    conclude(argument);
                } else {
                    const std::string text((*handler)(argument));
                    say(argument, text);
                }
            } catch (const Refusal& refusal) {
                argument.refuse(refusal);
            } catch (...) {
                argument.apologize();
                end_questions(argument);
                throw;
            }
            end_questions(argument);
        }
    }

  private:
    /// That it was answered already: the event is handled again after a crash.
    static void say(const Argument& argument, const std::string& text) {
        const Host& host = *argument.caller().host;
        argument.reply(text).then([&host](const Result<Message>& sent) {
            if (!sent.ok() && sent.error().status != RK_E_EXISTS) {
                const std::string line = "not answered: " + sent.error().message;
                static_cast<void>(host.log->write(host.raw, RK_LOG_WARN, to_text(line)));
            }
        });
    }

    /// A press of which nothing was said: then it is enough that it was taken note of.
    static void conclude(const Argument& argument) {
        if constexpr (std::is_same_v<Argument, Press>) {
            if (!argument.answered() &&
                (argument.component() != "modal" || !argument.message_id().empty())) {
                argument.defer_update();
            }
        }
    }

    template <class Value>
    static Task<> watch(const Argument& call, Task<Value> task) {
        try {
            if constexpr (std::is_void_v<Value>) {
                co_await std::move(task);
                conclude(call);
            } else {
                const std::string text = co_await std::move(task);
                say(call, text);
            }
        } catch (const Refusal& refusal) {
            call.refuse(refusal);
        } catch (...) {
            call.apologize();
            end_questions(call);
            throw;
        }
        end_questions(call);
    }

    const Host* host_;
    Shared<Handler> handler_;
};

/// Registers what is called for invocations. Throws Error.
inline Registration handle_invocations(const Host& host, std::uint32_t kind, std::string_view key,
                                       std::unique_ptr<InvocationTarget> target) {
    const rk_commands_t& table = service<rk_commands_t>(host, RK_COMMANDS_ID);
    rk_handle_t handle = 0;
    Reason reason;
    reason.check(table.handle(host.raw, kind, to_text(key), &InvocationTarget::run, target.get(),
                              &InvocationTarget::release, &handle, reason),
                 key);
    static_cast<void>(target.release());
    return Registration(host, handle, host.events->unsubscribe);
}

/// Calls a method of `Of` with each press.
template <class Of>
struct Listening final : InvocationTarget {
    using Handling = void (Of::*)(const Press&);

    Listening(const Host& on, Of& of, Handling what) : host(&on), self(&of), handling(what) {}
    void call(rk_view_t event, JsonValue data) override {
        (self->*handling)(Press(*host, kept_event<View>(*host, event), std::move(data)));
    }

    const Host* host;
    Of* self;
    Handling handling;
};

/// What is told to whoever presses what nobody waits for any more.
inline void say_over(const Press& press) {
    press.reply_privately(in_language(press.locale(), "This has expired.", "Das ist abgelaufen."));
}

}  // namespace rookery::detail
