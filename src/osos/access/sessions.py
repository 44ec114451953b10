"""Who is signed in with this cookie, and for how much longer?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from osos.access.accounts import ACTIVE, account_of
from osos.access.tables import accounts, known_devices, one_time_links, sessions, sign_in_tries
from osos.access.tokens import Chance, hash_of, new_token
from osos.access.tries import KEPT
from osos.access.viewer import Viewer, ViewerKind

ABSOLUTE = timedelta(hours=12)
IDLE = {ViewerKind.STAFF: timedelta(minutes=15)}
IDLE_OTHERS = timedelta(minutes=30)
SEEN_EVERY = timedelta(
    seconds=60
)  # so seldom a busy session is written: it may end that much early, never late
DEVICE_KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Session:
    """One browser of one account."""

    token_hash: str
    viewer: Viewer
    since: datetime
    last_seen: datetime
    ends_at: datetime

    def wants_noting(self, now: datetime) -> bool:
        return now - self.last_seen >= SEEN_EVERY


def begin_session(conn: Connection, account_id: int, *, now: datetime, chance: Chance) -> str:
    """A new token each time, so that none from before the sign-in is worth anything."""
    token = new_token(chance)
    over = (sessions.c.account_id == account_id) & (sessions.c.ends_at <= now)
    conn.execute(sessions.delete().where(over))
    row = {"token_hash": hash_of(token), "account_id": account_id, "since": now, "last_seen": now}
    conn.execute(sessions.insert().values(**row, ends_at=now + ABSOLUTE))
    return token


def read_session(conn: Connection, token: str, *, now: datetime) -> Session | None:
    """Whose this is; None when it is unknown, over, idle for too long, or its account is not active."""
    query = (
        select(sessions.c.token_hash, sessions.c.since, sessions.c.last_seen, sessions.c.ends_at, accounts)
        .join(accounts, accounts.c.id == sessions.c.account_id)
        .where(sessions.c.token_hash == hash_of(token), sessions.c.ends_at > now, accounts.c.state == ACTIVE)
    )
    row = conn.execute(query).one_or_none()
    if row is None or now - row.last_seen >= idle_of(ViewerKind(row.kind)) or row.since > now + SEEN_EVERY:
        return None
    return Session(row.token_hash, account_of(row).viewer, row.since, row.last_seen, row.ends_at)


def note_seen(conn: Connection, session: Session, *, now: datetime) -> None:
    conn.execute(
        sessions.update()
        .where(sessions.c.token_hash == session.token_hash, sessions.c.last_seen < now)
        .values(last_seen=now)
    )


def end_session(conn: Connection, token: str) -> None:
    """Signed out: from the next request on the cookie says nothing."""
    conn.execute(sessions.delete().where(sessions.c.token_hash == hash_of(token)))


def sweep(conn: Connection, *, now: datetime) -> None:
    """Take away what is over: sessions, links, old tries, devices not seen for more than a year."""
    conn.execute(sessions.delete().where(sessions.c.ends_at <= now))
    conn.execute(one_time_links.delete().where(one_time_links.c.ends_at <= now))
    conn.execute(sign_in_tries.delete().where(sign_in_tries.c.at <= now - KEPT))
    conn.execute(known_devices.delete().where(known_devices.c.last_seen <= now - DEVICE_KEPT))


def idle_of(kind: ViewerKind) -> timedelta:
    return IDLE.get(kind, IDLE_OTHERS)
