#include "sim/guilded/user_rest.hpp"

#include "sim/guilded/bot_rest.hpp"
#include "sim/guilded/slate.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace rookery::sim::guilded {
namespace {

constexpr std::size_t kMostText = 4'000;
constexpr std::size_t kMostReplies = 5;

HttpReply fine(const Json& body = Json::object()) { return community::json_reply(body); }
HttpReply nothing_there(const char* what) {
    return refuse(404, "NotFoundError", std::string(what) + " not found");
}

}  // namespace

std::span<const UserRest::Route> UserRest::routes() {
    static constexpr std::array kRoutes = {
        Route{"GET", "/me", &UserRest::me},
        Route{"POST", "/logout", &UserRest::done},
        Route{"PUT", "/users/me/ping", &UserRest::done},
        Route{"POST", "/users/me/presence", &UserRest::done},
        Route{"POST", "/users/me/status", &UserRest::done},
        Route{"GET", "/channels/{channel}/messages", &UserRest::list_messages},
        Route{"POST", "/channels/{channel}/messages", &UserRest::send},
        Route{"PUT", "/channels/{channel}/messages/{message}", &UserRest::edit},
        Route{"DELETE", "/channels/{channel}/messages/{message}", &UserRest::remove},
        Route{"POST", "/channels/{channel}/messages/{message}/reactions/{emoji}", &UserRest::react},
        Route{"DELETE", "/channels/{channel}/messages/{message}/reactions/{emoji}",
              &UserRest::unreact},
        Route{"GET", "/channels/{channel}/pins", &UserRest::list_pins},
        Route{"POST", "/channels/{channel}/pins", &UserRest::pin},
        Route{"DELETE", "/channels/{channel}/pins/{message}", &UserRest::unpin},
        Route{"PUT", "/channels/{channel}/seen", &UserRest::done},
        Route{"GET", "/users/{user}/channels", &UserRest::list_directs},
        Route{"POST", "/users/{user}/channels", &UserRest::open_direct},
        Route{"GET", "/users/{user}", &UserRest::get_user},
        Route{"GET", "/users/{user}/profilev3", &UserRest::get_user},
        Route{"GET", "/teams/{team}/info", &UserRest::team_info},
        Route{"GET", "/teams/{team}/members", &UserRest::team_members},
        Route{"GET", "/teams/{team}/channels", &UserRest::team_channels},
        Route{"POST", "/teams/{team}/groups/{group}/channels", &UserRest::create_channel},
        Route{"DELETE", "/teams/{team}/groups/{group}/channels/{channel}",
              &UserRest::remove_channel},
        Route{"PUT", "/teams/{team}/roles/{role}/users/{user}", &UserRest::give_role},
        Route{"DELETE", "/teams/{team}/roles/{role}/users/{user}", &UserRest::take_role},
        Route{"GET", "/teams/{team}/members/ban", &UserRest::list_bans},
        Route{"DELETE", "/teams/{team}/members/{user}", &UserRest::kick},
        Route{"DELETE", "/teams/{team}/members/{user}/ban", &UserRest::ban},
        Route{"PUT", "/teams/{team}/members/{user}/ban", &UserRest::unban},
        Route{"PUT", "/teams/{team}/members/{user}/nickname", &UserRest::nick},
        Route{"DELETE", "/teams/{team}/members/{user}/nickname", &UserRest::clear_nick},
        Route{"POST", "/media/upload", &UserRest::upload},
    };
    return kRoutes;
}

HttpReply UserRest::login(const HttpRequest& request) {
    const auto body = Json::parse(request.body, nullptr, false);
    const auto text = [&](const char* key) {
        return body.is_object() && body.contains(key) && body[key].is_string()
                   ? body[key].get<std::string>()
                   : std::string();
    };
    if (text("email").empty() || text("password").empty()) {
        return refuse(400, "BadRequestError", "Email and password are required");
    }
    // The password of an account is its token.
    const auto* account = core_.bot_of_token(text("password"));
    if (account == nullptr || core_.faults.refused_logins > 0) {
        core_.faults.refused_logins -= core_.faults.refused_logins > 0 ? 1 : 0;
        return refuse(401, "LoginFailed", "Email or password is incorrect");
    }
    auto reply = fine({{"user", account_json(*account)}});
    reply.headers = {
        {"Set-Cookie", "guilded_mid=" + client_id_of(text("password")) + "; Path=/"},
        {"Set-Cookie", "hmac_signed_session=" + text("password") + "; Path=/; HttpOnly"}};
    return reply;
}

