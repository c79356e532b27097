#include "command/component_form.hpp"

#include "command/duration.hpp"
#include "command/form_reading.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

namespace rookery::command {
namespace {

using namespace form_reading;  // NOLINT(google-build-using-namespace)

constexpr int kRow = 1;
constexpr int kButton = 2;
constexpr int kTextSelect = 3;
constexpr int kLastSelect = 8;
constexpr int kLinkStyle = 5;

constexpr std::size_t kLongestLabel = 80;
constexpr std::size_t kLongestUrl = 512;
constexpr std::size_t kLongestPlaceholder = 150;
constexpr std::size_t kLongestChoice = 100;
constexpr std::int64_t kLongestLife = std::int64_t{10} * 366 * 24 * 3'600;

constexpr std::array<std::pair<std::string_view, int>, 4> kStyles{
    {{"primary", 1}, {"secondary", 2}, {"success", 3}, {"danger", 4}}};
constexpr std::array<std::pair<std::string_view, int>, 4> kSelects{
    {{"users", 5}, {"roles", 6}, {"mentionables", 7}, {"channels", 8}}};

constexpr std::array<std::string_view, 9> kButtonKeys{
    "button", "action", "state", "style", "emoji", "disabled", "only", "once", "expires"};
constexpr std::array<std::string_view, 4> kLinkKeys{"link", "url", "emoji", "disabled"};
constexpr std::array<std::string_view, 11> kSelectKeys{"select", "action",  "state",   "choices",
                                                       "of",     "min",     "max",     "only",
                                                       "once",   "expires", "disabled"};
constexpr std::array<std::string_view, 5> kChoiceKeys{"name", "value", "description", "emoji",
                                                      "default"};

/// A character, "<:name:id>", "name:id", or the platform's own form.
Result<json> read_emoji(const json& value, const std::string& place) {
    if (value.is_null()) {
        return json();
    }
    if (value.is_object()) {
        const bool named = at(value, "name").is_string() || at(value, "id").is_string();
        return named ? Result<json>(value) : invalid(place, "expected a table with name or id");
    }
    auto text = read_text(value, place, 1, 100);
    if (!text) {
        return text.error();
    }
    std::string rest = *text;
    const bool animated = rest.starts_with("<a:");
    if (rest.front() == '<' && rest.back() == '>') {
        rest = rest.substr(animated ? 3 : 1, rest.size() - (animated ? 4 : 2));
        rest.erase(0, rest.find_first_not_of(':'));
    }
    const auto colon = rest.rfind(':');
    if (colon == std::string::npos) {
        return json{{"name", *text}};
    }
    json out{{"name", rest.substr(0, colon)}, {"id", rest.substr(colon + 1)}};
    if (animated) {
        out["animated"] = true;
    }
    return out;
}

Result<std::vector<std::string>> read_only(const json& value, const std::string& place) {
    std::vector<std::string> only;
    const auto fits = [](const json& id) {
        return id.is_string() && !id.get_ref<const std::string&>().empty() &&
               id.get_ref<const std::string&>().size() <= kLongestChoice;
    };
    if (fits(value)) {
        only.push_back(value);
    } else if (value.is_array() && value.size() <= kMostOnly &&
               std::all_of(value.begin(), value.end(), fits)) {
        only = value.get<std::vector<std::string>>();
    } else if (!value.is_null()) {
        return invalid(place, "expected a user's id, or a list of up to " +
                                  std::to_string(kMostOnly) + " of them, got " + describe(value));
    }
    return only;
}

/// What goes into the id: everything but how the component looks.
Result<std::string> seal_component(const json& given, const std::string& place,
                                   const FormRules& rules, std::uint8_t index) {
    ComponentRecord record;
    record.place = index;
    const json& action = at(given, "action");
    if (!action.is_string()) {
        return invalid(place + ".action", "expected text, got " + describe(action));
    }
    record.action = action;
    record.state = at(given, "state");
    auto only = read_only(at(given, "only"), place + ".only");
    if (!only) {
        return only.error();
    }
    record.only = *std::move(only);
    const json& once = at(given, "once");
    if (once == "message") {
        record.once = Once::message;
    } else if (once.is_boolean() || once.is_null()) {
        record.once = once == true ? Once::component : Once::no;
    } else {
        return invalid(place + ".once",
                       "expected true, false or \"message\", got " + describe(once));
    }
    if (const json& expires = at(given, "expires"); !expires.is_null()) {
        const auto lifetime = read_lifetime(expires);
        if (!lifetime) {
            return lifetime.error().within(place + ".expires");
        }
        record.expires = rules.now + *lifetime;
    }
    auto sealed = rules.seal(std::move(record));
    return sealed ? std::move(sealed) : Result<std::string>(sealed.error().within(place));
}

Result<Component> read_button(const json& given, const std::string& place, const FormRules& rules,
                              std::uint8_t index) {
    Component out;
    out.kind = given.contains("link") ? Component::Kind::link : Component::Kind::button;
    const bool link = out.kind == Component::Kind::link;
    const char* const key = link ? "link" : "button";
    if (auto known =
            link ? check_keys(given, place, kLinkKeys) : check_keys(given, place, kButtonKeys);
        !known) {
        return known.error();
    }
    auto emoji = read_emoji(at(given, "emoji"), place + ".emoji");
    if (!emoji) {
        return emoji.error();
    }
    out.emoji = *std::move(emoji);
    auto label =
        read_text(given[key], place + "." + key, out.emoji.is_null() ? 1 : 0, kLongestLabel);
    if (!label) {
        return label.error();
    }
    out.label = *std::move(label);
    const auto disabled = read_flag(at(given, "disabled"), place + ".disabled", false);
    if (!disabled) {
        return disabled.error();
    }
    out.disabled = *disabled;
    if (link) {
        out.style = kLinkStyle;
        auto url = read_text(at(given, "url"), place + ".url", 1, kLongestUrl);
        if (!url) {
            return url.error();
        }
        out.url = *std::move(url);
        const bool known = out.url.starts_with("https://") || out.url.starts_with("http://") ||
                           out.url.starts_with("discord://");
        return known ? Result<Component>(std::move(out))
                     : invalid(place + ".url", "expected an address that begins with https://");
    }
    if (const json& style = at(given, "style"); !style.is_null()) {
        const auto number = read_name(style, place + ".style", kStyles);
        if (!number) {
            return number.error();
        }
        out.style = *number;
    }
    auto id = seal_component(given, place, rules, index);
    if (!id) {
        return id.error();
    }
    out.custom_id = *std::move(id);
    return out;
}

Result<MenuChoice> read_choice(const json& given, const std::string& place) {
    MenuChoice out;
    if (given.is_string() || given.is_number()) {
        out.value = given.is_string() ? given.get<std::string>() : given.dump();
        out.name = out.value;
        const auto checked = read_text(out.value, place, 1, kLongestChoice);
        return checked ? Result<MenuChoice>(std::move(out)) : checked.error();
    }
    if (!given.is_object()) {
        return invalid(place,
                       "expected a text, or a table with name and value, got " + describe(given));
    }
    if (auto known = check_keys(given, place, kChoiceKeys); !known) {
        return known.error();
    }
    const json& value = at(given, "value");
    auto name = read_text(at(given, "name"), place + ".name", 1, kLongestChoice);
    auto text = value.is_null()     ? name
                : value.is_number() ? Result<std::string>(value.dump())
                                    : read_text(value, place + ".value", 1, kLongestChoice);
    const json& about = at(given, "description");
    auto description = about.is_null()
                           ? Result<std::string>(std::string())
                           : read_text(about, place + ".description", 0, kLongestChoice);
    auto emoji = read_emoji(at(given, "emoji"), place + ".emoji");
    const auto chosen = read_flag(at(given, "default"), place + ".default", false);
    if (!name || !text || !description) {
        return !name ? name.error() : !text ? text.error() : description.error();
    }
    if (!emoji || !chosen) {
        return !emoji ? emoji.error() : chosen.error();
    }
    return MenuChoice{*std::move(name), *std::move(text), *std::move(description),
                      *std::move(emoji), *chosen};
}

Result<> read_choices(const json& given, const std::string& place, Component& out) {
    if (!given.is_array() || given.empty() || given.size() > kMostChoices) {
        return invalid(
            place, "expected a list of 1 to " + std::to_string(kMostChoices) + " choices, got " +
                       (given.is_array() ? std::to_string(given.size()) : describe(given)));
    }
    std::set<std::string> values;
    for (const auto& each : given) {
        const std::string where = place + "[" + std::to_string(out.choices.size() + 1) + "]";
        auto choice = read_choice(each, where);
        if (!choice) {
            return choice.error();
        }
        if (!values.insert(choice->value).second) {
            return invalid(where, "there is another choice with the value " + choice->value);
        }
        out.choices.push_back(*std::move(choice));
    }
    return {};
}

Result<Component> read_select(const json& given, const std::string& place, const FormRules& rules,
                              std::uint8_t index) {
    Component out;
    out.kind = Component::Kind::select;
    out.of = kTextSelect;
    if (auto known = check_keys(given, place, kSelectKeys); !known) {
        return known.error();
    }
    auto label = read_text(given["select"], place + ".select", 0, kLongestPlaceholder);
    if (!label) {
        return label.error();
    }
    out.label = *std::move(label);
    if (const json& of = at(given, "of"); !of.is_null()) {
        const auto number = read_name(of, place + ".of", kSelects);
        if (!number) {
            return number.error();
        }
        out.of = *number;
    } else if (auto read = read_choices(at(given, "choices"), place + ".choices", out); !read) {
        return read.error();
    }
    const std::size_t most = out.of == kTextSelect ? out.choices.size() : kMostChoices;
    const auto min = read_count(at(given, "min"), place + ".min", 0, most, 1);
    const auto max = read_count(at(given, "max"), place + ".max", 1, most,
                                std::max<std::size_t>(min ? *min : 1, 1));
    const auto disabled = read_flag(at(given, "disabled"), place + ".disabled", false);
    if (!min || !max || !disabled) {
        return !min ? min.error() : !max ? max.error() : disabled.error();
    }
    if (*min > *max) {
        return invalid(place + ".min", "expected at most max, " + std::to_string(*max) + ", got " +
                                           std::to_string(*min));
    }
    out.min = *min;
    out.max = *max;
    out.disabled = *disabled;
    auto id = seal_component(given, place, rules, index);
    if (!id) {
        return id.error();
    }
    out.custom_id = *std::move(id);
    return out;
}

bool has_type(const json& item) { return item.is_object() && at(item, "type").is_number(); }

/// Puts components into rows: buttons beside one another, everything else alone.
class Rows {
  public:
    explicit Rows(const FormRules& rules) : rules_(rules) {}

