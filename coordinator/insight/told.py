"""White spots in words and as a heat map: who cannot reach which level, for which domain."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import network.region as pure
from coordinator import governance, planning, web
from coordinator.insight import findings
from coordinator.insight.findings import Cell, Spot
from coordinator.labels import LEVEL_WORDS
from coordinator.models import Level
from coordinator.tafels import roads

NAMED: Final = 12
GROUPS_NAMED: Final = 3
LARGE: Final = 40
"""With more areas than this the page first offers to choose a part of the region."""

LEVELS: Final = tuple(reversed(planning.TARGETS))
"""The levels of the page: the bestuurstafel first."""


@dataclass(frozen=True)
class Line:
    """One domain, and from where it does not reach the level."""

    domain: str
    places: str


@dataclass(frozen=True)
class Told:
    """What the page says of one level."""

    level: Level
    to: str
    sentence: str
    lines: tuple[Line, ...]
    loss: str
    loss_on: date | None
    loss_link: str


def told(day: date, area: str | None) -> list[Told]:
    """Return per level from where no signal gets there, and when roads will be lost."""
    region = governance.planner_on(day).region
    places = roads.local_areas(region, area)
    spots = findings.white_spots(day, area)
    found = []
    for level in LEVELS:
        lost = [spot for spot in spots if spot.level is level]
        loss = findings.first_loss(day, level, area) if places and region.domains else None
        found.append(
            Told(
                level,
                LEVEL_WORDS[level],
                _sentence(places, lost, LEVEL_WORDS[level]),
                tuple(_lines(places, lost)),
                _loss_words(loss, places, LEVEL_WORDS[level], is_whole=not lost) if loss else "",
                loss.on if loss else None,
                f"Bekijk {web.day(loss.on)}" if loss else "",
            )
        )
    return found


def _noun(places: Sequence[pure.Area], count: int) -> str:
    is_gemeente = all(place.kind == "gemeente" for place in places)
    if count == 1:
        return "gemeente" if is_gemeente else "gebied"
    return "gemeenten" if is_gemeente else "gebieden"


def _sentence(places: Sequence[pure.Area], lost: Sequence[Spot], to: str) -> str:
    noun = _noun(places, 1)
    if not lost:
        which = "Uit elke gemeente" if noun == "gemeente" else "Uit elk gebied"
        return f"{which} kan een signaal op elk domein {to} bereiken."
    count = len({spot.area.code for spot in lost})
    if count == len(places) == 1:
        return f"{places[0].name} kan {to} niet bereiken voor:"
    verb = "kan" if count == 1 else "kunnen"
    which = f"{web.number(count)} van de {web.number(len(places))}"
    if count == len(places):
        which = f"Alle {web.number(count)}"
    some = f"{which} {_noun(places, len(places))}"
    return f"{some} {verb} {to} niet op elk domein bereiken. Niet voor:"


def _lines(places: Sequence[pure.Area], lost: Sequence[Spot]) -> list[Line]:
    by_domain: dict[str, list[str]] = defaultdict(list)
    for spot in sorted(lost, key=lambda one: (one.domain.name, one.area.name)):
        by_domain[spot.domain.name].append(spot.area.name)
    return [Line(domain, _names(names, places)) for domain, names in by_domain.items()]


def _names(names: Sequence[str], places: Sequence[pure.Area], most: int = NAMED) -> str:
    if len(names) == len(places) > 1:
        return f"alle {web.number(len(places))} {_noun(places, len(places))}"
    if len(names) <= most + 1:
        return web.enumerate_words(names)
    return f"{', '.join(names[:most])} en nog {web.number(len(names) - most)}"


def _loss_words(
    loss: findings.Loss, places: Sequence[pure.Area], to: str, *, is_whole: bool
) -> str:
    by_domain: dict[str, list[str]] = defaultdict(list)
    for area, domain in loss.cells:
        by_domain[domain.name].append(area.name)
    together: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, names in sorted(by_domain.items()):
        together[tuple(names)].append(name)
    shown = [f"{len(loss.cells)} vakken"]
    if len(together) <= GROUPS_NAMED:
        shown = [
            f"{web.enumerate_words(domains)} in "
            f"{_names(names, places, most=NAMED // len(together))}"
            for names, domains in together.items()
        ]
    opening = "Dat blijft niet zo." if is_whole else "Er komen witte vlekken bij."
    verb = "verliest" if len(by_domain) == 1 else "verliezen"
    return (
        f"{opening} Zonder nieuwe vergaderingen of afspraken {verb} {web.enumerate_words(shown)} "
        f"op {web.day(loss.on)} de weg naar {to}."
    )


@dataclass(frozen=True)
class Part:
    """A part of a large region, with its white spots per level."""

    name: str
    code: str
    counts: tuple[int, ...]


def parts(day: date) -> list[Part]:
    """Return the areas that hold local ones with white spots, those with most first."""
    region = governance.planner_on(day).region
    counts: dict[str, dict[Level, int]] = defaultdict(lambda: defaultdict(int))
    for spot in findings.white_spots(day):
        for code in spot.area.part_of:
            counts[code][spot.level] += 1
    names = roads.container_names(region, counts)
    found = [
        Part(names[code], code, tuple(counted[level] for level in LEVELS))
        for code, counted in counts.items()
    ]
    return sorted(found, key=lambda part: (-sum(part.counts), part.name, part.code))


def heat_rows(
    day: date, level: Level, places: Sequence[pure.Area], address: Callable[[Cell], str]
) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """Return per area its cells for the heat map: days or what is missing, shade and address."""
    region = governance.planner_on(day).region
    rows = roads.coverage(day)

    def cell(place: pure.Area, domain: pure.Domain) -> tuple[str, int, str]:
        row = rows[place.code, domain.code, level]
        if row.arrival is not None:
            return str((row.arrival - day).days), roads.shade(row, day), ""
        missing = f"geen {roads.MISSING[row.reason]}"
        return missing, 0, address((place.code, domain.code, level))

    return [(place.name, [cell(place, domain) for domain in region.domains]) for place in places]
