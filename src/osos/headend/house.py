"""Who is connected, and how do a connection's wishes reach the store and come back?

Lives in the event loop's thread. Two things leave it: telegrams are taken apart in a thread of its own, works
run in the committer's; both come back through the loop.
"""

import asyncio
import random
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from osos import mdm, registry
from osos.headend import outcomes
from osos.headend.actions import Entry, ModemFacts, Prepared, Say, Verdict
from osos.headend.admission import TokenBucket
from osos.headend.beats import Beats, is_beat
from osos.headend.conversation import Ended
from osos.headend.counters import Counters
from osos.headend.keeping import Desk, outgoing, settle, settle_poison
from osos.headend.links import AnyLink
from osos.headend.outcome_book import write_outcome
from osos.headend.outcomes import Finding
from osos.headend.reading import prepare, warm_up
from osos.headend.session import Session
from osos.headend.sessions import Sessions
from osos.headend.settings import HeadEndSettings
from osos.headend.tables import modem_plans
from osos.headend.work import Work
from osos.modems.first_lines import FIRST_LINES, FirstLine, own_line
from osos.quantities import Clock, DeviceId
from osos.store import Committer, StoreUnavailable, insert, record_event

_READINGS = frozenset({"read", "profile"})


class House:
    """All links of one head-end process."""

    def __init__(
        self,
        *,
        committer: Committer,
        clock: Clock,
        settings: HeadEndSettings,
        rng: random.Random,
        log: Any,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.settings, self.clock, self.log, self.loop = settings, clock, log, loop
        self.committer = committer
        self.counters = Counters()
        self.links: set[AnyLink] = set()
        self.sessions = Sessions()
        self.first_lines: tuple[FirstLine, ...] = FIRST_LINES  # of modems with words of their own
        self.on_known: list[Callable[[int], None]] = []
        self.on_ended: list[Callable[[int, Ended], None]] = []
        self.store_trouble = ""
        self.in_flight = 0  # entries between the wire and the commit
        door = settings.door
        self.desk = Desk(TokenBucket(door.quarantine_per_s, door.quarantine_burst))
        self._door = TokenBucket(door.accept_per_s, door.accept_burst)
        self.rng = rng
        self._beats: Beats | None = None  # the heartbeats that the next commit takes
        self._interpreter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="osos-interpreter")

    def now(self) -> float:
        return self.loop.time()

    def at(self) -> datetime:
        return self.clock.now()

    # -- the door --

    def new_session(self, address: str, now: float) -> Session:
        return Session(
            address=address,
            settings=self.settings,
            rng=self.rng,
            new_reference=self.new_reference,
            now=now,
        )

    def new_reference(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def came(self, link: AnyLink) -> Finding | None:
        """Take it in, or say why not (H-3)."""
        self.links.add(link)
        door = self.settings.door
        strangers = len(self.links) - len(self.sessions)
        too_many = len(self.links) > door.connections or strangers > door.unidentified
        if too_many or not self._door.take(self.now()):
            self.counters.turned_away += 1
            return Finding(outcomes.DOOR_FULL)
        self.counters.accepted += 1
        return None

    def later(self) -> bytes:
        """The cheap answer to one too many: nobody has been asked who it is, so it names no device."""
        wait_s = 5 + round(55 * self.rng.random())  # spread, so that they do not all come back at once (F30)
        return (
            b'#{"device":{"flag":"","serialNumber":""},"function":"ack","referenceId":"","response":'
            b'{"failCode":9409,"failDescription":"busy, call again in %d s"}}$' % wait_s
        )

    def known(self, link: AnyLink, facts: ModemFacts) -> None:
        """A known modem speaks on this link: it is its session now, an older one ends (F29)."""
        before = self.sessions.in_the_way(facts.modem_id, link)
        if before is not None:
            if before.number > link.number:
                link.close(Finding(outcomes.TAKEN_OVER, f"by {before.address}"))
                return
            before.close(Finding(outcomes.TAKEN_OVER, f"by {link.address}"))
            self._event(
                actor=str(facts.device),
                act="session taken over",
                subject=f"modem {facts.device}",
                before={"address": before.address},
                after={"address": link.address},
            )
        self.sessions.take(facts.modem_id, link)
        self.log.info("modem connected", modem=str(facts.device), address=link.address)
        for tell in self.on_known:
            tell(facts.modem_id)

    def closing(self, link: AnyLink, why: Finding) -> None:
        facts = link.session.facts
        if facts is not None:
            self.sessions.drop(facts.modem_id, link)
        modem = str(facts.device) if facts is not None else ""
        self.log.info("connection ended", modem=modem, address=link.address, code=why.code, words=why.en)

    def gone(self, link: AnyLink) -> None:
        self.links.discard(link)

    def refused(self, link: AnyLink, why: Finding, opening: bytes) -> None:
        """Its first bytes were no message of ours; they are kept as long as quarantine has room."""
        self.log.warning("connection refused", address=link.address, code=why.code, words=why.en)
        if opening:
            entry = Entry(
                number=0,
                frames=(opening,),
                received_at=self.at(),
                address=link.address,
                link_time=self.now(),
                fault=why,
                link=link.kind,
            )
            self.keep(link, entry)

    # -- into the store and back --

    def keep(self, link: AnyLink, entry: Entry) -> None:
        self.counters.frames += len(entry.frames)
        self.in_flight += 1
        work = Work(entry=entry, session=f"{link.address}#{link.number}")
        if is_beat(entry):
            self._beat(link, work)
        elif entry.fault is None and entry.message is not None and entry.message.function in _READINGS:
            self._interpreter.submit(self._take_apart, link, work)
        else:
            self._submit(link, work, partial(settle, work=work, desk=self.desk))

    def _beat(self, link: AnyLink, work: Work) -> None:
        """A fleet's heartbeats come by the hundred: what waits for the next commit goes into it together."""
        beats = self._beats
        if beats is None or not beats.add(link, work):
            self._beats = beats = Beats(self.desk)
            beats.add(link, work)
            self.submit(beats.settle, partial(self._beats_settled, beats))

    def _beats_settled(self, beats: Beats, future: Future[list[Verdict | None]]) -> None:
        error = future.exception()
        away = isinstance(error, StoreUnavailable)
        verdicts = future.result() if error is None else [None] * len(beats.taken)
        for (link, work), verdict in zip(beats.taken, verdicts, strict=True):
            if verdict is None and not away:  # new, odd or seen before: by itself, like any other entry
                self._submit(link, work, partial(settle, work=work, desk=self.desk))
            else:
                self._done(link, work, verdict or error)

    def say(self, link: AnyLink, say: Say) -> None:
        if say.again:
            link.said(say, None)
            return
        facts = link.session.facts
        written = partial(
            _keep_said,
            say=say,
            modem_id=facts.modem_id if facts is not None else None,
            address=link.address,
            session=f"{link.address}#{link.number}",
            at=self.at(),
            link=link.kind,
        )
        self.submit(written, partial(self._said, link, say))

    def prepared(self, done: Prepared) -> None:
        """The modem took its configuration or plan; if this is not kept, the next session tells it again."""
        written = partial(_note_prepared, done=done, desk=self.desk, at=self.at())
        self.submit(written, partial(self._report, "preparation noted"))

    def ended(self, link: AnyLink, ended: Ended) -> None:
        facts = link.session.facts
        assert facts is not None  # only a known modem is asked anything
        self.outcome_of(facts.modem_id, facts.device, ended)

    def outcome_of(self, modem_id: int, modem: DeviceId, ended: Ended) -> None:
        """Count it, write it down, tell who wanted it."""
        self.counters.asked += 1
        self.counters.answered += ended.finding.code == 0
        self._note_outcome(ended, modem=str(modem))
        for tell in self.on_ended:
            tell(modem_id, ended)

    def _note_outcome(self, ended: Ended, *, modem: str) -> None:
        """Every outcome is data, with its reason in words."""
        written = partial(
            write_outcome,
            modem=modem,
            meter=ended.request.meter,
            what=ended.request.what,
            asked_at=ended.request.at,
            ended_at=self.at(),
            finding=ended.finding,
            reference=ended.reference,
            job_id=ended.request.job,
        )
        self.submit(written, partial(self._report, "outcome written"))

    def submit(self, work: Callable[[Connection], Any], done: Callable[[Future[Any]], None]) -> None:
        """Have it committed; `done` is called in the loop's thread with the future."""
        self.committer.submit(work).add_done_callback(partial(self._back_in_loop, done))

    # -- inside --

    def _take_apart(self, link: AnyLink, work: Work) -> None:
        """In the interpreter's thread."""
        try:
            prepared = prepare(work.entry)
        except Exception as error:  # noqa: BLE001  # a telegram may show a fault of ours; its bytes are kept all the same
            self.loop.call_soon_threadsafe(self._keep_poison, link, work, error)
            return
        work = Work(entry=work.entry, session=work.session, prepared=prepared)
        self._submit(link, work, partial(settle, work=work, desk=self.desk))

    def _submit(self, link: AnyLink, work: Work, settling: Callable[[Connection], Verdict]) -> None:
        self.submit(settling, partial(self._settled, link, work))

    def _back_in_loop(self, done: Callable[[Future[Any]], None], future: Future[Any]) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(done, future)

    def _settled(self, link: AnyLink, work: Work, future: Future[Verdict]) -> None:
        error = future.exception()
        if error is not None and not isinstance(error, StoreUnavailable):
            self._keep_poison(link, work, error)
            return
        self._finish(link, work, future)

    def _keep_poison(self, link: AnyLink, work: Work, error: BaseException) -> None:
        """A fault of ours must not cost the device's bytes, nor hold up the next frame (F52)."""
        self.counters.poisoned += 1
        self.log.error("entry broke our code", **self._names(work), words=f"{type(error).__name__}: {error}")
        self.submit(
            partial(settle_poison, work=work, desk=self.desk, error=error), partial(self._finish, link, work)
        )

    def _finish(self, link: AnyLink, work: Work, future: Future[Verdict]) -> None:
        self._done(link, work, future.exception() or future.result())

    def _done(self, link: AnyLink, work: Work, verdict: Verdict | BaseException | None) -> None:
        self.in_flight -= 1
        self.note_trouble("entry not kept", None if isinstance(verdict, Verdict) else verdict)
        if not isinstance(verdict, Verdict):
            self.counters.not_kept += 1
            link.kept(work.entry, verdict or StoreUnavailable("refused", "no outcome"))
            return
        self.counters.kept += 1
        self.counters.repeated += verdict.repeated
        self.counters.refused += verdict.finding.code != 0
        self.counters.readings += verdict.readings_new
        self.counters.intervals += verdict.intervals_new
        if verdict.finding.code:
            words = verdict.finding.en
            self.log.warning("entry refused", **self._names(work), code=verdict.finding.code, words=words)
        link.kept(work.entry, verdict)

    def _said(self, link: AnyLink, say: Say, future: Future[None]) -> None:
        error = future.exception()
        self.note_trouble("request not written down", error)
        link.said(say, error)

    def _report(self, what: str, future: Future[Any]) -> None:
        self.note_trouble(what, future.exception())

    def note_trouble(self, what: str, error: BaseException | None) -> None:
        """A store that is away is told once, not for every entry it could not take; our faults each time."""
        if error is not None and not isinstance(error, StoreUnavailable):
            self.log.error("not done", what=what, words=f"{type(error).__name__}: {error}")
            return
        trouble = str(error) if error is not None else ""
        if bool(trouble) != bool(self.store_trouble):
            self.log.warning("store trouble", words=trouble) if trouble else self.log.info("store is back")
        self.store_trouble = trouble

    def _event(self, **facts: Any) -> None:
        at = self.at()
        self.submit(lambda conn: record_event(conn, at=at, **facts), partial(self._report, "event written"))

    def _names(self, work: Work) -> dict[str, str]:
        entry = work.entry
        return {
            "modem": str(entry.device) if entry.device is not None else "",
            "address": entry.address,
            "reference": entry.reference,
        }

    async def learn_first_lines(self) -> None:
        """How modems introduce themselves that have words of their own, as the registry has it."""
        told = await asyncio.wrap_future(self.committer.submit(registry.first_lines))
        self.first_lines = (*map(own_line, told), *FIRST_LINES)

    async def warm_up(self) -> None:
        await self.learn_first_lines()
        await self.loop.run_in_executor(self._interpreter, warm_up, self.at())

    def close(self) -> None:
        # Python ends no process before its pools have worked off what waits; nobody was told that it is safe.
        self._interpreter.shutdown(wait=False, cancel_futures=True)


def _keep_said(
    conn: Connection,
    *,
    say: Say,
    modem_id: int | None,
    address: str,
    session: str,
    at: datetime,
    link: str,
) -> None:
    for raw in say.frames:
        sent = outgoing(
            say.message, raw, modem_id=modem_id, address=address, session=session, at=at, link=link
        )
        mdm.keep(conn, sent)


def _note_prepared(conn: Connection, *, done: Prepared, desk: Desk, at: datetime) -> None:
    desk.acquaintances.forget(done.device)
    if done.registered:
        registry.mark_registered(conn, done.modem_id, at)
    if done.plan is not None:
        row = {"modem_id": done.modem_id, "fingerprint": done.plan, "acknowledged_at": at}
        added = insert(conn, modem_plans).values(row)
        conn.execute(
            added.on_conflict_do_update(
                index_elements=["modem_id"],
                set_={"fingerprint": done.plan, "acknowledged_at": at},
            )
        )
