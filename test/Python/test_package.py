"""The package as such: names, lazy imports, exceptions."""

import pickle
import subprocess
import sys

import placement
import pytest
from placement import extras


def test_every_public_name_exists():
    for name in placement.__all__:
        assert getattr(placement, name) is not None
    assert sorted(placement.__all__) == placement.__all__
    assert set(placement.__all__) <= set(dir(placement))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = placement.nothing


def test_import_loads_no_optional_package():
    program = (
        "import sys, placement\n"
        "heavy = {'jax', 'jaxlib', 'iree', 'ray', 'onnx', 'numpy'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"


def test_errors_are_also_what_they_look_like():
    assert issubclass(placement.InputError, ValueError)
    assert issubclass(placement.StageError, RuntimeError)
    assert issubclass(placement.StageTimeout, TimeoutError)
    assert issubclass(placement.MissingExtraError, ImportError)
    assert placement.InputError("x").diagnostics == ()


def test_diagnostics_survive_a_trip_to_another_process():
    one = placement.Diagnostic("error", "no such device", "a.mlir:1:2")
    again = pickle.loads(pickle.dumps(one))
    assert again == one and hash(again) == hash(one)
    assert str(again) == "a.mlir:1:2: error: no such device"
    assert placement.Diagnostic("remark", "fine") != one
    assert one != "error"


def test_missing_extra_says_what_to_install():
    with pytest.raises(placement.MissingExtraError, match=r"placement\[jax\]"):
        extras.load("no_such_package.part", "jax")
    assert extras.load("json", "jax").dumps([]) == "[]"


def test_fault_inside_an_installed_package_is_not_hidden(tmp_path, monkeypatch):
    (tmp_path / "half_installed.py").write_text("import no_such_package\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError) as caught:
        extras.load("half_installed", "jax")
    assert not isinstance(caught.value, placement.MissingExtraError)
