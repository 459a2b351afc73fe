"""What a change of the network does: the changed regions, and what differs between two of them.

The constructors give a new Region and leave the given one as it is; they go one after another, so
a change of several parts is one Region too. `effect` compares any two regions.
"""

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from network.answers import CoverageRow, coverage
from network.graph import Known, pictures, strength
from network.planner import TARGETS, Planner
from network.region import (
    Agreement,
    AgreementStatus,
    Area,
    Handover,
    Level,
    Meeting,
    MeetingStatus,
    Reason,
    Region,
    Seat,
)

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ArrivalChange:
    """A cell of `coverage` whose arrival, or whose reason of none, is not what it was.

    Without arrival and reason, the cell is not there in that region.
    """

    area: str
    domain: str
    level: Level
    arrival_before: date | None
    arrival_after: date | None
    reason_before: Reason | None
    reason_after: Reason | None

    @property
    def days(self) -> int | None:
        """How many days later than before; below 0 is earlier, None where a road is missing.

        >>> days = date(2027, 1, 14), date(2027, 1, 7)
        >>> ArrivalChange("G1", "jeugd", Level.BOARD, *days, None, None).days
        -7
        """
        if self.arrival_before is None or self.arrival_after is None:
            return None
        return (self.arrival_after - self.arrival_before).days


@dataclass(frozen=True, slots=True)
class WeaknessChange:
    """A cell of `resilience` whose number of routes or indispensable tables are not what they were.

    On the still picture of the day; 0 routes also where the cell is not there in that region.
    """

    area: str
    domain: str
    level: Level
    routes_before: int
    routes_after: int
    indispensable_before: tuple[str, ...]
    indispensable_after: tuple[str, ...]

    @property
    def appeared(self) -> tuple[str, ...]:
        """The tables that every route passes now, and not before.

        >>> change = WeaknessChange("G1", "jeugd", Level.BOARD, 2, 1, ("S1",), ("B1", "S1"))
        >>> change.appeared, change.vanished
        (('B1',), ())
        """
        return tuple(t for t in self.indispensable_after if t not in self.indispensable_before)

    @property
    def vanished(self) -> tuple[str, ...]:
        """The tables that every route passed before, and not any more."""
        return tuple(t for t in self.indispensable_before if t not in self.indispensable_after)


@dataclass(frozen=True, slots=True)
class Effect:
    """What differs between two regions for signals given on a day; rows in the order of coverage.

    `arrivals` are the rows of `what_if`, of any change. `reasons` are cells that have no road
    before and after, but for another reason: a step nearer or further. `weaknesses` are about the
    still picture of the day. Outside the `touched` (area, domain) no road changes on any day, also
    of signals about an area that contains others.
    """

    on: date
    arrivals: tuple[ArrivalChange, ...]
    reasons: tuple[ArrivalChange, ...]
    weaknesses: tuple[WeaknessChange, ...]
    touched: frozenset[tuple[str, str]] = frozenset()

    @property
    def gained(self) -> tuple[ArrivalChange, ...]:
        """The cells that have a road now and had none.

        >>> gained = ArrivalChange("G1", "jeugd", Level.BOARD, None, date(2027, 1, 14), None, None)
        >>> Effect(date(2026, 12, 1), (gained,), (), ()).gained == (gained,)
        True
        """
        return tuple(row for row in self.arrivals if row.arrival_before is None)

    @property
    def lost(self) -> tuple[ArrivalChange, ...]:
        """The cells that had a road and have none now."""
        return tuple(row for row in self.arrivals if row.arrival_after is None)

    @property
    def faster(self) -> tuple[ArrivalChange, ...]:
        """The cells whose road arrives earlier."""
        return tuple(row for row in self.arrivals if (row.days or 0) < 0)

    @property
    def slower(self) -> tuple[ArrivalChange, ...]:
        """The cells whose road arrives later."""
        return tuple(row for row in self.arrivals if (row.days or 0) > 0)


