"""What does somebody want to know right now, and who tells him? (H-11)

A question is a job: put by whoever asks, claimed by the running head-end, answered with each meter's outcome.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from osos import jobs, registry
from osos.headend import outcomes
from osos.headend.actions import Verdict
from osos.headend.conversation import Ended, Request, Urgency
from osos.headend.house import House
from osos.headend.outcomes import Finding
from osos.headend.plan import MeterBehindModem
from osos.headend.reads import PROFILES, read
from osos.jobs import Job, StaleLease
from osos.modems.mass_json import QUERY, RAW, REGISTER, raw_text
from osos.quantities import TURKIYE, DeviceId, NotADevice

KIND = "headend.ask"
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)  # the asker's clock and a demo's need not agree on "now"
_URGENT = 100
_AT_ONCE = 50  # questions taken in one claim
MOST_CODES = 64  # of one register read (chosen): a minute of a line, and no more than one package
CODE = re.compile(r"[0-9A-Z]{1,3}(?:[.:-][0-9A-Z]{1,4}){0,6}(?:\*[0-9]{1,3})?")
LONGEST_RAW = 1024  # bytes; a directive's sendData takes no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Read this meter, or every meter behind this modem, with this directive.

    `sent` is for raw (X-44), `codes` are for register: bare, with `*n` for a row of the past.
    """

    device: DeviceId
    directive: str
    start: datetime | None = None
    end: datetime | None = None
    sent: bytes = b""
    codes: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        said = {
            "flag": self.device.flag,
            "serial": self.device.serial,
            "directive": self.directive,
            "from": None if self.start is None else self.start.isoformat(),
            "to": None if self.end is None else self.end.isoformat(),
            "sent": self.sent.hex(),
            "codes": list(self.codes),
        }
        return json.dumps(said).encode()

    @classmethod
    def of_bytes(cls, payload: bytes) -> "Question":
        """Raises ValueError or KeyError: a job of this kind that nobody of ours has put."""
        said = json.loads(payload)
        return cls(
            device=DeviceId(said["flag"], said["serial"]),
            directive=str(said["directive"]),
            start=None if said["from"] is None else datetime.fromisoformat(said["from"]),
            end=None if said["to"] is None else datetime.fromisoformat(said["to"]),
            sent=bytes.fromhex(said.get("sent", "")),
            codes=tuple(str(code) for code in said.get("codes", ())),
        )


def put_question(conn: Connection, question: Question) -> int:
    """Ask, in the caller's transaction; the number under which the answer will be."""
    return jobs.put(conn, kind=KIND, payload=question.to_bytes(), not_before=_ALWAYS, priority=_URGENT).job_id


@dataclass(frozen=True, slots=True)
class _Target:
    modem_id: int
    modem: DeviceId
    meters: tuple[MeterBehindModem, ...]


@dataclass(slots=True)
class _Open:
    job: Job
    directive: str
    modem: str
    expected: int
    answers: list[dict[str, Any]] = field(default_factory=list)
    worst: Finding = field(default_factory=lambda: Finding(outcomes.DONE))


