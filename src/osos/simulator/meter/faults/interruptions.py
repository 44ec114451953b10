"""Which faults has the memory of interruptions? (KG, UG)

Families: list 0 is the three-phase one, 1 … 3 are the phases'; each step of the form has its own member.
"""

from typing import TYPE_CHECKING

from osos.simulator.meter.faults.fault import Fault
from osos.simulator.meter.faults.tools import Hooks, ends_later_by, icon, is_open, listed, spans
from osos.simulator.meter.interruptions import interruptions
from osos.simulator.meter.spans import Span

if TYPE_CHECKING:
    from osos.simulator.meter.snapshot import Snapshot

_WHO_TR = ("üç fazın", "L1'in", "L2'nin", "L3'ün")
_WHO_EN = ("all three phases", "L1", "L2", "L3")
_OPENED = ("KG-02", "KG-04", "KG-06", "KG-08")
_ENDED = ("KG-03", "KG-05", "KG-07", "KG-09")
_MANY_SHORT = ("KG-12", "KG-13", "KG-14", "KG-15")
_LONG = ("UG-02", "UG-03", "UG-04", "UG-05")
_MANY_LONG = ("UG-06", "UG-07", "UG-08", "UG-09")
_MINUTE_S, _KEPT, _LONG_S = 60, 50, 180


def _codes(k: int) -> tuple[str, str]:
    return f"96.77.{k}0", f"96.77.{k}"


def _not_yet(rows: list[Span], shot: "Snapshot") -> list[Span]:
    """An interruption enters the list only once it is long enough."""
    return [row for row in rows if not is_open(row) or shot.second - row.start_s >= _LONG_S]


def _closed_only(rows: list[Span], _shot: "Snapshot") -> list[Span]:
    return [row for row in rows if not is_open(row)]


def _stays_long(number: int) -> Hooks:
    """A return within 180 s leaves the long row where it was."""

    def hook(_rows: list[Span], shot: "Snapshot") -> list[Span]:
        return shot.interruptions.spans[number][::-1]

    return listed(number, hook, short=False)


def _stays_short(number: int) -> Hooks:
    """An interruption that became long stays in the short list."""

    def hook(_rows: list[Span], shot: "Snapshot") -> list[Span]:
        return shot.interruptions.spans[number][::-1]

    return listed(number, hook, short=True)


def _oldest_only(rows: list[Span], _shot: "Snapshot") -> list[Span]:
    """Later rows find no room."""
    return rows[-_KEPT:]


def _end_is_late(rows: list[Span], _shot: "Snapshot") -> list[Span]:
    return [ends_later_by(_MINUTE_S * 2, row) for row in rows]


def _others_hide_it(other: int) -> "Hooks":
    """L3's short interruption is lost while L2 is dead too."""

    def hook(rows: list[Span], shot: "Snapshot") -> list[Span]:
        hidden = shot.interruptions.spans[other]
        return [
            row
            for row in rows
            if not any(
                one.start_s < row.start_s and (one.end_s is None or one.end_s > row.start_s) for one in hidden
            )
        ]

    return listed(3, hook, short=True)


def _never_ends(rows: list[Span], shot: "Snapshot") -> list[Span]:
    """A long row of L2 stays open if L3 was dead in it too."""
    sound = interruptions(shot.timeline, shot.second).spans
    third = [one for one in sound[3] if one.end_s is not None]
    return [
        Span(start_s=row.start_s, start_wall_s=row.start_wall_s)
        if any(row.start_s < one.start_s < (row.end_s or shot.second) for one in third)
        else row
        for row in rows
    ]


