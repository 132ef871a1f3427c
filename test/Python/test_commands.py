"""The command line of the package."""

import json
import subprocess
import sys

import pytest
from placement.__main__ import guarded_main

MODEL = """
func.func @main(%w: tensor<64x64xf32>, %x: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %0 = "stablehlo.dot"(%x, %w)
    : (tensor<64x64xf32>, tensor<64x64xf32>) -> tensor<64x64xf32>
  %1 = "stablehlo.tanh"(%0) : (tensor<64x64xf32>) -> tensor<64x64xf32>
  return %1 : tensor<64x64xf32>
}
"""


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """run(word, ...) is (exit status, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.mlir").write_text(MODEL)

    def call(*words):
        try:
            status = guarded_main(words)
        except SystemExit as stop:
            status = stop.code
        return status, *capsys.readouterr()

    return call


def test_help_and_version(run):
    status, out, _ = run("--help")
    assert status == 0
    for command in "place", "export-model", "solve":
        assert command in out
        assert run(command, "--help")[0] == 0
    assert run("--version")[1].startswith("placement ")
    assert run()[0] == 1


def test_as_a_module():
    command = [sys.executable, "-m", "placement", "--version"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.startswith("placement ")


def test_place_prints_the_plan(run, tmp_path):
    status, out, error = run("place", "model.mlir")
    assert status == 0
    assert "cpu:0" in out and "optimal" in out
    assert "remark: no machine is given; placing on the preset 'quad'" in error
    assert run("place", "model.mlir", "--quiet") == (0, "", "")


def test_place_writes_every_form(run, tmp_path):
    status, out, error = run("place", "model.mlir", "-o", "-")
    assert status == 0 and "main_stage0" in out and "optimal" in error
    status, out, _ = run("place", "model.mlir", "-o", "o.mlir", "--form", "annotated")
    assert status == 0 and "placement.plan" in (tmp_path / "o.mlir").read_text()
    assert "optimal" in out
    assert run("place", "model.mlir", "--save", "m.placed")[0] == 0
    assert (tmp_path / "m.placed").exists()
    status, out, _ = run("place", "model.mlir", "-o", "-", "--weights", "1,0")
    assert out.count('role = "weight"') >= 2


def test_options_of_place(run, tmp_path):
    machine = {"version": 1, "name": "one", "kinds": [{"name": "npu", "count": 1}]}
    roofline = {"peak": {"default": 1e12}, "bandwidth": 1e10}
    machine["kinds"][0]["roofline"] = roofline
    (tmp_path / "one.json").write_text(json.dumps(machine))
    status, out, _ = run(
        "place", "model.mlir", "--machine-file=one.json", "--max-stages=1"
    )
    assert status == 0 and "npu:0" in out and "@one" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("place", "none.mlir"), "error: none.mlir: No such file or directory"),
        (("place", "model.mlir", "--machine=none"), "none"),
        (("place", "model.mlir", "--weights=a"), "--weights=a: give numbers"),
        (("place", "model.mlir", "--weights=7"), "no argument 7"),
        (("place", "model.mlir", "-o", "no/such/folder/x"), "error: no/such/folder/x:"),
        (("export-model", "lenet"), "no example model is called 'lenet'"),
        (("export-model", "mlp", "--layers=0"), "must be a positive integer"),
        (("export-model", "mlp", "--sequence=2"), "no size 'sequence'"),
        (("solve", "none.json"), "none.json"),
    ],
)
def test_errors_are_one_line_and_no_output(run, tmp_path, words, message):
    status, out, error = run(*words)
    assert (status, out) == (1, "")
    assert message in error
    assert error.count("error: ") == 1 and "error: " in error.splitlines()[0]
    assert [path.name for path in tmp_path.iterdir()] == ["model.mlir"]


def test_words_that_are_no_command(run):
    status, _, error = run("plaice")
    assert status == 2 and "plaice" in error


def test_solve(run, root):
    chain = root / "test/Tools/placement-solve/Inputs/chain.json"
    status, out, _ = run("solve", str(chain))
    assert status == 0 and "proved optimal" in out
    status, out, _ = run("solve", str(chain), "-o", "-")
    assert status == 0 and json.loads(out)["status"] == "optimal"
    infeasible = root / "test/Tools/placement-solve/Inputs/infeasible.json"
    assert run("solve", str(infeasible))[0] == 2


def test_export_model(run, need):
    need("jax")
    sizes = "--layers=2", "--width=8", "--batch=3"
    status, out, _ = run("export-model", "mlp", *sizes)
    assert status == 0
    assert out.count('placement.role = "weight"') == 2
    assert "tensor<3x8xf32>" in out and "loc(" not in out
    status, out, _ = run("export-model", "mlp_train", *sizes)
    assert status == 0 and "transpose(" in out
    status, _, error = run("export-model", "mlp_train", "--no-locations", *sizes)
    assert status == 1 and "needs its locations" in error
