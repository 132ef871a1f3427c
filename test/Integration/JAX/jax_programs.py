"""Programs of texts, run by JAX, and what holds for all of them."""

import numpy
from placement import backends

# Stages are compiled apart, so XLA may fuse, and round, differently.
TOLERANCE = 1e-5


def expect_transfers(program):
    """A value is used where it was made, where it was sent, or, if it is a weight,
    anywhere; activations come from the host, and results go to it."""
    homes = {program.arguments[number].value: "host" for number in program.activations}
    weights = {program.arguments[number].value for number in program.weights}
    sent = {(t.value, t.target) for t in program.transfers}
    for call in program.calls:
        device = program.device_of(call.stage)
        for value in call.operands:
            assert value in weights or homes[value] == device or (value, device) in sent
        homes |= dict.fromkeys(call.results, device)
    for transfer in program.transfers:
        assert homes[transfer.value] == transfer.source
    for value in program.results:
        assert homes[value] == "host" or (value, "host") in sent


def load(text):
    """A module as one executable: lists of arrays in and out."""
    backend = backends.get("jax")
    executable = backend.load(backend.compile(text))

    def call(arrays):
        handles = executable([executable.put(array) for array in arrays])
        return [executable.get(handle) for handle in handles]

    return call


def draw(program):
    """Random arguments. Vectors are scales, variances and the like and stay near
    one; matrices and filters keep the size of what goes through them."""
    generator = numpy.random.default_rng(20)
    arrays = []
    for argument in program.arguments:
        wanted = program.values[argument.value]
        if wanted.dtype.kind == "i":
            array = generator.integers(0, 1000, wanted.shape)
        elif len(wanted.shape) <= 1:
            array = generator.uniform(0.8, 1.2, wanted.shape)
        else:
            fan_in = numpy.prod(wanted.shape[:-1])
            array = generator.normal(0, 1 / numpy.sqrt(fan_in), wanted.shape)
        arrays.append(array.astype(wanted.dtype))
    return arrays
