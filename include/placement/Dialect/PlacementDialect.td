//===- PlacementDialect.td - The placement dialect ------- -*- tablegen -*-===//
//
// Part of the Placement project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef PLACEMENT_DIALECT_PLACEMENTDIALECT_TD
#define PLACEMENT_DIALECT_PLACEMENTDIALECT_TD

include "mlir/IR/OpBase.td"

def Placement_Dialect : Dialect {
  let name = "placement";
  let summary = "Places the operations of a program on the devices of a machine.";
  let description = [{
    The `placement` dialect says where each operation of a program runs, and
    carries the evidence for that decision in the IR itself.

    A *machine* is a symbol that lists kinds of devices. Operations keep their
    own dialect and get discardable attributes: what they cost, what the user
    asks for, and, after placement, their device and stage.

    ```mlir
    placement.machine @fleet {
      placement.device_kind "acc" count 4 memory 85899345920
          link <bandwidth = 6.4e10, latency = 5.0>
          roofline <peak = {f32 = 6.69e13 : f64}, bandwidth = 3.35e12>
      placement.device_kind "cpu" count 1
    }

    func.func @main(%x: tensor<4x8xf32> {placement.role = "activation"})
        -> tensor<4x8xf32> attributes {
          placement.plan = #placement.plan<
            objective = "throughput", status = "optimal", proof = "engine",
            value = 1.5, bound = 1.5, gap = 0.0, unit = "us", stages = 1,
            machine = @fleet, algorithm = "contiguous",
            fingerprint = "0123456789abcdef0123456789abcdef">} {
      %0 = math.exp %x {
        placement.cost = #placement.cost<times = {acc = 1.5 : f64},
                                         output = 128, flops = 32, bytes = 256,
                                         source = "roofline">,
        placement.device = #placement.device<@fleet, "acc", 0>,
        placement.stage = 0 : i64} : tensor<4x8xf32>
      return %0 : tensor<4x8xf32>
    }
    ```

    Units are the same everywhere: times in microseconds, memory in bytes,
    rates per second.

    ### Machines

    The passes that need a machine take, in this order: the option `machine=NAME`
    (a `placement.machine` symbol of the module, else a preset that
    `placement-opt --placement-list-machines` lists), the option
    `machine-file=FILE` (JSON, see docs/formats/machine.schema.json), the only
    machine of the module, the module's DLTI target specification, and at last
    the default preset, which a remark then says. Whatever it is, it stands in
    the module afterwards, since device attributes refer to it.

    In a DLTI specification each device is a kind, named by its id, with these
    entries, each of them optional; without them it is one device without a memory limit, with free
    transfers, that only measured costs can price. Further entries of other
    owners are left alone.

    ```mlir
    module attributes {dlti.target_system_spec = #dlti.target_system_spec<
      "acc" = #dlti.target_device_spec<
        "placement.count" = 4 : i64,
        "placement.memory" = 85899345920 : i64,
        "placement.link" = #placement.link<bandwidth = 6.4e10>,
        "placement.roofline" = #placement.roofline<peak = {f32 = 6.69e13 : f64},
                                                   bandwidth = 3.35e12>>,
      "cpu" = #dlti.target_device_spec<"placement.count" = 1 : i64,
                                       "placement.host" = true>>} {
    }
    ```

    ### Names resolve late

    A device attribute names a machine by symbol and may do so before the
    machine is in the module. The verifiers of the dialect look at one operation
    only; the pass `placement-verify` is the gate that resolves every name and
    recomputes what the plan claims.

    ### Discardable attributes

    | attribute | on | value |
    |---|---|---|
    | `placement.cost` | operation | `#placement.cost`: time for each kind of device and bytes |
    | `placement.pin` | operation | `#placement.pin`: it must run on this kind or device |
    | `placement.colocate` | operation | string: operations with the same name share a device |
    | `placement.phase` | operation, stage function | `#placement.phase`: forward or backward pass |
    | `placement.device` | operation, stage function, function argument or result | `#placement.device`; on arguments and results also `#placement.host` |
    | `placement.stage` | operation, stage function | 64-bit integer: position in the chain of stages |
    | `placement.plan` | function | `#placement.plan`: objective, value, bound, status, fingerprint |
    | `placement.microbatch` | stage function | unit: the function is called once for each microbatch |
    | `placement.role` | function argument | `"weight"` or `"activation"` |

    Any other attribute whose name begins with `placement.` is an error: a
    misspelt one would otherwise be ignored in silence.

    ### Problems as IR

    A placement problem can stand in a module without the program it came from:
    `placement.problem` holds nodes, values, weights, order constraints and a
    solution. One file is then a whole bug report: `device-place` writes it with
    `dump-problem`, `placement-solve-problem` solves it again, and
    `placement-check-problem` checks the given solution without any solver.
  }];
  let cppNamespace = "::placement";
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;

  let extraClassDeclaration = [{
    /// A flag with which a host program stops the searches of passes in this
    /// context: they go on with their best plan. It outlives the passes; null,
    /// the default, for none. Not synchronised: set it before passes run.
    void setCancelFlag(const std::atomic<bool> *flag) { cancelFlag = flag; }
    const std::atomic<bool> *getCancelFlag() const { return cancelFlag; }

  private:
    const std::atomic<bool> *cancelFlag = nullptr;

  public:
  }];
}

#endif // PLACEMENT_DIALECT_PLACEMENTDIALECT_TD
