"""Who learns with whom: leervragen, goals and learning events as nodes of the network too.

    leervraag --same_as--    leervraag      one question in several wordings: levels, domains
    goal      --serves--     leervraag
    event     --is_about--   leervraag      and --is_about-- goal
    person    --was_at--     event          present, or had a place and nobody wrote down who came
    partner   --was_at--     event          somebody came on its behalf
    tafel     --dealt_with-- leervraag      days: it was an agenda item of meetings on these days
    person    --sits_at--    tafel          seats
    partner   --sits_at--    tafel          seats, also those without a name
    person    --sits_for--   partner

A node is (kind, code), as in network.graph, so the two graphs can be composed. A person is the name
on a seat: the same name is the same person, capitals and spaces aside. Every node has `name`,
`levels` and `domains` (None is every one); a person has `lived` as well: brings lived experience.
A person or partner has the levels of the tables where it sits on the day, and the domains that it
knows there: those of the partner that the table deals with too. Areas are no condition: that
another gemeente has the same question is a reason to meet.

A question is all its wordings together: their levels, their domains. Without domains it is about
all of them. **Two have met on it** when both took part in one learning event about it (or about a
goal that serves it) before the end of the day, or in one of its meetings: both sat at a table on
the day when it was dealt with there. A partner or table took part when somebody did who sat for it,
or at it, on that day.

Who should sit together is a set cover: the fewest people that cover every level and domain. That
is NP-hard (Karp 1972), but levels and domains are few, so it is solved exactly, by branching on
the element that the fewest people cover, with the subset rule (Fomin, Grandoni and Kratsch 2009,
"A measure & conquer approach for the analysis of exact algorithms") and a memory of what is left
to cover, which makes it a dynamic programme over subsets (Fomin, Kratsch and Woeginger 2004,
"Exact (exponential) algorithms for the dominating set problem"): linear in people after the
reduction to distinct sets, exponential in levels plus domains only.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import networkx as nx

from network.graph import Node
from network.region import Leervraag, Level, Region, Seat, Tafel

Domains = frozenset[str]


@dataclass(frozen=True, slots=True)
class Goal:
    """A learning goal of a table or partner (codes); it may serve a leervraag."""

    code: str
    name: str
    level: Level
    domains: Domains = frozenset()
    leervraag: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A learning event; `people` are names, `partners` codes; None is every level or domain."""

    code: str
    name: str
    on: date
    leervragen: frozenset[str] = frozenset()
    goals: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()
    level: Level | None = None
    domains: Domains | None = None


@dataclass(frozen=True, slots=True)
class DealtWith:
    """A leervraag was an agenda item at the meeting of a table on a day."""

    leervraag: str
    tafel: str
    on: date


@dataclass(frozen=True)
class Learning:
    """What a region learns: beside the rows of the region, and pointing at them by code.

    `same` holds the codes of the wordings of one question, per question; a leervraag that stands
    in none is a question by itself. `lived` are the names of who brings lived experience.
    `recorders` are the codes of the roles that write down what others say: such a seat makes its
    person take part in a meeting, but it gives them no level and no domain.
    """

    leervragen: tuple[Leervraag, ...] = ()
    same: tuple[frozenset[str], ...] = ()
    goals: tuple[Goal, ...] = ()
    events: tuple[Event, ...] = ()
    dealt_with: tuple[DealtWith, ...] = ()
    lived: frozenset[str] = frozenset()
    recorders: frozenset[str] = frozenset()


def person(name: str) -> Node:
    """Give the node of a person.

    >>> person("Fadoua  El Idrissi") == person("Fadoua el Idrissi")
    True
    """
    return "person", " ".join(name.split()).casefold()


