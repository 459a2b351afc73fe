"""What is recorded of the assignment: what it is, which partner gave it, which took it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm.attributes import flag_modified

from coordinator import events, web
from coordinator.assignments import queries
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.models import Account, Assignment, AssignmentGrant, Partner, Power, Verb


@dataclass(frozen=True)
class Terms:
    """What an assignment says."""

    account: Account
    task: str
    hours_per_week: int | None
    budget: int | None
    starts_on: date
    ends_on: date
    powers: Sequence[Power]


def add(terms: Terms, *, by: Account) -> Assignment:
    """Record an assignment."""
    _check_period(terms)
    assignment = Assignment(powers=[], grants=[])
    _write(assignment, terms)
    session().add(assignment)
    session().flush()
    events.record(Verb.ASSIGNMENT_ADDED, assignment, by=by)
    return assignment


def change(assignment: Assignment, terms: Terms, *, by: Account) -> None:
    """Change what an assignment says."""
    _check_period(terms)
    late = [g.granted_on for g in assignment.grants if g.granted_on > terms.ends_on]
    if late:
        raise Refused(
            f"Een partner geeft de opdracht vanaf {web.day(max(late))}. Laat haar daarna eindigen.",
            "ends_on",
        )
    _write(assignment, terms)
    flag_modified(assignment, "task")  # other powers alone would not give it a new version
    session().flush()
    events.record(Verb.ASSIGNMENT_CHANGED, assignment, by=by)


def _write(assignment: Assignment, terms: Terms) -> None:
    assignment.account_id, assignment.account = terms.account.id, terms.account
    assignment.task = terms.task
    assignment.hours_per_week, assignment.budget = terms.hours_per_week, terms.budget
    assignment.starts_on, assignment.ends_on = terms.starts_on, terms.ends_on
    if {power.id for power in assignment.powers} != {power.id for power in terms.powers}:
        assignment.powers = list(terms.powers)


def _check_period(terms: Terms) -> None:
    if terms.ends_on < terms.starts_on:
        raise Refused(
            f"De laatste dag ligt voor de eerste dag ({web.day(terms.starts_on)}). "
            "Kies een latere laatste dag.",
            "ends_on",
        )


def give(
    assignment: Assignment,
    partner: Partner,
    granted_on: date,
    *,
    agreement: str,
    ground: str,
    by: Account,
) -> AssignmentGrant:
    """Record that a partner gives an assignment; one that took it back may give it again."""
    if granted_on > assignment.ends_on:
        raise Refused(
            f"De opdracht eindigt al op {web.day(assignment.ends_on)}. Kies een eerdere dag.",
            "granted_on",
        )
    grant = next((one for one in assignment.grants if one.partner_id == partner.id), None)
    if grant is not None and grant.ends_on is None:
        raise Refused(f"{partner.name} geeft deze opdracht al.", "partner")
    if grant is not None and grant.ends_on is not None and granted_on <= grant.ends_on:
        raise Refused(
            f"{partner.name} gaf de opdracht al tot en met {web.day(grant.ends_on)}. "
            "Kies een latere dag.",
            "granted_on",
        )
    if grant is None:
        grant = AssignmentGrant(assignment_id=assignment.id, partner_id=partner.id)
        session().add(grant)
    grant.granted_on, grant.ends_on = granted_on, None
    grant.agreement_id = queries.find_agreement_id(agreement) if agreement else None
    grant.ground = ground
    session().flush()
    events.record(
        Verb.ASSIGNMENT_GRANTED,
        assignment,
        by=by,
        result=granted_on.isoformat(),
        on_behalf_of=f"partner:{partner.code}",
    )
    return grant


def take_back(grant: AssignmentGrant, last_day: date, *, by: Account) -> None:
    """Record the last day on which a partner gives an assignment."""
    if grant.ends_on is not None:
        raise Refused(
            f"{grant.partner.name} heeft de opdracht al beëindigd: "
            f"de laatste dag is {web.day(grant.ends_on)}."
        )
    if last_day < grant.granted_on:
        raise Refused(
            f"{grant.partner.name} geeft de opdracht pas vanaf {web.day(grant.granted_on)}. "
            "Kies een latere dag.",
            "last_day",
        )
    grant.ends_on = last_day
    session().flush()
    events.record(
        Verb.ASSIGNMENT_TAKEN_BACK,
        grant.assignment,
        by=by,
        result=last_day.isoformat(),
        on_behalf_of=f"partner:{grant.partner.code}",
    )
