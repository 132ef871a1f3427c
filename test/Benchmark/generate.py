"""Generated instances for measuring how solving scales.

Three families, in the published DPO format, deterministic on every machine:

  transformer-LxH   L layers with H attention heads and a mask; the heads of a
                    layer differ by 10% or, `-equal`, are the same
  modules-MxB       M modules in a row, each of B parallel chains
  grid-LxS          an encoder and a decoder of L layers unrolled over S steps,
                    joined by attention, like GNMT

usage: generate.py FOLDER [NAME...]     writes NAME.json, by default all
"""

import json
import os
import random
import sys


class Builder:
    """Collects nodes and edges; every edge of a node carries the node's cost."""

    CPU_SLOWDOWN = 10

    def __init__(self):
        self.nodes = []
        self.edges = []
        self.costs = {}

    def node(self, time, cost=None):
        """Adds a node with its time on an accelerator and its output's cost."""
        number = len(self.nodes)
        self.nodes.append(
            dict(
                id=number,
                supportedOnFpga=1,
                cpuLatency=time * self.CPU_SLOWDOWN,
                fpgaLatency=time,
                isBackwardNode=0,
                size=1.0,
            )
        )
        if cost is not None:
            self.costs[number] = cost
        return number

    def edge(self, source, target):
        self.edges.append(dict(sourceId=source, destId=target, cost=self.costs[source]))

    def instance(self, devices):
        """The instance, with that many accelerators and one CPU."""
        return dict(
            maxSizePerFPGA=1e15,
            maxFPGAs=devices,
            maxCPUs=1,
            nodes=self.nodes,
            edges=self.edges,
        )


class LazyCosts(dict):
    """Draws the cost of a node's output when its first edge asks for it."""

    def __init__(self, draw):
        super().__init__()
        self.draw = draw

    def __missing__(self, node):
        return self.setdefault(node, self.draw())


def grid(rng, layers, steps, devices):
    """Encoder and decoder grids; step t of layer a needs (a - 1, t) and (a, t - 1)."""
    b = Builder()
    b.costs = LazyCosts(lambda: 0.02 * rng.uniform(0.5, 1.5))

    def half(feed):
        rows = []
        for layer in range(layers):
            base = rng.uniform(0.7, 1.4)
            row = []
            rows.append(row)
            for step in range(steps):
                row.append(b.node(base * rng.uniform(0.95, 1.05)))
                if layer > 0:
                    b.edge(rows[layer - 1][step], row[step])
                if step > 0:
                    b.edge(row[step - 1], row[step])
                if layer == 0 and feed is not None:
                    b.edge(feed, row[step])
        return rows[0], rows[-1]

    _, encoded = half(b.node(0.1))
    attention = b.node(0.5)
    for cell in encoded:
        b.edge(cell, attention)
    entry, _ = half(None)
    for cell in entry:
        b.edge(attention, cell)
    return b.instance(devices)


def modules(rng, count, branches, depth, devices):
    """Modules in a row: `branches` chains of depth - 1 or depth nodes each."""
    b = Builder()
    b.costs = LazyCosts(lambda: 0.05 * rng.uniform(0.5, 1.5))
    entry = b.node(1.0)
    for _ in range(count):
        ends = []
        for _ in range(branches):
            last = entry
            for _ in range(rng.randint(max(1, depth - 1), depth)):
                node = b.node(rng.uniform(0.1, 2))
                b.edge(last, node)
                last = node
            ends.append(last)
        entry = b.node(0.2)
        for end in ends:
            b.edge(end, entry)
    return b.instance(devices)


