"""How is a meter's whole state written down, and brought back byte for byte? (M-180)"""

from typing import Literal

import msgspec

from osos.simulator.meter.settings import Settings

FORMAT = 1


class NotAState(ValueError):
    """What was to be restored is no saved state, or another meter's: the caller mixed up files."""


class SavedEntry(msgspec.Struct, frozen=True):
    second: int
    by_hand: bool
    settings: Settings


class SavedAct(msgspec.Struct, frozen=True):
    at: str
    port: Literal["optical", "rs485", "rig"]
    what: str
    argument: str
    done: bool


class SavedMeter(msgspec.Struct, frozen=True):
    """The acts and what they left; everything a meter counted follows from these and its load."""

    format: int
    device: str
    timeline: tuple[SavedEntry, ...]
    sessions: dict[str, int]
    acts: tuple[SavedAct, ...]


def written(saved: SavedMeter) -> bytes:
    return msgspec.json.encode(saved, order="deterministic")


def parsed(data: bytes, *, device: str) -> SavedMeter:
    try:
        saved = msgspec.json.decode(data, type=SavedMeter)
    except (msgspec.MsgspecError, ValueError) as error:
        raise NotAState(f"no saved state of a meter: {error}") from error
    if saved.format != FORMAT or not saved.timeline:
        raise NotAState(f"a saved state of format {saved.format}, this program writes {FORMAT}")
    if saved.device != device:
        raise NotAState(f"the saved state is of {saved.device}, not of {device}")
    return saved
