"""How is one of the table's hundreds of rows written?

A template would make ten thousand calls for a month; here a row is one string. Nothing in it comes from a
meter or a customer as text: hours, whole numbers and the page's own words.
"""

from collections.abc import Callable

from markupsafe import Markup

from osos.portal.registers import kilo_of
from osos.portal.screens.hourly.view import HourRow
from osos.quantities import Quality, to_local
from osos.web import Formats

_OF_ROW = {
    Quality.MEASURED: "",
    Quality.ESTIMATED: ' class="row-estimated"',
    Quality.EDITED: ' class="row-edited"',
    Quality.SUSPECT: ' class="row-suspect"',
    Quality.MISSING: ' class="gap"',
}


def line_of(f: Formats, again: str) -> Callable[[HourRow, Markup], Markup]:
    """A row with its mark, which the template has ready; its hour leads to where its figures come from.

    `again` is said of an hour that a clock showed twice.
    """
    kilo, clock = kilo_of(f.language), f.clock
    twice = Markup(" <small>{}</small>").format(again)

    def line(row: HourRow, mark: Markup) -> Markup:
        registers = [f'<td class="r reg">{kilo(value)}</td>' for value in row.index.values()]
        energies = [f'<td class="r">{kilo(value)}</td>' for value in row.wh.values()]
        way = f"explain?h={to_local(row.start):%Y-%m-%dT%H}"
        said = f'<a href="{way}">{clock(row.start)}–{clock(row.end)}</a>{twice if row.came_twice else ""}'
        hour = f'<th scope="row" class="nw">{said}</th>'
        cells = "".join((hour, *registers, *energies))
        return Markup(f"<tr{_OF_ROW[row.quality]}>{cells}<td>{mark}</td></tr>")  # noqa: S704  # see above

    return line
