"""Every relative link and every named file of the documentation exists."""

import os
import re

import tree

LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
# `lib/Solver/Search/Solve.cpp` in prose: a path below one of our folders.
NAMED = re.compile(r"`((?:include|lib|test|tools|docs|cmake)/[\w./+-]+)`")


def anchors(path):
    """The anchors that headings of a Markdown file get, GitHub's way."""
    found = set()
    for heading in re.findall(r"^#+ +(.*)$", tree.read(path), re.MULTILINE):
        text = re.sub(r"[^\w\- ]", "", heading.strip().lower())
        found.add(text.replace(" ", "-"))
    return found


def exists(path):
    """Whether git knows the file, or a file in the folder."""
    return path in FILES or any(f.startswith(path.rstrip("/") + "/") for f in FILES)


FILES = set(tree.files())
violations = []
checked = 0
for path in tree.files(".md"):
    text = tree.read(path)
    folder = os.path.dirname(path)
    for target in (a or b for a, b in LINK.findall(text)):
        if re.match(r"[a-z]+:", target):
            continue
        checked += 1
        name, _, anchor = target.partition("#")
        file = os.path.normpath(os.path.join(folder, name)) if name else path
        if not exists(file):
            violations.append(f"{path}: link to {target}, which does not exist")
        elif anchor and file.endswith(".md") and anchor not in anchors(file):
            violations.append(f"{path}: link to {target}, which has no such heading")
    for name in NAMED.findall(text):
        checked += 1
        if not exists(name):
            violations.append(f"{path}: names {name}, which does not exist")

tree.finish(violations, checked)
