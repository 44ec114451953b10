"""Why can the store not take or give anything right now?"""

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# SQLite's primary result codes that are about the file, not about the work (sqlite.org/rescode.html).
_SQLITE = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_IOERR: "gone",
    sqlite3.SQLITE_CANTOPEN: "gone",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_NOMEM: "full",
    sqlite3.SQLITE_PERM: "read-only",
}
# PostgreSQL's SQLSTATE codes and classes (documentation, appendix A); the longer match first.
_POSTGRES = {
    "55P03": "locked",  # lock_not_available: lock_timeout
    "57014": "locked",  # query_canceled: statement_timeout
    "40P01": "locked",  # deadlock_detected
    "40001": "locked",  # serialization_failure
    "25006": "read-only",  # read_only_sql_transaction: this server has become a standby
    "53": "full",  # insufficient_resources: disk, memory, connections
    "57P": "gone",  # admin_shutdown, crash_shutdown, cannot_connect_now
    "08": "gone",  # connection_exception
    "58": "gone",  # system_error: input or output failed
    "XX": "damaged",  # internal_error, data_corrupted
}


class StoreUnavailable(Exception):
    """The database could not be reached or could not commit; nothing of this transaction counts as done.

    `reason` is one of locked, full, gone, read-only, damaged, refused, overloaded, closed; the caller keeps
    what it has and tries later (the device sends again).
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"the store is {reason}: {detail}")
        self.reason, self.detail = reason, detail


def unavailable(error: Exception) -> StoreUnavailable | None:
    """This error as the store's own, or None when the work, not the database, is at fault."""
    if isinstance(error, StoreUnavailable):
        return error
    if isinstance(error, PoolTimeout):
        return StoreUnavailable("overloaded", "all of its connections are in use")
    if not isinstance(error, DBAPIError):
        return None
    reason = _reason(error)
    return None if reason is None else StoreUnavailable(reason, str(error.orig).strip())


def _reason(error: DBAPIError) -> str | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF)  # the low byte is the primary code
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        for prefix in (state, state[:3], state[:2]):
            if prefix in _POSTGRES:
                return _POSTGRES[prefix]
    return "gone" if error.connection_invalidated or (state is None and _never_connected(error)) else None


def _never_connected(error: DBAPIError) -> bool:
    """psycopg gives no SQLSTATE when no server answered."""
    return type(error.orig).__name__ in {"OperationalError", "ConnectionTimeout"}
