"""Does every text that was signed still stand as it was: texts, hashes and signatures recomputed.

What is compared: the text that is kept with the rows it was made from, its hash with the text and
with the event that it was put before the parties, the hash under each signature with that of its
text, and each signature, refusal and ratification with the event that tells of it. `coordinator
audit verify` does the same for the events themselves.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coordinator import governance, signatures
from coordinator.db import EVERYTHING, reading, scoped_to, session
from coordinator.errors import Refused
from coordinator.models import (
    AgreementVersion,
    Event,
    ObjectKind,
    Region,
    SignatoryStatus,
    Signature,
    Verb,
    VersionStatus,
)


@dataclass(frozen=True)
class Fault:
    """Where something does not hold, and what is wrong there."""

    region: str
    agreement: str
    number: int
    what: str

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.region}, afspraak {self.agreement}, versie {self.number}: {self.what}"


@dataclass
class Found:
    """What was recomputed."""

    versions: int
    signatures: int
    faults: list[Fault]


def verify(region: str | None = None) -> Found:
    """Recompute everything, or one region."""
    found = Found(0, 0, [])
    with reading(), scoped_to(EVERYTHING) as current:
        regions = current.execute(select(Region.id, Region.slug).order_by(Region.id)).all()
        for region_id, slug in regions:
            if region in (None, slug):
                with scoped_to(region_id):
                    _verify_region(slug, found)
        current.rollback()
    if region is not None and region not in {slug for _, slug in regions}:
        raise Refused(f"Er is geen regio {region}. Zie `coordinator region list`.")
    return found


def _verify_region(slug: str, found: Found) -> None:
    current = session()
    versions = current.scalars(
        governance.whole(select(AgreementVersion)).order_by(
            AgreementVersion.agreement_id, AgreementVersion.number
        )
    ).all()
    rows = current.scalars(
        select(Signature).options(joinedload(Signature.partner)).order_by(Signature.id)
    )
    signed: dict[int, list[Signature]] = defaultdict(list)
    for row in rows:
        signed[row.version_id].append(row)
    told = _told(Verb.SIGNED)
    sent = {
        key: results.pop().partition(":")[2] for key, results in _told(Verb.VERSION_SENT).items()
    }
    declined, ratified = _told(Verb.DECLINED), _told(Verb.RATIFIED)
    for version in versions:
        code, number = version.agreement.code, version.number
        own = signed.pop(version.id, [])
        whats = [
            *_text(version, sent.pop((code, number), "")),
            *_signatures(version, own, told.pop((code, number), set())),
            *_completeness(version, own),
            *_refusal(version, is_told=(code, number) in declined),
            *_ratifications(version, ratified[code, number]),
        ]
        found.versions += version.text != ""
        found.signatures += len(own)
        found.faults += [Fault(slug, code, number, what) for what in whats]
    for code, number in sorted(sent.keys() - told.keys()):
        found.faults.append(Fault(slug, code, number, "voorgelegd, maar deze versie is weg."))
    for (code, number), results in told.items():
        what = f"{len(results)} keer ondertekend, maar deze versie is weg."
        found.faults.append(Fault(slug, code, number, what))


def _told(verb: Verb) -> dict[tuple[str, int], set[str]]:
    """Return what events of a kind tell, by the code of the agreement and number of the version."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for code, result in session().execute(
        select(Event.object_id, Event.result).where(
            Event.verb == verb, Event.object_kind == ObjectKind.AGREEMENT
        )
    ):
        found[code, int(result.partition(":")[0])].add(result)
    return found


def _text(version: AgreementVersion, sent: str) -> Iterator[str]:
    if version.status is VersionStatus.DRAFT:
        return
    if not version.text:
        # A draft that a package replaced was never put before anybody.
        if version.status is not VersionStatus.WITHDRAWN or version.sent_at is not None:
            yield "de tekst is weg."
        return
    if governance.hash_of(version.text) != version.text_hash:
        yield "het controlegetal past niet bij de tekst: een van de twee is gewijzigd."
    if governance.canonical_text(version) != version.text:
        yield "de tekst past niet bij wat er is vastgelegd (artikelen, partijen, data)."
    # What was signed elsewhere may have been written out further since.
    if not version.is_signed_elsewhere and not version.text_hash.startswith(sent):
        yield "de tekst is een andere dan aan de partijen is voorgelegd."


def _signatures(version: AgreementVersion, own: list[Signature], told: set[str]) -> Iterator[str]:
    for signature in own:
        who = signature.partner.name
        if signature.text_hash != version.text_hash:
            yield f"de handtekening van {who} hoort bij een andere tekst."
        if signature.cancelled_at is None and version.status is VersionStatus.WITHDRAWN:
            yield f"de tekst is ingetrokken, maar de handtekening van {who} is niet vervallen."
        if signature.cancelled_at is not None and version.status is not VersionStatus.WITHDRAWN:
            yield f"de handtekening van {who} is vervallen, maar de tekst is niet ingetrokken."
        result = signatures.event_result(signature, version.number)
        if result in told:
            told.remove(result)
            continue
        same = {each for each in told if each.split(":")[2] == signature.public_id}
        told -= same
        if same:
            yield f"de handtekening van {who} is gewijzigd."
        else:
            yield f"de handtekening van {who} staat niet in het logboek: zij is ingevoegd."
    for left in sorted(told):
        yield f"de handtekening {left.split(':')[2]} is verwijderd."


def _completeness(version: AgreementVersion, own: list[Signature]) -> Iterator[str]:
    """Say what is missing of what all signed here."""
    if version.is_signed_elsewhere:
        return
    valid = {each.partner_id for each in own if each.cancelled_at is None}
    is_signed = version.status is VersionStatus.SIGNED
    for signatory in version.signatories:
        says_so = signatory.status is SignatoryStatus.SIGNED
        has_one = any(each.partner_id == signatory.partner_id for each in own)
        if says_so and not has_one:
            yield f"{signatory.partner.name} staat als getekend, maar er is geen handtekening."
        elif is_signed and signatory.partner_id not in valid:
            yield f"ondertekend, maar zonder geldige handtekening van {signatory.partner.name}."
    if is_signed and not version.signatories:
        yield "ondertekend, maar er is niemand die tekende."
    if is_signed and any(each.ratified_on is None for each in version.ratifications):
        yield "ondertekend, maar niet bekrachtigd."


def _refusal(version: AgreementVersion, *, is_told: bool) -> Iterator[str]:
    if version.is_signed_elsewhere:
        return  # the parties signed it on paper after all
    if is_told and version.status not in (VersionStatus.REFUSED, VersionStatus.WITHDRAWN):
        yield "een partij heeft geweigerd, maar dat staat niet meer bij de tekst."


def _ratifications(version: AgreementVersion, told: set[str]) -> Iterator[str]:
    for one in version.ratifications:
        if one.ratified_on is None:
            continue
        result = signatures.ratification_result(one, version.number)
        if result not in told:
            yield f"de bekrachtiging door {one.body} is gewijzigd of ingevoegd."
