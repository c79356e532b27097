#include "model/compute.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace rookery::model::compute {
namespace {

constexpr std::string_view kCdn = "https://cdn.discordapp.com/";

/// A text or an id that the platform sent as a number.
std::string_view text_of(JsonNode node, StringScratch& scratch) {
    return node.is_string() ? node.as_string(scratch)
           : node.as_id()   ? node.raw()
                            : std::string_view{};
}

/// Where the pictures are: the context says so for servers that are not Discord's own.
std::string_view cdn_of(JsonNode node, StringScratch& scratch) {
    const JsonNode other = node.context()["cdn"];
    return other.is_string() ? other.as_string(scratch) : kCdn;
}

std::string_view decimal(std::uint64_t number, StringScratch& scratch) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return scratch.keep({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

std::string_view join(std::initializer_list<std::string_view> parts, StringScratch& scratch) {
    std::size_t size = 0;
    for (const std::string_view part : parts) {
        size += part.size();
    }
    char* const start = scratch.take(size);
    char* out = start;
    for (const std::string_view part : parts) {
        out = std::copy(part.begin(), part.end(), out);
    }
    return {start, size};
}

constexpr auto kPermissions = std::to_array<PermissionName>({
    {0, "CreateInstantInvite"},
    {1, "KickMembers"},
    {2, "BanMembers"},
    {3, "Administrator"},
    {4, "ManageChannels"},
    {5, "ManageGuild"},
    {6, "AddReactions"},
    {7, "ViewAuditLog"},
    {8, "PrioritySpeaker"},
    {9, "Stream"},
    {10, "ViewChannel"},
    {11, "SendMessages"},
    {12, "SendTTSMessages"},
    {13, "ManageMessages"},
    {14, "EmbedLinks"},
    {15, "AttachFiles"},
    {16, "ReadMessageHistory"},
    {17, "MentionEveryone"},
    {18, "UseExternalEmojis"},
    {19, "ViewGuildInsights"},
    {20, "Connect"},
    {21, "Speak"},
    {22, "MuteMembers"},
    {23, "DeafenMembers"},
    {24, "MoveMembers"},
    {25, "UseVAD"},
    {26, "ChangeNickname"},
    {27, "ManageNicknames"},
    {28, "ManageRoles"},
    {29, "ManageWebhooks"},
    {30, "ManageEmojisAndStickers"},
    {30, "ManageGuildExpressions"},
    {31, "UseApplicationCommands"},
    {32, "RequestToSpeak"},
    {33, "ManageEvents"},
    {34, "ManageThreads"},
    {35, "CreatePublicThreads"},
    {36, "CreatePrivateThreads"},
    {37, "UseExternalStickers"},
    {38, "SendMessagesInThreads"},
    {39, "UseEmbeddedActivities"},
    {40, "ModerateMembers"},
    {41, "ViewCreatorMonetizationAnalytics"},
    {42, "UseSoundboard"},
    {43, "CreateGuildExpressions"},
    {44, "CreateEvents"},
    {45, "UseExternalSounds"},
    {46, "SendVoiceMessages"},
    {49, "SendPolls"},
    {50, "UseExternalApps"},
    {51, "PinMessages"},
    {52, "BypassSlowmode"},
});

}  // namespace

std::string_view image_url(std::string_view format, std::span<const RawPath> paths, JsonNode node,
                           StringScratch& scratch) {
    std::array<std::string_view, 10> values;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        values[i] = text_of(follow(node, paths[i]), scratch);
        if (values[i].empty()) {
            return {};
        }
    }
    const bool animated = values[paths.size() - 1].starts_with("a_");
    std::string out;
    for (std::size_t at = 0; at < format.size();) {
        const std::size_t open = std::min(format.find('{', at), format.size());
        out += format.substr(at, open - at);
        if (open == format.size()) {
            break;
        }
        const std::size_t close = format.find('}', open);
        const std::string_view name = format.substr(open + 1, close - open - 1);
        out += name == "ext"   ? std::string_view(animated ? "gif" : "webp")
               : name == "cdn" ? cdn_of(node, scratch)
                               : values[static_cast<std::size_t>(name.front() - '0')];
        at = close + 1;
    }
    return scratch.keep(out);
}

std::string_view default_avatar(JsonNode id, JsonNode discriminator, StringScratch& scratch) {
    const std::uint64_t old_number = discriminator.as_id().value_or(0);
    const std::uint64_t picture =
        old_number != 0 ? old_number % 5 : (id.as_id().value_or(0) >> 22U) % 6;
    return join({cdn_of(id, scratch), "embed/avatars/", decimal(picture, scratch), ".png"},
                scratch);
}

std::string_view emoji_url(JsonNode id, bool animated, StringScratch& scratch) {
    const std::string_view text = text_of(id, scratch);
    return text.empty()
               ? text
               : join({cdn_of(id, scratch), "emojis/", text, animated ? ".gif" : ".png"}, scratch);
}

std::string_view emoji_identifier(JsonNode id, JsonNode name, bool animated,
                                  StringScratch& scratch) {
    const std::string_view id_text = text_of(id, scratch);
    const std::string_view name_text = name.as_string(scratch);
    return id_text.empty() ? name_text
                           : join({animated ? "a:" : "", name_text, ":", id_text}, scratch);
}

std::string_view hex_colour(std::int64_t colour, StringScratch& scratch) {
    constexpr std::string_view kHex = "0123456789abcdef";
    char* const out = scratch.take(7);
    out[0] = '#';
    for (unsigned digit = 0; digit < 6; ++digit) {
        out[6 - digit] = kHex[static_cast<std::uint64_t>(colour) >> (4 * digit) & 0xFU];
    }
    return {out, 7};
}

std::string_view name_of(std::span<const NumberName> names,
                         std::optional<std::int64_t> number) noexcept {
    for (const NumberName& entry : names) {
        if (number == entry.number) {
            return entry.name;
        }
    }
    return "unknown";
}

bool is_spoiler(std::string_view url) noexcept {
    url = url.substr(0, url.find_first_of("?#"));
    return url.substr(url.rfind('/') + 1).starts_with("SPOILER_");
}

std::span<const PermissionName> permission_names() noexcept { return kPermissions; }

}  // namespace rookery::model::compute
