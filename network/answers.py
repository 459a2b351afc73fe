"""The four answers of REGION_FORMAT.md section 3 as rows, and how rows of any answer are written.

The fifth kind of row, of what would open a cell without a road, is found in `network.gaps`.
"""

import json
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from network.graph import resilience_of
from network.planner import TARGETS, NoRoute, Planner
from network.region import AgreementStatus, Level, Reason, Region


@dataclass(frozen=True, slots=True)
class RouteRow:
    """The best route of a signal in one of its domains to a level, or the reason of none."""

    signal: str
    domain: str
    level: Level
    arrival: date | None
    tafels: tuple[str, ...]
    meetings: tuple[date, ...]
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """How many partners work in a cell and the earliest arrival that one of them can reach."""

    area: str
    domain: str
    level: Level
    partners: int
    arrival: date | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class ResilienceRow:
    """How many routes of a cell share no table, and the tables that every route passes."""

    area: str
    domain: str
    level: Level
    routes: int
    indispensable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhatIfRow:
    """A cell whose arrival changes: as it is now and as it would be."""

    area: str
    domain: str
    level: Level
    arrival_now: date | None
    arrival_then: date | None


@dataclass(frozen=True, slots=True)
class GapRow:
    """A single addition that opens a cell without a road, and how many cells it opens in all.

    `proposal` is the kind of addition, then what it is about; see `network.gaps`.
    """

    area: str
    domain: str
    level: Level
    proposal: tuple[str, ...]
    opens: int


def routes(region: Region, planner: Planner | None = None) -> list[RouteRow]:
    """Give one row per signal, domain of the signal and level, sorted by code.

    A `planner` of the same region saves the scan.

    >>> from network.example import TINY
    >>> [(row.level.value, row.tafels, row.reason) for row in routes(TINY)]
    [('beleid', ('U1', 'B1'), None), ('bestuur', (), <Reason.NO_AGREEMENT: 'geen_afspraak'>)]
    """
    planner = planner or Planner(region)
    found = []
    for signal in region.signals:
        for domain in sorted(signal.domains):
            for level in TARGETS:
                route = planner.route_signal(signal, domain, level)
                if isinstance(route, NoRoute):
                    row = RouteRow(signal.code, domain, level, None, (), (), route.reason)
                else:
                    row = RouteRow(
                        signal.code,
                        domain,
                        level,
                        route.arrival,
                        route.tafels,
                        route.meetings,
                        None,
                    )
                found.append(row)
    return found


def coverage(
    region: Region,
    on: date,
    planner: Planner | None = None,
    cells: Container[tuple[str, str]] | None = None,
) -> list[CoverageRow]:
    """Give per local area that contains no other, domain and level the earliest arrival.

    Over a signal given on that day at each partner that works there in that domain; without any
    arrival the furthest-on reason among them, or NO_PARTNER. With `cells` only the rows of these
    (area, domain).

    >>> from network.example import TINY
    >>> for row in coverage(TINY, date(2026, 12, 1)):
    ...     print(row.level.value, row.partners, row.arrival, row.reason)
    beleid 1 2026-12-17 None
    bestuur 1 None geen_afspraak
    """
    planner = planner or Planner(region)
    found = []
    for area in region.local_areas:
        for domain in region.domains:
            if cells is not None and (area.code, domain.code) not in cells:
                continue
            partners = region.partners_in(area.code, domain.code)
            for level in TARGETS:
                arrival, reason = planner.earliest(partners, area.code, domain.code, level, on)
                found.append(
                    CoverageRow(area.code, domain.code, level, len(partners), arrival, reason)
                )
    return found


def resilience(region: Region, on: date) -> list[ResilienceRow]:
    """Give per cell the number of routes that share no table on the still picture of the day.

    >>> from network.example import TINY
    >>> [(row.routes, row.indispensable) for row in resilience(TINY, date(2027, 1, 1))]
    [(1, ('B1',)), (0, ())]
    """
    return [
        ResilienceRow(area, domain, level, count, tafels)
        for area, domain, level, count, tafels in resilience_of(region, on)
    ]


