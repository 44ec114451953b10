"""Who signs in to look at a demonstration?"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from osos.access.accounts import ACTIVE, create_account
from osos.access.passwords import Passwords
from osos.access.tables import accounts, one_time_links
from osos.access.tokens import Chance, true_chance
from osos.access.viewer import Role, ViewerKind
from osos.store import marked


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account wished for; `party` is the registry's customer or supplier."""

    kind: ViewerKind
    login: str
    name: str
    party: int | None = None
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSignIn:
    """What to print: with it somebody signs in."""

    kind: ViewerKind
    login: str
    password: str
    name: str


def demo_sign_ins(
    conn: Connection,
    wished: Iterable[DemoAccount],
    *,
    passwords: Passwords,
    now: datetime,
    chance: Chance = true_chance,
) -> list[DemoSignIn]:
    """Make these accounts with random passwords; only in a database marked `demo`.

    Staff among them need no code, from the machine itself: see `signing_in`.
    """
    if marked(conn, name="demo") is None:
        raise ValueError("accounts with printed passwords are made in a database marked demo only")
    return [_made(conn, one, passwords, now=now, chance=chance) for one in wished]


def _made(
    conn: Connection, wished: DemoAccount, passwords: Passwords, *, now: datetime, chance: Chance
) -> DemoSignIn:
    invited = create_account(
        conn,
        kind=wished.kind,
        login=wished.login,
        name=wished.name,
        party=wished.party,
        roles=wished.roles,
        now=now,
        by="demo",
        chance=chance,
    )
    password = _random_password(chance)
    number = invited.account.id
    known = {"state": ACTIVE, "password_hash": passwords.hash(password)}
    conn.execute(accounts.update().where(accounts.c.id == number).values(known))
    conn.execute(one_time_links.delete().where(one_time_links.c.account_id == number))
    return DemoSignIn(kind=wished.kind, login=invited.account.login, password=password, name=wished.name)


def _random_password(chance: Chance) -> str:
    """Eighty bits as four groups that can be typed from a terminal."""
    text = base64.b32encode(chance(10)).decode("ascii").lower()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))
