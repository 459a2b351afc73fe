"""What the pages on offers look up: offers, places for learning, and what fits which need."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

import network.region as pure
from coordinator import clock, events, planning, web
from coordinator.choosing import Option
from coordinator.db import session
from coordinator.labels import label
from coordinator.models import (
    Account,
    Area,
    Domain,
    GoalStatus,
    LearningEvent,
    LearningFormat,
    LearningGoal,
    LearningOffer,
    LearningStructure,
    Leervraag,
    LeervraagState,
    Level,
    Meeting,
    MeetingStatus,
    ObjectKind,
    Partner,
    StructureKind,
    Tafel,
)
from network import matching
from network.matching import Areas, Asked, Fit, Lack, Matcher, Need

ASKING: Final = (LeervraagState.ASKED, LeervraagState.CHOSEN, LeervraagState.ALIGNED)
"""Of a leervraag in one of these states the answer is still sought."""
REACHING: Final = (GoalStatus.OPEN, GoalStatus.PARKED)
FITTING_SHOWN: Final = 3


def find_offer(public_id: str) -> LearningOffer | None:
    """Return an offer with what it names; also one that has ended."""
    return session().scalar(
        select(LearningOffer)
        .where(LearningOffer.public_id == public_id)
        .options(
            joinedload(LearningOffer.area),
            joinedload(LearningOffer.provider_partner),
            joinedload(LearningOffer.structure),
            selectinload(LearningOffer.domains),
        )
    )


def find_structure(public_id: str) -> LearningStructure | None:
    """Return a place for learning with what it names; also one that has ended."""
    return session().scalar(
        select(LearningStructure)
        .where(LearningStructure.public_id == public_id)
        .options(
            joinedload(LearningStructure.area),
            joinedload(LearningStructure.tafel),
            selectinload(LearningStructure.domains),
        )
    )


def _there(kind: type[LearningOffer | LearningStructure | Tafel], day: date) -> ColumnElement[bool]:
    return or_(kind.ended_on.is_(None), kind.ended_on > day)


def _holding(kind: type[LearningOffer | LearningStructure], area: str) -> ColumnElement[bool]:
    """Return whether something is for an area: for the whole region, or for one that holds it."""
    codes = list(_ground().areas.steps(area))
    return or_(kind.area_id.is_(None), kind.area.has(Area.code.in_(codes)))


# The lists.


@dataclass(frozen=True)
class Wanted:
    """Which offers the list shows."""

    format: LearningFormat | None = None
    level: Level | None = None
    domain: str | None = None
    area: str | None = None
    provider: str | None = None
    cost: str | None = None
    text: str | None = None
    has_ended: bool = False


def offers(wanted: Wanted) -> Select[LearningOffer]:
    """Select the offers that are there, or those that ended, by title."""
    there = _there(LearningOffer, clock.today())
    statement = (
        select(LearningOffer)
        .where(~there if wanted.has_ended else there)
        .options(
            joinedload(LearningOffer.area),
            joinedload(LearningOffer.provider_partner),
            joinedload(LearningOffer.structure),
            selectinload(LearningOffer.domains),
        )
        .order_by(func.lower(LearningOffer.title), LearningOffer.id)
    )
    if wanted.format:
        statement = statement.where(LearningOffer.format == wanted.format)
    if wanted.level:
        own = LearningOffer.level == wanted.level
        statement = statement.where(or_(LearningOffer.level.is_(None), own))
    if wanted.domain:
        own = LearningOffer.domains.any(Domain.code == wanted.domain)
        statement = statement.where(or_(LearningOffer.all_domains, own))
    if wanted.area:
        statement = statement.where(_holding(LearningOffer, wanted.area))
    if wanted.provider:
        statement = statement.where(
            or_(
                LearningOffer.provider.icontains(wanted.provider, autoescape=True),
                LearningOffer.provider_partner.has(
                    Partner.name.icontains(wanted.provider, autoescape=True)
                ),
                LearningOffer.structure.has(
                    LearningStructure.name.icontains(wanted.provider, autoescape=True)
                ),
            )
        )
    if wanted.cost:
        cents = LearningOffer.cost_cents
        asked = {"gratis": cents == 0, "kosten": cents > 0, "onbekend": cents.is_(None)}
        statement = statement.where(asked[wanted.cost])
    if wanted.text:
        statement = statement.where(
            or_(
                LearningOffer.title.icontains(wanted.text, autoescape=True),
                LearningOffer.description.icontains(wanted.text, autoescape=True),
            )
        )
    return statement


def count_offers() -> tuple[int, int]:
    """Return how many offers are there, and how many have ended."""
    there = _there(LearningOffer, clock.today())
    row = session().execute(
        select(func.count(LearningOffer.id), func.count(case((there, LearningOffer.id))))
    )
    total, open_now = row.one()
    return open_now, total - open_now


def structures(*, has_ended: bool = False) -> Select[LearningStructure]:
    """Select the places for learning that are there, or those that ended, by kind and name."""
    kinds = {kind: place for place, kind in enumerate(StructureKind)}
    there = _there(LearningStructure, clock.today())
    return (
        select(LearningStructure)
        .where(~there if has_ended else there)
        .options(
            joinedload(LearningStructure.area),
            joinedload(LearningStructure.tafel),
            selectinload(LearningStructure.domains),
        )
        .order_by(
            case(kinds, value=LearningStructure.kind),
            func.lower(LearningStructure.name),
            LearningStructure.id,
        )
    )


def count_ended_structures() -> int:
    """Return how many places for learning have ended."""
    there = _there(LearningStructure, clock.today())
    counted = session().scalar(select(func.count(LearningStructure.id)).where(~there))
    return counted or 0


def has_ended(thing: LearningOffer | LearningStructure) -> bool:
    """Whether its last day has passed."""
    return thing.ended_on is not None and thing.ended_on <= clock.today()


def last_day(thing: LearningOffer | LearningStructure) -> date | None:
    """Return the last day on which it is there, where that is known."""
    return thing.ended_on - timedelta(days=1) if thing.ended_on is not None else None


def amount_typed(cents: int) -> str:
    """Return 125000 as "1.250", and 1250 as "12,50"."""
    euros, rest = divmod(cents, 100)
    return f"{web.number(euros)},{rest:02}" if rest else web.number(euros)


def offers_of(structure: LearningStructure) -> Select[LearningOffer]:
    """Select what is offered at a place for learning now."""
    return offers(Wanted()).where(LearningOffer.structure_id == structure.id)


def moments_of(thing: LearningOffer | LearningStructure, *, at_most: int) -> list[LearningEvent]:
    """Return the learning events that were planned from an offer or at a place, the last first."""
    column = (
        LearningEvent.offer_id if isinstance(thing, LearningOffer) else LearningEvent.structure_id
    )
    return list(
        session().scalars(
            select(LearningEvent)
            .where(column == thing.id)
            .order_by(LearningEvent.held_on.desc(), LearningEvent.id.desc())
            .limit(at_most)
        )
    )


def history(thing: LearningOffer | LearningStructure, reader: Account) -> list[events.Entry]:
    """Return what was done to an offer or a place for learning."""
    kinds = (ObjectKind.OFFER, ObjectKind.STRUCTURE)
    return events.history(reader, kinds, [thing.public_id])


# What a form offers.


def partner_options(also: Partner | None = None) -> list[Option]:
    """Return the partners of the region; and who is named already."""
    rows = session().execute(
        select(Partner.code, Partner.name)
        .where(Partner.there_on(clock.today()))
        .order_by(Partner.name, Partner.code)
    )
    found = [Option(code, name) for code, name in rows]
    if also is not None and also.code not in {one.code for one in found}:
        found.append(Option(also.code, also.name, "hoort niet meer bij het netwerk"))
    return found


def area_options(also: Area | None = None) -> list[Option]:
    """Return the areas of the region; and one that is named already."""
    rows = session().execute(
        select(Area.code, Area.name, Area.kind)
        .where(Area.there_on(clock.today()))
        .order_by(Area.name, Area.code)
    )
    found = [Option(code, name, kind) for code, name, kind in rows]
    if also is not None and also.code not in {one.code for one in found}:
        found.append(Option(also.code, also.name, "hoort niet meer bij de regio"))
    return found


def domain_options(also: Iterable[Domain] = ()) -> list[Option]:
    """Return the domains of the region; and those that are named already."""
    rows = session().execute(
        select(Domain.code, Domain.name)
        .where(Domain.there_on(clock.today()))
        .order_by(Domain.name, Domain.code)
    )
    found = {code: Option(code, name) for code, name in rows}
    for one in also:
        found.setdefault(one.code, Option(one.code, one.name, "hoort niet meer bij de regio"))
    return list(found.values())


def tafel_options(also: Tafel | None = None) -> list[Option]:
    """Return the tables of the region; and one that is named already."""
    rows = session().execute(
        select(Tafel.code, Tafel.name, Tafel.level)
        .where(Tafel.there_on(clock.today()))
        .order_by(Tafel.name, Tafel.code)
    )
    found = [Option(code, name, label(level).lower()) for code, name, level in rows]
    if also is not None and also.code not in {one.code for one in found}:
        found.append(Option(also.code, also.name, "hoort niet meer bij het netwerk"))
    return found


def structure_options(also: LearningStructure | None = None) -> list[Option]:
    """Return the places for learning; and one that is named already."""
    rows = session().execute(
        select(LearningStructure.public_id, LearningStructure.name, LearningStructure.kind)
        .where(_there(LearningStructure, clock.today()))
        .order_by(LearningStructure.name, LearningStructure.id)
    )
    found = [Option(public_id, name, label(kind).lower()) for public_id, name, kind in rows]
    if also is not None and also.public_id not in {one.code for one in found}:
        found.append(Option(also.public_id, also.name, "is er niet meer"))
    return found


def find_domains(codes: Collection[str]) -> list[Domain]:
    """Return these domains."""
    if not codes:
        return []
    return list(session().scalars(select(Domain).where(Domain.code.in_(codes))))


def find_area(code: str) -> Area | None:
    """Return an area of the region."""
    return session().scalar(select(Area).where(Area.code == code)) if code else None


def find_partner(code: str) -> Partner | None:
    """Return a partner of the region."""
    return session().scalar(select(Partner).where(Partner.code == code)) if code else None


def find_tafel(code: str) -> Tafel | None:
    """Return a table of the region."""
    return session().scalar(select(Tafel).where(Tafel.code == code)) if code else None


# What fits what.


@dataclass(frozen=True)
class _Ground:
    """How the areas of the region lie in each other, and what areas and domains are called."""

    areas: Areas
    area_names: Mapping[str, str]
    domain_names: Mapping[str, str]

    def domains(self, codes: Iterable[str]) -> str:
        """Return domains in words."""
        return web.enumerate_words(sorted(self.domain_names.get(code, code) for code in codes))

    def area(self, code: str) -> str:
        return self.area_names.get(code, code)


def _ground() -> _Ground:
    return planning.remembered(("ground of matching", clock.today()), _read_ground)


def _read_ground() -> _Ground:
    """Read only areas and domains: a page on one question needs no planner."""
    there = Area.there_on(clock.today())
    whole = aliased(Area)
    part_of: dict[str, list[str]] = defaultdict(list)
    parts = select(Area.code, whole.code).join(Area.part_of.of_type(whole)).where(there)
    for code, outer in session().execute(parts):
        part_of[code].append(outer)
    areas = session().execute(select(Area.code, Area.name, Area.scale).where(there)).all()
    domains = session().execute(
        select(Domain.code, Domain.name).where(Domain.there_on(clock.today()))
    )
    region = pure.Region(
        areas=tuple(
            pure.Area(code, name, scale, part_of=tuple(part_of[code]))
            for code, name, scale in areas
        )
    )
    return _Ground(
        Areas(region),
        {code: name for code, name, _ in areas},
        {row.code: row.name for row in domains},
    )


def _domains_of(kind: Any, *where: ColumnElement[bool]) -> dict[int, set[str]]:
    """Return the codes of the domains that are there, by the id of what deals with them."""
    rows = session().execute(
        select(kind.id, Domain.code)
        .join(kind.domains)
        .where(Domain.there_on(clock.today()), *where)
    )
    found: dict[int, set[str]] = defaultdict(set)
    for own_id, code in rows:
        found[own_id].add(code)
    return found


def _values(
    kind: type[LearningOffer | LearningStructure], *where: ColumnElement[bool]
) -> list[Any]:
    """Return offers or places that are there as plain values; their code is their public id."""
    title = LearningOffer.title if kind is LearningOffer else LearningStructure.name
    here = (_there(kind, clock.today()), *where)
    domains = _domains_of(kind, *here)
    rows = session().execute(
        select(kind.id, kind.public_id, title, kind.level, kind.all_domains, Area.code)
        .outerjoin(kind.area)
        .where(*here)
        .order_by(func.lower(title), kind.id)
    )
    return [
        matching.Offer(
            public_id,
            name,
            level,
            None if all_domains else frozenset(domains[own_id]),
            area,
        )
        for own_id, public_id, name, level, all_domains, area in rows
    ]


def reason(fit: Fit) -> str:
    """Return in words why an offer or place fits: its level, its domains, its area."""
    return " ".join(_sentences(fit).values())


def lacking(fit: Fit) -> str:
    """Return in words what keeps an offer from fitting."""
    said = _sentences(fit)
    return " ".join(said[lack] for lack in Lack if lack in fit.lacks)


def _sentences(fit: Fit) -> dict[Lack, str]:
    """Return what is to be said of each that an offer can lack."""
    return {
        Lack.LEVEL: _level_words(fit),
        Lack.DOMAIN: _domain_words(fit),
        Lack.AREA: _area_words(fit),
    }


def _level_words(fit: Fit) -> str:
    if fit.offer.level is None:
        return "Voor elk niveau."
    if Lack.LEVEL in fit.lacks:
        return f"Het is voor een ander niveau: {label(fit.offer.level)}."
    return f"{'Zelfde niveau' if fit.is_own_level else 'Niveau'}: {label(fit.offer.level)}."


def _domain_words(fit: Fit) -> str:
    words = _ground().domains
    if fit.offer.domains is None:
        return "Voor alle domeinen."
    if Lack.DOMAIN in fit.lacks and not fit.need.domains:
        return "Bij de vraag staat geen domein."
    if Lack.DOMAIN in fit.lacks:
        return f"Het gaat niet over {words(fit.need.domains)}."
    if fit.missing:
        return f"Gaat over {words(fit.shared)}, niet over {words(fit.missing)}."
    return f"Gaat over {words(fit.shared)}."


def _area_words(fit: Fit) -> str:
    name = _ground().area
    if fit.offer.area is None:
        return "Voor de hele regio."
    where = name(fit.offer.area)
    if Lack.AREA in fit.lacks:
        return f"Het is alleen voor {where}."
    if fit.area is None or fit.steps == 0:
        return f"In {where}."
    return f"In {where}, daar hoort {name(fit.area)} bij."


@dataclass(frozen=True)
class Place:
    """A place where people learn already: one that was recorded, or a standing table."""

    kind: str
    name: str
    reason: str
    structure_id: str
    """The public id of a place that was recorded; empty for a table that is none."""
    tafel: str
    """The code of the table that it is; empty for a place that is none."""
    contact: str
    next_on: date | None
    """The next meeting of the table."""


def structures_for(
    level: Level | None, domain_ids: Collection[int], area_id: int | None
) -> list[Place]:
    """Return the places for learning and standing tables that fit, the best first.

    No level is every level, no domains is all of them, no area is the whole region.
    """
    ground = _ground()
    chosen = select(Domain.code).where(Domain.id.in_(domain_ids))
    domains = session().scalars(chosen).all() if domain_ids else ground.domain_names
    area = area_id and session().scalar(select(Area.code).where(Area.id == area_id))
    need = Need("", level, frozenset(domains), frozenset([area] if area else ()))
    recorded = {one.public_id: one for one in session().scalars(structures())}
    taken = [one.tafel_id for one in recorded.values() if one.tafel_id is not None]
    among = [*_values(LearningStructure), *_tafels(Tafel.id.not_in(taken))]
    fits = (matching.compare(need, one, ground.areas) for one in among)
    best = sorted((fit for fit in fits if not fit.lacks), key=lambda fit: fit.order)
    next_on = _next_meetings()
    return [_place(fit, recorded.get(fit.offer.code), next_on) for fit in best]


TAFEL: Final = "tafel "


def _tafels(*where: ColumnElement[bool]) -> list[matching.Offer]:
    """Return the standing tables as plain values."""
    here = (_there(Tafel, clock.today()), *where)
    domains = _domains_of(Tafel, *here)
    rows = session().execute(
        select(Tafel.id, Tafel.code, Tafel.name, Tafel.level, Tafel.all_domains, Area.code)
        .join(Tafel.area)
        .where(*here)
    )
    return [
        matching.Offer(
            TAFEL + code, name, level, None if all_domains else frozenset(domains[own_id]), area
        )
        for own_id, code, name, level, all_domains, area in rows
    ]


def _next_meetings() -> dict[str, date]:
    """Return the next meeting of each table by its code."""
    rows = session().execute(
        select(Tafel.code, func.min(Meeting.held_on))
        .join(Meeting.tafel)
        .where(Meeting.there_on(clock.today()), Meeting.held_on >= clock.today())
        .where(Meeting.status == MeetingStatus.PLANNED)
        .group_by(Tafel.code)
    )
    return {row[0]: row[1] for row in rows}


def _place(fit: Fit, structure: LearningStructure | None, next_on: Mapping[str, date]) -> Place:
    if structure is None:
        tafel = fit.offer.code.removeprefix(TAFEL)
        kind, contact = "Tafel", ""
    else:
        tafel = structure.tafel.code if structure.tafel is not None else ""
        kind, contact = label(structure.kind), structure.contact
    return Place(
        kind=kind,
        name=fit.offer.title,
        reason=reason(fit),
        structure_id=structure.public_id if structure is not None else "",
        tafel=tafel,
        contact=contact,
        next_on=next_on.get(tafel),
    )


@dataclass(frozen=True)
class Fitting:
    """An offer that fits a leervraag or goal, and why."""

    offer: LearningOffer
    reason: str


@dataclass(frozen=True)
class FittingOffers:
    """The best offers for a leervraag or goal, and how many fit in all."""

    best: Sequence[Fitting]
    total: int
    public_id: str
    """Of the leervraag or goal."""
    source: Mapping[str, str]
    """What a new leermoment is planned from, as its address names it."""


def fitting(thing: Leervraag | LearningGoal) -> FittingOffers | None:
    """Return the best offers for a leervraag or goal; None when it seeks none any more."""
    if not _is_sought(thing):
        return None
    need, areas = _need_of(thing), _ground().areas
    # Only what can fit is looked up, not the whole list.
    codes = {code for area in need.areas or areas.whole for code in areas.steps(area)}
    values = _values(
        LearningOffer,
        or_(LearningOffer.level.is_(None), LearningOffer.level == need.level),
        or_(LearningOffer.all_domains, LearningOffer.domains.any(Domain.code.in_(need.domains))),
        or_(LearningOffer.area_id.is_(None), LearningOffer.area.has(Area.code.in_(codes))),
    )
    fits = Matcher(values, areas).fits(need)
    return FittingOffers(
        _offers_of(fits[:FITTING_SHOWN]), len(fits), thing.public_id, _source(thing)
    )


def _source(thing: Leervraag | LearningGoal) -> dict[str, str]:
    return {"leervraag" if isinstance(thing, Leervraag) else "doel": thing.public_id}


def _is_sought(thing: Leervraag | LearningGoal) -> bool:
    if isinstance(thing, Leervraag):
        return thing.ended_on is None and thing.state in ASKING
    return thing.status in REACHING


def _need_of(thing: Leervraag | LearningGoal) -> Need:
    kind = type(thing)
    (need,) = _needs(kind, kind.id == thing.id)
    return need


def _offers_of(fits: Sequence[Fit]) -> list[Fitting]:
    found = {
        offer.public_id: offer
        for offer in session().scalars(
            select(LearningOffer).where(
                LearningOffer.public_id.in_([fit.offer.code for fit in fits])
            )
        )
    }
    return [Fitting(found[fit.offer.code], reason(fit)) for fit in fits]


def _needs(kind: type[Leervraag | LearningGoal], *where: ColumnElement[bool]) -> list[Need]:
    """Return leervragen or goals as plain values; their code is their public id.

    A leervraag is of its own area, else of where the asker's organisation works; a goal of the
    area of its table, or of where its partner works.
    """
    if kind is Leervraag:
        columns = select(
            Leervraag.id, Leervraag.public_id, Leervraag.level, Leervraag.partner_id, Area.code
        ).outerjoin(Leervraag.area)
        columns = columns.order_by(Leervraag.asked_on, Leervraag.id)
    else:
        columns = (
            select(
                LearningGoal.id,
                LearningGoal.public_id,
                LearningGoal.level,
                LearningGoal.partner_id,
                Area.code,
            )
            .outerjoin(LearningGoal.tafel)
            .outerjoin(Tafel.area)
            .order_by(LearningGoal.due_on, LearningGoal.id)
        )
    rows = session().execute(columns.where(*where)).all()
    domains = _domains_of(kind, *where)
    working = _working_areas()
    return [
        Need(
            public_id,
            level,
            frozenset(domains[own_id]),
            frozenset([area]) if area else working.get(partner_id, frozenset()),
        )
        for own_id, public_id, level, partner_id, area in rows
    ]


def _working_areas() -> dict[int | None, frozenset[str]]:
    found: dict[int | None, set[str]] = defaultdict(set)
    rows = session().execute(select(Partner.id, Area.code).join(Partner.working_areas))
    for partner_id, code in rows:
        found[partner_id].add(code)
    return {partner_id: frozenset(codes) for partner_id, codes in found.items()}


# What fits what, for the whole region.


@dataclass(frozen=True)
class Seeker:
    """A leervraag or a goal that seeks an offer."""

    thing: Leervraag | LearningGoal

    @property
    def leervraag(self) -> Leervraag | None:
        return self.thing if isinstance(self.thing, Leervraag) else None

    @property
    def goal(self) -> LearningGoal | None:
        return self.thing if isinstance(self.thing, LearningGoal) else None

    @property
    def public_id(self) -> str:
        return self.thing.public_id

    @property
    def text(self) -> str:
        return self.thing.question if isinstance(self.thing, Leervraag) else self.thing.better

    @property
    def source(self) -> dict[str, str]:
        """Return what a new leermoment is planned from, as its address names it."""
        return _source(self.thing)


@dataclass(frozen=True)
class Sought(Seeker):
    """What fits a leervraag or goal, or nearly does."""

    fitting: Sequence[Fitting] = ()
    more: int = 0
    nearest: Fitting | None = None


@dataclass(frozen=True)
class SoughtFilter:
    """Which leervragen and goals are shown."""

    kind: str | None = None
    level: str | None = None
    domain: str | None = None


UNASKED: Final[dict[Lack | None, str]] = {
    Lack.AREA: "Er zijn wel vragen hierover op dit niveau, maar uit een ander gebied.",
    Lack.LEVEL: "Er zijn wel vragen hierover uit dit gebied, maar op een ander niveau.",
    Lack.DOMAIN: "Er zijn wel vragen op dit niveau uit dit gebied, maar over een ander domein.",
    None: "Nog niemand vraagt iets dat hier dicht bij komt.",
}
"""Why nobody asks for an offer, by the one thing that lacks."""


class Matching:
    """All leervragen and goals that seek an offer, beside all offers that are there."""

    def __init__(self, wanted: SoughtFilter) -> None:
        self._matcher = Matcher(_values(LearningOffer), _ground().areas)
        leervragen = _needs(Leervraag, Leervraag.ended_on.is_(None), Leervraag.state.in_(ASKING))
        goals = _needs(LearningGoal, LearningGoal.status.in_(REACHING))
        self._asked = Asked([*leervragen, *goals], self._matcher.areas)
        self.unwanted = [one for one in self._matcher.offers if not self._asked.wants(one)]
        """The offers that no leervraag or goal asks for, whatever the filter."""
        self.met: list[tuple[str, Need]] = []
        self.unmet: list[tuple[str, Need]] = []
        for kind, needs in (("leervraag", leervragen), ("doel", goals)):
            for need in needs:
                if _is_wanted(kind, need, wanted):
                    found = self.met if self._matcher.is_met(need) else self.unmet
                    found.append((kind, need))

    @property
    def has_offers(self) -> bool:
        """Whether anything is offered at all."""
        return bool(self._matcher.offers)

    def of(self, public_id: str) -> list[tuple[str, Need]]:
        """Return the one leervraag or goal with this public id, when it seeks an offer."""
        return [row for row in (*self.met, *self.unmet) if row[1].code == public_id]

    def unasked(self, rows: Sequence[matching.Offer]) -> list[Fitting]:
        """Return rows of `unwanted` as a page shows them, with what lacks."""
        shown = _offers_with_all([one.code for one in rows])
        return [Fitting(shown[one.code], UNASKED[self._asked.lack(one)]) for one in rows]

    def sought(
        self, rows: Sequence[tuple[str, Need]], at_most: int = FITTING_SHOWN
    ) -> list[Sought]:
        """Return rows of `met` or `unmet` as a page shows them."""
        things = _things([need.code for _, need in rows])
        fits = {need.code: self._matcher.fits(need) for _, need in rows}
        near = {
            need.code: fit
            for _, need in rows
            if not fits[need.code] and (fit := self._matcher.nearest(need)) is not None
        }
        shown = [fit for found in fits.values() for fit in found[:at_most]]
        offers_by_id = {
            one.offer.public_id: one.offer for one in _offers_of([*shown, *near.values()])
        }

        return [
            Sought(
                things[need.code],
                fitting=[
                    Fitting(offers_by_id[fit.offer.code], reason(fit))
                    for fit in fits[need.code][:at_most]
                ],
                more=max(0, len(fits[need.code]) - at_most),
                nearest=Fitting(offers_by_id[fit.offer.code], lacking(fit))
                if (fit := near.get(need.code))
                else None,
            )
            for _, need in rows
        ]


def _is_wanted(kind: str, need: Need, wanted: SoughtFilter) -> bool:
    return (
        wanted.kind in (None, "", kind)
        and (not wanted.level or need.level == wanted.level)
        and (not wanted.domain or wanted.domain in need.domains)
    )


def _things(codes: Sequence[str]) -> dict[str, Leervraag | LearningGoal]:
    """Return leervragen and goals by their public id, with what a list shows of them."""
    leervragen = session().scalars(
        select(Leervraag)
        .where(Leervraag.public_id.in_(codes))
        .options(joinedload(Leervraag.area), selectinload(Leervraag.domains))
    )
    goals = session().scalars(
        select(LearningGoal)
        .where(LearningGoal.public_id.in_(codes))
        .options(
            joinedload(LearningGoal.tafel),
            joinedload(LearningGoal.partner),
            selectinload(LearningGoal.domains),
        )
    )
    return {one.public_id: one for one in (*leervragen, *goals)}


def _offers_with_all(public_ids: Sequence[str]) -> dict[str, LearningOffer]:
    """Return offers by their public id, with what a list shows of them."""
    statement = (
        select(LearningOffer)
        .where(LearningOffer.public_id.in_(public_ids))
        .options(
            joinedload(LearningOffer.area),
            joinedload(LearningOffer.provider_partner),
            joinedload(LearningOffer.structure),
            selectinload(LearningOffer.domains),
        )
    )
    return {one.public_id: one for one in session().scalars(statement)}


@dataclass(frozen=True)
class Reached(Seeker):
    """A leervraag or goal that an offer fits, and why."""

    reason: str


def reached_by(offer: LearningOffer) -> list[Fit]:
    """Return what an offer that is there fits, the best first.

    Only leervragen and goals of its level and domains are looked up.
    """
    areas = _ground().areas
    found: list[Fit] = []
    for value in _values(LearningOffer, LearningOffer.id == offer.id):
        for kind, is_open in (
            (Leervraag, Leervraag.ended_on.is_(None) & Leervraag.state.in_(ASKING)),
            (LearningGoal, LearningGoal.status.in_(REACHING)),
        ):
            where: list[ColumnElement[bool]] = [is_open]
            if value.level is not None:
                where.append(kind.level == value.level)
            if value.domains is not None:
                where.append(kind.domains.any(Domain.code.in_(value.domains)))
            found += [matching.compare(need, value, areas) for need in _needs(kind, *where)]
    return sorted((fit for fit in found if not fit.lacks), key=lambda fit: fit.order_of_need)


def reached(fits: Sequence[Fit]) -> list[Reached]:
    """Return rows of `reached_by` as a page shows them."""
    things = _things([fit.need.code for fit in fits])
    return [Reached(things[fit.need.code], reason(fit)) for fit in fits]
