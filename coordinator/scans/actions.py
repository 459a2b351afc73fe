"""What is done with the self-scan: rounds are opened and closed, answers kept and given in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm.attributes import flag_modified

from coordinator import clock, events, web
from coordinator.db import EVERYTHING, scoped_to, session
from coordinator.errors import Refused
from coordinator.models import (
    Account,
    Grant,
    Level,
    Partner,
    Region,
    ScanAnswer,
    ScanParticipation,
    ScanRound,
    ScanSheet,
    Verb,
)
from coordinator.scans import queries
from coordinator.scans.bouwstenen import Group
from coordinator.scans.queries import Answer, State


@dataclass(frozen=True)
class Terms:
    """What the coordinator says of a round; no organisations means all."""

    name: str
    opens_on: date
    closes_on: date
    partners: Sequence[Partner]


def open_round(terms: Terms, *, by: Account) -> ScanRound:
    """Plan a round; it opens by itself on its first day."""
    if terms.opens_on < clock.today():
        raise Refused("Deze dag is al voorbij. Kies vandaag of een latere dag.", "opens_on")
    _check(terms)
    scan_round = ScanRound(
        name=terms.name,
        opens_on=terms.opens_on,
        closes_on=terms.closes_on,
        partners=list(terms.partners),
    )
    session().add(scan_round)
    session().flush()
    events.record(Verb.SCAN_ROUND_OPENED, scan_round, by=by)
    return scan_round


def change_round(scan_round: ScanRound, terms: Terms, *, by: Account) -> None:
    """Change a round; once somebody gave in only its name, or a later last day."""
    if queries.state_of(scan_round) is State.CLOSED:
        raise Refused(
            "Deze ronde is gesloten. Daarom kan zij niet meer anders. Open een nieuwe ronde."
        )
    if terms.opens_on != scan_round.opens_on and terms.opens_on < clock.today():
        raise Refused("Deze dag is al voorbij. Kies vandaag of een latere dag.", "opens_on")
    if queries.is_begun(scan_round):
        _check_begun(scan_round, terms)
    _check(terms, but=scan_round)
    scan_round.name = terms.name
    scan_round.opens_on, scan_round.closes_on = terms.opens_on, terms.closes_on
    if {one.id for one in scan_round.partners} != {one.id for one in terms.partners}:
        scan_round.partners = list(terms.partners)
    flag_modified(scan_round, "name")  # other organisations alone would not give it a new version
    session().flush()
    events.record(Verb.SCAN_ROUND_CHANGED, scan_round, by=by)


def _check_begun(scan_round: ScanRound, terms: Terms) -> None:
    why = "Iemand heeft al een vragenlijst ingeleverd."
    if terms.opens_on != scan_round.opens_on:
        raise Refused(f"{why} De eerste dag ligt daarom vast.", "opens_on")
    if {one.id for one in terms.partners} != {one.id for one in scan_round.partners}:
        raise Refused(f"{why} De organisaties liggen daarom vast.", "partners")
    if terms.closes_on < scan_round.closes_on:
        raise Refused(
            f"{why} Kies {web.day(scan_round.closes_on)} of een latere dag. "
            "Wilt u eerder stoppen? Sluit dan de ronde.",
            "closes_on",
        )


def _check(terms: Terms, but: ScanRound | None = None) -> None:
    if terms.closes_on < terms.opens_on:
        raise Refused(
            f"De laatste dag ligt voor de eerste dag ({web.day(terms.opens_on)}). "
            "Kies een latere laatste dag.",
            "closes_on",
        )
    if terms.closes_on < clock.today():
        raise Refused("Deze dag is al voorbij. Kies vandaag of een latere dag.", "closes_on")
    _hold_region()
    overlap = queries.find_overlapping(
        terms.opens_on,
        terms.closes_on,
        {one.id for one in terms.partners},
        but.id if but is not None else None,
    )
    if overlap is not None:
        other, both = overlap
        names = [one.name for one in both[: queries.NAMED]]
        more = len(both) - len(names)
        names += [f"nog {web.number(more)}"] if more else []
        whom = web.enumerate_words(names) if names else "dezelfde organisaties"
        last = queries.closed_on(other)
        raise Refused(
            f"De ronde “{other.name}” loopt {web.period_words(other.opens_on, last)} en vraagt al "
            f"{whom}. Kies andere dagen of andere organisaties. Zo krijgt niemand twee keer "
            "dezelfde vragen.",
            "opens_on",
        )


def _hold_region() -> None:
    """Let nobody else plan a round in this region until the commit."""
    region = select(Region.id).where(Region.id == session().scope)
    session().execute(region.with_for_update(key_share=True))


def close_round(scan_round: ScanRound, *, by: Account) -> None:
    """Close a round before its last day; it stays closed."""
    if queries.state_of(scan_round) is State.CLOSED:
        raise Refused("Deze ronde is al gesloten.")
    scan_round.closed_at = clock.now()
    session().flush()
    events.record(Verb.SCAN_ROUND_CLOSED, scan_round, by=by)


# Answering.


def save_place(scan_round: ScanRound, partner: Partner, level: Level, *, by: Account) -> None:
    """Keep in somebody's draft for which organisation and on which level they answer."""
    participation = _own(scan_round, by)
    _write(participation, {"partner": partner.code, "level": level.value})


