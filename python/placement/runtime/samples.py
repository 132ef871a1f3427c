"""The samples of a run: checked, and taken one ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy

from placement.errors import InputError

if TYPE_CHECKING:
    from placement.stages import StageProgram

# One array for each activation argument, in order.
Sample: TypeAlias = Sequence[numpy.ndarray]


def check_arrays(
    program: StageProgram,
    arrays: Sequence[numpy.ndarray],
    what: str,
    values: Sequence[int],
) -> dict[int, numpy.ndarray]:
    """Arrays by the ids of the values that they are for.

    Args:
        program: Tells the types of values.
        arrays: One for each value.
        what: How messages call one, `weight`.
        values: Ids, in order.

    Raises:
        InputError: Their number, a shape or an element type is wrong.
    """
    arrays = list(arrays)
    if len(arrays) != len(values):
        raise InputError(
            f"there are {len(arrays)} {what} arrays; the program takes {len(values)}"
        )
    checked = {}
    for number, (value, given) in enumerate(zip(values, arrays, strict=True)):
        array, want = numpy.asarray(given), program.values[value]
        if array.shape != want.shape or array.dtype != want.dtype:
            shape = ",".join(map(str, array.shape))
            raise InputError(
                f"{what} {number} is {array.dtype}[{shape}]; the program takes {want}"
            )
        checked[value] = array
    return checked


class Source:
    """The samples of a run, checked; looks one ahead."""

    def __init__(
        self,
        samples: Iterable[Sample],
        check: Callable[[Sample], dict[int, numpy.ndarray]],
    ) -> None:
        self._samples = iter(samples)
        self._check = check
        self._number = 0
        self._next: dict[int, numpy.ndarray] | None = None
        self._ended = False
        self._error: Exception | None = None

    def more(self) -> bool:
        """Whether there is another sample; none after one that is wrong."""
        if self._next is None and not self._ended:
            try:
                self._next = self._check(next(self._samples))
            except StopIteration:
                self._ended = True
            except InputError as error:
                self._fail(InputError(f"sample {self._number}: {error}"))
            except Exception as error:
                self._fail(error)
            self._number += 1
        return self._next is not None

    def take(self) -> dict[int, numpy.ndarray]:
        """The sample that `more` found."""
        taken, self._next = self._next, None
        assert taken is not None
        return taken

    def finish(self) -> None:
        """Raises what went wrong with the samples."""
        if self._error is not None:
            raise self._error

    def _fail(self, error: Exception) -> None:
        self._ended, self._error = True, error
