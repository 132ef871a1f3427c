"""Shows a placed and outlined module as a table of stages.

Everything in it is read from the module's own text: the plan on the driver, the
machine, the price on every operation, the transfers. Loads are added up here
from those, and compared with the value that the plan states.

usage: show_plan.py PLACED.mlir     or - for standard input
"""

import math
import re
import sys

BITS = re.compile(r"(?:f|bf|i|ui|si)(\d+)|f8\w+")
DEVICE = r'<@[\w.$-]+, "([^"]+)", (\d+)>'
NUMBER = r"([-+.\deE]+)"
BAR = 24


def bytes_of(type_text):
    """Bytes of a statically shaped tensor type, or of a scalar."""
    shape = re.fullmatch(r"tensor<((?:\d+x)*)([\w]+)>", type_text)
    dims, element = shape.groups() if shape else ("", type_text)
    bits = BITS.fullmatch(element)
    if not bits:
        raise ValueError(f"no known size: {type_text}")
    count = math.prod(int(d) for d in dims.split("x") if d)
    return count * math.ceil(int(bits.group(1) or 8) / 8)


class Stage:
    def __init__(self, name, device):
        self.name = name
        self.device = device
        self.operations = 0
        self.compute = 0.0
        self.received = {}  # value -> bytes
        self.sent = {}

    def price(self, link, values):
        """Microseconds for moving the values over this stage's link."""
        if not link:
            return 0.0
        bandwidth, latency = link
        return sum(latency + size / bandwidth * 1e6 for size in values.values())


def read(lines):
    """The plan's fields, the links by kind, and the stages in order."""
    plan, links, stages, current = {}, {}, {}, None
    for line in lines:
        if found := re.search(r'placement\.device_kind "([^"]+)"(.*)', line):
            link = re.search(r"link (?:#placement\.link)?<([^>]*)>", found.group(2))
            if link:
                fields = dict(re.findall(rf"(\w+) = {NUMBER}", link.group(1)))
                links[found.group(1)] = (
                    float(fields["bandwidth"]),
                    float(fields.get("latency", 0)),
                )
        if found := re.search(r"#placement\.plan<(.*?)>\s*[,}]", line):
            plan = dict(re.findall(r'(\w+) = "?([^",]+)"?', found.group(1)))
        if found := re.search(r"func\.func .*?@([\w.$-]+)", line):
            current = None
            if "placement.stage = " in line:
                # The function's own device comes after those of its arguments.
                kind, index = re.findall(r"placement\.device = #[\w.]+" + DEVICE, line)[
                    -1
                ]
                device = (kind, int(index))
                current = stages[device] = Stage(found.group(1), device)
        if current and (found := re.search(r"#placement\.cost<times = {(.*?)}", line)):
            times = dict(re.findall(rf"(\w+) = {NUMBER}", found.group(1)))
            current.operations += 1
            current.compute += float(times[current.device[0]])
    return plan, links, stages


def read_transfers(lines, stages):
    """Adds to each stage what the driver moves from and to its device."""
    place = rf"(host|{DEVICE})"
    transfer = re.compile(
        rf"(\S+) = placement\.transfer (\S+) from {place} to {place} : (\S+)"
    )
    for found in filter(None, map(transfer.search, lines)):
        result, value, source, *of_source, target, kind, index, type_text = (
            found.groups()
        )
        size = bytes_of(type_text)
        # The sender pays once for a value, however many devices want it.
        if source != "host":
            stages[of_source[0], int(of_source[1])].sent[value] = size
        if target != "host":
            stages[kind, int(index)].received[result] = size


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("--"):
        sys.exit(__doc__)
    source = sys.stdin.fileno() if sys.argv[1] == "-" else sys.argv[1]
    with open(source, encoding="utf-8") as text:
        lines = text.read().splitlines()
    plan, links, stages = read(lines)
    if not plan or not stages:
        sys.exit(
            f"error: {sys.argv[1]}: no plan and stages; run placement-opt with "
            "--placement-pipeline first"
        )
    read_transfers(lines, stages)

    rows = []
    for stage in stages.values():
        link = links.get(stage.device[0])
        arriving = stage.price(link, stage.received)
        leaving = stage.price(link, stage.sent)
        rows.append((stage, arriving, leaving, stage.compute + arriving + leaving))
    worst = max(load for *_, load in rows)
    print(
        f"{'stage':18} {'device':8} {'ops':>5} {'in':>8} {'compute':>9} {'out':>8}"
        f" {'load us':>9}"
    )
    for stage, arriving, leaving, load in rows:
        mark = "  <- bottleneck" if load == worst else ""
        print(
            f"@{stage.name:17} {':'.join(map(str, stage.device)):8}"
            f" {stage.operations:5} {arriving:8.2f} {stage.compute:9.2f}"
            f" {leaving:8.2f} {load:9.2f}  {'#' * round(BAR * load / worst)}{mark}"
        )
    value = float(plan["value"])
    print(
        f"\nOne sample every {value:.2f} {plan['unit']}; no contiguous plan is below"
        f" {float(plan['bound']):.2f} {plan['unit']}: {plan['status']}."
    )
    if not math.isclose(worst, value, rel_tol=1e-9):
        sys.exit(f"error: the stages add up to {worst!r}, not to {value!r}")


if __name__ == "__main__":
    main()
