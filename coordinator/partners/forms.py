"""The filter of the list of partners."""

from wtforms import SelectField, StringField
from wtforms.validators import Length

from coordinator.web import FilterForm


class PartnerFilter(FilterForm):
    """Which partners the list shows."""

    text = StringField("Naam of soort", name="zoek", validators=[Length(max=100)])
    domain = SelectField("Domein", name="domein")
    area = SelectField("Werkt in", name="gebied")
