"""Shared by all integration tests."""

import pytest


@pytest.fixture(scope="session")
def machine(root):
    """Four devices that differ in nothing and whose links cost nearly nothing, so
    that every model is cut into as many stages as it can be."""
    return root / "test" / "Integration" / "machine.json"
