"""Where does a figure come from, in plain words (D-34)?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.mdm.canonical import Channel
from osos.mdm.explain import (
    Chain,
    Piece,
    Register,
    Source,
    explain,
    register_told,
    sentences,
    tariffs_told,
)
from osos.mdm.explain.bytes_of import Messages
from osos.mdm.explain.facts import facts_told
from osos.mdm.explain.names import term_said
from osos.mdm.faces import electrical
from osos.mdm.faces.series import series
from osos.mdm.labels import label_text
from osos.portal.asking import asked, steps
from osos.portal.look import Look, address, looking
from osos.portal.registers import register_name, unit_of, written
from osos.portal.screens.explain import derived
from osos.portal.screens.explain.asking import MOST_DAYS, hour_of, instant_of, stretch_of
from osos.portal.screens.explain.records import column_name, lines_of
from osos.quantities import Interval, local_day
from osos.web import Screen

PIECES_DOWN_TO_BYTES = 62  # two a day; what is asked in more pieces is asked day by day
SHOWN = (Channel.A_PLUS, Channel.A_MINUS, Channel.Q1, Channel.Q4)
NAMES = {"name_of": register_name, "unit_of": unit_of, "written": written}

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A stretch of his time: the sentence of the whole, and one a piece."""

    chain: Chain
    total: str
    lines: Sequence[tuple[Piece, str, Sequence["Origin"]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A register at one end of a piece: who told it, when, and the very line the meter sent."""

    edge: str
    register: Register
    printed: str  # the meter's own time
    line: str  # empty: it has no place of its own in the message


@router.get("/p/{point}/explain", name="portal.explain")
def show(request: Request, point: str) -> Response:
    with looking(request, point) as look:
        if "figure" in look.query:
            return derived.show(look)
        if "register" in look.query:
            return _register(look)
        if "fact" in look.query:
            return _fact(look)
        question = asked(look.query, now=look.now, usual="day", days_most=MOST_DAYS)
        hour = hour_of(look.query.get("h", "")) or stretch_of(look.query)
        if "column" in look.query:
            return _records(look, hour or question.period)
        if look.query.get("sum") == "tariffs":
            return _tariffs(look, hour or question.period)
        channel = next((one for one in Channel if one.value == look.query.get("channel")), Channel.A_PLUS)
        told = _told(look, hour or question.period, channel, request.state.language)
        return look.page(
            "explain",
            question,
            told=told,
            channel=channel,
            hour=hour,
            columns=_columns(look, hour),
            channels=_channels(look, hour or question.period, channel),
            column_name=partial(column_name, t=look.t, language=request.state.language),
            **steps(question, now=look.now),
        )


def _fact(look: Look) -> Response:
    """A size, a contract, a multiplier: since when each value of it holds."""
    name = look.query["fact"][:20]
    facts = facts_told(look.conn, look.seen, name=name)
    said = term_said(name, look.request.state.language)
    return look.page("explain", None, "fact", facts=facts, fact_name=said[:1].upper() + said[1:])


def _channels(look: Look, period: Interval, shown: Channel) -> list[tuple[str, str, bool]]:
    """The same time of the other kinds of energy the meter counts: words, address, is it this one."""
    counted = series(look.conn, look.seen, period=period, resolution="day").channels
    when = {"s": _iso(period.start), "e": _iso(period.end)}
    return [
        (
            look.t(f"channel.{one.value}"),
            address(look.seen.public_id, "explain", **when, channel=one.value),
            one is shown,
        )
        for one in Channel
        if one in counted and one in SHOWN
    ]


def _iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def _columns(look: Look, hour: Interval | None) -> list[str]:
    """What else the meter recorded in this hour or quarter: voltages, currents, each with a way down."""
    if hour is None or hour.end - hour.start > timedelta(days=1):
        return []
    return electrical(look.conn, look.seen, period=hour).told_after(hour.start)


def _register(look: Look) -> Response:
    """One register as the meter showed it, and the line of the message that told it."""
    messages = Messages(look.conn)
    code, at = look.query["register"], instant_of(look.query.get("at", ""))
    told = at and register_told(
        look.conn, look.seen, code=code, at=at, kept="kept" in look.query, messages=messages
    )
    line = "" if not told or told.source is None else _line_of(told.source, messages)
    return look.page("explain", None, "register", register=told or None, line=line, **NAMES)


def _records(look: Look, period: Interval) -> Response:
    """A voltage, a current, a power factor: every value recorded in that time, and the one that is shown."""
    code = look.query["column"][:20]
    period = Interval(period.start, min(period.end, period.start + timedelta(days=1)))
    lines = lines_of(look, code, period)
    return look.page(
        "explain",
        None,
        "records",
        code=code,
        period=period,
        lines=lines,
        shown=next((one.told for one in lines if one.is_shown), None),
        name=column_name(code, look.t, look.request.state.language),
    )


def _tariffs(look: Look, period: Interval) -> Response:
    """T = T1 + T2 + T3 …: each from its registers, or from the hours the meter's calendar gives it."""
    channel = Channel.A_MINUS if look.query.get("channel") == Channel.A_MINUS.value else Channel.A_PLUS
    told = tariffs_told(look.conn, look.seen, period=period, channel=channel)
    last = local_day(period.end - timedelta(microseconds=1))
    days = {"first": local_day(period.start), "last": last}
    return look.page("explain", None, "tariffs", told=told, period=period, **days, **NAMES)


def _told(look: Look, asked_for: Interval, channel: Channel, language: str) -> list[Told]:
    """Of the time that was asked for that which he may see."""
    messages = Messages(look.conn)
    return [
        _stretch(
            explain(look.conn, point_id=look.seen.point_id, period=part, channel=channel),
            language,
            look.t,
            messages,
        )
        for period in look.seen.periods
        if (part := period.overlap(asked_for)) is not None
    ]


def _stretch(chain: Chain, language: str, t: Callable[..., str], messages: Messages) -> Told:
    named = replace(chain, pieces=tuple(_nameless(one, t) for one in chain.pieces))
    total, *lines = sentences(named, language)
    told = [
        (piece, line, _origins(piece, messages) if nth < PIECES_DOWN_TO_BYTES else ())
        for nth, (piece, line) in enumerate(zip(named.pieces, lines, strict=True))
    ]
    return Told(chain=named, total=total, lines=told)


def _origins(piece: Piece, messages: Messages) -> list[Origin]:
    """Down to the bytes: of each message the meter's own line alone, not what else it carries."""
    return [
        Origin(
            edge=edge,
            register=register,
            printed=label_text(register.label)[:16].replace("T", " "),
            line="" if register.source is None else _line_of(register.source, messages),
        )
        for edge in ("begun", "removed", "placed", "ended")
        if (register := getattr(piece, edge)) is not None
    ]


def _line_of(source: Source, messages: Messages) -> str:
    if source.offset is None:
        return ""
    own = bytes(byte & 0x7F for byte in messages.bytes_of(source))  # the eighth bit is parity
    return own.decode("ascii", "replace")


def _nameless(piece: Piece, t: Callable[..., str]) -> Piece:
    """Who of the operator's staff decided, and what he noted, stays with the operator."""
    if piece.actor is None:
        return piece
    return replace(piece, actor=t("explain.operator"), reason=t("explain.reason"))


SCREEN = Screen(name="portal.explain", router=router, folder=Path(__file__).parent)
