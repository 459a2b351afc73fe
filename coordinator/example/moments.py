"""Leermomenten in Oeverland: one that many look back on, one that is full, one that was called off.

All of it is done through the actions that the pages use, each on the day on which it would have
happened.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from coordinator import clock, holders
from coordinator.db import session
from coordinator.example.offers import ACADEMY, PEERS, SHADOWING
from coordinator.models import (
    Account,
    Area,
    Domain,
    Grant,
    LearningEvent,
    LearningFormat,
    LearningGoal,
    LearningOffer,
    LearningStructure,
    Leervraag,
    Level,
    Partner,
    Room,
    SignUp,
    SignUpStatus,
    TakenHomeResult,
    Useful,
)
from coordinator.moments import actions, queries
from coordinator.moments.booking import Who

HALL, ATTIC, CLASSROOM = "De Oeverzaal", "De bovenkamer", "Leslokaal van de academie"
ROOMS: Final = (
    (HALL, "Gemeentehuis Veldrade, Marktplein 1", 24),
    (ATTIC, "Huis van de Buurt, Lindehaven", 8),
    (CLASSROOM, "Academie samen leren, Kruiswaard", 16),
)


@dataclass(frozen=True)
class Planned:
    """A leermoment: planned `ahead` days before its day, which is `days` from today."""

    key: str
    days: int
    ahead: int
    form: LearningFormat
    title: str
    description: str
    begins: str
    ends: str
    level: Level | None
    domains: tuple[str, ...]
    hosts: tuple[str, ...]
    """Keys of accounts, or names."""
    room: str = ""
    place: str = ""
    is_online: bool = False
    places: int | None = None
    area: str = "JO"
    leervragen: tuple[str, ...] = ()
    goal: str = ""
    offer: str = ""
    structure: str = ""


PLANNED: Final = (
    Planned(
        "review", -24, 30, LearningFormat.LEARNING_REVIEW,
        "Wat gebeurde er met het besluit over achttien jaar?",
        "Vorig jaar besloot het bestuur dat een vaste begeleider blijft tot nieuwe hulp loopt. "
        "Jongeren, uitvoerders en bestuurders vertellen wat zij daarvan merken.",
        "13:30", "16:00", None, ("jeugd", "ggz"),
        ("leercoordinator", "Rosa van Eijk (Jongerenraad)"),
        room=HALL, leervragen=("LV-1",),
    ),
    Planned(
        "buren", -6, 28, LearningFormat.SHADOWING,
        "Gluren bij de buren: een dag mee in Lindehaven",
        "U loopt een dag mee met het lokale team van Lindehaven. Na afloop zegt u wat u opviel.",
        "09:00", "15:30", Level.PRACTICE, ("jeugd", "wonen"),
        ("Pieter Oskam (lokaal team Lindehaven)",),
        place="Lokaal team Lindehaven, Kade 12", places=4, area="LIN", offer=SHADOWING,
    ),
    Planned(
        "intervisie", 2, 24, LearningFormat.PEER_REVIEW,
        "Intervisie: als je een gezin niet kunt loslaten",
        "Anderhalf uur in een vaste groep. Iemand brengt een vraag in, de groep vraagt door.",
        "10:00", "11:30", Level.PRACTICE, ("jeugd", "wonen"),
        ("Joke Wiersma (academie)",),
        room=ATTIC, places=4, offer=PEERS, structure=ACADEMY, leervragen=("LV-1",),
    ),
    Planned(
        "online", 11, 15, LearningFormat.CASE_DISCUSSION,
        "Online casuïstiek: wat kan wél in de weken dat een kind wacht?",
        "We bespreken twee voorbeelden uit de praktijk, zonder namen. Een ouder denkt mee.",
        "15:00", "16:15", Level.PRACTICE, ("ggz", "jeugd"),
        ("manager",),
        place="https://video.oeverland.example/wachten", is_online=True, places=20,
        leervragen=("LV-2",), goal="Wie wacht op hulp",
    ),
    Planned(
        "bezoek", 16, 20, LearningFormat.WORKING_VISIT,
        "Werkbezoek aan Veilig Thuis",
        "Een ochtend meeluisteren: hoe komt een melding binnen, en wat hoort de melder terug?",
        "09:30", "12:00", Level.POLICY, ("veiligheid",),
        ("Ilse Brouwer (Veilig Thuis)",),
        place="Veilig Thuis Tweestromen", places=6, area="VT", leervragen=("LV-5",),
    ),
    Planned(
        "studiedag", 30, 40, LearningFormat.STUDY_DAY,
        "Studiedag: hoe merken gezinnen een besluit?",
        "Bestuurders, ouders en uitvoerders werken samen aan één vraag, en aan wat ervoor nodig "
        "is. ’s Middags kiest ieder één ding dat morgen anders gaat.",
        "09:30", "16:00", Level.BOARD, ("jeugd", "onderwijs"),
        ("leercoordinator", "Naima’s groep van Ervaringskracht"),
        room=CLASSROOM, leervragen=("LV-6",),
    ),
)  # fmt: skip
CAME: Final = (
    "ervaringsdeskundige", "bestuurder", "tweede bestuurder", "secretaris", "beleidsmedewerker",
    "manager", "professional",
)  # fmt: skip
OPINIONS: Final = (
    ("ervaringsdeskundige", Useful.YES,
     "Bestuurders luisterden echt. Ik hoefde niet alles uit te leggen.",
     "Begin met de jongeren, niet met de cijfers."),
    ("bestuurder", Useful.YES,
     "Een besluit is pas klaar als een gezin het merkt.", ""),
    ("secretaris", Useful.PARTLY, "", "Het was te kort. Er bleef geen tijd voor afspraken."),
    ("beleidsmedewerker", Useful.YES,
     "Onze regel klopt op papier, maar het formulier houdt hem tegen.",
     "Nodig de volgende keer ook de administratie uit."),
    ("manager", Useful.PARTLY,
     "Mijn team kende het besluit niet. Dat is aan mij.", ""),
    ("professional", Useful.YES,
     "Ik weet nu wie ik bel als een jongere achttien wordt.", "Graag over een half jaar weer."),
)  # fmt: skip
TAKEN: Final = (
    ("professional", "partner:lt-vel", "team noord", TakenHomeResult.ADOPTED,
     "Elke jongere van zeventien heeft bij ons nu een vaste naam voor na de verjaardag. Die naam "
     "staat in het plan."),
    ("manager", "partner:ggz-j", "", TakenHomeResult.ADAPTED,
     "Wij doen het met een tweetal: de oude en de nieuwe begeleider spreken samen af, twee keer."),
    ("leercoordinator", "tafel:B-WON", "", TakenHomeResult.NOT_APPLICABLE,
     "De tafel wonen heeft geen vaste begeleiders. Zij wil wel weten wanneer iemand verhuist."),
)  # fmt: skip
VISITED: Final = (
    (
        "professional",
        Useful.YES,
        "Zij bellen elkaar elke ochtend tien minuten. Dat missen wij.",
        "",
    ),
    ("ervaringsdeskundige", Useful.YES, "Iedereen groette de ouders bij naam.", ""),
)
WHY_NOT: Final = (
    "Door ziekte kan het team dit keer geen bezoek ontvangen. In het nieuwe jaar kiezen wij samen "
    "een nieuwe dag."
)


@dataclass
class Gatherings:
    """Plans the leermomenten of the example and tells what came of them, in order of day."""

    people: dict[str, Account]
    today: date
    made: dict[str, LearningEvent] = field(default_factory=dict)
    acts: list[tuple[int, Callable[[], object]]] = field(default_factory=list)

    def hold(self) -> None:
        """Do all of it, each on its own day."""
        by = self.people["leercoordinator"]
        for name, address, places in ROOMS:
            self._on(-60, partial(actions.add_room, name, address, places, by=by))
        for planned in PLANNED:
            self._on(planned.days - planned.ahead, partial(self._plan, planned))
        self._review()
        self._visit()
        self._coming()
        for days, act in sorted(self.acts, key=lambda one: one[0]):
            day = self.today + timedelta(days=days)
            with clock.frozen(datetime.combine(day, time(8), UTC)):
                act()
                session().flush()

    def _on(self, days: int, act: Callable[[], object]) -> None:
        self.acts.append((days, act))

    def _plan(self, planned: Planned) -> None:
        by = self.people["leercoordinator"]
        find = session().scalars
        goal = LearningGoal.better.startswith(planned.goal or "-")
        self.made[planned.key] = actions.plan(
            actions.Terms(
                title=planned.title,
                description=planned.description,
                form=planned.form,
                level=planned.level,
                domains=find(select(Domain).where(Domain.code.in_(planned.domains))).all(),
                area_id=find(select(Area.id).where(Area.code == planned.area)).one(),
                held_on=self._day(planned.days),
                begins=planned.begins,
                ends=planned.ends,
                room=find(select(Room.public_id).where(Room.name == planned.room)).first() or "",
                place=planned.place,
                is_online=planned.is_online,
                places=planned.places,
                hosts=[self._who(one) for one in planned.hosts],
                leervragen=find(
                    select(Leervraag).where(Leervraag.code.in_(planned.leervragen))
                ).all(),
                goals=find(select(LearningGoal).where(goal)).all(),
                offer_id=find(
                    select(LearningOffer.id).where(LearningOffer.title == planned.offer)
                ).first(),
                structure_id=find(
                    select(LearningStructure.id).where(LearningStructure.name == planned.structure)
                ).first(),
            ),
            by=by,
        )

    def _day(self, days: int) -> date:
        """Return a working day near to so many days from today."""
        day = self.today + timedelta(days=days)
        if day.weekday() > 4:
            day += timedelta(days=7 - day.weekday() if days > 0 else 4 - day.weekday())
        return day

    def _who(self, key: str) -> Who:
        account = self.people.get(key)
        return Who(account.name, account.id) if account is not None else Who(key)

    def _sign_up(self, key: str, *who: str) -> None:
        """Sign people up: by the key of an account, or by name and code of a partner."""
        moment = self.made[key]
        for one in who:
            account = self.people.get(one)
            if account is not None:
                grants = session().scalars(
                    select(Grant).where(
                        Grant.account_id == account.id, Grant.region_id == moment.region_id
                    )
                )
                actions.sign_up(moment, grants.all(), by=account)
                continue
            name, _, code = one.partition(" @ ")
            partner = session().scalar(select(Partner).where(Partner.code == code))
            actions.sign_up_other(moment, name, partner, by=self.people["leercoordinator"])

    def _present(self, key: str, *absent: str) -> None:
        moment = self.made[key]
        away = {self.people[one].id for one in absent}
        placed = session().scalars(
            queries.sign_ups(moment, SignUpStatus.PLACED).options(selectinload(SignUp.event))
        )
        present = {one.id: one.account_id not in away for one in placed}
        actions.record_presence(moment, present, by=self.people["leercoordinator"])

    def _evaluate(self, key: str, opinions: tuple[tuple[str, Useful, str, str], ...]) -> None:
        for who, useful, learned, better in opinions:
            actions.evaluate(self.made[key], useful, learned, better, by=self.people[who])

    def _review(self) -> None:
        """Many came, and say what they did with it."""
        self._on(
            -40,
            partial(
                self._sign_up, "review", *CAME[:4], "Noor Schipper @ jr", "Daan Vos @ jr",
                "Greet Mulder @ gem-lin",
            ),
        )  # fmt: skip
        self._on(-35, partial(self._sign_up, "review", *CAME[4:]))
        self._on(-23, partial(self._present, "review", "tweede bestuurder"))
        self._on(-21, partial(self._evaluate, "review", OPINIONS))
        self._on(-15, self._take_home)

    def _take_home(self) -> None:
        for who, code, team, result, text in TAKEN:
            holder = holders.find(code)
            if holder is None:
                raise LookupError(code)
            actions.take_home(self.made["review"], holder, team, result, text, by=self.people[who])

    def _visit(self) -> None:
        """Few came: what they thought stays hidden."""
        self._on(-20, partial(self._sign_up, "buren", "professional", "ervaringsdeskundige"))
        self._on(-18, partial(self._sign_up, "buren", "Wim de Graaf @ won-a"))
        self._on(-5, partial(self._present, "buren"))
        self._on(-3, partial(self._evaluate, "buren", VISITED))

    def _coming(self) -> None:
        """One is full, one is called off."""
        self._on(
            -14,
            partial(
                self._sign_up, "intervisie", "professional", "Anouk Prins @ lt-lin",
                "Yusuf Demir @ lt-oos", "Els Boonstra @ lt-kru",
            ),
        )  # fmt: skip
        self._on(-9, partial(self._sign_up, "intervisie", "Marga Tol @ wel"))
        self._on(-8, partial(self._sign_up, "intervisie", "ervaringsdeskundige"))
        self._on(-1, partial(self._sign_up, "online", "ervaringsdeskundige", "beleidsmedewerker"))
        self._on(-3, partial(self._sign_up, "bezoek", "beleidsmedewerker", "secretaris"))
        self._on(-2, self._cancel)
        self._on(-1, partial(self._sign_up, "studiedag", "bestuurder", "tweede bestuurder"))

    def _cancel(self) -> None:
        actions.cancel(self.made["bezoek"], WHY_NOT, by=self.people["leercoordinator"])
