"""What happens to a learning goal: set, changed, parked, taken up again, reached or stopped.

What is open at a table or team has a limit. Whoever makes a goal open, or says after which one it
comes, holds the row of the region meanwhile: two at once neither pass a limit nor make a circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from coordinator import clock, events, holders
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.goals import queries
from coordinator.models import (
    GOAL_STEPS,
    Account,
    Domain,
    GoalLimit,
    GoalStatus,
    LearningGoal,
    Leervraag,
    Level,
    Partner,
    Region,
    Tafel,
    Verb,
)
from coordinator.planning import current_region

NO_ROOM: Final = "Er liepen op dat moment al genoeg doelen."
_CLOSED: Final = {
    GoalStatus.REACHED: "Dit doel is al bereikt. Maak een volgende stap als u verder wilt.",
    GoalStatus.STOPPED: "Met dit doel is al gestopt. Maak een volgende stap als u verder wilt.",
}


class Full(Refused):
    """As many goals are open at a table or team as its limit allows."""

    def __init__(self, who: str, goals: Sequence[LearningGoal], at_most: int) -> None:
        """Say how many are open; `goals` are those that are."""
        self.goals = goals
        count = "loopt al 1 doel" if len(goals) == 1 else f"lopen al {len(goals)} doelen"
        super().__init__(
            f"Bij {who} {count}. De grens is {at_most}. Rond er eerst één af, of parkeer dit doel "
            "met een dag waarop u er weer naar kijkt. Er is nog niets bewaard; wat u schreef staat "
            "er nog."
        )


@dataclass(frozen=True)
class Terms:
    """What a goal says. Without domains: those of the leervraag, or of who works on it."""

    better: str
    seen_by: str
    due_on: date
    holder: Tafel | Partner
    team: str
    level: Level
    domains: Sequence[Domain] = ()
    leervraag: Leervraag | None = None
    predecessor: LearningGoal | None = None


def add(terms: Terms, *, review_on: date | None = None, by: Account) -> LearningGoal:
    """Set a goal; with a day to look at it again it is parked at once."""
    _check_due(terms.due_on)
    place = _place_of(terms)
    if review_on is None:
        _check_room(place, _words(terms.holder, place.team))
    else:
        _check_review(review_on)
    goal = LearningGoal(status=GoalStatus.OPEN, domains=[], made_by_id=by.id, made_at=clock.now())
    _write(goal, terms, place)
    if review_on is not None:
        goal.move_to(GoalStatus.PARKED)
        goal.review_on, goal.reason = review_on, NO_ROOM
    session().add(goal)
    session().flush()
    events.record(Verb.GOAL_SET, goal, by=by, result=goal.status.value)
    return goal


def change(goal: LearningGoal, terms: Terms, *, by: Account) -> None:
    """Change what a goal says."""
    check_not_closed(goal)
    if terms.due_on != goal.due_on:
        _check_due(terms.due_on)
    _check_no_circle(goal, terms.predecessor)
    place = _place_of(terms)
    if goal.status is GoalStatus.OPEN and place != queries.place_of(goal):
        _check_room(place, _words(terms.holder, place.team))
    _write(goal, terms, place)
    flag_modified(goal, "better")  # other domains alone would not give it a new version
    session().flush()
    events.record(Verb.GOAL_CHANGED, goal, by=by)


def reach(goal: LearningGoal, outcome: str, *, by: Account) -> None:
    """Close a goal with what was seen."""
    check_step(goal, GoalStatus.REACHED)
    goal.outcome = outcome
    _close(goal, GoalStatus.REACHED, by)


def stop(goal: LearningGoal, reason: str, *, by: Account) -> None:
    """Close a goal that nobody goes on with."""
    check_step(goal, GoalStatus.STOPPED)
    goal.reason = reason
    _close(goal, GoalStatus.STOPPED, by)


def _close(goal: LearningGoal, status: GoalStatus, by: Account) -> None:
    goal.move_to(status)
    goal.closed_on, goal.review_on = clock.today(), None
    session().flush()
    events.record(Verb.GOAL_CLOSED, goal, by=by, result=status.value)


def park(goal: LearningGoal, reason: str, review_on: date, *, by: Account) -> None:
    """Let a goal wait until a day; what waits already may wait longer."""
    check_not_closed(goal)
    _check_review(review_on)
    if goal.status is not GoalStatus.PARKED:
        goal.move_to(GoalStatus.PARKED)
    goal.reason, goal.review_on = reason, review_on
    session().flush()
    events.record(Verb.GOAL_PARKED, goal, by=by, result=review_on.isoformat())


def resume(goal: LearningGoal, due_on: date, *, by: Account) -> None:
    """Take up a parked goal, when there is room for it."""
    check_step(goal, GoalStatus.OPEN)
    _check_due(due_on)
    if not queries.is_there(goal):
        raise Refused(
            f"{holders.words(goal)} hoort niet meer bij het netwerk. Wijzig eerst wie aan dit doel "
            "werkt."
        )
    _check_room(queries.place_of(goal), holders.words(goal))
    goal.move_to(GoalStatus.OPEN)
    goal.due_on, goal.review_on, goal.reason = due_on, None, ""
    session().flush()
    events.record(Verb.GOAL_RESUMED, goal, by=by)


def set_limit(
    holder: Tafel | Partner | None, team: str, at_most: int | None, *, by: Account
) -> None:
    """Say how many goals a table or team has open at once; without a holder: the whole region.

    Without a number it has no limit of its own any more.
    """
    _hold_region()
    place = _place(holder, team)
    limit = queries.find_limit(place)
    if limit is None and at_most is None:
        raise Refused("Vul een getal in: er is hier nog geen eigen grens.", "at_most")
    if limit is None:
        limit = GoalLimit(**place._asdict())
        session().add(limit)
    if at_most is None:
        session().delete(limit)
    else:
        limit.at_most = at_most
    session().flush()
    events.record(
        Verb.GOAL_LIMIT_SET,
        current_region(),
        by=by,
        result=str(at_most) if at_most is not None else "none",
        on_behalf_of=holders.TAFEL + holder.code if isinstance(holder, Tafel) else "",
        partner=holder if isinstance(holder, Partner) else None,
    )


# What must hold.


def check_not_closed(goal: LearningGoal) -> None:
    """Refuse what is done to a goal that was reached or stopped."""
    if goal.status in _CLOSED:
        raise Refused(_CLOSED[goal.status])


def check_step(goal: LearningGoal, status: GoalStatus) -> None:
    """Refuse a step that is not in GOAL_STEPS, in words."""
    check_not_closed(goal)
    if status not in GOAL_STEPS[goal.status]:
        raise Refused(
            "Dit doel loopt al."
            if goal.status is GoalStatus.OPEN
            else "Dit doel is geparkeerd. Pak het eerst weer op."
        )


def _check_due(due_on: date) -> None:
    if due_on < clock.today():
        raise Refused("Deze dag is al voorbij. Kies vandaag of een latere dag.", "due_on")


def _check_review(review_on: date) -> None:
    if review_on <= clock.today():
        raise Refused("Kies een dag na vandaag waarop u er weer naar kijkt.", "review_on")


def _check_room(place: queries.Place, who: str) -> None:
    """Refuse one more open goal than the limit of this table or team allows."""
    _hold_region()
    at_most = queries.limit_of(place)
    there = queries.open_goals(place)
    if len(there) >= at_most:
        raise Full(who, there, at_most)


def _check_no_circle(goal: LearningGoal, predecessor: LearningGoal | None) -> None:
    """Refuse a predecessor that comes after the goal itself, by whatever way."""
    if predecessor is None or predecessor.id == goal.predecessor_id:
        return
    _hold_region()
    before = queries.predecessors()
    step: int | None = predecessor.id
    while step is not None:
        if step == goal.id:
            raise Refused(
                "Dat doel komt zelf na dit doel. Kies een doel dat eerder kwam.", "predecessor"
            )
        step = before.get(step)


def _hold_region() -> None:
    """Let nobody else make a goal open in this region until the commit."""
    region = select(Region.id).where(Region.id == session().scope)
    session().execute(region.with_for_update(key_share=True))


def _place_of(terms: Terms) -> queries.Place:
    """Return where a goal belongs, the team as it is written elsewhere."""
    return _place(terms.holder, terms.team)


def _place(holder: Tafel | Partner | None, team: str) -> queries.Place:
    if team and not isinstance(holder, Partner):
        raise Refused("Alleen een organisatie heeft teams. Laat het team leeg.", "team")
    if isinstance(holder, Partner):
        return queries.Place(None, holder.id, queries.known_team(holder.id, team))
    return queries.Place(holder.id if holder else None, None, "")


def _words(holder: Tafel | Partner, team: str) -> str:
    return f"{holder.name}, {team}" if team else holder.name


def _write(goal: LearningGoal, terms: Terms, place: queries.Place) -> None:
    domains = list(terms.domains) or queries.domains_of(terms.leervraag, terms.holder)
    goal.better, goal.seen_by, goal.due_on = terms.better, terms.seen_by, terms.due_on
    goal.tafel_id, goal.partner_id, goal.team = place
    goal.level = terms.level
    goal.leervraag_id = terms.leervraag.id if terms.leervraag else None
    goal.predecessor_id = terms.predecessor.id if terms.predecessor else None
    if {domain.id for domain in domains} != {domain.id for domain in goal.domains}:
        goal.domains = domains
