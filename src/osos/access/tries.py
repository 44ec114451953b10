"""How often may somebody try before he has to wait?"""

import hashlib
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from osos.access.tables import sign_in_tries
from osos.store import alone

HOUR = timedelta(hours=1)
KEPT = timedelta(days=1)  # who looks into an attack sees that long back
LONGEST_WAIT_S = 36  # a hundred of these are an hour


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failed tries fast, then ever longer waits, and never more an hour than that."""

    fast: int
    an_hour: int


# A house or an office shares one address, and a mobile operator one subnet: the wider the more tries.
ACCOUNT, ADDRESS, SUBNET = Limit(5, 100), Limit(20, 300), Limit(100, 1000)
LIMITS = (("account_key", ACCOUNT), ("address", ADDRESS), ("subnet", SUBNET))


@dataclass(frozen=True, slots=True)
class Trier:
    """What a try is counted under."""

    account_key: str
    address: str
    subnet: str


def trier(*, kind: str, login: str, device: str, address: str) -> Trier:
    """`device` is the hash of a known device's token, or empty.

    Tries from a device that has signed in before are counted apart, so that a stranger who fails on purpose
    does not lock its owner out.
    """
    key = hashlib.sha256(f"{kind}|{login}|{device}".encode("utf-8", "replace")).hexdigest()
    return Trier(key, *_network(address))


def _network(address: str) -> tuple[str, str]:
    """The address and its neighbourhood: /24, and for IPv6 the /64 of one household and its /48."""
    try:
        found = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return address[:64], address[:64]
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.version == 4:
        return str(found), str(ipaddress.ip_network(f"{found}/24", strict=False))
    home, around = (ipaddress.ip_network(f"{found}/{bits}", strict=False) for bits in (64, 48))
    return str(home), str(around)


def begin_try(conn: Connection, who: Trier, *, now: datetime) -> float:
    """Count a try as failed before it is looked at; 0, or the seconds to wait before it may be.

    Only tries that were looked at count: who keeps trying while he has to wait makes nothing worse.
    """
    alone(conn, "access.tries")
    wait = max(_waits(conn, who, now))
    if not wait:
        row = {"at": now, "account_key": who.account_key, "address": who.address, "subnet": who.subnet}
        conn.execute(sign_in_tries.insert().values(row))
    return wait


def _waits(conn: Connection, who: Trier, now: datetime) -> Iterator[float]:
    for name, limit in LIMITS:
        column = sign_in_tries.c[name]
        query = (
            select(sign_in_tries.c.at)
            .where(column == getattr(who, name), sign_in_tries.c.at > now - HOUR)
            .order_by(sign_in_tries.c.at.desc())
            .limit(limit.an_hour)
        )
        yield wait_s(list(conn.scalars(query)), limit, now)


def wait_s(failed: list[datetime], limit: Limit, now: datetime) -> float:
    """How long after these failures of the last hour, the newest first, until the next try.

    >>> noon = datetime(2026, 3, 2, 12)
    >>> wait_s([noon] * 5, Limit(5, 100), noon), wait_s([noon] * 4, Limit(5, 100), noon)
    (1.0, 0.0)
    """
    if len(failed) < limit.fast:
        return 0.0
    if len(failed) >= limit.an_hour:
        return max(0.0, (failed[limit.an_hour - 1] + HOUR - now).total_seconds())
    pause = min(2.0 ** (len(failed) - limit.fast), LONGEST_WAIT_S)
    return max(0.0, (failed[0] + timedelta(seconds=pause) - now).total_seconds())


def take_back(conn: Connection, who: Trier) -> None:
    """The right password came: what failed on this account from there no longer counts."""
    conn.execute(sign_in_tries.delete().where(sign_in_tries.c.account_key == who.account_key))
