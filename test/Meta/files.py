"""Rules that hold for every file: length, banner, no machine paths, no loose ends."""

import os
import re

import tree

# Longer files are split; see CONTRIBUTING.md.
MAX_LINES = 500
# Bigger files do not belong into git, but for the example models.
MAX_BYTES = 100_000
DATA = ("test/Models/", "test/Workloads/")
MAX_DATA_BYTES = 1_000_000

CODE = (".h", ".cpp", ".td", ".py", ".sh", ".txt", ".cmake")
BANNER = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"
# Spelled in pieces so that this file passes its own test.
LOOSE_ENDS = re.compile(r"\b(TO" "DO|FIX" "ME|X" "XX|HA" "CK)\b")
MACHINE_PATH = re.compile(r"(?<![\w.$}/])/(?:work|farm|root|home|Users)/")

violations = []
checked = 0
for path in tree.files():
    checked += 1
    size = os.path.getsize(os.path.join(tree.ROOT, path))
    data = path.startswith(DATA)
    limit = MAX_DATA_BYTES if data else MAX_BYTES
    if size > limit:
        violations.append(f"{path}: {size} bytes, more than {limit}")
    if data:
        continue
    text = tree.read(path)
    if path.endswith((".h", ".cpp", ".td")) and BANNER not in text[:700]:
        violations.append(f"{path}:1: lacks the banner with '{BANNER}'")
    lines = text.count("\n")
    if path.endswith(CODE) and lines > MAX_LINES:
        violations.append(f"{path}: {lines} lines, more than {MAX_LINES}")
    for number, line in enumerate(text.splitlines(), 1):
        if LOOSE_ENDS.search(line) and not path.endswith("LICENSE"):
            violations.append(f"{path}:{number}: a loose end: {line.strip()[:80]}")
        if MACHINE_PATH.search(line):
            violations.append(
                f"{path}:{number}: a path of one machine: {line.strip()[:80]}"
            )

tree.finish(violations, checked)
