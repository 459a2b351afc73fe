"""What the pages on the self-scan look up: rounds, who may answer, one's own draft."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from coordinator import clock, web
from coordinator.choosing import Option
from coordinator.db import session
from coordinator.holders import LEVEL_OF
from coordinator.models import (
    Account,
    Grant,
    Level,
    Partner,
    ScanParticipation,
    ScanRound,
    ScanScore,
    ScanSheet,
)
from coordinator.scans import hiding
from coordinator.scans.bouwstenen import GROUPS, QUESTIONS, Group, Question

NAMED: Final = 5
"""How many organisations are named in a sentence."""

KEEP_DRAFTS: Final = timedelta(days=30)
"""How long somebody can still copy a draft that was not given in before the round closed."""


class State(StrEnum):
    """Where a round stands on a day."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


_STATE: Final = {
    State.PLANNED: ("Gepland", "plain"),
    State.OPEN: ("Open", "active"),
    State.CLOSED: ("Gesloten", "done"),
}


def closed_on(scan_round: ScanRound) -> date:
    """Return the last day on which somebody could give in."""
    if scan_round.closed_at is None:
        return scan_round.closes_on
    return min(scan_round.closes_on, scan_round.closed_at.astimezone(clock.AMSTERDAM).date())


def state_of(scan_round: ScanRound) -> State:
    """Return where a round stands today."""
    today = clock.today()
    if scan_round.closed_at is not None or scan_round.closes_on < today:
        return State.CLOSED
    return State.OPEN if scan_round.opens_on <= today else State.PLANNED


def find_scan_round(public_id: str) -> ScanRound | None:
    """Return a round with its organisations."""
    return session().scalar(
        select(ScanRound)
        .where(ScanRound.public_id == public_id)
        .options(selectinload(ScanRound.partners))
    )


def find_participation(scan_round: ScanRound, account: Account) -> ScanParticipation | None:
    """Return that somebody takes part, with their own draft."""
    return session().scalar(
        select(ScanParticipation).where(
            ScanParticipation.round_id == scan_round.id,
            ScanParticipation.account_id == account.id,
        )
    )


def is_begun(scan_round: ScanRound) -> bool:
    """Whether anybody gave in."""
    found = select(ScanSheet.id).where(ScanSheet.round_id == scan_round.id).limit(1)
    return session().scalar(found) is not None


# Who may answer.


def takes_part(scan_round: ScanRound, partner_id: int | None) -> bool:
    """Whether an organisation is in a round; a round without organisations is for all."""
    if partner_id is None:
        return False
    return not scan_round.partners or any(one.id == partner_id for one in scan_round.partners)


@dataclass(frozen=True)
class Place:
    """An organisation for which somebody can answer, and on which levels."""

    partner: Partner
    levels: tuple[Level, ...]


def places(scan_round: ScanRound, grants: Iterable[Grant]) -> list[Place]:
    """Return for which organisations somebody can answer a round, by name.

    The level is that of their roles there; with roles that serve every level they choose.
    """
    levels: dict[int, set[Level]] = {}
    for grant in grants:
        if grant.partner_id is not None and takes_part(scan_round, grant.partner_id):
            own = levels.setdefault(grant.partner_id, set())
            if grant.role in LEVEL_OF:
                own.add(LEVEL_OF[grant.role])
    if not levels:
        return []
    partners = session().scalars(
        select(Partner)
        .where(Partner.id.in_(levels), Partner.there_on(clock.today()))
        .order_by(Partner.name, Partner.id)
    )
    return [
        Place(one, tuple(level for level in Level if level in (levels[one.id] or set(Level))))
        for one in partners
    ]


# A draft: {"partner": code, "level": value, "answers": {"11-1": {"score": ..., "text": ...}}}.


@dataclass(frozen=True)
class Answer:
    """What somebody answered to one question so far."""

    question: Question
    score: ScanScore | None
    text: str


