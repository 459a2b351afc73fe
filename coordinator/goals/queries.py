"""What the pages on learning goals look up: lists, one goal, limits, and what a form offers."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from wtforms import Field

from coordinator import clock, events, holders, web
from coordinator.choosing import Chooser, Option
from coordinator.db import session
from coordinator.labels import label
from coordinator.models import (
    Account,
    Domain,
    GoalLimit,
    GoalStatus,
    Grant,
    LearningGoal,
    Leervraag,
    Level,
    ObjectKind,
    Partner,
    Tafel,
)
from coordinator.models.network import partner_domains, tafel_domains

AT_MOST: Final = 3
"""How many goals a table or team has open at once, where nobody set a limit."""
LONG: Final = timedelta(days=184)
"""A goal that takes longer than about half a year is not small."""
SHOWN: Final = 90
"""How much of a goal stands in a list to choose from."""
STEPS: Final = 10
"""How many goals before and after a goal its page shows."""
REGION: Final = "regio"
"""Stands among the holders for everyone who has no limit of their own."""
RUNNING, PAST, PARKED, TO_REVIEW = "loopt", "datum-voorbij", "geparkeerd", "te-bekijken"
REACHED, STOPPED = "bereikt", "gestopt"
STATE_CHOICES: Final = (
    (RUNNING, "Loopt"),
    (PAST, "Loopt, datum voorbij"),
    (PARKED, "Geparkeerd"),
    (TO_REVIEW, "Geparkeerd, weer te bekijken"),
    (REACHED, "Bereikt"),
    (STOPPED, "Gestopt"),
)
LEVEL_CHOICES: Final = tuple((level.value, label(level)) for level in Level)
LOOK_TOGETHER: Final = "De datum is voorbij: kijk samen wat u ziet."


def short(text: str, most: int = SHOWN) -> str:
    """Return the first words of a text on one line."""
    words = " ".join(text.split())
    if len(words) <= most:
        return words
    return words[: most - 1].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


# Where a goal belongs.


class Place(NamedTuple):
    """A table, or a partner and there perhaps one of its teams."""

    tafel_id: int | None
    partner_id: int | None
    team: str


def place_of(goal: LearningGoal) -> Place:
    """Return where a goal belongs."""
    return Place(goal.tafel_id, goal.partner_id, goal.team)


def code_of(goal: LearningGoal) -> str:
    """Return the code of who works on a goal, as `holders.options` has it."""
    if goal.tafel is not None:
        return holders.TAFEL + goal.tafel.code
    return holders.PARTNER + goal.partner.code if goal.partner is not None else ""


def is_there(goal: LearningGoal) -> bool:
    """Whether the table or partner of a goal is still part of the network."""
    holder = goal.tafel or goal.partner
    return holder is not None and holder.there_on(clock.today())


def known_team(partner_id: int | None, team: str) -> str:
    """Return a team as it was written before, so that capitals do not make another team of it."""
    if not team:
        return ""
    known = session().scalars(
        select(LearningGoal.team)
        .where(LearningGoal.partner_id == partner_id)
        .union(select(GoalLimit.team).where(GoalLimit.partner_id == partner_id))
    )
    return next((one for one in known if one.casefold() == team.casefold()), team)


def _at(
    place: Place, kind: type[LearningGoal] | type[GoalLimit]
) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]:
    return (
        kind.tafel_id.is_(None) if place.tafel_id is None else kind.tafel_id == place.tafel_id,
        kind.partner_id.is_(None)
        if place.partner_id is None
        else kind.partner_id == place.partner_id,
        kind.team == place.team,
    )


def _of(grants: Iterable[Grant], *more: Any) -> ColumnElement[bool]:
    """Select the goals of the tables and partners of somebody."""
    grants = list(grants)
    return or_(
        LearningGoal.tafel_id.in_([g.tafel_id for g in grants if g.tafel_id is not None]),
        LearningGoal.partner_id.in_([g.partner_id for g in grants if g.partner_id is not None]),
        *more,
    )


# One goal.


def find_goal(public_id: str) -> LearningGoal | None:
    """Return a goal with who works on it."""
    return session().scalar(
        select(LearningGoal)
        .where(LearningGoal.public_id == public_id)
        .options(
            joinedload(LearningGoal.tafel),
            joinedload(LearningGoal.partner),
            joinedload(LearningGoal.leervraag),
            selectinload(LearningGoal.domains),
            joinedload(LearningGoal.predecessor),
        )
    )


def steps(goal: LearningGoal) -> list[LearningGoal]:
    """Return the goals that came before this one and those that follow, each after its own.

    Of a very long line the nearest `STEPS` before it and the nearest `STEPS` after it. Two queries.
    """
    before = predecessors()
    after: dict[int, list[int]] = {}
    for goal_id in sorted(before):
        after.setdefault(before[goal_id], []).append(goal_id)
    earlier: list[int] = []
    step = before.get(goal.id)
    while step is not None and len(earlier) < STEPS:
        earlier.append(step)
        step = before.get(step)
    later: list[int] = []
    waiting = after.get(goal.id, [])[::-1]
    while waiting and len(later) < STEPS:
        later.append(waiting.pop())
        waiting += after.get(later[-1], [])[::-1]
    ids = [*reversed(earlier), goal.id, *later]
    found = {
        one.id: one
        for one in session().scalars(
            select(LearningGoal)
            .where(LearningGoal.id.in_(ids))
            .options(joinedload(LearningGoal.tafel), joinedload(LearningGoal.partner))
        )
    }
    return [found[one] for one in ids]


def history(goal: LearningGoal, reader: Account) -> list[events.Entry]:
    """Return what was done to a goal."""
    return events.history(reader, (ObjectKind.GOAL,), [goal.public_id])


def predecessors() -> dict[int, int]:
    """Return after which goal each goal of the region comes, by their ids."""
    rows = session().execute(
        select(LearningGoal.id, LearningGoal.predecessor_id).where(
            LearningGoal.predecessor_id.is_not(None)
        )
    )
    return {goal_id: before for goal_id, before in rows if before is not None}


@dataclass(frozen=True)
class Line:
    """A goal as lists show it: who works on it, and where it is, without blame."""

    goal: LearningGoal
    holder: str
    state: str
    badge: str
    note: str
    is_own: bool = False

    @property
    def is_past(self) -> bool:
        """Whether its day is over while it still goes on."""
        return self.note == LOOK_TOGETHER


def line(goal: LearningGoal, grants: Iterable[Grant] = ()) -> Line:
    """Return how a goal stands today."""
    today = clock.today()
    badge, note = "active", ""
    if goal.status is GoalStatus.OPEN and goal.due_on < today:
        note = LOOK_TOGETHER
    elif goal.status is GoalStatus.PARKED and goal.review_on is not None:
        badge, note = "plain", f"Weer bekijken op {web.day(goal.review_on)}."
        if goal.review_on <= today:
            badge, note = "signal", "Kijk er nu weer naar."
    elif goal.status in (GoalStatus.REACHED, GoalStatus.STOPPED):
        badge = "done" if goal.status is GoalStatus.REACHED else "plain"
        note = f"Op {web.day(goal.closed_on)}." if goal.closed_on else ""
    return Line(
        goal,
        holders.words(goal),
        label(goal.status),
        badge,
        note,
        holders.belongs(grants, goal.tafel_id, goal.partner_id),
    )


def is_long(goal: LearningGoal) -> bool:
    """Whether a goal that goes on takes more than about half a year."""
    made_on = goal.made_at.astimezone(clock.AMSTERDAM).date()
    return goal.status is GoalStatus.OPEN and goal.due_on - made_on > LONG


# The list.


def _in_state(state: str) -> list[ColumnElement[bool]]:
    today, status = clock.today(), LearningGoal.status
    return {
        RUNNING: [status == GoalStatus.OPEN],
        PAST: [status == GoalStatus.OPEN, LearningGoal.due_on < today],
        PARKED: [status == GoalStatus.PARKED],
        TO_REVIEW: [status == GoalStatus.PARKED, LearningGoal.review_on <= today],
        REACHED: [status == GoalStatus.REACHED],
        STOPPED: [status == GoalStatus.STOPPED],
    }.get(state, [])


def goals(
    grants: Iterable[Grant],
    *,
    text: str | None = None,
    holder: str | None = None,
    state: str | None = None,
    level: str | None = None,
    domain: str | None = None,
) -> Select[LearningGoal]:
    """Return the goals that fit: the own ones first, then what goes on, the soonest day first."""
    statement = (
        select(LearningGoal)
        .outerjoin(LearningGoal.tafel)
        .outerjoin(LearningGoal.partner)
        .options(joinedload(LearningGoal.tafel), joinedload(LearningGoal.partner))
    )
    statement = statement.where(*_in_state(state or ""))
    for word in (text or "").split():
        statement = statement.where(
            or_(
                LearningGoal.better.icontains(word, autoescape=True),
                LearningGoal.seen_by.icontains(word, autoescape=True),
            )
        )
    if holder:
        columns = (Tafel.name, Tafel.code, Partner.name, Partner.code, LearningGoal.team)
        statement = statement.where(
            or_(*(column.icontains(holder, autoescape=True) for column in columns))
        )
    if level:
        statement = statement.where(LearningGoal.level == Level(level))
    if domain:
        statement = statement.where(LearningGoal.domains.any(Domain.code == domain))
    order = {status: place for place, status in enumerate(GoalStatus)}
    return statement.order_by(
        case((_of(grants), 0), else_=1),
        case(order, value=LearningGoal.status),
        case((LearningGoal.status == GoalStatus.PARKED, LearningGoal.review_on), else_=None),
        case((LearningGoal.status == GoalStatus.OPEN, LearningGoal.due_on), else_=None),
        LearningGoal.closed_on.desc(),
        LearningGoal.id,
    )


def has_goals() -> bool:
    """Whether the region has any goal."""
    return session().scalar(select(LearningGoal.id).limit(1)) is not None


def to_review(only: Collection[Grant] | None = None) -> Select[str, str, date | None]:
    """Return the parked goals that are to be looked at again; with grants: of these people."""
    statement = (
        select(LearningGoal.public_id, LearningGoal.better, LearningGoal.review_on)
        .where(*_in_state(TO_REVIEW))
        .order_by(LearningGoal.review_on, LearningGoal.id)
    )
    return statement if only is None else statement.where(_of(only))


# Limits.


def _limit_rows(place: Place) -> list[GoalLimit]:
    of_holder = (
        GoalLimit.tafel_id == place.tafel_id
        if place.tafel_id is not None
        else GoalLimit.partner_id == place.partner_id
    )
    of_region = GoalLimit.tafel_id.is_(None) & GoalLimit.partner_id.is_(None)
    return list(session().scalars(select(GoalLimit).where(or_(of_region, of_holder))))


def limit_of(place: Place) -> int:
    """Return how many goals may be open: the own limit, the partner's, the region's, or three."""
    at_most = {
        Place(row.tafel_id, row.partner_id, row.team): row.at_most for row in _limit_rows(place)
    }
    return _limit_in(at_most, place)


def _limit_in(at_most: Mapping[Place, int], place: Place) -> int:
    whole = Place(place.tafel_id, place.partner_id, "")
    region = at_most.get(Place(None, None, ""), AT_MOST)
    return at_most.get(place, at_most.get(whole, region))


def find_limit(place: Place) -> GoalLimit | None:
    """Return the own limit of a table or team; of no place the region's."""
    return session().scalar(select(GoalLimit).where(*_at(place, GoalLimit)))


