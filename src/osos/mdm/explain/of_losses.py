"""Of what are the losses of a customer's own transformer and of his line made (D-32)?

Size and line are those the network's list tells of the place, unless the reader gives others: numbers by the
names of `TOLD`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, partial

from osos.mdm.derive.losses import COS_PHI, Line, Transformer, transformer_named
from osos.mdm.derive.tariffs import DEFAULT, Band
from osos.mdm.explain.derivation import Derivation, Down, Fact, Given, Law, Tariffs, Term
from osos.mdm.explain.question import Maker, Question
from osos.mdm.faces.month_losses import (
    OwnTransformer,
    month_hours,
    own_line_kwh,
    own_transformer,
    size_of,
    told_of_place,
)
from osos.mdm.faces.tariff_split import TariffSplit, tariff_split
from osos.quantities import local_day
from osos.registry.network import NodeTerms

TOLD = ("primary_kv", "rated_kva", "ohm", "kv")
_K = "(Pb + Pcu * (E / (T * Pn * c)) * (E / (T * Pn * c))) * T"
_LOAD = "Pcu * (E / (T * Pn * c)) * (E / (T * Pn * c)) * T"
_LINE = "(E / (U * c)) * (E / (U * c)) * R / T / 1000"
_HOURS = Law(source=DEFAULT.source, since=DEFAULT.since)


@dataclass(frozen=True, kw_only=True)
class _Own:
    """What the question is about: the month's energy by rates, the transformer and the line."""

    question: Question

    @cached_property
    def split(self) -> TariffSplit:
        return tariff_split(self.question.conn, self.question.seen, period=self.question.month)

    @cached_property
    def is_told(self) -> bool:
        return bool(self.question.given.keys() & set(TOLD))

    @cached_property
    def listed(self) -> NodeTerms | None:
        if self.is_told:
            return None
        return told_of_place(self.question.conn, self.question.seen.point_id, period=self.question.month)

    @cached_property
    def transformer(self) -> OwnTransformer | None:
        given = self.question.given
        size = size_of(self.listed)
        if {"primary_kv", "rated_kva"} <= given.keys():
            size = f"{int(given['primary_kv'])}/{int(given['rated_kva'])}"
        return own_transformer(self.split, size, now=self.question.now)

    @cached_property
    def row(self) -> Transformer | None:
        """Of the printed table."""
        if self.transformer is None:
            return None
        kv, kva = map(int, self.transformer.size.split("/"))
        return transformer_named(kv, kva, local_day(self.split.period.start))

    @cached_property
    def line(self) -> Line | None:
        given, listed = self.question.given, self.listed
        if {"ohm", "kv"} <= given.keys():
            return Line(ohm=given["ohm"], kv=given["kv"])
        if listed is not None and listed.line_ohm is not None and listed.line_kv is not None:
            return Line(ohm=listed.line_ohm, kv=listed.line_kv)
        return None

    @cached_property
    def hours(self) -> Mapping[Band, int]:
        return month_hours(self.split.period, self.question.now)

    @property
    def notes(self) -> tuple[str, ...]:
        so_far = ("loss.so_far",) if self.question.now < self.question.month.end else ()
        return ("loss.asked" if self.is_told else "loss.listed", *so_far)

    def fact(self, name: str) -> Down:
        """Who told it of the place, or that the reader gave it himself."""
        return Given(name=name) if self.is_told else Fact(name=name)


def _transformer_of_rate(own: _Own, band: Band, *, formula: str) -> Derivation | None:
    told, row = own.transformer, own.row
    if told is None or row is None or band not in told.losses:
        return None
    loss = told.losses[band]
    results = {_K: loss.kwh, _LOAD: loss.load_kwh, "Pb * T": loss.no_load_kwh}
    terms = {
        "Pb": _printed("Pb", "no_load_kw", row.no_load_kw, row, "kW"),
        "Pcu": _printed("Pcu", "load_kw", row.load_kw, row, "kW"),
        "E": _energy(own, band),
        "T": _hours("T", band, told.hours[band]),
        "Pn": Term(
            symbol="Pn",
            name="rated_kva",
            value=Decimal(row.rated_kva),
            unit="kVA",
            down=own.fact("rated_kva"),
        ),
        "c": _printed("c", "cos_phi", COS_PHI, row, ""),
    }
    return Derivation(
        figure=own.question.figure,
        period=own.question.month,
        formula=formula,
        terms=tuple(terms.values()) if formula != "Pb * T" else (terms["Pb"], terms["T"]),
        result=results[formula],
        unit="kWh",
        law=Law(source=row.source, since=row.since),
        notes=("loss.printed", *own.notes),
        facts={"kva": Decimal(row.rated_kva), "kv": Decimal(row.primary_kv)},
    )


