"""What is done to leermomenten: planned, moved, signed up for, looked back on.

Of two who act on one leermoment the second waits (access.HELD); of two who plan at one time in
one region too (booking.hold). Always the leermoment first, then the region.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import flag_modified

from coordinator import clock, events, holders, outbox, web
from coordinator.access import hash_token
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.models import (
    Account,
    CalendarLink,
    Domain,
    Evaluation,
    EventHost,
    Grant,
    LearningEvent,
    LearningEventStatus,
    LearningFormat,
    LearningGoal,
    Leervraag,
    Level,
    Partner,
    Room,
    SignUp,
    SignUpStatus,
    Tafel,
    TakenHome,
    TakenHomeResult,
    Useful,
    Verb,
)
from coordinator.moments import booking, queries
from coordinator.moments.booking import Slot, Who
from coordinator.planning import current_region

YEARS_AHEAD: Final = 3
_OF_PARTICIPANT: Final = "participant"
_ANOTHER: Final = "Is het een ander? Zet er dan iets bij, zoals de organisatie."


# Rooms.


def add_room(name: str, address: str, places: int | None, *, by: Account) -> Room:
    """Add a room."""
    booking.hold()
    _check_name(name)
    room = Room(name=name, address=address, places=places)
    session().add(room)
    session().flush()
    events.record(Verb.ROOM_ADDED, room, by=by)
    return room


def change_room(room: Room, name: str, address: str, places: int | None, *, by: Account) -> None:
    """Change a room; what is planned in it must still fit."""
    booking.hold()
    _check_there(room)
    _check_name(name, besides=room)
    if places is not None:
        for moment in queries.coming_in(room):
            if moment.places is None or moment.places > places:
                asked = "iedereen" if moment.places is None else f"{moment.places} mensen"
                raise Refused(
                    f"“{moment.title}” op {web.weekday(moment.held_on)} is hier gepland voor "
                    f"{asked}. Wijzig eerst dat leermoment.",
                    "places",
                )
    room.name, room.address, room.places = name, address, places
    session().flush()
    events.record(Verb.ROOM_CHANGED, room, by=by, result="changed")


def end_room(room: Room, *, by: Account) -> None:
    """Take a room out of the list; not while something is planned in it."""
    booking.hold()
    _check_there(room)
    planned = queries.coming_in(room)
    if planned:
        first = planned[0]
        raise Refused(
            f"In {room.name} is nog “{first.title}” gepland, op {queries.when_words(first)}. Kies "
            "voor dat leermoment eerst een andere ruimte."
        )
    room.ended_on = clock.today()
    session().flush()
    events.record(Verb.ROOM_CHANGED, room, by=by, result="ended")


def _check_there(room: Room) -> None:
    if room.ended_on is not None:
        raise Refused(f"{room.name} is al van de lijst gehaald.")


def _check_name(name: str, besides: Room | None = None) -> None:
    same = booking.named(name)
    if any(booking.named(one.name) == same for one in queries.rooms() if one is not besides):
        raise Refused(f"Er is al een ruimte die {name} heet. Kies een andere naam.", "name")


# Planning.


@dataclass(frozen=True)
class Terms:
    """What can be said of a leermoment; `room` is a public id."""

    title: str
    description: str
    form: LearningFormat
    level: Level | None
    domains: Sequence[Domain]
    area_id: int | None
    held_on: date
    begins: str
    ends: str
    room: str
    place: str
    is_online: bool
    places: int | None
    hosts: Sequence[Who]
    leervragen: Sequence[Leervraag]
    goals: Sequence[LearningGoal]
    offer_id: int | None
    structure_id: int | None

    @property
    def slot(self) -> Slot:
        return Slot(self.held_on, self.begins, self.ends)


def plan(terms: Terms, *, by: Account) -> LearningEvent:
    """Plan a leermoment; a room and a person are never at two at one time."""
    _check_time(terms.slot)
    booking.hold()
    room = _room(terms)
    hosts = _once(terms.hosts)
    _check_free(terms, room, hosts)
    moment = LearningEvent(
        made_by_id=by.id, domains=[], leervragen=[], goals=[], hosts=[], sign_ups=[], taken_home=[]
    )
    _write(moment, terms, room, hosts)
    session().add(moment)
    session().flush()
    _tell_hosts(moment, hosts, by)
    events.record(Verb.LEARNING_EVENT_PLANNED, moment, by=by)
    return moment


@dataclass(frozen=True)
class Told:
    """How many people were mailed, and how many with a place cannot be."""

    mailed: int = 0
    unreached: int = 0


def change(moment: LearningEvent, terms: Terms, *, by: Account) -> Told:
    """Change or move a leermoment; return how many were told of a move."""
    _check_goes_on(moment)
    before = _when_and_where(moment)
    has_begun = queries.has_begun(moment)
    if has_begun and terms.slot != Slot(moment.held_on, moment.begins, moment.ends):
        raise Refused(
            "Dit leermoment is al begonnen of geweest. De dag en de tijd kunt u niet meer "
            "wijzigen.",
            "held_on",
        )
    if not has_begun:
        _check_time(terms.slot)
    booking.hold()
    room = _room(terms, was=moment.room)
    hosts = _once(terms.hosts)
    if _takes_more(moment, terms, room, hosts):
        _check_free(terms, room, hosts, besides=moment)
    limit = _limit(terms, room)
    placed = queries.places_of([moment])[moment.id].placed
    if limit is not None and limit < placed:
        raise Refused(
            f"Er zijn al {placed} mensen aangemeld. Kies {placed} plekken of meer, of meld eerst "
            "iemand af.",
            "places",
        )
    led = {host.account_id for host in moment.hosts}
    _write(moment, terms, room, hosts)
    flag_modified(moment, "title")  # other hosts alone would not give it a new version
    session().flush()
    told, has_moved = Told(), _when_and_where(moment) != before
    _tell_hosts(moment, [who for who in hosts if who.account_id not in led], by)
    if not has_begun:
        _fill_places(moment)
        if has_moved:
            told = _tell(moment, f"moved:{moment.version}", "moment_moved", led)
    events.record(
        Verb.LEARNING_EVENT_CHANGED, moment, by=by, result="moved" if has_moved else "changed"
    )
    return told


def _takes_more(
    moment: LearningEvent, terms: Terms, room: Room | None, hosts: Sequence[Who]
) -> bool:
    """Whether a change takes a time, room or person that the leermoment did not take yet."""
    return (
        terms.slot != Slot(moment.held_on, moment.begins, moment.ends)
        or (room is not None and room.id != moment.room_id)
        or not {(who.name, who.account_id) for who in hosts}
        <= {(host.name, host.account_id) for host in moment.hosts}
    )


def cancel(moment: LearningEvent, reason: str, *, by: Account) -> Told:
    """Call off a leermoment; return how many were told."""
    _check_goes_on(moment)
    if queries.has_begun(moment):
        raise Refused("Dit leermoment is al begonnen of geweest. U kunt het niet meer afzeggen.")
    moment.status, moment.reason = LearningEventStatus.CANCELLED, reason
    session().flush()
    told = _tell(moment, "cancelled", "moment_cancelled", {one.account_id for one in moment.hosts})
    events.record(Verb.LEARNING_EVENT_CANCELLED, moment, by=by)
    return told


def _check_goes_on(moment: LearningEvent) -> None:
    if queries.is_cancelled(moment):
        raise Refused("Dit leermoment gaat niet door. U kunt er niets meer aan wijzigen.")


def _check_time(slot: Slot) -> None:
    if slot.ends <= slot.begins:
        raise Refused(
            f"Het eind ligt niet na het begin ({booking.dotted(slot.begins)} uur). Kies een latere "
            "tijd.",
            "ends",
        )
    if slot.day < clock.today():
        raise Refused("Deze dag is al geweest. Kies vandaag of een latere dag.", "held_on")
    if booking.moment_of(slot.day, slot.begins) <= clock.now():
        raise Refused("Deze tijd is vandaag al voorbij. Kies een latere tijd.", "begins")
    if slot.day.year > clock.today().year + YEARS_AHEAD:
        raise Refused(
            f"Deze dag ligt meer dan {YEARS_AHEAD} jaar vooruit. Klopt het jaar?", "held_on"
        )


def _room(terms: Terms, was: Room | None = None) -> Room | None:
    """Return the room as it is now, or refuse; the one it was in already may stay."""
    if not terms.room:
        return None
    room = session().scalar(
        select(Room).where(Room.public_id == terms.room).execution_options(populate_existing=True)
    )
    if room is None or (room.ended_on is not None and room is not was):
        raise Refused("Deze ruimte is er niet meer. Kies een andere.", "room")
    if room.places is not None and terms.places is not None and terms.places > room.places:
        raise Refused(
            f"In {room.name} passen {room.places} mensen. Kies hooguit {room.places} plekken, of "
            "een andere ruimte.",
            "places",
        )
    return room


def _limit(terms: Terms, room: Room | None) -> int | None:
    """Return how many can come: what was asked, or else what the room holds."""
    if terms.places is None and room is not None:
        return room.places
    return terms.places


def _once(hosts: Iterable[Who]) -> list[Who]:
    found: list[Who] = []
    for who in hosts:
        if not any(who.is_also(other) for other in found):
            found.append(who)
    return found


def _check_free(
    terms: Terms, room: Room | None, hosts: Sequence[Who], besides: LearningEvent | None = None
) -> None:
    slot = terms.slot
    taken = booking.taken_on(slot.day, besides.id if besides is not None else None)
    room_id = room.id if room is not None else None
    day = web.weekday(slot.day)
    clashes = [(who, there) for who in hosts if (there := taken.of_person(who, slot))]
    if room is not None and (there := taken.of_room(room.id, slot)):
        said, field = f"{room.name} is op {day} al bezet door {there.words}.", "room"
    elif clashes:
        who, there = clashes[0]
        said, field = f"{who.name} is op {day} al bij {there.words}.", "hosts"
        if who.account_id is None:
            said += f" {_ANOTHER}"
    else:
        return
    instead = booking.instead(taken, room_id, hosts, slot, _limit(terms, room))
    raise Refused(f"{said} {instead}", field)


def _write(moment: LearningEvent, terms: Terms, room: Room | None, hosts: Sequence[Who]) -> None:
    moment.title, moment.description, moment.format = terms.title, terms.description, terms.form
    moment.level, moment.area_id = terms.level, terms.area_id
    moment.all_domains = not terms.domains
    moment.held_on, moment.begins, moment.ends = terms.held_on, terms.begins, terms.ends
    moment.room_id, moment.room = (room.id, room) if room is not None else (None, None)
    moment.place, moment.is_online = terms.place, terms.is_online
    moment.places = _limit(terms, room)
    moment.offer_id, moment.structure_id = terms.offer_id, terms.structure_id
    moment.domains = list(terms.domains)
    moment.leervragen = list(terms.leervragen)
    moment.goals = list(terms.goals)
    wanted = {(who.name, who.account_id) for who in hosts}
    gone = [host for host in moment.hosts if (host.name, host.account_id) not in wanted]
    wanted -= {(host.name, host.account_id) for host in moment.hosts}
    for host in gone:
        moment.hosts.remove(host)
        session().delete(host)
    if gone:
        session().flush()  # a name that comes back with an account is first taken away
    for who in hosts:
        if (who.name, who.account_id) in wanted:
            moment.hosts.append(EventHost(name=who.name, account_id=who.account_id))


def _when_and_where(moment: LearningEvent) -> tuple[object, ...]:
    return (
        moment.held_on,
        moment.begins,
        moment.ends,
        moment.room_id,
        moment.place,
        moment.is_online,
    )


_SUBJECTS: Final = {
    "moment_moved": "Een leermoment is verzet of verplaatst",
    "moment_cancelled": "Een leermoment gaat niet door",
    "moment_place": "U hebt een plek bij een leermoment",
    "moment_host": "U begeleidt een leermoment",
    "moment_off": "U bent afgemeld bij een leermoment",
}


def _tell(moment: LearningEvent, what: str, template: str, hosts: Iterable[int | None]) -> Told:
    """Mail everybody who has a place, waits or leads it, and still has a role in the region."""
    comes = (
        select(SignUp.id)
        .where(SignUp.account_id == Account.id, SignUp.event_id == moment.id)
        .where(queries.takes_part())
        .exists()
    )
    leads = Account.id.in_([account_id for account_id in hosts if account_id is not None])
    people = (
        session()
        .scalars(select(Account).where(comes | leads, queries.has_role()).order_by(Account.id))
        .all()
    )
    for account in people:
        _mail(moment, account, what, template)
    return Told(len(people), queries.unreached(moment))


def _tell_hosts(moment: LearningEvent, hosts: Iterable[Who], by: Account) -> None:
    """Mail who was asked to lead it by another."""
    asked = [who.account_id for who in hosts if who.account_id not in (None, by.id)]
    if asked and not queries.has_begun(moment):
        for account in session().scalars(select(Account).where(Account.id.in_(asked))).all():
            _mail(moment, account, f"host:{moment.version}", "moment_host")


def _mail(moment: LearningEvent, account: Account, what: str, template: str) -> None:
    outbox.put(
        f"moment:{moment.public_id}:{what}:{account.public_id}",
        account.email,
        _SUBJECTS[template],
        template,
        name=account.name,
        url=outbox.link("moments.show", moment=moment.public_id),
    )


# Signing up and off.


def sign_up(moment: LearningEvent, grants: Sequence[Grant], *, by: Account) -> SignUp:
    """Give somebody a place, or the last one on the waiting list."""
    _check_can_sign_up(moment)
    booking.hold()
    mine = session().scalar(
        select(SignUp)
        .where(SignUp.event_id == moment.id, SignUp.account_id == by.id)
        .execution_options(populate_existing=True)
    )
    if mine is not None and mine.status is not SignUpStatus.WITHDRAWN:
        raise Refused(
            "U bent al aangemeld."
            if mine.status is SignUpStatus.PLACED
            else ("U staat al op de wachtlijst.")
        )
    _check_person(moment, Who(by.name, by.id), is_own=True)
    status = _status(moment)
    if mine is None:
        mine = SignUp(event_id=moment.id, account_id=by.id)
        session().add(mine)
    mine.status, mine.signed_up_at, mine.was_present = status, clock.now(), None
    mine.partner_id = next((one.partner_id for one in grants if one.partner_id), None)
    mine.level = holders.level_of(grants)
    session().flush()
    events.record(Verb.SIGNED_UP, moment, by=by, result=mine.status.value)
    return mine


def sign_up_other(
    moment: LearningEvent, name: str, partner: Partner | None, *, by: Account
) -> SignUp:
    """Give somebody without an account a place, or the last one on the waiting list."""
    _check_can_sign_up(moment)
    booking.hold()
    there = session().scalars(
        select(SignUp)
        .where(SignUp.event_id == moment.id, SignUp.status != SignUpStatus.WITHDRAWN)
        .options(joinedload(SignUp.account))
    )
    if any(booking.named(queries.name_of(one)) == booking.named(name) for one in there):
        raise Refused(f"{name} staat al op de lijst. {_ANOTHER}", "name")
    _check_person(moment, Who(name), is_own=False)
    other = SignUp(
        event_id=moment.id,
        name=name,
        partner_id=partner.id if partner else None,
        status=_status(moment),
    )
    session().add(other)
    session().flush()
    events.record(
        Verb.SIGNED_UP, moment, by=by, result=other.status.value, on_behalf_of=_OF_PARTICIPANT
    )
    return other


def _check_can_sign_up(moment: LearningEvent) -> None:
    if queries.is_cancelled(moment):
        raise Refused("Dit leermoment gaat niet door. Aanmelden kan niet meer.")
    if queries.has_begun(moment):
        raise Refused("Dit leermoment is al begonnen of geweest. Aanmelden kan niet meer.")


def _check_person(moment: LearningEvent, who: Who, *, is_own: bool) -> None:
    """Refuse who leads it, or is at another leermoment at that time."""
    subject, leads, are = ("U", "begeleidt", "bent") if is_own else (who.name, "begeleidt", "is")
    if any(Who(host.name, host.account_id).is_also(who) for host in moment.hosts):
        raise Refused(
            f"{subject} {leads} dit leermoment. Aanmelden hoeft niet.", None if is_own else "name"
        )
    slot = Slot(moment.held_on, moment.begins, moment.ends)
    there = booking.taken_on(moment.held_on, moment.id).of_person(who, slot)
    if there is not None:
        raise Refused(
            f"{subject} {are} dan al bij {there.words}. "
            + ("Meld u eerst daar af." if is_own else _ANOTHER),
            None if is_own else "name",
        )


def _status(moment: LearningEvent) -> SignUpStatus:
    """Return what who signs up now gets: a place, when there is one and nobody waits for it."""
    is_full = queries.places_of([moment])[moment.id].is_full
    return SignUpStatus.WAITING if is_full else SignUpStatus.PLACED


def sign_off(moment: LearningEvent, one: SignUp, *, by: Account) -> None:
    """Take somebody off the list; the first who waits gets the place and a mail."""
    if one.status is SignUpStatus.WITHDRAWN:
        raise Refused("Deze aanmelding is al ingetrokken.")
    if queries.is_cancelled(moment):
        raise Refused("Dit leermoment gaat niet door. Afmelden hoeft niet.")
    if queries.has_begun(moment):
        raise Refused("Dit leermoment is al begonnen of geweest. Afmelden kan niet meer.")
    one.status = SignUpStatus.WITHDRAWN
    session().flush()
    _fill_places(moment)
    is_own = one.account_id == by.id
    if one.account is not None and not is_own and not queries.without_role([one]):
        _mail(moment, one.account, f"off:{one.version}", "moment_off")
    events.record(Verb.SIGNED_OFF, moment, by=by, on_behalf_of="" if is_own else _OF_PARTICIPANT)


def _fill_places(moment: LearningEvent) -> None:
    """Give free places to who waits, in the order of the list."""
    places = queries.places_of([moment])[moment.id]
    free = places.waiting if moment.places is None else moment.places - places.placed
    if free <= 0 or not places.waiting:
        return
    waiting = queries.next_waiting(moment).limit(free)
    for one in session().scalars(waiting.execution_options(populate_existing=True)).all():
        one.status = SignUpStatus.PLACED
        session().flush()
        if one.account is not None:
            # By version: who signs off and on again may get a place twice.
            _mail(moment, one.account, f"place:{one.version}", "moment_place")


# Who was there.


def record_presence(
    moment: LearningEvent, present: Mapping[int, bool | None], *, by: Account
) -> None:
    """Record who was there, by the id of the sign-up; from the day itself on."""
    if refusal := queries.why_no_presence(moment):
        raise Refused(refusal)
    placed = session().scalars(
        select(SignUp).where(
            SignUp.event_id == moment.id,
            SignUp.status == SignUpStatus.PLACED,
            SignUp.id.in_(list(present)),
        )
    )
    for one in placed:
        one.was_present = present[one.id]
    session().flush()
    events.record(Verb.PRESENCE_RECORDED, moment, by=by)


# Looking back.


def evaluate(
    moment: LearningEvent, useful: Useful, learned: str, better: str, *, by: Account
) -> None:
    """Keep what somebody thought of it, apart from who it was."""
    mine = session().scalar(
        select(SignUp)
        .where(SignUp.event_id == moment.id, SignUp.account_id == by.id)
        .execution_options(populate_existing=True)
    )
    if refusal := queries.why_no_evaluation(moment, mine):
        raise Refused(refusal)
    if mine is not None:
        mine.has_evaluated = True
    session().add(Evaluation(event_id=moment.id, useful=useful, learned=learned, better=better))
    session().flush()
    kept_back = session().scalars(
        select(Evaluation).where(Evaluation.event_id == moment.id, Evaluation.is_shown.is_(False))
    )
    if len(five := kept_back.all()) >= queries.SHOWN_FROM:
        for one in five:
            one.is_shown = True
        session().flush()
    events.record(Verb.EVALUATED, moment, by=by)


def take_home(
    moment: LearningEvent,
    holder: Tafel | Partner,
    team: str,
    result: TakenHomeResult,
    text: str,
    *,
    by: Account,
) -> TakenHome:
    """Record what one team or table does with what was learned; each once per leermoment."""
    if refusal := queries.why_nothing_to_take_home(moment):
        raise Refused(refusal)
    tafel_id, partner_id = (holder.id, None) if isinstance(holder, Tafel) else (None, holder.id)
    if tafel_id is not None and team:
        raise Refused("Een tafel heeft geen team. Laat dit leeg.", "team")
    for other in queries.taken_home(moment):
        same = (other.tafel_id, other.partner_id) == (tafel_id, partner_id)
        if same and booking.named(other.team) == booking.named(team):
            raise Refused(
                f"Van {holders.words(other)} is dit al vastgelegd. Wijzig wat er staat.", "holder"
            )
    taken = TakenHome(
        event_id=moment.id,
        tafel_id=tafel_id,
        partner_id=partner_id,
        team=team,
        result=result,
        text=text,
        recorded_by_id=by.id,
        recorded_on=clock.today(),
    )
    session().add(taken)
    session().flush()
    _record_taken_home(moment, taken, by)
    return taken


def change_taken_home(taken: TakenHome, result: TakenHomeResult, text: str, *, by: Account) -> None:
    """Change what a team or table does with what was learned."""
    taken.result, taken.text, taken.recorded_on = result, text, clock.today()
    taken.recorded_by_id = by.id
    session().flush()
    _record_taken_home(taken.event, taken, by)


def _record_taken_home(moment: LearningEvent, taken: TakenHome, by: Account) -> None:
    events.record(
        Verb.TAKEN_HOME, moment, by=by, result=taken.result.value, tafel_id=taken.tafel_id
    )


# The own calendar.


def make_link(*, by: Account) -> str:
    """Make a calendar address; the one before it stops. Return the token, which is not kept."""
    for old in queries.calendar_links(by):
        old.ended_at = clock.now()
    token = secrets.token_urlsafe(32)
    session().add(CalendarLink(account_id=by.id, token_hash=hash_token(token)))
    session().flush()
    events.record(Verb.CALENDAR_LINK_MADE, current_region(), by=by)
    return token


def end_link(*, by: Account) -> None:
    """Take the calendar address back."""
    links = queries.calendar_links(by)
    if not links:
        raise Refused("U hebt geen agenda-adres dat nu werkt.")
    for link in links:
        link.ended_at = clock.now()
    session().flush()
    events.record(Verb.CALENDAR_LINK_ENDED, current_region(), by=by)
