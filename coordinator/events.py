"""Events: who did what to what, in which role; a chain per region that shows tampering.

An action calls `record`. The event is numbered and chained just before the commit of its
transaction, so that the chain of a region is held for the moment of the commit only: two people
never wait for each other's work, and nobody who holds the chain waits for another row.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from json import JSONEncoder
from pathlib import Path
from typing import Any, Final

from flask import current_app
from sqlalchemy import event as listening
from sqlalchemy import select, text
from sqlalchemy.orm import Session, SessionTransaction, class_mapper

from coordinator import clock, web
from coordinator.db import EVERYTHING, ScopedSession, reading, scoped_to, session
from coordinator.errors import Refused
from coordinator.labels import label
from coordinator.models import (
    Account,
    AgendaItem,
    Agreement,
    Assignment,
    Criterion,
    Decision,
    DecisionKind,
    Event,
    EventHead,
    Grant,
    LearningEvent,
    LearningGoal,
    LearningOffer,
    LearningStructure,
    Leervraag,
    Level,
    Meeting,
    ObjectKind,
    Partner,
    Power,
    Region,
    RoleName,
    Room,
    ScanRound,
    Seat,
    SharedQuestion,
    Signal,
    Tafel,
    Verb,
    Verdict,
)
from coordinator.models.events import NO_HASH, written
from coordinator.settings import Settings

FORMAT: Final = "leernetwerk-event-1"
_WAITING: Final = "events"
_PARTY: Final = "partner:"
_GIVERS: Final = (RoleName.EXPERT, RoleName.PROFESSIONAL, RoleName.MANAGER)
_KEEPERS: Final = (RoleName.COORDINATOR, RoleName.ADMINISTRATOR)
_AT_THE_TAFEL: Final = (RoleName.SECRETARY, RoleName.BOARD_MEMBER, RoleName.COORDINATOR)
_OF_A_PARTY: Final = (RoleName.BOARD_MEMBER, RoleName.POLICY_OFFICER)
_AUTHOR_FIRST: Final = (*_GIVERS, RoleName.COORDINATOR)
_WHO_LEARNS: Final = (
    RoleName.EXPERT,
    RoleName.PROFESSIONAL,
    RoleName.MANAGER,
    RoleName.POLICY_OFFICER,
    RoleName.BOARD_MEMBER,
    RoleName.SECRETARY,
    RoleName.COORDINATOR,
)
"""Whoever asks, learns or takes part: in their own role, at whichever table it holds."""
ACTS_AS: Final[Mapping[Verb, tuple[RoleName, ...]]] = {
    Verb.GIVEN: _AUTHOR_FIRST,
    Verb.ANSWERED: _AUTHOR_FIRST,
    Verb.VERIFIED: _AUTHOR_FIRST,
    Verb.SIGNED: (RoleName.BOARD_MEMBER,),
    Verb.DECLINED: (RoleName.BOARD_MEMBER,),
    Verb.OBJECTED: _OF_A_PARTY,
    Verb.OBJECTION_TAKEN_BACK: _OF_A_PARTY,
    Verb.HANDED_OVER: _AT_THE_TAFEL,
    Verb.DECIDED: _AT_THE_TAFEL,
    Verb.PUT_OFF: _AT_THE_TAFEL,
    Verb.PROMISE_KEPT: _AT_THE_TAFEL,
    Verb.MEETING_ADDED: _AT_THE_TAFEL,
    Verb.MEETING_MOVED: _AT_THE_TAFEL,
    Verb.MEETING_CANCELLED: _AT_THE_TAFEL,
    Verb.MEETING_CLOSED: _AT_THE_TAFEL,
    Verb.TERMS_CHANGED: _AT_THE_TAFEL,
    Verb.ATTENDANCE_RECORDED: _AT_THE_TAFEL,
    Verb.APPOINTED: _AT_THE_TAFEL,
    Verb.SEAT_CHANGED: _AT_THE_TAFEL,
    Verb.SEAT_ENDED: _AT_THE_TAFEL,
    Verb.LEERVRAAG_ASKED: _WHO_LEARNS,
    Verb.LEERVRAAG_ANSWERED: _WHO_LEARNS,
    Verb.LEERVRAAG_EMBEDDED: _WHO_LEARNS,
    Verb.GOAL_SET: _WHO_LEARNS,
    Verb.GOAL_CHANGED: _WHO_LEARNS,
    Verb.GOAL_PARKED: _WHO_LEARNS,
    Verb.GOAL_RESUMED: _WHO_LEARNS,
    Verb.GOAL_CLOSED: _WHO_LEARNS,
    Verb.SIGNED_UP: _WHO_LEARNS,
    Verb.SIGNED_OFF: _WHO_LEARNS,
    Verb.EVALUATED: _WHO_LEARNS,
    Verb.TAKEN_HOME: _WHO_LEARNS,
    Verb.CALENDAR_LINK_MADE: _WHO_LEARNS,
    Verb.CALENDAR_LINK_ENDED: _WHO_LEARNS,
    Verb.SCAN_GIVEN_IN: _WHO_LEARNS,
    Verb.PASSED_ON: _KEEPERS,
    Verb.ROLE_GIVEN: _KEEPERS,
    Verb.ROLE_EXTENDED: _KEEPERS,
    Verb.ROLE_ENDED: _KEEPERS,
}
"""In which role somebody with several does this; the first that they hold. Else: coordinator."""

_Thing = (
    Signal
    | AgendaItem
    | Decision
    | Meeting
    | Agreement
    | Grant
    | Region
    | Power
    | Assignment
    | Seat
    | Tafel
    | Leervraag
    | SharedQuestion
    | Criterion
    | LearningGoal
    | LearningOffer
    | LearningStructure
    | Room
    | LearningEvent
    | ScanRound
)
_KINDS: Final[Mapping[type[Any], ObjectKind]] = {
    Signal: ObjectKind.SIGNAL,
    AgendaItem: ObjectKind.AGENDA_ITEM,
    Decision: ObjectKind.DECISION,
    Meeting: ObjectKind.MEETING,
    Agreement: ObjectKind.AGREEMENT,
    Grant: ObjectKind.GRANT,
    Region: ObjectKind.REGION,
    Seat: ObjectKind.SEAT,
    Power: ObjectKind.POWER,
    Assignment: ObjectKind.ASSIGNMENT,
    Tafel: ObjectKind.TAFEL,
    Leervraag: ObjectKind.LEERVRAAG,
    SharedQuestion: ObjectKind.SHARED_QUESTION,
    Criterion: ObjectKind.CRITERION,
    LearningGoal: ObjectKind.GOAL,
    LearningOffer: ObjectKind.OFFER,
    LearningStructure: ObjectKind.STRUCTURE,
    Room: ObjectKind.ROOM,
    LearningEvent: ObjectKind.LEARNING_EVENT,
    ScanRound: ObjectKind.SCAN_ROUND,
}


# Recording.


def record(
    verb: Verb,
    thing: _Thing,
    *,
    by: Account | None,
    result: str = "",
    tafel_id: int | None = None,
    partner: Partner | None = None,
    on_behalf_of: str = "",
) -> None:
    """Note an act, in the transaction of the act; `by` is empty for the service or a command.

    `tafel_id` says at which table it was done, for the roles that hold for one table; `partner`
    on behalf of which party.
    """
    current = session()
    if current.in_nested_transaction():
        raise RuntimeError("a savepoint may be rolled back alone; record after it")
    current.flush()
    region_id = thing.id if isinstance(thing, Region) else thing.region_id
    waiting: list[Event] = current.info.setdefault(_WAITING, [])
    waiting.append(
        Event(
            region_id=region_id,
            recorded_at=clock.now(),
            verb=verb,
            object_kind=_KINDS[type(thing)],
            object_id=_id_of(thing),
            result=result,
            actor=pseudonym(by) if by else "",
            role=_role_of(by, verb, region_id, tafel_id, partner) if by else None,
            on_behalf_of=f"{_PARTY}{partner.code}" if partner else on_behalf_of,
            object_hash=_hash_of(thing),
        )
    )


def _id_of(thing: _Thing) -> str:
    if isinstance(thing, Region):
        return thing.slug
    return thing.code if isinstance(thing, Agreement | Tafel) else thing.public_id


def _keyed(purpose: str, value: str) -> str:
    settings: Settings = current_app.extensions["settings"]
    key = settings.pseudonym_key or settings.secret_key
    return hmac.new(key.encode(), f"{purpose}\n{value}".encode(), hashlib.sha256).hexdigest()


def pseudonym(account: Account) -> str:
    """Return what stands for an account in events; without the key nobody can tell whose it is."""
    return _keyed("event actor", account.public_id)[:32]


def _hash_of(thing: _Thing) -> str:
    """Return the keyed hash of a row as it is now; keyed, for a text could be guessed."""
    if isinstance(thing, Region):
        return ""
    columns = class_mapper(type(thing)).column_attrs
    values = {column.key: getattr(thing, column.key) for column in columns}
    return _keyed("event object", JSONEncoder(default=str, sort_keys=True).encode(values))


def _role_of(
    account: Account,
    verb: Verb,
    region_id: int,
    tafel_id: int | None,
    partner: Partner | None = None,
) -> RoleName | None:
    today = clock.today()
    grants = session().execute(
        select(Grant.role, Grant.tafel_id, Grant.partner_id)
        .where(Grant.account_id == account.id, Grant.region_id == region_id)
        .where(Grant.starts_on <= today, Grant.ends_on >= today)
    )
    acts_as = ACTS_AS.get(verb, (RoleName.COORDINATOR,))
    of_a_tafel = () if acts_as is _WHO_LEARNS else (RoleName.SECRETARY, RoleName.BOARD_MEMBER)
    held = {
        role
        for role, at, of in grants
        if role not in of_a_tafel or (at == tafel_id if partner is None else of == partner.id)
    }
    return next((role for role in acts_as if role in held), None)


_encode: Final = JSONEncoder(separators=(",", ":"), default=repr).encode


def chained(values: Sequence[object]) -> str:
    """Return the hash of an event: SHA-256 of its fields, the previous hash last, as JSON."""
    return hashlib.sha256(_encode([FORMAT, *values]).encode()).hexdigest()


def _write_waiting(current: Session) -> None:
    """Put the events of this transaction at the end of their chains."""
    waiting: list[Event] = current.info.pop(_WAITING, [])
    if not waiting:
        return
    current.flush()  # so that nothing else is written while the chain is held
    for region_id in sorted({event.region_id for event in waiting}):
        head = current.get_one(EventHead, region_id, with_for_update=True, populate_existing=True)
        for event in waiting:
            if event.region_id == region_id:
                _add(current, head, event)
    current.flush()


def _add(current: Session, head: EventHead, event: Event) -> None:
    event.number = head.number + 1
    event.previous = head.hash
    event.hash = chained(
        (
            event.region_id,
            event.number,
            written(event.recorded_at),
            event.verb,
            event.object_kind,
            event.object_id,
            event.result,
            event.actor,
            event.role,
            event.on_behalf_of,
            event.object_hash,
            event.previous,
        )
    )
    current.add(event)
    head.number, head.hash = event.number, event.hash


def _forget_waiting(current: Session, transaction: SessionTransaction) -> None:
    """Let go of the events of a transaction that was rolled back."""
    if transaction.parent is None:
        current.info.pop(_WAITING, None)


listening.listen(ScopedSession, "before_commit", _write_waiting)
listening.listen(ScopedSession, "after_transaction_end", _forget_waiting)


# Verifying.


@dataclass(frozen=True)
class Fault:
    """Where a chain does not hold, and what is wrong there."""

    region: str
    number: object
    what: str

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.region}, nummer {self.number}: {self.what}"


@dataclass(frozen=True)
class Anchor:
    """The end of a chain as it was at a moment, kept outside this machine."""

    region: str
    number: int
    hash: str
    at: str


_ALL: Final = """
    SELECT r.slug, h.number, h.hash,
           e.region_id, e.number, e.recorded_at, e.verb, e.object_kind, e.object_id, e.result,
           e.actor, e.role, e.on_behalf_of, e.object_hash, e.previous, e.hash
    FROM regions r
    LEFT JOIN event_heads h ON h.region_id = r.id
    LEFT JOIN events e ON e.region_id = r.id
    {where}
    ORDER BY r.id, e.number
