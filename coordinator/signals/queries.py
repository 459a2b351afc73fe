"""What the pages on signals look up: who sees which, the long list, and the story of one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from coordinator import clock, events, planning, web
from coordinator.agenda import queries as agenda
from coordinator.db import session
from coordinator.labels import LEVEL_WORDS, label
from coordinator.models import (
    OPEN_STATUSES,
    Account,
    AgendaItem,
    Area,
    ChangeReason,
    Decision,
    DecisionKind,
    Domain,
    ItemStatus,
    Journey,
    JourneyStatus,
    Level,
    Meeting,
    ObjectKind,
    Partner,
    PlannedStop,
    Question,
    RoleName,
    Signal,
    SignalStatus,
    Source,
    Tafel,
    Verdict,
    Verification,
)
from coordinator.signals import roads
from coordinator.signals.roads import Given, NoRoad, Past, Reader, Timeline, Way

if TYPE_CHECKING:
    from coordinator.access import Person  # which imports `find_signal` from here

GIVERS: Final = {
    RoleName.EXPERT: Source.EXPERT,
    RoleName.PROFESSIONAL: Source.PROFESSIONAL,
    RoleName.MANAGER: Source.MANAGER,
}
SENT: Final = (SignalStatus.TRAVELLING, SignalStatus.ANSWERED)
UNSENT: Final = (SignalStatus.NEW, SignalStatus.ASKED)
IN_MOTION: Final = (JourneyStatus.PLANNED, JourneyStatus.TRAVELLING)


# One signal.


def find_signal(public_id: str) -> Signal | None:
    """Return a signal of the person's region, with what its rules and forms need."""
    if session().scope is None:
        return None
    return session().scalar(
        select(Signal)
        .where(Signal.public_id == public_id)
        .options(
            joinedload(Signal.author),
            joinedload(Signal.partner),
            joinedload(Signal.area),
            joinedload(Signal.leervraag),
            selectinload(Signal.domains),
        )
    )


def find_same(author: Account, title: str, words: str) -> Signal | None:
    """Return the signal that this author gave in the last day with the same title and words.

    The author's row is held: of two tabs that send at once, the second finds the first's signal.
    """
    session().scalar(select(Account.id).where(Account.id == author.id).with_for_update())
    return session().scalar(
        select(Signal)
        .where(Signal.author_id == author.id, Signal.title == title, Signal.description == words)
        .where(Signal.given_at > clock.now() - timedelta(days=1))
        .order_by(Signal.id)
        .limit(1)
    )


def load_journeys(signal: Signal) -> Sequence[Journey]:
    """Return the journeys of a signal with their domain, items and changes."""
    return (
        session()
        .scalars(
            select(Journey)
            .where(Journey.signal_id == signal.id)
            .options(
                joinedload(Journey.domain),
                joinedload(Journey.at_tafel),
                selectinload(Journey.changes),
                selectinload(Journey.items).options(
                    joinedload(AgendaItem.meeting).joinedload(Meeting.tafel),
                    joinedload(AgendaItem.decision),
                ),
            )
            .order_by(Journey.id)
        )
        .all()
    )


def _decisions() -> Select[Decision]:
    return select(Decision).options(
        joinedload(Decision.meeting).joinedload(Meeting.tafel),
        joinedload(Decision.verification),
        selectinload(Decision.items).joinedload(AgendaItem.journey).joinedload(Journey.domain),
    )


def load_decisions(signal: Signal) -> Sequence[Decision]:
    """Return the decisions on a signal, newest first, with the domains they hold for."""
    newest_first = _decisions().where(Decision.signal_id == signal.id).order_by(Decision.id.desc())
    return session().scalars(newest_first).all()


def load_questions(signal: Signal) -> Sequence[Question]:
    """Return the questions to the author, oldest first."""
    return (
        session()
        .scalars(select(Question).where(Question.signal_id == signal.id).order_by(Question.id))
        .all()
    )


def open_question(signal: Signal) -> Question | None:
    """Return the question that waits for an answer."""
    return session().scalar(
        select(Question)
        .where(Question.signal_id == signal.id, Question.answered_at.is_(None))
        .order_by(Question.id.desc())
        .limit(1)
    )


