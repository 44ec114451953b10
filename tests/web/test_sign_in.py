"""Do the pages of the sign-in let in, keep out and forget as they should, with no script at all?"""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osos.access import (
    DemoAccount,
    DemoSignIn,
    Passwords,
    Role,
    ViewerKind,
    create_account,
    demo_sign_ins,
    disable_account,
    find_account,
    has_rule,
)
from osos.access.codes import code_of, step_of
from osos.access.tables import accounts
from osos.quantities import ManualClock
from osos.store import Store, mark, open_store
from osos.web import WebSettings, guards, make_app, sign_in_screen, still_signed_in

ORIGIN = "http://osos.test"
LOGINS = {
    "subscriber": DemoAccount(kind=ViewerKind.SUBSCRIBER, login="1000000001", name="Şükrü İğdır", party=1),
    "corporate": DemoAccount(kind=ViewerKind.CORPORATE, login="a@ornek.example", name="Örnek A.Ş.", party=2),
    "supplier": DemoAccount(kind=ViewerKind.SUPPLIER, login="b@cinar.example", name="Çınar", party=3),
    "staff": DemoAccount(
        kind=ViewerKind.STAFF, login="op@edas.example", name="Ayşe", roles=frozenset({Role.OPERATOR})
    ),
}


class Door:
    """The application, and what its accounts are called."""

    def __init__(self, store: Store, log: Any, *, https: bool = False) -> None:
        self.store, self.clock = store, ManualClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
        self.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), threads=1)
        with store.begin() as conn:
            mark(conn, name="demo", value="yes")
            made = demo_sign_ins(conn, LOGINS.values(), passwords=self.passwords, now=self.clock.now())
        self.people: dict[str, DemoSignIn] = dict(zip(LOGINS, made, strict=True))
        self.app: FastAPI = make_app(
            store=store,
            clock=self.clock,
            real_clock=self.clock,
            settings=WebSettings(https=https),
            screens=(sign_in_screen(self.passwords),),
            has_rule=has_rule,
            guards=guards(store=store, real_clock=self.clock, https=https),
            log=log,
        )

    def form(self, who: str, **changed: str) -> dict[str, str]:
        one = self.people[who]
        kind = {} if who == "staff" else {"kind": who}
        return {**kind, "login": one.login, "password": one.password, **changed}


@pytest.fixture
def door(made_sqlite: Path, kept_log: Any, tmp_path: Path) -> Iterator[Door]:
    path = tmp_path / "door.sqlite"
    shutil.copy(made_sqlite, path)
    store = open_store(path)
    made = Door(store, kept_log)
    yield made
    made.passwords.close()
    store.close()


@pytest.fixture
def visit(door: Door, browse: Callable[[FastAPI], Any]) -> Callable[..., Any]:
    """A browser of its own each time, at the machine itself unless told otherwise."""

    def come(address: str = "127.0.0.1", base: str = ORIGIN) -> Any:
        client = browse(door.app)
        client.base_url, client.follow_redirects = base, False
        client._transport.client = (address, 40000)
        client.headers["origin"] = base
        return client

    return come


def enter(client: Any, door: Door, who: str, **changed: str) -> Any:
    return client.post("/sign-in/staff" if who == "staff" else "/sign-in", data=door.form(who, **changed))


def token_in(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]*)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("who", "home"), [("subscriber", "/p"), ("corporate", "/p"), ("supplier", "/p"), ("staff", "/o")]
)
def test_each_kind_signs_in_and_comes_home(door, visit, who, home) -> None:
    client = visit()
    assert client.get("/").headers["location"] == "/sign-in?next=/"
    got = enter(client, door, who)
    assert (got.status_code, got.headers["location"]) == (303, home)
    assert client.get("/").headers["location"] == home


def test_the_page_names_what_it_wants_and_password_managers_understand_it(visit) -> None:
    page = visit().get("/sign-in").text
    assert "Tesisat (hizmet noktası) numarası" in page
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page
    scripts = re.findall(r"<script[^>]*>", page)
    assert all("/static/js." in each for each in scripts), "nothing here needs one but the note that it runs"
    for kind, label in (("corporate", "E-posta"), ("supplier", "E-posta")):
        assert label in visit().get(f"/sign-in?kind={kind}").text
    assert "Installation (service point) number" in visit().get("/sign-in?lang=en").text


