"""Where does a transparent modem wait to be called, and how is its serial port spoken to? (X-40, X-42)"""

import re
from dataclasses import dataclass
from typing import Self

from osos.registry.problems import BadCell

BAUDS = (300, 600, 1200, 2400, 4800, 9600, 19200)  # of mode C (M-13)
_PLACE = re.compile(
    r"(?:(tcp|rfc2217)://)?([0-9A-Za-z.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):([0-9]{1,5})(?:\?baud=([0-9]{1,6}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingPlace:
    """`baud`: the port stays at this speed; None: the modem follows the meter, or is told (RFC 2217)."""

    host: str
    port: int
    is_rfc2217: bool = False
    baud: int | None = None

    @classmethod
    def of_cell(cls, cell: str) -> Self:
        """Raises BadCell.

        >>> CallingPlace.of_cell("rfc2217://10.20.0.7:7001?baud=9600").how
        'rfc2217:9600'
        """
        found = _PLACE.fullmatch(cell)
        if found is None or not 0 < int(found[3]) < 65536:
            raise BadCell(
                f"{cell!r} is no address and port",
                "write host:port like 10.20.0.7:7001, rfc2217://10.20.0.7:7001, or nothing",
            )
        baud = None if found[4] is None else int(found[4])
        if baud is not None and baud not in BAUDS:
            raise BadCell(f"{baud} is no speed of a meter", f"write one of {', '.join(map(str, BAUDS))}")
        return cls(host=found[2].strip("[]"), port=int(found[3]), is_rfc2217=found[1] == "rfc2217", baud=baud)

    @classmethod
    def of_columns(cls, host: str | None, port: int | None, how: str | None) -> Self | None:
        """As the table keeps it; None: it does not listen."""
        if host is None or port is None:
            return None
        kind, _, baud = (how or "").partition(":")
        return cls(host=host, port=port, is_rfc2217=kind == "rfc2217", baud=int(baud) if baud else None)

    @property
    def how(self) -> str | None:
        """In one column; None: bytes pass, and the modem follows the acknowledge."""
        if not self.is_rfc2217 and self.baud is None:
            return None
        return f"{'rfc2217' if self.is_rfc2217 else 'tcp'}:{self.baud or ''}"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        fixed = f"?baud={self.baud}" if self.baud is not None else ""
        return f"{'rfc2217://' if self.is_rfc2217 else ''}{host}:{self.port}{fixed}"
