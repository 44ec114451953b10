"""Are the tables of this program's version?"""

from pathlib import Path

from sqlalchemy import Connection, inspect

_MIGRATIONS = Path(__file__).parent / "migrations" / "versions"


def newest() -> str:
    """The last of the chain; files and revisions are numbered alike."""
    return max(path.name[:4] for path in _MIGRATIONS.glob("[0-9]*.py"))


def version_of(conn: Connection) -> str | None:
    """What was migrated to last; None: never."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
