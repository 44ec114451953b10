"""How does a reader take away exactly what a screen shows?

The same cells as the page, as a workbook or as CSV; above them whose they are, of when, and that they are
informative (S-10). `?machine=1` gives the CSV for programs: UTC, points, keys.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from starlette.exceptions import HTTPException
from starlette.responses import Response

from osos.mdm.canonical import Channel
from osos.portal.asking import Asked
from osos.portal.look import Look
from osos.portal.screens.hourly.view import HourlyView
from osos.portal.screens.monthly.view import RATES, MonthRow
from osos.portal.screens.profile.view import ProfileView
from osos.quantities import local_day
from osos.web.sheets import XLSX, Cell, Column, Sheet, attachment, csv_machine, csv_text, xlsx

CSV = "text/csv; charset=utf-8"
KWH_DECIMALS = 3


def send(look: Look, sheet: Sheet, kind: str, *, name: str) -> Response:
    """`kind` stands in the address: xlsx or csv; anything else is not there."""
    meter = look.installation
    stem = f"osos_{look.seen.place.installation_no or (meter.meter.serial if meter else 'nokta')}_{name}"
    if kind == "xlsx":
        body = xlsx([sheet], language=look.f.language, made_at=look.now, title=sheet.name)
        return attachment(body, name=f"{stem}.xlsx", kind=XLSX)
    if kind != "csv":
        raise HTTPException(404)
    if look.query.get("machine") == "1":
        return attachment(csv_machine(sheet), name=f"{stem}_utc.csv", kind=CSV)
    return attachment(csv_text(sheet, language=look.f.language), name=f"{stem}.csv", kind=CSV)


def facts(look: Look, asked: Asked | None) -> tuple[tuple[str, str | Decimal], ...]:
    """Whose they are (P-3), of when, and what they are not."""
    t, place, meter = look.t, look.seen.place, look.installation
    found: list[tuple[str, str | Decimal]] = [
        (t("identity.service_point"), place.installation_no or "–"),
        (t("identity.title"), place.title or "–"),
        (t("identity.etso"), place.etso or "–"),
        (t("identity.meter"), str(meter.meter) if meter else "–"),
        (t("files.multiplier"), meter.multiplier.normalize() if meter else "–"),
    ]
    if asked is not None:
        found.append((t("files.period"), look.f.days(asked.first, asked.last)))
    found += [(t("files.as_of"), look.f.when(look.now)), (t("files.note"), t("shell.informative"))]
    return tuple(found)


def hourly_sheet(look: Look, asked: Asked, view: HourlyView) -> Sheet:
    t = look.t
    energies = [_energy(look, channel) for channel in view.channels]
    registers = [
        Column(
            title=t("files.register", code=channel.value),
            key=f"register_{_key(channel)}",
            kind="number",
            decimals=KWH_DECIMALS,
        )
        for channel in view.channels
    ]
    columns = [*_span_columns(look), *registers, *energies, *_quality_columns(look)]
    rows = (
        (
            *(row.start, row.end),
            *(row.index[channel] for channel in view.channels),
            *(row.wh[channel] for channel in view.channels),
            *(row.quality, row.known_minutes, row.known_since),
        )
        for day in view.days
        for row in day.hours
    )
    return Sheet(name=t("nav.hourly"), columns=columns, rows=rows, facts=facts(look, asked))


def profile_sheet(look: Look, asked: Asked, view: ProfileView) -> Sheet:
    columns = [
        Column(
            title=f"{look.t(f'obis.{one.code}')} {one.unit}".strip(),
            key=one.code.replace(" ", "_"),
            kind="number",
            decimals=one.decimals,
        )
        for one in view.columns
    ]
    quality = Column(title=look.t("table.quality"), key="quality")
    rows: Iterable[Sequence[Cell]] = zip(
        view.starts, view.ends, *(one.values for one in view.columns), view.quality, strict=True
    )
    return Sheet(
        name=look.t("nav.profile"),
        columns=[*_span_columns(look), *columns, quality],
        rows=rows,
        facts=facts(look, asked),
    )


def monthly_sheet(look: Look, months: Sequence[MonthRow]) -> Sheet:
    t = look.t
    channels = [c for c in Channel if any(c in row.wh for row in months)]
    rates = [
        Column(title=f"T{code[-1]} kWh", key=f"t{code[-1]}_kwh", kind="number", decimals=KWH_DECIMALS)
        for code in RATES
    ]
    demand = [
        column
        for code in ("1.6.0", "2.6.0")
        for column in (
            Column(title=f"{code} kW", key=f"demand_{code}_kw", kind="number", decimals=3),
            Column(title=f"{code} {t('monthly.at')}", key=f"demand_{code}_at", kind="time", width=17),
        )
    ]
    month = Column(title=t("monthly.month"), key="month", kind="day")
    missing = Column(title=t("files.missing"), key="missing_percent", kind="number", decimals=2)
    columns = [
        month,
        *(_energy(look, c) for c in channels),
        *rates,
        *demand,
        missing,
        *_quality_columns(look)[:1],
    ]
    return Sheet(
        name=t("nav.monthly"),
        columns=columns,
        rows=(_month_cells(row, channels) for row in months),
        facts=facts(look, None),
    )


def _month_cells(row: MonthRow, channels: Sequence[Channel]) -> tuple[Cell, ...]:
    demands = [
        cell for one in (row.demand, row.demand_export) for cell in ((one.w, one.at) if one else (None, None))
    ]
    return (
        local_day(row.month.start),
        *(row.wh.get(channel) if row.is_known else None for channel in channels),
        *(row.rates[code] for code in RATES),
        *demands,
        round(row.missing_share * 10_000),
        row.quality,
    )


def _span_columns(look: Look) -> list[Column]:
    return [
        Column(title=look.t("files.start"), key="start", kind="time", width=17),
        Column(title=look.t("files.end"), key="end", kind="time", width=17),
    ]


def _quality_columns(look: Look) -> list[Column]:
    return [
        Column(title=look.t("table.quality"), key="quality"),
        Column(title=look.t("files.known_minutes"), key="known_minutes", kind="number"),
        Column(title=look.t("files.known_since"), key="known_since", kind="time", width=17),
    ]


def _energy(look: Look, channel: Channel) -> Column:
    unit = "kWh" if channel.value[0] in "12" else "kVArh"
    return Column(
        title=f"{look.t(f'channel.{channel.value}')} {unit}",
        key=_key(channel),
        kind="number",
        decimals=KWH_DECIMALS,
    )


def _key(channel: Channel) -> str:
    unit = "kwh" if channel.value[0] in "12" else "kvarh"
    return f"{channel.name.lower()}_{unit}"
