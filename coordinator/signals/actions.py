"""What people do with a signal, from giving it to judging the answer.

They raise Refused with a Dutch sentence. Nothing here commits.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from coordinator import clock, events, outbox, planning, web
from coordinator.agenda import queries as agenda
from coordinator.db import EVERYTHING, new_public_id, scoped_to, session
from coordinator.errors import Refused
from coordinator.models import (
    Account,
    Area,
    ChangeReason,
    Decision,
    Domain,
    Frequency,
    Journey,
    JourneyChange,
    JourneyStatus,
    Level,
    OnceKey,
    Partner,
    Question,
    Region,
    Signal,
    SignalStatus,
    Source,
    Tafel,
    Verb,
    Verdict,
    Verification,
)
from coordinator.planning import Because
from coordinator.signals import queries, roads

OPEN_JOURNEYS: Final = (
    JourneyStatus.PLANNED,
    JourneyStatus.TRAVELLING,
    JourneyStatus.ANSWERED,
)


def give(
    *,
    by: Account | None,
    partner: Partner | None,
    source: Source,
    area: Area,
    domains: Sequence[Domain],
    title: str,
    words: str,
    frequency: Frequency | None = None,
    wish: str = "",
) -> Signal:
    """Take a signal in and plan its journeys; the coordinators hear it when there is no road."""
    public_id = new_public_id()
    signal = Signal(
        public_id=public_id,
        code=public_id,
        given_on=clock.today(),
        given_at=clock.now(),
        author=by,
        partner=partner,
        source=source,
        area=area,
        domains=sorted(domains, key=lambda domain: domain.code),
        title=title.strip(),
        description=words.strip(),
        frequency=frequency,
        wish=wish.strip(),
    )
    session().add(signal)
    planning.plan_new([signal])
    session().flush()
    events.record(Verb.GIVEN, signal, by=by)
    tell_no_road(signal)
    return signal


def ask(signal: Signal, *, text: str, by: Account) -> Question:
    """Ask the author something; the signal waits for the answer."""
    if signal.author is None:
        raise Refused("Dit signaal heeft geen melder die kan inloggen. Er is niemand om te vragen.")
    if signal.status is SignalStatus.ASKED:
        raise Refused("Er staat al een vraag open. Wacht eerst op het antwoord.")
    if signal.status is not SignalStatus.NEW:
        raise Refused("Dit signaal is al doorgestuurd of afgerond. Vragen kan niet meer.")
    if not text.strip():
        raise Refused("Schrijf uw vraag op.", "text")
    question = Question(signal_id=signal.id, asked_by_id=by.id, text=text.strip())
    session().add(question)
    mark_read(signal)
    signal.move_to(SignalStatus.ASKED)
    session().flush()
    events.record(Verb.ASKED, signal, by=by)
    tell_author(signal, f"question:{question.id}", "Er is een vraag over uw signaal", "question")
    return question


def answer(signal: Signal, *, text: str, by: Account) -> Question:
    """Answer the open question; the coordinators go on with the signal."""
    question = queries.open_question(signal)
    if question is None or signal.status is not SignalStatus.ASKED:
        raise Refused("Er staat geen vraag meer open.")
    if signal.author_id != by.id:
        raise ValueError("only the author answers")
    if not text.strip():
        raise Refused("Schrijf uw antwoord op.", "text")
    question.answer = text.strip()
    question.answered_at = clock.now()
    signal.move_to(SignalStatus.NEW)
    session().flush()
    events.record(Verb.ANSWERED, signal, by=by)
    tell_coordinators(signal, f"reply:{question.id}", "Er is antwoord op een vraag", "reply")
    return question


def interpret(
    signal: Signal, *, interpretation: str, title_for_tafels: str, text_for_tafels: str, by: Account
) -> None:
    """Write beside the author's words what the coordinator makes of them."""
    if signal.status in (SignalStatus.CLOSED, SignalStatus.REFUSED):
        raise Refused("Dit signaal is afgerond. De tekst kan niet meer veranderen.")
    signal.interpretation = interpretation.strip()
    signal.title_for_tafels = title_for_tafels.strip()
    signal.text_for_tafels = text_for_tafels.strip()
    mark_read(signal)
    if session().is_modified(signal):
        events.record(Verb.INTERPRETED, signal, by=by)


