#include "platform/guilded/request.hpp"

#include "model/answer.hpp"
#include "model/markup/guilded.hpp"
#include "net/crypto.hpp"
#include "net/url.hpp"
#include "platform/guilded/user_routes.hpp"
#include "protocol/guilded/json_scan.hpp"
#include "rest/operation_request.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::guilded {
namespace {

using nlohmann::json;

constexpr std::int64_t kSilent = 4'096;
constexpr std::size_t kMostText = 4'000;

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kChannelKinds = {{
    {"text", "chat"},
    {"voice", "voice"},
    {"stage", "stream"},
    {"announcement", "announcements"},
    {"forum", "forums"},
    {"media", "media"},
}};

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Builds one request; its members are what is known while that goes on.
class Builder {
  public:
    Builder(Flavour flavour, const model::PlatformOperation& operation, const json& arguments,
            const discord::UploadRules& uploads, Seen& seen)
        : flavour_(flavour),
          operation_(operation),
          arguments_(arguments),
          uploads_(uploads),
          seen_(seen) {}

    Result<ApiRequest> build(std::string_view nonce_key) {
        out_.method = operation_.method;
        out_.path = operation_.path;
        if (flavour_ == Flavour::user) {
            const UserRoute* const route = find_user_route(operation_.info->name);
            if (route == nullptr) {
                return Error(ErrorKind::unsupported, "guilded (user) has no such operation");
            }
            out_.method = route->method;
            out_.path = route->path;
        }
        if (!operation_.body.empty()) {
            out_.body = json::parse(operation_.body, nullptr, false);
        }
        out_.key = out_.method + ' ' + out_.path;
        for (std::size_t i = 0; i < operation_.params.size(); ++i) {
            if (auto placed = place(operation_.info->params[i], operation_.params[i]); !placed) {
                return placed.error().within("parameter " +
                                             std::string(operation_.info->params[i].name));
            }
        }
        if (auto finished = finish(nonce_key); !finished) {
            return finished.error();
        }
        if (out_.path.find('{') != std::string::npos) {
            return Error(ErrorKind::invalid, out_.path + " is not complete");
        }
        return std::move(out_);
    }

  private:
    [[nodiscard]] bool user() const { return flavour_ == Flavour::user; }
    [[nodiscard]] std::string_view name() const { return operation_.info->name; }
    [[nodiscard]] bool has(const char* key) const {
        const auto found = arguments_.find(key);
        return found != arguments_.end() && !found->is_null();
    }
    [[nodiscard]] std::string text(const char* key) const {
        return has(key) ? rest::plain_text(arguments_[key]) : std::string();
    }

    Result<> place(const model::OperationParam& param, const model::PlatformParam& where) {
        const auto given = arguments_.find(param.name);
        if (given == arguments_.end() || (given->is_null() && !param.nullable)) {
            return {};
        }
        if (where.target.empty()) {
            return where.dropped ? Result<>() : Error(ErrorKind::unsupported, "guilded has none");
        }
        const auto colon = where.target.find(':');
        const auto kind = where.target.substr(0, colon);
        const auto key =
            colon == std::string_view::npos ? std::string_view() : where.target.substr(colon + 1);
        if (kind == "path") {
            if (key == "channel" || key == "server") {
                out_.major = rest::plain_text(*given);
            }
            const bool needed = out_.path.find('{' + std::string(key) + '}') != std::string::npos;
            if (needed && !rest::put_into_path(out_.path, key, rest::plain_text(*given))) {
                return Error(ErrorKind::invalid, "must not be empty");
            }
        } else if (kind == "query") {
            rest::put_into_query(out_.path, key, rest::plain_text(*given));
        } else if (kind == "body") {
            out_.body[std::string(key)] = *given;
        } else if (kind == "raw") {
            raw(key, *given);
        } else {
            return adapt(param.name, *given);
        }
        return {};
    }

    void raw(std::string_view what, const json& value) {
        (what == "method" ? out_.method : out_.path) =
            what == "body" ? out_.path : rest::plain_text(value);
        if (what == "body") {
            out_.body = value;
        }
    }

    // ---- what needs code

