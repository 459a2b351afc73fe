"""Governance: versions of agreements, their clauses, who signs, powers, the assignment, attendance.

An `Agreement` is what plans and packages know of it: the newest text that was ever signed, or
the first text as long as none was. What people write, review and sign is an `AgreementVersion`;
`coordinator.governance` brings the two together.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordinator import clock
from coordinator.db import Base, Moment, RegionScoped, Versioned, choice, new_public_id
from coordinator.models.network import (
    Agreement,
    Area,
    Domain,
    GovernanceRole,
    Meeting,
    Partner,
    Seat,
    Tafel,
    link,
)
from coordinator.models.people import Account
from network.mandates import Involvement
from network.region import Vote


class VersionStatus(StrEnum):
    """Where one version of an agreement stands."""

    DRAFT = "draft"
    TO_SIGN = "to_sign"
    REFUSED = "refused"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"
    """A newer version came before this one was signed."""


VERSION_STEPS: Final = {
    VersionStatus.DRAFT: frozenset({VersionStatus.TO_SIGN, VersionStatus.WITHDRAWN}),
    VersionStatus.TO_SIGN: frozenset(
        {VersionStatus.SIGNED, VersionStatus.REFUSED, VersionStatus.WITHDRAWN}
    ),
    VersionStatus.REFUSED: frozenset({VersionStatus.WITHDRAWN}),
    VersionStatus.SIGNED: frozenset[VersionStatus](),
    VersionStatus.WITHDRAWN: frozenset[VersionStatus](),
}


class Renewal(StrEnum):
    """What happens when the end date comes."""

    NONE = "none"
    TACIT = "tacit"
    BY_DECISION = "by_decision"


class ClauseKind(StrEnum):
    """What a clause gives."""

    NOTHING = "nothing"
    POWER = "power"
    MANDATE = "mandate"
    """The mandate that a table rests on."""
    HANDOVER = "handover"
    SEAT = "seat"


class SignatoryStatus(StrEnum):
    """What a party did with the text that was put before it."""

    ASKED = "asked"
    SIGNED = "signed"
    REFUSED = "refused"


class Presence(StrEnum):
    """Who sat on a seat at a meeting."""

    PRESENT = "present"
    DEPUTY = "deputy"
    ABSENT = "absent"


version_parties = link("version_parties", version_id="agreement_versions", partner_id="partners")
version_domains = link("version_domains", version_id="agreement_versions", domain_id="domains")
version_areas = link("version_areas", version_id="agreement_versions", area_id="areas")
clause_domains = link("clause_domains", clause_id="clauses", domain_id="domains")
clause_areas = link("clause_areas", clause_id="clauses", area_id="areas")
assignment_powers = link("assignment_powers", assignment_id="assignments", power_id="powers")


class AgreementVersion(RegionScoped, Versioned, Base):
    """One text of an agreement. Once review began it is never changed: a newer one takes over."""

    __tablename__ = "agreement_versions"
    __table_args__ = (UniqueConstraint("agreement_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"), index=True)
    number: Mapped[int]
    status: Mapped[VersionStatus] = mapped_column(
        choice(VersionStatus), default=VersionStatus.DRAFT
    )
    is_signed_elsewhere: Mapped[bool] = mapped_column(default=False)
    """It was signed outside this service: it came so with a package, or was recorded so."""
    elsewhere: Mapped[str] = mapped_column(Text, default="")
    """Where the signed paper lies."""

    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, default="")
    ground: Mapped[str] = mapped_column(Text, default="")
    """The law or decision it rests on."""
    task: Mapped[str] = mapped_column(Text, default="")
    """What it is about, with `domains` and `areas` its scope; none of those = all."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    review_on: Mapped[date | None]
    renewal: Mapped[Renewal] = mapped_column(choice(Renewal), default=Renewal.NONE)
    renewal_months: Mapped[int | None]
    notice_days: Mapped[int | None]
    """How long before its last day a party has to give notice."""
    amendment_rule: Mapped[str] = mapped_column(Text, default="")
    dispute_rule: Mapped[str] = mapped_column(Text, default="")
    annexes: Mapped[str] = mapped_column(Text, default="")
    """One on a line."""
    publication: Mapped[str] = mapped_column(Text, default="")
    replaces: Mapped[str] = mapped_column(Text, default="")
    """Which earlier agreement it replaces, in words."""
    takes_over: Mapped[bool] = mapped_column(default=False)
    """From its first day it replaces the version before it, whose last day was later."""

    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    """When review began; from then on the text is fixed."""
    signed_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    """When it was refused or withdrawn."""
    applied_on: Mapped[date | None]
    """When its clauses were put in the network."""
    holds_until: Mapped[date | None]
    """The last day it holds, where a newer version or a notice ends it sooner."""
    renewed_until: Mapped[date | None]
    """The last day after tacit renewal; `ends_on` stays as it was signed."""
    text: Mapped[str] = mapped_column(Text, default="")
    """The canonical text, kept from the moment review began."""
    text_hash: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of `text` in UTF-8."""
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """The names that stand in `text`, by what they name: a partner may be renamed later."""

    agreement: Mapped[Agreement] = relationship(back_populates="versions", lazy="raise_on_sql")
    made_by: Mapped[Account | None] = relationship(lazy="raise_on_sql")
    parties: Mapped[list[Partner]] = relationship(
        secondary=version_parties, order_by=Partner.name, lazy="raise_on_sql"
    )
    domains: Mapped[list[Domain]] = relationship(
        secondary=version_domains, order_by=Domain.name, lazy="raise_on_sql"
    )
    areas: Mapped[list[Area]] = relationship(
        secondary=version_areas, order_by=Area.name, lazy="raise_on_sql"
    )
    clauses: Mapped[list["Clause"]] = relationship(
        back_populates="agreement_version",
        order_by="Clause.number",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
    )
    signatories: Mapped[list["Signatory"]] = relationship(
        back_populates="agreement_version",
        order_by="Signatory.id",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
    )
    ratifications: Mapped[list["Ratification"]] = relationship(
        back_populates="agreement_version",
        order_by="Ratification.id",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
    )
    objections: Mapped[list["Objection"]] = relationship(
        back_populates="agreement_version", order_by="Objection.id", lazy="raise_on_sql"
    )

    @property
    def last_day(self) -> date | None:
        """Return the last day it holds; None when there is no end to it."""
        days = [day for day in (self.renewed_until or self.ends_on, self.holds_until) if day]
        return min(days, default=None)

    def holds_on(self, day: date) -> bool:
        """Whether it was signed and the day lies within its bounds, both included."""
        return (
            self.status is VersionStatus.SIGNED
            and (self.starts_on is None or self.starts_on <= day)
            and (self.last_day is None or day <= self.last_day)
        )


class Power(RegionScoped, Versioned, Base):
    """A kind of decision that a clause can give to somebody."""

    __tablename__ = "powers"
    __table_args__ = (UniqueConstraint("region_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    is_exclusive: Mapped[bool] = mapped_column(default=False)
    """Only one may be accountable for it in the same domain and area on the same day."""


class Clause(RegionScoped, Base):
    """A numbered article of a version, and what it gives.

    - power: `power` to the holder (`tafel` and/or `role`, or `partner`), with `involvement` and
      limits; with a giver (`giver_...`) it is a sub-mandate.
    - mandate: the mandate of `tafel`.
    - handover: from `tafel` to `target`.
    - seat: at `tafel` for `partner` in `role`, with `vote`.

    `domains` and `areas` limit a power or a hand-over further; none of them = as the agreement.
    """

    __tablename__ = "clauses"
    __table_args__ = (
        UniqueConstraint("version_id", "number"),
        CheckConstraint("number > 0", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_versions.id"), index=True)
    number: Mapped[int]
    """Keeps its meaning from version to version: hand-overs, tables and seats point at it."""
    title: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[ClauseKind] = mapped_column(choice(ClauseKind), default=ClauseKind.NOTHING)

    power_id: Mapped[int | None] = mapped_column(ForeignKey("powers.id"), index=True)
    involvement: Mapped[Involvement | None] = mapped_column(choice(Involvement))
    may_pass_on: Mapped[bool] = mapped_column(default=False)
    amount: Mapped[int | None]
    """At most so many euros."""
    limits: Mapped[str] = mapped_column(Text, default="")
    """Other limits, in words."""
    tafel_id: Mapped[int | None] = mapped_column(ForeignKey("tafels.id"), index=True)
    role_id: Mapped[int | None] = mapped_column(ForeignKey("governance_roles.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    giver_tafel_id: Mapped[int | None] = mapped_column(ForeignKey("tafels.id"), index=True)
    giver_role_id: Mapped[int | None] = mapped_column(ForeignKey("governance_roles.id"), index=True)
    giver_partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    target_id: Mapped[int | None] = mapped_column(ForeignKey("tafels.id"), index=True)
    processing_days: Mapped[int] = mapped_column(default=0)
    vote: Mapped[Vote | None] = mapped_column(choice(Vote))

    agreement_version: Mapped[AgreementVersion] = relationship(
        back_populates="clauses", lazy="raise_on_sql"
    )
    power: Mapped[Power | None] = relationship(lazy="raise_on_sql")
    tafel: Mapped[Tafel | None] = relationship(foreign_keys=[tafel_id], lazy="raise_on_sql")
    role: Mapped[GovernanceRole | None] = relationship(foreign_keys=[role_id], lazy="raise_on_sql")
    partner: Mapped[Partner | None] = relationship(foreign_keys=[partner_id], lazy="raise_on_sql")
    giver_tafel: Mapped[Tafel | None] = relationship(
        foreign_keys=[giver_tafel_id], lazy="raise_on_sql"
    )
    giver_role: Mapped[GovernanceRole | None] = relationship(
        foreign_keys=[giver_role_id], lazy="raise_on_sql"
    )
    giver_partner: Mapped[Partner | None] = relationship(
        foreign_keys=[giver_partner_id], lazy="raise_on_sql"
    )
    target: Mapped[Tafel | None] = relationship(foreign_keys=[target_id], lazy="raise_on_sql")
    domains: Mapped[list[Domain]] = relationship(
        secondary=clause_domains, order_by=Domain.name, lazy="raise_on_sql"
    )
    areas: Mapped[list[Area]] = relationship(
        secondary=clause_areas, order_by=Area.name, lazy="raise_on_sql"
    )


class Signatory(RegionScoped, Versioned, Base):
    """A party that has to sign a version, in which capacity, and who is asked to do it."""

    __tablename__ = "signatories"
    __table_args__ = (UniqueConstraint("version_id", "partner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_versions.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    capacity: Mapped[str] = mapped_column(Text, default="")
    """In which capacity: "wethouder jeugd, namens het college"."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    """Who is asked; empty = any bestuurder of the partner."""
    status: Mapped[SignatoryStatus] = mapped_column(
        choice(SignatoryStatus), default=SignatoryStatus.ASKED
    )
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was refused."""

    agreement_version: Mapped[AgreementVersion] = relationship(
        back_populates="signatories", lazy="raise_on_sql"
    )
    partner: Mapped[Partner] = relationship(lazy="raise_on_sql")
    account: Mapped[Account | None] = relationship(lazy="raise_on_sql")


