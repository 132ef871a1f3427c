"""What a pipeline computes, whatever engine runs it."""

import contextlib
import os
import threading

import numpy
import pytest
import runtime_fake as fake
from placement.errors import InputError, PlacementError
from placement.runtime import Pipeline, affinity
from placement.stages import TensorType

ENGINES = ["process", "thread"]


@pytest.fixture(params=ENGINES)
def pipeline(request):
    """Makes pipelines of the engine, and closes them after the test."""
    with contextlib.ExitStack() as stack:

        def make(program, weights=(), **options):
            options = {"backend": fake.FakeBackend(), "timeout": 30} | options
            return stack.enter_context(
                Pipeline(program, weights, engine=request.param, **options)
            )

        yield make


ADD, DOUBLE = "return [inputs[0] + 1]", "return [inputs[0] * 2]"


def check_chain(results, samples):
    for result, sample in zip(results, samples, strict=True):
        numpy.testing.assert_array_equal(result[0], (sample[0] + 1) * 2)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_results_come_in_order(pipeline, depth):
    # Even microbatches take longer in the first stage, odd ones in the second.
    slow = "import time\ntime.sleep(0.002 * (int(inputs[0][0]) % 2 == {}))\n"
    program = fake.chain(slow.format(0) + ADD, slow.format(0) + DOUBLE)
    samples = [(numpy.full(4, i, "float32"),) for i in range(40)]
    check_chain(pipeline(program, depth=depth).map(samples), samples)


def test_a_pipeline_serves_several_maps(pipeline):
    running = pipeline(fake.chain(ADD, DOUBLE))
    for count in (3, 0, 1, 9):
        samples = fake.samples(count)
        check_chain(running.map(samples), samples)
    assert list(running.map(iter([]))) == []


def test_samples_are_taken_as_there_is_room(pipeline):
    running = pipeline(fake.chain(ADD, DOUBLE), depth=2)
    taken = []
    samples = fake.samples(20)

    def source():
        for number, sample in enumerate(samples):
            taken.append(number)
            yield sample

    for number, _ in enumerate(running.map(source())):
        assert len(taken) <= number + 1 + running.schedule.limit
    assert len(taken) == 20


def test_one_stage(pipeline):
    samples = fake.samples(5)
    for result, sample in zip(
        pipeline(fake.chain(ADD), depth=1).map(samples), samples, strict=True
    ):
        numpy.testing.assert_array_equal(result[0], sample[0] + 1)


def test_more_stages_than_cores_is_said(pipeline):
    stages = 2 * (os.cpu_count() or 1) + 1
    running = pipeline(fake.chain(*[ADD] * stages))
    samples = fake.samples(7)
    for result, sample in zip(running.map(samples), samples, strict=True):
        want = sample[0]
        for _ in range(stages):
            want = want + numpy.float32(1)
        numpy.testing.assert_array_equal(result[0], want)
    if affinity.can_pin():
        assert any(f"{stages} devices share" in note for note in running.stats().notes)


def test_several_values_and_skipped_stages(pipeline):
    program = fake.program(
        [
            ("f", 0, [0, 1], [2, 3, 4], "x, y = inputs\nreturn [x + y, x - y, x * y]"),
            ("g", 1, [3, 2], [5], "return [inputs[0] * inputs[1]]"),
            ("h", 2, [5, 4, 1], [6], "a, b, y = inputs\nreturn [a + b + y]"),
        ],
        arguments=["activation", "activation"],
        results=[6, 3, 0, 6],
    )
    pairs = list(zip(fake.samples(9), fake.samples(9, seed=2), strict=True))
    samples = [(x[0], y[0]) for x, y in pairs]
    for (total, less, same, again), (x, y) in zip(
        pipeline(program).map(samples), samples, strict=True
    ):
        numpy.testing.assert_allclose(total, (x - y) * (x + y) + x * y + y, rtol=1e-6)
        numpy.testing.assert_array_equal(less, x - y)
        numpy.testing.assert_array_equal(same, x)
        numpy.testing.assert_array_equal(again, total)


def test_results_are_the_callers_own(pipeline):
    running = pipeline(fake.chain(ADD, DOUBLE))
    samples = fake.samples(12)
    kept = []
    for result in running.map(samples):
        kept.append(result[0].copy())
        result[0][:] = -1
    check_chain([[k] for k in kept], samples)


def test_samples_may_be_overwritten_once_they_are_taken(pipeline):
    running = pipeline(fake.chain(ADD, DOUBLE))
    buffer = numpy.zeros(4, "float32")

    def source():
        for number in range(15):
            buffer[:] = number
            yield (buffer,)

    results = [result[0][0] for result in running.map(source())]
    assert results == [(i + 1) * 2 for i in range(15)]
    assert running.accumulate(source())[0][0] == sum(results)


