"""The page of a bestuurder: what asks a decision, and what is needed to take it in ten minutes.

What stands here is what the agendas of the own tables show already (SAFETY 4); numbers of signals
are rounded and run until the last month that is over (SAFETY 9).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from coordinator import clock, effects, governance, web
from coordinator.agenda import queries as agenda
from coordinator.db import session
from coordinator.labels import label
from coordinator.models import (
    Account,
    AgendaItem,
    Agreement,
    AgreementStatus,
    AgreementVersion,
    Decision,
    Frequency,
    Grant,
    ItemStatus,
    Journey,
    Meeting,
    MeetingStatus,
    Partner,
    Signal,
    SignalStatus,
    Signatory,
    SignatoryStatus,
    Tafel,
    Verdict,
    Verification,
    VersionStatus,
)
from coordinator.models.signals import signal_domains

MEETINGS: Final = 2
ITEMS: Final = 5
"""Of each meeting; the rest stands on its agenda."""
ALIKE: Final = 3
SHOWN: Final = 5
REVIEW_WITHIN: Final = timedelta(days=60)
A_YEAR: Final = timedelta(days=365)
FEWEST: Final = 5
SECONDS_FOR_EFFECTS: Final = 0.8
"""How long a list of agreements may look for what they change in a large region; the sentences
that are not found by then stand there the next time."""
_TO_TWELVE: Final = "Geen Eén Twee Drie Vier Vijf Zes Zeven Acht Negen Tien Elf Twaalf".split()


@dataclass(frozen=True)
class Alike:
    """An earlier decision on the same subject, and how the author judged it."""

    text: str
    told: str
    url_of: tuple[str, str]
    """The meeting and the signal, for the address."""


@dataclass(frozen=True)
class Asked:
    """One signal on a coming meeting, with what helps to decide."""

    block: agenda.Block
    is_decided: bool
    """Whether a decision is asked; else it is passed on."""
    evidence: tuple[str, ...]
    alike: tuple[Alike, ...]


@dataclass(frozen=True)
class Coming:
    """A meeting with what lies on it; `more` signals are not shown here."""

    meeting: Meeting
    items: tuple[Asked, ...]
    to_decide: int
    more: int


@dataclass(frozen=True)
class ToSign:
    """A text that waits for a signature of an own partner."""

    version: AgreementVersion
    partner: str
    headline: str | None
    sent_on: date | None


@dataclass(frozen=True)
class ToReview:
    """An agreement of an own partner whose evaluation comes or has passed."""

    agreement: Agreement
    headline: str | None
    words: str


@dataclass(frozen=True)
class Promise:
    """Something that was promised with a date and is not done yet."""

    decision: Decision
    title: str
    is_own: bool
    is_late: bool


@dataclass(frozen=True)
class Board:
    """Everything on the page of a bestuurder."""

    coming: tuple[Coming, ...]
    to_sign: tuple[ToSign, ...]
    more_to_sign: int
    to_review: tuple[ToReview, ...]
    promises: tuple[Promise, ...]
    more_promises: int
    judged: str

    @property
    def count(self) -> int:
        """Return how many things ask for a decision."""
        decisions = sum(meeting.to_decide for meeting in self.coming)
        return decisions + len(self.to_sign) + self.more_to_sign

    @property
    def unlisted(self) -> int:
        """Return how many of those are not named on this page."""
        named = sum(item.is_decided for meeting in self.coming for item in meeting.items)
        return self.count - named - len(self.to_sign)

    @property
    def signs_for(self) -> str | None:
        """Return the partner in whose name is signed, when that is one: for where the rest is."""
        partners = {one.partner for one in self.to_sign}
        return partners.pop() if len(partners) == 1 else None

    @property
    def headline(self) -> str:
        """Return "Twee zaken vragen uw besluit"."""
        count = self.count
        if count == 0:
            return "Nu vraagt niets uw besluit"
        if count == 1:
            return "Eén zaak vraagt uw besluit"
        words = _TO_TWELVE[count] if count < len(_TO_TWELVE) else web.number(count)
        return f"{words} zaken vragen uw besluit"

    @property
    def is_empty(self) -> bool:
        return not (self.coming or self.to_sign or self.to_review or self.promises)


def board(account: Account, grants: Sequence[Grant]) -> Board:
    """Return the page for these grants of a bestuurder."""
    tafels = agenda.tafels_of(grants) or set()
    partners = {grant.partner_id for grant in grants if grant.partner_id is not None}
    to_sign, signing = _to_sign(account, partners)
    promises, promised = _promises(account, tafels)
    return Board(
        coming=_coming(tafels),
        to_sign=to_sign,
        more_to_sign=signing - len(to_sign),
        to_review=_to_review(partners),
        promises=promises,
        more_promises=promised - len(promises),
        judged=_judged(tafels),
    )


# The next meetings.


def _coming(tafels: set[int]) -> tuple[Coming, ...]:
    meetings = (
        session()
        .scalars(
            select(Meeting)
            .join(Meeting.tafel)
            .where(Meeting.tafel_id.in_(tafels), Meeting.held_on >= clock.today())
            .where(Meeting.ended_on.is_(None), Meeting.closed_at.is_(None))
            .where(Meeting.status == MeetingStatus.PLANNED)
            .where(agenda.has_items(AgendaItem.status == ItemStatus.PLANNED))
            .options(joinedload(Meeting.tafel))
            .order_by(Meeting.held_on, Tafel.name)
            .limit(MEETINGS)
        )
        .all()
    )
    found = []
    for meeting in meetings:
        rows = session().execute(_signals_on(meeting)).all()
        blocks = agenda.blocks(meeting, [row.id for row in rows])
        found.append((meeting, rows, blocks))
    blocks = [block for _meeting, _rows, these in found for block in these]
    evidence, alike = _evidence(blocks), _alike(tafels, blocks)
    return tuple(
        Coming(
            meeting,
            tuple(
                Asked(
                    block,
                    row.decides > 0,
                    evidence[block.signal.id],
                    alike.of(block, meeting.tafel_id),
                )
                for row, block in zip(rows, these, strict=True)
            ),
            rows[0].to_decide,
            rows[0].total - len(rows),
        )
        for meeting, rows, these in found
    )


def _signals_on(meeting: Meeting) -> Select[*tuple[Any, ...]]:
    """Select the first signals that wait on a meeting, those to decide on first, and the totals."""
    further = aliased(AgendaItem)
    goes_on = (
        select(further.id)
        .where(further.journey_id == AgendaItem.journey_id, further.position > AgendaItem.position)
        .exists()
    )
    ends_here = func.count(AgendaItem.id).filter(~goes_on)
    return (
        select(
            Signal.id,
            ends_here.label("decides"),
            func.sum(case((ends_here > 0, 1), else_=0)).over().label("to_decide"),
            func.count().over().label("total"),
        )
        .join(Signal.journeys)
        .join(Journey.items)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.status == ItemStatus.PLANNED)
        .group_by(Signal.id)
        .order_by(ends_here.desc(), Signal.given_on, Signal.id)
        .limit(ITEMS)
    )


def _evidence(blocks: Iterable[agenda.Block]) -> dict[int, tuple[str, ...]]:
    """Return per signal how often the same is heard, as far as that points at nobody."""
    blocks = list(blocks)
    until = clock.today().replace(day=1)
    domains = {item.journey.domain_id for block in blocks for item in block.items}
    rows = session().execute(
        select(Signal.area_id, signal_domains.c.domain_id, func.count())
        .join(signal_domains, signal_domains.c.signal_id == Signal.id)
        .where(signal_domains.c.domain_id.in_(domains))
        .where(Signal.given_on >= until - A_YEAR, Signal.given_on < until)
        .where(Signal.status != SignalStatus.REFUSED, ~Signal.leervraag.has())
        .group_by(Signal.area_id, signal_domains.c.domain_id)
    )
    counted = {(area, domain): count for area, domain, count in rows}
    in_all: Counter[int] = Counter()
    for (_area, domain), count in counted.items():
        in_all[domain] += count
    often = set(
        session().scalars(
            select(Signal.id).where(
                Signal.id.in_([block.signal.id for block in blocks]),
                Signal.frequency == Frequency.MORE_OFTEN,
            )
        )
    )
    found = {}
    for block in blocks:
        area = block.signal.area
        domain = max(
            (item.journey.domain for item in block.items),
            key=lambda one: (counted.get((area.id, one.id), 0), in_all[one.id], one.name),
        )
        own, every = counted.get((area.id, domain.id), 0), in_all[domain.id]
        here = f", {_about(own).lower()} uit {area.name}" if every >= FEWEST else ""
        sentences = [
            f"{_about(every)} signalen over {domain.name.lower()} in de regio{here}. "
            f"Geteld over een jaar, tot {web.day(until)}."
        ]
        if block.signal.id in often:
            sentences.append("De melder ziet dit vaker gebeuren.")
        found[block.signal.id] = tuple(sentences)
    return found


def _about(count: int) -> str:
    if count < FEWEST:
        return f"Minder dan {FEWEST}"
    return f"Ongeveer {web.number(round(count / FEWEST) * FEWEST)}"


class _Earlier:
    """The last decisions of the own tables, by domain."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.by_domain: dict[int, list[Any]] = defaultdict(list)
        for row in rows:
            self.by_domain[row.domain_id].append(row)

    def of(self, block: agenda.Block, tafel_id: int) -> tuple[Alike, ...]:
        """Return the last decisions on a domain of a signal, at this table or on its area."""
        domains = {item.journey.domain_id for item in block.items}
        rows = {
            row.id: row
            for domain in domains
            for row in self.by_domain[domain]
            if row.signal_id != block.signal.id
            and (row.tafel_id == tafel_id or row.area_id == block.signal.area.id)
        }
        latest = sorted(rows.values(), key=lambda row: (row.recorded_at, row.id), reverse=True)
        return tuple(_told(row) for row in latest[:ALIKE])


