#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "command/text_form.hpp"
#include "command/text_menu.hpp"
#include "model/event.hpp"
#include "store/kv.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace rookery::hostapi {

/// Menus and forms that are told in text: in memory, where each message is held against them, and
/// in the store, from which they come back after a restart. Any thread.
class MenuBook {
  public:
    static constexpr std::size_t kMostInChannel = 20;  ///< the oldest of a channel go first
    static constexpr std::size_t kMost = 10'000;       ///< and the oldest of all

    static constexpr std::size_t kMostAtSeat = 20;  ///< forms and questions of one user there
    static constexpr std::size_t kMostTold = 500;   ///< answers of one form that are known again

    struct Menu {
        std::string bot;
        std::string channel;
        std::string message;
        std::string text;  ///< above the menu, uncut
        command::TextMenu menu;
        std::int64_t made = 0;  ///< milliseconds since 1970
    };
    /// A form and how far it is filled in: one for each user of a channel; or a question whose
    /// answer is whatever that user writes next there: the newest one is answered first.
    struct Form {
        std::string bot;
        std::string channel;
        std::string user;
        command::TextForm form;
        std::string opened_by;  ///< dedupe key of the event
        std::string after;      ///< id of the newest message that is no answer
        /// An answer by its dedupe key, and what was said to it; nothing when it was the last one.
        struct Told {
            std::string event;
            std::string said;
        };
        std::vector<Told> told;    ///< every answer, the newest last
        bool asked = false;        ///< the first question has been put
        bool over = false;         ///< all is answered, or it was cancelled
        std::int64_t touched = 0;  ///< milliseconds since 1970
        bool writes = false;       ///< it is such a question, without fields; else a form
        std::uint64_t owner = 0;   ///< tag of the extension, of a question
        Millis life{};             ///< of a question, from when it is asked
        std::int64_t expires = 0;  ///< and its end; 0: it is not asked yet
        std::int64_t made = 0;
        bool heard = false;  ///< of a question: the answer is nothing else to anybody any more
        std::string since;   ///< when the platform says that it was asked; empty: it does not
    };
    /// What somebody has chosen from a menu.
    struct Choice {
        std::string channel;
        std::string message;  ///< the menu's
        command::Picked picked;
        bool answers = false;  ///< it was written as a reply to the menu
    };

    /// Both outlive this.
    MenuBook(store::KvStore& store, const Clock& clock) : store_(store), clock_(clock) {}

    /// Before the first event; blocks. What is damaged is left out. Errors of the store.
    [[nodiscard]] Result<> load();

    /// The same message's menu is replaced; one without entries ends it.
    void put(Menu menu);
    void end(const std::string& bot, const std::string& channel, const std::string& message);
    [[nodiscard]] std::optional<Menu> find(const std::string& bot, const std::string& channel,
                                           const std::string& message) const;

    /// What the message of the event chooses: from the menu that it replies to, else from the
    /// newest of the channel. The same again for an event that was noted.
    [[nodiscard]] std::optional<Choice> choice(const model::Event& event) const;
    /// Keeps it for an event that comes again, although the menu may be gone by then. `done` on any
    /// thread, once it is kept.
    void note(const model::Event& event, Choice choice, std::function<void()> done);
    /// What was noted.
    [[nodiscard]] std::optional<Choice> noted(const model::Event& event) const;

    /// A form takes the place of another one of the same user there that is not filled in. `done`
    /// on any thread, once it is kept.
    void put(Form form, std::function<void()> done);
    void end_form(const Form& form);
    /// The one of the same place and user that the same event has opened in the same way.
    [[nodiscard]] std::optional<Form> opened(const Form& form) const;
    /// Its first question has been put, with that message: what was written before it is no answer.
    /// `done` on any thread, once that is kept.
    struct Asked {
        std::string message;  ///< empty: not known
        std::string since;    ///< when the platform says; may be empty
    };
    void note_asked(const Form& form, const Asked& asked, std::function<void()> done);
    /// Calls `then` as soon as it is known since when the question is asked, on any thread; false
    /// when there is nothing to wait for.
    [[nodiscard]] bool await_asked(const Form& form, std::function<void()> then);
    /// The form or question that the event's message is an answer for.
    [[nodiscard]] std::optional<Form> form(const model::Event& event) const;
    /// The event is the answer to the question. `done` on any thread, once that is kept, with
    /// whether it was the first.
    void answer(const Form& question, const model::Event& event, std::function<void(bool)> done);
    /// The answer to a question is nothing else to anybody any more.
    void note_heard(const model::Event& event);
    [[nodiscard]] bool was_heard(const model::Event& event) const;
    /// Whether that extension has asked something that is answered by a message.
    [[nodiscard]] bool asks_for_messages(std::uint64_t owner) const;

  private:
    using Place = std::pair<std::string, std::string>;  ///< bot, channel
    using Seat = std::tuple<std::string, std::string, std::string>;

    void add(Menu menu);
    void add(Form form);
    [[nodiscard]] Form* same(const Form& form);
    [[nodiscard]] bool is_over(const Form& form) const;
    void forget(const Place& place, const std::string& message);
    void shrink();
    [[nodiscard]] std::int64_t now() const;
    [[nodiscard]] Result<> load_all(const std::string& prefix,
                                    const std::function<void(const nlohmann::json&)>& take);
    void keep(std::string key, const nlohmann::json& value, Millis ttl,
              std::function<void()> done = {});
    void drop(std::string key);

    store::KvStore& store_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::map<Place, std::vector<Menu>> menus_;       ///< in the order of their making
    std::deque<std::pair<Place, std::string>> age_;  ///< may name some that are gone
    std::map<Seat, std::vector<Form>> forms_;        ///< in the order of their making
    /// By the keys of questions that are being asked: who waits for that.
    std::map<std::string, std::vector<std::function<void()>>> asking_;
    std::map<std::string, std::pair<Choice, std::int64_t>> noted_;  ///< by dedupe key; when
};

}  // namespace rookery::hostapi
