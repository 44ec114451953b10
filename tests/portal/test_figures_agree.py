"""Do page, workbook and CSV say the same, to the last digit?"""

import csv
import io
import re
from datetime import datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
from lxml import html
from words_of_pdf import lines_of

from osos.web import Formats

DAYS = "from=2026-11-10&to=2026-11-13"
HEAD = ("Başlangıç", "From", "Ay", "Hizmet noktası no")
A_TABLE = 5  # columns and more; less is a fact above the table


def number(text):
    """Decimal of a Turkish figure; None for a dash or nothing."""
    kept = text.strip().replace(".", "").replace(",", ".").replace("−", "-")
    return None if kept in {"", "–"} else Decimal(kept)


def csv_rows(body):
    """Titles and rows of the Turkish CSV, facts left out."""
    lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    head = next(n for n, line in enumerate(lines) if len(line) > A_TABLE and line[0] in HEAD)
    return lines[head], lines[head + 1 :]


def xlsx_rows(body):
    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True)
    lines = list(book.active.iter_rows(values_only=True))
    book.close()
    head = next(n for n, line in enumerate(lines) if line[0] in HEAD and all(line[:A_TABLE]))
    return list(lines[head]), [list(line) for line in lines[head + 1 :]]


@pytest.fixture
def three(panel, city):
    """Page, workbook and CSV of one address."""

    def of(screen, place="factory", query=DAYS):
        client, base = panel(city.staff), f"/p/{city.points[place]}/{screen}"
        page = html.fromstring(client.get(f"{base}?{query}").text)
        return (
            page,
            xlsx_rows(client.get(f"{base}.xlsx?{query}").content),
            csv_rows(client.get(f"{base}.csv?{query}").content),
        )

    return of


def cells_of(page, rows):
    return [[cell.text_content().strip() for cell in row.xpath("th|td")] for row in page.xpath(rows)]


@pytest.mark.parametrize("place", ["factory", "solar", "market"])
def test_hours_are_the_same_on_page_in_workbook_and_csv(three, place):
    page, (titles, book), (csv_titles, lines) = three("hourly", place)
    shown = cells_of(page, "//table[contains(@class,'hours')]//tr[not(contains(@class,'day')) and td]")
    assert titles == csv_titles
    assert len(shown) == len(book) == len(lines) == 96
    figures = len(shown[0]) - 2  # between the hour and the quality
    for on_page, in_book, in_csv in zip(shown, book, lines, strict=True):
        page_numbers = [number(text) for text in on_page[1:-1]]
        book_numbers = [None if cell is None else Decimal(str(cell)) for cell in in_book[2 : 2 + figures]]
        assert page_numbers == book_numbers == [number(text) for text in in_csv[2 : 2 + figures]]
        assert on_page[0][:5] == f"{in_book[0]:%H:%M}" == in_csv[0][-5:]
        word = in_csv[2 + figures]
        assert in_book[2 + figures] == word and word in on_page[-1]


def test_a_profile_is_the_same_in_all_three(three):
    page, (titles, book), (csv_titles, lines) = three("profile", query="from=2026-11-12&to=2026-11-12")
    shown = cells_of(page, "//div[@class='no-js']//tbody/tr")
    assert titles == csv_titles
    assert len(shown) == len(book) == len(lines) == 96
    for on_page, in_book, in_csv in zip(shown, book, lines, strict=True):
        in_file = [number(text) for text in in_csv[2:-1]]
        assert in_file == [None if cell is None else Decimal(str(cell)) for cell in in_book[2:-1]]
        for seen, exact in zip(on_page[2:-1], in_file, strict=True):  # the page rounds to what it shows
            digits = len(seen.partition(",")[2])
            rounded = None if exact is None else exact.quantize(Decimal(1).scaleb(-digits), "ROUND_HALF_UP")
            assert number(seen) == rounded
        assert in_csv[-1] == in_book[-1] and in_csv[-1] in on_page[-1]


def test_the_days_sums_are_the_sums_of_their_hours(three):
    page, _, (titles, lines) = three("hourly")
    column = titles.index("Çekiş kWh")
    by_day = {}
    for line in lines:
        day = datetime.strptime(line[0], "%d.%m.%Y %H:%M").date()
        by_day[day] = by_day.get(day, Decimal(0)) + (number(line[column]) or 0)
    sums = cells_of(page, "//tr[@class='day']")
    assert [number(row[1]) for row in sums] == list(by_day.values())


def test_the_headline_is_the_sum_of_the_rows(three):
    page, (titles, book), _ = three("hourly")
    total = sum(Decimal(str(row[titles.index("Çekiş kWh")] or 0)) for row in book)
    said = number(page.xpath("//h1/b")[0].text_content().split()[0])
    assert said == total.quantize(Decimal("0.1"), "ROUND_HALF_UP")


def test_the_machines_csv_has_utc_and_points(panel, city):
    address = f"/p/{city.points['factory']}/hourly.csv?{DAYS}&machine=1"
    rows = list(csv.DictReader(io.StringIO(panel(city.company).get(address).text)))
    assert rows[0]["start"] == "2026-11-09T21:00:00Z"
    assert len(rows) == 96 and Decimal(rows[0]["a_plus_kwh"]) > 0


