"""What the pages on seats look up: who sits where on a day, and which seats are vacant.

The seats of one partner in one role at one table are one place. What follows counts seats by the
day: a seat is vacant when nobody is named on it, or when its period is over and no other
appointment of its place holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import case, select
from sqlalchemy.orm import joinedload

from coordinator import clock, planning, web
from coordinator.db import session
from coordinator.models import (
    Agreement,
    GovernanceRole,
    Level,
    Partner,
    Seat,
    Tafel,
    Vote,
)

A_DAY: Final = timedelta(days=1)
SOON: Final = timedelta(days=90)
LIVED_ROLE: Final = "ervaringsdeskundig"
LIVED_KINDS: Final = ("ervaring", "cliënten", "clienten")


class SeatState(StrEnum):
    """How a seat stands on a day."""

    VACANT = "leeg"
    SOON = "bijna-leeg"
    FILLED = "vervuld"
    LATER = "later"


STATES: Final = {
    SeatState.VACANT: "Leeg",
    SeatState.SOON: "Binnen 90 dagen leeg",
    SeatState.FILLED: "Vervuld",
    SeatState.LATER: "Begint later",
}


def find_seat(public_id: str) -> Seat | None:
    """Return a seat with its table, partner, role and agreement."""
    return session().scalar(
        select(Seat)
        .where(Seat.public_id == public_id, Seat.ended_on.is_(None))
        .options(
            joinedload(Seat.tafel),
            joinedload(Seat.partner),
            joinedload(Seat.role),
            joinedload(Seat.agreement),
        )
    )


@dataclass(frozen=True)
class Line:
    """One seat as it stands on a day."""

    public_id: str
    tafel_id: int
    tafel_code: str
    tafel: str
    partner_id: int
    partner_code: str
    partner: str
    partner_kind: str
    role_id: int
    role_code: str
    role: str
    person: str
    deputy: str
    vote: Vote | None
    starts_on: date | None
    ends_on: date | None
    agreement_code: str | None
    agreement: str | None
    clause_number: int | None
    state: SeatState = SeatState.FILLED
    next_person: str = ""
    next_on: date | None = None
    """Who takes the seat after this one, and from when."""

    @property
    def place(self) -> tuple[int, int, int]:
        return (self.tafel_id, self.partner_id, self.role_id)

    @property
    def is_lived_experience(self) -> bool:
        """Whether somebody speaks from this seat about what they lived through themselves.

        By the role, or by the kind of the partner: see docs/glossary.md.
        """
        role = f"{self.role_code} {self.role}".lower()
        kind = self.partner_kind.lower()
        return LIVED_ROLE in role or any(word in kind for word in LIVED_KINDS)

    def holds_on(self, day: date) -> bool:
        """Whether its period holds that day."""
        return (self.starts_on is None or self.starts_on <= day) and (
            self.ends_on is None or day <= self.ends_on
        )

    @property
    def next_steps(self) -> list[tuple[str, str]]:
        """Return what can be done with the seat today: words and page."""
        if self.is_over(clock.today()):
            return [("Opvolger noemen", "seats.succeed"), ("Laten vervallen", "seats.end")]
        if not self.person:
            return [("Iemand noemen", "seats.edit"), ("Beëindigen", "seats.end")]
        return [("Wijzigen", "seats.edit"), ("Opvolgen", "seats.succeed")]

    def is_over(self, day: date) -> bool:
        """Whether its period was over before that day."""
        return self.ends_on is not None and self.ends_on < day


def lines(day: date) -> list[Line]:
    """Return all seats as they stand on a day, by table; remembered until the network changes."""
    found: list[Line] = planning.remembered(("seats", day), lambda: _lines(day))
    return found


def _lines(day: date) -> list[Line]:
    statement = (
        select(
            Seat.public_id,
            Seat.tafel_id,
            Tafel.code,
            Tafel.name,
            Seat.partner_id,
            Partner.code,
            Partner.name,
            Partner.kind,
            Seat.role_id,
            GovernanceRole.code,
            GovernanceRole.name,
            Seat.person,
            Seat.deputy,
            Seat.vote,
            Seat.starts_on,
            Seat.ends_on,
            Agreement.code,
            Agreement.title,
            Seat.clause_number,
        )
        .join(Seat.tafel)
        .join(Seat.partner)
        .join(Seat.role)
        .outerjoin(Seat.agreement)
        .where(Seat.there_on(day), Tafel.there_on(day), Partner.there_on(day))
        .order_by(Tafel.name, Tafel.code, Partner.name, Partner.code, GovernanceRole.name)
        .order_by(case((Seat.starts_on.is_(None), 0), else_=1), Seat.starts_on, Seat.id)
    )
    by_place: dict[tuple[int, int, int], list[Line]] = defaultdict(list)
    rows: Sequence[Any] = session().execute(statement).all()
    for row in rows:
        line = Line(*row)
        by_place[line.place].append(line)
    return [line for place in by_place.values() for line in _standing(place, day)]


def _standing(place: Sequence[Line], day: date) -> Iterable[Line]:
    """Give the seats of a place that count on a day; of those that are over only the last one."""
    holding = [line for line in place if line.holds_on(day)]
    over = [line for line in place if line.is_over(day)]
    if over and not holding:
        last = max(over, key=lambda line: line.ends_on or date.min)
        yield _with_next(replace(last, state=SeatState.VACANT), place)
    for line in holding:
        if not line.person:
            state = SeatState.VACANT
        elif line.ends_on is None or line.ends_on > day + SOON:
            state = SeatState.FILLED
        else:
            state = SeatState.FILLED if _is_followed(line, place) else SeatState.SOON
        yield _with_next(replace(line, state=state), place)
    for line in place:
        if line.starts_on is not None and line.starts_on > day:
            yield _with_next(replace(line, state=SeatState.LATER), place)


def _is_followed(line: Line, place: Sequence[Line]) -> bool:
    """Whether somebody is named on this place on the day after the last one."""
    if line.ends_on is None or line.ends_on == date.max:
        return True
    after = line.ends_on + A_DAY
    return any(other.person and other.holds_on(after) for other in place)


def _with_next(line: Line, place: Sequence[Line]) -> Line:
    last = line.ends_on
    if last is None:
        return line
    coming = [
        other
        for other in place
        if other.person and other.starts_on is not None and other.starts_on > last
    ]
    first = min(coming, key=lambda other: other.starts_on or date.max, default=None)
    return (
        line if first is None else replace(line, next_person=first.person, next_on=first.starts_on)
    )


def chosen(
    found: Sequence[Line],
    *,
    state: str | None = None,
    tafel: str | None = None,
    partner: str | None = None,
    role: str | None = None,
    person: str | None = None,
) -> list[Line]:
    """Return the seats that a filter keeps; a text is a whole code, or else a part of a name."""
    tafel_is_code = any(line.tafel_code == tafel for line in found)
    partner_is_code = any(line.partner_code == partner for line in found)

    def says(asked: str | None, *names: str) -> bool:
        return not asked or any(asked.lower() in name.lower() for name in names)

    return [
        line
        for line in found
        if (not state or line.state == state)
        and (line.tafel_code == tafel if tafel_is_code else says(tafel, line.tafel))
        and (line.partner_code == partner if partner_is_code else says(partner, line.partner))
        and (not role or line.role_code == role)
        and says(person, line.person, line.deputy)
    ]


def headlines(found: Sequence[Line], day: date) -> list[str]:
    """Return in sentences how many seats are vacant on a day, and will be soon."""
    counts = {state: sum(line.state is state for line in found) for state in SeatState}
    vacant, soon = counts[SeatState.VACANT], counts[SeatState.SOON]
    there = vacant + soon + counts[SeatState.FILLED]
    if not there:
        return []
    on = "" if day == clock.today() else f"op {web.day(day)}: "
    if not vacant and not soon:
        all_of_them = "de enige zetel" if there == 1 else f"alle {web.number(there)} zetels"
        verb = "is" if there == 1 else "zijn"
        return [_sentence(f"{on}{all_of_them} {verb} vervuld, ook de 90 dagen daarna")]
    sentence = on + (f"{_seats(vacant)} leeg" if vacant else "geen enkele zetel is leeg")
    if soon:
        verb = "wordt" if soon == 1 else "worden"
        sentence += f", {web.number(soon)} {verb} binnen 90 dagen leeg"
    sentences = [_sentence(sentence)]
    nameless = sum(line.state is SeatState.VACANT and line.holds_on(day) for line in found)
    if 0 < nameless < vacant:
        sentences.append(
            f"Bij {web.number(nameless)} daarvan is nog niemand genoemd. Bij "
            f"{web.number(vacant - nameless)} is de laatste dag voorbij."
        )
    elif nameless:
        sentences.append("Daar is nog niemand genoemd.")
    return sentences


def _seats(count: int) -> str:
    return "1 zetel is" if count == 1 else f"{web.number(count)} zetels zijn"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def role_choices() -> list[tuple[str, str]]:
    """Return code and name of all roles at tables."""
    rows = session().execute(
        select(GovernanceRole.code, GovernanceRole.name)
        .where(GovernanceRole.ended_on.is_(None))
        .order_by(GovernanceRole.name, GovernanceRole.code)
    )
    return [(code, name) for code, name in rows]


def partner_choices() -> list[tuple[str, str]]:
    """Return code and name of all partners."""
    rows = session().execute(
        select(Partner.code, Partner.name)
        .where(Partner.ended_on.is_(None))
        .order_by(Partner.name, Partner.code)
    )
    return [(code, name) for code, name in rows]


def find_partner(code: str) -> Partner | None:
    """Return a partner by its code, also one that has left."""
    return session().scalar(select(Partner).where(Partner.code == code))


def find_role(code: str) -> GovernanceRole | None:
    """Return a role at tables by its code."""
    return session().scalar(
        select(GovernanceRole).where(GovernanceRole.code == code, GovernanceRole.ended_on.is_(None))
    )


def same_place(seat: Seat) -> Sequence[Seat]:
    """Return the other appointments of a seat's place: same table, partner and role."""
    return (
        session()
        .scalars(
            select(Seat)
            .where(
                Seat.tafel_id == seat.tafel_id,
                Seat.partner_id == seat.partner_id,
                Seat.role_id == seat.role_id,
                Seat.ended_on.is_(None),
            )
            .order_by(Seat.id)
        )
        .all()
    )


def seat_words(seat: Seat) -> str:
    """Return "Gemeente Veldrade, voorzitter van Beleidstafel jeugd"."""
    return f"{seat.partner.name}, {seat.role.name.lower()} aan {seat.tafel.name}"


# Tables without lived experience.


@dataclass(frozen=True)
class Missing:
    """A table at which nobody sits who lived through it."""

    code: str
    name: str
    level: Level
    id: int


def without_lived_experience(day: date) -> list[Missing]:
    """Return the tables at which no seat of lived experience holds on a day, by name."""
    seated = {
        line.tafel_id for line in lines(day) if line.is_lived_experience and line.holds_on(day)
    }
    return [missing for missing in tafels_on(day) if missing.id not in seated]


def tafels_on(day: date) -> list[Missing]:
    """Return all tables there are on a day, from practice to board."""
    rank = case({level: level.rank for level in Level}, value=Tafel.level)
    rows = session().execute(
        select(Tafel.code, Tafel.name, Tafel.level, Tafel.id)
        .where(Tafel.there_on(day))
        .order_by(rank, Tafel.name, Tafel.code)
    )
    return [Missing(*row) for row in rows]
