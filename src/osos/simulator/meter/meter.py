"""What does this meter hold and print at any instant, and what may be done to it?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from osos.quantities import Interval, to_local
from osos.simulator.load import Load
from osos.simulator.meter import answering, changing, hands
from osos.simulator.meter.act import Act, PortName
from osos.simulator.meter.body import Body
from osos.simulator.meter.display import Screen, screen
from osos.simulator.meter.faults import seams_with
from osos.simulator.meter.life import MonthRow, rolled
from osos.simulator.meter.moment import wall_second
from osos.simulator.meter.power import hears, sessions_today
from osos.simulator.meter.profile import ProfileRows
from osos.simulator.meter.saving import NotAState, SavedMeter, kept, parsed, written
from osos.simulator.meter.seams import Seams
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.snapshot import Snapshot
from osos.simulator.meter.spec import MeterSpec

if TYPE_CHECKING:
    from osos.simulator.meter.port import MeterPort

__all__ = ["Act", "NotAState", "PortName", "VirtualMeter"]


class VirtualMeter:
    """A meter whose state is a function of its seed, its acts and the time (M-180).

    Every question names its instant; questions may come in any order, acts only one after the other.
    `days_kept`: how many days of minutes stay in memory, 0.1 MB each; day sums stay for ever.
    `faults`: names of deliberate faults, see `osos.simulator.meter.faults` (M-183).
    """

    def __init__(
        self,
        spec: MeterSpec,
        load: Load,
        *,
        days_kept: int = 40,
        faults: frozenset[str] = frozenset(),
    ) -> None:
        self.spec, self.faults = spec, faults
        self._body = Body(spec, load, days_kept=days_kept, seams=seams_with(faults))

    @property
    def seams(self) -> Seams:
        return self._body.seams

    @property
    def acts(self) -> list[Act]:
        """The log, oldest first."""
        return self._body.acts

    @property
    def sessions(self) -> dict[str, int]:
        """Programming sessions begun, by port."""
        return self._body.sessions

    def port(self, name: PortName, *, now: Callable[[], datetime]) -> "MeterPort":
        """One of the two independent ports, for a `MeterSide` (M-7)."""
        from osos.simulator.meter.port import MeterPort

        return MeterPort(self, name, now=now)

    def registers(self, at: datetime) -> dict[str, int]:
        """Whole Wh and varh by code, as its kind and ways have them, rolled over as printed."""
        raw = self._body.life.registers(self._body.second(at))
        return {code: rolled(amount) for code, amount in raw.items() if self._has(code)}

    def energy_wh(self, code: str, period: Interval) -> int:
        """By how much a register moves in `[start, end)`, in Wh or varh, however often it rolls over."""
        life = self._body.life
        first, last = (life.registers(self._body.second(at)) for at in (period.start, period.end))
        return last[code] - first[code]

    def profile_records(
        self,
        name: str,
        start_label: datetime | None = None,
        end_label: datetime | None = None,
        *,
        at: datetime,
    ) -> ProfileRows | None:
        """Records stored up to `at` with labels from start to end, both included; None: no such profile.

        Labels are what the meter's own clock showed, here as Turkish time (aware, or naive wall clock).
        """
        return self._body.life.profile.rows(
            name, first=_label(start_label), last=_label(end_label), at_s=self._body.second(at)
        )

    def month_rows(self, at: datetime) -> list[MonthRow]:
        """The 12 history rows, newest first, as far as recorded (M-73)."""
        shot = self.snapshot(at)
        return [row for number in range(1, 13) if (row := shot.month(number))]

    def settings(self, at: datetime) -> Settings:
        return self._body.settings(self._body.second(at))

    def snapshot(self, at: datetime) -> Snapshot:
        """All it holds at this second, for panels."""
        return self._body.snapshot(at)

    def identification(self, *, at: datetime | None = None) -> bytes:
        """`/FLG6<2>EEE(model)` (M-12); at no time named: as it was last set up."""
        timeline = self._body.life.timeline
        settings = timeline.at(timeline.last_act_s if at is None else self._body.second(at))
        return self._body.seams.through(
            "identification", answering.identification(self.spec, settings), self.spec
        )

    def packet(self, y: str, *, at: datetime, port: PortName | None = None) -> bytes | None:
        """All lines of a packet, of one instant (M-37); None: this meter offers no such packet.

        Read over a port, packets 8 and 0 put icons off (M-119, M-123).
        """
        return answering.packet(self._body, y, self._body.snapshot(at), port=port)

    def read(
        self,
        code: str,
        argument: str,
        *,
        at: datetime,
        trusted: bool = False,
        port: PortName | None = None,
    ) -> bytes | None:
        """The answer to `R2 code(argument)`, one row a query (M-43); None: NAK."""
        told = answering.dialect_profile(self._body, code, argument, self._body.second(at))
        if told is not None:
            return told
        if code in answering.PROFILES:
            return answering.profile(self._body, code, argument, self._body.second(at), port=port)
        return answering.one_line(self._body, code, self._body.snapshot(at), trusted=trusted, port=port)

    def write(
        self,
        code: str,
        argument: str,
        *,
        port: PortName,
        at: datetime,
        trusted: bool,
        level: int | None = None,
    ) -> bool:
        """`W2 code(argument)`: kept at this instant, or refused and nothing changed (M-44).

        `level`: of the password, gen3; a higher one does not include a lower (M-53).
        """
        attempt = changing.attempt_of(
            self._body,
            code,
            argument,
            port=port,
            second=self._body.second(at),
            trusted=trusted,
            level=level,
        )
        done = changing.write(self._body, attempt)
        return self._noted(at, port, f"W2 {code}", argument, done=done)

    def reset_demand(self, *, port: PortName, at: datetime, trusted: bool) -> bool:
        """E2 1.6.0: the month closes now; once a calendar month (M-49, M-72)."""
        second = self._body.second(at)
        asks = bool(self.spec.profile.value("reset.password"))
        done = (trusted or not asks) and changing.reset(self._body, second, way=port)
        return self._noted(at, port, "E2 1.6.0", "", done=done)

    def press_reset(self, *, at: datetime) -> bool:
        """The sealed button of a combi meter: the same act, powered or not (M-72)."""
        second = self._body.second(at)
        done = self.spec.kind == "combi" and changing.reset(self._body, second, way="button")
        return self._noted(at, "rig", "reset button", "", done=done)

    def try_password(
        self, text: str, *, port: PortName, at: datetime, level: int = 1, seed: str = ""
    ) -> bool:
        """Three wrong ones in a row, both ports together, lock all changes for 6 h (M-50)."""
        second = self._body.second(at)
        right = changing.password_is_right(self._body, text, second=second, level=level, seed=seed)
        return self._noted(at, port, f"P{level}", "", done=right)

    def rig(self, *, at: datetime, **changes: object) -> None:
        """Do something from outside, `rig(at=…, supply=(False,) * 3)`, by the fields of `Rig` (M-181)."""
        hands.lay(self._body, self._body.second(at), changes)
        self._noted(at, "rig", ", ".join(changes), ", ".join(map(str, changes.values())), done=True)

    def press(self, *, at: datetime, held_s: float = 0.2) -> None:
        """The display button, felt when it is let go or has been held for 5 s (M-152, M-153)."""
        awake = hands.press(self._body, self._body.second(at), held_s)
        self._noted(at, "rig", "button", f"{held_s:g} s", done=awake)

    def display(self, *, at: datetime, reading: bool = False) -> Screen:
        """What its display shows; `reading`: is one of the ports in session? (M-150)"""
        return screen(self._body.snapshot(at), reading=reading)

    def keep(self, changed: Callable[[], None]) -> None:
        """Whom to tell of every change, before it is acknowledged (M-44, M-74)."""
        self._body.changed = changed

    def save(self) -> bytes:
        """The whole state; with the same spec and load `restore` brings it back (M-180)."""
        return written(SavedMeter.of(self.spec, self._body))

    @classmethod
    def restore(
        cls,
        spec: MeterSpec,
        load: Load,
        saved: bytes,
        *,
        days_kept: int = 40,
        faults: frozenset[str] = frozenset(),
    ) -> "VirtualMeter":
        """Raises `NotAState` for anything that is not this meter's."""
        state = parsed(saved, device=str(spec.device))
        meter = cls(spec, load, days_kept=days_kept, faults=faults)
        kept(state, meter._body)
        return meter

    def hears(self, port: PortName, *, at: datetime, in_session: bool) -> bool:
        """RS-485 wants power; the optical port does with the battery, three sessions in 24 h (M-17)."""
        return hears(self._body, port, self._body.second(at), in_session=in_session)

    def note_session(self, *, at: datetime, port: PortName) -> None:
        """A session on battery reached its acknowledge (M-17)."""
        second = self._body.second(at)
        settings = self._body.settings(second)
        if not settings.powered and port == "optical":
            sessions = (*sessions_today(settings, second), second)
            self._body.act(second, replace(settings, battery_sessions=sessions), what="session")

    def alert_report(self, *, at: datetime) -> str | None:
        """The word `/*!` is answered with; None: nothing changed that F.A.0 allows (M-28)."""
        shot = self._body.snapshot(at)
        return f"{shot.state:064b}" if shot.alert_pending else None

    def alert_acknowledged(self, *, at: datetime) -> None:
        """F.A.1 = 0 until another allowed bit changes (M-28)."""
        shot = self._body.snapshot(at)
        self._body.act(shot.second, replace(shot.settings, reported_word=shot.state), what="acknowledged")

    def _noted(
        self, at: datetime, port: PortName | Literal["rig"], what: str, argument: str, *, done: bool
    ) -> bool:
        self._body.acts.append(Act(at, port, what, argument, done))
        return done

    def _has(self, code: str) -> bool:
        entry = self.spec.profile.entry(code)
        return entry is not None and answering.is_kept(self.spec, entry, None)


def _label(at: datetime | None) -> int | None:
    if at is None:
        return None
    return wall_second(at if at.utcoffset() is None else to_local(at).replace(tzinfo=None)) // 60