def decision_to_verify(signal: Signal) -> Decision | None:
    """Return the oldest decision that waits for the author's judgement."""
    return _first_decision(signal, lambda decision: decision.verification is None)


def decision_to_settle(signal: Signal) -> Decision | None:
    """Return the oldest decision that was partly recognised and waits for the coordinator."""
    return _first_decision(signal, waits_for_coordinator)


def waits_for_coordinator(decision: Decision) -> bool:
    """Whether the answer was partly recognised and nobody chose yet what happens then."""
    judged = decision.verification
    return judged is not None and judged.verdict is Verdict.PARTLY and judged.settled_on is None


def _first_decision(signal: Signal, waits: Any) -> Decision | None:
    return next((d for d in reversed(load_decisions(signal)) if waits(d)), None)


def journeys_of(decision: Decision) -> list[Journey]:
    """Return the journeys that a decision answered and that still wait on the answer's fate."""
    return [i.journey for i in decision.items if i.journey.status is JourneyStatus.ANSWERED]


def times_sent_back(journey: Journey) -> int:
    """Return how often an answer for this domain was not good enough for the author."""
    return (
        session().scalar(
            select(func.count(Verification.id.distinct()))
            .join(Verification.decision)
            .join(Decision.items)
            .where(AgendaItem.journey_id == journey.id, Verification.is_sent_back)
        )
        or 0
    )


# What a giver can choose from.


def partners_of(person: "Person") -> Sequence[Partner]:
    """Return the organisations for which a person may give a signal."""
    ids = person.partner_ids(*GIVERS)
    if not ids:
        return ()
    return (
        session()
        .scalars(
            select(Partner)
            .where(Partner.id.in_(ids), Partner.ended_on.is_(None))
            .options(selectinload(Partner.working_areas))
            .order_by(Partner.name)
        )
        .all()
    )


def source_of(person: "Person", partner: Partner | None) -> Source:
    """Return in which role a person speaks for this organisation."""
    partner_id = partner.id if partner else None
    roles = {grant.role: grant.partner_id for grant in reversed(person.grants)}
    fitting = [role for role, of in roles.items() if role in GIVERS and of == partner_id]
    others = [role for role in roles if role in GIVERS]
    return GIVERS[(fitting or others)[0]]


@dataclass(frozen=True)
class Areas:
    """The areas to choose from: where the author's organisations work, and the others."""

    near: Sequence[Area]
    other: Sequence[Area]


def areas_for(partners: Sequence[Partner]) -> Areas:
    """Return the areas, those where these organisations work first."""
    region = planning.planner().region
    working = {area.code for partner in partners for area in partner.working_areas}
    rows = session().scalars(select(Area).where(Area.ended_on.is_(None)).order_by(Area.name)).all()
    near = [
        area
        for area in rows
        if area.code in region.areas_by_code and region.containing(area.code) & working
    ]
    chosen = {area.id for area in near}
    return Areas(near, [area for area in rows if area.id not in chosen])


def all_areas() -> Sequence[Area]:
    """Return the areas of the region."""
    return session().scalars(select(Area).where(Area.ended_on.is_(None)).order_by(Area.name)).all()


def all_domains() -> Sequence[Domain]:
    """Return the domains of the region."""
    return (
        session()
        .scalars(select(Domain).where(Domain.ended_on.is_(None)).order_by(Domain.name))
        .all()
    )


# The list.


def visible_to(person: "Person") -> Select[Signal]:
    """Return the signals a person may open; the list beside the rule `authors_and_coordinators`."""
    statement = select(Signal)
    if person.has(RoleName.COORDINATOR):
        return statement
    if not person.grants:
        return statement.where(false())
    return statement.where(Signal.author_id == person.account.id)


def _without_road() -> ColumnElement[bool]:
    """Return the condition: open, and some journey has no road."""
    stuck = exists().where(
        Journey.signal_id == Signal.id,
        Journey.status.in_(IN_MOTION),
        Journey.reason.is_not(None),
    )
    return and_(Signal.status.in_(OPEN_STATUSES), stuck)


