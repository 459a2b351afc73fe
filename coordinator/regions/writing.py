"""Writing the difference between a package and the database to the tables.

A row that is gone is deleted only when nothing else refers to it; what carries history gets
`ended_on`. A code that comes back revives the ended row. Signals are somebody's words: they are
never deleted or ended, and what was read, sent or given here is never changed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, select
from sqlalchemy.orm import joinedload, selectinload

import network.region as pure
from coordinator import clock, governance, planning
from coordinator.db import Base, ScopedSession
from coordinator.models import (
    Agreement,
    AgreementStatus,
    Area,
    Domain,
    GovernanceRole,
    Handover,
    Journey,
    JourneyChange,
    Leervraag,
    Meeting,
    Partner,
    Seat,
    Signal,
    Tafel,
)
from coordinator.regions.comparison import Change, Comparison, FileChanges
from coordinator.regions.queries import clean, may_change

CHUNK: Final = 1000

_Coded = Area | Domain | Partner | Agreement | Tafel | GovernanceRole | Leervraag


@dataclass
class Codes:
    """The rows of this region by their code, ended ones too."""

    areas: dict[str, Area]
    domains: dict[str, Domain]
    partners: dict[str, Partner]
    agreements: dict[str, Agreement]
    tafels: dict[str, Tafel]
    roles: dict[str, GovernanceRole]
    leervragen: dict[str, Leervraag]

    @classmethod
    def load(cls, current: ScopedSession) -> "Codes":
        """Read all of them with the lists that they own."""

        def by_code(kind: type[Any], *lists: Any) -> dict[str, Any]:
            statement = select(kind).options(*(selectinload(each) for each in lists))
            return {row.code: row for row in current.scalars(statement)}

        return cls(
            areas=by_code(Area, Area.part_of),
            domains=by_code(Domain),
            partners=by_code(Partner, Partner.domains, Partner.working_areas),
            agreements=by_code(Agreement, Agreement.parties),
            tafels=by_code(Tafel, Tafel.domains),
            roles=by_code(GovernanceRole),
            leervragen=by_code(Leervraag, Leervraag.domains),
        )

    def domains_of(self, codes: Iterable[str] | None) -> list[Domain]:
        """Return domains in the order of their codes; none for all domains."""
        return [self.domains[code] for code in sorted(codes or ())]


# How each kind of row takes over the values of the package.


def _fill_area(row: Area, value: pure.Area, codes: Codes) -> None:
    row.name, row.scale, row.kind = value.name, value.scale, value.kind
    row.part_of = [codes.areas[code] for code in value.part_of]


def _fill_domain(row: Domain, value: pure.Domain, _codes: Codes) -> None:
    row.name = value.name


def _fill_partner(row: Partner, value: pure.Partner, codes: Codes) -> None:
    row.name, row.kind = value.name, value.kind
    row.domains = codes.domains_of(value.domains)
    row.working_areas = [codes.areas[code] for code in value.working_areas]


def _fill_agreement(row: Agreement, value: pure.Agreement, codes: Codes) -> None:
    row.title, row.kind, row.status = value.title, value.kind, value.status
    row.starts_on, row.ends_on, row.review_on = value.starts_on, value.ends_on, value.review_on
    row.parties = [codes.partners[code] for code in value.parties]


def _fill_tafel(row: Tafel, value: pure.Tafel, codes: Codes) -> None:
    row.name, row.level, row.is_open = value.name, value.level, value.is_open
    row.area_id = codes.areas[value.area].id
    row.all_domains = value.domains is None
    row.domains = codes.domains_of(value.domains)
    row.submission_days, row.feedback_days = value.submission_days, value.feedback_days
    _rest_on(row, value.agreement, codes)


def _rest_on(row: Tafel | Handover, code: str | None, codes: Codes) -> None:
    agreement_id = codes.agreements[code].id if code else None
    if row.agreement_id != agreement_id:
        row.agreement_id, row.clause_number = agreement_id, None


def _fill_role(row: GovernanceRole, value: pure.Role, _codes: Codes) -> None:
    row.name, row.tasks, row.powers = value.name, value.tasks, value.powers


def _fill_leervraag(row: Leervraag, value: pure.Leervraag, codes: Codes) -> None:
    row.asked_on, row.question, row.status = value.asked_on, value.question, value.status
    row.partner_id = codes.partners[value.partner].id if value.partner else None
    if row.put_right_on is None:
        row.level = value.level
        row.area_id = codes.areas[value.area].id if value.area else None
        row.domains = codes.domains_of(value.domains)


def _fill_meeting(row: Meeting, value: pure.Meeting) -> None:
    row.time = f"{value.time:%H:%M}" if value.time else ""
    row.status, row.location = value.status, value.location


def _fill_seat(row: Seat, value: pure.Seat) -> None:
    row.vote, row.starts_on, row.ends_on = value.vote, value.starts_on, value.ends_on


def _fill_handover(row: Handover, value: pure.Handover, codes: Codes) -> None:
    row.all_domains = value.domains is None
    row.domains = codes.domains_of(value.domains)
    row.processing_days = value.processing_days
    _rest_on(row, value.agreement, codes)


# What refers to what.


def _is_own_end(column: Column[Any]) -> bool:
    """Whether this is the near side of a link table: part of the row itself, not a reference."""
    table = column.table
    is_link = len(table.primary_key) == len(table.columns)
    return is_link and column is next(iter(table.columns))


def referrers(kind: type[Any]) -> list[Column[Any]]:
    """Return every column in the database that points at rows of this kind."""
    return [
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table is kind.__table__ and not _is_own_end(column)
    ]


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def referred_to(current: ScopedSession, kind: type[Any], ids: Sequence[int]) -> set[int]:
    """Return which of these rows something else refers to."""
    found: set[int] = set()
    for column in referrers(kind):
        for some in _chunks(ids):
            if column.table is kind.__table__:
                statement = select(column).select_from(kind).where(column.in_(some))
            else:
                statement = select(kind.id).join(column.table, column == kind.id)
                statement = statement.where(kind.id.in_(some))
            found.update(current.scalars(statement.distinct()))
    return found


def _tafels_on_journeys(current: ScopedSession) -> set[str]:
    return {stop["tafel"] for plan in current.scalars(select(Journey.plan)) for stop in plan}


def end_or_delete(
    current: ScopedSession, rows: Sequence[Any], has_history: Callable[[Any], bool]
) -> None:
    """Delete the rows that nothing refers to; end the ones that carry history."""
    today = clock.today()
    left = list(rows)
    while left:
        held = referred_to(current, type(left[0]), [row.id for row in left])
        free = [row for row in left if row.id not in held and not has_history(row)]
        for row in free:
            current.delete(row)
        current.flush()
        left = [row for row in left if row.id in held or has_history(row)]
        if not free:
            break
    for row in left:
        row.ended_on = today
    current.flush()


# Taking over.


def take_over(current: ScopedSession, changes: Comparison) -> None:
    """Write what differs, in one transaction; plans are made again where they must be."""
    if any(len(each) for each in changes):
        codes = Codes.load(current)
        _write_network(current, changes, codes)
        governance.follow_package(_touched_agreements(changes))
        if changes.touches_network:
            planning.replan(None)
        _write_signals(current, changes["signalen"], codes)
    current.flush()


def _touched_agreements(changes: Comparison) -> set[str]:
    """Return the codes of the agreements whose text or clauses a package may change."""
    codes = {
        change.after.code for change in (*changes["afspraken"].new, *changes["afspraken"].changed)
    }
    for file in ("tafels", "doorgeleidingen"):
        for change in (*changes[file].new, *changes[file].changed, *changes[file].gone):
            codes |= {side.agreement for side in (change.before, change.after) if side}
    return codes - {None}


_FILL: Final[dict[str, tuple[type[Any], str, Callable[[Any, Any, Codes], None]]]] = {
    "gebieden": (Area, "areas", _fill_area),
    "domeinen": (Domain, "domains", _fill_domain),
    "partners": (Partner, "partners", _fill_partner),
    "afspraken": (Agreement, "agreements", _fill_agreement),
    "tafels": (Tafel, "tafels", _fill_tafel),
    "rollen": (GovernanceRole, "roles", _fill_role),
    "leervragen": (Leervraag, "leervragen", _fill_leervraag),
}


def _write_network(current: ScopedSession, changes: Comparison, codes: Codes) -> None:
    for file in _FILL:
        _write_coded(current, changes[file], codes)
    gone_meetings = _write_meetings(current, changes["vergaderingen"], codes)
    gone_seats = _write_seats(current, changes["zetels"], codes)
    gone_handovers = _write_handovers(current, changes["doorgeleidingen"], codes)
    current.flush()

    end_or_delete(current, gone_seats, lambda seat: bool(seat.person))
    end_or_delete(current, gone_handovers, lambda _handover: False)
    end_or_delete(current, gone_meetings, lambda meeting: meeting.closed_at is not None)
    for row in _gone(changes["leervragen"], codes.leervragen):
        row.ended_on = clock.today()
    gone_tafels = _gone(changes["tafels"], codes.tafels)
    on_journeys = _tafels_on_journeys(current) if gone_tafels else set()
    end_or_delete(current, gone_tafels, lambda tafel: tafel.code in on_journeys)
    end_or_delete(
        current,
        _gone(changes["afspraken"], codes.agreements),
        lambda agreement: agreement.status in (AgreementStatus.SIGNED, AgreementStatus.TERMINATED),
    )
    for file in ("rollen", "partners", "domeinen", "gebieden"):
        by_code = getattr(codes, _FILL[file][1])
        end_or_delete(current, _gone(changes[file], by_code), lambda _row: False)


def _gone(changes: FileChanges, by_code: dict[str, Any]) -> list[Any]:
    return [by_code[change.before.code] for change in changes.gone]


def _write_coded(current: ScopedSession, changes: FileChanges, codes: Codes) -> None:
    """Make, revive and change the rows of one file that have a code."""
    kind, name, fill = _FILL[changes.file]
    by_code: dict[str, _Coded] = getattr(codes, name)
    made = []
    for change in changes.new:
        row = by_code.get(change.after.code)
        if row is None:
            row = by_code[change.after.code] = kind(code=change.after.code)
            made.append(row)
        row.ended_on = None
    # All rows are there before they are filled: an area may be part of one further on.
    for change in (*changes.new, *changes.changed):
        fill(by_code[change.after.code], change.after, codes)
    current.add_all(made)
    if len(changes):
        current.flush()


def _write_meetings(current: ScopedSession, changes: FileChanges, codes: Codes) -> list[Meeting]:
    if not len(changes):
        return []
    statement = select(Meeting, Tafel.code).join(Meeting.tafel)
    there = {(code, row.held_on): row for row, code in current.execute(statement)}
    for change in changes.changed:
        _fill_meeting(there[change.after.tafel, change.after.on], change.after)
    made = []
    for change in changes.new:
        value = change.after
        row = there.get((value.tafel, value.on))
        if row is None:
            row = Meeting(tafel_id=codes.tafels[value.tafel].id, held_on=value.on)
            made.append(row)
        row.ended_on = None
        _fill_meeting(row, value)
    _add_all(current, made)
    return [there[change.before.tafel, change.before.on] for change in changes.gone]


def _seat_key(value: pure.Seat) -> tuple[object, ...]:
    return (value.tafel, value.partner, value.role, value.person, value.starts_on)


def _seat_values(value: pure.Seat) -> tuple[object, ...]:
    return (*_seat_key(value), value.vote, value.ends_on)


def _write_seats(current: ScopedSession, changes: FileChanges, codes: Codes) -> list[Seat]:
    if not len(changes):
        return []
    there: dict[tuple[object, ...], list[Seat]] = defaultdict(list)
    ended: dict[tuple[object, ...], list[Seat]] = defaultdict(list)
    statement = select(Seat).options(
        joinedload(Seat.tafel), joinedload(Seat.partner), joinedload(Seat.role)
    )
    for row in current.scalars(statement.order_by(Seat.id)):
        key = (row.tafel.code, row.partner.code, row.role.code, clean(row.person), row.starts_on)
        if row.ended_on is None:
            there[*key, row.vote, row.ends_on].append(row)
        else:
            ended[key].append(row)
    gone = [there[_seat_values(change.before)].pop() for change in changes.gone]
    for change in changes.changed:
        _fill_seat(there[_seat_values(change.before)].pop(), change.after)
    made = []
    for change in changes.new:
        value = change.after
        if back := ended[_seat_key(value)]:
            row = back.pop()
        else:
            row = Seat(
                tafel_id=codes.tafels[value.tafel].id,
                partner_id=codes.partners[value.partner].id,
                role_id=codes.roles[value.role].id,
                person=value.person,
            )
            made.append(row)
        row.ended_on = None
        _fill_seat(row, value)
    _add_all(current, made)
    return gone


def _write_handovers(current: ScopedSession, changes: FileChanges, codes: Codes) -> list[Handover]:
    if not len(changes):
        return []
    there: dict[pure.Handover, list[Handover]] = defaultdict(list)
    statement = (
        select(Handover)
        .where(Handover.ended_on.is_(None))
        .options(
            joinedload(Handover.source),
            joinedload(Handover.target),
            joinedload(Handover.agreement),
            selectinload(Handover.domains),
        )
    )
    for row in current.scalars(statement.order_by(Handover.id)):
        value = pure.Handover(
            row.source.code,
            row.target.code,
            None if row.all_domains else frozenset(d.code for d in row.domains),
            row.processing_days,
            row.agreement.code if row.agreement else None,
        )
        there[value].append(row)
    gone = [there[change.before].pop() for change in changes.gone]
    for change in changes.changed:
        _fill_handover(there[change.before].pop(), change.after, codes)
    made = []
    for change in changes.new:
        row = Handover(
            source_id=codes.tafels[change.after.source].id,
            target_id=codes.tafels[change.after.target].id,
        )
        _fill_handover(row, change.after, codes)
        made.append(row)
    _add_all(current, made)
    return gone


def _add_all(current: ScopedSession, rows: Sequence[Any]) -> None:
    """Add many rows in pieces, so that the session lets go of what is written."""
    for some in _chunks(rows):
        current.add_all(some)
        current.flush()


# Signals.


def _write_signals(current: ScopedSession, changes: FileChanges, codes: Codes) -> None:
    wanted = {change.after.code: change for change in (*changes.new, *changes.changed)}
    there: dict[str, Signal] = {}
    for some in _chunks(list(wanted)):
        statement = (
            select(Signal).where(Signal.code.in_(some)).options(selectinload(Signal.domains))
        )
        there |= {row.code: row for row in current.scalars(statement)}
    new = [change.after for code, change in wanted.items() if code not in there]
    for some in _chunks(new):
        signals = [_fill_signal(Signal(code=value.code), value, codes) for value in some]
        current.add_all(signals)
        planning.plan_new(signals)
        current.flush()
    moved = []
    for code, signal in there.items():
        if may_change(signal) and _fill_changed(signal, wanted[code], codes):
            moved.append(signal)
    current.flush()
    _plan_again(current, moved)


def _fill_signal(row: Signal, value: pure.Signal, codes: Codes) -> Signal:
    row.given_on, row.source = value.given_on, value.source
    row.title, row.description = value.title, value.description
    row.partner = codes.partners[value.partner] if value.partner else None
    row.area = codes.areas[value.area]
    row.domains = codes.domains_of(value.domains)
    return row


def _fill_changed(signal: Signal, change: Change, codes: Codes) -> bool:
    """Take over the package's words and facts; tell whether its journeys must be made again."""
    partner = codes.partners.get(change.after.partner)
    facts = (
        signal.given_on,
        signal.area_id,
        signal.partner_id,
        {domain.code for domain in signal.domains},
    )
    _fill_signal(signal, change.after, codes)
    return facts != (
        change.after.given_on,
        codes.areas[change.after.area].id,
        partner.id if partner else None,
        set(change.after.domains),
    )


def _plan_again(current: ScopedSession, signals: Sequence[Signal]) -> None:
    """Make the journeys of signals anew that nobody has read: nobody was promised anything."""
    for some in _chunks(signals):
        ids = [signal.id for signal in some]
        of_these = Journey.signal_id.in_(ids)
        for change in current.scalars(
            select(JourneyChange).join(JourneyChange.journey).where(of_these)
        ):
            current.delete(change)
        current.flush()
        for journey in current.scalars(select(Journey).where(of_these)):
            current.delete(journey)
        current.flush()
        planning.plan_new(some)
        current.flush()
