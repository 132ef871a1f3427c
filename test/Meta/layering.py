"""Which part may include which: docs/Overview.md, "Layers", as a test.

Reads every #include of the C++ sources and compares it with the table below.
A new folder has to be added here before it can include anything.
"""

import re

import tree

# Part -> (parts of the project, prefixes of foreign headers) it may include
# beside itself and the C++ standard library.
MODEL, CHECK = "Solver/Model", "Solver/Check"
IO, SEARCH = "Solver/IO", "Solver/Search"
MLIR = ("mlir/", "llvm/")
POSIX = ("fcntl.h", "poll.h", "signal.h", "sys/", "unistd.h")
ALLOWED = {
    # The solver core knows neither MLIR nor LLVM.
    MODEL: ((), ()),
    # The checker shares nothing with what it checks but the model.
    CHECK: ((MODEL,), ()),
    IO: ((MODEL,), ("simdjson.h", "nlohmann/") + POSIX),
    SEARCH: ((MODEL, CHECK), ()),
    "Solver/Contiguous": ((MODEL, SEARCH), ("immintrin.h",)),
    # Works on the contracted form that the contiguous engine makes.
    "Solver/NonContiguous": ((MODEL, SEARCH, "Solver/Contiguous"), ()),
    # Limits of a search are those of the contiguous engine.
    "Solver/Latency": ((MODEL, SEARCH, "Solver/Contiguous"), ()),
    # General solvers in processes of their own; knows integer programs, and
    # nothing of placement.
    "Solver/External": ((), ("dlfcn.h",) + POSIX),
    # Work on the contracted forms that the two engines make; what a method
    # ends with is a plan only if the checker says so.
    "Solver/Mip": (
        (
            MODEL,
            CHECK,
            SEARCH,
            "Solver/Contiguous",
            "Solver/External",
            "Solver/Latency",
            "Solver/NonContiguous",
        ),
        (),
    ),
    "Solver/Baselines": (
        (MODEL, CHECK, SEARCH, "Solver/Contiguous", "Solver/NonContiguous"),
        ("metis.h", "scotch.h") + POSIX,
    ),
    "Dialect": ((MODEL,), MLIR),
    # Analysis fills instances; it knows no algorithm.
    "Analysis": (("Dialect", MODEL, IO), MLIR),
    "Bridge": (("Dialect", MODEL), MLIR),
    # Transforms call the one door to the core, never an engine.
    "Transforms": (("Dialect", "Analysis", "Bridge", MODEL, CHECK, IO, SEARCH), MLIR),
    # Exporters write opaque attributes: no header of IREE or Shardy.
    "Conversion": (("Dialect", "Analysis"), MLIR),
    "InitAll.h": (("Dialect", "Analysis", "Transforms", "Conversion"), MLIR),
    "tools/placement-opt": (
        ("InitAll.h", "Dialect", "Analysis", "Bridge", "Transforms", MODEL, SEARCH),
        MLIR,
    ),
    "tools/placement-solve": ((MODEL, CHECK, IO, SEARCH), POSIX),
    "tools/placement-plugin": (("InitAll.h",), MLIR),
    # Solvers that are not ours live in this program, and in no other part.
    "tools/placement-worker": (("Solver/External",), ("Highs.h", "dlfcn.h") + POSIX),
    # The native module of the Python package: the solver core and the passes.
    "python/src": (
        ("InitAll.h", "Dialect", "Bridge", "Conversion", MODEL, IO, SEARCH),
        MLIR + ("nanobind/", "Python.h"),
    ),
}
# The registry names the built-in engines, and nothing else of Search does.
EXTRA = {
    "lib/Solver/Search/Registry.cpp": (
        "Solver/Baselines",
        "Solver/Contiguous",
        "Solver/Mip",
        "Solver/NonContiguous",
    )
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)


def part_of(path):
    """The part that a file or an included header belongs to, or None."""
    for prefix in ("include/placement/", "lib/", "placement/"):
        if path.startswith(prefix):
            rest = path[len(prefix) :].split("/")
            return "/".join(rest[:2]) if rest[0] == "Solver" else rest[0]
    if path.startswith(("tools/", "python/")):
        return "/".join(path.split("/")[:2])
    return None


def private_part(header, own_folder):
    """The part of a header given relative to a folder under lib or tools."""
    candidates = [f"{own_folder}/{header}", f"lib/{header}", f"lib/Solver/{header}"]
    top = own_folder.split("/")
    candidates += ["/".join(top[:n] + [header]) for n in range(2, len(top))]
    for candidate in candidates:
        if candidate in SOURCES:
            return part_of(candidate)
    return None


SOURCES = set(tree.files(".h", ".cpp", ".inc"))
violations = []
checked = 0
for path in sorted(SOURCES):
    own = part_of(path)
    if own is None:
        continue
    if own not in ALLOWED:
        violations.append(f"{path}: the part '{own}' is not in the layer table")
        continue
    checked += 1
    parts, foreign = ALLOWED[own]
    parts += EXTRA.get(path, ())
    for bracket, header in INCLUDE.findall(tree.read(path)):
        if header.startswith("placement/"):
            other = part_of(header)
        elif bracket == '"' and not header.startswith(foreign or ("\0",)):
            other = private_part(header, path.rsplit("/", 1)[0])
            if other is None:
                violations.append(
                    f'{path}: "{header}" is none of ours, and not for {own}'
                )
                continue
        elif "/" not in header and not header.endswith(".h"):
            continue  # the C++ standard library
        else:
            if not header.startswith(foreign or ("\0",)):
                violations.append(f"{path}: '{own}' may not include <{header}>")
            continue
        if other != own and other not in parts:
            violations.append(f"{path}: '{own}' may not include {header} of '{other}'")

tree.finish(violations, checked)
