#pragma once

#include <rookery/invocation_handler.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Answers of several pages, with buttons to turn them: behind Plugin::pager().
namespace rookery::detail {

inline constexpr std::string_view kPageAction = "~page";

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

template <class Handler>
struct PagerOf final : Pager {
    PagerOf(std::string_view called, Handler what) : Pager(called), handler(std::move(what)) {}

    Task<Page> make(int page, const JsonValue& state) override {
        if constexpr (is_task<std::invoke_result_t<Handler&, int, const JsonValue&>>) {
            return (*handler)(page, state);
        } else {
            return at_once(handler, page, state);
        }
    }
    static Task<Page> at_once(Shared<Handler> handler, int page, const JsonValue& state) {
        co_return (*handler)(page, state);
    }

    Shared<Handler> handler;
};

/// The pagers of one plugin instance. Instance thread.
class Pagers {
  public:
    explicit Pagers(const Host& host) : host_(&host) {}

    /// From here on pages are turned, also of messages from before a restart.
    void open() {
        if (!std::exchange(open_, true)) {
            handle_invocations(*host_, RK_INVOKE_PRESS, kPageAction,
                               std::make_unique<Listening<Pagers>>(*host_, *this, &Pagers::turned));
        }
    }

    /// In place of one of the same name.
    void add(std::unique_ptr<Pager> pager) {
        std::erase_if(pagers_, [&](const auto& each) { return each->name == pager->name; });
        pagers_.push_back(std::move(pager));
    }
    [[nodiscard]] Pager* find(std::string_view name) const noexcept {
        for (const auto& each : pagers_) {
            if (each->name == name) {
                return each.get();
            }
        }
        return nullptr;
    }

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

    void turned(const Press& press) {
        if (find(press.state().text_at("n")) == nullptr) {
            say_over(press);
            return;
        }
        begin_invoked(*host_, this, press, &Pagers::turn_to);
    }
    static Task<> turn_to(Pagers* self, const Press& press) {
        const JsonValue& state = press.state();
        const std::string name(state.text_at("n"));
        const int number = static_cast<int>(state.integer_at("p", 1));
        const JsonValue* const given = state.find("s");
        const JsonValue carried = given != nullptr ? *given : JsonValue();
        Pager* const pager = self->find(name);
        if (pager == nullptr) {
            co_return;
        }
        Task<Page> making = pager->make(number < 1 ? 1 : number, carried);
        const Page page = co_await std::move(making);
        const JsonObject message = message_of(page, name, number < 1 ? 1 : number, carried.dump());
        Call<Message>(press.caller(), "interactions.update", message.text());
    }

    const Host* host_;
    bool open_ = false;
    std::vector<std::unique_ptr<Pager>> pagers_;
};

}  // namespace rookery::detail

namespace rookery {

inline Task<Result<Message>> Invoked::paged(std::string name, std::string state, int first) const {
    const Invoked self = *this;
    self.host().pagers->open();
    detail::Pager* const pager = self.host().pagers->find(name);
    if (pager == nullptr) {
        Failure failure;
        failure.status = RK_E_NOT_FOUND;
        failure.message = "there is no pager \"" + name + "\"";
        co_return failure;
    }
    const JsonValue carried = JsonValue::parse(state);
    Task<Page> making = pager->make(first, carried);
    const Page page = co_await std::move(making);
    const JsonObject message = detail::Pagers::message_of(page, name, first, state);
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
