"""osos simulate: which part of the pretend world shall run?"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

import typer

from osos.cli.clocks import RealClock, ScaledClock
from osos.cli.simulate_city import city
from osos.cli.simulate_modem import modem
from osos.iec62056 import MeterSide
from osos.quantities import Clock, DeviceId, NotADevice
from osos.simulator.load import Factory, Home, Load, Rooftop, Shop
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.simulator.meter.meter import PortName
from osos.simulator.meter.spec import Kind, Ways
from osos.simulator.meter.wire import TcpPlug

app = typer.Typer(help="Run virtual meters and modems.", no_args_is_help=True)

_START_BAUD: dict[PortName, tuple[int, ...]] = {"optical": (300,), "rs485": (300, 9600)}  # M-10


@app.callback()
def simulate() -> None:
    """Run virtual meters and modems."""


app.command()(modem)
app.command()(city)


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
) -> None:
    """One virtual meter; its two ports answer IEC 62056-21 mode C until Ctrl-C."""
    for name, where in (("optical", optical), ("rs485", rs485)):
        if where not in {"pty", "none"}:
            _tcp(where, name)  # said before 400 days are lived through
    directions: Ways = 1 if ways == 1 else 2
    started = RealClock().now()
    since = (started - timedelta(days=days)).replace(microsecond=0)
    clock = RealClock() if speed == 1 else ScaledClock(started, speed)
    virtual = VirtualMeter(
        MeterSpec(
            device=_device(serial),
            kind=kind,
            ways=directions,
            connection="X/5" if kind == "combi" else "direct",
            since=since,
            produced=since.date(),
            seed=seed,
        ),
        _load(kind, directions, seed),
    )
    virtual.registers(clock.now())  # all days are lived through once, here and not in the first answer
    asyncio.run(_serve(virtual, {"optical": optical, "rs485": rs485}, clock=clock, paced=paced, speed=speed))


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
    virtual: VirtualMeter, ports: dict[PortName, str], *, clock: Clock, paced: bool, speed: float
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
    for name, where in ports.items():
        if where == "none":
            continue

        def side(name: PortName = name) -> MeterSide:
            reaction_s = 0.25 if speed == 1 else 0.0  # M-16
            return virtual.port(name, now=clock.now).side(_START_BAUD[name], reaction_s=reaction_s)

        address, close = await _opened(where, name, side, loop=loop, paced=paced and speed == 1)
        closers.append(close)
        print(f"{name} {address}")
    sys.stdout.flush()
    await stopped.wait()
    for close in closers:
        close()


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
