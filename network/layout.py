"""Where everything of a region stands on its map: the same data gives the same picture.

Boards stand in the middle, then rings of beleid, management and uitvoering; partners are
outermost. Each domain has its own sector, equally wide, so a sector does not move when another one
fills. What stands in one ring of one sector is spread over it in the order of area and code: who
comes or goes moves its neighbours there, and seldom anything else. Above `FOLD_ABOVE` nodes, what
is of one area becomes one node.

    x, y, r, width, height    units of the drawing (about pixels); 0,0 is the upper left corner
    angles                    radians, clockwise from the right; the first sector begins on top
"""

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, chain, product, takewhile
from math import acos, asin, atan2, ceil, cos, hypot, pi, sin, sqrt
from operator import attrgetter
from zlib import crc32

from network.region import Level, Region, Scale

FOLD_ABOVE = 400
"""More nodes than this are folded by area."""


class Kind(StrEnum):
    """What a node is."""

    TAFEL = "tafel"
    PARTNER = "partner"
    AREA = "gebied"


class LinkKind(StrEnum):
    """What a link is: a hand-over between tables, or a seat of a partner at a table."""

    HANDOVER = "doorgeleiding"
    SEAT = "zetel"


class State(StrEnum):
    """Of a node or link, between the region and what it is compared with."""

    SAME = "gelijk"
    GAINED = "erbij"
    LOST = "weg"


@dataclass(frozen=True, slots=True)
class Shown:
    """Which part of the region is shown; None is no limit.

    `area` keeps what lies in the area, and what serves it from an area around it. `level` keeps
    tables of that level and who sits there; `keys` only these nodes.
    """

    domain: str | None = None
    level: Level | None = None
    area: str | None = None
    keys: frozenset[str] | None = None


EVERYTHING = Shown()


@dataclass(frozen=True, slots=True)
class Node:
    """A table, a partner or a folded area on the map.

    `lines` are what fits of the name, none when there is no room; with `width` they stand in a box
    around x, y, else they stand under the node. `domains` None is every domain; `sector` None is
    the middle or a map without sectors. `tafels` and `partners` count what an area holds.
    """

    key: str
    kind: Kind
    code: str
    label: str
    level: Level | None = None
    domains: tuple[str, ...] | None = None
    area: str | None = None
    in_force: bool = True
    state: State = State.SAME
    tafels: int = 0
    partners: int = 0
    sector: str | None = None
    lines: tuple[str, ...] = ()
    x: float = 0.0
    y: float = 0.0
    r: float = 0.0
    width: float = 0.0

    @property
    def text(self) -> str:
        """What can be read of its name."""
        return " ".join(self.lines)

    @property
    def box(self) -> "Box":
        """Left, top, right and bottom of the node with its text.

        >>> Node("tafel:B1", Kind.TAFEL, "B1", "Beleid", x=50, y=50, r=9).box
        (41, 41, 59, 59)
        """
        left, top, right, bottom = _extent(self.lines, self.r, self.width)
        return self.x + left, self.y + top, self.x + right, self.y + bottom


Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Link:
    """A hand-over in force or a seat held that day, from the one that brings signals.

    `source` and `target` are keys of nodes; between folded areas, `count` of them are one link.
    """

    source: str
    target: str
    kind: LinkKind
    state: State = State.SAME
    count: int = 1


@dataclass(frozen=True, slots=True)
class Sector:
    """The part of the map of one domain, and the lines of its name outside it.

    `outline` are the points on the ellipse where it begins, is halfway and ends.
    """

    code: str
    label: str
    lines: tuple[str, ...]
    x: float
    y: float
    anchor: str
    outline: tuple[tuple[float, float], ...]
    half_width: float
    half_height: float
    middle: tuple[float, float] | None = None

    @property
    def step(self) -> int:
        """From one line of its name to the next."""
        return LARGE_STEP

    @property
    def path(self) -> str:
        """Give its outline for an SVG: a slice, or the whole ellipse where it is the only one."""
        first, *others = [f"{x:g} {y:g}" for x, y in self.outline]
        arcs = "".join(f"A{self.half_width:g} {self.half_height:g} 0 0 1 {to}" for to in others)
        if first == others[-1] or self.middle is None:
            return f"M{first}{arcs}Z"
        return f"M{self.middle[0]:g} {self.middle[1]:g}L{first}{arcs}Z"


