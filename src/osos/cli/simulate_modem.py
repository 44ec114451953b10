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
from osos.modems.transparent import Hello
from osos.quantities import Clock, DeviceId, NotADevice, local_day, local_midnight
from osos.simulator.city.customers import PATTERN
from osos.simulator.journal import Journal
from osos.simulator.line import LINES, LINKS, Line
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.simulator.modem import MeterBehind, ModemSettings, VirtualModem
from osos.simulator.modem.transparent import TransparentModem


def modem(
    *,
    connect: Annotated[str | None, typer.Option(help="HOST:PORT of the centre's listener")] = None,
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
    transparent: Annotated[
        bool, typer.Option(help="pass the meters' bytes on, to a transparent port")
    ] = False,
    listen: Annotated[str | None, typer.Option(help="HOST:PORT where a transparent one is called")] = None,
) -> None:
    """A virtual modem and the virtual meters on its RS-485 line, until Ctrl-C.

    One that speaks MASS JSON calls the centre; a transparent one calls it too, or listens to be called.
    """
    if (connect is None) == (listen is None) or (listen and not transparent):
        raise typer.BadParameter("--connect HOST:PORT, or --transparent --listen HOST:PORT")
    host, port = address(listen, "--listen", least=0) if listen else address(connect or "")
    if bad_line not in LINES or bad_link not in LINKS:
        raise typer.BadParameter(f"lines: {', '.join(LINES)}; links: {', '.join(LINKS)}")
    device = _device(flag + serial, "--serial")
    if not device.flag:
        raise typer.BadParameter(f"{flag!r} is not three capital letters", param_hint="--flag")
    devices = [_device(text, "--meters") for text in meters.split(";") if text]
    started = RealClock().now()
    clock: Clock = RealClock() if speed == 1 else ScaledClock(started, speed)
    behind = [_meter(each, number, clock, days, seed) for number, each in enumerate(devices)]
    if transparent:
        raw = _transparent(device, behind, clock, (bad_line, bad_link), Random(seed), instant=not paced)
        _serve_transparent(raw, host, port, listens=listen is not None)
        return
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
    bad_link = ailments[1]
    return VirtualModem(
        ModemSettings(device=device, meters=tuple(_behind(meter) for meter in meters)),
        clock=clock,
        line=_line(meters, clock, ailments[0], chance, instant=instant),
        chance=chance,
        new_reference=lambda: str(uuid.uuid4()),  # never one of an earlier run: a centre remembers them
        journal=journal,
        links=(LINKS[bad_link](chance), LINKS[bad_link](chance)),
        instant=instant,
    )


def _line(meters: list[VirtualMeter], clock: Clock, kind: str, chance: Random, *, instant: bool) -> Line:
    ends = [
        meter.port("rs485", now=clock.now).side((300, 9600), reaction_s=0.0 if instant else 0.25, parity=True)
        for meter in meters
    ]
    return LINES[kind](ends, chance=chance, instant=instant)


def _transparent(
    device: DeviceId,
    meters: list[VirtualMeter],
    clock: Clock,
    ailments: tuple[str, str],
    chance: Random,
    *,
    instant: bool,
) -> TransparentModem:
    serials = tuple(meter.spec.device.serial for meter in meters)
    return TransparentModem(
        Hello(device=device, imei="", firmware="osos", port="1", meters=serials),
        _line(meters, clock, ailments[0], chance, instant=instant),
        instant=instant,
        links=(LINKS[ailments[1]](chance), LINKS[ailments[1]](chance)),
    )


class _Called:
    """A transparent modem that waits to be called, as a unit that lives."""

    def __init__(self, modem: TransparentModem) -> None:
        self._modem = modem

    async def live(self, host: str, port: int) -> None:
        try:
            where = await self._modem.listen(host, port)
        except OSError as error:
            raise typer.BadParameter(f"{host}:{port}: {error.strerror}", param_hint="--listen") from None
        print("listening at {}:{}".format(*where), flush=True)
        try:
            await asyncio.Event().wait()
        finally:
            self._modem.close()


def _serve_transparent(modem: TransparentModem, host: str, port: int, *, listens: bool) -> None:
    meters = ", ".join(modem.hello.meters)
    print(f"transparent modem {modem.hello.device}, meters {meters}", flush=True)
    if not listens:
        print(f"calling {host}:{port}", flush=True)
    asyncio.run(live_until_stopped([_Called(modem) if listens else modem], host, port))


def _behind(meter: VirtualMeter) -> MeterBehind:
    spec = meter.spec
    return MeterBehind(
        device=spec.device,
        columns=lambda profile: spec.profile.catalogue.columns(profile, kind=spec.kind, ways=spec.ways),
    )
