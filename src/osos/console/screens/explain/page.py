"""Where does a figure come from, down to the bytes (D-34)?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.console.desk import Desk, at_desk
from osos.console.screens.explain.asking import channel_of, instant_of, known_on_of, period_of
from osos.console.screens.explain.fact import OF_THE_PLACE, UNITS, fact_lines, place_of
from osos.console.screens.explain.figure import shown_figure, value_text
from osos.console.screens.explain.hexes import Line, hex_lines
from osos.console.screens.figures.asking import month_asked, transformer_given
from osos.console.screens.workbench.view import names_of, unit_of
from osos.mdm.canonical import CHANNELS, CanonicalBlock, Channel
from osos.mdm.explain import (
    Piece,
    RecordTold,
    Register,
    derived,
    explain,
    records_told,
    register_told,
    sentences,
    shown_of,
    tariffs_told,
)
from osos.mdm.explain.bytes_of import Messages
from osos.mdm.explain.names import term_said
from osos.mdm.faces import SeenPoint, electrical
from osos.mdm.keeping.corrections import list_corrections
from osos.mdm.labels import date_of_day, days_of_period, label_text
from osos.quantities import Interval, local_day
from osos.web import Screen

MOST_DIGITS = 10
BYTES_OF = 4  # pieces whose bytes are shown without being asked for
KEPT = ("transformer", "ohm", "kv")  # what an address says of the place besides the figure
_EDGES = ("begun", "ended", "removed", "placed")

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRegister:
    """A register at one end of a piece, and the bytes that told it where they are shown."""

    edge: str
    register: Register
    printed: str  # the meter's own time
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRecord:
    """A record of a profile and the bytes that told it."""

    told: RecordTold
    printed: str  # the meter's own time
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPiece:
    """A piece with its sentence."""

    piece: Piece
    sentence: str
    registers: Sequence[ShownRegister]
    with_bytes: bool


@router.get("/o/explain/{point}", name="console.explain")
def show(request: Request, point: str) -> Response:
    with at_desk(request) as desk:
        seen = desk.point(point)
        if "register" in desk.query:
            return _register(desk, seen)
        if "figure" in desk.query:
            return _figure(desk, seen)
        if "fact" in desk.query:
            return _fact(desk, seen)
        channel, period = channel_of(desk.query), period_of(desk.query, now=desk.now)
        if "column" in desk.query:
            return _records(desk, seen, period)
        if desk.query.get("sum") == "tariffs":
            return _tariffs(desk, seen, period)
        known_on = known_on_of(desk.query)
        corrected = _corrected(desk, seen, period)
        chain = explain(
            desk.conn,
            point_id=seen.point_id,
            period=period,
            channel=channel,
            known_on=known_on,
            instead=corrected,
        )
        names = names_of(desk.conn, [one.actor for one in chain.pieces if one.actor], desk.t)
        named = replace(chain, pieces=tuple(_named(one, names) for one in chain.pieces))
        total, *told = sentences(named, request.state.language)
        asked = desk.query.get("piece", "")
        messages = Messages(desk.conn)
        shown = [
            _shown(piece, said, messages, with_bytes=len(told) <= BYTES_OF or str(n) == asked)
            for n, (piece, said) in enumerate(zip(named.pieces, told, strict=True))
        ]
        return desk.page(
            "explain",
            section="points",
            point=seen,
            chain=named,
            total=total,
            pieces=shown,
            channels=CHANNELS,
            unit=unit_of(channel),
            known_on="" if known_on is None else desk.query.get("known_on", ""),
            known_day=None if known_on is None else local_day(known_on - timedelta(microseconds=1)),
            corrected=next(iter(corrected), None),
            date_of=date_of_day,
            first_day=local_day(period.start),
            last_day=local_day(period.end - timedelta(microseconds=1)),
            columns=_columns(desk, seen, period),
            asked_period=period,
        )


def _corrected(desk: Desk, seen: SeenPoint, period: Interval) -> dict[int, CanonicalBlock]:
    """What is known of a settled day beside what was settled, where the address asks for that."""
    number = desk.query.get("correction", "")
    if not (number.isdecimal() and len(number) < MOST_DIGITS):
        return {}
    found = list_corrections(desk.conn, point_id=seen.point_id, state=None)
    own = (one for one in found if one.number == int(number) and one.day in days_of_period(period))
    return {one.day: one.block for one in own if one.block is not None}


def _columns(desk: Desk, seen: SeenPoint, period: Interval) -> list[str]:
    """What else was recorded in these hours: voltages, currents, each with a way down."""
    if period.end - period.start > timedelta(days=1):
        return []
    return electrical(desk.conn, seen, period=period).told_after(period.start)


def _records(desk: Desk, seen: SeenPoint, period: Interval) -> Response:
    """A voltage, a current: every record of it in that time, with the value's own bytes marked."""
    messages, code = Messages(desk.conn), desk.query["column"][:20]
    a_day = Interval(period.start, min(period.end, period.start + timedelta(days=1)))
    told = records_told(desk.conn, seen, code=code, period=a_day, messages=messages)
    records = [
        ShownRecord(
            told=one,
            printed=label_text(one.label)[:16].replace("T", " "),
            lines=hex_lines(messages, one.own or one.source) if one.source else (),
        )
        for one in told
    ]
    shown = shown_of(told)
    facts = {"point": seen, "code": code, "period": a_day, "records": records, "shown": shown}
    return desk.page("explain", part="record", section="points", **facts)


