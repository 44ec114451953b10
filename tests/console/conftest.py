"""What may a test of the operator's desk ask for?"""

import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import bench_city

from osos import mdm, registry
from osos.access import Role, Viewer, ViewerKind, has_rule
from osos.console.screens import SCREENS
from osos.mdm import Direction, FrameOutcome, WireFrame, fleet
from osos.quantities import TURKIYE, DeviceId, ManualClock
from osos.store import Store, open_store
from osos.web import WebSettings, make_app

with warnings.catch_warnings():  # starlette 1.x points at httpx's successor; httpx still serves
    warnings.simplefilter("ignore")
    from starlette.middleware import Middleware
    from starlette.testclient import TestClient

NOW = datetime(2026, 11, 21, 22, 52, tzinfo=TURKIYE)
SINCE = NOW - timedelta(days=3)
SCRIPT = "<script>alert(1)</script>"
STRANGER = DeviceId("XYZ", "4711")
SHEET = """flag,serial,meters,multiplier,plain_until
OSM,100000000000001,OSO10000001;OSO10000002,1,2027-01-01
OSM,100000000000002,OSO10000003,40,2027-01-01
OSM,100000000000003,OSO10000004,1,
"""
POINTS = f"""meter;installation_no;district;centre;title;class;customer;supplier
OSO10000001;2004178301;Boğazönü;Sahil;Şekerci İğdır;DSO_DECISION;Abone 1;Işık Enerji
OSO10000002;2004178302;Ilıca;Sahil;{SCRIPT};BALANCING_UNIT;Abone 2;Işık Enerji
OSO10000003;2004178303;Ilıca;Sahil;Döküm fabrikası;GEN_SUPPLY;Kaya Döküm A.Ş.;Işık Enerji
"""


class KeptLog:
    """A log that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def warning(self, event: str, **facts: Any) -> None:
        self.lines.append((event, facts))

    exception = warning


class LetIn:
    """Lets in whoever stands at the door."""

    def __init__(self, app: Any, *, door: dict[str, Viewer]) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope["state"]["viewer"] = self._door["viewer"]
        await self._app(scope, receive, send)


@dataclass
class Desk:
    """The desk as an operator has it, and what is behind it."""

    client: TestClient
    store: Store
    points: dict[str, str]  # installation number → public id
    log: KeptLog

    def get(self, address: str, **how: Any) -> Any:
        got = self.client.get(address, **how)
        assert not self.log.lines, self.log.lines
        return got

    def page(self, address: str, language: str = "tr") -> str:
        joined = "&" if "?" in address else "?"
        got = self.get(f"{address}{joined}lang={language}")
        assert got.status_code == 200, address
        return str(got.text)


def settle(store: Store) -> dict[str, str]:
    """Three modems, four meters, a stranger; one modem has been heard, one frame of it was odd."""
    admissions, problems = registry.parse_admissions(SHEET)
    rows, more = registry.parse_service_points(POINTS)
    assert problems + more == []
    with store.begin() as conn:
        assert registry.admit(conn, admissions, by="test", now=SINCE, since=SINCE).problems == []
        assert registry.admit_service_points(conn, rows, by="test", now=SINCE).problems == []
        first, second, *_ = registry.list_modems(conn)
        registry.note_seen(conn, first.modem_id, NOW - timedelta(minutes=1))
        registry.note_seen(conn, second.modem_id, NOW - timedelta(days=2))
        registry.quarantine(
            conn, device=STRANGER, address="10.0.0.9:1", reason="not admitted",
            payload=f"#{SCRIPT}\x00$".encode(), now=NOW,
        )  # fmt: skip
        kept = mdm.keep(
            conn,
            WireFrame(
                payload=b"#{}$",
                direction=Direction.IN,
                link="tcp",
                address="10.0.0.1:1",
                session="s",
                received_at=NOW - timedelta(minutes=1),
                modem_id=first.modem_id,
                flag="OSM",
                serial="100000000000001",
                function=SCRIPT,
                reference_id="r-1",
            ),
        )
        mdm.set_outcome(conn, kept.frame_id, outcome=FrameOutcome.ODD, reason=f"odd: {SCRIPT}")
        mdm.gaps.refresh(conn, NOW)
        while fleet.refresh(conn, now=NOW).more:
            pass
        found = registry.list_service_points(conn, at=NOW).points
    return {one.installation_no or "": one.public_id for one in found}


def desk_over(store: Store, *roles: Role, points: dict[str, str] | None = None, account: str = "acc") -> Desk:
    """The desk over this store, as somebody of these roles has it."""
    viewer = Viewer(
        account=account, kind=ViewerKind.STAFF, roles=frozenset(roles or {Role.OPERATOR}), name="Vardiya"
    )
    clock, log = ManualClock(NOW), KeptLog()
    app = make_app(
        store=store,
        clock=clock,
        real_clock=clock,
        settings=WebSettings(),
        screens=SCREENS,
        has_rule=has_rule,
        log=log,
        guards=[Middleware(LetIn, door={"viewer": viewer})],
    )
    app.state.web.streams.end_all()  # a live page would never end here
    client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
    return Desk(client, store, points or {}, log)


@pytest.fixture
def desk_of(store: Store) -> Callable[..., Desk]:
    """The desk over this store, as somebody of these roles has it."""
    return partial(desk_over, store)


@pytest.fixture(scope="session")
def desk_over_store() -> Callable[..., Desk]:
    """For tests with a store of their own."""
    return desk_over


@pytest.fixture
def desk(store: Store, desk_of: Callable[..., Desk]) -> Desk:
    return desk_of(points=settle(store))


@dataclass
class Bench:
    """The work bench as two people have it, over a city with a spike and a gap."""

    city: bench_city.BenchCity
    first: Desk  # Ayşe's
    second: Desk  # Mehmet's
    auditor: Desk
    store: Store

    def address(self, name: str, day: object) -> str:
        return f"/o/validation/{self.city.points[name]}/{day}"

    def post(self, desk: Desk, address: str, **form: Any) -> Any:
        got = desk.client.post(address, data=form)
        assert not desk.log.lines, desk.log.lines
        return got


@dataclass(frozen=True)
class BenchApp:
    """One application for all tests of the bench: its templates are read once."""

    city: bench_city.BenchCity
    path: Path
    desks: tuple[Desk, Desk, Desk]  # two operators, and an auditor


@pytest.fixture(scope="session")
def bench_app(tmp_path_factory: pytest.TempPathFactory) -> BenchApp:
    """The city, told and judged once a test session."""
    path = tmp_path_factory.mktemp("bench") / "city.sqlite"
    opened = open_store(path)
    opened.migrate()
    with opened.begin() as conn:
        city = bench_city.settle(conn)
        people = (bench_city.staff(conn, "Ayşe"), bench_city.staff(conn, "Mehmet"))
    first, second = (desk_over(opened, Role.OPERATOR, account=one) for one in people)
    second.client.app.state.web = first.client.app.state.web
    auditor = desk_over(opened, Role.AUDITOR)
    opened.close()
    return BenchApp(city, path, (first, second, auditor))


@pytest.fixture
def bench(bench_app: BenchApp, tmp_path: Path) -> Iterator[Bench]:
    """A fresh copy of the city for each test."""
    shutil.copy(bench_app.path, tmp_path / "city.sqlite")
    opened = open_store(tmp_path / "city.sqlite")
    for desk in bench_app.desks:
        app, desk.store = desk.client.app, opened
        app.state.web = replace(app.state.web, store=opened)
        desk.client.cookies.clear()
    yield Bench(bench_app.city, *bench_app.desks, opened)
    opened.close()
