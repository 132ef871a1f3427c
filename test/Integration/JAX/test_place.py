"""What `placement.place` takes from JAX, and what it refuses."""

import collections
import functools
import json
import re

import numpy
import placement
import pytest

Point = collections.namedtuple("Point", "x y")


@pytest.fixture
def place(machine, jax):
    """`placement.place` on four devices."""
    return functools.partial(placement.place, machine_file=machine)


def ones(*shape):
    return numpy.ones(shape, numpy.float32)


def layers(parameters, x):
    import jax.numpy as jnp

    for layer in parameters["layers"]:
        x = jnp.tanh(x @ layer["w"] + layer["b"])
    return {"result": x, "extra": (x.sum(), None, [x.max(), parameters["scale"]])}


def make_parameters(jax, count=4):
    keys = jax.random.split(jax.random.key(0), count)
    return {
        "layers": [
            {"w": jax.random.normal(key, (8, 8)), "b": jax.numpy.full(8, 0.1)}
            for key in keys
        ],
        "scale": 2.0,
    }


def test_pytrees_in_and_out(place, jax, difference):
    arguments = make_parameters(jax), ones(3, 8)
    placed = place(jax.jit(layers), arguments)
    assert len(placed.plan.stages) > 1
    assert difference(placed(*arguments), jax.jit(layers)(*arguments)) <= 1e-6
    result = placed(*arguments)
    assert isinstance(result["result"], jax.Array)
    assert result["extra"][1] is None
    # The structure counts, not what made it: numpy arrays do, and numbers.
    plain = jax.tree.map(numpy.asarray, arguments)
    plain[0]["scale"] = 2
    assert difference(placed(*plain), jax.jit(layers)(*arguments)) <= 1e-6


def test_functions_called_in_loops(place, jax, difference):
    """Everything is inlined, as by placement-pipeline; not all forms have calls."""

    def function(w, x):
        return jax.lax.fori_loop(0, 3, lambda _, y: jax.numpy.tanh(y @ w), x)

    arguments = ones(4, 4), ones(2, 4)
    placed = place(function, arguments)
    assert '"func.call"' in placed.as_text("input")
    assert '"func.call"' not in placed.as_text("annotated")
    assert "mpmd.named_computation" in placed.as_text("mpmd-named")
    assert difference(placed(*arguments), function(*arguments)) <= 1e-6


def test_named_tuples(place, jax):
    placed = place(lambda p, s: Point(p.x + s, p.y * s), (Point(ones(4), ones(2)), 3.0))
    result = placed(Point(ones(4), ones(2)), 5.0)
    assert isinstance(result, Point)
    assert result.x.tolist() == [6] * 4 and result.y.tolist() == [5] * 2


def test_shapes_in_place_of_arrays(place, jax):
    struct = jax.ShapeDtypeStruct((4,), "float32")
    placed = place(lambda w, x: w * x, (struct, struct))
    assert placed(ones(4), 3 * ones(4)).tolist() == [3] * 4


def test_static_arguments(place, jax):
    @functools.partial(jax.jit, static_argnums=(1,), static_argnames=("power",))
    def function(w, times, x, *, power=1):
        for _ in range(times):
            x = x @ w
        return x**power

    arguments = ones(2, 2), 3, ones(2, 2)
    placed = place(function, arguments, kwargs={"power": 2})
    assert placed(*arguments, power=2).tolist() == [[64, 64], [64, 64]]
    with pytest.raises(placement.InputError, match="static argument 1 is 4, and was 3"):
        placed(ones(2, 2), 4, ones(2, 2), power=2)
    with pytest.raises(
        placement.InputError, match="static argument 'power' is missing"
    ):
        placed(*arguments)

    plain = function.__wrapped__
    again = place(
        plain,
        arguments,
        kwargs={"power": 2},
        static_argnums=(1,),
        static_argnames=("power",),
    )
    assert again(*arguments, power=2).tolist() == [[64, 64], [64, 64]]
    with pytest.raises(placement.InputError, match="jitted: give its static arguments"):
        place(function, arguments, static_argnums=(1,))


