"""Who shares a leervraag and never met on it, and who should sit together, in words.

The figures are those of `network.learning`. Who came to which leermoment is for the coordinator
only: for other members two have met on a question where that follows from the tables at which they
sit, and nothing else is said.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

import network.region as pure
from coordinator import governance, web
from coordinator.db import session
from coordinator.labels import label
from coordinator.leervragen.queries import family
from coordinator.models import (
    AgendaItem,
    EventHost,
    ItemStatus,
    Journey,
    LearningEvent,
    LearningEventStatus,
    LearningGoal,
    Leervraag,
    LeervraagState,
    Level,
    Meeting,
    SignUp,
    SignUpStatus,
    Tafel,
)
from coordinator.models.learning import event_goals, event_leervragen
from coordinator.seats.queries import lines
from network import learning as net

NAMED: Final = 3
"""So many whom somebody has not met are named; the others are counted."""
MOST_DOMAINS: Final = 10
"""A question about more domains is about everything: nobody has to know each of them."""
DEALT: Final = (ItemStatus.HANDED_OVER, ItemStatus.DECIDED)
RECORDS: Final = "secretar"
"""In the code or name of a role: who has it writes down what others say."""
KINDS: Final = {"mensen": "person", "organisaties": "partner", "tafels": "tafel"}
"""As they stand in the address."""
_COUNTED: Final = {
    "mensen": ("1 mens", "mensen"),
    "organisaties": ("1 organisatie", "organisaties"),
    "tafels": ("1 tafel", "tafels"),
}


@dataclass(frozen=True)
class Invited:
    """Somebody in the proposal, and why."""

    name: str
    sits: str
    knows: str
    more: tuple[str, ...]
    """What else is told: lived experience, whom they met, what nobody else brings."""


@dataclass(frozen=True)
class Row:
    """One that shares the question and has others to meet on it."""

    name: str
    code: str
    shares: str
    never: str


@dataclass(frozen=True)
class Group:
    """The fewest people that cover these levels, and what nobody brings."""

    levels: tuple[Level, ...]
    people: tuple[Invited, ...]
    missing: tuple[str, ...]
    to_name: tuple[tuple[str, str], ...]
    """Seats without a name that would bring what is missing: words, and the code of the table."""

    @property
    def is_of_all_levels(self) -> bool:
        return len(self.levels) == len(Level)

    @property
    def levels_words(self) -> str:
        """Return "Uitvoering en bestuur"."""
        return "Alle vier" if self.is_of_all_levels else _sentence(_levels(self.levels))


@dataclass(frozen=True)
class Together:
    """Everything on the page."""

    question: net.Question
    about: str
    group: Group
    wider: Group | None
    """Of all four levels, when one person covers those of the question: learning takes two."""
    not_met: net.NotMet
    names: dict[str, str]
    """Of domains, by code."""
    sees_moments: bool

    @property
    def asks_all_levels(self) -> bool:
        return len(self.question.levels) == len(Level)

    @property
    def nobody_met(self) -> bool:
        """Whether no two who share the question met on it."""
        return not any(one.met for one in self.not_met.sharing.values())

    def strangers(self, kind: str) -> list[net.Stranger]:
        """Return those of one kind of the address who have others to meet."""
        return [one for one in self.not_met.strangers if one.node[0] == KINDS[kind]]

    def counted(self, kind: str) -> str:
        """Return "4 mensen"."""
        count = len(self.strangers(kind))
        one, several = _COUNTED[kind]
        return one if count == 1 else f"{web.number(count)} {several}"

    def row(self, one: net.Stranger) -> Row:
        """Return one of the strangers in words."""
        parts = [
            f"{label(level)}: {_words(self.names, domains) or 'alle domeinen'}"
            for level, domains in one.shared
        ]
        return Row(one.name, one.node[1], ". ".join(parts), self._never(one))

    def _never(self, one: net.Stranger) -> str:
        others = self.not_met.never_with(one)
        together = "" if self.sees_moments else " aan tafel"
        if not one.met:
            verb = "Sprak" if self.sees_moments else "Zat"
            return f"{verb} hierover nog met niemand{together}"
        # One more than NAMED is named too: "nog 1 ander" would be as long.
        shown = len(others) if len(others) == NAMED + 1 else NAMED
        named = [other.name for other in others[:shown]]
        if len(others) > shown:
            named.append(f"nog {web.number(len(others) - shown)} anderen")
        return f"Nog niet{together} met {web.enumerate_words(named)}"


def together(
    leervraag: Leervraag,
    day: date,
    *,
    all_levels: bool,
    without: Collection[str],
    sees_moments: bool,
) -> Together:
    """Return who shares a question on a day, and who should sit together on it."""
    region = governance.planner_on(day).region
    wordings = _wordings(leervraag)
    facts = _facts(region, wordings, day, sees_moments=sees_moments)
    graph = net.learning_graph(region, facts, day)
    names = {domain.code: domain.name.lower() for domain in region.domains}
    names |= {domain.code: domain.name.lower() for each in wordings for domain in each.domains}
    not_met = net.not_met(graph, leervraag.code)
    about = _words(names, not_met.question.domains)

    def group(levels: tuple[Level, ...] | None) -> Group:
        found = net.proposal(graph, leervraag.code, levels, without)
        invited = (_invited(region, names, one, found, sees_moments) for one in found.people)
        to_name = tuple((_seat_words(region, seat), seat.tafel) for seat in found.to_name)
        return Group(found.levels, tuple(invited), _missing(names, about, found), to_name)

    smallest = group(tuple(Level) if all_levels else None)
    is_one = len(smallest.people) == 1 and not smallest.is_of_all_levels
    return Together(
        question=not_met.question,
        about=_sentence(about) or "Alle",
        group=smallest,
        wider=group(tuple(Level)) if is_one else None,
        not_met=not_met,
        names=names,
        sees_moments=sees_moments,
    )


def _wordings(leervraag: Leervraag) -> list[Leervraag]:
    """Return the question as it is asked elsewhere too; what was not chosen there is left out."""
    others = (
        one
        for one in family(leervraag.shared_id)
        if one.id != leervraag.id
        and one.ended_on is None
        and one.state is not LeervraagState.NOT_CHOSEN
    )
    return [leervraag, *others]


def _facts(
    region: pure.Region, wordings: Sequence[Leervraag], day: date, *, sees_moments: bool
) -> net.Learning:
    codes = {one.id: one.code for one in wordings}
    goals = _goals(codes)
    return net.Learning(
        leervragen=tuple(_pure(one) for one in wordings),
        same=(frozenset(codes.values()),),
        goals=tuple(
            net.Goal(goal.public_id, goal.better, goal.level, leervraag=codes[goal.leervraag_id])
            for goal in goals
            if goal.leervraag_id is not None
        ),
        events=tuple(_events(region, codes, goals, day)) if sees_moments else (),
        dealt_with=tuple(_dealt_with(region, wordings)),
        lived=frozenset(line.person for line in lines(day) if line.is_lived_experience),
        recorders=frozenset(
            role.code for role in region.roles if RECORDS in f"{role.code} {role.name}".lower()
        ),
    )


def _pure(leervraag: Leervraag) -> pure.Leervraag:
    domains = frozenset(domain.code for domain in leervraag.domains)
    return pure.Leervraag(
        leervraag.code,
        leervraag.asked_on,
        leervraag.level,
        domains=domains if len(domains) <= MOST_DOMAINS else frozenset(),
        question=leervraag.question,
    )


def _goals(codes: Collection[int]) -> Sequence[LearningGoal]:
    return session().scalars(select(LearningGoal).where(LearningGoal.leervraag_id.in_(codes))).all()


def _events(
    region: pure.Region, codes: dict[int, str], goals: Sequence[LearningGoal], day: date
) -> Iterable[net.Event]:
    about_goal = select(event_goals.c.event_id).where(
        event_goals.c.goal_id.in_([goal.id for goal in goals])
    )
    statement = (
        select(LearningEvent)
        .where(LearningEvent.status == LearningEventStatus.PLANNED, LearningEvent.held_on <= day)
        .where(or_(_is_about(codes), LearningEvent.id.in_(about_goal)))
        .options(
            selectinload(LearningEvent.leervragen),
            selectinload(LearningEvent.goals),
            selectinload(LearningEvent.hosts).joinedload(EventHost.account),
            selectinload(LearningEvent.sign_ups).joinedload(SignUp.account),
            selectinload(LearningEvent.sign_ups).joinedload(SignUp.partner),
        )
    )
    own_goals = {goal.public_id for goal in goals}
    for event in session().scalars(statement):
        there = [one for one in event.sign_ups if _was_there(one)]
        names = [one.account.name if one.account else one.name for one in there]
        names += [host.account.name if host.account else host.name for host in event.hosts]
        partners = {one.partner.code for one in there if one.partner is not None}
        yield net.Event(
            event.public_id,
            event.title,
            event.held_on,
            frozenset(codes[one.id] for one in event.leervragen if one.id in codes),
            frozenset(goal.public_id for goal in event.goals) & own_goals,
            frozenset(names),
            frozenset(partners & region.partners_by_code.keys()),
        )


def _is_about(ids: Collection[int]) -> ColumnElement[bool]:
    """Return the condition that an event is about one of these leervragen; from the few to it."""
    about = select(event_leervragen.c.event_id).where(event_leervragen.c.leervraag_id.in_(ids))
    return LearningEvent.id.in_(about)


def _was_there(one: SignUp) -> bool:
    """Whether somebody was present, or had a place and nobody wrote down who came."""
    if one.was_present is not None:
        return one.was_present
    return one.status is SignUpStatus.PLACED


def _dealt_with(region: pure.Region, wordings: Sequence[Leervraag]) -> Iterable[net.DealtWith]:
    travels = {one.travels_as_id: one.code for one in wordings if one.travels_as_id is not None}
    rows = session().execute(
        select(Journey.signal_id, Tafel.code, Meeting.held_on)
        .select_from(AgendaItem)
        .join(AgendaItem.journey)
        .join(AgendaItem.meeting)
        .join(Meeting.tafel)
        .where(Journey.signal_id.in_(travels), AgendaItem.status.in_(DEALT))
    )
    for signal_id, tafel, held_on in rows:
        if tafel in region.tafels_by_code:
            yield net.DealtWith(travels[signal_id], tafel, held_on)


def coming_moments(leervraag: Leervraag, today: date) -> Sequence[LearningEvent]:
    """Return the leermomenten on this question, in all its wordings, that are still to come."""
    same = select(Leervraag.id).where(Leervraag.shared_id == leervraag.shared_id)
    ids = {leervraag.id, *session().scalars(same)} if leervraag.shared_id else {leervraag.id}
    return (
        session()
        .scalars(
            select(LearningEvent)
            .where(_is_about(ids))
            .where(LearningEvent.held_on >= today)
            .where(LearningEvent.status == LearningEventStatus.PLANNED)
            .options(joinedload(LearningEvent.room))
            .order_by(LearningEvent.held_on, LearningEvent.begins, LearningEvent.id)
            .limit(NAMED)
        )
        .all()
    )


# Words.


def _words(names: dict[str, str], codes: Iterable[str] | None) -> str:
    return web.enumerate_words(sorted(names[code] for code in codes)) if codes else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _levels(levels: Iterable[Level]) -> str:
    return web.enumerate_words([label(level).lower() for level in levels])


def _level_words(levels: Sequence[Level]) -> str:
    return f"{'het niveau' if len(levels) == 1 else 'de niveaus'} {_levels(levels)}"


def _telling(region: pure.Region, one: net.Chosen) -> list[pure.Seat]:
    """Return the seats that tell what somebody brings, few of them, practice first."""

    def brings(seat: pure.Seat) -> tuple[Level, frozenset[str]]:
        partner, tafel = region.partners_by_code[seat.partner], region.tafels_by_code[seat.tafel]
        known = partner.domains if tafel.domains is None else partner.domains & tafel.domains
        return tafel.level, known.intersection(one.domains)

    levels, domains = set(one.levels), set(one.domains)
    found = []
    for seat in sorted(one.seats, key=lambda seat: len(brings(seat)[1]), reverse=True):
        level, known = brings(seat)
        if level in levels or known & domains:
            found.append(seat)
            levels.discard(level)
            domains -= known
    return sorted(found, key=lambda seat: brings(seat)[0].rank)


def _invited(
    region: pure.Region,
    names: dict[str, str],
    one: net.Chosen,
    found: net.Proposal,
    sees_moments: bool,
) -> Invited:
    sits = [
        f"{region.tafels_by_code[seat.tafel].name} "
        f"({label(region.tafels_by_code[seat.tafel].level).lower()}, "
        f"namens {region.partners_by_code[seat.partner].name})"
        for seat in _telling(region, one)
    ]
    more = []
    if one.lived:
        more.append("Brengt eigen ervaring mee.")
    if not one.has_met:
        more.append(
            "Sprak hierover nog met niemand."
            if sees_moments
            else "Zat hierover nog niet aan tafel."
        )
    if len(found.people) > 1 and one.only_domains:
        more.append(f"Kent als enige van deze groep {_words(names, one.only_domains)}.")
    return Invited(
        one.name,
        web.enumerate_words(sits),
        _words(names, one.domains),
        tuple(more),
    )


def _seat_words(region: pure.Region, seat: pure.Seat) -> str:
    tafel = region.tafels_by_code[seat.tafel]
    partner = region.partners_by_code[seat.partner].name
    return f"{partner} aan {tafel.name} ({label(tafel.level).lower()})"


def _missing(names: dict[str, str], about: str, found: net.Proposal) -> tuple[str, ...]:
    """Return what nobody with a seat brings, in sentences."""
    said = []
    if found.missing_levels:
        about = f" aan een tafel over {about}" if about else " aan een tafel"
        said.append(f"Op {_level_words(found.missing_levels)} zit nu niemand met naam{about}.")
    if found.missing_domains:
        said.append(f"Niemand met een zetel kent {_words(names, found.missing_domains)}.")
    return tuple(said)
