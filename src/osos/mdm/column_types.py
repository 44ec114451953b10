"""How do blocks keep a moment and the name of a profile in the fewest bytes?"""

# ruff: noqa: ARG002  # SQLAlchemy calls each of these with the dialect, needed or not

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Dialect, Integer, SmallInteger, types

from osos.mdm.labels import EPOCH

_SECOND = timedelta(seconds=1)
_PROFILE = re.compile(r"P\.(\d\d)")


def is_profile_name(name: str) -> bool:
    return _PROFILE.fullmatch(name) is not None


class Moment(types.TypeDecorator[datetime]):
    """An aware instant, cut to the second: seconds since 2000-01-01 00:00 in Türkiye; good until 2068."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return None if value is None else (value - EPOCH) // _SECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else (EPOCH + value * _SECOND).astimezone(UTC)


class ProfileName(types.TypeDecorator[str]):
    """`P.01` as 1: two bytes, in every row and every key."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        found = _PROFILE.fullmatch(value)
        if found is None:
            raise ValueError(f"not the name of a load profile: {value!r} (expected like P.01)")
        return int(found[1])

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else f"P.{value:02d}"
