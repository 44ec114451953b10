"""Who looks at which point, in what state of the store, and what frame does every screen put around it?"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from osos.access import Viewer
from osos.mdm import faces
from osos.mdm.faces import SeenPoint
from osos.mdm.shelf import Shelf
from osos.portal.asking import Asked
from osos.quantities import local_day
from osos.registry import Installation
from osos.web import Formats, NavLink, formats_of, render, web_of, words_of

# Screens of a point in the order of the panel: name, and whether a stretch of time is part of its address.
OF_A_POINT: tuple[tuple[str, bool], ...] = (
    ("overview", False),
    ("hourly", True),
    ("profile", True),
    ("indices", False),
    ("readout", False),
    ("ratios", False),
    ("monthly", False),
    ("outages", True),
    ("tariffs", False),
    ("meter", False),
)
KEPT = ("from", "to", "month", "resolution")  # what goes along to the same screen of another site
SISTERS = 50  # sites one chooses among on every screen; who has more goes by the list


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at one point: everything a screen reads, it reads from this state of the store."""

    request: Request
    conn: Connection
    now: datetime  # the data's time
    viewer: Viewer
    seen: SeenPoint
    t: Callable[..., str]
    f: Formats

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    @property
    def installation(self) -> Installation | None:
        """The meter that measures now, or the last one in sight."""
        hung = self.seen.seen_installations()
        return self.seen.meter_at(self.now) or (hung[-1][0] if hung else None)

    def page(
        self, screen: str, asked: Asked | None = None, part: str = "page", /, **facts: object
    ) -> HTMLResponse:
        """The screen's template inside the panel's frame, or another one of its folder."""
        return render(
            self.request,
            f"portal.{screen}/{part}.html",
            status=200,
            block=None,
            screen=screen,
            point=self.seen,
            place=self.seen.place,
            installation=self.installation,
            nav=navigation(self, screen, asked),
            sisters=faces.sister_places(self.conn, self.viewer, now=self.now, most=SISTERS),
            kept={name: self.query[name][:40] for name in KEPT if self.query.get(name)},
            now=self.now,
            asked=asked,
            month_key=month_key,
            address=lambda name, **more: address(self.seen.public_id, name, **more),
            **facts,
        )


@contextmanager
def looking(request: Request, public_id: str) -> Iterator[Look]:
    """A look at this point; foreign and missing alike are not there (404)."""
    web = web_of(request)
    viewer = viewer_of(request)
    now = web.clock.now()
    with web.store.read() as conn:
        seen = faces.find_point(conn, viewer, public_id, now=now)
        if seen is None:
            raise HTTPException(404)
        yield Look(
            request=request,
            conn=conn,
            now=now,
            viewer=viewer,
            seen=replace(seen, shelf=Shelf()),
            t=words_of(request),
            f=formats_of(request),
        )


def viewer_of(request: Request) -> Viewer:
    """The guards let nobody in without one; should they ever, the answer is the sign-in."""
    viewer: Viewer | None = request.state.viewer
    if viewer is None:
        raise HTTPException(401)
    return viewer


def address(public_id: str, screen: str, **query: object) -> str:
    """Where a screen of a point is, with its whole state."""
    asked = urlencode({name: str(value) for name, value in query.items() if value not in {None, ""}})
    return f"/p/{public_id}/{screen}" + (f"?{asked}" if asked else "")


def month_key(at: datetime) -> str:
    """How an address names the month of this instant."""
    return local_day(at).strftime("%Y-%m")


def navigation(look: Look, current: str, asked: Asked | None) -> tuple[NavLink, ...]:
    """The panel's sections; those that show a stretch of time keep the one that was asked for."""
    kept = {} if asked is None or not look.query.get("from") else _days(asked)
    return tuple(
        NavLink(
            label=look.t(f"nav.{name}"),
            href=address(look.seen.public_id, name, **(kept if has_days else {})),
            current=name == current,
        )
        for name, has_days in OF_A_POINT
    )


def _days(asked: Asked) -> dict[str, str]:
    return {name: asked.query[name] for name in ("from", "to")}
