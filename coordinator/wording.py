"""Fields for what people write; every text is checked for what could point at a person."""

from typing import Any

from wtforms import BooleanField, SelectMultipleField, StringField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextArea

from coordinator.signals import identifying
from coordinator.web import Form, FormError, number, tidy


class AtMost:
    """A text may not be longer than this; says how long it is now."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, _form: Form, field: Any) -> None:
        """Refuse a text that is too long, without cutting anything off."""
        length = len(field.data or "")
        if length > self.most:
            raise ValidationError(
                f"Maak deze tekst korter: hooguit {number(self.most)} tekens. "
                f"Nu zijn het er {number(length)}."
            )


class Title(StringField):
    """A text of one line that is checked for identifying data."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Tidy what was typed."""
        super().process_formdata(valuelist)
        self.data = tidy(self.data)

    @property
    def text(self) -> str:
        return self.data or ""


class Words(Title):
    """A text of several lines that is checked for identifying data."""

    widget = TextArea()


class Ticks(SelectMultipleField):
    """Several choices, each a card with a checkbox."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class WordsForm(Form):
    """A form whose texts are checked before anything is saved.

    What surely points at a person blocks; what may point at one asks for a tick.
    """

    looked = BooleanField("Ik heb gekeken. Hier staat niets waaraan iemand te herkennen is.")
    asks_to_look = False

    def summary(self) -> list[FormError]:
        """Return the errors in the order of the page: the tick stands last."""
        return sorted(super().summary(), key=lambda error: error.field_id == self.looked.id)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and then the texts."""
        is_valid: bool = super().validate(extra_validators)
        soft = []
        for field in self:
            if not isinstance(field, Title) or not field.data:
                continue
            found = identifying.find(field.data)
            hard = [finding for finding in found if finding.is_hard]
            soft += [(field, finding) for finding in found if not finding.is_hard]
            field.errors = [*field.errors, *(finding.message for finding in hard)]
            is_valid = is_valid and not hard
        self.asks_to_look = bool(soft)
        if soft and not self.looked.data:
            for field, finding in soft:
                field.errors = [*field.errors, finding.message]
            self.looked.errors = [
                "Kijk de tekst nog eens na. Klopt alles? Zet dan hier een vinkje."
            ]
            is_valid = False
        return is_valid
