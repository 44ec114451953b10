"""What becomes of a meter's answer that a modem brings?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from osos import mdm, registry
from osos.headend import outcomes
from osos.headend.actions import Entry
from osos.headend.codes_told import Told, codes_asked, told_of
from osos.headend.makes import has_own_way, identification_in
from osos.headend.outcomes import DONE, Finding
from osos.headend.own_ways import Way, profile_asked, profile_of
from osos.headend.whose import find_meter, maker_in
from osos.mdm import FrameOutcome, Interpreted
from osos.modems.mass_json import RAW, ReadResult, parse_read
from osos.quantities import DeviceId, NotADevice
from osos.registry import Learned, MeterBehind
from osos.store import record_event

_NOTHING = Learned(())
# What the ledger's findings are in the language of the wire; the rest is recorded, with its words.
_ENDS = {
    "no bytes": outcomes.METER_SILENT,
    "refused": outcomes.VALUE_REFUSED,
    "checksum": outcomes.CHECKSUM,
    "not understood": outcomes.NOTHING_USABLE,
    "other meter": outcomes.WRONG_METER,
    "profile unknown": outcomes.NOTHING_USABLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A read result taken apart, before any transaction."""

    result: ReadResult
    meter_serial: str  # as the modem names it
    interpreted: Interpreted
    told: Told = ()  # code by code, of a register read
    is_raw: bool = False  # words of a talk that the centre itself leads


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenReading:
    finding: Finding
    readings_new: int = 0
    intervals_new: int = 0
    answered: bytes = b""
    told: Told = ()
    taught: bool = False


def prepare(entry: Entry) -> Prepared | None:
    """Take the telegram apart; pure, so it costs no database time. None: the entry is no reading."""
    message = entry.message
    if message is None or entry.fault is not None or message.function not in ("read", "profile"):
        return None
    result = parse_read(message, zone=entry.zone)
    directive = entry.asked.directive if entry.asked is not None else _directive_of_push(result)
    asked = entry.asked.meter if entry.asked is not None and entry.asked.meter else result.meter_serial
    codes = codes_asked(entry.asked)
    interpreted = mdm.interpret(
        result.raw_data,
        asked=_device(asked),
        received_at=entry.received_at,
        read_at=result.read_date,
        asked_profile=profile_asked(entry.asked) or profile_of(directive),
        # What answers a raw exchange is whose it says itself; the modem knows only whom it was meant for.
        told_serial=None if directive == RAW else result.meter_serial or None,
    )
    if interpreted.is_empty_profile and has_own_way(identification_in(result.raw_data)):
        interpreted = replace(interpreted, is_empty_profile=False, findings=(mdm.Finding("refused"),))
    return Prepared(
        result=result,
        meter_serial=result.meter_serial or asked,
        interpreted=interpreted,
        told=told_of(codes, result.raw_data) if codes else (),
        is_raw=directive == RAW,
    )


def warm_up(now: datetime) -> None:
    """Load catalogue and profiles once, before the first modem has to wait for it."""
    mdm.interpret(b"/OSO6<2>TED(WARM)\r\n\x02!\r\n\x03\x00", asked=None, received_at=now)


def take_reading(
    conn: Connection,
    prepared: Prepared,
    behind: Sequence[MeterBehind],
    *,
    frame_id: int,
    entry: Entry,
    device: DeviceId,
) -> TakenReading:
    """Record it for the meter it belongs to, or say why it belongs to none; nothing is ever mixed (F51)."""
    serial = prepared.meter_serial
    meter = find_meter(behind, serial, maker=maker_in(prepared.interpreted.identification))
    if meter is None:
        return _stranger(conn, frame_id, entry, device, serial)
    if prepared.is_raw and not _is_a_telegram(prepared.interpreted):
        return _exchange(conn, prepared, frame_id)
    interpreted = prepared.interpreted
    learned = _learn(conn, meter, interpreted, entry)
    if learned.conflict is not None:
        mdm.set_outcome(conn, frame_id, outcome=FrameOutcome.ODD, reason=learned.conflict)
        return TakenReading(finding=Finding(outcomes.WRONG_METER, learned.conflict))
    outcome = mdm.record(
        conn,
        frame_id=frame_id,
        meter=meter.meter_id,
        point=meter.point_id,
        interpreted=interpreted,
        received_at=entry.received_at,
    )
    ends = [_ENDS[each.code] for each in outcome.complaints if each.code in _ENDS]
    if outcomes.WRONG_METER in ends:
        _report_other_meter(conn, entry, device, asked=serial, told=interpreted.serial or "")
    elif not ends and (gap := _gap_that_was_asked_for(entry, prepared)) is not None:
        _note_still_missing(conn, gap, entry)
    detail = outcome.words if ends else ""
    if ends and not prepared.result.raw_data and prepared.result.profile_data:
        ends, detail = [outcomes.NOTHING_USABLE], _nameless(prepared.result)
        mdm.set_outcome(conn, frame_id, outcome=FrameOutcome.ODD, reason=detail)
    return TakenReading(
        finding=Finding(ends[0] if ends else DONE, detail),
        readings_new=outcome.readings_new,
        intervals_new=outcome.intervals_new,
        answered=prepared.result.raw_data if entry.asked is not None else b"",
        told=prepared.told,
        taught=bool(learned.changed),
    )


