# ruff: noqa: ARG002  # a hook takes all that its place tells
"""Which faults has the watch over connections? (FS, AY)

Families: the form asks the same of the current of each phase in turn, so each phase has its own members.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from osos.simulator.meter.alarms import NONE, Look, Sight, connection_alarms, currents, voltages
from osos.simulator.meter.faults.fault import Fault, Need
from osos.simulator.meter.faults.tools import (
    Hooks,
    icon_shown_as,
    later_by,
    spans,
)
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spans import Span, changes_to
from osos.simulator.meter.spec import MeterSpec
from osos.simulator.meter.timeline import Change

if TYPE_CHECKING:
    from osos.simulator.meter.snapshot import Snapshot

_KEPT = 5
_SOON_S = 45
_HOUR_S = 3600
_LS, _IS = ("l1", "l2", "l3"), ("i1", "i2", "i3")
_POLYPHASE: tuple[Need, ...] = ("3p",)
# Steps of AY by phase: blinks, mended early, recorded, no current, others back, no voltage, ended.
_AY = (
    ("AY-04", "AY-05", "AY-06", "AY-07", "AY-08", "AY-09", "AY-10"),
    ("AY-11", "AY-12", "AY-13", "AY-15", "AY-16", "AY-17", "AY-18"),
    ("AY-19", "AY-20", "AY-21", "AY-22", "AY-23", "AY-24", "AY-26"),
)


def _look(name: str, spec: MeterSpec) -> Look:
    return voltages(spec) if name == "voltage" else currents(spec)


def _ended_by(name: str, ends: "Ends") -> Hooks:
    """An open row is closed by something that proves nothing (M-118)."""

    def how(rows: list[Span], shot: "Snapshot") -> list[Span]:
        return [_ended(row, shot, name, ends) for row in rows]

    return spans(name, how)


def _ended(row: Span, shot: "Snapshot", name: str, ends: "Ends") -> Span:
    look = _look(name, shot.spec)
    upto_s = shot.second if row.end_s is None else row.end_s
    for change in changes_to(shot.timeline, shot.second):
        if row.start_s < change.second < upto_s and ends(change, look):
            return row.ended(change)
    return row


class Ends(Protocol):
    """Does this change close the row? (a function with a name for tables)"""

    def __call__(self, change: Change, look: Look) -> bool: ...


class _PhaseGoes(Ends):
    """The current of the phase that was wrong ends while its voltage stays."""

    def __init__(self, phase: int) -> None:
        self._phase = phase

    def __call__(self, change: Change, look: Look) -> bool:
        was, now = look(change.before), look(change.after)
        live = change.before.live[self._phase] and change.after.live[self._phase]
        return live and self._phase in was.wrong and self._phase not in now.wrong | now.right


class _OthersFlow(Ends):
    """Currents of the other phases come back the right way."""

    def __init__(self, phase: int) -> None:
        self._phase = phase

    def __call__(self, change: Change, look: Look) -> bool:
        was, now = look(change.before), look(change.after)
        without = self._phase not in now.wrong | was.wrong | now.right  # its own current is still missing
        return without and bool(_flowing(now) - _flowing(was))


class _VoltageGoes(Ends):
    def __init__(self, phase: int) -> None:
        self._phase = phase

    def __call__(self, change: Change, look: Look) -> bool:
        rig = change.before.rig
        wrong = rig.reversed_current[self._phase] or rig.wrong_order
        return wrong and change.before.live[self._phase] and not change.after.live[self._phase]


class _PowerGoes(Ends):
    def __call__(self, change: Change, look: Look) -> bool:
        return change.before.powered and not change.after.powered


class _ClockIsSet(Ends):
    def __call__(self, change: Change, look: Look) -> bool:
        return change.before.clock_from_s != change.after.clock_from_s


def _flowing(sight: Sight) -> frozenset[int]:
    return sight.wrong | sight.right


def _recorded_early(name: str, *phases: int) -> Hooks:
    """A fault of these phases is held aside for 45 s only."""

    def how(rows: list[Span], shot: "Snapshot") -> list[Span]:
        look = _look(name, shot.spec)

        def only(settings: Settings) -> Sight:
            found = look(settings)
            return Sight(found.wrong if found.wrong <= set(phases) else NONE, found.right)

        early = connection_alarms(shot.timeline, shot.second, only, held_s=_SOON_S)
        known = {row.start_s for row in rows}
        return sorted([*rows, *(row for row in early if row.start_s not in known)], key=_start)

    return spans(name, how)


def _recorded_together(rows: list[Span], shot: "Snapshot") -> list[Span]:
    """Faults of several phases that overlap count together, and are recorded after 100 s."""
    look = _look("current", shot.spec)
    early = connection_alarms(shot.timeline, shot.second, look, held_s=100)
    changes = changes_to(shot.timeline, shot.second)
    known = {row.start_s for row in rows}
    more = [row for row in early if row.start_s not in known and _of_two(row, changes, look)]
    return sorted([*rows, *more], key=_start)


def _of_two(row: Span, changes: list[Change], look: Look) -> bool:
    within = [
        one for one in changes if row.start_s <= one.second and one.second < (row.end_s or one.second + 1)
    ]
    return len(frozenset[int]().union(*(look(one.after).wrong for one in within))) > 1


def _start(row: Span) -> int:
    return row.start_s


def _of_phase(phase: int, shot: "Snapshot", row: Span) -> bool:
    """Was it this phase's current that began the row?"""
    return _look("current", shot.spec)(shot.timeline.at(row.start_s)).wrong == {phase}


