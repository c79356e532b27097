#include "sim/discord/rest_route.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

constexpr BucketRule kReactions{"reactions", 1, Millis{250}};
constexpr BucketRule kReads{"reaction-reads", 10, Millis{5'000}};

/// A path segment as an emoji object: "name:id" or the emoji itself.
Json emoji_of(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon != std::string::npos && parse_id(text.substr(colon + 1))) {
        return {
            {"id", text.substr(colon + 1)}, {"name", text.substr(0, colon)}, {"animated", false}};
    }
    return {{"id", nullptr}, {"name", text}};
}

/// An emoji that is no custom one has no ASCII letter in it (key caps and the like have digits).
bool is_emoji(const Json& emoji) {
    const auto name = emoji["name"].get<std::string>();
    return !emoji["id"].is_null() ||
           (!name.empty() && std::any_of(name.begin(), name.end(), [](char c) {
               return (static_cast<unsigned char>(c) & 0x80U) != 0;
           }));
}

HttpReply change(RestCall& call, bool add, Id user) {
    auto* channel = call.channel(0);
    auto* message = channel == nullptr ? nullptr : call.message(*channel, 1);
    if (message == nullptr) {
        return call.failure;
    }
    const auto emoji = emoji_of(call.parameters[2]);
    if (!is_emoji(emoji)) {
        return error_reply(400, 10014, "Unknown Emoji");
    }
    if (add) {
        call.actions.react(*channel, *message, user, emoji);
    } else {
        call.actions.unreact(*channel, *message, user, emoji);
    }
    return no_content();
}

HttpReply add_own(RestCall& call) { return change(call, true, call.actor); }
HttpReply remove_own(RestCall& call) { return change(call, false, call.actor); }
HttpReply remove_of_user(RestCall& call) { return change(call, false, call.id(3)); }

HttpReply list(RestCall& call) {
    auto* channel = call.channel(0);
    auto* message = channel == nullptr ? nullptr : call.message(*channel, 1);
    if (message == nullptr) {
        return call.failure;
    }
    const auto key = emoji_key(emoji_of(call.parameters[2]));
    const auto after = parse_id(call.request.query_value("after", "0")).value_or(0);
    const auto limit = call.limit(25, 100);
    Json out = Json::array();
    for (const auto& reaction : message->reactions) {
        if (emoji_key(reaction.emoji) != key) {
            continue;
        }
        auto users = reaction.users;
        std::sort(users.begin(), users.end());
        for (const Id user : users) {
            if (user > after && out.size() < limit) {
                out.push_back(call.core.world.user_json(user));
            }
        }
    }
    return json_reply(out);
}

HttpReply remove_all(RestCall& call) {
    auto* channel = call.channel(0);
    auto* message = channel == nullptr ? nullptr : call.message(*channel, 1);
    if (message == nullptr) {
        return call.failure;
    }
    call.actions.clear_reactions(*channel, *message, nullptr);
    return no_content();
}

HttpReply remove_emoji(RestCall& call) {
    auto* channel = call.channel(0);
    auto* message = channel == nullptr ? nullptr : call.message(*channel, 1);
    if (message == nullptr) {
        return call.failure;
    }
    call.actions.clear_reactions(*channel, *message, emoji_of(call.parameters[2]));
    return no_content();
}

constexpr std::array kRoutes = {
    Route{"DELETE", "/channels/{}/messages/{}/reactions", kReactions, remove_all},
    Route{"DELETE", "/channels/{}/messages/{}/reactions/{}", kReactions, remove_emoji},
    Route{"PUT", "/channels/{}/messages/{}/reactions/{}/@me", kReactions, add_own},
    Route{"DELETE", "/channels/{}/messages/{}/reactions/{}/@me", kReactions, remove_own},
    Route{"DELETE", "/channels/{}/messages/{}/reactions/{}/{}", kReactions, remove_of_user},
    Route{"GET", "/channels/{}/messages/{}/reactions/{}", kReads, list},
};

}  // namespace

std::span<const Route> reaction_routes() { return kRoutes; }

}  // namespace rookery::sim::discord
