"""What must a meter know for `MeterSide` to speak for it?"""

from typing import Protocol


class MeterAnswers(Protocol):
    """The meter behind a port. Each call is one moment: what it returns is a snapshot (M-37)."""

    def is_me(self, address: str) -> bool:
        """Is this the address of this meter? Never asked for the empty one; see `same_address` (M-11)."""

    def identification(self) -> bytes:
        """The identification line, `/FLG6<2>EEE(model)`, with or without its CR LF."""

    def packet(self, y: str) -> bytes | None:
        """The lines of packet `y` ("0", "6" … "9"), each with CR LF, no STX, `!`, ETX; None: not offered."""

    def read(self, code: str, argument: str) -> bytes | None:
        """All that stands between STX and ETX of the answer to `R2 code(argument)`; None: refused (NAK).

        That is `b"1.8.0(000123.456*kWh)"`, or the records of a profile, `b""` for none in range. The
        argument is what stands between the first `(` and the last `)`: `a;b`, `a;b)(Y101,Y105` (M-109).
        """

    def write(self, code: str, argument: str) -> bool:
        """`W2 code(argument)`: done and kept (True), or refused."""

    def execute(self, code: str, argument: str) -> bool:
        """`E2 code(argument)`: done and kept (True), or refused."""

    def password(self, level: int, text: str) -> bool:
        """`P1`…`P3 (text)`: True answers ACK, also where the refusal comes with the write (M-42)."""

    def seed(self) -> str | None:
        """Called once as programming mode begins: forget the last session's password.

        The text of P0's bracket, or None where the meter answers with a plain ACK (gen1).
        """


def same_address(address: str, *, flag: str, serial: str, bare_serial: bool = True) -> bool:
    """Does this request's address name the meter `flag` + `serial`? (M-11)

    Letters count as written, leading zeros of the serial do not; `bare_serial`: the serial alone will do.

    >>> same_address("MKS0123456", flag="MKS", serial="000123456")
    True
    >>> same_address("mks123456", flag="MKS", serial="000123456")
    False
    """
    if address.startswith(flag) and address[len(flag) :].isalnum():
        rest = address[len(flag) :]
    elif bare_serial and address.isalnum():
        rest = address
    else:
        return False
    return rest.lstrip("0") == serial.lstrip("0")
