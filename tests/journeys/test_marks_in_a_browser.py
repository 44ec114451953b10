"""Are estimated, edited, suspect and missing values seen as such, by shape and by word?"""

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "portal"))

from doubted_city import EDITED, ESTIMATED, MISSING, Doubted, doubt
from pretend_city import NOW, shared

from osos.portal.screens import SCREENS
from osos.store import open_store

FACTORY_DAY = "from=2026-11-12&to=2026-11-12"
JUMP_DAY = "from=2026-11-10&to=2026-11-10"
WORDS = {
    "tr": {"estimated": "tahmini", "edited": "düzeltilmiş", "suspect": "şüpheli", "missing": "eksik"},
    "en": {"estimated": "estimated", "edited": "edited", "suspect": "suspect", "missing": "missing"},
}
SHAPES = {"estimated": "▨", "edited": "✎", "suspect": "◇", "missing": "╱"}
READERS = [{"language": "tr"}, {"language": "en", "theme": "dark"}]

# Of a stretch of the chart (shares of its width): how many of the pixels of a strip near the top lie on lines
# that rise, on lines that fall, and how many have each of these colours from top to bottom.
SEEN_IN_STRETCH = """([from, to, names, place = 0]) => {
  const plot = [...document.querySelectorAll(".plot")].at(place);
  const over = plot.querySelector(".u-over"), canvas = plot.querySelector("canvas");
  const px = devicePixelRatio, style = getComputedStyle(over);
  const left = parseFloat(style.left) * px, top = parseFloat(style.top) * px;
  const width = parseFloat(style.width) * px, height = Math.floor(parseFloat(style.height) * px);
  const x = Math.round(left + width * from), wide = Math.max(1, Math.round(width * (to - from)));
  const {data} = canvas.getContext("2d").getImageData(x, Math.round(top), wide, height);
  const at = (row, column) => [0, 1, 2].map((n) => data[4 * (row * wide + column) + n]);
  const rows = [40, 72], count = new Map();
  const key = (row, column) => at(row, column).join();
  for (let r = rows[0]; r < rows[1]; r++) for (let c = 0; c < wide; c++)
    count.set(key(r, c), (count.get(key(r, c)) ?? 0) + 1);
  const ground = [...count].sort((a, b) => b[1] - a[1])[0][0].split(",").map(Number);
  const drawn = (r, c) => at(r, c).some((value, n) => Math.abs(value - ground[n]) > 24);
  let rising = 0, falling = 0;
  for (let r = rows[0]; r < rows[1] - 1; r++) for (let c = 1; c < wide - 1; c++) if (drawn(r, c)) {
    rising += drawn(r + 1, c - 1) && !drawn(r + 1, c + 1);
    falling += drawn(r + 1, c + 1) && !drawn(r + 1, c - 1);
  }
  const probe = document.createElement("canvas").getContext("2d");
  const colours = {};
  for (const name of names) {
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
    probe.fillRect(0, 0, 1, 1);
    const wanted = probe.getImageData(0, 0, 1, 1).data;
    colours[name] = 0;
    for (let r = 0; r < height; r++) for (let c = 0; c < wide; c++)
      colours[name] += at(r, c).every((value, n) => Math.abs(value - wanted[n]) < 20);
  }
  return {rising, falling, ...colours};
}"""


@pytest.fixture(scope="module")
def doubted(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The city with values of every quality."""
    path = tmp_path_factory.mktemp("doubted") / "city.sqlite"
    store = open_store(shared(tmp_path_factory.getbasetemp(), path))
    with store.begin() as conn:
        found = doubt(conn)
    yield store, found
    store.close()


@pytest.fixture
def pages(doubted: Any, let_in: Any, live: Any) -> tuple[str, Doubted]:
    """Where the panel is served to the operator, and whose points there are."""
    store, found = doubted
    return live(let_in(store, SCREENS, NOW, {"127.0.0.1": found.told.staff})), found


def rows_of(page, quality):
    """The visible texts of a table's rows that carry this mark."""
    return page.locator(f"main tr:visible:has(.q-{quality})").all_inner_texts()


def seen(page, first, count, *colours, pane=0):
    """What is drawn where these quarter hours of a day stand, a little within their edges."""
    stretch = [(first + 0.15) / 96, (first + count - 0.15) / 96]
    return page.evaluate(SEEN_IN_STRETCH, [*stretch, list(colours), pane])


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader["language"])
def test_hours_say_how_well_they_are_known(pages, visit, shows, reader):
    site, found = pages
    words = WORDS[reader["language"]]
    page = visit(f"{site}/p/{found.factory}/hourly?{FACTORY_DAY}", **reader)
    shows(page, f"marks_hourly_{reader['language']}")
    for quality, hours in (("edited", ["10:00–11:00"]), ("estimated", ["13:00–14:00"])):
        said = rows_of(page, quality)
        assert [row.split()[0] for row in said][: len(hours)] == hours, quality
        assert all(f"{SHAPES[quality]} {words[quality]}" in row for row in said), quality
        assert page.locator(f"tr.row-{quality}:visible").count() == len(said), quality
    assert any(words["missing"] in row for row in rows_of(page, "missing"))
    page.goto(f"{site}/p/{found.gaps}/hourly?{JUMP_DAY}")
    assert any(f"{SHAPES['suspect']} {words['suspect']}" in row for row in rows_of(page, "suspect"))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader["language"])
