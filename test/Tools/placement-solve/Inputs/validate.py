"""Checks a JSON file against one of the schemas in docs/formats.

usage: validate.py SCHEMA FILE

Knows the part of JSON Schema that those files use, and refuses any other
keyword, so that nothing in them goes unchecked.
"""

import json
import operator
import re
import sys

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "number": (int, float),
    "integer": int,
    "null": type(None),
}
IGNORED = {"$schema", "$id", "$defs", "title", "description"}


def has_type(value, name):
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, TYPES[name])


def check(value, schema, root, path):
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        check(value, target, root, path)
    for key, rule in schema.items():
        if key in IGNORED or key == "$ref":
            continue
        if key == "type":
            names = rule if isinstance(rule, list) else [rule]
            ok = any(has_type(value, name) for name in names)
        elif key == "const":
            ok = value == rule
        elif key == "enum":
            ok = value in rule
        elif key == "required":
            ok = all(name in value for name in rule)
        elif key == "anyOf":
            ok = any(fits(value, option, root) for option in rule)
        elif key == "properties":
            ok = True
            for name, inner in rule.items():
                if name in value:
                    check(value[name], inner, root, f"{path}.{name}")
        elif key == "additionalProperties":
            known = schema.get("properties", {})
            rest = {name: v for name, v in value.items() if name not in known}
            ok = rule is not False or not rest
            if rule is not False:
                for name, inner in rest.items():
                    check(inner, rule, root, f"{path}.{name}")
        elif key == "items":
            ok = True
            for index, inner in enumerate(value):
                check(inner, rule, root, f"{path}[{index}]")
        elif key == "pattern":
            ok = re.search(rule, value) is not None
        elif key in ("minimum", "maximum", "exclusiveMinimum"):
            compare = {
                "minimum": operator.ge,
                "maximum": operator.le,
                "exclusiveMinimum": operator.gt,
            }[key]
            ok = value is None or compare(value, rule)
        elif key in ("minItems", "minLength", "minProperties"):
            ok = len(value) >= rule
        elif key == "maxItems":
            ok = len(value) <= rule
        else:
            sys.exit(f"schema keyword {key} at {path} is not known here")
        if not ok:
            raise ValueError(f"{path}: {json.dumps(value)[:80]} breaks {key}: {rule}")


def fits(value, schema, root):
    try:
        check(value, schema, root, "")
        return True
    except ValueError:
        return False


with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    document = json.load(file)
try:
    check(document, schema, schema, "$")
except ValueError as error:
    sys.exit(f"{sys.argv[2]}: {error}")
print("valid")
