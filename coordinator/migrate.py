"""Run the migrations of `migrations/` on the service's database."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from coordinator.db import db

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def config(connection: Connection) -> Config:
    """Return alembic's configuration; no alembic.ini is needed."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    settings.attributes["connection"] = connection
    return settings


def upgrade(revision: str = "head") -> None:
    """Bring the tables to a revision, all steps or none."""
    with db.engine.begin() as connection:
        command.upgrade(config(connection), revision)


def downgrade(revision: str) -> None:
    """Take the tables back to a revision."""
    with db.engine.begin() as connection:
        command.downgrade(config(connection), revision)
