"""What a change of the network that nobody made yet would do: to roads, open signals and reserves.

One answer for an agreement that is signed or ends, a table that stops and a seat that becomes
vacant. It is `network.effect` from the database, in words and in rows.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, cached_property, partial
from time import monotonic
from typing import Any, Final

from flask import request
from sqlalchemy import ColumnElement, Text, and_, cast, or_, select
from sqlalchemy.orm import joinedload
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import Optional

import network.region as pure
from coordinator import clock, governance, granted, mandates, maps, planning, web
from coordinator.agenda import queries as agenda
from coordinator.db import session
from coordinator.labels import LEVEL_WORDS, label
from coordinator.models import (
    AgendaItem,
    Agreement,
    AgreementStatus,
    AgreementVersion,
    Area,
    ClauseKind,
    Domain,
    Grant,
    Journey,
    JourneyStatus,
    Level,
    Meeting,
    Partner,
    Reason,
    Seat,
    Signal,
    Tafel,
    VersionStatus,
)
from network.effect import (
    ArrivalChange,
    Effect,
    WeaknessChange,
    effect,
    with_agreement,
    with_seat,
    without_seat,
    without_tafel,
)
from network.planner import Planner

GAINED, LOST, FASTER, SLOWER = "erbij", "weg", "eerder", "later"
KINDS: Final = [
    (GAINED, "Weg erbij"),
    (LOST, "Weg verdwijnt"),
    (FASTER, "Eerder"),
    (SLOWER, "Later"),
]
SIGNALS_SHOWN: Final = 10
NAMED: Final = 3
A_DAY: Final = timedelta(days=1)
CELLS_AT_ONCE: Final = 500
"""Areas x domains of a region whose list of agreements computes every effect it shows."""


class EffectFilter(web.FilterForm):
    """For signals given on which day, and which rows of the table."""

    day = DateField("Signaal gegeven op", name="dag", validators=[Optional()])
    kind = SelectField("Wat verandert", name="wat")
    domain = SelectField("Domein", name="domein")
    level = SelectField("Naar", name="niveau")
    area = SelectField("Gebied", name="gebied")

    @property
    def chosen_day(self) -> date:
        """Return the day that was asked, or today; the field then shows that day."""
        asked = web.as_of(has_own_field=True, is_of_now=True)
        if self.day.data is None or request.args.get(self.day.name):
            self.day.data = asked
        return self.day.data


AGAINST_NOTHING: Final = "geen"


class VersionEffectFilter(EffectFilter):
    """For a version of an agreement: beside which other one it is put, from its first day on.

    Without a choice it is the signed one before it.
    """

    against = SelectField("Vergelijk met", name="tegen")

    def __init__(self, version: AgreementVersion, versions: Sequence[AgreementVersion]) -> None:
        others = {str(one.number): one for one in versions if one.number != version.number}
        pairs = [(key, f"Versie {key}, {label(one.status).lower()}") for key, one in others.items()]
        pairs.insert(0, (AGAINST_NOTHING, "Geen afspraak"))
        super().__init__(**choices(), against=pairs)
        self.against.choices = [SelectChoice(*pair) for pair in pairs]
        self.day.data = self.day.data or first_day(version, clock.today())
        if not self.against.data:
            before = [
                key
                for key, one in others.items()
                if one.number < version.number and one.status is VersionStatus.SIGNED
            ]
            self.against.data = before[-1] if before else AGAINST_NOTHING
        self.compared = others.get(self.against.data)


def choices() -> dict[str, list[tuple[str, str]]]:
    """Return what `EffectFilter` offers in this region."""
    region = planning.planner().region
    holding = {code for area in region.local_areas for code in region.containing(area.code)}
    areas = sorted((region.areas_by_code[code].name, code) for code in holding)
    return {
        "kind": KINDS,
        "domain": sorted(((d.code, d.name) for d in region.domains), key=lambda pair: pair[1]),
        "level": [(level.value, label(level)) for level in planning.TARGETS],
        "area": [(code, name) for name, code in areas],
    }


# The changes that can be looked at.


@dataclass(frozen=True)
class Change:
    """A change of the network, and how its sentences begin."""

    key: tuple[object, ...]
    start: str
    after: Callable[[pure.Region], pure.Region]
    why_none: Sequence[str]
    """Why it may well change no road, where that can be seen beforehand."""
    before: Callable[[pure.Region], pure.Region] | None = None
    """What it is compared with, where that is not the network as it is."""
    now: str = "nu"
    """How sentences call what it is compared with."""
    columns: tuple[str, str] = ("Nu", "Dan")
    """The two sides, above columns of a table."""
    is_turned: bool = False
    """Whether what would fall away is shown as what it makes possible."""
    partners: frozenset[str] = frozenset()
    """The partners whose ways in change."""
    tafels: frozenset[str] = frozenset()
    """The tables at which a signal may wait for another meeting."""
    stops: str | None = None
    """The table without which everything else stays: only plans that pass it can change."""
    idle: Callable[[pure.Region], Collection[str]] = lambda _region: ()
    """The tables at which nobody would be left on the day."""

    @cached_property
    def planners(self) -> tuple[Planner, Planner]:
        """Return the planners of what it is compared with, and of the network as it would be."""
        planner = planning.planner()
        region = planner.region
        before = planner if self.before is None else planner.changed_to(self.before(region))
        return before, before.changed_to(self.after(region))


def is_there(thing: Agreement | Tafel) -> bool:
    """Whether it is still part of the network, so that it can be asked what it does."""
    region = planning.planner().region
    if isinstance(thing, Tafel):
        return thing.code in region.tafels_by_code
    return thing.code in region.agreements_by_code


UNSIGNED: Final = (AgreementStatus.DRAFT, AgreementStatus.TO_SIGN)
_OPEN: Final = (VersionStatus.DRAFT, VersionStatus.TO_SIGN, VersionStatus.REFUSED)


def agreement_change(agreement: Agreement, day: date, *, is_turned: bool = False) -> Change:
    """Return for a signed agreement that it does not hold from the day on, else its signature.

    What would be signed is its newest text; where that one is no longer open, what rests on it.
    `is_turned` shows of a signed one what it makes possible now. For signals given on the day its
    end does what the status `opgezegd` does; what was given before may still get through.
    """
    if agreement.status in UNSIGNED:
        text = governance.newest_texts([agreement]).get(agreement.id)
        if text is not None and text.status in _OPEN:
            return version_change(text, day)
    region = planning.planner().region
    is_signed = agreement.status is AgreementStatus.SIGNED
    code = agreement.code
    dates = (agreement.starts_on, _last_day(day, agreement.ends_on))

    def after(before: pure.Region) -> pure.Region:
        if not is_signed:
            return with_agreement(before, code, AgreementStatus.SIGNED)
        return with_agreement(before, code, dates=dates)

    own = {tafel.code for tafel in region.tafels if tafel.agreement == code}
    steps = [step for step in region.handovers if step.agreement == code]
    why = []
    if not own and not steps:
        why.append("Er rust geen tafel en geen doorgeleiding op deze afspraak.")
    elif agreement.ends_on and agreement.ends_on < day:
        why.append(
            f"De laatste dag van deze afspraak is {web.day(agreement.ends_on)}. "
            "Op de gekozen dag geldt zij al niet meer."
        )
    return Change(
        ("agreement", code, is_signed),
        "Zonder deze afspraak" if is_signed and not is_turned else "Met deze afspraak",
        after,
        why,
        now="anders" if is_turned and is_signed else "nu",
        columns=("Zonder afspraak", "Met afspraak") if is_turned and is_signed else ("Nu", "Dan"),
        is_turned=is_turned and is_signed,
        tafels=frozenset(own | {t for step in steps for t in (step.source, step.target)}),
    )


def version_change(
    version: AgreementVersion, day: date, against: AgreementVersion | None = None
) -> Change:
    """Return that a version is in force, compared with another version of it or with none.

    Both come with all that stands in them; see `governance.whole`. None is the agreement not
    being in force from the day on.
    """
    agreement = version.agreement
    code = agreement.code
    in_force = planning.planner().region.agreements_by_code[code]
    before: Callable[[pure.Region], pure.Region] | None = None
    now, columns = "nu", ("Nu", "Dan")
    start = "Met deze afspraak"
    if against is not None:
        columns = (f"Versie {against.number}", f"Versie {version.number}")
        start = f"Met versie {version.number}"
        now = f"met versie {against.number}"
        if not governance.is_shown(against):
            before = partial(governance.region_with, version=against, as_written=True)
    elif in_force.status is AgreementStatus.SIGNED:
        columns, now = ("Zonder afspraak", "Met afspraak"), "anders"
        dates = (agreement.starts_on, _last_day(day, agreement.ends_on))
        before = partial(with_agreement, code=code, dates=dates)

    why = []
    if all(each.kind in (ClauseKind.NOTHING, ClauseKind.POWER) for each in version.clauses):
        why.append("Geen artikel geeft een doorgeleiding, een mandaat of een zetel.")
    if version.starts_on and day < version.starts_on:
        why.append(
            f"De eerste dag van deze versie is {web.day(version.starts_on)}. "
            "Op de gekozen dag geldt zij nog niet."
        )
    elif version.last_day and version.last_day < day:
        why.append(
            f"De laatste dag van deze versie is {web.day(version.last_day)}. "
            "Op de gekozen dag geldt zij al niet meer."
        )
    return Change(
        ("version", *_text_key(version), *(_text_key(against) if against else (None,))),
        start,
        partial(governance.region_with, version=version, as_written=against is not None),
        why,
        before=before,
        now=now,
        columns=columns,
        partners=_partners_of(version) | (_partners_of(against) if against else frozenset()),
        tafels=_tafels_of(version) | (_tafels_of(against) if against else frozenset()),
    )


def warnings(version: AgreementVersion, today: date) -> list[str]:
    """Return what a text that is not signed yet contradicts, and whose mandate it moves."""
    if version.status not in (VersionStatus.DRAFT, VersionStatus.TO_SIGN):
        return []
    found = [conflict.text for conflict in mandates.conflicts_of(version)]
    found += mandates.rivals_of(version)
    found += mandates.passed_on_in_vain(version, today)
    region = planning.planner().region
    code = version.agreement.code
    given = {
        clause.tafel.code
        for clause in version.clauses
        if clause.kind is ClauseKind.MANDATE and clause.tafel
    }
    for tafel in region.tafels:
        if tafel.code in given and tafel.agreement is None:
            found.append(
                f"{tafel.name} vergadert nu zonder dat zij op een afspraak rust. Met deze afspraak "
                "vergadert zij alleen zolang die geldt."
            )
        elif tafel.code in given and tafel.agreement not in (None, code):
            found.append(
                f"Het mandaat van {tafel.name} rust nu op «{_agreement_title(region, tafel)}». Met "
                "deze afspraak rust het daar niet meer op."
            )
        elif tafel.agreement == code and tafel.code not in given:
            found.append(
                f"Het mandaat van {tafel.name} rust dan op geen afspraak meer. De tafel blijft "
                "vergaderen."
            )
    return found


def _agreement_title(region: pure.Region, tafel: pure.Tafel) -> str:
    return region.agreements_by_code[tafel.agreement].title if tafel.agreement else ""


def agreement_granted(
    agreement: Agreement, change: Change, *, is_lapsing: bool
) -> granted.Granted | None:
    """Return what the text of an agreement gives, or what lapses with it."""
    version = governance.newest_signed(agreement.id) or governance.newest(agreement)
    if is_lapsing:
        return granted.find_lapsed(change.start, version)
    return granted.find_granted(change.start, version)


def _text_key(version: AgreementVersion) -> tuple[object, ...]:
    """Return what a version is known by: another text, or another end, is another change."""
    text = governance.hash_of(governance.canonical_text(version))
    return version.public_id, text, version.last_day


def _partners_of(version: AgreementVersion) -> frozenset[str]:
    """Return the partners to whom its clauses give a seat."""
    return frozenset(
        clause.partner.code
        for clause in version.clauses
        if clause.kind is ClauseKind.SEAT and clause.partner
    )


def _tafels_of(version: AgreementVersion) -> frozenset[str]:
    """Return the tables that its clauses are about."""
    found = (tafel for clause in version.clauses for tafel in (clause.tafel, clause.target))
    return frozenset(tafel.code for tafel in found if tafel)


def _last_day(first_without: date, ends_on: date | None) -> date:
    before = first_without - A_DAY if first_without > date.min else date.min
    return min(before, ends_on or before)


def tafel_change(tafel: Tafel, day: date) -> Change:
    """Return that a table stops: the day before is its last day."""
    region = planning.planner().region
    code = tafel.code
    meets = any(
        meeting.on >= day and meeting.status is pure.MeetingStatus.PLANNED
        for meeting in region.meetings_by_tafel[code]
    )
    why = [] if meets else ["Deze tafel vergadert vanaf deze dag niet meer."]
    return Change(
        ("tafel", code),
        "Zonder deze tafel",
        lambda before: without_tafel(before, code, day),
        why,
        stops=code,
    )


def seat_change(seat: Seat, day: date) -> Change:
    """Return that a seat becomes vacant: the day before is its last day."""
    region = planning.planner().region
    table, partner = seat.tafel.code, seat.partner.code
    own = pure.Seat(
        table, partner, seat.role.code, seat.person, seat.vote, seat.starts_on, seat.ends_on
    )
    same = [other for other in region.seats_by_tafel[table] if other.partner == partner]
    why = []
    if region.tafels_by_code[table].is_open:
        why.append("Deze tafel is open: ook zonder zetel kan iedereen er een signaal brengen.")
    if len(same) > 1:
        why.append(f"{seat.partner.name} heeft nog een zetel aan deze tafel.")

    def after(before: pure.Region) -> pure.Region:
        changed = without_seat(before, own, day)
        for _ in range(same.count(own) - 1):  # its likes, from which nothing tells it apart, stay
            changed = with_seat(changed, own)
        return changed

    return Change(
        ("seat", seat.id),
        "Zonder deze zetel",
        after,
        why,
        partners=frozenset({partner}),
        tafels=frozenset({table}),
    )


def vacant_choices(tafel: Tafel) -> dict[str, Seat]:
    """Return the seats of a table that are not over, by what chooses one in the address."""
    if tafel.ended_on is not None:
        return {}
    seats = session().scalars(
        select(Seat)
        .join(Seat.partner)
        .where(Seat.tafel_id == tafel.id, Seat.ended_on.is_(None))
        .where(or_(Seat.ends_on.is_(None), Seat.ends_on >= clock.today()))
        .options(joinedload(Seat.tafel), joinedload(Seat.partner), joinedload(Seat.role))
        .order_by(Partner.name, Seat.id)
    )
    return {str(seat.id): seat for seat in seats}


# What it does to the roads.


@dataclass(frozen=True)
class Line:
    """One row of the table: a cell whose road changes. `days` is the difference."""

    area: str
    area_code: str
    domain: str
    domain_code: str
    level: Level
    kind: str
    now: date | None
    then: date | None
    days: int | None


@dataclass(frozen=True)
class Reserve:
    """A table that every road of some cells comes to pass, or does not have to pass any more."""

    name: str
    code: str
    more: int
    fewer: int


@dataclass(frozen=True)
class Shown:
    """What a change does, as the pages show it."""

    day: date
    headline: str
    sentences: tuple[str, ...]
    why_none: tuple[str, ...]
    """Why no road changes; empty when one does."""
    lines: tuple[Line, ...]
    weak_sentences: tuple[str, ...]
    reserves: tuple[Reserve, ...]
    columns: tuple[str, str]
    """What is compared, above the columns of tables."""

    @property
    def is_now(self) -> bool:
        """Whether it is compared with the network as it is."""
        return self.columns[0] == "Nu"

    def chosen(self, form: EffectFilter) -> list[Line]:
        """Return the rows that the filter keeps."""
        area = form.area.data
        region = planning.planner().region
        return [
            line
            for line in self.lines
            if (not form.kind.data or line.kind == form.kind.data)
            and (not form.domain.data or line.domain_code == form.domain.data)
            and (not form.level.data or line.level.value == form.level.data)
            and (not area or area in region.containing(line.area_code))
        ]


def shown(change: Change, day: date) -> Shown:
    """Return what a change does to roads and reserves, for signals given on a day."""
    region = planning.planner().region
    found = _found(change, day)
    lines = tuple(_lines(region, found))
    return Shown(
        day,
        _headline(region, lines),
        tuple(_sentences(region, change, lines)),
        () if lines else tuple(_why_none(region, change, found)),
        lines,
        tuple(_weak_sentences(region, change, found.weaknesses)),
        tuple(_reserves(region, found.weaknesses)),
        change.columns,
    )


def drawn(change: Change, day: date) -> maps.Drawing | None:
    """Return the map with what a change brings and takes; None where it looks the same."""
    found = _found(change, day)
    before, after = (planner.region for planner in change.planners)
    drawing = maps.change_map(
        *((after, before) if change.is_turned else (before, after)),
        day,
        opened=[(row.area, row.domain) for row in found.gained],
        closed=[(row.area, row.domain) for row in found.lost],
        key=(*change.key, change.is_turned),
    )
    return drawing if drawing.marks else None


def headline(change: Change, day: date) -> str:
    """Return what a change does in one sentence."""
    region = planning.planner().region
    sentence = _headline(region, tuple(_lines(region, _found(change, day))))
    if not change.is_turned:
        _headlines(day)[change.key] = sentence
    return sentence


def first_day(version: AgreementVersion, today: date) -> date:
    """Return from which day on it is said what a version changes: not before it holds."""
    return max(today, version.starts_on or today)


def version_headline(version: AgreementVersion, today: date) -> str | None:
    """Return in one sentence what signing a version changes; None when its agreement is gone.

    It is put beside the signed version before it, or beside none, from its first day on. The
    version comes with all that stands in it; see `governance.whole`.
    """
    if not is_there(version.agreement):
        return None
    before = governance.newest_signed(version.agreement_id, before=version.number)
    day = first_day(version, today)
    return headline(version_change(version, day, before), day)


def version_headlines(
    versions: Iterable[AgreementVersion], today: date, *, seconds: float = 0
) -> dict[str, str | None]:
    """Return, by public id, what signing each of these versions changes; for lists.

    In a large region only what was looked at before is known, and what can be found in so many
    seconds; None for the others.
    """
    is_small, until = _is_small(), monotonic() + seconds
    versions = [version for version in versions if is_there(version.agreement)]
    before = governance.signed_before(versions)
    found: dict[str, str | None] = {}
    for version in versions:
        day = first_day(version, today)
        change = version_change(version, day, before.get(version.id))
        if change.key not in _headlines(day) and (is_small or monotonic() < until):
            headline(change, day)
        found[version.public_id] = _headlines(day).get(change.key)
    return found


def _is_small() -> bool:
    region = planning.planner().region
    return len(region.local_areas) * len(region.domains) <= CELLS_AT_ONCE


def headlines_to_sign(agreements: Iterable[Agreement]) -> dict[str, str | None]:
    """Return, by code, what each agreement that is not signed yet would do with signatures.

    In a large region only what was looked at before is known; None for the others.
    """
    today = clock.today()
    is_small, known = _is_small(), _headlines(today)
    unsigned = [one for one in agreements if one.status in UNSIGNED and is_there(one)]
    texts = governance.newest_texts(unsigned)
    texts = {key: text for key, text in texts.items() if text.status in _OPEN}
    headlines = version_headlines(texts.values(), today)
    found: dict[str, str | None] = {}
    for agreement in unsigned:
        if agreement.id in texts:
            found[agreement.code] = headlines[texts[agreement.id].public_id]
            continue
        change = agreement_change(agreement, today)
        if is_small and change.key not in known:
            headline(change, today)
        found[agreement.code] = known.get(change.key)
    return found


def headlines_without(
    agreements: Iterable[Agreement], *, seconds: float = 0
) -> dict[str, str | None]:
    """Return, by code, what would change today without each of these signed agreements.

    In a large region only what was looked at before is known, and what can be found in so many
    seconds; None for the others.
    """
    today = clock.today()
    is_small, known, until = _is_small(), _headlines(today), monotonic() + seconds
    found = {}
    for agreement in filter(is_there, agreements):
        change = agreement_change(agreement, today)
        if change.key not in known and (is_small or monotonic() < until):
            headline(change, today)
        found[agreement.code] = known.get(change.key)
    return found


def _headlines(day: date) -> dict[tuple[object, ...], str]:
    """Return the sentences known of this network on a day; whoever makes one adds it."""
    known: dict[tuple[object, ...], str] = planning.remembered(("headlines", day), dict)
    return known


def _found(change: Change, day: date) -> Effect:
    def answer() -> Effect:
        before, after = change.planners
        return effect(before.region, after.region, day, before, after, change.idle(before.region))

    found = planning.remembered(("effect", *change.key, day), answer)
    return _turned(found) if change.is_turned else found


def _turned(found: Effect) -> Effect:
    """Return the same difference seen from the other side."""

    def road(row: ArrivalChange) -> ArrivalChange:
        return replace(
            row,
            arrival_before=row.arrival_after,
            arrival_after=row.arrival_before,
            reason_before=row.reason_after,
            reason_after=row.reason_before,
        )

    def reserve(row: WeaknessChange) -> WeaknessChange:
        return replace(
            row,
            routes_before=row.routes_after,
            routes_after=row.routes_before,
            indispensable_before=row.indispensable_after,
            indispensable_after=row.indispensable_before,
        )

    return replace(
        found,
        arrivals=tuple(map(road, found.arrivals)),
        reasons=tuple(map(road, found.reasons)),
        weaknesses=tuple(map(reserve, found.weaknesses)),
    )


def kind_of(now: date | None, then: date | None) -> str | None:
    """Return what happens to one arrival; None for nothing.

    >>> kind_of(None, date(2027, 1, 14))
    'erbij'
    """
    if now == then:
        return None
    if now is None:
        return GAINED
    if then is None:
        return LOST
    return FASTER if then < now else SLOWER


def _lines(region: pure.Region, found: Effect) -> Iterable[Line]:
    order = [kind for kind, _ in KINDS]
    lines = [
        Line(
            region.areas_by_code[row.area].name,
            row.area,
            region.domains_by_code[row.domain].name,
            row.domain,
            row.level,
            kind,
            row.arrival_before,
            row.arrival_after,
            row.days,
        )
        for row in found.arrivals
        if (kind := kind_of(row.arrival_before, row.arrival_after))
    ]
    return sorted(
        lines,
        key=lambda one: (order.index(one.kind), one.area, one.domain, one.level.rank),
    )


def _where(region: pure.Region, count: int) -> str:
    """Return "1 gemeente" or "14 gemeenten"; gebieden where not all are gemeenten."""
    if {area.kind for area in region.local_areas} == {"gemeente"}:
        return f"{web.number(count)} {'gemeente' if count == 1 else 'gemeenten'}"
    return f"{web.number(count)} {'gebied' if count == 1 else 'gebieden'}"


def _days(days: Iterable[int]) -> str:
    sizes = sorted(abs(number) for number in days)
    least, most = sizes[0], sizes[-1]
    if least != most:
        return f"{least} tot {most} dagen"
    return "1 dag" if most == 1 else f"{most} dagen"


def _sentences(region: pure.Region, change: Change, lines: Iterable[Line]) -> Iterable[str]:
    """Return one sentence per kind, domain and level: gains before losses, the largest first."""
    grouped: dict[tuple[str, str, Level], list[Line]] = defaultdict(list)
    for line in lines:
        grouped[line.kind, line.domain, line.level].append(line)
    order = [kind for kind, _ in KINDS]
    for (kind, domain, level), group in sorted(
        grouped.items(),
        key=lambda item: (order.index(item[0][0]), -len(item[1]), item[0][1], item[0][2].rank),
    ):
        what, where, to = domain.lower(), _where(region, len(group)), LEVEL_WORDS[level]
        if kind == GAINED:
            yield f"{change.start} kan {what} in {where} {to} bereiken; {change.now} niet."
        elif kind == LOST:
            no = "niet meer" if change.now == "nu" else "niet"
            yield f"{change.start} kan {what} in {where} {to} {no} bereiken; {change.now} wel."
        else:
            days = _days(line.days for line in group if line.days is not None)
            yield f"{change.start} komt {what} in {where} {days} {kind} bij {to}."


def _headline(region: pure.Region, lines: Sequence[Line]) -> str:
    """Return "Opent een weg voor onderwijs in 14 gemeenten en maakt wegen in 3 sneller."."""
    parts = []
    for kind, verb in ((GAINED, "opent een weg voor"), (LOST, "sluit de weg voor")):
        areas: dict[str, set[str]] = defaultdict(set)
        for line in lines:
            if line.kind == kind:
                areas[line.domain].add(line.area_code)
        if areas:
            largest = sorted(areas.items(), key=lambda item: (-len(item[1]), item[0]))
            words = [
                f"{domain.lower()} in {_where(region, len(where))}"
                for domain, where in largest[:NAMED]
            ]
            if (more := len(largest) - NAMED) > 0:
                words.append(f"nog {more} {'domein' if more == 1 else 'domeinen'}")
            parts.append(f"{verb} {web.enumerate_words(words)}")
    for kind, word in ((FASTER, "sneller"), (SLOWER, "langzamer")):
        if where := {line.area_code for line in lines if line.kind == kind}:
            parts.append(f"maakt wegen in {_where(region, len(where))} {word}")
    if not parts:
        return "Verandert geen enkele weg."
    sentence = web.enumerate_words(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _why_none(region: pure.Region, change: Change, found: Effect) -> Iterable[str]:
    """Return why no road changes: what is known of it, and where something else is missing."""
    yield from change.why_none
    still: dict[tuple[str, Level, Reason], int] = Counter(
        (region.domains_by_code[row.domain].name, row.level, row.reason_after)
        for row in found.reasons
        if row.reason_after is not None
    )
    for (domain, level, reason), count in sorted(
        still.items(), key=lambda item: (-item[1], item[0][0], item[0][1].rank)
    ):
        yield (
            f"{domain} kan in {_where(region, count)} {LEVEL_WORDS[level]} nu niet bereiken, "
            f"en dan ook niet: {label(reason).lower()}."
        )
    if not change.why_none and not still:
        yield (
            "Op deze dag gaan de snelste wegen hier niet langs, of er is een andere weg die even "
            "snel is."
        )


# What it does to the reserves.


def _weak_sentences(
    region: pure.Region, change: Change, rows: Iterable[WeaknessChange]
) -> Iterable[str]:
    """Return where one road is left or comes, and where there comes more than one."""
    words = {
        "new": "{start} heeft {domain} in {where} één weg naar {to}, en geen tweede.",
        "narrow": "{start} heeft {domain} in {where} nog maar één weg naar {to}.",
        "wide": "{start} heeft {domain} in {where} meer dan één weg naar {to}.",
    }
    counted: dict[tuple[str, str, Level], int] = defaultdict(int)
    for row in rows:
        before, after = row.routes_before, row.routes_after
        domain = region.domains_by_code[row.domain].name
        if after == 1 and before != 1:
            counted["narrow" if before else "new", domain, row.level] += 1
        elif before == 1 and after > 1:
            counted["wide", domain, row.level] += 1
    order = list(words)
    for (kind, domain, level), count in sorted(
        counted.items(),
        key=lambda item: (order.index(item[0][0]), -item[1], item[0][1], item[0][2].rank),
    ):
        yield words[kind].format(
            start=change.start,
            domain=domain.lower(),
            where=_where(region, count),
            to=LEVEL_WORDS[level],
        )


def _reserves(region: pure.Region, rows: Iterable[WeaknessChange]) -> list[Reserve]:
    """Return the tables that become or stop being the only way, where a road is left."""
    more: Counter[str] = Counter()
    fewer: Counter[str] = Counter()
    for row in rows:
        if row.routes_after:
            more.update(row.appeared)
            fewer.update(row.vanished)
    tafels = region.tafels_by_code
    return sorted(
        (
            Reserve(tafels[code].name, code, more[code], fewer[code])
            for code in more.keys() | fewer.keys()
        ),
        key=lambda one: (-one.more, -one.fewer, one.name, one.code),
    )


# What it does to open signals.


@dataclass(frozen=True)
class Moved:
    """One journey whose arrival would change, under the title that this person may read."""

    title: str
    domain: str
    level: Level
    now: date | None
    then: date | None


@dataclass(frozen=True)
class OpenSignals:
    """What happens to signals under way: sentences for everybody, rows for who reads them."""

    sentences: tuple[str, ...]
    is_rounded: bool
    rows: tuple[Moved, ...]
    more: int
    """How many rows are left out."""


_MOVED: Final = {
    GAINED: ("{how_many} komt dan wel aan.", "{how_many} komen dan wel aan."),
    LOST: ("{how_many} komt niet meer aan.", "{how_many} komen niet meer aan."),
    FASTER: ("{how_many} komt eerder aan.", "{how_many} komen eerder aan."),
    SLOWER: ("{how_many} komt later aan.", "{how_many} komen later aan."),
}
FEWEST: Final = 5
"""Smaller numbers could point at somebody: they are not said, and larger ones are rounded."""


def open_signals(change: Change, day: date, grants: Iterable[Grant]) -> OpenSignals:
    """Return which open signals would arrive earlier, later or not at all; nothing is written.

    The leercoördinator sees exact numbers; others see rounded ones, and titles only of what is on
    agendas that they read.
    """
    touched = _found(change, day).touched
    tafels = agenda.tafels_of(grants)
    first, then = change.planners
    foreseen = cache(_arrival)

    def arrival(planner: Planner, row: Any) -> date | None:
        if row.status is JourneyStatus.TRAVELLING:  # what has closed today is too late for it
            return planning.plan_of(planner, row)[1].arrival_on
        return foreseen(planner, planning.Position.of(row))

    signals: dict[str, set[int]] = {kind: set() for kind, _ in KINDS}
    moved: list[tuple[int, date | None, date | None]] = []
    for row in _journeys(touched, change):
        now = row.arrival_on if change.before is None else arrival(first, row)
        new = arrival(then, row)
        if change.is_turned:
            now, new = new, now
        if kind := kind_of(now, new):
            signals[kind].add(row.signal_id)
            moved.append((row.id, now, new))
    rows, more = _titled(moved, tafels)
    travelling = set(session().scalars(select(Signal.id).where(Signal.leervraag.has())))
    questions = {kind: ids & travelling for kind, ids in signals.items()}
    signals = {kind: ids - travelling for kind, ids in signals.items()}
    sentences = (*_counted(signals, is_exact=tafels is None), *_counted_questions(questions))
    return OpenSignals(sentences, tafels is not None, tuple(rows), more)


def _arrival(planner: Planner, position: planning.Position) -> date | None:
    """Return the arrival of `planning.find_plan`, without the rest of the plan where that can."""
    region = planner.region
    if (
        position.at_tafel is not None
        or position.submit_on is None
        or position.area not in region.areas_by_code
        or position.domain not in region.domains_by_code
    ):
        return planning.find_plan(planner, position).arrival_on
    cell = (position.area, position.domain, position.level, position.submit_on)
    if not planner.may_arrive([position.partner], *cell):  # the reason would take longest
        return None
    found = planner.arrival(position.partner, *cell)
    return None if isinstance(found, Reason) else found


def _journeys(touched: frozenset[tuple[str, str]], change: Change) -> Sequence[Any]:
    """Return the open journeys that the change may reach, as plain columns: one query."""
    by_domain: dict[str, list[str]] = defaultdict(list)
    for area, domain in sorted(touched):
        by_domain[domain].append(area)
    near: list[ColumnElement[bool]] = [
        and_(Domain.code == domain, Area.code.in_(areas)) for domain, areas in by_domain.items()
    ]
    near += [
        Partner.code.in_(change.partners),
        planning.AT_TAFEL.code.in_(change.tafels),
        planning.CAME_FROM.code.in_(change.tafels),
    ]
    if change.stops is not None:
        plan = cast(Journey.plan, Text)
        near = [plan.contains(json.dumps(change.stops), autoescape=True)]
    return planning.positions(session(), or_(*near))


def _counted(signals: dict[str, set[int]], *, is_exact: bool) -> Iterable[str]:
    if is_exact:
        for kind, _ in KINDS:
            if count := len(signals[kind]):
                one, several = _MOVED[kind]
                words = "Eén open signaal" if count == 1 else f"{web.number(count)} open signalen"
                yield (one if count == 1 else several).format(how_many=words)
        if not any(signals.values()):
            yield "Geen enkel open signaal komt eerder, later of niet meer aan."
        return
    large = [kind for kind, _ in KINDS if len(signals[kind]) >= FEWEST]
    for kind in large:
        rounded = round(len(signals[kind]) / FEWEST) * FEWEST
        yield _MOVED[kind][1].format(how_many=f"Ongeveer {web.number(rounded)} open signalen")
    if not large:
        yield "Minder dan 5 open signalen komen eerder, later of niet meer aan."


def _counted_questions(questions: dict[str, set[int]]) -> Iterable[str]:
    """Return what happens to leervragen that travel: they are open to all members."""
    for kind, ids in questions.items():
        if ids:
            one, several = _MOVED[kind]
            words = "Eén leervraag" if len(ids) == 1 else f"{web.number(len(ids))} leervragen"
            yield (one if len(ids) == 1 else several).format(how_many=words)


def _titled(
    moved: Sequence[tuple[int, date | None, date | None]], tafels: set[int] | None
) -> tuple[list[Moved], int]:
    """Return the moved journeys whose titles these agendas open, the soonest first; and the rest.

    As on the pages that end an agreement: one that was not sent on yet has no title to read.
    """
    by_day = sorted(moved, key=lambda one: (one[1] or date.max, one[0]))
    known: dict[int, Any] = {}
    for start in range(0, len(by_day), 500):
        statement = (
            select(
                Journey.id,
                Signal.sent_on,
                Signal.title_for_tafels,
                Domain.name,
                Journey.level,
                Signal.leervraag.has().label("is_leervraag"),
            )
            .join(Journey.signal)
            .join(Journey.domain)
            .where(Journey.id.in_([one[0] for one in by_day[start : start + 500]]))
        )
        if tafels is not None:
            statement = statement.where(
                Signal.sent_on.is_not(None),
                Journey.items.any(AgendaItem.meeting.has(Meeting.tafel_id.in_(tafels))),
            )
        known |= {row.id: row for row in session().execute(statement)}
        if tafels is None and len(known) >= SIGNALS_SHOWN:
            break
    readable = len(by_day) if tafels is None else len(known)
    rows: list[Moved] = []
    for journey_id, now, then in by_day:
        if journey_id in known and len(rows) < SIGNALS_SHOWN:
            about = known[journey_id]
            is_told = about.sent_on or about.is_leervraag
            title = web.titled(about.title_for_tafels, about.is_leervraag) if is_told else ""
            rows.append(Moved(title, about.name, about.level, now, then))
    return rows, readable - len(rows)
