"""How do pretend units live until they are told to stop?"""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path

import typer

from osos.simulator.journal import Journal
from osos.simulator.modem import VirtualModem


def address(text: str) -> tuple[str, int]:
    """`HOST:PORT` or `PORT` of a centre."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise typer.BadParameter(f"{text!r} is not HOST:PORT", param_hint="--connect")
    return host or "127.0.0.1", int(port)


def opened_journal(path: Path | None) -> Journal:
    try:
        return Journal(path)
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}", param_hint="--journal") from None


async def live_until_stopped(modems: Sequence[VirtualModem], host: str, port: int) -> None:
    """All of them, until Ctrl-C or SIGTERM; a unit that dies of a fault of ours ends them all, loudly."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, stopped.set)
    lives = [asyncio.create_task(modem.live(host, port)) for modem in modems]
    stop = asyncio.create_task(stopped.wait())
    done, _ = await asyncio.wait([stop, *lives], return_when=asyncio.FIRST_COMPLETED)
    for task in (stop, *lives):
        task.cancel()
    await asyncio.gather(stop, *lives, return_exceptions=True)
    for task in done - {stop}:
        task.result()  # only a fault ends a life
