"""Comparisons: what every algorithm makes of the same problems."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from placement import _core
from placement.commands.files import write_text
from placement.errors import InputError
from placement.instance import Instance
from placement.plan import Plan

State = Literal[
    "plan", "broken", "infeasible", "no-plan", "unsupported", "failed", "not-run"
]
FORMATS = {".md": "markdown", ".csv": "csv", ".json": "json"}


@dataclass(frozen=True)
class ComparisonRow:
    """One algorithm, or one expert's plan, on one problem.

    Attributes:
        instance: Name of the problem.
        contiguous: Whether the plan had to be contiguous.
        name: `ours`, the name of the algorithm, or `expert`.
        algorithm: What ran; None for an expert's plan and where nothing could.
        source: The file of an expert's plan, or None.
        state: `plan`: it keeps all rules; `broken`: it breaks one; `infeasible`:
            proved that there is none; `no-plan`: none was found; `unsupported`: the
            algorithm cannot take the problem; `failed`: a fault of the algorithm;
            `not-run`: the comparison was stopped before.
        carried: A contiguous plan among any plans, of an algorithm that makes no
            others.
        value: Time per sample in the problem's unit; None without a plan.
        distance: How much longer it takes than ours of the same kind of plans,
            relative to that: 0.129 is 12.9 % more. None where either has no plan.
        seconds: Wall time.
        reasons: The rules that the plan breaks, or why there is none.
        plan: The plan with its loads, bound and proof, or the answer without one;
            None where nothing ran.
    """

    instance: str
    contiguous: bool
    name: str
    algorithm: str | None
    source: str | None
    state: State
    carried: bool
    value: float | None
    distance: float | None
    seconds: float = field(compare=False)
    reasons: tuple[str, ...]
    plan: Plan | None = field(repr=False, compare=False)

    @property
    def bound(self) -> float | None:
        """No plan is below this, by the word of whom `plan.proof` names; None where
        nobody says so."""
        if self.plan is None or self.plan.proof == "none":
            return None
        return self.plan.bound

    @property
    def gap(self) -> float | None:
        """(value - bound) / value; None without a plan or a bound."""
        return None if self.bound is None or self.value is None else self.plan.gap

    @property
    def optimal(self) -> bool:
        """Proved by our own engine."""
        return self.plan is not None and self.plan.status == "optimal"


@dataclass(frozen=True)
class ComparisonSummary:
    """One algorithm over all problems, for one kind of plans.

    Attributes:
        name: As in the rows.
        contiguous: As in the rows.
        instances: Problems on which it ran or could not.
        plans: Problems with a plan that keeps all rules.
        best: Problems where nobody has a better one.
        optimal: Problems solved with proof.
        compared: Problems where both this and ours have a plan.
        mean_ratio: Geometric mean of value over ours on these; None without any.
        seconds: Wall time together.
    """

    name: str
    contiguous: bool
    instances: int
    plans: int
    best: int
    optimal: int
    compared: int
    mean_ratio: float | None
    seconds: float = field(compare=False)


class Comparison:
    """A table of algorithms over problems, in the order of `placement-solve --compare`.

    In a notebook it shows itself as a table. Equal input gives equal rows but for
    times, unless a limit ended a run.
    """

    def __init__(
        self, core: _core.Comparison, names: Sequence[str], instances: list[Instance]
    ) -> None:
        """For this package: `compare` makes comparisons."""
        self._core = core
        self.names = tuple(names)
        self.instances = tuple(instances)

    @property
    def complete(self) -> bool:
        """False where it was stopped; the rows that are missing say `not-run`."""
        return self._core.complete

    @cached_property
    def rows(self) -> tuple[ComparisonRow, ...]:
        """All rows: problem by problem, contiguous plans first, each time ours
        first."""
        made = []
        for index, (name, instance) in enumerate(
            zip(self.names, self.instances, strict=True)
        ):
            for row in self._core.rows(index):
                made.append(_row(name, instance, *row))
        return tuple(made)

    @cached_property
    def summary(self) -> tuple[ComparisonSummary, ...]:
        """One for each name and kind of plans."""
        made = []
        for *figures, compared, ratio, seconds in self._core.summaries:
            mean = ratio if compared else None
            made.append(ComparisonSummary(*figures, compared, mean, seconds))
        return tuple(made)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is better than ours, and answers that contradict each other."""
        return tuple(text for text, _ in self._core.remarks)

    @property
    def faults(self) -> tuple[str, ...]:
        """The remarks that say that two answers cannot both be right."""
        return tuple(text for text, fault in self._core.remarks if fault)

    def row(
        self, name: str, *, instance: str | None = None, contiguous: bool = True
    ) -> ComparisonRow:
        """The row of that name; `instance` may be left out where there is one.

        Raises:
            InputError: There is no such row.
        """
        if instance is None and len(self.names) == 1:
            instance = self.names[0]
        for row in self.rows:
            if (row.instance, row.contiguous, row.name) == (instance, contiguous, name):
                return row
        kind = "contiguous" if contiguous else "any"
        raise InputError(f"there is no row {name!r} for {kind} plans of {instance!r}")

    def to_text(
        self,
        *,
        table: Literal["rows", "matrix"] = "rows",
        times: bool = True,
        colour: bool = False,
    ) -> str:
        """The table for people, as `placement-solve --compare` prints it.

        Args:
            table: `rows`: a line for each algorithm; `matrix`: one for each problem.
            times: With times. Without, equal comparisons give equal text.
            colour: With ANSI sequences.
        """
        return self._write("text", table, times, colour)

    def to_markdown(
        self, *, table: Literal["rows", "matrix"] = "rows", times: bool = True
    ) -> str:
        """The same in Markdown."""
        return self._write("markdown", table, times)

    def to_csv(self, *, times: bool = True) -> str:
        """One line for each row, without the summary."""
        return self._write("csv", "rows", times)

    def to_json(self, *, times: bool = True) -> str:
        """All of it (docs/Formats.md, "Comparisons")."""
        return self._write("json", "rows", times)

    def write(self, path: str | os.PathLike[str], *, times: bool = True) -> None:
        """Writes Markdown, CSV or JSON, as the ending of the name says, else text:
        whole or not at all.

        Raises:
            InputError: The file cannot be written.
        """
        form = FORMATS.get(Path(path).suffix, "text")
        write_text(os.fspath(path), self._write(form, "rows", times))

    def _write(self, form: str, table: str, times: bool, colour: bool = False) -> str:
        if table not in ("rows", "matrix"):
            raise InputError(f"table: is {table!r}; give 'rows' or 'matrix'")
        return self._core.write(form, table == "matrix", times, colour)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def __repr__(self) -> str:
        state = "" if self.complete else ", incomplete"
        return (
            f"<Comparison of {len(self.names)} problems, {len(self.rows)} rows{state}>"
        )


def _row(name: str, instance: Instance, *core) -> ComparisonRow:
    label, contiguous, source, state, carried, seconds, reasons, distance, found = core
    plan = None if found is None else Plan(found, instance)
    algorithm = None if source or plan is None else plan.algorithm
    if algorithm is None and not source and label != "ours":
        algorithm = label
    return ComparisonRow(
        instance=name,
        contiguous=contiguous,
        name=label,
        algorithm=algorithm,
        source=source or None,
        state=state,
        carried=carried,
        value=None if plan is None or state == "no-plan" else plan.value,
        distance=distance,
        seconds=seconds,
        reasons=tuple(reasons),
        plan=plan,
    )
