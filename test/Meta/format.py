"""C++ is formatted by clang-format 22.

usage: format.py CLANG_FORMAT
"""

import subprocess
import sys

import tree

clang_format = sys.argv[1]
sources = tree.files(".h", ".cpp")
violations = []
version = subprocess.run([clang_format, "--version"], capture_output=True, text=True)
if "version 22." not in version.stdout:
    violations.append(f"{clang_format} is not version 22: {version.stdout.strip()}")
else:
    run = subprocess.run(
        [clang_format, "--dry-run", "-Werror", *sources],
        cwd=tree.ROOT,
        capture_output=True,
        text=True,
    )
    violations = [line for line in run.stderr.splitlines() if "error:" in line]
    if violations:
        names = sorted({v.split(":")[0] for v in violations})
        violations.append("mend with: clang-format-22 -i " + " ".join(names))

tree.finish(violations, len(sources))
