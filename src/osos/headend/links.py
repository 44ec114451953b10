"""What does the house ask of a connection, whichever protocol it speaks?"""

from collections.abc import Callable
from datetime import timezone
from typing import Protocol

from osos.headend.actions import Entry, ModemFacts, Say, Verdict
from osos.headend.conversation import Conversations, Request
from osos.headend.outcomes import Finding


class LinkSession(Protocol):
    """What is known of the modem at the other end, and what waits for it."""

    @property
    def facts(self) -> ModemFacts | None: ...
    @property
    def talk(self) -> Conversations: ...
    @property
    def zone(self) -> timezone: ...


class AnyLink(Protocol):
    """A connection: MASS JSON, or bytes of the meters themselves."""

    kind: str  # as the ledger calls it
    number: int  # later connections have higher ones (F29)
    address: str

    @property
    def port(self) -> str:
        """The serial port it leads to, where that was told (X-41)."""

    @property
    def session(self) -> LinkSession: ...
    def ask(self, request: Request) -> None: ...
    def withdraw(self, chosen: Callable[[Request], bool]) -> None: ...
    def kept(self, entry: Entry, found: Verdict | BaseException) -> None: ...
    def said(self, say: Say, failed: BaseException | None) -> None: ...
    def close(self, why: Finding) -> None: ...
    def stop_reading(self) -> None: ...
    def abort(self) -> None: ...
