"""What the agenda pages look up: whose agendas, meetings, and what lies on them.

The tables see the text that the coordinator made for them. The author, the author's organisation
and the author's own words are not in these queries (SAFETY 4).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from coordinator import clock, planning, web
from coordinator.db import session
from coordinator.labels import label
from coordinator.models import (
    Account,
    AgendaItem,
    Decision,
    Grant,
    ItemStatus,
    Journey,
    JourneyStatus,
    Leervraag,
    Level,
    Meeting,
    MeetingStatus,
    RoleName,
    Seat,
    Signal,
    SignalStatus,
    Tafel,
    Verdict,
    Verification,
)

Key = TypeVar("Key")

READERS = (
    RoleName.COORDINATOR,
    RoleName.SECRETARY,
    RoleName.BOARD_MEMBER,
    RoleName.POLICY_OFFICER,
)


# Whose agendas.


def tafels_of(grants: Iterable[Grant]) -> set[int] | None:
    """Return the ids of the tables whose agenda these grants open today; None for all tables.

    A grant for a table opens that table. A bestuurder or beleidsmedewerker with a grant for an
    organisation only reads along at the tables where it has a seat today.
    """
    tafels: set[int] = set()
    partners: set[int] = set()
    for grant in grants:
        if grant.role is RoleName.COORDINATOR:
            return None
        if grant.role in READERS and grant.tafel_id is not None:
            tafels.add(grant.tafel_id)
        elif grant.role in (RoleName.BOARD_MEMBER, RoleName.POLICY_OFFICER) and grant.partner_id:
            partners.add(grant.partner_id)
    if partners:
        today = clock.today()
        tafels |= set(
            session().scalars(
                select(Seat.tafel_id)
                .where(Seat.partner_id.in_(partners), Seat.ended_on.is_(None))
                .where(or_(Seat.starts_on.is_(None), Seat.starts_on <= today))
                .where(or_(Seat.ends_on.is_(None), Seat.ends_on >= today))
            )
        )
    return tafels


def reads_agenda(grants: Iterable[Grant], tafel_id: int) -> bool:
    """Whether these grants open the agenda of a table."""
    tafels = tafels_of(grants)
    return tafels is None or tafel_id in tafels


def people_at(tafel_id: int) -> Sequence[Account]:
    """Return who has a role at a table today, with those roles: by the table or by a seat."""
    today = clock.today()
    seated = select(Seat.partner_id).where(
        Seat.tafel_id == tafel_id, Seat.ended_on.is_(None), Seat.valid_on(today)
    )
    at_table = and_(
        Grant.region_id == session().scope,
        Grant.role.in_(READERS),
        Grant.starts_on <= today,
        Grant.ends_on >= today,
        or_(Grant.tafel_id == tafel_id, Grant.partner_id.in_(seated)),
    )
    return (
        session()
        .scalars(
            select(Account)
            .where(select(Grant.id).where(Grant.account_id == Account.id, at_table).exists())
            .options(selectinload(Account.grants.and_(at_table)))
            .order_by(Account.name, Account.id)
        )
        .all()
    )


def person_choices(people: Iterable[Account]) -> list[tuple[str, str]]:
    """Return the public id of each of `people_at`, and "Loes Terpstra, beleidsmedewerker"."""
    roles = {
        one: web.enumerate_words(list({label(g.role).lower(): None for g in one.grants}))
        for one in people
    }
    return [(one.public_id, f"{one.name}, {words}") for one, words in roles.items()]


# Objects of the URL.


def find_meeting(public_id: str) -> Meeting | None:
    """Return a meeting with its table."""
    return session().scalar(
        select(Meeting).where(Meeting.public_id == public_id).options(joinedload(Meeting.tafel))
    )


def _with_everything() -> tuple[ORMOption, ...]:
    """Load an agenda item with its signal for the tables, and the whole of its journey."""
    journey = joinedload(AgendaItem.journey)
    stops = journey.selectinload(Journey.items)
    return (
        joinedload(AgendaItem.meeting).joinedload(Meeting.tafel),
        joinedload(AgendaItem.decision).joinedload(Decision.owner_account),
        journey.joinedload(Journey.domain),
        journey.joinedload(Journey.signal)
        .load_only(
            Signal.region_id,
            Signal.public_id,
            Signal.status,
            Signal.given_on,
            Signal.interpretation,
            Signal.title_for_tafels,
            Signal.text_for_tafels,
            Signal.target_level,
            Signal.version,
            raiseload=True,
        )
        .options(
            joinedload(Signal.area),
            joinedload(Signal.leervraag).load_only(
                Leervraag.region_id, Leervraag.public_id, raiseload=True
            ),
        ),
        stops.joinedload(AgendaItem.meeting).joinedload(Meeting.tafel),
        stops.joinedload(AgendaItem.decision)
        .joinedload(Decision.verification)
        .load_only(Verification.verdict, Verification.reason),
    )


def find_item(public_id: str) -> AgendaItem | None:
    """Return an agenda item with its signal and the whole of its journey."""
    return session().scalar(
        select(AgendaItem).where(AgendaItem.public_id == public_id).options(*_with_everything())
    )


def find_decision(public_id: str) -> Decision | None:
    """Return a decision with its meeting and what the tables call its signal."""
    return session().scalar(
        select(Decision)
        .where(Decision.public_id == public_id)
        .options(
            joinedload(Decision.meeting).joinedload(Meeting.tafel),
            joinedload(Decision.signal).load_only(Signal.region_id, Signal.public_id),
        )
    )


def load_items(ids: Iterable[int]) -> list[AgendaItem]:
    """Return these agenda items with everything an outcome needs."""
    return list(
        session().scalars(
            select(AgendaItem)
            .where(AgendaItem.id.in_(list(ids)))
            .options(*_with_everything())
            .order_by(AgendaItem.id)
        )
    )


def hold_signal(items: Sequence[AgendaItem]) -> None:
    """Keep the signal of these items until the commit; the items are read again by `load_items`.

    Outcomes for two domains of a signal look at each other: whether it is answered, for one.
    """
    ids = [item.id for item in items]
    held = select(Signal.id).join(Signal.journeys).join(Journey.items)
    held = held.where(AgendaItem.id.in_(ids)).with_for_update(of=Signal, key_share=True)
    session().execute(held)
    for item in items:
        if item in session():
            session().expire(item)


def siblings(item: AgendaItem) -> list[AgendaItem]:
    """Return the other items of the same signal on the same meeting that wait for an outcome."""
    ids = session().scalars(
        select(AgendaItem.id)
        .join(AgendaItem.journey)
        .where(AgendaItem.meeting_id == item.meeting_id)
        .where(AgendaItem.status == ItemStatus.PLANNED, AgendaItem.id != item.id)
        .where(Journey.signal_id == item.journey.signal_id)
    )
    return load_items(ids)


# The list of meetings.


class Period(StrEnum):
    """Which meetings the list shows."""

    COMING = "komend"
    MONTH = "maand"
    QUARTER = "kwartaal"
    PAST = "geweest"


def has_items(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether something lies on a meeting, for in a query on meetings."""
    # One list for all meetings: a look-up per meeting takes seconds in a large region.
    return Meeting.id.in_(select(AgendaItem.meeting_id).where(*conditions))


