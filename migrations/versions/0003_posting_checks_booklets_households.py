"""Verification and validity of postings, employers' booklets, households and days of the ledger."""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

ADDED = {
    'veteran': ('jobless_on', 'discharged_on', 'household_digest', 'household_sealed'),
    'posting_change': ('reason',),
    'posting': ('valid_until', 'checked_how'),
    'employer': ('agreed_until', 'agreed_on'),
}


def upgrade() -> None:
    op.create_table('employer_contact',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('employer_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('phone', sa.String(length=32), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['employer_id'], ['employer.id'], name=op.f('fk_employer_contact_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_employer_contact'))
    )
    op.create_table('employer_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('employer_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('field', sa.String(length=16), nullable=False),
    sa.Column('old', sa.String(length=200), nullable=False),
    sa.Column('new', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['employer_id'], ['employer.id'], name=op.f('fk_employer_change_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_employer_change'))
    )
    for table in ('employer_contact', 'employer_change'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f'ix_{table}_employer_id'), ['employer_id'], unique=False)

    with op.batch_alter_table('employer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('agreed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('agreed_until', sa.Date(), nullable=True))

    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.add_column(sa.Column('checked_how', sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column('valid_until', sa.Date(), nullable=True))
        batch_op.create_index('ix_posting_status_valid_until', ['status', 'valid_until'], unique=False)

    with op.batch_alter_table('posting_change', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reason', sa.String(length=200), server_default='', nullable=False))

    with op.batch_alter_table('veteran', schema=None) as batch_op:
        batch_op.add_column(sa.Column('household_sealed', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('household_digest', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('discharged_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('jobless_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_veteran_household_digest'), ['household_digest'], unique=False)


def downgrade() -> None:
    # One by one, not in a batch: a batch builds the table anew on SQLite, and rows elsewhere point at these tables.
    op.drop_index(op.f('ix_veteran_household_digest'), 'veteran')
    op.drop_index('ix_posting_status_valid_until', 'posting')
    for table, columns in ADDED.items():
        for column in columns:
            op.drop_column(table, column)

    op.drop_table('employer_change')
    op.drop_table('employer_contact')
