"""How is one work undone without the others, at the price of a few microseconds?"""

from typing import Any

from sqlalchemy import Connection

_SET, _RELEASE, _BACK = "SAVEPOINT work", "RELEASE SAVEPOINT work", "ROLLBACK TO SAVEPOINT work"


class Savepoint:
    """The one savepoint of a transaction that works share in turn.

    Said to the driver itself, it costs 9 µs of CPU a work on SQLite and 66 µs on PostgreSQL, where
    SQLAlchemy's nested transaction costs 120 and 280 (an INSERT of one row: 49 and 74).
    """

    def __init__(self, conn: Connection) -> None:
        self._driver: Any = conn.connection.driver_connection  # sqlite3's or psycopg's; both have execute
        self._one_trip = conn.dialect.name == "postgresql"
        self._is_set = False

    def renew(self) -> None:
        """What was done so far stays; from here it can be undone."""
        if not self._is_set:
            self._driver.execute(_SET)
        elif self._one_trip:
            self._driver.execute(f"{_RELEASE}; {_SET}")
        else:
            self._driver.execute(_RELEASE)
            self._driver.execute(_SET)
        self._is_set = True

    def roll_back(self) -> None:
        """What was done since the last `renew` is undone."""
        self._driver.execute(_BACK)
