"""The migrations make the tables that the models describe, and can be taken back."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from coordinator import migrate
from coordinator.db import Base, db
from tests.conftest import make_app


def test_head_equals_the_models(database_url):
    app = make_app(database_url("head"))
    with app.app_context():
        migrate.upgrade()
        with db.engine.begin() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []
        db.engine.dispose()


def test_the_migrations_go_down_and_up_again(database_url):
    app = make_app(database_url("down_and_up"))
    with app.app_context():
        migrate.upgrade()
        migrate.downgrade("base")
        with db.engine.begin() as connection:
            assert inspect(connection).get_table_names() == ["alembic_version"]
        migrate.upgrade()
        with db.engine.begin() as connection:
            assert "signals" in inspect(connection).get_table_names()
        db.engine.dispose()


def test_there_is_one_head_and_the_history_is_a_line(database_url):
    app = make_app(database_url("history"))
    with app.app_context():
        with db.engine.begin() as connection:
            config = migrate.config(connection)
            script = ScriptDirectory.from_config(config)
            assert len(script.get_heads()) == 1
        db.engine.dispose()
