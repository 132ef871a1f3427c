"""Runs jobs in processes of their own, which end whatever happens."""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from placement.calibration.jobs import Failed, Job, Timing
from placement.errors import PlacementError

# Seconds that an item may take, compiling included, unless told otherwise.
TIMEOUT = 120.0
_ENDED = "ended with status"

_BOOT = """\
import json, os, sys
start = json.loads(sys.argv[1])
if start["core"] is not None:
    os.sched_setaffinity(0, {start["core"]})
sys.path[:] = start["path"]
from placement.calibration import worker
worker.main()
"""


def run(
    job: Job,
    *,
    timeout: float = TIMEOUT,
    progress: Callable[[str], None] | None = None,
) -> dict[str, Timing | Failed]:
    """The answers to all items of a job, by name.

    A module on which the process dies or does not end is answered as failed, and
    a new process goes on with the next.

    Args:
        job: What to time.
        timeout: Seconds for each item.
        progress: Is called with the name of each item that is done.

    Raises:
        PlacementError: The process cannot even start.
    """
    answers: dict[str, Timing | Failed] = {}
    rest = job.items
    while rest:
        done, reason = _run_once(
            dataclasses.replace(job, items=rest), timeout, progress
        )
        answers.update(done)
        rest = rest[len(done) :]
        if rest:
            if not answers and reason.startswith(_ENDED):
                raise PlacementError(
                    f"the measuring process {reason} before its first answer"
                )
            answers[rest[0].name] = Failed(reason)
            rest = rest[1:]
    return answers


def _run_once(
    job: Job, timeout: float, progress: Callable[[str], None] | None
) -> tuple[dict[str, Timing | Failed], str]:
    """Answers until the process failed, and how it failed."""
    start = json.dumps({"core": job.core, "path": sys.path})
    answers: dict[str, Timing | Failed] = {}
    with tempfile.TemporaryFile() as text, tempfile.TemporaryFile() as errors:
        # A file instead of a pipe: it is written at once, whoever reads it.
        pickle.dump(job, text)
        text.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-c", _BOOT, start],
            stdin=text,
            stdout=subprocess.PIPE,
            stderr=errors,
            process_group=0,
        )
        try:
            reader = _Reader(process.stdout)
            while len(answers) < len(job.items):
                try:
                    answer = reader.next(timeout)
                except TimeoutError:
                    return answers, f"gave no answer for {timeout:g} s"
                except EOFError:
                    status = process.wait(timeout)
                    errors.seek(0)
                    said = errors.read().decode(errors="replace").strip()
                    last = said.splitlines()[-1] if said else "no message"
                    return answers, f"{_ENDED} {status} ({last})"
                answers[answer[0]] = answer[1]
                if progress:
                    progress(answer[0])
            return answers, ""
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


class _Reader:
    """Pickled answers from a pipe, with a limit on each wait."""

    def __init__(self, pipe: Any) -> None:
        self._fd = pipe.fileno()
        self._data = bytearray()
        os.set_blocking(self._fd, False)

    def next(self, timeout: float) -> Any:
        """The next answer.

        Raises:
            TimeoutError: It does not come in so many seconds.
            EOFError: No more come.
        """
        end = time.monotonic() + timeout
        with selectors.DefaultSelector() as selector:
            selector.register(self._fd, selectors.EVENT_READ)
            while True:
                answer = self._take()
                if answer is not None:
                    return answer
                if not selector.select(max(end - time.monotonic(), 0)):
                    raise TimeoutError
                data = os.read(self._fd, 65536)
                if not data:
                    raise EOFError
                self._data += data

    def _take(self) -> Any:
        """An answer that is there whole, or None."""
        size = int.from_bytes(self._data[:8], "little")
        if len(self._data) < 8 + size or len(self._data) < 8:
            return None
        answer = pickle.loads(self._data[8 : 8 + size])
        del self._data[: 8 + size]
        return answer
