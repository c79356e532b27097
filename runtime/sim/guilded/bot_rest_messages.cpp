#include "sim/guilded/bot_rest.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace rookery::sim::guilded {
namespace {

constexpr std::size_t kMostContent = 4'000;
constexpr std::size_t kMostReplies = 5;
constexpr std::size_t kMostEmbeds = 10;
constexpr std::size_t kPage = 50;
constexpr std::size_t kMostPage = 100;

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

HttpReply no_message() { return refuse(404, "NotFoundError", "Message not found"); }
HttpReply no_channel() { return refuse(404, "NotFoundError", "Channel not found"); }
HttpReply nothing() { return community::json_reply(nullptr, 204); }

}  // namespace

std::span<const BotRest::Route> BotRest::message_routes() {
    static constexpr std::array kRoutes = {
        Route{"GET", "/channels/{channel}/messages", &BotRest::list_messages},
        Route{"POST", "/channels/{channel}/messages", &BotRest::send},
        Route{"GET", "/channels/{channel}/messages/{message}", &BotRest::get_message},
        Route{"PUT", "/channels/{channel}/messages/{message}", &BotRest::edit},
        Route{"DELETE", "/channels/{channel}/messages/{message}", &BotRest::remove},
        Route{"PUT", "/channels/{channel}/messages/{message}/emotes/{emote}", &BotRest::react},
        Route{"DELETE", "/channels/{channel}/messages/{message}/emotes/{emote}", &BotRest::unreact},
        Route{"DELETE", "/channels/{channel}/messages/{message}/emotes", &BotRest::clear_reactions},
        Route{"POST", "/channels/{channel}/messages/{message}/pin", &BotRest::pin},
        Route{"DELETE", "/channels/{channel}/messages/{message}/pin", &BotRest::unpin},
    };
    return kRoutes;
}

HttpReply BotRest::list_messages(Call& call) {
    auto* channel = core_.world.channel(call.at("channel"));
    if (channel == nullptr) {
        return no_channel();
    }
    std::size_t limit = kPage;
    const auto given = call.request.query_value("limit");
    if (!given.empty()) {
        const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), limit);
        if (error != std::errc{} || limit == 0 || limit > kMostPage) {
            return refuse(400, "BadRequestError", "limit must be between 1 and 100");
        }
    }
    const auto before = call.request.query_value("before");
    const auto after = call.request.query_value("after");
    Json list = Json::array();
    for (auto it = channel->messages.rbegin(); it != channel->messages.rend(); ++it) {
        const auto created = time_text(it->created);
        if ((before.empty() || created < before) && (after.empty() || created > after)) {
            list.push_back(message_json(core_, *it));
        }
        if (list.size() == limit) {
            break;
        }
    }
    return wrapped("messages", std::move(list));
}

std::optional<HttpReply> BotRest::wrong_content(const Call& call,
                                                const community::Channel& channel) const {
    const bool content =
        call.has("content") && !(call.body["content"].is_string() && call.text("content").empty());
    const bool embeds = call.has("embeds") && !call.body["embeds"].empty();
    if (!content && !embeds) {
        return refuse(400, "BadRequestError", "Message must have content or embeds");
    }
    if (content && !call.body["content"].is_string()) {
        return refuse(400, "BadRequestError", "content must be a string");
    }
    if (characters(call.text("content")) > kMostContent) {
        return refuse(400, "BadRequestError", "content must be at most 4000 characters");
    }
    if (embeds && (!call.body["embeds"].is_array() || call.body["embeds"].size() > kMostEmbeds)) {
        return refuse(400, "BadRequestError", "embeds must be an array of at most 10 embeds");
    }
    if (call.has("replyMessageIds")) {
        const auto& replies = call.body["replyMessageIds"];
        const bool fine =
            replies.is_array() && replies.size() <= kMostReplies &&
            std::all_of(replies.begin(), replies.end(), [&](const Json& id) {
                return id.is_string() &&
                       std::any_of(channel.messages.begin(), channel.messages.end(),
                                   [&](const auto& message) { return message.id == id; });
            });
        if (!fine) {
            return refuse(400, "BadRequestError",
                          "replyMessageIds must name at most 5 messages of the channel");
        }
    }
    return std::nullopt;
}

