#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace rookery::cli {

/// Names of people and bots by their ids, for platforms whose messages do not carry them.
using People = std::map<std::string, std::string>;

/// Of the simulator's state.
[[nodiscard]] People people_of(const nlohmann::json& state);

/// Who wrote a message, of any platform, in the form that the simulator tells it; "?" when that
/// cannot be seen.
[[nodiscard]] std::string author_of(const nlohmann::json& message, const People& people);

/// All of a message that people see, without a newline at the end: the text, then in lines of
/// their own embeds behind "|", what can be pressed in brackets, files, polls, stickers,
/// reactions. Begins with a newline when there is no text. Never empty: of what is unknown here it
/// says at least what it is.
[[nodiscard]] std::string message_text(const nlohmann::json& message);

/// The same where nothing stands before it in the line.
[[nodiscard]] std::string alone(std::string text);

/// A form's title, and a line for each field: what it is called in `sim submit`, what is written
/// beside it, what it takes.
[[nodiscard]] std::string form_text(const nlohmann::json& form);

}  // namespace rookery::cli
