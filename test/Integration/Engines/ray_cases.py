"""What the engine `ray` does on a cluster of two workers, each with one processor;
run by test_ray.py. Cases that use JAX in this process come last.
"""

import contextlib
import time
from pathlib import Path

import execution_programs as programs
import numpy
import pytest
import runtime_fake as fake
from placement.errors import InputError, PlacementError, StageError, StageTimeout
from placement.runtime import Pipeline

ADD, DOUBLE = "return [inputs[0] + 1]", "return [inputs[0] * 2]"
# Busy machines start processes slowly.
STARTING = 200.0


@pytest.fixture(scope="module")
def cluster(need):
    """A cluster on this machine: a head that runs nothing, and two workers."""
    ray = need("ray")
    from ray.cluster_utils import Cluster

    found = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 0, "include_dashboard": False},
    )
    found.add_node(num_cpus=1, resources={"left": 1})
    found.add_node(num_cpus=1, resources={"right": 1})
    yield found
    ray.shutdown()
    found.shutdown()


@pytest.fixture
def ray(need, cluster):
    """Ray, with this process connected to the cluster."""
    found = need("ray")
    if not found.is_initialized():
        found.init(address=cluster.address, log_to_driver=False)
    yield found


@pytest.fixture
def pipeline(ray):
    """Makes pipelines of actors, and closes them after the test."""
    with contextlib.ExitStack() as stack:

        def make(program, weights=(), **options):
            options = {
                "backend": fake.FakeBackend(),
                "timeout": 100,
                "start_timeout": STARTING,
            } | options
            return stack.enter_context(
                Pipeline(program, weights, engine="ray", **options)
            )

        yield make


def wait_until(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def is_alive(pid):
    """Whether a process runs; a zombie does not."""
    with contextlib.suppress(OSError):
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        )
    return False


@pytest.mark.timeout(600)
def test_starts_ray_itself_and_ends_it(need):
    ray = need("ray")
    with Pipeline(
        fake.chain(ADD, "return [numpy.full(4, os.getpid(), 'float32')]"),
        [],
        engine="ray",
        backend=fake.FakeBackend(),
        start_timeout=STARTING,
    ) as running:
        ((pid,),) = running.map(fake.samples(1))
        assert is_alive(int(pid[0]))
    assert not ray.is_initialized()
    wait_until(lambda: not is_alive(int(pid[0])), "Ray is gone")


@pytest.mark.timeout(600)
def test_joins_a_cluster_and_leaves_it(need, cluster):
    ray = need("ray")
    ray.shutdown()
    settings = {"backend": fake.FakeBackend(), "start_timeout": STARTING}
    with Pipeline(
        fake.chain(ADD),
        [],
        engine="ray",
        engine_options={"address": cluster.address},
        **settings,
    ) as running:
        assert ray.is_initialized()
        assert len(list(running.map(fake.samples(2)))) == 2
    assert not ray.is_initialized()
    with pytest.raises(InputError, match="there is no Ray cluster at '127.0.0.1:9'"):
        Pipeline(
            fake.chain(ADD),
            [],
            engine="ray",
            engine_options={"address": "127.0.0.1:9"},
            **settings,
        )


def test_results_come_in_order(pipeline):
    slow = "import time\ntime.sleep(0.01 * (int(inputs[0][0]) % 2 == {}))\n"
    program = fake.chain(slow.format(0) + ADD, slow.format(0) + DOUBLE)
    samples = [(numpy.full(4, i, "float32"),) for i in range(20)]
    running = pipeline(program, depth=3)
    for _ in range(2):
        for result, sample in zip(running.map(samples), samples, strict=True):
            numpy.testing.assert_array_equal(result[0], (sample[0] + 1) * 2)


def test_forward_and_backward_calls(pipeline):
    """Both phases of a stage interleave, and stashes stay with their samples."""
    program = fake.training(2)
    wait = "import time\ntime.sleep(0.02)\n"
    texts = {name: wait + text for name, text in program.texts.items()}
    program = type(program)(**{**program.__getstate__(), "texts": texts})
    samples = fake.samples(10)
    running = pipeline(program, [numpy.full(4, w, "float32") for w in (2, 3)])
    results = list(running.map(samples))
    for (first, second), (x,) in zip(results, samples, strict=True):
        numpy.testing.assert_allclose(first, x * 2 * 3 * 3 * x, rtol=1e-5)
        numpy.testing.assert_allclose(second, x * 2 * 3 * x * 2, rtol=1e-5)