def what_if(
    region: Region,
    on: date,
    agreement: str,
    status: AgreementStatus,
    planner: Planner | None = None,
) -> list[WhatIfRow]:
    """Give the cells of `coverage` whose arrival changes when the agreement has that status.

    KeyError when the agreement is unknown.

    >>> from network.example import TINY
    >>> for row in what_if(TINY, date(2026, 12, 1), "A1", AgreementStatus.SIGNED):
    ...     print(row.area, row.domain, row.level.value, row.arrival_now, row.arrival_then)
    G1 jeugd bestuur None 2027-01-14
    """
    planner = planner or Planner(region)
    then = planner.with_agreement(agreement, status)
    rows = zip(coverage(region, on, planner), coverage(region, on, then), strict=True)
    return [
        WhatIfRow(old.area, old.domain, old.level, old.arrival, new.arrival)
        for old, new in rows
        if old.arrival != new.arrival
    ]


Row = RouteRow | CoverageRow | ResilienceRow | WhatIfRow | GapRow

# Per kind of row: the name of each column, the field, and what joins several values.
_CELL = (("gebied", "area", ""), ("domein", "domain", ""), ("niveau", "level", ""))
COLUMNS: dict[type[Any], tuple[tuple[str, str, str], ...]] = {
    RouteRow: (
        ("signaal", "signal", ""),
        ("domein", "domain", ""),
        ("niveau", "level", ""),
        ("aankomst", "arrival", ""),
        ("tafels", "tafels", ">"),
        ("vergaderingen", "meetings", ">"),
        ("reden", "reason", ""),
    ),
    CoverageRow: (
        *_CELL,
        ("partners", "partners", ""),
        ("aankomst", "arrival", ""),
        ("reden", "reason", ""),
    ),
    ResilienceRow: (*_CELL, ("routes", "routes", ""), ("onmisbaar", "indispensable", "|")),
    WhatIfRow: (*_CELL, ("aankomst_nu", "arrival_now", ""), ("aankomst_dan", "arrival_then", "")),
    GapRow: (*_CELL, ("voorstel", "proposal", " "), ("opent", "opens", "")),
}


def as_csv(kind: type[Row], rows: Iterable[Row]) -> str:
    """Write rows of one kind as CSV: `,`, LF, a header; an empty cell where there is nothing.

    No value needs quotes: codes, days, spaces and fixed words only.

    >>> print(as_csv(WhatIfRow, [WhatIfRow("G1", "jeugd", Level.POLICY, None, date(2027, 1, 14))]))
    gebied,domein,niveau,aankomst_nu,aankomst_dan
    G1,jeugd,beleid,,2027-01-14
    <BLANKLINE>
    """
    columns = COLUMNS[kind]
    lines = [",".join(name for name, _, _ in columns)]
    for row in rows:
        cells = []
        for _, attribute, joiner in columns:
            value = getattr(row, attribute)
            if joiner:
                cells.append(joiner.join(map(str, value)))
            else:
                cells.append("" if value is None else str(value))
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def as_json(kind: type[Row], rows: Iterable[Row]) -> str:
    """Write rows of one kind as a JSON list, one object a line, with the keys of the CSV.

    null where there is no value, a number for partners and routes, a list (empty when there is
    none) where the CSV joins values.

    >>> print(as_json(ResilienceRow, [ResilienceRow("G1", "jeugd", Level.BOARD, 1, ("B1", "S1"))]))
    [
    {"gebied": "G1", "domein": "jeugd", "niveau": "bestuur", "routes": 1, "onmisbaar": ["B1", "S1"]}
    ]
    <BLANKLINE>
    """
    lines = [
        json.dumps(
            {name: _plain(getattr(row, attribute)) for name, attribute, _ in COLUMNS[kind]},
            ensure_ascii=False,
        )
        for row in rows
    ]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"


def _plain(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(item) for item in value]
        case StrEnum():
            return value.value
        case _:
            return value
