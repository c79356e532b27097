#pragma once

#include "script/prelude.hpp"

#include <span>

namespace rookery::spec {

/// The Lua part of the spec API (spec/lua), as the build embedded it, in the order in which it
/// runs.
[[nodiscard]] std::span<const script::PreludeFile> lua_files();

}  // namespace rookery::spec
