"""How does a row give way to its next version, and the one before go to the history?

Told so often that what can be is built once: building a statement takes longer than running it.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, Insert, Table, bindparam, select

from osos.store import insert


def copied_to_history(
    present: Table, history: Table, *, where: ColumnElement[bool], other: Collection[str] = ()
) -> Insert:
    """Rows as they stand; `replaced_at`, `replaced_by` and the columns of `other` come as parameters."""
    names = [column.name for column in history.columns]
    told = {"replaced_at", "replaced_by", *other}
    values = [
        bindparam(name, type_=history.c[name].type).label(name) if name in told else present.c[name]
        for name in names
    ]
    return history.insert().from_select(names, select(*values).where(where))


def replace_rows(conn: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """New rows, and rows whose version follows the one that stands there."""
    done = conn.execute(_replacing(conn, table), list(rows), execution_options={"preserve_rowcount": True})
    if done.rowcount != len(rows):  # another transaction made a version of its own meanwhile
        raise RuntimeError(f"{table.name}: {len(rows)} rows told, {done.rowcount} taken")


_built: dict[tuple[str, str], Insert] = {}


def _replacing(conn: Connection, table: Table) -> Insert:
    place = (conn.dialect.name, table.name)
    if place not in _built:
        plain, key = insert(conn, table), [column.name for column in table.primary_key]
        others = [column.name for column in table.columns if column.name not in key]
        _built[place] = plain.on_conflict_do_update(
            index_elements=key,
            set_={name: plain.excluded[name] for name in others},
            where=table.c.version == plain.excluded["version"] - 1,
        )
    return _built[place]
