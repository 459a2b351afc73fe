"""What the pages on tables look up: tables, their members, hand-overs and calendars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from coordinator import clock, governance, planning, web
from coordinator.db import session
from coordinator.labels import label
from coordinator.models import (
    AgendaItem,
    Agreement,
    AgreementVersion,
    Area,
    Domain,
    Handover,
    ItemStatus,
    Level,
    Meeting,
    MeetingStatus,
    Partner,
    Scale,
    Seat,
    Tafel,
)

LEVEL_CHOICES = [(level.value, label(level)) for level in Level]
SOON = timedelta(days=60)
PAST_SHOWN = 24


def find_tafel(code: str) -> Tafel | None:
    """Return a table with its area, domains and agreement; also one that has ended."""
    return session().scalar(
        select(Tafel)
        .where(Tafel.code == code)
        .options(
            joinedload(Tafel.area),
            joinedload(Tafel.agreement),
            selectinload(Tafel.domains),
        )
    )


def area_choices() -> list[tuple[str, str]]:
    """Return code and name of all areas, the smallest first."""
    rank = case({Scale.LOCAL: 0, Scale.REGIONAL: 1, Scale.NATIONAL: 2}, value=Area.scale)
    rows = session().execute(
        select(Area.code, Area.name).where(Area.ended_on.is_(None)).order_by(rank, Area.name)
    )
    return [(code, name) for code, name in rows]


def domain_choices() -> list[tuple[str, str]]:
    """Return code and name of all domains."""
    rows = session().execute(
        select(Domain.code, Domain.name).where(Domain.ended_on.is_(None)).order_by(Domain.name)
    )
    return [(code, name) for code, name in rows]


def tafels(
    level: str | None, domain: str | None, area: str | None, text: str | None, day: date
) -> Select[Tafel]:
    """Select the tables on a day from practice to board.

    `area` keeps those that deal with its signals.
    """
    rank = case({level: level.rank for level in Level}, value=Tafel.level)
    statement = (
        select(Tafel)
        .where(Tafel.there_on(day))
        .options(joinedload(Tafel.area), joinedload(Tafel.agreement), selectinload(Tafel.domains))
        .order_by(rank, Tafel.name, Tafel.code)
    )
    if level:
        statement = statement.where(Tafel.level == Level(level))
    if domain:
        statement = statement.where(
            or_(Tafel.all_domains, Tafel.domains.any(Domain.code == domain))
        )
    if area:
        codes = planning.planner().region.containing(area)
        statement = statement.where(Tafel.area.has(Area.code.in_(codes)))
    if text:
        statement = statement.where(
            or_(
                Tafel.name.icontains(text, autoescape=True),
                Tafel.code.icontains(text, autoescape=True),
            )
        )
    return statement


def next_meetings(tafels: Iterable[Tafel], day: date) -> dict[int, date]:
    """Return per table the first day from `day` on that it meets; one query."""
    rows = session().execute(
        select(Meeting.tafel_id, func.min(Meeting.held_on))
        .where(Meeting.tafel_id.in_([tafel.id for tafel in tafels]))
        .where(Meeting.there_on(day), Meeting.status == MeetingStatus.PLANNED)
        .where(Meeting.held_on >= day)
        .group_by(Meeting.tafel_id)
    )
    return dict(rows.all())


@dataclass(frozen=True)
class Line:
    """One table in the list: when it meets next, and until when it takes something in."""

    tafel: Tafel
    meets_on: date | None
    has_mandate: bool
    """Whether the agreement it rests on holds; True for a table without."""

    @property
    def closes_on(self) -> date | None:
        return self.meets_on and self.meets_on - timedelta(days=self.tafel.submission_days)


def lines(tafels: Sequence[Tafel], day: date) -> list[Line]:
    """Return these tables with their next meeting and mandate, as on a day."""
    days = next_meetings(tafels, day)
    held = governance.in_force_on([tafel.agreement for tafel in tafels], day)
    return [
        Line(tafel, days.get(tafel.id), tafel.agreement_id is None or tafel.agreement_id in held)
        for tafel in tafels
    ]


def members(tafel: Tafel, day: date) -> Sequence[Seat]:
    """Return who sits at a table on a day, and who comes within two months."""
    return (
        session()
        .scalars(
            select(Seat)
            .join(Seat.partner)
            .join(Seat.role)
            .where(Seat.tafel_id == tafel.id, Seat.there_on(day))
            .where(or_(Seat.valid_on(day), Seat.starts_on.between(day, day + SOON)))
            .options(joinedload(Seat.partner), joinedload(Seat.role), joinedload(Seat.agreement))
            .order_by(case((Seat.valid_on(day), 0), else_=1), Partner.name, Seat.id)
        )
        .all()
    )


def seat_words(seat: Seat) -> str:
    """Return who has a seat, in which role, from and until when."""
    words = f"{seat.partner.name}, {seat.role.name}"
    if seat.person:
        words += f" ({seat.person})"
    if seat.starts_on and seat.starts_on > clock.today():
        words += f", vanaf {web.day_short(seat.starts_on)}"
    if seat.ends_on:
        words += f", tot en met {web.day_short(seat.ends_on)}"
    return words


def mandate(tafel: Tafel, day: date) -> governance.Standing | None:
    """Return how the agreement that a table rests on stood on a day."""
    if tafel.agreement is None:
        return None
    return governance.standings([tafel.agreement], day).get(tafel.agreement.id)


def handovers(tafel: Tafel, day: date) -> Sequence[Handover]:
    """Return the hand-overs from and to a table on a day."""
    return (
        session()
        .scalars(
            select(Handover)
            .where(or_(Handover.source_id == tafel.id, Handover.target_id == tafel.id))
            .where(Handover.there_on(day))
            .options(
                joinedload(Handover.source),
                joinedload(Handover.target),
                joinedload(Handover.agreement),
                selectinload(Handover.domains),
            )
            .order_by(Handover.id)
        )
        .all()
    )


@dataclass(frozen=True)
class Day:
    """One meeting in the calendar of a table."""

    meeting: Meeting
    closes_on: date
    items: int

    @property
    def is_cancelled(self) -> bool:
        return self.meeting.status is MeetingStatus.CANCELLED

    @property
    def can_change(self) -> bool:
        """Whether it can still be moved or cancelled."""
        is_ahead = self.meeting.held_on >= clock.today()
        return is_ahead and not self.is_cancelled and self.meeting.closed_at is None


def coming(tafel: Tafel, day: date) -> list[Day]:
    """Return the meetings from a day on, cancelled ones too."""
    return _calendar(
        tafel, select(Meeting).where(Meeting.held_on >= day).order_by(Meeting.held_on), day
    )


def past(tafel: Tafel, day: date) -> list[Day]:
    """Return the latest meetings before a day, the last one first."""
    return _calendar(
        tafel,
        select(Meeting)
        .where(Meeting.held_on < day)
        .order_by(Meeting.held_on.desc())
        .limit(PAST_SHOWN),
        day,
    )


def _calendar(tafel: Tafel, statement: Select[Meeting], day: date) -> list[Day]:
    meetings = (
        session()
        .scalars(statement.where(Meeting.tafel_id == tafel.id, Meeting.there_on(day)))
        .all()
    )
    rows = session().execute(
        select(AgendaItem.meeting_id, func.count())
        .where(AgendaItem.meeting_id.in_([meeting.id for meeting in meetings]))
        .group_by(AgendaItem.meeting_id)
    )
    counted = dict(rows.all())
    days = timedelta(days=tafel.submission_days)
    return [Day(m, m.held_on - days, counted.get(m.id, 0)) for m in meetings]


def meeting_on(tafel: Tafel, day: date) -> Meeting | None:
    """Return what stands in the calendar on a day, also when it is cancelled or ended."""
    return session().scalar(
        select(Meeting).where(Meeting.tafel_id == tafel.id, Meeting.held_on == day)
    )


def has_outcomes(meeting: Meeting) -> bool:
    """Whether something was already recorded of this meeting."""
    found = session().scalar(
        select(func.count())
        .select_from(AgendaItem)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.status != ItemStatus.PLANNED)
    )
    return bool(found)


def taking_over(
    tafel: Tafel, agreements: Iterable[Agreement | None], day: date
) -> list[AgreementVersion]:
    """Return the versions that take over by a day after today, and change what a table has.

    `agreements` are those that the table and its hand-overs rest on.
    """
    if day <= clock.today():
        return []
    ids = {agreement.id for agreement in agreements if agreement is not None}
    return [
        version
        for version in governance.taking_over(day)
        if version.agreement_id in ids
        or any(tafel.id in (clause.tafel_id, clause.target_id) for clause in version.clauses)
    ]
