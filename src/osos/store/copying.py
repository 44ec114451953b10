"""How do many rows enter PostgreSQL at once?"""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Column, Connection, Table

from osos.store.unavailable import unavailable


def copy_in(
    conn: Connection, table: Table, columns: Sequence[Column[Any]], rows: Sequence[tuple[Any, ...]]
) -> None:
    """COPY rows, as the driver takes them, into these columns of the table, in the caller's transaction."""
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table.name), names)
    driver = conn.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # the one driver open_store gives PostgreSQL
    # a type's collation is a matter of comparing, not of how it is written
    kinds = [column.type.compile(conn.dialect).lower().partition(" collate ")[0] for column in columns]
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(kinds)
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:  # past SQLAlchemy, whose errors Store.begin tells apart
        reason = unavailable(error)
        if reason is None:
            raise
        raise reason from error
