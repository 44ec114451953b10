"""Is everything the centre acknowledged in its store, equal, and once?

Imports nothing of osos. It compares what a modem's journal says it sent with the lines of `osos stored`.
Invariants: I1 nothing acknowledged is lost or altered, I2 nothing is there twice.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

QUARTER = timedelta(minutes=15)
Line = Mapping[str, object]


@dataclass(frozen=True)
class Sent:
    """What one acknowledged reference carried, in the sender's own words."""

    reference: str
    meter: str
    registers: Mapping[str, str]  # code → value as printed, without unit
    labels: tuple[datetime, ...] = ()
    columns: tuple[str, ...] = ()


def violations(
    acknowledged: Iterable[Sent],
    stored: Iterable[Line],
    value_at: Callable[[str, str, datetime], str] | None = None,
) -> list[str]:
    """Each broken promise as a sentence; empty when all were kept."""
    frames: set[str] = set()
    readings: set[tuple[str, str, str]] = set()
    intervals: dict[tuple[str, str, datetime], str] = {}
    seen: Counter[tuple[object, ...]] = Counter()
    for line in stored:
        kind, meter, code = line["kind"], str(line["meter"]), str(line["code"])
        if kind == "frame":
            frames.add(str(line["reference_id"]))
        elif kind == "reading":
            readings.add((meter, code, str(line["value"])))
            seen["reading", meter, code, line["time"], line["value"]] += 1
        elif kind == "interval":
            when = datetime.fromisoformat(str(line["time"]))
            intervals[meter, code, when] = str(line["value"])
            seen["interval", meter, code, when] += 1
    broken = [f"stored {times} times: {what}" for what, times in seen.items() if times > 1]
    for sent in acknowledged:
        if sent.reference not in frames:
            broken.append(f"acknowledged and not in the ledger: {sent.reference}")
        for code, value in sent.registers.items():
            if (sent.meter, code, value) not in readings:
                broken.append(
                    f"acknowledged and not stored: {sent.meter} {code}({value}) of {sent.reference}"
                )
        for label in sent.labels:
            for code in sent.columns:
                kept = intervals.get((sent.meter, code, label))
                wanted = value_at(sent.meter, code, label) if value_at is not None else kept
                if kept is None or kept != wanted:
                    broken.append(f"{sent.meter} {code} at {label}: sent {wanted}, stored {kept}")
    return broken


def quarter_labels(first: datetime, last: datetime) -> tuple[datetime, ...]:
    """The quarter-hour labels of a range, both ends included."""
    count = int((last - first) / QUARTER)
    return tuple(first + QUARTER * number for number in range(count + 1))
