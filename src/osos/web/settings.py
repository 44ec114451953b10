"""What does the operator of an installation choose about its pages?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """One installation is one operator (dağıtım şirketi); `cli` reads these from osos.toml."""

    operator: str = "Örnek EDAŞ"
    contact: str = ""  # where a customer writes to (P-13); shown at the foot of each page when given
    language: str = "tr"  # until the reader chooses another
    https: bool = False  # behind TLS: cookies are Secure, and the browser is told to stay with https
    speed: int = 1  # the demo's clock runs faster than the world's; the page says so
    demo: bool = False
    git_hash: str = ""