def _told(row: Any) -> Alike:
    on = row.recorded_at.astimezone(clock.AMSTERDAM).date()
    return Alike(
        row.title_for_tafels or f"Signaal {row.signal}",
        f"{label(row.kind)}, {web.day(on)}, {row.tafel}. {verdict_words(row.verdict)}",
        (row.meeting, row.signal),
    )


def verdict_words(verdict: Verdict | None) -> str:
    """Return what the author said of an answer."""
    if verdict is None:
        return "De melder heeft nog niet gezegd of het klopt."
    return f"De melder: {label(verdict).lower()}."


def _alike(tafels: set[int], blocks: Iterable[agenda.Block]) -> _Earlier:
    domains = {item.journey.domain_id for block in blocks for item in block.items}
    newest = (Decision.recorded_at.desc(), Decision.id.desc())
    ranked = (
        select(
            Decision.id,
            Journey.domain_id,
            func.row_number().over(partition_by=Journey.domain_id, order_by=newest).label("rank"),
        )
        .join(Decision.items)
        .join(AgendaItem.journey)
        .join(Decision.meeting)
        .where(Meeting.tafel_id.in_(tafels), Journey.domain_id.in_(domains))
        .subquery()
    )
    rows = session().execute(
        select(
            Decision.id,
            Decision.kind,
            Decision.recorded_at,
            Decision.signal_id,
            ranked.c.domain_id,
            Signal.area_id,
            Signal.public_id.label("signal"),
            Signal.title_for_tafels,
            Meeting.tafel_id,
            Meeting.public_id.label("meeting"),
            Tafel.name.label("tafel"),
            Verification.verdict,
        )
        .join(ranked, ranked.c.id == Decision.id)
        .join(Decision.signal)
        .join(Decision.meeting)
        .join(Meeting.tafel)
        .outerjoin(Decision.verification)
        .where(ranked.c.rank <= ALIKE * 5)
    )
    return _Earlier(rows)