class Asking:
    """The on-demand desk of one head-end."""

    def __init__(
        self,
        house: House,
        worker: str,
        call: Callable[[int], Awaitable[bool]] | None = None,
    ) -> None:
        self._house, self._worker = house, worker
        self._call = call  # a modem that listens is called when it is wanted
        self._calls: set[asyncio.Task[None]] = set()
        self._open: dict[int, _Open] = {}
        house.on_ended.append(self._ended)

    async def run(self) -> None:
        """Look for questions until cancelled."""
        while True:
            await asyncio.sleep(self._house.settings.jobs_every_s)
            await self.look()

    async def look(self) -> int:
        """Take the questions that wait; how many."""
        now = self._house.clock.now()
        try:
            taken = await asyncio.wrap_future(
                self._house.committer.submit(lambda conn: self._claim(conn, now))
            )
        except Exception as error:  # noqa: BLE001  # a store that is away: the questions wait in it
            self._house.note_trouble("look for questions", error)
            return 0
        for job, question, target in taken:
            self._begin(job, question, target)
        return len(taken)

    def stop(self) -> None:
        """Answer what is open, so that nobody waits for a head-end that is gone."""
        for opened in list(self._open.values()):
            opened.worst = Finding(outcomes.STOPPING)
            self._finish(opened)

    # -- inside --

    def _lease_s(self) -> float:
        """So long in the Clock's seconds that it is a minute outside, however fast the Clock runs."""
        return self._house.settings.job_lease_s / max(self._house.clock.wall_s(1.0), _FASTEST)

    def _claim(self, conn: Connection, now: datetime) -> list[tuple[Job, Question | None, _Target | None]]:
        for opened in self._open.values():
            if opened.job.lease_until - now < timedelta(seconds=self._lease_s() / 2):
                opened.job = jobs.extend(conn, opened.job, self._lease_s(), now)
        claimed = jobs.claim_many(
            conn, kinds=[KIND], worker=self._worker, now=now, lease_s=self._lease_s(), limit=_AT_ONCE
        )
        return [(job, *_understand(conn, job.payload, now)) for job in claimed]

    def _begin(self, job: Job, question: Question | None, target: _Target | None) -> None:
        if question is None or target is None:
            named = str(question.device) if question is not None else ""
            directive = question.directive if question is not None else ""
            self._finish(_Open(job, directive, named, 0, worst=Finding(outcomes.NOT_ADMITTED, named)))
            return
        opened = _Open(job, question.directive, str(target.modem), len(target.meters))
        refusal = self._refusal(question, target)
        if refusal is not None:
            opened.worst = refusal
            self._finish(opened)
            return
        self._open[job.id] = opened
        if target.modem_id in self._house.sessions:
            self._put(opened, question, target)
            return
        calling = self._house.loop.create_task(self._call_first(opened, question, target))
        self._calls.add(calling)
        calling.add_done_callback(self._calls.discard)

    def _put(self, opened: _Open, question: Question, target: _Target) -> None:
        for request in self._requests(opened.job, question, target):
            link = self._house.sessions.link(target.modem_id, request.line)
            if link is not None:
                link.ask(request)
            else:  # another port of the modem is connected, not this meter's
                why = Finding(outcomes.NOT_CONNECTED, f"{target.modem}, port {request.line}")
                self._house.outcome_of(target.modem_id, target.modem, Ended("", request, why))

    async def _call_first(self, opened: _Open, question: Question, target: _Target) -> None:
        reached = self._call is not None and await self._call(target.modem_id)
        if opened.job.id not in self._open:
            return  # the head-end is stopping
        if reached and target.modem_id in self._house.sessions:
            self._put(opened, question, target)
            return
        opened.worst = Finding(outcomes.NOT_CONNECTED, str(target.modem))
        self._finish(opened)

    def _refusal(self, question: Question, target: _Target) -> Finding | None:
        askable = [name for name in self._house.settings.plan.directives if name != QUERY]
        if question.directive not in askable:
            known = ", ".join(askable)
            return Finding(outcomes.UNKNOWN, f"directive {question.directive!r}; there are {known}")
        if not target.meters:
            return Finding(outcomes.NOT_ADMITTED, f"no meter is registered behind {target.modem}")
        if question.directive == RAW and (words := _no_exchange(question, target)):
            return Finding(outcomes.VALUE_REFUSED, words)
        if question.directive == REGISTER and (words := _no_codes(question)):
            return Finding(outcomes.VALUE_REFUSED, words)
        if target.modem_id not in self._house.sessions and self._call is None:
            return Finding(outcomes.NOT_CONNECTED, str(target.modem))
        return None

    def _requests(self, job: Job, question: Question, target: _Target) -> list[Request]:
        now = self._house.clock.now()
        start, end = question.start, question.end
        zones = {link.session.zone for modem_id, link in self._house.sessions if modem_id == target.modem_id}
        zone = next(iter(zones), TURKIYE)
        if question.directive in PROFILES:
            end = end or now
            start = start or end - timedelta(hours=24)
        return [
            read(
                question.directive,
                meter,
                zone=zone,
                at=now,
                urgency=Urgency.ON_DEMAND,
                start=start,
                end=end,
                sent=question.sent,
                codes=question.codes,
                job=job.id,
            )
            for meter in target.meters
        ]

    def _ended(self, _: int, ended: Ended) -> None:
        opened = self._open.get(ended.request.job) if ended.request.job is not None else None
        if opened is None:
            return
        opened.answers.append(_answer(ended))
        if ended.finding.code:
            opened.worst = ended.finding
        if len(opened.answers) == opened.expected:
            self._finish(opened)
            return
        job, done, now = opened.job, len(opened.answers), self._house.clock.now()
        self._house.submit(lambda conn: jobs.progress(conn, job, done, opened.expected, now), self._reported)

    def _finish(self, opened: _Open) -> None:
        self._open.pop(opened.job.id, None)
        result = {
            "modem": opened.modem,
            "directive": opened.directive,
            **_words(opened.worst),
            "meters": opened.answers,
        }
        now, job = self._house.clock.now(), opened.job
        self._house.submit(lambda conn: jobs.finish(conn, job, result, now), self._reported)

    def _reported(self, future: Future[Any]) -> None:
        error = future.exception()
        if isinstance(error, StaleLease):
            self._house.log.info("answer not written", words=str(error))
        else:  # when the store is away the lease runs out, and the question is asked again
            self._house.note_trouble("write the answer", error)


