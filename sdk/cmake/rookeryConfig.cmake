# The SDK of plugins: target rookery::sdk and functions rookery_add_plugin(), rookery_add_plugin_test(). Serves an
# installed SDK and the sdk folder of a source tree alike.
set(ROOKERY_SDK_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})
if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/rookeryTargets.cmake)
  include(${CMAKE_CURRENT_LIST_DIR}/rookeryTargets.cmake)
elseif(NOT TARGET rookery::sdk)
  add_library(rookery::sdk INTERFACE IMPORTED)
  get_filename_component(rookery_include ${CMAKE_CURRENT_LIST_DIR}/../include ABSOLUTE)
  target_include_directories(rookery::sdk INTERFACE ${rookery_include})
endif()
include(${CMAKE_CURRENT_LIST_DIR}/RookeryPlugin.cmake)
