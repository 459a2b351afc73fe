"""What the pages on leervragen look up: the list, one with its story, the order, the gaps.

Leervragen are open to all members. What hangs on them and is not (a signal, an author, a name)
is not in these queries, but for the road of a question that travels: see `Shown.road`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from coordinator import clock, events, web
from coordinator.choosing import Option
from coordinator.db import session
from coordinator.labels import label
from coordinator.models import (
    LEARNING_STATES,
    OPEN_STATUSES,
    Account,
    Area,
    Criterion,
    Decision,
    Domain,
    Grant,
    LearningEvent,
    LearningEventStatus,
    LearningGoal,
    Leervraag,
    LeervraagChoice,
    LeervraagScore,
    LeervraagState,
    Level,
    ObjectKind,
    Partner,
    RoleName,
    SignalStatus,
    Verdict,
    Verification,
)
from coordinator.models.learning import event_leervragen
from coordinator.signals import queries as signal_queries
from network import levels as between

if TYPE_CHECKING:
    from coordinator.access import Person  # which imports `find_leervraag` from here

TITLE: Final = 120
STEPS: Final = (
    LeervraagState.ASKED,
    LeervraagState.CHOSEN,
    LeervraagState.ALIGNED,
    LeervraagState.ANSWERED,
    LeervraagState.EMBEDDED,
)
LIVES: Final = LEARNING_STATES | {LeervraagState.ASKED}
"""Asked, and neither refused nor embedded: somebody still wants to know."""
BADGES: Final = {
    LeervraagState.ASKED: "signal",
    LeervraagState.CHOSEN: "active",
    LeervraagState.ALIGNED: "active",
    LeervraagState.ANSWERED: "board",
    LeervraagState.EMBEDDED: "done",
    LeervraagState.NOT_CHOSEN: "plain",
}
SUGGESTED: Final = 8
FOUND: Final = 60


def title_of(question: str) -> str:
    """Return a question short enough for a heading or a link."""
    line = shorten(question, TITLE, placeholder=" …")
    return line if len(line) > 2 or len(question) <= TITLE else f"{question[: TITLE - 1]}…"


# One leervraag.


def find_leervraag(public_id: str) -> Leervraag | None:
    """Return a leervraag of the person's region, with what its rules and forms need."""
    return session().scalar(
        select(Leervraag)
        .where(Leervraag.public_id == public_id)
        .options(
            joinedload(Leervraag.author),
            joinedload(Leervraag.owner_account),
            joinedload(Leervraag.partner),
            joinedload(Leervraag.area),
            joinedload(Leervraag.signal),
            joinedload(Leervraag.travels_as),
            joinedload(Leervraag.shared),
            selectinload(Leervraag.domains),
        )
    )


def find_criterion(public_id: str) -> Criterion | None:
    """Return a criterion of the person's region."""
    return session().scalar(select(Criterion).where(Criterion.public_id == public_id))


def find_same(author: Account, question: str) -> Leervraag | None:
    """Return the leervraag that this person asked in the last day in the same words.

    The account is held: of two tabs that send at once, the second finds the first's question.
    """
    session().scalar(select(Account.id).where(Account.id == author.id).with_for_update())
    return session().scalar(
        select(Leervraag)
        .where(Leervraag.author_id == author.id, Leervraag.question == question)
        .where(Leervraag.asked_at > clock.now() - timedelta(days=1))
        .order_by(Leervraag.id)
        .limit(1)
    )


def was_refused_twice(decision: Decision, account: Account) -> bool:
    """Whether this person gave the signal of a decision and did not recognise two answers to it."""
    count = session().scalar(
        select(func.count(Verification.id))
        .join(Verification.decision)
        .join(Decision.signal)
        .where(Decision.signal_id == decision.signal_id)
        .where(Decision.signal.has(author_id=account.id), Verification.verdict == Verdict.NOT)
    )
    return (count or 0) >= 2


# What a form offers.


def domains_to_choose(leervraag: Leervraag | None = None) -> list[Domain]:
    """Return the domains of the region; and those of a leervraag, also when these have ended."""
    found = list(signal_queries.all_domains())
    own = leervraag.domains if leervraag else []
    return [*found, *(domain for domain in own if domain not in found)]


