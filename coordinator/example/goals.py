"""What tables and teams in Oeverland want to be better for families, and what came of it.

All of it is done through the actions that the pages use, each on the day on which it would have
happened.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final

from sqlalchemy import select

from coordinator import clock, holders
from coordinator.db import session
from coordinator.goals import actions, queries
from coordinator.models import Account, LearningGoal, Leervraag, Level


@dataclass(frozen=True)
class Set:
    """A goal that somebody set, some days ago; days ahead count from today."""

    key: str
    days_ago: int
    by: str
    holder: str
    level: Level
    better: str
    due: int
    seen_by: str
    team: str = ""
    leervraag: str = ""
    after: str = ""
    parked_for: int | None = None
    """In how many days somebody looks at it again, when there was no room."""


SET: Final = (
    Set(
        "bellen", 130, "professional", "partner:lt-vel", Level.PRACTICE,
        "Ouders weten binnen twee weken na het eerste gesprek wie hen belt, en wanneer.",
        -25,
        "We vragen het aan tien ouders. Acht van hen kunnen een naam en een dag noemen.",
    ),
    Set(
        "plan", 75, "professional", "partner:lt-vel", Level.PRACTICE,
        "Een gezin met meer hulpverleners heeft één plan, en leest het zelf mee.",
        20,
        "Bij elk gezin in het werkoverleg vragen we: ligt er één plan, en heeft het gezin het?",
    ),
    Set(
        "wachten", 58, "professional", "partner:lt-vel", Level.PRACTICE,
        "Wie wacht op hulp, hoort elke drie weken iets van ons.",
        65,
        "Het team houdt een lijst bij. Ouders zeggen dat zij niet zelf hoefden te bellen.",
        after="bellen",
    ),
    Set(
        "brug", 44, "manager", "partner:ggz-j", Level.MANAGEMENT,
        "Een kind op de wachtlijst heeft binnen drie weken een gesprek met iemand die blijft.",
        -9,
        "We kijken naar de laatste twintig kinderen, en vragen drie gezinnen hoe het was.",
        leervraag="LV-2",
    ),
    Set(
        "gezicht", 40, "leercoordinator", "tafel:U-JEU", Level.PRACTICE,
        "Een jongere houdt na zijn achttiende verjaardag een half jaar hetzelfde gezicht.",
        80,
        "Vijf jongeren vertellen aan de leertafel wie er naast hen bleef.",
        leervraag="LV-1",
    ),
    Set(
        "regel", 33, "secretaris", "tafel:B-JEU", Level.POLICY,
        "Een gezin hoeft voor verlenging van dezelfde hulp geen nieuwe aanvraag te doen.",
        110,
        "Twee gemeenten proberen het met tien gezinnen. Zij vertellen hoeveel werk het scheelt.",
        leervraag="LV-4",
    ),
    Set(
        "spreekuur", 30, "leercoordinator", "partner:lt-lin", Level.PRACTICE,
        "Ouders uit de Havenbuurt kunnen op school binnenlopen met een vraag over hulp.",
        35,
        "We tellen hoeveel ouders komen, en vragen of zij verder konden.",
        team="team Haven",
    ),
    Set(
        "samen", 28, "leercoordinator", "partner:lt-lin", Level.PRACTICE,
        "School en lokaal team praten samen met ouders zodra een kind twee dagen thuis blijft.",
        75,
        "Bij vijf kinderen schrijven school en team op wanneer zij samen aan tafel zaten.",
        team="team Haven",
    ),
    Set(
        "taal", 12, "leercoordinator", "partner:lt-lin", Level.PRACTICE,
        "Ouders krijgen een brief van ons die zij in één keer begrijpen.",
        120,
        "Zes ouders lezen de brief hardop en zeggen wat er staat.",
        team="team Haven", parked_for=25,
    ),
    Set(
        "avond", 60, "professional", "partner:lt-vel", Level.PRACTICE,
        "Ouders die overdag werken kunnen ’s avonds bellen met het team.",
        30,
        "We houden acht weken bij wie er belt na zes uur, en waarover.",
    ),
    Set(
        "moeder", 50, "ervaringsdeskundige", "partner:erv", Level.PRACTICE,
        "Elke ouder krijgt bij het eerste gesprek iemand mee die het zelf heeft meegemaakt.",
        40,
        "Ouders zeggen na afloop of zij zich gesteund voelden.",
    ),
)  # fmt: skip

OUTCOME: Final = (
    "Negen van de tien ouders wisten wie er belde. De helft kreeg dat telefoontje ook echt op de "
    "afgesproken dag. Wat hielp: de dag samen in de telefoon zetten. Wat nog niet lukt: bellen "
    "als het wachten langer duurt."
)
WAITS: Final = "Er is deze maanden niemand voor de avond. Eerst maken we het plan per gezin af."
STOPPED: Final = (
    "Bij elk eerste gesprek lukt niet: wij zijn met te weinig. We leerden dat ouders het vooral "
    "willen bij een gesprek over uithuisplaatsing. Daar begint een nieuw doel."
)


@dataclass
class Goals:
    """Sets the goals of the example, and does with them what was done."""

    accounts: dict[str, Account]
    today: date
    made: dict[str, str] = field(default_factory=dict)
    """The public id of each goal, by its key."""

    def set(self) -> None:
        """Do everything, the oldest first."""
        acts: list[tuple[int, Callable[[], object]]] = [
            *((one.days_ago, partial(self._set, one)) for one in SET),
            (180, self._limit),
            (59, self._reach),
            (42, self._park),
            (6, self._stop),
        ]
        for days_ago, act in sorted(acts, key=lambda each: -each[0]):
            moment = datetime.combine(self.today - timedelta(days=days_ago), time(11), UTC)
            with clock.frozen(moment):
                act()
                session().flush()
                session().expire_all()

    def _find(self, key: str) -> LearningGoal:
        goal = queries.find_goal(self.made[key])
        if goal is None:
            raise LookupError(key)
        return goal

    def _set(self, one: Set) -> None:
        holder = holders.find(one.holder)
        if holder is None:
            raise LookupError(one.holder)
        terms = actions.Terms(
            better=one.better,
            seen_by=one.seen_by,
            due_on=self.today + timedelta(days=one.due),
            holder=holder,
            team=one.team,
            level=one.level,
            leervraag=self._leervraag(one.leervraag),
            predecessor=self._find(one.after) if one.after else None,
        )
        review_on = self.today + timedelta(days=one.parked_for) if one.parked_for else None
        goal = actions.add(terms, review_on=review_on, by=self.accounts[one.by])
        self.made[one.key] = goal.public_id

    @staticmethod
    def _leervraag(code: str) -> Leervraag | None:
        public_id = session().scalar(select(Leervraag.public_id).where(Leervraag.code == code))
        return queries.find_leervraag(public_id) if public_id else None

    def _limit(self) -> None:
        actions.set_limit(
            holders.find("partner:lt-lin"), "team Haven", 2, by=self.accounts["leercoordinator"]
        )

    def _reach(self) -> None:
        actions.reach(self._find("bellen"), OUTCOME, by=self.accounts["professional"])

    def _park(self) -> None:
        review_on = self.today - timedelta(days=2)
        actions.park(self._find("avond"), WAITS, review_on, by=self.accounts["professional"])

    def _stop(self) -> None:
        actions.stop(self._find("moeder"), STOPPED, by=self.accounts["ervaringsdeskundige"])