def correct(signal: Signal, *, area: Area, domains: Sequence[Domain], by: Account) -> None:
    """Put the area and the domains right; what moves is planned again."""
    wanted = {domain.id: domain for domain in domains}
    before = {domain.id for domain in signal.domains}
    if not wanted:
        raise Refused("Kies minstens één onderwerp.", "domains")
    if area.id == signal.area_id and set(wanted) == before:
        return
    if signal.status not in queries.UNSENT:
        raise Refused(
            "Dit signaal is al doorgestuurd. Gebied en onderwerp kunnen niet meer veranderen.",
            "area",
        )
    signal.area = area
    signal.domains = sorted(wanted.values(), key=lambda domain: domain.code)
    mark_read(signal)
    journeys = queries.load_journeys(signal)
    for journey in journeys:
        if journey.domain_id in wanted:
            journey.status = JourneyStatus.PLANNED
        elif journey.status is not JourneyStatus.DROPPED:
            _take_off(journey)
    known = {journey.domain_id for journey in journeys}
    new = [domain for domain in signal.domains if domain.id not in known]
    session().flush()
    planning.plan_domains(signal, new)
    planning.replan(
        Because(ChangeReason.FACTS_CORRECTED), only=[journey.id for journey in journeys]
    )
    session().flush()
    events.record(Verb.CORRECTED, signal, by=by)
    tell_no_road(signal)


def _take_off(journey: Journey) -> None:
    """Give up the promise for a domain that a signal turns out not to be about; say so."""
    domain = roads.topics([journey.domain.name])
    session().add(
        JourneyChange(
            journey_id=journey.id,
            reason=ChangeReason.FACTS_CORRECTED,
            subject=f"het gaat niet over {domain}",
            arrival_before=journey.arrival_on,
            due_before=journey.answer_due_on,
        )
    )
    journey.status = JourneyStatus.DROPPED
    journey.plan = []
    journey.arrival_on = journey.answer_due_on = journey.reason = None


def send(signal: Signal, *, level: Level, by: Account) -> None:
    """Send a signal on its way: the chosen level is asked to decide, the other is not.

    A signal that travels can be sent again, for the domains that had no road at first.
    """
    again = signal.status in queries.SENT
    if not again and signal.status not in queries.UNSENT:
        raise Refused("Dit signaal is afgerond. Doorsturen kan niet meer.")
    if not signal.title_for_tafels:
        raise Refused("Schrijf eerst een titel voor de tafels, bij ‘Lezen en duiden’.")
    if not signal.text_for_tafels:
        raise Refused("Schrijf eerst de tekst voor de tafels, bij ‘Lezen en duiden’.")
    if again and level is not signal.target_level:
        raise Refused("De andere onderwerpen zijn al naar een andere tafel gestuurd.", "level")
    journeys = [j for j in queries.load_journeys(signal) if j.status is JourneyStatus.PLANNED]
    chosen = [journey for journey in journeys if journey.level is level]
    make_up_for_lost_days(chosen)
    going = [journey for journey in chosen if journey.plan]
    if not going:
        raise Refused("Naar deze tafel is nog geen weg. Kies een andere tafel.", "level")
    for journey in journeys:
        if journey.level is not level:
            journey.status = JourneyStatus.DROPPED
    for journey in going:
        journey.status = JourneyStatus.TRAVELLING
    if signal.status is not SignalStatus.TRAVELLING:
        signal.move_to(SignalStatus.TRAVELLING)
    signal.target_level = level
    signal.sent_on = signal.sent_on or clock.today()
    mark_read(signal)
    session().flush()
    planning.put_on_agendas([journey.id for journey in going])
    events.record(Verb.SENT, signal, by=by, result=level)
    tell_author(
        signal,
        f"sent:{signal.public_id}:{going[0].id}",
        "Uw signaal is onderweg",
        "sent",
    )
    tell_no_road(signal)


def make_up_for_lost_days(journeys: Iterable[Journey]) -> int:
    """Plan from today where the first closing day has passed; return how many moved."""
    today = clock.today()
    moved = 0
    for journey in journeys:
        stop = queries.missed_first_stop(journey, today)
        if stop is not None:
            moved += _plan_from_today(journey, *stop)
    return moved


def _plan_from_today(journey: Journey, tafel: str, on: date) -> int:
    journey.submit_on = clock.today()
    session().flush()
    because = Because(ChangeReason.SENT_LATE, f"{tafel} van {web.day(on)}")
    return planning.replan(because, only=[journey.id])


def replan_overdue() -> int:
    """Plan unsent signals from today where the first closing day has passed.

    Returns how many journeys moved. Coordinators hear of signals that have no road now.
    """
    late = queries.late_unsent(clock.today())
    moved = sum(_plan_from_today(journey, tafel, on) for journey, tafel, on in late)
    for signal in queries.stuck_signals():
        tell_no_road(signal)
    return moved


