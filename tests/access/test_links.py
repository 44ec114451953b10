"""Does a link set one password once, in time, and only a good one?"""

from datetime import timedelta

import pytest

from osos.access import (
    LoginTaken,
    Refused,
    SignedIn,
    ViewerKind,
    disable_account,
    invite_again,
    read_link,
    read_session,
    set_password,
)
from osos.access.passwords import objection

SUBSCRIBER, STAFF = ViewerKind.SUBSCRIBER, ViewerKind.STAFF
GOOD = "dört mevsim tek sayaç"


def use(doorman, token, password=GOOD, code=""):
    return set_password(
        doorman.store, doorman.passwords, token=token, password=password, code=code, now=doorman.clock.now()
    )


def test_a_link_sets_the_password_once(doorman) -> None:
    _, token = doorman.invite(SUBSCRIBER, "1000000001")
    assert use(doorman, token) is None
    assert use(doorman, token, "bir başka uzun parola") == "link"
    assert isinstance(doorman.ask(SUBSCRIBER, "1000000001", GOOD), SignedIn)


def test_a_link_ends_after_a_quarter_of_an_hour(store, doorman) -> None:
    _, token = doorman.invite(SUBSCRIBER, "1000000001")
    with store.read() as conn:
        assert read_link(conn, token, now=doorman.clock.now() + timedelta(minutes=15)) is None
        assert read_link(conn, token, now=doorman.clock.now() + timedelta(minutes=14, seconds=59)) is not None
    doorman.clock.advance(900)
    assert use(doorman, token) == "link"
    assert doorman.ask(SUBSCRIBER, "1000000001", GOOD) == Refused()


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800", "A" * 22])
def test_a_forged_link_is_like_one_that_is_over(doorman, token) -> None:
    doorman.invite(SUBSCRIBER, "1000000001")
    assert use(doorman, token) == "link"


def test_a_new_link_ends_the_old_one_and_a_new_password_every_session(store, doorman, subscriber) -> None:
    entered = doorman.ask(SUBSCRIBER, "1000000001")
    with store.begin() as conn:
        old = invite_again(conn, subscriber, now=doorman.clock.now(), by="account admin")
        new = invite_again(conn, subscriber, now=doorman.clock.now(), by="account admin")
    assert use(doorman, old) == "link"
    with store.read() as conn:
        assert read_session(conn, entered.session_token, now=doorman.clock.now()) is not None
    assert use(doorman, new) is None
    with store.read() as conn:
        assert read_session(conn, entered.session_token, now=doorman.clock.now()) is None


def test_a_disabled_account_has_no_link(store, doorman, subscriber) -> None:
    with store.begin() as conn:
        token = invite_again(conn, subscriber, now=doorman.clock.now(), by="account admin")
        disable_account(conn, subscriber, now=doorman.clock.now(), by="account admin")
    assert use(doorman, token) == "link"


def test_staff_prove_their_authenticator_with_the_first_password(store, doorman) -> None:
    _, token = doorman.invite(STAFF, "ayse@edas.example")
    with store.read() as conn:
        link = read_link(conn, token, now=doorman.clock.now())
    assert len(link.totp_secret) == 32
    assert use(doorman, token, code="000000") == "code"
    code = doorman.code("ayse@edas.example")
    assert use(doorman, token, code=code) is None
    assert doorman.ask(STAFF, "ayse@edas.example", GOOD, code=code) == Refused(), "that code is spent"


def test_the_secret_is_never_shown_again(store, doorman, operator) -> None:
    with store.begin() as conn:
        token = invite_again(conn, operator, now=doorman.clock.now(), by="account admin")
    with store.read() as conn:
        assert read_link(conn, token, now=doorman.clock.now()).totp_secret is None


def test_a_login_belongs_to_one_account_of_its_kind(doorman, subscriber) -> None:
    with pytest.raises(LoginTaken):
        doorman.invite(SUBSCRIBER, " 1000000001")
    doorman.invite(ViewerKind.CORPORATE, "1000000001")


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("kısa", "short"),
        ("x" * 11, "short"),
        ("a" * 201, "long"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("ParolaParola", "common"),
        ("1000000001xy", "login"),
        ("dört mevsim tek sayaç", None),
        ("tamamı küçük harf olabilir", None),
        ("🙂 emoji de olur canım", None),
        ("ü" * 4 + "abcdefgh", None),
    ],
)
def test_length_matters_and_theatre_does_not(password, wrong) -> None:
    assert objection(password, login="1000000001") == wrong


def test_a_password_typed_with_another_keyboards_marks_is_the_same(doorman) -> None:
    _, token = doorman.invite(SUBSCRIBER, "1000000001")
    assert use(doorman, token, "u\u0308c\u0327 gu\u0308vercin burada") is None
    assert isinstance(doorman.ask(SUBSCRIBER, "1000000001", "üç güvercin burada"), SignedIn)
