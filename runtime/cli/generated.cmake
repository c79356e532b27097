# Adds the two sources that the build writes for cli/: the versions, and the templates of `rookery new`.
set(abi_header ${CMAKE_SOURCE_DIR}/sdk/include/rookery/abi/version.h)
file(STRINGS ${abi_header} abi_lines REGEX "#define RK_ABI_(MAJOR|MINOR) [0-9]+")
foreach(line ${abi_lines})
  string(REGEX MATCH "(RK_ABI_[A-Z]+) ([0-9]+)" _ ${line})
  set(${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
endforeach()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${abi_header})
set(build_info_cpp ${CMAKE_CURRENT_BINARY_DIR}/build_info.cpp)
file(CONFIGURE OUTPUT ${build_info_cpp} @ONLY CONTENT [[
#include "cli/build_info.hpp"

namespace rookery::cli {

const std::string_view kVersion = "@PROJECT_VERSION@";
const std::string_view kLuaVersion = "LuaJIT @LUAJIT_VERSION@";
const int kAbiMajor = @RK_ABI_MAJOR@;
const int kAbiMinor = @RK_ABI_MINOR@;

}  // namespace rookery::cli
]])

set(template_dir ${CMAKE_SOURCE_DIR}/sdk/template)
file(GLOB_RECURSE template_files CONFIGURE_DEPENDS ${template_dir}/*)
set(annotations ${CMAKE_SOURCE_DIR}/sdk/lua/rookery.lua)
set(templates_cpp ${CMAKE_CURRENT_BINARY_DIR}/templates.cpp)
add_custom_command(
  OUTPUT ${templates_cpp}
  COMMAND ${CMAKE_COMMAND} -D DIR=${template_dir} -D ANNOTATIONS=${annotations} -D OUT=${templates_cpp} -P ${CMAKE_CURRENT_LIST_DIR}/embed_templates.cmake
  DEPENDS ${template_files} ${annotations} ${CMAKE_CURRENT_LIST_DIR}/embed_templates.cmake
  COMMENT "Embedding the templates of `rookery new`")
target_sources(rookery_cli PRIVATE ${build_info_cpp} ${templates_cpp})
