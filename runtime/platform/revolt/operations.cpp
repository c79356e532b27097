#include "platform/revolt/operations.hpp"

#include "base/base64.hpp"
#include "model/event.hpp"
#include "platform/revolt/message_body.hpp"
#include "platform/revolt/permissions.hpp"
#include "platform/revolt/request.hpp"
#include "rest/operation_request.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace rookery::revolt {

using async::Task;
using nlohmann::json;

namespace {

/// Calls `done` exactly once: with cancelled, when the call's coroutine goes without an answer.
class Promise {
  public:
    explicit Promise(gateway::BotCallDone done) : done_(std::move(done)) {}
    Promise(Promise&&) noexcept = default;
    Promise& operator=(Promise&&) = delete;
    ~Promise() {
        if (done_) {
            give(Error(ErrorKind::cancelled, "the connection to Revolt is being closed"));
        }
    }
    void give(Result<json> result) { std::exchange(done_, nullptr)(std::move(result)); }

  private:
    gateway::BotCallDone done_;
};

/// Parameters that null takes away: where the platform has the value, and the name for `remove`.
struct Clearable {
    std::string_view operation;  ///< what its name begins with
    const char* parameter;
    const char* key;
    const char* removed;
};
constexpr std::array<Clearable, 6> kClearable{{
    {"channels.edit", "topic", "description", "Description"},
    {"guilds.edit", "description", "description", "Description"},
    {"members.", "nick", "nickname", "Nickname"},
    {"members.edit", "communicationDisabledUntil", "timeout", "Timeout"},
    {"members.edit", "channelId", "voice_channel", "VoiceChannel"},
    {"members.edit", "roles", "roles", "Roles"},
}};

/// Parameters that are pictures: the file server's tag, and the name for `remove`.
struct Picture {
    const char* parameter;
    const char* tag;
    const char* removed;
};
constexpr std::array<Picture, 3> kPictures{{
    {"avatar", "avatars", "Avatar"},
    {"icon", "icons", "Icon"},
    {"banner", "banners", "Banner"},
}};

/// Operations without an answer.
constexpr std::array<std::string_view, 4> kSilent{"bans.create", "channels.deleteOverwrite",
                                                  "channels.setOverwrite", "presence.set"};

std::uint64_t bits_of(const json& value) {
    if (value.is_number_unsigned()) {
        return value.get<std::uint64_t>();
    }
    std::uint64_t bits = 0;
    const auto text = value.is_string() ? value.get<std::string>() : std::string();
    std::from_chars(text.data(), text.data() + text.size(), bits);
    return bits;
}

json by_id(const json& list, const char* key) {
    json out = json::object();
    if (list.is_array()) {
        for (const auto& one : list) {
            const auto& id = one.is_object() ? one.value(key, json()) : json();
            const auto text = id.is_object() ? id.value("user", json()) : id;
            if (text.is_string()) {
                out[text.get<std::string>()] = one;
            }
        }
    }
    return out;
}

/// {messages, users, members}: each message with its author in it, as events have it.
json with_authors(const json& answer) {
    json messages = answer.is_array() ? answer : answer.value("messages", json::array());
    if (!answer.is_object()) {
        return messages;
    }
    const auto users = by_id(answer.value("users", json()), "_id");
    const auto members = by_id(answer.value("members", json()), "_id");
    for (auto& message : messages) {
        const auto author = message.is_object() ? message.value("author", json()) : json();
        if (!author.is_string()) {
            continue;
        }
        const auto id = author.get<std::string>();
        if (users.contains(id)) {
            message["user"] = users[id];
        }
        if (members.contains(id)) {
            message["member"] = members[id];
        }
    }
    return messages;
}

json with_accounts(const json& answer) {
    json members = answer.is_object() ? answer.value("members", json::array()) : json::array();
    const auto users = by_id(answer.is_object() ? answer.value("users", json()) : json(), "_id");
    for (auto& member : members) {
        const auto id =
            member.is_object() ? member.value("/_id/user"_json_pointer, json()) : json();
        if (id.is_string() && users.contains(id.get<std::string>())) {
            member["user"] = users[id.get<std::string>()];
        }
    }
    return members;
}

bool is_message(std::string_view name) {
    return name == "messages.send" || name == "messages.reply" || name == "messages.edit" ||
           name == "webhooks.execute" || name == "webhooks.editMessage";
}

}  // namespace

