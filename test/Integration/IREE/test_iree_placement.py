"""What makes IREE run a stage on its device, and that the check would notice."""

import re

import placement_check
import pytest
from iree_cases import compile_with_stream
from placement import run_pipeline
from placement.errors import InputError
from placement.stages import StageProgram

# Two stages, each with a weight, and with a constant in common that IREE evaluates
# at compile time.
SHARED = """
placement.machine @fleet { placement.device_kind "acc" count 2 }
func.func @main(%x: tensor<4x64xf32> {placement.role = "activation"},
                %w0: tensor<64x64xf32> {placement.role = "weight"},
                %w1: tensor<64x64xf32> {placement.role = "weight"})
    -> tensor<4x64xf32> {
STAGE0
STAGE1
  return %r1 : tensor<4x64xf32>
}
"""
STAGE = """
  %i{n} = "stablehlo.iota"() <{{iota_dimension = 0 : i64}}> {{{at}}}
      : () -> tensor<64x64xf32>
  %s{n} = "stablehlo.sine"(%i{n}) {{{at}}}
      : (tensor<64x64xf32>) -> tensor<64x64xf32>
  %t{n} = "stablehlo.dot"(%s{n}, %s{n}) {{{at}}}
      : (tensor<64x64xf32>, tensor<64x64xf32>) -> tensor<64x64xf32>
  %d{n} = "stablehlo.dot"({x}, %w{n}) {{{at}}}
      : (tensor<4x64xf32>, tensor<64x64xf32>) -> tensor<4x64xf32>
  %r{n} = "stablehlo.dot"(%d{n}, %t{n}) {{{at}}}
      : (tensor<4x64xf32>, tensor<64x64xf32>) -> tensor<4x64xf32>
"""


@pytest.fixture(scope="module")
def shared(need):
    """The outlined program of two stages, and its form for IREE."""
    need("iree.compiler.tools")
    need("iree.runtime")
    text = SHARED
    for n, x in (0, "%x"), (1, "%r0"):
        at = (
            f'placement.device = #placement.device<@fleet, "acc", {n}>, '
            f"placement.stage = {n} : i64"
        )
        text = text.replace(f"STAGE{n}", STAGE.format(n=n, x=x, at=at))
    outlined, _ = run_pipeline(
        text, "placement-insert-transfers,placement-outline-stages"
    )
    return outlined, run_pipeline(outlined, "convert-placement-to-iree")[0]


def complaints(outlined, text, folder):
    _, stream = compile_with_stream(text, folder)
    return placement_check.misplaced(stream, StageProgram.from_text(outlined))


def test_shared_constant(shared, tmp_path):
    assert complaints(*shared, tmp_path) == []


def test_check_sees_shared_constants(shared, tmp_path):
    outlined, text = shared
    merged = without(
        text, "util.optimization_barrier", "flow.tensor.transfer", inside=1
    )
    assert complaints(outlined, merged, tmp_path)


def test_check_sees_missing_transfers(shared, tmp_path):
    outlined, text = shared
    stayed = without(text, "flow.tensor.transfer", inside=0)
    # The pass's own check says so without a compiler.
    with pytest.raises(InputError, match="no flow.tensor.transfer moves it"):
        run_pipeline(stayed, "placement-verify-iree")
    stayed = without(stayed, "flow.tensor.transfer", inside=1)
    assert complaints(outlined, stayed, tmp_path)


def without(text, *names, inside):
    """The module without some operations, each replaced by its operand: in the
    driver (`inside` is 0) or in the stages."""
    functions = re.split(r'^(?=  "func\.func")', text, flags=re.M)
    for number, function in enumerate(functions[1:], 1):
        if ('sym_name = "main",' in function or 'sym_name = "main"}' in function) == (
            inside == 1
        ):
            continue
        for name in names:
            pattern = rf'^ *(%\w+) = "{re.escape(name)}"\((%[\w#]+)\).*\n'
            while match := re.search(pattern, function, re.M):
                function = function.replace(match[0], "", 1)
                function = re.sub(rf"{match[1]}\b", match[2], function)
        functions[number] = function
    return "".join(functions)
