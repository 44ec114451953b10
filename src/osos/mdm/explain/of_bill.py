"""Of which quantity and which price is each line of a month's cost made (regulation (f2))?"""

from collections.abc import Mapping
from decimal import Decimal

from osos.mdm.derive.charges import KURUS, Bill, Prices, Used, bill
from osos.mdm.derive.tariffs import Band
from osos.mdm.explain.derivation import Derivation, Fact, Given, Tariffs, Term
from osos.mdm.explain.of_demand import over_contract_of
from osos.mdm.explain.of_tariffs import BANDS, has_own
from osos.mdm.explain.question import Maker, Question
from osos.mdm.faces.ratios import ratios
from osos.mdm.faces.tariff_split import tariff_split

_KILO = 1000


class _Month:
    """What the month came to, and what each thing costs."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.wh = tariff_split(question.conn, question.seen, period=question.month).wh
        contract = question.seen.place.contract_kw
        found = ratios(question.conn, question.seen, month=question.month, now=question.now)
        self.charged = sum(found.month.charged_varh.values())
        self.contract_w = int((contract or Decimal(0)) * _KILO)
        self.over_w = over_contract_of(question)

    def price(self, name: str) -> Decimal:
        return self.question.given.get(name, Decimal(0))

    @property
    def bill(self) -> Bill:
        names = {band: self.price(f"t{band.value}") for band in BANDS}
        prices = Prices(
            since=self.question.month.start.date(),
            source="the reader's own",
            energy=names,
            distribution=self.price("distribution"),
            reactive=self.price("reactive"),
            power=self.price("power"),
            over_power=self.price("over_power"),
            consumption_tax=self.price("consumption_tax"),
            vat=self.price("vat"),
        )
        used = Used(
            wh=self.wh,
            charged_varh=self.charged,
            contract_w=self.contract_w,
            over_contract_w=self.over_w,
        )
        return bill(used, prices)

    def of_price(self, symbol: str, name: str, unit: str) -> Term:
        return Term(
            symbol=symbol, name=f"price.{name}", value=self.price(name), unit=unit, down=Given(name=name)
        )

    def of_band(self, band: Band) -> Term:
        return Term(
            symbol=f"T{band.value}",
            name=f"t{band.value}",
            value=Decimal(self.wh.get(band, 0)) / _KILO,
            unit="kWh",
            down=Tariffs(period=self.question.month),
        )

    def of_line(self, symbol: str, line: str, value: Decimal) -> Term:
        down = self.question.other(f"bill@{line.replace(' ', '_')}")
        return Term(symbol=symbol, name=f"bill.{line.replace(' ', '_')}", value=value, unit="TL", down=down)


def _energy(month: _Month) -> tuple[str, list[Term]]:
    bands = [month.of_band(band) for band in BANDS]
    prices = [month.of_price(f"p{band.value}", f"t{band.value}", "TL/kWh") for band in BANDS]
    return "T1 * p1 + T2 * p2 + T3 * p3", [*bands, *prices]


def _distribution(month: _Month) -> tuple[str, list[Term]]:
    bands = [month.of_band(band) for band in Band if month.wh.get(band)]
    total = " + ".join(one.symbol for one in bands) or "0"
    return f"({total}) * p", [*bands, month.of_price("p", "distribution", "TL/kWh")]


def _reactive(month: _Month) -> tuple[str, list[Term]]:
    down = month.question.other("charged")
    varh = Decimal(month.charged) / _KILO
    charged = Term(symbol="Q", name="charged", value=varh, unit="kVArh", down=down)
    return "Q * p", [charged, month.of_price("p", "reactive", "TL/kVArh")]


def _power(month: _Month) -> tuple[str, list[Term]]:
    kw = Decimal(month.contract_w) / _KILO
    contract = Term(symbol="C", name="contract_kw", value=kw, unit="kW", down=Fact(name="contract_kw"))
    return "C * p", [contract, month.of_price("p", "power", "TL/kW")]


def _over_power(month: _Month) -> tuple[str, list[Term]]:
    kw = Decimal(month.over_w) / _KILO
    over = Term(
        symbol="O", name="over_contract", value=kw, unit="kW", down=month.question.other("over_contract")
    )
    return "O * p", [over, month.of_price("p", "over_power", "TL/kW")]


def _consumption_tax(month: _Month) -> tuple[str, list[Term]]:
    amount = month.bill.lines["energy"]
    return "e * p / 100", [month.of_line("e", "energy", amount), month.of_price("p", "consumption_tax", "%")]


def _base(month: _Month) -> tuple[str, list[Term]]:
    terms = [
        month.of_line(f"l{nth}", line, amount) for nth, (line, amount) in enumerate(month.bill.lines.items())
    ]
    return " + ".join(one.symbol for one in terms), terms


def _vat(month: _Month) -> tuple[str, list[Term]]:
    return "s * p / 100", [month.of_line("s", "base", month.bill.base), month.of_price("p", "vat", "%")]


def _total(month: _Month) -> tuple[str, list[Term]]:
    found = month.bill
    return "s + v", [month.of_line("s", "base", found.base), month.of_line("v", "vat", found.vat)]


_LINES = {
    "energy": _energy,
    "distribution": _distribution,
    "reactive": _reactive,
    "power": _power,
    "over_power": _over_power,
    "consumption_tax": _consumption_tax,
    "base": _base,
    "vat": _vat,
    "total": _total,
}


def _line(question: Question) -> Derivation | None:
    """`@energy`, `@reactive`, … `@total`; none until the reader has given his prices."""
    make = _LINES.get(question.detail)
    if make is None or not has_own(question):
        return None
    month = _Month(question)
    formula, terms = make(month)
    made = month.bill
    amounts = {name.replace(" ", "_"): amount for name, amount in made.lines.items()}
    amounts |= {"base": made.base, "vat": made.vat, "total": made.total}
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula=formula,
        terms=tuple(terms),
        result=amounts[question.detail].quantize(KURUS),
        unit="TL",
        notes=("own_prices", "kurus"),
    )


BILLS: Mapping[str, Maker] = {"bill": _line}