@pytest.mark.parametrize("who", ["subscriber", "corporate", "supplier", "staff"])
def test_who_is_out_again_meets_the_form_he_came_in_by(door, visit, who) -> None:
    client = visit()
    enter(client, door, who)
    client.cookies.delete("osos_session")
    got = client.get("/sign-in?next=/p/abc")
    if who == "staff":
        assert got.headers["location"] == "/sign-in/staff?next=/p/abc"
    else:
        assert f'name="kind" value="{who}"' in got.text
    assert 'name="kind" value="corporate"' in client.get("/sign-in?kind=corporate").text, "any may be chosen"


@pytest.mark.parametrize("page", ["/o", "/o/points?q=1", "/t/now"])
def test_who_came_for_the_desk_is_asked_as_staff(visit, page) -> None:
    got = visit().get("/sign-in", params={"next": page})
    assert got.headers["location"].startswith("/sign-in/staff?next=" + page.partition("?")[0])
    assert visit().get("/sign-in", params={"next": "/other"}).status_code == 200


def test_who_came_for_a_page_goes_on_to_it(door, visit) -> None:
    client = visit()
    assert client.get("/sign-in?next=/p/abc/hourly?day=2026-03-01").status_code == 200
    got = enter(client, door, "subscriber", next="/p/abc/hourly?day=2026-03-01")
    assert got.headers["location"] == "/p/abc/hourly?day=2026-03-01"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\r\nx: y",
        "",
        "/ş",
        "/" * 3000,
    ],
)
def test_nobody_is_sent_elsewhere(door, visit, elsewhere) -> None:
    got = enter(visit(), door, "subscriber", next=elsewhere)
    assert (got.status_code, got.headers["location"]) == (303, "/p")


def test_known_and_unknown_logins_see_the_same_page(door, visit) -> None:
    pages = []
    for login in ("1000000001", "1000000009"):
        got = enter(visit(), door, "subscriber", login=login, password="yanlış ama uzun parola")
        pages.append((got.status_code, got.text.replace(login, "…"), sorted(got.headers)))
    assert pages[0] == pages[1]
    assert pages[0][0] == 401
    assert "yanlış ama uzun parola" not in pages[0][1], "a password is never written back"


def test_too_many_tries_are_told_how_long_to_wait(door, visit) -> None:
    client = visit()
    for _ in range(5):
        assert enter(client, door, "subscriber", password="yanlış ama uzun parola").status_code == 401
    got = enter(client, door, "subscriber")
    assert (got.status_code, got.headers["retry-after"]) == (429, "1")
    assert "1 saniye sonra" in got.text
    door.clock.advance(1)
    assert enter(client, door, "subscriber").status_code == 303


def test_more_than_fit_are_asked_to_come_again(door, visit) -> None:
    while door.passwords._room.acquire(blocking=False):
        pass
    got = enter(visit(), door, "subscriber")
    assert got.status_code == 503
    assert "çok kişi giriş yapıyor" in got.text


def test_staff_need_their_code_from_anywhere_but_the_demos_own_machine(door, visit) -> None:
    assert enter(visit("192.0.2.7"), door, "staff").status_code == 401
    with door.store.read() as conn:
        query = accounts.select().with_only_columns(accounts.c.totp_secret)
        secret = conn.scalar(query.where(accounts.c.login == "op@edas.example"))
    code = code_of(secret, step_of(door.clock.now()))
    assert enter(visit("192.0.2.7"), door, "staff", code=f"{code[:3]} {code[3:]}").status_code == 303
    assert enter(visit("192.0.2.7"), door, "staff", code=code).status_code == 401, "used"


@pytest.mark.parametrize(
    "extra", [{"role": "administrator"}, {"roles": "administrator"}, {"party": "2"}, {"state": "active"}]
)
def test_a_form_sets_no_more_than_its_fields(door, visit, extra) -> None:
    got = enter(visit(), door, "subscriber", **extra)
    assert got.status_code == 422
    assert "osos_session" not in got.headers.get("set-cookie", "")