class Signature(RegionScoped, Base):
    """That somebody signed exactly this text, by which mandate, and how they proved who they are.

    Kept for ever. A newer version cancels it: only `cancelled_at` is ever filled in later.
    """

    __tablename__ = "signatures"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_versions.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    signer: Mapped[str] = mapped_column(String(200))
    """The name of the person at that moment."""
    capacity: Mapped[str] = mapped_column(Text, default="")
    text_hash: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    grant_id: Mapped[str] = mapped_column(String(20))
    """The public id of the grant that was the mandate, and its first and last day then."""
    mandate_starts_on: Mapped[date]
    mandate_ends_on: Mapped[date]
    proof: Mapped[str] = mapped_column(String(60))
    """How they proved who they are: "password"."""
    proven_at: Mapped[datetime] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)

    agreement_version: Mapped[AgreementVersion] = relationship(lazy="raise_on_sql")
    partner: Mapped[Partner] = relationship(lazy="raise_on_sql")
    account: Mapped[Account] = relationship(lazy="raise_on_sql")


class Ratification(RegionScoped, Versioned, Base):
    """A body that has to confirm a version after it was signed: a college or raad."""

    __tablename__ = "ratifications"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_versions.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    """"College van Oeverstad"."""
    ratified_on: Mapped[date | None]
    reference: Mapped[str] = mapped_column(Text, default="")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    agreement_version: Mapped[AgreementVersion] = relationship(
        back_populates="ratifications", lazy="raise_on_sql"
    )


