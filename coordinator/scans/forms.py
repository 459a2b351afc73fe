"""Forms on the self-scan: a round, for whom somebody answers, and the parts of the scan."""

from collections.abc import Iterable, Sequence
from typing import Final

from wtforms import HiddenField, RadioField, SelectField, StringField, SubmitField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import DataRequired, InputRequired

from coordinator.choosing import Chooser, ChoosingForm, Option
from coordinator.labels import label
from coordinator.models import Level, Partner, ScanRound, ScanScore
from coordinator.scans.bouwstenen import Group
from coordinator.scans.queries import Place
from coordinator.web import DayField, FilterForm, Form, at_most, tidy
from coordinator.wording import AtMost, Words, WordsForm

NAME: Final = 100
TEXT: Final = 2_000
LEVEL_HINTS: Final = {
    Level.PRACTICE: "U werkt met gezinnen, of u hebt zelf ervaring.",
    Level.MANAGEMENT: "U geeft leiding aan mensen die met gezinnen werken.",
    Level.POLICY: "U maakt of bereidt beleid voor.",
    Level.BOARD: "U bestuurt een organisatie of een gemeente.",
}


class RoundForm(ChoosingForm):
    """What the coordinator says of a round."""

    version = HiddenField()
    begun = HiddenField()
    name = StringField(
        "Naam",
        filters=[tidy],
        validators=[DataRequired("Geef de ronde een naam."), at_most(NAME)],
        description="Bijvoorbeeld: najaar 2026.",
    )
    opens_on = DayField("Eerste dag", validators=[InputRequired("Kies een eerste dag.")])
    closes_on = DayField(
        "Laatste dag",
        validators=[InputRequired("Kies een laatste dag.")],
        description="Op deze dag kan men nog invullen. De dag erna staan de uitkomsten er.",
    )
    partners = Chooser(
        "Welke organisaties doen mee?",
        search="Zoek een organisatie op naam of code",
        unknown="Een van deze organisaties hoort niet meer bij het netwerk. Kies opnieuw.",
        description="Kiest u niets? Dan doen alle organisaties mee.",
    )

    def offer(self, partners: Iterable[Option]) -> None:
        """Offer these organisations."""
        self.partners.offer(partners)

    def show(self, scan_round: ScanRound) -> None:
        """Fill the form with what is kept."""
        self.name.data = scan_round.name
        self.opens_on.data, self.closes_on.data = scan_round.opens_on, scan_round.closes_on
        self.partners.data = [one.code for one in scan_round.partners]
        self.version.data = str(scan_round.version)


class PlaceForm(Form):
    """For which organisation and on which level somebody answers; asked where there is a choice."""

    partner = RadioField(
        "Namens welke organisatie vult u in?", [InputRequired("Kies een organisatie.")]
    )
    level = RadioField(
        "Op welk niveau werkt u?",
        [InputRequired("Kies een niveau.")],
        description="Uw antwoorden tellen mee bij dit niveau.",
    )

    def offer(self, places: Sequence[Place]) -> None:
        """Offer these organisations, and the levels of any of them."""
        self.partner.choices = [SelectChoice(one.partner.code, one.partner.name) for one in places]
        levels = {level for one in places for level in one.levels}
        self.level.choices = [
            SelectChoice(level.value, label(level), {"hint": LEVEL_HINTS[level]})
            for level in Level
            if level in levels
        ]
        if len(places) == 1:
            self.partner.data = places[0].partner.code
            del self.partner
        if all(len(one.levels) == 1 for one in places):
            del self.level


class PartForm(WordsForm):
    """One part of the scan; `of` makes it with the questions of a group."""

    version = HiddenField()
    stop = SubmitField("Bewaar en stop voor nu")


_SCORES: Final = [
    *(SelectChoice(score.value, label(score)) for score in ScanScore),
    SelectChoice("", "Sla ik over"),
]


def score_name(key: str) -> str:
    """Return the name of the field with the score of a question."""
    return f"score-{key}"


def text_name(key: str) -> str:
    """Return the name of the field with the text on a question."""
    return f"text-{key}"


def part_form(group: Group) -> type[PartForm]:
    """Return the form that asks the questions of a group."""
    fields: dict[str, object] = {}
    for question in group.questions:
        if question.is_scored:
            fields[score_name(question.key)] = RadioField(
                f"{question.name}. {question.text}", choices=_SCORES, default=""
            )
        fields[text_name(question.key)] = Words(
            f"Toelichting bij {question.name}" if question.is_scored else question.text,
            [AtMost(TEXT)],
            render_kw={"rows": 2 if question.is_scored else 4},
        )
    return type("PartOfScanForm", (PartForm,), fields)


class ResultsFilter(FilterForm):
    """Whose results are shown."""

    partner = SelectField("Uitkomsten van", name="organisatie")

    def __init__(self, partners: Sequence[Partner]) -> None:
        names = [("", "De hele regio"), *((one.code, one.name) for one in partners)]
        super().__init__(partner=names[1:])
        self.partner.choices = [SelectChoice(*pair) for pair in names]
