"""Agreements as people write and sign them, and as plans know them: the two brought together.

People work on an `AgreementVersion`. Plans and packages know the `Agreement`: the newest version
that was ever signed, or the newest text as long as none was. What the clauses give is in the
network (hand-overs, mandates of tables, seats): from the start for an agreement that was never
signed, for it is out of force anyway, and else from the day that a newer version takes over.
"""

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

import network.region as pure
from coordinator import clock, events, planning, signatures, web
from coordinator.db import EVERYTHING, scoped_to, session
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
    Ratification,
    Region,
    Seat,
    Signatory,
    Signature,
    Tafel,
    Verb,
    VersionStatus,
)
from coordinator.models.regions import new_network_version
from coordinator.planning import Because
from network.planner import Planner

A_DAY: Final = timedelta(days=1)
FORMAT: Final = "LEERNETWERK-AFSPRAAK 1"
STATUS_OF: Final[Mapping[VersionStatus | None, AgreementStatus]] = {
    VersionStatus.DRAFT: AgreementStatus.DRAFT,
    VersionStatus.REFUSED: AgreementStatus.DRAFT,
    VersionStatus.TO_SIGN: AgreementStatus.TO_SIGN,
    VersionStatus.SIGNED: AgreementStatus.SIGNED,
}
"""The status of an agreement whose text of that status is the only one."""
FIELDS: Final = (
    "title",
    "kind",
    "ground",
    "task",
    "starts_on",
    "ends_on",
    "review_on",
    "renewal",
    "renewal_months",
    "notice_days",
    "amendment_rule",
    "dispute_rule",
    "annexes",
    "publication",
    "replaces",
)
"""The columns of a text that are written as they are, and begin a next version."""
_CLAUSE_FIELDS: Final = (
    "number",
    "title",
    "text",
    "kind",
    "power_id",
    "involvement",
    "may_pass_on",
    "amount",
    "limits",
    "tafel_id",
    "role_id",
    "partner_id",
    "giver_tafel_id",
    "giver_role_id",
    "giver_partner_id",
    "target_id",
    "processing_days",
    "vote",
)
_CLAUSE_ABOUT: Final = (
    "power",
    "tafel",
    "role",
    "partner",
    "giver_tafel",
    "giver_role",
    "giver_partner",
    "target",
)


# Looking up.


def whole(statement: Select[AgreementVersion]) -> Select[AgreementVersion]:
    """Load versions with all that stands in them."""
    clause = selectinload(AgreementVersion.clauses)
    return statement.options(
        joinedload(AgreementVersion.agreement).selectinload(Agreement.parties),
        selectinload(AgreementVersion.parties),
        selectinload(AgreementVersion.domains),
        selectinload(AgreementVersion.areas),
        selectinload(AgreementVersion.signatories).options(
            joinedload(Signatory.partner), joinedload(Signatory.account)
        ),
        selectinload(AgreementVersion.ratifications),
        clause.options(
            joinedload(Clause.power),
            joinedload(Clause.tafel),
            joinedload(Clause.role),
            joinedload(Clause.partner),
            joinedload(Clause.giver_tafel),
            joinedload(Clause.giver_role),
            joinedload(Clause.giver_partner),
            joinedload(Clause.target),
            selectinload(Clause.domains),
            selectinload(Clause.areas),
        ),
    )


def find_version(public_id: str) -> AgreementVersion | None:
    """Return one version with all that stands in it."""
    return session().scalar(
        whole(select(AgreementVersion)).where(AgreementVersion.public_id == public_id)
    )


def versions_of(agreement: Agreement) -> Sequence[AgreementVersion]:
    """Return all versions of an agreement with all that stands in them, the oldest first."""
    return (
        session()
        .scalars(
            whole(select(AgreementVersion))
            .where(AgreementVersion.agreement_id == agreement.id)
            .order_by(AgreementVersion.number)
        )
        .all()
    )


def newest_texts(agreements: Iterable[Agreement]) -> dict[int, AgreementVersion]:
    """Return the newest version of each of these agreements, by its id, as one look-up."""
    found = session().scalars(
        whole(select(AgreementVersion))
        .where(AgreementVersion.agreement_id.in_([agreement.id for agreement in agreements]))
        .order_by(AgreementVersion.number)
    )
    return {version.agreement_id: version for version in found}


def newest(agreement: Agreement) -> AgreementVersion:
    """Return the newest version."""
    return versions_of(agreement)[-1]


def newest_signed(agreement_id: int, *, before: int | None = None) -> AgreementVersion | None:
    """Return the newest version that was ever signed, or the newest before a number."""
    return session().scalar(whole(_signed(agreement_id, before)))


def _newest_signed(agreement_id: int, *, before: int | None = None) -> AgreementVersion | None:
    """Return the same version as its own columns only: what belongs to it is not looked up."""
    return session().scalar(_signed(agreement_id, before))


def _signed(agreement_id: int, before: int | None) -> Select[AgreementVersion]:
    statement = (
        select(AgreementVersion)
        .where(
            AgreementVersion.agreement_id == agreement_id,
            AgreementVersion.status == VersionStatus.SIGNED,
        )
        .order_by(AgreementVersion.number.desc())
        .limit(1)
    )
    return statement if before is None else statement.where(AgreementVersion.number < before)


def signed_before(versions: Iterable[AgreementVersion]) -> dict[int, AgreementVersion]:
    """Return, by the id of each of these versions, the signed one that it follows; as one look-up.

    A version without one is left out.
    """
    versions = list(versions)
    signed = (
        session()
        .scalars(
            whole(select(AgreementVersion))
            .where(
                AgreementVersion.agreement_id.in_({each.agreement_id for each in versions}),
                AgreementVersion.status == VersionStatus.SIGNED,
            )
            .order_by(AgreementVersion.number)
        )
        .all()
    )
    return {
        version.id: one
        for version in versions
        for one in signed
        if one.agreement_id == version.agreement_id and one.number < version.number
    }


