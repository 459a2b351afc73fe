"""What the pages on the assignment look up: what holds on a day, and which partners gave it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from coordinator import clock, events, web
from coordinator.db import session
from coordinator.models import (
    Account,
    Agreement,
    Assignment,
    AssignmentGrant,
    Grant,
    ObjectKind,
    Partner,
    Power,
    RoleName,
)
from coordinator.planning import current_region

NAMED = 5


def find_assignment(public_id: str) -> Assignment | None:
    """Return an assignment with all that belongs to it."""
    return session().scalar(
        select(Assignment)
        .where(Assignment.public_id == public_id)
        .options(
            joinedload(Assignment.account),
            selectinload(Assignment.powers),
            selectinload(Assignment.grants).options(
                joinedload(AssignmentGrant.partner), joinedload(AssignmentGrant.agreement)
            ),
        )
    )


def find_assignment_grant(public_id: str) -> AssignmentGrant | None:
    """Return what one partner gave, with the assignment."""
    return session().scalar(
        select(AssignmentGrant)
        .where(AssignmentGrant.public_id == public_id)
        .options(
            joinedload(AssignmentGrant.assignment).joinedload(Assignment.account),
            joinedload(AssignmentGrant.partner),
        )
    )


def assignments() -> Sequence[Assignment]:
    """Return all assignments, the one that ends last first."""
    return (
        session()
        .scalars(
            select(Assignment)
            .options(
                joinedload(Assignment.account),
                selectinload(Assignment.powers),
                selectinload(Assignment.grants).joinedload(AssignmentGrant.partner),
            )
            .order_by(Assignment.ends_on.desc(), Assignment.id)
        )
        .all()
    )


def partners(day: date) -> Sequence[Partner]:
    """Return the partners of the region on a day by name."""
    return (
        session().scalars(select(Partner).where(Partner.there_on(day)).order_by(Partner.name)).all()
    )


def history(assignment: Assignment, reader: Account) -> list[events.Entry]:
    """Return what was done to an assignment."""
    return events.history(reader, (ObjectKind.ASSIGNMENT,), [assignment.public_id])


# What a form offers.


def people_choices(also: Account | None = None) -> list[tuple[str, str]]:
    """Return who is leercoördinator of this region, today or later; and who has it already."""
    people = (
        session()
        .scalars(
            select(Account)
            .where(
                Account.grants.any(
                    (Grant.region_id == current_region().id)
                    & (Grant.role == RoleName.COORDINATOR)
                    & (Grant.ends_on >= clock.today())
                )
            )
            .order_by(Account.name, Account.id)
        )
        .all()
    )
    found = {person.public_id: person.name for person in people}
    if also is not None:
        found[also.public_id] = also.name
    return list(found.items())


def power_choices() -> list[tuple[str, str]]:
    """Return all powers."""
    rows = session().execute(select(Power.public_id, Power.name).order_by(Power.name))
    return [(public_id, name) for public_id, name in rows]


def find_powers(public_ids: Sequence[str]) -> list[Power]:
    """Return these powers."""
    return list(
        session().scalars(select(Power).where(Power.public_id.in_(public_ids)).order_by(Power.name))
    )


def find_person(public_id: str) -> Account | None:
    """Return one of `people_choices`."""
    return session().scalar(select(Account).where(Account.public_id == public_id))


def giver_choices(assignment: Assignment) -> list[tuple[str, str]]:
    """Return the partners that do not give the assignment now, by code and name."""
    giving = {grant.partner_id for grant in assignment.grants if grant.ends_on is None}
    return [(one.code, one.name) for one in partners(clock.today()) if one.id not in giving]


def agreement_choices() -> list[tuple[str, str]]:
    """Return the agreements in which it can have been agreed."""
    rows = session().execute(
        select(Agreement.code, Agreement.title)
        .where(Agreement.ended_on.is_(None))
        .order_by(Agreement.title)
    )
    return [(code, title) for code, title in rows]


def find_agreement_id(code: str) -> int | None:
    """Return the id of an agreement."""
    return session().scalar(select(Agreement.id).where(Agreement.code == code))


def find_partner(code: str) -> Partner | None:
    """Return a partner of the region."""
    return session().scalar(select(Partner).where(Partner.code == code, Partner.ended_on.is_(None)))


# An assignment on a day.


@dataclass(frozen=True)
class Giver:
    """A partner and whether it gives the assignment on the day."""

    partner: Partner
    grant: AssignmentGrant | None
    gives: bool
    words: str


@dataclass(frozen=True)
class Shown:
    """An assignment as it stands on a day."""

    assignment: Assignment
    holds: bool
    state: str
    givers: tuple[Giver, ...]
    """Every partner of the region; and who gave it and is no partner any more."""

    @property
    def giving(self) -> list[Giver]:
        return [giver for giver in self.givers if giver.gives]

    @property
    def never(self) -> list[Giver]:
        """Return who never gave it."""
        return [giver for giver in self.givers if giver.grant is None]

    @property
    def summary(self) -> str:
        """Return in a sentence how many partners give it."""
        count, total = len(self.giving), len(self.givers)
        if not total:
            return "De regio heeft nog geen partners."
        if count == total:
            return "Alle partners geven deze opdracht."
        partners = "partner" if total == 1 else "partners"
        verb = "geeft" if count <= 1 else "geven"
        return (
            f"{web.number(count) if count else 'Geen'} van de {web.number(total)} {partners} "
            f"{verb} deze opdracht."
        )

    @property
    def never_words(self) -> str:
        """Return who never gave it, the first by name."""
        names = [giver.partner.name for giver in self.never]
        if len(names) > NAMED + 1:
            names = [*names[:NAMED], f"nog {web.number(len(names) - NAMED)} partners"]
        return web.enumerate_words(names) if names else ""


def shown(assignment: Assignment, everybody: Sequence[Partner], day: date) -> Shown:
    """Return an assignment as it stands on a day, with every partner of the region."""
    holds = assignment.starts_on <= day <= assignment.ends_on
    given = {grant.partner_id: grant for grant in assignment.grants}
    named = {partner.id: partner for partner in everybody}
    named |= {grant.partner_id: grant.partner for grant in assignment.grants}
    givers = [
        _giver(partner, given.get(partner.id), day, holds=holds) for partner in named.values()
    ]
    givers.sort(key=lambda giver: (not giver.gives, giver.grant is None, giver.partner.name))
    return Shown(assignment, holds, _state(assignment, day), tuple(givers))


def _giver(partner: Partner, grant: AssignmentGrant | None, day: date, *, holds: bool) -> Giver:
    if grant is None:
        return Giver(partner, None, False, "")
    if grant.granted_on > day:
        return Giver(partner, grant, False, f"Geeft de opdracht vanaf {web.day(grant.granted_on)}.")
    if grant.ends_on is not None and grant.ends_on < day:
        return Giver(partner, grant, False, f"Gaf de opdracht tot en met {web.day(grant.ends_on)}.")
    until = f", tot en met {web.day(grant.ends_on)}" if grant.ends_on is not None else ""
    if not holds:
        return Giver(partner, grant, False, f"Gaf de opdracht op {web.day(grant.granted_on)}.")
    words = f"Geeft de opdracht sinds {web.day(grant.granted_on)}{until}."
    return Giver(partner, grant, True, words)


def _state(assignment: Assignment, day: date) -> str:
    if day < assignment.starts_on:
        return f"Deze opdracht begint op {web.day(assignment.starts_on)}."
    if day > assignment.ends_on:
        return f"Deze opdracht liep tot en met {web.day(assignment.ends_on)}."
    left = (assignment.ends_on - day).days
    words = f"Deze opdracht loopt tot en met {web.day(assignment.ends_on)}"
    if left > 90:
        return f"{words}."
    days = (
        "vandaag is de laatste dag"
        if left == 0
        else f"nog {left} {'dag' if left == 1 else 'dagen'}"
    )
    if left == 0 and day != clock.today():
        days = "dit is de laatste dag"
    return f"{words}: {days}."
