"""How long does the server need for the data of a page, with a country's points in the store (≤ 150 ms, p95)?

On SQLite and PostgreSQL; each question is asked of points drawn at random, as a page asks it, in a
transaction of its own. One million points with two years of blocks for 2 000 of them in `make long`, a tenth
in `make bench`; `OSOS_PAGES=points,read,days` says otherwise.
"""

import os
import random
import tempfile
from collections.abc import Callable
from datetime import timedelta
from time import perf_counter

from sqlalchemy import Connection

from benchmarks.blocks import _postgres
from benchmarks.fleet_made import NOW, TODAY, Size, make
from osos.access import Role, Viewer, ViewerKind
from osos.mdm import faces, fleet
from osos.quantities import Interval
from osos.store import Store, open_store

GOAL_MS = 150.0
FULL = Size(points=1_000_000, read=2_000, days=730)  # make long
QUICK = Size(points=100_000, read=40, days=730)  # make bench
TIMES = 120
STAFF = Viewer(account="bench", kind=ViewerKind.STAFF, roles=frozenset({Role.OPERATOR}))
SUPPLIER = Viewer(account="bench", kind=ViewerKind.SUPPLIER, party=7)

Question = Callable[[Connection, faces.SeenPoint, random.Random], object]


def size(otherwise: Size = QUICK) -> Size:
    asked = os.environ.get("OSOS_PAGES", "")
    return Size(*(int(part) for part in asked.split(","))) if asked else otherwise


def run(otherwise: Size = QUICK) -> list[dict[str, object]]:
    of = size(otherwise)
    with tempfile.TemporaryDirectory() as folder:
        rows = measured("sqlite", f"sqlite:///{folder}/pages.sqlite", of)
    with _postgres() as url:
        if url is None:
            print("  postgresql: not installed, not measured")
        else:
            rows += measured("postgresql", url, of)
    return rows


def measured(engine: str, url: str, of: Size, *, times: int = TIMES) -> list[dict[str, object]]:
    store = open_store(url)
    try:
        store.migrate()
        started = perf_counter()
        make(store, of)
        counted = _counted(store)
        print(f"  {engine}: made in {perf_counter() - started:.0f} s, fleet first counted in {counted:.1f} s")
        return [_asked(store, engine, name, question, of, times) for name, question in QUESTIONS.items()]
    finally:
        store.close()


def _counted(store: Store) -> float:
    """What the job does once; afterwards it adds up changes."""
    with store.begin() as conn:
        _settle(conn)
        started = perf_counter()
        while fleet.refresh(conn, now=NOW).more:
            pass
        seconds = perf_counter() - started
        fleet.recount(conn, days=(TODAY - 1, TODAY), now=NOW)  # the copied blocks were never noted
        return seconds


def _settle(conn: Connection) -> None:
    conn.exec_driver_sql("ANALYZE")


def _asked(
    store: Store, engine: str, name: str, question: Question, of: Size, times: int
) -> dict[str, object]:
    chance, seconds = random.Random(5), []
    for _ in range(times):
        public_id = f"p{chance.randint(1, of.read)}"
        started = perf_counter()
        with store.read() as conn:
            seen = faces.find_point(conn, STAFF, public_id, now=NOW)
            assert seen is not None
            question(conn, seen, chance)
        seconds.append(perf_counter() - started)
    seconds.sort()
    p50, p95 = (round(1000 * seconds[int(len(seconds) * share)], 1) for share in (0.5, 0.95))
    return {
        "figure": f"page: {name}",
        "engine": engine,
        "p50_ms": p50,
        "p95_ms": p95,
        "goal_ms": GOAL_MS,
        "met": p95 <= GOAL_MS,
    }


def _month() -> Interval:
    return faces.month_at(NOW)


def _overview(conn: Connection, seen: faces.SeenPoint, _: random.Random) -> object:
    slots = faces.series(conn, seen, period=_month(), resolution="15min")
    return (
        slots,
        faces.month_so_far(conn, seen, now=NOW),
        faces.ratios(conn, seen, now=NOW),
        faces.tariff_split(conn, seen, period=_month(), slots=slots),
        faces.completeness(conn, seen, period=_month()),
        faces.demands(conn, seen, now=NOW, months=1),
        faces.month_ends(conn, seen),
        faces.series(conn, seen, period=faces.month_at(NOW, back=12), resolution="day"),
    )


def _whole_month(conn: Connection, seen: faces.SeenPoint, chance: random.Random) -> object:
    month = faces.month_at(NOW, back=chance.randint(1, 12))
    return (
        faces.series(conn, seen, period=month, resolution="hour"),
        faces.indices(conn, seen, period=month),
    )


def _profile(conn: Connection, seen: faces.SeenPoint, chance: random.Random) -> object:
    week = Interval(NOW - timedelta(days=7 + chance.randint(0, 300)), NOW)
    week = Interval(week.start, week.start + timedelta(days=7))
    return (
        faces.series(conn, seen, period=week, resolution="15min"),
        faces.electrical(conn, seen, period=week),
    )


def _year(conn: Connection, seen: faces.SeenPoint, _: random.Random) -> object:
    return faces.series(conn, seen, period=Interval(NOW - timedelta(days=365), NOW), resolution="day")


def _two_years(conn: Connection, seen: faces.SeenPoint, _: random.Random) -> object:
    months = Interval(faces.month_at(NOW, back=23).start, NOW)
    return (
        faces.series(conn, seen, period=months, resolution="month"),
        faces.demands(conn, seen, now=NOW, months=13),
        faces.month_ends(conn, seen, 13),
    )


def _search(conn: Connection, _: faces.SeenPoint, chance: random.Random) -> object:
    return faces.list_points(conn, STAFF, now=NOW, search=str(10_000_000 + chance.randint(1, 300)))


def _deep(conn: Connection, _: faces.SeenPoint, chance: random.Random) -> object:
    return faces.list_points(conn, STAFF, now=NOW, after=str(10_000_000 + chance.randint(1, 1_900)))


def _portfolio(conn: Connection, _: faces.SeenPoint, __: random.Random) -> object:
    return faces.list_points(conn, SUPPLIER, now=NOW)


QUESTIONS: dict[str, Question] = {
    "overview of a month": _overview,
    "a month by hour with registers": _whole_month,
    "a week's profile": _profile,
    "a year by day": _year,
    "two years by month, 13 demands, 13 month ends": _two_years,
    "ratios and six months back": lambda conn, seen, _: faces.ratios(conn, seen, now=NOW),
    "last readout": lambda conn, seen, _: faces.registers(conn, seen),
    "list: search": _search,
    "list: any page": _deep,
    "list: a supplier's portfolio": _portfolio,
    "fleet health": lambda conn, _, __: fleet.health(conn, now=NOW),
    "fleet: silent points": lambda conn, _, __: fleet.unread(conn, now=NOW),
    "fleet: a day's strips": lambda conn, _, __: fleet.strips(conn, day=TODAY, now=NOW),
    "one meter's story": lambda conn, seen, _: fleet.story(conn, seen),
}
