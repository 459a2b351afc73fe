"""Persons and partners without whom a road breaks: learning may not hang on one of them.

On the still picture of a day, as in resilience. A seat is held up by the person whose name it
bears; a seat without a name by somebody whom we do not know, so by another one each time. No rule
about roles: voorzitter or lid makes no difference. When a person falls away

- the seats that bear the name give no entry any more: a partner enters a table only over its seats
  of other persons, or because the table is open;
- a table at which every seat of that day bears the name stands still: nobody is left. A table
  without any seat that day hangs on nobody that we know of, and stands.

A person is unavoidable for a cell when there is a route and no route is left without that person.
That several persons could be missed each but not together is not told here.

A person is a label on the graph, not one node of it: the same person may open one route as a seat
and another as a table, and a single node for both would join the two routes to ways that do not
exist. So dominators do not answer this. Of any one route, only the labels it bears can be on every
route; each of these few is taken away in turn (a label cut by search, exact).

A partner is such a label too. When it falls away, it works nowhere and has no seats any more: a
table is entered over the seats of other partners that work there; an open table lets in whoever
else works there; and a table at which every seat of that day is its own stands still.
"""

from collections.abc import Container, Hashable, Iterable, Iterator, Mapping
from datetime import date

from network.graph import Picture, pictures
from network.region import Level, Region


def unavoidable_persons(
    region: Region, on: date, cells: Container[tuple[str, str]] | None = None
) -> Iterator[tuple[str, str, Level, tuple[str, ...]]]:
    """Give (area, domain, level, persons without whom no route is left) per cell.

    The cells and their order are those of `resilience_of`; names sorted, none without a route.
    With `cells` only these (area, domain).

    >>> from network.example import TINY
    >>> for area, domain, level, persons in unavoidable_persons(TINY, date(2026, 12, 1)):
    ...     print(area, domain, level.value, persons)
    G1 jeugd beleid ('Anna',)
    G1 jeugd bestuur ()
    >>> next(unavoidable_persons(TINY, date(2027, 1, 1)))[3]
    ()
    """
    tafel_holder, seat_holder = _holders(region, on)
    known: dict[Hashable, tuple[str, ...]] = {}
    for picture in pictures(region, on, cells):
        entries = {
            tafel: _only(seat_holder[partner, tafel] for partner in partners)
            for tafel, partners in picture.entries.items()
        }
        for level in picture.targets:
            key = picture.key, level, frozenset(entries.items())
            if key not in known:
                known[key] = _needed(picture, level, entries, tafel_holder)
            yield picture.area, picture.domain, level, known[key]


def unavoidable_partners(
    region: Region, on: date, cells: Container[tuple[str, str]] | None = None
) -> Iterator[tuple[str, str, Level, tuple[str, ...]]]:
    """Give (area, domain, level, partners without whom no route is left) per cell.

    The cells and their order are those of `resilience_of`; codes sorted, none without a route.
    With `cells` only these (area, domain).

    >>> from network.example import TINY
    >>> next(unavoidable_partners(TINY, date(2026, 12, 1)))
    ('G1', 'jeugd', <Level.POLICY: 'beleid'>, ('lt1',))
    """
    alone = sole_partners(region, on)
    known: dict[Hashable, tuple[str, ...]] = {}
    for picture in pictures(region, on, cells):
        there = region.partners_in(picture.area, picture.domain)
        entries = {
            tafel: _only(there if region.tafels_by_code[tafel].is_open else partners)
            for tafel, partners in picture.entries.items()
        }
        for level in picture.targets:
            key = picture.key, level, frozenset(entries.items())
            if key not in known:
                known[key] = _needed(picture, level, entries, alone)
            yield picture.area, picture.domain, level, known[key]


def sole_partners(region: Region, on: date) -> dict[str, str]:
    """Give the tables at which every seat of that day is of one partner, with its code.

    >>> from network.example import TINY
    >>> sole_partners(TINY, date(2027, 1, 1))
    {'U1': 'lt1', 'U2': 'lt1'}
    """
    by_tafel: dict[str, set[str]] = {}
    for seat in region.seats:
        if seat.valid_on(on):
            by_tafel.setdefault(seat.tafel, set()).add(seat.partner)
    found = ((tafel, _only(partners)) for tafel, partners in by_tafel.items())
    return {tafel: partner for tafel, partner in found if partner}


def holders(region: Region, on: date) -> dict[str, str]:
    """Give the tables that hang on one person that day, with the name of that person.

    >>> from network.example import TINY
    >>> holders(TINY, date(2027, 1, 1))
    {'U1': 'Anna', 'U2': 'Bram'}
    """
    found = _holders(region, on)[0]
    return {tafel.code: name for tafel in region.tafels if (name := found.get(tafel.code))}


def _holders(
    region: Region, on: date
) -> tuple[dict[str, str | None], dict[tuple[str, str], str | None]]:
    """Give per table, and per (partner, table), the one person who holds it up; None if more."""
    by_tafel: dict[str, set[str]] = {}
    by_seat: dict[tuple[str, str], set[str]] = {}
    for seat in region.seats:
        if seat.valid_on(on):
            by_tafel.setdefault(seat.tafel, set()).add(seat.person)
            by_seat.setdefault((seat.partner, seat.tafel), set()).add(seat.person)
    return (
        {tafel: _only(names) for tafel, names in by_tafel.items()},
        {seat: _only(names) for seat, names in by_seat.items()},
    )


def _only(names: Iterable[str | None]) -> str | None:
    """Give the one name, or None where there are several, none or one that is not known."""
    found = set(names)
    return (found.pop() or None) if len(found) == 1 else None


def _needed(
    picture: Picture,
    level: Level,
    entries: Mapping[str, str | None],
    tafel_holder: Mapping[str, str | None],
) -> tuple[str, ...]:
    route = _route(picture, level, entries, tafel_holder, None)
    if route is None:
        return ()
    names = {entries[route[0]], *(tafel_holder.get(tafel) for tafel in route)}
    return tuple(
        sorted(
            name
            for name in names
            if name is not None and _route(picture, level, entries, tafel_holder, name) is None
        )
    )


def _route(
    picture: Picture,
    level: Level,
    entries: Mapping[str, str | None],
    tafel_holder: Mapping[str, str | None],
    away: str | None,
) -> list[str] | None:
    """Give the tables of a shortest route that does without a person, or None."""

    def stands(tafel: str) -> bool:
        return away is None or tafel_holder.get(tafel) != away

    came_from: dict[str, str | None] = {
        tafel: None
        for tafel, name in sorted(entries.items())
        if stands(tafel) and (away is None or name != away)
    }
    to_do = list(came_from)
    for tafel in to_do:
        if tafel in picture.targets[level]:
            route, here = [tafel], came_from[tafel]
            while here is not None:
                route.append(here)
                here = came_from[here]
            return route[::-1]
        for following in picture.links[tafel]:
            if following not in came_from and stands(following):
                came_from[following] = tafel
                to_do.append(following)
    return None
