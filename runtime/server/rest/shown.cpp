#include "server/rest/shown.hpp"

#include "model/answer.hpp"
#include "model/generated/shapes.hpp"
#include "model/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace rookery::server::rest {
namespace {

using nlohmann::json;

std::string id_member(std::string_view key, std::string_view id) {
    if (id.empty()) {
        return {};
    }
    std::string out = '"' + std::string(key) + "\":";
    model::append_json_text(out, id);
    return out += ',';
}

std::int64_t integer(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

/// Channels are sorted among those that a client shows together.
int group_of(const json& channel) {
    switch (integer(channel, "type")) {
        case 0:
        case 5:
        case 15:
        case 16:
            return 1;
        case 2:
        case 13:
            return 2;
        case 4:
            return 3;
        default:
            return 0;
    }
}

bool beside(const json& a, const json& b) {
    const int group = group_of(a);
    return group == group_of(b) &&
           (group == 3 || a.value("parentId", json()) == b.value("parentId", json()));
}

}  // namespace

std::string id_text(const json& value) {
    const auto* text = value.get_ptr<const std::string*>();
    return text != nullptr ? *text : std::string();
}

std::uint64_t id_of(const json& value) noexcept {
    const auto* text = value.get_ptr<const std::string*>();
    std::uint64_t id = 0;
    if (text != nullptr) {
        const char* const end = text->data() + text->size();
        const auto [stopped, error] = std::from_chars(text->data(), end, id);
        id = error == std::errc() && stopped == end ? id : 0;
    }
    return id;
}

std::optional<json> shown(const model::Mapping& mapping, bool list, std::string_view guild,
                          std::string_view channel, std::string_view text) {
    const auto out = model::show_answer(
        &mapping, list, id_member("guild_id", guild) + id_member("channel_id", channel), text);
    if (!out) {
        return std::nullopt;
    }
    auto value = json::parse(*out, nullptr, false);
    return value.is_discarded() ? std::nullopt : std::optional(std::move(value));
}

void rank_channels(json& channels, const json& all) {
    json ranked = channels;  // `all` may be the same list
    for (json& channel : ranked) {
        if (!channel.contains("position")) {
            continue;
        }
        std::int64_t rank = 0;
        const std::int64_t mine = integer(channel, "position");
        for (const json& other : all) {
            const std::int64_t theirs = integer(other, "position");
            const bool before =
                theirs < mine || (theirs == mine && id_of(other["id"]) < id_of(channel["id"]));
            rank += before && other.contains("position") && beside(channel, other) ? 1 : 0;
        }
        channel["position"] = rank;
    }
    channels = std::move(ranked);
}

void rank_roles(json& roles, const json& all) {
    json ranked = roles;  // `all` may be the same list
    for (json& role : ranked) {
        std::int64_t rank = 0;
        const std::int64_t mine = integer(role, "position");
        for (const json& other : all) {
            const std::int64_t theirs = integer(other, "position");
            rank +=
                theirs < mine || (theirs == mine && id_of(other["id"]) > id_of(role["id"])) ? 1 : 0;
        }
        role["position"] = rank;
    }
    roles = std::move(ranked);
}

json permission_names(const json& member, const json& roles, std::string_view guild,
                      std::string_view owner) {
    const auto held = member.find("roles");
    std::uint64_t bits = 0;
    for (const json& role : roles) {
        const auto id = role.find("id");
        const bool has =
            id != role.end() &&
            (id_text(*id) == guild || (held != member.end() && held->is_array() &&
                                       std::find(held->begin(), held->end(), *id) != held->end()));
        bits |= has ? id_of(role.value("permissions", json())) : 0;
    }
    if (!owner.empty() && id_text(member.value("id", json())) == owner) {
        bits = std::numeric_limits<std::uint64_t>::max();
    }
    const auto names = shown(model::generated::discord::kMember, false, {}, {},
                             "{\"permissions\":\"" + std::to_string(bits) + "\"}");
    return names ? names->value("permissions", json::array()) : json::array();
}

}  // namespace rookery::server::rest
