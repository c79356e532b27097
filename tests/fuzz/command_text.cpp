#include "base/assert.hpp"
#include "command/duration.hpp"
#include "command/messages.hpp"
#include "command/text.hpp"
#include "command/text_parser.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace rookery;
using namespace rookery::command;

namespace {

DefinitionPtr definition() {
    static const DefinitionPtr kDefinition = *read_definition(nlohmann::json::parse(R"({
      "name": "x", "description": "d", "subcommands": [
      {"name": "all", "description": "d", "aliases": ["+"],
       "localizations": {"de": {"name": "hinzufügen"}}, "options": [
        {"name": "who", "type": "user"}, {"name": "n", "type": "integer", "min": 1, "max": 9},
        {"name": "in", "type": "duration", "max": "1d"}, {"name": "loud", "type": "boolean"},
        {"name": "c", "choices": ["red", {"name": "Light Blue", "value": "lb"}]},
        {"name": "f", "type": "number"}, {"name": "file", "type": "attachment"},
        {"name": "title", "required": true, "max_length": 20}, {"name": "text"}]},
      {"name": "group", "description": "d", "subcommands": [
        {"name": "role", "description": "d", "options": [
          {"name": "to", "type": "channel"}, {"name": "m", "type": "mentionable"},
          {"name": "r", "type": "role", "required": true}]}]}]})"));
    return kDefinition;
}

/// What is told back mentions nobody, hides nothing and stays short.
void check_told(std::string_view text) {
    RK_ASSERT(is_utf8(text) && text.size() < 8'000);
    RK_ASSERT(text.find("@everyone") == text.npos && text.find("<@") == text.npos);
    while (!text.empty()) {
        const char32_t character = take_character(text);
        RK_ASSERT(character == 0x200B || !is_invisible(character));
    }
}

}  // namespace

/// A text is read as values that keep to what was declared, or as a problem that can be told.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    const ParseResult result = parse_text(*definition(), text, size % 3, "de");
    if (const auto* failure = std::get_if<ParseFailure>(&result)) {
        RK_ASSERT(failure->problem.at <= text.size());
        for (const std::string_view locale : languages()) {
            check_told(problem_text(failure->problem, *failure->node, locale, "!", text));
        }
        return 0;
    }
    for (const Value& value : std::get<Parsed>(result).values) {
        RK_ASSERT(value.option != nullptr && value.at <= text.size());
        if (const auto* plain = std::get_if<nlohmann::json>(&value.data)) {
            RK_ASSERT(!check_limits(*value.option, *plain, {}));
        }
    }
    if (const auto seconds = parse_duration(text)) {
        RK_ASSERT(*seconds >= 0 && parse_duration(duration_text(*seconds)));
    }
    return 0;
}