# Agreements.


def _to_sign(account: Account, partners: set[int]) -> tuple[tuple[ToSign, ...], int]:
    """Return the first texts that wait for this bestuurder, the oldest first; and how many."""
    mine = or_(
        (Signatory.partner_id.in_(partners)) & Signatory.account_id.is_(None),
        Signatory.account_id == account.id,
    )
    rows = (
        session()
        .execute(
            select(AgreementVersion.id, Partner.name, func.count().over())
            .join(AgreementVersion.signatories)
            .join(Signatory.partner)
            .join(AgreementVersion.agreement)
            .where(mine, Signatory.status == SignatoryStatus.ASKED)
            .where(AgreementVersion.status == VersionStatus.TO_SIGN, Agreement.ended_on.is_(None))
            .order_by(AgreementVersion.sent_at, AgreementVersion.id, Signatory.id)
            .limit(SHOWN)
        )
        .all()
    )
    if not rows:
        return (), 0
    versions = {
        version.id: version
        for version in session().scalars(
            governance.whole(select(AgreementVersion)).where(
                AgreementVersion.id.in_([row[0] for row in rows])
            )
        )
    }
    headlines = effects.version_headlines(
        versions.values(), clock.today(), seconds=SECONDS_FOR_EFFECTS
    )
    return tuple(
        ToSign(
            versions[version_id],
            partner,
            headlines.get(versions[version_id].public_id),
            _day(versions[version_id].sent_at),
        )
        for version_id, partner, _total in rows
    ), rows[0][2]


