"""Where a point lies, who uses it and who supplies it, each with its dates."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nothing yet: the room's tables come here."""
