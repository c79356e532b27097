#include "traffic.hpp"

#include <array>
#include <string_view>

namespace rookery::bench {
namespace {

using std::to_string;

constexpr std::uint64_t kGuilds = 1'000'000'000'000'000'000;
constexpr std::uint64_t kChannels = 1'010'000'000'000'000'000;
constexpr std::uint64_t kUsers = 250'000'000'000'000'000;
constexpr std::uint64_t kRoles = 1'020'000'000'000'000'000;

constexpr auto kWords = std::to_array<std::string_view>({"the",
                                                         "deploy",
                                                         "is",
                                                         "done",
                                                         "who",
                                                         "broke",
                                                         "main",
                                                         "again",
                                                         "lunch",
                                                         "anyone",
                                                         "see",
                                                         "thread",
                                                         "above",
                                                         "works",
                                                         "for",
                                                         "me",
                                                         "try",
                                                         "turning",
                                                         "it",
                                                         "off",
                                                         "and",
                                                         "on",
                                                         "release",
                                                         "tonight",
                                                         "please",
                                                         "review",
                                                         "my",
                                                         "branch",
                                                         "coffee",
                                                         "first",
                                                         "then",
                                                         "tests",
                                                         "fail",
                                                         "only",
                                                         "in",
                                                         "ci",
                                                         "grüße",
                                                         "naïve",
                                                         "日本語",
                                                         "🎉",
                                                         "\\\"no\\\"",
                                                         "\\n",
                                                         "https://example.com/a/b?c=d",
                                                         "<@250000000000000017>",
                                                         "<:blob:1020000000000000003>",
                                                         "ok"});

constexpr auto kNames =
    std::to_array<std::string_view>({"alice", "bob", "carol", "dave", "erin", "frank", "grace",
                                     "heidi", "ivan", "judy", "mallory", "niaj"});

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

}  // namespace

std::uint32_t Traffic::below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(random_() % limit);
}

std::string Traffic::id() {
    return quoted(to_string(1'200'000'000'000'000'000 + (random_() >> 8U) % 99'999'999'999'999));
}

std::string Traffic::numbered(std::uint64_t base, std::uint32_t number) {
    return quoted(to_string(base + std::uint64_t{number} * 4'194'304));
}

std::string Traffic::hash() {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out = "\"";
    for (unsigned half = 0; half < 2; ++half) {
        auto bits = random_();
        for (unsigned i = 0; i < 16; ++i, bits >>= 4U) {
            out += kDigits[bits & 15U];
        }
    }
    return out + "\"";
}

std::string Traffic::time() {
    const auto two = [this](std::uint32_t limit) {
        return to_string(100 + below(limit)).substr(1);
    };
    return "\"2026-11-" + to_string(101 + below(28)).substr(1) + "T" + two(24) + ":" + two(60) +
           ":" + two(60) + "." + to_string(100000 + below(900000)) + "+00:00\"";
}

std::string Traffic::text(unsigned words) {
    std::string out = "\"";
    for (unsigned i = 0; i < words; ++i) {
        out += (i != 0 ? " " : "");
        out += kWords[below(kWords.size())];
    }
    return out + "\"";
}

Traffic::Place Traffic::place() {
    const std::uint32_t guild = below(kGuildCount);
    const std::uint32_t user = (guild * 37 + below(kMembers) * 53) % 5000;
    return {guild, numbered(kGuilds, guild),
            numbered(kChannels, guild * kChannelsEach + below(kChannelsEach)),
            numbered(kUsers, user)};
}

std::string Traffic::user(const std::string& known, bool whole) {
    if (!whole) {
        return "{\"id\":" + known + "}";
    }
    const std::string name(kNames[below(kNames.size())]);
    return "{\"username\":" + quoted(name + to_string(below(9999))) +
           ",\"public_flags\":" + to_string(below(3) * 64) +
           ",\"primary_guild\":null,\"id\":" + known +
           ",\"global_name\":" + (one_in(3) ? "null" : quoted(name)) +
           ",\"display_name_styles\":null,\"discriminator\":\"0\",\"collectibles\":null,\"clan\":"
           "null,"
           "\"avatar_decoration_data\":null,\"avatar\":" +
           (one_in(5) ? "null" : hash()) + "}";
}

