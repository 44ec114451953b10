"""Is every chart a well-formed picture inside its frame, whatever the values?"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from osos.quantities import Interval
from osos.web import Formats, svg

TR = Formats("tr")
NOW = datetime(2026, 11, 21, 19, 52, tzinfo=UTC)
DAY = Interval(NOW - timedelta(hours=12), NOW + timedelta(hours=12))
NASTY = "</title><script>alert(1)</script>&\"'"
BANDS = [
    (0, 6, "t3", "T3 · gece"),
    (6, 17, "t1", "T1 · gündüz"),
    (17, 22, "t2", "T2 · puant"),
    (22, 24, "t3", "T3"),
]
QUALITIES = ["measured", "estimated", "edited", "suspect", "missing", "not_due", "partly"]

amounts = st.integers(-(10**12), 10**12)
maybe_amounts = st.none() | amounts
maybe_shares = st.none() | st.floats(-2, 5, allow_nan=False)
shares = st.floats(-2, 5, allow_nan=False)
words = st.sampled_from(["", "12", NASTY, "Çarşamba ğüşİı"])
SPACE = "{http://www.w3.org/2000/svg}"


def checked(markup):
    """The element, when it is sound: parses, has a title, says no NaN, no style, stays in its frame."""
    text = str(markup)
    assert not re.search(r"\bnan\b|\binf\b|style=|None", text), text[:400]
    root = etree.fromstring(text)
    assert root.tag == "svg"
    assert root.get("role") == "img"
    assert root[0].tag == "title"
    assert root[0].text
    assert not root.findall(".//script")
    _, _, width, height = map(float, root.get("viewBox").split())
    for shape in root.iter("rect"):
        x, y, w, h = (float(shape.get(name, "0")) for name in ("x", "y", "width", "height"))
        assert w >= 0
        assert h >= 0
        assert -1 <= x <= width + 1
        assert x + w <= width + 1.1
        assert -1 <= y <= height + 1
        assert y + h <= height + 1.1
    for shape in root.iter("circle"):
        assert -1 <= float(shape.get("cx")) <= width + 1
    for shape in root.iter("text"):
        assert -1 <= float(shape.get("x")) <= width + 1
        assert 0 <= float(shape.get("y")) <= height + 1
    return root


wide = st.booleans()
parts = st.builds(svg.Part, hue=st.sampled_from(["t1", "t2", "t3", "imp"]), value=amounts, estimated=amounts)
bar = st.builds(
    svg.Bar,
    label=words,
    sub=words,
    parts=st.lists(parts, max_size=4).map(tuple),
    before=maybe_amounts,
    state=st.sampled_from(["known", "missing", "not_due"]),
    rest=st.booleans(),
    strong=st.booleans(),
    mark=words,
    tip=words,
)


@given(st.lists(bar, max_size=40), wide)
def test_bars(bars, wide):
    checked(svg.stacked_bars(bars, f=TR, title=NASTY, desc=NASTY, wide=wide))


@given(
    st.lists(maybe_amounts, max_size=32),
    st.lists(maybe_amounts, max_size=32),
    st.tuples(amounts, amounts, amounts),
    wide,
)
def test_the_months_line(this, before, ahead, wide):
    cone = svg.Ahead(low=min(ahead), likely=sorted(ahead)[1], high=max(ahead), label="ay sonu ≈ 33,6")
    checked(
        svg.month_line(
            days=31,
            this=this,
            before=before,
            year_before=before,
            ahead=cone,
            today=NASTY,
            f=TR,
            title="x",
            wide=wide,
        )
    )


@given(maybe_shares, maybe_shares, maybe_shares, wide)
def test_bullet(share, limit, month_end, wide):
    checked(svg.bullet(share=share, limit=limit, month_end=month_end, hue="cap", f=TR, title="x", wide=wide))


@given(st.lists(st.lists(maybe_shares, max_size=12), max_size=3), st.lists(shares, max_size=2), wide)
def test_trend(lines, limits, wide):
    runs = [svg.Run(label=NASTY, hue="ind", values=values, dashed=True) for values in lines]
    checked(
        svg.trend(
            runs,
            labels=["Haz"] * max([len(v) for v in lines], default=0),
            limits=[svg.Limit(label="%15", value=v) for v in limits],
            f=TR,
            title="x",
            wide=wide,
        )
    )


@given(
    st.lists(st.lists(maybe_amounts, min_size=1, max_size=96), max_size=31),
    st.lists(st.sampled_from(QUALITIES), max_size=96),
    wide,
)
def test_heat_map(rows, quality, wide):
    made = [svg.HeatRow(label="1 Pz", values=values, quality=quality, strong=True) for values in rows]
    checked(svg.heat_map(made, title="x", bands=[band[:3] for band in BANDS], wide=wide))


def test_a_month_of_quarter_hours_stays_small():
    rows = [svg.HeatRow(label=f"{d}", values=[(d * 7 + n * 13) % 88 for n in range(96)]) for d in range(31)]
    assert len(svg.heat_map(rows, title="x")) < 80_000  # every cell unlike its neighbours; real days join


@given(
    st.lists(st.builds(svg.Cell, state=st.sampled_from(QUALITIES), tip=words, share=shares), max_size=40),
    wide,
)
def test_completeness_strip(cells, wide):
    checked(svg.completeness_strip(cells, title="x", wide=wide))


@given(st.lists(maybe_shares, max_size=96), wide)
def test_district_strip(values, wide):
    checked(svg.district_strip(values, title="x", wide=wide))


@given(st.lists(maybe_shares, max_size=40))
def test_sparkline(values):
    checked(svg.sparkline(values, title="x"))


@given(st.lists(st.tuples(st.sampled_from(["t1", "t2"]), shares, words), max_size=5), wide)
def test_share_bar(parts, wide):
    checked(svg.share_bar(parts, title="x", wide=wide))
    checked(svg.progress_bar(parts[0][1] if parts else None, title="x"))


@given(
    st.lists(st.none() | st.integers(0, 10**9), max_size=96),
    st.lists(st.none() | st.integers(0, 10**9), max_size=96),
    st.lists(st.booleans(), max_size=96),
    st.none() | st.floats(0, 24),
    wide,
)
def test_ribbon(values, before, estimated, now_hour, wide):
    checked(
        svg.day_ribbon(
            values,
            before=before,
            estimated=estimated,
            bands=BANDS,
            now_hour=now_hour,
            f=TR,
            title="x",
            wide=wide,
        )
    )


spans = st.tuples(st.integers(-3000, 3000), st.integers(0, 3000)).map(
    lambda each: Interval(NOW + timedelta(minutes=each[0]), NOW + timedelta(minutes=sum(each)))
)


@given(
    st.lists(st.builds(svg.Happening, period=spans, lane=st.integers(-1, 3), tip=words), max_size=12), wide
)
def test_time_line(happenings, wide):
    week = Interval(NOW - timedelta(days=3), NOW + timedelta(days=4))
    checked(svg.time_line(happenings, period=week, lanes=("uzun", "kısa"), f=TR, title="x", wide=wide))


dues = st.builds(
    svg.Due,
    lane=st.integers(-1, 4),
    period=spans,
    label=words,
    share=maybe_shares,
    soft=st.booleans(),
    deadline=st.none() | st.just(NOW),
)


@given(st.lists(dues, max_size=12), wide)
def test_rail(dues, wide):
    checked(svg.deadline_rail(dues, period=DAY, now=NOW, lanes=("a", NASTY, "c"), f=TR, title="x", wide=wide))


def _bars(markup):
    return [each for each in checked(markup).iter("rect") if each.get("fill") == "var(--t1)"]


def test_a_bar_twice_as_high_means_twice_the_energy():
    day = [
        svg.Bar(label=str(n), parts=(svg.Part(hue="t1", value=kwh * 1000),))
        for n, kwh in enumerate((100, 200, 0))
    ]
    heights = [float(each.get("height")) for each in _bars(svg.stacked_bars(day, f=TR, title="x"))]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.2)
    assert len(heights) == 2, "zero draws nothing"


def test_what_is_estimated_is_hatched_and_what_is_missing_is_not_joined():
    hatched = svg.stacked_bars(
        [svg.Bar(label="1", parts=(svg.Part(hue="t1", value=5000, estimated=2000),))], f=TR, title="x"
    )
    assert 'fill="url(#hatch)"' in hatched
    line = svg.month_line(days=4, this=[0, 10**6, None, 3 * 10**6, 4 * 10**6], f=TR, title="x")
    (this,) = [each for each in checked(line).iter("path") if each.get("stroke-width") == "2.6"]
    assert this.get("d").count("M") == 2


def test_the_month_ends_diamond_stands_right_of_the_bar_when_the_ratio_grows():
    drawn = checked(svg.bullet(share=0.132, limit=0.15, month_end=0.144, hue="cap", f=TR, title="x"))
    reached = max(float(r.get("width")) for r in drawn.iter("rect") if r.get("fill") == "var(--cap)")
    diamond = next(p.get("d") for p in drawn.iter("path"))
    assert float(re.match(r"M([\d.]+)", diamond)[1]) > reached
    assert "%15" in svg.bullet(share=0.132, limit=0.15, month_end=0.144, hue="cap", f=TR, title="x")
