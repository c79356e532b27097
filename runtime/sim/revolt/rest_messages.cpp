#include "sim/revolt/rest.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::revolt {
namespace {

constexpr std::size_t kMostBytes = 2'000;
constexpr std::size_t kMostKeys = 1'000;
constexpr std::int64_t kBulkAge = 7LL * 24 * 3600 * 1000;

using Kind = Field::Kind;
constexpr std::array kSendFields = {
    Field{"content", Kind::text},      Field{"attachments", Kind::list},
    Field{"replies", Kind::list},      Field{"embeds", Kind::list},
    Field{"masquerade", Kind::object}, Field{"interactions", Kind::object},
    Field{"flags", Kind::number},      Field{"nonce", Kind::text, 1, 64},
};

HttpReply too_many(const char* what, std::size_t most) {
    return domain_error(400, what, {{"max", most}});
}

/// The embeds as they stand in a message; false with `failure` set.
bool read_embeds(Call& call, const Json& wanted, Json& out, std::size_t& bytes) {
    static constexpr std::array kFields = {
        Field{"icon_url", Kind::text, 1, 256}, Field{"url", Kind::text, 1, 256},
        Field{"title", Kind::text, 1, 100},    Field{"description", Kind::text, 1, 2000},
        Field{"media", Kind::text, 1, 128},    Field{"colour", Kind::text, 1, 128},
    };
    out = Json::array();
    for (const auto& embed : wanted) {
        if (!embed.is_object()) {
            return call.fail(guard_error(call.request, 422, "Unprocessable Entity"));
        }
        Call one{call.core, call.actions, call.state, call.request};
        one.body = embed;
        if (!check_fields(one, kFields)) {
            return call.fail(one.failure);
        }
        auto made = patch_of(embed, kFields).data;
        made["type"] = "Text";
        if (made.contains("media")) {
            auto file = call.use_file(made["media"], "attachments");
            if (file.is_null()) {
                return false;
            }
            made["media"] = std::move(file);
        }
        bytes += made.value("description", std::string()).size();
        out.push_back(std::move(made));
    }
    return true;
}

bool read_replies(Call& call, const Json& channel, Draft& draft) {
    Json ids = Json::array();
    for (const auto& reply : call.body.value("replies", Json::array())) {
        const auto id = reply.at("id").get<std::string>();
        const bool mention = reply.at("mention").get<bool>();
        const auto* found = call.core.world.message(channel["_id"], id);
        if (found == nullptr) {
            if (reply.value("fail_if_not_exists", true)) {
                return call.fail(not_found());
            }
            continue;
        }
        if (mention) {
            draft.mentioned.push_back((*found)["author"]);
        }
        if (std::find(ids.begin(), ids.end(), Json(id)) == ids.end()) {
            ids.push_back(id);
        }
    }
    if (!ids.empty()) {
        draft.more["replies"] = ids;
    }
    return true;
}

bool read_masquerade(Call& call, Draft& draft) {
    static constexpr std::array kFields = {Field{"name", Kind::text, 1, 32},
                                           Field{"avatar", Kind::text, 1, 256},
                                           Field{"colour", Kind::text, 1, 128}};
    Call one{call.core, call.actions, call.state, call.request};
    one.body = call.body["masquerade"];
    if (!check_fields(one, kFields)) {
        return call.fail(one.failure);
    }
    draft.more["masquerade"] = patch_of(one.body, kFields).data;
    return true;
}

/// The counts that the platform allows, and the rights that parts of a message need.
bool allowed_parts(Call& call, const Json& channel, bool webhook) {
    struct Part {
        const char* field;
        const char* error;
        std::size_t most;
        std::uint64_t right;
    };
    static constexpr std::array kParts = {
        Part{"attachments", "TooManyAttachments", 5, permission::kUploadFiles},
        Part{"replies", "TooManyReplies", 5, 0},
        Part{"embeds", "TooManyEmbeds", 5, permission::kSendEmbeds},
        Part{"masquerade", "", SIZE_MAX, permission::kMasquerade},
        Part{"interactions", "", SIZE_MAX, permission::kReact},
    };
    for (const auto& part : kParts) {
        const auto& value = call.body.value(part.field, Json());
        if (value.empty()) {
            continue;
        }
        if (value.is_array() && value.size() > part.most) {
            return call.fail(too_many(part.error, part.most));
        }
        if (part.right != 0 && !webhook && !call.may(part.right, channel)) {
            return false;
        }
    }
    const bool coloured = call.body.value("masquerade", Json::object()).contains("colour");
    return !coloured || webhook || call.may(permission::kManageRole, channel);
}

/// False with `failure` set when this key was used before; remembers it.
bool fresh_key(Call& call, std::string& nonce) {
    const std::string header(call.request.header("idempotency-key"));
    const bool by_body = header.empty();
    nonce = by_body ? call.body.value("nonce", std::string()) : header;
    if (nonce.empty()) {
        return true;
    }
    if (nonce.size() > 64) {
        return call.fail(domain_error(400, "InvalidProperty"));
    }
    auto& keys = call.state.idempotency_keys;
    if (std::find(keys.begin(), keys.end(), nonce) != keys.end()) {
        call.state.on_suppressed(call.body.value("content", std::string()));
        return call.fail(by_body ? domain_error(400, "InvalidOperation")
                                 : guard_error(call.request, 409, "Conflict"));
    }
    keys.push_back(nonce);
    if (keys.size() > kMostKeys) {
        keys.pop_front();
    }
    return true;
}

/// False with `failure` set while the sender has to wait; else the wait for the next one begins.
bool slowmode(Call& call, const Json& channel) {
    const auto seconds = channel.value("slowmode", std::int64_t{0});
    if (seconds == 0 ||
        (call.core.world.permissions(call.me(), channel) & permission::kBypassSlowmode) != 0) {
        return true;
    }
    const auto now = call.core.shared.clock.now();
    auto& until = call.core.world.slow[{channel["_id"], call.me()}];
    if (until > now) {
        const auto left = std::chrono::duration_cast<Millis>(until - now).count();
        return call.fail(domain_error(429, "InSlowmode", {{"retry_after", left}}));
    }
    until = now + std::chrono::seconds(seconds);
    call.actions.tell_slowmode(channel["_id"], call.me());
    return true;
}

bool read_draft(Call& call, const Json& channel, Draft& draft) {
    draft.channel = channel["_id"];
    draft.content = call.body.value("content", std::string());
    std::size_t bytes = draft.content.size();
    Json embeds;
    if (!read_embeds(call, call.body.value("embeds", Json::array()), embeds, bytes)) {
        return false;
    }
    if (bytes > kMostBytes) {
        return call.fail(domain_error(422, "PayloadTooLarge"));
    }
    if (!embeds.empty()) {
        draft.more["embeds"] = std::move(embeds);
    }
    Json files = Json::array();
    for (const auto& id : call.body.value("attachments", Json::array())) {
        files.push_back(call.use_file(id.get<std::string>(), "attachments"));
        if (files.back().is_null()) {
            return false;
        }
    }
    if (!files.empty()) {
        draft.more["attachments"] = std::move(files);
    }
    if (draft.content.empty() && !draft.more.contains("embeds") &&
        !draft.more.contains("attachments")) {
        return call.fail(domain_error(422, "EmptyMessage"));
    }
    for (const auto* field : {"interactions", "flags"}) {
        if (call.body.contains(field) && !call.body[field].is_null()) {
            draft.more[field] = call.body[field];
        }
    }
    const bool masked = call.body.contains("masquerade") && call.body["masquerade"].is_object();
    return read_replies(call, channel, draft) && (!masked || read_masquerade(call, draft));
}

HttpReply send(Call& call) {
    const auto* channel = call.channel(0);
    return channel == nullptr ? call.failure : send_message(call, *channel, nullptr);
}

HttpReply list(Call& call) {
    const auto* channel = call.channel(0);
    if (channel == nullptr || !call.may(permission::kReadHistory, *channel)) {
        return call.failure;
    }
    const auto limit = call.request.query_number("limit", 50);
    const auto sort = call.request.query_value("sort", "Latest");
    if (limit < 1 || limit > 100 || (sort != "Latest" && sort != "Oldest")) {
        return domain_error(400, "FailedValidation", {{"error", "limit: Validation error: range"}});
    }
    const auto before = call.request.query_value("before");
    const auto after = call.request.query_value("after");
    const auto nearby = call.request.query_value("nearby");
    const auto& all = call.core.world.messages[call.parameters[0]];
    std::vector<const Json*> chosen;
    for (const auto& message : all) {
        const auto& id = message["_id"].get_ref<const std::string&>();
        if ((before.empty() || id < before) && (after.empty() || id > after)) {
            chosen.push_back(&message);
        }
    }
    const auto most = static_cast<std::size_t>(limit);
    if (!nearby.empty()) {
        const auto at = std::find_if(chosen.begin(), chosen.end(), [&](const Json* message) {
            return (*message)["_id"].get_ref<const std::string&>() >= nearby;
        });
        const auto half = static_cast<std::ptrdiff_t>(most / 2);
        const auto from = std::max(chosen.begin(), at - std::min(half, at - chosen.begin()));
        const auto to = at + std::min(half + 1, chosen.end() - at);
        chosen = {from, to};
    }
    if (sort == "Latest") {
        std::reverse(chosen.begin(), chosen.end());
    }
    chosen.resize(std::min(chosen.size(), most));
    Json messages = Json::array();
    Json users = Json::array();
    std::set<std::string> authors;
    for (const auto* message : chosen) {
        messages.push_back(*message);
        const auto author = (*message)["author"].get<std::string>();
        if (authors.insert(author).second && call.core.world.user(author) != nullptr) {
            users.push_back(call.core.world.user_json(author, call.me()));
        }
    }
    return json_reply(call.request.query_value("include_users") == "true"
                          ? Json{{"messages", messages}, {"users", users}}
                          : messages);
}

HttpReply get(Call& call) {
    const auto* message = call.message(0, 1);
    return message == nullptr ? call.failure : json_reply(*message);
}

HttpReply edit(Call& call) {
    auto* message = call.message(0, 1);
    if (message == nullptr) {
        return call.failure;
    }
    if ((*message)["author"] != call.me()) {
        return domain_error(403, "CannotEditMessage");
    }
    return edit_message(call, *message);
}

HttpReply remove(Call& call) {
    const auto* message = call.message(0, 1);
    if (message == nullptr) {
        return call.failure;
    }
    if ((*message)["author"] != call.me() &&
        !call.may(permission::kManageMessages, *call.core.world.channel(call.parameters[0]))) {
        return call.failure;
    }
    call.actions.remove_message(call.parameters[0], call.parameters[1]);
    return no_content();
}

HttpReply remove_bulk(Call& call) {
    const auto* channel = call.channel(0);
    static constexpr std::array kFields = {Field{"ids", Kind::list, 1, 100, true}};
    if (channel == nullptr || !check_fields(call, kFields) ||
        !call.may(permission::kManageMessages, *channel)) {
        return call.failure;
    }
    const auto ids = call.body["ids"].get<std::vector<std::string>>();
    const auto now =
        std::chrono::duration_cast<Millis>(call.core.world.now().time_since_epoch()).count();
    for (const auto& id : ids) {
        if (now - ulid_time(id) > kBulkAge) {
            return domain_error(400, "InvalidOperation");
        }
    }
    call.actions.remove_messages(call.parameters[0], ids);
    return no_content();
}

HttpReply react(Call& call) {
    auto* message = call.message(0, 1);
    if (message == nullptr ||
        !call.may(permission::kReact, *call.core.world.channel(call.parameters[0]))) {
        return call.failure;
    }
    const auto emoji = plain_emoji(call.parameters[2]);
    const auto rules = message->value("interactions", Json::object());
    const auto offered = rules.value("reactions", Json::array());
    if (rules.value("restrict_reactions", false) &&
        std::find(offered.begin(), offered.end(), Json(emoji)) == offered.end()) {
        return domain_error(400, "InvalidOperation");
    }
    const bool custom = is_ulid(emoji);
    const bool ascii = std::all_of(emoji.begin(), emoji.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (custom ? !call.core.world.emojis.contains(emoji) : ascii) {
        return domain_error(400, "InvalidOperation");
    }
    if (message->value("reactions", Json::object()).size() >= 20 &&
        !message->value("reactions", Json::object()).contains(emoji)) {
        return domain_error(400, "InvalidOperation");
    }
    (void)call.actions.react(*message, call.me(), emoji);
    return no_content();
}

HttpReply unreact(Call& call) {
    auto* message = call.message(0, 1);
    if (message == nullptr) {
        return call.failure;
    }
    const auto emoji = plain_emoji(call.parameters[2]);
    const auto user = call.request.query_value("user_id", call.me());
    const bool all = call.request.query_value("remove_all") == "true";
    if ((all || user != call.me()) &&
        !call.may(permission::kManageMessages, *call.core.world.channel(call.parameters[0]))) {
        return call.failure;
    }
    if (all) {
        call.actions.remove_emoji(*message, emoji);
    } else if (!call.actions.unreact(*message, user, emoji)) {
        return not_found();
    }
    return no_content();
}

HttpReply clear(Call& call) {
    auto* message = call.message(0, 1);
    if (message == nullptr ||
        !call.may(permission::kManageMessages, *call.core.world.channel(call.parameters[0]))) {
        return call.failure;
    }
    call.actions.clear_reactions(*message);
    return no_content();
}

template <bool Pinned>
HttpReply pin(Call& call) {
    auto* message = call.message(0, 1);
    if (message == nullptr ||
        !call.may(permission::kManageMessages, *call.core.world.channel(call.parameters[0]))) {
        return call.failure;
    }
    if (message->value("pinned", false) == Pinned) {
        return domain_error(400, Pinned ? "AlreadyPinned" : "NotPinned");
    }
    call.actions.pin(*message, call.me(), Pinned);
    return no_content();
}

}  // namespace

HttpReply send_message(Call& call, const Json& channel, const Json* webhook) {
    std::string nonce;
    if (!check_fields(call, kSendFields) || !fresh_key(call, nonce) ||
        (webhook == nullptr && !call.may(permission::kSendMessage, channel)) ||
        !allowed_parts(call, channel, webhook != nullptr)) {
        return call.failure;
    }
    Draft draft;
    if (!read_draft(call, channel, draft) || (webhook == nullptr && !slowmode(call, channel))) {
        return call.failure;
    }
    if (!nonce.empty()) {
        draft.more["nonce"] = nonce;
    }
    draft.author = webhook == nullptr ? call.me() : (*webhook)["id"].get<std::string>();
    if (webhook != nullptr) {
        draft.more["webhook"] = {{"name", (*webhook)["name"]},
                                 {"avatar", webhook->value("avatar", Json())}};
    }
    return json_reply(call.actions.post(std::move(draft)));
}

HttpReply edit_message(Call& call, Json& message) {
    static constexpr std::array kFields = {Field{"content", Kind::text},
                                           Field{"embeds", Kind::list, 0, 10}};
    if (!check_fields(call, kFields)) {
        return call.failure;
    }
    Json changes = Json::object();
    std::size_t bytes = 0;
    if (call.body.contains("content") && call.body["content"].is_string()) {
        changes["content"] = call.body["content"];
        bytes = changes["content"].get_ref<const std::string&>().size();
    }
    if (call.body.contains("embeds") && call.body["embeds"].is_array()) {
        Json embeds;
        if (!read_embeds(call, call.body["embeds"], embeds, bytes)) {
            return call.failure;
        }
        changes["embeds"] = std::move(embeds);
    }
    if (bytes > kMostBytes) {
        return domain_error(422, "PayloadTooLarge");
    }
    if (changes.empty() ||
        (changes.value("content", std::string("x")).empty() && !message.contains("attachments") &&
         changes.value("embeds", message.value("embeds", Json::array())).empty())) {
        return domain_error(422, "EmptyMessage");
    }
    call.actions.edit(message, changes);
    return json_reply(message);
}

std::span<const Route> message_routes() {
    static constexpr std::array kRoutes = {
        Route{"POST", "/channels/{}/messages", send},
        Route{"GET", "/channels/{}/messages", list},
        Route{"DELETE", "/channels/{}/messages/bulk", remove_bulk},
        Route{"GET", "/channels/{}/messages/{}", get},
        Route{"PATCH", "/channels/{}/messages/{}", edit},
        Route{"DELETE", "/channels/{}/messages/{}", remove},
        Route{"PUT", "/channels/{}/messages/{}/reactions/{}", react},
        Route{"DELETE", "/channels/{}/messages/{}/reactions/{}", unreact},
        Route{"DELETE", "/channels/{}/messages/{}/reactions", clear},
        Route{"POST", "/channels/{}/messages/{}/pin", pin<true>},
        Route{"DELETE", "/channels/{}/messages/{}/pin", pin<false>},
    };
    return kRoutes;
}

}  // namespace rookery::sim::revolt
