"""The bridge to `network`: the region as plain values, its planner, and the plans of journeys.

Slices call `plan_new`, `reposition` and `replan`; these write the promise on the journey,
what changed on it, and the agenda items. Nothing else writes a plan.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, time, timedelta
from threading import Lock, RLock
from typing import Any, Final, Self, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy import ColumnElement, Row, Table, select
from sqlalchemy.orm import aliased, selectinload

import network.region as pure
from coordinator import clock, events, web
from coordinator.db import ScopedSession, session
from coordinator.models import (
    OPEN_STATUSES,
    AgendaItem,
    Agreement,
    Area,
    ChangeReason,
    Domain,
    GovernanceRole,
    Handover,
    ItemStatus,
    Journey,
    JourneyChange,
    JourneyStatus,
    Leervraag,
    Level,
    Meeting,
    MeetingStatus,
    Partner,
    PlannedStop,
    Reason,
    Region,
    Seat,
    Signal,
    Tafel,
    Verb,
)
from coordinator.models.learning import leervraag_domains
from coordinator.models.network import (
    agreement_parties,
    area_parts,
    handover_domains,
    partner_areas,
    partner_domains,
    tafel_domains,
)
from coordinator.models.signals import signal_domains
from network.planner import NoRoute, Planner, Route

TARGETS = (Level.POLICY, Level.BOARD)


# From the database to plain values.


def _codes_of(current: ScopedSession, kind: type[Any], day: date) -> dict[int, str]:
    """Return the codes of the rows of a kind that were not ended yet on a day, by id."""
    return dict(current.execute(select(kind.id, kind.code).where(kind.there_on(day))).all())


def _codes(current: ScopedSession, link: Table, to: type[Any], day: date) -> dict[int, list[str]]:
    """Return the codes at the far side of a link table, by the id of the near side."""
    near, far = link.c
    found: dict[int, list[str]] = defaultdict(list)
    statement = (
        select(near, to.code)
        .select_from(to)
        .join(link, far == to.id)
        .where(to.there_on(day))
        .order_by(to.code)
    )
    for near_id, code in current.execute(statement):
        found[near_id].append(code)
    return found


def _rows(current: ScopedSession, day: date, *columns: Any) -> Sequence[Row[Any]]:
    """Return these columns of all rows that were not ended yet on a day."""
    return current.execute(select(*columns).where(columns[0].class_.there_on(day))).all()


def network_of(
    current: ScopedSession, *, with_signals: bool = False, day: date = date.max
) -> pure.Region:
    """Return the region of this session as plain values; what ended is left out.

    With a day: what ended later is still there.

    A signal of an ended partner travels as one without partner; a signal of an ended area or
    with ended domains only has no place in the network and is left out.
    """
    codes = {
        kind: _codes_of(current, kind, day)
        for kind in (Area, Partner, Agreement, Tafel, GovernanceRole)
    }
    areas, partners, agreements = codes[Area], codes[Partner], codes[Agreement]
    tafels, roles = codes[Tafel], codes[GovernanceRole]
    parts = _codes(current, area_parts, Area, day)
    partner_domain = _codes(current, partner_domains, Domain, day)
    partner_area = _codes(current, partner_areas, Area, day)
    parties = _codes(current, agreement_parties, Partner, day)
    tafel_domain = _codes(current, tafel_domains, Domain, day)
    handover_domain = _codes(current, handover_domains, Domain, day)
    return pure.Region(
        areas=tuple(
            pure.Area(a.code, a.name, a.scale, a.kind, tuple(parts[a.id]))
            for a in _rows(current, day, Area.id, Area.code, Area.name, Area.scale, Area.kind)
        ),
        domains=tuple(
            pure.Domain(d.code, d.name) for d in _rows(current, day, Domain.code, Domain.name)
        ),
        partners=tuple(
            pure.Partner(
                p.code, p.name, p.kind, frozenset(partner_domain[p.id]), tuple(partner_area[p.id])
            )
            for p in _rows(current, day, Partner.id, Partner.code, Partner.name, Partner.kind)
        ),
        agreements=tuple(
            pure.Agreement(
                a.code,
                a.title,
                a.kind,
                tuple(parties[a.id]),
                a.status,
                a.starts_on,
                a.ends_on,
                a.review_on,
            )
            for a in _rows(
                current,
                day,
                Agreement.id,
                Agreement.code,
                Agreement.title,
                Agreement.kind,
                Agreement.status,
                Agreement.starts_on,
                Agreement.ends_on,
                Agreement.review_on,
            )
        ),
        tafels=tuple(
            pure.Tafel(
                t.code,
                t.name,
                t.level,
                areas[t.area_id],
                None if t.all_domains else frozenset(tafel_domain[t.id]),
                t.submission_days,
                t.feedback_days,
                t.is_open,
                agreements.get(t.agreement_id),
            )
            for t in _rows(
                current,
                day,
                Tafel.id,
                Tafel.code,
                Tafel.name,
                Tafel.level,
                Tafel.area_id,
                Tafel.all_domains,
                Tafel.submission_days,
                Tafel.feedback_days,
                Tafel.is_open,
                Tafel.agreement_id,
            )
        ),
        meetings=tuple(
            pure.Meeting(
                tafels[m.tafel_id],
                m.held_on,
                time.fromisoformat(m.time) if m.time else None,
                m.status,
                m.location,
            )
            for m in _rows(
                current,
                day,
                Meeting.tafel_id,
                Meeting.held_on,
                Meeting.time,
                Meeting.status,
                Meeting.location,
            )
        ),
        roles=tuple(
            pure.Role(r.code, r.name, r.tasks, r.powers)
            for r in _rows(
                current,
                day,
                GovernanceRole.code,
                GovernanceRole.name,
                GovernanceRole.tasks,
                GovernanceRole.powers,
            )
        ),
        seats=tuple(
            pure.Seat(
                tafels[s.tafel_id],
                partners[s.partner_id],
                roles[s.role_id],
                s.person,
                s.vote,
                s.starts_on,
                s.ends_on,
            )
            for s in _rows(
                current,
                day,
                Seat.tafel_id,
                Seat.partner_id,
                Seat.role_id,
                Seat.person,
                Seat.vote,
                Seat.starts_on,
                Seat.ends_on,
            )
        ),
        handovers=tuple(
            pure.Handover(
                tafels[h.source_id],
                tafels[h.target_id],
                None if h.all_domains else frozenset(handover_domain[h.id]),
                h.processing_days,
                agreements.get(h.agreement_id),
            )
            for h in _rows(
                current,
                day,
                Handover.id,
                Handover.source_id,
                Handover.target_id,
                Handover.all_domains,
                Handover.processing_days,
                Handover.agreement_id,
            )
        ),
        signals=_signals(current, areas, partners) if with_signals else (),
        leervragen=_leervragen(current, areas, partners) if with_signals else (),
    )


def signals_on(current: ScopedSession, day: date) -> tuple[pure.Signal, ...]:
    """Return the signals of this session's region as `network_of` gives them for a day."""
    areas, partners = (_codes_of(current, kind, day) for kind in (Area, Partner))
    return _signals(current, areas, partners)