def _to_settle() -> ColumnElement[bool]:
    """Return the condition: an answer was partly recognised and waits for the coordinator."""
    return exists().where(
        Decision.signal_id == Signal.id,
        Verification.decision_id == Decision.id,
        Verification.verdict == Verdict.PARTLY,
        Verification.settled_on.is_(None),
    )


@dataclass(frozen=True)
class Filter:
    """What the coordinator looks for in the list."""

    status: SignalStatus | None = None
    domain: str = ""
    area: str = ""
    text: str = ""
    only_without_road: bool = False


def filtered(statement: Select[Signal], chosen: Filter) -> Select[Signal]:
    """Narrow a list of signals down."""
    if chosen.status is not None:
        statement = statement.where(Signal.status == chosen.status)
    if chosen.domain:
        statement = statement.where(Signal.domains.any(Domain.code == chosen.domain))
    if chosen.area:
        area = aliased(Area)
        statement = statement.join(area, Signal.area).where(area.code == chosen.area)
    if chosen.text:
        columns = (Signal.title, Signal.title_for_tafels, Signal.description, Signal.code)
        words = [c.icontains(chosen.text, autoescape=True) for c in columns]
        statement = statement.where(or_(*words))
    if chosen.only_without_road:
        statement = statement.where(_without_road())
    return statement


def by_attention(statement: Select[Signal], *, is_coordinator: bool) -> Select[Any]:
    """Sort by what asks attention: of the coordinator, or of the author."""
    if is_coordinator:
        rank = case(
            (Signal.status == SignalStatus.NEW, 0),
            (_to_settle(), 1),
            (_without_road(), 2),
            (Signal.status == SignalStatus.ANSWERED, 3),
            (Signal.status == SignalStatus.ASKED, 4),
            (Signal.status == SignalStatus.TRAVELLING, 5),
            else_=9,
        )
        waits_since = case((Signal.status.in_(OPEN_STATUSES), Signal.given_on), else_=None)
        statement = statement.order_by(rank, waits_since)
    else:
        asks = Signal.status.in_((SignalStatus.ASKED, SignalStatus.ANSWERED))
        statement = statement.order_by(case((asks, 0), else_=1))
    return statement.order_by(Signal.given_on.desc(), Signal.id.desc()).options(
        joinedload(Signal.area),
        joinedload(Signal.leervraag),
        selectinload(Signal.domains),
        selectinload(Signal.journeys),
    )


BADGES: Final = {
    SignalStatus.NEW: "signal",
    SignalStatus.ASKED: "warning",
    SignalStatus.TRAVELLING: "active",
    SignalStatus.ANSWERED: "board",
    SignalStatus.CLOSED: "done",
    SignalStatus.REFUSED: "plain",
}


@dataclass(frozen=True)
class Line:
    """One signal in the list."""

    signal: Signal
    badge: str
    domains: str
    note: str
    answer_by: date | None


def lines(signals: Iterable[Signal], *, is_coordinator: bool) -> list[Line]:
    """Return signals as lines of the list."""
    return [
        Line(
            signal=signal,
            badge=BADGES[signal.status],
            domains=web.enumerate_words([domain.name for domain in signal.domains] or ["–"]),
            note=_note(signal, is_coordinator=is_coordinator),
            answer_by=_answer_by(signal),
        )
        for signal in signals
    ]


def _note(signal: Signal, *, is_coordinator: bool) -> str:
    stuck = any(j.reason and j.status in IN_MOTION for j in signal.journeys)
    if is_coordinator:
        notes = {
            SignalStatus.NEW: "Lees dit signaal"
            if signal.read_on is None
            else "Gelezen, nog niet doorgestuurd",
            SignalStatus.ASKED: "Wacht op antwoord van de melder",
            SignalStatus.ANSWERED: "Wacht op het oordeel over het antwoord",
        }
        note = notes.get(signal.status, "")
        if stuck and signal.status in OPEN_STATUSES:
            return f"{note}. Geen weg." if note else "Geen weg"
        return note
    notes = {
        SignalStatus.NEW: "De leercoördinator leest het",
        SignalStatus.ASKED: "Er is een vraag aan u",
        SignalStatus.ANSWERED: "Er is een antwoord. Klopt het?",
        SignalStatus.REFUSED: "Lees waarom",
    }
    return notes.get(signal.status, "")


