"""Estimated and edited slots with method, inputs, person."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nothing yet: the room's tables come here."""
