"""Whatever goes wrong in a pipeline: one clear error, and nothing left running."""

import contextlib
import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy
import pytest
import runtime_fake as fake
from placement.errors import InputError, PlacementError, StageError, StageTimeout
from placement.runtime import Pipeline

ENGINES = ["process", "thread"]
ADD = "return [inputs[0] + 1]"
# Fails, or worse, at the third microbatch: samples are numbered.
THIRD = "if inputs[0][0] >= 3:\n    {}\n" + ADD
# No test waits for longer; they all end much sooner.
LONG = 60


def children():
    """Processes whose parent is this one, zombies included."""
    found = set()
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            if (
                int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                == os.getpid()
            ):
                found.add(int(entry.name))
    return found


def is_running(pid):
    """Whether a process is there and no zombie."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        )
    except OSError:
        return False


def until(condition, seconds=LONG):
    """Waits for a condition; whether it came true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def resources():
    """What must be as before: processes, threads, and descriptors, shared memory
    among them, since it has no other name."""
    gc.collect()
    return (
        children(),
        {t.name for t in threading.enumerate() if t.name.startswith("placement")},
        len(os.listdir("/proc/self/fd")),
    )


@pytest.fixture(autouse=True)
def nothing_is_left():
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("needs /proc to see what is left")
    before = resources()
    yield
    assert until(lambda: resources() == before, 15), (before, resources())


def numbered(count):
    return [(numpy.full(4, i, "float32"),) for i in range(count)]


def run(program, engine, count=8, **options):
    options = {"backend": fake.FakeBackend(), "timeout": LONG} | options
    results = []
    with Pipeline(program, [], engine=engine, **options) as pipeline:
        for result in pipeline.map(numbered(count)):
            results.append(result)
    return results


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("stage", [0, 1, 2])
def test_an_exception_in_a_stage(engine, stage):
    bodies = [ADD] * 3
    # Each stage adds one to the number of the sample.
    bodies[stage] = (
        f"if inputs[0][0] == {3 + stage}:\n    raise ValueError('no three')\n" + ADD
    )
    message = (
        rf"stage {stage} \(acc:{stage}\) failed in @f{stage} on microbatch 3: "
        "ValueError: no three"
    )
    with Pipeline(
        fake.chain(*bodies), [], engine=engine, backend=fake.FakeBackend(), timeout=LONG
    ) as pipeline:
        with pytest.raises(StageError, match=message) as caught:
            list(pipeline.map(numbered(8)))
        assert not isinstance(caught.value, StageTimeout)
        if engine == "process":
            assert "in run" in "\n".join(caught.value.__notes__)
        else:
            assert isinstance(caught.value.__cause__, ValueError)
        with pytest.raises(PlacementError, match="closed: a stage failed"):
            next(pipeline.map(numbered(1)))


def test_a_thread_that_leaves():
    with pytest.raises(StageError, match="stage 1 .* on microbatch 2: SystemExit: 7"):
        run(fake.chain(ADD, THIRD.format("raise SystemExit(7)")), "thread")


@pytest.mark.parametrize("engine", ENGINES)
def test_exceptions_that_cannot_be_sent(engine):
    body = (
        "class Odd(Exception):\n"
        "    def __init__(self, a, b): super().__init__(lambda: a)\n"
        "raise Odd(1, 2)"
    )
    with pytest.raises(StageError, match="stage 0 .* Odd: "):
        run(fake.chain(body), engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "return [inputs[0][:2]]",
            r"result 0 of @f0 is float32\[2\]; the program says",
        ),
        ("return [inputs[0].astype('float64')]", r"is float64\[4\]; the program says"),
        ("return []", "@f0 gave 0 results; the program says 1"),
    ],
)
def test_results_that_are_not_what_the_program_says(engine, body, message):
    with pytest.raises(StageError, match=message):
        run(fake.chain(body, ADD), engine)


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("os._exit(3)", "exited with status 3"),
        ("os._exit(0)", "exited with status 0"),
        ("os.kill(os.getpid(), 9)", "was killed by SIGKILL"),
        ("os.abort()", "was killed by SIGABRT"),
    ],
)
@pytest.mark.parametrize("stage", [0, 1])
def test_a_worker_that_is_gone(what, message, stage):
    bodies = [ADD, ADD]
    bodies[stage] = THIRD.format(what)
    began = time.monotonic()
    with pytest.raises(
        StageError,
        match=rf"stage {stage} \(acc:{stage}\): its process \d+ {message} in @f{stage} on "
        f"microbatch {3 - stage}",
    ):
        run(fake.chain(*bodies), "process")
    assert time.monotonic() - began < LONG / 2


def test_a_worker_that_is_killed_while_it_waits():
    others = children()
    with Pipeline(fake.chain(ADD, ADD), [], backend=fake.FakeBackend()) as pipeline:
        list(pipeline.map(numbered(2)))
        workers = children() - others
        assert len(workers) == 2
        time.sleep(0.2)  # A result is out before its worker waits again.
        os.kill(max(workers), signal.SIGKILL)
        with pytest.raises(
            StageError, match="was killed by SIGKILL while it was waiting"
        ):
            list(pipeline.map(numbered(50)))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_stage_that_takes_too_long(engine):
    body = THIRD.format("__import__('time').sleep(3)")
    began = time.monotonic()
    with pytest.raises(
        StageTimeout,
        match=r"microbatch 2 has no result after 0.5 s: stage 1 \(acc:1\) has been in "
        r"@f1 on microbatch 2 for \d",
    ):
        run(fake.chain(ADD, body), engine, timeout=0.5)
    assert time.monotonic() - began < LONG / 2


