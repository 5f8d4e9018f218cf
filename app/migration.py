"""Brings a database to the newest structure, step by step; safe to run again and from several processes."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from models.base import Database

SCRIPTS: Final = Path(__file__).resolve().parent.parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return config


def upgrade(database: Database, to: str = "head") -> None:
    """Runs every step that has not run yet, in one transaction."""
    config = _config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def downgrade(database: Database, to: str) -> None:
    """Takes steps back, down to `to` ("base" = before the first)."""
    config = _config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, to)


def head() -> str:
    """The newest step there is."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(database: Database) -> str:
    """The step a database stands at; empty = none."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""
