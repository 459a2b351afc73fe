"""Run the migrations of `migrations/` on the service's database."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, create_engine, func, insert, select, text

from coordinator.db import Base, db, engine_options, prepare_engine
from coordinator.errors import Refused

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def config(connection: Connection) -> Config:
    """Return alembic's configuration; no alembic.ini is needed."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    settings.attributes["connection"] = connection
    return settings


def is_current() -> bool:
    """Tell whether the tables have the newest form; an empty database has none."""
    with db.engine.connect() as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
        return set(heads) == set(ScriptDirectory.from_config(config(connection)).get_heads())


def upgrade(revision: str = "head") -> None:
    """Bring the tables to a revision, all steps or none."""
    with db.engine.begin() as connection:
        command.upgrade(config(connection), revision)


def downgrade(revision: str) -> None:
    """Take the tables back to a revision."""
    with db.engine.begin() as connection:
        command.downgrade(config(connection), revision)


def copy_to(url: str) -> int:
    """Copy every row to an empty database, of the other kind too; return how many rows."""
    target = create_engine(url, **engine_options(url))
    prepare_engine(target)
    try:
        with db.engine.connect() as source, target.begin() as connection:
            command.upgrade(config(connection), "head")
            return sum(_copy(source, connection, table) for table in Base.metadata.sorted_tables)
    finally:
        target.dispose()


def _copy(source: Connection, target: Connection, table: Table) -> int:
    if target.scalar(select(func.count()).select_from(table)):
        raise Refused(f"De nieuwe database is niet leeg: er staat al iets in {table.name}.")
    rows = 0
    for chunk in source.execute(select(table)).mappings().partitions(1000):
        target.execute(insert(table), [dict(row) for row in chunk])
        rows += len(chunk)
    if rows and target.dialect.name == "postgresql" and "id" in table.c:
        # The next number of a copied table comes after the highest that was copied.
        highest = target.scalar(select(func.max(table.c.id)))
        target.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :highest)"),
            {"name": table.name, "highest": highest},
        )
    return rows
