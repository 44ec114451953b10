"""What does one message change in the store, in the transaction that its acknowledgement rests on?

Ledger, registry and readings together: either all of it is kept and the device hears so, or nothing is (H-4).
Runs in the committer's thread; knows neither sockets nor sessions.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from osos import mdm, registry
from osos.headend import outcomes
from osos.headend.acquaintances import Acquaintance, Acquaintances
from osos.headend.actions import Entry, ModemFacts, Verdict
from osos.headend.admission import TokenBucket
from osos.headend.outcome_book import outcome_of, write_outcome
from osos.headend.outcomes import Finding
from osos.headend.own_words import OWN_LINE, TRANSPARENT
from osos.headend.treatments import treatment_of
from osos.headend.work import Work
from osos.mdm import Direction, FrameOutcome, WireFrame
from osos.modems.mass_json import (
    Message,
    ack,
    encode,
    frame,
)
from osos.modems.transparent import REFUSED, accepted

# Which findings are answered with their code; of the others the modem hears that its message is safe.
_ANSWERED = frozenset(
    {
        outcomes.WRONG_METER.code,
        outcomes.MALFORMED.code,
        outcomes.NOT_AUTHORISED.code,
        outcomes.UNKNOWN.code,
        outcomes.INCOMPLETE.code,
        outcomes.CHECKSUM.code,
    }
)


@dataclass(slots=True)
class Desk:
    """What the committer's thread remembers between two entries."""

    strangers: TokenBucket  # how much of what they send is kept
    acquaintances: Acquaintances = field(default_factory=Acquaintances)
    only_counted: int = 0


def settle(conn: Connection, work: Work, desk: Desk) -> Verdict:
    """Keep the entry and do what it asks for; the answer to the device is part of what is kept."""
    entry = work.entry
    known, refusal = admitted(conn, entry, desk)
    if known is None or refusal is not None:
        return _keep_out(conn, work, desk, refusal or Finding(outcomes.NOT_AUTHORISED))
    if entry.fault is not None:
        return _keep_faulty(conn, work, known.facts, entry.fault)
    ids, done_before = _keep_frames(conn, work, known.facts.modem_id)
    if done_before:
        return _answer_again(conn, work, known.facts)
    taken = treatment_of(work.message.function)(conn, work, known, ids[-1])
    if taken.finding.code and entry.asked is None:
        _write_finding(conn, work, taken.finding)
    if taken.taught:
        desk.acquaintances.forget(known.facts.device)
        known = _again(conn, entry, desk) or known
    return Verdict(
        finding=taken.finding,
        facts=known.facts,
        reply=_reply(conn, work, taken.finding, known.facts.modem_id),
        readings_new=taken.readings_new,
        intervals_new=taken.intervals_new,
        answered=taken.answered,
        told=taken.told,
    )


def settle_poison(conn: Connection, work: Work, desk: Desk, error: BaseException) -> Verdict:
    """Our own code broke on this entry: its bytes and the reason are kept, the next one is served (F52)."""
    known, refusal = admitted(conn, work.entry, desk)
    facts = known.facts if known is not None and refusal is None else None
    modem_id = facts.modem_id if facts is not None else None
    ids, _ = _keep_frames(conn, work, modem_id)
    finding = Finding(outcomes.INNER, f"{type(error).__name__}: {error}"[:500])
    for frame_id in ids:
        mdm.set_outcome(conn, frame_id, outcome=FrameOutcome.ODD, reason=finding.en)
    _write_finding(conn, work, finding)
    reply = _reply(conn, work, finding, modem_id) if modem_id is not None else None
    return Verdict(finding=finding, facts=facts, reply=reply, close=modem_id is None)


def admitted(conn: Connection, entry: Entry, desk: Desk) -> tuple[Acquaintance | None, Finding | None]:
    """Who it is, and why it may not speak here if so (H-2)."""
    # What is broken or foreign on a known modem's connection is that modem's matter.
    device = entry.speaker if entry.fault is not None and entry.speaker is not None else entry.device
    if device is None:
        return None, None
    known = desk.acquaintances.find(conn, device, at=entry.received_at, now=entry.link_time)
    if known is None:
        return None, Finding(outcomes.NOT_AUTHORISED, f"{device} is not registered")
    if not known.may_be_plain(entry.received_at):
        last = known.plain_until
        until = "never" if last is None else f"until {last:%Y-%m-%d %H:%M} UTC only"
        return None, Finding(outcomes.NOT_AUTHORISED, f"{device} may use a plain connection {until}")
    return known, None


def _again(conn: Connection, entry: Entry, desk: Desk) -> Acquaintance | None:
    return admitted(conn, entry, desk)[0]


# -- what strangers send --


def _keep_out(conn: Connection, work: Work, desk: Desk, why: Finding) -> Verdict:
    entry = work.entry
    if not desk.strangers.take(entry.link_time):
        desk.only_counted += 1
        return Verdict(finding=why, close=True)  # nothing kept, so nothing acknowledged
    ids, _ = _keep_frames(conn, work, None)
    finding = why if entry.fault is None or entry.device is not None else entry.fault
    for frame_id in ids:
        mdm.set_outcome(conn, frame_id, outcome=FrameOutcome.ODD, reason=finding.en)
    if entry.device is None:
        _write_finding(conn, work, finding)
        return Verdict(finding=finding)
    registry.quarantine(
        conn,
        device=entry.device,
        address=entry.address,
        reason=finding.en,
        payload=entry.frames[0],
        now=entry.received_at,
    )
    _write_finding(conn, work, finding)
    return Verdict(finding=finding, reply=_reply(conn, work, finding, None), close=True)