def test_which_argument_is_static_is_found_out(place, jax):
    function = jax.jit(lambda a, n, b, x: x * n + a * b, static_argnums=(1,))
    placed = place(function, (1.0, 2, 3.0, ones(2)))
    assert placed(2.0, 2, 5.0, ones(2)).tolist() == [12, 12]
    with pytest.raises(placement.InputError, match="static argument 1 is 3"):
        placed(2.0, 3, 5.0, ones(2))


def test_keyword_arguments_are_activations(place, jax):
    placed = place(lambda w, *, x: w @ x, (ones(4, 4),), kwargs={"x": ones(4, 2)})
    assert [a.role for a in placed.stages.arguments] == ["activation", "activation"]
    assert (placed(ones(4, 4), x=2 * ones(4, 2)) == 8).all()
    with pytest.raises(placement.InputError, match="argument 'x' is missing"):
        placed(ones(4, 4))
    with pytest.raises(placement.InputError, match="keyword argument 'x'"):
        placed.pipeline()


def test_unused_arguments(place, jax):
    placed = place(
        lambda p, unused, x: p["used"] * x,
        ({"never": ones(3), "used": ones(2)}, ones(5), ones(2)),
    )
    assert len(placed.stages.arguments) == 2
    result = placed({"never": ones(3), "used": 3 * ones(2)}, ones(5), ones(2))
    assert result.tolist() == [3, 3]
    with pytest.raises(placement.InputError, match=r"argument 0\['never'\] is missing"):
        placed({"used": ones(2)}, ones(5), ones(2))


def test_roles(place, jax):
    def roles(**options):
        def function(a, b, x):
            return {"all": a["k"] + a["l"] + b + x}

        arguments = {"k": ones(2), "l": ones(2)}, ones(2), ones(2)
        placed = place(function, arguments, **options)
        return "".join(argument.role[0] for argument in placed.stages.arguments)

    assert roles() == "wwwa"
    assert roles(weights=(0,)) == "wwaa"
    assert roles(weights=()) == "aaaa"
    assert roles(weights=(1, -1)) == "aaww"
    with pytest.raises(placement.InputError, match="there is no argument 3"):
        roles(weights=(3,))


def test_donated_arguments_stay_donated(place, jax):
    @functools.partial(jax.jit, donate_argnums=(0,))
    def step(w, x):
        return w - (x @ w).mean()

    placed = place(step, (ones(4, 4), ones(2, 4)))
    assert "tf.aliasing_output = 0" in placed.as_text("input")
    assert "tf.aliasing_output = 0" in placed.as_text("outlined")
    weight = jax.numpy.ones((4, 4))
    assert (placed(weight, ones(2, 4)) == -3).all()
    # Nothing was overwritten.
    assert (weight == 1).all()


def test_shardings_stay(place, jax):
    mesh = jax.make_mesh((1,), ("x",))
    spec = jax.sharding.PartitionSpec("x")
    sharding = jax.sharding.NamedSharding(mesh, spec)
    struct = jax.ShapeDtypeStruct((4, 4), "float32", sharding=sharding)
    placed = place(jax.jit(lambda w, x: x @ w), (struct, struct))
    assert "sdy.sharding" in placed.as_text("outlined")
    assert (placed(ones(4, 4), ones(4, 4)) == 4).all()


def test_locations_tell_backward_operations(place, jax):
    def loss(w, x):
        return ((jax.numpy.tanh(x @ w) @ w) ** 2).mean()

    placed = place(jax.grad(loss), (ones(4, 4), ones(2, 4)))
    assert "transpose(" in placed.as_text("input")
    phases = {call.phase for call in placed.stages.calls}
    assert phases == {"forward", "backward"}


def test_64_bits(place, jax):
    with jax.enable_x64(True):
        arguments = numpy.full((2, 2), 1 / 3), numpy.arange(4).reshape(2, 2)
        function = lambda w, x: (w @ w, x + 2**40)  # noqa: E731
        placed = place(function, arguments)
        expected = jax.jit(function)(*arguments)
    results = placed(*arguments)
    for result, wanted in zip(results, expected, strict=True):
        assert result.dtype == wanted.dtype and (result == wanted).all()


