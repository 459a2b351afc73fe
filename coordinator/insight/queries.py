"""What the map looks up: what somebody chose on it, what is on its way there, and its table.

The network itself is no secret to members. Signals are: who does not read the agenda of a table
gets a rounded number, and nobody but the leercoördinator hears what a partner gave (SAFETY 4, 9).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

import network.region as pure
from coordinator import maps, planning, web
from coordinator.agenda import queries as agenda
from coordinator.choosing import plain
from coordinator.db import session
from coordinator.maps import Mark
from coordinator.models import (
    OPEN_STATUSES,
    AgendaItem,
    Domain,
    Grant,
    ItemStatus,
    Journey,
    Meeting,
    MeetingStatus,
    Partner,
    RoleName,
    Signal,
    Tafel,
)
from network.graph import Surroundings, surroundings
from network.layout import Kind, LinkKind, Map, Node

SIGNALS_SHOWN: Final = 10
MATCHES_SHOWN: Final = 20
AREAS_NAMED: Final = 3
FEWEST: Final = 5
"""Smaller numbers could point at somebody; larger ones are rounded to this."""

Step = tuple[str, str]


@dataclass(frozen=True)
class Chosen:
    """A table or partner that was chosen, and its roads on the day: up, and back down."""

    key: str
    name: str
    tafel: pure.Tafel | None
    partner: pure.Partner | None
    around: Surroundings
    seated: tuple[pure.Partner, ...]
    """Who sits at the chosen table that day."""
    first: tuple[pure.Tafel, ...]
    """Where its signals go next: from a table on, or where a partner's come in."""
    reached: tuple[str, ...]
    """The names of the beleids- and bestuurstafels its signals can reach."""
    feeders: tuple[pure.Tafel, ...]
    """The tables that hand over to it."""

    @property
    def steps(self) -> dict[Step, Mark]:
        """Return what is marked on the map, by the two ends of a line."""
        found: dict[Step, Mark] = {}
        for source, target in self.around.feeding:
            step = f"tafel:{source}", f"tafel:{target}"
            found[step] = Mark.FEED if step[1] == self.key else Mark.BACK
        for partner in self.seated:
            found[f"partner:{partner.code}", self.key] = Mark.FEED
        for source, target in self.around.up:
            found[f"tafel:{source}", f"tafel:{target}"] = Mark.ROAD
        return found | {(self.key, f"tafel:{code}"): Mark.ROAD for code in self.around.entries}

    @property
    def marks(self) -> dict[str, Mark]:
        """Return what is marked on the map, by node: the nearest where it is several."""
        found: dict[str, Mark] = {}
        for wanted in (Mark.BACK, Mark.FEED, Mark.ROAD):
            for step, mark in self.steps.items():
                if mark is wanted:
                    found[step[0 if mark is not Mark.ROAD else 1]] = mark
        return found | {self.key: Mark.CHOSEN}


def find_chosen(
    region: pure.Region,
    key: str | None,
    day: date,
    domain: str | None = None,
    area: str | None = None,
) -> Chosen | None:
    """Return the table or partner of "tafel:B1" or "partner:lt1"; None when it is not there.

    With the roads of signals of every domain and area, or only of these.
    """
    kind, _, code = (key or "").partition(":")
    tafels = region.tafels_by_code
    if kind == Kind.TAFEL and code in tafels:
        around = surroundings(region, day, tafel=code, domain=domain, area=area)
        seats = [seat for seat in region.seats_by_tafel[code] if seat.valid_on(day)]
        partners = dict.fromkeys(seat.partner for seat in seats)
        first = (target for source, target in around.up if source == code)
        return Chosen(
            f"tafel:{code}",
            region.tafel_names[code],
            tafels[code],
            None,
            around,
            tuple(sorted((region.partners_by_code[p] for p in partners), key=_by_name)),
            _tafels(region, first),
            _reached(region, around, {code}),
            _tafels(region, (source for source, target in around.feeding if target == code)),
        )
    if kind == Kind.PARTNER and code in region.partners_by_code:
        around = surroundings(region, day, partner=code, domain=domain, area=area)
        return Chosen(
            f"partner:{code}",
            region.partners_by_code[code].name,
            None,
            region.partners_by_code[code],
            around,
            (),
            _tafels(region, around.entries),
            _reached(region, around, set()),
            (),
        )
    return None


