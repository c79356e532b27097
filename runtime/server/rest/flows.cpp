#include "server/rest/flows.hpp"

#include "model/operations.hpp"
#include "server/rest/operation_call.hpp"
#include "server/rest/shown.hpp"

#include <utility>

namespace rookery::server::rest {
namespace {

using nlohmann::json;

constexpr std::pair<std::string_view, Flow> kFlows[] = {
    {"guilds", guilds},
    {"guild_channels", guild_channels},
    {"guild_roles", guild_roles},
    {"role_search", role_search},
    {"role_edit", role_edit},
    {"role_members", role_members},
    {"member_nickname", member_nickname},
    {"member_roles", member_roles},
    {"member_timeout", member_timeout},
    {"pinned_messages", pinned_messages},
    {"bulk_delete", bulk_delete},
    {"reaction_remove", reaction_remove},
    {"channel", channel},
    {"channel_threads", channel_threads},
    {"channel_clone", channel_clone},
    {"thread_create", thread_create},
    {"sticker_create", sticker_create},
    {"scheduled_event", scheduled_event},
    {"event_users", event_users},
    {"voice_status", voice_status},
    {"voice_join", voice_join},
    {"voice_leave", voice_leave},
    {"voice_play", voice_play},
    {"interaction_callback", interaction_callback},
    {"operation", any_operation},
};

/// The cursor of the next page, when this one is full.
std::optional<std::string> next_page(const Call& call, const json& data) {
    const auto limit = call.arguments.find("limit");
    if (call.route.page.empty() || !data.is_array() || data.empty() ||
        limit == call.arguments.end() || data.size() < limit->get<std::size_t>()) {
        return std::nullopt;
    }
    const auto at = data.back().find(call.route.page);
    return at != data.back().end() && at->is_string() ? std::optional(at->get<std::string>())
                                                      : std::nullopt;
}

void hide_tokens(json& item) {
    const auto token = item.find("token");
    const auto url = item.find("url");
    if (token == item.end() || !token->is_string() || url == item.end() || !url->is_string()) {
        return;
    }
    const auto& address = url->get_ref<const std::string&>();
    *url = address.substr(0, address.find('/' + token->get<std::string>()));
    *token = nullptr;
}

}  // namespace

Flow find_flow(std::string_view name) noexcept {
    for (const auto& [known, flow] : kFlows) {
        if (known == name) {
            return flow;
        }
    }
    return nullptr;
}

Task<Result<Given>> give(Call& call, std::string_view operation, json data) {
    Given given;
    const Route& route = call.route;
    if (route.result == nullptr || route.gives != Gives::data) {
        given.data = std::move(data);
        co_return given;
    }
    const auto* const info = model::find_operation(operation);
    if (info != nullptr && info->result == nullptr) {
        const std::string text = data.dump();
        auto mapped = shown(*route.result, route.list, call.guild, call.id("channelId"), text);
        data = mapped ? std::move(*mapped) : json();
    }
    co_await call.complete(data, route.result, route.list);
    const std::string_view shape = route.result->shape->name;
    if ((shape == "Webhook" || shape == "ChannelWebhook") && !call.tells_tokens) {
        if (!route.list) {
            hide_tokens(data);
        }
        for (std::size_t i = 0; route.list && i < data.size(); ++i) {
            hide_tokens(data[i]);
        }
    }
    given.next = next_page(call, data);
    given.data = std::move(data);
    co_return given;
}

Task<Result<Given>> any_operation(Call& call) {
    const auto* const info =
        model::find_operation(call.path.value("noun", "") + '.' + call.path.value("verb", ""));
    auto answer = co_await call.operation(std::string(info->name), call.arguments);
    if (!answer) {
        co_return answer.error();
    }
    Given given;
    given.next = next_page(*info, call.arguments, *answer);
    given.data = std::move(*answer);
    co_return given;
}

Task<Result<Given>> plain(Call& call) {
    const CachePlace& cache = call.route.cache;
    if (!cache.kind.empty()) {
        const std::string owner = call.id(cache.owner);
        std::optional<json> found;
        if (cache.id.empty()) {
            found = co_await call.cached_list(std::string(cache.kind), owner, call.route.result);
        } else {
            found = co_await call.cached(std::string(cache.kind), owner, call.id(cache.id),
                                         call.route.result);
        }
        if (found) {
            Given given;
            co_await call.complete(*found, call.route.result, call.route.list);
            given.data = std::move(*found);
            co_return given;
        }
    }
    auto answer = co_await call.operation(std::string(call.route.operation), call.arguments);
    if (!answer) {
        co_return answer.error();
    }
    co_return co_await give(call, call.route.operation, std::move(*answer));
}

}  // namespace rookery::server::rest
