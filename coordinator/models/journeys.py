"""The journey of a signal to a deciding table, and the way home.

A journey answers one question: signal x domain x target niveau. Its `plan` is the
promise: which tables on which days. Once the coordinator sends the signal on its way,
every stop of the plan that is still ahead is also an agenda item of its meeting.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypedDict

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordinator import clock
from coordinator.db import Base, Moment, RegionScoped, Versioned, choice, new_public_id
from coordinator.models.network import Domain, Meeting, Tafel
from coordinator.models.people import Account
from coordinator.models.signals import Signal
from network.region import Level, Reason


class JourneyStatus(StrEnum):
    """Where one journey stands."""

    PLANNED = "planned"
    TRAVELLING = "travelling"
    ANSWERED = "answered"
    CLOSED = "closed"
    DROPPED = "dropped"


class ItemStatus(StrEnum):
    """What became of an agenda item."""

    PLANNED = "planned"
    HANDED_OVER = "handed_over"
    DECIDED = "decided"
    PUT_OFF = "put_off"


class DecisionKind(StrEnum):
    """What a table decided."""

    ADOPTED = "adopted"
    EXPERIMENT = "experiment"
    NOT_ADOPTED = "not_adopted"
    NOT_OURS = "not_ours"
    STOP_OLD = "stop_old"


class Verdict(StrEnum):
    """Whether the author recognises the answer."""

    RECOGNISED = "recognised"
    PARTLY = "partly"
    NOT = "not"


class ChangeReason(StrEnum):
    """Why the dates of a journey moved."""

    MEETING_MOVED = "meeting_moved"
    MEETING_CANCELLED = "meeting_cancelled"
    MEETING_ADDED = "meeting_added"
    AGREEMENT_ENDED = "agreement_ended"
    AGREEMENT_CHANGED = "agreement_changed"
    HANDOVER_GONE = "handover_gone"
    PUT_OFF = "put_off"
    HANDED_OVER = "handed_over"
    NOT_RECOGNISED = "not_recognised"
    FACTS_CORRECTED = "facts_corrected"
    SENT_LATE = "sent_late"
    REGION_UPDATED = "region_updated"


class PlannedStop(TypedDict):
    """One stop of a plan: the code of a table and the day it meets."""

    tafel: str
    on: str


ITEM_OUTCOMES: Final = frozenset({ItemStatus.HANDED_OVER, ItemStatus.DECIDED, ItemStatus.PUT_OFF})


class Journey(RegionScoped, Versioned, Base):
    """Signal x domain x target niveau, with the promise that was made."""

    __tablename__ = "journeys"
    __table_args__ = (UniqueConstraint("signal_id", "domain_id", "level"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id"), index=True)
    domain_id: Mapped[int] = mapped_column(ForeignKey("domains.id"), index=True)
    level: Mapped[Level] = mapped_column(choice(Level))
    status: Mapped[JourneyStatus] = mapped_column(
        choice(JourneyStatus), default=JourneyStatus.PLANNED
    )
    # Where it is. At the start only `submit_on` is known: it can come in at any way-in table.
    # Later it lies at one table, for the first meeting there after `after_on` whose closing day
    # is not before `submit_on` (empty: the papers are there already).
    came_from_id: Mapped[int | None] = mapped_column(ForeignKey("tafels.id"))
    at_tafel_id: Mapped[int | None] = mapped_column(ForeignKey("tafels.id"), index=True)
    after_on: Mapped[date | None]
    submit_on: Mapped[date | None]

    plan: Mapped[list[PlannedStop]] = mapped_column(JSON, default=list)
    """The stops still ahead, the last one at the target table; empty when there is no road."""
    arrival_on: Mapped[date | None]
    answer_due_on: Mapped[date | None]
    """arrival_on + the feedback term of the target table."""
    reason: Mapped[Reason | None] = mapped_column(choice(Reason))
    """Why there is no road."""

    signal: Mapped[Signal] = relationship(back_populates="journeys", lazy="raise_on_sql")
    domain: Mapped[Domain] = relationship(lazy="raise_on_sql")
    came_from: Mapped[Tafel | None] = relationship(foreign_keys=[came_from_id], lazy="raise_on_sql")
    at_tafel: Mapped[Tafel | None] = relationship(foreign_keys=[at_tafel_id], lazy="raise_on_sql")
    items: Mapped[list["AgendaItem"]] = relationship(
        back_populates="journey", order_by="AgendaItem.position", lazy="raise_on_sql"
    )
    changes: Mapped[list["JourneyChange"]] = relationship(
        back_populates="journey", order_by="JourneyChange.id", lazy="raise_on_sql"
    )


class JourneyChange(RegionScoped, Base):
    """A promise that moved: from when to when, and why. Never changed afterwards."""

    __tablename__ = "journey_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("journeys.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    reason: Mapped[ChangeReason] = mapped_column(choice(ChangeReason))
    subject: Mapped[str] = mapped_column(Text, default="")
    """What moved, in words a reader knows: "Beleidstafel jeugd van 14 januari 2027"."""
    arrival_before: Mapped[date | None]
    arrival_after: Mapped[date | None]
    due_before: Mapped[date | None]
    due_after: Mapped[date | None]

    journey: Mapped[Journey] = relationship(back_populates="changes", lazy="raise_on_sql")


class AgendaItem(RegionScoped, Versioned, Base):
    """One stop of a travelling journey on the agenda of a meeting, and its outcome."""

    __tablename__ = "agenda_items"
    __table_args__ = (UniqueConstraint("journey_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    journey_id: Mapped[int] = mapped_column(ForeignKey("journeys.id"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    position: Mapped[int]
    status: Mapped[ItemStatus] = mapped_column(choice(ItemStatus), default=ItemStatus.PLANNED)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was put off, or what goes along with a hand-over."""
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[datetime | None] = mapped_column(Moment)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), index=True)

    journey: Mapped[Journey] = relationship(back_populates="items", lazy="raise_on_sql")
    meeting: Mapped[Meeting] = relationship(lazy="raise_on_sql")
    decision: Mapped["Decision | None"] = relationship(back_populates="items", lazy="raise_on_sql")