def test_a_device_with_several_stages(pipeline):
    """One actor for devices that wait for each other in a circle."""
    bodies = [ADD, DOUBLE, ADD, DOUBLE]
    program = fake.chain(*bodies, devices={2: 0, 3: 1})
    samples = fake.samples(9)
    running = pipeline(program)
    for (result,), (x,) in zip(running.map(samples), samples, strict=True):
        numpy.testing.assert_array_equal(result, ((x + 1) * 2 + 1) * 2)
    stats = running.stats()
    assert [s.microbatches for s in stats.stages] == [9] * 4
    assert [len(device.stages) for device in stats.devices] == [2, 2]


def test_values_that_skip_stages(pipeline):
    program = fake.program(
        [
            ("f", 0, [0, 1], [3, 4], "x, y = inputs\nreturn [x + y, x - y]"),
            ("g", 1, [3, 2], [5], "return [inputs[0] * inputs[1]]"),
            # %4 came with %3, and is used only here.
            ("h", 1, [5, 4], [6], "return [inputs[0] + inputs[1]]"),
            ("k", 0, [6, 3], [7], "return [inputs[0] - inputs[1]]"),
        ],
        arguments=["activation", "activation", "weight"],
        results=[7, 0, 4],
    )
    w = numpy.full(4, 5, "float32")
    pairs = zip(fake.samples(6), fake.samples(6, seed=2), strict=True)
    samples = [(x[0], y[0]) for x, y in pairs]
    for (result, same, less), (x, y) in zip(
        pipeline(program, [w], depth=3).map(samples), samples, strict=True
    ):
        numpy.testing.assert_allclose(
            result, (x + y) * w + x - y - (x + y), rtol=1e-5, atol=1e-5
        )
        numpy.testing.assert_array_equal(same, x)
        numpy.testing.assert_array_equal(less, x - y)


def test_weights_can_be_replaced(pipeline):
    program = fake.program(
        [("f", 0, [0, 1], [2], "return [inputs[0] * inputs[1]]")],
        arguments=["activation", "weight"],
        results=[2],
    )
    two, three = (numpy.full(4, n, "float32") for n in (2, 3))
    running = pipeline(program, [two])
    for weight in (two, three):
        running.set_weights([weight])
        samples = fake.samples(3)
        for result, sample in zip(running.map(samples), samples, strict=True):
            numpy.testing.assert_array_equal(result[0], sample[0] * weight)


# Where a stage runs: a number made of the node's id.
WHERE = """import ray
node = ray.get_runtime_context().get_node_id()
return [numpy.full(4, int(node[:5], 16), "float32"), inputs[0] + 0]"""


def test_actors_go_where_they_are_asked_to(pipeline, ray):
    program = fake.program(
        [("f", 0, [0], [1, 2], WHERE), ("g", 1, [2], [3, 4], WHERE)],
        arguments=["activation"],
        results=[1, 3],
    )
    nodes = {
        name: int(node["NodeID"][:5], 16)
        for node in ray.nodes()
        for name in ("left", "right")
        if name in node["Resources"]
    }
    for sides in (("left", "right"), ("right", "left")):
        options = {
            "*": {"num_cpus": 0},
            "acc:0": {"resources": {sides[0]: 0.5}},
            "acc:1": {"resources": {sides[1]: 0.5}},
        }
        running = pipeline(program, engine_options={"actor_options": options})
        ((first, second),) = running.map(fake.samples(1))
        assert [int(first[0]), int(second[0])] == [nodes[side] for side in sides]
        running.close()


def test_wrong_options(pipeline, cluster):
    program = fake.chain(ADD)
    for options, message in (
        ({"adress": "x"}, "no option 'adress'; its options: actor_options, address"),
        ({"actor_options": {"gpu": {}}}, "'gpu' is no device, kind of device or '\\*'"),
        (
            {"actor_options": {"acc": {"max_restarts": 1}}},
            "'max_restarts' is not to be",
        ),
        ({"actor_options": {"acc": {"speed": 1}}}, "stage 0 .*Ray refuses them"),
        ({"address": cluster.address}, "connected to Ray already"),
    ):
        with pytest.raises(InputError, match=message):
            pipeline(program, engine_options=options)
    with pytest.raises(InputError, match="pins nothing"):
        pipeline(program, cores=[0])


def test_resources_that_are_not_there(pipeline):
    options = {"acc": {"resources": {"middle": 1}}}
    message = "stage 0 .*: not ready after 3 s; start_timeout is the limit. Does the"
    with pytest.raises(StageTimeout, match=message):
        pipeline(
            fake.chain(ADD),
            start_timeout=3.0,
            engine_options={"actor_options": options},
        )


