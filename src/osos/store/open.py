"""Where is the database, and how does a room read and write it?"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from osos.store.migrate import migrate
from osos.store.unavailable import StoreUnavailable, unavailable

LOCK_WITHIN_S = 5.0  # how long a transaction waits for another one's lock before it is refused (F18)
_CONNECT_WITHIN_S = 5
_WAL_TRIES, _WAL_PAUSE_S = 100, 0.05  # two processes may open a new file at once
# An acknowledgement rests on synchronous_commit, whatever the server's default is.
_POSTGRES_OPTIONS = "-c synchronous_commit=on -c timezone=UTC -c client_min_messages=warning -c lock_timeout="
_POSTGRES_DRIVER = "postgresql+psycopg"


class NotAStore(ValueError):
    """The address of the store is not one this program can open."""


class Store:
    """One open database: SQLite (one file, one writer) or PostgreSQL."""

    def __init__(self, engine: Engine, *, lock_within_s: float) -> None:
        self._engine = engine
        self._lock_within_s = lock_within_s
        self.dialect = engine.dialect.name
        self._writer = threading.Lock() if self.dialect == "sqlite" else None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that writes: committed at the end of the block, rolled back by an exception.

        Raises StoreUnavailable when the database is locked, full or gone; nothing is kept then.
        """
        with self._one_writer(), _told_apart(), self._engine.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, all of it from one moment."""
        options: dict[str, Any] = {"osos_reads": True}
        if self.dialect == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with (
            _told_apart(reads=True),
            self._engine.connect() as conn,
            conn.execution_options(**options).begin(),
        ):
            yield conn

    def migrate(self) -> None:
        """Bring the tables to this program's version; safe when several processes start at once."""
        with self.begin() as conn:
            migrate(conn)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        # Threads of one process queue here in order, instead of polling SQLite's own lock.
        if self._writer is None:
            yield
            return
        if not self._writer.acquire(timeout=self._lock_within_s):
            raise StoreUnavailable(
                "locked", f"another writer of this process held it for {self._lock_within_s} s"
            )
        try:
            yield
        finally:
            self._writer.release()


def open_store(url: str | Path, *, lock_within_s: float = LOCK_WITHIN_S) -> Store:
    """Open `sqlite:///file`, a path, or `postgresql://user@host/name`; nothing is created but the file."""
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, connect_args={"timeout": lock_within_s}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        arguments = _postgres_arguments(address, lock_within_s)
        engine = create_engine(address, connect_args=arguments, pool_pre_ping=True, hide_parameters=True)
    return Store(engine, lock_within_s=lock_within_s)


def _address(url: str | Path) -> URL:
    text = f"sqlite:///{url}" if isinstance(url, Path) or "://" not in url else url
    try:
        address = make_url(text)
        backend = address.get_backend_name()
        address.get_dialect()
    except (ArgumentError, NoSuchModuleError):
        backend = ""
    if backend not in {"sqlite", "postgresql"}:
        raise NotAStore("the store is sqlite:///path/to/file or postgresql://user@host/name; this is neither")
    if backend == "postgresql":
        return address.set(drivername=_POSTGRES_DRIVER)
    if address.database in {None, "", ":memory:"}:
        raise NotAStore("the store is a file: sqlite:///path/to/file (one in memory would not be kept)")
    return address


def _postgres_arguments(address: URL, lock_within_s: float) -> dict[str, Any]:
    given = address.query.get("options", "")
    asked = given if isinstance(given, str) else " ".join(given)
    return {
        "connect_timeout": _CONNECT_WITHIN_S,
        "options": f"{_POSTGRES_OPTIONS}{int(lock_within_s * 1000)} {asked}".strip(),
        # a database host without power is noticed in seconds, not by the kernel's 15 minutes
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
        "application_name": "osos",
    }


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for _ in range(_WAL_TRIES):
        try:
            mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            threading.Event().wait(_WAL_PAUSE_S)
        else:
            break
    else:
        mode = "busy"
    if mode != "wal":
        connection.close()
        raise sqlite3.OperationalError(f"this file does not take a write-ahead log (journal_mode={mode})")
    connection.execute("PRAGMA synchronous=FULL")  # an acknowledgement rests on it
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(conn: Connection) -> None:
    reads = conn.get_execution_options().get("osos_reads", False)
    conn.exec_driver_sql(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
    conn.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def _told_apart(*, reads: bool = False) -> Iterator[None]:
    """A database that cannot serve becomes StoreUnavailable; the work's own errors pass as they are."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        reason = unavailable(error)
        # who writes in a reading transaction has a bug, not a database without room
        if reason is None or (reads and reason.reason == "read-only"):
            raise
        raise reason from error