    Result<> adapt(std::string_view param, const json& value) {
        struct Adapter {
            std::string_view param;
            Result<> (Builder::*place)(const json&);
        };
        static constexpr std::array<Adapter, 11> kAdapters = {{
            {"content", &Builder::content},
            {"embeds", &Builder::embeds},
            {"flags", &Builder::flags},
            {"files", &Builder::files},
            {"replyTo", &Builder::reply},
            {"emoji", &Builder::emoji},
            {"before", &Builder::before},
            {"after", &Builder::after},
            {"color", &Builder::color},
            {"type", &Builder::type},
            {"parentId", &Builder::parent},
        }};
        if (param == "messageId" && name() == "messages.reply") {
            return reply(value);
        }
        for (const Adapter& adapter : kAdapters) {
            if (adapter.param == param) {
                return (this->*adapter.place)(value);
            }
        }
        return {};  // finish() reads it
    }

    Result<> content(const json& value) {
        const std::string text = value.is_null() ? std::string() : rest::plain_text(value);
        if (text.size() > kMostText * 4) {
            return Error(ErrorKind::limit, "at most 4000 characters");
        }
        if (user() && !out_.media && operation_.method != "ADAPTER") {
            content_ = text;
        } else {
            out_.body["content"] = model::markup::to_guilded(text);
        }
        return {};
    }

    Result<> embeds(const json& value) {
        const json list = value.is_array() ? value : json::array();
        if (user() && operation_.method != "ADAPTER") {
            embeds_ = list;
        } else if (!list.empty()) {
            out_.body["embeds"] = list;
        }
        return {};
    }

    Result<> flags(const json& value) {
        if (value.is_number_integer() && (value.get<std::int64_t>() & kSilent) != 0) {
            out_.body["isSilent"] = true;
        }
        return {};
    }

    Result<> files(const json& value) {
        if (!user()) {
            return Error(ErrorKind::unsupported,
                         "guilded (bot) cannot upload: put the file's URL into the content");
        }
        auto read = discord::read_uploads(value, uploads_);
        if (!read) {
            return read.error();
        }
        out_.files = *std::move(read);
        return {};
    }

    Result<> reply(const json& value) {
        out_.body[user() ? "repliesToIds" : "replyMessageIds"] =
            json::array({rest::plain_text(value)});
        return {};
    }

    Result<> emoji(const json& value) {
        std::string id = rest::plain_text(value);
        if (id.ends_with('>')) {
            id.pop_back();
        }
        id = id.substr(id.rfind(':') == std::string::npos ? 0 : id.rfind(':') + 1);
        if (!is_number(id)) {
            return Error(ErrorKind::invalid,
                         "expected the number of one of the platform's emotes, as \"name:id\" or "
                         "alone, got \"" +
                             rest::plain_text(value) + '"');
        }
        if (name() == "reactions.clearEmoji") {
            rest::put_into_query(out_.path, "emoteId", id);
        } else {
            (void)rest::put_into_path(out_.path, "emote", id);
        }
        return {};
    }

    Result<> moment(const json& value, const char* key) {
        const std::string given = rest::plain_text(value);
        std::string time = given;
        if (given.find('T') == std::string::npos || given.find(':') == std::string::npos) {
            time = protocol::guilded::plain_text(
                protocol::guilded::member(seen_.messages.find(given), "createdAt"));
        }
        if (time.empty()) {
            return Error(ErrorKind::not_found,
                         "the message " + given +
                             " has not been seen, so its time is not known: give a time instead");
        }
        rest::put_into_query(out_.path, std::string(key) + (user() ? "Date" : ""), time);
        return {};
    }
    Result<> before(const json& value) { return moment(value, "before"); }
    Result<> after(const json& value) { return moment(value, "after"); }

    Result<> color(const json& value) {
        out_.body["colors"] = json::array({value});
        return {};
    }

    Result<> type(const json& value) {
        if (value == "category") {
            out_.path = "/servers/" + net::percent_encode(text("guildId")) + "/categories";
            out_.key = "POST /servers/{server}/categories";
            category_ = true;
            return {};
        }
        for (const auto& [ours, theirs] : kChannelKinds) {
            if (value == ours) {
                out_.body["type"] = theirs;
                return {};
            }
        }
        return Error(ErrorKind::unsupported,
                     "guilded has no channels of the kind " + rest::plain_text(value));
    }

    Result<> parent(const json& value) {
        const std::string id = value.is_null() ? std::string() : rest::plain_text(value);
        if (is_number(id) && id.size() < 18) {
            out_.body["categoryId"] = std::stoll(id);
        } else if (!id.empty()) {
            out_.body["groupId"] = id;
        }
        return {};
    }

    // ---- the whole