def learning_graph(region: Region, learning: Learning, on: date) -> "nx.Graph[Node]":
    """Give what a region learns as a graph on a day, laid out as the module's docstring draws it.

    Of the seats, those that hold on the day, or on a day on which people met. What happens after
    the day is not there yet. KeyError when a leervraag, goal, table or partner is unknown.

    >>> from network.example import JEUGD, TINY
    >>> question = Leervraag("v1", date(2026, 11, 1), Level.PRACTICE, domains=JEUGD)
    >>> graph = learning_graph(TINY, Learning((question,)), date(2027, 1, 1))
    >>> sorted(graph.neighbors(("person", "bram")))
    [('partner', 'lt1'), ('tafel', 'U2')]
    >>> graph.nodes["person", "bram"]["levels"], graph.nodes["person", "bram"]["domains"]
    (frozenset({<Level.PRACTICE: 'uitvoering'>}), frozenset({'jeugd'}))
    """
    graph: nx.Graph[Node] = nx.Graph(on=on, region=region, recorders=learning.recorders)
    for tafel in region.tafels:
        graph.add_node(
            ("tafel", tafel.code),
            name=tafel.name,
            levels=frozenset({tafel.level}),
            domains=tafel.domains,
        )
    for partner in region.partners:
        graph.add_node(
            ("partner", partner.code), name=partner.name, levels=frozenset(), domains=frozenset()
        )
    _add_questions(graph, learning)
    events = [event for event in learning.events if event.on <= on]
    dealt_with = [one for one in learning.dealt_with if one.on <= on]
    days = {on, *(event.on for event in events), *(one.on for one in dealt_with)}
    _add_seats(graph, region, days)  # first: a name is written as on the seat
    for event in events:
        _add_event(graph, event)
    for one in dealt_with:
        ends = _known(graph, "tafel", one.tafel), _known(graph, "leervraag", one.leervraag)
        earlier = graph.edges[ends]["days"] if graph.has_edge(*ends) else frozenset()
        graph.add_edge(*ends, relation="dealt_with", days=earlier | {one.on})
    for name in learning.lived:
        if person(name) in graph:
            graph.nodes[person(name)]["lived"] = True
    return graph


def _known(graph: "nx.Graph[Node]", kind: str, code: str) -> Node:
    if (kind, code) not in graph:
        raise KeyError(f"{kind} {code}")
    return kind, code


def _add_questions(graph: "nx.Graph[Node]", learning: Learning) -> None:
    for question in learning.leervragen:
        graph.add_node(
            ("leervraag", question.code),
            name=question.question,
            levels=frozenset({question.level}),
            domains=question.domains or None,
        )
    for wordings in learning.same:
        first, *others = sorted(wordings)
        for other in others:
            ends = _known(graph, "leervraag", first), _known(graph, "leervraag", other)
            graph.add_edge(*ends, relation="same_as")
    for goal in learning.goals:
        here = "goal", goal.code
        graph.add_node(
            here, name=goal.name, levels=frozenset({goal.level}), domains=goal.domains or None
        )
        if goal.leervraag is not None:
            graph.add_edge(here, _known(graph, "leervraag", goal.leervraag), relation="serves")


def _add_event(graph: "nx.Graph[Node]", event: Event) -> None:
    here = "event", event.code
    graph.add_node(
        here,
        name=event.name,
        levels=None if event.level is None else frozenset({event.level}),
        domains=event.domains,
        on=event.on,
    )
    for kind, codes in (("leervraag", event.leervragen), ("goal", event.goals)):
        for code in codes:
            graph.add_edge(here, _known(graph, kind, code), relation="is_about")
    for code in event.partners:
        graph.add_edge(here, _known(graph, "partner", code), relation="was_at")
    for name in sorted(event.people):
        graph.add_edge(here, _add_person(graph, name), relation="was_at")


def _add_person(graph: "nx.Graph[Node]", name: str) -> Node:
    node = person(name)
    if node not in graph:
        graph.add_node(
            node,
            name=" ".join(name.split()),
            levels=frozenset(),
            domains=frozenset(),
            lived=False,
        )
    return node


