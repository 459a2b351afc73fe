"""Whether a room and a person are free: never at two leermomenten at one time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Final

from sqlalchemy import select

from coordinator import clock, web
from coordinator.choosing import plain
from coordinator.db import session
from coordinator.models import (
    Account,
    EventHost,
    LearningEvent,
    LearningEventStatus,
    Region,
    Room,
    SignUp,
    SignUpStatus,
)

DAY_BEGINS, DAY_ENDS = 8 * 60, 21 * 60
"""Between which minutes of the day a free time is proposed."""
STEP: Final = 30
PROPOSED: Final = 3


@dataclass(frozen=True)
class Slot:
    """A part of a day; the times are HH:MM, as they are kept."""

    day: date
    begins: str
    ends: str

    def overlaps(self, begins: str, ends: str) -> bool:
        return self.begins < ends and begins < self.ends

    @property
    def words(self) -> str:
        """Return "van 10.00 tot 12.00 uur"."""
        return f"van {dotted(self.begins)} tot {dotted(self.ends)} uur"


@dataclass(frozen=True)
class Who:
    """Somebody: by account where there is one, else by name."""

    name: str
    account_id: int | None = None

    def is_also(self, other: "Who") -> bool:
        """Whether both are one person, as far as can be known.

        Two accounts are two people; a name without an account is whoever carries that name,
        without regard to capitals, accents and spaces.
        """
        if self.account_id is not None and other.account_id is not None:
            return self.account_id == other.account_id
        return self.named == other.named != ""

    @cached_property
    def named(self) -> str:
        """Return the name as it is compared; once, for it is compared often."""
        return named(self.name)


@dataclass(frozen=True)
class Engagement:
    """That a room or a person is taken on a day, and by which leermoment."""

    event_id: int
    title: str
    begins: str
    ends: str
    room_id: int | None = None
    who: Who | None = None

    @property
    def words(self) -> str:
        """Return "“Casuïstiek”, van 10.00 tot 12.00 uur"."""
        return f"“{self.title}”, van {dotted(self.begins)} tot {dotted(self.ends)} uur"


@dataclass(frozen=True)
class Taken:
    """What is taken on one day in this region."""

    rooms: Sequence[Engagement]
    people: Sequence[Engagement]

    def of_room(self, room_id: int | None, slot: Slot) -> Engagement | None:
        """Return what keeps a room from being free then."""
        return next(
            (
                one
                for one in self.rooms
                if room_id is not None
                and one.room_id == room_id
                and slot.overlaps(one.begins, one.ends)
            ),
            None,
        )

    def of_person(self, who: Who, slot: Slot) -> Engagement | None:
        """Return what keeps a person from being free then."""
        return next(
            (
                one
                for one in self.people
                if one.who is not None
                and slot.overlaps(one.begins, one.ends)
                and one.who.is_also(who)
            ),
            None,
        )

    def is_free(self, room_id: int | None, people: Iterable[Who], slot: Slot) -> bool:
        return self.of_room(room_id, slot) is None and all(
            self.of_person(who, slot) is None for who in people
        )


def named(name: str) -> str:
    """Return a name as it is compared."""
    return " ".join(plain(name).split())


def dotted(at: str) -> str:
    """Return "09:30" as "9.30"."""
    hours, _, minutes = at.partition(":")
    return f"{int(hours)}.{minutes}"


def moment_of(day: date, at: str) -> datetime:
    """Return the moment of a day and a time of the Netherlands."""
    return datetime.combine(day, time.fromisoformat(at), clock.AMSTERDAM)


def hold() -> None:
    """Keep the calendar of this region until the commit: of two who plan, the second waits."""
    current = session()
    current.flush()
    held = select(Region.id).where(Region.id == current.scope)
    # Not the key of the row: whoever writes another row of this region does not wait.
    current.execute(held.with_for_update(key_share=True))


def taken_on(day: date, besides: int | None = None) -> Taken:
    """Return what is taken on a day by other leermomenten that go on. Three queries.

    Whoever leads one, has a place at one or waits for one is taken.
    """
    on_that_day = (
        LearningEvent.held_on == day,
        LearningEvent.status == LearningEventStatus.PLANNED,
        LearningEvent.id != (besides or 0),
    )
    event = (LearningEvent.id, LearningEvent.title, LearningEvent.begins, LearningEvent.ends)
    rooms = session().execute(
        select(*event, LearningEvent.room_id)
        .where(*on_that_day)
        .order_by(LearningEvent.begins, LearningEvent.id)
    )
    hosts = session().execute(
        select(*event, EventHost.name, EventHost.account_id)
        .join(EventHost.event)
        .where(*on_that_day)
        .order_by(LearningEvent.begins, EventHost.id)
    )
    placed = session().execute(
        select(*event, SignUp.name, SignUp.account_id, Account.name)
        .join(SignUp.event)
        .outerjoin(SignUp.account)
        .where(*on_that_day, SignUp.status != SignUpStatus.WITHDRAWN)
        .order_by(LearningEvent.begins, SignUp.id)
    )
    return Taken(
        rooms=[Engagement(*row[:4], room_id=row[4]) for row in rooms],
        people=[
            *(Engagement(*row[:4], who=Who(row[4], row[5])) for row in hosts),
            *(Engagement(*row[:4], who=Who(row[6] or row[4], row[5])) for row in placed),
        ],
    )


def also_elsewhere(moment: LearningEvent) -> int:
    """Return how many who come or wait are at another leermoment at that time too. Four queries.

    Nobody signs up for two at one time; one that is moved can come to overlap.
    """
    slot = Slot(moment.held_on, moment.begins, moment.ends)
    taken = taken_on(moment.held_on, moment.id).people
    busy = [one.who for one in taken if one.who and slot.overlaps(one.begins, one.ends)]
    accounts = {who.account_id for who in busy if who.account_id is not None}
    nameless = {who.named for who in busy if who.account_id is None}
    names = {who.named for who in busy}
    people = session().execute(
        select(SignUp.name, SignUp.account_id, Account.name)
        .outerjoin(SignUp.account)
        .where(SignUp.event_id == moment.id, SignUp.status != SignUpStatus.WITHDRAWN)
    )
    return sum(
        account_id in accounts or named(account_name) in nameless
        if account_id is not None
        else named(name) in names
        for name, account_id, account_name in people
    )


def proposals(taken: Taken, room_id: int | None, people: Sequence[Who], slot: Slot) -> list[Slot]:
    """Return the free times of that day, just as long and nearest to what was asked."""
    begins, ends = _minutes(slot.begins), _minutes(slot.ends)
    lasts = ends - begins
    now = clock.now().astimezone(clock.AMSTERDAM)
    earliest = now.hour * 60 + now.minute if slot.day == now.date() else -1
    starts = sorted(
        (
            start
            for start in range(DAY_BEGINS, DAY_ENDS - lasts + 1, STEP)
            if start > earliest and start != begins
        ),
        key=lambda start: (abs(start - begins), start),
    )
    found: list[Slot] = []
    for start in starts:
        other = Slot(slot.day, _at(start), _at(start + lasts))
        if taken.is_free(room_id, people, other):
            found.append(other)
        if len(found) == PROPOSED:
            break
    return sorted(found, key=lambda one: one.begins)


def free_rooms(taken: Taken, slot: Slot, places: int | None) -> list[str]:
    """Return the names of rooms that are free then and large enough."""
    rooms = session().execute(
        select(Room.id, Room.name, Room.places).where(Room.ended_on.is_(None)).order_by(Room.name)
    )
    return [
        name
        for room_id, name, its_places in rooms
        if taken.of_room(room_id, slot) is None
        and (places is None or its_places is None or its_places >= places)
    ][:PROPOSED]


def instead(
    taken: Taken, room_id: int | None, people: Sequence[Who], slot: Slot, places: int | None
) -> str:
    """Return in sentences what is free: times of that day, and rooms at that time."""
    sentences = []
    times = proposals(taken, room_id, people, slot)
    if times:
        sentences.append(
            f"Die dag is wel vrij: {web.enumerate_words([one.words for one in times])}."
        )
    else:
        sentences.append("Die dag is er geen andere tijd vrij. Kies een andere dag.")
    is_only_the_room = taken.of_room(room_id, slot) and taken.is_free(None, people, slot)
    if is_only_the_room and (rooms := free_rooms(taken, slot, places)):
        are = "is" if len(rooms) == 1 else "zijn"
        sentences.append(f"Op uw tijd {are} vrij: {web.enumerate_words(rooms)}.")
    return " ".join(sentences)


def _minutes(at: str) -> int:
    hours, _, minutes = at.partition(":")
    return int(hours) * 60 + int(minutes)


def _at(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
