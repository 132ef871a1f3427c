"""What each stage of a placed module does, read from the module's text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from placement.stages import Device, StageProgram

_MACHINE = re.compile(
    r'"placement\.machine"\(\) <\{sym_name = "([^"]*)"\}> \(\{(.*?)\n\s*\}\)', re.S
)
_KIND = re.compile(r'"placement\.device_kind"\(\) <\{.*?kind = "([^"]*)"([^\n]*)')
_LINK = re.compile(r"#placement\.link<([^>]*)>")
_PRICED = re.compile(
    r"placement\.cost = #placement\.cost<times = \{([^}]*)\}([^\n]*?)"
    r"placement\.stage = (\d+)"
)
_TIME = re.compile(r'"?([^"=,{}\s]+)"? = ([-+.\deE]+)')
# Stage and pass (the backward one is 1) -> values and their bytes.
_Values: TypeAlias = dict[tuple[int, int], dict[int, int]]


@dataclass(frozen=True)
class PassWork:
    """What belongs to one pass: times of transfers in, work and transfers out."""

    inbound: float = 0.0
    compute: float = 0.0
    outbound: float = 0.0

    def __add__(self, other: PassWork) -> PassWork:
        return PassWork(
            self.inbound + other.inbound,
            self.compute + other.compute,
            self.outbound + other.outbound,
        )

    def load(self, communication: str) -> float:
        """The time it takes under a communication model (docs/Solvers.md)."""
        if communication == "half-duplex":
            return max(self.inbound + self.outbound, self.compute)
        if communication == "full-duplex":
            return max(self.inbound, self.compute, self.outbound)
        return self.compute + self.inbound + self.outbound


@dataclass(frozen=True)
class StageLoad:
    """What a stage does for each sample; times in the plan's unit.

    Attributes:
        stage: Its position in the order of stages.
        device: Where it runs.
        operations: Number of operations that were priced.
        compute: Time of those.
        inbound: Time of what it receives; what several stages of a device use is
            received once, by the first.
        outbound: Time of what it sends.
        load: What it takes alone, under the plan's models of load: the sum, unless
            transfers overlap with work.
        forward, backward: What of it belongs to each pass.
        start, finish: Under latency when the plan has it run; else None. A stage of
            a host starts with the first of its operations, several of which may
            run at once.
    """

    stage: int
    device: Device
    operations: int
    compute: float
    inbound: float
    outbound: float
    load: float
    forward: PassWork = PassWork()
    backward: PassWork = PassWork()
    start: float | None = None
    finish: float | None = None


def read_links(annotated: str, machine: str) -> dict[str, tuple[float, float]]:
    """Kind -> bytes per second and microseconds of latency of its links."""
    links = {}
    for name, body in _MACHINE.findall(annotated):
        if name != machine:
            continue
        for kind, rest in _KIND.findall(body):
            if link := _LINK.search(rest):
                figures = dict(_TIME.findall(link[1]))
                links[kind] = (
                    float(figures["bandwidth"]),
                    float(figures.get("latency", 0)),
                )
    return links


def load_of(forward: PassWork, backward: PassWork, comm: str, schedule: str) -> float:
    if schedule == "gpipe":
        return forward.load(comm) + backward.load(comm)
    return (forward + backward).load(comm)


def read_loads(
    annotated: str,
    links: dict[str, tuple[float, float]],
    program: StageProgram,
    communication: str,
    schedule: str,
    latency: bool,
) -> Iterable[StageLoad]:
    operations: dict[int, int] = {}
    # By stage and pass; the backward one is 1.
    compute: dict[tuple[int, int], float] = {}
    kinds = {stage.stage: stage.device.kind for stage in program.stages}
    for times, between, number in _PRICED.findall(annotated):
        stage = int(number)
        operations[stage] = operations.get(stage, 0) + 1
        time = float(dict(_TIME.findall(times))[kinds[stage]])
        key = (stage, int("#placement.phase<backward>" in between))
        compute[key] = compute.get(key, 0.0) + time

    def pass_of(value: int) -> int:
        """That of the producer; of the host's values that of a forward user."""
        maker = program.producer(value)
        calls = program.consumers(value) if maker is None else [maker]
        return int(all(call.phase == "backward" for call in calls))

    sent: _Values = {}
    received: _Values = {}
    for value, maker, users in _transfers(program, latency):
        size = program.values[value].nbytes
        if maker is not None:
            sent.setdefault((maker, pass_of(value)), {})[value] = size
        for user in users:
            received.setdefault((user, pass_of(value)), {})[value] = size

    def price(device: Device, values: dict[int, int]) -> float:
        if device.kind not in links:
            return 0.0
        bandwidth, latency = links[device.kind]
        return sum(latency + size / bandwidth * 1e6 for size in values.values())

    for stage in program.stages:
        forward, backward = (
            PassWork(
                price(stage.device, received.get((stage.stage, number), {})),
                compute.get((stage.stage, number), 0.0),
                price(stage.device, sent.get((stage.stage, number), {})),
            )
            for number in (0, 1)
        )
        both = forward + backward
        yield StageLoad(
            stage.stage,
            stage.device,
            operations.get(stage.stage, 0),
            both.compute,
            both.inbound,
            both.outbound,
            load_of(forward, backward, communication, schedule),
            forward,
            backward,
            stage.start,
            stage.finish,
        )


def _transfers(
    program: StageProgram, latency: bool
) -> Iterable[tuple[int, int | None, list[int]]]:
    """What is paid for: value, the stage that sends it, if one does, and the stages
    that receive it.

    A device pays once for each value that it sends, however many want it, and once
    for each that it receives, however many of its stages want that. Under latency
    each stage pays for itself, also for what another stage of its device made: that
    goes by way of the host.
    """
    if not latency:
        for transfer in program.transfers:
            maker = program.producer(transfer.value)
            sends = transfer.source != "host" and maker is not None
            users = [
                call.stage
                for call in program.consumers(transfer.value)
                if program.device_of(call.stage) == transfer.target
            ]
            yield transfer.value, maker.stage if sends else None, users[:1]
        return
    weights = {program.arguments[number].value for number in program.weights}
    for value in range(len(program.values)):
        maker = program.producer(value)
        own = None if maker is None else maker.stage
        users = {call.stage for call in program.consumers(value)} - {own}
        if value in weights or not (users or value in program.results):
            continue
        yield value, own, sorted(users)
