"""Which of the heard bytes are only our own, come back?"""


class EchoFilter:
    """Takes the echo of our own bytes out of what is heard (two-wire adapters, optical heads).

    Whether the line echoes is learnt from the first message of a sign-on: no meter answers a request with
    that same request. Later echoes are taken off by their length, so that a damaged one does no harm.
    """

    def __init__(self) -> None:
        self._echoes: bool | None = None
        self._awaited = b""
        self._held = b""

    def sign_on(self, request: bytes) -> None:
        self._echoes, self._awaited, self._held = None, request, b""

    def wrote(self, message: bytes) -> None:
        self._awaited = message if self._echoes else b""

    def heard(self, data: bytes) -> bytes:
        if not self._awaited:
            return data
        if self._echoes:
            size = len(self._awaited)
            self._awaited = self._awaited[len(data) :]
            return data[size:]
        return self._learn(self._held + data)

    def _learn(self, data: bytes) -> bytes:
        request = self._awaited
        if data.startswith(request):
            self._echoes, self._awaited, self._held = True, b"", b""
            return data[len(request) :]
        if request.startswith(data):
            self._held = data
            return b""
        self._echoes, self._awaited, self._held = False, b"", b""
        return data
