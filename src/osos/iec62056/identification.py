"""Who does the meter say it is?"""

import re
from dataclasses import dataclass

from osos.iec62056.errors import NotAnIdentification
from osos.iec62056.limits import IDENTIFICATION_MAX
from osos.iec62056.speeds import BAUD

_LINE = re.compile(
    r"/(?P<flag>[A-Za-z]{3})(?P<baud>[0-9A-Z])"
    r"(?P<marks>(?:\\.)*)"  # \W: further abilities, IEC 62056-21 6.3.2
    r"(?:[<\[](?P<generation>\d)[>\]])?"  # [n] for <n>: gateways that dislike angle brackets, M-170
    r"(?P<model>[^\r\n]*)"
)


@dataclass(frozen=True, slots=True)
class Identification:
    """The identification line taken apart: `/FLG6<2>EEE(model)` (M-12)."""

    flag: str
    baud_char: str
    generation: int | None
    model: str  # without trailing blanks
    raw: bytes  # the line without its CR LF

    @property
    def baud(self) -> int | None:
        """The speed offered for what follows; None: not a mode C meter."""
        return BAUD.get(self.baud_char)

    def __str__(self) -> str:
        return self.raw.decode("latin-1").rstrip()


def parse_identification(line: bytes) -> Identification:
    r"""Take apart one identification line, with or without its line end; raises NotAnIdentification.

    >>> parse_identification(b"/AEL4<1>AEL.MF.14 \r\n")
    Identification(flag='AEL', baud_char='4', generation=1, model='AEL.MF.14', raw=b'/AEL4<1>AEL.MF.14 ')
    """
    raw = line.rstrip(b"\r\n")
    found = _LINE.fullmatch(raw.decode("latin-1")) if len(raw) <= IDENTIFICATION_MAX else None
    if found is None:
        raise NotAnIdentification(line)
    generation = found["generation"]
    return Identification(
        flag=found["flag"],
        baud_char=found["baud"],
        generation=int(generation) if generation else None,
        model=found["model"].rstrip(),
        raw=raw,
    )
