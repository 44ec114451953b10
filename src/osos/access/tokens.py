"""What does a browser hold that nobody guesses, and what do we keep of it?"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable

Chance = Callable[[int], bytes]  # so many bytes nobody foresees; tests hand in their own
true_chance: Chance = secrets.token_bytes
TOKEN_BYTES = 16  # 128 bits (G25)


def new_token(chance: Chance) -> str:
    """For a cookie or a link: 22 letters, digits, hyphens and underscores."""
    return base64.urlsafe_b64encode(chance(TOKEN_BYTES)).decode("ascii").rstrip("=")


def new_public_id(chance: Chance) -> str:
    """Sixteen letters and digits for an account's name in addresses and logs."""
    return base64.b32encode(chance(10)).decode("ascii").lower()


def hash_of(token: str) -> str:
    """What is stored: who reads the database cannot sign in with it. A random token needs no salt."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def form_token(session_token: str) -> str:
    """The word each form of this session carries; it follows from the session and is stored nowhere."""
    return hmac.new(session_token.encode("utf-8", "replace"), b"form", hashlib.sha256).hexdigest()[:32]


def same(one: str, other: str) -> bool:
    """Compared in a time that tells nothing."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
