"""The forms of the agenda: which meetings to see, and the three outcomes."""

from typing import Any, Final

import wtforms
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from coordinator import clock, web
from coordinator.agenda.actions import ASKED
from coordinator.agenda.queries import NextTable, Period
from coordinator.labels import label
from coordinator.models import AgendaItem, DecisionKind
from coordinator.signals import identifying
from coordinator.signals.identifying import without_identifying

KINDS: Final = {
    DecisionKind.ADOPTED: "De tafel gaat dit doen of veranderen.",
    DecisionKind.EXPERIMENT: "De tafel probeert eerst iets uit, tot een afgesproken dag.",
    DecisionKind.STOP_OLD: "De tafel schrapt een regel, formulier of gewoonte.",
    DecisionKind.NOT_ADOPTED: "De tafel doet dit niet, en zegt waarom.",
    DecisionKind.NOT_OURS: "Een ander gaat hierover. U zegt wie.",
}
PERIODS: Final = (
    (Period.COMING, "Alles wat komt"),
    (Period.MONTH, "De komende maand"),
    (Period.QUARTER, "De komende drie maanden"),
    (Period.PAST, "Geweest"),
)


class AgendaFilter(wtforms.Form):
    """Which meetings to show. What it does not know shows everything."""

    tafel = SelectField("Tafel", default="")
    periode = SelectField(
        "Periode",
        choices=[SelectChoice(period.value, text) for period, text in PERIODS],
        default=Period.COMING.value,
    )

    def offer(self, tafels: list[tuple[str, str]]) -> None:
        """Offer these tables to choose from."""
        choices = [SelectChoice(code, name) for code, name in tafels]
        self.tafel.choices = [SelectChoice("", "Alle tafels"), *choices]

    @property
    def period(self) -> Period:
        chosen = self.periode.data
        return Period(chosen) if chosen in list(Period) else Period.COMING


class _Checkboxes(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class OutcomeForm(web.Form):
    """What the three outcomes share: for which domains of the signal they hold."""

    domains = _Checkboxes(
        "Voor welke domeinen geldt dit?",
        description="Dit signaal ligt hier voor meer dan één domein.",
    )
    early = BooleanField(
        "De uitkomst staat nu al vast",
        description="Bijvoorbeeld na een schriftelijke ronde. De vergadering moet nog komen.",
    )

    @property
    def is_early(self) -> bool:
        """Whether the outcome is settled before the day of the meeting."""
        return "early" in self and bool(self.early.data)

    def about(self, items: list[AgendaItem]) -> None:
        """Offer the domains of these items; at first all of them are ticked."""
        self.domains.choices = [
            SelectChoice(item.public_id, item.journey.domain.name) for item in items
        ]
        if items[0].meeting.held_on <= clock.today():
            del self.early
        if not self.is_submitted():
            self.domains.data = [item.public_id for item in items]
        elif len(items) == 1:
            self.domains.data = [items[0].public_id]

    def chosen(self, items: list[AgendaItem]) -> list[AgendaItem]:
        return [item for item in items if item.public_id in (self.domains.data or ())]


class DecideForm(OutcomeForm):
    """A decision, and the answer home."""

    kind = RadioField(
        "Wat besloot de tafel?",
        [InputRequired("Kies wat de tafel besloot.")],
        choices=[SelectChoice(kind.value, label(kind), {"hint": KINDS[kind]}) for kind in KINDS],
    )
    text = TextAreaField(
        "Het besluit",
        [
            InputRequired("Schrijf wat er is besloten."),
            Length(max=4000),
            without_identifying,
        ],
        description="Zoals het in het verslag komt.",
        render_kw={"rows": 4},
    )
    owner = StringField(
        "Wie gaat dit doen?",
        [Length(max=200)],
        description="Een functie of organisatie, bijvoorbeeld: teamleider jeugd, gemeente.",
        render_kw={"required": False},
    )
    owner_account = SelectField(
        "Wie van deze tafel komt dit na?",
        default="",
        description="Die persoon ziet de belofte terug. De melder ziet geen namen.",
    )
    done_by_on = DateField(
        "Wanneer is het klaar?", [Optional()], description="De dag waarop u erop terugkomt."
    )
    reason = TextAreaField(
        "Waarom niet?",
        [Length(max=4000), without_identifying],
        description="De melder leest deze reden.",
        render_kw={"rows": 3},
    )
    whose = StringField(
        "Wie gaat er wel over?",
        [Length(max=400)],
        description="Een organisatie of een overleg. Zo weet de melder waar het signaal hoort.",
    )
    answer = TextAreaField(
        "Het antwoord aan de melder",
        [
            InputRequired("Schrijf het antwoord aan de melder."),
            Length(max=4000),
            without_identifying,
        ],
        description="In gewone woorden en korte zinnen. Wat verandert er, wanneer, en waarom wel "
        "of niet? Noem niemand bij naam.",
        render_kw={"rows": 6},
    )
    sure = BooleanField("Ik heb gekeken. In dit antwoord staat niets over één persoon of gezin.")

    def offer_owners(self, people: list[tuple[str, str]]) -> None:
        """Offer the people with a role at this table."""
        choices = [SelectChoice(key, words) for key, words in people]
        self.owner_account.choices = [SelectChoice("", "Nog niemand"), *choices]

    @property
    def doubts(self) -> list[str]:
        """Return what in the answer may be a person, in words; the writer decides."""
        found = identifying.find(self.answer.data or "")
        return [finding.message for finding in found if not finding.is_hard]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields that this kind asks; a name in the answer asks for a second look."""
        is_valid = bool(super().validate(extra_validators))
        kind = self.kind.data if self.kind.data in list(DecisionKind) else None
        for name, message in ASKED[DecisionKind(kind)].items() if kind else ():
            field = self[name]
            if not field.data and not field.errors:
                field.errors = [message]
                is_valid = False
        if self.doubts and not self.sure.data:
            self.answer.errors = [*self.answer.errors, *self.doubts]
            self.sure.errors = ["Haal het weg, of zet hier een vinkje als het geen persoon is."]
            return False
        return is_valid


class HandOverForm(OutcomeForm):
    """To which table, and what goes along."""

    tafel = RadioField(
        "Naar welke tafel?",
        [InputRequired("Kies een tafel.")],
        description="De datum is de eerste vergadering die het signaal daar haalt.",
    )
    note = TextAreaField(
        "Wat geeft u mee?",
        [Length(max=4000), without_identifying],
        description="De volgende tafel leest dit.",
        render_kw={"rows": 4},
    )

    def offer(self, tables: list[NextTable]) -> None:
        """Offer these tables; the planned one is chosen at first."""
        self.tafel.choices = [
            SelectChoice(table.code, f"{table.name}, {web.day(table.on)}", {"hint": _hint(table)})
            for table in tables
        ]
        if not self.is_submitted() and tables and tables[0].is_planned:
            self.tafel.data = tables[0].code


def _hint(table: NextTable) -> str:
    planned = "Dit is de geplande volgende stap. " if table.is_planned else ""
    if table.answer_due_on is None:
        return f"{planned}Vanaf deze tafel is er nu geen weg naar een besluit."
    return f"{planned}Dan is er uiterlijk {web.day(table.answer_due_on)} een antwoord."


class PutOffForm(OutcomeForm):
    """Why it waits for the next meeting."""

    reason = TextAreaField(
        "Waarom stelt u dit uit?",
        [
            InputRequired("Schrijf waarom u het uitstelt."),
            Length(max=4000),
            without_identifying,
        ],
        description="Wat is er nodig om de volgende keer wel verder te komen?",
        render_kw={"rows": 4},
    )
