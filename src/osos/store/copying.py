"""How do many rows enter PostgreSQL at once?"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Table


def copy_in(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """COPY the rows into the table, in the caller's transaction."""
    columns = [table.c[name] for name in rows[0]]
    keep = [column.type.dialect_impl(conn.dialect).bind_processor(conn.dialect) for column in columns]
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    driver = conn.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # the one driver open_store gives PostgreSQL
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            values = (row[column.name] for column in columns)
            copy.write_row([one(v) if one is not None else v for one, v in zip(keep, values, strict=True)])
