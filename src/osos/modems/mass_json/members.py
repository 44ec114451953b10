"""How is a member read out of a body whose maker may have typed it differently?"""

import re
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any, TypeVar

from osos.modems.mass_json import wall_time

_NUMBER = re.compile(r"-?[0-9]{1,18}")
_LARGEST = 2**31 - 1  # chosen: what a column of the store holds; no number of the document comes near
Body = dict[str, Any]
T = TypeVar("T")


class Members:
    """Takes known members out of one body; what is left is `extra`, what did not fit is named in `odd`."""

    def __init__(self, body: object, zone: tzinfo) -> None:
        self._body: Body = dict(body) if isinstance(body, dict) else {}
        self._zone = zone
        self._odd: list[str] = [] if isinstance(body, dict) else ["body"]

    def text(self, name: str) -> str:
        """A text, or a number as its text; empty when it is not there."""
        value = self._body.pop(name, None)
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return str(value)
        return self._missing(name, value, "")

    def number(self, name: str) -> int | None:
        value = self._body.pop(name, None)
        said = int(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value
        if isinstance(said, int) and not isinstance(said, bool) and abs(said) <= _LARGEST:
            return said
        return self._missing(name, value, None)

    def flag(self, name: str) -> bool | None:
        value = self._body.pop(name, None)
        if isinstance(value, bool):
            return value
        return self._missing(name, value, None)

    def time(self, name: str) -> datetime | None:
        value = self._body.pop(name, None)
        found = wall_time.instant(value, self._zone)
        return found if found is not None else self._missing(name, value, None)

    def one(self, name: str) -> Body:
        value = self._body.pop(name, None)
        return value if isinstance(value, dict) else self._missing(name, value, {})

    def all(self, name: str) -> list[Any]:
        """A list; a single object counts as a list of one."""
        value = self._body.pop(name, None)
        if isinstance(value, dict):
            return [value]
        return value if isinstance(value, list) else self._missing(name, value, [])

    def each(self, name: str, parse: Callable[[object], T | None]) -> tuple[T, ...]:
        """Each element that can be parsed; the others are named odd."""
        found: list[T] = []
        for number, element in enumerate(self.all(name)):
            parsed = parse(element)
            if parsed is None:
                self._odd.append(f"{name}[{number}]")
            else:
                found.append(parsed)
        return tuple(found)

    def raw(self, name: str) -> Any:
        return self._body.pop(name, None)

    def call_odd(self, name: str) -> None:
        self._odd.append(name)

    @property
    def odd(self) -> tuple[str, ...]:
        return tuple(self._odd)

    @property
    def extra(self) -> Body:
        return self._body

    def _missing(self, name: str, value: object, instead: T) -> T:
        if value is not None:
            self._odd.append(name)
        return instead


def body_of(value: object) -> object:
    """A response that is a list of one counts as its element (X-23)."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value
