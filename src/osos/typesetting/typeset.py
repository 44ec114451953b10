"""What does typst make of a template and its facts?"""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from osos.quantities import to_local
from osos.typesetting.letters import FONTS


class NotSet(RuntimeError):
    """typst complained about our own template: our mistake; the complaint is its text."""


def typeset(template: Path, facts: dict[str, Any], *, made_at: datetime) -> bytes:
    """A PDF; the template reads nothing outside its folder. Raises NotSet for any error and any warning.

    It finds `facts` as JSON in `sys.inputs.facts`, with their fingerprint as `seal`.
    """
    import typst  # 15 MB of library, wanted by few commands and few requests

    seal = hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    compiler = typst.Compiler(
        input=str(template),
        root=str(template.parent),
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(facts | {"seal": seal}, ensure_ascii=False)},
    )
    at = to_local(made_at).replace(microsecond=0)  # typst takes whole seconds
    try:
        body, warnings = compiler.compile_with_warnings(format="pdf", timestamp=at)
    except typst.TypstError as error:
        raise NotSet(f"{template.name}: {error.message} {error.diagnostic}") from error
    if warnings or not isinstance(body, bytes):
        raise NotSet(f"{template.name}: {[warning.message for warning in warnings]}")
    return body
