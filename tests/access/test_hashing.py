"""Is a storm of sign-ins turned away instead of eating the machine?"""

import threading

import pytest

from osos.access import Passwords, TooBusy
from osos.access.passwords import ARGON2ID


class SlowHasher:
    """Answers when told to."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.running = threading.Semaphore(0)

    def hash(self, password: object) -> str:
        return "made"

    def verify(self, password_hash: str, password: bytes) -> bool:
        self.running.release()
        return self.go.wait(60)


def test_more_than_fit_are_told_to_come_again() -> None:
    slow = SlowHasher()
    passwords = Passwords(slow, threads=1, waiting=1)  # type: ignore[arg-type]  # a named fake
    answers: list[bool] = []
    inside = [threading.Thread(target=lambda: answers.append(passwords.fits("p", "h"))) for _ in range(2)]
    inside[0].start()
    slow.running.acquire(timeout=60)
    inside[1].start()
    while passwords._room._value:  # the second one has its place as soon as its thread runs
        threading.Event().wait(0.001)
    with pytest.raises(TooBusy):
        passwords.fits("p", "h")
    slow.go.set()
    for one in inside:
        one.join(60)
    assert answers == [True, True]
    assert passwords.fits("p", "h")
    passwords.close()


def test_the_real_settings_are_argon2id_and_dear() -> None:
    made = ARGON2ID.hash("bir parola")
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_what_is_no_hash_fits_nothing() -> None:
    passwords = Passwords(threads=1)
    assert not passwords.fits("p", "no hash at all")
    passwords.close()