std::string text_at(const json& object, const char* pointer) {
    const json::json_pointer place(pointer);
    const auto found = object.contains(place) ? object[place] : json();
    return found.is_string() ? found.get<std::string>() : std::string();
}

std::string Operations::Call::text(const char* name) const {
    const auto& given = value(name);
    return given.is_string() ? given.get<std::string>() : std::string();
}

bool Operations::Call::has(const char* name) const { return arguments.contains(name); }

const json& Operations::Call::value(const char* name) const {
    static const json kNone;
    const auto found = arguments.find(name);
    return found != arguments.end() ? *found : kNone;
}

std::size_t Operations::Call::limit(std::size_t fallback) const {
    const auto& given = value("limit");
    return given.is_number_unsigned() ? given.get<std::size_t>() : fallback;
}

Operations::Operations(async::Executor executor, Parts parts)
    : executor_(executor), parts_(std::move(parts)), tasks_(std::move(executor), "revolt") {}

Operations::Coded Operations::special(std::string_view name) noexcept {
    using O = Operations;
    static constexpr std::array<Special, 15> kSpecial{{
        {"api.request", &O::api_request},
        {"bans.get", &O::bans_get},
        {"bans.list", &O::bans_list},
        {"channels.list", &O::channels_list},
        {"channels.typing", &O::channels_typing},
        {"emojis.create", &O::emojis_create},
        {"guilds.list", &O::guilds_list},
        {"members.addRole", &O::members_add_role},
        {"members.editSelf", &O::members_edit_self},
        {"members.removeRole", &O::members_remove_role},
        {"members.search", &O::members_search},
        {"reactions.list", &O::reactions_list},
        {"roles.create", &O::roles_create},
        {"roles.edit", &O::roles_edit},
        {"roles.list", &O::roles_list},
    }};
    for (const auto& each : kSpecial) {
        if (each.name == name) {
            return each.run;
        }
    }
    return nullptr;
}

void Operations::call(gateway::BotCall call, gateway::BotCallDone done) {
    boost::asio::post(executor_, [this, call = std::move(call), done = std::move(done)]() mutable {
        start(std::move(call), std::move(done));
    });
}

void Operations::start(gateway::BotCall call, gateway::BotCallDone done) {
    auto promise = std::make_shared<Promise>(std::move(done));
    if (closed_) {
        return;
    }
    Call one;
    one.operation = model::find_operation(*parts_.bot->platform, call.info->name);
    if (one.operation == nullptr) {
        promise->give(Error(ErrorKind::unsupported,
                            std::string(call.info->name) + ": Revolt has no such thing"));
        return;
    }
    one.arguments = std::move(call.arguments);
    one.nonce_key = std::move(call.nonce_key);
    one.context.extension = std::move(call.extension);
    one.context.deadline = call.deadline;
    one.context.lane = call.lane;
    tasks_.spawn("call", [this, promise, one = std::move(one)]() -> Task<> {
        // What has another form than the code expects is the peer's or the script's doing.
        Result<json> answer(json{});
        try {
            answer = co_await run(one);
        } catch (const json::exception& thrown) {
            answer = Error(ErrorKind::protocol,
                           std::string(one.operation->info->name) + ": " + thrown.what());
        }
        promise->give(std::move(answer));
    });
}

Task<> Operations::close() {
    closed_ = true;
    tasks_.cancel();
    co_await tasks_.join();
}

Operations::Answer Operations::run(Call call) {
    const Coded coded = special(call.operation->info->name);
    Result<json> answer(json{});
    if (coded != nullptr) {
        answer = co_await (this->*coded)(call);
    } else {
        answer = co_await plain(call);
    }
    if (!answer) {
        co_return answer;
    }
    co_return shown(call, *answer);
}

Operations::Answer Operations::plain(Call call) {
    auto request = build_request(*call.operation, call.arguments, std::chrono::system_clock::now());
    if (!request) {
        co_return request.error();
    }
    if (auto converted = co_await convert(*request, call); !converted) {
        co_return converted.error().within(std::string(call.operation->info->name));
    }
    request->authenticated = call.operation->path.find("{token}") == std::string_view::npos;
    if (call.operation->info->effect) {
        request->idempotency_key = idempotency_key(call.nonce_key);
    }
    auto answer = co_await parts_.api->send(*std::move(request), call.context);
    if (!answer) {
        co_return answer;
    }
    co_return tidied(call, *std::move(answer));
}

