"""Are the twelve procedures of EK-4 whole, and would a meter that measures badly be noticed?"""

import io
import json
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from typer.testing import CliRunner

from osos.cli.conformity import app
from osos.conformity.accuracy import Classes, Measured, NoSuchClass, judge, sheets
from osos.conformity.accuracy.errors import NothingFlowed, from_energy, from_impulses, from_registers
from osos.conformity.accuracy.limits import limit_percent
from osos.conformity.accuracy.planted import FAULTS, planted_in
from osos.conformity.accuracy.plot import error_plot
from osos.conformity.accuracy.procedures import CURRENTS
from osos.conformity.accuracy.virtual import measure
from osos.conformity.accuracy.workbook import workbook
from osos.conformity.catalogue import form
from osos.conformity.device import Device
from osos.conformity.verdicts import Verdict

DEVICES = [
    Device(kind="1p", connection="direct"),
    Device(kind="3p", connection="direct", ways=2),
    Device(kind="3p", connection="X/5"),
    Device(kind="combi", connection="direct"),
    Device(kind="combi", connection="X/5", ways=2),
    Device(kind="combi", connection="X/1", voltage="57.7/100"),
]
NAMES = [device.describe() for device in DEVICES]
COMBI = DEVICES[4]


@pytest.mark.parametrize("device", DEVICES, ids=NAMES)
def test_every_procedure_has_the_forms_count_of_points(device):
    found = {sheet.id: len(sheet.points) for sheet in sheets(device)}
    wanted = {
        told["id"]: told["points"][device.kind] for told in form().accuracy if device.kind in told["points"]
    }
    assert found == wanted
    for sheet in sheets(device):
        assert [point.number for point in sheet.points] == list(range(1, len(sheet.points) + 1))


@pytest.mark.parametrize("device", DEVICES, ids=NAMES)
def test_no_point_is_there_twice_and_all_lie_within_the_meters_range(device):
    highest = 80_000 if device.kind == "1p" else CURRENTS[device.connection][-1]
    for sheet in sheets(device):
        bare = {replace(point, number=0, why="") for point in sheet.points}
        assert len(bare) == len(sheet.points), sheet.title
        for point in sheet.points:
            assert len(point.volts_dv) == len(point.amps_ma) == len(point.degrees) == device.phases
            assert max(point.amps_ma) <= highest
            assert point.loaded or point.asked == "still"


def test_active_points_are_tried_without_a_field_and_in_one():
    fields = [sheet.field_mt for sheet in sheets(COMBI) if sheet.id == "EK4-a"]
    assert fields == [0, 400]
    assert sum(sheet.field_mt > 0 for sheet in sheets(COMBI)) == 1


def test_direct_meters_have_procedures_of_their_own_name():
    assert all(sheet.name.startswith("DB--") for sheet in sheets(DEVICES[0]))
    assert all(sheet.name.startswith("X/5--") for sheet in sheets(DEVICES[5]))  # X/1 uses those of X/5


@pytest.mark.parametrize(
    ("place", "field_mt", "limit"),
    [
        (0, 0, "1.5"),  # Imin
        (4, 0, "1.0"),  # In/2
        (4, 400, "3.0"),  # in the field
        (5 * 23, 0, "3.0"),  # wrong order, Imin
    ],
)
def test_limits_go_by_load_and_influence(place, field_mt, limit):
    point = sheets(COMBI)[0].points[place]
    assert limit_percent(point, COMBI, Classes(active="B"), field_mt=field_mt) == Decimal(limit)


def test_a_missing_current_is_judged_by_the_limit_of_a_single_phase():
    point = next(sheet for sheet in sheets(COMBI) if sheet.id == "EK4-b").points[0]
    assert limit_percent(point, COMBI, Classes(active="C")) == Decimal("1.0")


def test_a_class_nobody_has_is_refused():
    with pytest.raises(NoSuchClass):
        Classes(active="Z")


def test_errors_come_from_impulses_and_registers():
    assert from_impulses(impulses=1010, impulses_a_kwh=1000, reference_wh=Decimal(1000)) == Decimal("1.000")
    assert from_registers(before_wh=500, after_wh=1490, reference_wh=Decimal(1000)) == Decimal("-1.000")
    with pytest.raises(NothingFlowed):
        from_energy(metered_wh=Decimal(1), reference_wh=Decimal(0))


@given(st.integers(1, 10**9), st.integers(-5000, 5000))
def test_an_error_put_in_comes_out(reference, thousandths):
    error = Decimal(thousandths) / 1000
    metered = Decimal(reference) * (1 + error / 100)
    assert from_energy(metered_wh=metered, reference_wh=Decimal(reference)) == error


@pytest.mark.parametrize(
    ("device", "active_class"), [*((one, "C") for one in DEVICES), (COMBI, "A"), (COMBI, "B")]
)
def test_a_sound_virtual_meter_is_within_its_class(device, active_class):
    tests = sheets(device)
    found = measure(device, tests, active_class=active_class, seed=7)
    results = judge(tests, found, device, Classes(active=active_class))
    assert {result.verdict for result in results} == {Verdict.PASS}
    assert all(result.done for result in results)


