"""Round what every road passes: the single additions that give a cell a road without it.

On the still picture of a day, as in resilience and in `network.persons`; meetings play no part.
What is proposed is written as in `network.gaps`:

    afspraak CODE                  an agreement that is not signed, signed; its dates stay
    doorgeleiding VAN NAAR         a hand-over for all domains, without days or agreement
    zetel TAFEL PARTNER            a seat without first or last day, for a partner that works there

A road round table T falls apart in three, as in `network.gaps`: from a way in to the addition
without T, the addition, and from there to the level without T. Both outer parts are searches, so
every hand-over and seat is found. An agreement is proposed where a hand-over that goes round rests
on it; one that goes round only with two of its hand-overs or with a table's mandate is not found.
"""

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from network.gaps import Kind
from network.graph import Known, Picture, pictures, strength
from network.persons import sole_partners
from network.planner import TARGETS
from network.region import AgreementStatus, Level, Region

_ORDER = {Kind.AGREEMENT.value: 0, Kind.HANDOVER.value: 1, Kind.SEAT.value: 2}


@dataclass(frozen=True, slots=True)
class Detour:
    """A single addition, and of how many cells it takes away that they hang on what it is round."""

    proposal: tuple[str, ...]
    cells: int


def round_tafels(
    region: Region,
    on: date,
    tafels: Collection[str],
    cells: Collection[tuple[str, str, Level]] | None = None,
    most: int | None = 3,
) -> dict[str, tuple[Detour, ...]]:
    """Give per table what makes cells do without it, where every route passes it now.

    The best first: those for the most cells of `resilience` (or of these), then agreements,
    hand-overs, seats, then by code. A table that is the only one of the level in a cell cannot be
    gone round there.

    >>> from network.example import TINY
    >>> for detour in round_tafels(TINY, date(2026, 12, 1), ["U1"])["U1"]:
    ...     print(" ".join(detour.proposal), detour.cells)
    zetel B1 lt1 1
    zetel U2 lt1 1
    """
    known: Known = {}
    unsigned = _unsigned(region, on)
    found: dict[str, Counter[tuple[str, ...]]] = {code: Counter() for code in tafels}
    places = None if cells is None else {(area, domain) for area, domain, _level in cells}
    for picture in pictures(region, on, places):
        for level in TARGETS:
            if cells is not None and (picture.area, picture.domain, level) not in cells:
                continue
            for tafel in strength(picture, level, known)[1]:
                if tafel not in found:
                    continue
                there = {code for code in picture.links if code != tafel}
                into = _reached(picture.links, picture.entries.keys() & there, there)
                onwards = _leading(picture, level, there)
                found[tafel].update(
                    {
                        *_handovers(region, picture.domain, into, onwards, unsigned),
                        *(
                            (Kind.SEAT.value, code, partner)
                            for code in onwards
                            for partner in region.partners_in(picture.area, picture.domain)
                        ),
                    }
                )
    return {code: _best(proposals, most) for code, proposals in found.items()}


def round_partners(
    region: Region,
    on: date,
    partners: Collection[str],
    hanging: Iterable[tuple[str, str, Level, tuple[str, ...]]],
    most: int | None = 3,
) -> dict[str, tuple[Detour, ...]]:
    """Give per partner the seats of others that make cells do without it.

    `hanging` are the rows of `network.persons.unavoidable_partners` for the region and day. The
    best first: those for the most cells, then at tables where the partner itself has a seat that
    day, then by code.

    >>> from network.example import TINY
    >>> from network.persons import unavoidable_partners
    >>> rows = list(unavoidable_partners(TINY, date(2026, 12, 1)))
    >>> round_partners(TINY, date(2026, 12, 1), ["lt1"], rows)  # nobody else works there
    {'lt1': ()}
    """
    wanted: dict[tuple[str, str], list[tuple[Level, str]]] = {}
    for area, domain, level, names in hanging:
        for partner in names:
            if partner in partners:
                wanted.setdefault((area, domain), []).append((level, partner))
    alone = sole_partners(region, on)
    found: dict[str, Counter[tuple[str, ...]]] = {code: Counter() for code in partners}
    for picture in pictures(region, on, wanted):
        for level, partner in wanted[picture.area, picture.domain]:
            others = [
                other
                for other in region.partners_in(picture.area, picture.domain)
                if other != partner
            ]
            stands = {code for code in picture.links if alone.get(code) != partner}
            # Where another one gets a seat, somebody is left.
            for code in picture.links if others else ():
                if _reached(picture.links, {code}, stands | {code}) & picture.targets[level]:
                    found[partner].update((Kind.SEAT.value, code, other) for other in others)
    sits = {(s.partner, s.tafel) for s in region.seats if s.valid_on(on)}
    return {
        code: _best(proposals, most, {t for p, t in sits if p == code})
        for code, proposals in found.items()
    }


def _unsigned(region: Region, on: date) -> dict[tuple[str, str], list[tuple[str, frozenset[str]]]]:
    """Give per step the agreements with whose signature it would be in force, and its domains."""
    every = frozenset(region.domains_by_code)
    found: dict[tuple[str, str], list[tuple[str, frozenset[str]]]] = {}
    for handover in region.handovers:
        if handover.agreement is None:
            continue
        agreement = region.agreements_by_code[handover.agreement]
        holds = (agreement.starts_on or on) <= on <= (agreement.ends_on or on)
        if agreement.status is not AgreementStatus.SIGNED and holds:
            domains = every if handover.domains is None else handover.domains
            found.setdefault((handover.source, handover.target), []).append(
                (agreement.code, domains)
            )
    return found


def _handovers(
    region: Region,
    domain: str,
    into: Collection[str],
    onwards: Collection[str],
    unsigned: Mapping[tuple[str, str], Iterable[tuple[str, frozenset[str]]]],
) -> Iterator[tuple[str, ...]]:
    tafels = region.tafels_by_code
    for source in into:
        for target in onwards:
            if source != target and tafels[source].level <= tafels[target].level:
                yield Kind.HANDOVER.value, source, target
                for agreement, domains in unsigned.get((source, target), ()):
                    if domain in domains:
                        yield Kind.AGREEMENT.value, agreement


def _reached(
    links: Mapping[str, Iterable[str]], starts: Iterable[str], there: Container[str]
) -> set[str]:
    """Give the tables that are reached from these, over tables that are there."""
    found = {code for code in starts if code in there}
    to_do = list(found)
    while to_do:
        for target in links[to_do.pop()]:
            if target in there and target not in found:
                found.add(target)
                to_do.append(target)
    return found


def _leading(picture: Picture, level: Level, there: Container[str]) -> set[str]:
    """Give the tables from which a table of the level is reached, over tables that are there."""
    back: dict[str, list[str]] = {code: [] for code in picture.links}
    for source, targets in picture.links.items():
        for target in targets:
            back[target].append(source)
    return _reached(back, picture.targets[level], there)


def _best(
    proposals: Counter[tuple[str, ...]], most: int | None, near: Container[str] = ()
) -> tuple[Detour, ...]:
    in_order = sorted(
        proposals.items(),
        key=lambda item: (-item[1], _ORDER[item[0][0]], item[0][1] not in near, item[0]),
    )
    return tuple(Detour(proposal, count) for proposal, count in in_order[:most])
