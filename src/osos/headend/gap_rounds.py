"""Which missing records are asked for next, and when is a meter left in peace? (H-12)

A round compares what should be there with what is, then keeps a few requests waiting at each connected modem;
as one ends, the next goes in. On-demand reads are more urgent and slip between (H-11).
"""

import asyncio
import random
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from osos.headend.backoff import Backoff
from osos.headend.conversation import Ended, Urgency
from osos.headend.house import House
from osos.headend.links import AnyLink
from osos.headend.outcomes import DONE
from osos.headend.plan import PROFILE_DIRECTIVES, MeterBehindModem
from osos.headend.reads import read
from osos.headend.sessions import leads_to
from osos.mdm import gaps
from osos.mdm.labels import instant_of_label

ANSWERED_EMPTY = 3  # after so many empty answers the meter has nothing there: lost at the meter (F46)
_SHORTEST_S = 0.05  # between two rounds, however fast the clock runs


@dataclass(slots=True)
class _Rest:
    """A meter's profile that failed lately."""

    tries: int
    not_before: datetime


class GapRounds:
    """The gap work of one head-end."""

    def __init__(self, house: House, rng: random.Random) -> None:
        self.open_gaps: int | None = None
        self.lost_at_meter = 0
        self._house, self._rng = house, rng
        self._limits = house.settings.gap
        self._waiting: dict[int, deque[gaps.Request]] = {}  # by modem: found, not yet put in line
        self._resting: dict[tuple[int, str], _Rest] = {}
        self._asked: dict[
            tuple[int, str], gaps.Request
        ] = {}  # one request a meter and profile is in line or on the line
        self._since_look: list[
            gaps.Request
        ] = []  # ended while a look was on its way: it may not have seen them
        self._wake = asyncio.Event()
        house.on_known.append(lambda _: self._wake.set())
        house.on_ended.append(self._ended)

    async def run(self) -> None:
        """Round after round until cancelled; a modem that has just connected need not wait for the next."""
        while True:
            await self.round()
            wait_s = max(_SHORTEST_S, self._house.clock.wall_s(self._limits.every_s))
            try:
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()
            except TimeoutError:
                continue
            await asyncio.sleep(_CONNECTING_S)

    async def round(self) -> int:
        """Look once and put requests in line; how many records are missing and can still be had."""
        self._wake.clear()
        self._since_look = []
        now = self._house.clock.now()
        try:
            found = await asyncio.wrap_future(self._house.committer.submit(lambda conn: _look(conn, now)))
        except Exception as error:  # noqa: BLE001  # a store that is away ends this round, not the head-end
            self._house.note_trouble("look for gaps", error)
            return 0
        hopeful = [gap for gap in found if gap.answered_empty < ANSWERED_EMPTY]
        self.open_gaps = len(hopeful)
        self.lost_at_meter = sum(gap.missing for gap in found) - sum(gap.missing for gap in hopeful)
        settled = now - timedelta(seconds=self._limits.settle_s)
        due = [gap for gap in hopeful if gap.found_at <= settled]
        self._sort(gaps.merge(due, at_most=self._limits.records))
        for modem_id in list(self._waiting):
            self._fill(modem_id)
        return sum(gap.missing for gap in hopeful)

    def _sort(self, wanted: list[gaps.Request]) -> None:
        """By the modem that is connected now and has the meter behind it."""
        behind = {meter_id: modem_id for modem_id, meter_id, _ in self._meters()}
        self._waiting = {}
        answered = [*self._asked.values(), *self._since_look]
        for one in wanted:
            if one.meter_id in behind and not any(_overlap(one, other) for other in answered):
                self._waiting.setdefault(behind[one.meter_id], deque()).append(one)

    def _meters(self) -> list[tuple[int, int, MeterBehindModem]]:
        return [
            (modem_id, meter.meter_id, meter)
            for modem_id, link in self._house.sessions
            for meter in (link.session.facts.meters if link.session.facts is not None else ())
            if leads_to(link.port, meter.line)
        ]

    def _fill(self, modem_id: int) -> None:
        """Let one request a meter wait at the modem; the rest stays here, where it is cheaply forgotten."""
        waiting = self._waiting.pop(modem_id, deque())
        now, later = self._house.clock.now(), deque[gaps.Request]()
        meters = {meter_id: meter for _, meter_id, meter in self._meters()}
        for one in waiting:
            meter = meters.get(one.meter_id)
            link = None if meter is None else self._house.sessions.link(modem_id, meter.line)
            if meter is None or link is None:
                continue
            full = link.session.talk.count(Urgency.GAP) >= self._limits.at_once
            if full or _key(one) in self._asked:
                later.append(one)
            elif one.profile in PROFILE_DIRECTIVES and not self._rests(one, now):
                self._ask(link, one, meter, now)
        if later:
            self._waiting[modem_id] = later

    def _ask(self, link: AnyLink, one: gaps.Request, meter: MeterBehindModem, now: datetime) -> None:
        self._asked[_key(one)] = one
        link.ask(
            read(
                PROFILE_DIRECTIVES[one.profile],
                meter,
                zone=link.session.zone,
                at=now,
                urgency=Urgency.GAP,
                start=instant_of_label(one.first_label),
                end=instant_of_label(one.last_label),
                label=one,
            )
        )

    def _ended(self, modem_id: int, ended: Ended) -> None:
        one = ended.request.label
        if not isinstance(one, gaps.Request):
            return
        self._asked.pop(_key(one), None)
        self._since_look.append(one)
        if ended.finding.kind is DONE:
            self._resting.pop(_key(one), None)
        else:
            self._let_rest(one)
        self._fill(modem_id)

    def _let_rest(self, one: gaps.Request) -> None:
        key = _key(one)
        tries = self._resting[key].tries + 1 if key in self._resting else 1
        wait_s = Backoff(self._limits.first_backoff_s, self._limits.cap_backoff_s).wait_s(tries, self._rng)
        self._resting[key] = _Rest(tries, self._house.clock.now() + timedelta(seconds=wait_s))

    def _rests(self, one: gaps.Request, now: datetime) -> bool:
        rest = self._resting.get(_key(one))
        return rest is not None and now < rest.not_before


_CONNECTING_S = 0.2  # a region that comes back calls at once: one look serves them all


def _key(one: gaps.Request) -> tuple[int, str]:
    return one.meter_id, one.profile


def _overlap(one: gaps.Request, other: gaps.Request) -> bool:
    same = _key(one) == _key(other)
    return same and one.first_label <= other.last_label and other.first_label <= one.last_label


def _look(conn: Connection, now: datetime) -> list[gaps.Gap]:
    gaps.refresh(conn, now)
    return gaps.open_gaps(conn)
