"""What is recorded of offers and of places for learning; what ended stays to be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm.attributes import flag_modified

from coordinator import clock, events
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.models import (
    Account,
    Area,
    Domain,
    LearningFormat,
    LearningOffer,
    LearningStructure,
    Level,
    Partner,
    StructureKind,
    Tafel,
    Verb,
)


@dataclass(frozen=True)
class Reach:
    """For whom something is: no level is every level, no area the whole region."""

    level: Level | None
    all_domains: bool
    domains: Sequence[Domain]
    area: Area | None


@dataclass(frozen=True)
class Terms:
    """What an offer says."""

    title: str
    description: str
    format: LearningFormat
    reach: Reach
    partner: Partner | None
    provider: str
    structure: LearningStructure | None
    cost_cents: int | None
    """Per person; 0 is free, None is not known."""
    places: int | None
    contact: str


@dataclass(frozen=True)
class PlaceTerms:
    """What is said of a place for learning."""

    name: str
    kind: StructureKind
    description: str
    contact: str
    tafel: Tafel | None
    reach: Reach


def add(terms: Terms, *, by: Account) -> LearningOffer:
    """Record an offer."""
    _check(terms)
    offer = LearningOffer(domains=[])
    _write(offer, terms)
    session().add(offer)
    session().flush()
    events.record(Verb.OFFER_ADDED, offer, by=by)
    return offer


def change(offer: LearningOffer, terms: Terms, *, by: Account) -> None:
    """Change what an offer says."""
    _check(terms)
    _write(offer, terms)
    flag_modified(offer, "title")  # other domains alone would not give it a new version
    session().flush()
    events.record(Verb.OFFER_CHANGED, offer, by=by, result="text")


def end(offer: LearningOffer, last_day: date | None, *, by: Account) -> None:
    """Say what the last day of an offer is; without a day it stays."""
    offer.ended_on = _day_after(last_day)
    session().flush()
    events.record(Verb.OFFER_CHANGED, offer, by=by, result=_ends(last_day))


def add_structure(terms: PlaceTerms, *, by: Account) -> LearningStructure:
    """Record a place for learning that is there."""
    _check_reach(terms.reach)
    structure = LearningStructure(domains=[])
    _write_structure(structure, terms)
    session().add(structure)
    session().flush()
    events.record(Verb.STRUCTURE_ADDED, structure, by=by)
    return structure


def change_structure(structure: LearningStructure, terms: PlaceTerms, *, by: Account) -> None:
    """Change what is said of a place for learning."""
    _check_reach(terms.reach)
    _write_structure(structure, terms)
    flag_modified(structure, "name")
    session().flush()
    events.record(Verb.STRUCTURE_CHANGED, structure, by=by, result="text")


def end_structure(structure: LearningStructure, last_day: date | None, *, by: Account) -> None:
    """Say what the last day of a place for learning is; without a day it stays."""
    structure.ended_on = _day_after(last_day)
    session().flush()
    events.record(Verb.STRUCTURE_CHANGED, structure, by=by, result=_ends(last_day))


def _check(terms: Terms) -> None:
    _check_reach(terms.reach)
    if terms.partner is not None and terms.provider:
        raise Refused(
            "U koos een organisatie en schreef ook een andere aanbieder. Laat één van beide leeg.",
            "provider",
        )
    if terms.partner is None and not terms.provider and terms.structure is None:
        raise Refused(
            "Kies welke organisatie of leerplek dit aanbiedt, of schrijf wie het is.", "partner"
        )


def _check_reach(reach: Reach) -> None:
    if not reach.all_domains and not reach.domains:
        raise Refused("Kies een of meer domeinen, of kies “Voor alle domeinen”.", "domains")
    if reach.all_domains and reach.domains:
        raise Refused(
            "U koos domeinen en ook “Voor alle domeinen”. Haal één van beide weg.", "domains"
        )


def _write(offer: LearningOffer, terms: Terms) -> None:
    offer.title, offer.description, offer.format = terms.title, terms.description, terms.format
    offer.provider_id = terms.partner.id if terms.partner else None
    offer.provider = terms.provider
    offer.structure_id = terms.structure.id if terms.structure else None
    offer.cost_cents = terms.cost_cents
    offer.places, offer.contact = terms.places, terms.contact
    _write_reach(offer, terms.reach)


def _write_structure(structure: LearningStructure, terms: PlaceTerms) -> None:
    structure.name, structure.kind = terms.name, terms.kind
    structure.description, structure.contact = terms.description, terms.contact
    structure.tafel_id = terms.tafel.id if terms.tafel else None
    _write_reach(structure, terms.reach)


def _write_reach(thing: LearningOffer | LearningStructure, reach: Reach) -> None:
    thing.level, thing.all_domains = reach.level, reach.all_domains
    thing.area_id = reach.area.id if reach.area else None
    if {domain.id for domain in thing.domains} != {domain.id for domain in reach.domains}:
        thing.domains = list(reach.domains)


def _day_after(last_day: date | None) -> date | None:
    return last_day + timedelta(days=1) if last_day is not None else None


def _ends(last_day: date | None) -> str:
    if last_day is None:
        return "stays"
    return "ended" if last_day < clock.today() else "ends"
