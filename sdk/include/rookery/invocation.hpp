#pragma once

#include <rookery/components.hpp>
#include <rookery/handlers.hpp>
#include <rookery/inbox.hpp>
#include <rookery/json_value.hpp>
#include <rookery/operations.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the handlers of commands, buttons, menus and forms get, and the ways to answer. Since 1.4.
namespace rookery {

class Press;

namespace detail {

/// One invocation, shared by the copies of what stands for it.
struct InvocationState {
    JsonValue data;
    bool answered = false;
    std::uint32_t questions = 0;  ///< that were asked
};

/// What Invoked::fail() throws.
struct Refusal {
    std::string text;
};

/// German for locales that begin so, else English.
inline std::string_view in_language(std::string_view locale, std::string_view english,
                                    std::string_view german) noexcept {
    return locale.substr(0, 2) == "de" ? german : english;
}

}  // namespace detail

/// A user, a member, a role, a channel, an attachment, a message: an object of the invocation, in
/// the normalised shape, of which the id at least is known. It and its texts hold as long as a copy
/// of the call or the press that it is from.
class Picked {
  public:
    Picked() = default;
    explicit Picked(const JsonValue* at) noexcept : at_(at) {}

    /// False when nothing was given.
    [[nodiscard]] explicit operator bool() const noexcept { return at_ != nullptr; }

    /// Of a member: the user's.
    [[nodiscard]] std::string_view id() const { return first({"id", "user.id", "userId"}); }
    /// As people see it: a nickname, a display name, a name; else the id.
    [[nodiscard]] std::string_view name() const {
        return first({"nickname", "displayName", "user.globalName", "user.username", "globalName",
                      "username", "name", "filename", "id", "user.id"});
    }
    /// "user.username"; empty where there is no such text.
    [[nodiscard]] std::string_view text(std::string_view path) const {
        return at_ != nullptr ? at_->text_at(path) : std::string_view();
    }
    [[nodiscard]] std::int64_t integer(std::string_view path, std::int64_t otherwise = 0) const {
        return at_ != nullptr ? at_->integer_at(path, otherwise) : otherwise;
    }
    [[nodiscard]] bool flag(std::string_view path, bool otherwise = false) const {
        return at_ != nullptr ? at_->flag_at(path, otherwise) : otherwise;
    }
    [[nodiscard]] std::vector<std::string> texts(std::string_view path) const {
        return at_ != nullptr ? at_->texts_at(path) : std::vector<std::string>();
    }
    [[nodiscard]] std::string json() const { return at_ != nullptr ? at_->dump() : "null"; }

  private:
    [[nodiscard]] std::string_view first(std::initializer_list<std::string_view> paths) const {
        for (const std::string_view path : paths) {
            if (const std::string_view found = text(path); !found.empty()) {
                return found;
            }
        }
        return {};
    }

    const JsonValue* at_ = nullptr;
};

/// The end of Invoked::confirm(). Converts to whether it was confirmed.
struct Confirmed {
    bool yes = false;
    bool answered = false;  ///< in time

    operator bool() const noexcept { return yes; }
};

/// How Invoked::confirm() asks.
struct ConfirmOptions {
    std::string_view yes{};  ///< of the buttons; empty: "Yes" and "No" in the user's language
    std::string_view no{};
    std::chrono::milliseconds timeout = std::chrono::seconds(60);
    bool danger = false;     ///< the first button warns
    bool privately = false;  ///< only the user sees it
};

/// How Invoked::choose() and ask() do.
struct AskOptions {
    std::chrono::milliseconds timeout = std::chrono::seconds(60);
    bool privately = false;
    std::string_view placeholder{};  ///< of the menu
};

/// One page of a pager.
struct Page {
    std::string content{};
    std::string embeds{};  ///< a JSON list; empty: none
    int last = 1;          ///< the number of the last page
};

/// What somebody has asked for: what is common to commands and presses. A cheap value; copies stand
/// for the same. Whoever keeps one beyond the handler holds the event as well, as coroutines do by
/// themselves.
///
/// The ways to answer are the same for a slash command, a command that was written, a button and a
/// text that stands for one. They may be called in any order: a reply after a deferral fills it in,
/// a second one is a follow-up. They are Calls: to be left alone, awaited, or given then().
class Invoked {
  public:
    Invoked(const Host& host, View event, JsonValue data)
        : host_(&host), event_(std::move(event)), state_(make(std::move(data))) {}

