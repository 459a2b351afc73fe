"""What a table does with what lies on its agenda: hand over, decide, put off; and closing."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from coordinator import clock, events, outbox, planning, web
from coordinator.agenda import queries
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.models import (
    Account,
    AgendaItem,
    ChangeReason,
    Decision,
    DecisionKind,
    ItemStatus,
    JourneyStatus,
    Meeting,
    MeetingStatus,
    SignalStatus,
    Tafel,
    Verb,
)
from coordinator.planning import Because

ALWAYS_ASKED: Final = {
    "text": "Schrijf wat er is besloten.",
    "answer": "Schrijf het antwoord aan de melder.",
}
_OWNER: Final = {
    "owner": "Schrijf wie dit gaat doen.",
    "done_by_on": "Kies de dag waarop het klaar is.",
}
ASKED: Final[dict[DecisionKind, dict[str, str]]] = {
    DecisionKind.ADOPTED: _OWNER,
    DecisionKind.EXPERIMENT: _OWNER,
    DecisionKind.STOP_OLD: _OWNER,
    DecisionKind.NOT_ADOPTED: {"reason": "Schrijf waarom de tafel dit niet overneemt."},
    DecisionKind.NOT_OURS: {"whose": "Schrijf wie hier wel over gaat."},
}
"""What each kind of decision asks besides, and what to say when it is missing."""


def _ready_for_outcome(items: Sequence[AgendaItem], *, early: bool = False) -> list[AgendaItem]:
    """Return the items with all that an outcome needs; refuse when they cannot have one now.

    `early`: the outcome is settled before the meeting, as after a round in writing.
    """
    loaded = queries.load_items(item.id for item in items)
    if not loaded:
        raise Refused("Kies minstens één domein.", "domains")
    first = loaded[0]
    meeting = first.meeting
    if any(
        item.meeting_id != meeting.id or item.journey.signal_id != first.journey.signal_id
        for item in loaded
    ):
        raise ValueError("one outcome is for one signal on one meeting")
    check_day(meeting, early=early)
    for item in loaded:
        domain = item.journey.domain.name
        if item.status is not ItemStatus.PLANNED:
            raise Refused(
                f"Voor {domain} is al een uitkomst vastgelegd, "
                f"door {queries.name_of(item.recorded_by_id)}: {queries.outcome_of(item)}"
            )
        for stop in queries.stops_before(item):
            if stop.status is ItemStatus.PLANNED:
                raise Refused(
                    f"Dit signaal lag eerst bij {queries.place(stop)}. "
                    f"Eerst moet daar de uitkomst voor {domain} worden vastgelegd. "
                    "Vraag het de secretaris van die tafel, of de leercoördinator."
                )
    return loaded


def _record(item: AgendaItem, status: ItemStatus, by: Account | None, reason: str = "") -> None:
    item.status = status
    item.reason = reason.strip()
    item.recorded_by_id = by.id if by else None
    item.recorded_at = clock.now()


def _note(verb: Verb, item: AgendaItem, by: Account | None) -> None:
    events.record(
        verb,
        item,
        by=by,
        tafel_id=item.meeting.tafel_id,
        on_behalf_of=f"tafel:{item.meeting.tafel.code}",
    )


def why_not(item: AgendaItem) -> str:
    """Return why an item can have no outcome now; nothing when it can."""
    try:
        _ready_for_outcome([item], early=True)
    except Refused as refused:
        return refused.message
    return ""


def check_day(meeting: Meeting, *, early: bool = False) -> None:
    """Refuse an outcome before the day of the meeting unless meant so, and after its end."""
    if meeting.closed_at is not None:
        raise Refused("Deze vergadering is afgesloten. Er kan niets meer bij.")
    if meeting.status is not MeetingStatus.PLANNED:
        raise Refused("Deze vergadering gaat niet door.")
    if meeting.held_on > clock.today() and not early:
        raise Refused(
            f"Deze vergadering is op {web.day(meeting.held_on)}. "
            "Vanaf die dag legt u hier de uitkomst vast.",
            "early",
        )


def hand_over(
    items: Sequence[AgendaItem],
    *,
    to: Tafel,
    note: str = "",
    early: bool = False,
    by: Account | None,
) -> date:
    """Pass items of one signal on to a next table; return the day it is there."""
    chosen = []
    queries.hold_signal(items)
    for item in _ready_for_outcome(items, early=early):
        found = next((n for n in queries.next_tables(item) if n.code == to.code), None)
        if found is None:
            raise Refused(
                f"{to.name} kan dit signaal niet aannemen voor {item.journey.domain.name}. "
                "Kies een andere tafel, of haal het vinkje bij dit domein weg.",
                "tafel",
            )
        chosen.append((item, found))
    for item, there in chosen:
        because = Because(ChangeReason.HANDED_OVER, f"{to.name} van {web.day(there.on)}")
        source = item.meeting.tafel
        _record(item, ItemStatus.HANDED_OVER, by, note)
        if there.level is not item.journey.level:
            planning.aim_at(item.journey, there.level)
        planning.reposition(
            item.journey,
            None if there.is_planned else because,
            at_tafel=to,
            after_on=there.after_on,
            submit_on=there.submit_on,
            came_from=source,
        )
        _note(Verb.HANDED_OVER, item, by)
    return max(there.on for _item, there in chosen)


def put_off(
    items: Sequence[AgendaItem], *, reason: str, early: bool = False, by: Account | None
) -> date | None:
    """Move items of one signal to the table's next meeting; return that day, None without one."""
    if not reason.strip():
        raise Refused("Schrijf waarom u het uitstelt.", "reason")
    queries.hold_signal(items)
    loaded = _ready_for_outcome(items, early=early)
    on: date | None = None
    for item in loaded:
        meeting = item.meeting
        on, after = queries.put_off_to(item)
        _record(item, ItemStatus.PUT_OFF, by, reason)
        planning.reposition(
            item.journey,
            Because(
                ChangeReason.PUT_OFF,
                f"{meeting.tafel.name} van {web.day(meeting.held_on)}",
            ),
            at_tafel=meeting.tafel,
            after_on=after,
            submit_on=None,
        )
        _note(Verb.PUT_OFF, item, by)
    if on is None:
        _tell_coordinators(loaded[0])
    return on