std::string Traffic::member(const Place& at, bool with_user) {
    std::string out =
        with_user ? "{\"user\":" + user(at.user, true) + ",\"roles\":[" : "{\"roles\":[";
    const unsigned roles = below(6);
    for (unsigned i = 0; i < roles; ++i) {
        out += (i != 0 ? "," : "") + numbered(kRoles, at.number * kRolesEach + below(kRolesEach));
    }
    return out + "],\"premium_since\":" + (one_in(8) ? time() : "null") +
           ",\"pending\":false,\"nick\":" + (one_in(3) ? text(1) : "null") +
           ",\"mute\":false,\"joined_at\":" + time() +
           ",\"flags\":0,\"deaf\":false,\"communication_disabled_until\":null,\"banner\":null,"
           "\"avatar\":null}";
}

std::string Traffic::embed() {
    return "{\"type\":\"rich\",\"title\":" + text(5) + ",\"description\":" + text(30) +
           ",\"url\":\"https://example.com/" + to_string(random_()) +
           "\",\"color\":" + to_string(below(0xFFFFFF)) + ",\"fields\":[{\"name\":" + text(2) +
           ",\"value\":" + text(6) + ",\"inline\":true},{\"name\":" + text(2) +
           ",\"value\":" + text(6) + ",\"inline\":false}],\"footer\":{\"text\":" + text(3) +
           "},\"content_scan_version\":1}";
}

std::string Traffic::attachment() {
    const std::string path = "1010000000000000000/" + to_string(random_()) + "/screenshot.png";
    return "{\"width\":1920,\"url\":\"https://cdn.discordapp.com/attachments/" + path +
           "\",\"size\":" + to_string(below(900000)) +
           ",\"proxy_url\":\"https://media.discordapp.net/attachments/" + path +
           "\",\"placeholder_version\":1,\"placeholder\":" + hash() + ",\"id\":" + id() +
           ",\"height\":1080,\"flags\":0,\"filename\":\"screenshot.png\",\"content_type\":"
           "\"image/png\",\"content_scan_version\":0}";
}

void Traffic::message(std::string& d) {
    const Place at = place();
    d += "{\"type\":0,\"tts\":false,\"timestamp\":" + time() +
         ",\"pinned\":false,\"nonce\":" + id() + ",\"mentions\":[";
    d += one_in(6) ? user(place().user, true) : "";
    d += "],\"mention_roles\":[],\"mention_everyone\":false,\"member\":" + member(at, false) +
         ",\"id\":" + id() + ",\"flags\":0,\"embeds\":[" + (one_in(8) ? embed() : "") +
         "],\"edited_timestamp\":null,\"content\":" + text(2 + below(24)) +
         ",\"components\":[],\"channel_type\":0,\"channel_id\":" + at.channel +
         ",\"author\":" + user(at.user, true) + ",\"attachments\":[" +
         (one_in(8) ? attachment() : "") + "],\"guild_id\":" + at.guild + "}";
}

void Traffic::presence(std::string& d) {
    const Place at = place();
    d +=
        "{\"user\":" + user(at.user, false) +
        ",\"status\":\"online\",\"processed_at_timestamp\":" + to_string(1'790'000'000'000 + seq_) +
        ",\"guild_id\":" + at.guild +
        ",\"client_status\":{\"desktop\":\"online\"},\"broadcast\":null,\"activities\":[";
    const unsigned count = one_in(5) ? 2 : one_in(6) ? 0 : 1;
    for (unsigned i = 0; i < count; ++i) {
        d += std::string(i != 0 ? "," : "") +
             "{\"type\":2,\"timestamps\":{\"start\":" + to_string(1'790'000'000'000 + seq_) +
             ",\"end\":" + to_string(1'790'000'200'000 + seq_) + "},\"sync_id\":" + hash() +
             ",\"state\":" + text(3) + ",\"session_id\":" + hash() +
             ",\"party\":{\"id\":\"spotify:" + to_string(random_()) +
             "\"},\"name\":\"Spotify\",\"id\":\"spotify:1\""
             ",\"flags\":48,\"details\":" +
             text(4) + ",\"created_at\":" + to_string(1'790'000'000'000 + seq_) +
             ",\"assets\":{\"large_text\":" + text(3) +
             ",\"large_image\":\"spotify:" + to_string(random_()) + "\"}}";
    }
    d += "]}";
}