def is_waiting() -> ColumnElement[bool]:
    """Whether a meeting was held with something on it and is not closed yet."""
    return and_(
        Meeting.held_on <= clock.today(),
        Meeting.closed_at.is_(None),
        Meeting.status == MeetingStatus.PLANNED,
        has_items(),
    )


def meetings(
    tafels: set[int] | None, period: Period = Period.COMING, tafel: str = ""
) -> Select[Meeting]:
    """Select the meetings of these tables; those that wait for an outcome come first."""
    today = clock.today()
    waiting = is_waiting()
    statement = (
        select(Meeting)
        .join(Meeting.tafel)
        .where(Meeting.ended_on.is_(None), Meeting.status == MeetingStatus.PLANNED)
        .options(joinedload(Meeting.tafel))
    )
    if tafels is not None:
        statement = statement.where(Meeting.tafel_id.in_(tafels))
    if tafel:
        statement = statement.where(Tafel.code == tafel)
    if period is Period.PAST:
        return statement.where(Meeting.held_on < today).order_by(
            Meeting.held_on.desc(), Tafel.name, Meeting.id
        )
    coming = Meeting.held_on >= today
    if period is Period.MONTH:
        coming = and_(coming, Meeting.held_on <= today + timedelta(days=31))
    if period is Period.QUARTER:
        coming = and_(coming, Meeting.held_on <= today + timedelta(days=92))
    return statement.where(or_(coming, waiting)).order_by(
        waiting.desc(), Meeting.held_on, Tafel.name, Meeting.id
    )


