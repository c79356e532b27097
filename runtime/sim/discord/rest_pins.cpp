// Pins, crossposts, polls and the search over messages.
#include "sim/discord/audit.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

constexpr BucketRule kPins{"pins", 5, Millis{5'000}};
constexpr BucketRule kReads{"pin-reads", 10, Millis{5'000}};
constexpr BucketRule kCrosspost{"crosspost", 10, Millis{3'600'000}};
constexpr BucketRule kPolls{"polls", 5, Millis{5'000}};
constexpr std::size_t kMostPins = 250;

std::vector<const Message*> pinned(const Channel& channel) {
    std::vector<const Message*> out;
    for (const auto& message : channel.messages) {
        if (!message.pinned_at.empty()) {
            out.push_back(&message);
        }
    }
    std::sort(out.begin(), out.end(),
              [](const Message* a, const Message* b) { return a->pinned_at > b->pinned_at; });
    return out;
}

HttpReply list_pins(RestCall& call) {
    const auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    const auto before = call.request.query_value("before");
    const auto limit = call.limit(50, 50);
    Json items = Json::array();
    bool more = false;
    for (const auto* message : pinned(*channel)) {
        if (!before.empty() && message->pinned_at >= before) {
            continue;
        }
        if (items.size() == limit) {
            more = true;
            break;
        }
        items.push_back({{"pinned_at", message->pinned_at},
                         {"message", call.core.world.message_json(*message, call.actor)}});
    }
    return json_reply({{"items", std::move(items)}, {"has_more", more}});
}

HttpReply list_pins_plainly(RestCall& call) {
    const auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    Json out = Json::array();
    for (const auto* message : pinned(*channel)) {
        out.push_back(call.core.world.message_json(*message, call.actor));
    }
    return json_reply(out);
}

HttpReply set_pin(RestCall& call, bool pin) {
    auto* channel = call.channel(0);
    auto* message = channel == nullptr ? nullptr : call.message(*channel, 1);
    if (message == nullptr) {
        return call.failure;
    }
    if (pin == !message->pinned_at.empty()) {
        return no_content();
    }
    if (pin && pinned(*channel).size() >= kMostPins) {
        return error_reply(400, 30003, "Maximum number of pins reached for the channel (250)");
    }
    message->pinned_at = pin ? call.core.world.now_text() : "";
    const auto newest = pinned(*channel);
    channel->more["last_pin_timestamp"] = newest.empty() ? Json() : Json(newest.front()->pinned_at);
    Json data = {{"channel_id", id_text(channel->id)},
                 {"last_pin_timestamp", channel->more["last_pin_timestamp"]}};
    if (channel->guild != 0) {
        data["guild_id"] = id_text(channel->guild);
    }
    call.actions.announce("CHANNEL_PINS_UPDATE", channel->guild, data, channel->bot);
    call.actions.message_changed(*channel, *message);
    audit(call, channel->guild, pin ? AuditAction::message_pin : AuditAction::message_unpin,
          id_text(message->author), nullptr,
          {{"channel_id", id_text(channel->id)}, {"message_id", id_text(message->id)}});
    if (pin) {
        Draft note;
        note.channel = channel->id;
        note.author = call.actor;
        note.type = 6;
        note.reply_to = message->id;
        note.mention_replied = false;
        call.actions.post(std::move(note));
    }
    return no_content();
}

HttpReply pin(RestCall& call) { return set_pin(call, true); }
HttpReply unpin(RestCall& call) { return set_pin(call, false); }

HttpReply crosspost(RestCall& call) {
    auto* channel = call.channel(0);
    auto* message = channel == nullptr ? nullptr : call.message(*channel, 1);
    if (message == nullptr) {
        return call.failure;
    }
    if (channel->type != ChannelType::news) {
        return error_reply(400, 50024, "Cannot execute action on this channel type");
    }
    if ((message->flags & 1U) != 0) {
        return error_reply(400, 40033, "This message has already been crossposted");
    }
    message->flags |= 1U;
    call.actions.message_changed(*channel, *message);
    return json_reply(call.core.world.message_json(*message, call.actor));
}

HttpReply poll_voters(RestCall& call) {
    auto* channel = call.channel(0);
    auto* message = channel == nullptr ? nullptr : call.message(*channel, 1);
    if (message == nullptr) {
        return call.failure;
    }
    Json users = Json::array();
    for (const auto& vote : call.core.shelf.list("poll-votes", message->id)) {
        if (id_text(vote["answer_id"].get<Id>()) == call.parameters[2]) {
            users.push_back(call.core.world.user_json(
                parse_id(vote["user_id"].get<std::string>()).value_or(0)));
        }
    }
    return json_reply({{"users", std::move(users)}});
}

HttpReply end_poll(RestCall& call) {
    auto* channel = call.channel(0);
    auto* message = channel == nullptr ? nullptr : call.message(*channel, 1);
    if (message == nullptr) {
        return call.failure;
    }
    if (message->author != call.actor || !message->extra.contains("poll")) {
        return error_reply(400, 520001, "Cannot expire this poll");
    }
    auto& poll = message->extra["poll"];
    poll["expiry"] = call.core.world.now_text();
    poll["results"]["is_finalized"] = true;
    call.actions.message_changed(*channel, *message);
    return json_reply(call.core.world.message_json(*message, call.actor));
}

HttpReply search_messages(RestCall& call) {
    const auto* guild = call.guild(0);
    if (guild == nullptr) {
        return call.failure;
    }
    const auto content = call.request.query_value("content");
    const auto author = call.request.query_value("author_id");
    const auto limit = std::min<std::size_t>(call.limit(25, 25), 25);
    Json found = Json::array();
    std::size_t total = 0;
    for (const Id channel : guild->channels) {
        for (const auto& message : call.core.world.channel(channel)->messages) {
            const bool fits = message.content.find(content) != std::string::npos &&
                              (author.empty() || author == id_text(message.author));
            total += fits ? 1 : 0;
            if (fits && found.size() < limit) {
                found.push_back(Json::array({call.core.world.message_json(message, call.actor)}));
            }
        }
    }
    return json_reply({{"messages", std::move(found)},
                       {"total_results", total},
                       {"doing_deep_historical_index", false}});
}

constexpr std::array kRoutes = {
    Route{"GET", "/channels/{}/messages/pins", kReads, list_pins},
    Route{"PUT", "/channels/{}/messages/pins/{}", kPins, pin},
    Route{"DELETE", "/channels/{}/messages/pins/{}", kPins, unpin},
    Route{"GET", "/channels/{}/pins", kReads, list_pins_plainly},
    Route{"PUT", "/channels/{}/pins/{}", kPins, pin},
    Route{"DELETE", "/channels/{}/pins/{}", kPins, unpin},
    Route{"POST", "/channels/{}/messages/{}/crosspost", kCrosspost, crosspost},
    Route{"GET", "/channels/{}/polls/{}/answers/{}", kPolls, poll_voters},
    Route{"POST", "/channels/{}/polls/{}/expire", kPolls, end_poll},
    Route{"GET", "/guilds/{}/messages/search", kReads, search_messages},
};

}  // namespace

std::span<const Route> pin_routes() { return kRoutes; }

}  // namespace rookery::sim::discord