def test_no_activations_at_all(pipeline):
    program = fake.program(
        [("f", 0, [0], [1], ADD), ("g", 1, [1], [2], DOUBLE)],
        arguments=["weight"],
        results=[2, 0],
    )
    weight = numpy.arange(4, dtype="float32")
    results = list(pipeline(program, [weight]).map([()] * 6))
    assert len(results) == 6
    for result, same in results:
        numpy.testing.assert_array_equal(result, (weight + 1) * 2)
        numpy.testing.assert_array_equal(same, weight)


def test_calls_without_results_run(pipeline, tmp_path):
    log = tmp_path / "log"
    program = fake.program(
        [
            ("f", 0, [0], [1], ADD),
            ("g", 1, [1], [], f"open({str(log)!r}, 'a').write('x')\nreturn []"),
        ],
        arguments=["activation"],
        results=[1],
    )
    assert len(list(pipeline(program).map(fake.samples(9)))) == 9
    assert log.read_text() == "x" * 9


def test_all_element_types_pass(pipeline):
    ml_dtypes = pytest.importorskip("ml_dtypes")
    names = ["bool", "int8", "uint16", "int64", "float16", "float64", "complex64"]
    dtypes = [numpy.dtype(n) for n in names] + [numpy.dtype(ml_dtypes.bfloat16)]
    types = [TensorType((2, 3), d, 6 * d.itemsize) for d in dtypes]
    types.append(TensorType((), numpy.dtype("int32"), 4))
    types.append(TensorType((0, 2), numpy.dtype("float32"), 0))
    count = len(types)
    program = fake.program(
        [
            ("f", 0, range(count), range(count, 2 * count), "return inputs"),
            (
                "g",
                1,
                range(count, 2 * count),
                range(2 * count, 3 * count),
                "return inputs",
            ),
        ],
        arguments=["activation"] * count,
        results=range(2 * count, 3 * count),
        types={v: types[v % count] for v in range(3 * count)},
    )
    sample = [numpy.ones(t.shape, t.dtype) for t in types]
    for result in pipeline(program).map([sample] * 5):
        for got, want in zip(result, sample, strict=True):
            assert got.dtype == want.dtype
            numpy.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("depth", [1, 3])
@pytest.mark.parametrize("stages", [1, 3])
def test_training_gives_the_gradients(pipeline, stages, depth):
    generator = numpy.random.default_rng(7)
    weights = [generator.random(4).astype("float32") for _ in range(stages)]
    running = pipeline(fake.training(stages), weights, depth=depth)
    samples = fake.samples(11)
    for gradients, (x,) in zip(running.map(samples), samples, strict=True):
        product = numpy.prod(weights, axis=0) * x
        for weight, gradient in zip(weights, gradients, strict=True):
            # The gradient that comes from above is the output itself.
            numpy.testing.assert_allclose(
                gradient, product * product / weight, rtol=1e-5
            )


def test_gradients_are_added_up_by_the_stages(pipeline):
    weights = [numpy.full(4, w, "float32") for w in (2, 3)]
    running = pipeline(fake.training(2), weights)
    samples = fake.samples(13)
    each = list(running.map(samples))
    sums = [sum(e[i] for e in each) for i in range(2)]
    for _ in range(2):
        for got, want in zip(running.accumulate(samples), sums, strict=True):
            numpy.testing.assert_allclose(got, want, rtol=1e-5)
    (mean,) = running.accumulate(samples, mean=True, results=[1])
    numpy.testing.assert_allclose(mean, sums[1] / 13, rtol=1e-5)
    # One sample alone, and ordinary results after it.
    (single,) = running.accumulate(samples[:1], results=[0])
    numpy.testing.assert_array_equal(single, each[0][0])
    numpy.testing.assert_array_equal(next(running.map(samples))[0], each[0][0])


def test_short_floats_are_added_up_in_float32(pipeline):
    bfloat16 = numpy.dtype(pytest.importorskip("ml_dtypes").bfloat16)
    kind = TensorType((1,), bfloat16, 2)
    program = fake.chain("return inputs", types={0: kind, 1: kind})
    one = (numpy.ones(1, bfloat16),)
    # In bfloat16 itself the sum would stay at 256.
    assert pipeline(program).accumulate([one] * 600)[0].astype("float32") == 600


