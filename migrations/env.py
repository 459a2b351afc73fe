"""Alembic's environment: the connection comes from `coordinator.migrate`."""

from alembic import context
from alembic.autogenerate.api import AutogenContext

from coordinator import models  # noqa: F401 (the tables register themselves)
from coordinator.db import Base, Moment


def render_item(kind: str, item: object, _context: AutogenContext) -> str | bool:
    """Write our own column type as what it is in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
