"""The network of a region: areas, domains, partners, agreements, tables, seats, hand-overs.

The words and values are those of `network.region`; this is where they are kept.
A row that is no longer in the region's package but carries history gets `ended_on`
instead of being deleted; plans and exports leave it out.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordinator.db import Base, Moment, NetworkRow, Versioned, choice, new_public_id
from network.region import AgreementStatus, Level, MeetingStatus, Scale, Vote

if TYPE_CHECKING:
    from coordinator.models.governance import AgreementVersion


def link(name: str, **columns: str) -> Table:
    """Return a many-to-many table: its two columns and the tables they point at."""
    return Table(
        name,
        Base.metadata,
        *(
            Column(
                column,
                ForeignKey(f"{target}.id", ondelete="CASCADE"),
                primary_key=True,
                index=bool(position),
            )
            for position, (column, target) in enumerate(columns.items())
        ),
    )


area_parts = link("area_parts", area_id="areas", whole_id="areas")
partner_domains = link("partner_domains", partner_id="partners", domain_id="domains")
partner_areas = link("partner_areas", partner_id="partners", area_id="areas")
agreement_parties = link("agreement_parties", agreement_id="agreements", partner_id="partners")
tafel_domains = link("tafel_domains", tafel_id="tafels", domain_id="domains")
handover_domains = link("handover_domains", handover_id="handovers", domain_id="domains")


class Coded(NetworkRow):
    """Mixin: a row that the region's package knows by its code."""

    code: Mapped[str] = mapped_column(String(64))


