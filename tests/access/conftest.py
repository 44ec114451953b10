"""What may a test of sign-in ask for?"""

import random
from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher

from osos.access import (
    Account,
    Passwords,
    Refused,
    Role,
    SignedIn,
    SignIn,
    ViewerKind,
    authenticate,
    create_account,
    set_password,
)
from osos.access.codes import code_of, step_of
from osos.access.tables import accounts
from osos.quantities import ManualClock
from osos.store import Store

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # the algorithm, not its price
PASSWORD = "üç güvercin bir çatıda"


class CountingPasswords(Passwords):
    """Says how many hashes were computed to check a password: work that a watcher could time."""

    def __init__(self) -> None:
        super().__init__(QUICK)
        self.checked = 0

    def fits(self, password: str, password_hash: str | None) -> bool:
        self.checked += 1
        return super().fits(password, password_hash)


class Doorman:
    """Makes accounts and signs people in, at the clock's time and with repeatable chance."""

    def __init__(self, store: Store, passwords: CountingPasswords, clock: ManualClock) -> None:
        self.store, self.passwords, self.clock = store, passwords, clock
        self.chance = random.Random(20260302).randbytes

    def invite(self, kind: ViewerKind, login: str, **facts: object) -> tuple[Account, str]:
        """A new account and its link; staff are operators unless told otherwise."""
        party = None if kind is ViewerKind.STAFF else facts.pop("party", 7)
        roles = facts.pop("roles", {Role.OPERATOR} if kind is ViewerKind.STAFF else ())
        with self.store.begin() as conn:
            made = create_account(
                conn,
                kind=kind,
                login=login,
                name=f"Bay {login}",
                party=party,  # type: ignore[arg-type]  # a number, by name
                roles=roles,  # type: ignore[arg-type]  # roles, by name
                now=self.clock.now(),
                by="account admin",
                chance=self.chance,
            )
        return made.account, made.link_token

    def open(self, kind: ViewerKind, login: str, **facts: object) -> Account:
        """An account whose owner has set `PASSWORD`."""
        account, token = self.invite(kind, login, **facts)
        code = self.code(login) if kind is ViewerKind.STAFF else ""
        done = set_password(
            self.store, self.passwords, token=token, password=PASSWORD, code=code, now=self.clock.now()
        )
        assert done is None
        return account

    def code(self, login: str, *, off: int = 0) -> str:
        """What the authenticator of a member of staff shows now."""
        with self.store.read() as conn:
            secret = conn.scalar(
                accounts.select().with_only_columns(accounts.c.totp_secret).where(accounts.c.login == login)
            )
        return code_of(secret, step_of(self.clock.now()) + off)

    def ask(self, kind: ViewerKind, login: str, password: str = PASSWORD, **facts: str) -> SignedIn | Refused:
        asked = SignIn(kind=kind, login=login, password=password, **({"address": "192.0.2.7"} | facts))
        return authenticate(self.store, self.passwords, asked, now=self.clock.now(), chance=self.chance)


@pytest.fixture
def passwords() -> Iterator[CountingPasswords]:
    made = CountingPasswords()
    yield made
    made.close()


@pytest.fixture
def doorman(store: Store, passwords: CountingPasswords, clock: ManualClock) -> Doorman:
    return Doorman(store, passwords, clock)


@pytest.fixture
def subscriber(doorman: Doorman) -> Account:
    return doorman.open(ViewerKind.SUBSCRIBER, "1000000001")


@pytest.fixture
def operator(doorman: Doorman) -> Account:
    account = doorman.open(ViewerKind.STAFF, "ayse@edas.example")
    doorman.clock.advance(90)  # the code of the first password is spent
    return account


@pytest.fixture
def session_of(doorman: Doorman) -> Callable[..., str]:
    def run(kind: ViewerKind, login: str, **facts: str) -> str:
        entered = doorman.ask(kind, login, **facts)
        assert isinstance(entered, SignedIn)
        return entered.session_token

    return run
