"""The nightly round over the audit trail: how far it got, and what it found, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("walked", sa.Integer(), nullable=False),
        sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("whole_position", sa.Integer(), nullable=False),
        sa.Column("whole_link", sa.String(length=64), nullable=False),
        sa.Column("whole_count", sa.Integer(), nullable=False),
        sa.Column("fault_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault_kind", sa.String(length=12), nullable=False),
        sa.Column("fault_position", sa.Integer(), nullable=False),
        sa.Column("fault_entry", sa.Integer(), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_round")),
    )


def downgrade() -> None:
    op.drop_table("audit_round")
