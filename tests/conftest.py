"""What may a test ask for, whichever room it is in?"""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from osos.quantities import TURKIYE, ManualClock
from osos.store import Store, open_store

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile(
    "quick", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "long", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("OSOS_HYPOTHESIS", "quick"))


def skip_or_fail(missing: str) -> None:
    """Skip with the reason, unless this is CI, where nothing may be skipped for a missing part."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have it: {missing}")
    pytest.skip(f"skipped: no {missing}")


@pytest.fixture(scope="session")
def captures() -> Path:
    """The folder of real meter output, which lies beside the checkout and is never part of it."""
    folder = Path(os.environ.get("OSOS_CAPTURES", ROOT.parent / "shared" / "captures"))
    if not (folder / "INDEX.md").is_file():
        skip_or_fail("captures (set OSOS_CAPTURES to their folder)")
    return folder


@pytest.fixture
def full_device() -> Path:
    """A file without room for a byte."""
    device = Path("/dev/full")
    if not device.exists():
        skip_or_fail("/dev/full")
    return device


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at midnight of Monday 2 March 2026 in Turkey until it is told to move."""
    return ManualClock(datetime(2026, 3, 2, tzinfo=TURKIYE))


def _program(name: str) -> str | None:
    """A program of PostgreSQL's, which Debian keeps off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return str(found[0].resolve()) if found else shutil.which(name)


def _somebody() -> str | None:
    """Whom to be instead of root: initdb refuses root."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Cluster:
    """A throwaway PostgreSQL on a unix socket; ends with the process that started it, however that ends."""

    # Starts, says so, and stops when told or when nobody is left at the other end of the pipe.
    _SCRIPT = (
        '"$0" -D "$1/data" -l "$1/log" -o "$2" -w -t 60 -s start && echo ready; '
        'read _; "$0" -D "$1/data" -m fast -s stop'
    )

    def __init__(self, *, fsync: bool = False, kept: Path | None = None) -> None:
        """In a folder of its own, or in one that is kept and started again."""
        self._user = _somebody()
        self._fsync = fsync
        self._keeper: subprocess.Popen[str] | None = None
        self._names = itertools.count(1)
        self.folder = kept or Path(
            tempfile.mkdtemp(prefix="osos-pg-", dir="/tmp")
        )  # sockets want short paths
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "data").exists():
            self._init()
        self.start()

    def _init(self) -> None:
        if self._user is not None:
            shutil.chown(self.folder, self._user, pwd.getpwnam(self._user).pw_gid)
        initdb = _program("initdb")
        if initdb is None:
            raise FileNotFoundError("initdb")
        arguments = ["-U", "osos", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        self._run([initdb, "-D", str(self.folder / "data"), *arguments]).communicate()

    def _run(self, command: list[str]) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            user=self._user,
            group=None if self._user is None else pwd.getpwnam(self._user).pw_gid,
            extra_groups=None if self._user is None else [],
            cwd="/",
            env={"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC"},
        )

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses= -c max_connections=60 -c shared_buffers=32MB"
        if not self._fsync:
            options += " -c fsync=off -c full_page_writes=off"
        pg_ctl = _program("pg_ctl")
        assert pg_ctl is not None
        self._keeper = self._run(["/bin/sh", "-c", self._SCRIPT, pg_ctl, str(self.folder), options])
        out: IO[str] | None = self._keeper.stdout
        assert out is not None
        said = ""
        for line in out:
            said += line
            if line == "ready\n":
                return
        raise RuntimeError(f"PostgreSQL did not start: {said}{(self.folder / 'log').read_text()}")

    def stop(self) -> None:
        if self._keeper is not None:
            self._keeper.communicate("\n")
            self._keeper = None

    def kill(self) -> None:
        """End the server and all of its backends at once, as the machine's end would."""
        postmaster = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGSTOP)  # so that it does not replace the first of its children to die
        for children in Path(f"/proc/{postmaster}/task").glob("*/children"):
            for child in children.read_text().split():
                os.kill(int(child), signal.SIGKILL)
        os.kill(postmaster, signal.SIGKILL)
        self.stop()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://osos@/{database}?host={self.folder}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user="osos", dbname="postgres", autocommit=True) as conn:
            conn.execute(statement.encode())

    def new_database(self, template: str = "template1") -> str:
        name = f"t{next(self._names)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        self.execute(f"DROP DATABASE {database} WITH (FORCE)")


def _new_cluster(*, fsync: bool = False) -> Cluster:
    if _program("initdb") is None or _program("pg_ctl") is None:
        skip_or_fail("PostgreSQL (initdb)")
    return Cluster(fsync=fsync)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One server a test process, with a migrated database `made` to copy from."""
    cluster = _new_cluster()
    try:
        cluster.execute("CREATE DATABASE made")
        store = open_store(cluster.url("made"))
        store.migrate()
        store.close()
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Cluster]:
    """A durable server of this module's own, to be stopped and killed at will, and started again after."""
    cluster = _new_cluster(fsync=True)
    yield cluster
    cluster.remove()


@pytest.fixture(scope="session")
def made_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy from."""
    path = tmp_path_factory.mktemp("store") / "made.sqlite"
    store = open_store(path)
    store.migrate()
    store.close()
    return path


ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=ENGINES)
def empty_store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a table, once for each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = cluster.new_database()
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture(params=ENGINES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database of this test's own, once for each engine."""
    if request.param == "sqlite":
        path = tmp_path / "osos.sqlite"
        shutil.copy(request.getfixturevalue("made_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = cluster.new_database("made")
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A migrated store, open, once for each engine."""
    opened = open_store(store_url)
    yield opened
    opened.close()