def _add_seats(graph: "nx.Graph[Node]", region: Region, days: Collection[date]) -> None:
    for seat in region.seats:
        if not any(seat.valid_on(day) for day in days):
            continue
        tafel, partner = ("tafel", seat.tafel), ("partner", seat.partner)
        sitting = [partner]
        if seat.person.strip():
            somebody = _add_person(graph, seat.person)
            graph.add_edge(somebody, partner, relation="sits_for")
            sitting.append(somebody)
        for node in sitting:
            known = graph.edges[node, tafel]["seats"] if graph.has_edge(node, tafel) else ()
            graph.add_edge(node, tafel, relation="sits_at", seats=(*known, seat))
            if seat.valid_on(graph.graph["on"]) and _speaks(graph, node, seat):
                has = graph.nodes[node]
                has["levels"] |= {region.tafels_by_code[seat.tafel].level}
                has["domains"] |= _known_at(region, seat)


def _speaks(graph: "nx.Graph[Node]", node: Node, seat: Seat) -> bool:
    return node[0] != "person" or seat.role not in graph.graph["recorders"]


def _known_at(region: Region, seat: Seat) -> Domains:
    """Give the domains of the partner that the table deals with too."""
    own = region.partners_by_code[seat.partner].domains
    taken = region.tafels_by_code[seat.tafel].domains
    return own if taken is None else own & taken


# The question and who met on it.


@dataclass(frozen=True, slots=True)
class Question:
    """A question in all its wordings (codes), with their levels and domains; None is every one."""

    wordings: frozenset[str]
    levels: frozenset[Level]
    domains: Domains | None

    def shares(self, domains: Domains | None) -> Domains | None:
        """Give which of these domains the question is about; None is every one.

        >>> Question(frozenset({"v1"}), frozenset(), frozenset({"ggz", "jeugd"})).shares(None)
        frozenset({...})
        """
        if self.domains is None or domains is None:
            return self.domains if domains is None else domains
        return self.domains & domains


def question_of(graph: "nx.Graph[Node]", leervraag: str) -> Question:
    """Give the question that a leervraag is a wording of; KeyError when it is unknown.

    >>> from network.example import JEUGD, TINY
    >>> one = Leervraag("v1", date(2026, 11, 1), Level.PRACTICE, domains=JEUGD)
    >>> other = Leervraag("v2", date(2026, 11, 1), Level.BOARD, domains=JEUGD)
    >>> learning = Learning((one, other), same=(frozenset({"v1", "v2"}),))
    >>> sorted(question_of(learning_graph(TINY, learning, date(2027, 1, 1)), "v1").levels)
    [<Level.PRACTICE: 'uitvoering'>, <Level.BOARD: 'bestuur'>]
    """
    found = {_known(graph, "leervraag", leervraag)}
    to_do = list(found)
    while to_do:
        for node in _near(graph, to_do.pop(), "leervraag"):
            if node not in found:
                found.add(node)
                to_do.append(node)
    rows = [graph.nodes[node] for node in found]
    every = any(row["domains"] is None for row in rows)
    return Question(
        frozenset(code for _kind, code in found),
        frozenset[Level]().union(*(row["levels"] for row in rows)),
        None if every else frozenset[str]().union(*(row["domains"] for row in rows)),
    )


def _near(graph: "nx.Graph[Node]", node: Node, kind: str) -> Iterator[Node]:
    return (other for other in graph.neighbors(node) if other[0] == kind)