def catch_up() -> int:
    """Do once a day, for every region, what the passing of days asks; each in a transaction."""
    moved = 0
    with scoped_to(EVERYTHING) as database:
        for region_id in database.scalars(select(Region.id).order_by(Region.id)).all():
            key = f"catch-up:{region_id}:{clock.today()}"
            if database.get(OnceKey, key) is None:
                database.add(OnceKey(key=key))
                try:
                    database.flush()
                except IntegrityError:
                    database.rollback()  # another worker does this region now
                    continue
                with scoped_to(region_id):
                    moved += replan_overdue()
                    database.flush()
            database.commit()
    return moved


def refuse(signal: Signal, *, reason: str, by: Account) -> None:
    """Do not send a signal on; the author reads why.

    Of a signal that travels, this gives up the domains that have no road.
    """
    journeys = [j for j in queries.load_journeys(signal) if j.status is JourneyStatus.PLANNED]
    is_sent = signal.status in queries.SENT
    if signal.status not in queries.UNSENT and not (is_sent and journeys):
        raise Refused("Dit signaal is al doorgestuurd of afgerond. Tegenhouden kan niet meer.")
    if not reason.strip():
        raise Refused("Schrijf waarom. De melder leest dit.", "reason")
    signal.refusal = reason.strip()
    mark_read(signal)
    for journey in journeys:
        journey.status = JourneyStatus.DROPPED
    session().flush()
    if is_sent:
        settle_status(signal)
    else:
        signal.move_to(SignalStatus.REFUSED)
        signal.closed_on = clock.today()
    session().flush()
    events.record(Verb.REFUSED, signal, by=by, result="part" if is_sent else "all")
    which = f"{signal.public_id}:{journeys[0].id if journeys else 0}:{signal.version}"
    tell_author(signal, f"refused:{which}", "Een bericht over uw signaal", "refused")


def verify(
    decision: Decision, *, signal: Signal, verdict: Verdict, reason: str = "", by: Account | None
) -> None:
    """Record whether the author recognises an answer, and do what follows from it.

    Recognised closes. Not recognised goes back to the same table the first time, and to the next
    table up its route the second time. Partly: the coordinator chooses, see `settle`.
    """
    decision = queries.get_decision(decision.id)
    if decision.verification is not None:
        raise Refused("Over dit antwoord is al een oordeel gegeven.")
    journeys = queries.journeys_of(decision)
    if not journeys:
        raise Refused("Dit antwoord wacht niet meer op een oordeel.")
    if verdict is not Verdict.RECOGNISED and not reason.strip():
        raise Refused("Schrijf wat er niet klopt of wat er mist.", "reason")
    given = Verification(
        decision=decision,
        verdict=verdict,
        reason=reason.strip(),
        given_by_id=by.id if by else None,
    )
    session().add(given)
    if verdict is Verdict.RECOGNISED:
        close(journeys)
    elif verdict is Verdict.NOT:
        send_back(signal, decision, journeys)
        given.is_sent_back = True
    session().flush()
    settle_status(signal)
    events.record(
        Verb.VERIFIED,
        decision,
        by=by,
        result=verdict,
        on_behalf_of="" if by and by.id == signal.author_id else "author",
    )
    if verdict is Verdict.PARTLY:
        tell_coordinators(
            signal, f"partly:{decision.public_id}", "Een antwoord is deels herkend", "partly"
        )


def settle(decision: Decision, *, signal: Signal, is_closed: bool, reply: str, by: Account) -> None:
    """Choose what happens after "partly": close with words to the author, or send it back."""
    decision = queries.get_decision(decision.id)
    judged = decision.verification
    if judged is None or not queries.waits_for_coordinator(decision):
        raise Refused("Over dit antwoord hoeft u niets meer te kiezen.")
    if not reply.strip():
        raise Refused("Schrijf aan de melder wat u doet en waarom.", "reply")
    journeys = queries.journeys_of(decision)
    if is_closed:
        close(journeys)
    else:
        send_back(signal, decision, journeys)
        judged.is_sent_back = True
    judged.settled_on = clock.today()
    judged.reply = reply.strip()
    session().flush()
    settle_status(signal)
    events.record(Verb.SETTLED, decision, by=by, result="closed" if is_closed else "sent_back")
    tell_author(signal, f"settled:{decision.public_id}", "Een bericht over uw signaal", "settled")


