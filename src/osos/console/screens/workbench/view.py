"""How is one day shown on the bench: slots, curves, register checks, decisions?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from osos import access
from osos.console.screens.workbench.curve import Curves
from osos.console.screens.workbench.known import KnownDay
from osos.console.screens.workbench.register_check import Check, checks_of
from osos.mdm import rules
from osos.mdm.canonical import CHANNELS, CanonicalBlock, Channel
from osos.mdm.keeping.decisions import SYSTEM
from osos.mdm.labels import DAY_MIN, edge_of_day, instant_of_label
from osos.mdm.rules import Finding, Severity
from osos.quantities import Quality
from osos.web import Formats

REACTIVE = frozenset({Channel.Q1, Channel.Q2, Channel.Q3, Channel.Q4})
TONES = {Severity.NOTE: "info", Severity.WARN: "warn", Severity.FAIL: "bad"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One slot: primary Wh or varh of each version, None where it holds none."""

    start: datetime
    end: datetime
    raw: Decimal | None
    believed: Decimal | None
    proposed: Decimal | None
    reference: Decimal | None
    quality: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """A register check before and, if something is proposed, after."""

    now: Check
    then: Check | None


def unit_of(channel: Channel) -> str:
    return "kVArh" if channel in REACTIVE else "kWh"


def clock_of(slot: int, period_min: int) -> str:
    """The start of a slot on the wall clock; the day's end is 00:00.

    >>> clock_of(5, 15), clock_of(96, 15)
    ('01:15', '00:00')
    """
    minute = slot * period_min % DAY_MIN
    return f"{minute // 60:02d}:{minute % 60:02d}"


def primaries(block: CanonicalBlock | None, channel: Channel) -> list[Decimal | None]:
    """Slot by slot in primary Wh or varh; None where nothing is known."""
    if block is None or channel not in block.channels:
        return []
    row = block.energies[block.channels.index(channel)]
    factors = [Decimal(0)] * block.quality.size
    for one in block.segments:
        factors[one.from_slot : one.until_slot] = [one.multiplier] * (one.until_slot - one.from_slot)
    return [
        None if mark == Quality.MISSING.mark else int(value) * factor
        for value, mark, factor in zip(row, block.quality, factors, strict=True)
    ]


def secondaries(block: CanonicalBlock, channel: Channel, slots: range) -> list[int]:
    """As the meter counts."""
    if channel not in block.channels:
        return [0] * len(slots)
    values: list[int] = block.energies[block.channels.index(channel), slots.start : slots.stop].tolist()
    return values


def slots_of(known: KnownDay, channel: Channel, proposed: CanonicalBlock | None) -> list[Slot]:
    """The day from its first slot to its last."""
    block = known.believed
    size = block.quality.size
    columns = [
        _fitted(primaries(one, channel), size) for one in (known.raw, block, proposed, known.reference)
    ]
    found = _rules_by_slot(known.found, size)
    return [
        Slot(
            start=instant_of_label(edge_of_day(known.day) + n * block.period_min),
            end=instant_of_label(edge_of_day(known.day) + (n + 1) * block.period_min),
            raw=columns[0][n],
            believed=columns[1][n],
            proposed=columns[2][n],
            reference=columns[3][n],
            quality=Quality.of_mark(int(block.quality[n])).name.lower(),
            rules=tuple(found[n]),
        )
        for n in range(size)
    ]


def curves_of(known: KnownDay, slots: Sequence[Slot], *, f: Formats, t: Callable[..., str]) -> Curves:
    """The same slots as lines; a line without a value is none."""
    marks = [slot.quality == "missing" for slot in slots]
    doubted = [False] * len(slots)
    for one in known.doubts.open:
        for first, until in one.slots:
            doubted[first:until] = [True] * (min(until, len(slots)) - first)
    doubted = [a and not b for a, b in zip(doubted, marks, strict=True)]
    return Curves(
        raw=_line(slots, "raw"),
        held=_changed(slots, "believed", "raw"),
        proposed=_changed(slots, "proposed", "believed"),
        reference=_line(slots, "reference"),
        doubtful=runs_of(doubted),
        missing=runs_of(marks),
        tips=[
            f"{f.clock(slot.start)}: {_kilo(slot.believed, f)} · {t('quality.' + slot.quality)}"
            for slot in slots
        ],
    )


