"""Which letters can the documents print?"""

from pathlib import Path
from typing import Any

FONTS = Path(__file__).with_name("fonts")
# What the fonts hold: the letters of Turkish and its neighbours, and the signs the pages use.
COVERED = frozenset(
    [chr(code) for code in range(0x20, 0x7F)]
    + list("\u00a0§©«°±²³·»ÂÄÇÎÖ×ÛÜßâäçéîö÷ûüĞğİıŞşΔΣσφ–—‘’“”•…₺←↑→↓∑−≈≠≤≥✓")
)
STAND_IN = "?"  # for a letter the fonts do not hold: seen, unlike a gap


def legible(value: Any) -> Any:
    """The same with a stand-in for every letter the fonts do not hold; facts come from outside too."""
    if isinstance(value, str):
        return "".join(letter if letter in COVERED or letter == "\n" else STAND_IN for letter in value)
    if isinstance(value, dict):
        return {name: legible(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [legible(each) for each in value]
    return value