HttpReply UserRest::answer(const HttpRequest& request, std::string_view path) {
    if (path == "/login" && request.method == "POST") {
        return login(request);
    }
    const auto* account = account_of(core_, request);
    if (account == nullptr) {
        return refuse(401, "UnauthorizedError", "You are not logged in");
    }
    const Json limited = {{"code", "TooManyRequests"}, {"message", "You have been rate limited"}};
    const Json failed = {{"code", "InternalServerError"}, {"message", "Something went wrong"}};
    if (auto reply = community::fault_reply(core_.faults, limited, failed)) {
        return std::move(*reply);
    }
    Call call{request, {}, nullptr, account->id};
    const bool form = request.header("content-type").starts_with("multipart/form-data");
    if (!request.body.empty() && !form) {
        call.body = Json::parse(request.body, nullptr, false);
        if (call.body.is_discarded()) {
            core_.recorder.violation("guilded_bad_body", 0, request.method + " " + request.path);
            return refuse(400, "BadRequestError", "Request body is not JSON");
        }
    }
    const auto mid = cookie(request, "guilded_mid");
    gateway_.acting = mid.empty() ? std::string(request.header("guilded-client-id")) : mid;
    auto reply = routed(call, path);
    gateway_.acting.clear();
    community::spoil(core_.faults, reply);
    return reply;
}

HttpReply UserRest::routed(Call& call, std::string_view path) {
    for (const auto& route : routes()) {
        auto values = community::match_path(route.pattern, path);
        if (values && call.request.method == route.method) {
            call.path = std::move(*values);
            return (this->*route.answer)(call);
        }
    }
    core_.recorder.violation("guilded_unknown_route", 0,
                             call.request.method + " " + call.request.path);
    return nothing_there("Route");
}

HttpReply UserRest::me(Call& call) {
    Json teams = Json::array();
    for (const auto& server : core_.world.servers()) {
        if (server.members.contains(call.who)) {
            teams.push_back(team_json(server));
        }
    }
    return fine({{"user", account_json(*core_.world.person(call.who))},
                 {"teams", std::move(teams)},
                 {"friends", Json::array()}});
}

HttpReply UserRest::done(Call&) { return fine(); }

community::Message* UserRest::message_of(const Call& call) {
    return core_.world.find_message(call.at("channel"), call.at("message"));
}

HttpReply UserRest::list_messages(Call& call) {
    const auto* channel = core_.world.channel(call.at("channel"));
    if (channel == nullptr) {
        return nothing_there("Channel");
    }
    std::size_t limit = 51;
    const auto given = call.request.query_value("limit", "51");
    std::from_chars(given.data(), given.data() + given.size(), limit);
    const auto before = call.request.query_value("beforeDate");
    const auto after = call.request.query_value("afterDate");
    Json list = Json::array();
    bool more = false;
    for (auto it = channel->messages.rbegin(); it != channel->messages.rend(); ++it) {
        const auto created = time_text(it->created);
        if ((before.empty() || created < before) && (after.empty() || created > after)) {
            if (list.size() == limit) {
                more = true;
                break;
            }
            auto json = client_message_json(core_, *it);
            json["channelId"] = channel->id;
            list.push_back(std::move(json));
        }
    }
    return fine({{"messages", std::move(list)}, {"hasPastMessages", more}});
}

HttpReply UserRest::send(Call& call) {
    auto* channel = core_.world.channel(call.at("channel"));
    if (channel == nullptr) {
        return nothing_there("Channel");
    }
    const auto id = call.text("messageId");
    const auto document = call.body.is_object() ? call.body.value("content", Json()) : Json();
    if (!is_uuid(id) || !is_document(document)) {
        return refuse(400, "BadRequestError",
                      is_uuid(id) ? "content must be a document" : "messageId must be a UUID");
    }
    if (community::World::message(*channel, id) != nullptr) {
        return refuse(400, "BadRequestError", "messageId exists already");
    }
    const auto text = text_of(document);
    if (text.size() > kMostText) {
        return refuse(400, "BadRequestError", "content is too long");
    }
    community::Draft draft;
    draft.id = id;
    draft.channel = channel->id;
    draft.author = call.who;
    draft.text = text;
    draft.content = shown_document(core_, document);
    if (call.has("repliesToIds") && call.body["repliesToIds"].is_array()) {
        for (const auto& reply : call.body["repliesToIds"]) {
            if (reply.is_string() && draft.replies_to.size() < kMostReplies) {
                draft.replies_to.push_back(reply.get<std::string>());
            }
        }
    }
    for (const auto* flag : {"isSilent", "isPrivate"}) {
        if (call.has(flag) && call.body[flag].is_boolean()) {
            draft.extra[flag] = call.body[flag];
        }
    }
    const auto& made = core_.world.post(std::move(draft));
    return fine({{"message", client_message_json(core_, made)}});
}

