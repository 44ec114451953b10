"""How do the errors of a sheet look between their limits?"""

from html import escape

from osos.conformity.accuracy.judge import Judged, Result
from osos.conformity.verdicts import Verdict

WIDTH, HEIGHT = 900, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 40, 34
INK, PALE, RULE, GOOD, BAD = "#13201E", "#5F6D69", "#D9E0DD", "#0C5A57", "#B3261E"
_LINES = 4  # of the grid, to each side of zero


def error_plot(result: Result, *, font: str = "sans-serif") -> str:
    """An SVG picture: points by number, each with its own limits; what is far out stands at the edge."""
    shown = [one for one in result.points if _error(one) is not None]
    top = _top(result)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" font-family="{font}" font-size="11" role="img">',
        f"<title>{escape(result.sheet.name)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(LEFT, 18, f"{result.sheet.title} {result.sheet.name}", size=13),
        *_grid(top),
        *_limits(result, top),
        *(_dot(one, result, top) for one in shown),
        _text(LEFT, HEIGHT - 8, "test noktası"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _top(result: Result) -> float:
    """Twice the widest limit: a point far out does not flatten all others."""
    return 2 * max(float(one.limit_percent) for one in result.points)


def _x(number: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (number - 0.5) / count


def _y(percent: float, top: float) -> float:
    kept = max(-top, min(top, percent))
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - kept / top) / 2


def _grid(top: float) -> list[str]:
    found = []
    for step in range(-_LINES, _LINES + 1):
        percent = top * step / _LINES
        y = _y(percent, top)
        stroke = PALE if step == 0 else RULE
        found.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="{stroke}" stroke-width="1"/>')
        found.append(_text(LEFT - 6, y + 4, f"{percent:.2f}".replace(".", ",") + " %", end=True))
    return found


def _limits(result: Result, top: float) -> list[str]:
    count = len(result.points)
    half = (WIDTH - LEFT - RIGHT) / count / 2
    found = []
    for sign in (1, -1):
        path = ""
        for one in result.points:
            x, y = _x(one.point.number, count), _y(sign * float(one.limit_percent), top)
            path += f"M{x - half:.1f} {y:.1f}H{x + half:.1f}"
        found.append(f'<path d="{path}" stroke="{BAD}" stroke-width="1.5" fill="none"/>')
    return found


def _dot(one: Judged, result: Result, top: float) -> str:
    error = _error(one) or 0.0
    x, y = _x(one.point.number, len(result.points)), _y(error, top)
    hue = BAD if one.verdict is Verdict.FAIL else GOOD
    told = escape(f"{one.point.number}: {error:+.3f} % (±{one.limit_percent}) {one.point.why}")
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{hue}"><title>{told}</title></circle>'


def _error(one: Judged) -> float | None:
    if one.measured is None or one.measured.error_percent is None:
        return None
    return float(one.measured.error_percent)


def _text(x: float, y: float, text: str, *, size: int = 11, end: bool = False) -> str:
    anchor = ' text-anchor="end"' if end else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{INK}"{anchor}>{escape(text)}</text>'
