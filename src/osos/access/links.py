"""How does somebody without a password come to one?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from osos.access.codes import fitting_step
from osos.access.passwords import Passwords, objection
from osos.access.tables import accounts, known_devices, one_time_links, sessions
from osos.access.tokens import Chance, hash_of, new_token, true_chance
from osos.access.viewer import ViewerKind
from osos.store import Store, record_event

LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class OpenLink:
    """Whose password a link sets; staff confirm with a code that their authenticator has the secret."""

    account_id: int
    public_id: str
    kind: ViewerKind
    login: str
    totp_secret: str | None


def new_link(conn: Connection, account_id: int, *, now: datetime, chance: Chance = true_chance) -> str:
    """The token of a link that works once, within 15 minutes; earlier links of the account end."""
    conn.execute(one_time_links.delete().where(one_time_links.c.account_id == account_id))
    token = new_token(chance)
    row = {"token_hash": hash_of(token), "account_id": account_id, "ends_at": now + LASTS}
    conn.execute(one_time_links.insert().values(row))
    return token


def read_link(conn: Connection, token: str, *, now: datetime) -> OpenLink | None:
    """Whose link this is; None when it is unknown, used or over: the three look alike."""
    query = (
        select(accounts)
        .join(one_time_links, one_time_links.c.account_id == accounts.c.id)
        .where(one_time_links.c.token_hash == hash_of(token), one_time_links.c.ends_at > now)
        .where(accounts.c.state != "disabled")
    )
    row = conn.execute(query).one_or_none()
    if row is None:
        return None
    # a secret is shown until its owner has proved once that he has it, never again
    secret = row.totp_secret if row.totp_step is None else None
    return OpenLink(row.id, row.public_id, ViewerKind(row.kind), row.login, secret)


def set_password(
    store: Store, passwords: Passwords, *, token: str, password: str, code: str = "", now: datetime
) -> str | None:
    """Set the password of a link's account and use the link up; None when done, else what is wrong.

    `link` (unknown, used or over), `code`, or what `passwords.objection` says. All sessions of the account
    end. Raises TooBusy.
    """
    with store.read() as conn:
        link = read_link(conn, token, now=now)
    if link is None:
        return "link"
    wrong = objection(password, login=link.login)
    if wrong is not None:
        return wrong
    made = passwords.hash(password)
    with store.begin() as conn:
        return _use(conn, token, link, made, code=code, now=now)


def _use(
    conn: Connection, token: str, link: OpenLink, password_hash: str, *, code: str, now: datetime
) -> str | None:
    row = conn.execute(select(accounts).where(accounts.c.id == link.account_id).with_for_update()).one()
    changed = {"password_hash": password_hash, "state": "active"}
    if link.kind is ViewerKind.STAFF:
        step = fitting_step(row.totp_secret, code, now=now, after=row.totp_step)
        if step is None:
            return "code"
        changed["totp_step"] = step  # type: ignore[assignment]  # columns of two types in one dict
    used = one_time_links.delete().where(
        one_time_links.c.token_hash == hash_of(token), one_time_links.c.ends_at > now
    )
    if conn.execute(used).rowcount != 1 or row.state == "disabled":
        return "link"  # somebody else was faster, or it ran out meanwhile
    conn.execute(accounts.update().where(accounts.c.id == row.id).values(changed))
    for table in (sessions, known_devices):
        conn.execute(table.delete().where(table.c.account_id == row.id))
    subject = f"account {row.public_id}"
    record_event(conn, at=now, actor=f"account {row.public_id}", act="password set", subject=subject)
    return None
