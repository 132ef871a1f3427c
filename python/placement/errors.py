"""The exceptions of this package.

All of them are `PlacementError`, and each is also the built-in exception that
fits it best, so that callers who don't know this package catch it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from placement._core import Diagnostic


class PlacementError(Exception):
    """Base of all exceptions that this package raises on purpose.

    Attributes:
        diagnostics: What the C++ core said, in order; empty where the error
            does not come from a pass or a parser.
    """

    diagnostics: tuple[Diagnostic, ...] = ()


class InputError(PlacementError, ValueError):
    """Bad input: a file, a module, an option or an array.

    The message names the file or argument, the element and the rule broken.
    """


class InternalError(PlacementError, RuntimeError):
    """A fault of this package: please report it with what provoked it."""


class InfeasibleError(PlacementError):
    """It is proven that no plan keeps all rules of the instance."""


class StageError(PlacementError, RuntimeError):
    """A stage failed at run time; the message names the stage and its device."""


class StageTimeout(StageError, TimeoutError):
    """A stage gave no answer within the limit."""


class MissingExtraError(PlacementError, ImportError):
    """An optional package is missing; the message says how to install it."""
