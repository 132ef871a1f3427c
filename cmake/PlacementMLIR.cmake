# What a target needs to use an installed MLIR. Plain CMake targets instead of
# add_mlir_dialect_library: warning flags are ours, only the ABI is LLVM's.
# Everything links libMLIR.so; mixing it with the static archives would give
# two copies of every TypeID.
add_library(placement_mlir INTERFACE)
target_include_directories(placement_mlir SYSTEM INTERFACE
  ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
separate_arguments(_placement_llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_compile_definitions(placement_mlir INTERFACE ${_placement_llvm_definitions})
if(NOT LLVM_ENABLE_RTTI)
  target_compile_options(placement_mlir INTERFACE -fno-rtti)
endif()
target_link_libraries(placement_mlir INTERFACE MLIR LLVM)

# placement_mlir_library(name SRCS ... [DEPENDS tablegen-targets] [LINK libs])
function(placement_mlir_library name)
  cmake_parse_arguments(A "" "" "SRCS;DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${A_SRCS})
  target_link_libraries(${name} PUBLIC ${A_LINK} placement_mlir
                                PRIVATE placement_flags)
  target_include_directories(${name} PUBLIC
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)
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
