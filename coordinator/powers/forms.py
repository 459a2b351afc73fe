"""Forms on powers: a power itself, whose powers the matrix shows, and "mag ik dit?"."""

from collections.abc import Sequence
from typing import Final

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from coordinator.models import Power
from coordinator.web import EuroField, FilterForm, Form, StepForm, at_most, tidy

FIRST: Final = {
    "power": "Kies waarover",
    "tafel": "Geen tafel",
    "role": "Geen rol",
    "partner": "Geen organisatie",
    "domain": "Maakt niet uit",
    "area": "Maakt niet uit",
}
"""What a select field says when nothing is chosen."""


class PowerFilter(FilterForm):
    """Whose powers the matrix shows."""

    who = SelectField("Voor wie", name="wie")


class PowerForm(Form):
    """A kind of decision."""

    name = StringField(
        "Waarover wordt besloten?",
        filters=[tidy],
        validators=[
            DataRequired("Schrijf waarover wordt besloten."),
            at_most(200),
        ],
        description="Bijvoorbeeld: geld voor een proef toekennen.",
        render_kw={"maxlength": 200},
    )
    description = TextAreaField(
        "Uitleg",
        filters=[tidy],
        validators=[at_most(2000)],
        description="Wat hoort erbij, en wat niet?",
        render_kw={"rows": 4},
    )
    is_exclusive = BooleanField(
        "Er kan maar één eindverantwoordelijk zijn",
        description="Een afspraak die haar op dezelfde dagen ook aan een ander geeft, kan dan "
        "niet worden ondertekend.",
    )
    version = HiddenField()

    def show(self, power: Power) -> None:
        """Fill the form with what is kept."""
        self.name.data, self.description.data = power.name, power.description
        self.is_exclusive.data = power.is_exclusive
        self.version.data = str(power.version)


class QuestionForm(StepForm):
    """May this holder decide this on that day? It only asks, in the address."""

    version = None  # type: ignore[assignment] # WTForms: takes the field of the base away

    power = SelectField(
        "Waarover?", name="bevoegdheid", validators=[InputRequired("Kies waarover het gaat.")]
    )
    tafel = SelectField("Tafel", name="tafel")
    role = SelectField("Rol", name="rol")
    partner = SelectField("Of een organisatie", name="organisatie")
    day = DateField("Op welke dag?", name="dag", validators=[Optional()])
    domain = SelectField("Domein", name="domein")
    area = SelectField("Gebied", name="gebied")
    amount = EuroField(
        "Bedrag in euro’s",
        name="bedrag",
        validators=[Optional(), NumberRange(min=0, message="Vul een bedrag van 0 of meer in.")],
    )

    def offer(self, **choices: Sequence[tuple[str, str]]) -> None:
        """Fill the select fields by name."""
        for name, values in choices.items():
            self[name].choices = [SelectChoice(*pair) for pair in [("", FIRST[name]), *values]]
            self[name].data = self[name].data or ""

    def is_submitted(self) -> bool:
        """Whether something was asked; a power or a day alone came along from another page."""
        return bool(self.tafel.raw_data or self.role.raw_data or self.partner.raw_data)

    def validate_tafel(self, _field: SelectField) -> None:
        """Ask for somebody."""
        if not (self.tafel.data or self.role.data or self.partner.data):
            raise ValidationError("Kies een tafel, een rol of een organisatie.")

    def validate_partner(self, field: SelectField) -> None:
        """Refuse two at once."""
        if field.data and (self.tafel.data or self.role.data):
            raise ValidationError("Kies een tafel en een rol, of een organisatie. Niet allebei.")
