"""Closed months and quarters; what the bureau sets for itself; the codes of the stations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import models.base


revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('closed_period',
    sa.Column('name', sa.String(length=8), nullable=False),
    sa.Column('closed_at', models.base.UtcDateTime(), nullable=False),
    sa.Column('counts', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_closed_period'))
    )
    op.create_table('setting_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=24), nullable=False),
    sa.Column('value', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=True),
    sa.Column('at', models.base.UtcDateTime(), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_setting_change'))
    )
    op.create_index(op.f('ix_setting_change_name'), 'setting_change', ['name'])
    op.create_index(op.f('ix_veteran_in_ledger'), 'veteran', ['in_ledger', 'node_id', 'created_at', 'erased_at', 'fresh_at'])
    op.add_column('node', sa.Column('code', sa.String(length=200), server_default='', nullable=False))


def downgrade() -> None:
    op.drop_column('node', 'code')
    op.drop_index(op.f('ix_veteran_in_ledger'), 'veteran')
    op.drop_table('setting_change')
    op.drop_table('closed_period')
