#include "sim/discord/message_components.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace rookery::sim::discord {
namespace {

constexpr unsigned kComponentsV2 = 1U << 15U;
constexpr std::size_t kMostLegacyRows = 5;
constexpr std::size_t kMostComponents = 40;
constexpr std::size_t kMostButtons = 5;
constexpr unsigned kMostDepth = 6;
constexpr std::array kTopLegacy = {1};
constexpr std::array kTopV2 = {1, 9, 10, 12, 13, 14, 17};

/// What is counted over all components of one message.
struct Count {
    std::size_t components = 0;
    std::set<std::string> custom_ids;
};

bool is_select(int type) { return type == 3 || (type >= 5 && type <= 8); }

void check_row(const Json& row, const std::string& path, FormErrors& errors) {
    const auto children = row.value("components", Json::array());
    const auto selects = std::count_if(children.begin(), children.end(), [](const Json& child) {
        return child.is_object() && is_select(child.value("type", 0));
    });
    if (children.empty() || children.size() > kMostButtons ||
        (selects > 0 && children.size() > 1)) {
        errors.add(path + ".components", "BASE_TYPE_BAD_LENGTH",
                   "Must be between 1 and 5 in length.");
    }
}

void check_one(Json& component, const std::string& path, unsigned depth, Count& count,
               FormErrors& errors) {
    if (!component.is_object() || !component.value("type", Json()).is_number_integer() ||
        depth > kMostDepth) {
        return errors.add(path, "UNION_TYPE_CHOICES",
                          "Value of field \"type\" must be a component.");
    }
    const int type = component["type"].get<int>();
    ++count.components;
    if (component.value("id", Json(0)) == 0) {
        component["id"] = count.components;
    }
    if (type == 1) {
        check_row(component, path, errors);
    }
    const bool wants_id = is_select(type) || (type == 2 && component.value("style", 1) <= 4);
    const auto custom = component.value("custom_id", Json());
    if (wants_id) {
        const bool fits = custom.is_string() && !custom.get_ref<const std::string&>().empty() &&
                          characters(custom.get_ref<const std::string&>()) <= 100;
        if (!fits) {
            errors.add(path + ".custom_id", "BASE_TYPE_BAD_LENGTH",
                       "Must be between 1 and 100 in length.");
        } else if (!count.custom_ids.insert(custom.get<std::string>()).second) {
            errors.add(path + ".custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED",
                       "Component custom id cannot be duplicated");
        }
    }
    if (type == 3 &&
        (component.value("options", Json::array()).empty() || component["options"].size() > 25)) {
        errors.add(path + ".options", "BASE_TYPE_BAD_LENGTH",
                   "Must be between 1 and 25 in length.");
    }
    if (component.contains("components") && component["components"].is_array()) {
        for (std::size_t i = 0; i < component["components"].size(); ++i) {
            check_one(component["components"][i], path + ".components." + std::to_string(i),
                      depth + 1, count, errors);
        }
    }
    if (component.contains("accessory")) {
        check_one(component["accessory"], path + ".accessory", depth + 1, count, errors);
    }
}

}  // namespace

void check_components(Json& body, FormErrors& errors) {
    const bool v2 =
        (body.value("flags", Json(0)).is_number_unsigned() ? body["flags"].get<unsigned>() : 0U) &
        kComponentsV2;
    if (v2) {
        for (const char* key : {"content", "embeds", "poll", "sticker_ids"}) {
            const auto given = body.value(key, Json());
            if (!given.is_null() && !given.empty() && given != "") {
                errors.add(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                           "The field cannot be used with components v2");
            }
        }
    }
    if (!body.contains("components") || !body["components"].is_array()) {
        return;
    }
    auto& components = body["components"];
    if (!v2 && components.size() > kMostLegacyRows) {
        return errors.add("components", "BASE_TYPE_MAX_LENGTH", "Must be 5 or fewer in length.");
    }
    Count count;
    for (std::size_t i = 0; i < components.size(); ++i) {
        const auto path = "components." + std::to_string(i);
        const auto type = components[i].is_object() ? components[i].value("type", 0) : 0;
        const bool known =
            v2 ? std::find(kTopV2.begin(), kTopV2.end(), type) != kTopV2.end()
               : std::find(kTopLegacy.begin(), kTopLegacy.end(), type) != kTopLegacy.end();
        if (!known) {
            errors.add(path + ".type", "UNION_TYPE_CHOICES",
                       "Value of field \"type\" must be one of the top level components.");
            continue;
        }
        check_one(components[i], path, 0, count, errors);
    }
    if (count.components > kMostComponents) {
        errors.add("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
                   "The total number of components exceeds 40");
    }
}

}  // namespace rookery::sim::discord