def open_goals(place: Place) -> Sequence[LearningGoal]:
    """Return what is open at a table or team, the soonest day first."""
    return (
        session()
        .scalars(
            select(LearningGoal)
            .where(LearningGoal.status == GoalStatus.OPEN, *_at(place, LearningGoal))
            .order_by(LearningGoal.due_on, LearningGoal.id)
        )
        .all()
    )


@dataclass(frozen=True)
class Room:
    """How much is open at a table or team, and how much may be."""

    name: str
    called: str
    """The table or partner, without the team."""
    holder: str
    team: str
    open: int
    at_most: int
    has_own: bool

    @property
    def is_full(self) -> bool:
        return self.open >= self.at_most


def rooms() -> tuple[int, bool, list[Room]]:
    """Return the region's limit, whether it was set, and all that have goals open or a limit."""
    limits = {
        Place(row.tafel_id, row.partner_id, row.team): row.at_most
        for row in session().scalars(select(GoalLimit))
    }
    of_region = Place(None, None, "")
    keys = (LearningGoal.tafel_id, LearningGoal.partner_id, LearningGoal.team)
    counted = session().execute(
        select(*keys, func.count()).where(LearningGoal.status == GoalStatus.OPEN).group_by(*keys)
    )
    opened = Counter({Place(*row[:3]): row[3] for row in counted})
    places = (limits.keys() | opened.keys()) - {of_region}
    tafels = _named(Tafel, {place.tafel_id for place in places})
    partners = _named(Partner, {place.partner_id for place in places})
    found = []
    for place in places:
        prefix, named = (
            (holders.TAFEL, tafels[place.tafel_id])
            if place.tafel_id is not None
            else (holders.PARTNER, partners[place.partner_id])
        )
        found.append(
            Room(
                f"{named[1]}, {place.team}" if place.team else named[1],
                named[1],
                prefix + named[0],
                place.team,
                opened[place],
                _limit_in(limits, place),
                place in limits,
            )
        )
    found.sort(key=lambda room: (room.name.casefold(), room.holder))
    return limits.get(of_region, AT_MOST), of_region in limits, found


