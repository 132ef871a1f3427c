"""The solver: problems in, plans out."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from typing import Literal

from numpy.typing import ArrayLike

from placement import _core
from placement._core import Event
from placement.arrays import indices, whole_number
from placement.errors import InputError
from placement.instance import Instance, read_workload
from placement.machine import DeviceKind, Machine
from placement.nets import Nets, Weights
from placement.plan import Alternative, DeviceLoad, Plan
from placement.timeline import TimelineEntry

__all__ = [
    "Alternative",
    "DeviceKind",
    "DeviceLoad",
    "Event",
    "Instance",
    "Machine",
    "Nets",
    "Plan",
    "TimelineEntry",
    "Weights",
    "algorithms",
    "evaluate",
    "read_workload",
    "solve",
]


def solve(
    instance: Instance | str | os.PathLike[str],
    *,
    algorithm: str = "auto",
    contiguous: bool = True,
    max_stages: int | None = None,
    gap: float = 0.0,
    time_limit: float | None = None,
    work_limit: int | None = None,
    memory_limit: int = 2 << 30,
    seed: int = 1,
    alternatives: int | None = None,
    threads: int | None = None,
    provers: Literal["auto", "own", "highs", "cpsat", "all"] = "auto",
    worker: str | os.PathLike[str] | None = None,
    warm_start: Plan | None = None,
    observer: Callable[[Event], object] | None = None,
    cancel: Callable[[], bool] | None = None,
    interrupt: Literal["raise", "return"] = "raise",
) -> Plan:
    """Finds the best plan, and proves how good it is: the one with the least time
    per sample or, where the objective of the instance is latency, with the least
    time for one sample.

    A limit is no error: the best plan so far comes back with the bound proven so
    far, and `plan.stop` says which limit it was. An instance without any feasible
    plan is none either: `plan.status` is then `infeasible`, and
    `plan.explanation` says why.

    Args:
        instance: The problem, or the path of its file.
        algorithm: `auto`, or a name that `algorithms()` lists.
        contiguous: Each device holds one stage of a chain; with False any nodes, in
            any number of pieces. Under latency the instance says how many pieces, and
            False needs one that allows 2 or more.
        max_stages: At most this many stages, from 1; None for one a device. Under
            latency at most this many pieces.
        gap: Relative gap at which to stop: 0.01 is 1 %. 0 asks for a proof.
        time_limit: Seconds, from 0; None for no limit.
        work_limit: Steps of the search, about ten million a second: a limit that
            gives the same plan on every machine. None for no limit.
        memory_limit: Bytes that the tables of the search may take.
        seed: Of randomised algorithms, from 0.
        alternatives: How many of the best plans to return in `plan.alternatives`,
            no two with the same cuts; up to 1000. None for none.
        threads: Cores for the engine and the general solvers beside it; None for
            one.
        provers: Who proves bounds where `contiguous` is False, and for latency: the
            engine alone (`own`), or general solvers beside it. With `auto` they join where a
            time limit is set. What only they say is a claim: `plan.proof`.
        worker: The program that runs general solvers; None to look for it.
        warm_start: A plan of an instance with the same nodes and machine; it comes
            back where nothing better is found.
        observer: Called with each `Event` of the search, in the calling thread.
        cancel: Asked about every 20 ms, in the calling thread; true ends the search
            like a limit, with the stop `cancelled`.
        interrupt: What Ctrl-C does in the main thread: `raise` KeyboardInterrupt
            once the search has ended, or `return` the best plan so far.

    Raises:
        InputError: An option is wrong, or the algorithm cannot take the instance.
        InternalError: A fault of the solver.
        KeyboardInterrupt: Ctrl-C was pressed and `interrupt` is `raise`.
        Whatever `observer` or `cancel` raise; the search is ended first.

    Any number of threads may solve at once, also the same instance. The GIL is
    released meanwhile, and nothing is left running.
    """
    if not isinstance(instance, Instance):
        instance = read_workload(instance)
    if interrupt not in ("raise", "return"):
        raise InputError(f"interrupt: is {interrupt!r}; give 'raise' or 'return'")
    if (
        not contiguous
        and instance.objective == "latency"
        and instance.subgraphs_per_device == 1
    ):
        raise InputError(
            "contiguous: is False, which allows a device several pieces, but the "
            "problem allows one; give it with_objective('latency', "
            "subgraphs_per_device=2) or more"
        )
    warm_stages: Sequence[tuple[int, int]] = []
    warm_stage_of = None
    warm_rank = None
    if warm_start is not None:
        if warm_start.value is None:
            raise InputError("warm_start: is a plan without stages; give one with")
        warm_stages = warm_start._core.stages
        warm_stage_of = warm_start.stage_of
        warm_rank = warm_start.rank
    core = _core.solve(
        instance._core,
        algorithm=algorithm,
        contiguous=contiguous,
        max_stages=whole("max_stages", max_stages, 1, 2**32 - 1, 0),
        gap=number("gap", gap, 0.0),
        time_limit=number("time_limit", time_limit, math.inf),
        work_limit=whole("work_limit", work_limit, 0, 2**64 - 1, 2**64 - 1),
        memory_limit=whole("memory_limit", memory_limit, 1, 2**63 - 1, 2 << 30),
        seed=whole("seed", seed, 0, 2**64 - 1, 1),
        alternatives=whole("alternatives", alternatives, 1, _core.MOST_ALTERNATIVES, 0),
        threads=whole("threads", threads, 1, 1024, 0),
        provers=provers,
        worker="" if worker is None else os.fspath(worker),
        warm_stages=warm_stages,
        warm_stage_of=warm_stage_of,
        warm_rank=warm_rank,
        observer=observer,
        cancel=cancel,
        keep_plan=interrupt == "return",
    )
    return Plan(core, instance)


def evaluate(
    instance: Instance,
    plan: str | os.PathLike[str] | None = None,
    *,
    stages: Sequence[tuple[str, int]] | None = None,
    stage_of: ArrayLike | None = None,
    rank: ArrayLike | None = None,
    contiguous: bool = True,
) -> Plan:
    """Values a given plan without solving.

    The status is `feasible`, or `infeasible` where the plan breaks a rule of the
    instance, which `explanation` then names; value and loads are given all the
    same.

    Args:
        instance: The problem.
        plan: A file: PLAN.json, or a published split.
        stages: Instead of a file: kind and index of each stage's device, in order.
        stage_of: With `stages`: (nodes,) the stage of each node.
        rank: With `stages`, under latency with a bounded number of cores: (nodes,)
            numbers by which nodes of one core run; without it by stage, then in
            program order.
        contiguous: Each device has to hold one stage of a chain. Under latency the
            instance says how many pieces a device may have.

    Raises:
        InputError: The file or an array is wrong. Names the element and the rule.
    """
    if (plan is None) == (stages is None) or (stages is None) != (stage_of is None):
        raise InputError("evaluate: give either a file, or stages and stage_of")
    if rank is not None and stages is None:
        raise InputError("evaluate: rank goes with stages and stage_of")
    if plan is not None:
        path = os.fspath(plan)
        return Plan(_core.read_plan(instance._core, path, contiguous), instance)
    machine = instance.machine
    counts = instance._core.device_counts
    devices = []
    for number, (kind, index) in enumerate(stages):
        try:
            found = machine.kind_index(kind)
        except InputError as error:
            raise InputError(f"stages[{number}]: {error}") from None
        most = counts[found] - 1
        devices.append((found, whole(f"stages[{number}]", index, 0, most, 0)))
    rule = f"a stage below {len(devices)} for each node"
    chosen = indices("stage_of", stage_of, instance.num_nodes, len(devices), rule)
    ranks = None
    if rank is not None:
        rule = "a rank for each node"
        ranks = indices("rank", rank, instance.num_nodes, 2**32 - 1, rule)
    core = _core.evaluate(instance._core, devices, chosen, ranks, contiguous)
    return Plan(core, instance)


def algorithms() -> dict[str, str]:
    """What `algorithm` can name, each with one line about it."""
    return dict(_core.algorithms())


def whole(name: str, value: int | None, lowest: int, highest: int, default: int) -> int:
    """`value`, checked; None stands for the default."""
    return default if value is None else whole_number(name, value, lowest, highest)


def number(name: str, value: float | None, default: float) -> float:
    """`value`, checked to be a number from 0; None stands for the default."""
    if value is None:
        return default
    try:
        converted = float(value)
    except (TypeError, ValueError):
        converted = math.nan
    if not converted >= 0:
        raise InputError(f"{name}: is {value!r}; give a number from 0")
    return converted
