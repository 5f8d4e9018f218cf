"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('allowance',
    sa.Column('openid', sa.String(length=64), nullable=False),
    sa.Column('window_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('window_left', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('openid', name=op.f('pk_allowance'))
    )
    op.create_table('audit_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('action', sa.String(length=48), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('details', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_subject'), ['subject'], unique=False)

    op.create_table('catalog_revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catalog_revision'))
    )
    op.create_table('channel_token',
    sa.Column('app_id', sa.String(length=64), nullable=False),
    sa.Column('value', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('app_id', name=op.f('pk_channel_token'))
    )
    op.create_table('employer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('name_key', sa.String(length=128), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('licence_number', sa.String(length=32), nullable=True),
    sa.Column('agreed_priority', sa.Boolean(), nullable=False),
    sa.Column('health', sa.String(length=8), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_employer')),
    sa.UniqueConstraint('name_key', name=op.f('uq_employer_name_key'))
    )
    op.create_table('heading_meaning',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('heading', sa.String(length=64), nullable=False),
    sa.Column('field', sa.String(length=32), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_heading_meaning')),
    sa.UniqueConstraint('kind', 'heading', name=op.f('uq_heading_meaning_kind_heading'))
    )
    op.create_table('import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('published', sa.Boolean(), nullable=False),
    sa.Column('counts', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import'))
    )
    with op.batch_alter_table('import', schema=None) as batch_op:
        batch_op.create_index('ix_import_digest', ['digest', 'kind'], unique=False)

    op.create_table('inbound_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('sender', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('inbound_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(length=8), nullable=False),
    sa.Column('reply', sa.Text(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbound_message')),
    sa.UniqueConstraint('key', name=op.f('uq_inbound_message_key'))
    )
    with op.batch_alter_table('inbound_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inbound_message_sender'), ['sender'], unique=False)
        batch_op.create_index('ix_inbound_message_status_received_at', ['status', 'received_at'], unique=False)

    op.create_table('node',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('region', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['node.id'], name=op.f('fk_node_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_node'))
    )
    with op.batch_alter_table('node', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_node_parent_id'), ['parent_id'], unique=False)

    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('title', sa.String(length=128), nullable=False),
    sa.Column('place', sa.String(length=128), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_kind'), ['kind'], unique=False)

    op.create_table('policy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=128), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('audience', sa.String(length=256), nullable=False),
    sa.Column('papers', sa.String(length=256), nullable=False),
    sa.Column('place', sa.String(length=256), nullable=False),
    sa.Column('source', sa.String(length=256), nullable=False),
    sa.Column('source_date', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('region', sa.String(length=12), nullable=False),
    sa.Column('topics', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy')),
    sa.UniqueConstraint('key', name=op.f('uq_policy_key'))
    )
    op.create_table('task_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('task', sa.String(length=48), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('milliseconds', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_run'))
    )
    with op.batch_alter_table('task_run', schema=None) as batch_op:
        batch_op.create_index('ix_task_run_task_started_at', ['task', 'started_at'], unique=False)

    op.create_table('posting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('employer_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=128), nullable=False),
    sa.Column('terms_key', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('facts', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('headcount', sa.Integer(), nullable=True),
    sa.Column('published', sa.Date(), nullable=True),
    sa.Column('deadline', sa.Date(), nullable=True),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('salary_note', sa.Text(), nullable=False),
    sa.Column('contact', sa.String(length=64), nullable=True),
    sa.Column('phone', sa.String(length=32), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=128), nullable=False),
    sa.Column('checked_by', sa.String(length=64), nullable=True),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['employer_id'], ['employer.id'], name=op.f('fk_posting_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting')),
    sa.UniqueConstraint('code', name=op.f('uq_posting_code')),
    sa.UniqueConstraint('terms_key', name=op.f('uq_posting_terms_key'))
    )
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_posting_employer_id'), ['employer_id'], unique=False)
        batch_op.create_index('ix_posting_revision', ['revision'], unique=False)
        batch_op.create_index('ix_posting_status_deadline', ['status', 'deadline'], unique=False)

    op.create_table('veteran',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('openid', sa.String(length=64), nullable=True),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('node_id', sa.Integer(), nullable=True),
    sa.Column('name_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('name_digest', sa.String(length=64), nullable=True),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('phone_digest', sa.String(length=64), nullable=True),
    sa.Column('id_number_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('id_number_digest', sa.String(length=64), nullable=True),
    sa.Column('gender', sa.String(length=2), nullable=True),
    sa.Column('birth_on', sa.Date(), nullable=True),
    sa.Column('village', sa.String(length=64), nullable=True),
    sa.Column('following', sa.Boolean(), nullable=False),
    sa.Column('followed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('unfollowed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('in_ledger', sa.Boolean(), nullable=False),
    sa.Column('fresh_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['node_id'], ['node.id'], name=op.f('fk_veteran_node_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_veteran')),
    sa.UniqueConstraint('id_number_digest', name=op.f('uq_veteran_id_number_digest')),
    sa.UniqueConstraint('openid', name=op.f('uq_veteran_openid'))
    )
    with op.batch_alter_table('veteran', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_veteran_name_digest'), ['name_digest'], unique=False)
        batch_op.create_index(batch_op.f('ix_veteran_node_id'), ['node_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_veteran_phone_digest'), ['phone_digest'], unique=False)

    op.create_table('consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=16), nullable=False),
    sa.Column('text_version', sa.String(length=16), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_consent_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_veteran_id'), ['veteran_id'], unique=False)

    op.create_table('conversation',
    sa.Column('openid', sa.String(length=64), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('awaiting', sa.String(length=32), nullable=True),
    sa.Column('taken_over_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_conversation_veteran_id')),
    sa.PrimaryKeyConstraint('openid', name=op.f('pk_conversation'))
    )
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conversation_veteran_id'), ['veteran_id'], unique=False)

    op.create_table('delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=100), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=True),
    sa.Column('openid', sa.String(length=64), nullable=True),
    sa.Column('topic', sa.String(length=16), nullable=False),
    sa.Column('lane', sa.String(length=1), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('data', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('means', sa.String(length=16), nullable=True),
    sa.Column('outcome', sa.String(length=32), nullable=False),
    sa.Column('message_id', sa.String(length=64), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_delivery_veteran_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('key', name=op.f('uq_delivery_key'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_status_lane_due_at', ['status', 'lane', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_veteran_id'), ['veteran_id'], unique=False)

    op.create_table('imported_posting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('record', sa.Integer(), nullable=False),
    sa.Column('sheet', sa.String(length=64), nullable=False),
    sa.Column('is_new', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['import.id'], name=op.f('fk_imported_posting_import_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_imported_posting_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imported_posting')),
    sa.UniqueConstraint('import_id', 'posting_id', name=op.f('uq_imported_posting_import_id_posting_id'))
    )
    with op.batch_alter_table('imported_posting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_imported_posting_posting_id'), ['posting_id'], unique=False)

    op.create_table('interest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('remind_on', sa.Date(), nullable=True),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_interest_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interest'))
    )
    with op.batch_alter_table('interest', schema=None) as batch_op:
        batch_op.create_index('ix_interest_remind_on', ['remind_on', 'reminded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_interest_veteran_id'), ['veteran_id'], unique=False)

    op.create_table('ledger_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('field', sa.String(length=32), nullable=False),
    sa.Column('old_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('new_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['import.id'], name=op.f('fk_ledger_change_import_id')),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_ledger_change_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_change'))
    )
    with op.batch_alter_table('ledger_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_change_import_id'), ['import_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ledger_change_veteran_id'), ['veteran_id'], unique=False)

    op.create_table('ledger_conflict',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=True),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('record', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=32), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('kept_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('offered_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by', sa.String(length=64), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['import.id'], name=op.f('fk_ledger_conflict_import_id')),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_ledger_conflict_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_conflict')),
    sa.UniqueConstraint('digest', name=op.f('uq_ledger_conflict_digest'))
    )
    with op.batch_alter_table('ledger_conflict', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_conflict_import_id'), ['import_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ledger_conflict_veteran_id'), ['veteran_id'], unique=False)

    op.create_table('ledger_words',
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_ledger_words_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('veteran_id', name=op.f('pk_ledger_words'))
    )
    op.create_table('match_rhythm',
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('every_days', sa.Integer(), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_match_rhythm_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('veteran_id', name=op.f('pk_match_rhythm'))
    )
    op.create_table('posting_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('old', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    sa.Column('new', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_posting_change_posting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting_change'))
    )
    with op.batch_alter_table('posting_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_posting_change_posting_id'), ['posting_id'], unique=False)

    op.create_table('preference',
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('profile', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('age_stated_on', sa.Date(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_preference_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('veteran_id', name=op.f('pk_preference'))
    )
    op.create_table('preference_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('slot', sa.String(length=32), nullable=False),
    sa.Column('old', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    sa.Column('new', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    sa.Column('source', sa.String(length=16), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_preference_change_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_preference_change'))
    )
    with op.batch_alter_table('preference_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_preference_change_veteran_id'), ['veteran_id'], unique=False)

    op.create_table('recommendation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('posting_code', sa.String(length=32), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('way', sa.String(length=8), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_recommendation_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recommendation'))
    )
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recommendation_posting_code'), ['posting_code'], unique=False)
        batch_op.create_index('ix_recommendation_veteran_id_at', ['veteran_id', 'at'], unique=False)

    op.create_table('referral',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('respond_by', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_referral_posting_id')),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_referral_veteran_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral')),
    sa.UniqueConstraint('veteran_id', 'posting_id', name=op.f('uq_referral_veteran_id_posting_id'))
    )
    with op.batch_alter_table('referral', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_referral_posting_id'), ['posting_id'], unique=False)
        batch_op.create_index('ix_referral_status_respond_by', ['status', 'respond_by'], unique=False)

    op.create_table('topic_stop',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=16), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_topic_stop_veteran_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_stop')),
    sa.UniqueConstraint('veteran_id', 'topic', name=op.f('uq_topic_stop_veteran_id_topic'))
    )
    op.create_table('placement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=False),
    sa.Column('posting_id', sa.Integer(), nullable=False),
    sa.Column('referral_id', sa.Integer(), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('end_reason', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_placement_posting_id')),
    sa.ForeignKeyConstraint(['referral_id'], ['referral.id'], name=op.f('fk_placement_referral_id')),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_placement_veteran_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placement')),
    sa.UniqueConstraint('referral_id', name=op.f('uq_placement_referral_id'))
    )
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_placement_posting_id'), ['posting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_placement_veteran_id'), ['veteran_id'], unique=False)

    op.create_table('referral_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('referral_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('old', sa.String(length=12), nullable=False),
    sa.Column('new', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['referral_id'], ['referral.id'], name=op.f('fk_referral_change_referral_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral_change'))
    )
    with op.batch_alter_table('referral_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_referral_change_referral_id'), ['referral_id'], unique=False)

    op.create_table('case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('veteran_id', sa.Integer(), nullable=True),
    sa.Column('placement_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('severity', sa.String(length=8), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('owner', sa.String(length=64), nullable=True),
    sa.Column('department', sa.String(length=64), nullable=True),
    sa.Column('resolution', sa.Text(), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reopened', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['placement_id'], ['placement.id'], name=op.f('fk_case_placement_id')),
    sa.ForeignKeyConstraint(['veteran_id'], ['veteran.id'], name=op.f('fk_case_veteran_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case')),
    sa.UniqueConstraint('number', name=op.f('uq_case_number'))
    )
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.create_index('ix_case_status_due_on', ['status', 'due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_veteran_id'), ['veteran_id'], unique=False)

    op.create_table('follow_up',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('placement_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('side', sa.String(length=8), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(length=8), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    sa.ForeignKeyConstraint(['placement_id'], ['placement.id'], name=op.f('fk_follow_up_placement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_up')),
    sa.UniqueConstraint('placement_id', 'step', 'side', name=op.f('uq_follow_up_placement_id_step_side'))
    )
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.create_index('ix_follow_up_status_due_at', ['status', 'due_at'], unique=False)

    op.create_table('case_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_note_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_note'))
    )
    with op.batch_alter_table('case_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_note_case_id'), ['case_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('case_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_note_case_id'))

    op.drop_table('case_note')
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.drop_index('ix_follow_up_status_due_at')

    op.drop_table('follow_up')
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_veteran_id'))
        batch_op.drop_index('ix_case_status_due_on')

    op.drop_table('case')
    with op.batch_alter_table('referral_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_referral_change_referral_id'))

    op.drop_table('referral_change')
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_placement_veteran_id'))
        batch_op.drop_index(batch_op.f('ix_placement_posting_id'))

    op.drop_table('placement')
    op.drop_table('topic_stop')
    with op.batch_alter_table('referral', schema=None) as batch_op:
        batch_op.drop_index('ix_referral_status_respond_by')
        batch_op.drop_index(batch_op.f('ix_referral_posting_id'))

    op.drop_table('referral')
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.drop_index('ix_recommendation_veteran_id_at')
        batch_op.drop_index(batch_op.f('ix_recommendation_posting_code'))

    op.drop_table('recommendation')
    with op.batch_alter_table('preference_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_preference_change_veteran_id'))

    op.drop_table('preference_change')
    op.drop_table('preference')
    with op.batch_alter_table('posting_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_posting_change_posting_id'))

    op.drop_table('posting_change')
    op.drop_table('match_rhythm')
    op.drop_table('ledger_words')
    with op.batch_alter_table('ledger_conflict', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ledger_conflict_veteran_id'))
        batch_op.drop_index(batch_op.f('ix_ledger_conflict_import_id'))

    op.drop_table('ledger_conflict')
    with op.batch_alter_table('ledger_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ledger_change_veteran_id'))
        batch_op.drop_index(batch_op.f('ix_ledger_change_import_id'))

    op.drop_table('ledger_change')
    with op.batch_alter_table('interest', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_interest_veteran_id'))
        batch_op.drop_index('ix_interest_remind_on')

    op.drop_table('interest')
    with op.batch_alter_table('imported_posting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_imported_posting_posting_id'))

    op.drop_table('imported_posting')
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delivery_veteran_id'))
        batch_op.drop_index('ix_delivery_status_lane_due_at')

    op.drop_table('delivery')
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conversation_veteran_id'))

    op.drop_table('conversation')
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consent_veteran_id'))

    op.drop_table('consent')
    with op.batch_alter_table('veteran', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_veteran_phone_digest'))
        batch_op.drop_index(batch_op.f('ix_veteran_node_id'))
        batch_op.drop_index(batch_op.f('ix_veteran_name_digest'))

    op.drop_table('veteran')
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.drop_index('ix_posting_status_deadline')
        batch_op.drop_index('ix_posting_revision')
        batch_op.drop_index(batch_op.f('ix_posting_employer_id'))

    op.drop_table('posting')
    with op.batch_alter_table('task_run', schema=None) as batch_op:
        batch_op.drop_index('ix_task_run_task_started_at')

    op.drop_table('task_run')
    op.drop_table('policy')
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notice_kind'))

    op.drop_table('notice')
    with op.batch_alter_table('node', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_node_parent_id'))

    op.drop_table('node')
    with op.batch_alter_table('inbound_message', schema=None) as batch_op:
        batch_op.drop_index('ix_inbound_message_status_received_at')
        batch_op.drop_index(batch_op.f('ix_inbound_message_sender'))

    op.drop_table('inbound_message')
    with op.batch_alter_table('import', schema=None) as batch_op:
        batch_op.drop_index('ix_import_digest')

    op.drop_table('import')
    op.drop_table('heading_meaning')
    op.drop_table('employer')
    op.drop_table('channel_token')
    op.drop_table('catalog_revision')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entry_subject'))

    op.drop_table('audit_entry')
    op.drop_table('allowance')
