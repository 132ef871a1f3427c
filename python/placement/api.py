"""`placement.place`: from a function, a text or a file to a placed program."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from placement import _core, backends
from placement.backends.base import Backend
from placement.calibration.hardware import hardware_of
from placement.errors import InfeasibleError, InputError
from placement.frontends.program import Program
from placement.options import (
    cores_text,
    machine_as_file,
    number,
    profile_as_file,
    whole_number,
    write_options,
)
from placement.program import PlacedProgram

if TYPE_CHECKING:
    from placement.calibration.table import Profile

_TO_STAGES = "placement-verify,placement-insert-transfers,placement-outline-stages"
# A search that a limit ended has found none either, but proves nothing.
_INFEASIBLE = re.compile("no placement of @.* is possible")
_PHASES = ("inference", "training")


def place(
    source: Callable[..., Any] | str | bytes | os.PathLike[str] | Program,
    args: Sequence[Any] | None = None,
    *,
    kwargs: Mapping[str, Any] | None = None,
    weights: Sequence[int] | None = None,
    static_argnums: Sequence[int] = (),
    static_argnames: Sequence[str] = (),
    machine: str | Mapping[str, Any] | None = None,
    machine_file: str | os.PathLike[str] | None = None,
    objective: str = "throughput",
    phase: str | None = None,
    profile: str | os.PathLike[str] | Profile | None = None,
    max_stages: int | None = None,
    gap: float | None = None,
    time_limit: float | None = None,
    work_limit: int | None = None,
    algorithm: str | None = None,
    contiguous: bool = True,
    comm: str | None = None,
    schedule: str | None = None,
    microbatches: int | None = None,
    subgraphs_per_device: int | None = None,
    cores: int | str | None = None,
    function: str | None = None,
    require_optimal: bool = False,
    respect_existing: bool = False,
    backend: str | Backend | None = None,
) -> PlacedProgram:
    """Places a program on the devices of a machine.

    Args:
        source: A function, jitted or not; or MLIR text, a StableHLO artifact or the
            path of a file with either or with an ONNX model
            (`placement.frontends.text.read`); or what `jax.export` makes, which then
            is called like a text, with its arrays in order.
        args: Positional arguments of the function: arrays, or
            `jax.ShapeDtypeStruct` in their place. Only for functions.
        kwargs: Keyword arguments of the function.
        weights: Numbers of the positional arguments that hold weights, which are on
            their devices before the first sample. Without it all but the last, when
            there are several.
        static_argnums, static_argnames: Static arguments, as `jax.jit` has them, of
            a function that is not jitted.
        machine: Name of a preset (`placement-opt --placement-list-machines`) or of a
            machine in the text, or a machine as data (docs/Formats.md). Without any
            a documented preset is taken, which `diagnostics` says.
        machine_file: A file that describes the machine.
        objective: What to minimise: `throughput`, the time from sample to sample, or
            `latency`, the time of one sample (docs/Latency.md).
        phase: `inference` or `training`; without it training where an operation is
            backward.
        profile: Measured times, before the roofline: of `placement.profile`, or a
            file (docs/Formats.md). What was measured on other hardware serves to
            plan for that hardware, but pipelines refuse to run here.
        max_stages: At most this many stages; under `latency` those that are calls.
        gap: Stop when value and bound are this close, relative to the value.
        time_limit: Seconds after which the best plan so far is taken.
        work_limit: Steps of the search after which the best plan so far is taken.
        algorithm: Name of an algorithm (`placement-opt --placement-list-solvers`).
        contiguous: Each device has one stage, and data flows to later stages only;
            with False a device may have any operations, in several stages. Under
            `latency` `subgraphs_per_device` says it, and False needs 2 or more.
        comm: How transfers share a device's time with its work: `sequential`
            (default), `half-duplex` or `full-duplex`.
        schedule: `1f1b` (default), or `gpipe`: each pass lasts as long as its slowest
            device.
        microbatches: Under `gpipe` how many samples' stashes each stage of a training
            step keeps.
        subgraphs_per_device: Under `latency` how many stages a device may run, each
            as one call; 1 without it.
        cores: Under `latency` how many operations a host kind runs at once: a
            number, `machine` for as many as it has devices, or `unlimited`, which
            is what holds without it.
        function: The function to place, of a text with several public ones.
        require_optimal: Fail unless the plan is proven optimal.
        respect_existing: Operations of a text that have a device keep it.
        backend: Name of the backend that runs the stages, or one of your own; without
            it `jax`, for linalg and ONNX `iree`.

    Raises:
        InputError: Something about the arguments, the program or the machine is
            wrong, or a limit ended the search before it had a plan; the message
            says what.
        InfeasibleError: It is proven that no plan keeps all rules; the message says
            which are in the way.
        MissingExtraError: A package for this kind of source is not installed.
    """
    if isinstance(backend, str) and backend not in backends.names():
        backends.get(backend)  # Says which there are.
    if machine is not None and machine_file is not None:
        raise InputError("give machine or machine_file, not both")
    if phase is not None and phase not in _PHASES:
        raise InputError(f"phase: is {phase!r}; give one of {', '.join(_PHASES)}")
    program = _read(source, args, kwargs, weights, static_argnums, static_argnames)
    with machine_as_file(machine) as written, profile_as_file(profile) as measured:
        options = write_options(
            {
                "objective": objective,
                "machine": machine if written is None else None,
                "machine_file": machine_file if written is None else written,
                "phase": phase,
                "profile": measured,
                "max_stages": whole_number("max_stages", max_stages, 1),
                "gap": number("gap", gap),
                "time_limit": number("time_limit", time_limit),
                "work_limit": whole_number("work_limit", work_limit, 0),
                "algorithm": algorithm,
                "contiguous": contiguous,
                "comm": comm,
                "schedule": schedule,
                "microbatches": whole_number("microbatches", microbatches, 1),
                "subgraphs_per_device": whole_number(
                    "subgraphs_per_device", subgraphs_per_device, 1
                ),
                "cores": None if cores is None else cores_text(cores),
                "function": function,
                "require_optimal": require_optimal,
                "respect_existing": respect_existing,
            }
        )
        inline = "placement-inline" + write_options({"function": function})
        passes = f"{inline},device-place{options}"
        annotated, said = _run(program, program.text, passes)
        hardware = None if measured is None else hardware_of(measured)
    outlined, more = _run(program, annotated, _TO_STAGES)
    said += more
    return PlacedProgram(
        program, annotated, outlined, said, backend or program.backend, hardware
    )


def _read(
    source: Any,
    args: Sequence[Any] | None,
    kwargs: Mapping[str, Any] | None,
    weights: Sequence[int] | None,
    static_argnums: Sequence[int],
    static_argnames: Sequence[str],
) -> Program:
    if callable(source):
        if args is None:
            raise InputError(
                "a function needs args, its example arguments: arrays, or "
                "jax.ShapeDtypeStruct in their place"
            )
        if not isinstance(args, (tuple, list)):
            raise InputError(
                f"args is a tuple of the positional arguments, not a "
                f"{type(args).__name__}"
            )
        from placement.frontends import jax

        return jax.trace(
            source,
            args,
            kwargs,
            weights=weights,
            static_argnums=static_argnums,
            static_argnames=static_argnames,
        )
    given = {
        "args": args,
        "kwargs": kwargs,
        "static_argnums": static_argnums or None,
        "static_argnames": static_argnames or None,
    }
    for name, value in given.items():
        if value is not None:
            raise InputError(f"{name} is for functions; a text has its own arguments")
    if isinstance(source, Program):
        program = source
    elif isinstance(source, (str, bytes, os.PathLike)):
        from placement.frontends import text

        program = text.read(source)
    elif hasattr(source, "mlir_module_serialized"):  # What jax.export makes.
        from placement.frontends import text

        name = getattr(source, "fun_name", "exported")
        program = text.read(source.mlir_module_serialized, f"<{name.strip('<>')}>")
    else:
        raise InputError(
            "a program is a function, MLIR text, bytes or a path, not a "
            f"{type(source).__name__}"
        )
    if weights is not None:
        if program.signature is not None:
            raise InputError("weights: this program says itself which they are")
        listed = ",".join(map(str, weights))
        option = f"weights={listed}" if listed else ""
        marked, _ = _run(program, program.text, f"placement-set-roles{{{option}}}")
        program = dataclasses.replace(program, text=marked)
    return program


def _run(
    program: Program, text: str, passes: str
) -> tuple[str, list[_core.Diagnostic]]:
    try:
        return _core.run_pipeline(text, passes, source=program.name)
    except InputError as error:
        if any(
            d.severity == "error" and _INFEASIBLE.match(d.message)
            for d in error.diagnostics
        ):
            infeasible = InfeasibleError(str(error))
            infeasible.diagnostics = error.diagnostics
            raise infeasible from None
        raise