def _to_review(partners: set[int]) -> tuple[ToReview, ...]:
    """Return the agreements to evaluate within two months, the soonest first."""
    today = clock.today()
    agreements = (
        session()
        .scalars(
            select(Agreement)
            .where(Agreement.ended_on.is_(None), Agreement.status == AgreementStatus.SIGNED)
            .where(Agreement.parties.any(Partner.id.in_(partners)))
            .where(Agreement.review_on <= today + REVIEW_WITHIN)
            .where(or_(Agreement.ends_on.is_(None), Agreement.ends_on >= today))
            .order_by(Agreement.review_on, Agreement.title)
            .limit(SHOWN)
        )
        .all()
    )
    headlines = effects.headlines_without(agreements, seconds=SECONDS_FOR_EFFECTS)
    return tuple(
        ToReview(
            agreement,
            headlines.get(agreement.code),
            f"De evaluatie {'was' if on < today else 'is'} op {web.day(on)}.",
        )
        for agreement in agreements
        if (on := agreement.review_on) is not None
    )


# Promises, and how decisions were judged.


def _promises(account: Account, tafels: set[int]) -> tuple[tuple[Promise, ...], int]:
    """Return the first promises of this person and of the own tables, the soonest first."""
    today = clock.today()
    rows = (
        session()
        .execute(
            select(Decision, func.count().over())
            .join(Decision.meeting)
            .where(Decision.done_by_on.is_not(None), Decision.done_on.is_(None))
            .where(or_(Decision.owner_account_id == account.id, Meeting.tafel_id.in_(tafels)))
            .options(
                joinedload(Decision.meeting).joinedload(Meeting.tafel),
                joinedload(Decision.owner_account),
                joinedload(Decision.signal).load_only(
                    Signal.region_id, Signal.public_id, Signal.title_for_tafels, raiseload=True
                ),
            )
            .order_by(Decision.done_by_on, Decision.id)
            .limit(SHOWN)
        )
        .all()
    )
    found = tuple(
        Promise(
            decision,
            agenda.title_of(decision.signal),
            decision.owner_account_id == account.id,
            decision.done_by_on is not None and decision.done_by_on < today,
        )
        for decision, _total in rows
    )
    return found, rows[0][1] if rows else 0


def _judged(tafels: set[int]) -> str:
    """Return how the answers of the own tables were judged in a year, when that is many enough."""
    rows = session().execute(
        select(Verification.verdict, func.count())
        .join(Verification.decision)
        .join(Decision.meeting)
        .where(Meeting.tafel_id.in_(tafels), Verification.given_at >= clock.now() - A_YEAR)
        .group_by(Verification.verdict)
    )
    counted = dict(rows.all())
    if sum(counted.values()) < FEWEST:
        return ""
    words = [
        f"{_about(counted.get(verdict, 0)).lower()} keer {label(verdict).lower()}"
        for verdict in Verdict
    ]
    return f"De melders vonden in het afgelopen jaar: {web.enumerate_words(words)}."


def _day(moment: Any) -> date | None:
    return moment.astimezone(clock.AMSTERDAM).date() if moment else None
