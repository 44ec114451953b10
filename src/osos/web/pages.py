"""How does a screen's template become a page?"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from osos.web.assets import Assets
from osos.web.formats import Formats
from osos.web.looks import same_page
from osos.web.screens import Screen
from osos.web.settings import WebSettings
from osos.web.words import Words


class Pages:
    """One Jinja environment: everything is escaped, and a name that is not there is an error."""

    def __init__(
        self, *, screens: Sequence[Screen], words: Words, assets: Assets, settings: WebSettings
    ) -> None:
        own = FileSystemLoader(Path(__file__).with_name("templates"))
        of_screens = {each.name: FileSystemLoader(each.folder) for each in screens if each.folder is not None}
        self._jinja = Environment(
            loader=ChoiceLoader([own, PrefixLoader(of_screens)]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._words = words
        self._jinja.globals.update(asset=assets.url, settings=settings)

    def compile_all(self) -> int:
        """Every template there is; one that does not compile fails here and not at a reader's."""
        names = [name for name in self._jinja.list_templates() if name.endswith(".html")]
        for name in names:
            self._jinja.get_template(name)
        return len(names)

    def html(
        self, request: Request, template: str, facts: Mapping[str, object], block: str | None = None
    ) -> str:
        """The whole page, or one block of it for a swap."""
        found = self._jinja.get_template(template)
        context = self.context(request) | dict(facts)
        if block is None:
            return found.render(context)
        return "".join(found.blocks[block](found.new_context(context)))

    def context(self, request: Request) -> dict[str, Any]:
        """What every template knows: t and rich (words), f (formats), who looks, and how."""
        language = request.state.language
        return {
            "t": partial(self._words.say, language),
            "rich": partial(self._words.say_rich, language),
            "f": Formats(language),
            "language": language,
            "theme": request.state.theme,
            "keys": request.state.keys,
            "viewer": request.state.viewer,
            "same_page": partial(same_page, request),
            "csrf": partial(_csrf_field, request),
            "path": request.url.path,
            "nav": (),
            "crumbs": (),
        }


def _csrf_field(request: Request) -> Markup:
    """The hidden field every form that changes something carries; the token is the session's."""
    token = getattr(request.state, "csrf", "")
    return Markup('<input type="hidden" name="csrf" value="{}">').format(token)


def render(
    request: Request, template: str, /, *, status: int = 200, block: str | None = None, **facts: object
) -> HTMLResponse:
    """A template as a response: `render(request, "portal.overview/page.html", point=point)`."""
    pages: Pages = request.app.state.web.pages
    return HTMLResponse(pages.html(request, template, facts, block), status_code=status)


def words_of(request: Request) -> Callable[..., str]:
    """t() for Python: `t = words_of(request)`."""
    say: Callable[..., str] = request.app.state.web.pages.context(request)["t"]
    return say


def formats_of(request: Request) -> Formats:
    return Formats(request.state.language)
