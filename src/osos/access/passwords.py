"""Is this the password, and may it be one?"""

import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

# 19 MiB, two passes, one lane: OWASP's argon2id setting; about 30 ms of one core
ARGON2ID = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
THREADS = 2  # hashing may take so many cores, pages need the others
WAITING = 32  # more than these tries at once are asked to come again, instead of queueing for minutes
SHORTEST, LONGEST = 12, 200

# Long enough for the rule, and the first that are tried all the same. Of our own making, no leaked list.
_COMMON = (
    *("123456789012", "1234567890123", "12345678901234567890", "0123456789012", "987654321098"),
    *("passwordpassword", "password1234", "password12345", "password123456", "adminadmin12", "administrator"),
    *("qwertyuiop12", "qwertyuiop123", "qwertyuiopas", "asdfghjkl123", "1q2w3e4r5t6y", "1qaz2wsx3edc"),
    *("parolaparola", "parola123456", "sifresifre12", "sifre1234567", "sifre12345678", "abcdefghijkl"),
    *("elektrik1234", "elektrik12345", "istanbul1234", "istanbul3434", "galatasaray1905", "fenerbahce1907"),
    *(
        "besiktas1903",
        "trabzonspor1967",
        "turkiye12345",
        "turkiye19231923",
        "ataturk18811938",
        "letmeinletmein",
    ),
)


_Answer = TypeVar("_Answer")


class TooBusy(RuntimeError):
    """More sign-ins at once than we hash for; nothing was decided."""


class Passwords:
    """Hashes and checks passwords, a few at a time."""

    def __init__(
        self, hasher: PasswordHasher = ARGON2ID, *, threads: int = THREADS, waiting: int = WAITING
    ) -> None:
        self._hasher = hasher
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="osos-hash")
        self._room = BoundedSemaphore(threads + waiting)
        self._nobodys = hasher.hash("the password of nobody")

    def hash(self, password: str) -> str:
        """Raises TooBusy."""
        return self._one_of_few(lambda: self._hasher.hash(_plain(password)))

    def fits(self, password: str, password_hash: str | None) -> bool:
        """False for None too, after just as much work: an unknown login takes the time of a known one."""
        checked = self._nobodys if password_hash is None else password_hash
        return self._one_of_few(lambda: self._fits(_plain(password), checked)) and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Made with weaker settings than today's: to be hashed again at the next sign-in."""
        return self._hasher.check_needs_rehash(password_hash)

    def close(self) -> None:
        self._pool.shutdown()

    def _fits(self, password: bytes, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def _one_of_few(self, work: Callable[[], _Answer]) -> _Answer:
        if not self._room.acquire(blocking=False):
            raise TooBusy
        try:
            return self._pool.submit(work).result()
        finally:
            self._room.release()


def _plain(password: str) -> bytes:
    """One person's ü is one code point, another's keyboard sends two: both are the same password."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")


def objection(password: str, *, login: str = "") -> str | None:
    """Why this cannot be a password, in a word for the page: short, long, common or login; None: it can."""
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < SHORTEST:
        return "short"
    if len(plain) > LONGEST:
        return "long"
    small, name = plain.lower(), login.split("@", maxsplit=1)[0]
    if small in _COMMON or len(set(small)) < 4:
        return "common"
    return "login" if name and len(small.replace(name, "")) < 4 else None