class Decision(RegionScoped, Base):
    """What a table decided on a signal, for one or more of its domains, and the answer home."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    kind: Mapped[DecisionKind] = mapped_column(choice(DecisionKind))
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    whose: Mapped[str] = mapped_column(Text, default="")
    """With "not ours": whose it is then."""
    owner: Mapped[str] = mapped_column(Text, default="")
    owner_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    """Who keeps the promise now, where that is somebody with an account."""
    done_on: Mapped[date | None]
    """When the owner said that it was done."""
    done_by_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(Text)
    """The answer to the author in plain words."""
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    signal: Mapped[Signal] = relationship(back_populates="decisions", lazy="raise_on_sql")
    meeting: Mapped[Meeting] = relationship(lazy="raise_on_sql")
    owner_account: Mapped[Account | None] = relationship(
        foreign_keys=[owner_account_id], lazy="raise_on_sql"
    )
    items: Mapped[list[AgendaItem]] = relationship(
        back_populates="decision", order_by=AgendaItem.id, lazy="raise_on_sql"
    )
    verification: Mapped["Verification | None"] = relationship(
        back_populates="decision", lazy="raise_on_sql"
    )


class Verification(RegionScoped, Base):
    """The author's judgement of the answer: herkend, deels or niet."""

    __tablename__ = "verifications"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), unique=True)
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict))
    reason: Mapped[str] = mapped_column(Text, default="")
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    given_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    is_sent_back: Mapped[bool] = mapped_column(default=False)
    """Not recognised, or partly and then sent back: a table deals with it again."""
    settled_on: Mapped[date | None]
    """With "partly": when the coordinator chose to close it or to send it back."""
    reply: Mapped[str] = mapped_column(Text, default="")
    """With "partly": what the coordinator wrote to the author."""

    decision: Mapped[Decision] = relationship(back_populates="verification", lazy="raise_on_sql")
