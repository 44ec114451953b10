"""How is a serial port at the other end of a network told its speed, and how do bytes pass it? (X-42)

RFC 2217: the client's half of Telnet with the com port option, as far as reading meters needs it, without
sockets. The port is set to 8 bits without parity: whoever speaks to the meter adds and strips it.
"""

from enum import Enum

_IAC, _DONT, _DO, _WONT, _WILL, _SB, _SE = 255, 254, 253, 252, 251, 250, 240
_BINARY, _SUPPRESS_GO_AHEAD, _COM_PORT = 0, 3, 44
_OURS = (_BINARY, _SUPPRESS_GO_AHEAD, _COM_PORT)
_SET_BAUD, _SET_SIZE, _SET_PARITY, _SET_STOP, _SET_CONTROL = 1, 2, 3, 4, 5
_ANSWERS = 100  # a server's answer has the command's number and a hundred
_NONE, _ONE, _EIGHT = 1, 1, 8  # no parity, one stop bit, eight data bits
_LONGEST_SB = 256  # bytes of one subnegotiation; more are dropped


class _At(Enum):
    DATA, IAC, OPTION, SB, SB_IAC = range(5)


class RemotePort:
    """One connection to such a port."""

    def __init__(self) -> None:
        self.baud: int | None = None  # as the server said it has set it
        self.refuses = False  # it knows no com port option: its speed is what it is
        self._at, self._verb = _At.DATA, 0
        self._sub = bytearray()

    @staticmethod
    def begin() -> bytes:
        """What to say first."""
        asked = [bytes((_IAC, verb, option)) for option in _OURS[:2] for verb in (_WILL, _DO)]
        settings = ((_SET_SIZE, _EIGHT), (_SET_PARITY, _NONE), (_SET_STOP, _ONE), (_SET_CONTROL, _NONE))
        told = [_command(number, bytes((value,))) for number, value in settings]
        return b"".join([*asked, bytes((_IAC, _WILL, _COM_PORT)), *told])

    @staticmethod
    def turn(baud: int) -> bytes:
        """Set the port to this speed."""
        return _command(_SET_BAUD, baud.to_bytes(4, "big"))

    @staticmethod
    def say(data: bytes) -> bytes:
        """These bytes for the serial port, as they go over the network."""
        return data.replace(b"\xff", b"\xff\xff")

    def heard(self, data: bytes) -> tuple[bytes, bytes]:
        """The serial port's bytes among these, and what to answer the server."""
        if self._at is _At.DATA and _IAC not in data:
            return data, b""
        plain, answer = bytearray(), bytearray()
        for byte in data:
            self._step(byte, plain, answer)
        return bytes(plain), bytes(answer)

    def _step(self, byte: int, plain: bytearray, answer: bytearray) -> None:
        match self._at:
            case _At.DATA:
                if byte == _IAC:
                    self._at = _At.IAC
                else:
                    plain.append(byte)
            case _At.IAC:
                self._command(byte, plain)
            case _At.OPTION:
                self._at = _At.DATA
                answer += self._negotiated(self._verb, byte)
            case _At.SB:
                if byte == _IAC:
                    self._at = _At.SB_IAC
                elif len(self._sub) < _LONGEST_SB:
                    self._sub.append(byte)
            case _At.SB_IAC:
                self._within_sub(byte)

    def _command(self, byte: int, plain: bytearray) -> None:
        self._at = _At.DATA
        if byte == _IAC:
            plain.append(byte)
        elif byte == _SB:
            self._at, self._sub = _At.SB, bytearray()
        elif byte in {_DO, _DONT, _WILL, _WONT}:
            self._at, self._verb = _At.OPTION, byte

    def _within_sub(self, byte: int) -> None:
        if byte == _IAC:
            self._at = _At.SB
            self._sub.append(byte)
            return
        self._at = _At.DATA
        told = bytes(self._sub)
        if byte == _SE and told[:2] == bytes((_COM_PORT, _SET_BAUD + _ANSWERS)) and len(told) == 6:
            self.baud = int.from_bytes(told[2:], "big")

    def _negotiated(self, verb: int, option: int) -> bytes:
        """We offered what we want; all else is declined, and nothing is answered twice."""
        if option == _COM_PORT and verb == _DONT:
            self.refuses = True
        if option in _OURS or verb in {_DONT, _WONT}:
            return b""
        return bytes((_IAC, _WONT if verb == _DO else _DONT, option))


def _command(number: int, value: bytes) -> bytes:
    return bytes((_IAC, _SB, _COM_PORT, number)) + RemotePort.say(value) + bytes((_IAC, _SE))
