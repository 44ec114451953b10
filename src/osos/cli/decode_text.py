"""How does `osos decode` show a telegram to a person?"""

from collections.abc import Iterator, Sequence

from osos.cli.decode_words import COMPLAINTS, EVIDENCE, KINDS, LABELS
from osos.cli.numbers import localized, moment
from osos.meters import MeterProfile, Telegram, catalogue, label_time, profile_named
from osos.meters.record_text import printed_records
from osos.quantities import Reading

_WIDEST = 48  # characters of a column; longer text runs over
_QUOTED = 60  # characters of a damaged place


def lines_of(source: str, telegram: Telegram, language: str) -> Iterator[str]:
    """The whole page, line by line."""
    say = _Words(language)
    profile = profile_named(telegram.profile) if telegram.profile else None
    yield from _head(source, telegram, profile, say)
    if telegram.readings:
        yield ""
        yield from _readings(telegram.readings, profile, say)
    if telegram.records is not None and len(telegram.records):
        yield ""
        yield from _records(telegram, say)
    if telegram.complaints:
        yield ""
        yield from _complaints(telegram, say)
    yield ""
    count = len(telegram.readings) + (telegram.records.values.size if telegram.records is not None else 0)
    yield say("summary").format(values=count, complaints=len(telegram.complaints))


def complaint_lines(telegram: Telegram, language: str) -> Iterator[str]:
    """The complaints alone; nothing where there are none."""
    if telegram.complaints:
        yield from _complaints(telegram, _Words(language))


class _Words:
    """Labels in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.at = 0 if language == "tr" else 1

    def __call__(self, label: str) -> str:
        return LABELS[label][self.at]


def _head(source: str, telegram: Telegram, profile: MeterProfile | None, say: _Words) -> Iterator[str]:
    rows = [("source", source), ("kind", KINDS[telegram.kind][say.at])]
    if telegram.identification:
        rows.append(("identification", telegram.identification))
    if profile is not None:
        name = profile.tr if say.language == "tr" else profile.en
        rows.append(("profile", f"{name} ({say('evidence')}: {EVIDENCE[profile.evidence][say.at]})"))
    rows.append(("check", _check(telegram, say)))
    if telegram.records is not None:
        rows.append(("records", str(len(telegram.records))))
    width = max(len(say(label)) for label, _ in rows)
    for label, text in rows:
        yield f"{say(label):<{width}}  {text}"


def _check(telegram: Telegram, say: _Words) -> str:
    check = telegram.check
    if check.kind == "none":
        return say("none")
    outcome = say("missing") if check.sent is None else say("right" if check.ok else "wrong")
    return f"{check.kind.upper()} {outcome}"


def _readings(readings: Sequence[Reading], profile: MeterProfile | None, say: _Words) -> Iterator[str]:
    heads = [say("code"), say("meaning"), say("value"), say("unit"), say("time")]
    rows = [
        [
            "" if again else str(one.obis),
            "" if again else _meaning(one, profile, say),
            localized(one.text, say.language) if one.amount is not None else one.text,
            one.unit or (_unit(one, profile) if one.amount is not None else ""),
            moment(one.time, say.language) if one.time is not None else "",
        ]
        for one, again in zip(readings, _continues(readings), strict=True)
    ]
    yield from table(heads, rows, right={2})


def _continues(readings: Sequence[Reading]) -> Iterator[bool]:
    """Does this value belong to the line of the one before it?"""
    before: Reading | None = None
    for one in readings:
        yield before is not None and before.obis == one.obis and _of_one_line(before, one)
        before = one


def _of_one_line(before: Reading, one: Reading) -> bool:
    """The next bracket, or the end of a span in the same one."""
    is_end = before.raw != before.text and (one.index, one.raw) == (before.index, before.raw)
    return one.index > before.index or is_end


def _meaning(one: Reading, profile: MeterProfile | None, say: _Words) -> str:
    """In the words of the meter's profile, else in those that hold for every meter."""
    for known in (profile.catalogue if profile else None, catalogue(None)):
        entry = known.find(one.obis.code, one.obis.history) if known else None
        entry = entry or (known.find(one.obis.code) if known else None)
        if entry is not None:
            return entry.tr if say.language == "tr" else entry.en
    return ""


def _unit(one: Reading, profile: MeterProfile | None) -> str:
    entry = profile.entry(one.obis.code, one.obis.history) if profile else None
    return (entry.unit or "") if entry else ""


def _records(telegram: Telegram, say: _Words) -> Iterator[str]:
    """A line a record, all columns side by side, written as they come."""
    records = telegram.records
    assert records is not None
    heads = [
        say("time"),
        *(_column(code, unit) for code, unit in zip(records.codes, records.units, strict=True)),
    ]
    widths = [16, *(max(len(head), 12) for head in heads[1:])]
    yield _row(heads, widths, right=set(range(1, len(heads))))
    yield "─" * (sum(widths) + 2 * len(widths) - 2)
    for block in telegram.record_blocks:
        for label, texts, _ in printed_records(block):
            cells = [
                moment(label_time(label), say.language),
                *(localized(text, say.language) for text in texts),
            ]
            yield _row(cells, widths, right=set(range(1, len(cells))))


def _column(code: str, unit: str) -> str:
    return f"{code} {unit}".rstrip()


def _complaints(telegram: Telegram, say: _Words) -> Iterator[str]:
    heads = [say("place"), say("what"), say("found"), say("expected")]
    rows = [
        [
            f"{say('line')} {one.line}, {say('byte')} {one.offset}"
            if one.line
            else f"{say('byte')} {one.offset}",
            COMPLAINTS.get(one.code, one.message) if say.language == "tr" else one.message,
            _quoted(one.found),
            _quoted(one.expected),
        ]
        for one in telegram.complaints
    ]
    yield say("complaints")
    yield from table(heads, rows)


def _quoted(text: str | None) -> str:
    if text is None:
        return ""
    shown = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)
    return shown if len(shown) <= _QUOTED else shown[: _QUOTED - 1] + "…"


def table(heads: list[str], rows: list[list[str]], *, right: set[int] | None = None) -> Iterator[str]:
    """Columns as wide as their widest cell, up to a limit; those in `right` end together."""
    columns = list(zip(heads, *rows, strict=True))
    widths = [
        max(len(cell) for cell in column if len(cell) <= _WIDEST or cell == column[0]) for column in columns
    ]
    yield _row(heads, widths, right=right)
    yield "─" * (sum(widths) + 2 * len(widths) - 2)
    for row in rows:
        yield _row(row, widths, right=right)


def _row(cells: list[str], widths: list[int], *, right: set[int] | None = None) -> str:
    padded = (
        f"{cell:>{width}}" if right and k in right else f"{cell:<{width}}"
        for k, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(padded).rstrip()
