"""What rules found in days, and what was decided."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Nothing yet: the room's tables come here."""
