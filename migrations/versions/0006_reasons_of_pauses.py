"""Why a broadcast is paused when the platform stopped it, and when it goes on by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("broadcast") as table:
        table.add_column(sa.Column("pause_reason", sa.String(length=24), nullable=False, server_default=""))
        table.add_column(sa.Column("pause_words", sa.String(length=200), nullable=False, server_default=""))
        table.add_column(sa.Column("resume_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("broadcast") as table:
        for name in ("resume_at", "pause_words", "pause_reason"):
            table.drop_column(name)