def save_part(
    scan_round: ScanRound, group: Group, given: Mapping[str, Mapping[str, str]], *, by: Account
) -> None:
    """Keep the answers of one part in somebody's draft, also when the round is closed by now."""
    participation = _own(scan_round, by)
    kept = dict(participation.draft.get("answers", {}))
    for question in group.questions:
        answer = {name: text for name, text in given.get(question.key, {}).items() if text}
        if answer:
            kept[question.key] = answer
        else:
            kept.pop(question.key, None)
    _write(participation, {"answers": kept})


def _own(scan_round: ScanRound, account: Account) -> ScanParticipation:
    participation = queries.find_participation(scan_round, account)
    if participation is None:
        participation = ScanParticipation(
            round_id=scan_round.id, account_id=account.id, draft={}, is_done=False
        )
        session().add(participation)
    if participation.is_done:
        raise Refused(
            "U hebt uw vragenlijst al ingeleverd. Wat u nu invult, telt niet meer mee. Kopieer uw "
            "tekst als u hem wilt houden."
        )
    return participation


def _write(participation: ScanParticipation, changed: dict[str, Any]) -> None:
    participation.draft = {**participation.draft, **changed}
    session().flush()


def discard_draft(scan_round: ScanRound, *, by: Account) -> None:
    """Throw away what somebody typed and did not give in."""
    participation = queries.find_participation(scan_round, by)
    if participation is not None and not participation.is_done:
        session().delete(participation)
        session().flush()


def drop_old_drafts() -> int:
    """Throw away drafts that could not be given in any more; return how many.

    Not on the day on which a round closes: who still types then copies their text first.
    """
    last_day = clock.today() - queries.KEEP_DRAFTS
    with scoped_to(EVERYTHING) as current:
        old = current.scalars(
            select(ScanParticipation)
            .join(ScanRound, ScanRound.id == ScanParticipation.round_id)
            .where(ScanParticipation.is_done.is_(False))
            .where(
                or_(
                    ScanRound.closes_on < last_day,
                    ScanRound.closed_at < clock.now() - queries.KEEP_DRAFTS - timedelta(days=1),
                )
            )
        ).all()
        for participation in old:
            current.delete(participation)
        current.commit()
    return len(old)


def give_in(scan_round: ScanRound, grants: Iterable[Grant], *, by: Account) -> None:
    """Give in somebody's draft: from here on nothing leads from them to the answers."""
    participation = _own(scan_round, by)
    state = queries.state_of(scan_round)
    if state is State.PLANNED:
        raise Refused(f"Deze ronde opent pas op {web.day(scan_round.opens_on)}.")
    if state is State.CLOSED:
        raise Refused("Deze ronde is gesloten. Uw antwoorden tellen niet meer mee.")
    chosen = queries.chosen_place(participation.draft, queries.places(scan_round, grants))
    if chosen is None:
        raise Refused("Kies eerst namens welke organisatie en op welk niveau u invult.")
    answers = queries.answers(participation.draft)
    if not answers:
        raise Refused("U hebt nog niets ingevuld. Beantwoord eerst ten minste één vraag.")
    participation.draft, participation.is_done = {}, True
    add_sheet(scan_round, *chosen, answers)
    events.record(Verb.SCAN_GIVEN_IN, scan_round, by=by)


def add_sheet(
    scan_round: ScanRound, partner: Partner, level: Level, answers: Iterable[Answer]
) -> None:
    """Store answers, without whose they are."""
    sheet = ScanSheet(round_id=scan_round.id, partner_id=partner.id, level=level)
    session().add(sheet)
    session().flush()
    session().add_all(
        ScanAnswer(
            sheet_id=sheet.id,
            bouwsteen=one.question.bouwsteen,
            question=one.question.number,
            score=one.score,
            text=one.text,
        )
        for one in answers
    )
    session().flush()