def _named(
    kind: type[Tafel] | type[Partner], ids: Collection[int | None]
) -> dict[int | None, tuple[str, str]]:
    wanted = sorted(one for one in ids if one is not None)
    found: dict[int | None, tuple[str, str]] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        rows = session().execute(select(kind.id, kind.code, kind.name).where(kind.id.in_(part)))
        found |= {row_id: (code, name) for row_id, code, name in rows}
    return found


# What a form offers.


def domain_choices() -> list[tuple[str, str]]:
    """Return the domains of the region by code and name."""
    rows = session().execute(
        select(Domain.code, Domain.name).where(Domain.there_on(clock.today())).order_by(Domain.name)
    )
    return [(code, name) for code, name in rows]


def domain_options(also: Iterable[Domain] = ()) -> list[Option]:
    """Return the domains that a goal can be about; and those that it is about."""
    found = {one.code: one.name for one in also} | dict(domain_choices())
    return [Option(*pair) for pair in sorted(found.items(), key=lambda pair: pair[1])]


def limit_options() -> list[Option]:
    """Return for whom a limit can be set."""
    return [Option(REGION, "De hele regio", "wie geen eigen grens heeft"), *holders.options()]


def _limit_at(code: str, team: str) -> int | None:
    holder = holders.find(code)
    if holder is None and code != REGION:
        return None
    tafel_id = holder.id if isinstance(holder, Tafel) else None
    partner_id = holder.id if isinstance(holder, Partner) else None
    limit = find_limit(Place(tafel_id, partner_id, known_team(partner_id, team)))
    return limit.at_most if limit is not None else None


