#pragma once

#include "base/result.hpp"
#include "hostapi/interaction_plan.hpp"
#include "model/event.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace rookery::hostapi {

/// What an interaction is about: a command with its group and subcommand ("todo item add"), or the
/// custom id of a component or form.
struct InteractionKey {
    InteractionType type = InteractionType::other;
    std::string text;
};
[[nodiscard]] InteractionKey key_of_interaction(const model::Event& event);

/// Which interactions a handler is for. Of several handlers that match, one extension's best one
/// gets the interaction.
class InteractionFilter {
  public:
    /// `key` of a command (autocomplete too) is its name, or with group and subcommand; of a
    /// component or form its custom id, or the beginning of it and a `*`. Error invalid when it is
    /// empty or too long.
    [[nodiscard]] static Result<InteractionFilter> make(InteractionType type, std::string key);

    /// 0: not at all; else the higher the more exact.
    [[nodiscard]] std::size_t match(const InteractionKey& key) const noexcept;

    /// "command remind"
    [[nodiscard]] std::string label() const;

  private:
    InteractionFilter(InteractionType type, std::string text, bool prefix)
        : type_(type), text_(std::move(text)), prefix_(prefix) {}

    InteractionType type_;
    std::string text_;
    bool prefix_;
};

}  // namespace rookery::hostapi