def _answer_by(signal: Signal) -> date | None:
    if signal.status not in OPEN_STATUSES:
        return None
    dues = [j.answer_due_on for j in signal.journeys if j.status in IN_MOTION]
    return min((due for due in dues if due is not None), default=None)


def late_unsent(today: date) -> list[tuple[Journey, str, date]]:
    """Return the journeys of unsent signals whose first closing day has passed.

    Plans are read as plain columns: there can be many, and few are late.
    """
    rows = session().execute(
        select(Journey.id, Journey.plan)
        .join(Journey.signal)
        .where(Journey.status == JourneyStatus.PLANNED, Signal.status.in_(UNSENT))
        .where(Journey.at_tafel_id.is_(None), Journey.arrival_on.is_not(None))
        .where(Journey.submit_on < today)
        .order_by(Journey.id)
    )
    late = {row.id: stop for row in rows if (stop := _missed(row.plan, today)) is not None}
    ids = list(late)
    found = []
    for start in range(0, len(ids), 500):
        chunk = select(Journey).where(Journey.id.in_(ids[start : start + 500]))
        found += [(journey, *late[journey.id]) for journey in session().scalars(chunk)]
    return found


def missed_first_stop(journey: Journey, today: date) -> tuple[str, date] | None:
    """Return the first stop of a plan (name and day) when its closing day has passed."""
    return _missed(journey.plan, today)


def _missed(plan: Sequence[PlannedStop], today: date) -> tuple[str, date] | None:
    if not plan:
        return None
    tafel = planning.planner().region.tafels_by_code.get(plan[0]["tafel"])
    on = date.fromisoformat(plan[0]["on"])
    if tafel is None or on - timedelta(days=tafel.submission_days) >= today:
        return None
    return tafel.name, on


def stuck_signals() -> Sequence[Signal]:
    """Return the signals that people gave here and that have no road for some domain."""
    stuck = select(Signal).where(_without_road(), Signal.given_at.is_not(None))
    return session().scalars(stuck.order_by(Signal.id)).all()


# Sending on: who is asked to decide.


@dataclass(frozen=True)
class Choice:
    """One domain of an option: when its table meets and when the answer is due, or why not."""

    domain: str
    tafel: str
    arrival_on: date | None
    due_on: date | None
    no_road: str


@dataclass(frozen=True)
class Option:
    """One level that can be asked to decide."""

    level: Level
    name: str
    choices: list[Choice]

    @property
    def has_road(self) -> bool:
        return any(choice.due_on for choice in self.choices)

    @property
    def first_arrival(self) -> date:
        return min((c.arrival_on for c in self.choices if c.arrival_on), default=date.max)


def options(signal: Signal) -> list[Option]:
    """Return who can be asked to decide, with the dates as they are when it is sent today."""
    today = clock.today()
    planner = planning.planner()
    found: dict[Level, list[Choice]] = {level: [] for level in planning.TARGETS}
    for journey in load_journeys(signal):
        if journey.status is not JourneyStatus.PLANNED:
            continue
        late = missed_first_stop(journey, today) is not None
        plan = planning.find_plan(
            planner,
            planning.Position(
                partner=signal.partner.code if signal.partner else None,
                area=signal.area.code,
                domain=journey.domain.code,
                level=journey.level,
                came_from=None,
                at_tafel=None,
                after_on=None,
                submit_on=today if late else journey.submit_on,
            ),
        )
        last = planner.region.tafels_by_code[plan.stops[-1][0]].name if plan.stops else ""
        found[journey.level].append(
            Choice(
                domain=journey.domain.name,
                tafel=last,
                arrival_on=plan.arrival_on,
                due_on=plan.answer_due_on,
                no_road=label(plan.reason) if plan.reason else "",
            )
        )
    names = roads.LEVEL_NAMES
    return [Option(level, names[level], choices) for level, choices in found.items() if choices]


