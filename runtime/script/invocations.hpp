#pragma once

#include "hostapi/extension.hpp"
#include "script/callback.hpp"

#include <cstdint>
#include <map>
#include <string_view>

namespace rookery::script {

/// The script's handlers of commands, of options that are being typed, and of buttons, menus and
/// forms. Which of them is meant hostapi::Commands says.
class Invocations {
  public:
    Invocations(LuaState& state, const hostapi::ExtensionContext& context)
        : state_(state), context_(context) {}
    Invocations(const Invocations&) = delete;
    Invocations& operator=(const Invocations&) = delete;

    /// Owned by the scope, whose undo() ends it. Errors: those of Commands::handle(), unsupported
    /// (the runtime has no commands).
    [[nodiscard]] Result<hostapi::EffectId> add(hostapi::InvocationKind kind, std::string_view key,
                                                CallbackPtr callback);

    /// Whether the event may be for one of them.
    [[nodiscard]] bool concerned(const model::Event& event) const {
        return !callbacks_.empty() && context_.commands->concerns(event);
    }

    /// The event is delivered again, and only to whoever it is an answer for.
    [[nodiscard]] bool was_heard(const model::Event& event) const {
        return !callbacks_.empty() && context_.commands->was_heard(event);
    }

    /// Null when the handler is gone.
    [[nodiscard]] CallbackPtr find(std::uint64_t handler) const;

    void clear();

  private:
    struct Entry {
        hostapi::EffectId effect = 0;
        CallbackPtr callback;
    };

    LuaState& state_;
    const hostapi::ExtensionContext& context_;
    std::map<std::uint64_t, Entry> callbacks_;  ///< by CommandHandler::handler
};

}  // namespace rookery::script
