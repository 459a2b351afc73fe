"""The region on paper: the map, the heat maps, white spots and weak spots of one day.

One `Report` is what the page, the PDF and the print show; `lists` are the same figures whole, as
`python -m network` gives them, for a workbook and for CSV.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import network.region as pure
from coordinator import governance, maps, planning, web
from coordinator.insight import findings, told, weak
from coordinator.insight.files import Row
from coordinator.labels import LEVEL_WORDS, label
from coordinator.models import Reason
from coordinator.seats.queries import STATES, Line
from coordinator.tafels import roads
from network import answers
from network.answers import CoverageRow, ResilienceRow

STEPS_SHOWN: Final = 10
SPOTS_SHOWN: Final = 40
SEATS_SHOWN: Final = 40
DAYS_LEGEND: Final = (
    "Geen weg: dit ontbreekt",
    "Later dan 3 maanden",
    "Binnen 3 maanden",
    "Binnen 6 weken",
)

LARGE_WORDS: Final = (
    "Deze regio is te groot om in één keer op papier te zetten. Kies een gebied voor de vakken per "
    "gebied en domein. In het werkboek staat alles."
)


@dataclass(frozen=True)
class Heat:
    """A heat map: per area and domain a text and how dark it is, from 0 to 3."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, list[tuple[str, int, str]]], ...]
    legend: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table of words; of one that is cut short `more` says how many rows are left out."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str
    more: int = 0


@dataclass(frozen=True)
class Report:
    """Everything that stands in the report of a region, or of an area of it, on a day."""

    region: str
    area: str
    day: date
    drawing: maps.Drawing
    coverage: tuple[Heat, ...]
    white_words: tuple[str, ...]
    white: Table
    steps: Table
    weak_words: tuple[str, ...]
    weak: Table
    roads: tuple[Heat, ...]
    seat_words: tuple[str, ...]
    seats: Table
    parts: Table | None
    """Of a large region: where to choose; then the heat maps are left out."""

    @property
    def where(self) -> str:
        """Return the name of what it is about."""
        return f"{self.area} ({self.region})" if self.area else self.region

    @property
    def running(self) -> str:
        """Return what stands at the top of every page."""
        return f"{self.where}, {web.day(self.day)}"


def make(day: date, area: str | None) -> Report:
    """Return the report of this session's region, or of an area in it, on a day."""
    region = governance.planner_on(day).region
    chosen = region.areas_by_code.get(area or "")
    area = chosen.code if chosen else None
    places = roads.local_areas(region, area)
    is_large = len(places) > told.LARGE
    found, asked = weak.find(day), weak.Asked(area)
    spots = [
        (kind, weak.narrowed(found.spots[kind], asked))
        for kind in (weak.Kind.TAFEL, weak.Kind.PARTNER, weak.Kind.PERSON)
    ]
    vacant = weak.vacancies(day, asked)
    return Report(
        planning.current_region().name,
        chosen.name if chosen else "",
        day,
        maps.draw(maps.find_map(day, area=area), region),
        () if is_large else tuple(_coverage(day, places)),
        tuple(_white_words(day, area, len(places) * len(region.domains))),
        _white(day, area, is_large=is_large),
        _steps(day, area),
        tuple(weak.headline(kind, some) for kind, some in spots),
        _weak(found, [spot for _kind, some in spots for spot in some]),
        () if is_large else tuple(_roads(found, asked)),
        tuple(weak.vacancy_sentences(day, asked)),
        _seats(vacant, region.tafel_names),
        _parts(day) if is_large else None,
    )


def _white_words(day: date, area: str | None, cells: int) -> Iterable[str]:
    spots = findings.white_spots(day, area)
    for level in told.LEVELS if cells else ():
        count = sum(spot.level is level for spot in spots)
        total = web.number(cells)
        where = f"{web.number(count)} van de {total}" if count else f"geen van de {total}"
        yield (
            f"In {where} combinaties van gebied en domein komt een signaal niet bij "
            f"{LEVEL_WORDS[level]}."
        )


