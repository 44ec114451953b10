"""Which files does a page load, and under which name may a browser keep them for ever?"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

STATIC = Path(__file__).with_name("static")
FOR_EVER = "public, max-age=31536000, immutable"  # its name holds its hash
SERVED = {".css", ".js", ".woff2", ".svg", ".txt"}
PACKED = {".css", ".js", ".svg", ".txt"}
_LINK = re.compile(r"url\(([\w./-]+)\)")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent, already packed."""

    body: bytes
    packed: bytes | None
    kind: str


class Assets:
    """All static files, read once at start: 300 KB, and no path of a request ever reaches the disk."""

    def __init__(self, folder: Path = STATIC, *, beside: Iterable[Path] = ()) -> None:
        """`beside`: folders of screens; a style sheet or script right in one is served by its file's name."""
        self._hashed: dict[str, str] = {}
        self._files: dict[str, Asset] = {}
        paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
        for screen in beside:
            paths |= {path.name: path for path in sorted(screen.glob("*.css")) + sorted(screen.glob("*.js"))}
        kept = [each for each in paths.items() if each[1].suffix in SERVED]
        for name, path in sorted(kept, key=lambda each: each[1].suffix == ".css"):  # sheets name the others
            self._take(name, path.read_bytes())

    def _take(self, name: str, body: bytes) -> None:
        if name.endswith(".css"):
            body = _LINK.sub(lambda found: f"url({self._beside(name, found[1])})", body.decode()).encode()
        pure = PurePosixPath(name)
        hashed = str(pure.with_name(f"{pure.stem}.{hashlib.sha256(body).hexdigest()[:12]}{pure.suffix}"))
        kind = mimetypes.types_map.get(pure.suffix, "font/woff2")
        packed = gzip.compress(body, 9, mtime=0) if pure.suffix in PACKED else None
        self._hashed[name] = hashed
        self._files[hashed] = Asset(body, packed, kind)

    def _beside(self, sheet: str, link: str) -> str:
        """A link of a style sheet in the static folder's own terms: /static/… with the hash."""
        return self.url(str(PurePosixPath(sheet).parent / link))

    def url(self, name: str) -> str:
        """Where the file is served; raises KeyError for a file that is not there."""
        return f"/static/{self._hashed[name]}"

    def names(self) -> Mapping[str, str]:
        return dict(self._hashed)

    def file(self, hashed: str) -> Asset | None:
        return self._files.get(hashed)


def send_asset(request: Request, asset: Asset) -> Response:
    """The file, packed when the browser takes that."""
    headers = {"cache-control": FOR_EVER, "vary": "accept-encoding"}
    if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, media_type=asset.kind, headers=headers | {"content-encoding": "gzip"})
    return Response(asset.body, media_type=asset.kind, headers=headers)