def _tariffs(desk: Desk, seen: SeenPoint, period: Interval) -> Response:
    """T = T1 + T2 + T3 …: each from its registers, or from the hours the meter's calendar gives it."""
    channel = channel_of(desk.query)
    active = channel if channel in {Channel.A_PLUS, Channel.A_MINUS} else Channel.A_PLUS
    return desk.page(
        "explain",
        part="tariffs",
        section="points",
        point=seen,
        period=period,
        told=tariffs_told(desk.conn, seen, period=period, channel=active),
        first_day=local_day(period.start),
        last_day=local_day(period.end - timedelta(microseconds=1)),
    )


def _figure(desk: Desk, seen: SeenPoint) -> Response:
    """A figure that no meter shows: its formula, and the numbers that went in."""
    month = month_asked(desk.query.get("month", ""), now=desk.now)
    kept = {name: text for name in KEPT if (text := desk.query.get(name, "")[:12])}
    told = derived(
        desk.conn, seen, figure=desk.query["figure"][:60], month=month, now=desk.now, given=_given(kept)
    )
    shown = told and shown_figure(told, point=seen.public_id, f=desk.f, t=desk.t, kept=kept)
    facts = {"point": seen, "month": month, "month_key": f"{local_day(month.start):%Y-%m}", "told": shown}
    return desk.page("explain", part="figure", section="points", **facts)


def _given(kept: Mapping[str, str]) -> dict[str, Decimal]:
    """What the reader's address says of the place, as numbers."""
    found = transformer_given(kept.get("transformer", ""))
    for name in ("ohm", "kv"):
        try:
            number = Decimal(kept.get(name, "").replace(",", "."))
        except InvalidOperation:
            continue
        if number.is_finite() and number > 0:
            found[name] = number
    return found


def _fact(desk: Desk, seen: SeenPoint) -> Response:
    """A number that somebody told of the place: who, when, and since when it holds."""
    name = desk.query["fact"][:20]
    month = month_asked(desk.query.get("month", ""), now=desk.now)
    place = place_of(desk.conn, seen, period=month)
    told = fact_lines(desk.conn, seen, name, place) if name in UNITS else []
    actors = names_of(desk.conn, [one.actor for one in told], desk.t)
    lines = [
        {
            "since": one.since,
            "value": value_text(one.value, UNITS[name], desk.f),
            "act": one.act,
            "actor": actors[one.actor],
            "at": one.at,
            "thing": one.thing,
            "reason": one.reason,
        }
        for one in told
    ]
    return desk.page(
        "explain",
        part="fact",
        section="points",
        point=seen,
        said=term_said(name, desk.f.language),
        value=lines[0]["value"] if lines else "",
        lines=lines,
        place=place if name in OF_THE_PLACE else None,
    )


def _register(desk: Desk, seen: SeenPoint) -> Response:
    """One register as a meter showed it, with the message that told it and its bytes."""
    messages, at = Messages(desk.conn), instant_of(desk.query.get("at", ""))
    code, kept = desk.query["register"], "kept" in desk.query
    told = at and register_told(desk.conn, seen, code=code, at=at, kept=kept, messages=messages)
    lines = hex_lines(messages, told.source) if told and told.source else ()
    return desk.page(
        "explain", part="register", section="points", point=seen, register=told or None, lines=lines
    )


def _named(piece: Piece, names: Mapping[str, str]) -> Piece:
    """People by their names, not by their accounts."""
    return replace(piece, actor=names.get(piece.actor or "", piece.actor))


def _shown(piece: Piece, sentence: str, messages: Messages, *, with_bytes: bool) -> ShownPiece:
    registers = [
        ShownRegister(
            edge=edge,
            register=register,
            printed=label_text(register.label)[:16].replace("T", " "),
            lines=hex_lines(messages, register.source) if with_bytes and register.source else (),
        )
        for edge in _EDGES
        if (register := getattr(piece, edge)) is not None
    ]
    return ShownPiece(piece=piece, sentence=sentence, registers=registers, with_bytes=with_bytes)


SCREEN = Screen(name="console.explain", router=router, folder=Path(__file__).parent)
