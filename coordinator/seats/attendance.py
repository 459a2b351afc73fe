"""Which seats were taken at a meeting; of seats, not of people, and never as a ranking."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from coordinator import web
from coordinator.db import session
from coordinator.labels import label
from coordinator.models import Attendance, Meeting, Partner, Presence, Seat, Tafel

MEETINGS: Final = 6
"""So many of the latest meetings are counted."""
IN_A_ROW: Final = 3
"""A seat that was empty so many times in a row is one to talk about."""
FEWEST: Final = 5
"""At a smaller table a count could point at somebody: only who records it sees the count."""


def seats_at(meeting: Meeting) -> Sequence[Seat]:
    """Return the seats that hold on the day of a meeting, and others of which it was recorded."""
    known = select(Attendance.seat_id).where(Attendance.meeting_id == meeting.id)
    day = meeting.held_on
    return (
        session()
        .scalars(
            select(Seat)
            .join(Seat.partner)
            .where(Seat.tafel_id == meeting.tafel_id)
            .where(or_(Seat.valid_on(day) & Seat.there_on(day), Seat.id.in_(known)))
            .options(joinedload(Seat.partner), joinedload(Seat.role))
            .order_by(Partner.name, Seat.id)
        )
        .all()
    )


def seat_words(seat: Seat) -> str:
    """Return "Gemeente Veldrade, voorzitter (Loes Terpstra)"."""
    who = seat.person or "nog niemand genoemd"
    return f"{seat.partner.name}, {seat.role.name.lower()} ({who})"


def recorded(meeting: Meeting) -> list[Attendance]:
    """Return what was recorded of a meeting, by organisation."""
    return list(
        session().scalars(
            select(Attendance)
            .join(Attendance.seat)
            .join(Seat.partner)
            .where(Attendance.meeting_id == meeting.id)
            .options(
                joinedload(Attendance.seat).joinedload(Seat.partner),
                joinedload(Attendance.seat).joinedload(Seat.role),
            )
            .order_by(Partner.name, Seat.id)
        )
    )


def fingerprint(rows: Sequence[Attendance]) -> str:
    """Return what tells whether somebody recorded something else in the meantime."""
    known = sorted(f"{row.seat.public_id}:{row.presence}" for row in rows)
    return sha256("|".join(known).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Held:
    """How many of the seats were taken at one meeting."""

    public_id: str
    on: date
    taken: int
    total: int

    @property
    def words(self) -> str:
        """Return "5 van de 6 zetels"."""
        return taken_words(self.taken, self.total)


def taken_words(taken: int, total: int) -> str:
    """Return how many of the seats were taken, in words."""
    if taken == total:
        return "de enige zetel" if total == 1 else f"alle {web.number(total)} zetels"
    of = "van de enige zetel" if total == 1 else f"van de {web.number(total)} zetels"
    return f"{web.number(taken)} {of}" if taken else f"geen {of}"


def count(rows: Sequence[Attendance]) -> tuple[int, int]:
    """Return how many seats were taken, and of how many it is known."""
    return sum(row.presence is not Presence.ABSENT for row in rows), len(rows)


@dataclass(frozen=True)
class SeatRecord:
    """How often one seat was taken at the latest meetings."""

    words: str
    taken: int
    total: int
    is_to_talk_about: bool
    """It was empty three times in a row."""


@dataclass(frozen=True)
class Summary:
    """Attendance at a table over its latest meetings."""

    meetings: tuple[Held, ...]
    seats: tuple[SeatRecord, ...]
    is_small: bool
    """The table has so few seats that a count could point at somebody."""

    @property
    def to_talk_about(self) -> list[SeatRecord]:
        return [seat for seat in self.seats if seat.is_to_talk_about]


def summary(tafel: Tafel, until: date) -> Summary:
    """Return the attendance at a table over the latest meetings up to a day; two queries."""
    days = session().execute(
        select(Meeting.id, Meeting.public_id, Meeting.held_on)
        .where(Meeting.tafel_id == tafel.id, Meeting.held_on <= until)
        .where(Meeting.id.in_(select(Attendance.meeting_id)))
        .order_by(Meeting.held_on.desc())
        .limit(MEETINGS)
    )
    latest = days.all()
    rows = session().scalars(
        select(Attendance)
        .join(Attendance.seat)
        .join(Seat.partner)
        .join(Attendance.meeting)
        .where(Attendance.meeting_id.in_([row.id for row in latest]))
        .options(
            joinedload(Attendance.seat).joinedload(Seat.partner),
            joinedload(Attendance.seat).joinedload(Seat.role),
        )
        .order_by(Partner.name, Seat.id, Meeting.held_on.desc())
    )
    by_meeting: dict[int, list[Attendance]] = defaultdict(list)
    by_seat: dict[int, list[Attendance]] = defaultdict(list)
    for row in rows:
        by_meeting[row.meeting_id].append(row)
        by_seat[row.seat_id].append(row)
    meetings = tuple(Held(row.public_id, row.held_on, *count(by_meeting[row.id])) for row in latest)
    return Summary(
        meetings,
        tuple(_record(of_seat, tafel) for of_seat in by_seat.values()),
        any(meeting.total < FEWEST for meeting in meetings),
    )


def _record(rows: Sequence[Attendance], tafel: Tafel) -> SeatRecord:
    """Return the record of one seat; its rows come with the latest meeting first."""
    seat = rows[0].seat
    latest = [row.presence for row in rows[:IN_A_ROW]]
    return SeatRecord(
        f"{seat.partner.name}, {seat.role.name.lower()}",
        *count(rows),
        is_to_talk_about=seat.ended_on is None
        and tafel.ended_on is None
        and latest == [Presence.ABSENT] * IN_A_ROW,
    )


def presence_words(row: Attendance) -> str:
    """Return "Gemeente Veldrade, voorzitter: aanwezig"."""
    seat = row.seat
    return f"{seat.partner.name}, {seat.role.name.lower()}: {label(row.presence).lower()}"