/// What the schema leaves to code.
Task<Result<>> Operations::convert(ApiRequest& request, const Call& call) {
    const auto name = call.operation->info->name;
    json& body = request.body;
    if (is_message(name)) {
        const auto limit = parts_.api->places().message_length;
        if (auto put = put_message(body, call.arguments, name == "messages.reply", limit); !put) {
            co_return put;
        }
        co_return co_await put_files(body, call);
    }
    for (const auto& each : kClearable) {
        if (!name.starts_with(each.operation) || !call.has(each.parameter)) {
            continue;
        }
        const auto& given = call.value(each.parameter);
        if (given.is_null()) {
            body["remove"].push_back(each.removed);
            body.erase(each.key);
        } else if (!body.contains(each.key)) {
            body[each.key] = std::string_view(each.key) == "timeout"
                                 ? rest::iso_time(given, std::chrono::system_clock::now())
                                 : given;
        }
    }
    for (const auto& each : kPictures) {
        if (!call.has(each.parameter)) {
            continue;
        }
        const json given = call.value(each.parameter);
        if (given.is_null()) {
            body["remove"].push_back(each.removed);
            continue;
        }
        const auto id = co_await put_picture(each.tag, given, call.context);
        if (!id) {
            co_return id.error().within(std::string("parameter ") + each.parameter);
        }
        body[each.parameter] = *id;
    }
    if (name == "members.edit") {
        for (const auto& [from, to] : {std::pair("mute", "can_publish"), {"deaf", "can_receive"}}) {
            if (call.value(from).is_boolean()) {
                body[to] = !call.value(from).get<bool>();
            }
        }
    } else if (name == "channels.create" && call.has("type")) {
        const auto& type = call.value("type");
        const bool voice = type == 2 || type == "voice";
        if (!voice && type != 0 && type != "text") {
            co_return Error(ErrorKind::unsupported,
                            "parameter type: Revolt has channels of text and of voice alone");
        }
        body["type"] = voice ? "Voice" : "Text";
    } else if (name == "channels.setOverwrite") {
        if (call.value("type") != 0 && call.value("type") != "role") {
            co_return Error(ErrorKind::unsupported,
                            "parameter type: Revolt has overwrites of roles alone");
        }
        body = {{"permissions",
                 {{"allow", to_platform_bits(bits_of(call.value("allow")))},
                  {"deny", to_platform_bits(bits_of(call.value("deny")))}}}};
    } else if (name == "presence.set") {
        const auto status = call.text("status");
        body["status"]["presence"] = status == "idle"        ? "Idle"
                                     : status == "dnd"       ? "Busy"
                                     : status == "invisible" ? "Invisible"
                                                             : "Online";
        const auto& activities = call.value("activities");
        if (activities.is_array() && !activities.empty() && activities[0].is_object()) {
            const auto& first = activities[0];
            body["status"]["text"] = text_at(first, first.contains("state") ? "/state" : "/name");
        } else if (call.has("activities")) {
            body["remove"].push_back("StatusText");
        }
    } else if (name == "messages.list" && call.has("after")) {
        // The oldest of what is newer, as other platforms give it.
        request.path += "&sort=Oldest&after=" + net::percent_encode(call.text("after"));
    }
    const bool channel_or_overwrite =
        name == "channels.setOverwrite" || name == "channels.deleteOverwrite";
    if (channel_or_overwrite) {
        const auto server = parts_.cache->server_of_channel(call.text("channelId"));
        if (!server.empty() && server == call.text("overwriteId")) {
            request.path.replace(request.path.rfind('/') + 1, std::string::npos, "default");
        }
    }
    co_return Result<>();
}

