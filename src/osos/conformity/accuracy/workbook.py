"""How are the sheets of EK-4 written as a workbook: a summary, and a page a test? (T-24)"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from osos.conformity.accuracy.columns import ERROR, IMPULSES, LIMIT, WORDS, columns
from osos.conformity.accuracy.judge import Result
from osos.conformity.device import Device

SUMMARY = "Özet"
_DOTS = {
    "line": {"none": True},
    "marker": {"type": "circle", "size": 4, "fill": {"color": "#0C5A57"}, "border": {"none": True}},
}
_LINE = {"line": {"color": "#B3261E", "width": 1.25}, "marker": {"type": "none"}}
HEAD_ROW = 3  # of a page: its id, its name and a note stand above, from 0
_SUMMARY_HEADS = ("Sıra", "EK-4", "Test Prosedürü", "Alan (mT)", "Test Noktası Sayısı", "Yapıldı", "Sonuç")


def workbook(results: Sequence[Result], device: Device) -> bytes:
    """Numbers are numbers; the columns a test bench fills in are marked by their colour."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        looks = _looks(book)
        _summary(book.add_worksheet(SUMMARY), results, looks)
        for result in results:
            _page(book.add_worksheet(result.sheet.title), result, device, looks, book)
    return out.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    return {
        "head": book.add_format({"bold": True, "bg_color": "#EEF2F0", "border": 1, "text_wrap": True}),
        "title": book.add_format({"bold": True, "font_size": 12}),
        "pale": book.add_format({"font_color": "#5F6D69"}),
    }


def _summary(page: Any, results: Sequence[Result], looks: dict[str, Any]) -> None:
    page.write(0, 0, "Ölçüm Doğruluk Testleri (EK-4)", looks["title"])
    for column, head in enumerate(_SUMMARY_HEADS):
        page.write(2, column, head, looks["head"])
    for row, result in enumerate(results, 3):
        sheet = result.sheet
        told = (
            row - 2,
            sheet.id,
            sheet.name,
            sheet.field_mt,
            len(sheet.points),
            "Evet" if result.done else "Hayır",
            WORDS[result.verdict],
        )
        for column, value in enumerate(told):
            page.write(row, column, value)
    page.set_column(2, 2, 46)
    page.set_column(3, 6, 14)


def _page(page: Any, result: Result, device: Device, looks: dict[str, Any], book: Any) -> None:
    sheet = result.sheet
    page.write(0, 0, sheet.title, looks["title"])
    page.write(1, 0, f"{sheet.name}, {device.describe()}, B = {sheet.field_mt} mT")
    page.write(
        2, 0, "Test noktaları tarafımızca seçilmiştir (formda yalnız sayıları yazılıdır).", looks["pale"]
    )
    for number, column in enumerate(columns(device.phases)):
        fill = {"bg_color": "#FFF8E6"} if column.head in {ERROR, IMPULSES} else {}
        look = book.add_format({"num_format": column.form, **fill})
        page.set_column(number, number, column.width)
        page.write(HEAD_ROW, number, column.head, looks["head"])
        for row, one in enumerate(result.points, HEAD_ROW + 1):
            value = column.value(one)
            if value is None:
                page.write_blank(row, number, None, look)
            else:
                page.write(row, number, value, look)
    page.freeze_panes(HEAD_ROW + 1, 3)
    _plot(page, result, device, book)


def _plot(page: Any, result: Result, device: Device, book: Any) -> None:
    """Errors between their limits; drawn by the workbook itself, from whatever stands in its cells."""
    heads = [column.head for column in columns(device.phases)]
    below = len(heads)  # a hidden column: the lower limit
    first, last = HEAD_ROW + 1, HEAD_ROW + len(result.points)
    for row, one in enumerate(result.points, first):
        page.write(row, below, -float(one.limit_percent))
    page.set_column(below, below, None, None, {"hidden": True})
    chart = book.add_chart({"type": "scatter", "subtype": "straight"})
    for column, name, look in (
        (heads.index(ERROR), ERROR, _DOTS),
        (heads.index(LIMIT), LIMIT, _LINE),
        (below, "", _LINE),
    ):
        title = result.sheet.title
        places = {"categories": [title, first, 0, last, 0], "values": [title, first, column, last, column]}
        chart.add_series({"name": name, **places, **look})
    chart.show_hidden_data()
    chart.set_title({"name": f"{result.sheet.title} {result.sheet.name}", "name_font": {"size": 11}})
    chart.set_x_axis(
        {"name": "test noktası", "min": 0, "max": len(result.points) + 1, "label_position": "low"}
    )
    chart.set_y_axis({"name": ERROR, "num_format": "0.0"})
    chart.set_legend({"position": "bottom", "delete_series": [2]})
    chart.set_size({"width": 760, "height": 340})
    page.insert_chart(HEAD_ROW, below + 2, chart)
