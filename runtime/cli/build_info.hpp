#pragma once

#include <string_view>

// What the build knows; the values are written by CMake (generated.cmake).
namespace rookery::cli {

extern const std::string_view kVersion;
extern const std::string_view kLuaVersion;  ///< "LuaJIT 2.1.0-beta3"
extern const int kAbiMajor;                 ///< of the plugin interface
extern const int kAbiMinor;

}  // namespace rookery::cli