def _signals(
    current: ScopedSession, areas: dict[int, str], partners: dict[int, str]
) -> tuple[pure.Signal, ...]:
    domains = _codes(current, signal_domains, Domain, date.max)
    rows = current.execute(
        select(
            Signal.id,
            Signal.code,
            Signal.given_on,
            Signal.partner_id,
            Signal.area_id,
            Signal.source,
            Signal.title,
            Signal.description,
        ).where(~Signal.leervraag.has())  # a leervraag that travels is in `_leervragen`
    )
    return tuple(
        pure.Signal(
            s.code,
            s.given_on,
            partners.get(s.partner_id),
            areas[s.area_id],
            frozenset(domains[s.id]),
            s.source,
            s.title,
            s.description,
        )
        for s in rows
        if s.area_id in areas and domains[s.id]
    )


def _leervragen(
    current: ScopedSession, areas: dict[int, str], partners: dict[int, str]
) -> tuple[pure.Leervraag, ...]:
    domains = _codes(current, leervraag_domains, Domain, date.max)
    rows = current.execute(
        select(
            Leervraag.id,
            Leervraag.code,
            Leervraag.asked_on,
            Leervraag.level,
            Leervraag.partner_id,
            Leervraag.area_id,
            Leervraag.question,
            Leervraag.status,
        ).where(Leervraag.ended_on.is_(None))
    )
    return tuple(
        pure.Leervraag(
            v.code,
            v.asked_on,
            v.level,
            partners.get(v.partner_id),
            areas.get(v.area_id),
            frozenset(domains[v.id]),
            v.question,
            v.status,
        )
        for v in rows
        if domains[v.id]
    )