def answers(draft: dict[str, Any]) -> list[Answer]:
    """Return what is answered in a draft, in the order of the questions."""
    given: dict[str, dict[str, str]] = draft.get("answers", {})
    found = []
    for key, question in QUESTIONS.items():
        one = given.get(key, {})
        score = ScanScore(one["score"]) if one.get("score") else None
        if score is not None or one.get("text"):
            found.append(Answer(question, score, one.get("text", "")))
    return found


def chosen_place(draft: dict[str, Any], offered: Sequence[Place]) -> tuple[Partner, Level] | None:
    """Return for which organisation and on which level; None when that is still to be chosen."""
    place = next((one for one in offered if one.partner.code == draft.get("partner")), None)
    if place is None and len(offered) == 1:
        place = offered[0]
    if place is None:
        return None
    if len(place.levels) == 1:
        return place.partner, place.levels[0]
    level = next((one for one in place.levels if one == draft.get("level")), None)
    return (place.partner, level) if level is not None else None


@dataclass(frozen=True)
class Part:
    """One part of the scan, and how much of it somebody answered."""

    group: Group
    answers: tuple[Answer, ...]

    @property
    def words(self) -> str:
        """Return in a sentence how far it is."""
        total = len(self.group.questions)
        if not self.answers:
            return f"{total} vragen, nog niets ingevuld"
        return f"{len(self.answers)} van de {total} vragen ingevuld"


def parts(draft: dict[str, Any]) -> list[Part]:
    """Return the parts of the scan with what is answered."""
    found = answers(draft)
    return [
        Part(group, tuple(one for one in found if one.question in group.questions))
        for group in GROUPS
    ]


# The list and the page of a round.


@dataclass(frozen=True)
class Shown:
    """A round as somebody sees it."""

    scan_round: ScanRound
    state: State
    given_in: int
    is_mine: bool
    """Whether they can answer for an organisation in it."""
    is_done: bool
    is_started: bool

    @property
    def label(self) -> str:
        return _STATE[self.state][0]

    @property
    def badge(self) -> str:
        return _STATE[self.state][1]

    @property
    def is_open(self) -> bool:
        return self.state is State.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state is State.CLOSED

    @property
    def has_results(self) -> bool:
        """Whether there is anything to see: of one to four people there is as little as of none."""
        return self.is_closed and hiding.enough(self.given_in)

    @property
    def asks(self) -> bool:
        """Whether it waits for this person."""
        return self.is_open and self.is_mine and not self.is_done

    @property
    def when(self) -> str:
        """Return in a sentence when one can or could answer."""
        first, last = self.scan_round.opens_on, closed_on(self.scan_round)
        if self.state is State.PLANNED:
            return f"Opent op {web.day(first)} en sluit na {web.day(last)}."
        if self.state is State.OPEN:
            return f"Open tot en met {web.day(last)}."
        if last < first:
            return f"Gesloten op {web.day(last)}, voordat de ronde open ging."
        return f"Was open {web.period_words(first, last)}."

    @property
    def who(self) -> str:
        """Return which organisations take part."""
        names = [one.name for one in self.scan_round.partners]
        if not names:
            return "Alle organisaties van het netwerk"
        more = [f"nog {web.number(len(names) - NAMED)}"] if len(names) > NAMED else []
        return web.enumerate_words([*names[:NAMED], *more])

    @property
    def count(self) -> str:
        """Return how many gave in, in fives: an exact count could point at somebody."""
        if not hiding.enough(self.given_in):
            return "Minder dan 5 vragenlijsten ingeleverd"
        fives = self.given_in // hiding.FEWEST * hiding.FEWEST
        return f"Minstens {web.number(fives)} vragenlijsten ingeleverd"