def _not_of(phase: int) -> Hooks:
    return spans("current", lambda rows, shot: [row for row in rows if not _of_phase(phase, shot, row)])


def _late_of(phase: int) -> Hooks:
    return spans(
        "current",
        lambda rows, shot: [later_by(_HOUR_S, row) if _of_phase(phase, shot, row) else row for row in rows],
    )


def _never_ends(phase: int) -> Hooks:
    return spans(
        "current",
        lambda rows, shot: [
            replace(row, end_s=None, end_wall_s=None) if _of_phase(phase, shot, row) else row for row in rows
        ],
    )


def _sees_order_in_currents(found: Sight, name: str, settings: Settings, _spec: MeterSpec) -> Sight:
    if name != "current" or not settings.rig.wrong_order:
        return found
    return Sight(frozenset(phase for phase, live in enumerate(settings.live) if live), NONE)


def _blind_to_polarity(found: Sight, name: str, settings: Settings, _spec: MeterSpec) -> Sight:
    if name != "voltage" or settings.rig.wrong_order:
        return found
    return Sight(NONE, frozenset(range(len(settings.live))) if all(settings.live) else NONE)


def _started_at_once(rows: list[Span], shot: "Snapshot") -> list[Span]:
    """A row without any fault, from the first power-up on."""
    return rows or [Span(start_s=shot.since_s, start_wall_s=shot.since_s)]


def _polarity_stays(rows: list[Span], shot: "Snapshot") -> list[Span]:
    return [
        replace(row, end_s=None, end_wall_s=None)
        if any(shot.timeline.at(row.start_s).rig.reversed_voltage)
        else row
        for row in rows
    ]


def _order_ends_late(rows: list[Span], shot: "Snapshot") -> list[Span]:
    return [
        replace(row, end_wall_s=row.end_wall_s + _HOUR_S)
        if row.end_wall_s is not None and shot.timeline.at(row.start_s).rig.wrong_order
        else row
        for row in rows
    ]


def _all_phases_dead_ends(rows: list[Span], shot: "Snapshot") -> list[Span]:
    return [_ended(row, shot, "voltage", _PowerGoes()) for row in rows]


