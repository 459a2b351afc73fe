"""What people in Oeverland want to learn, what was chosen and why, and what came of it.

All of it is done through the actions that the pages use, each on the day on which it would have
happened.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select

from coordinator import clock
from coordinator.db import session
from coordinator.leervragen import actions, queries
from coordinator.models import Account, Area, Domain, Leervraag, Level, Partner, RoleName, Signal
from coordinator.signals import actions as signals
from coordinator.signals.queries import find_signal

CRITERIA_SINCE: Final = 70
"""Days ago on which the region said what it weighs."""


@dataclass(frozen=True)
class Asked:
    """A question that somebody asked in the service itself, some days ago."""

    key: str
    days_ago: int
    by: str
    role: RoleName
    level: Level
    domains: tuple[str, ...]
    question: str
    background: str
    area: str = ""
    partner: str = ""
    raised_by: str = ""
    """The title of the signal that raised it."""


ASKED: Final = (
    Asked(
        "achteraf", 52, "ervaringsdeskundige", RoleName.EXPERT, Level.PRACTICE, ("jeugd",),
        "Waarom hoort een ouder pas achteraf wat er over het gezin besproken is?",
        "Ouders vertellen dat zij een verslag krijgen van een overleg waar zij niet bij waren. "
        "Zij willen begrijpen wanneer dat moet, en wanneer het gewoonte is.",
        area="JO", partner="erv",
    ),
    Asked(
        "achttien", 47, "bestuurder", RoleName.BOARD_MEMBER, Level.BOARD, ("jeugd", "wonen"),
        "Hoe zorgen wij dat een jongere van achttien niet opnieuw hoeft te beginnen?",
        "Wij namen er een besluit over. Wij weten niet of een jongere daar iets van merkt.",
        area="JO", partner="gem-vel",
    ),
    Asked(
        "schrappen", 38, "beleidsmedewerker", RoleName.POLICY_OFFICER, Level.POLICY,
        ("ggz", "jeugd"),
        "Wat kunnen wij schrappen, zodat een kind korter wacht?",
        "Voor hulp begint, zijn er nu vijf formulieren. Niemand weet wie ze nog leest.",
        area="JO",
    ),
    Asked(
        "ruimte", 24, "manager", RoleName.MANAGER, Level.MANAGEMENT, ("ggz",),
        "Hoe geef ik een team ruimte om te leren als de wachtlijst groeit?",
        "Zodra het druk is, vervalt als eerste het gesprek over hoe het gaat.",
        area="JO", partner="ggz-j",
    ),
    Asked(
        "geprobeerd", 12, "professional", RoleName.PROFESSIONAL, Level.PRACTICE, ("jeugd", "ggz"),
        "Hoe vraag ik een gezin wat het zelf al geprobeerd heeft?",
        "Wij beginnen vaak met wat wij kunnen bieden. Ouders zeggen dat zij al veel deden.",
        area="VEL", partner="lt-vel",
    ),
    Asked(
        "invallen", 2, "professional", RoleName.PROFESSIONAL, Level.PRACTICE, ("jeugd",),
        "Hoe vangen teams elkaar op als iemand ziek wordt?",
        "In het ene dorp lukt dat, in het andere niet. Wat doen zij anders?",
        area="VEL", partner="lt-vel", raised_by="Vervanging bij ziekte is niet geregeld",
    ),
)  # fmt: skip

POINTS: Final = {
    "LV-1": (3, 3, 3, 2),
    "LV-2": (3, 3, 2, 2),
    "LV-3": (2, 3, 3, 1),
    "LV-4": (3, 2, 2, 3),
    "LV-5": (2, 3, 2, 3),
    "LV-6": (3, 1, 2, None),
    "LV-7": (1, 1, 2, 0),
    "achteraf": (3, 3, 2, 3),
    "achttien": (3, 2, 3, 2),
    "schrappen": (3, 3, 2, 2),
    "ruimte": (2, 2, None, 2),
}
"""Per question the points for each of the four criteria; empty: not weighed yet."""
WEIGHED: Final = {"ruimte": 9, "LV-6": 9, "schrappen": 20, "achttien": 40, "achteraf": 40}
"""Days ago; the others were weighed when the region first chose."""
FIRST_CHOICE: Final = 28

CHOSEN: Final = (
    ("LV-1", "Dit horen wij in elke gemeente, van jongeren en van teams."),
    ("LV-2", "Kinderen wachten nu. Hier kan iedereen morgen mee beginnen."),
    ("LV-3", ""),
    ("LV-4", "De regels zijn van onszelf. Wij kunnen ze zelf veranderen."),
    ("LV-5", "Melders worden stil als zij niets horen. Dat raakt elk domein."),
    ("achteraf", "Ouders vragen dit het vaakst. Het antwoord kost geen geld."),
    ("achttien", "Het bestuur vraagt wat de uitvoering ook vraagt."),
)
NOT_CHOSEN: Final = (
    "LV-7",
    "Wie beslist, staat in het convenant over jeugd en wonen. Dat hoeven wij niet te leren, maar "
    "na te komen. Loopt het toch vast? Geef dan een signaal: dat gaat naar de tafel.",
)
MEANT: Final = {
    "achteraf": "De vraag gaat over de gewoonte om eerst zonder het gezin te praten.",
    "LV-2": "Het gaat niet om korter wachten alleen. Wat helpt een kind dat wacht, vandaag?",
}
FAMILIES: Final = (
    ("Naast een jongere blijven als de hulp verandert", "LV-1", "achttien"),
    ("Wat een kind helpt dat wacht", "LV-2", "schrappen"),
)
OWNERS: Final = {
    "LV-1": ("Leertafel uitvoerders jeugd", ""),
    "LV-2": ("Kleurrijk jeugdhulp en ggz", "manager"),
    "LV-4": ("Beleidstafel jeugd en psychische hulp", "beleidsmedewerker"),
    "LV-5": ("Veilig Thuis Tweestromen", ""),
    "achteraf": ("Ervaringskracht Oeverland", "ervaringsdeskundige"),
}
ANSWERS: Final = {
    "LV-4": (
        8,
        "Drie regels maakten kort helpen lang: een eigen plan per organisatie, een nieuwe aanvraag "
        "bij verlenging, en een verslag dat niemand las. Zonder die drie is een kort gesprek ook "
        "echt kort.",
    ),
    "LV-5": (
        16,
        "Melders willen drie dingen weten: is het gelezen, wie pakt het op, en wanneer hoor ik "
        "weer iets. Meer hoeft niet, en meer mag vaak ook niet.",
    ),
}
EMBEDDED: Final = (
    "LV-5",
    5,
    "In de werkafspraak van Veilig Thuis: wie een zorg doorgeeft, hoort binnen tien dagen deze "
    "drie dingen.",
)
TRAVELS: Final = "achteraf"


@dataclass
class Questions:
    """Asks, weighs, chooses and answers in the order in which it happened."""

    accounts: dict[str, Account]
    today: date
    made: dict[str, str] = field(default_factory=dict)
    """The public id of a question by its key in this story."""

    def tell(self) -> None:
        """Do everything, each on its own day."""
        rows = session().execute(select(Leervraag.code, Leervraag.public_id))
        self.made = {code: public_id for code, public_id in rows}  # noqa: C416 (rows, not pairs)
        self._on(CRITERIA_SINCE, self._begin)
        for one in ASKED:
            self._on(one.days_ago, self._ask, one)
        for key, points in POINTS.items():
            self._on(WEIGHED.get(key, FIRST_CHOICE + 1), self._weigh, key, points)
        for key, words in MEANT.items():
            self._on(FIRST_CHOICE, self._interpret, key, words)
        for key, reason in CHOSEN:
            self._on(FIRST_CHOICE, self._choose, key, reason)
        self._on(FIRST_CHOICE, self._not_choose, *NOT_CHOSEN)
        for title, key, other in FAMILIES:
            self._on(19, self._link, title, key, other)
        for key, (owner, account) in OWNERS.items():
            self._on(18, self._align, key, owner, account)
        for key, (days, words) in ANSWERS.items():
            self._on(days, self._answer, key, words)
        self._on(EMBEDDED[1], self._embed)
        self._on(1, self._bring)

    @property
    def coordinator(self) -> Account:
        return self.accounts["leercoordinator"]

    def _on(self, days_ago: int, act: Callable[..., object], *given: Any) -> None:
        day = self.today - timedelta(days=days_ago)
        with clock.frozen(datetime.combine(day, time(11), UTC)):
            act(*given)
            session().flush()
            session().expire_all()

    def _find(self, key: str) -> Leervraag:
        found = queries.find_leervraag(self.made[key])
        if found is None:
            raise LookupError(key)
        return found

    def _begin(self) -> None:
        actions.begin_criteria(by=self.coordinator)

    def _choose(self, key: str, reason: str) -> None:
        actions.choose(self._find(key), reason=reason, by=self.coordinator)

    def _not_choose(self, key: str, reason: str) -> None:
        actions.not_choose(self._find(key), reason=reason, by=self.coordinator)

    def _link(self, title: str, key: str, other: str) -> None:
        actions.link(self._find(key), [self._find(other)], title=title, by=self.coordinator)

    def _align(self, key: str, owner: str, account: str) -> None:
        keeper = self.accounts[account] if account else None
        actions.align(self._find(key), owner=owner, owner_account=keeper, by=self.coordinator)

    def _answer(self, key: str, words: str) -> None:
        actions.answer(self._find(key), text=words, by=self.coordinator)

    def _ask(self, one: Asked) -> None:
        raised = select(Signal).where(Signal.title == one.raised_by)
        leervraag = actions.ask(
            by=self.accounts[one.by],
            role=one.role,
            level=one.level,
            question=one.question,
            background=one.background,
            domains=session().scalars(select(Domain).where(Domain.code.in_(one.domains))).all(),
            area=session().scalar(select(Area).where(Area.code == one.area)),
            partner=session().scalar(select(Partner).where(Partner.code == one.partner)),
            signal=session().scalars(raised).one() if one.raised_by else None,
        )
        self.made[one.key] = leervraag.public_id

    def _weigh(self, key: str, points: tuple[int | None, ...]) -> None:
        given = {c.id: p for c, p in zip(queries.criteria(), points, strict=True)}
        actions.score(self._find(key), given, by=self.coordinator)

    def _interpret(self, key: str, words: str) -> None:
        leervraag = self._find(key)
        actions.interpret(
            leervraag,
            interpretation=words,
            level=leervraag.level,
            area=leervraag.area,
            domains=leervraag.domains,
            by=self.coordinator,
        )

    def _embed(self) -> None:
        key, _days, where = EMBEDDED
        actions.embed(self._find(key), where=where, on=clock.today(), by=self.coordinator)

    def _bring(self) -> None:
        carrier = actions.bring(self._find(TRAVELS), by=self.coordinator)
        signal = find_signal(carrier.public_id)
        if signal is None:
            raise LookupError(TRAVELS)
        signals.send(signal, level=Level.POLICY, by=self.coordinator)
