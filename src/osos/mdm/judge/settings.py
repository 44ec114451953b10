"""Which thresholds did the operator set, and which book holds now?"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from osos.mdm.judge.tables import rule_settings
from osos.mdm.rules import RuleBook, Setting, packaged


def current_book(conn: Connection, *, known_at: datetime | None = None) -> RuleBook:
    """What ships, and over it what the operator set (until `known_at`, if that is asked)."""
    query = select(rule_settings).order_by(rule_settings.c.id)
    if known_at is not None:
        query = query.where(rule_settings.c.set_at <= known_at)
    return packaged().with_settings(
        Setting(
            rule=row.rule,
            threshold=row.threshold,
            value=row.value,
            since_day=row.since_day,
            until_day=row.until_day,
            scope=row.scope,
        )
        for row in conn.execute(query)
    )


def set_thresholds(
    conn: Connection, settings: Iterable[Setting], *, by: str, reason: str, now: datetime
) -> None:
    """Lay these over; a threshold there is none of raises `NoSuchThreshold` and nothing is kept."""
    new = tuple(settings)
    packaged().with_settings(new)
    for one in new:
        conn.execute(
            rule_settings.insert().values(
                rule=one.rule,
                threshold=one.threshold,
                value=one.value,
                since_day=one.since_day,
                until_day=one.until_day,
                scope=dict(one.scope),
                by=by,
                reason=reason,
                set_at=now,
            )
        )
