"""Is one day of a point decided about as D-22 wants it: tried first, by two people, with a way back?"""

import re

import numpy as np
import pytest
from bench_city import GAP_DAY, SPIKE_DAY

from osos.console.screens.workbench.curve import Curves, curve
from osos.mdm import editing, judge, points
from osos.mdm.canonical import Channel
from osos.mdm.keeping.closing import Month, close_month
from osos.mdm.keeping.corrections import list_corrections
from osos.mdm.keeping.storms import open_storm
from osos.mdm.labels import day_number, edge_of_day, instant_of_label
from osos.quantities import Quality
from osos.web import Formats

SPIKE = day_number(SPIKE_DAY)
GAP = day_number(GAP_DAY)
SPIKE_SLOTS = {"from": "14:30", "until": "14:45"}
GAP_SLOTS = {"from": "13:00", "until": "15:30"}
WHY = {"reason": "saha raporu 12"}


def held(bench, name, day):
    with bench.store.read() as conn:
        point = bench.city.ids[name]
        return points.load(conn, point_ids=[point], days=[day])[point, day].block


def decided(bench, name, day):
    with bench.store.read() as conn:
        return editing.history(conn, point_id=bench.city.ids[name], days=[day])


@pytest.mark.parametrize("language", ["tr", "en"])
def test_the_day_is_shown_with_what_was_found_and_the_registers_agree(bench, language) -> None:
    page = bench.first.page(bench.address("spike", SPIKE_DAY), language)
    assert "<script>alert" not in page
    assert ("Sıçrama" if language == "tr" else "Spike") in page
    assert "63296 W" in page
    assert page.count("<tbody>") >= 2
    assert len(re.findall(r"/o/explain/\w+\?from=2026-11-1", page)) >= 96
    check = page.split('class="tb dense check"')[1].split("</table>")[0]
    assert ("0,000" if language == "tr" else "0.000") in check
    assert "(14:30" not in page


def test_a_trial_says_what_would_be_and_changes_nothing(bench) -> None:
    before = held(bench, "spike", SPIKE).content_hash()
    got = bench.post(
        bench.first, bench.address("spike", SPIKE_DAY), act="estimate", step="try", **SPIKE_SLOTS
    )
    assert got.status_code == 200
    assert "Önizleme: Tahmin öner" in got.text
    assert "başka bir kişi onaylayınca" in got.text
    assert "düz çizgi" in got.text or "endekse oranlanmış" in got.text
    assert decided(bench, "spike", SPIKE) == []
    assert held(bench, "spike", SPIKE).content_hash() == before


def test_what_a_rule_doubts_is_accepted_at_once_and_leaves_the_queue(bench) -> None:
    address = bench.address("spike", SPIKE_DAY)
    assert "Şekerci" in bench.first.page("/o/validation?rule=SPIKE")
    got = bench.post(bench.first, address, act="accept", step="do", **SPIKE_SLOTS, **WHY)
    assert (got.status_code, got.headers["location"]) == (303, f"{address}?said=done")
    page = bench.second.page(address)
    assert "bulgular sonuçlandı" in page
    assert "Ayşe" in page
    assert "saha raporu 12" in page
    assert "Şekerci" not in bench.first.page("/o/validation?rule=SPIKE").split("Bakılacak günler", 1)[1]
    again = bench.post(bench.first, address, act="accept", step="try", **SPIKE_SLOTS)
    assert again.status_code == 422
    assert "Hiçbir şey değişmez" in again.text


def test_an_accepted_value_is_asked_about_again_when_the_acceptance_is_undone(bench) -> None:
    address = bench.address("spike", SPIKE_DAY)
    bench.post(bench.first, address, act="accept", step="do", **SPIKE_SLOTS, **WHY)
    got = bench.post(bench.first, address, act="undo", step="do", number="1", **WHY)
    assert got.status_code == 303, got.text
    assert "1 bulgu karar bekliyor" in bench.first.page(address)


