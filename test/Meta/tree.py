"""The files of the checkout, for the tests in this folder."""

import os
import subprocess
import sys

ROOT = os.path.normpath(os.path.join(os.path.dirname(__file__), "..", ".."))

# ctest reads this status as "skipped" (SKIP_RETURN_CODE in CMakeLists.txt).
SKIPPED = 77


def files(*endings):
    """Paths, relative to the root, of files that git knows or would add.

    Without git (a source archive) everything but hidden and build folders.
    """
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
    )
    if listing.returncode == 0:
        paths = listing.stdout.decode().rstrip("\0").split("\0")
        paths = [p for p in paths if os.path.isfile(os.path.join(ROOT, p))]
    else:
        paths = []
        for folder, below, names in os.walk(ROOT):
            below[:] = [d for d in below if d[0] != "." and d != "build"]
            paths += [os.path.relpath(os.path.join(folder, n), ROOT) for n in names]
    return sorted(p for p in paths if not endings or p.endswith(endings))


def read(path):
    """The text of a file; bytes that are not UTF-8 are replaced."""
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as f:
        return f.read()


def finish(violations, checked):
    """Prints what was found and exits with the test's verdict.

    A test that checked nothing has lost its subject, so it fails.
    """
    for violation in violations:
        print(violation)
    if not checked:
        print("error: found nothing to check")
    print(f"{checked} checked, {len(violations)} violations")
    sys.exit(bool(violations) or not checked)
