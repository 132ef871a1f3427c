"""Shared by the tests that place programs and run them through JAX."""

import numpy
import pytest


@pytest.fixture(scope="session")
def jax(need):
    return need("jax")


@pytest.fixture(autouse=True)
def installed(jax):
    """Nothing here runs without it."""


@pytest.fixture(scope="session")
def difference(jax):
    """difference(results, expected): the largest of any array, relative to its
    largest number; infinite where structure or shapes differ."""

    def measure(results, expected):
        if jax.tree.structure(results) != jax.tree.structure(expected):
            return numpy.inf
        worst = 0.0
        pairs = zip(jax.tree.leaves(results), jax.tree.leaves(expected), strict=True)
        for result, reference in pairs:
            result, reference = numpy.asarray(result), numpy.asarray(reference)
            if result.shape != reference.shape or result.dtype != reference.dtype:
                return numpy.inf
            if not numpy.isfinite(reference).all():
                return numpy.inf
            scale = max(numpy.abs(reference).max(), numpy.finfo("float32").tiny)
            worst = max(worst, float(numpy.abs(result - reference).max() / scale))
        return worst

    return measure
