"""How is the total profile of a portfolio asked for, shown and taken away?"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from osos.access import Viewer
from osos.mdm import faces
from osos.mdm.faces import HourTogether, SeenPoint, Together
from osos.mdm.faces.ranking import held_by
from osos.portal.asking import FIRST_DAY, Note, parsed_day
from osos.portal.files import KWH_DECIMALS
from osos.portal.look import viewer_of
from osos.portal.pictures import Picture, both
from osos.portal.screens.points.files import sent
from osos.quantities import Interval, Quality, local_day, local_midnight
from osos.web import Formats, Screen, formats_of, render, web_of, words_of
from osos.web.sheets import Column, Sheet
from osos.web.svg import Bar, Part, stacked_bars

MOST = 1_000  # points whose quarter hours are added up while somebody waits
_AT_ONCE = 500
Say = Callable[..., str]

router = APIRouter()


@router.get("/p/portfolio/hours", name="portal.portfolio_hours")
def show(request: Request) -> Response:
    """A day; `file=xlsx` or `file=csv` takes it away."""
    web, f, t = web_of(request), formats_of(request), words_of(request)
    now = web.clock.now()
    day, notes = _day(request, now)
    period = Interval(local_midnight(day), local_midnight(day + timedelta(days=1)))
    with web.store.read() as conn:
        points = all_points(conn, viewer_of(request), period, now)
        found = None if points is None else faces.together(conn, points, period=period)
    kind = request.query_params.get("file", "")
    if kind and found is not None:
        sheet = _sheet(found, day, now, f, t)
        return sent(sheet, kind, f=f, now=now, query=request.query_params, stem=f"portfoy_saatlik_{day}")
    return render(
        request,
        "portal.together/page.html",
        status=200,
        block=None,
        day=day,
        notes=notes,
        found=found,
        most=MOST,
        wh=sum(hour.wh for hour in found.hours) if found else 0,
        exported=any(hour.exported_wh for hour in found.hours) if found else False,
        share=_share(found.hours) if found else 0,
        bars=_bars(found.hours, f, t("together.bars", day=f.day(day))) if found and found.hours else None,
        before=(day - timedelta(days=1)).isoformat(),
        after=(day + timedelta(days=1)).isoformat() if day < local_day(now) else None,
    )


def _day(request: Request, now: datetime) -> tuple[date, list[Note]]:
    """The one asked for; else yesterday, the latest that is over."""
    text, today = request.query_params.get("day", ""), local_day(now)
    day = parsed_day(text) if text else today - timedelta(days=1)
    if day is None:
        return today - timedelta(days=1), [Note("asking.no_day", {"text": text[:20]})]
    if not FIRST_DAY <= day <= today:
        return today - timedelta(days=1), [Note("asking.unknowable", {})]
    return day, []


def all_points(conn: Connection, viewer: Viewer, period: Interval, now: datetime) -> list[SeenPoint] | None:
    """All his points; None where they are too many: a sum over some of them would pass for theirs."""
    if held_by(conn, viewer, period=period, most=MOST) > MOST:
        return None
    found: list[SeenPoint] = []
    after = None
    while True:
        page = faces.list_points(conn, viewer, now=now, after=after, limit=_AT_ONCE)
        found += page.points
        after = page.after
        if after is None:
            return found


def _share(hours: Sequence[HourTogether]) -> float:
    due = sum(hour.due_min for hour in hours)
    return 1 - sum(hour.missing_min for hour in hours) / due if due else 1.0


def _bars(hours: Sequence[HourTogether], f: Formats, title: str) -> Picture:
    return both(stacked_bars, [_bar(hour, f) for hour in hours], f=f, title=title)


def _bar(hour: HourTogether, f: Formats) -> Bar:
    estimated = hour.wh if hour.quality in {Quality.ESTIMATED, Quality.EDITED} else 0
    share = f.percent(hour.known_share)
    return Bar(
        label=f.clock(hour.start)[:2],
        parts=(Part(hue="imp", value=hour.wh, estimated=estimated),),
        state="missing" if hour.quality is Quality.MISSING else "known",
        mark="╱" if 0 < hour.known_share < 1 else "",
        tip=f"{f.clock(hour.start)}–{f.clock(hour.end)} · {f.kwh(hour.wh)} · {share}",
    )


def _sheet(found: Together, day: date, now: datetime, f: Formats, say: Say) -> Sheet:
    columns = [
        Column(title=say("files.start"), key="start", kind="time", width=17),
        Column(title=say("files.end"), key="end", kind="time", width=17),
        Column(title=say("together.kwh"), key="a_plus_kwh", kind="number", decimals=KWH_DECIMALS),
        Column(title=say("together.exported"), key="a_minus_kwh", kind="number", decimals=KWH_DECIMALS),
        Column(title=say("together.points"), key="points_due", kind="number"),
        Column(title=say("together.whole"), key="points_whole", kind="number"),
        Column(title=say("files.missing"), key="missing_percent", kind="number", decimals=2),
        Column(title=say("table.quality"), key="quality"),
    ]
    rows = (
        (
            *(hour.start, hour.end),
            *((None, None) if hour.quality is Quality.MISSING else (hour.wh, hour.exported_wh)),
            *(hour.points, hour.whole),
            round((1 - hour.known_share) * 10_000),
            hour.quality,
        )
        for hour in found.hours
    )
    facts = (
        (say("files.period"), f.day(day)),
        (say("together.points"), str(found.points)),
        (say("files.as_of"), f.when(now)),
        (say("files.note"), f"{say('together.not_the_sum')} {say('shell.informative')}"),
    )
    return Sheet(name=say("together.title"), columns=columns, rows=rows, facts=facts)


SCREEN = Screen(name="portal.together", router=router, folder=Path(__file__).parent)
