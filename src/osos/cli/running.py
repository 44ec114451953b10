"""Is a head-end running in this installation, and where does it listen?"""

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "headend.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What a running head-end has written down about itself."""

    pid: int
    host: str
    port: int
    started_at: str


def write_running(home: Path, running: Running) -> None:
    """All of it or nothing: a reader never sees half a file."""
    half = home / f".{FILE}.{running.pid}"
    half.write_text(json.dumps(asdict(running)) + "\n", "utf-8")
    half.replace(home / FILE)


def read_running(home: Path) -> Running | None:
    """What was written last; None when there is nothing readable."""
    try:
        said = json.loads((home / FILE).read_text("utf-8"))
        return Running(**{name: said[name] for name in ("pid", "host", "port", "started_at")})
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