T = TypeVar("T")


class _Kept:
    """What was computed last, by its question; one question is answered once at a time.

    Whoever asks what another is computing waits for that answer. It is made with reading alone,
    so nobody who waits holds what the maker waits for.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.found: OrderedDict[tuple[object, ...], Any] = OrderedDict()
        self.making: WeakValueDictionary[tuple[object, ...], Any] = WeakValueDictionary()
        self.lock = Lock()

    def get(self, question: tuple[object, ...], answer: Callable[[], T]) -> T:
        """Return the answer for the network of this session."""
        session().flush()
        key = (current_region().network_version, *question)
        with self.lock:
            turn = self.making.setdefault(key, RLock())
        with turn:
            with self.lock:
                if key in self.found:
                    self.found.move_to_end(key)
                    known: T = self.found[key]
                    return known
            made = answer()
            with self.lock:
                self.found[key] = made
                while len(self.found) > self.most:
                    self.found.popitem(last=False)
            return made


REGIONS_KEPT: Final = 4
_planners = _Kept(REGIONS_KEPT)
_answers = _Kept(8 * REGIONS_KEPT)
_large_answers = _Kept(2)


def current_region() -> Region:
    """Return the region of this session."""
    return session().get_one(Region, session().scope)


def planner() -> Planner:
    """Return the planner of this session's region; kept until a row of its network changes."""
    return planner_of(None, lambda: network_of(session()))


def planner_of(day: date | None, make: Callable[[], pure.Region]) -> Planner:
    """Return the planner of the network as it was on a day; see `governance.planner_on`."""
    return _planners.get((day,), lambda: Planner(make()))


def remembered(
    question: tuple[object, ...], answer: Callable[[], T], *, is_large: bool = False
) -> T:
    """Return the answer to a question about this network; asked once until the network changes.

    Of the large answers only the last two are kept.
    """
    return (_large_answers if is_large else _answers).get(question, answer)


# The plan of one journey.


@dataclass(frozen=True)
class Because:
    """Why promises move: said by whoever moves them; `subject` in words a reader knows."""

    reason: ChangeReason
    subject: str = ""


@dataclass(frozen=True)
class Position:
    """Where a journey is and what it looks for, in codes; see the columns of Journey."""

    partner: str | None
    area: str
    domain: str
    level: Level
    came_from: str | None
    at_tafel: str | None
    after_on: date | None
    submit_on: date | None

    @classmethod
    def of(cls, row: Any) -> Self:
        """Return the position in a row of `positions`."""
        return cls(**{field.name: getattr(row, field.name) for field in fields(cls)})


@dataclass(frozen=True)
class Plan:
    """What the planner answers: the stops and the promise, or the reason there is no road."""

    stops: tuple[tuple[str, date], ...] = ()
    arrival_on: date | None = None
    answer_due_on: date | None = None
    reason: Reason | None = None

    @property
    def json(self) -> list[PlannedStop]:
        """Return the stops as they are kept on the journey."""
        return [_planned(code, on) for code, on in self.stops]


def _planned(code: str, on: date) -> PlannedStop:
    return {"tafel": code, "on": on.isoformat()}


def find_plan(planner: Planner, position: Position) -> Plan:
    """Return the best plan from a position, by the rules of REGION_FORMAT section 2."""
    if position.area not in planner.region.areas_by_code:
        return Plan(reason=Reason.NO_ENTRY)
    if position.domain not in planner.region.domains_by_code:
        return Plan(reason=Reason.NO_ENTRY)
    if position.at_tafel is not None:
        answer = _from_tafel(planner, position, position.at_tafel)
    elif position.submit_on is None:
        raise ValueError("at the start the day of the signal is known")
    else:
        answer = planner.route(
            position.partner,
            position.area,
            position.domain,
            position.level,
            position.submit_on,
        )
    if isinstance(answer, NoRoute):
        return Plan(reason=answer.reason)
    return Plan(
        stops=tuple(zip(answer.tafels, answer.meetings, strict=True)),
        arrival_on=answer.arrival,
        answer_due_on=planner.feedback_due(answer),
    )


