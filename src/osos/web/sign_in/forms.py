"""Which fields may a form of the sign-in have? These, and no other: none sets a role or a kind of its own."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

KINDS = ("subscriber", "corporate", "supplier")  # Abone, Kurumsal, Tedarikçi (P-1)
Kind = Literal["subscriber", "corporate", "supplier"]


class Fields(BaseModel):
    """A field nobody asked for is refused with its name (T16)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    csrf: str = ""  # looked at before the page


class CustomerFields(Fields):
    kind: Kind
    login: str = ""
    password: str = ""
    next: str = "/"


class StaffFields(Fields):
    login: str = ""
    password: str = ""
    code: str = ""
    next: str = "/"


class PasswordFields(Fields):
    password: str = ""
    again: str = ""
    code: str = ""
