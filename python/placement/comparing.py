"""Runs every algorithm on the same problems."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from placement import _core
from placement._core import Event
from placement.comparison import Comparison
from placement.errors import InputError
from placement.instance import Instance, read_workload
from placement.plan import Plan
from placement.solver import number, whole

if TYPE_CHECKING:
    from placement.program import PlacedProgram

Problem: TypeAlias = "Instance | PlacedProgram | str | os.PathLike[str]"
Expert: TypeAlias = "Plan | str | os.PathLike[str]"

# Seconds of a run, as placement-solve gives them.
TIME_LIMIT = 60.0


def compare(
    problems: Problem | Sequence[Problem] | Mapping[str, Problem],
    *,
    algorithms: Sequence[str] | None = None,
    contiguous: bool | Literal["both"] = "both",
    experts: Expert
    | Sequence[Expert]
    | Mapping[str, Expert | Sequence[Expert]]
    | Literal["auto"]
    | None = "auto",
    communication: str | None = None,
    schedule: str | None = None,
    microbatches: int | None = None,
    objective: Literal["throughput", "latency"] | None = None,
    subgraphs_per_device: int | None = None,
    cores: int | Literal["machine", "unlimited"] | None = None,
    max_stages: int | None = None,
    gap: float = 0.0,
    time_limit: float | None = TIME_LIMIT,
    work_limit: int | None = None,
    memory_limit: int = 2 << 30,
    seed: int = 1,
    threads: int | None = None,
    provers: Literal["auto", "own", "highs", "cpsat", "all"] = "auto",
    worker: str | os.PathLike[str] | None = None,
    observer: Callable[[Event], object] | None = None,
    cancel: Callable[[], bool] | None = None,
    interrupt: Literal["raise", "return"] = "raise",
) -> Comparison:
    """Runs our engine and every other algorithm, and puts them side by side.

    What an algorithm cannot take, does not find or does wrong becomes a row that
    says so; nothing is left out.

    Args:
        problems: A problem or several: an `Instance`, the path of its file, or a
            placed program, whose problem it is then. A mapping gives them names;
            else they are called after their files.
        algorithms: Names that `placement.algorithms()` lists, to run beside ours;
            None for all.
        contiguous: Which plans to compare: contiguous ones, with False any, or
            `both`.
        experts: Plans to compare with, as plans or files (PLAN.json or a published
            split): for one problem a plan or several, for more a mapping from the
            problem's name. `auto` finds published ones by the names of the files
            (docs/Formats.md, "Comparisons"), None compares with none.
        communication: Override what the problems say, as
            `Instance.with_load_model` does.
        schedule: The same.
        microbatches: The same.
        objective: Override what the problems say, as `Instance.with_objective` does.
            Under latency there is one kind of plans, that of the number of pieces a
            device may run, and all problems have to be of one kind.
        subgraphs_per_device: The same, for latency.
        cores: The same, for latency.
        max_stages: At most this many stages; under latency, pieces.
        gap: Relative gap at which a run stops.
        time_limit: Seconds of each run; None for no limit.
        work_limit: Steps of each search; the same answer on every machine.
        memory_limit: Bytes that the tables of a search may take.
        seed: Of randomised algorithms.
        threads: Cores that one run may use.
        provers: Who proves beside our engine, as in `solve`.
        worker: The program that runs general solvers; None to look for it.
        observer: Called with an `Event` of kind `run` when a run begins.
        cancel: Asked about every 20 ms; true ends the comparison, and the rows so
            far are returned.
        interrupt: What Ctrl-C does in the main thread: `raise` KeyboardInterrupt, or
            `return` the rows so far.

    Raises:
        InputError: An option, a problem or an expert's plan is wrong.
        KeyboardInterrupt: Ctrl-C was pressed and `interrupt` is `raise`.
        Whatever `observer` or `cancel` raise.
    """
    if interrupt not in ("raise", "return"):
        raise InputError(f"interrupt: is {interrupt!r}; give 'raise' or 'return'")
    if contiguous not in (True, False, "both"):
        raise InputError(f"contiguous: is {contiguous!r}; give True, False or 'both'")
    named = _named(problems)
    if not named:
        raise InputError("problems: there are none to compare on")
    instances = [_instance(name, problem) for name, problem in named.items()]
    if (communication, schedule, microbatches) != (None, None, None):
        instances = [
            instance.with_load_model(
                communication=communication,
                schedule=schedule,
                microbatches=microbatches,
            )
            for instance in instances
        ]
    if (objective, subgraphs_per_device, cores) != (None, None, None):
        instances = [
            instance.with_objective(
                objective or instance.objective,
                subgraphs_per_device=subgraphs_per_device,
                cores=cores,
            )
            for instance in instances
        ]
    given = _given(named, instances, experts)
    core = _core.compare(
        list(named),
        [instance._core for instance in instances],
        given,
        None if algorithms is None else list(algorithms),
        contiguous=contiguous is not False,
        any=contiguous is not True,
        max_stages=whole("max_stages", max_stages, 1, 2**32 - 1, 0),
        gap=number("gap", gap, 0.0),
        time_limit=number("time_limit", time_limit, float("inf")),
        work_limit=whole("work_limit", work_limit, 0, 2**64 - 1, 2**64 - 1),
        memory_limit=whole("memory_limit", memory_limit, 1, 2**63 - 1, 2 << 30),
        seed=whole("seed", seed, 0, 2**64 - 1, 1),
        threads=whole("threads", threads, 1, 1024, 0),
        provers=provers,
        worker="" if worker is None else os.fspath(worker),
        observer=observer,
        cancel=cancel,
        keep_answer=interrupt == "return",
    )
    return Comparison(core, list(named), instances)


def _is_one(value: object) -> bool:
    return not isinstance(value, Mapping | Sequence) or isinstance(value, str)


def _named(problems) -> dict[str, Problem]:
    if isinstance(problems, Mapping):
        return dict(problems)
    listed = [problems] if _is_one(problems) else list(problems)
    sources = [
        os.fspath(problem)
        if isinstance(problem, str | os.PathLike)
        else problem.source
        if isinstance(problem, Instance)
        else problem.program.name
        if hasattr(problem, "program")
        else _refuse(problem)
        for problem in listed
    ]
    names = _core.short_names(sources)
    for name in names:
        if names.count(name) > 1:
            raise InputError(
                f"problems: two are called {name!r}; give a mapping from names to them"
            )
    return dict(zip(names, listed, strict=True))


def _refuse(problem: object):
    raise InputError(
        f"problems: a {type(problem).__name__} is none; give an Instance, a file or a "
        "placed program"
    )


def _instance(name: str, problem: Problem) -> Instance:
    if not isinstance(name, str) or not name:
        raise InputError(f"problems: {name!r} is no name")
    if isinstance(problem, Instance):
        return problem
    if isinstance(problem, str | os.PathLike):
        return read_workload(problem)
    if hasattr(problem, "program"):
        return problem.problem
    return _refuse(problem)


def _given(named, instances, experts) -> list[list[tuple[str, object, str]]]:
    """For each instance: where each plan is from, the plan, why there is none."""
    if experts is None:
        return [[] for _ in instances]
    if isinstance(experts, str) and experts == "auto":
        return [
            _found(problem, instance)
            for problem, instance in zip(named.values(), instances, strict=True)
        ]
    if not isinstance(experts, Mapping):
        if len(named) > 1:
            raise InputError(
                "experts: give a mapping from the names of the problems, of which "
                f"there are {len(named)}"
            )
        experts = {name: experts for name in named}
    for name in experts:
        if name not in named:
            known = ", ".join(named)
            raise InputError(
                f"experts: no problem is called {name!r}; there are: {known}"
            )
    return [
        _valued(experts.get(name, ()), instance)
        for name, instance in zip(named, instances, strict=True)
    ]


def _found(problem: Problem, instance: Instance) -> list[tuple[str, object, str]]:
    """The published plan, if the name of the file leads to one."""
    if not isinstance(problem, str | os.PathLike) or os.fspath(problem) == "-":
        return []
    path = _core.find_expert(os.fspath(problem))
    if not path:
        return []
    try:
        return [(path, _core.read_plan(instance._core, path, True), "")]
    except InputError as error:
        return [(path, None, str(error))]


def _valued(experts, instance: Instance) -> list[tuple[str, object, str]]:
    made = []
    for expert in [experts] if _is_one(experts) else experts:
        if not isinstance(expert, Plan):
            path = os.fspath(Path(expert))
            made.append((path, _core.read_plan(instance._core, path, True), ""))
        elif expert.value is None:
            raise InputError("experts: a plan without stages is none to compare with")
        elif expert.instance.num_nodes != instance.num_nodes:
            raise InputError(
                f"experts: a plan for {expert.instance.num_nodes} nodes does not fit "
                f"{instance.source!r} with {instance.num_nodes}"
            )
        else:
            made.append((expert.instance.source, expert._core, ""))
    return made
