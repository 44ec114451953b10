"""Is too much reactive energy drawn, how much is left until the limit, and what is charged (D-31)?

Ratio = kvarh ÷ kWh of active import × 100, over the billing period, on total active. Limits, exemptions and
the rule for both limits at once are dated data: they are law, they change, and sources disagree on two of
them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from osos.mdm.derive.dated import Dated, in_force

_RULE = "EPDK 5999/3 art. 13, regulation.md (f2)"


class Kind(StrEnum):
    """5.8.0 and 8.8.0 of import."""

    INDUCTIVE = "inductive"
    CAPACITIVE = "capacitive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits(Dated):
    """From this installed power on, in per cent of active import."""

    from_kva: Decimal
    inductive: Decimal
    capacitive: Decimal

    def of(self, kind: Kind) -> Decimal:
        return self.inductive if kind is Kind.INDUCTIVE else self.capacitive


_ALWAYS = date(2000, 1, 1)
LIMITS = tuple(
    Limits(since=_ALWAYS, source=_RULE, from_kva=kva, inductive=inductive, capacitive=capacitive)
    for kva, inductive, capacitive in (
        (Decimal(0), Decimal(33), Decimal(20)),
        (Decimal(50), Decimal(20), Decimal(15)),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption(Dated):
    """Who pays no reactive energy: by tariff group, by wiring, or by power up to so many kW."""

    name: str
    tariff_groups: frozenset[str] = frozenset()
    single_phase: bool = False
    up_to_kw: Decimal | None = None


EXEMPTIONS = (
    Exemption(
        since=_ALWAYS,
        source=_RULE,
        name="residential",
        tariff_groups=frozenset({"residential", "mesken"}),
    ),
    Exemption(
        since=_ALWAYS,
        source=_RULE,
        name="lighting",
        tariff_groups=frozenset({"lighting", "public_lighting", "aydınlatma", "genel aydınlatma"}),
    ),
    Exemption(since=_ALWAYS, source=_RULE, name="single phase", single_phase=True),
    Exemption(
        since=_ALWAYS,
        source=f"{_RULE}; another source says 15 kW: a setting",
        name="small connection",
        up_to_kw=Decimal(9),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What decides which rule holds for a point; None: nobody has said."""

    installed_kva: Decimal | None = None
    contract_kw: Decimal | None = None
    tariff_group: str | None = None
    single_phase: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The limits in force and, when none is charged, why; `assumed` names what had to be supposed."""

    limits: Limits
    exemption: Exemption | None
    assumed: tuple[str, ...] = ()


def rule_for(
    subject: Subject,
    day: date,
    *,
    limits: Sequence[Limits] = LIMITS,
    exemptions: Sequence[Exemption] = EXEMPTIONS,
) -> Rule:
    """Without an installed power the stricter limits are shown, and that is said."""
    rows = in_force(limits, day)
    fitting = [row for row in rows if subject.installed_kva is None or row.from_kva <= subject.installed_kva]
    exempt = next((one for one in in_force(exemptions, day) if _is_exempt(subject, one)), None)
    assumed = () if subject.installed_kva is not None else ("installed power",)
    return Rule(limits=max(fitting, key=lambda row: row.from_kva), exemption=exempt, assumed=assumed)


def _is_exempt(subject: Subject, one: Exemption) -> bool:
    small = one.up_to_kw is not None and subject.contract_kw is not None
    return (
        bool(_small_letters(subject.tariff_group or "") & one.tariff_groups)
        or (one.single_phase and subject.single_phase is True)
        or (small and Decimal(subject.contract_kw or 0) <= Decimal(one.up_to_kw or 0))
    )


def _small_letters(name: str) -> set[str]:
    """As English and as Turkish writes them: LIGHTING is lighting, AYDINLATMA is aydınlatma."""
    plain = " ".join(name.replace("İ", "i").split())
    return {plain.lower(), plain.replace("I", "ı").lower()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One kind of reactive energy against active import of the same stretch of time."""

    kind: Kind
    active_wh: int
    reactive_varh: int
    limit: Decimal  # per cent

    @property
    def percent(self) -> Decimal | None:
        """None while nothing active was drawn."""
        return Decimal(self.reactive_varh * 100) / self.active_wh if self.active_wh else None

    @property
    def left_varh(self) -> int:
        """How much more may be drawn at the present active energy; below zero: the limit is passed.

        >>> drawn = {"active_wh": 61_174_000, "reactive_varh": 13_500_000}
        >>> one = Ratio(kind=Kind.INDUCTIVE, limit=Decimal(20), **drawn)
        >>> one.left_varh, one.is_passed
        (-1265200, True)
        """
        top, bottom = self.limit.as_integer_ratio()
        return self.active_wh * top // (100 * bottom) - self.reactive_varh

    @property
    def is_passed(self) -> bool:
        """At the limit itself nothing is passed."""
        top, bottom = self.limit.as_integer_ratio()
        return self.reactive_varh * 100 * bottom > self.active_wh * top

    @property
    def charged_varh(self) -> int:
        """Once the limit is passed the whole quantity is charged, not the excess."""
        return self.reactive_varh if self.is_passed else 0


class BothPassed(StrEnum):
    """No source says what is charged when both limits are passed at once: a setting (regulation (k) 4)."""

    EACH = "each"
    HIGHER_ONLY = "higher only"


# With both reactive registers at zero by the user's fault this share of active is charged as inductive.
UNMEASURED_SHARE = Decimal("0.90")


def charged(ratios: Collection[Ratio], *, both: BothPassed = BothPassed.EACH) -> dict[Kind, int]:
    """varh to be charged of each kind."""
    found = {ratio.kind: ratio.charged_varh for ratio in ratios}
    if both is BothPassed.HIGHER_ONLY and all(found.values()):
        greatest = max(found, key=lambda kind: found[kind])
        return {kind: varh if kind is greatest else 0 for kind, varh in found.items()}
    return found


def charged_unmeasured(active_wh: int) -> int:
    """varh charged as inductive when the user kept both registers from counting (cut to whole varh)."""
    return int(active_wh * UNMEASURED_SHARE)
