#include "hostapi/arguments.hpp"

#include "base/id_text.hpp"
#include "base/log.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace rookery::hostapi {
namespace {

using model::ParamType;
using nlohmann::json;

constexpr std::size_t kBitDigits = 40;
constexpr double kLongestTime = 10.0 * 365 * 24 * 3600;  ///< ten years of seconds
constexpr std::size_t kMaxList = 10'000;

std::string describe(const json& value) {
    if (value.is_null()) {
        return "nothing";
    }
    if (value.is_string()) {
        return "text";
    }
    if (value.is_number_integer()) {
        return "an integer";
    }
    return value.type_name();
}

bool is_digits(const json& value, std::size_t most) {
    const auto* text = value.get_ptr<const std::string*>();
    return text != nullptr && !text->empty() && text->size() <= most &&
           text->find_first_not_of("0123456789") == std::string::npos;
}

bool is_list(const json& value) {
    return (value.is_array() && value.size() <= kMaxList) || (value.is_object() && value.empty());
}

template <class Fits>
bool is_list_of(const json& value, const Fits& fits) {
    return is_list(value) && std::all_of(value.begin(), value.end(), fits);
}

bool is_choice(const model::OperationParam& param, const json& value) {
    if (const auto* text = value.get_ptr<const std::string*>()) {
        return std::any_of(param.names.begin(), param.names.end(),
                           [&](const auto& each) { return each.name == *text; });
    }
    // Numbers that have no name yet are the platform's to judge.
    return value.is_number_integer();
}

bool is_time(const json& value) {
    if (value.is_number()) {
        return value.get<double>() >= 0 && value.get<double>() <= kLongestTime;
    }
    return value.is_string() && value.get_ref<const std::string&>().size() <= 40;
}

bool is_file(const json& value) {
    if (!value.is_object()) {
        return false;
    }
    unsigned sources = 0;
    for (const char* key : {"path", "data", "base64"}) {
        const auto found = value.find(key);
        sources += found != value.end() && found->is_string() ? 1U : 0U;
    }
    return sources == 1;
}

bool is_image(const json& value) {
    return (value.is_string() && value.get_ref<const std::string&>().starts_with("data:")) ||
           is_file(value);
}

bool is_id_value(const json& value, bool digits) {
    const auto* text = value.get_ptr<const std::string*>();
    return text != nullptr && is_id(*text, digits);
}

struct Kind {
    /// `digits`: of ids.
    bool (*fits)(const model::OperationParam& param, const json& value, bool digits);
    const char* expected;
};

/// By ParamType.
constexpr Kind kKinds[] = {
    {[](const auto&, const json& value, bool digits) { return is_id_value(value, digits); },
     "an id"},
    {[](const auto&, const json& value, bool digits) {
         return is_list_of(value, [&](const json& one) { return is_id_value(one, digits); });
     },
     "a list of ids"},
    {[](const auto&, const json& value, bool) { return value.is_string(); }, "text"},
    {[](const auto&, const json& value, bool) {
         return is_list_of(value, [](const json& one) { return one.is_string(); });
     },
     "a list of texts"},
    {[](const auto&, const json& value, bool) { return value.is_number_integer(); }, "an integer"},
    {[](const auto&, const json& value, bool) { return value.is_number(); }, "a number"},
    {[](const auto&, const json& value, bool) { return value.is_boolean(); }, "a boolean"},
    {[](const auto&, const json& value, bool) { return is_time(value); },
     "a time (text), or seconds from now"},
    {[](const auto&, const json& value, bool) { return value.is_object() || value.is_array(); },
     "a table"},
    {[](const auto&, const json& value, bool) {
         return value.is_object() || (value.is_array() && value.empty());
     },
     "a table with keys"},
    {[](const auto&, const json& value, bool) { return is_list(value); }, "a list"},
    {[](const auto&, const json& value, bool) { return value.is_string(); }, "text"},
    {[](const auto& param, const json& value, bool) { return is_choice(param, value); }, nullptr},
    {[](const auto&, const json& value, bool) {
         return is_digits(value, kBitDigits) || value.is_number_unsigned() ||
                (value.is_number_integer() && value.get<std::int64_t>() >= 0);
     },
     "a bit set (a string of digits)"},
    {[](const auto&, const json& value, bool) { return is_image(value); },
     "a data URI, or a table with path, data or base64"},
    {[](const auto&, const json& value, bool) {
         return is_file(value) || is_list_of(value, is_file);
     },
     "a list of tables with path, data or base64"},
};
static_assert(std::size(kKinds) == static_cast<std::size_t>(ParamType::files) + 1);

std::string expected_of(const model::OperationParam& param, bool digits) {
    const char* const text = kKinds[static_cast<std::size_t>(param.type)].expected;
    if (text != nullptr) {
        const bool ids = param.type == ParamType::id || param.type == ParamType::ids;
        return std::string(text) + (!ids || !digits               ? ""
                                    : param.type == ParamType::id ? " (a string of digits)"
                                                                  : " (strings of digits)");
    }
    std::string out = "one of";
    for (const auto& each : param.names) {
        out += (out.size() > 6 ? ", " : " ") + std::string(each.name);
    }
    return out;
}

/// Length as the platforms count it: code points.
std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

/// What min and max are about; nothing when they do not apply to such a value.
std::optional<double> measure_of(const json& value) {
    if (const auto* text = value.get_ptr<const std::string*>()) {
        return static_cast<double>(code_points(*text));
    }
    if (value.is_number()) {
        return value.get<double>();
    }
    return value.is_array() ? std::optional<double>(value.size()) : std::nullopt;
}

Result<> within_limits(const model::OperationParam& param, const json& value) {
    const bool limited = (param.min != 0 || param.max != 0) && param.type != ParamType::files;
    const auto measure = limited ? measure_of(value) : std::nullopt;
    if (!measure || (*measure >= static_cast<double>(param.min) &&
                     *measure <= static_cast<double>(param.max))) {
        return {};
    }
    const std::string got =
        value.is_number() ? value.dump() : std::to_string(std::size_t(*measure));
    return Error(ErrorKind::invalid, "expected " + std::to_string(param.min) + " to " +
                                         std::to_string(param.max) +
                                         (value.is_string()  ? " characters, got "
                                          : value.is_array() ? " of them, got "
                                                             : ", got ") +
                                         got);
}

Result<> check_one(const model::OperationParam& param, const json& value, bool digits) {
    if (!kKinds[static_cast<std::size_t>(param.type)].fits(param, value, digits)) {
        return Error(ErrorKind::invalid,
                     "expected " + expected_of(param, digits) + ", got " + describe(value));
    }
    return within_limits(param, value);
}

}  // namespace

