"""What may a person decide about values, who must look a second time, and how is it undone (D-22)?"""

from osos.mdm.editing.acting import Acted, Change, accept, dismiss, edit, preview
from osos.mdm.editing.doubts import Doubts, doubts
from osos.mdm.editing.looking import Entry, history, look, undo, waiting
from osos.mdm.editing.refusals import (
    CannotEdit,
    NoReason,
    NotADecision,
    NothingChanges,
    NothingThere,
    SamePerson,
)
from osos.mdm.editing.settling import settle, settle_decided

__all__ = [
    "Acted",
    "CannotEdit",
    "Change",
    "Doubts",
    "Entry",
    "NoReason",
    "NotADecision",
    "NothingChanges",
    "NothingThere",
    "SamePerson",
    "accept",
    "dismiss",
    "doubts",
    "edit",
    "history",
    "look",
    "preview",
    "settle",
    "settle_decided",
    "undo",
    "waiting",
]