def test_what_cannot_be_added_up(pipeline):
    flag = TensorType((1,), numpy.dtype("bool"), 1)
    count = TensorType((1,), numpy.dtype("int32"), 4)
    program = fake.program(
        [("f", 0, [0], [1, 2], "return [inputs[0] > 0, inputs[0] * 2]")],
        arguments=["activation"],
        results=[1, 2, 0],
        types={0: count, 1: flag, 2: count},
    )
    running = pipeline(program)
    samples = [(numpy.full(1, 3, "int32"),)] * 4
    with pytest.raises(InputError, match="result 0 has element type bool"):
        running.accumulate(samples)
    with pytest.raises(
        InputError, match="result 1 .* int32, of which there is no mean"
    ):
        running.accumulate(samples, results=[1], mean=True)
    with pytest.raises(InputError, match="result 2 is an argument"):
        running.accumulate(samples, results=[2])
    with pytest.raises(InputError, match="no result 3; the program has 3"):
        running.accumulate(samples, results=[3])
    with pytest.raises(InputError, match="no sample"):
        running.accumulate([], results=[1])
    assert running.accumulate(samples, results=[1])[0] == 24


def test_weights_can_be_replaced(pipeline):
    program = fake.program(
        [
            ("f", 0, [0, 1], [3], "return [inputs[0] * inputs[1]]"),
            ("g", 1, [3, 2, 1], [4], "return [inputs[0] + inputs[1] - inputs[2]]"),
        ],
        arguments=["activation", "weight", "weight"],
        results=[4],
    )
    one, two = numpy.ones(4, "float32"), numpy.full(4, 2, "float32")
    running = pipeline(program, [one, two])
    samples = fake.samples(5)
    for scale, shift in ((one, two), (two, one), (two, two)):
        running.set_weights([scale, shift])
        for result, (x,) in zip(running.map(samples), samples, strict=True):
            numpy.testing.assert_array_equal(result[0], x * scale + shift - scale)
    with pytest.raises(InputError, match="weight 1 is float64"):
        running.set_weights([one, two.astype("float64")])


def test_a_wrong_sample_comes_after_the_results_before_it(pipeline):
    running = pipeline(fake.chain(ADD, DOUBLE))
    samples = fake.samples(5)
    for wrong, message in (
        ((numpy.zeros(5, "float32"),), r"sample 5: activation 0 is float32\[5\]; the"),
        (
            (numpy.zeros(4, "float64"),),
            r"is float64\[4\]; the program takes float32\[4\]",
        ),
        ((), "there are 0 activation arrays; the program takes 1"),
        ((samples[0][0],) * 2, "there are 2 activation arrays"),
    ):
        results = []
        with pytest.raises(InputError, match=message):
            results.extend(running.map([*samples, wrong, *samples]))
        check_chain(results, samples)
    # And the pipeline is as good as new.
    check_chain(running.map(samples), samples)


def test_an_error_of_the_source_comes_after_the_results_before_it(pipeline):
    running = pipeline(fake.chain(ADD, DOUBLE))
    samples = fake.samples(4)

    def source():
        yield from samples
        raise LookupError("no more data")

    results = []
    with pytest.raises(LookupError, match="no more data"):
        for result in running.map(source()):
            results.append(result)
    check_chain(results, samples)
    check_chain(running.map(samples), samples)


def test_a_map_may_be_left_before_its_end(pipeline):
    running = pipeline(fake.chain(ADD, DOUBLE), depth=3)
    samples = fake.samples(10)
    for number, _ in enumerate(running.map(samples)):
        if number == 2:
            break
    iterator = running.map(samples)
    next(iterator)
    iterator.close()
    check_chain(running.map(samples), samples)


def test_one_map_at_a_time(pipeline):
    running = pipeline(fake.chain(ADD, DOUBLE))
    samples = fake.samples(4)
    first = running.map(samples)
    next(first)
    with pytest.raises(PlacementError, match="another map of this pipeline"):
        next(running.map(samples))
    with pytest.raises(PlacementError, match="another map of this pipeline"):
        running.set_weights([])
    check_chain([*first], samples[1:])


def test_a_closed_pipeline_says_so(pipeline):
    running = pipeline(fake.chain(ADD, DOUBLE))
    open_map = running.map(fake.samples(9))
    next(open_map)
    running.close()
    running.close()
    for use in (open_map, running.map(fake.samples(1))):
        with pytest.raises(PlacementError, match="the pipeline is closed"):
            next(use)


