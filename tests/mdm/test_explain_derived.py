"""Does whoever works out a figure from the terms shown arrive at the figure that the pages show?"""

import ast
import random
import shutil
from collections.abc import Mapping
from datetime import timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

import pytest

from osos.mdm import faces
from osos.mdm.canonical import Channel
from osos.mdm.derive.grids import month_of
from osos.mdm.derive.reactive import Kind
from osos.mdm.explain import Derivation, Energy, Figure, Term, derived, explain
from osos.mdm.explain.derived import DERIVED
from osos.mdm.explain.formulas import filled
from osos.mdm.explain.names import FIGURES, NOTES, TERMS, figure_said, notes_said
from osos.mdm.explain.of_ratios import RATIOS
from osos.mdm.faces.day_grids import day_grids
from osos.mdm.faces.series import series
from osos.mdm.faces.unusual import base_w, unexpected
from osos.mdm.shelf import Shelf
from osos.quantities import DeviceId, Interval
from osos.registry import Installation
from osos.store import open_store

A_DAY = timedelta(days=1)
PLACES = (
    {"installed_kva": Decimal(160), "contract_kw": Decimal(120)},
    {"installed_kva": Decimal(45), "contract_kw": Decimal(1)},
    {"contract_kw": Decimal(8)},
    {"tariff_group": "mesken", "installed_kva": Decimal(50)},
    {},
)
_SUMS = {
    ast.Add: Decimal.__add__,
    ast.Sub: Decimal.__sub__,
    ast.Mult: Decimal.__mul__,
    ast.Div: Decimal.__truediv__,
}
_CALLS = {
    "max": max,
    "floor": lambda one: one.to_integral_value(ROUND_FLOOR),
    "round": lambda one: one.to_integral_value(ROUND_HALF_EVEN),
}


def worked_out(formula: str, values: Mapping[str, Decimal]) -> Decimal:
    """Plain arithmetic, as a reader with a pocket calculator does it."""

    def of(node: ast.expr) -> Decimal:
        match node:
            case ast.Constant(value=value):
                return Decimal(str(value))
            case ast.Name(id=name):
                return values[name]
            case ast.BinOp(left=left, op=op, right=right):
                return _SUMS[type(op)](of(left), of(right))
            case ast.Call(func=ast.Name(id=name), args=args):
                return _CALLS[name](*map(of, args))
        raise AssertionError(ast.dump(node))

    return of(ast.parse(formula, mode="eval").body)


def recomputed(told: Derivation) -> Decimal:
    """From the terms and rows alone; each row too."""
    values = {one.symbol: one.value for one in told.terms if one.value is not None}
    for row in told.rows:
        if told.row_formula:
            assert close(worked_out(told.row_formula, {**values, **row.parts}), row.value, row.unit)
    values["rows"] = sum((row.value for row in told.rows), Decimal(0))
    if told.band is not None:
        assert close(worked_out(told.band.formula_low, values), told.band.low, told.unit)
        assert close(worked_out(told.band.formula_high, values), told.band.high, told.unit)
    return worked_out(told.formula, values)


def close(own: Decimal, shown: Decimal, unit: str) -> bool:
    """To the Wh; a forecast is made in floating point, whose last Wh may fall the other way."""
    return abs(own - shown) <= (Decimal("1e-9") if unit == "%" else 1)


def seen_point(meter, at, **place):
    since = meter.installed().since
    return faces.SeenPoint(
        point_id=7,
        public_id="p",
        periods=(Interval(since - 400 * A_DAY, since + 4000 * A_DAY),),
        place=faces.Place(point_id=7, public_id="p", **place),
        installations=(Installation(7, 70, DeviceId("MKS", "1"), Decimal(40), since, None),),
        at=at,
        shelf=Shelf(),
    )


@pytest.fixture
def lite(made_sqlite, tmp_path):
    """One engine: what is asked is arithmetic, and the figures' own tests ask both engines."""
    path = tmp_path / "osos.sqlite"
    shutil.copy(made_sqlite, path)
    opened = open_store(path)
    yield opened
    opened.close()


@pytest.fixture
def history(lite, desk_on, told_meter):
    """Some months of one meter up to a moment; some stretches of them lost."""

    def of(seed: int):
        meter = told_meter(days=90, seed=seed)
        chance = random.Random(seed)
        quarters = chance.randrange(40 * 96, 89 * 96)
        lost = {row for _ in range(chance.randrange(2)) for row in _lost(chance)}
        rows = [row for row in range(quarters + 1) if row not in lost]
        with lite.begin() as conn:
            desk_on(conn).tell(meter.records(rows), installed=[meter.installed()])
        return meter, meter.installed().since + timedelta(minutes=15 * quarters), chance

    return of