def default_option(found: Sequence[Option]) -> Option | None:
    """Return the first deciding table that has a road."""
    able = [option for option in found if option.has_road]
    return min(able, key=lambda o: (o.first_arrival, o.level.rank), default=None)


# The story of one signal, as its page tells it.


@dataclass(frozen=True)
class Change:
    """A promise that moved, in words."""

    at: datetime
    text: str
    reason: str
    about: str


@dataclass(frozen=True)
class Answer:
    """A decision as the author reads it, and what the author said of it."""

    decision: Decision
    tafel: str
    on: date
    kind: str
    domains: str
    verdict: str
    may_judge: bool
    waits_for_coordinator: bool


@dataclass(frozen=True)
class Story:
    """Everything that the page of one signal shows."""

    signal: Signal
    reader: Reader
    badge: str
    lead: str
    timelines: list[Timeline]
    no_roads: list[NoRoad]
    told: str
    changes: list[Change]
    answers: list[Answer]
    questions: Sequence[Question]
    facts: list[tuple[str, str]]
    history: list[events.Entry]
    is_expected: bool
    """Not sent on yet: the dates are what is expected."""

    @property
    def may_judge(self) -> bool:
        return any(answer.may_judge for answer in self.answers)

    @property
    def waits_for_coordinator(self) -> bool:
        return any(answer.waits_for_coordinator for answer in self.answers)

    @property
    def has_answered_questions(self) -> bool:
        return any(question.answered_at for question in self.questions)

    @property
    def waits_without_road(self) -> bool:
        """Whether it travels, and for a part there is no road: that part can be given up."""
        return bool(self.no_roads) and self.signal.status in SENT


def story(signal: Signal, person: "Person") -> Story:
    """Return what happened with a signal and what is still to come."""
    reader = Reader(
        is_author=signal.author_id == person.account.id,
        has_organisation=signal.partner_id is not None,
        is_leervraag=signal.leervraag is not None,
    )
    all_journeys = load_journeys(signal)
    journeys = [j for j in all_journeys if j.status is not JourneyStatus.DROPPED]
    decisions = load_decisions(signal)
    planner = planning.planner()
    is_open = signal.status is not SignalStatus.REFUSED
    ways = [_way(journey) for journey in journeys] if is_open else []
    waits_for_author = any(decision.verification is None for decision in decisions)
    asked_on = signal.leervraag.asked_on if signal.leervraag is not None else None
    given = Given(signal.given_on, signal.read_on, signal.sent_on, asked_on)
    found = roads.join(ways)
    timelines = [roads.timeline(road, planner, given, reader, clock.today()) for road in found]
    with_road = {domain for road in found for domain in road.domains}
    lost = dict.fromkeys(w.domain_name for w in ways if w.domain_name not in with_road)
    no_roads = [roads.no_road(end, reader) for end in roads.dead_ends(ways)]
    return Story(
        signal=signal,
        reader=reader,
        badge=BADGES[signal.status],
        lead=_lead(
            signal,
            reader,
            timelines,
            lost=list(lost),
            stuck=bool(no_roads) and not waits_for_author,
            is_weighed=any(map(waits_for_coordinator, decisions)) and not waits_for_author,
        ),
        timelines=timelines,
        no_roads=no_roads,
        told=_told(reader) if no_roads else "",
        changes=changes(
            [j for j in all_journeys if j in journeys or j.domain not in signal.domains], reader
        )
        if is_open
        else [],
        answers=[_answer(decision, reader) for decision in decisions],
        questions=load_questions(signal),
        facts=_facts(signal, person),
        history=_history(signal, person, all_journeys, decisions),
        is_expected=signal.status in UNSENT,
    )


def _history(
    signal: Signal,
    person: "Person",
    journeys: Sequence[Journey],
    decisions: Sequence[Decision],
) -> list[events.Entry]:
    """Return what was done to a signal, at the tables too."""
    items = [item.public_id for journey in journeys for item in journey.items]
    return events.history(
        person.account,
        (ObjectKind.SIGNAL, ObjectKind.AGENDA_ITEM, ObjectKind.DECISION),
        (signal.public_id, *items, *(decision.public_id for decision in decisions)),
    )


