"""What asks attention today, per role: how many, and the first five, most urgent first.

Every part is a fixed number of queries, however large the region is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from flask import url_for
from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased, joinedload

from coordinator import clock, reminders, web
from coordinator.agenda import queries as agenda
from coordinator.db import session
from coordinator.goals import queries as goals
from coordinator.home import board
from coordinator.home.board import Board
from coordinator.insight import findings, mending
from coordinator.labels import label
from coordinator.learning import queries as learning
from coordinator.leervragen import queries as leervragen
from coordinator.leervragen.queries import title_of
from coordinator.models import (
    Account,
    AgendaItem,
    Decision,
    Grant,
    ItemStatus,
    Journey,
    JourneyChange,
    JourneyStatus,
    Meeting,
    MeetingStatus,
    OutboxMessage,
    Question,
    RoleName,
    Signal,
    SignalStatus,
    Tafel,
    Verdict,
    Verification,
)
from coordinator.moments import queries as moments
from coordinator.outbox import GIVE_UP_AFTER
from coordinator.signals import queries as signal_queries

SHOWN: Final = 5
A_WEEK: Final = 7
REMINDERS_SHOWN: Final = 10
AUTHORS: Final = (RoleName.EXPERT, RoleName.PROFESSIONAL, RoleName.MANAGER)
IN_MOTION: Final = (JourneyStatus.PLANNED, JourneyStatus.TRAVELLING)
UNDER_WAY: Final = (SignalStatus.NEW, SignalStatus.ASKED, SignalStatus.TRAVELLING)


@dataclass(frozen=True)
class Line:
    """One thing that asks attention, and the page where it is done."""

    text: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """Things of one kind: how many there are, and the first of them."""

    title: str
    total: int
    lines: list[Line]
    more_url: str = ""
    is_calm: bool = False
    """Good to know, but nothing to do."""
    folded: Sequence[Line] = ()
    """Those after the first, where no other page lists them all."""


@dataclass(frozen=True)
class Part:
    """What one role has to do today."""

    role: str
    sections: list[Section]
    empty_title: str
    empty_text: str
    button: tuple[str, str] | None = None
    empty_link: tuple[str, str] | None = None
    beside: Sequence[Section] = ()
    """Good to know, beside what asks attention."""
    board: Board | None = None
    """For a bestuurder: everything needed to decide."""

    @property
    def shown(self) -> list[Section]:
        return [section for section in self.sections if section.total]

    @property
    def aside(self) -> list[Section]:
        return [section for section in self.beside if section.total]


def _section(
    title: str,
    statement: Select[*tuple[Any, ...]],
    line: Callable[[Any], Line],
    more_url: str = "",
    *,
    is_calm: bool = False,
) -> Section:
    """Return the first rows of a statement and how many there are, in one query."""
    rows = session().execute(statement.add_columns(func.count().over()).limit(SHOWN)).all()
    total = rows[0][-1] if rows else 0
    return Section(title, total, [line(row) for row in rows], more_url, is_calm)


def parts(account: Account, grants: Sequence[Grant]) -> list[Part]:
    """Return what asks attention, one part per role of this person."""
    roles = {grant.role for grant in grants}
    found = []
    if roles & set(AUTHORS):
        found.append(_author(account, next(role for role in AUTHORS if role in roles)))
    if RoleName.COORDINATOR in roles:
        found.append(_coordinator())
    if RoleName.SECRETARY in roles:
        found.append(_secretary([g for g in grants if g.role is RoleName.SECRETARY]))
    if RoleName.BOARD_MEMBER in roles:
        found.append(_board(account, [g for g in grants if g.role is RoleName.BOARD_MEMBER]))
    if RoleName.POLICY_OFFICER in roles:
        found.append(_policy([g for g in grants if g.role is RoleName.POLICY_OFFICER]))
    if RoleName.ADMINISTRATOR in roles:
        found.append(_administrator())
    if RoleName.COORDINATOR not in roles and found:  # who sees those of all
        found[0] = replace(found[0], sections=[*found[0].sections, _goals(grants)])
    if found:
        own = [_kept_going(account)]
        if not roles & set(AUTHORS):  # who asked a leervraag in another role
            own.append(_answers(Signal.author_id == account.id))
        found[0] = replace(found[0], sections=[*found[0].sections, *own])
        found[0] = replace(found[0], beside=(*found[0].beside, _own_moments(account)))
    return found


def _kept_going(account: Account) -> Section:
    """Return the leervragen that somebody keeps going and that ask their next step."""
    return _section(
        "Leervragen die u gaande houdt",
        leervragen.kept_going(account),
        lambda row: Line(
            title_of(row.question),
            url_for("leervragen.show", leervraag=row.public_id),
            "Schrijf het antwoord op zodra het er is."
            if row.answered_on is None
            else "Er is een antwoord. Waar krijgt het een plek?",
        ),
    )


def _own_moments(account: Account) -> Section:
    return _section(
        "Deze week leert u",
        learning.own_within(account, A_WEEK),
        lambda row: Line(
            row.LearningEvent.title,
            url_for("moments.show", moment=row.LearningEvent.public_id),
            f"{moments.when_words(row.LearningEvent).capitalize()}.",
        ),
        url_for("moments.mine"),
        is_calm=True,
    )


def _goals(grants: Sequence[Grant] | None) -> Section:
    """Return the parked goals to look at again; with grants: of these tables and partners."""
    return _section(
        "Leerdoelen om weer naar te kijken",
        goals.to_review(grants),
        lambda row: Line(
            row.better,
            url_for("goals.show", goal=row.public_id),
            f"Geparkeerd tot {web.day(row.review_on)}. Pakt u dit weer op?",
        ),
        url_for("goals.index", stand=goals.TO_REVIEW),
    )


# Who gives signals.


def _author(account: Account, role: RoleName) -> Part:
    mine = Signal.author_id == account.id
    questions = (
        select(Signal.public_id, Signal.title, Question.asked_at, _is_leervraag())
        .join(Signal.questions)
        .where(mine, Signal.status == SignalStatus.ASKED, Question.answered_at.is_(None))
        .order_by(Question.asked_at)
    )
    return Part(
        role=label(role),
        button=("Geef een signaal", url_for("signals.new")),
        sections=[
            _section(
                "Een vraag over uw signaal",
                questions,
                lambda row: Line(
                    _named(row),
                    url_for("signals.answer", signal=row.public_id),
                    web.called(
                        f"Gevraagd op {_day(row.asked_at)}. Uw antwoord helpt het signaal verder.",
                        row.is_leervraag,
                    ),
                ),
            ),
            _answers(mine),
            _own_signals(mine),
        ],
        empty_title="U heeft nog geen signaal onderweg",
        empty_text="Ziet u iets dat beter moet? Geef een signaal. "
        "U ziet dan meteen naar welke tafel het gaat, en wanneer u antwoord krijgt.",
    )


def _answers(mine: Any) -> Section:
    answers = (
        select(Signal.public_id, Signal.title, Decision.recorded_at, _is_leervraag())
        .join(Signal.decisions)
        .outerjoin(Decision.verification)
        .where(mine, Verification.id.is_(None))
        .where(Decision.items.any(AgendaItem.journey.has(status=JourneyStatus.ANSWERED)))
        .order_by(Decision.recorded_at)
    )
    return _section(
        "Er is een antwoord",
        answers,
        lambda row: Line(
            _named(row),
            url_for("signals.verify", signal=row.public_id),
            f"Antwoord van {_day(row.recorded_at)}. Klopt het? Zeg het ons.",
        ),
    )


def _is_leervraag() -> Any:
    return Signal.leervraag.has().label("is_leervraag")


def _title() -> Any:
    return func.coalesce(func.nullif(Signal.title_for_tafels, ""), Signal.title).label("title")


def _named(row: Any) -> str:
    return web.titled(row.title, row.is_leervraag)


def _own_signals(mine: Any) -> Section:
    statement = (
        select(Signal.id, Signal.public_id, Signal.title, Signal.status, _is_leervraag())
        .where(mine, Signal.status.in_(UNDER_WAY))
        .order_by(Signal.given_on.desc(), Signal.id.desc())
    )
    rows = session().execute(statement.add_columns(func.count().over()).limit(SHOWN)).all()
    journeys = _journeys([row.id for row in rows])
    lines = [
        Line(_named(row), _signal_url(row), _next_dates(row.status, journeys.get(row.id, [])))
        for row in rows
    ]
    total = rows[0][-1] if rows else 0
    return Section("Uw signalen onderweg", total, lines, url_for("signals.index"), is_calm=True)


def _journeys(signal_ids: Sequence[int]) -> dict[int, list[Journey]]:
    found: dict[int, list[Journey]] = {}
    statement = (
        select(Journey)
        .where(Journey.signal_id.in_(signal_ids), Journey.status.in_(IN_MOTION))
        .order_by(Journey.id)
    )
    for journey in session().scalars(statement):
        found.setdefault(journey.signal_id, []).append(journey)
    return found


def _next_dates(status: SignalStatus, journeys: Iterable[Journey]) -> str:
    """Return when a signal is next on a table and when an answer is due, for its author."""
    today = clock.today().isoformat()
    days = [stop["on"] for journey in journeys for stop in journey.plan if stop["on"] >= today]
    dues = [journey.answer_due_on for journey in journeys if journey.answer_due_on]
    is_sent = status is SignalStatus.TRAVELLING
    state = {
        SignalStatus.TRAVELLING: "Onderweg. ",
        SignalStatus.ASKED: "De leercoördinator wacht op uw antwoord. ",
    }.get(status, "De leercoördinator leest het. ")
    if not dues:
        return f"{state}Er is nu geen weg naar een tafel. De leercoördinator weet dit."
    due = f"Uiterlijk {web.day(min(dues))} is er een antwoord."
    if max(dues) < clock.today():
        due = f"Het antwoord zou er uiterlijk op {web.day(max(dues))} zijn. Het is er nog niet."
    if days:
        which = "volgende" if is_sent else "eerste"
        return f"{state}De {which} tafel is op {web.day(date.fromisoformat(min(days)))}. {due}"
    return f"{state}{due}"


# The coordinator.


def _coordinator() -> Part:
    has_network = session().scalar(select(Tafel.id).where(Tafel.ended_on.is_(None)).limit(1))
    if has_network is None:
        return Part(
            role=label(RoleName.COORDINATOR),
            sections=[],
            empty_title="Uw regio is nog leeg",
            empty_text="Zet eerst het netwerk van uw regio erin: gebieden, organisaties, tafels "
            "en vergaderingen. Daarna kunnen mensen signalen geven.",
            empty_link=("Regio inlezen", url_for("regions.index")),
        )
    return Part(
        role=label(RoleName.COORDINATOR),
        sections=[
            _findings(),
            _overdue(),
            _waiting_meetings(None),
            _reminders(),
            _goals(None),
            _new_signals(),
            _answered_questions(),
            _partly(),
            _without_road(),
            _questions_to_choose(),
        ],
        beside=[_moved()],
        empty_title="Niets wacht op u",
        empty_text="Er zijn geen nieuwe signalen en alle uitkomsten zijn vastgelegd. "
        "Nieuwe signalen komen hier vanzelf te staan.",
        empty_link=("Bekijk alle signalen", url_for("signals.index")),
    )


def _questions_to_choose() -> Section:
    return _section(
        "Leervragen om uit te kiezen",
        learning.to_choose(),
        lambda row: Line(
            title_of(row.question),
            url_for("leervragen.show", leervraag=row.public_id),
            f"{label(row.level)}, gesteld op {web.day(row.asked_on)}.",
        ),
        url_for("leervragen.order"),
    )


def _findings() -> Section:
    """Return what touches most signals without a road, each leading to where it is done."""
    found = findings.findings()
    urls = mending.urls([one.proposal for one in found if one.is_step])
    lines = []
    for one in found:
        url = urls[one.proposal][1] if one.is_step else mending.spot_url(one.proposal)
        lines.append(Line(one.words, url or url_for("insight.gaps"), _touches(one)))
    return Section("Dit helpt de meeste signalen verder", len(lines), lines)


def _touches(one: findings.Finding) -> str:
    if one.signals == 1:
        gets = "het krijgt er een weg bij" if one.is_step else "het heeft nu geen weg"
        return f"Raakt 1 open signaal: {gets}."
    gets = "zij krijgen er een weg bij" if one.is_step else "zij hebben nu geen weg"
    return f"Raakt {web.number(one.signals)} open signalen: {gets}."


def _has_answered_question() -> Any:
    return (
        select(Question.id)
        .where(Question.signal_id == Signal.id, Question.answered_at.is_not(None))
        .exists()
    )


def _new_signals() -> Section:
    """Return the new signals, those whose first table meets soonest first."""
    first_day = func.min(Journey.plan[(0, "on")].as_string())
    statement = (
        select(Signal.id, Signal.public_id, Signal.title, Signal.given_on, _is_leervraag())
        .outerjoin(Journey, Journey.signal_id == Signal.id)
        .where(Signal.status == SignalStatus.NEW, ~_has_answered_question())
        .group_by(Signal.id, Signal.public_id, Signal.title, Signal.given_on)
        .order_by(first_day.is_(None), first_day, Signal.id)
    )
    rows = session().execute(statement.add_columns(func.count().over()).limit(SHOWN)).all()
    journeys = _journeys([row.id for row in rows])
    codes = {s["tafel"] for found in journeys.values() for j in found for s in j.plan[:1]}
    tafels = {
        tafel.code: tafel for tafel in session().scalars(select(Tafel).where(Tafel.code.in_(codes)))
    }
    lines = [
        Line(
            _named(row),
            url_for("signals.read", signal=row.public_id),
            _first_stop(journeys.get(row.id, []), tafels),
        )
        for row in rows
    ]
    total = rows[0][-1] if rows else 0
    return Section(
        "Nieuwe signalen", total, lines, url_for("signals.index", status=SignalStatus.NEW.value)
    )


def _first_stop(journeys: Iterable[Journey], tafels: dict[str, Tafel]) -> str:
    """Return until when sending on makes the first table of the road."""
    stops = [
        (date.fromisoformat(stop["on"]), tafels[stop["tafel"]])
        for journey in journeys
        for stop in journey.plan[:1]
        if stop["tafel"] in tafels
    ]
    if not stops:
        return "Er is nu geen weg voor dit signaal."
    on, tafel = min(stops, key=lambda stop: stop[0] - timedelta(days=stop[1].submission_days))
    closing = on - timedelta(days=tafel.submission_days)
    there = f"{tafel.name} van {web.day_without_year(on)}"
    until = web.day_without_year(closing)
    if closing < clock.today():
        return f"Te laat voor {there}. Die sloot op {until}. De reis schuift dus op."
    return f"Stuurt u het uiterlijk {until} door? Dan is het op tijd voor {there}."


def _answered_questions() -> Section:
    statement = (
        select(
            Signal.public_id,
            Signal.title,
            func.max(Question.answered_at).label("answered_at"),
            _is_leervraag(),
        )
        .join(Signal.questions)
        .where(Signal.status.in_((SignalStatus.NEW, SignalStatus.ASKED)))
        .where(Question.answered_at.is_not(None))
        .group_by(Signal.id, Signal.public_id, Signal.title)
        .order_by(func.max(Question.answered_at))
    )
    return _section(
        "Antwoord op uw vraag",
        statement,
        lambda row: Line(
            _named(row),
            url_for("signals.read", signal=row.public_id),
            f"Antwoord van {_day(row.answered_at)}.",
        ),
        url_for("signals.index", status=SignalStatus.NEW.value),
    )


def _without_road() -> Section:
    reason = (
        select(func.min(Journey.reason))
        .where(Journey.signal_id == Signal.id, Journey.status.in_(IN_MOTION))
        .correlate(Signal)
        .scalar_subquery()
    )
    signals = signal_queries.filtered(select(Signal), signal_queries.Filter(only_without_road=True))
    statement = signals.with_only_columns(
        Signal.public_id, Signal.title, reason.label("reason"), _is_leervraag()
    ).order_by(Signal.given_on, Signal.id)
    return _section(
        "Signalen zonder weg",
        statement,
        lambda row: Line(_named(row), _signal_url(row), f"{label(row.reason)}."),
        url_for("signals.index", geen_weg="y"),
    )


def _overdue() -> Section:
    statement = (
        select(
            Signal.public_id,
            _title(),
            func.min(Journey.answer_due_on).label("due_on"),
            _is_leervraag(),
        )
        .join(Signal.journeys)
        .where(Journey.status == JourneyStatus.TRAVELLING)
        .where(Journey.answer_due_on < clock.today())
        .group_by(Signal.id, Signal.public_id, Signal.title, Signal.title_for_tafels)
        .order_by(func.min(Journey.answer_due_on), Signal.id)
    )
    return _section(
        "Het antwoord is te laat",
        statement,
        lambda row: Line(
            _named(row),
            _signal_url(row),
            f"Beloofd voor {web.day(row.due_on)}. Er is nog geen besluit.",
        ),
        url_for("signals.index", status=SignalStatus.TRAVELLING.value),
    )


def _reminders() -> Section:
    """Return what `coordinator tick` reminds of by mail, as long as it holds."""
    lines = [
        Line(one.title, url_for(one.endpoint, **one.values), one.note)
        for one in reminders.due(clock.today())
    ]
    first, rest = lines[:REMINDERS_SHOWN], lines[REMINDERS_SHOWN:]
    return Section("Dit vraagt aandacht", len(lines), first, folded=rest)


def _partly() -> Section:
    statement = (
        select(Signal.public_id, _title(), Verification.given_at, _is_leervraag())
        .join(Signal.decisions)
        .join(Decision.verification)
        .where(Verification.verdict == Verdict.PARTLY, Verification.settled_on.is_(None))
        .order_by(Verification.given_at)
    )
    return _section(
        "Antwoord deels herkend",
        statement,
        lambda row: Line(
            _named(row),
            url_for("signals.settle", signal=row.public_id),
            f"Gezegd op {_day(row.given_at)}. U kiest hoe het verder gaat.",
        ),
        url_for("signals.index", status=SignalStatus.ANSWERED.value),
    )


def _moved() -> Section:
    since = clock.now() - timedelta(days=7)
    total = session().scalar(
        select(func.count(Journey.signal_id.distinct()))
        .join(JourneyChange, JourneyChange.journey_id == Journey.id)
        .where(JourneyChange.changed_at >= since)
    )
    last = (
        select(func.max(JourneyChange.id).label("id"))
        .join(JourneyChange.journey)
        .where(JourneyChange.changed_at >= since)
        .group_by(Journey.signal_id)
        .order_by(func.max(JourneyChange.id).desc())
        .limit(SHOWN)
        .subquery()
    )
    rows = session().execute(
        select(
            Signal.public_id,
            Signal.title,
            JourneyChange.reason,
            JourneyChange.subject,
            JourneyChange.due_before,
            JourneyChange.due_after,
            _is_leervraag(),
        )
        .join(JourneyChange.journey)
        .join(Journey.signal)
        .where(JourneyChange.id == last.c.id)
        .order_by(JourneyChange.id.desc())
    )
    return Section(
        "Deze week verschoven",
        total or 0,
        [Line(_named(row), _signal_url(row), _change(row)) for row in rows],
        url_for("signals.index"),
        is_calm=True,
    )


def _change(row: Any) -> str:
    """Return what moved, from when to when, and why."""
    why = f"{label(row.reason)}: {row.subject}." if row.subject else f"{label(row.reason)}."
    if row.due_after is None:
        return f"Er is geen weg meer. {why}"
    if row.due_before is None:
        return f"Er is nu een weg: antwoord uiterlijk {web.day(row.due_after)}. {why}"
    if row.due_before == row.due_after:
        return f"De weg is anders, de dag van het antwoord niet. {why}"
    return f"Antwoord van {web.day(row.due_before)} naar {web.day(row.due_after)}. {why}"


# Who sits at tables.


def _waiting_meetings(tafels: set[int] | None) -> Section:
    waits = (
        select(func.count(Journey.signal_id.distinct()))
        .join(Journey.items)
        .where(AgendaItem.meeting_id == Meeting.id, AgendaItem.status == ItemStatus.PLANNED)
        .correlate(Meeting)
        .scalar_subquery()
    )
    statement = (
        select(Meeting.public_id, Meeting.held_on, Tafel.name, waits.label("waits"))
        .join(Meeting.tafel)
        .where(agenda.is_waiting(), agenda.has_items(AgendaItem.status == ItemStatus.PLANNED))
        .order_by(Meeting.held_on, Tafel.name)
    )
    if tafels is not None:
        statement = statement.where(Meeting.tafel_id.in_(tafels))
    return _section(
        "Uitkomsten vastleggen",
        statement,
        lambda row: Line(
            f"{row.name} van {web.day(row.held_on)}",
            url_for("agenda.show", meeting=row.public_id),
            f"{_signals(row.waits)} zonder uitkomst.",
        ),
        url_for("agenda.index"),
    )


def _secretary(grants: Sequence[Grant]) -> Part:
    tafels = agenda.tafels_of(grants)
    coming = _coming(tafels).options(joinedload(Meeting.tafel))
    rows = session().execute(coming.add_columns(func.count().over()).limit(SHOWN)).all()
    loads = agenda.loads([row[0].id for row in rows])
    lines = [
        Line(
            f"{meeting.tafel.name} van {web.day(meeting.held_on)}",
            url_for("agenda.show", meeting=meeting.public_id),
            f"{_signals(loads[meeting.id].signals)} op de agenda. "
            f"Stukken tot en met {web.day(agenda.closing_day(meeting))} "
            f"({agenda.closing_words(meeting)}).",
        )
        for meeting, _total in rows
    ]
    total = rows[0][-1] if rows else 0
    return Part(
        role=label(RoleName.SECRETARY),
        sections=[
            _waiting_meetings(tafels),
            Section("Volgende vergaderingen", total, lines, url_for("agenda.index"), is_calm=True),
        ],
        empty_title="Uw tafels hebben geen vergaderingen",
        empty_text="Vraag de leercoördinator om de vergaderdagen in het netwerk te zetten. "
        "Dan komen de signalen vanzelf op uw agenda.",
    )


def _signals(count: int) -> str:
    if count == 0:
        return "Nog geen signalen"
    return "1 signaal" if count == 1 else f"{web.number(count)} signalen"


def _coming(tafels: set[int] | None) -> Select[Meeting]:
    statement = (
        select(Meeting)
        .join(Meeting.tafel)
        .where(Meeting.held_on >= clock.today(), Meeting.closed_at.is_(None))
        .where(Meeting.ended_on.is_(None), Meeting.status == MeetingStatus.PLANNED)
        .order_by(Meeting.held_on, Tafel.name)
    )
    return statement if tafels is None else statement.where(Meeting.tafel_id.in_(tafels))


def _board(account: Account, grants: Sequence[Grant]) -> Part:
    own = {grant.tafel_id for grant in grants if grant.tafel_id is not None}
    return replace(
        _policy(grants),
        role=label(RoleName.BOARD_MEMBER),
        sections=[_waiting_meetings(own)],
        board=board.board(account, grants),
    )


def _policy(grants: Sequence[Grant]) -> Part:
    tafels = agenda.tafels_of(grants)
    return Part(
        role=label(RoleName.POLICY_OFFICER),
        sections=[_next_agenda(tafels)],
        beside=[_decisions(tafels)],
        empty_title="Er ligt nu niets voor u klaar",
        empty_text="Staan er signalen op de agenda van uw tafel? Dan ziet u hier wat er "
        "van u wordt gevraagd. Hoort u bij een tafel die hier niet staat? "
        "Zeg het de leercoördinator.",
        empty_link=("Bekijk de agenda", url_for("agenda.index")),
    )


def _next_agenda(tafels: set[int] | None) -> Section:
    """Return what is asked at the first coming meeting with something on it."""
    meeting = session().scalar(
        _coming(tafels)
        .where(agenda.has_items(AgendaItem.status == ItemStatus.PLANNED))
        .options(joinedload(Meeting.tafel))
        .limit(1)
    )
    further = aliased(AgendaItem)
    goes_on = (
        select(further.id)
        .where(further.journey_id == AgendaItem.journey_id, further.position > AgendaItem.position)
        .exists()
    )
    ends_here = func.count(AgendaItem.id).filter(~goes_on)
    statement = (
        select(Signal.public_id, Signal.title_for_tafels, ends_here.label("to_decide"))
        .join(Signal.journeys)
        .join(Journey.items)
        .where(AgendaItem.meeting_id == (meeting.id if meeting else -1))
        .where(AgendaItem.status == ItemStatus.PLANNED)
        .group_by(Signal.id, Signal.public_id, Signal.title_for_tafels)
        .order_by(ends_here.desc(), Signal.id)
    )
    url = url_for("agenda.show", meeting=meeting.public_id) if meeting else ""
    return _section(
        f"{meeting.tafel.name} van {web.weekday(meeting.held_on)}" if meeting else "",
        statement,
        lambda row: Line(
            row.title_for_tafels or f"Signaal {row.public_id}",
            f"{url}#signaal-{row.public_id}",
            "Gevraagd: een besluit." if row.to_decide else "Gevraagd: bespreken en doorgeven.",
        ),
        url,
    )


def _decisions(tafels: set[int] | None) -> Section:
    statement = (
        select(
            Decision.kind,
            Decision.recorded_at,
            Signal.public_id,
            Signal.title_for_tafels,
            Meeting.public_id.label("meeting"),
            Tafel.name,
            Verification.verdict,
        )
        .join(Decision.signal)
        .join(Decision.meeting)
        .join(Meeting.tafel)
        .outerjoin(Decision.verification)
        .order_by(Decision.recorded_at.desc(), Decision.id.desc())
    )
    if tafels is not None:
        statement = statement.where(Meeting.tafel_id.in_(tafels))
    return _section(
        "Besluiten, en wat de melder ervan vond",
        statement,
        lambda row: Line(
            row.title_for_tafels or f"Signaal {row.public_id}",
            f"{url_for('agenda.show', meeting=row.meeting)}#signaal-{row.public_id}",
            f"{label(row.kind)}, op {_day(row.recorded_at)} door {row.name}. "
            f"{board.verdict_words(row.verdict)}",
        ),
        is_calm=True,
    )


# Who keeps accounts.


def _administrator() -> Part:
    today, region_id = clock.today(), session().scope
    valid = and_(Grant.region_id == region_id, Grant.starts_on <= today, Grant.ends_on >= today)
    invited = (
        select(Account.public_id, Account.name, Account.created_at)
        .where(Account.password_hash.is_(None))
        .where(Account.grants.any(and_(Grant.region_id == region_id, Grant.ends_on >= today)))
        .order_by(Account.created_at)
    )
    ending = (
        select(Account.public_id, Account.name, Grant.role, Grant.ends_on)
        .join(Grant, Grant.account_id == Account.id)
        .where(valid, Grant.ends_on <= today + timedelta(days=30))
        .order_by(Grant.ends_on, Account.name)
    )
    return Part(
        role=label(RoleName.ADMINISTRATOR),
        sections=[
            _section(
                "Uitgenodigd, nog niet ingelogd",
                invited,
                lambda row: Line(
                    row.name,
                    url_for("accounts.show", account=row.public_id),
                    f"Uitgenodigd op {_day(row.created_at)}. De link werkt zeven dagen.",
                ),
                url_for("accounts.index"),
            ),
            _section(
                "Rollen die binnen 30 dagen eindigen",
                ending,
                lambda row: Line(
                    row.name,
                    url_for("accounts.show", account=row.public_id),
                    f"{label(row.role)}, tot en met {web.day(row.ends_on)}.",
                ),
                url_for("accounts.index"),
            ),
        ],
        empty_title="Niets wacht op u",
        empty_text="Iedereen is binnen, en geen rol eindigt binnen 30 dagen. "
        "Nieuwe mensen nodigt u uit bij Mensen.",
        empty_link=("Naar Mensen", url_for("accounts.index")),
    )


def _signal_url(row: Any) -> str:
    return url_for("signals.show", signal=row.public_id)


def _day(moment: Any) -> str:
    return web.day(moment.astimezone(clock.AMSTERDAM).date())


# The service itself.


def work_that_waits(longer_than: timedelta) -> int:
    """Return how many messages should have been sent longer ago than this."""
    found = session().scalar(
        select(func.count(OutboxMessage.id))
        .where(OutboxMessage.sent_at.is_(None), OutboxMessage.attempts < GIVE_UP_AFTER)
        .where(OutboxMessage.due_at < clock.now() - longer_than)
    )
    return found or 0
