"""What handing values over between stages costs: measured, and fitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from placement import _core
from placement.stages import StageProgram

# Bytes of the hand-overs that are measured.
SIZES = (4 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20)
# The least that a fit may say; a machine file takes no zero bandwidth.
_LEAST_SECONDS_PER_BYTE = 1e-15


@dataclass(frozen=True)
class Handover:
    """A measured hand-over: bytes, and microseconds, the mean of both ends."""

    nbytes: int
    time: float


@dataclass(frozen=True)
class Link:
    """A device's link: a hand-over takes latency + bytes / bandwidth at each end.

    `latency` is in microseconds, `bandwidth` in bytes per second.
    """

    latency: float
    bandwidth: float

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Link:
        """Reads what `to_json` made."""
        return Link(data["latency"], data["bandwidth"])

    def to_json(self) -> dict[str, float]:
        """As data."""
        return {"latency": self.latency, "bandwidth": self.bandwidth}

    # A machine file has the same fields.
    to_machine = to_json

    def time(self, nbytes: float) -> float:
        """Microseconds of handing over so many bytes."""
        return self.latency + 1e6 * nbytes / self.bandwidth


def fit(handovers: Iterable[Handover]) -> Link:
    """The link that tells measured times best: least squares of relative errors.

    Neither latency nor bandwidth gets negative: where the best fit would have it so,
    the best without it is taken.

    Raises:
        ValueError: There are no times.
    """
    found = [h for h in handovers if h.time > 0]
    if not found:
        raise ValueError("there are no hand-overs to fit a link to")
    weights = numpy.array([1 / h.time for h in found])
    sizes = numpy.array([float(h.nbytes) for h in found])
    latency, slope = _solve([weights, sizes * weights])
    if latency < 0:
        latency, (slope,) = 0.0, _solve([sizes * weights])
    elif slope < 0:
        slope, (latency,) = 0.0, _solve([weights])
    seconds = max(slope * 1e-6, _LEAST_SECONDS_PER_BYTE)
    return Link(float(latency), float(1 / seconds))


def _solve(columns: Sequence[numpy.ndarray]) -> numpy.ndarray:
    """Coefficients with which the columns add up to ones, best."""
    matrix = numpy.column_stack(columns)
    solution, *_ = numpy.linalg.lstsq(matrix, numpy.ones(len(matrix)), rcond=None)
    return solution


def measure(
    backend: str,
    *,
    cores: Sequence[int] | None = None,
    sizes: Sequence[int] = SIZES,
    microbatches: int = 60,
    options: Mapping[str, Any] | None = None,
    timeout: float = 60.0,
) -> list[Handover]:
    """Times hand-overs between two stages in processes of their own.

    The sender takes a value from its device and puts it into the ring, the receiver
    takes it from there to its own device; waiting for each other is not counted.

    Args:
        backend: Name of the backend.
        cores: Two cores; None for any.
        sizes: Bytes of the values, multiples of four.
        microbatches: How many times each.
        options: For the backend's `compile`.
        timeout: Seconds that each may take.

    Raises:
        StageError: The runtime fails.
    """
    from placement.runtime import Pipeline

    found = []
    for nbytes in sizes:
        program = _two_stages(nbytes // 4)
        sample = [numpy.full((nbytes // 4,), 0.5, "float32")]
        with Pipeline(
            program,
            [],
            backend=backend,
            cores=cores,
            timeout=timeout,
            compile_options=options,
        ) as pipeline:
            for _ in pipeline.map([sample] * (microbatches // 4)):
                pass
            pipeline.reset_stats()
            for _ in pipeline.map([sample] * microbatches):
                pass
            sender, receiver = pipeline.stats().stages
        # Milliseconds of both ends, as microseconds of one.
        found.append(Handover(nbytes, float(500 * (sender.out_ms + receiver.in_ms))))
    return found


def _two_stages(elements: int) -> StageProgram:
    """A program whose first stage hands so many f32 to its second."""
    kind = f"tensor<{elements}xf32>"
    body = "\n".join(
        f'  %r{stage} = "stablehlo.negate"({"%x" if stage == 0 else "%r0"}) {{placement.device = '
        f'#placement.device<@pair, "cpu", {stage}>, placement.stage = {stage} : i64}} '
        f": ({kind}) -> {kind}"
        for stage in (0, 1)
    )
    text, _ = _core.run_pipeline(
        f"""
placement.machine @pair {{
  placement.device_kind "cpu" count 2
}}
func.func @main(%x: {kind} {{placement.role = "activation"}}) -> {kind} {{
{body}
  return %r1 : {kind}
}}
""",
        "placement-insert-transfers,placement-outline-stages",
    )
    return StageProgram.from_text(text)
