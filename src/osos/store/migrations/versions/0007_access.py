"""Accounts, sessions, one-time links and failed sign-ins."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Nothing yet: the room's tables come here."""
