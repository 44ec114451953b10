"""What does `osos decode --format json` say about a telegram?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from osos.iec62056 import Check, Complaint
from osos.meters import Telegram, label_time
from osos.meters.record_text import printed_records
from osos.quantities import Quality, Reading, to_local


def document(source: str, telegram: Telegram) -> dict[str, Any]:
    """One object; `values` is an iterator, since a load profile has a hundred thousand of them."""
    return {**facts(source, telegram), "values": (value for value, _ in values_of(telegram))}


def facts(source: str, telegram: Telegram) -> dict[str, Any]:
    """Everything but the values, which keep their place."""
    return {
        "source": source,
        "kind": telegram.kind,
        "identification": telegram.identification,
        "profile": telegram.profile,
        "check": _check(telegram.check),
        "values": (),
        "complaints": [_complaint(one) for one in telegram.complaints],
    }


def _check(check: Check) -> dict[str, Any]:
    return {"kind": check.kind, "sent": check.sent, "computed": check.computed, "ok": check.ok}


def values_of(telegram: Telegram) -> Iterator[tuple[dict[str, Any], bool]]:
    """Each value, and whether it is a number with a meaning: a serial and a stamp are text."""
    yield from ((_value(one), one.amount is not None) for one in telegram.readings)
    records = telegram.records
    if records is None:
        return
    quality = Quality.SUSPECT if telegram.is_distrusted else Quality.MEASURED
    for block in telegram.record_blocks:
        for label, texts, units in printed_records(block):
            time = _time(label_time(label))
            for code, text, unit in zip(records.codes, texts, units, strict=True):
                yield _row(code, 1, text, unit or None, time, text, quality), True


def _value(one: Reading) -> dict[str, Any]:
    prefix = None if one.obis.prefix is None else f"{one.obis.prefix}:"
    said = _row(one.obis.code, one.index, one.text, one.unit, _time(one.time), one.raw, one.quality)
    return {**said, "prefix": prefix, "history": one.obis.history}


def _row(  # noqa: PLR0917  # the fields of the contract, in its order
    code: str, index: int, value: str, unit: str | None, time: str | None, raw: str, quality: Quality
) -> dict[str, Any]:
    return {
        "code": code,
        "prefix": None,
        "history": None,
        "index": index,
        "value": value,
        "unit": unit,
        "time": time,
        "raw": raw,
        "quality": quality.name.lower(),
    }


def _time(instant: datetime | None) -> str | None:
    return None if instant is None else to_local(instant).isoformat()


def _complaint(one: Complaint) -> dict[str, Any]:
    return {
        "code": one.code,
        "offset": one.offset,
        "line": one.line,
        "found": one.found,
        "expected": one.expected,
        "message": one.message,
    }