def areas_to_choose(leervraag: Leervraag | None = None) -> list[Area]:
    """Return the areas of the region; and that of a leervraag, also when it has ended."""
    found = list(signal_queries.all_areas())
    own = leervraag.area if leervraag else None
    return [own, *found] if own is not None and own not in found else found


def partners_of(grants: Iterable[Grant]) -> Sequence[Partner]:
    """Return the organisations for which somebody has a role."""
    ids = {grant.partner_id for grant in grants if grant.partner_id is not None}
    statement = select(Partner).where(Partner.id.in_(ids), Partner.ended_on.is_(None))
    return session().scalars(statement.order_by(Partner.name)).all()


def people() -> list[Option]:
    """Return who has a role in the region today, to keep a question going."""
    today = clock.today()
    valid = and_(
        Grant.region_id == session().scope, Grant.starts_on <= today, Grant.ends_on >= today
    )
    rows = session().scalars(
        select(Account)
        .where(Account.grants.any(valid))
        .options(selectinload(Account.grants.and_(valid)))
        .order_by(Account.name, Account.id)
    )
    return [
        Option(
            one.public_id,
            one.name,
            web.enumerate_words(list({label(grant.role).lower(): None for grant in one.grants})),
        )
        for one in rows
    ]


def find_account(public_id: str) -> Account | None:
    """Return one of `people`."""
    return session().scalar(select(Account).where(Account.public_id == public_id))


def same_elsewhere(leervraag: Leervraag, text: str, chosen: Collection[str]) -> list[Option]:
    """Return the questions that may be the same as this one: what was chosen, and what is found.

    Without a text: questions of other levels on the same domains, the newest first.
    """
    words = text.split()
    others = (
        select(Leervraag.public_id, Leervraag.question, Leervraag.level)
        .where(Leervraag.id != leervraag.id, Leervraag.ended_on.is_(None))
        .order_by(Leervraag.asked_on.desc(), Leervraag.id.desc())
    )
    if leervraag.shared_id is not None:
        others = others.where(
            or_(Leervraag.shared_id.is_(None), Leervraag.shared_id != leervraag.shared_id)
        )
    if words:
        sought = others.where(
            *(
                or_(
                    Leervraag.question.icontains(word, autoescape=True),
                    Leervraag.code.icontains(word, autoescape=True),
                )
                for word in words
            )
        ).limit(FOUND)
    else:
        ids = [domain.id for domain in leervraag.domains]
        sought = others.where(
            Leervraag.level != leervraag.level,
            Leervraag.state != LeervraagState.NOT_CHOSEN,
            Leervraag.domains.any(Domain.id.in_(ids)),
        ).limit(SUGGESTED)
    kept = others.where(Leervraag.public_id.in_(list(chosen)))
    rows = {
        row.public_id: row
        for statement in ((kept, sought) if chosen else (sought,))
        for row in session().execute(statement)
    }
    return [Option(r.public_id, title_of(r.question), label(r.level)) for r in rows.values()]


def find_all(public_ids: Collection[str]) -> Sequence[Leervraag]:
    """Return these leervragen with the family that each is of."""
    return (
        session()
        .scalars(
            select(Leervraag)
            .where(Leervraag.public_id.in_(list(public_ids)))
            .options(joinedload(Leervraag.shared))
            .order_by(Leervraag.id)
        )
        .all()
    )


def family(shared_id: int | None) -> Sequence[Leervraag]:
    """Return the questions that are one question, practice first."""
    if shared_id is None:
        return ()
    rows = session().scalars(
        select(Leervraag)
        .where(Leervraag.shared_id == shared_id)
        .options(selectinload(Leervraag.domains), joinedload(Leervraag.area))
        .order_by(Leervraag.asked_on, Leervraag.id)
    )
    return sorted(rows, key=lambda one: one.level.rank)


# The list.


@dataclass(frozen=True)
class Filter:
    """What somebody looks for in the list."""

    level: Level | None = None
    domain: str = ""
    area: str = ""
    state: LeervraagState | None = None
    text: str = ""
    asked_by: Account | None = None


