"""Who waits for a call or a slip is a page staff open all day: it read every message there ever was.

The index holds the few that wait, so that no other message pays for it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    by_staff = sa.text("outcome IN ('to_phone', 'to_slip')")
    op.create_index("ix_delivery_outcome", "delivery", ["outcome"], sqlite_where=by_staff, postgresql_where=by_staff)


def downgrade() -> None:
    op.drop_index("ix_delivery_outcome", "delivery")
