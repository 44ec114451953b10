"""Does the checker notice each kind of broken promise? (Its negative controls.)"""

from datetime import datetime, timedelta, timezone

from checker import Sent, quarter_labels, violations

WALL = timezone(timedelta(hours=3))
AT = datetime(2026, 3, 2, 0, 15, tzinfo=WALL)
SENT = Sent("r1", "ABC1", {"1.8.0": "000001.000"}, quarter_labels(AT, AT), ("1.8.0",))
FRAME = {"kind": "frame", "reference_id": "r1", "meter": "ABC1", "code": "read", "time": None, "value": None}
READING = {
    "kind": "reading",
    "reference_id": "r1",
    "meter": "ABC1",
    "code": "1.8.0",
    "time": AT,
    "value": "000001.000",
}
INTERVAL = {
    "kind": "interval",
    "reference_id": "r1",
    "meter": "ABC1",
    "code": "1.8.0",
    "time": AT.isoformat(),
    "value": "5",
}


def value_at(meter: str, code: str, label: datetime) -> str:
    return "5"


def test_a_kept_promise_is_no_violation() -> None:
    assert violations([SENT], [FRAME, READING, INTERVAL], value_at) == []


def test_a_lost_frame_a_lost_register_and_a_lost_interval_are_each_named() -> None:
    for lost, words in ((FRAME, "not in the ledger"), (READING, "not stored"), (INTERVAL, "stored None")):
        left = [line for line in (FRAME, READING, INTERVAL) if line is not lost]
        (said,) = violations([SENT], left, value_at)
        assert words in said


def test_an_altered_value_is_named() -> None:
    assert violations([SENT], [FRAME, READING, {**INTERVAL, "value": "6"}], value_at)
    assert violations([SENT], [FRAME, {**READING, "value": "000001.001"}, INTERVAL], value_at)


def test_a_second_copy_is_named() -> None:
    assert violations([SENT], [FRAME, READING, INTERVAL, INTERVAL], value_at)
    assert violations([SENT], [FRAME, READING, READING, INTERVAL], value_at)
