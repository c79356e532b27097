#pragma once

#include <rookery/abi/ext/commands.h>
#include <rookery/async.hpp>
#include <rookery/invocation.hpp>
#include <rookery/registration.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// How invocations reach functions and coroutines of the plugin.
namespace rookery::detail {

inline constexpr std::string_view kAskAction = "~ask";
inline constexpr std::string_view kPageAction = "~page";
inline constexpr std::chrono::milliseconds kLatestQuestion{1500};

/// As long as it lives, of the event nothing is left but to wait for somebody's answer.
class WaitsForAnswer {
  public:
    WaitsForAnswer(const Host& host, rk_handle_t event)
        : host_(host), event_(event), table_(host.table<rk_commands_t>(RK_COMMANDS_ID)) {
        tell(1);
    }
    WaitsForAnswer(const WaitsForAnswer&) = delete;
    WaitsForAnswer& operator=(const WaitsForAnswer&) = delete;
    ~WaitsForAnswer() { tell(0); }

  private:
    void tell(std::uint32_t waits) const noexcept {
        constexpr std::size_t kNeeded = offsetof(rk_commands_t, wait) + sizeof(void*);
        if (table_ != nullptr && table_->size >= kNeeded) {
            static_cast<void>(table_->wait(host_.raw, event_, waits));
        }
    }

    const Host& host_;
    rk_handle_t event_;
    const rk_commands_t* table_;
};

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
                throw;
            }
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
            throw;
        }
    }

    const Host* host_;
    Shared<Handler> handler_;
};

/// What gives the values of one option while it is typed.
struct Completer {
    std::string command;
    std::string option;

    Completer(std::string_view of, std::string_view name) : command(of), option(name) {}
    Completer(const Completer&) = delete;
    Completer& operator=(const Completer&) = delete;
    virtual ~Completer() = default;
    virtual void complete(rk_view_t event, JsonValue data) = 0;
};

/// What makes the pages of one name.
struct Pager {
    std::string name;

    explicit Pager(std::string_view called) : name(called) {}
    Pager(const Pager&) = delete;
    Pager& operator=(const Pager&) = delete;
    virtual ~Pager() = default;
    /// Of the page with that number, from 1; `state` lives as long as the task.
    virtual Task<Page> make(int page, const JsonValue& state) = 0;
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

/// What one plugin instance has asked and can be asked: questions that wait for an answer, pagers,
/// and what completes options. Instance thread.
class Desk {
  public:
    explicit Desk(const Host& host) : host_(&host) {}

    /// Questions that were asked before a restart are answered from here on.
    void open() {
        if (!std::exchange(open_, true)) {
            listen(kAskAction, &Desk::answered);
            listen(kPageAction, &Desk::turned);
        }
    }

    void add(std::unique_ptr<Completer> completer) {
        bool known = false;
        for (const auto& each : completers_) {
            known = known || each->command == completer->command;
        }
        const std::string command = completer->command;
        completers_.push_back(std::move(completer));
        if (!known) {
            handle_invocations(*host_, RK_INVOKE_AUTOCOMPLETE, command,
                               std::make_unique<Typing>(*this, command));
        }
    }
    /// In place of one of the same name.
    void add(std::unique_ptr<Pager> pager) {
        std::erase_if(pagers_, [&](const auto& each) { return each->name == pager->name; });
        pagers_.push_back(std::move(pager));
    }
    [[nodiscard]] Pager* pager(std::string_view name) const noexcept {
        for (const auto& each : pagers_) {
            if (each->name == name) {
                return each.get();
            }
        }
        return nullptr;
    }

    /// Answers to the question of that key go to the inbox, as long as this lives.
    class Asked {
      public:
        Asked(Desk& desk, std::string key, Inbox<Press>& inbox) : desk_(desk), inbox_(&inbox) {
            desk_.take_early(key, inbox);
            desk_.asked_.emplace_back(std::move(key), inbox_);
        }
        Asked(const Asked&) = delete;
        Asked& operator=(const Asked&) = delete;
        ~Asked() {
            for (auto at = desk_.asked_.begin(); at != desk_.asked_.end(); ++at) {
                if (at->second == inbox_) {
                    desk_.forget(std::move(at->first));
                    desk_.asked_.erase(at);
                    return;
                }
            }
        }

