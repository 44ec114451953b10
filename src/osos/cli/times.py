"""Which day or instant did somebody type?"""

import re
from datetime import date, datetime

from osos.cli.opened import USAGE, end
from osos.quantities import TURKIYE


def day_given(text: str, option: str) -> date:
    """ISO or dd.mm.yyyy, local; anything else ends the command."""
    form = "%d.%m.%Y" if "." in text else "%Y-%m-%d"
    try:
        return datetime.strptime(text.strip(), form).replace(tzinfo=TURKIYE).date()
    except ValueError:
        end(
            f"{option} {text!r} bir gün değil; 2026-03-02 ya da 02.03.2026 yazın / "
            f"{option} {text!r} is not a day; write 2026-03-02 or 02.03.2026",
            USAGE,
        )


def instant_given(text: str) -> datetime:
    """ISO, with an offset or local, or 02.03.2026 14:30; a day alone is its beginning."""
    try:
        instant = _turkish(text.strip()) or datetime.fromisoformat(text.strip())
    except ValueError:
        end(
            f"{text!r} bir an değil; 2026-03-02 ya da 2026-03-02T14:30 yazın / "
            f"{text!r} is not a moment; write 2026-03-02 or 2026-03-02T14:30",
            USAGE,
        )
    return instant.replace(tzinfo=TURKIYE) if instant.tzinfo is None else instant


def _turkish(text: str) -> datetime | None:
    if not re.fullmatch(r"\d{2}\.\d{2}\.\d{4}( \d{2}:\d{2})?", text):
        return None
    form = "%d.%m.%Y %H:%M" if " " in text else "%d.%m.%Y"
    return datetime.strptime(text, form).replace(tzinfo=TURKIYE)
