"""Fixtures; what several tests share is in iree_cases.py and placement_check.py."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from iree_cases import Case  # noqa: E402


@pytest.fixture
def case(need, tmp_path):
    """case("bert_tiny") makes a `Case`."""
    need("jax")
    need("iree.compiler.tools")
    need("iree.runtime")

    def make(name, donate=False, anywhere=False, **sizes):
        return Case(name, sizes, donate, tmp_path, anywhere)

    return make


@pytest.fixture(scope="session")
def tiny(need, tmp_path_factory):
    """bert_tiny in four stages, for all tests that only need some model."""
    need("jax")
    need("iree.compiler.tools")
    need("iree.runtime")
    return Case("bert_tiny", {}, False, tmp_path_factory.mktemp("bert_tiny"))