      private:
        Desk& desk_;
        Inbox<Press>* inbox_;
    };

    /// The message of a page with its buttons.
    static JsonObject message_of(const Page& page, std::string_view pager, int number,
                                 std::string_view state) {
        JsonObject out;
        if (!page.content.empty()) {
            out.add("content", page.content);
        }
        if (!page.embeds.empty()) {
            out.add_json("embeds", page.embeds);
        }
        JsonList row;
        if (page.last > 1) {
            row.add(turn("◀", pager, number - 1, state, number <= 1));
            row.add(turn("▶", pager, number + 1, state, number >= page.last));
        }
        return out.add_json("components", JsonList().add_json(row.text()).text());
    }

  private:
    struct Typing final : InvocationTarget {
        Typing(Desk& of, std::string which) : desk(&of), command(std::move(which)) {}
        void call(rk_view_t event, JsonValue data) override {
            for (const auto& each : desk->completers_) {
                if (each->command == command && each->option == data.text_at("focused")) {
                    each->complete(event, std::move(data));
                    return;
                }
            }
        }
        Desk* desk;
        std::string command;
    };
    using Handling = void (Desk::*)(const Press&);
    struct Listening final : InvocationTarget {
        Listening(Desk& of, Handling what) : desk(&of), handling(what) {}
        void call(rk_view_t event, JsonValue data) override {
            const Host& host = *desk->host_;
            (desk->*handling)(Press(host, kept_event<View>(host, event), std::move(data)));
        }
        Desk* desk;
        Handling handling;
    };

    void listen(std::string_view action, Handling handling) {
        handle_invocations(*host_, RK_INVOKE_PRESS, action,
                           std::make_unique<Listening>(*this, handling));
    }

    static JsonObject turn(std::string_view label, std::string_view pager, int number,
                           std::string_view state, bool disabled) {
        JsonObject out;
        out.add("button", label).add("action", kPageAction).add("style", "secondary");
        JsonObject carried;
        carried.add("n", pager).add("p", number).add_json("s", state);
        out.add("state", carried);
        if (disabled) {
            out.add("disabled", true);
        }
        return out;
    }

    void answered(const Press& press) {
        const std::string_view key = press.state().text_at("k");
        for (const auto& [asked, inbox] : asked_) {
            if (asked == key) {
                inbox->put(press);
                return;
            }
        }
        if (std::find(over_.begin(), over_.end(), key) != over_.end()) {
            over(press);
            return;
        }
        // After a restart or a reload the answer may come before the question is asked again.
        early_.push_back(press);
        begin_invoked(*host_, this, press, &Desk::wait_for_question);
    }
    static Task<> wait_for_question(Desk* self, const Press& press) {
        co_await sleep(kLatestQuestion);
        for (auto at = self->early_.begin(); at != self->early_.end(); ++at) {
            if (at->handle().event == press.handle().event) {
                over(press);
                self->early_.erase(at);
                co_return;
            }
        }
    }
    void take_early(std::string_view key, Inbox<Press>& inbox) {
        for (auto at = early_.begin(); at != early_.end(); ++at) {
            if (at->state().text_at("k") == key) {
                inbox.put(*at);
                early_.erase(at);
                return;
            }
        }
    }
    void forget(std::string key) {
        constexpr std::size_t kMost = 500;
        if (over_.size() < kMost) {
            over_.push_back(std::move(key));
        } else {
            over_[oldest_] = std::move(key);
            oldest_ = (oldest_ + 1) % kMost;
        }
    }
    void turned(const Press& press) {
        if (pager(press.state().text_at("n")) == nullptr) {
            over(press);
            return;
        }
        begin_invoked(*host_, this, press, &Desk::turn_to);
    }
    static Task<> turn_to(Desk* self, const Press& press) {
        const JsonValue& state = press.state();
        const std::string name(state.text_at("n"));
        const int number = static_cast<int>(state.integer_at("p", 1));
        const JsonValue* const given = state.find("s");
        const JsonValue carried = given != nullptr ? *given : JsonValue();
        Pager* const pager = self->pager(name);
        if (pager == nullptr) {
            co_return;
        }
        Task<Page> making = pager->make(number < 1 ? 1 : number, carried);
        const Page page = co_await std::move(making);
        const JsonObject message = message_of(page, name, number < 1 ? 1 : number, carried.dump());
        Call<Message>(press.caller(), "interactions.update", message.text());
    }
    static void over(const Press& press) {
        press.reply_privately(
            in_language(press.locale(), "This has expired.", "Das ist abgelaufen."));
    }