def _facts(signal: Signal, person: "Person") -> list[tuple[str, str]]:
    sees_author = person.has(RoleName.COORDINATOR) and signal.author is not None
    return [
        (
            "Gesteld door" if signal.leervraag else "Gegeven door",
            signal.author.name if sees_author and signal.author else "",
        ),
        ("Rol", label(signal.source)),
        ("Organisatie", signal.partner.name if signal.partner else "Geen organisatie"),
        ("Gebied", signal.area.name),
        ("Waarover", web.enumerate_words([domain.name for domain in signal.domains] or ["–"])),
        ("Hoe vaak", "" if signal.leervraag else label(signal.frequency)),
        ("Gebracht op" if signal.leervraag else "Gegeven op", web.day(signal.given_on)),
        ("Nummer", signal.code),
    ]


def _way(journey: Journey) -> Way:
    is_answered = journey.status in (JourneyStatus.ANSWERED, JourneyStatus.CLOSED)
    return Way(
        domain=journey.domain.code,
        domain_name=journey.domain.name,
        level=journey.level,
        stops=()
        if is_answered
        else tuple((stop["tafel"], date.fromisoformat(stop["on"])) for stop in journey.plan),
        due_on=journey.answer_due_on,
        reason=None if is_answered else journey.reason,
        past=tuple(
            Past(
                tafel=item.meeting.tafel.code,
                name=item.meeting.tafel.name,
                level=item.meeting.tafel.level,
                on=item.meeting.held_on,
                outcome=_outcome(item),
            )
            for item in journey.items
            if item.status is not ItemStatus.PLANNED
        ),
        is_answered=is_answered,
        at_tafel=journey.at_tafel.code if journey.at_tafel else None,
        after_on=journey.after_on,
        submit_on=journey.submit_on,
    )


def _outcome(item: AgendaItem) -> str:
    if item.status is ItemStatus.DECIDED and item.decision is not None:
        return f"Besluit: {label(item.decision.kind).lower()}"
    if item.status is ItemStatus.PUT_OFF and item.reason:
        return f"Uitgesteld: {item.reason}"
    if item.status is ItemStatus.PUT_OFF:
        return "Uitgesteld"
    return "Besproken en doorgegeven"


def _lead(
    story_of: Signal,
    reader: Reader,
    timelines: Sequence[Timeline],
    *,
    lost: Sequence[str],
    stuck: bool,
    is_weighed: bool,
) -> str:
    promise = _promise(timelines)
    if lost:
        promise += f" Voor {roads.topics(lost)} is er nog geen weg."
    leads = {
        SignalStatus.NEW: f"{reader.Signal} is binnen. {promise} "
        "De leercoördinator leest het eerst en stuurt het door.",
        SignalStatus.ASKED: f"De leercoördinator heeft een vraag aan {reader.you}. "
        f"{reader.Signal} gaat verder na het antwoord.",
        SignalStatus.TRAVELLING: f"{reader.Signal} is onderweg. {promise}",
        SignalStatus.ANSWERED: "Er is een antwoord. Herkent u zich erin? Dat horen wij graag."
        if reader.is_author
        else f"Er is een antwoord. {reader.You} zegt nog of het klopt.",
        SignalStatus.CLOSED: f"{reader.Signal} is afgerond."
        + (" Dank u wel voor uw hulp." if reader.is_author else ""),
        SignalStatus.REFUSED: f"{reader.Signal} gaat niet naar de tafels. Hieronder staat waarom.",
    }
    if story_of.status is SignalStatus.NEW and not timelines:
        return (
            f"{reader.Signal} is binnen. Er is nog geen weg naar een tafel die beslist. "
            "De leercoördinator weet dit."
        )
    if story_of.status is SignalStatus.ANSWERED and is_weighed:
        return (
            f"{reader.You} herkent het antwoord voor een deel. "
            "De leercoördinator kiest nu wat er gebeurt."
        )
    if story_of.status is SignalStatus.ANSWERED and stuck:
        return f"Een deel van {reader.signal} is beantwoord. Voor de rest is er nog geen weg."
    return leads[story_of.status]


