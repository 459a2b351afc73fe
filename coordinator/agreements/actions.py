"""Writing agreements, and how one ends; the journeys that this touches are planned again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from coordinator import clock, events, governance, planning, terms, web
from coordinator.agreements import queries
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.labels import label
from coordinator.models import (
    Account,
    Agreement,
    AgreementStatus,
    AgreementVersion,
    ChangeReason,
    Clause,
    ClauseKind,
    Handover,
    Journey,
    Partner,
    Power,
    Ratification,
    Reason,
    Signatory,
    Tafel,
    Verb,
    VersionStatus,
)
from coordinator.planning import Because, Consequence

A_DAY = timedelta(days=1)


def check_can_end(agreement: Agreement) -> None:
    """Refuse what does not hold or has ended already."""
    if agreement.ended_on is not None:
        raise Refused("Deze afspraak hoort niet meer bij het netwerk.")
    if agreement.status is not AgreementStatus.SIGNED:
        raise Refused("Alleen een afspraak die ondertekend is, kunt u beëindigen.")
    if agreement.ends_on is not None and agreement.ends_on < clock.today() - A_DAY:
        raise Refused(f"Deze afspraak is al geëindigd op {web.day(agreement.ends_on)}.")


def check_version(agreement: Agreement, version: str | None) -> None:
    """Refuse when somebody changed the agreement after the page was opened."""
    if version != str(agreement.version):
        raise Refused(
            "Iemand anders heeft deze afspraak intussen gewijzigd. "
            f"{end_words(agreement)} Bekijk opnieuw de gevolgen."
        )


def end_words(agreement: Agreement) -> str:
    """Return until when an agreement holds, as it stands now."""
    if agreement.ends_on is None:
        return "Zij heeft nu geen einddatum."
    return f"De laatste dag is nu {web.day(agreement.ends_on)}."


def last_day(agreement: Agreement, day: date, *, is_terminated: bool) -> date:
    """Return the last day on which an agreement holds; refuses a day that cannot be."""
    today = clock.today()
    if day < today - A_DAY or (is_terminated and day < today):
        raise Refused("Deze dag is al voorbij. Kies vandaag of een latere dag.", "day")
    if is_terminated and (first := first_day_of_notice(agreement)) > day:
        raise Refused(
            f"De opzegtermijn is {notice_words(agreement)}. Opzeggen kan vandaag op zijn vroegst "
            f"per {web.day(first)}.",
            "day",
        )
    last = day - A_DAY if is_terminated else day
    if agreement.starts_on is not None and last < agreement.starts_on:
        raise Refused(
            f"De afspraak begint pas op {web.day(agreement.starts_on)}. Kies een latere dag.",
            "day",
        )
    latest = terms.latest_end(agreement)
    if agreement.ends_on is not None and latest is not None and last > latest:
        raise Refused(
            f"De afspraak eindigt al op {web.day(agreement.ends_on)}. Kies een eerdere dag.", "day"
        )
    return last


def check_notice(agreement: Agreement, given_by: Partner | None) -> None:
    """Refuse a notice of which it is not known who gave it."""
    if given_by is None and agreement.parties:
        raise Refused("Kies welke partij heeft opgezegd.", "party")


def notice_words(agreement: Agreement) -> str:
    """Return "60 dagen", or "geen" where a notice holds at once."""
    days = terms.notice_days(agreement)
    return "geen" if days == 0 else "1 dag" if days == 1 else f"{days} dagen"


def first_day_of_notice(agreement: Agreement) -> date:
    """Return the first day from which an agreement does not hold, if notice is given today."""
    return clock.today() + timedelta(days=terms.notice_days(agreement))


def first_day_without(agreement: Agreement, day: date, *, is_terminated: bool) -> date:
    """Return the first day, today or later, on which an agreement that ends so does not hold."""
    last = last_day(agreement, day, is_terminated=is_terminated)
    return max(last + A_DAY, clock.today())


def end(
    agreement: Agreement,
    day: date,
    *,
    is_terminated: bool,
    version: str | None,
    by: Account,
    given_by: Partner | None = None,
) -> int:
    """End an agreement; return how many journeys moved. `given_by` is the party that gave notice.

    One that was terminated before today gets that status; until then its end date closes it. With
    a notice falls away what lay to be signed: the parties agreed to something else.
    """
    check_can_end(agreement)
    check_version(agreement, version)
    if is_terminated:
        check_notice(agreement, given_by)
    last = last_day(agreement, day, is_terminated=is_terminated)
    terms.end_versions(agreement, last)
    agreement.ends_on = last
    if is_terminated and last < clock.today():
        agreement.status = AgreementStatus.TERMINATED
    session().flush()
    verb = Verb.NOTICE_GIVEN if given_by else Verb.AGREEMENT_ENDED
    events.record(verb, agreement, by=by, result=last.isoformat(), partner=given_by)
    if is_terminated:
        for taken in terms.withdraw_open(agreement):
            events.record(Verb.VERSION_WITHDRAWN, agreement, by=by, result=str(taken.number))
    words = f"opgezegd per {web.day(day)}" if is_terminated else f"laatste dag {web.day(day)}"
    return planning.replan(Because(ChangeReason.AGREEMENT_ENDED, f"{agreement.title}, {words}"))


def consequences(agreement: Agreement, day: date, *, is_terminated: bool) -> list[Consequence]:
    """Return which journeys `end` would move; refuses what it would refuse."""
    last = last_day(agreement, day, is_terminated=is_terminated)
    is_over = is_terminated and last < clock.today()
    region = planning.planner().region
    changed = [
        replace(
            one,
            ends_on=last,
            status=AgreementStatus.TERMINATED if is_over else one.status,
        )
        if one.code == agreement.code
        else one
        for one in region.agreements
    ]
    return planning.consequences(replace(region, agreements=tuple(changed)))


# Writing the text.

NOT_CODES: Final = frozenset({"nieuw", "versies", "artikelen"})
"""What already stands at that place in an address."""


def begin(
    values: Mapping[str, Any], code: str, *, like: AgreementVersion | None = None, by: Account
) -> Agreement:
    """Add a new agreement with its first text; without a code it gets one.

    It begins with the clauses of `like`, where it takes the place of an agreement that ended.
    """
    code = code or queries.new_code()
    if code.casefold() in NOT_CODES:
        raise Refused("Deze code kan niet. Kies een andere, of laat het veld leeg.", "code")
    there = session().scalar(
        select(Agreement.title).where(func.lower(Agreement.code) == code.lower())
    )
    if there is not None:
        raise Refused(
            f"De code {code} is al van ‘{there}’. Kies een andere, of laat het veld leeg.", "code"
        )
    agreement = Agreement(
        code=code, title=values["title"], status=AgreementStatus.DRAFT, parties=[]
    )
    version = AgreementVersion(
        title=values["title"],
        parties=[],
        domains=[],
        areas=[],
        clauses=[],
        signatories=[],
        ratifications=[],
    )
    session().add(agreement)
    session().flush()
    governance.start(agreement, version, by)
    _fill(version, values)
    if like is not None:
        version.clauses = governance.copied_clauses(like)
    governance.settle(version)
    events.record(Verb.AGREEMENT_BEGUN, agreement, by=by)
    return agreement


def write(version: AgreementVersion, values: Mapping[str, Any], *, by: Account) -> None:
    """Change what stands in a text that may still be changed."""
    check_writable(version)
    _fill(version, values)
    _settle(version, "text", by)


def check_writable(version: AgreementVersion) -> None:
    """Refuse a text that was put before the parties."""
    check_there(version.agreement)
    if not queries.is_writable(version):
        raise Refused(
            "Deze tekst is al aan de partijen voorgelegd. Hij verandert niet meer. Maak een nieuwe "
            "versie en wijzig daar."
        )


def check_there(agreement: Agreement) -> None:
    """Refuse to write in an agreement that left the network."""
    if agreement.ended_on is not None:
        raise Refused(
            f"Deze afspraak hoort sinds {web.day(agreement.ended_on)} niet meer bij het netwerk. "
            "Maak een nieuwe afspraak."
        )


def _fill(version: AgreementVersion, values: Mapping[str, Any]) -> None:
    for name in queries.PLAIN:
        setattr(version, name, values[name])
    _check_parties(values["parties"])
    for name in ("parties", "domains", "areas"):
        if {row.id for row in getattr(version, name)} != {row.id for row in values[name]}:
            setattr(version, name, list(values[name]))
            _touch(version)
    _put_signatories(version)
    _put_bodies(version, values["bodies"])
    _check_clauses(version)
    governance.check_follows(version)


def _check_parties(parties: Iterable[Partner]) -> None:
    for partner in parties:
        if partner.ended_on is not None:
            raise Refused(
                f"{partner.name} hoort sinds {web.day(partner.ended_on)} niet meer bij het "
                "netwerk. Haal deze partij uit de afspraak.",
                "parties",
            )


def _put_signatories(version: AgreementVersion) -> None:
    """Let every party sign, and nobody else."""
    there = {each.partner_id: each for each in version.signatories}
    wanted = {partner.id: partner for partner in version.parties}
    for partner_id, signatory in there.items():
        if partner_id not in wanted:
            version.signatories.remove(signatory)
    for partner_id, partner in wanted.items():
        if partner_id not in there:
            version.signatories.append(Signatory(partner_id=partner_id, partner=partner))


def _put_bodies(version: AgreementVersion, bodies: Iterable[str]) -> None:
    wanted = list(bodies)
    for row in list(version.ratifications):
        if row.body not in wanted:
            version.ratifications.remove(row)
    there = {row.body for row in version.ratifications}
    for body in wanted:
        if body not in there:
            version.ratifications.append(Ratification(body=body))


def _touch(version: AgreementVersion) -> None:
    """Count this as a change of the version: what hangs on it changed, not its own row."""
    flag_modified(version, "title")


_WITHOUT_ROAD: Final = (Journey.reason.is_not(None), Journey.reason != Reason.NO_ENTRY)
"""The journeys that an unsigned text can touch: the reason why they have no road."""


def _settle(
    version: AgreementVersion, result: str, by: Account, *, has_moved: bool = False
) -> None:
    """Let the agreement follow its text, and note the change.

    `has_moved` says that what the clauses give the network changed.
    """
    _touch(version)
    if version.status is VersionStatus.DRAFT:
        governance.settle(version)
        if has_moved and governance.newest_signed(version.agreement_id) is None:
            # What nobody signed opens no road; it may change why there is none.
            planning.replan(
                Because(ChangeReason.AGREEMENT_CHANGED, f"{version.title}, concept gewijzigd"),
                *_WITHOUT_ROAD,
            )
    else:
        governance.complete(version)
        result = "completed"
    events.record(Verb.AGREEMENT_WRITTEN, version.agreement, by=by, result=result)


def appoint_signatories(
    version: AgreementVersion, chosen: Mapping[int, tuple[str, Account | None]], *, by: Account
) -> None:
    """Say per party in which capacity it signs, and who is asked to do it."""
    check_writable(version)
    for signatory in version.signatories:
        if signatory.partner_id in chosen:
            signatory.capacity, account = chosen[signatory.partner_id]
            signatory.account_id = account.id if account else None
    _settle(version, "signatories", by)


def start_next(agreement: Agreement, *, by: Account) -> AgreementVersion:
    """Start a new version of what was put before the parties; what was signed of it falls away."""
    check_there(agreement)
    latest = governance.newest(agreement)
    if latest.status is VersionStatus.DRAFT:
        raise Refused("Er is al een concept van deze afspraak. Wijzig dat.")
    cancelled = [] if latest.status is VersionStatus.SIGNED else queries.signatures_on(latest)
    version = governance.next_version(agreement, by)
    result = "cancelled" if cancelled else "none"
    events.record(Verb.VERSION_BEGUN, agreement, by=by, result=result)
    return version


def check_can_discard(versions: Sequence[AgreementVersion]) -> AgreementVersion:
    """Return the draft that can be thrown away; refuses what somebody was shown to sign."""
    *before, draft = versions
    check_there(draft.agreement)
    if draft.status is not VersionStatus.DRAFT:
        raise Refused("Alleen een concept kunt u weggooien. Deze tekst is aan partijen voorgelegd.")
    if before and all(each.status is not VersionStatus.SIGNED for each in before):
        raise Refused(
            "Dit concept volgt op een tekst die is ingetrokken. Wijzig het concept, of leg het "
            "opnieuw voor."
        )
    if not before and queries.is_referred_to(draft.agreement):
        raise Refused(
            "Op deze afspraak rusten tafels, zetels of een opdracht. Daarom kunt u haar niet "
            "weggooien."
        )
    return draft


def discard(agreement: Agreement, *, by: Account) -> bool:
    """Throw a draft away; return whether its agreement went with it, for it was the only text."""
    versions = governance.versions_of(agreement)
    draft = check_can_discard(versions)
    is_only = len(versions) == 1
    events.record(Verb.DRAFT_DISCARDED, agreement, by=by, result="all" if is_only else "version")
    session().delete(draft)
    session().flush()
    if is_only:
        handovers = session().scalars(select(Handover).where(Handover.agreement_id == agreement.id))
        for handover in handovers.all():
            session().delete(handover)
        session().delete(agreement)
        session().flush()
        planning.replan(
            Because(ChangeReason.AGREEMENT_CHANGED, f"{agreement.title}, concept weg"),
            *_WITHOUT_ROAD,
        )
    return is_only


# Clauses.


def add_clause(
    version: AgreementVersion, kind: ClauseKind, values: Mapping[str, Any], *, by: Account
) -> Clause:
    """Add a clause to a text that may still be changed."""
    check_writable(version)
    clause = Clause(kind=kind, domains=[], areas=[], processing_days=0)
    _fill_clause(version, clause, kind, values, by)
    version.clauses.append(clause)
    _check_clause(version, clause)
    _settle(version, "clauses", by, has_moved=kind is ClauseKind.HANDOVER)
    return clause


def write_clause(
    clause: Clause, kind: ClauseKind, values: Mapping[str, Any], *, by: Account
) -> None:
    """Change a clause of a text that may still be changed; also what kind it is."""
    version = clause.agreement_version
    check_writable(version)
    has_moved = ClauseKind.HANDOVER in (clause.kind, kind)
    _fill_clause(version, clause, kind, values, by)
    _check_clause(version, clause)
    _settle(version, "clauses", by, has_moved=has_moved)


def remove_clause(clause: Clause, *, by: Account) -> None:
    """Take a clause out; the others keep their numbers."""
    version = clause.agreement_version
    check_writable(version)
    version.clauses.remove(clause)
    _settle(version, "clauses", by, has_moved=clause.kind is ClauseKind.HANDOVER)


_GIVEN: Final = {
    "involvement": None,
    "may_pass_on": False,
    "amount": None,
    "limits": "",
    "tafel": None,
    "role": None,
    "partner": None,
    "giver_tafel": None,
    "giver_role": None,
    "giver_partner": None,
    "target": None,
    "processing_days": 0,
    "vote": None,
}


def _fill_clause(
    version: AgreementVersion,
    clause: Clause,
    kind: ClauseKind,
    values: Mapping[str, Any],
    by: Account,
) -> None:
    _check_number(version, clause, kind, values["number"])
    with session().no_autoflush:
        clause.kind = kind
        clause.number, clause.title = values["number"], values["title"]
        clause.text = values["text"]
        for name, empty in _GIVEN.items():
            setattr(clause, name, values.get(name, empty))
        clause.power = values.get("power") or _new_power(values.get("new_power", ""), by)
        for name in ("domains", "areas"):
            if {row.id for row in getattr(clause, name)} != {r.id for r in values.get(name, ())}:
                setattr(clause, name, list(values.get(name, ())))
    if kind is ClauseKind.HANDOVER:
        _check_goes_up(clause.tafel, clause.target)


def _check_number(version: AgreementVersion, clause: Clause, kind: ClauseKind, number: int) -> None:
    """Refuse a number that another clause has, or had when it gave something else."""
    for other in version.clauses:
        if other is not clause and other.number == number:
            raise Refused(
                f"Artikel {number} is er al: ‘{other.title}’. Kies een ander nummer, bijvoorbeeld "
                f"{queries.next_number(version)}.",
                "number",
            )
    before = queries.numbers_before(version)
    if clause.number in before and clause.number != number:
        raise Refused(
            f"Artikel {clause.number} stond al in een eerdere versie. Het houdt zijn nummer.",
            "number",
        )
    if clause.number != number and before.get(number, kind) is not kind:
        raise Refused(
            f"Artikel {number} gaf in een eerdere versie iets anders. Kies een nieuw nummer, "
            f"bijvoorbeeld {queries.next_number(version)}.",
            "number",
        )


def _new_power(name: str, by: Account) -> Power | None:
    if not name:
        return None
    power = session().scalar(select(Power).where(func.lower(Power.name) == name.lower()))
    if power is None:
        power = Power(name=name)
        session().add(power)
        events.record(Verb.POWER_ADDED, power, by=by)
    return power


def _check_goes_up(source: Tafel | None, target: Tafel | None) -> None:
    if source is None or target is None:
        return
    if source.id == target.id:
        raise Refused("Een tafel geeft niet door aan zichzelf. Kies een andere tafel.", "target")
    if target.level.rank < source.level.rank:
        raise Refused(
            f"Een signaal gaat niet naar een lager niveau. {source.name} is een tafel op niveau "
            f"{label(source.level).lower()}, {target.name} op niveau "
            f"{label(target.level).lower()}. Kies een andere tafel.",
            "target",
        )


@dataclass(frozen=True)
class _Misfit:
    """Why a clause does not fit in the scope of its agreement."""

    clause: Clause
    what: str
    in_clause: str
    in_text: str
    """The fields of the form on the clause, and on the text, where it can be mended."""


def _check_clauses(version: AgreementVersion) -> None:
    """Refuse a scope that leaves out what a clause is about."""
    misfit = next(_misfits(version, version.clauses), None)
    if misfit is not None:
        raise Refused(
            f"Artikel {misfit.clause.number} past niet bij deze keuze. {misfit.what} Kies ruimer, "
            "of wijzig eerst dat artikel.",
            misfit.in_text,
        )


def _check_clause(version: AgreementVersion, clause: Clause) -> None:
    """Refuse a clause outside the scope, and a second mandate for the same table."""
    misfit = next(_misfits(version, [clause]), None)
    if misfit is not None:
        raise Refused(
            f"{misfit.what} Dat valt buiten deze afspraak. Kies iets anders, of wijzig eerst de "
            "domeinen en gebieden van de afspraak.",
            misfit.in_clause,
        )
    if clause.kind is not ClauseKind.MANDATE or clause.tafel is None:
        return
    for other in version.clauses:
        is_mandate = other is not clause and other.kind is ClauseKind.MANDATE
        if is_mandate and other.tafel_id == clause.tafel.id:
            raise Refused(
                f"Artikel {other.number} geeft {clause.tafel.name} al mandaat. Kies een andere "
                "tafel, of wijzig dat artikel.",
                "tafel",
            )


def _misfits(version: AgreementVersion, clauses: Iterable[Clause]) -> Iterator[_Misfit]:
    inside = {area.code for area in version.areas}
    domains = {domain.code for domain in version.domains}
    if not inside and not domains:
        return
    region = planning.planner().region
    inside &= region.areas_by_code.keys()

    def is_near(area: str) -> bool:
        """Whether an area lies in the scope, or the scope in that area."""
        return not inside or any(
            code in region.containing(area) or area in region.containing(code) for code in inside
        )

    for clause in clauses:
        for name in ("tafel", "target", "giver_tafel"):
            tafel = getattr(clause, name)
            plain = region.tafels_by_code.get(tafel.code) if tafel is not None else None
            if plain is None:
                continue
            if not is_near(plain.area):
                where = region.areas_by_code[plain.area].name
                yield _Misfit(clause, f"{tafel.name} is een tafel van {where}.", name, "areas")
            if domains and plain.domains is not None and not domains & plain.domains:
                names = [region.domains_by_code[code].name for code in sorted(plain.domains)]
                about = web.enumerate_words(names)
                yield _Misfit(clause, f"{tafel.name} gaat over {about}.", name, "domains")
        for domain in clause.domains:
            if domains and domain.code not in domains:
                yield _Misfit(clause, f"Het artikel noemt {domain.name}.", "domains", "domains")
        for area in clause.areas:
            if area.code in region.areas_by_code and not is_near(area.code):
                yield _Misfit(clause, f"Het artikel noemt {area.name}.", "areas", "areas")
