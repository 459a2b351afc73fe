"""Forms on learning goals: the filter, the goal, its steps, and the limit to what is open."""

from collections.abc import Sequence
from typing import Final

from wtforms import (
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from coordinator.choosing import Chooser, ChoosingForm, Option
from coordinator.labels import label
from coordinator.models import Level
from coordinator.signals.identifying import without_identifying
from coordinator.web import DayField, FilterForm, Form, at_most, tidy

SENTENCE: Final = 300
TEXT: Final = 2_000
MOST_OPEN: Final = 20
"""As the check of `goal_limits` has it."""


def clean(text: str | None) -> str:
    """Return text with single spaces, and none around it: names of teams are compared."""
    return " ".join((text or "").split())


class GoalFilter(FilterForm):
    """Which goals the list shows."""

    text = StringField("Woord in het doel", name="zoek", validators=[Length(max=100)])
    holder = StringField("Van wie", name="wie", validators=[Length(max=100)])
    state = SelectField("Stand", name="stand")
    level = SelectField("Niveau", name="niveau")
    domain = SelectField("Domein", name="domein")


def _team() -> StringField:
    return StringField(
        "Welk team?",
        filters=[clean],
        validators=[at_most(200)],
        description="Alleen bij een organisatie. Laat leeg als het voor de hele organisatie is.",
    )


def _review_on() -> DayField:
    return DayField("Op welke dag kijkt u er weer naar?", validators=[Optional()])


class ParkableForm(ChoosingForm):
    """A goal that would be open; parked instead when there is no room for it."""

    review_on = _review_on()
    park = SubmitField("Parkeer dit doel")

    @property
    def is_parking(self) -> bool:
        """Whether it was sent to park the goal."""
        return bool(self.park.data)

    def offer_parking(self, *, is_full: bool) -> None:
        """Leave the way to park out, unless it is needed or was used."""
        if not (is_full or self.is_parking or self.review_on.raw_data):
            del self.review_on, self.park


class GoalForm(ParkableForm):
    """What a goal says."""

    better = TextAreaField(
        "Wat moet er beter gaan voor het gezin?",
        filters=[tidy],
        validators=[
            DataRequired("Schrijf wat er beter moet gaan."),
            at_most(SENTENCE),
            without_identifying,
        ],
        description="Houd het klein en concreet: één zin. Bijvoorbeeld: ouders weten binnen twee "
        "weken wie hen belt. Schrijf geen namen van gezinnen.",
        render_kw={"rows": 3},
    )
    due_on = DayField(
        "Op welke dag moet dat zo zijn?",
        validators=[
            InputRequired("Kies een dag. Zonder dag weet niemand wanneer u samen terugkijkt.")
        ],
        description="Kies een dag binnen een half jaar. Duurt het langer? Maak het doel kleiner.",
    )
    seen_by = TextAreaField(
        "Hoe zien we dat?",
        filters=[tidy],
        validators=[
            DataRequired("Schrijf hoe u ziet dat het beter gaat."),
            at_most(TEXT),
            without_identifying,
        ],
        description="Wat merkt of zegt een gezin dan? Wat telt of hoort u?",
        render_kw={"rows": 3},
    )
    holder = Chooser(
        "Wie werkt hieraan?",
        [DataRequired("Kies een tafel of organisatie.")],
        search="Zoek een tafel of organisatie op naam of code",
        unknown="Deze tafel of organisatie kunt u niet kiezen. Kies een andere.",
        many=False,
    )
    team = _team()
    level = SelectField("Op welk niveau?", validators=[InputRequired("Kies een niveau.")])
    domains = Chooser(
        "Over welke domeinen gaat het?",
        description="Laat leeg: dan zijn het de domeinen van de leervraag, of van wie eraan werkt.",
        search="Zoek een domein",
        unknown="Dit domein is er niet meer. Kies een ander.",
    )
    leervraag = Chooser(
        "Bij welke leervraag hoort het?",
        search="Zoek een leervraag op een woord",
        unknown="Deze leervraag is er niet meer. Kies een andere.",
        many=False,
    )
    predecessor = Chooser(
        "Is het een volgende stap na een ander doel?",
        search="Zoek een doel op een woord",
        unknown="Dit doel is er niet meer. Kies een ander.",
        many=False,
    )
    version = HiddenField()

    def offer(
        self,
        *,
        holders: Sequence[Option],
        domains: Sequence[Option],
        leervragen: Sequence[Option],
        goals: Sequence[Option],
    ) -> None:
        """Fill the choices."""
        self.holder.offer(holders)
        self.domains.offer(domains)
        self.leervraag.offer(leervragen)
        self.predecessor.offer(goals)
        self.level.choices = [
            SelectChoice("", "Kies een niveau"),
            *(SelectChoice(level.value, label(level)) for level in Level),
        ]
        if len(holders) == 1 and not self.is_submitted():
            self.holder.data = [holders[0].code]


class StepForm(Form):
    """A step that a goal takes; the version tells whether somebody changed it meanwhile."""

    version = HiddenField()


class ReachForm(StepForm):
    """What was seen when the goal was reached."""

    outcome = TextAreaField(
        "Wat zagen we?",
        filters=[tidy],
        validators=[
            DataRequired("Schrijf wat u zag. Daar leren anderen van."),
            at_most(TEXT),
            without_identifying,
        ],
        description="Wat merkt het gezin? Wat werkte, en wat niet? Schrijf geen namen op.",
        render_kw={"rows": 5},
    )


class StopForm(StepForm):
    """Why somebody stops with a goal."""

    reason = TextAreaField(
        "Waarom stopt u met dit doel?",
        filters=[tidy],
        validators=[
            DataRequired("Schrijf waarom u stopt. Daar leren anderen van."),
            at_most(TEXT),
            without_identifying,
        ],
        description="Stoppen mag. Wat heeft u wel geleerd?",
        render_kw={"rows": 4},
    )


class ParkForm(StepForm):
    """Why a goal waits, and when somebody looks at it again."""

    reason = TextAreaField(
        "Waarom wacht dit doel?",
        filters=[tidy],
        validators=[
            DataRequired("Schrijf waarom dit doel wacht."),
            at_most(TEXT),
            without_identifying,
        ],
        render_kw={"rows": 3},
    )
    review_on = DayField(
        "Op welke dag kijkt u er weer naar?",
        validators=[InputRequired("Kies een dag. Zonder dag raakt een doel uit het zicht.")],
    )


class ResumeForm(StepForm, ParkableForm):
    """By when, now that somebody works on it again."""

    due_on = DayField("Op welke dag moet dit zo zijn?", validators=[InputRequired("Kies een dag.")])


class LimitForm(ChoosingForm):
    """How many goals are open at once."""

    holder = Chooser(
        "Voor wie is deze grens?",
        [DataRequired("Kies de hele regio, een tafel of een organisatie.")],
        search="Zoek een tafel of organisatie op naam of code",
        unknown="Deze tafel of organisatie hoort niet meer bij het netwerk. Kies een andere.",
        many=False,
    )
    team = _team()
    at_most = IntegerField(
        "Hoeveel doelen lopen er hooguit tegelijk?",
        validators=[
            Optional(),
            NumberRange(min=1, max=MOST_OPEN, message="Vul een getal in van 1 tot en met 20."),
        ],
        description="Laat leeg om de grens weg te halen. Dan geldt die van de organisatie of de "
        "regio.",
    )
    version = HiddenField()
    """For whom the page showed which limit; see `queries.limit_mark`."""
