"""How are many heartbeats kept and answered in one go? (H-4)

As any entry: in the ledger with its answer, in the transaction that the answer rests on. They are gathered
while the transaction before is written, and go into the store by a statement or two for all of them.
"""

import threading

from sqlalchemy import Connection

from osos import registry
from osos.headend.acquaintances import SEEN_EVERY
from osos.headend.actions import Entry, Verdict
from osos.headend.keeping import Desk, admitted, answer_frame, incoming
from osos.headend.links import AnyLink
from osos.headend.outcomes import DONE, Finding
from osos.headend.work import Work
from osos.mdm import FrameOutcome
from osos.mdm.ledger_many import Marked, keep_many, mark, seen_before
from osos.quantities import DeviceId

_HEARTBEAT = "heartbeat"
_DONE = Finding(DONE)


def is_beat(entry: Entry) -> bool:
    """Whole, unasked, and nothing is to be done about it but to keep and answer it."""
    message = entry.message
    return (
        message is not None
        and message.function == _HEARTBEAT
        and entry.fault is None
        and entry.asked is None
        and len(entry.frames) == 1
    )


class Beats:
    """Heartbeats that go into one transaction. Filled in the loop's thread, settled in the committer's."""

    def __init__(self, desk: Desk) -> None:
        self.taken: list[tuple[AnyLink, Work]] = []
        self._desk = desk
        self._closed = False
        self._lock = threading.Lock()

    def add(self, link: AnyLink, work: Work) -> bool:
        """False: its transaction has begun."""
        with self._lock:
            if not self._closed:
                self.taken.append((link, work))
            return not self._closed

    def settle(self, conn: Connection) -> list[Verdict | None]:
        """A verdict for each; None: it has to go its own way."""
        with self._lock:
            self._closed = True
        works = [work for _, work in self.taken]
        verdicts: list[Verdict | None] = [None] * len(works)
        pairs: list[_Pair] = []
        speaking = _who_may_speak(conn, [work.entry for work in works])
        for number, work in enumerate(works):
            modem_id, facts = speaking.get(work.entry.device), None
            if modem_id is None:  # the first word of a connection: who it is has to be found out whole
                known, refusal = admitted(conn, work.entry, self._desk)
                if known is None or refusal is not None:
                    continue
                facts = known.facts
                modem_id = facts.modem_id
            came = incoming(work, work.entry.frames[0], work.entry.parts[0], modem_id)
            answer = answer_frame(work, _DONE, modem_id)
            if answer is not None:
                verdict = Verdict(facts=facts, reply=answer.payload)
                pairs.append((number, verdict, mark(came, FrameOutcome.DECODED, _HEARTBEAT), mark(answer)))
        for number, verdict in _keep(conn, pairs):
            verdicts[number] = verdict
        return verdicts


def _who_may_speak(conn: Connection, entries: list[Entry]) -> dict[DeviceId | None, int]:
    """The modems among them whose connection is theirs already and may go on; each is noted as seen."""
    theirs = {one.device: one for one in entries if one.device is not None and one.device == one.speaker}
    found = registry.standings(conn, theirs)
    may: dict[DeviceId | None, int] = {}
    quiet: list[int] = []
    for device, standing in found.items():
        at = theirs[device].received_at
        if standing.plain_until is None or at >= standing.plain_until:
            continue
        may[device] = standing.id
        if standing.last_seen is None or at - standing.last_seen >= SEEN_EVERY:
            quiet.append(standing.id)
    if quiet:
        registry.note_all_seen(conn, quiet, max(one.received_at for one in theirs.values()))
    return may


_Pair = tuple[int, Verdict, Marked, Marked]  # its place, what it is told, the heartbeat and its answer


def _keep(conn: Connection, pairs: list[_Pair]) -> list[tuple[int, Verdict]]:
    """Those that nobody has seen before, each with its answer."""
    seen = seen_before(conn, [one for _, _, came, answer in pairs for one in (came, answer)])
    known = {place // 2 for place in seen}
    new = [pair for place, pair in enumerate(pairs) if place not in known]
    keep_many(conn, [one for _, _, came, answer in new for one in (came, answer)])
    return [(number, verdict) for number, verdict, _, _ in new]
