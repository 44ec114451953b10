"""What does the radar see of a transformer and its meters, and what does it say?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from osos.mdm.labels import Ints

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
QUARTERS = 96


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Meter:
    """Primary Wh and varh in each quarter hour of whole days; an electrical value not known is NaN.

    Where `known` is false the energies say nothing; None: all are known.
    """

    import_wh: Ints
    export_wh: Ints | None = None
    q1_varh: Ints | None = None
    volts: Floats | None = None  # (slots,) mean of the phases
    apparent_vah: Floats | None = None  # Σ U × I of the phases ÷ 4, from the load profile of V and I
    generates: bool = False  # a roof or engine of his own is known
    known: Flags | None = None

    @property
    def told(self) -> Flags:
        return np.ones(self.import_wh.size, dtype=bool) if self.known is None else self.known


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Place:
    """A transformer: its main meter and the ones below, over the same slots; `known`: of the main meter."""

    name: str
    main_wh: Ints
    meters: Mapping[Any, Meter] = field(default_factory=dict)
    known: Flags | None = None

    def balanced(self) -> Flags:
        """The slots in which every meter is known: of the others the balance says nothing."""
        all_known = np.ones(self.main_wh.size, dtype=bool) if self.known is None else self.known.copy()
        for one in self.meters.values():
            all_known &= one.told
        return all_known

    def residual(self) -> Floats:
        """Main less all below, slot by slot."""
        below = np.sum([one.import_wh for one in self.meters.values()], axis=0)
        out = np.sum(
            [one.export_wh for one in self.meters.values() if one.export_wh is not None and one.generates],
            axis=0,
        )
        missing: Floats = (self.main_wh - below + out).astype(np.float64)
        return missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A pattern at a meter; recoverable is over the slots looked at, and an estimate."""

    place: str
    meter: Any
    pattern: str
    recoverable_wh: int
    strength: float  # what the pattern measures, see its file
    facts: Mapping[str, float]
