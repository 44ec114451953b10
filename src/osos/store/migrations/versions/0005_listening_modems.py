"""Where a transparent modem waits to be called; empty for all that call by themselves."""

import sqlalchemy as sa
from alembic import op

from osos.store.types import Words

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("modems", sa.Column("listens_host", Words))
    op.add_column("modems", sa.Column("listens_port", sa.Integer))
