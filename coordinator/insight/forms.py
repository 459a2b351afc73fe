"""What the map shows."""

from collections.abc import Sequence

from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import Optional

from coordinator.web import FilterForm


class MapFilter(FilterForm):
    """Which part of the network the map shows, on which day, and who is chosen on it."""

    day = DateField("Op welke dag", name="dag", validators=[Optional()])
    domain = SelectField("Domein", name="domein")
    level = SelectField("Niveau", name="niveau")
    area = SelectField("Gebied", name="gebied")
    chosen = SelectField("Kies een tafel of partner", name="kies")

    def offer(self, choices: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer what is on the map: known only when the other filters are."""
        pairs = [("", "Niets gekozen"), *choices]
        self.chosen.choices = [SelectChoice(*pair) for pair in pairs]
        self.chosen.data = chosen


class GapsFilter(FilterForm):
    """Which part of the heat map is shown, for signals given on which day."""

    day = DateField("Signaal gegeven op", name="dag", validators=[Optional()])
    within = SelectField("Gebied", name="binnen")
