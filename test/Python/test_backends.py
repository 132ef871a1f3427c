"""How backends are found."""

import subprocess
import sys

import pytest
from placement import backends
from placement.errors import InputError


def test_names_are_known_without_importing_anything():
    program = (
        "import sys, placement.backends as b; print(b.names());"
        "print(sorted({'jax', 'iree', 'ray', 'onnx'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    names, loaded = run.stdout.splitlines()
    assert "'iree', 'jax'" in names
    assert loaded == "[]"


def test_unknown_name_lists_the_known_ones():
    with pytest.raises(InputError, match="no backend is called 'tvm'; .*iree, jax"):
        backends.get("tvm")


def test_missing_package_says_what_to_install():
    program = (
        "import sys; sys.modules['jax'] = None\n"
        "from placement import backends, errors\n"
        "try: backends.get('jax')\n"
        "except errors.MissingExtraError as error: print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "pip install placement[jax]" in run.stdout