@dataclass(frozen=True)
class Map:
    """A picture of the network: nodes from the middle outwards, links, sectors, and its size."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    sectors: tuple[Sector, ...]
    width: float
    height: float
    middle: tuple[float, float]
    is_folded: bool = False

    @cached_property
    def by_key(self) -> dict[str, Node]:
        """Every node by its key."""
        return {node.key: node for node in self.nodes}

    def curve(self, link: Link) -> str:
        """Give the path of a link for an SVG: bent towards the middle, so bundles stay readable.

        >>> nodes = (Node("a", Kind.TAFEL, "a", "A", x=0, y=0),
        ...          Node("b", Kind.TAFEL, "b", "B", x=9, y=0))
        >>> Map(nodes, (), (), 10, 10, (5, 5)).curve(Link("a", "b", LinkKind.HANDOVER))
        'M0 0Q4.6 1 9 0'
        """
        a, b = self.by_key[link.source], self.by_key[link.target]
        x = (a.x + b.x) * 0.4 + self.middle[0] * 0.2
        y = (a.y + b.y) * 0.4 + self.middle[1] * 0.2
        return f"M{a.x:g} {a.y:g}Q{round(x, 1):g} {round(y, 1):g} {b.x:g} {b.y:g}"


# Measures of the drawing.

LARGE, SMALL = 15, 13
"""Height of the letters in boxes, and of those under nodes."""
LARGE_STEP, SMALL_STEP = 17, 14
"""From one line of these letters to the next."""
_STRETCH = 1.35  # screens are wider than high: circles become ellipses
_UNDER = 16.0  # from under a node to under its text
_GAP = 10.0  # at least, between two rings
_STEP = 40.0  # the radius of a ring is a number of these
_EDGE = 4.0  # around everything
_NAME = 110.0  # a wider name of a sector goes on two lines
_LEAST = 240.0  # half the height of the smallest map


@dataclass(frozen=True, slots=True)
class _Look:
    """How a ring is drawn: radius, half a box, the widest text, and how many texts at most."""

    r: float
    half_height: float
    widest: float
    most_texts: int
    is_boxed: bool = False


_LOOKS = (
    _Look(9, 15, 150, 30, is_boxed=True),
    _Look(9, 14, 140, 40, is_boxed=True),
    _Look(9, 9, 140, 16),
    _Look(8, 8, 140, 16),
    _Look(5.5, 5.5, 110, 30),
    _Look(30, 30, 112, 80),
)
_BOARD, _PARTNERS, _AREAS = 0, 4, 5

_WIDTHS: dict[str, float] = {  # of Source Sans 3 semi-bold, in parts of its height
    " ": 0.2,
    **dict.fromkeys("ijlI.,:;'’|", 0.28),
    **dict.fromkeys("frt()[]-/", 0.36),
    **dict.fromkeys("csvxyz", 0.48),
    **dict.fromkeys("ABCDGHKNOPQRU&", 0.64),
    **dict.fromkeys("wMW", 0.78),
    "m": 0.84,
    "…": 0.96,
}
_OTHER = 0.55


def text_width(text: str, size: float) -> float:
    """Give about how wide a text is in semi-bold letters of this size.

    >>> text_width("Beleidstafel", 14) < text_width("BELEIDSTAFEL", 14)
    True
    """
    known = _WIDTHS
    return size * sum([known.get(letter, _OTHER) for letter in text])


def shortened(text: str, size: float, widest: float) -> str:
    """Give what fits of a text; it ends in … when it was cut.

    >>> shortened("Beleidstafel jeugd en gezin", 14, 140), shortened("Beleidstafel", 14, 140)
    ('Beleidstafel jeugd…', 'Beleidstafel')
    """
    if text_width(text, size) <= widest:
        return text
    room = widest / size - _WIDTHS["…"]
    end = 0
    for letter in text:
        room -= _WIDTHS.get(letter, _OTHER)
        if room < 0:
            break
        end += 1
    words = text[:end].split()
    # "Beleidstafel jeugd e…" and "Beleidstafel jeugd en…" say less than "Beleidstafel jeugd…".
    is_cut = not text[end - 1 : end + 1].count(" ")
    if is_cut and len(words) > 1 and len(words[-1]) < 4:
        words.pop()
    while len(words) > 1 and len(words[-1]) < 4 and words[-1].islower():
        words.pop()
    return " ".join(words) + "…"


def told_apart(
    labels: Iterable[str], size: float, widest: float, most: int = 2, skip: int = 0
) -> dict[str, tuple[str, ...]]:
    """Give what fits of each label on so many lines (1 or 2), so that no two look the same.

    Where it would, it says of these how they begin, and from the word where they differ. They
    all have `skip` words in common.

    >>> names = "Overleg van alle scholen in Noord", "Overleg van alle scholen in Zuid"
    >>> told_apart(names, 13, 90)[names[1]], told_apart(names, 13, 90, most=1)[names[1]]
    (('Overleg…', 'Zuid'), ('…Zuid',))
    """
    found: dict[str, tuple[str, ...]] = {}
    alike: dict[tuple[str, ...], list[str]] = {}
    for label in labels:
        found[label] = lines = _fitting(label, size, widest, most, skip)
        alike.setdefault(lines, []).append(label)
    for group in alike.values():
        words = zip(*(label.split() for label in group), strict=False)
        shared = sum(1 for _ in takewhile(lambda some: len(set(some)) == 1, words))
        if len(group) > 1 and shared > skip:
            found |= told_apart(group, size, widest, most, shared)
    return found


def _fitting(label: str, size: float, widest: float, most: int, skip: int) -> tuple[str, ...]:
    words = label.split()
    if most == 1:
        return (shortened("…" * bool(skip) + " ".join(words[skip:]), size, widest),)
    if not skip and text_width(label, size) <= widest:
        return (label,)
    wide = list(accumulate(text_width(f"{word} ", size) for word in words))
    at = skip or max(1, bisect(wide, widest))
    if "(" in label and not skip:  # "Beleidstafel 1 (Rijk" and "van Nijmegen)" reads badly
        at = next((n for n, word in enumerate(words[: at + 1]) if n and word[0] == "("), at)
    parts = " ".join(words[:at]), " ".join(words[at:])
    return tuple(shortened(part, size, widest) for part in parts if part)


# What there is to show.


@dataclass(slots=True)
class _Item:
    """A node that has no place yet; the same fields, filled step by step."""

    key: str
    kind: Kind
    code: str
    label: str
    level: Level | None
    domains: tuple[str, ...] | None
    area: str | None
    in_force: bool = True
    state: State = State.SAME
    tafels: int = 0
    partners: int = 0
    sector: str | None = None
    lines: tuple[str, ...] = ()
    x: float = 0.0
    y: float = 0.0
    r: float = 0.0
    width: float = 0.0

    def extent(self) -> Box:
        return _extent(self.lines, self.r, self.width)

    def box(self) -> Box:
        left, top, right, bottom = self.extent()
        return self.x + left, self.y + top, self.x + right, self.y + bottom


def _extent(lines: Sequence[str], r: float, width: float) -> Box:
    """Give how far a node with its text reaches from its middle."""
    half = max(width / 2, r)
    if width or not lines:
        return -half, -r, half, r
    half = max(half, *(text_width(line, SMALL) / 2 for line in lines))
    return -half, -r, half, r + _UNDER + SMALL_STEP * (len(lines) - 1)


def layout(
    region: Region,
    on: date,
    shown: Shown = EVERYTHING,
    then: Region | None = None,
    fold_above: int = FOLD_ABOVE,
) -> Map:
    """Give the map of a region on a day; with `then`, of both, and what differs between them.

    Links are the hand-overs in force that day between tables whose own agreement is in force, and
    the seats held that day. A node with several domains stands in the sector of one of them: a
    partner where most of its tables stand, any other by its code, so that they spread; a board
    stands in the middle.

    >>> from network.example import TINY
    >>> found = layout(TINY, date(2026, 12, 1))
    >>> [(node.key, node.sector) for node in found.nodes]  # doctest: +NORMALIZE_WHITESPACE
    [('tafel:S1', None), ('tafel:B1', 'jeugd'), ('tafel:U1', 'jeugd'), ('tafel:U2', 'jeugd'),
     ('partner:lt1', 'jeugd')]
    >>> [(link.source, link.target) for link in found.links]
    [('partner:lt1', 'tafel:U1'), ('tafel:U1', 'tafel:B1'), ('tafel:U2', 'tafel:B1')]
    """
    items, links = _present(region, on, shown)
    union = region
    if then is not None:
        items, links = _compared((items, links), _present(then, on, shown))
        union = then if len(then.areas) > len(region.areas) else region
    domains = [domain.code for domain in union.domains]
    if shown.domain is not None:
        domains = [shown.domain]
    is_folded = False
    for by_area in (_local_area, _regional_area):
        if len(items) > fold_above:
            items, links = _folded(union, items, links, by_area)
            domains, is_folded = [], True
    ordered = sorted(links.values(), key=lambda link: (link.source, link.target))
    radius = _placed(items, ordered, domains)
    return _drawn(union, items.values(), ordered, domains, radius, is_folded=is_folded)


_Items = dict[str, _Item]
_Links = dict[tuple[str, str], Link]
_Present = tuple[_Items, _Links]


def _present(region: Region, on: date, shown: Shown) -> _Present:
    """Give the nodes and links of one region that are shown, not placed yet."""
    near = _near(region, shown.area)
    domain, level, keys = shown.domain, shown.level, shown.keys
    names = region.tafel_names
    nodes: _Items = {}
    for tafel in region.tafels:
        key = f"tafel:{tafel.code}"
        if (
            (level is None or tafel.level is level)
            and (near is None or tafel.area in near)
            and (domain is None or tafel.domains is None or domain in tafel.domains)
            and (keys is None or key in keys)
        ):
            nodes[key] = _Item(
                key,
                Kind.TAFEL,
                tafel.code,
                names[tafel.code],
                tafel.level,
                None if tafel.domains is None else tuple(sorted(tafel.domains)),
                tafel.area,
                in_force=region.in_force(tafel.agreement, on),
            )
    seats: _Links = {}
    for seat in region.seats:
        ends = f"partner:{seat.partner}", f"tafel:{seat.tafel}"
        if ends[1] in nodes and seat.valid_on(on) and ends not in seats:
            seats[ends] = Link(*ends, LinkKind.SEAT)
    seated = {source for source, _ in seats}
    for partner in region.partners:
        key = f"partner:{partner.code}"
        if (
            (level is None or key in seated)
            and (near is None or not near.isdisjoint(partner.working_areas))
            and (domain is None or domain in partner.domains)
            and (keys is None or key in keys)
        ):
            areas = partner.working_areas
            nodes[key] = _Item(
                key,
                Kind.PARTNER,
                partner.code,
                partner.name,
                None,
                tuple(sorted(partner.domains)),
                areas[0] if areas else None,
            )
    links = {ends: link for ends, link in seats.items() if ends[0] in nodes}
    for handover in region.handovers:
        source, target = f"tafel:{handover.source}", f"tafel:{handover.target}"
        if (
            source in nodes
            and target in nodes
            and nodes[source].in_force
            and nodes[target].in_force
            and (domain is None or handover.domains is None or domain in handover.domains)
            and region.in_force(handover.agreement, on)
        ):
            links[source, target] = Link(source, target, LinkKind.HANDOVER)
    return nodes, links


def _near(region: Region, area: str | None) -> frozenset[str] | None:
    """Give the areas within an area and around it, itself too."""
    if area is None:
        return None
    if area not in region.areas_by_code:
        return frozenset()
    inside = {other.code for other in region.areas if area in region.containing(other.code)}
    return region.containing(area) | inside


def _compared(before: _Present, after: _Present) -> _Present:
    """Give what is in one of the two or in both, with what became of it."""
    items = before[0] | after[0]
    for key, item in items.items():
        was = key in before[0] and before[0][key].in_force
        is_now = key in after[0] and after[0][key].in_force
        if was != is_now:
            item.state = State.GAINED if is_now else State.LOST
    links = before[1] | after[1]
    for ends, link in links.items():
        if ends not in before[1]:
            links[ends] = Link(*ends, link.kind, State.GAINED)
        elif ends not in after[1]:
            links[ends] = Link(*ends, link.kind, State.LOST)
    return items, links


# Folding.


def _local_area(region: Region, area: str, _kinds: Mapping[str, int]) -> str | None:
    return area if region.areas_by_code[area].scale is Scale.LOCAL else None


def _regional_area(region: Region, area: str, kinds: Mapping[str, int]) -> str | None:
    """Give the regional area around an area, of the kind that most tables serve."""
    found = [
        region.areas_by_code[code]
        for code in region.containing(area)
        if region.areas_by_code[code].scale is Scale.REGIONAL
    ]
    if not found:
        return None
    return min(found, key=lambda outer: (-kinds.get(outer.kind, 0), outer.kind, outer.code)).code


_ByArea = Callable[[Region, str, Mapping[str, int]], str | None]


def _folded(region: Region, items: _Items, links: _Links, by_area: _ByArea) -> _Present:
    """Give one node for all that is of one area; what is of no such area stays as it is."""
    kinds = Counter(
        region.areas_by_code[item.area].kind
        for item in items.values()
        if item.kind is Kind.TAFEL and item.area is not None
    )
    area_of: dict[str | None, str | None] = {None: None}
    home: dict[str, str] = {}
    found: _Items = {}
    states: dict[str, set[State]] = {}
    for key, item in items.items():
        if item.area is not None and item.area not in area_of:
            area_of[item.area] = by_area(region, item.area, kinds)
        area = area_of[item.area]
        if area is None:
            home[key] = key
            found[key] = item
            continue
        home[key] = own = f"gebied:{area}"
        if own not in found:
            name = region.areas_by_code[area].name
            found[own] = _Item(own, Kind.AREA, area, name, None, None, area)
        found[own].tafels += item.tafels + (item.kind is Kind.TAFEL)
        found[own].partners += item.partners + (item.kind is Kind.PARTNER)
        states.setdefault(own, set()).add(item.state)
    for key, several in states.items():
        found[key].state = _worst(several)
    bundles: dict[tuple[str, str], list[Link]] = {}
    for link in links.values():
        ends = home[link.source], home[link.target]
        if ends[0] != ends[1]:
            bundles.setdefault(ends, []).append(link)
    return found, {
        ends: Link(
            *ends,
            min(link.kind for link in bundle),
            _worst({link.state for link in bundle}),
            sum(link.count for link in bundle),
        )
        for ends, bundle in bundles.items()
    }


def _worst(states: set[State]) -> State:
    return next((s for s in (State.LOST, State.GAINED) if s in states), State.SAME)


# Placing.


def _placed(items: _Items, links: Sequence[Link], domains: Sequence[str]) -> float:
    """Give every item its place around 0,0: the middle, then ring after ring.

    Answers half the height of what they take, before stretching.
    """
    sectors = _sectors_of(items, links, domains)
    rings: dict[int, dict[str | None, list[_Item]]] = {}
    for item in sorted(items.values(), key=lambda item: (item.area or "", item.code, item.key)):
        ring = _ring(item)
        if ring != _BOARD:
            item.sector = sectors.get(item.key)
        rings.setdefault(ring, {}).setdefault(item.sector, []).append(item)
    taken = _Taken()
    radius = reach = 0.0
    for ring in sorted(rings):
        look, cells = _LOOKS[ring], rings[ring]
        if ring == _BOARD:
            radius = _put_in_the_middle(cells[None], look)
        else:
            inner = _stepped(radius + _GAP + look.half_height) if radius else 0.0
            beyond = _stepped(reach + look.half_height + 4) if reach else 0.0
            radius = _put_in_a_ring(cells, look, domains, inner, beyond, taken)
        for item in chain.from_iterable(cells.values()):
            box = item.box()
            taken.add(box)
            reach = max(reach, hypot(max(-box[0], box[2]) / _STRETCH, max(-box[1], box[3])))
    return radius


def _stepped(radius: float) -> float:
    """Give the next radius of a few fixed ones, so a ring that grows a little moves no other."""
    return ceil(radius / _STEP) * _STEP


def _ring(item: _Item) -> int:
    if item.level is not None:
        return 3 - item.level.rank
    return _AREAS if item.kind is Kind.AREA else _PARTNERS


def _sectors_of(items: _Items, links: Iterable[Link], domains: Sequence[str]) -> dict[str, str]:
    """Give the domain in whose sector each item stands."""
    if not domains:
        return {}
    # Another domain more or less leaves the choice between the others as it is (rendezvous).
    odd = {domain: crc32(domain.encode()) | 1 for domain in domains}
    every = tuple(domains)

    def choice(item: _Item) -> Sequence[str]:
        if item.domains is None:
            return every
        return [domain for domain in item.domains if domain in odd] or every

    def scores(item: _Item) -> dict[str, int]:
        number = crc32(item.code.encode())
        return {d: (number * odd[d] ^ number >> 7) & 0xFFFFFFFF for d in choice(item)}

    found: dict[str, str] = {}
    for key, item in items.items():
        if item.kind is not Kind.PARTNER:
            own = scores(item)
            found[key] = max(own, key=own.__getitem__)
    votes: dict[str, Counter[str]] = {}
    for link in links:
        if link.kind is LinkKind.SEAT and items[link.target].level is not Level.BOARD:
            votes.setdefault(link.source, Counter())[found[link.target]] += 1
    for key, item in items.items():
        if item.kind is Kind.PARTNER:
            own, counted = scores(item), votes.get(key, Counter())
            found[key] = max(own, key=lambda d: (counted[d], own[d]))
    return found


def _give_texts(items: Sequence[_Item], look: _Look, most: int) -> None:
    size = LARGE if look.is_boxed else SMALL
    lines = told_apart([item.label for item in items], size, look.widest, most)
    for item in items:
        item.lines = lines[item.label]
        item.r = _r(item, look)
        if look.is_boxed:
            item.r = look.half_height + (LARGE_STEP / 2 - 2) * (len(item.lines) - 1)
            item.width = round(max(text_width(line, size) for line in item.lines) + 24, 1)


def _take_texts(items: Iterable[_Item], look: _Look) -> None:
    for item in items:
        item.lines, item.r, item.width = (), _r(item, look), 0.0


def _r(item: _Item, look: _Look) -> float:
    """Give the radius of a node without text; a folded area is larger when it holds more."""
    if item.kind is Kind.AREA:
        return round(min(look.r, 12 + 1.4 * sqrt(item.tafels + item.partners)), 1)
    return look.r


def _put_in_the_middle(items: list[_Item], look: _Look) -> float:
    """Put the boards in rows and columns; the radius around them counts before stretching."""
    items.sort(key=lambda item: item.code)
    count = len(items)
    if count <= look.most_texts:
        _give_texts(items, look, 2)
        wide, high = look.widest + 38, 2 * max(item.r for item in items) + 12
    else:
        _take_texts(items, look)
        wide, high = 34.0, 26.0
    columns = min(
        range(1, count + 1),
        key=lambda many: hypot(many * wide / _STRETCH, ceil(count / many) * high),
    )
    rows = ceil(count / columns)
    radius = 0.0
    for index, item in enumerate(items):
        row, column = divmod(index, columns)
        here = min(columns, count - row * columns)
        item.x, item.y = (column - (here - 1) / 2) * wide, (row - (rows - 1) / 2) * high
        right, bottom = abs(item.x) + item.width / 2, abs(item.y) + item.r
        radius = max(radius, hypot(right / _STRETCH, bottom))
    return radius


_Wedge = tuple[float, float, list[_Item]]


def _wedges(cells: Mapping[str | None, list[_Item]], domains: Sequence[str]) -> Iterator[_Wedge]:
    """Give start, end and items of each sector of a ring that holds some."""
    if not domains:
        yield -pi / 2, 1.5 * pi, cells[None]
        return
    wide = 2 * pi / len(domains)
    for index, domain in enumerate(domains):
        if domain in cells:
            yield index * wide - pi / 2, (index + 1) * wide - pi / 2, cells[domain]


def _put_in_a_ring(
    cells: Mapping[str | None, list[_Item]],
    look: _Look,
    domains: Sequence[str],
    inner: float,
    beyond: float,
    taken: "_Taken",
) -> float:
    """Spread the items of a ring over their sectors; with their texts when all of these fit.

    Answers the outer radius. `beyond` is a radius outside which nothing stands yet.
    """
    wedges = list(_wedges(cells, domains))
    ring = [item for _, _, items in wedges for item in items]

    def spread(most: int) -> float | None:
        _give_texts(ring, look, most)
        extents = [item.extent() for item in ring]
        wide = max(right - left for left, _, right, _ in extents) + 10
        high = max(bottom - top for _, top, _, bottom in extents) + 8
        for push, rows in _MORE_TRIES if look is _LOOKS[_AREAS] else _TRIES:
            outer = _spread(wedges, inner + push, rows, wide, high, taken)
            if outer is not None:
                return outer
        return None

    if len(ring) <= look.most_texts:
        # A second line says more; but letters get smaller where the whole map grows by it.
        one_line = None if look.is_boxed or look is _LOOKS[_AREAS] else spread(1)
        two_lines = spread(2)
        if two_lines is not None and (one_line is None or two_lines <= one_line + _STEP):
            return two_lines
        one_line = spread(1)
        if one_line is not None:
            return one_line
    _take_texts(ring, look)
    return _pack(wedges, look, beyond)


_TRIES = tuple((push, rows) for push in (0.0, 30.0, 60.0, 90.0, 120.0) for rows in (1, 2, 3))
_MORE_TRIES = (*_TRIES, *((push, 4) for push in (60.0, 120.0, 180.0, 240.0, 320.0)))
_NUDGES = (0.0, 0.2, -0.2, 0.4, -0.4, 0.6, -0.6, 0.8, -0.8)
"""In steps from one box to the next: where a box goes when its own place is taken."""


def _spread(
    wedges: Sequence[_Wedge],
    inner: float,
    rows: int,
    wide: float,
    high: float,
    taken: "_Taken",
) -> float | None:
    """Spread boxes of about this size over a number of rows; None when they do not fit."""
    scale = _Scale(wide / rows, high)
    steps = [
        (scale.at(start), (scale.at(end) - scale.at(start)) / len(items))
        for start, end, items in wedges
    ]
    if min(step for _, step in steps) * (inner + rows * high / 2) < 0.9:
        return None
    own = _Taken()
    outer = inner
    for (_, _, items), (first, step) in zip(wedges, steps, strict=True):
        for index, item in enumerate(items):
            for nudge, turn in product(_NUDGES, range(rows)):
                along = index + 0.5 + nudge
                if not 0.1 < along < len(items) - 0.1:
                    continue  # in another sector
                angle = scale.angle(first + step * along)
                radius = inner + (index + turn) % rows * high
                item.x, item.y = _STRETCH * radius * cos(angle), radius * sin(angle)
                box = item.box()
                if own.is_free(box) and taken.is_free(box):
                    break
            else:
                return None
            own.add(box)
            outer = max(outer, radius + high / 2)
    return outer


def _pack(wedges: Sequence[_Wedge], look: _Look, inner: float) -> float:
    """Put items without text in as many rows as the fullest sector asks; they never overlap.

    On a circle two items of a row are `apart`, and so are two rows; stretching only adds to that.
    """
    apart = 2 * look.r + (14 if look.is_boxed else 5)

    def room(wedge: _Wedge, row: int) -> int:
        return max(1, int((wedge[1] - wedge[0]) * (inner + row * apart) / apart))

    rows = 1
    while any(len(w[2]) > sum(room(w, row) for row in range(rows)) for w in wedges):
        rows += 1
    for wedge in wedges:
        start, end, items = wedge
        at = 0
        for row, count in enumerate(_shares(len(items), [room(wedge, r) for r in range(rows)])):
            radius = inner + row * apart
            for index, item in enumerate(items[at : at + count]):
                angle = start + (end - start) * (index + 0.5) / count
                item.x, item.y = _STRETCH * radius * cos(angle), radius * sin(angle)
            at += count
    return inner + (rows - 1) * apart + look.r


def _shares(count: int, room: Sequence[int]) -> list[int]:
    """Divide items over rows by the room there is.

    >>> _shares(5, [2, 4]), _shares(1, [2, 4])
    ([1, 4], [0, 1])
    """
    total, given, upto, shares = sum(room), 0, 0, []
    for places in room:
        upto += places
        shares.append(count * upto // total - given)
        given = count * upto // total
    return shares


class _Scale:
    """Along an ellipse: how many boxes fit until an angle, per unit of radius.

    Boxes on top and below stand beside each other (their width counts), at the sides under each
    other (their height counts): the integral of max(stretch * |sin| / width, |cos| / height).
    """

    def __init__(self, wide: float, high: float) -> None:
        self.side, self.top = 1 / high, _STRETCH / wide
        self.turn = atan2(self.side, self.top)  # up to here the height counts
        self.until_turn = sin(self.turn) * self.side
        self.quarter = self.until_turn + cos(self.turn) * self.top

    def at(self, angle: float) -> float:
        """Give the measure of an angle; it grows with the angle."""
        quarters, rest = divmod(angle, pi / 2)
        if quarters % 2:  # this quarter is the other one's mirror image
            return (quarters + 1) * self.quarter - self._within(pi / 2 - rest)
        return quarters * self.quarter + self._within(rest)

    def angle(self, measure: float) -> float:
        """Give the angle of a measure."""
        quarters, rest = divmod(measure, self.quarter)
        if quarters % 2:
            return (quarters + 1) * pi / 2 - self._angle_within(self.quarter - rest)
        return quarters * pi / 2 + self._angle_within(rest)

    def _within(self, angle: float) -> float:
        if angle <= self.turn:
            return sin(angle) * self.side
        return self.until_turn + (cos(self.turn) - cos(angle)) * self.top

    def _angle_within(self, measure: float) -> float:
        if measure <= self.until_turn:
            return asin(min(1.0, measure / self.side))
        return acos(max(0.0, cos(self.turn) - (measure - self.until_turn) / self.top))


@dataclass(slots=True)
class _Taken:
    """The boxes that are on the map already, by the squares of a grid."""

    squares: dict[tuple[int, int], list[Box]] = field(default_factory=dict)

    def add(self, box: Box) -> None:
        """Take the place of a box."""
        for square in _squares(box):
            self.squares.setdefault(square, []).append(box)

    def is_free(self, box: Box) -> bool:
        """Whether a box and a small space around it touch no other box."""
        left, top, right, bottom = box[0] - 3, box[1] - 3, box[2] + 3, box[3] + 3
        for square in _squares((left, top, right, bottom)):
            for other in self.squares.get(square, ()):
                if left < other[2] and other[0] < right and top < other[3] and other[1] < bottom:
                    return False
        return True


def _squares(box: Box) -> Iterator[tuple[int, int]]:
    return product(
        range(int(box[0] // 64), int(box[2] // 64) + 1),
        range(int(box[1] // 64), int(box[3] // 64) + 1),
    )


def _drawn(
    region: Region,
    items: Iterable[_Item],
    links: Iterable[Link],
    domains: Sequence[str],
    radius: float,
    *,
    is_folded: bool,
) -> Map:
    """Give the map with 0,0 in its upper left corner, and the sectors around the nodes."""
    ordered = sorted(items, key=lambda item: (_ring(item), item.area or "", item.code, item.key))
    half_height = max(radius + 14, _LEAST)
    half_width = _STRETCH * half_height
    for item in ordered:
        left, top, right, bottom = item.box()
        half_width = max(half_width, 12 - left, right + 12)
        half_height = max(half_height, 12 - top, bottom + 12)
    sectors = list(_sectors(region, domains, half_width, half_height))
    side, top, bottom = half_width, half_height, half_height
    for sector in sectors:
        wide = max((text_width(line, LARGE) for line in sector.lines), default=0.0)
        side = max(side, abs(sector.x) + (wide / 2 if sector.anchor == "middle" else wide))
        top = max(top, LARGE - sector.y)
        bottom = max(bottom, sector.y + LARGE_STEP * (len(sector.lines) - 1) + 6)
    middle = round(side + _EDGE), round(top + _EDGE)
    for item in ordered:
        item.x, item.y = round(item.x + middle[0], 1), round(item.y + middle[1], 1)
    names = [field.name for field in fields(Node)]
    read = attrgetter(*names)
    return Map(
        nodes=tuple(Node(*read(item)) for item in ordered),
        links=tuple(links),
        sectors=tuple(_moved(sector, middle) for sector in sectors),
        width=2 * middle[0],
        height=middle[1] + round(bottom + _EDGE),
        middle=middle,
        is_folded=is_folded,
    )


def _sectors(
    region: Region, domains: Sequence[str], half_width: float, half_height: float
) -> Iterator[Sector]:
    """Give the sectors around 0,0; one alone is the whole ellipse, and needs no name beside it."""
    wide = 2 * pi / max(1, len(domains))

    def at(angle: float, further: float = 0.0) -> tuple[float, float]:
        x, y = (half_width + further) * cos(angle), (half_height + further) * sin(angle)
        return round(x, 1), round(y, 1)

    for index, code in enumerate(domains):
        start, end = index * wide - pi / 2, (index + 1) * wide - pi / 2
        halfway = (start + end) / 2
        side, depth = cos(halfway), sin(halfway)
        anchor = "middle" if abs(side) < 0.3 else "start" if side > 0 else "end"
        domain = region.domains_by_code.get(code)
        label = domain.name if domain else code
        lines = _in_lines(label) if len(domains) > 1 else ()
        x, y = at(halfway, 10)
        y += LARGE_STEP * (depth * 0.6 + 0.4 - (1 - depth) / 2 * (len(lines) - 1))
        outline = (at(start), at(halfway), at(end))
        yield Sector(code, label, lines, x, round(y, 1), anchor, outline, half_width, half_height)


def _moved(sector: Sector, middle: tuple[float, float]) -> Sector:
    """Give a sector around another middle."""
    x, y = middle
    points = tuple((round(left + x, 1), round(top + y, 1)) for left, top in sector.outline)
    return replace(
        sector, x=round(sector.x + x, 1), y=round(sector.y + y, 1), outline=points, middle=middle
    )


def _in_lines(name: str) -> tuple[str, ...]:
    """Divide a name over two lines where it is too wide for one.

    >>> _in_lines("Wonen"), _in_lines("Veiligheid en bescherming")
    (('Wonen',), ('Veiligheid en', 'bescherming'))
    """
    words = name.split()
    if text_width(name, LARGE) <= _NAME or len(words) == 1:
        return (shortened(name, LARGE, 2 * _NAME),)
    cut = min(
        range(1, len(words)),
        key=lambda at: max(len(" ".join(words[:at])), len(" ".join(words[at:]))),
    )
    return tuple(shortened(" ".join(part), LARGE, 2 * _NAME) for part in (words[:cut], words[cut:]))
