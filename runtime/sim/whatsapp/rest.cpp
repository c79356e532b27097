#include "sim/whatsapp/rest.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace rookery::sim::whatsapp {

HttpReply refuse(unsigned status, const std::string& text) {
    return community::json_reply({{"message", text}, {"statusCode", status}}, status);
}

HttpReply invalid(const std::vector<std::string>& problems) {
    return community::json_reply(
        {{"message", problems}, {"error", "Bad Request"}, {"statusCode", 400}}, 400);
}

std::span<const Rest::Route> Rest::routes() {
    static constexpr std::array kRoutes = {
        Route{"GET", "/api/auth/qr", &Rest::qr},
        Route{"GET", "/api/auth/state", &Rest::state},
        Route{"POST", "/api/messages", &Rest::send},
        Route{"GET", "/api/messages", &Rest::list_messages},
        Route{"GET", "/api/chats", &Rest::list_chats},
        Route{"GET", "/api/contacts/{jid}", &Rest::contact},
        Route{"POST", "/api/groups", &Rest::create_group},
        Route{"GET", "/api/configs", &Rest::list_configs},
        Route{"POST", "/api/configs", &Rest::set_config},
        Route{"DELETE", "/api/configs/{key}", &Rest::reset_config},
        Route{"GET", "/api/health", &Rest::health},
    };
    return kRoutes;
}

HttpReply Rest::answer(const HttpRequest& request) {
    constexpr std::string_view kScheme = "Bearer ";
    const auto given = request.header("authorization");
    if (!given.starts_with(kScheme) || !core_.knows_token(given.substr(kScheme.size()))) {
        return refuse(401, "Unauthorized");
    }
    const Json limited = {{"statusCode", 429},
                          {"message", "ThrottlerException: Too Many Requests"}};
    const Json failed = {{"statusCode", 500}, {"message", "Internal server error"}};
    if (auto reply = community::fault_reply(core_.faults, limited, failed)) {
        return std::move(*reply);
    }
    Call call{request, {}, nullptr, core_.me().id};
    const bool form = request.header("content-type").starts_with("multipart/form-data");
    if (!request.body.empty() && !form) {
        call.body = Json::parse(request.body, nullptr, false);
        if (!call.body.is_object()) {
            core_.recorder.violation("whatsapp_bad_body", 0, request.method + " " + request.path);
            return invalid({"Unexpected token in JSON"});
        }
    }
    auto reply = routed(call);
    community::spoil(core_.faults, reply);
    return reply;
}

HttpReply Rest::routed(Call& call) {
    for (const auto& route : routes()) {
        auto values = community::match_path(route.pattern, call.request.path);
        if (values && call.request.method == route.method) {
            call.path = std::move(*values);
            return (this->*route.answer)(call);
        }
    }
    core_.recorder.violation("whatsapp_unknown_route", 0,
                             call.request.method + " " + call.request.path);
    return community::json_reply(
        {{"message", "Cannot " + call.request.method + " " + call.request.path},
         {"error", "Not Found"},
         {"statusCode", 404}},
        404);
}

community::Channel* Rest::chat_of(const std::string& jid) {
    if (is_group(jid)) {
        return core_.world.channel(jid);
    }
    const auto* person = person_of(core_, jid);
    return person == nullptr ? nullptr : &core_.world.direct(core_.me().id, person->id);
}

HttpReply Rest::qr(Call&) {
    return core_.qr.empty() ? refuse(404, "No QR code available")
                            : community::json_reply({{"qr", core_.qr}});
}

HttpReply Rest::state(Call&) {
    const auto& me = core_.me();
    Json json = {{"connection", core_.connection}, {"state", core_.connection}};
    if (core_.connection == "open") {
        const auto at = me.id.find('@');
        // An own JID names the device that is linked.
        json["user"] = {{"id", me.id.substr(0, at) + ":12" + me.id.substr(at)},
                        {"lid", lid_of(me.id)},
                        {"name", me.display}};
    }
    return community::json_reply(json);
}

HttpReply Rest::list_messages(Call& call) {
    const auto jid = call.request.query_value("chatId");
    if (jid.empty()) {
        return invalid({"chatId should not be empty"});
    }
    std::size_t limit = 50;
    const auto given = call.request.query_value("limit", "50");
    const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), limit);
    if (error != std::errc{} || limit == 0) {
        return invalid({"limit must be a positive number"});
    }
    Json list = Json::array();
    if (const auto* chat = chat_of(jid)) {
        const auto& all = chat->messages;
        for (auto it = all.rbegin(); it != all.rend() && list.size() < limit; ++it) {
            list.push_back(message_json(core_, *it));
        }
    }
    return community::json_reply(list);
}

HttpReply Rest::list_chats(Call&) {
    Json list = Json::array();
    core_.world.each_channel([&](community::Channel& channel) {
        if (channel.type == community::ChannelType::text ||
            channel.type == community::ChannelType::direct) {
            list.push_back(chat_json(core_, channel));
        }
    });
    return community::json_reply(list);
}

HttpReply Rest::contact(Call& call) {
    const auto* person = person_of(core_, call.at("jid"));
    return person == nullptr ? refuse(404, "Contact not found")
                             : community::json_reply(contact_json(core_, *person));
}

HttpReply Rest::create_group(Call& call) {
    const bool people = call.has("participants") && call.body["participants"].is_array() &&
                        !call.body["participants"].empty();
    if (call.text("title").empty() || !people) {
        return invalid({call.text("title").empty() ? "title should not be empty"
                                                   : "participants must be an array"});
    }
    for (const auto& jid : call.body["participants"]) {
        if (!jid.is_string() || person_of(core_, jid.get<std::string>()) == nullptr) {
            return invalid({"each value in participants must be a known JID"});
        }
    }
    auto& group = core_.world.add_channel(core_.world.servers().front(), call.text("title"),
                                          community::ChannelType::text, call.who);
    return community::json_reply(group_json(core_, group), 201);
}

HttpReply Rest::list_configs(Call&) {
    Json list = Json::array();
    for (const auto& [key, value] : core_.configs) {
        list.push_back(value);
    }
    return community::json_reply(list);
}

HttpReply Rest::set_config(Call& call) {
    if (call.text("key").empty() || !call.has("value")) {
        return invalid({"key should not be empty"});
    }
    core_.configs[call.text("key")] = call.body;
    return community::json_reply(call.body, 201);
}

HttpReply Rest::reset_config(Call& call) {
    core_.configs.erase(call.at("key"));
    return community::json_reply({{"key", call.at("key")}});
}

HttpReply Rest::health(Call&) { return community::json_reply({{"status", "ok"}}); }

}  // namespace rookery::sim::whatsapp
