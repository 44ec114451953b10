"""How does a supplier take the month of his portfolio away, a row a point?"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from starlette.exceptions import HTTPException
from starlette.responses import Response

from osos.portal.files import CSV, KWH_DECIMALS
from osos.portal.screens.points.view import ListedPoint
from osos.web import Formats
from osos.web.sheets import XLSX, Cell, Column, Sheet, attachment, csv_machine, csv_text, xlsx

Say = Callable[..., str]


def portfolio_sheet(
    points: Iterable[ListedPoint], *, month: date, order: str, now: datetime, f: Formats, t: Say
) -> Sheet:
    columns = [
        Column(title=t("identity.service_point"), key="installation_no"),
        Column(title=t("identity.etso"), key="etso", width=18),
        Column(title=t("identity.title"), key="title", width=40),
        Column(title=t("points.meter"), key="meter", width=16),
        Column(title=t("points.kwh"), key="a_plus_kwh", kind="number", decimals=KWH_DECIMALS),
        Column(title=t("points.export"), key="a_minus_kwh", kind="number", decimals=KWH_DECIMALS),
        Column(title=t("files.missing"), key="missing_percent", kind="number", decimals=2),
        Column(title=t("points.missing_minutes"), key="missing_minutes", kind="number"),
        Column(title=t("points.last"), key="known_since", kind="time", width=17),
    ]
    facts = (
        (t("files.period"), f.month(month)),
        (t("files.as_of"), f.when(now)),
        (t("points.file_order"), order),
        (t("files.note"), f"{t('points.only_yours')} {t('shell.informative')}"),
    )
    return Sheet(name=t("points.portfolio"), columns=columns, rows=map(_cells, points), facts=facts)


def _cells(one: ListedPoint) -> tuple[Cell, ...]:
    place, hung = one.point.place, one.point.seen_installations()
    known = one.last_known is not None
    return (
        *(place.installation_no, place.etso, place.title),
        str(hung[-1][0].meter) if hung else None,
        one.wh if known else None,
        one.exported_wh if known else None,
        round((1 - one.known_share) * 10_000),
        int(one.missing.total_seconds()) // 60,
        one.last_known,
    )


def sent(
    sheet: Sheet, kind: str, *, f: Formats, now: datetime, query: Mapping[str, str], stem: str
) -> Response:
    """`kind` stands in the address: xlsx or csv; anything else is not there."""
    if kind == "xlsx":
        body = xlsx([sheet], language=f.language, made_at=now, title=sheet.name)
        return attachment(body, name=f"osos_{stem}.xlsx", kind=XLSX)
    if kind != "csv":
        raise HTTPException(404)
    if query.get("machine") == "1":
        return attachment(csv_machine(sheet), name=f"osos_{stem}_utc.csv", kind=CSV)
    return attachment(csv_text(sheet, language=f.language), name=f"osos_{stem}.csv", kind=CSV)
