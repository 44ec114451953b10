"""What did a meter answer to each of the single codes it was asked for? (X-24, M-43)"""

from collections.abc import Sequence

from osos.headend.conversation import Request
from osos.iec62056 import DataBlock, MessageReader
from osos.iec62056.errors import ProtocolError
from osos.iec62056.messages import Nak
from osos.modems.mass_json import REGISTER

Told = tuple[tuple[str, str | None], ...]  # code, and its brackets as printed; None: refused


def codes_asked(asked: Request | None) -> Sequence[str]:
    """The codes of a register read; of anything else none."""
    if asked is None or asked.directive != REGISTER:
        return ()
    told = asked.body.get("parameters") or {}
    return tuple(str(code) for code in told.get("OBIS", ()))


def answers_in(raw: bytes) -> list[bytes | None] | None:
    """The blocks that came, in order, None for a NAK; None for all where the bytes are damaged."""
    reader = MessageReader("meter")
    items = [*reader.feed(raw), *reader.flush()]
    if any(isinstance(item, ProtocolError) for item in items):
        return None
    said = [item for item in items if isinstance(item, DataBlock | Nak)]
    return [item.block if isinstance(item, DataBlock) else None for item in said]


def told_of(codes: Sequence[str], raw: bytes) -> Told:
    """Code by code, as far as the answers can be told apart."""
    answers = answers_in(raw) or []
    if len(answers) != len(codes):
        return ()
    return tuple((code, _brackets(block)) for code, block in zip(codes, answers, strict=True))


def _brackets(block: bytes | None) -> str | None:
    if block is None:
        return None
    text = block.decode("latin-1").strip("\r\n!")
    return text[text.find("(") :] if "(" in text else text
