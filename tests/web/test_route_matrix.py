"""Does every route give everybody exactly what is his, and nothing of anybody else's?

Walks over the routes of the application itself: a screen that is added is asked the same questions.
"""

import base64
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.routing import Route

from osos.access import (
    Of,
    Passwords,
    Role,
    ViewerKind,
    create_account,
    form_token,
    has_rule,
    row_of,
)
from osos.access.policy import ROUTES
from osos.access.sessions import begin_session
from osos.access.tables import accounts
from osos.mdm.network.tables import suspicions
from osos.quantities import ManualClock
from osos.registry import (
    admit,
    admit_service_points,
    customer_at,
    holdings,
    list_service_points,
    parse_admissions,
    parse_service_points,
)
from osos.registry.network import hang, put_node
from osos.store import Store, open_store
from osos.web import WebSettings, guards, make_app, sign_in_screen
from osos.web.policy import every_route

ORIGIN = "http://osos.test"
DATA_ROLES = {Role.OPERATOR, Role.SETTLEMENT, Role.AUDITOR, Role.ADMINISTRATOR}
PARTIES = ("subscriber", "corporate", "supplier")
STAFF = tuple(role.value for role in Role)
VIEWERS = ("nobody", *PARTIES, *STAFF)
OBJECTS = ("own", "foreign", "missing")

# Who gets in where, written out once more by hand: a slip in the policy's own tables is seen here.
OPEN = {"web.alive", "web.ready", "web.static", "sign_in.page", "sign_in.enter", "sign_in.staff_page"}
OPEN |= {"sign_in.staff_enter", "sign_in.link_page", "sign_in.link_use"}
EVERYBODY_IN = {"web.home", "sign_in.out", "portal.account"}
AT_BENCH = {"lab", "administrator"}
LOOK_ON = {*AT_BENCH, "auditor"}
ONLY = {
    "portal.sites": {"subscriber", "corporate"},
    "portal.compare": {"subscriber", "corporate"},
    "portal.go": {"subscriber", "corporate"},
    "portal.portfolio": {"supplier"},
    "portal.portfolio_hours": {"supplier"},
    "portal.portfolio_parts": {"supplier"},
    "portal.portfolio_file": {"supplier"},
    "console.quarantine": {"operator", "administrator", "auditor"},
    "console.read_now": {"operator", "administrator", "field", "settlement"},
    "console.reads": {"operator", "settlement", "auditor", "administrator"},
    "console.read": {"operator", "settlement", "auditor", "administrator"},
    "console.read_part": {"operator", "settlement", "auditor", "administrator"},
    "console.read_live": {"operator", "settlement", "auditor", "administrator"},
    "console.validation_batch": {"operator", "settlement", "administrator"},
    "console.corrections_act": {"operator", "settlement", "administrator"},
    "console.suspicion_decide": {"operator", "settlement", "administrator"},
    "console.workbench_act": {"operator", "settlement", "administrator"},
    **{
        f"console.bench{name}": LOOK_ON
        for name in ("", "_now", "_now_part", "_now_live", "_run", "_file", "_beside")
    },
    **{f"console.bench_{name}": AT_BENCH for name in ("answer", "stop", "sign", "accuracy")},
}
PANEL = {*PARTIES, *(role.value for role in DATA_ROLES)}
DESK = set(STAFF) - {"lab"}

# What stands in an address beside the point: a word the screen knows.
PARTS = {"kind": "csv", "day": "2026-11-20", "node": "tr1", "suspicion": "s1"}
POINTS = (
    "meter;installation_no;title;customer;customer_login;supplier\n"
    "11111111;1000000001;Benim fabrikam;Örnek A.Ş.;a@ornek.example;Çınar Enerji\n"
    "22222222;1000000002;Başkasının evi;Şükrü İğdır;;Deniz Enerji\n"
)


@dataclass
class City:
    """Two points: one of everybody who signs in here, one of strangers."""

    app: FastAPI
    sessions: dict[str, str]
    own: str
    foreign: str

    def fill(self, path: str, which: str) -> str:
        point = {
            "own": self.own,
            "foreign": self.foreign,
            "missing": base64.b32encode(b"0123456789").decode().lower(),
        }
        return re.sub(
            r"\{(\w+)(?::\w+)?\}",
            lambda found: point[which] if found[1] == "point" else PARTS.get(found[1], "4711"),
            path,
        )


