"""Who has an account, of which kind, and for whom does he act?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyotp
from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import IntegrityError

from osos.access import links
from osos.access.tables import accounts, known_devices, one_time_links, sessions
from osos.access.tokens import Chance, new_public_id, true_chance
from osos.access.viewer import Role, Viewer, ViewerKind
from osos.store import record_event

INVITED, ACTIVE, DISABLED = "invited", "active", "disabled"
LONGEST_LOGIN = 254
_TOTP_BYTES = 20  # RFC 4226: as long as the hash


class LoginTaken(ValueError):
    """Another account of this kind has this login: end that one first, or choose another login."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account; what proves it is never here."""

    id: int
    public_id: str
    kind: ViewerKind
    login: str
    party: int | None
    name: str
    roles: frozenset[Role]
    state: str

    @property
    def viewer(self) -> Viewer:
        return Viewer(
            account=self.public_id, kind=self.kind, party=self.party, roles=self.roles, name=self.name
        )


@dataclass(frozen=True, slots=True)
class Invited:
    """A new account and the token of the link by which its owner sets the first password."""

    account: Account
    link_token: str


def normal_login(login: str) -> str:
    """As it is compared: without blanks around, small; a Turkish keyboard's İ is an i."""
    return login.strip().translate({ord("İ"): "i"}).lower()[:LONGEST_LOGIN]


def create_account(
    conn: Connection,
    *,
    kind: ViewerKind,
    login: str,
    name: str,
    now: datetime,
    by: str,
    party: int | None = None,
    roles: Collection[Role] = (),
    chance: Chance = true_chance,
) -> Invited:
    """An account without a password yet, and the link to set it; staff also get a secret for their codes.

    Raises LoginTaken. Applications (P-2) end here once they are approved.
    """
    if (kind is ViewerKind.STAFF) == (party is not None) or (kind is not ViewerKind.STAFF and roles):
        raise ValueError(
            "staff have roles and act for no party; everybody else acts for one and has no roles"
        )
    values = {
        "public_id": new_public_id(chance),
        "kind": kind.value,
        "login": normal_login(login),
        "party": party,
        "name": name,
        "roles": sorted(role.value for role in roles),
        "state": INVITED,
        "totp_secret": new_secret(chance) if kind is ViewerKind.STAFF else None,
        "made_at": now,
    }
    try:
        with conn.begin_nested():
            number = conn.scalar(accounts.insert().returning(accounts.c.id), values)
    except IntegrityError:
        raise LoginTaken(values["login"]) from None
    told = {"kind": kind.value, "party": party, "roles": values["roles"]}
    subject = f"account {values['public_id']}"
    record_event(conn, at=now, actor=by, act="account made", subject=subject, after=told)
    account = _one(conn, accounts.c.id == number)
    assert account is not None  # just made
    return Invited(account, links.new_link(conn, account.id, now=now, chance=chance))


def new_secret(chance: Chance) -> str:
    """For an authenticator: base32 of 160 bits."""
    import base64

    return base64.b32encode(chance(_TOTP_BYTES)).decode("ascii")


def find_account(
    conn: Connection, *, public_id: str | None = None, kind: ViewerKind | None = None, login: str = ""
) -> Account | None:
    """By public id, or by kind and login."""
    if public_id is not None:
        return _one(conn, accounts.c.public_id == public_id)
    if kind is None:
        raise ValueError("a login is unique within its kind only: say the kind")
    return _one(conn, (accounts.c.kind == kind.value) & (accounts.c.login == normal_login(login)))


def list_accounts(conn: Connection, *, after_id: int = 0, limit: int = 50) -> list[Account]:
    query = select(accounts).where(accounts.c.id > after_id).order_by(accounts.c.id).limit(limit)
    return [account_of(row) for row in conn.execute(query)]


def invite_again(
    conn: Connection, account: Account, *, now: datetime, by: str, chance: Chance = true_chance
) -> str:
    """A new link for who lost his password; links given before end. Not for a disabled account."""
    if account.state == DISABLED:
        raise ValueError(f"account {account.public_id} is disabled; enable it first")
    record_event(conn, at=now, actor=by, act="link given", subject=f"account {account.public_id}")
    return links.new_link(conn, account.id, now=now, chance=chance)


def disable_account(conn: Connection, account: Account, *, now: datetime, by: str) -> None:
    """From the next request on nobody is signed in with it."""
    conn.execute(accounts.update().where(accounts.c.id == account.id).values(state=DISABLED))
    end_everything(conn, account.id)
    record_event(conn, at=now, actor=by, act="account disabled", subject=f"account {account.public_id}")


def change_roles(
    conn: Connection, account: Account, *, roles: Collection[Role], now: datetime, by: str
) -> None:
    """What a member of staff is for, from the next request on."""
    if account.kind is not ViewerKind.STAFF:
        raise ValueError("only staff have roles")
    after = sorted(role.value for role in roles)
    conn.execute(accounts.update().where(accounts.c.id == account.id).values(roles=after))
    record_event(
        conn,
        at=now,
        actor=by,
        act="roles changed",
        subject=f"account {account.public_id}",
        before=sorted(role.value for role in account.roles),
        after=after,
    )


def end_everything(conn: Connection, account_id: int) -> None:
    """Sessions, links and devices of this account."""
    for table in (sessions, one_time_links, known_devices):
        conn.execute(table.delete().where(table.c.account_id == account_id))


def totp_address(secret: str, *, login: str, issuer: str) -> str:
    """What an authenticator reads (otpauth://)."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def account_of(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        public_id=row.public_id,
        kind=ViewerKind(row.kind),
        login=row.login,
        party=row.party,
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles),
        state=row.state,
    )


def _one(conn: Connection, condition: Any) -> Account | None:
    row = conn.execute(select(accounts).where(condition)).one_or_none()
    return None if row is None else account_of(row)
