#include "sim/discord/acts.hpp"

#include "sim/discord/act_call.hpp"

#include <algorithm>

namespace rookery::sim::discord {
namespace {

/// Every act by its name.
template <class Each>
void each_act(Each each) {
    for (const auto group : {message_acts(), people_acts(), guild_acts(), rare_acts()}) {
        for (const auto& act : group) {
            each(act);
        }
    }
}

}  // namespace

Result<Json> perform(Core& core, Actions& actions, Interactions& interactions, Rest& rest,
                     const Json& act) {
    const auto name = act.value("do", std::string());
    const NamedAct* wanted = nullptr;
    each_act(
        [&](const NamedAct& candidate) { wanted = candidate.name == name ? &candidate : wanted; });
    Act call{core, actions, interactions, rest, act};
    return wanted != nullptr ? wanted->perform(call) : perform_api_act(call, name);
}

std::vector<std::string> act_names() {
    auto names = api_act_names();
    each_act([&](const NamedAct& act) { names.emplace_back(act.name); });
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace rookery::sim::discord
