"""Which runs lie in a folder, and can each of them be trusted? (T-20, T-25)"""

import threading
from dataclasses import dataclass
from pathlib import Path

from osos.conformity.device import TESTED
from osos.conformity.report.sheet import Sheet, sheet_of
from osos.conformity.run_file import ReadRun, RunFileTrouble, check_lines, is_being_written, read_so_far

SUFFIX = ".jsonl"
AT_ONCE = 2_000_000  # bytes that are read while somebody waits for the list

_State = tuple[int, int]  # size and time of change
_STRANGE = (RunFileTrouble, KeyError, ValueError, TypeError, StopIteration)  # what no run of ours would be


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One run file, as it was when it was looked at."""

    name: str  # of the file, without its suffix
    path: Path
    sheet: Sheet | None = None  # None: not even its beginning is that of a run
    trouble: RunFileTrouble | None = None  # where its chain breaks: what stands before is shown, not trusted
    goes_on: bool = False  # a run writes it now
    is_unread: bool = False  # its chain is still being followed: only its head is known

    @property
    def is_trusted(self) -> bool:
        return self.sheet is not None and self.trouble is None and not self.is_unread

    @property
    def address(self) -> str:
        """FLAG and serial of the tested sample."""
        sample = self.sheet.report.device.sample(TESTED) if self.sheet else None
        return sample.address if sample else ""


class Shelf:
    """The run files of one folder, each read once for as long as it stays the same.

    A whole run has tens of megabytes, and each line's hash is followed: the list does not wait for that.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._read: dict[str, tuple[_State, Kept]] = {}
        self._reader: threading.Thread | None = None

    def runs(self) -> list[Kept]:
        """The newest first, what is no run at all last; long files not read yet with their head alone."""
        found = [self._known(path) or self._first_look(path) for path in self._paths()]
        if any(one.is_unread for one in found):
            self._read_on()
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

    def _known(self, path: Path) -> Kept | None:
        found = self._read.get(path.name)
        return found[1] if found is not None and found[0] == _state(path) else None

    def _first_look(self, path: Path) -> Kept:
        state = _state(path)
        if state is None or state[0] <= AT_ONCE:
            return self._look(path)
        try:
            return Kept(name=path.stem, path=path, sheet=sheet_of(_beginning(path)), is_unread=True)
        except (*_STRANGE, OSError):
            return self._look(path)

    def _look(self, path: Path) -> Kept:
        with self._lock:  # one reads, the others get what he read
            if (known := self._known(path)) is not None:
                return known
            state = _state(path)
            kept = _read(path)
            if state is not None and not kept.goes_on:
                self._read[path.name] = (state, kept)
            return kept

    def _read_on(self) -> None:
        if self._reader is None or not self._reader.is_alive():
            self._reader = threading.Thread(target=self._read_all, name="osos-shelf", daemon=True)
            self._reader.start()

    def _read_all(self) -> None:
        for path in self._paths():
            self._look(path)


def _state(path: Path) -> _State | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _read(path: Path) -> Kept:
    try:
        if goes_on := is_being_written(path):
            read, trouble = _beginning(path), None
        else:
            read, trouble = read_so_far(path)
        return Kept(name=path.stem, path=path, sheet=sheet_of(read), trouble=trouble, goes_on=goes_on)
    except RunFileTrouble as trouble:
        return Kept(name=path.stem, path=path, trouble=trouble)
    except OSError as error:
        gone = RunFileTrouble("not-a-run-file", 1, error.strerror or str(error))
        return Kept(name=path.stem, path=path, trouble=gone)
    except _STRANGE as error:  # a chain forged around other facts
        strange = RunFileTrouble("not-a-run-file", 1, f"{type(error).__name__}: {error}")
        return Kept(name=path.stem, path=path, trouble=strange)


def _beginning(path: Path) -> ReadRun:
    """Of a file that grows: what meter it is of; its results are told when it is closed."""
    with path.open("rb") as file:
        return check_lines(file.readline().split(b"\n"))
