"""Forms on seats: filters, appointments, attendance, and the work of who leaves."""

from collections.abc import Sequence
from typing import Any, Final

from wtforms import DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from coordinator.choosing import Chooser, ChoosingForm, Option
from coordinator.labels import label
from coordinator.models import Presence, Seat, Vote
from coordinator.seats.work import KINDS
from coordinator.web import DayField, FilterForm, Form, StepForm, at_most

NO_DAY: Final = "Kies een datum."
_VOTES: Final = [
    SelectChoice("", "Niet vastgelegd"),
    *(SelectChoice(v.value, label(v)) for v in Vote),
]


def clean(text: str | None) -> str:
    """Return text with single spaces, and none around it: names are compared."""
    return " ".join((text or "").split())


class SeatFilter(FilterForm):
    """Which seats the list shows."""

    state = SelectField("Stand", name="stand")
    tafel = StringField("Tafel", name="tafel", validators=[Length(max=100)])
    partner = StringField("Organisatie", name="partner", validators=[Length(max=100)])
    role = SelectField("Rol", name="rol")
    person = StringField("Persoon", name="persoon", validators=[Length(max=100)])
    day = DateField("Op de dag", name="dag", validators=[Optional()])


def _person(text: str = "Wie zit er?") -> StringField:
    return StringField(text, name="persoon", filters=[clean], validators=[at_most(200)])


def _deputy() -> StringField:
    return StringField(
        "Plaatsvervanger", name="plaatsvervanger", filters=[clean], validators=[at_most(200)]
    )


def _vote() -> SelectField:
    return SelectField("Stem", name="stem", choices=_VOTES, default="")


class AppointmentForm(Form):
    """What can be said of an appointment; both days are part of it."""

    version = HiddenField()
    person = _person()
    deputy = _deputy()
    vote = _vote()
    starts_on = DayField("Eerste dag", name="van", validators=[Optional()])
    ends_on = DayField("Laatste dag", name="tot", validators=[Optional()])

    @property
    def chosen_vote(self) -> Vote | None:
        return Vote(self.vote.data) if self.vote.data else None


class NewSeatForm(AppointmentForm, ChoosingForm):
    """A seat that is added to a table."""

    partner = Chooser(
        "Voor welke organisatie?",
        [DataRequired("Kies een organisatie.")],
        name="partner",
        search="Zoek een organisatie op naam of code",
        unknown="Deze organisatie is niet bekend in uw regio. Kies een andere.",
        many=False,
    )
    role = SelectField("In welke rol?", name="rol", validators=[InputRequired("Kies een rol.")])

    def offer(self, partners: Sequence[tuple[str, str]], roles: Sequence[tuple[str, str]]) -> None:
        """Offer these partners and roles."""
        self.partner.offer(Option(*pair) for pair in partners)
        self.role.choices = [SelectChoice("", "Kies"), *(SelectChoice(*r) for r in roles)]


class SuccessionForm(StepForm):
    """Until when the one sits, and who takes over from when."""

    last_day = DayField("Laatste dag", name="laatste-dag", validators=[InputRequired(NO_DAY)])
    person = StringField(
        "Wie volgt op?",
        name="persoon",
        filters=[clean],
        validators=[InputRequired("Schrijf wie opvolgt."), at_most(200)],
    )
    starts_on = DayField(
        "Eerste dag van de opvolger", name="van", validators=[InputRequired(NO_DAY)]
    )
    ends_on = DayField("Laatste dag van de opvolger", name="tot", validators=[Optional()])
    deputy = _deputy()


class EndForm(StepForm):
    """The last day of an appointment."""

    last_day = DayField("Laatste dag", name="laatste-dag", validators=[InputRequired(NO_DAY)])


PRESENCES: Final = [SelectChoice(one.value, label(one)) for one in Presence]


class AttendanceForm(Form):
    """Whether each seat was taken; its fields are made per meeting by `attendance_form`."""

    seen = HiddenField()

    def questions(self, seats: Sequence[Seat]) -> list[Any]:
        """Return the fields of these seats."""
        return [self[_name(seat)] for seat in seats]

    def answers(self, seats: Sequence[Seat]) -> dict[int, Presence]:
        """Return what was answered, by the seat's id."""
        given = ((seat.id, self[_name(seat)].data) for seat in seats)
        return {seat_id: Presence(answer) for seat_id, answer in given if answer}


def _name(seat: Seat) -> str:
    return f"zetel-{seat.public_id}"


def attendance_form(
    seats: Sequence[tuple[Seat, str]], known: dict[int, Presence], seen: str
) -> AttendanceForm:
    """Return the form with a question for each seat, answered with what is known."""
    questions = {
        _name(seat): RadioField(words, choices=PRESENCES, validators=[Optional()], filters=[clean])
        for seat, words in seats
    }
    kind = type("MeetingAttendanceForm", (AttendanceForm,), questions)
    given = {_name(seat): known[seat.id].value for seat, _ in seats if seat.id in known}
    form: AttendanceForm = kind(data={**given, "seen": seen})
    return form


NOBODY: Final = "-"
"""Somebody chose not to hand this kind of work over."""


class HandOverWorkForm(Form):
    """To whom the open work of somebody goes, for all of it and for each kind."""

    seen = HiddenField()
    everything = SelectField("Wie neemt het over?", name="alles", default="")
    to_sign = SelectField("Afspraken om te tekenen", name="tekenen", default="")
    promises = SelectField("Beloften", name="beloften", default="")
    assignment = SelectField("Opdracht", name="opdracht", default="")
    leervragen = SelectField("Leervragen", name="leervragen", default="")
    roles = SelectField("Rollen", name="rollen", default="")
    seats = SelectField("Zetels", name="zetels", default="")

    def offer(self, people: Sequence[tuple[str, str]], kinds: Sequence[str]) -> None:
        """Offer these people for each kind of which something is open."""
        choices = [SelectChoice(key, words) for key, words in people]
        self.everything.choices = [SelectChoice("", "Kies per soort"), *choices]
        others = [SelectChoice("", "Zoals hierboven"), SelectChoice(NOBODY, "Niet overdragen")]
        for kind in KINDS:
            if kind in kinds:
                self[kind].choices = [*others, *choices]
            else:
                del self[kind]

    def chosen(self, kinds: Sequence[str]) -> dict[str, str]:
        """Return for each kind that is handed over the public id of who takes it."""
        asked = {kind: self[kind].data or self.everything.data or NOBODY for kind in kinds}
        return {kind: key for kind, key in asked.items() if key != NOBODY}
