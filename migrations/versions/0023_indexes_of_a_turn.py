"""An index costs every message a page at its commit: one that nobody reads goes, another holds only who waits.

Since 0028 nobody asks for messages by their status. Since when somebody waits is nothing for nearly everybody, and was
still taken out of the index and put in again at every turn. Processes of the version before run on: no statement names
an index, and answers are the same without one. What they write (`status`, `attempts`) stays a column.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_inbound_message_status_received_at", "inbound_message")
    op.drop_index("ix_conversation_waits_since", "conversation")
    for column in ("waits_since", "taken_over_at"):
        is_set = sa.text(f"{column} IS NOT NULL")
        name = f"ix_conversation_{column}"
        op.create_index(name, "conversation", [column], sqlite_where=is_set, postgresql_where=is_set)


def downgrade() -> None:
    op.drop_index("ix_conversation_taken_over_at", "conversation")
    op.drop_index("ix_conversation_waits_since", "conversation")
    op.create_index("ix_conversation_waits_since", "conversation", ["waits_since"])
    op.create_index("ix_inbound_message_status_received_at", "inbound_message", ["status", "received_at"])
