"""Forms on tables: filters, and a meeting that is added, moved or cancelled."""

from collections.abc import Sequence

from wtforms import DateField, HiddenField, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import InputRequired, Length, Optional

from coordinator.effects import EffectFilter
from coordinator.signals.identifying import without_identifying
from coordinator.web import FilterForm, Form, StepForm, WholeNumber


def clean(text: str | None) -> str:
    """Return text without white space around it."""
    return (text or "").strip()


NO_DAY = "Kies een datum."
NO_DAYS = "Vul een aantal dagen in."


class TafelFilter(FilterForm):
    """Which tables the list shows."""

    text = StringField("Naam", name="zoek", validators=[Length(max=100)])
    level = SelectField("Niveau", name="niveau")
    domain = SelectField("Domein", name="domein")
    area = SelectField("Voor signalen uit", name="gebied")


class TafelEffectFilter(EffectFilter):
    """What goes at a table: the table itself, or one of its seats."""

    seat = SelectField("Wat valt weg?", name="zetel")
    day = DateField("Vanaf", name="dag", validators=[Optional()])

    def __init__(self, **choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(**choices)
        pairs = [("", "De hele tafel"), *choices["seat"]]
        self.seat.choices = [SelectChoice(*pair) for pair in pairs]


class PlanFilter(FilterForm):
    """Which journeys the plan shows."""

    road = SelectField("Weg", name="weg")


class NewMeetingForm(Form):
    """A new meeting of a table."""

    held_on = DateField("Datum", name="datum", validators=[InputRequired(NO_DAY)])
    time = TimeField("Begint om", name="tijd", validators=[Optional()])
    location = StringField("Plaats", name="plaats", filters=[clean], validators=[Length(max=200)])


class MoveMeetingForm(StepForm):
    """Another day, time or place for a meeting."""

    held_on = DateField("Nieuwe datum", name="datum", validators=[InputRequired(NO_DAY)])
    time = TimeField("Begint om", name="tijd", validators=[Optional()])
    location = StringField("Plaats", name="plaats", filters=[clean], validators=[Length(max=200)])
    reason = StringField(
        "Waarom?",
        name="reden",
        filters=[clean],
        validators=[Length(max=200), without_identifying],
    )


class CancelMeetingForm(Form):
    """A meeting that does not go on."""

    version = HiddenField()
    reason = StringField(
        "Waarom?",
        name="reden",
        filters=[clean],
        validators=[Length(max=200), without_identifying],
    )


class TermsForm(StepForm):
    """How long before a meeting things are handed in, and how long after it an answer comes."""

    submission_days = WholeNumber(
        "Aanlevertermijn, in dagen",
        [InputRequired(NO_DAYS)],
        name="aanlevertermijn",
        least=0,
        most=3650,
    )
    feedback_days = WholeNumber(
        "Terugkoppeltermijn, in dagen",
        [InputRequired(NO_DAYS)],
        name="terugkoppeltermijn",
        least=0,
        most=3650,
    )
