"""Which directives does every unit get from the centre?"""

from osos.modems.mass_json.directives import Directive, Step

# Mode C over RS-485 as the worked example of the protocol document: call at 300 Bd, go on at 9600 Bd.
_CALL = (
    Step("setBaud", 300),
    Step("setFraming", "7E1"),
    Step("sendData", (47, 63, "METERSERIALNUMBER", 33, 13, 10)),  # /?serial!
    Step("readData", 2500),  # tt ≤ 2250 ms
    Step("wait", 300),
)
_PACKETS = {"short": "6", "long": "0", "history": "7", "alert": "8", "interruption": "9"}  # Y of M-13
_PROFILES = {"profile1": "P.01", "profile2": "P.02", "profile3": "P.03"}
RAW = "raw"  # the centre speaks to the meter itself, an exchange at a time
REGISTER = "register"  # single codes by R2, as many as the read's OBIS list names
QUERY = "query"  # whole commands, for meters with words of their own
_RAW_WAIT_MS = 60_000  # chosen: a packet that was asked for this way is as long as any
_BREAK = Step("sendData", (1, 66, 48, 3, 113))  # SOH B0 ETX q


def standard_directives() -> dict[str, Directive]:
    """By name: five packets, profile1-3 from STARTDATE to ENDDATE, register and query by OBIS list, raw."""
    packets = [_packet(name, y) for name, y in _PACKETS.items()]
    profiles = [_profile(name, code) for name, code in _PROFILES.items()]
    return {each.id: each for each in (*packets, *profiles, _register(), _query(), _raw())}


def _acknowledge(y: str) -> tuple[Step, ...]:
    """ACK 0 5 Y at the speed of the call, then 9600 Bd."""
    return (Step("sendData", (6, 48, 53, ord(y), 13, 10)), Step("setBaud", 9600))


def _packet(name: str, y: str) -> Directive:
    return Directive(
        name,
        (
            *_CALL,
            *_acknowledge(y),
            Step("readData", 300_000 if y == "0" else 60_000),  # a long packet of 54 KB takes 57 s
        ),
    )


def _profile(name: str, code: str) -> Directive:
    query = (1, 82, 50, 2, *code.encode(), 40, "STARTDATE", 59, "ENDDATE", 41, 3, "BCC")
    return Directive(
        name,
        (
            *_CALL,
            *_acknowledge("1"),
            Step("readData", 2500),  # P0, or a bare ACK of gen1
            Step("sendData", query),
            Step("readData", 600_000),
            _BREAK,
        ),
    )


def _raw() -> Directive:
    """One sendData, one readData (X-44); what is sent comes with the read as its VALUE."""
    return Directive(RAW, (Step("sendData", ("VALUE",)), Step("readData", _RAW_WAIT_MS)))


def _query() -> Directive:
    """Each element of the OBIS list is a command from SOH to its check character (chosen; lists of bytes)."""
    each = (Step("sendData", ("OBIS",)), Step("readData", 600_000), Step("wait", 200))
    return Directive(QUERY, (*_CALL, *_acknowledge("1"), Step("readData", 2500), Step("loop", each), _BREAK))


def _register() -> Directive:
    each = (
        Step("sendData", (1, 82, 50, 2, "OBIS", 40, 41, 3, "BCC")),
        Step("readData", 2500),
        Step("wait", 200),
    )
    return Directive(
        REGISTER, (*_CALL, *_acknowledge("1"), Step("readData", 2500), Step("loop", each), _BREAK)
    )
