"""Which runs lie in a folder, and can each of them be trusted? (T-20, T-25)"""

import threading
from dataclasses import dataclass
from pathlib import Path

from osos.conformity.device import TESTED
from osos.conformity.report.sheet import Sheet, sheet_of
from osos.conformity.run_file import ReadRun, RunFileTrouble, check_lines, is_being_written, read_so_far

SUFFIX = ".jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One run file, as it was when it was looked at."""

    name: str  # of the file, without its suffix
    path: Path
    sheet: Sheet | None = None  # None: not even its beginning is that of a run
    trouble: RunFileTrouble | None = None  # where its chain breaks: what stands before is shown, not trusted
    goes_on: bool = False  # a run writes it now

    @property
    def is_trusted(self) -> bool:
        return self.sheet is not None and self.trouble is None

    @property
    def address(self) -> str:
        """FLAG and serial of the tested sample."""
        sample = self.sheet.report.device.sample(TESTED) if self.sheet else None
        return sample.address if sample else ""


class Shelf:
    """The run files of one folder, each read once for as long as it stays the same."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._read: dict[tuple[str, int, int], Kept] = {}

    def runs(self) -> list[Kept]:
        """The newest first; what is no run at all last."""
        found = [self._look(path) for path in self._paths()]
        return sorted(
            found, key=lambda one: one.sheet.report.began.timestamp() if one.sheet else 0.0, reverse=True
        )

    def run(self, name: str) -> Kept | None:
        """None: there is no such file. The name is compared with those there, and never becomes a path."""
        path = next((one for one in self._paths() if one.stem == name), None)
        return None if path is None else self._look(path)

    def _paths(self) -> list[Path]:
        try:
            return sorted(one for one in self.folder.iterdir() if one.suffix == SUFFIX and one.is_file())
        except OSError:
            return []  # no folder yet: no runs yet

    def _look(self, path: Path) -> Kept:
        try:
            state = path.stat()
            key = (path.name, state.st_size, state.st_mtime_ns)
            with self._lock:
                if key not in self._read:
                    self._read = {old: kept for old, kept in self._read.items() if old[0] != path.name}
                    self._read[key] = _read(path)
                return self._read[key]
        except OSError as error:
            gone = RunFileTrouble("not-a-run-file", 1, error.strerror or str(error))
            return Kept(name=path.stem, path=path, trouble=gone)


def _read(path: Path) -> Kept:
    try:
        if goes_on := is_being_written(path):
            read, trouble = _beginning(path), None
        else:
            read, trouble = read_so_far(path)
        return Kept(name=path.stem, path=path, sheet=sheet_of(read), trouble=trouble, goes_on=goes_on)
    except RunFileTrouble as trouble:
        return Kept(name=path.stem, path=path, trouble=trouble)
    except (KeyError, ValueError, TypeError, StopIteration) as error:  # a chain forged around other facts
        strange = RunFileTrouble("not-a-run-file", 1, f"{type(error).__name__}: {error}")
        return Kept(name=path.stem, path=path, trouble=strange)


def _beginning(path: Path) -> ReadRun:
    """Of a file that grows: what meter it is of; its results are told when it is closed."""
    with path.open("rb") as file:
        return check_lines([file.readline(), b""])
