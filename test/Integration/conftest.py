"""Shared by all integration tests."""

import numpy
import pytest


@pytest.fixture(scope="session")
def machine(root):
    """Four devices that differ in nothing and whose links cost nearly nothing, so
    that every model is cut into as many stages as it can be."""
    return root / "test" / "Integration" / "machine.json"


@pytest.fixture(scope="session")
def differ():
    """differ(results, expected): the largest difference of any array, relative to
    the largest number of what is expected."""

    def measure(results, expected):
        worst = 0.0
        for result, reference in zip(results, expected, strict=True):
            assert result.shape == reference.shape
            assert result.dtype == reference.dtype
            assert numpy.isfinite(reference).all()
            scale = max(numpy.abs(reference).max(), numpy.finfo("float32").tiny)
            worst = max(worst, float(numpy.abs(result - reference).max() / scale))
        return worst

    return measure
