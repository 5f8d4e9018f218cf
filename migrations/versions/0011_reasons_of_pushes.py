"""Whether only what fits in every respect is wanted, when a person was last sent postings, and why they were not."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("match_rhythm") as table:
        table.add_column(sa.Column("only_excellent", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("served_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("reason", sa.String(length=24), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("match_rhythm") as table:
        for name in ("reason", "served_on", "only_excellent"):
            table.drop_column(name)
