#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace rookery::hostapi {

using EffectId = std::uint64_t;

/// Everything that one extension instance has registered: each registration is an effect with an
/// undo. Ending the scope undoes them in reverse order; afterwards it is empty, which tests assert.
/// Effects may nest (a child's effects are undone before the parent's undo runs). Belongs to the
/// instance's worker thread.
class Scope {
  public:
    Scope() = default;
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope();  ///< asserts that it is empty

    /// `label` is for people: "on messageCreate", "timer 5 s". `parent` 0 is the root.
    EffectId add(std::string label, std::function<void()> undo, EffectId parent = 0);

    /// Runs the undo of one effect and of its children; false when there is no such effect.
    bool undo(EffectId id);
    /// Forgets one effect without running its undo (a timer that has fired).
    bool forget(EffectId id);
    void undo_all();

    [[nodiscard]] std::size_t size() const noexcept { return effects_.size(); }
    [[nodiscard]] bool empty() const noexcept { return effects_.empty(); }
    /// Labels, oldest first, children indented by two spaces.
    [[nodiscard]] std::vector<std::string> list() const;

  private:
    struct Effect {
        EffectId id;
        EffectId parent;
        std::string label;
        std::function<void()> undo;
    };

    std::vector<Effect> effects_;  ///< in order of registration
    EffectId next_ = 1;
};

}  // namespace rookery::hostapi
