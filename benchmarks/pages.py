"""How long does the server need for a page, with a country's points in the store (≤ 150 ms, p95)?

Whole pages of the panel and of the desk through the application as it is served, by people who are signed in,
on SQLite and PostgreSQL, each of points drawn at random. One million points with two years of blocks for
2 000 of them in `make long`, a tenth in `make bench`; `OSOS_PAGES=points,read,days` says otherwise,
`OSOS_PAGES_KEEP=FOLDER` keeps what is made for the next run, `OSOS_PAGES_ENGINES=sqlite` measures one engine,
`OSOS_PAGES_TIMES=20` opens each page so often.
Wall time, and beside it processor time of the program and of the engine. A busy machine makes that longer too
(shared caches and cores), so `calm_cpu` takes of each address the least of three openings.
"""

import os
import random
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select, text

from benchmarks.fleet_made import NOW, SITES, SUPPLIERS, TODAY, Size, make
from benchmarks.kept import ENGINES, Place, placed
from osos.access import Role, ViewerKind
from osos.access.sessions import begin_session
from osos.access.tables import accounts
from osos.access.tokens import true_chance
from osos.cli.faces import faces
from osos.cli.settings import PagesSettings
from osos.mdm import fleet
from osos.quantities import ManualClock
from osos.store import Store, open_store

with warnings.catch_warnings():  # starlette 1.x points at httpx's successor; httpx still serves
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

GOAL_MS = 150.0
FULL = Size(points=1_000_000, read=2_000, days=730)  # make long
QUICK = Size(points=100_000, read=40, days=730)  # make bench
TIMES, OPENED, WARMED = (
    60,
    3,
    3,
)  # each address so often: whatever else runs can only add to the least of them
WHO = {
    "company": (ViewerKind.CORPORATE, 1, ()),
    "supplier": (ViewerKind.SUPPLIER, 7, ()),
    "staff": (ViewerKind.STAFF, None, (Role.OPERATOR,)),
}