def limit_proposal(code: str, team: str) -> dict[str, object]:
    """Return the limit that the address asks for, as it is now."""
    at_most = _limit_at(code, team)
    return {"holder": code, "team": team, "at_most": at_most, "version": limit_mark(code, team)}


def limit_mark(code: str, team: str) -> str:
    """Return a mark of the limit of a holder as it is now."""
    return f"{code}|{team}|{_limit_at(code, team) or ''}"


def holder_options(
    grants: Collection[Grant] | None, goal: LearningGoal | None = None
) -> list[Option]:
    """Return who can work on a goal; and who works on it now."""
    found = holders.options(grants)
    if goal is not None and code_of(goal) not in {option.code for option in found}:
        now = goal.tafel or goal.partner
        found.append(Option(code_of(goal), now.name if now else "", "nu"))
    return found


def leervraag_options(also: Leervraag | None = None) -> list[Option]:
    """Return the leervragen of the region, the newest first."""
    rows = session().execute(
        select(Leervraag.public_id, Leervraag.question, Leervraag.level)
        .where(Leervraag.ended_on.is_(None))
        .order_by(Leervraag.asked_on.desc(), Leervraag.id.desc())
    )
    found = [Option(code, short(text), label(level).lower()) for code, text, level in rows]
    if also is not None and also.public_id not in {option.code for option in found}:
        found.append(Option(also.public_id, short(also.question), label(also.level).lower()))
    return found


