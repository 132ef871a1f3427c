"""run_pipeline: passes over text, with placement-opt as the reference."""

import os
import random
import signal
import subprocess
import threading
import time

import placement
import pytest
from placement import run_pipeline

UNKNOWN = """
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = "stablehlo.tanh"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
"""


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("name", ["mlp.mlir", "bert_tiny.stablehlo.mlir"])
def test_same_as_placement_opt(models, programs, name, wrapped):
    passes = "placement-pipeline{machine=tpu-v5e-4 max-stages=3}"
    run = subprocess.run(
        [
            programs / "placement-opt",
            models / name,
            f"--pass-pipeline=builtin.module({passes})",
            "--mlir-print-op-generic",
            "--mlir-print-debuginfo",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    text, said = run_pipeline(
        (models / name).read_text(),
        f"builtin.module({passes})" if wrapped else passes,
        source=str(models / name),
    )
    # The file's name is in every location.
    assert text.strip() == run.stdout.strip()
    assert any(d.severity == "remark" and "placed" in d.message for d in said)
    assert all(d.severity in ("remark", "note", "warning") for d in said)


def test_forms_of_the_output():
    generic, _ = run_pipeline(UNKNOWN, "")
    assert '"func.func"()' in generic and "loc(" in generic
    custom, _ = run_pipeline(UNKNOWN, "", generic=False, locations=False)
    assert "func.func @f" in custom and "loc(" not in custom
    assert run_pipeline(generic, "", generic=False, locations=False)[0] == custom


def test_upstream_passes_and_nested_pipelines():
    text = "func.func @f() { %0 = arith.constant 1 : i32\n return }"
    for passes in ("canonicalize", "func.func(canonicalize)", " builtin.module(cse) "):
        assert "constant" not in run_pipeline(text, passes)[0]


def test_all_errors_are_told_with_their_place():
    text = '"test.a"() {placement.stage = -1 : i64} : () -> ()'
    with pytest.raises(
        placement.InputError, match=r"model\.mlir:1:1: error: "
    ) as caught:
        run_pipeline(text, "", source="model.mlir")
    assert caught.value.diagnostics[0].severity == "error"
    assert caught.value.diagnostics[0].location == "model.mlir:1:1"


@pytest.mark.parametrize(
    "passes, said",
    [
        ("no-such-pass", "'no-such-pass' does not refer to a registered pass"),
        ("cse(", "in the pipeline"),
        ("device-place{machine=nowhere}", "nowhere"),
    ],
)
def test_bad_pipeline(passes, said):
    with pytest.raises(placement.InputError, match=said):
        run_pipeline(UNKNOWN, passes)


def test_bad_text():
    with pytest.raises(placement.InputError, match="<text>:1:1"):
        run_pipeline("what?", "cse")
    with pytest.raises(UnicodeEncodeError):
        run_pipeline("\ud800", "cse")
    with pytest.raises(TypeError):
        run_pipeline(None, "cse")
    # Bytes that are no UTF-8 do not break the message.
    with pytest.raises(placement.InputError, match=r"'placement\.stage' must be"):
        run_pipeline(b'"a.b"() {placement.stage = "\xff"} : () -> ()', "cse")


def test_foreign_bytecode_is_refused():
    with pytest.raises(placement.InputError) as caught:
        run_pipeline(b"ML\xefR\x01StableHLO_v1.13.0\0", "cse", source="m.mlirbc")
    assert "'m.mlirbc' is bytecode written by 'StableHLO_v1.13.0'" in str(caught.value)
    assert "generic form" in str(caught.value)


def test_own_bytecode_is_read(programs, models):
    run = subprocess.run(
        [programs / "placement-opt", models / "mlp.mlir", "--emit-bytecode", "-o", "-"],
        capture_output=True,
        check=True,
    )
    assert '"func.func"' in run_pipeline(run.stdout, "cse")[0]


def test_threads_do_not_meet(models):
    text = (models / "mlp.mlir").read_text()
    passes = "placement-pipeline{machine=tpu-v5e-4}"
    expected = run_pipeline(text, passes)
    found = []

    def work():
        for _ in range(5):
            found.append(run_pipeline(text, passes))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 20


@pytest.mark.timeout(120)
def test_interrupt_stops_the_search(hard_module):
    text, begin = hard_module, time.monotonic()
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        timer.start()
        run_pipeline(text, "placement-solve-problem{time-limit=60}")
    timer.join()
    assert time.monotonic() - begin < 30


@pytest.fixture
def hard_module():
    """A problem whose proof takes far longer than the test's limit."""
    width = depth = 14
    draw = random.Random(0).randint
    lines = [
        'placement.machine @m { placement.device_kind "acc" count 6 }',
        "placement.problem @p machine(@m) {",
    ]
    for node in range(width * depth):
        lines.append(f"placement.node {node} time {{acc = {draw(1, 99)}.0}}")
    for node in range(width * depth):
        if (node + 1) % depth:
            lines.append(
                f"placement.net {node} -> [{node + 1}] cost {{acc = {draw(1, 49)}.0}}"
            )
    return "\n".join([*lines, "}"])
