"""What the pages on partners look up; never their signals or the people who gave them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

import network.region as pure
from coordinator import governance, planning
from coordinator.db import session
from coordinator.models import Agreement, Area, Domain, MeetingStatus, Partner, Seat, Tafel


def find_partner(code: str) -> Partner | None:
    """Return a partner with its domains, areas and agreements; also one that has ended."""
    return session().scalar(
        select(Partner)
        .where(Partner.code == code)
        .options(
            selectinload(Partner.domains),
            selectinload(Partner.working_areas),
            selectinload(Partner.agreements),
        )
    )


def partners(domain: str | None, area: str | None, text: str | None, day: date) -> Select[Partner]:
    """Select the partners on a day by name; `area` keeps those that work there."""
    statement = (
        select(Partner)
        .where(Partner.there_on(day))
        .options(selectinload(Partner.domains), selectinload(Partner.working_areas))
        .order_by(Partner.name, Partner.code)
    )
    if domain:
        statement = statement.where(Partner.domains.any(Domain.code == domain))
    if area:
        codes = planning.planner().region.containing(area)
        statement = statement.where(Partner.working_areas.any(Area.code.in_(codes)))
    if text:
        statement = statement.where(
            or_(
                Partner.name.icontains(text, autoescape=True),
                Partner.kind.icontains(text, autoescape=True),
            )
        )
    return statement


def seats(partner: Partner, day: date) -> Sequence[Seat]:
    """Return the seats of a partner from a day on."""
    return (
        session()
        .scalars(
            select(Seat)
            .join(Seat.tafel)
            .where(Seat.partner_id == partner.id, Seat.there_on(day))
            .where(or_(Seat.ends_on.is_(None), Seat.ends_on >= day))
            .where(Tafel.there_on(day))
            .options(joinedload(Seat.tafel), joinedload(Seat.role))
            .order_by(Tafel.name, Seat.id)
        )
        .all()
    )


@dataclass(frozen=True)
class Entrance:
    """A table where a partner's signal comes in, and the first meeting it makes."""

    tafel: pure.Tafel
    on: date | None

    @property
    def closes_on(self) -> date | None:
        return self.on and self.on - timedelta(days=self.tafel.submission_days)


def entrances(partner: Partner, day: date) -> list[Entrance]:
    """Return where a signal that this partner gives on a day comes in, the soonest first."""
    region = governance.planner_on(day).region
    known = region.partners_by_code.get(partner.code)
    if known is None:
        return []
    own = [seat for seat in region.seats if seat.partner == partner.code]
    # Areas overlap: a table may serve some place of its work and neither holds the other.
    near: set[str] = set()
    for around in map(region.containing, region.areas_by_code):
        if not around.isdisjoint(known.working_areas):
            near |= around
    found = []
    for tafel in region.tafels:
        if tafel.area not in near:
            continue
        if tafel.domains is not None and tafel.domains.isdisjoint(known.domains):
            continue
        seats = [seat for seat in own if seat.tafel == tafel.code]
        if tafel.is_open:
            found.append(Entrance(tafel, _first_day(region, tafel, None, day)))
        elif any(seat.ends_on is None or seat.ends_on >= day for seat in seats):
            found.append(Entrance(tafel, _first_day(region, tafel, seats, day)))
    return sorted(found, key=lambda one: (one.on or date.max, one.tafel.name))


def _first_day(
    region: pure.Region, tafel: pure.Tafel, seats: list[pure.Seat] | None, day: date
) -> date | None:
    """Return the first meeting that a signal given on a day makes; without seats it is open."""
    for meeting in region.meetings_by_tafel[tafel.code]:
        if (
            meeting.status is MeetingStatus.PLANNED
            and day <= meeting.on - timedelta(days=tafel.submission_days)
            and region.in_force(tafel.agreement, meeting.on)
            and (seats is None or any(seat.valid_on(meeting.on) for seat in seats))
        ):
            return meeting.on
    return None


def agreements(partner: Partner, day: date) -> list[tuple[Agreement, governance.Standing]]:
    """Return the agreements of a partner that were there on a day, and how they stood."""
    there = [one for one in partner.agreements if one.there_on(day)]
    found = governance.standings(there, day)
    return [(one, found[one.id]) for one in sorted(there, key=lambda a: a.title) if one.id in found]
