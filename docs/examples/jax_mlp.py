"""Places eight layers on two cores, and runs them as a pipeline of two processes."""

import jax
import jax.numpy as jnp
import numpy as np
import placement


def predict(weights, x):
    for w in weights:
        x = jnp.tanh(x @ w)
    return x


rng = np.random.default_rng(0)
weights = [rng.standard_normal((512, 512), np.float32) / 23 for _ in range(8)]
batches = [rng.standard_normal((64, 512), np.float32) for _ in range(20)]

placed = placement.place(predict, (weights, batches[0]), machine_file="cores.json")
print(placed.report())
with placed.pipeline(weights) as pipeline:
    results = list(pipeline.map(batches))
    print(pipeline.stats())
assert np.allclose(results[7], jax.jit(predict)(weights, batches[7]), atol=1e-5)
