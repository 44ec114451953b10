"""Does a settled month change only by the operator's word, which two people have seen (D-22, D-23)?"""

import re
from decimal import Decimal
from html import unescape

import pytest
from bench_city import SPIKE_DAY

from osos.mdm import points
from osos.mdm.canonical import Channel
from osos.mdm.keeping.closing import Month, State, close_month
from osos.mdm.keeping.corrections import list_corrections
from osos.mdm.labels import day_number

SPIKE = day_number(SPIKE_DAY)
WHERE = {"reason": "GDDK 2026/114"}


@pytest.fixture
def waiting(bench):
    """November is settled; somebody found the spike to be 1 kWh. What a form names it by."""
    now = bench.first.client.app.state.web.clock.now()
    with bench.store.begin() as conn:
        close_month(conn, month=Month(2026, 11), by="test", now=now)
    address = bench.address("spike", SPIKE_DAY)
    slots = {"from": "14:30", "until": "14:45", "reason": "x"}
    bench.post(bench.first, address, act="edit", step="do", values="1", **slots)
    bench.post(bench.second, address, act="agree", step="do", number="1", reason="x")
    return f"{bench.city.ids['spike']}.{SPIKE}.1"


def settled(bench):
    point = bench.city.ids["spike"]
    with bench.store.read() as conn:
        block = points.load(conn, point_ids=[point], days=[SPIKE])[point, SPIKE].block
        (correction,) = list_corrections(conn, point_id=point, state=None)
    return int(block.energies[block.channels.index(Channel.A_PLUS), 58]), correction


@pytest.mark.parametrize("language", ["tr", "en"])
def test_what_waits_is_shown_with_what_it_would_change(bench, waiting, language) -> None:
    assert "/o/corrections" in bench.first.page("/o/validation", language)
    page = bench.first.page("/o/corrections", language)
    assert waiting in page and "<script>alert" not in page
    assert ("GDDK" in page) and ("kWh" in page)
    assert 'name="act"' not in bench.auditor.page("/o/corrections", language)


@pytest.mark.parametrize("language", ["tr", "en"])
def test_a_correction_leads_to_what_was_settled_and_to_what_is_known(bench, waiting, language) -> None:
    """D-34: each version has its own chain; what waits is the one less the other."""
    page = bench.first.page("/o/corrections", language)
    ways = [unescape(one) for one in re.findall(r'href="(/o/explain/[^"]+channel=1\.8\.0[^"]*)"', page)]
    assert len(ways) == 2 and ways[1] == f"{ways[0]}&correction=1"
    was, known = (bench.first.page(way, language) for way in ways)
    word = "düzeltmenin bildiği gibi" if language == "tr" else "as the correction has it"
    assert word in known and word not in was
    _, correction = settled(bench)
    assert total(known, language) - total(was, language) == correction.differences[Channel.A_PLUS] / 1000
    odd = [bench.first.page(f"{ways[0]}&correction={one}", language) for one in ("9", "x", "9" * 12, "-1")]
    assert {total(one, language) for one in odd} == {total(was, language)}


def total(page: str, language: str) -> Decimal:
    """The headline's kWh."""
    found = re.search(r"([\d.,]+)[\s\xa0]kWh", page.split("<h1")[1].split("</h1>", maxsplit=1)[0])
    assert found is not None
    text = found[1]
    return Decimal(text.replace(".", "").replace(",", ".") if language == "tr" else text.replace(",", ""))


def test_an_approval_needs_two_people_and_then_replaces_what_was_settled(bench, waiting) -> None:
    before, _ = settled(bench)
    got = bench.post(bench.first, "/o/corrections", act="approved", entry=waiting, **WHERE)
    assert (got.status_code, got.headers["location"]) == (303, "/o/corrections?said=asked")
    assert settled(bench)[0] == before, "one person's word changes nothing"
    own = bench.post(bench.first, "/o/corrections", act="agree", entry=waiting)
    assert own.status_code == 422 and "başka bir kişinindir" in own.text
    page = bench.second.page("/o/corrections")
    assert "GDDK 2026/114" in page and "Ayşe" in page
    got = bench.post(bench.second, "/o/corrections", act="agree", entry=waiting)
    assert got.headers["location"] == "/o/corrections?said=looked"
    after, correction = settled(bench)
    assert (after, correction.state) == (1000, State.APPROVED) and after != before
    assert "bekleyen düzeltme yok" in bench.first.page("/o/corrections")
    again = bench.post(bench.second, "/o/corrections", act="agree", entry=waiting)
    assert again.status_code == 422 and "artık beklemiyor" in again.text


def test_a_rejection_is_two_peoples_too_and_a_refused_proposal_waits_again(bench, waiting) -> None:
    before, _ = settled(bench)
    bench.post(bench.first, "/o/corrections", act="rejected", entry=waiting, **WHERE)
    bench.post(bench.second, "/o/corrections", act="disagree", entry=waiting)
    assert settled(bench)[1].state is State.PENDING and settled(bench)[1].asked_state is None
    bench.post(bench.second, "/o/corrections", act="rejected", entry=waiting, **WHERE)
    bench.post(bench.first, "/o/corrections", act="agree", entry=waiting)
    assert (settled(bench)[0], settled(bench)[1].state) == (before, State.REJECTED)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"act": "approved", "reason": " "}, "nerede yazdığını"),
        ({"act": "approved", "entry": "x", **WHERE}, "Önce listeden"),
        ({"act": "steal", **WHERE}, "Önce listeden"),
        ({"act": "agree"}, "artık beklemiyor"),
        ({"act": "approved", "entry": "999.9.9", **WHERE}, "artık beklemiyor"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(bench, waiting, form, said) -> None:
    got = bench.post(bench.first, "/o/corrections", **{"entry": waiting, **form})
    assert got.status_code == 422 and said in got.text
    assert settled(bench)[1].asked_state is None
