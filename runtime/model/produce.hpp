#pragma once

#include "model/view.hpp"

namespace rookery::model {

/// What a source gives for one object, before the field's declaration has its say: null where the
/// payload says null, absent where it has nothing of the declared type.
[[nodiscard]] Value produce(const View& view, FieldIndex field, const FieldInfo& info,
                            const FieldSource& source, StringScratch& scratch);

/// What the field shows when its source gives null or nothing.
[[nodiscard]] Value empty_value(const View& view, FieldIndex field, const FieldInfo& info,
                                const FieldSource& source, bool null);

/// Whether a condition of the source rules the field out for this object.
[[nodiscard]] bool ruled_out(JsonNode node, const FieldSource& source) noexcept;

/// Whether it is a number of the bit set.
[[nodiscard]] bool is_among(JsonNode number, std::uint32_t kinds) noexcept;

}  // namespace rookery::model
