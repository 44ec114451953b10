"""What is this database: a demo's, whose, since when?"""

from sqlalchemy import Column, Connection, Table, select

from osos.store.types import Words, metadata

marks = Table(
    "marks", metadata, Column("name", Words, primary_key=True), Column("value", Words, nullable=False)
)


def mark(conn: Connection, *, name: str, value: str) -> None:
    """Write a lasting word about the database itself, such as that it is a demo's."""
    conn.execute(marks.delete().where(marks.c.name == name))
    conn.execute(marks.insert().values(name=name, value=value))


def marked(conn: Connection, *, name: str) -> str | None:
    return conn.scalar(select(marks.c.value).where(marks.c.name == name))
