#pragma once

#include "base/result.hpp"
#include "command/component_id.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

// The components that extensions write, as what platforms with components want them to be, or as a
// list that is told in text. Sans-IO.
namespace rookery::command {

inline constexpr std::size_t kMostRows = 5;
inline constexpr std::size_t kRowOfButtons = 5;
inline constexpr std::size_t kMostChoices = 25;
inline constexpr std::size_t kMostFields = 5;

/// Makes the custom id of a component; what its owner is is the callee's business.
using Sealer = std::function<Result<std::string>(ComponentRecord record)>;

/// Something in which extensions write components.
struct FormRules {
    Sealer seal;
    std::int64_t now = 0;  ///< seconds since 1970
};

struct MenuChoice {
    std::string name;
    std::string value;
    std::string description;
    nlohmann::json emoji;  ///< in the platform's form; null: none
    bool chosen = false;
};

/// A button, link or menu, checked.
struct Component {
    enum class Kind : std::uint8_t {
        button,
        link,
        select,
        raw,  ///< the platform's own form
    };
    Kind kind = Kind::raw;
    std::string label;  ///< of a menu: what stands in it while nothing is chosen
    std::string custom_id;
    std::string url;
    int style = 2;
    nlohmann::json emoji;
    bool disabled = false;
    int of = 0;  ///< type of a menu in the platform's numbers
    std::vector<MenuChoice> choices;
    std::size_t min = 1;
    std::size_t max = 1;
    nlohmann::json raw;
};

/// Components in their rows.
struct Layout {
    std::vector<std::vector<Component>> rows;
};

/// Whether some of it is in the form that is to be expanded; the rest passes unchanged.
[[nodiscard]] bool is_friendly(const nlohmann::json& components);

/// Errors with the place: "[1].button: expected 1 to 80 characters, got 81".
[[nodiscard]] Result<Layout> read_components(const nlohmann::json& components,
                                             const FormRules& rules);

/// What the platform is sent.
[[nodiscard]] nlohmann::json platform_form(const Layout& layout);

/// A form's field, checked.
struct Field {
    std::string name;
    std::string label;
    bool paragraph = false;
    bool required = true;
    std::size_t min_length = 0;
    std::size_t max_length = 4'000;
    std::string value;
    std::string placeholder;
};

/// Errors with the place: "fields[2].label: expected 1 to 45 characters, got 46".
[[nodiscard]] Result<std::vector<Field>> read_fields(const nlohmann::json& fields);
/// The `components` of a form.
[[nodiscard]] nlohmann::json platform_fields(const std::vector<Field>& fields);

/// "10m", "1h30m", "30d" or a number of seconds. Error invalid.
[[nodiscard]] Result<std::int64_t> read_lifetime(const nlohmann::json& value);

}  // namespace rookery::command
