"""What does this meter hold and print at any instant, and what may be done to it?"""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from osos.meters import rows
from osos.quantities import Interval, to_local
from osos.simulator.load import Load
from osos.simulator.meter.display import Screen, screen
from osos.simulator.meter.life import Life, MonthRow, rolled
from osos.simulator.meter.moment import DAY_S, instant_of, second_of, wall, wall_second
from osos.simulator.meter.parameters import RELAY_CODES, Write, changed
from osos.simulator.meter.power import rigged
from osos.simulator.meter.presses import pressed
from osos.simulator.meter.profile import ProfileRows
from osos.simulator.meter.ranges import label_range
from osos.simulator.meter.relay import Relay, commanded, relay_state
from osos.simulator.meter.rig import Rig
from osos.simulator.meter.saving import (
    FORMAT,
    SavedAct,
    SavedEntry,
    SavedMeter,
    parsed,
    written,
)
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.snapshot import Snapshot
from osos.simulator.meter.spec import MeterSpec
from osos.simulator.meter.text import records_text
from osos.simulator.meter.values import value
from osos.simulator.meter.values_gen3 import header

if TYPE_CHECKING:
    from osos.simulator.meter.port import MeterPort

PortName = Literal["optical", "rs485"]
PACKETS = frozenset("056789")  # Y of the acknowledge (M-13); 1 is the programming mode
PROFILES = ("P.01", "P.02", "P.03")
_ROW = re.compile(r"[1-9][0-9]?")
TRIES = 3  # wrong passwords in a row (M-50)
LOCKED_S = 6 * 3600  # M-50
BATTERY_SESSIONS = 3  # in each 24 h of an outage (M-17)
LONG_PRESS_S = 5
ICON_PACKETS = frozenset("08")  # reading them puts icons off (M-119, M-123)
MAGNET_CODES, COVER_CODES = frozenset({"96.7.6", "96.77.6"}), frozenset({"96.71"})


@dataclass(frozen=True, slots=True)
class Act:
    """Something done to the meter, as its log keeps it (M-181)."""

    at: datetime
    port: PortName | Literal["rig"]
    what: str
    argument: str
    done: bool


