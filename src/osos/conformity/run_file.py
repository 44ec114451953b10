"""What happened during a run, in an order nobody can change unseen? (T-25)

JSON Lines: every byte on both ports, every act, every look, every verdict, with time. Each line carries the
SHA-256 of the line before and of itself, so a changed, taken out or added line breaks the chain; the last
hash stands in the report.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

FORMAT = 1
START = hashlib.sha256(b"osos conformity run").hexdigest()
SIGNED_LATER, WITHDRAWN, ACCURACY = "signed-later", "withdrawn", "accuracy"
AFTERWARDS = frozenset({SIGNED_LATER, WITHDRAWN, ACCURACY})  # what may stand behind a run's end
KEPT_FOR_SURE = frozenset({"run", "signed", "group-end", "end", *AFTERWARDS})  # outlive a power cut

_SORTED = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_AS_IS = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

Record = dict[str, Any]
Watch = Callable[[Record], None]  # is told each line as it is written


class RunFileTrouble(Exception):
    """`reason`: edited, not-a-run-file, another-format or in-use."""

    def __init__(self, reason: str, line: int, detail: str) -> None:
        super().__init__(f"{reason} at line {line}: {detail}")
        self.reason, self.line, self.detail = reason, line, detail


class RunFile:
    """Writes lines; without a path it only counts and chains them, and keeps them."""

    def __init__(self, path: Path | None = None, *, watch: Watch | None = None) -> None:
        """A new file. Raises RunFileTrouble where somebody else writes it now."""
        self.records: list[Record] = []
        self.chain = START
        self._watch = watch or (lambda _: None)
        self._file: BinaryIO | None = None
        if path is not None:
            self._file = _held(path, "a+b")
            self._file.truncate(0)

    @classmethod
    def go_on(cls, path: Path, *, watch: Watch | None = None) -> "RunFile":
        """Behind what the file holds: not a byte of it is rewritten; a line cut in half is taken off.

        Raises RunFileTrouble for a file that was edited, and where somebody else writes it now.
        """
        file = _held(path, "r+b")
        try:
            data = file.read()
            read = check_lines(data.split(b"\n"))
            file.seek(data.rfind(b"\n") + 1)
            file.truncate()
        except BaseException:
            file.close()
            raise
        log = cls(watch=watch)
        log.records, log.chain, log._file = list(read.records), read.records[-1]["chain"], file
        for record in log.records:
            log._watch(record)
        return log

    @property
    def count(self) -> int:
        return len(self.records)

    def note(self, what: str, **facts: Any) -> int:
        """The number of the line, from 1."""
        record: Record = {"n": self.count + 1, "what": what, **facts}
        self.chain = record["chain"] = _hash(self.chain, record)
        self.records.append(record)
        if self._file is not None:
            self._file.write(_written(record))
            self._file.flush()
            if what in KEPT_FOR_SURE:
                os.fsync(self._file.fileno())
        self._watch(record)
        return self.count

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _held(path: Path, mode: Literal["a+b", "r+b"]) -> BinaryIO:
    file: BinaryIO = path.open(mode)
    if not _taken(file):
        file.close()
        raise RunFileTrouble("in-use", 1, "another program writes this file now")
    return file


def _taken(file: BinaryIO, *, to_write: bool = True) -> bool:
    try:
        import fcntl
    except ImportError:  # not a Unix: nothing watches over it
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if to_write else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_being_written(path: Path) -> bool:
    """Does a run go on in this file now?"""
    with path.open("rb") as file:
        return not _taken(file, to_write=False)


@dataclass(frozen=True, slots=True)
class ReadRun:
    records: tuple[Record, ...]
    cut_short: bool  # the run was interrupted, or the file's end is missing

    @property
    def head(self) -> Record:
        return self.records[0]

    @property
    def seconds(self) -> float:
        """Of the last line that has a time; after a resumption they count from there."""
        return next((float(one["t"]) for one in reversed(self.records) if "t" in one), 0.0)


def read_run(path: Path) -> ReadRun:
    """Raises RunFileTrouble where the chain is broken; a last line cut in half is left out."""
    return check_lines(path.read_bytes().split(b"\n"))


def check_lines(lines: list[bytes]) -> ReadRun:
    """What follows the last line feed is left out."""
    return check_run(list(_parsed(lines)))


def check_run(records: list[Record]) -> ReadRun:
    chain = START
    for number, record in enumerate(records, 1):
        told = record.get("chain")
        bare = {key: value for key, value in record.items() if key != "chain"}
        if record.get("n") != number or told != _hash(chain, bare):
            raise RunFileTrouble("edited", number, "this line or one before it was changed")
        chain = str(told)
    if not records or records[0].get("what") != "run":
        raise RunFileTrouble("not-a-run-file", 1, "it does not begin with a run")
    if records[0].get("format") != FORMAT:
        raise RunFileTrouble("another-format", 1, f"format {records[0].get('format')}, this is {FORMAT}")
    last = next(record["what"] for record in reversed(records) if record["what"] not in AFTERWARDS)
    return ReadRun(tuple(records), cut_short=last != "end")


def read_so_far(path: Path) -> tuple[ReadRun, RunFileTrouble | None]:
    """What stands before the place where the chain breaks, and that place: to be shown, never to be trusted.

    Raises RunFileTrouble where not even the beginning is that of a run.
    """
    try:
        return read_run(path), None
    except RunFileTrouble as trouble:
        lines = path.read_bytes().split(b"\n")[: trouble.line - 1]
        return check_lines([*lines, b""]), trouble


def _parsed(lines: list[bytes]) -> Iterator[Record]:
    for number, line in enumerate(lines, 1):
        last = number == len(lines)
        if last:
            return  # what follows the last line feed: nothing, or a line cut in half
        try:
            found = json.loads(line)
        except ValueError:
            raise RunFileTrouble("edited", number, "no JSON") from None
        if not isinstance(found, dict):
            raise RunFileTrouble("not-a-run-file", number, "no JSON object")
        if _written(found) != line + b"\n":  # 0e0 for 0.0: another byte, and the same number
            raise RunFileTrouble("edited", number, "not as it was written")
        yield found


def _hash(chain: str, record: Record) -> str:
    return hashlib.sha256(f"{chain}{_SORTED.encode(record)}".encode()).hexdigest()


def _written(record: Record) -> bytes:
    return f"{_AS_IS.encode(record)}\n".encode()