def version_on(versions: Iterable[AgreementVersion], day: date) -> AgreementVersion | None:
    """Return the version that holds on a day; None when none does."""
    return next((one for one in reversed(list(versions)) if one.holds_on(day)), None)


# As it was, as it will be.


@dataclass(frozen=True)
class Standing:
    """Where an agreement stood on a day, and the version that held or was worked on then."""

    status: AgreementStatus
    version: AgreementVersion | None
    in_force: bool


def status_on(version: AgreementVersion, day: date) -> VersionStatus | None:
    """Return where a version stood on a day, as far as its dates tell; None before it was there.

    The first text that a package brought counts as there from before: it was made elsewhere.
    """
    if day >= clock.today():
        return version.status
    is_ours = version.made_by_id is not None or version.number > 1
    if is_ours and _day(version.created_at) > day:
        return None
    if version.closed_on is not None and version.closed_on <= day:
        return version.status
    if version.status is VersionStatus.SIGNED and (
        version.signed_on is None or version.signed_on <= day
    ):
        return VersionStatus.SIGNED
    if version.sent_at is not None and (not is_ours or _day(version.sent_at) <= day):
        return VersionStatus.TO_SIGN
    return VersionStatus.DRAFT


def standing_on(
    agreement: Agreement, versions: Sequence[AgreementVersion], day: date
) -> Standing | None:
    """Return where an agreement stood on a day; None before it was there.

    From today on it stands as it does now, and holds as plans see it; before today a version
    that was signed later was not signed yet.
    """
    known = [(each, status) for each in versions if (status := status_on(each, day)) is not None]
    if not known:
        return None
    signed = [each for each, status in known if status is VersionStatus.SIGNED]
    version = version_on(signed, day) or (signed[-1] if signed else known[-1][0])
    if day >= clock.today():
        return Standing(agreement.status, version, agreement.in_force(day))
    if not signed:
        status = next(
            (status for _, status in reversed(known) if status is not VersionStatus.WITHDRAWN),
            VersionStatus.DRAFT,
        )
        return Standing(STATUS_OF[status], version, in_force=False)
    last, applied = signed[-1].last_day, signed[-1].applied_on
    # What a package brought as terminated never held as far as we know, as in the package.
    is_over = last is not None and (last < day or (applied is not None and last < applied))
    if is_over and agreement.status is AgreementStatus.TERMINATED:
        return Standing(AgreementStatus.TERMINATED, version, in_force=False)
    return Standing(AgreementStatus.SIGNED, version, version_on(signed, day) is not None)


def standings(agreements: Iterable[Agreement], day: date) -> dict[int, Standing]:
    """Return by id where each of these agreements stood on a day; one query, plain versions."""
    chosen = {agreement.id: agreement for agreement in agreements}
    versions: dict[int, list[AgreementVersion]] = defaultdict(list)
    for version in session().scalars(
        select(AgreementVersion)
        .where(AgreementVersion.agreement_id.in_(chosen))
        .order_by(AgreementVersion.number)
    ):
        versions[version.agreement_id].append(version)
    found = {key: standing_on(one, versions[key], day) for key, one in chosen.items()}
    return {key: standing for key, standing in found.items() if standing is not None}


def in_force_on(agreements: Iterable[Agreement | None], day: date) -> set[int]:
    """Return the ids of those that held on a day, as far as was known then."""
    chosen = [one for one in agreements if one is not None]
    if day >= clock.today():
        return {one.id for one in chosen if one.in_force(day)}
    return {key for key, standing in standings(chosen, day).items() if standing.in_force}


def planner_on(day: date) -> Planner:
    """Return the planner of the network as it was on a day, or will be.

    After today it is the one there is now, with the versions that take over until then.
    """
    if day < clock.today():
        return planning.planner_of(day, lambda: _network_on(day))
    ahead = taking_over(day) if day > clock.today() else ()
    if not ahead:
        return planning.planner()

    def then() -> pure.Region:
        region = planning.network_of(session())
        for version in ahead:
            region = region_with(region, version)
        return region

    return planning.planner_of(day, then)


def taking_over(day: date) -> list[AgreementVersion]:
    """Return the signed versions that are not in the network yet and began by a day."""
    found = session().scalars(
        whole(select(AgreementVersion))
        .join(AgreementVersion.agreement)
        .where(
            AgreementVersion.status == VersionStatus.SIGNED,
            AgreementVersion.applied_on.is_(None),
            AgreementVersion.starts_on <= day,
            Agreement.status == AgreementStatus.SIGNED,
            Agreement.ended_on.is_(None),
        )
        .order_by(AgreementVersion.agreement_id, AgreementVersion.number)
    )
    # One that ended, or was followed by a newer one, before that day leaves nothing in it.
    return [each for each in found if each.last_day is None or each.last_day >= day]


def _network_on(day: date) -> pure.Region:
    region = planning.network_of(session(), day=day)
    agreements = session().scalars(select(Agreement).where(Agreement.there_on(day))).all()
    found = standings(agreements, day)
    status = {one.code: found[one.id].status for one in agreements if one.id in found}
    return region.changed(
        agreements=[
            replace(one, status=status.get(one.code, AgreementStatus.DRAFT))
            for one in region.agreements
        ]
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.AMSTERDAM).date()


# The canonical text.


def canonical_text(version: AgreementVersion) -> str:
    """Return the exact text that is signed: one for each content, and none for two.

    What somebody wrote is indented, so that it never looks like a heading of ours. Names come
    from `names` once review began: a partner or table may be renamed later. So do the words for
    kinds, which may get another label.
    """
    return "\n".join(_lines(version, names_of(version) | version.names)) + "\n"