def listed(chosen: Filter) -> Select[int]:
    """Select the ids of leervragen, the newest first; see `lines` for what a list shows.

    Who asked one still finds it when a package ended it.
    """
    statement = select(Leervraag.id)
    if chosen.asked_by is not None:
        statement = statement.where(Leervraag.author_id == chosen.asked_by.id)
    else:
        statement = statement.where(Leervraag.ended_on.is_(None))
    if chosen.level is not None:
        statement = statement.where(Leervraag.level == chosen.level)
    if chosen.state is not None:
        statement = statement.where(Leervraag.state == chosen.state)
    if chosen.domain:
        statement = statement.where(Leervraag.domains.any(Domain.code == chosen.domain))
    if chosen.area:
        statement = statement.where(Leervraag.area.has(Area.code == chosen.area))
    if chosen.text:
        columns = (
            Leervraag.question,
            Leervraag.background,
            Leervraag.interpretation,
            Leervraag.answer,
            Leervraag.code,
        )
        found = [column.icontains(chosen.text, autoescape=True) for column in columns]
        statement = statement.where(or_(*found))
    return statement.order_by(Leervraag.asked_on.desc(), Leervraag.id.desc())


@dataclass(frozen=True)
class Line:
    """One leervraag in a list."""

    leervraag: Leervraag
    title: str
    badge: str
    domains: str
    became: str


def line(leervraag: Leervraag) -> Line:
    """Return a leervraag as a line of a list."""
    return Line(
        leervraag,
        title_of(leervraag.question),
        BADGES[leervraag.state],
        domains_of(leervraag),
        became(leervraag),
    )


def lines(ids: Sequence[int]) -> list[Line]:
    """Return these leervragen as lines of a list, in their order."""
    rows = {row.id: row for row in session().scalars(_for_lines(ids))}
    return [line(rows[number]) for number in ids]


def domains_of(leervraag: Leervraag) -> str:
    """Return what a question is about."""
    return web.enumerate_words([domain.name for domain in leervraag.domains] or ["–"])


WAITS: Final = (LeervraagState.ASKED, LeervraagState.NOT_CHOSEN)
TRAVELS: Final = (LeervraagState.CHOSEN, LeervraagState.ALIGNED)


def may_travel(leervraag: Leervraag) -> bool:
    """Whether it is chosen, has what a road needs, and does not lie with the tables."""
    has_facts = leervraag.area_id is not None and bool(leervraag.domains)
    return leervraag.state in TRAVELS and can_be_brought(leervraag) and has_facts


def can_be_brought(leervraag: Leervraag) -> bool:
    """Whether it never went to the tables, or was stopped before it was sent there."""
    carrier = leervraag.travels_as
    return carrier is None or carrier.status is SignalStatus.REFUSED


def is_under_way(leervraag: Leervraag) -> bool:
    """Whether it lies with the tables, or is about to."""
    carrier = leervraag.travels_as
    return carrier is not None and carrier.status in OPEN_STATUSES


def asker_to_tell(leervraag: Leervraag, by: Account) -> Account | None:
    """Return who asked it, where that is somebody else with an account; they get a mail."""
    asker = leervraag.author
    return asker if asker is not None and asker.id != by.id else None


def became(leervraag: Leervraag) -> str:
    """Return in a sentence what became of a question until now."""
    keeper, road = leervraag.owner, _road_words(leervraag)
    words = {
        LeervraagState.ASKED: "De leercoördinator weegt deze vraag nog.",
        LeervraagState.CHOSEN: f"Nog zonder eigenaar.{road}",
        LeervraagState.ALIGNED: f"{keeper} houdt deze vraag gaande.{road}",
        LeervraagState.ANSWERED: f"Beantwoord op {web.day(leervraag.answered_on)}.",
        LeervraagState.EMBEDDED: "Het antwoord hoort nu bij het gewone werk.",
        LeervraagState.NOT_CHOSEN: "De reden staat erbij.",
    }
    return words[leervraag.state]


def _road_words(leervraag: Leervraag) -> str:
    """Return where it is among the tables, as a sentence to add to another."""
    carrier = leervraag.travels_as
    if carrier is None or carrier.sent_on is None or carrier.status not in OPEN_STATUSES:
        return ""
    if carrier.status is SignalStatus.ANSWERED:
        return " Een tafel heeft erover besloten."
    return " De vraag is onderweg langs de tafels."


def kept_going(account: Account) -> Select[*tuple[Any, ...]]:
    """Select the questions that somebody keeps going and that wait for an answer or a place."""
    return (
        select(Leervraag.public_id, Leervraag.question, Leervraag.answered_on)
        .where(Leervraag.owner_account_id == account.id, Leervraag.ended_on.is_(None))
        .where(Leervraag.state.in_((LeervraagState.ALIGNED, LeervraagState.ANSWERED)))
        .order_by(Leervraag.asked_on, Leervraag.id)
    )