_FASTEST = 1e-4  # a clock that no outside second moves (tests) still gives a lease that ends


def _understand(conn: Connection, payload: bytes, now: datetime) -> tuple[Question | None, _Target | None]:
    try:
        question = Question.of_bytes(payload)
    except (ValueError, KeyError, TypeError, NotADevice):
        return None, None
    modem = registry.find_modem(conn, question.device)
    if modem is not None:
        return question, _target(conn, modem.id, modem.device, now)
    for meter_id in registry.meters_named(conn, question.device):
        before = registry.modem_before(conn, meter_id)
        behind = None if before is None else registry.find_modem(conn, before)
        if behind is not None:
            return question, _target(conn, behind.id, behind.device, now, only=meter_id)
    return question, None


def _target(
    conn: Connection, modem_id: int, modem: DeviceId, now: datetime, *, only: int | None = None
) -> _Target:
    behind = registry.meters_behind(conn, modem_id, now)
    wanted = [each for each in behind if only is None or each.meter_id == only]
    return _Target(modem_id, modem, tuple(MeterBehindModem.of(each) for each in wanted))


def _no_exchange(question: Question, target: _Target) -> str:
    """What is wrong with bytes for one meter (X-44); empty: nothing."""
    if len(target.meters) > 1:
        return f"raw speaks to one meter, {target.modem} has {len(target.meters)}: ask by the meter's name"
    if not 1 <= len(question.sent) <= LONGEST_RAW:
        return f"raw sends 1 to {LONGEST_RAW} bytes, not {len(question.sent)}"
    return ""


def _no_codes(question: Question) -> str:
    """What is wrong with the codes of a register read; empty: nothing."""
    if not 1 <= len(question.codes) <= MOST_CODES:
        return f"register asks for 1 to {MOST_CODES} codes, not {len(question.codes)}"
    bad = [code for code in question.codes if not CODE.fullmatch(code)]
    return f"{bad[0]!r} is no code; write 1.8.0, 96.77.0*1" if bad else ""


def _answer(ended: Ended) -> dict[str, Any]:
    result = ended.result
    found = result if isinstance(result, Verdict) else Verdict()
    told: dict[str, Any] = {"rawData": raw_text(found.answered)} if ended.request.directive == RAW else {}
    if ended.request.directive == REGISTER:
        told["values"] = [{"code": code, "value": value} for code, value in found.told]
    return {
        "meter": ended.request.meter,
        "what": ended.request.what,
        "reference_id": ended.reference,
        **_words(ended.finding),
        "readings_new": found.readings_new,
        "intervals_new": found.intervals_new,
        **told,
    }


def _words(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code, "outcome": finding.kind.name, "tr": finding.tr, "en": finding.en}
