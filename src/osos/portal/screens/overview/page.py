"""How is the overview of a month gathered and shown?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from osos.mdm import faces
from osos.mdm.canonical import Channel
from osos.mdm.derive.forecasting import HISTORY, day_type
from osos.mdm.derive.grids import month_of
from osos.mdm.faces import Kind, Ratios, Series, TariffSplit
from osos.mdm.faces.day_grids import DayGrid, day_grids
from osos.mdm.faces.unusual import CELL
from osos.portal import pictures
from osos.portal.asking import Asked, asked, month_end, months_before
from osos.portal.look import Look, address, looking
from osos.portal.pictures import Picture, both
from osos.portal.registers import register_name
from osos.portal.screens.indices.view import indices_view
from osos.portal.screens.overview.noticed import noticed
from osos.portal.screens.overview.summary import summary_of
from osos.portal.screens.overview.view import MonthUse, a_year_earlier, month_use
from osos.portal.screens.ratios.view import standing
from osos.portal.screens.tariffs.view import BANDS, GUIDE, Prices, compare
from osos.portal.slots import DayUse, by_band
from osos.portal.times import day_of_instant, days_between, known
from osos.quantities import Interval, Quality, local_day, local_midnight
from osos.web import Screen, web_of
from osos.web.pdf import period_summary
from osos.web.sheets import attachment
from osos.web.svg import Ahead, bullet, month_line, ramp_key, trend
from osos.web.svg import Limit as TrendLimit
from osos.web.svg import Run as TrendRun

router = APIRouter()


@router.get("/p/{point}", name="portal.point")
def enter(request: Request, point: str) -> Response:
    with looking(request, point) as look:
        return RedirectResponse(address(look.seen.public_id, "overview"), 302)


@router.get("/p/{point}/overview", name="portal.overview")
def show(request: Request, point: str) -> Response:
    with looking(request, point) as look:
        wanted = _asked(look)
        return look.page("overview", wanted, **_facts(look, wanted))


@router.get("/p/{point}/overview.pdf", name="portal.overview_file")
def take(request: Request, point: str) -> Response:
    """*Dönem özeti*."""
    with looking(request, point) as look:
        wanted = _asked(look)
        summary = summary_of(look, _facts(look, wanted), operator=web_of(request).settings.operator)
        body = period_summary(summary, made_at=look.now)
        stem = look.seen.place.installation_no or "nokta"
        return attachment(body, name=f"osos_{stem}_ozet_{wanted.first:%Y-%m}.pdf", kind="application/pdf")


def _asked(look: Look) -> Asked:
    """One calendar month."""
    found = asked(look.query, now=look.now)
    first = min(found.first.replace(day=1), local_day(look.now).replace(day=1))
    return Asked(first=first, last=month_end(first), resolution="15min", notes=found.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Month:
    """What was asked of the store for one month."""

    use: MonthUse
    slots: Series
    split: TariffSplit
    grids: Mapping[date, DayGrid]
    uses: Mapping[date, DayUse]
    whole: Series  # the month's days
    year_days: Series
    days: tuple[date, ...]
    today: date


def _facts(look: Look, wanted: Asked) -> dict[str, object]:
    _lay_at_hand(look, wanted)
    ratios = faces.ratios(look.conn, look.seen, month=wanted.period, now=look.now)
    month = _month(look, wanted)
    back = _months_back(look.now, wanted.first)
    (demand,) = faces.demands(look.conn, look.seen, now=_at_end(look, wanted), months=1)
    registers = indices_view(faces.month_ends(look.conn, look.seen, 1 + back))
    return {
        "use": month.use,
        "today": _today(look, month),
        "line": _line(look, month.use),
        "bars": _bars(look, month),
        "heat": _heat(look, month),
        "peak": _peak(month.grids),
        "ratios": ratios,
        "standing": standing(ratios),
        "bullets": _bullets(look, ratios),
        "trend": _trend(look, ratios),
        "split": month.split,
        "shares": compare({b: month.split.wh.get(faces.Band[b.upper()], 0) for b in BANDS}, _GUIDE),
        "demand": demand,
        "whole": _Whole(month.whole),
        "day_uses": month.uses,
        "grids": month.grids,
        "bands": pictures.RATES,
        "ramp": ramp_key("h", title=look.t("overview.heat_sub")),
        "earlier_first": months_before(wanted.first, 1),
        "strip": pictures.strip_of_days(
            month.whole,
            month.days,
            f=look.f,
            t=look.t,
            title=look.t("overview.whole", days=look.f.month(wanted.first)),
        ),
        "noticed": noticed(month.grids),
        "registers": registers,
        "name_of": register_name,
        "earlier": {"month": months_before(wanted.first, 1).strftime("%Y-%m")},
        "later": {"month": months_before(wanted.first, -1).strftime("%Y-%m")} if back else None,
        "exports": Channel.A_MINUS in month.slots.channels,
        "exported": month.slots.total(Channel.A_MINUS),
    }


def _lay_at_hand(look: Look, wanted: Asked) -> None:
    """The month's slots, those of the days that its stretch cuts in earlier months, and every day's sums."""
    month, year = wanted.period, month_of(months_before(wanted.first, 12))
    until = min(look.now, month.end)
    cuts = [month_of(months_before(wanted.first, 1)).start + (until - month.start)]
    cuts += [a_year_earlier(Interval(month.start, until)).end]
    cut_days = [Interval(local_midnight(local_day(end)), end) for end in cuts if until < month.end]
    days = [Interval(month.start - HISTORY, month.end), year]
    faces.lay_at_hand(look.conn, look.seen, slots=[month, *cut_days], days=days)


_GUIDE = Prices(**GUIDE, own=False)


class _Whole:
    """Completeness as the page says it."""

    def __init__(self, days: Series) -> None:
        self.share = 1.0 - days.total_share(Quality.MISSING)
        self.minutes_missing = timedelta(minutes=int(days.minutes[Quality.MISSING].sum()))
        self.known_since = known(days.last_known) if len(days) else None


def _at_end(look: Look, wanted: Asked) -> datetime:
    """Now, or the last moment of a month that is over."""
    return min(look.now, wanted.period.end - timedelta(seconds=1))


def _months_back(now: datetime, first: date) -> int:
    today = local_day(now)
    return (today.year - first.year) * 12 + today.month - first.month


def _month(look: Look, wanted: Asked) -> _Month:
    back = _months_back(look.now, wanted.first)
    so_far = faces.month_so_far(look.conn, look.seen, now=look.now, back=back)
    last_month, last_year = (months_before(wanted.first, n) for n in (1, 12))
    year_days = _days_of(look, last_year)
    stretch = a_year_earlier(Interval(so_far.month.start, so_far.until))
    slots = faces.series(look.conn, look.seen, period=wanted.period, resolution="15min")
    split = faces.tariff_split(look.conn, look.seen, period=wanted.period, slots=slots)
    return _Month(
        use=month_use(
            so_far,
            before=_days_of(look, last_month),
            year_before=year_days,
            year_stretch=faces.series(look.conn, look.seen, period=stretch, resolution="month"),
            now=look.now,
        ),
        slots=slots,
        grids=day_grids(slots),
        split=split,
        uses=by_band(slots, of_slots=split.bands),
        whole=so_far.days,
        year_days=year_days,
        days=tuple(days_between(wanted.first, wanted.last)),
        today=local_day(look.now),
    )


def _days_of(look: Look, first: date) -> Series:
    return faces.series(look.conn, look.seen, period=month_of(first), resolution="day")


def _today(look: Look, month: _Month) -> dict[str, object] | None:
    """Today's ribbon, or the last day of which anything is known; None when nothing is."""
    known = [day for day, grid in month.grids.items() if any(w is not None for w in grid.watts)]
    if not known:
        return None
    day = month.today if month.today in known else known[-1]
    grid, before = month.grids[day], month.grids.get(day - timedelta(days=7))
    is_today = day == month.today
    title = look.t("overview.today" if is_today else "overview.day", day=look.f.near_day(day))
    return {
        "day": day,
        "title": title,
        "wh": month.uses[day].total,
        "last": max(n for n, w in enumerate(grid.watts) if w is not None) + 1,
        "before": before is not None,
        "picture": pictures.ribbon(
            grid, before, now=look.now if is_today else None, f=look.f, t=look.t, title=title
        ),
    }


