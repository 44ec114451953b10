"""How do a month of balances and one day of them look?"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from markupsafe import Markup

from osos.mdm.day_changes import QUARTERS
from osos.mdm.derive.balances import Balance
from osos.mdm.labels import date_of_day
from osos.mdm.network.asking import DayRow
from osos.web import Formats, svg
from osos.web.svg import Axis, Bar, Line, Part

Say = Callable[..., str]
_WEEKEND = 5


def loss_bars(rows: Sequence[DayRow], days: Sequence[int], *, f: Formats, t: Say, wide: bool) -> Markup:
    """Each day's loss: what nature takes below, what nothing explains above it."""
    by_day = {row.day: row for row in rows}
    bars = [_bar(by_day.get(day), day, f, t, wide) for day in days]
    return svg.stacked_bars(bars, f=f, title=t("o.balance.chart"), wide=wide)


def _bar(row: DayRow | None, day: int, f: Formats, t: Say, wide: bool) -> Bar:
    on = date_of_day(day)
    bare = Bar(label=str(on.day), sub=f.weekday(on), rest=on.weekday() >= _WEEKEND)
    if row is None or not row.sums.slots:
        return replace(bare, state="missing", tip=t("o.balance.not_counted"))
    sums = row.sums
    technical = min(max(0, sums.technical_wh or 0), max(0, sums.loss_wh))
    tip = t("o.balance.day_tip", day=f.day(on), loss=f.kwh(sums.loss_wh), share=f.percent(sums.loss_share))
    parts = (Part(hue="q3", value=technical), Part(hue="q2", value=max(0, sums.loss_wh - technical)))
    told = f.percent(sums.known_share, 0) if wide else "▲"  # thirty of the former do not fit a phone
    return replace(bare, parts=parts, tip=tip, mark=told if sums.slots < QUARTERS else "")


def day_curve(found: Balance, *, f: Formats, t: Say, wide: bool) -> Markup:
    """What went in and what came out at the meters, quarter hour by quarter hour, as power."""
    known = found.balanced.tolist()
    fed = (found.main_by_slot * 4 / 1000).tolist()
    out = ((found.main_by_slot - found.by_slot) * 4 / 1000).tolist()
    axis = Axis(labels=[(hour * 4, f"{hour:02d}") for hour in range(0, 24, 2 if wide else 6)])
    return svg.lines(
        [
            Line(hue="imp", values=_known(fed, known)),
            Line(hue="ink", values=_known(out, known), dashed=True),
        ],
        axis,
        f=f,
        title=t("o.balance.curve"),
        unit="kW",
        wide=wide,
    )


def _known(values: Sequence[float], known: Sequence[bool]) -> list[float | None]:
    return [value if there else None for value, there in zip(values, known, strict=True)]
