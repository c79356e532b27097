# rookery_add_plugin(NAME SOURCES...): a plugin library NAME.so in ${CMAKE_BINARY_DIR}/plugins.
#
# What the flags are for: only the entry symbol is exported, so that nothing can clash; no GNU-unique symbols,
# which would keep the library in memory after it was unloaded; a symbol that nobody defines is an error when the
# plugin is linked, not when it is loaded.
function(rookery_add_plugin name)
  add_library(${name} MODULE ${ARGN})
  set_target_properties(${name} PROPERTIES
    PREFIX ""
    SUFFIX .so
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_link_libraries(${name} PRIVATE rookery::sdk)
  set(exports ${ROOKERY_SDK_CMAKE_DIR}/plugin.map)
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS ${exports})
  target_link_options(${name} PRIVATE -Wl,--version-script=${exports})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-gnu-unique>)
  endif()
  # The sanitizers' run-time functions are found in the host.
  get_directory_property(compile_options COMPILE_OPTIONS)
  if(NOT "${compile_options} ${CMAKE_CXX_FLAGS}" MATCHES "-fsanitize")
    target_link_options(${name} PRIVATE -Wl,-z,defs)
  endif()
endfunction()
