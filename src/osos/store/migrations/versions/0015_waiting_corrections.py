"""Corrections that wait are found by their state: each page of the validation queue counts them."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    columns = ["state", "point_id", "day", "number"]
    op.create_index("ix_corrections_state_point_id_day_number", "corrections", columns)
