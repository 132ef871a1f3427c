"""Shared by all pytest tests: the built package and the folders of the checkout.

ctest names the build folder in PLACEMENT_BUILD_DIR; by hand the one of the
preset dev is taken: `.venv/bin/python -m pytest test/Python`.
"""

import importlib
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BUILD = Path(os.environ.get("PLACEMENT_BUILD_DIR", ROOT / "build" / "dev"))

# For this process and for those that tests start.
package = str(BUILD / "python")
sys.path.insert(0, package)
inherited = os.environ.get("PYTHONPATH")
os.environ["PYTHONPATH"] = package + (os.pathsep + inherited if inherited else "")


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def build() -> Path:
    """The build folder."""
    return BUILD


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder of placement-opt and placement-solve."""
    return BUILD / "bin"


@pytest.fixture(scope="session")
def models(root) -> Path:
    """The models that are kept with the tests."""
    return root / "test" / "Models"


@pytest.fixture(scope="session")
def need():
    """need("jax") is the module; without it the test is skipped, and in
    continuous integration, which has all of them, it fails."""

    def load(name):
        if os.environ.get("CI"):
            return importlib.import_module(name)
        return pytest.importorskip(name)

    return load
