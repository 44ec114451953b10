"""Does docs/reference/captures.md say what the reader makes of each capture today?

To renew the table after a change that was meant, and look at what changed:

    OSOS_RENEW=1 .venv/bin/pytest -n0 tests/meters/test_captures_table.py
    git diff docs/reference/captures.md
"""

import os
from pathlib import Path

import pytest

from osos.meters import Telegram, profile_named
from osos.meters.files import read_file

pytestmark = pytest.mark.captures

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "captures.md"
RENEW = "OSOS_RENEW=1 .venv/bin/pytest -n0 tests/meters/test_captures_table.py"
HEAD = f"""# What the reader makes of each capture

Real meter output from public sources, which is not part of the project. Written by a test, which fails where
this table differs from what the reader says; renew it by
`{RENEW}`.

Values: as many as `osos decode` prints. Check: whether the check character or sum of the telegram fits
(`-`: it has none; `missing`: it should have one). Known: where the meter profile's knowledge is from;
[how to add a meter](../howto/add-a-meter.md) says what the words mean.

| capture | kind | meter profile | known | check | values | complaints |
| --- | --- | --- | --- | --- | ---: | --- |
"""


def row(name: str, told: Telegram) -> str:
    records = told.records.values.size if told.records is not None else 0
    cells = (
        f"`{name}`",
        told.kind,
        told.profile or "-",
        profile_named(told.profile).evidence if told.profile else "-",
        check(told),
        str(len(told.readings) + int(records)),
        complaints(told) or "-",
    )
    return f"| {' | '.join(cells)} |\n"


def check(told: Telegram) -> str:
    if told.check.kind == "none":
        return "-"
    word = {True: "right", False: "wrong", None: "missing"}[told.check.ok]
    return f"{told.check.kind} {word}"


def complaints(told: Telegram) -> str:
    """Each code with the lines it is about."""
    lines: dict[str, list[str]] = {}
    for one in told.complaints:
        lines.setdefault(one.code, []).append(str(one.line))
    return ", ".join(f"{code} (line {', '.join(places)})" for code, places in lines.items())


def page(captures: Path) -> str:
    rows = []
    for path in sorted(captures.iterdir()):
        if path.suffix != ".md":
            data = path.read_bytes()
            rows.append(row(path.name, read_file(data)))
    return HEAD + "".join(rows)


def test_the_table_says_what_the_reader_says_today(captures):
    today = page(captures)
    if os.environ.get("OSOS_RENEW") == "1":
        PAGE.write_text(today, encoding="utf-8")
    committed = PAGE.read_text(encoding="utf-8").splitlines() if PAGE.is_file() else []
    changed = sorted(set(today.splitlines()) ^ set(committed))
    assert changed == [], f"the table is not today's; if that was meant: {RENEW}"
    assert committed == today.splitlines()


def test_every_capture_has_values_or_says_why_not(captures):
    """A dialogue in which the meter was asked for nothing is the only silent file."""
    silent = {"tr_mas5_gen3_programming_session_hex.txt"}
    for path in sorted(captures.iterdir()):
        if path.suffix != ".md" and path.name not in silent:
            data = path.read_bytes()
            told = read_file(data)
            assert told.readings or told.records is not None or told.complaints, path.name
