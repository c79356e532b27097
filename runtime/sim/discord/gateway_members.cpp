// Op 8: the members of a guild, a thousand at a time, one chunk in each turn of the loop.
#include "sim/discord/gateway_connection.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace rookery::sim::discord {
namespace {

constexpr std::size_t kMembersPerChunk = 1000;
constexpr std::size_t kMostNamed = 100;
constexpr std::size_t kNonceBytes = 32;

/// One request on its way: whom it found, and how many chunks have left.
struct MemberRequest {
    std::string session;
    Id guild = 0;
    std::vector<Id> found;
    Json not_found = Json::array();
    Json nonce;
    bool presences = false;
    std::size_t chunk = 0;

    [[nodiscard]] std::size_t chunks() const {
        return std::max<std::size_t>(1, (found.size() + kMembersPerChunk - 1) / kMembersPerChunk);
    }
};

/// The next chunk's `d`.
Json chunk_of(World& world, MemberRequest& request) {
    auto& guild = *world.guild(request.guild);
    Json members = Json::array();
    Json presences = Json::array();
    const auto until = std::min(request.found.size(), (request.chunk + 1) * kMembersPerChunk);
    for (std::size_t i = request.chunk * kMembersPerChunk; i < until; ++i) {
        const auto member = world.find_member(guild, request.found[i]);
        if (!member) {
            continue;  // left since
        }
        members.push_back(world.member_json(*member, true));
        if (request.presences && member->status != "offline") {
            presences.push_back(world.presence_json(*member, guild.id));
        }
    }
    Json out = {{"guild_id", id_text(guild.id)},
                {"members", std::move(members)},
                {"chunk_index", request.chunk},
                {"chunk_count", request.chunks()},
                {"not_found", request.chunk == 0 ? request.not_found : Json::array()}};
    if (request.presences) {
        out["presences"] = std::move(presences);
    }
    if (!request.nonce.is_null()) {
        out["nonce"] = request.nonce;
    }
    ++request.chunk;
    return out;
}

/// An id that was not found, as the platform names it: a number when it is no snowflake.
Json not_found_json(const std::string& text) {
    const auto id = parse_id(text);
    const bool odd = id && (*id < (Id{1} << 22U) || *id >= (Id{1} << 63U));
    return odd ? Json(*id) : Json(text);
}

void by_ids(World& world, const Guild& guild, const Json& wanted, MemberRequest& request) {
    const auto ids = wanted.is_array() ? wanted : Json::array({wanted});
    for (const auto& item : ids) {
        const auto text = item.is_string() ? item.get<std::string>() : item.dump();
        const auto id = parse_id(text).value_or(0);
        if (world.is_member(guild, id)) {
            request.found.push_back(id);
        } else {
            request.not_found.push_back(not_found_json(text));
        }
        if (request.found.size() == kMostNamed) {
            return;
        }
    }
}

void by_name(World& world, const Guild& guild, const std::string& query, std::size_t limit,
             MemberRequest& request) {
    world.each_member(guild, 0, [&](const Member& member) {
        const bool fits = query.empty() || world.person(member.user).username.starts_with(query) ||
                          (!member.nick.empty() && member.nick.starts_with(query));
        if (fits) {
            request.found.push_back(member.user);
        }
        return limit == 0 || request.found.size() < limit;
    });
}

}  // namespace

void GatewayConnection::request_members(const Json& data) {
    auto& world = core_.world;
    // discord.py sends the guild as a number.
    const auto& named = data.at("guild_id");
    const Id id = named.is_number_unsigned() ? named.get<Id>()
                                             : parse_id(named.get<std::string>()).value_or(0);
    auto* guild = world.guild(id);
    if (guild == nullptr || !session_->covers(id) || !guild->members.contains(session_->bot)) {
        return;
    }
    auto request = std::make_shared<MemberRequest>();
    request->session = session_->id;
    request->guild = id;
    request->presences =
        data.value("presences", false) && (session_->intents & intent::kGuildPresences) != 0;
    const auto nonce = data.value("nonce", Json());
    if (nonce.is_string() && nonce.get_ref<const std::string&>().size() <= kNonceBytes) {
        request->nonce = nonce;
    }
    if (data.contains("user_ids")) {
        by_ids(world, *guild, data["user_ids"], *request);
    } else {
        const auto query = data.at("query").get<std::string>();
        const auto limit = data.at("limit").get<std::size_t>();
        const bool everyone = query.empty() && limit == 0;
        if (everyone && (session_->intents & intent::kGuildMembers) == 0) {
            core_.recorder.violation("members_intent", number_,
                                     "all members without GUILD_MEMBERS");
            return close(4014, "Disallowed intent(s).");
        }
        if (const auto wait = everyone ? gateway_.take_member_request(session_->bot, id) : 0.0;
            wait > 0) {
            Json meta = {{"guild_id", id_text(id)}};
            if (!request->nonce.is_null()) {
                meta["nonce"] = request->nonce;
            }
            return core_.hub.emit_to(
                *session_,
                event("RATE_LIMITED", {{"opcode", 8}, {"retry_after", wait}, {"meta", meta}}));
        }
        by_name(world, *guild, query, everyone ? 0 : std::clamp<std::size_t>(limit, 1, kMostNamed),
                *request);
    }
    // Held by the callbacks themselves: the chunks go on when the client comes back by a resume.
    const auto next = std::make_shared<std::function<void()>>();
    *next = [&core = core_, request, weak = std::weak_ptr(next)] {
        auto* session = core.hub.find(request->session);
        if (session == nullptr || core.world.guild(request->guild) == nullptr) {
            return;
        }
        core.hub.emit_to(*session, event("GUILD_MEMBERS_CHUNK", chunk_of(core.world, *request)));
        if (request->chunk < request->chunks()) {
            boost::asio::post(core.io, [again = weak.lock()] { (*again)(); });
        }
    };
    (*next)();
}

}  // namespace rookery::sim::discord
