#include "sim/discord/audit.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace rookery::sim::discord {
namespace {

constexpr BucketRule kCreate{"message-create", 5, Millis{5'000}};
constexpr BucketRule kEdit{"message-edit", 5, Millis{5'000}};
constexpr BucketRule kDelete{"message-delete", 5, Millis{1'000}};
constexpr BucketRule kDeleteFresh{"message-delete-fresh", 3, Millis{1'000}};
constexpr BucketRule kDeleteOld{"message-delete-old", 30, Millis{120'000}};
constexpr BucketRule kBulk{"message-bulk-delete", 1, Millis{1'000}};
constexpr BucketRule kReads{"message-reads", 10, Millis{5'000}};
constexpr BucketRule kTyping{"typing", 5, Millis{5'000}};
constexpr BucketRule kChannel{"channel", 30, Millis{10'000}};

constexpr Millis kNonceMemory{5 * 60 * 1'000};
constexpr Millis kTwoWeeks{14LL * 24 * 3600 * 1'000};

/// What enforce_nonce compares; empty when the body does not ask for it.
std::string nonce_key(const RestCall& call, Id channel) {
    const auto nonce = call.body.find("nonce");
    const bool asked =
        nonce != call.body.end() && !nonce->is_null() && call.body.value("enforce_nonce", false);
    return asked ? id_text(call.actor) + "/" + id_text(channel) + "/" + nonce->dump() : "";
}

HttpReply create_message(RestCall& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    Draft draft;
    draft.channel = channel->id;
    draft.author = call.actor;
    if (!read_message(call, call.body, false, draft)) {
        return call.failure;
    }
    auto& world = call.core.world;
    const auto now = call.core.clock.now();
    const auto key = nonce_key(call, channel->id);
    if (!key.empty()) {
        auto& nonces = call.state.nonces;
        std::erase_if(nonces,
                      [&](const auto& item) { return now - item.second.at > kNonceMemory; });
        const auto seen = nonces.find(key);
        auto* first =
            seen == nonces.end() ? nullptr : world.message(*channel, seen->second.message);
        if (seen != nonces.end()) {
            if (call.state.on_suppressed) {
                call.state.on_suppressed(draft.content);
            }
            return first != nullptr ? json_reply(world.message_json(*first, call.actor))
                                    : json_reply({{"id", id_text(seen->second.message)}});
        }
    }
    const auto& message = call.actions.post(std::move(draft));
    if (!key.empty()) {
        call.state.nonces[key] = {message.id, now};
    }
    return json_reply(world.message_json(message, call.actor));
}

HttpReply get_message(RestCall& call) {
    auto* channel = call.channel(0);
    auto* message = channel == nullptr ? nullptr : call.message(*channel, 1);
    return message == nullptr ? call.failure
                              : json_reply(call.core.world.message_json(*message, call.actor));
}

HttpReply list_messages(RestCall& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    const auto before = parse_id(call.request.query_value("before"));
    const auto after = parse_id(call.request.query_value("after"));
    const auto around = parse_id(call.request.query_value("around"));
    const auto limit = call.limit(50, 100);
    std::vector<const Message*> chosen;
    for (const auto& message : channel->messages) {
        const bool hidden = (message.flags & kEphemeral) != 0;
        if (!hidden && (!before || message.id < *before) && (!after || message.id > *after)) {
            chosen.push_back(&message);
        }
    }
    if (chosen.size() > limit) {
        // With `after` the oldest of the rest are wanted, with `around` those on both sides, else
        // the newest.
        const auto most = static_cast<std::ptrdiff_t>(chosen.size() - limit);
        std::ptrdiff_t drop = after ? 0 : most;
        if (around) {
            const auto middle = std::find_if(chosen.begin(), chosen.end(),
                                             [&](const Message* m) { return m->id >= *around; });
            drop = std::clamp<std::ptrdiff_t>(
                middle - chosen.begin() - static_cast<std::ptrdiff_t>(limit / 2), 0, most);
        }
        chosen = {chosen.begin() + drop,
                  chosen.begin() + drop + static_cast<std::ptrdiff_t>(limit)};
    }
    Json out = Json::array();
    for (auto it = chosen.rbegin(); it != chosen.rend(); ++it) {
        out.push_back(call.core.world.message_json(**it, call.actor));
    }
    return json_reply(out);
}

HttpReply edit_message(RestCall& call) {
    auto* channel = call.channel(0);
    auto* message = channel == nullptr ? nullptr : call.message(*channel, 1);
    if (message == nullptr) {
        return call.failure;
    }
    if (message->author != call.actor) {
        return error_reply(403, 50005, "Cannot edit a message authored by another user");
    }
    Draft checked;
    if (!read_message(call, call.body, true, checked)) {
        return call.failure;
    }
    call.actions.edit(*channel, *message, call.body);
    return json_reply(call.core.world.message_json(*message, call.actor));
}

/// Three buckets by age; a message that is not there counts as a fresh one.
const BucketRule& delete_bucket(RestCall& call) {
    const auto now_ms = call.core.clock.wall().time_since_epoch() / Millis{1};
    const auto* channel = call.core.world.channel(call.id(0));
    const bool known = channel != nullptr &&
                       call.core.world.message(*call.core.world.channel(call.id(0)), call.id(1));
    const auto age = Millis(now_ms - static_cast<std::int64_t>(call.id(1) >> 22U) - kEpochMs);
    if (!known || age < Millis{10'000}) {
        return kDeleteFresh;
    }
    return age > kTwoWeeks ? kDeleteOld : kDelete;
}

HttpReply delete_message(RestCall& call) {
    auto* channel = call.channel(0);
    auto* message = channel == nullptr ? nullptr : call.message(*channel, 1);
    if (message == nullptr) {
        return call.failure;
    }
    const auto author = message->author;
    call.actions.remove_message(*channel, message->id);
    if (author != call.actor) {
        audit(call, channel->guild, AuditAction::message_delete, id_text(author), nullptr,
              {{"channel_id", id_text(channel->id)}, {"count", "1"}});
    }
    return no_content();
}

HttpReply bulk_delete(RestCall& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    const auto texts = call.body.value("messages", std::vector<std::string>());
    if (texts.size() < 2 || texts.size() > 100) {
        return error_reply(400, 50016,
                           "Provided too few or too many messages to delete. Must "
                           "provide at least 2 and at most 100 messages to delete.");
    }
    std::set<Id> ids;
    const auto now_ms = call.core.clock.wall().time_since_epoch() / Millis{1};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto id = parse_id(texts[i]);
        const auto place = "messages." + std::to_string(i);
        if (!id) {
            return form_error(place, "NUMBER_TYPE_COERCE", "Value is not snowflake.");
        }
        if (!ids.insert(*id).second) {
            return form_error(place, "DUPLICATED_VALUES", "Duplicate message id.");
        }
        if (static_cast<std::int64_t>(*id >> 22U) + kEpochMs < now_ms - kTwoWeeks.count()) {
            return error_reply(400, 50034,
                               "You can only bulk delete messages that are under 14 days old.");
        }
    }
    call.actions.remove_messages(*channel, {ids.begin(), ids.end()});
    audit(call, channel->guild, AuditAction::message_bulk_delete, id_text(channel->id), nullptr,
          {{"count", std::to_string(ids.size())}});
    return no_content();
}

HttpReply start_typing(RestCall& call) {
    auto* channel = call.channel(0);
    if (channel == nullptr) {
        return call.failure;
    }
    call.actions.typing(*channel, call.actor);
    return no_content();
}

HttpReply get_channel(RestCall& call) {
    auto* channel = call.channel(0);
    return channel == nullptr ? call.failure
                              : json_reply(call.core.world.channel_json(*channel, true));
}

constexpr std::array kRoutes = {
    Route{"GET", "/channels/{}", kChannel, get_channel},
    Route{"GET", "/channels/{}/messages", kReads, list_messages},
    Route{"GET", "/channels/{}/messages/{}", kReads, get_message},
    Route{"POST", "/channels/{}/messages", kCreate, create_message},
    Route{"PATCH", "/channels/{}/messages/{}", kEdit, edit_message},
    Route{"DELETE", "/channels/{}/messages/{}", kDelete, delete_message, true, nullptr,
          delete_bucket},
    Route{"POST", "/channels/{}/messages/bulk-delete", kBulk, bulk_delete},
    Route{"POST", "/channels/{}/typing", kTyping, start_typing},
};

}  // namespace

std::span<const Route> message_routes() { return kRoutes; }

}  // namespace rookery::sim::discord