    const Host* host_;
    bool open_ = false;
    std::vector<std::pair<std::string, Inbox<Press>*>> asked_;
    std::vector<Press> early_;       ///< answers to what nobody has asked yet
    std::vector<std::string> over_;  ///< keys of the last questions
    std::size_t oldest_ = 0;
    std::vector<std::unique_ptr<Completer>> completers_;
    std::vector<std::unique_ptr<Pager>> pagers_;
};

}  // namespace rookery::detail

namespace rookery {

inline Task<std::optional<Press>> Invoked::question(std::string key, std::string message,
                                                    std::uint64_t millis) const {
    const Invoked self = *this;
    detail::Desk& desk = *self.host().desk;
    desk.open();
    detail::Inbox<Press> inbox;
    const detail::Desk::Asked asked(desk, std::move(key), inbox);
    const bool first = !std::exchange((*self.state_).answered, true);
    const Result<Message> sent =
        co_await Call<Message>(self.caller(), "interactions.reply", std::move(message));
    // That it was answered already: the event is handled again, and the question stands there.
    if (!sent.ok() && sent.error().status != RK_E_EXISTS) {
        throw Error(sent.error().status, sent.error().message);
    }
    inbox.limit(self.host(), millis);
    std::optional<Press> press;
    {
        const detail::WaitsForAnswer waits(self.host(), self.handle().event);
        press = co_await inbox.next();
    }
    if (press) {
        press->update({.components = "[]"});
    } else if (first) {
        self.edit({.components = "[]"});
    } else if (sent.ok()) {
        ops::Messages(self.caller()).edit(self.channel_id(), sent->id(), {.components = "[]"});
    }
    co_return press;
}

inline Task<Confirmed> Invoked::confirmed(std::string key, std::string message,
                                          std::uint64_t millis) const {
    Task<std::optional<Press>> asking = question(std::move(key), std::move(message), millis);
    const std::optional<Press> press = co_await std::move(asking);
    Confirmed out;
    out.answered = press.has_value();
    out.yes = press && press->state().flag_at("v");
    co_return out;
}

inline Task<Confirmed> Invoked::confirm(std::string_view text,
                                        const ConfirmOptions& options) const {
    const std::string key = next_key();
    const std::uint64_t millis = detail::millis_of(options.timeout);
    const auto button = [&](std::string_view label, bool value, std::string_view style) {
        return JsonObject()
            .add("button", label)
            .add("action", detail::kAskAction)
            .add("style", style)
            .add("state", JsonObject().add("k", key).add("v", value))
            .add("only", user_id())
            .add("once", "message")
            .add("expires", (millis + 999) / 1000);
    };
    const std::string_view yes =
        options.yes.empty() ? detail::in_language(locale(), "Yes", "Ja") : options.yes;
    const std::string_view no =
        options.no.empty() ? detail::in_language(locale(), "No", "Nein") : options.no;
    JsonObject message;
    message.add("content", text);
    if (options.privately) {
        message.add("ephemeral", true);
    }
    message.add("components", JsonList()
                                  .add(button(yes, true, options.danger ? "danger" : "primary"))
                                  .add(button(no, false, "secondary")));
    return confirmed(key, message.text(), millis);
}

inline Task<std::optional<std::string>> Invoked::chosen(std::string key, std::string message,
                                                        std::uint64_t millis) const {
    Task<std::optional<Press>> asking = question(std::move(key), std::move(message), millis);
    const std::optional<Press> press = co_await std::move(asking);
    std::optional<std::string> out;
    if (press) {
        std::vector<std::string> values = press->values();
        if (!values.empty()) {
            out.emplace(std::move(values.front()));
        }
    }
    co_return out;
}

inline Task<std::optional<std::string>> Invoked::choose(std::string_view text,
                                                        const std::vector<SelectChoice>& choices,
                                                        const AskOptions& options) const {
    const std::string key = next_key();
    const std::uint64_t millis = detail::millis_of(options.timeout);
    JsonList list;
    for (const SelectChoice& each : choices) {
        list.add_json(each.json());
    }
    JsonObject menu;
    menu.add("select", options.placeholder)
        .add("action", detail::kAskAction)
        .add("state", JsonObject().add("k", key))
        .add("choices", list)
        .add("only", user_id())
        .add("once", "message")
        .add("expires", (millis + 999) / 1000);
    JsonObject message;
    message.add("content", text);
    if (options.privately) {
        message.add("ephemeral", true);
    }
    message.add("components", JsonList().add(menu));
    return chosen(key, message.text(), millis);
}

inline Task<std::optional<std::string>> Invoked::written(std::string message,
                                                         std::uint64_t millis) const {
    const Invoked self = *this;
    (*self.state_).answered = true;
    const std::string where =
        JsonObject().add("user", self.user_id()).add("channel", self.channel_id()).text();
    const Result<Message> sent =
        co_await Call<Message>(self.caller(), "interactions.reply", std::move(message));
    if (!sent.ok() && sent.error().status != RK_E_EXISTS) {
        throw Error(sent.error().status, sent.error().message);
    }
    constexpr auto any = [](const MessageCreate&) { return true; };
    detail::NextEvent<MessageCreate, decltype(any)> next(where, any, millis);
    const detail::WaitsForAnswer waits(self.host(), self.handle().event);
    const Result<MessageCreate> answer = co_await next;
    std::optional<std::string> out;
    if (answer.ok()) {
        out.emplace(answer->content());
    }
    co_return out;
}

inline Task<std::optional<std::string>> Invoked::ask(std::string_view text,
                                                     const AskOptions& options) const {
    JsonObject message;
    message.add("content", text);
    if (options.privately) {
        message.add("ephemeral", true);
    }
    return written(message.text(), detail::millis_of(options.timeout));
}

inline Task<Result<Message>> Invoked::paged(std::string name, std::string state, int first) const {
    const Invoked self = *this;
    detail::Desk& desk = *self.host().desk;
    desk.open();
    detail::Pager* const pager = desk.pager(name);
    if (pager == nullptr) {
        Failure failure;
        failure.status = RK_E_NOT_FOUND;
        failure.message = "there is no pager \"" + name + "\"";
        co_return failure;
    }
    const JsonValue carried = JsonValue::parse(state);
    Task<Page> making = pager->make(first, carried);
    const Page page = co_await std::move(making);
    const JsonObject message = detail::Desk::message_of(page, name, first, state);
    (*self.state_).answered = true;
    Result<Message> sent =
        co_await Call<Message>(self.caller(), "interactions.reply", message.text());
    if (sent.error().status == RK_E_EXISTS) {
        co_return Message();  // the event is handled again after a crash
    }
    co_return sent;
}

inline Task<Result<Message>> Invoked::page(std::string_view pager, std::string_view state,
                                           int first) const {
    return paged(std::string(pager), std::string(state), first);
}

}  // namespace rookery
