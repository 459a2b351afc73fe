"""The journeys of one signal as a reader follows them: joined, with stops, and in plain words.

Pure: journeys in as `Way`, timelines and sentences out. Several domains with the same stops on the
same days are one road. Where the way to the beleidstafel is the beginning of the way to the
bestuurstafel, the two are one road on which the beleidstafel is marked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from coordinator.labels import LEVEL_WORDS
from coordinator.web import day, day_without_year, enumerate_words
from network.planner import Cause, Hop, Missed, Planner, Route
from network.region import Level, MeetingStatus, Reason

LEVEL_NAMES: Final = {
    Level.PRACTICE: "Overleg van uitvoerders",
    Level.MANAGEMENT: "Managersoverleg",
    Level.POLICY: "Beleidstafel",
    Level.BOARD: "Bestuurstafel",
}
STOP_KINDS: Final = {
    Level.PRACTICE: "practice",
    Level.MANAGEMENT: "practice",
    Level.POLICY: "policy",
    Level.BOARD: "board",
}
SHOWN_MISSED: Final = 2

Stop = tuple[str, date]


@dataclass(frozen=True)
class Past:
    """A meeting where the signal was, and what became of it there."""

    tafel: str
    name: str
    level: Level
    on: date
    outcome: str


@dataclass(frozen=True)
class Way:
    """One journey: the question of one domain to one level."""

    domain: str
    domain_name: str
    level: Level
    stops: tuple[Stop, ...]
    """What is still ahead; empty when there is no road, or when it is answered."""
    due_on: date | None
    reason: Reason | None
    past: tuple[Past, ...] = ()
    is_answered: bool = False
    at_tafel: str | None = None
    after_on: date | None = None
    submit_on: date | None = None

    @property
    def has_road(self) -> bool:
        return bool(self.stops) or self.is_answered

    @property
    def origin(self) -> tuple[object, ...]:
        """Return what two ways must share to be one road."""
        return (self.at_tafel, self.after_on, self.submit_on, self.past, self.is_answered)


@dataclass(frozen=True)
class Road:
    """One timeline: the domains it holds for, and where on it a decision can fall sooner."""

    way: Way
    domains: tuple[str, ...]
    policy_stop: int | None = None
    """The place of the beleidstafel among the stops, where it is on the way to the bestuur."""
    policy_due_on: date | None = None

    @property
    def _key(self) -> tuple[object, ...]:
        way = self.way
        return (way.level, way.stops, way.due_on, way.origin, self.policy_stop, self.policy_due_on)

    @property
    def first_due_on(self) -> date:
        """Return the day of the first answer on this road."""
        return self.policy_due_on or self.way.due_on or date.max


@dataclass(frozen=True)
class DeadEnd:
    """No road: to which levels, for which domains, and why."""

    reason: Reason
    levels: tuple[Level, ...]
    domains: tuple[str, ...]


def join(ways: Iterable[Way]) -> list[Road]:
    """Return the roads of a signal, the earliest answer first."""
    by_domain: dict[str, list[Way]] = {}
    for way in ways:
        if way.has_road:
            by_domain.setdefault(way.domain, []).append(way)
    roads: dict[tuple[object, ...], Road] = {}
    for of_domain in by_domain.values():
        for road in _of_domain(of_domain):
            same = roads.get(road._key)
            domains = (*same.domains, *road.domains) if same else road.domains
            roads[road._key] = replace(same or road, domains=domains)
    return sorted(roads.values(), key=lambda road: (road.first_due_on, road.way.level.rank))


def _of_domain(ways: Sequence[Way]) -> list[Road]:
    policy = next((way for way in ways if way.level is Level.POLICY), None)
    board = next((way for way in ways if way.level is Level.BOARD), None)
    if policy and board and policy.origin == board.origin and policy.stops:
        count = len(policy.stops)
        if len(board.stops) > count and board.stops[:count] == policy.stops:
            return [Road(board, (board.domain_name,), count - 1, policy.due_on)]
    return [Road(way, (way.domain_name,)) for way in ways]


def dead_ends(ways: Iterable[Way]) -> list[DeadEnd]:
    """Return where there is no road: domains with the same levels and reason together."""
    by_domain: dict[tuple[str, Reason], list[Way]] = {}
    for way in ways:
        if not way.has_road and way.reason is not None:
            by_domain.setdefault((way.domain_name, way.reason), []).append(way)
    found: dict[tuple[Reason, tuple[Level, ...]], list[str]] = {}
    for (domain, reason), stuck in by_domain.items():
        levels = tuple(sorted(way.level for way in stuck))
        found.setdefault((reason, levels), []).append(domain)
    return [DeadEnd(reason, levels, tuple(domains)) for (reason, levels), domains in found.items()]


# A road as the stops of templates/macros/route.html.


@dataclass(frozen=True)
class Halt:
    """One stop of a timeline, as the macro `journey` shows it."""

    kind: str
    state: str
    on: date
    title: str
    time: str = ""
    tafel: str = ""
    """The code of the table, which has a page of its own."""
    stand: str = ""
    """How it stands with this stop; empty says what its state says."""
    meta: tuple[str, ...] = ()
    box: tuple[str, str] | None = None
    missed: tuple[tuple[str, str], ...] = ()
    gap: str = ""


@dataclass(frozen=True)
class Summary:
    """The line above a timeline."""

    start_on: date
    due_on: date | None
    duration: str
    changes: str
    start: str = "Gemeld"
    """What happened on the first day."""


@dataclass(frozen=True)
class Reader:
    """Who reads: the author is spoken to, others read about the signal."""

    is_author: bool
    has_organisation: bool = True
    is_leervraag: bool = False
    """What travels is a leervraag."""

    @property
    def word(self) -> str:
        return "leervraag" if self.is_leervraag else "signaal"

    @property
    def signal(self) -> str:
        if self.is_author:
            return f"uw {self.word}"
        return "de leervraag" if self.is_leervraag else "het signaal"

    @property
    def Signal(self) -> str:  # noqa: N802 (the same word at the beginning of a sentence)
        return self.signal[0].upper() + self.signal[1:]

    @property
    def you(self) -> str:
        if self.is_author:
            return "u"
        return "de vrager" if self.is_leervraag else "de melder"

    @property
    def You(self) -> str:  # noqa: N802 (the same word at the beginning of a sentence)
        return self.you[0].upper() + self.you[1:]

    @property
    def your_organisation(self) -> str:
        return "Uw organisatie" if self.is_author else f"De organisatie van {self.you}"


@dataclass(frozen=True)
class Timeline:
    """A road with everything that its page shows."""

    title: str
    intro: str
    halts: tuple[Halt, ...]
    summary: Summary
    first_due_on: date
    is_answered: bool


@dataclass(frozen=True)
class Given:
    """How a signal came: the first stops of every timeline."""

    given_on: date
    read_on: date | None
    sent_on: date | None
    asked_on: date | None = None
    """Of a leervraag: the day it was asked. It was given on the day it was brought."""


def timeline(road: Road, planner: Planner, given: Given, reader: Reader, today: date) -> Timeline:
    """Return a road as stops with dates, mandates and the reasons why not earlier."""
    halts = _begin(given, reader)
    for past in road.way.past:
        halts.append(
            Halt(
                kind=STOP_KINDS[past.level],
                state="done",
                on=past.on,
                title=past.name,
                tafel=past.tafel,
                meta=(past.outcome,) if past.outcome else (),
            )
        )
    ahead = _hops(road.way, planner) if road.way.stops else ()
    previous = None
    for place, hop in enumerate(ahead):
        tafel = planner.region.tafels_by_code[hop.tafel]
        is_policy_stop = place == road.policy_stop
        box = None
        if is_policy_stop:
            box = (
                "Hier kan al een besluit vallen.",
                f"Dan krijgt {reader.you} uiterlijk op {day(road.policy_due_on)} antwoord.",
            )
        elif place == len(ahead) - 1:
            box = ("Hier valt een besluit.", "")
        halts.append(
            Halt(
                kind=STOP_KINDS[tafel.level],
                state="plan" if place else "now",
                on=hop.on,
                title=tafel.name,
                tafel=hop.tafel,
                time=_time(planner, hop),
                stand="Wacht op de uitkomst" if hop.on < today else "",
                meta=(LEVEL_NAMES[tafel.level], *_mandate(planner, hop)),
                box=box,
                missed=_missed(planner, hop, previous, reader, today, road.way.at_tafel),
                gap=f"Overstap naar {LEVEL_WORDS[tafel.level]}: {span(previous.on, hop.on)}"
                if previous
                else "",
            )
        )
        previous = hop
    due_on = road.way.due_on
    if due_on is not None:
        halts.append(
            Halt(
                kind="home",
                state="done" if road.way.is_answered else "plan",
                on=road.way.past[-1].on if road.way.is_answered and road.way.past else due_on,
                title=f"Antwoord aan {reader.you}",
                meta=() if road.way.is_answered else (f"{reader.You} krijgt er bericht van",),
            )
        )
    changes = max(0, len(road.way.past) + len(ahead) - 1)
    return Timeline(
        title=f"{'De reis' if given.sent_on else 'De verwachte reis'} voor {topics(road.domains)}",
        intro="" if road.way.is_answered else _intro(road, reader),
        halts=tuple(halts),
        summary=Summary(
            start_on=given.asked_on or given.given_on,
            due_on=due_on,
            duration=span(given.asked_on or given.given_on, due_on) if due_on else "",
            changes=""
            if not changes
            else "1 overstap"
            if changes == 1
            else f"{changes} overstappen",
            start="Gesteld" if given.asked_on else "Gemeld",
        ),
        first_due_on=road.first_due_on,
        is_answered=road.way.is_answered,
    )


def _intro(road: Road, reader: Reader) -> str:
    if road.way.due_on is None:
        return ""
    level = LEVEL_WORDS[road.way.level].capitalize()
    return f"{level} geeft {reader.you} uiterlijk op {day(road.way.due_on)} antwoord."


def _begin(given: Given, reader: Reader) -> list[Halt]:
    if given.asked_on is not None:
        brought = given.sent_on or given.given_on
        name = "Naar de tafels gebracht" if given.sent_on else "Klaargezet voor de tafels"
        return [
            Halt("start", "done", given.asked_on, "Gesteld"),
            Halt("start", "done", brought, name),
        ]
    halts = [Halt("start", "done", given.given_on, f"{reader.Signal} is binnen")]
    if given.read_on is not None:
        halts.append(Halt("start", "done", given.read_on, "Gelezen door de leercoördinator"))
    if given.sent_on is not None:
        halts.append(Halt("start", "done", given.sent_on, "Doorgestuurd naar de tafels"))
    return halts


def _hops(way: Way, planner: Planner) -> tuple[Hop, ...]:
    """Return the hops that are ahead, with the meetings that come too early.

    A plan can be a moment older than the region: then its stops stand here without reasons.
    """
    tafels, days = zip(*way.stops, strict=True)
    route = Route(tuple(tafels), tuple(days), days[-1])
    is_at_start = way.at_tafel is None and way.submit_on is not None
    start: date = way.submit_on if is_at_start and way.submit_on else days[0]
    try:
        hops = planner.hops(route, domain=way.domain, given_on=start)
    except KeyError:
        known = planner.region.tafels_by_code
        return tuple(
            Hop(code, on, on, on, on, None, None, ()) for code, on in way.stops if code in known
        )
    if is_at_start:
        return hops
    return (replace(hops[0], missed=_closed_before(way, planner, hops[0])), *hops[1:])


def _closed_before(way: Way, planner: Planner, hop: Hop) -> tuple[Missed, ...]:
    """Return the meetings of the table where a signal lies that come too early or are off."""
    ready = way.submit_on or way.after_on
    if ready is None:
        return ()
    lead = timedelta(days=planner.region.tafels_by_code[hop.tafel].submission_days)
    first = max(ready, way.after_on + timedelta(days=1)) if way.after_on else ready
    found = []
    for meeting in planner.region.meetings_by_tafel[hop.tafel]:
        if not first <= meeting.on < hop.on:
            continue
        closes = meeting.on - lead
        if meeting.status is not MeetingStatus.PLANNED:
            found.append(Missed(hop.tafel, meeting.on, closes, ready, Cause.CANCELLED))
        elif way.submit_on is not None and closes < way.submit_on:
            found.append(Missed(hop.tafel, meeting.on, closes, ready, Cause.TOO_LATE))
    return tuple(found)


def _time(planner: Planner, hop: Hop) -> str:
    for meeting in planner.region.meetings_by_tafel[hop.tafel]:
        if meeting.on == hop.on and meeting.time is not None:
            return f"{meeting.time:%H.%M} uur"
    return ""


def _mandate(planner: Planner, hop: Hop) -> tuple[str, ...]:
    """Return by which agreements this step is allowed."""
    codes = dict.fromkeys(c for c in (hop.handover_agreement, hop.tafel_agreement) if c)
    titles = [planner.region.agreements_by_code[code].title for code in codes]
    return (f"Dit mag op grond van: {enumerate_words(titles)}",) if titles else ()


def _missed(
    planner: Planner,
    hop: Hop,
    previous: Hop | None,
    reader: Reader,
    today: date,
    at_tafel: str | None,
) -> tuple[tuple[str, str], ...]:
    """Return why the last meetings before this one fail, in plain words."""
    shown = [
        (
            f"{day_without_year(one.on).capitalize()} lukt niet.",
            _why(planner, one, previous, reader, today, at_tafel),
        )
        for one in hop.missed[-SHOWN_MISSED:]
    ]
    more = len(hop.missed) - len(shown)
    if more == 1:
        shown.insert(0, ("Nog 1 eerdere vergadering lukt ook niet.", ""))
    elif more > 1:
        shown.insert(0, (f"Nog {more} eerdere vergaderingen lukken ook niet.", ""))
    return tuple(shown)


def _why(
    planner: Planner,
    one: Missed,
    previous: Hop | None,
    reader: Reader,
    today: date,
    at_tafel: str | None,
) -> str:
    if one.cause is Cause.CANCELLED:
        return "Die vergadering gaat niet door."
    if one.cause is Cause.SAME_DAY and previous is not None:
        before = planner.region.tafels_by_code[previous.tafel]
        return f"Op die dag ligt {reader.signal} nog bij {before.name}."
    if one.cause is Cause.TOO_LATE:
        closes = day_without_year(one.closes_on)
        ready = day_without_year(one.ready_on)
        if previous is None and at_tafel is None:
            return f"Stukken moesten op {closes} binnen zijn. {reader.Signal} kwam op {ready}."
        if previous is not None and one.ready_on == previous.on:
            before = planner.region.tafels_by_code[previous.tafel]
            return (
                f"Stukken moeten dan op {closes} binnen zijn. "
                f"{before.name} bespreekt {reader.signal} pas op {ready}."
            )
        had_to, was = ("moesten", "was") if one.ready_on <= today else ("moeten dan", "is")
        return (
            f"Stukken {had_to} op {closes} binnen zijn. "
            f"{reader.Signal} {was} pas op {ready} klaar voor deze tafel."
        )
    if one.cause is Cause.NO_SEAT:
        return f"{reader.your_organisation} zit op die dag niet aan deze tafel."
    agreement = planner.region.agreements_by_code[one.agreement] if one.agreement else None
    title = f"‘{agreement.title}’" if agreement else "voor deze stap"
    if one.cause is Cause.TAFEL_NOT_IN_FORCE:
        return f"De afspraak {title} geldt op die dag niet. De tafel mag dan niet beslissen."
    return f"De afspraak {title} geldt op die dag niet. {reader.Signal} mag dan niet door."


def _count(number: int, one: str, more: str) -> str:
    return f"1 {one}" if number == 1 else f"{number} {more}"


def span(first: date, last: date) -> str:
    """Return how long it is between two days: in days up to two weeks, in weeks after that."""
    days = (last - first).days
    return _count(days, "dag", "dagen") if days < 14 else f"{round(days / 7)} weken"


# No road, in plain words.


@dataclass(frozen=True)
class NoRoad:
    """What a reader is told where there is no road."""

    title: str
    text: str
    meaning: str


_NO_ROAD: Final = {
    Reason.NO_ENTRY: (
        "Er is geen tafel waar {signal} kan beginnen.",
        "{organisation} zit bij dit onderwerp niet aan tafel. Er is ook geen open tafel.",
    ),
    Reason.NO_HANDOVER: (
        "De weg stopt halverwege.",
        "Er is wel een tafel om te beginnen. Maar die tafels geven niets door aan {levels}.",
    ),
    Reason.NO_AGREEMENT: (
        "Er mist een geldige afspraak.",
        "Er is wel een weg naar {levels}. Maar de afspraak die daarvoor nodig is, geldt niet.",
    ),
    Reason.NO_MEETING: (
        "Er is geen vergadering gepland waar {signal} op tijd kan zijn.",
        "Er is wel een weg naar {levels}. Maar de tafels hebben nog geen nieuwe data.",
    ),
    Reason.NO_PARTNER: (
        "Er is geen organisatie die {signal} kan brengen.",
        "Niemand in dit gebied werkt aan dit onderwerp.",
    ),
}


def topics(names: Sequence[str]) -> str:
    """Return the names of domains as they stand in a sentence: "jeugd en gezin, en onderwijs"."""
    return enumerate_words([n[:1].lower() + n[1:] if n[1:2].islower() else n for n in names])


def no_road(dead_end: DeadEnd, reader: Reader) -> NoRoad:
    """Return why there is no road and what that means."""
    levels = enumerate_words([LEVEL_WORDS[level] for level in dead_end.levels])
    words = {
        "signal": reader.signal,
        "organisation": reader.your_organisation,
        "levels": levels,
    }
    title, text = _NO_ROAD[dead_end.reason]
    if dead_end.reason is Reason.NO_ENTRY and not reader.has_organisation:
        text = "Het kwam zonder organisatie. Dan is er een open tafel nodig, en die is er niet."
    return NoRoad(
        title=f"Nog geen weg naar {levels} voor {topics(dead_end.domains)}",
        text=f"{title} {text}".format(**words),
        meaning=f"{reader.Signal} is bewaard en raakt niet kwijt. "
        "Zodra er een weg is, ziet u die hier.",
    )
