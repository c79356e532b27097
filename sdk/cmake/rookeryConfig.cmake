# The SDK of plugins: target rookery::sdk and function rookery_add_plugin().
include(${CMAKE_CURRENT_LIST_DIR}/rookeryTargets.cmake)
set(ROOKERY_SDK_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})
include(${CMAKE_CURRENT_LIST_DIR}/RookeryPlugin.cmake)
