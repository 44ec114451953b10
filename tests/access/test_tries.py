"""Is guessing slow, whatever is guessed, and the owner never locked out by it?"""

from datetime import timedelta

import pytest

from osos.access import Refused, SignedIn, ViewerKind
from osos.access.tries import ACCOUNT, ADDRESS, Limit, trier, wait_s

WRONG = "yanlış ama uzun parola"
SUBSCRIBER = ViewerKind.SUBSCRIBER


@pytest.mark.parametrize("login", ["1000000001", "4711 nobody"])
def test_five_tries_are_fast_then_each_waits_longer_without_a_hash(doorman, subscriber, login) -> None:
    doorman.passwords.checked = 0
    assert [doorman.ask(SUBSCRIBER, login, WRONG) for _ in range(5)] == [Refused()] * 5
    for wait in (1, 2, 4, 8, 16, 32, 36, 36):
        assert doorman.ask(SUBSCRIBER, login, WRONG) == Refused(wait_s=wait)
        before = doorman.passwords.checked
        doorman.clock.advance(wait - 0.5)
        assert doorman.ask(SUBSCRIBER, login).wait_s == 0.5, "even the right password is not looked at"
        assert doorman.passwords.checked == before
        doorman.clock.advance(0.5)
        assert doorman.ask(SUBSCRIBER, login, WRONG) == Refused()


def test_never_more_than_a_hundred_an_hour_however_patient(doorman, subscriber) -> None:
    doorman.passwords.checked = 0
    end = doorman.clock.now() + timedelta(hours=1)
    while doorman.clock.now() < end:
        answer = doorman.ask(SUBSCRIBER, "1000000001", WRONG)
        doorman.clock.advance(max(answer.wait_s, 0.01))
    assert 95 <= doorman.passwords.checked <= ACCOUNT.an_hour


def test_the_right_password_makes_the_wrong_ones_before_it_forgotten(doorman, subscriber) -> None:
    for _ in range(3):
        for _ in range(4):
            assert doorman.ask(SUBSCRIBER, "1000000001", WRONG) == Refused()
        assert isinstance(doorman.ask(SUBSCRIBER, "1000000001"), SignedIn)


def test_a_known_device_gets_in_while_a_stranger_tries(doorman, subscriber) -> None:
    at_home = doorman.ask(SUBSCRIBER, "1000000001", address="198.51.100.20")
    for _ in range(6):
        stranger = doorman.ask(SUBSCRIBER, "1000000001", WRONG, address="203.0.113.5")
    assert stranger.wait_s > 0
    assert doorman.ask(SUBSCRIBER, "1000000001", address="198.51.100.99").wait_s > 0, "a new device waits too"
    again = doorman.ask(SUBSCRIBER, "1000000001", address="198.51.100.20", device_token=at_home.device_token)
    assert isinstance(again, SignedIn)
    assert again.device_token == at_home.device_token


def test_a_device_token_of_another_account_is_worth_nothing(doorman, subscriber) -> None:
    doorman.open(SUBSCRIBER, "1000000002")
    other = doorman.ask(SUBSCRIBER, "1000000002")
    for _ in range(5):
        doorman.ask(SUBSCRIBER, "1000000001", WRONG, device_token=other.device_token)
    assert doorman.ask(SUBSCRIBER, "1000000001", WRONG, device_token="").wait_s > 0, (
        "counted with the strangers"
    )


def test_one_address_that_tries_many_logins_has_to_wait(doorman, subscriber) -> None:
    for number in range(ADDRESS.fast):
        assert doorman.ask(SUBSCRIBER, f"20000000{number}", WRONG) == Refused()
    assert doorman.ask(SUBSCRIBER, "1000000001", WRONG).wait_s > 0
    assert doorman.ask(SUBSCRIBER, "1000000001", WRONG, address="192.0.2.8") == Refused(), "its neighbour may"


def test_a_subnet_that_tries_many_logins_has_to_wait(doorman, subscriber) -> None:
    for number in range(100):
        assert doorman.ask(SUBSCRIBER, f"20000000{number}", WRONG, address=f"192.0.2.{number}") == Refused()
    assert doorman.ask(SUBSCRIBER, "1000000001", WRONG, address="192.0.2.250").wait_s > 0
    assert doorman.ask(SUBSCRIBER, "1000000001", WRONG, address="192.0.3.1") == Refused()


def test_who_waits_and_knocks_meanwhile_waits_no_longer(doorman, subscriber) -> None:
    for _ in range(5):
        doorman.ask(SUBSCRIBER, "1000000001", WRONG)
    for _ in range(10):
        assert doorman.ask(SUBSCRIBER, "1000000001", WRONG) == Refused(wait_s=1)


@pytest.mark.parametrize(
    ("address", "home", "around"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3::9", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("testclient", "testclient", "testclient"),
    ],
)
def test_an_address_and_its_neighbourhood(address, home, around) -> None:
    who = trier(kind="staff", login="x", device="", address=address)
    assert (who.address, who.subnet) == (home, around)


def test_after_the_hour_old_failures_are_gone(clock) -> None:
    now = clock.now()
    hundred = [now - timedelta(seconds=36 * n) for n in range(100)]
    assert wait_s(hundred, Limit(5, 100), now) == 36
    assert wait_s([], Limit(5, 100), now) == 0
