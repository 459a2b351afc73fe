"""The region as one graph, and the structural questions: disjoint routes, tables all routes pass.

    area    --part_of-->    area                    a gemeente in a jeugdregio
    partner --works_in-->   area
    partner --active_in-->  domain
    partner --party_to-->   agreement
    partner --sits_at-->    tafel                   role, person, vote, starts_on, ends_on
    tafel   --serves-->     area
    tafel   --deals_with--> domain                  absent when the table takes every domain
    tafel   --rests_on-->   agreement
    tafel   --hands_to-->   tafel                   domains, processing_days, agreement

A node is (kind, code) with kind one of area, domain, partner, agreement, tafel; its attribute
`row` is the row of the region. An edge has the attribute `relation`, named as above. The graph is
a networkx MultiDiGraph: two seats of one partner at one table are two edges.

Resilience works on the projection to tables: a DiGraph of table codes for one (area, domain) on
one day. Disjoint routes are a unit flow; a few augmenting searches beat networkx's
`node_disjoint_paths` on graphs of this size. Tables that every route passes are dominators.
"""

from collections import deque
from collections.abc import Collection, Container, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import networkx as nx

from network.region import Handover, Level, Region, Tafel

Node = tuple[str, str]
Known = dict[Hashable, tuple[int, tuple[str, ...]]]


def model_graph(region: Region) -> "nx.MultiDiGraph[Node]":
    """Give the whole region as one graph, laid out as the module's docstring draws it.

    >>> from network.region import Area, Scale
    >>> graph = model_graph(Region(areas=(Area("G1", "Oeverdam", Scale.LOCAL, part_of=("RR",)),
    ...                                   Area("RR", "Rivierenrand", Scale.REGIONAL))))
    >>> list(graph.edges(data="relation"))
    [(('area', 'G1'), ('area', 'RR'), 'part_of')]
    """
    graph: nx.MultiDiGraph[Node] = nx.MultiDiGraph()
    for kind, rows in (
        ("area", region.areas),
        ("domain", region.domains),
        ("partner", region.partners),
        ("agreement", region.agreements),
        ("tafel", region.tafels),
    ):
        for row in rows:
            graph.add_node((kind, row.code), row=row)

    def link(source: Node, relation: str, kind: str, code: str, **known: Any) -> None:
        graph.add_edge(source, (kind, code), relation=relation, **known)

    for area in region.areas:
        for outer in area.part_of:
            link(("area", area.code), "part_of", "area", outer)
    for partner in region.partners:
        for code in partner.working_areas:
            link(("partner", partner.code), "works_in", "area", code)
        for code in sorted(partner.domains):
            link(("partner", partner.code), "active_in", "domain", code)
    for agreement in region.agreements:
        for code in agreement.parties:
            link(("partner", code), "party_to", "agreement", agreement.code)
    for tafel in region.tafels:
        here = ("tafel", tafel.code)
        link(here, "serves", "area", tafel.area)
        for code in sorted(tafel.domains or ()):
            link(here, "deals_with", "domain", code)
        if tafel.agreement is not None:
            link(here, "rests_on", "agreement", tafel.agreement)
    for seat in region.seats:
        link(
            ("partner", seat.partner),
            "sits_at",
            "tafel",
            seat.tafel,
            role=seat.role,
            person=seat.person,
            vote=seat.vote,
            starts_on=seat.starts_on,
            ends_on=seat.ends_on,
        )
    for handover in region.handovers:
        link(
            ("tafel", handover.source),
            "hands_to",
            "tafel",
            handover.target,
            domains=handover.domains,
            processing_days=handover.processing_days,
            agreement=handover.agreement,
        )
    return graph