def _is_a_telegram(interpreted: Interpreted) -> bool:
    """Whole, and it says whose it is; else a few words of a talk must not become some meter's readings."""
    sound = not any(finding.code in _ENDS for finding in interpreted.findings)
    other = any(finding.code == "other meter" for finding in interpreted.findings)
    return other or (sound and interpreted.serial is not None)


def _exchange(conn: Connection, prepared: Prepared, frame_id: int) -> TakenReading:
    raw = prepared.result.raw_data
    mdm.set_outcome(conn, frame_id, outcome=FrameOutcome.DECODED, reason=f"raw exchange, {len(raw)} bytes")
    finding = Finding(DONE if raw else outcomes.METER_SILENT)
    return TakenReading(finding=finding, answered=raw)


def _nameless(result: ReadResult) -> str:
    """A simulator was seen to send `{date, value}` alone: no code, no unit, so no reading of anything."""
    return f"profileData holds {len(result.profile_data)} values of no named register; its bytes are kept"


def _stranger(conn: Connection, frame_id: int, entry: Entry, device: DeviceId, serial: str) -> TakenReading:
    finding = Finding(outcomes.UNKNOWN, f"meter {serial or '(no serial)'} is not registered behind {device}")
    mdm.set_outcome(conn, frame_id, outcome=FrameOutcome.ODD, reason=finding.en)
    record_event(
        conn,
        at=entry.received_at,
        actor=str(device),
        act="brought a reading of an unknown meter",
        subject=f"meter {serial}",
        after={"reference": entry.reference},
    )
    return TakenReading(finding=finding)


def _report_other_meter(conn: Connection, entry: Entry, device: DeviceId, *, asked: str, told: str) -> None:
    record_event(
        conn,
        at=entry.received_at,
        actor=str(device),
        act="another meter answered",
        subject=f"meter {asked}",
        before={"serial": asked},
        after={"serial": told, "reference": entry.reference},
    )


def _learn(conn: Connection, meter: MeterBehind, interpreted: Interpreted, entry: Entry) -> Learned:
    """Flag, kind and ways are learned from the meter itself (H-14); in words what cannot be true."""
    if any(finding.code in _ENDS for finding in interpreted.findings):
        return _NOTHING  # what is broken, or another meter's, teaches nothing
    flag = maker_in(interpreted.identification)
    records = interpreted.records if interpreted.profile == "P.01" else None
    kind = records.kind if records is not None else None
    if flag in (None, meter.meter.flag) and kind in (None, meter.kind):
        return _NOTHING
    return registry.learn_meter(
        conn,
        meter.meter_id,
        now=entry.received_at,
        flag=flag,
        identification=interpreted.identification,
        kind=kind,
        ways=records.ways if records is not None else None,
    )


def _gap_that_was_asked_for(entry: Entry, prepared: Prepared) -> mdm.gaps.Request | None:
    """None where it was another question, or more of the answer is still to come."""
    asked = entry.asked
    if asked is None or not isinstance(asked.label, mdm.gaps.Request):
        return None
    is_whole = not isinstance(asked.way, Way) or asked.way.is_last(prepared.told)
    return asked.label if is_whole else None


def _note_still_missing(conn: Connection, asked: mdm.gaps.Request, entry: Entry) -> None:
    """What is still missing of the range after its answer, the meter does not hold (M-108, F46)."""
    mdm.gaps.note_answered_empty(
        conn,
        meter_id=asked.meter_id,
        profile=asked.profile,
        first_label=asked.first_label,
        last_label=asked.last_label,
        at=entry.received_at,
    )


def _directive_of_push(result: ReadResult) -> str:
    """As the modem names it, or as our schedules do: `profile1-hourly` runs profile1."""
    return result.directive or result.schedule_id.partition("-")[0]


def _device(serial: str) -> DeviceId | None:
    try:
        return DeviceId("", serial)
    except NotADevice:
        return None
