#include "sim/holobridge/rest.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace rookery::sim::holobridge {
namespace {

constexpr std::size_t kMostContent = 2'000;
constexpr std::size_t kMostEmbeds = 10;
constexpr std::size_t kMostName = 100;
constexpr std::size_t kMostTopic = 1'024;

/// Older ids are smaller, whatever their length.
bool older(const std::string& one, const std::string& other) {
    return one.size() != other.size() ? one.size() < other.size() : one < other;
}

/// An emoji of a path may be encoded twice.
std::string emoji_of(const Call& call) { return percent_decoded(call.at("emoji")); }

}  // namespace

std::span<const Rest::Route> Rest::message_routes() {
    static constexpr std::array kRoutes = {
        Route{"GET", "/api/channels/{channel}/messages", "read:messages", &Rest::list_messages},
        Route{"GET", "/api/channels/{channel}/messages/pinned", "read:messages", &Rest::list_pins},
        Route{"GET", "/api/channels/{channel}/messages/{message}", "read:messages",
              &Rest::get_message},
        Route{"POST", "/api/channels/{channel}/messages", "write:messages", &Rest::send},
        Route{"PATCH", "/api/channels/{channel}/messages/{message}", "write:messages", &Rest::edit},
        Route{"DELETE", "/api/channels/{channel}/messages/{message}", "write:messages",
              &Rest::remove},
        Route{"POST", "/api/channels/{channel}/messages/bulk-delete", "write:messages",
              &Rest::remove_many},
        Route{"POST", "/api/channels/{channel}/messages/{message}/reactions/{emoji}",
              "write:messages", &Rest::react},
        Route{"DELETE", "/api/channels/{channel}/messages/{message}/reactions/{emoji}",
              "write:messages", &Rest::unreact},
        Route{"DELETE", "/api/channels/{channel}/messages/{message}/reactions", "write:messages",
              &Rest::clear_reactions},
        Route{"GET", "/api/channels/{channel}/messages/{message}/reactions/{emoji}/users",
              "read:messages", &Rest::reactors},
        Route{"POST", "/api/channels/{channel}/messages/{message}/pin", "write:messages",
              &Rest::pin},
        Route{"DELETE", "/api/channels/{channel}/messages/{message}/pin", "write:messages",
              &Rest::unpin},
        Route{"POST", "/api/channels/{channel}/messages/{message}/crosspost", "write:messages",
              &Rest::crosspost},
    };
    return kRoutes;
}

std::span<const Rest::Route> Rest::channel_routes() {
    static constexpr std::array kRoutes = {
        Route{"GET", "/api/channels/{channel}", "read:channels", &Rest::get_channel},
        Route{"POST", "/api/channels/guilds/{guild}/channels", "write:channels",
              &Rest::create_channel},
        Route{"PATCH", "/api/channels/{channel}", "write:channels", &Rest::edit_channel},
        Route{"DELETE", "/api/channels/{channel}", "write:channels", &Rest::remove_channel},
        Route{"POST", "/api/channels/{channel}/threads", "write:channels", &Rest::create_thread},
        Route{"GET", "/api/channels/{channel}/threads", "read:channels", &Rest::list_threads},
        Route{"GET", "/api/channels/{channel}/webhooks", "write:channels", &Rest::list_nothing},
    };
    return kRoutes;
}

HttpReply Rest::list_messages(Call& call) {
    std::size_t limit = 50;
    const auto given = call.request.query_value("limit", "50");
    const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), limit);
    if (error != std::errc{} || limit < 1 || limit > 100) {
        return invalid(Json::array({{{"code", "too_big"},
                                     {"path", {"limit"}},
                                     {"message", "Number must be less than or equal to 100"}}}),
                       "Invalid query parameters");
    }
    const auto before = call.request.query_value("before");
    const auto after = call.request.query_value("after");
    Json list = Json::array();
    if (const auto* channel = core_.world.channel(call.at("channel"))) {
        const auto& all = channel->messages;
        for (auto it = all.rbegin(); it != all.rend() && list.size() < limit; ++it) {
            if ((before.empty() || older(it->id, before)) &&
                (after.empty() || older(after, it->id))) {
                list.push_back(message_json(core_, *it));
            }
        }
    }
    return data(list);
}

HttpReply Rest::list_pins(Call& call) {
    Json list = Json::array();
    if (const auto* channel = core_.world.channel(call.at("channel"))) {
        for (const auto& message : channel->messages) {
            if (message.pinned) {
                list.push_back(message_json(core_, message));
            }
        }
    }
    return data(list);
}