def effect(
    before: Region,
    after: Region,
    on: date,
    planner: Planner | None = None,
    then: Planner | None = None,
    idle: Collection[str] = (),
) -> Effect:
    """Give what differs between two regions for signals given on that day.

    The regions may differ in any way. Only the cells that the difference touches are looked at;
    a `planner` of `before` saves its scan, and so does `then`: what that planner was `changed_to`
    for `after`, no other one. ValueError when a planner is of another region. `idle` are
    tables that are not in the still picture after it: nobody is there that day.

    >>> from network.example import TINY
    >>> after = with_agreement(TINY, "A1", AgreementStatus.SIGNED)
    >>> found = effect(TINY, after, date(2026, 12, 1))
    >>> [(row.area, row.level.value, str(row.arrival_after)) for row in found.gained]
    [('G1', 'bestuur', '2027-01-14')]
    >>> [(row.routes_before, row.appeared) for row in found.weaknesses]
    [(0, ('B1', 'S1', 'U1'))]
    """
    planner = planner or Planner(before)
    if planner.region is not before and planner.region != before:
        raise ValueError("deze planner is van een andere regio")
    then = then or planner.changed_to(after)
    if then.region is not after and then.region != after:
        raise ValueError("deze planner is van een andere regio")
    cells = _touched(planner, then)

    def rows(region: Region, made: Planner) -> dict[tuple[str, str, Level], CoverageRow]:
        found = coverage(region, on, made, cells)
        return {(row.area, row.domain, row.level): row for row in found}

    old, new = rows(before, planner), rows(after, then)
    none = (None, None)
    arrivals: list[ArrivalChange] = []
    reasons: list[ArrivalChange] = []
    for key in sorted(old.keys() | new.keys(), key=_in_order):
        was = (old[key].arrival, old[key].reason) if key in old else none
        now = (new[key].arrival, new[key].reason) if key in new else none
        if was != now:
            change = ArrivalChange(*key, was[0], now[0], was[1], now[1])
            (reasons if was[0] == now[0] else arrivals).append(change)

    seen = set(cells)
    every = _cells(before, before.local_areas) if idle else frozenset()
    for tafel in map(before.tafels_by_code.__getitem__, idle):
        after = without_tafel(after, tafel.code, on)
        seen |= {cell for cell in every if before.covers(tafel, *cell)}
    weaknesses = tuple(_weaknesses(before, after, on, seen))
    return Effect(on, tuple(arrivals), tuple(reasons), weaknesses, cells)


def _weaknesses(
    before: Region, after: Region, on: date, cells: Container[tuple[str, str]]
) -> Iterator[WeaknessChange]:
    """Compare the still pictures, and count routes only where they do not look the same."""
    old = {(p.area, p.domain): p for p in pictures(before, on, cells)}
    new = {(p.area, p.domain): p for p in pictures(after, on, cells)}
    known: tuple[Known, Known] = ({}, {})
    for cell in sorted(old.keys() | new.keys()):
        was, now = old.get(cell), new.get(cell)
        if was is not None and now is not None and was.looks_like(now):
            continue
        for level in TARGETS:
            then = (0, ()) if was is None else strength(was, level, known[0])
            here = (0, ()) if now is None else strength(now, level, known[1])
            if then != here:
                yield WeaknessChange(*cell, level, then[0], here[0], then[1], here[1])


def _in_order(key: tuple[str, str, Level]) -> tuple[str, str, int]:
    return key[0], key[1], key[2].rank


def _touched(planner: Planner, then: Planner) -> frozenset[tuple[str, str]]:
    """Give the (area, domain) in either region that may have another answer, of any area."""
    before, after = planner.region, then.region
    moved: set[str] = set()
    if before.seats is not after.seats:
        held, held_now = _seats_by_partner(before), _seats_by_partner(after)
        moved = {p for p in held.keys() | held_now.keys() if held.get(p) != held_now.get(p)}
    same_partners = before.partners is after.partners or [
        (p.code, p.domains, p.working_areas) for p in before.partners
    ] == [(p.code, p.domains, p.working_areas) for p in after.partners]
    same_places = before.areas == after.areas and before.domains == after.domains
    same_tables = same_places and before.tafels == after.tafels

    def is_touched(area: str, domain: str) -> bool:
        if then.is_rescanned(area, domain):
            return True
        if not same_tables and planner.covering(area, domain) != then.covering(area, domain):
            return True
        if same_partners and same_places and not moved:
            return False
        now = after.partners_in(area, domain)
        return not moved.isdisjoint(now) or before.partners_in(area, domain) != now

    rows = _cells(before, before.local_areas), _cells(after, after.local_areas)
    cells = _cells(before, before.areas), _cells(after, after.areas)
    come_or_gone = (rows[0] ^ rows[1]) | (cells[0] ^ cells[1])
    return frozenset(come_or_gone | {c for c in cells[0] & cells[1] if is_touched(*c)})


