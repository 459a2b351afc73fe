"""The forms on signals. Every text is checked for what could point at a person."""

from collections.abc import Iterable, Sequence
from typing import Final

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import DataRequired, InputRequired

from coordinator.models import Area, Domain, Frequency, Partner, Signal, Verdict
from coordinator.web import FilterForm, Form
from coordinator.wording import AtMost, Ticks, Title, Words, WordsForm

TITLE: Final = 100
SHORT: Final = 1_000
LONG: Final = 5_000

# What a domain is about, for the codes that regions commonly use.
DOMAIN_HINTS: Final = {
    "jeugd": "Hulp aan kinderen, jongeren en ouders",
    "onderwijs": "School, leerplicht en extra hulp op school",
    "kinderopvang": "Opvang van jonge kinderen",
    "veiligheid": "Geweld, verwaarlozing en bescherming",
    "ggz": "Hulp bij psychische klachten",
    "wonen": "Een huis, opvang en de buurt",
    "wmo": "Hulp aan volwassenen thuis",
    "bestaan": "Geld, werk en schulden",
}


def _domain_choices(domains: Iterable[Domain]) -> list[SelectChoice]:
    return [
        SelectChoice(d.code, d.name, {"hint": hint} if (hint := DOMAIN_HINTS.get(d.code)) else {})
        for d in domains
    ]


class GiveForm(WordsForm):
    partner = RadioField(
        "Namens welke organisatie geeft u dit signaal?",
        [InputRequired("Kies een organisatie.")],
        validate_choice=True,
    )
    words = Words(
        "Wat heeft u gezien of gehoord?",
        [DataRequired("Schrijf op wat u heeft gezien of gehoord."), AtMost(LONG)],
        description="Vertel het in uw eigen woorden. Schrijf geen namen van mensen op.",
        render_kw={"rows": 7},
    )
    title = Title(
        "Korte naam",
        [DataRequired("Geef uw signaal een korte naam."), AtMost(TITLE)],
        description="Bijvoorbeeld: ‘Hulp stopt op de achttiende verjaardag’.",
        render_kw={"autocomplete": "off"},
    )
    domains = Ticks(
        "Waar gaat het over?",
        [DataRequired("Kies minstens één onderwerp.")],
        description="U mag er meer dan één kiezen.",
    )
    area = SelectField("In welk gebied speelt dit?", [DataRequired("Kies een gebied.")])
    frequency = RadioField(
        "Hoe vaak gebeurt dit?",
        [InputRequired("Kies hoe vaak dit gebeurt.")],
        choices=[
            SelectChoice(Frequency.ONCE, "Eén keer", {"hint": "Ik zag het bij één persoon."}),
            SelectChoice(
                Frequency.MORE_OFTEN, "Vaker", {"hint": "Ik zie of hoor dit bij meer mensen."}
            ),
            SelectChoice(Frequency.UNKNOWN, "Ik weet het niet"),
        ],
    )
    wish = Words(
        "Wat zou er volgens u anders moeten?",
        [AtMost(SHORT)],
        description="U hoeft geen oplossing te hebben.",
        render_kw={"rows": 4},
    )

    def offer(
        self,
        partners: Sequence[Partner],
        near: Sequence[Area],
        other: Sequence[Area],
        domains: Sequence[Domain],
    ) -> None:
        """Put in the choices of this person; the organisation is asked when there are several."""
        if len(partners) > 1:
            self.partner.choices = [SelectChoice(p.code, p.name) for p in partners]
        else:
            del self.partner
        self.area.choices = _area_choices(near, other)
        self.domains.choices = _domain_choices(domains)


def _area_choices(near: Sequence[Area], other: Sequence[Area]) -> list[SelectChoice]:
    if not near:
        return [SelectChoice("", "Kies een gebied"), *(SelectChoice(a.code, a.name) for a in other)]
    return [
        SelectChoice("", "Kies een gebied"),
        *(SelectChoice(a.code, a.name, optgroup="Waar uw organisatie werkt") for a in near),
        *(SelectChoice(a.code, a.name, optgroup="Andere gebieden") for a in other),
    ]