# Weighing.


def criteria(*, also_ended: bool = False) -> Sequence[Criterion]:
    """Return what the region weighs, in its own order."""
    statement = select(Criterion).order_by(Criterion.position, Criterion.id)
    if not also_ended:
        statement = statement.where(Criterion.ended_on.is_(None))
    return session().scalars(statement).all()


def scores(leervraag: Leervraag) -> dict[int, LeervraagScore]:
    """Return what was given for each criterion, by its id."""
    rows = session().scalars(
        select(LeervraagScore).where(LeervraagScore.leervraag_id == leervraag.id)
    )
    return {row.criterion_id: row for row in rows}


def fingerprint(given: dict[int, LeervraagScore]) -> str:
    """Return what tells whether somebody else scored in the meantime."""
    return "-".join(f"{number}.{given[number].points}" for number in sorted(given))


@dataclass(frozen=True)
class Part:
    """What one criterion adds to a total; without points nobody scored it yet."""

    criterion: str
    weight: int
    points: int | None
    by: str = ""
    on: date | None = None

    @property
    def product(self) -> int:
        return self.weight * (self.points or 0)


@dataclass(frozen=True)
class Weighed:
    """A question with what it was weighed on."""

    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        return sum(part.product for part in self.parts)

    @property
    def highest(self) -> int:
        return sum(3 * part.weight for part in self.parts)

    @property
    def unscored(self) -> int:
        return sum(part.points is None for part in self.parts)

    @property
    def is_begun(self) -> bool:
        return any(part.points is not None for part in self.parts)

    @property
    def sum_words(self) -> str:
        """Return "3 × 2 + 2 × 1 = 8": weight times points, in the order of the criteria."""
        made = [f"{p.weight} × {p.points}" for p in self.parts if p.points is not None]
        return f"{' + '.join(made)} = {self.total}" if made else "Nog niet gewogen"


def weigh(leervraag: Leervraag) -> Weighed:
    """Return how a question weighs now, and who gave which points when."""
    given = {
        row.criterion_id: (row, name)
        for row, name in session().execute(
            select(LeervraagScore, Account.name)
            .outerjoin(Account, Account.id == LeervraagScore.scored_by_id)
            .where(LeervraagScore.leervraag_id == leervraag.id)
        )
    }
    parts = []
    for one in criteria():
        score, name = given.get(one.id, (None, ""))
        parts.append(
            Part(
                one.name,
                one.weight,
                score.points if score else None,
                name or "",
                score.scored_at.astimezone(clock.AMSTERDAM).date() if score else None,
            )
        )
    return Weighed(tuple(parts))


@dataclass(frozen=True)
class Ranked:
    """A question on its place in the order of its level."""

    place: int
    line: Line
    weighed: Weighed


def ranking(level: Level) -> Sequence[int]:
    """Return the ids of the questions of a level that wait for a choice, in their order.

    The highest total first, then the fewest criteria without points, then the oldest, then by
    code: the same scores give the same order to whoever looks.
    """
    # Added up over all scores and put in order here: one join of the three makes a database look
    # the scores up again for each question.
    totals = {
        row.leervraag_id: (-row.total, -row.scored)
        for row in session().execute(
            select(
                LeervraagScore.leervraag_id,
                func.sum(Criterion.weight * LeervraagScore.points).label("total"),
                func.count().label("scored"),
            )
            .join(LeervraagScore.criterion)
            .where(Criterion.ended_on.is_(None))
            .group_by(LeervraagScore.leervraag_id)
        )
    }
    rows = session().execute(
        select(Leervraag.id, Leervraag.asked_on, Leervraag.code)
        .where(Leervraag.level == level, Leervraag.state == LeervraagState.ASKED)
        .where(Leervraag.ended_on.is_(None))
    )
    in_order = sorted(rows, key=lambda row: (totals.get(row.id, (0, 0)), row.asked_on, row.code))
    return [row.id for row in in_order]


