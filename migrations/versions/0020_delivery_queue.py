"""Workers find what is due in the order it goes out, and what others lost, without reading all that waits."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sending = sa.text("status = 'sending'")
    op.create_index("ix_delivery_status_lane_due_at_id", "delivery", ["status", "lane", "due_at", "id"])
    op.create_index(
        "ix_delivery_lane_leased_until",
        "delivery",
        ["lane", "leased_until"],
        sqlite_where=sending,
        postgresql_where=sending,
    )
    op.drop_index("ix_delivery_status_lane_due_at", "delivery")


def downgrade() -> None:
    op.create_index("ix_delivery_status_lane_due_at", "delivery", ["status", "lane", "due_at"])
    op.drop_index("ix_delivery_lane_leased_until", "delivery")
    op.drop_index("ix_delivery_status_lane_due_at_id", "delivery")
