"""Were the voltages, the currents or the magnetic field ever wrong, and for how long? (M-115…M-119)"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spans import Span, began, changes_to, epochs_to
from osos.simulator.meter.spec import MeterSpec
from osos.simulator.meter.timeline import Timeline

HELD_S = 180  # a connection fault is held aside so long (M-118)
MAGNET_MT = 400  # M-119

Phases = frozenset[int]
NONE: Phases = frozenset()


@dataclass(frozen=True, slots=True)
class Sight:
    """What the meter sees of a kind of fault: phases surely wrong, phases surely right."""

    wrong: Phases
    right: Phases


Look = Callable[[Settings], Sight]


def voltages(spec: MeterSpec) -> Look:
    """Phase order, and polarity where there are voltage transformers, gen3 current ones (M-115)."""
    gen3_ct = spec.profile.generation == 3 and spec.connection != "direct"
    polarity = spec.voltage == "3x57.7/100" or gen3_ct

    def look(settings: Settings) -> Sight:
        rig, every = settings.rig, frozenset(range(len(settings.live)))
        turned = {k for k in every if polarity and settings.live[k] and rig.reversed_voltage[k]}
        if not all(settings.live):  # two live phases still tell their order, none tells that all is right
            live = frozenset(k for k in every if settings.live[k])
            return Sight(live if rig.wrong_order and len(live) > 1 else frozenset(turned), NONE)
        wrong = every if rig.wrong_order else frozenset(turned)
        return Sight(wrong, every - wrong if not wrong else NONE)

    return look


def currents(spec: MeterSpec) -> Look:
    """Direction against the own voltage, or every current on another phase (M-116, M-117)."""
    if spec.profile.generation == 3 and spec.connection == "direct":
        return lambda _: Sight(NONE, NONE)  # gen3 looks behind transformers only
    mixed_only = spec.ways == 2 and spec.profile.value("current_alarm.two_way") == "mixed"

    def look(settings: Settings) -> Sight:
        rig, closed = settings.rig, settings.contact_closed
        wires = rig.current, rig.reversed_current, rig.currents_shifted
        return _currents(wires, settings.live, closed, spec.starting_ma, mixed_only)

    return look


_Wires = tuple[tuple[tuple[int, int] | None, ...], tuple[bool, ...], int]


@lru_cache(maxsize=1024)  # looked at for every stretch of a life, again and again, and few differ
def _currents(
    wires: _Wires, live: tuple[bool, ...], closed: bool, starting_ma: int, mixed_only: bool
) -> Sight:
    angles = _angles(wires, live, starting_ma) if closed else {}
    backward = frozenset(phase for phase, angle in angles.items() if abs(angle) > 90)
    forward = frozenset(angles) - backward
    if mixed_only:
        wrong = backward if backward and forward else NONE
    else:
        wrong = frozenset(angles) if _changed_places(list(angles.values())) else backward
    if len(angles) < len(live) and not all(live):
        return Sight(wrong, NONE)  # proof wants three voltages (M-118)
    return Sight(wrong, forward - wrong)  # in a wrong phase order too: AY-10 ends its row in one


def _angles(wires: _Wires, live: tuple[bool, ...], starting_ma: int) -> dict[int, int]:
    """Degrees of each current that flows; a load's own is taken as in phase with its voltage."""
    current, reversed_current, shifted = wires
    found = {}
    for phase, has_voltage in enumerate(live):
        by_hand = current[phase]
        if not has_voltage or (by_hand and by_hand[0] < starting_ma):
            continue
        degrees = (by_hand[1] if by_hand else 0) + 180 * reversed_current[phase]
        found[phase] = (degrees + 120 * shifted + 180) % 360 - 180
    return found


def _changed_places(angles: list[int]) -> bool:
    """Every phase more than 60° off, and turning all by ±120° mends all."""
    if len(angles) < 3 or any(abs(angle) <= 60 for angle in angles):
        return False
    return any(all(abs((a + turn + 180) % 360 - 180) <= 60 for a in angles) for turn in (120, -120))


def connection_alarms(timeline: Timeline, second: int, look: Look, *, held_s: int = HELD_S) -> list[Span]:
    """Rows, oldest first: held aside for 180 s, ended only on proof (M-118)."""
    rows: list[Span] = []
    pending: Span | None = None
    suspects: Phases = NONE
    changes = {change.second: change for change in changes_to(timeline, second)}
    for epoch in epochs_to(timeline, second):
        sight, change = look(epoch.settings), changes.get(epoch.start_s)
        if rows and rows[-1].end_s is None:
            suspects |= sight.wrong
            if change and not sight.wrong and suspects <= sight.right:
                rows[-1] = rows[-1].ended(change)
            continue
        if not sight.wrong or change is None:
            pending = None
            continue
        pending, suspects = pending or began(change), suspects | sight.wrong if pending else sight.wrong
        if epoch.end_s - 1 - pending.start_s >= held_s:
            rows.append(pending)
            pending = None
    return rows


def magnetic_alarms(timeline: Timeline, second: int, *, from_mt: int) -> list[Span]:
    """A field opens a row at once; an unpowered meter feels none, and an open row waits (M-119)."""
    rows: list[Span] = []
    for change in changes_to(timeline, second):
        if not change.after.powered:
            continue
        felt = change.after.rig.magnet_mt >= from_mt
        is_open = bool(rows) and rows[-1].end_s is None
        if felt and not is_open:
            rows.append(began(change))
        elif is_open and not felt:
            rows[-1] = rows[-1].ended(change)
    return rows


def magnet_threshold_mt(spec: MeterSpec) -> int:
    """More than 400 mT; gen3 from 400 on."""
    return MAGNET_MT if spec.profile.generation == 3 else MAGNET_MT + 1


def minutes_of(rows: list[Span]) -> int:
    """Of all ended fields, each rounded up."""
    return sum(-(-(row.end_s - row.start_s) // 60) for row in rows if row.end_s is not None)