def test_narrow_types(place, jax):
    bfloat16 = jax.numpy.bfloat16
    weights = jax.numpy.full((4, 4), 0.5, bfloat16)
    placed = place(lambda w, x: (x @ w, w > x[0]), (weights, weights))
    product, larger = placed(weights, 2 * weights)
    assert product.dtype == bfloat16 and (product == 2).all()
    assert larger.dtype == bool and not larger.any()


def test_without_64_bits_arrays_are_narrowed_as_by_jax(place, jax):
    placed = place(lambda w, x: w * x, (ones(2), ones(2)))
    assert placed(numpy.ones(2), numpy.ones(2)).dtype == "float32"


def test_the_same_call_gives_the_same_text(place, jax):
    arguments = make_parameters(jax), ones(3, 8)
    first, second = (place(layers, arguments).as_text() for _ in range(2))
    assert first == second


def test_wrong_arguments_are_named(place, jax):
    arguments = make_parameters(jax), ones(3, 8)
    placed = place(layers, arguments)

    def refuses(message, parameters, *rest):
        with pytest.raises(placement.InputError, match=message):
            placed(parameters, *rest)

    def changed(change):
        parameters = make_parameters(jax)
        change(parameters)
        return parameters

    good = make_parameters(jax)
    refuses("2 positional arguments, and got 1", good)
    refuses(
        r"argument 1 is float32\[3,7\], and must be float32\[3,8\]", good, ones(3, 7)
    )
    refuses(
        r"argument 1 is int32\[3,8\], and must be float32",
        good,
        numpy.ones((3, 8), "int32"),
    )
    refuses(
        r"argument 0\['layers'\]\[2\]\['w'\] is float32\[2\]",
        changed(lambda p: p["layers"][2].update(w=ones(2))),
        ones(3, 8),
    )
    refuses(
        r"argument 0\['layers'\]\[1\]\['b'\] is missing",
        changed(lambda p: p["layers"][1].pop("b")),
        ones(3, 8),
    )
    refuses(
        r"there is no argument 0\['more'\]",
        changed(lambda p: p.update(more=1)),
        ones(3, 8),
    )
    refuses(
        "have the structure",
        changed(lambda p: p.update(layers=tuple(p["layers"]))),
        ones(3, 8),
    )
    refuses(
        r"argument 0\['scale'\] is float32\[1\]",
        changed(lambda p: p.update(scale=ones(1))),
        ones(3, 8),
    )
    refuses("argument 1 is <U4", good, "text")


def test_programs_that_cannot_be_placed(place, jax):
    def prints(x):
        jax.debug.print("{}", x)
        return x + 1

    with pytest.raises(placement.InputError, match="prints calls back into Python"):
        place(prints, (ones(2),))
    with pytest.raises(placement.InputError, match="key_data"):
        place(lambda k: jax.random.normal(k, (3,)), (jax.random.key(0),))
    with pytest.raises(placement.InputError, match="a function needs args"):
        place(prints)
    with pytest.raises(placement.InputError, match="args is a tuple .* not a ndarray"):
        place(prints, ones(2))
    with pytest.raises(placement.InputError, match="not a int"):
        place(3)
    with pytest.raises(placement.InputError, match="no backend is called 'cuda'"):
        place(prints, (ones(2),), backend="cuda")
    # What the function itself says comes through.
    with pytest.raises(TypeError, match="same shape"):
        place(lambda a, b: a @ b, (ones(2, 3), ones(2, 3)))


def test_options_that_cannot_be(place, jax):
    arguments = make_parameters(jax), ones(3, 8)
    with pytest.raises(placement.InputError, match="phase: is 'x'; give one of"):
        place(layers, arguments, phase="x")
    # Nothing was proven.
    with pytest.raises(placement.InputError, match="raise time-limit"):
        place(layers, arguments, time_limit=0)


