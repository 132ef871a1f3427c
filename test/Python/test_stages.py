"""Stage programs: read from outlined modules, and looked things up in."""

import pickle

import ml_dtypes
import numpy
import pytest
from placement import InputError, run_pipeline
from placement.stages import (
    Device,
    StageProgram,
    TensorType,
    dtype_of,
    element_of,
    single_stage,
)

# A training step of two stages. The weight %w is used by both, %b passes
# through, %a is used by the next stage and by the backward pass of its own.
TRAINING = """
#d0 = #placement.device<@fleet, "acc", 0>
#d1 = #placement.device<@fleet, "acc", 1>
func.func @step(%w: tensor<4xbf16> {placement.role = "weight"},
                %x: tensor<4xbf16>, %b: tensor<i1>)
    -> (tensor<4xbf16>, tensor<i1>, tensor<4xbf16>) {
  %a = "stablehlo.multiply"(%w, %x) {placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xbf16>, tensor<4xbf16>) -> tensor<4xbf16>
  %y = "stablehlo.multiply"(%w, %a) {placement.device = #d1, placement.stage = 1 : i64}
      : (tensor<4xbf16>, tensor<4xbf16>) -> tensor<4xbf16>
  %g = "stablehlo.multiply"(%a, %y) {placement.phase = #placement.phase<backward>, placement.device = #d0, placement.stage = 0 : i64}
      : (tensor<4xbf16>, tensor<4xbf16>) -> tensor<4xbf16>
  return %g, %b, %g : tensor<4xbf16>, tensor<i1>, tensor<4xbf16>
}
"""


@pytest.fixture(scope="module")
def training():
    text, _ = run_pipeline(
        TRAINING, "placement-insert-transfers,placement-outline-stages"
    )
    return StageProgram.from_text(text)


def test_values(training):
    bf16 = TensorType((4,), numpy.dtype(ml_dtypes.bfloat16), 8)
    assert training.values == (
        bf16,
        bf16,
        TensorType((), numpy.dtype(bool), 1),
        bf16,
        bf16,
        bf16,
    )
    assert str(training.values[0]) == "bfloat16[4]"
    assert training.weights == (0,)
    assert training.activations == (1, 2)
    assert training.results == (5, 2, 5)
    assert training.function == "step"
    assert training.machine == "fleet"


def test_calls(training):
    assert [(c.function, c.stage, c.phase) for c in training.calls] == [
        ("step_stage0", 0, "forward"),
        ("step_stage1", 1, "forward"),
        ("step_stage0_backward", 0, "backward"),
    ]
    assert [(c.operands, c.results) for c in training.calls] == [
        ((0, 1), (3,)),
        ((0, 3), (4,)),
        ((3, 4), (5,)),
    ]
    assert [c.function for c in training.calls_of(0)] == [
        "step_stage0",
        "step_stage0_backward",
    ]


def test_lookups(training):
    assert training.weights_of(0) == training.weights_of(1) == (0,)
    assert training.weights_of(7) == ()
    assert training.producer(0) is None
    assert training.producer(4).function == "step_stage1"
    assert [c.function for c in training.consumers(3)] == [
        "step_stage1",
        "step_stage0_backward",
    ]
    assert training.consumers(5) == ()
    assert training.device_of(1) == Device("acc", 1)
    assert [t.shape for t in training.operand_types("step_stage1")] == [(4,), (4,)]


def test_transfers(training):
    acc0, acc1 = Device("acc", 0), Device("acc", 1)
    assert {(t.value, t.source, t.target) for t in training.transfers} == {
        (1, "host", acc0),
        (3, acc0, acc1),
        (4, acc1, acc0),
        (5, acc0, "host"),
    }
    assert str(acc1) == "acc:1"


def test_texts(training):
    assert set(training.texts) == {c.function for c in training.calls}
    for text in training.texts.values():
        assert 'sym_name = "main"' in text
        assert "placement." not in text


def test_pickle(training):
    _ = training.weights, training.consumers(0), training.producer(0)
    again = pickle.loads(pickle.dumps(training))
    assert again == training
    assert again.weights_of(1) == (0,)


def test_single_stage(models):
    whole = single_stage((models / "bert_tiny.stablehlo.mlir").read_text())
    assert [str(stage.device) for stage in whole.stages] == ["cpu:0"]
    assert len(whole.calls) == 1
    assert len(whole.weights) == 36
    assert whole.activations == (36,)


def test_single_stage_of_a_training_step_is_one_call(models):
    whole = single_stage((models / "bert_tiny_train_locs.stablehlo.mlir").read_text())
    assert len(whole.calls) == 1
    assert len(whole.activations) == 2


def test_not_outlined():
    with pytest.raises(InputError, match="neither a call of a stage nor a transfer"):
        StageProgram.from_text(TRAINING)


def test_other_version(training):
    with pytest.raises(InputError, match="has version 2; .* reads version 1"):
        StageProgram.from_json('{"version": 2}', {})


def test_missing_module():
    program = """{"version": 1, "calls": [{"function": "f"}]}"""
    with pytest.raises(InputError, match="no module for the stage function 'f'"):
        StageProgram.from_json(program, {})


@pytest.mark.parametrize(
    "element, dtype",
    [("f32", "float32"), ("ui8", "uint8"), ("i64", "int64"), ("complex<f64>", "c16")],
)
def test_dtype(element, dtype):
    assert dtype_of(element) == numpy.dtype(dtype)
    assert element_of(numpy.dtype(dtype)) == element


def test_ml_dtype():
    assert element_of(dtype_of("bf16")) == "bf16"


def test_no_dtype():
    with pytest.raises(InputError, match="no array can hold elements of type 'f80'"):
        dtype_of("f80")
    with pytest.raises(InputError, match="no type for elements of object"):
        element_of(numpy.dtype(object))