Result<> check_call(const model::PlatformInfo& platform, const model::OperationInfo& info,
                    const json& arguments) {
    const model::PlatformOperation* const own = model::find_operation(platform, info.name);
    const std::string where(info.name);
    if (own == nullptr) {
        return Error(ErrorKind::unsupported,
                     where + ": " + std::string(platform.title) + " has no such operation");
    }
    if (auto checked = check_arguments(info, arguments, &platform); !checked) {
        return checked;
    }
    for (std::size_t i = 0; i < info.params.size(); ++i) {
        const auto found = arguments.find(info.params[i].name);
        const bool given = found != arguments.end() && !found->is_null();
        if (given && own->params[i].target.empty() && !own->params[i].dropped) {
            return Error(ErrorKind::unsupported, where + ": parameter " +
                                                     std::string(info.params[i].name) + ": " +
                                                     std::string(platform.title) + " has none");
        }
    }
    return {};
}

Result<> check_arguments(const model::OperationInfo& info, const json& arguments,
                         const model::PlatformInfo* platform) {
    const bool digits = platform != nullptr && platform->digit_ids;
    const std::string where(info.name);
    if (!arguments.is_object()) {
        return Error(ErrorKind::invalid,
                     where + ": expected a table of parameters, got " + describe(arguments));
    }
    for (const model::OperationParam& param : info.params) {
        const std::string name(param.name);
        const auto found = arguments.find(name);
        const bool given = found != arguments.end();
        if (given && found->is_null() && param.nullable) {
            continue;
        }
        if (!given || found->is_null()) {
            if (param.required) {
                return Error(ErrorKind::invalid, where + ": parameter " + name + " is missing");
            }
            continue;
        }
        if (auto checked = check_one(param, *found, digits); !checked) {
            return Error(ErrorKind::invalid,
                         where + ": parameter " + name + ": " + checked.error().message());
        }
    }
    for (const auto& [name, value] : arguments.items()) {
        const bool known = std::any_of(info.params.begin(), info.params.end(),
                                       [&](const auto& param) { return param.name == name; });
        if (!known) {
            return Error(ErrorKind::invalid,
                         where + ": there is no parameter " + log::clipped(name, 40));
        }
    }
    return {};
}

}  // namespace rookery::hostapi