def _coverage(day: date, places: Sequence[pure.Area]) -> Iterable[Heat]:
    region = governance.planner_on(day).region
    head = tuple(domain.name for domain in region.domains)
    for level in told.LEVELS:
        rows = told.heat_rows(day, level, places, lambda _cell: "")
        caption = f"Dagen tot {LEVEL_WORDS[level]}, voor een signaal van {web.day(day)}"
        yield Heat(caption, head, tuple(rows), DAYS_LEGEND)


def _white(day: date, area: str | None, *, is_large: bool) -> Table:
    names: dict[tuple[int, str, Reason], list[str]] = defaultdict(list)
    for spot in findings.white_spots(day, area):
        names[told.LEVELS.index(spot.level), spot.domain.name, spot.reason].append(spot.area.name)
    rows = []
    for (rank, domain, reason), areas in sorted(names.items(), key=lambda item: item[0][:2]):
        shown = sorted(areas)
        where = ", ".join(shown)
        if is_large and len(shown) > told.NAMED:
            where = f"{', '.join(shown[: told.NAMED])} en nog {len(shown) - told.NAMED}"
        rows.append((domain, label(told.LEVELS[rank]), where, label(reason)))
    return Table(
        "Witte vlekken: van hier komt een signaal niet aan",
        ("Domein", "Naar", "Gebieden", "Waarom niet"),
        tuple(rows),
        "Er zijn geen witte vlekken.",
    )


def _steps(day: date, area: str | None) -> Table:
    steps = findings.steps(day, area)
    rows = [(one.words, _cells(one.opens)) for one in steps[:STEPS_SHOWN]]
    return Table(
        "De stappen die de meeste witte vlekken openen",
        ("Wat helpt", "Opent"),
        tuple(rows),
        "Er is geen losse stap die een witte vlek opent.",
        len(steps) - len(rows),
    )


def _cells(count: int) -> str:
    return "1 witte vlek" if count == 1 else f"{web.number(count)} witte vlekken"


ONLY_ONE: Final = "Geen andere tafel van dit niveau is te bereiken."
_KIND: Final = {
    weak.Kind.TAFEL: "tafel",
    weak.Kind.PARTNER: "organisatie",
    weak.Kind.PERSON: "persoon",
}


def _weak(found: weak.Weak, spots: Sequence[weak.WeakSpot]) -> Table:
    shown = [spot for spot in spots if spot.through] + [spot for spot in spots if not spot.through]
    kept = shown[:SPOTS_SHOWN]
    help_words: dict[tuple[weak.Kind, str], str] = {}
    for kind in (weak.Kind.TAFEL, weak.Kind.PARTNER):
        own = [spot for spot in kept if spot.kind is kind]
        for code, some in weak.mends(found, kind, own, 1).items():
            help_words[kind, code] = some[0].words if some else ""
    for name, lines in weak.deputies(
        found, [s for s in kept if s.kind is weak.Kind.PERSON]
    ).items():
        seats = "; ".join(f"{line.partner} aan {line.tafel}" for line in lines)
        help_words[weak.Kind.PERSON, name] = f"Een plaatsvervanger: {seats}." if seats else ""
    rows = [
        (
            f"{spot.name} ({_KIND[spot.kind]})",
            " ".join(
                weak.end_words(one) if one in spot.only_end else one.sentence
                for one in (*spot.through, *spot.only_end)
            ),
            help_words.get((spot.kind, spot.code))
            or ("Geen losse stap is genoeg." if spot.through else ONLY_ONE),
        )
        for spot in kept
    ]
    return Table(
        "Zwakke plekken: hier hangt een weg van af",
        ("Van wie of wat", "Wat er zonder stilvalt", "Wat helpt"),
        tuple(rows),
        "Er hangt geen enkele weg van één tafel, organisatie of persoon af.",
        len(spots) - len(kept),
    )


def _roads(found: weak.Weak, asked: weak.Asked) -> Iterable[Heat]:
    places = weak.areas(found.day, asked)
    for level in told.LEVELS:
        table = weak.roads_table(found, asked, level, places)
        yield Heat(table.caption, table.head, table.rows, weak.LEGEND)


