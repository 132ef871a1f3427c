"""Runs the commands of a document and compares what it shows of their output.

The commands of blocks that start with ```console are executed in order, each by
a bash of its own, in a scratch folder that looks like the top of the checkout.

  - A command starts with `$ ` and goes on after a trailing backslash or on lines
    that start with `> `.
  - It must succeed; but where the block starts with ```console fails, its last
    command must fail.
  - The lines after it must appear in its output (both streams) in that order,
    each as a part of a line; one line may show several. Runs of spaces count
    as one, and `{{...}}` holds a regular expression. A line `...` only tells
    the reader that something is left out.

Blocks in other languages are left alone. `python` in a command is PYTHON, and finds
the package that was built beside the programs. A document that says
`<!-- needs: jax -->` is left out, with exit status 77, where PYTHON lacks one of
those modules; in continuous integration (CI in the environment) that is an error.

usage: run_console.py DOCUMENT PROGRAMS_FOLDER [PYTHON]
"""

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

ROOT = os.path.normpath(os.path.join(os.path.dirname(__file__), "..", ".."))
LIMIT_SECONDS = 120
SKIPPED = 77


@dataclass
class Step:
    line: int
    command: str
    expected: list = field(default_factory=list)
    succeeds: bool = True


def parse(text):
    """The commands of all console blocks, in order."""
    steps = []
    for block in re.finditer(r"^```console([^\n]*)\n(.*?)^```", text, re.M | re.S):
        fails = "fails" in block.group(1).split()
        first = text[: block.start(2)].count("\n") + 1
        if not block.group(2).startswith("$ "):
            sys.exit(f"line {first}: a console block starts with '$ ' and a command")
        for number, line in enumerate(block.group(2).splitlines(), first):
            if line.startswith("$ "):
                steps.append(Step(number, line[2:]))
            elif line.startswith("> ") or steps[-1].command.endswith("\\"):
                steps[-1].command += "\n" + line.removeprefix("> ")
            else:
                steps[-1].expected.append(line)
        steps[-1].succeeds = not fails
    return steps


def squeeze(line):
    return " ".join(line.split())


def pattern(line):
    """The regular expression for an expected line."""
    parts = re.split(r"\{\{(.*?)\}\}", squeeze(line))
    parts[::2] = map(re.escape, parts[::2])
    return re.compile("".join(parts))


def compare(expected, output):
    """The first expected line that does not appear in its turn, or None."""
    text = "\n".join(map(squeeze, output.splitlines()))
    position = 0
    for line in expected:
        if squeeze(line) in ("", "..."):
            continue
        found = pattern(line).search(text, position)
        if not found:
            return line
        position = found.end()
    return None


def scratch(folder):
    """A folder that looks like the checkout's root but can be written to."""
    for name in os.listdir(ROOT):
        if name != "build" and not name.startswith("."):
            os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))


def need(modules, python, environment):
    """Ends the run unless PYTHON can import all of `modules`."""
    missing = None if python else "the Python package was not built"
    for module in modules if python else []:
        command = [python, "-c", f"import {module}"]
        if subprocess.run(command, env=environment, capture_output=True).returncode:
            missing = f"{python} has no module {module}"
    if missing:
        print(f"{missing}: tools/dev/setup.sh installs what is needed")
        sys.exit(1 if os.environ.get("CI") else SKIPPED)


def main():
    document, programs, *python = sys.argv[1:]
    python = python[0] if python else None
    with open(document, encoding="utf-8") as file:
        text = file.read()
    steps = parse(text)
    if not steps:
        sys.exit(f"{document}: no console block to run")
    environment = dict(os.environ)
    folders = [os.path.abspath(programs)]
    if python:
        folders.append(os.path.dirname(os.path.abspath(python)))
        environment["PYTHONPATH"] = os.path.join(folders[0], os.pardir, "python")
    environment["PATH"] = ":".join([*folders, environment["PATH"]])
    needs = re.search(r"^<!-- needs: (.*) -->$", text, re.M)
    if needs:
        need(["placement", *needs.group(1).split(", ")], python, environment)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        scratch(folder)
        for step in steps:
            run = subprocess.run(
                ["bash", "-c", "set -o pipefail\n" + step.command],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=LIMIT_SECONDS,
            )
            output = run.stdout.decode(errors="replace")
            missing = compare(step.expected, output)
            if (run.returncode == 0) == step.succeeds and missing is None:
                continue
            failed = True
            print(f"{document}:{step.line}: {step.command}")
            print(f"  exit status {run.returncode}")
            if missing is not None:
                print(f"  does not show, in its turn: {missing}")
            print("  ---- output ----\n" + output)
            if (run.returncode == 0) != step.succeeds:
                sys.exit("stopped: the commands that follow may need this one")
    print(f"{len(steps)} commands run")
    sys.exit(failed)


if __name__ == "__main__":
    main()