def test_the_chart_hatches_estimates_and_leaves_gaps_open(pages, visit, shows, reader):
    site, found = pages
    page = visit(f"{site}/p/{found.factory}/profile?{FACTORY_DAY}&resolution=15min", **reader)
    page.wait_for_selector("[data-drawn]")
    shows(page, f"marks_profile_{reader['language']}")
    measured, by_day = seen(page, 8, 8, "imp"), seen(page, 32, 4, "info")
    estimated = seen(page, ESTIMATED.start, len(ESTIMATED), "imp")
    missing = seen(page, MISSING.start, len(MISSING), "imp")
    edited = seen(page, EDITED.start, len(EDITED), "imp", "info")
    last_known = seen(page, MISSING.start - 1, 1, "imp")
    assert measured["imp"] and estimated["imp"] and edited["imp"], "a line where there is a value"
    assert last_known["imp"], "a value holds until its quarter hour ends, before a gap too"
    assert not missing["imp"], "no line where there is none"
    assert estimated["rising"] > 20 + 4 * estimated["falling"], "hatched"
    assert missing["falling"] > 20 + 4 * missing["rising"], "the other way, lighter: a gap"
    assert measured["rising"] + measured["falling"] < 5, "plain"
    assert edited["info"] > 20 and not by_day["info"], "a dot above"
    assert page.locator(".plot").count() > 2, "voltages and currents under the energies"
    last = seen(page, ESTIMATED.start, len(ESTIMATED), pane=-1)
    assert last["rising"] < 5, "no voltage, current or cos φ is estimated"
    page.goto(f"{site}/p/{found.gaps}/profile?{JUMP_DAY}&resolution=15min")
    page.wait_for_selector("[data-drawn]")
    shows(page, f"marks_jump_{reader['language']}")
    framed = page.evaluate(SEEN_IN_STRETCH, [46.8 / 96, 49.2 / 96, ["warn"]])
    assert framed["warn"] > 100, "an amber frame"


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader["language"])
def test_the_chart_says_what_its_marks_say(pages, visit, reader):
    site, found = pages
    words = WORDS[reader["language"]]
    page = visit(f"{site}/p/{found.factory}/profile?{FACTORY_DAY}&resolution=15min", **reader)
    page.wait_for_selector("[data-drawn]")
    page.focus(".plots")
    heard = {}
    for slot in range(95, EDITED.start - 1, -1):  # the cursor stands on the last one
        if slot < 95:
            page.keyboard.press("ArrowLeft")
        heard[slot] = page.inner_text(".readout")
    for quality, slots in (("edited", EDITED), ("estimated", ESTIMATED), ("missing", MISSING)):
        assert all(words[quality] in heard[slot] for slot in slots), quality
    page.click("[data-do=table]")
    page.wait_for_selector(".twin tbody tr >> nth=95")
    cells = page.locator(".twin tbody td:nth-last-child(2)").all_inner_texts()
    counts = {"edited": len(EDITED), "estimated": len(ESTIMATED), "missing": len(MISSING)}
    assert {quality: cells.count(words[quality]) for quality in counts} == counts


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader["language"])
def test_months_and_registers_carry_their_marks(pages, visit, shows, reader):
    site, found = pages
    words = WORDS[reader["language"]]
    page = visit(f"{site}/p/{found.gaps}/monthly", **reader)
    shows(page, f"marks_monthly_{reader['language']}")
    november, october = page.locator("main table tbody tr:has(.q)").all_inner_texts()[:2]
    assert f"{SHAPES['suspect']} {words['suspect']}" in november
    assert f"{SHAPES['estimated']} {words['estimated']}" in october
    assert "▲" in november and "▲" in october, "and how much of it is missing"
    page.goto(f"{site}/p/{found.factory}/monthly")
    assert any(f"{SHAPES['edited']} {words['edited']}" in row for row in rows_of(page, "edited"))
    page.goto(f"{site}/p/{found.gaps}/indices")
    shows(page, f"marks_indices_{reader['language']}")
    assert any(f"{SHAPES['suspect']} {words['suspect']}" in row for row in rows_of(page, "suspect"))
