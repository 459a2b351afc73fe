"""What happened in Oeverland before today: signals that were read, travelled and were answered.

All of it is done through the actions that the pages use, each on the day on which it would have
happened; the clock is held still for each act.
"""

import contextlib
import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from coordinator import clock
from coordinator.agenda import actions as agenda
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.models import (
    Account,
    AgendaItem,
    Area,
    Decision,
    DecisionKind,
    Domain,
    Frequency,
    GovernanceRole,
    ItemStatus,
    Journey,
    Level,
    Meeting,
    MeetingStatus,
    Partner,
    Presence,
    Seat,
    Signal,
    Source,
    Tafel,
    Verdict,
)
from coordinator.seats import actions as seats
from coordinator.seats import attendance
from coordinator.seats.queries import find_seat
from coordinator.signals import actions as signals
from coordinator.signals import queries

RECORDED_UNTIL: Final = timedelta(days=4)
"""Outcomes of the last days are still to be recorded, so that there is something to do."""


@dataclass(frozen=True)
class Outcome:
    """What the table decided, and what the author thought of the answer."""

    kind: DecisionKind
    text: str
    answer: str
    reason: str = ""
    owner: str = ""
    verdict: Verdict | None = None
    words: str = ""


@dataclass(frozen=True)
class Sent:
    """How the coordinator read a signal and sent it on its way."""

    code: str
    level: Level
    interpretation: str
    title: str
    text: str
    outcomes: tuple[Outcome, ...] = ()
    """One for each time that a table decides on it."""
    put_off: str = ""
    """Why the first table put it off, once."""


@dataclass(frozen=True)
class Given:
    """A signal that somebody of the example gave in the service itself."""

    code: str
    days_ago: int
    by: str
    partner: str
    source: Source
    area: str
    domains: tuple[str, ...]
    title: str
    words: str
    wish: str
    frequency: Frequency = Frequency.MORE_OFTEN


GIVEN: Final = (
    Given(
        "naima-1", 62, "ervaringsdeskundige", "erv", Source.EXPERT, "VEL", ("jeugd",),
        "Niemand vertelt wat er na het gesprek gebeurt",
        "Na het eerste gesprek bij het lokale team hoorde ik zes weken niets. Ik dacht dat ze mij "
        "vergeten waren. Later bleek dat er al een plan lag. Andere ouders zeggen hetzelfde.",
        "Bel na twee weken, ook als er nog niets te melden is.",
    ),
    Given(
        "naima-2", 33, "ervaringsdeskundige", "erv", Source.EXPERT, "LIN", ("jeugd", "ggz"),
        "Ouders moeten zelf de plannen aan elkaar knopen",
        "Op maandag praat ik met de een, op donderdag met de ander. Ze weten niet van elkaar wat "
        "ze doen. Ik loop met de papieren heen en weer.",
        "Eén plan, en iemand die het overzicht houdt.",
    ),
    Given(
        "naima-3", 8, "ervaringsdeskundige", "erv", Source.EXPERT, "OOS", ("jeugd",),
        "De wachtkamer is niet voor kinderen",
        "We zaten een uur in een kale gang. Mijn kind werd steeds onrustiger. Toen we aan de "
        "beurt waren, was er geen gesprek meer mogelijk.",
        "Maak een hoek waar een kind zich veilig voelt.",
        Frequency.ONCE,
    ),
    Given(
        "marloes-1", 3, "professional", "lt-vel", Source.PROFESSIONAL, "VEL", ("jeugd",),
        "Vervanging bij ziekte is niet geregeld",
        "Als een collega ziek wordt, staan de gezinnen stil. We vragen elkaar om even in te "
        "vallen, maar niemand heeft daar uren voor.",
        "Spreek per team af wie invalt, met uren erbij.",
    ),
)  # fmt: skip

