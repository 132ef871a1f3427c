"""The engine `devices`: each device of the plan is a JAX device of this process.

Calls are started without waiting for each other, and values go from device to
device by `jax.device_put`; JAX keeps the order of what it is given. On machines
with several accelerators this is all that a pipeline takes.

On a CPU it is good for testing what a program computes, and nothing else:
`XLA_FLAGS=--xla_force_host_platform_device_count=4` makes several devices of one
processor, which share one pool of threads, so that a bad split looks like a good
one. A call that never returns cannot be ended here.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy

from placement import extras
from placement.errors import InputError, StageError, StageTimeout
from placement.runtime.accumulate import Mode
from placement.runtime.engine import Completion, Engine, Setup
from placement.runtime.schedule import HOST, StageCall, WorkerPlan
from placement.runtime.wavefront import Turn, Wavefront

if TYPE_CHECKING:
    import jax

    from placement.backends.jax import JaxExecutable

# Seconds between two looks at results that are not ready.
_PAUSE = 0.0002


@dataclass
class _Flight:
    """A microbatch in flight.

    Attributes:
        values: Value and number of the device -> the array there.
        started: Calls in the order in which they were started, each with one of
            its results, whose state is that of the call.
        results: Results for the caller.
    """

    values: dict[tuple[int, int], jax.Array]
    started: list[tuple[WorkerPlan, StageCall, jax.Array | None]] = field(
        default_factory=list
    )
    results: dict[int, jax.Array] = field(default_factory=dict)


class DevicesEngine(Engine):
    """See the module. Takes the backend `jax` only; knows no options."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        if setup.cores is not None:
            raise InputError(
                "the engine 'devices' pins nothing: leave cores to the engine 'process'"
            )
        self._schedule = setup.schedule
        self._wavefront = Wavefront(setup.schedule)
        self._flights: dict[int, _Flight] = {}
        self._waiting: deque[int] = deque()
        self._executables: list[list[JaxExecutable]] = []
        self._weights: dict[tuple[int, int], jax.Array] = {}
        self._outputs = {
            value for channel in setup.schedule.into(HOST) for value in channel.values
        }

    def start(self) -> None:
        self._jax: Any = extras.load("jax", "jax")
        backend = self.setup.load_backend()
        if backend.name != "jax":
            raise InputError(
                f"the engine 'devices' runs the backend 'jax', not '{backend.name}'"
            )
        artifacts = self.setup.compile()
        places = self._places()
        for plan, device in zip(self._schedule.workers, places, strict=True):
            try:
                loaded = [
                    backend.load(
                        artifacts[call.function],
                        device=device,
                        threads=self.setup.threads,
                    )
                    for call in plan.calls
                ]
            except InputError as error:
                raise StageError(
                    f"{plan.label} failed while it was loading: {error}"
                ) from error
            self._executables.append(loaded)
        self._device_of = places
        self._jax_devices = self._jax.local_devices()
        self.set_weights(self.setup.weights)

    def _places(self) -> list[int]:
        """The number of the JAX device of each worker: devices of the plan in the
        order of stages."""
        wanted = [plan.device for plan in self._schedule.workers]
        there = self._jax.local_devices()
        if len(there) < len(wanted):
            names = ", ".join(map(str, there))
            raise InputError(
                f"the plan has {len(wanted)} devices ({', '.join(wanted)}), and JAX "
                f"has {len(there)} in this process ({names}); to make more of a CPU, "
                "set XLA_FLAGS=--xla_force_host_platform_device_count="
                f"{len(wanted)} before JAX is first used"
            )
        return list(range(len(wanted)))

    def set_weights(self, weights: Mapping[int, numpy.ndarray]) -> None:
        self._weights.clear()
        for plan, device in zip(self._schedule.workers, self._device_of, strict=True):
            for value in plan.weights:
                if (value, device) not in self._weights:
                    self._weights[value, device] = self._put(weights[value], device)
        self._jax.block_until_ready(list(self._weights.values()))

    def submit(
        self, inputs: Mapping[int, numpy.ndarray], mode: Mode = Mode.DELIVER
    ) -> None:
        number = self._wavefront.add()
        flight = _Flight({})
        for channel in self._schedule.out_of(HOST):
            device = self._device_of[channel.target]
            for value in channel.values:
                if (value, device) not in flight.values:
                    flight.values[value, device] = self._put(inputs[value], device)
        self._flights[number] = flight
        self._waiting.append(number)
        self._start(self._wavefront.step())

    def collect(self, timeout: float) -> Completion:
        number = self._waiting.popleft()
        self._start(self._wavefront.until(number))
        flight = self._flights.pop(number)
        self._await(number, flight, timeout)
        when = time.monotonic_ns()
        # Views of the devices' memory, until they are copied.
        return Completion(
            {value: numpy.array(array) for value, array in flight.results.items()}, when
        )

    def close(self) -> None:
        self._flights.clear()
        self._waiting.clear()
        self._weights.clear()
        self._executables.clear()

    def notes(self) -> tuple[str, ...]:
        if self._jax.default_backend() == "cpu":
            return (
                "JAX's CPU devices share one pool of threads: what is measured here "
                "says nothing about the split",
            )
        return ()

    def _put(self, array: numpy.ndarray | jax.Array, device: int) -> jax.Array:
        """The array on a device; a copy, where it is one of numpy."""
        if isinstance(array, numpy.ndarray):
            array = numpy.array(array, copy=True)
        # Otherwise JAX would make 64-bit types shorter.
        with self._jax.enable_x64(True):
            return self._jax.device_put(array, self._jax_devices[device])

    def _start(self, turns: list[Turn]) -> None:
        for worker, microbatch, position in turns:
            plan = self._schedule.workers[worker]
            call = plan.calls[position]
            flight = self._flights[microbatch]
            device = self._device_of[worker]
            inputs = [self._find(flight, value, device) for value in call.operands]
            try:
                made = self._executables[worker][position].dispatch(inputs)
            except Exception as error:
                raise self._failure(plan, call, microbatch, error) from error
            self._keep(flight, plan, call, device, made)

    def _find(self, flight: _Flight, value: int, device: int) -> jax.Array:
        weight = self._weights.get((value, device))
        return flight.values[value, device] if weight is None else weight

    def _keep(
        self,
        flight: _Flight,
        plan: WorkerPlan,
        call: StageCall,
        device: int,
        made: list[jax.Array],
    ) -> None:
        """Puts results where they are needed, and lets go of what is not."""
        of = dict(zip(call.results, made, strict=True))
        for number in call.sends:
            channel = self._schedule.channels[number]
            if channel.target == HOST:
                flight.results.update((v, of[v]) for v in channel.values)
                continue
            target = self._device_of[channel.target]
            for value in channel.values:
                if (value, target) not in flight.values:
                    flight.values[value, target] = (
                        of[value] if target == device else self._put(of[value], target)
                    )
        flight.values.update({(value, device): of[value] for value in call.keeps})
        for value in call.frees:
            flight.values.pop((value, device), None)
        smallest = min(made, key=lambda array: array.nbytes, default=None)
        flight.started.append((plan, call, smallest))

    def _await(self, number: int, flight: _Flight, timeout: float) -> None:
        """Waits until all calls of a microbatch are done; the oldest that failed
        is the one to blame for those behind it."""
        deadline = time.monotonic() + timeout
        for plan, call, array in flight.started:
            if array is None:
                continue
            while not array.is_ready():
                if time.monotonic() > deadline:
                    raise StageTimeout(
                        f"microbatch {number} has no result after {timeout:g} s: "
                        f"{plan.label} is in @{call.function}"
                    )
                time.sleep(_PAUSE)
            try:
                array.block_until_ready()
            except Exception as error:
                raise self._failure(plan, call, number, error) from error

    def _failure(
        self, plan: WorkerPlan, call: StageCall, microbatch: int, error: Exception
    ) -> StageError:
        return StageError(
            f"{plan.label} failed in @{call.function} on microbatch {microbatch}: "
            f"{type(error).__name__}: {error}"
        )
