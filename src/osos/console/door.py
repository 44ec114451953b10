"""Who has come through the bench's one-time link, where there are no accounts?

A laptop at the meter has no store of people: whoever reads its screen may come in, with a name, until the
program ends. Everything else of the pages' guards is the same: policy, own pages only, no foreign scripts.
"""

import threading
from collections.abc import Callable

from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from osos.access import Role, Viewer, ViewerKind, form_token
from osos.access.tokens import Chance, hash_of, new_token
from osos.web.csrf import OwnPagesOnly
from osos.web.policy import Policy
from osos.web.sessions import cookie_of

COOKIE = "osos_bench"  # not the server's: two programs of one machine share its browser's cookies


class Door:
    """Links that open once, and whom they let in; kept as hashes, as everywhere."""

    def __init__(self, chance: Chance, *, used: Callable[[str], None] = lambda _: None) -> None:
        """`used` is told who came in: the next link can be shown."""
        self._chance, self._used = chance, used
        self._lock = threading.Lock()
        self._links: set[str] = set()
        self._inside: dict[str, Viewer] = {}

    def link(self) -> str:
        """A token that opens once."""
        token = new_token(self._chance)
        with self._lock:
            self._links.add(hash_of(token))
        return token

    def knows(self, token: str) -> bool:
        with self._lock:
            return hash_of(token) in self._links

    def enter(self, token: str, name: str) -> str | None:
        """The session of who comes in; None: this link opens nothing (any more)."""
        with self._lock:
            if hash_of(token) not in self._links:
                return None
            self._links.remove(hash_of(token))
            session = new_token(self._chance)
            self._inside[hash_of(session)] = Viewer(
                account=f"bench-{len(self._inside) + 1}",
                kind=ViewerKind.STAFF,
                roles=frozenset({Role.LAB}),
                name=name,
            )
        self._used(name)
        return session

    @property
    def somebody_came(self) -> bool:
        with self._lock:
            return bool(self._inside)

    def viewer(self, session: str) -> Viewer | None:
        with self._lock:
            return self._inside.get(hash_of(session))


class AtDoor:
    """Puts `viewer` and `csrf` into the request's state, as the server's sessions do."""

    def __init__(self, app: ASGIApp, *, door: Door, https: bool) -> None:
        self._app, self._door, self._https = app, door, https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            token = cookie_of(HTTPConnection(scope), COOKIE, https=self._https)
            viewer = self._door.viewer(token) if token else None
            scope.setdefault("state", {}).update(
                viewer=viewer,
                csrf=form_token(token) if viewer else "",
                session=None,
                still_signed_in=lambda: self._door.viewer(token) is not None,
            )
        await self._app(scope, receive, send)


def door_guards(door: Door, *, https: bool = False) -> tuple[Middleware, ...]:
    """For `make_app(guards=…)`."""
    return (Middleware(AtDoor, door=door, https=https), Middleware(Policy), Middleware(OwnPagesOnly))
