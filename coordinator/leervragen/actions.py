"""What people do with a leervraag: ask, weigh, choose, link, keep going, answer and embed.

They raise Refused with a Dutch sentence. Nothing here commits.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy.orm.attributes import flag_modified

from coordinator import clock, events, outbox, planning, web
from coordinator.db import new_public_id, session
from coordinator.errors import Refused
from coordinator.leervragen import queries
from coordinator.models import (
    Account,
    Area,
    Criterion,
    Decision,
    Domain,
    Leervraag,
    LeervraagChoice,
    LeervraagScore,
    LeervraagState,
    Level,
    Partner,
    RoleName,
    SharedQuestion,
    Signal,
    SignalStatus,
    Source,
    Verb,
    WeighedPoint,
)
from coordinator.signals.queries import find_signal

SENSIBLE: Final = (
    ("Gezinnen merken het", "Als wij dit leren: merkt een kind of ouder daar dan iets van?", 3),
    ("Het komt vaak voor", "Horen of zien wij dit op meer plekken, of steeds opnieuw?", 2),
    ("Meer niveaus of domeinen", "Kunnen wij dit alleen samen met anderen leren?", 2),
    ("Wij kunnen er zelf iets aan doen", "Kunnen wij er binnen een half jaar mee beginnen?", 2),
)
"""A set of criteria to begin with: name, explanation, weight."""
MOST_CRITERIA: Final = 10
SOURCES: Final = {
    RoleName.EXPERT: Source.EXPERT,
    RoleName.PROFESSIONAL: Source.PROFESSIONAL,
    RoleName.MANAGER: Source.MANAGER,
}
TITLE: Final = 100
KEPT_GOING: Final = (
    LeervraagState.CHOSEN,
    LeervraagState.ALIGNED,
    LeervraagState.ANSWERED,
)


# Asking.


def ask(
    *,
    by: Account,
    role: RoleName | None,
    level: Level,
    question: str,
    background: str = "",
    domains: Sequence[Domain],
    area: Area | None = None,
    partner: Partner | None = None,
    signal: Signal | None = None,
    decision: Decision | None = None,
) -> Leervraag:
    """Take a question in, in the words of who asks; `signal` or `decision` is what raised it."""
    if not question.strip():
        raise Refused("Schrijf uw vraag op.", "question")
    if not domains:
        raise Refused("Kies minstens één onderwerp.", "domains")
    public_id = new_public_id()
    leervraag = Leervraag(
        public_id=public_id,
        code=public_id,
        asked_on=clock.today(),
        asked_at=clock.now(),
        author_id=by.id,
        asker_role=role,
        level=level,
        question=question.strip(),
        background=background.strip(),
        domains=_in_order(domains),
        area=area,
        partner=partner,
        signal_id=signal.id if signal else None,
        decision_id=decision.id if decision else None,
    )
    session().add(leervraag)
    session().flush()
    events.record(Verb.LEERVRAAG_ASKED, leervraag, by=by)
    return leervraag


def _in_order(domains: Sequence[Domain]) -> list[Domain]:
    return sorted(domains, key=lambda domain: domain.code)


def interpret(
    leervraag: Leervraag,
    *,
    interpretation: str,
    level: Level,
    area: Area | None,
    domains: Sequence[Domain],
    by: Account,
) -> None:
    """Write beside the question what the coordinator makes of it; put right what it is filed under.

    The asker's own words stay. The level is fixed once the question is chosen: on it was chosen.
    What is put right stays so when a package says otherwise.
    """
    if not domains:
        raise Refused("Kies minstens één onderwerp.", "domains")
    if level is not leervraag.level and leervraag.state not in queries.WAITS:
        raise Refused("Deze vraag is al gekozen. Het niveau ligt nu vast.", "level")
    before = (leervraag.level, leervraag.area, _codes(leervraag.domains))
    is_put_right = before != (level, area, _codes(domains))
    if not is_put_right and leervraag.interpretation == interpretation.strip():
        return
    if is_put_right:
        leervraag.put_right_on = clock.today()
    leervraag.interpretation = interpretation.strip()
    leervraag.level = level
    leervraag.area = area
    leervraag.domains = _in_order(domains)
    flag_modified(leervraag, "interpretation")  # other domains alone would give no new version
    session().flush()
    events.record(Verb.LEERVRAAG_INTERPRETED, leervraag, by=by)


def _codes(domains: Sequence[Domain]) -> set[str]:
    return {domain.code for domain in domains}


# Criteria.


def begin_criteria(*, by: Account) -> list[Criterion]:
    """Make a sensible set of criteria, in a region that has none."""
    if queries.criteria():
        raise Refused("Er zijn al criteria. Pas die aan, of voeg er een toe.")
    made = [
        Criterion(name=name, explanation=explanation, weight=weight, position=place)
        for place, (name, explanation, weight) in enumerate(SENSIBLE)
    ]
    session().add_all(made)
    session().flush()
    for criterion in made:
        events.record(Verb.CRITERIA_CHANGED, criterion, by=by, result="added")
    return made


def add_criterion(*, name: str, explanation: str, weight: int, by: Account) -> Criterion:
    """Add a criterion at the end."""
    there = queries.criteria()
    _check_name(name, there)
    if len(there) >= MOST_CRITERIA:
        raise Refused(
            f"Er zijn al {MOST_CRITERIA} criteria. Meer maakt kiezen niet eerlijker. Haal er "
            "eerst een weg."
        )
    criterion = Criterion(
        name=name.strip(),
        explanation=explanation.strip(),
        weight=weight,
        position=max((one.position for one in there), default=-1) + 1,
    )
    session().add(criterion)
    session().flush()
    events.record(Verb.CRITERIA_CHANGED, criterion, by=by, result="added")
    return criterion


def _check_name(name: str, others: Sequence[Criterion]) -> None:
    if name.strip().casefold() in {one.name.casefold() for one in others}:
        raise Refused("Dit criterium is er al. Kies een andere naam.", "name")


def change_criterion(
    criterion: Criterion, *, name: str, explanation: str, weight: int, by: Account
) -> None:
    """Change what a criterion says or how much it counts; earlier choices keep what counted."""
    _check_is_there(criterion)
    _check_name(name, [one for one in queries.criteria() if one.id != criterion.id])
    criterion.name, criterion.explanation = name.strip(), explanation.strip()
    criterion.weight = weight
    if session().is_modified(criterion):
        session().flush()
        events.record(Verb.CRITERIA_CHANGED, criterion, by=by, result="changed")


def _check_is_there(criterion: Criterion) -> None:
    if criterion.ended_on is not None:
        raise Refused(f"Dit criterium telt niet meer sinds {web.day(criterion.ended_on)}.")


def end_criterion(criterion: Criterion, *, by: Account) -> None:
    """Let a criterion count no more; what was given for it is kept."""
    _check_is_there(criterion)
    criterion.ended_on = clock.today()
    session().flush()
    events.record(Verb.CRITERIA_CHANGED, criterion, by=by, result="ended")


def move_criterion(criterion: Criterion, *, is_up: bool, by: Account) -> None:
    """Put a criterion one place up or down; at the end of the list nothing happens."""
    _check_is_there(criterion)
    there = list(queries.criteria())
    place = there.index(criterion)
    other = place - 1 if is_up else place + 1
    if not 0 <= other < len(there):
        return
    there[place], there[other] = there[other], there[place]
    for position, one in enumerate(there):
        one.position = position
    session().flush()
    events.record(Verb.CRITERIA_CHANGED, criterion, by=by, result="moved")


# Weighing and choosing.


def score(leervraag: Leervraag, points: Mapping[int, int | None], *, by: Account) -> None:
    """Keep how many points each criterion (by its id) gets; None takes a score back."""
    given = queries.scores(leervraag)
    is_changed = False
    for number, value in points.items():
        row = given.get(number)
        if row is None and value is not None:
            row = LeervraagScore(leervraag_id=leervraag.id, criterion_id=number, points=value)
            row.scored_by_id = by.id
            session().add(row)
        elif row is not None and value is None:
            session().delete(row)
        elif row is not None and value is not None and row.points != value:
            row.points, row.scored_by_id, row.scored_at = value, by.id, clock.now()
        else:
            continue
        is_changed = True
    if is_changed:
        session().flush()
        events.record(Verb.LEERVRAAG_SCORED, leervraag, by=by)


def choose(leervraag: Leervraag, *, reason: str = "", by: Account) -> None:
    """Choose a question to work on, also one that was not chosen before."""
    if leervraag.state not in (LeervraagState.ASKED, LeervraagState.NOT_CHOSEN):
        raise Refused("Deze vraag is al gekozen.")
    weighed = queries.weigh(leervraag)
    if not weighed.parts:
        raise Refused("Leg eerst vast waarop u kiest, bij ‘Criteria’.")
    if not weighed.is_begun:
        raise Refused("Weeg de vraag eerst: geef punten voor minstens één criterium.")
    leervraag.move_to(LeervraagState.CHOSEN)
    leervraag.refusal = ""
    _keep_choice(leervraag, weighed, is_chosen=True, reason=reason, by=by)
    events.record(Verb.LEERVRAAG_CHOSEN, leervraag, by=by)
    tell_asker(leervraag, "chosen", by)


def not_choose(leervraag: Leervraag, *, reason: str, by: Account) -> None:
    """Do not choose a question, or let go of a chosen one; who asked it reads why."""
    if leervraag.state is LeervraagState.NOT_CHOSEN:
        raise Refused("Deze vraag was al niet gekozen.")
    if leervraag.state in (LeervraagState.ANSWERED, LeervraagState.EMBEDDED):
        raise Refused("Deze vraag heeft al een antwoord. Heropen haar eerst.")
    if queries.is_under_way(leervraag):
        raise Refused(
            "Deze vraag is onderweg langs de tafels. Wacht op het besluit, of stuur haar niet door."
        )
    if not reason.strip():
        raise Refused("Schrijf waarom. Wie de vraag stelde, leest dit.", "reason")
    leervraag.move_to(LeervraagState.NOT_CHOSEN)
    leervraag.refusal = reason.strip()
    _keep_choice(leervraag, queries.weigh(leervraag), is_chosen=False, reason=reason, by=by)
    events.record(Verb.LEERVRAAG_NOT_CHOSEN, leervraag, by=by)
    tell_asker(leervraag, "not-chosen", by)


def _keep_choice(
    leervraag: Leervraag, weighed: queries.Weighed, *, is_chosen: bool, reason: str, by: Account
) -> None:
    points: list[WeighedPoint] = [
        {"criterion": part.criterion, "weight": part.weight, "points": part.points}
        for part in weighed.parts
        if part.points is not None
    ]
    session().add(
        LeervraagChoice(
            leervraag_id=leervraag.id,
            is_chosen=is_chosen,
            reason=reason.strip(),
            weighed=points,
            total=weighed.total if points else None,
            chosen_on=clock.today(),
            chosen_by_id=by.id,
        )
    )
    session().flush()


# The same question elsewhere.


def link(leervraag: Leervraag, others: Sequence[Leervraag], *, title: str, by: Account) -> None:
    """Say that these questions are one, under a title of the coordinator's.

    A question that is already one with others brings those along.
    """
    if not title.strip():
        raise Refused("Geef de vraag die u samen ziet een titel.", "title")
    if not others and leervraag.shared_id is None:
        raise Refused("Kies minstens één andere vraag.", "others")
    shared = leervraag.shared
    if shared is None:
        shared = SharedQuestion(title=title.strip())
        session().add(shared)
        session().flush()
        leervraag.shared_id, leervraag.shared = shared.id, shared
    shared.title = title.strip()
    for other in others:
        left = other.shared
        together = queries.family(left.id) if left is not None and left.id != shared.id else ()
        for one in (other, *together):
            one.shared_id, one.shared = shared.id, shared
        session().flush()
        if left is not None and left.id != shared.id:
            session().delete(left)
    session().flush()
    events.record(Verb.LEERVRAAG_LINKED, leervraag, by=by, result="linked")


def unlink(leervraag: Leervraag, *, by: Account) -> None:
    """Say that a question is another one after all; a question that stays alone is no family."""
    shared = leervraag.shared
    if shared is None:
        raise Refused("Deze vraag is niet gekoppeld.")
    left = [one for one in queries.family(shared.id) if one.id != leervraag.id]
    leervraag.shared_id = leervraag.shared = None
    if len(left) < 2:
        for one in left:
            one.shared_id = one.shared = None
        session().flush()
        session().delete(shared)
    session().flush()
    events.record(Verb.LEERVRAAG_LINKED, leervraag, by=by, result="unlinked")


# From owner to embedded.


def _check_not_embedded(leervraag: Leervraag) -> None:
    if leervraag.state is LeervraagState.EMBEDDED:
        raise Refused("Het antwoord op deze vraag heeft al een plek. Heropen de vraag eerst.")


def align(leervraag: Leervraag, *, owner: str, owner_account: Account | None, by: Account) -> None:
    """Say who keeps a question going, now that it is known on which levels it lives."""
    _check_not_embedded(leervraag)
    if leervraag.state not in KEPT_GOING:
        raise Refused("Kies deze vraag eerst. Daarna wijst u aan wie haar gaande houdt.")
    name = owner.strip() or (owner_account.name if owner_account else "")
    if not name:
        raise Refused("Schrijf of kies wie deze vraag gaande houdt.", "owner")
    leervraag.owner, leervraag.owner_account = name, owner_account
    leervraag.owner_account_id = owner_account.id if owner_account else None
    is_first = leervraag.state is LeervraagState.CHOSEN
    if is_first:
        leervraag.move_to(LeervraagState.ALIGNED)
    session().flush()
    events.record(Verb.LEERVRAAG_ALIGNED, leervraag, by=by)
    if is_first:
        tell_asker(leervraag, "aligned", by)


def answer(leervraag: Leervraag, *, text: str, by: Account) -> None:
    """Give the answer, or better words for it."""
    if leervraag.state is LeervraagState.CHOSEN:
        raise Refused("Wijs eerst aan wie deze vraag gaande houdt.")
    _check_not_embedded(leervraag)
    if leervraag.state not in (LeervraagState.ALIGNED, LeervraagState.ANSWERED):
        raise Refused("Deze vraag is nog niet gekozen. Daarna kan er een antwoord bij.")
    if not text.strip():
        raise Refused("Schrijf het antwoord op.", "text")
    leervraag.answer = text.strip()
    leervraag.answered_on = clock.today()
    if leervraag.state is LeervraagState.ALIGNED:
        leervraag.move_to(LeervraagState.ANSWERED)
    session().flush()
    events.record(Verb.LEERVRAAG_ANSWERED, leervraag, by=by)
    tell_asker(leervraag, "answered", by)


def embed(leervraag: Leervraag, *, where: str, on: date, by: Account) -> None:
    """Say where and since when the answer is part of the daily work."""
    _check_not_embedded(leervraag)
    if leervraag.state is not LeervraagState.ANSWERED:
        raise Refused("Deze vraag heeft nog geen antwoord. Geef dat eerst.")
    if not where.strip():
        raise Refused("Schrijf waar het antwoord een plek kreeg.", "where")
    if on > clock.today():
        raise Refused("Kies vandaag of een eerdere dag: dit gaat over wat al gebeurd is.", "on")
    if on < leervraag.asked_on:
        raise Refused(
            f"De vraag is gesteld op {web.day(leervraag.asked_on)}. Kies een latere dag.", "on"
        )
    leervraag.embedded_in, leervraag.embedded_on = where.strip(), on
    leervraag.move_to(LeervraagState.EMBEDDED)
    session().flush()
    events.record(Verb.LEERVRAAG_EMBEDDED, leervraag, by=by)
    tell_asker(leervraag, "embedded", by)


def reopen(leervraag: Leervraag, *, by: Account) -> None:
    """Take a question up again; the answer that there was stays until there is a better one."""
    if leervraag.state not in (LeervraagState.ANSWERED, LeervraagState.EMBEDDED):
        raise Refused("Deze vraag is niet beantwoord. Er is niets te heropenen.")
    leervraag.move_to(LeervraagState.ALIGNED)
    leervraag.answered_on = leervraag.embedded_on = None
    leervraag.embedded_in = ""
    session().flush()
    events.record(Verb.LEERVRAAG_REOPENED, leervraag, by=by)
    tell_asker(leervraag, "reopened", by)


# To the tables.


def bring(leervraag: Leervraag, *, by: Account) -> Signal:
    """Make the signal as which a question travels to the tables; see `Leervraag.travels_as`.

    It is still to be sent on its way: there the road is seen and the level chosen. What was
    stopped there before it was sent is brought again as the same signal.
    """
    if not queries.can_be_brought(leervraag):
        raise Refused("Deze vraag is al naar de tafels gebracht.")
    _check_not_embedded(leervraag)
    if leervraag.state is LeervraagState.ANSWERED:
        raise Refused("Deze vraag heeft al een antwoord. Heropen haar eerst.")
    if leervraag.state not in queries.TRAVELS:
        raise Refused("Kies deze vraag eerst. Alleen een gekozen vraag gaat naar een tafel.")
    if leervraag.area is None or not leervraag.domains:
        lacking = "gebied" if leervraag.domains else "onderwerp"
        raise Refused(f"Bij deze vraag staat nog geen {lacking}. Vul dat eerst in bij ‘Duiden’.")
    title = (
        leervraag.question
        if len(leervraag.question) <= TITLE
        else (f"{leervraag.question[: TITLE - 1].rstrip()}…")
    )
    title = " ".join(title.split())
    words = "\n\n".join(text for text in (leervraag.question, leervraag.background) if text)
    carried = {
        "given_on": clock.today(),
        "given_at": clock.now(),
        "area": leervraag.area,
        "domains": list(leervraag.domains),
        "title": title,
        "description": words,
        "interpretation": leervraag.interpretation,
        "title_for_tafels": title,
        "text_for_tafels": words,  # the interpretation stands beside it
        "read_on": clock.today(),
    }
    if leervraag.travels_as is not None:
        signal = find_signal(leervraag.travels_as.public_id)
        if signal is None:
            raise LookupError(leervraag.travels_as.public_id)
        for name, value in carried.items():
            setattr(signal, name, value)
        signal.refusal, signal.closed_on = "", None
        signal.move_to(SignalStatus.NEW)
        planning.plan_over(signal)
    else:
        public_id = new_public_id()
        signal = Signal(
            public_id=public_id,
            code=public_id,
            author=leervraag.author,
            partner=leervraag.partner,
            source=SOURCES.get(leervraag.asker_role, Source.OTHER)
            if leervraag.asker_role
            else None,
            **carried,
        )
        session().add(signal)
        leervraag.travels_as = signal
        planning.plan_new([signal])
    session().flush()
    events.record(Verb.LEERVRAAG_BROUGHT, leervraag, by=by)
    return signal


# Mail: that something happened, not what.


def tell_asker(leervraag: Leervraag, what: str, by: Account) -> None:
    asker = queries.asker_to_tell(leervraag, by)
    if asker is None:
        return
    outbox.put(
        f"leervraag:{leervraag.public_id}:{what}:{leervraag.version}",
        asker.email,
        "Er is nieuws over uw leervraag",
        "leervraag",
        name=asker.name,
        url=outbox.link("leervragen.show", leervraag=leervraag.public_id),
    )
