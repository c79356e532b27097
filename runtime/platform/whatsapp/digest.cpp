#include "platform/whatsapp/digest.hpp"

#include "model/markup/whatsapp.hpp"
#include "platform/whatsapp/jid.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace rookery::whatsapp {
namespace {

constexpr int kMostWrappers = 8;
constexpr std::size_t kMostMentions = 256;
constexpr std::size_t kMostAnswers = 32;
constexpr std::size_t kMostId = 128;
constexpr std::size_t kMostName = 256;
constexpr int kReply = 19;

/// Keys that hold {message} and nothing else of interest.
constexpr std::array<std::string_view, 10> kWrappers{
    "ephemeralMessage",           "viewOnceMessage",
    "viewOnceMessageV2",          "editedMessage",
    "viewOnceMessageV2Extension", "documentWithCaptionMessage",
    "botInvokeMessage",           "groupMentionedMessage",
    "associatedChildMessage",     "deviceSentMessage",
};

/// Kinds that people do not see as a message of its own.
constexpr std::array<std::string_view, 7> kTechnical{
    "protocolMessage",    "reactionMessage",   "encReactionMessage", "pollUpdateMessage",
    "messageContextInfo", "keepInChatMessage", "pinInChatMessage",
};
/// Comes along with the message proper.
constexpr std::array<std::string_view, 2> kCompanions{"messageContextInfo",
                                                      "senderKeyDistributionMessage"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kTexts{{
    {"extendedTextMessage", "text"},
    {"imageMessage", "caption"},
    {"videoMessage", "caption"},
    {"ptvMessage", "caption"},
    {"documentMessage", "caption"},
    {"buttonsResponseMessage", "selectedDisplayText"},
    {"listResponseMessage", "title"},
    {"templateButtonReplyMessage", "selectedDisplayText"},
    {"pollCreationMessage", "name"},
    {"pollCreationMessageV2", "name"},
    {"pollCreationMessageV3", "name"},
    {"locationMessage", "name"},
    {"contactMessage", "displayName"},
}};

struct Medium {
    std::string_view kind;
    std::string_view name;  ///< of a file that has none
};
constexpr std::array<Medium, 6> kMedia{{
    {"imageMessage", "image"},
    {"videoMessage", "video"},
    {"ptvMessage", "video"},
    {"audioMessage", "audio"},
    {"stickerMessage", "sticker"},
    {"documentMessage", "document"},
}};

template <class List>
bool contains(const List& list, std::string_view wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
}

/// "image/jpeg; x=y" gives ".jpeg".
std::string extension_of(const std::string& mime) {
    const auto slash = mime.find('/');
    const auto end = mime.find_first_of("; +", slash);
    return slash == std::string::npos ? std::string()
                                      : '.' + mime.substr(slash + 1, end - slash - 1);
}

void put(Json& out, const char* key, std::string text) {
    if (!text.empty()) {
        out[key] = std::move(text);
    }
}

void put_number(Json& out, const char* key, const Json& from, std::string_view name,
                std::int64_t factor = 1) {
    constexpr std::int64_t kMost = 1'000'000'000'000'000;
    if (const auto number = number_at(from, name);
        number && *number >= 0 && *number <= kMost / factor) {
        out[key] = *number * factor;
    }
}

Json attachments_of(const Content& content, const std::string& id) {
    Json list = Json::array();
    const auto* const medium = std::find_if(
        kMedia.begin(), kMedia.end(), [&](const Medium& one) { return one.kind == content.kind; });
    if (medium == kMedia.end()) {
        return list;
    }
    const Json& from = *content.value;
    const auto mime = text_at(from, "mimetype", kMostName);
    auto name = text_at(from, "fileName", kMostName);
    if (name.empty()) {
        name = std::string(medium->name) + extension_of(mime);
    }
    Json file{{"id", id}, {"name", std::move(name)}};
    put(file, "url", text_at(from, "url", 2'048));
    put(file, "contentType", mime);
    put_number(file, "size", from, "fileLength");
    put_number(file, "width", from, "width");
    put_number(file, "height", from, "height");
    put_number(file, "duration", from, "seconds");
    list.push_back(std::move(file));
    return list;
}

std::optional<Json> poll_of(const Content& content) {
    if (!content.kind.starts_with("pollCreationMessage")) {
        return std::nullopt;
    }
    Json answers = Json::array();
    for (const auto& option : at(*content.value, "options")) {
        if (answers.size() == kMostAnswers) {
            break;
        }
        answers.push_back(
            {{"answerId", answers.size() + 1}, {"text", text_at(option, "optionName", kMostName)}});
    }
    return Json{
        {"question", {{"text", text_at(*content.value, "name")}}},
        {"answers", std::move(answers)},
        {"allowMultiselect", number_at(*content.value, "selectableOptionsCount").value_or(0) != 1}};
}

std::string raw_text_of(const Content& content) {
    if (content.kind == "conversation") {
        return content.value->is_string() ? content.value->get<std::string>() : std::string();
    }
    const auto* const found = std::find_if(
        kTexts.begin(), kTexts.end(), [&](const auto& one) { return one.first == content.kind; });
    return found == kTexts.end() ? std::string() : text_at(*content.value, found->second);
}

/// Content, whom it mentions, and the same with names.
void put_text(Json& out, const Content& content, const Json& context, Directory& directory) {
    std::vector<model::markup::WhatsAppMention> mentioned;
    Json users = Json::array();
    Json ids = Json::array();
    for (const auto& jid : at(context, "mentionedJid")) {
        const auto* const text = jid.get_ptr<const std::string*>();
        if (text == nullptr || text->size() > kMostId || mentioned.size() == kMostMentions) {
            continue;
        }
        auto id = directory.canonical(*text);
        users.push_back(digest_user(id, directory));
        ids.push_back(id);
        mentioned.push_back({std::string(jid_user(*text)), std::move(id)});
    }
    const auto text = raw_text_of(content);
    std::string clean = text;
    for (const auto& one : mentioned) {
        const auto name = directory.name(one.id);
        const auto place = clean.find('@' + one.shown);
        if (!name.empty() && place != std::string::npos) {
            clean.replace(place + 1, one.shown.size(), name);
        }
    }
    out["content"] = model::markup::from_whatsapp(text, mentioned);
    out["cleanContent"] = std::move(clean);
    out["mentionedUsers"] = std::move(users);
    out["mentions"] = Json{{"users", std::move(ids)}};
}

/// The message that is answered, as far as the answer has it along.
void put_reply(Json& out, const Json& context, const std::string& chat, Directory& directory) {
    const auto id = text_at(context, "stanzaId", kMostId);
    if (id.empty()) {
        return;
    }
    out["replyTo"] = id;
    out["type"] = kReply;
    out["reference"] = Json{{"messageId", id}, {"channelId", chat}};
    const auto content = content_of(at(context, "quotedMessage"));
    if (!is_visible(content)) {
        return;
    }
    const auto author = person_of(at(context, "participant"), directory);
    Json quoted{{"id", id}, {"channelId", chat}, {"type", 0}};
    if (!author.empty()) {
        quoted["author"] = digest_user(author, directory);
    }
    if (is_group(chat)) {
        quoted["guildId"] = chat;
    }
    put_text(quoted, content, Json(), directory);
    quoted["attachments"] = attachments_of(content, id);
    out["referencedMessage"] = std::move(quoted);
}

}  // namespace

Content content_of(const Json& message) {
    const Json* inner = &message;
    for (int depth = 0; depth < kMostWrappers; ++depth) {
        const auto wrapper =
            std::find_if(kWrappers.begin(), kWrappers.end(),
                         [&](std::string_view name) { return at(*inner, name).is_object(); });
        if (wrapper == kWrappers.end()) {
            break;
        }
        inner = &at(at(*inner, *wrapper), "message");
    }
    if (!inner->is_object()) {
        return {};
    }
    for (const auto& [kind, value] : inner->items()) {
        if (!value.is_null() && !contains(kCompanions, kind)) {
            return {kind, &value};
        }
    }
    return {};
}

bool is_visible(const Content& content) {
    return content.value != nullptr && !contains(kTechnical, content.kind) &&
           (content.kind == "conversation" ? content.value->is_string()
                                           : content.value->is_object());
}

std::string person_of(const Json& value, Directory& directory) {
    if (const auto* const text = value.get_ptr<const std::string*>()) {
        return text->size() <= kMostId && !jid_user(*text).empty() ? directory.canonical(*text)
                                                                   : std::string();
    }
    auto id = text_at(value, "id", kMostId);
    for (const auto* const other : {"phoneNumber", "jid", "lid"}) {
        const auto alternative = text_at(value, other, kMostId);
        directory.learn(id, alternative);
        if (id.empty()) {
            id = alternative;
        }
    }
    return jid_user(id).empty() ? std::string() : directory.canonical(id);
}

MessageKey read_key(const Json& key, Directory& directory) {
    MessageKey read;
    read.chat = bare_jid(text_at(key, "remoteJid", kMostId));
    read.id = text_at(key, "id", kMostId);
    read.from_me = flag_at(key, "fromMe");
    read.participant = bare_jid(text_at(key, "participant", kMostId));
    directory.learn(read.chat, text_at(key, "remoteJidAlt", kMostId));
    directory.learn(read.participant, text_at(key, "participantAlt", kMostId));
    return read;
}

std::string chat_of(const MessageKey& key, const Directory& directory) {
    return directory.canonical(key.chat);
}

std::string author_of(const MessageKey& key, Directory& directory) {
    if (key.from_me) {
        return directory.own();
    }
    return directory.canonical(key.participant.empty() ? key.chat : key.participant);
}

std::optional<Json> digest_message(const Json& message, Directory& directory) {
    const auto key = read_key(at(message, "key"), directory);
    const auto content = content_of(at(message, "message"));
    if (key.chat.empty() || key.id.empty() || !is_visible(content)) {
        return std::nullopt;
    }
    const auto chat = chat_of(key, directory);
    auto author = author_of(key, directory);
    if (key.from_me && author.empty()) {
        author = directory.canonical(key.participant);
    }
    if (!key.from_me) {
        directory.learn_name(author, text_at(message, "pushName", kMostName));
    }
    Json out{{"id", key.id}, {"channelId", chat}, {"type", 0}};
    out["author"] = digest_user(author, directory);
    if (key.from_me) {
        out["author"]["bot"] = true;
    }
    if (is_group(chat)) {
        out["guildId"] = chat;
        out["member"] = Json{{"id", author}, {"displayName", out["author"]["globalName"]}};
    }
    put_number(out, "createdAt", message, "messageTimestamp", 1'000);
    const Json& context = at(*content.value, "contextInfo");
    put_text(out, content, context, directory);
    put_reply(out, context, chat, directory);
    out["attachments"] = attachments_of(content, key.id);
    if (auto poll = poll_of(content)) {
        out["poll"] = std::move(*poll);
    }
    return out;
}

Json digest_user(const std::string& id, Directory& directory) {
    const auto name = directory.name(id);
    Json user{{"id", id}, {"username", shown_number(id)}};
    user["globalName"] = name.empty() ? shown_number(id) : name;
    user["bot"] = directory.is_own(id);
    return user;
}

std::optional<Json> digest_member(const Json& participant, const std::string& group,
                                  Directory& directory) {
    const auto id = person_of(participant, directory);
    if (id.empty()) {
        return std::nullopt;
    }
    Json member{{"id", id}, {"guildId", group}, {"user", digest_user(id, directory)}};
    member["displayName"] = member["user"]["globalName"];
    Json roles = Json::array({group});
    if (const auto rank = text_at(participant, "admin", 32); !rank.empty()) {
        roles.push_back(rank);
    }
    member["roles"] = std::move(roles);
    return member;
}

std::optional<Json> digest_guild(const Json& group, Directory& directory) {
    const auto id = bare_jid(text_at(group, "id", kMostId));
    if (jid_user(id).empty()) {
        return std::nullopt;
    }
    directory.learn_name(id, text_at(group, "subject", kMostName));
    for (const auto& participant : at(group, "participants")) {
        static_cast<void>(person_of(participant, directory));
    }
    const auto owner = text_at(group, "owner", kMostId);
    for (const auto* const other : {"ownerPn", "ownerJid"}) {
        directory.learn(owner, text_at(group, other, kMostId));
    }
    Json out{{"id", id}, {"name", directory.name(id)}};
    put(out, "description", text_at(group, "desc"));
    if (!owner.empty()) {
        out["ownerId"] = directory.canonical(owner);
    }
    put_number(out, "createdAt", group, "creation", 1'000);
    put_number(out, "memberCount", group, "size");
    if (const Json& members = at(group, "participants");
        members.is_array() && !out.contains("memberCount")) {
        out["memberCount"] = members.size();
    }
    return out;
}

std::optional<Json> digest_channel(const Json& chat, Directory& directory) {
    const auto raw = text_at(chat, "id", kMostId);
    for (const auto* const other : {"pnJid", "lidJid"}) {
        directory.learn(raw, text_at(chat, other, kMostId));
    }
    const auto id = directory.canonical(raw);
    if (jid_user(id).empty()) {
        return std::nullopt;
    }
    directory.learn_name(id, text_at(chat, "name", kMostName));
    const bool group = is_group(id);
    // 0 is a channel of a guild, 1 a direct message, as everywhere.
    Json out{{"id", id}, {"type", group || !is_person(id) ? 0 : 1}};
    put(out, "name", directory.name(id));
    if (group) {
        out["guildId"] = id;
    } else if (is_person(id)) {
        out["recipients"] = Json::array({digest_user(id, directory)});
    }
    put_number(out, "createdAt", chat, "createdAt", 1'000);
    return out;
}

std::string learn_contact(const Json& contact, Directory& directory) {
    auto id = person_of(contact, directory);
    for (const auto* const name : {"name", "verifiedName", "notify"}) {
        if (auto text = text_at(contact, name, kMostName); !text.empty()) {
            directory.learn_name(id, std::move(text));
            break;
        }
    }
    return id;
}

}  // namespace rookery::whatsapp
