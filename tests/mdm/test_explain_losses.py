"""Does every loss, balance and suspicion come out again of the numbers its explanation shows (D-34)?"""

import ast
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

import network_city

from osos.access import Role, Viewer, ViewerKind
from osos.mdm import faces
from osos.mdm.derive.grids import month_at
from osos.mdm.derive.losses import Line
from osos.mdm.explain import Derivation, Energy, Figure, Given, Law, Tariffs, derived, explain
from osos.mdm.explain.names import FIGURES, NOTES, TERMS, figure_said, notes_said
from osos.mdm.explain.of_network import balance_told_by_sums, seen_again, suspicion_told, year_told
from osos.mdm.faces.month_losses import month_hours, own_line_kwh, own_transformer
from osos.mdm.faces.tariff_split import tariff_split
from osos.mdm.network import suspecting
from osos.mdm.network.asking import Sums
from osos.mdm.network.looking import Round
from osos.quantities import Interval
from osos.store import open_store

LAST = network_city.FIRST_DAY + network_city.DAYS
GIVEN = {name: Decimal(value) for name, value in (("primary_kv", 33), ("rated_kva", 400))}
LINE = {"ohm": Decimal("1.25"), "kv": Decimal(33)}
MONTH = Interval(datetime(2026, 10, 31, 21, tzinfo=UTC), datetime(2026, 11, 30, 21, tzinfo=UTC))
pytestmark = pytest.mark.timeout(600)
_SIGNS: Mapping[type, Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
_CALLS: Mapping[str, Callable[..., Decimal]] = {
    "max": max,
    "min": min,
    "floor": lambda value: value.to_integral_value(ROUND_FLOOR),
    "round": lambda value: value.to_integral_value(ROUND_HALF_EVEN),
}


def worked_out(told: Derivation) -> Decimal:
    """The formula in plain arithmetic, of nothing but the terms and rows that are shown."""
    values = {one.symbol: one.value for one in told.terms}
    values["rows"] = sum((one.value for one in told.rows if one.value is not None), Decimal(0))
    with localcontext(prec=60):
        return _worked(ast.parse(told.formula, mode="eval").body, values)


def _worked(node: ast.expr, values: Mapping[str, Decimal | None]) -> Decimal:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return _SIGNS[type(op)](_worked(left, values), _worked(right, values))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _CALLS[name](*(_worked(one, values) for one in args))
        case ast.Name(id=name):
            value = values[name]
            assert value is not None, name
            return value
        case ast.Constant(value=value):
            return Decimal(str(value))
    raise AssertionError(ast.dump(node))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Streets with each fault, looked at by the radar."""
    opened = open_store(tmp_path_factory.mktemp("explained") / "city.sqlite")
    opened.migrate()
    with opened.begin() as conn:
        found = network_city.settle(
            conn, network_city.streets("polarity", "bypass", "phase", "ratio", "place")
        )
        round_ = Round()
        while round_.portion(conn, today=LAST, now=found.now):
            pass
    with opened.read() as conn:
        yield conn, found
    opened.close()


@pytest.fixture(scope="module")
def seen(city: Any) -> Any:
    conn, found = city
    viewer = Viewer(account="a", kind=ViewerKind.STAFF, roles=frozenset({Role.OPERATOR}))
    public = next(found.public[name] for name in found.told.meters)
    point = faces.find_point(conn, viewer, public, now=found.now)
    assert point is not None
    return point


def told_of(city: Any, seen: Any, figure: str, given: Mapping[str, Decimal]) -> Derivation | None:
    conn, found = city
    return derived(conn, seen, figure=figure, month=month_at(found.now), now=found.now, given=given)


def shown_by_pages(city: Any, seen: Any) -> dict[str, Decimal]:
    """What the month's page shows, by the names of its figures."""
    conn, found = city
    split = tariff_split(conn, seen, period=month_at(found.now))
    own = own_transformer(split, "33/400", now=found.now)
    assert own is not None
    shown = {"transformer": own.kwh, "transformer.no_load": own.no_load_kwh}
    shown["transformer.load"] = own.kwh - own.no_load_kwh
    for band, loss in own.losses.items():
        shown[f"transformer.{band.name}"] = loss.kwh
        shown[f"transformer.no_load.{band.name}"] = loss.no_load_kwh
        shown[f"transformer.load.{band.name}"] = loss.load_kwh
        shown[f"tkk.{band.name}"] = own.coefficient(band) or Decimal(0)
    for band, hours in month_hours(split.period, found.now).items():
        shown[f"hours.{band.name}"] = Decimal(hours)
    line = Line(ohm=LINE["ohm"], kv=LINE["kv"])
    return shown | {"line": own_line_kwh(split, line, now=found.now)}


def test_every_loss_of_a_month_comes_out_of_the_terms_shown(city: Any, seen: Any) -> None:
    shown = shown_by_pages(city, seen)
    assert len(shown) == 3 + 4 * 3 + 4 + 1
    for name, value in shown.items():
        told = told_of(city, seen, name, GIVEN | LINE)
        assert told is not None and told.result is not None, name
        assert round(worked_out(told), 12) == round(told.result, 12) == round(value, 12), name
        assert value > 0 or name == "hours.T4"


def test_each_term_leads_on_or_names_its_source(city: Any, seen: Any) -> None:
    told = told_of(city, seen, "transformer.T2", GIVEN)
    assert told is not None and "1.12" in {str(one.value) for one in told.terms}  # 33 kV, 400 kVA
    downs = {one.symbol: one.down for one in told.terms}
    assert isinstance(downs["Pb"], Law) and "27951" in downs["Pb"].source and downs["Pb"].since
    assert isinstance(downs["T"], Law) and isinstance(downs["E"], Tariffs) and isinstance(downs["Pn"], Given)
    whole = told_of(city, seen, "transformer", GIVEN)
    assert whole is not None and all(isinstance(one.down, Figure) for one in whole.terms)
    for one in whole.terms:
        assert isinstance(one.down, Figure)
        deeper = told_of(city, seen, one.down.name, GIVEN)
        assert deeper is not None and deeper.result == one.value


def test_without_a_size_or_a_line_there_is_no_loss_to_be_told(city: Any, seen: Any) -> None:
    names = ("transformer", "transformer.T1", "transformer.no_load", "transformer.load", "tkk.T1", "line")
    assert [told_of(city, seen, name, {}) for name in names] == [None] * len(names)
    odd = {"primary_kv": Decimal(33), "rated_kva": Decimal(401)}
    assert told_of(city, seen, "transformer", odd) is None


def test_hours_are_told_without_a_transformer(city: Any, seen: Any) -> None:
    told = told_of(city, seen, "hours.T1", {})
    assert told is not None and told.notes == ("loss.hours", "loss.so_far")


@pytest.mark.parametrize("pattern", suspecting.PATTERNS)
def test_what_a_suspicion_could_recover_comes_out_of_its_terms_and_days(city: Any, pattern: str) -> None:
    conn, found = city
    (one, *_) = [each for each in suspecting.queue(conn) if each.pattern == pattern]
    again = seen_again(conn, one, now=found.now)
    assert again is not None
    told = suspicion_told(one, again)
    assert told is not None and told.result == one.recoverable_wh and "radar.changed" not in told.notes
    assert worked_out(told) == told.result
    assert len(told.rows) == 28 and told.rows[0].period.end - told.rows[0].period.start == timedelta(days=1)
    year = year_told(one)
    assert worked_out(year) == year.result == one.recoverable_a_year_wh
    for language in ("tr", "en"):
        assert all("{" not in note for note in notes_said(told, language))
        assert figure_said(told.figure, language) != told.figure


def test_a_days_row_of_a_suspicion_is_its_meters_chain(city: Any) -> None:
    conn, found = city
    (one, *_) = [each for each in suspecting.queue(conn) if each.pattern == "polarity"]
    again = seen_again(conn, one, now=found.now)
    assert again is not None
    told = suspicion_told(one, again)
    assert told is not None
    row = told.rows[-1]
    assert isinstance(row.down, Energy)
    chain = explain(conn, point_id=one.point_id, period=row.down.period, channel=row.down.channel)
    assert sum(piece.primary for piece in chain.pieces) == row.value


def test_a_suspicion_whose_data_have_changed_says_what_it_was(city: Any) -> None:
    conn, found = city
    (one, *_) = [each for each in suspecting.queue(conn) if each.pattern == "polarity"]
    older = replace(one, recoverable_wh=one.recoverable_wh + 1_500)
    again = seen_again(conn, older, now=found.now)
    assert again is not None
    told = suspicion_told(older, again)
    assert told is not None and "radar.changed" in told.notes and told.result == one.recoverable_wh


@given(
    main=st.integers(-(10**12), 10**12),
    below=st.integers(-(10**12), 10**12),
    technical=st.none() | st.integers(0, 10**10),
    slots=st.integers(0, 96 * 31),
    price=st.none() | st.decimals("0.01", "999", places=4),
)
def test_every_figure_of_a_balance_is_worked_out_of_its_sums(
    main: int, below: int, technical: int | None, slots: int, price: Decimal | None
) -> None:
    sums = Sums(days=31, counted=31, main_wh=main, below_wh=below, technical_wh=technical, slots=slots)
    told = {one.figure: one for one in balance_told_by_sums(sums, period=MONTH, price=price)}
    for one in told.values():
        assert one.result is not None
        assert abs(worked_out(one) - one.result) <= abs(one.result) * Decimal("1e-20")
    assert told["balance.loss"].result == main - below
    assert ("balance.share" in told) == bool(main)
    assert ("balance.unexplained" in told) == (technical is not None)
    assert ("balance.worth" in told) == (technical is not None and price is not None)


def test_all_that_is_told_has_words_in_both_languages(city: Any, seen: Any) -> None:
    names = [*shown_by_pages(city, seen)]
    sums = Sums(days=1, counted=1, main_wh=10, below_wh=9, technical_wh=1, slots=96)
    some = [told_of(city, seen, name, GIVEN | LINE) for name in names]
    some += balance_told_by_sums(sums, period=MONTH, price=Decimal(2))
    for told in some:
        assert told is not None
        assert told.figure in FIGURES or told.figure.partition(".")[0] in FIGURES
        assert {one.name for one in told.terms} <= TERMS.keys()
        assert set(told.notes) <= NOTES.keys()