    Result<> finish(std::string_view nonce_key) {
        const auto what = name();
        if (what == "api.request") {
            return check_raw();
        }
        if (what == "messages.send" || what == "messages.reply" || what == "messages.edit") {
            return user() ? finish_document(nonce_key) : Result<>();
        }
        if (what == "channels.create" && !category_ && !out_.body.contains("type")) {
            out_.body["type"] = "chat";
        }
        if (what == "members.edit") {
            return nickname();
        }
        if (what == "webhooks.execute") {
            return webhook();
        }
        if (what == "scheduledEvents.delete") {
            return plan();
        }
        if (!user()) {
            return {};
        }
        if (what == "bans.create") {
            out_.body["memberId"] = text("userId");
            out_.body["teamId"] = text("guildId");
        } else if (what == "pins.add") {
            out_.body = {{"messageId", text("messageId")}};
        } else if (what == "dms.open") {
            (void)rest::put_into_path(out_.path, "me", seen_.own_id);
            out_.body = {{"users", json::array({{{"id", text("userId")}}})}};
        }
        return {};
    }

    /// The user API takes a document, and an id that the sender has made.
    Result<> finish_document(std::string_view nonce_key) {
        json document =
            json::parse(model::markup::slate_document(content_.value_or("")), nullptr, false);
        if (document.is_discarded()) {
            return Error(ErrorKind::invalid, "parameter content: the text is not UTF-8");
        }
        if (!embeds_.empty()) {
            document["document"]["nodes"].push_back({{"object", "block"},
                                                     {"type", "webhookMessage"},
                                                     {"data", {{"embeds", embeds_}}},
                                                     {"nodes", json::array()}});
        }
        if (name() == "messages.edit") {
            if (!content_) {
                return Error(ErrorKind::unsupported,
                             "guilded (user) changes a message as a whole: content is missing");
            }
            out_.body["content"] = std::move(document);
            return {};
        }
        if (!content_ && embeds_.empty() && out_.files.empty()) {
            return Error(ErrorKind::invalid, "a message needs a content, embeds or files");
        }
        out_.message_id = uuid_of(nonce_key);
        out_.body["messageId"] = out_.message_id;
        out_.body["content"] = std::move(document);
        return {};
    }

    Result<> check_raw() {
        static constexpr std::array<std::string_view, 5> kMethods = {"GET", "POST", "PUT", "PATCH",
                                                                     "DELETE"};
        if (std::find(kMethods.begin(), kMethods.end(), out_.method) == kMethods.end()) {
            return Error(ErrorKind::invalid,
                         "parameter method: expected GET, POST, PUT, PATCH or DELETE");
        }
        if (!out_.path.starts_with('/')) {
            out_.path.insert(0, 1, '/');
        }
        const auto path = std::string_view(out_.path).substr(0, out_.path.find('?'));
        if (path.find("/..") != std::string_view::npos ||
            path.find("//") != std::string_view::npos || path.find('{') != std::string_view::npos) {
            return Error(ErrorKind::invalid, "parameter path: not a path of the API");
        }
        out_.key = out_.method + " (api.request)";
        return {};
    }

    Result<> nickname() {
        const std::string nick = text("nick");
        out_.method = nick.empty() ? "DELETE" : "PUT";
        out_.path = (user() ? "/teams/" : "/servers/") + net::percent_encode(text("guildId")) +
                    "/members/" + net::percent_encode(text("userId")) + "/nickname";
        out_.key = out_.method + " /servers/{server}/members/{user}/nickname";
        if (!arguments_.contains("nick")) {
            return Error(ErrorKind::unsupported,
                         "guilded changes the nickname alone: nick is missing");
        }
        if (!nick.empty()) {
            out_.body = {{"nickname", nick}};
        }
        return {};
    }

    Result<> webhook() {
        out_.method = "POST";
        out_.media = true;
        out_.path = "/webhooks/" + net::percent_encode(text("webhookId")) + '/' +
                    net::percent_encode(text("webhookToken"));
        out_.key = "POST /webhooks/{webhook}/{token}";
        if (has("username")) {
            out_.body["username"] = text("username");
        }
        if (has("avatarUrl")) {
            out_.body["avatar_url"] = text("avatarUrl");
        }
        return {};
    }

