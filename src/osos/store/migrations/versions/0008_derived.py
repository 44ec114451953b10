"""What is kept ready for pages: counters of the fleet."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing yet: the room's tables come here."""
