"""What a placed module says about itself: its plan, and the loads of its stages.

Everything is read from the module's own text: the plan on the function, the
machine, and the price on every operation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from placement.errors import InputError
from placement.stage_loads import (
    PassWork,
    StageLoad,
    load_of,
    read_links,
    read_loads,
)
from placement.stages import Device, StageProgram

_PLAN = re.compile(r"placement\.plan = #placement\.plan<(.*?)>[,}]")
_FIELD = re.compile(r'(\w+) = @?(?:"([^"]*)"|([^",]+))')
_BAR = 24


@dataclass(frozen=True)
class DeviceLoad:
    """What a device does for each sample: its stages together.

    Attributes:
        device: Which one.
        stages: Its stages, in order.
        load: Of all stages together, under the plan's models of load; the largest
            is the plan's value, except under GPipe.
        forward, backward: The time of each pass alone; under GPipe the largest of
            both add up to the plan's value.
    """

    device: Device
    stages: tuple[StageLoad, ...]
    load: float
    forward: float
    backward: float


@dataclass(frozen=True)
class PlacedPlan:
    """What the plan of a module claims, which `placement-verify` recomputes.

    Attributes:
        objective: `throughput` or `latency`.
        status: `optimal`, or `feasible` where a limit stopped the search.
        proof: Who vouches for the bound: `engine` is the exact search, `claimed`
            the word of a general solver.
        value: The largest load of a device, the time from sample to sample; under
            latency the time of one sample.
        bound: No plan has a lower value; no contiguous one, where it is contiguous.
        gap: (value - bound) / value.
        unit: Unit of value and bound.
        machine: Name of the machine.
        algorithm: What found the plan.
        fingerprint: Of the problem that was solved.
        stages: The load of each stage, in order.
        claimant: The general solver whose word the bound is, where it is claimed.
        contiguous: Whether each device has one stage, and data flows to later ones.
        communication: How transfers share time with work: `sequential`,
            `half-duplex` or `full-duplex`.
        schedule: `1f1b`, or `gpipe`, where the value is the largest forward time
            plus the largest backward time.
        subgraphs_per_device: Under latency how many stages a device may run; else
            None.
        cores: Under latency how many operations a host runs at once: a number,
            `machine` or `unlimited`; else None.
    """

    objective: str
    status: str
    proof: str
    value: float
    bound: float
    gap: float
    unit: str
    machine: str
    algorithm: str
    fingerprint: str
    stages: tuple[StageLoad, ...]
    claimant: str | None = None
    contiguous: bool = True
    communication: str = "sequential"
    schedule: str = "1f1b"
    subgraphs_per_device: int | None = None
    cores: int | str | None = None

    @staticmethod
    def from_text(annotated: str, program: StageProgram) -> PlacedPlan:
        """Reads the plan of a module.

        Args:
            annotated: The module after `device-place`, in generic form.
            program: Its stages, which say what goes from device to device.

        Raises:
            InputError: There is no plan in it.
        """
        found = _PLAN.search(annotated)
        if not found:
            raise InputError("the module has no plan: run device-place first")
        fields = {
            name: quoted or bare for name, quoted, bare in _FIELD.findall(found[1])
        }
        machine = fields["machine"]
        communication = fields.get("communication", "sequential")
        schedule = fields.get("schedule", "1f1b")
        links = read_links(annotated, machine)
        latency = fields["objective"] == "latency"
        return PlacedPlan(
            objective=fields["objective"],
            status=fields["status"],
            proof=fields["proof"],
            value=float(fields["value"]),
            bound=float(fields["bound"]),
            gap=float(fields["gap"]),
            unit=fields["unit"],
            machine=machine,
            algorithm=fields["algorithm"],
            fingerprint=fields["fingerprint"],
            stages=tuple(
                read_loads(annotated, links, program, communication, schedule, latency)
            ),
            claimant=fields.get("claimant"),
            contiguous=fields.get("contiguous") != "false",
            communication=communication,
            schedule=schedule,
            subgraphs_per_device=(
                _whole(fields["subgraphs_per_device"]) if latency else None
            ),
            cores=_whole(fields.get("cores", "unlimited")) if latency else None,
        )

    @property
    def devices(self) -> tuple[DeviceLoad, ...]:
        """The load of each device, in the order of their first stages."""
        of: dict[Device, list[StageLoad]] = {}
        for stage in self.stages:
            of.setdefault(stage.device, []).append(stage)
        return tuple(self._together(device, own) for device, own in of.items())

    def _together(self, device: Device, stages: list[StageLoad]) -> DeviceLoad:
        forward = sum((stage.forward for stage in stages), PassWork())
        backward = sum((stage.backward for stage in stages), PassWork())
        return DeviceLoad(
            device,
            tuple(stages),
            load_of(forward, backward, self.communication, self.schedule),
            forward.load(self.communication),
            backward.load(self.communication),
        )

    def table(self) -> str:
        """The stages with their loads, for people, under latency with the times of
        the plan; ends with what is proved."""
        if self.objective == "latency":
            return self._timetable()
        lines = [
            f"{'stage':>5}  {'device':10} {'ops':>5} {'in':>9} {'compute':>9} "
            f"{'out':>9} {'load ' + self.unit:>9}"
        ]
        devices = self.devices
        worst = max((device.load for device in devices), default=0.0)
        slowest = [device for device in devices if device.load == worst]
        if self.schedule == "gpipe":
            # Whoever is slowest in one of the passes.
            forward = max((device.forward for device in devices), default=0.0)
            backward = max((device.backward for device in devices), default=0.0)
            slowest = [
                device
                for device in devices
                if device.forward == forward or device.backward == backward
            ]
        for device in devices:
            bar = "#" * round(_BAR * device.load / worst) if worst else ""
            mark = "  <- bottleneck" if device in slowest else ""
            for stage in device.stages:
                line = (
                    f"{stage.stage:>5}  {stage.device!s:10} {stage.operations:>5} "
                    f"{stage.inbound:>9.2f} {stage.compute:>9.2f} "
                    f"{stage.outbound:>9.2f} {stage.load:>9.2f}"
                )
                one = len(device.stages) == 1
                lines.append(f"{line}  {bar}{mark}" if one else line)
            if len(device.stages) > 1:
                lines.append(
                    f"{'all':>5}  {device.device!s:10} {'':>35} {device.load:>9.2f}  "
                    f"{bar}{mark}"
                )
        kind = "contiguous plan" if self.contiguous else "plan"
        claim = self._claim(kind)
        models = [
            model
            for model, usual in (
                (self.communication, "sequential"),
                (self.schedule, "1f1b"),
            )
            if model != usual
        ]
        if models:
            claim += f" ({', '.join(models)})"
        lines.append(
            f"one sample every {self.value:.6g} {self.unit} on @{self.machine}: "
            f"{self.status}, {claim}"
        )
        return "\n".join(lines)

    def _timetable(self) -> str:
        """The table of a plan for latency: its stages in the order of calls."""
        lines = [
            f"{'stage':>5}  {'device':10} {'ops':>5} {'in':>9} {'compute':>9} "
            f"{'out':>9} {'start':>9} {'end ' + self.unit:>9}"
        ]
        for stage in self.stages:
            times = (
                f"{time:>9.2f}" if time is not None else f"{'':>9}"
                for time in (stage.start, stage.finish)
            )
            lines.append(
                f"{stage.stage:>5}  {stage.device!s:10} {stage.operations:>5} "
                f"{stage.inbound:>9.2f} {stage.compute:>9.2f} "
                f"{stage.outbound:>9.2f} {' '.join(times)}"
            )
        rules = f"at most {self.subgraphs_per_device} a device"
        if self.cores != "unlimited":
            cores = "the machine's" if self.cores == "machine" else self.cores
            rules += f", {cores} cores"
        lines.append(
            f"one sample takes {self.value:.6g} {self.unit} on @{self.machine}: "
            f"{self.status}, {self._claim('plan')} ({rules})"
        )
        return "\n".join(lines)

    def _claim(self, kind: str) -> str:
        """What is known of plans of that kind."""
        claim = (
            f"no {kind} is below {self.bound:.6g} {self.unit}"
            if self.status == "optimal"
            else f"the bound is {self.bound:.6g} {self.unit}, gap {100 * self.gap:.3g} %"
        )
        if self.claimant:
            claim += f" by the word of {self.claimant}, not checked"
        return claim


def _whole(text: str) -> int | str:
    """A number as MLIR prints it, `8 : i64`; other texts stay."""
    number = text.partition(" ")[0]
    return int(number) if number.isdecimal() else text
