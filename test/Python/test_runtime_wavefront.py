"""The order in which calls are handed to workers that keep to it."""

import pytest
import runtime_fake as fake
from placement.errors import InputError
from placement.runtime.schedule import HOST, make_schedule
from placement.runtime.wavefront import Wavefront


def order(schedule, microbatches):
    """All calls in the order of submission, as the engines submit them."""
    wavefront = Wavefront(schedule)
    flying, turns = [], []
    for _ in range(microbatches):
        if len(flying) == schedule.limit:
            turns += wavefront.until(flying.pop(0))
        flying.append(wavefront.add())
        turns += wavefront.step()
    for microbatch in flying:
        turns += wavefront.until(microbatch)
    return turns


def skipping():
    return fake.program(
        [
            ("f", 0, [0], [1, 2], ""),
            ("g", 1, [1], [3], ""),
            ("h", 2, [3, 2], [4], ""),
            ("k", 0, [4, 2], [5], ""),
        ],
        arguments=["activation"],
        results=[5],
    )


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize(
    "program", [fake.chain("", "", ""), fake.training(3), skipping()]
)
def test_each_call_once_and_after_what_it_needs(program, depth):
    schedule = make_schedule(program, depth)
    turns = order(schedule, 9)
    calls = sum(len(plan.calls) for plan in schedule.workers)
    assert len(turns) == len(set(turns)) == 9 * calls
    sent = {(c.index, m) for c in schedule.out_of(HOST) for m in range(9)}
    for turn in turns:
        call = schedule.workers[turn.worker].calls[turn.call]
        assert all((channel, turn.microbatch) in sent for channel in call.receives)
        sent.update((channel, turn.microbatch) for channel in call.sends)


def test_devices_with_several_stages_take_the_oldest_first():
    """Devices 0, 1, 0, 1: no order of calls waits for a later one."""
    schedule = make_schedule(fake.chain("", "", "", "", devices={2: 0, 3: 1}), depth=1)
    turns = order(schedule, 6)
    done = set()
    for turn in turns:
        call = schedule.workers[turn.worker].calls[turn.call].call
        assert call == 0 or (turn.microbatch, call - 1) in done
        done.add((turn.microbatch, call))
    assert len(done) == 6 * 4
    # Once all have begun, the oldest microbatch comes first on each device.
    first = [(t.microbatch, t.call) for t in turns if t.worker == 0]
    assert first.index((0, 1)) < first.index((3, 0))


def test_forward_of_the_next_comes_before_backward():
    """Else the last stage would idle while a microbatch goes down and up again."""
    schedule = make_schedule(fake.training(3), depth=1)
    first = [(t.microbatch, t.call) for t in order(schedule, 6) if t.worker == 0]
    assert first[:4] == [(0, 0), (1, 0), (2, 0), (0, 1)]
    # One forward, one backward.
    assert [call for _, call in first[3:9]] == [1, 0, 1, 0, 1, 0]


def test_the_last_stage_turns_at_once():
    schedule = make_schedule(fake.training(3), depth=2)
    last = [(t.microbatch, t.call) for t in order(schedule, 5) if t.worker == 2]
    assert last == [(m, call) for m in range(5) for call in range(2)]


def test_a_step_has_one_call_of_a_stage():
    wavefront = Wavefront(make_schedule(fake.training(4), depth=3))
    for _ in range(6):
        wavefront.add()
        stages = [turn.worker for turn in wavefront.step()]
        assert len(stages) == len(set(stages)) > 0


def test_calls_that_wait_for_each_other():
    calls = [("f", 0, [0, 2], [1], ""), ("g", 1, [1], [2], "")]
    program = fake.program(calls, arguments=["activation"], results=[2])
    wavefront = Wavefront(make_schedule(program))
    number = wavefront.add()
    with pytest.raises(InputError, match="wait for each other"):
        wavefront.until(number)