def _tell_coordinators(item: AgendaItem) -> None:
    is_leervraag = queries.is_leervraag(item.journey.signal_id)
    for account in queries.coordinators():
        outbox.put(
            f"no-meeting:{item.public_id}:{account.public_id}",
            account.email,
            web.called("Een signaal heeft geen volgende vergadering", is_leervraag),
            "no_meeting",
            name=account.name,
            is_leervraag=is_leervraag,
            tafel=item.meeting.tafel.name,
            url=outbox.link("home.index"),
        )


def decide(
    items: Sequence[AgendaItem],
    *,
    kind: DecisionKind,
    text: str,
    answer: str,
    reason: str = "",
    whose: str = "",
    owner: str = "",
    owner_account: Account | None = None,
    done_by_on: date | None = None,
    early: bool = False,
    by: Account | None,
) -> Decision:
    """Record what a table decided on items of one signal, and send the answer home.

    `owner_account` keeps the promise, where the kind of decision makes one.
    """
    given = {
        "text": text.strip(),
        "answer": answer.strip(),
        "reason": reason.strip(),
        "whose": whose.strip(),
        "owner": owner.strip(),
        "done_by_on": done_by_on,
    }
    asked = {**ASKED[kind], **ALWAYS_ASKED}
    for field, message in asked.items():
        if not given[field]:
            raise Refused(message, field)
    queries.hold_signal(items)
    loaded = _ready_for_outcome(items, early=early)
    meeting, signal = loaded[0].meeting, loaded[0].journey.signal
    if "done_by_on" in asked and done_by_on and done_by_on < meeting.held_on:
        raise Refused(
            f"Kies een dag vanaf de vergadering van {web.day(meeting.held_on)}.", "done_by_on"
        )
    decision = Decision(
        signal_id=signal.id,
        meeting_id=meeting.id,
        kind=kind,
        recorded_by_id=by.id if by else None,
        owner_account_id=owner_account.id if owner_account and "owner" in asked else None,
        **{field: given[field] for field in asked},
    )
    session().add(decision)
    session().flush()
    for item in loaded:
        _record(item, ItemStatus.DECIDED, by)
        item.decision_id = decision.id
        item.journey.status = JourneyStatus.ANSWERED
    planning.arrived([item.journey for item in loaded])
    if not queries.is_travelling(signal.id):
        signal.move_to(SignalStatus.ANSWERED)
    session().flush()
    events.record(
        Verb.DECIDED,
        decision,
        by=by,
        result=kind,
        tafel_id=meeting.tafel_id,
        on_behalf_of=f"tafel:{meeting.tafel.code}",
    )
    author = queries.find_author(signal.id)
    if author is not None:
        what = "leervraag" if queries.is_leervraag(signal.id) else "signaal"
        outbox.put(
            f"answer:{decision.public_id}",
            author.email,
            f"Er is een antwoord op uw {what}",
            "answer",
            name=author.name,
            what=what,
            url=outbox.link("signals.show", signal=signal.public_id),
        )
    return decision


def keep_promise(decision: Decision, *, by: Account) -> None:
    """Note that what a table promised is done."""
    if decision.done_by_on is None:
        raise Refused("Bij dit besluit hoort geen belofte met een datum.")
    if decision.done_on is not None:
        raise Refused(f"Dit was al gedaan op {web.day(decision.done_on)}.")
    decision.done_on = clock.today()
    meeting = decision.meeting
    events.record(
        Verb.PROMISE_KEPT,
        decision,
        by=by,
        tafel_id=meeting.tafel_id,
        on_behalf_of=f"tafel:{meeting.tafel.code}",
    )


def close_meeting(meeting: Meeting, *, by: Account | None) -> None:
    """Close a meeting: everything on it has an outcome, nothing on it changes any more."""
    if meeting.closed_at is not None:
        raise Refused("Deze vergadering is al afgesloten.")
    check_day(meeting)
    open_titles = queries.open_titles(meeting)
    if open_titles:
        named = web.enumerate_words([f"“{title}”" for title in open_titles[:5]])
        more = len(open_titles) - 5
        rest = f" Dat geldt ook voor nog {more} andere." if more > 0 else ""
        raise Refused(f"Deze signalen hebben nog geen uitkomst: {named}.{rest}")
    meeting.closed_at = clock.now()
    events.record(
        Verb.MEETING_CLOSED,
        meeting,
        by=by,
        tafel_id=meeting.tafel_id,
        on_behalf_of=f"tafel:{meeting.tafel.code}",
    )
