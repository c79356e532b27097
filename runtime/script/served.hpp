#pragma once

#include "hostapi/extension.hpp"
#include "script/callback.hpp"
#include "script/to_lua/tasks.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace rookery::script {

/// The values from `first` to the top of the stack as what an event carries. Errors: invalid,
/// limit.
[[nodiscard]] Result<hostapi::ServedArguments> arguments_at(lua_State* lua, int first);
/// For server.lua: `list`, `n`, and `attachments` where there are any.
[[nodiscard]] nlohmann::json describe(const hostapi::ServedArguments& arguments);

/// What the script serves: each registration with the function that the server's calls go to.
/// Worker thread.
class Served {
  public:
    /// Runs the function for a call of the server.
    using Serve = std::function<void(const CallbackPtr& callback, std::unique_ptr<Visit> visit)>;

    Served(LuaState& state, const hostapi::ExtensionContext& context, Serve serve)
        : state_(state), context_(context), serve_(std::move(serve)) {}
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;

    /// Both take the callback, which goes again when they fail. Errors of hostapi::Serving, and
    /// unsupported when nothing is served.
    [[nodiscard]] Result<hostapi::EffectId> route(hostapi::RouteForm form,
                                                  const CallbackPtr& callback);
    [[nodiscard]] Result<hostapi::Serving::Channel> open(hostapi::ChannelForm form,
                                                         const CallbackPtr& callback);
    /// False when there is none.
    bool remove(hostapi::EffectId id);
    void clear();

  private:
    [[nodiscard]] Error nothing_served() const;

    LuaState& state_;
    const hostapi::ExtensionContext& context_;
    const Serve serve_;
    std::map<hostapi::EffectId, CallbackPtr> callbacks_;
};

}  // namespace rookery::script
