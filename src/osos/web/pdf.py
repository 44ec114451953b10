"""Which documents do the pages hand out as PDF, and what do they say?"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from osos import typesetting
from osos.typesetting import legible

DOCUMENTS = Path(__file__).with_name("documents")


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
    facts = legible(asdict(words)) | {"pictures": [list(each) for each in summary.pictures]}
    return typeset("period.typ", facts, made_at=made_at)


def typeset(document: str, facts: dict[str, Any], *, made_at: datetime) -> bytes:
    """A template of ours with these facts; raises typesetting.NotSet for any error and any warning."""
    return typesetting.typeset(DOCUMENTS / document, facts, made_at=made_at)
