# Adds the source that the build writes for script/: the Lua part of the host, in the order in which
# it runs: each file may use what the ones before it have made. Those on demand are run by the others
# (lua/lazy.lua), so that a script which needs none of them costs little.
set(lua_at_start sandbox lazy core flow errors operations modules driver evaluate)
set(lua_on_demand evaluator nearest views objects methods interactions events parks tasks storage http server services time format i18n context commands asking pager collect)
set(lua_files ${lua_at_start} ${lua_on_demand})
list(LENGTH lua_at_start lua_at_start_count)

set(lua_dir ${CMAKE_CURRENT_LIST_DIR}/lua)
list(TRANSFORM lua_files REPLACE "(.+)" "${lua_dir}/\\1.lua" OUTPUT_VARIABLE lua_paths)
list(JOIN lua_files "," lua_names)
set(prelude_cpp ${CMAKE_CURRENT_BINARY_DIR}/prelude.cpp)
add_custom_command(
  OUTPUT ${prelude_cpp}
  COMMAND ${CMAKE_COMMAND} -D DIR=${lua_dir} -D FILES=${lua_names} -D AT_START=${lua_at_start_count} -D OUT=${prelude_cpp} -P ${CMAKE_CURRENT_LIST_DIR}/embed_lua.cmake
  DEPENDS ${lua_paths} ${CMAKE_CURRENT_LIST_DIR}/embed_lua.cmake ${CMAKE_CURRENT_LIST_FILE}
  COMMENT "Embedding the Lua part of the host")
target_sources(rookery_script PRIVATE ${prelude_cpp})

set(builtin_lua ${CMAKE_CURRENT_LIST_DIR}/builtin/commands.lua)
set(builtin_cpp ${CMAKE_CURRENT_BINARY_DIR}/builtin.cpp)
add_custom_command(
  OUTPUT ${builtin_cpp}
  COMMAND ${CMAKE_COMMAND} -D IN=${builtin_lua} -D OUT=${builtin_cpp} -P ${CMAKE_CURRENT_LIST_DIR}/embed_builtin.cmake
  DEPENDS ${builtin_lua} ${CMAKE_CURRENT_LIST_DIR}/embed_builtin.cmake ${CMAKE_CURRENT_LIST_FILE}
  COMMENT "Embedding the script that the runtime brings along")
target_sources(rookery_script PRIVATE ${builtin_cpp})