def gatherings(graph: "nx.Graph[Node]", question: Question) -> list[frozenset[Node]]:
    """Give per event about the question, and per meeting that dealt with it, who took part.

    Nodes of people, partners and tables; see the module's docstring. Sorted by day and code.

    >>> from network.example import JEUGD, TINY
    >>> asked = Leervraag("v1", date(2026, 11, 1), Level.PRACTICE, domains=JEUGD)
    >>> learning = Learning((asked,), dealt_with=(DealtWith("v1", "U1", date(2026, 12, 8)),))
    >>> graph = learning_graph(TINY, learning, date(2027, 1, 1))
    >>> [sorted(each) for each in gatherings(graph, question_of(graph, "v1"))]
    [[('partner', 'lt1'), ('person', 'anna'), ('tafel', 'U1')]]
    """
    found: dict[tuple[date, Node], set[Node]] = {}
    for code in question.wordings:
        here = "leervraag", code
        about = [here, *_near(graph, here, "goal")]
        for event in {event for node in about for event in _near(graph, node, "event")}:
            there = {node for node in graph.neighbors(event) if node[0] in ("person", "partner")}
            found[graph.nodes[event]["on"], event] = there
        for tafel in _near(graph, here, "tafel"):
            for day in graph.edges[here, tafel]["days"]:
                sitting = (
                    node
                    for node in graph.neighbors(tafel)
                    if node[0] in ("person", "partner") and _seats(graph, node, tafel, day)
                )
                found[day, tafel] = {tafel, *sitting}
    return [
        frozenset(found[day, at] | _represented(graph, found[day, at], day))
        for day, at in sorted(found)
    ]


def _seats(graph: "nx.Graph[Node]", node: Node, tafel: Node, day: date) -> list[Seat]:
    return [seat for seat in graph.edges[node, tafel]["seats"] if seat.valid_on(day)]


def _represented(graph: "nx.Graph[Node]", there: Iterable[Node], day: date) -> set[Node]:
    """Give the partners and tables for and at which these people sit on a day."""
    found: set[Node] = set()
    for node in there:
        if node[0] == "person":
            for tafel in _near(graph, node, "tafel"):
                for seat in _seats(graph, node, tafel, day):
                    found |= {tafel, ("partner", seat.partner)}
    return found


# Who shares the question and has not met on it.


@dataclass(frozen=True, slots=True)
class Stranger:
    """A partner, table or person that shares the question, and whom of its kind it has met on it.

    `shared` holds the levels at which it does so, each with the domains (None is every one).
    """

    node: Node
    name: str
    shared: tuple[tuple[Level, Domains | None], ...]
    met: frozenset[Node]


@dataclass(frozen=True)
class NotMet:
    """Who shares a question and has somebody else of the same kind to meet on it."""

    question: Question
    sharing: Mapping[Node, Stranger]
    """Everybody who shares it, whether they have met or not; by kind and name."""
    by_kind: Mapping[str, tuple[Stranger, ...]] = field(repr=False)

    @property
    def strangers(self) -> tuple[Stranger, ...]:
        """Those who have not met all others of their kind, by kind and name."""
        return tuple(
            one for kind in self.by_kind.values() for one in kind if len(one.met) < len(kind) - 1
        )

    def never_with(self, one: Stranger) -> tuple[Stranger, ...]:
        """Give the others of its kind that share the question and never met it on it, by name."""
        return tuple(
            other
            for other in self.by_kind[one.node[0]]
            if other is not one and other.node not in one.met
        )


