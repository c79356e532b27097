#pragma once

#include "base/clock.hpp"
#include "command/component_id.hpp"
#include "command/messages.hpp"
#include "hostapi/menu_book.hpp"
#include "hostapi/operations.hpp"
#include "hostapi/presses.hpp"
#include "store/kv.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::hostapi {

/// The presses of everybody's buttons, menus and forms: who handles which action, and whether a
/// press counts. What counts is settled in the store by the event that caused it, so that an event
/// that is delivered again, after a reload or a crash, comes to the same. Any thread.
class PressDesk final : public Presses {
  public:
    /// All outlive this.
    struct Parts {
        store::KvStore& store;
        Operations& operations;
        MenuBook& menus;
        const Clock& clock;
        const command::ComponentKey& key;
    };
    explicit PressDesk(const Parts& parts) : parts_(parts) {}

    [[nodiscard]] bool concerns(const model::Event& event, std::string_view owner) const override;
    void add(std::string_view owner, std::string_view action) override;
    void remove(std::string_view owner, std::string_view action) override;
    [[nodiscard]] bool wants_messages(std::string_view owner) const override;
    [[nodiscard]] std::shared_ptr<void> watch(std::function<void()> changed) override;
    void heard(const model::Event& event) override { parts_.menus.note_heard(event); }
    [[nodiscard]] bool was_heard(const model::Event& event) const override {
        return event.type() == model::EventType::message_create && parts_.menus.was_heard(event);
    }
    void prepare(model::EventPtr event, Asking asking,
                 std::function<void(std::optional<Invocation>)> done) override;

    /// A bot is there whose platform has no components.
    void expect_texts();

    /// An interaction of which nobody may take notice: tells whoever caused it, if it is one of
    /// ours and no extension handles it. `done` is called once, on any thread.
    void look_after(const model::EventPtr& event, std::function<void()> done);

  private:
    struct Press;
    using PressPtr = std::shared_ptr<Press>;

    [[nodiscard]] bool handled(std::uint64_t owner, const std::string& action) const;
    [[nodiscard]] bool is_for(std::string_view custom_id, std::uint64_t owner) const;
    void read_interaction(Press& press) const;
    void read_choice(Press& press, MenuBook::Choice choice) const;

    void read_message(const PressPtr& press);
    void answer_question(const PressPtr& press, const MenuBook::Form& question);
    void answer_form(const PressPtr& press, MenuBook::Form form);
    void open(const PressPtr& press);
    void load_state(const PressPtr& press);
    void check_time(const PressPtr& press);
    [[nodiscard]] bool in_time(const Press& press) const;
    [[nodiscard]] static std::string mark_of(const Press& press);
    void check_user(const PressPtr& press);
    void mark_used(const PressPtr& press);
    void compare_mark(const PressPtr& press, const std::string& key);
    void note(const PressPtr& press);
    void deliver(const PressPtr& press);

    void expire(const PressPtr& press);
    void refuse_choice(const PressPtr& press, command::Phrase phrase);
    [[nodiscard]] static bool is_too_late(const Press& press);
    void finish(const PressPtr& press, std::optional<Invocation> invocation);
    void refuse(const PressPtr& press, command::Phrase phrase);
    void say(const model::EventPtr& event, std::string text, std::function<void()> done);
    [[nodiscard]] std::int64_t seconds() const;

    Parts parts_;
    std::atomic<bool> texts_{false};
    mutable std::mutex mutex_;
    std::map<std::uint64_t, std::map<std::string, unsigned, std::less<>>> actions_;  ///< by owner
    std::vector<std::weak_ptr<std::function<void()>>> watchers_;
};

}  // namespace rookery::hostapi
