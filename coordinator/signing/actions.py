"""What is done with a text once it is written: sent, signed, refused, objected to, ratified."""

from datetime import date, datetime

from sqlalchemy import select

from coordinator import clock, events, governance, proof, signatures, web
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.models import (
    Account,
    AgreementVersion,
    Objection,
    Partner,
    Power,
    Ratification,
    Signatory,
    SignatoryStatus,
    Signature,
    Verb,
    VersionStatus,
)
from coordinator.signing import queries
from coordinator.signing.queries import Own


def send(version: AgreementVersion, *, seen: str | None, by: Account) -> int:
    """Put a draft before its parties: from here on the text is fixed. Return how many are asked."""
    if version.status is not VersionStatus.DRAFT:
        raise Refused("Deze tekst is al voorgelegd. Hij ligt vast.")
    if seen != str(version.version):
        raise Refused(
            "Iemand anders heeft dit concept intussen gewijzigd. Lees de tekst hieronder opnieuw."
        )
    if queries.checks(version).faults:
        raise Refused("Deze tekst kan nog niet worden voorgelegd. Herstel eerst wat er staat.")
    governance.freeze(version)
    version.status = VersionStatus.TO_SIGN
    governance.settle(version)
    events.record(
        Verb.VERSION_SENT,
        version.agreement,
        by=by,
        result=f"{version.number}:{version.text_hash[: signatures.HASH_SHOWN]}",
    )
    return signatures.ask_to_sign(version)


def record(
    version: AgreementVersion, *, signed_on: date, where: str, seen: str | None, by: Account
) -> None:
    """Record that all parties signed a draft on paper: it is in force without signatures here."""
    if version.status is not VersionStatus.DRAFT:
        raise Refused("Deze tekst is al voorgelegd. De partijen tekenen hem hier.")
    if seen != str(version.version):
        raise Refused(
            "Iemand anders heeft dit concept intussen gewijzigd. Vergelijk de tekst hieronder "
            "opnieuw met het getekende stuk."
        )
    if signed_on > clock.today():
        raise Refused(
            "Deze dag moet nog komen. Leg het vast als iedereen heeft getekend.", "signed_on"
        )
    _check_still_right(version)
    governance.put_in_force_elsewhere(version, signed_on, where.strip())
    events.record(
        Verb.SIGNED_ELSEWHERE,
        version.agreement,
        by=by,
        result=f"{version.number}:{version.text_hash[: signatures.HASH_SHOWN]}",
    )


def _check_open(version: AgreementVersion) -> None:
    if why := queries.why_closed(version):
        raise Refused(why)


def sign(
    version: AgreementVersion, own: Own, *, text_hash: str, proven_at: datetime, by: Account
) -> bool:
    """Sign exactly the text with this hash; return whether that was the last thing needed."""
    _check_open(version)
    if own.mandate is None:
        raise Refused(own.why_not)
    if text_hash != version.text_hash:
        raise Refused(
            "De tekst is een andere dan u hebt gelezen. Lees hem hieronder opnieuw. U hebt nog "
            "niet getekend."
        )
    if not queries.is_right(version):
        raise Refused(
            "Deze tekst past niet meer bij wat er is vastgelegd. Teken niet, en waarschuw de "
            "leercoördinator."
        )
    _check_still_right(version)
    signature = Signature(
        version_id=version.id,
        partner_id=own.signatory.partner_id,
        account_id=by.id,
        signer=by.name,
        capacity=own.signatory.capacity,
        text_hash=version.text_hash,
        signed_at=clock.now(),
        grant_id=own.mandate.public_id,
        mandate_starts_on=own.mandate.starts_on,
        mandate_ends_on=own.mandate.ends_on,
        proof=proof.BY_PASSWORD,
        proven_at=proven_at,
    )
    session().add(signature)
    _decide(own.signatory, SignatoryStatus.SIGNED, by)
    session().flush()
    events.record(
        Verb.SIGNED,
        version.agreement,
        by=by,
        result=signatures.event_result(signature, version.number),
        partner=own.signatory.partner,
    )
    return _finish(version)


def _decide(signatory: Signatory, status: SignatoryStatus, by: Account) -> None:
    signatory.status = status
    signatory.decided_at = clock.now()
    signatory.account = by


def _check_still_right(version: AgreementVersion) -> None:
    """Refuse when something came in between since the text was put before the parties.

    Its powers are held until the commit: of two texts that give the same one, the last signer of
    the second waits for the first, and sees that text signed.
    """
    ids = {clause.power_id for clause in version.clauses}
    held = select(Power.id).where(Power.id.in_(ids - {None})).order_by(Power.id)
    session().execute(held.with_for_update(key_share=True))
    if faults := queries.faults(version):
        raise Refused(f"Deze tekst kan nu niet van kracht worden. {faults[0]}")


