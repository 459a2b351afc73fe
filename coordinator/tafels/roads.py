"""Where signals have a road and where not: the heat map, its reasons in words, and all journeys.

The answers are those of `network.answers`, computed from the database.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import network.region as pure
from coordinator import clock, governance, planning
from coordinator.db import session
from coordinator.models import AgreementStatus, Level, MeetingStatus, Reason
from network import answers
from network.answers import CoverageRow, RouteRow
from network.planner import Planner

QUICK, MIDDLING = 42, 91
"""Days: what the legend of the heat map calls within six weeks, and within three months."""

MISSING: Final[dict[Reason | None, str]] = {
    Reason.NO_PARTNER: "partner",
    Reason.NO_ENTRY: "ingang",
    Reason.NO_HANDOVER: "doorgeleiding",
    Reason.NO_AGREEMENT: "afspraak",
    Reason.NO_MEETING: "vergadering",
}
"""What a cell without a road lacks, short enough for a cell."""

Rows = dict[tuple[str, str, Level], CoverageRow]


def coverage(day: date) -> Rows:
    """Return the coverage of the whole region for signals given on a day, by cell."""
    planner = governance.planner_on(day)

    def compute() -> Rows:
        rows = answers.coverage(planner.region, day, planner)
        return {(row.area, row.domain, row.level): row for row in rows}

    return planning.remembered(("coverage", day), compute)


def local_areas(region: pure.Region, within: str | None) -> list[pure.Area]:
    """Return the areas of the heat map by name, all of them or those within an area."""
    areas = [
        area
        for area in region.local_areas
        if within is None or within in region.containing(area.code)
    ]
    return sorted(areas, key=lambda area: (area.name, area.code))


def containers(region: pure.Region) -> list[tuple[str, str]]:
    """Return code and name of the areas that hold others, to choose a part of the map with."""
    codes = {code for area in region.local_areas for code in area.part_of}
    codes |= {code for inner in list(codes) for code in region.containing(inner)}
    names = container_names(region, codes)
    return sorted(names.items(), key=lambda pair: (pair[1], pair[0]))


def container_names(region: pure.Region, codes: Iterable[str]) -> dict[str, str]:
    """Return the names of areas, with their kind where several are called the same."""
    areas = [region.areas_by_code[code] for code in codes]
    counted = Counter(area.name for area in areas)
    return {
        area.code: f"{area.name} ({area.kind})"
        if counted[area.name] > 1 and area.kind
        else area.name
        for area in areas
    }


def shade(row: CoverageRow, day: date) -> int:
    """Return how dark a cell is: 3 within six weeks, 2 within three months, 1 later, 0 no road."""
    if row.arrival is None:
        return 0
    days = (row.arrival - day).days
    return 3 if days <= QUICK else 2 if days <= MIDDLING else 1


@dataclass(frozen=True)
class Explanation:
    """Why a cell has no road, and what could help, in words; with what it is about."""

    why: str
    help: str
    partners: Sequence[pure.Partner] = ()
    tafels: Sequence[pure.Tafel] = ()
    agreements: Sequence[pure.Agreement] = ()


def ways_in(
    region: pure.Region, partners: Iterable[str], area: str, domain: str, day: date
) -> list[pure.Tafel]:
    """Return the tables where a signal of one of these partners on a cell can come in."""
    partners = set(partners)
    return [
        tafel
        for tafel in region.tafels
        if region.covers(tafel, area, domain)
        and (
            tafel.is_open
            or any(
                seat.partner in partners and (seat.ends_on is None or seat.ends_on >= day)
                for seat in region.seats_by_tafel[tafel.code]
            )
        )
    ]


def explain(row: CoverageRow, day: date) -> Explanation:
    """Return why there is no road for a cell, and what could help."""
    planner = governance.planner_on(day)
    region = planner.region
    where = region.areas_by_code[row.area].name
    what = region.domains_by_code[row.domain].name
    to = "een beleidstafel" if row.level is Level.POLICY else "een bestuurstafel"
    codes = region.partners_in(row.area, row.domain)
    partners = [region.partners_by_code[code] for code in codes]
    covering = [t for t in region.tafels if region.covers(t, row.area, row.domain)]
    targets = [t for t in covering if t.level is row.level]
    entries = ways_in(region, codes, row.area, row.domain, day)
    match row.reason:
        case Reason.NO_PARTNER:
            return Explanation(
                f"In {where} werkt geen partner aan {what}. Daarom kan daar niemand vanuit "
                "een organisatie een signaal geven.",
                "Zoek een organisatie die dit werk daar doet. "
                "Neem haar op in de gegevens van de regio.",
            )
        case Reason.NO_ENTRY:
            return Explanation(
                f"In {where} werken wel partners aan {what}. Maar zij zitten niet aan een tafel "
                "die hierover gaat, en er is geen open tafel.",
                "Geef een van deze partners een zetel aan een van deze tafels, of maak een "
                "tafel open."
                if covering
                else f"Er is geen tafel die in {where} over {what} gaat. Breid het werk van een "
                "bestaande tafel uit.",
                partners=partners,
                tafels=covering,
            )
        case Reason.NO_HANDOVER:
            return Explanation(
                f"Een signaal komt wel binnen. Maar vanaf daar mag het niet door naar {to}.",
                f"Spreek een doorgeleiding af. Deze tafels nemen signalen over {what} aan:"
                if targets
                else f"Er is geen tafel op dit niveau die in {where} over {what} gaat. Breid het "
                "werk van een bestaande tafel uit. Maak daarna een doorgeleiding.",
                partners=partners,
                tafels=[*entries, *(t for t in targets if t not in entries)],
            )
        case Reason.NO_AGREEMENT:
            helping = _helping_agreements(planner, row, codes, covering, day)
            return Explanation(
                "De weg is er, maar hij rust op een afspraak die dan niet geldt.",
                "Met deze afspraak, ondertekend en geldig op die dag, komt het signaal verder."
                if len(helping) == 1
                else "Kijk welke van deze afspraken u kunt laten ondertekenen of verlengen.",
                agreements=helping,
            )
        case _:
            on_the_way = [*entries, *(t for t in targets if t not in entries)]
            return Explanation(
                f"De weg is er, maar er staan te weinig vergaderingen in de agenda om {to} te "
                "bereiken.",
                "Zet nieuwe vergaderingen in de agenda van deze tafels.",
                tafels=sorted(
                    _without_meeting(region, on_the_way, day) or on_the_way,
                    key=lambda tafel: (tafel.level.rank, tafel.name),
                ),
            )


def _without_meeting(
    region: pure.Region, tafels: Iterable[pure.Tafel], day: date
) -> list[pure.Tafel]:
    """Return the tables that hold no meeting from a day on."""
    return [
        tafel
        for tafel in tafels
        if not any(
            meeting.on >= day and meeting.status is MeetingStatus.PLANNED
            for meeting in region.meetings_by_tafel[tafel.code]
        )
    ]


def _helping_agreements(
    planner: Planner,
    row: CoverageRow,
    partners: Sequence[str],
    covering: Sequence[pure.Tafel],
    day: date,
) -> list[pure.Agreement]:
    """Return the agreements that give a road when signed; else all on the way not in force."""
    region = planner.region
    codes = {tafel.code for tafel in covering}
    resting = {tafel.agreement for tafel in covering} | {
        h.agreement for h in region.handovers if h.source in codes and h.target in codes
    }
    closed = [
        region.agreements_by_code[code]
        for code in sorted(code for code in resting if code is not None)
        if not region.in_force(code, day)
    ]
    unsigned = [a for a in closed if a.status is not AgreementStatus.SIGNED][:10]
    helping = [
        agreement
        for agreement in unsigned
        if planner.with_agreement(agreement.code, AgreementStatus.SIGNED).earliest(
            partners, row.area, row.domain, row.level, day
        )[0]
    ]
    ends = [region.agreements_by_code[c] for c in sorted(c for c in resting if c is not None)]
    return helping or closed or ends


# All journeys of the region.


def plan(day: date) -> list[RouteRow]:
    """Return the best route of every signal given until a day, on the network of that day.

    For today that is every signal, exactly as `python -m network routes` gives it.
    """
    today = clock.today()
    signals = planning.signals_on(session(), day)
    if day != today:
        signals = tuple(one for one in signals if one.given_on <= day)

    def routes() -> list[RouteRow]:
        planner = governance.planner_on(day)
        return answers.routes(planner.region.changed(signals=signals), planner)

    return planning.remembered(("routes", day, today, signals), routes, is_large=True)


def plan_as_csv(day: date) -> str:
    """Return the same as `python -m network routes` writes it."""
    return answers.as_csv(RouteRow, plan(day))