def not_met(graph: "nx.Graph[Node]", leervraag: str) -> NotMet:
    """Give the partners, tables and people that share a question and have not met on it.

    A table shares it when it is of one of its levels and deals with one of its domains. A person
    or partner does when it sits that day at such a table and knows one of the question's domains
    there. People are set beside people, partners beside partners, tables beside tables. KeyError
    when the leervraag is unknown.

    >>> from network.example import JEUGD, TINY
    >>> asked = Leervraag("v1", date(2026, 11, 1), Level.PRACTICE, domains=JEUGD)
    >>> found = not_met(learning_graph(TINY, Learning((asked,)), date(2027, 1, 1)), "v1")
    >>> for one in found.strangers:
    ...     print(one.name, "never met", *(other.name for other in found.never_with(one)))
    Overleg never met Tweede overleg
    Tweede overleg never met Overleg
    Anna never met Bram
    Bram never met Anna
    """
    question = question_of(graph, leervraag)
    shared = _sharing(graph, question)
    met: dict[Node, set[Node]] = {node: set() for node in shared}
    for each in gatherings(graph, question):
        there = [node for node in each if node in shared]
        for kind in ("tafel", "partner", "person"):
            alike = {node for node in there if node[0] == kind}
            for node in alike:
                met[node] |= alike
    found = {
        node: Stranger(
            node,
            graph.nodes[node]["name"],
            tuple(sorted(shared[node].items(), key=lambda pair: pair[0].rank)),
            frozenset(met[node] - {node}),
        )
        for node in sorted(shared, key=lambda node: _by_name(graph, node))
    }
    return NotMet(
        question,
        found,
        {
            kind: tuple(one for node, one in found.items() if node[0] == kind)
            for kind in ("tafel", "partner", "person")
        },
    )


def _by_name(graph: "nx.Graph[Node]", node: Node) -> tuple[int, str, str]:
    kinds = ("tafel", "partner", "person")
    return kinds.index(node[0]), graph.nodes[node]["name"], node[1]


def _sharing(
    graph: "nx.Graph[Node]", question: Question
) -> dict[Node, dict[Level, Domains | None]]:
    region: Region = graph.graph["region"]
    found: dict[Node, dict[Level, Domains | None]] = {}
    for tafel in region.tafels:
        if tafel.level not in question.levels:
            continue
        if _is_any(domains := question.shares(tafel.domains)):
            found["tafel", tafel.code] = {tafel.level: domains}
        for node, known in _sitting(graph, tafel):
            if _is_any(domains := question.shares(known)):
                levels = found.setdefault(node, {})
                levels[tafel.level] = (levels.get(tafel.level) or frozenset()) | (domains or known)
    return found


def _is_any(domains: Domains | None) -> bool:
    return domains is None or bool(domains)


def _sitting(graph: "nx.Graph[Node]", tafel: Tafel) -> Iterator[tuple[Node, Domains]]:
    """Give who sits at a table on the day, each with the domains known from one seat."""
    here = "tafel", tafel.code
    for node in graph.neighbors(here):
        if node[0] in ("person", "partner"):
            for seat in _seats(graph, node, here, graph.graph["on"]):
                if _speaks(graph, node, seat):
                    yield node, _known_at(graph.graph["region"], seat)


