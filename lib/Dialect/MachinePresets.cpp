//===- MachinePresets.cpp - Machines known by name ------------------------===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "placement/Dialect/MachinePresets.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace placement;

// Figures are the vendors' published peaks without structured sparsity. A
// gigabyte of device memory is 2^30 bytes, as the devices report it.
static constexpr int64_t kGiB = int64_t(1) << 30;

// NVIDIA H100 SXM5 ("NVIDIA H100 Tensor Core GPU" data sheet and "H100 Tensor
// Core GPU Architecture" white paper): FP64 33.5, FP32 66.9, FP16 and BF16
// tensor 989.4 TFLOP/s, FP8 1978.9 TFLOP/s, INT8 1978.9 TOP/s, 80 GB HBM3 at
// 3.35 TB/s, PCIe 5.0 x16 at 64 GB/s each way.
static constexpr std::pair<StringLiteral, double> kH100Peak[] = {
    {"default", 66.9e12}, {"f32", 66.9e12},      {"f64", 33.5e12},
    {"f16", 989.4e12},    {"bf16", 989.4e12},    {"f8E4M3FN", 1978.9e12},
    {"i8", 1978.9e12},    {"f8E5M2", 1978.9e12},
};
static constexpr double kH100Memory = 3.35e12;
static constexpr double kPcie5 = 64e9;

// NVIDIA A100 80GB SXM ("NVIDIA A100 Tensor Core GPU" data sheet): FP64 9.7,
// FP32 19.5, FP16 and BF16 tensor 312 TFLOP/s, INT8 624 TOP/s, 80 GB HBM2e at
// 2,039 GB/s, PCIe 4.0 x16 at 32 GB/s each way.
static constexpr std::pair<StringLiteral, double> kA100Peak[] = {
    {"default", 19.5e12}, {"f32", 19.5e12}, {"f64", 9.7e12},
    {"f16", 312e12},      {"bf16", 312e12}, {"i8", 624e12},
};
static constexpr double kA100Memory = 2.039e12;
static constexpr double kPcie4 = 32e9;

// AMD Instinct MI300X (data sheet): FP64 81.7 (vector), FP32 163.4, FP16 and
// BF16 1307.4, FP8 2614.9 TFLOP/s, INT8 2614.9 TOP/s, 192 GB HBM3 at 5.3 TB/s,
// PCIe 5.0 x16.
static constexpr std::pair<StringLiteral, double> kMI300XPeak[] = {
    {"default", 163.4e12}, {"f32", 163.4e12},         {"f64", 81.7e12},
    {"f16", 1307.4e12},    {"bf16", 1307.4e12},       {"f8E4M3FNUZ", 2614.9e12},
    {"i8", 2614.9e12},     {"f8E5M2FNUZ", 2614.9e12},
};
static constexpr double kMI300XMemory = 5.3e12;

// Google TPU v5e (Google Cloud documentation, "TPU v5e"): 197 TFLOP/s BF16,
// 393 TOP/s INT8, 16 GB HBM2 at 819 GB/s, inter-chip interconnect 1,600 Gbit/s
// a chip. XLA multiplies f32 operands in one bf16 pass by default, so that
// rate stands for every other type.
static constexpr std::pair<StringLiteral, double> kTpuV5ePeak[] = {
    {"default", 197e12},
    {"bf16", 197e12},
    {"i8", 393e12},
};
static constexpr double kTpuV5eMemory = 819e9;
static constexpr double kTpuV5eInterconnect = 200e9;

// AMD EPYC 9654 (data sheet): 96 cores at a base clock of 2.4 GHz, each with
// two 256-bit fused multiply-add units, so 32 single-precision operations a
// cycle; 12 channels of DDR5-4800, 460.8 GB/s.
static constexpr std::pair<StringLiteral, double> kEpycPeak[] = {
    {"default", 7.37e12},
    {"f32", 7.37e12},
    {"f64", 3.69e12},
    {"bf16", 14.7e12},
};
static constexpr double kEpycMemory = 460.8e9;

static constexpr KindPreset kQuadKinds[] = {
    {"acc", 4, 80 * kGiB, kPcie5, kH100Peak, kH100Memory},
    {"cpu", 1, 0, 0, kEpycPeak, kEpycMemory},
};
static constexpr KindPreset kMixedKinds[] = {
    {"h100", 2, 80 * kGiB, kPcie5, kH100Peak, kH100Memory},
    {"a100", 2, 80 * kGiB, kPcie4, kA100Peak, kA100Memory},
};
static constexpr KindPreset kMI300XKinds[] = {
    {"acc", 8, 192 * kGiB, kPcie5, kMI300XPeak, kMI300XMemory},
    {"cpu", 2, 0, 0, kEpycPeak, kEpycMemory},
};
static constexpr KindPreset kTpuKinds[] = {
    {"tpu", 4, 16 * kGiB, kTpuV5eInterconnect, kTpuV5ePeak, kTpuV5eMemory},
};

static constexpr MachinePreset kPresets[] = {
    {"quad",
     "four accelerators with the figures of an NVIDIA H100 SXM, PCIe 5.0 to "
     "the "
     "host, and one host CPU with those of an AMD EPYC 9654 (default)",
     kQuadKinds},
    {"h100-a100", "two NVIDIA H100 SXM and two NVIDIA A100 80GB", kMixedKinds},
    {"mi300x-8", "eight AMD Instinct MI300X and two AMD EPYC 9654",
     kMI300XKinds},
    {"tpu-v5e-4", "four Google TPU v5e chips", kTpuKinds},
};

ArrayRef<MachinePreset> placement::getMachinePresets() { return kPresets; }

const MachinePreset *placement::lookupMachinePreset(StringRef name) {
  const auto *it = llvm::find_if(
      kPresets, [&](const MachinePreset &p) { return p.name == name; });
  return it == std::end(kPresets) ? nullptr : it;
}

static void createKind(OpBuilder &builder, Location loc,
                       const KindPreset &kind) {
  MLIRContext *context = builder.getContext();
  SmallVector<NamedAttribute> peak;
  for (auto [type, rate] : kind.peak)
    peak.push_back(builder.getNamedAttr(type, builder.getF64FloatAttr(rate)));
  IntegerAttr memory;
  if (kind.memory > 0)
    memory = builder.getI64IntegerAttr(kind.memory);
  LinkAttr link;
  if (kind.linkBandwidth > 0)
    link = LinkAttr::get(context, kind.linkBandwidth, /*latency=*/0.0);
  DeviceKindOp::create(builder, loc, builder.getStringAttr(kind.name),
                       builder.getI64IntegerAttr(kind.count), memory, link,
                       RooflineAttr::get(context,
                                         builder.getDictionaryAttr(peak),
                                         kind.memoryBandwidth, /*launch=*/0.0),
                       /*host=*/BoolAttr());
}

MachineOp placement::createPresetMachine(OpBuilder &builder, Location loc,
                                         const MachinePreset &preset) {
  auto machine = MachineOp::create(builder, loc, preset.name);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&machine.getBody().front());
  for (const KindPreset &kind : preset.kinds)
    createKind(builder, loc, kind);
  return machine;
}
