"""Who signs in, and what they may do: accounts, grants, links by mail, sign-ins."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordinator import clock
from coordinator.db import Base, Moment, choice, new_public_id

if TYPE_CHECKING:
    from coordinator.models.network import Partner, Tafel
    from coordinator.models.regions import Region


class RoleName(StrEnum):
    """The roles a grant can give."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    SECRETARY = "secretary"
    BOARD_MEMBER = "board_member"
    POLICY_OFFICER = "policy_officer"
    MANAGER = "manager"
    PROFESSIONAL = "professional"
    EXPERT = "expert"


class LinkKind(StrEnum):
    """Why somebody got a link by mail."""

    INVITATION = "invitation"
    PASSWORD = "password"  # noqa: S105 (the name of a kind, not a secret)


class Account(Base):
    """A person who can sign in. What they may do is in their grants, nowhere else."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Always in lower case."""
    password_hash: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    grants: Mapped[list["Grant"]] = relationship(
        back_populates="account", foreign_keys="Grant.account_id", lazy="raise_on_sql"
    )
    links: Mapped[list["AccountLink"]] = relationship(back_populates="account", lazy="raise_on_sql")


class Grant(Base):
    """A right: person x role x partner and/or table x region, from-to (both days included)."""

    __tablename__ = "grants"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    role: Mapped[RoleName] = mapped_column(choice(RoleName))
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    tafel_id: Mapped[int | None] = mapped_column(ForeignKey("tafels.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    granted_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    account: Mapped[Account] = relationship(
        back_populates="grants", foreign_keys=[account_id], lazy="raise_on_sql"
    )
    region: Mapped["Region"] = relationship(lazy="raise_on_sql")
    partner: Mapped["Partner | None"] = relationship(lazy="raise_on_sql")
    tafel: Mapped["Tafel | None"] = relationship(lazy="raise_on_sql")

    def is_valid_on(self, day: date) -> bool:
        """Whether the grant holds on this day."""
        return self.starts_on <= day <= self.ends_on


class AccountLink(Base):
    """A link sent by mail that works once: an invitation (7 days) or a new password (1 hour)."""

    __tablename__ = "account_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[LinkKind] = mapped_column(choice(LinkKind))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token; the token itself stands only in the mail."""
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)

    account: Mapped[Account] = relationship(back_populates="links", lazy="raise_on_sql")


class SignIn(Base):
    """One time that somebody signed in; ended by signing out, a new password or time."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    account: Mapped[Account] = relationship(lazy="raise_on_sql")


class SignInFailure(Base):
    """A failed sign-in, counted per account and per address; kept one day."""

    __tablename__ = "sign_in_failures"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), index=True)
    """Keyed SHA-256 of the e-mail address or of the network address, never either of them."""
    failed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