    /// The interactionCreate or messageCreate.
    [[nodiscard]] const View& event() const noexcept { return event_; }
    /// All of it: docs/reference/invocations.md.
    [[nodiscard]] const JsonValue& data() const noexcept { return (*state_).data; }

    [[nodiscard]] std::string_view user_id() const { return data().text_at("userId"); }
    [[nodiscard]] std::string_view channel_id() const { return data().text_at("channelId"); }
    /// Empty in direct messages.
    [[nodiscard]] std::string_view guild_id() const { return data().text_at("guildId"); }
    /// Of the command that was written, or of the message that has the component; else empty.
    [[nodiscard]] std::string_view message_id() const { return data().text_at("messageId"); }
    /// "de", "en-US"; of texts the language of the guild. Empty of presses that came as texts.
    [[nodiscard]] std::string_view locale() const { return data().text_at("locale"); }

    Call<Message> reply(ops::Text content) const { return reply({.content = content}); }
    Call<Message> reply(const ops::InteractionsReply& more) const {
        JsonObject out;
        more.write(out);
        return reply_with(out);
    }
    /// Only the user sees it: where the platform can do that, else in a direct message.
    Call<Message> reply_privately(ops::Text content) const {
        return reply({.content = content, .ephemeral = true});
    }
    /// Shows that an answer is coming.
    Call<Document> defer(const ops::InteractionsDefer& more = {}) const {
        return ways().defer(more);
    }
    /// Changes the answer, or fills a deferred one in.
    Call<Message> edit(ops::Text content) const { return edit({.content = content}); }
    Call<Message> edit(const ops::InteractionsEditReply& more) const {
        (*state_).answered = true;
        return ways().edit_reply(more);
    }
    Call<Message> follow_up(ops::Text content) const { return ways().follow_up(content); }
    Call<Message> follow_up(const ops::InteractionsFollowUp& more) const {
        return ways().follow_up(more);
    }
    Call<Document> delete_reply() const { return ways().delete_reply(); }
    /// Shows a form; instead of a reply. Plugin::press() has the handler of its action.
    Call<Document> form(const Form& what) const {
        (*state_).answered = true;
        return {caller(), "interactions.showModal", what.json()};
    }

    /// Ends the handler with that text: for the user alone, or in the channel when he wrote there.
    /// Nothing is logged.
    [[noreturn]] static void fail(std::string_view text) {
        throw detail::Refusal{std::string(text)};
    }

    // For handlers that are coroutines. Only the user may answer. After a reload or a kill -9 the
    // event is handled again from the start: what was asked is not asked anew, and what was
    // answered is given again, in the same order.

    /// `const bool sure = co_await call.confirm("Really?")`. The buttons go when it is over.
    [[nodiscard]] inline Task<Confirmed> confirm(std::string_view text,
                                                 const ConfirmOptions& options = {}) const;
    /// The value of what was chosen; nothing when nobody did in time.
    ///     const std::vector<SelectChoice> drinks = {{"Tea"}, {"Coffee", "c"}};
    ///     const auto drink = co_await call.choose("Which?", drinks);
    [[nodiscard]] inline Task<std::optional<std::string>> choose(
        std::string_view text, const std::vector<SelectChoice>& choices,
        const AskOptions& options = {}) const;
    /// The user's next message in the channel that is no command; nothing when there was none in
    /// time.
    [[nodiscard]] inline Task<std::optional<std::string>> ask(std::string_view text,
                                                              const AskOptions& options = {}) const;