def _family(phase: int) -> tuple[Fault, ...]:
    blinks, early, recorded, no_current, others, no_voltage, ended = _AY[phase]
    who, shown = f"L{phase + 1}", (_IS[phase],)
    n = phase + 1
    return (
        Fault(
            name=f"reversed-current-l{n}-does-not-blink",
            breaks="M-116",
            step=blinks,
            also=(recorded, "AY-14", "AY-27"),
            needs=_POLYPHASE,
            tr=f"{who} akımı ters iken simgesi yanıp sönmez",
            en=f"the symbol of {who} does not blink while its current is reversed",
            hooks=icon_shown_as(shown, {"blink": "on"}),
        ),
        Fault(
            name=f"reversed-current-l{n}-is-recorded-early",
            breaks="M-118",
            step=early,
            also=("AY-27",),
            needs=_POLYPHASE,
            tr=f"{who} ters akımı 180 s yerine 45 saniyede kaydedilir",
            en=f"a reversed current of {who} is recorded after 45 s, not 180 s",
            hooks=_recorded_early("current", phase),
        ),
        Fault(
            name=f"reversed-current-l{n}-is-not-recorded",
            breaks="M-116",
            step=recorded,
            also=(no_current, others, no_voltage, ended, "AY-28"),
            needs=_POLYPHASE,
            tr=f"{who} ters akımı kaydedilmez",
            en=f"a reversed current of {who} is never recorded",
            hooks=_not_of(phase),
        ),
        Fault(
            name=f"reversed-current-l{n}-is-stamped-an-hour-late",
            breaks="M-118",
            step=recorded,
            also=(no_current, others, no_voltage, ended, "AY-28"),
            needs=_POLYPHASE,
            tr=f"{who} ters akımının başlangıcı bir saat geç yazılır",
            en=f"the start of a reversed current of {who} is stamped an hour late",
            hooks=_late_of(phase),
        ),
        Fault(
            name=f"current-alarm-l{n}-ends-without-current",
            breaks="M-118",
            step=no_current,
            needs=_POLYPHASE,
            tr=f"{who} akımı kesilince akım uyarısı kaydı kapanır",
            en=f"the current alarm of {who} ends when its current stops",
            hooks=_ended_by("current", _PhaseGoes(phase)),
        ),
        Fault(
            name=f"current-alarm-l{n}-ends-with-the-others",
            breaks="M-118",
            step=others,
            also=(ended,),
            needs=_POLYPHASE,
            tr=f"Öbür fazların akımı gelince {who} akım uyarısı kaydı kapanır",
            en=f"the current alarm of {who} ends when the other phases carry current again",
            hooks=_ended_by("current", _OthersFlow(phase)),
        ),
        Fault(
            name=f"current-alarm-l{n}-ends-without-voltage",
            breaks="M-118",
            step=no_voltage,
            needs=_POLYPHASE,
            tr=f"{who} gerilimi kesilince akım uyarısı kaydı kapanır",
            en=f"the current alarm of {who} ends when its voltage is cut",
            hooks=_ended_by("current", _VoltageGoes(phase)),
        ),
        Fault(
            name=f"current-alarm-l{n}-never-ends",
            breaks="M-118",
            step=ended,
            also=("AY-28",),
            needs=_POLYPHASE,
            tr=f"{who} düzelince akım uyarısı kaydı kapanmaz",
            en=f"the current alarm of {who} stays open once it is mended",
            hooks=_never_ends(phase),
        ),
    )


