"""Placed programs: called, run as pipelines, printed, reported and stored."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placement import _core
from placement.backends.base import Backend
from placement.errors import InputError
from placement.frontends.program import Program
from placement.instance import Instance
from placement.options import write_options
from placement.sequence import Sequential
from placement.stages import StageProgram
from placement.summary import PlacedPlan

if TYPE_CHECKING:
    from placement.calibration.hardware import Hardware
    from placement.calibration.table import Profile
    from placement.pipelined import PlacedPipeline
    from placement.single import PlacedSingle

# Form -> the pass that makes it from the outlined module, and its options.
_EXPORTS: dict[str, tuple[str, dict[str, str]]] = {
    "iree": ("convert-placement-to-iree", {"form": "program"}),
    "iree-stages": ("convert-placement-to-iree", {"form": "stages"}),
    "mpmd": ("convert-placement-to-mpmd", {"form": "fragment-calls"}),
    "mpmd-named": ("convert-placement-to-mpmd", {"form": "named-computations"}),
}
FORMS = ("input", "annotated", "outlined", *_EXPORTS)


class PlacedProgram:
    """A program that is cut into stages; `placement.place` makes it.

    Attributes:
        program: What came in.
        annotated: The module after `device-place`, in generic form: one function
            whose operations say where they run and what they cost.
        outlined: The module with a function for each stage, and the driver.
        diagnostics: Remarks and warnings of all passes, in order.
        backend: Name of the backend that runs the stages.
        hardware: What its prices were measured on; None if nothing was measured.
    """

    def __init__(
        self,
        program: Program,
        annotated: str,
        outlined: str,
        diagnostics: Sequence[_core.Diagnostic] = (),
        backend: str | Backend = "jax",
        hardware: Hardware | None = None,
    ) -> None:
        """For this package: use `place` or `load`."""
        self.program = program
        self.annotated = annotated
        self.outlined = outlined
        self.diagnostics = tuple(diagnostics)
        self.backend = backend
        self.hardware = hardware

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function returns, computed stage by stage in this process.

        Takes arguments as the function does. Stages run one after the other, on
        the devices that the backend has here, in turn: a check of what the stages
        compute, not a measure of how fast. Results of a JAX function are JAX
        arrays; those of a text are numpy arrays, in a list.

        Donated arguments stay valid: nothing here overwrites them.

        Raises:
            InputError: Number, structure, a shape or an element type of the
                arguments is wrong; the message names the argument.
            StageError: A stage failed.
        """
        arrays = self.signature.flatten(args, kwargs)
        return self.signature.unflatten(self._sequential.run(arrays))

    def pipeline(
        self, *weights: Any, any_hardware: bool = False, **options: Any
    ) -> PlacedPipeline:
        """Starts the stages side by side, each on its own microbatch.

        Args:
            weights: The arguments that hold weights, in order of their positions.
            options: `engine`, `backend`, `depth`, `cores`, `timeout` and the others
                of `placement.runtime.Pipeline`.
            any_hardware: Run it although its prices were measured on other
                hardware, or for another backend.

        Raises:
            InputError: The weights don't fit; the message names the argument. Or
                the plan was made from measurements on other hardware.
            StageError: A stage could not be loaded.
        """
        from placement.pipelined import PlacedPipeline

        self._check_hardware(options, any_hardware)
        return PlacedPipeline(self, weights, options)

    def single(
        self, *weights: Any, any_hardware: bool = False, **options: Any
    ) -> PlacedSingle:
        """Loads the stages to run one sample at a time, each call as soon as its
        inputs are there; calls of different devices run side by side. What a plan
        for latency is for.

        Args:
            weights: The arguments that hold weights, in order of their positions.
            options: `backend`, `width`, `timeout` and `compile_options` of
                `placement.runtime.SingleRunner`.
            any_hardware: Run it although its prices were measured on other
                hardware, or for another backend.

        Raises:
            InputError: The weights don't fit; the message names the argument. Or
                the plan was made from measurements on other hardware.
            StageError: A stage could not be loaded.
        """
        from placement.single import PlacedSingle

        self._check_hardware(options, any_hardware)
        return PlacedSingle(self, weights, options)

    def tune(self, profile: Profile, **options: Any) -> PlacedProgram:
        """This program as the plan has it that is best on the clock.

        The stages of the best plans are compiled and timed whole.

        Args:
            profile: Prices of its operations, by `placement.profile`.
            options: Those of `placement.tune`, which also tells what was measured.

        Raises:
            InputError: An argument is wrong, the profile is for other hardware, or
                this program is placed for latency: what is timed are pipelines.
            InfeasibleError: It is proven that there is no plan.
            StageError: A stage could not be compiled or run.
        """
        from placement.calibration.alternatives import tune

        if self.plan.objective == "latency":
            raise InputError(
                "tune ranks plans of pipelines by the clock, but this program is "
                "placed for latency; place it for throughput"
            )
        return tune(self, profile, **options).placed

    def as_text(self, form: str = "outlined", **options: Any) -> str:
        """The module in one of its forms, each in generic syntax.

        Args:
            form: `input` as it came in; `annotated` with devices, stages and prices;
                `outlined` in stages; for compilers `iree`, `iree-stages` (an entry
                point for each stage), `mpmd`, `mpmd-named` (named computations).
            options: Options of the pass behind a form for compilers, with
                underscores for dashes: `devices="module"`.

        Raises:
            InputError: There is no such form or option, or the plan cannot be
                expressed in it.
        """
        own = {
            "input": self.program.text,
            "annotated": self.annotated,
            "outlined": self.outlined,
        }
        if form in own:
            if options:
                raise InputError(f"the form '{form}' has no options")
            return own[form]
        if form not in _EXPORTS:
            raise InputError(
                f"no form is called '{form}'; there are: {', '.join(FORMS)}"
            )
        name, usual = _EXPORTS[form]
        passes = name + write_options(usual | options)
        return _core.run_pipeline(self.outlined, passes, source=self.program.name)[0]

    @cached_property
    def stages(self) -> StageProgram:
        """The stages, what they hand to each other, and their modules."""
        return StageProgram.from_text(self.outlined)

    @cached_property
    def plan(self) -> PlacedPlan:
        """Value, bound, status and the load of each stage."""
        return PlacedPlan.from_text(self.annotated, self.stages)

    @cached_property
    def problem(self) -> Instance:
        """The placement problem that was solved for it, with the prices of its
        operations, for `placement.solve` and `placement.compare`.

        Raises:
            InputError: The module no longer gives the problem of its plan.
        """
        plan = self.plan
        with tempfile.TemporaryDirectory(prefix="placement-") as folder:
            path = Path(folder) / "problem.json"
            # The problem is what is wanted, not a proof.
            options = write_options(
                {
                    "machine": plan.machine,
                    "gap": 1,
                    "dump_problem": True,
                    "objective": plan.objective,
                    "subgraphs_per_device": plan.subgraphs_per_device,
                    "cores": plan.cores,
                }
            )
            passes = (
                f"builtin.module(device-place{options},"
                f"placement-export-problem{{file={path}}})"
            )
            _core.run_pipeline(self.annotated, passes, source=self.program.name)
            text = path.read_text(encoding="utf-8")
        problem = Instance.from_json(text, self.program.name)
        if problem.fingerprint != plan.fingerprint:
            raise InputError(
                f"{self.program.name}: the module gives another problem than its plan "
                "is for; place it again"
            )
        return problem

    @cached_property
    def signature(self) -> Any:
        """How arguments are given and results returned."""
        if self.program.signature is not None:
            return self.program.signature
        from placement.frontends.program import FlatSignature

        types = [self.stages.values[a.value] for a in self.stages.arguments]
        return FlatSignature(tuple(types), self.stages.weights)

    def report(self) -> str:
        """A table of the stages for people, and what is proved about the plan."""
        return self.plan.table()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the program to one file, which `placement.load` reads.

        The file appears complete or not at all.

        Raises:
            InputError: The structure of its arguments cannot be stored, or the file
                cannot be written.
        """
        from placement.storage import save

        return save(self, path)

    def __repr__(self) -> str:
        plan = self.plan
        return (
            f"<PlacedProgram {self.program.name}: {plan.value:.6g} {plan.unit} "
            f"{'for one' if plan.objective == 'latency' else 'a'} sample "
            f"in {len(plan.stages)} stages on @{plan.machine}, {plan.status}>"
        )

    def _check_hardware(self, options: dict[str, Any], any_hardware: bool) -> None:
        """Fills in the backend, and refuses to run what was priced elsewhere."""
        options.setdefault("backend", self.backend)
        backend = options["backend"]
        if self.hardware is not None and not any_hardware:
            self.hardware.check(
                backend if isinstance(backend, str) else backend.name,
                "the profile of this program",
                "place it with that, or give any_hardware=True",
            )

    @cached_property
    def _sequential(self) -> Sequential:
        return Sequential(self.stages, self.backend)
