"""How is a number written for a reader in Türkiye, and in English?"""

import re
from datetime import datetime

from osos.quantities import to_local

_NUMBER = re.compile(r" *([+-]?) *(\d+)(?:\.(\d+))? *")


def localized(text: str, language: str) -> str:
    """A printed number with the language's separators and no leading zeros; other text as it stands.

    >>> localized("062846.236", "tr")
    '62.846,236'
    >>> localized("26-03-01", "tr")
    '26-03-01'
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        return text
    sign, whole, fraction = found.groups()
    group, point = (".", ",") if language == "tr" else (",", ".")
    bare = whole.lstrip("0") or "0"
    grouped = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", group, bare)
    return f"{sign}{grouped}{point + fraction if fraction is not None else ''}"


def moment(instant: datetime, language: str) -> str:
    """A wall clock time in Türkiye."""
    form = "%d.%m.%Y %H:%M" if language == "tr" else "%Y-%m-%d %H:%M"
    local = to_local(instant)
    return local.strftime(form + (":%S" if local.second else ""))