    /// Answers with a page of what Plugin::pager() has the name of, and buttons to the others,
    /// which outlive reload and restart. `state`: JSON that the pager gets. RK_E_NOT_FOUND when
    /// there is no such pager; an empty message when it was answered before a crash.
    [[nodiscard]] inline Task<Result<Message>> page(std::string_view pager,
                                                    std::string_view state = "null",
                                                    int first = 1) const;

    /// For operations in the name of this event, after the handler has returned.
    [[nodiscard]] detail::Caller caller() const { return {host_, event_.handle().event, {}}; }
    [[nodiscard]] rk_view_t handle() const noexcept { return event_.handle(); }

    // For the wrapper.
    /// Of the keys of all that it asks: the same when the event is handled again.
    [[nodiscard]] std::string question_prefix() const {
        return std::string(event_.get("id").text().value_or("")) + "/";
    }
    [[nodiscard]] bool answered() const noexcept { return (*state_).answered; }
    void refuse(const detail::Refusal& refusal) const { complain(refusal.text); }
    void apologize() const {
        complain(
            detail::in_language(locale(), "Something went wrong.", "Da ist etwas schiefgegangen."));
    }

  protected:
    [[nodiscard]] const Host& host() const noexcept { return *host_; }
    [[nodiscard]] ops::Interactions ways() const { return ops::Interactions(caller()); }
    [[nodiscard]] detail::InvocationState& state_of() const noexcept { return *state_; }

  private:
    static detail::Shared<detail::InvocationState> make(JsonValue data) {
        detail::InvocationState state;
        state.data = std::move(data);
        return detail::Shared<detail::InvocationState>(std::move(state));
    }
    /// Whoever wrote a command reads of it where he wrote it.
    void complain(std::string_view text) const {
        const bool privately = event_.event().name == "interactionCreate";
        privately ? reply_privately(text) : reply(text);
    }
    Call<Message> reply_with(const JsonObject& arguments) const {
        (*state_).answered = true;
        return {caller(), "interactions.reply", arguments.text()};
    }
    /// What the next question is known by.
    [[nodiscard]] std::string next_key() const {
        return question_prefix() + std::to_string(++(*state_).questions);
    }
    /// `shown`: what is asked has components, which go when it is over.
    [[nodiscard]] inline Task<std::optional<Press>> question(std::string key, std::string message,
                                                             std::uint64_t millis,
                                                             bool shown = true) const;
    [[nodiscard]] inline Task<Confirmed> confirmed(std::string key, std::string message,
                                                   std::uint64_t millis) const;
    [[nodiscard]] inline Task<std::optional<std::string>> chosen(std::string key,
                                                                 std::string message,
                                                                 std::uint64_t millis) const;
    [[nodiscard]] inline Task<std::optional<std::string>> written(std::string key,
                                                                  std::string message,
                                                                  std::uint64_t millis) const;
    [[nodiscard]] inline Task<Result<Message>> paged(std::string pager, std::string state,
                                                     int first) const;

    const Host* host_;
    View event_;
    detail::Shared<detail::InvocationState> state_;
};

/// A command that somebody uses. Its texts hold as long as a copy of it.
class CommandCall : public Invoked {
  public:
    using Invoked::Invoked;

    /// With group and subcommand: "todo add".
    [[nodiscard]] std::string_view command() const { return data().text_at("command"); }
    /// "slash", "prefix", "user" or "message".
    [[nodiscard]] std::string_view source() const { return data().text_at("source"); }
    /// As it was typed.
    [[nodiscard]] std::string_view alias() const { return data().text_at("alias"); }
    [[nodiscard]] std::string_view prefix() const { return data().text_at("prefix"); }

