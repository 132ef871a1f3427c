"""Which core runs what, and what the system says about it.

Pinning and the scheduler's statistics are there on Linux. Elsewhere stages run
unpinned, and statistics say so.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path

from placement.errors import InputError

_CPUS = Path("/sys/devices/system/cpu")
_TASKS = Path("/proc/self/task")

# Number of threads in a library's pool -> the variable that it reads at start.
# NPROC is XLA's.
_POOLS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC")


def can_pin() -> bool:
    """Whether this system pins processes to cores."""
    return hasattr(os, "sched_setaffinity")


def available() -> list[int]:
    """Cores that this process may use, those first that share nothing.

    Two hardware threads of one core count as two; the second of each comes after
    all first ones. Empty where the system does not tell.
    """
    if not can_pin():
        return []
    allowed = sorted(os.sched_getaffinity(0))
    rank = {core: _siblings(core).index(core) for core in allowed}
    return sorted(allowed, key=lambda core: (rank[core], core))


def _siblings(core: int) -> list[int]:
    """Hardware threads of the core that `core` is one of."""
    try:
        text = (_CPUS / f"cpu{core}/topology/thread_siblings_list").read_text()
    except OSError:
        return [core]
    threads: list[int] = []
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        threads.extend(range(int(first), int(last or first) + 1))
    return threads if core in threads else [core]


def assign(workers: int, cores: Sequence[int] | None) -> tuple[int | None, ...]:
    """A core for each worker.

    Args:
        workers: How many: one for each device.
        cores: One for each, repeats allowed; None takes those available in turn,
            which several workers share where there are more.

    Raises:
        InputError: Their number is wrong, or a core is not available.
    """
    usable = available()
    if cores is None:
        if not usable:
            return (None,) * workers
        return tuple(usable[worker % len(usable)] for worker in range(workers))
    if not usable:
        raise InputError("cores: this system does not pin processes to cores")
    if len(cores) != workers:
        raise InputError(
            f"cores names {len(cores)} cores for {workers} devices; it names one for "
            "each"
        )
    for core in cores:
        if core not in usable:
            raise InputError(
                f"cores: this process may not use core {core}; it may use "
                f"{', '.join(map(str, sorted(usable)))}"
            )
    return tuple(cores)


def environment(threads: int = 1) -> dict[str, str]:
    """The environment for a worker whose calls keep `threads` threads busy.

    Runtimes size their thread pools when they are imported. What the caller's
    environment says about a pool stays.
    """
    variables = dict(os.environ)
    for name in _POOLS:
        variables.setdefault(name, str(threads))
    return variables


def tells_run_delay() -> bool:
    """Whether this system tells for how long threads waited for a processor."""
    return _schedstat(threading.get_native_id()) is not None


def run_delay_ns(whole_process: bool) -> int:
    """Nanoseconds that this thread, or all threads of this process that still
    run, waited for a processor; zero where the system doesn't tell."""
    if not whole_process:
        return _schedstat(threading.get_native_id()) or 0
    try:
        tasks = os.listdir(_TASKS)
    except OSError:
        return 0
    return sum(_schedstat(int(task)) or 0 for task in tasks)


def _schedstat(task: int) -> int | None:
    try:
        return int((_TASKS / f"{task}/schedstat").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return None
