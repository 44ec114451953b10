"""What do a meter and its reader say in IEC 62056-21 mode C? Both sides, without input or output."""

from osos.iec62056.actions import (
    Action,
    Answer,
    Close,
    Event,
    Expect,
    Failed,
    Finished,
    Identified,
    ReadoutReceived,
    Ready,
    Refused,
    SwitchBaud,
    Write,
)
from osos.iec62056.block_check import block_check, crc16
from osos.iec62056.complaints import Check, Complaint
from osos.iec62056.dialogue import Piece, split_dialogue
from osos.iec62056.errors import Iec62056Error, PeerBrokeProtocol, WeBrokeProtocol
from osos.iec62056.identification import Identification, parse_identification
from osos.iec62056.messages import (
    BREAK,
    Command,
    DataBlock,
    OptionSelect,
    Request,
    readout_message,
)
from osos.iec62056.meter_answers import MeterAnswers, same_address
from osos.iec62056.meter_side import MeterSide
from osos.iec62056.parity import add_parity, strip_parity
from osos.iec62056.speeds import BAUD

__all__ = [
    "BAUD",
    "BREAK",
    "Action",
    "Answer",
    "Check",
    "Close",
    "Command",
    "Complaint",
    "DataBlock",
    "Event",
    "Expect",
    "Failed",
    "Finished",
    "Identification",
    "Identified",
    "Iec62056Error",
    "MeterAnswers",
    "MeterSide",
    "OptionSelect",
    "PeerBrokeProtocol",
    "Piece",
    "ReadoutReceived",
    "Ready",
    "Refused",
    "Request",
    "SwitchBaud",
    "WeBrokeProtocol",
    "Write",
    "add_parity",
    "block_check",
    "crc16",
    "parse_identification",
    "readout_message",
    "same_address",
    "split_dialogue",
    "strip_parity",
]
