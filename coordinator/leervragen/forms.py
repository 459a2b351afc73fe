"""The forms on leervragen. Everybody reads them, so every text is checked for people in it."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import DataRequired, InputRequired

from coordinator.choosing import FOUND_SHOWN, Chooser, ChoosingForm, Option
from coordinator.labels import label
from coordinator.models import Area, Criterion, Domain, Leervraag, Level, Partner
from coordinator.web import DayField, FilterForm, Form, at_most, tidy
from coordinator.wording import AtMost, Ticks, Title, Words, WordsForm

QUESTION: Final = 500
SHORT: Final = 1_000
LONG: Final = 5_000
NAME: Final = 200

LEVEL_HINTS: Final = {
    Level.PRACTICE: "Wij werken met gezinnen, of wij zijn zelf zo’n gezin geweest.",
    Level.MANAGEMENT: "Wij leiden teams.",
    Level.POLICY: "Wij maken beleid.",
    Level.BOARD: "Wij besturen.",
}
POINTS: Final = (
    ("", "Nog niet"),
    ("0", "0: helemaal niet"),
    ("1", "1: een beetje"),
    ("2", "2: duidelijk"),
    ("3", "3: heel erg"),
)
WEIGHTS: Final = (
    ("1", "1: telt licht mee"),
    ("2", "2"),
    ("3", "3: telt gewoon mee"),
    ("4", "4"),
    ("5", "5: telt het zwaarst"),
)


class ListFilter(FilterForm):
    tekst = StringField("Zoek op woord")
    niveau = SelectField("Niveau")
    stand = SelectField("Stand")
    domein = SelectField("Domein")
    gebied = SelectField("Gebied")
    mijn = BooleanField("Alleen mijn leervragen")


class LevelFilter(FilterForm):
    niveau = SelectField("Niveau")


class AskForm(WordsForm):
    question = Words(
        "Uw vraag",
        [DataRequired("Schrijf uw vraag op."), AtMost(QUESTION)],
        description="Wat wilt u leren of begrijpen? Stel één vraag, in uw eigen woorden.",
        render_kw={"rows": 3},
    )
    background = Words(
        "Waarom stelt u deze vraag?",
        [AtMost(LONG)],
        description="Wat ziet u gebeuren? Schrijf niets op waaraan een gezin te herkennen is.",
        render_kw={"rows": 5},
    )
    level = RadioField(
        "Op welk niveau leeft deze vraag?",
        [InputRequired("Kies op welk niveau deze vraag leeft.")],
        choices=[
            SelectChoice(level, label(level), {"hint": hint}) for level, hint in LEVEL_HINTS.items()
        ],
    )
    domains = Ticks(
        "Waar gaat het over?",
        [DataRequired("Kies minstens één onderwerp.")],
        description="U mag er meer dan één kiezen.",
    )
    area = SelectField("In welk gebied speelt dit?")
    partner = SelectField(
        "Namens welke organisatie vraagt u dit?",
        description="Iedereen in het netwerk leest dit. Noem er geen als u dat liever niet heeft.",
    )

    def offer(
        self, areas: Iterable[Area], domains: Iterable[Domain], partners: Sequence[Partner]
    ) -> None:
        """Put in the choices of this person."""
        self.area.choices = [
            SelectChoice("", "De hele regio"),
            *(SelectChoice(area.code, area.name) for area in areas),
        ]
        self.area.data = self.area.data or ""
        self.domains.choices = [SelectChoice(d.code, d.name) for d in domains]
        if partners:
            self.partner.choices = [
                SelectChoice("", "Geen organisatie"),
                *(SelectChoice(partner.code, partner.name) for partner in partners),
            ]
            self.partner.data = self.partner.data or ""
        else:
            del self.partner


class VersionedForm(WordsForm):
    """A form on a leervraag that two people may have open."""

    version = HiddenField()


class InterpretForm(VersionedForm):
    interpretation = Words(
        "Duiding",
        [AtMost(LONG)],
        description="Wat is volgens u de vraag achter deze vraag? Iedereen leest dit.",
        render_kw={"rows": 5},
    )
    level = RadioField(
        "Niveau",
        [InputRequired("Kies op welk niveau deze vraag leeft.")],
        description="Koos de vrager een niveau dat niet past? Zet het hier goed.",
        choices=[SelectChoice(level, label(level)) for level in LEVEL_HINTS],
    )
    area = SelectField("Gebied")
    domains = Ticks("Onderwerpen", [DataRequired("Kies minstens één onderwerp.")])

    def offer(self, areas: Iterable[Area], domains: Iterable[Domain], *, may_move: bool) -> None:
        """Put in the choices of the region; the level only while it can still be another."""
        if not may_move:
            del self.level
        self.area.choices = [
            SelectChoice("", "De hele regio"),
            *(SelectChoice(area.code, area.name) for area in areas),
        ]
        self.area.data = self.area.data or ""
        self.domains.choices = [SelectChoice(d.code, d.name) for d in domains]

    def show(self, leervraag: Leervraag) -> None:
        """Fill in what stands there now."""
        self.version.data = str(leervraag.version)
        self.interpretation.data = leervraag.interpretation
        if "level" in self:
            self.level.data = leervraag.level.value
        self.area.data = leervraag.area.code if leervraag.area else ""
        self.domains.data = [domain.code for domain in leervraag.domains]


class ScoreForm(Form):
    """Points per criterion; `score_form` adds a field for each."""

    seen = HiddenField()

    @property
    def points(self) -> dict[int, int | None]:
        """Return the points by the id of the criterion."""
        return {
            int(field.name.removeprefix("punten-")): int(field.data) if field.data else None
            for field in self
            if field.name.startswith("punten-")
        }


def score_form(criteria: Sequence[Criterion], given: dict[int, int]) -> ScoreForm:
    """Return a form with these criteria, filled in with what was given before."""
    fields: dict[str, Any] = {
        f"punten-{one.id}": RadioField(
            one.name,
            choices=[SelectChoice(*pair) for pair in POINTS],
            description=one.explanation,
            default=str(given[one.id]) if one.id in given else "",
        )
        for one in criteria
    }
    made: ScoreForm = type("CriteriaForm", (ScoreForm,), fields)()
    return made


class CriterionForm(Form):
    name = StringField(
        "Naam",
        filters=[tidy],
        validators=[DataRequired("Geef het criterium een naam."), at_most(100)],
        description="Kort, zoals ‘Gezinnen merken het’.",
    )
    explanation = TextAreaField(
        "Uitleg",
        filters=[tidy],
        validators=[at_most(SHORT)],
        description="Welke vraag stelt u zich bij dit criterium?",
        render_kw={"rows": 3},
    )
    weight = RadioField(
        "Hoe zwaar telt het?",
        [InputRequired("Kies hoe zwaar het telt.")],
        choices=[SelectChoice(*pair) for pair in WEIGHTS],
    )
    version = HiddenField()

    def show(self, criterion: Criterion) -> None:
        """Fill in what stands there now."""
        self.name.data, self.explanation.data = criterion.name, criterion.explanation
        self.weight.data, self.version.data = str(criterion.weight), str(criterion.version)


class ChooseForm(VersionedForm):
    reason = Words(
        "Waarom kiest u deze vraag?",
        [AtMost(SHORT)],
        description="Iedereen leest dit.",
        render_kw={"rows": 4},
    )


class NotChooseForm(VersionedForm):
    reason = Words(
        "Waarom kiest u deze vraag niet?",
        [DataRequired("Schrijf waarom. Wie de vraag stelde, leest dit."), AtMost(SHORT)],
        description="Wie de vraag stelde, leest deze woorden. Schrijf gewoon en vriendelijk.",
        render_kw={"rows": 4},
    )


class QuestionChooser(Chooser):
    """Chooses from more questions than a page can hold: what is offered was found already."""

    @property
    def is_long(self) -> bool:
        return True

    @property
    def matches(self) -> list[Option]:
        return [option for option in self.options if option.code not in set(self.data)]

    @property
    def shown(self) -> list[tuple[Option, bool]]:
        found = [(option, False) for option in self.matches[:FOUND_SHOWN]]
        return [*((option, True) for option in self.chosen), *found]


class LinkForm(WordsForm, ChoosingForm):
    others = QuestionChooser(
        "Welke vragen zijn eigenlijk dezelfde?",
        search="Zoek een leervraag op een woord",
        unknown="Deze vraag hoort er al bij, of is er niet meer.",
    )
    title = Title(
        "Hoe heet de vraag die zij delen?",
        [DataRequired("Geef de vraag die u samen ziet een titel."), AtMost(NAME)],
        description="In uw eigen woorden. De vragen zelf blijven staan zoals ze gesteld zijn.",
    )
    version = HiddenField()


class AlignForm(WordsForm, ChoosingForm):
    owner = StringField(
        "Wie houdt deze vraag gaande?",
        filters=[tidy],
        validators=[at_most(NAME)],
        description="Een persoon, team of tafel. Iedereen leest dit.",
    )
    owner_account = Chooser(
        "Heeft die een account?",
        search="Zoek iemand op naam",
        unknown="Deze persoon heeft geen rol meer in de regio.",
        many=False,
        description="Dan kan die zelf het antwoord opschrijven.",
    )
    checked = BooleanField(
        "Ik heb gekeken op welke niveaus deze vraag leeft.",
        [InputRequired("Kijk eerst op welke niveaus deze vraag leeft. Zet dan een vinkje.")],
    )
    version = HiddenField()


class AnswerForm(VersionedForm):
    text = Words(
        "Het antwoord",
        [DataRequired("Schrijf het antwoord op."), AtMost(LONG)],
        description="Wat hebben wij geleerd? Schrijf het zo dat ook een ouder het begrijpt.",
        render_kw={"rows": 7},
    )


class EmbedForm(VersionedForm):
    where = Words(
        "Waar heeft het antwoord een plek gekregen?",
        [DataRequired("Schrijf waar het antwoord een plek kreeg."), AtMost(SHORT)],
        description="Bijvoorbeeld: in de werkwijze van de lokale teams, of in een afspraak.",
        render_kw={"rows": 4},
    )
    on = DayField("Sinds welke dag?", validators=[InputRequired("Kies een dag.")])
