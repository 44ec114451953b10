"""At which address of the desk does a number's way down go on (D-34)?"""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, urlencode

from osos.mdm.explain import Energy, Fact, Figure, Reading
from osos.mdm.explain.derivation import Down, Tariffs
from osos.quantities import Interval, local_day


def way_of(down: Down | None, *, point: str, kept: Mapping[str, str] | None = None) -> str | None:
    """None: it is its own source, a law or what the reader told; `kept` is what his address says besides."""
    match down:
        case Energy(channel=channel, period=period):
            return _address(point, {**_span(period), "channel": channel.value})
        case Reading(code=code, at=at):
            return _address(
                point, {"register": code, "at": in_address(at), **({"kept": "1"} if down.kept else {})}
            )
        case Fact(name=name):
            return _address(point, {"fact": name})
        case Tariffs(period=period):
            return _address(point, {"sum": "tariffs", **_span(period)})
        case Figure(name=name, month=month):
            return figure_way(name, point=point, month=month, kept=kept)
    return None


def figure_way(name: str, *, point: str, month: Interval, kept: Mapping[str, str] | None = None) -> str:
    key = f"{local_day(month.start):%Y-%m}"
    return _address(point, {"figure": name, "month": key, **(kept or {})})


def _address(point: str, query: Mapping[str, str]) -> str:
    return f"/o/explain/{point}?{urlencode(query, quote_via=quote, safe=':/@')}"


def _span(period: Interval) -> dict[str, str]:
    return {"from": in_address(period.start), "to": in_address(period.end)}


def in_address(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