def ranked(ids: Sequence[int], first_place: int) -> list[Ranked]:
    """Return these questions, in this order, with how the total of each is made."""
    weighing = criteria()
    given: dict[int, dict[int, int]] = defaultdict(dict)
    for row in session().execute(
        select(
            LeervraagScore.leervraag_id, LeervraagScore.criterion_id, LeervraagScore.points
        ).where(LeervraagScore.leervraag_id.in_(ids))
    ):
        given[row.leervraag_id][row.criterion_id] = row.points
    rows = {row.id: row for row in session().scalars(_for_lines(ids))}
    return [
        Ranked(
            place,
            line(rows[number]),
            Weighed(tuple(Part(c.name, c.weight, given[number].get(c.id)) for c in weighing)),
        )
        for place, number in enumerate(ids, first_place)
    ]


def _for_lines(ids: Sequence[int]) -> Select[Leervraag]:
    return (
        select(Leervraag)
        .where(Leervraag.id.in_(ids))
        .options(
            joinedload(Leervraag.area),
            joinedload(Leervraag.travels_as),
            joinedload(Leervraag.shared),
            selectinload(Leervraag.domains),
        )
    )


def waiting_per_level() -> dict[Level, int]:
    """Return how many questions of each level wait for a choice."""
    rows = session().execute(
        select(Leervraag.level, func.count())
        .where(Leervraag.state == LeervraagState.ASKED, Leervraag.ended_on.is_(None))
        .group_by(Leervraag.level)
    )
    found: dict[Level, int] = {row[0]: row[1] for row in rows}
    return {level: found.get(level, 0) for level in Level}


def at_work(level: Level) -> int:
    """Return how many questions of a level the region works on."""
    return (
        session().scalar(
            select(func.count(Leervraag.id)).where(
                Leervraag.level == level,
                Leervraag.state.in_(LEARNING_STATES),
                Leervraag.ended_on.is_(None),
            )
        )
        or 0
    )


# The same question on other levels.

NEXT: Final = {
    between.GapKind.NOT_ABOVE: "Zoek eerst of iemand hogerop hetzelfde vraagt, en koppel die "
    "vraag. Is er geen? Breng deze vraag dan naar een tafel.",
    between.GapKind.NOT_IN_PRACTICE: "Zoek eerst of iemand in de uitvoering hetzelfde vraagt, en "
    "koppel die vraag. Is er geen? Vraag een team of dit ook hun vraag is.",
}


@dataclass(frozen=True)
class Unheard:
    """A question, or several that are one, that some levels lack."""

    title: str
    gap: between.Gap
    lines: tuple[Line, ...]

    @property
    def first(self) -> Leervraag:
        return self.lines[0].leervraag

    @property
    def can_travel(self) -> Leervraag | None:
        """Return the question that can be brought to a table now, if there is one."""
        return next((ready for line in self.lines if may_travel(ready := line.leervraag)), None)

    @property
    def asked_words(self) -> str:
        """Return on which levels it is asked: "uitvoering en management"."""
        found = {line.leervraag.level: label(line.leervraag.level).lower() for line in self.lines}
        return web.enumerate_words([found[level] for level in sorted(found)])

    @property
    def lacking_words(self) -> str:
        """Return which levels lack it: "beleid en bestuur"."""
        return web.enumerate_words([label(level).lower() for level in self.gap.lacking])

    @property
    def next_words(self) -> str:
        """Return what to do next."""
        if any(is_under_way(line.leervraag) for line in self.lines):
            return "Deze vraag is al op weg langs de tafels."
        is_chosen = any(line.leervraag.state in LEARNING_STATES for line in self.lines)
        if is_chosen or self.gap.kind is not between.GapKind.NOT_ABOVE:
            return NEXT[self.gap.kind]
        return f"{NEXT[self.gap.kind]} Dat kan zodra de vraag gekozen is."


Found = tuple[between.Gap, tuple[int, ...]]


def unheard() -> dict[between.GapKind, list[Found]]:
    """Return the gaps of each kind with the ids of the questions, what waits longest first."""
    rows = session().execute(
        select(Leervraag.id, Leervraag.shared_id, Leervraag.level)
        .where(Leervraag.state.in_(LIVES), Leervraag.ended_on.is_(None))
        .order_by(Leervraag.asked_on, Leervraag.code)
    )
    together: dict[tuple[bool, int], list[tuple[int, Level]]] = defaultdict(list)
    for number, shared_id, level in rows:
        key = (True, shared_id) if shared_id is not None else (False, number)
        together[key].append((number, level))
    known: dict[frozenset[Level], between.Gap | None] = {}
    found: dict[between.GapKind, list[Found]] = {kind: [] for kind in between.GapKind}
    for these in together.values():
        levels = frozenset(level for _number, level in these)
        if levels not in known:
            known[levels] = between.gap(levels)
        lacking = known[levels]
        if lacking is not None:
            found[lacking.kind].append((lacking, tuple(number for number, _level in these)))
    return found