def _promise(timelines: Sequence[Timeline]) -> str:
    """Return when the answer is there at the latest, and when it may be there already."""
    last = [t.summary.due_on for t in timelines if not t.is_answered and t.summary.due_on]
    first = [t.first_due_on for t in timelines if not t.is_answered]
    if not last:
        return ""
    if max(last) < clock.today():
        return f"Het antwoord zou er uiterlijk op {web.day(max(last))} zijn. Het is er nog niet."
    promise = f"Het antwoord komt uiterlijk op {web.day(max(last))}"
    if clock.today() <= min(first) < max(last):
        return f"{promise}, en misschien al op {web.day(min(first))}."
    return f"{promise}."


def _told(reader: Reader) -> str:
    """Return who knows that there is no road."""
    names = [account.name for account in agenda.coordinators()]
    if not names:
        return "In deze regio is nu geen leercoördinator. Zodra die er is, ziet die dit signaal."
    if not reader.is_author:
        return f"Dit weten de leercoördinatoren van de regio: {web.enumerate_words(names)}."
    return (
        f"De leercoördinator weet dit al: {web.enumerate_words(names)}. "
        "Samen met de tafels zoekt de leercoördinator een weg. U hoeft niets te doen."
    )


def _answer(decision: Decision, reader: Reader) -> Answer:
    judged = decision.verification
    domains = dict.fromkeys(item.journey.domain.name for item in decision.items)
    return Answer(
        decision=decision,
        tafel=decision.meeting.tafel.name,
        on=decision.meeting.held_on,
        kind=KINDS[decision.kind],
        domains=roads.topics(list(domains)) if domains else "",
        verdict=_verdict(decision, reader),
        may_judge=judged is None and bool(journeys_of(decision)),
        waits_for_coordinator=waits_for_coordinator(decision),
    )


KINDS: Final = {
    DecisionKind.ADOPTED: "De tafel neemt dit over.",
    DecisionKind.EXPERIMENT: "De tafel begint met een proef.",
    DecisionKind.NOT_ADOPTED: "De tafel neemt dit niet over.",
    DecisionKind.NOT_OURS: "De tafel gaat hier niet over.",
    DecisionKind.STOP_OLD: "De tafel stopt met iets ouds.",
}


def _verdict(decision: Decision, reader: Reader) -> str:
    judged = decision.verification
    if judged is None:
        return ""
    words = {
        Verdict.RECOGNISED: "herkent dit antwoord",
        Verdict.PARTLY: "herkent dit antwoord voor een deel",
        Verdict.NOT: "herkent dit antwoord niet",
    }
    return f"{reader.You} {words[judged.verdict]}."


def changes(journeys: Sequence[Journey], reader: Reader) -> list[Change]:
    """Return what changed afterwards, newest first; the same change of several domains once."""
    levels = {journey.level for journey in journeys}
    found: dict[tuple[object, ...], tuple[Change, list[Journey]]] = {}
    for journey in journeys:
        for change in journey.changes:
            made = Change(
                at=change.changed_at,
                text=change_words(change.due_before, change.due_after, reader),
                reason=reason_words(change.reason, change.subject, reader),
                about="",
            )
            key = (change.changed_at.date(), made.text, made.reason)
            found.setdefault(key, (made, []))[1].append(journey)
    joined = [
        replace(change, about=_about(moved, with_level=len(levels) > 1))
        for change, moved in found.values()
    ]
    return sorted(joined, key=lambda change: change.at, reverse=True)


def _about(journeys: Sequence[Journey], *, with_level: bool) -> str:
    domains = list(dict.fromkeys(journey.domain.name for journey in journeys))
    about = f"Voor {roads.topics(domains)}"
    if not with_level:
        return about
    levels = sorted({journey.level for journey in journeys})
    return f"{about}, bij {web.enumerate_words([LEVEL_WORDS[level] for level in levels])}"


