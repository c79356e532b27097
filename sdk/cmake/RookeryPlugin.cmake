# rookery_add_plugin(NAME SOURCES... [MANIFEST FILE.json] [PCH]): a plugin library NAME.so in
# ${CMAKE_BINARY_DIR}/plugins. MANIFEST: what the plugin says of itself (rookery/abi/manifest.h), checked and
# put into the library; its sources then say ROOKERY_PLUGIN(Class). PCH: <rookery/plugin.hpp> is precompiled.
#
# What the flags are for: only the entry symbol is exported, so that nothing can clash; no GNU-unique symbols,
# which would keep the library in memory after it was unloaded; a symbol that nobody defines is an error when the
# plugin is linked, not when it is loaded.
function(rookery_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 plugin "PCH" "MANIFEST" "")
  add_library(${name} MODULE ${plugin_UNPARSED_ARGUMENTS})
  set_target_properties(${name} PROPERTIES
    PREFIX ""
    SUFFIX .so
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    ROOKERY_SOURCES "${plugin_UNPARSED_ARGUMENTS}")
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
  if(plugin_MANIFEST)
    rookery_embed_manifest(${name} ${plugin_MANIFEST})
  endif()
  if(plugin_PCH)
    target_precompile_headers(${name} PRIVATE <rookery/plugin.hpp>)
  endif()
endfunction()

# Puts the manifest into the target, and its name and version where ROOKERY_PLUGIN(Class) finds them.
function(rookery_embed_manifest target manifest)
  get_filename_component(manifest ${manifest} ABSOLUTE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${manifest})
  file(READ ${manifest} json)
  foreach(key name version)
    string(JSON ${key} ERROR_VARIABLE problem GET "${json}" ${key})
    if(problem)
      message(FATAL_ERROR "${manifest}: ${problem}")
    endif()
  endforeach()
  string(REPLACE "\\" "\\\\" text "${json}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "\n" "\\n\"\n    \"" text "${text}")
  # In C++ only where the project has no C.
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${target}_manifest.cpp)
  if("C" IN_LIST languages)
    set(source ${CMAKE_CURRENT_BINARY_DIR}/${target}_manifest.c)
  endif()
  file(CONFIGURE OUTPUT ${source} @ONLY
    CONTENT "#include <rookery/abi/manifest.h>\n\nRK_MANIFEST(\n    \"@text@\");\n")
  target_sources(${target} PRIVATE ${source})
  set_source_files_properties(${source} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  target_compile_definitions(${target} PRIVATE
    ROOKERY_MANIFEST_NAME="${name}" ROOKERY_MANIFEST_VERSION="${version}")
  set_target_properties(${target} PROPERTIES ROOKERY_MANIFEST ${manifest})
endfunction()

# rookery_add_plugin_test(NAME SOURCES... PLUGIN TARGET): a GoogleTest program of the plugin's own sources and the
# given ones, which run the plugin in a rookery::testing::FakeHost; ctest runs it. Needs find_package(GTest).
function(rookery_add_plugin_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "PLUGIN" "")
  get_target_property(sources ${test_PLUGIN} ROOKERY_SOURCES)
  add_executable(${name} ${test_UNPARSED_ARGUMENTS} ${sources})
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_link_libraries(${name} PRIVATE rookery::sdk GTest::gtest_main)
  get_target_property(manifest ${test_PLUGIN} ROOKERY_MANIFEST)
  if(manifest)
    rookery_embed_manifest(${name} ${manifest})
  endif()
  add_test(NAME ${name} COMMAND ${name})
endfunction()
