"""The self-scan on the 18 bouwstenen: rounds, who took part, and answers that say not by whom."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordinator import clock
from coordinator.db import Base, Moment, RegionScoped, Versioned, choice, new_public_id
from coordinator.models.network import Partner, link
from network.region import Level

round_partners = link("round_partners", round_id="scan_rounds", partner_id="partners")


class ScanScore(StrEnum):
    """The answer to a question of bouwsteen 11-18."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class ScanRound(RegionScoped, Versioned, Base):
    """A time in which organisations answer the scan; both days included."""

    __tablename__ = "scan_rounds"
    __table_args__ = (CheckConstraint("opens_on <= closes_on", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(Text)
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the coordinator closed it before its last day."""
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    partners: Mapped[list[Partner]] = relationship(
        secondary=round_partners, order_by=Partner.code, lazy="raise_on_sql"
    )


class ScanParticipation(RegionScoped, Versioned, Base):
    """That somebody takes part. Once the answers are given in, nothing leads to them from here."""

    __tablename__ = "scan_participations"
    __table_args__ = (UniqueConstraint("round_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("scan_rounds.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    draft: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What was typed so far; emptied when it is given in."""
    is_done: Mapped[bool] = mapped_column(default=False)


class ScanSheet(RegionScoped, Base):
    """The answers of one person, without the person."""

    __tablename__ = "scan_sheets"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (as SQLAlchemy writes it)
    # A rowid would count in which order people gave in.

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_public_id)
    """Random, so that the order says nothing."""
    round_id: Mapped[int] = mapped_column(ForeignKey("scan_rounds.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    level: Mapped[Level] = mapped_column(choice(Level))

    round: Mapped[ScanRound] = relationship(lazy="raise_on_sql")
    partner: Mapped[Partner] = relationship(lazy="raise_on_sql")
    answers: Mapped[list["ScanAnswer"]] = relationship(back_populates="sheet", lazy="raise_on_sql")


class ScanAnswer(RegionScoped, Base):
    """The answer to one question of one bouwsteen."""

    __tablename__ = "scan_answers"
    __table_args__ = (
        CheckConstraint("bouwsteen between 1 and 18", name="bouwsteen"),
        CheckConstraint("bouwsteen > 10 or score is null", name="score"),
        {"sqlite_with_rowid": False},
    )

    sheet_id: Mapped[str] = mapped_column(ForeignKey("scan_sheets.id"), primary_key=True)
    bouwsteen: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The number of the question within its bouwsteen, from 1."""
    score: Mapped[ScanScore | None] = mapped_column(choice(ScanScore))
    text: Mapped[str] = mapped_column(Text, default="")
    """The reflection (1-10), or the explanation (11-18)."""

    sheet: Mapped[ScanSheet] = relationship(back_populates="answers", lazy="raise_on_sql")
