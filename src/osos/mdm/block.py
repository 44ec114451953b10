"""What did a meter say of one day?"""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from osos.mdm.labels import Ints

_REGISTER = re.compile(r"\d+\.8\.\d+")
# the catalogue's unit is kWh and kvarh; some meters print others (M-171)
_POWER_OF_UNIT = {"wh": 0, "varh": 0, "kwh": 3, "kvarh": 3, "mwh": 6, "mvarh": 6}
_ENERGY_OF = {"1.6.0": "1.8.0", "2.6.0": "2.8.0"}  # M-102: power = energy of the period ÷ period


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a profile: what each means, its decimals and the unit printed for it."""

    codes: tuple[str, ...]
    decimals: tuple[int, ...]
    units: tuple[str, ...]

    def content(self) -> bytes:
        return json.dumps([self.codes, self.decimals, self.units], separators=(",", ":")).encode()

    def energy_columns(self) -> dict[int, int]:
        """Demand column → the energy column that foretells it, where both count in the same decimals."""
        place = {code: column for column, code in enumerate(self.codes)}
        return {
            place[power]: place[energy]
            for power, energy in _ENERGY_OF.items()
            if power in place and energy in place
            if self.decimals[place[power]] == self.decimals[place[energy]]
        }

    def is_register(self, column: int) -> bool:
        return _is_register(self.codes[column])


@lru_cache(256)
def _is_register(code: str) -> bool:
    return _REGISTER.fullmatch(code) is not None


@dataclass(frozen=True, slots=True, eq=False)
class SaidBlock:
    """Records of one day as said, in the order the meter stores them, repeated labels kept (M-99, M-106)."""

    day: int
    layout: Layout
    labels: Ints  # (records,)
    values: Ints  # (records, columns), in the register's own last digit

    def content_hash(self) -> bytes:
        """The same for the same content, whatever the packing."""
        content = hashlib.blake2b(self.layout.content(), digest_size=16)
        content.update(np.ascontiguousarray(self.labels, dtype="<i8").tobytes())
        content.update(np.ascontiguousarray(self.values, dtype="<i8").tobytes())
        return content.digest()

    def in_whole_units(self, column: int) -> Ints:
        """A register in Wh or varh, rounded down where the meter shows less than one."""
        power = _POWER_OF_UNIT.get(self.layout.units[column].lower(), 3) - self.layout.decimals[column]
        values = self.values[:, column]
        whole: Ints = values * 10**power if power >= 0 else values // 10**-power
        return whole

    def is_ascending(self) -> bool:
        return bool((np.diff(self.labels) > 0).all())
