"""Shared by the tests that place programs and run them through JAX; what they
import is in jax_programs.py."""

import sys
from pathlib import Path

import numpy
import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def jax(need):
    return need("jax")


@pytest.fixture(autouse=True)
def installed(jax):
    """Nothing here runs without it."""


@pytest.fixture(scope="session")
def difference(jax, differ):
    """difference(results, expected): that of pytrees; infinite where their structure
    differs."""

    def measure(results, expected):
        if jax.tree.structure(results) != jax.tree.structure(expected):
            return numpy.inf
        leaves = (map(numpy.asarray, jax.tree.leaves(t)) for t in (results, expected))
        return differ(*leaves)

    return measure
