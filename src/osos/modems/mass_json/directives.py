"""Which steps does a unit run on its serial port to read a meter, and which bytes does a step send?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Any

OPERATIONS = ("setBaud", "setFraming", "wait", "sendData", "readData", "loop")
BAUDS = (300, 600, 1200, 2400, 4800, 9600, 14400, 19200, 38400, 56000, 57600, 115200)
MAX_STEPS, MAX_SENT = 64, 1024  # of one directive; bytes and words of one sendData
MAX_WAIT_MS = 600_000
WORDS = ("METERSERIALNUMBER", "STARTDATE", "ENDDATE", "OBIS", "BCC", "PASSWORD", "VALUE")

Parameter = int | str | tuple[int | str, ...] | tuple["Step", ...]


class BadDirective(ValueError):
    """A directive no unit could run; the sender's fault, answered with 9422."""


@dataclass(frozen=True, slots=True)
class Step:
    """One operation (X-24). sendData: bytes and words; readData: longest wait in ms; loop: sub-steps."""

    operation: str
    parameter: Parameter
    idle_ms: int | None = None  # of readData {timeout, idle}


@dataclass(frozen=True, slots=True)
class Directive:
    """Named steps, run in order on one serial port."""

    id: str
    steps: tuple[Step, ...]


class MissingWord(ValueError):
    """A step names a word the read did not bring; the asker's fault."""


def render(parameter: Sequence[int | str], words: Mapping[str, bytes]) -> bytes:
    r"""The bytes of one sendData. BCC = XOR of its bytes after the first 1, else the first 2 (X-25).

    >>> render([1, 82, 50, 2, "OBIS", 40, 41, 3, "BCC"], {"OBIS": b"0.0.0"})
    b'\x01R2\x020.0.0()\x03P'
    """
    sent = bytearray()
    for element in parameter:
        if isinstance(element, int):
            sent.append(element)
        elif element == "BCC":
            sent.append(_check_byte(bytes(sent)))
        elif element in words:
            sent += words[element]
        else:
            raise MissingWord(f"the read brought no {element}")
    return bytes(sent)


def _check_byte(sent: bytes) -> int:
    start = next((sent.index(mark) + 1 for mark in (b"\x01", b"\x02") if mark in sent), 0)
    return reduce(xor, sent[start:], 0)


def parse_directive(value: object) -> Directive:
    """A directive from its JSON form; raises BadDirective with what is wrong."""
    if not isinstance(value, dict) or not isinstance(value.get("id"), str) or not 1 <= len(value["id"]) <= 64:
        raise BadDirective("a directive needs an id of 1 to 64 characters")
    return Directive(value["id"], _steps(value.get("steps"), depth=0))


def directive_json(directive: Directive) -> dict[str, Any]:
    return {"id": directive.id, "steps": _steps_json(directive.steps)}


def _steps_json(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [
        {"order": order, "operation": step.operation, "parameter": _parameter_json(step)}
        for order, step in enumerate(steps, start=1)
    ]


def _parameter_json(step: Step) -> Any:
    if step.operation == "loop":
        return _steps_json(part for part in _tuple(step.parameter) if isinstance(part, Step))
    if step.idle_ms is not None:
        return {"timeout": step.parameter, "idle": step.idle_ms}
    return list(step.parameter) if isinstance(step.parameter, tuple) else step.parameter


def _tuple(parameter: Parameter) -> tuple[Any, ...]:
    return parameter if isinstance(parameter, tuple) else ()


def _steps(value: object, *, depth: int) -> tuple[Step, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_STEPS:
        raise BadDirective(f"a directive has 1 to {MAX_STEPS} steps")
    orders = [step.get("order") if isinstance(step, dict) else None for step in value]
    if all(type(order) is int for order in orders):
        value = [step for _, step in sorted(enumerate(value), key=lambda pair: (orders[pair[0]], pair[0]))]
    return tuple(_step(step, depth=depth) for step in value)


def _step(value: object, *, depth: int) -> Step:
    if not isinstance(value, dict) or value.get("operation") not in OPERATIONS:
        raise BadDirective(f"a step's operation is one of {', '.join(OPERATIONS)}")
    operation, parameter = value["operation"], value.get("parameter")
    if operation == "loop":
        if depth:
            raise BadDirective("a loop inside a loop")
        return Step(operation, _steps(parameter, depth=depth + 1))
    if operation == "readData":
        return _read_step(parameter)
    return Step(operation, _PARAMETERS[operation](parameter))


def _baud(parameter: object) -> Parameter:
    if type(parameter) is int and parameter in BAUDS:
        return parameter
    raise BadDirective(f"setBaud takes a speed of 300 to 115200, not {parameter!r}"[:200])


def _framing(parameter: object) -> Parameter:
    fits = isinstance(parameter, str) and len(parameter) == 3
    if fits and parameter[0] in "789" and parameter[1] in "EON" and parameter[2] in "12":  # type: ignore[index]  # `fits` says it is a text
        return str(parameter)
    raise BadDirective(f"setFraming takes the like of 7E1, not {parameter!r}"[:200])


def _milliseconds(parameter: object) -> int:
    if type(parameter) is int and 0 <= parameter <= MAX_WAIT_MS:
        return parameter
    raise BadDirective(f"a wait is 0 to {MAX_WAIT_MS} ms, not {parameter!r}"[:200])


def _read_step(parameter: object) -> Step:
    if isinstance(parameter, dict):
        idle = parameter.get("idle")
        return Step(
            "readData", _milliseconds(parameter.get("timeout")), None if idle is None else _milliseconds(idle)
        )
    return Step("readData", _milliseconds(parameter))


def _sent(parameter: object) -> Parameter:
    if not isinstance(parameter, list) or not 1 <= len(parameter) <= MAX_SENT:
        raise BadDirective(f"sendData takes a list of 1 to {MAX_SENT} bytes and words")
    for element in parameter:
        if not (type(element) is int and 0 <= element <= 255) and element not in WORDS:
            raise BadDirective(f"sendData holds {element!r}, neither a byte nor a known word"[:200])
    return tuple(parameter)


_PARAMETERS = {"setBaud": _baud, "setFraming": _framing, "wait": _milliseconds, "sendData": _sent}
