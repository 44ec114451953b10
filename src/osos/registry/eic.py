"""Does an ETSO code (EIC) carry the check character it should?

Source: EIC reference manual; 16 characters, the last one checks the others.
"""

import re

_SHAPE = re.compile(r"[0-9A-Z-]{15}[0-9A-Z]")
_VALUES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"


def is_shaped(code: str) -> bool:
    """Sixteen capital letters, digits and hyphens, the last no hyphen."""
    return _SHAPE.fullmatch(code) is not None


def check_character(first: str) -> str:
    """What must follow these fifteen; `-` means that no such code can exist.

    >>> check_character("40Z000200000266")
    'H'
    """
    if len(first) != 15:
        raise ValueError(f"fifteen characters are checked, got {first!r}")
    weighted = sum(
        _VALUES.index(letter) * weight for letter, weight in zip(first, range(16, 1, -1), strict=True)
    )
    return _VALUES[36 - (weighted - 1) % 37]


def is_eic(code: str) -> bool:
    return is_shaped(code) and check_character(code[:15]) == code[15]
