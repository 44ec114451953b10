"""Which month is asked about, and what of the place that no register tells?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import quote

from osos.mdm.derive.grids import month_at
from osos.mdm.derive.losses import Line
from osos.mdm.faces.month_losses import SIZES, size_of
from osos.quantities import Interval, local_day, local_midnight
from osos.registry.network import NodeTerms

MONTHS_BACK = 24
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_NUMBER = re.compile(r"\d{1,5}(?:[.,]\d{1,6})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`told`: the place's size and line are from the network's list, not from the form."""

    month: Interval
    size: str
    ohm: str
    kv: str
    told: bool
    profile: bool

    @property
    def line(self) -> Line | None:
        ohm, kv = _number(self.ohm), _number(self.kv)
        return Line(ohm=ohm, kv=kv) if ohm and kv else None


def month_asked(text: str, *, now: datetime) -> Interval:
    """The present month unless one of the last two years is named."""
    found = _MONTH.fullmatch(text)
    if found is None:
        return month_at(now)
    first = local_midnight(local_day(now).replace(year=int(found[1]), month=int(found[2]), day=1))
    oldest = month_at(now, back=MONTHS_BACK).start
    return month_at(now) if first > now else month_at(max(first, oldest))


def asked(query: Mapping[str, str], month: Interval, place: NodeTerms | None) -> Asked:
    """What the form says; what it was not asked yet, the network's list."""
    told = not query.keys() & {"transformer", "ohm", "kv"}
    listed = place if told else None
    size = size_of(listed) if told else query.get("transformer", "")
    ohm, kv = query.get("ohm", "")[:12], query.get("kv", "")[:12]
    if listed is not None and listed.line_ohm is not None:
        ohm, kv = str(listed.line_ohm), str(listed.line_kv)
    return Asked(
        month=month,
        size=size if size in SIZES else "",
        ohm=ohm,
        kv=kv,
        told=told and bool(size or ohm),
        profile="profile" in query,
    )


def kept_of(one: Asked) -> str:
    """What an address must say besides a figure's name: what the reader wrote of the place himself."""
    if one.told:
        return ""
    said = {"transformer": one.size, "ohm": one.ohm, "kv": one.kv}
    return "".join(f"&{name}={quote(text, safe='')}" for name, text in said.items() if text)


def transformer_given(size: str) -> dict[str, Decimal]:
    """A size of the printed table as the numbers a derivation is given; nothing for another."""
    if size not in SIZES:
        return {}
    kv, kva = size.split("/")
    return {"primary_kv": Decimal(kv), "rated_kva": Decimal(kva)}


def _number(text: str) -> Decimal:
    found = text.strip()
    return Decimal(found.replace(",", ".")) if _NUMBER.fullmatch(found) else Decimal(0)