    Result<> add(const json& item, const std::string& place) {
        if (!item.is_array()) {
            auto component = read(item, place);
            return component ? put(*std::move(component), place) : component.error();
        }
        open_ = false;
        for (std::size_t i = 0; i < item.size(); ++i) {
            const std::string where = place + "[" + std::to_string(i + 1) + "]";
            auto component = read(item[i], where);
            if (!component) {
                return component.error();
            }
            if (i > 0 &&
                (!open_ || !is_button(*component) || layout_.rows.back().size() >= kRowOfButtons)) {
                return invalid(where, "a row has up to " + std::to_string(kRowOfButtons) +
                                          " buttons, or one menu");
            }
            if (auto added = put(*std::move(component), where); !added) {
                return added;
            }
        }
        open_ = false;
        return {};
    }

    [[nodiscard]] Layout take() { return std::move(layout_); }

  private:
    static bool is_button(const Component& component) {
        return component.kind == Component::Kind::button ||
               component.kind == Component::Kind::link ||
               (component.kind == Component::Kind::raw && component.raw["type"] == kButton);
    }

    Result<Component> read(const json& item, const std::string& place) {
        const std::uint8_t index = next_++;
        if (has_type(item)) {
            Component raw;
            raw.raw = item;
            return raw;
        }
        if (item.is_object() && (item.contains("button") || item.contains("link"))) {
            return read_button(item, place, rules_, index);
        }
        if (item.is_object() && item.contains("select")) {
            return read_select(item, place, rules_, index);
        }
        return invalid(place, "expected a table with button, link, select or type, got " +
                                  (item.is_object() ? "one without" : describe(item)));
    }