    Result<> plan() {
        const std::string channel(seen_.places.find(text("eventId")));
        if (channel.empty()) {
            return Error(ErrorKind::not_found,
                         "the bot has not heard of this event, so its channel is not known");
        }
        out_.method = "DELETE";
        out_.key = "DELETE /channels/{channel}/events/{event}";
        out_.path = "/channels/" + net::percent_encode(channel) + "/events/" +
                    net::percent_encode(text("eventId"));
        return {};
    }

    Flavour flavour_;
    const model::PlatformOperation& operation_;
    const json& arguments_;
    const discord::UploadRules& uploads_;
    Seen& seen_;
    ApiRequest out_;
    std::optional<std::string> content_;
    json embeds_ = json::array();
    bool category_ = false;
};

/// The object that an answer wraps, or the list; itself when it wraps none.
json unwrapped(const model::PlatformOperation& operation, json answer) {
    if (!answer.is_object()) {
        return answer;
    }
    if (operation.list) {
        for (auto& [key, value] : answer.items()) {
            if (value.is_array()) {
                return std::move(value);
            }
        }
        return json::array();
    }
    if (answer.size() == 1 && answer.begin()->is_structured()) {
        return std::move(*answer.begin());
    }
    return answer;
}

/// Ids that mappings look for at the root, where events have them.
std::string ids_of(const json& arguments) {
    std::string out;
    for (const auto& [name, key] :
         {std::pair{"guildId", "serverId"}, std::pair{"channelId", "channelId"},
          std::pair{"userId", "userId"}}) {
        const auto given = arguments.find(name);
        if (given != arguments.end() && given->is_string()) {
            out += '"' + std::string(key) +
                   "\":" + given->dump(-1, ' ', false, json::error_handler_t::replace) + ',';
        }
    }
    return out;
}

}  // namespace

std::string uuid_of(std::string_view text) {
    std::string random;
    if (text.empty()) {
        std::array<unsigned char, 16> bytes{};
        net::fill_random(bytes);
        random.assign(bytes.begin(), bytes.end());
        text = random;
    }
    auto digest = net::sha256(text);
    digest[6] = static_cast<unsigned char>((digest[6] & 0x0FU) | 0x40U);
    digest[8] = static_cast<unsigned char>((digest[8] & 0x3FU) | 0x80U);
    std::string out;
    for (std::size_t i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            out += '-';
        }
        out += "0123456789abcdef"[digest[i] >> 4U];
        out += "0123456789abcdef"[digest[i] & 15U];
    }
    return out;
}

Result<ApiRequest> build_request(Flavour flavour, const model::PlatformOperation& operation,
                                 const json& arguments, std::string_view nonce_key,
                                 const discord::UploadRules& uploads, Seen& seen) {
    auto built = Builder(flavour, operation, arguments, uploads, seen).build(nonce_key);
    return built ? std::move(built) : built.error().within(std::string(operation.info->name));
}

Result<json> read_answer(Flavour flavour, const model::PlatformOperation& operation,
                         const json& arguments, const ApiRequest& sent, std::string_view body,
                         const Seen& seen) {
    json answer;
    if (body.find_first_not_of(" \t\r\n") != std::string_view::npos) {
        answer = json::parse(body, nullptr, false);
        if (answer.is_discarded()) {
            return Error(ErrorKind::protocol, "the answer is not JSON");
        }
    }
    if (operation.info->name == "api.request") {
        return answer;
    }
    answer = unwrapped(operation, std::move(answer));
    if (operation.result == nullptr) {
        return answer;
    }
    if (!sent.message_id.empty() && !(answer.is_object() && answer.contains("content"))) {
        answer = {{"id", sent.message_id},
                  {"content", sent.body.value("content", json())},
                  {"createdBy", seen.own_id},
                  {"repliesToIds", sent.body.value("repliesToIds", json::array())}};
    } else if (flavour == Flavour::user && operation.info->name == "messages.edit") {
        answer = {{"id", arguments.value("messageId", "")},
                  {"content", sent.body.value("content", json())},
                  {"createdBy", seen.own_id}};
    }
    if (operation.list ? !answer.is_array() : !answer.is_object()) {
        return json();
    }
    const auto shown =
        model::show_answer(operation.result, operation.list, ids_of(arguments),
                           answer.dump(-1, ' ', false, json::error_handler_t::replace));
    json out = shown ? json::parse(*shown, nullptr, false) : json(json::value_t::discarded);
    if (out.is_discarded()) {
        return Error(ErrorKind::protocol, "the answer cannot be read");
    }
    return out;
}

}  // namespace rookery::guilded