def names_of(version: AgreementVersion) -> dict[str, str]:
    """Return the names and words that stand in the text of a version, as they are now."""
    named: list[tuple[str, Any]] = [
        *(("partner", partner) for partner in version.parties),
        *(("domein", domain) for domain in version.domains),
        *(("gebied", area) for area in version.areas),
        *(("partner", signatory.partner) for signatory in version.signatories),
    ]
    for clause in version.clauses:
        named += [
            ("tafel", clause.tafel),
            ("tafel", clause.target),
            ("tafel", clause.giver_tafel),
            ("rol", clause.role),
            ("rol", clause.giver_role),
            ("partner", clause.partner),
            ("partner", clause.giver_partner),
            *(("domein", domain) for domain in clause.domains),
            *(("gebied", area) for area in clause.areas),
        ]
    names = {f"{kind}:{thing.code}": thing.name for kind, thing in named if thing is not None}
    for clause in version.clauses:
        if clause.power is not None:
            names[f"bevoegdheid:{clause.power.public_id}"] = clause.power.name
    names |= {f"{kind}:{value}": label(value) for kind, value in _words_in(version)}
    return dict(sorted(names.items()))


def _words_in(version: AgreementVersion) -> Iterator[tuple[str, StrEnum]]:
    yield "verlenging", version.renewal
    for clause in version.clauses:
        yield "geeft", clause.kind
        if clause.involvement is not None:
            yield "betrokkenheid", clause.involvement
        if clause.vote is not None:
            yield "stem", clause.vote