"""


@dataclass
class _Chain:
    """What is known of a chain while its rows pass by."""

    region: str
    head: tuple[Any, Any]
    anchors: dict[int, list[Anchor]]
    last: Any = 0
    previous: Any = NO_HASH

    def take(self, number: Any, values: Sequence[Any], own_hash: Any) -> Iterator[Fault]:
        """Compare the next row with the one before it."""
        expected = self.last + 1
        if number != expected:
            if isinstance(number, int) and number > expected:
                gone = str(expected) if number == expected + 1 else f"{expected}-{number - 1}"
                yield Fault(self.region, gone, "ontbreekt.")
            else:
                yield Fault(self.region, number, "dit nummer hoort niet in de keten.")
        elif values[-1] != self.previous:
            yield Fault(
                self.region,
                number,
                "sluit niet aan op het vorige nummer. Een van de twee is gewijzigd, verwisseld "
                "of ingevoegd.",
            )
        if chained(values) != own_hash:
            yield Fault(
                self.region, number, "de inhoud past niet bij de hash: gewijzigd of verwisseld."
            )
        for anchor in self.anchors.pop(number, ()):
            if anchor.hash != own_hash:
                yield Fault(
                    self.region,
                    number,
                    f"was op {anchor.at} anders: de keten is daarna herschreven.",
                )
        self.last = number if isinstance(number, int) else expected
        self.previous = own_hash

    def end(self) -> Iterator[Fault]:
        """Compare the last row with the head, and see which anchors were never met."""
        number, own_hash = self.head
        if number is None:
            yield Fault(self.region, self.last, "het begin van de keten (event_heads) ontbreekt.")
        elif number != self.last:
            yield Fault(
                self.region,
                self.last,
                f"is de laatste, maar de keten eindigt bij {number}: aan het eind is iets "
                "verwijderd of ingevoegd.",
            )
        elif own_hash != self.previous:
            yield Fault(self.region, self.last, "heeft een andere hash dan het eind van de keten.")
        for left in self.anchors.values():
            for anchor in left:
                yield Fault(self.region, anchor.number, f"stond er op {anchor.at} en is nu weg.")


def verify(region: str | None = None, anchors: Iterable[Anchor] = ()) -> tuple[int, list[Fault]]:
    """Recompute every chain, or that of one region; return how many events, and the faults."""
    expected: dict[str, dict[int, list[Anchor]]] = {}
    for anchor in anchors:
        if region in (None, anchor.region):
            expected.setdefault(anchor.region, {}).setdefault(anchor.number, []).append(anchor)
    faults: list[Fault] = []
    count = 0
    chain: _Chain | None = None
    with reading(), scoped_to(EVERYTHING) as current:
        statement = text(_ALL.format(where="WHERE r.slug = :slug" if region else ""))
        # One statement, so that heads and events are seen at one moment.
        rows = current.connection().execute(
            statement, {"slug": region} if region else {}, execution_options={"yield_per": 2000}
        )
        for slug, head_number, head_hash, *values, own_hash in rows:
            if chain is None or chain.region != slug:
                if chain is not None:
                    faults += chain.end()
                chain = _Chain(slug, (head_number, head_hash), expected.pop(slug, {}))
            if values[0] is not None:
                count += 1
                faults += chain.take(values[1], values, own_hash)
        current.rollback()
    if chain is not None:
        faults += chain.end()
    elif region:
        raise Refused(f"Er is geen regio {region}. Zie `coordinator region list`.")
    for slug, numbers in expected.items():
        faults += [Fault(slug, number, "deze regio is weg.") for number in sorted(numbers)[-1:]]
    return count, faults


def heads() -> list[Anchor]:
    """Return the end of every chain that has events."""
    now = written(clock.now())
    with reading(), scoped_to(EVERYTHING) as current:
        rows = current.execute(
            select(Region.slug, EventHead.number, EventHead.hash)
            .join(EventHead, EventHead.region_id == Region.id)
            .where(EventHead.number > 0)
            .order_by(Region.slug)
        ).all()
        current.rollback()
    return [Anchor(slug, number, own_hash, now) for slug, number, own_hash in rows]


def write_anchors(path: Path) -> int:
    """Add the end of every chain to a file that leaves this machine; return how many."""
    found = heads()
    with path.open("a", encoding="ascii") as stream:
        for one in found:
            stream.write(f"{one.region}\t{one.number}\t{one.hash}\t{one.at}\n")
        stream.flush()
        os.fsync(stream.fileno())
    return len(found)


def read_anchors(path: Path) -> Iterator[Anchor]:
    """Read what `write_anchors` wrote; refuses a line that is none of ours."""
    for place, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        parts = line.split("\t")
        if len(parts) != 4 or not parts[1].isdecimal() or len(parts[2]) != 64:
            raise Refused(f"Regel {place} van {path} is geen ankerregel.")
        yield Anchor(parts[0], int(parts[1]), parts[2], parts[3])


# The history on a page.


@dataclass(frozen=True)
class Entry:
    """One line of a history: when, what, and in which role."""

    at: str
    text: str
    by: str


_SENT: Final = {
    Level.POLICY: "Het signaal is doorgestuurd naar de beleidstafel.",
    Level.BOARD: "Het signaal is doorgestuurd naar de bestuurstafel.",
}
_DECIDED: Final = {
    DecisionKind.ADOPTED: "Een tafel heeft besloten dit over te nemen.",
    DecisionKind.EXPERIMENT: "Een tafel heeft besloten tot een proef.",
    DecisionKind.NOT_ADOPTED: "Een tafel heeft besloten dit niet over te nemen.",
    DecisionKind.NOT_OURS: "Een tafel heeft gezegd dat zij hier niet over gaat.",
    DecisionKind.STOP_OLD: "Een tafel heeft besloten te stoppen met iets ouds.",
}
_VERIFIED: Final = {
    Verdict.RECOGNISED: "Het antwoord is herkend.",
    Verdict.PARTLY: "Het antwoord is deels herkend.",
    Verdict.NOT: "Het antwoord is niet herkend.",
}
SENTENCES: Final[Mapping[Verb, str | Mapping[Any, str]]] = {
    Verb.GIVEN: "Het signaal is gegeven.",
    Verb.INTERPRETED: "Het signaal is gelezen en opgeschreven voor de tafels.",
    Verb.CORRECTED: "Het gebied of de onderwerpen zijn verbeterd.",
    Verb.ASKED: "Er is een vraag gesteld aan de melder.",
    Verb.ANSWERED: "De vraag is beantwoord.",
    Verb.SENT: _SENT,
    Verb.REFUSED: {
        "all": "Het signaal gaat niet verder.",
        "part": "Een deel van het signaal gaat niet verder.",
    },
    Verb.HANDED_OVER: "Een tafel heeft het signaal doorgegeven aan een volgende tafel.",
    Verb.DECIDED: _DECIDED,
    Verb.PUT_OFF: "Een tafel heeft het signaal uitgesteld.",
    Verb.PROMISE_KEPT: "Wat beloofd was, is gedaan.",
    Verb.VERIFIED: _VERIFIED,
    Verb.SETTLED: {
        "closed": "Het antwoord is afgerond, met een bericht aan de melder.",
        "sent_back": "Het antwoord is teruggestuurd naar een tafel.",
    },
    Verb.AGREEMENT_CHANGED: {
        "changed": "Een nieuw pakket van de regio heeft deze afspraak gewijzigd.",
        "gone": "Deze afspraak staat niet meer in het pakket van de regio.",
    },
    Verb.AGREEMENT_BEGUN: "De eerste tekst van deze afspraak is geschreven.",
    Verb.AGREEMENT_WRITTEN: {
        "text": "De tekst van het concept is gewijzigd.",
        "clauses": "De artikelen van het concept zijn gewijzigd.",
        "signatories": "In het concept staat wie er tekent.",
        "completed": "De tekst van wat op papier getekend was, is aangevuld.",
    },
    Verb.DRAFT_DISCARDED: "Een concept is weggegooid. Het was aan niemand voorgelegd.",
    Verb.VERSION_BEGUN: {
        "none": "Er is een nieuwe versie begonnen.",
        "cancelled": "Er is een nieuwe versie begonnen. De handtekeningen onder de vorige tekst "
        "gelden niet meer.",
    },
    Verb.AGREEMENT_ENDED: "Er is een laatste dag vastgelegd: {day}.",
    Verb.VERSION_SENT: "Versie {number} ligt ter ondertekening. De tekst ligt nu vast.",
    Verb.SIGNED_ELSEWHERE: "Vastgelegd is dat versie {number} buiten deze dienst is ondertekend.",
    Verb.VERSION_WITHDRAWN: "Versie {number} is ingetrokken.",
    Verb.SIGNED: "Een partij heeft versie {number} ondertekend.",
    Verb.DECLINED: "Een partij heeft versie {number} geweigerd.",
    Verb.OBJECTED: "Er is een bezwaar gemaakt bij versie {number}.",
    Verb.OBJECTION_ANSWERED: "Een bezwaar bij versie {number} is beantwoord.",
    Verb.OBJECTION_TAKEN_BACK: "Een bezwaar bij versie {number} is ingetrokken.",
    Verb.RATIFIED: "Versie {number} is bekrachtigd.",
    Verb.IN_FORCE: "Versie {number} is door alle partijen ondertekend.",
    Verb.TAKEN_OVER: "Versie {number} is ingegaan.",
    Verb.RENEWED: "De afspraak is stilzwijgend verlengd tot en met {day}.",
    Verb.NOTICE_GIVEN: "Een partij heeft opgezegd. De laatste dag is {day}.",
    Verb.PASSED_ON: {
        "signatory": "Een ander is gevraagd om te tekenen: wie gevraagd was, ging weg.",
        "promise": "Een ander komt de belofte na: wie dat deed, ging weg.",
        "assignment": "Een ander heeft de opdracht overgenomen.",
        "leervraag": "Een ander houdt de vraag gaande: wie dat deed, ging weg.",
    },
    Verb.POWER_ADDED: "Deze bevoegdheid is toegevoegd.",
    Verb.POWER_CHANGED: {
        "words": "De naam of de uitleg is gewijzigd.",
        "exclusive": "Sindsdien kan er maar één eindverantwoordelijk zijn.",
        "shared": "Sindsdien kan meer dan één eindverantwoordelijk zijn.",
    },
    Verb.GOAL_SET: {
        "open": "Het doel is opgeschreven.",
        "parked": "Het doel is opgeschreven en meteen geparkeerd.",
    },
    Verb.GOAL_CHANGED: "Het doel is gewijzigd.",
    Verb.GOAL_PARKED: "Het doel is geparkeerd tot {day}.",
    Verb.GOAL_RESUMED: "Het doel is weer opgepakt.",
    Verb.GOAL_CLOSED: {"reached": "Het doel is bereikt.", "stopped": "Het doel is gestopt."},
    Verb.ASSIGNMENT_ADDED: "De opdracht is vastgelegd.",
    Verb.ASSIGNMENT_CHANGED: "De opdracht is gewijzigd.",
    Verb.ASSIGNMENT_GRANTED: "Een partner heeft de opdracht gegeven, vanaf {day}.",
    Verb.ASSIGNMENT_TAKEN_BACK: "Een partner heeft de opdracht beëindigd. De laatste dag is {day}.",
    Verb.LEERVRAAG_ASKED: "De vraag is gesteld.",
    Verb.LEERVRAAG_INTERPRETED: "De duiding, of waar de vraag bij hoort, is gewijzigd.",
    Verb.LEERVRAAG_SCORED: "De vraag is gewogen.",
    Verb.LEERVRAAG_CHOSEN: "De vraag is gekozen.",
    Verb.LEERVRAAG_NOT_CHOSEN: "De vraag is niet gekozen.",
    Verb.LEERVRAAG_LINKED: {
        "linked": "De vraag is gekoppeld aan dezelfde vraag elders.",
        "unlinked": "De vraag is losgekoppeld.",
    },
    Verb.LEERVRAAG_ALIGNED: "Vastgelegd is wie de vraag gaande houdt.",
    Verb.LEERVRAAG_BROUGHT: "De vraag is klaargezet voor de tafels.",
    Verb.LEERVRAAG_ANSWERED: "Er is een antwoord opgeschreven.",
    Verb.LEERVRAAG_EMBEDDED: "Het antwoord heeft een plek in het gewone werk.",
    Verb.LEERVRAAG_REOPENED: "De vraag is weer opgepakt.",
    Verb.OFFER_ADDED: "Dit aanbod is vastgelegd.",
    Verb.OFFER_CHANGED: {
        "text": "Het aanbod is gewijzigd.",
        "stays": "Vastgelegd is dat het aanbod blijft bestaan.",
        "ends": "De laatste dag van het aanbod is vastgelegd.",
        "ended": "Het aanbod is beëindigd.",
    },
    Verb.STRUCTURE_ADDED: "Deze leerplek is vastgelegd.",
    Verb.STRUCTURE_CHANGED: {
        "text": "De leerplek is gewijzigd.",
        "stays": "Vastgelegd is dat de leerplek blijft bestaan.",
        "ends": "De laatste dag van de leerplek is vastgelegd.",
        "ended": "De leerplek is beëindigd.",
    },
}
"""What a history says; by the result where that matters. Other verbs stand in no history."""


def history(reader: Account, kinds: Sequence[ObjectKind], object_ids: Iterable[str]) -> list[Entry]:
    """Return what was done to these objects, oldest first: roles, no names. One query."""
    found = session().scalars(
        select(Event)
        .where(Event.object_id.in_(list(object_ids)), Event.object_kind.in_(kinds))
        .order_by(Event.number)
    )
    own = pseudonym(reader)
    entries = (
        Entry(web.moment(event.recorded_at), _words(event), _by(event, own))
        for event in found
        if event.verb in SENTENCES
    )
    return [entry for entry, _same in groupby(entries)]  # for two domains at once: one line


def _words(event: Event) -> str:
    words = SENTENCES[event.verb]
    if not isinstance(words, str):
        return words[event.result]
    if "{number}" in words:
        return words.format(number=event.result.partition(":")[0])
    return words.format(day=web.day(date.fromisoformat(event.result))) if "{" in words else words


def _by(event: Event, own: str) -> str:
    is_for_author = event.on_behalf_of == "author"
    if event.actor and event.actor == own:
        return "Door uzelf, namens de melder" if is_for_author else "Door uzelf"
    if event.role is not None:
        whom = ", namens een partij" if event.on_behalf_of.startswith(_PARTY) else ""
        return label(event.role) + (", namens de melder" if is_for_author else whom)
    if is_for_author:
        return "Namens de melder"
    if event.on_behalf_of:
        return "Namens een partij" if event.on_behalf_of.startswith(_PARTY) else "Namens de tafel"
    return "Door iemand van het netwerk" if event.actor else "Door de dienst zelf"