    /// Whether the option was given, or has a default.
    [[nodiscard]] bool given(std::string_view option) const { return find(option) != nullptr; }
    [[nodiscard]] std::string_view text(std::string_view option,
                                        std::string_view otherwise = {}) const {
        const JsonValue* const found = find(option);
        return found != nullptr ? std::string_view(found->text) : otherwise;
    }
    [[nodiscard]] std::int64_t integer(std::string_view option, std::int64_t otherwise = 0) const {
        const JsonValue* const found = find(option);
        return found != nullptr ? found->integer_at({}, otherwise) : otherwise;
    }
    [[nodiscard]] double number(std::string_view option, double otherwise = 0) const {
        const JsonValue* const found = find(option);
        return found != nullptr ? found->number_at({}, otherwise) : otherwise;
    }
    [[nodiscard]] bool flag(std::string_view option, bool otherwise = false) const {
        const JsonValue* const found = find(option);
        return found != nullptr ? found->flag_at({}, otherwise) : otherwise;
    }
    [[nodiscard]] std::chrono::seconds duration(
        std::string_view option, std::chrono::seconds otherwise = std::chrono::seconds(0)) const {
        const JsonValue* const found = find(option);
        return found != nullptr
                   ? std::chrono::seconds(static_cast<std::int64_t>(found->number_at({})))
                   : otherwise;
    }
    [[nodiscard]] Picked user(std::string_view option) const { return Picked(find(option)); }
    [[nodiscard]] Picked member(std::string_view option) const { return Picked(find(option)); }
    [[nodiscard]] Picked role(std::string_view option) const { return Picked(find(option)); }
    [[nodiscard]] Picked channel(std::string_view option) const { return Picked(find(option)); }
    [[nodiscard]] Picked attachment(std::string_view option) const { return Picked(find(option)); }
    [[nodiscard]] Picked mentionable(std::string_view option) const { return Picked(find(option)); }
    /// The user or the message of a command in its menu.
    [[nodiscard]] Picked target() const { return Picked(data().find("target")); }

    /// While an option is typed: which, and what stands there.
    [[nodiscard]] std::string_view focused() const { return data().text_at("focused"); }
    [[nodiscard]] std::string_view typed() const { return data().text_at("typed"); }

  private:
    [[nodiscard]] const JsonValue* find(std::string_view option) const {
        const JsonValue* const options = data().find("options");
        const JsonValue* const found = options != nullptr ? options->find(option) : nullptr;
        return found != nullptr && found->kind != JsonValue::Kind::null ? found : nullptr;
    }
};

/// A button that was pressed, a menu that was used, a form that was sent, or a text that stands for
/// one of them where the platform has none. Its texts hold as long as a copy of it.
class Press : public Invoked {
  public:
    using Invoked::Invoked;

    [[nodiscard]] std::string_view action() const { return data().text_at("action"); }
    /// "button", "select", "modal" or "text".
    [[nodiscard]] std::string_view component() const { return data().text_at("component"); }
    /// What the component carries; null: nothing.
    [[nodiscard]] const JsonValue& state() const {
        static const JsonValue nothing;
        const JsonValue* const found = data().find("state");
        return found != nullptr ? *found : nothing;
    }
    /// What was chosen: texts; ids of users, roles and channels.
    [[nodiscard]] std::vector<std::string> values() const { return data().texts_at("values"); }
    /// What was filled in; empty when it was not.
    [[nodiscard]] std::string_view field(std::string_view name) const {
        const JsonValue* const fields = data().find("fields");
        return fields != nullptr ? fields->text_at(name) : std::string_view();
    }

    /// Changes the message that has the component.
    Call<Message> update(ops::Text content) const { return update({.content = content}); }
    Call<Message> update(const ops::InteractionsUpdate& more) const {
        state_of().answered = true;
        return ways().update(more);
    }
    /// Takes note of the press without showing anything.
    Call<Document> defer_update() const {
        state_of().answered = true;
        return ways().defer_update();
    }
    /// Changes the message, and takes its components away.
    Call<Message> close(ops::Text content) const {
        return update({.content = content, .components = "[]"});
    }
};

}  // namespace rookery
