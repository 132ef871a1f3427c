# `cmake --install`: programs and plugin (component Runtime), libraries, headers
# and the CMake package (component Development).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(_placement_package ${CMAKE_INSTALL_LIBDIR}/cmake/Placement)

# Each library under its name without the project's: Placement::Solver.
function(placement_install_libraries export)
  foreach(_library ${ARGN})
    string(REGEX REPLACE "^Placement" "" _name ${_library})
    set_target_properties(${_library} PROPERTIES EXPORT_NAME ${_name})
  endforeach()
  install(TARGETS ${ARGN} EXPORT ${export}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT Development
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(EXPORT ${export} NAMESPACE Placement::
    DESTINATION ${_placement_package} COMPONENT Development)
endfunction()

install(TARGETS placement-solve RUNTIME COMPONENT Runtime)
install(TARGETS placement-worker
  RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/placement COMPONENT Runtime)
placement_install_libraries(PlacementSolverTargets PlacementSolver)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/placement/Solver
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/placement COMPONENT Development
  FILES_MATCHING PATTERN "*.h")

if(PLACEMENT_ENABLE_MLIR)
  set(_placement_mlir_component MLIR)
  set(_placement_mlir_version ${LLVM_VERSION_MAJOR}.${LLVM_VERSION_MINOR})
  set(_libraries PlacementDialect PlacementAnalysis PlacementBridge
    PlacementTransforms PlacementConversion)
  add_library(PlacementAll INTERFACE)
  target_link_libraries(PlacementAll INTERFACE ${_libraries})
  placement_install_libraries(PlacementMLIRTargets ${_libraries} PlacementAll)
  install(TARGETS placement-opt RUNTIME COMPONENT Runtime)
  install(TARGETS PlacementPlugin
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT Runtime)
  # Sources and what TableGen made of them.
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/placement
                    ${PROJECT_BINARY_DIR}/include/placement
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT Development
    FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.inc"
    PATTERN "*.cpp.inc" EXCLUDE PATTERN "CMakeFiles" EXCLUDE
    PATTERN "Solver" EXCLUDE)
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/PlacementMLIRTarget.cmake
    DESTINATION ${_placement_package} COMPONENT Development)
endif()

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/PlacementConfig.cmake.in
  ${PROJECT_BINARY_DIR}/PlacementConfig.cmake
  INSTALL_DESTINATION ${_placement_package})
# Before 1.0, a minor version may change anything.
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/PlacementConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/PlacementConfig.cmake
              ${PROJECT_BINARY_DIR}/PlacementConfigVersion.cmake
  DESTINATION ${_placement_package} COMPONENT Development)