def goal_options(but: LearningGoal | None = None) -> list[Option]:
    """Return the goals of the region that another can come after, the newest first."""
    statement = (
        select(
            LearningGoal.public_id,
            LearningGoal.better,
            func.coalesce(Tafel.name, Partner.name),
        )
        .outerjoin(LearningGoal.tafel)
        .outerjoin(LearningGoal.partner)
        .order_by(LearningGoal.id.desc())
    )
    if but is not None:
        statement = statement.where(LearningGoal.id != but.id)
    rows = session().execute(statement)
    return [Option(code, short(text), holder) for code, text, holder in rows]


def find_leervraag(public_id: str) -> Leervraag | None:
    """Return a leervraag with its domains."""
    return session().scalar(
        select(Leervraag)
        .where(Leervraag.public_id == public_id)
        .options(selectinload(Leervraag.domains))
    )


def find_domains(codes: Collection[str]) -> list[Domain]:
    """Return these domains."""
    return list(session().scalars(select(Domain).where(Domain.code.in_(codes))))


def domains_of(leervraag: Leervraag | None, holder: Tafel | Partner) -> list[Domain]:
    """Return the domains of a leervraag; when it has none, those of who works on the goal."""
    if leervraag is not None and leervraag.domains:
        return list(leervraag.domains)
    of_holder = (
        Domain.id.in_(
            select(tafel_domains.c.domain_id).where(tafel_domains.c.tafel_id == holder.id)
        )
        if isinstance(holder, Tafel)
        else Domain.id.in_(
            select(partner_domains.c.domain_id).where(partner_domains.c.partner_id == holder.id)
        )
    )
    return list(session().scalars(select(Domain).where(of_holder)))


def proposal(
    leervraag: Leervraag | None, predecessor: LearningGoal | None, grants: Collection[Grant]
) -> dict[str, object]:
    """Return what a new goal begins with: from its leervraag, or from the step before it."""
    level = holders.level_of(grants)
    found: dict[str, object] = {"level": level.value if level else ""}
    if predecessor is not None:
        leervraag = leervraag or predecessor.leervraag
        found |= {
            "predecessor": predecessor.public_id,
            "holder": code_of(predecessor) if is_there(predecessor) else "",
            "team": predecessor.team,
            "level": predecessor.level.value,
            "domains": [domain.code for domain in predecessor.domains],
        }
    elif leervraag is not None:
        found |= {
            "level": leervraag.level.value,
            "domains": [domain.code for domain in leervraag.domains],
        }
    return found | {"leervraag": leervraag.public_id if leervraag else ""}


def kept(goal: LearningGoal) -> dict[str, Any]:
    """Return what the form holds of a goal as it is kept."""
    return {
        "better": goal.better,
        "due_on": goal.due_on,
        "seen_by": goal.seen_by,
        "holder": code_of(goal),
        "team": goal.team,
        "level": goal.level.value,
        "domains": [domain.code for domain in goal.domains],
        "leervraag": goal.leervraag.public_id if goal.leervraag else "",
        "predecessor": goal.predecessor.public_id if goal.predecessor else "",
        "version": str(goal.version),
    }


def said(field: Field, value: object) -> str:
    """Return in words what somebody else put in a field meanwhile."""
    if value in ("", None, []):
        return "niets."
    if isinstance(field, Chooser):
        codes = value if isinstance(value, list) else [value]
        names = [option.name for option in field.options if option.code in codes]
        return f"{web.enumerate_words(names)}." if names else "iets anders."
    if isinstance(value, date):
        return f"{web.day(value)}."
    if field.name == "level":
        return f"{label(Level(str(value)))}."
    return f"“{value}”"
