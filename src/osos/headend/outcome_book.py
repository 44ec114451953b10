"""Where is it written what came of each conversation?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from osos.headend.outcomes import DONE, Finding, Kind
from osos.headend.tables import outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOutcome:
    """One line of the book."""

    modem: str
    meter: str
    what: str
    asked_at: datetime
    ended_at: datetime
    code: int
    name: str
    tr: str
    en: str
    reference: str
    job_id: int | None


def write_outcome(
    conn: Connection,
    *,
    modem: str,
    meter: str,
    what: str,
    asked_at: datetime,
    ended_at: datetime,
    finding: Finding,
    reference: str,
    job_id: int | None = None,
) -> None:
    """Add a line in the caller's transaction."""
    conn.execute(
        outcomes.insert().values(
            modem=modem,
            meter=meter,
            what=what,
            asked_at=asked_at,
            ended_at=ended_at,
            code=finding.code,
            name=finding.kind.name,
            tr=finding.tr,
            en=finding.en,
            reference_id=reference,
            job_id=job_id,
        )
    )


def outcome_of(conn: Connection, *, modem: str, reference: str) -> Finding:
    """What was found of this reference before; done when nothing was written against it."""
    same = (outcomes.c.reference_id == reference) & (outcomes.c.modem == modem)
    row = conn.execute(select(outcomes).where(same).order_by(outcomes.c.id.desc()).limit(1)).first()
    return Finding(DONE) if row is None else Finding(Kind(row.code, row.name, row.tr, row.en))


def list_outcomes(
    conn: Connection, *, modem: str | None = None, job_id: int | None = None, limit: int = 1000
) -> list[WrittenOutcome]:
    """The latest lines, newest first."""
    query = select(outcomes).order_by(outcomes.c.id.desc()).limit(limit)
    if modem is not None:
        query = query.where(outcomes.c.modem == modem)
    if job_id is not None:
        query = query.where(outcomes.c.job_id == job_id)
    return [
        WrittenOutcome(
            modem=row.modem,
            meter=row.meter,
            what=row.what,
            asked_at=row.asked_at,
            ended_at=row.ended_at,
            code=row.code,
            name=row.name,
            tr=row.tr,
            en=row.en,
            reference=row.reference_id,
            job_id=row.job_id,
        )
        for row in conn.execute(query)
    ]
