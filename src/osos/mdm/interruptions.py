"""When was a meter without power, by its own lists (M-110)?

Rows of 96.77.x tell start and end; a row without an end is of an interruption that goes on, an all-zero row
of none. They are kept once, and estimates take them as the meter's word that nothing passed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from osos.mdm.keeping.tables import interruptions
from osos.mdm.source import Source
from osos.quantities import Reading, to_utc
from osos.store import insert

_LIST = re.compile(r"96\.77\.(?:0|00|[123]|[123]0)")
_STAMP = re.compile(r"(\d\d)-(\d\d)-(\d\d)[, ](\d\d):(\d\d)")


@dataclass(frozen=True, slots=True)
class Interruption:
    """A closed row of a list; `code` tells which phases: 96.77.0 and 96.77.00 are all of them."""

    code: str
    since: datetime
    until: datetime


def interruptions_told(readings: Iterable[Reading]) -> tuple[Interruption, ...]:
    """The closed rows among a telegram's readings, in order."""
    rows: dict[tuple[str, int], list[str]] = {}
    for reading in readings:
        if reading.obis.history is not None and _LIST.fullmatch(reading.obis.code):
            rows.setdefault((reading.obis.code, reading.obis.history), []).append(reading.raw)
    found = [_row(code, " ".join(texts)) for (code, _), texts in rows.items()]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.since, one.code)))


def tell(conn: Connection, *, meter_id: int, told: Iterable[Interruption], source: Source) -> None:
    """Keep each once; a row told again with a later end is the same interruption, known better."""
    for one in told:
        row = {
            "meter_id": meter_id,
            "since": one.since,
            "until": one.until,
            "code": one.code,
            "frame_id": source.frame_id,
            "known_since": source.known_since,
        }
        better = {name: row[name] for name in ("until", "frame_id", "known_since")}
        conn.execute(
            insert(conn, interruptions)
            .values(row)
            .on_conflict_do_update(
                index_elements=["meter_id", "since", "code"],
                set_=better,
                where=interruptions.c.until < one.until,
            )
        )


def _row(code: str, text: str) -> Interruption | None:
    stamps = [_instant(found) for found in _STAMP.findall(text)]
    if len(stamps) < 2 or stamps[0] is None or stamps[1] is None or stamps[1] <= stamps[0]:
        return None
    return Interruption(code, stamps[0], stamps[1])


def _instant(parts: tuple[str, ...]) -> datetime | None:
    year, month, day, hour, minute = (int(part) for part in parts)
    try:
        return to_utc(datetime(2000 + year, month, day, hour, minute))  # noqa: DTZ001  # to_utc gives wall time its offset
    except ValueError:  # 00-00-00: no interruption yet
        return None