class Objection(RegionScoped, Versioned, Base):
    """What a party has against a clause, or against the whole, and the answer to it."""

    __tablename__ = "objections"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_versions.id"), index=True)
    clause_number: Mapped[int | None]
    """Empty = the agreement as a whole."""
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    reason: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)

    agreement_version: Mapped[AgreementVersion] = relationship(
        back_populates="objections", lazy="raise_on_sql"
    )
    partner: Mapped[Partner] = relationship(lazy="raise_on_sql")
    made_by: Mapped[Account] = relationship(foreign_keys=[made_by_id], lazy="raise_on_sql")
    answered_by: Mapped[Account | None] = relationship(
        foreign_keys=[answered_by_id], lazy="raise_on_sql"
    )


class Assignment(RegionScoped, Versioned, Base):
    """What the leercoördinator was asked to do, with how much time and money, until when."""

    __tablename__ = "assignments"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    task: Mapped[str] = mapped_column(Text)
    hours_per_week: Mapped[int | None]
    budget: Mapped[int | None]
    """Euros a year."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    account: Mapped[Account] = relationship(lazy="raise_on_sql")
    powers: Mapped[list[Power]] = relationship(
        secondary=assignment_powers, order_by=Power.name, lazy="raise_on_sql"
    )
    grants: Mapped[list["AssignmentGrant"]] = relationship(
        back_populates="assignment", order_by="AssignmentGrant.id", lazy="raise_on_sql"
    )


class AssignmentGrant(RegionScoped, Base):
    """That a partner gave an assignment, from when, and where that was agreed."""

    __tablename__ = "assignment_grants"
    __table_args__ = (UniqueConstraint("assignment_id", "partner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    granted_on: Mapped[date]
    ends_on: Mapped[date | None]
    """The last day, where the partner took it back before the end."""
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreements.id"), index=True)
    ground: Mapped[str] = mapped_column(Text, default="")

    assignment: Mapped[Assignment] = relationship(back_populates="grants", lazy="raise_on_sql")
    partner: Mapped[Partner] = relationship(lazy="raise_on_sql")
    agreement: Mapped[Agreement | None] = relationship(lazy="raise_on_sql")


class Attendance(RegionScoped, Base):
    """Whether a seat was taken at a meeting, and by whom."""

    __tablename__ = "attendances"
    __table_args__ = (UniqueConstraint("meeting_id", "seat_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seats.id"), index=True)
    presence: Mapped[Presence] = mapped_column(choice(Presence))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    meeting: Mapped[Meeting] = relationship(lazy="raise_on_sql")
    seat: Mapped[Seat] = relationship(lazy="raise_on_sql")