def check_lines(known: KnownDay, proposed: CanonicalBlock | None) -> list[CheckLine]:
    """Each meter and channel: the difference now, and with the proposal."""
    after = {(one.channel, one.meter_id): one for one in checks_of(proposed, known.said)} if proposed else {}
    return [
        CheckLine(now=one, then=after.get((one.channel, one.meter_id)))
        for one in checks_of(known.believed, known.said)
    ]


def first_slots(known: KnownDay, rule: str) -> tuple[range, Channel]:
    """What a form is filled with: the first part that asks for a word, of the rule in question if any."""
    size = known.believed.quality.size
    asked = sorted(known.doubts.open, key=lambda one: (one.rule != rule, -one.severity))
    for one in asked:
        first, until = one.slots[0] if one.slots else (0, size)
        return range(first, min(until, size)), one.channel or Channel.A_PLUS
    gaps = runs_of([mark == Quality.MISSING.mark for mark in known.believed.quality.tolist()])
    return (range(*gaps[0]) if gaps else range(size)), Channel.A_PLUS


def channels_of(known: KnownDay) -> list[Channel]:
    return [one for one in CHANNELS if one in known.believed.channels] or [Channel.A_PLUS]


def runs_of(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """Where it is true.

    >>> runs_of([True, True, False, True])
    [(0, 2), (3, 4)]
    """
    edges = [n for n in range(len(flags) + 1) if (n < len(flags) and flags[n]) != (n > 0 and flags[n - 1])]
    return list(zip(edges[::2], edges[1::2], strict=True))


def said_of(finding: Finding, language: str) -> str:
    return rules.words(finding, language)


def rule_name(rule: str, language: str) -> str:
    found = rules.BY_ID[rule]
    return found.name_tr if language == "tr" else found.name_en


def names_of(conn: Connection, actors: Sequence[str], t: Callable[..., str]) -> dict[str, str]:
    """Accounts as people know them; what nobody did by hand is the system's."""
    found = {}
    for actor in dict.fromkeys(actors):
        account = None if actor == SYSTEM else access.find_account(conn, public_id=actor)
        found[actor] = t("o.actor.system") if actor == SYSTEM else actor if account is None else account.name
    return found


def _rules_by_slot(found: Sequence[Finding], size: int) -> list[list[str]]:
    by_slot: list[list[str]] = [[] for _ in range(size)]
    for one in found:
        for first, until in one.slots:
            for names in by_slot[first:until]:
                names.append(one.rule)
    return by_slot


def _fitted(values: list[Decimal | None], size: int) -> list[Decimal | None]:
    """Another day with slots of another length is no measure."""
    return values if len(values) == size else [None] * size


def _line(slots: Sequence[Slot], name: str) -> list[float | None]:
    values = list(_kilos(slots, name))
    return values if any(value is not None for value in values) else []


def _changed(slots: Sequence[Slot], name: str, than: str) -> list[float | None]:
    """One version where it is other than another."""
    other = [getattr(slot, name) not in {None, getattr(slot, than)} for slot in slots]
    values = zip(_kilos(slots, name), other, strict=True)
    return [value if is_other else None for value, is_other in values] if any(other) else []


def _kilos(slots: Sequence[Slot], name: str) -> Iterator[float | None]:
    for slot in slots:
        value: Decimal | None = getattr(slot, name)
        yield None if value is None else float(value / 1000)


def _kilo(value: Decimal | None, f: Formats) -> str:
    return f.number(None if value is None else value / 1000, 3)
