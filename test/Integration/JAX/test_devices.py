"""Stages run on devices of their own, where a process has several."""

import os
import subprocess
import sys

PROGRAM = """
import sys
import jax, numpy, placement
from placement import backends, models

model = models.get("mlp", width=32, batch=4)
placed = placement.place(
    model.function, model.arguments(), weights=model.weights, machine_file=sys.argv[1]
)
arguments = model.example()
expected = jax.jit(model.function)(*arguments)
assert numpy.allclose(placed(*arguments), expected, rtol=1e-5)

# Each stage alone, on the device with its number: that is where all it makes is.
backend = backends.get("jax")
assert backend.device_count() == 4
program = placed.stages
for call in program.calls:
    artifact = backend.compile(program.texts[call.function])
    executable = backend.load(artifact, device=call.stage)
    inputs = [
        executable.put(numpy.zeros(program.values[v].shape, program.values[v].dtype))
        for v in call.operands
    ]
    for handle in [*inputs, *executable(inputs)]:
        assert handle.devices() == {jax.local_devices()[call.stage]}

# What is spread over a mesh runs on one device, stage by stage.
auto = (jax.sharding.AxisType.Auto,)
mesh = jax.make_mesh((4,), ("x",), axis_types=auto)
spread = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("x"))

def function(w, x):
    y = jax.lax.with_sharding_constraint(jax.numpy.tanh(x @ w), spread)
    return jax.numpy.tanh(y @ w) @ w

jitted = jax.jit(function, in_shardings=(None, spread), out_shardings=spread)
arguments = [numpy.random.rand(8, 8).astype("f") for _ in range(2)]
placed = placement.place(jitted, arguments, machine_file=sys.argv[1])
assert len(placed.plan.stages) > 1
assert placed.as_text().count("sdy.sharding") > 2
assert "sdy." not in "".join(placed.stages.texts.values())
assert numpy.allclose(placed(*arguments), jitted(*arguments), rtol=1e-5)
print("good")
"""


def test_four_devices_in_one_process(machine, jax):
    flags = "--xla_force_host_platform_device_count=4"
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, machine],
        env={**os.environ, "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.stdout == "good\n", run.stderr
