#include "model/shape.hpp"

namespace rookery::model {

std::optional<FieldIndex> Shape::find(std::string_view field) const noexcept {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].name == field) {
            return static_cast<FieldIndex>(i);
        }
    }
    return std::nullopt;
}

}  // namespace rookery::model