def test_a_stage_that_cannot_be_loaded(pipeline):
    message = r"stage 1 \(acc:1\) failed while it was loading: InputError: this cannot"
    with pytest.raises(StageError, match=message):
        pipeline(fake.chain(ADD, "unloadable"))


def test_a_stage_that_fails(pipeline):
    body = "if inputs[0][0] == 3: raise ValueError('out of luck')\n" + DOUBLE
    samples = [(numpy.full(4, i, "float32"),) for i in range(9)]
    running = pipeline(fake.chain(ADD, body, ADD))
    results = running.map(samples)
    # What was through before is given.
    assert [int(next(results)[0][0]) for _ in range(2)] == [3, 5]
    message = (
        r"stage 1 \(acc:1\) failed in @f1 on microbatch 2: ValueError: out of luck"
    )
    begin = time.monotonic()
    with pytest.raises(StageError, match=message) as caught:
        next(results)
    assert time.monotonic() - begin < 50
    # Where it was raised over there: in a body, which has no file.
    assert 'File "<string>", line 2, in run' in str(caught.value.__cause__)
    with pytest.raises(PlacementError, match="closed"):
        next(running.map(samples))


def test_an_actor_that_dies(pipeline):
    body = "if inputs[0][0] == 3: os._exit(7)\n" + DOUBLE
    samples = [(numpy.full(4, i, "float32"),) for i in range(9)]
    results = pipeline(fake.chain(ADD, body, ADD)).map(samples)
    begin = time.monotonic()
    with pytest.raises(StageError, match=r"stage 1 \(acc:1\) is gone"):
        list(results)
    assert time.monotonic() - begin < 90


def test_a_stage_that_takes_too_long(pipeline):
    body = "import time\ntime.sleep(1000)\nreturn inputs"
    running = pipeline(fake.chain(ADD, body), timeout=2.0)
    message = (
        r"microbatch 0 has no result after 2 s: stage 1 \(acc:1\) has not finished"
    )
    with pytest.raises(StageTimeout, match=message):
        list(running.map(fake.samples(3)))


def test_actors_end_with_the_pipeline(pipeline):
    pids = "return [numpy.full(4, os.getpid(), 'float32')]"
    program = fake.program(
        [("f", 0, [0], [1], pids), ("g", 1, [0], [2], pids)],
        arguments=["activation"],
        results=[1, 2],
    )
    for end in ("close", "interrupt"):
        running = pipeline(program)
        results = running.map(fake.samples(50))
        found = [int(result[0]) for result in next(results)]
        assert all(is_alive(pid) for pid in found) and len(set(found)) == 2
        if end == "interrupt":
            with pytest.raises(KeyboardInterrupt):
                results.throw(KeyboardInterrupt)
        running.close()
        running.close()
        wait_until(lambda f=found: not any(map(is_alive, f)), f"actors end ({end})")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("backend", ["iree", "jax"])
def test_inference(pipeline, need, models, tmp_path, backend):
    need("jax")
    if backend == "iree":
        need("iree.compiler")
        need("iree.runtime")
    source = (models / "bert_tiny.stablehlo.mlir").read_text()
    program = programs.place(source, tmp_path, devices=2)
    weights, samples = programs.weights_and_samples(program, 6)
    running = pipeline(program, weights, backend=backend)
    results = list(running.map(samples))
    programs.check(results, programs.unplaced(source, weights, samples))
    # Each stage has counted, in its own actor.
    assert [s.microbatches for s in running.stats().stages] == [6, 6]


@pytest.mark.timeout(600)
def test_training(pipeline, need, models, tmp_path):
    need("jax")
    source = (models / "bert_tiny_train_locs.stablehlo.mlir").read_text()
    program = programs.place(source, tmp_path, devices=2)
    weights, samples = programs.weights_and_samples(program, 4)
    running = pipeline(program, weights, backend="jax")
    expected = programs.unplaced(source, weights, samples)
    programs.check(running.map(samples), expected)
    mean = running.accumulate(samples, mean=True)
    means = [numpy.mean(values, axis=0) for values in zip(*expected, strict=True)]
    programs.check([mean], [means])


def test_placed_with_several_stages_on_a_device(pipeline, need, models, tmp_path):
    need("jax")
    source = (models / "bert_tiny_train_locs.stablehlo.mlir").read_text()
    # The cluster has two processors.
    program = programs.place(source, tmp_path, devices=2, anywhere=True)
    weights, samples = programs.weights_and_samples(program, 4)
    running = pipeline(program, weights, backend="jax")
    expected = programs.unplaced(source, weights, samples)
    programs.check(running.map(samples), expected)
