"""What do SQLite and PostgreSQL say differently?"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import repeat
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    Select,
    Table,
    any_,
    bindparam,
)
from sqlalchemy.dialects import postgresql, sqlite


def insert(conn: Connection, table: Table) -> postgresql.Insert:
    """The engine's own INSERT, with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if conn.dialect.name == "sqlite":
        # The two classes offer the same methods; one name spares every caller a branch.
        return sqlite.insert(table)  # type: ignore[return-value]
    return postgresql.insert(table)


def among(query: Select[Any], **columns: ColumnElement[int]) -> Callable[[Connection], Select[Any]]:
    """The query, where each column is one of the whole numbers that are given it by its name, as a list.

    To PostgreSQL such a list is one value: writing and reading hundreds took longer than finding their rows.
    """
    asked = columns.items()
    listed = query.where(*(column.in_(bindparam(name, expanding=True)) for name, column in asked))
    arrays = query.where(*(column == any_(bindparam(name, type_=ARRAY(Integer))) for name, column in asked))
    return lambda conn: arrays if conn.dialect.name == "postgresql" else listed


def alone(conn: Connection, errand: str) -> None:
    """From here to the end of the transaction nobody else runs the same errand."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"osos:{errand}",))
    # SQLite has one writer anyway, and every writing transaction holds it from its first moment.


def append(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many new rows of the same columns at once: COPY on PostgreSQL, one prepared INSERT on SQLite.

    Not for rows that may be there already: COPY knows no ON CONFLICT.
    """
    if rows:
        append_columns(conn, table, {name: [row[name] for row in rows] for name in rows[0]})


def append_columns(conn: Connection, table: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """The same rows told column by column, all of one length.

    Said to the driver itself: a row of fifteen columns costs 28 µs through SQLAlchemy and 8.5 so, of which
    SQLite takes 6.
    """
    taken = [table.c[name] for name in columns]
    rows = list(zip(*map(_as_kept, repeat(conn.dialect), taken, columns.values()), strict=True))
    if not rows:
        return
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql(_insert_of(table, tuple(columns)), rows)
        return
    from osos.store.copying import copy_in  # psycopg, not needed on SQLite

    copy_in(conn, table, taken, rows)


def _as_kept(dialect: Dialect, column: Column[Any], values: Sequence[Any]) -> Sequence[Any]:
    """As the driver takes them; what stands in many rows, a moment say, is turned once."""
    turn = column.type.dialect_impl(dialect).bind_processor(dialect)
    if turn is None:
        return values
    kept: list[Any] = []
    last, turned = None, None
    for value in values:
        if value is not last:
            last, turned = value, turn(value)
        kept.append(None if value is None else turned)
    return kept


@cache
def _insert_of(table: Table, names: tuple[str, ...]) -> str:
    known = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table.name}" ({known}) VALUES ({", ".join("?" * len(names))})'  # noqa: S608  # names are the code's own
