"""The self-scan in Oeverland: a round a year ago, one last spring, and one that is open now.

The sheets of the rounds that are over hang on nobody, as in the service itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from coordinator import clock
from coordinator.db import session
from coordinator.models import Account, Level, ScanRound, ScanScore
from coordinator.scans import actions, queries
from coordinator.scans.bouwstenen import GROUPS, QUESTIONS
from coordinator.scans.queries import Answer

_SCORES: Final = {"j": ScanScore.YES, "d": ScanScore.PARTLY, "n": ScanScore.NO}
PRACTICE, MANAGEMENT, POLICY, BOARD = Level


@dataclass(frozen=True)
class Round:
    """A round: its days from today, who gave in per level, and what they answered."""

    name: str
    opens: int
    closes: int
    partners: Mapping[Level, str]
    """The organisation of each sheet."""
    scores: Mapping[Level, Mapping[str, str]]
    """By question a letter per sheet: ja, deels, nee; a dot where it was skipped."""
    texts: Mapping[Level, Mapping[str, tuple[str, ...]]]


TEXTS: Final[Mapping[Level, Mapping[str, tuple[str, ...]]]] = {
    PRACTICE: {
        "1-1": (
            "Dat zij het fijn vond dat ik belde, ook zonder nieuws.",
            "Een moeder zei dat zij vooral rust wilde, en geen extra gesprek.",
            "Een vader vroeg waarom hij alles weer moest uitleggen.",
            "Een jongere wilde weten wie er na de zomer nog is.",
            "Dat onze brieven angst geven. Ik lees ze nu eerst hardop.",
            "Ouders willen weten wat er met hun woorden gebeurt.",
        ),
        "5-1": (
            "Bij de stap van jeugd naar volwassen hulp.",
            "School ziet het als eerste, maar weet niet wie te bellen.",
            "Schulden en opvoeden liggen bij twee loketten.",
            "Wie verhuist, begint in de nieuwe gemeente opnieuw.",
            "De ggz sluit af als het thuis onveilig is, en het team kan dan niet verder.",
            "Wonen wacht op zorg, en zorg wacht op wonen.",
        ),
        "10-1": (
            "Ik bel na twee weken, ook als er niets te melden is.",
            "Ik loop een ochtend mee bij het lokale team.",
            "Wij bespreken elke maandag één ding dat misging.",
            "Ik vraag een ervaringsdeskundige om mee te lezen.",
            "Ik schrijf op wat ik loslaat, niet alleen wat erbij komt.",
        ),
    },
    BOARD: {
        "1-1": (
            "Bij een werkbezoek hoorde ik dat wachten erger is dan een nee.",
            "Een jongere vroeg mij of ik de brief zelf zou begrijpen.",
            "Dat een gezin zeven mensen over de vloer had in één week.",
            "Inwoners weten niet dat ik hierover ga.",
            "Ik hoor weinig rechtstreeks. Dat antwoord schrok mij af.",
        ),
        "10-1": (
            "Ik begin een overleg met een verhaal uit de praktijk.",
            "Ik vraag bij elk besluit wat een gezin ervan merkt.",
            "Ik ga elk kwartaal een middag mee met een lokaal team.",
            "Ik bel terug als wij een signaal niet overnemen.",
            "Ik zet één oude regel op de lijst om mee te stoppen.",
        ),
    },
    POLICY: {
        "2-2": (
            "Dat een raadsvoorstel drie maanden eerder klaar moet zijn.",
            "Hoe weinig ruimte er is om geld te verschuiven.",
            "Waarom een goed idee soms pas na de zomer verder kan.",
            "Wat er in het regionale overleg al besproken is.",
            "Dat wij de uitkomst van een proef nooit terugzien.",
        ),
    },
    MANAGEMENT: {
        "1-1": (
            "Dat ons telefoonnummer moeilijk te vinden is.",
            "Dat een vast gezicht meer helpt dan snel een gezicht.",
            "Dat men ons steeds dezelfde vraag hoort stellen.",
        ),
    },
}

ROUNDS: Final = (
    Round(
        "Najaar vorig jaar",
        -380,
        -352,
        {
            PRACTICE: "lt-vel lt-vel lt-vel lt-lin lt-lin ggz-j ggz-j erv",
            POLICY: "gem-vel gem-vel gem-lin gem-lin gem-oos",
            BOARD: "gem-vel gem-lin gem-oos gem-kru ggz-j gi",
        },
        {
            PRACTICE: {
                "11-1": "nnnndnnd",
                "11-2": "nnnnnndn",
                "12-1": "ddjnndnd",
                "12-2": "nnnnnndn",
                "13-1": "nnnnnnnn",
                "13-2": "nnnd.nnn",
                "14-1": "nnnnnnnd",
                "14-2": "dndnndnn",
                "15-1": "nnndnnnn",
                "15-2": "nnnnnnnd",
                "16-1": "nndnnjnn",
                "16-2": "nnnnnnnn",
                "17-1": "djdndjnd",
                "17-2": "nnnndnnn",
                "18-1": "ndnnndnn",
                "18-2": "nndnnnnd",
            },
            POLICY: {
                "11-1": "dnndn",
                "12-1": "djdnd",
                "13-1": "dnndd",
                "14-1": "ndnnd",
                "15-1": "nddnn",
                "16-1": "jjdjd",
                "16-2": "djdnd",
                "18-1": "jdjjd",
            },
            BOARD: {
                "11-1": "dddjdn",
                "11-2": "ddndjd",
                "12-1": "jjdjdj",
                "12-2": "ddjddn",
                "13-1": "djdjdd",
                "13-2": "jjdjjd",
                "14-1": "ddnndd",
                "14-2": "djddnd",
                "15-1": "dndddn",
                "15-2": "nndnnd",
                "16-1": "jjjjdj",
                "16-2": "jdjjdj",
                "17-1": "djddjd",
                "17-2": "ddjdnd",
                "18-1": "jjjdjj",
                "18-2": "djdddj",
            },
        },
        {},
    ),
    Round(
        "Voorjaar",
        -200,
        -172,
        {
            PRACTICE: "lt-vel " * 6 + "lt-lin lt-lin lt-lin ggz-j erv erv",
            MANAGEMENT: "ggz-j lt-vel lt-lin",
            POLICY: "gem-vel gem-vel gem-vel gem-lin gem-lin gem-oos",
            BOARD: "gem-vel gem-vel gem-lin gem-oos gem-kru ggz-j gi",
        },
        {
            PRACTICE: {
                "11-1": "ddnndnjdnddj",
                "11-2": "nndnnnddnndn",
                "12-1": "djdnddjdnddn",
                "12-2": "nndnnnnndnnn",
                "13-1": "nnnnnndnnnnn",
                "13-2": "nnndnn.nnnnd",
                "14-1": "djdddnjdddjd",
                "14-2": "dnddndnndndn",
                "15-1": "nndnndnnnndn",
                "15-2": "nnnnnnnnnd.n",
                "16-1": "dnnddnndnnjn",
                "16-2": "nnnnndnnnnnn",
                "17-1": "jjdjddjdjdjj",
                "17-2": "nndnndnnnddn",
                "18-1": "dndnnddnndnn",
                "18-2": "ndnddnnndndn",
            },
            MANAGEMENT: {"11-1": "ddj", "12-1": "jdd", "14-1": "djd", "16-2": "ndd"},
            POLICY: {
                "11-1": "ddjdnd",
                "11-2": "dndd.n",
                "12-1": "jjddjd",
                "12-2": "dndddn",
                "13-1": "ddnddd",
                "13-2": "dnddnd",
                "14-1": "jjdjdj",
                "14-2": "djddjd",
                "15-1": "ddnddn",
                "16-1": "jjjdjj",
                "16-2": "jdjddj",
                "17-1": "djdjdd",
                "18-1": "jjjdjj",
                "18-2": "djddjd",
            },
            BOARD: {
                "11-1": "jdjjdjd",
                "11-2": "jddjjdj",
                "12-1": "jjjjdjj",
                "12-2": "djjddjd",
                "13-1": "jdjjdjd",
                "13-2": "jjjdjjj",
                "14-1": "jjjdjjj",
                "14-2": "djdjjdd",
                "15-1": "ddjndjd",
                "15-2": "nd.nd..",
                "16-1": "jjjjjdj",
                "16-2": "jjjjdjj",
                "17-1": "jdjdjjd",
                "17-2": "djddjdn",
                "18-1": "jjjjdjj",
                "18-2": "jdjdjdj",
            },
        },
        TEXTS,
    ),
    Round(
        "Najaar",
        -10,
        6,
        {PRACTICE: "lt-lin lt-oos gi", BOARD: "gem-lin"},
        {PRACTICE: {"11-1": "djd", "14-1": "jdj"}, BOARD: {"11-1": "j", "14-1": "j"}},
        {},
    ),
)
STARTED: Final = {
    "1-1": {"text": "Dat een vast gezicht meer helpt dan snel een gezicht."},
    "3-2": {"text": "Een ochtend bij de telefoon van het lokale team."},
}
"""What the manager typed so far in the open round."""


@dataclass
class Scans:
    """Holds the rounds of the example."""

    accounts: dict[str, Account]
    today: date

    def hold(self) -> None:
        """Open the rounds and store what was given in, the oldest first."""
        for one in ROUNDS:
            with clock.frozen(self._moment(one.opens)):
                terms = actions.Terms(
                    one.name,
                    self.today + timedelta(days=one.opens),
                    self.today + timedelta(days=one.closes),
                    (),
                )
                scan_round = actions.open_round(terms, by=self.accounts["leercoordinator"])
            with clock.frozen(self._moment(min(one.closes, -1))):
                for level in one.partners:
                    self._give_in(scan_round, one, level)
        with clock.frozen(self._moment(-1)):
            manager = self.accounts["manager"]
            actions.save_part(scan_round, GROUPS[0], STARTED, by=manager)

    def _moment(self, days: int) -> datetime:
        return datetime.combine(self.today + timedelta(days=days), time(12), UTC)

    @staticmethod
    def _give_in(scan_round: ScanRound, one: Round, level: Level) -> None:
        codes = one.partners[level].split()
        partners = {partner.code: partner for partner in queries.find_partners(codes)}
        scores, texts = one.scores.get(level, {}), one.texts.get(level, {})
        for number, code in enumerate(codes):
            answers = [
                Answer(
                    question,
                    _SCORES.get(scores.get(key, "").ljust(len(codes), ".")[number]),
                    next(iter(texts.get(key, ())[number : number + 1]), ""),
                )
                for key, question in QUESTIONS.items()
            ]
            given = [answer for answer in answers if answer.score or answer.text]
            actions.add_sheet(scan_round, partners[code], level, given)
        session().expire_all()
