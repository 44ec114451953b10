"""Of what are the shares and costs of T1, T2 and T3 made, and what three rates save against one (P-12)?

A reader's own prices are `single`, `t1`, `t2` and `t3`; without all four the guide's proportions stand in for
them, and then only shares of the cost at one rate are told.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from osos.mdm.derive.charges import GUIDE, GUIDE_SOURCE
from osos.mdm.derive.tariffs import Band
from osos.mdm.explain.derivation import Derivation, Given, Law, Tariffs, Term
from osos.mdm.explain.question import Maker, Question
from osos.mdm.faces.tariff_split import tariff_split

BANDS = (Band.T1, Band.T2, Band.T3)
PRICES = ("single", "t1", "t2", "t3")
_TOTAL = "(T1 + T2 + T3)"
_AT_THREE = "(T1 * p1 + T2 * p2 + T3 * p3)"
_AT_SINGLE = f"{_TOTAL} * p"


def _energies(question: Question) -> tuple[Term, ...] | None:
    split = tariff_split(question.conn, question.seen, period=question.month)
    if not sum(split.wh.get(band, 0) for band in BANDS):
        return None
    down = Tariffs(period=question.month)
    return tuple(
        Term(
            symbol=f"T{band.value}",
            name=f"t{band.value}",
            value=Decimal(split.wh.get(band, 0)) / 1000,
            unit="kWh",
            down=down,
        )
        for band in BANDS
    )


def has_own(question: Question) -> bool:
    return all(name in question.given for name in PRICES)


def _prices(question: Question) -> tuple[Term, ...]:
    if has_own(question):
        told: Mapping[str, tuple[Decimal, Given | Law]] = {
            name: (question.given[name], Given(name=name)) for name in PRICES
        }
    else:
        law = Law(source=GUIDE_SOURCE)
        told = {f"t{band.value}": (GUIDE[band], law) for band in BANDS} | {"single": (Decimal(1), law)}
    unit = "TL/kWh" if has_own(question) else ""
    return tuple(
        Term(
            symbol="p" if name == "single" else f"p{name[1]}",
            name=f"price.{name}",
            value=value,
            unit=unit,
            down=down,
        )
        for name, (value, down) in told.items()
    )


def _share(question: Question, *, band: Band) -> Derivation | None:
    energies = _energies(question)
    if energies is None:
        return None
    values = {one.symbol: one.value or Decimal(0) for one in energies}
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula=f"T{band.value} / {_TOTAL} * 100",
        terms=energies,
        result=values[f"T{band.value}"] / sum(values.values(), Decimal(0)) * 100,
        unit="%",
    )


def _cost(question: Question, *, formula: str) -> Derivation | None:
    """In lira by his own prices; by the guide's as a share of what one rate would cost."""
    energies = _energies(question)
    if energies is None:
        return None
    terms = (*energies, *_prices(question))
    values = {one.symbol: one.value or Decimal(0) for one in terms}
    own, single = has_own(question), _worked(_AT_SINGLE, values)
    if not own and not single:
        return None
    result = _worked(formula, values)
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula=formula if own else f"{formula} / ({_AT_SINGLE}) * 100",
        terms=terms,
        result=result if own else result / single * 100,
        unit="TL" if own else "%",
        notes=("own_prices",) if own else ("guide_prices",),
        law=None if own else Law(source=GUIDE_SOURCE),
    )


def _saved(question: Question) -> Derivation | None:
    """Of the cost at one rate, how much less three rates cost; below nought they cost more."""
    energies = _energies(question)
    if energies is None:
        return None
    terms = (*energies, *_prices(question))
    values = {one.symbol: one.value or Decimal(0) for one in terms}
    single = _worked(_AT_SINGLE, values)
    if not single:
        return None
    share = question.name == "saved"
    saved = single - _worked(_AT_THREE, values)
    difference = f"{_AT_SINGLE} - {_AT_THREE}"
    if not share and not has_own(question):
        return None
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula=f"({difference}) / ({_AT_SINGLE}) * 100" if share else difference,
        terms=terms,
        result=saved / single * 100 if share else saved,
        unit="%" if share else "TL",
        notes=("own_prices",) if has_own(question) else ("guide_prices",),
        law=None if has_own(question) else Law(source=GUIDE_SOURCE),
    )


def _worked(formula: str, values: Mapping[str, Decimal]) -> Decimal:
    """These few sums, by name."""
    total = sum((values[f"T{band.value}"] for band in BANDS), Decimal(0))
    if formula == _AT_SINGLE:
        return total * values["p"]
    if formula == _AT_THREE:
        return sum((values[f"T{b.value}"] * values[f"p{b.value}"] for b in BANDS), Decimal(0))
    energy, price = formula.split(" * ")
    return values[energy] * values[price]


TARIFFS: Mapping[str, Maker] = {
    **{f"share.t{band.value}": partial(_share, band=band) for band in BANDS},
    **{f"three.t{band.value}": partial(_cost, formula=f"T{band.value} * p{band.value}") for band in BANDS},
    **{f"single.t{band.value}": partial(_cost, formula=f"T{band.value} * p") for band in BANDS},
    "three": partial(_cost, formula=_AT_THREE),
    "single": partial(_cost, formula=_AT_SINGLE),
    "saved": _saved,
    "saved_money": _saved,
}
