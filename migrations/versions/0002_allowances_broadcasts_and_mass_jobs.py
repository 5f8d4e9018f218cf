"""Allowances, broadcasts and mass jobs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('broadcast',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('text_digest', sa.String(length=64), nullable=False),
    sa.Column('audience', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('plan', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('cursor', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.Column('confirmed_by', sa.String(length=64), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('send_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expanded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_broadcast'))
    )
    with op.batch_alter_table('broadcast', schema=None) as batch_op:
        batch_op.create_index('ix_broadcast_status_send_at', ['status', 'send_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_broadcast_text_digest'), ['text_digest'], unique=False)

    op.create_table('counter',
    sa.Column('name', sa.String(length=96), nullable=False),
    sa.Column('period', sa.String(length=12), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', 'period', name=op.f('pk_counter'))
    )
    op.create_table('notice_stock',
    sa.Column('openid', sa.String(length=64), nullable=False),
    sa.Column('template_id', sa.String(length=64), nullable=False),
    sa.Column('left', sa.Integer(), nullable=False),
    sa.Column('is_long', sa.Boolean(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('openid', 'template_id', name=op.f('pk_notice_stock'))
    )
    op.create_table('mass_job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('broadcast_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.String(length=64), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['broadcast_id'], ['broadcast.id'], name=op.f('fk_mass_job_broadcast_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mass_job'))
    )
    with op.batch_alter_table('mass_job', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mass_job_broadcast_id'), ['broadcast_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mass_job_message_id'), ['message_id'], unique=False)
        batch_op.create_index('ix_mass_job_status_due_at', ['status', 'due_at'], unique=False)

    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.add_column(sa.Column('broadcast_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('mass_job_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('in_hand', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index('ix_delivery_broadcast_id_status', ['broadcast_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_mass_job_id'), ['mass_job_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_message_id'), ['message_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_delivery_mass_job_id'), 'mass_job', ['mass_job_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_delivery_broadcast_id'), 'broadcast', ['broadcast_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_delivery_broadcast_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_delivery_mass_job_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_delivery_message_id'))
        batch_op.drop_index(batch_op.f('ix_delivery_mass_job_id'))
        batch_op.drop_index('ix_delivery_broadcast_id_status')
        batch_op.drop_column('in_hand')
        batch_op.drop_column('mass_job_id')
        batch_op.drop_column('broadcast_id')

    with op.batch_alter_table('mass_job', schema=None) as batch_op:
        batch_op.drop_index('ix_mass_job_status_due_at')
        batch_op.drop_index(batch_op.f('ix_mass_job_message_id'))
        batch_op.drop_index(batch_op.f('ix_mass_job_broadcast_id'))

    op.drop_table('mass_job')
    op.drop_table('notice_stock')
    op.drop_table('counter')
    with op.batch_alter_table('broadcast', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_broadcast_text_digest'))
        batch_op.drop_index('ix_broadcast_status_send_at')

    op.drop_table('broadcast')
