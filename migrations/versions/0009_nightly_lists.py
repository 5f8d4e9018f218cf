"""The shards of a night's matching, and the list it leaves for every person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nightly_shard",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "number", name=op.f("pk_nightly_shard")),
    )
    op.create_table(
        "nightly_list",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("veteran_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("profile_revision", sa.Integer(), nullable=False),
        sa.Column("codes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["veteran_id"], ["veteran.id"], name=op.f("fk_nightly_list_veteran_id_veteran"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("day", "veteran_id", name=op.f("pk_nightly_list")),
    )
    op.create_index(op.f("ix_nightly_list_veteran_id"), "nightly_list", ["veteran_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_nightly_list_veteran_id"), table_name="nightly_list")
    op.drop_table("nightly_list")
    op.drop_table("nightly_shard")
