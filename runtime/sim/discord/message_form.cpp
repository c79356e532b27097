// The checks of a message body, shared by channel messages, edits and interaction answers.
#include "sim/discord/message_components.hpp"
#include "sim/discord/rest_route.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::discord {
namespace {

constexpr std::size_t kContentLength = 2000;
constexpr std::size_t kEmbeds = 10;
constexpr std::size_t kEmbedFields = 25;
constexpr std::size_t kEmbedText = 6000;
constexpr std::size_t kNonceLength = 25;
constexpr std::size_t kFiles = 10;

std::string trimmed(const std::string& text) {
    constexpr const char* kSpace = " \t\r\n";
    const auto from = text.find_first_not_of(kSpace);
    return from == std::string::npos ? ""
                                     : text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

bool refuse(RestCall& call, const std::string& path, const std::string& code,
            const std::string& message) {
    call.failure = form_error(path, code, message);
    return false;
}

bool check_content(RestCall& call, const Json& body) {
    const auto content = body.find("content");
    if (content == body.end() || content->is_null()) {
        return true;
    }
    if (!content->is_string()) {
        return refuse(call, "content", "BASE_TYPE_STRING", "Could not interpret as string.");
    }
    return characters(content->get_ref<const std::string&>()) <= kContentLength ||
           refuse(call, "content", "BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length.");
}

/// The length of every text in an embed, and its limit, by the path inside of it.
std::size_t check_embed(const Json& embed, const std::string& path, FormErrors& errors) {
    struct Limit {
        const char* object;  ///< empty for the embed itself
        const char* key;
        std::size_t most;
    };
    std::size_t total = 0;
    const auto check = [&](const Json& in, const std::string& where, const char* key,
                           std::size_t most) {
        const auto text = in.is_object() ? in.value(key, Json()) : Json();
        const auto size = text.is_string() ? characters(text.get_ref<const std::string&>()) : 0;
        total += size;
        if (size > most) {
            errors.add(where + key, "BASE_TYPE_MAX_LENGTH",
                       "Must be " + std::to_string(most) + " or fewer in length.");
        }
    };
    for (const auto& [object, key, most] :
         {Limit{"", "title", 256}, Limit{"", "description", 4096}, Limit{"footer", "text", 2048},
          Limit{"author", "name", 256}}) {
        const bool own = std::string_view(object).empty();
        check(own ? embed : embed.value(object, Json()), own ? path : path + object + ".", key,
              most);
    }
    const auto fields = embed.value("fields", Json::array());
    if (fields.is_array() && fields.size() > kEmbedFields) {
        errors.add(path + "fields", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
    }
    for (std::size_t i = 0; fields.is_array() && i < fields.size(); ++i) {
        const auto where = path + "fields." + std::to_string(i) + ".";
        check(fields[i], where, "name", 256);
        check(fields[i], where, "value", 1024);
        for (const char* key : {"name", "value"}) {
            if (!fields[i].is_object() || fields[i].value(key, Json("")) == "") {
                errors.add(where + key, "BASE_TYPE_REQUIRED", "This field is required");
            }
        }
    }
    return total;
}

bool check_embeds(RestCall& call, const Json& body) {
    const auto embeds = body.find("embeds");
    if (embeds == body.end() || embeds->is_null()) {
        return true;
    }
    if (!embeds->is_array() || embeds->size() > kEmbeds) {
        return refuse(call, "embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.");
    }
    FormErrors errors;
    std::size_t total = 0;
    for (std::size_t i = 0; i < embeds->size(); ++i) {
        const auto path = "embeds." + std::to_string(i) + ".";
        if (!(*embeds)[i].is_object()) {
            errors.add("embeds." + std::to_string(i), "MODEL_TYPE_CONVERT",
                       "Only dictionaries may be used in a ModelType");
            continue;
        }
        total += check_embed((*embeds)[i], path, errors);
    }
    if (total > kEmbedText) {
        errors.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000");
    }
    if (!errors.empty()) {
        call.failure = errors.reply();
    }
    return errors.empty();
}

/// Turns the request for a poll into the poll as messages show it.
bool read_poll(RestCall& call, const Json& body, Draft& draft) {
    const auto asked = body.find("poll");
    if (asked == body.end() || asked->is_null()) {
        return true;
    }
    const auto answers = asked->value("answers", Json::array());
    const bool question = asked->value("question", Json::object()).value("text", "") != "";
    if (!question || !answers.is_array() || answers.empty() || answers.size() > 10) {
        return refuse(call, question ? "poll.answers" : "poll.question.text", "BASE_TYPE_REQUIRED",
                      "This field is required");
    }
    const auto hours = std::clamp(asked->value("duration", 24), 1, 768);
    Json poll = {{"question", (*asked)["question"]},
                 {"answers", Json::array()},
                 {"expiry", iso_time(call.core.clock.wall() + std::chrono::hours(hours))},
                 {"allow_multiselect", asked->value("allow_multiselect", false)},
                 {"layout_type", asked->value("layout_type", 1)},
                 {"results", {{"is_finalized", false}, {"answer_counts", Json::array()}}}};
    for (std::size_t i = 0; i < answers.size(); ++i) {
        poll["answers"].push_back(
            {{"answer_id", i + 1}, {"poll_media", answers[i].value("poll_media", Json::object())}});
    }
    draft.extra["poll"] = std::move(poll);
    return true;
}

bool check_nonce(RestCall& call, const Json& body) {
    const auto nonce = body.find("nonce");
    if (nonce == body.end() || nonce->is_null() || nonce->is_number_integer()) {
        return true;
    }
    const bool fits =
        nonce->is_string() && nonce->get_ref<const std::string&>().size() <= kNonceLength;
    return fits || refuse(call, "nonce", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
}

bool read_mentions(RestCall& call, const Json& body, Draft& draft) {
    const auto allowed = body.find("allowed_mentions");
    if (allowed == body.end() || allowed->is_null()) {
        return true;
    }
    const auto parse = allowed->value("parse", std::vector<std::string>());
    const auto users = allowed->value("users", std::vector<std::string>());
    const bool all = std::find(parse.begin(), parse.end(), "users") != parse.end();
    if (all && !users.empty()) {
        return refuse(call, "allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                      "parse:[\"users\"] and users: [ids...] are mutually exclusive.");
    }
    draft.mention_users = all || !users.empty();
    draft.mention_replied = allowed->value("replied_user", false);
    return true;
}

bool read_reference(RestCall& call, const Json& body, Draft& draft) {
    const auto reference = body.find("message_reference");
    if (reference == body.end() || reference->is_null()) {
        return true;
    }
    const auto id = parse_id(reference->value("message_id", std::string())).value_or(0);
    auto* channel = call.core.world.channel(draft.channel);
    if (channel != nullptr && call.core.world.message(*channel, id) != nullptr) {
        draft.reply_to = id;
        draft.type = 19;
        return true;
    }
    return !reference->value("fail_if_not_exists", true) ||
           refuse(call, "message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
}

/// What was in the newest files can be looked at; what is large is not kept.
void keep_file(Shelf& shelf, const std::string& id, const FormPart& file) {
    constexpr std::size_t kKept = 50;
    constexpr std::size_t kLargest = 1'000'000;
    if (file.data.size() > kLargest) {
        return;
    }
    shelf.add("files", 0, {{"id", id}, {"name", file.filename}, {"data", file.data}});
    if (auto& files = shelf.items("files", 0); files.size() > kKept) {
        files.erase(0);
    }
}

void read_files(RestCall& call, Draft& draft) {
    Json attachments = Json::array();
    for (const auto& file : call.files) {
        const auto id = id_text(call.core.world.next_id());
        keep_file(call.core.shelf, id, file);
        const auto url =
            call.core.addresses.control_url + "/attachments/" + id + "/" + file.filename;
        attachments.push_back({{"id", id},
                               {"filename", file.filename},
                               {"size", file.data.size()},
                               {"url", url},
                               {"proxy_url", url},
                               {"content_type", file.content_type}});
    }
    if (!attachments.empty()) {
        draft.extra["attachments"] = std::move(attachments);
    }
}

bool has_substance(const Draft& draft, const Json& body) {
    if (!draft.content.empty() || draft.extra.contains("attachments") || body.contains("poll")) {
        return true;
    }
    static constexpr std::array kLists = {"embeds", "components", "sticker_ids"};
    return std::any_of(kLists.begin(), kLists.end(), [&](const char* key) {
        const auto found = body.find(key);
        return found != body.end() && found->is_array() && !found->empty();
    });
}

}  // namespace

bool read_message(RestCall& call, const Json& given, bool edit, Draft& draft) {
    auto body = given;
    if (!body.is_object()) {
        call.failure = error_reply(400, 50006, "Cannot send an empty message");
        return false;
    }
    if (!check_content(call, body) || !check_embeds(call, body) || !check_nonce(call, body) ||
        !read_mentions(call, body, draft) || (!edit && !read_reference(call, body, draft))) {
        return false;
    }
    FormErrors errors;
    check_components(body, errors);
    if (!errors.empty()) {
        call.failure = errors.reply();
        return false;
    }
    if (call.files.size() > kFiles) {
        return refuse(call, "attachments", "BASE_TYPE_MAX_LENGTH",
                      "Must be 10 or fewer in length.");
    }
    draft.extra = Json::object();
    read_files(call, draft);
    if (body.contains("content") && body["content"].is_string()) {
        draft.content = trimmed(body["content"].get<std::string>());
    }
    for (const char* key : {"embeds", "components", "nonce"}) {
        if (body.contains(key) && !body[key].is_null()) {
            draft.extra[key] = body[key];
        }
    }
    if (!read_poll(call, body, draft)) {
        return false;
    }
    draft.flags =
        body.value("flags", Json()).is_number_unsigned() ? body["flags"].get<unsigned>() : 0U;
    if (!edit && !has_substance(draft, body)) {
        call.failure = error_reply(400, 50006, "Cannot send an empty message");
        return false;
    }
    return true;
}

}  // namespace rookery::sim::discord