def tafel_graph(
    region: Region, area: str, domain: str, on: date | None = None
) -> "nx.DiGraph[str]":
    """Give the tables that cover the (area, domain) and the hand-overs between them.

    With a day: only tables and hand-overs whose agreement, if any, is in force on that day.

    >>> from network.example import TINY
    >>> sorted(tafel_graph(TINY, "G1", "jeugd", date(2026, 12, 1)).edges)
    [('U1', 'B1'), ('U2', 'B1')]
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    for tafel in region.tafels:
        if region.covers(tafel, area, domain) and (
            on is None or region.in_force(tafel.agreement, on)
        ):
            graph.add_node(tafel.code, row=tafel)
    for handover in region.handovers:
        if (
            handover.source in graph
            and handover.target in graph
            and (handover.domains is None or domain in handover.domains)
            and (on is None or region.in_force(handover.agreement, on))
        ):
            graph.add_edge(handover.source, handover.target)
    return graph


def disjoint_routes(
    links: "Mapping[Any, Collection[Any]] | nx.DiGraph[Any]",
    sources: Collection[Hashable],
    targets: Collection[Hashable],
) -> int:
    """Count the routes from a source to a target that share no node, ends included (Menger).

    `links` gives the successors of each node; a node that is source and target is a route by
    itself. Found by unit flow: every augmenting search adds one route.

    >>> disjoint_routes({"a": ["c"], "b": ["c", "d"], "c": [], "d": []}, ["a", "b"], ["c", "d"])
    2
    """
    # Each node is split in an entry (node, 0) and an exit (node, 1); `back` holds the flow.
    back: dict[Any, set[Any]] = {}
    start, end = object(), object()

    def following(place: Any) -> Iterator[Any]:
        if place is start:
            for node in sources:
                if start not in back.get((node, 0), ()):
                    yield (node, 0)
            return
        node, side = place
        if side == 0:
            if (node, 0) not in back.get((node, 1), ()):
                yield (node, 1)
        else:
            if node in targets and place not in back.get(end, ()):
                yield end
            for other in links[node]:
                if place not in back.get((other, 0), ()):
                    yield (other, 0)
        for earlier in back.get(place, ()):
            if earlier is not start:
                yield earlier

    count = 0
    while True:
        came_from: dict[Any, Any] = {start: None}
        to_do = deque([start])
        while to_do and end not in came_from:
            here = to_do.popleft()
            for place in following(here):
                if place not in came_from:
                    came_from[place] = here
                    to_do.append(place)
        if end not in came_from:
            return count
        count += 1
        place = end
        while place is not start:
            earlier = came_from[place]
            if earlier is not start and place in back.get(earlier, ()):
                back[earlier].remove(place)  # taken back: the flow went the other way here
            else:
                back.setdefault(place, set()).add(earlier)
            place = earlier


def unavoidable(
    links: "Mapping[Any, Collection[Any]] | nx.DiGraph[Any]",
    sources: Collection[Hashable],
    targets: Collection[Hashable],
) -> frozenset[Any]:
    """Give the nodes that every route from a source to a target passes; empty without a route.

    These are the dominators of a common end, seen from a common start.

    >>> sorted(unavoidable({"a": ["c"], "b": ["c"], "c": ["d"], "d": []}, ["a", "b"], ["d"]))
    ['c', 'd']
    """
    start, end = object(), object()
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_edges_from((node, other) for node in links for other in links[node])
    graph.add_edges_from((start, node) for node in sources)
    graph.add_edges_from((node, end) for node in targets)
    if start not in graph or end not in graph:
        return frozenset()
    dominators = nx.immediate_dominators(graph, start)
    found = set()
    node = dominators.get(end)
    while node is not None and node is not start:
        found.add(node)
        node = dominators.get(node)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Picture:
    """The still picture of a cell on a day: its tables, the hand-overs in force, and the ways in.

    `links` gives the successors of every table; `entries` gives per way-in table the partners
    whose seat opens it, empty when the table is open. Pictures of the same tables share `links`
    and `targets`.
    """

    area: str
    domain: str
    links: dict[str, list[str]]
    entries: dict[str, frozenset[str]]
    targets: dict[Level, frozenset[str]]
    key: Hashable  # equal for cells of one region and day with the same links and targets

    def looks_like(self, other: "Picture") -> bool:
        """Whether the two have the same tables, hand-overs, ways in and targets.

        >>> from network.example import TINY
        >>> one, another = (next(pictures(TINY, date(2026, 12, n))) for n in (1, 31))
        >>> one.looks_like(another)
        True
        """
        return (
            self.links == other.links
            and self.entries.keys() == other.entries.keys()
            and self.targets == other.targets
        )


def pictures(
    region: Region, on: date, cells: Container[tuple[str, str]] | None = None
) -> Iterator[Picture]:
    """Give the still picture of every (area, domain), sorted by code; or only of these cells.

    The areas are the local ones that contain no other. Way-in tables are those where a partner
    that works there in that domain has a seat that day, and open ones when there is such a
    partner. Only tables and hand-overs in force that day; meetings play no part.

    >>> from network.example import TINY
    >>> (picture,) = pictures(TINY, date(2026, 12, 1))
    >>> picture.entries, picture.links["U1"]
    ({'U1': frozenset({'lt1'})}, ['B1'])
    """
    seated: dict[str, set[str]] = {}
    for seat in region.seats:
        if seat.valid_on(on):
            seated.setdefault(seat.partner, set()).add(seat.tafel)
    held = [tafel for tafel in region.tafels if region.in_force(tafel.agreement, on)]
    tafels_in: dict[str, list[Tafel]] = {}
    for tafel in held:
        tafels_in.setdefault(tafel.area, []).append(tafel)
    leaving: dict[str, list[Handover]] = {}
    for handover in region.handovers:
        if region.in_force(handover.agreement, on):
            leaving.setdefault(handover.source, []).append(handover)

    known: dict[Hashable, tuple[dict[str, list[str]], dict[Level, frozenset[str]]]] = {}
    for area in region.local_areas:
        domains = [
            domain.code
            for domain in region.domains
            if cells is None or (area.code, domain.code) in cells
        ]
        if not domains:
            continue
        near = [t for outer in region.containing(area.code) for t in tafels_in.get(outer, ())]
        for code in domains:
            cell = {t.code: t for t in near if t.domains is None or code in t.domains}
            key = frozenset(cell), code
            if key not in known:
                links = {
                    tafel: [
                        h.target
                        for h in leaving.get(tafel, ())
                        if h.target in cell and (h.domains is None or code in h.domains)
                    ]
                    for tafel in cell
                }
                targets = {
                    level: frozenset(t.code for t in cell.values() if t.level is level)
                    for level in (Level.POLICY, Level.BOARD)
                }
                known[key] = links, targets
            partners = region.partners_in(area.code, code)
            entries: dict[str, set[str]] = {}
            for partner in partners:
                for tafel_code in seated.get(partner, ()):
                    if tafel_code in cell:
                        entries.setdefault(tafel_code, set()).add(partner)
            if partners:
                entries.update((tafel.code, set()) for tafel in cell.values() if tafel.is_open)
            yield Picture(
                area.code,
                code,
                known[key][0],
                {tafel_code: frozenset(by) for tafel_code, by in entries.items()},
                known[key][1],
                key,
            )


def resilience_of(
    region: Region, on: date, cells: Container[tuple[str, str]] | None = None
) -> Iterator[tuple[str, str, Level, int, tuple[str, ...]]]:
    """Give (area, domain, level, disjoint routes, tables that every route passes) per cell.

    On the still picture of the day, see `pictures`; sorted by code, policy before board.

    >>> from network.example import TINY
    >>> for area, domain, level, count, tafels in resilience_of(TINY, date(2026, 12, 1)):
    ...     print(area, domain, level.value, count, tafels)
    G1 jeugd beleid 1 ('B1', 'U1')
    G1 jeugd bestuur 0 ()
    """
    known: Known = {}
    for picture in pictures(region, on, cells):
        for level in picture.targets:
            yield (picture.area, picture.domain, level, *strength(picture, level, known))


def strength(picture: Picture, level: Level, known: Known) -> tuple[int, tuple[str, ...]]:
    """Give the number of disjoint routes of a picture to the level, and the tables all pass.

    `known` keeps the answers for pictures of the same region and day that look the same.

    >>> from network.example import TINY
    >>> (picture,) = pictures(TINY, date(2027, 1, 1))
    >>> strength(picture, Level.POLICY, {})
    (1, ('B1',))
    """
    sources, targets = frozenset(picture.entries), picture.targets[level]
    key = picture.key, sources, level
    if key not in known:
        count = disjoint_routes(picture.links, sources, targets)
        passed = unavoidable(picture.links, sources, targets) if count == 1 else frozenset()
        known[key] = count, tuple(sorted(passed))
    return known[key]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a table or partner has to do with on a day: steps are (from, to), codes of tables.

    `up` are the hand-overs its signals can go on by, `feeding` those by which signals reach its
    tables: an answer goes back along these. `entries` are the tables where a partner comes in.
    """

    up: frozenset[tuple[str, str]]
    feeding: frozenset[tuple[str, str]]
    entries: frozenset[str] = frozenset()


