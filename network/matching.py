"""Which offers to learn from fit a need: a leervraag or a learning goal. Pure and reproducible.

An offer fits a need when it shares a domain with it (or deals with every domain), is for its level
(or for every level) and its area holds that of the need (or it is for the whole region).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from network.region import Level, Region

_Key = tuple[Level | None, str | None, str | None]


class Lack(StrEnum):
    """What keeps an offer from fitting a need; the first is the most."""

    DOMAIN = "domain"
    LEVEL = "level"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody wants to learn.

    `level` None is every level; of `areas` an offer has to hold one, and without any it has to be
    for the whole region.
    """

    code: str
    level: Level | None
    domains: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Offer:
    """Where one can learn; None is every level, every domain, the whole region."""

    code: str
    title: str
    level: Level | None = None
    domains: frozenset[str] | None = None
    area: str | None = None


class Areas:
    """How the areas of a region lie in each other.

    >>> from network.region import Area, Scale
    >>> region = Region(areas=(Area("G1", "Oeverdam", Scale.LOCAL, part_of=("RR",)),
    ...                        Area("G2", "Linde", Scale.LOCAL, part_of=("RR",)),
    ...                        Area("RR", "Rivierenrand", Scale.REGIONAL)))
    >>> areas = Areas(region)
    >>> areas.steps("G1"), sorted(areas.whole)
    ({'G1': 0, 'RR': 1}, ['RR'])
    """

    def __init__(self, region: Region) -> None:
        self._part_of = {area.code: area.part_of for area in region.areas}
        self._steps: dict[str, dict[str, int]] = {}
        holders = [frozenset(self.steps(area.code)) for area in region.local_areas]
        self.whole: Final = frozenset.intersection(*holders) if holders else frozenset()
        """The areas that hold every local area: as good as the whole region."""

    def steps(self, area: str) -> dict[str, int]:
        """Give every area that holds this one, and in how many steps up; itself in 0.

        An area that is not in the region holds only itself.
        """
        if area not in self._steps:
            found, edge = {area: 0}, [area]
            while edge:
                outer = [o for code in edge for o in self._part_of.get(code, ()) if o not in found]
                found.update((code, found[edge[0]] + 1) for code in outer)
                edge = list(dict.fromkeys(outer))
            self._steps[area] = found
        return self._steps[area]


@dataclass(frozen=True, slots=True)
class Fit:
    """How an offer lies to a need.

    `shared` are the domains of the need that the offer deals with, `missing` the others; `area` is
    the area of the need that the offer holds, `steps` how far up; both None where the offer is for
    the whole region, or holds none of them.
    """

    need: Need
    offer: Offer
    shared: frozenset[str]
    missing: frozenset[str]
    is_own_level: bool
    area: str | None
    steps: int | None
    lacks: frozenset[Lack]

    @property
    def order(self) -> tuple[object, ...]:
        """What the best fit is first by; for the offers of one need.

        What lacks least; most domains of the need; its own level before every level; the nearest
        area, the whole region last; domains by name before all domains; then title and code.
        """
        return (
            len(self.lacks),
            Lack.DOMAIN in self.lacks,
            Lack.LEVEL in self.lacks,
            *self._closeness,
            self.offer.domains is None,
            self.offer.title.casefold(),
            self.offer.code,
        )

    @property
    def order_of_need(self) -> tuple[object, ...]:
        """The same, for the needs of one offer."""
        return (*self._closeness, self.need.code)

    @property
    def _closeness(self) -> tuple[int, bool, bool, int]:
        return (len(self.missing), not self.is_own_level, self.steps is None, self.steps or 0)


def compare(need: Need, offer: Offer, areas: Areas) -> Fit:
    """Tell how an offer lies to a need; it fits when nothing lacks.

    >>> areas = Areas(Region())
    >>> need = Need("LV-1", Level.BOARD, frozenset({"jeugd", "wonen"}), frozenset({"G1"}))
    >>> fit = compare(need, Offer("A", "Intervisie", Level.BOARD, frozenset({"wonen"})), areas)
    >>> sorted(fit.shared), sorted(fit.missing), fit.is_own_level, fit.steps, sorted(fit.lacks)
    (['wonen'], ['jeugd'], True, None, [])
    >>> sorted(compare(need, Offer("B", "Cursus", Level.POLICY, None, "G2"), areas).lacks)
    [<Lack.AREA: 'area'>, <Lack.LEVEL: 'level'>]
    """
    shared = need.domains if offer.domains is None else need.domains & offer.domains
    lacks = set()
    if not shared and offer.domains is not None:
        lacks.add(Lack.DOMAIN)
    if None not in (need.level, offer.level) and need.level is not offer.level:
        lacks.add(Lack.LEVEL)
    held = sorted(
        (areas.steps(area)[offer.area], area)
        for area in need.areas
        if offer.area is not None and offer.area in areas.steps(area)
    )
    if offer.area is not None and not held and (need.areas or offer.area not in areas.whole):
        lacks.add(Lack.AREA)
    steps, area = held[0] if held else (None, None)
    return Fit(
        need,
        offer,
        shared,
        need.domains - shared,
        need.level is offer.level,
        area,
        steps,
        frozenset(lacks),
    )