@pytest.mark.parametrize(
    "device", [DEVICES[0], DEVICES[2], DEVICES[3], COMBI], ids=lambda one: one.describe()
)
def test_every_planted_fault_is_caught_by_its_procedures_and_no_other(device):
    tests = sheets(device)
    known = {sheet.id for sheet in tests}
    sound = measure(device, tests, active_class="B", seed=3)
    for fault in planted_in(device):
        found = {
            key: _with(one, point, fault, device, sheet)
            for sheet in tests
            for point in sheet.points
            for key, one in [((sheet.title, point.number), sound[sheet.title, point.number])]
        }
        results = judge(tests, found, device, Classes())
        failed = {result.sheet.id for result in results if result.verdict is Verdict.FAIL}
        assert failed >= fault.must & known, fault.name
        assert failed <= fault.may, fault.name


def _with(one, point, fault, device, sheet):
    """What `measure` does with a fault, without running the meter again for each."""
    if one.error_percent is None:
        return Measured(impulses=10 * fault.moves(point, starting_ma=device.basic_ma * 4 // 1000))
    return Measured(error_percent=one.error_percent + fault.error_percent(point, device, sheet.field_mt))


def test_a_fault_measured_whole_is_caught_too():
    device = DEVICES[0]
    tests = sheets(device)
    found = measure(device, tests, active_class="B", seed=3, fault=FAULTS["peak-register"])
    results = judge(tests, found, device, Classes())
    assert [result.sheet.id for result in results if result.verdict is Verdict.FAIL] == ["EK4-h"]


def test_nothing_passes_unmeasured():
    results = judge(sheets(COMBI), {}, COMBI, Classes())
    assert {result.verdict for result in results} == {Verdict.WAITING}
    assert not any(result.done for result in results)


@pytest.fixture(scope="module")
def results():
    tests = sheets(COMBI)
    return judge(tests, measure(COMBI, tests, active_class="B", seed=3), COMBI, Classes())


def test_the_workbook_has_a_page_a_test_with_real_numbers(results):
    book = openpyxl.load_workbook(io.BytesIO(workbook(results, COMBI)))
    assert book.sheetnames == ["Özet", *(result.sheet.title for result in results)]
    page = book["EK4-a 400 mT"]
    heads = [cell.value for cell in page[4]]
    row = dict(zip(heads, [cell.value for cell in page[5]], strict=True))
    assert (row["No"], row["U L1 (V)"], row["I L1 (A)"], row["Enerji"]) == (1, 230, 0.05, "Aktif")
    assert isinstance(row["Hata (%)"], float)
    assert row["Sınır ±(%)"] == 3.5
    assert page.max_row == 4 + 138
    summary = [cell.value for cell in book["Özet"][4]]
    assert summary == [1, "EK4-a", results[0].sheet.name, 0, 138, "Evet", "Uygun"]


def test_a_plot_shows_every_point_between_its_limits(results):
    root = etree.fromstring(error_plot(results[0]).encode())
    dots = root.findall("{http://www.w3.org/2000/svg}circle")
    assert len(dots) == 138
    worst = replace(results[0].points[0], measured=Measured(error_percent=Decimal(900)), verdict=Verdict.FAIL)
    far = etree.fromstring(error_plot(replace(results[0], points=(worst, *results[0].points[1:]))).encode())
    assert float(far.find("{http://www.w3.org/2000/svg}circle").get("cy")) == 40  # at the edge, not outside


def test_the_command_writes_and_reads_its_own_workbook(tmp_path):
    out, told = tmp_path / "ek4.xlsx", ["accuracy", "--kind", "1p", "--json"]
    done = CliRunner().invoke(app, [*told, "--out", str(out), "--plots", str(tmp_path / "plots")])
    assert done.exit_code == 0, done.output
    first = json.loads(done.stdout)
    assert (first["procedures"], first["sheets"], first["points"]) == (3, 4, 46 + 46 + 7 + 12)
    again = CliRunner().invoke(app, [*told, "--from", str(out)])
    assert json.loads(again.stdout) == first
    assert len(list((tmp_path / "plots").glob("*.svg"))) == 4


def test_the_command_says_what_it_found(tmp_path):
    bad = CliRunner().invoke(app, ["accuracy", "--kind", "1p", "--fault", "magnet", "--json"])
    assert (bad.exit_code, json.loads(bad.stdout)["fail"]) == (1, 46)
    out = tmp_path / "blank.xlsx"
    blank = CliRunner().invoke(app, ["accuracy", "--kind", "1p", "--blank", "--out", str(out), "--json"])
    assert (blank.exit_code, json.loads(blank.stdout)["waiting"]) == (0, 111)
    for wrong in (["--fault", "none"], ["--connection", "X/9"], ["--active-class", "Z"], ["--from", "/none"]):
        assert CliRunner().invoke(app, ["accuracy", *wrong]).exit_code == 2
