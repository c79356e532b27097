# Adds the source that the build writes for spec/: the Lua part of the spec API.
set(spec_lua_files spec talk reading message channel people sim expect)
set(spec_lua_dir ${CMAKE_CURRENT_LIST_DIR}/lua)
list(TRANSFORM spec_lua_files REPLACE "(.+)" "${spec_lua_dir}/\\1.lua" OUTPUT_VARIABLE spec_lua_paths)
list(JOIN spec_lua_files "," spec_lua_names)
set(spec_lua_cpp ${CMAKE_CURRENT_BINARY_DIR}/spec_lua.cpp)
add_custom_command(
  OUTPUT ${spec_lua_cpp}
  COMMAND ${CMAKE_COMMAND} -D DIR=${spec_lua_dir} -D FILES=${spec_lua_names} -D OUT=${spec_lua_cpp} -P ${CMAKE_CURRENT_LIST_DIR}/embed_lua.cmake
  DEPENDS ${spec_lua_paths} ${CMAKE_CURRENT_LIST_DIR}/embed_lua.cmake ${CMAKE_CURRENT_LIST_FILE}
  COMMENT "Embedding the Lua part of the spec API")
target_sources(rookery_spec PRIVATE ${spec_lua_cpp})
