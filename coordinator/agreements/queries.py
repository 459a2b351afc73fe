"""What the pages on agreements look up: what rests on one, and what happens without it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from coordinator import clock, events, planning, web
from coordinator.db import session
from coordinator.labels import label
from coordinator.models import (
    Account,
    Agreement,
    AgreementStatus,
    Handover,
    Level,
    ObjectKind,
    Tafel,
)
from network import answers
from network.answers import WhatIfRow

STATUS_CHOICES = [(status.value, label(status)) for status in AgreementStatus]


def find_agreement(code: str) -> Agreement | None:
    """Return an agreement with its parties; also one that is no longer in the package."""
    return session().scalar(
        select(Agreement).where(Agreement.code == code).options(selectinload(Agreement.parties))
    )


def agreements(status: str | None, in_force_on: date | None, text: str | None) -> Select[Agreement]:
    """Select the agreements by title."""
    statement = (
        select(Agreement)
        .where(Agreement.ended_on.is_(None))
        .options(selectinload(Agreement.parties))
        .order_by(Agreement.title, Agreement.code)
    )
    if status:
        statement = statement.where(Agreement.status == AgreementStatus(status))
    if in_force_on:
        statement = statement.where(Agreement.in_force(in_force_on))
    if text:
        statement = statement.where(
            or_(
                Agreement.title.icontains(text, autoescape=True),
                Agreement.kind.icontains(text, autoescape=True),
            )
        )
    return statement


def tafels_on(agreement: Agreement) -> Sequence[Tafel]:
    """Return the tables whose mandate rests on an agreement."""
    return (
        session()
        .scalars(
            select(Tafel)
            .where(Tafel.agreement_id == agreement.id, Tafel.ended_on.is_(None))
            .order_by(Tafel.name)
        )
        .all()
    )


def handovers_on(agreement: Agreement) -> Sequence[Handover]:
    """Return the hand-overs that rest on an agreement."""
    return (
        session()
        .scalars(
            select(Handover)
            .where(Handover.agreement_id == agreement.id, Handover.ended_on.is_(None))
            .options(
                joinedload(Handover.source),
                joinedload(Handover.target),
                selectinload(Handover.domains),
            )
            .order_by(Handover.id)
        )
        .all()
    )


def history(agreement: Agreement, reader: Account) -> list[events.Entry]:
    """Return what was done to an agreement."""
    return events.history(reader, (ObjectKind.AGREEMENT,), [agreement.code])


def force_words(agreement: Agreement) -> str:
    """Return in a sentence whether an agreement is in force today, and until or from when."""
    today = clock.today()
    if agreement.status is not AgreementStatus.SIGNED:
        words = {
            AgreementStatus.DRAFT: "Deze afspraak geldt niet. Zij is nog een concept.",
            AgreementStatus.TO_SIGN: "Deze afspraak geldt nog niet. Niet iedereen heeft getekend.",
            AgreementStatus.TERMINATED: "Deze afspraak geldt niet meer. Zij is opgezegd.",
        }
        return words[agreement.status]
    if agreement.starts_on and today < agreement.starts_on:
        return f"Deze afspraak is ondertekend en geldt vanaf {web.day(agreement.starts_on)}."
    if agreement.ends_on and today > agreement.ends_on:
        return f"Deze afspraak geldt niet meer. De laatste dag was {web.day(agreement.ends_on)}."
    if agreement.ends_on:
        return f"Deze afspraak geldt vandaag, tot en met {web.day(agreement.ends_on)}."
    return "Deze afspraak geldt vandaag. Zij heeft geen einddatum."


# What would happen with another status.


@dataclass(frozen=True)
class WhatIf:
    """What changes in the coverage of today when an agreement falls away, or is signed."""

    is_signed: bool
    """Whether the question is what a signature does; otherwise what its end does."""
    sentences: tuple[str, ...]
    rows: tuple["Cell", ...]


@dataclass(frozen=True)
class Cell:
    """One area and domain whose arrival would change."""

    area: str
    domain: str
    level: Level
    now: date | None
    then: date | None


def what_if(agreement: Agreement) -> WhatIf:
    """Return what the coverage of today loses without an agreement, or gains with its signature."""
    is_signed = agreement.status is not AgreementStatus.SIGNED
    status = AgreementStatus.SIGNED if is_signed else AgreementStatus.TERMINATED
    planner = planning.planner()
    region, today = planner.region, clock.today()
    if agreement.code not in region.agreements_by_code:
        return WhatIf(is_signed, ("Deze afspraak hoort niet meer bij het netwerk.",), ())
    rows = planning.remembered(
        ("what_if", today, agreement.code, status),
        lambda: answers.what_if(region, today, agreement.code, status, planner),
    )
    kinds = {area.kind for area in region.local_areas}
    unit = ("gemeente", "gemeenten") if kinds == {"gemeente"} else ("gebied", "gebieden")
    names = {domain.code: domain.name for domain in region.domains}
    return WhatIf(
        is_signed,
        tuple(_sentences(rows, names, unit, is_signed=is_signed)),
        tuple(
            Cell(
                region.areas_by_code[row.area].name,
                names[row.domain],
                row.level,
                row.arrival_now,
                row.arrival_then,
            )
            for row in rows
        ),
    )


def _sentences(
    rows: Sequence[WhatIfRow], names: dict[str, str], unit: tuple[str, str], *, is_signed: bool
) -> list[str]:
    """Return what changes, one sentence per domain, level and kind of change."""
    start = "Met een handtekening onder deze afspraak" if is_signed else "Zonder deze afspraak"
    if not rows:
        return [f"{start} verandert er vandaag niets aan waar signalen kunnen komen."]
    counted: dict[tuple[str, Level, str], int] = defaultdict(int)
    for row in rows:
        if row.arrival_then is None:
            kind = "lost"
        elif row.arrival_now is None:
            kind = "won"
        else:
            kind = "later" if row.arrival_then > row.arrival_now else "earlier"
        counted[row.domain, row.level, kind] += 1
    words = {
        "lost": "{start} kan {domain} in {where} {to} niet meer bereiken.",
        "won": "{start} kan {domain} in {where} {to} wel bereiken.",
        "later": "{start} komt {domain} in {where} later bij {to}.",
        "earlier": "{start} komt {domain} in {where} eerder bij {to}.",
    }
    order = list(words)
    return [
        words[kind].format(
            start=start,
            domain=names[domain].lower(),
            where=f"{number} {unit[0] if number == 1 else unit[1]}",
            to="de bestuurstafel" if level is Level.BOARD else "de beleidstafel",
        )
        for (domain, level, kind), number in sorted(
            counted.items(), key=lambda item: (order.index(item[0][2]), -item[1], item[0][0])
        )
    ]
