"""What do SQLite and PostgreSQL say differently?"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert(conn: Connection, table: Table) -> postgresql.Insert:
    """The engine's own INSERT, with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if conn.dialect.name == "sqlite":
        # The two classes offer the same methods; one name spares every caller a branch.
        return sqlite.insert(table)  # type: ignore[return-value]
    return postgresql.insert(table)


def alone(conn: Connection, errand: str) -> None:
    """From here to the end of the transaction nobody else runs the same errand."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"osos:{errand}",))
    # SQLite has one writer anyway, and every writing transaction holds it from its first moment.


def append(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many new rows of the same columns at once: COPY on PostgreSQL, one prepared INSERT on SQLite.

    Not for rows that may be there already: COPY knows no ON CONFLICT.
    """
    if not rows:
        return
    if conn.dialect.name == "sqlite":
        conn.execute(table.insert(), list(rows))
        return
    from osos.store.copying import copy_in  # psycopg, not needed on SQLite

    copy_in(conn, table, rows)