def surroundings(
    region: Region,
    on: date,
    tafel: str | None = None,
    partner: str | None = None,
    *,
    domain: str | None = None,
    area: str | None = None,
) -> Surroundings:
    """Give the hand-overs in force before and after a table, or after a partner's way-in tables.

    A step is there when one signal can come by it: all tables from the one asked for up to and
    with the step cover one area and domain, and so do its hand-overs. A partner gives signals on
    where it works, in its domains. `domain` and `area` limit the signals to these. KeyError when
    the table or partner is unknown.

    >>> from network.example import TINY
    >>> found = surroundings(TINY, date(2026, 12, 1), tafel="B1")
    >>> sorted(found.up), sorted(found.feeding)
    ([], [('U1', 'B1'), ('U2', 'B1')])
    >>> sorted(surroundings(TINY, date(2026, 12, 1), partner="lt1").entries)
    ['U1']
    """
    cells = _Cells(region)
    asked = cells.of(area and [area], domain and [domain])
    held = {
        t.code: asked & cells.of([t.area], t.domains)
        for t in region.tafels
        if region.in_force(t.agreement, on)
    }
    steps = [
        (h.source, h.target, held[h.source] & held[h.target] & cells.of(None, h.domains))
        for h in region.handovers
        if h.source in held and h.target in held and region.in_force(h.agreement, on)
    ]
    if tafel is not None:
        starts = {region.tafels_by_code[tafel].code: held.get(tafel, 0)}
        back = [(target, source, through) for source, target, through in steps]
        feeding = frozenset((source, target) for target, source in _followed(back, starts))
        return Surroundings(_followed(steps, starts), feeding)
    known = region.partners_by_code[partner or ""]
    works = cells.of(known.working_areas, known.domains)
    sits = {s.tafel for s in region.seats if s.partner == known.code and s.valid_on(on)}
    starts = {
        code: works & covered
        for code, covered in held.items()
        if works & covered and (code in sits or region.tafels_by_code[code].is_open)
    }
    return Surroundings(_followed(steps, starts), frozenset(), frozenset(starts))


