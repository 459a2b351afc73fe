"""What a region learns: leervragen, goals, offers and moments, and what teams took home."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypedDict

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordinator import clock
from coordinator.db import Base, Moment, RegionScoped, Versioned, choice, new_public_id
from coordinator.models.journeys import Decision
from coordinator.models.network import Area, Domain, Partner, Tafel, link
from coordinator.models.people import Account, RoleName
from coordinator.models.signals import Signal
from network.region import Level

leervraag_domains = link("leervraag_domains", leervraag_id="leervragen", domain_id="domains")
goal_domains = link("goal_domains", goal_id="learning_goals", domain_id="domains")
structure_domains = link(
    "structure_domains", structure_id="learning_structures", domain_id="domains"
)
offer_domains = link("offer_domains", offer_id="learning_offers", domain_id="domains")
event_domains = link("event_domains", event_id="learning_events", domain_id="domains")
event_leervragen = link("event_leervragen", event_id="learning_events", leervraag_id="leervragen")
event_goals = link("event_goals", event_id="learning_events", goal_id="learning_goals")


# Leervragen.


class LeervraagState(StrEnum):
    """Where a leervraag is."""

    ASKED = "asked"
    CHOSEN = "chosen"
    ALIGNED = "aligned"
    """It has an owner, and it is known on which levels the same question lives."""
    ANSWERED = "answered"
    EMBEDDED = "embedded"
    """The answer has a place in the daily work."""
    NOT_CHOSEN = "not_chosen"


LEERVRAAG_STEPS: Final[dict[LeervraagState, frozenset[LeervraagState]]] = {
    LeervraagState.ASKED: frozenset({LeervraagState.CHOSEN, LeervraagState.NOT_CHOSEN}),
    LeervraagState.NOT_CHOSEN: frozenset({LeervraagState.CHOSEN}),
    LeervraagState.CHOSEN: frozenset({LeervraagState.ALIGNED, LeervraagState.NOT_CHOSEN}),
    LeervraagState.ALIGNED: frozenset({LeervraagState.ANSWERED, LeervraagState.NOT_CHOSEN}),
    LeervraagState.ANSWERED: frozenset({LeervraagState.EMBEDDED, LeervraagState.ALIGNED}),
    # Learning has no end point: what was embedded can be taken up again.
    LeervraagState.EMBEDDED: frozenset({LeervraagState.ALIGNED}),
}
LEARNING_STATES: Final = frozenset(
    {LeervraagState.CHOSEN, LeervraagState.ALIGNED, LeervraagState.ANSWERED}
)
"""Chosen and not embedded yet: what the region works on."""


class SharedQuestion(RegionScoped, Versioned, Base):
    """One question that is asked on several levels or in several domains, each in its own words."""

    __tablename__ = "shared_questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    title: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    leervragen: Mapped[list["Leervraag"]] = relationship(
        back_populates="shared", order_by="Leervraag.id", lazy="raise_on_sql"
    )


class Leervraag(RegionScoped, Versioned, Base):
    """A learning question. `question` and `background` are the asker's words and never change."""

    __tablename__ = "leervragen"
    __table_args__ = (
        UniqueConstraint("region_id", "code"),
        UniqueConstraint("public_id"),
        Index("ix_leervragen_region_id_state_asked_on", "region_id", "state", "asked_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), default=new_public_id)
    code: Mapped[str] = mapped_column(String(64))
    """The code in the region's package; for a question asked here its public id."""
    ended_on: Mapped[date | None]
    """No longer in the region's package."""
    asked_on: Mapped[date]
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    """Empty for a question that came with a package."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    asker_role: Mapped[RoleName | None] = mapped_column(choice(RoleName))
    level: Mapped[Level] = mapped_column(choice(Level))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    question: Mapped[str] = mapped_column(Text)
    background: Mapped[str] = mapped_column(Text, default="")
    """Why somebody asks it: what they see happen."""
    status: Mapped[str] = mapped_column(Text, default="")
    """What the region's package says of it, in free words; kept and given back as it came."""

    signal_id: Mapped[int | None] = mapped_column(ForeignKey("signals.id"), index=True)
    """The signal that raised it."""
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), index=True)
    """The decision, or the answer that was not recognised twice, that raised it."""
    travels_as_id: Mapped[int | None] = mapped_column(
        ForeignKey("signals.id"), unique=True, index=True
    )
    """The signal as which it travels to the tables; made when it is brought there."""

    state: Mapped[LeervraagState] = mapped_column(
        choice(LeervraagState), default=LeervraagState.ASKED
    )
    interpretation: Mapped[str] = mapped_column(Text, default="")
    """What the coordinator makes of it, beside the asker's words."""
    put_right_on: Mapped[date | None]
    """Since when its level, area and domains are as they were put right here; no package moves
    them any more."""
    shared_id: Mapped[int | None] = mapped_column(ForeignKey("shared_questions.id"), index=True)
    owner: Mapped[str] = mapped_column(Text, default="")
    owner_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    """Who keeps it going now, where that is somebody with an account."""
    refusal: Mapped[str] = mapped_column(Text, default="")
    """Why it was not chosen; the asker reads it."""
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_on: Mapped[date | None]
    embedded_in: Mapped[str] = mapped_column(Text, default="")
    """Where the answer has its place: a work method, an agreement, a training."""
    embedded_on: Mapped[date | None]

    author: Mapped[Account | None] = relationship(foreign_keys=[author_id], lazy="raise_on_sql")
    owner_account: Mapped[Account | None] = relationship(
        foreign_keys=[owner_account_id], lazy="raise_on_sql"
    )
    partner: Mapped[Partner | None] = relationship(lazy="raise_on_sql")
    area: Mapped[Area | None] = relationship(lazy="raise_on_sql")
    domains: Mapped[list[Domain]] = relationship(
        secondary=leervraag_domains, order_by=Domain.code, lazy="raise_on_sql"
    )
    signal: Mapped[Signal | None] = relationship(foreign_keys=[signal_id], lazy="raise_on_sql")
    travels_as: Mapped[Signal | None] = relationship(
        back_populates="leervraag", foreign_keys=[travels_as_id], lazy="raise_on_sql"
    )
    decision: Mapped[Decision | None] = relationship(lazy="raise_on_sql")
    shared: Mapped[SharedQuestion | None] = relationship(
        back_populates="leervragen", lazy="raise_on_sql"
    )
    scores: Mapped[list["LeervraagScore"]] = relationship(
        back_populates="leervraag", lazy="raise_on_sql"
    )
    choices: Mapped[list["LeervraagChoice"]] = relationship(
        back_populates="leervraag", order_by="LeervraagChoice.id", lazy="raise_on_sql"
    )
    goals: Mapped[list["LearningGoal"]] = relationship(
        back_populates="leervraag", order_by="LearningGoal.id", lazy="raise_on_sql"
    )
    events: Mapped[list["LearningEvent"]] = relationship(
        secondary=event_leervragen, back_populates="leervragen", lazy="raise_on_sql"
    )

    def move_to(self, state: LeervraagState) -> None:
        """Take one step of LEERVRAAG_STEPS; anything else is a mistake of ours."""
        if state not in LEERVRAAG_STEPS[self.state]:
            raise ValueError(f"a leervraag does not go from {self.state} to {state}")
        self.state = state