class Matcher:
    """The offers of a region, found by level, domain and area without comparing them all.

    >>> board = Offer("A", "Studiedag", Level.BOARD, frozenset({"jeugd"}))
    >>> wide = Offer("B", "Cursus")
    >>> odd = Offer("C", "Supervisie", Level.POLICY, frozenset({"wonen"}))
    >>> matcher = Matcher([odd, wide, board], Areas(Region()))
    >>> question = Need("LV-1", Level.BOARD, frozenset({"jeugd"}))
    >>> [fit.offer.title for fit in matcher.fits(question)]
    ['Studiedag', 'Cursus']
    >>> matcher.is_met(question), matcher.is_met(Need("LV-2", Level.BOARD))
    (True, True)
    >>> asked = Asked([question], matcher.areas)
    >>> [(offer.title, asked.lack(offer)) for offer in matcher.offers if not asked.wants(offer)]
    [('Supervisie', None)]
    >>> fit = matcher.nearest(Need("LV-3", Level.BOARD, frozenset({"wonen"})), [odd])
    >>> fit and (fit.offer.title, sorted(fit.lacks))
    ('Supervisie', [<Lack.LEVEL: 'level'>])
    """

    def __init__(self, offers: Iterable[Offer], areas: Areas) -> None:
        self.offers: Final = tuple(offers)
        self.areas: Final = areas
        self._by_key: dict[_Key, list[Offer]] = defaultdict(list)
        for offer in self.offers:
            for key in _keys_of_offer(offer):
                self._by_key[key].append(offer)

    def is_met(self, need: Need) -> bool:
        """Whether some offer fits."""
        return any(key in self._by_key for key in _keys_of_need(need, self.areas))

    def fits(self, need: Need) -> list[Fit]:
        """Give the offers that fit, the best first: see `Fit.order`."""
        found = {
            o.code: o for key in _keys_of_need(need, self.areas) for o in self._by_key.get(key, ())
        }
        fits = (compare(need, offer, self.areas) for offer in found.values())
        return sorted(fits, key=lambda fit: fit.order)

    def nearest(self, need: Need, offers: Iterable[Offer] | None = None) -> Fit | None:
        """Give the offer that lacks least; None where there are none."""
        among = self.offers if offers is None else offers
        fits = (compare(need, offer, self.areas) for offer in among)
        return min(fits, key=lambda fit: fit.order, default=None)


class Asked:
    """What is asked by the needs of a region, found by level, domain and area.

    >>> asked = Asked([Need("LV-1", Level.BOARD, frozenset({"jeugd"}))], Areas(Region()))
    >>> asked.wants(Offer("A", "Studiedag", Level.BOARD, frozenset({"jeugd", "wonen"})))
    True
    >>> asked.lack(Offer("B", "Intervisie", Level.BOARD, frozenset({"wonen"})))
    <Lack.DOMAIN: 'domain'>
    >>> asked.lack(Offer("C", "Cursus", Level.BOARD, frozenset()))
    <Lack.DOMAIN: 'domain'>
    """

    def __init__(self, needs: Iterable[Need], areas: Areas) -> None:
        self._keys = {key for need in needs for key in _keys_of_need(need, areas)}

    @cached_property
    def _but_one(self) -> dict[Lack, set[tuple[str | None, ...]]]:
        """The keys without their level, without their domain and without their area."""
        return {
            lack: {key[:place] + key[place + 1 :] for key in self._keys}
            for place, lack in enumerate((Lack.LEVEL, Lack.DOMAIN, Lack.AREA))
        }

    def wants(self, offer: Offer) -> bool:
        """Whether the offer fits some need."""
        return any(key in self._keys for key in _keys_of_offer(offer))

    def lack(self, offer: Offer) -> Lack | None:
        """Give the one thing that keeps an offer from fitting some need; None when it is more.

        The least of them, where it is one thing for one need and another for another.
        """
        own = list(_keys_of_offer(offer))
        for place, lack in ((2, Lack.AREA), (0, Lack.LEVEL), (1, Lack.DOMAIN)):
            # An offer without any domain lacks that at least.
            keys = [(offer.level, None, offer.area)] if lack is Lack.DOMAIN else own
            if any(key[:place] + key[place + 1 :] in self._but_one[lack] for key in keys):
                return lack
        return None


def _keys_of_need(need: Need, areas: Areas) -> Iterator[_Key]:
    """Give every key under which an offer that fits can stand."""
    levels = (None, *Level) if need.level is None else (need.level, None)
    held = {area for own in need.areas for area in areas.steps(own)} if need.areas else areas.whole
    return (
        (level, domain, area)
        for level in levels
        for domain in (*need.domains, None)
        for area in (*held, None)
    )


def _keys_of_offer(offer: Offer) -> Iterator[_Key]:
    domains: Iterable[str | None] = (None,) if offer.domains is None else offer.domains
    return ((offer.level, domain, offer.area) for domain in domains)