SENT: Final = (
    Sent(
        "OEV-01", Level.BOARD,
        "De overgang naar achttien is nergens geregeld. Het gaat om een vast gezicht.",
        "Hulp loopt niet door na de achttiende verjaardag",
        "Jongeren verliezen op hun achttiende hun vaste begeleider. Nieuwe hulp begint maanden "
        "later. Gevraagd: een vast gezicht tot de nieuwe hulp loopt.",
        (Outcome(
            DecisionKind.ADOPTED,
            "De vaste begeleider blijft tot drie maanden na de start van de nieuwe hulp.",
            "U zag dat hulp stopt op de achttiende verjaardag. De begeleider blijft nu tot de "
            "nieuwe hulp echt loopt. Dat geldt in alle vijf gemeenten.",
            owner="Gemeente Veldrade", verdict=Verdict.RECOGNISED,
            words="Dit is precies wat we bedoelden.",
        ),),
    ),
    Sent(
        "OEV-02", Level.POLICY,
        "Ouders willen één keer vertellen en zelf bepalen wie het leest.",
        "Ouders vertellen hun verhaal steeds opnieuw",
        "Bij elke wisseling begint een ouder opnieuw. Gevraagd: één verhaal, in eigen beheer van "
        "de ouder.",
        (Outcome(
            DecisionKind.EXPERIMENT,
            "In Lindehaven begint een proef met een eigen verhaal in een map van de ouder.",
            "In Lindehaven komt een proef. U schrijft uw verhaal één keer op en bepaalt zelf wie "
            "het leest. Na een half jaar kijken we samen wat het oplevert.",
            owner="Lokaal team Lindehaven", verdict=Verdict.PARTLY,
            words="Mooi voor Lindehaven, maar in de andere gemeenten verandert er niets.",
        ),),
    ),
    Sent(
        "OEV-03", Level.POLICY,
        "Het gaat niet om één organisatie: wisselingen horen bij hoe het werk is verdeeld.",
        "Gezinnen krijgen steeds een andere jeugdbeschermer",
        "Gezinnen hebben in een jaar soms drie jeugdbeschermers. Gevraagd: twee vaste mensen per "
        "gezin.",
        (Outcome(
            DecisionKind.NOT_ADOPTED,
            "De tafel neemt dit nu niet over.",
            "De tafel begrijpt dat wisselen moe maakt. Er zijn nu te weinig mensen om twee vaste "
            "gezichten per gezin te beloven. Over een jaar bekijken we dit opnieuw.",
            reason="Er zijn te weinig mensen om dit te kunnen beloven.", verdict=Verdict.NOT,
            words="Twee mensen die een gezin kennen, kost niet meer uren. Dat is niet besproken.",
        ),
        Outcome(
            DecisionKind.EXPERIMENT,
            "Drie teams van De Oever werken met twee vaste mensen per gezin.",
            "Uw vraag lag opnieuw op tafel. Drie teams beginnen met twee vaste mensen per gezin. "
            "Na een jaar vragen we de gezinnen of het rust geeft.",
            owner="Jeugdbescherming De Oever",
        )),
    ),
    Sent(
        "OEV-04", Level.POLICY,
        "Wachten zelf maakt het probleem groter; het gaat om de tijd vóór de eerste afspraak.",
        "Klachten van kinderen groeien tijdens het wachten",
        "Kinderen wachten ruim een half jaar. Gevraagd: iets dat al helpt terwijl een kind wacht.",
        (Outcome(
            DecisionKind.ADOPTED,
            "Kleurrijk en de lokale teams bellen elk wachtend gezin eens per maand.",
            "Wie wacht, krijgt voortaan elke maand een telefoontje. Samen kijken we dan wat nu al "
            "kan helpen. Kleurrijk begint er dit najaar mee.",
            owner="Kleurrijk jeugdhulp en ggz",
        ),),
    ),
    Sent(
        "OEV-05", Level.POLICY,
        "De brief is juridisch opgesteld. Ouders lopen er termijnen door mis.",
        "De brief over jeugdhulp is niet te begrijpen",
        "Ouders snappen de beschikking niet en missen de datum om te reageren. Gevraagd: een "
        "brief in gewone taal.",
        (Outcome(
            DecisionKind.STOP_OLD,
            "De oude brief verdwijnt. Er komt één nieuwe brief in gewone taal.",
            "De oude brief wordt niet meer verstuurd. Er is een nieuwe brief in gewone taal. "
            "Ouders uit het Huis van de Buurt hebben hem gelezen en verbeterd.",
            owner="Gemeente Lindehaven", verdict=Verdict.RECOGNISED,
        ),),
    ),
    Sent(
        "OEV-07", Level.POLICY,
        "Terugkoppeling na een zorg ontbreekt. Dat maakt melders stil.",
        "Scholen horen niets terug na een zorg",
        "Scholen geven een zorg door en horen niets terug. Gevraagd: een afspraak over wat wel "
        "teruggezegd mag worden.",
        (Outcome(
            DecisionKind.ADOPTED,
            "Binnen tien werkdagen hoort de melder of de zorg is opgepakt.",
            "Wie een zorg doorgeeft, hoort binnen tien werkdagen of die is opgepakt. Wat er in het "
            "gezin gebeurt, blijft van het gezin.",
            owner="Veilig Thuis Tweestromen",
        ),),
    ),
    Sent(
        "OEV-08", Level.POLICY,
        "Ouders willen meebeslissen, niet achteraf horen.",
        "Overleg over een gezin gaat vaak zonder het gezin",
        "Ouders horen pas achteraf wat is besproken. Gevraagd: geen overleg zonder het gezin, "
        "tenzij dat niet veilig is.",
        (Outcome(
            DecisionKind.EXPERIMENT,
            "Twee teams werken een half jaar volgens de regel: niet over ons zonder ons.",
            "In Veldrade en Oosterlo is vanaf nu geen overleg meer zonder u, tenzij dat niet "
            "veilig is. Over een half jaar vragen we u of het werkt.",
            owner="Lokaal team Veldrade",
        ),),
        put_off="De ouders die dit inbrachten, konden die dag niet. De tafel wil hen erbij hebben.",
    ),
    Sent(
        "OEV-09", Level.BOARD,
        "Kort helpen mag alleen binnen een heel traject. Dat is een regel van de regio zelf.",
        "Korte hulp vraagt nu een heel traject",
        "Soms is één gesprek genoeg. De regels kennen dat niet. Gevraagd: ruimte voor korte hulp "
        "zonder traject.",
    ),
    Sent(
        "OEV-12", Level.BOARD,
        "Niemand heeft de opdracht om naar het hele gezin te kijken.",
        "Hulp kijkt naar het kind en niet naar de ouder",
        "Ouders met eigen klachten krijgen geen steun als de hulp voor het kind is. Gevraagd: één "
        "opdracht voor het hele gezin.",
    ),
    Sent(
        "OEV-14", Level.BOARD,
        "Het weekend is een gat tussen politie en Veilig Thuis.",
        "Zorgmeldingen in het weekend wachten tot maandag",
        "Wat op vrijdagavond binnenkomt, wordt op maandag gelezen. Gevraagd: iemand die in het "
        "weekend meeleest.",
    ),
    Sent(
        "OEV-16", Level.POLICY,
        "Het gezin is meer dan het aangemelde kind.",
        "Broers en zussen komen niet in beeld",
        "De hulp kijkt naar één kind. Gevraagd: vraag in elk gesprek naar de andere kinderen.",
    ),
    Sent(
        "naima-1", Level.POLICY,
        "Stilte na het eerste gesprek voelt als vergeten worden.",
        "Na het eerste gesprek blijft het weken stil",
        "Ouders horen weken niets na het eerste gesprek. Gevraagd: bel na twee weken, ook zonder "
        "nieuws.",
        (Outcome(
            DecisionKind.ADOPTED,
            "Elk lokaal team belt twee weken na het eerste gesprek.",
            "U hoort voortaan binnen twee weken na het eerste gesprek iets van het team. Ook als "
            "er nog niets te melden is. Alle teams doen mee vanaf de volgende maand.",
            owner="Lokale teams, via het managersoverleg",
        ),),
    ),
    Sent(
        "naima-2", Level.BOARD,
        "Twee plannen naast elkaar: ook professionals melden dit (zie OEV-24).",
        "Ouders houden zelf het overzicht over twee plannen",
        "Ouders met hulp van twee kanten brengen zelf de plannen bij elkaar. Gevraagd: één plan "
        "en iemand die het overzicht houdt.",
    ),
)  # fmt: skip

