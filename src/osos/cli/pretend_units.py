"""How do pretend units live until they are told to stop?"""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import typer

from osos.simulator.journal import Journal


class Living(Protocol):
    """A unit that calls a centre, again and again, until it is cancelled."""

    async def live(self, host: str, port: int) -> None: ...


def address(text: str, option: str = "--connect", *, least: int = 1) -> tuple[str, int]:
    """`HOST:PORT` or `PORT`; `least` 0 lets the machine choose one."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or not least <= int(port) < 65536:
        raise typer.BadParameter(f"{text!r} is not HOST:PORT", param_hint=option)
    return host or "127.0.0.1", int(port)


def opened_journal(path: Path | None) -> Journal:
    try:
        return Journal(path)
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}", param_hint="--journal") from None


async def live_until_stopped(modems: Sequence[Living], host: str, port: int) -> None:
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
