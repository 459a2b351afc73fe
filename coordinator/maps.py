"""The map of the network as pages draw it: shapes, lines and words, with what is marked on it.

`network.layout` says where everything stands; here it gets addresses, names for who cannot see
it, and marks. `templates/macros/map.html` only writes it down.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from flask import url_for

import network.region as pure
from coordinator import governance, planning, web
from coordinator.labels import label
from network import layout
from network.layout import Kind, Link, LinkKind, Map, Node, Shown, State

FEW_STOPS: Final = 30
"""More links than this would keep somebody with a keyboard on the map for too long."""
COLOURS: Final = 8
KINDS: Final = ("bestuur", "beleid", "management", "uitvoering", "partner", "gebied")
WIDEST: Final = 140
FEW_NAMES: Final = 12
"""So many marked nodes get a name where the map has no room for all, each so wide."""


class Mark(StrEnum):
    """What is marked on a map; each has a word, a sign and its own kind of line."""

    CHOSEN = "chosen"
    ROAD = "road"
    FEED = "feed"
    BACK = "back"
    GAINED = "gained"
    LOST = "lost"
    OPENED = "opened"
    CLOSED = "closed"


WORDS: Final = {
    Mark.CHOSEN: "Gekozen",
    Mark.ROAD: "De weg omhoog",
    Mark.FEED: "Voedt haar, en hoort het antwoord",
    Mark.BACK: "Voedt haar via een andere tafel",
    Mark.GAINED: "Komt erbij",
    Mark.LOST: "Verdwijnt",
    Mark.OPENED: "Krijgt een weg",
    Mark.CLOSED: "Verliest een weg",
}
SIGNS: Final = {
    Mark.CHOSEN: "",
    Mark.ROAD: "↑",
    Mark.FEED: "↓",
    Mark.BACK: "",
    Mark.GAINED: "+",
    Mark.LOST: "−",
    Mark.OPENED: "↑",
    Mark.CLOSED: "×",
}
_OF_STATE: Final = {State.GAINED: Mark.GAINED, State.LOST: Mark.LOST}

Marks = Mapping[str, Mark]
Steps = Mapping[tuple[str, str], Mark]
Address = Callable[[Node], str]


@dataclass(frozen=True)
class Shape:
    """One node as it is drawn. `title` is its name in full and what it is."""

    node: Node
    title: str
    lines: tuple[str, ...]
    url: str
    css: str
    sign: str
    is_stop: bool
    count: int

    @property
    def kind(self) -> str:
        """Return which shape it has: bestuur, beleid, management, uitvoering, partner, gebied."""
        return self.node.level.value if self.node.level is not None else self.node.kind.value

    @property
    def text(self) -> str:
        """Return what stands in or under it."""
        return " ".join(self.lines)

    @property
    def step(self) -> int:
        """Return how far the next line of its text stands below a line."""
        return layout.LARGE_STEP if self.node.width else layout.SMALL_STEP

    @property
    def baseline(self) -> float:
        """Return where the first line of its text stands."""
        if self.node.width:
            return self.node.y + 5 - (len(self.lines) - 1) * self.step / 2
        return self.node.y + self.node.r + 13

    @property
    def name(self) -> str:
        """Return the title for who hears it; it begins with the very text on the map.

        Who speaks to the computer says what they read: also of a word that was cut (WCAG 2.5.3).
        """
        read = self.text.rstrip("…")
        is_whole = self.title.startswith((f"{read} ", f"{read}:"))
        if is_whole or not read:
            return self.title
        number = f"{web.number(self.count)} " if self.kind == Kind.AREA else ""
        return f"{self.text} {number}{self.title}"

    @property
    def half_width(self) -> float:
        """Return half the width of its box; of a small square without text half its side."""
        return round(self.node.width / 2 or self.node.r, 1)

    @property
    def half_height(self) -> float:
        """Return half the height of its box; without text it is less high than wide."""
        return self.node.r if self.node.width else round(self.node.r * 0.7, 1)

    @property
    def side(self) -> float:
        """Return half the side of the square that a partner is drawn as."""
        return round(self.node.r * 0.85, 1)


@dataclass(frozen=True)
class Lines:
    """All lines of one kind as one path."""

    css: str
    path: str


@dataclass(frozen=True)
class Drawing:
    """Everything the macro `network_map` writes down."""

    map: Map
    shapes: tuple[Shape, ...]
    lines: tuple[Lines, ...]
    colours: Mapping[str, int]
    kinds: tuple[str, ...]
    """The kinds of shapes that are there, for the legend."""
    has_idle: bool
    """Whether there is a table whose mandate does not hold that day."""
    marks: tuple[tuple[Mark, str], ...]
    """The marks that are there, with their words."""
    signs: Mapping[Mark, str]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.shapes


def find_map(
    day: date,
    *,
    domain: str | None = None,
    level: pure.Level | None = None,
    area: str | None = None,
    keys: frozenset[str] | None = None,
) -> Map:
    """Return the map of this session's region as it was or is on a day; once per network.

    `keys` limits it to these nodes.
    """
    region = governance.planner_on(day).region
    return planning.remembered(
        ("map", day, domain, level, area, keys),
        lambda: layout.layout(
            region, day, Shown(domain, level, area, keys), fold_above=layout.FOLD_ABOVE
        ),
    )


def draw(
    found: Map,
    region: pure.Region,
    address: Address | None = None,
    *,
    marks: Marks | None = None,
    steps: Steps | None = None,
) -> Drawing:
    """Return a map with its addresses, names and marks; what is not marked then stands back.

    `marks` is by key of a node, `steps` by the two ends of a link. What came or went between two
    regions is marked by itself.
    """
    marks = {n.key: _OF_STATE[n.state] for n in found.nodes if n.state in _OF_STATE} | dict(
        marks or {}
    )
    states = {(k.source, k.target): _OF_STATE[k.state] for k in found.links if k.state in _OF_STATE}
    steps = states | dict(steps or {})
    ends = {key for step in steps for key in step}
    is_focused = bool(marks or steps)
    stops = _stops(found, set(marks) | ends if is_focused else None)
    colours = {sector.code: index % COLOURS for index, sector in enumerate(found.sectors)}
    names = _names(found, marks)
    shapes = []
    # What stands back comes first, so that it is drawn over no name.
    for node in sorted(found.nodes, key=lambda node: node.key in marks):
        mark = marks.get(node.key)
        css = [f"lnc-map__node lnc-map__{node.level or node.kind}"]
        if node.sector is not None:
            css.append(f"lnc-map__c{colours[node.sector]}")
        if not node.in_force:
            css.append("lnc-map__node--idle")
        if mark is not None:
            css.append(f"lnc-map__node--{mark}")
        elif is_focused and node.key not in ends:
            css.append("lnc-map__faint")
        shapes.append(
            Shape(
                node,
                name_of(region, node, mark),
                node.lines or names.get(node.key, ()),
                (address or standard_address)(node),
                " ".join(css),
                SIGNS[mark] if mark is not None else "",
                node.key in stops,
                node.tafels + node.partners,
            )
        )
    there = dict.fromkeys([*marks.values(), *steps.values()])
    return Drawing(
        found,
        tuple(shapes),
        tuple(_lines(found, steps, is_focused=is_focused)),
        colours,
        tuple(kind for kind in KINDS if kind in {shape.kind for shape in shapes}),
        any(not node.in_force for node in found.nodes),
        tuple((mark, WORDS[mark]) for mark in Mark if mark in there),
        SIGNS,
    )


def _names(found: Map, marks: Marks) -> dict[str, tuple[str, ...]]:
    """Return the names of marked nodes that have none on the map, where they hide no other.

    Of the chosen one always; of the others when they are few.
    """
    nameless = [node for node in found.nodes if node.key in marks and not node.lines]
    lines = layout.told_apart([node.label for node in nameless], layout.SMALL, WIDEST)
    taken = [node.box for node in found.nodes if node.lines]
    named: dict[str, tuple[str, ...]] = {}
    for node in sorted(nameless, key=lambda node: marks[node.key] is not Mark.CHOSEN):
        left, top, right, bottom = box = replace(node, lines=lines[node.label]).box
        is_free = not any(
            left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
            for other in taken
        )
        is_on_map = 0 <= left < right <= found.width and bottom <= found.height
        is_one_of_few = len(nameless) <= FEW_NAMES and is_free and is_on_map
        if marks[node.key] is Mark.CHOSEN or is_one_of_few:
            named[node.key] = lines[node.label]
            taken.append(box)
    return named


def standard_address(node: Node) -> str:
    """Return the page of a table or partner, or the map of an area."""
    if node.kind is Kind.TAFEL:
        return url_for("tafels.show", tafel=node.code)
    if node.kind is Kind.PARTNER:
        return url_for("partners.show", partner=node.code)
    return url_for("insight.map", gebied=node.code)


def staying_on_the_map(asked: Mapping[str, Any]) -> Address:
    """Return addresses that choose a table or partner on the map, or open an area of it.

    `asked` is what else stands in the address: the filters of the page.
    """

    def address(node: Node) -> str:
        kept = dict(asked)
        if node.kind is Kind.AREA:
            kept["gebied"] = node.code
        else:
            kept["kies"] = node.key
        return url_for("insight.map", **kept, _anchor="kaart")

    return address


def name_of(region: pure.Region, node: Node, mark: Mark | None = None) -> str:
    """Return in words what a node is; it begins with its name."""
    words = [f"tafel, {label(node.level).lower()}" if node.level else "partner"]
    if node.kind is Kind.AREA:
        tafels = _counted(node.tafels, "tafel", "tafels")
        partners = _counted(node.partners, "partner", "partners")
        words = [web.number(node.tafels + node.partners), f"waarvan {tafels} en {partners}"]
    else:
        if node.area in region.areas_by_code:
            words.append(region.areas_by_code[node.area].name)
        words.append(domains_of(region, node))
    if not node.in_force:
        words.append("mandaat geldt niet op deze dag")
    if mark is not None:
        words.append(WORDS[mark].lower())
    return f"{node.label}: {', '.join(words)}"


def domains_of(region: pure.Region, node: Node) -> str:
    """Return the names of the domains of a node, in words."""
    if node.domains is None:
        return "alle domeinen"
    known = region.domains_by_code
    names = [known[code].name for code in node.domains if code in known]
    return web.enumerate_words(names) if names else "geen domein"


def _counted(count: int, one: str, several: str) -> str:
    return f"{web.number(count)} {one if count == 1 else several}"


def _stops(found: Map, marked: set[str] | None) -> frozenset[str]:
    """Return which nodes the Tab key stops at: the marked ones, else boards and beleidstafels.

    All others are links too, for mouse and screen reader; the table below leads there as well.
    """
    keys = [node.key for node in found.nodes]  # from the middle outwards
    if marked is not None:
        keys = [key for key in keys if key in marked]
    elif len(keys) > FEW_STOPS:
        high = (pure.Level.POLICY, pure.Level.BOARD)
        keys = [n.key for n in found.nodes if n.level in high or n.kind is Kind.AREA]
    return frozenset(keys[: 2 * FEW_STOPS] if found.is_folded else keys[:FEW_STOPS])


def _lines(found: Map, steps: Steps, *, is_focused: bool) -> Iterable[Lines]:
    """Return the lines, the marked ones on top; all of one look are one path."""
    paths: dict[str, list[str]] = defaultdict(list)
    for link in found.links:
        paths[_look(link, steps.get((link.source, link.target)), is_focused=is_focused)].append(
            found.curve(link)
        )
    for css in sorted(paths, key=lambda css: ("--" in css, css)):
        yield Lines(css, "".join(paths[css]))


def _look(link: Link, mark: Mark | None, *, is_focused: bool) -> str:
    css = "lnc-map__step" if link.kind is LinkKind.HANDOVER else "lnc-map__seat"
    if mark is not None:
        return f"{css} lnc-map__line--{mark}"
    return f"{css} lnc-map__faint" if is_focused else css


# What a change does, on the map.


def change_map(
    before: pure.Region,
    after: pure.Region,
    day: date,
    *,
    opened: Iterable[tuple[str, str]] = (),
    closed: Iterable[tuple[str, str]] = (),
    key: tuple[object, ...] | None = None,
) -> Drawing:
    """Return the map of both regions on a day, with what differs marked on it.

    Marked are tables, seats and hand-overs that are in force only after or only before; and the
    partners of the (area, domain) for which a road opens or closes. With a `key` (see
    effects.Change) the map is computed once per network. Marks of what is folded are folded too.
    """

    def made() -> Map:
        return layout.layout(before, day, then=after, fold_above=layout.FOLD_ABOVE)

    found = made() if key is None else planning.remembered(("change map", *key, day), made)
    marks: dict[str, Mark] = {}
    for cells, mark in ((opened, Mark.OPENED), (closed, Mark.CLOSED)):
        for area, domain in cells:
            for code in before.partners_in(area, domain):
                marks[f"partner:{code}"] = mark
    if found.is_folded:
        marks |= _by_area(found, before, marks)
    own = {node.key for node in found.nodes if node.state in _OF_STATE}
    shown = found.by_key.keys() - own
    return draw(found, before, marks={key: mark for key, mark in marks.items() if key in shown})


def _by_area(found: Map, region: pure.Region, marks: Marks) -> dict[str, Mark]:
    """Return the marks of partners as marks of the folded areas they work in."""
    shown = {node.code: node.key for node in found.nodes if node.kind is Kind.AREA}
    marked: dict[str, Mark] = {}
    for partner, mark in marks.items():
        code = partner.partition(":")[2]
        for area in region.partners_by_code[code].working_areas[:1]:
            for outer in sorted(region.containing(area) & shown.keys()):
                if marked.get(shown[outer]) is not Mark.CLOSED:
                    marked[shown[outer]] = mark
    return marked
