"""Interviews and offers, cadence, reality checks, one-to-one help, heartbeats, confirmations, spot checks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')
MOMENT = sa.DateTime(timezone=True)
ADDED = {
    'referral': ('place_answered', 'place_offered_at', 'reason', 'starts_on', 'remind_at', 'attends',
                 'interview_place', 'interview_at', 'answered_at', 'chased_at', 'sent_at'),
    'follow_up': ('answered_by', 'way', 'reason'),
    'case': ('offered_to', 'raised_at'),
}
TABLES = ('spot_check', 'confirmation', 'heartbeat', 'help_step', 'help_plan', 'reality_check', 'cadence')


def upgrade() -> None:
    with op.batch_alter_table('referral', schema=None) as batch_op:
        for name in ('sent_at', 'chased_at', 'answered_at', 'interview_at', 'remind_at', 'place_offered_at'):
            batch_op.add_column(sa.Column(name, MOMENT, nullable=True))
        batch_op.add_column(sa.Column('interview_place', sa.String(length=128), server_default='', nullable=False))
        batch_op.add_column(sa.Column('attends', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('starts_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('reason', sa.String(length=200), server_default='', nullable=False))
        batch_op.add_column(sa.Column('place_answered', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index('ix_referral_remind_at', ['remind_at'], unique=False)
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reason', sa.String(length=16), server_default='', nullable=False))
        batch_op.add_column(sa.Column('way', sa.String(length=8), server_default='', nullable=False))
        batch_op.add_column(sa.Column('answered_by', sa.String(length=64), server_default='', nullable=False))
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('raised_at', MOMENT, nullable=True))
        batch_op.add_column(sa.Column('offered_to', sa.String(length=64), nullable=True))
    # Until now a late case was marked by its severity; how severe it is and whether it is late are two things.
    op.execute(
        "UPDATE \"case\" SET severity = 'normal', raised_at = opened_at WHERE severity = 'raised'"
    )
    _create_tables()


def _create_tables() -> None:
    op.create_table('cadence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('veteran_steps', JSON, nullable=False),
    sa.Column('employer_steps', JSON, nullable=False),
    sa.Column('ask_hour', sa.Integer(), nullable=False),
    sa.Column('silence_days', sa.Integer(), nullable=False),
    sa.Column('changed_at', MOMENT, nullable=False),
    sa.Column('changed_by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cadence'))
    )
    op.create_table('reality_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('follow_up_id', sa.Integer(), nullable=False),
    sa.Column('placement_id', sa.Integer(), nullable=False),
    sa.Column('employer_id', sa.Integer(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('gaps', JSON, nullable=False),
    sa.Column('posted', JSON, nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('answer_by', sa.Date(), nullable=False),
    sa.Column('employer_words', sa.Text(), nullable=False),
    sa.Column('employer_answered_at', MOMENT, nullable=True),
    sa.Column('decided_at', MOMENT, nullable=True),
    sa.Column('decided_by', sa.String(length=64), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['employer_id'], ['employer.id'], name=op.f('fk_reality_check_employer_id')),
    sa.ForeignKeyConstraint(['follow_up_id'], ['follow_up.id'], name=op.f('fk_reality_check_follow_up_id')),
    sa.ForeignKeyConstraint(['placement_id'], ['placement.id'], name=op.f('fk_reality_check_placement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reality_check')),
    sa.UniqueConstraint('follow_up_id', name=op.f('uq_reality_check_follow_up_id'))
    )
    op.create_index(op.f('ix_reality_check_employer_id'), 'reality_check', ['employer_id'], unique=False)
    op.create_index('ix_reality_check_status_answer_by', 'reality_check', ['status', 'answer_by'], unique=False)
    op.create_table('help_plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('helper', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=16), nullable=False),
    sa.Column('note', sa.String(length=400), nullable=False),
    sa.Column('opened_at', MOMENT, nullable=False),
    sa.Column('opened_by', sa.String(length=64), nullable=False),
    sa.Column('closed_at', MOMENT, nullable=True),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_help_plan_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_help_plan'))
    )
    op.create_index('ix_help_plan_helper_closed_at', 'help_plan', ['helper', 'closed_at'], unique=False)
    op.create_index(op.f('ix_help_plan_veteran_id'), 'help_plan', ['veteran_id'], unique=False)
    op.create_table('help_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('done_at', MOMENT, nullable=True),
    sa.Column('done_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['help_plan.id'], name=op.f('fk_help_step_plan_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_help_step'))
    )
    op.create_index(op.f('ix_help_step_plan_id'), 'help_step', ['plan_id'], unique=False)
    op.create_table('heartbeat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('status', sa.String(length=8), nullable=False),
    sa.Column('asked_at', MOMENT, nullable=False),
    sa.Column('reason', sa.String(length=16), nullable=False),
    sa.Column('answer', sa.String(length=16), nullable=False),
    sa.Column('answered_at', MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_heartbeat_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_heartbeat')),
    sa.UniqueConstraint('veteran_id', 'month', name=op.f('uq_heartbeat_veteran_id_month'))
    )
    op.create_index('ix_heartbeat_month_status', 'heartbeat', ['month', 'status'], unique=False)
    op.create_table('confirmation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('way', sa.String(length=12), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_confirmation_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmation'))
    )
    op.create_index(op.f('ix_confirmation_veteran_id'), 'confirmation', ['veteran_id'], unique=False)
    op.create_table('spot_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('node_id', sa.Integer(), nullable=True),
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('seed', sa.String(length=64), nullable=False),
    sa.Column('drawn_at', MOMENT, nullable=False),
    sa.Column('result', sa.String(length=12), nullable=False),
    sa.Column('wrong', JSON, nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('checked_at', MOMENT, nullable=True),
    sa.Column('checked_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['node_id'], ['node.id'], name=op.f('fk_spot_check_node_id')),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_spot_check_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spot_check')),
    sa.UniqueConstraint('month', 'veteran_id', name=op.f('uq_spot_check_month_veteran_id'))
    )
    op.create_index('ix_spot_check_month_node_id', 'spot_check', ['month', 'node_id'], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_index('ix_referral_remind_at', 'referral')
    for table, columns in ADDED.items():
        for column in columns:
            op.drop_column(table, column)