def only_of(region: pure.Region, domain: str | None, area: str | None) -> str:
    """Return of which signals the roads of the chosen one are; empty where that is all of them."""
    about = region.domains_by_code.get(domain or "")
    place = region.areas_by_code.get(area or "")
    words = [f"over {about.name.lower()}"] if about else []
    words += [f"uit {place.name}"] if place else []
    return f"U ziet alleen de wegen van signalen {' '.join(words)}." if words else ""


def _tafels(region: pure.Region, codes: Iterable[str]) -> tuple[pure.Tafel, ...]:
    """Return these tables, each once, the highest first."""
    found = {region.tafels_by_code[code] for code in codes}
    return tuple(sorted(found, key=lambda tafel: (-tafel.level.rank, tafel.name, tafel.code)))


def _reached(region: pure.Region, around: Surroundings, without: set[str]) -> tuple[str, ...]:
    codes = {target for _, target in around.up} | set(around.entries)
    found = _tafels(region, codes - without)
    names = region.tafel_names
    return tuple(names[tafel.code] for tafel in found if tafel.level in planning.TARGETS)


def _by_name(partner: pure.Partner) -> tuple[str, str]:
    return partner.name, partner.code


# What is on its way.


@dataclass(frozen=True)
class Going:
    """One signal or leervraag on an agenda of the chosen table, or that its partner gave."""

    title: str
    detail: str
    meeting: str = ""
    signal: str = ""


@dataclass(frozen=True)
class OnItsWay:
    """What is on its way now: a sentence for everybody, rows for who may read them."""

    sentence: str
    rows: tuple[Going, ...] = ()
    more: int = 0


def on_its_way(chosen: Chosen, grants: Sequence[Grant]) -> OnItsWay | None:
    """Return what is on its way at the chosen one; None where this person may not know."""
    if chosen.tafel is not None:
        return _at_tafel(chosen.tafel, grants)
    if any(grant.role is RoleName.COORDINATOR for grant in grants):
        return _from_partner(chosen.key.partition(":")[2])
    return None


def _at_tafel(tafel: pure.Tafel, grants: Sequence[Grant]) -> OnItsWay:
    current = session()
    tafel_id = current.scalar(select(Tafel.id).where(Tafel.code == tafel.code))
    lying = (
        select(AgendaItem)
        .join(AgendaItem.meeting)
        .join(AgendaItem.journey)
        .join(Journey.signal)
        .where(
            Meeting.tafel_id == tafel_id,
            Meeting.status == MeetingStatus.PLANNED,
            AgendaItem.status == ItemStatus.PLANNED,
        )
    )
    several, questions = _counted(lying, Journey.signal_id)
    tafels = agenda.tafels_of(grants)
    if tafels is not None and tafel_id not in tafels:
        rounded = "Minder dan 5"
        if several >= FEWEST:
            rounded = f"Ongeveer {web.number(round(several / FEWEST) * FEWEST)}"
        sentence = f"{rounded} signalen zijn nu op weg naar deze tafel."
        if questions:  # these are open to all members
            sentence += f" {_sentence(0, questions, 'nu op weg naar deze tafel')}"
        return OnItsWay(sentence)
    rows = current.execute(
        lying.with_only_columns(
            Signal.title_for_tafels,
            Domain.name,
            Meeting.held_on,
            Meeting.public_id,
            Signal.leervraag.has(),
        )
        .join(Journey.domain)
        .order_by(Meeting.held_on, AgendaItem.id)
        .limit(SIGNALS_SHOWN)
    ).all()
    total = current.scalar(lying.with_only_columns(func.count()).order_by(None)) or 0
    return OnItsWay(
        _sentence(several, questions, "nu op weg naar deze tafel"),
        tuple(
            Going(web.titled(title, is_question), f"{domain}, {web.day(held_on)}", meeting=meeting)
            for title, domain, held_on, meeting, is_question in rows
        ),
        total - len(rows),
    )


def _from_partner(code: str) -> OnItsWay:
    current = session()
    given = (
        select(Signal)
        .join(Partner, Signal.partner_id == Partner.id)
        .where(Partner.code == code, Signal.status.in_(OPEN_STATUSES))
    )
    several, questions = _counted(given, Signal.id)
    rows = current.execute(
        given.with_only_columns(
            Signal.title, Signal.given_on, Signal.public_id, Signal.leervraag.has()
        )
        .order_by(Signal.given_on.desc(), Signal.id)
        .limit(SIGNALS_SHOWN)
    ).all()
    return OnItsWay(
        _sentence(several, questions, "van deze partner nu open"),
        tuple(
            Going(
                web.titled(title, is_question),
                f"{'gebracht' if is_question else 'gegeven'} op {web.day(given_on)}",
                signal=public_id,
            )
            for title, given_on, public_id, is_question in rows
        ),
        several + questions - len(rows),
    )


