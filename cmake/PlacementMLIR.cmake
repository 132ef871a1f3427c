# Libraries and reference pages of the MLIR side.
include(PlacementMLIRTarget)

# placement_mlir_library(name SRCS ... [DEPENDS tablegen-targets] [LINK libs])
function(placement_mlir_library name)
  cmake_parse_arguments(A "" "" "SRCS;DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${A_SRCS})
  target_link_libraries(${name} PUBLIC ${A_LINK} placement_mlir
                                PRIVATE $<BUILD_INTERFACE:placement_flags>)
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>)
  if(A_DEPENDS)
    add_dependencies(${name} ${A_DEPENDS})
  endif()
endfunction()

# placement_doc(td page generator-arguments...): a reference page of mlir-doc,
# build/docs/<page>.md. As add_mlir_doc, but in plain Markdown, without the
# Hugo shortcodes of the LLVM web site.
function(placement_doc td page)
  set(LLVM_TARGET_DEFINITIONS ${td}.td)
  get_filename_component(name ${page} NAME)
  tablegen(MLIR ${name}.md ${ARGN})
  set(file ${PROJECT_BINARY_DIR}/docs/${page}.md)
  add_custom_command(OUTPUT ${file}
    COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_BINARY_DIR}/${name}.md ${file}
    DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${name}.md)
  add_custom_target(${name}DocGen DEPENDS ${file})
  add_dependencies(mlir-doc ${name}DocGen)
endfunction()
