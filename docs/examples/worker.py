#!/usr/bin/env python3
"""A worker that tries everything: what another solver needs to say and to read.

Reads an integer program on standard input and answers on standard output, as
docs/Workers.md describes. For small models only.
"""

import itertools
import math
import sys


def read_model(lines):
    """The model as a dictionary; ends at the line `end`."""
    model = {"limit": math.inf}
    for line in lines:
        word, *rest = line.split()
        if word == "end":
            return model
        if word == "variables":
            model["bounds"] = [
                tuple(int(n) for n in next(lines).split()) for _ in range(int(rest[0]))
            ]
        elif word == "rows":
            model["rows"] = [read_row(next(lines).split()) for _ in range(int(rest[0]))]
        elif word == "objective":
            model["objective"] = read_terms(rest)
        elif word == "limit":
            model["limit"] = int(rest[0])
    sys.exit("the model ended before its line 'end'")


def read_row(words):
    """Condition (variable and value, or None), lower and upper side, terms."""
    condition = None
    if words[0] == "if":
        condition = (int(words[1]), int(words[2]))
        words = words[3:]
    lower = -math.inf if words[0] == "-" else int(words[0])
    upper = math.inf if words[1] == "-" else int(words[1])
    return condition, lower, upper, read_terms(words[2:])


def read_terms(words):
    return list(zip(map(int, words[::2]), map(int, words[1::2]), strict=True))


def total(terms, values):
    return sum(coefficient * values[column] for column, coefficient in terms)


def holds(row, values):
    condition, lower, upper, terms = row
    if condition is not None and values[condition[0]] != condition[1]:
        return True
    return lower <= total(terms, values) <= upper


def say(*words):
    print(*words, flush=True)


def main():
    model = read_model(iter(sys.stdin.readline, ""))
    say("placement-answer 1 Everything 1.0")
    best = math.inf
    ranges = (range(lower, upper + 1) for lower, upper in model["bounds"])
    for values in itertools.product(*ranges):
        value = total(model["objective"], values)
        better = value < best and value <= model["limit"]
        if better and all(holds(row, values) for row in model["rows"]):
            best = value
            say("incumbent", *values)
    if best < math.inf:
        say("bound", best)
    say("status", "optimal" if best < math.inf else "infeasible")
    say("end")


if __name__ == "__main__":
    main()
