"""Does the queue show what asks for a look, by rule, and are many days decided about at once?"""

import pytest
from bench_city import GAP_DAY, NOW, SPIKE_DAY

from osos.console.screens.validation import queue
from osos.console.screens.validation.queue import Asked, page_of, summary
from osos.console.screens.workbench.forms import values_of
from osos.mdm import judge
from osos.mdm.labels import day_number
from osos.mdm.rules import BY_ID

TODAY = day_number(SPIKE_DAY) + 3


def marked(bench, *names: str) -> list[str]:
    return [f"{bench.city.points[name]}/{SPIKE_DAY}" for name in names]


def test_an_empty_installation_says_so(desk_of) -> None:
    assert "Bakılacak bir şey yok" in desk_of().page("/o/validation")


def test_the_queue_is_told_by_rule_with_its_energy_points_and_oldest_day(bench) -> None:
    page = bench.first.page("/o/validation")
    assert "<script>alert" not in page
    table = page.split("Kurala göre", 1)[1].split("</table>")[0]
    assert table.index("Sıçrama") < table.index("Eksik aralık")
    for told in ("648,7", "7,5", "18.11.2026", "12.11.2026", "tahmin öner"):
        assert told in table, told
    assert "rules found days to look at" in bench.first.page("/o/validation", "en")


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("rule=MISSING", "Kırtasiye", "Fırın"),
        ("district=Boğazönü", "Şekerci", "Fırın"),
        ("class=BALANCING_UNIT", "Fırın", "Şekerci"),
        ("rule=NOSUCH", "Fırın", "zzz"),
        ("after=9815.0", "Fırın", "Kırtasiye"),
        ("after=x.y", "Kırtasiye", "zzz"),
    ],
)
def test_the_queue_is_filtered(bench, query, there, gone) -> None:
    days = bench.first.page(f"/o/validation?{query}").split("Bakılacak günler", 1)[1]
    assert there in days
    assert gone not in days


def test_pages_hold_every_entry_once(bench, monkeypatch) -> None:
    monkeypatch.setattr(queue, "_AT_ONCE", 2)
    with bench.store.read() as conn:
        found, after = [], (0, 0)
        while after is not None:
            rows, after = page_of(conn, Asked(after=after), today=TODAY, limit=1, now=bench_now())
            found += [row.key for row in rows]
    assert found == sorted(set(found))
    assert len(found) == 3


def bench_now():
    from bench_city import NOW

    return NOW


def test_every_rule_has_words_and_a_suggestion(bench) -> None:
    assert set(queue.ACTION) <= set(BY_ID)
    with bench.store.read() as conn:
        assert [one.action for one in summary(conn, today=TODAY)] == ["estimate", "estimate"]


def test_several_are_tried_then_done_and_leave_the_queue(bench) -> None:
    entries = [*marked(bench, "spike", "spike-too"), f"nosuch/{SPIKE_DAY}", "nonsense"]
    form = {"act": "accept", "rule": "SPIKE", "entry": entries}
    tried = bench.post(bench.first, "/o/validation?rule=SPIKE", step="try", **form)
    assert "Önizleme: Doğru bul, 2 gün" in tried.text
    bare = bench.post(bench.first, "/o/validation?rule=SPIKE", step="do", **form)
    assert (bare.status_code, "Gerekçe yazılmalı" in bare.text) == (422, True)
    assert "2 gün yapıldı" not in bare.text
    done = bench.post(bench.first, "/o/validation?rule=SPIKE", step="do", reason="kaynak", **form)
    assert "2 gün yapıldı, 0 gün yapılamadı" in done.text
    assert "Bu süzgece uyan gün yok" in done.text
    again = bench.post(bench.first, "/o/validation?rule=SPIKE", step="do", reason="kaynak", **form)
    assert "0 gün yapıldı, 2 gün yapılamadı" in again.text


def test_nothing_marked_is_said(bench) -> None:
    got = bench.post(bench.first, "/o/validation?rule=SPIKE", step="try", act="accept", rule="SPIKE")
    assert "Hiçbir gün seçilmedi" in got.text


def test_what_waits_is_listed_with_who_and_what_it_changes(bench) -> None:
    address = bench.address("gap", GAP_DAY)
    form = {"from": "13:00", "until": "13:30", "values": "1 1"}
    bench.post(bench.first, address, act="edit", step="do", reason="elle", **form)
    page = bench.second.page("/o/validation")
    waiting = page.split('id="waiting"')[1]
    assert "Ayşe" in waiting
    assert "+2,0 kWh" in waiting
    assert "1 karar ikinci bakışı bekliyor" in page


@pytest.mark.parametrize(
    ("text", "values"),
    [("0,125 1.5", (125, 1500)), ("", ()), ("1;2\n3", (1000, 2000, 3000)), ("0.0001", None), ("x", None)],
)
def test_values_are_read_to_the_watt_hour(text, values) -> None:
    assert values_of(text) == values


def test_what_was_accepted_is_out_of_the_queue_itself_and_back_when_it_is_undone(bench) -> None:
    point, day = bench.city.ids["spike"], day_number(SPIKE_DAY)
    form = {"from": "14:30", "until": "14:45", "reason": "saha raporu 12"}

    def asked() -> set[tuple[int, int]]:
        with bench.store.read() as conn:
            return {(one.point_id, one.day) for one in judge.queue(conn, rule="SPIKE")}

    assert (point, day) in asked()
    bench.post(bench.first, bench.address("spike", SPIKE_DAY), act="accept", step="do", **form)
    assert (point, day) not in asked()
    with bench.store.begin() as conn:
        found = judge.findings(conn, point_ids=[point], days=[day])[point, day]
        assert "SPIKE" in {one.rule for one in found}, "the verdict stays"
        done = judge.judge(conn, point_ids=[point], days=[day], now=NOW)
        assert (done.written.new, done.written.changed) == (0, 0), "judged again it is the same verdict"
    assert (point, day) not in asked()
    bench.post(bench.first, bench.address("spike", SPIKE_DAY), act="undo", step="do", number="1", **form)
    assert (point, day) in asked()
