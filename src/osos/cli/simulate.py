"""osos simulate: which part of the pretend world shall run?"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from osos.cli import simulate_panel as panels
from osos.cli.clocks import RealClock, ScaledClock
from osos.cli.simulate_city import city
from osos.cli.simulate_modem import modem
from osos.cli.simulate_source import source
from osos.iec62056 import MeterSide
from osos.meters import profile_named
from osos.quantities import TURKIYE, Clock, DeviceId, NotADevice
from osos.simulator.load import Factory, Home, Load, Rooftop, Shop
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.simulator.meter.act import PortName
from osos.simulator.meter.faults import FAULTS, NoSuchFault, fault_named
from osos.simulator.meter.gen1 import MADE
from osos.simulator.meter.saving import NotAState, begun
from osos.simulator.meter.spec import Connection, Kind, Ways
from osos.simulator.meter.state_file import StateFile
from osos.simulator.meter.wire import TcpPlug

app = typer.Typer(help="Run virtual meters and modems.", no_args_is_help=True)

_START_BAUD: dict[PortName, tuple[int, ...]] = {"optical": (300,), "rs485": (300, 9600)}  # M-10


@app.callback()
def simulate() -> None:
    """Run virtual meters and modems."""


app.command()(modem)
app.command()(city)
app.command()(source)


@app.command()
def meter(
    *,
    kind: Annotated[Kind, typer.Option(help="1p, 3p or combi (active and reactive)")] = "combi",
    ways: Annotated[int, typer.Option(min=1, max=2, help="1: import only, 2: import and export")] = 1,
    optical: Annotated[str, typer.Option(help="tcp:PORT, tcp:HOST:PORT, pty or none")] = "tcp:4059",
    rs485: Annotated[str, typer.Option(help="the same")] = "tcp:4060",
    serial: Annotated[str, typer.Option(help="FLAG and serial, or the serial alone")] = "OSO100000001",
    seed: Annotated[int, typer.Option(help="another seed is another customer")] = 1,
    days: Annotated[int, typer.Option(min=1, help="of life behind it; 400 fill 12 month rows")] = 400,
    speed: Annotated[float, typer.Option(min=0.001, help="1 is real time")] = 1.0,
    paced: Annotated[bool, typer.Option(help="send no faster than the agreed speed carries")] = True,
    profile: Annotated[str, typer.Option(help="gen2, gen3, makel, luna, viko or kohler")] = "gen2",
    state: Annotated[Path | None, typer.Option(help="keep its state in this file, and go on from it")] = None,
    panel: Annotated[str | None, typer.Option(help="a live picture: terminal, page or page:PORT")] = None,
    fault: Annotated[list[str] | None, typer.Option(help="a deliberate fault; `list` names them")] = None,
) -> None:
    """One virtual meter; its two ports answer IEC 62056-21 mode C until Ctrl-C."""
    if fault == ["list"]:
        _list_faults()
        return
    for name, where in (("optical", optical), ("rs485", rs485)):
        if where not in {"pty", "none"}:
            _tcp(where, name)  # said before 400 days are lived through
    started = RealClock().now()
    since = (started.astimezone(TURKIYE) - timedelta(days=days)).replace(microsecond=0)
    clock = RealClock() if speed == 1 else ScaledClock(started, speed)
    spec = _spec(kind, 1 if ways == 1 else 2, serial=serial, since=since, seed=seed, profile=profile)
    virtual = _meter(spec, _load(kind, spec.ways, seed), state=state, faults=_faults(fault or []))
    virtual.registers(clock.now())  # all days are lived through once, here and not in the first answer
    ports: dict[PortName, str] = {"optical": optical, "rs485": rs485}
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(virtual, ports, clock=clock, paced=paced, speed=speed, panel=panel))


def _spec(kind: Kind, ways: Ways, *, serial: str, since: datetime, seed: int, profile: str) -> MeterSpec:
    """A maker of the first generation brings its own FLAG, serial and model."""
    made = MADE.get(profile)
    if profile not in {"gen2", "gen3", *MADE}:
        raise typer.BadParameter(f"no profile {profile!r}", param_hint="--profile")
    device = _device(serial)
    if made:
        device = DeviceId(made.flag, device.serial.lstrip("0")[-8:].rjust(8, "0"))
    connection: Connection = "X/5" if kind == "combi" else "direct"
    return MeterSpec(
        device=device,
        kind=kind,
        ways=ways,
        connection=connection,
        since=since,
        produced=since.date(),
        seed=seed,
        model=made.model_of(device) if made else "OSOS.VM25",
        profile=profile_named(profile),
    )


def _meter(spec: MeterSpec, load: Load, *, state: Path | None, faults: frozenset[str]) -> VirtualMeter:
    if state is None:
        return VirtualMeter(spec, load, faults=faults)
    kept = StateFile(state)
    saved = kept.read()
    try:
        if saved is None:
            meter = VirtualMeter(spec, load, faults=faults)
        else:  # it began to count when it first did, however many days are asked for now
            meter = VirtualMeter.restore(
                replace(spec, since=begun(saved), produced=begun(saved).date()), load, saved, faults=faults
            )
        kept.keeps(meter)
    except NotAState as error:
        raise typer.BadParameter(str(error), param_hint="--state") from None
    except OSError as error:
        raise typer.BadParameter(f"{state}: {os.strerror(error.errno or 0)}", param_hint="--state") from None
    return meter


def _faults(names: list[str]) -> frozenset[str]:
    try:
        return frozenset(fault_named(name).name for name in names)
    except NoSuchFault as error:
        raise typer.BadParameter(
            f"no fault {error.name!r}; --fault list names them", param_hint="--fault"
        ) from None


def _list_faults() -> None:
    for one in FAULTS.values():
        print(f"{one.step}  {one.breaks:<6} {one.name}: {one.en}")


def _device(text: str) -> DeviceId:
    try:
        found = DeviceId.parse(text.upper())
        return found if found.flag else DeviceId("OSO", found.serial)
    except NotADevice as error:
        raise typer.BadParameter(str(error), param_hint="--serial") from None


def _load(kind: Kind, ways: Ways, seed: int) -> Load:
    own: dict[Kind, Callable[[], Load]] = {
        "1p": lambda: Home(seed),
        "3p": lambda: Shop(seed),
        "combi": lambda: Factory(seed),
    }
    peak_w: dict[Kind, float] = {"1p": 4000.0, "3p": 9000.0, "combi": 2000.0}  # combi: behind X/5
    customer = own[kind]()
    return Rooftop(seed, customer=customer, peak_w=peak_w[kind]) if ways == 2 else customer


async def _serve(
    virtual: VirtualMeter,
    ports: dict[PortName, str],
    *,
    clock: Clock,
    paced: bool,
    speed: float,
    panel: str | None,
) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, stopped.set)
    device = virtual.spec.device
    print(
        f"meter {device} {virtual.spec.kind} {virtual.spec.ways}-way, password {virtual.spec.first_password}"
    )
    closers: list[Callable[[], None]] = []
    sides: dict[PortName, MeterSide] = {}
    for name, where in ports.items():
        if where == "none":
            continue

        def side(name: PortName = name) -> MeterSide:
            reaction_s = 0.25 if speed == 1 else 0.0  # M-16
            sides[name] = virtual.port(name, now=clock.now).side(_START_BAUD[name], reaction_s=reaction_s)
            return sides[name]

        address, close = await _opened(where, name, side, loop=loop, paced=paced and speed == 1)
        closers.append(close)
        print(f"{name} {address}")
    if panel is not None:
        reading = partial(_in_session, sides)
        closers.append(await panels.shown(virtual, panel, clock=clock, reading=reading, stopped=stopped))
    sys.stdout.flush()
    await stopped.wait()
    for close in closers:
        close()


def _in_session(sides: dict[PortName, MeterSide]) -> bool:
    return any(side.in_session for side in sides.values())


async def _opened(
    where: str, name: PortName, side: Callable[[], MeterSide], *, loop: asyncio.AbstractEventLoop, paced: bool
) -> tuple[str, Callable[[], None]]:
    if where == "pty":
        from osos.simulator.meter.pseudo_terminal import PtyPort

        port = PtyPort()
        await port.open(side(), loop=loop, paced=paced)
        return f"serial://{port.path}", port.close
    host, number = _tcp(where, name)
    plug = TcpPlug(side, loop=loop, paced=paced)
    try:
        server = await loop.create_server(plug.accept, host, number)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise typer.BadParameter(f"{where} is not to be had: {reason}", param_hint=f"--{name}") from None

    def close() -> None:
        plug.close()
        server.close()

    return "tcp://{}:{}".format(*server.sockets[0].getsockname()[:2]), close


def _tcp(where: str, name: str) -> tuple[str, int]:
    scheme, _, rest = where.partition(":")
    host, _, number = rest.rpartition(":")
    if scheme != "tcp" or not number.isdecimal() or int(number) > 65535:
        raise typer.BadParameter(
            f"{where!r} is not tcp:PORT, tcp:HOST:PORT, pty or none", param_hint=f"--{name}"
        )
    return host or "127.0.0.1", int(number)
