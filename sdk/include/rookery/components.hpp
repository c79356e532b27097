#pragma once

#include <rookery/arguments.hpp>
#include <rookery/duration.hpp>
#include <rookery/json.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// Buttons, menus and forms, in the form that every platform gets its own from:
/// docs/guide/interactions.md. Since 1.4.
//
// Like the parameters of operations they only refer to texts and are trivial to destroy, so that
// they may stand in an expression with co_await.
namespace rookery {

enum class ButtonStyle : std::uint8_t { primary, secondary, success, danger };

/// What a menu is filled with: its own choices, or what the platform knows.
enum class SelectOf : std::uint8_t { choices, users, roles, channels, mentionables };

/// A button. Plugin::press() has the handler of its action.
struct Button {
    std::string_view label{};   ///< 1 to 80 characters
    std::string_view action{};  ///< 1 to 32 bytes
    ops::Json state{};          ///< JSON that comes back with the press; at most 64 KiB
    ButtonStyle style = ButtonStyle::primary;
    std::string_view emoji{};  ///< "👍"
    bool disabled = false;
    ops::Text only{};                      ///< the one user who may press it
    bool once = false;                     ///< the first press counts
    std::chrono::milliseconds expires{0};  ///< 0: never
};

struct LinkButton {
    std::string_view label{};
    std::string_view url{};
};

/// One of at most 25 choices of a menu: "a", or {.name = "Shown", .value = "a"}.
struct SelectChoice {
    std::string_view name{};   ///< 1 to 100 characters
    std::string_view value{};  ///< empty: the name
    std::string_view description{};
    std::string_view emoji{};
    bool chosen = false;

    [[nodiscard]] std::string json() const {
        JsonObject out;
        out.add("name", name).add("value", value.empty() ? name : value);
        if (!description.empty()) {
            out.add("description", description);
        }
        if (!emoji.empty()) {
            out.add("emoji", emoji);
        }
        if (chosen) {
            out.add("default", true);
        }
        return out.text();
    }
};

/// A menu.
struct Select {
    std::string_view placeholder{};
    std::string_view action{};
    ops::Json state{};
    std::initializer_list<SelectChoice> choices{};
    SelectOf of = SelectOf::choices;
    std::uint32_t min = 1;  ///< how many have to be chosen, and may be
    std::uint32_t max = 1;
    ops::Text only{};
    bool once = false;
    std::chrono::milliseconds expires{0};
};

/// A button or a menu.
class Component {
  public:
    Component(const Button& button) : kind_(Kind::button), button_(button) {}
    Component(const LinkButton& link) : kind_(Kind::link), link_(link) {}
    Component(const Select& select) : kind_(Kind::select), select_(select) {}

    [[nodiscard]] std::string json() const {
        switch (kind_) {
            case Kind::link:
                return JsonObject().add("link", link_.label).add("url", link_.url).text();
            case Kind::select:
                return of_select();
            case Kind::button:
                break;
        }
        return of_button();
    }

  private:
    enum class Kind : std::uint8_t { button, link, select };

    [[nodiscard]] std::string of_button() const {
        constexpr std::string_view kStyles[] = {"primary", "secondary", "success", "danger"};
        JsonObject out;
        out.add("button", button_.label);
        common(out, button_);
        if (button_.style != ButtonStyle::primary) {
            out.add("style", kStyles[static_cast<std::size_t>(button_.style)]);
        }
        if (!button_.emoji.empty()) {
            out.add("emoji", button_.emoji);
        }
        if (button_.disabled) {
            out.add("disabled", true);
        }
        return out.text();
    }
    [[nodiscard]] std::string of_select() const {
        constexpr std::string_view kOf[] = {"", "users", "roles", "channels", "mentionables"};
        JsonObject out;
        out.add("select", select_.placeholder);
        common(out, select_);
        if (select_.of != SelectOf::choices) {
            out.add("of", kOf[static_cast<std::size_t>(select_.of)]);
        } else {
            JsonList list;
            for (const SelectChoice& each : select_.choices) {
                list.add_json(each.json());
            }
            out.add("choices", list);
        }
        if (select_.min != 1) {
            out.add("min", select_.min);
        }
        if (select_.max != 1) {
            out.add("max", select_.max);
        }
        return out.text();
    }
    template <class Item>
    static void common(JsonObject& out, const Item& item) {
        out.add("action", item.action);
        item.state.write(out, "state");
        item.only.write(out, "only");
        if (item.once) {
            out.add("once", true);
        }
        if (const std::uint64_t millis = detail::millis_of(item.expires); millis != 0) {
            out.add("expires", (millis + 999) / 1000);
        }
    }

    Kind kind_;
    Button button_{};
    LinkButton link_{};
    Select select_{};
};

/// What the parameter `components` of an operation takes: rows of components.
///     const std::string yes_no = rookery::components({{Button{.label = "Yes", .action = "yes"},
///                                                      Button{.label = "No", .action = "no"}}});
[[nodiscard]] inline std::string components(
    std::initializer_list<std::initializer_list<Component>> rows) {
    JsonList out;
    for (const auto& row : rows) {
        JsonList items;
        for (const Component& each : row) {
            items.add_json(each.json());
        }
        out.add_json(items.text());
    }
    return out.text();
}
/// One after the other: put into rows as they fit.
[[nodiscard]] inline std::string components(const std::vector<Component>& items) {
    JsonList out;
    for (const Component& each : items) {
        out.add_json(each.json());
    }
    return out.text();
}

/// A line of a form.
struct FormField {
    std::string_view name{};   ///< under which Press::field() has it
    std::string_view label{};  ///< 1 to 45 characters
    bool paragraph = false;    ///< several lines
    bool required = true;
    ops::Integer min_length{};
    ops::Integer max_length{};
    ops::Text value{};  ///< what stands there at first
    ops::Text placeholder{};

    [[nodiscard]] std::string json() const {
        JsonObject out;
        out.add("name", name).add("label", label);
        out.add("style", paragraph ? "paragraph" : "short").add("required", required);
        min_length.write(out, "min_length");
        max_length.write(out, "max_length");
        value.write(out, "value");
        placeholder.write(out, "placeholder");
        return out.text();
    }
};

/// A form of 1 to 5 fields: where the platform has none, they are asked for one by one. Its
/// action's handler gets what was filled in.
struct Form {
    std::string_view title{};  ///< 1 to 45 characters
    std::string_view action{};
    ops::Json state{};
    std::initializer_list<FormField> fields{};

    /// The arguments of interactions.showModal.
    [[nodiscard]] std::string json() const {
        JsonObject out;
        out.add("title", title).add("action", action);
        state.write(out, "state");
        JsonList list;
        for (const FormField& each : fields) {
            list.add_json(each.json());
        }
        out.add("fields", list);
        return out.text();
    }
};

static_assert(std::is_trivially_destructible_v<Component> &&
              std::is_trivially_destructible_v<Form>);

}  // namespace rookery
