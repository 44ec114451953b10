"""What does the *dönem özeti* of a month say?

The same figures as the page, from the same facts, written by the same formats: it cannot say another thing.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from osos.mdm.faces import Band, Kind
from osos.portal.look import Look
from osos.portal.registers import register_name
from osos.quantities import Quality
from osos.web.pdf import PeriodSummary, Table
from osos.web.svg import standalone

Facts = Mapping[str, Any]  # what the overview's template gets


def summary_of(look: Look, facts: Facts, *, operator: str) -> PeriodSummary:
    t, f, place = look.t, look.f, look.seen.place
    month = f.month(facts["use"].first)
    return PeriodSummary(
        language=f.language,
        operator=operator,
        title=t("summary.title", month=month),
        subtitle=t("summary.subtitle", title=place.title or t("portal.untitled"), when=f.when(look.now)),
        place=f"{t('portal.service_point')} {place.installation_no or '–'}",
        footnote=t("shell.informative"),
        identity=tuple(_identity(look)),
        figures=tuple(_figures(look, facts)),
        pictures=tuple(
            (t(title), standalone(facts[name].wide))
            for title, name in (("overview.daily", "bars"), ("overview.heat", "heat"))
            if facts[name] is not None
        ),
        tables=tuple(table for made in _TABLES for table in made(look, facts)),
        notes=tuple(_notes(look, facts)),
    )


def _identity(look: Look) -> Iterator[tuple[str, str]]:
    """Whose it is (P-3)."""
    t, place, hung = look.t, look.seen.place, look.installation
    yield t("identity.service_point"), place.installation_no or "–"
    yield t("identity.meter"), f"{hung.meter.flag} {hung.meter.serial}" if hung else "–"
    yield t("identity.etso"), place.etso or "–"
    yield t("files.multiplier"), look.f.number(hung.multiplier) if hung else "–"
    yield t("identity.title"), place.title or "–"
    yield t("identity.district"), place.district or "–"


def _figures(look: Look, facts: Facts) -> Iterator[tuple[str, str, str]]:
    t, f, use, whole = look.t, look.f, facts["use"], facts["whole"]
    known = t("overview.whole_says", share=f.percent(whole.share, 1))
    taken = t("overview.so_far") if use.today else t("overview.whole_month")
    yield taken, f.kwh(use.wh) if use.running else "–", known
    if facts["exports"]:
        yield t("overview.exported"), f.kwh(facts["exported"]), ""
    for kind in (Kind.INDUCTIVE, Kind.CAPACITIVE):
        ratio = facts["ratios"].month.ratios[kind]
        if facts["ratios"].has_reactive:
            limit = t("ratios.limit", limit=f.percent(ratio.limit / 100, 0))
            yield t(f"ratios.{kind.value}"), f.percent(_share(ratio.percent)), limit
    for code, label in (("1.6.0", "overview.demand"), ("2.6.0", "overview.demand_export")):
        top = facts["demand"].maxima.get(code)
        if top is not None:
            yield t(label), f.kw(top.w), f.when(top.at)


def _share(percent: Any) -> Any:
    return None if percent is None else percent / 100


def _tariffs(look: Look, facts: Facts) -> Iterator[Table]:
    """By tariff, and beneath it their sum."""
    t, f, shares = look.t, look.f, facts["shares"]
    rows = [
        (
            f"{each.band.upper()} {t('tariff.' + each.band.upper())}",
            f.thousandths(each.wh, 0),
            f.percent(each.share, 0),
        )
        for each in shares.bands
    ]
    total = (t("table.total"), f.thousandths(shares.wh, 0), "")
    yield Table(
        title=t("overview.shares"),
        columns=((t("overview.band"), False), ("kWh", True), (t("overview.share"), True)),
        rows=(*rows, total),
    )


def _registers(look: Look, facts: Facts) -> Iterator[Table]:
    """As the last reading of them showed, before the multiplier."""
    t, f, view = look.t, look.f, facts["registers"]
    if not view.moments:
        return
    yield Table(
        title=f"{t('overview.registers')} · {f.when(view.moments[-1].at)}",
        columns=(
            (t("indices.code"), False),
            (t("indices.register"), False),
            (t("overview.last_read"), True),
            ("", False),
        ),
        rows=tuple(
            (
                line.code,
                register_name(line.code, f.language),
                f.thousandths(line.registers[-1].value if line.registers[-1] else None, 3),
                line.unit,
            )
            for line in view.lines
        ),
    )


def _days(look: Look, facts: Facts) -> Iterator[Table]:
    """Day by day, with how well each is known."""
    t, f, grids = look.t, look.f, facts["grids"]
    bands = (Band.T1, Band.T2, Band.T3)
    rows = tuple(
        (
            f.near_day(day),
            *(f.thousandths(of.wh[band]) for band in bands),
            f.thousandths(of.total),
            day_word(grids[day].quality, t),
        )
        for day, of in facts["day_uses"].items()
    )
    if rows:
        heads = (t("days.day"), *(f"{band.name} kWh" for band in bands), f"{t('table.total')} kWh")
        columns = (*((head, place > 0) for place, head in enumerate(heads)), (t("table.quality"), False))
        yield Table(title=t("overview.daily"), columns=columns, rows=rows)


_TABLES: tuple[Callable[[Look, Facts], Iterator[Table]], ...] = (_tariffs, _registers, _days)
_GRAVEST = (Quality.MISSING, Quality.SUSPECT, Quality.EDITED, Quality.ESTIMATED)


def day_word(cells: tuple[Quality | None, ...], t: Callable[..., str]) -> str:
    """How well a day is known: each kind there is, in words; a whole measured day says only that."""
    found = [quality for quality in _GRAVEST if quality in cells]
    due = sum(each is not None for each in cells)
    said = [f"{t(f'quality.{q.name.lower()}')} {sum(each is q for each in cells)}/{due}" for q in found]
    return ", ".join(said) or t("quality.measured")


def _notes(look: Look, facts: Facts) -> Iterator[str]:
    t, f, whole = look.t, look.f, facts["whole"]
    yield t("summary.data_time", when=f.when(whole.known_since))
    if whole.minutes_missing:
        yield t("overview.whole_missing", span=f.span(whole.minutes_missing))
    yield t(f"overview.by_{facts['split'].method}")