def hash_of(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def _lines(version: AgreementVersion, names: dict[str, str]) -> Iterator[str]:
    def named(kind: str, things: Iterable[Any]) -> list[str]:
        return [
            f"{_in_one_line(names[f'{kind}:{code}'])} ({code})"
            for code in sorted(thing.code for thing in things)
        ]

    yield FORMAT
    yield f"Afspraak: {version.agreement.code}"
    yield f"Versie: {version.number}"
    yield from _written("Titel", version.title)
    yield from _written("Soort", version.kind)
    yield from _listed("Partijen", named("partner", version.parties))
    yield from _written("Grondslag", version.ground)
    yield from _written("Taak", version.task)
    yield from _listed("Domeinen", named("domein", version.domains) or ["alle"])
    yield from _listed("Gebieden", named("gebied", version.areas) or ["alle"])
    for word, day in (
        ("Ingangsdatum", version.starts_on),
        ("Einddatum", version.ends_on),
        ("Evaluatiedatum", version.review_on),
    ):
        yield f"{word}: {day.isoformat() if day else 'geen'}"
    months = f", {version.renewal_months} maanden" if version.renewal_months else ""
    yield f"Verlenging: {names[f'verlenging:{version.renewal}']}{months}"
    days = f"{version.notice_days} dagen" if version.notice_days is not None else "geen"
    yield f"Opzegtermijn: {days}"
    yield from _written("Wijziging", version.amendment_rule)
    yield from _written("Afwijking en geschil", version.dispute_rule)
    yield from _written("Vervangt", version.replaces)
    yield f"Neemt de vorige versie over: {'ja' if version.takes_over else 'nee'}"
    yield from _written("Bijlagen", version.annexes)
    yield from _written("Publicatie", version.publication)
    yield "Ondertekenaars:"
    for signatory in sorted(version.signatories, key=lambda each: each.partner.code):
        yield from _written(named("partner", [signatory.partner])[0], signatory.capacity, "- ")
    yield from _listed("Bekrachtiging", sorted(each.body for each in version.ratifications))
    for clause in sorted(version.clauses, key=lambda each: each.number):
        yield from _clause_lines(clause, named, names)


def _clause_lines(clause: Clause, named: Any, names: dict[str, str]) -> Iterator[str]:
    yield ""
    yield f"Artikel {clause.number}"
    yield from _written("Kop", clause.title)
    yield from _written("Tekst", clause.text)
    if clause.kind is ClauseKind.NOTHING:
        return
    yield f"Geeft: {names[f'geeft:{clause.kind}']}"
    if clause.power is not None:
        key = clause.power.public_id
        yield from _written("Bevoegdheid", f"{names[f'bevoegdheid:{key}']} ({key})")
    for word, kind, thing in (
        ("Tafel", "tafel", clause.tafel),
        ("Naar tafel", "tafel", clause.target),
        ("Rol", "rol", clause.role),
        ("Partner", "partner", clause.partner),
        ("Gegeven door tafel", "tafel", clause.giver_tafel),
        ("Gegeven door rol", "rol", clause.giver_role),
        ("Gegeven door partner", "partner", clause.giver_partner),
    ):
        if thing is not None:
            yield f"{word}: {named(kind, [thing])[0]}"
    if clause.kind is ClauseKind.POWER:
        yield f"Betrokkenheid: {names.get(f'betrokkenheid:{clause.involvement}', '')}"
        yield f"Mag worden doorgegeven: {'ja' if clause.may_pass_on else 'nee'}"
        if clause.amount is not None:
            yield f"Tot en met euro: {clause.amount}"
        yield from _written("Grenzen", clause.limits)
    if clause.kind is ClauseKind.HANDOVER:
        yield f"Verwerkingstijd in dagen: {clause.processing_days}"
    if clause.vote is not None:
        yield f"Stem: {names[f'stem:{clause.vote}']}"
    yield from _listed("Domeinen", named("domein", clause.domains))
    yield from _listed("Gebieden", named("gebied", clause.areas))


def _written(word: str, text: str, bullet: str = "") -> Iterator[str]:
    # All that may show as the end of a line is one: also U+2028 and its like.
    clean = unicodedata.normalize("NFC", text).strip().splitlines()
    if clean:
        yield f"{bullet}{word}:"
        yield from (f"    {line.rstrip()}" for line in clean)
    elif bullet:
        yield f"{bullet}{word}"


def _listed(word: str, values: Sequence[str]) -> Iterator[str]:
    if values:
        yield f"{word}:"
        yield from (f"    - {_in_one_line(value)}" for value in values)


def _in_one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def freeze(version: AgreementVersion) -> None:
    """Keep the text as it is from now on; review begins."""
    version.names = names_of(version)
    version.text = canonical_text(version)
    version.text_hash = hash_of(version.text)
    version.sent_at = clock.now()


# Versions.


def start(agreement: Agreement, version: AgreementVersion, by: Account | None) -> AgreementVersion:
    """Add the first version of a new agreement."""
    version.number = 1
    version.made_by_id = by.id if by else None
    version.agreement = agreement
    session().add(version)
    session().flush()
    return version


def next_version(agreement: Agreement, by: Account | None) -> AgreementVersion:
    """Return the draft to write in: the one there is, or a new one that begins as the newest.

    A text that was put before the parties and is not signed yet is withdrawn; the signatures on
    it are kept, and cancelled.
    """
    latest = newest(agreement)
    if latest.status is VersionStatus.DRAFT:
        return latest
    if agreement.status is AgreementStatus.TERMINATED:
        raise Refused("Deze afspraak is opgezegd. Maak een nieuwe afspraak die haar vervangt.")
    if latest.status is not VersionStatus.SIGNED:
        withdraw(latest)
    version = _copied(latest)
    # A second try to follow the same signed version; after that one itself it is a new choice.
    version.takes_over = latest.status is not VersionStatus.SIGNED and latest.takes_over
    session().add(version)
    version.made_by_id = by.id if by else None
    session().flush()
    settle(version)
    return version


def withdraw(version: AgreementVersion) -> int:
    """Take back a text that was not signed by all; return how many signatures that cancels.

    Who had signed gets a mail that says so.
    """
    version.status = VersionStatus.WITHDRAWN
    version.closed_on = clock.today()
    cancelled = (
        session()
        .scalars(
            select(Signature).where(
                Signature.version_id == version.id, Signature.cancelled_at.is_(None)
            )
        )
        .all()
    )
    for signature in cancelled:
        signature.cancelled_at = clock.now()
    signatures.tell_cancelled(version, cancelled)
    return len(cancelled)


def _copied(version: AgreementVersion) -> AgreementVersion:
    made = AgreementVersion(
        agreement=version.agreement,
        number=version.number + 1,
        parties=list(version.parties),
        domains=list(version.domains),
        areas=list(version.areas),
        **{name: getattr(version, name) for name in FIELDS},
    )
    made.clauses = copied_clauses(version)
    made.signatories = [
        Signatory(
            partner_id=each.partner_id,
            partner=each.partner,
            capacity=each.capacity,
            account_id=each.account_id,
        )
        for each in version.signatories
    ]
    made.ratifications = [Ratification(body=each.body) for each in version.ratifications]
    return made


def copied_clauses(version: AgreementVersion) -> list[Clause]:
    """Return clauses that say what those of a version say, for another one."""
    return [
        Clause(
            domains=list(clause.domains),
            areas=list(clause.areas),
            **{name: getattr(clause, name) for name in (*_CLAUSE_FIELDS, *_CLAUSE_ABOUT)},
        )
        for clause in version.clauses
    ]


def settle(version: AgreementVersion) -> None:
    """Let the agreement follow its newest text, as long as no text of it was ever signed."""
    session().flush()
    if _newest_signed(version.agreement_id) is None:
        _show(version.agreement, version, is_first=True)
        version.agreement.status = STATUS_OF[version.status]
        _put_handovers(version)
        session().flush()


def _show(agreement: Agreement, version: AgreementVersion, *, is_first: bool) -> None:
    """Let an agreement say what its text says; it began with the first that was ever signed."""
    agreement.title, agreement.kind = version.title, version.kind
    agreement.review_on = version.review_on
    agreement.ends_on = version.last_day
    if is_first:
        agreement.starts_on = version.starts_on
    if {each.id for each in agreement.parties} != {each.id for each in version.parties}:
        agreement.parties = list(version.parties)


def check_follows(version: AgreementVersion) -> None:
    """Refuse a version that would hold on the same days as the signed one before it, or later.

    An agreement is one unbroken period, for that is what a package can say of it.
    """
    before = _newest_signed(version.agreement_id, before=version.number)
    if before is None:
        return
    starts_on = version.starts_on
    if starts_on is None:
        raise Refused(
            f"Versie {before.number} geldt al. Kies vanaf welke dag deze versie geldt.", "starts_on"
        )
    last = before.last_day
    if last is None or last >= starts_on:
        held = f"tot en met {web.day(last)}" if last else "zonder einddatum"
        if not version.takes_over:
            raise Refused(
                f"Deze versie overlapt met versie {before.number}, die geldt {held}. Kies een "
                "latere ingangsdatum, of kies dat deze versie de vorige vervangt.",
                "starts_on",
            )
        if before.starts_on is not None and starts_on <= before.starts_on:
            raise Refused(
                f"Versie {before.number} geldt vanaf {web.day(before.starts_on)}. Laat deze versie "
                "later ingaan.",
                "starts_on",
            )
    elif last < starts_on - A_DAY:
        raise Refused(
            f"Tussen versie {before.number} (tot en met {web.day(last)}) en deze versie zit een "
            f"gat. Laat deze versie ingaan op uiterlijk {web.day(last + A_DAY)}, of maak een "
            "nieuwe afspraak.",
            "starts_on",
        )


# From text to network.


def put_in_force(version: AgreementVersion) -> int:
    """Make a version that all have signed the one that holds; return how many journeys moved."""
    today = clock.today()
    before = _newest_signed(version.agreement_id, before=version.number)
    version.status = VersionStatus.SIGNED
    version.signed_on = today
    agreement = version.agreement
    if before is not None and version.starts_on is not None:
        before.holds_until = min(before.last_day or date.max, version.starts_on - A_DAY)
    _show(agreement, version, is_first=before is None)
    agreement.status = AgreementStatus.SIGNED
    _apply(version, is_first=before is None)
    # Also when it begins later: pages on a day after that show another network.
    planning.current_region().network_version = new_network_version()
    session().flush()
    return planning.replan(
        Because(ChangeReason.AGREEMENT_CHANGED, f"{agreement.title}, ondertekend")
    )


def may_complete(version: AgreementVersion) -> bool:
    """Whether what was signed elsewhere may be written out further: nobody signed it here.

    A package brings a title and dates; what else stands on the signed paper is added later.
    """
    return version.status is VersionStatus.SIGNED and version.is_signed_elsewhere


def complete(version: AgreementVersion) -> int:
    """Keep the text anew after it was written out further; return how many journeys moved."""
    if not may_complete(version):
        raise Refused("Deze tekst is hier ondertekend. Maak een nieuwe versie.")
    sent_at = version.sent_at
    session().flush()
    freeze(version)
    version.sent_at = sent_at
    latest = _newest_signed(version.agreement_id)
    if latest is not None and latest.id == version.id:
        is_first = _newest_signed(version.agreement_id, before=version.number) is None
        _show(version.agreement, version, is_first=is_first)
        _apply(version, is_first=is_first)
    session().flush()
    return planning.replan(Because(ChangeReason.AGREEMENT_CHANGED, f"{version.title}, aangevuld"))


def put_in_force_elsewhere(version: AgreementVersion, signed_on: date, where: str) -> int:
    """Record that a draft was signed on paper; return how many journeys moved."""
    freeze(version)
    version.is_signed_elsewhere = True
    version.elsewhere = where
    moved = put_in_force(version)
    version.signed_on = signed_on
    return moved


def apply_due(today: date) -> int:
    """Put the clauses in the network of versions that take over today; return how many.

    For `coordinator tick`, in the session of one region.
    """
    count = 0
    for version in taking_over(today):
        apply_clauses(version)
        session().flush()
        planning.replan(
            Because(ChangeReason.AGREEMENT_CHANGED, f"{version.title}, versie {version.number}")
        )
        events.record(Verb.TAKEN_OVER, version.agreement, by=None, result=str(version.number))
        count += 1
    return count


def _apply(version: AgreementVersion, *, is_first: bool) -> None:
    """Put the clauses in the network, or what can be there before the first day.

    A hand-over on an agreement that does not hold yet is closed, and a seat has its own days. But
    a table with another mandate would stop until the first day: that waits for `apply_due`.
    """
    if version.starts_on is None or version.starts_on <= clock.today():
        apply_clauses(version)
    elif is_first:
        _put_handovers(version)
        _put_seats(version)


def apply_clauses(version: AgreementVersion) -> None:
    """Put what the clauses give in the network, and take out what they no longer give.

    A table whose mandate they no longer give rests on no agreement any more.
    """
    version.applied_on = clock.today()
    _put_handovers(version)
    _put_seats(version)
    current = session()
    mandates = _mandates(version)
    own = Tafel.agreement_id == version.agreement_id
    for tafel in current.scalars(
        select(Tafel).where(own | Tafel.id.in_(mandates), Tafel.ended_on.is_(None))
    ):
        clause = mandates.get(tafel.id)
        tafel.agreement_id = version.agreement_id if clause else None
        tafel.clause_number = clause.number if clause else None


def _put_seats(version: AgreementVersion) -> None:
    seats = _seats_after(version)
    for seat, clause, dates in seats.kept:
        seat.vote = clause.vote
        seat.starts_on, seat.ends_on = dates
    for seat, last in seats.gone:
        if last is None:
            seat.ended_on = clock.today()
        else:
            seat.ends_on = last
    for clause in seats.added:
        session().add(
            Seat(
                tafel_id=clause.tafel_id,
                partner_id=clause.partner_id,
                role_id=clause.role_id,
                vote=clause.vote,
                starts_on=version.starts_on,
                ends_on=version.last_day,
                agreement_id=version.agreement_id,
                clause_number=clause.number,
            )
        )


def _giving(version: AgreementVersion, kind: ClauseKind) -> list[Clause]:
    """Return the clauses of a kind, without those about what left the region's package."""
    return [
        clause
        for clause in version.clauses
        if clause.kind is kind
        and all(
            thing is None or thing.ended_on is None
            for thing in (clause.tafel, clause.target, clause.partner, clause.role)
        )
    ]


def _mandates(version: AgreementVersion) -> dict[int | None, Clause]:
    """Return the clauses that give a table its mandate, by the id of the table."""
    return {each.tafel_id: each for each in _giving(version, ClauseKind.MANDATE)}


_Dates = tuple[date | None, date | None]


@dataclass(frozen=True)
class _Seats:
    """What becomes of the seats on an agreement when one of its versions takes over."""

    kept: list[tuple[Seat, Clause, _Dates]]
    gone: list[tuple[Seat, date | None]]
    """With their last day; None for a seat that has not begun by then."""
    added: list[Clause]


def _seats_after(version: AgreementVersion, *, as_written: bool = False) -> _Seats:
    """Return which seats stay, go and come: a clause keeps its seat at the same table and partner.

    A seat that ended with the version before lasts as long as this one, and never longer.
    """
    first = max(clock.today(), version.starts_on or date.min)
    end = _end(version, as_written=as_written)
    before = _newest_signed(version.agreement_id, before=version.number)
    old_end = before and (before.renewed_until or before.ends_on)
    given = {each.number: each for each in _giving(version, ClauseKind.SEAT)}
    rows = session().scalars(
        select(Seat)
        .where(
            Seat.agreement_id == version.agreement_id,
            Seat.ended_on.is_(None),
            Seat.ends_on.is_(None) | (Seat.ends_on >= clock.today()),
        )
        .options(joinedload(Seat.tafel), joinedload(Seat.partner), joinedload(Seat.role))
        .order_by(Seat.id)
    )
    found = _Seats([], [], [])
    served = set()
    for seat in rows:
        clause = given.get(seat.clause_number or 0)
        if clause is not None and (seat.tafel_id, seat.partner_id, seat.role_id) == (
            clause.tafel_id,
            clause.partner_id,
            clause.role_id,
        ):
            served.add(clause.number)
            lasts = seat.ends_on if seat.ends_on and seat.ends_on != old_end else date.max
            last = min(lasts, end or date.max)
            found.kept.append((seat, clause, (seat.starts_on, None if last == date.max else last)))
        else:
            last = min(seat.ends_on or date.max, first - A_DAY)
            has_begun = seat.starts_on is None or seat.starts_on <= last
            found.gone.append((seat, last if has_begun else None))
    found.added.extend(clause for number, clause in given.items() if number not in served)
    return found


def extend_seats(agreement_id: int, last_day: date, until: date) -> None:
    """Let the seats that would end with an agreement go on when it is renewed."""
    for seat in session().scalars(
        select(Seat).where(
            Seat.agreement_id == agreement_id, Seat.ends_on == last_day, Seat.ended_on.is_(None)
        )
    ):
        seat.ends_on = until


def _end(version: AgreementVersion, *, as_written: bool) -> date | None:
    return (version.renewed_until or version.ends_on) if as_written else version.last_day


def _put_handovers(version: AgreementVersion) -> None:
    """Make the hand-overs that rest on the agreement those of this version's clauses."""
    wanted = {clause.number: clause for clause in _giving(version, ClauseKind.HANDOVER)}
    left = {
        row.id: row
        for row in session().scalars(
            select(Handover)
            .where(Handover.agreement_id == version.agreement_id, Handover.ended_on.is_(None))
            .options(selectinload(Handover.domains))
            .order_by(Handover.id)
        )
    }
    for number, clause in wanted.items():
        row = _find_handover(left.values(), clause)
        if row is None:
            row = Handover(agreement_id=version.agreement_id, domains=[])
            session().add(row)
        else:
            del left[row.id]
        _write_handover(row, clause, number)
    for row in left.values():
        row.ended_on = clock.today()


def _find_handover(rows: Iterable[Handover], clause: Clause) -> Handover | None:
    """Return the hand-over of a clause: by its number, else the one between the same tables."""
    same = [
        row for row in rows if (row.source_id, row.target_id) == (clause.tafel_id, clause.target_id)
    ]
    numbered = (row for row in same if row.clause_number == clause.number)
    return next(numbered, None) or next((r for r in same if r.clause_number is None), None)


def _write_handover(row: Handover, clause: Clause, number: int) -> None:
    row.source_id, row.target_id = clause.tafel_id or 0, clause.target_id or 0
    row.processing_days = clause.processing_days
    row.clause_number = number
    row.all_domains = not clause.domains
    if {each.id for each in row.domains} != {each.id for each in clause.domains}:
        row.domains = list(clause.domains)


def is_shown(version: AgreementVersion) -> bool:
    """Whether the network holds what this version gives: the newest signed one, once it began."""
    latest = _newest_signed(version.agreement_id)
    return latest is not None and latest.id == version.id and version.applied_on is not None


def region_with(
    before: pure.Region, version: AgreementVersion, *, as_written: bool = False
) -> pure.Region:
    """Return the network of this session in which a version is signed, and its clauses hold.

    `as_written` leaves out that a newer version or a notice ends it sooner than its own end date.
    """
    agreement = version.agreement
    signed_before = _newest_signed(version.agreement_id, before=version.number)
    first_day = agreement.starts_on if signed_before is not None else version.starts_on
    signed = replace(
        before.agreements_by_code[agreement.code],
        title=version.title,
        kind=version.kind,
        parties=tuple(sorted(each.code for each in version.parties if each.ended_on is None)),
        status=AgreementStatus.SIGNED,
        starts_on=first_day,
        ends_on=_end(version, as_written=as_written),
        review_on=version.review_on,
    )
    handovers = [each for each in before.handovers if each.agreement != agreement.code]
    handovers += [
        pure.Handover(
            clause.tafel.code,
            clause.target.code,
            frozenset(each.code for each in clause.domains) or None,
            clause.processing_days,
            agreement.code,
        )
        for clause in _giving(version, ClauseKind.HANDOVER)
        if clause.tafel and clause.target
    ]
    mandates = {each.tafel.code for each in _mandates(version).values() if each.tafel}

    def mandated(tafel: pure.Tafel) -> pure.Tafel:
        if tafel.code in mandates:
            return replace(tafel, agreement=agreement.code)
        return replace(tafel, agreement=None) if tafel.agreement == agreement.code else tafel

    return before.changed(
        agreements=(signed if each.code == signed.code else each for each in before.agreements),
        handovers=handovers,
        seats=_plain_seats(before, version, as_written=as_written),
        tafels=map(mandated, before.tafels),
    )


def _plain_seats(
    region: pure.Region, version: AgreementVersion, *, as_written: bool
) -> list[pure.Seat]:
    """Return the seats of a region after a version takes over; see `apply_clauses`."""
    seats = list(region.seats)
    found = _seats_after(version, as_written=as_written)
    for row in (*(seat for seat, _, _ in found.kept), *(seat for seat, _ in found.gone)):
        if (own := plain_seat(row)) in seats:
            seats.remove(own)
    for row, clause, dates in found.kept:
        seats.append(
            replace(plain_seat(row), vote=clause.vote, starts_on=dates[0], ends_on=dates[1])
        )
    for row, last in found.gone:
        if last is not None:
            seats.append(replace(plain_seat(row), ends_on=last))
    for clause in found.added:
        if clause.tafel is not None and clause.partner is not None and clause.role is not None:
            dates = (version.starts_on, _end(version, as_written=as_written))
            seats.append(
                pure.Seat(
                    clause.tafel.code,
                    clause.partner.code,
                    clause.role.code,
                    vote=clause.vote,
                    starts_on=dates[0],
                    ends_on=dates[1],
                )
            )
    return seats


def plain_seat(seat: Seat) -> pure.Seat:
    """Return a seat, with its table, partner and role, as plans know it."""
    return pure.Seat(
        seat.tafel.code,
        seat.partner.code,
        seat.role.code,
        seat.person,
        seat.vote,
        seat.starts_on,
        seat.ends_on,
    )


# From package to text.


def follow_package(codes: Iterable[str]) -> None:
    """Give the agreements that a package brought or changed their text, and their clauses."""
    follow(
        session()
        .scalars(
            select(Agreement)
            .where(Agreement.code.in_(sorted(codes)), Agreement.ended_on.is_(None))
            .options(selectinload(Agreement.parties))
            .order_by(Agreement.code)
        )
        .all()
    )


def follow(agreements: Sequence[Agreement]) -> None:
    """Make versions say what agreements, and the tables and hand-overs on them, say.

    What changes a text that was put before the parties is a new version; see `next_version`.
    Nothing happens to an agreement whose text says the same already.
    """
    ids = [agreement.id for agreement in agreements]
    versions: dict[int, list[AgreementVersion]] = {each: [] for each in ids}
    for version in session().scalars(
        whole(select(AgreementVersion))
        .where(AgreementVersion.agreement_id.in_(ids))
        .order_by(AgreementVersion.number)
    ):
        versions[version.agreement_id].append(version)
    tafels, handovers = _resting_on(ids)
    for agreement in agreements:
        _follow(agreement, versions[agreement.id], tafels[agreement.id], handovers[agreement.id])
    session().flush()


def fill_missing() -> None:
    """Give every agreement that has no text yet its first version, in all regions.

    For a database from before there were versions; `coordinator db upgrade` does it.
    """
    with scoped_to(EVERYTHING) as current:
        region_ids = current.scalars(select(Region.id)).all()
    for region_id in region_ids:
        with scoped_to(region_id) as current:
            missing = current.scalars(
                select(Agreement)
                .where(Agreement.ended_on.is_(None), ~Agreement.versions.any())
                .options(selectinload(Agreement.parties))
                .order_by(Agreement.code)
            )
            follow(missing.all())
            current.commit()


def _resting_on(
    agreement_ids: Sequence[int],
) -> tuple[dict[int, list[Tafel]], dict[int, list[Handover]]]:
    tafels: dict[int, list[Tafel]] = defaultdict(list)
    for tafel in session().scalars(
        select(Tafel)
        .where(Tafel.agreement_id.in_(agreement_ids), Tafel.ended_on.is_(None))
        .order_by(Tafel.code)
    ):
        tafels[tafel.agreement_id or 0].append(tafel)
    handovers: dict[int, list[Handover]] = defaultdict(list)
    for handover in session().scalars(
        select(Handover)
        .where(Handover.agreement_id.in_(agreement_ids), Handover.ended_on.is_(None))
        .options(
            joinedload(Handover.source),
            joinedload(Handover.target),
            selectinload(Handover.domains),
        )
        .order_by(Handover.id)
    ):
        handovers[handover.agreement_id or 0].append(handover)
    return tafels, handovers


def _follow(
    agreement: Agreement,
    versions: Sequence[AgreementVersion],
    tafels: Sequence[Tafel],
    handovers: Sequence[Handover],
) -> None:
    signed = [each for each in versions if each.status is VersionStatus.SIGNED]
    if not versions:
        version = AgreementVersion(
            agreement=agreement,
            number=1,
            parties=[],
            domains=[],
            areas=[],
            clauses=[],
            signatories=[],
            ratifications=[],
        )
    else:
        version = signed[-1] if signed else versions[-1]
    first_days = {each.starts_on for each in (*signed, version)}
    says_the_same = bool(versions) and _says_the_same(agreement, version, signed, tafels, handovers)
    is_fixed = bool(versions) and version.status is not VersionStatus.DRAFT
    if is_fixed and (not says_the_same or _goes_back(version.status, agreement.status)):
        begins = version.starts_on
        if version.status is VersionStatus.SIGNED:
            version.holds_until = min(version.last_day or date.max, clock.today() - A_DAY)
            begins = max(begins or clock.today(), clock.today())
        for older in versions:
            if older.status not in (VersionStatus.SIGNED, VersionStatus.WITHDRAWN):
                withdraw(older)
        version = _copied(version)
        version.number = versions[-1].number + 1
        version.starts_on = begins
        says_the_same = False
    if not says_the_same:
        _take_fields(version, agreement, first_days)
        _take_clauses(version, tafels, handovers, may_propose=_may_propose(agreement, signed))
        session().add(version)
        session().flush()
    _take_status(version, agreement)
    numbers = {_grant_key(clause): clause.number for clause in version.clauses}
    for tafel in tafels:
        tafel.clause_number = numbers.get((ClauseKind.MANDATE, tafel.id))
    for handover in handovers:
        handover.clause_number = numbers.get(_handover_key(handover))


def _goes_back(status: VersionStatus, to: AgreementStatus) -> bool:
    """Whether the package takes a text back to a step that it was past."""
    if to is AgreementStatus.DRAFT:
        return status in (VersionStatus.TO_SIGN, VersionStatus.SIGNED)
    return to is AgreementStatus.TO_SIGN and status is not VersionStatus.TO_SIGN


def _handover_key(row: Handover) -> tuple[object, ...]:
    domains = () if row.all_domains else tuple(sorted(each.id for each in row.domains))
    return (ClauseKind.HANDOVER, row.source_id, row.target_id, domains, row.processing_days)


def _grant_key(clause: Clause) -> tuple[object, ...]:
    if clause.kind is ClauseKind.HANDOVER:
        domains = tuple(sorted(each.id for each in clause.domains))
        return (clause.kind, clause.tafel_id, clause.target_id, domains, clause.processing_days)
    return (clause.kind, clause.tafel_id)


def _says_the_same(
    agreement: Agreement,
    version: AgreementVersion,
    signed: Sequence[AgreementVersion],
    tafels: Sequence[Tafel],
    handovers: Sequence[Handover],
) -> bool:
    # Until a version takes over, the network holds what the one before it gives.
    applied = next((each for each in reversed(signed) if each.applied_on is not None), version)
    resting = _keys_of(tafels, handovers)
    given = {_grant_key(clause) for clause in applied.clauses if clause.kind in _IN_PACKAGES}
    if _may_propose(agreement, signed):
        given = {key for key in given if key in resting or key[0] is not ClauseKind.MANDATE}
    lasts = {version.last_day}
    if agreement.status is AgreementStatus.TERMINATED:
        lasts.add(_end(version, as_written=True))
    fields = ("title", "kind", "review_on")
    return (
        all(getattr(version, name) == getattr(agreement, name) for name in fields)
        and agreement.starts_on in {each.starts_on for each in (*signed, version)}
        and agreement.ends_on in lasts
        and {each.id for each in version.parties} == {each.id for each in agreement.parties}
        and given == resting
    )


_IN_PACKAGES: Final = (ClauseKind.MANDATE, ClauseKind.HANDOVER)


def _keys_of(tafels: Sequence[Tafel], handovers: Sequence[Handover]) -> set[tuple[object, ...]]:
    return {(ClauseKind.MANDATE, tafel.id) for tafel in tafels} | {
        _handover_key(handover) for handover in handovers
    }


def _may_propose(agreement: Agreement, signed: Sequence[AgreementVersion]) -> bool:
    """Whether its text may give tables a mandate that they do not have in the package.

    They get it when it takes over; the network, and so a package, says nothing of that yet.
    """
    is_unsigned = agreement.status in (AgreementStatus.DRAFT, AgreementStatus.TO_SIGN)
    return is_unsigned or bool(signed and signed[-1].applied_on is None)


def _take_fields(
    version: AgreementVersion, agreement: Agreement, first_days: set[date | None]
) -> None:
    version.title, version.kind = agreement.title, agreement.kind
    version.review_on = agreement.review_on
    if version.number == 1 or agreement.starts_on not in first_days:
        version.starts_on = agreement.starts_on
    if version.number == 1 or agreement.ends_on != version.last_day:
        version.ends_on = agreement.ends_on
    version.parties = list(agreement.parties)
    signing = {each.partner_id: each for each in version.signatories}
    version.signatories = [
        signing.get(party.id) or Signatory(partner_id=party.id, partner=party)
        for party in sorted(agreement.parties, key=lambda each: each.code)
    ]


def _take_clauses(
    version: AgreementVersion,
    tafels: Sequence[Tafel],
    handovers: Sequence[Handover],
    *,
    may_propose: bool,
) -> None:
    """Add a clause for what rests on the agreement and is in none; drop what rests no more."""
    resting = _keys_of(tafels, handovers)
    # A number keeps its meaning: that of a clause that goes is not given to another.
    number = max((clause.number for clause in version.clauses), default=0)
    version.clauses = [
        clause
        for clause in version.clauses
        if clause.kind not in _IN_PACKAGES
        or _grant_key(clause) in resting
        or (clause.kind is ClauseKind.MANDATE and may_propose)
    ]
    given = {_grant_key(clause) for clause in version.clauses}
    for tafel in tafels:
        if (ClauseKind.MANDATE, tafel.id) not in given:
            number += 1
            version.clauses.append(
                Clause(
                    number=number,
                    title=f"Mandaat van {tafel.name}",
                    text=f"{tafel.name} behandelt signalen op grond van deze afspraak.",
                    kind=ClauseKind.MANDATE,
                    tafel_id=tafel.id,
                    tafel=tafel,
                    processing_days=0,
                    domains=[],
                    areas=[],
                )
            )
    for handover in handovers:
        key = _handover_key(handover)
        if key not in given:
            given.add(key)
            number += 1
            version.clauses.append(_handover_clause(handover, number))


def _handover_clause(handover: Handover, number: int) -> Clause:
    domains = [] if handover.all_domains else list(handover.domains)
    which = f" over {web.enumerate_words([each.name for each in domains])}" if domains else ""
    return Clause(
        number=number,
        title=f"Doorgeleiding naar {handover.target.name}",
        text=f"{handover.source.name} geeft signalen{which} door aan {handover.target.name}.",
        kind=ClauseKind.HANDOVER,
        tafel_id=handover.source_id,
        tafel=handover.source,
        target_id=handover.target_id,
        target=handover.target,
        processing_days=handover.processing_days,
        domains=domains,
        areas=[],
    )


def _take_status(version: AgreementVersion, agreement: Agreement) -> None:
    """Give a version the status that its agreement has in the package."""
    status = agreement.status
    if status is AgreementStatus.DRAFT:
        return  # a draft, or what was refused
    if not version.text:
        freeze(version)
    if status is AgreementStatus.TO_SIGN:
        version.status = VersionStatus.TO_SIGN
        return
    if version.status is not VersionStatus.SIGNED:
        version.is_signed_elsewhere = True
        version.status = VersionStatus.SIGNED
    version.applied_on = version.applied_on or clock.today()
    if status is AgreementStatus.TERMINATED and version.holds_until is None:
        version.holds_until = clock.today() - A_DAY
