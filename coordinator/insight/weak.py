"""Where the network is weak: what all roads pass, how many roads there are, and vacant seats.

On the still picture of a day, as `python -m network resilience` sees it. Every finding says what
breaks, and what mends it; once that is done it is not found any more.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import network.region as pure
from coordinator import clock, governance, planning, web
from coordinator.effects import Change
from coordinator.insight.findings import words
from coordinator.models import Level
from coordinator.seats import persons
from coordinator.seats.persons import Broken
from coordinator.seats.queries import Line, SeatState, headlines, lines
from coordinator.tafels.roads import local_areas
from coordinator.terms import after_months
from network import answers, detours
from network.answers import ResilienceRow
from network.effect import without_person
from network.persons import holders, unavoidable_partners

Cell = tuple[str, str, Level]
MANY: Final = 3
"""So many roads or more look the same in the table."""
DETOURS_SHOWN: Final = 3


class Kind(StrEnum):
    """What a road can hang on, as it stands in the address."""

    TAFEL = "tafels"
    PARTNER = "partners"
    PERSON = "mensen"


ONE: Final = {
    Kind.TAFEL: "één tafel",
    Kind.PARTNER: "één organisatie",
    Kind.PERSON: "één persoon",
}
_COUNTED: Final = {
    Kind.TAFEL: ("1 tafel", "tafels"),
    Kind.PARTNER: ("1 organisatie", "organisaties"),
    Kind.PERSON: ("1 persoon", "mensen"),
}


_TAFEL: Final = {Level.POLICY: "beleidstafel", Level.BOARD: "bestuurstafel"}


@dataclass(frozen=True)
class WeakSpot:
    """A table, partner or person that all roads of some cells pass. A person's code is the name."""

    kind: Kind
    code: str
    name: str
    broken: tuple[Broken, ...]
    level: Level | None = None
    """Of a table."""

    @property
    def through(self) -> tuple[Broken, ...]:
        """Return what passes it on the way to somewhere else."""
        return tuple(one for one in self.broken if one.level is not self.level)

    @property
    def only_end(self) -> tuple[Broken, ...]:
        """Return what ends there: a table that is the only one of its level to be reached."""
        return tuple(one for one in self.broken if one.level is self.level)

    @property
    def areas(self) -> int:
        """Return from how many areas a road passes it."""
        return len({code for one in self.broken for code, _name in one.areas})

    @property
    def cells(self) -> list[Cell]:
        """Return the cells whose roads all pass it."""
        return [
            (code, one.domain_code, one.level) for one in self.broken for code, _name in one.areas
        ]


@dataclass(frozen=True)
class Weak:
    """All weak spots of a day, and the number of roads that share no table, by cell."""

    day: date
    spots: Mapping[Kind, tuple[WeakSpot, ...]]
    rows: tuple[ResilienceRow, ...]
    """The answer of `python -m network resilience`."""
    roads: Mapping[Cell, int]
    hanging: tuple[tuple[str, str, Level, tuple[str, ...]], ...]
    """The partners without whom no road is left, by cell; see network.persons."""


def find(day: date) -> Weak:
    """Return the weak spots of this session's region on a day; once per network."""
    found: Weak = planning.remembered(("weak", day), lambda: _find(day))
    return found


def _find(day: date) -> Weak:
    region = governance.planner_on(day).region
    called = region.tafel_names
    rows = answers.resilience(region, day)
    hanging = tuple(unavoidable_partners(region, day))
    tafels = _spots(
        region,
        Kind.TAFEL,
        ((row.area, row.domain, row.level, row.indispensable) for row in rows),
        {tafel.code: (called[tafel.code], tafel.level) for tafel in region.tafels},
    )
    partners = _spots(
        region, Kind.PARTNER, hanging, {one.code: (one.name, None) for one in region.partners}
    )
    people = [
        WeakSpot(Kind.PERSON, one.name, one.name, one.broken) for one in persons.find(day).findings
    ]
    return Weak(
        day,
        {
            # Tables by what hangs on them; people and organisations are never ranked.
            Kind.TAFEL: tuple(sorted(tafels, key=_by_weight)),
            Kind.PARTNER: tuple(sorted(partners, key=lambda one: (one.name, one.code))),
            Kind.PERSON: tuple(people),
        },
        tuple(rows),
        {(row.area, row.domain, row.level): row.routes for row in rows},
        hanging,
    )


