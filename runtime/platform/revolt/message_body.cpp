#include "platform/revolt/message_body.hpp"

#include "model/markup/markup.hpp"

#include <array>
#include <cstdio>
#include <string>

namespace rookery::revolt {
namespace {

using nlohmann::json;

constexpr std::size_t kMostEmbeds = 5;
constexpr std::int64_t kSilent = 4'096;
constexpr std::int64_t kSuppressNotifications = 1;

std::string marked(const std::string& text) { return model::markup::outbound("revolt", text); }

std::string text_in(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const json& part(const json& object, const char* key) {
    static const json kNone;
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() ? *found : kNone;
}

std::string hex_colour(std::int64_t colour) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "#%06x", static_cast<unsigned>(colour & 0xFFFFFF));
    return text.data();
}

void put_line(std::string& text, const std::string& line) {
    if (!line.empty()) {
        text += (text.empty() ? "" : "\n") + line;
    }
}

/// Fields, author and footer have no place of their own: they are lines of the description.
std::string description_of(const json& embed) {
    std::string out;
    if (const auto author = text_in(part(embed, "author"), "name"); !author.empty()) {
        put_line(out, "**" + author + "**");
    }
    put_line(out, text_in(embed, "description"));
    for (const auto& field : part(embed, "fields")) {
        put_line(out, "**" + text_in(field, "name") + "**\n" + text_in(field, "value"));
    }
    // A picture by its address: only uploaded files can be an embed's media.
    put_line(out, text_in(part(embed, "image"), "url"));
    put_line(out, text_in(part(embed, "footer"), "text"));
    return marked(out);
}

json to_embed(const json& embed) {
    json out = json::object();
    const auto put = [&](const char* key, std::string text) {
        if (!text.empty()) {
            out[key] = std::move(text);
        }
    };
    put("title", text_in(embed, "title"));
    put("description", description_of(embed));
    put("url", text_in(embed, "url"));
    const auto thumbnail = text_in(part(embed, "thumbnail"), "url");
    const auto& author = part(embed, "author");
    put("icon_url", !thumbnail.empty()                     ? thumbnail
                    : !text_in(author, "icon_url").empty() ? text_in(author, "icon_url")
                                                           : text_in(author, "iconUrl"));
    if (const auto& colour = part(embed, "color"); colour.is_number_integer()) {
        out["colour"] = hex_colour(colour.get<std::int64_t>());
    }
    put("colour", text_in(embed, "colour"));
    put("media", text_in(embed, "media"));
    return out;
}

Result<std::size_t> put_embeds(json& body, const json& embeds) {
    if (embeds.is_null()) {
        body["embeds"] = json::array();
        return std::size_t{0};
    }
    if (embeds.size() > kMostEmbeds) {
        return Error(ErrorKind::limit, "embeds: at most " + std::to_string(kMostEmbeds) + ", got " +
                                           std::to_string(embeds.size()));
    }
    auto& list = body["embeds"];
    list = json::array();
    std::size_t bytes = 0;
    for (const auto& embed : embeds) {
        if (!embed.is_object()) {
            return Error(ErrorKind::invalid,
                         std::string("embeds: expected objects, got ") + embed.type_name());
        }
        list.push_back(to_embed(embed));
        bytes += text_in(list.back(), "description").size();
    }
    return bytes;
}

void put_masquerade(json& body, const json& given) {
    auto& out = body["masquerade"];
    out = json::object();
    for (const auto& [from, to] : {std::pair("name", "name"),
                                   {"avatarUrl", "avatar"},
                                   {"colour", "colour"},
                                   {"color", "colour"}}) {
        if (const auto text = text_in(given, from); !text.empty()) {
            out[to] = text;
        }
    }
    if (const auto& colour = part(given, "colour"); colour.is_number_integer()) {
        out["colour"] = hex_colour(colour.get<std::int64_t>());
    }
}

}  // namespace

Result<> put_message(json& body, const json& arguments, bool reply, std::size_t limit) {
    body = body.is_object() ? body : json::object();
    std::size_t bytes = 0;
    if (const auto found = arguments.find("content"); found != arguments.end()) {
        auto text = found->is_string() ? marked(found->get<std::string>()) : std::string();
        bytes += text.size();
        body["content"] = std::move(text);
    }
    if (const auto found = arguments.find("embeds"); found != arguments.end()) {
        const auto size = put_embeds(body, *found);
        if (!size) {
            return size.error();
        }
        bytes += *size;
    }
    if (bytes > limit) {
        return Error(ErrorKind::limit, "content: at most " + std::to_string(limit) +
                                           " bytes with all descriptions, got " +
                                           std::to_string(bytes));
    }
    const auto answered = text_in(arguments, reply ? "messageId" : "replyTo");
    if (!answered.empty()) {
        const auto& mention = part(part(arguments, "allowedMentions"), "replied_user");
        const bool quiet = mention.is_boolean() && !mention.get<bool>();
        // An answer to what is gone is a message still.
        body["replies"] =
            json::array({{{"id", answered}, {"mention", !quiet}, {"fail_if_not_exists", false}}});
    }
    if (const auto& flags = part(arguments, "flags"); flags.is_number_integer()) {
        if ((flags.get<std::int64_t>() & kSilent) != 0) {
            body["flags"] = kSuppressNotifications;
        }
    }
    if (const auto& shown = part(arguments, "masquerade"); shown.is_object()) {
        put_masquerade(body, shown);
    }
    return {};
}

}  // namespace rookery::revolt
