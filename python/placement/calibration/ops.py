"""Measures the operations of a model: what profiles are made of.

Operations are timed alone, and in the groups that a compiler is likely to fuse
(placement-export-ops). A heavy operation keeps the time that it has alone; what a
group takes beyond that is the price of its light operations, in proportion to
their own times. Alone, a light operation reads and writes all that it touches;
in a group it mostly does neither.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from placement import _core
from placement.backends import base
from placement.calibration import joint, process
from placement.calibration.hardware import Hardware
from placement.calibration.jobs import Failed, Input, Item, Job, Timing
from placement.calibration.roofline import TRANSCENDENTAL

# Arguments of the empty functions that tell what a call costs.
_EMPTY = (1, 9)


@dataclass(frozen=True)
class Operation:
    """A distinct operation of a model, as placement-export-ops describes it.

    Attributes:
        signature: Its name in a profile.
        count: How many operations of the model have it.
        timing: `heavy`, `light`, `free` or `unmeasured`.
        item: What is to be run; None if it is free or unmeasured.
        operations: Arithmetic operations; a transcendental is eight.
        nbytes: Bytes read and written.
        element: Element type of most of the arithmetic; may be empty.
    """

    signature: str
    count: int
    timing: str
    item: Item | None = None
    operations: int = 0
    nbytes: int = 0
    element: str = ""


@dataclass(frozen=True)
class Group:
    """A heavy operation and the light ones that follow on it.

    `operations` are numbers of operations, one for each in the group.
    """

    operations: tuple[int, ...]
    count: int
    item: Item


@dataclass(frozen=True)
class Extraction:
    """The distinct operations and groups of a model."""

    operations: tuple[Operation, ...]
    groups: tuple[Group, ...]


def extract(text: str, *, groups: bool = True) -> Extraction:
    """The distinct operations of the only public function of a module.

    Raises:
        InputError: The module is not right; the message says where.
    """
    with tempfile.TemporaryDirectory(prefix="placement-") as folder:
        flag = "true" if groups else "false"
        _core.run_pipeline(
            text,
            "placement-inline,"
            f'placement-export-ops{{directory="{folder}" groups={flag}}}',
        )
        index = json.loads((Path(folder) / "ops.json").read_text())

        def item(entry: Mapping[str, Any]) -> Item | None:
            name = entry.get("module")
            if name is None:
                return None
            inputs = tuple(
                Input(tuple(a["shape"]), a["dtype"], a["bytes"], a["role"] == "weight")
                for a in entry["arguments"]
            )
            return Item(name, (Path(folder) / f"{name}.mlir").read_text(), inputs)

        operations = []
        for entry in index["operations"]:
            work = entry.get("work", {})
            operations.append(
                Operation(
                    entry["signature"],
                    entry["count"],
                    entry["timing"],
                    item(entry),
                    work.get("flops", 0)
                    + TRANSCENDENTAL * work.get("transcendentals", 0),
                    work.get("bytes", 0),
                    work.get("element", ""),
                )
            )
        found = [
            Group(tuple(g["operations"]), g["count"], item(g)) for g in index["groups"]
        ]
    return Extraction(tuple(operations), tuple(found))


@dataclass(frozen=True)
class Measured:
    """What an extraction took, in microseconds, the cost of a call taken off.

    Attributes:
        alone: Of each operation; None where it is free or could not be measured.
        groups: Of each group; None where it could not be measured.
        spread: Of each operation; see `Timing.spread`.
        call: What an empty call costs.
        failures: Name of a module -> why it could not be measured.
    """

    alone: tuple[float | None, ...]
    groups: tuple[float | None, ...]
    spread: tuple[float, ...]
    call: float
    failures: Mapping[str, str]


def measure(
    extraction: Extraction,
    backend: str,
    *,
    hardware: Hardware,
    core: int | None = None,
    options: Mapping[str, Any] | None = None,
    timeout: float = process.TIMEOUT,
    progress: Callable[[str], None] | None = None,
) -> Measured:
    """Times all of an extraction in one process on one core.

    A backend that can compiles all of it before, at once and on all cores.

    Args:
        extraction: What to time.
        backend: Name of the backend.
        hardware: This machine, whose last cache the weights are rotated through.
        core: The core to keep to; None for any.
        options: For the backend's `compile`.
        timeout: Seconds for each module, and for all that are compiled at once.
        progress: Is called with the name of each module that is done.
    """
    empty = [_empty(arguments) for arguments in _EMPTY]
    items = [o.item for o in extraction.operations if o.item]
    items += [g.item for g in extraction.groups]
    options = dict(options or {})
    artifacts, compiled = joint.compile_items(
        base.get(backend), (*empty, *items), options, timeout=timeout
    )
    job = Job(backend, options, core, hardware.cache, compiled, artifacts)
    answers = process.run(job, timeout=timeout, progress=progress)
    call = _Call([answers[item.name] for item in empty])

    def time_of(item: Item | None) -> float | None:
        answer = answers[item.name] if item else None
        if not isinstance(answer, Timing):
            return None
        return max(answer.least - call.cost(len(item.inputs)), 0.0)

    def spread_of(item: Item | None) -> float:
        answer = answers[item.name] if item else None
        return answer.spread if isinstance(answer, Timing) else 0.0

    return Measured(
        tuple(time_of(o.item) for o in extraction.operations),
        tuple(time_of(g.item) for g in extraction.groups),
        tuple(spread_of(o.item) for o in extraction.operations),
        call.cost(_EMPTY[0]),
        {n: a.reason for n, a in answers.items() if isinstance(a, Failed)},
    )


def share(extraction: Extraction, measured: Measured) -> list[float | None]:
    """The price of each operation: what it adds to a program, in microseconds.

    All occurrences of a signature have one price, the mean of what the groups say;
    so the prices of all operations of the model add up to the times of its groups.
    """
    prices: list[float | None] = []
    total = [0.0] * len(measured.alone)
    seen = [0] * len(measured.alone)
    for group, time in zip(extraction.groups, measured.groups, strict=True):
        alone = [measured.alone[o] for o in group.operations]
        if time is None or None in alone:
            continue
        for operation, price in zip(
            group.operations, _split(extraction, group, alone, time), strict=True
        ):
            total[operation] += price * group.count
            seen[operation] += group.count
    for number, (operation, time) in enumerate(
        zip(extraction.operations, measured.alone, strict=True)
    ):
        if operation.timing == "free":
            prices.append(0.0)
        elif time is None:
            prices.append(None)
        elif seen[number]:
            # Copies in several groups may be more than there are operations.
            prices.append(total[number] / max(seen[number], operation.count))
        else:
            prices.append(time)
    return prices


def _split(
    extraction: Extraction, group: Group, alone: Sequence[float], time: float
) -> list[float]:
    """What each operation of a group adds to it."""
    heavy = [extraction.operations[o].timing == "heavy" for o in group.operations]
    whole = sum(t for t, is_heavy in zip(alone, heavy, strict=True) if is_heavy)
    light = sum(t for t, is_heavy in zip(alone, heavy, strict=True) if not is_heavy)
    if light == 0 or whole >= time:
        factor = time / whole if whole else 0.0
        return [
            t * factor if is_heavy else 0.0
            for t, is_heavy in zip(alone, heavy, strict=True)
        ]
    factor = (time - whole) / light
    return [
        t if is_heavy else t * factor for t, is_heavy in zip(alone, heavy, strict=True)
    ]


def _empty(arguments: int) -> Item:
    """A function that does next to nothing with that many arguments."""
    types = ", ".join(["tensor<f32>"] * arguments)
    names = ", ".join(f"%{i}: tensor<f32>" for i in range(arguments))
    text = f"""
"builtin.module"() ({{
  "func.func"() <{{function_type = ({types}) -> tensor<f32>, sym_name = "main"}}> ({{
  ^bb0({names}):
    %r = "stablehlo.negate"(%0) : (tensor<f32>) -> tensor<f32>
    "func.return"(%r) : (tensor<f32>) -> ()
  }}) : () -> ()
}}) : () -> ()
"""
    return Item(f"empty_{arguments}", text, (Input((), "f32", 4, False),) * arguments)


class _Call:
    """What a call costs: so much, and so much for each argument."""

    def __init__(self, answers: Sequence[Timing | Failed]) -> None:
        first, last = (a.least if isinstance(a, Timing) else 0.0 for a in answers)
        self._argument = max((last - first) / (_EMPTY[1] - _EMPTY[0]), 0.0)
        self._base = max(first - self._argument * _EMPTY[0], 0.0)

    def cost(self, arguments: int) -> float:
        return self._base + self._argument * arguments
