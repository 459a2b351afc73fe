"""Write a migration from the difference between the models and the newest migration."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from flask import Flask

from coordinator import db, migrate
from coordinator.settings import Settings

if len(sys.argv) != 2:
    sys.exit("usage: python .ci/new_migration.py SLUG")
with tempfile.TemporaryDirectory() as folder:
    settings = Settings(f"sqlite:///{Path(folder)}/empty.sqlite3", "no secret is needed here")
    app = Flask("migrations")
    db.init_app(app, settings)
    with app.app_context():
        migrate.upgrade()
        with db.db.engine.begin() as connection:
            command.revision(migrate.config(connection), message=sys.argv[1], autogenerate=True)