def _finish(version: AgreementVersion) -> bool:
    """Put a version in force when nothing is missing any more."""
    if any(each.status is not SignatoryStatus.SIGNED for each in version.signatories) or any(
        each.ratified_on is None for each in version.ratifications
    ):
        return False
    governance.put_in_force(version)
    events.record(Verb.IN_FORCE, version.agreement, by=None, result=str(version.number))
    signatures.tell_in_force(version)
    return True


def decline(version: AgreementVersion, own: Own, *, reason: str, by: Account) -> None:
    """Refuse to sign: with that the text is off the table; a new version is the way on."""
    _check_open(version)
    if own.mandate is None:
        raise Refused(own.why_not)
    _decide(own.signatory, SignatoryStatus.REFUSED, by)
    own.signatory.reason = reason.strip()
    version.status = VersionStatus.REFUSED
    version.closed_on = clock.today()
    governance.settle(version)
    events.record(
        Verb.DECLINED,
        version.agreement,
        by=by,
        result=str(version.number),
        partner=own.signatory.partner,
    )
    signatures.tell_refused(version)


def object_to(
    version: AgreementVersion,
    partner: Partner,
    *,
    clause_number: int | None,
    reason: str,
    by: Account,
) -> Objection:
    """Object to a clause, or to the whole."""
    _check_open(version)
    objection = Objection(
        agreement_version=version,
        clause_number=clause_number,
        partner=partner,
        made_by_id=by.id,
        reason=reason.strip(),
    )
    session().add(objection)
    session().flush()
    _record(Verb.OBJECTED, objection, by)
    signatures.tell_of_objection(version, objection)
    return objection


def answer(objection: Objection, *, text: str, seen: str | None, by: Account) -> None:
    """Answer an objection; another answer takes the place of an earlier one."""
    if objection.withdrawn_at is not None:
        raise Refused("Dit bezwaar is ingetrokken. Een antwoord is niet meer nodig.")
    if seen != str(objection.version):
        raise Refused(
            "Iemand anders heeft intussen geantwoord. Hieronder staat dat antwoord. Uw tekst staat "
            "er nog. Stuur hem op als hij ervoor in de plaats moet komen.",
            "answer",
        )
    objection.answer = text.strip()
    objection.answered_at = clock.now()
    objection.answered_by_id = by.id
    session().flush()
    _record(Verb.OBJECTION_ANSWERED, objection, by)
    signatures.tell_of_answer(objection.agreement_version, objection)


def take_back(objection: Objection, *, by: Account) -> None:
    """Take back one's own objection."""
    if objection.withdrawn_at is not None:
        raise Refused("U hebt dit bezwaar al ingetrokken.")
    objection.withdrawn_at = clock.now()
    session().flush()
    _record(Verb.OBJECTION_TAKEN_BACK, objection, by)


def _record(verb: Verb, objection: Objection, by: Account) -> None:
    version = objection.agreement_version
    events.record(
        verb,
        version.agreement,
        by=by,
        result=f"{version.number}:{objection.clause_number or 0}:{objection.public_id}",
        partner=None if verb is Verb.OBJECTION_ANSWERED else objection.partner,
    )


def ratify(ratification: Ratification, *, ratified_on: date, reference: str, by: Account) -> bool:
    """Record that a body confirmed the text; return whether that was the last thing needed."""
    version = ratification.agreement_version
    if ratification.ratified_on is not None:
        raise Refused(
            f"{ratification.body} heeft dit al bekrachtigd op {web.day(ratification.ratified_on)} "
            f"({ratification.reference})."
        )
    _check_open(version)
    if ratified_on > clock.today():
        raise Refused("Deze dag moet nog komen. Leg het besluit vast als het er is.", "ratified_on")
    if version.sent_at is not None:
        fixed_on = version.sent_at.astimezone(clock.AMSTERDAM).date()
        if ratified_on < fixed_on:
            raise Refused(
                f"De tekst ligt vast sinds {web.day(fixed_on)}. Een besluit van daarvoor ging over "
                "een andere tekst.",
                "ratified_on",
            )
    _check_still_right(version)
    ratification.ratified_on = ratified_on
    ratification.reference = reference.strip()
    ratification.recorded_by_id = by.id
    session().flush()
    events.record(
        Verb.RATIFIED,
        version.agreement,
        by=by,
        result=signatures.ratification_result(ratification, version.number),
    )
    return _finish(version)
