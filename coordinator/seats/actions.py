"""What is done to seats; the network is planned again where their days change."""

from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select

import network.region as pure
from coordinator import clock, events, outbox, planning, web
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.labels import label
from coordinator.models import (
    Account,
    Assignment,
    Attendance,
    ChangeReason,
    Decision,
    GovernanceRole,
    Grant,
    Journey,
    Leervraag,
    Meeting,
    MeetingStatus,
    Partner,
    Presence,
    Region,
    RoleName,
    Seat,
    Signal,
    Signatory,
    Tafel,
    Verb,
    Vote,
)
from coordinator.planning import Because, Consequence
from coordinator.seats import attendance, queries, work
from coordinator.seats.queries import A_DAY

A_YEAR: Final = timedelta(days=364)


def check_version(seat: Seat, version: str | None) -> None:
    """Refuse when somebody changed the seat after the page was opened; say what stands there."""
    if version != str(seat.version):
        raise Refused(
            f"Iemand anders heeft deze zetel intussen gewijzigd. Er staat nu: {now_words(seat)} "
            "Uw eigen tekst staat er nog. Kijk of die nog klopt, en bewaar dan opnieuw."
        )


def now_words(seat: Seat) -> str:
    """Return what stands on a seat as it is now, in one or two sentences."""
    who = seat.person or "nog niemand genoemd"
    words = f"{who}, {web.period_words(seat.starts_on, seat.ends_on)}."
    return f"{words} Plaatsvervanger: {seat.deputy}." if seat.deputy else words


def _check_place(tafel: Tafel, partner: Partner, field: str | None = None) -> None:
    if tafel.ended_on is not None:
        raise Refused(f"{tafel.name} is er niet meer sinds {web.day(tafel.ended_on)}.")
    if partner.ended_on is not None:
        raise Refused(
            f"{partner.name} doet niet meer mee sinds {web.day(partner.ended_on)}. Kies een "
            "organisatie die nu meedoet.",
            field,
        )