def test_an_estimate_for_a_doubtful_value_waits_for_another_person_and_is_then_exact(bench) -> None:
    address = bench.address("spike", SPIKE_DAY)
    whole = held(bench, "spike", SPIKE).primary_of(Channel.A_PLUS)
    got = bench.post(bench.first, address, act="estimate", step="do", **SPIKE_SLOTS, **WHY)
    assert got.headers["location"].endswith("said=waits")
    assert held(bench, "spike", SPIKE).primary_of(Channel.A_PLUS) == whole
    own = bench.post(bench.first, address, act="agree", step="do", number="1", **WHY)
    assert own.status_code == 422
    assert "ikinci bakış başka bir kişinindir" in own.text
    tried = bench.post(bench.second, address, act="agree", step="try", number="1")
    assert "Önizleme: Onayla" in tried.text
    got = bench.post(bench.second, address, act="agree", step="do", number="1", **WHY)
    assert got.status_code == 303, got.text
    block = held(bench, "spike", SPIKE)
    assert block.count(Quality.ESTIMATED) == 1
    assert block.primary_of(Channel.A_PLUS) == whole  # registers tell the sum (D-20)
    page = bench.first.page(address)
    assert "Mehmet" in page
    assert "İkinci bakış: onay" in page


def test_a_gap_is_filled_by_the_ladder_and_the_registers_reach_nought(bench) -> None:
    address = bench.address("gap", GAP_DAY)
    page = bench.first.page(address)
    assert "10 tanesi yok" in page
    assert 'value="13:00"' in page and 'value="15:30"' in page
    tried = bench.post(bench.first, address, act="estimate", step="try", **GAP_SLOTS)
    assert tried.status_code == 200, tried.text
    assert "Öneriyle" in tried.text
    bench.post(bench.first, address, act="estimate", step="do", **GAP_SLOTS, **WHY)
    waiting = bench.first.page("/o/validation")
    assert "İkinci bakışı bekleyenler" in waiting
    got = bench.post(bench.second, address, act="agree", step="do", number="1", **WHY)
    assert got.status_code == 303
    assert held(bench, "gap", GAP).count(Quality.MISSING) == 0


def test_values_written_by_hand_show_that_the_registers_no_longer_agree(bench) -> None:
    address = bench.address("spike-too", SPIKE_DAY)
    got = bench.post(bench.first, address, act="edit", step="try", values="1,5", **SPIKE_SLOTS)
    assert got.status_code == 200, got.text
    assert 'class="pill bad"' in got.text.split("Öneriyle")[1].split("</table>")[0]
    assert "endeks denetimi sıfıra inmiyor, fark −" in got.text.split('id="trial"')[1].split("</section>")[0]
    bench.post(bench.first, address, act="edit", step="do", values="1,5", **SPIKE_SLOTS, **WHY)
    bench.post(bench.second, address, act="agree", step="do", number="1", **WHY)
    block = held(bench, "spike-too", SPIKE)
    assert int(block.energies[0, 58]) == 1500
    assert block.count(Quality.EDITED) == 1


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"act": "accept", "from": "14:31", "until": "14:45"}, "katı olmalı"),
        ({"act": "accept", "from": "14:45", "until": "14:30"}, "başlangıçtan sonra"),
        ({"act": "accept", "from": "10:00", "until": "10:15"}, "Hiçbir şey değişmez"),
        ({"act": "accept", "from": "", "until": ""}, "katı olmalı"),
        ({"act": "edit", "values": "1,5 2", **SPIKE_SLOTS}, "1 aralık için 2 değer"),
        ({"act": "edit", "values": "-1", **SPIKE_SLOTS}, "üç ondalıklı"),
        ({"act": "edit", "values": "NaN", **SPIKE_SLOTS}, "üç ondalıklı"),
        ({"act": "edit", "values": "1e99", **SPIKE_SLOTS}, "üç ondalıklı"),
        ({"act": "undo", "number": "7"}, "Böyle bir karar yok"),
        ({"act": "agree", "number": "99999999999"}, "Böyle bir karar yok"),
        ({"act": "relay"}, "anlaşılamadı"),
        ({"act": "accept", "seen": "other.1", **SPIKE_SLOTS}, "siz bakarken değişti"),
    ],
)
def test_what_cannot_be_done_is_said_at_its_field_and_nothing_is_written(bench, form, said) -> None:
    got = bench.post(bench.first, bench.address("spike", SPIKE_DAY), step="do", **{**WHY, **form})
    assert got.status_code == 422
    assert said in got.text
    assert decided(bench, "spike", SPIKE) == []


