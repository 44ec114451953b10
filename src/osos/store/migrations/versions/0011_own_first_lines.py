"""How a transparent modem introduces itself in words of its own; how its port is spoken to when called."""

import sqlalchemy as sa
from alembic import op

from osos.store.types import Words

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("modems", sa.Column("listens_how", sa.Text))
    op.add_column("modems", sa.Column("imei", sa.Text))
    op.add_column("modems", sa.Column("first_line", Words))
    op.create_index("ix_modems_imei", "modems", ["imei"], unique=True)