def _lost(chance: random.Random) -> range:
    first = chance.randrange(8000)
    return range(first, first + chance.randrange(1, 200))


@pytest.mark.parametrize("seed", range(2))
def test_every_figure_comes_out_of_the_terms_shown(lite, history, seed) -> None:
    meter, now, chance = history(seed)
    with lite.read() as conn:
        seen = seen_point(meter, now, **chance.choice(PLACES))
        for back in (0, 1):
            month = faces.month_at(now, back=back)
            told = {
                name: one
                for name in DERIVED
                if (one := derived(conn, seen, figure=name, month=month, now=now)) is not None
            }
            assert {"ratio.inductive", "charged", "forecast.1.8.0", "mean_day", "missing"} <= told.keys()
            for name, one in told.items():
                if one.result is not None:
                    assert close(recomputed(one), one.result, one.unit), name


@pytest.mark.parametrize("seed", [4])
def test_the_explanation_is_what_the_pages_show(lite, history, seed) -> None:
    meter, now, chance = history(seed)
    with lite.read() as conn:
        seen, month = seen_point(meter, now, **chance.choice(PLACES)), faces.month_at(now)

        def result(figure: str) -> Decimal | None:
            told = derived(conn, seen, figure=figure, month=month, now=now)
            return None if told is None else told.result

        page = faces.ratios(conn, seen, month=month, now=now)
        for kind in Kind:
            ratio = page.month.ratios[kind]
            assert result(f"ratio.{kind}") == ratio.percent
            assert result(f"left.{kind}") == ratio.left_varh
            assert result(f"limit.{kind}") == ratio.limit
            assert result(f"projection.{kind}") == page.projections[kind].expected
            for place, end in enumerate(page.day_ends):
                day = (end.astype("datetime64[s]").astype("O") + timedelta(hours=2, minutes=59)).day
                own = page.percent_by_day(kind)[place]
                assert float(result(f"ratio.{kind}@{day}")) == pytest.approx(own, nan_ok=True)
        assert result("charged") == sum(page.month.charged_varh.values())
        so_far = faces.month_so_far(conn, seen, now=now)
        ahead = so_far.forecasts[Channel.A_PLUS]
        told = derived(conn, seen, figure="forecast.1.8.0", month=month, now=now)
        assert (told.result, told.band.low, told.band.high) == (
            ahead.expected_wh,
            ahead.low_wh,
            ahead.high_wh,
        )
        (demand,) = faces.demands(conn, seen, now=now, months=1)
        assert result("peak") == demand.profile_peak_w
        factor = demand.load_factor
        assert result("load_factor") == (None if factor is None else factor * 100)
        assert result("over_contract") == demand.over_contract_w
        split = faces.tariff_split(conn, seen, period=month)
        total = sum(split.wh[band] for band in (faces.Band.T1, faces.Band.T2, faces.Band.T3))
        assert result("share.t2") == Decimal(split.wh[faces.Band.T2]) / total * 100
        whole = faces.completeness(conn, seen, period=month)
        assert float(result("missing")) == pytest.approx(100 * (1 - whole.known_share))
        grids = day_grids(series(conn, seen, period=month, resolution="15min"))
        assert result("base_load") == base_w(grids)
        found = unexpected(grids)
        assert result("unexpected") == (None if found is None else found.wh)


@pytest.mark.parametrize("seed", [7])
def test_the_days_of_a_forecast_say_what_a_day_is_worth_and_how_high_the_level_is(
    lite, history, seed
) -> None:
    meter, now, _ = history(seed)
    with lite.read() as conn:
        seen, month = seen_point(meter, now), faces.month_at(now)
        told = derived(conn, seen, figure="forecast.1.8.0", month=month, now=now)
    terms = {one.symbol: one.value for one in told.terms}
    of_kind = {"weekday": "Ww", "saturday": "Ws", "sunday": "Wp"}
    for kind, symbol in of_kind.items():
        own = [row.value for row in told.rows if row.kind == kind] or [Decimal(0)]
        if len(own) >= 3:
            assert terms[symbol] == pytest.approx(sum(own) / len(own))
    usual = sum(row.parts["weight"] * terms[of_kind[row.kind]] for row in told.rows)
    assert terms["K"] == pytest.approx(sum(row.parts["weight"] * row.value for row in told.rows) / usual)


