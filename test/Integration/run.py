"""Placed programs compute what the unplaced ones do.

Each model goes through placement-pipeline and is executed by JAX on CPU devices
in three ways on the same random inputs: the unplaced program; the outlined module
as a whole (the driver calls its stages); and stage by stage, each on its own
device, with transfers in between. Results, gradients included, must agree.

usage: run.py PLACEMENT_OPT [MODEL ...]

Runs itself again in the .venv that setup.sh makes, where there is one. Exit
status 77, which ctest shows as skipped, where JAX is not there; in continuous
integration (CI in the environment) that is an error.
"""

import importlib.util
import os
import subprocess
import sys

ROOT = os.path.normpath(os.path.join(os.path.dirname(__file__), "..", ".."))
MACHINE = os.path.join(os.path.dirname(__file__), "machine.json")
# Model -> largest difference, relative to the largest number of the result.
# Stages are compiled apart, so XLA fuses, and rounds, differently.
MODELS = {
    "bert_tiny": 1e-5,
    "resnet50": 1e-5,
    "bert_tiny_train_locs": 1e-5,
}
# A training step returns weight - rate * gradient. With a rate this large its
# results are the gradients, which the weights would hide otherwise.
TRAINING = {
    "bert_tiny_train_locs": ("dense<1.000000e-01>", "dense<1.000000e+03>"),
}
SKIPPED = 77
# Devices that JAX shall see: one for each stage and one that is the host.
DEVICES = 5


def find_model(name):
    for folder in ("test/Models", "../shared/models"):
        path = os.path.join(ROOT, folder, f"{name}.stablehlo.mlir")
        if os.path.exists(path):
            return path
    raise FileNotFoundError(f"{name}.stablehlo.mlir is in none of the model folders")


def run_tool(tool, *arguments, text=None):
    run = subprocess.run(
        [tool, *arguments, "--mlir-print-op-generic", "--mlir-print-local-scope"],
        input=text,
        capture_output=True,
        text=True,
    )
    if run.returncode != 0:
        raise RuntimeError(f"{' '.join(run.args)}\n{run.stderr[-4000:]}")
    return run.stdout


def draw(tensors, generator):
    """Random arguments. Vectors are scales, variances and the like and stay
    near one; matrices and filters keep the size of what goes through them."""
    import numpy

    arguments = []
    for shape, element in tensors:
        if element == "i32":
            value = generator.integers(0, 1000, shape, dtype=numpy.int32)
        elif len(shape) <= 1:
            value = generator.uniform(0.8, 1.2, shape)
        else:
            fan_in = numpy.prod(shape[:-1])
            value = generator.normal(0, 1 / numpy.sqrt(fan_in), shape)
        arguments.append(value.astype(numpy.int32 if element == "i32" else "float32"))
    return arguments


def difference(results, expected):
    """Largest difference of any result, relative to its largest number."""
    import numpy

    worst = 0.0
    for result, reference in zip(results, expected, strict=True):
        result, reference = numpy.asarray(result), numpy.asarray(reference)
        if result.shape != reference.shape or not numpy.isfinite(reference).all():
            return numpy.inf
        scale = max(numpy.abs(reference).max(), numpy.finfo("float32").tiny)
        worst = max(worst, float(numpy.abs(result - reference).max() / scale))
    return worst


def check(tool, name, tolerance):
    import driver
    import numpy
    import programs

    with open(find_model(name)) as source:
        text = source.read()
    if name in TRAINING:
        text = text.replace(*TRAINING[name])
    original = run_tool(tool, text=text)
    placed = run_tool(tool, f"--placement-pipeline=machine-file={MACHINE}", text=text)
    stripped = run_tool(tool, "--placement-strip", text=placed)

    main = programs.functions(original)["main"]
    arguments = draw(programs.signature(main)[0], numpy.random.default_rng(20))
    unplaced = programs.load(original, main)
    expected = unplaced(*arguments)
    whole = programs.load(stripped, programs.functions(stripped)["main"])(*arguments)
    staged = driver.Driver(placed, stripped)
    by_stage = staged.run(arguments, programs.weights(placed))

    print(
        f"{name}: {len(staged.calls())} calls on {len(staged.devices) - 1} devices, "
        f"{len(expected)} results"
    )
    good = len(staged.devices) == DEVICES
    for what, results in ("outlined module", whole), ("stage by stage", by_stage):
        error = difference(results, expected)
        print(f"  {what}: largest relative difference {error:.1e}")
        good &= error <= tolerance

    # The comparison is awake: other inputs give other results.
    moved = [a * numpy.float32(1.001) if a.dtype != "int32" else a for a in arguments]
    if difference(unplaced(*moved), expected) <= tolerance:
        print("  results hardly depend on the inputs: nothing was compared")
        good = False
    if not good:
        print(f"{name}: FAILED, more than {tolerance:.0e} apart or not on all devices")
    return good


def main():
    tool, *names = sys.argv[1:]
    missing = [m for m in ("jax", "numpy") if not importlib.util.find_spec(m)]
    own = os.path.join(ROOT, ".venv", "bin", "python")
    if missing and os.path.exists(own) and sys.prefix == sys.base_prefix:
        os.execv(own, [own, *sys.argv])
    if missing:
        print(f"not installed: {', '.join(missing)}; run tools/dev/setup.sh")
        return 1 if os.environ.get("CI") else SKIPPED
    os.environ["JAX_PLATFORMS"] = "cpu"
    os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={DEVICES}"
    good = [check(tool, name, MODELS[name]) for name in names or MODELS]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
