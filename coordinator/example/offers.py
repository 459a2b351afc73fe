"""Where one can learn in Oeverland: the places that were there already, and what is offered.

All of it is done through the actions that the pages use, each on the day on which it would have
happened.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select

from coordinator import clock
from coordinator.db import session
from coordinator.models import (
    Account,
    LearningFormat,
    LearningOffer,
    LearningStructure,
    Level,
    StructureKind,
)
from coordinator.offers import actions, queries


@dataclass(frozen=True)
class Place:
    """A place for learning that was recorded."""

    kind: StructureKind
    name: str
    description: str
    contact: str
    level: Level | None
    domains: tuple[str, ...]
    """Empty: all of them."""
    area: str = ""
    tafel: str = ""
    ended: int | None = None
    """How many days ago its last day was."""


@dataclass(frozen=True)
class Offered:
    """Something that is offered; who offers it is a partner, somebody else or a place."""

    format: LearningFormat
    title: str
    description: str
    contact: str
    level: Level | None
    domains: tuple[str, ...]
    area: str
    cost: int | None
    places: int | None
    partner: str = ""
    provider: str = ""
    place: str = ""
    ended: int | None = None


ACADEMY: Final = "Academie samen leren"
TABLE: Final = "Ontwikkeltafel uitvoerders jeugd"
REVIEW: Final = "Leerreview na een besluit"
PEERS: Final = "Intervisie voor lokale teams"
SHADOWING: Final = "Een dag mee met een ander team"

PLACES: Final = (
    Place(
        StructureKind.ACADEMY,
        ACADEMY,
        "Vijf gemeenten en zeven organisaties leren hier samen. De academie heeft ruimtes, "
        "begeleiders en een kleine bibliotheek. Wie iets wil leren, begint hier.",
        "Bel de balie van de academie, op werkdagen tot 12 uur.",
        None,
        ("jeugd", "ggz", "onderwijs"),
        area="JO",
    ),
    Place(
        StructureKind.DEVELOPMENT_TABLE,
        TABLE,
        "Uitvoerders brengen mee wat zij in gezinnen zien. Samen proberen zij iets nieuws, en zes "
        "weken later vertellen zij elkaar hoe het ging.",
        "Meld u bij de voorzitter van de tafel. Meekijken mag altijd.",
        Level.PRACTICE,
        ("jeugd", "ggz"),
        area="JO",
        tafel="U-JEU",
    ),
    Place(
        StructureKind.STEERING_GROUP,
        "Stuurgroep leren in de regio",
        "Bestuurders kijken vier keer per jaar terug: wat leerden wij, en wat deden wij ermee?",
        "Via de secretaris van het portefeuillehoudersoverleg.",
        Level.BOARD,
        (),
    ),
    Place(
        StructureKind.LEARNING_NETWORK,
        "Leernetwerk thuis en school",
        "Leerplichtambtenaren en jeugdverpleegkundigen wisselden uit wat werkt als een kind niet "
        "naar school gaat. Het overleg zorg en school heeft dit overgenomen.",
        "",
        Level.PRACTICE,
        ("onderwijs",),
        area="JO",
        ended=70,
    ),
)
OFFERS: Final = (
    Offered(
        LearningFormat.PEER_REVIEW,
        PEERS,
        "Zes keer anderhalf uur, met een vaste groep. Om de beurt brengt iemand een vraag uit het "
        "eigen werk in. De groep vraagt door en geeft geen advies.",
        "Aanmelden bij de academie.",
        Level.PRACTICE,
        ("jeugd", "wonen"),
        "JO",
        0,
        8,
        place=ACADEMY,
    ),
    Offered(
        LearningFormat.SHADOWING,
        SHADOWING,
        "U loopt een dag mee met een team in een andere gemeente. Na afloop zegt u "
        "wat u opviel, en wat u mee naar huis neemt.",
        "Vraag het Huis van de Buurt. Zij zoeken een team voor u.",
        Level.PRACTICE,
        (),
        "",
        0,
        None,
        partner="wel",
    ),
    Offered(
        LearningFormat.COURSE,
        "Cursus: naast een gezin staan dat wacht",
        "Drie dagdelen over wat wél kan terwijl een kind op hulp wacht. Ouders die zelf hebben "
        "gewacht, geven de cursus mee.",
        "Kleurrijk, afdeling opleiding.",
        Level.PRACTICE,
        ("ggz", "jeugd"),
        "JO",
        145,
        16,
        partner="ggz-j",
    ),
    Offered(
        LearningFormat.SUPERVISION,
        "Supervisie voor leidinggevenden",
        "Vijf gesprekken met een supervisor over wat uw team van u nodig heeft om te blijven.",
        "Bureau Helder Water, secretariaat.",
        Level.MANAGEMENT,
        ("jeugd", "veiligheid"),
        "JO",
        450,
        6,
        provider="Bureau Helder Water",
    ),
    Offered(
        LearningFormat.CASE_DISCUSSION,
        "Casuïstiek veiligheid thuis",
        "Elke maand bespreken uitvoerders één situatie die niemand herkent als de eigen cliënt. "
        "Politie, Veilig Thuis en lokale teams zitten aan tafel.",
        "Veilig Thuis Tweestromen, team leren.",
        Level.PRACTICE,
        ("veiligheid",),
        "VT",
        0,
        12,
        partner="vt",
    ),
    Offered(
        LearningFormat.LEARNING_REVIEW,
        REVIEW,
        "Een half jaar na een besluit kijkt u met de uitvoering terug. Wat veranderde er in "
        "gezinnen, en wat bleef hetzelfde?",
        "Aanmelden bij de academie.",
        Level.POLICY,
        ("jeugd", "onderwijs"),
        "JO",
        None,
        14,
        place=ACADEMY,
    ),
    Offered(
        LearningFormat.TABLE_TALK,
        "Tafelgesprek: wat een besluit thuis doet",
        "Vier ervaringsdeskundigen vertellen bestuurders wat zij van een besluit hebben gemerkt. "
        "Geen presentatie en geen verslag, wel een gesprek.",
        "Ervaringskracht Oeverland.",
        Level.BOARD,
        ("jeugd", "onderwijs"),
        "JO",
        0,
        10,
        partner="erv",
    ),
    Offered(
        LearningFormat.STUDY_DAY,
        "Studiedag: een huis en hulp tegelijk",
        "Een dag voor bestuurders van gemeenten en corporaties. U werkt één situatie helemaal uit.",
        "Woonstichting Thuishaven, bestuurssecretariaat.",
        Level.BOARD,
        ("wonen", "jeugd"),
        "JO",
        95,
        40,
        partner="won-a",
    ),
    Offered(
        LearningFormat.EXPLICATION,
        "Expliciteersessie: vertel wat u goed doet",
        "Een begeleider vraagt een ervaren collega heel precies wat die deed. Een nieuwe "
        "collega luistert en schrijft mee.",
        "Lokaal team Veldrade.",
        Level.PRACTICE,
        ("jeugd",),
        "VEL",
        0,
        6,
        partner="lt-vel",
    ),
    Offered(
        LearningFormat.WORKING_VISIT,
        "Werkbezoek aan de schakelklas",
        "Een ochtend in een klas waar kinderen weer wennen aan school.",
        "Scholengroep Het Kompas.",
        Level.MANAGEMENT,
        ("onderwijs",),
        "MEE",
        0,
        5,
        partner="sch-b",
    ),
    Offered(
        LearningFormat.COURSE,
        "Cursus signaleren voor wijkverenigingen",
        "Twee avonden. De subsidie is afgelopen; het Huis van de Buurt zoekt een vervolg.",
        "Huis van de Buurt.",
        Level.PRACTICE,
        ("wonen",),
        "LIN",
        25,
        20,
        partner="wel",
        ended=40,
    ),
)


@dataclass
class Catalogue:
    """Writes down the places and offers of the example."""

    accounts: dict[str, Account]
    today: date

    def write(self) -> None:
        """Record all of them, and end those that are there no more."""
        by = self.accounts["leercoordinator"]
        for number, place in enumerate(PLACES):
            with self._days_ago(170 - 3 * number):
                made = self._add_place(place, by)
            if place.ended is not None:
                with self._days_ago(place.ended):
                    actions.end_structure(made, clock.today(), by=by)
        for number, one in enumerate(OFFERS):
            with self._days_ago(150 - 9 * number):
                offer = self._add_offer(one, by)
            if one.ended is not None:
                with self._days_ago(one.ended):
                    actions.end(offer, clock.today(), by=by)

    def _days_ago(self, days: int) -> AbstractContextManager[None]:
        return clock.frozen(datetime.combine(self.today - timedelta(days=days), time(9), UTC))

    @staticmethod
    def _reach(one: Place | Offered) -> actions.Reach:
        return actions.Reach(
            level=one.level,
            all_domains=not one.domains,
            domains=queries.find_domains(one.domains),
            area=queries.find_area(one.area),
        )

    def _add_place(self, place: Place, by: Account) -> LearningStructure:
        terms = actions.PlaceTerms(
            name=place.name,
            kind=place.kind,
            description=place.description,
            contact=place.contact,
            tafel=queries.find_tafel(place.tafel),
            reach=self._reach(place),
        )
        return actions.add_structure(terms, by=by)

    def _add_offer(self, one: Offered, by: Account) -> LearningOffer:
        place = select(LearningStructure).where(LearningStructure.name == one.place)
        terms = actions.Terms(
            title=one.title,
            description=one.description,
            format=one.format,
            reach=self._reach(one),
            partner=queries.find_partner(one.partner),
            provider=one.provider,
            structure=session().scalar(place) if one.place else None,
            cost_cents=None if one.cost is None else one.cost * 100,
            places=one.places,
            contact=one.contact,
        )
        return actions.add(terms, by=by)