def faces() -> tuple[Any, ...]:
    """The screens of the faces that are there."""
    found: list[Any] = []
    for name in ("portal", "console"):
        module = __import__(f"osos.{name}.screens", fromlist=["SCREENS"])
        found += getattr(module, "SCREENS", ())
    return tuple(found)


def settle(store: Store, clock: ManualClock) -> dict[str, Any]:
    now = clock.now()
    admissions, _ = parse_admissions("ELM,1,11111111;22222222,1\n")
    rows, problems = parse_service_points(POINTS)
    assert problems == []
    with store.begin() as conn:
        admit(conn, admissions, by="test", now=now, since=now)
        assert admit_service_points(conn, rows, by="test", now=now).problems == []
        own, foreign = list_service_points(conn, at=now).points
        supplier = holdings(conn, [own.point_id])[own.point_id].suppliers[0].party
        customer = customer_at(conn, "1000000001", at=now)
        assert customer is not None
        parties = dict.fromkeys(PARTIES, customer.id) | {"supplier": supplier}
        sessions = {name: enter(conn, name, parties.get(name), clock) for name in VIEWERS if name != "nobody"}
        suspect(conn, own.point_id, now)
    clock.advance(60)
    return {"sessions": sessions, "own": own.public_id, "foreign": foreign.public_id}


def suspect(conn: Any, point_id: int, now: datetime) -> None:
    """A transformer with one meter below, and a doubt about it."""
    node = put_node(conn, kind="transformer", name="TR-1", new_public_id=lambda: "tr1")
    hang(conn, node_id=node, point_id=point_id, role="below", since=now)
    conn.execute(
        suspicions.insert().values(
            public_id="s1",
            node_id=node,
            point_id=point_id,
            pattern="bypass",
            state="open",
            first_day=20_000,
            until_day=20_027,
            recoverable_wh=1_000,
            facts={"drop_share": 0.4, "strength": 6.0, "from_day": 20_010},
            found_at=now,
            looked_at=now,
        )
    )


def enter(conn: Any, name: str, party: int | None, clock: ManualClock) -> str:
    """A session, without the sign-in's own price."""
    chance = random.Random(name).randbytes
    staff = party is None
    made = create_account(
        conn,
        kind=ViewerKind.STAFF if staff else ViewerKind(name),
        login=f"{name}@test.example",
        name=name,
        party=party,
        roles={Role(name)} if staff else (),
        now=clock.now(),
        by="test",
        chance=chance,
    )
    conn.execute(accounts.update().where(accounts.c.id == made.account.id).values(state="active"))
    return begin_session(conn, made.account.id, now=clock.now(), chance=chance)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    store = open_store(tmp_path_factory.mktemp("matrix") / "city.sqlite")
    store.migrate()
    clock = ManualClock(datetime(2026, 11, 21, 19, 52, tzinfo=UTC))
    facts = settle(store, clock)
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), threads=1)
    app = make_app(
        store=store,
        clock=clock,
        real_clock=clock,
        settings=WebSettings(),
        screens=(sign_in_screen(passwords), *faces()),
        has_rule=has_rule,
        guards=guards(store=store, real_clock=clock, https=False),
        log=Loud(),
    )
    app.state.web.streams.end_all()  # a live page would never end here
    yield City(app=app, **facts)
    passwords.close()
    store.close()


class Loud:
    """A log in which nothing may stand."""

    def warning(self, event: str, **facts: Any) -> None:
        raise AssertionError((event, facts))

    exception = warning


def routes_of(app: FastAPI) -> list[Route]:
    return [route for route in every_route(app.routes) if isinstance(route, Route)]


def call(browse: Any, city: City, viewer: str, method: str, address: str) -> Any:
    client = browse(city.app)
    client.base_url, client.follow_redirects = ORIGIN, False
    data = None
    if viewer != "nobody":
        client.cookies.set("osos_session", city.sessions[viewer])
        data = {"csrf": form_token(city.sessions[viewer])}
    if method in {"GET", "HEAD"}:
        return client.request(method, address)
    return client.request(method, address, data=data, headers={"origin": ORIGIN})


