"""Who told a fact of a point or of its place in the network, since when does it hold, and why (D-34)?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import Connection

from osos.mdm.faces import SeenPoint
from osos.quantities import Interval
from osos.registry import Node, network_nodes_of
from osos.registry.network import ALWAYS, MAIN, memberships
from osos.store import Event, list_events

UNITS = {
    "installed_kva": "kVA",
    "contract_kw": "kW",
    "generation_kw": "kW",
    "multiplier": "",
    "rated_kva": "kVA",
    "primary_kv": "kV",
    "line_kv": "kV",
    "line_ohm": "Ω",
    "loss_pct": "%",
}
OF_THE_PLACE = frozenset({"rated_kva", "primary_kv", "line_kv", "line_ohm", "loss_pct"})  # of the network


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """Somebody told it: who, when, and from when on it holds (None: always)."""

    value: Decimal | None
    since: datetime | None
    actor: str
    act: str
    at: datetime
    thing: str  # the meter, the place
    reason: str


def fact_lines(conn: Connection, seen: SeenPoint, name: str, place: Node | None) -> list[FactLine]:
    """As the log has it, the latest first; what was only repeated is told once."""
    found = [line for one in _events(conn, seen, name, place) for line in _lines(one, name)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def place_of(conn: Connection, seen: SeenPoint, *, period: Interval) -> Node | None:
    """Whose main meter it is; None: nobody's."""
    of = [one for one in memberships(conn, [seen.point_id]) if one.role == MAIN and one.since < period.end]
    held = [one.node_id for one in of if one.until is None or one.until > period.start]
    return next((one for one in network_nodes_of(conn) if held and one.node_id == held[-1]), None)


def _events(conn: Connection, seen: SeenPoint, name: str, place: Node | None) -> Iterator[Event]:
    if name in OF_THE_PLACE:
        subjects = [] if place is None else [f"{place.kind} {place.name}"]
    else:
        subjects = [f"point {seen.public_id}", f"point {seen.point_id}"]
        subjects += dict.fromkeys(f"meter {one.meter}" for one in seen.installations)
    for subject in subjects:
        yield from list_events(conn, subject=subject)


def _lines(one: Event, name: str) -> Iterator[FactLine]:
    told = one.after if isinstance(one.after, dict) else {}
    before = one.before if isinstance(one.before, dict) else {}
    if name not in told or before.get(name) == told[name]:
        return
    since = _instant(told.get("since"))
    kind, _, thing = one.subject.partition(" ")
    yield FactLine(
        value=_number(told[name]),
        since=None if since == ALWAYS else since,
        actor=one.actor,
        act=one.act,
        at=one.at,
        thing=thing if kind == "meter" else "",
        reason=str(told.get("reason", "")),
    )


def _number(text: object) -> Decimal | None:
    try:
        return None if text is None else Decimal(str(text))
    except InvalidOperation:
        return None


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
