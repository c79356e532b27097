#include "hostapi/interaction_filter.hpp"

#include "model/generated/fields.hpp"
#include "model/string_scratch.hpp"

#include <limits>

namespace rookery::hostapi {
namespace {

namespace fields = model::fields::interaction;

constexpr std::size_t kLongestKey = 120;

// Types of options that hold further ones.
constexpr std::int64_t kSubcommand = 1;
constexpr std::int64_t kGroup = 2;
constexpr int kDeepest = 2;

bool is_command(InteractionType type) {
    return type == InteractionType::command || type == InteractionType::autocomplete;
}

}  // namespace

InteractionKey key_of_interaction(const model::Event& event) {
    const model::View view = event.view();
    model::StringScratch scratch;
    InteractionKey key;
    key.type = interaction_type(view.get(fields::type, scratch).integer);
    if (!is_command(key.type)) {
        key.text = view.get(fields::custom_id, scratch).text;
        return key;
    }
    key.text = view.get(fields::command_name, scratch).text;
    const auto options = view.get(fields::options, scratch);
    auto level =
        options.kind == model::Value::Kind::array ? options.array.node() : model::JsonNode();
    for (int depth = 0; depth < kDeepest; ++depth) {
        const auto first = level.first_element();
        const auto type = first["type"].as_integer().value_or(0);
        if (type != kSubcommand && type != kGroup) {
            break;
        }
        key.text += " " + std::string(first["name"].as_string(scratch));
        level = first["options"];
    }
    return key;
}

Result<InteractionFilter> InteractionFilter::make(InteractionType type, std::string key) {
    if (key.empty() || key.size() > kLongestKey) {
        return Error(ErrorKind::invalid, is_command(type)
                                             ? "expected the name of a command"
                                             : "expected a custom id, of at most 100 characters");
    }
    const bool prefix = !is_command(type) && key.back() == '*';
    if (prefix) {
        key.pop_back();
    }
    return InteractionFilter(type, std::move(key), prefix);
}

std::size_t InteractionFilter::match(const InteractionKey& key) const noexcept {
    if (key.type != type_) {
        return 0;
    }
    if (key.text == text_) {
        return prefix_ ? text_.size() + 1 : std::numeric_limits<std::size_t>::max();
    }
    const bool within = key.text.starts_with(text_);
    const bool whole_word = is_command(type_) && within && key.text[text_.size()] == ' ';
    return whole_word || (prefix_ && within) ? text_.size() + 1 : 0;
}

std::string InteractionFilter::label() const {
    const std::string text = text_ + (prefix_ ? "*" : "");
    switch (type_) {
        case InteractionType::command:
            return "command " + text;
        case InteractionType::autocomplete:
            return "autocomplete of " + text;
        case InteractionType::modal:
            return "form " + text;
        case InteractionType::component:
        case InteractionType::other:
            break;
    }
    return "component " + text;
}

}  // namespace rookery::hostapi
