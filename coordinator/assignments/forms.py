"""Forms on the assignment: what it says, which partner gives it, and when one stops."""

from collections.abc import Sequence

from wtforms import (
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from coordinator.choosing import Chooser, ChoosingForm, Option
from coordinator.models import Assignment
from coordinator.web import DayField, EuroField, Form, at_most, tidy

Choices = Sequence[tuple[str, str]]


class AssignmentForm(Form):
    """What an assignment says."""

    person = SelectField(
        "Wie krijgt de opdracht?", validators=[InputRequired("Kies wie de opdracht krijgt.")]
    )
    task = TextAreaField(
        "Wat is de opdracht?",
        filters=[tidy],
        validators=[
            DataRequired("Schrijf wat de opdracht is."),
            at_most(4000),
        ],
        render_kw={"rows": 5},
    )
    hours = IntegerField(
        "Uren per week",
        validators=[
            Optional(),
            NumberRange(min=1, max=60, message="Vul een aantal uren van 1 tot en met 60 in."),
        ],
    )
    budget = EuroField("Budget per jaar, in euro’s", validators=[Optional()])
    starts_on = DayField("Eerste dag", validators=[InputRequired("Kies een eerste dag.")])
    ends_on = DayField("Laatste dag", validators=[InputRequired("Kies een laatste dag.")])
    powers = SelectMultipleField(
        "Bevoegdheden die erbij horen",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    version = HiddenField()

    def offer(self, people: Choices, powers: Choices) -> None:
        """Fill the choices."""
        self.person.choices = [SelectChoice(*pair) for pair in [("", "Kies een persoon"), *people]]
        self.powers.choices = [SelectChoice(*pair) for pair in powers]

    def show(self, assignment: Assignment) -> None:
        """Fill the form with what is kept."""
        self.person.data, self.task.data = assignment.account.public_id, assignment.task
        self.hours.data, self.budget.data = assignment.hours_per_week, assignment.budget
        self.starts_on.data, self.ends_on.data = assignment.starts_on, assignment.ends_on
        self.powers.data = [power.public_id for power in assignment.powers]
        self.version.data = str(assignment.version)


class GiverForm(ChoosingForm):
    """That a partner gives the assignment."""

    partner = Chooser(
        "Welke partner?",
        [DataRequired("Kies welke partner de opdracht geeft.")],
        search="Zoek een organisatie op naam of code",
        unknown="Deze partner geeft de opdracht al, of hoort niet meer bij het netwerk.",
        many=False,
    )
    granted_on = DayField("Vanaf welke dag?", validators=[InputRequired("Kies een dag.")])
    agreement = SelectField("In welke afspraak staat dit?")
    ground = StringField(
        "Waar staat het precies?",
        filters=[tidy],
        validators=[at_most(300)],
        description="Bijvoorbeeld: artikel 4, of het verslag van 12 november.",
    )

    def offer(self, partners: Choices, agreements: Choices) -> None:
        """Fill the choices."""
        self.partner.offer(Option(*pair) for pair in partners)
        self.agreement.choices = [
            SelectChoice(*pair) for pair in [("", "Geen afspraak"), *agreements]
        ]
        self.agreement.data = self.agreement.data or ""


class TakeBackForm(Form):
    """The last day on which a partner gives the assignment."""

    last_day = DayField("Laatste dag", validators=[InputRequired("Kies een dag.")])