def _cells(region: Region, areas: Iterable[Area]) -> frozenset[tuple[str, str]]:
    return frozenset((area.code, domain.code) for area in areas for domain in region.domains)


def _seats_by_partner(region: Region) -> dict[str, list[tuple[str, date | None, date | None]]]:
    """Give per partner where and when it has seats; in which role or by whom does not matter."""
    found: dict[str, list[tuple[str, date | None, date | None]]] = {}
    for seat in region.seats:
        found.setdefault(seat.partner, []).append((seat.tafel, seat.starts_on, seat.ends_on))
    return found


# --- changed regions --------------------------------------------------------------------------


def with_agreement(
    region: Region,
    code: str,
    status: AgreementStatus | None = None,
    dates: tuple[date | None, date | None] | None = None,
) -> Region:
    """Give the region in which the agreement has this status, or these first and last days.

    What is not given stays as it is; None within `dates` is an open bound. KeyError when the
    agreement is unknown.

    >>> from network.example import TINY
    >>> ended = with_agreement(TINY, "A1", AgreementStatus.SIGNED, (None, date(2027, 3, 31)))
    >>> ended.in_force("A1", date(2027, 3, 31)), ended.in_force("A1", date(2027, 4, 1))
    (True, False)
    """
    agreement = region.agreements_by_code[code]
    if status is not None:
        agreement = replace(agreement, status=status)
    if dates is not None:
        agreement = replace(agreement, starts_on=dates[0], ends_on=dates[1])
    return region.changed(
        agreements=(agreement if a.code == code else a for a in region.agreements)
    )


def without_tafel(region: Region, code: str, from_day: date) -> Region:
    """Give the region in which the table stops: the day before is its last day.

    Its meetings from that day on are gone, its seats end the day before, and its mandate too: it
    rests on an agreement of its own that ends then (a copy of the one it rested on, if any), so
    that it is not in the still picture of any later day. KeyError when the table is unknown.

    >>> from network.example import TINY
    >>> after = without_tafel(TINY, "B1", date(2026, 12, 15))
    >>> [str(meeting.on) for meeting in after.meetings_by_tafel["B1"]]
    ['2026-12-14']
    """
    rests_on = region.tafels_by_code[code].agreement
    mandate = Agreement("", "Einde van de tafel", status=AgreementStatus.SIGNED)
    if rests_on is not None:
        mandate = region.agreements_by_code[rests_on]
    last = _day_before(from_day)
    if last is None:
        mandate = replace(mandate, status=AgreementStatus.TERMINATED)
    else:
        mandate = replace(mandate, ends_on=min(last, mandate.ends_on or last))
    number = len(region.agreements)
    while (own := f"gestopt-{number}") in region.agreements_by_code:
        number += 1
    mandate = replace(mandate, code=own)
    return region.changed(
        agreements=(*region.agreements, mandate),
        tafels=(replace(t, agreement=own) if t.code == code else t for t in region.tafels),
        meetings=(m for m in region.meetings if m.tafel != code or m.on < from_day),
        seats=_absent(region.seats, lambda seat: seat.tafel == code, from_day, None),
    )


def without_seat(region: Region, seat: Seat, from_day: date | None = None) -> Region:
    """Give the region without the seat: never there, or the day before is its last day.

    KeyError when the region has no such seat.

    >>> from network.example import TINY
    >>> seat = TINY.seats_by_tafel["U1"][0]
    >>> without_seat(TINY, seat, date(2027, 4, 1)).seats_by_tafel["U1"][0].ends_on
    datetime.date(2027, 3, 31)
    """
    if seat not in region.seats:
        raise KeyError(seat)
    return region.changed(
        seats=_absent(region.seats, lambda other: other == seat, from_day or date.min, None)
    )