class Criterion(RegionScoped, Versioned, Base):
    """What a region weighs when it chooses its leervragen."""

    __tablename__ = "criteria"
    __table_args__ = (CheckConstraint("weight between 1 and 5", name="weight"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(Text)
    explanation: Mapped[str] = mapped_column(Text, default="")
    weight: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=0)
    ended_on: Mapped[date | None]


class LeervraagScore(RegionScoped, Base):
    """How much one criterion says of one leervraag: 0 (not at all) to 3 (very much)."""

    __tablename__ = "leervraag_scores"
    __table_args__ = (
        UniqueConstraint("leervraag_id", "criterion_id"),
        CheckConstraint("points between 0 and 3", name="points"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    leervraag_id: Mapped[int] = mapped_column(ForeignKey("leervragen.id"), index=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"), index=True)
    points: Mapped[int]
    scored_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    scored_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    leervraag: Mapped[Leervraag] = relationship(back_populates="scores", lazy="raise_on_sql")
    criterion: Mapped[Criterion] = relationship(lazy="raise_on_sql")


class WeighedPoint(TypedDict):
    """One criterion as it counted on the day of a choice."""

    criterion: str
    weight: int
    points: int


class LeervraagChoice(RegionScoped, Base):
    """A leervraag that was chosen or not, and what it was weighed on. Never changed afterwards."""

    __tablename__ = "leervraag_choices"

    id: Mapped[int] = mapped_column(primary_key=True)
    leervraag_id: Mapped[int] = mapped_column(ForeignKey("leervragen.id"), index=True)
    is_chosen: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    weighed: Mapped[list[WeighedPoint]] = mapped_column(JSON, default=list)
    total: Mapped[int | None]
    chosen_on: Mapped[date]
    chosen_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    leervraag: Mapped[Leervraag] = relationship(back_populates="choices", lazy="raise_on_sql")


# Leerdoelen.


class GoalStatus(StrEnum):
    """Where a learning goal is."""

    OPEN = "open"
    PARKED = "parked"
    REACHED = "reached"
    STOPPED = "stopped"


GOAL_STEPS: Final[dict[GoalStatus, frozenset[GoalStatus]]] = {
    GoalStatus.OPEN: frozenset({GoalStatus.PARKED, GoalStatus.REACHED, GoalStatus.STOPPED}),
    GoalStatus.PARKED: frozenset({GoalStatus.OPEN, GoalStatus.STOPPED}),
    GoalStatus.REACHED: frozenset(),
    GoalStatus.STOPPED: frozenset(),
}


class LearningGoal(RegionScoped, Versioned, Base):
    """What should be better for the family, by when, and how a table or team will see it.

    It belongs to a table, or to a partner and there perhaps to one of its teams.
    """

    __tablename__ = "learning_goals"
    __table_args__ = (
        CheckConstraint("(tafel_id is null) <> (partner_id is null)", name="holder"),
        Index("ix_learning_goals_region_id_status_due_on", "region_id", "status", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    leervraag_id: Mapped[int | None] = mapped_column(ForeignKey("leervragen.id"), index=True)
    tafel_id: Mapped[int | None] = mapped_column(ForeignKey("tafels.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    team: Mapped[str] = mapped_column(String(200), default="")
    """The team of that partner; empty for the partner as a whole."""
    level: Mapped[Level] = mapped_column(choice(Level))
    better: Mapped[str] = mapped_column(Text)
    """What should be better for the family."""
    due_on: Mapped[date]
    seen_by: Mapped[str] = mapped_column(Text)
    """How will we see it."""
    status: Mapped[GoalStatus] = mapped_column(choice(GoalStatus), default=GoalStatus.OPEN)
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("learning_goals.id"), index=True)
    review_on: Mapped[date | None]
    """Parked: when to look at it again."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was parked or stopped."""
    outcome: Mapped[str] = mapped_column(Text, default="")
    """What was seen in the end."""
    closed_on: Mapped[date | None]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    leervraag: Mapped[Leervraag | None] = relationship(back_populates="goals", lazy="raise_on_sql")
    tafel: Mapped[Tafel | None] = relationship(lazy="raise_on_sql")
    partner: Mapped[Partner | None] = relationship(lazy="raise_on_sql")
    domains: Mapped[list[Domain]] = relationship(
        secondary=goal_domains, order_by=Domain.code, lazy="raise_on_sql"
    )
    predecessor: Mapped["LearningGoal | None"] = relationship(
        remote_side=[id], back_populates="successors", lazy="raise_on_sql"
    )
    successors: Mapped[list["LearningGoal"]] = relationship(
        back_populates="predecessor", order_by="LearningGoal.id", lazy="raise_on_sql"
    )

    def move_to(self, status: GoalStatus) -> None:
        """Take one step of GOAL_STEPS; anything else is a mistake of ours."""
        if status not in GOAL_STEPS[self.status]:
            raise ValueError(f"a goal does not go from {self.status} to {status}")
        self.status = status


class GoalLimit(RegionScoped, Versioned, Base):
    """How many goals a table or team has open at once; the region's own limit where it has none."""

    __tablename__ = "goal_limits"
    __table_args__ = (
        CheckConstraint("at_most between 1 and 20", name="at_most"),
        UniqueConstraint("region_id", "tafel_id", "partner_id", "team"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tafel_id: Mapped[int | None] = mapped_column(ForeignKey("tafels.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    team: Mapped[str] = mapped_column(String(200), default="")
    at_most: Mapped[int]
    """Without a table and a partner: the limit of every holder in the region."""


# Leeraanbod.


class LearningFormat(StrEnum):
    """In which way people learn."""

    PEER_REVIEW = "peer_review"
    SHADOWING = "shadowing"
    COURSE = "course"
    SUPERVISION = "supervision"
    CASE_DISCUSSION = "case_discussion"
    LEARNING_REVIEW = "learning_review"
    EXPLICATION = "explication"
    STUDY_DAY = "study_day"
    WORKING_VISIT = "working_visit"
    TABLE_TALK = "table_talk"


class StructureKind(StrEnum):
    """What kind of place for learning is there already."""

    ACADEMY = "academy"
    DEVELOPMENT_TABLE = "development_table"
    STEERING_GROUP = "steering_group"
    LEARNING_NETWORK = "learning_network"
    OTHER = "other"


class LearningStructure(RegionScoped, Versioned, Base):
    """A place for learning that is there already; looked at before something new is planned."""

    __tablename__ = "learning_structures"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    kind: Mapped[StructureKind] = mapped_column(choice(StructureKind))
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(Text, default="")
    """How to get in: who to ask, when it meets."""
    tafel_id: Mapped[int | None] = mapped_column(ForeignKey("tafels.id"), index=True)
    """Where it is also a standing table of the network."""
    level: Mapped[Level | None] = mapped_column(choice(Level))
    """Empty: for every level."""
    all_domains: Mapped[bool] = mapped_column(default=False)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    """Empty: for the whole region."""
    ended_on: Mapped[date | None]

    tafel: Mapped[Tafel | None] = relationship(lazy="raise_on_sql")
    area: Mapped[Area | None] = relationship(lazy="raise_on_sql")
    domains: Mapped[list[Domain]] = relationship(
        secondary=structure_domains, order_by=Domain.code, lazy="raise_on_sql"
    )


class LearningOffer(RegionScoped, Versioned, Base):
    """Something that a provider offers to learn from."""

    __tablename__ = "learning_offers"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    format: Mapped[LearningFormat] = mapped_column(choice(LearningFormat))
    level: Mapped[Level | None] = mapped_column(choice(Level))
    """Empty: for every level."""
    all_domains: Mapped[bool] = mapped_column(default=False)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    """Empty: for the whole region."""
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    provider: Mapped[str] = mapped_column(Text, default="")
    """Who offers it, where that is no partner of the network."""
    structure_id: Mapped[int | None] = mapped_column(
        ForeignKey("learning_structures.id"), index=True
    )
    cost_cents: Mapped[int | None]
    """Per person; 0 is free, empty is not known."""
    places: Mapped[int | None]
    """Empty: no limit."""
    contact: Mapped[str] = mapped_column(Text, default="")
    ended_on: Mapped[date | None]
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    area: Mapped[Area | None] = relationship(lazy="raise_on_sql")
    provider_partner: Mapped[Partner | None] = relationship(lazy="raise_on_sql")
    structure: Mapped[LearningStructure | None] = relationship(lazy="raise_on_sql")
    domains: Mapped[list[Domain]] = relationship(
        secondary=offer_domains, order_by=Domain.code, lazy="raise_on_sql"
    )


# Leermomenten.


class LearningEventStatus(StrEnum):
    """Whether a learning event goes on."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class SignUpStatus(StrEnum):
    """Whether somebody has a place."""

    PLACED = "placed"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


class Useful(StrEnum):
    """How useful somebody found it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class TakenHomeResult(StrEnum):
    """What a team does with what was learned."""

    ADOPTED = "adopted"
    ADAPTED = "adapted"
    NOT_APPLICABLE = "not_applicable"


class Room(RegionScoped, Versioned, Base):
    """A room where people learn; never booked twice at one time."""

    __tablename__ = "rooms"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text, default="")
    places: Mapped[int | None]
    ended_on: Mapped[date | None]


class LearningEvent(RegionScoped, Versioned, Base):
    """A leermoment: one day, from-to, in a room, elsewhere or online."""

    __tablename__ = "learning_events"
    __table_args__ = (
        CheckConstraint("begins < ends", name="period"),
        Index("ix_learning_events_region_id_held_on", "region_id", "held_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    format: Mapped[LearningFormat] = mapped_column(choice(LearningFormat))
    status: Mapped[LearningEventStatus] = mapped_column(
        choice(LearningEventStatus), default=LearningEventStatus.PLANNED
    )
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it does not go on."""
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("learning_offers.id"), index=True)
    structure_id: Mapped[int | None] = mapped_column(
        ForeignKey("learning_structures.id"), index=True
    )
    level: Mapped[Level | None] = mapped_column(choice(Level))
    """Empty: for every level."""
    all_domains: Mapped[bool] = mapped_column(default=False)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    held_on: Mapped[date] = mapped_column(index=True)
    begins: Mapped[str] = mapped_column(String(5))
    """HH:MM, local time."""
    ends: Mapped[str] = mapped_column(String(5))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"), index=True)
    place: Mapped[str] = mapped_column(Text, default="")
    """Where, when it is in none of the rooms; online: how to join, for who has a place."""
    is_online: Mapped[bool] = mapped_column(default=False)
    places: Mapped[int | None]
    """Empty: no limit."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    offer: Mapped[LearningOffer | None] = relationship(lazy="raise_on_sql")
    structure: Mapped[LearningStructure | None] = relationship(lazy="raise_on_sql")
    area: Mapped[Area | None] = relationship(lazy="raise_on_sql")
    room: Mapped[Room | None] = relationship(lazy="raise_on_sql")
    domains: Mapped[list[Domain]] = relationship(
        secondary=event_domains, order_by=Domain.code, lazy="raise_on_sql"
    )
    leervragen: Mapped[list[Leervraag]] = relationship(
        secondary=event_leervragen,
        order_by=Leervraag.id,
        back_populates="events",
        lazy="raise_on_sql",
    )
    goals: Mapped[list[LearningGoal]] = relationship(
        secondary=event_goals, order_by=LearningGoal.id, lazy="raise_on_sql"
    )
    hosts: Mapped[list["EventHost"]] = relationship(
        back_populates="event", order_by="EventHost.id", lazy="raise_on_sql"
    )
    sign_ups: Mapped[list["SignUp"]] = relationship(
        back_populates="event", order_by="SignUp.id", lazy="raise_on_sql"
    )
    taken_home: Mapped[list["TakenHome"]] = relationship(
        back_populates="event", order_by="TakenHome.id", lazy="raise_on_sql"
    )


class EventHost(RegionScoped, Base):
    """Who leads a learning event or speaks there; never at two events at one time."""

    __tablename__ = "event_hosts"
    __table_args__ = (UniqueConstraint("event_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("learning_events.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)

    event: Mapped[LearningEvent] = relationship(back_populates="hosts", lazy="raise_on_sql")
    account: Mapped[Account | None] = relationship(lazy="raise_on_sql")


class SignUp(RegionScoped, Versioned, Base):
    """Somebody who wants to be there; the waiting list is in the order of `id`.

    Somebody without an account is put down by the coordinator, by name.
    """

    __tablename__ = "sign_ups"
    __table_args__ = (UniqueConstraint("event_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("learning_events.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    level: Mapped[Level | None] = mapped_column(choice(Level))
    status: Mapped[SignUpStatus] = mapped_column(choice(SignUpStatus))
    signed_up_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    """When they joined the list for the last time: the order of the waiting list."""
    was_present: Mapped[bool | None]
    """Empty: not recorded."""
    has_evaluated: Mapped[bool] = mapped_column(default=False)

    event: Mapped[LearningEvent] = relationship(back_populates="sign_ups", lazy="raise_on_sql")
    account: Mapped[Account | None] = relationship(lazy="raise_on_sql")
    partner: Mapped[Partner | None] = relationship(lazy="raise_on_sql")


class Evaluation(RegionScoped, Base):
    """What one participant thought of a learning event; it does not say who."""

    __tablename__ = "evaluations"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (as SQLAlchemy writes it)
    # A rowid would count in which order people answered.

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_public_id)
    """Random, so that the order says nothing."""
    event_id: Mapped[int] = mapped_column(ForeignKey("learning_events.id"), index=True)
    useful: Mapped[Useful] = mapped_column(choice(Useful))
    learned: Mapped[str] = mapped_column(Text, default="")
    better: Mapped[str] = mapped_column(Text, default="")
    is_shown: Mapped[bool] = mapped_column(default=False)
    """Set for five at once: who looks after each answer would see whose the next one is."""


class TakenHome(RegionScoped, Versioned, Base):
    """What one team or table did with what was learned."""

    __tablename__ = "taken_home"
    __table_args__ = (CheckConstraint("(tafel_id is null) <> (partner_id is null)", name="holder"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("learning_events.id"), index=True)
    tafel_id: Mapped[int | None] = mapped_column(ForeignKey("tafels.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    team: Mapped[str] = mapped_column(String(200), default="")
    result: Mapped[TakenHomeResult] = mapped_column(choice(TakenHomeResult))
    text: Mapped[str] = mapped_column(Text)
    """What they do now; with "not applicable" the reason."""
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    recorded_on: Mapped[date]

    event: Mapped[LearningEvent] = relationship(back_populates="taken_home", lazy="raise_on_sql")
    tafel: Mapped[Tafel | None] = relationship(lazy="raise_on_sql")
    partner: Mapped[Partner | None] = relationship(lazy="raise_on_sql")


class CalendarLink(RegionScoped, Base):
    """A secret address of somebody's own learning calendar; can be taken back."""

    __tablename__ = "calendar_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token; the token itself is shown once."""
    made_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    account: Mapped[Account] = relationship(lazy="raise_on_sql")
