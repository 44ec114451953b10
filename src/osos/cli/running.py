"""Is a head-end running in this installation, and where does it listen?"""

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

FILE, LOCK = "headend.json", "headend.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What a running head-end has written down about itself."""

    pid: int
    host: str
    port: int
    started_at: str
    transparent: int | None = None  # port for modems that pass the meters' bytes on unchanged
    web: int | None = None  # port of the pages


@contextlib.contextmanager
def sole(home: Path) -> Iterator[bool]:
    """Whether no other head-end holds this folder; until the block or the process ends, however it may."""
    with (home / LOCK).open("a", encoding="utf-8") as held:
        yield _taken(held)


def _taken(held: IO[str]) -> bool:
    try:
        import fcntl
    except ImportError:  # not a Unix: nothing watches over it
        return True
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_running(home: Path, running: Running) -> None:
    """All of it or nothing: a reader never sees half a file."""
    half = home / f".{FILE}.{running.pid}"
    half.write_text(json.dumps(asdict(running)) + "\n", "utf-8")
    half.replace(home / FILE)


def read_running(home: Path) -> Running | None:
    """What was written last; None when there is nothing readable."""
    try:
        said = json.loads((home / FILE).read_text("utf-8"))
        named = {name: said[name] for name in ("pid", "host", "port", "started_at")}
        return Running(**named, transparent=said.get("transparent"), web=said.get("web"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget_running(home: Path, pid: int) -> None:
    """On a clean end; what another process has written stays."""
    written = read_running(home)
    if written is not None and written.pid == pid:
        with contextlib.suppress(FileNotFoundError):
            (home / FILE).unlink()


def is_alive(running: Running) -> bool:
    """Whether a process of this number exists on this machine."""
    try:
        os.kill(running.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's, so it is there
    return True
