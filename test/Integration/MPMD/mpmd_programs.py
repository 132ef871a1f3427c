"""Programs in the forms of Shardy MPMD, read with jaxlib's own parser."""

import functools
import json
import tempfile
from contextlib import contextmanager
from pathlib import Path

from placement import run_pipeline

ROOT = Path(__file__).resolve().parents[3]
MODELS = ROOT / "test" / "Models"
MACHINE = ROOT / "test" / "Integration" / "machine.json"

FORMS = ("fragment-calls", "fragments", "named-computations")
NAMES = ("bert_tiny", "bert_base", "resnet50", "bert_tiny_train_locs")

# Placed by hand, to have what the models have not: kinds whose meshes differ,
# shardings, a weight on two meshes, results that are arguments, further calls of a
# stage, several stages on a mesh.
SMALL = {
    "mixed": """
#a = #placement.device<@fleet, "acc", 0>
#c = #placement.device<@fleet, "cpu", 0>
"sdy.mesh"() <{mesh = #sdy.mesh<["x"=2]>, sym_name = "mesh"}> : () -> ()
func.func @main(
    %w: tensor<8x8xf32> {placement.role = "weight"},
    %x: tensor<4x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}, {}]>},
    %p: tensor<3xi32> {jax.buffer_donor = true})
    -> (tensor<4x8xf32> {jax.result_info = "y"}, tensor<3xi32>, tensor<4x8xf32>) {
  %0 = "stablehlo.dot_general"(%x, %w) <{dot_dimension_numbers = #stablehlo.dot<
      lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>}>
      {placement.device = #a, placement.stage = 0 : i64}
      : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
  %1 = "stablehlo.dot_general"(%0, %w) <{dot_dimension_numbers = #stablehlo.dot<
      lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>}>
      {placement.device = #c, placement.stage = 1 : i64}
      : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
  return %1, %p, %0 : tensor<4x8xf32>, tensor<3xi32>, tensor<4x8xf32>
}
""",
    "pieces": """
#a = #placement.device<@fleet, "acc", 0>
#b = #placement.device<@fleet, "acc", 1>
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = "stablehlo.tanh"(%x) {placement.device = #a, placement.stage = 0 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.tanh"(%0) {placement.device = #b, placement.stage = 1 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.add"(%1, %0) {placement.device = #a, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}
""",
    "virtual": """
#a = #placement.device<@fleet, "acc", 0>
#b = #placement.device<@fleet, "acc", 1>
#back = #placement.phase<backward>
func.func @main(%x: tensor<4xf32>, %w: tensor<4xf32> {placement.role = "weight"})
    -> tensor<4xf32> {
  %0 = "stablehlo.multiply"(%x, %w) {placement.device = #a, placement.stage = 0 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = "stablehlo.tanh"(%0) {placement.device = #b, placement.stage = 1 : i64}
      : (tensor<4xf32>) -> tensor<4xf32>
  %2 = "stablehlo.multiply"(%1, %w) {placement.device = #a, placement.stage = 2 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = "stablehlo.add"(%2, %0) {placement.phase = #back, placement.device = #a,
      placement.stage = 2 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = "stablehlo.add"(%3, %1) {placement.phase = #back, placement.device = #b,
      placement.stage = 1 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %5 = "stablehlo.add"(%4, %0) {placement.phase = #back, placement.device = #a,
      placement.stage = 0 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %5 : tensor<4xf32>
}
""",
}
SHAPES = {"mixed": "acc:x=2,cpu:x=2"}
ALL = (*NAMES, *SMALL)


def source(name):
    """The program before it is placed."""
    return SMALL.get(name) or (MODELS / f"{name}.stablehlo.mlir").read_text()


@functools.cache
def outlined(name):
    """Stages and driver of a program."""
    passes = (
        "placement-insert-transfers,placement-outline-stages"
        if name in SMALL
        else f'placement-pipeline{{machine-file="{MACHINE}"}}'
    )
    return run_pipeline(source(name), passes)[0]


@functools.cache
def converted(name, form="fragment-calls"):
    """The program in one of the forms of Shardy MPMD."""
    return _convert(name, form)[0]


@functools.cache
def assignment(name):
    """What Shardy's partitioning is told beside named computations."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "assignment.json"
        _convert(name, "named-computations", f'assignment-file="{file}"')
        return json.loads(file.read_text())


def _convert(name, form, options=""):
    shape = f"mesh-shape={SHAPES[name]}" if name in SHAPES else ""
    passes = f"convert-placement-to-mpmd{{form={form} {shape} {options}}}"
    return run_pipeline(outlined(name), passes)


@contextmanager
def shardy():
    """Yields `ir` of jaxlib, in a context that knows Shardy MPMD."""
    from jax.extend.mlir import ir
    from jax.extend.mlir.dialects import mpmd
    from jax.interpreters import mlir

    context = mlir.make_ir_context()
    mpmd.register_dialect(context)
    with context, ir.Location.unknown():
        yield ir


def verify(text):
    """Parses and verifies a module, as Shardy's own tools would.

    Raises:
        Exception: The text of the parser's or the verifier's error.
    """
    with shardy() as ir:
        module = ir.Module.parse(text)
        module.operation.verify()
        return str(module)
