"""Which day or instant did somebody type?"""

from datetime import date, datetime

from osos.cli.opened import USAGE, end
from osos.quantities import TURKIYE


def day_given(text: str, option: str) -> date:
    """ISO or dd.mm.yyyy, local; anything else ends the command."""
    form = "%d.%m.%Y" if "." in text else "%Y-%m-%d"
    try:
        return datetime.strptime(text.strip(), form).replace(tzinfo=TURKIYE).date()
    except ValueError:
        end(f"{option} {text!r} is not a day; write 2026-03-02 or 02.03.2026", USAGE)


def instant_given(text: str) -> datetime:
    """ISO, with an offset or local; a day alone is its beginning."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        end(f"{text!r} is not a moment; write 2026-03-02 or 2026-03-02T14:30", USAGE)
    return instant.replace(tzinfo=TURKIYE) if instant.tzinfo is None else instant
