"""osos simulate city: a whole pretend city calling a centre."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from osos.cli.clocks import RealClock, ScaledClock
from osos.cli.pretend_units import address, live_until_stopped, opened_journal
from osos.cli.virtual_modems import BAD_LINES, BAD_LINKS, city_modems
from osos.quantities import Clock, local_day, local_midnight
from osos.simulator.city import City

WIRES = tuple(dict.fromkeys(("good", "bad", *BAD_LINES, *BAD_LINKS)))


def city(
    *,
    connect: Annotated[str, typer.Option(help="HOST:PORT of the centre's MASS listener")],
    points: Annotated[int, typer.Option(min=1, max=2000, help="metering points")] = 40,
    days: Annotated[int, typer.Option(min=1, max=170, help="of life behind the meters")] = 35,
    speed: Annotated[float, typer.Option(min=0.001, help="1 is real time")] = 1.0,
    wires: Annotated[str, typer.Option(help=f"one of {', '.join(WIRES)}; bad: each in its turn")] = "good",
    admissions: Annotated[
        Path | None, typer.Option(help="write the file that osos registry admit reads")
    ] = None,
    plain_days: Annotated[int, typer.Option(min=1, help="days the modems may speak without TLS")] = 365,
    journal: Annotated[Path | None, typer.Option(help="file for what was sent and acknowledged")] = None,
    seed: Annotated[int, typer.Option(help="another seed is another city")] = 1,
) -> None:
    """A virtual city: its modems call the centre until Ctrl-C. Lines take no time."""
    host, port = address(connect)
    if wires not in WIRES:
        raise typer.BadParameter(f"{wires!r} is none of {', '.join(WIRES)}", param_hint="--wires")
    started = RealClock().now()
    clock: Clock = RealClock() if speed == 1 else ScaledClock(started, speed)
    town = City(seed, since=local_midnight(local_day(started)) - timedelta(days=days), points=points)
    if admissions is not None:
        admissions.write_text(town.admissions_csv(plain_until=started + timedelta(days=plain_days)), "utf-8")
    book = opened_journal(journal)
    # A centre remembers references: those of this run must not be an earlier one's.
    chance = seed + int(started.timestamp() * 1_000_000)
    modems = city_modems(town, clock=clock, seed=chance, wires=wires, journal=book)
    print(f"{len(town.points)} meters behind {len(modems)} modems, calling {host}:{port}")
    sys.stdout.flush()
    asyncio.run(live_until_stopped(modems, host, port))
    book.close()
