#pragma once

#include "command/component_form.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A form where there are none: its fields are asked for one by one. Sans-IO.
namespace rookery::command {

/// A form that somebody is filling in.
struct TextForm {
    std::string custom_id;
    std::string title;
    std::vector<Field> fields;
    std::string locale;
    std::vector<std::string> answers;  ///< of the first fields
};

/// The next question; empty when all have been answered.
[[nodiscard]] std::string next_question(const TextForm& form);

/// What becomes of an answer.
struct FormStep {
    enum class What : std::uint8_t {
        asked,      ///< `text` is the next question
        refused,    ///< it does not fit: `text` says why
        cancelled,  ///< `text` says so
        complete,   ///< all fields have been answered
    };
    What what = What::asked;
    std::string text;
};
[[nodiscard]] FormStep take_answer(TextForm& form, std::string_view written);

/// By the fields' names.
[[nodiscard]] nlohmann::json answers_of(const TextForm& form);

[[nodiscard]] nlohmann::json to_json(const TextForm& form);
[[nodiscard]] std::optional<TextForm> form_from(const nlohmann::json& stored);

}  // namespace rookery::command