def _family(k: int) -> tuple[Fault, ...]:
    short, long = _codes(k)
    also = ("KG-10",) if k == 3 else ()
    polyphase = () if k == 1 else ("3p",)
    return (
        Fault(
            name=f"long-list-{k}-waits-for-the-threshold",
            breaks="M-111",
            step=_OPENED[k],
            also=("HB-03",) if k == 0 else (),
            tr=f"{_WHO_TR[k]} kesintisi uzun listeye ({long}) hemen yazılmaz",
            en=f"an interruption of {_WHO_EN[k]} enters {long} only after 180 s",
            hooks=listed(k, _not_yet, short=False),
        ),
        Fault(
            name=f"short-list-{k}-shows-ended-ones-only",
            breaks="M-111",
            step=_OPENED[k],
            tr=f"{_WHO_TR[k]} kısa kesintisi ({short}) bitmeden görünmez",
            en=f"an interruption of {_WHO_EN[k]} stands in {short} only once it has ended",
            hooks=listed(k, _closed_only, short=True),
        ),
        Fault(
            name=f"long-list-{k}-keeps-short-ones",
            breaks="M-112",
            step=_ENDED[k],
            also=("KG-10", _MANY_LONG[k], _MANY_SHORT[k]) if k in {2, 3} else (),
            tr=f"{_WHO_TR[k]} 180 s dolmadan biten kesintisi uzun listeden silinmez",
            en=f"a short interruption of {_WHO_EN[k]} is not taken out of {long}",
            hooks=_stays_long(k),
        ),
        Fault(
            name=f"short-list-{k}-ends-two-minutes-late",
            breaks="M-112",
            step=_ENDED[k],
            also=(*also, _MANY_SHORT[k]),
            tr=f"{_WHO_TR[k]} kısa kesintisinin bitiş zamanı 2 dakika geçtir",
            en=f"the end of a short interruption of {_WHO_EN[k]} is stamped two minutes late",
            hooks=listed(k, _end_is_late, short=True),
        ),
        Fault(
            name=f"short-list-{k}-keeps-50-rows",
            breaks="M-73",
            step=_MANY_SHORT[k],
            tr=f"{_WHO_TR[k]} kısa kesintilerinden yalnız 50'si saklanır",
            en=f"only 50 short interruptions of {_WHO_EN[k]} are kept",
            hooks=listed(k, _oldest_only, short=True),
            needs=polyphase,  # type: ignore[arg-type]  # a tuple of one or none
        ),
        Fault(
            name=f"short-list-{k}-keeps-long-ones",
            breaks="M-112",
            step=_LONG[k],
            also=(_MANY_LONG[k],),
            tr=f"{_WHO_TR[k]} 180 s'yi geçen kesintisi kısa listede kalır",
            en=f"an interruption of {_WHO_EN[k]} that became long stays in {short}",
            hooks=_stays_short(k),
        ),
        Fault(
            name=f"long-list-{k}-keeps-50-rows",
            breaks="M-73",
            step=_MANY_LONG[k],
            tr=f"{_WHO_TR[k]} uzun kesintilerinden yalnız 50'si saklanır",
            en=f"only 50 long interruptions of {_WHO_EN[k]} are kept",
            hooks=listed(k, _oldest_only, short=False),
        ),
    )


# The steps of the phase order look at the same three symbols.
_SYMBOLS_OF_ORDER = tuple(f"FS-{number:02d}" for number in range(1, 11))

FAULTS = (
    Fault(
        name="live-phases-are-not-shown",
        breaks="M-156",
        step="KG-01",
        also=("UG-01", "KG-04", "KG-06", "KG-08", "UG-03", "UG-04", "UG-05", *_SYMBOLS_OF_ORDER),
        needs=("3p",),
        tr="L1 L2 L3 simgeleri gerilim varken yanmaz",
        en="the symbols L1 L2 L3 are off although there is voltage",
        hooks=icon(("l1", "l2", "l3"), "off", when=lambda shot: all(shot.settings.live)),
    ),
    Fault(
        name="l2-is-shown-for-ever",
        breaks="M-156",
        step="KG-06",
        also=("UG-04", "FS-02", "FS-04", "FS-06"),
        needs=("3p",),
        tr="L2 simgesi faz kesikken de yanar",
        en="the symbol L2 stays on while its phase is dead",
        hooks=icon(("l2",), "on", when=lambda shot: any(shot.settings.live)),
    ),
    Fault(
        name="l1-is-not-shown",
        breaks="M-156",
        step="UG-01",
        also=("KG-01", "KG-06", "KG-08", "UG-04", "UG-05", *_SYMBOLS_OF_ORDER),
        needs=("3p",),
        tr="L1 simgesi hiç yanmaz",
        en="the symbol L1 is never on",
        hooks=icon(("l1",), "off"),
    ),
    Fault(
        name="l3-is-not-recorded-while-l2-is-dead",
        breaks="M-113",
        step="KG-10",
        needs=("3p",),
        tr="L2 kesikken L3'ün kısa kesintisi kaydedilmez",
        en="a short interruption of L3 is lost while L2 is dead",
        hooks=_others_hide_it(2),
    ),
    Fault(
        name="l2-stays-open-if-l3-was-dead-too",
        breaks="M-112",
        step="KG-11",
        needs=("3p",),
        tr="L3 de kesilip geldiyse L2'nin uzun kesintisi kapanmaz",
        en="a long interruption of L2 in which L3 was dead too never ends",
        hooks=spans("lost 2", _never_ends),
    ),
    *(fault for k in range(4) for fault in _family(k)),
)
