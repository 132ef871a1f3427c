"""A placed program as a pipeline: pytrees in, pytrees out."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from placement.program import PlacedProgram
    from placement.runtime import Stats
    from placement.runtime.measure import Alone


class PlacedPipeline:
    """The stages of a placed program side by side, each on its own microbatch.

    Use it in a `with` block, or call `close`: afterwards nothing is left running.

    Attributes:
        runner: The `placement.runtime.Pipeline` below, which takes and gives lists
            of arrays.
    """

    def __init__(
        self, placed: PlacedProgram, weights: Sequence[Any], options: Mapping[str, Any]
    ) -> None:
        """For this package: use `PlacedProgram.pipeline`."""
        from placement.runtime import Pipeline

        self._signature = placed.signature
        arrays = self._signature.flatten_weights(weights)
        options = {"whole": placed.as_text("input"), **options}
        self.runner = Pipeline(placed.stages, arrays, **options)

    def __enter__(self) -> PlacedPipeline:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends all stages. A second call does nothing."""
        self.runner.close()

    def map(self, samples: Iterable[Any]) -> Generator[Any, None, None]:
        """What the function returns for each sample, in order. Whoever leaves before
        the end and keeps the iterator calls its `close`.

        Args:
            samples: For each microbatch the tuple of the arguments that hold no
                weights; a single one that is no tuple may be given alone. Samples
                are taken a few more than results were given.

        Raises:
            InputError: A sample does not fit; the message names the argument.
            StageError: A stage failed; the pipeline is closed.
            StageTimeout: A result takes longer than `timeout`; it is closed.
        """
        arrays = (self._signature.flatten_sample(sample) for sample in samples)
        with contextlib.closing(self.runner.map(arrays)) as results:
            for result in results:
                yield self._signature.unflatten(result)

    def accumulate(self, samples: Iterable[Any], *, mean: bool = False) -> Any:
        """The sum, or the mean, of what the function returns for the samples, added
        up where the stages make it: gradient accumulation.

        Raises:
            InputError, StageError, StageTimeout: As `map`.
        """
        arrays = (self._signature.flatten_sample(sample) for sample in samples)
        return self._signature.unflatten(self.runner.accumulate(arrays, mean=mean))

    def set_weights(self, *weights: Any) -> None:
        """Replaces the weights, as after a training step.

        Args:
            weights: As for `PlacedProgram.pipeline`.

        Raises:
            InputError: The weights don't fit; the message names the argument.
            PlacementError: A `map` is under way, or the pipeline is closed.
            StageError: A stage failed; the pipeline is closed.
        """
        self.runner.set_weights(self._signature.flatten_weights(weights))

    def measure_alone(self, sample: Any, *, runs: int = 10) -> Alone:
        """Times each stage, and the program before it was placed, alone on one
        core; `stats` then tells the speed-up.

        Args:
            sample: As in `map`.
            runs: Timed runs of each; the median counts.

        Raises:
            InputError, StageError, StageTimeout: As `map`.
        """
        arrays = self._signature.flatten_sample(sample)
        return self.runner.measure_alone(arrays, runs=runs)

    def stats(self) -> Stats:
        """Times of what ran so far; see `placement.runtime.Stats`."""
        return self.runner.stats()
