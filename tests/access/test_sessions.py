"""Does a cookie say who is there for exactly as long as it should?"""

from datetime import timedelta

import pytest

from osos.access import (
    Role,
    ViewerKind,
    change_roles,
    disable_account,
    end_session,
    note_seen,
    read_session,
    sweep,
)
from osos.access.tables import known_devices, one_time_links, sessions, sign_in_tries
from osos.access.tokens import hash_of

SUBSCRIBER, STAFF = ViewerKind.SUBSCRIBER, ViewerKind.STAFF


def look(store, token, now):
    with store.read() as conn:
        return read_session(conn, token, now=now)


def test_what_is_stored_opens_nothing(store, clock, subscriber, session_of) -> None:
    token = session_of(SUBSCRIBER, "1000000001")
    with store.read() as conn:
        (stored,) = conn.scalars(sessions.select().with_only_columns(sessions.c.token_hash))
    assert stored == hash_of(token)
    assert token not in stored
    assert look(store, stored, clock.now()) is None


@pytest.mark.parametrize("token", ["", "x", "A" * 22, "\0", "\ud800", "ş" * 9000])
def test_a_forged_cookie_says_nothing(store, clock, subscriber, session_of, token) -> None:
    session_of(SUBSCRIBER, "1000000001")
    assert look(store, token, clock.now()) is None


def idle_over(store, clock, token, minutes) -> None:
    assert look(store, token, clock.now() + timedelta(minutes=minutes, seconds=-1)) is not None
    assert look(store, token, clock.now() + timedelta(minutes=minutes)) is None


def test_a_customer_may_be_idle_for_half_an_hour(store, clock, subscriber, session_of) -> None:
    idle_over(store, clock, session_of(SUBSCRIBER, "1000000001"), 30)


def test_staff_may_be_idle_for_a_quarter_of_an_hour(store, clock, doorman, operator, session_of) -> None:
    token = session_of(STAFF, "ayse@edas.example", code=doorman.code("ayse@edas.example"))
    idle_over(store, clock, token, 15)


def test_after_twelve_hours_even_a_busy_session_ends(store, clock, subscriber, session_of) -> None:
    token = session_of(SUBSCRIBER, "1000000001")
    begun = clock.now()
    while (session := look(store, token, clock.now())) is not None:
        with store.begin() as conn:
            note_seen(conn, session, now=clock.now())
        clock.advance(600)
    assert clock.now() == begun + timedelta(hours=12)


def test_a_session_is_written_once_a_minute_at_most(store, clock, subscriber, session_of) -> None:
    token = session_of(SUBSCRIBER, "1000000001")
    assert not look(store, token, clock.now()).wants_noting(clock.advance(59))
    assert look(store, token, clock.now()).wants_noting(clock.advance(1))


def test_who_signs_out_is_out_at_the_next_request(store, clock, subscriber, session_of) -> None:
    here, there = session_of(SUBSCRIBER, "1000000001"), session_of(SUBSCRIBER, "1000000001")
    with store.begin() as conn:
        end_session(conn, here)
    assert look(store, here, clock.now()) is None
    assert look(store, there, clock.now()) is not None, "the other browser stays"


def test_a_disabled_account_is_out_everywhere_at_the_next_request(
    store, clock, subscriber, session_of
) -> None:
    tokens = [session_of(SUBSCRIBER, "1000000001") for _ in range(3)]
    with store.begin() as conn:
        disable_account(conn, subscriber, now=clock.now(), by="account admin")
    assert [look(store, token, clock.now()) for token in tokens] == [None] * 3


def test_a_role_taken_away_is_gone_at_the_next_request(store, clock, doorman, operator, session_of) -> None:
    token = session_of(STAFF, "ayse@edas.example", code=doorman.code("ayse@edas.example"))
    with store.begin() as conn:
        change_roles(conn, operator, roles={Role.LAB}, now=clock.now(), by="account admin")
    assert look(store, token, clock.now()).viewer.roles == {Role.LAB}


def test_sweeping_takes_what_is_over_and_leaves_the_rest(
    store, clock, doorman, subscriber, session_of
) -> None:
    doorman.invite(SUBSCRIBER, "1000000002")
    doorman.ask(SUBSCRIBER, "1000000001", "yanlış ama uzun parola")
    session_of(SUBSCRIBER, "1000000001", address="192.0.2.9")
    tables = (sessions, one_time_links, known_devices)

    def counts():
        with store.read() as conn:
            return [len(conn.execute(table.select()).all()) for table in tables]

    doorman.ask(SUBSCRIBER, "1000000009", "yanlış ama uzun parola")
    for days, left in ((0, [1, 1, 1]), (1, [0, 0, 1]), (500, [0, 0, 0])):
        with store.begin() as conn:
            sweep(conn, now=clock.now() + timedelta(days=days))
        assert counts() == left
    with store.read() as conn:
        assert conn.execute(sign_in_tries.select()).all() == []
