"""Where is everything kept, so that what was acknowledged is still there tomorrow?

SQLAlchemy Core on SQLite and PostgreSQL. Each room hangs its tables on `metadata` and touches no other's.
"""

from osos.store.committer import Committer
from osos.store.events import Event, list_events, record_event, record_events
from osos.store.marks import mark, marked
from osos.store.open import NotAStore, Store, open_store
from osos.store.statements import alone, among, append, append_columns, insert
from osos.store.types import Blob, Exact, Id, Instant, Json, Words, metadata
from osos.store.unavailable import StoreUnavailable

__all__ = [
    "Blob",
    "Committer",
    "Event",
    "Exact",
    "Id",
    "Instant",
    "Json",
    "NotAStore",
    "Store",
    "StoreUnavailable",
    "Words",
    "alone",
    "among",
    "append",
    "append_columns",
    "insert",
    "list_events",
    "mark",
    "marked",
    "metadata",
    "open_store",
    "record_event",
    "record_events",
]