@pytest.mark.parametrize("kind", ["staff", "", "administrator", "SUBSCRIBER", "subscriber\0"])
def test_a_customers_form_makes_nobody_staff(door, visit, kind) -> None:
    assert enter(visit(), door, "subscriber", kind=kind).status_code == 422


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(door, visit) -> None:
    session, device, kind = enter(visit(), door, "subscriber").headers.get_list("set-cookie")
    assert session.startswith("osos_session=")
    for cookie in (session, device, kind):
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Max-Age" not in session, "it ends with the browser"


def test_over_tls_the_cookie_belongs_to_this_host_alone(tmp_path, made_sqlite, kept_log, browse) -> None:
    shutil.copy(made_sqlite, tmp_path / "tls.sqlite")
    store = open_store(tmp_path / "tls.sqlite")
    door = Door(store, kept_log, https=True)
    client = browse(door.app)
    client.base_url, client.follow_redirects = "https://osos.test", False
    got = client.post("/sign-in", data=door.form("subscriber"), headers={"origin": "https://osos.test"})
    session = got.headers.get_list("set-cookie")[0]
    assert session.startswith("__Host-osos_session=")
    assert "Secure" in session.split("; ")
    assert client.get("/").headers["location"] == "/p"
    plain = session.split("=", 1)[1].split(";")[0]
    client.cookies.clear()
    client.cookies.set("osos_session", plain)
    assert client.get("/").headers["location"].startswith("/sign-in"), "the name without __Host- says nothing"
    door.passwords.close()
    store.close()


def test_a_planted_session_is_replaced_at_sign_in(door, visit) -> None:
    client = visit()
    client.cookies.set("osos_session", "planted")
    enter(client, door, "subscriber")
    assert "planted" not in [cookie.value for cookie in client.cookies.jar if cookie.domain == "osos.test"]
    thief = visit()
    thief.cookies.set("osos_session", "planted")
    assert thief.get("/").headers["location"].startswith("/sign-in")


def test_a_sign_in_page_left_open_in_another_tab_still_lets_in(door, visit) -> None:
    client = visit()
    enter(client, door, "subscriber")
    first = client.cookies["osos_session"]
    assert enter(client, door, "corporate", csrf="").status_code == 303
    assert client.cookies["osos_session"] != first
    thief = visit()
    thief.cookies.set("osos_session", first)
    assert thief.get("/").headers["location"].startswith("/sign-in"), "the session before it has ended"
    client.headers["origin"] = "http://elsewhere.test"
    assert enter(client, door, "subscriber", csrf="").status_code == 403


def test_signing_out_needs_the_own_form_and_then_the_cookie_is_worth_nothing(door, visit) -> None:
    client = visit()
    enter(client, door, "subscriber")
    kept = client.cookies["osos_session"]
    assert client.post("/sign-out").status_code == 403
    from osos.access import form_token

    got = client.post("/sign-out", data={"csrf": form_token(kept)})
    assert (got.status_code, got.headers["location"]) == (303, "/sign-in")
    thief = visit()
    thief.cookies.set("osos_session", kept)
    assert thief.get("/").headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("token", ["", "x", "ş", "A" * 22, "\x7f", "a" * 4000])
def test_a_forged_cookie_is_nobodys(door, visit, token) -> None:
    cookie = {b"cookie": f"osos_session={token}".encode()}
    assert visit().get("/", headers=cookie).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(("who", "idle_s"), [("subscriber", 1800), ("staff", 900)])
def test_idle_sessions_end_and_looking_keeps_them(door, visit, who, idle_s) -> None:
    client = visit()
    enter(client, door, who)
    home = client.get("/").headers["location"]
    for _ in range(3):
        door.clock.advance(idle_s - 1)
        assert client.get("/").headers["location"] == home
    door.clock.advance(idle_s)
    assert client.get("/").headers["location"].startswith("/sign-in")


def test_a_stream_that_reconnects_keeps_nobody_signed_in(door, visit) -> None:
    client = visit()
    enter(client, door, "subscriber")
    for _ in range(3):
        door.clock.advance(600)
        client.get("/", headers={"accept": "text/event-stream"})
    assert client.get("/").headers["location"].startswith("/sign-in")


