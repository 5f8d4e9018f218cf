"""The audit trail: a signature and a place in the chain for every entry, and the two ends of the chain."""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('first_position', sa.Integer(), nullable=False),
    sa.Column('first_link', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('link', sa.String(length=64), nullable=False),
    sa.Column('signature', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('token', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('signature', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('position', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('link', sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_audit_entry_token'), ['token'])
        batch_op.create_unique_constraint(batch_op.f('uq_audit_entry_position'), ['position'])
        batch_op.create_index('ix_audit_entry_who_at', ['who', 'at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entry_who_at')
        batch_op.drop_constraint(batch_op.f('uq_audit_entry_position'), type_='unique')
        batch_op.drop_constraint(batch_op.f('uq_audit_entry_token'), type_='unique')
        for column in ('link', 'position', 'signature', 'token'):
            batch_op.drop_column(column)
    op.drop_table('audit_head')
