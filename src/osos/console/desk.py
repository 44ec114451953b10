"""Who sits at the desk, in what state of the store, and what frame does every screen put around it?"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from osos.access import Act, Viewer, ViewerKind, may
from osos.console.acts import ACTS, what_words
from osos.mdm import faces
from osos.mdm.faces import SeenPoint
from osos.web import Formats, NavLink, Web, formats_of, render, web_of, words_of

# The desk's sections: name, address, key after G.
SECTIONS: tuple[tuple[str, str, str], ...] = (
    ("fleet", "/o", "F"),
    ("points", "/o/points", "S"),
    ("modems", "/o/modems", "M"),
    ("quarantine", "/o/quarantine", "Q"),
    ("reads", "/o/reads", "O"),
    ("validation", "/o/validation", "V"),
    ("balance", "/o/balance", "B"),
    ("losses", "/o/losses", "K"),
)
BENCH = ("bench", "/t", "T")  # for who may see it


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One look of one member of staff: everything a screen reads, it reads from this state of the store."""

    request: Request
    web: Web
    conn: Connection
    now: datetime  # the data's time
    viewer: Viewer
    t: Callable[..., str]
    f: Formats

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    def point(self, public_id: str) -> SeenPoint:
        """The point of this address, or the page that says there is none."""
        seen = faces.find_point(self.conn, self.viewer, public_id, now=self.now)
        if seen is None:
            raise HTTPException(404)
        return seen

    def page(
        self, screen: str, *, section: str | None = None, part: str = "page", **facts: object
    ) -> HTMLResponse:
        """The screen's template inside the desk's frame, or a part of it to be swapped in."""
        return render(
            self.request,
            f"console.{screen}/{part}.html",
            status=200,
            block=None,
            nav=self._navigation(section or screen),
            now=self.now,
            search=self.query.get("q", ""),
            act=self._act,
            what=lambda what: what_words(what, self.t),
            **facts,
        )

    def _act(self, act: str) -> str:
        """What was done, in the reader's language where we have words for it."""
        return self.t(f"o.act.{act.replace(' ', '_')}") if act in ACTS else act

    def _navigation(self, current: str) -> tuple[NavLink, ...]:
        sections = (*SECTIONS, BENCH) if may(self.viewer, Act.SEE_CONFORMITY) else SECTIONS
        return tuple(
            NavLink(label=self.t(f"desk.{name}"), href=href, current=name == current, keys=f"G {key}")
            for name, href, key in sections
        )


@contextmanager
def at_desk(request: Request) -> Iterator[Desk]:
    """A look around; the guards have let nobody but staff in."""
    web, viewer = web_of(request), staff_of(request)
    with web.store.read() as conn:
        yield Desk(
            request=request,
            web=web,
            conn=conn,
            now=web.clock.now(),
            viewer=viewer,
            t=words_of(request),
            f=formats_of(request),
        )


def staff_of(request: Request) -> Viewer:
    """The guards let nobody else in; should they ever, this is not his page."""
    viewer: Viewer | None = request.state.viewer
    if viewer is None or viewer.kind is not ViewerKind.STAFF:
        raise HTTPException(404)
    return viewer
