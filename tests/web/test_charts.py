"""Does the chart get exactly the values, times and marks given, and nothing that ends its script element?"""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.quantities import Quality
from osos.web.charts import WORDS, Bands, Line, Pane, chart_data, in_script, tariff_at
from osos.web.formats import Formats
from osos.web.words import OWN_WORDS, read_words

START = datetime(2026, 10, 31, 21, tzinfo=UTC)  # 1 November, 00:00 in Turkey
QUARTER = timedelta(minutes=15)
CUTS = ((0, 360, "t3"), (360, 1020, "t1"), (1020, 1320, "t2"), (1320, 1440, "t3"))
STANDS = read_words([OWN_WORDS])


def say(word_id, **facts):
    return STANDS.say("tr", word_id, **facts)


def told(starts, values, quality=(), label="A"):
    made = chart_data(
        t=say,
        language="tr",
        starts=starts,
        ends=[start + QUARTER for start in starts],
        panes=(Pane(title="x", unit="kW", lines=(Line(label=label, hue="imp", values=values),)),),
        quality=quality,
        bands=(Bands(since=START, cuts=CUTS),),
    )
    return json.loads(made)


def times(coded):
    """As chart.js reads them."""
    all_of = coded[:1]
    for step, count in coded[1:]:
        all_of += [all_of[-1] + step * (n + 1) for n in range(count)]
    return all_of


@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.none() | st.integers(-(10**9), 10**9), st.sampled_from(Quality)),
        max_size=200,
    )
)
def test_what_is_told_is_what_was_given(rows):
    starts, at = [], START
    for quarters, _, _ in rows:
        starts.append(at)
        at += quarters * QUARTER
    values, quality = [row[1] for row in rows], [row[2] for row in rows]
    back = told(starts, values, quality)
    assert times(back["t"]) == [int(start.timestamp()) for start in starts]
    assert back["panes"][0]["lines"][0]["values"] == values
    marks = ["measured"] * len(rows)
    for first, count, mark in back["quality"]:
        marks[first : first + count] = [mark] * count
    assert marks == [each.name.lower() for each in quality]


def test_a_month_of_equal_steps_is_told_in_one():
    starts = [START + n * QUARTER for n in range(2976)]
    assert told(starts, [1] * 2976)["t"] == [int(START.timestamp()), [900, 2975]]


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--", "]]>", "\u2028", "&lt;"])
def test_no_label_ends_the_element_it_stands_in(text):
    assert told([START], [1], label=text)["panes"][0]["lines"][0]["label"] == text
    written = str(in_script({"label": text}))
    assert not set(written) & set("<>&\u2028\u2029")


def test_what_is_not_a_number_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        in_script([float("nan")])


def test_every_word_the_script_asks_for_is_there():
    words = told([START], [1])["words"]
    assert set(WORDS) <= set(words)
    assert {f"quality.{each.name.lower()}" for each in Quality} <= set(words)


@pytest.mark.parametrize(
    ("language", "sunday", "september"),
    [("tr", ("Paz", "Pazar"), ("Eyl", "Eylül")), ("en", ("Sun", "Sunday"), ("Sept", "September"))],
)
def test_months_and_weekdays_have_the_names_the_page_gives_them(language, sunday, september):
    names = json.loads(chart_data(t=say, language=language, starts=[], ends=[], panes=()))["names"]
    assert (names["short_weekdays"][0], names["weekdays"][0]) == sunday
    assert (names["short_months"][8], names["months"][8]) == september
    written = Formats(language).near_day(date(2026, 9, 6))
    assert sunday[1] in written and september[1] in written


def test_the_tariff_is_that_of_the_meters_calendar():
    later = Bands(since=START + timedelta(days=1), cuts=((0, 1440, "t2"),))
    bands = (Bands(since=START, cuts=CUTS), later)
    assert tariff_at(bands, START - QUARTER) is None
    assert [tariff_at(bands, START + timedelta(hours=h)) for h in (0, 6, 16.75, 17, 22)] == [
        "t3",
        "t1",
        "t1",
        "t2",
        "t3",
    ]
    assert tariff_at(bands, START + timedelta(hours=25)) == "t2"
