#pragma once

#include "base/result.hpp"
#include "model/json_index.hpp"

#include <lua.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace rookery::script {

/// JSON and Lua values. null is nil in Lua; a null pointer goes the other way. What is made of one
/// value is bounded: kMaxDepth levels, and bytes of text (or as much as that in small parts).
inline constexpr int kMaxDepth = 64;
inline constexpr std::size_t kMaxBytes = std::size_t{16} << 20U;

/// Both push one value. They raise Lua errors (memory).
void push_json(lua_State* lua, const nlohmann::json& value);
void push_node(lua_State* lua, model::JsonNode node);

/// The value at `index` as JSON: a list when all keys are 1 to n (the empty table too), an object
/// when all keys are strings; views of events as what they show. Errors: invalid (names the place:
/// "embeds[1].title is a function"), limit. What it takes is subtracted from `budget`.
[[nodiscard]] Result<nlohmann::json> to_json(lua_State* lua, int index, std::size_t& budget);
/// The same; what rookery.server.binary() has marked becomes a placeholder, and goes to
/// `attachments`. Elsewhere it is an error.
[[nodiscard]] Result<nlohmann::json> to_json(lua_State* lua, int index, std::size_t& budget,
                                             std::vector<std::string>& attachments);

}  // namespace rookery::script
