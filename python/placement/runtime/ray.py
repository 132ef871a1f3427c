"""The engine `ray`: an actor for each device, on a cluster of any size.

Arrays go from actor to actor through Ray's object stores, and what stages keep
between their calls stays in the actor. The driver submits calls ahead, in the order
of `placement.runtime.wavefront`. A hop takes a millisecond or so; for stages on
one machine the engine `process` is faster.

Options (`engine_options` of the pipeline):

- `address`: the cluster to join, as for `ray.init`. Without it the engine uses the
  Ray that this process is connected to, else `RAY_ADDRESS`, else it starts Ray on
  this machine and ends it with the pipeline.
- `actor_options`: where actors run and what they need: arguments of Ray's
  `ActorClass.options` by device (`"acc:1"`), by kind (`"acc"`) or for all (`"*"`);
  the closer name wins. For instance
  `{"acc": {"num_gpus": 1}, "acc:1": {"resources": {"host1": 1}}}`, or
  `{"*": {"scheduling_strategy": PlacementGroupSchedulingStrategy(group)}}`.

This package and the backend must be installed on all nodes. Actors are not
restarted: what they keep would be lost.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy

from placement import extras
from placement.errors import InputError, StageError, StageTimeout
from placement.runtime import recorder, stats
from placement.runtime.accumulate import Mode
from placement.runtime.actor import StageActor
from placement.runtime.engine import Completion, Engine, Setup
from placement.runtime.schedule import HOST, WorkerPlan
from placement.runtime.wavefront import Turn, Wavefront

# Seconds that a cluster may take to answer its door.
_KNOCKING = 10.0
# Seconds that a question about statistics may take.
_ASKING = 10.0


def _knock(address: str | None) -> None:
    """Fails where nobody listens, which Ray would try for minutes.

    Raises:
        OSError: There is no connection.
        ValueError: The port is no number.
    """
    host, colon, port = (address or "").rpartition("://")[2].rpartition(":")
    if colon:
        with socket.create_connection((host, int(port)), timeout=_KNOCKING):
            pass


class RayEngine(Engine):
    """See the module."""

    accumulates: ClassVar[bool] = True
    options: ClassVar[frozenset[str]] = frozenset({"address", "actor_options"})

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        if setup.cores is not None:
            raise InputError(
                "the engine 'ray' pins nothing: leave cores to the engine 'process'"
            )
        self._schedule = setup.schedule
        self._wavefront = Wavefront(setup.schedule)
        self._actors: list[Any] = []
        self._modes: dict[int, Mode] = {}
        # Microbatch -> channel -> reference to the message.
        self._messages: dict[int, dict[int, Any]] = {}
        # What is not yet known to be done, for messages about being late.
        self._running: dict[int, list[tuple[Turn, Any]]] = {}
        self._waiting: deque[int] = deque()
        self._connected = False
        self._words: list[numpy.ndarray] = []
        self._before: list[numpy.ndarray] = []

    #
    # Starting
    #

    def start(self) -> None:
        self._ray: Any = extras.load("ray", "ray")
        options = [self._actor_options(plan) for plan in self._schedule.workers]
        # Ray forks where it starts, and compilers may have threads.
        self._connect()
        artifacts = self.setup.compile()
        remote = self._ray.remote(StageActor)
        loading = []
        for plan, chosen in zip(self._schedule.workers, options, strict=True):
            try:
                actor = remote.options(**chosen).remote(plan.label)
            except (TypeError, ValueError) as error:
                raise InputError(
                    f"actor_options of {plan.label}: Ray refuses them: {error}"
                ) from error
            self._actors.append(actor)
            loading.append(
                actor.load.remote(
                    plan,
                    self.setup.backend,
                    {call.function: artifacts[call.function] for call in plan.calls},
                    {v: self.setup.weights[v] for v in plan.weights},
                    self.setup.threads,
                )
            )
        self._await_all(loading, self.setup.start_timeout, "ready", "start_timeout")
        self._words = [
            numpy.zeros(recorder.words(len(plan.calls)), "int64")
            for plan in self._schedule.workers
        ]

    def _connect(self) -> None:
        ray = self._ray
        address = self.setup.engine_options.get("address")
        if ray.is_initialized():
            if address is not None:
                raise InputError(
                    "this process is connected to Ray already: leave out the option "
                    "'address', or call ray.shutdown() first"
                )
            return
        address = address or os.environ.get("RAY_ADDRESS")
        settings: dict[str, Any] = {"address": address, "log_to_driver": False}
        if address is None:
            cpus = max(self._count(), os.cpu_count() or 1)
            settings.update(address="local", num_cpus=cpus, include_dashboard=False)
        try:
            _knock(address)
            ray.init(**settings)
        except (OSError, ValueError) as error:
            if address is None:
                raise
            raise InputError(
                f"there is no Ray cluster at '{address}': {error}"
            ) from error
        self._connected = True

    def _count(self) -> int:
        return len(self._schedule.workers)

    def _actor_options(self, plan: WorkerPlan) -> dict[str, Any]:
        given = self.setup.engine_options.get("actor_options", {})
        kind = plan.device.rpartition(":")[0]
        devices = {p.device for p in self._schedule.workers}
        kinds = {device.rpartition(":")[0] for device in devices}
        for name in given:
            if name not in {"*", *devices, *kinds}:
                raise InputError(
                    f"actor_options: '{name}' is no device, kind of device or '*'; "
                    f"devices are {', '.join(sorted(devices))}"
                )
        chosen: dict[str, Any] = {}
        for name in ("*", kind, plan.device):
            chosen.update(given.get(name, {}))
        for name in ("max_restarts", "max_task_retries", "max_concurrency"):
            if name in chosen:
                raise InputError(
                    f"actor_options: '{name}' is not to be chosen: a stage runs its "
                    "calls one by one, and once"
                )
        return chosen

    #
    # Running
    #

    def submit(
        self, inputs: Mapping[int, numpy.ndarray], mode: Mode = Mode.DELIVER
    ) -> None:
        number = self._wavefront.add()
        self._modes[number] = mode
        self._messages[number] = {
            # Copied once for all readers; a message without values is none.
            channel.index: self._ray.put([inputs[v] for v in channel.values])
            for channel in self._schedule.out_of(HOST)
            if channel.values
        }
        self._running[number] = []
        self._waiting.append(number)
        self._submit(self._wavefront.step())

    def _submit(self, turns: Sequence[Turn]) -> None:
        for turn in turns:
            call = self._schedule.workers[turn.worker].calls[turn.call]
            messages = self._messages[turn.microbatch]
            given = [number for number in call.receives if number in messages]
            try:
                made = (
                    self._actors[turn.worker]
                    .run.options(num_returns=max(len(call.sends), 1))
                    .remote(
                        turn.microbatch,
                        turn.call,
                        int(self._modes[turn.microbatch]),
                        given,
                        *[messages[number] for number in given],
                    )
                )
            except self._ray.exceptions.RayError as error:
                raise self._failure(error) from error
            references = made if isinstance(made, list) else [made]
            messages.update(zip(call.sends, references, strict=False))
            self._running[turn.microbatch].append((turn, references[0]))
            # Each channel is received once: its reference can go.
            for number in given:
                del messages[number]

    def collect(self, timeout: float) -> Completion:
        number = self._waiting.popleft()
        self._submit(self._wavefront.until(number))
        messages = self._messages.pop(number)
        outputs = self._schedule.into(HOST)
        arrays = self._fetch([messages[c.index] for c in outputs], number, timeout)
        when = time.monotonic_ns()
        del self._running[number], self._modes[number]
        values = {
            value: numpy.array(array)
            for channel, message in zip(outputs, arrays, strict=True)
            # What is only added up is not in the message.
            for value, array in zip(channel.values, message, strict=False)
        }
        return Completion(values, when)

    def _fetch(
        self, references: list[Any], number: int, timeout: float
    ) -> list[list[numpy.ndarray]]:
        """Messages to the caller; the first that fails is raised at once."""
        deadline = time.monotonic() + timeout
        found: dict[Any, list[numpy.ndarray]] = {}
        waiting = list(references)
        while waiting:
            left = max(deadline - time.monotonic(), 0)
            done, waiting = self._ray.wait(waiting, num_returns=1, timeout=left)
            if not done:
                raise self._late(number, timeout)
            for reference in done:
                found[reference] = self._get(reference, deadline, number, timeout)
        return [found[reference] for reference in references]

    def _get(
        self, reference: Any, deadline: float, number: int, timeout: float
    ) -> list[numpy.ndarray]:
        try:
            return self._ray.get(
                reference, timeout=max(deadline - time.monotonic(), 0.001)
            )
        except self._ray.exceptions.GetTimeoutError:
            raise self._late(number, timeout) from None
        except self._ray.exceptions.RayError as error:
            raise self._failure(error) from error

    def set_weights(self, weights: Mapping[int, numpy.ndarray]) -> None:
        setting = [
            actor.set_weights.remote({v: weights[v] for v in plan.weights})
            for actor, plan in zip(self._actors, self._schedule.workers, strict=True)
        ]
        limit = self.setup.start_timeout
        self._await_all(setting, limit, "done with its weights", "start_timeout")

    def close(self) -> None:
        actors, self._actors = self._actors, []
        self._messages.clear()
        self._running.clear()
        self._waiting.clear()
        if not actors and not self._connected:
            return
        if self._ray.is_initialized():
            for actor in actors:
                with contextlib.suppress(self._ray.exceptions.RayError):
                    self._ray.kill(actor)
            if self._connected:
                self._ray.shutdown()
        self._connected = False

    #
    # Statistics
    #

    def stage_stats(self) -> tuple[stats.StageStats, ...]:
        self._ask()
        before = self._before or [None] * self._count()
        found = [
            stage
            for plan, now, old in zip(
                self._schedule.workers, self._words, before, strict=True
            )
            for stage in stats.worker_stats(plan, None, now, old)
        ]
        return tuple(sorted(found, key=lambda stage: stage.stage))

    def reset_stats(self) -> None:
        self._ask()
        self._before = list(self._words)

    def _ask(self) -> None:
        """Gets the counters of all actors; those known stay where one is gone."""
        if not self._actors:
            return
        words = [actor.counters.remote() for actor in self._actors]
        with contextlib.suppress(self._ray.exceptions.RayError):
            self._words = self._ray.get(words, timeout=_ASKING)

    #
    # Failures
    #

    def _await_all(
        self, references: list[Any], limit: float, what: str, name: str
    ) -> None:
        """Waits for one answer of each stage."""
        deadline = time.monotonic() + limit
        plans = dict(zip(references, self._schedule.workers, strict=True))
        waiting = list(references)
        while waiting:
            left = max(deadline - time.monotonic(), 0)
            done, waiting = self._ray.wait(waiting, num_returns=1, timeout=left)
            if not done:
                labels = ", ".join(plans[reference].label for reference in waiting)
                raise StageTimeout(
                    f"{labels}: not {what} after {limit:g} s; {name} is the limit. Does "
                    "the cluster have the resources that actor_options ask for?"
                )
            for reference in done:
                try:
                    self._ray.get(reference)
                except self._ray.exceptions.RayError as error:
                    raise self._failure(error, plans[reference]) from error

    def _failure(self, error: Exception, plan: WorkerPlan | None = None) -> Exception:
        """What to raise for an error of Ray; `plan` is the stage that was asked."""
        cause = getattr(error, "cause", None)
        if isinstance(cause, StageError | InputError):
            # The actor has named the stage; the traceback there is in `error`.
            return type(cause)(str(cause))
        died = self._ray.exceptions.RayActorError
        dead = cause if isinstance(cause, died) else error
        if not isinstance(dead, died):
            label = plan.label if plan else "a stage"
            return StageError(f"{label} failed: {cause or error}")
        lost = getattr(dead, "actor_id", None)
        for actor, other in zip(self._actors, self._schedule.workers, strict=False):
            if actor._actor_id.hex() == lost:
                plan = other
        label = plan.label if plan else "a stage"
        return StageError(f"{label} is gone: {dead}")

    def _late(self, number: int, timeout: float) -> StageTimeout:
        doing = []
        for turn, reference in self._running.get(number, ()):
            done, _ = self._ray.wait([reference], timeout=0)
            if not done:
                plan = self._schedule.workers[turn.worker]
                function = plan.calls[turn.call].function
                doing.append(f"{plan.label} has not finished @{function}")
        return StageTimeout(
            f"microbatch {number} has no result after {timeout:g} s: "
            f"{doing[0] if doing else 'its results did not arrive'}"
        )
