"""put right."""

import sqlalchemy as sa
from alembic import op

revision = "5d1c7a90be34"
down_revision = "f813e22054b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("leervragen", schema=None) as batch_op:
        batch_op.add_column(sa.Column("put_right_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("leervragen", schema=None) as batch_op:
        batch_op.drop_column("put_right_on")
