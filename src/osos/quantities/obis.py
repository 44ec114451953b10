"""Which quantity of a meter does a code name?"""

import re
from dataclasses import dataclass
from typing import Self

_CODE = re.compile(
    r"(?:(?P<a>\d{1,3})-(?P<b>\d{1,3}):)?"
    r"(?P<code>[0-9A-Z]{1,3}(?:\.[0-9A-Z]{1,3}){1,3})"
    r"(?:[*&](?P<history>\d{1,3}))?",
)


class NotAnObisCode(ValueError):
    """This text is not an OBIS code as meters print it."""

    def __init__(self, text: str) -> None:
        super().__init__(f"not an OBIS code: {text!r} (expected like 1.8.0, 1-0:1.8.0 or 1.8.0*1)")
        self.text = text


@dataclass(frozen=True, slots=True)
class Obis:
    """A code as a meter prints it, taken apart. `96.77.0` and `96.77.00` are two codes, so it stays text.

    Source: IEC 62056-61 (A-B:C.D.E*F); Turkish meters leave A-B out and use F for history rows, 1 newest.
    """

    code: str
    history: int | None = None
    prefix: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        r"""Take apart `[A-B:]C.D[.E][.F][*h]`.

        >>> Obis.parse("1-0:1.8.1*12")
        Obis(code='1.8.1', history=12, prefix='1-0')
        """
        found = _CODE.fullmatch(text)
        if found is None:
            raise NotAnObisCode(text)
        history = found["history"]
        prefix = f"{found['a']}-{found['b']}" if found["a"] is not None else None
        return cls(found["code"], int(history) if history is not None else None, prefix)

    def __str__(self) -> str:
        prefix = f"{self.prefix}:" if self.prefix is not None else ""
        history = f"*{self.history}" if self.history is not None else ""
        return f"{prefix}{self.code}{history}"