def _keep_faulty(conn: Connection, work: Work, facts: ModemFacts, fault: Finding) -> Verdict:
    """Bytes of a known modem that are no message, or not one of its own."""
    modem_id = None if fault.kind is outcomes.NOT_AUTHORISED else facts.modem_id
    ids, _ = _keep_frames(conn, work, modem_id)
    for frame_id in ids:
        mdm.set_outcome(conn, frame_id, outcome=FrameOutcome.BROKEN, reason=fault.en)
    if work.entry.asked is None:  # else it is the outcome of what was asked
        _write_finding(conn, work, fault)
    return Verdict(finding=fault, facts=facts, reply=_reply(conn, work, fault, modem_id))


# -- the ledger --


def _keep_frames(conn: Connection, work: Work, modem_id: int | None) -> tuple[list[int], bool]:
    """Every wire frame of the entry; True when the work of this very frame was done before.

    Not so when it was kept while the device was a stranger (no modem stands beside it), nor for a split
    message, whose parts may have been kept as an incomplete set: its work is done again and changes nothing.
    """
    kept = [
        mdm.keep(conn, incoming(work, raw, part, modem_id))
        for raw, part in zip(work.entry.frames, work.entry.parts, strict=True)
    ]
    ids = [each.frame_id for each in kept]
    if len(kept) > 1 or not kept[0].repeated:
        return ids, False
    before = mdm.load(conn, ids[0])
    return ids, before is not None and before.frame.modem_id is not None


def incoming(work: Work, payload: bytes, part: int | None, modem_id: int | None) -> WireFrame:
    """A frame of the entry as the ledger keeps it."""
    entry = work.entry
    return WireFrame(
        payload=payload,
        direction=Direction.IN,
        link=entry.link,
        address=entry.address,
        session=work.session,
        received_at=entry.received_at,
        modem_id=modem_id,
        flag=entry.device.flag if entry.device is not None else "",
        serial=entry.device.serial if entry.device is not None else "",
        function=entry.message.function if entry.message is not None else "",
        reference_id=entry.reference,
        part=part,
    )


def outgoing(
    message: Message,
    raw: bytes,
    *,
    modem_id: int | None,
    address: str,
    session: str,
    at: datetime,
    link: str,
) -> WireFrame:
    """What we send, as the ledger keeps it before it goes out (X-4)."""
    return WireFrame(
        payload=raw,
        direction=Direction.OUT,
        link=link,
        address=address,
        session=session,
        received_at=at,
        modem_id=modem_id,
        flag=message.device.flag,
        serial=message.device.serial,
        function=message.function,
        reference_id=message.reference_id,
        part=message.part,
    )


def _reply(conn: Connection, work: Work, finding: Finding, modem_id: int | None) -> bytes | None:
    """The acknowledgement, plain or with its code; none for an ack, nor where no header could be read."""
    answer = answer_frame(work, finding, modem_id)
    if answer is None:
        return None
    mdm.keep(conn, answer)
    return answer.payload


def answer_frame(work: Work, finding: Finding, modem_id: int | None) -> WireFrame | None:
    """The answer to an entry, if it gets one, as it goes on the wire and into the ledger."""
    entry = work.entry
    if entry.device is None or (entry.message is not None and entry.message.function == "ack"):
        return None
    if entry.message is None and not entry.reference:
        return None
    if entry.link == TRANSPARENT:
        if entry.message is None or entry.message.function != "identification":
            return None
        if OWN_LINE in (entry.message.response or {}):
            return None  # it waits for no answer, and would hand one on to its meters
        answer = Message(device=entry.device, function="identification", reference_id=entry.reference)
        raw = REFUSED if finding.code else accepted(entry.received_at, entry.zone)
    else:
        code = finding.code if finding.code in _ANSWERED else None
        answer = ack(
            device=entry.device,
            reference_id=entry.reference,
            fail_code=code,
            fail_description=finding.en[:200] if code is not None else "",
        )
        raw = frame(encode(answer))
    return outgoing(
        answer,
        raw,
        modem_id=modem_id,
        address=entry.address,
        session=work.session,
        at=entry.received_at,
        link=entry.link,
    )


def _answer_again(conn: Connection, work: Work, facts: ModemFacts) -> Verdict:
    """The same reference and bytes as before: answered as before, nothing done twice (X-16)."""
    found = outcome_of(conn, modem=str(facts.device), reference=work.entry.reference)
    return Verdict(finding=found, facts=facts, reply=_reply(conn, work, found, facts.modem_id), repeated=True)


def _write_finding(conn: Connection, work: Work, finding: Finding) -> None:
    entry = work.entry
    function = entry.message.function if entry.message is not None else "frame"
    meter = work.prepared.meter_serial if work.prepared is not None else ""
    write_outcome(
        conn,
        modem=str(entry.device) if entry.device is not None else "",
        meter=meter,
        what=f"{function} received",
        asked_at=entry.received_at,
        ended_at=entry.received_at,
        finding=finding,
        reference=entry.reference,
    )
