# Adds the source that the build writes for script/: the Lua part of the host, in the order in which
# it runs: each file may use what the ones before it have made.
set(lua_files sandbox core nearest views flow errors operations storage http services methods objects interactions events modules time format i18n driver evaluate)
set(lua_on_demand evaluator)  # compiled when it is needed

set(lua_dir ${CMAKE_CURRENT_LIST_DIR}/lua)
list(TRANSFORM lua_files REPLACE "(.+)" "${lua_dir}/\\1.lua" OUTPUT_VARIABLE lua_paths)
list(APPEND lua_paths ${lua_dir}/${lua_on_demand}.lua)
list(JOIN lua_files "," lua_names)
set(prelude_cpp ${CMAKE_CURRENT_BINARY_DIR}/prelude.cpp)
add_custom_command(
  OUTPUT ${prelude_cpp}
  COMMAND ${CMAKE_COMMAND} -D DIR=${lua_dir} -D FILES=${lua_names} -D ON_DEMAND=${lua_on_demand} -D OUT=${prelude_cpp} -P ${CMAKE_CURRENT_LIST_DIR}/embed_lua.cmake
  DEPENDS ${lua_paths} ${CMAKE_CURRENT_LIST_DIR}/embed_lua.cmake ${CMAKE_CURRENT_LIST_FILE}
  COMMENT "Embedding the Lua part of the host")
target_sources(rookery_script PRIVATE ${prelude_cpp})
