"""Forms on agreements: the filter, and how one ends."""

from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import InputRequired, Length, Optional

from coordinator.web import FilterForm, StepForm

LAST_DAY, TERMINATED = "laatste-dag", "opgezegd"


class AgreementFilter(FilterForm):
    """Which agreements the list shows."""

    text = StringField("Titel of soort", name="zoek", validators=[Length(max=100)])
    status = SelectField("Stand", name="stand")
    day = DateField("Geldt op", name="dag", validators=[Optional()])


class EndForm(StepForm):
    """How and when an agreement ends."""

    how = RadioField(
        "Hoe eindigt de afspraak?",
        name="hoe",
        choices=[
            SelectChoice(
                LAST_DAY, "Zij loopt af", {"hint": "De datum is de laatste dag dat zij geldt."}
            ),
            SelectChoice(
                TERMINATED, "Zij is opgezegd", {"hint": "Vanaf de datum geldt zij niet meer."}
            ),
        ],
        default=LAST_DAY,
        validators=[InputRequired("Kies hoe de afspraak eindigt.")],
    )
    day = DateField("Datum", name="datum", validators=[InputRequired("Kies een datum.")])