HttpReply BotRest::send(Call& call) {
    auto* channel = core_.world.channel(call.at("channel"));
    if (channel == nullptr) {
        return no_channel();
    }
    if (auto wrong = wrong_content(call, *channel)) {
        return std::move(*wrong);
    }
    community::Draft draft;
    draft.channel = channel->id;
    draft.author = call.who;
    draft.text = call.text("content");
    for (const auto* flag : {"isPrivate", "isSilent"}) {
        if (call.has(flag) && call.body[flag].is_boolean()) {
            draft.extra[flag] = call.body[flag];
        }
    }
    if (call.has("embeds")) {
        draft.extra["embeds"] = call.body["embeds"];
    }
    if (call.has("replyMessageIds")) {
        draft.replies_to = call.body["replyMessageIds"].get<std::vector<std::string>>();
    }
    return wrapped("message", message_json(core_, core_.world.post(std::move(draft))), 201);
}

HttpReply BotRest::get_message(Call& call) {
    const auto* message = message_of(call);
    return message == nullptr ? no_message() : wrapped("message", message_json(core_, *message));
}

HttpReply BotRest::edit(Call& call) {
    auto* message = message_of(call);
    if (message == nullptr) {
        return no_message();
    }
    auto* channel = core_.world.channel(message->channel);
    if (message->author != call.who) {
        return refuse(403, "ForbiddenError", "You can only edit your own messages");
    }
    if (auto wrong = wrong_content(call, *channel)) {
        return std::move(*wrong);
    }
    if (call.has("embeds")) {
        message->extra["embeds"] = call.body["embeds"];
    }
    core_.world.edit(*channel, *message, call.text("content"), nullptr);
    return wrapped("message", message_json(core_, *message));
}

HttpReply BotRest::remove(Call& call) {
    auto* channel = core_.world.channel(call.at("channel"));
    return channel != nullptr && core_.world.remove(*channel, call.at("message"), call.who)
               ? nothing()
               : no_message();
}

HttpReply BotRest::react(Call& call) {
    auto* message = message_of(call);
    if (message == nullptr) {
        return no_message();
    }
    const auto& emote = call.at("emote");
    if (emote_id(emote) != emote) {
        return refuse(400, "BadRequestError", "emoteId must be an integer");
    }
    (void)core_.world.react(*core_.world.channel(message->channel), *message, call.who, emote);
    return nothing();
}

HttpReply BotRest::unreact(Call& call) {
    auto* message = message_of(call);
    if (message == nullptr) {
        return no_message();
    }
    const auto whose = call.request.query_value("userId", call.who);
    const bool done =
        core_.world.unreact(*core_.world.channel(message->channel), *message,
                            whose == "@me" ? call.who : whose, call.at("emote"), call.who);
    return done ? nothing() : refuse(404, "NotFoundError", "Reaction not found");
}

HttpReply BotRest::clear_reactions(Call& call) {
    auto* message = message_of(call);
    if (message == nullptr) {
        return no_message();
    }
    core_.world.clear_reactions(*core_.world.channel(message->channel), *message,
                                call.request.query_value("emoteId"), call.who);
    return nothing();
}

HttpReply BotRest::pinned(Call& call, bool pinned) {
    auto* message = message_of(call);
    if (message == nullptr) {
        return no_message();
    }
    (void)core_.world.pin(*core_.world.channel(message->channel), *message, pinned, call.who);
    return nothing();
}

HttpReply BotRest::pin(Call& call) { return pinned(call, true); }
HttpReply BotRest::unpin(Call& call) { return pinned(call, false); }

}  // namespace rookery::sim::guilded
