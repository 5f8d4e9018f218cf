"""Deliveries are found by identity; a broadcast knows what made it, and the facts a notice is filled of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_delivery_openid"), "delivery", ["openid"])
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin", sa.String(length=40), nullable=True))
        facts = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
        batch_op.add_column(sa.Column("facts", facts, nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_broadcast_origin"), ["origin"])


def downgrade() -> None:
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_broadcast_origin"), type_="unique")
        batch_op.drop_column("facts")
        batch_op.drop_column("origin")
    op.drop_index(op.f("ix_delivery_openid"), "delivery")
