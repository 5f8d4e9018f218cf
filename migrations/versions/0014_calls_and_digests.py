"""What came of calls and printed slips; group digests and who replied which number."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("numbers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
    )
    op.create_index(op.f("ix_digest_until"), "digest", ["until"])
    op.create_table(
        "digest_reply",
        sa.Column("digest_id", sa.Integer(), nullable=False),
        sa.Column("veteran_id", sa.Integer(), nullable=False),
        sa.Column("posting_code", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], name=op.f("fk_digest_reply_digest_id")),
        sa.ForeignKeyConstraint(
            ["veteran_id"], ["veteran.id"], name=op.f("fk_digest_reply_veteran_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest_id", "veteran_id", "posting_code", name=op.f("pk_digest_reply")),
    )
    op.create_table(
        "outreach",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("veteran_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_outreach_delivery_id")),
        sa.ForeignKeyConstraint(
            ["veteran_id"], ["veteran.id"], name=op.f("fk_outreach_veteran_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach")),
    )
    for column in ("delivery_id", "veteran_id"):
        op.create_index(op.f(f"ix_outreach_{column}"), "outreach", [column])


def downgrade() -> None:
    for table in ("outreach", "digest_reply", "digest"):
        op.drop_table(table)
