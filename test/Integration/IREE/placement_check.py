"""Reads where IREE's compiler put dispatches, from its module of the stream phase.

Right numbers say nothing about placement: IREE moves values as it pleases and
reports nothing. What runs where is settled in the stream phase, in which each
region of commands names its device.
"""

import re

FUNCTION = re.compile(r"^  util\.(func|initializer)\b(?:.*?@([\w$.]+)\()?")
EXECUTE = re.compile(r"stream\.cmd\.execute(.*?)(?:=> with|with)\(")
DISPATCH = re.compile(r"stream\.cmd\.dispatch ")


def dispatches(stream):
    """Function -> device of each of its dispatches, in order: a name, or a list of
    all that the region names, which is empty where it names none. What is computed
    once when the module is loaded is left out."""
    found, function, device = {}, None, None
    for line in stream.splitlines():
        if match := FUNCTION.match(line):
            function = match[2] if match[1] == "func" else None
            if function:
                found[function] = []
        elif match := EXECUTE.search(line):
            named = re.findall(r"#hal\.device\.affinity<@(\w+)>", match[1])
            device = named[0] if len(named) == 1 else named
        elif DISPATCH.search(line) and function:
            found[function].append(device)
    return found


def device_name(device):
    """What convert-placement-to-iree calls a device."""
    return f"{device.kind}_{device.index}"


def misplaced(stream, program):
    """Sentences about dispatches that are not where the plan has them, and about
    stages with work that have none."""
    found = dispatches(stream)
    devices = {s.stage: device_name(s.device) for s in program.stages}
    complaints = []
    for call in program.calls:
        planned, here = devices[call.stage], found.get(call.function, [])
        wrong = [device for device in here if device != planned]
        if wrong:
            complaints.append(
                f"{len(wrong)} of {len(here)} dispatches of @{call.function} are on "
                f"{wrong[0] or 'no device'}, not on {planned}"
            )
        elif not here:
            complaints.append(f"@{call.function} has no dispatch on {planned}")
    known = set(devices.values())
    complaints += [
        f"a dispatch of @{function} is on {device or 'no device'}"
        for function, on in found.items()
        for device in on
        if not isinstance(device, str) or device not in known
    ]
    return complaints