def without_person(
    region: Region, person: str, from_day: date, until_day: date | None = None
) -> Region:
    """Give the region in which the person is away from the first to the last day, both included.

    All seats that bear the name are empty on these days (`until_day` None: for good), and
    a table at which every seat of the day bears that name does not meet: nobody is there. The
    other seats stay, also those without a name. KeyError when no seat bears the name, ValueError
    when the last day is before the first.

    >>> from network.example import TINY
    >>> ill = without_person(TINY, "Anna", date(2026, 12, 1), date(2027, 1, 31))
    >>> [(str(seat.starts_on), str(seat.ends_on)) for seat in ill.seats_by_tafel["U1"]]
    [('None', '2026-11-30'), ('2027-02-01', 'None')]
    >>> [str(m.on) for m in ill.meetings_by_tafel["U1"] if m.status is MeetingStatus.PLANNED]
    []
    """
    if not person or all(seat.person != person for seat in region.seats):
        raise KeyError(person)
    if until_day is not None and until_day < from_day:
        raise ValueError("de laatste dag is voor de eerste")
    theirs = {seat.tafel for seat in region.seats if seat.person == person}

    def cannot_meet(meeting: Meeting) -> bool:
        if (
            meeting.tafel not in theirs
            or meeting.on < from_day
            or (until_day is not None and until_day < meeting.on)
        ):
            return False
        seats = [s for s in region.seats_by_tafel[meeting.tafel] if s.valid_on(meeting.on)]
        return bool(seats) and all(seat.person == person for seat in seats)

    return region.changed(
        meetings=(
            replace(meeting, status=MeetingStatus.CANCELLED) if cannot_meet(meeting) else meeting
            for meeting in region.meetings
        ),
        seats=_absent(region.seats, lambda seat: seat.person == person, from_day, until_day),
    )


def with_seat(region: Region, seat: Seat) -> Region:
    """Give the region with one seat more. KeyError when its table or partner is unknown.

    >>> from network.example import TINY
    >>> len(with_seat(TINY, Seat("B1", "lt1", "lid")).seats)
    3
    """
    region.tafels_by_code[seat.tafel], region.partners_by_code[seat.partner]
    return region.changed(seats=(*region.seats, seat))


def with_handover(region: Region, handover: Handover) -> Region:
    """Give the region with one hand-over more.

    KeyError when a table is unknown, ValueError when it goes to a lower level.

    >>> from network.example import TINY
    >>> len(with_handover(TINY, Handover("U1", "S1")).handovers)
    4
    """
    tafels = region.tafels_by_code
    if tafels[handover.target].level < tafels[handover.source].level:
        raise ValueError("een doorgeleiding gaat nooit naar een lager niveau")
    return region.changed(handovers=(*region.handovers, handover))


def with_meeting(region: Region, meeting: Meeting, instead_of: date | None = None) -> Region:
    """Give the region with this meeting; `instead_of` is the day from which it is moved.

    It takes the place of another meeting of the table on its day, so a cancelled one may come
    back. KeyError when the table is unknown or has no meeting on the day `instead_of`.

    >>> from network.example import TINY
    >>> after = with_meeting(TINY, Meeting("S1", date(2027, 1, 28)), date(2027, 1, 14))
    >>> [str(meeting.on) for meeting in after.meetings_by_tafel["S1"]]
    ['2027-01-28']
    """
    days = {m.on for m in region.meetings_by_tafel[meeting.tafel]}
    if instead_of is not None and instead_of not in days:
        raise KeyError(instead_of)
    gone = {meeting.on, instead_of}
    others = (m for m in region.meetings if m.tafel != meeting.tafel or m.on not in gone)
    return region.changed(meetings=(*others, meeting))


def with_submission_days(region: Region, code: str, days: int) -> Region:
    """Give the region in which submission to the table closes this many days before it meets.

    KeyError when the table is unknown, ValueError below 0.

    >>> from network.example import TINY
    >>> with_submission_days(TINY, "B1", 2).tafels_by_code["B1"].submission_days
    2
    """
    if days < 0:
        raise ValueError(days)
    changed = replace(region.tafels_by_code[code], submission_days=days)
    return region.changed(tafels=(changed if t.code == code else t for t in region.tafels))


def _day_before(day: date) -> date | None:
    return None if day == date.min else day - _A_DAY


def _absent(
    seats: Iterable[Seat], is_empty: Callable[[Seat], bool], first: date, last: date | None
) -> list[Seat]:
    """Give the seats, those that are empty from the first to the last day cut in two."""
    found = []
    before = _day_before(first)
    after = None if last is None or last == date.max else last + _A_DAY
    for seat in seats:
        if not is_empty(seat):
            found.append(seat)
            continue
        if before is not None and (seat.starts_on is None or seat.starts_on <= before):
            ends = before if seat.ends_on is None else min(before, seat.ends_on)
            found.append(replace(seat, ends_on=ends))
        if after is not None and (seat.ends_on is None or seat.ends_on >= after):
            starts = after if seat.starts_on is None else max(after, seat.starts_on)
            found.append(replace(seat, starts_on=starts))
    return found
