"""Forms on leermomenten: filters, planning, signing up, looking back, rooms."""

from collections.abc import Iterable, Sequence
from datetime import time
from enum import StrEnum
from typing import Any, Final

from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from coordinator.choosing import Chooser, ChoosingForm, Option
from coordinator.labels import label
from coordinator.models import (
    Account,
    LearningEvent,
    LearningFormat,
    Level,
    Room,
    SignUp,
    TakenHome,
    TakenHomeResult,
    Useful,
)
from coordinator.moments.booking import Who
from coordinator.moments.queries import PERIODS, Period, Start, name_of
from coordinator.signals.identifying import without_identifying
from coordinator.web import DayField, FilterForm, Form, WholeNumber, at_most, tidy

Choices = Sequence[tuple[str, str]]

MOST_PLACES: Final = 1000
MOST_HOSTS: Final = 20
FORMATS: Final = [(form.value, label(form)) for form in LearningFormat]
LEVELS: Final = [(level.value, label(level)) for level in Level]
PERIOD_CHOICES: Final = [(period.value, words) for period, words in PERIODS]


class Where(StrEnum):
    """Where a leermoment is."""

    ROOM = "room"
    ELSEWHERE = "elsewhere"
    ONLINE = "online"


def one_line(text: str | None) -> str:
    """Return text with single spaces, and none around it."""
    return " ".join((text or "").split())


