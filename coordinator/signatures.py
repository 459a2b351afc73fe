"""Signatures: who may set one today, what stands for one in the events, and who hears of it.

Mail says that something happened, not what (SAFETY 10).
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from json import JSONEncoder
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coordinator import clock, outbox
from coordinator.agenda import queries as agenda
from coordinator.db import session
from coordinator.models import (
    Account,
    AgreementVersion,
    Grant,
    Objection,
    Ratification,
    RoleName,
    Signatory,
    Signature,
)
from coordinator.models.events import written

SIGNS_AS: Final = RoleName.BOARD_MEMBER
OBJECTS_AS: Final = (RoleName.BOARD_MEMBER, RoleName.POLICY_OFFICER)
FORMAT: Final = "leernetwerk-handtekening-1"
HASH_SHOWN: Final = 12
"""How much of the hash of a text stands in an event."""


def mandates(version: AgreementVersion) -> dict[int, list[Grant]]:
    """Return, by the id of each partner that signs, the roles that let somebody do so today.

    Not a role that somebody gave to themselves: nobody makes their own mandate.
    """
    today = clock.today()
    found: dict[int, list[Grant]] = defaultdict(list)
    for grant in session().scalars(
        select(Grant)
        .where(
            Grant.role == SIGNS_AS,
            Grant.region_id == version.region_id,
            Grant.partner_id.in_([each.partner_id for each in version.signatories]),
            Grant.starts_on <= today,
            Grant.ends_on >= today,
            Grant.granted_by_id.is_distinct_from(Grant.account_id),
        )
        .options(joinedload(Grant.account))
        .order_by(Grant.ends_on.desc(), Grant.id)
    ):
        found[grant.partner_id or 0].append(grant)
    return found


def may_set(signatory: Signatory, grants: Iterable[Grant]) -> list[Grant]:
    """Return which of the mandates of its partner are those of who is asked to sign."""
    return [grant for grant in grants if signatory.account_id in (None, grant.account_id)]


def of_version(version: AgreementVersion) -> Sequence[Signature]:
    """Return the signatures on a version, also those that were cancelled, the oldest first."""
    return (
        session()
        .scalars(
            select(Signature)
            .where(Signature.version_id == version.id)
            .options(joinedload(Signature.partner))
            .order_by(Signature.signed_at, Signature.id)
        )
        .all()
    )


_encode: Final = JSONEncoder(separators=(",", ":")).encode


def event_result(signature: Signature, number: int) -> str:
    """Return what the event of a signature keeps of it.

    The number of the version, the first characters of the hash of its text, the id of the
    signature, and the hash of all that stands in it: 128 bits.
    """
    values = [
        FORMAT,
        signature.public_id,
        signature.version_id,
        signature.partner_id,
        signature.account_id,
        signature.signer,
        signature.capacity,
        signature.text_hash,
        written(signature.signed_at),
        signature.grant_id,
        signature.mandate_starts_on.isoformat(),
        signature.mandate_ends_on.isoformat(),
        signature.proof,
        written(signature.proven_at),
    ]
    digest = hashlib.sha256(_encode(values).encode()).hexdigest()[:32]
    return f"{number}:{signature.text_hash[:HASH_SHOWN]}:{signature.public_id}:{digest}"


def ratification_result(ratification: Ratification, number: int) -> str:
    """Return what the event of a ratification keeps of it: version, id and a hash of the rest."""
    day = ratification.ratified_on.isoformat() if ratification.ratified_on else ""
    values = [ratification.body, day, ratification.reference, ratification.recorded_by_id]
    digest = hashlib.sha256(_encode(values).encode()).hexdigest()[:32]
    return f"{number}:{ratification.public_id}:{digest}"


# Mail.


def _put(
    key: str,
    to: Iterable[Account],
    subject: str,
    template: str,
    version: AgreementVersion,
    page: str = "signing.show",
) -> None:
    url = outbox.link(page, version=version.public_id)
    for account in {account.id: account for account in to}.values():
        outbox.put(
            f"{key}:{account.public_id}",
            account.email,
            subject,
            template,
            name=account.name,
            url=url,
        )


def ask_to_sign(version: AgreementVersion) -> int:
    """Tell everybody who may sign that something waits for them; return how many that are."""
    granted = mandates(version)
    asked = {
        grant.account_id: grant.account
        for signatory in version.signatories
        for grant in may_set(signatory, granted[signatory.partner_id])
    }
    _put(
        f"to-sign:{version.public_id}",
        asked.values(),
        "Er ligt een afspraak voor u klaar",
        "to_sign",
        version,
        "signing.sign",
    )
    return len(asked)


def _all_concerned(version: AgreementVersion) -> Iterable[Account]:
    granted = mandates(version)
    yield from agenda.coordinators()
    for signatory in version.signatories:
        for grant in may_set(signatory, granted[signatory.partner_id]):
            yield grant.account


def tell_refused(version: AgreementVersion) -> None:
    """Tell the coordinators and who signs that a party refused."""
    _put(
        f"version-refused:{version.public_id}",
        _all_concerned(version),
        "Een afspraak is geweigerd",
        "version_refused",
        version,
    )


def tell_in_force(version: AgreementVersion) -> None:
    """Tell the coordinators and who signs that all is signed."""
    _put(
        f"version-signed:{version.public_id}",
        _all_concerned(version),
        "Een afspraak is door alle partijen ondertekend",
        "version_signed",
        version,
    )


def tell_cancelled(version: AgreementVersion, signatures: Iterable[Signature]) -> None:
    """Tell who had signed that the text was taken back and their signature with it."""
    ids = {signature.account_id for signature in signatures}
    if ids:
        _put(
            f"signature-cancelled:{version.public_id}",
            session().scalars(select(Account).where(Account.id.in_(ids)).order_by(Account.id)),
            "Uw handtekening op een afspraak geldt niet meer",
            "signature_cancelled",
            version,
        )


def tell_of_objection(version: AgreementVersion, objection: Objection) -> None:
    """Tell the coordinators that there is something to answer."""
    _put(
        f"objection:{objection.public_id}",
        agenda.coordinators(),
        "Er is een bezwaar bij een afspraak",
        "objection",
        version,
    )


def tell_of_answer(version: AgreementVersion, objection: Objection) -> None:
    """Tell who objected that there is an answer."""
    moment = objection.answered_at or clock.now()
    _put(
        f"objection-answered:{objection.public_id}:{written(moment)}",
        session().scalars(select(Account).where(Account.id == objection.made_by_id)),
        "Er is een antwoord op uw bezwaar",
        "objection_answered",
        version,
    )
