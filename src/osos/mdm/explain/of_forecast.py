"""Of which days is the forecast of a month made, how sure is it, and how far off were earlier ones (D-30)?"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from osos.mdm.canonical import Channel
from osos.mdm.derive.forecasting import HISTORY, METHOD, DayEnergy, DayType
from osos.mdm.derive.forecasting_errors import Check
from osos.mdm.derive.forecasting_told import ForecastTold, forecast_told
from osos.mdm.derive.grids import Resolution, month_of
from osos.mdm.explain.derivation import Band, Derivation, Energy, Figure, Row, Term
from osos.mdm.explain.question import UNITS, Maker, Question, energy
from osos.mdm.faces.month_so_far import dates_of, forecast_score, told_of
from osos.mdm.faces.series import series
from osos.quantities import Interval, local_day, local_midnight

_TYPES = {DayType.WEEKDAY: "weekday", DayType.SATURDAY: "saturday", DayType.SUNDAY: "sunday"}
_SYMBOLS = {DayType.WEEKDAY: "w", DayType.SATURDAY: "s", DayType.SUNDAY: "p"}
_FORMULA = "S + round(K * (Dw * Ww + Ds * Ws + Dp * Wp))"
_LOW = "S + round(K * (Dw * Ww + Ds * Ws + Dp * Wp) * (1 - E / 100))"
_HIGH = "S + round(K * (Dw * Ww + Ds * Ws + Dp * Wp) * (1 + E / 100))"
FORETOLD = (Channel.A_PLUS, Channel.A_MINUS, Channel.Q1, Channel.Q4)


def _days(question: Question, channel: Channel) -> tuple[list[DayEnergy], list[DayEnergy]]:
    """The month's days, and the ones before it."""
    period = Interval(question.month.start - HISTORY, question.month.end)
    every = series(question.conn, question.seen, period=period, resolution=Resolution.DAY)
    return told_of(every, question.month, channel) if channel in every.wh else ([], [])


def _first_days(own: Sequence[DayEnergy], detail: str) -> list[DayEnergy]:
    """All of them; of a month foretold again its first so many."""
    return list(own[: int(detail)]) if detail.isdecimal() else list(own)


def _told(question: Question, channel: Channel) -> tuple[ForecastTold, list[DayEnergy]] | None:
    own, before = _days(question, channel)
    known = _first_days(own, question.detail)
    told = forecast_told(month=dates_of(question.month), known=known, before=before)
    return None if told is None else (told, known)


def _forecast(question: Question, *, channel: Channel) -> Derivation | None:
    """Of the month as it stands; `@20`: as it was foretold when twenty of its days were known."""
    found = _told(question, channel)
    if found is None:
        return None
    told, known = found
    made = told.forecast
    low = _LOW if told.missed <= 1 else "S"  # below nought nothing is drawn
    until = local_midnight(known[-1].day + timedelta(days=1)) if known else question.month.end
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula=_FORMULA,
        terms=(
            energy("S", channel, made.so_far_wh, Interval(question.month.start, until), name="so_far"),
            *_ahead(told, UNITS.get(channel, "varh")),
            Term(
                symbol="E",
                name="missed",
                value=told.missed * 100,
                unit="%",
                down=question.other(
                    f"missed.{channel.value}" + f"@{question.detail}" * bool(question.detail)
                ),
            ),
        ),
        result=Decimal(made.expected_wh),
        unit=UNITS.get(channel, "varh"),
        notes=tuple(_notes(told)),
        facts={"method": METHOD, "n": Decimal(made.errors_used), "days": Decimal(made.days_used)},
        rows=tuple(_habit(told, channel)),
        band=Band(
            low=Decimal(made.low_wh),
            high=Decimal(made.high_wh),
            formula_low=low,
            formula_high=_HIGH,
        ),
    )


def _ahead(told: ForecastTold, unit: str) -> Iterator[Term]:
    yield Term(symbol="K", name="level", value=told.level)
    for kind, sign in _SYMBOLS.items():
        yield Term(symbol=f"D{sign}", name=f"ahead.{_TYPES[kind]}", value=told.ahead[kind], unit="d")
        yield Term(symbol=f"W{sign}", name=f"worth.{_TYPES[kind]}", value=told.worth[kind], unit=unit)