class _Checkboxes(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class _Time(TimeField):
    """A time of the day, typed as "14:30" or "14.30"."""

    def __init__(self, label: str, **given: Any) -> None:
        super().__init__(label, format=["%H:%M", "%H.%M", "%H:%M:%S"], **given)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Say what a time looks like when this is none."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("Vul een tijd in, zoals 14:30.") from error


class MomentFilter(FilterForm):
    """Which leermomenten the list shows."""

    text = StringField("Zoek", name="zoek", validators=[Length(max=100)])
    form = SelectField("Vorm", name="vorm")
    level = SelectField("Niveau", name="niveau")
    domain = SelectField("Domein", name="domein")
    area = SelectField("Gebied", name="gebied")
    period = SelectField("Wanneer", name="periode")

    @property
    def chosen_period(self) -> Period:
        return Period(self.period.data or "")

    @property
    def is_filtered(self) -> bool:
        return any(field.data for field in self)


class WishForm(FilterForm):
    """For whom somebody wants to plan something, to see what is there already."""

    level = SelectField("Niveau", name="niveau")
    domain = SelectField("Domein", name="domein")
    area = SelectField("Gebied", name="gebied")


class MomentForm(ChoosingForm):
    """What can be said of a leermoment."""

    version = HiddenField()
    title = StringField(
        "Hoe heet het?",
        name="titel",
        filters=[one_line],
        validators=[DataRequired("Schrijf hoe het heet."), at_most(200), without_identifying],
    )
    form = SelectField("Vorm", name="vorm", validators=[InputRequired("Kies een vorm.")])
    description = TextAreaField(
        "Wat gaan we doen, en voor wie is het?",
        name="uitleg",
        filters=[tidy],
        validators=[at_most(4000), without_identifying],
        render_kw={"rows": 4},
    )
    held_on = DayField("Dag", name="dag", validators=[InputRequired("Kies een dag.")])
    begins = _Time("Van", name="van", validators=[InputRequired("Vul in hoe laat het begint.")])
    ends = _Time("Tot", name="tot", validators=[InputRequired("Vul in hoe laat het eindigt.")])
    where = RadioField(
        "Waar?",
        name="waar",
        choices=[
            SelectChoice(Where.ROOM.value, "In een ruimte van de lijst"),
            SelectChoice(Where.ELSEWHERE.value, "Ergens anders"),
            SelectChoice(Where.ONLINE.value, "Online"),
        ],
        validators=[InputRequired("Kies waar het is.")],
    )
    room = SelectField("Ruimte", name="ruimte", default="")
    place = StringField(
        "Adres, of hoe men online meedoet",
        name="plaats",
        filters=[one_line],
        validators=[at_most(500)],
        description="Is het online? Dan ziet alleen wie een plek heeft hoe men meedoet.",
    )
    places = WholeNumber(
        "Hoeveel plekken?",
        name="plekken",
        least=1,
        most=MOST_PLACES,
        description="Leeg: zoveel als er in de ruimte passen, of anders zonder grens.",
    )
    hosts = Chooser(
        "Wie begeleidt of vertelt? Mensen met een account",
        name="begeleiders",
        search="Zoek iemand op naam",
        unknown="Deze persoon heeft geen rol meer in uw regio. Kies een ander.",
    )
    other_hosts = TextAreaField(
        "Anderen die begeleiden of vertellen",
        name="anderen",
        filters=[tidy],
        validators=[at_most(2000)],
        description="Eén naam per regel.",
        render_kw={"rows": 2},
    )
    level = SelectField("Voor welk niveau?", name="niveau", default="")
    domains = _Checkboxes(
        "Voor welke domeinen?", name="domeinen", description="Niets gekozen: voor alle domeinen."
    )
    area = SelectField("Voor welk gebied?", name="gebied", default="")
    leervragen = Chooser(
        "Over welke leervragen gaat het?",
        name="leervragen",
        search="Zoek een leervraag op een woord",
        unknown="Deze leervraag is er niet meer. Kies opnieuw.",
    )
    goals = Chooser(
        "Aan welke leerdoelen werkt het?",
        name="leerdoelen",
        search="Zoek een leerdoel op een woord",
        unknown="Dit leerdoel is er niet meer. Kies opnieuw.",
    )
    offer = Chooser(
        "Komt het uit een aanbod?",
        name="aanbod",
        search="Zoek een aanbod op naam",
        unknown="Dit aanbod is er niet meer. Kies opnieuw.",
        many=False,
    )
    structure = Chooser(
        "Hoort het bij een leerplek die er al is?",
        name="leerplek",
        search="Zoek een leerplek op naam",
        unknown="Deze leerplek is er niet meer. Kies opnieuw.",
        many=False,
    )

    def offer_all(
        self,
        *,
        rooms: Choices,
        domains: Choices,
        areas: Choices,
        people: Iterable[Option],
        leervragen: Iterable[Option],
        goals: Iterable[Option],
        offers: Iterable[Option],
        structures: Iterable[Option],
    ) -> None:
        """Fill the choices."""
        self.form.choices = _selects(FORMATS, "Kies een vorm")
        self.level.choices = _selects(LEVELS, "Alle niveaus")
        self.area.choices = _selects(areas, "De hele regio")
        self.room.choices = _selects(rooms, "Kies een ruimte")
        self.domains.choices = [SelectChoice(*pair) for pair in domains]
        self.hosts.offer(people)
        self.leervragen.offer(leervragen)
        self.goals.offer(goals)
        self.offer.offer(offers)
        self.structure.offer(structures)

    def start(self, start: Start) -> None:
        """Fill the form with what the address says of a new leermoment."""
        self.title.data, self.description.data = start.title, start.description
        self.form.data, self.level.data, self.area.data = start.form, start.level, start.area
        self.domains.data, self.places.data = list(start.domains), start.places
        self.leervragen.data, self.goals.data = list(start.leervragen), list(start.goals)
        self.offer.data = [start.offer] if start.offer else []
        self.structure.data = [start.structure] if start.structure else []
        self.where.data = Where.ROOM.value if self.has_rooms else Where.ELSEWHERE.value

    @property
    def has_rooms(self) -> bool:
        return len(self.room.choices or ()) > 1

    def show(self, moment: LearningEvent) -> None:
        """Fill the form with what is kept."""
        self.version.data = str(moment.version)
        self.title.data, self.description.data = moment.title, moment.description
        self.form.data = moment.format.value
        self.held_on.data = moment.held_on
        self.begins.data = time.fromisoformat(moment.begins)
        self.ends.data = time.fromisoformat(moment.ends)
        at = Where.ROOM if moment.room else Where.ONLINE if moment.is_online else Where.ELSEWHERE
        self.where.data = at.value
        self.room.data = moment.room.public_id if moment.room else ""
        self.place.data, self.places.data = moment.place, moment.places
        self.hosts.data = [host.account.public_id for host in moment.hosts if host.account]
        self.other_hosts.data = "\n".join(one.name for one in moment.hosts if not one.account)
        self.level.data = moment.level.value if moment.level else ""
        self.domains.data = [domain.code for domain in moment.domains]
        self.area.data = moment.area.code if moment.area else ""
        self.leervragen.data = [one.public_id for one in moment.leervragen]
        self.goals.data = [one.public_id for one in moment.goals]
        self.offer.data = [moment.offer.public_id] if moment.offer else []
        self.structure.data = [moment.structure.public_id] if moment.structure else []

    @property
    def names(self) -> list[str]:
        """Return who leads it without an account."""
        lines = (one_line(line) for line in (self.other_hosts.data or "").split("\n"))
        return [line for line in lines if line]

    def who(self, people: Iterable[Account]) -> list[Who]:
        """Return everybody who leads it."""
        return [*(Who(one.name, one.id) for one in people), *(Who(name) for name in self.names)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check also what belongs together."""
        if not super().validate(extra_validators):
            return False
        wrong: dict[str, str] = {}
        if self.where.data == Where.ROOM and not self.room.data:
            wrong["room"] = (
                "Kies een ruimte van de lijst, of kies hierboven ‘Ergens anders’ of ‘Online’."
            )
        if self.where.data != Where.ROOM and self.room.data:
            wrong["room"] = (
                "U koos hierboven geen ruimte. Haal hier de keuze weg, of kies ‘In een ruimte van "
                "de lijst’."
            )
        if self.where.data == Where.ROOM and self.place.data:
            wrong["place"] = (
                "U koos een ruimte van de lijst. Haal dit adres weg, of kies ‘Ergens anders’."
            )
        if self.where.data == Where.ELSEWHERE and not self.place.data:
            wrong["place"] = "Schrijf waar het is."
        if len(self.names) > MOST_HOSTS or any(len(name) > 200 for name in self.names):
            wrong["other_hosts"] = (
                f"Schrijf hooguit {MOST_HOSTS} namen, elk op een eigen regel en niet langer dan "
                "200 tekens."
            )
        for name, message in wrong.items():
            self[name].errors = [message]
        return not wrong


def _selects(choices: Choices, nothing: str) -> list[Any]:
    return [SelectChoice("", nothing), *(SelectChoice(*pair) for pair in choices)]


class CancelForm(Form):
    """Why a leermoment does not go on."""

    version = HiddenField()
    reason = TextAreaField(
        "Waarom gaat het niet door?",
        name="reden",
        filters=[tidy],
        validators=[
            DataRequired("Schrijf waarom het niet doorgaat."),
            at_most(1000),
            without_identifying,
        ],
        description="Iedereen kan dit lezen. Noem niemand bij naam.",
        render_kw={"rows": 3},
    )


class OtherSignUpForm(ChoosingForm):
    """Somebody without an account who wants to come."""

    name = StringField(
        "Wie wilt u aanmelden?",
        name="naam",
        filters=[one_line],
        validators=[DataRequired("Schrijf de naam."), at_most(200)],
    )
    partner = Chooser(
        "Van welke organisatie?",
        name="organisatie",
        search="Zoek een organisatie op naam",
        unknown="Deze organisatie hoort niet meer bij het netwerk. Kies een andere.",
        many=False,
    )


PRESENCES: Final = [SelectChoice("ja", "Was er"), SelectChoice("nee", "Was er niet")]


class PresenceForm(Form):
    """Whether each participant was there; its fields are made by `presence_form`."""

    seen = HiddenField()

    def questions(self, people: Sequence[SignUp]) -> list[Any]:
        """Return the fields of these participants."""
        return [self[_name(one)] for one in people]

    def answers(self, people: Sequence[SignUp]) -> dict[int, bool | None]:
        """Return what was answered, by the id of the sign-up."""
        given = {one.id: self[_name(one)].data for one in people}
        return {key: answer == "ja" if answer else None for key, answer in given.items()}


def _name(one: SignUp) -> str:
    return f"deelnemer-{one.public_id}"


def presence_form(people: Sequence[SignUp], seen: str) -> PresenceForm:
    """Return the form with a question for each participant, answered with what is known."""
    questions = {
        _name(one): RadioField(name_of(one), choices=PRESENCES, validators=[Optional()])
        for one in people
    }
    kind = type("MomentPresenceForm", (PresenceForm,), questions)
    known = {
        _name(one): "ja" if one.was_present else "nee"
        for one in people
        if one.was_present is not None
    }
    form: PresenceForm = kind(data={**known, "seen": seen})
    return form


class EvaluationForm(Form):
    """What somebody thought of it; it is kept without who it was."""

    useful = RadioField(
        "Hebt u er iets aan?",
        name="nut",
        choices=[SelectChoice(one.value, label(one)) for one in Useful],
        validators=[InputRequired("Kies ja, deels of nee.")],
    )
    learned = TextAreaField(
        "Wat hebt u geleerd?",
        name="geleerd",
        filters=[tidy],
        validators=[at_most(2000), without_identifying],
        render_kw={"rows": 3},
    )
    better = TextAreaField(
        "Wat kan beter?",
        name="beter",
        filters=[tidy],
        validators=[at_most(2000), without_identifying],
        render_kw={"rows": 3},
    )


RESULTS: Final = {
    TakenHomeResult.ADOPTED: "Wij doen dit nu ook zo.",
    TakenHomeResult.ADAPTED: "Wij doen dit op onze eigen manier.",
    TakenHomeResult.NOT_APPLICABLE: "Dit past niet bij ons. Schrijf waarom.",
}


class ChangeTakenHomeForm(Form):
    """What a team or table does with what was learned."""

    version = HiddenField()
    result = RadioField(
        "Wat doet u met wat u leerde?",
        name="uitkomst",
        choices=[SelectChoice(one.value, label(one), {"hint": RESULTS[one]}) for one in RESULTS],
        validators=[InputRequired("Kies wat u ermee doet.")],
    )
    text = TextAreaField(
        "Wat doet u nu anders, of waarom past het niet?",
        name="tekst",
        filters=[tidy],
        validators=[
            DataRequired("Schrijf wat u nu anders doet, of waarom het niet past."),
            at_most(2000),
            without_identifying,
        ],
        render_kw={"rows": 4},
    )

    def show(self, taken: TakenHome) -> None:
        """Fill the form with what is kept."""
        self.version.data = str(taken.version)
        self.result.data, self.text.data = taken.result.value, taken.text


class TakenHomeForm(ChangeTakenHomeForm, ChoosingForm):
    """The same, with for whom it is."""

    holder = Chooser(
        "Voor welke tafel of organisatie?",
        [DataRequired("Kies voor wie dit is.")],
        name="voor",
        search="Zoek een tafel of organisatie op naam",
        unknown="Deze tafel of organisatie is er niet meer. Kies opnieuw.",
        many=False,
    )
    team = StringField(
        "Welk team?",
        name="team",
        filters=[one_line],
        validators=[at_most(200)],
        description="Alleen bij een organisatie. Leeg: de hele organisatie.",
    )


class RoomForm(Form):
    """What can be said of a room."""

    version = HiddenField()
    name = StringField(
        "Hoe heet de ruimte?",
        name="naam",
        filters=[one_line],
        validators=[DataRequired("Schrijf hoe de ruimte heet."), at_most(200)],
    )
    address = StringField("Adres", name="adres", filters=[one_line], validators=[at_most(300)])
    places = WholeNumber(
        "Hoeveel mensen passen erin?",
        name="plekken",
        least=1,
        most=MOST_PLACES,
    )

    def show(self, room: Room) -> None:
        """Fill the form with what is kept."""
        self.version.data = str(room.version)
        self.name.data, self.address.data, self.places.data = room.name, room.address, room.places
