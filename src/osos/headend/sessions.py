"""Which connection leads to a modem now, and to which of its serial ports?"""

from collections.abc import Iterator

from osos.headend.links import AnyLink
from osos.headend.plan import ANY_LINE


class Sessions:
    """By modem: its newest connection (F29), or one a serial port of a transparent modem (X-40)."""

    def __init__(self) -> None:
        self._of: dict[int, list[AnyLink]] = {}

    def __len__(self) -> int:
        return sum(len(links) for links in self._of.values())

    def __contains__(self, modem_id: int) -> bool:
        return modem_id in self._of

    def __iter__(self) -> Iterator[tuple[int, AnyLink]]:
        return iter([(modem_id, link) for modem_id, links in self._of.items() for link in links])

    def values(self) -> list[AnyLink]:
        return [link for _, link in self]

    def in_the_way(self, modem_id: int, link: AnyLink) -> AnyLink | None:
        """The connection that leads where this one does."""
        others = (each for each in self._of.get(modem_id, ()) if each is not link)
        return next((each for each in others if not _apart(each.port, link.port)), None)

    def take(self, modem_id: int, link: AnyLink) -> None:
        """From now on it is the one."""
        links = self._of.setdefault(modem_id, [])
        links[:] = [each for each in links if each is not link and _apart(each.port, link.port)]
        links.append(link)

    def drop(self, modem_id: int, link: AnyLink) -> None:
        """It has ended; another may have taken its place before."""
        links = [each for each in self._of.get(modem_id, ()) if each is not link]
        if links:
            self._of[modem_id] = links
        else:
            self._of.pop(modem_id, None)

    def link(self, modem_id: int, line: str = ANY_LINE) -> AnyLink | None:
        """The way to a meter on this serial port of the modem."""
        links = self._of.get(modem_id, [])
        return next((each for each in links if leads_to(each.port, line)), None)


def leads_to(port: str, line: str) -> bool:
    """Whether a connection of this port reaches a meter that hangs on this line, as far as both are told."""
    return not port or line in {ANY_LINE, port}


def _apart(one: str, other: str) -> bool:
    return bool(one and other and one != other)
