"""A placed program as a pipeline: pytrees in, pytrees out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from placement.program import PlacedProgram
    from placement.runtime import Stats


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
        self.runner = Pipeline(placed.stages, arrays, **options)

    def __enter__(self) -> PlacedPipeline:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends all stages. A second call does nothing."""
        self.runner.close()

    def map(self, samples: Iterable[Any]) -> Iterator[Any]:
        """What the function returns for each sample, in order.

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
        return map(self._signature.unflatten, self.runner.map(arrays))

    def accumulate(self, samples: Iterable[Any], *, mean: bool = False) -> Any:
        """The sum, or the mean, of what the function returns for the samples, added
        up where the stages make it: gradient accumulation.

        Raises:
            InputError, StageError, StageTimeout: As `map`.
        """
        arrays = (self._signature.flatten_sample(sample) for sample in samples)
        return self._signature.unflatten(self.runner.accumulate(arrays, mean=mean))

    def stats(self) -> Stats:
        """Times of what ran so far; see `placement.runtime.Stats`."""
        return self.runner.stats()
