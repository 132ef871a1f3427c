"""What runs in a worker process; see `placement.runtime.spawn`."""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import socket
import sys
import traceback
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from placement import backends
from placement.runtime import ring
from placement.runtime.accumulate import Mode
from placement.runtime.parcel import Parcel
from placement.runtime.recorder import Recorder
from placement.runtime.schedule import WorkerPlan
from placement.runtime.spawn import Line
from placement.runtime.stage import DeviceStages

# Milliseconds after which a waiting worker looks whether its parent still lives.
# It hears of that at once, unless a forked copy of the parent holds the line.
_LOOK = 1000


class Gone(Exception):
    """The caller ended the line: leave."""


@dataclass(frozen=True)
class Failure:
    """An exception on its way to the caller.

    Attributes:
        what: Type and message.
        trace: The traceback as text.
        doing: What the worker did: ` in @f on microbatch 3`, or nothing.
    """

    what: str
    trace: str
    doing: str = ""


@dataclass(frozen=True)
class StageStart:
    """What a worker needs to run the stages of a device.

    The descriptors that come along: its bell; the segment of the rings; its
    parcel; then the bells of `peers`.

    Attributes:
        plan: The stages.
        backend: Pickled: the name of a backend, or a backend.
        parcel: What is in the parcel.
        threads: The most threads that a call may keep busy.
        segment_bytes: Size of the segment; its first word says when the run began.
        modes: Offset of one byte for each slot, what to do with results.
        recorder: Offset of the words of the worker's recorder.
        words: How many.
        rings: Offset of the rings.
        peers: Workers that it sends to, and `HOST`.
    """

    plan: WorkerPlan
    backend: bytes
    parcel: Parcel
    threads: int
    segment_bytes: int
    modes: int
    recorder: int
    words: int
    rings: int
    peers: tuple[int, ...]


def main(fd: int) -> None:
    """Runs until the caller ends the line; never returns."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = Line(socket.socket(fileno=fd))
    parent = os.getppid()
    doing = " while it was loading"
    try:
        try:
            message, fds = line.receive()
            if isinstance(message, StageStart):
                worker = _StageWorker(line, parent, message, fds)
                doing = ""
                worker.run()
            else:
                from placement.runtime import bench

                bench.serve(line, message, fds)
        except Exception as error:
            if not isinstance(error, (Gone, EOFError)):
                line.send(failure(error, doing))
                _wait_for_end(line, parent)
    except (OSError, EOFError):
        pass
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        # There is nothing to save, and runtimes may take their time to leave.
        os._exit(0)


def failure(error: Exception, doing: str = "") -> Failure:
    """An exception in a form that can always be sent."""
    trace = "".join(traceback.format_exception(error))
    return Failure(f"{type(error).__name__}: {error}", trace, doing)


def load_backend(pickled: bytes) -> Any:
    """The backend that a message names or holds."""
    backend = pickle.loads(pickled)
    return backends.get(backend) if isinstance(backend, str) else backend


def _wait_for_end(line: Line, parent: int) -> None:
    """Waits until the caller ends the line, whatever still comes on it."""
    with contextlib.suppress(EOFError, OSError):
        while os.getppid() == parent:
            with contextlib.suppress(TimeoutError):
                line.receive(timeout=_LOOK / 1000)


class _StageWorker:
    """The loop of a device; it is the port of its stages as well."""

    def __init__(
        self, line: Line, parent: int, start: StageStart, fds: list[int]
    ) -> None:
        self._line = line
        self._parent = parent
        self._plan = plan = start.plan
        self._bell, segment_fd, parcel_fd, *peers = fds
        self._peers = dict(zip(start.peers, peers, strict=True))
        with ring.Segment(start.segment_bytes, segment_fd) as segment:
            self._begin = segment.array(0, (1,), "int64")
            self._modes = segment.array(start.modes, (plan.limit,), "uint8")
            memory = segment.array(start.recorder, (start.words,), "int64")
        self._recorder = Recorder(memory)
        wanted = [
            c.index for c in plan.channels if plan.position in (c.source, c.target)
        ]
        self._rings = ring.make_rings(
            plan.channels, segment, start.rings, plan.limit, wanted
        )
        self._poll = select.poll()
        self._poll.register(self._bell, select.POLLIN)
        self._poll.register(self._line.fileno(), select.POLLIN)
        artifacts, weights = start.parcel.open(parcel_fd)
        backend = load_backend(start.backend)
        self._stages = DeviceStages(
            plan,
            backend,
            artifacts,
            weights,
            self._recorder,
            threads=start.threads,
        )
        line.send("ready")

    def run(self) -> None:
        """Runs calls as they get ready.

        Raises:
            Gone: The caller is gone or ends the pipeline.
        """
        while True:
            self._take(ring.answer_bell(self._bell))
            ready = self._stages.ready()
            if ready is None:
                self._recorder.waits()
                self._wait()
                self._recorder.goes_on(int(self._begin[0]))
                continue
            microbatch, position = ready
            self._recorder.calls(position, microbatch)
            try:
                self._stages.run(microbatch, position, self)
            except BrokenPipeError:
                # Another worker is gone. The caller knows better than this one.
                _wait_for_end(self._line, self._parent)
                raise Gone from None
            except Exception as error:
                function = self._plan.calls[position].function
                doing = f" in @{function} on microbatch {microbatch}"
                self._line.send(failure(error, doing))
                _wait_for_end(self._line, self._parent)
                raise Gone from None

    def _take(self, rung: array[int]) -> None:
        for channel in rung:
            self._stages.arrived(channel)

    def _wait(self) -> None:
        """Waits for the bell, and does what the caller asks for in between."""
        while True:
            events = dict(self._poll.poll(_LOOK))
            if self._line.fileno() in events:
                self._obey()
            if self._bell in events:
                return
            if not events and os.getppid() != self._parent:
                raise Gone

    def _obey(self) -> None:
        try:
            message, fds = self._line.receive()
        except EOFError:
            raise Gone from None
        if not isinstance(message, Parcel):
            raise TypeError(f"a stage takes no {type(message).__name__}")
        _, weights = message.open(fds[0])
        self._stages.set_weights(weights)
        self._line.send("ready")

    # The port of the stages.

    def receive(self, channel: int, microbatch: int) -> Sequence[numpy.ndarray]:
        return self._rings[channel].read(microbatch)

    def send(
        self, channel: int, microbatch: int, arrays: Sequence[numpy.ndarray]
    ) -> None:
        self._rings[channel].write(microbatch, arrays)
        target = self._plan.channels[channel].target
        ring.ring_bell(self._peers[target], channel)

    def mode(self, microbatch: int) -> Mode:
        return Mode(int(self._modes[microbatch % self._plan.limit]))


def peers_of(plan: WorkerPlan) -> tuple[int, ...]:
    """Whom a worker sends to, in order; `HOST` first."""
    return tuple(sorted({c.target for c in plan.channels if c.source == plan.position}))