def test_each_file_says_whose_it_is_and_what_it_is_not(panel, city):
    got = panel(city.company).get(f"/p/{city.points['factory']}/hourly.csv?{DAYS}")
    text = got.content.decode("utf-8-sig")
    assert "2004178301" in text and "faturaya esas değildir" in text
    assert "attachment" in got.headers["content-disposition"]


def test_the_months_bands_add_up_to_the_month(panel, city):
    page = html.fromstring(panel(city.company).get(f"/p/{city.points['factory']}/overview").text)
    table = page.xpath("//section[h2 or header/h2[text()='Dilimlere göre pay']]//table")[0]
    *bands, total = [number(row.xpath("td")[0].text_content()) for row in table.xpath(".//tr[td]")]
    assert abs(sum(bands) - total) <= 2  # each is rounded to whole kWh


def test_the_multiplier_in_a_workbook_is_a_number(panel, city):
    address = f"/p/{city.points['factory']}/hourly.xlsx?{DAYS}"
    book = openpyxl.load_workbook(io.BytesIO(panel(city.company).get(address).content), read_only=True)
    told = {line[0]: line[1] for line in book.active.iter_rows(max_row=9, values_only=True)}
    book.close()
    assert told["Çarpan"] == 40 and isinstance(told["Çarpan"], int | float)
    text = panel(city.company).get(address.replace("xlsx", "csv")).content.decode("utf-8-sig")
    assert "Çarpan;40\r\n" in text


MONTH = "from=2026-11-01&to=2026-11-21"


@pytest.mark.parametrize("place", ["factory", "solar", "home"])
def test_the_days_of_a_month_are_the_same_on_page_in_workbook_in_csv_and_in_print(three, panel, city, place):
    page, (titles, book), (_, lines) = three("hourly", place, MONTH)
    column = titles.index("Çekiş kWh")
    shown = {row[0]: number(row[1]) for row in cells_of(page, "//tr[@class='day']")}
    in_book, in_csv = ({}, {})
    for row, line in zip(book, lines, strict=True):
        day = row[0].date()
        in_book[day] = in_book.get(day, Decimal(0)) + Decimal(str(row[column] or 0))
        in_csv[day] = in_csv.get(day, Decimal(0)) + (number(line[column]) or 0)
    assert list(shown.values()) == list(in_book.values()) == list(in_csv.values())
    address = f"/p/{city.points[place]}/overview.pdf?month=2026-11"
    pdf = lines_of(panel(city.staff).get(address).content)
    head = next(n for n, words in enumerate(pdf) if "Toplam kWh" in words)
    place_of_total = pdf[head].index("Toplam kWh") - len(pdf[head])  # "Gün" may stand on a line of its own
    rows = [words for words in pdf[head:] if re.match(r"\d+ Kasım \w+$", words[0])]
    printed = [number(words[place_of_total]) for words in rows]
    assert printed == [day.quantize(Decimal("0.1"), "ROUND_HALF_UP") for day in in_book.values()]


def tenths(value):
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.1"), "ROUND_HALF_UP")


@pytest.mark.parametrize(("place", "columns"), [("factory", 7), ("solar", 8), ("home", 1)])
def test_months_are_the_same_on_page_in_workbook_and_csv(three, place, columns):
    page, (titles, book), (_, lines) = three("monthly", place, "")
    (head,) = cells_of(page, "//table[contains(@class, 'broad')]/thead/tr")
    rows = cells_of(page, "//table[contains(@class, 'broad')]/tbody/tr")
    compared = 0
    for place_on_page, said in enumerate(head):
        title = next((title for title in titles if said.endswith(f" {title}") or said == title), None)
        if title is None or not title.endswith(("kWh", "kVArh", "kW")):
            continue
        shown, column = [number(row[place_on_page].lstrip("▲ ")) for row in rows], titles.index(title)
        assert (
            shown == [tenths(row[column]) for row in book] == [tenths(number(row[column])) for row in lines]
        )
        compared += 1
    assert compared >= columns and len(rows) == 2


def test_a_portfolio_is_the_same_on_page_in_workbook_and_csv(panel, city):
    client = panel(city.supplier)
    page = html.fromstring(client.get("/p/portfolio").text)
    titles, book = xlsx_rows(client.get("/p/portfolio.xlsx").content)
    _, lines = csv_rows(client.get("/p/portfolio.csv").content)
    use, missing = titles.index("Çekiş kWh"), titles.index("Eksik dakika")
    rows = cells_of(page, "//main//table/tbody/tr")
    assert [number(row[1]) for row in rows] == [tenths(row[use]) for row in book]
    assert [number(row[1]) for row in rows] == [tenths(number(line[use])) for line in lines]
    spans = [f"▲ {Formats('tr').span(timedelta(minutes=row[missing]))}" for row in book]
    assert [row[2] for row in rows] == spans and len(rows) == 3


def test_registers_are_the_same_on_page_and_in_print(panel, city):
    client, base = panel(city.company), f"/p/{city.points['factory']}"
    page = html.fromstring(client.get(f"{base}/indices").text)
    table = page.xpath("//section//table")[0]
    shown = {row.xpath("td")[0].text_content(): row.xpath("td")[-1] for row in table.xpath(".//tbody/tr")}
    pdf = lines_of(client.get(f"{base}/overview.pdf?month=2026-11").content)
    printed = {words[0]: words[2] for words in pdf if re.fullmatch(r"\d\.8\.\d", words[0])}
    assert len(printed) >= 7
    assert printed == {code: shown[code].text_content().strip() for code in printed}
