#include "server/rest/operation_call.hpp"

#include "server/rest/validation.hpp"

namespace rookery::server::rest {
namespace {

using nlohmann::json;

constexpr Route kRoute = {.method = "POST",
                          .path = "/api/operations/:noun/:verb",
                          .scope = "admin",
                          .operation = "",
                          .flow = "operation",
                          .failure = {400, "OPERATION_FAILED", "The platform refused"},
                          .large = true};

bool has_path(const json& file) { return file.is_object() && file.contains("path"); }

/// The value at a dotted place.
json at(const json& value, std::string_view place) {
    const json* node = &value;
    while (!place.empty()) {
        const std::string_view key = place.substr(0, place.find('.'));
        place.remove_prefix(std::min(key.size() + 1, place.size()));
        const auto found = node->is_object() ? node->find(key) : node->end();
        if (found == node->end()) {
            return {};
        }
        node = &*found;
    }
    return *node;
}

}  // namespace

const Route& operation_route() noexcept { return kRoute; }

const model::OperationInfo* operation_of(const Router::Match& match) {
    return model::find_operation(match.parameters.at(0).second + '.' +
                                 match.parameters.at(1).second);
}

std::string forbidden_argument(const model::OperationInfo& info, const json& arguments) {
    for (const model::OperationParam& param : info.params) {
        const auto given = arguments.find(param.name);
        if (given == arguments.end()) {
            continue;
        }
        if (param.type == model::ParamType::image && given->is_string()) {
            if (!given->get_ref<const std::string&>().starts_with("data:")) {
                return std::string(param.name);
            }
        } else if (param.type == model::ParamType::image && has_path(*given)) {
            return std::string(param.name);
        } else if (param.type == model::ParamType::files) {
            const json list = given->is_array() ? *given : json::array({*given});
            for (const json& file : list) {
                if (has_path(file)) {
                    return std::string(param.name);
                }
            }
        }
    }
    return {};
}

std::optional<std::string> next_page(const model::OperationInfo& info, const json& arguments,
                                     const json& answer) {
    if (info.page == nullptr) {
        return std::nullopt;
    }
    const json items = at(answer, info.page->items);
    const auto limit = arguments.find("limit");
    const std::size_t full = limit != arguments.end() && limit->is_number_unsigned()
                                 ? limit->get<std::size_t>()
                                 : info.page->most;
    if (!items.is_array() || items.empty() || items.size() < full) {
        return std::nullopt;
    }
    const json cursor = at(items.back(), info.page->at);
    return cursor.is_string() ? std::optional(cursor.get<std::string>()) : std::nullopt;
}

}  // namespace rookery::server::rest