void Traffic::typing(std::string& d) {
    const Place at = place();
    d += "{\"user_id\":" + at.user + ",\"timestamp\":" + to_string(1'790'000'000 + seq_) +
         ",\"member\":" + member(at, true) + ",\"channel_id\":" + at.channel +
         ",\"guild_id\":" + at.guild + "}";
}

void Traffic::member_update(std::string& d) {
    const Place at = place();
    d += member(at, true);
    d.pop_back();
    d += ",\"unusual_dm_activity_until\":null,\"guild_id\":" + at.guild + "}";
}

void Traffic::reaction(std::string& d) {
    const Place at = place();
    d += "{\"user_id\":" + at.user + ",\"type\":0,\"message_id\":" + id() +
         ",\"message_author_id\":" + at.user + ",\"member\":" + member(at, true) +
         ",\"emoji\":{\"name\":\"👍\",\"id\":null},\"channel_id\":" + at.channel +
         ",\"burst\":false,\"guild_id\":" + at.guild + "}";
}

void Traffic::voice(std::string& d) {
    const Place at = place();
    d += "{\"member\":" + member(at, true) + ",\"user_id\":" + at.user +
         ",\"suppress\":false,\"session_id\":" + hash() +
         ",\"self_video\":false,\"self_mute\":true,\"self_deaf\":false,\"request_to_speak_"
         "timestamp\":null,\"mute\":false,"
         "\"guild_id\":" +
         at.guild + ",\"deaf\":false,\"channel_id\":" + at.channel + "}";
}

void Traffic::interaction(std::string& d) {
    const Place at = place();
    d += "{\"version\":1,\"type\":2,\"token\":\"aW50ZXJhY3Rpb246" + hash().substr(1, 32) +
         hash().substr(1, 32) + hash().substr(1, 32) + "\",\"member\":" + member(at, true) +
         ",\"locale\":\"en-GB\",\"id\":" + id() +
         ",\"guild_locale\":\"en-US\",\"guild_id\":" + at.guild +
         ",\"guild\":{\"locale\":\"en-US\",\"id\":" + at.guild +
         ",\"features\":[\"COMMUNITY\",\"NEWS\"]},\"entitlements\":[],\"entitlement_sku_ids\":[],"
         "\"context\":0,\"authorizing_integration_owners\":{\"0\":" +
         at.guild +
         "},\"data\":{\"type\":1,\"options\":["
         "{\"value\":" +
         text(4) + ",\"type\":3,\"name\":\"query\"}],\"name\":\"search\",\"id\":" + id() +
         "},\"channel_id\":" + at.channel + ",\"channel\":{\"type\":0,\"topic\":" + text(8) +
         ",\"rate_limit_per_user\":0,\"position\":4,\"permissions\":\"2222085186637377\",\"parent_"
         "id\":" +
         at.channel + ",\"nsfw\":false,\"name\":\"general\",\"last_message_id\":" + id() +
         ",\"id\":" + at.channel + ",\"guild_id\":" + at.guild +
         ",\"flags\":0},\"attachment_size_limit\":524288000,\"application_id\":" +
         numbered(kUsers, 0) + ",\"app_permissions\":\"2222085186637377\"}";
}

std::string Traffic::next() {
    struct Kind {
        std::string_view name;
        void (Traffic::*write)(std::string&);
        unsigned percent;
    };
    static constexpr auto kKinds =
        std::to_array<Kind>({{"MESSAGE_CREATE", &Traffic::message, 20},
                             {"PRESENCE_UPDATE", &Traffic::presence, 40},
                             {"TYPING_START", &Traffic::typing, 15},
                             {"GUILD_MEMBER_UPDATE", &Traffic::member_update, 8},
                             {"MESSAGE_REACTION_ADD", &Traffic::reaction, 8},
                             {"VOICE_STATE_UPDATE", &Traffic::voice, 6},
                             {"INTERACTION_CREATE", &Traffic::interaction, 3}});
    const Kind* kind = kKinds.data();
    if (mix_ == Mix::mixed) {
        for (unsigned left = below(100); left >= kind->percent; ++kind) {
            left -= kind->percent;
        }
    }
    messages_ += kind == kKinds.data() ? 1 : 0;
    std::string out = "{\"t\":\"" + std::string(kind->name) + "\",\"s\":" + to_string(++seq_) +
                      ",\"op\":0,\"d\":";
    (this->*kind->write)(out);
    return out + "}";
}

std::string Traffic::guild(std::uint32_t number) {
    const Place at{number, numbered(kGuilds, number), "", numbered(kUsers, 0)};
    std::string out =
        "{\"t\":\"GUILD_CREATE\",\"s\":" + to_string(++seq_) +
        ",\"op\":0,\"d\":{\"voice_states\":[],\"verification_level\":1,\"unavailable\":"
        "false,\"threads\":[],\"system_channel_id\":null,\"stickers\":[],\"roles\":[";
    const auto role = [&](const std::string& id, const std::string& name, std::uint32_t position) {
        return "{\"unicode_emoji\":null,\"tags\":{},\"position\":" + to_string(position) +
               ",\"permissions\":\"2248473465835073\",\"name\":" + name +
               ",\"mentionable\":false,\"managed\":false,\"id\":" + id +
               ",\"icon\":null,\"hoist\":false,\"flags\":0,\"colors\":{\"primary_color\":0,"
               "\"secondary_color\":null,\"tertiary_color\":null},\"color\":0}";
    };
    out += role(at.guild, "\"@everyone\"", 0);
    for (std::uint32_t i = 0; i < kRolesEach; ++i) {
        out += "," + role(numbered(kRoles, number * kRolesEach + i), text(1), i + 1);
    }
    out += "],\"presences\":[],\"preferred_locale\":\"en-US\",\"premium_tier\":0,\"owner_id\":" +
           numbered(kUsers, number) + ",\"nsfw_level\":0,\"nsfw\":false,\"name\":" + text(2) +
           ",\"mfa_level\":0,\"members\":[" + member(at, true) +
           "],\"member_count\":" + to_string(kMembers) + ",\"large\":true,\"joined_at\":" + time() +
           ",\"id\":" + at.guild + ",\"icon\":" + hash() +
           ",\"features\":[],\"explicit_content_filter\":0,\"emojis\":[],"
           "\"default_message_notifications\":1,\"channels\":[";
    for (std::uint32_t i = 0; i < kChannelsEach; ++i) {
        out +=
            std::string(i != 0 ? "," : "") + "{\"type\":0,\"topic\":" + text(6) +
            ",\"rate_limit_per_user\":0,\"position\":" + to_string(i) +
            ",\"permission_overwrites\":[],\"parent_id\":null,\"nsfw\":false,\"name\":" + text(1) +
            ",\"last_message_id\":" + id() +
            ",\"id\":" + numbered(kChannels, number * kChannelsEach + i) + ",\"flags\":0}";
    }
    return out + "],\"application_id\":null,\"afk_timeout\":300,\"afk_channel_id\":null}}";
}

std::string Traffic::ready(const std::string& resume_url) {
    std::string unavailable;
    for (std::uint32_t number = 0; number < kGuildCount; ++number) {
        unavailable += std::string(number != 0 ? "," : "") +
                       "{\"unavailable\":true,\"id\":" + numbered(kGuilds, number) + "}";
    }
    return "{\"t\":\"READY\",\"s\":1,\"op\":0,\"d\":{\"v\":10,\"user\":{\"verified\":true,"
           "\"username\":\"bench\",\"mfa_enabled\":true,"
           "\"id\":\"250000000000000000\",\"global_name\":null,\"flags\":0,\"email\":null,"
           "\"discriminator\":\"0001\",\"bot\":true,"
           "\"avatar\":null},\"session_type\":\"normal\",\"session_id\":"
           "\"0123456789abcdef0123456789abcdef\","
           "\"resume_gateway_url\":\"" +
           resume_url + "\",\"guilds\":[" + unavailable +
           "],\"application\":{\"id\":\"250000000000000000\",\"flags\":565248}}}";
}

}  // namespace rookery::bench
