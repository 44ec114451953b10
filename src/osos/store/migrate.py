"""How do the tables of an older program become those of this one?"""

import io
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

_HERE = Path(__file__).parent / "migrations"


def migrate(conn: Connection) -> None:
    """Run what is missing of the chain in the caller's transaction: all of it is kept, or nothing (F67).

    The first process in runs it; others wait for its end and then find nothing to do.
    """
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SET LOCAL lock_timeout = '120s'")
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended('osos:migrate', 0))")
    command.upgrade(_config(conn), "head")


def _config(conn: Connection) -> Config:
    config = Config(output_buffer=io.StringIO(), stdout=io.StringIO(), attributes={"connection": conn})
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
