"""How is a load profile asked for, shown and taken away?"""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.mdm import faces
from osos.portal.asking import DAYS_UNTIL, HOURS_UNTIL, QUARTERS_UNTIL, Asked, asked, steps
from osos.portal.files import profile_sheet, send
from osos.portal.look import Look, address, looking
from osos.portal.screens.profile.panes import data_of, panes_of
from osos.portal.screens.profile.view import ProfileView, nearest_day, profile_view
from osos.quantities import Interval, Quality, local_midnight
from osos.web import Screen

ROWS_AT_ONCE = 200  # without being asked for the table: two days of quarter hours

router = APIRouter()


@router.get("/p/{point}/profile", name="portal.profile")
def show(request: Request, point: str) -> Response:
    with looking(request, point) as look:
        wanted = asked(look.query, now=look.now, usual="week")
        view = _view(look, wanted)
        panes = panes_of(view, look.t)
        wants_table = look.query.get("view") == "table" or len(view) <= ROWS_AT_ONCE
        return look.page(
            "profile",
            wanted,
            view=view,
            panes=panes,
            data=data_of(view, panes, look),
            peak=view.peak("1.8.0"),
            peak_span=_span_of_peak(view),
            rows=tuple(zip(view.starts, view.ends, view.quality, *_cells(view, look), strict=True))
            if wants_table
            else (),
            down=_downs(view, look) if wants_table else (),
            each_has_a_way=len(view) <= ROWS_AT_ONCE,
            nearest=None if not view.is_empty else _nearest(look, wanted),
            counts={each.name.lower(): view.count(each) for each in Quality},
            resolutions=_resolutions(look, wanted),
            **steps(wanted, now=look.now),
        )


@router.get("/p/{point}/profile.{kind}", name="portal.profile_file")
def take(request: Request, point: str, kind: str) -> Response:
    with looking(request, point) as look:
        wanted = asked(look.query, now=look.now, usual="week")
        sheet = profile_sheet(look, wanted, _view(look, wanted))
        return send(look, sheet, kind, name=f"profil_{wanted.first}_{wanted.last}_{wanted.resolution}")


def _resolutions(look: Look, wanted: Asked) -> list[tuple[str, str, bool]]:
    """Those in which so many days can be shown: words, address, is it this one."""
    kept = {"from": wanted.first.isoformat(), "to": wanted.last.isoformat()}
    return [
        (
            look.t(f"resolution.{name}"),
            address(look.seen.public_id, "profile", **kept, resolution=name),
            name == wanted.resolution,
        )
        for name, most in (("15min", QUARTERS_UNTIL), ("hour", HOURS_UNTIL), ("day", DAYS_UNTIL))
        if wanted.days <= most
    ]


def _view(look: Look, wanted: Asked) -> ProfileView:
    faces.lay_records_at_hand(look.conn, look.seen, period=wanted.period)
    series = faces.series(look.conn, look.seen, period=wanted.period, resolution=wanted.resolution)
    electrical = faces.electrical(look.conn, look.seen, period=wanted.period)
    return profile_view(series, electrical)


def _cells(view: ProfileView, look: Look) -> list[list[str]]:
    """Each column as it is written."""
    return [
        [
            look.f.number(None if value is None else value / 10**column.decimals, column.shown_digits)
            for value in column.values
        ]
        for column in view.columns
    ]


def _downs(view: ProfileView, look: Look) -> list[str]:
    """Of each row the address that explains it; a column's own is that with the column behind it."""
    base = address(look.seen.public_id, "explain")
    return [
        f"{base}?s={start:%Y-%m-%dT%H:%MZ}&e={end:%Y-%m-%dT%H:%MZ}"
        for start, end in zip(view.starts, view.ends, strict=True)
    ]


def _span_of_peak(view: ProfileView) -> tuple[str, str] | None:
    """From when to when the highest of the shown means was drawn."""
    peak = view.peak("1.8.0")
    if peak is None:
        return None
    spans = zip(view.starts, view.ends, strict=True)
    start, end = next((start, end) for start, end in spans if start == peak[1])
    return f"{start:%Y-%m-%dT%H:%MZ}", f"{end:%Y-%m-%dT%H:%MZ}"


def _nearest(look: Look, wanted: Asked) -> object:
    """The day nearest to what was asked for of which something is known."""
    first = min((one.since for one in look.seen.installations), default=look.now)
    start = max(first, local_midnight(wanted.first.replace(year=max(2000, wanted.first.year - 5), day=1)))
    if start >= look.now:
        start = first
    period = Interval(min(start, look.now), look.now)
    days = faces.series(look.conn, look.seen, period=period, resolution="day")
    return nearest_day(days, wanted.first)


SCREEN = Screen(name="portal.profile", router=router, folder=Path(__file__).parent)
