"""One sample at a time: what runs when, and what becomes of faults."""

import threading
from dataclasses import replace

import numpy
import pytest
import runtime_fake as fake
from placement.errors import InputError, PlacementError, StageError, StageTimeout
from placement.runtime import SingleRunner
from placement.runtime.lanes import spread
from placement.sequence import Sequential
from placement.stages import Device, Stage

X = numpy.array([1, 2, 3, 4], numpy.float32)

# Two calls that only end if they run at the same time.
MEETING = "import builtins\nbuiltins.meeting.wait(20)\nreturn [inputs[0] + 1]"
JOIN = "return [inputs[0] + inputs[1]]"
LABEL = r"stage 0 on acc:0, function @f0: division by zero"


class Backend(fake.FakeBackend):
    """With one device, as IREE has."""

    def device_count(self):
        return 1


@pytest.fixture
def meeting(monkeypatch):
    """A barrier that the bodies of stages find."""
    import builtins

    monkeypatch.setattr(builtins, "meeting", threading.Barrier(2), raising=False)


def runner(program, weights=(), **options):
    return SingleRunner(
        program, weights, backend=Backend(), **{"timeout": 30} | options
    )


def diamond(body, devices):
    """Two calls of the sample, and one that joins them."""
    calls = [
        ("left", 0, [0], [1], body),
        ("right", 1, [0], [2], body),
        ("join", 2, [1, 2], [3], JOIN),
    ]
    return fake.program(
        calls, arguments=["activation"], results=[3], devices=dict(enumerate(devices))
    )


def test_calls_of_different_devices_run_side_by_side(meeting):
    with runner(diamond(MEETING, [0, 1, 0])) as run:
        for factor in (1, 2):
            (result,) = run.run([X * factor])
            numpy.testing.assert_array_equal(result, 2 * (X * factor + 1))
        left, right, join = run.times
    assert [left.function, right.function, join.function] == ["left", "right", "join"]
    assert max(left.start, right.start) < min(left.finish, right.finish)
    assert join.start >= max(left.finish, right.finish)
    assert join.device == Device("acc", 0)


def test_calls_of_a_wide_host_run_side_by_side(meeting):
    program = diamond(MEETING, [0, 0, 0])
    host = [
        Stage(s, Device("cpu", 0), concurrent=True, start=start, finish=start + 1.0)
        for s, start in enumerate([0.0, 0.0, 1.0])
    ]
    with runner(replace(program, stages=tuple(host))) as run:
        (result,) = run.run([X])
    numpy.testing.assert_array_equal(result, 2 * (X + 1))


def test_calls_of_one_device_keep_their_order():
    """The second call is ready at once, and waits for the first all the same."""
    calls = [
        ("far", 0, [0], [1], "import time\ntime.sleep(0.05)\nreturn [inputs[0] + 1]"),
        ("first", 1, [1], [2], "return [inputs[0] * 2]"),
        ("second", 2, [0], [3], "return [inputs[0] * 3]"),
    ]
    program = fake.program(
        calls, arguments=["activation"], results=[2, 3], devices={0: 1, 1: 0, 2: 0}
    )
    with runner(program) as run:
        first, second = run.run([X])
        times = {t.function: t for t in run.times}
    numpy.testing.assert_array_equal(first, (X + 1) * 2)
    numpy.testing.assert_array_equal(second, X * 3)
    assert times["second"].start >= times["first"].finish


def test_weights_and_arguments_as_results():
    calls = [("f0", 0, [0, 1], [2], "return [inputs[0] * inputs[1]]")]
    program = fake.program(calls, arguments=["activation", "weight"], results=[2, 1, 0])
    with runner(program, [X + 5]) as run:
        made, weight, given = run.run([X])
    numpy.testing.assert_array_equal(made, X * (X + 5))
    numpy.testing.assert_array_equal(weight, X + 5)
    numpy.testing.assert_array_equal(given, X)


def test_training_steps_run():
    program = fake.training(stages=2)
    weights = [X + 1, X + 2]
    with runner(program, weights) as run:
        results = run.run([X])
    expected = Sequential(program, Backend()).run([X, *weights])
    for result, other in zip(results, expected, strict=True):
        numpy.testing.assert_array_equal(result, other)


def test_a_fault_names_the_call_and_the_runner_goes_on():
    body = "if inputs[0][0] == 0:\n    1 / 0\nreturn [inputs[0] + 1]"
    with runner(fake.chain(body, "return [inputs[0] * 2]")) as run:
        with pytest.raises(StageError, match=LABEL) as caught:
            run.run([X * 0])
        assert isinstance(caught.value.__cause__, ZeroDivisionError)
        (result,) = run.run([X])
    numpy.testing.assert_array_equal(result, (X + 1) * 2)


def test_a_call_that_hangs_ends_the_runner(monkeypatch):
    import builtins

    gate = threading.Event()
    monkeypatch.setattr(builtins, "gate", gate, raising=False)
    body = "import builtins\nbuiltins.gate.wait(30)\nreturn [inputs[0]]"
    run = runner(fake.chain(body), timeout=0.1)
    with pytest.raises(StageTimeout, match=r"not through after 0\.1 s"):
        run.run([X])
    with pytest.raises(PlacementError, match="took longer than"):
        run.run([X])
    gate.set()
    run.close()
    assert not [t for t in threading.enumerate() if t.name == "placement-acc:0"]


def test_what_cannot_be_loaded_is_named():
    before = threading.active_count()
    with pytest.raises(InputError, match="stage 1 on acc:1, function @f1: this cannot"):
        runner(fake.chain("return inputs", "unloadable"))
    assert threading.active_count() == before
    with pytest.raises(InputError, match="@f0: the compiler refuses"):
        runner(fake.chain("refused"))


def test_arguments_are_checked():
    program = fake.chain("return inputs")
    with pytest.raises(InputError, match="width: is 0"):
        runner(program, width=0)
    with pytest.raises(InputError, match="timeout is 0"):
        runner(program, timeout=0)
    with pytest.raises(InputError, match="there are 1 weight arrays"):
        runner(program, [X])
    with runner(program) as run, pytest.raises(InputError, match="activation 0 is"):
        run.run([X[:2]])
    with pytest.raises(PlacementError, match="it was closed"):
        run.run([X])


def test_lanes_follow_the_plan():
    """Stages that the plan has run at once are in different lanes."""

    def stage(number, start, finish):
        return number, Stage(number, Device("cpu", 0), True, start, finish)

    calls = [stage(0, 0.0, 2.0), stage(1, 0.0, 1.0), stage(2, 1.0, 3.0)]
    assert spread(calls, 8) == [[0], [1, 2]]
    assert spread(calls, 1) == [[0, 1, 2]]
    # Without times each has its own, as far as there are any.
    unknown = [(n, Stage(n, Device("cpu", 0), True)) for n in range(3)]
    assert spread(unknown, 8) == [[0], [1], [2]]
    assert sorted(sum(spread(unknown, 2), [])) == [0, 1, 2]
