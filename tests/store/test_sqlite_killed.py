"""Is what a killed process had acknowledged in the file, and is the file whole?"""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from osos.store import StoreUnavailable, marked, open_store

WRITER = """
import itertools, sys
from osos.store import Committer, mark, open_store
store = open_store(sys.argv[1])
store.migrate()
with Committer(store) as committer:
    for n in itertools.count():
        names = [f"{n}.{k}" for k in range(5)]
        futures = [committer.submit(lambda c, one=one: mark(c, name=one, value="kept")) for one in names]
        for one, future in zip(names, futures):
            future.result()
            print(one, flush=True)
"""


@pytest.mark.parametrize("after", [1, 151])
def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path, after: int) -> None:
    path = tmp_path / "osos.sqlite"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    told = [writer.stdout.readline().strip() for _ in range(after)]
    writer.kill()
    told += [line.strip() for line in writer.stdout if line.endswith("\n")]
    writer.stdout.close()
    writer.wait()
    store = open_store(path)
    with store.read() as conn:
        assert [name for name in told if marked(conn, name=name) != "kept"] == []
        assert conn.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    store.close()


def test_a_file_that_is_no_database_is_damaged_and_a_folder_that_is_not_there_is_gone(tmp_path: Path) -> None:
    (tmp_path / "not.sqlite").write_bytes(b"flag,serial\n" * 1000)
    for path, reason in ((tmp_path / "not.sqlite", "damaged"), (tmp_path / "no" / "osos.sqlite", "gone")):
        store = open_store(path)
        with pytest.raises(StoreUnavailable) as told:
            store.migrate()
        assert told.value.reason == reason
        store.close()


def test_every_connection_waits_for_the_disk(tmp_path: Path) -> None:
    store = open_store(tmp_path / "osos.sqlite")
    with store.begin() as conn:
        pragmas = [
            conn.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous")
        ]
    assert pragmas == ["wal", 2]
    store.close()


def test_who_writes_while_reading_has_a_bug_and_is_told_so(tmp_path: Path) -> None:
    store = open_store(tmp_path / "osos.sqlite")
    store.migrate()
    with pytest.raises(Exception, match="attempt to write a readonly database") as told, store.read() as conn:
        conn.exec_driver_sql("INSERT INTO marks VALUES ('a', 'b')")
    assert not isinstance(told.value, StoreUnavailable)
    store.close()


def test_a_file_held_by_another_program_is_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("osos.store.sqlite._WAL_TRIES", 2)
    other = sqlite3.connect(tmp_path / "osos.sqlite", isolation_level=None)
    other.execute("CREATE TABLE t (n)")
    other.execute("BEGIN EXCLUSIVE")
    store = open_store(tmp_path / "osos.sqlite", lock_within_s=0.1)
    with pytest.raises(StoreUnavailable) as told:
        store.migrate()
    assert told.value.reason == "locked"
    other.close()
    store.migrate()
    store.close()