HttpReply Rest::get_message(Call& call) {
    const auto* message = message_of(call);
    return message == nullptr ? refuse(404, "MESSAGE_NOT_FOUND", "Message not found")
                              : data(message_json(core_, *message));
}

HttpReply Rest::send(Call& call) {
    Issues issues(call.body);
    issues.text("content", false, 0, kMostContent);
    issues.list("embeds", kMostEmbeds);
    issues.text("replyTo", false, 0, 40);
    issues.flag("tts");
    const bool embeds =
        call.has("embeds") && call.body["embeds"].is_array() && !call.body["embeds"].empty();
    if (call.text("content").empty() && !embeds) {
        issues.add("custom", Json::array(), "Either content or at least one embed is required");
    }
    if (auto wrong = issues.reply()) {
        return std::move(*wrong);
    }
    auto* channel = core_.world.channel(call.at("channel"));
    const auto reply_to = call.text("replyTo");
    const bool possible =
        channel != nullptr &&
        (channel->type == community::ChannelType::text ||
         channel->type == community::ChannelType::thread) &&
        (reply_to.empty() || community::World::message(*channel, reply_to) != nullptr);
    if (!possible) {
        return refuse(400, "SEND_FAILED", "Failed to send message");
    }
    community::Draft draft;
    draft.channel = channel->id;
    draft.author = call.who;
    draft.text = call.text("content");
    if (embeds) {
        draft.extra["embeds"] = call.body["embeds"];
    }
    if (call.has("tts")) {
        draft.extra["tts"] = call.body["tts"];
    }
    if (!reply_to.empty()) {
        draft.replies_to = {reply_to};
    }
    return data(message_json(core_, core_.world.post(std::move(draft))), 201);
}

HttpReply Rest::edit(Call& call) {
    Issues issues(call.body);
    if (call.has("content")) {
        issues.text("content", false, 0, kMostContent);
    }
    issues.list("embeds", kMostEmbeds);
    if (auto wrong = issues.reply()) {
        return std::move(*wrong);
    }
    auto* message = message_of(call);
    if (message == nullptr || message->author != call.who) {
        return refuse(400, "EDIT_FAILED", "Failed to edit message");
    }
    if (call.has("embeds")) {
        message->extra["embeds"] = call.body["embeds"];
    }
    core_.world.edit(*core_.world.channel(message->channel), *message,
                     call.has("content") ? call.text("content") : message->text, nullptr);
    return data(message_json(core_, *message));
}

HttpReply Rest::remove(Call& call) {
    auto* channel = core_.world.channel(call.at("channel"));
    const bool done =
        channel != nullptr && core_.world.remove(*channel, call.at("message"), call.who);
    return done ? data({{"deleted", true}})
                : refuse(400, "DELETE_FAILED", "Failed to delete message");
}

HttpReply Rest::remove_many(Call& call) {
    if (!call.has("messageIds") || !call.body["messageIds"].is_array()) {
        return refuse(400, "MISSING_MESSAGE_IDS", "messageIds array is required");
    }
    auto* channel = core_.world.channel(call.at("channel"));
    Json deleted = Json::array();
    Json failed = Json::array();
    std::vector<std::string> ids;
    for (const auto& id : call.body["messageIds"]) {
        const bool there =
            channel != nullptr && id.is_string() &&
            community::World::message(*channel, id.get_ref<const std::string&>()) != nullptr;
        (there ? deleted : failed).push_back(id);
        if (there) {
            ids.push_back(id.get<std::string>());
        }
    }
    if (!ids.empty()) {
        core_.world.remove_many(*channel, ids, call.who);
    }
    return data({{"deleted", std::move(deleted)}, {"failed", std::move(failed)}});
}

HttpReply Rest::react(Call& call) {
    auto* message = message_of(call);
    if (message == nullptr) {
        return refuse(400, "REACTION_FAILED", "Failed to add reaction");
    }
    (void)core_.world.react(*core_.world.channel(message->channel), *message, call.who,
                            emoji_of(call));
    return data({{"reacted", true}});
}

HttpReply Rest::unreact(Call& call) {
    auto* message = message_of(call);
    const bool done =
        message != nullptr &&
        core_.world.unreact(*core_.world.channel(message->channel), *message,
                            call.request.query_value("userId", call.who), emoji_of(call), call.who);
    return done ? data({{"removed", true}})
                : refuse(400, "REACTION_REMOVE_FAILED", "Failed to remove reaction");
}

HttpReply Rest::clear_reactions(Call& call) {
    auto* message = message_of(call);
    if (message == nullptr) {
        return refuse(400, "REACTIONS_REMOVE_FAILED", "Failed to remove reactions");
    }
    core_.world.clear_reactions(*core_.world.channel(message->channel), *message, "", call.who);
    return data({{"removed", true}});
}

