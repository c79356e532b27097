#include "sim/guilded/bot_rest.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::guilded {
namespace {

using community::ChannelType;

constexpr std::size_t kMostName = 100;
constexpr std::array kTypes = {"announcements", "chat",  "calendar", "forums",     "media",
                               "docs",          "voice", "list",     "scheduling", "stream"};

HttpReply no_channel() { return refuse(404, "NotFoundError", "Channel not found"); }
HttpReply no_server() { return refuse(404, "NotFoundError", "Server not found"); }

std::optional<HttpReply> wrong_name(const Call& call, bool required) {
    if (!call.has("name")) {
        return required ? std::optional(refuse(400, "BadRequestError", "name is required"))
                        : std::nullopt;
    }
    const auto name = call.text("name");
    return name.empty() || name.size() > kMostName
               ? std::optional(
                     refuse(400, "BadRequestError", "name must be 1 to 100 characters long"))
               : std::nullopt;
}

}  // namespace

std::span<const BotRest::Route> BotRest::channel_routes() {
    static constexpr std::array kRoutes = {
        Route{"POST", "/channels", &BotRest::create_channel},
        Route{"GET", "/channels/{channel}", &BotRest::get_channel},
        Route{"PATCH", "/channels/{channel}", &BotRest::change_channel},
        Route{"DELETE", "/channels/{channel}", &BotRest::remove_channel},
        Route{"PUT", "/channels/{channel}/archive", &BotRest::archive},
        Route{"DELETE", "/channels/{channel}/archive", &BotRest::archive},
        Route{"POST", "/servers/{server}/categories", &BotRest::create_category},
        Route{"GET", "/servers/{server}/categories/{category}", &BotRest::get_category},
        Route{"PATCH", "/servers/{server}/categories/{category}", &BotRest::change_category},
        Route{"DELETE", "/servers/{server}/categories/{category}", &BotRest::remove_category},
        Route{"POST", "/url-signatures", &BotRest::sign_urls},
    };
    return kRoutes;
}

HttpReply BotRest::create_channel(Call& call) {
    if (auto wrong = wrong_name(call, true)) {
        return std::move(*wrong);
    }
    const auto type = call.text("type");
    if (std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end()) {
        return refuse(400, "BadRequestError", "type must be one of the channel types");
    }
    auto* server = core_.world.server(call.text("serverId"));
    if (server == nullptr || !call.has("serverId")) {
        return no_server();
    }
    auto& channel = core_.world.add_channel(
        *server, call.text("name"), type == "voice" ? ChannelType::voice : ChannelType::text,
        call.who, call.text("parentId"), call.text("topic"));
    return wrapped("channel", channel_json(server, channel, call.who), 201);
}

HttpReply BotRest::get_channel(Call& call) {
    auto* channel = core_.world.channel(call.at("channel"));
    return channel == nullptr
               ? no_channel()
               : wrapped("channel", channel_json(core_.world.server_of(*channel), *channel, {}));
}

HttpReply BotRest::change_channel(Call& call) {
    auto* channel = core_.world.channel(call.at("channel"));
    if (channel == nullptr) {
        return no_channel();
    }
    if (auto wrong = wrong_name(call, false)) {
        return std::move(*wrong);
    }
    channel->name = call.has("name") ? call.text("name") : channel->name;
    channel->topic =
        call.body.is_object() && call.body.contains("topic") ? call.text("topic") : channel->topic;
    core_.world.channel_changed(*channel, call.who);
    return wrapped("channel", channel_json(core_.world.server_of(*channel), *channel, {}));
}

HttpReply BotRest::remove_channel(Call& call) {
    return core_.world.remove_channel(call.at("channel"), call.who)
               ? community::json_reply(nullptr, 204)
               : no_channel();
}

HttpReply BotRest::archive(Call& call) {
    auto* channel = core_.world.channel(call.at("channel"));
    if (channel == nullptr) {
        return no_channel();
    }
    core_.world.channel_changed(*channel, call.who);
    return community::json_reply(nullptr, 204);
}

HttpReply BotRest::create_category(Call& call) {
    auto* server = core_.world.server(call.at("server"));
    if (server == nullptr) {
        return no_server();
    }
    if (auto wrong = wrong_name(call, true)) {
        return std::move(*wrong);
    }
    const auto& made =
        core_.world.add_channel(*server, call.text("name"), ChannelType::category, call.who);
    return wrapped("category", category_json(*server, made));
}

namespace {

community::Channel* category_of(Core& core, const Call& call) {
    auto* server = core.world.server(call.at("server"));
    if (server == nullptr) {
        return nullptr;
    }
    for (const auto& id : server->channels) {
        auto* channel = core.world.channel(id);
        const bool fits = channel->type == ChannelType::category &&
                          category_json(*server, *channel)["id"].dump() == call.at("category");
        if (fits) {
            return channel;
        }
    }
    return nullptr;
}

HttpReply no_category() { return refuse(404, "NotFoundError", "Category not found"); }

}  // namespace

HttpReply BotRest::get_category(Call& call) {
    auto* found = category_of(core_, call);
    return found == nullptr
               ? no_category()
               : wrapped("category", category_json(*core_.world.server_of(*found), *found));
}

HttpReply BotRest::change_category(Call& call) {
    auto* found = category_of(core_, call);
    if (found == nullptr) {
        return no_category();
    }
    if (auto wrong = wrong_name(call, false)) {
        return std::move(*wrong);
    }
    found->name = call.has("name") ? call.text("name") : found->name;
    core_.world.channel_changed(*found, call.who);
    return wrapped("category", category_json(*core_.world.server_of(*found), *found));
}

HttpReply BotRest::remove_category(Call& call) {
    auto* found = category_of(core_, call);
    if (found == nullptr) {
        return no_category();
    }
    auto json = category_json(*core_.world.server_of(*found), *found);
    (void)core_.world.remove_channel(std::string(found->id), call.who);
    return wrapped("category", std::move(json));
}

HttpReply BotRest::sign_urls(Call& call) {
    if (!call.has("urls") || !call.body["urls"].is_array() || call.body["urls"].size() > 10) {
        return refuse(400, "BadRequestError", "urls must be an array of at most 10 urls");
    }
    Json list = Json::array();
    for (const auto& url : call.body["urls"]) {
        const auto text = url.is_string() ? url.get<std::string>() : std::string();
        list.push_back({{"url", text}, {"signature", text + "?Signature=simulated"}});
    }
    return wrapped("urlSignatures", std::move(list));
}

}  // namespace rookery::sim::guilded