def change_words(before: date | None, after: date | None, reader: Reader) -> str:
    """Return what moved, from when to when."""
    if before is None and after is None:
        return "Er is nog steeds geen weg."
    if before is None:
        return f"Er is nu wel een weg. Het antwoord komt uiterlijk op {web.day(after)}."
    if after is None:
        return f"Er is nu geen weg meer. Het antwoord zou uiterlijk op {web.day(before)} komen."
    if before == after:
        return (
            f"De weg van {reader.signal} is veranderd. "
            f"Het antwoord komt nog steeds uiterlijk op {web.day(after)}."
        )
    first = web.day(before) if before.year != after.year else web.day(before).rsplit(" ", 1)[0]
    when = "later" if after > before else "eerder"
    return f"Het antwoord komt {when}: niet op {first} maar op {web.day(after)}."


def reason_words(reason: ChangeReason, subject: str, reader: Reader) -> str:
    """Return why a promise moved, as the end of "Reden: ..."."""
    words = {
        ChangeReason.MEETING_MOVED: "een vergadering is verplaatst",
        ChangeReason.MEETING_CANCELLED: "een vergadering gaat niet door",
        ChangeReason.MEETING_ADDED: "er is een vergadering bij gekomen",
        ChangeReason.AGREEMENT_ENDED: "een afspraak geldt dan niet meer",
        ChangeReason.AGREEMENT_CHANGED: "een afspraak is veranderd",
        ChangeReason.HANDOVER_GONE: "tafels geven niet meer aan elkaar door",
        ChangeReason.PUT_OFF: f"een tafel heeft {reader.signal} uitgesteld",
        ChangeReason.HANDED_OVER: f"een tafel heeft {reader.signal} doorgegeven",
        ChangeReason.NOT_RECOGNISED: f"{reader.you} herkende het antwoord niet",
        ChangeReason.FACTS_CORRECTED: "het gebied of het onderwerp is verbeterd",
        ChangeReason.SENT_LATE: "de stukken konden niet meer op tijd zijn",
        ChangeReason.REGION_UPDATED: "de gegevens van de regio zijn bijgewerkt",
    }
    return f"{words[reason]} ({subject})." if subject else f"{words[reason]}."


def find_tafel(code: str) -> Tafel | None:
    return session().scalar(select(Tafel).where(Tafel.code == code))


def next_up(
    tafel: str, after: date, area: str, domain: str, level: Level
) -> tuple[str, date] | None:
    """Return the next table on the best way from a table to a level, and when it is ready."""
    planner = planning.planner()
    route = planner.onward(tafel, after, area, domain, level)
    if route is None:
        return None
    hops = planner.hops(route, domain=domain, given_on=after, leaving=tafel)
    return route.tafels[0], hops[0].ready_on


def get_decision(decision_id: int) -> Decision:
    """Return a decision with its meeting, its verification and the journeys it answered."""
    fresh = _decisions().execution_options(populate_existing=True)
    return session().scalars(fresh.where(Decision.id == decision_id)).one()


def answer_of(decision: Decision) -> Answer:
    """Return one decision with its words, for who judges it or weighs that judgement."""
    return _answer(decision, Reader(is_author=False))


def areas_to_correct(signal: Signal) -> list[Area]:
    """Return the areas of the region, and the signal's own even when that has ended."""
    found = list(all_areas())
    return found if signal.area in found else [signal.area, *found]


def domains_to_correct(signal: Signal) -> list[Domain]:
    """Return the domains of the region, and the signal's own even when these have ended."""
    found = list(all_domains())
    return [*found, *(domain for domain in signal.domains if domain not in found)]


def may_send_more(signal: Signal) -> bool:
    """Whether a signal that travels has a domain that got its road only later."""
    if signal.status not in SENT:
        return False
    waiting = select(Journey.id).where(
        Journey.signal_id == signal.id,
        Journey.status == JourneyStatus.PLANNED,
        Journey.reason.is_(None),
    )
    return session().scalar(waiting.limit(1)) is not None