def _from_tafel(planner: Planner, position: Position, at_tafel: str) -> Route | NoRoute:
    first = next_meeting(
        planner,
        at_tafel,
        after=position.after_on,
        submit_on=position.submit_on,
        came_from=position.came_from,
        domain=position.domain,
    )
    if first is None:
        return NoRoute(Reason.NO_MEETING)
    route = planner.attending(at_tafel, first, position.area, position.domain, position.level)
    return route or NoRoute(Reason.NO_MEETING)


def next_meeting(
    planner: Planner,
    tafel: str,
    *,
    after: date | None,
    submit_on: date | None,
    came_from: str | None = None,
    domain: str | None = None,
) -> date | None:
    """Return the first day after `after` on which a table can deal with what lies there.

    Its agreement is in force that day, the closing day is not before `submit_on`, and where it
    came over a hand-over, one such hand-over rests on nothing or on an agreement in force.
    """
    region = planner.region
    place = region.tafels_by_code.get(tafel)
    if place is None:
        return None
    for meeting in region.meetings_by_tafel[tafel]:
        if meeting.status is not MeetingStatus.PLANNED:
            continue
        if after is not None and meeting.on <= after:
            continue
        if submit_on is not None and submit_on > meeting.on - timedelta(place.submission_days):
            continue
        if not _in_force(region, place.agreement, meeting.on):
            continue
        if came_from is not None and not any(
            (h.domains is None or domain in h.domains)
            and _in_force(region, h.agreement, meeting.on)
            for h in region.handovers
            if h.source == came_from and h.target == tafel
        ):
            continue
        return meeting.on
    return None


def _in_force(region: pure.Region, agreement: str | None, day: date) -> bool:
    return agreement is None or region.agreements_by_code[agreement].in_force(day)


# Journeys.


def plan_new(signals: Iterable[Signal]) -> None:
    """Give new signals their journeys: per domain one to the beleid, one to the bestuur.

    The signals need their domains, area and partner loaded.
    """
    current = session()
    current.flush()
    plans = planner()
    for signal in signals:
        current.add_all(_journeys(plans, signal, signal.domains))


def plan_over(signal: Signal) -> None:
    """Give a signal that was never sent on new journeys, as if it came in now."""
    current = session()
    own = Journey.signal_id == signal.id
    changes = select(JourneyChange).join(JourneyChange.journey).where(own)
    for change in current.scalars(changes).all():
        current.delete(change)
    current.flush()
    for journey in current.scalars(select(Journey).where(own)).all():
        current.delete(journey)
    plan_new([signal])


def plan_domains(signal: Signal, domains: Iterable[Domain]) -> None:
    """Give a signal that was not sent on yet its journeys for some of its domains."""
    current = session()
    current.flush()
    current.add_all(_journeys(planner(), signal, domains))


def _journeys(plans: Planner, signal: Signal, domains: Iterable[Domain]) -> Iterator[Journey]:
    for domain in domains:
        for level in TARGETS:
            plan = find_plan(
                plans,
                Position(
                    partner=signal.partner.code if signal.partner else None,
                    area=signal.area.code,
                    domain=domain.code,
                    level=level,
                    came_from=None,
                    at_tafel=None,
                    after_on=None,
                    submit_on=signal.given_on,
                ),
            )
            yield Journey(
                signal_id=signal.id,
                domain_id=domain.id,
                level=level,
                submit_on=signal.given_on,
                plan=plan.json,
                arrival_on=plan.arrival_on,
                answer_due_on=plan.answer_due_on,
                reason=plan.reason,
            )


def reposition(
    journey: Journey,
    because: Because | None,
    *,
    at_tafel: Tafel | None,
    after_on: date | None = None,
    submit_on: date | None = None,
    came_from: Tafel | None = None,
) -> None:
    """Put a journey somewhere else on its way and plan it from there.

    Without `because` it goes on as planned: the stops it leaves behind are no change.
    """
    if because is None and at_tafel is not None:
        codes = [stop["tafel"] for stop in journey.plan]
        if at_tafel.code in codes:
            journey.plan = journey.plan[codes.index(at_tafel.code) :]
    journey.came_from_id = came_from.id if came_from else None
    journey.at_tafel_id = at_tafel.id if at_tafel else None
    journey.after_on = after_on
    journey.submit_on = submit_on
    session().flush()
    replan(because, only=[journey.id])


