"""What was done, for ever: one chain of events per region.

A row is never changed or removed: triggers refuse it (see the migration of `events`). Every
value is kept as the text over which its hash was computed, so that both databases give back
exactly what was hashed. No names, no free text.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, Dialect, Enum, ForeignKey, Index, String, event, insert
from sqlalchemy.orm import Mapped, Mapper, mapped_column
from sqlalchemy.types import TypeDecorator

from coordinator.db import Base, RegionScoped
from coordinator.models.people import RoleName
from coordinator.models.regions import Region

NO_HASH: Final = "0" * 64
"""What stands before the first event of a chain."""


class Verb(StrEnum):
    """What was done."""

    GIVEN = "given"
    INTERPRETED = "interpreted"
    CORRECTED = "corrected"
    ASKED = "asked"
    ANSWERED = "answered"
    SENT = "sent"
    REFUSED = "refused"
    VERIFIED = "verified"
    SETTLED = "settled"
    HANDED_OVER = "handed_over"
    DECIDED = "decided"
    PUT_OFF = "put_off"
    PROMISE_KEPT = "promise_kept"
    MEETING_ADDED = "meeting_added"
    MEETING_MOVED = "meeting_moved"
    MEETING_CANCELLED = "meeting_cancelled"
    MEETING_CLOSED = "meeting_closed"
    AGREEMENT_CHANGED = "agreement_changed"
    AGREEMENT_BEGUN = "agreement_begun"
    AGREEMENT_WRITTEN = "agreement_written"
    VERSION_BEGUN = "version_begun"
    DRAFT_DISCARDED = "draft_discarded"
    VERSION_SENT = "version_sent"
    SIGNED_ELSEWHERE = "signed_elsewhere"
    VERSION_WITHDRAWN = "version_withdrawn"
    SIGNED = "signed"
    DECLINED = "declined"
    OBJECTED = "objected"
    OBJECTION_ANSWERED = "objection_answered"
    OBJECTION_TAKEN_BACK = "objection_taken_back"
    RATIFIED = "ratified"
    IN_FORCE = "in_force"
    TAKEN_OVER = "taken_over"
    """A version that was signed before took over on its first day."""
    RENEWED = "renewed"
    NOTICE_GIVEN = "notice_given"
    AGREEMENT_ENDED = "agreement_ended"
    ROLE_GIVEN = "role_given"
    ROLE_EXTENDED = "role_extended"
    ROLE_ENDED = "role_ended"
    REGION_IMPORTED = "region_imported"
    REPLANNED = "replanned"
    APPOINTED = "appointed"
    SEAT_CHANGED = "seat_changed"
    SEAT_ENDED = "seat_ended"
    ATTENDANCE_RECORDED = "attendance_recorded"
    PASSED_ON = "passed_on"
    """The open work of who leaves went to somebody else."""
    POWER_ADDED = "power_added"
    POWER_CHANGED = "power_changed"
    ASSIGNMENT_ADDED = "assignment_added"
    ASSIGNMENT_CHANGED = "assignment_changed"
    ASSIGNMENT_GRANTED = "assignment_granted"
    ASSIGNMENT_TAKEN_BACK = "assignment_taken_back"
    LEERVRAAG_ASKED = "leervraag_asked"
    LEERVRAAG_INTERPRETED = "leervraag_interpreted"
    LEERVRAAG_SCORED = "leervraag_scored"
    LEERVRAAG_CHOSEN = "leervraag_chosen"
    LEERVRAAG_NOT_CHOSEN = "leervraag_not_chosen"
    LEERVRAAG_LINKED = "leervraag_linked"
    LEERVRAAG_ALIGNED = "leervraag_aligned"
    LEERVRAAG_BROUGHT = "leervraag_brought"
    """It was made ready to travel to the tables."""
    LEERVRAAG_ANSWERED = "leervraag_answered"
    LEERVRAAG_EMBEDDED = "leervraag_embedded"
    LEERVRAAG_REOPENED = "leervraag_reopened"
    CRITERIA_CHANGED = "criteria_changed"
    GOAL_SET = "goal_set"
    GOAL_CHANGED = "goal_changed"
    GOAL_PARKED = "goal_parked"
    GOAL_RESUMED = "goal_resumed"
    GOAL_CLOSED = "goal_closed"
    GOAL_LIMIT_SET = "goal_limit_set"
    OFFER_ADDED = "offer_added"
    OFFER_CHANGED = "offer_changed"
    STRUCTURE_ADDED = "structure_added"
    STRUCTURE_CHANGED = "structure_changed"
    ROOM_ADDED = "room_added"
    ROOM_CHANGED = "room_changed"
    LEARNING_EVENT_PLANNED = "learning_event_planned"
    LEARNING_EVENT_CHANGED = "learning_event_changed"
    LEARNING_EVENT_CANCELLED = "learning_event_cancelled"
    SIGNED_UP = "signed_up"
    SIGNED_OFF = "signed_off"
    PRESENCE_RECORDED = "presence_recorded"
    EVALUATED = "evaluated"
    TAKEN_HOME = "taken_home"
    CALENDAR_LINK_MADE = "calendar_link_made"
    CALENDAR_LINK_ENDED = "calendar_link_ended"
    SCAN_ROUND_OPENED = "scan_round_opened"
    SCAN_ROUND_CHANGED = "scan_round_changed"
    SCAN_ROUND_CLOSED = "scan_round_closed"
    SCAN_GIVEN_IN = "scan_given_in"
    TERMS_CHANGED = "terms_changed"
    """The submission lead or the feedback term of a table."""


class ObjectKind(StrEnum):
    """To what it was done."""

    SIGNAL = "signal"
    AGENDA_ITEM = "agenda_item"
    DECISION = "decision"
    MEETING = "meeting"
    AGREEMENT = "agreement"
    GRANT = "grant"
    REGION = "region"
    SEAT = "seat"
    POWER = "power"
    ASSIGNMENT = "assignment"
    TAFEL = "tafel"
    LEERVRAAG = "leervraag"
    SHARED_QUESTION = "shared_question"
    CRITERION = "criterion"
    GOAL = "goal"
    OFFER = "offer"
    STRUCTURE = "structure"
    ROOM = "room"
    LEARNING_EVENT = "learning_event"
    SCAN_ROUND = "scan_round"


def written(moment: datetime) -> str:
    """Return a moment as "2026-11-21T14:03:07.000000Z"."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