def _line(look: Look, use: MonthUse) -> Picture | None:
    if not use.running:
        return None
    f, likely = look.f, use.forecast
    ahead = None
    if likely is not None:
        label = look.t("overview.month_end", mwh=f.number(likely.expected_wh / 1_000_000, 1))
        ahead = Ahead(low=likely.low_wh, likely=likely.expected_wh, high=likely.high_wh, label=label)
    big = max([each or 0 for each in (*use.running, *use.before)]) >= 2_000_000
    unit, per_unit = ("MWh", 1_000_000) if big else ("kWh", 1000)
    if likely is not None and not big:
        label = look.t("overview.month_end", mwh=f.number(likely.expected_wh / 1000))
        ahead = Ahead(low=likely.low_wh, likely=likely.expected_wh, high=likely.high_wh, label=label)
    return both(
        month_line,
        days=use.days,
        this=use.running,
        f=f,
        title=look.t("overview.running"),
        unit=unit,
        per_unit=per_unit,
        before=use.before,
        year_before=use.year_before,
        ahead=ahead,
        today=f.number(use.wh / per_unit, 1 if big else 0),
    )


def _bars(look: Look, month: _Month) -> Picture:
    known_share = {
        day: sum(w is not None for w in grid.watts) / grid.due for day, grid in month.grids.items()
    }
    starts = zip(month.year_days.starts, month.year_days.of(Channel.A_PLUS).tolist(), strict=True)
    year = {
        same: wh
        for at, wh in starts
        if wh and (same := _same_day(day_of_instant(at), month.days)) is not None
    }
    return pictures.daily_bars(
        month.days,
        month.uses,
        known_share,
        year,
        today=month.today,
        f=look.f,
        t=look.t,
        title=look.t("overview.daily"),
    )


