"""What the hub of learning shows: what we learn, with whom, and what came of it.

A fixed number of queries, however much a region learns.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from flask import url_for
from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from coordinator import clock, holders, web
from coordinator.db import session
from coordinator.goals.queries import short
from coordinator.labels import label
from coordinator.leervragen.queries import BADGES, title_of
from coordinator.models import (
    LEARNING_STATES,
    Account,
    EventHost,
    GoalStatus,
    LearningEvent,
    LearningEventStatus,
    LearningGoal,
    Leervraag,
    LeervraagState,
    Level,
    RoleName,
    ScanRound,
    SignUp,
    SignUpStatus,
    TakenHome,
    TakenHomeResult,
)
from coordinator.models.learning import event_leervragen
from coordinator.moments import queries as moments
from coordinator.scans import queries as scans

if TYPE_CHECKING:
    from coordinator.access import Person

SHOWN: Final = 5
PROPOSALS: Final = 3
HALF_A_YEAR: Final = timedelta(days=182)
_TAKEN_BADGES: Final = {
    TakenHomeResult.ADOPTED: "done",
    TakenHomeResult.ADAPTED: "active",
    TakenHomeResult.NOT_APPLICABLE: "plain",
}


@dataclass(frozen=True)
class Line:
    """One thing, the page that tells more, and what a badge and a note say of it."""

    text: str
    url: str
    badge: str = ""
    kind: str = "plain"
    note: str = ""


@dataclass(frozen=True)
class OnLevel:
    """What is learned on one level: the first questions, and how many there are."""

    level: Level
    total: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Hub:
    """Everything on the page."""

    levels: tuple[OnLevel, ...]
    waiting: int
    """Questions that nobody chose or refused yet."""
    open_goals: int
    goals_to_see: int
    """Of those, whose day is over: look at them together."""
    mine: tuple[Line, ...]
    more_mine: int
    coming: tuple[Line, ...]
    proposals: tuple[Line, ...]
    """For the coordinator: chosen questions for which no leermoment is planned."""
    results: tuple[tuple[str, tuple[Line, ...], tuple[str, str]], ...]
    """What came of it in the last half year: heading, lines, and a link to the rest."""
    scans: tuple[Line, ...]
    """Rounds of the self-scan that wait for this person."""

    @property
    def is_empty(self) -> bool:
        """Whether the region has not begun to learn."""
        return not (self.levels or self.waiting or self.open_goals or self.coming or self.results)


def hub(person: "Person") -> Hub:
    """Return the hub as somebody sees it."""
    today = clock.today()
    mine = [one for one in moments.mine(person.account.id, today) if not _is_cancelled(one.moment)]
    own = {one.moment.id for one in mine}
    open_goals, to_see = _goals(today)
    return Hub(
        levels=_levels(),
        waiting=_waiting(),
        open_goals=open_goals,
        goals_to_see=to_see,
        mine=tuple(
            Line(one.moment.title, _moment_url(one.moment), one.words, one.kind, one.when)
            for one in mine[:SHOWN]
        ),
        more_mine=max(0, len(mine) - SHOWN),
        coming=_coming(person, own),
        proposals=_proposals(today) if person.has(RoleName.COORDINATOR) else (),
        results=tuple(each for each in _results(today - HALF_A_YEAR) if each[1]),
        scans=_scans(person, today),
    )


def _is_cancelled(moment: LearningEvent) -> bool:
    return moment.status is LearningEventStatus.CANCELLED


def _moment_url(moment: LearningEvent) -> str:
    return url_for("moments.show", moment=moment.public_id)


def _leervraag_url(public_id: str) -> str:
    return url_for("leervragen.show", leervraag=public_id)


# What we learn.


def _levels() -> tuple[OnLevel, ...]:
    """Return the first chosen questions of each level, those that were asked first."""
    numbered = (
        select(
            Leervraag.public_id,
            Leervraag.question,
            Leervraag.level,
            Leervraag.state,
            Leervraag.owner,
            func.row_number()
            .over(partition_by=Leervraag.level, order_by=(Leervraag.asked_on, Leervraag.id))
            .label("place"),
            func.count().over(partition_by=Leervraag.level).label("total"),
        )
        .where(Leervraag.state.in_(LEARNING_STATES), Leervraag.ended_on.is_(None))
        .subquery()
    )
    statement = select(numbered).where(numbered.c.place <= SHOWN).order_by(numbered.c.place)
    rows = sorted(session().execute(statement), key=lambda row: row.level.rank)
    found = []
    for level, of_this in groupby(rows, key=lambda row: row.level):
        these = list(of_this)
        lines = (
            Line(
                title_of(row.question),
                _leervraag_url(row.public_id),
                label(row.state),
                BADGES[row.state],
                f"{row.owner} houdt deze vraag gaande." if row.owner else "Nog zonder eigenaar.",
            )
            for row in these
        )
        found.append(OnLevel(level, these[0].total, tuple(lines)))
    return tuple(found)


def _waiting() -> int:
    statement = select(func.count(Leervraag.id)).where(
        Leervraag.state == LeervraagState.ASKED, Leervraag.ended_on.is_(None)
    )
    return session().scalar(statement) or 0


def _goals(today: date) -> tuple[int, int]:
    is_past = func.coalesce(func.sum(case((LearningGoal.due_on < today, 1), else_=0)), 0)
    statement = select(func.count(LearningGoal.id), is_past).where(
        LearningGoal.status == GoalStatus.OPEN
    )
    count, past = session().execute(statement).one()
    return count, past


# With whom.


def _coming(person: "Person", own: set[int]) -> tuple[Line, ...]:
    """Return the next leermomenten that go on, but for the own ones."""
    found = session().scalars(
        moments.moments(past=False)
        .where(LearningEvent.status == LearningEventStatus.PLANNED)
        .where(LearningEvent.id.not_in(own))
        .limit(SHOWN)
    )
    return tuple(
        Line(
            one.moment.title,
            _moment_url(one.moment),
            note=f"{label(one.moment.format)}, {moments.when_words(one.moment)}. "
            f"{one.places.words.capitalize()}.",
        )
        for one in moments.lines(found.all(), person.account)
    )


def _proposals(today: date) -> tuple[Line, ...]:
    """Return chosen questions without a leermoment to come, also for another wording."""
    # By the link table only: a join to leervragen tempts SQLite to try all pairs of rows.
    with_moment = (
        select(event_leervragen.c.leervraag_id)
        .join(LearningEvent, LearningEvent.id == event_leervragen.c.event_id)
        .where(LearningEvent.held_on >= today)
        .where(LearningEvent.status == LearningEventStatus.PLANNED)
    )
    planned = aliased(Leervraag)
    same = select(planned.shared_id).where(
        planned.id.in_(with_moment), planned.shared_id.is_not(None)
    )
    rows = session().execute(
        select(Leervraag.public_id, Leervraag.question, Leervraag.level)
        .where(Leervraag.state.in_((LeervraagState.CHOSEN, LeervraagState.ALIGNED)))
        .where(Leervraag.ended_on.is_(None), Leervraag.id.not_in(with_moment))
        .where(or_(Leervraag.shared_id.is_(None), Leervraag.shared_id.not_in(same)))
        .order_by(Leervraag.asked_on, Leervraag.id)
        .limit(PROPOSALS)
    )
    return tuple(
        Line(
            title_of(row.question),
            url_for("learning.together", leervraag=row.public_id),
            note=label(row.level),
        )
        for row in rows
    )


# What came of it.


def _results(since: date) -> tuple[tuple[str, tuple[Line, ...], tuple[str, str]], ...]:
    reached = url_for("goals.index", stand=GoalStatus.REACHED.value)
    held = url_for("moments.index", periode=moments.Period.PAST.value)
    return (
        ("Beantwoord", _answered(since), ("Alle leervragen", url_for("leervragen.index"))),
        ("Bereikt", _reached(since), ("Alle bereikte doelen", reached)),
        ("Meegenomen naar het werk", _taken_home(since), ("Alle momenten die waren", held)),
    )


def _answered(since: date) -> tuple[Line, ...]:
    last = func.coalesce(Leervraag.embedded_on, Leervraag.answered_on)
    rows = session().execute(
        select(
            Leervraag.public_id,
            Leervraag.question,
            Leervraag.state,
            Leervraag.embedded_in,
            last.label("on"),
        )
        .where(Leervraag.state.in_((LeervraagState.ANSWERED, LeervraagState.EMBEDDED)))
        .where(last >= since, Leervraag.ended_on.is_(None))
        .order_by(last.desc(), Leervraag.id.desc())
        .limit(SHOWN)
    )
    return tuple(
        Line(
            title_of(row.question),
            _leervraag_url(row.public_id),
            label(row.state),
            BADGES[row.state],
            _became(row),
        )
        for row in rows
    )


def _became(row: Any) -> str:
    if row.state is LeervraagState.EMBEDDED and row.embedded_in:
        return f"Kreeg een plek: {short(row.embedded_in)}"
    return f"Op {web.day(row.on)}."


def _reached(since: date) -> tuple[Line, ...]:
    statement = (
        select(LearningGoal)
        .where(LearningGoal.status == GoalStatus.REACHED, LearningGoal.closed_on >= since)
        .options(joinedload(LearningGoal.tafel), joinedload(LearningGoal.partner))
        .order_by(LearningGoal.closed_on.desc(), LearningGoal.id.desc())
        .limit(SHOWN)
    )
    return tuple(
        Line(
            short(goal.better),
            url_for("goals.show", goal=goal.public_id),
            note=f"{holders.words(goal)}. {short(goal.outcome)}".strip(),
        )
        for goal in session().scalars(statement)
    )


def _taken_home(since: date) -> tuple[Line, ...]:
    statement = (
        select(TakenHome)
        .join(TakenHome.event)
        .where(TakenHome.recorded_on >= since)
        .options(
            contains_eager(TakenHome.event),
            joinedload(TakenHome.tafel),
            joinedload(TakenHome.partner),
        )
        .order_by(TakenHome.recorded_on.desc(), TakenHome.id.desc())
        .limit(SHOWN)
    )
    return tuple(
        Line(
            holders.words(taken),
            _moment_url(taken.event),
            label(taken.result),
            _TAKEN_BADGES[taken.result],
            f"{short(taken.text)} (van: {taken.event.title})",
        )
        for taken in session().scalars(statement)
    )


# The self-scan.


def _scans(person: "Person", today: date) -> tuple[Line, ...]:
    rounds = (
        session()
        .scalars(
            select(ScanRound)
            .where(ScanRound.opens_on <= today, ScanRound.closes_on >= today)
            .where(ScanRound.closed_at.is_(None))
            .options(selectinload(ScanRound.partners))
            .order_by(ScanRound.closes_on, ScanRound.id)
            .limit(SHOWN)
        )
        .all()
    )
    return tuple(
        Line(one.scan_round.name, url_for("scans.show", scan_round=one.scan_round.public_id))
        for one in scans.shown(rounds, person.account, person.grants)
        if one.asks
    )


# What stands on the start page.


def to_choose() -> Select[str, str, Level, date]:
    """Select the questions that wait for a choice, those that were asked first."""
    return (
        select(Leervraag.public_id, Leervraag.question, Leervraag.level, Leervraag.asked_on)
        .where(Leervraag.state == LeervraagState.ASKED, Leervraag.ended_on.is_(None))
        .order_by(Leervraag.asked_on, Leervraag.id)
    )


def own_within(account: Account, days: int) -> Select[LearningEvent]:
    """Select the leermomenten of the next days that somebody leads or has a place at."""
    today = clock.today()
    placed = SignUp.status == SignUpStatus.PLACED
    return (
        select(LearningEvent)
        .where(LearningEvent.held_on.between(today, today + timedelta(days=days)))
        .where(LearningEvent.status == LearningEventStatus.PLANNED)
        .where(
            or_(
                LearningEvent.hosts.any(EventHost.account_id == account.id),
                LearningEvent.sign_ups.any((SignUp.account_id == account.id) & placed),
            )
        )
        .order_by(LearningEvent.held_on, LearningEvent.begins, LearningEvent.id)
    )