def close(journeys: Iterable[Journey]) -> None:
    for journey in journeys:
        journey.status = JourneyStatus.CLOSED


def send_back(signal: Signal, decision: Decision, journeys: Sequence[Journey]) -> None:
    """Let a table deal with it again: the same one, or the second time the next one up."""
    for journey in journeys:
        tafel = decision.meeting.tafel
        is_first_time = queries.times_sent_back(journey) == 0
        journey.status = JourneyStatus.TRAVELLING
        if is_first_time or not _goes_up(signal, journey, decision):
            if not is_first_time:
                tell_coordinators(
                    signal,
                    f"top:{decision.public_id}:{journey.id}",
                    "Een antwoord is opnieuw niet herkend",
                    "not_recognised_again",
                )
            planning.reposition(
                journey,
                Because(ChangeReason.NOT_RECOGNISED, f"terug naar {tafel.name}"),
                at_tafel=tafel,
                after_on=max(decision.meeting.held_on, clock.today()),
                submit_on=clock.today(),
            )
    if signal.status is SignalStatus.ANSWERED:
        signal.move_to(SignalStatus.TRAVELLING)
    session().flush()
    tell_no_road(signal)


def _goes_up(signal: Signal, journey: Journey, decision: Decision) -> bool:
    """Put a journey at the next table up its route, if there is one."""
    tafel: Tafel = decision.meeting.tafel
    if tafel.level is Level.BOARD:
        return False
    today = clock.today()
    after = max(decision.meeting.held_on, today)
    area, domain = signal.area.code, journey.domain.code
    # Up its own route; the bestuur is asked when the table that was asked did not know.
    level = journey.level if tafel.level.rank < journey.level.rank else Level.BOARD
    found = queries.next_up(tafel.code, after, area, domain, level)
    if found is None:
        return False
    code, ready_on = found
    up = queries.find_tafel(code)
    if up is None:
        return False
    if journey.level is not level:
        planning.aim_at(journey, level)
    planning.reposition(
        journey,
        Because(ChangeReason.NOT_RECOGNISED, f"nu naar {up.name}"),
        at_tafel=up,
        after_on=after,
        submit_on=ready_on,
        came_from=tafel,
    )
    return True


def settle_status(signal: Signal) -> None:
    """Let the status of a signal follow its journeys."""
    statuses = {journey.status for journey in queries.load_journeys(signal)}
    if JourneyStatus.TRAVELLING in statuses:
        if signal.status is SignalStatus.ANSWERED:
            signal.move_to(SignalStatus.TRAVELLING)
    else:
        if signal.status is SignalStatus.TRAVELLING:
            signal.move_to(SignalStatus.ANSWERED)
        if signal.status is SignalStatus.ANSWERED and not statuses & set(OPEN_JOURNEYS):
            signal.move_to(SignalStatus.CLOSED)
            signal.closed_on = clock.today()
    session().flush()


def mark_read(signal: Signal) -> None:
    if signal.read_on is None:
        signal.read_on = clock.today()


# Mail: that something happened, not what.


def tell_author(signal: Signal, key: str, subject: str, template: str) -> None:
    author = agenda.find_author(signal.id)
    if author is not None:
        what = "leervraag" if agenda.is_leervraag(signal.id) else "signaal"
        outbox.put(
            key,
            author.email,
            subject.replace("signaal", what),
            template,
            name=author.name,
            what=what,
            url=outbox.link("signals.show", signal=signal.public_id),
        )


def tell_coordinators(signal: Signal, key: str, subject: str, template: str) -> None:
    is_leervraag = agenda.is_leervraag(signal.id)
    for account in agenda.coordinators():
        outbox.put(
            f"{key}:{account.public_id}",
            account.email,
            web.called(subject, is_leervraag),
            template,
            name=account.name,
            is_leervraag=is_leervraag,
            url=outbox.link("signals.show", signal=signal.public_id),
        )


def tell_no_road(signal: Signal) -> None:
    """Tell the coordinators where a signal has no road; once for the same dead ends."""
    stuck = sorted(
        f"{journey.domain_id} {journey.level} {journey.reason}"
        for journey in queries.load_journeys(signal)
        if journey.reason is not None and journey.status in queries.IN_MOTION
    )
    if stuck:
        which = hashlib.sha256("|".join(stuck).encode()).hexdigest()[:12]
        tell_coordinators(
            signal,
            f"no-road:{signal.public_id}:{which}",
            "Een signaal heeft nog geen weg",
            "no_road",
        )
