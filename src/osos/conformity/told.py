"""How is what a check saw written down for a person to read?"""

from collections.abc import Mapping
from datetime import date, datetime


def told(value: object) -> str:
    """Words, not Python: `26-05-01,00:03, 1` for a stamp and a count."""
    if isinstance(value, datetime):
        shown = f"{value:%y-%m-%d,%H:%M:%S}"
        return shown.removesuffix(":00") if not value.second else shown
    if isinstance(value, bool | str | int | float | date) or value is None:
        return _WORDS.get(value, str(value)) if isinstance(value, bool) or value is None else str(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{told(key)}: {told(one)}" for key, one in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(_inside, value)) or "–"
    return str(value)


_WORDS = {True: "yes", False: "no", None: "–"}


def _inside(value: object) -> str:
    """What holds several values stands in brackets where it is one of several itself."""
    text = told(value)
    return f"({text})" if isinstance(value, list | tuple) and len(value) > 1 else text