REFUSED: Final = (
    "OEV-06",
    "Dit gaat over één vraag tussen twee organisaties. De afspraak over doorzettingsmacht regelt "
    "dit al: de gemeente beslist. Werkt dat niet, geef dan opnieuw een signaal.",
)
READ_ONLY: Final = ("OEV-10", "OEV-11", "OEV-13", "OEV-15", "OEV-17")
ASKED: Final = ("naima-3", "Gebeurde dit vaker, of op meer plekken?")
NO_TIME: Final = "De agenda was te vol om dit goed te bespreken."
DEPUTIES: Final = {("S-JEU", "gem-vel"): "Jorn Veenstra", ("S-JEU", "gem-lin"): "Aukje Postma"}
VACANT: Final = ("M-VEI", "gem-zui", "Tjalling Riemersma")
SOON_VACANT: Final = ("M-JEU", "gem-vel")
ATTENDED: Final = ("B-JEU", "gi", "gem-mee")
"""A table; which partner stayed away, and for which one the deputy came."""
DAYS_TO_DO_IT: Final = 60
"""How many days after the decision the work must be done."""


@dataclass
class Teller:
    """Tells the story in the order in which it happened."""

    people: dict[str, Account]
    today: date
    ids: dict[str, str] = field(default_factory=dict)
    """The public id of a signal by its code in this story."""
    ahead: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)

    def at(self, day: date, hour: int, act: Callable[[], None]) -> None:
        """Let something happen on a day, unless that day is still to come."""
        if day <= self.today:
            moment = datetime.combine(day, time(hour), UTC)
            heapq.heappush(self.ahead, (moment, next(self.order), act))

    def tell(self) -> None:
        """Do everything that happened, each act on its own moment."""
        for given in GIVEN:
            day = self.today - timedelta(days=given.days_ago)
            self.at(day, 19, partial(self._give, given))
        for signal in session().scalars(select(Signal)):
            self.ids[signal.code] = signal.public_id
            self._plan_reading(signal.code, signal.given_on)
        while self.ahead:
            moment, _order, act = heapq.heappop(self.ahead)
            with clock.frozen(moment):
                act()
                session().flush()
                session().expire_all()
        self._close_meetings()
        self._name_deputies()
        self._let_seats_end()
        self._record_attendance()

    def _close_meetings(self) -> None:
        """Close what was held and dealt with."""
        held = session().scalars(
            select(Meeting)
            .where(Meeting.held_on <= self.today - RECORDED_UNTIL)
            .where(select(AgendaItem.id).where(AgendaItem.meeting_id == Meeting.id).exists())
            .options(joinedload(Meeting.tafel))
        )
        for meeting in held.all():
            with contextlib.suppress(Refused):
                agenda.close_meeting(meeting, by=self.people["secretaris"])

    def _name_deputies(self) -> None:
        for (tafel, partner), deputy in DEPUTIES.items():
            seat = self._seat(tafel, partner)
            seats.change(
                seat,
                person=seat.person,
                deputy=deputy,
                vote=seat.vote,
                starts_on=seat.starts_on,
                ends_on=seat.ends_on,
                version=str(seat.version),
                by=self.people["leercoordinator"],
            )

    def _let_seats_end(self) -> None:
        """Let one seat be vacant since a while, and another one become so within 90 days."""
        coordinator = self.people["leercoordinator"]
        tafel, partner, person = VACANT
        seats.appoint(
            session().scalars(select(Tafel).where(Tafel.code == tafel)).one(),
            session().scalars(select(Partner).where(Partner.code == partner)).one(),
            session().scalars(select(GovernanceRole).where(GovernanceRole.code == "lid")).one(),
            person=person,
            starts_on=self.today - timedelta(days=500),
            ends_on=self.today - timedelta(days=20),
            by=coordinator,
        )
        seat = self._seat(*SOON_VACANT)
        ends_on = self.today + timedelta(days=40)
        seats.end(seat, ends_on, version=str(seat.version), by=coordinator)

    def _record_attendance(self) -> None:
        """Tell who sat at the latest meetings of a table, at which one seat stays empty."""
        tafel, absent, by_deputy = ATTENDED
        held = session().scalars(
            select(Meeting)
            .join(Meeting.tafel)
            .where(Tafel.code == tafel, Meeting.held_on <= self.today - RECORDED_UNTIL)
            .where(Meeting.status == MeetingStatus.PLANNED)
            .options(joinedload(Meeting.tafel))
            .order_by(Meeting.held_on.desc())
            .limit(4)
        )
        for meeting in held.all():
            presences = {seat.id: Presence.PRESENT for seat in attendance.seats_at(meeting)}
            for seat in attendance.seats_at(meeting):
                if seat.partner.code == absent:
                    presences[seat.id] = Presence.ABSENT
                elif seat.partner.code == by_deputy:
                    presences[seat.id] = Presence.DEPUTY
            seats.record_attendance(
                meeting,
                presences,
                seen=attendance.fingerprint([]),
                by=self.people["secretaris"],
            )

    def _seat(self, tafel: str, partner: str) -> Seat:
        """Return the seat of a partner at a table on which somebody is named."""
        found = session().scalars(
            select(Seat.public_id)
            .join(Seat.tafel)
            .join(Seat.partner)
            .where(Tafel.code == tafel, Partner.code == partner, Seat.person != "")
            .order_by(Seat.id)
        )
        seat = find_seat(found.first() or "")
        if seat is None:
            raise LookupError(f"{tafel} {partner}")
        return seat

    def _signal(self, code: str) -> Signal:
        signal = queries.find_signal(self.ids[code])
        if signal is None:
            raise LookupError(code)
        return signal

    def _plan_reading(self, code: str, given_on: date) -> None:
        coordinator = self.people["leercoordinator"]
        day = given_on + timedelta(days=2)
        for sent in SENT:
            if sent.code == code:
                self.at(day, 10, partial(self._send, sent))
        if code == REFUSED[0]:
            self.at(day, 11, lambda: self._refuse(code, coordinator))
        if code == ASKED[0]:
            self.at(day, 11, lambda: self._ask(code, coordinator))
        if code in READ_ONLY:
            self.at(day, 12, lambda: signals.mark_read(self._signal(code)))

    def _refuse(self, code: str, by: Account) -> None:
        signals.refuse(self._signal(code), reason=REFUSED[1], by=by)

    def _ask(self, code: str, by: Account) -> None:
        signals.ask(self._signal(code), text=ASKED[1], by=by)

    def _give(self, given: Given) -> None:
        database = session()
        domains = database.scalars(select(Domain).where(Domain.code.in_(given.domains))).all()
        signal = signals.give(
            by=self.people[given.by],
            partner=database.scalars(select(Partner).where(Partner.code == given.partner)).one(),
            source=given.source,
            area=database.scalars(select(Area).where(Area.code == given.area)).one(),
            domains=domains,
            title=given.title,
            words=given.words,
            frequency=given.frequency,
            wish=given.wish,
        )
        self.ids[given.code] = signal.public_id
        self._plan_reading(given.code, signal.given_on)

    def _send(self, sent: Sent) -> None:
        coordinator = self.people["leercoordinator"]
        signal = self._signal(sent.code)
        signals.interpret(
            signal,
            interpretation=sent.interpretation,
            title_for_tafels=sent.title,
            text_for_tafels=sent.text,
            by=coordinator,
        )
        signals.send(signal, level=sent.level, by=coordinator)
        self._wait_for_meeting(sent)

    def _next_items(self, sent: Sent) -> list[AgendaItem]:
        """Return the items of the next meeting that the signal lies on."""
        items = (
            session()
            .scalars(
                select(AgendaItem)
                .join(AgendaItem.journey)
                .join(AgendaItem.meeting)
                .where(Journey.signal_id == self._signal(sent.code).id)
                .where(AgendaItem.status == ItemStatus.PLANNED)
                .order_by(Meeting.held_on, AgendaItem.id)
                .options(joinedload(AgendaItem.meeting).joinedload(Meeting.tafel))
            )
            .all()
        )
        return [item for item in items if item.meeting_id == items[0].meeting_id]

    def _wait_for_meeting(self, sent: Sent, *, is_first: bool = True) -> None:
        items = self._next_items(sent)
        if items and items[0].meeting.held_on <= self.today - RECORDED_UNTIL:
            self.at(items[0].meeting.held_on, 15, lambda: self._deal_with(sent, is_first))

    def _deal_with(self, sent: Sent, is_first: bool) -> None:
        secretary = self.people["secretaris"]
        items = self._next_items(sent)
        to = self._next_table(items[0])
        if is_first and sent.put_off:
            agenda.put_off(items, reason=sent.put_off, by=secretary)
        elif to is not None:
            agenda.hand_over(items, to=to, note="Wij herkennen dit.", by=secretary)
        elif outcome := next(self._outcomes(sent), None):
            self._decide(sent, outcome, items)
            return
        else:
            agenda.put_off(items, reason=NO_TIME, by=secretary)
        self._wait_for_meeting(sent, is_first=False)

    def _outcomes(self, sent: Sent) -> Iterator[Outcome]:
        """Give what was not decided yet, by a count of the decisions there are."""
        made = session().scalar(
            select(func.count(Decision.id)).where(Decision.signal_id == self._signal(sent.code).id)
        )
        yield from sent.outcomes[made or 0 :]

    def _next_table(self, item: AgendaItem) -> Tafel | None:
        return session().scalar(
            select(Tafel)
            .join(Meeting, Meeting.tafel_id == Tafel.id)
            .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
            .where(AgendaItem.journey_id == item.journey_id)
            .where(AgendaItem.position > item.position)
            .order_by(AgendaItem.position)
            .limit(1)
        )

    def _decide(self, sent: Sent, outcome: Outcome, items: list[AgendaItem]) -> None:
        decision = agenda.decide(
            items,
            kind=outcome.kind,
            text=outcome.text,
            answer=outcome.answer,
            reason=outcome.reason,
            owner=outcome.owner,
            done_by_on=clock.today() + timedelta(days=DAYS_TO_DO_IT),
            by=self.people["secretaris"],
        )
        if outcome.verdict is not None:
            day = clock.today() + timedelta(days=9)
            self.at(day, 14, partial(self._verify, sent, outcome.verdict, outcome.words, decision))

    def _verify(self, sent: Sent, verdict: Verdict, words: str, decision: Decision) -> None:
        signal = self._signal(sent.code)
        signals.verify(decision, signal=signal, verdict=verdict, reason=words, by=None)
        if verdict is Verdict.NOT:
            self._wait_for_meeting(sent, is_first=False)
