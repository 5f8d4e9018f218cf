"""When an employer's papers were seen, and when they are to be seen again."""

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('employer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('licence_seen_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('licence_due_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_employer_licence_due_on'), ['licence_due_on'], unique=False)


def downgrade() -> None:
    # Not in a batch: it builds the table anew on SQLite, and rows elsewhere point at this table.
    op.drop_index(op.f('ix_employer_licence_due_on'), 'employer')
    op.drop_column('employer', 'licence_due_on')
    op.drop_column('employer', 'licence_seen_on')
