#include "platform/whatsapp/message_content.hpp"

#include "model/markup/whatsapp.hpp"

#include <utility>

namespace rookery::whatsapp {
namespace {

void add_line(std::string& text, const std::string& line) {
    if (!line.empty()) {
        text += (text.empty() ? "" : "\n") + line;
    }
}

std::string bold(const std::string& text) { return text.empty() ? "" : "**" + text + "**"; }

/// An embed as normalised text: there are none on WhatsApp.
std::string embed_text(const Json& embed) {
    std::string text;
    add_line(text, bold(text_at(at(embed, "author"), "name")));
    add_line(text, bold(text_at(embed, "title")));
    add_line(text, text_at(embed, "url"));
    add_line(text, text_at(embed, "description"));
    if (const Json& fields = at(embed, "fields"); fields.is_array()) {
        for (const auto& field : fields) {
            add_line(text, bold(text_at(field, "name")));
            add_line(text, text_at(field, "value"));
        }
    }
    add_line(text, text_at(at(embed, "image"), "url"));
    add_line(text, text_at(at(embed, "footer"), "text"));
    return text;
}

/// The text of a question or an answer, in each of the forms that it may have.
std::string poll_text(const Json& part) {
    if (const auto* const text = part.get_ptr<const std::string*>()) {
        return *text;
    }
    for (const auto* const key : {"poll_media", "pollMedia"}) {
        if (at(part, key).is_object()) {
            return text_at(at(part, key), "text");
        }
    }
    return text_at(part, "text");
}

}  // namespace

Json write_text(const Json& arguments) {
    std::string text = text_at(arguments, "content");
    if (const Json& embeds = at(arguments, "embeds"); embeds.is_array()) {
        for (const auto& embed : embeds) {
            add_line(text, embed_text(embed));
        }
    }
    if (const auto name = text_at(at(arguments, "masquerade"), "name", 128); !name.empty()) {
        text = bold(name) + (text.empty() ? "" : ": ") + text;
    }
    auto written = model::markup::to_whatsapp(text);
    Json content{{"text", std::move(written.text)}};
    if (!written.mentions.empty()) {
        content["mentions"] = std::move(written.mentions);
    }
    return content;
}

Result<Json> write_poll(const Json& poll) {
    const Json& answers = at(poll, "values").is_array() ? at(poll, "values") : at(poll, "answers");
    auto name = poll_text(at(poll, "question"));
    if (name.empty()) {
        name = text_at(poll, "name");
    }
    Json values = Json::array();
    if (answers.is_array()) {
        for (const auto& answer : answers) {
            values.push_back(poll_text(answer));
        }
    }
    if (name.empty() || values.size() < 2 || values.size() > 12) {
        return Error(ErrorKind::invalid,
                     "expected a poll with a question and 2 to 12 answers, got " +
                         std::to_string(values.size()));
    }
    const bool several = flag_at(poll, "allow_multiselect") || flag_at(poll, "allowMultiselect");
    const auto count = number_at(poll, "selectableCount").value_or(several ? 0 : 1);
    return Json{
        {"poll",
         {{"name", std::move(name)}, {"values", std::move(values)}, {"selectableCount", count}}}};
}

void quote(Json& content, const MessageKey& quoted) {
    Json context{{"stanzaId", quoted.id}, {"quotedMessage", {{"conversation", ""}}}};
    context["participant"] = quoted.participant.empty() ? quoted.chat : quoted.participant;
    content["contextInfo"] = std::move(context);
}

Result<std::string> read_emoji(const Json& arguments) {
    auto emoji = text_at(arguments, "emoji");
    if (emoji.find(':') != std::string::npos) {
        return Error(ErrorKind::unsupported,
                     "emoji: WhatsApp has no custom emoji, expected a character, got " + emoji);
    }
    return emoji;
}

}  // namespace rookery::whatsapp