@dataclass(frozen=True)
class Load:
    """How many signals lie on a meeting, and how many of them wait for an outcome."""

    signals: int = 0
    open: int = 0


@dataclass(frozen=True)
class Listed:
    """One meeting in the list."""

    meeting: Meeting
    load: Load
    is_waiting: bool
    closing_on: date
    closing: str


def listed(meeting: Meeting, load: Load) -> Listed:
    """Return a meeting as a row of the list."""
    is_held = meeting.held_on <= clock.today()
    return Listed(
        meeting,
        load,
        is_held and meeting.closed_at is None and load.signals > 0,
        closing_day(meeting),
        closing_words(meeting),
    )


def tafel_choices(tafels: set[int] | None) -> list[tuple[str, str]]:
    """Return code and name of the tables to choose from in the filter."""
    statement = select(Tafel.code, Tafel.name).where(Tafel.ended_on.is_(None)).order_by(Tafel.name)
    if tafels is not None:
        statement = statement.where(Tafel.id.in_(tafels))
    return [(code, name) for code, name in session().execute(statement)]


def loads(meeting_ids: Sequence[int]) -> dict[int, Load]:
    """Return what lies on each of these meetings; one query."""
    waiting = func.count(Journey.signal_id.distinct()).filter(
        AgendaItem.status == ItemStatus.PLANNED
    )
    rows = session().execute(
        select(AgendaItem.meeting_id, func.count(Journey.signal_id.distinct()), waiting)
        .join(AgendaItem.journey)
        .where(AgendaItem.meeting_id.in_(meeting_ids))
        .group_by(AgendaItem.meeting_id)
    )
    found = {meeting_id: Load(signals, waits) for meeting_id, signals, waits in rows}
    return defaultdict(Load, found)


def closing_day(meeting: Meeting) -> date:
    """Return the last day on which papers for this meeting are in time."""
    return meeting.held_on - timedelta(days=meeting.tafel.submission_days)


def closing_words(meeting: Meeting) -> str:
    """Return how far away the closing day is, in words."""
    days = (closing_day(meeting) - clock.today()).days
    if days < 0:
        return "gesloten"
    if days == 0:
        return "sluit vandaag"
    if days == 1:
        return "sluit morgen"
    return f"sluit over {days} dagen"


# One meeting.


@dataclass(frozen=True)
class Outcome:
    """What became of a signal on this meeting, for one or more of its domains."""

    domains: str
    text: str
    decision: Decision | None
    verdict: str
    """What the author thought of the answer, in one word."""


@dataclass(frozen=True)
class Onward:
    """Where a signal goes after this meeting, for one or more of its domains."""

    domains: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class Earlier:
    """What happened before with a signal: on which day, where, and what."""

    on: date
    tafel: str
    text: str
    authors_words: str = ""
    """The author's reason, only when the answer was not recognised."""


@dataclass(frozen=True)
class Block:
    """Everything of one signal on one meeting."""

    signal: Signal
    items: list[AgendaItem]
    outcomes: list[Outcome]
    onward: list[Onward]
    came_from: str
    asked: str
    answer_due_on: date | None
    earlier: list[Earlier]

    @property
    def title(self) -> str:
        return title_of(self.signal)

    @property
    def month(self) -> str:
        return month(self.signal.given_on)

    @property
    def leervraag(self) -> Leervraag | None:
        """Return the question that travels, when it is no practice signal."""
        return self.signal.leervraag

    @property
    def you(self) -> str:
        return "de vrager" if self.leervraag else "de melder"

    @property
    def domains(self) -> list[str]:
        return [item.journey.domain.name for item in self.items]

    @property
    def first_open(self) -> AgendaItem | None:
        """Return the item from which an outcome is recorded, if one still waits."""
        return next((i for i in self.items if i.status is ItemStatus.PLANNED), None)

    @property
    def is_decided_here(self) -> bool:
        """Whether a decision is asked of this table, for one of its domains at least."""
        return any(not stops_after(item) for item in self.items)


