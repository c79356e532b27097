#include "sim/guilded/shelf.hpp"

#include "sim/guilded/bot_objects.hpp"
#include "sim/guilded/bot_rest.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::guilded {

/// One kind of thing: where it lies, how its answers and events are called.
struct Shelf::Kind {
    const char* place;   ///< "/channels/{place}/topics"
    const char* key;     ///< of one in an answer
    const char* many;    ///< of several
    const char* event;   ///< with Created, Updated and Deleted behind it; null: none
    const char* needed;  ///< what a body has to hold
    unsigned made;       ///< status of the answer to a new one
    bool uuid;           ///< else numbers
};

namespace {

bool of_server(std::string_view place) { return place.starts_with("/servers/"); }

HttpReply nothing() { return community::json_reply(nullptr, 204); }

}  // namespace

std::span<const Shelf::Kind> Shelf::kinds() {
    static constexpr std::array kKinds = {
        Kind{"/channels/{place}/topics", "forumTopic", "forumTopics", "ForumTopic", "title", 201,
             false},
        Kind{"/channels/{place}/docs", "doc", "docs", "Doc", "title", 201, false},
        Kind{"/channels/{place}/items", "listItem", "listItems", "ListItem", "message", 201, true},
        Kind{"/channels/{place}/events", "calendarEvent", "calendarEvents", "CalendarEvent", "name",
             200, false},
        Kind{"/channels/{place}/announcements", "announcement", "announcements", "Announcement",
             "title", 200, true},
        Kind{"/servers/{place}/webhooks", "webhook", "webhooks", "ServerWebhook", "name", 201,
             true},
        Kind{"/servers/{place}/groups", "group", "groups", "Group", "name", 201, false},
    };
    return kKinds;
}

std::optional<HttpReply> Shelf::answer(community::Call& call, std::string_view path) {
    for (const auto& kind : kinds()) {
        const auto& method = call.request.method;
        if (auto values = community::match_path(kind.place, path)) {
            call.path = std::move(*values);
            if (server_of(kind, call) == nullptr) {
                return refuse(404, "NotFoundError", "Not found");
            }
            if (method == "GET" || method == "POST") {
                return method == "GET" ? list(kind, call) : make(kind, call);
            }
        }
        if (auto values = community::match_path(std::string(kind.place) + "/{id}", path)) {
            call.path = std::move(*values);
            return one(kind, call);
        }
    }
    return std::nullopt;
}

community::Server* Shelf::server_of(const Kind& kind, const community::Call& call) {
    if (of_server(kind.place)) {
        return core_.world.server(call.at("place"));
    }
    const auto* channel = core_.world.channel(call.at("place"));
    return channel == nullptr ? nullptr : core_.world.server_of(*channel);
}

void Shelf::tell(const Kind& kind, const char* what, const Json& item, const std::string& server) {
    // Webhooks are only created and updated: a removed one has the time of its end.
    const bool webhook = std::string_view(kind.key) == "webhook";
    const std::string_view shown =
        webhook && std::string_view(what) == "Deleted" ? "Updated" : what;
    tell_(kind.event + std::string(shown), {{"serverId", server}, {kind.key, item}});
}

HttpReply Shelf::list(const Kind& kind, const community::Call& call) {
    Json all = Json::array();
    for (const auto& [id, item] : items_[call.at("place") + kind.key]) {
        all.push_back(item);
    }
    return wrapped(kind.many, std::move(all));
}

HttpReply Shelf::make(const Kind& kind, const community::Call& call) {
    if (call.text(kind.needed).empty()) {
        return refuse(400, "BadRequestError", std::string(kind.needed) + " is required");
    }
    const auto* server = server_of(kind, call);
    const auto number = ++made_;
    Json item = call.body;
    item["id"] = kind.uuid ? Json(uuid_of(number, 0x5e)) : Json(1'000 + number);
    item["serverId"] = server->id;
    item["createdAt"] = time_text(core_.world.now());
    item["createdBy"] = call.who;
    if (!of_server(kind.place)) {
        item["channelId"] = call.at("place");
        item["groupId"] = home_group(*server);
    }
    const auto id = item["id"].is_string() ? item["id"].get<std::string>() : item["id"].dump();
    items_[call.at("place") + kind.key][id] = item;
    tell(kind, "Created", item, server->id);
    return wrapped(kind.key, std::move(item), kind.made);
}

HttpReply Shelf::one(const Kind& kind, community::Call& call) {
    auto& all = items_[call.at("place") + kind.key];
    const auto found = all.find(call.at("id"));
    if (found == all.end()) {
        return refuse(404, "NotFoundError", std::string(kind.key) + " not found");
    }
    auto& item = found->second;
    const auto server = item["serverId"].get<std::string>();
    const auto& method = call.request.method;
    if (method == "GET") {
        return wrapped(kind.key, item);
    }
    const auto now = time_text(core_.world.now());
    if (method == "DELETE") {
        auto gone = item;
        gone["deletedAt"] = now;
        all.erase(found);
        tell(kind, "Deleted", gone, server);
        return nothing();
    }
    if (call.body.is_object()) {
        for (const auto& [key, value] : call.body.items()) {
            item[key] = key == "id" ? item[key] : value;
        }
    }
    item["updatedAt"] = now;
    tell(kind, "Updated", item, server);
    return wrapped(kind.key, item);
}

}  // namespace rookery::sim::guilded
