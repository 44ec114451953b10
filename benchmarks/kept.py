"""Where does a made store lie: for one run, or kept to be measured again without being made again?

OSOS_PAGES_KEEP=FOLDER keeps it, a store an engine and size; one that was not finished is made anew.
The folder's path has to be short, for PostgreSQL's socket lies in it.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.blocks import house_of_tests

ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Place:
    """A store's address, and the note that says it is made."""

    url: str
    made: Path | None = None

    @property
    def is_made(self) -> bool:
        return self.made is not None and self.made.exists()

    def note(self) -> None:
        if self.made is not None:
            self.made.touch()


@contextmanager
def placed(engine: str, size: str) -> Iterator[Place | None]:
    """None where PostgreSQL is not installed."""
    asked = os.environ.get("OSOS_PAGES_KEEP")
    folder = Path(asked).resolve() if asked else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{engine}-{size}.made" if folder else None
    with {"sqlite": _sqlite, "postgresql": _postgresql}[engine](folder, f"pages-{size}", made) as place:
        yield place


@contextmanager
def _sqlite(kept: Path | None, name: str, made: Path | None) -> Iterator[Place]:
    with tempfile.TemporaryDirectory() as passing:
        file = (kept or Path(passing)) / f"{name}.sqlite"
        if made is not None and not made.exists():
            for each in file.parent.glob(f"{file.name}*"):
                each.unlink()
        yield Place(f"sqlite:///{file}", made)


@contextmanager
def _postgresql(kept: Path | None, name: str, made: Path | None) -> Iterator[Place | None]:
    house = house_of_tests()
    if house._program("initdb") is None:
        yield None
        return
    cluster = house.Cluster(kept=kept and kept / "postgresql")
    try:
        if made is None or not made.exists():
            cluster.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cluster.execute(f'CREATE DATABASE "{name}"')
        yield Place(cluster.url(name), made)
    finally:
        cluster.stop() if kept else cluster.remove()