_IN_MOTION = (JourneyStatus.PLANNED, JourneyStatus.TRAVELLING)


CAME_FROM, AT_TAFEL = aliased(Tafel), aliased(Tafel)
"""The two tables of a journey's position, for conditions on `positions`."""


def positions(
    current: ScopedSession, *where: ColumnElement[bool], only: Sequence[int] | None = None
) -> Sequence[Any]:
    """Return open journeys' positions and plans as plain columns: one query, no objects."""
    statement = (
        select(
            Journey.id,
            Journey.signal_id,
            Journey.status,
            Journey.plan,
            Journey.arrival_on,
            Journey.answer_due_on,
            Journey.reason,
            Partner.code.label("partner"),
            Area.code.label("area"),
            Domain.code.label("domain"),
            Journey.level,
            CAME_FROM.code.label("came_from"),
            AT_TAFEL.code.label("at_tafel"),
            Journey.after_on,
            Journey.submit_on,
        )
        .join(Journey.signal)
        .join(Signal.area)
        .join(Journey.domain)
        .outerjoin(Signal.partner)
        .outerjoin(CAME_FROM, Journey.came_from)
        .outerjoin(AT_TAFEL, Journey.at_tafel)
        .where(Journey.status.in_(_IN_MOTION), Signal.status.in_(OPEN_STATUSES), *where)
    )
    if only is not None:
        statement = statement.where(Journey.id.in_(only))
    found: Sequence[Any] = current.execute(statement).all()
    return found


def replan(
    because: Because | None,
    *where: ColumnElement[bool],
    only: Sequence[int] | None = None,
    from_today: bool = False,
) -> int:
    """Plan open journeys again; write on each that moved what changed and why.

    Without `because` (a package came in) the cause is looked up per journey. `from_today`: no
    journey comes on a meeting to which nothing can be handed in any more. Returns how many
    journeys moved.
    """
    current = session()
    plans = planner()
    rows = positions(current, *where, only=only)
    moved = {row.id: (position, plan) for row, position, plan in _moved(plans, rows, from_today)}
    ids = list(moved)
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        for journey in current.scalars(select(Journey).where(Journey.id.in_(chunk))):
            position, plan = moved[journey.id]
            journey.after_on, journey.submit_on = position.after_on, position.submit_on
            why = because or find_cause(plans.region, journey)
            current.add(
                JourneyChange(
                    journey_id=journey.id,
                    reason=why.reason,
                    subject=why.subject,
                    arrival_before=journey.arrival_on,
                    arrival_after=plan.arrival_on,
                    due_before=journey.answer_due_on,
                    due_after=plan.answer_due_on,
                )
            )
            journey.plan = plan.json
            journey.arrival_on = plan.arrival_on
            journey.answer_due_on = plan.answer_due_on
            journey.reason = plan.reason
    current.flush()
    put_on_agendas(only if only is not None else ids)
    if moved:
        # One event however many moved: what moved on each journey is in its JourneyChange.
        cause = because.reason if because else ChangeReason.REGION_UPDATED
        events.record(Verb.REPLANNED, current_region(), by=None, result=f"{cause}:{len(moved)}")
    return len(moved)


def _moved(
    plans: Planner, rows: Iterable[Row[Any]], from_today: bool
) -> list[tuple[Row[Any], Position, Plan]]:
    """Return of these journeys the ones that get another plan from this planner, with that plan.

    And with the position from which it was made; see `plan_of`.
    """
    moved = []
    for row in rows:
        position, plan = plan_of(plans, row, from_today=from_today)
        if plan.arrival_on == row.arrival_on and row.arrival_on and row.arrival_on < clock.today():
            # The promise of a meeting that was held stays what it was.
            plan = replace(plan, answer_due_on=row.answer_due_on)
        if (plan.json, plan.answer_due_on, plan.reason) != (
            row.plan,
            row.answer_due_on,
            row.reason,
        ):
            moved.append((row, position, plan))
    return moved


