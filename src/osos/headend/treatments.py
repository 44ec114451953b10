"""What does each function of the protocol mean for the store?"""

from collections.abc import Callable

from sqlalchemy import Connection

from osos import mdm, registry
from osos.headend import outcomes
from osos.headend.acquaintances import Acquaintance
from osos.headend.outcomes import Finding
from osos.headend.own_words import TRANSPARENT, with_other_ports
from osos.headend.reading import take_reading
from osos.headend.work import Taken, Work
from osos.mdm import FrameOutcome
from osos.modems.mass_json import FUNCTIONS, parse_alarms, parse_log, parse_notification
from osos.store import record_event

Treatment = Callable[[Connection, Work, Acquaintance, int], Taken]


def _introduce(conn: Connection, work: Work, known: Acquaintance, frame_id: int) -> Taken:
    message = work.message
    body = (
        message.response[0] if isinstance(message.response, list) and message.response else message.response
    )
    told = body if isinstance(body, dict) else {}
    if work.entry.link == TRANSPARENT:
        before = registry.find_modem(conn, known.facts.device)
        told = with_other_ports(told, before.identification if before is not None else None)
    registry.note_identification(conn, known.facts.modem_id, told, work.entry.received_at)
    mdm.set_outcome(conn, frame_id, outcome=FrameOutcome.DECODED, reason="identification")
    return Taken(taught=True)


def _read(conn: Connection, work: Work, known: Acquaintance, frame_id: int) -> Taken:
    assert work.prepared is not None  # taken apart before the transaction
    taken = take_reading(
        conn,
        work.prepared,
        known.behind,
        frame_id=frame_id,
        entry=work.entry,
        device=known.facts.device,
    )
    return Taken(
        finding=taken.finding,
        readings_new=taken.readings_new,
        intervals_new=taken.intervals_new,
        answered=taken.answered,
        told=taken.told,
        taught=taken.taught,
    )


def _alarm(conn: Connection, work: Work, known: Acquaintance, frame_id: int) -> Taken:
    said = parse_alarms(work.message, zone=work.entry.zone)
    for each in said:
        mdm.record_alarm(
            conn,
            modem_id=known.facts.modem_id,
            meter=each.meter_serial,
            incident_code=each.incident_code or 0,
            level=each.level,
            type=each.type,
            description=each.description,
            happened_at=each.date or work.entry.received_at,
            received_at=work.entry.received_at,
            frame_id=frame_id,
        )
    return _noted(conn, frame_id, f"{len(said)} alarms")


def _log(conn: Connection, work: Work, _: Acquaintance, frame_id: int) -> Taken:
    return _noted(conn, frame_id, f"{len(parse_log(work.message, zone=work.entry.zone))} log entries")


def _notification(conn: Connection, work: Work, known: Acquaintance, frame_id: int) -> Taken:
    """A change of the modem's own parameters is part of the event log (C-9)."""
    said = parse_notification(work.message, zone=work.entry.zone)
    for change in said.changes:
        record_event(
            conn,
            at=said.date or work.entry.received_at,
            actor=str(known.facts.device),
            act=f"changed {change.field}",
            subject=f"modem {known.facts.device}",
            before=change.old,
            after=change.new,
        )
    return _noted(conn, frame_id, said.message or f"{len(said.changes)} changes")


def _kept_only(conn: Connection, work: Work, _: Acquaintance, frame_id: int) -> Taken:
    return _noted(conn, frame_id, work.message.function)


def _unknown_function(conn: Connection, work: Work, _: Acquaintance, frame_id: int) -> Taken:
    name = work.message.function
    finding = Finding(outcomes.UNKNOWN, f"function {name!r}")
    mdm.set_outcome(conn, frame_id, outcome=FrameOutcome.ODD, reason=finding.en)
    return Taken(finding=finding)


def _noted(conn: Connection, frame_id: int, words: str) -> Taken:
    mdm.set_outcome(conn, frame_id, outcome=FrameOutcome.DECODED, reason=words)
    return Taken()


TREATMENTS: dict[str, Treatment] = dict.fromkeys(FUNCTIONS, _kept_only)
TREATMENTS |= {
    "identification": _introduce,
    "read": _read,
    "profile": _read,
    "alarm": _alarm,
    "log": _log,
    "notification": _notification,
}


def treatment_of(function: str) -> Treatment:
    """A function nobody knows is kept, and answered so (X-14, X-18)."""
    return TREATMENTS.get(function, _unknown_function)
