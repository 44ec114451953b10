"""Where does a figure come from, in plain words (D-34)?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from osos.mdm.canonical import Channel
from osos.mdm.explain import Chain, Piece, explain, sentences
from osos.portal.asking import Asked, asked, steps
from osos.portal.look import Look, looking
from osos.web import Screen

MOST_DAYS = 31

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A stretch of his time: the sentence of the whole, and one a piece."""

    chain: Chain
    total: str
    lines: Sequence[tuple[Piece, str]]


@router.get("/p/{point}/explain", name="portal.explain")
def show(request: Request, point: str) -> Response:
    with looking(request, point) as look:
        question = asked(look.query, now=look.now, usual="day", days_most=MOST_DAYS)
        channel = next((one for one in Channel if one.value == look.query.get("channel")), Channel.A_PLUS)
        told = _told(look, question, channel, request.state.language)
        return look.page("explain", question, told=told, channel=channel, **steps(question, now=look.now))


def _told(look: Look, question: Asked, channel: Channel, language: str) -> list[Told]:
    """Of the days that were asked for those he may see."""
    return [
        _stretch(
            explain(look.conn, point_id=look.seen.point_id, period=part, channel=channel), language, look.t
        )
        for period in look.seen.periods
        if (part := period.overlap(question.period)) is not None
    ]


def _stretch(chain: Chain, language: str, t: Callable[..., str]) -> Told:
    named = replace(chain, pieces=tuple(_nameless(one, t) for one in chain.pieces))
    total, *lines = sentences(named, language)
    return Told(chain=named, total=total, lines=tuple(zip(named.pieces, lines, strict=True)))


def _nameless(piece: Piece, t: Callable[..., str]) -> Piece:
    """Who of the operator's staff decided, and what he noted, stays with the operator."""
    if piece.actor is None:
        return piece
    return replace(piece, actor=t("explain.operator"), reason=t("explain.reason"))


SCREEN = Screen(name="portal.explain", router=router, folder=Path(__file__).parent)
