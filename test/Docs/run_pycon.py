"""Runs the Python sessions of a document and compares what they show.

The ```pycon blocks of a document are one session, in order, in a scratch folder
that looks like the top of the checkout. `...` in what is shown stands for anything,
and runs of white space count as one (doctest's ELLIPSIS and NORMALIZE_WHITESPACE).

usage: run_pycon.py DOCUMENT PROGRAMS_FOLDER [PYTHON]

Exit status 77, which ctest shows as skipped, without PYTHON, for which the package
was built; in continuous integration (CI in the environment) that is an error.
"""

import os
import re
import subprocess
import sys
import tempfile

from run_console import scratch

LIMIT_SECONDS = 300
SKIPPED = 77


def sessions(text):
    """The text with everything outside of the blocks left blank, so that line
    numbers stay."""
    shown = []
    inside = False
    for line in text.splitlines():
        if re.match("```", line):
            inside = line == "```pycon"
            shown.append("")
        else:
            shown.append(line if inside else "")
    return "\n".join(shown) + "\n"


def main():
    document, programs, *python = sys.argv[1:]
    if not python:
        print("the Python package was not built (PLACEMENT_ENABLE_PYTHON)")
        sys.exit(1 if os.environ.get("CI") else SKIPPED)
    with open(document, encoding="utf-8") as text:
        session = sessions(text.read())
    if ">>> " not in session:
        sys.exit(f"{document}: no session to run")
    environment = dict(os.environ)
    package = os.path.join(os.path.abspath(programs), os.pardir, "python")
    environment["PYTHONPATH"] = os.path.normpath(package)
    with tempfile.TemporaryDirectory() as folder:
        scratch(folder)
        name = os.path.basename(document) + ".txt"
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(session)
        command = [os.path.abspath(python[0]), "-m", "doctest", "-o", "ELLIPSIS"]
        command += ["-o", "NORMALIZE_WHITESPACE", name]
        run = subprocess.run(
            command, cwd=folder, env=environment, timeout=LIMIT_SECONDS
        )
    print(f"{session.count('>>> ')} statements run")
    sys.exit(run.returncode)


if __name__ == "__main__":
    main()