class WrittenMoment(TypeDecorator[datetime]):
    """A moment in UTC, kept as text to the microsecond; see `written`."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write it."""
        return None if value is None else written(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read it."""
        return None if value is None else datetime.fromisoformat(value)


def _word(kind: type[StrEnum]) -> Enum:
    """Return a column type for a StrEnum that the database does not check.

    A later verb needs no new check on a table that may not be rewritten.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=30,
        values_callable=lambda members: [member.value for member in members],
    )


class Event(RegionScoped, Base):
    """One act: who did what to what, in which role, and what came of it."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_region_id_object_id", "region_id", "object_id", "object_kind"),
    )

    region_id: Mapped[int] = mapped_column(
        ForeignKey("regions.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counts from 1 in each region, without gaps."""
    recorded_at: Mapped[datetime] = mapped_column(WrittenMoment)
    verb: Mapped[Verb] = mapped_column(_word(Verb))
    object_kind: Mapped[ObjectKind] = mapped_column(_word(ObjectKind))
    object_id: Mapped[str] = mapped_column(String(64))
    """The public id; of an agreement or a region its code."""
    result: Mapped[str] = mapped_column(String(60), default="")
    """Words of enums, days and numbers; never what somebody wrote."""
    actor: Mapped[str] = mapped_column(String(32), default="")
    """A pseudonym, see `events.pseudonym`; empty when the service or a command did it."""
    role: Mapped[RoleName | None] = mapped_column(_word(RoleName))
    """The role in which it was done."""
    on_behalf_of: Mapped[str] = mapped_column(String(80), default="")
    """For whom: "author", or "tafel:" or "partner:" and a code."""
    object_hash: Mapped[str] = mapped_column(String(64), default="")
    """Keyed SHA-256 of the object's row after the act, where it has one."""
    previous: Mapped[str] = mapped_column(String(64))
    """The hash of the event before this one."""
    hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of all of the above, see `events.chained`."""


class EventHead(RegionScoped, Base):
    """The end of a region's chain; whoever adds an event holds this row until the commit."""

    __tablename__ = "event_heads"

    region_id: Mapped[int] = mapped_column(
        ForeignKey("regions.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64), default=NO_HASH)


def _start_chain(_mapper: Mapper[Region], connection: Connection, region: Region) -> None:
    """Give a new region its head at once: two first events at the same time find one row."""
    connection.execute(insert(EventHead).values(region_id=region.id, number=0, hash=NO_HASH))


event.listen(Region, "after_insert", _start_chain)
