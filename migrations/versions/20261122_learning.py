"""learning."""

import sqlalchemy as sa
from alembic import op

from coordinator.db import new_public_id

revision = "f813e22054b2"
down_revision = "70d04b333422"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_calendar_links_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_calendar_links_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_links_token_hash")),
    )
    with op.batch_alter_table("calendar_links", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_calendar_links_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_calendar_links_region_id"), ["region_id"], unique=False
        )

    op.create_table(
        "criteria",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight between 1 and 5", name=op.f("ck_criteria_weight")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_criteria_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria")),
        sa.UniqueConstraint("public_id", name=op.f("uq_criteria_public_id")),
    )
    with op.batch_alter_table("criteria", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_criteria_region_id"), ["region_id"], unique=False)

    op.create_table(
        "rooms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_rooms_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("public_id", name=op.f("uq_rooms_public_id")),
    )
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rooms_region_id"), ["region_id"], unique=False)

    op.create_table(
        "scan_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_scan_rounds_period")),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_scan_rounds_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_rounds")),
        sa.UniqueConstraint("public_id", name=op.f("uq_scan_rounds_public_id")),
    )
    with op.batch_alter_table("scan_rounds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_rounds_region_id"), ["region_id"], unique=False)

    op.create_table(
        "shared_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_shared_questions_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_questions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_shared_questions_public_id")),
    )
    with op.batch_alter_table("shared_questions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_shared_questions_region_id"), ["region_id"], unique=False
        )

    op.create_table(
        "round_partners",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["partners.id"],
            name=op.f("fk_round_partners_partner_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["scan_rounds.id"],
            name=op.f("fk_round_partners_round_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("round_id", "partner_id", name=op.f("pk_round_partners")),
    )
    with op.batch_alter_table("round_partners", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_round_partners_partner_id"), ["partner_id"], unique=False
        )

    op.create_table(
        "scan_participations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_scan_participations_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_scan_participations_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["scan_rounds.id"], name=op.f("fk_scan_participations_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_participations")),
        sa.UniqueConstraint(
            "round_id", "account_id", name=op.f("uq_scan_participations_round_id_account_id")
        ),
    )
    with op.batch_alter_table("scan_participations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_scan_participations_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_scan_participations_region_id"), ["region_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_scan_participations_round_id"), ["round_id"], unique=False
        )

    op.create_table(
        "scan_sheets",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "uitvoering",
                "management",
                "beleid",
                "bestuur",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_scan_sheets_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_scan_sheets_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["scan_rounds.id"], name=op.f("fk_scan_sheets_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_sheets")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("scan_sheets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_sheets_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scan_sheets_region_id"), ["region_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scan_sheets_round_id"), ["round_id"], unique=False)

    op.create_table(
        "goal_limits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tafel_id", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("team", sa.String(length=200), nullable=False),
        sa.Column("at_most", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("at_most between 1 and 20", name=op.f("ck_goal_limits_at_most")),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_goal_limits_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_goal_limits_region_id")
        ),
        sa.ForeignKeyConstraint(["tafel_id"], ["tafels.id"], name=op.f("fk_goal_limits_tafel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_limits")),
        sa.UniqueConstraint(
            "region_id",
            "tafel_id",
            "partner_id",
            "team",
            name=op.f("uq_goal_limits_region_id_tafel_id_partner_id_team"),
        ),
    )
    with op.batch_alter_table("goal_limits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_limits_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_goal_limits_region_id"), ["region_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_goal_limits_tafel_id"), ["tafel_id"], unique=False)

    op.create_table(
        "learning_structures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "academy",
                "development_table",
                "steering_group",
                "learning_network",
                "other",
                name="structurekind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("tafel_id", sa.Integer(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "uitvoering",
                "management",
                "beleid",
                "bestuur",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("all_domains", sa.Boolean(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_learning_structures_area_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_learning_structures_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["tafel_id"], ["tafels.id"], name=op.f("fk_learning_structures_tafel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_structures")),
        sa.UniqueConstraint("public_id", name=op.f("uq_learning_structures_public_id")),
    )
    with op.batch_alter_table("learning_structures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_learning_structures_area_id"), ["area_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_learning_structures_region_id"), ["region_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_learning_structures_tafel_id"), ["tafel_id"], unique=False
        )

    op.create_table(
        "scan_answers",
        sa.Column("sheet_id", sa.String(length=20), nullable=False),
        sa.Column("bouwsteen", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "score",
            sa.Enum(
                "yes",
                "partly",
                "no",
                name="scanscore",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("bouwsteen > 10 or score is null", name=op.f("ck_scan_answers_score")),
        sa.CheckConstraint("bouwsteen between 1 and 18", name=op.f("ck_scan_answers_bouwsteen")),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_scan_answers_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["scan_sheets.id"], name=op.f("fk_scan_answers_sheet_id")
        ),
        sa.PrimaryKeyConstraint("sheet_id", "bouwsteen", "question", name=op.f("pk_scan_answers")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("scan_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_answers_region_id"), ["region_id"], unique=False)

    op.create_table(
        "learning_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "format",
            sa.Enum(
                "peer_review",
                "shadowing",
                "course",
                "supervision",
                "case_discussion",
                "learning_review",
                "explication",
                "study_day",
                "working_visit",
                "table_talk",
                name="learningformat",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "level",
            sa.Enum(
                "uitvoering",
                "management",
                "beleid",
                "bestuur",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("all_domains", sa.Boolean(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("structure_id", sa.Integer(), nullable=True),
        sa.Column("cost_cents", sa.Integer(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_learning_offers_area_id")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["partners.id"], name=op.f("fk_learning_offers_provider_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_learning_offers_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"],
            ["learning_structures.id"],
            name=op.f("fk_learning_offers_structure_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_offers")),
        sa.UniqueConstraint("public_id", name=op.f("uq_learning_offers_public_id")),
    )
    with op.batch_alter_table("learning_offers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_learning_offers_area_id"), ["area_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_learning_offers_provider_id"), ["provider_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_learning_offers_region_id"), ["region_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_learning_offers_structure_id"), ["structure_id"], unique=False
        )

    op.create_table(
        "structure_domains",
        sa.Column("structure_id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"],
            ["domains.id"],
            name=op.f("fk_structure_domains_domain_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"],
            ["learning_structures.id"],
            name=op.f("fk_structure_domains_structure_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("structure_id", "domain_id", name=op.f("pk_structure_domains")),
    )
    with op.batch_alter_table("structure_domains", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_structure_domains_domain_id"), ["domain_id"], unique=False
        )

    op.create_table(
        "learning_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "format",
            sa.Enum(
                "peer_review",
                "shadowing",
                "course",
                "supervision",
                "case_discussion",
                "learning_review",
                "explication",
                "study_day",
                "working_visit",
                "table_talk",
                name="learningformat",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "cancelled",
                name="learningeventstatus",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("structure_id", sa.Integer(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "uitvoering",
                "management",
                "beleid",
                "bestuur",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("all_domains", sa.Boolean(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("begins", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("begins < ends", name=op.f("ck_learning_events_period")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_learning_events_area_id")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["accounts.id"], name=op.f("fk_learning_events_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["learning_offers.id"], name=op.f("fk_learning_events_offer_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_learning_events_region_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_learning_events_room_id")),
        sa.ForeignKeyConstraint(
            ["structure_id"],
            ["learning_structures.id"],
            name=op.f("fk_learning_events_structure_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_events")),
        sa.UniqueConstraint("public_id", name=op.f("uq_learning_events_public_id")),
    )
    with op.batch_alter_table("learning_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_learning_events_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_learning_events_held_on"), ["held_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_learning_events_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_learning_events_region_id"), ["region_id"], unique=False
        )
        batch_op.create_index(
            "ix_learning_events_region_id_held_on", ["region_id", "held_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_learning_events_room_id"), ["room_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_learning_events_structure_id"), ["structure_id"], unique=False
        )

    op.create_table(
        "offer_domains",
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"],
            ["domains.id"],
            name=op.f("fk_offer_domains_domain_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["learning_offers.id"],
            name=op.f("fk_offer_domains_offer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("offer_id", "domain_id", name=op.f("pk_offer_domains")),
    )
    with op.batch_alter_table("offer_domains", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_domains_domain_id"), ["domain_id"], unique=False)

    op.create_table(
        "evaluations",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "useful",
            sa.Enum(
                "yes",
                "partly",
                "no",
                name="useful",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("learned", sa.Text(), nullable=False),
        sa.Column("better", sa.Text(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["learning_events.id"], name=op.f("fk_evaluations_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_evaluations_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("evaluations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluations_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evaluations_region_id"), ["region_id"], unique=False)

    op.create_table(
        "event_domains",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"],
            ["domains.id"],
            name=op.f("fk_event_domains_domain_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["learning_events.id"],
            name=op.f("fk_event_domains_event_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", "domain_id", name=op.f("pk_event_domains")),
    )
    with op.batch_alter_table("event_domains", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_domains_domain_id"), ["domain_id"], unique=False)

    op.create_table(
        "event_hosts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_event_hosts_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["learning_events.id"], name=op.f("fk_event_hosts_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_event_hosts_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_hosts")),
        sa.UniqueConstraint("event_id", "name", name=op.f("uq_event_hosts_event_id_name")),
    )
    with op.batch_alter_table("event_hosts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_hosts_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_hosts_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_hosts_region_id"), ["region_id"], unique=False)

    op.create_table(
        "event_leervragen",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("leervraag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["learning_events.id"],
            name=op.f("fk_event_leervragen_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["leervraag_id"],
            ["leervragen.id"],
            name=op.f("fk_event_leervragen_leervraag_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", "leervraag_id", name=op.f("pk_event_leervragen")),
    )
    with op.batch_alter_table("event_leervragen", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_leervragen_leervraag_id"), ["leervraag_id"], unique=False
        )

    op.create_table(
        "learning_goals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("leervraag_id", sa.Integer(), nullable=True),
        sa.Column("tafel_id", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("team", sa.String(length=200), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "uitvoering",
                "management",
                "beleid",
                "bestuur",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("better", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("seen_by", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "parked",
                "reached",
                "stopped",
                name="goalstatus",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("predecessor_id", sa.Integer(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(tafel_id is null) <> (partner_id is null)", name=op.f("ck_learning_goals_holder")
        ),
        sa.ForeignKeyConstraint(
            ["leervraag_id"], ["leervragen.id"], name=op.f("fk_learning_goals_leervraag_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["accounts.id"], name=op.f("fk_learning_goals_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_learning_goals_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["learning_goals.id"], name=op.f("fk_learning_goals_predecessor_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_learning_goals_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["tafel_id"], ["tafels.id"], name=op.f("fk_learning_goals_tafel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_goals")),
        sa.UniqueConstraint("public_id", name=op.f("uq_learning_goals_public_id")),
    )
    with op.batch_alter_table("learning_goals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_learning_goals_leervraag_id"), ["leervraag_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_learning_goals_made_by_id"), ["made_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_learning_goals_partner_id"), ["partner_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_learning_goals_predecessor_id"), ["predecessor_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_learning_goals_region_id"), ["region_id"], unique=False
        )
        batch_op.create_index(
            "ix_learning_goals_region_id_status_due_on",
            ["region_id", "status", "due_on"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_learning_goals_tafel_id"), ["tafel_id"], unique=False)

    op.create_table(
        "leervraag_choices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leervraag_id", sa.Integer(), nullable=False),
        sa.Column("is_chosen", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("weighed", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("chosen_on", sa.Date(), nullable=False),
        sa.Column("chosen_by_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["accounts.id"], name=op.f("fk_leervraag_choices_chosen_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["leervraag_id"], ["leervragen.id"], name=op.f("fk_leervraag_choices_leervraag_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_leervraag_choices_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leervraag_choices")),
    )
    with op.batch_alter_table("leervraag_choices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_leervraag_choices_leervraag_id"), ["leervraag_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_leervraag_choices_region_id"), ["region_id"], unique=False
        )

    op.create_table(
        "leervraag_scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leervraag_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("scored_by_id", sa.Integer(), nullable=True),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("points between 0 and 3", name=op.f("ck_leervraag_scores_points")),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criteria.id"], name=op.f("fk_leervraag_scores_criterion_id")
        ),
        sa.ForeignKeyConstraint(
            ["leervraag_id"], ["leervragen.id"], name=op.f("fk_leervraag_scores_leervraag_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_leervraag_scores_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["scored_by_id"], ["accounts.id"], name=op.f("fk_leervraag_scores_scored_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leervraag_scores")),
        sa.UniqueConstraint(
            "leervraag_id",
            "criterion_id",
            name=op.f("uq_leervraag_scores_leervraag_id_criterion_id"),
        ),
    )
    with op.batch_alter_table("leervraag_scores", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_leervraag_scores_criterion_id"), ["criterion_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_leervraag_scores_leervraag_id"), ["leervraag_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_leervraag_scores_region_id"), ["region_id"], unique=False
        )

    op.create_table(
        "sign_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "uitvoering",
                "management",
                "beleid",
                "bestuur",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "placed",
                "waiting",
                "withdrawn",
                name="signupstatus",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("signed_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was_present", sa.Boolean(), nullable=True),
        sa.Column("has_evaluated", sa.Boolean(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sign_ups_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["learning_events.id"], name=op.f("fk_sign_ups_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_sign_ups_partner_id")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_sign_ups_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ups")),
        sa.UniqueConstraint("event_id", "account_id", name=op.f("uq_sign_ups_event_id_account_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sign_ups_public_id")),
    )
    with op.batch_alter_table("sign_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ups_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_ups_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_ups_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_ups_region_id"), ["region_id"], unique=False)

    op.create_table(
        "taken_home",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("tafel_id", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("team", sa.String(length=200), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "adopted",
                "adapted",
                "not_applicable",
                name="takenhomeresult",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(tafel_id is null) <> (partner_id is null)", name=op.f("ck_taken_home_holder")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["learning_events.id"], name=op.f("fk_taken_home_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_taken_home_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["accounts.id"], name=op.f("fk_taken_home_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_taken_home_region_id")
        ),
        sa.ForeignKeyConstraint(["tafel_id"], ["tafels.id"], name=op.f("fk_taken_home_tafel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taken_home")),
        sa.UniqueConstraint("public_id", name=op.f("uq_taken_home_public_id")),
    )
    with op.batch_alter_table("taken_home", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_taken_home_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_taken_home_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_taken_home_region_id"), ["region_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_taken_home_tafel_id"), ["tafel_id"], unique=False)

    op.create_table(
        "event_goals",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["learning_events.id"],
            name=op.f("fk_event_goals_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["goal_id"],
            ["learning_goals.id"],
            name=op.f("fk_event_goals_goal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", "goal_id", name=op.f("pk_event_goals")),
    )
    with op.batch_alter_table("event_goals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_goals_goal_id"), ["goal_id"], unique=False)

    op.create_table(
        "goal_domains",
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"],
            ["domains.id"],
            name=op.f("fk_goal_domains_domain_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["goal_id"],
            ["learning_goals.id"],
            name=op.f("fk_goal_domains_goal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("goal_id", "domain_id", name=op.f("pk_goal_domains")),
    )
    with op.batch_alter_table("goal_domains", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_domains_domain_id"), ["domain_id"], unique=False)

    with op.batch_alter_table("leervragen", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public_id", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("author_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "asker_role",
                sa.Enum(
                    "administrator",
                    "coordinator",
                    "secretary",
                    "board_member",
                    "policy_officer",
                    "manager",
                    "professional",
                    "expert",
                    name="rolename",
                    native_enum=False,
                    create_constraint=True,
                    length=30,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("background", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("signal_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("decision_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("travels_as_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "state",
                sa.Enum(
                    "asked",
                    "chosen",
                    "aligned",
                    "answered",
                    "embedded",
                    "not_chosen",
                    name="leervraagstate",
                    native_enum=False,
                    create_constraint=True,
                    length=30,
                ),
                nullable=False,
                server_default="asked",
            )
        )
        batch_op.add_column(
            sa.Column("interpretation", sa.Text(), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("shared_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("owner", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("owner_account_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("refusal", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("answer", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("answered_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("embedded_in", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("embedded_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_index(batch_op.f("ix_leervragen_author_id"), ["author_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_leervragen_decision_id"), ["decision_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_leervragen_owner_account_id"), ["owner_account_id"], unique=False
        )
        batch_op.create_index(
            "ix_leervragen_region_id_state_asked_on",
            ["region_id", "state", "asked_on"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_leervragen_shared_id"), ["shared_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_leervragen_signal_id"), ["signal_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_leervragen_travels_as_id"), ["travels_as_id"], unique=True
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_leervragen_travels_as_id"), "signals", ["travels_as_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_leervragen_decision_id"), "decisions", ["decision_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_leervragen_owner_account_id"), "accounts", ["owner_account_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_leervragen_author_id"), "accounts", ["author_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_leervragen_shared_id"), "shared_questions", ["shared_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_leervragen_signal_id"), "signals", ["signal_id"], ["id"]
        )
    leervragen = sa.table("leervragen", sa.column("id"), sa.column("public_id"))
    connection = op.get_bind()
    for leervraag_id in connection.scalars(sa.select(leervragen.c.id)).all():
        connection.execute(
            leervragen.update()
            .where(leervragen.c.id == leervraag_id)
            .values(public_id=new_public_id())
        )
    with op.batch_alter_table("leervragen", schema=None) as batch_op:
        batch_op.alter_column("public_id", existing_type=sa.String(length=20), nullable=False)
        batch_op.alter_column("background", existing_type=sa.Text(), server_default=None)
        batch_op.alter_column("interpretation", existing_type=sa.Text(), server_default=None)
        batch_op.alter_column("owner", existing_type=sa.Text(), server_default=None)
        batch_op.alter_column("refusal", existing_type=sa.Text(), server_default=None)
        batch_op.alter_column("answer", existing_type=sa.Text(), server_default=None)
        batch_op.alter_column("embedded_in", existing_type=sa.Text(), server_default=None)
        batch_op.alter_column("state", existing_type=sa.String(length=30), server_default=None)
        batch_op.alter_column("version", existing_type=sa.Integer(), server_default=None)
        batch_op.create_unique_constraint(batch_op.f("uq_leervragen_public_id"), ["public_id"])


def downgrade() -> None:
    with op.batch_alter_table("leervragen", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_leervragen_signal_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_leervragen_shared_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_leervragen_author_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_leervragen_owner_account_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_leervragen_decision_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_leervragen_travels_as_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_leervragen_public_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_leervragen_travels_as_id"))
        batch_op.drop_index(batch_op.f("ix_leervragen_signal_id"))
        batch_op.drop_index(batch_op.f("ix_leervragen_shared_id"))
        batch_op.drop_index("ix_leervragen_region_id_state_asked_on")
        batch_op.drop_index(batch_op.f("ix_leervragen_owner_account_id"))
        batch_op.drop_index(batch_op.f("ix_leervragen_decision_id"))
        batch_op.drop_index(batch_op.f("ix_leervragen_author_id"))
        batch_op.drop_constraint(batch_op.f("ck_leervragen_leervraagstate"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_leervragen_rolename"), type_="check")
        batch_op.drop_column("version")
        batch_op.drop_column("embedded_on")
        batch_op.drop_column("embedded_in")
        batch_op.drop_column("answered_on")
        batch_op.drop_column("answer")
        batch_op.drop_column("refusal")
        batch_op.drop_column("owner_account_id")
        batch_op.drop_column("owner")
        batch_op.drop_column("shared_id")
        batch_op.drop_column("interpretation")
        batch_op.drop_column("state")
        batch_op.drop_column("travels_as_id")
        batch_op.drop_column("decision_id")
        batch_op.drop_column("signal_id")
        batch_op.drop_column("background")
        batch_op.drop_column("asker_role")
        batch_op.drop_column("author_id")
        batch_op.drop_column("asked_at")
        batch_op.drop_column("public_id")

    with op.batch_alter_table("goal_domains", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_domains_domain_id"))

    op.drop_table("goal_domains")
    with op.batch_alter_table("event_goals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_goals_goal_id"))

    op.drop_table("event_goals")
    with op.batch_alter_table("taken_home", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_taken_home_tafel_id"))
        batch_op.drop_index(batch_op.f("ix_taken_home_region_id"))
        batch_op.drop_index(batch_op.f("ix_taken_home_partner_id"))
        batch_op.drop_index(batch_op.f("ix_taken_home_event_id"))

    op.drop_table("taken_home")
    with op.batch_alter_table("sign_ups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_ups_region_id"))
        batch_op.drop_index(batch_op.f("ix_sign_ups_partner_id"))
        batch_op.drop_index(batch_op.f("ix_sign_ups_event_id"))
        batch_op.drop_index(batch_op.f("ix_sign_ups_account_id"))

    op.drop_table("sign_ups")
    with op.batch_alter_table("leervraag_scores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leervraag_scores_region_id"))
        batch_op.drop_index(batch_op.f("ix_leervraag_scores_leervraag_id"))
        batch_op.drop_index(batch_op.f("ix_leervraag_scores_criterion_id"))

    op.drop_table("leervraag_scores")
    with op.batch_alter_table("leervraag_choices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leervraag_choices_region_id"))
        batch_op.drop_index(batch_op.f("ix_leervraag_choices_leervraag_id"))

    op.drop_table("leervraag_choices")
    with op.batch_alter_table("learning_goals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_learning_goals_tafel_id"))
        batch_op.drop_index("ix_learning_goals_region_id_status_due_on")
        batch_op.drop_index(batch_op.f("ix_learning_goals_region_id"))
        batch_op.drop_index(batch_op.f("ix_learning_goals_predecessor_id"))
        batch_op.drop_index(batch_op.f("ix_learning_goals_partner_id"))
        batch_op.drop_index(batch_op.f("ix_learning_goals_made_by_id"))
        batch_op.drop_index(batch_op.f("ix_learning_goals_leervraag_id"))

    op.drop_table("learning_goals")
    with op.batch_alter_table("event_leervragen", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_leervragen_leervraag_id"))

    op.drop_table("event_leervragen")
    with op.batch_alter_table("event_hosts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_hosts_region_id"))
        batch_op.drop_index(batch_op.f("ix_event_hosts_event_id"))
        batch_op.drop_index(batch_op.f("ix_event_hosts_account_id"))

    op.drop_table("event_hosts")
    with op.batch_alter_table("event_domains", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_domains_domain_id"))

    op.drop_table("event_domains")
    with op.batch_alter_table("evaluations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluations_region_id"))
        batch_op.drop_index(batch_op.f("ix_evaluations_event_id"))

    op.drop_table("evaluations")
    with op.batch_alter_table("offer_domains", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_domains_domain_id"))

    op.drop_table("offer_domains")
    with op.batch_alter_table("learning_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_learning_events_structure_id"))
        batch_op.drop_index(batch_op.f("ix_learning_events_room_id"))
        batch_op.drop_index("ix_learning_events_region_id_held_on")
        batch_op.drop_index(batch_op.f("ix_learning_events_region_id"))
        batch_op.drop_index(batch_op.f("ix_learning_events_offer_id"))
        batch_op.drop_index(batch_op.f("ix_learning_events_held_on"))
        batch_op.drop_index(batch_op.f("ix_learning_events_area_id"))

    op.drop_table("learning_events")
    with op.batch_alter_table("structure_domains", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_structure_domains_domain_id"))

    op.drop_table("structure_domains")
    with op.batch_alter_table("learning_offers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_learning_offers_structure_id"))
        batch_op.drop_index(batch_op.f("ix_learning_offers_region_id"))
        batch_op.drop_index(batch_op.f("ix_learning_offers_provider_id"))
        batch_op.drop_index(batch_op.f("ix_learning_offers_area_id"))

    op.drop_table("learning_offers")
    with op.batch_alter_table("scan_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scan_answers_region_id"))

    op.drop_table("scan_answers")
    with op.batch_alter_table("learning_structures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_learning_structures_tafel_id"))
        batch_op.drop_index(batch_op.f("ix_learning_structures_region_id"))
        batch_op.drop_index(batch_op.f("ix_learning_structures_area_id"))

    op.drop_table("learning_structures")
    with op.batch_alter_table("goal_limits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_limits_tafel_id"))
        batch_op.drop_index(batch_op.f("ix_goal_limits_region_id"))
        batch_op.drop_index(batch_op.f("ix_goal_limits_partner_id"))

    op.drop_table("goal_limits")
    with op.batch_alter_table("scan_sheets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scan_sheets_round_id"))
        batch_op.drop_index(batch_op.f("ix_scan_sheets_region_id"))
        batch_op.drop_index(batch_op.f("ix_scan_sheets_partner_id"))

    op.drop_table("scan_sheets")
    with op.batch_alter_table("scan_participations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scan_participations_round_id"))
        batch_op.drop_index(batch_op.f("ix_scan_participations_region_id"))
        batch_op.drop_index(batch_op.f("ix_scan_participations_account_id"))

    op.drop_table("scan_participations")
    with op.batch_alter_table("round_partners", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_partners_partner_id"))

    op.drop_table("round_partners")
    with op.batch_alter_table("shared_questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shared_questions_region_id"))

    op.drop_table("shared_questions")
    with op.batch_alter_table("scan_rounds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scan_rounds_region_id"))

    op.drop_table("scan_rounds")
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rooms_region_id"))

    op.drop_table("rooms")
    with op.batch_alter_table("criteria", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_criteria_region_id"))

    op.drop_table("criteria")
    with op.batch_alter_table("calendar_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_links_region_id"))
        batch_op.drop_index(batch_op.f("ix_calendar_links_account_id"))

    op.drop_table("calendar_links")
