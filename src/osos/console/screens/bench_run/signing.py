"""Who signs on the page for a check that waits, and why is he refused? (T-20)"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, Field

from osos.conformity.inspector import Signature
from osos.conformity.rigs.person import SIGNED
from osos.conformity.run_file import RunFileTrouble
from osos.conformity.shelf import Kept
from osos.conformity.signing import MayNotSign, sign
from osos.conformity.withdrawing import NothingToWithdraw, Withdrawal, withdraw
from osos.console.bench import Look

WITHDRAW = "withdraw"  # beside the verdicts of SIGNED
LONGEST = 500  # characters of a remark


class SigningForm(BaseModel):
    """What the form of one check sends."""

    step: str = Field(max_length=10)
    check: int = Field(ge=1, le=99)
    verdict: str = Field(default="", max_length=10)
    remark: str = Field(default="", max_length=LONGEST)
    by: str = Field(default="", max_length=100)


@dataclass(frozen=True, slots=True)
class Refused:
    """`reason` has its words in the catalogue; what was typed is given back."""

    reason: str
    form: SigningForm
    is_typed: bool  # the fault lies in what was typed; else the run does not allow it


def sign_one(look: Look, kept: Kept, form: SigningForm) -> Refused | None:
    """None: it stands behind the run now. With accounts one signs with one's own name."""
    by = form.by.strip() if look.bench.is_local else look.viewer.name
    remark = form.remark.strip()
    if reason := _objection(form.verdict, by, remark):
        return Refused(reason, form, is_typed=True)
    at = look.web.real_clock.now().replace(microsecond=0)
    try:
        if form.verdict == WITHDRAW:
            back = Withdrawal(step=form.step, check=form.check, by=by, at=at, reason=remark)
            withdraw(kept.path, back)
        else:
            sign(kept.path, [_signature(form, by, at, remark)])
    except (MayNotSign, NothingToWithdraw) as refused:
        return Refused(refused.reason, form, is_typed=False)
    except RunFileTrouble as trouble:
        return Refused(trouble.reason, form, is_typed=False)
    return None


def _signature(form: SigningForm, by: str, at: datetime, remark: str) -> Signature:
    return Signature(
        step=form.step, check=form.check, verdict=SIGNED[form.verdict], by=by, at=at, remark=remark
    )


def _objection(verdict: str, by: str, remark: str) -> str:
    if verdict not in {*SIGNED, WITHDRAW}:
        return "no-verdict"
    if not by:
        return "no-name"
    return "no-remark" if verdict != "pass" and not remark else ""