def shown(rounds: Sequence[ScanRound], account: Account, grants: Iterable[Grant]) -> list[Shown]:
    """Return rounds as somebody sees them: three queries, however many there are."""
    ids = [one.id for one in rounds]
    given_in = session().execute(
        select(ScanSheet.round_id, func.count(ScanSheet.id))
        .where(ScanSheet.round_id.in_(ids))
        .group_by(ScanSheet.round_id)
    )
    counts = {row[0]: row[1] for row in given_in}
    own = {
        one.round_id: one
        for one in session().scalars(
            select(ScanParticipation).where(
                ScanParticipation.round_id.in_(ids), ScanParticipation.account_id == account.id
            )
        )
    }
    at = session().scalars(
        select(Partner.id).where(
            Partner.id.in_([grant.partner_id for grant in grants if grant.partner_id is not None]),
            Partner.there_on(clock.today()),
        )
    )
    own_partners = at.all()
    return [
        Shown(
            one,
            state_of(one),
            counts.get(one.id, 0),
            any(takes_part(one, partner_id) for partner_id in own_partners),
            one.id in own and own[one.id].is_done,
            one.id in own and bool(own[one.id].draft),
        )
        for one in rounds
    ]


def rounds_page() -> web.Page:
    """Return a page of the rounds, the newest first."""
    return web.paginate(
        select(ScanRound)
        .options(selectinload(ScanRound.partners))
        .order_by(ScanRound.opens_on.desc(), ScanRound.id.desc())
    )


# Who is mailed.


def who_may_still_answer(today: date, within: timedelta) -> list[tuple[ScanRound, int]]:
    """Return the open rounds that close soon, with the id of who could and did not give in."""
    rounds = (
        session()
        .scalars(
            select(ScanRound)
            .where(ScanRound.opens_on <= today, ScanRound.closed_at.is_(None))
            .where(ScanRound.closes_on.between(today, today + within))
            .options(selectinload(ScanRound.partners))
            .order_by(ScanRound.id)
        )
        .all()
    )
    if not rounds:
        return []
    done = {
        (one.round_id, one.account_id)
        for one in session().scalars(
            select(ScanParticipation).where(
                ScanParticipation.round_id.in_([one.id for one in rounds]),
                ScanParticipation.is_done,
            )
        )
    }
    people = session().execute(
        select(Grant.account_id, Grant.partner_id)
        .where(Grant.region_id == session().scope, Grant.partner_id.is_not(None))
        .where(Grant.starts_on <= today, Grant.ends_on >= today)
        .where(Grant.partner_id.in_(select(Partner.id).where(Partner.there_on(today))))
        .order_by(Grant.account_id)
    )
    found = dict.fromkeys(
        (one, account_id)
        for account_id, partner_id in people
        for one in rounds
        if takes_part(one, partner_id) and (one.id, account_id) not in done
    )
    return list(found)


# What a form offers and refuses.


def partner_options() -> list[Option]:
    """Return the organisations that can take part."""
    rows = session().execute(
        select(Partner.code, Partner.name)
        .where(Partner.there_on(clock.today()))
        .order_by(Partner.name, Partner.code)
    )
    return [Option(code, name) for code, name in rows]


def find_partners(codes: Sequence[str]) -> list[Partner]:
    """Return these organisations."""
    return list(
        session().scalars(select(Partner).where(Partner.code.in_(codes)).order_by(Partner.code))
    )


def find_overlapping(
    opens_on: date, closes_on: date, partner_ids: set[int], but: int | None
) -> tuple[ScanRound, list[Partner]] | None:
    """Return a round that asks the same organisations in the same days, and which those are.

    No organisations means all, in the round that is asked about and in those that are there.
    """
    found = session().scalars(
        select(ScanRound)
        .where(ScanRound.opens_on <= closes_on, ScanRound.closes_on >= opens_on)
        .options(selectinload(ScanRound.partners))
        .order_by(ScanRound.opens_on, ScanRound.id)
    )
    for other in found:
        last = closed_on(other)
        if other.id == but or last < max(opens_on, other.opens_on):
            continue
        both = [one for one in other.partners if one.id in partner_ids]
        if both or not other.partners or not partner_ids:
            return other, both
    return None
