"""A learning region as plain values: who, where, at which table, when and by whose mandate."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from datetime import time as clock_time
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol, TypeVar


class Level(StrEnum):
    """From practice to board (niveau); ordered: a signal is never handed down.

    >>> Level.PRACTICE < Level.MANAGEMENT < Level.POLICY < Level.BOARD
    True
    >>> Level("beleid").rank
    2
    """

    PRACTICE = "uitvoering"
    MANAGEMENT = "management"
    POLICY = "beleid"
    BOARD = "bestuur"

    @property
    def rank(self) -> int:
        """0 for practice up to 3 for the board."""
        return _LEVEL_RANK[self.value]

    # A StrEnum would compare its Dutch words by letter; the order of the field is the rank.
    def __lt__(self, other: str) -> bool:
        """Be closer to practice than the other."""
        return self.rank < Level(other).rank

    def __le__(self, other: str) -> bool:
        """Be as close to practice as the other, or closer."""
        return self.rank <= Level(other).rank

    def __gt__(self, other: str) -> bool:
        """Be closer to the board than the other."""
        return self.rank > Level(other).rank

    def __ge__(self, other: str) -> bool:
        """Be as close to the board as the other, or closer."""
        return self.rank >= Level(other).rank


_LEVEL_RANK = {level.value: rank for rank, level in enumerate(Level)}


class Scale(StrEnum):
    """Territory (schaal); another axis than the level."""

    LOCAL = "lokaal"
    REGIONAL = "regionaal"
    NATIONAL = "landelijk"


class AgreementStatus(StrEnum):
    """Where a governance agreement stands; only a signed one can be in force."""

    DRAFT = "concept"
    TO_SIGN = "ter_ondertekening"
    SIGNED = "ondertekend"
    TERMINATED = "opgezegd"


class MeetingStatus(StrEnum):
    """Whether a dated meeting takes place."""

    PLANNED = "gepland"
    CANCELLED = "vervallen"


class Source(StrEnum):
    """Who saw what the signal tells (bron)."""

    EXPERT = "ervaringsdeskundige"
    PROFESSIONAL = "professional"
    RESIDENT = "inwoner"
    MANAGER = "manager"
    OTHER = "overig"


class Vote(StrEnum):
    """What a seat counts for (stem)."""

    DECIDING = "besluitvormend"
    ADVISORY = "adviserend"


class Reason(StrEnum):
    """Why there is no route, from the least far to the furthest on; NO_PARTNER is for coverage."""

    NO_PARTNER = "geen_partner"
    NO_ENTRY = "geen_ingang"
    NO_HANDOVER = "geen_doorgeleiding"
    NO_AGREEMENT = "geen_afspraak"
    NO_MEETING = "geen_vergadering"

    @property
    def rank(self) -> int:
        """How far a signal gets before this reason stops it; 0 is nowhere."""
        return _REASON_RANK[self.value]


_REASON_RANK = {reason.value: rank for rank, reason in enumerate(Reason)}


@dataclass(frozen=True, slots=True)
class Area:
    """A territory (gebied); it may be part of several others."""

    code: str
    name: str
    scale: Scale
    kind: str = ""
    part_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Domain:
    """A field of work (domein) such as jeugd or onderwijs."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation, the domains it works in and the areas it works in."""

    code: str
    name: str
    kind: str = ""
    domains: frozenset[str] = frozenset()
    working_areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """A governance agreement (afspraak) that a table or a hand-over can rest on."""

    code: str
    title: str
    kind: str = ""
    parties: tuple[str, ...] = ()
    status: AgreementStatus = AgreementStatus.DRAFT
    starts_on: date | None = None
    ends_on: date | None = None
    review_on: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether it is signed and the day lies within its bounds, both included.

        >>> signed = AgreementStatus.SIGNED
        >>> agreement = Agreement("A1", "Afspraak", status=signed, ends_on=date(2027, 3, 31))
        >>> agreement.in_force(date(2027, 3, 31)), agreement.in_force(date(2027, 4, 1))
        (True, False)
        """
        return self.status is AgreementStatus.SIGNED and _within(day, self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class Tafel:
    """A standing table; `domains` None is every domain, the two terms are calendar days."""

    code: str
    name: str
    level: Level
    area: str
    domains: frozenset[str] | None = None
    submission_days: int = 0
    feedback_days: int = 14
    is_open: bool = False
    agreement: str | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """One dated meeting of a table."""

    tafel: str
    on: date
    time: clock_time | None = None
    status: MeetingStatus = MeetingStatus.PLANNED
    location: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """A governance role with its tasks and powers."""

    code: str
    name: str
    tasks: str = ""
    powers: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A place of a partner at a table, from-to with both days included."""

    tafel: str
    partner: str
    role: str
    person: str = ""
    vote: Vote | None = None
    starts_on: date | None = None
    ends_on: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether the seat is held on that day.

        >>> Seat("U1", "lt1", "lid", starts_on=date(2027, 1, 1)).valid_on(date(2026, 12, 31))
        False
        """
        return _within(day, self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class Handover:
    """One allowed step from table to table (doorgeleiding); `domains` None is every domain."""

    source: str
    target: str
    domains: frozenset[str] | None = None
    processing_days: int = 0
    agreement: str | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """What practice saw, on a day, in an area; never about one family."""

    code: str
    given_on: date
    partner: str | None
    area: str
    domains: frozenset[str]
    source: Source | None = None
    title: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Leervraag:
    """A learning question of a level."""

    code: str
    asked_on: date
    level: Level
    partner: str | None = None
    area: str | None = None
    domains: frozenset[str] = frozenset()
    question: str = ""
    status: str = ""


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


_Row = TypeVar("_Row", bound=_Coded)


@dataclass(frozen=True)
class Region:
    """Everything that is known of one learning region.

    Each field is a tuple of rows; the rows are put in the order of their code (or of their
    columns where they have none), so two regions with the same rows are equal.

    >>> r = Region(areas=(Area("G1", "Oeverdam", Scale.LOCAL, part_of=("RR",)),
    ...                   Area("RR", "Rivierenrand", Scale.REGIONAL)))
    >>> sorted(r.containing("G1")), sorted(r.containing("RR"))
    (['G1', 'RR'], ['RR'])
    """

    areas: tuple[Area, ...] = ()
    domains: tuple[Domain, ...] = ()
    partners: tuple[Partner, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    tafels: tuple[Tafel, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    roles: tuple[Role, ...] = ()
    seats: tuple[Seat, ...] = ()
    handovers: tuple[Handover, ...] = ()
    signals: tuple[Signal, ...] = ()
    leervragen: tuple[Leervraag, ...] = ()

    def __post_init__(self) -> None:
        """Put the rows of every field in order."""
        for field in fields(self):
            rows = getattr(self, field.name)
            object.__setattr__(self, field.name, tuple(sorted(rows, key=_order)))

    def changed(self, **rows: Iterable[Any]) -> "Region":
        """Give the region in which these fields hold these rows; `replace`, but faster.

        Only the fields that are named are put in order again. TypeError for an unknown field.

        >>> region = Region(domains=(Domain("wonen", "Wonen"),))
        >>> more = region.changed(domains=(*region.domains, Domain("jeugd", "Jeugd")))
        >>> [domain.code for domain in more.domains]
        ['jeugd', 'wonen']
        """
        found = object.__new__(Region)
        for field in fields(self):
            kept = getattr(self, field.name)
            given = tuple(sorted(rows.pop(field.name), key=_order)) if field.name in rows else kept
            object.__setattr__(found, field.name, given)
        if rows:
            raise TypeError(f"geen veld van een regio: {', '.join(rows)}")
        if found.areas is self.areas:
            # What is known of areas is asked most, and a change seldom touches them.
            for name in ("areas_by_code", "local_areas", "_containing"):
                found.__dict__[name] = getattr(self, name)
        return found

    @cached_property
    def areas_by_code(self) -> dict[str, Area]:
        """Every area by its code."""
        return _by_code(self.areas)

    @cached_property
    def domains_by_code(self) -> dict[str, Domain]:
        """Every domain by its code."""
        return _by_code(self.domains)

    @cached_property
    def partners_by_code(self) -> dict[str, Partner]:
        """Every partner by its code."""
        return _by_code(self.partners)

    @cached_property
    def agreements_by_code(self) -> dict[str, Agreement]:
        """Every agreement by its code."""
        return _by_code(self.agreements)

    @cached_property
    def tafels_by_code(self) -> dict[str, Tafel]:
        """Every table by its code."""
        return _by_code(self.tafels)

    @cached_property
    def tafel_names(self) -> dict[str, str]:
        """The name of every table by its code; with its area, or code, where others have it too."""
        names = {tafel.code: tafel.name for tafel in self.tafels}
        areas = {tafel.code: self.areas_by_code[tafel.area].name for tafel in self.tafels}
        for more in (areas, {code: code for code in names}):
            counted = Counter(names.values())
            names = {
                code: name if counted[name] == 1 else f"{name} ({more[code]})"
                for code, name in names.items()
            }
        return names

    @cached_property
    def roles_by_code(self) -> dict[str, Role]:
        """Every role by its code."""
        return _by_code(self.roles)

    @cached_property
    def signals_by_code(self) -> dict[str, Signal]:
        """Every signal by its code."""
        return _by_code(self.signals)

    @cached_property
    def leervragen_by_code(self) -> dict[str, Leervraag]:
        """Every learning question by its code."""
        return _by_code(self.leervragen)

    @cached_property
    def meetings_by_tafel(self) -> dict[str, tuple[Meeting, ...]]:
        """The meetings of each table in order of day, cancelled ones too."""
        found: dict[str, list[Meeting]] = {tafel.code: [] for tafel in self.tafels}
        for meeting in self.meetings:
            found[meeting.tafel].append(meeting)
        return {tafel: tuple(meetings) for tafel, meetings in found.items()}

    @cached_property
    def seats_by_tafel(self) -> dict[str, tuple[Seat, ...]]:
        """The seats of each table, past and future ones too."""
        found: dict[str, list[Seat]] = {tafel.code: [] for tafel in self.tafels}
        for seat in self.seats:
            found[seat.tafel].append(seat)
        return {tafel: tuple(seats) for tafel, seats in found.items()}

    @cached_property
    def _containing(self) -> dict[str, frozenset[str]]:
        return {}

    def containing(self, area: str) -> frozenset[str]:
        """Give the codes of the area itself and of every area that contains it, by any chain.

        KeyError when the area is unknown.
        """
        if area not in self._containing:
            found, to_do = {area}, [area]
            while to_do:
                for outer in self.areas_by_code[to_do.pop()].part_of:
                    if outer not in found:
                        found.add(outer)
                        to_do.append(outer)
            self._containing[area] = frozenset(found)
        return self._containing[area]

    def covers(self, tafel: Tafel, area: str, domain: str) -> bool:
        """Whether the table covers the (area, domain): its area holds it and so do its domains."""
        return tafel.area in self.containing(area) and (
            tafel.domains is None or domain in tafel.domains
        )

    @cached_property
    def local_areas(self) -> tuple[Area, ...]:
        """The areas of local scale that contain no other area, by code."""
        containers = {outer for area in self.areas for outer in area.part_of}
        return tuple(
            area for area in self.areas if area.scale is Scale.LOCAL and area.code not in containers
        )

    @cached_property
    def _partners_by_working_area(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for partner in self.partners:
            for area in partner.working_areas:
                for domain in partner.domains:
                    found.setdefault((area, domain), []).append(partner.code)
        return found

    def partners_in(self, area: str, domain: str) -> tuple[str, ...]:
        """Give the codes of the partners that work in the area in that domain, sorted.

        A partner works in an area when its working areas hold that area or one that contains it.
        """
        found: set[str] = set()
        for outer in self.containing(area):
            found.update(self._partners_by_working_area.get((outer, domain), ()))
        return tuple(sorted(found))

    def in_force(self, agreement: str | None, day: date) -> bool:
        """Whether what rests on this agreement (a code, or None for nothing) holds that day."""
        return agreement is None or self.agreements_by_code[agreement].in_force(day)


def _within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def _by_code(rows: Iterable[_Row]) -> dict[str, _Row]:
    return {row.code: row for row in rows}


def _order(row: object) -> tuple[object, ...]:
    """Sort key of a row: its code, or all of its columns in order where it has no code."""
    match row:
        case Meeting():
            return (row.tafel, row.on, str(row.time or ""), row.status.value, row.location)
        case Seat():
            start, end = str(row.starts_on or ""), str(row.ends_on or "")
            return (row.tafel, row.partner, row.role, row.person, row.vote or "", start, end)
        case Handover():
            domains = ("*",) if row.domains is None else tuple(sorted(row.domains))
            return (row.source, row.target, domains, row.processing_days, row.agreement or "")
        case _:
            return (row.code,)  # type: ignore[attr-defined]  # all other rows have a code
