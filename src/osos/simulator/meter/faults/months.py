# ruff: noqa: ARG001, ARG002  # a hook takes all that its place tells
"""Which faults has the memory of past months? (AS, SB)"""

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from osos.simulator.meter.closings import Closing
from osos.simulator.meter.covers import CoverMonth, Opening
from osos.simulator.meter.demand import Peak
from osos.simulator.meter.faults.fault import Fault, Need
from osos.simulator.meter.faults.tools import Hooks, row_is_not_shifted, says
from osos.simulator.meter.life import Life, MonthRow
from osos.simulator.meter.moment import wall, wall_second
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.timeline import Timeline

if TYPE_CHECKING:
    from osos.simulator.meter.snapshot import Snapshot

_REGISTERS = ("1.8.1", "1.8.2", "1.8.3", "2.8.1", "5.8.0", "6.8.0", "7.8.0", "8.8.0")


def _by_hand(shot: "Snapshot") -> bool:
    """Was the last month closed by hand?"""
    return bool(shot.closings) and shot.closings[-1].second in shot.settings.resets


def _by_clock(shot: "Snapshot") -> bool:
    return bool(shot.closings) and not _by_hand(shot)


def _kept(keep: "Keep") -> Hooks:
    def hook(found: list[Closing], timeline: Timeline, second: int) -> list[Closing]:
        return [one for one in found if keep(one, timeline, second)]

    return (("closings", hook),)


class Keep(Protocol):
    def __call__(self, closing: Closing, timeline: Timeline, second: int) -> bool: ...


class _OnlyPowered(Keep):
    def __call__(self, closing: Closing, timeline: Timeline, second: int) -> bool:
        return closing.second in timeline.at(second).resets or timeline.at(closing.second).powered


class _NotWithTheCoverOpen(Keep):
    def __call__(self, closing: Closing, timeline: Timeline, second: int) -> bool:
        by_hand = closing.second in timeline.at(second).resets
        return by_hand or not timeline.at(closing.second).rig.terminal_open


class _OnlyOnceUnpowered(Keep):
    """Of several month ends in one outage only the first is done."""

    def __call__(self, closing: Closing, timeline: Timeline, second: int) -> bool:
        then = timeline.at(closing.second)
        lost_s = then.power_changed_s + timeline.at(then.power_changed_s).offset_s  # by its own clock
        lost, closed = wall(lost_s), wall(closing.wall_minute * 60)
        return then.powered or (closed.year - lost.year) * 12 + closed.month - lost.month < 2