def _check_days(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise Refused(
            f"De laatste dag ligt voor de eerste dag. Kies {web.day(starts_on)} of een latere dag.",
            "ends_on",
        )


def _check_people(person: str, deputy: str) -> None:
    if deputy and not person:
        raise Refused("Schrijf eerst wie op de zetel zit.", "person")
    if deputy and deputy.casefold() == person.casefold():
        raise Refused("Noem een ander dan wie zelf op de zetel zit.", "deputy")


def _check_not_twice(seat: Seat, person: str, starts_on: date | None, ends_on: date | None) -> None:
    """Refuse the same person, or nobody again, on the same place on the same days."""
    first, last = starts_on or date.min, ends_on or date.max
    for other in queries.same_place(seat):
        if (
            other is not seat
            and other.person.casefold() == person.casefold()
            and (other.starts_on or date.min) <= last
            and first <= (other.ends_on or date.max)
        ):
            held = f"{other.person} heeft deze zetel al" if person else "Deze zetel is er al"
            instead = "Kies andere dagen, of wijzig die zetel." if person else "Noem daar iemand."
            raise Refused(
                f"{held} {web.period_words(other.starts_on, other.ends_on)}. {instead}", "person"
            )


def _note(verb: Verb, seat: Seat, by: Account, result: str) -> None:
    events.record(verb, seat, by=by, result=result, tafel_id=seat.tafel_id)


def _days(seat: Seat) -> str:
    """Return the days of a seat as an event keeps them."""
    return "/".join(day.isoformat() if day else "" for day in (seat.starts_on, seat.ends_on))


def _replan(seat: Seat, tafel: Tafel) -> int:
    """Plan the journeys again that a seat can lead in: those of its partner, at their start."""
    starting = session().scalars(
        select(Journey.id)
        .join(Journey.signal)
        .where(Signal.partner_id == seat.partner_id, Journey.at_tafel_id.is_(None))
    )
    because = Because(ChangeReason.REGION_UPDATED, f"een zetel aan {tafel.name}")
    return planning.replan(because, only=starting.all())


def appoint(
    tafel: Tafel,
    partner: Partner,
    role: GovernanceRole,
    *,
    person: str,
    deputy: str = "",
    vote: Vote | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: Account,
) -> tuple[Seat, int]:
    """Add a seat, with who sits on it if that is known; return it and how many journeys moved."""
    _check_place(tafel, partner, "partner")
    _check_days(starts_on, ends_on)
    _check_people(person, deputy)
    seat = Seat(
        tafel_id=tafel.id,
        partner_id=partner.id,
        role_id=role.id,
        person=person,
        deputy=deputy,
        vote=vote,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _check_not_twice(seat, person, starts_on, ends_on)
    session().add(seat)
    session().flush()
    _note(Verb.APPOINTED, seat, by, _days(seat))
    return seat, _replan(seat, tafel)


def change(
    seat: Seat,
    *,
    person: str,
    deputy: str,
    vote: Vote | None,
    starts_on: date | None,
    ends_on: date | None,
    version: str | None,
    by: Account,
) -> int:
    """Change an appointment; return how many journeys moved."""
    check_version(seat, version)
    _check_days(starts_on, ends_on)
    _check_people(person, deputy)
    if person:  # a package may hold several of which nobody is named yet
        _check_not_twice(seat, person, starts_on, ends_on)
    days = (seat.starts_on, seat.ends_on)
    if days != (starts_on, ends_on):
        _check_place(seat.tafel, seat.partner)
    seat.person, seat.deputy, seat.vote = person, deputy, vote
    seat.starts_on, seat.ends_on = starts_on, ends_on
    session().flush()
    _note(Verb.SEAT_CHANGED, seat, by, _days(seat))
    return _replan(seat, seat.tafel) if days != (starts_on, ends_on) else 0


def check_last_day(seat: Seat, last_day: date) -> None:
    """Refuse a last day that cannot be the end of an appointment."""
    if seat.starts_on is not None and last_day < seat.starts_on:
        raise Refused(
            f"Deze zetel begint pas op {web.day(seat.starts_on)}. Kies die dag of een latere.",
            "last_day",
        )


def check_succession(seat: Seat, last_day: date, starts_on: date, ends_on: date | None) -> None:
    """Refuse a successor who comes before the end, or a partner that left."""
    _check_place(seat.tafel, seat.partner)
    check_last_day(seat, last_day)
    if starts_on <= last_day:
        raise Refused(
            f"De opvolger begint te vroeg: de zetel is bezet tot en met {web.day(last_day)}. "
            f"Kies {web.day(last_day + A_DAY)} of een latere dag.",
            "starts_on",
        )
    _check_days(starts_on, ends_on)


def succeed(
    seat: Seat,
    last_day: date,
    *,
    person: str,
    deputy: str = "",
    starts_on: date,
    ends_on: date | None = None,
    version: str | None,
    by: Account,
) -> tuple[Seat, int]:
    """End an appointment and name who takes the seat after it; return the new one, and moves."""
    check_version(seat, version)
    check_succession(seat, last_day, starts_on, ends_on)
    _check_people(person, deputy)
    if seat.ends_on != last_day:
        seat.ends_on = last_day
        session().flush()
        _note(Verb.SEAT_ENDED, seat, by, last_day.isoformat())
    successor = Seat(
        tafel_id=seat.tafel_id,
        partner_id=seat.partner_id,
        role_id=seat.role_id,
        vote=seat.vote,
        agreement_id=seat.agreement_id,
        clause_number=seat.clause_number,
        person=person,
        deputy=deputy,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _check_not_twice(successor, person, starts_on, ends_on)
    session().add(successor)
    session().flush()
    _note(Verb.APPOINTED, successor, by, _days(successor))
    return successor, _replan(seat, seat.tafel)


def end(seat: Seat, last_day: date, *, version: str | None, by: Account) -> int:
    """Give an appointment a last day; return how many journeys moved."""
    check_version(seat, version)
    check_last_day(seat, last_day)
    seat.ends_on = last_day
    session().flush()
    _note(Verb.SEAT_ENDED, seat, by, last_day.isoformat())
    return _replan(seat, seat.tafel)


def lapse(seat: Seat, *, by: Account) -> None:
    """Let a place at a table go whose period is over: nobody has to follow."""
    today = clock.today()
    place = [seat, *(other for other in queries.same_place(seat) if other is not seat)]
    if any(each.ends_on is None or each.ends_on >= today for each in place):
        raise Refused("Deze zetel loopt nog of begint later. Beëindig haar eerst.")
    for each in place:
        each.ended_on = today
        session().flush()
        _note(Verb.SEAT_ENDED, each, by, "lapsed")


def why_no_attendance(meeting: Meeting) -> str:
    """Return why nothing can be recorded of a meeting now; nothing when it can."""
    if meeting.ended_on is not None or meeting.status is MeetingStatus.CANCELLED:
        return "Deze vergadering gaat niet door."
    if meeting.held_on > clock.today():
        return (
            f"Deze vergadering is op {web.day(meeting.held_on)}. Vanaf die dag legt u hier vast "
            "welke zetels bezet waren."
        )
    return ""


def record_attendance(
    meeting: Meeting, presences: Mapping[int, Presence], *, seen: str | None, by: Account
) -> int:
    """Record which seats were taken, by the seat's id; return how many changed."""
    if refusal := why_no_attendance(meeting):
        raise Refused(refusal)
    rows = attendance.recorded(meeting)
    if seen != attendance.fingerprint(rows):
        now = [attendance.presence_words(row) for row in rows]
        raise Refused(
            "Iemand anders heeft de aanwezigheid intussen vastgelegd. Er staat nu: "
            f"{'; '.join(now)}. Uw eigen keuze staat er nog. Kijk of die klopt, en bewaar opnieuw."
        )
    known = {row.seat_id: row for row in rows}
    changed = 0
    for seat_id, presence in presences.items():
        row = known.get(seat_id)
        if row is None:
            row = Attendance(meeting_id=meeting.id, seat_id=seat_id, presence=presence)
            session().add(row)
        elif row.presence is presence:
            continue
        row.presence = presence
        row.recorded_by_id = by.id
        changed += 1
    session().flush()
    events.record(
        Verb.ATTENDANCE_RECORDED,
        meeting,
        by=by,
        result=str(changed),
        tafel_id=meeting.tafel_id,
        on_behalf_of=f"tafel:{meeting.tafel.code}",
    )
    return changed


# The work of who leaves.


def hand_over_work(
    account: Account,
    region: Region,
    takers: Mapping[str, Account],
    *,
    seen: str | None,
    may_give: Container[RoleName],
    by: Account,
) -> int:
    """Give the open work of somebody to others, by kind; return how much went over.

    The takers come from `work.people`. All of it in one transaction, or nothing.
    """
    # Of two who hand over the same work, the second waits and then sees what is left.
    session().execute(select(Account.id).where(Account.id == account.id).with_for_update())
    open_work = work.find(account, region)
    if seen != open_work.fingerprint:
        raise Refused(
            "Intussen is er iets veranderd aan wat er openstaat. Hieronder staat hoe het nu is. "
            "Kies opnieuw."
        )
    if not takers:
        raise Refused("Kies wie het overneemt.", "everything")
    _check_takers(open_work, takers, may_give)
    count = 0
    # Roles first: who takes over an assignment may become leercoördinator by it.
    for kind in sorted(takers, key=lambda kind: kind != "roles"):
        taker = takers[kind]
        for row in open_work.of(kind):
            _PASS_ON[kind](row, taker, by)
            count += 1
    for taker in {taker.id: taker for taker in takers.values()}.values():
        outbox.put(
            f"work:{account.public_id}:{taker.public_id}:{clock.now():%Y%m%d%H%M%S}",
            taker.email,
            f"U hebt werk overgenomen in het leernetwerk van {region.name}",
            "work_passed_on",
            name=taker.name,
            region=region.name,
            url=outbox.link("home.index"),
        )
    return count


def _check_takers(
    open_work: work.OpenWork, takers: Mapping[str, Account], may_give: Container[RoleName]
) -> None:
    """Refuse who may not do what they would take over."""
    if taker := takers.get("to_sign"):
        for signatory in open_work.to_sign:
            if not work.may_sign_for(taker, signatory.partner_id):
                raise Refused(
                    f"{taker.name} is geen bestuurder van {signatory.partner.name} en kan dus "
                    "niet tekenen. Geef eerst die rol, of kies een ander.",
                    "to_sign",
                )
    if taker := takers.get("roles"):
        for grant in open_work.roles:
            if grant.role not in may_give:
                raise Refused(
                    f"U kunt de rol {label(grant.role).lower()} niet geven. Vraag het de "
                    "leercoördinator.",
                    "roles",
                )
    if taker := takers.get("assignment"):
        gets_role = takers.get("roles") is taker and any(
            grant.role is RoleName.COORDINATOR for grant in open_work.roles
        )
        if not gets_role and all(g.role is not RoleName.COORDINATOR for g in taker.grants):
            raise Refused(
                f"{taker.name} is geen leercoördinator. Geef eerst die rol, of kies een ander.",
                "assignment",
            )


def _pass_on_signing(signatory: Signatory, taker: Account, by: Account) -> None:
    signatory.account_id = taker.id
    agreement = signatory.agreement_version.agreement
    events.record(Verb.PASSED_ON, agreement, by=by, result="signatory")


def _pass_on_promise(decision: Decision, taker: Account, by: Account) -> None:
    decision.owner_account_id = taker.id
    events.record(Verb.PASSED_ON, decision, by=by, result="promise")


def _pass_on_assignment(assignment: Assignment, taker: Account, by: Account) -> None:
    assignment.account_id = taker.id
    events.record(Verb.PASSED_ON, assignment, by=by, result="assignment")


def _pass_on_leervraag(leervraag: Leervraag, taker: Account, by: Account) -> None:
    """Name the taker too, unless it was a team or table that keeps the question going."""
    if leervraag.owner_account is not None and leervraag.owner == leervraag.owner_account.name:
        leervraag.owner = taker.name
    leervraag.owner_account, leervraag.owner_account_id = taker, taker.id
    events.record(Verb.PASSED_ON, leervraag, by=by, result="leervraag")


def _pass_on_role(grant: Grant, taker: Account, by: Account) -> None:
    """Give the taker the same role, for as long as it was given, or for a year."""
    today = clock.today()
    given = Grant(
        account_id=taker.id,
        role=grant.role,
        region_id=grant.region_id,
        partner_id=grant.partner_id,
        tafel_id=grant.tafel_id,
        starts_on=today,
        ends_on=grant.ends_on if grant.ends_on > today else today + A_YEAR,
        granted_by_id=by.id,
    )
    session().add(given)
    session().flush()
    result = f"{given.role}:{given.ends_on.isoformat()}"
    events.record(Verb.ROLE_GIVEN, given, by=by, result=result)


def _pass_on_seat(seat: Seat, taker: Account, by: Account) -> None:
    """Let the taker sit there from tomorrow on, or from the first day where that comes later."""
    today = clock.today()
    deputy = "" if seat.deputy.casefold() == taker.name.casefold() else seat.deputy
    try:
        if seat.starts_on is not None and seat.starts_on > today:
            change(
                seat,
                person=taker.name,
                deputy=deputy,
                vote=seat.vote,
                starts_on=seat.starts_on,
                ends_on=seat.ends_on,
                version=str(seat.version),
                by=by,
            )
        else:
            succeed(
                seat,
                today,
                person=taker.name,
                deputy=deputy,
                starts_on=today + A_DAY,
                ends_on=seat.ends_on,
                version=str(seat.version),
                by=by,
            )
    except Refused as refused:
        raise Refused(refused.message, "seats") from refused


_PASS_ON: Final[Mapping[str, Callable[[Any, Account, Account], None]]] = {
    "to_sign": _pass_on_signing,
    "promises": _pass_on_promise,
    "assignment": _pass_on_assignment,
    "leervragen": _pass_on_leervraag,
    "roles": _pass_on_role,
    "seats": _pass_on_seat,
}


def consequences(
    seat: Seat, last_day: date, starts_on: date | None = None, ends_on: date | None = None
) -> list[Consequence]:
    """Return which journeys would move when a seat ends, and is taken again from a day."""
    region = planning.planner().region
    own = pure.Seat(
        seat.tafel.code,
        seat.partner.code,
        seat.role.code,
        seat.person,
        seat.vote,
        seat.starts_on,
        seat.ends_on,
    )
    seats = list(region.seats)
    if own in seats:
        seats[seats.index(own)] = replace(own, ends_on=last_day)
    if starts_on is not None:
        seats.append(replace(own, starts_on=starts_on, ends_on=ends_on))
    return planning.consequences(
        region.changed(seats=seats),
        Partner.code == seat.partner.code,
        Journey.at_tafel_id.is_(None),
    )
