"""Practice signals: what somebody saw, in their own words, and what the region made of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordinator import clock
from coordinator.db import Base, Moment, RegionScoped, Versioned, choice, new_public_id
from coordinator.models.network import Area, Domain, Partner, link
from coordinator.models.people import Account
from network.region import Level, Source

if TYPE_CHECKING:
    from coordinator.models.journeys import Decision, Journey
    from coordinator.models.learning import Leervraag


class SignalStatus(StrEnum):
    """Where a signal is in its life."""

    NEW = "new"
    ASKED = "asked"
    TRAVELLING = "travelling"
    ANSWERED = "answered"
    CLOSED = "closed"
    REFUSED = "refused"


SIGNAL_STEPS: Final[dict[SignalStatus, frozenset[SignalStatus]]] = {
    SignalStatus.NEW: frozenset(
        {SignalStatus.ASKED, SignalStatus.TRAVELLING, SignalStatus.REFUSED}
    ),
    SignalStatus.ASKED: frozenset(
        {SignalStatus.NEW, SignalStatus.TRAVELLING, SignalStatus.REFUSED}
    ),
    SignalStatus.TRAVELLING: frozenset({SignalStatus.ANSWERED}),
    SignalStatus.ANSWERED: frozenset({SignalStatus.TRAVELLING, SignalStatus.CLOSED}),
    SignalStatus.CLOSED: frozenset(),
    # Only as what carries a leervraag: that can be brought to the tables again.
    SignalStatus.REFUSED: frozenset({SignalStatus.NEW}),
}
OPEN_STATUSES: Final = frozenset(
    {SignalStatus.NEW, SignalStatus.ASKED, SignalStatus.TRAVELLING, SignalStatus.ANSWERED}
)


class Frequency(StrEnum):
    """How often the author sees it."""

    ONCE = "once"
    MORE_OFTEN = "more_often"
    UNKNOWN = "unknown"


signal_domains = link("signal_domains", signal_id="signals", domain_id="domains")


class Signal(RegionScoped, Versioned, Base):
    """A practice signal. `title`, `description` and `wish` are the author's and never change.

    What the coordinator makes of it stands beside it: `interpretation` (duiding) and
    `text_for_tafels`, the only text that the tables see.
    """

    __tablename__ = "signals"
    __table_args__ = (
        UniqueConstraint("region_id", "code"),
        Index("ix_signals_region_id_status_given_on", "region_id", "status", "given_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    code: Mapped[str] = mapped_column(String(64))
    """The code in the region's package; for a signal given here its public id."""
    status: Mapped[SignalStatus] = mapped_column(choice(SignalStatus), default=SignalStatus.NEW)
    given_on: Mapped[date]
    given_at: Mapped[datetime | None] = mapped_column(Moment)
    """Empty for a signal that came with a package."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    source: Mapped[Source | None] = mapped_column(choice(Source))
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    frequency: Mapped[Frequency | None] = mapped_column(choice(Frequency))
    wish: Mapped[str] = mapped_column(Text, default="")

    interpretation: Mapped[str] = mapped_column(Text, default="")
    title_for_tafels: Mapped[str] = mapped_column(Text, default="")
    text_for_tafels: Mapped[str] = mapped_column(Text, default="")
    read_on: Mapped[date | None]
    target_level: Mapped[Level | None] = mapped_column(choice(Level))
    """Who is asked to decide, chosen by the coordinator when the signal is sent on its way."""
    sent_on: Mapped[date | None]
    refusal: Mapped[str] = mapped_column(Text, default="")
    closed_on: Mapped[date | None]

    author: Mapped[Account | None] = relationship(lazy="raise_on_sql")
    partner: Mapped[Partner | None] = relationship(lazy="raise_on_sql")
    area: Mapped[Area] = relationship(lazy="raise_on_sql")
    domains: Mapped[list[Domain]] = relationship(
        secondary=signal_domains, order_by=Domain.code, lazy="raise_on_sql"
    )
    questions: Mapped[list["Question"]] = relationship(
        back_populates="signal", order_by="Question.id", lazy="raise_on_sql"
    )
    journeys: Mapped[list["Journey"]] = relationship(
        back_populates="signal", order_by="Journey.id", lazy="raise_on_sql"
    )
    decisions: Mapped[list["Decision"]] = relationship(
        back_populates="signal", order_by="Decision.id", lazy="raise_on_sql"
    )

    leervraag: Mapped["Leervraag | None"] = relationship(
        back_populates="travels_as",
        foreign_keys="Leervraag.travels_as_id",
        lazy="raise_on_sql",
    )
    """The leervraag that travels as this signal; a practice signal carries none."""

    def move_to(self, status: SignalStatus) -> None:
        """Take one step of SIGNAL_STEPS; anything else is a mistake of ours."""
        if status not in SIGNAL_STEPS[self.status]:
            raise ValueError(f"a signal does not go from {self.status} to {status}")
        self.status = status


class Question(RegionScoped, Base):
    """A question of the coordinator to the author, and the answer."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id"), index=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)

    signal: Mapped[Signal] = relationship(back_populates="questions", lazy="raise_on_sql")
