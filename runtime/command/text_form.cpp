#include "command/text_form.hpp"

#include "command/messages.hpp"
#include "command/text_menu.hpp"

#include <algorithm>

namespace rookery::command {
namespace {

using nlohmann::json;

constexpr std::string_view kNothing = "-";

std::size_t length_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

/// The word in the user's language, or the English one.
bool is_cancel(std::string_view text, std::string_view locale) {
    for (const std::string_view language : {locale, std::string_view("en")}) {
        const std::string word = say(language, Phrase::cancel);
        if (std::equal(text.begin(), text.end(), word.begin(), word.end(),
                       [](char a, char b) { return (a | 0x20) == b; })) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string next_question(const TextForm& form) {
    if (form.answers.size() >= form.fields.size()) {
        return {};
    }
    const Field& field = form.fields[form.answers.size()];
    std::string text;
    if (form.answers.empty()) {
        const std::string cancel = say(form.locale, Phrase::cancel);
        text =
            say(form.locale, Phrase::form_hint, {{"title", form.title}, {"cancel", cancel}}) + "\n";
    }
    text += field.label;
    if (!field.placeholder.empty()) {
        text += " (" + field.placeholder + ")";
    }
    if (!field.value.empty()) {
        text += "\n> " + shortened(field.value, kLongestText / 2);
    }
    if (!field.required) {
        text += "\n" + say(form.locale, Phrase::field_optional);
    }
    return text;
}

FormStep take_answer(TextForm& form, std::string_view written) {
    using What = FormStep::What;
    if (is_cancel(written, form.locale)) {
        return {What::cancelled, say(form.locale, Phrase::cancelled)};
    }
    const Field& field = form.fields.at(form.answers.size());
    const bool skipped = !field.required && written == kNothing;
    const std::string_view answer = skipped ? std::string_view() : written;
    const std::size_t length = length_of(answer);
    const std::size_t least =
        field.required ? std::max<std::size_t>(field.min_length, 1) : field.min_length;
    if (!skipped && length < least) {
        return {What::refused, say(form.locale, Phrase::too_short,
                                   {{"option", field.label}, {"least", std::to_string(least)}})};
    }
    if (length > field.max_length) {
        return {What::refused, say(form.locale, Phrase::too_long,
                                   {{"option", field.label},
                                    {"most", std::to_string(field.max_length)},
                                    {"given", std::to_string(length)}})};
    }
    form.answers.emplace_back(answer);
    std::string next = next_question(form);
    return {next.empty() ? What::complete : What::asked, std::move(next)};
}

json answers_of(const TextForm& form) {
    json out = json::object();
    for (std::size_t i = 0; i < form.answers.size() && i < form.fields.size(); ++i) {
        out[form.fields[i].name] = form.answers[i];
    }
    return out;
}

json to_json(const TextForm& form) {
    json fields = json::array();
    for (const Field& field : form.fields) {
        fields.push_back({{"name", field.name},
                          {"label", field.label},
                          {"style", field.paragraph ? "paragraph" : "short"},
                          {"required", field.required},
                          {"min_length", field.min_length},
                          {"max_length", field.max_length},
                          {"value", field.value},
                          {"placeholder", field.placeholder}});
    }
    return {{"id", form.custom_id},
            {"title", form.title},
            {"fields", std::move(fields)},
            {"locale", form.locale},
            {"answers", form.answers}};
}

std::optional<TextForm> form_from(const json& stored) {
    try {
        auto fields = read_fields(stored.at("fields"));
        if (!fields) {
            return std::nullopt;
        }
        TextForm form{stored.at("id"), stored.at("title"), *std::move(fields), stored.at("locale"),
                      stored.at("answers")};
        return form.answers.size() <= form.fields.size() ? std::optional(std::move(form))
                                                         : std::nullopt;
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

}  // namespace rookery::command
