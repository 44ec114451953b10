"""How does a virtual meter stand on the bench, in compressed time? (T-21, T-22)"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from osos.conformity.device import SHELF, SHELF_2, SHELF_3, TESTED, Device, Sample
from osos.conformity.rig import Act, Seen
from osos.meters import MeterProfile, profile_named
from osos.quantities import TURKIYE, DeviceId
from osos.simulator.line import Line
from osos.simulator.load import Steady
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.simulator.meter.port_side import PortSide

BEGAN = datetime(2026, 3, 3, 10, 20, 30, tzinfo=TURKIYE)  # a Tuesday; every virtual run has the same times
STARTS: Mapping[str, int | tuple[int, ...]] = {"optical": 300, "rs485": (300, 9600)}  # M-10
LIVED = timedelta(days=2)  # of the tested sample, on the maker's bench; no month ended in them
TESTED_WH = 250_000
PRODUCED = date(2025, 11, 17)

_VOLTAGES = {"230/400": "3x230/400", "57.7/100": "3x57.7/100", "multi": "3x57.7/100"}
_NUMBERS = {TESTED: 1, SHELF: 2, SHELF_2: 3, SHELF_3: 4}

MakeMeter = Callable[[MeterSpec, Steady], VirtualMeter]


def virtual_device(device: Device, *, make: MakeMeter = VirtualMeter) -> Device:
    """The same with samples made by the virtual maker, and the passwords they come with (T-4)."""
    samples = tuple(_delivered(device, name, make) for name in _NUMBERS)
    head = {"firm": "OSOS", "make": "OSOS", "model": "OSOS.VM25", **device.head}
    return replace(device, samples=samples, head=head)


def _delivered(device: Device, name: str, make: MakeMeter) -> Sample:
    spec = _spec(device, name)
    meter = make(spec, Steady(power_w=(0,) * device.phases))
    return Sample(name=name, address=str(spec.device), password=meter.settings(BEGAN).password)


def _profile() -> MeterProfile:
    """gen2; one sample at least takes a load profile period of 1 min (M-55)."""
    return profile_named("gen2").overridden({"test_sample": True, "ident.style": "flag-serial"})


def _spec(device: Device, name: str, *, since: datetime = BEGAN) -> MeterSpec:
    return MeterSpec(
        device=DeviceId("OSO", str(100_000_000 + _NUMBERS[name])),
        kind=device.kind,
        ways=device.ways,
        connection=device.connection,
        voltage=None if device.kind == "1p" else _VOLTAGES[device.voltage],  # type: ignore[arg-type]  # a table of Voltage
        options=device.options,
        since=since,
        produced=PRODUCED,
        profile=_profile(),
        start_wh=TESTED_WH if name == TESTED else 0,
    )


class VirtualWorld:
    """Both a World and a Rig: ports, time and surroundings of one virtual meter after the other.

    It tells what it did, not what the meter made of it: a faulty meter's settings are no rig's.
    """

    def __init__(self, device: Device, *, began: datetime = BEGAN, make: MakeMeter = VirtualMeter) -> None:
        self.device, self._began, self._make = device, began, make
        self._seconds, self._is_real = 0.0, False
        self._sides: dict[str, PortSide] = {}
        self._lines: dict[str, Line] = {}
        self._bauds: dict[str, int] = {}
        self._put(TESTED)

    # -- World --

    def now(self) -> datetime:
        return self._began + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    def send(self, port: str, data: bytes, after_s: float) -> None:
        if port in self._lines:
            self._lines[port].send(data, now=self._seconds + after_s)

    def set_baud(self, port: str, baud: int) -> None:
        self._bauds[port] = baud
        if port in self._lines:
            self._lines[port].set_baud(baud, now=self._seconds)

    def hear(self, until: float) -> tuple[str, bytes] | None:
        while True:
            for port, line in self._lines.items():
                if data := line.hear(now=self._seconds):
                    return port, data
            coming = [at for line in self._lines.values() if (at := line.next_at()) is not None]
            following = min((at for at in coming if at > self._seconds), default=until)
            if self._seconds >= until:
                return None
            self._seconds = min(following, until)

    def pace(self, *, real: bool) -> None:
        if real != self._is_real:
            self._is_real = real
            self._plug()

    def close(self) -> None:
        """Nothing to close."""

    # -- Rig --

    def do(self, act: Act) -> Mapping[str, Any]:
        return _ACTS[act.name](self, **act.facts)

    def look(self, wanted: tuple[str, ...]) -> Seen:  # noqa: ARG002  # a program sees all at once
        reading = any(side.in_session for side in self._sides.values())
        shown = self.meter.display(at=self.now(), reading=reading)
        return Seen(
            menu=shown.menu,
            index=shown.index,
            code=shown.code,
            text=shown.text,
            unit=shown.unit,
            symbol=shown.symbol,
            icons=dict(shown.icons),
            backlight=shown.backlight,
        )

    def _sample(self, name: str, purpose: str) -> Mapping[str, Any]:
        self._put(name)
        return {"name": name, "purpose": purpose, "as_delivered": True}

    def _put(self, name: str) -> None:
        """The sample as it was delivered, whatever was done to it in another group."""
        since = self.now() - LIVED if name == TESTED else self.now()
        idle = Steady(power_w=(0,) * self.device.phases)
        self.meter = self._make(_spec(self.device, name, since=since), idle)
        self._plug()

    def _plug(self) -> None:
        names = STARTS if self.device.has_rs485 else {"optical": STARTS["optical"]}
        reaction_s = 0.25 if self._is_real else 0.0
        for name, baud in names.items():
            port = self.meter.port(name, now=self.now)  # type: ignore[arg-type]  # names of STARTS
            self._sides[name] = side = port.side(baud, reaction_s=reaction_s)
            self._lines[name] = Line([side], instant=not self._is_real)
            self._lines[name].set_baud(self._bauds.get(name, 300), now=self._seconds)

    def _lay(self, **facts: Any) -> Mapping[str, Any]:
        volts = tuple(facts["volts_dv"])
        self.meter.rig(
            at=self.now(),
            supply=tuple(one > 0 for one in volts),
            voltage_dv=volts,
            current=tuple(zip(facts["amps_ma"], facts["degrees"], strict=True)),
            reversed_current=tuple(facts["reversed_current"]),
            reversed_voltage=tuple(facts["reversed_voltage"]),
            wrong_order=facts["swapped"],
            currents_shifted=facts["shifted"],
        )
        return facts

    def _cover(self, which: str, open: bool) -> Mapping[str, Any]:  # the name of the fact
        self.meter.rig(at=self.now(), **{f"{which}_open": open})
        return {"which": which, "open": open}

    def _button(self, held_s: float) -> Mapping[str, Any]:
        self.meter.press(at=self.now(), held_s=held_s)
        return {"held_s": held_s}

    def _reset_button(self) -> Mapping[str, Any]:
        return {"done": self.meter.press_reset(at=self.now())}

    def _magnet(self, mt: int) -> Mapping[str, Any]:
        self.meter.rig(at=self.now(), magnet_mt=mt)
        return {"mt": mt}

    def _battery(self, which: str, fitted: bool) -> Mapping[str, Any]:
        self.meter.rig(at=self.now(), **{f"{which}_battery": fitted})
        return {"which": which, "fitted": fitted}

    def _external(self, volts: int) -> Mapping[str, Any]:
        self.meter.rig(at=self.now(), external=24 <= volts <= 110)
        return {"volts": volts}


_ACTS: dict[str, Callable[..., Mapping[str, Any]]] = {
    "sample": VirtualWorld._sample,
    "lines": VirtualWorld._lay,
    "cover": VirtualWorld._cover,
    "button": VirtualWorld._button,
    "reset-button": VirtualWorld._reset_button,
    "magnet": VirtualWorld._magnet,
    "battery": VirtualWorld._battery,
    "external": VirtualWorld._external,
}