class Area(Coded, Base):
    """A territory; may be part of several others, for region layers do not nest."""

    __tablename__ = "areas"
    __table_args__ = (UniqueConstraint("region_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    scale: Mapped[Scale] = mapped_column(choice(Scale))
    kind: Mapped[str] = mapped_column(Text, default="")

    part_of: Mapped[list["Area"]] = relationship(
        secondary=area_parts,
        primaryjoin=id == area_parts.c.area_id,
        secondaryjoin=id == area_parts.c.whole_id,
        back_populates="parts",
        lazy="raise_on_sql",
    )
    parts: Mapped[list["Area"]] = relationship(
        secondary=area_parts,
        primaryjoin=id == area_parts.c.whole_id,
        secondaryjoin=id == area_parts.c.area_id,
        back_populates="part_of",
        lazy="raise_on_sql",
    )


class Domain(Coded, Base):
    """A field of work: jeugd, onderwijs, veiligheid, ..."""

    __tablename__ = "domains"
    __table_args__ = (UniqueConstraint("region_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)


class Partner(Coded, Base):
    """An organisation in the network."""

    __tablename__ = "partners"
    __table_args__ = (UniqueConstraint("region_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, default="")

    domains: Mapped[list[Domain]] = relationship(secondary=partner_domains, lazy="raise_on_sql")
    working_areas: Mapped[list[Area]] = relationship(secondary=partner_areas, lazy="raise_on_sql")
    seats: Mapped[list["Seat"]] = relationship(back_populates="partner", lazy="raise_on_sql")
    agreements: Mapped[list["Agreement"]] = relationship(
        secondary=agreement_parties, back_populates="parties", lazy="raise_on_sql"
    )


class Agreement(Coded, Versioned, Base):
    """A governance agreement; tables and hand-overs may rest on it."""

    __tablename__ = "agreements"
    __table_args__ = (UniqueConstraint("region_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[AgreementStatus] = mapped_column(choice(AgreementStatus))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    review_on: Mapped[date | None]

    parties: Mapped[list[Partner]] = relationship(
        secondary=agreement_parties, back_populates="agreements", lazy="raise_on_sql"
    )
    tafels: Mapped[list["Tafel"]] = relationship(back_populates="agreement", lazy="raise_on_sql")
    handovers: Mapped[list["Handover"]] = relationship(
        back_populates="agreement", lazy="raise_on_sql"
    )
    versions: Mapped[list["AgreementVersion"]] = relationship(
        back_populates="agreement", order_by="AgreementVersion.number", lazy="raise_on_sql"
    )

    @hybrid_method
    def in_force(self, day: date) -> bool:
        """Whether it is signed and the day lies within its bounds, both included."""
        return (
            self.status is AgreementStatus.SIGNED
            and (self.starts_on is None or self.starts_on <= day)
            and (self.ends_on is None or day <= self.ends_on)
        )

    @in_force.inplace.expression  # type: ignore[attr-defined,untyped-decorator] # SQLAlchemy types it as the method
    @classmethod
    def _in_force(cls, day: date) -> ColumnElement[bool]:
        return and_(
            cls.status == AgreementStatus.SIGNED,
            or_(cls.starts_on.is_(None), cls.starts_on <= day),
            or_(cls.ends_on.is_(None), cls.ends_on >= day),
        )


class Tafel(Coded, Versioned, Base):
    """A standing table. With `all_domains` it deals with every domain (`*` in the package)."""

    __tablename__ = "tafels"
    __table_args__ = (UniqueConstraint("region_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    level: Mapped[Level] = mapped_column(choice(Level))
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    all_domains: Mapped[bool] = mapped_column(default=False)
    submission_days: Mapped[int] = mapped_column(default=0)
    feedback_days: Mapped[int] = mapped_column(default=14)
    is_open: Mapped[bool] = mapped_column(default=False)
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreements.id"), index=True)
    clause_number: Mapped[int | None]
    """The clause of that agreement."""

    area: Mapped[Area] = relationship(lazy="raise_on_sql")
    domains: Mapped[list[Domain]] = relationship(secondary=tafel_domains, lazy="raise_on_sql")
    agreement: Mapped[Agreement | None] = relationship(back_populates="tafels", lazy="raise_on_sql")
    meetings: Mapped[list["Meeting"]] = relationship(back_populates="tafel", lazy="raise_on_sql")
    seats: Mapped[list["Seat"]] = relationship(back_populates="tafel", lazy="raise_on_sql")
    handovers_out: Mapped[list["Handover"]] = relationship(
        back_populates="source", foreign_keys="Handover.source_id", lazy="raise_on_sql"
    )
    handovers_in: Mapped[list["Handover"]] = relationship(
        back_populates="target", foreign_keys="Handover.target_id", lazy="raise_on_sql"
    )


class Meeting(NetworkRow, Versioned, Base):
    """One dated meeting of a table; at most one per table per day."""

    __tablename__ = "meetings"
    __table_args__ = (UniqueConstraint("tafel_id", "held_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    tafel_id: Mapped[int] = mapped_column(ForeignKey("tafels.id"), index=True)
    held_on: Mapped[date] = mapped_column(index=True)
    time: Mapped[str] = mapped_column(String(5), default="")
    """UU:MM, or empty when not known."""
    location: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[MeetingStatus] = mapped_column(
        choice(MeetingStatus), default=MeetingStatus.PLANNED
    )
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    tafel: Mapped[Tafel] = relationship(back_populates="meetings", lazy="raise_on_sql")


class GovernanceRole(Coded, Base):
    """A role at a table: voorzitter, secretaris, lid, ..."""

    __tablename__ = "governance_roles"
    __table_args__ = (UniqueConstraint("region_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    tasks: Mapped[str] = mapped_column(Text, default="")
    powers: Mapped[str] = mapped_column(Text, default="")


class Seat(NetworkRow, Versioned, Base):
    """An appointment: who sits at a table for which partner in which role.

    From-to, both days included. Without `person` the seat is vacant.
    """

    __tablename__ = "seats"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    tafel_id: Mapped[int] = mapped_column(ForeignKey("tafels.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("governance_roles.id"), index=True)
    person: Mapped[str] = mapped_column(Text, default="")
    vote: Mapped[Vote | None] = mapped_column(choice(Vote))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    deputy: Mapped[str] = mapped_column(Text, default="")
    """Who takes the seat when the person cannot."""
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreements.id"), index=True)
    clause_number: Mapped[int | None]
    """The clause that the seat rests on, where one gives it."""

    tafel: Mapped[Tafel] = relationship(back_populates="seats", lazy="raise_on_sql")
    agreement: Mapped[Agreement | None] = relationship(lazy="raise_on_sql")
    partner: Mapped[Partner] = relationship(back_populates="seats", lazy="raise_on_sql")
    role: Mapped[GovernanceRole] = relationship(lazy="raise_on_sql")

    @hybrid_method
    def valid_on(self, day: date) -> bool:
        """Whether the seat is held on that day."""
        return (self.starts_on is None or self.starts_on <= day) and (
            self.ends_on is None or day <= self.ends_on
        )

    @valid_on.inplace.expression  # type: ignore[attr-defined,untyped-decorator] # SQLAlchemy types it as the method
    @classmethod
    def _valid_on(cls, day: date) -> ColumnElement[bool]:
        return and_(
            or_(cls.starts_on.is_(None), cls.starts_on <= day),
            or_(cls.ends_on.is_(None), cls.ends_on >= day),
        )


class Handover(NetworkRow, Base):
    """An allowed step from one table to another."""

    __tablename__ = "handovers"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("tafels.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("tafels.id"), index=True)
    all_domains: Mapped[bool] = mapped_column(default=True)
    processing_days: Mapped[int] = mapped_column(default=0)
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreements.id"), index=True)
    clause_number: Mapped[int | None]
    """The clause of that agreement."""

    source: Mapped[Tafel] = relationship(
        back_populates="handovers_out", foreign_keys=[source_id], lazy="raise_on_sql"
    )
    target: Mapped[Tafel] = relationship(
        back_populates="handovers_in", foreign_keys=[target_id], lazy="raise_on_sql"
    )
    domains: Mapped[list[Domain]] = relationship(secondary=handover_domains, lazy="raise_on_sql")
    agreement: Mapped[Agreement | None] = relationship(
        back_populates="handovers", lazy="raise_on_sql"
    )