def _notes(told: ForecastTold) -> Iterator[str]:
    yield "forecast.method"
    yield "forecast.holidays_worked" if told.holidays_worked else "forecast.holidays"
    if len(told.own_worth) < len(DayType):
        yield "forecast.mean_of_all"
    yield "forecast.band_own" if told.forecast.errors_used else "forecast.band_others"


def _habit(told: ForecastTold, channel: Channel) -> Iterator[Row]:
    for one in reversed(told.days):
        period = _of_day(one.day)
        yield Row(
            period=period,
            value=Decimal(one.wh),
            unit=UNITS.get(channel, "varh"),
            down=Energy(channel=channel, period=period),
            kind=_TYPES[one.type],
            parts={"weight": one.weight},
        )


def _of_day(day: date, days: int = 1) -> Interval:
    return Interval(local_midnight(day), local_midnight(day + timedelta(days=days)))


def _missed(question: Question, *, channel: Channel) -> Derivation | None:
    """The error that eight in ten forecasts of such a length did not pass, and all of them."""
    found = _told(question, channel)
    if found is None:
        return None
    told, _ = found
    rows = [
        Row(
            period=(period := _of_day(one.first, told.length)),
            value=one.error * 100,
            unit="%",
            down=Energy(channel=channel, period=period),
            parts={"F": one.said_wh, "C": Decimal(one.came_wh)},
        )
        for one in sorted(told.again, key=lambda one: one.error)
    ]
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="E",
        terms=(Term(symbol="E", name="missed", value=told.missed * 100, unit="%"),),
        result=told.missed * 100,
        unit="%",
        notes=("missed.own",) if rows else ("missed.others",),
        facts={"n": Decimal(len(rows)), "length": Decimal(told.length)},
        rows=tuple(rows),
        row_formula="max(C / F - 1, 1 - C / F) * 100",
    )


def _check(question: Question) -> Check | None:
    """The month as the page of months holds it against what came."""
    checks = forecast_score(question.conn, question.seen, now=question.now).checks
    return next((one for one in checks if one.month == local_day(question.month.start)), None)


def _said_and_came(one: Check, *, sign: str = "") -> tuple[Term, Term]:
    month = month_of(one.month)
    return (
        Term(
            symbol=f"F{sign}",
            name="foretold.said",
            value=Decimal(one.said.expected_wh),
            unit="Wh",
            down=Figure(name=f"forecast.1.8.0@{one.known_days}", month=month),
        ),
        energy(f"C{sign}", Channel.A_PLUS, one.came_wh, month, name="came"),
    )


def _error(question: Question) -> Derivation | None:
    """How far the forecast of a month that is over was from what came."""
    one = _check(question)
    if one is None:
        return None
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="(F - C) / C * 100",
        terms=_said_and_came(one),
        result=Decimal(one.error_wh) / one.came_wh * 100 if one.came_wh else None,
        unit="%",
        notes=("error.held",) if one.held else ("error.not_held",),
        facts={"n": Decimal(one.known_days)},
    )


def _mean_error(question: Question) -> Derivation | None:
    """All errors' sizes over all that came."""
    score = forecast_score(question.conn, question.seen, now=question.now)
    came = sum(abs(one.came_wh) for one in score.checks)
    missed = sum(abs(one.error_wh) for one in score.checks)
    rows = [
        Row(
            period=(month := month_of(one.month)),
            value=Decimal(abs(one.error_wh)),
            unit="Wh",
            down=Figure(name="error", month=month),
            parts={"F": Decimal(one.said.expected_wh), "C": Decimal(one.came_wh)},
        )
        for one in score.checks
    ]
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="rows / C * 100",
        terms=(Term(symbol="C", name="came.all", value=Decimal(came), unit="Wh"),),
        result=Decimal(missed) / came * 100 if came else None,
        unit="%",
        notes=("error.mean",),
        facts={"held": Decimal(score.held), "n": Decimal(len(score.checks))},
        rows=tuple(rows),
        row_formula="max(F - C, C - F)",
    )


FORECASTS: Mapping[str, Maker] = {
    **{f"forecast.{one.value}": partial(_forecast, channel=one) for one in FORETOLD},
    **{f"missed.{one.value}": partial(_missed, channel=one) for one in FORETOLD},
    "error": _error,
    "mean_error": _mean_error,
}
