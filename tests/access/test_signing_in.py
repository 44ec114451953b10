"""Is somebody let in exactly when he proves who he is, and told nothing otherwise?"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osos.access import Refused, Role, SignedIn, ViewerKind, change_roles, disable_account
from osos.store import list_events, mark

SUBSCRIBER, STAFF = ViewerKind.SUBSCRIBER, ViewerKind.STAFF


@pytest.mark.parametrize("kind", [SUBSCRIBER, ViewerKind.CORPORATE, ViewerKind.SUPPLIER])
def test_login_and_password_let_in_under_the_right_kind_only(doorman, kind) -> None:
    doorman.open(kind, "enerji@ornek.example", party=12)
    entered = doorman.ask(kind, "  ENERJİ@Ornek.Example ")
    assert isinstance(entered, SignedIn)
    assert (entered.viewer.kind, entered.viewer.party, entered.viewer.roles) == (kind, 12, frozenset())
    for other in set(ViewerKind) - {kind}:
        assert doorman.ask(other, "enerji@ornek.example") == Refused()


def test_known_and_unknown_logins_get_one_answer_after_one_hash(doorman, subscriber) -> None:
    doorman.passwords.checked = 0
    assert doorman.ask(SUBSCRIBER, "1000000001", "yanlış ama uzun parola") == Refused()
    assert doorman.passwords.checked == 1
    assert doorman.ask(SUBSCRIBER, "1000000002", "yanlış ama uzun parola") == Refused()
    assert doorman.passwords.checked == 2


def test_invited_and_disabled_accounts_look_like_unknown_ones(store, doorman, subscriber) -> None:
    doorman.invite(SUBSCRIBER, "1000000002")
    with store.begin() as conn:
        disable_account(conn, subscriber, now=doorman.clock.now(), by="account admin")
    doorman.passwords.checked = 0
    for login in ("1000000001", "1000000002", "1000000003"):
        assert doorman.ask(SUBSCRIBER, login) == Refused()
    assert doorman.passwords.checked == 3


def test_staff_need_the_code_of_their_authenticator(doorman, operator) -> None:
    assert doorman.ask(STAFF, "ayse@edas.example") == Refused()
    assert doorman.ask(STAFF, "ayse@edas.example", code="000000") == Refused()
    entered = doorman.ask(STAFF, "ayse@edas.example", code=doorman.code("ayse@edas.example"))
    assert isinstance(entered, SignedIn)
    assert entered.viewer.roles == {Role.OPERATOR}


def test_a_code_is_taken_once_and_none_before_it_any_more(doorman, operator) -> None:
    code, before = (doorman.code("ayse@edas.example", off=off) for off in (0, -1))
    assert isinstance(doorman.ask(STAFF, "ayse@edas.example", code=code), SignedIn)
    assert doorman.ask(STAFF, "ayse@edas.example", code=code) == Refused()
    assert doorman.ask(STAFF, "ayse@edas.example", code=before) == Refused()


@pytest.mark.parametrize(("off", "let_in"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(doorman, operator, off, let_in) -> None:
    entered = doorman.ask(STAFF, "ayse@edas.example", code=doorman.code("ayse@edas.example", off=off))
    assert isinstance(entered, SignedIn) is let_in


def test_a_code_that_was_right_but_came_with_a_wrong_password_is_not_spent(doorman, operator) -> None:
    code = doorman.code("ayse@edas.example")
    assert doorman.ask(STAFF, "ayse@edas.example", "yanlış ama uzun parola", code=code) == Refused()
    assert isinstance(doorman.ask(STAFF, "ayse@edas.example", code=code), SignedIn)


@pytest.mark.parametrize(
    ("marked", "address", "let_in"),
    [(True, "127.0.0.1", True), (True, "::1", True), (True, "192.0.2.7", False), (False, "127.0.0.1", False)],
)
def test_only_in_a_demonstration_on_its_own_machine_staff_need_no_code(
    store, doorman, operator, marked, address, let_in
) -> None:
    if marked:
        with store.begin() as conn:
            mark(conn, name="demo", value="yes")
    entered = doorman.ask(STAFF, "ayse@edas.example", address=address)
    assert isinstance(entered, SignedIn) is let_in
    assert doorman.ask(STAFF, "ayse@edas.example", address=address, code="123456") == Refused()


def test_each_sign_in_has_a_session_of_its_own_and_ends_the_one_it_replaces(
    store, doorman, subscriber
) -> None:
    from osos.access import read_session

    first = doorman.ask(SUBSCRIBER, "1000000001", session_token="planted-by-somebody-else")
    second = doorman.ask(SUBSCRIBER, "1000000001", session_token=first.session_token)
    assert len({first.session_token, second.session_token, "planted-by-somebody-else"}) == 3
    with store.read() as conn:
        seen = [read_session(conn, one.session_token, now=doorman.clock.now()) for one in (first, second)]
    assert seen[0] is None
    assert seen[1].viewer == second.viewer


def test_signing_in_is_an_event_and_tells_no_login(store, doorman, subscriber) -> None:
    doorman.ask(SUBSCRIBER, "1000000001")
    with store.read() as conn:
        events = list_events(conn, subject=f"account {subscriber.public_id}")
    assert [one.act for one in events] == ["account made", "password set", "signed in"]
    assert "1000000001" not in str(events)


def test_a_password_hashed_with_weaker_settings_is_hashed_again(store, doorman, subscriber) -> None:
    from argon2 import PasswordHasher

    from osos.access.tables import accounts

    doorman.passwords._hasher = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    with store.read() as conn:
        before = conn.scalar(accounts.select().with_only_columns(accounts.c.password_hash))
    assert isinstance(doorman.ask(SUBSCRIBER, "1000000001"), SignedIn)
    with store.read() as conn:
        after = conn.scalar(accounts.select().with_only_columns(accounts.c.password_hash))
    assert before != after
    assert isinstance(doorman.ask(SUBSCRIBER, "1000000001"), SignedIn)


def test_roles_changed_hold_at_the_next_sign_in(store, doorman, operator) -> None:
    with store.begin() as conn:
        change_roles(conn, operator, roles={Role.AUDITOR}, now=doorman.clock.now(), by="account admin")
    entered = doorman.ask(STAFF, "ayse@edas.example", code=doorman.code("ayse@edas.example"))
    assert entered.viewer.roles == {Role.AUDITOR}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=12), st.sampled_from(list(ViewerKind)))
def test_whatever_is_typed_is_refused_or_let_in(doorman, login, password, code, kind) -> None:
    doorman.clock.advance(timedelta(hours=1).total_seconds())
    assert doorman.ask(kind, login, password, code=code) == Refused()


@pytest.mark.parametrize("text", ["\0", "\ud800", "a\0b", "'; DROP TABLE accounts; --", "ı" * 5000, ""])
def test_what_no_engine_stores_is_refused_like_the_rest(doorman, text) -> None:
    assert doorman.ask(SUBSCRIBER, text, text, device_token=text, session_token=text) == Refused()
