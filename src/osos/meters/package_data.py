"""What do the data files beside this code say? Each is read once, when first asked for."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_LOADER: Any = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # the C loader is 5 times as fast where it is built


@cache
def load(name: str) -> dict[str, Any]:
    """The content of `data/NAME.yaml`."""
    text = files("osos.meters").joinpath("data", f"{name}.yaml").read_bytes()
    loaded: dict[str, Any] = yaml.load(text, Loader=_LOADER)  # noqa: S506  # a safe loader, see above
    return loaded