def plan_of(plans: Planner, row: Row[Any], *, from_today: bool = False) -> tuple[Position, Plan]:
    """Return the plan that a journey gets from this planner, and the position it was made from.

    That is another position only `from_today`, or for one that is on its way and would come on a
    meeting to which nothing can be handed in any more.
    """
    position = Position.of(row)
    plan = find_plan(plans, position)
    if from_today or _comes_too_late(plans, row, plan):
        return _from_today(plans, row, position, plan)
    return position, plan


def _comes_too_late(plans: Planner, row: Row[Any], plan: Plan) -> bool:
    """Whether a journey on its way gets a next stop that has closed, as after a backdated seat."""
    if row.status is not JourneyStatus.TRAVELLING or not plan.stops:
        return False
    code, on = plan.stops[0]
    if on - timedelta(days=plans.region.tafels_by_code[code].submission_days) >= clock.today():
        return False
    # On the stop that it had it was in time; it waits there unless that meeting is gone.
    return _planned(code, on) not in row.plan


def _is_held(region: pure.Region, stop: dict[str, str]) -> bool:
    """Whether a planned stop is still a meeting of the network."""
    on = date.fromisoformat(stop["on"])
    return any(
        one.on == on and one.status is pure.MeetingStatus.PLANNED
        for one in region.meetings_by_tafel.get(stop["tafel"], ())
    )


def _from_today(
    plans: Planner, row: Row[Any], position: Position, plan: Plan
) -> tuple[Position, Plan]:
    """Return a plan whose new stops can still be made, and the position from which it was made."""
    today = clock.today()
    ahead = [stop for stop in row.plan if date.fromisoformat(stop["on"]) >= today]
    tafels = plans.region.tafels_by_code
    if ahead != row.plan and _is_held(plans.region, row.plan[0]):
        # It waits for what a meeting that was held decides; only its promise can change.
        last = ahead and tafels.get(ahead[-1]["tafel"])
        due = row.answer_due_on
        if last:
            due = row.arrival_on + timedelta(days=last.feedback_days)
        stops = tuple((stop["tafel"], date.fromisoformat(stop["on"])) for stop in row.plan)
        return position, Plan(stops, row.arrival_on, due, row.reason)
    code, on = next((stop for stop in plan.stops[:1] if _planned(*stop) not in ahead), ("", today))
    if not code or on - timedelta(days=tafels[code].submission_days) >= today:
        return position, plan
    if position.at_tafel is None:
        position = replace(position, submit_on=today)
    else:
        position = replace(
            position,
            after_on=max(position.after_on or date.min, today - timedelta(days=1)),
            submit_on=position.submit_on and today,
        )
    return position, find_plan(plans, position)


@dataclass(frozen=True)
class Consequence:
    """What a change that is not made yet would do to one open journey.

    `title` is what the tables may read of the signal; empty for one that was not sent yet.
    """

    journey_id: int
    title: str
    domain: str
    level: Level
    arrival_before: date | None
    arrival_after: date | None
    due_before: date | None
    due_after: date | None
    reason: Reason | None


def consequences(
    changed: pure.Region, *where: ColumnElement[bool], from_today: bool = False
) -> list[Consequence]:
    """Return what `replan` would move if the network became this one; nothing is written.

    `where` keeps the journeys that the change can reach, where that is known: see `positions`.
    """
    current = session()
    then = planner().changed_to(changed)
    moved = {
        row.id: (row, plan) for row, _, plan in _moved(then, positions(current, *where), from_today)
    }
    found = []
    ids = list(moved)
    for start in range(0, len(ids), 500):
        statement = (
            select(Journey.id, Signal.sent_on, Signal.title_for_tafels, Domain.name.label("domain"))
            .join(Journey.signal)
            .join(Journey.domain)
            .where(Journey.id.in_(ids[start : start + 500]))
        )
        for about in current.execute(statement):
            row, plan = moved[about.id]
            found.append(
                Consequence(
                    journey_id=about.id,
                    title=about.title_for_tafels if about.sent_on else "",
                    domain=about.domain,
                    level=row.level,
                    arrival_before=row.arrival_on,
                    arrival_after=plan.arrival_on,
                    due_before=row.answer_due_on,
                    due_after=plan.answer_due_on,
                    reason=plan.reason,
                )
            )
    return sorted(found, key=lambda one: (one.arrival_before or date.max, one.journey_id))