class ReadForm(WordsForm):
    version = HiddenField()
    interpretation = Words(
        "Duiding",
        [AtMost(LONG)],
        description="Wat zegt dit signaal over hoe wij werken? De melder en de tafels lezen dit.",
        render_kw={"rows": 5},
    )
    title_for_tafels = Title(
        "Titel voor de tafels", [AtMost(TITLE)], description="Kort en zonder oordeel."
    )
    text_for_tafels = Words(
        "Tekst voor de tafels",
        [AtMost(LONG)],
        description="De tafels lezen deze titel en tekst, en de duiding. Niet wie het signaal gaf.",
        render_kw={"rows": 7},
    )
    area = SelectField("Gebied", [DataRequired("Kies een gebied.")])
    domains = Ticks("Onderwerpen", [DataRequired("Kies minstens één onderwerp.")])

    def offer(self, areas: Sequence[Area], domains: Sequence[Domain]) -> None:
        """Put in the choices of the region."""
        self.area.choices = [SelectChoice(a.code, a.name) for a in areas]
        self.domains.choices = [SelectChoice(d.code, d.name) for d in domains]

    def show(self, signal: Signal) -> None:
        """Fill in what stands there now."""
        self.version.data = str(signal.version)
        self.interpretation.data = signal.interpretation
        self.title_for_tafels.data = signal.title_for_tafels
        self.text_for_tafels.data = signal.text_for_tafels
        self.area.data = signal.area.code
        self.domains.data = [domain.code for domain in signal.domains]


class AskForm(WordsForm):
    text = Words(
        "Uw vraag aan de melder",
        [DataRequired("Schrijf uw vraag op."), AtMost(SHORT)],
        description="Stel één vraag, in gewone woorden. Vraag niet naar namen.",
    )


class AnswerForm(WordsForm):
    text = Words(
        "Uw antwoord",
        [DataRequired("Schrijf uw antwoord op."), AtMost(LONG)],
        description="Schrijf geen namen van mensen op.",
    )


class RefuseForm(WordsForm):
    reason = Words(
        "Waarom gaat dit signaal niet naar de tafels?",
        [DataRequired("Schrijf waarom. De melder leest dit."), AtMost(SHORT)],
        description="De melder leest deze woorden. Schrijf gewoon en vriendelijk.",
    )


class SendForm(Form):
    level = RadioField(
        "Wie vraagt u om te beslissen?", [InputRequired("Kies wie u vraagt om te beslissen.")]
    )


class VerifyForm(WordsForm):
    decision = HiddenField()
    verdict = RadioField(
        "Klopt dit antwoord volgens u?",
        [InputRequired("Kies of het antwoord klopt.")],
        choices=[
            SelectChoice(
                Verdict.RECOGNISED,
                "Ja, ik herken me hierin",
                {"hint": "Dit antwoord is dan klaar."},
            ),
            SelectChoice(
                Verdict.PARTLY,
                "Voor een deel",
                {"hint": "De leercoördinator bekijkt wat er nog nodig is."},
            ),
            SelectChoice(
                Verdict.NOT,
                "Nee, dit klopt niet",
                {"hint": "Het signaal gaat terug naar een tafel, met uw woorden erbij."},
            ),
        ],
    )
    reason = Words(
        "Wat klopt er niet of wat mist er?",
        [AtMost(SHORT)],
        description="Bij ‘ja’ hoeft u niets op te schrijven.",
        render_kw={"rows": 5},
    )

    def validate_reason(self, field: Words) -> None:
        """Ask why, unless the answer is right."""
        if self.verdict.data in (Verdict.PARTLY, Verdict.NOT) and not field.data:
            raise ValidationError("Schrijf op wat er niet klopt of wat er mist.")


class SettleForm(WordsForm):
    decision = HiddenField()
    choice = RadioField(
        "Wat gebeurt er met dit antwoord?",
        [InputRequired("Kies wat er gebeurt.")],
        choices=[
            SelectChoice(
                "back", "Terug naar de tafel", {"hint": "Met de woorden van de melder erbij."}
            ),
            SelectChoice("close", "Afronden", {"hint": "Met uw uitleg aan de melder."}),
        ],
    )
    reply = Words(
        "Uw bericht aan de melder",
        [DataRequired("Schrijf aan de melder wat u doet en waarom."), AtMost(SHORT)],
    )


class ListFilter(FilterForm):
    tekst = StringField("Zoek op woord")
    status = SelectField("Stand")
    domein = SelectField("Domein")
    gebied = SelectField("Gebied")
    geen_weg = BooleanField("Alleen zonder weg")