def _seats(vacant: Sequence[Line], names: Mapping[str, str]) -> Table:
    rows = tuple(
        (
            f"{line.partner}, {line.role.lower()}",
            names.get(line.tafel_code, line.tafel),
            line.person or "nog niemand genoemd",
            STATES[line.state] + (f", tot en met {web.day(line.ends_on)}" if line.ends_on else ""),
        )
        for line in vacant[:SEATS_SHOWN]
    )
    return Table(
        "Zetels die leeg zijn of worden",
        ("Zetel", "Tafel", "Wie", "Stand"),
        rows,
        "Elke zetel is vervuld, ook de komende 90 dagen.",
        len(vacant) - len(rows),
    )


def _parts(day: date) -> Table:
    return Table(
        "Witte vlekken per gebied",
        ("Gebied", *(f"Naar {LEVEL_WORDS[level]}" for level in told.LEVELS)),
        tuple((one.name, *map(web.number, one.counts)) for one in told.parts(day)),
        "Er zijn geen witte vlekken.",
    )


# The same figures, whole.


@dataclass(frozen=True)
class List:
    """One list for a file; `name` is what it is called in the address and in the workbook."""

    name: str
    title: str
    head: Sequence[str]
    rows: Sequence[Row]


LISTS: Final = {
    "dekking": "Dekking",
    "witte-vlekken": "Witte vlekken en wat helpt",
    "wegen": "Aantal wegen",
    "zwakke-plekken": "Zwakke plekken",
    "zetels": "Lege zetels",
}


def lists(day: date, area: str | None) -> list[List]:
    """Return every list of the report, in the order of LISTS.

    The first columns are those of the commands `coverage`, `gaps` and `resilience`.
    """
    region = governance.planner_on(day).region
    places = {place.code for place in roads.local_areas(region, area)}
    found, asked = weak.find(day), weak.Asked(area)
    areas = {one.code: one.name for one in region.areas}
    domains = {one.code: one.name for one in region.domains}

    def names(area: str, domain: str) -> tuple[str, str]:
        return areas[area], domains[domain]

    covered = [row for row in roads.coverage(day).values() if row.area in places]
    strong = [row for row in found.rows if row.area in places]
    hanging = [
        (spot.kind.value, spot.code, spot.name, area, domain, level.value, *names(area, domain))
        for kind in weak.Kind
        for spot in weak.narrowed(found.spots[kind], asked)
        for area, domain, level in spot.cells
    ]
    vacant = [
        (
            line.tafel_code,
            line.partner_code,
            line.role_code,
            line.person,
            line.deputy,
            line.starts_on.isoformat() if line.starts_on else "",
            line.ends_on.isoformat() if line.ends_on else "",
            line.state.value,
            line.tafel,
            line.partner,
        )
        for line in weak.vacancies(day, asked)
    ]
    cell = ("naam gebied", "naam domein")
    heads_and_rows: dict[str, tuple[Sequence[str], Sequence[Row]]] = {
        "dekking": (
            (*_columns(CoverageRow), *cell),
            [(*_values(CoverageRow, row), *names(row.area, row.domain)) for row in covered],
        ),
        "witte-vlekken": (
            (*findings.HEAD, *findings.WORDS),
            findings.table(day, area, in_words=True),
        ),
        "wegen": (
            (*_columns(ResilienceRow), *cell),
            [(*_values(ResilienceRow, row), *names(row.area, row.domain)) for row in strong],
        ),
        "zwakke-plekken": (("soort", "code", "naam", "gebied", "domein", "niveau", *cell), hanging),
        "zetels": (
            (
                *("tafel", "partner", "rol", "persoon", "plaatsvervanger", "van", "tot", "stand"),
                *("naam tafel", "naam partner"),
            ),
            vacant,
        ),
    }
    return [List(name, title, *heads_and_rows[name]) for name, title in LISTS.items()]


def _columns(kind: type[answers.Row]) -> list[str]:
    return [name for name, _field, _joiner in answers.COLUMNS[kind]]


def _values(kind: type[answers.Row], row: answers.Row) -> list[str | int]:
    found: list[str | int] = []
    for _name, field, joiner in answers.COLUMNS[kind]:
        value = getattr(row, field)
        if joiner:
            found.append(joiner.join(value))
        elif isinstance(value, int):
            found.append(value)
        else:
            found.append("" if value is None else str(value))
    return found
