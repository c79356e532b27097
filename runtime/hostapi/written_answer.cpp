#include "hostapi/written_answer.hpp"

#include "command/component_form.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

constexpr const char* kComponents = "components";
constexpr const char* kWrites = "writes";
constexpr std::array<std::string_view, 5> kKeys{kWrites, "action", "state", "only", "expires"};
constexpr std::int64_t kUsualLife = 3'600;

Error invalid(const std::string& place, const std::string& what) {
    return {ErrorKind::invalid, place + ": " + what};
}

bool is_written(const json& item) { return item.is_object() && item.contains(kWrites); }

Result<WrittenAnswer> read(const json& item, const std::string& place) {
    for (const auto& [key, value] : item.items()) {
        if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
            return invalid(place, "has no field '" + key + "'");
        }
    }
    WrittenAnswer out;
    if (item[kWrites] != true) {
        return invalid(place + ".writes", "expected true");
    }
    const auto action = item.find("action");
    if (action == item.end() || !action->is_string()) {
        return invalid(place + ".action", "expected text");
    }
    const auto only = item.find("only");
    if (only == item.end() || !only->is_string() || only->get_ref<const std::string&>().empty()) {
        return invalid(place + ".only", "expected a user's id");
    }
    out.record.action = *action;
    out.record.state = item.value("state", json());
    out.user = *only;
    out.record.only = {out.user};
    out.life = kUsualLife;
    if (const auto expires = item.find("expires"); expires != item.end()) {
        const auto life = command::read_lifetime(*expires);
        if (!life) {
            return life.error().within(place + ".expires");
        }
        out.life = *life;
    }
    return out;
}

}  // namespace

bool has_written_answer(const json& arguments) {
    const auto given = arguments.is_object() ? arguments.find(kComponents) : arguments.end();
    return arguments.is_object() && given != arguments.end() && given->is_array() &&
           std::any_of(given->begin(), given->end(), is_written);
}

Result<std::optional<WrittenAnswer>> take_written_answer(json& arguments) {
    if (!has_written_answer(arguments)) {
        return std::optional<WrittenAnswer>();
    }
    json& given = arguments[kComponents];
    const auto found = std::find_if(given.begin(), given.end(), is_written);
    const std::string place = "components[" + std::to_string(found - given.begin() + 1) + "]";
    auto read_one = read(*found, place);
    if (!read_one) {
        return read_one.error();
    }
    given.erase(found);
    if (std::any_of(given.begin(), given.end(), is_written)) {
        return invalid(place, "a message has one that is written");
    }
    if (given.empty()) {
        arguments.erase(kComponents);
    }
    return std::optional(*std::move(read_one));
}

}  // namespace rookery::hostapi