def _same_day(day: date, days: tuple[date, ...]) -> date | None:
    return next((each for each in days if each.day == day.day), None)


def _heat(look: Look, month: _Month) -> Picture | None:
    if not any(w is not None for grid in month.grids.values() for w in grid.watts):
        return None
    title = look.t("overview.heat_title", month=look.f.month(month.use.first))
    return pictures.heat(month.grids, today=month.today, f=look.f, title=title)


def _bullets(look: Look, ratios: Ratios) -> dict[Kind, Picture]:
    found = {}
    for kind, hue in ((Kind.CAPACITIVE, "cap"), (Kind.INDUCTIVE, "ind")):
        ratio, ahead = ratios.month.ratios[kind], ratios.projections.get(kind)
        percent = ratio.percent
        found[kind] = both(
            bullet,
            share=None if percent is None else float(percent) / 100,
            limit=float(ratio.limit) / 100,
            hue=hue,
            f=look.f,
            title=look.t(f"ratios.{kind.value}"),
            month_end=None if ahead is None else float(ahead.expected) / 100,
            limit_label=look.t("ratios.limit", limit=look.f.percent(ratio.limit / 100, 0)),
        )
    return found


def _trend(look: Look, ratios: Ratios) -> Markup | None:
    months = [ratios.month, *ratios.past][:6][::-1]
    if sum(any(r.percent is not None for r in m.ratios.values()) for m in months) < 2:
        return None
    runs = [
        TrendRun(
            label=look.t(f"ratios.{kind.value}_short"),
            hue=hue,
            values=[None if (p := m.ratios[kind].percent) is None else float(p) / 100 for m in months],
            dashed=kind is Kind.CAPACITIVE,
        )
        for kind, hue in ((Kind.INDUCTIVE, "ind"), (Kind.CAPACITIVE, "cap"))
    ]
    limit = ratios.rule.limits.of(Kind.CAPACITIVE)
    said = look.t("ratios.capacitive_limit", limit=look.f.percent(limit / 100, 0))
    return trend(
        runs,
        labels=[look.f.short_month(m.month.start) for m in months],
        f=look.f,
        title=look.t("ratios.six"),
        limits=[TrendLimit(label=said, value=float(limit) / 100)],
    )


def _peak(grids: Mapping[date, DayGrid]) -> tuple[int, str, str] | None:
    """The highest power of the month's quarter hours, and when that began and ended."""
    cells = ((w, day, n) for day, grid in grids.items() for n, w in enumerate(grid.watts) if w is not None)
    found = max(cells, default=None, key=lambda one: (one[0], -one[1].toordinal(), -one[2]))
    if found is None:
        return None
    start = local_midnight(found[1]) + found[2] * CELL
    begun, ended = (f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}" for at in (start, start + CELL))
    return found[0], begun, ended


def _warm() -> None:
    """The public holidays of the forecast come with those of all the world: a second of reading."""
    day_type(date(2026, 1, 1))


SCREEN = Screen(name="portal.overview", router=router, folder=Path(__file__).parent, warm=_warm)
