"""What has been done to the meter from outside: wires, covers, batteries, magnet? (M-181)"""

from dataclasses import dataclass

INNER_FAULTS = frozenset({1, 2, 3, 4, 36})
LIVE_DV, DEAD_DV = 400, 300  # M-64: live from 40 V, dead below 30 V, between them as it was


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """The meter's surroundings between two acts; what is None follows the load."""

    supply: tuple[bool, ...]  # the network's voltage on each phase's terminal
    voltage_dv: tuple[int | None, ...]  # by hand, 0.1 V
    current: tuple[tuple[int, int] | None, ...]  # by hand: mA and degrees behind the own voltage
    reversed_current: tuple[bool, ...]
    reversed_voltage: tuple[bool, ...]
    wrong_order: bool = False  # two voltages changed places, their currents with them
    currents_shifted: int = 0  # 1, 2: every current on the next, the next but one phase
    external: bool = False  # the 24-110 V DC input
    terminal_open: bool = False
    top_open: bool = False
    magnet_mt: int = 0
    clock_battery: bool = True  # False: weak or taken out
    system_battery: bool = True
    neutral_ma: int | None = None  # gen3 1p with that option; None: as much as the phase (bit 54)
    inner_faults: frozenset[int] = frozenset()  # bits 1-4 and 36 of F.F.0: chips and memories that fail
    relay_stuck: bool = False  # the contact does not do as commanded (M-144)
    location: str = "0" * 64  # F.F.1, as the rig sets it (M-134)

    def __post_init__(self) -> None:
        phases = len(self.supply)
        for name in ("voltage_dv", "current", "reversed_current", "reversed_voltage"):
            if len(getattr(self, name)) != phases:
                raise ValueError(f"{name} wants one value for each of {phases} phase(s)")
        if not 0 <= self.currents_shifted <= 2 or (phases == 1 and self.currents_shifted):
            raise ValueError(f"{phases} currents cannot be shifted by {self.currents_shifted}")
        if not self.inner_faults <= INNER_FAULTS:
            raise ValueError(f"bits {sorted(INNER_FAULTS)} of F.F.0 can fail by hand (M-131)")
        if len(self.location) != 64 or set(self.location) - {"0", "1"}:
            raise ValueError("the location word has 64 characters 0 or 1 (M-134)")

    @classmethod
    def plain(cls, phases: int) -> "Rig":
        """Connected as it should be."""
        return cls(
            supply=(True,) * phases,
            voltage_dv=(None,) * phases,
            current=(None,) * phases,
            reversed_current=(False,) * phases,
            reversed_voltage=(False,) * phases,
        )

    @property
    def wires(self) -> tuple[object, ...]:
        """What of it changes what is metered."""
        return (
            self.supply,
            self.voltage_dv,
            self.current,
            self.reversed_current,
            self.reversed_voltage,
            self.currents_shifted,
        )

    def live(self, before: tuple[bool, ...]) -> tuple[bool, ...]:
        """Which phases are live, by 40 V and 30 V (M-64); a load's own voltage is always enough."""
        return tuple(
            self._is_live(phase, was=was) for phase, was in zip(range(len(self.supply)), before, strict=True)
        )

    def _is_live(self, phase: int, *, was: bool) -> bool:
        by_hand = self.voltage_dv[phase]
        if not self.supply[phase]:
            return False
        if by_hand is None or by_hand >= LIVE_DV:
            return True
        return was and by_hand >= DEAD_DV