@pytest.mark.parametrize("seed", [9])
def test_each_energy_of_a_formula_leads_to_a_chain_that_is_that_energy(lite, history, seed) -> None:
    meter, now, _ = history(seed)
    with lite.read() as conn:
        seen, month = seen_point(meter, now), faces.month_at(now)
        for figure in ("ratio.inductive", "ratio.capacitive@9", "forecast.5.8.0", "peak", "than_month"):
            told = derived(conn, seen, figure=figure, month=month, now=now)
            for one in told.terms if told else ():
                if isinstance(one.down, Energy):
                    chain = explain(conn, point_id=7, period=one.down.period, channel=one.down.channel)
                    assert chain.primary == one.value, (figure, one)
                if isinstance(one.down, Figure):
                    below = derived(conn, seen, figure=one.down.name, month=one.down.month, now=now)
                    assert below is not None, one


def test_an_earlier_forecast_is_held_against_what_came_as_the_page_of_months_does(
    lite, desk_on, told_meter
) -> None:
    meter = told_meter(days=130, seed=3)
    with lite.begin() as conn:
        desk_on(conn).tell(meter.records(), installed=[meter.installed()])
    now = meter.installed().since + timedelta(days=119, hours=7)
    with lite.read() as conn:
        seen = seen_point(meter, now)
        score = faces.forecast_score(conn, seen, now=now)
        assert score.checks
        for check in score.checks:
            month = month_of(check.month)
            told = derived(conn, seen, figure="error", month=month, now=now)
            assert told.result == Decimal(check.error_wh) / check.came_wh * 100
            said = derived(conn, seen, figure=f"forecast.1.8.0@{check.known_days}", month=month, now=now)
            assert (said.result, said.band.low) == (check.said.expected_wh, check.said.low_wh)
        mean = derived(conn, seen, figure="mean_error", month=faces.month_at(now), now=now)
        assert float(mean.result) == pytest.approx(score.mean_error * 100)


@pytest.mark.parametrize("name", ["", "nosuch", "ratio", "ratio.inductive@99", "excess.inductive@x", "@"])
def test_a_figure_nobody_knows_is_none(lite, told_meter, name) -> None:
    meter = told_meter(days=2)
    now = meter.installed().since + 2 * A_DAY
    with lite.read() as conn:
        assert derived(conn, seen_point(meter, now), figure=name, month=faces.month_at(now), now=now) is None


def test_a_reader_s_own_prices_make_lira_and_the_guide_s_proportions_make_shares(lite, history) -> None:
    meter, now, _ = history(11)
    own = {"single": Decimal("3"), "t1": Decimal("3.1"), "t2": Decimal("4.5"), "t3": Decimal("1.7")}
    with lite.read() as conn:
        seen, month = seen_point(meter, now), faces.month_at(now)
        told = derived(conn, seen, figure="three", month=month, now=now, given=own)
        assert told.unit == "TL" and close(recomputed(told), told.result, "%")
        assert derived(conn, seen, figure="three", month=month, now=now).unit == "%"
        assert derived(conn, seen, figure="saved_money", month=month, now=now) is None


def test_each_figure_term_and_note_has_words_in_both_languages(lite, history) -> None:
    meter, now, _ = history(12)
    with lite.read() as conn:
        for place in PLACES:
            seen = seen_point(meter, now, **place)
            for name in DERIVED if place is PLACES[0] else RATIOS:
                told = derived(conn, seen, figure=name, month=faces.month_at(now), now=now)
                for language in ("tr", "en") if told else ():
                    assert figure_said(name, language) != name
                    assert all(one.name in TERMS for one in told.terms), told.terms
                    assert all(note in NOTES for note in told.notes), told.notes
                    assert all("{" not in said for said in notes_said(told, language))
    assert FIGURES


def test_a_formula_is_written_out_as_people_write_sums() -> None:
    terms = {
        "A": Term(symbol="A", name="active", value=Decimal(26_170_600), unit="Wh"),
        "L": Term(symbol="L", name="limit", value=Decimal(20), unit="%"),
        "Q": Term(symbol="Q", name="inductive", value=Decimal(2_599_800), unit="varh"),
    }
    drawn = "2.599,8 kVArh"
    say = {"A": "26.170,6 kWh", "L": "%20", "Q": drawn}
    assert filled("Q / A * 100", terms, lambda one: say[one.symbol], "") == f"{drawn} ÷ 26.170,6 kWh × 100"
    assert filled("floor(A * L / 100) - Q", terms, lambda one: say[one.symbol], "") == (
        "26.170,6 kWh × %20 − 2.599,8 kVArh"
    )
