"""Published workloads under all models of load, by two methods.

Not timed. The engine gives each workload its known optimum with proof. A second
method, written here from the definitions of docs/Solvers.md alone, tries all
pairs of ideals of the workloads that have few; it shares no code with the engine.

usage: check_models.py PLACEMENT_SOLVE [MOST_IDEALS]
"""

import itertools
import json
import os
import subprocess
import sys

import measurement
import published

KEPT = os.path.join(measurement.ROOT, "test", "Workloads", "dpo", "throughput")
COMMS = ("sequential", "half-duplex", "full-duplex")
SCHEDULES = ("1f1b", "gpipe")


def combine(comm, inbound, compute, outbound):
    if comm == "half-duplex":
        return max(inbound + outbound, compute)
    if comm == "full-duplex":
        return max(inbound, compute, outbound)
    return inbound + compute + outbound


class Workload:
    """A published file as sets: colours are classes, and their order."""

    def __init__(self, path):
        with open(path) as text:
            raw = json.load(text)
        self.nodes = {node["id"]: node for node in raw["nodes"]}
        self.accs, self.cpus = raw["maxFPGAs"], raw["maxCPUs"]
        self.memory = raw["maxSizePerFPGA"]
        colour = {
            id: ("c", n["colorClass"]) if n.get("colorClass") is not None else ("n", id)
            for id, n in self.nodes.items()
        }
        self.nets = {}  # Producer: cost, consumers.
        for edge in raw["edges"]:
            self.nets.setdefault(edge["sourceId"], (edge["cost"], set()))[1].add(
                edge["destId"]
            )
        backward = {id for id, n in self.nodes.items() if n.get("isBackwardNode")}
        self.backward = backward
        led = {colour[id] for id in self.nodes if id not in backward}
        reach = {c: {c} for c in set(colour.values())}
        for source, (_, targets) in self.nets.items():
            for target in targets:
                a, b = colour[source], colour[target]
                if source not in backward and target not in backward:
                    reach[a].add(b)
                elif {source, target} <= backward and not {a, b} <= led:
                    reach[b].add(a)
        for via, start in itertools.product(reach, reach):
            if via in reach[start]:
                reach[start] |= reach[via]
        # Colours that reach each other are one class.
        root = {c: min(d for d in reach[c] if c in reach[d]) for c in reach}
        self.classes = {}
        for id in self.nodes:
            self.classes.setdefault(root[colour[id]], set()).add(id)
        self.before = {c: set() for c in self.classes}
        for a, others in reach.items():
            for b in others:
                if root[a] != root[b]:
                    self.before[root[b]].add(root[a])

    def ideals(self, most):
        """All of them by size, or None where there are more."""
        found = {frozenset()}
        layer = [frozenset()]
        while layer:
            following = []
            for ideal in layer:
                for c in self.classes:
                    if c not in ideal and self.before[c] <= ideal:
                        larger = ideal | {c}
                        if larger not in found:
                            found.add(larger)
                            following.append(larger)
            if len(found) > most:
                return None
            layer = following
        return sorted(found, key=len)

    def stage(self, classes):
        """On an accelerator and a CPU: in, compute, out by pass, or None."""
        inside = set().union(*(self.classes[c] for c in classes))
        acc, cpu = [[0.0] * 3, [0.0] * 3], [[0.0] * 3, [0.0] * 3]
        supported, size = True, 0
        for id in inside:
            node = self.nodes[id]
            supported &= bool(node["supportedOnFpga"])
            size += node.get("size", 0)
            acc[id in self.backward][1] += node["fpgaLatency"]
            cpu[id in self.backward][1] += node["cpuLatency"]
        for source, (cost, targets) in self.nets.items():
            if source in inside:
                if not targets <= inside:
                    acc[source in self.backward][2] += cost
            elif targets & inside:
                acc[source in self.backward][0] += cost
        return acc if supported and size <= self.memory else None, cpu

    def optima(self, most):
        """(comm, schedule) to value by all pairs of ideals, or None."""
        ideals = self.ideals(most)
        if ideals is None:
            return None
        models = list(itertools.product(COMMS, SCHEDULES))
        # By ideal, devices used and model: pairs of maxima, none as good in both.
        fronts = {ideals[0]: {(0, 0): {model: [(0.0, 0.0)] for model in models}}}
        for end in ideals[1:]:
            fronts[end] = {}
            for start in ideals:
                if not start < end:
                    continue
                for kind, parts in enumerate(self.stage(end - start)):
                    if parts is not None:
                        self._extend(fronts, start, end, kind, parts)
        last = fronts[ideals[-1]]
        return {
            model: min(sum(pair) for used in last.values() for pair in used[model])
            for model in models
        }

    def _extend(self, fronts, start, end, kind, parts):
        both = [a + b for a, b in zip(*parts, strict=True)]
        loads = {}
        for comm in COMMS:
            loads[comm, "1f1b"] = (combine(comm, *both), 0.0)
            loads[comm, "gpipe"] = tuple(combine(comm, *p) for p in parts)
        for (accs, cpus), found in fronts[start].items():
            used = (accs + (kind == 0), cpus + (kind == 1))
            if used[0] > self.accs or used[1] > self.cpus:
                continue
            to = fronts[end].setdefault(used, {model: [] for model in loads})
            for model, (forward, backward) in loads.items():
                front = to[model]
                for f, b in found[model]:
                    pair = (max(f, forward), max(b, backward))
                    if not any(p[0] <= pair[0] and p[1] <= pair[1] for p in front):
                        front[:] = [
                            p for p in front if p[0] < pair[0] or p[1] < pair[1]
                        ] + [pair]


def solve(program, path, comm, schedule):
    command = [program, path, f"--comm={comm}", f"--schedule={schedule}"]
    run = subprocess.run(
        [*command, "--quiet", "-o", "-"], capture_output=True, text=True, check=True
    )
    return json.loads(run.stdout)


def check(program, name, path, most, expected):
    failures = []
    second = Workload(path).optima(most)
    values = {}
    for comm, schedule in itertools.product(COMMS, SCHEDULES):
        known = expected.get(f"{comm} {schedule}")
        if known is None:
            continue  # Listed as open in docs/Solvers.md.
        plan = solve(program, path, comm, schedule)
        value = plan["objective"]["value"]
        values[comm, schedule] = value
        line = f"{name} {comm} {schedule}: {plan['status']} {value!r}"
        if plan["status"] != "optimal" or abs(value - known) > 1e-9 * known:
            failures.append(f"{line}, not {known!r}")
        if second and abs(second[comm, schedule] - value) > 1e-9 * value:
            failures.append(f"{line}, all pairs give {second[comm, schedule]!r}")
        print(line + (", as by all pairs of ideals" if second else ""))
    for schedule in SCHEDULES:
        ordered = [values[c, schedule] for c in COMMS if (c, schedule) in values]
        if ordered != sorted(ordered, reverse=True):
            failures.append(f"{name} {schedule}: more overlap is slower: {ordered}")
    for comm in COMMS:
        if values.get((comm, "gpipe"), 1e99) < values[comm, "1f1b"]:
            failures.append(f"{name} {comm}: gpipe is faster than 1f1b")
    return failures


def main():
    program = sys.argv[1]
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 140
    with open(published.VALUES) as text:
        models = json.load(text)["models"]
    failures = []
    for name, expected in models.items():
        path = os.path.join(KEPT, name + ".json")
        if not os.path.exists(path):
            path = os.path.join(published.WORKLOADS, name + ".json")
        if os.path.exists(path):
            failures += check(program, name, path, most, expected)
    print("\n".join(failures))
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
