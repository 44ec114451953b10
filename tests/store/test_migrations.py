"""Do the migrations make the tables the rooms expect, wherever they are stopped, whoever starts first?"""

import importlib
import importlib.util
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, inspect
from sqlalchemy.engine import Engine

from osos.store import NotAStore, Store, metadata, open_store
from osos.store.version import newest, version_of

# Whoever has tables says so here: tables without a migration are found, and migrations without tables.
ROOMS_WITH_TABLES = (
    "store.events",
    "store.marks",
    "jobs.tables",
    "registry.tables",
    "registry.point_tables",
    "registry.network_tables",
    "access.tables",
    "mdm.tables",
    "mdm.day_changes",
    "mdm.fleet.tables",
    "mdm.judge.tables",
    "mdm.network.tables",
    "mdm.keeping.tables",
    "headend.tables",
)


@pytest.fixture
def every_rooms_tables() -> None:
    for room in ROOMS_WITH_TABLES:
        if importlib.util.find_spec(f"osos.{room}") is not None:
            importlib.import_module(f"osos.{room}")


def shape(conn: Connection) -> set[str]:
    """Everything the engine says of its tables, a line a thing."""
    seen = inspect(conn)
    said: set[str] = set()
    for table in set(seen.get_table_names()) - {"alembic_version"}:
        columns = [
            f"column {c['name']} {c['type']!r} nullable={c['nullable']} default={c['default']} "
            f"numbered={c.get('autoincrement')}"
            for c in seen.get_columns(table)
        ]
        # a migration may order a key for its engine (SQLite reads months with the day first)
        key = [f"key {sorted(seen.get_pk_constraint(table)['constrained_columns'])}"]
        unique = [f"unique {one}" for one in seen.get_unique_constraints(table)]
        foreign = [f"foreign {one}" for one in seen.get_foreign_keys(table)]
        checks = [f"check {one}" for one in seen.get_check_constraints(table)]
        options = [f"options {seen.get_table_options(table)}"]
        lines = [*columns, *key, *unique, *foreign, *checks, *options, *_indexes(conn, table)]
        said |= {f"{table}: {line}" for line in lines}
    return said


def _indexes(conn: Connection, table: str) -> list[str]:
    """The engine's own words for them: directions and conditions included."""
    if conn.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
    else:
        query = "SELECT indexdef FROM pg_indexes WHERE tablename = %s"
    return sorted(row[0] for row in conn.exec_driver_sql(query, (table,)))


def test_migrated_schema_equals_all_rooms_tables(store: Store, every_rooms_tables: None) -> None:
    with store.begin() as conn:
        migrated = shape(conn)
        metadata.drop_all(conn)
        assert inspect(conn).get_table_names() == ["alembic_version"], "a migration made a table no room has"
        metadata.create_all(conn)
        wanted = shape(conn)
    assert migrated - wanted == set(), "made by a migration, not in a room's tables"
    assert wanted - migrated == set(), "in a room's tables, made by no migration"


def test_migrating_again_changes_nothing(store: Store) -> None:
    with store.read() as conn:
        before = shape(conn)
    store.migrate()
    with store.read() as conn:
        assert shape(conn) == before


def test_who_only_looks_does_not_wait_for_who_writes(store: Store) -> None:
    """`osos stored` ended after five seconds while another program held the write lock."""
    with store.begin() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        looker = open_store(store._writing.url.render_as_string(hide_password=False), lock_within_s=0.1)
        looker.migrate()
        with looker.read() as looking:
            assert inspect(looking).has_table("events")
        looker.close()


def test_the_newest_version_is_the_head_of_the_chain(store: Store) -> None:
    with store.read() as conn:
        assert version_of(conn) == newest()


def test_tables_of_a_newer_program_are_refused_with_a_sentence(store: Store) -> None:
    with store.begin() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NotAStore, match="newer osos"):
        store.migrate()


def test_eight_starters_at_once_all_find_the_tables(empty_store_url: str) -> None:
    together = threading.Barrier(8)

    def start(_: int) -> set[str]:
        together.wait(timeout=60)
        store = open_store(empty_store_url)
        store.migrate()
        with store.read() as conn:
            names = set(inspect(conn).get_table_names())
        store.close()
        return names

    with ThreadPoolExecutor(8) as pool:
        for names in pool.map(start, range(8)):
            assert {"events", "jobs", "modems"} <= names


PROCESS = "import sys; from osos.store import open_store; s = open_store(sys.argv[1]); s.migrate(); s.close()"


def test_two_processes_at_once_say_nothing_and_both_succeed(tmp_path: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PROCESS, f"sqlite:///{tmp_path}/osos.sqlite"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for _ in range(2)
    ]
    assert [(one.communicate(timeout=100)[0], one.returncode) for one in started] == [(b"", 0), (b"", 0)]


class Cut(Exception):
    """The process ended here."""


@contextmanager
def cut_before(engine: Engine, statement: int) -> Iterator[list[str]]:
    """End the n-th statement of a migration before it runs, as a kill would."""
    run: list[str] = []

    def count(_conn: object, _cursor: object, sql: str, *_: object) -> None:
        run.append(sql)
        if len(run) == statement:
            raise Cut(sql)

    event.listen(engine, "before_cursor_execute", count)
    yield run
    event.remove(engine, "before_cursor_execute", count)


def test_a_migration_cut_at_every_seventh_statement_leaves_nothing_half_and_runs_the_next_time(
    empty_store_url: str,
) -> None:
    store = open_store(empty_store_url)
    statement, cut = 1, True
    while cut:
        with cut_before(store._writing, statement):
            try:
                store.migrate()
                cut = False
            except Cut:
                pass
        if cut:
            with store.read() as conn:
                assert inspect(conn).get_table_names() == [], f"cut before statement {statement}"
            statement += 7
    assert statement > 20
    with store.read() as conn:
        assert "installations" in inspect(conn).get_table_names()
    store.close()


def test_a_migration_from_a_folder_with_a_percent_sign_and_a_space(tmp_path: Path) -> None:
    folder = tmp_path / "100% ölçüm"
    folder.mkdir()
    store = open_store(folder / "osos.sqlite")
    store.migrate()
    store.close()
    assert (folder / "osos.sqlite").is_file()
