"""Contact moments of staff with people; the last digits of phones to look them up by."""

import sqlalchemy as sa
from alembic import op


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('contact_moment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('occasion', sa.String(length=8), nullable=False),
    sa.Column('note_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('fresh_before', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_contact_moment_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_moment'))
    )
    with op.batch_alter_table('contact_moment', schema=None) as batch_op:
        batch_op.create_index('ix_contact_moment_veteran_id_at', ['veteran_id', 'at'], unique=False)

    with op.batch_alter_table('veteran', schema=None) as batch_op:
        batch_op.add_column(sa.Column('phone_tail_digest', sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f('ix_veteran_phone_tail_digest'), ['phone_tail_digest'], unique=False)


def downgrade() -> None:
    # One by one, not in a batch: a batch builds the table anew on SQLite, and rows elsewhere point at it.
    op.drop_index(op.f('ix_veteran_phone_tail_digest'), 'veteran')
    op.drop_column('veteran', 'phone_tail_digest')
    op.drop_table('contact_moment')
