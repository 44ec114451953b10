"""A MASS JSON modem written from the protocol document alone: how does the head-end look from the field?

Imports nothing of osos, so that a misreading of the document on our side cannot hide behind the same
misreading here. It keeps a journal: what it sent, and which of it the centre acknowledged.
"""

import asyncio
import contextlib
import json
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

WALL = timezone(timedelta(hours=3))  # Turkish wall clock
QUARTER = timedelta(minutes=15)
MAX_PACKAGE = 4096


def block_check(after_stx: bytes) -> bytes:
    check = 0
    for byte in after_stx:
        check ^= byte
    return bytes([check])


def framed(lines: str) -> str:
    body = lines.encode("ascii") + b"\x03"
    return (b"\x02" + body + block_check(body)).decode("latin-1")


@dataclass(frozen=True)
class PlainMeter:
    """A one-way combi meter whose registers are a plain function of the label, so anyone can check them."""

    flag: str
    serial: str

    def wh(self, when: datetime, code: str = "1.8.0") -> int:
        quarters = int(when.timestamp()) // 900
        pace = {"1.8.0": 200 + int(self.serial) % 97, "5.8.0": 31, "8.8.0": 7}[code]
        bump = (quarters * 2654435761 >> 7) % 5 if code == "1.8.0" else 0  # not a straight line
        return (quarters - 1_900_000) * pace % 10**9 + bump

    def record(self, label: datetime) -> str:
        energies = [self.wh(label, code) for code in ("1.8.0", "5.8.0", "8.8.0")]
        power = max(0, self.wh(label) - self.wh(label - QUARTER)) * 4
        numbers = ",".join(f"{wh // 1000:06}.{wh % 1000:03}" for wh in energies)
        return f"({label:%y-%m-%d,%H:%M})({numbers},{power // 1000:03}.{power % 1000:03})\r\n"

    @property
    def identification(self) -> str:
        return f"/{self.flag}6<2>TED(F100)\r\n"

    def profile(self, first: datetime, last: datetime) -> str:
        label = datetime.fromtimestamp(-(-int(first.timestamp()) // 900) * 900, WALL)
        lines = []
        while label <= last:
            lines.append(self.record(label))
            label += QUARTER
        return self.identification + framed("".join(lines))

    def readout(self, now: datetime) -> tuple[str, dict[str, str]]:
        """The telegram, and what it says: code → value with unit."""
        total = self.wh(now)
        energy = f"{total // 1000:06}.{total % 1000:03}*kWh"
        zero = "000000.000*kWh"
        said = {
            "0.0.0": self.serial,
            "0.9.1": f"{now:%H:%M:%S}",
            "0.9.2": f"{now:%y-%m-%d}",
            "1.8.0": energy,
            "1.8.1": energy,
            "1.8.2": zero,
            "1.8.3": zero,
            "1.8.4": zero,
            "5.8.0": "000031.000*kVArh",
            "8.8.0": "000007.000*kVArh",
            "32.7.0": "230.5",
        }
        lines = "".join(f"{code}({value})\r\n" for code, value in said.items())
        return self.identification + framed(lines + "!\r\n"), said


@dataclass
class Journal:
    """Ground truth of one modem: reference → what it carried; and what the centre acknowledged."""

    sent: dict[str, dict[str, object]] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)


class ForeignModem:
    """Pushes, answers, keeps what is not acknowledged and sends it again after every broken connection."""

    def __init__(self, flag: str, serial: str, meter: PlainMeter, *, resend_after_s: float = 1.0) -> None:
        self.flag, self.serial, self.meter = flag, serial, meter
        self.journal = Journal()
        self.registered = asyncio.Event()
        self.asked: list[dict[str, object]] = []  # what the centre wanted
        self._resend_after_s = resend_after_s
        self._unacknowledged: dict[str, list[bytes]] = {}
        self._order: deque[str] = deque()
        self._writer: asyncio.StreamWriter | None = None
        self._acked = asyncio.Event()

    # --- what it says -------------------------------------------------------------------------------------

    def _frame(self, message: dict[str, object]) -> bytes:
        text = json.dumps(message, ensure_ascii=False)
        # '#' and '$' inside strings are written as escapes; outside strings JSON has neither.
        return b"#" + text.replace("#", "\\u0023").replace("$", "\\u0024").encode() + b"$"

    def _message(self, function: str, reference: str, **rest: object) -> dict[str, object]:
        device = {"flag": self.flag, "serialNumber": self.serial}
        return {"device": device, "function": function, "referenceId": reference, **rest}

    def identification(self) -> dict[str, object]:
        meter = {
            "protocol": "IEC62056",
            "type": "electricity",
            "brand": "Foreign",
            "serialNumber": self.meter.serial,
            "serialPort": "rs485-1",
            "initBaud": 300,
            "fixBaud": False,
            "frame": "7E1",
        }
        body = {
            "registered": self.registered.is_set(),
            "brand": "Foreign",
            "model": "F1",
            "protocolVersion": "1.0.0",
            "firmware": "1.00",
            "signal": 20,
            "deviceDate": f"{datetime.now(WALL):%Y-%m-%d %H:%M:%S}",
            "timezone": "+03:00",
            "retryInterval": 10,
            "retryCount": 3,
            "maxPackageSize": MAX_PACKAGE,
            "meters": [meter],
        }
        return self._message("identification", str(uuid.uuid4()), response=body)

    def _read_frames(self, reference: str, raw: str, extra: dict[str, object]) -> list[bytes]:
        head = {
            "readDate": f"{datetime.now(WALL):%Y-%m-%d %H:%M:%S}",
            "meter": {"brand": "Foreign", "serialNumber": self.meter.serial},
            **extra,
        }
        size = 2000  # leaves room for the header and for escapes within maxPackageSize
        pieces = [raw[at : at + size] for at in range(0, len(raw), size)]
        data_id = self.meter.identification.strip()
        frames = []
        for number, piece in enumerate(pieces, 1):
            split = {"streaming": number < len(pieces), "part": number} if len(pieces) > 1 else {}
            body = {**head, "data": {"id": data_id, "rawData": piece}}
            frames.append(self._frame(self._message("read", reference, response=body, **split)))
        return frames

    def push_readout(self) -> str:
        raw, said = self.meter.readout(datetime.now(WALL))
        return self._push(raw, {"kind": "readout", "said": said})

    def push_profile(self, first: datetime, last: datetime) -> str:
        raw = self.meter.profile(first, last)
        return self._push(raw, {"kind": "profile", "first": first.isoformat(), "last": last.isoformat()})

    def _push(self, raw: str, truth: dict[str, object]) -> str:
        reference = str(uuid.uuid4())
        self._keep(reference, self._read_frames(reference, raw, {}), truth)
        return reference

    def _keep(self, reference: str, frames: list[bytes], truth: dict[str, object]) -> None:
        self.journal.sent[reference] = truth
        self._unacknowledged[reference] = frames
        self._order.append(reference)
        self._send(frames)

    def _send(self, frames: list[bytes]) -> None:
        if self._writer is not None and not self._writer.is_closing():
            for frame in frames:
                self._writer.write(frame)

    # --- how it lives -------------------------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """How much it holds that nobody acknowledged."""
        return len(self._unacknowledged)

    async def acknowledged_all(self, within_s: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while self._unacknowledged:
                    self._acked.clear()
                    await self._acked.wait()
        return not self._unacknowledged

    async def live(self, port_of: "asyncio.Future[int] | object") -> None:
        """Connect for ever, to whatever port the callable names now; introduce, and send what is left."""
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                port = port_of()  # type: ignore[operator]  # a callable; the annotation keeps asyncio out
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                self._writer = writer
                try:
                    async with asyncio.TaskGroup() as group:
                        group.create_task(self._listen(reader))
                        group.create_task(self._resend())
                except* (OSError, asyncio.IncompleteReadError):
                    pass
                finally:
                    self._writer = None
                    writer.close()
            await asyncio.sleep(0.05)

    async def _resend(self) -> None:
        self._send([self._frame(self.identification())])
        while True:
            for reference in list(self._order):
                if reference in self._unacknowledged:
                    self._send(self._unacknowledged[reference])
            self._order = deque(r for r in self._order if r in self._unacknowledged)
            await asyncio.sleep(self._resend_after_s)

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while True:
            raw = await self._one_message(reader)
            self._hear(json.loads(raw))

    @staticmethod
    async def _one_message(reader: asyncio.StreamReader) -> bytes:
        """The bytes of one `#{…}$`, by counting braces outside strings (X-11)."""
        while await reader.readexactly(1) != b"#":
            pass
        taken, depth, inside, escaped = bytearray(), 0, False, False
        while True:
            byte = await reader.readexactly(1)
            taken += byte
            if inside:
                inside = escaped or byte != b'"'
                escaped = byte == b"\\" and not escaped
            elif byte == b'"':
                inside = True
            else:
                depth += {b"{": 1, b"}": -1}.get(byte, 0)
                if depth == 0:
                    assert await reader.readexactly(1) == b"$"
                    return bytes(taken)

    def _hear(self, message: dict[str, object]) -> None:
        function, reference = message["function"], str(message["referenceId"])
        if function == "ack":
            response = message.get("response") or {}
            code = response.get("failCode") if isinstance(response, dict) else None
            if code is not None:
                self.journal.refused[reference] = int(code)
            elif reference in self._unacknowledged:
                self.journal.acknowledged[reference] = self.journal.acknowledged.get(reference, 0) + 1
                del self._unacknowledged[reference]
                self._acked.set()
            return
        self.asked.append(message)
        self._send([self._frame(self._message("ack", reference))])
        request = message.get("request") or {}
        assert isinstance(request, dict)
        if function == "configuration" and request.get("registered"):
            self.registered.set()
            change = {"field": "registered", "old": False, "new": True}
            body = {"type": "info", "date": f"{datetime.now(WALL):%Y-%m-%d %H:%M:%S}", "changes": [change]}
            self._push_message("notification", body)
        elif function == "read":
            self._answer(reference, request)

    def _push_message(self, function: str, body: object) -> None:
        reference = str(uuid.uuid4())
        frame = self._frame(self._message(function, reference, response=body))
        self._keep(reference, [frame], {"kind": function})

    def _answer(self, reference: str, request: dict[str, object]) -> None:
        """A read the centre asked for: a range means the load profile, anything else the short packet."""
        text = json.dumps(request)
        parameters = request.get("parameters")
        wanted = {**request, **(parameters if isinstance(parameters, dict) else {})}
        by_upper = {key.upper(): value for key, value in wanted.items()}
        if "STARTDATE" in by_upper and "ENDDATE" in by_upper:
            first, last = (self._label(str(by_upper[key])) for key in ("STARTDATE", "ENDDATE"))
            raw = self.meter.profile(first, last)
            truth = {"kind": "profile", "first": first.isoformat(), "last": last.isoformat(), "asked": text}
        else:
            raw, said = self.meter.readout(datetime.now(WALL))
            truth = {"kind": "readout", "said": said, "asked": text}
        self._keep(reference, self._read_frames(reference, raw, {}), truth)

    @staticmethod
    def _label(text: str) -> datetime:
        for form in ("%Y-%m-%d %H:%M:%S", "%y-%m-%d,%H:%M", "%Y-%m-%d %H:%M"):
            with contextlib.suppress(ValueError):
                return datetime.strptime(text, form).replace(tzinfo=WALL)
        raise AssertionError(f"a date no modem of this kind understands: {text!r}")
