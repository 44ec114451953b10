"""osos simulate meter --panel: where is the live picture shown?"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable

import typer
from rich.console import Console
from rich.live import Live

from osos.cli.simulate_picture import drawn
from osos.quantities import Clock
from osos.simulator.meter import VirtualMeter
from osos.simulator.meter.panel import PanelServer, picture

PAGE_PORT = 4061
REDRAWN_S = 0.5


async def shown(
    meter: VirtualMeter,
    where: str,
    *,
    clock: Clock,
    reading: Callable[[], bool],
    stopped: asyncio.Event,
) -> Callable[[], None]:
    """`terminal`, `page` or `page:PORT`; what is returned ends it."""
    name, _, number = where.partition(":")
    if name == "terminal" and not number:
        task = asyncio.create_task(_in_terminal(meter, clock=clock, reading=reading, stopped=stopped))
        return lambda: None if task.done() else _ended(task)
    if name != "page" or (number and (not number.isdecimal() or int(number) > 65535)):
        raise typer.BadParameter(f"{where!r} is not terminal, page or page:PORT", param_hint="--panel")
    server = PanelServer(meter, now=clock.now, reading=reading)
    try:
        print(f"panel {await server.open(int(number or PAGE_PORT))}")
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise typer.BadParameter(f"{where} is not to be had: {reason}", param_hint="--panel") from None
    return server.close


def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()


async def _in_terminal(
    meter: VirtualMeter, *, clock: Clock, reading: Callable[[], bool], stopped: asyncio.Event
) -> None:
    console = Console(file=sys.stdout)
    with Live(console=console, auto_refresh=False, screen=console.is_terminal) as live:
        while not stopped.is_set():
            live.update(drawn(picture(meter, clock.now(), reading=reading())), refresh=True)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), REDRAWN_S)
