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
