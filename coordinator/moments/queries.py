"""What the pages on leermomenten look up."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from coordinator import clock, planning, web
from coordinator.choosing import Option
from coordinator.db import session
from coordinator.labels import label
from coordinator.models import (
    Account,
    Area,
    CalendarLink,
    Domain,
    Evaluation,
    EventHost,
    GoalStatus,
    Grant,
    LearningEvent,
    LearningEventStatus,
    LearningFormat,
    LearningGoal,
    LearningOffer,
    LearningStructure,
    Leervraag,
    LeervraagState,
    Level,
    Partner,
    Room,
    SignUp,
    SignUpStatus,
    Tafel,
    TakenHome,
    Useful,
)
from coordinator.moments.booking import dotted, moment_of

SHOWN_FROM: Final = 5
"""So many answers to an evaluation are shown at once."""
PAST_SHOWN: Final = 5
FITTING_SHOWN: Final = 10


class Period(StrEnum):
    """Which leermomenten by their day; the values stand in the address."""

    COMING = ""
    MONTH = "maand"
    QUARTER = "kwartaal"
    PAST = "geweest"


PERIODS: Final = (
    (Period.MONTH, "De komende maand"),
    (Period.QUARTER, "De komende drie maanden"),
    (Period.PAST, "Geweest"),
)


# One of each, for the address.


def find_room(public_id: str) -> Room | None:
    """Return a room."""
    return session().scalar(select(Room).where(Room.public_id == public_id))


def whole(statement: Select[LearningEvent]) -> Select[LearningEvent]:
    """Load with a leermoment what its own page shows, but not who comes."""
    return statement.options(
        joinedload(LearningEvent.room),
        joinedload(LearningEvent.area),
        joinedload(LearningEvent.offer),
        joinedload(LearningEvent.structure),
        selectinload(LearningEvent.domains),
        selectinload(LearningEvent.hosts).joinedload(EventHost.account),
        selectinload(LearningEvent.leervragen),
        selectinload(LearningEvent.goals),
    )


def find_moment(public_id: str) -> LearningEvent | None:
    """Return a leermoment with what its page shows."""
    return session().scalar(
        whole(select(LearningEvent)).where(LearningEvent.public_id == public_id)
    )


def find_sign_up(public_id: str) -> SignUp | None:
    """Return a sign-up with its leermoment and its hosts."""
    return session().scalar(
        select(SignUp)
        .where(SignUp.public_id == public_id)
        .options(
            joinedload(SignUp.account),
            joinedload(SignUp.event).selectinload(LearningEvent.hosts),
        )
    )


def find_taken_home(public_id: str) -> TakenHome | None:
    """Return what one team or table took home, with the leermoment."""
    return session().scalar(
        select(TakenHome)
        .where(TakenHome.public_id == public_id)
        .options(
            joinedload(TakenHome.tafel), joinedload(TakenHome.partner), joinedload(TakenHome.event)
        )
    )


# When it is.


def begins_at(moment: LearningEvent) -> datetime:
    """Return when it begins."""
    return moment_of(moment.held_on, moment.begins)


def has_begun(moment: LearningEvent) -> bool:
    """Whether it began, also when it was cancelled."""
    return begins_at(moment) <= clock.now()


def is_over(moment: LearningEvent) -> bool:
    """Whether it is over, also when it was cancelled."""
    return moment_of(moment.held_on, moment.ends) <= clock.now()


def is_cancelled(moment: LearningEvent) -> bool:
    """Whether it does not go on."""
    return moment.status is LearningEventStatus.CANCELLED


def time_words(moment: LearningEvent) -> str:
    """Return "10.00 tot 12.00 uur"."""
    return f"{dotted(moment.begins)} tot {dotted(moment.ends)} uur"


def when_words(moment: LearningEvent) -> str:
    """Return "donderdag 3 december 2026, van 10.00 tot 12.00 uur"."""
    return f"{web.weekday(moment.held_on)}, van {time_words(moment)}"


def where_words(moment: LearningEvent) -> str:
    """Return the room, the place, or that it is online; not how to join."""
    if moment.is_online:
        return "Online"
    if moment.room is not None:
        return f"{moment.room.name}, {moment.room.address}".removesuffix(", ")
    return moment.place


# The list.


def _planned_first(*, newest_first: bool) -> tuple[Any, ...]:
    keys = (LearningEvent.held_on, LearningEvent.begins, LearningEvent.id)
    return tuple(key.desc() for key in keys) if newest_first else keys


def _now() -> tuple[date, str]:
    local = clock.now().astimezone(clock.AMSTERDAM)
    return local.date(), f"{local:%H:%M}"


def _is_past() -> Any:
    """Return the condition that a leermoment is over: by its day, today by its time."""
    day, at = _now()
    return or_(
        LearningEvent.held_on < day, and_(LearningEvent.held_on == day, LearningEvent.ends <= at)
    )


def fitting(
    statement: Select[LearningEvent], *, level: str | None, domains: Sequence[str], area: str | None
) -> Select[LearningEvent]:
    """Keep what serves this level and area and one of the domains; what serves all serves each."""
    if level:
        statement = statement.where(
            or_(LearningEvent.level.is_(None), LearningEvent.level == Level(level))
        )
    if domains:
        statement = statement.where(
            or_(LearningEvent.all_domains, LearningEvent.domains.any(Domain.code.in_(domains)))
        )
    if area:
        codes = planning.planner().region.containing(area)
        statement = statement.where(
            or_(LearningEvent.area_id.is_(None), LearningEvent.area.has(Area.code.in_(codes)))
        )
    return statement


def moments(
    *,
    past: bool,
    period: Period = Period.COMING,
    form: str | None = None,
    level: str | None = None,
    domains: Sequence[str] = (),
    area: str | None = None,
    text: str | None = None,
) -> Select[LearningEvent]:
    """Select the leermomenten that come, the soonest first; or what was, the latest first."""
    is_past = _is_past()
    statement = (
        select(LearningEvent)
        .where(is_past if past else ~is_past)
        .options(joinedload(LearningEvent.room), selectinload(LearningEvent.domains))
        .order_by(*_planned_first(newest_first=past))
    )
    if not past and period in (Period.MONTH, Period.QUARTER):
        days = 31 if period is Period.MONTH else 92
        statement = statement.where(LearningEvent.held_on <= clock.today() + timedelta(days=days))
    if form:
        statement = statement.where(LearningEvent.format == LearningFormat(form))
    if text:
        statement = statement.where(
            or_(
                LearningEvent.title.icontains(text, autoescape=True),
                LearningEvent.description.icontains(text, autoescape=True),
            )
        )
    return fitting(statement, level=level, domains=domains, area=area)


def is_empty() -> bool:
    """Whether no leermoment was ever planned."""
    return session().scalar(select(LearningEvent.id).limit(1)) is None


@dataclass(frozen=True)
class Places:
    """How many places a leermoment has, how many are taken and how many wait."""

    limit: int | None
    placed: int
    waiting: int

    @property
    def is_full(self) -> bool:
        """Whether who signs up now comes on the waiting list."""
        return self.limit is not None and (self.placed >= self.limit or self.waiting > 0)

    @property
    def words(self) -> str:
        """Return "nog 3 plekken", or "vol, wachtlijst"."""
        if self.limit is None:
            return "plek voor iedereen"
        if self.is_full:
            return f"vol, wachtlijst ({self.waiting})" if self.waiting else "vol, wachtlijst"
        free = self.limit - self.placed
        return "nog 1 plek" if free == 1 else f"nog {web.number(free)} plekken"


@dataclass(frozen=True)
class Line:
    """One leermoment in a list, with its places and what the reader has to do with it."""

    moment: LearningEvent
    places: Places
    own: SignUpStatus | None

    @property
    def is_cancelled(self) -> bool:
        return is_cancelled(self.moment)

    @property
    def time(self) -> str:
        return time_words(self.moment)

    @property
    def where(self) -> str:
        return where_words(self.moment)

    @property
    def stand(self) -> tuple[str, str]:
        """Return what a badge says, and its kind; nothing where the places say enough."""
        if self.is_cancelled:
            return "Gaat niet door", "danger"
        if self.own is SignUpStatus.PLACED:
            return "U bent aangemeld", "done"
        if self.own is SignUpStatus.WAITING:
            return "U staat op de wachtlijst", "warning"
        return "", ""


def places_of(moments: Iterable[LearningEvent]) -> dict[int, Places]:
    """Return the places of these leermomenten; one query."""
    found = list(moments)
    rows = session().execute(
        select(SignUp.event_id, SignUp.status, func.count())
        .where(SignUp.event_id.in_([one.id for one in found]))
        .where(takes_part())
        .group_by(SignUp.event_id, SignUp.status)
    )
    counts = {(event_id, status): count for event_id, status, count in rows}
    return {
        one.id: Places(
            one.places,
            counts.get((one.id, SignUpStatus.PLACED), 0),
            counts.get((one.id, SignUpStatus.WAITING), 0),
        )
        for one in found
    }


def lines(moments: Sequence[LearningEvent], reader: Account) -> list[Line]:
    """Return these leermomenten as lines; two queries."""
    places = places_of(moments)
    own = dict(
        session()
        .execute(
            select(SignUp.event_id, SignUp.status).where(
                SignUp.account_id == reader.id, SignUp.event_id.in_([one.id for one in moments])
            )
        )
        .all()
    )
    return [Line(one, places[one.id], own.get(one.id)) for one in moments]


def coming_that_fit(
    reader: Account, *, level: str | None, domains: Sequence[str], area: str | None
) -> list[Line]:
    """Return the first coming leermomenten that go on and fit what somebody wants to plan."""
    statement = moments(past=False, level=level, domains=domains, area=area)
    found = session().scalars(
        statement.where(LearningEvent.status == LearningEventStatus.PLANNED).limit(FITTING_SHOWN)
    )
    return lines(found.all(), reader)


def of_leervraag(leervraag: Leervraag) -> Sequence[LearningEvent]:
    """Return the leermomenten on a leervraag, the latest first."""
    return _about(LearningEvent.leervragen.any(Leervraag.id == leervraag.id))


def of_goal(goal: LearningGoal) -> Sequence[LearningEvent]:
    """Return the leermomenten on a learning goal, the latest first."""
    return _about(LearningEvent.goals.any(LearningGoal.id == goal.id))


def _about(condition: Any) -> Sequence[LearningEvent]:
    return (
        session()
        .scalars(
            select(LearningEvent)
            .where(condition)
            .options(joinedload(LearningEvent.room))
            .order_by(*_planned_first(newest_first=True))
            .limit(50)
        )
        .all()
    )


def taken_home_of_leervraag(leervraag: Leervraag) -> Sequence[TakenHome]:
    """Return what teams and tables took home from leermomenten on a leervraag."""
    return (
        session()
        .scalars(
            select(TakenHome)
            .join(TakenHome.event)
            .where(LearningEvent.leervragen.any(Leervraag.id == leervraag.id))
            .options(
                contains_eager(TakenHome.event),
                joinedload(TakenHome.tafel),
                joinedload(TakenHome.partner),
            )
            .order_by(TakenHome.recorded_on.desc(), TakenHome.id.desc())
            .limit(50)
        )
        .all()
    )


# Who comes.


def own_sign_up(moment: LearningEvent, reader: Account) -> SignUp | None:
    """Return the sign-up of somebody, also one that was taken back."""
    return session().scalar(
        select(SignUp)
        .where(SignUp.event_id == moment.id, SignUp.account_id == reader.id)
        .options(joinedload(SignUp.account))
    )


def place_on_waiting_list(sign_up: SignUp) -> int:
    """Return which place on the waiting list this is, from 1."""
    before = or_(
        SignUp.signed_up_at < sign_up.signed_up_at,
        and_(SignUp.signed_up_at == sign_up.signed_up_at, SignUp.id < sign_up.id),
    )
    count = session().scalar(
        select(func.count(SignUp.id)).where(
            SignUp.event_id == sign_up.event_id,
            SignUp.status == SignUpStatus.WAITING,
            before,
            _can_come(),
        )
    )
    return (count or 0) + 1


def sign_ups(moment: LearningEvent, status: SignUpStatus) -> Select[SignUp]:
    """Select who has a place or waits, in the order in which they signed up."""
    return (
        select(SignUp)
        .where(SignUp.event_id == moment.id, SignUp.status == status)
        .options(joinedload(SignUp.account), joinedload(SignUp.partner))
        .order_by(SignUp.signed_up_at, SignUp.id)
    )


def has_role() -> ColumnElement[bool]:
    """Return whether an account has a role in this region today."""
    today = clock.today()
    return Account.grants.any(
        and_(Grant.region_id == session().scope, Grant.starts_on <= today, Grant.ends_on >= today)
    )


def _can_come() -> ColumnElement[bool]:
    """Return whether who waits can get a place: not when their role here has ended meanwhile."""
    return or_(SignUp.account_id.is_(None), SignUp.account.has(has_role()))


def takes_part() -> ColumnElement[bool]:
    """Return whether a sign-up takes a place, or waits for one that it can get."""
    return or_(
        SignUp.status == SignUpStatus.PLACED,
        and_(SignUp.status == SignUpStatus.WAITING, _can_come()),
    )


def next_waiting(moment: LearningEvent) -> Select[SignUp]:
    """Select who waits and can come, in order."""
    return sign_ups(moment, SignUpStatus.WAITING).where(_can_come())


def without_role(people: Iterable[SignUp]) -> set[int]:
    """Return the accounts among these whose role in the region has ended; one query."""
    found = {one.account_id for one in people if one.account_id is not None}
    return found - set(
        session().scalars(select(Account.id).where(Account.id.in_(found), has_role()))
    )


def unreached(moment: LearningEvent) -> int:
    """Return how many with a place get no mail: without an account, or without a role by now."""
    count = session().scalar(
        select(func.count(SignUp.id))
        .where(SignUp.event_id == moment.id, SignUp.status == SignUpStatus.PLACED)
        .where(or_(SignUp.account_id.is_(None), ~SignUp.account.has(has_role())))
    )
    return count or 0


def name_of(sign_up: SignUp) -> str:
    """Return who it is."""
    return sign_up.account.name if sign_up.account is not None else sign_up.name


def leads(moment: LearningEvent, account: Account) -> bool:
    """Whether somebody leads this leermoment, by account."""
    return any(host.account_id == account.id for host in moment.hosts)


@dataclass(frozen=True)
class Mine:
    """One leermoment of somebody: whether they lead it, have a place, or wait."""

    moment: LearningEvent
    leads: bool
    sign_up: SignUp | None
    position: int

    @property
    def words(self) -> str:
        if is_cancelled(self.moment):
            return "Gaat niet door"
        if self.leads:
            return "U begeleidt dit"
        if self.position:
            return f"Plek {self.position} van de wachtlijst"
        return "U bent aangemeld"

    @property
    def kind(self) -> str:
        if is_cancelled(self.moment):
            return "danger"
        return "warning" if self.position else "done"

    @property
    def when(self) -> str:
        return when_words(self.moment)

    @property
    def where(self) -> str:
        return where_words(self.moment)

    @property
    def joining(self) -> str:
        """Return how to join online; only for who has a place or leads."""
        is_in = self.leads or not self.position
        return self.moment.place if self.moment.is_online and is_in else ""

    @property
    def has_evaluated(self) -> bool:
        return self.sign_up is not None and self.sign_up.has_evaluated

    @property
    def asks_evaluation(self) -> bool:
        return self.sign_up is not None and not why_no_evaluation(self.moment, self.sign_up)


def why_no_evaluation(moment: LearningEvent, mine: SignUp | None) -> str:
    """Return why somebody is not asked what they thought of it; nothing when they are."""
    if is_cancelled(moment):
        return "Dit leermoment ging niet door."
    if not is_over(moment):
        return "Dit leermoment is nog niet geweest. Daarna kunt u hier terugblikken."
    if mine is None or mine.status is not SignUpStatus.PLACED:
        return "U was niet aangemeld bij dit leermoment. Terugblikken is voor wie er was."
    if mine.was_present is False:
        return "U was er niet bij. Terugblikken is voor wie er was."
    if mine.has_evaluated:
        return "U hebt al geantwoord. Dank u wel."
    return ""


def why_no_presence(moment: LearningEvent) -> str:
    """Return why it cannot be recorded who was there; nothing when it can."""
    if is_cancelled(moment):
        return "Dit leermoment ging niet door."
    if clock.today() < moment.held_on:
        return f"Dit leermoment is pas op {web.day(moment.held_on)}. Vanaf die dag kan dit."
    return ""


def why_nothing_to_take_home(moment: LearningEvent) -> str:
    """Return why nothing can be taken home yet; nothing when it can."""
    if is_cancelled(moment):
        return "Dit leermoment ging niet door."
    if not has_begun(moment):
        return "Dit leermoment moet nog komen. Daarna kunt u hier vastleggen wat u meeneemt."
    return ""


def fingerprint(people: Iterable[SignUp]) -> str:
    """Return which answers on who was there a page showed."""
    return hashlib.sha256(repr([(one.id, one.was_present) for one in people]).encode()).hexdigest()


def mine(account_id: int, since: date) -> list[Mine]:
    """Return the leermomenten from a day on that somebody leads, has a place at or waits for."""
    own = (
        session()
        .scalars(
            select(SignUp)
            .join(SignUp.event)
            .where(SignUp.account_id == account_id, SignUp.status != SignUpStatus.WITHDRAWN)
            .where(LearningEvent.held_on >= since)
            .options(contains_eager(SignUp.event).joinedload(LearningEvent.room))
        )
        .all()
    )
    led = (
        session()
        .scalars(
            select(LearningEvent)
            .where(LearningEvent.held_on >= since)
            .where(LearningEvent.hosts.any(EventHost.account_id == account_id))
            .options(joinedload(LearningEvent.room))
        )
        .all()
    )
    positions = _positions([one for one in own if one.status is SignUpStatus.WAITING])
    found = [
        *(Mine(one, leads=True, sign_up=None, position=0) for one in led),
        *(
            Mine(one.event, leads=False, sign_up=one, position=positions.get(one.id, 0))
            for one in own
            if one.event not in led
        ),
    ]
    return sorted(found, key=lambda one: (one.moment.held_on, one.moment.begins, one.moment.id))


def _positions(waiting: Sequence[SignUp]) -> dict[int, int]:
    """Return per sign-up which place on its waiting list it has; one query."""
    if not waiting:
        return {}
    rows = session().execute(
        select(SignUp.event_id, SignUp.id)
        .where(SignUp.event_id.in_([one.event_id for one in waiting]))
        .where(SignUp.status == SignUpStatus.WAITING, _can_come())
        .order_by(SignUp.signed_up_at, SignUp.id)
    )
    lists: dict[int, list[int]] = {}
    for event_id, sign_up_id in rows:
        lists.setdefault(event_id, []).append(sign_up_id)
    return {one.id: lists[one.event_id].index(one.id) + 1 for one in waiting}


# What participants are mailed of.


@dataclass(frozen=True)
class Due:
    """That a participant is told of a leermoment: it comes soon, or asks to look back."""

    public_id: str
    held_on: date
    title: str
    account_id: int | None
    is_past: bool


def due(today: date, *, ahead: timedelta, catch_up: timedelta) -> list[Due]:
    """Return whom to tell of what comes within `ahead`, or was at most `catch_up` ago. One query.

    Who signed up when it was that near already knows when it is.
    """
    rows = session().execute(
        select(
            LearningEvent.public_id,
            LearningEvent.held_on,
            LearningEvent.title,
            SignUp.account_id,
            SignUp.signed_up_at,
        )
        .join(SignUp.event)
        .where(LearningEvent.status == LearningEventStatus.PLANNED)
        .where(SignUp.status == SignUpStatus.PLACED, SignUp.account_id.is_not(None))
        .where(
            or_(
                LearningEvent.held_on.between(today + timedelta(days=1), today + ahead),
                and_(
                    LearningEvent.held_on.between(today - catch_up, today - timedelta(days=1)),
                    SignUp.has_evaluated.is_(False),
                    SignUp.was_present.is_not(False),
                ),
            )
        )
        .order_by(LearningEvent.held_on, LearningEvent.id, SignUp.id)
    )
    return [
        Due(public_id, held_on, title, account_id, held_on < today)
        for public_id, held_on, title, account_id, signed_up_at in rows
        if held_on < today or signed_up_at.astimezone(clock.AMSTERDAM).date() < held_on - ahead
    ]


# Afterwards.


@dataclass(frozen=True)
class Opinions:
    """What participants thought of it; nothing while there are few."""

    count: int
    useful: Sequence[tuple[str, int]] = ()
    learned: Sequence[str] = ()
    better: Sequence[str] = ()

    @property
    def are_shown(self) -> bool:
        return self.count >= SHOWN_FROM


def opinions(moment: LearningEvent) -> Opinions:
    """Return what participants thought of it, five answers at a time.

    Not even how many there are besides: one more answer would tell whose it was.
    """
    shown = select(Evaluation).where(Evaluation.event_id == moment.id, Evaluation.is_shown)
    found = session().scalars(shown).all()
    return Opinions(
        len(found),
        [(label(useful), sum(one.useful is useful for one in found)) for useful in Useful],
        # By what they say, so that two texts of one person do not stand in the same place.
        sorted(one.learned for one in found if one.learned),
        sorted(one.better for one in found if one.better),
    )


def taken_home(moment: LearningEvent) -> Sequence[TakenHome]:
    """Return what teams and tables did with it."""
    return (
        session()
        .scalars(
            select(TakenHome)
            .where(TakenHome.event_id == moment.id)
            .options(joinedload(TakenHome.tafel), joinedload(TakenHome.partner))
            .order_by(TakenHome.id)
        )
        .all()
    )


def attendance_counts(moment: LearningEvent) -> tuple[int, int]:
    """Return how many were recorded present, and how many absent."""
    rows = session().execute(
        select(SignUp.was_present, func.count())
        .where(SignUp.event_id == moment.id, SignUp.status == SignUpStatus.PLACED)
        .where(SignUp.was_present.is_not(None))
        .group_by(SignUp.was_present)
    )
    counts = dict(rows.all())
    return counts.get(True, 0), counts.get(False, 0)


# Rooms.


def rooms() -> Sequence[Room]:
    """Return the rooms that are not ended."""
    return (
        session()
        .scalars(select(Room).where(Room.ended_on.is_(None)).order_by(Room.name, Room.id))
        .all()
    )


def coming_in(room: Room) -> Sequence[LearningEvent]:
    """Return the leermomenten that are planned in a room and are not over."""
    return (
        session()
        .scalars(
            select(LearningEvent)
            .where(LearningEvent.room_id == room.id, ~_is_past())
            .where(LearningEvent.status == LearningEventStatus.PLANNED)
            .order_by(*_planned_first(newest_first=False))
        )
        .all()
    )


def next_in(rooms: Iterable[Room]) -> dict[int, LearningEvent]:
    """Return per room the first leermoment that is planned in it; one query."""
    found = session().scalars(
        select(LearningEvent)
        .where(LearningEvent.room_id.in_([room.id for room in rooms]), ~_is_past())
        .where(LearningEvent.status == LearningEventStatus.PLANNED)
        .order_by(*(key.desc() for key in _planned_first(newest_first=False)))
    )
    return {one.room_id: one for one in found if one.room_id is not None}


# The own calendar.


def calendar_links(account: Account) -> Sequence[CalendarLink]:
    """Return the calendar addresses of somebody that work now; there is one at most."""
    return (
        session()
        .scalars(
            select(CalendarLink)
            .where(CalendarLink.account_id == account.id, CalendarLink.ended_at.is_(None))
            .order_by(CalendarLink.id)
        )
        .all()
    )


def find_calendar(token_hash: str) -> CalendarLink | None:
    """Return a calendar address that works: not taken back, of who has a role there today.

    To be asked without the scope of a region, for who asks is not signed in.
    """
    today = clock.today()
    return session().scalar(
        select(CalendarLink)
        .where(CalendarLink.token_hash == token_hash, CalendarLink.ended_at.is_(None))
        .where(
            select(Grant.id)
            .where(
                Grant.account_id == CalendarLink.account_id,
                Grant.region_id == CalendarLink.region_id,
                Grant.starts_on <= today,
                Grant.ends_on >= today,
            )
            .exists()
        )
    )


# What a form offers.


def room_choices(also: Room | None = None) -> list[tuple[str, str]]:
    """Return the rooms with how many fit in; and the one that a leermoment is in already."""
    found = list(rooms())
    if also is not None and also not in found:
        found.append(also)
    return [
        (one.public_id, f"{one.name} ({one.places} plekken)" if one.places else one.name)
        for one in found
    ]


def people_options(also: Iterable[EventHost] = ()) -> list[Option]:
    """Return who has a role in this region today, by name; and who leads already."""
    people = session().execute(
        select(Account.public_id, Account.name).where(has_role()).order_by(Account.name, Account.id)
    )
    found = {public_id: Option(public_id, name) for public_id, name in people}
    for host in also:
        if host.account is not None:
            found.setdefault(
                host.account.public_id, Option(host.account.public_id, host.account.name)
            )
    return list(found.values())


def leervraag_options(also: Iterable[Leervraag] = ()) -> list[Option]:
    """Return the leervragen that were not put aside; and those that stand there already."""
    rows = session().execute(
        select(Leervraag.public_id, Leervraag.question, Leervraag.level)
        .where(Leervraag.ended_on.is_(None), Leervraag.state != LeervraagState.NOT_CHOSEN)
        .order_by(Leervraag.asked_on.desc(), Leervraag.id)
    )
    found = {public_id: Option(public_id, text, label(level)) for public_id, text, level in rows}
    for one in also:
        found.setdefault(one.public_id, Option(one.public_id, one.question, label(one.level)))
    return list(found.values())


def goal_options(also: Iterable[LearningGoal] = ()) -> list[Option]:
    """Return the open goals with of whom they are; and those that stand there already."""
    rows = session().execute(
        select(
            LearningGoal.public_id,
            LearningGoal.better,
            LearningGoal.team,
            func.coalesce(Tafel.name, Partner.name),
        )
        .outerjoin(LearningGoal.tafel)
        .outerjoin(LearningGoal.partner)
        .where(LearningGoal.status == GoalStatus.OPEN)
        .order_by(LearningGoal.due_on, LearningGoal.id)
    )
    found = {
        public_id: Option(public_id, better, f"{name}, {team}" if team else name)
        for public_id, better, team, name in rows
    }
    for goal in also:
        found.setdefault(goal.public_id, Option(goal.public_id, goal.better))
    return list(found.values())


def offer_options(also: LearningOffer | None = None) -> list[Option]:
    """Return the offers; and the one that stands there already."""
    rows = session().execute(
        select(LearningOffer.public_id, LearningOffer.title, LearningOffer.format)
        .where(or_(LearningOffer.ended_on.is_(None), LearningOffer.ended_on > clock.today()))
        .order_by(LearningOffer.title, LearningOffer.id)
    )
    found = {public_id: Option(public_id, title, label(form)) for public_id, title, form in rows}
    if also is not None:
        found.setdefault(also.public_id, Option(also.public_id, also.title))
    return list(found.values())


def _by_public_id(kind: type[Any], public_ids: Sequence[str]) -> list[Any]:
    if not public_ids:
        return []
    return list(
        session().scalars(select(kind).where(kind.public_id.in_(public_ids)).order_by(kind.id))
    )


def find_leervragen(public_ids: Sequence[str]) -> list[Leervraag]:
    """Return these leervragen."""
    return _by_public_id(Leervraag, public_ids)


def find_goals(public_ids: Sequence[str]) -> list[LearningGoal]:
    """Return these learning goals."""
    return _by_public_id(LearningGoal, public_ids)


def find_people(public_ids: Sequence[str]) -> list[Account]:
    """Return these people; who they may be is checked by the form."""
    return _by_public_id(Account, public_ids)


def find_offer_id(public_id: str) -> int | None:
    """Return the id of an offer."""
    return session().scalar(select(LearningOffer.id).where(LearningOffer.public_id == public_id))


def find_structure_id(public_id: str) -> int | None:
    """Return the id of a place for learning."""
    return session().scalar(
        select(LearningStructure.id).where(LearningStructure.public_id == public_id)
    )


# What a new leermoment starts from.


@dataclass(frozen=True)
class Start:
    """What the address says of a new leermoment: from an offer, a leervraag or a goal."""

    title: str = ""
    description: str = ""
    form: str = ""
    level: str = ""
    domains: Sequence[str] = ()
    area: str = ""
    places: int | None = None
    leervragen: Sequence[str] = ()
    goals: Sequence[str] = ()
    offer: str = ""
    structure: str = ""


NOTHING: Final = Start()


def start_from(*, offer: str, leervraag: str, goal: str, structure: str) -> Start:
    """Return what is known of a new leermoment; what does not exist says nothing."""
    found = (
        session().scalar(
            select(LearningOffer)
            .where(LearningOffer.public_id == offer)
            .options(
                joinedload(LearningOffer.area),
                joinedload(LearningOffer.structure),
                selectinload(LearningOffer.domains),
            )
        )
        if offer
        else None
    )
    aim = (
        session().scalar(
            select(LearningGoal)
            .where(LearningGoal.public_id == goal)
            .options(selectinload(LearningGoal.domains), joinedload(LearningGoal.leervraag))
        )
        if goal
        else None
    )
    question = (
        session().scalar(
            select(Leervraag)
            .where(Leervraag.public_id == leervraag)
            .options(joinedload(Leervraag.area), selectinload(Leervraag.domains))
        )
        if leervraag
        else None
    )
    place = (
        session().scalar(
            select(LearningStructure)
            .where(LearningStructure.public_id == structure)
            .options(joinedload(LearningStructure.area), selectinload(LearningStructure.domains))
        )
        if structure
        else None
    )
    sources = [one for one in (question, aim, found, place) if one is not None]
    # What the question or goal asks counts before what an offer serves.
    level = next((one.level for one in sources if one.level is not None), None)
    domains = next((one.domains for one in sources if one.domains), [])
    area = next((one.area for one in (question, found, place) if one and one.area), None)
    asked = [question.public_id] if question else []
    if aim is not None and aim.leervraag is not None:
        asked.append(aim.leervraag.public_id)
    own = found.structure if found is not None else None
    return Start(
        title=found.title if found else "",
        description=found.description if found else "",
        form=found.format.value if found else "",
        level=level.value if level else "",
        domains=[domain.code for domain in domains],
        area=area.code if area else "",
        places=found.places if found else None,
        leervragen=list(dict.fromkeys(asked)),
        goals=[aim.public_id] if aim else [],
        offer=found.public_id if found else "",
        structure=place.public_id if place else own.public_id if own else "",
    )
