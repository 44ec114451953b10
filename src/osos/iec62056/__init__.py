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
from osos.iec62056.complaints import COMPLAINTS, Check, Complaint
from osos.iec62056.data_lines import DataLine, datasets, is_clean
from osos.iec62056.dialogue import Piece, split_dialogue
from osos.iec62056.errors import Iec62056Error, PeerBrokeProtocol, WeBrokeProtocol
from osos.iec62056.identification import Identification, parse_identification
from osos.iec62056.message_reader import MessageReader
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
from osos.iec62056.programming_session import Password, ProgrammingSession
from osos.iec62056.reading_side import Line, speeds_to_try
from osos.iec62056.readout import Readout, parse_readout
from osos.iec62056.readout_session import ReadoutSession
from osos.iec62056.speeds import BAUD, sending_s

__all__ = [
    "BAUD",
    "BREAK",
    "COMPLAINTS",
    "Action",
    "Answer",
    "Check",
    "Close",
    "Command",
    "Complaint",
    "DataBlock",
    "DataLine",
    "Event",
    "Expect",
    "Failed",
    "Finished",
    "Identification",
    "Identified",
    "Iec62056Error",
    "Line",
    "MessageReader",
    "MeterAnswers",
    "MeterSide",
    "OptionSelect",
    "Password",
    "PeerBrokeProtocol",
    "Piece",
    "ProgrammingSession",
    "Readout",
    "ReadoutReceived",
    "ReadoutSession",
    "Ready",
    "Refused",
    "Request",
    "SwitchBaud",
    "WeBrokeProtocol",
    "Write",
    "add_parity",
    "block_check",
    "crc16",
    "datasets",
    "is_clean",
    "parse_identification",
    "parse_readout",
    "readout_message",
    "same_address",
    "sending_s",
    "speeds_to_try",
    "split_dialogue",
    "strip_parity",
]
