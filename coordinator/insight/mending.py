"""From a step to the page where it is done."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

import network.region as pure
from coordinator import clock, planning
from coordinator.access import may
from coordinator.db import session
from coordinator.effects import UNSIGNED
from coordinator.insight.findings import Spot, Step
from coordinator.models import (
    Agreement,
    AgreementStatus,
    AgreementVersion,
    Tafel,
    VersionStatus,
)
from network.gaps import Kind, Proposal

SPOTS_NAMED = 30


@dataclass(frozen=True)
class Mend:
    """Where somebody does a step; without `url` this person may not."""

    step: Step
    text: str
    url: str | None
    effect_url: str | None = None
    """What an agreement that is not signed would change."""

    @property
    def named(self) -> tuple[Spot, ...]:
        return self.step.spots[:SPOTS_NAMED]

    @property
    def unnamed(self) -> int:
        return len(self.step.spots) - len(self.named)


def mended(steps: Iterable[Step], day: date) -> list[Mend]:
    """Return for each step where this person does it; nowhere on a day that has passed."""
    steps = list(steps)
    addresses = urls([step.proposal for step in steps]) if day >= clock.today() else {}
    found = []
    for step in steps:
        text, url = addresses.get(step.proposal, ("", None))
        effect = None
        if step.kind is Kind.AGREEMENT and day >= clock.today():
            effect = url_for("agreements.effect", agreement=step.proposal[1])
        found.append(Mend(step, text, url, effect))
    return found


def urls(proposals: Iterable[Proposal]) -> dict[Proposal, tuple[str, str | None]]:
    """Return per proposal what its link says and where it leads, for who is signed in."""
    proposals = list(proposals)
    region = planning.planner().region
    codes = {one[1] for one in proposals if one[0] != Kind.AGREEMENT}
    tafels = {
        tafel.code: tafel for tafel in session().scalars(select(Tafel).where(Tafel.code.in_(codes)))
    }
    unsigned = {one[1] for one in proposals if one[0] == Kind.AGREEMENT}
    versions, renewed = _to_sign(unsigned), _renewed(region, unsigned)
    return {one: _url(region, one, tafels, versions, renewed) for one in proposals}


def spot_url(spot: Proposal) -> str:
    """Return where a white spot is explained that no single step opens; see findings.Finding."""
    _kind, area, domain, level = spot
    return url_for("insight.gaps", gebied=area, domein=domain, niveau=level, _anchor="vak")


def _url(
    region: pure.Region,
    proposal: Proposal,
    tafels: dict[str, Tafel],
    versions: dict[str, AgreementVersion],
    renewed: dict[str, str],
) -> tuple[str, str | None]:
    kind, code, *rest = proposal
    match Kind(kind):
        case Kind.AGREEMENT:
            if code in renewed:
                text = "Naar de afspraak in voorbereiding"
                return text, url_for("agreements.show", agreement=renewed[code])
            status = region.agreements_by_code[code].status
            if status is AgreementStatus.TERMINATED and may("agreements.new"):
                return "Opnieuw opstellen", url_for("agreements.new", vervangt=code)
            version = versions.get(code)
            if version is not None and may("signing.show", version=version):
                url = url_for("signing.show", version=version.public_id)
                return "Naar de ondertekening", url
            return "Naar de afspraak", url_for("agreements.show", agreement=code)
        case Kind.HANDOVER:
            if under_way := _prepared(region, code, rest[0]):
                text = "Naar de afspraak in voorbereiding"
                return text, url_for("agreements.show", agreement=under_way)
            if not may("agreements.new"):
                return "", None
            return "Afspraak opstellen", url_for("agreements.new", van=code, naar=rest[0])
    tafel = tafels.get(code)
    if tafel is None:
        return "", None
    if kind == Kind.SEAT and may("seats.new", tafel=tafel):
        role = usual_role(region, code)
        return "Zetel toevoegen", url_for("seats.new", tafel=code, partner=rest[0], rol=role)
    if kind == Kind.MEETING and may("tafels.new_meeting", tafel=tafel):
        url = url_for("tafels.new_meeting", tafel=code, datum=rest[0])
        return "Vergadering toevoegen", url
    if kind == Kind.SUBMISSION and may("tafels.edit_terms", tafel=tafel):
        answer = tafel.feedback_days
        url = url_for(
            "tafels.edit_terms", tafel=code, aanlevertermijn=rest[0], terugkoppeltermijn=answer
        )
        return "Termijn verkorten", url
    return "", None


def _prepared(region: pure.Region, source: str, target: str) -> str | None:
    """Return the agreement, not signed yet, in which a hand-over stands already."""
    resting = (
        step.agreement
        for step in region.handovers
        if (step.source, step.target) == (source, target) and step.agreement is not None
    )
    return next(
        (code for code in resting if region.agreements_by_code[code].status in UNSIGNED), None
    )


def usual_role(region: pure.Region, tafel: str) -> str | None:
    """Return the role that most seats of a table have, or of all tables where it has none."""
    for seats in (region.seats_by_tafel[tafel], region.seats):
        counted = Counter(seat.role for seat in seats)
        if counted:
            return min(counted, key=lambda role: (-counted[role], role))
    return None


def _renewed(region: pure.Region, codes: set[str]) -> dict[str, str]:
    """Return, by the code of an agreement that was ended by notice, the one to take its place."""
    ended = {
        region.agreements_by_code[code].title: code
        for code in codes
        if region.agreements_by_code[code].status is AgreementStatus.TERMINATED
    }
    if not ended:
        return {}
    rows = session().execute(
        select(AgreementVersion.replaces, Agreement.code)
        .join(AgreementVersion.agreement)
        .where(AgreementVersion.replaces.in_(ended), Agreement.status.in_(UNSIGNED))
        .where(Agreement.ended_on.is_(None), Agreement.status != AgreementStatus.TERMINATED)
        .order_by(Agreement.id)
    )
    return {ended[title]: code for title, code in rows}


def _to_sign(codes: set[str]) -> dict[str, AgreementVersion]:
    """Return the text that waits for signatures, by the code of its agreement."""
    statement = (
        select(AgreementVersion)
        .join(AgreementVersion.agreement)
        .where(Agreement.code.in_(codes), AgreementVersion.status == VersionStatus.TO_SIGN)
        .options(joinedload(AgreementVersion.agreement))
        .order_by(AgreementVersion.number)
    )
    return {one.agreement.code: one for one in session().scalars(statement)} if codes else {}