def _set_over(found: list[Closing], timeline: Timeline, second: int) -> list[Closing]:
    """A date set over months closes each of them."""
    more: list[Closing] = []
    for earlier, later in zip(timeline.whole(second), timeline.whole(second)[1:], strict=False):
        if earlier.settings.clock_from_s == later.settings.clock_from_s:
            continue
        passed_s = later.start_s + earlier.settings.offset_s
        until_s = later.start_s + later.settings.offset_s
        while (first_s := _next_first(passed_s)) <= until_s:
            more.append(Closing(later.start_s, first_s // 60))
            passed_s = first_s
    return sorted([*found, *more], key=lambda one: (one.second, one.wall_minute))


def _next_first(wall_s: int) -> int:
    shown = wall(wall_s)
    year, month = divmod(shown.year * 12 + shown.month, 12)
    return wall_second(shown.replace(year=year, month=month + 1, day=1, hour=0, minute=0, second=0))


def _automatic_all_the_same(found: list[Closing], timeline: Timeline, second: int) -> list[Closing]:
    """A month closed by hand is closed once more when it ends."""
    more = []
    for one in found:
        first_s = _next_first(one.wall_minute * 60)
        at_s = first_s - timeline.at(second).offset_s
        if one.second in timeline.at(second).resets and at_s <= second:
            more.append(Closing(at_s, first_s // 60))
    return sorted([*found, *more], key=lambda one: one.second)


def _month(code: str, *, by_hand: bool) -> Hooks:
    """A register's history holds what stood a month before."""

    def hook(row: MonthRow, closed: list[Closing], index: int, life: Life) -> MonthRow:
        if (closed[index].second in life.timeline.at(closed[index].second).resets) != by_hand:
            return row
        before = life.registers(closed[index - 1].second) if index else dict.fromkeys(row.registers, 0)
        return replace(row, registers={**row.registers, code: before[code]})

    return (("month", hook),)


def _demand_lost(row: MonthRow, closed: list[Closing], index: int, life: Life) -> MonthRow:
    return replace(row, peaks=(Peak(), Peak()))


def _demand_kept(*, by_hand: bool) -> Hooks:
    """The maximum is not cleared: it runs on from the month before."""

    def hook(lines: list, shot: "Snapshot", _y: str, _port: str | None) -> list:  # type: ignore[type-arg]  # Line
        stored = shot.month(1)
        if stored is None or _by_hand(shot) != by_hand or stored.peaks[0].power_w <= shot.peaks[0].power_w:
            return lines
        whole, part = divmod(stored.peaks[0].power_w, 1000)
        power = f"({whole % 1000:03d}.{part:03d}*kW)"
        return [
            line._replace(brackets=power + line.brackets[len(power) :])
            if line[:2] == ("1.6.0", None)
            else line
            for line in lines
        ]

    return (("lines", hook),)


def _stamp_one_month_back(*, by_hand: bool) -> Hooks:
    """0.1.2*1 shows the reset before the last."""

    def hook(lines: list, shot: "Snapshot", _y: str, _port: str | None) -> list:  # type: ignore[type-arg]  # Line
        if _by_hand(shot) != by_hand or not shot.closings:
            return lines
        second = next((line.brackets for line in lines if line[:2] == ("0.1.2", 2)), "(00-00-00,00:00)")
        return [line._replace(brackets=second) if line[:2] == ("0.1.2", 1) else line for line in lines]

    return (("lines", hook),)


def _count_stands(*, by_hand: bool) -> Hooks:
    """0.1.0 does not count resets of this kind."""

    def hook(lines: list, shot: "Snapshot", _y: str, _port: str | None) -> list:  # type: ignore[type-arg]  # Line
        hands = sum(one.second in shot.settings.resets for one in shot.closings)
        shown = len(shot.closings) - hands if by_hand else hands
        return [
            line._replace(brackets=f"({shown % 100:02d})") if line.code == "0.1.0" else line for line in lines
        ]

    return (("lines", hook),)


def _cover_not_shifted(found: CoverMonth, row: int, shot: "Snapshot") -> CoverMonth:
    """After a month end by the clock 96.71*1 stays empty."""
    return CoverMonth() if row == 1 and _by_clock(shot) else found


def _cover_not_begun_anew(*, by_hand: bool) -> Hooks:
    def hook(found: CoverMonth, row: int, shot: "Snapshot") -> CoverMonth:
        wrong = row == 0 and shot.openings and shot.closings and _by_hand(shot) == by_hand
        return CoverMonth(shot.openings[0].minute, len(shot.openings)) if wrong else found

    return (("cover_month", hook),)


def _top_until(*, by_hand: bool) -> Hooks:
    def hook(found: Opening | None, shot: "Snapshot") -> Opening | None:
        gone = shot.closings and _by_hand(shot) == by_hand and found
        return None if gone and found and found.second < shot.closings[-1].second else found

    return (("top_opened", hook),)


def _second_reset(allowed: bool, settings: Settings, second: int, way: str) -> bool:
    return allowed or second >= settings.locked_until_s or way == "button"


def _registers(step: str, name: str, *, by_hand: bool) -> tuple[Fault, ...]:
    tr, en = ("elle sıfırlamada", "reset by hand") if by_hand else ("ay sonunda", "month end")

    def needs(code: str) -> tuple[Need, ...]:
        return ("combi",) if code[0] in "5678" else ()

    return tuple(
        Fault(
            name=f"{name}-stores-the-old-{code}",
            breaks="M-70",
            step=step,
            also=() if by_hand else ("HB-04",),  # a month ends there too
            needs=needs(code),
            tr=f"{code} {tr} bir önceki değeriyle saklanır",
            en=f"a {en} stores the {code} of the one before",
            hooks=_month(code, by_hand=by_hand),
        )
        for code in _REGISTERS
    )


FAULTS = (
    Fault(
        name="month-end-is-not-counted",
        breaks="M-70",
        step="AS-01",
        tr="Ay sonu 0.1.0'ı artırmaz",
        en="a month end does not count in 0.1.0",
        hooks=_count_stands(by_hand=False),
    ),
    Fault(
        name="month-end-not-done-unpowered",
        breaks="M-71",
        step="AS-01",
        also=("AS-02", "AS-03", "AS-04", "AS-05", "KK-09", "KK-11", "KK-12"),
        tr="Enerjisiz sayaç ay sonunu yapmaz",
        en="an unpowered meter does no month end",
        hooks=_kept(_OnlyPowered()),
    ),
    Fault(
        name="month-end-not-done-with-the-cover-open",
        breaks="M-70",
        step="AS-01",
        also=("AS-02", "AS-03", "AS-04", "AS-05", "KK-11"),
        tr="Klemens kapağı açıkken ay sonu yapılmaz",
        en="no month end is done while the terminal cover is open",
        hooks=_kept(_NotWithTheCoverOpen()),
    ),
    Fault(
        name="month-end-done-once-in-an-outage",
        breaks="M-71",
        step="AS-01",
        also=("AS-02", "AS-03", "AS-04"),
        tr="Bir kesintide yalnız ilk ay sonu yapılır",
        en="of several month ends in one outage only the first is done",
        hooks=_kept(_OnlyOnceUnpowered()),
    ),
    Fault(
        name="month-end-stamp-is-old",
        breaks="M-70",
        step="AS-02",
        tr="0.1.2*1 bir önceki ay sonunu gösterir",
        en="0.1.2*1 shows the month end before the last",
        hooks=_stamp_one_month_back(by_hand=False),
    ),
    Fault(
        name="history-keeps-6-months",
        breaks="M-73",
        step="AS-03",
        also=("AS-02", "AS-04"),
        tr="Yalnız 6 ay saklanır",
        en="only 6 months are kept",
        numbers={"history_rows": 6},
    ),
    *_registers("AS-03", "month-end", by_hand=False),
    Fault(
        name="month-end-demand-is-not-stored",
        breaks="M-70",
        step="AS-04",
        also=("SB-04", "HB-04"),
        tr="Ay sonunda 1.6.0 geçmişe yazılmaz",
        en="a month end does not store 1.6.0",
        hooks=(("month", _demand_lost),),
    ),
    Fault(
        name="month-end-demand-is-not-cleared",
        breaks="M-70",
        step="AS-04",
        tr="Ay sonunda 1.6.0 sıfırlanmaz",
        en="a month end does not clear 1.6.0",
        hooks=_demand_kept(by_hand=False),
    ),
    Fault(
        name="month-end-demand-is-not-shifted",
        breaks="M-70",
        step="AS-04",
        also=("SB-04", "HB-04"),
        tr="1.6.0'ın geçmiş satırları kaymaz",
        en="the rows of 1.6.0 are not shifted",
        hooks=row_is_not_shifted("1.6.0"),
    ),
    Fault(
        name="month-end-loses-the-cover-row",
        breaks="M-70",
        step="AS-05",
        tr="Ay sonunda 96.71, *1 satırına yazılmaz",
        en="a month end does not store 96.71 in *1",
        hooks=(("cover_month", _cover_not_shifted),),
    ),
    Fault(
        name="month-end-does-not-begin-the-cover-anew",
        breaks="M-124",
        step="AS-05",
        also=("KK-09", "KK-11", "KK-12"),
        tr="Ay sonunda 96.71 sıfırlanmaz",
        en="a month end does not begin 96.71 anew",
        hooks=_cover_not_begun_anew(by_hand=False),
    ),
    Fault(
        name="month-end-erases-the-top-cover",
        breaks="M-125",
        step="AS-06",
        also=("UK-04",),
        tr="Ay sonu 96.70'i siler",
        en="a month end erases 96.70",
        hooks=_top_until(by_hand=False),
    ),
    Fault(
        name="month-end-restores-the-factory-tariffs",
        breaks="M-74",
        step="AS-07",
        tr="Ay sonunda hafta içi tarife tablosu bozulur",
        en="a month end spoils the table of weekdays",
        hooks=says("96.60", "(11110000)", when=_by_clock),
    ),
    Fault(
        name="date-set-over-months-closes-them",
        breaks="M-71",
        step="AS-08",
        tr="Tarihi ileri almak aradaki ay sonlarını yapar",
        en="a date set over months closes them all",
        hooks=(("closings", _set_over),),
    ),
    Fault(
        name="reset-is-not-counted",
        breaks="M-72",
        step="SB-01",
        tr="Elle sıfırlama 0.1.0'ı artırmaz",
        en="a reset by hand does not count in 0.1.0",
        hooks=_count_stands(by_hand=True),
    ),
    Fault(
        name="reset-stamp-is-old",
        breaks="M-72",
        step="SB-02",
        tr="Elle sıfırlamadan sonra 0.1.2*1 eski zamanı gösterir",
        en="after a reset by hand 0.1.2*1 shows the one before",
        hooks=_stamp_one_month_back(by_hand=True),
    ),
    *_registers("SB-03", "reset", by_hand=True),
    Fault(
        name="reset-demand-is-not-cleared",
        breaks="M-72",
        step="SB-04",
        also=("MD-11",),
        tr="Elle sıfırlama 1.6.0'ı sıfırlamaz",
        en="a reset by hand does not clear 1.6.0",
        hooks=_demand_kept(by_hand=True),
    ),
    Fault(
        name="reset-does-not-begin-the-cover-anew",
        breaks="M-124",
        step="SB-05",
        tr="Elle sıfırlama 96.71'i yeniden başlatmaz",
        en="a reset by hand does not begin 96.71 anew",
        hooks=_cover_not_begun_anew(by_hand=True),
    ),
    Fault(
        name="reset-erases-the-top-cover",
        breaks="M-125",
        step="SB-06",
        also=("UK-04", "EG-07"),
        tr="Elle sıfırlama 96.70'i siler",
        en="a reset by hand erases 96.70",
        hooks=_top_until(by_hand=True),
    ),
    Fault(
        name="reset-restores-the-factory-tariffs",
        breaks="M-74",
        step="SB-07",
        tr="Elle sıfırlama hafta içi tarife tablosunu bozar",
        en="a reset by hand spoils the table of weekdays",
        hooks=says("96.60", "(11110000)", when=_by_hand),
    ),
    Fault(
        name="second-reset-in-a-month-is-done",
        breaks="M-72",
        step="SB-08",
        tr="Aynı ayda ikinci sıfırlama kabul edilir",
        en="a second reset in the same month is done",
        hooks=(("reset", _second_reset),),
    ),
    Fault(
        name="month-end-after-a-reset-is-done-all-the-same",
        breaks="M-72",
        step="SB-09",
        tr="Elle sıfırlanan ayın sonunda yine otomatik sıfırlama olur",
        en="a month closed by hand is closed once more when it ends",
        hooks=(("closings", _automatic_all_the_same),),
    ),
)
