"""Where is the database, and how does a room read and write it?"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from osos.store.postgres import postgres_engines
from osos.store.sqlite import sqlite_engines
from osos.store.unavailable import StoreUnavailable, unavailable
from osos.store.version import newest, version_of

LOCK_WITHIN_S = 5.0  # how long a transaction waits for another one's lock before it is refused (F18)


class NotAStore(ValueError):
    """The address of the store is not one this program can open."""


class Store:
    """One open database: SQLite (one file, one writer) or PostgreSQL."""

    def __init__(self, writing: Engine, reading: Engine, *, lock_within_s: float) -> None:
        self._writing, self._reading = writing, reading
        self._lock_within_s = lock_within_s
        self.dialect = writing.dialect.name
        self._writer = threading.Lock() if self.dialect == "sqlite" else None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that writes: committed at the end of the block, rolled back by an exception.

        Raises StoreUnavailable when the database is locked, full or gone; nothing is kept then.
        """
        with self._one_writer(), _told_apart(), self._writing.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, all of it from one moment."""
        with _told_apart(reads=True), self._reading.connect() as conn, conn.begin():
            yield conn

    def migrate(self) -> None:
        """Bring the tables to this program's version; safe when several processes start at once.

        Tables that are so already are only read: who wants to look does not wait for who writes.
        Raises NotAStore when a newer program made them.
        """
        with self.read() as conn:
            made = version_of(conn)
        if made == newest():
            return
        if made is not None and made > newest():
            raise NotAStore(
                f"a newer osos made this store (tables {made}, known here {newest()}); update osos"
            )
        from osos.store.migrate import migrate  # Alembic is needed only here

        with self.begin() as conn:
            migrate(conn)

    def close(self) -> None:
        self._reading.dispose()
        self._writing.dispose()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        # Threads of one process queue here in order, instead of polling SQLite's own lock.
        if self._writer is None:
            yield
            return
        if not self._writer.acquire(timeout=self._lock_within_s):
            held = f"another writer of this process has held it for {self._lock_within_s} s"
            raise StoreUnavailable("locked", held)
        try:
            yield
        finally:
            self._writer.release()


def open_store(url: str | Path, *, lock_within_s: float = LOCK_WITHIN_S) -> Store:
    """Open `sqlite:///file`, a path, or `postgresql://user@host/name`; nothing is created but the file."""
    address = _address(url)
    engines = sqlite_engines if address.get_backend_name() == "sqlite" else postgres_engines
    return Store(*engines(address, lock_within_s=lock_within_s), lock_within_s=lock_within_s)


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
    if backend == "sqlite" and address.database in {None, "", ":memory:"}:
        raise NotAStore("the store is a file: sqlite:///path/to/file (one in memory would not be kept)")
    return address


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
