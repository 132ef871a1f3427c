//===- OpTable.cpp - StableHLO and CHLO ops by name -------------*- C++ -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The names are those of the StableHLO specification 1.13 and of CHLO. Effects
// follow the specification; collectives, `rng` and `replica_id` count as
// impure, because where and how often they run is part of their meaning.
//
//===----------------------------------------------------------------------===//

#include "StableHLO/OpTable.h"

#include "llvm/ADT/StringMap.h"

using namespace placement::hlo;

namespace {

struct Row {
  OpInfo info;
  std::initializer_list<llvm::StringLiteral> names;
};

using WK = WorkKind;
constexpr bool kCheap = true;

llvm::StringMap<OpInfo> buildTable() {
  const Row stablehlo[] = {
      {{WK::Nothing, Purity::Pure, kCheap}, {"constant"}},
      {{WK::Nothing, Purity::Pure},
       {"after_all", "create_token", "get_dimension_size", "get_tuple_element",
        "optimization_barrier", "return", "set_dimension_size", "tuple"}},
      {{WK::Move, Purity::Pure, kCheap},
       {"bitcast_convert", "broadcast", "broadcast_in_dim",
        "dynamic_broadcast_in_dim", "dynamic_iota", "dynamic_reshape", "iota",
        "reshape"}},
      {{WK::Move, Purity::Pure},
       {"concatenate", "dynamic_pad", "pad", "reverse", "transpose"}},
      {{WK::Elementwise, Purity::Pure},
       {"abs",
        "add",
        "and",
        "ceil",
        "clamp",
        "compare",
        "complex",
        "convert",
        "count_leading_zeros",
        "divide",
        "floor",
        "imag",
        "is_finite",
        "maximum",
        "minimum",
        "multiply",
        "negate",
        "not",
        "or",
        "popcnt",
        "real",
        "reduce_precision",
        "remainder",
        "round_nearest_afz",
        "round_nearest_even",
        "select",
        "shift_left",
        "shift_right_arithmetic",
        "shift_right_logical",
        "sign",
        "subtract",
        "uniform_dequantize",
        "uniform_quantize",
        "xor"}},
      {{WK::Transcendental, Purity::Pure},
       {"atan2", "cbrt", "cosine", "exponential", "exponential_minus_one",
        "log", "log_plus_one", "logistic", "power", "rsqrt", "sine", "sqrt",
        "tan", "tanh"}},
      {{WK::Random, Purity::Pure}, {"rng_bit_generator"}},
      {{WK::Random, Purity::Impure}, {"rng"}},
      {{WK::Dot, Purity::Pure}, {"dot"}},
      {{WK::DotGeneral, Purity::Pure}, {"dot_general"}},
      {{WK::Convolution, Purity::Pure}, {"convolution", "dynamic_conv"}},
      {{WK::Reduce, Purity::Regions}, {"reduce"}},
      {{WK::ReduceWindow, Purity::Regions}, {"reduce_window"}},
      {{WK::SelectAndScatter, Purity::Regions}, {"select_and_scatter"}},
      {{WK::Map, Purity::Regions}, {"map"}},
      {{WK::Sort, Purity::Regions}, {"sort"}},
      {{WK::Slice, Purity::Pure},
       {"dynamic_slice", "real_dynamic_slice", "slice"}},
      {{WK::DynamicUpdateSlice, Purity::Pure}, {"dynamic_update_slice"}},
      {{WK::Gather, Purity::Pure},
       {"dynamic_gather", "gather", "torch_index_select"}},
      {{WK::Scatter, Purity::Regions}, {"scatter"}},
      {{WK::Fft, Purity::Pure}, {"fft"}},
      {{WK::TriangularSolve, Purity::Pure}, {"triangular_solve"}},
      {{WK::Cholesky, Purity::Pure}, {"cholesky"}},
      {{WK::BatchNorm, Purity::Pure},
       {"batch_norm_grad", "batch_norm_inference", "batch_norm_training"}},
      {{WK::AllReduce, Purity::Impure}, {"all_reduce", "reduce_scatter"}},
      {{WK::Move, Purity::Impure},
       {"all_gather", "all_to_all", "async_done", "async_start",
        "collective_broadcast", "collective_permute", "infeed", "outfeed",
        "partition_id", "recv", "replica_id", "send"}},
      {{WK::While, Purity::Regions}, {"while"}},
      {{WK::Conditional, Purity::Regions}, {"case", "if"}},
      {{WK::Opaque, Purity::Declared}, {"custom_call"}},
      {{WK::Opaque, Purity::Decomposition}, {"composite"}},
      // Removed from the specification, still met in old exports.
      {{WK::Opaque, Purity::Pure}, {"einsum", "unary_einsum"}},
  };
  const Row chlo[] = {
      {{WK::Nothing, Purity::Pure, kCheap}, {"constant", "constant_like"}},
      {{WK::Move, Purity::Pure, kCheap}, {"dynamic_reshape"}},
      {{WK::Elementwise, Purity::Pure},
       {"broadcast_add",
        "broadcast_and",
        "broadcast_compare",
        "broadcast_complex",
        "broadcast_divide",
        "broadcast_maximum",
        "broadcast_minimum",
        "broadcast_multiply",
        "broadcast_next_after",
        "broadcast_or",
        "broadcast_remainder",
        "broadcast_select",
        "broadcast_shift_left",
        "broadcast_shift_right_arithmetic",
        "broadcast_shift_right_logical",
        "broadcast_subtract",
        "broadcast_xor",
        "conj",
        "is_inf",
        "is_neg_inf",
        "is_pos_inf",
        "mulhi",
        "next_after",
        "square"}},
      {{WK::Transcendental, Purity::Pure},
       {"acos",
        "acosh",
        "asin",
        "asin_acos_kernel",
        "asinh",
        "atan",
        "atanh",
        "bessel_i1e",
        "broadcast_atan2",
        "broadcast_polygamma",
        "broadcast_power",
        "broadcast_zeta",
        "cosh",
        "digamma",
        "erf",
        "erf_inv",
        "erfc",
        "lgamma",
        "polygamma",
        "sinh",
        "tan",
        "zeta"}},
      {{WK::TopK, Purity::Pure}, {"top_k"}},
      {{WK::Opaque, Purity::Pure}, {"ragged_dot"}},
  };

  llvm::StringMap<OpInfo> table;
  auto fill = [&](llvm::StringRef dialect, llvm::ArrayRef<Row> rows) {
    for (const Row &row : rows)
      for (llvm::StringRef name : row.names)
        table.try_emplace((dialect + "." + name).str(), row.info);
  };
  fill("stablehlo", stablehlo);
  fill("chlo", chlo);
  return table;
}

} // namespace

const OpInfo *placement::hlo::lookup(llvm::StringRef opName) {
  // Built on first use; a global would be a static constructor.
  static const llvm::StringMap<OpInfo> table = buildTable();
  auto it = table.find(opName);
  return it == table.end() ? nullptr : &it->second;
}
