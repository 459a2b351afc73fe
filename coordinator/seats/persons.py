"""Persons without whom a road breaks, in words; a named deputy counts as a second person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

import network.region as pure
from coordinator import governance, planning, web
from coordinator.db import session
from coordinator.labels import LEVEL_WORDS
from coordinator.models import GovernanceRole, Level, Partner, Seat, Tafel
from coordinator.seats import queries
from network.persons import unavoidable_persons

NAMED: Final = 3
"""So many areas are named in a sentence; the others are counted."""


@dataclass(frozen=True)
class Broken:
    """What cannot be reached without a person: one domain and level, from these areas."""

    domain_code: str
    domain: str
    level: Level
    areas: tuple[tuple[str, str], ...]
    """Code and name."""

    @property
    def sentence(self) -> str:
        """Return "Onderwijs kan in Oeverdam de bestuurstafel dan niet bereiken."."""
        return f"{self.domain} kan in {self.where} {LEVEL_WORDS[self.level]} dan niet bereiken."

    @property
    def where(self) -> str:
        """Return "Oeverdam en Waalwoude"; of many areas the first, and how many there are more."""
        names = self.names
        if self.is_long:
            names = [*names[:NAMED], f"nog {web.number(len(names) - NAMED)} gebieden"]
        return web.enumerate_words(names)

    @property
    def names(self) -> list[str]:
        return [name for _code, name in self.areas]

    @property
    def is_long(self) -> bool:
        """Whether the sentence leaves areas unnamed."""
        return len(self.areas) > NAMED + 1


@dataclass(frozen=True)
class Finding:
    """A person without whom something breaks."""

    name: str
    broken: tuple[Broken, ...]


@dataclass(frozen=True)
class Found:
    """What is known of a day: the persons by name, and of how many seats we know who holds it."""

    findings: tuple[Finding, ...]
    named: int
    seats: int


def find(day: date) -> Found:
    """Return the persons without whom a road breaks on a day; remembered as long as it holds."""
    found: Found = planning.remembered(("persons", day), lambda: _find(day))
    return found


def region_on(day: date) -> pure.Region:
    """Return the network of a day."""
    return governance.planner_on(day).region


def with_deputies(region: pure.Region, day: date) -> pure.Region:
    """Return the region in which each deputy holds the seat too: two persons hold it up."""
    rows = session().execute(
        select(
            Tafel.code,
            Partner.code,
            GovernanceRole.code,
            Seat.deputy,
            Seat.vote,
            Seat.starts_on,
            Seat.ends_on,
        )
        .join(Seat.tafel)
        .join(Seat.partner)
        .join(Seat.role)
        .where(Seat.deputy != "", Seat.there_on(day))
        .where(Tafel.there_on(day), Partner.there_on(day))
    )
    deputies = [pure.Seat(*row) for row in rows]
    return region.changed(seats=(*region.seats, *deputies)) if deputies else region


def _find(day: date) -> Found:
    region = with_deputies(region_on(day), day)
    cells: dict[str, dict[tuple[str, Level], list[str]]] = defaultdict(lambda: defaultdict(list))
    is_known = any(seat.person for seat in region.seats)
    for area, domain, level, names in unavoidable_persons(region, day) if is_known else ():
        for name in names:
            cells[name][domain, level].append(area)

    def named(codes: Sequence[str]) -> tuple[tuple[str, str], ...]:
        pairs = ((code, region.areas_by_code[code].name) for code in codes)
        return tuple(sorted(pairs, key=lambda pair: (pair[1], pair[0])))

    findings = [
        Finding(
            name,
            tuple(
                Broken(domain, region.domains_by_code[domain].name, level, named(codes))
                for (domain, level), codes in sorted(
                    by_question.items(), key=lambda item: (item[0][0], item[0][1].rank)
                )
            ),
        )
        for name, by_question in cells.items()
    ]
    holding = [line for line in queries.lines(day) if line.holds_on(day)]
    return Found(
        tuple(sorted(findings, key=lambda one: one.name.casefold())),
        sum(bool(line.person) for line in holding),
        len(holding),
    )


def remedies(findings: Sequence[Finding], day: date) -> dict[str, list[queries.Line]]:
    """Return per person the seats where a deputy would help.

    Those without one, at tables that deal with what breaks.
    """
    region = region_on(day)
    found: dict[str, list[queries.Line]] = {}
    for finding in findings:
        questions = {
            (holder, one.domain_code)
            for one in finding.broken
            for code, _name in one.areas
            for holder in region.containing(code)
        }

        def deals_with(code: str, questions: set[tuple[str, str]] = questions) -> bool:
            tafel = region.tafels_by_code.get(code)
            return tafel is not None and any(
                area == tafel.area and (tafel.domains is None or domain in tafel.domains)
                for area, domain in questions
            )

        found[finding.name] = [
            line
            for line in queries.lines(day)
            if line.person == finding.name
            and not line.deputy
            and line.holds_on(day)
            and deals_with(line.tafel_code)
        ]
    return found


def known_words(found: Found) -> str:
    """Return of how many seats we know who sits there, where that is not all of them."""
    if found.named == found.seats:
        return ""
    total = "1 zetel" if found.seats == 1 else f"{web.number(found.seats)} zetels"
    if not found.named:
        return (
            f"Bij geen van de {total} staat een naam. Zonder namen kunnen wij niet zien wat van "
            "één persoon afhangt."
        )
    return (
        f"Van {web.number(found.named)} van de {total} weten wij wie er zit. Wat van anderen "
        "afhangt, ziet u hier niet."
    )
