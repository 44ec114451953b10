"""How is a programmable source spoken to: SCPI lines over TCP?

Makers name the same things differently: the words are a table, ours are chosen after SCPI-1999's subsystems.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_LINE = 4096  # bytes of an answer


class SourceTrouble(Exception):
    """`reason`: unreachable, silent, gone, unreadable or refused."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The words of one make of source; `{phase}` is 1 to 3, angles are degrees before U1."""

    set: Mapping[str, str] = field(
        default_factory=lambda: {
            "volts": "SOUR:VOLT{phase} {value}",
            "volts_angle": "SOUR:VOLT{phase}:PHAS {value}",
            "amps": "SOUR:CURR{phase} {value}",
            "amps_angle": "SOUR:CURR{phase}:PHAS {value}",
        }
    )
    measured: Mapping[str, str] = field(
        default_factory=lambda: {
            "volts": "MEAS:VOLT{phase}?",
            "volts_angle": "MEAS:VOLT{phase}:PHAS?",
            "amps": "MEAS:CURR{phase}?",
            "amps_angle": "MEAS:CURR{phase}:PHAS?",
        }
    )
    frequency: str = "SOUR:FREQ {value}"
    output_on: str = "OUTP ON"
    output: str = "OUTP?"
    error: str = "SYST:ERR?"
    identity: str = "*IDN?"
    clear: str = "*CLS"


class ScpiLink:
    """One line out, one line in."""

    def __init__(self, host: str, port: int, *, answer_within_s: float = 2.0) -> None:
        """Raises SourceTrouble where nobody listens."""
        self._answer_within_s = answer_within_s
        try:
            self._socket = socket.create_connection((host, port), timeout=answer_within_s)
        except OSError as error:
            raise SourceTrouble("unreachable", f"{host}:{port}: {error.strerror or error}") from None
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._kept = b""

    def write(self, line: str) -> None:
        try:
            self._socket.sendall(line.encode("ascii") + b"\n")
        except OSError as error:
            raise SourceTrouble("gone", str(error)) from None

    def ask(self, line: str) -> str:
        self.write(line)
        return self._line(line)

    def number(self, line: str) -> float:
        answer = self.ask(line)
        try:
            found = float(answer)
        except ValueError:
            raise SourceTrouble("unreadable", f"{line}: {answer[:80]!r}") from None
        if not abs(found) < 1e9:  # NaN is not either
            raise SourceTrouble("unreadable", f"{line}: {answer[:80]!r}")
        return found

    def close(self) -> None:
        self._socket.close()

    def _line(self, asked: str) -> str:
        while b"\n" not in self._kept:
            try:
                data = self._socket.recv(MAX_LINE)
            except TimeoutError:
                self.close()  # a late answer would be taken for the next question's
                raise SourceTrouble("silent", f"{asked}: no answer in {self._answer_within_s} s") from None
            except OSError as error:
                raise SourceTrouble("gone", str(error)) from None
            if not data:
                raise SourceTrouble("gone", f"{asked}: the source closed the connection")
            self._kept += data
            if len(self._kept) > MAX_LINE:
                raise SourceTrouble("unreadable", f"{asked}: {len(self._kept)} bytes without a line's end")
        line, _, self._kept = self._kept.partition(b"\n")
        return line.decode("ascii", "replace").strip()
