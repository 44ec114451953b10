"""Who is this, and what may he do and see?"""

from osos.access.accounts import (
    Account,
    Invited,
    LoginTaken,
    change_roles,
    create_account,
    disable_account,
    find_account,
    invite_again,
    list_accounts,
    normal_login,
    totp_address,
)
from osos.access.demo import DemoAccount, DemoSignIn, demo_sign_ins
from osos.access.links import OpenLink, read_link, set_password
from osos.access.passwords import Passwords, TooBusy
from osos.access.policy import Act, Of, has_rule, may, row_of
from osos.access.sessions import Session, end_session, note_seen, read_session, sweep
from osos.access.signing_in import Refused, SignedIn, SignIn, authenticate
from osos.access.tokens import form_token
from osos.access.viewer import ALL_TIME, Held, PointFacts, Role, Viewer, ViewerKind, merged, sight

__all__ = [
    "ALL_TIME",
    "Account",
    "Act",
    "DemoAccount",
    "DemoSignIn",
    "Held",
    "Invited",
    "LoginTaken",
    "Of",
    "OpenLink",
    "Passwords",
    "PointFacts",
    "Refused",
    "Role",
    "Session",
    "SignIn",
    "SignedIn",
    "TooBusy",
    "Viewer",
    "ViewerKind",
    "authenticate",
    "change_roles",
    "create_account",
    "demo_sign_ins",
    "disable_account",
    "end_session",
    "find_account",
    "form_token",
    "has_rule",
    "invite_again",
    "list_accounts",
    "may",
    "merged",
    "normal_login",
    "note_seen",
    "read_link",
    "read_session",
    "row_of",
    "set_password",
    "sight",
    "sweep",
    "totp_address",
]