FAULTS = (
    Fault(
        name="voltage-alarm-without-a-fault",
        breaks="M-115",
        step="FS-01",
        also=("FS-07",),
        needs=_POLYPHASE,
        tr="Sıra doğruyken 96.77.4 kaydı açılır",
        en="96.77.4 holds a row although the order is right",
        hooks=spans("voltage", _started_at_once),
    ),
    Fault(
        name="wrong-order-does-not-blink",
        breaks="M-115",
        step="FS-02",
        also=("FS-04", "FS-05", "FS-06", "FS-09"),
        needs=_POLYPHASE,
        tr="Sıra yanlışken L1 L2 L3 yanıp sönmez",
        en="L1 L2 L3 do not blink while the order is wrong",
        hooks=icon_shown_as(_LS, {"blink": "on"}, when=lambda shot: shot.settings.rig.wrong_order),
    ),
    Fault(
        name="wrong-order-is-recorded-early",
        breaks="M-118",
        step="FS-03",
        needs=_POLYPHASE,
        tr="Yanlış sıra 180 s yerine 45 saniyede kaydedilir",
        en="a wrong order is recorded after 45 s, not 180 s",
        hooks=(),
        numbers={"voltage_held_s": _SOON_S},
    ),
    Fault(
        name="wrong-order-is-not-recorded",
        breaks="M-115",
        step="FS-04",
        also=("FS-05", "FS-06", "FS-07", "FS-09", "FS-10", "FS-11"),
        needs=_POLYPHASE,
        tr="Yanlış sıra kaydedilmez",
        en="a wrong order is never recorded",
        hooks=spans(
            "voltage",
            lambda rows, shot: [row for row in rows if not shot.timeline.at(row.start_s).rig.wrong_order],
        ),
    ),
    Fault(
        name="wrong-order-ends-when-l2-is-cut",
        breaks="M-118",
        step="FS-05",
        needs=_POLYPHASE,
        tr="L2 kesilince gerilim uyarısı kaydı kapanır",
        en="the voltage alarm ends when L2 is cut",
        hooks=_ended_by("voltage", _VoltageGoes(1)),
    ),
    Fault(
        name="wrong-order-ends-with-the-power",
        breaks="M-118",
        step="FS-06",
        needs=_POLYPHASE,
        tr="Enerji kesilince gerilim uyarısı kaydı kapanır",
        en="the voltage alarm ends when the power goes",
        hooks=spans("voltage", _all_phases_dead_ends),
    ),
    Fault(
        name="wrong-order-ends-an-hour-late",
        breaks="M-118",
        step="FS-07",
        also=("FS-10", "FS-11"),
        needs=_POLYPHASE,
        tr="Gerilim uyarısının bitişi bir saat geç yazılır",
        en="the end of a voltage alarm is stamped an hour late",
        hooks=spans("voltage", _order_ends_late),
    ),
    Fault(
        name="reversed-voltage-is-not-seen",
        breaks="M-115",
        step="FS-08",
        also=("FS-10",),
        needs=("3x57.7/100",),
        tr="Ters gerilim (polarite) fark edilmez",
        en="the reversed polarity of a voltage is not seen",
        hooks=(("sight", _blind_to_polarity),),
    ),
    Fault(
        name="wrong-order-ends-when-the-clock-is-set",
        breaks="M-118",
        step="FS-09",
        needs=_POLYPHASE,
        tr="Saat ayarlanınca gerilim uyarısı kaydı kapanır",
        en="the voltage alarm ends when the clock is set",
        hooks=_ended_by("voltage", _ClockIsSet()),
    ),
    Fault(
        name="reversed-voltage-never-ends",
        breaks="M-118",
        step="FS-10",
        also=("FS-11",),
        needs=("3x57.7/100",),
        tr="Polarite düzelince gerilim uyarısı kaydı kapanmaz",
        en="the alarm of a reversed voltage stays open once it is mended",
        hooks=spans("voltage", _polarity_stays),
    ),
    Fault(
        name="voltage-alarms-keep-5-rows",
        breaks="M-73",
        step="FS-11",
        needs=_POLYPHASE,
        tr="Gerilim uyarılarından yalnız 5'i saklanır",
        en="only 5 voltage alarms are kept",
        hooks=spans("voltage", lambda rows, _: rows[:_KEPT]),
    ),
    Fault(
        name="current-symbol-without-load",
        breaks="M-156",
        step="AY-01",
        also=("AY-07", "AY-15", "AY-22"),
        needs=_POLYPHASE,
        tr="Akım yönü simgesi yük yokken yanar",
        en="the current symbols are on without load",
        hooks=icon_shown_as(_IS, {"off": "on"}),
    ),
    Fault(
        name="current-symbol-off-under-load",
        breaks="M-156",
        step="AY-02",
        also=("AY-03", "AY-05", "AY-10", "AY-12", "AY-18", "AY-20", "AY-26"),
        needs=_POLYPHASE,
        tr="Akım yönü simgesi yük varken yanmaz",
        en="the current symbols are off under load",
        hooks=icon_shown_as(_IS, {"on": "off"}),
    ),
    Fault(
        name="wrong-order-raises-a-current-alarm",
        breaks="M-116",
        step="AY-03",
        also=("AY-04", "AY-05", "AY-06", "AY-07", "AY-08", "AY-09", "AY-10"),
        needs=_POLYPHASE,
        tr="Yanlış faz sırası akım uyarısı da verir",
        en="a wrong phase order raises a current alarm too",
        hooks=(("sight", _sees_order_in_currents),),
    ),
    Fault(
        name="current-alarm-ends-when-the-clock-is-set",
        breaks="M-118",
        step="AY-14",
        needs=_POLYPHASE,
        tr="Saat ayarlanınca akım uyarısı kaydı kapanır",
        en="the current alarm ends when the clock is set",
        hooks=_ended_by("current", _ClockIsSet()),
    ),
    Fault(
        name="current-alarm-ends-with-the-power",
        breaks="M-118",
        step="AY-25",
        needs=_POLYPHASE,
        tr="Enerji kesilince akım uyarısı kaydı kapanır",
        en="the current alarm ends when the power goes",
        hooks=_ended_by("current", _PowerGoes()),
    ),
    Fault(
        name="overlapping-current-faults-are-recorded",
        breaks="M-118",
        step="AY-27",
        needs=_POLYPHASE,
        tr="Üst üste binen kısa akım arızaları birlikte sayılıp kaydedilir",
        en="short current faults that overlap are counted together and recorded",
        hooks=spans("current", _recorded_together),
    ),
    Fault(
        name="current-alarms-keep-5-rows",
        breaks="M-73",
        step="AY-28",
        needs=_POLYPHASE,
        tr="Akım uyarılarından yalnız 5'i saklanır",
        en="only 5 current alarms are kept",
        hooks=spans("current", lambda rows, _: rows[:_KEPT]),
    ),
    *(fault for phase in range(3) for fault in _family(phase)),
)
