"""The stages of a device in a Ray actor. Ray itself is not imported here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy

from placement import backends
from placement.errors import StageError
from placement.runtime import recorder
from placement.runtime.accumulate import Mode
from placement.runtime.stage import DeviceStages

if TYPE_CHECKING:
    from placement.backends.base import Backend
    from placement.runtime.schedule import WorkerPlan

Message = Sequence[numpy.ndarray]


class StageActor:
    """The stages, and their port: messages come as arguments of a call and leave as
    its results.

    Args:
        label: How messages name them.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        # By channel and microbatch.
        self._received: dict[tuple[int, int], Message] = {}
        self._sent: dict[int, Message] = {}
        self._mode = Mode.DELIVER

    def load(
        self,
        plan: WorkerPlan,
        backend: Backend | str,
        artifacts: Mapping[str, bytes],
        weights: Mapping[int, numpy.ndarray],
        threads: int,
    ) -> None:
        """Loads the stages, with their functions and their weights only.

        Raises:
            StageError: The backend refuses something.
        """
        try:
            self._memory = numpy.zeros(recorder.words(len(plan.calls)), "int64")
            # Threads of Ray itself do not count.
            self._recorder = recorder.Recorder(self._memory, whole_process=False)
            self._stages = DeviceStages(
                plan,
                backends.get(backend) if isinstance(backend, str) else backend,
                artifacts,
                weights,
                self._recorder,
                threads=threads,
            )
        except Exception as error:
            raise self._failure(" while it was loading", error) from error
        self._recorder.waits()

    def run(
        self,
        microbatch: int,
        position: int,
        mode: int,
        channels: Sequence[int],
        *messages: Message,
    ) -> Any:
        """Runs a call of a microbatch.

        Args:
            microbatch: Its number.
            position: Position of the call among those of the device.
            mode: What to do with results for the caller.
            channels: What the messages came by.
            messages: Arrays; Ray has waited for them.

        Returns:
            A message for each channel that the call sends to, as Ray takes them:
            the only one itself, an empty one for none.

        Raises:
            StageError: The call failed.
        """
        self._recorder.goes_on()
        for channel, message in zip(channels, messages, strict=True):
            self._received[channel, microbatch] = message
        self._sent, self._mode = {}, Mode(mode)
        call = self._stages.plan.calls[position]
        self._recorder.calls(position, microbatch)
        try:
            self._stages.run(microbatch, position, self)
        except Exception as error:
            doing = f" in @{call.function} on microbatch {microbatch}"
            raise self._failure(doing, error) from error
        if position + 1 == len(self._stages.plan.calls):
            # Until here a value may be used later than its message came.
            for channel in self._stages.plan.channels:
                self._received.pop((channel.index, microbatch), None)
        self._recorder.waits()
        sent = [self._sent[number] for number in call.sends]
        if len(sent) == 1:
            return sent[0]
        return tuple(sent) if sent else []

    def set_weights(self, weights: Mapping[int, numpy.ndarray]) -> None:
        """Replaces the weights.

        Raises:
            StageError: The backend refuses one.
        """
        try:
            self._stages.set_weights(weights)
        except Exception as error:
            raise self._failure(" while it took weights", error) from error

    def counters(self) -> numpy.ndarray:
        """What the recorder has counted."""
        return self._memory.copy()

    # The port of the stages.

    def receive(self, channel: int, microbatch: int) -> Message:
        return self._received[channel, microbatch]

    def send(self, channel: int, microbatch: int, arrays: Message) -> None:
        # Ray copies what a call returns before the next one can change it.
        self._sent[channel] = list(arrays)

    def mode(self, microbatch: int) -> Mode:
        return self._mode

    def _failure(self, doing: str, error: Exception) -> StageError:
        return StageError(
            f"{self._label} failed{doing}: {type(error).__name__}: {error}"
        )
