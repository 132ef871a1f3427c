"""Measures stages whole: compiled as they will run, each alone on one core."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from placement import _core
from placement.calibration import process
from placement.calibration.jobs import Failed, Input, Item, Job, Timing
from placement.calibration.links import Link
from placement.errors import StageError
from placement.stages import Device, StageProgram, TensorType, element_of

# Seconds of calls for each stage.
BUDGET = 0.5


@dataclass(frozen=True)
class StageTime:
    """What a device does for one microbatch, in microseconds.

    Attributes:
        call: Its calls, alone on one core.
        transfer: What it hands over and takes, by the link.
    """

    call: float
    transfer: float

    @property
    def total(self) -> float:
        """What it is busy with."""
        return self.call + self.transfer


def signature_counts(text: str) -> Counter[str]:
    """How many operations of each signature the public function of a module has."""
    with tempfile.TemporaryDirectory(prefix="placement-") as folder:
        path = Path(folder) / "signatures.json"
        _core.run_pipeline(
            text, f'placement-inline,placement-print-op-signatures{{file="{path}"}}'
        )
        entries = json.loads(path.read_text())["entries"]
    return Counter({e["signature"]: e["info"]["count"] for e in entries})


def stage_counts(program: StageProgram, stage: int) -> Counter[str]:
    """The same for all calls of a stage together."""
    total: Counter[str] = Counter()
    for call in program.calls_of(stage):
        total += signature_counts(program.texts[call.function])
    return total


def device_counts(program: StageProgram, device: Device) -> Counter[str]:
    """The same for all stages of a device together."""
    total: Counter[str] = Counter()
    for stage in program.stages_on(device):
        total += stage_counts(program, stage)
    return total


def transfer_time(program: StageProgram, device: Device, link: Link) -> float:
    """Microseconds that a device spends on transfers for one microbatch.

    Its end of each hand-over, to and from the caller included, as in the cost
    model.
    """
    return sum(
        link.time(program.values[t.value].nbytes)
        for t in program.transfers
        if device in (t.source, t.target)
    )


def measure(
    programs: Iterable[StageProgram],
    backend: str,
    *,
    known: dict[str, Timing] | None = None,
    core: int | None = None,
    options: Mapping[str, Any] | None = None,
    budget: float = BUDGET,
    timeout: float = process.TIMEOUT,
    progress: Callable[[str], None] | None = None,
) -> dict[str, Timing]:
    """Times the stage functions of programs, each alone.

    Stages that several programs have in common are timed once.

    Args:
        programs: Whose stages.
        backend: Name of the backend.
        known: Times of an earlier call, which are not taken again; new ones are
            added.
        core: The core to keep to; None for any.
        options: For the backend's `compile`.
        budget: Seconds of calls for each.
        timeout: Seconds for each, compiling included.
        progress: Is called with the name of each stage that is done.

    Returns:
        Text of a module -> its times.

    Raises:
        StageError: A stage could not be compiled or run.
    """
    times = {} if known is None else known
    items = []
    names: dict[str, str] = {}
    for program in programs:
        weights = {program.arguments[a].value for a in program.weights}
        for call in program.calls:
            text = program.texts[call.function]
            if text in times or text in names:
                continue
            names[text] = f"{call.function}_{len(items)}"
            inputs = tuple(
                input_of(program.values[v], v in weights) for v in call.operands
            )
            items.append(Item(names[text], text, inputs, budget))
    if not items:
        return times
    # Weights of a whole stage are read once a call, as in the pipeline: with more
    # than one copy they would only be further from the cache than they will be.
    job = Job(backend, dict(options or {}), core, 0, tuple(items))
    answers = process.run(job, timeout=timeout, progress=progress)
    for item in items:
        answer = answers[item.name]
        if isinstance(answer, Failed):
            function = item.name.rpartition("_")[0]
            raise StageError(f"@{function} could not be measured: {answer.reason}")
        times[item.text] = answer
    return times


def device_loads(
    program: StageProgram, times: Mapping[str, Timing], link: Link
) -> tuple[StageTime, ...]:
    """What each device of a program is busy with, with all its stages."""
    return tuple(
        StageTime(
            sum(
                times[program.texts[call.function]].least
                for stage in program.stages_on(device)
                for call in program.calls_of(stage)
            ),
            transfer_time(program, device, link),
        )
        for device in program.devices
    )


def period(loads: Iterable[float], cores: int | None = None) -> float:
    """Microseconds between microbatches of devices with these loads.

    Args:
        loads: Of each device.
        cores: How many cores the devices have, in turn; None for one each.
    """
    loads = list(loads)
    count = min(cores or len(loads), len(loads))
    return max((sum(loads[i::count]) for i in range(count)), default=0.0)


def input_of(value: TensorType, weight: bool) -> Input:
    """An argument of that type, to be made up."""
    return Input(value.shape, element_of(value.dtype), value.nbytes, weight)
