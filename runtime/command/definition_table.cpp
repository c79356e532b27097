#include "command/definition_table.hpp"

#include "base/edit_distance.hpp"
#include "base/log.hpp"
#include "command/text.hpp"

#include <algorithm>

namespace rookery::command {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestShown = 40;
constexpr std::size_t kLongestCompared = 64;

std::string in_quotes(std::string_view text) {
    return '"' + log::clipped(text, kLongestShown) + '"';
}

std::string snake(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const bool upper = c >= 'A' && c <= 'Z';
        out += upper ? std::string("_") + static_cast<char>(c - 'A' + 'a') : std::string(1, c);
    }
    return out;
}

}  // namespace

std::string hint(std::string_view given, std::span<const std::string_view> known) {
    std::string_view best;
    std::size_t least =
        given.size() > kLongestCompared
            ? 0
            : 1 + std::max(std::min<std::size_t>(2, given.size() / 2), given.size() / 3);
    for (const std::string_view one : known) {
        const std::size_t distance = least == 0 ? 1 : edit_distance(given, one);
        if (distance < least) {
            least = distance;
            best = one;
        }
    }
    return best.empty() ? "" : ", did you mean \"" + std::string(best) + "\"?";
}

std::string none_of(std::string_view given, std::span<const std::string_view> known) {
    std::string out = "expected ";
    for (std::size_t i = 0; i < known.size(); ++i) {
        out += i == 0 ? "" : i + 1 == known.size() ? " or " : ", ";
        out += known[i];
    }
    return out + ", got " + in_quotes(given) + hint(given, known);
}

std::string kind_of(const json& value) {
    switch (value.type()) {
        case json::value_t::null:
            return "nothing";
        case json::value_t::boolean:
            return value.get<bool>() ? "true" : "false";
        case json::value_t::string:
            return in_quotes(value.get_ref<const std::string&>());
        case json::value_t::array:
            return "a list";
        case json::value_t::object:
            return "a table";
        default:
            return value.is_number() ? value.dump() : std::string("bytes");
    }
}

Table::Table(const json& given, std::string where, std::span<const std::string_view> known,
             std::string what)
    : where_(std::move(where)) {
    if (!given.is_object()) {
        fault(where_.empty() ? "command" : where_,
              "expected a table that describes " + what + ", got " + kind_of(given));
        return;
    }
    for (const auto& [spelt, value] : given.items()) {
        const std::string key = snake(spelt);
        const auto found = std::find(known.begin(), known.end(), key);
        if (found == known.end()) {
            fault(place(log::clipped(spelt, kLongestShown)),
                  "there is no such key" + hint(key, known));
            return;
        }
        if (find(*found) != nullptr) {
            fault(place(*found), "is there twice");
            return;
        }
        if (!value.is_null()) {
            values_.emplace_back(*found, &value);
        }
    }
}

const json* Table::find(std::string_view key) const {
    for (const auto& [name, value] : values_) {
        if (name == key) {
            return value;
        }
    }
    return nullptr;
}

std::string Table::place(std::string_view key) const {
    return (where_.empty() ? "" : where_ + ".") + std::string(key);
}
std::string Table::place(std::string_view key, std::size_t index) const {
    return place(key) + "[" + std::to_string(index + 1) + "]";
}

void Table::fault(const std::string& place, const std::string& what) {
    fault(Error(ErrorKind::invalid, place + ": " + what));
}
void Table::fault(const Result<>& result) {
    if (result_ && !result) {
        result_ = result;
    }
}

std::string Table::text(std::string_view key, std::size_t most) {
    const json* const value = find(key);
    if (value == nullptr) {
        return {};
    }
    const auto* text = value->get_ptr<const std::string*>();
    if (text == nullptr) {
        fault(place(key), "expected text, got " + kind_of(*value));
        return {};
    }
    if (!is_utf8(*text)) {
        fault(place(key), "expected UTF-8");
        return {};
    }
    const std::size_t size = characters(*text);
    if (size < 1 || size > most) {
        fault(place(key),
              "expected 1 to " + std::to_string(most) + " characters, got " + std::to_string(size));
        return {};
    }
    return *text;
}

bool Table::boolean(std::string_view key, bool otherwise) {
    const json* const value = find(key);
    if (value == nullptr) {
        return otherwise;
    }
    if (!value->is_boolean()) {
        fault(place(key), "expected true or false, got " + kind_of(*value));
        return otherwise;
    }
    return value->get<bool>();
}

std::size_t Table::count(std::string_view key, std::size_t least, std::size_t most,
                         std::size_t otherwise) {
    const json* const value = find(key);
    if (value == nullptr) {
        return otherwise;
    }
    // Lua has no integers: 3 may come as 3.0.
    const double number = value->is_number() ? value->get<double>() : -1;
    if (!(number >= static_cast<double>(least) && number <= static_cast<double>(most)) ||
        number != static_cast<double>(static_cast<std::size_t>(number))) {
        fault(place(key), "expected a whole number from " + std::to_string(least) + " to " +
                              std::to_string(most) + ", got " + kind_of(*value));
        return otherwise;
    }
    return static_cast<std::size_t>(number);
}

std::size_t Table::one_of(std::string_view key, std::span<const std::string_view> names,
                          std::size_t otherwise) {
    const json* const value = find(key);
    if (value == nullptr) {
        return otherwise;
    }
    const auto* text = value->get_ptr<const std::string*>();
    const auto found = text == nullptr ? names.end() : std::find(names.begin(), names.end(), *text);
    if (found == names.end()) {
        fault(place(key), none_of(text == nullptr ? value->dump() : *text, names));
        return otherwise;
    }
    return static_cast<std::size_t>(found - names.begin());
}

std::vector<const json*> Table::list(std::string_view key, std::size_t most) {
    std::vector<const json*> out;
    const json* const value = find(key);
    if (value == nullptr || (value->is_object() && value->empty())) {  // Lua: {} may be either
        return out;
    }
    if (!value->is_array()) {
        if (value->is_object()) {
            fault(place(key), "expected a list, got a table");
            return out;
        }
        out.push_back(value);
        return out;
    }
    if (value->size() > most) {
        fault(place(key), "at most " + std::to_string(most) + " are possible, got " +
                              std::to_string(value->size()));
        return out;
    }
    for (const json& one : *value) {
        out.push_back(&one);
    }
    return out;
}

std::vector<std::string> Table::texts(std::string_view key, std::size_t most, std::size_t longest) {
    std::vector<std::string> out;
    const auto all = list(key, most);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto* text = all[i]->get_ptr<const std::string*>();
        const std::size_t size = text == nullptr ? 0 : characters(*text);
        if (text == nullptr || size < 1 || size > longest || !is_utf8(*text)) {
            fault(place(key, i), "expected text of 1 to " + std::to_string(longest) +
                                     " characters, got " + kind_of(*all[i]));
            return {};
        }
        out.push_back(*text);
    }
    return out;
}

}  // namespace rookery::command
