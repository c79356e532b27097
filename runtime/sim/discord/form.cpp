#include "sim/discord/form.hpp"

#include <algorithm>
#include <cmath>

namespace rookery::sim::discord {
namespace {

/// What is wrong with one value, as code and message; empty when nothing is.
struct Complaint {
    std::string code;
    std::string message;

    [[nodiscard]] bool empty() const { return code.empty(); }
};

std::string number_text(double value) { return std::to_string(static_cast<long long>(value)); }

Complaint check_length(const Field& field, std::size_t size) {
    const auto length = static_cast<double>(size);
    if (field.least == field.most || (length >= field.least && length <= field.most)) {
        return {};
    }
    if (field.least == 0) {
        return {"BASE_TYPE_MAX_LENGTH",
                "Must be " + number_text(field.most) + " or fewer in length."};
    }
    return {"BASE_TYPE_BAD_LENGTH", "Must be between " + number_text(field.least) + " and " +
                                        number_text(field.most) + " in length."};
}

Complaint check_range(const Field& field, double value) {
    if (field.least == field.most || (value >= field.least && value <= field.most)) {
        return {};
    }
    const bool low = value < field.least;
    return {low ? "NUMBER_TYPE_MIN" : "NUMBER_TYPE_MAX",
            std::string("int value should be ") + (low ? "greater" : "less") +
                " than or equal to " + number_text(low ? field.least : field.most) + "."};
}

bool is_snowflake(const Json& value) {
    if (value.is_number_unsigned()) {
        return true;
    }
    if (!value.is_string()) {
        return false;
    }
    const auto& text = value.get_ref<const std::string&>();
    return !text.empty() && text.size() <= 20 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Complaint check_value(const Field& field, const Json& value) {
    switch (field.type) {
        case FieldType::text:
            return value.is_string()
                       ? check_length(field, characters(value.get_ref<const std::string&>()))
                       : Complaint{"STRING_TYPE_CONVERT", "Could not interpret as string."};
        case FieldType::integer:
            return value.is_number_integer()
                       ? check_range(field, value.get<double>())
                       : Complaint{"NUMBER_TYPE_COERCE",
                                   "Value \"" + value.dump() + "\" is not int."};
        case FieldType::number:
            return value.is_number() ? check_range(field, value.get<double>())
                                     : Complaint{"NUMBER_TYPE_COERCE",
                                                 "Value \"" + value.dump() + "\" is not float."};
        case FieldType::flag:
            return value.is_boolean()
                       ? Complaint{}
                       : Complaint{"BOOLEAN_TYPE_CONVERT", "Must be either true or false."};
        case FieldType::list:
            return value.is_array() ? check_length(field, value.size())
                                    : Complaint{"LIST_TYPE_CONVERT",
                                                "Only iterables may be used in a ListType."};
        case FieldType::object:
            return value.is_object() ? Complaint{}
                                     : Complaint{"DICT_TYPE_CONVERT",
                                                 "Only dictionaries may be used in a DictType."};
        case FieldType::snowflake:
            return is_snowflake(value)
                       ? Complaint{}
                       : Complaint{"NUMBER_TYPE_COERCE",
                                   "Value \"" + value.dump() + "\" is not snowflake."};
        case FieldType::any:
            break;
    }
    return {};
}

}  // namespace

void FormErrors::add(const std::string& path, const std::string& code, const std::string& message) {
    auto* node = &tree_;
    for (std::string rest = path; !rest.empty();) {
        const auto dot = rest.find('.');
        node = &(*node)[rest.substr(0, dot)];
        rest = dot == std::string::npos ? "" : rest.substr(dot + 1);
    }
    (*node)["_errors"].push_back({{"code", code}, {"message", message}});
}

HttpReply FormErrors::reply() const {
    HttpReply reply;
    reply.status = 400;
    reply.body = Json{{"message", "Invalid Form Body"}, {"code", 50035}, {"errors", tree_}}.dump(
        -1, ' ', false, Json::error_handler_t::replace);
    return reply;
}

void check_fields(const Json& body, std::span<const Field> fields, bool partial,
                  FormErrors& errors) {
    if (!body.is_object()) {
        return errors.add("", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType.");
    }
    for (const auto& field : fields) {
        const auto found = body.find(field.name);
        if (found == body.end()) {
            if (field.required && !partial) {
                errors.add(field.name, "BASE_TYPE_REQUIRED", "This field is required");
            }
            continue;
        }
        if (found->is_null() && !field.required) {
            continue;
        }
        const auto complaint = check_value(field, *found);
        if (!complaint.empty()) {
            errors.add(field.name, complaint.code, complaint.message);
        }
    }
}

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    }));
}

}  // namespace rookery::sim::discord
