"""Which points did somebody name on the command line?"""

from pathlib import Path
from typing import TYPE_CHECKING

from osos.cli.opened import FOUND_BAD, USAGE, end

if TYPE_CHECKING:
    from sqlalchemy import Connection


def points_given(conn: "Connection", text: str) -> list[int]:
    """The points named on the command line, or one a line in `@file`; an unknown name ends the command."""
    from osos.registry import naming

    try:
        listed = Path(text[1:]).read_text("utf-8-sig") if text.startswith("@") else text.replace(",", "\n")
    except (OSError, UnicodeDecodeError) as error:
        end(f"--points {text}: cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}", USAGE)
    named = naming.points_named(conn, listed.splitlines())
    if named.unknown or named.unclear or not named.points:
        bad = ", ".join([*named.unknown[:5], *named.unclear[:5]]) or "nothing"
        end(f"--points: {bad} names no point, or more than one; see `osos registry list points`", FOUND_BAD)
    return sorted(set(named.points.values()))


def point_named(conn: "Connection", name: str) -> int:
    """One point by its installation number, ETSO code or meter; anything else ends the command."""
    from osos.registry import naming

    named = naming.points_named(conn, [name])
    if not named.points:
        end(
            f"{name} bir nokta değil ya da birden çok nokta; `osos registry list points` ile bakın / "
            f"{name} names no point, or more than one; see `osos registry list points`",
            FOUND_BAD,
        )
    return next(iter(named.points.values()))
