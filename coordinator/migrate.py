"""Run the migrations of `migrations/` on the service's database."""

from collections.abc import Iterator
from contextlib import contextmanager
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
    with _changing_tables() as connection:
        command.upgrade(config(connection), revision)


def downgrade(revision: str) -> None:
    """Take the tables back to a revision."""
    with _changing_tables() as connection:
        command.downgrade(config(connection), revision)


@contextmanager
def _changing_tables() -> Iterator[Connection]:
    """Open a transaction in which tables may be made anew.

    SQLite changes a table by copying it and dropping the old one, on which others still point;
    its foreign keys are looked at once more before the commit.
    """
    is_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        if is_sqlite and driver is not None:
            driver.execute("PRAGMA foreign_keys=OFF")  # does nothing within a transaction
        try:
            with connection.begin():
                yield connection
                if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError("after the migration a row points at nothing")
        finally:
            if is_sqlite and driver is not None:
                driver.execute("PRAGMA foreign_keys=ON")


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
