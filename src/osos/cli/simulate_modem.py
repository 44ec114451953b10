"""osos simulate modem: a virtual unit with virtual meters on its line, calling a centre."""

import asyncio
import sys
import uuid
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from osos.cli.clocks import RealClock, ScaledClock
from osos.cli.pretend_units import address, live_until_stopped, opened_journal
from osos.quantities import Clock, DeviceId, NotADevice, local_day, local_midnight
from osos.simulator.city.customers import PATTERN
from osos.simulator.journal import Journal
from osos.simulator.line import LINES, LINKS
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.simulator.modem import MeterBehind, ModemSettings, VirtualModem


def modem(
    *,
    connect: Annotated[str, typer.Option(help="HOST:PORT of the centre's MASS listener")],
    flag: Annotated[str, typer.Option(help="FLAG of the unit")] = "OSM",
    serial: Annotated[str, typer.Option(help="serial of the unit")] = "100000000000001",
    meters: Annotated[str, typer.Option(help="FLAG and serial of each, separated by ;")] = "OSO100000001",
    days: Annotated[int, typer.Option(min=1, max=400, help="of life behind the meters")] = 35,
    speed: Annotated[float, typer.Option(min=0.001, help="1 is real time")] = 1.0,
    paced: Annotated[bool, typer.Option(help="read no faster than the line's speed carries")] = True,
    bad_line: Annotated[str, typer.Option(help=f"one of {', '.join(LINES)}")] = "good",
    bad_link: Annotated[str, typer.Option(help=f"one of {', '.join(LINKS)}")] = "good",
    journal: Annotated[Path | None, typer.Option(help="file for what was sent and acknowledged")] = None,
    seed: Annotated[int, typer.Option(help="another seed is other customers and other ailments")] = 1,
) -> None:
    """A virtual modem and the virtual meters on its RS-485 line, until Ctrl-C."""
    host, port = address(connect)
    if bad_line not in LINES or bad_link not in LINKS:
        raise typer.BadParameter(f"lines: {', '.join(LINES)}; links: {', '.join(LINKS)}")
    device = _device(flag + serial, "--serial")
    if not device.flag:
        raise typer.BadParameter(f"{flag!r} is not three capital letters", param_hint="--flag")
    devices = [_device(text, "--meters") for text in meters.split(";") if text]
    started = RealClock().now()
    clock: Clock = RealClock() if speed == 1 else ScaledClock(started, speed)
    behind = [_meter(each, number, clock, days, seed) for number, each in enumerate(devices)]
    book = opened_journal(journal)
    unit = _unit(
        device,
        behind,
        clock=clock,
        ailments=(bad_line, bad_link),
        chance=Random(seed),
        journal=book,
        instant=not paced,
    )
    print(f"modem {device}, meters {', '.join(map(str, devices))}, calling {host}:{port}")
    sys.stdout.flush()
    asyncio.run(live_until_stopped([unit], host, port))
    book.close()


def _device(text: str, option: str) -> DeviceId:
    try:
        return DeviceId.parse(text.strip())
    except NotADevice as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def _meter(device: DeviceId, number: int, clock: Clock, days: int, seed: int) -> VirtualMeter:
    """The n-th customer of a small town, whatever the meter is called."""
    customer = PATTERN[number % len(PATTERN)]
    since = local_midnight(local_day(clock.now())) - timedelta(days=days)
    spec = MeterSpec(
        device=device,
        kind=customer.kind,
        ways=customer.ways,
        connection=customer.connection,
        since=since,
        produced=since.date(),
        seed=seed + number,
    )
    return VirtualMeter(spec, customer.load(seed + number))


def _unit(
    device: DeviceId,
    meters: list[VirtualMeter],
    *,
    clock: Clock,
    ailments: tuple[str, str],
    chance: Random,
    journal: Journal,
    instant: bool,
) -> VirtualModem:
    bad_line, bad_link = ailments
    ends = [
        meter.port("rs485", now=clock.now).side((300, 9600), reaction_s=0.0 if instant else 0.25, parity=True)
        for meter in meters
    ]
    return VirtualModem(
        ModemSettings(device=device, meters=tuple(_behind(meter) for meter in meters)),
        clock=clock,
        line=LINES[bad_line](ends, chance=chance, instant=instant),
        chance=chance,
        new_reference=lambda: str(uuid.uuid4()),  # never one of an earlier run: a centre remembers them
        journal=journal,
        links=(LINKS[bad_link](chance), LINKS[bad_link](chance)),
        instant=instant,
    )


def _behind(meter: VirtualMeter) -> MeterBehind:
    spec = meter.spec
    return MeterBehind(
        device=spec.device,
        columns=lambda profile: spec.profile.catalogue.columns(profile, kind=spec.kind, ways=spec.ways),
    )
