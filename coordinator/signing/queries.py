"""What the pages of signing look up: what must be mended first, who may sign, what was said."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from coordinator import clock, governance, mandates, signatures, web
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.labels import label
from coordinator.models import (
    AgreementStatus,
    AgreementVersion,
    Grant,
    Objection,
    Partner,
    Ratification,
    Renewal,
    Signatory,
    SignatoryStatus,
    Signature,
    VersionStatus,
)


def find_objection(public_id: str) -> Objection | None:
    """Return an objection with the version that it is about."""
    return session().scalar(
        select(Objection)
        .where(Objection.public_id == public_id)
        .options(
            joinedload(Objection.partner),
            joinedload(Objection.agreement_version).options(
                joinedload(AgreementVersion.agreement), selectinload(AgreementVersion.clauses)
            ),
        )
    )


def find_ratification(public_id: str) -> Ratification | None:
    """Return a ratification; its version comes with all that stands in it."""
    version = session().scalar(
        governance.whole(select(AgreementVersion)).where(
            AgreementVersion.ratifications.any(Ratification.public_id == public_id)
        )
    )
    if version is None:
        return None
    found = next(each for each in version.ratifications if each.public_id == public_id)
    set_committed_value(found, "agreement_version", version)
    return found


def objections_of(version: AgreementVersion) -> Sequence[Objection]:
    """Return the objections to a version, the oldest first."""
    return (
        session()
        .scalars(
            select(Objection)
            .where(Objection.version_id == version.id)
            .options(joinedload(Objection.partner))
            .order_by(Objection.made_at, Objection.id)
        )
        .all()
    )


def is_open(objection: Objection) -> bool:
    """Whether it was neither answered nor taken back."""
    return objection.answered_at is None and objection.withdrawn_at is None


def count_open(version: AgreementVersion) -> int:
    """Return how many objections wait for an answer."""
    return (
        session().scalar(
            select(func.count(Objection.id)).where(
                Objection.version_id == version.id,
                Objection.answered_at.is_(None),
                Objection.withdrawn_at.is_(None),
            )
        )
        or 0
    )


@dataclass(frozen=True)
class Newest:
    """The newest version of an agreement: enough to lead there."""

    public_id: str
    number: int
    status: VersionStatus


def newest_of(version: AgreementVersion) -> Newest:
    """Return the newest version of the same agreement."""
    row = (
        session()
        .scalars(
            select(AgreementVersion)
            .where(AgreementVersion.agreement_id == version.agreement_id)
            .order_by(AgreementVersion.number.desc())
            .limit(1)
        )
        .one()
    )
    return Newest(row.public_id, row.number, row.status)


def why_closed(version: AgreementVersion) -> str:
    """Return why nothing can be done with a text any more; nothing when it lies to be signed."""
    if version.status is VersionStatus.TO_SIGN:
        return ""
    if version.status is VersionStatus.DRAFT:
        return "Deze tekst is nog een concept. Er valt nog niets te ondertekenen."
    if version.status is VersionStatus.SIGNED:
        return "Deze versie is al door alle partijen ondertekend."
    if version.status is VersionStatus.REFUSED:
        return (
            "Een partij heeft deze tekst geweigerd. Hij kan niet meer worden ondertekend. "
            "Verder gaat het met een nieuwe versie."
        )
    newest = newest_of(version)
    if newest.number > version.number:
        return (
            f"Deze tekst (versie {version.number}) is ingetrokken. Versie {newest.number} komt "
            "ervoor in de plaats. Ondertekenen kan alleen van die tekst, zodra hij voorligt."
        )
    return "Deze tekst is ingetrokken. Hij kan niet meer worden ondertekend."


# What must be mended before a text can be put before the parties, or signed.


@dataclass(frozen=True)
class Checks:
    """What must be mended first, and what is only good to know."""

    faults: tuple[str, ...]
    warnings: tuple[str, ...]


def checks(version: AgreementVersion) -> Checks:
    """Return what stands in the way of putting a draft before its parties; what is good to know."""
    granted = signatures.mandates(version)
    warnings = [
        f"Bij {partner.name} kan vandaag nog niemand tekenen. Nodig daar een bestuurder uit, of "
        "geef iemand die rol."
        for partner in without_board_member(version, granted)
    ]
    if not version.clauses:
        warnings.append("Er staat geen enkel artikel in. Zo verandert deze afspraak niets.")
    if version.starts_on is not None and version.starts_on < clock.today():
        warnings.append(
            f"De ingangsdatum ({web.day(version.starts_on)}) is al voorbij. De afspraak geldt "
            "pas als iedereen heeft getekend."
        )
    warnings += mandates.rivals_of(version)
    return Checks((*faults(version), *_without_mandate(version, granted)), tuple(warnings))


def without_board_member(
    version: AgreementVersion, granted: dict[int, list[Grant]]
) -> list[Partner]:
    """Return the parties that did not sign yet and for which nobody could today."""
    return [
        each.partner
        for each in version.signatories
        if each.status is SignatoryStatus.ASKED
        and each.account_id is None
        and each.partner.ended_on is None
        and not granted[each.partner_id]
    ]


def faults(version: AgreementVersion) -> list[str]:
    """Return what stands in the way of a text coming in force, whoever signs it."""
    return [
        *_wrong_in_the_agreement(version),
        *_wrong_parties(version),
        *_wrong_days(version),
        *_wrong_clauses(version),
        *(conflict.text for conflict in mandates.conflicts_of(version)),
    ]


def _wrong_in_the_agreement(version: AgreementVersion) -> Iterator[str]:
    agreement = version.agreement
    if agreement.ended_on is not None:
        yield "Deze afspraak hoort niet meer bij het netwerk. Maak een nieuwe afspraak."
    elif agreement.status is AgreementStatus.TERMINATED:
        yield "Deze afspraak is opgezegd. Maak een nieuwe afspraak die haar vervangt."


def _wrong_parties(version: AgreementVersion) -> Iterator[str]:
    if not version.parties:
        yield "Er zijn nog geen partijen. Kies wie deze afspraak met elkaar maken."
    if not version.signatories:
        yield "Er is nog niemand die tekent. Voeg voor elke partij een ondertekenaar toe."
    party_ids = {party.id for party in version.parties}
    signing_ids = {signatory.partner_id for signatory in version.signatories}
    for party in version.parties:
        if party.ended_on is not None:
            yield _left(party)
        if version.signatories and party.id not in signing_ids:
            yield f"Voor {party.name} tekent nog niemand. Voeg een ondertekenaar toe."
    for signatory in version.signatories:
        if signatory.partner_id not in party_ids:
            yield (
                f"{signatory.partner.name} tekent, maar is geen partij. Voeg haar toe of haal "
                "haar weg."
            )


def _without_mandate(version: AgreementVersion, granted: dict[int, list[Grant]]) -> Iterator[str]:
    """Say who was asked by name but has no mandate today."""
    for signatory in version.signatories:
        account, partner = signatory.account, signatory.partner
        if account is not None and not signatures.may_set(signatory, granted[partner.id]):
            yield (
                f"{account.name} is vandaag geen bestuurder van {partner.name} en kan "
                "dus niet tekenen. Kies iemand anders, of geef deze persoon die rol."
            )


def _left(partner: Partner) -> str:
    return (
        f"{partner.name} hoort niet meer bij het netwerk sinds {web.day(partner.ended_on)}. "
        "Haal deze partij weg, of vervang haar."
    )


def _wrong_days(version: AgreementVersion) -> Iterator[str]:
    if version.starts_on and version.ends_on and version.ends_on < version.starts_on:
        yield (
            f"De einddatum ({web.day(version.ends_on)}) ligt voor de ingangsdatum "
            f"({web.day(version.starts_on)})."
        )
    elif version.ends_on and version.ends_on < clock.today():
        yield f"De einddatum ({web.day(version.ends_on)}) is al voorbij. Kies een latere."
    if version.renewal is Renewal.TACIT and not (version.ends_on and version.renewal_months):
        yield (
            "Voor stilzwijgende verlenging zijn een einddatum nodig en het aantal maanden "
            "waarmee de afspraak telkens langer geldt."
        )
    try:
        governance.check_follows(version)
    except Refused as refused:
        yield refused.message


def _wrong_clauses(version: AgreementVersion) -> Iterator[str]:
    for clause in version.clauses:
        for thing in (clause.tafel, clause.target, clause.giver_tafel):
            if thing is not None and thing.ended_on is not None:
                yield (
                    f"Artikel {clause.number} noemt {thing.name}. Die tafel hoort niet meer bij "
                    f"het netwerk sinds {web.day(thing.ended_on)}."
                )
        for partner in (clause.partner, clause.giver_partner):
            if partner is not None and partner.ended_on is not None:
                yield f"Artikel {clause.number}: {_left(partner)}"
    yield from mandates.passed_on_in_vain(version, clock.today())


# Who may sign.


@dataclass(frozen=True)
class Own:
    """A signature that this person has to do with: set by which mandate, or why not."""

    signatory: Signatory
    mandate: Grant | None
    why_not: str


def own_signatures(
    version: AgreementVersion, account_id: int, grants: Iterable[Grant]
) -> list[Own]:
    """Return the signatures on a version that somebody may set, or may not and why."""
    held = [grant for grant in grants if grant.role is signatures.SIGNS_AS]
    partner_ids = {grant.partner_id for grant in held}
    self_given = {grant.partner_id for grant in held if grant.granted_by_id == account_id}
    concerned = [
        each
        for each in version.signatories
        if each.partner_id in partner_ids or each.account_id == account_id
    ]
    granted = signatures.mandates(version)
    return [
        _own(
            each,
            account_id,
            granted[each.partner_id],
            is_self_given=each.partner_id in self_given,
        )
        for each in concerned
    ]


def _own(
    signatory: Signatory, account_id: int, granted: Sequence[Grant], *, is_self_given: bool
) -> Own:
    partner = signatory.partner
    mandate = next((grant for grant in granted if grant.account_id == account_id), None)
    if signatory.status is SignatoryStatus.SIGNED:
        why = f"Voor {partner.name} is al getekend op {web.moment(signatory.decided_at)}."
    elif signatory.status is SignatoryStatus.REFUSED:
        why = f"{partner.name} heeft geweigerd op {web.moment(signatory.decided_at)}."
    elif partner.ended_on is not None:
        why = _left(partner)
    elif signatory.account_id not in (None, account_id):
        name = signatory.account.name if signatory.account else ""
        why = f"Voor {partner.name} is {name} gevraagd om te tekenen."
    elif mandate is None and is_self_given:
        why = (
            f"U hebt uzelf de rol van bestuurder van {partner.name} gegeven. Daarmee kunt u niet "
            "tekenen. Laat een ander u die rol geven."
        )
    elif mandate is None:
        why = (
            f"U bent vandaag geen bestuurder van {partner.name}. Daarom kunt u niet tekenen. "
            "Vraag de leercoördinator om uw rol te verlengen."
        )
    else:
        return Own(signatory, mandate, "")
    return Own(signatory, None, why)


def may_object_for(version: AgreementVersion, grants: Iterable[Grant]) -> list[Partner]:
    """Return the parties for which somebody may object."""
    ids = {grant.partner_id for grant in grants if grant.role in signatures.OBJECTS_AS}
    return [party for party in version.parties if party.id in ids]


# What the pages show.


@dataclass(frozen=True)
class Line:
    """What a party did with a text, for a row of a table."""

    partner: str
    code: str
    capacity: str
    state: str
    kind: str
    """How its badge looks."""
    who: str
    at: datetime | None
    mandate: str
    reason: str
    proof: str
    is_cancelled: bool


_KINDS = {
    SignatoryStatus.ASKED: "plain",
    SignatoryStatus.SIGNED: "done",
    SignatoryStatus.REFUSED: "danger",
}


def signed(version: AgreementVersion) -> list[Line]:
    """Return for every party that signs what it did, with its signature where there is one."""
    kept = {each.partner_id: each for each in signatures.of_version(version)}
    return [_line(each, kept.get(each.partner_id)) for each in version.signatories]


def _line(signatory: Signatory, signature: Signature | None) -> Line:
    partner, account = signatory.partner, signatory.account
    is_cancelled = signature is not None and signature.cancelled_at is not None
    if signature is None:
        who = account.name if account else ""
        return Line(
            partner.name,
            partner.code,
            signatory.capacity,
            label(signatory.status),
            _KINDS[signatory.status],
            who,
            signatory.decided_at,
            "",
            signatory.reason,
            "",
            is_cancelled,
        )
    return Line(
        partner.name,
        partner.code,
        signature.capacity,
        "Vervallen" if is_cancelled else label(SignatoryStatus.SIGNED),
        "warning" if is_cancelled else "done",
        signature.signer,
        signature.signed_at,
        f"Bestuurder van {partner.name}, van {web.day(signature.mandate_starts_on)} tot en met "
        f"{web.day(signature.mandate_ends_on)}",
        "",
        f"Wachtwoord opnieuw ingevuld op {web.moment(signature.proven_at)}",
        is_cancelled,
    )


@dataclass(frozen=True)
class Told:
    """An objection and its answer, as the pages tell them."""

    objection: Objection
    about: str
    is_open: bool


def told(version: AgreementVersion, objections: Iterable[Objection]) -> list[Told]:
    """Return objections with what each is about in words."""
    titles = {clause.number: clause.title for clause in version.clauses}
    return [
        Told(one, _about(one.clause_number, titles.get(one.clause_number or 0, "")), is_open(one))
        for one in objections
    ]


def _about(number: int | None, title: str) -> str:
    if number is None:
        return "De afspraak als geheel"
    return f"Artikel {number}: {title}" if title else f"Artikel {number}"


def text_of(version: AgreementVersion) -> str:
    """Return the text as it was fixed, or of a draft as it would be now."""
    return version.text or governance.canonical_text(version)


def is_right(version: AgreementVersion) -> bool:
    """Whether the text that is kept is still the one of its hash and of its rows."""
    return (
        governance.hash_of(version.text) == version.text_hash
        and governance.canonical_text(version) == version.text
    )


def file_name(version: AgreementVersion) -> str:
    """Return under which name the text is saved."""
    code = "".join(c if c.isascii() and c.isalnum() else "-" for c in version.agreement.code)
    return f"afspraak-{code}-versie-{version.number}.txt"
