"""What does the fleet's health come to in one sentence, one rail and a strip a district?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from osos.mdm.fleet import AreaHealth, Deadline, DeadlineState, FleetHealth, Strip
from osos.quantities import Interval
from osos.web import Formats, svg
from osos.web.svg import Due

RAIL = timedelta(hours=6)  # seen of the past; twice as much of the future
BAD_BELOW, WARN_BELOW = 0.95, 0.985  # chosen: shares known of what is due
_HUE = {DeadlineState.MET: "ok", DeadlineState.AT_RISK: "warn", DeadlineState.LATE: "bad"}

Say = Callable[..., str]


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """One line of the districts' table, with its strip of today."""

    name: str
    centre: str
    points: int
    known_share: float | None  # of what is due today; None: nothing is due yet
    unread: int  # quarter hours × points
    tone: str
    picture: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetView:
    """What the screen shows."""

    known_share: float | None  # of all that is due, today and yesterday
    known: int  # quarter hours × points
    due: int
    worst: AreaHealth | None  # the district the sentence warns of
    next_at_risk: Deadline | None
    rail: tuple[Markup, Markup]  # wide, narrow
    districts: tuple[District, ...]  # the worst first
    classes: tuple[AreaHealth, ...]


def fleet_view(health: FleetHealth, *, f: Formats, t: Say) -> FleetView:
    due = sum(one.due for one in health.by_class)
    known = sum(one.said + one.filled for one in health.by_class)
    worst = next(iter(health.worst_districts), None)
    return FleetView(
        known_share=known / due if due else None,
        known=known,
        due=due,
        worst=worst if worst is not None and 1 - worst.missing_share < WARN_BELOW else None,
        next_at_risk=_nearest(health.deadlines),
        rail=(_rail(health, f, t, wide=True), _rail(health, f, t, wide=False)),
        districts=tuple(
            sorted((_district(one, f, t) for one in health.strips), key=lambda one: one.known_share or 2.0)
        ),
        classes=health.by_class,
    )


def _nearest(deadlines: Sequence[Deadline]) -> Deadline | None:
    """What can still be saved first; what is late is told when nothing else is in danger."""
    open_ones = [one for one in deadlines if one.state is not DeadlineState.MET]
    still = [one for one in open_ones if one.state is DeadlineState.AT_RISK]
    return next(iter(still or open_ones), None)


def tone_of(share: float | None) -> str:
    """Green is the rule, so only what is not green is coloured."""
    if share is None:
        return "mute"
    return "bad" if share < BAD_BELOW else "warn" if share < WARN_BELOW else "ok"


def _district(strip: Strip, f: Formats, t: Say) -> District:
    due = int(strip.due.sum())
    known = int((strip.said + strip.filled)[strip.due > 0].sum())
    share = known / due if due else None
    shares = [
        None if not of else min(1.0, int(said + filled) / int(of))
        for of, said, filled in zip(strip.due, strip.said, strip.filled, strict=True)
    ]
    name = strip.district or t("o.fleet.no_district")
    title = t("o.fleet.strip", district=name, share=f.percent(share) if share is not None else "–")
    return District(
        name=name,
        centre=strip.centre,
        points=strip.points,
        known_share=share,
        unread=due - known,
        tone=tone_of(share),
        picture=svg.district_strip(shares, title=title),
    )


def _rail(health: FleetHealth, f: Formats, t: Say, *, wide: bool) -> Markup:
    seen = Interval(health.now - RAIL, health.now + 2 * RAIL)
    lanes = list(dict.fromkeys(one.rule.name for one in health.deadlines))
    shown = [_due(one, lanes, f) for one in health.deadlines]
    return svg.deadline_rail(
        shown,
        period=seen,
        now=health.now,
        lanes=[t(f"o.fleet.lane.{name.replace(' ', '_')}") for name in lanes],
        f=f,
        title=t("o.fleet.rail"),
        desc=_rail_words(health.deadlines, f, t),
        wide=wide,
    )


def _due(one: Deadline, lanes: list[str], f: Formats) -> Due:
    share = one.known / one.due if one.due else None
    return Due(
        lane=lanes.index(one.rule.name),
        period=Interval(one.period.start, max(one.period.end, one.at)),
        label=f.percent(share) if share is not None else "",
        share=share,
        hue=_HUE[one.state],
        deadline=one.at,
        soft=one.state is DeadlineState.MET and one.at < one.now,
    )


def _rail_words(deadlines: Sequence[Deadline], f: Formats, t: Say) -> str:
    return "; ".join(
        t(
            "o.fleet.rail_says",
            what=t(f"o.fleet.lane.{one.rule.name.replace(' ', '_')}"),
            when=f.when(one.at),
            missing=f.number(one.missing),
        )
        for one in deadlines
    )
