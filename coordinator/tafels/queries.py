"""What the pages on tables look up: tables, their members, hand-overs and calendars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from coordinator import clock, planning, web
from coordinator.db import session
from coordinator.labels import label
from coordinator.models import (
    AgendaItem,
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
    level: str | None, domain: str | None, area: str | None, text: str | None
) -> Select[Tafel]:
    """Select the tables from practice to board; `area` keeps those that deal with its signals."""
    rank = case({level: level.rank for level in Level}, value=Tafel.level)
    statement = (
        select(Tafel)
        .where(Tafel.ended_on.is_(None))
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


def next_meetings(tafels: Iterable[Tafel]) -> dict[int, date]:
    """Return per table the day of its next meeting that goes on; one query."""
    rows = session().execute(
        select(Meeting.tafel_id, func.min(Meeting.held_on))
        .where(Meeting.tafel_id.in_([tafel.id for tafel in tafels]))
        .where(Meeting.ended_on.is_(None), Meeting.status == MeetingStatus.PLANNED)
        .where(Meeting.held_on >= clock.today())
        .group_by(Meeting.tafel_id)
    )
    return dict(rows.all())


@dataclass(frozen=True)
class Line:
    """One table in the list: when it meets next, and until when it takes something in."""

    tafel: Tafel
    meets_on: date | None

    @property
    def closes_on(self) -> date | None:
        return self.meets_on and self.meets_on - timedelta(days=self.tafel.submission_days)


def lines(tafels: Sequence[Tafel]) -> list[Line]:
    """Return these tables with their next meeting."""
    days = next_meetings(tafels)
    return [Line(tafel, days.get(tafel.id)) for tafel in tafels]


def members(tafel: Tafel, day: date) -> Sequence[Seat]:
    """Return who sits at a table on a day, and who comes within two months."""
    return (
        session()
        .scalars(
            select(Seat)
            .join(Seat.partner)
            .join(Seat.role)
            .where(Seat.tafel_id == tafel.id, Seat.ended_on.is_(None))
            .where(or_(Seat.valid_on(day), Seat.starts_on.between(day, day + SOON)))
            .options(joinedload(Seat.partner), joinedload(Seat.role))
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


def handovers(tafel: Tafel) -> Sequence[Handover]:
    """Return the hand-overs from and to a table."""
    return (
        session()
        .scalars(
            select(Handover)
            .where(or_(Handover.source_id == tafel.id, Handover.target_id == tafel.id))
            .where(Handover.ended_on.is_(None))
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


def coming(tafel: Tafel) -> list[Day]:
    """Return the meetings from today on, cancelled ones too."""
    return _calendar(
        tafel,
        select(Meeting).where(Meeting.held_on >= clock.today()).order_by(Meeting.held_on),
    )


def past(tafel: Tafel) -> list[Day]:
    """Return the latest meetings before today, the last one first."""
    return _calendar(
        tafel,
        select(Meeting)
        .where(Meeting.held_on < clock.today())
        .order_by(Meeting.held_on.desc())
        .limit(PAST_SHOWN),
    )


def _calendar(tafel: Tafel, statement: Select[Meeting]) -> list[Day]:
    meetings = (
        session()
        .scalars(statement.where(Meeting.tafel_id == tafel.id, Meeting.ended_on.is_(None)))
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