def test_without_a_reason_nothing_is_done_and_the_trial_stays(bench) -> None:
    address = bench.address("spike", SPIKE_DAY)
    got = bench.post(bench.first, address, act="accept", step="do", reason="  ", **SPIKE_SLOTS)
    assert got.status_code == 422
    assert "Gerekçe yazılmalı" in got.text
    assert "Önizleme: Doğru bul" in got.text
    assert decided(bench, "spike", SPIKE) == []


def test_a_reason_is_shown_and_never_run(bench) -> None:
    address = bench.address("spike", SPIKE_DAY)
    bench.post(
        bench.first, address, act="accept", step="do", reason="<script>alert(1)</script>", **SPIKE_SLOTS
    )
    page = bench.second.page(address)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_a_day_of_a_closed_month_becomes_a_correction(bench) -> None:
    with bench.store.begin() as conn:
        close_month(conn, month=Month(2026, 11), by="test", now=bench.first.client.app.state.web.clock.now())
    address, before = bench.address("spike", SPIKE_DAY), held(bench, "spike", SPIKE).content_hash()
    assert "Bu ay kapanmış" in bench.first.page(address)
    tried = bench.post(bench.first, address, act="edit", step="try", values="1", **SPIKE_SLOTS)
    assert "düzeltme kaydı oluşur" in tried.text
    bench.post(bench.first, address, act="edit", step="do", values="1", **SPIKE_SLOTS, **WHY)
    bench.post(bench.second, address, act="agree", step="do", number="1", **WHY)
    assert held(bench, "spike", SPIKE).content_hash() == before
    with bench.store.read() as conn:
        (correction,) = list_corrections(conn, point_id=bench.city.ids["spike"])
    assert correction.differences[Channel.A_PLUS] < 0
    assert "Düzeltme 1" in bench.first.page(address)


def test_a_looker_sees_the_day_and_gets_no_button(bench) -> None:
    page = bench.auditor.page(bench.address("spike", SPIKE_DAY))
    assert "Sıçrama" in page
    assert 'value="accept"' not in page


@pytest.mark.parametrize("day", ["2026-11-31", "nonsense", "1999-01-01", "9999-12-31", "2026-11-18T00:00"])
def test_a_day_that_is_none_is_not_found(bench, day) -> None:
    assert bench.first.get(bench.address("spike", day)).status_code == 404


def test_a_day_before_the_meter_hung_says_so(bench) -> None:
    assert "takılı sayaç yoktu" in bench.first.page(bench.address("spike", "2026-01-01"))


def test_next_leads_to_the_next_day_that_asks_for_something(bench) -> None:
    page = bench.first.page(bench.address("gap", GAP_DAY))
    assert bench.address("spike", SPIKE_DAY) in page
    bench.post(bench.first, bench.address("spike", SPIKE_DAY), act="accept", step="do", **SPIKE_SLOTS, **WHY)
    assert bench.address("spike-too", SPIKE_DAY) in bench.first.page(bench.address("gap", GAP_DAY))


def test_the_verdict_stays_as_the_rules_gave_it(bench) -> None:
    bench.post(bench.first, bench.address("spike", SPIKE_DAY), act="accept", step="do", **SPIKE_SLOTS, **WHY)
    with bench.store.read() as conn:
        point = bench.city.ids["spike"]
        (finding,) = judge.findings(conn, point_ids=[point], days=[SPIKE])[point, SPIKE]
        told = editing.doubts(conn, {(point, SPIKE): [finding]})[point, SPIKE]
    assert (told.open, told.settled) == ((), (finding,))