def test_wrong_arguments(pipeline):
    program = fake.training(2)
    good = [numpy.ones(4, "float32")] * 2
    for weights, options, message in (
        (good[:1], {}, "there are 1 weight arrays; the program takes 2"),
        ([good[0], numpy.ones(3)], {}, r"weight 1 is float64\[3\]; the program takes"),
        (good, {"depth": 0}, "depth: is 0"),
        (good, {"depth": 1.5}, "depth: is 1.5; give a whole number from 1"),
        (good, {"timeout": 0}, "timeout is 0; it is more than zero seconds"),
        (good, {"timeout": "x"}, "timeout is 'x'; it is more than zero seconds"),
        (good, {"start_timeout": None}, "start_timeout is None; it is more than"),
        (good, {"start_timeout": float("inf")}, "start_timeout is inf; .* at most"),
        (good, {"threads": 0}, "threads: is 0"),
        (good, {"threads": 1.5}, "threads: is 1.5"),
        (good, {"artifacts": {"g": b""}}, "artifacts: the program calls no @g"),
        (good, {"cores": [0]}, "cores names 1 cores for 2 devices"),
        (good, {"cores": [0, 99999]}, "may not use core 99999"),
        (good, {"backend": "none"}, "no backend is called 'none'"),
    ):
        with pytest.raises(InputError, match=message):
            pipeline(program, weights, **options)


def test_unknown_engines():
    with pytest.raises(
        InputError, match="no engine is called 'steam'; there are: .*proc"
    ):
        Pipeline(fake.chain(ADD), [], backend=fake.FakeBackend(), engine="steam")


def test_stages_are_pinned_where_they_are_told(pipeline):
    if not affinity.can_pin():
        pytest.skip("this system does not pin processes to cores")
    core = affinity.available()[-1]
    body = (
        "found = os.sched_getaffinity(0)\n"
        "return [numpy.array([len(found), min(found), 0, 0], 'float32')]"
    )
    running = pipeline(fake.chain(body), cores=[core])
    before = os.sched_getaffinity(0)
    assert list(next(running.map(fake.samples(1)))[0][:2]) == [1, core]
    assert os.sched_getaffinity(0) == before
    assert running.stats().stages[0].core == core


def test_workers_are_pinned_before_anything_is_imported():
    """The thread pools of libraries, numpy's for one, keep to the core too."""
    if not affinity.can_pin():
        pytest.skip("this system does not pin processes to cores")
    body = (
        "pinned = [os.sched_getaffinity(int(t)) for t in os.listdir('/proc/self/task')]\n"
        "pools = int(os.environ['OMP_NUM_THREADS'])\n"
        "return [numpy.array([max(map(len, pinned)), pools, 0, 0], 'float32')]"
    )
    with Pipeline(fake.chain(body), [], backend=fake.FakeBackend()) as running:
        threads, pools, *_ = next(running.map(fake.samples(1)))[0]
    assert threads == 1
    assert pools == int(os.environ.get("OMP_NUM_THREADS", 1))


def test_stats(pipeline):
    running = pipeline(
        fake.chain("import time\ntime.sleep(0.004)\n" + ADD, DOUBLE), depth=2
    )
    empty = running.stats()
    assert empty.microbatches == 0 and empty.period_ms is None
    with pytest.raises(ValueError, match="measure_alone"):
        empty.speedup()
    list(running.map(fake.samples(12)))
    stats = running.stats()
    assert stats.microbatches == 12
    assert stats.period_ms > 0 and 0 < stats.throughput <= 260
    first, second = stats.stages
    assert first.call_ms >= 4 and second.call_ms > 0
    assert first.cpu_ms < first.call_ms
    assert second.wait_ms > 0
    assert [s.device for s in stats.stages] == ["acc:0", "acc:1"]
    assert "12 microbatches" in str(stats) and "acc:1" in str(stats)
    running.reset_stats()
    assert running.stats().microbatches == 0
    list(running.map(fake.samples(5)))
    assert running.stats().microbatches == 5
    assert running.stats().stages[0].microbatches == 5


def test_pipelines_side_by_side(pipeline):
    one = pipeline(fake.chain(ADD, DOUBLE))
    other = pipeline(fake.chain(DOUBLE, ADD))
    samples = fake.samples(6)
    for (a,), (b,), (x,) in zip(
        one.map(samples), other.map(samples), samples, strict=True
    ):
        numpy.testing.assert_array_equal(a, (x + 1) * 2)
        numpy.testing.assert_array_equal(b, x * 2 + 1)


def test_another_thread_may_use_it(pipeline):
    running = pipeline(fake.chain(ADD, DOUBLE))
    samples, results = fake.samples(6), []
    thread = threading.Thread(target=lambda: results.extend(running.map(samples)))
    thread.start()
    thread.join(30)
    check_chain(results, samples)
