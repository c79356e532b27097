#pragma once

#include "base/result.hpp"
#include "command/component_form.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Buttons and menus where there are none: numbered lines below a text, and what somebody writes to
// choose one of them. Sans-IO.
namespace rookery::command {

inline constexpr std::size_t kLongestText = 2'000;  ///< bytes that every platform takes

/// What has a number. Numbers begin with 1.
struct MenuEntry {
    std::string label;
    std::string custom_id;
    std::string value;    ///< of a choice
    bool select = false;  ///< a choice, or a whole menu without choices (`of`)
    int of = 0;           ///< type of a menu whose values are ids: 5 users to 8 channels
    std::size_t min = 1;  ///< of the menu
    std::size_t max = 1;
};

struct TextMenu {
    std::vector<MenuEntry> entries;
    std::string lines;  ///< as they are shown
};

/// The platform's own components are left out: nobody could use them.
[[nodiscard]] TextMenu menu_of(const Layout& layout);

/// The text and the menu below it, in at most `limit` bytes: of the two the text is cut.
[[nodiscard]] std::string with_menu(std::string_view text, const TextMenu& menu,
                                    std::size_t limit = kLongestText);

/// What is chosen by a message.
struct Picked {
    std::string custom_id;
    std::vector<std::string> values;  ///< of a menu
};

/// A number ("2", "2."), the label in any case of letters, several numbers of one menu, or a number
/// and ids or mentions. Nothing for anything else.
[[nodiscard]] std::optional<Picked> pick(const TextMenu& menu, std::string_view written);

[[nodiscard]] nlohmann::json to_json(const TextMenu& menu);
[[nodiscard]] std::optional<TextMenu> menu_from(const nlohmann::json& stored);

/// At most `limit` bytes of it, at a character's end, with "…" where something is missing.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t limit);

}  // namespace rookery::command
