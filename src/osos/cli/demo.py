"""`osos demo`: is every Wh of a virtual city in the store?"""

import asyncio
import contextlib
import json
import logging
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.console import Console
from rich.live import Live

from osos.cli.clocks import RealClock, ScaledClock
from osos.cli.demo_table import filling_bar, living_table
from osos.cli.demo_world import DemoPlan, Progress, World, living_world
from osos.cli.virtual_modems import BAD_LINES, BAD_LINKS
from osos.quantities import Clock
from osos.store import StoreUnavailable

WIRES = ("good", "bad", *BAD_LINES, *(name for name in BAD_LINKS if name not in BAD_LINES))
FILLED_WITHIN_S = 300.0  # the back-fill of a demo; longer means something is wrong
LOOK_EVERY_S = 1.0
MONTHS_BEFORE = 6  # the meters have hung for so long: their month ends fill the pages

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    *,
    once: Annotated[bool, typer.Option(help="Fill the past days back, compare the energies, end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One line of figures on standard output.")] = False,
    days: Annotated[int, typer.Option(min=1, max=170, help="Days back-filled.")] = 35,
    points: Annotated[int, typer.Option(min=1, max=2000, help="Metering points of the city.")] = 40,
    speed: Annotated[float, typer.Option(min=0.1, max=3600, help="How fast the city lives.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Another seed, another city.")] = 1,
    lines: Annotated[str, typer.Option(help=f"Wires of the modems: {', '.join(WIRES)}.")] = "good",
    home: Annotated[Path, typer.Option(help="Where the demo keeps its database.")] = Path(".demo"),
    journal: Annotated[Path | None, typer.Option(help="Write what the modems sent, for a checker.")] = None,
    web_port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the pages.")] = 8080,
) -> None:
    """A virtual city is read over real sockets into a real store, and lives on before your eyes."""
    if lines not in WIRES:
        raise typer.BadParameter(f"{lines!r} is none of {', '.join(WIRES)}", param_hint="--lines")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    plan = DemoPlan(
        home=home,
        days=days,
        points=points,
        seed=seed,
        wires=lines,
        journal=journal,
        pages=not once,
        web_port=web_port,
        months=0 if once else MONTHS_BEFORE,
        speed=round(speed),
    )
    story = _once(plan, speed, as_json=as_json) if once else _for_ever(plan, speed)
    with contextlib.suppress(KeyboardInterrupt):
        raise typer.Exit(_run(story))


def _run(story: Coroutine[None, None, int]) -> int:
    """On uvloop where it is installed, else on the standard loop."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(story)
    return int(uvloop.run(story))


async def _once(plan: DemoPlan, speed: float, *, as_json: bool) -> int:
    began = time.perf_counter()
    console = Console(stderr=True)
    clock = ScaledClock(RealClock().now(), speed)
    async with living_world(plan, clock) as world:
        filled = await _filled(world, console)
        status = world.status()
    energy_wh = world.city.energy_wh(world.period)
    figures = {
        "meters": len(world.city.points),
        "modems": len(world.city.modems),
        "sessions": status.accepted,
        "readings": status.readings,
        "intervals_expected": filled.expected,
        "intervals_stored": filled.stored,
        "gaps": filled.gaps,
        "energy_wh_meters": energy_wh,
        "energy_wh_stored": filled.energy_wh,
        "seconds": round(time.perf_counter() - began, 1),
    }
    equal = energy_wh == filled.energy_wh and filled.whole
    if as_json:
        print(json.dumps(figures))
    else:
        console.print_json(data=figures)
        console.print(
            "Enerjiler Wh'ine kadar eşit. / The energies are equal to the Wh." if equal else _unequal(plan)
        )
    return 0 if equal else 1


def _unequal(plan: DemoPlan) -> str:
    return f"Enerjiler eşit DEĞİL. / The energies are NOT equal; the store is {plan.home / 'osos.sqlite'}."


async def _filled(world: World, console: Console) -> Progress:
    """Wait until nothing is missing in the past days, or for as long as a demo may take."""
    until = time.perf_counter() + FILLED_WITHIN_S
    with filling_bar(console) as bar:
        task = bar.add_task("Geçmiş günler okunuyor / reading the past days", total=1)
        while True:
            filled = await asyncio.to_thread(world.progress)
            bar.update(task, completed=filled.stored, total=filled.expected)
            if filled.whole or time.perf_counter() > until:
                return filled
            await asyncio.sleep(LOOK_EVERY_S)


async def _for_ever(plan: DemoPlan, speed: float) -> int:
    console = Console(stderr=not sys.stdout.isatty())
    clock: Clock = ScaledClock(RealClock().now(), speed)
    async with living_world(plan, clock) as world:
        console.print(_invitation(plan, world))
        described, until = False, time.perf_counter() + FILLED_WITHIN_S
        with Live(console=console, auto_refresh=False) as live:
            while True:
                filled = await asyncio.to_thread(world.progress)
                if not described and (filled.whole or time.perf_counter() > until):
                    described = await _described(world, clock)
                table = living_table(clock.now(), speed, world.status(), filled, len(world.modems))
                live.update(table, refresh=True)
                await asyncio.sleep(LOOK_EVERY_S)


async def _described(world: World, clock: Clock) -> bool:
    """Whether the network is told now; a store that is busy is asked again at the next look."""
    try:
        await asyncio.to_thread(world.describe_network, clock)
    except StoreUnavailable:
        return False
    return True


def _invitation(plan: DemoPlan, world: World) -> str:
    modem = world.city.modems[0].device
    port = world.head_end.address[1] if world.head_end.address is not None else 0
    return f"""\
{_doors(world)}
Merkez / head-end: 127.0.0.1:{port} · veritabanı / store: {plan.home / "osos.sqlite"} · son / end: Ctrl-C
Başka bir uçbirimde deneyin / try in another terminal:
  .venv/bin/osos registry list modems --json --home {plan.home}
  .venv/bin/osos ask {modem.flag} {modem.serial} --directive short --json --home {plan.home}
  .venv/bin/osos stored {modem.flag} {modem.serial} --json --home {plan.home} | tail
"""


def _doors(world: World) -> str:
    """Where the pages are, and with what each kind of visitor signs in."""
    if world.pages is None:
        return ""
    kinds = {
        "subscriber": "Abone",
        "corporate": "Kurumsal",
        "supplier": "Tedarikçi",
        "staff": "Personel (/sign-in/staff)",
    }
    rows = [
        f"  {kinds[one.kind]:<26} {one.login:<28} {one.password}   {one.name}" for one in world.pages.sign_ins
    ]
    head = f"Sayfalar / pages: {world.pages.address}   (giriş / sign in)"
    return "\n".join([head, *rows])
