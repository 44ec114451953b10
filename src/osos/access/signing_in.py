"""Is he who he says he is?"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from osos.access.accounts import ACTIVE, LONGEST_LOGIN, account_of, normal_login
from osos.access.codes import fitting_step
from osos.access.passwords import LONGEST, Passwords
from osos.access.sessions import begin_session, end_session
from osos.access.tables import accounts, known_devices
from osos.access.tokens import Chance, hash_of, new_token, true_chance
from osos.access.tries import Trier, begin_try, take_back, trier
from osos.access.viewer import Viewer, ViewerKind
from osos.store import Store, marked, record_event


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What somebody typed, and where from."""

    kind: ViewerKind
    login: str
    password: str
    code: str = ""  # of the authenticator: staff
    address: str = ""  # of the network
    device_token: str = ""  # of an earlier sign-in from the same browser
    session_token: str = ""  # of the session this one replaces


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Two tokens for the browser: the session's, and that of a device known from now on."""

    viewer: Viewer
    session_token: str
    device_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One answer for all that can be wrong; with `wait_s` nothing was looked at, whatever it was."""

    wait_s: float = 0.0


def authenticate(
    store: Store, passwords: Passwords, asked: SignIn, *, now: datetime, chance: Chance = true_chance
) -> SignedIn | Refused:
    """Check the limits, then the password (and the code), then begin a session. Raises TooBusy.

    Nothing tells a known login from an unknown one: the same limits, one hash, the same answer.
    """
    login = normal_login(asked.login)
    with store.begin() as conn:
        found = _account(conn, asked.kind, login)
        device = _device(conn, found, asked.device_token)
        who = trier(kind=asked.kind.value, login=login, device=device, address=asked.address)
        wait_s = begin_try(conn, who, now=now)
    if wait_s:
        return Refused(wait_s=wait_s)
    known = None if found is None else found.password_hash
    too_long = len(asked.password) > LONGEST or len(asked.login) > LONGEST_LOGIN
    fits = passwords.fits("" if too_long else asked.password, known)
    if not fits or too_long or found is None or found.state != ACTIVE:
        return Refused()
    better = passwords.hash(asked.password) if passwords.is_outdated(found.password_hash) else None
    with store.begin() as conn:
        return _enter(conn, found.id, asked, who, better, now=now, chance=chance)


def _enter(
    conn: Connection,
    account_id: int,
    asked: SignIn,
    who: Trier,
    better_hash: str | None,
    *,
    now: datetime,
    chance: Chance,
) -> SignedIn | Refused:
    row = conn.execute(select(accounts).where(accounts.c.id == account_id).with_for_update()).one()
    if row.state != ACTIVE:
        return Refused()
    changed: dict[str, Any] = {} if better_hash is None else {"password_hash": better_hash}
    if row.kind == ViewerKind.STAFF.value and not (asked.code == "" and _is_demo_at_home(conn, asked)):
        step = fitting_step(row.totp_secret, asked.code, now=now, after=row.totp_step)
        if step is None:
            return Refused()
        changed["totp_step"] = step
    if changed:
        conn.execute(accounts.update().where(accounts.c.id == row.id).values(changed))
    take_back(conn, who)
    if asked.session_token:
        end_session(conn, asked.session_token)
    account = account_of(row)
    subject = f"account {account.public_id}"
    record_event(conn, at=now, actor=subject, act="signed in", subject=subject)
    return SignedIn(
        viewer=account.viewer,
        session_token=begin_session(conn, row.id, now=now, chance=chance),
        device_token=_remember_device(conn, row.id, asked.device_token, now=now, chance=chance),
    )


def _account(conn: Connection, kind: ViewerKind, login: str) -> Row[Any] | None:
    query = select(accounts).where(accounts.c.kind == kind.value, accounts.c.login == login)
    return conn.execute(query).one_or_none()


def _device(conn: Connection, found: Row[Any] | None, token: str) -> str:
    """The hash of a device this account has signed in from; empty for any other."""
    if found is None or not token:
        return ""
    query = select(known_devices.c.token_hash).where(
        known_devices.c.token_hash == hash_of(token), known_devices.c.account_id == found.id
    )
    return conn.scalar(query) or ""


def _remember_device(conn: Connection, account_id: int, token: str, *, now: datetime, chance: Chance) -> str:
    known = (known_devices.c.token_hash == hash_of(token)) & (known_devices.c.account_id == account_id)
    seen = known_devices.update().where(known).values(last_seen=now)
    if token and conn.execute(seen).rowcount:
        return token
    made = new_token(chance)
    row = {"token_hash": hash_of(made), "account_id": account_id, "last_seen": now}
    conn.execute(known_devices.insert().values(row))
    return made


def _is_demo_at_home(conn: Connection, asked: SignIn) -> bool:
    """Staff of a demonstration need no authenticator, from the machine itself only."""
    try:
        here = ipaddress.ip_address(asked.address).is_loopback
    except ValueError:
        return False
    return here and marked(conn, name="demo") is not None
