#include "sim/discord/gesture_parts.hpp"

#include "sim/discord/command_line.hpp"
#include "sim/discord/form.hpp"
#include "sim/discord/rest_route.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace rookery::sim::discord {
namespace {

constexpr int kLabel = 18;

bool is_select(int type) { return type == 3 || (type >= 5 && type <= 8); }

/// The first component of which `key` says that.
Json component_of(const Json& node, std::string_view key, const std::string& text) {
    if (node.is_object() && node.value(key, Json()) == text && node.contains("custom_id")) {
        return node;
    }
    if (node.is_structured()) {
        for (const auto& child : node) {
            auto found = component_of(child, key, text);
            if (!found.is_null()) {
                return found;
            }
        }
    }
    return nullptr;
}

Result<Json> chosen_option(const Json& component, const std::string& text) {
    const auto& options = component["options"];
    const auto found = std::find_if(options.begin(), options.end(), [&](const Json& one) {
        return one["value"] == text || one["label"] == text;
    });
    return found == options.end()
               ? Result<Json>(Error(ErrorKind::invalid, "the select has no '" + text + "'"))
               : (*found)["value"];
}

/// A field of a form, and what is written beside it.
struct Input {
    Json field;
    std::string label;
};

void collect_inputs(const Json& node, const std::string& label, std::vector<Input>& out) {
    for (const auto& child : node) {
        if (child.contains("component")) {
            const auto own = child.value("type", 0) == kLabel ? child.value("label", label) : label;
            collect_inputs(Json::array({child["component"]}), own, out);
        } else if (child.contains("components")) {
            collect_inputs(child["components"], label, out);
        } else if (child.contains("custom_id")) {
            out.push_back({child, child.value("label", label)});
        }
    }
}

std::string shown_name(const Input& input) {
    return input.label.empty() ? input.field["custom_id"].get<std::string>() : input.label;
}

/// What is wrong with a field's text; empty when nothing is.
std::string complaint_about(const Input& input, const Json& given) {
    const auto name = "'" + shown_name(input) + "'";
    const bool nothing = given.is_null() || given.empty() || given == "";
    if (nothing) {
        return input.field.value("required", true) ? "the form's field " + name + " is required"
                                                   : "";
    }
    if (!given.is_string() || is_select(input.field["type"].get<int>())) {
        return "";
    }
    const auto size = characters(given.get_ref<const std::string&>());
    const auto least = input.field.value("min_length", std::size_t{0});
    const auto most = input.field.value("max_length", std::size_t{4'000});
    return size >= least && size <= most
               ? ""
               : "the form's field " + name + " takes " + std::to_string(least) + " to " +
                     std::to_string(most) + " characters, got " + std::to_string(size);
}

/// The texts by custom id, or what is wrong with them.
Result<Json> texts_of(const std::vector<Input>& inputs, const Json& fields) {
    Json out = Json::object();
    for (const auto& [key, value] : fields.items()) {
        const auto found = std::find_if(inputs.begin(), inputs.end(), [&](const Input& input) {
            return input.field["custom_id"] == key || input.label == key;
        });
        if (found == inputs.end()) {
            std::string names;
            for (const auto& input : inputs) {
                const auto id = input.field["custom_id"].get<std::string>();
                names += (names.empty() ? "" : ", ") + id +
                         (input.label.empty() ? "" : " (\"" + input.label + "\")");
            }
            return Error(ErrorKind::invalid,
                         "the form has no field '" + key + "'; it has: " + names);
        }
        out[found->field["custom_id"].get<std::string>()] = value;
    }
    for (const auto& input : inputs) {
        const auto id = input.field["custom_id"].get<std::string>();
        const auto given = out.value(id, input.field.value("value", Json("")));
        if (const auto wrong = complaint_about(input, given); !wrong.empty()) {
            return Error(ErrorKind::invalid, wrong);
        }
    }
    return out;
}

/// A form's field as it comes back.
Json filled(const Json& field, const Json& texts) {
    Json out = {{"type", field["type"]}, {"id", field.value("id", 0)}};
    if (!field.contains("custom_id")) {
        return out;
    }
    const auto custom = field["custom_id"].get<std::string>();
    out["custom_id"] = custom;
    const auto given = texts.value(custom, field.value("value", Json("")));
    if (is_select(field["type"].get<int>())) {
        out["values"] = given.is_array() ? given : Json::array({given});
    } else {
        out["value"] = given;
    }
    return out;
}

/// Without what nobody sees, and without whether it can be used.
Json seen_parts(const Json& node) {
    Json out = node;
    if (out.is_object()) {
        for (const char* key : {"disabled", "custom_id", "id"}) {
            out.erase(key);
        }
    }
    if (out.is_structured()) {
        for (auto& child : out) {
            child = seen_parts(child);
        }
    }
    return out;
}

}  // namespace

Json component_named(const Json& components, const std::string& name) {
    for (const std::string_view key : {"custom_id", "label", "placeholder"}) {
        auto found = component_of(components, key, name);
        if (!found.is_null()) {
            return found;
        }
    }
    return nullptr;
}

Result<Json> use_of(Core& core, Id guild, const Json& component, const Json& values) {
    const int type = component["type"].get<int>();
    Json data = {{"custom_id", component["custom_id"]},
                 {"component_type", type},
                 {"id", component.value("id", 0)}};
    if (!is_select(type)) {
        return data;
    }
    const auto least = component.value("min_values", std::size_t{1});
    const auto most = component.value("max_values", std::size_t{1});
    if (values.size() < least || values.size() > most) {
        return Error(ErrorKind::invalid, "the select takes " + std::to_string(least) + " to " +
                                             std::to_string(most) + " values");
    }
    data["values"] = Json::array();
    constexpr std::array kKinds = {0, 0, 0, 0, 0, 6, 8, 9, 7};  // option type by select type
    for (const auto& item : values) {
        const auto text = item.is_string() ? item.get<std::string>() : item.dump();
        if (type == 3) {
            auto option = chosen_option(component, text);
            if (!option) {
                return option.error();
            }
            data["values"].push_back(*std::move(option));
            continue;
        }
        const int kind = kKinds.at(static_cast<std::size_t>(type));
        const Id id = named_thing(core, guild, kind, text);
        if (id == 0 || !resolve(core, guild, kind, id, data["resolved"])) {
            return Error(ErrorKind::invalid, "there is no '" + text + "' to select");
        }
        data["values"].push_back(id_text(id));
    }
    return data;
}

Result<Json> filled_form(const Json& form, const Json& fields) {
    std::vector<Input> inputs;
    collect_inputs(form["components"], "", inputs);
    const auto texts = texts_of(inputs, fields);
    if (!texts) {
        return texts.error();
    }
    Json components = Json::array();
    for (const auto& row : form["components"]) {
        Json entry = {{"type", row["type"]}, {"id", row.value("id", 0)}};
        if (row.contains("component")) {
            entry["component"] = filled(row["component"], *texts);
        } else if (row.contains("components")) {
            entry["components"] = Json::array();
            for (const auto& field : row["components"]) {
                entry["components"].push_back(filled(field, *texts));
            }
        }
        components.push_back(std::move(entry));
    }
    return Json{{"custom_id", form["custom_id"]}, {"components", std::move(components)}};
}

Json looks_of(const Message& message) {
    Json looks = {{"content", message.content}};
    for (const char* key : {"embeds", "attachments", "poll"}) {
        looks[key] = message.extra.is_object() ? message.extra.value(key, Json()) : Json();
    }
    looks["components"] =
        seen_parts(message.extra.is_object() ? message.extra.value("components", Json::array())
                                             : Json::array());
    return looks;
}

bool looks_changed(const Json& before, const Json& now) {
    auto left = before;
    auto right = now;
    if (now["components"].empty()) {
        left.erase("components");
        right.erase("components");
    }
    return left != right;
}

}  // namespace rookery::sim::discord