Draw = Callable[[random.Random, Size], str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page under the name it is reported by, who opens it, and where."""

    name: str
    who: str
    draw: Draw


def size(otherwise: Size = QUICK) -> Size:
    asked = os.environ.get("OSOS_PAGES", "")
    return Size(*(int(part) for part in asked.split(","))) if asked else otherwise


def run(otherwise: Size = QUICK) -> list[dict[str, object]]:
    of, rows = size(otherwise), []
    for engine in os.environ.get("OSOS_PAGES_ENGINES", ",".join(ENGINES)).split(","):
        with placed(engine, "-".join(map(str, astuple(of)))) as place:
            if place is None:
                print(f"  {engine}: not installed, not measured")
            else:
                rows += made_and_measured(engine, place, of)
    return rows


def made_and_measured(engine: str, place: Place, of: Size) -> list[dict[str, object]]:
    store = open_store(place.url)
    try:
        store.migrate()
        if not place.is_made:
            _made(store, engine, of)
            place.note()
        return measured(store, engine, of, times=int(os.environ.get("OSOS_PAGES_TIMES", TIMES)))
    finally:
        store.close()


def _made(store: Store, engine: str, of: Size) -> None:
    started = time.perf_counter()
    make(store, of)
    counted = count(store)
    took = time.perf_counter() - started
    print(f"  {engine}: made in {took:.0f} s, of which the fleet was counted in {counted:.0f} s")


def count(store: Store) -> float:
    """What the jobs do as blocks come; these were copied, and nobody noted them."""
    started = time.perf_counter()
    with store.begin() as conn:
        conn.exec_driver_sql("ANALYZE")
        fleet.refresh(conn, now=NOW)
        fleet.recount(conn, days=(TODAY - 1, TODAY), now=NOW)
    return time.perf_counter() - started


def measured(store: Store, engine: str, of: Size, *, times: int = TIMES) -> list[dict[str, object]]:
    used = _Used(store)
    with signed_in(store) as clients:
        return [_page(clients[page.who], page, engine, of, used, times) for page in PAGES]


@contextmanager
def signed_in(store: Store) -> Iterator[dict[str, TestClient]]:
    """The application, with a browser for everybody."""
    clock = ManualClock(NOW)
    settings = PagesSettings(operator="Örnek EDAŞ")
    app = faces(store=store, clock=clock, real_clock=clock, settings=settings, log=None)
    clients = {}
    with TestClient(app):  # with its start, which warms it up
        for who in WHO:
            clients[who] = TestClient(app, follow_redirects=False)
            clients[who].cookies.set("osos_session", _session(store, who))
        yield clients


def _session(store: Store, who: str) -> str:
    kind, party, roles = WHO[who]
    row: dict[str, object] = {
        "public_id": f"bench-{who}",
        "kind": kind.value,
        "login": f"{who}@bench.example",
        "party": party,
    }
    row |= {"name": who, "roles": [role.value for role in roles], "state": "active", "made_at": NOW}
    with store.begin() as conn:
        number = conn.scalar(select(accounts.c.id).where(accounts.c.public_id == row["public_id"]))
        if number is None:
            number = conn.scalar(accounts.insert().values(row).returning(accounts.c.id))
        return begin_session(conn, int(number or 0), now=NOW, chance=true_chance)


def _page(
    client: TestClient, page: Page, engine: str, of: Size, used: "_Used", times: int
) -> dict[str, object]:
    chance = random.Random(page.name)
    cpu, wall, calm, most = [], [], [], 0
    for turn in range(WARMED + times // OPENED):
        address, spent = page.draw(chance, of), []
        for _ in range(OPENED if turn >= WARMED else 1):
            began, before = time.perf_counter(), used()
            got = client.get(address)
            spent.append(1000 * (used() - before))
            wall.append(1000 * (time.perf_counter() - began))
            assert got.status_code == 200, (page.name, address, got.status_code)
        if turn < WARMED:
            wall.clear()
            continue
        cpu += spent
        calm.append(min(spent))
        most = max(most, len(got.content))
    told = {"cpu": _percentiles(cpu), "calm_cpu": _percentiles(calm), "wall": _percentiles(wall)}
    return {
        "figure": f"page: {page.name}",
        "engine": engine,
        **{f"{kind}_{name}_ms": value for kind, of_kind in told.items() for name, value in of_kind.items()},
        "kb": most // 1000,
        "goal_ms": GOAL_MS,
        "met": told["wall"]["p95"] <= GOAL_MS,
        "met_by_cpu": told["calm_cpu"]["p95"] <= GOAL_MS,
    }


def _percentiles(of: list[float]) -> dict[str, float]:
    ordered = sorted(of)
    return {f"p{share}": round(ordered[(len(of) * share - 1) // 100], 1) for share in (50, 95)}


class _Used:
    """Seconds of processor so far: of this program, and of PostgreSQL's processes."""

    def __init__(self, store: Store) -> None:
        self._master = 0
        with store.read() as conn:
            if conn.dialect.name == "postgresql":
                own = conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
                self._master = int(Path(f"/proc/{own}/stat").read_text().rpartition(")")[2].split()[1])

    def __call__(self) -> float:
        return time.process_time() + (self._of_engine() if self._master else 0.0)

    def _of_engine(self) -> float:
        """Of the processes that live, to the nanosecond; one that a page started may have ended with it."""
        told = Path(f"/proc/{self._master}/task/{self._master}/children").read_text().split()
        return sum(int(Path(f"/proc/{one}/schedstat").read_text().split()[0]) for one in told) / 1e9


def _any(chance: random.Random, of: Size) -> int:
    """A point with blocks that the company holds."""
    return chance.randint(1, min(of.read, SITES))


def _of(screen: str, query: str, chance: random.Random, of: Size) -> str:
    return f"/p/p{_any(chance, of)}/{screen}{query}"


def _month(screen: str, chance: random.Random, of: Size) -> str:
    year, month = divmod(NOW.year * 12 + NOW.month - 1 - chance.randint(1, 12), 12)
    return _of(screen, f"?month={year}-{month + 1:02d}", chance, of)


def _profile(days: int, resolution: str, chance: random.Random, of: Size) -> str:
    first = NOW.date() - timedelta(days=days + chance.randint(0, 300))
    asked = f"?from={first}&to={first + timedelta(days=days - 1)}&resolution={resolution}"
    return _of("profile", asked, chance, of)


def _number(address: str, chance: random.Random, of: Size) -> str:
    return address.format(n=10_000_000 + chance.randint(1, of.points))


def _his(address: str, chance: random.Random, of: Size) -> str:
    """A number of the supplier's portfolio."""
    return address.format(n=10_000_006 + SUPPLIERS * chance.randint(0, max(0, (of.points - 6) // SUPPLIERS)))


def _plain(address: str, _: random.Random, __: Size) -> str:
    return address


def _at_desk(chance: random.Random, of: Size) -> str:
    return f"/o/points/p{chance.randint(1, of.read)}"


_SCREENS = ("overview", "hourly", "indices", "readout", "ratios", "monthly", "outages", "tariffs", "meter")
_SIX = "&".join(f"point=p{n}" for n in range(1, 7))
PAGES: tuple[Page, ...] = (
    *(Page(screen, "company", partial(_of, screen, "")) for screen in _SCREENS),
    Page("overview of an older month", "company", partial(_month, "overview")),
    Page("hourly, an older month", "company", partial(_month, "hourly")),
    Page("profile, a week", "company", partial(_profile, 7, "15min")),
    Page("profile, a month by quarter hour", "company", partial(_profile, 31, "15min")),
    Page("profile, a year by hour", "company", partial(_profile, 365, "hour")),
    Page("profile, a year by day", "company", partial(_profile, 365, "day")),
    Page("explain a month", "company", partial(_month, "explain")),
    Page("sites: ranking", "company", partial(_plain, "/p/sites")),
    Page("sites: search", "company", partial(_plain, "/p/sites?search=1000001")),
    Page("sites: six beside each other", "company", partial(_plain, f"/p/compare?{_SIX}")),
    Page("portfolio: total profile", "supplier", partial(_plain, "/p/portfolio/hours")),
    Page("portfolio: ranking", "supplier", partial(_plain, "/p/portfolio")),
    Page("portfolio: last month", "supplier", partial(_plain, "/p/portfolio?month=2026-10")),
    Page("portfolio: search", "supplier", partial(_his, "/p/portfolio?search={n}")),
    Page("desk: fleet", "staff", partial(_plain, "/o")),
    Page("desk: points", "staff", partial(_number, "/o/points?after={n}")),
    Page("desk: search", "staff", partial(_number, "/o/points?search={n}")),
    Page("desk: search of a word that all have", "staff", partial(_plain, "/o/points?search=10")),
    Page("desk: a point's story", "staff", _at_desk),
    Page("desk: modems", "staff", partial(_plain, "/o/modems")),
    Page("desk: quarantine", "staff", partial(_plain, "/o/quarantine")),
    Page("desk: validation", "staff", partial(_plain, "/o/validation")),
)
