#pragma once

#include <rookery/invocation_handler.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a handler asks of somebody, and waits for: behind Invoked::confirm(), choose() and ask().
namespace rookery::detail {

inline constexpr std::string_view kAskAction = "~ask";

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

/// The questions of one plugin instance that wait for an answer. Instance thread.
class Questions {
  public:
    explicit Questions(const Host& host) : host_(&host) {}

    /// From here on answers are taken, also to what was asked before a restart.
    void open() {
        if (!std::exchange(open_, true)) {
            handle_invocations(
                *host_, RK_INVOKE_PRESS, kAskAction,
                std::make_unique<Listening<Questions>>(*host_, *this, &Questions::answered));
        }
    }

    /// Answers to the question of that key go to the inbox, as long as this lives.
    class Asked {
      public:
        Asked(Questions& questions, std::string key, Inbox<Press>& inbox)
            : questions_(questions), inbox_(&inbox) {
            questions_.take_early(key, inbox);
            questions_.asked_.emplace_back(std::move(key), inbox_);
        }
        Asked(const Asked&) = delete;
        Asked& operator=(const Asked&) = delete;
        ~Asked() {
            for (auto at = questions_.asked_.begin(); at != questions_.asked_.end(); ++at) {
                if (at->second == inbox_) {
                    questions_.forget(std::move(at->first));
                    questions_.asked_.erase(at);
                    return;
                }
            }
        }

      private:
        Questions& questions_;
        Inbox<Press>* inbox_;
    };

    /// The handler of that event has ended: what it would have had to ask for is over.
    void ended(const Invoked& call) {
        if (early_.empty()) {
            return;
        }
        const std::string prefix = call.question_prefix();
        for (std::size_t i = 0; i < early_.size();) {
            if (!early_[i]->press.state().text_at("k").starts_with(prefix)) {
                ++i;
                continue;
            }
            const std::unique_ptr<Early> one = std::move(early_[i]);
            early_.erase(early_.begin() + static_cast<std::ptrdiff_t>(i));
            over(one->press);
        }
    }

  private:
    /// An answer to what nobody has asked yet.
    struct Early {
        Early(const Host& host, const Press& what)
            : press(what), waits(host, what.handle().event) {}
        Press press;
        WaitsForAnswer waits;
    };

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
        // The event of the question is handled again, and the handler has not come so far.
        constexpr std::size_t kMost = 100;
        if (early_.size() >= kMost) {
            over(early_.front()->press);
            early_.erase(early_.begin());
        }
        early_.push_back(std::make_unique<Early>(*host_, press));
    }
    void take_early(std::string_view key, Inbox<Press>& inbox) {
        for (auto at = early_.begin(); at != early_.end(); ++at) {
            if ((*at)->press.state().text_at("k") == key) {
                inbox.put((*at)->press);
                early_.erase(at);
                return;
            }
        }
    }
    /// Whoever wrote something has said it to everybody, and is told nothing.
    static void over(const Press& press) {
        if (press.component() != "message") {
            say_over(press);
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

    const Host* host_;
    bool open_ = false;
    std::vector<std::pair<std::string, Inbox<Press>*>> asked_;
    std::vector<std::unique_ptr<Early>> early_;
    std::vector<std::string> over_;  ///< keys of the last questions
    std::size_t oldest_ = 0;
};

inline void end_questions(const Invoked& call) { call.caller().host->questions->ended(call); }

}  // namespace rookery::detail

namespace rookery {

inline Task<std::optional<Press>> Invoked::question(std::string key, std::string message,
                                                    std::uint64_t millis, bool shown) const {
    const Invoked self = *this;
    detail::Questions& questions = *self.host().questions;
    questions.open();
    detail::Inbox<Press> inbox;
    const detail::Questions::Asked asked(questions, std::move(key), inbox);
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
    if (!shown) {
        co_return press;
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

inline Task<std::optional<std::string>> Invoked::written(std::string key, std::string message,
                                                         std::uint64_t millis) const {
    Task<std::optional<Press>> asking = question(std::move(key), std::move(message), millis, false);
    const std::optional<Press> press = co_await std::move(asking);
    std::optional<std::string> out;
    if (press) {
        out.emplace(press->event().get("content").text().value_or(""));
    }
    co_return out;
}

inline Task<std::optional<std::string>> Invoked::ask(std::string_view text,
                                                     const AskOptions& options) const {
    const std::string key = next_key();
    const std::uint64_t millis = detail::millis_of(options.timeout);
    // Nothing to be seen: what the user writes next counts as a press of it.
    const JsonObject writes = JsonObject()
                                  .add("writes", true)
                                  .add("action", detail::kAskAction)
                                  .add("state", JsonObject().add("k", key))
                                  .add("only", user_id())
                                  .add("expires", (millis + 999) / 1000);
    JsonObject message;
    message.add("content", text);
    if (options.privately) {
        message.add("ephemeral", true);
    }
    message.add("components", JsonList().add(writes));
    return written(key, message.text(), millis);
}

}  // namespace rookery
