#pragma once

#include "base/clock.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

/// Where the arguments of an operation go in a request: what the targets of the schema
/// ("path:channel", "body:embed.title", "query:limit") mean on every platform.
namespace rookery::rest {

/// A text without its quotes; everything else as JSON writes it.
[[nodiscard]] std::string plain_text(const nlohmann::json& value);

/// YYYY-MM-DDTHH:mm:ss.sssZ
[[nodiscard]] std::string iso_time(WallTime time);

/// A number of seconds from `now` as iso_time(); everything else as it is.
[[nodiscard]] nlohmann::json iso_time(const nlohmann::json& value, WallTime now);

/// Replaces "{name}" of the path by the value, encoded as one segment. False: there is no such
/// place, or the value would make another route: it is empty, or dots alone.
[[nodiscard]] bool put_into_path(std::string& path, std::string_view name, std::string_view value);

/// Replaces "{name}" by what is encoded already.
[[nodiscard]] bool put_encoded_into_path(std::string& path, std::string_view name,
                                         std::string_view segment);

/// Appends "name=value"; of a list one for each element.
void put_into_query(std::string& path, std::string_view name, const nlohmann::json& value);

/// The place "message_reference.message_id" of a body; objects are made on the way. Null: something
/// else is in the way.
[[nodiscard]] nlohmann::json* find_place(nlohmann::json& body, std::string_view place);

/// The value at that place; "*": as the whole body, "**": merged into it, objects into objects.
/// False as of find_place.
[[nodiscard]] bool put_into_body(nlohmann::json& body, std::string_view place,
                                 const nlohmann::json& value);

}  // namespace rookery::rest
