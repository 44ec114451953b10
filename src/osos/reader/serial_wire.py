"""How does a serial port, an optical head or a pseudo-terminal carry a dialogue?

Always 8N1; the parity is made by iec62056 (docs/why/serial-8n1.md).
"""

import contextlib
import errno
import math

import serial
from serial.tools.list_ports import comports

from osos.reader.trouble import LineTrouble, Trouble, trouble

_SLICE_S = 0.02  # pyserial sets the whole port anew when its timeout is changed, so one short one serves


class SerialWire:
    carries_speed = True

    def __init__(self, path: str, baud: int) -> None:
        self._path = path
        self._received = 0
        try:
            self._port = _opened(path, baud)
        except (OSError, ValueError) as error:  # SerialException is an OSError
            raise LineTrouble(_why_not(path, error)) from None

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
            self._port.flush()
        except (OSError, _TERMIOS_ERROR) as error:
            raise self._fell(error) from None

    def read(self, within_s: float) -> bytes:
        try:
            for _ in range(max(1, math.ceil(within_s / _SLICE_S))):
                data = bytes(self._port.read(max(1, self._port.in_waiting)))
                if data:
                    self._received += len(data)
                    return data
        except (OSError, _TERMIOS_ERROR, TypeError) as error:  # TypeError: pyserial, closed under its read
            raise self._fell(error) from None
        return b""

    def set_baud(self, baud: int) -> None:
        try:
            self._port.baudrate = baud
        except (OSError, ValueError, _TERMIOS_ERROR) as error:
            raise self._fell(error) from None

    def close(self) -> None:
        with contextlib.suppress(OSError, _TERMIOS_ERROR):
            self._port.close()

    def _fell(self, error: Exception) -> LineTrouble:
        why = getattr(error, "strerror", None) or str(error)
        return LineTrouble(trouble("fell", why=why, received=self._received))


def _opened(path: str, baud: int) -> serial.Serial:
    if path.startswith("rfc2217://"):
        return serial.serial_for_url(path, baud, timeout=_SLICE_S)
    alone = {"exclusive": True} if _POSIX else {}
    return serial.Serial(path, baud, timeout=_SLICE_S, write_timeout=None, **alone)


def _posix() -> tuple[bool, type[Exception]]:
    try:
        import termios
    except ImportError:  # Windows
        return False, OSError
    return True, termios.error


_POSIX, _TERMIOS_ERROR = _posix()


def _why_not(path: str, error: Exception) -> Trouble:
    code = getattr(error, "errno", None)
    if code in (errno.ENOENT, errno.ENXIO, errno.ENODEV):
        here = ", ".join(sorted(port.device for port in comports())) or "-"
        return trouble("no-such-port", path=path, ports=here)
    if code in (errno.EACCES, errno.EPERM):
        return trouble("port-denied", path=path)
    if code in (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK) or "exclusively lock" in str(error):
        return trouble("port-busy", path=path)
    return trouble("port-broken", path=path, why=str(error))