def arrived(journeys: Sequence[Journey]) -> None:
    """Take what was still ahead of journeys off their plans and the agendas: a table decided."""
    for journey in journeys:
        journey.plan = []
    session().flush()
    put_on_agendas([journey.id for journey in journeys])


def aim_at(journey: Journey, level: Level) -> None:
    """Ask another level to decide; `reposition` then plans the way there.

    The journey to that level, which was not chosen, takes this one's level in exchange.
    """
    current = session()
    other = current.scalar(
        select(Journey).where(
            Journey.signal_id == journey.signal_id,
            Journey.domain_id == journey.domain_id,
            Journey.level == level,
        )
    )
    before = journey.level
    if other is not None:
        other.level = Level.PRACTICE  # no journey has this target: the three stay unique
        current.flush()
    journey.level = level
    current.flush()
    if other is not None:
        other.level = before
        current.flush()


def find_cause(region: pure.Region, journey: Journey) -> Because:
    """Return why a plan that was made before does not hold in the region as it is now."""
    before: str | None = None
    for stop in journey.plan:
        code, on = stop["tafel"], date.fromisoformat(stop["on"])
        tafel = region.tafels_by_code.get(code)
        if tafel is None:
            # It is on a plan, so it was ended, not deleted: its name is still there.
            name = session().scalar(select(Tafel.name).where(Tafel.code == code))
            return Because(ChangeReason.REGION_UPDATED, f"{name or code} is er niet meer")
        words = f"{tafel.name} van {web.day(on)}"
        meeting = next((m for m in region.meetings_by_tafel[code] if m.on == on), None)
        if meeting is None or meeting.status is not MeetingStatus.PLANNED:
            return Because(ChangeReason.MEETING_CANCELLED, words)
        if tafel.agreement and not _in_force(region, tafel.agreement, on):
            return Because(
                ChangeReason.AGREEMENT_ENDED, region.agreements_by_code[tafel.agreement].title
            )
        if before is not None:
            steps = [h for h in region.handovers if (h.source, h.target) == (before, code)]
            if not steps:
                return Because(ChangeReason.HANDOVER_GONE, tafel.name)
            if not any(_in_force(region, h.agreement, on) for h in steps):
                ended = next(h.agreement for h in steps if h.agreement)
                return Because(ChangeReason.AGREEMENT_ENDED, region.agreements_by_code[ended].title)
        before = code
    return Because(ChangeReason.REGION_UPDATED)


def put_on_agendas(journey_ids: Sequence[int]) -> None:
    """Make the planned agenda items of travelling journeys equal to their plans."""
    current = session()
    for start in range(0, len(journey_ids), 500):
        journeys = current.scalars(
            select(Journey)
            .where(Journey.id.in_(journey_ids[start : start + 500]))
            .options(
                selectinload(Journey.items).joinedload(AgendaItem.meeting).joinedload(Meeting.tafel)
            )
            .execution_options(populate_existing=True)
        ).all()
        for journey in journeys:
            _put_on_agenda(current, journey)
    current.flush()


def _put_on_agenda(current: ScopedSession, journey: Journey) -> None:
    planned = [item for item in journey.items if item.status is ItemStatus.PLANNED]
    wanted = [(s["tafel"], s["on"]) for s in journey.plan]
    if journey.status is not JourneyStatus.TRAVELLING:
        wanted = []
    there = [(i.meeting.tafel.code, i.meeting.held_on.isoformat()) for i in planned]
    if there == wanted:
        return
    for item in planned:
        current.delete(item)
    current.flush()  # the positions are free again before the new items take them
    done = [item.position for item in journey.items if item.status is not ItemStatus.PLANNED]
    position = max(done, default=0)
    for code, on in wanted:
        position += 1
        meeting_id = current.scalar(
            select(Meeting.id)
            .join(Meeting.tafel)
            .where(Tafel.code == code, Meeting.held_on == date.fromisoformat(on))
        )
        current.add(AgendaItem(journey_id=journey.id, meeting_id=meeting_id, position=position))
