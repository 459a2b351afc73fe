"""events."""

import sqlalchemy as sa
from alembic import op

revision = "04af3d034d46"
down_revision = "370b4f342317"
branch_labels = None
depends_on = None

ON_SQLITE = (
    """
    CREATE TRIGGER events_not_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are for ever'); END
    """,
    """
    CREATE TRIGGER events_not_removed BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are for ever'); END
    """,
    # INSERT OR REPLACE removes a row without firing the trigger above.
    """
    CREATE TRIGGER events_not_replaced BEFORE INSERT ON events
    WHEN EXISTS (
        SELECT 1 FROM events WHERE region_id = NEW.region_id AND number = NEW.number
    )
    BEGIN SELECT RAISE(ABORT, 'events are for ever'); END
    """,
)
ON_POSTGRESQL = (
    """
    CREATE FUNCTION events_are_for_ever() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'events are for ever'; END $$
    """,
    """
    CREATE TRIGGER events_not_changed BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION events_are_for_ever()
    """,
    """
    CREATE TRIGGER events_not_emptied BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION events_are_for_ever()
    """,
)


def upgrade() -> None:
    op.create_table(
        "event_heads",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_event_heads_region_id")
        ),
        sa.PrimaryKeyConstraint("region_id", name=op.f("pk_event_heads")),
    )
    op.create_table(
        "events",
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("verb", sa.String(length=30), nullable=False),
        sa.Column("object_kind", sa.String(length=30), nullable=False),
        sa.Column("object_id", sa.String(length=64), nullable=False),
        sa.Column("result", sa.String(length=60), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=True),
        sa.Column("on_behalf_of", sa.String(length=80), nullable=False),
        sa.Column("object_hash", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_events_region_id")),
        sa.PrimaryKeyConstraint("region_id", "number", name=op.f("pk_events")),
    )
    op.create_index(
        "ix_events_region_id_object_id",
        "events",
        ["region_id", "object_id", "object_kind"],
        unique=False,
    )
    # Regions that were there before get the start of their chain.
    op.execute(
        "INSERT INTO event_heads (region_id, number, hash) SELECT id, 0, "
        "'0000000000000000000000000000000000000000000000000000000000000000' FROM regions"
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in ON_SQLITE if on_sqlite else ON_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    # On both databases the triggers go with the table.
    op.drop_index("ix_events_region_id_object_id", table_name="events")
    op.drop_table("events")
    op.drop_table("event_heads")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION events_are_for_ever()")
