"""How does a document become a PDF? By typst, from its own template, with its own fonts.

System fonts are ignored and every warning is an error: a missing letter would else be a white box that
nobody saw. The same facts give the same bytes.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from osos.quantities import to_local

FONTS = Path(__file__).with_name("fonts")
DOCUMENTS = Path(__file__).with_name("documents")
# What the fonts hold: the letters of Turkish and its neighbours, and the signs the pages use.
COVERED = frozenset(
    [chr(code) for code in range(0x20, 0x7F)]
    + list("\u00a0§©«°±²³·»ÂÄÇÎÖ×ÛÜßâäçéîö÷ûüĞğİıŞşΔΣσφ–—‘’“”•…₺←↑→↓∑−≈≠≤≥✓")
)
STAND_IN = "?"  # for a letter the fonts do not hold: seen, unlike a gap


class NotSet(RuntimeError):
    """typst complained about our own template: our mistake; the complaint is its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it is set: heads with whether they stand right, rows of ready words."""

    title: str
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodSummary:
    """What the *dönem özeti* says; all words in the reader's language, all figures written out."""

    language: str
    operator: str
    title: str  # Dönem özeti, Kasım 2026
    subtitle: str  # whose, and as of when
    place: str  # in the head of each page
    footnote: str  # informative, not a basis of a bill
    identity: Sequence[tuple[str, str]]
    figures: Sequence[tuple[str, str, str]] = ()  # label, value, note
    pictures: Sequence[tuple[str, str]] = ()  # title, svg.standalone(…)
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()


def period_summary(summary: PeriodSummary, *, made_at: datetime) -> bytes:
    """The summary as PDF; its foot carries the fingerprint of what it says."""
    words = replace(summary, pictures=())
    facts = _legible(asdict(words)) | {"pictures": [list(each) for each in summary.pictures]}
    return typeset("period.typ", facts, made_at=made_at)


def typeset(document: str, facts: dict[str, Any], *, made_at: datetime) -> bytes:
    """A template of ours with these facts; raises NotSet for any error and any warning."""
    import typst  # 15 MB of library, wanted by few requests

    seal = hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    compiler = typst.Compiler(
        input=str(DOCUMENTS / document),
        root=str(DOCUMENTS),
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(facts | {"seal": seal}, ensure_ascii=False)},
    )
    try:
        body, warnings = compiler.compile_with_warnings(format="pdf", timestamp=to_local(made_at))
    except typst.TypstError as error:
        raise NotSet(f"{document}: {error.message} {error.diagnostic}") from error
    if warnings or not isinstance(body, bytes):
        raise NotSet(f"{document}: {[warning.message for warning in warnings]}")
    return body


def _legible(value: Any) -> Any:
    """The same with a stand-in for every letter the fonts do not hold; facts come from customers too."""
    if isinstance(value, str):
        return "".join(letter if letter in COVERED or letter == "\n" else STAND_IN for letter in value)
    if isinstance(value, dict):
        return {name: _legible(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_legible(each) for each in value]
    return value
