"""How is a whole divided?"""

from collections.abc import Sequence

from markupsafe import Markup

from osos.web.svg.drawing import NARROW, Drawing, colour


def share_bar(
    parts: Sequence[tuple[str, float, str]], *, title: str, desc: str = "", wide: bool = True
) -> Markup:
    """(hue, amount, tip) side by side; the whole is their sum. Nothing known: the gap's diagonal."""
    width, height = (420 if wide else NARROW - 20), 22
    drawing = Drawing(width, height, title=title, desc=desc)
    amounts = [max(0.0, amount) for _, amount, _ in parts]
    whole = sum(amounts)
    if whole <= 0:
        drawing.rect(0, 0, width, height, fill="url(#gap)", stroke=colour("ghost"))
        return drawing.markup()
    x = 0.0
    for (hue, _, tip), amount in zip(parts, amounts, strict=True):
        step = width * amount / whole
        drawing.rect(
            x, 0, max(0.0, step - (2 if x + step < width - 0.5 else 0)), height, fill=colour(hue), tip=tip
        )
        x += step
    return drawing.markup()


def progress_bar(share: float | None, *, title: str, hue: str = "imp") -> Markup:
    """A queue's share done."""
    drawing = Drawing(110, 7, title=title, css="ch-fix")
    drawing.rect(0, 0, 110, 7, fill=colour("rule2"), rx=1)
    drawing.rect(0, 0, 110 * min(1.0, max(0.0, share or 0.0)), 7, fill=colour(hue), rx=1)
    return drawing.markup()