class _Cells:
    """Sets of (area that contains no other, domain) as numbers with a bit for each."""

    def __init__(self, region: Region) -> None:
        self.domains = {one.code: 1 << n for n, one in enumerate(region.domains)}
        containers = {outer for area in region.areas for outer in area.part_of}
        innermost = [area.code for area in region.areas if area.code not in containers]
        self.everywhere = 0
        self.areas = dict.fromkeys(region.areas_by_code, 0)
        for number, code in enumerate(innermost):
            first = 1 << number * len(self.domains)
            self.everywhere |= first
            for outer in region.containing(code):
                self.areas[outer] |= first

    def of(self, areas: Iterable[str] | None, domains: Iterable[str] | None) -> int:
        """Give what lies in one of these areas in one of these domains; None is all of them."""
        within = self.everywhere if areas is None else 0
        for code in areas or ():
            within |= self.areas.get(code, 0)
        about = set(self.domains if domains is None else domains)
        return within * sum(self.domains.get(code, 0) for code in about)


def _followed(
    steps: Iterable[tuple[str, str, int]], starts: Mapping[str, int]
) -> frozenset[tuple[str, str]]:
    """Give the steps that are taken from these tables on, each in one of its own cells."""
    leaving: dict[str, list[tuple[str, int]]] = {}
    for source, target, cells in steps:
        leaving.setdefault(source, []).append((target, cells))
    reached = dict(starts)
    to_do = list(starts)
    found = set()
    while to_do:
        here = to_do.pop()
        for target, cells in leaving.get(here, ()):
            through = cells & reached[here]
            if through:
                found.add((here, target))
            if through & ~reached.get(target, 0):
                reached[target] = reached.get(target, 0) | through
                to_do.append(target)
    return frozenset(found)