Task<Result<>> Operations::put_files(json& body, const Call& call) {
    const json& given = call.value("files");
    if (given.is_null()) {
        co_return Result<>();
    }
    auto files = discord::read_uploads(given, parts_.api->upload_rules());
    if (!files) {
        co_return files.error().within("parameter files");
    }
    const auto most = parts_.api->places().message_attachments;
    if (files->size() > most) {
        co_return Error(ErrorKind::limit, "parameter files: at most " + std::to_string(most) +
                                              ", got " + std::to_string(files->size()));
    }
    json ids = json::array();
    for (auto& file : *files) {
        auto id = co_await parts_.api->upload("attachments", std::move(file), call.context);
        if (!id) {
            co_return id.error();
        }
        ids.push_back(*std::move(id));
    }
    body["attachments"] = std::move(ids);
    co_return Result<>();
}

Task<Result<std::string>> Operations::put_picture(std::string tag, json value,
                                                  CallContext context) {
    Upload file;
    if (value.is_string()) {
        // data:image/png;base64,...
        const auto text = value.get<std::string>();
        const auto comma = text.find(',');
        auto bytes = comma == std::string::npos
                         ? std::nullopt
                         : decode_base64(std::string_view(text).substr(comma + 1));
        if (!bytes) {
            co_return Error(ErrorKind::invalid, "expected a data URI in base64, or a file");
        }
        file.name = "picture";
        file.data = *std::move(bytes);
        file.size = file.data.size();
    } else {
        auto files = discord::read_uploads(value, parts_.api->upload_rules());
        if (!files) {
            co_return files.error();
        }
        if (files->size() != 1) {
            co_return Error(ErrorKind::invalid, "expected one file");
        }
        file = std::move(files->front());
    }
    co_return co_await parts_.api->upload(std::move(tag), std::move(file), std::move(context));
}

/// The answer in the form that the mappings read.
json Operations::tidied(const Call& call, json answer) const {
    const auto name = call.operation->info->name;
    // The platform tells what it has now, where others say nothing.
    if (std::find(kSilent.begin(), kSilent.end(), name) != kSilent.end()) {
        return {};
    }
    if (name == "messages.list") {
        auto messages = with_authors(answer);
        if (call.has("after") && messages.is_array()) {
            std::reverse(messages.begin(), messages.end());
        }
        return messages;
    }
    if (name == "members.list") {
        auto members = with_accounts(answer);
        const auto id_of = [](const json& member) { return text_at(member, "/_id/user"); };
        std::sort(members.begin(), members.end(),
                  [&](const json& a, const json& b) { return id_of(a) < id_of(b); });
        const auto after = call.text("after");
        json out = json::array();
        for (auto& member : members) {
            if (id_of(member) > after && out.size() < call.limit(100'000)) {
                out.push_back(std::move(member));
            }
        }
        return out;
    }
    const bool member = call.operation->info->noun == "members" && answer.is_object();
    if (member && !answer.contains("user")) {
        const auto id = text_at(answer, "/_id/user");
        auto user = json::parse(parts_.cache->user(id), nullptr, false);
        if (user.is_object()) {
            answer["user"] = std::move(user);
        }
    }
    if (name == "roles.get" && answer.is_object() && !answer.contains("_id")) {
        answer["_id"] = call.text("roleId");
    }
    return answer;
}

/// Mappings read ids of the surroundings at the root, and addresses in the context.
Result<json> Operations::shown(const Call& call, const json& answer) const {
    const auto* const mapping = call.operation->result;
    if (mapping == nullptr || answer.is_null()) {
        return answer;
    }
    auto server = call.text("guildId");
    if (server.empty()) {
        server = parts_.cache->server_of_channel(call.text("channelId"));
    }
    json whole = {{"result", answer}};
    if (!server.empty()) {
        whole["guild_id"] = server;
    }
    const json about = {{"cdn", parts_.api->places().cdn}, {"api", parts_.api->base()}};
    const auto text = whole.dump(-1, ' ', false, json::error_handler_t::replace);
    model::EventHeader header;
    header.bot = parts_.bot;
    const auto event = model::Event::make(std::move(header), text, about.dump());
    if (!event) {
        return event.error().within(std::string(call.operation->info->name));
    }
    const auto node = (*event)->root()["result"];
    std::string out;
    if (call.operation->list) {
        out = "[";
        for (const auto one : node.elements()) {
            out += out.size() > 1 ? "," : "";
            model::View(one, *mapping).write_json(out);
        }
        out += ']';
    } else {
        model::View(node, *mapping).write_json(out);
    }
    return json::parse(out, nullptr, false);
}

}  // namespace rookery::revolt
