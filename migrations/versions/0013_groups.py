"""Who is in which group, as the list of people filters by it."""

import sqlalchemy as sa
from alembic import op


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('group_member',
    sa.Column('group', sa.String(length=24), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_group_member_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('group', 'veteran_id', name=op.f('pk_group_member'))
    )


def downgrade() -> None:
    op.drop_table('group_member')
