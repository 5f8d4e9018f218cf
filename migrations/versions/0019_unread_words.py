"""Words the bot did not understand, sealed, for staff to teach."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unread_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word_digest", sa.String(length=64), nullable=False),
        sa.Column("word_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("veteran_id", sa.Integer(), nullable=False),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["veteran_id"], ["veteran.id"], name=op.f("fk_unread_word_veteran_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unread_word")),
    )
    for column in ("word_digest", "veteran_id", "at"):
        op.create_index(op.f(f"ix_unread_word_{column}"), "unread_word", [column])


def downgrade() -> None:
    op.drop_table("unread_word")