def transformer(rng, layers, heads, devices, equal=False):
    """Attention and feed-forward layers; the mask feeds every head."""
    b = Builder()

    def whole(time, cost=None):
        number = b.node(time, cost)
        if cost is None:
            b.costs[number] = rng.uniform(0.8, 1.2)
        return number

    mask = whole(0.05)
    x = whole(0.5)
    for _ in range(layers):
        if equal:
            query = rng.uniform(0.9, 1.1) / heads
            times = (query, query, rng.uniform(0.9, 1.1) / heads)
        outputs = []
        for _ in range(heads):
            if not equal:
                times = [rng.uniform(0.9, 1.1) / heads for _ in range(3)]
            q, k, v = (b.node(time, 1 / heads) for time in times)
            for projection in (q, k, v):
                b.edge(x, projection)
            scores = b.node(0.5 / heads, 2 / heads)
            b.edge(q, scores)
            b.edge(k, scores)
            softmax = b.node(0.3 / heads, 2 / heads)
            b.edge(scores, softmax)
            b.edge(mask, softmax)
            out = b.node(0.5 / heads, 1 / heads)
            b.edge(softmax, out)
            b.edge(v, out)
            outputs.append(out)
        concat = whole(0.05)
        for out in outputs:
            b.edge(out, concat)
        dense = whole(1.0)
        b.edge(concat, dense)
        add = whole(0.1)
        b.edge(dense, add)
        b.edge(x, add)
        up = whole(2.0, 4.0)
        b.edge(add, up)
        gelu = whole(0.3, 4.0)
        b.edge(up, gelu)
        down = whole(2.0)
        b.edge(gelu, down)
        x = whole(0.1)
        b.edge(down, x)
        b.edge(add, x)
    return b.instance(devices)


# Instances share one generator of random numbers a series, so a series is
# always generated in full and in this order.
SERIES = {
    1: [
        ("grid-4x20", grid, (4, 20, 6)),
        ("grid-4x100", grid, (4, 100, 8)),
        ("grid-6x20", grid, (6, 20, 6)),
        ("grid-6x40", grid, (6, 40, 8)),
        ("grid-8x20", grid, (8, 20, 8)),
        ("grid-8x30", grid, (8, 30, 8)),
        ("grid-4x1000", grid, (4, 1000, 16)),
        ("modules-20x4", modules, (20, 4, 5, 8)),
        ("modules-100x4", modules, (100, 4, 5, 8)),
        ("modules-1000x4", modules, (1000, 4, 5, 16)),
        ("modules-20x6", modules, (20, 6, 6, 8)),
        ("modules-10x8", modules, (10, 8, 5, 8)),
        ("modules-100x6", modules, (100, 6, 5, 8)),
        ("transformer-24x1", transformer, (24, 1, 8)),
        ("transformer-96x1", transformer, (96, 1, 16)),
        ("transformer-24x2", transformer, (24, 2, 8)),
        ("transformer-24x3", transformer, (24, 3, 8)),
        ("transformer-24x4", transformer, (24, 4, 8)),
        ("transformer-1000x1", transformer, (1000, 1, 16)),
        ("transformer-24x6", transformer, (24, 6, 8)),
    ],
    7: [
        ("transformer-24x3-equal", transformer, (24, 3, 8, True)),
        ("transformer-24x4-equal", transformer, (24, 4, 8, True)),
        ("transformer-24x6-equal", transformer, (24, 6, 8, True)),
        ("transformer-24x8-equal", transformer, (24, 8, 8, True)),
        ("transformer-24x12-equal", transformer, (24, 12, 8, True)),
        ("transformer-3846x1", transformer, (3846, 1, 16)),
        ("modules-2600x4", modules, (2600, 4, 5, 16)),
        ("grid-8x3125", grid, (8, 3125, 16)),
        ("grid-8x100", grid, (8, 100, 8)),
        ("grid-2x12500", grid, (2, 12500, 16)),
        ("grid-8x1000", grid, (8, 1000, 64)),
    ],
}
NAMES = [name for series in SERIES.values() for name, _, _ in series]


def generate(folder, names=None):
    """Writes the named instances (None: all) that `folder` does not have yet."""
    os.makedirs(folder, exist_ok=True)
    for seed, series in SERIES.items():
        wanted = {
            name
            for name, _, _ in series
            if (names is None or name in names)
            and not os.path.exists(os.path.join(folder, name + ".json"))
        }
        if not wanted:
            continue
        rng = random.Random(seed)
        for name, family, arguments in series:
            instance = family(rng, *arguments)
            if name in wanted:
                path = os.path.join(folder, name + ".json")
                with open(path + ".tmp", "w") as out:
                    json.dump(instance, out)
                os.replace(path + ".tmp", path)


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    unknown = set(sys.argv[2:]) - set(NAMES)
    if unknown:
        sys.exit(f"error: no instance {min(unknown)}; there are: {' '.join(NAMES)}")
    generate(sys.argv[1], sys.argv[2:] or None)
