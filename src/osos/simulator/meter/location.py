"""Where in the network does a location word say the meter hangs? (F.F.1, M-134, M-135)"""

from dataclasses import dataclass

from osos.simulator.meter.spec import COMPANY_NUMBERS

# Field: its lowest bit and its width, bit 0 rightmost.
FIELDS = {
    "company": (0, 5),
    "substation": (5, 15),
    "transformer": (20, 4),
    "feeder": (24, 6),
    "phase": (30, 2),  # 1 R, 2 S, 3 T
    "branch": (32, 2),
    "feeder_current": (34, 10),  # the feeder's maximum, in A
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """The fields of F.F.1; what the mains modulation would teach, the rig sets (M-134)."""

    company: str = "TED"
    substation: int = 0
    transformer: int = 0
    feeder: int = 0
    phase: int = 0
    branch: int = 0
    feeder_current: int = 0

    @property
    def word(self) -> str:
        """64 characters, as `rig(location=…)` takes them."""
        total = 0
        for name, (low, width) in FIELDS.items():
            value = COMPANY_NUMBERS[self.company] if name == "company" else getattr(self, name)
            if not 0 <= value < 1 << width:
                raise ValueError(f"{name} has {width} bits, {value} does not fit (M-134)")
            total |= value << low
        return f"{total:064b}"

    @classmethod
    def of(cls, word: str) -> "Location":
        total = int(word, 2)
        found = {name: total >> low & (1 << width) - 1 for name, (low, width) in FIELDS.items()}
        company = {number: name for name, number in COMPANY_NUMBERS.items()}.get(found.pop("company"))
        if company is None:
            raise ValueError("no company has that number (M-135)")
        return cls(company=company, **found)
