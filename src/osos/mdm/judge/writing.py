"""Which verdicts are new, and where do the older ones go?"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from osos.mdm.judge.tables import rule_books, verdicts, verdicts_history
from osos.mdm.judge.verdict import Verdict, pack
from osos.mdm.rules import Rule, RuleBook
from osos.store import append, insert

_AT_ONCE = 400
_SAID = ("worst", "suspect", "still", "findings")  # what makes one verdict another; `rules` follows


@dataclass(frozen=True, slots=True)
class Written:
    """How many verdicts were new, how many replaced one, how many stood as they were."""

    new: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, more: "Written") -> "Written":
        return Written(self.new + more.new, self.changed + more.changed, self.same + more.same)


def book_id(conn: Connection, book: RuleBook, rules: Sequence[Rule], *, now: datetime) -> int:
    """The number of these settings with these versions of the rules."""
    content = json.dumps([[[rule.id, rule.version] for rule in rules], book.content()], separators=(",", ":"))
    digest = hashlib.blake2b(content.encode(), digest_size=16).digest()
    query = select(rule_books.c.id).where(rule_books.c.content_hash == digest)
    found = conn.execute(query).scalar()
    if found is None:
        new = insert(conn, rule_books).values(content=content, content_hash=digest, first_used=now)
        conn.execute(new.on_conflict_do_nothing())
        found = conn.execute(query).scalar_one()
    return int(found)


def row_of(verdict: Verdict, *, still: int, block_version: int, book: int, now: datetime) -> dict[str, Any]:
    return {
        "point_id": verdict.point_id,
        "day": verdict.day,
        "judged_at": now,
        "block_version": block_version,
        "book_id": book,
        "worst": verdict.worst,
        "suspect": int(verdict.suspect.sum()),
        "still": still,
        "rules": verdict.rules,
        "findings": pack(verdict.findings),
    }


def write(conn: Connection, rows: Sequence[dict[str, Any]], *, now: datetime) -> Written:
    """Keep what is new or other than before; a verdict that stands writes nothing (D-2's way)."""
    before = held(conn, [(row["point_id"], row["day"]) for row in rows])
    new, changed, stands = [], [], []
    for row in rows:
        was = before.get((row["point_id"], row["day"]))
        if was is None:
            new.append(row | {"version": 1})
        elif any(was[name] != row[name] for name in _SAID):
            changed.append((was, row | {"version": was["version"] + 1}))
        elif (was["block_version"], was["book_id"]) != (row["block_version"], row["book_id"]):
            stands.append(row)
    append(conn, verdicts, new)
    _replace(conn, changed, now)
    _stand(conn, stands)
    return Written(len(new), len(changed), len(rows) - len(new) - len(changed))


def set_asking(conn: Connection, asking: Mapping[tuple[int, int], int]) -> None:
    """Which rules of a verdict still ask for a word, as bits: the queue is walked by them (P-23)."""
    for (point_id, day), bits in asking.items():
        here = (verdicts.c.point_id == point_id) & (verdicts.c.day == day) & (verdicts.c.rules != bits)
        conn.execute(update(verdicts).where(here).values(rules=bits))


def held(conn: Connection, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Mapping[str, Any]]:
    """The present verdicts of these (point, day)."""
    wanted = set(keys)
    points, days = sorted({point for point, _ in wanted}), sorted({day for _, day in wanted})
    found: dict[tuple[int, int], Mapping[str, Any]] = {}
    for start in range(0, len(points), _AT_ONCE):
        for first in range(0, len(days), _AT_ONCE):
            query = select(verdicts).where(
                verdicts.c.day.in_(days[first : first + _AT_ONCE]),
                verdicts.c.point_id.in_(points[start : start + _AT_ONCE]),
            )
            for row in conn.execute(query):
                if (row.point_id, row.day) in wanted:
                    found[row.point_id, row.day] = dict(row._mapping)
    return found


def _replace(
    conn: Connection, changed: Sequence[tuple[Mapping[str, Any], dict[str, Any]]], now: datetime
) -> None:
    if not changed:
        return
    append(conn, verdicts_history, [dict(was) | {"replaced_at": now} for was, _ in changed])
    key = {"at_point": verdicts.c.point_id, "at_day": verdicts.c.day}
    gone = delete(verdicts).where(*(column == bindparam(name) for name, column in key.items()))
    conn.execute(gone, [{"at_point": row["point_id"], "at_day": row["day"]} for _, row in changed])
    append(conn, verdicts, [row for _, row in changed])


def _stand(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """The verdict holds of a newer block or by a newer book, too."""
    if not rows:
        return
    here = update(verdicts).where(
        verdicts.c.point_id == bindparam("at_point"), verdicts.c.day == bindparam("at_day")
    )
    here = here.values(block_version=bindparam("of_block"), book_id=bindparam("by_book"))
    conn.execute(
        here,
        [
            {
                "at_point": row["point_id"],
                "at_day": row["day"],
                "of_block": row["block_version"],
                "by_book": row["book_id"],
            }
            for row in rows
        ],
    )
