"""Optional packages, imported when they are needed and not before."""

from __future__ import annotations

import importlib
from types import ModuleType

from placement.errors import MissingExtraError


def load(module: str, extra: str) -> ModuleType:
    """Imports an optional module.

    Args:
        module: Its full name, `jax.numpy`.
        extra: The extra of this package that installs it, `jax`.

    Raises:
        MissingExtraError: The package is not installed. What fails inside of an
            installed package is raised as it is.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != package:
            raise
        raise MissingExtraError(
            f"this needs the package '{package}', which is not installed: "
            f"pip install placement[{extra}]",
            name=error.name,
        ) from error