class VirtualMeter:
    """A gen2 meter whose state is a function of its seed, its acts and the time (M-180).

    Every question names its instant; questions may come in any order, acts only one after the other.
    `days_kept`: how many days of minutes stay in memory, 0.1 MB each; day sums stay for ever.
    """

    def __init__(self, spec: MeterSpec, load: Load, *, days_kept: int = 40) -> None:
        self.spec = spec
        self.acts: list[Act] = []
        self.sessions: dict[str, int] = {}  # programming sessions begun, by port
        self._life = Life(spec, load, days_kept=days_kept)
        self._shot: Snapshot | None = None

    def port(self, name: PortName, *, now: Callable[[], datetime]) -> "MeterPort":
        """One of the two independent ports, for a `MeterSide` (M-7)."""
        from osos.simulator.meter.port import MeterPort

        return MeterPort(self, name, now=now)

    def registers(self, at: datetime) -> dict[str, int]:
        """Whole Wh and varh by code, as its kind and ways have them, rolled over as printed."""
        raw = self._life.registers(self._second(at))
        return {code: rolled(amount) for code, amount in raw.items() if self._has(code)}

    def energy_wh(self, code: str, period: Interval) -> int:
        """By how much a register moves in `[start, end)`, in Wh or varh, however often it rolls over."""
        first, last = (self._life.registers(self._second(at)) for at in (period.start, period.end))
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
        return self._life.profile.rows(
            name, first=_label(start_label), last=_label(end_label), at_s=self._second(at)
        )

    def month_rows(self, at: datetime) -> list[MonthRow]:
        """The 12 history rows, newest first, as far as recorded (M-73)."""
        shot = self._snapshot(at)
        return [row for number in range(1, 13) if (row := shot.month(number))]

    def settings(self, at: datetime) -> Settings:
        return self._life.timeline.at(self._second(at))

    def identification(self) -> bytes:
        """`/FLG6<2>EEE(model)` (M-12)."""
        profile, device = self.spec.profile, self.spec.device
        company = "" if self.spec.company == "TED" else self.spec.company
        flag_serial = profile.value("ident.style") == "flag-serial"
        name = str(device) if flag_serial else f"{company}{self.spec.model}"
        return f"/{device.flag}{profile.baud}<{profile.generation}>{name}\r\n".encode()

    def packet(self, y: str, *, at: datetime, port: PortName | None = None) -> bytes | None:
        """All lines of a packet, of one instant (M-37); None: this meter offers no such packet.

        Read over a port, packets 8 and 0 put icons off (M-119, M-123).
        """
        if y not in PACKETS:
            return None
        if port and y in ICON_PACKETS:
            self._icons_read(port, self._second(at), magnet=True, cover=True)
        spec, shot = self.spec, self._snapshot(at)
        entries = spec.profile.catalogue.packet(y, kind=spec.kind, ways=spec.ways, options=spec.options)
        lines = [
            f"{entry.code}{'' if row is None else f'*{row}'}{value(entry, row, shot)}\r\n"
            for entry, row in rows(entries, packet=y)
        ]
        return "".join(lines).encode()

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
        if code in PROFILES:
            if self.spec.profile.generation == 3 and code != "P.01":
                return None  # P.02 and P.12 are not played yet
            asked = label_range(argument)
            found = asked and self._life.profile.rows(
                code, first=asked.first, last=asked.last, at_s=self._second(at)
            )
            return self._printed(found) if found else None
        bare, star, number = code.partition("*")
        if star and not _ROW.fullmatch(number):
            return None
        row = int(number) if star else None
        entry = self.spec.profile.entry(bare, row)
        if entry is None or not self._fits(bare, row) or (bare.startswith("96.96") and not trusted):  # M-52
            return None
        if port:
            second = self._second(at)
            self._icons_read(port, second, magnet=bare in MAGNET_CODES, cover=bare in COVER_CODES)
        return f"{code}{value(entry, row, self._snapshot(at))}".encode()

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
        second = self._second(at)
        settings = self._life.timeline.at(second)
        found = None
        entry = self.spec.profile.entry(code)
        if entry is None or entry.write is None or (level and entry.write.gen3_level not in {level, None}):
            trusted = False
        limit = self.spec.profile.value("rs485.monthly_limit") if code not in RELAY_CODES else None
        change = (code, *_month(second + settings.offset_s))
        if limit and port == "rs485" and settings.rs485_changes.count(change) >= int(limit):
            trusted = False
        allowed = code in RELAY_CODES or self._cover_allows(port, settings)
        if trusted and not self._locked(second) and allowed:
            found = changed(code, Write(self.spec, settings, second, argument))
        if found is not None and limit and port == "rs485":
            kept = [one for one in settings.rs485_changes if one[1:] == change[1:]]
            found = replace(found, rs485_changes=(*kept, change))
        if found is not None and found != settings:
            self._act(second, found)
        self.acts.append(Act(at, port, f"W2 {code}", argument, found is not None))
        return found is not None

    def reset_demand(self, *, port: PortName, at: datetime, trusted: bool) -> bool:
        """E2 1.6.0: the month closes now; once a calendar month (M-49, M-72)."""
        second = self._second(at)
        asks = bool(self.spec.profile.value("reset.password"))
        done = (trusted or not asks) and not self._locked(second) and self._reset(second)
        self.acts.append(Act(at, port, "E2 1.6.0", "", done))
        return done

    def press_reset(self, *, at: datetime) -> bool:
        """The sealed button of a combi meter: the same act, powered or not (M-72)."""
        second = self._second(at)
        done = self.spec.kind == "combi" and self._reset(second)
        self.acts.append(Act(at, "rig", "reset button", "", done))
        return done

    def _reset(self, second: int) -> bool:
        timeline = self._life.timeline
        settings = timeline.at(second)
        month = _month(second + settings.offset_s)
        if any(_month(one + timeline.at(one).offset_s) == month for one in settings.resets):
            return False
        self._act(second, replace(settings, resets=(*settings.resets, second)))
        return True

    def try_password(
        self, text: str, *, port: PortName, at: datetime, level: int = 1, seed: str = ""
    ) -> bool:
        """Three wrong ones in a row, both ports together, lock all changes for 6 h (M-50)."""
        second = self._second(at)
        settings = self._life.timeline.at(second)
        told = (settings.password, *settings.higher)[level - 1]
        if self.spec.profile.value("auth") == "hmac":  # M-41
            told = hmac.digest(told.encode(), seed.encode(), "sha256").hex().upper()
        right = hmac.compare_digest(text.encode(), told.encode())
        tries = 0 if right else settings.wrong_tries + 1
        if self._locked(second):
            found = settings
        elif tries < TRIES:
            found = replace(settings, wrong_tries=tries)
        else:
            found = replace(settings, wrong_tries=0, locked_until_s=second + LOCKED_S)
        if found != settings:
            self._act(second, found)
        self.acts.append(Act(at, port, f"P{level}", "", right))
        return right

    def rig(self, *, at: datetime, **changes: object) -> None:
        """Do something from outside, `rig(at=…, supply=(False,) * 3)`, by the fields of `Rig` (M-181)."""
        second = self._second(at)
        settings = self._life.timeline.at(second)
        found = rigged(settings, changed_rig(settings.rig, changes), second)
        if found != settings:
            self._act(second, found)
        self.acts.append(Act(at, "rig", ", ".join(changes), ", ".join(map(str, changes.values())), True))

    def press(self, *, at: datetime, held_s: float = 0.2) -> None:
        """The display button, felt when it is let go or has been held for 5 s (M-152, M-153)."""
        second = self._second(at)
        settings, is_long = self._life.timeline.at(second), held_s >= LONG_PRESS_S
        awake = settings.powered or settings.rig.system_battery
        if is_long and relay_state(settings) is Relay.READY and settings.powered:
            self._act(second, commanded(settings, closed=True))
        elif awake:
            self._act(second, pressed(settings, second, is_long=is_long))
        self.acts.append(Act(at, "rig", "button", f"{held_s:g} s", awake))

    def display(self, *, at: datetime, reading: bool = False) -> Screen:
        """What its display shows; `reading`: is one of the ports in session? (M-150)"""
        return screen(self._snapshot(at), reading=reading)

    def save(self) -> bytes:
        """The whole state; with the same spec and load `restore` brings it back (M-180)."""
        saved = SavedMeter(
            FORMAT,
            str(self.spec.device),
            tuple(SavedEntry(*entry) for entry in self._life.timeline.entries()),
            self.sessions,
            tuple(
                SavedAct(one.at.isoformat(), one.port, one.what, one.argument, one.done) for one in self.acts
            ),
        )
        return written(saved)

    @classmethod
    def restore(cls, spec: MeterSpec, load: Load, saved: bytes, *, days_kept: int = 40) -> "VirtualMeter":
        """Raises `NotAState` for anything that is not this meter's."""
        state, meter = parsed(saved, device=str(spec.device)), cls(spec, load, days_kept=days_kept)
        meter._life.restore([(one.second, one.by_hand, one.settings) for one in state.timeline])
        meter.sessions = dict(state.sessions)
        meter.acts = [
            Act(datetime.fromisoformat(one.at), one.port, one.what, one.argument, one.done)
            for one in state.acts
        ]
        return meter

    def hears(self, port: PortName, *, at: datetime, in_session: bool) -> bool:
        """RS-485 wants power; the optical port does with the battery, three sessions in 24 h (M-17)."""
        second = self._second(at)
        settings = self._life.timeline.at(second)
        if settings.powered or port == "rs485" or not settings.rig.system_battery:
            return settings.powered
        return in_session or len(_sessions_today(settings, second)) < BATTERY_SESSIONS

    def note_session(self, *, at: datetime, port: PortName) -> None:
        """A session on battery reached its acknowledge (M-17)."""
        second = self._second(at)
        settings = self._life.timeline.at(second)
        if not settings.powered and port == "optical":
            kept = (*_sessions_today(settings, second), second)
            self._act(second, replace(settings, battery_sessions=kept))

    def alert_report(self, *, at: datetime) -> str | None:
        """The word `/*!` is answered with; None: nothing changed that F.A.0 allows (M-28)."""
        shot = self._snapshot(at)
        return f"{shot.state:064b}" if shot.alert_pending else None

    def alert_acknowledged(self, *, at: datetime) -> None:
        """F.A.1 = 0 until another allowed bit changes (M-28)."""
        shot = self._snapshot(at)
        self._act(shot.second, replace(shot.settings, reported_word=shot.state))

    def _icons_read(self, port: PortName, second: int, *, magnet: bool, cover: bool) -> None:
        shot = self._snapshot(instant_of(second))
        settings = shot.settings
        if magnet and shot.magnet_icon == "on":
            settings = replace(settings, magnet_read_s=second)
        if cover and shot.cover_icon == "on" and port == self.spec.profile.value("cover.clear_port"):
            settings = replace(settings, cover_read_s=second)
        if settings != shot.settings:
            self._act(second, settings)

    def _act(self, second: int, settings: Settings) -> None:
        self._life.act(second, settings)
        self._shot = None

    def _printed(self, found: ProfileRows) -> bytes:
        """gen3 puts the columns before the records, once a reply (M-109)."""
        text = records_text(found)
        if self.spec.profile.records != "lpch" or not text:
            return text
        return f"LPCH:{header(found.columns)}\r\n".encode() + text

    def _locked(self, second: int) -> bool:
        return second < self._life.timeline.at(second).locked_until_s

    def _cover_allows(self, port: PortName, settings: Settings) -> bool:
        """Optical wants the terminal cover open, RS-485 closed (M-47)."""
        if port == "rs485" and self.spec.profile.generation == 3:
            return True
        return settings.rig.terminal_open == (port == "optical")

    def _second(self, at: datetime) -> int:
        """Every question and act passes here: first what the meter did by itself until then."""
        second = second_of(at)
        self._life.settle(second)
        return second

    def _snapshot(self, at: datetime) -> Snapshot:
        second = self._second(at)
        if self._shot is None or self._shot.second != second:
            self._shot = Snapshot(self._life, second)
        return self._shot

    def _has(self, code: str) -> bool:
        return self._fits(code, None)

    def _fits(self, code: str, row: int | None) -> bool:
        entry, spec = self.spec.profile.entry(code, row), self.spec
        if entry is None or not entry.fits(kind=spec.kind, ways=spec.ways, options=spec.options):
            return False
        return row is None or 1 <= row <= (entry.history or 0)


def changed_rig(rig: Rig, changes: dict[str, object]) -> Rig:
    unknown = set(changes) - {one.name for one in fields(Rig)}
    if unknown:
        raise ValueError(f"a rig has no {', '.join(sorted(unknown))}")
    return replace(rig, **changes)  # type: ignore[arg-type]  # the names are checked, the values by Rig


def _sessions_today(settings: Settings, second: int) -> tuple[int, ...]:
    """Of the present 24 h, counted from the start of the outage."""
    start = settings.power_changed_s
    today = (second - start) // DAY_S
    return tuple(one for one in settings.battery_sessions if (one - start) // DAY_S == today)


def _label(at: datetime | None) -> int | None:
    if at is None:
        return None
    return wall_second(at if at.utcoffset() is None else to_local(at).replace(tzinfo=None)) // 60


def _month(wall_s: int) -> tuple[int, int]:
    shown = wall(wall_s)
    return shown.year, shown.month