def allowed(name: str, viewer: str) -> bool:
    if name in OPEN:
        return True
    if viewer == "nobody":
        return False
    if name in EVERYBODY_IN:
        return True
    return viewer in ONLY.get(name, PANEL if name.startswith("portal.") else DESK)


def test_every_route_every_viewer_own_foreign_and_missing(city: City, browse) -> None:
    wrong: list[str] = []
    asked = 0
    for route in routes_of(city.app):
        row = row_of(route.name)
        assert row is not None
        if route.name == "sign_in.out":
            continue  # it would end the session all others here use; see below
        for method in sorted(set(route.methods or ()) - {"HEAD"}):
            for viewer in VIEWERS:
                for which in OBJECTS if row.of is Of.POINT else ("own",):
                    got = call(browse, city, viewer, method, city.fill(route.path, which))
                    asked += 1
                    if not fits(route.name, row.of, viewer, method, which, got):
                        wrong.append(f"{method} {route.path} {viewer} {which}: {got.status_code}")
    assert not wrong, "\n".join(wrong)
    assert asked > 100


def fits(name: str, of: Of, viewer: str, method: str, which: str, got: Any) -> bool:
    """Is this status one the hand-written tables allow?"""
    status = got.status_code
    if not allowed(name, viewer):
        if viewer == "nobody":
            to_sign_in = status == 303 and got.headers["location"].startswith("/sign-in")
            return to_sign_in if method == "GET" else status == 401
        return status == (403 if viewer in STAFF else 404)
    hidden = which == "missing" or (which == "foreign" and viewer in PARTIES)
    if of is Of.POINT and hidden:
        return status == 404 or (method != "GET" and status == 422)
    if of in {Of.DEVICE, Of.LINK} or name == "web.static":
        return status in {200, 404, 422}
    if method != "GET":
        return status in {200, 202, 303, 422} or (name.startswith("sign_in.") and status in {401, 429})
    return status in {200, 302, 303, 307}


def test_foreign_and_missing_have_one_body(city: City, browse) -> None:
    compared = 0
    for route in routes_of(city.app):
        if row_of(route.name).of is not Of.POINT or "GET" not in (route.methods or ()):
            continue
        for viewer in PARTIES:
            bodies = []
            for which in ("foreign", "missing"):
                address = city.fill(route.path, which)
                got = call(browse, city, viewer, "GET", address)
                bodies.append((got.status_code, got.text.replace(address, "…"), sorted(got.headers)))
            if not allowed(route.name, viewer):
                continue
            assert bodies[0] == bodies[1], (route.path, viewer)
            compared += 1
    assert compared >= 3, "the panel has points"


def test_a_route_nobody_decided_about_is_not_served_even_when_the_start_missed_it(city: City, browse) -> None:
    """A second wall: the guard itself refuses what has no row."""

    @city.app.get("/added-later", name="added.later")
    def later() -> str:
        return "secret"

    answers = {call(browse, city, viewer, "GET", "/added-later").status_code for viewer in VIEWERS}
    city.app.router.routes.pop()
    assert answers == {404}


@pytest.mark.parametrize("address", ["/nosuch", "/p", "/o/", "//", "/%00", "/static/../osos.sqlite"])
def test_what_is_no_route_is_not_found_for_everybody(city: City, browse, address) -> None:
    known = {route.path for route in routes_of(city.app)}
    if address in known:
        return
    for viewer in VIEWERS:
        assert call(browse, city, viewer, "GET", address).status_code in {303, 404}


def test_every_row_that_names_a_point_has_it_in_its_address(city: City) -> None:
    for route in routes_of(city.app):
        assert ("{point}" in route.path) == (row_of(route.name).of is Of.POINT), route.path


def test_the_policy_has_each_route_once() -> None:
    assert len({row.route for row in ROUTES}) == len(ROUTES)


def test_signing_out_ends_the_session(city: City, browse) -> None:
    got = call(browse, city, "lab", "POST", "/sign-out")
    assert (got.status_code, got.headers["location"]) == (303, "/sign-in")
    assert call(browse, city, "lab", "GET", "/").headers["location"].startswith("/sign-in")


def test_the_faces_lie_where_the_test_looks() -> None:
    assert (Path(__file__).parents[2] / "src" / "osos" / "portal" / "screens").is_dir()
