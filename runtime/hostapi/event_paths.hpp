#pragma once

#include "model/event_names.hpp"
#include "model/shape.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace rookery::hostapi {

/// Where a field lies: its position in each of the shapes on the way.
using FieldPath = std::vector<model::FieldIndex>;

struct FoundField {
    FieldPath path;
    const model::FieldInfo* info = nullptr;
};

/// The field of a dotted name, or where the name went wrong.
struct FieldLookup {
    std::optional<FoundField> found;
    const model::Shape* stopped_in = nullptr;  ///< null: what came before has no fields
    std::string_view wrong{};                  ///< the part that is not there
};
[[nodiscard]] FieldLookup look_up_field(const model::Shape& shape, std::string_view dotted);

/// Where an event of that shape says who caused it (the id), whether that is a bot, and what was
/// written; of an update its newer half.
[[nodiscard]] std::optional<FoundField> find_user(const model::Shape& shape);
[[nodiscard]] std::optional<FoundField> find_user_is_bot(const model::Shape& shape);
[[nodiscard]] std::optional<FoundField> find_content(const model::Shape& shape);

/// The first two for each event of the schema, by type; an empty path where there is none.
struct UserPaths {
    std::vector<FieldPath> user;
    std::vector<FieldPath> is_bot;
};
[[nodiscard]] const UserPaths& user_paths();

}  // namespace rookery::hostapi
