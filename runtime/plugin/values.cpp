#include "plugin/values.hpp"

#include <cstdint>
#include <limits>
#include <string>

namespace rookery::plugin {

void set_json_value(const nlohmann::json& value, rk_value_t& out) {
    using nlohmann::json;
    switch (value.type()) {
        case json::value_t::boolean:
            out.kind = RK_VALUE_BOOLEAN;
            out.as.integer = value.get<bool>() ? 1 : 0;
            break;
        case json::value_t::number_unsigned:
            if (value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
                out.kind = RK_VALUE_NUMBER;
                out.as.number = value.get<double>();
                break;
            }
            [[fallthrough]];
        case json::value_t::number_integer:
            out.kind = RK_VALUE_INTEGER;
            out.as.integer = value.get<std::int64_t>();
            break;
        case json::value_t::number_float:
            out.kind = RK_VALUE_NUMBER;
            out.as.number = value.get<double>();
            break;
        case json::value_t::string: {
            const auto& text = value.get_ref<const std::string&>();
            out.kind = RK_VALUE_TEXT;
            out.as.text = {text.data(), text.size()};
            break;
        }
        case json::value_t::object:
            out.kind = RK_VALUE_OBJECT;
            break;
        case json::value_t::array:
            out.kind = RK_VALUE_ARRAY;
            break;
        default:
            out.kind = RK_VALUE_NULL;
            break;
    }
}

}  // namespace rookery::plugin