def test_every_method_is_shown_with_its_result_and_a_person_may_choose_another(bench) -> None:
    address = bench.address("gap", GAP_DAY)
    tried = bench.post(bench.first, address, act="estimate", step="try", **GAP_SLOTS).text
    table = tried.split('id="methods"')[1].split("</table>")[0]
    assert table.count("<tr") >= 4 and "seçili" in table
    assert "endekse oranlanmış" in table and "benzer günlerin ortalaması" in table
    chosen = {"act": "estimate", "method": "register difference evenly", **GAP_SLOTS}
    again = bench.post(bench.first, address, step="try", **chosen).text
    assert 'name="method" value="register difference evenly"' in again.split('class="in confirm"')[1]
    got = bench.post(bench.first, address, step="do", **chosen, **WHY)
    assert got.headers["location"].endswith("said=waits"), got.text
    (entry,) = decided(bench, "gap", GAP)
    assert (entry.decision.method, entry.decision.reason) == ("register difference evenly", "saha raporu 12")
    own = bench.post(bench.first, address, act="agree", step="do", number="1", **WHY)
    assert own.status_code == 422, "whoever chose the method is not the second person"
    bench.post(bench.second, address, act="agree", step="do", number="1", **WHY)
    block = held(bench, "gap", GAP)
    assert block.count(Quality.ESTIMATED) == 10
    filled = block.energies[0, 52:62]
    assert filled.max() - filled.min() <= 1, "evenly, and exact to the registers"


def test_what_is_marked_is_estimated_and_the_days_other_hole_is_left_alone(bench) -> None:
    """An hour of measured values is doubted by a person; the gap of the afternoon is another matter."""
    address, whole = bench.address("gap", GAP_DAY), held(bench, "gap", GAP)
    marked = {"from": "08:00", "until": "09:00"}
    tried = bench.post(bench.first, address, act="estimate", step="try", **marked).text
    assert "Önizleme" in tried and "Öneriyle" in tried
    assert held(bench, "gap", GAP).content_hash() == whole.content_hash()
    got = bench.post(bench.first, address, act="estimate", step="do", **marked, **WHY)
    assert got.headers["location"].endswith("said=waits"), got.text
    bench.post(bench.second, address, act="agree", step="do", number="1", **WHY)
    block = held(bench, "gap", GAP)
    assert np.flatnonzero(block.quality == Quality.ESTIMATED.mark).tolist() == [32, 33, 34, 35]
    assert block.count(Quality.MISSING) == 10
    assert block.energies[0, 32:36].sum() == whole.energies[0, 32:36].sum(), "registers tell its sum"
    page = bench.first.page(address)
    assert "08:00" in page.split('id="history"')[-1] and "Mehmet" in page


def test_a_method_chosen_for_doubtful_values_is_used_once_the_second_person_agrees(bench) -> None:
    address = bench.address("spike", SPIKE_DAY)
    chosen = {"act": "estimate", "method": "reference-day mean", **SPIKE_SLOTS}
    bench.post(bench.first, address, step="do", **chosen, **WHY)
    bench.post(bench.second, address, act="agree", step="do", number="1", **WHY)
    methods = {one.decision.method for one in decided(bench, "spike", SPIKE) if one.state.value == "in force"}
    assert "reference-day mean" in methods
    assert held(bench, "spike", SPIKE).count(Quality.ESTIMATED) == 1


def test_while_the_area_is_out_the_bench_says_so_and_estimates_nothing(bench) -> None:
    now = bench.first.client.app.state.web.clock.now()
    with bench.store.begin() as conn:
        begun = instant_of_label(edge_of_day(GAP))
        open_storm(conn, area="district Ilıca", since=begun, by="desk", reason="storm", now=now)
    address = bench.address("gap", GAP_DAY)
    assert "Kesinti kipi açık: Ilıca." in bench.first.page(address)
    got = bench.post(bench.first, address, act="estimate", step="try", **GAP_SLOTS)
    assert got.status_code == 422 and "bölge kesintide" in got.text
    assert "Kesinti kipi" not in bench.first.page(bench.address("spike", SPIKE_DAY))


@pytest.mark.parametrize("wide", [True, False])
def test_a_day_of_which_nothing_came_is_drawn_as_one_gap(wide) -> None:
    tips = ["eksik"] * 96
    nothing = Curves(raw=(), held=(), proposed=(), reference=(), doubtful=(), missing=[(0, 96)], tips=tips)
    drawn = curve(nothing, f=Formats("tr"), title="gün", mark="", wide=wide)
    assert (drawn.count("url(#gap)"), drawn.count("<title>eksik")) == (1, 96)
