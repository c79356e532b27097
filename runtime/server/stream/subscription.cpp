#include "server/stream/subscription.hpp"

#include "base/id_text.hpp"
#include "model/event.hpp"
#include "server/stream/envelope.hpp"

#include <nlohmann/json.hpp>

namespace rookery::server {
namespace {

using nlohmann::json;

Error wrong(const std::string& what) { return {ErrorKind::invalid, what}; }

Result<std::vector<std::string>> texts(const json& list, const std::string& name,
                                       std::size_t most) {
    if (!list.is_array()) {
        return wrong(name + ": expected a list of texts, got " + list.type_name());
    }
    if (list.size() > most) {
        return wrong(name + ": expected at most " + std::to_string(most) + " entries, got " +
                     std::to_string(list.size()));
    }
    std::vector<std::string> out;
    out.reserve(list.size());
    for (const json& entry : list) {
        if (!entry.is_string()) {
            return wrong(name + "." + std::to_string(out.size()) + ": expected a text, got " +
                         entry.type_name());
        }
        out.push_back(entry.get<std::string>());
    }
    return out;
}

Result<std::vector<SubscriptionRequest::Since>> read_since(const json& bots) {
    if (!bots.is_object()) {
        return wrong(std::string("since: expected an object of bots, got ") + bots.type_name());
    }
    std::vector<SubscriptionRequest::Since> out;
    for (const auto& [bot, guilds] : bots.items()) {
        if (!guilds.is_object()) {
            return wrong("since." + bot + ": expected an object of guild ids, got " +
                         guilds.type_name());
        }
        for (const auto& [guild, seq] : guilds.items()) {
            if (!seq.is_number_unsigned()) {
                return wrong("since." + bot + "." + guild +
                             ": expected an integer from 0 on, got " + seq.dump());
            }
            if (out.size() == SubscriptionRequest::kMostSince) {
                return wrong("since: expected at most " +
                             std::to_string(SubscriptionRequest::kMostSince) + " entries");
            }
            out.push_back({bot, guild, seq.get<std::uint64_t>()});
        }
    }
    return out;
}

/// interaction:create has the token as well.
bool holds_token(std::string_view event) {
    return has_token(event) || event == "interaction:create";
}

}  // namespace

Result<SubscriptionRequest> read_subscription(const Arguments& arguments) {
    const json list = json::parse(arguments.json, nullptr, false);
    if (!list.is_array() || list.empty() || !list[0].is_object()) {
        return wrong(
            "expected an object {guildIds: [...]}, got " +
            std::string(list.is_array() && !list.empty() ? list[0].type_name() : "nothing"));
    }
    const json& body = list[0];
    SubscriptionRequest request;
    if (const auto all = body.find("all"); all != body.end() && !all->is_null()) {
        if (!all->is_boolean()) {
            return wrong(std::string("all: expected true or false, got ") + all->type_name());
        }
        request.all = all->get<bool>();
    }
    if (const auto ids = body.find("guildIds"); ids != body.end()) {
        auto read = texts(*ids, "guildIds", SubscriptionRequest::kMostGuilds);
        if (!read) {
            return read.error();
        }
        request.guild_texts = *std::move(read);
    } else if (!request.all) {
        return wrong("guildIds: expected a list of guild ids, got nothing");
    }
    for (const std::string& text : request.guild_texts) {
        if (is_id(text)) {
            request.guilds.push_back(text);
        }
    }
    if (const auto events = body.find("events"); events != body.end() && !events->is_null()) {
        auto read = texts(*events, "events", SubscriptionRequest::kMostEvents);
        if (!read) {
            return read.error();
        }
        request.events = *std::move(read);
    }
    if (const auto since = body.find("since"); since != body.end() && !since->is_null()) {
        auto read = read_since(*since);
        if (!read) {
            return read.error();
        }
        request.since = *std::move(read);
    }
    if (const auto epoch = body.find("epoch"); epoch != body.end() && !epoch->is_null()) {
        if (!epoch->is_string()) {
            return wrong(std::string("epoch: expected a text, got ") + epoch->type_name());
        }
        request.epoch = epoch->get<std::string>();
    }
    return request;
}

namespace rooms {

// By the id's number: texts may hold what separates a room's name.
std::string of_guild(std::string_view guild) {
    return "guild:" + std::to_string(model::id_key(guild));
}
std::string new_guild(std::string_view guild) {
    return "new:" + std::to_string(model::id_key(guild));
}

std::vector<std::string> wanted(std::string_view scope,
                                const std::optional<std::vector<std::string>>& events,
                                bool tokens) {
    const std::string base(scope);
    const std::string side = tokens ? "+" : "-";
    if (!events) {
        return {base, base + side};
    }
    std::vector<std::string> names;
    names.reserve(events->size());
    for (const std::string& event : *events) {
        names.push_back(base + ":" + event + (holds_token(event) ? side : ""));
    }
    return names;
}

std::vector<std::string> reached(std::string_view scope, std::string_view event,
                                 std::optional<bool> with_token) {
    const std::string base(scope);
    const std::string side = !with_token ? "" : *with_token ? "+" : "-";
    return {base + side, base + ":" + std::string(event) + side};
}

bool belongs(std::string_view room, std::string_view scope) noexcept {
    return room.starts_with(scope) && (room.size() == scope.size() || room[scope.size()] == ':' ||
                                       room[scope.size()] == '+' || room[scope.size()] == '-');
}

}  // namespace rooms

}  // namespace rookery::server