HttpReply Rest::reactors(Call& call) {
    Json list = Json::array();
    if (const auto* message = message_of(call)) {
        for (const auto& reaction : message->reactions) {
            for (const auto& id :
                 reaction.emoji == emoji_of(call) ? reaction.by : std::vector<std::string>{}) {
                list.push_back(user_json(*core_.world.person(id)));
            }
        }
    }
    return data(list);
}

HttpReply Rest::pin(Call& call) {
    auto* message = message_of(call);
    if (message == nullptr) {
        return refuse(400, "PIN_FAILED", "Failed to pin message");
    }
    (void)core_.world.pin(*core_.world.channel(message->channel), *message, true, call.who);
    return data({{"pinned", true}});
}

HttpReply Rest::unpin(Call& call) {
    auto* message = message_of(call);
    if (message == nullptr) {
        return refuse(400, "UNPIN_FAILED", "Failed to unpin message");
    }
    (void)core_.world.pin(*core_.world.channel(message->channel), *message, false, call.who);
    return data({{"unpinned", true}});
}

HttpReply Rest::crosspost(Call&) {
    return refuse(400, "CROSSPOST_FAILED", "Failed to crosspost message");
}

HttpReply Rest::get_channel(Call& call) {
    const auto* channel = core_.world.channel(call.at("channel"));
    return channel == nullptr ? refuse(404, "CHANNEL_NOT_FOUND", "Channel not found")
                              : data(channel_json(core_, *channel));
}

HttpReply Rest::create_channel(Call& call) {
    using community::ChannelType;
    static constexpr std::array kTypes = {
        std::pair("text", ChannelType::text),         std::pair("voice", ChannelType::voice),
        std::pair("category", ChannelType::category), std::pair("announcement", ChannelType::text),
        std::pair("stage", ChannelType::voice),       std::pair("forum", ChannelType::text)};
    Issues issues(call.body);
    issues.text("name", true, 1, kMostName);
    issues.text("topic", false, 0, kMostTopic);
    const auto* type = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& known) {
        return call.text("type") == known.first;
    });
    if (type == kTypes.end()) {
        issues.add("invalid_enum_value", {"type"}, "Invalid enum value");
    }
    if (auto wrong = issues.reply()) {
        return std::move(*wrong);
    }
    auto* server = core_.world.server(call.at("guild"));
    if (server == nullptr) {
        return refuse(400, "CREATE_FAILED", "Failed to create channel");
    }
    const auto& made = core_.world.add_channel(*server, call.text("name"), type->second, call.who,
                                               call.text("parentId"), call.text("topic"));
    return data(channel_json(core_, made), 201);
}

HttpReply Rest::edit_channel(Call& call) {
    Issues issues(call.body);
    issues.text("name", false, 1, kMostName);
    if (call.has("topic")) {
        issues.text("topic", false, 0, kMostTopic);
    }
    if (auto wrong = issues.reply()) {
        return std::move(*wrong);
    }
    auto* channel = core_.world.channel(call.at("channel"));
    if (channel == nullptr) {
        return refuse(400, "EDIT_FAILED", "Failed to edit channel");
    }
    channel->name = call.has("name") ? call.text("name") : channel->name;
    channel->topic = call.has("topic") ? call.text("topic") : channel->topic;
    core_.world.channel_changed(*channel, call.who);
    return data(channel_json(core_, *channel));
}

HttpReply Rest::remove_channel(Call& call) {
    return core_.world.remove_channel(call.at("channel"), call.who)
               ? data({{"deleted", true}})
               : refuse(400, "DELETE_FAILED", "Failed to delete channel");
}

HttpReply Rest::create_thread(Call& call) {
    Issues issues(call.body);
    issues.text("name", true, 1, kMostName);
    if (auto wrong = issues.reply()) {
        return std::move(*wrong);
    }
    auto* channel = core_.world.channel(call.at("channel"));
    auto* server = channel == nullptr ? nullptr : core_.world.server_of(*channel);
    if (server == nullptr) {
        return refuse(400, "THREAD_CREATE_FAILED", "Failed to create thread");
    }
    const auto& made = core_.world.add_channel(
        *server, call.text("name"), community::ChannelType::thread, call.who, channel->id);
    return data(channel_json(core_, made), 201);
}

HttpReply Rest::list_threads(Call& call) {
    Json list = Json::array();
    core_.world.each_channel([&](community::Channel& channel) {
        if (channel.type == community::ChannelType::thread &&
            channel.parent == call.at("channel")) {
            list.push_back(channel_json(core_, channel));
        }
    });
    return data(list);
}

}  // namespace rookery::sim::holobridge
