"""The bureau's rules for pushes are one setting; whoever chose a rhythm themselves is told from whom the default goes."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


_ON_SQLITE = "UPDATE setting_change SET name = :new, value = :value WHERE id = :this"
_ON_POSTGRESQL = "UPDATE setting_change SET name = :new, value = CAST(:value AS jsonb) WHERE id = :this"


def _rename(old: str, new: str) -> None:
    line = op.get_bind()
    rows = line.execute(sa.text("SELECT id, value FROM setting_change WHERE name = :old"), {"old": old}).all()
    for number, value in rows:
        kept = json.loads(value) if isinstance(value, str) else value
        if kept is not None:
            is_cap = new == "push_week"
            rules = {"quiet": ["20:30", "08:30"], "every_days": 1, "only_excellent": False, "cap": kept}
            kept = kept["cap"] if is_cap else rules
        values = {"new": new, "value": json.dumps(kept), "this": number}
        is_here = line.dialect.name == "sqlite"
        line.execute(sa.text(_ON_SQLITE if is_here else _ON_POSTGRESQL), values)


def upgrade() -> None:
    op.add_column("match_rhythm", sa.Column("is_own", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE match_rhythm SET is_own = true WHERE every_days <> 1 OR only_excellent")
    _rename("push_week", "push_rules")


def downgrade() -> None:
    _rename("push_rules", "push_week")
    with op.batch_alter_table("match_rhythm") as table:
        table.drop_column("is_own")
