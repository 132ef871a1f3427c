# placement_mlir: what a target needs to use an installed MLIR, after
# find_package(MLIR). Used by the build and by the installed package. Plain CMake
# instead of add_mlir_dialect_library: warning flags are ours, only the ABI is
# LLVM's. Everything links libMLIR.so; mixing it with the static archives would
# give two copies of every TypeID.
if(NOT TARGET placement_mlir)
  add_library(placement_mlir INTERFACE IMPORTED)
  target_include_directories(placement_mlir SYSTEM INTERFACE
    ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
  separate_arguments(_placement_llvm_definitions NATIVE_COMMAND
    "${LLVM_DEFINITIONS}")
  target_compile_definitions(placement_mlir INTERFACE
    ${_placement_llvm_definitions})
  if(NOT LLVM_ENABLE_RTTI)
    target_compile_options(placement_mlir INTERFACE -fno-rtti)
  endif()
  target_link_libraries(placement_mlir INTERFACE MLIR LLVM)
endif()
