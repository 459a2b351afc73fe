"""What the pages on agreements look up: what is in force, and what rests on it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from coordinator import clock, events, web
from coordinator.db import session
from coordinator.labels import label
from coordinator.models import (
    Account,
    Agreement,
    AgreementStatus,
    Handover,
    ObjectKind,
    Tafel,
)

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
