"""governance."""

import sqlalchemy as sa
from alembic import op

from coordinator.db import new_public_id

revision = "70d04b333422"
down_revision = "04af3d034d46"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("hours_per_week", sa.Integer(), nullable=True),
        sa.Column("budget", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_assignments_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_assignments_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assignments_public_id")),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignments_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignments_region_id"), ["region_id"], unique=False)

    op.create_table(
        "powers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("is_exclusive", sa.Boolean(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_powers_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_powers")),
        sa.UniqueConstraint("public_id", name=op.f("uq_powers_public_id")),
        sa.UniqueConstraint("region_id", "name", name=op.f("uq_powers_region_id_name")),
    )
    with op.batch_alter_table("powers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_powers_region_id"), ["region_id"], unique=False)

    op.create_table(
        "agreement_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "to_sign",
                "refused",
                "signed",
                "withdrawn",
                name="versionstatus",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("is_signed_elsewhere", sa.Boolean(), nullable=False),
        sa.Column("elsewhere", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column(
            "renewal",
            sa.Enum(
                "none",
                "tacit",
                "by_decision",
                name="renewal",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("renewal_months", sa.Integer(), nullable=True),
        sa.Column("notice_days", sa.Integer(), nullable=True),
        sa.Column("amendment_rule", sa.Text(), nullable=False),
        sa.Column("dispute_rule", sa.Text(), nullable=False),
        sa.Column("annexes", sa.Text(), nullable=False),
        sa.Column("publication", sa.Text(), nullable=False),
        sa.Column("replaces", sa.Text(), nullable=False),
        sa.Column("takes_over", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("holds_until", sa.Date(), nullable=True),
        sa.Column("renewed_until", sa.Date(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_versions_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["accounts.id"], name=op.f("fk_agreement_versions_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_agreement_versions_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_versions")),
        sa.UniqueConstraint(
            "agreement_id", "number", name=op.f("uq_agreement_versions_agreement_id_number")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_agreement_versions_public_id")),
    )
    with op.batch_alter_table("agreement_versions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agreement_versions_agreement_id"), ["agreement_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_agreement_versions_region_id"), ["region_id"], unique=False
        )

    op.create_table(
        "assignment_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_assignment_grants_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_assignment_grants_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_assignment_grants_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_assignment_grants_region_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_grants")),
        sa.UniqueConstraint(
            "assignment_id",
            "partner_id",
            name=op.f("uq_assignment_grants_assignment_id_partner_id"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_assignment_grants_public_id")),
    )
    with op.batch_alter_table("assignment_grants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assignment_grants_agreement_id"), ["agreement_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_assignment_grants_assignment_id"), ["assignment_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_assignment_grants_partner_id"), ["partner_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_assignment_grants_region_id"), ["region_id"], unique=False
        )

    op.create_table(
        "assignment_powers",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("power_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_assignment_powers_assignment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["power_id"],
            ["powers.id"],
            name=op.f("fk_assignment_powers_power_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("assignment_id", "power_id", name=op.f("pk_assignment_powers")),
    )
    with op.batch_alter_table("assignment_powers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assignment_powers_power_id"), ["power_id"], unique=False
        )

    op.create_table(
        "clauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "nothing",
                "power",
                "mandate",
                "handover",
                "seat",
                name="clausekind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("power_id", sa.Integer(), nullable=True),
        sa.Column(
            "involvement",
            sa.Enum(
                "accountable",
                "carries_out",
                "advises",
                name="involvement",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("may_pass_on", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("tafel_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("giver_tafel_id", sa.Integer(), nullable=True),
        sa.Column("giver_role_id", sa.Integer(), nullable=True),
        sa.Column("giver_partner_id", sa.Integer(), nullable=True),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("processing_days", sa.Integer(), nullable=False),
        sa.Column(
            "vote",
            sa.Enum(
                "besluitvormend",
                "adviserend",
                name="vote",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_clauses_number")),
        sa.ForeignKeyConstraint(
            ["giver_partner_id"], ["partners.id"], name=op.f("fk_clauses_giver_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["giver_role_id"], ["governance_roles.id"], name=op.f("fk_clauses_giver_role_id")
        ),
        sa.ForeignKeyConstraint(
            ["giver_tafel_id"], ["tafels.id"], name=op.f("fk_clauses_giver_tafel_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_clauses_partner_id")
        ),
        sa.ForeignKeyConstraint(["power_id"], ["powers.id"], name=op.f("fk_clauses_power_id")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_clauses_region_id")),
        sa.ForeignKeyConstraint(
            ["role_id"], ["governance_roles.id"], name=op.f("fk_clauses_role_id")
        ),
        sa.ForeignKeyConstraint(["tafel_id"], ["tafels.id"], name=op.f("fk_clauses_tafel_id")),
        sa.ForeignKeyConstraint(["target_id"], ["tafels.id"], name=op.f("fk_clauses_target_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_versions.id"], name=op.f("fk_clauses_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clauses")),
        sa.UniqueConstraint("public_id", name=op.f("uq_clauses_public_id")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_clauses_version_id_number")),
    )
    with op.batch_alter_table("clauses", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_clauses_giver_partner_id"), ["giver_partner_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_clauses_giver_role_id"), ["giver_role_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_clauses_giver_tafel_id"), ["giver_tafel_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_clauses_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clauses_power_id"), ["power_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clauses_region_id"), ["region_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clauses_role_id"), ["role_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clauses_tafel_id"), ["tafel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clauses_target_id"), ["target_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clauses_version_id"), ["version_id"], unique=False)

    op.create_table(
        "objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("clause_number", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["accounts.id"], name=op.f("fk_objections_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["accounts.id"], name=op.f("fk_objections_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_objections_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_objections_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_versions.id"], name=op.f("fk_objections_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("public_id", name=op.f("uq_objections_public_id")),
    )
    with op.batch_alter_table("objections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objections_made_by_id"), ["made_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_objections_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_objections_region_id"), ["region_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_objections_version_id"), ["version_id"], unique=False)

    op.create_table(
        "ratifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("ratified_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["accounts.id"], name=op.f("fk_ratifications_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_ratifications_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_versions.id"], name=op.f("fk_ratifications_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratifications")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ratifications_public_id")),
    )
    with op.batch_alter_table("ratifications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ratifications_region_id"), ["region_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_ratifications_version_id"), ["version_id"], unique=False
        )

    op.create_table(
        "signatories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "signed",
                "refused",
                name="signatorystatus",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_signatories_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_signatories_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_signatories_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_versions.id"], name=op.f("fk_signatories_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatories")),
        sa.UniqueConstraint("public_id", name=op.f("uq_signatories_public_id")),
        sa.UniqueConstraint(
            "version_id", "partner_id", name=op.f("uq_signatories_version_id_partner_id")
        ),
    )
    with op.batch_alter_table("signatories", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signatories_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signatories_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signatories_region_id"), ["region_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signatories_version_id"), ["version_id"], unique=False)

    op.create_table(
        "signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("signer", sa.String(length=200), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grant_id", sa.String(length=20), nullable=False),
        sa.Column("mandate_starts_on", sa.Date(), nullable=False),
        sa.Column("mandate_ends_on", sa.Date(), nullable=False),
        sa.Column("proof", sa.String(length=60), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_signatures_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_signatures_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_signatures_region_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_versions.id"], name=op.f("fk_signatures_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint("public_id", name=op.f("uq_signatures_public_id")),
    )
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signatures_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signatures_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signatures_region_id"), ["region_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signatures_version_id"), ["version_id"], unique=False)

    op.create_table(
        "version_areas",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_version_areas_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["agreement_versions.id"],
            name=op.f("fk_version_areas_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "area_id", name=op.f("pk_version_areas")),
    )
    with op.batch_alter_table("version_areas", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_version_areas_area_id"), ["area_id"], unique=False)

    op.create_table(
        "version_domains",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"],
            ["domains.id"],
            name=op.f("fk_version_domains_domain_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["agreement_versions.id"],
            name=op.f("fk_version_domains_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "domain_id", name=op.f("pk_version_domains")),
    )
    with op.batch_alter_table("version_domains", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_version_domains_domain_id"), ["domain_id"], unique=False
        )

    op.create_table(
        "version_parties",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["partners.id"],
            name=op.f("fk_version_parties_partner_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["agreement_versions.id"],
            name=op.f("fk_version_parties_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "partner_id", name=op.f("pk_version_parties")),
    )
    with op.batch_alter_table("version_parties", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_version_parties_partner_id"), ["partner_id"], unique=False
        )

    op.create_table(
        "attendances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column(
            "presence",
            sa.Enum(
                "present",
                "deputy",
                "absent",
                name="presence",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_attendances_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["accounts.id"], name=op.f("fk_attendances_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_attendances_region_id")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_attendances_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
        sa.UniqueConstraint(
            "meeting_id", "seat_id", name=op.f("uq_attendances_meeting_id_seat_id")
        ),
    )
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendances_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendances_region_id"), ["region_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendances_seat_id"), ["seat_id"], unique=False)

    op.create_table(
        "clause_areas",
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_clause_areas_area_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["clause_id"],
            ["clauses.id"],
            name=op.f("fk_clause_areas_clause_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clause_id", "area_id", name=op.f("pk_clause_areas")),
    )
    with op.batch_alter_table("clause_areas", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clause_areas_area_id"), ["area_id"], unique=False)

    op.create_table(
        "clause_domains",
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clause_id"],
            ["clauses.id"],
            name=op.f("fk_clause_domains_clause_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["domain_id"],
            ["domains.id"],
            name=op.f("fk_clause_domains_domain_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clause_id", "domain_id", name=op.f("pk_clause_domains")),
    )
    with op.batch_alter_table("clause_domains", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_clause_domains_domain_id"), ["domain_id"], unique=False
        )

    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner_account_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("done_on", sa.Date(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_decisions_owner_account_id"), ["owner_account_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_decisions_owner_account_id"), "accounts", ["owner_account_id"], ["id"]
        )

    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("clause_number", sa.Integer(), nullable=True))

    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public_id", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("deputy", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("agreement_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("clause_number", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_index(batch_op.f("ix_seats_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_seats_agreement_id"), "agreements", ["agreement_id"], ["id"]
        )

    seats = sa.table("seats", sa.column("id", sa.Integer), sa.column("public_id", sa.String))
    connection = op.get_bind()
    for seat_id in connection.scalars(sa.select(seats.c.id)).all():
        connection.execute(
            seats.update().where(seats.c.id == seat_id).values(public_id=new_public_id())
        )
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.alter_column("public_id", existing_type=sa.String(length=20), nullable=False)
        batch_op.alter_column("deputy", existing_type=sa.Text(), server_default=None)
        batch_op.alter_column("version", existing_type=sa.Integer(), server_default=None)
        batch_op.create_unique_constraint(batch_op.f("uq_seats_public_id"), ["public_id"])

    with op.batch_alter_table("tafels", schema=None) as batch_op:
        batch_op.add_column(sa.Column("clause_number", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tafels", schema=None) as batch_op:
        batch_op.drop_column("clause_number")

    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_seats_agreement_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_seats_public_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_seats_agreement_id"))
        batch_op.drop_column("version")
        batch_op.drop_column("clause_number")
        batch_op.drop_column("agreement_id")
        batch_op.drop_column("deputy")
        batch_op.drop_column("public_id")

    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.drop_column("clause_number")

    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_decisions_owner_account_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_decisions_owner_account_id"))
        batch_op.drop_column("done_on")
        batch_op.drop_column("owner_account_id")

    with op.batch_alter_table("clause_domains", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clause_domains_domain_id"))

    op.drop_table("clause_domains")
    with op.batch_alter_table("clause_areas", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clause_areas_area_id"))

    op.drop_table("clause_areas")
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendances_seat_id"))
        batch_op.drop_index(batch_op.f("ix_attendances_region_id"))
        batch_op.drop_index(batch_op.f("ix_attendances_meeting_id"))

    op.drop_table("attendances")
    with op.batch_alter_table("version_parties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_version_parties_partner_id"))

    op.drop_table("version_parties")
    with op.batch_alter_table("version_domains", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_version_domains_domain_id"))

    op.drop_table("version_domains")
    with op.batch_alter_table("version_areas", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_version_areas_area_id"))

    op.drop_table("version_areas")
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signatures_version_id"))
        batch_op.drop_index(batch_op.f("ix_signatures_region_id"))
        batch_op.drop_index(batch_op.f("ix_signatures_partner_id"))
        batch_op.drop_index(batch_op.f("ix_signatures_account_id"))

    op.drop_table("signatures")
    with op.batch_alter_table("signatories", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signatories_version_id"))
        batch_op.drop_index(batch_op.f("ix_signatories_region_id"))
        batch_op.drop_index(batch_op.f("ix_signatories_partner_id"))
        batch_op.drop_index(batch_op.f("ix_signatories_account_id"))

    op.drop_table("signatories")
    with op.batch_alter_table("ratifications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ratifications_version_id"))
        batch_op.drop_index(batch_op.f("ix_ratifications_region_id"))

    op.drop_table("ratifications")
    with op.batch_alter_table("objections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objections_version_id"))
        batch_op.drop_index(batch_op.f("ix_objections_region_id"))
        batch_op.drop_index(batch_op.f("ix_objections_partner_id"))
        batch_op.drop_index(batch_op.f("ix_objections_made_by_id"))

    op.drop_table("objections")
    with op.batch_alter_table("clauses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clauses_version_id"))
        batch_op.drop_index(batch_op.f("ix_clauses_target_id"))
        batch_op.drop_index(batch_op.f("ix_clauses_tafel_id"))
        batch_op.drop_index(batch_op.f("ix_clauses_role_id"))
        batch_op.drop_index(batch_op.f("ix_clauses_region_id"))
        batch_op.drop_index(batch_op.f("ix_clauses_power_id"))
        batch_op.drop_index(batch_op.f("ix_clauses_partner_id"))
        batch_op.drop_index(batch_op.f("ix_clauses_giver_tafel_id"))
        batch_op.drop_index(batch_op.f("ix_clauses_giver_role_id"))
        batch_op.drop_index(batch_op.f("ix_clauses_giver_partner_id"))

    op.drop_table("clauses")
    with op.batch_alter_table("assignment_powers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_powers_power_id"))

    op.drop_table("assignment_powers")
    with op.batch_alter_table("assignment_grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_grants_region_id"))
        batch_op.drop_index(batch_op.f("ix_assignment_grants_partner_id"))
        batch_op.drop_index(batch_op.f("ix_assignment_grants_assignment_id"))
        batch_op.drop_index(batch_op.f("ix_assignment_grants_agreement_id"))

    op.drop_table("assignment_grants")
    with op.batch_alter_table("agreement_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_versions_region_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_versions_agreement_id"))

    op.drop_table("agreement_versions")
    with op.batch_alter_table("powers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_powers_region_id"))

    op.drop_table("powers")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignments_region_id"))
        batch_op.drop_index(batch_op.f("ix_assignments_account_id"))

    op.drop_table("assignments")
