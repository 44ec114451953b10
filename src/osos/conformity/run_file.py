"""What happened during a run, in an order nobody can change unseen? (T-25)

JSON Lines: every byte on both ports, every act, every look, every verdict, with time. Each line carries the
SHA-256 of the line before and of itself, so a changed, taken out or added line breaks the chain; the last
hash stands in the report.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

FORMAT = 1
START = hashlib.sha256(b"osos conformity run").hexdigest()

Record = dict[str, Any]


class RunFileTrouble(Exception):
    """`reason`: edited, cut-short, not-a-run-file or another-format."""

    def __init__(self, reason: str, line: int, detail: str) -> None:
        super().__init__(f"{reason} at line {line}: {detail}")
        self.reason, self.line, self.detail = reason, line, detail


class RunFile:
    """Writes lines; without a path it only counts and chains them, and keeps them."""

    def __init__(self, path: Path | None = None, *, kept: list[Record] | None = None) -> None:
        """`kept`: what an interrupted run left in the file; new lines go on from there."""
        self.records: list[Record] = kept or []
        self.chain = self.records[-1]["chain"] if self.records else START
        self._file: TextIO | None = None
        if path is not None:
            self._file = path.open("w", encoding="utf-8")
            for record in self.records:
                self._file.write(_written(record))
            self._file.flush()

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
        return self.count

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


@dataclass(frozen=True, slots=True)
class ReadRun:
    records: tuple[Record, ...]
    cut_short: bool  # the run was interrupted, or the file's end is missing

    @property
    def head(self) -> Record:
        return self.records[0]


def read_run(path: Path) -> ReadRun:
    """Raises RunFileTrouble where the chain is broken; a last line cut in half is left out."""
    lines = path.read_bytes().split(b"\n")
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
    return ReadRun(tuple(records), cut_short=records[-1]["what"] != "end")


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
        yield found


def _hash(chain: str, record: Record) -> str:
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{chain}{text}".encode()).hexdigest()


def _written(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
