"""How is a PostgreSQL database opened so that a commit is durable and a dead server is noticed?"""

from typing import Any

from sqlalchemy import URL, Engine, create_engine

_DRIVER = "postgresql+psycopg"
_CONNECT_WITHIN_S = 5
# An acknowledgement rests on synchronous_commit, whatever the server's default is.
# A page's question is answered before a compiled plan would be ready.
_OPTIONS = (
    "-c synchronous_commit=on -c jit=off -c timezone=UTC -c client_min_messages=warning -c lock_timeout="
)
_WRITERS, _READERS = 5, 20


def postgres_engines(address: URL, *, lock_within_s: float) -> tuple[Engine, Engine]:
    """Connections that write and connections that read: busy pages never keep ingest waiting (F19)."""
    arguments = _arguments(address, lock_within_s)
    writing = create_engine(
        address.set(drivername=_DRIVER),
        connect_args=arguments,
        pool_pre_ping=True,
        hide_parameters=True,
        pool_size=_WRITERS,
        max_overflow=_WRITERS,
        pool_timeout=lock_within_s,
    )
    reading = create_engine(
        address.set(drivername=_DRIVER),
        connect_args=arguments,
        pool_pre_ping=True,
        hide_parameters=True,
        pool_size=5,
        max_overflow=_READERS - 5,
        pool_timeout=lock_within_s,
    )
    # one snapshot for all that a page shows, as on SQLite
    return writing, reading.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _arguments(address: URL, lock_within_s: float) -> dict[str, Any]:
    given = address.query.get("options", "")
    asked = given if isinstance(given, str) else " ".join(given)
    return {
        "connect_timeout": _CONNECT_WITHIN_S,
        "options": f"{_OPTIONS}{int(lock_within_s * 1000)} {asked}".strip(),
        # a database host without power is noticed in seconds, not by the kernel's 15 minutes
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
        "application_name": "osos",
    }
