"""What the pages that show the network as a whole are asked for."""

from collections.abc import Sequence

from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import Length, Optional

from coordinator.web import FilterForm

USUAL_TIME = "2 maanden"
TIMES = {
    "2 weken": {"weeks": 2},
    "4 weken": {"weeks": 4},
    USUAL_TIME: {"months": 2},
    "3 maanden": {"months": 3},
    "een half jaar": {"months": 6},
    "een jaar": {"months": 12},
}


class MapFilter(FilterForm):
    """Which part of the network the map shows, on which day, and who is chosen on it."""

    day = DateField("Op welke dag", name="dag", validators=[Optional()])
    domain = SelectField("Domein", name="domein")
    level = SelectField("Niveau", name="niveau")
    area = SelectField("Gebied", name="gebied")
    chosen = SelectField("Kies een tafel of partner", name="kies")
    text = StringField("Zoek een tafel of partner", name="zoek", validators=[Length(max=100)])
    """On a map that is folded, where the list to choose from would be too long."""

    def offer(self, choices: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer what is on the map: known only when the other filters are."""
        pairs = [("", "Niets gekozen"), *choices]
        self.chosen.choices = [SelectChoice(*pair) for pair in pairs]
        self.chosen.data = chosen


class WeakFilter(FilterForm):
    """Which weak spots are shown, on which day."""

    day = DateField("Op welke dag", name="dag", validators=[Optional()])
    area = SelectField("Gebied", name="gebied")
    domain = SelectField("Domein", name="domein")
    level = SelectField("Naar", name="niveau")


class AwayFilter(FilterForm):
    """Who is away, from which day and for how long."""

    person = StringField("Naam", name="persoon", validators=[Length(max=200)])
    starts_on = DateField("Vanaf", name="van", validators=[Optional()])
    time = SelectField(
        "Hoe lang",
        name="duur",
        choices=[SelectChoice(one, one) for one in TIMES],
        default=USUAL_TIME,
    )


class GapsFilter(FilterForm):
    """Which part of the heat map is shown, for signals given on which day."""

    day = DateField("Signaal gegeven op", name="dag", validators=[Optional()])
    within = SelectField("Gebied", name="binnen")


class ReportFilter(FilterForm):
    """Of which day and which area the report is."""

    day = DateField("Op welke dag", name="dag", validators=[Optional()])
    area = SelectField("Gebied", name="gebied")