def describe(found: Sequence[Found]) -> list[Unheard]:
    """Return these gaps with their questions."""
    ids = [number for _gap, numbers in found for number in numbers]
    rows = {row.id: row for row in session().scalars(_for_lines(ids))}
    described = []
    for gap, numbers in found:
        lines = tuple(
            sorted((line(rows[n]) for n in numbers), key=lambda one: one.leervraag.level.rank)
        )
        shared = rows[numbers[0]].shared
        described.append(Unheard(shared.title if shared else lines[0].title, gap, lines))
    return described


# The story of one leervraag.


@dataclass(frozen=True)
class Step:
    """One of the five steps of a question: done, now or still to come."""

    name: str
    state: str
    on: date | None


@dataclass(frozen=True)
class Shown:
    """Everything that the page of one leervraag shows."""

    leervraag: Leervraag
    title: str
    lead: str
    badge: str
    steps: tuple[Step, ...]
    is_mine: bool
    choices: Sequence[LeervraagChoice]
    weighed: Weighed | None
    """For the coordinator."""
    family: tuple[Line, ...]
    gap: between.Gap | None
    goals: Sequence[LearningGoal]
    moments: Sequence[LearningEvent]
    road: signal_queries.Story | None
    """Of what travels: its timelines, where there is no road, and the answers of the tables.

    The words and the name of who asked are in it too, and questions: a page for members shows only
    what is named here.
    """
    history: list[events.Entry]
    facts: list[tuple[str, str]]

    @property
    def can_be_brought(self) -> bool:
        return can_be_brought(self.leervraag)

    @property
    def last_choice(self) -> LeervraagChoice | None:
        return self.choices[0] if self.choices else None

    @property
    def lacking_words(self) -> str:
        """Return which levels lack this question."""
        if self.gap is None:
            return ""
        return web.enumerate_words([label(level).lower() for level in self.gap.lacking])

    @property
    def has_decision(self) -> bool:
        """Whether a table decided, and nobody wrote the answer to the question yet."""
        if self.leervraag.state not in TRAVELS or self.leervraag.answer or self.road is None:
            return False
        judged = [answer.decision.verification for answer in self.road.answers]
        return any(one is None or not one.is_sent_back for one in judged)

    @property
    def was_at_tafels(self) -> bool:
        """Whether it is open while its road along the tables has ended; there it goes once."""
        carrier = self.leervraag.travels_as
        is_over = carrier is not None and carrier.status is SignalStatus.CLOSED
        return is_over and self.leervraag.state in TRAVELS and not self.has_decision


def shown(leervraag: Leervraag, person: "Person") -> Shown:
    """Return what happened with a question and what is still to come."""
    chosen = session().scalars(
        select(LeervraagChoice)
        .where(LeervraagChoice.leervraag_id == leervraag.id)
        .order_by(LeervraagChoice.id.desc())
    )
    choices = chosen.all()
    same = family(leervraag.shared_id)
    lives = {one.level for one in [leervraag, *same] if one.state is not LeervraagState.NOT_CHOSEN}
    is_mine = leervraag.author_id == person.account.id
    return Shown(
        leervraag=leervraag,
        title=title_of(leervraag.question),
        lead=_lead(leervraag, is_mine=is_mine),
        badge=BADGES[leervraag.state],
        steps=_steps(leervraag, choices),
        is_mine=is_mine,
        choices=choices,
        weighed=weigh(leervraag) if person.has(RoleName.COORDINATOR) else None,
        family=tuple(line(one) for one in same if one.id != leervraag.id),
        gap=between.gap(lives) if leervraag.state in LIVES else None,
        goals=_goals(leervraag),
        moments=_moments(leervraag),
        road=_road(leervraag, person),
        history=events.history(person.account, (ObjectKind.LEERVRAAG,), [leervraag.public_id]),
        facts=_facts(leervraag),
    )