def _by_weight(spot: WeakSpot) -> tuple[bool, int, str, str]:
    return not spot.through, -len(spot.cells), spot.name, spot.code


def _spots(
    region: pure.Region,
    kind: Kind,
    rows: Iterable[tuple[str, str, Level, tuple[str, ...]]],
    names: Mapping[str, tuple[str, Level | None]],
) -> list[WeakSpot]:
    areas: dict[str, dict[tuple[str, Level], list[str]]] = defaultdict(lambda: defaultdict(list))
    for area, domain, level, codes in rows:
        for code in codes:
            areas[code][domain, level].append(area)
    domains = region.domains_by_code

    def named(codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
        pairs = ((code, region.areas_by_code[code].name) for code in codes)
        return tuple(sorted(pairs, key=lambda pair: (pair[1], pair[0])))

    return [
        WeakSpot(
            kind,
            code,
            names[code][0],
            tuple(
                Broken(domain, domains[domain].name, level, named(codes))
                for (domain, level), codes in sorted(
                    asked.items(),
                    key=lambda item: (domains[item[0][0]].name, item[0][0], item[0][1].rank),
                )
            ),
            names[code][1],
        )
        for code, asked in areas.items()
    ]


def end_words(one: Broken) -> str:
    """Return of a table that is the only end of roads: for what, and from where.

    >>> end_words(Broken("jeugd", "Jeugd", Level.BOARD, (("G1", "Oeverdam"),)))
    'Voor jeugd is zij in Oeverdam de enige bestuurstafel die een signaal kan bereiken.'
    """
    return (
        f"Voor {one.domain.lower()} is zij in {one.where} de enige {_TAFEL[one.level]} "
        "die een signaal kan bereiken."
    )


@dataclass(frozen=True)
class Asked:
    """What a page is about: an area or what contains it, a domain, a level; None is everything."""

    area: str | None = None
    domain: str | None = None
    level: Level | None = None

    def is_near(self, region: pure.Region, area: str) -> bool:
        """Whether the area is the one asked for, or lies in it."""
        return self.area is None or self.area in region.containing(area)


def narrowed(spots: Iterable[WeakSpot], asked: Asked) -> list[WeakSpot]:
    """Return what of these spots has to do with what is asked."""
    region = planning.planner().region
    kept = []
    for spot in spots:
        broken = []
        for one in spot.broken:
            if asked.domain not in (None, one.domain_code) or asked.level not in (None, one.level):
                continue
            areas = tuple(pair for pair in one.areas if asked.is_near(region, pair[0]))
            if areas:
                broken.append(replace(one, areas=areas))
        if broken:
            kept.append(replace(spot, broken=tuple(broken)))
    return kept


def headline(kind: Kind, spots: Sequence[WeakSpot]) -> str:
    """Return in a sentence or two how much hangs on one table, organisation or person."""
    if not spots:
        known = ", voor zover wij de namen kennen" if kind is Kind.PERSON else ""
        return f"Geen enkele weg hangt af van {ONE[kind]}{known}."
    areas = {code for spot in spots for code, _domain, _level in spot.cells}
    where = "1 gebied" if len(areas) == 1 else f"{web.number(len(areas))} gebieden"
    one, several = _COUNTED[kind]
    what = one if len(spots) == 1 else f"{web.number(len(spots))} {several}"
    return f"Uit {where} hangt een weg af van {ONE[kind]}. Het gaat om {what}."


# The number of roads.


def roads_sentences(found: Weak, asked: Asked) -> list[str]:
    """Return in sentences where there is no road, and where only one."""
    region = governance.planner_on(found.day).region
    sentences = []
    for level in levels(asked):
        cells = [
            count
            for (area, domain, one), count in found.roads.items()
            if one is level and asked.domain in (None, domain) and asked.is_near(region, area)
        ]
        if not cells:
            continue
        none, single = cells.count(0), cells.count(1)
        parts = []
        if none:
            parts.append(f"{web.number(none)} keer geen weg")
        if single:
            parts.append(f"{web.number(single)} keer maar één weg")
        words = web.enumerate_words(parts) if parts else "overal meer dan één weg"
        total = "1 combinatie" if len(cells) == 1 else f"{web.number(len(cells))} combinaties"
        sentences.append(f"Naar de {_TAFEL[level]} is er in {total} van gebied en domein {words}.")
    return sentences


def levels(asked: Asked) -> list[Level]:
    """Return the levels that are asked for."""
    return [level for level in planning.TARGETS if asked.level in (None, level)]


def areas(day: date, asked: Asked) -> list[pure.Area]:
    """Return the areas of the table by name."""
    return local_areas(governance.planner_on(day).region, asked.area)


@dataclass(frozen=True)
class RoadsTable:
    """The number of roads per area and domain to one level; see the macro `heat_map`."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, list[tuple[str, int, str]]], ...]


def roads_table(
    found: Weak,
    asked: Asked,
    level: Level,
    areas: Iterable[pure.Area],
    address: Callable[[Cell, int], str] = lambda _cell, _count: "",
) -> RoadsTable:
    """Return how many roads there are to a level from these areas, each cell with its address."""
    region = governance.planner_on(found.day).region
    domains = [one for one in region.domains if asked.domain in (None, one.code)]

    def cell(area: str, domain: str) -> tuple[str, int, str]:
        key = area, domain, level
        count = found.roads[key]
        return str(count) if count else "geen", min(count, MANY), address(key, count)

    return RoadsTable(
        f"Aantal wegen naar de {_TAFEL[level]} op {web.day(found.day)}",
        tuple(domain.name for domain in domains),
        tuple((area.name, [cell(area.code, domain.code) for domain in domains]) for area in areas),
    )


LEGEND: Final = ("Geen weg", "Eén weg", "Twee wegen", "Drie of meer wegen")


# Seats.


def vacancies(day: date, asked: Asked) -> list[Line]:
    """Return the seats that are vacant on a day or will be soon, the vacant ones first."""
    found = _near(day, asked)
    return [
        line
        for state in (SeatState.VACANT, SeatState.SOON)
        for line in found
        if line.state is state
    ]


def vacancy_sentences(day: date, asked: Asked) -> list[str]:
    """Return in sentences how many seats are vacant on a day, and will be soon."""
    return headlines(_near(day, asked), day)


def _near(day: date, asked: Asked) -> list[Line]:
    """Return the seats at tables that serve the area, or lie in it, and deal with the domain."""
    region = governance.planner_on(day).region

    def is_near(line: Line) -> bool:
        tafel = region.tafels_by_code.get(line.tafel_code)
        if tafel is None:
            return asked.area is None and asked.domain is None
        serves = asked.area in region.areas_by_code and tafel.area in region.containing(
            asked.area or ""
        )
        return (serves or asked.is_near(region, tafel.area)) and (
            asked.domain is None or tafel.domains is None or asked.domain in tafel.domains
        )

    return [line for line in lines(day) if is_near(line)]


# What mends it.


@dataclass(frozen=True)
class Mend:
    """An addition after which so many cells have a road without the table or organisation."""

    proposal: tuple[str, ...]
    words: str
    cells: int


def mends(
    found: Weak, kind: Kind, spots: Sequence[WeakSpot], most: int = DETOURS_SHOWN
) -> dict[str, list[Mend]]:
    """Return per table or organisation, by code, what goes round it; the best first."""
    region = governance.planner_on(found.day).region
    codes = [spot.code for spot in spots]
    cells = {cell for spot in spots for cell in spot.cells}
    if kind is Kind.TAFEL:
        round_it = detours.round_tafels(region, found.day, codes, cells, most)
    else:
        rows = [row for row in found.hanging if row[:3] in cells]
        round_it = detours.round_partners(region, found.day, codes, rows, most)
    return {
        code: [Mend(one.proposal, words(region, one.proposal), one.cells) for one in some]
        for code, some in round_it.items()
    }


def known_words(day: date) -> str:
    """Return of how many seats we know who sits there, where that is not all of them."""
    return persons.known_words(persons.find(day))


def deputies(found: Weak, spots: Sequence[WeakSpot]) -> dict[str, list[Line]]:
    """Return per person the seats where a deputy would help."""
    return persons.remedies([persons.Finding(spot.name, spot.broken) for spot in spots], found.day)


# What if somebody is away.


@dataclass(frozen=True)
class Away:
    """Somebody who is away for a while, and the seats that bear the name."""

    name: str
    first: date
    last: date
    seats: tuple[Line, ...]

    @property
    def covered(self) -> tuple[Line, ...]:
        """Return the seats that somebody else takes over."""
        return tuple(line for line in self.seats if _takes_over(line))

    @property
    def empty(self) -> tuple[Line, ...]:
        """Return the seats that are empty then."""
        return tuple(line for line in self.seats if not _takes_over(line))

    def change(self) -> Change:
        """Return it as a change of the network: the seats without deputy are empty."""
        why = []
        if not self.seats:
            why.append("In deze tijd heeft deze persoon geen zetel.")
        elif not self.empty:
            why.append("Op elke zetel van deze persoon is een plaatsvervanger genoemd.")
        return Change(
            ("away", self.name, self.first, self.last),
            "Zonder deze persoon",
            self._region_then,
            why,
            partners=frozenset(line.partner_code for line in self.empty),
            tafels=frozenset(line.tafel_code for line in self.seats),
            idle=self._idle,
        )

    def _taken_over(self, region: pure.Region) -> pure.Region:
        """Return the network in which the deputies sit on the seats that have one."""
        deputies = {_key(line): line.deputy for line in self.covered}

        def sits(seat: pure.Seat) -> pure.Seat:
            deputy = None
            if seat.person == self.name:
                place = seat.tafel, seat.partner, seat.role, seat.starts_on, seat.ends_on
                deputy = deputies.get(place)
            return seat if deputy is None else replace(seat, person=deputy)

        return region.changed(seats=map(sits, region.seats)) if deputies else region

    def _region_then(self, region: pure.Region) -> pure.Region:
        taken_over = self._taken_over(region)
        if all(seat.person != self.name for seat in taken_over.seats):
            return region
        return without_person(taken_over, self.name, self.first, self.last)

    def _idle(self, region: pure.Region) -> list[str]:
        """Return the tables at which nobody is left on the first day."""
        found = holders(self._taken_over(region), self.first)
        return [tafel for tafel, name in found.items() if name == self.name]


def _takes_over(line: Line) -> bool:
    return line.deputy not in ("", line.person)


def _key(line: Line) -> tuple[str, str, str, date | None, date | None]:
    return line.tafel_code, line.partner_code, line.role_code, line.starts_on, line.ends_on


def names(text: str) -> list[str]:
    """Return who sits at a table, now or later, and is called so; an exact name is the only one."""
    known = {line.person for line in lines(clock.today()) if line.person}
    if text in known:
        return [text]
    called = {name: " ".join(name.split()).casefold() for name in known}
    wanted = " ".join(text.split()).casefold()
    exact = [name for name in known if called[name] == wanted]
    found = exact or [name for name in known if wanted and wanted in called[name]]
    return sorted(found, key=lambda name: (called[name], name))


def away(name: str, first: date, months: int = 0, weeks: int = 0) -> Away:
    """Return somebody who is away for so many months and weeks, from a first day on."""
    last = after_months(first, months) + timedelta(weeks=weeks, days=-1)
    seats = tuple(
        line
        for line in lines(clock.today())
        if line.person == name
        and not line.is_over(first)
        and (line.starts_on is None or line.starts_on <= last)
    )
    return Away(name, first, last, seats)