def _coefficient(own: _Own, band: Band) -> Derivation | None:
    told = own.transformer
    if told is None or band not in told.losses:
        return None
    terms = (
        _figure(own, "K", f"transformer.{band.name}", told.losses[band].kwh),
        _energy(own, band),
    )
    return Derivation(
        figure=own.question.figure,
        period=own.question.month,
        formula="K / E",
        terms=terms,
        result=told.coefficient(band),
        unit="",
        law=Law(source=told.source),
        notes=own.notes,
    )


def _transformer(own: _Own) -> Derivation | None:
    told = own.transformer
    if told is None:
        return None
    return _sum_of_rates(own, told, "transformer", {band: one.kwh for band, one in told.losses.items()})


def _no_load(own: _Own) -> Derivation | None:
    told = own.transformer
    if told is None:
        return None
    parts = {band: one.no_load_kwh for band, one in told.losses.items()}
    return _sum_of_rates(own, told, "transformer.no_load", parts)


def _load(own: _Own) -> Derivation | None:
    told = own.transformer
    if told is None:
        return None
    parts = {band: one.load_kwh for band, one in told.losses.items()}
    return _sum_of_rates(own, told, "transformer.load", parts)


def _sum_of_rates(own: _Own, told: OwnTransformer, name: str, parts: Mapping[Band, Decimal]) -> Derivation:
    terms = tuple(_figure(own, f"K{band.value}", f"{name}.{band.name}", kwh) for band, kwh in parts.items())
    return Derivation(
        figure=own.question.figure,
        period=own.question.month,
        formula=" + ".join(one.symbol for one in terms) or "0",
        terms=terms,
        result=sum(parts.values(), Decimal(0)),
        unit="kWh",
        law=Law(source=told.source),
        notes=own.notes,
    )


def _line(own: _Own) -> Derivation | None:
    line, hours = own.line, sum(own.hours.values())
    if line is None:
        return None
    kwh = Decimal(sum(own.split.wh.values())) / 1000
    month = Tariffs(period=own.question.month)
    return Derivation(
        figure=own.question.figure,
        period=own.question.month,
        formula=_LINE if hours else "0",
        terms=(
            Term(symbol="E", name="energy", value=kwh, unit="kWh", down=month),
            Term(symbol="T", name="hours.all", value=Decimal(hours), unit="h"),
            Term(symbol="U", name="line_kv", value=line.kv, unit="kV", down=own.fact("line_kv")),
            Term(symbol="R", name="line_ohm", value=line.ohm, unit="Ω", down=own.fact("line_ohm")),
            Term(symbol="c", name="cos_phi", value=COS_PHI, down=_cos_phi()),
        ),
        result=own_line_kwh(own.split, line, now=own.question.now),
        unit="kWh",
        notes=("loss.line", *own.notes),
    )


def _hours_of_rate(own: _Own, band: Band) -> Derivation:
    """How many whole hours of a rate a month has: counted, so its formula is the number."""
    hours = own.hours.get(band, 0)
    return Derivation(
        figure=own.question.figure,
        period=own.question.month,
        formula="T",
        terms=(_hours("T", band, hours),),
        result=Decimal(hours),
        unit="h",
        law=_HOURS,
        notes=("loss.hours", *(one for one in own.notes if one == "loss.so_far")),
    )


def _cos_phi() -> Law:
    return Law(source="Kayıp Katsayıları Metodolojisi, RG 01.06.2011 / 27951")


def _printed(symbol: str, name: str, value: Decimal, row: Transformer, unit: str) -> Term:
    law = Law(source=row.source, since=row.since)
    return Term(symbol=symbol, name=name, value=value, unit=unit, down=law)


def _energy(own: _Own, band: Band) -> Term:
    kwh = Decimal(own.split.wh.get(band, 0)) / 1000
    down = Tariffs(period=own.question.month)
    return Term(symbol="E", name=f"energy.{band.name}", value=kwh, unit="kWh", down=down)


def _hours(symbol: str, band: Band, hours: int) -> Term:
    return Term(symbol=symbol, name=f"hours.{band.name}", value=Decimal(hours), unit="h", down=_HOURS)


def _figure(own: _Own, symbol: str, name: str, kwh: Decimal) -> Term:
    return Term(symbol=symbol, name=name, value=kwh, unit="kWh", down=own.question.other(name))


def _of(make: Callable[..., Derivation | None], question: Question, **of: object) -> Derivation | None:
    return make(_Own(question=question), **of)


_OF_RATE: Mapping[str, Callable[..., Derivation | None]] = {
    "transformer": partial(_transformer_of_rate, formula=_K),
    "transformer.no_load": partial(_transformer_of_rate, formula="Pb * T"),
    "transformer.load": partial(_transformer_of_rate, formula=_LOAD),
    "tkk": _coefficient,
    "hours": _hours_of_rate,
}
LOSSES: Mapping[str, Maker] = {
    **{
        f"{name}.{band.name}": partial(_of, make, band=band)
        for name, make in _OF_RATE.items()
        for band in Band
    },
    "transformer": partial(_of, _transformer),
    "transformer.no_load": partial(_of, _no_load),
    "transformer.load": partial(_of, _load),
    "line": partial(_of, _line),
}