HttpReply UserRest::edit(Call& call) {
    auto* message = message_of(call);
    if (message == nullptr) {
        return nothing_there("Message");
    }
    if (message->author != call.who) {
        return refuse(403, "ForbiddenError", "You can only edit your own messages");
    }
    const auto document = call.body.is_object() ? call.body.value("content", Json()) : Json();
    if (!is_document(document)) {
        return refuse(400, "BadRequestError", "content must be a document");
    }
    core_.world.edit(*core_.world.channel(message->channel), *message, text_of(document),
                     shown_document(core_, document));
    return fine();
}

HttpReply UserRest::remove(Call& call) {
    auto* channel = core_.world.channel(call.at("channel"));
    return channel != nullptr && core_.world.remove(*channel, call.at("message"), call.who)
               ? fine()
               : nothing_there("Message");
}

HttpReply UserRest::react(Call& call) {
    auto* message = message_of(call);
    if (message == nullptr || emote_id(call.at("emoji")) != call.at("emoji")) {
        return message == nullptr ? nothing_there("Message")
                                  : refuse(400, "BadRequestError", "the reaction is no number");
    }
    (void)core_.world.react(*core_.world.channel(message->channel), *message, call.who,
                            call.at("emoji"));
    return fine();
}

HttpReply UserRest::unreact(Call& call) {
    auto* message = message_of(call);
    const bool changed =
        message != nullptr && core_.world.unreact(*core_.world.channel(message->channel), *message,
                                                  call.who, call.at("emoji"));
    return changed ? fine() : nothing_there("Reaction");
}

HttpReply UserRest::list_pins(Call& call) {
    Json list = Json::array();
    if (const auto* channel = core_.world.channel(call.at("channel"))) {
        for (const auto& message : channel->messages) {
            if (message.pinned) {
                list.push_back(client_message_json(core_, message));
            }
        }
    }
    return fine({{"messages", std::move(list)}});
}

HttpReply UserRest::pin(Call& call) {
    auto* message = core_.world.find_message(call.at("channel"), call.text("messageId"));
    if (message == nullptr) {
        return nothing_there("Message");
    }
    (void)core_.world.pin(*core_.world.channel(message->channel), *message, true, call.who);
    return fine();
}

HttpReply UserRest::unpin(Call& call) {
    auto* message = message_of(call);
    if (message == nullptr) {
        return nothing_there("Message");
    }
    (void)core_.world.pin(*core_.world.channel(message->channel), *message, false, call.who);
    return fine();
}

HttpReply UserRest::list_directs(Call& call) {
    Json list = Json::array();
    core_.world.each_channel([&](community::Channel& channel) {
        const auto& people = channel.people;
        if (std::find(people.begin(), people.end(), call.who) != people.end()) {
            list.push_back(client_channel_json(nullptr, channel));
        }
    });
    return fine({{"channels", std::move(list)}});
}

HttpReply UserRest::open_direct(Call& call) {
    const auto users = call.body.is_object() ? call.body.value("users", Json::array()) : Json();
    const auto id = users.is_array() && !users.empty() && users[0].is_object()
                        ? users[0].value("id", std::string())
                        : std::string();
    const auto* person = core_.world.person(id);
    if (id.empty() || person == nullptr) {
        return refuse(400, "BadRequestError", "users must name somebody");
    }
    auto& channel = core_.world.direct(call.who, person->id);
    return fine({{"channel", client_channel_json(nullptr, channel)}});
}

HttpReply UserRest::get_user(Call& call) {
    const auto* person = core_.world.person(call.at("user") == "me" ? call.who : call.at("user"));
    return person == nullptr ? nothing_there("User") : fine({{"user", account_json(*person)}});
}

HttpReply UserRest::upload(Call&) {
    return fine({{"url",
                  "https://s3-us-west-2.amazonaws.com/www.guilded.gg/ContentMedia/"
                  "simulated-Full.webp"}});
}

}  // namespace rookery::sim::guilded
