"""How is a SQLite file opened so that a commit is durable and readers never wait?"""

import sqlite3
import threading

from sqlalchemy import URL, Connection, Engine, create_engine, event

from osos.store.unavailable import StoreUnavailable

_WAL_TRIES, _WAL_PAUSE_S = 100, 0.05  # two processes may open a new file at once
_READERS = 20  # page handlers' threads; each keeps one connection


def sqlite_engines(address: URL, *, lock_within_s: float) -> tuple[Engine, Engine]:
    """One connection that writes, and some that only read."""
    waits = {"timeout": lock_within_s}
    writing = create_engine(
        address,
        connect_args=waits,
        hide_parameters=True,
        pool_size=1,
        max_overflow=0,
        pool_timeout=lock_within_s,
    )
    reading = create_engine(
        address,
        connect_args=waits,
        hide_parameters=True,
        pool_size=5,
        max_overflow=_READERS - 5,
        pool_timeout=lock_within_s,
    )
    event.listen(writing, "connect", _prepare)
    event.listen(reading, "connect", _prepare)
    event.listen(reading, "connect", _only_read)
    event.listen(writing, "begin", lambda conn: _say(conn, "BEGIN IMMEDIATE"))
    event.listen(reading, "begin", lambda conn: _say(conn, "BEGIN"))
    return writing, reading


def _say(conn: Connection, statement: str) -> None:
    conn.exec_driver_sql(statement)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    mode = _write_ahead(connection)
    if mode != "wal":
        connection.close()
        raise StoreUnavailable("refused", f"this file takes no write-ahead log (journal_mode={mode})")
    connection.execute("PRAGMA synchronous=FULL")  # an acknowledgement rests on it
    connection.execute("PRAGMA foreign_keys=ON")


def _write_ahead(connection: sqlite3.Connection) -> str:
    """Ask for the write-ahead log; SQLite does not wait for others by itself here."""
    for _ in range(_WAL_TRIES):
        try:
            return str(connection.execute("PRAGMA journal_mode=WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            threading.Event().wait(_WAL_PAUSE_S)
    connection.close()
    raise StoreUnavailable("locked", "another program holds the file and has not opened it for others yet")


def _only_read(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")
