"""How is HEAD answered? As GET would be, without the body (RFC 9110, 9.3.2).

Monitors, link checkers and download tools ask so; no screen has to think of it.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Heads:
    """Stands outside the routes: inside, there is no HEAD."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        ended = False

        async def head_only(message: Message) -> None:
            """The head, and at once the end: a live stream would otherwise hold the line for nothing."""
            nonlocal ended
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                ended = True

        async def nothing_more() -> Message:
            return {"type": "http.disconnect"} if ended else await receive()

        await self._app({**scope, "method": "GET"}, nothing_more, head_only)
