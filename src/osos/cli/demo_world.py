"""What is the demo made of, and how far has it come?"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection

from osos import mdm, registry
from osos.cli.demo_faces import DemoPages, open_pages
from osos.cli.demo_places import network_csv, places_csv
from osos.cli.virtual_modems import city_modems
from osos.headend import AskLimits, GapLimits, HeadEnd, HeadEndSettings, HeadEndStatus
from osos.quantities import Clock, Interval, local_day, local_midnight
from osos.simulator.city import City, ModemSpec
from osos.simulator.journal import Journal
from osos.simulator.modem import VirtualModem
from osos.store import Store, mark, open_store

RETRY_INTERVAL_S = 4.0  # real seconds: everything lives on one machine, which may be busy
SETTINGS = HeadEndSettings(
    port=0,
    ask=AskLimits(retry_interval_s=RETRY_INTERVAL_S, retry_cap_s=8.0, answer_within_s=30.0),
    # Clock seconds: at ×60 a round every second, and a request that failed may be repeated in two.
    gap=GapLimits(every_s=60.0, settle_s=0.0, first_backoff_s=120.0, cap_backoff_s=600.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPlan:
    """What the demo is asked to be."""

    home: Path
    days: int
    points: int
    seed: int
    wires: str
    journal: Path | None = None
    pages: bool = False  # a demo that lives on has pages; one that ends has nobody to look at them
    web_port: int = 8080
    months: int = 0  # for how long before the back-filled days the meters have hung already
    speed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the store has come with the days before the demo began."""

    expected: int
    stored: int
    gaps: int
    energy_wh: int

    @property
    def whole(self) -> bool:
        return self.stored == self.expected and not self.gaps


@dataclass(slots=True)
class World:
    """A city, its modems, a head-end and a store, all alive."""

    city: City
    modems: list[VirtualModem]
    head_end: HeadEnd
    store: Store
    period: Interval  # the whole days before the demo began
    point_ids: tuple[int, ...]
    pages: DemoPages | None = None

    def status(self) -> HeadEndStatus:
        return self.head_end.status()

    def describe_network(self, clock: Clock) -> None:
        """Transformers and who hangs there (D-33); said once the past days are read: balances need them."""
        rows, problems = registry.parse_network(network_csv(self.city))
        assert not problems, problems
        with self.store.begin() as conn:
            told = registry.admit_network(conn, rows, by="demo", now=clock.now())
        assert not told.problems, told.problems

    def progress(self) -> Progress:
        """What the store holds of the period; a few milliseconds of reading."""
        with self.store.read() as conn:
            complete = mdm.queries.completeness(conn, point_ids=self.point_ids, period=self.period)
            energy = mdm.queries.energy_wh(conn, point_ids=self.point_ids, period=self.period)
            return Progress(
                expected=sum(each.expected for each in complete.values()),
                stored=sum(each.stored for each in complete.values()),
                gaps=_gaps_in(conn, self.period),
                energy_wh=sum(energy.values()),
            )


@contextlib.asynccontextmanager
async def living_world(plan: DemoPlan, clock: Clock) -> AsyncIterator[World]:
    """Build it, let it live, take it down."""
    today = local_midnight(local_day(clock.now()))
    period = Interval(today - timedelta(days=plan.days), today)
    # The meters hang there a day longer than we ask for, so the first register reading is in their memory.
    hung = period.start - timedelta(days=1 + 31 * plan.months)
    city = await asyncio.to_thread(_city, plan, period, hung)
    store = _fresh_store(plan.home)
    journal = Journal(plan.journal) if plan.journal is not None else None
    log = structlog.get_logger()
    head_end = HeadEnd(store=store, clock=clock, settings=SETTINGS, rng=random.Random(plan.seed), log=log)
    try:
        point_ids = _admit(store, city, clock, period)
        with _pages(store, clock, plan, log) as pages:
            await head_end.start()
            modems = city_modems(
                city,
                clock=clock,
                seed=plan.seed,
                wires=plan.wires,
                journal=journal,
                retry_interval_s=RETRY_INTERVAL_S,
            )
            assert head_end.address is not None  # it has just started
            life = asyncio.create_task(_live(modems, city, head_end.address, clock, warm=plan.months > 0))
            try:
                yield World(city, modems, head_end, store, period, point_ids, pages)
            finally:
                life.cancel()
                await asyncio.gather(life, return_exceptions=True)
                await head_end.stop()
    finally:
        store.close()
        if journal is not None:
            journal.close()


def _pages(
    store: Store, clock: Clock, plan: DemoPlan, log: Any
) -> contextlib.AbstractContextManager[DemoPages | None]:
    if not plan.pages:
        return contextlib.nullcontext()
    return open_pages(store, clock, home=plan.home, port=plan.web_port, speed=plan.speed, log=log)


async def _live(
    modems: list[VirtualModem], city: City, address: tuple[str, int], clock: Clock, *, warm: bool
) -> None:
    """All modems, until cancelled. Meters that have hung for months live through them first, in a thread."""
    lives: list[asyncio.Task[None]] = []
    try:
        together = sorted(zip(modems, city.modems, strict=True), key=lambda each: _turn(each[1], city))
        for modem, spec in together:
            if warm:
                for meter in spec.meters:
                    await asyncio.to_thread(meter.registers, clock.now())
            lives.append(asyncio.create_task(modem.live(*address)))
        await asyncio.gather(*lives)
    finally:
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)


def _city(plan: DemoPlan, period: Interval, hung: datetime) -> City:
    """One that lives on has transformers; two weeks ago a house found a way around its meter (D-33)."""
    return City(
        plan.seed,
        since=hung,
        points=plan.points,
        mains_since=period.start - timedelta(days=1) if plan.pages else None,
        around_since=period.end - timedelta(days=13) if plan.pages else None,
    )


def _turn(modem: ModemSpec, city: City) -> int:
    """Works behind transformers first: who signs in as a company wants to see something. Mains come last."""
    if any(main.point.meter in modem.meters for main in city.mains):
        return 2
    return 0 if modem.multiplier != 1 else 1


def _fresh_store(home: Path) -> Store:
    """The demo begins with an empty store; whatever an earlier demo left is removed."""
    home.mkdir(parents=True, exist_ok=True)
    for old in home.glob("osos.sqlite*"):
        old.unlink()
    store = open_store(home / "osos.sqlite")
    store.migrate()
    with store.begin() as conn:
        mark(conn, name="demo", value="the pretend city of `osos demo`")
    return store


def _admit(store: Store, city: City, clock: Clock, period: Interval) -> tuple[int, ...]:
    """Every modem of the city, plain for a year: a visible exception (H-2)."""
    now = clock.now()
    admissions, problems = registry.parse_admissions(
        city.admissions_csv(plain_until=now + timedelta(days=365))
    )
    assert not problems, problems
    with store.begin() as conn:
        report = registry.admit(conn, admissions, by="demo", now=now, since=period.start)
        assert not report.problems, report.problems
        rows, problems = registry.parse_service_points(places_csv(city, period))
        assert not problems, problems
        told = registry.admit_service_points(conn, rows, by="demo", now=now)
        assert not told.problems, told.problems
        return tuple(point.point_id for point in registry.list_points(conn))


def _gaps_in(conn: Connection, period: Interval) -> int:
    last = mdm.labels.last_label_until(period.end, 1)
    return sum(gap.first_label <= last for gap in mdm.gaps.open_gaps(conn))
