"""How much of each point's month is known, kept for the order of a large portfolio.

And an index of the acts that wait for a second person, which the queue of the workbench asks for.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "fleet_point_months",
        sa.Column("month", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("point_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("known", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_decisions_point_id_day",
        "decisions",
        ["point_id", "day"],
        sqlite_where=sa.text('"moves_money" = 1'),
        postgresql_where=sa.text('"moves_money"'),
    )
