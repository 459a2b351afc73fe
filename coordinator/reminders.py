"""What the passing of days asks attention for: evaluations, ends, signatures, goals, moments.

The same queries give the mails of `coordinator tick` and the list on the start page of the
leercoördinator. Each is mailed once: its key names the row and the date that it is about, so that
another date reminds again. What asks the attention of one person in one run is one mail, however
much it is. Mail says that something asks attention, not what.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Text, cast, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from coordinator import clock, outbox, terms, web
from coordinator.db import EVERYTHING, db, scoped_to, session
from coordinator.models import (
    OPEN_STATUSES,
    Account,
    AgendaItem,
    Agreement,
    AgreementStatus,
    AgreementVersion,
    GoalStatus,
    GovernanceRole,
    Grant,
    ItemStatus,
    Journey,
    JourneyStatus,
    LearningGoal,
    Meeting,
    MeetingStatus,
    OutboxMessage,
    Partner,
    Region,
    RoleName,
    Seat,
    Signal,
    Signatory,
    SignatoryStatus,
    Tafel,
    VersionStatus,
)
from coordinator.moments import queries as moments
from coordinator.scans import queries as scans

BEFORE_REVIEW: Final = timedelta(days=14)
BEFORE_END: Final = (timedelta(days=90), timedelta(days=30))
UNSIGNED_AFTER: Final = timedelta(days=14)
BEFORE_MOMENT: Final = timedelta(days=2)
BEFORE_SCAN_CLOSES: Final = timedelta(days=7)
CATCH_UP: Final = timedelta(days=14)
"""How long after its day something is still worth a mail, when `tick` did not run."""
A_DAY: Final = timedelta(days=1)
LINKS: Final = 5
"""Of each kind, in a mail about several things; the rest is found from the start page."""
_STOP: Final = re.compile(r'"tafel": "([^"]+)", "on": "([^"]+)"')


class Kind(StrEnum):
    """What is reminded of; also the name of the mail."""

    REVIEW = "review"
    END = "end"
    UNSIGNED = "unsigned"
    MANDATE = "mandate"
    SEAT = "seat"
    GOAL = "goal"
    MOMENT = "moment"
    LOOK_BACK = "look_back"
    SCAN = "scan"


_SUBJECTS: Final = {
    Kind.REVIEW: "Een afspraak is aan evaluatie toe",
    Kind.END: "Een afspraak loopt af",
    Kind.UNSIGNED: "Een afspraak wacht op een handtekening",
    Kind.MANDATE: "Het mandaat van een tafel eindigt voor een vergadering",
    Kind.SEAT: "Een zetel komt vrij voor een vergadering",
    Kind.GOAL: "Een geparkeerd leerdoel is weer te bekijken",
    Kind.MOMENT: "Binnenkort is er een leermoment waarvoor u zich aanmeldde",
    Kind.LOOK_BACK: "Blik terug op een leermoment",
    Kind.SCAN: "De zelfscan sluit binnenkort",
}


@dataclass(frozen=True)
class Reminder:
    """One thing that asks attention: what it says on the page, and who gets a mail."""

    kind: Kind
    key: str
    """Which row and date this is about."""
    on: date
    title: str
    note: str
    endpoint: str
    values: dict[str, Any]
    is_mailed: bool = True
    """Whether its day is not too long ago for a mail."""
    signatories: tuple[tuple[int, int | None], ...] = ()
    """Partners whose bestuurders are asked, each with the one account that was named, if any."""
    tafel_id: int | None = None
    """The table whose secretary is told too."""
    account_id: int | None = None
    """Who is told too, as long as they have a role in the region: who made it."""
    is_own: bool = False
    """Whether nobody else is told, also not the leercoördinator."""


def due(today: date) -> list[Reminder]:
    """Return what asks attention in this region on a day, the soonest first."""
    found = [*_reviews(today), *_ends(today), *_unsigned(today), *_before_meetings(today)]
    return sorted(found, key=lambda one: (one.on, one.title, one.key))


# Agreements.


def _agreements(*conditions: Any) -> Sequence[Agreement]:
    statement = select(Agreement).where(
        Agreement.ended_on.is_(None), Agreement.status == AgreementStatus.SIGNED, *conditions
    )
    return session().scalars(statement).all()


def _reviews(today: date) -> Iterator[Reminder]:
    """Return the agreements to evaluate: from 14 days before, until another date is agreed."""
    for agreement in _agreements(Agreement.review_on <= today + BEFORE_REVIEW):
        on = agreement.review_on
        if on is None or (agreement.ends_on is not None and agreement.ends_on < today):
            continue
        stage, verb = ("day", "was" if on < today else "is") if on <= today else ("before", "is")
        yield Reminder(
            Kind.REVIEW,
            f"{agreement.id}:{on.isoformat()}:{stage}",
            on,
            agreement.title,
            f"De evaluatie {verb} op {web.day(on)}.",
            "agreements.show",
            {"agreement": agreement.code},
            is_mailed=today - on <= CATCH_UP,
        )


def _ends(today: date) -> Iterator[Reminder]:
    """Return the agreements whose last day is within 90 days."""
    ending = _agreements(Agreement.ends_on.between(today, today + BEFORE_END[0]))
    going_on = _going_on(ending)
    for agreement in ending:
        on = agreement.ends_on
        if on is None:
            continue
        near = on - today <= BEFORE_END[1]
        yield Reminder(
            Kind.END,
            f"{agreement.id}:{on.isoformat()}:{BEFORE_END[near].days}",
            on,
            agreement.title,
            f"De laatste dag is {web.day(on)}. "
            + (
                "Daarna wordt zij stilzwijgend verlengd."
                if agreement.id in going_on
                else "Daarna geldt zij niet."
            ),
            "agreements.show",
            {"agreement": agreement.code},
        )


def _going_on(agreements: Sequence[Agreement]) -> set[int]:
    """Return the ids of those that are renewed by themselves at their end."""
    versions = session().scalars(
        select(AgreementVersion)
        .where(
            AgreementVersion.agreement_id.in_([one.id for one in agreements]),
            AgreementVersion.status == VersionStatus.SIGNED,
        )
        .order_by(AgreementVersion.number)
    )
    newest = {version.agreement_id: version for version in versions}
    return {key for key, version in newest.items() if terms.goes_on(version)}


def _unsigned(today: date) -> Iterator[Reminder]:
    """Return the texts that lie 14 days with the parties and are not signed by all."""
    before = datetime.combine(today - UNSIGNED_AFTER + A_DAY, time.min, clock.AMSTERDAM)
    versions = session().scalars(
        select(AgreementVersion)
        .where(AgreementVersion.status == VersionStatus.TO_SIGN, AgreementVersion.sent_at < before)
        .options(
            joinedload(AgreementVersion.agreement),
            selectinload(AgreementVersion.signatories).joinedload(Signatory.partner),
        )
    )
    for version in versions:
        waiting = [one for one in version.signatories if one.status is SignatoryStatus.ASKED]
        if version.sent_at is None or version.agreement.ended_on is not None or not waiting:
            continue
        sent_on = version.sent_at.astimezone(clock.AMSTERDAM).date()
        names = sorted(one.partner.name for one in waiting)
        more = [f"nog {len(names) - 3}"] if len(names) > 3 else []
        who = web.enumerate_words([*names[:3], *more])
        yield Reminder(
            Kind.UNSIGNED,
            f"{version.id}:{sent_on.isoformat()}",
            sent_on,
            version.title,
            f"Ligt sinds {web.day(sent_on)} ter ondertekening. Wacht op {who}.",
            "agreements.show",
            {"agreement": version.agreement.code},
            signatories=tuple((one.partner_id, one.account_id) for one in waiting),
        )


# Mandates and seats that end before a meeting on which a promised signal is planned.


def _before_meetings(today: date) -> Iterator[Reminder]:
    """Return per mandate and seat that ends the first meeting after it that signals count on.

    From 90 days before that end, or from when such a signal is planned. A seat that is followed
    by another one of the same partner in the same role is no loss.
    """
    since, until = today - CATCH_UP, today + BEFORE_END[0]
    mandates = session().execute(
        select(
            Tafel.id, Tafel.code, Tafel.name, Agreement.ends_on, Agreement.code.label("rests_on")
        )
        .join(Tafel.agreement)
        .where(Tafel.ended_on.is_(None), Agreement.status == AgreementStatus.SIGNED)
        .where(Agreement.ends_on.between(since, until))
    )
    ending = list(mandates.all())
    seats = _seats(since)
    if not ending and not any(_ends_by(seat, until) for seat in seats):
        return
    stops = _stops(today)
    for tafel in ending:
        on = _first_after(stops[tafel.code], tafel.ends_on)
        if on is not None:
            yield Reminder(
                Kind.MANDATE,
                f"{tafel.id}:{tafel.ends_on.isoformat()}:{on.isoformat()}",
                on,
                tafel.name,
                f"Het mandaat eindigt op {web.day(tafel.ends_on)}. "
                f"Op {web.day(on)} staan er signalen op de agenda.",
                "agreements.show",
                {"agreement": tafel.rests_on},
                tafel_id=tafel.id,
            )
    by_place: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
    for seat in seats:
        by_place[seat.tafel_id, seat.partner_id, seat.role_id].append(seat)
    for place in by_place.values():
        for seat in place:
            if not _ends_by(seat, until):
                continue
            on = _first_after(stops[seat.tafel], seat.ends_on)
            if on is None or any(_holds(other, on) for other in place):
                continue
            yield Reminder(
                Kind.SEAT,
                f"{seat.id}:{seat.ends_on.isoformat()}:{on.isoformat()}",
                on,
                f"{seat.partner} aan {seat.tafel_name}",
                f"Deze zetel ({seat.role.lower()}) is leeg na {web.day(seat.ends_on)}. "
                f"Op {web.day(on)} staan er signalen op de agenda.",
                "seats.succeed" if seat.ends_on < today else "seats.edit",
                {"seat": seat.public_id},
                tafel_id=seat.tafel_id,
            )


def _seats(since: date) -> Sequence[Any]:
    """Return the seats that did not end before a day, as plain columns."""
    return (
        session()
        .execute(
            select(
                Seat.id,
                Seat.public_id,
                Seat.tafel_id,
                Seat.partner_id,
                Seat.role_id,
                Seat.starts_on,
                Seat.ends_on,
                Tafel.code.label("tafel"),
                Tafel.name.label("tafel_name"),
                Partner.name.label("partner"),
                GovernanceRole.name.label("role"),
            )
            .join(Seat.tafel)
            .join(Seat.partner)
            .join(Seat.role)
            .where(Seat.ended_on.is_(None), Tafel.ended_on.is_(None))
            .where((Seat.ends_on.is_(None)) | (Seat.ends_on >= since))
        )
        .all()
    )


def _ends_by(seat: Any, day: date) -> bool:
    return seat.ends_on is not None and seat.ends_on <= day


def _holds(seat: Any, day: date) -> bool:
    return (seat.starts_on is None or seat.starts_on <= day) and (
        seat.ends_on is None or day <= seat.ends_on
    )


def _first_after(days: Iterable[date], last_day: date) -> date | None:
    return min((day for day in days if day > last_day), default=None)


def _stops(today: date) -> dict[str, set[date]]:
    """Return per table the days from today on for which a signal was promised."""
    found: dict[str, set[date]] = defaultdict(set)
    on_agendas = session().execute(
        select(Tafel.code, Meeting.held_on)
        .join(Meeting.tafel)
        .where(
            Meeting.held_on >= today,
            Meeting.status == MeetingStatus.PLANNED,
            Meeting.id.in_(
                select(AgendaItem.meeting_id).where(AgendaItem.status == ItemStatus.PLANNED)
            ),
        )
    )
    for code, on in on_agendas:
        found[code].add(on)
    # Of what was not sent on yet the plan is the promise. It is kept as the JSON that we wrote:
    # as text it is read ten times faster, and many plans are the same.
    plans = session().scalars(
        select(cast(Journey.plan, Text))
        .join(Journey.signal)
        .where(Journey.status == JourneyStatus.PLANNED, Signal.status.in_(OPEN_STATUSES))
        .distinct()
    )
    for code, on in {stop for plan in plans for stop in _STOP.findall(plan)}:
        if (day := date.fromisoformat(on)) >= today:
            found[code].add(day)
    return found


# Learning goals.


def _goals(today: date) -> Iterator[Reminder]:
    """Return the parked goals whose day to look at them again came lately.

    On the start page they have a part of their own: there can be many of them.
    """
    rows = session().execute(
        select(
            LearningGoal.id,
            LearningGoal.public_id,
            LearningGoal.better,
            LearningGoal.review_on,
            LearningGoal.made_by_id,
        ).where(
            LearningGoal.status == GoalStatus.PARKED,
            LearningGoal.review_on.between(today - CATCH_UP, today),
        )
    )
    for goal_id, public_id, better, on, made_by_id in rows:
        if on is not None:
            yield Reminder(
                Kind.GOAL,
                f"{goal_id}:{on.isoformat()}",
                on,
                better,
                f"Geparkeerd tot {web.day(on)}. Pakt u dit leerdoel weer op?",
                "goals.show",
                {"goal": public_id},
                account_id=made_by_id,
            )


# Leermomenten: of these a participant is told, and nobody else.


def _moments(today: date) -> Iterator[Reminder]:
    """Return who has a place at a leermoment within two days, or was at one and may look back."""
    for one in moments.due(today, ahead=BEFORE_MOMENT, catch_up=CATCH_UP):
        on = one.held_on
        yield Reminder(
            Kind.LOOK_BACK if one.is_past else Kind.MOMENT,
            one.public_id if one.is_past else f"{one.public_id}:{on.isoformat()}",
            on,
            one.title,
            f"Het leermoment {'was' if one.is_past else 'is'} op {web.day(on)}.",
            "moments.evaluate" if one.is_past else "moments.show",
            {"moment": one.public_id},
            account_id=one.account_id,
            is_own=True,
        )


def _scans(today: date) -> Iterator[Reminder]:
    """Return who can still answer a round of the self-scan that closes soon; once per round."""
    for scan_round, account_id in scans.who_may_still_answer(today, BEFORE_SCAN_CLOSES):
        yield Reminder(
            Kind.SCAN,
            scan_round.public_id,
            scan_round.closes_on,
            scan_round.name,
            f"De laatste dag is {web.day(scan_round.closes_on)}.",
            "scans.show",
            {"scan_round": scan_round.public_id},
            account_id=account_id,
            is_own=True,
        )


# The mails.


@dataclass(frozen=True)
class _People:
    """Who holds which role in this region today."""

    coordinators: list[Account]
    members: dict[int, list[Account]]
    """The bestuurders of a partner, by its id."""
    secretaries: dict[int, list[Account]]
    """Of a table, by its id."""
    all: dict[int, Account]

    def told_of(self, reminder: Reminder) -> list[Account]:
        """Return who gets the mail, each once."""
        found = [] if reminder.is_own else [*self.coordinators]
        if reminder.tafel_id is not None:
            found += self.secretaries[reminder.tafel_id]
        for partner_id, account_id in reminder.signatories:
            found += [one for one in self.members[partner_id] if account_id in (None, one.id)]
        if reminder.account_id in self.all:
            found.append(self.all[reminder.account_id])
        return list(dict.fromkeys(found))


def _people(today: date) -> _People:
    people = _People([], defaultdict(list), defaultdict(list), {})
    grants = session().execute(
        select(Account, Grant.role, Grant.partner_id, Grant.tafel_id)
        .join(Grant, Grant.account_id == Account.id)
        .where(Grant.region_id == session().scope)
        .where(Grant.starts_on <= today, Grant.ends_on >= today)
        .order_by(Account.id)
    )
    for account, role, partner_id, tafel_id in grants:
        people.all[account.id] = account
        if role is RoleName.COORDINATOR:
            people.coordinators.append(account)
        elif role is RoleName.BOARD_MEMBER and partner_id is not None:
            people.members[partner_id].append(account)
        elif role is RoleName.SECRETARY and tafel_id is not None:
            people.secretaries[tafel_id].append(account)
    return people


def put_due() -> int:
    """Put the mails of today in the outbox, region by region; return how many are new."""
    today = clock.today()
    count = 0
    with scoped_to(EVERYTHING) as database:
        for region_id in database.scalars(select(Region.id).order_by(Region.id)).all():
            try:
                with scoped_to(region_id):
                    count += _put(today)
                database.commit()
            except IntegrityError:
                database.rollback()  # another worker put the same mails just now
    return count


def _put(today: date) -> int:
    lasting = [one for one in due(today) if one.is_mailed]
    reminders = [*lasting, *_goals(today), *_moments(today), *_scans(today)]
    if not reminders:
        return 0
    people = _people(today)
    mails = {
        f"remind:{reminder.kind}:{reminder.key}:{account.public_id}": (reminder, account)
        for reminder in reminders
        for account in people.told_of(reminder)
    }
    new = mails.keys() - _known(list(mails))
    told: dict[Account, dict[str, Reminder]] = defaultdict(dict)
    for key, (reminder, account) in mails.items():
        if key in new:
            told[account][key] = reminder
    for account, theirs in told.items():
        if len(theirs) > 1:
            _put_together(account, theirs)
            continue
        for key, reminder in theirs.items():
            outbox.put(
                key,
                account.email,
                _SUBJECTS[reminder.kind],
                f"remind_{reminder.kind}",
                name=account.name,
                url=_link(reminder),
            )
    return len(new)


def _put_together(account: Account, reminders: dict[str, Reminder]) -> None:
    """Put one mail for all that asks this person's attention at the same time.

    Each of them is kept as told under its own key, so that none comes back in another mail.
    """
    now = clock.now()
    for key, reminder in reminders.items():
        subject = _SUBJECTS[reminder.kind]
        db.session.add(
            OutboxMessage(
                key=key, to_address=account.email, subject=subject, body="", due_at=now, sent_at=now
            )
        )
    of_kind: dict[Kind, dict[str, None]] = defaultdict(dict)
    for reminder in reminders.values():
        of_kind[reminder.kind][_link(reminder)] = None
    which = hashlib.sha256("\n".join(sorted(reminders)).encode()).hexdigest()[:32]
    outbox.put(
        f"remind:together:{which}:{account.public_id}",
        account.email,
        f"Er zijn {web.number(len(reminders))} dingen die aandacht vragen",
        "remind_together",
        name=account.name,
        count=len(reminders),
        groups=[
            (
                _SUBJECTS[kind],
                sum(one.kind is kind for one in reminders.values()),
                list(of_kind[kind])[:LINKS],
                max(0, len(of_kind[kind]) - LINKS),
            )
            for kind in Kind
            if kind in of_kind
        ],
        url=outbox.link("home.index"),
    )


def _link(reminder: Reminder) -> str:
    return outbox.link(reminder.endpoint, **reminder.values)


def _known(keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        found |= set(
            db.session.scalars(
                select(OutboxMessage.key).where(OutboxMessage.key.in_(keys[start : start + 500]))
            )
        )
    return found
