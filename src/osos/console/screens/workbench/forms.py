"""What did somebody fill in, and what of it cannot be read?"""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from osos.console.screens.workbench.orders import ACTS, ON_SLOTS, NothingFits, Order
from osos.mdm import editing
from osos.mdm.canonical import Channel
from osos.mdm.estimates.ladder import LADDER
from osos.mdm.labels import DAY_MIN

LONGEST_REASON = 400
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
# A refusal's word, and the field it belongs to.
FIELDS = {
    "NoReason": "reason",
    "NothingThere": "from",
    "NothingChanges": "from",
    "NothingFits": "from",
    "NotADecision": "from",
    "SamePerson": "reason",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A field, the id of the words about it, and the facts they hold."""

    field: str
    word: str
    facts: Mapping[str, object] = dataclasses.field(default_factory=dict)


def order_of(
    form: Mapping[str, str], *, point_id: int, day: int, period_min: int, by: str, now: datetime
) -> Order | Problem:
    """What was asked for; a Problem names the first field that cannot be read."""
    act = next((one for one in ACTS if one == form.get("act")), None)
    if act is None:
        return Problem("from", "o.workbench.problem.act")
    order = Order(
        act=act,
        point_id=point_id,
        day=day,
        by=by,
        now=now,
        reason=form.get("reason", "").strip()[:LONGEST_REASON],
        number=_number(form.get("number", "")),
        channel=_channel(form.get("channel", "")),
        method=_method(form.get("method", "")),
        fill=form.get("fill", "1") == "1",
    )
    return _with_slots(order, form, period_min) if act in ON_SLOTS else order


def refusal(error: editing.CannotEdit) -> Problem:
    """The refusal in words of either language, at the field it is about."""
    name = type(error).__name__
    facts = {"why": error.why.name} if isinstance(error, NothingFits) else {}
    return Problem(FIELDS.get(name, "from"), f"o.workbench.refused.{name}", facts)


def _with_slots(order: Order, form: Mapping[str, str], period_min: int) -> Order | Problem:
    first = _slot(form.get("from", ""), period_min)
    until = _slot(form.get("until", "") or "24:00", period_min)
    if first is None or until is None:
        name = "from" if first is None else "until"
        return Problem(name, "o.workbench.problem.clock", {"period": period_min})
    slots = range(first, until or DAY_MIN // period_min)
    if not slots:
        return Problem("until", "o.workbench.problem.order")
    placed = replace(order, slots=slots)
    return placed if order.act != "edit" else _with_values(placed, form.get("values", ""))


def _with_values(order: Order, text: str) -> Order | Problem:
    values, slots = values_of(text), order.slots
    if values is None:
        return Problem("values", "o.workbench.problem.values")
    if len(values) != len(slots):
        return Problem("values", "o.workbench.problem.count", {"n": len(slots), "got": len(values)})
    return replace(order, values=values)


def _slot(text: str, period_min: int) -> int | None:
    """Which slot begins at this time of the wall clock; None when none does.

    >>> _slot("10:30", 15), _slot("10:31", 15)
    (42, None)
    """
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    minute = int(found[1]) * 60 + int(found[2])
    slot, rest = divmod(minute, period_min)
    return None if rest or minute > DAY_MIN else slot


def values_of(text: str) -> tuple[int, ...] | None:
    """Wh of kilowatt hours, a blank or a line between; comma or point before the decimals, three at most.

    >>> values_of("0,125 1.5")
    (125, 1500)
    """
    found = []
    for part in text.replace(";", " ").split():
        try:
            wh = Decimal(part.replace(",", ".")).scaleb(3)
        except InvalidOperation:
            return None
        if not wh.is_finite() or wh < 0 or wh != int(wh) or wh > 10**9:
            return None
        found.append(int(wh))
    return tuple(found)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _method(text: str) -> str:
    return next((step.name for step in LADDER if step.name == text), "")


def _channel(text: str) -> Channel:
    return next((one for one in Channel if one.value == text), Channel.A_PLUS)
