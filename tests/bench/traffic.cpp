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

std::string Traffic::known_id(std::uint64_t base, std::uint32_t count) {
    return quoted(to_string(base + std::uint64_t{below(count)} * 4'194'304));
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
    return "\"2026-11-" + two(28) + "T" + two(24) + ":" + two(60) + ":" + two(60) + "." +
           to_string(100000 + below(900000)) + "+00:00\"";
}

std::string Traffic::text(unsigned words) {
    std::string out = "\"";
    for (unsigned i = 0; i < words; ++i) {
        out += (i != 0 ? " " : "");
        out += kWords[below(kWords.size())];
    }
    return out + "\"";
}

std::string Traffic::user(bool whole) {
    const std::string known = known_id(kUsers, 5000);
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

std::string Traffic::member(bool with_user) {
    std::string out = with_user ? "{\"user\":" + user(true) + ",\"roles\":[" : "{\"roles\":[";
    const unsigned roles = below(6);
    for (unsigned i = 0; i < roles; ++i) {
        out += (i != 0 ? "," : "") + known_id(kRoles, 60);
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
    d += "{\"type\":0,\"tts\":false,\"timestamp\":" + time() +
         ",\"pinned\":false,\"nonce\":" + id() + ",\"mentions\":[";
    d += one_in(6) ? user(true) : "";
    d += "],\"mention_roles\":[],\"mention_everyone\":false,\"member\":" + member(false) +
         ",\"id\":" + id() + ",\"flags\":0,\"embeds\":[" + (one_in(8) ? embed() : "") +
         "],\"edited_timestamp\":null,\"content\":" + text(2 + below(24)) +
         ",\"components\":[],\"channel_type\":0,\"channel_id\":" + known_id(kChannels, 800) +
         ",\"author\":" + user(true) + ",\"attachments\":[" + (one_in(8) ? attachment() : "") +
         "],\"guild_id\":" + known_id(kGuilds, 300) + "}";
}

void Traffic::presence(std::string& d) {
    d += "{\"user\":" + user(false) + ",\"status\":\"online\",\"processed_at_timestamp\":" +
         to_string(1'790'000'000'000 + seq_) + ",\"guild_id\":" + known_id(kGuilds, 300) +
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
    d += "{\"user_id\":" + known_id(kUsers, 5000) +
         ",\"timestamp\":" + to_string(1'790'000'000 + seq_) + ",\"member\":" + member(true) +
         ",\"channel_id\":" + known_id(kChannels, 800) + ",\"guild_id\":" + known_id(kGuilds, 300) +
         "}";
}

void Traffic::member_update(std::string& d) {
    d += member(true);
    d.pop_back();
    d += ",\"unusual_dm_activity_until\":null,\"guild_id\":" + known_id(kGuilds, 300) + "}";
}

void Traffic::reaction(std::string& d) {
    d += "{\"user_id\":" + known_id(kUsers, 5000) + ",\"type\":0,\"message_id\":" + id() +
         ",\"message_author_id\":" + known_id(kUsers, 5000) + ",\"member\":" + member(true) +
         ",\"emoji\":{\"name\":\"👍\",\"id\":null},\"channel_id\":" + known_id(kChannels, 800) +
         ",\"burst\":false,\"guild_id\":" + known_id(kGuilds, 300) + "}";
}

void Traffic::voice(std::string& d) {
    d += "{\"member\":" + member(true) + ",\"user_id\":" + known_id(kUsers, 5000) +
         ",\"suppress\":false,\"session_id\":" + hash() +
         ",\"self_video\":false,\"self_mute\":true,\"self_deaf\":false,\"request_to_speak_"
         "timestamp\":null,\"mute\":false,"
         "\"guild_id\":" +
         known_id(kGuilds, 300) + ",\"deaf\":false,\"channel_id\":" + known_id(kChannels, 800) +
         "}";
}

void Traffic::interaction(std::string& d) {
    d += "{\"version\":1,\"type\":2,\"token\":\"aW50ZXJhY3Rpb246" + hash().substr(1, 32) +
         hash().substr(1, 32) + hash().substr(1, 32) + "\",\"member\":" + member(true) +
         ",\"locale\":\"en-GB\",\"id\":" + id() +
         ",\"guild_locale\":\"en-US\",\"guild_id\":" + known_id(kGuilds, 300) +
         ",\"guild\":{\"locale\":\"en-US\",\"id\":" + known_id(kGuilds, 300) +
         ",\"features\":[\"COMMUNITY\",\"NEWS\"]},\"entitlements\":[],\"entitlement_sku_ids\":[],"
         "\"data\":{\"type\":1,\"options\":["
         "{\"value\":" +
         text(4) + ",\"type\":3,\"name\":\"query\"}],\"name\":\"search\",\"id\":" + id() +
         "},\"channel_id\":" + known_id(kChannels, 800) +
         ",\"channel\":{\"type\":0,\"topic\":" + text(8) +
         ",\"rate_limit_per_user\":0,\"position\":4,\"permissions\":\"2222085186637377\",\"parent_"
         "id\":" +
         known_id(kChannels, 800) +
         ",\"nsfw\":false,\"name\":\"general\",\"last_message_id\":" + id() +
         ",\"id\":" + known_id(kChannels, 800) + ",\"guild_id\":" + known_id(kGuilds, 300) +
         ",\"flags\":0},\"attachment_size_limit\":524288000,\"application_id\":" +
         known_id(kUsers, 1) + ",\"app_permissions\":\"2222085186637377\"}";
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

std::string Traffic::ready(const std::string& resume_url) {
    return "{\"t\":\"READY\",\"s\":1,\"op\":0,\"d\":{\"v\":10,\"user\":{\"verified\":true,"
           "\"username\":\"bench\",\"mfa_enabled\":true,"
           "\"id\":\"250000000000000000\",\"global_name\":null,\"flags\":0,\"email\":null,"
           "\"discriminator\":\"0001\",\"bot\":true,"
           "\"avatar\":null},\"session_type\":\"normal\",\"session_id\":"
           "\"0123456789abcdef0123456789abcdef\","
           "\"resume_gateway_url\":\"" +
           resume_url +
           "\",\"guilds\":[],\"application\":{\"id\":\"250000000000000000\",\"flags\":565248}}}";
}

}  // namespace rookery::bench
