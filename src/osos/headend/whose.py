"""Which meter behind a modem does a serial mean?

Modems write it as the meter prints it, padded with zeros or with the maker's letters before it; the address
of a meter leaves the first and allows the second (M-11).
"""

import re
from collections.abc import Sequence

from osos.registry import MeterBehind

_SAID = re.compile(r"([A-Z]{3})?0*([0-9A-Za-z]+)")
_MAKER = re.compile(
    r"/?([A-Za-z]{3})[0-9A-I]"
)  # a lower-case third letter means a fast meter, not another maker


def maker_in(identification: str | None) -> str | None:
    """The flag that an identification line begins with.

    >>> maker_in("/LUN5<1>LUN70000130")
    'LUN'
    """
    told = _MAKER.match(identification or "")
    return told[1].upper() if told is not None else None


def find_meter(behind: Sequence[MeterBehind], said: str, *, maker: str | None = None) -> MeterBehind | None:
    """The meter that is meant. Makers number alike: among equal serials the flag, said or told, decides."""
    exact = [each for each in behind if each.meter.serial == said]
    flag, number = _parts(said)
    found = exact or [each for each in behind if _parts(each.meter.serial)[1] == number]
    fitting = [each for each in found if flag is None or each.meter.flag in ("", flag)]
    return next((each for each in fitting if each.meter.flag == (flag or maker)), next(iter(fitting), None))


def _parts(serial: str) -> tuple[str | None, str]:
    taken = _SAID.fullmatch(serial)
    return (None, serial) if taken is None or not taken[2][0].isdigit() else (taken[1], taken[2])
