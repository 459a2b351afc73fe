"""The 18 bouwstenen and what the self-scan asks about them.

The titles and their groups are those of "Ruimte voor leren" (Regioplan and Movisie). Every question
is our own. 1 to 10 are for reflection: no score of them would be honest. 11 to 18 ask yes, partly
or no.
"""

from dataclasses import dataclass
from typing import Final

SOURCE: Final = "“Ruimte voor leren” van Regioplan en Movisie"
FIRST_SCORED: Final = 11


@dataclass(frozen=True)
class Question:
    """One question of a bouwsteen."""

    bouwsteen: int
    number: int
    """Within its bouwsteen, from 1."""
    text: str

    @property
    def is_scored(self) -> bool:
        return self.bouwsteen >= FIRST_SCORED

    @property
    def key(self) -> str:
        """Return "11-2": in a form, an address and a draft."""
        return f"{self.bouwsteen}-{self.number}"

    @property
    def name(self) -> str:
        """Return "11a": what people call it."""
        return f"{self.bouwsteen}{chr(ord('a') + self.number - 1)}"


@dataclass(frozen=True)
class Bouwsteen:
    """One bouwsteen with its questions."""

    number: int
    title: str
    questions: tuple[Question, ...]

    @property
    def name(self) -> str:
        return f"{self.number}. {self.title}"


@dataclass(frozen=True)
class Group:
    """The bouwstenen that are answered together."""

    number: int
    title: str
    about: str
    bouwstenen: tuple[Bouwsteen, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for one in self.bouwstenen for question in one.questions)

    @property
    def is_scored(self) -> bool:
        return self.bouwstenen[0].number >= FIRST_SCORED


def _bouwsteen(number: int, title: str, *questions: str) -> Bouwsteen:
    return Bouwsteen(
        number, title, tuple(Question(number, n, text) for n, text in enumerate(questions, 1))
    )


GROUPS: Final = (
    Group(
        1,
        "Anders kijken",
        "Van wie leren wij?",
        (
            _bouwsteen(
                1,
                "Leer vanuit de ogen van de inwoner",
                "Wat hoorde u het laatste halfjaar van een inwoner dat u aan het denken zette?",
                "Bij welk besluit had u graag eerst een ervaringsdeskundige gehoord?",
            ),
            _bouwsteen(
                2,
                "Zet in op leren binnen én tussen niveaus",
                "Van wie op een ander niveau hebt u onlangs iets geleerd, en wat was dat?",
                "Wat weet u uit uw werk dat een ander niveau nog niet weet?",
            ),
            _bouwsteen(
                3,
                "Investeer in bestuurlijk leren",
                "Wanneer zag u een bestuurder openlijk van mening veranderen? Hoe kwam dat?",
                "Wat moet een bestuurder volgens u met eigen ogen zien?",
            ),
        ),
    ),
    Group(
        2,
        "Anders organiseren",
        "Waar en met wie leren wij?",
        (
            _bouwsteen(
                4,
                "Maak ruimte voor ontmoeting en verbinding",
                "Welke organisatie kent u nog te weinig, en wat wilt u haar vragen?",
                "Welke ontmoeting met een andere organisatie leverde echt iets op?",
            ),
            _bouwsteen(
                5,
                "Organiseer domeinoverstijgend leren",
                "Waar lopen gezinnen vast op de grens tussen twee domeinen?",
                "Met welk domein wilt u samen iets uitproberen, en wat dan?",
            ),
            _bouwsteen(
                6,
                "Coördineer het leren",
                "Hoe komt u te weten wat anderen in de regio al hebben geleerd?",
                "Wie houdt bij u het leren op gang, en hoeveel uren zijn daarvoor?",
            ),
        ),
    ),
    Group(
        3,
        "Anders doen",
        "Wat doen wij morgen anders?",
        (
            _bouwsteen(
                7,
                "Werk aan structuur- én cultuurverandering",
                "Welke gewoonte in uw organisatie helpt de verandering vooruit?",
                "Welke regel of gewoonte laat u het liefst morgen los?",
            ),
            _bouwsteen(
                8,
                "Verbind, vertaal en versterk de nieuwe werkwijze",
                "Hoe legt u de nieuwe werkwijze uit aan iemand die er nog nooit van hoorde?",
                "Op welk punt stokt de nieuwe werkwijze bij u, en wie kan helpen?",
            ),
            _bouwsteen(
                9,
                "Omarm wrijving en ongemak",
                "Waarover blijft het bij u stil, terwijl erover gepraat moet worden?",
                "Wat hebt u nodig om het hardop oneens te zijn met een ander?",
            ),
            _bouwsteen(
                10,
                "Maak leren klein en concreet",
                "Welke kleine stap zet u deze maand om iets te leren?",
                "Waaraan merkt een gezin straks dat u iets hebt geleerd?",
            ),
        ),
    ),
    Group(
        4,
        "Duurzaam borgen: blijvend anders kijken",
        "Blijven wij van inwoners en van elkaar leren?",
        (
            _bouwsteen(
                11,
                "Zet blijvend en gericht ervaringsdeskundigen in",
                "Praten ervaringsdeskundigen mee voordat er een plan ligt?",
                "Weegt hun inbreng even zwaar als die van anderen aan tafel?",
            ),
            _bouwsteen(
                12,
                "Werk aan gedeeld commitment en draagvlak tussen organisaties",
                "Maakt uw organisatie uren vrij om samen met anderen te leren?",
                "Gaat dat door als het druk is of als er minder geld is?",
            ),
            _bouwsteen(
                13,
                "Creëer blijvende ruimte voor reflectie op bestuurlijk niveau",
                "Horen bestuurders bij u elk kwartaal zelf wat inwoners meemaken?",
                "Staan bestuurders bij u op vaste momenten stil bij hun eigen aandeel?",
            ),
        ),
    ),
    Group(
        5,
        "Duurzaam borgen: blijvend anders organiseren",
        "Staat het leren stevig?",
        (
            _bouwsteen(
                14,
                "Structureer het leren",
                "Brengt iemand in de regio het leren bij elkaar, met tijd en een opdracht?",
                "Zijn er vaste dagen waarop u met andere domeinen leert?",
            ),
            _bouwsteen(
                15,
                "Gebruik monitoring om te blijven leren",
                "Kijkt u later terug of er in de praktijk iets is veranderd?",
                "Vraagt u dan ook aan inwoners wat zij ervan merken?",
            ),
            _bouwsteen(
                16,
                "Organiseer de governance",
                "Kunt u nalezen wat uw organisatie met anderen heeft afgesproken?",
                "Weet u wie beslist als partners het niet eens worden?",
            ),
        ),
    ),
    Group(
        6,
        "Duurzaam borgen: blijvend anders doen",
        "Houden wij het vol?",
        (
            _bouwsteen(
                17,
                "Heb een lange adem en creëer ademruimte",
                "Staat u met collega’s stil bij wat al gelukt is?",
                "Is er genoeg rust om de verandering vol te houden?",
            ),
            _bouwsteen(
                18,
                "Stem landelijk, regionaal en lokaal leren op elkaar af",
                "Weet u wat landelijk vastligt en wat u zelf mag invullen?",
                "Weten anderen in de regio waar u met leren mee bezig bent?",
            ),
        ),
    ),
)
BOUWSTENEN: Final = tuple(one for group in GROUPS for one in group.bouwstenen)
QUESTIONS: Final = {question.key: question for one in BOUWSTENEN for question in one.questions}
