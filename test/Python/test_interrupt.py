"""A search can be stopped: by Ctrl-C, by a callback, by an exception in one."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import placement
import pytest

pytestmark = pytest.mark.timeout(120)
# Where stopping does not work, a test still ends, and fails.
LIMIT = 60


@pytest.fixture(scope="module")
def hard():
    """Parallel chains: proving the optimum takes far longer than the limit."""
    width = depth = 14
    generator = np.random.default_rng(0)
    consumers = [[] for _ in range(width * depth)]
    for node in range(width * depth):
        if (node + 1) % depth:
            consumers[node].append(node + 1)
    costs = generator.integers(1, 50, (width * depth, 1))
    return placement.Instance(
        placement.Machine([placement.DeviceKind("acc", 6)]),
        generator.integers(1, 100, (width * depth, 1)),
        nets=placement.Nets.from_lists(
            np.arange(width * depth), consumers, costs=costs
        ),
    )


def interrupt_soon():
    """Sends SIGINT once the main thread is in the search."""
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    return timer


def test_interrupt_raises(hard):
    threads = threading.active_count()
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        timer = interrupt_soon()
        placement.solve(hard, time_limit=LIMIT)
    timer.join()
    assert time.monotonic() - begin < LIMIT / 2
    assert threading.active_count() == threads


def test_interrupt_returns_the_best_plan(hard):
    timer = interrupt_soon()
    plan = placement.solve(hard, time_limit=LIMIT, interrupt="return")
    timer.join()
    assert plan.stop == "cancelled" and plan.status == "feasible"
    assert 0 < plan.gap < 1 and plan.bound < plan.value


def test_cancel(hard):
    asked = []

    def cancel():
        asked.append(time.monotonic())
        return len(asked) >= 3

    plan = placement.solve(hard, time_limit=LIMIT, cancel=cancel)
    assert plan.stop == "cancelled" and len(asked) >= 3


def test_exception_in_a_callback_ends_the_search(hard):
    def fail(*_):
        raise LookupError("enough")

    begin = time.monotonic()
    with pytest.raises(LookupError, match="enough"):
        placement.solve(hard, time_limit=LIMIT, observer=fail)
    with pytest.raises(LookupError, match="enough"):
        placement.solve(hard, time_limit=LIMIT, cancel=fail)
    assert time.monotonic() - begin < LIMIT / 2


def test_other_threads_go_on(hard):
    """The GIL is not held while the search runs."""
    ticks = []
    done = threading.Event()

    def tick():
        while not done.wait(0.01):
            ticks.append(None)

    thread = threading.Thread(target=tick)
    thread.start()
    placement.solve(hard, time_limit=0.5)
    done.set()
    thread.join()
    assert len(ticks) >= 3


@pytest.mark.parametrize(
    "work",
    [
        "placement.run_pipeline(text, 'placement-pipeline')",
        "placement.solve(placement.Instance(machine, [[1], [2]]))",
    ],
)
def test_works_in_the_child_of_a_fork(work, models):
    program = f"""
import os, placement
text = open({str(models / "mlp.mlir")!r}).read()
machine = placement.Machine([placement.DeviceKind("acc", 2)])
{work}
child = os.fork()
if child == 0:
    {work}
    os._exit(0)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    run = subprocess.run([sys.executable, "-c", program], timeout=LIMIT)
    assert run.returncode == 0
