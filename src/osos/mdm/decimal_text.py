"""How does a meter write this number?"""

import re

# Digits before the point, by what the code counts (M-38: energy 123456.789, power and volts 123.4 …).
_INTEGER_DIGITS = (
    (re.compile(r"\d+\.8\.\d+"), 6),
    (re.compile(r"14\.7\.0|34\.7\.0|54\.7\.0|74\.7\.0"), 2),  # Hz
    (re.compile(r"(13|33|53|73)\.7\.0"), 1),  # cos φ
)
_OTHERS = 3


def decimal_text(code: str, value: int, decimals: int) -> str:
    """A column's integer in the meter's own form, with its leading zeros.

    >>> decimal_text("1.8.0", 15, 3), decimal_text("32.7.0 max", 2304, 1)
    ('000000.015', '230.4')
    """
    before = next((digits for form, digits in _INTEGER_DIGITS if form.fullmatch(code)), _OTHERS)
    digits = str(abs(value)).zfill(before + decimals)
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{text}" if value < 0 else text
