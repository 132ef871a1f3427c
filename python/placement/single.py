"""A placed program that takes one sample at a time: pytrees in, pytrees out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from placement.program import PlacedProgram
    from placement.runtime.single import CallTimes


class PlacedSingle:
    """The calls of a placed program, each run as soon as its inputs are there.

    Use it in a `with` block, or call `close`: afterwards nothing is left running.

    Attributes:
        runner: The `placement.runtime.SingleRunner` below, which takes and gives
            lists of arrays.
    """

    def __init__(
        self, placed: PlacedProgram, weights: Sequence[Any], options: Mapping[str, Any]
    ) -> None:
        """For this package: use `PlacedProgram.single`."""
        from placement.runtime.single import SingleRunner

        self._signature = placed.signature
        arrays = self._signature.flatten_weights(weights)
        self.runner = SingleRunner(placed.stages, arrays, **options)

    def __enter__(self) -> PlacedSingle:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends all threads. A second call does nothing."""
        self.runner.close()

    def __call__(self, sample: Any) -> Any:
        """What the function returns for one sample.

        Args:
            sample: The tuple of the arguments that hold no weights; a single one
                that is no tuple may be given alone.

        Raises:
            InputError: The sample does not fit; the message names the argument.
            StageError: A stage failed.
            StageTimeout: The sample takes longer than `timeout`.
        """
        arrays = self._signature.flatten_sample(sample)
        return self._signature.unflatten(self.runner.run(arrays))

    @property
    def times(self) -> tuple[CallTimes, ...]:
        """When each call of the last sample ran; `placed.stages.stages` says when
        the plan has them run."""
        return self.runner.times
