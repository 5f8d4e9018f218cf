"""A fair says whom its countdowns go to, and whether it was called off."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notice", sa.Column("audience", sa.Text(), nullable=False, server_default=""))
    op.add_column("notice", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("notice") as table:
        table.drop_column("cancelled_at")
        table.drop_column("audience")
