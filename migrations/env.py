"""Alembic's entry: runs the steps on the connection that app/commands/migrate.py hands in."""

from typing import Any, Literal

from alembic import context

from models import Base
from models.base import Json, UtcDateTime


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Our own types as plain ones: a step must read the same when the class behind it has long changed."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and item is Json:
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
