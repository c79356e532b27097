#include "cli/message_text.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <initializer_list>

namespace rookery::cli {
namespace {

using Json = nlohmann::json;

constexpr unsigned kEphemeral = 1U << 6U;
constexpr unsigned kMostDepth = 8;
constexpr const char* kAside = "\n  ";

/// The value under `key`; null where there is none.
Json at(const Json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? *found : Json();
}

/// The list under `key`; an empty one where there is none.
Json list_at(const Json& object, const char* key) {
    auto value = at(object, key);
    return value.is_array() ? value : Json::array();
}

std::string text_at(const Json& object, const char* key) {
    const auto value = at(object, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// The first of them that says something.
std::string first_of(const Json& object, std::initializer_list<const char*> keys) {
    for (const char* key : keys) {
        if (auto text = text_at(object, key); !text.empty()) {
            return text;
        }
    }
    return "";
}

std::string id_at(const Json& object, const char* key) {
    const auto value = at(object, key);
    return value.is_number_integer() ? value.dump() : text_at(object, key);
}

/// Each line of `text` behind the lines that are there.
void add_lines(std::string& out, const std::string& text, const char* mark) {
    for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find('\n', from), text.size());
        out += kAside + (mark + text.substr(from, end - from));
        from = end + 1;
    }
}

void add_embed(std::string& out, const Json& embed) {
    constexpr const char* kMark = "| ";
    const auto before = out.size();
    add_lines(out, text_at(at(embed, "author"), "name"), kMark);
    for (const char* key : {"title", "description", "url"}) {
        add_lines(out, text_at(embed, key), kMark);
    }
    for (const auto& field : list_at(embed, "fields")) {
        add_lines(out, text_at(field, "name") + ": " + text_at(field, "value"), kMark);
    }
    for (const char* key : {"image", "thumbnail", "video", "media"}) {
        const auto place =
            at(embed, key).is_string() ? text_at(embed, key) : text_at(at(embed, key), "url");
        add_lines(out, place.empty() ? "" : fmt::format("<{} {}>", key, place), kMark);
    }
    add_lines(out, first_of(at(embed, "footer"), {"text"}), kMark);
    if (out.size() == before) {
        add_lines(out, "<an embed without text>", kMark);
    }
}

/// What is written on a button or a select.
std::string label_of(const Json& part) {
    std::string label = first_of(part, {"label", "placeholder"});
    if (label.empty()) {
        label = text_at(at(part, "emoji"), "name");
    }
    std::string options;
    for (const auto& option : list_at(part, "options")) {
        options += (options.empty() ? "" : ", ") + text_at(option, "label");
    }
    if (label.empty() || !options.empty()) {
        label += (label.empty() || options.empty() ? "" : ": ") + options;
    }
    if (label.empty()) {
        label = first_of(part, {"custom_id", "url"});
    }
    return label + (at(part, "disabled") == true ? " (disabled)" : "");
}

/// Buttons of one row into one line, everything else into lines of its own.
void add_components(std::string& out, const Json& components, unsigned depth) {
    std::string row;
    for (const auto& part : components) {
        if (!part.is_object() || depth > kMostDepth) {
            continue;
        }
        if (part.contains("custom_id") || part.contains("label") || text_at(part, "url") != "") {
            row += (row.empty() ? "" : " ") + ("[" + label_of(part) + "]");
            continue;
        }
        add_lines(out, text_at(part, "content"), "");
        const auto media =
            first_of(at(part, "media"), {"url"}) + first_of(at(part, "file"), {"url"});
        add_lines(out, media.empty() ? "" : "<file " + media + ">", "");
        for (const auto& item : list_at(part, "items")) {
            add_lines(out, "<file " + text_at(at(item, "media"), "url") + ">", "");
        }
        add_components(out, list_at(part, "components"), depth + 1);
        if (const auto beside = at(part, "accessory"); beside.is_object()) {
            add_components(out, Json::array({beside}), depth + 1);
        }
    }
    add_lines(out, row, "");
}

void add_poll(std::string& out, const Json& poll) {
    add_lines(out, "poll: " + text_at(at(poll, "question"), "text"), "");
    for (const auto& answer : list_at(poll, "answers")) {
        const auto media = at(answer, "poll_media");
        std::string votes;
        for (const auto& count : list_at(at(poll, "results"), "answer_counts")) {
            if (at(count, "id") == at(answer, "answer_id")) {
                votes = ": " + at(count, "count").dump();
            }
        }
        const auto emoji = text_at(at(media, "emoji"), "name");
        add_lines(out, "- " + emoji + (emoji.empty() ? "" : " ") + text_at(media, "text") + votes,
                  "");
    }
}

/// What WhatsApp says in its own shapes: {"imageMessage": {...}} and the like.
void add_content(std::string& out, const Json& content) {
    for (const auto& [kind, value] : content.items()) {
        if (kind == "conversation" || kind == "extendedTextMessage" ||
            kind == "messageContextInfo") {
            continue;
        }
        const auto about = first_of(value, {"fileName", "caption", "name", "displayName", "text"});
        add_lines(out, fmt::format("<{}{}{}>", kind, about.empty() ? "" : " ", about), "");
        for (const auto& option : list_at(value, "options")) {
            add_lines(out, "- " + text_at(option, "optionName"), "");
        }
    }
}

void add_files(std::string& out, const Json& message) {
    for (const auto& file : list_at(message, "attachments")) {
        const auto name = file.is_string() ? file.get<std::string>()
                                           : first_of(file, {"filename", "name", "url", "id"});
        add_lines(out, "<file " + name + ">", "");
    }
    for (const char* key : {"sticker_items", "stickers"}) {
        for (const auto& sticker : list_at(message, key)) {
            add_lines(out, "<sticker " + first_of(sticker, {"name", "id"}) + ">", "");
        }
    }
    for (const auto& snapshot : list_at(message, "message_snapshots")) {
        add_lines(out, "forwarded: " + message_text(at(snapshot, "message")), "");
    }
}

void add_reactions(std::string& out, const Json& message) {
    std::string row;
    const auto reactions = at(message, "reactions");
    for (const auto& [key, reaction] : reactions.items()) {
        // Revolt: {emoji: [who]}.
        const bool listed = reactions.is_object();
        const auto emoji = at(reaction, "emoji");
        const auto name = listed              ? key
                          : emoji.is_string() ? emoji.get<std::string>()
                                              : text_at(emoji, "name");
        const auto count = listed ? Json(reaction.size()) : at(reaction, "count");
        row += (row.empty() ? "" : " ") + name + (count.is_number() ? " " + count.dump() : "");
    }
    add_lines(out, row, "");
}

/// Of a message in which nothing was found.
std::string kind_of(const Json& message) {
    if (const auto type = at(message, "type"); type.is_number_integer() && type != 0) {
        return fmt::format("<a message of type {}>", type.dump());
    }
    if (const auto system = at(message, "system"); system.is_object()) {
        return fmt::format("<{}>", first_of(system, {"type", "content"}));
    }
    return "<a message without text>";
}

std::string limits_of(const Json& field) {
    std::string out;
    const auto add = [&out](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
    if (field.value("required", true)) {
        add("required");
    }
    if (const auto most = at(field, "max_length"); most.is_number()) {
        const auto least = at(field, "min_length");
        add(least.is_number() && least != 0
                ? fmt::format("{} to {} characters", least.dump(), most.dump())
                : fmt::format("at most {} characters", most.dump()));
    }
    if (const auto value = text_at(field, "value"); !value.empty()) {
        add("now \"" + value + "\"");
    }
    std::string options;
    for (const auto& option : list_at(field, "options")) {
        options += (options.empty() ? "" : ", ") + text_at(option, "label");
    }
    if (!options.empty()) {
        add("one of " + options);
    }
    return out.empty() ? "" : " (" + out + ")";
}

void add_fields(std::string& out, const Json& parts, const std::string& label, unsigned depth) {
    for (const auto& part : parts) {
        if (!part.is_object() || depth > kMostDepth) {
            continue;
        }
        const auto beside = text_at(part, "label").empty() ? label : text_at(part, "label");
        if (part.contains("component")) {
            add_fields(out, Json::array({part["component"]}), beside, depth + 1);
        } else if (part.contains("components")) {
            add_fields(out, part["components"], label, depth + 1);
        } else if (part.contains("custom_id")) {
            add_lines(out, text_at(part, "custom_id") + ": " + beside + limits_of(part), "");
        } else {
            add_lines(out, text_at(part, "content"), "");
        }
    }
}

}  // namespace

People people_of(const Json& state) {
    People people;
    const auto add = [&people](const Json& person) {
        people[id_at(person, "id")] = text_at(person, "name");
    };
    for (const auto& guild : list_at(state, "guilds")) {
        for (const auto& member : list_at(guild, "members")) {
            add(member);
        }
    }
    for (const auto& bot : list_at(state, "bots")) {
        add(bot);
    }
    return people;
}

std::string author_of(const Json& message, const People& people) {
    const auto author = at(message, "author");
    auto name = first_of(author, {"username", "name"});
    if (name.empty()) {
        name = text_at(message, "pushName");
    }
    if (!name.empty()) {
        return name;
    }
    // Revolt names the author by id, Guilded too; WhatsApp's key says whose it is.
    const auto key = at(message, "key");
    for (const auto& id : {text_at(message, "author"), text_at(message, "createdBy"),
                           first_of(key, {"participant", "remoteJid"})}) {
        if (const auto found = people.find(id); found != people.end()) {
            return found->second;
        }
        name = name.empty() ? id : name;
    }
    return at(key, "fromMe") == true ? "bot" : name.empty() ? "?" : name;
}

std::string message_text(const Json& message) {
    std::string out = text_at(message, "content");
    for (const auto& embed : list_at(message, "embeds")) {
        add_embed(out, embed);
    }
    add_components(out, list_at(message, "components"), 0);
    if (const auto poll = at(message, "poll"); poll.is_object()) {
        add_poll(out, poll);
    }
    add_files(out, message);
    if (const auto content = at(message, "message"); content.is_object()) {
        add_content(out, content);
    }
    if (out.empty()) {
        out = kind_of(message);
    }
    add_reactions(out, message);
    const auto flags = at(message, "flags");
    if (flags.is_number_unsigned() && (flags.get<unsigned>() & kEphemeral) != 0) {
        add_lines(out, "(only for the one who asked)", "");
    }
    return out;
}

std::string alone(std::string text) { return text.starts_with(kAside) ? text.substr(1) : text; }

std::string form_text(const Json& form) {
    std::string out = text_at(form, "title");
    add_fields(out, list_at(form, "components"), "", 0);
    return out;
}

}  // namespace rookery::cli
