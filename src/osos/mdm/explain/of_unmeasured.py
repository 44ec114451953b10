"""What is charged where both reactive registers stood still by the user's fault (D-31)?"""

from collections.abc import Mapping
from decimal import Decimal

from osos.mdm.canonical import Channel
from osos.mdm.derive.reactive import UNMEASURED_SHARE, Kind, charged_unmeasured
from osos.mdm.explain.derivation import Derivation, Law, Term
from osos.mdm.explain.question import Maker, Question, energy
from osos.mdm.faces.ratios import ratios


def _unmeasured(question: Question) -> Derivation | None:
    found = ratios(question.conn, question.seen, month=question.month, now=question.now)
    law = Law(source=found.rule.limits.source, since=found.rule.limits.since)
    active = found.month.ratios[Kind.INDUCTIVE].active_wh
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="floor(A * s)",
        terms=(
            energy("A", Channel.A_PLUS, active, question.month),
            Term(symbol="s", name="unmeasured_share", value=UNMEASURED_SHARE, down=law),
        ),
        result=Decimal(charged_unmeasured(active)),
        unit="varh",
        law=law,
        notes=("unmeasured",),
    )


UNMEASURED: Mapping[str, Maker] = {"unmeasured": _unmeasured}