def title_of(signal: Signal) -> str:
    """Return what the tables call a signal; never the author's own title."""
    return signal.title_for_tafels or f"Signaal {signal.public_id}"


def month(day: date) -> str:
    """Return "november 2026": the exact day could give the author away."""
    return f"{web.MONTHS[day.month - 1]} {day.year}"


def stops_before(item: AgendaItem) -> list[AgendaItem]:
    return [stop for stop in item.journey.items if stop.position < item.position]


def stops_after(item: AgendaItem) -> list[AgendaItem]:
    return [stop for stop in item.journey.items if stop.position > item.position]


def place(item: AgendaItem) -> str:
    """Return "Beleidstafel jeugd van 14 januari 2027"."""
    return f"{item.meeting.tafel.name} van {web.day(item.meeting.held_on)}"


def outcome_of(item: AgendaItem) -> str:
    """Return the outcome of an agenda item in one or two sentences; nothing while it waits."""
    after = stops_after(item)
    if item.status is ItemStatus.DECIDED and item.decision:
        return f"{label(item.decision.kind)}. {item.decision.text}"
    if item.status is ItemStatus.HANDED_OVER:
        to = f"Doorgegeven aan {place(after[0])}." if after else "Doorgegeven."
        return f"{to} {item.reason}".strip()
    if item.status is ItemStatus.PUT_OFF:
        to = f"Uitgesteld naar {web.day(after[0].meeting.held_on)}." if after else "Uitgesteld."
        return f"{to} Reden: {item.reason}"
    return ""


def blocks(meeting: Meeting, signal_ids: Sequence[int]) -> list[Block]:
    """Return what lies on a meeting of these signals, one block per signal, in their order."""
    items = session().scalars(
        select(AgendaItem)
        .join(AgendaItem.journey)
        .where(AgendaItem.meeting_id == meeting.id, Journey.signal_id.in_(signal_ids))
        .options(*_with_everything())
        .order_by(AgendaItem.id)
    )
    by_signal: dict[int, list[AgendaItem]] = defaultdict(list)
    for item in items:
        by_signal[item.journey.signal_id].append(item)
    return [_block(by_signal[signal_id]) for signal_id in signal_ids]


def block_of(item: AgendaItem) -> Block:
    """Return what lies on the item's meeting of its signal, for all domains."""
    return blocks(item.meeting, [item.journey.signal_id])[0]


def _block(items: list[AgendaItem]) -> Block:
    items.sort(key=lambda item: (item.journey.domain.name, item.position))
    is_target = any(not stops_after(item) for item in items)
    is_passed = any(stops_after(item) for item in items)
    if is_target and is_passed:
        asked = "Een besluit, en voor een deel: doorgeven aan de volgende tafel"
    else:
        asked = "Een besluit" if is_target else "Bespreken en doorgeven aan de volgende tafel"
    before = [stop for item in items for stop in stops_before(item)]
    earlier = {_earlier(stop): None for stop in before if stop.status is not ItemStatus.PLANNED}
    waiting = [item for item in items if item.status is ItemStatus.PLANNED]
    dues = [item.journey.answer_due_on for item in waiting if item.journey.answer_due_on]
    came_from = {words for item in items if (words := _came_from(item))}
    roads = _together((tuple(place(stop) for stop in stops_after(i)), i) for i in waiting)
    return Block(
        signal=items[0].journey.signal,
        items=items,
        outcomes=[
            Outcome(_domains(these), text, these[0].decision, _verdict(these[0].decision))
            for text, these in _together((outcome_of(item), item) for item in items)
            if text
        ],
        onward=[Onward(_domains(these), places) for places, these in roads if places],
        came_from=web.enumerate_words(sorted(came_from)) if came_from else "",
        asked=asked,
        answer_due_on=min(dues, default=None),
        earlier=sorted(earlier, key=lambda e: (e.on, e.tafel, e.text)),
    )