def test_a_worker_that_never_returns_is_ended():
    body = THIRD.format("__import__('time').sleep(10000)")
    with pytest.raises(StageTimeout):
        run(fake.chain(body), "process", timeout=0.5)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_cannot_be_compiled_or_loaded(engine):
    with pytest.raises(InputError, match="@f1: the compiler refuses this"):
        run(fake.chain(ADD, "refused"), engine)
    with pytest.raises(
        StageError,
        match=r"stage 1 \(acc:1\) failed while it was loading: InputError: this cannot be loaded",
    ):
        run(fake.chain(ADD, "unloadable = 1"), engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_loading_that_takes_too_long(engine):
    with pytest.raises(StageTimeout, match=r"stage \d .* not ready after 0.001 s"):
        run(fake.chain(ADD), engine, backend=fake.SlowBackend(), start_timeout=0.001)


def test_a_worker_that_dies_while_it_loads():
    with pytest.raises(StageError, match="exited with status 5 while it was loading"):
        run(fake.chain(ADD), "process", backend=fake.DyingBackend())


@pytest.mark.parametrize("engine", ENGINES)
def test_a_map_that_is_left_and_a_pipeline_that_is_dropped(engine):
    pipeline = Pipeline(
        fake.chain(ADD, ADD), [], engine=engine, backend=fake.FakeBackend()
    )
    iterator = pipeline.map(numbered(100))
    next(iterator)
    del iterator, pipeline


@pytest.mark.parametrize("engine", ENGINES)
def test_an_interrupt_ends_the_pipeline(engine):
    """A KeyboardInterrupt while waiting: at once, and nothing is left."""
    body = "import time\nfor _ in range(20): time.sleep(0.05)\n" + ADD
    pipeline = Pipeline(fake.chain(body), [], engine=engine, backend=fake.FakeBackend())
    main = threading.get_ident()
    timer = threading.Timer(0.3, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        list(pipeline.map(numbered(5)))
    timer.join()
    with pytest.raises(PlacementError, match="closed: .*interrupted"):
        next(pipeline.map(numbered(1)))


SCRIPT = """
import sys
sys.path.insert(0, {support!r})
import numpy, os, time
import runtime_fake as fake
from placement.runtime import Pipeline

# No guard: workers do not run this again.
pipeline = Pipeline(fake.chain({body!r}, {body!r}), [], engine={engine!r},
                    backend=fake.FakeBackend())
samples = ((numpy.full(4, i, "float32"),) for i in range(10**6))
for number, _ in enumerate(pipeline.map(samples)):
    if number == 3:
        print("running", flush=True)
        {then}
"""


def script(then, engine="process", body=ADD):
    """A process of its own that runs a pipeline; returns it and its workers."""
    text = textwrap.dedent(SCRIPT).format(
        support=str(Path(__file__).parent), body=body, engine=engine, then=then
    )
    process = subprocess.Popen(
        [sys.executable, "-c", text],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout.readline() == "running\n", process.stderr.read()
    workers = [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and parent_of(int(entry.name)) == process.pid
    ]
    return process, workers


def parent_of(pid):
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_leave_when_their_parent_dies(kill):
    process, workers = script("pass", body="import time\ntime.sleep(0.01)\n" + ADD)
    assert len(workers) == 2
    process.send_signal(kill)
    process.communicate(timeout=LONG)
    assert process.returncode != 0
    assert until(lambda: not any(map(is_running, workers)))


def test_a_forked_copy_of_the_parent_keeps_no_worker():
    """A fork has a copy of the line; workers leave all the same."""
    process, workers = script(
        "pid = os.fork()\n        if not pid: time.sleep(60); os._exit(0)\n"
        "        print(pid, flush=True)\n        os.kill(os.getpid(), 9)"
    )
    forked = int(process.stdout.readline())
    process.wait(LONG)
    # The fork may already have been there when the workers were listed.
    workers = [worker for worker in workers if worker != forked]
    try:
        assert until(lambda: not any(map(is_running, workers)))
    finally:
        os.kill(forked, signal.SIGKILL)
        process.stdout.close()
        process.stderr.close()


def test_threads_end_before_the_interpreter_does():
    """One that is inside a backend when Python is taken down may abort it."""
    text = textwrap.dedent(SCRIPT).format(
        support=str(Path(__file__).parent),
        body="import time\ntime.sleep(0.2)\n" + ADD,
        engine="thread",
        then="break",
    )
    # Handlers run in reverse order, so this one is the last.
    first = (
        "import atexit, threading\n"
        "atexit.register(lambda: print([t.name for t in threading.enumerate()\n"
        "                               if t.name.startswith('placement')]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", first + text],
        capture_output=True,
        text=True,
        timeout=LONG,
        check=True,
    )
    assert done.stdout == "running\n[]\n", done.stderr


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("then", ["break", "sys.exit(0)", "raise SystemExit(0)"])
def test_a_script_that_closes_nothing_ends(engine, then):
    process, workers = script(then, engine)
    _, errors = process.communicate(timeout=LONG)
    assert process.returncode == 0, errors
    assert errors == ""
    assert until(lambda: not any(map(is_running, workers)))