def test_a_disabled_account_is_out_at_the_next_request(door, visit) -> None:
    client = visit()
    enter(client, door, "subscriber")
    with door.store.begin() as conn:
        account = find_account(conn, kind=ViewerKind.SUBSCRIBER, login="1000000001")
        disable_account(conn, account, now=door.clock.now(), by="account admin")
    assert client.get("/").headers["location"].startswith("/sign-in")


def test_a_stream_asks_again_whether_its_reader_is_still_there(door, visit) -> None:
    from starlette.requests import Request

    client = visit()
    enter(client, door, "subscriber")
    cookie = f"osos_session={client.cookies['osos_session']}".encode()
    request = Request({"type": "http", "app": door.app, "headers": [(b"cookie", cookie)]})
    assert still_signed_in(request)
    door.clock.advance(12 * 3600)
    assert not still_signed_in(request)


def invited(door: Door, kind: ViewerKind, login: str) -> str:
    staff = kind is ViewerKind.STAFF
    with door.store.begin() as conn:
        return create_account(
            conn,
            kind=kind,
            login=login,
            name="Yeni",
            party=None if staff else 9,
            roles={Role.OPERATOR} if staff else (),
            now=door.clock.now(),
            by="account admin",
        ).link_token


def test_a_link_leads_to_a_password_and_then_nowhere(door, visit) -> None:
    client, token = visit(), invited(door, ViewerKind.SUBSCRIBER, "1000000077")
    page = client.get(f"/first-password/{token}")
    assert (page.status_code, "1000000077" in page.text) == (200, True)
    good = "dört mevsim tek sayaç"
    for password, again, words in (
        ("kısa", "kısa", "En az 12 karakter"),
        (good, "dört mevsim çok sayaç", "birbirinden farklı"),
        ("parolaparola", "parolaparola", "ilk denenenlerden"),
    ):
        got = client.post(f"/first-password/{token}", data={"password": password, "again": again})
        assert got.status_code == 422
        assert words in got.text
    got = client.post(f"/first-password/{token}", data={"password": good, "again": good})
    assert (got.status_code, got.headers["location"]) == (303, "/sign-in?kind=subscriber")
    assert client.get(f"/first-password/{token}").status_code == 404
    assert client.post(f"/first-password/{token}", data={"password": good, "again": good}).status_code == 404
    asked = {"kind": "subscriber", "login": "1000000077", "password": good}
    assert client.post("/sign-in", data=asked).status_code == 303


def test_used_over_and_forged_links_look_alike(door, visit) -> None:
    token = invited(door, ViewerKind.SUBSCRIBER, "1000000077")
    forged = visit().get("/first-password/" + "A" * 22)
    door.clock.advance(900)
    over = visit().get(f"/first-password/{token}")
    assert (over.status_code, over.text.replace(token, "…")) == (404, forged.text.replace("A" * 22, "…"))


def test_staff_see_their_secret_once_and_prove_it(door, visit) -> None:
    client, token = visit(), invited(door, ViewerKind.STAFF, "yeni@edas.example")
    page = client.get(f"/first-password/{token}").text
    assert "otpauth://totp/" in page
    password = {"password": "dört mevsim tek sayaç", "again": "dört mevsim tek sayaç"}
    assert client.post(f"/first-password/{token}", data=password).status_code == 422
    with door.store.read() as conn:
        query = accounts.select().with_only_columns(accounts.c.totp_secret)
        secret = conn.scalar(query.where(accounts.c.login == "yeni@edas.example"))
    code = code_of(secret, step_of(door.clock.now()))
    got = client.post(f"/first-password/{token}", data={**password, "code": code})
    assert (got.status_code, got.headers["location"]) == (303, "/sign-in/staff")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]),
)
def test_any_bytes_in_the_form_end_in_an_answer(door, visit, kept_log, body, kind) -> None:
    for path in ("/sign-in", "/sign-in/staff"):
        got = visit().post(path, content=body, headers={"content-type": kind})
        assert got.status_code in {400, 401, 422, 429}
    assert kept_log.lines == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_bytes_as_login_and_password_are_refused(door, visit, kept_log, login, password) -> None:
    from urllib.parse import quote_from_bytes

    door.clock.advance(3600)
    body = f"kind=subscriber&login={quote_from_bytes(login)}&password={quote_from_bytes(password)}"
    got = visit().post(
        "/sign-in", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert got.status_code == 401
    assert kept_log.lines == []
