"""Alembic's environment: the connection comes from `coordinator.migrate`."""

from typing import Any, Literal

from alembic import context

from coordinator import models  # noqa: F401 (the tables register themselves)
from coordinator.db import Base, Moment


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
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