def test_machines_that_cannot_do_it(place, jax, tmp_path):
    arguments = make_parameters(jax), ones(3, 8)
    with pytest.raises(placement.InputError, match="no-such"):
        placement.place(layers, arguments, machine="no-such")
    with pytest.raises(placement.InputError, match="missing.json"):
        placement.place(layers, arguments, machine_file=tmp_path / "missing.json")
    with pytest.raises(placement.InputError, match="not both"):
        place(layers, arguments, machine="quad")
    with pytest.raises(placement.InputError, match="machine: is the name .* not a set"):
        placement.place(layers, arguments, machine={1, 2})
    empty = {"version": 1, "name": "empty", "kinds": []}
    with pytest.raises(placement.InputError, match="error: machine: needs an array"):
        placement.place(layers, arguments, machine=empty)
    kind = {"name": "npu", "count": 2, "memory": 100, "link": {"bandwidth": 1e9}}
    kind["roofline"] = {"peak": {"default": 1e12}, "bandwidth": 1e10}
    small = {"version": 1, "name": "small", "kinds": [kind]}
    with pytest.raises(
        placement.InfeasibleError, match="no placement of @main .* is possible"
    ) as info:
        placement.place(layers, arguments, machine=small)
    assert info.value.diagnostics
    # The same machine with enough memory, as data and as a file.
    kind["memory"] = 1e6
    placed = placement.place(layers, arguments, machine=small)
    assert {stage.device.kind for stage in placed.plan.stages} == {"npu"}
    path = tmp_path / "machine.json"
    path.write_text(json.dumps(small))
    again = placement.place(layers, arguments, machine_file=path)
    assert again.as_text() == placed.as_text()


def test_options_reach_the_solver(place, jax):
    arguments = make_parameters(jax), ones(3, 8)
    assert len(place(layers, arguments, max_stages=2).plan.stages) == 2
    with pytest.raises(placement.InputError, match="fastest"):
        place(layers, arguments, objective="fastest")
    with pytest.raises(placement.InputError, match="sideways"):
        place(layers, arguments, phase="sideways")
    with pytest.raises(placement.InputError, match="quotation marks"):
        place(layers, arguments, algorithm='a"b')
    with pytest.raises(placement.InputError, match="max_stages: is 0; give a whole"):
        place(layers, arguments, max_stages=0)
    with pytest.raises(placement.InputError, match="gap: is -1; give a number from 0"):
        place(layers, arguments, gap=-1)
    with pytest.raises(placement.InputError, match="time_limit: is 'x'"):
        place(layers, arguments, time_limit="x")


def test_plan_and_report(place, jax):
    placed = place(layers, (make_parameters(jax), ones(3, 8)))
    plan = placed.plan
    assert plan.status == "optimal" and plan.gap == 0 and plan.bound == plan.value
    assert plan.machine == "quad" and plan.objective == "throughput"
    loads = [stage.load for stage in plan.stages]
    # The loads are added up from prices and transfers, apart from the solver.
    assert max(loads) == pytest.approx(plan.value, rel=1e-9)
    report = placed.report()
    assert report.count("<- bottleneck") >= 1
    assert len(report.splitlines()) == 2 + len(plan.stages)
    assert re.search(r"acc:0 .* acc:1 ", report, re.S)
    assert "optimal" in repr(placed)


def test_forms(place, jax):
    placed = place(layers, (make_parameters(jax), ones(3, 8)))
    assert "placement." not in placed.as_text("input").replace("placement.role", "")
    assert "placement.stage = 1" in placed.as_text("annotated")
    assert "placement.transfer" in placed.as_text()
    whole = placed.as_text("iree")
    assert '"flow.tensor.transfer"' in whole and "#hal.device.promise<@acc_0>" in whole
    assert "flow.tensor.transfer" not in placed.as_text("iree-stages")
    targets = {"devices": "module", "targets": "acc=local[0]"}
    assert '#hal.device.alias<"local"' in placed.as_text("iree", **targets)
    assert '"mpmd.fragment_call"' in placed.as_text("mpmd")
    assert '["x"=2]' in placed.as_text("mpmd", mesh_shape="x=2")
    assert '"mpmd.named_computation"' in placed.as_text("mpmd-named")
    with pytest.raises(placement.InputError, match="no form is called 'hlo'; .*mpmd"):
        placed.as_text("hlo")
    with pytest.raises(placement.InputError, match="no such option diveces"):
        placed.as_text("iree", diveces="module")
    with pytest.raises(placement.InputError, match="'outlined' has no options"):
        placed.as_text(devices="module")