def _counted(
    found: Select[*tuple[Any, ...]], signal: InstrumentedAttribute[int]
) -> tuple[int, int]:
    """Return how many practice signals these are of, and how many leervragen that travel."""
    question = case((Signal.leervraag.has(), signal))
    columns = func.count(signal.distinct()), func.count(question.distinct())
    every, questions = session().execute(found.with_only_columns(*columns).order_by(None)).one()
    return every - questions, questions


def _sentence(signals: int, questions: int, where: str) -> str:
    if not signals and not questions:
        return f"Er is geen enkel signaal {where}."
    parts = []
    if signals:
        parts.append("één signaal" if signals == 1 else f"{web.number(signals)} signalen")
    if questions:
        parts.append("één leervraag" if questions == 1 else f"{web.number(questions)} leervragen")
    verb = "is" if signals + questions == 1 else "zijn"
    return f"Er {verb} {web.enumerate_words(parts)} {where}."


# The map in other words: its choices and its table.


def choices(region: pure.Region, found: Map, chosen: Chosen | None) -> list[tuple[str, str]]:
    """Return the tables and partners on a map to choose from; none of a folded map."""
    pairs = {}
    if chosen is not None:
        pairs[chosen.key] = chosen.name
    for node in found.nodes:
        if node.kind is Kind.TAFEL and not found.is_folded:
            area = region.areas_by_code[node.area or ""].name
            has_area = node.label != region.tafels_by_code[node.code].name
            pairs[node.key] = (
                f"{node.label} (tafel)" if has_area else f"{node.label} (tafel, {area})"
            )
        elif node.kind is Kind.PARTNER and not found.is_folded:
            pairs[node.key] = f"{node.label} (partner)"
    return sorted(pairs.items(), key=lambda pair: (pair[1], pair[0]))


@dataclass(frozen=True)
class Match:
    """A table or partner that was searched for."""

    key: str
    name: str
    detail: str


def matches(region: pure.Region, text: str) -> list[Match]:
    """Return the tables and partners with all these words in their name, code or area, by name."""
    words = plain(text).split()
    if not words:
        return []
    tafels = [(f"tafel:{one.code}", one.name, "tafel", (one.area,)) for one in region.tafels]
    partners = [
        (f"partner:{one.code}", one.name, "partner", one.working_areas) for one in region.partners
    ]
    found = []
    for key, name, kind, codes in (*tafels, *partners):
        areas = [region.areas_by_code[code].name for code in codes]
        sought = plain(" ".join((key.partition(":")[2], name, kind, *areas)))
        if all(word in sought for word in words):
            where = ", ".join(areas) if len(areas) <= AREAS_NAMED else f"{len(areas)} gebieden"
            found.append(Match(key, name, f"{kind}, {where}" if where else kind))
    return sorted(found, key=lambda one: (one.name, one.key))


@dataclass(frozen=True)
class Row:
    """One node in the table that says what the map shows."""

    node: Node
    domains: str
    area: str
    gives_to: tuple[Node, ...]
    """Tables a table hands over to; tables a partner sits at."""
    takes_from: int
    """How many tables hand over to a table."""
    seated: int


def table(region: pure.Region, found: Map) -> list[Row]:
    """Return the nodes of a map with their links, tables first, from board to practice."""
    gives_to: dict[str, list[Node]] = defaultdict(list)
    takes_from: dict[str, int] = defaultdict(int)
    seated: dict[str, int] = defaultdict(int)
    for link in found.links:
        gives_to[link.source].append(found.by_key[link.target])
        if link.kind is LinkKind.SEAT:
            seated[link.target] += 1
        else:
            takes_from[link.target] += 1
    return [
        Row(
            node,
            maps.domains_of(region, node),
            region.areas_by_code[node.area].name if node.area else "niet bekend",
            tuple(gives_to[node.key]),
            takes_from[node.key],
            seated[node.key],
        )
        for node in found.nodes
    ]


def around_chosen(day: date, chosen: Chosen, domain: str | None, level: pure.Level | None) -> Map:
    """Return a map of only what is near the chosen one, for where the whole would be folded."""
    keys = {key for key, mark in chosen.marks.items() if mark is not Mark.BACK}
    return maps.find_map(day, domain=domain, level=level, keys=frozenset(keys))
