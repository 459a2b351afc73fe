"""Forms on offers and places for learning: filters, what they say, and when they end."""

import re
from collections.abc import Iterable
from typing import Any, Final

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import TextInput

from coordinator.choosing import Chooser, ChoosingForm, Option
from coordinator.labels import label
from coordinator.models import (
    LearningFormat,
    LearningOffer,
    LearningStructure,
    Level,
    StructureKind,
)
from coordinator.offers.queries import amount_typed
from coordinator.web import DayField, FilterForm, Form, WholeNumber, at_most, tidy

FORMATS: Final = [(one.value, label(one)) for one in LearningFormat]
LEVELS: Final = [(one.value, label(one)) for one in Level]
COSTS: Final = [("gratis", "Gratis"), ("kosten", "Met kosten"), ("onbekend", "Niet bekend")]
MOST_PER_PERSON: Final = 100_000 * 100
"""In cents."""


class AmountField(IntegerField):
    """Euros with cents as people write them: "12,50", "€ 12,50", "1.250" or "12,-"; in cents."""

    widget = TextInput()

    def __init__(self, label: str, **given: Any) -> None:
        super().__init__(label, render_kw={"inputmode": "decimal"}, **given)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else amount_typed(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read an amount; "12.50" is what a keyboard without a comma gives."""
        typed = "".join((valuelist or [""])[0].casefold().replace("€", "").split())
        typed = typed.removeprefix("euro").removesuffix("euro")
        euros = r"(?P<euros>\d{1,3}(?:\.\d{3})+|\d{1,9})"
        found = re.fullmatch(
            rf"{euros}(?:,(?P<cents>\d{{1,2}}|-+)|\.(?P<dotted>\d{{2}}))?", typed, re.ASCII
        )
        self.data = None
        if typed and found is None:
            raise ValueError("Vul een bedrag in, zoals 12,50 of 1.250.")
        if found is not None:
            cents = (found["cents"] or found["dotted"] or "").strip("-").ljust(2, "0")
            data = int(found["euros"].replace(".", "")) * 100 + int(cents)
            if data > MOST_PER_PERSON:
                raise ValueError("Vul een bedrag in tot en met € 100.000.")
            self.data = data


class OfferFilter(FilterForm):
    """Which offers the list shows."""

    format = SelectField("Leervorm", name="vorm")
    level = SelectField("Niveau", name="niveau")
    domain = SelectField("Domein", name="domein")
    area = SelectField("Gebied", name="gebied")
    cost = SelectField("Kosten", name="kosten")
    provider = StringField("Aanbieder", name="aanbieder", validators=[Length(max=100)])
    text = StringField("Woord", name="zoek", validators=[Length(max=100)])


class SoughtFilter(FilterForm):
    """Which leervragen and goals are shown beside the offers."""

    kind = SelectField("Soort", name="soort")
    level = SelectField("Niveau", name="niveau")
    domain = SelectField("Domein", name="domein")


class ReachForm(ChoosingForm):
    """For whom something is; each form has these fields at their own place."""

    version: HiddenField
    level: SelectField
    domains: Chooser
    all_domains: BooleanField
    area: Chooser

    @property
    def chosen_level(self) -> Level | None:
        return Level(self.level.data) if self.level.data else None

    def offer_reach(self, domains: Iterable[Option], areas: Iterable[Option]) -> None:
        """Fill the choices."""
        self.domains.offer(domains)
        self.area.offer(areas)

    def show_reach(self, thing: LearningOffer | LearningStructure) -> None:
        """Fill the form with what is kept."""
        self.level.data = thing.level.value if thing.level else ""
        self.domains.data = [domain.code for domain in thing.domains]
        self.all_domains.data = thing.all_domains
        self.area.data = [thing.area.code] if thing.area else []
        self.version.data = str(thing.version)


def _level() -> SelectField:
    choices = [SelectChoice(*one) for one in [("", "Voor elk niveau"), *LEVELS]]
    return SelectField("Voor welk niveau?", choices=choices, default="")


def _domains() -> Chooser:
    return Chooser(
        "Voor welke domeinen?",
        search="Zoek een domein op naam",
        unknown="Dit domein is niet bekend in uw regio. Kies een ander.",
        description="Kies hier niets als het voor alle domeinen is.",
    )


def _all_domains() -> BooleanField:
    return BooleanField("Voor alle domeinen")


def _area() -> Chooser:
    return Chooser(
        "In welk gebied?",
        search="Zoek een gebied op naam",
        unknown="Dit gebied is niet bekend in uw regio. Kies een ander.",
        many=False,
        description="Laat leeg als het voor de hele regio is.",
    )


class OfferForm(ReachForm):
    """What an offer says."""

    version = HiddenField()
    title = StringField(
        "Naam",
        filters=[tidy],
        validators=[DataRequired("Schrijf hoe dit aanbod heet."), at_most(200)],
        description="Bijvoorbeeld: intervisie voor lokale teams.",
    )
    description = TextAreaField(
        "Wat is het?",
        filters=[tidy],
        validators=[at_most(4000)],
        description="Wat leert iemand hier, en hoe gaat het?",
    )
    format = SelectField("Leervorm", validators=[InputRequired("Kies een leervorm.")])
    level = _level()
    domains = _domains()
    all_domains = _all_domains()
    area = _area()
    partner = Chooser(
        "Welke organisatie biedt dit aan?",
        search="Zoek een organisatie op naam of code",
        unknown="Deze organisatie is niet bekend in uw regio. Kies een andere.",
        many=False,
        description="Laat leeg als het geen partner van het netwerk is.",
    )
    provider = StringField(
        "Of een andere aanbieder",
        filters=[tidy],
        validators=[at_most(200)],
        description="Voor wie geen partner van het netwerk is.",
    )
    structure = Chooser(
        "Hoort het bij een leerplek?",
        search="Zoek een leerplek op naam",
        unknown="Deze leerplek is niet bekend in uw regio. Kies een andere.",
        many=False,
    )
    cost = AmountField(
        "Kosten per persoon, in euro’s",
        validators=[Optional()],
        description="Bijvoorbeeld 12,50. Vul 0 in als het gratis is. Laat leeg als u het niet "
        "weet.",
    )
    places = WholeNumber(
        "Aantal plaatsen",
        least=1,
        most=10_000,
        description="Laat leeg als er geen grens is.",
    )
    contact = StringField(
        "Waar kan iemand terecht?",
        filters=[tidy],
        validators=[at_most(300)],
        description="Een adres of nummer van de aanbieder. Iedereen met een rol in de regio "
        "leest dit.",
    )

    def offer(
        self,
        domains: Iterable[Option],
        areas: Iterable[Option],
        partners: Iterable[Option],
        structures: Iterable[Option],
    ) -> None:
        """Fill the choices."""
        self.offer_reach(domains, areas)
        self.format.choices = [SelectChoice(*one) for one in [("", "Kies een leervorm"), *FORMATS]]
        self.partner.offer(partners)
        self.structure.offer(structures)

    def show(self, offer: LearningOffer) -> None:
        """Fill the form with what is kept."""
        self.show_reach(offer)
        self.title.data, self.description.data = offer.title, offer.description
        self.format.data = offer.format.value
        self.partner.data = [offer.provider_partner.code] if offer.provider_partner else []
        self.provider.data = offer.provider
        self.structure.data = [offer.structure.public_id] if offer.structure else []
        self.cost.data = offer.cost_cents
        self.places.data, self.contact.data = offer.places, offer.contact


class StructureForm(ReachForm):
    """What is said of a place for learning."""

    version = HiddenField()
    name = StringField(
        "Naam",
        filters=[tidy],
        validators=[DataRequired("Schrijf hoe deze leerplek heet."), at_most(200)],
    )
    kind = SelectField("Wat voor leerplek is het?", validators=[InputRequired("Kies een soort.")])
    description = TextAreaField(
        "Wat gebeurt er?",
        filters=[tidy],
        validators=[at_most(4000)],
        description="Wie komen hier bij elkaar, en wat leren zij?",
    )
    contact = StringField(
        "Hoe doet iemand mee?",
        filters=[tidy],
        validators=[at_most(300)],
        description="Bij wie meldt iemand zich, en wanneer komt men bijeen? Iedereen met een rol "
        "in de regio leest dit.",
    )
    tafel = Chooser(
        "Is het ook een tafel van het netwerk?",
        search="Zoek een tafel op naam of code",
        unknown="Deze tafel is niet bekend in uw regio. Kies een andere.",
        many=False,
    )
    level = _level()
    domains = _domains()
    all_domains = _all_domains()
    area = _area()

    def offer(
        self, domains: Iterable[Option], areas: Iterable[Option], tafels: Iterable[Option]
    ) -> None:
        """Fill the choices."""
        self.offer_reach(domains, areas)
        kinds = [(one.value, label(one)) for one in StructureKind]
        self.kind.choices = [SelectChoice(*one) for one in [("", "Kies een soort"), *kinds]]
        self.tafel.offer(tafels)

    def show(self, structure: LearningStructure) -> None:
        """Fill the form with what is kept."""
        self.show_reach(structure)
        self.name.data, self.kind.data = structure.name, structure.kind.value
        self.description.data, self.contact.data = structure.description, structure.contact
        self.tafel.data = [structure.tafel.code] if structure.tafel else []


class EndForm(Form):
    """The last day of an offer or a place for learning."""

    last_day = DayField(
        "Laatste dag",
        validators=[Optional()],
        description="Laat leeg als het gewoon blijft bestaan.",
    )
