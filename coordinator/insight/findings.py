"""What is missing in the network and what would help: plain values for pages, files and the report.

The answers are those of `python -m network coverage` and `python -m network gaps`, computed from
the database and remembered until the network changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import case, select

import network.region as pure
from coordinator import clock, governance, planning, web
from coordinator.db import session
from coordinator.labels import LEVEL_WORDS
from coordinator.models import (
    OPEN_STATUSES,
    AgreementStatus,
    Area,
    Domain,
    Journey,
    JourneyStatus,
    Level,
    Partner,
    Reason,
    Signal,
    Tafel,
)
from coordinator.tafels import roads
from network import gaps
from network.answers import COLUMNS, CoverageRow, GapRow
from network.gaps import Ask, Kind, Proposal, Steps

CELLS_LOOKED_AHEAD: Final = 2000
"""Above this many cells nobody is told when roads end: first choose an area."""
PLACES: Final = 1000
"""From so many places at most the start page looks for a road; only a country has more."""
FINDINGS: Final = 3
NO_STEP: Final = "vak"

Cell = tuple[str, str, Level]


@dataclass(frozen=True)
class Spot:
    """A white spot: from this area no signal on this domain reaches this level, and why."""

    area: pure.Area
    domain: pure.Domain
    level: Level
    reason: Reason
    partners: int
    """How many partners work there on it."""

    @property
    def cell(self) -> Cell:
        return self.area.code, self.domain.code, self.level


@dataclass(frozen=True)
class Step:
    """One addition that opens white spots; `proposal` as `python -m network gaps` writes it."""

    proposal: Proposal
    words: str
    spots: tuple[Spot, ...]
    """All that it opens in the whole region."""

    @property
    def kind(self) -> Kind:
        return Kind(self.proposal[0])

    @property
    def opens(self) -> int:
        return len(self.spots)


def white_spots(day: date, area: str | None = None) -> list[Spot]:
    """Return the cells without a road for signals of a day, of the region or within an area."""
    within = _within(day, area)
    return [spot for spot in _found(day).spots.values() if spot.area.code in within]


def steps(day: date, area: str | None = None) -> list[Step]:
    """Return every step that opens a white spot, of the region or within an area; best first.

    Best within an area is what opens most there.
    """
    found, within = _found(day), _within(day, area)
    there = [n for n, ask in enumerate(found.asks) if ask.area in within]
    opens: dict[Proposal, int] = defaultdict(int)
    numbers = set(there)
    for proposal in {one for n in there for one in found.steps.own[n]}:
        opens[proposal] = len(numbers.intersection(found.steps.opened[proposal]))
    best = sorted(gaps.best_first(found.steps.opened, opens), key=lambda one: -opens[one])
    return [_step(found, proposal) for proposal in best]


def steps_for(day: date, cell: Cell) -> list[Step]:
    """Return every step that opens one white spot, best first."""
    found = _found(day)
    asked = (n for n, ask in enumerate(found.asks) if (ask.area, ask.domain, ask.level) == cell)
    return [
        _step(found, proposal)
        for number in asked
        for proposal in gaps.best_first(found.steps.opened, found.steps.own[number])
    ]


@dataclass(frozen=True)
class Chosen:
    """One cell, with a road or without."""

    row: CoverageRow
    area: pure.Area
    domain: pure.Domain


def find_chosen(day: date, cell: Cell) -> Chosen | None:
    """Return a cell of the heat map; None when it is not there."""
    row = roads.coverage(day).get(cell)
    if row is None:
        return None
    region = governance.planner_on(day).region
    return Chosen(row, region.areas_by_code[row.area], region.domains_by_code[row.domain])


def best_of_each_kind(found: Iterable[Step]) -> list[Step]:
    """Return the first step of each kind, in the same order."""
    first: dict[Kind, Step] = {}
    for step in found:
        first.setdefault(step.kind, step)
    return list(first.values())


def gap_rows(day: date, area: str | None = None) -> list[GapRow]:
    """Return the list of `python -m network gaps`, whole or of the cells within an area."""
    found, within = _found(day), _within(day, area)
    rows = gaps.gap_rows(found.asks, found.steps)
    return [row for row in rows if row.area in within]


HEAD: Final = [name for name, _field, _joiner in COLUMNS[GapRow]]
WORDS: Final = ["naam gebied", "naam domein", "voorstel in woorden"]


def table(day: date, area: str | None = None, *, in_words: bool = False) -> list[list[str | int]]:
    """Return `gap_rows` as cells, under HEAD, and with `in_words` under WORDS too."""
    region = governance.planner_on(day).region
    found = []
    for row in gap_rows(day, area):
        cells = [row.area, row.domain, row.level.value, " ".join(row.proposal), row.opens]
        if in_words:
            cells.append(region.areas_by_code[row.area].name)
            cells.append(region.domains_by_code[row.domain].name)
            cells.append(words(region, row.proposal))
        found.append(cells)
    return found


# Asked once per network.


@dataclass(frozen=True)
class _Found:
    """All white spots of a day, and what opens those in which a partner works."""

    spots: dict[Cell, Spot]
    asks: Sequence[Ask]
    steps: Steps
    region: pure.Region


def _found(day: date) -> _Found:
    planner = governance.planner_on(day)
    region = planner.region

    def answer() -> _Found:
        rows = roads.coverage(day)
        asks = gaps.without_road(rows.values(), region, day)
        spots = {
            cell: Spot(
                region.areas_by_code[row.area],
                region.domains_by_code[row.domain],
                row.level,
                row.reason,
                row.partners,
            )
            for cell, row in rows.items()
            if row.reason is not None
        }
        return _Found(spots, asks, gaps.find_steps(planner, asks), region)

    return planning.remembered(("gaps", day), answer)


def _within(day: date, area: str | None) -> set[str]:
    region = governance.planner_on(day).region
    return {one.code for one in roads.local_areas(region, area)}


def _step(found: _Found, proposal: Proposal) -> Step:
    asks = [found.asks[number] for number in found.steps.opened[proposal]]
    spots = tuple(found.spots[ask.area, ask.domain, ask.level] for ask in asks)
    return Step(proposal, words(found.region, proposal), spots)


def words(region: pure.Region, proposal: Proposal) -> str:
    """Return what to do, in a sentence."""
    kind, *codes = proposal
    names = region.tafel_names
    name = names.get(codes[0], "")
    match Kind(kind):
        case Kind.SEAT:
            return f"Geef {region.partners_by_code[codes[1]].name} een zetel aan {name}."
        case Kind.HANDOVER:
            return f"Spreek af dat {name} signalen doorgeeft aan {names[codes[1]]}."
        case Kind.AGREEMENT:
            return _agreement_words(region.agreements_by_code[codes[0]])
        case Kind.MEETING:
            on = web.day(date.fromisoformat(codes[1]))
            return f"Zet een vergadering van {name} in de agenda, op {on}."
        case Kind.SUBMISSION:
            now = region.tafels_by_code[codes[0]].submission_days
            return f"Verkort de aanlevertermijn van {name} van {_days(now)} naar {_days(codes[1])}."


def _agreement_words(agreement: pure.Agreement) -> str:
    match agreement.status:
        case AgreementStatus.TERMINATED:
            return f"Sluit «{agreement.title}» opnieuw. Deze afspraak is opgezegd."
        case AgreementStatus.DRAFT:
            return f"Maak «{agreement.title}» af en laat haar ondertekenen."
        case _:
            return f"Laat «{agreement.title}» ondertekenen."


def _days(count: int | str) -> str:
    return "1 dag" if int(count) == 1 else f"{count} dagen"


# What will be lost.


@dataclass(frozen=True)
class Loss:
    """The first cells that lose their road to a level when nothing changes, and from which day."""

    on: date
    level: Level
    cells: tuple[tuple[pure.Area, pure.Domain], ...]


def first_loss(day: date, level: Level, area: str | None = None) -> Loss | None:
    """Return which cells with a road lose it first; None for a region too large to look ahead."""
    region = governance.planner_on(day).region
    rows = roads.coverage(day)
    within = _within(day, area)
    if len(within) * len(region.domains) > CELLS_LOOKED_AHEAD:
        return None
    last = _last_days(day, area)
    ahead = {
        cell: on
        for cell, on in last.items()
        if cell[2] is level and on is not None and rows[cell].reason is None
    }
    if not ahead:
        return None
    until = min(ahead.values())
    lost = [cell for cell, on in ahead.items() if on == until]
    return Loss(
        until + timedelta(days=1),
        level,
        tuple((region.areas_by_code[c[0]], region.domains_by_code[c[1]]) for c in lost),
    )


def _last_days(day: date, area: str | None) -> dict[Cell, date | None]:
    planner = governance.planner_on(day)

    def answer() -> dict[Cell, date | None]:
        return {
            (place.code, domain.code, level): gaps.last_day(planner, place.code, domain.code, level)
            for place in roads.local_areas(planner.region, area)
            for domain in planner.region.domains
            for level in planning.TARGETS
        }

    # From today on every day has the same network.
    key = day if day < clock.today() else None
    return planning.remembered(("last days", key, area), answer)


# What would help open signals.


@dataclass(frozen=True)
class Finding:
    """A step that gives open signals a road, or a white spot that keeps them and no step opens."""

    proposal: Proposal
    """The step; of a white spot NO_STEP, with the codes of its area, domain and level."""
    words: str
    signals: int
    """How many open signals it touches."""

    @property
    def is_step(self) -> bool:
        return self.proposal[0] != NO_STEP


def findings() -> list[Finding]:
    """Return what together touches most open signals without a road, those for most first.

    However many signals there are, only the places where most of them wait are looked at.
    """
    planner = planning.planner()
    region = planner.region
    waiting: dict[Ask, set[int]] = defaultdict(set)
    for place, signals in _stuck():
        if (ask := _ask(region, place)) is not None:
            waiting[ask] |= signals
    asks = sorted(waiting, key=str)
    if not asks:
        return []
    found = planning.remembered(("steps", tuple(asks)), lambda: gaps.find_steps(planner, asks))
    touched = {
        one: set[int]().union(*(waiting[asks[n]] for n in found.opened[one]))
        for one in gaps.best_first(found.opened, found.opened)
    }
    for ask, own in zip(asks, found.own, strict=True):
        cell = ask.area, ask.domain, ask.level
        if not own and not planner.may_arrive(
            region.partners_in(ask.area, ask.domain), *cell, clock.today()
        ):
            touched.setdefault((NO_STEP, *cell), set()).update(waiting[ask])
    return [Finding(one, _found_words(region, one), len(touched[one])) for one in together(touched)]


def _found_words(region: pure.Region, one: Proposal) -> str:
    kind, *codes = one
    if kind != NO_STEP:
        return words(region, one)
    area, domain, level = codes
    return (
        f"{region.domains_by_code[domain].name} in {region.areas_by_code[area].name} kan "
        f"{LEVEL_WORDS[Level(level)]} niet bereiken. Eén stap is niet genoeg."
    )


def together(touched: Mapping[Proposal, set[int]], most: int = FINDINGS) -> list[Proposal]:
    """Return what together touches most signals; equal ones in the order given.

    Each next one is the best for the signals that those before it do not touch: another way to
    help the same ones is no other finding. Those that touch most signals come first.
    """
    chosen: list[Proposal] = []
    done: set[int] = set()
    while len(chosen) < most:
        more = {one: len(signals - done) for one, signals in touched.items()}
        best = min(touched, key=lambda one: (-more[one], -len(touched[one])), default=None)
        if best is None or not more[best]:
            break
        chosen.append(best)
        done |= touched[best]
    return sorted(chosen, key=lambda one: -len(touched[one]))


class _Place(NamedTuple):
    """From where journeys look for a road."""

    area: str
    domain: str
    level: Level
    partner: str | None
    at_tafel: str | None
    after_on: date | None
    submit_on: date | None


def _stuck() -> Iterator[tuple[_Place, set[int]]]:
    """Return from where open signals look for a road in vain, and which: first where most do.

    A day that has passed is no different from today: whatever helps comes from now on. There can
    be very many rows, so they are plain ids; only of the places that are kept the codes are found.
    """
    today = clock.today()
    rows = session().execute(
        select(
            Signal.area_id,
            Journey.domain_id,
            Journey.level,
            Signal.partner_id,
            Journey.at_tafel_id,
            case((Journey.after_on >= today, Journey.after_on)),
            case((Journey.submit_on > today, Journey.submit_on)),
            Journey.signal_id,
        )
        .join(Journey.signal)
        .where(Journey.reason.is_not(None), Signal.status.in_(OPEN_STATUSES))
        .where(Journey.status.in_((JourneyStatus.PLANNED, JourneyStatus.TRAVELLING)))
        .where(~Signal.leervraag.has())  # a leervraag that travels is nobody's signal
        .order_by(Journey.id)
    )
    waiting: dict[Any, dict[Any, set[int]]] = defaultdict(lambda: defaultdict(set))
    for area, domain, level, *place, signal in rows:
        waiting[area, domain, level][tuple(place)].add(signal)
    if not waiting:
        return
    areas, domains, partners, tafels = (
        dict(session().execute(select(kind.id, kind.code)).all())
        for kind in (Area, Domain, Partner, Tafel)
    )
    found = 0
    for area, domain, level in sorted(
        waiting, key=lambda cell: -len(set[int]().union(*waiting[cell].values()))
    ):
        for (partner, tafel, *days), signals in waiting[area, domain, level].items():
            codes = areas[area], domains[domain], level, partners.get(partner), tafels.get(tafel)
            yield _Place(*codes, *days), signals
            found += 1
            if found == PLACES:
                return


def _ask(region: pure.Region, row: _Place) -> Ask | None:
    """Return what is asked for a place, from today on; None where nothing can help."""
    today = clock.today()
    if row.area not in region.areas_by_code or row.domain not in region.domains_by_code:
        return None
    cell = row.area, row.domain, row.level
    if row.at_tafel is None:
        partners = (row.partner,) if row.partner in region.partners_by_code else ()
        return Ask(*cell, partners, row.submit_on or today)
    tafel = region.tafels_by_code.get(row.at_tafel)
    if tafel is None:
        return None
    days = [today]
    if row.after_on is not None:
        days.append(row.after_on + timedelta(days=1))
    if row.submit_on is not None:
        days.append(row.submit_on + timedelta(days=tafel.submission_days))
    return Ask(*cell, (), max(days), row.at_tafel)