# Who should sit together.


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody in a proposal: what they cover of what is asked, and from which seats."""

    node: Node
    name: str
    levels: tuple[Level, ...]
    domains: tuple[str, ...]
    only_levels: tuple[Level, ...]
    """Of those, what nobody else in the proposal covers."""
    only_domains: tuple[str, ...]
    seats: tuple[Seat, ...]
    lived: bool
    has_met: bool
    """Took part in an event or meeting on the question already."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The fewest people that cover all levels and domains, and what nobody covers.

    `to_name` are the fewest seats without a name that would cover the rest, as far as seats can.
    """

    levels: tuple[Level, ...]
    domains: tuple[str, ...]
    people: tuple[Chosen, ...]
    missing_levels: tuple[Level, ...]
    missing_domains: tuple[str, ...]
    to_name: tuple[Seat, ...]


def proposal(
    graph: "nx.Graph[Node]",
    leervraag: str,
    levels: Collection[Level] | None = None,
    without: Collection[str] = (),
) -> Proposal:
    """Give who should sit together: an exact minimum set cover, see the module's docstring.

    To cover are the levels (by default those on which the question is asked) and its domains; a
    question about every domain asks for none in particular. Somebody covers a domain that they
    know from a seat of that day, and the level of each table where they know one of the question's
    domains. Of all smallest groups: one with lived experience in it, then with most people who
    never met anybody on it, then who cover most together, then the first by name. People whose
    name is in `without` cannot come. KeyError when the leervraag is unknown.

    >>> from network.example import JEUGD, TINY
    >>> asked = Leervraag("v1", date(2026, 11, 1), Level.PRACTICE, domains=JEUGD)
    >>> graph = learning_graph(TINY, Learning((asked,)), date(2027, 1, 1))
    >>> found = proposal(graph, "v1", levels=[Level.PRACTICE, Level.BOARD])
    >>> [(one.name, one.domains) for one in found.people], found.missing_levels
    ([('Anna', ('jeugd',))], (<Level.BOARD: 'bestuur'>,))
    >>> [one.name for one in proposal(graph, "v1", without=["Anna"]).people]
    ['Bram']
    """
    question = question_of(graph, leervraag)
    asked_levels = sorted(question.levels if levels is None else levels, key=lambda lv: lv.rank)
    asked_domains = sorted(question.domains or ())
    level_bit = {level: 1 << place for place, level in enumerate(asked_levels)}
    domain_bit = {
        code: 1 << place for place, code in enumerate(asked_domains, start=len(asked_levels))
    }
    met = {node for each in gatherings(graph, question) for node in each}
    away = {person(name) for name in without}

    def mask_of(level: Level, domains: Domains) -> int:
        return level_bit.get(level, 0) | sum(domain_bit.get(code, 0) for code in domains)

    options = []
    unnamed = []
    for node, has in graph.nodes.items():
        mask = 0
        if node[0] == "person" and node not in away:
            for _seat, level, domains in _covering(graph, node, question):
                mask |= mask_of(level, domains)
        elif node[0] == "partner":
            unnamed += [
                Option(mask_of(level, known), False, False, "\n".join(place), seat)
                for seat, level, known in _covering(graph, node, question)
                if not seat.person.strip()
                for place in [(seat.tafel, seat.partner, seat.role)]
            ]
        if mask:
            options.append(Option(mask, has["lived"], node not in met, has["name"], node))
    covered = _union(options)
    lacking = _union(unnamed) & ~covered
    picked = smallest_cover(covered, options)

    def levels_in(mask: int) -> tuple[Level, ...]:
        return tuple(level for level in asked_levels if level_bit[level] & mask)

    def domains_in(mask: int) -> tuple[str, ...]:
        return tuple(code for code in asked_domains if domain_bit[code] & mask)

    people = []
    for option in picked:
        only = option.mask & ~_union(other for other in picked if other is not option)
        people.append(
            Chosen(
                option.node,
                option.name,
                levels_in(option.mask),
                domains_in(option.mask),
                levels_in(only),
                domains_in(only),
                tuple(seat for seat, _level, _known in _covering(graph, option.node, question)),
                option.lived,
                not option.is_new,
            )
        )
    return Proposal(
        tuple(asked_levels),
        tuple(asked_domains),
        tuple(sorted(people, key=lambda one: (min(one.levels, default=Level.BOARD), one.name))),
        levels_in(~covered),
        domains_in(~covered),
        tuple(option.node for option in smallest_cover(lacking, unnamed)),
    )


def _union(options: Iterable["Option"]) -> int:
    found = 0
    for option in options:
        found |= option.mask
    return found


def _covering(
    graph: "nx.Graph[Node]", node: Node, question: Question
) -> Iterator[tuple[Seat, Level, Domains]]:
    """Give the seats of a person or partner on the day that know a domain of the question."""
    region: Region = graph.graph["region"]
    for tafel in sorted(_near(graph, node, "tafel")):
        for seat in _seats(graph, node, tafel, graph.graph["on"]):
            domains = question.shares(_known_at(region, seat))
            if domains and _speaks(graph, node, seat):
                yield seat, region.tafels_by_code[seat.tafel].level, domains


@dataclass(frozen=True, slots=True)
class Option:
    """One set of a set cover: a bit for each element, and what is preferred among equals."""

    mask: int
    lived: bool
    is_new: bool
    name: str
    node: Any = None

    def outdoes(self, other: "Option") -> bool:
        """Whether it is better in the other's place in every cover (subset rule).

        >>> Option(0b111, False, True, "Bram").outdoes(Option(0b101, False, True, "Anna"))
        True
        """
        return (
            self.mask | other.mask == self.mask
            and self.lived >= other.lived
            and self.is_new >= other.is_new
            # Who brings lived experience beside another who does is no better for it.
            and ((self.mask, self.is_new) != (other.mask, other.is_new) or self.name < other.name)
        )


_Value = tuple[int, int, tuple[str, ...]]
_Cover = tuple[_Value, tuple[Option, ...]]


def smallest_cover(universe: int, options: Sequence[Option]) -> tuple[Option, ...]:
    """Give the best of the smallest groups of options whose masks cover the universe (a mask).

    Best: `lived` in it, then most `is_new`, then the largest sum of covered elements, then the
    first by names. ValueError when together they do not cover it. Options are told apart by name
    among those with equal masks; of equals the first by name counts.

    >>> anna, bram = Option(0b011, False, True, "Anna"), Option(0b110, False, True, "Bram")
    >>> [one.name for one in smallest_cover(0b111, [bram, anna, Option(2, True, True, "Cas")])]
    ['Anna', 'Bram']
    """
    kept = _undominated(universe, options)
    if _union(kept) != universe:
        raise ValueError("the options do not cover the universe")
    search = _Search(universe, kept)
    size = 0
    while True:  # ends: all of them together cover it
        for with_lived in (True, False):
            if (found := search.best(universe, size, with_lived)) is not None:
                return tuple(sorted(found[1], key=lambda option: option.name))
        size += 1


def _undominated(universe: int, options: Sequence[Option]) -> list[Option]:
    first: dict[tuple[int, bool, bool], Option] = {}
    for option in options:
        mask = option.mask & universe
        key = mask, option.lived, option.is_new
        if mask and (key not in first or option.name < first[key].name):
            first[key] = Option(mask, option.lived, option.is_new, option.name, option.node)
    kept: list[Option] = []
    # Those that could outdo come first; of equal masks, those that have more to prefer.
    for option in sorted(
        first.values(), key=lambda one: (-one.mask.bit_count(), not one.lived, not one.is_new)
    ):
        if not any(other.outdoes(option) for other in kept):
            kept.append(option)
    return kept


class _Search:
    """Branch on the element that the fewest options cover; remember what is left to cover."""

    def __init__(self, universe: int, options: Sequence[Option]) -> None:
        bits = [1 << place for place in range(universe.bit_length()) if universe >> place & 1]
        self.covering = {bit: [one for one in options if one.mask & bit] for bit in bits}
        self.rarest_first = sorted(bits, key=lambda bit: len(self.covering[bit]))
        self.largest = max((one.mask.bit_count() for one in options), default=0)
        self.known: dict[tuple[int, int, bool], _Cover | None] = {}

    def best(self, left: int, size: int, needs_lived: bool) -> _Cover | None:
        """Return the best group of this size that covers what is left; None when there is none."""
        if not left:
            return None if needs_lived else ((0, 0, ()), ())
        if left.bit_count() > size * self.largest:
            return None
        key = left, size, needs_lived
        if key not in self.known:
            self.known[key] = self._branch(left, size, needs_lived)
        return self.known[key]

    def _branch(self, left: int, size: int, needs_lived: bool) -> _Cover | None:
        best: _Cover | None = None
        rarest = next(bit for bit in self.rarest_first if bit & left)
        for option in self.covering[rarest]:
            rest = self.best(left & ~option.mask, size - 1, needs_lived and not option.lived)
            if rest is not None:
                (old, less, names), others = rest
                value = (
                    old - option.is_new,
                    less - option.mask.bit_count(),
                    tuple(sorted((option.name, *names))),
                )
                if best is None or value < best[0]:
                    best = value, (option, *others)
        return best
