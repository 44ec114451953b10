"""Who is on this port, and how is it to be spoken to?

A ladder of questions that change nothing: listen, request an identification at each parity and speed, enter
programming mode without a password for the serial number, ask a bus for its serial numbers (M-25).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from osos.iec62056 import (
    Answer,
    Command,
    DataBlock,
    Failed,
    Identification,
    Line,
    PeerBrokeProtocol,
    ProgrammingSession,
    Ready,
    parse_readout,
    speeds_to_try,
    strip_parity,
)
from osos.reader.failing import PROGRAMMING_MODE, kind_of, trouble_of
from osos.reader.identity import is_another, serial_of
from osos.reader.link import Link, limits, parity_words
from osos.reader.place import Parity
from osos.reader.trouble import LineTrouble, Trouble, Words

if TYPE_CHECKING:
    from osos.meters import MeterProfile

LISTEN_S = 1.0
POLL_BAUD = 9600  # of RS-485 polls (spec 10-meter, part 3)
_LISTENING = ("dinle", "listen")
REST_S = 2.5  # a meter that heard a request waits for its acknowledge, and answers no poll (M-14, M-16)
POLL_S = 3.5  # 50-750 ms, an answer, and its first repeats (M-25, M-27)
_SERIALS, _ALERTS = "/@!", "/*!"  # who is there? whose state has changed?
_POLL_ANSWER = {
    _SERIALS: re.compile(rb"\x02([A-Z]{3}[0-9A-Za-z]{4,16}\x03.)", re.DOTALL),
    _ALERTS: re.compile(rb"\x02([A-Z]{3}[0-9A-Za-z]{4,88}\x03.)", re.DOTALL),
}
_ALERT = re.compile(
    r"([A-Z]{3}[0-9A-Za-z]{4,16}?)([01]{64}|[0-9A-F]{16}|[0-9A-F]{8})"
)  # readers take all (M-28)


@dataclass(frozen=True, slots=True)
class Rung:
    """What was tried, and what came of it."""

    what: Words
    outcome: str  # a key of OUTCOMES
    detail: str = ""


OUTCOMES = (
    "nothing",
    "bytes",
    "silent",
    "only-echo",
    "garbled",
    "identified",
    "fell-silent",
    "spoke",
    "serials",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is known of the meter on a port; `unsure` are keys of UNSURE."""

    identification: Identification | None = None
    profile: "MeterProfile | None" = None
    serial: str | None = None
    serials: tuple[str, ...] = ()  # of all who answered a poll
    alerts: tuple[tuple[str, str], ...] = ()  # who has something to report, and its word of state (F.F.0)
    start_baud: int | None = None  # None: the line carries no speed
    baud: int | None = None  # at which programming mode was reached
    parity: Parity | None = None
    echo: bool = False
    rungs: tuple[Rung, ...] = ()
    unsure: tuple[str, ...] = ()
    trouble: Trouble | None = None

    @property
    def address(self) -> str | None:
        """What to write behind `?address=`."""
        if self.serial is None or self.identification is None:
            return None
        return f"{self.identification.flag}{self.serial}"


# Name → Turkish, English.
UNSURE = {
    "talks-unasked": (
        "hat sorulmadan da konuşuyor: başka bir okuyucu ya da kendiliğinden gönderen bir sayaç olabilir",
        "the line talks unasked: another reader, or a meter that pushes, may be on it",
    ),
    "speed-hidden": (
        "TCP'de hız görünmez; modemin kendi hızı bilinmiyor",
        "over TCP the speed is hidden; what the modem's own is, is not known",
    ),
    "slower": (
        "sayacın önerdiği hızda yanıt gelmedi; hat ya da çevirici o hızı taşımıyor olabilir",
        "no answer at the speed the meter offered; the cable or adapter may not carry it",
    ),
    "no-programming": (
        "programlama moduna girilmedi; tek kod ve yük profili okunamayabilir",
        "programming mode was not reached; single codes and load profiles may be out of reach",
    ),
    "serial-unread": (
        "seri numarası okunamadı; hatta başka sayaç varsa hangisinin yanıtladığı bilinmez",
        "the serial number could not be read; with other meters on the line, which one answered is not known",
    ),
    "make-unknown": (
        "bu marka ve model için sayaç profili yok; kodlar genel anlamlarıyla okunur",
        "there is no meter profile of this make and model; codes are read by their general meaning",
    ),
    "from-document": (
        "sayaç profili belgeden; gerçek bir cihazda denenmedi",
        "the meter profile is from a document; it was not proven on a device",
    ),
    "several": (
        "hatta birden çok sayaç var; biri ?address= ile çağrılmalı",
        "several meters are on the line; one is to be called by ?address=",
    ),
}


