"""Reads every ```mlir example of the generated dialect reference.

An example that is not a module by itself gets the surroundings that it needs:
attributes an operation to stand on, device kinds a machine, parts of a problem a
problem, and operations a function. Every example has to be read, verified,
printed and read again.

usage: check_examples.py PLACEMENT_OPT REFERENCE.md...
"""

import re
import subprocess
import sys

MACHINE = """placement.machine @fleet {
  placement.device_kind "acc" count 4
  placement.device_kind "cpu" count 1
}
"""
PROBLEM = "placement.problem @p machine(@fleet) {\n%s}\n"
PART = re.compile(r"placement\.(node|net|weight|order|solution) ")


def split(text, start):
    """The statements of an example: each begins where `start` matches a line."""
    statements = []
    for line in text.splitlines():
        line = line.split("//")[0].rstrip()
        if re.match(start, line):
            statements.append(line)
        elif line:
            statements[-1] += "\n" + line
    return statements


def module(example):
    """A module that holds the example."""
    if example.startswith("#"):
        return "".join(
            f'"test.holder"() {{attribute = {attribute}}} : () -> ()\n'
            for attribute in split(example, "#")
        )
    if example.startswith("placement.device_kind"):
        return f"placement.machine @fleet {{\n{example}}}\n"
    if PART.match(example):
        nodes = sorted(
            {0, 1, 2, 3} - {int(n) for n in re.findall(r"node (\d+)", example)}
        )
        known = "".join(f"placement.node {n} time {{acc = 1.0}}\n" for n in nodes)
        # At most one solution stands in a problem.
        return MACHINE + "".join(
            (PROBLEM % (known + part + "\n")).replace("@p", f"@p{i}")
            for i, part in enumerate(split(example, "placement"))
        )
    if example.startswith("%"):
        return f"func.func @f(%0: tensor<4x8xf32>) {{\n{example}return\n}}\n"
    return example if "placement.machine" in example else MACHINE + example


failed = checked = 0
for page in sys.argv[2:]:
    with open(page, encoding="utf-8") as file:
        text = file.read()
    for block in re.finditer(r"^```mlir\n(.*?)^```", text, re.M | re.S):
        source = module(block[1])
        done = subprocess.run(
            [sys.argv[1], "--verify-roundtrip", "-"],
            input=source,
            capture_output=True,
            text=True,
            check=False,
        )
        checked += 1
        if done.returncode:
            failed += 1
            line = text.count("\n", 0, block.start()) + 1
            print(f"{page}:{line}: example is refused:\n{source}{done.stderr}")
print(f"{checked} examples, {failed} refused")
# A page without examples is a page that was not generated as it should be.
sys.exit(1 if failed or not checked else 0)
