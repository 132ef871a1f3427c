"""Python scripts are formatted and linted by the ruff that setup.sh installs.

Settings are in pyproject.toml. Skipped where the virtual environment is not
there, which continuous integration does not accept.
"""

import os
import subprocess
import sys

import tree

ruff = os.path.join(tree.ROOT, ".venv", "bin", "ruff")
if not os.path.exists(ruff):
    print("no ruff in .venv: run tools/dev/setup.sh")
    sys.exit(1 if os.environ.get("CI") else tree.SKIPPED)

scripts = tree.files(".py")
violations = []
for command, remedy in (("check", "--fix"), ("format", "")):
    options = ["--check"] if command == "format" else ["--output-format=concise"]
    run = subprocess.run(
        [ruff, command, *options, *scripts], cwd=tree.ROOT, capture_output=True
    )
    if run.returncode != 0:
        violations += (run.stdout + run.stderr).decode().splitlines()
        violations.append(f"mend with: .venv/bin/ruff {command} {remedy} .")

tree.finish(violations, len(scripts))
