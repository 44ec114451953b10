"""What is a screen, and how does the shell lead to it?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One screen of a face: its routes, and the folder with its page.html and its words.toml.

    A template is named by screen and file: `render(request, "portal.overview/page.html", …)`.
    """

    name: str  # face.screen: portal.overview
    router: APIRouter
    folder: Path | None = None
    warm: Callable[[], object] | None = None  # done before the first reader comes, so that he does not wait

    @property
    def words(self) -> Path | None:
        """The screen's own catalogue, when it has one."""
        path = None if self.folder is None else self.folder / "words.toml"
        return path if path is not None and path.is_file() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NavLink:
    """A line of the shell's navigation; `label` is shown as it is: say it with t() first."""

    label: str
    href: str
    current: bool = False
    count: str = ""  # what waits there: shown beside the label
    keys: str = ""  # the desk's key sequence: "G F"