    Result<> put(Component component, const std::string& place) {
        const bool button = is_button(component);
        if (button && open_ && layout_.rows.back().size() < kRowOfButtons) {
            layout_.rows.back().push_back(std::move(component));
            return {};
        }
        if (layout_.rows.size() == kMostRows) {
            return invalid(place, "expected at most " + std::to_string(kMostRows) +
                                      " rows, this begins another one");
        }
        layout_.rows.emplace_back().push_back(std::move(component));
        open_ = button;
        return {};
    }

    const FormRules& rules_;
    Layout layout_;
    bool open_ = false;  ///< the last row takes further buttons
    std::uint8_t next_ = 0;
};

json button_form(const Component& component) {
    json out{{"type", kButton}, {"style", component.style}};
    if (!component.label.empty()) {
        out["label"] = component.label;
    }
    if (component.kind == Component::Kind::link) {
        out["url"] = component.url;
    } else {
        out["custom_id"] = component.custom_id;
    }
    return out;
}

json select_form(const Component& component) {
    json out{{"type", component.of},
             {"custom_id", component.custom_id},
             {"min_values", component.min},
             {"max_values", component.max}};
    if (!component.label.empty()) {
        out["placeholder"] = component.label;
    }
    for (const MenuChoice& choice : component.choices) {
        json one{{"label", choice.name}, {"value", choice.value}};
        if (!choice.description.empty()) {
            one["description"] = choice.description;
        }
        if (!choice.emoji.is_null()) {
            one["emoji"] = choice.emoji;
        }
        if (choice.chosen) {
            one["default"] = true;
        }
        out["options"].push_back(std::move(one));
    }
    return out;
}

json one_form(const Component& component) {
    if (component.kind == Component::Kind::raw) {
        return component.raw;
    }
    json out =
        component.kind == Component::Kind::select ? select_form(component) : button_form(component);
    if (!component.emoji.is_null()) {
        out["emoji"] = component.emoji;
    }
    if (component.disabled) {
        out["disabled"] = true;
    }
    return out;
}

/// Whether the platform wants it in a row.
bool goes_into_row(const Component& component) {
    if (component.kind != Component::Kind::raw) {
        return true;
    }
    const auto type = component.raw["type"].get<int>();
    return type > kRow && type <= kLastSelect;
}

}  // namespace

Result<std::int64_t> read_lifetime(const json& value) {
    const Error expected(ErrorKind::invalid,
                         "expected a number of seconds, or a duration like \"10m\" or \"1h30m\"");
    double seconds = 0;
    if (value.is_number()) {
        seconds = value.get<double>();
    } else if (value.is_string()) {
        seconds = parse_duration(value.get_ref<const std::string&>()).value_or(0);
    }
    if (!(seconds > 0) || seconds > static_cast<double>(kLongestLife)) {
        return expected;
    }
    return static_cast<std::int64_t>(std::ceil(seconds));
}

bool is_friendly(const json& components) {
    return components.is_array() && std::any_of(components.begin(), components.end(),
                                                [](const json& item) { return !has_type(item); });
}

Result<Layout> read_components(const json& components, const FormRules& rules) {
    Rows rows(rules);
    if (components.is_array()) {
        for (std::size_t i = 0; i < components.size(); ++i) {
            if (auto added = rows.add(components[i], "[" + std::to_string(i + 1) + "]"); !added) {
                return added.error();
            }
        }
    } else if (!components.is_null() && !(components.is_object() && components.empty())) {
        return Error(ErrorKind::invalid, "expected a list, got " + describe(components));
    }
    return rows.take();
}

json platform_form(const Layout& layout) {
    json out = json::array();
    for (const auto& row : layout.rows) {
        if (!goes_into_row(row.front())) {
            out.push_back(row.front().raw);
            continue;
        }
        json components = json::array();
        for (const Component& component : row) {
            components.push_back(one_form(component));
        }
        out.push_back({{"type", kRow}, {"components", std::move(components)}});
    }
    return out;
}

}  // namespace rookery::command
