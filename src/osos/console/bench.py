"""What stands on the bench now, which runs lie beside it, and what frame does each of its screens have?"""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from osos.access import Act, Viewer, may
from osos.conformity.catalogue import Words
from osos.conformity.rigs import ActsDesk
from osos.conformity.shelf import Kept, Shelf
from osos.conformity.watching import Watcher
from osos.console.desk import SECTIONS, staff_of
from osos.web import Formats, NavLink, Web, formats_of, render, web_of, words_of

OWN_SECTIONS: tuple[tuple[str, str, str], ...] = (("runs", "/t", "T"), ("now", "/t/now", "N"))


@dataclass(slots=True, kw_only=True)
class LiveRun:
    """A run that goes on in this process."""

    name: str  # of its run file, without suffix
    desk: ActsDesk
    watcher: Watcher
    interrupt: Callable[[], None] = lambda: None  # when it is stopped while nothing is asked
    trouble: str = ""  # why it ended before its end


@dataclass(slots=True, kw_only=True)
class Bench:
    """`app.state.bench`: the folder of run files, and the run that goes on here, if one does."""

    shelf: Shelf | None = None
    live: LiveRun | None = None
    is_local: bool = False  # a laptop at the meter: who signs says so by name, nobody has an account


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look of one person at the bench."""

    request: Request
    web: Web
    bench: Bench
    viewer: Viewer
    t: Callable[..., str]
    f: Formats

    @property
    def may_act(self) -> bool:
        return may(self.viewer, Act.RUN_CONFORMITY)

    def say(self, words: Words) -> str:
        """In the reader's language; the form's own is Turkish."""
        return words.tr if self.request.state.language == "tr" else words.en

    def other(self, words: Words) -> str:
        return words.en if self.request.state.language == "tr" else words.tr

    def run(self, name: str) -> Kept:
        found = self.bench.shelf.run(name) if self.bench.shelf else None
        if found is None:
            raise HTTPException(404)
        return found

    def page(
        self, screen: str, *, section: str = "runs", part: str = "page", status: int = 200, **facts: object
    ) -> HTMLResponse:
        told = self.facts(section) | facts
        return render(self.request, f"console.{screen}/{part}.html", status=status, block=None, **told)

    def facts(self, section: str) -> dict[str, object]:
        return {
            "nav": self._navigation(section),
            "now": self.web.real_clock.now(),
            "say": self.say,
            "other": self.other,
            "may_act": self.may_act,
            "is_local": self.bench.is_local,
        }

    def _navigation(self, current: str) -> tuple[NavLink, ...]:
        own = [
            NavLink(label=self.t(f"o.bench.{name}"), href=href, current=name == current, keys=f"G {key}")
            for name, href, key in OWN_SECTIONS
        ]
        if self.bench.is_local or not may(self.viewer, Act.SEE_FLEET):
            return tuple(own)
        desk = [
            NavLink(label=self.t(f"desk.{name}"), href=href, keys=f"G {key}") for name, href, key in SECTIONS
        ]
        return (*desk, *own)


def at_bench(request: Request) -> Look:
    """The guards have let nobody but staff in."""
    bench: Bench = getattr(request.app.state, "bench", None) or Bench()
    return Look(
        request=request,
        web=web_of(request),
        bench=bench,
        viewer=staff_of(request),
        t=words_of(request),
        f=formats_of(request),
    )
