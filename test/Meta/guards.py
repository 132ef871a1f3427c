"""Guards of optional tests are alive: nothing is skipped that could run.

A test that asks for a feature which nobody can have never runs and never
fails. So every feature named in a test is on the list of lit.cfg.py, features
agree with what really is there, and in CI none of the optional ones is off.

usage: guards.py LIT BUILD_DIR mlir=ON|OFF sanitize=[SANITIZERS]
"""

import os
import re
import subprocess
import sys

import tree

lit, build = sys.argv[1:3]
settings = dict(argument.split("=", 1) for argument in sys.argv[3:])
shown = subprocess.run(
    [lit, "--show-suites", os.path.join(build, "test")], capture_output=True, text=True
).stdout
match = re.search(r"Available Features: (.*)", shown)
available = set(match.group(1).split()) if match else set()

violations = []
if not match:
    violations.append("lit shows no suite: " + shown)

# Features that lit.cfg.py documents at its top, one a line.
listed = set(re.findall(r"^#   ([a-z][\w-]*)  ", tree.read("test/lit.cfg.py"), re.M))
own = available & listed

# What is really there.
shared = os.path.isdir(os.path.join(tree.ROOT, "..", "shared", "models"))
facts = {
    "shared": shared,
    "mlir": settings["mlir"] == "ON",
    "asan": bool(settings["sanitize"]),
}
venv = os.path.join(tree.ROOT, ".venv", "bin", "python")
for module in ("jax", "iree"):
    if module in listed:
        command = [venv, "-c", f"import {module}"]
        facts[module] = (
            os.path.exists(venv)
            and subprocess.run(command, capture_output=True).returncode == 0
        )
for feature, there in facts.items():
    if feature not in listed:
        violations.append(f"test/lit.cfg.py does not list the feature '{feature}'")
    elif there != (feature in available):
        state = "there but off" if there else "on but not there"
        violations.append(f"feature '{feature}' is {state}")
    # Continuous integration has all that packages can give.
    if os.environ.get("CI") and feature in ("mlir", "jax", "iree") and not there:
        violations.append(f"feature '{feature}' is off in continuous integration")

# What tests ask for.
asked = {}
for path in tree.files(".mlir", ".test", "lit.local.cfg"):
    if path.startswith(("test/Models/", "test/Workloads/")):
        continue
    text = tree.read(path)
    lines = re.findall(r"(?:REQUIRES|UNSUPPORTED|XFAIL):(.*)", text)
    lines += re.findall(r"%if ([\w-]+)", text)
    lines += re.findall(
        r"[\"']([\w-]+)[\"'] (?:not )?in config.available_features", text
    )
    for line in lines:
        for feature in re.findall(r"[A-Za-z][\w-]*", line):
            asked.setdefault(feature, path)
for feature, path in asked.items():
    if feature not in listed:
        violations.append(
            f"{path}: asks for the feature '{feature}', which nobody sets"
        )

print("features on:", " ".join(sorted(own)) or "none")
tree.finish(violations, len(facts) + len(asked))
