"""Worker processes: started pinned, spoken to over a line, never left behind.

A worker is a fresh interpreter, not a fork and not a `multiprocessing` process: it
does not run the caller's main module again, so scripts need no guard, and nothing
is imported before it is pinned to its core.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import time
import weakref
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# The first thing that a worker does: pinned later, the thread pools that libraries
# make at import would keep to no core.
_BOOT = """\
import json, os, sys
start = json.loads(sys.argv[1])
if start["core"] is not None:
    os.sched_setaffinity(0, {start["core"]})
sys.path[:] = start["path"]
from placement.runtime import worker
worker.main(start["fd"])
"""
_HEAD = struct.Struct("=QI")
# Descriptors that one message can carry; the system's own limit is 253.
_MOST_FDS = 250
# Seconds for a worker to leave by itself when it is told to.
GRACE = 2.0


class Line:
    """Messages between a worker and who started it, with file descriptors.

    When one end is gone, however it went, the other sees the end of the line.
    """

    def __init__(self, end: socket.socket) -> None:
        self._socket = end

    def fileno(self) -> int:
        """The descriptor, to wait for messages with others."""
        return self._socket.fileno()

    def send(
        self, message: Any, fds: Sequence[int] = (), timeout: float | None = None
    ) -> None:
        """Sends a message; the descriptors are duplicated on the way.

        Raises:
            OSError: The other end is gone.
            TimeoutError: It takes nothing more for so many seconds.
        """
        data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
        head = _HEAD.pack(len(data), len(fds))
        self._socket.settimeout(timeout)
        if fds:
            socket.send_fds(self._socket, [head], fds)
        else:
            self._socket.sendall(head)
        self._socket.sendall(data)

    def receive(self, timeout: float | None = None) -> tuple[Any, list[int]]:
        """The next message and its descriptors, which now belong to the caller.

        Raises:
            EOFError: The other end is gone.
            TimeoutError: Nothing came for so many seconds.
        """
        self._socket.settimeout(timeout)
        try:
            head, fds, _, _ = socket.recv_fds(self._socket, _HEAD.size, _MOST_FDS)
            head += self._exactly(_HEAD.size - len(head), gone=not head)
            length, _ = _HEAD.unpack(head)
            return pickle.loads(self._exactly(length)), list(fds)
        except ConnectionError as error:
            raise EOFError("the other end of the line is gone") from error

    def _exactly(self, count: int, *, gone: bool = False) -> bytes:
        data = bytearray(count)
        view = memoryview(data)
        while view:
            read = 0 if gone else self._socket.recv_into(view)
            if read == 0:
                raise EOFError("the other end of the line is gone")
            view = view[read:]
        return bytes(data)

    def close(self) -> None:
        """Ends the line."""
        # A copy of the descriptor in a forked process must not keep it open.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class Child:
    """A worker process and the line to it.

    Args:
        core: The core to pin it to; None leaves it where it is.
        environment: All its environment variables.
    """

    def __init__(self, core: int | None, environment: Mapping[str, str]) -> None:
        ours, theirs = socket.socketpair()
        start = {"core": core, "path": list(map(str, sys.path)), "fd": theirs.fileno()}
        try:
            # In a group of its own, a Ctrl-C at the terminal reaches the caller
            # alone, who then ends the workers.
            self._process = subprocess.Popen(
                [sys.executable, "-c", _BOOT, json.dumps(start)],
                env=environment,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                process_group=0,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self.line = Line(ours)

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    def ended(self, timeout: float) -> str | None:
        """How the process ended, waiting for that up to so many seconds; None while
        it runs."""
        try:
            status = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        if status >= 0:
            return f"exited with status {status}"
        with contextlib.suppress(ValueError):
            return f"was killed by {signal.Signals(-status).name}"
        return f"was killed by signal {-status}"

    def kill(self) -> None:
        """Ends it at once."""
        self._process.kill()


def end_all(children: Iterable[Child], grace: float = GRACE) -> None:
    """Ends workers: those that do not leave in time are killed. None is left."""
    children = list(children)
    for child in children:
        child.line.close()
    deadline = time.monotonic() + grace
    for child in children:
        if child.ended(max(deadline - time.monotonic(), 0)) is None:
            child.kill()
    for child in children:
        child.ended(timeout=GRACE)


def watch(
    owner: object, children: list[Child], pipes: Iterable[dict[int, int]] = ()
) -> weakref.finalize:
    """Ends `children`, and closes the descriptors in `pipes`, when the result is
    called, when `owner` is gone, or when the interpreter exits.

    All of them may still grow. A forked copy of this process leaves them alone.
    """
    return weakref.finalize(owner, _end_own, children, pipes, os.getpid())


def _end_own(
    children: list[Child], pipes: Iterable[dict[int, int]], process: int
) -> None:
    if os.getpid() != process:
        return
    end_all(children)
    children.clear()
    for descriptors in pipes:
        for descriptor in descriptors.values():
            os.close(descriptor)
        descriptors.clear()
