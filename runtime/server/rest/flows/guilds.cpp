#include "model/generated/shapes.hpp"
#include "model/ids.hpp"
#include "server/rest/flows.hpp"
#include "server/rest/shown.hpp"

#include <algorithm>

namespace rookery::server::rest {

using nlohmann::json;
namespace mappings = model::generated::discord;

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return text;
}

Task<Result<json>> one_guild(Call& call, std::string id) {
    auto kept = co_await call.cached("guilds", {}, id, &mappings::kGuild);
    if (kept) {
        co_return std::move(*kept);
    }
    json which{{"guildId", id}, {"withCounts", true}};
    auto answer = co_await call.operation("guilds.get", std::move(which));
    co_return answer;
}

/// Ids of the guilds that the answer is about, ascending; the cache's own objects in `kept`.
Task<Result<std::vector<std::string>>> guild_ids(Call& call) {
    std::vector<std::string> ids;
    if (call.key->guilds) {
        ids = *call.key->guilds;
        std::sort(ids.begin(), ids.end(), model::id_before);
        co_return ids;
    }
    const auto kept = co_await call.cached_list("guilds", {}, &mappings::kGuild);
    if (kept) {
        for (const json& guild : *kept) {
            ids.push_back(id_text(guild.value("id", json())));
        }
        std::sort(ids.begin(), ids.end(), model::id_before);
        co_return ids;
    }
    json which = call.arguments;
    auto answer = co_await call.operation("guilds.list", std::move(which));
    if (!answer) {
        co_return answer.error();
    }
    for (const json& guild : *answer) {
        ids.push_back(id_text(guild.value("id", json())));
    }
    co_return ids;
}

Task<Result<json>> all_roles(Call& call) {
    auto kept = co_await call.cached_list("roles", call.guild, &mappings::kRole);
    json which{{"guildId", call.guild}};
    if (!kept) {
        auto answer = co_await call.operation("roles.list", std::move(which));
        if (!answer) {
            co_return answer.error();
        }
        kept = std::move(*answer);
    }
    rank_roles(*kept, *kept);
    std::sort(kept->begin(), kept->end(), [](const json& a, const json& b) {
        return a.value("position", 0) > b.value("position", 0);
    });
    co_return std::move(*kept);
}

}  // namespace

Task<Result<Given>> guilds(Call& call) {
    auto ids = co_await guild_ids(call);
    if (!ids) {
        co_return ids.error();
    }
    const std::string after = id_text(call.arguments.value("after", json()));
    const auto limit = call.arguments.value("limit", std::size_t{100'000});
    Given given;
    given.data = json::array();
    std::string last;
    for (const std::string& id : *ids) {
        if (!after.empty() && !model::id_before(after, id)) {
            continue;
        }
        if (given.data.size() == limit) {
            given.next = last;
            break;
        }
        auto guild = co_await one_guild(call, id);
        if (!guild && guild.error().kind() != ErrorKind::not_found &&
            guild.error().kind() != ErrorKind::denied) {
            co_return guild.error();
        }
        if (guild) {
            given.data.push_back(std::move(*guild));
        }
        last = id;
    }
    co_return given;
}

Task<Result<Given>> guild_channels(Call& call) {
    Given given;
    auto channels = co_await call.cached_list("channels", call.guild, &mappings::kChannel);
    std::optional<json> threads;
    if (channels) {
        threads = co_await call.cached_list("threads", call.guild, &mappings::kChannel);
    } else {
        json which = call.arguments;
        auto answer = co_await call.operation("channels.list", which);
        if (!answer) {
            co_return answer.error();
        }
        channels = std::move(*answer);
        auto active = co_await call.operation("threads.active", which);
        if (active) {
            const std::string text = active->value("threads", json::array()).dump();
            threads = shown(mappings::kChannel, true, call.guild, {}, text);
        }
    }
    rank_channels(*channels, *channels);
    for (json& thread : threads ? *threads : *(threads = json::array())) {
        channels->push_back(std::move(thread));
    }
    given.data = std::move(*channels);
    co_return given;
}

Task<Result<Given>> guild_roles(Call& call) {
    auto roles = co_await all_roles(call);
    if (!roles) {
        co_return roles.error();
    }
    Given given;
    given.data = std::move(*roles);
    co_return given;
}

Task<Result<Given>> role_search(Call& call) {
    auto roles = co_await all_roles(call);
    if (!roles) {
        co_return roles.error();
    }
    const std::string wanted = lower(call.arguments.value("name", ""));
    for (json& role : *roles) {
        if (lower(role.value("name", "")) == wanted) {
            Given given;
            given.data = std::move(role);
            co_return given;
        }
    }
    co_return Error(ErrorKind::not_found, "the guild has no role of that name");
}

Task<Result<Given>> role_edit(Call& call) {
    json edit = call.arguments;
    const auto position = call.aside.find("position");
    const bool moves = position != call.aside.end();
    std::optional<json> role;
    if (!moves || edit.size() > 2 + (edit.contains("reason") ? 1U : 0U)) {
        auto answer = co_await call.operation("roles.edit", edit);
        if (!answer) {
            co_return answer.error();
        }
        role = std::move(*answer);
    }
    if (moves) {
        json move{{"guildId", edit["guildId"]},
                  {"positions", json::array({{{"id", edit["roleId"]}, {"position", *position}}})}};
        if (edit.contains("reason")) {
            move["reason"] = edit["reason"];
        }
        auto all = co_await call.operation("roles.setPositions", std::move(move));
        if (!all) {
            co_return all.error();
        }
        rank_roles(*all, *all);
        for (json& one : *all) {
            if (one.value("id", json()) == edit["roleId"]) {
                Given given;
                given.data = std::move(one);
                co_return given;
            }
        }
    }
    if (!role) {
        co_return Error(ErrorKind::not_found, "the guild has no such role");
    }
    co_return co_await give(call, "roles.edit", std::move(*role));
}

Task<Result<Given>> role_members(Call& call) {
    const json role = call.path["roleId"];
    auto members = co_await call.cached_list("members", call.guild, &mappings::kMember);
    const bool paged = !members;
    if (paged) {
        json which = call.arguments;
        which.erase("roleId");
        auto answer = co_await call.operation("members.list", std::move(which));
        if (!answer) {
            co_return answer.error();
        }
        members = std::move(*answer);
    }
    Given given;
    given.data = json::array();
    for (const json& member : *members) {
        const json held = member.value("roles", json::array());
        if (std::find(held.begin(), held.end(), role) != held.end()) {
            given.data.push_back(member["id"]);
        }
    }
    if (paged && !members->empty() &&
        members->size() >= call.arguments.value("limit", std::size_t{1000})) {
        given.next = members->back().value("id", "");
    }
    co_return given;
}

}  // namespace rookery::server::rest