def _together(
    pairs: Iterable[tuple[Key, AgendaItem]],
) -> list[tuple[Key, list[AgendaItem]]]:
    """Put the items with the same key together, in the order in which the keys came."""
    found: dict[Key, list[AgendaItem]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return list(found.items())


def _domains(items: list[AgendaItem]) -> str:
    return web.enumerate_words([item.journey.domain.name for item in items])


def _verdict(decision: Decision | None) -> str:
    return label(decision.verification.verdict) if decision and decision.verification else ""


def _came_from(item: AgendaItem) -> str:
    """Return from which meeting an item comes; nothing when it comes from the coordinator."""
    for stop in reversed(stops_before(item)):
        if stop.status is ItemStatus.HANDED_OVER:
            return place(stop)
        if stop.status is ItemStatus.PLANNED:
            return f"{place(stop)} (daar is nog geen uitkomst)"
        if stop.status is ItemStatus.PUT_OFF:
            return f"{place(stop)} (daar uitgesteld)"
        return f"{place(stop)} (dat antwoord klopte niet)"
    return ""


def _earlier(stop: AgendaItem) -> Earlier:
    words = ""
    if stop.decision and (verification := stop.decision.verification):
        words = verification.reason if verification.verdict is Verdict.NOT else ""
    return Earlier(stop.meeting.held_on, stop.meeting.tafel.name, outcome_of(stop), words)


def signals_on(meeting: Meeting) -> Select[int]:
    """Select the ids of the signals on a meeting, those that wait for an outcome first."""
    on_it = select(Journey.signal_id).join(Journey.items).where(AgendaItem.meeting_id == meeting.id)
    waits = Signal.id.in_(on_it.where(AgendaItem.status == ItemStatus.PLANNED))
    return (
        select(Signal.id)
        .where(Signal.id.in_(on_it))
        .order_by(waits.desc(), Signal.given_on, Signal.id)
    )


def count_expected(meeting: Meeting) -> int:
    """Return how many signals are on their way here, but not yet sent on by the coordinator."""
    # A plan is kept as the JSON text that we wrote, so a stop can be found as text in it.
    stop = f'{{"tafel": "{meeting.tafel.code}", "on": "{meeting.held_on.isoformat()}"}}'
    found = session().scalar(
        select(func.count(Journey.signal_id.distinct()))
        .join(Journey.signal)
        .where(Journey.status == JourneyStatus.PLANNED)
        .where(Signal.status.in_((SignalStatus.NEW, SignalStatus.ASKED)))
        .where(cast(Journey.plan, Text).contains(stop, autoescape=True))
    )
    return found or 0


def get_tafel(code: str) -> Tafel:
    """Return the table with this code."""
    return session().scalars(select(Tafel).where(Tafel.code == code)).one()


def name_of(account_id: int | None) -> str:
    """Return who recorded something."""
    account = session().get(Account, account_id) if account_id else None
    return account.name if account else "de dienst"


# Where a signal may go next.


@dataclass(frozen=True)
class NextTable:
    """A table that an item may be handed over to, and the first meeting it makes there."""

    code: str
    name: str
    level: Level
    on: date
    after_on: date
    submit_on: date
    is_planned: bool
    answer_due_on: date | None


def next_tables(item: AgendaItem) -> list[NextTable]:
    """Return where an item may go from its table, the planned next table first.

    As REGION_FORMAT section 2 has it: along an allowed hand-over, to a table that covers the
    signal, ready after the processing days, before the closing day, agreement in force that day.
    What is recorded late keeps the date that was planned; another table has to be made today.
    """
    plans = planning.planner()
    region = plans.region
    source, held_on = item.meeting.tafel.code, item.meeting.held_on
    journey = item.journey
    area, domain = journey.signal.area.code, journey.domain.code
    planned = [(s.meeting.tafel.code, s.meeting.held_on) for s in stops_after(item)[:1]]
    closed = _closed_days()
    best: dict[str, NextTable] = {}
    if area not in region.areas_by_code or domain not in region.domains_by_code:
        return []
    for handover in region.handovers:
        to = region.tafels_by_code[handover.target]
        if handover.source != source or to.code == source:
            continue
        if handover.domains is not None and domain not in handover.domains:
            continue
        if not region.covers(to, area, domain):
            continue
        after, ready = held_on, held_on + timedelta(days=handover.processing_days)
        on, after = first_open_meeting(closed, to.code, after, ready, source, domain)
        is_planned = (to.code, on) in planned
        if not is_planned:
            ready = max(ready, clock.today())
            on, after = first_open_meeting(closed, to.code, after, ready, source, domain)
        if on is None or (to.code in best and best[to.code].on <= on):
            continue
        level = max(journey.level, to.level) if to.level in planning.TARGETS else journey.level
        route = plans.attending(to.code, on, area, domain, level)
        best[to.code] = NextTable(
            code=to.code,
            name=to.name,
            level=level,
            on=on,
            after_on=after,
            submit_on=ready,
            is_planned=is_planned,
            answer_due_on=plans.feedback_due(route) if route else None,
        )
    return sorted(best.values(), key=lambda n: (not n.is_planned, n.on, n.name))


def first_open_meeting(
    closed: set[tuple[str, date]],
    tafel: str,
    after: date,
    submit_on: date | None,
    came_from: str | None,
    domain: str,
) -> tuple[date | None, date]:
    """Return the first meeting after a day that can deal with what comes and is not closed.

    Also the day after which that meeting is the first, for on the journey.
    """
    while True:
        on = planning.next_meeting(
            planning.planner(),
            tafel,
            after=after,
            submit_on=submit_on,
            came_from=came_from,
            domain=domain,
        )
        if on is None or (tafel, on) not in closed:
            return on, after
        after = on


def _closed_days() -> set[tuple[str, date]]:
    rows = session().execute(
        select(Tafel.code, Meeting.held_on)
        .join(Meeting.tafel)
        .where(Meeting.closed_at.is_not(None), Meeting.held_on >= clock.today())
    )
    return {(code, held_on) for code, held_on in rows}


def put_off_to(item: AgendaItem) -> tuple[date | None, date]:
    """Return the day to which putting off moves an item: the table's next meeting, from today on.

    The papers are there already, so neither closing day nor hand-over plays a part. Also the day
    after which that meeting is the first.
    """
    after = max(item.meeting.held_on, clock.today() - timedelta(days=1))
    tafel, domain = item.meeting.tafel.code, item.journey.domain.code
    return first_open_meeting(_closed_days(), tafel, after, None, None, domain)


def coordinators() -> Sequence[Account]:
    """Return the accounts of the coordinators of this region today."""
    today = clock.today()
    scope: Any = session().scope
    return (
        session()
        .scalars(
            select(Account)
            .join(Account.grants)
            .where(Grant.region_id == scope, Grant.role == RoleName.COORDINATOR)
            .where(Grant.starts_on <= today, Grant.ends_on >= today)
            .distinct()
            .order_by(Account.id)
        )
        .all()
    )


def find_author(signal_id: int) -> Account | None:
    """Return who gets the answer; for a mail, never for a page of the tables."""
    return session().scalar(
        select(Account).join(Signal, Signal.author_id == Account.id).where(Signal.id == signal_id)
    )


def is_leervraag(signal_id: int) -> bool:
    """Whether what travels is a leervraag; for the words of a mail."""
    carried = select(Leervraag.id).where(Leervraag.travels_as_id == signal_id)
    return session().scalar(carried) is not None


def is_travelling(signal_id: int) -> bool:
    """Whether a journey of a signal is still under way."""
    travelling = select(Journey.id).where(
        Journey.signal_id == signal_id, Journey.status == JourneyStatus.TRAVELLING
    )
    return session().scalar(travelling.limit(1)) is not None


def open_titles(meeting: Meeting) -> list[str]:
    """Return what the tables call the signals on a meeting that wait for an outcome."""
    rows = session().execute(
        select(Signal.title_for_tafels, Signal.public_id)
        .join(Signal.journeys)
        .join(Journey.items)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.status == ItemStatus.PLANNED)
        .group_by(Signal.id, Signal.title_for_tafels, Signal.public_id)
        .order_by(Signal.id)
    )
    return [title or f"Signaal {public_id}" for title, public_id in rows]