def find(link: Link) -> Found:
    """Climb until a meter speaks, or there is nothing left to try."""
    finding = _Finding(link)
    try:
        return finding.climb()
    except LineTrouble as fell:
        return finding.found(fell.trouble)


class _Finding:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._rungs: list[Rung] = []
        self._known = Found()
        self._unsure: list[str] = []
        self._why: Trouble | None = None

    def climb(self) -> Found:
        self._listen()
        for parity, baud in self._ways():
            if self._sign_on(parity, baud):
                return self.found(None)
        self._poll()
        return self.found(None if self._known.serials else self._why)

    def found(self, why: Trouble | None) -> Found:
        unsure = tuple(dict.fromkeys(self._unsure))
        return replace(self._known, rungs=tuple(self._rungs), unsure=unsure, trouble=why)

    def _ways(self) -> Iterator[tuple[Parity, int]]:
        place = self._link.place
        usual: tuple[Parity, ...] = ("even", "none") if place.is_serial else ("none", "even")
        parities = usual if place.parity == "auto" else (place.parity,)
        speeds = (place.baud,) if place.baud else speeds_to_try(300) if place.is_serial else (300,)
        return ((parity, baud) for parity in parities for baud in speeds)

    def _listen(self) -> None:
        self._link.open()
        self._try(_LISTENING)
        heard = self._link.listen(LISTEN_S)
        self._rungs.append(Rung(_LISTENING, "bytes" if heard else "nothing", heard[:16].hex(" ")))
        if heard:
            self._unsure.append("talks-unasked")

    def _sign_on(self, parity: Parity, baud: int) -> bool:
        """Did a meter identify itself? Then all else about it is found out too."""
        link, is_serial = self._link, self._link.place.is_serial
        what = parity_words(parity, f"{baud} Bd, " if is_serial else "")
        identified = False
        for limit in limits(self._link.place):
            self._try(what)
            session = self._session(parity, baud, limit)
            _, events = link.sign_on(session)
            failed = next((each for each in events if isinstance(each, Failed)), None)
            if session.identification is None:
                assert failed is not None
                self._no_identification(what, failed)
                return False
            if not identified:
                identified = True
                self._identified(what, session.identification, parity, baud)
            if any(isinstance(each, Ready) for each in events):
                spoken = link.baud
                self._rungs.append(Rung(_programming(f"{spoken} Bd"), "spoke"))
                self._known = replace(self._known, baud=spoken if is_serial else None)
                self._ask_serial(session)
                return True
            self._rungs.append(Rung(_programming(f"≤ {limit} Bd"), "fell-silent"))
            self._unsure.append("slower")
            link.close()
            if failed is not None and failed.reason != "silent":
                break
        self._unsure = [each for each in self._unsure if each != "slower"]
        self._unsure += ["no-programming", "serial-unread"]
        return True

    def _session(self, parity: Parity, baud: int, limit: int) -> ProgrammingSession:
        place = self._link.place
        line = Line(
            start_bauds=(baud,),
            max_baud=limit,
            parity=parity == "even",
            delay_s=place.delay_s,
            rounds=1,
            reaction_s=self._link.reaction_s,
        )
        self._link.use_parity(parity)
        return ProgrammingSession(place.address, line=line, keep_open=True)

    def _no_identification(self, what: Words, failed: Failed) -> None:
        link = self._link
        link.tried.append((what, link.heard))
        self._rungs.append(Rung(what, kind_of(link.heard, link), link.heard[:16].hex(" ")))
        self._why = trouble_of(failed, link, what=PROGRAMMING_MODE)

    def _identified(self, what: Words, identification: Identification, parity: Parity, baud: int) -> None:
        from osos.meters import profile_for  # a fifth of a second, needed only once a meter has spoken

        link = self._link
        profile = profile_for(identification)
        self._rungs.append(Rung(what, "identified", str(identification)))
        self._known = replace(
            self._known,
            identification=identification,
            profile=profile,
            parity=parity,
            start_baud=baud if link.place.is_serial else None,
            echo=link.heard.startswith(f"/?{link.place.address}!\r\n".encode()),
        )
        if not link.place.is_serial:
            self._unsure.append("speed-hidden")
        if profile.name == "generic":
            self._unsure.append("make-unknown")
        elif profile.evidence == "from document":
            self._unsure.append("from-document")

    def _ask_serial(self, session: ProgrammingSession) -> None:
        link = self._link
        asking = Command.for_code("R2", "0.0.0")
        serial = None
        for event in link.further(session, lambda now: session.ask(asking, now)):
            if isinstance(event, Answer):
                serial = serial_of(parse_readout(b"\x02" + event.data + b"\r\n\x03").lines)
        link.further(session, session.finish)
        self._known = replace(self._known, serial=serial)
        if serial is None:
            self._unsure.append("serial-unread")
        elif is_another(link.place.address, session.identification, serial):
            self._unsure.append("several")

    def _poll(self) -> None:
        """All meters of a bus give their names; none is acknowledged, so none falls silent or is used up."""
        self._hear(REST_S)
        alerts = dict(told for word in self._polled(_ALERTS) if (told := _alert(word)))
        serials = tuple(dict.fromkeys((*self._polled(_SERIALS), *alerts)))
        self._known = replace(self._known, serials=serials, alerts=tuple(alerts.items()))
        if serials:
            self._unsure.append("several")

    def _polled(self, poll: str) -> tuple[str, ...]:
        """What was answered, without repeats."""
        what, link = (poll, poll), self._link
        self._try(what)
        link.use_parity("even" if link.place.is_serial else "none")
        link.send_alone(f"{poll}\r\n".encode(), baud=POLL_BAUD)
        heard = self._hear(POLL_S)
        told = tuple(dict.fromkeys(_blocks(_POLL_ANSWER[poll], heard)))
        outcome = "serials" if told else "bytes" if heard else "nothing"
        self._rungs.append(Rung(what, outcome, ", ".join(told)))
        return told

    def _hear(self, for_s: float) -> bytes:
        """Everything of so many seconds, 7 bits each."""
        clock, heard = self._link.clock, b""
        until = clock.monotonic() + for_s
        while (left := until - clock.monotonic()) > 0:
            heard += strip_parity(self._link.listen(left))[0]
        return heard

    def _try(self, what: Words) -> None:
        self._link.watch.step("trying", what=what)


def _programming(speed: str) -> Words:
    return f"{PROGRAMMING_MODE[0]}, {speed}", f"{PROGRAMMING_MODE[1]}, {speed}"


def _blocks(form: re.Pattern[bytes], heard: bytes) -> Iterator[str]:
    for found in form.finditer(heard):
        try:
            yield DataBlock.parse(b"\x02" + found[1]).block.decode("ascii")
        except PeerBrokeProtocol:  # two meters at once: the next repeat may come alone
            continue


def _alert(told: str) -> tuple[str, str] | None:
    found = _ALERT.fullmatch(told)
    return (found[1], found[2]) if found else None
