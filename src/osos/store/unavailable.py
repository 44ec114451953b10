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
_NO_ANSWER = {"OperationalError", "ConnectionTimeout"}


class StoreUnavailable(Exception):
    """The database could not be reached or could not commit; nothing of this transaction counts as done.

    `reason` is one of locked, full, gone, read-only, damaged, refused, overloaded, closed; the caller keeps
    what it has and tries later (the device sends again).
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"the store is {reason}: {detail}")
        self.reason, self.detail = reason, detail


def unavailable(error: BaseException) -> StoreUnavailable | None:
    """This error as the store's own, or None when the work, not the database, is at fault."""
    if isinstance(error, StoreUnavailable):
        return error
    if isinstance(error, PoolTimeout):
        return StoreUnavailable("overloaded", "all of its connections are in use")
    driver, lost = error, False
    if isinstance(error, DBAPIError) and error.orig is not None:  # SQLAlchemy's error around the driver's
        driver, lost = error.orig, error.connection_invalidated
    reason = _reason(driver) or ("gone" if lost else None)
    return None if reason is None else StoreUnavailable(reason, str(driver).strip())


def _reason(driver: BaseException) -> str | None:
    code = getattr(driver, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF)  # the low byte is the primary code
    state = getattr(driver, "sqlstate", None)
    if state is not None:
        return next((_POSTGRES[part] for part in (state, state[:3], state[:2]) if part in _POSTGRES), None)
    # psycopg gives no SQLSTATE when no server answered
    from_psycopg = type(driver).__module__.startswith("psycopg")
    return "gone" if from_psycopg and type(driver).__name__ in _NO_ANSWER else None
