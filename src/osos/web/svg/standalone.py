"""How does a chart leave the page, for a document or a file, and keep its colours?"""

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

_SHEET = Path(__file__).parents[1] / "static" / "tokens.css"
_TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6});")
_USE = re.compile(r"var\(--([\w-]+)\)")
_PATTERNS = (
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="var(--surface)" fill-opacity=".25"/>'
    '<line x1="0" y1="0" x2="0" y2="5" stroke="var(--surface)" stroke-width="2.4"/></pattern>'
    '<pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line x1="0" y1="0" x2="0" y2="6" stroke="var(--ghost)" stroke-width="1.4"/></pattern></defs>'
)
_LOOK = (
    "<style>text{font-family:'OSOS Sans';font-size:12px;fill:var(--ink3)}.s{font-size:11px}"
    ".b{fill:var(--ink);font-weight:600}.hd{fill:var(--ink2)}.on{fill:var(--surface);font-weight:600}"
    ".w600{font-weight:600}.c-imp{fill:var(--imp)}.c-bad{fill:var(--bad)}.c-ind{fill:var(--ind)}"
    ".c-cap{fill:var(--cap)}.c-ok{fill:var(--ok)}</style>"
)


def standalone(chart: Markup) -> str:
    """The same SVG with the light theme's colours, its patterns and its type inside it."""
    opening, _, rest = str(chart).partition(">")
    whole = opening.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + ">"
    return _USE.sub(lambda found: _light()[found[1]], whole + _LOOK + _PATTERNS + rest)


@cache
def _light() -> dict[str, str]:
    body = _SHEET.read_text("utf-8").split("\n:root {", 1)[1].split("}", 1)[0]
    return dict(_TOKEN.findall(body))