def _road(leervraag: Leervraag, person: "Person") -> signal_queries.Story | None:
    if leervraag.travels_as is None:
        return None
    signal = signal_queries.find_signal(leervraag.travels_as.public_id)
    return signal_queries.story(signal, person) if signal is not None else None


def _goals(leervraag: Leervraag) -> Sequence[LearningGoal]:
    return (
        session()
        .scalars(
            select(LearningGoal)
            .where(LearningGoal.leervraag_id == leervraag.id)
            .order_by(LearningGoal.id)
        )
        .all()
    )


def _moments(leervraag: Leervraag) -> Sequence[LearningEvent]:
    return (
        session()
        .scalars(
            select(LearningEvent)
            .join(event_leervragen, event_leervragen.c.event_id == LearningEvent.id)
            .where(event_leervragen.c.leervraag_id == leervraag.id)
            .where(LearningEvent.status == LearningEventStatus.PLANNED)
            .order_by(LearningEvent.held_on, LearningEvent.id)
        )
        .all()
    )


def _steps(leervraag: Leervraag, choices: Sequence[LeervraagChoice]) -> tuple[Step, ...]:
    """Return the five steps; of one that is not chosen the first only is done."""
    is_refused = leervraag.state is LeervraagState.NOT_CHOSEN
    now = 0 if is_refused else STEPS.index(leervraag.state)
    chosen_on = next((one.chosen_on for one in choices if one.is_chosen), None)
    days = {
        LeervraagState.ASKED: leervraag.asked_on,
        LeervraagState.CHOSEN: chosen_on,
        LeervraagState.ANSWERED: leervraag.answered_on,
        LeervraagState.EMBEDDED: leervraag.embedded_on,
    }
    found = []
    for place, state in enumerate(STEPS):
        stand = "now" if place == now and not is_refused else "done" if place <= now else "plan"
        on = days.get(state) if place <= now else None
        name = "Niet gekozen" if is_refused and place == 1 else label(state)
        if is_refused and place == 1:
            stand, on = "now", choices[0].chosen_on if choices else None
        found.append(Step(name, stand, on))
    return tuple(found[:2] if is_refused else found)


def _lead(leervraag: Leervraag, *, is_mine: bool) -> str:
    whose, road = "Uw vraag" if is_mine else "Deze vraag", _road_words(leervraag)
    leads = {
        LeervraagState.ASKED: f"{whose} is gesteld. De leercoördinator weegt de vragen en kiest.",
        LeervraagState.CHOSEN: f"{whose} is gekozen. Er komt iemand die haar gaande houdt.{road}",
        LeervraagState.ALIGNED: f"{whose} is {'weer open' if leervraag.answer else 'gekozen'}. "
        f"{leervraag.owner} houdt haar gaande.{road}",
        LeervraagState.ANSWERED: f"{whose} heeft een antwoord. Nu moet het een plek krijgen in "
        "het gewone werk.",
        LeervraagState.EMBEDDED: f"{whose} heeft een antwoord, en dat hoort nu bij het gewone "
        "werk.",
        LeervraagState.NOT_CHOSEN: f"{whose} is niet gekozen. Hieronder staat waarom.",
    }
    return leads[leervraag.state]


def _facts(leervraag: Leervraag) -> list[tuple[str, str]]:
    return [
        ("Gesteld door", asker_words(leervraag)),
        ("Niveau", label(leervraag.level)),
        ("Waarover", domains_of(leervraag)),
        ("Gebied", leervraag.area.name if leervraag.area else "De hele regio"),
        ("Gesteld op", web.day(leervraag.asked_on)),
        ("Stand in het regiopakket", leervraag.status),
        ("Niet meer in het regiopakket sinds", web.day(leervraag.ended_on)),
        ("Nummer", leervraag.code),
    ]


def asker_words(leervraag: Leervraag) -> str:
    """Return in which role it was asked, and for which organisation; never by whom."""
    role = label(leervraag.asker_role)
    partner = leervraag.partner.name if leervraag.partner else ""
    if role and partner:
        return f"{role}, {partner}"
    return role or partner or "Niet bekend"


def last_answer(leervraag: Leervraag) -> str:
    """Return what a table answered last on a question that travelled."""
    if leervraag.travels_as_id is None:
        return ""
    found = session().scalar(
        select(Decision.answer)
        .where(Decision.signal_id == leervraag.travels_as_id)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return found or ""
