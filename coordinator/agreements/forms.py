"""Forms on agreements: the filter, the text, its clauses, and how one ends."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
    Regexp,
)

from coordinator.choosing import Chooser, ChoosingForm
from coordinator.labels import label
from coordinator.models import Account, ClauseKind, Involvement, Partner, Renewal, Vote
from coordinator.web import (
    DayField,
    EuroField,
    FilterForm,
    Form,
    StepForm,
    WholeNumber,
    at_most,
    tidy,
)

LAST_DAY, TERMINATED = "laatste-dag", "opgezegd"


class AgreementFilter(FilterForm):
    """Which agreements the list shows."""

    text = StringField("Titel of code", name="zoek", validators=[Length(max=100)])
    status = SelectField("Stand", name="stand")
    kind = SelectField("Soort", name="soort")
    partner = StringField("Partij", name="partij", validators=[Length(max=100)])
    domain = SelectField("Domein", name="domein")
    holds = SelectField("Geldt", name="geldt")


class CompareFilter(FilterForm):
    """Which two versions stand side by side."""

    before = SelectField("Van", name="van")
    after = SelectField("Naar", name="naar")

    def offer(self, numbers: Sequence[str]) -> None:
        """Say which there are; without a choice the last two are compared."""
        choices = [SelectChoice(each, f"Versie {each}") for each in numbers]
        for field, preset in ((self.before, numbers[-2:][0]), (self.after, numbers[-1])):
            field.data = field.data or preset
            field.choices = list(choices)


class EndForm(StepForm):
    """How and when an agreement ends."""

    how = RadioField(
        "Hoe eindigt de afspraak?",
        name="hoe",
        choices=[
            SelectChoice(
                LAST_DAY,
                "Zij loopt af",
                {"hint": "De partijen zijn het eens. De datum is de laatste dag dat zij geldt."},
            ),
            SelectChoice(
                TERMINATED,
                "Een partij heeft opgezegd",
                {"hint": "Vanaf de datum geldt zij niet meer. De opzegtermijn telt mee."},
            ),
        ],
        default=LAST_DAY,
        validators=[InputRequired("Kies hoe de afspraak eindigt.")],
    )
    day = DayField("Datum", name="datum", validators=[InputRequired("Kies een datum.")])
    party = SelectField("Wie heeft opgezegd?", name="wie", validators=[Optional()])

    def offer(self, parties: Sequence[Partner]) -> None:
        """Offer the parties of the agreement."""
        self.party.choices = [
            ("", "Kies een partij"),
            *((party.code, party.name) for party in sorted(parties, key=lambda each: each.name)),
        ]

    def chosen(self, parties: Sequence[Partner]) -> Partner | None:
        """Return who gave notice, when somebody did."""
        if self.how.data != TERMINATED:
            return None
        return next((party for party in parties if party.code == self.party.data), None)


# Writing.

SHORT, LONG, LONGEST = 200, 5_000, 20_000
KINDS: Final = (
    "convenant",
    "samenwerkingsovereenkomst",
    "centrumregeling",
    "mandaatbesluit",
    "protocol",
    "regiovisie",
)


def lines(text: str | None) -> list[str]:
    """Return what stands on each line, once, in order."""
    stripped = (" ".join(line.split()) for line in (text or "").splitlines())
    return list(dict.fromkeys(line for line in stripped if line))


class AgreementForm(ChoosingForm):
    """What stands in the text of an agreement, without its clauses."""

    version = HiddenField()
    """A mark of the text as it was when the page was opened; see `queries.mark`."""

    title = StringField(
        "Titel",
        name="titel",
        filters=[tidy],
        validators=[DataRequired("Geef de afspraak een titel."), at_most(SHORT)],
    )
    kind = StringField(
        "Soort afspraak",
        name="soort",
        filters=[tidy],
        validators=[at_most(SHORT)],
        description="Kies er een uit de lijst, of schrijf het zelf op.",
        render_kw={"list": "soorten", "autocomplete": "off"},
    )
    parties = Chooser(
        "Partijen",
        name="partijen",
        search="Zoek een organisatie op naam of code",
        unknown="Deze organisatie is niet bekend in uw regio. Kies een andere.",
        description="Wie de afspraak met elkaar maken. Zij tekenen haar ook.",
    )
    ground = TextAreaField(
        "Grondslag",
        name="grondslag",
        filters=[tidy],
        validators=[at_most(LONG)],
        description="De wet of het besluit waarop de afspraak rust.",
        render_kw={"rows": 3},
    )
    task = TextAreaField(
        "Waar gaat de afspraak over?",
        name="taak",
        filters=[tidy],
        validators=[at_most(LONG)],
        render_kw={"rows": 4},
    )
    domains = Chooser(
        "Domeinen",
        name="domeinen",
        search="Zoek een domein",
        unknown="Dit domein is niet bekend in uw regio. Kies een ander.",
        description="Kiest u er geen, dan gaat de afspraak over alle domeinen.",
    )
    areas = Chooser(
        "Gebieden",
        name="gebieden",
        search="Zoek een gebied op naam of code",
        unknown="Dit gebied is niet bekend in uw regio. Kies een ander.",
        description="Kiest u er geen, dan geldt de afspraak in de hele regio.",
    )
    starts_on = DayField("Ingangsdatum", name="ingangsdatum", validators=[Optional()])
    ends_on = DayField(
        "Einddatum",
        name="einddatum",
        validators=[Optional()],
    )
    review_on = DayField(
        "Evaluatiedatum",
        name="evaluatiedatum",
        validators=[Optional()],
    )
    takes_over = BooleanField(
        "Deze versie vervangt de vorige vanaf de ingangsdatum",
        name="vervangt_vorige",
        description="Nodig als de vorige versie dan nog loopt.",
    )
    renewal = RadioField(
        "Wat gebeurt er op de einddatum?",
        name="verlenging",
        choices=[SelectChoice(each.value, label(each)) for each in Renewal],
        default=Renewal.NONE.value,
    )
    renewal_months = WholeNumber(
        "Met hoeveel maanden wordt zij telkens verlengd?",
        name="maanden",
        least=1,
        most=600,
    )
    notice_days = WholeNumber(
        "Opzegtermijn in dagen",
        name="opzegtermijn",
        least=0,
        most=3650,
        description="Zo lang voor de laatste dag moet een partij opzeggen.",
    )
    amendment_rule = TextAreaField(
        "Hoe wijzigt u de afspraak?",
        name="wijziging",
        filters=[tidy],
        validators=[at_most(LONG)],
        render_kw={"rows": 3},
    )
    dispute_rule = TextAreaField(
        "Wat gebeurt er bij afwijking of een geschil?",
        name="geschil",
        filters=[tidy],
        validators=[at_most(LONG)],
        render_kw={"rows": 3},
    )
    annexes = TextAreaField(
        "Bijlagen",
        name="bijlagen",
        filters=[tidy],
        validators=[at_most(LONG)],
        description="Eén per regel.",
        render_kw={"rows": 3},
    )
    publication = StringField(
        "Waar is zij gepubliceerd?",
        name="publicatie",
        filters=[tidy],
        validators=[at_most(LONG)],
        description="Bijvoorbeeld het nummer in het Gemeenteblad.",
    )
    replaces = StringField(
        "Welke eerdere afspraak vervangt zij?",
        name="vervangt",
        filters=[tidy],
        validators=[at_most(LONG)],
    )
    bodies = TextAreaField(
        "Wie moet haar daarna nog bekrachtigen?",
        name="bekrachtiging",
        filters=[tidy],
        validators=[at_most(LONG)],
        description="Eén per regel, bijvoorbeeld ‘College van Oeverstad’ of ‘Raad van Oeverstad’.",
        render_kw={"rows": 3},
    )

    def validate_ends_on(self, field: Any) -> None:
        """Refuse an end before the start."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(
                "De einddatum ligt voor de ingangsdatum. Kies een latere einddatum."
            )

    def validate_review_on(self, field: Any) -> None:
        """Refuse an evaluation outside the days that the agreement holds."""
        if field.data and self.ends_on.data and field.data > self.ends_on.data:
            raise ValidationError(
                "De evaluatie ligt na de einddatum. Kies een dag waarop de afspraak nog geldt."
            )
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError("De evaluatie ligt voor de ingangsdatum. Kies een latere dag.")

    def validate_renewal(self, field: Any) -> None:
        """Ask for what renewal needs."""
        if field.data != Renewal.NONE.value and self.ends_on.data is None:
            raise ValidationError(
                "Zonder einddatum valt er niets te verlengen. Vul een einddatum in, of kies dat "
                "zij eindigt op de einddatum."
            )

    def validate_renewal_months(self, field: Any) -> None:
        """Ask for the months of a tacit renewal."""
        if self.renewal.data == Renewal.TACIT.value and field.data is None:
            raise ValidationError("Vul in met hoeveel maanden zij stilzwijgend verlengd wordt.")


class NewAgreementForm(AgreementForm):
    """A new agreement: also its code."""

    code = StringField(
        "Code",
        name="code",
        filters=[tidy],
        validators=[
            Optional(),
            Regexp(
                r"^[A-Za-z0-9._-]{1,64}$",
                message="Gebruik hooguit 64 letters, cijfers, punten en streepjes, zonder spaties.",
            ),
        ],
    )


class SignatoryForm(Form):
    """In which capacity one party signs, and who is asked."""

    capacity = StringField("Hoedanigheid", filters=[tidy], validators=[at_most(SHORT)])
    account = SelectField("Wie tekent?")

    def offer(self, people: Iterable[Account]) -> None:
        """Say who can be asked."""
        anyone = ("", "Iedere bestuurder van deze partij")
        self.account.choices = [
            SelectChoice(*pair) for pair in (anyone, *((one.public_id, one.name) for one in people))
        ]


class ConfirmForm(Form):
    """A step that is confirmed; `version` is the mark of what was seen."""

    version = HiddenField()


# Clauses: a form for each kind, with the fields of that kind only.

SLUGS: Final = {
    ClauseKind.NOTHING: "tekst",
    ClauseKind.POWER: "bevoegdheid",
    ClauseKind.MANDATE: "mandaat",
    ClauseKind.HANDOVER: "doorgeleiding",
    ClauseKind.SEAT: "zetel",
}
"""The kinds of clauses as they stand in addresses."""
NO_TAFEL: Final = "Deze tafel is niet bekend in uw regio. Kies een andere."
FIND_TAFEL: Final = "Zoek een tafel op naam of code"


def _tafel(text: str, name: str, needed: str = "", **given: Any) -> Chooser:
    return Chooser(
        text,
        [DataRequired(needed)] if needed else [],
        name=name,
        search=FIND_TAFEL,
        unknown=NO_TAFEL,
        many=False,
        **given,
    )


def _role(text: str, name: str, needed: str = "") -> Chooser:
    return Chooser(
        text,
        [DataRequired(needed)] if needed else [],
        name=name,
        search="Zoek een rol",
        unknown="Deze rol is niet bekend in uw regio. Kies een andere.",
        many=False,
    )


def _partner(text: str, name: str, needed: str = "") -> Chooser:
    return Chooser(
        text,
        [DataRequired(needed)] if needed else [],
        name=name,
        search="Zoek een organisatie op naam of code",
        unknown="Deze organisatie is niet bekend in uw regio. Kies een andere.",
        many=False,
    )


def _domains(text: str) -> Chooser:
    return Chooser(
        "Domeinen",
        name="domeinen",
        search="Zoek een domein",
        unknown="Dit domein is niet bekend in uw regio. Kies een ander.",
        description=text,
    )


class ClauseForm(ChoosingForm):
    """A clause that only says something; the base of the forms for the other kinds."""

    version = HiddenField()
    number = WholeNumber(
        "Nummer",
        name="nummer",
        validators=[InputRequired("Geef het artikel een nummer.")],
        least=1,
        most=999,
    )
    title = StringField(
        "Kop",
        name="kop",
        filters=[tidy],
        validators=[DataRequired("Geef het artikel een kop."), at_most(SHORT)],
    )
    text = TextAreaField(
        "Tekst",
        name="tekst",
        filters=[tidy],
        validators=[at_most(LONGEST)],
        render_kw={"rows": 8},
    )


class MandateForm(ClauseForm):
    """A clause on which the mandate of a table rests."""

    tafel = _tafel("Welke tafel krijgt mandaat?", "tafel", "Kies de tafel die mandaat krijgt.")


class HandoverForm(ClauseForm):
    """A clause that lets signals go from table to table."""

    tafel = _tafel("Van welke tafel?", "van", "Kies de tafel die de signalen doorgeeft.")
    target = _tafel("Naar welke tafel?", "naar", "Kies de tafel die de signalen krijgt.")
    processing_days = WholeNumber(
        "Verwerkingstijd in dagen",
        name="verwerkingstijd",
        default=0,
        validators=[
            InputRequired("Vul een aantal dagen in. Is er geen verwerkingstijd? Vul dan 0 in.")
        ],
        least=0,
        most=365,
        description="Zo lang is er nodig tussen de vergadering en het aanleveren.",
    )
    domains = _domains("Kiest u er geen, dan gaan signalen over alle domeinen mee.")


class SeatForm(ClauseForm):
    """A clause that gives a partner a seat."""

    tafel = _tafel("Aan welke tafel?", "tafel", "Kies de tafel van de zetel.")
    partner = _partner("Voor welke organisatie?", "partner", "Kies de organisatie van de zetel.")
    role = _role("In welke rol?", "rol", "Kies de rol aan de tafel.")
    vote = RadioField(
        "Stem",
        name="stem",
        choices=[
            SelectChoice("", "Niet vastgelegd"),
            *(SelectChoice(each.value, label(each)) for each in Vote),
        ],
        default="",
    )


class PowerForm(ClauseForm):
    """A clause that gives a power, or passes one on."""

    power = Chooser(
        "Welke bevoegdheid?",
        name="bevoegdheid",
        search="Zoek een bevoegdheid",
        unknown="Deze bevoegdheid is niet bekend in uw regio. Kies een andere.",
        many=False,
    )
    new_power = StringField(
        "Of een nieuwe bevoegdheid",
        name="nieuwe_bevoegdheid",
        filters=[tidy],
        validators=[at_most(SHORT)],
        description="Schrijf op waarover besloten wordt: ‘De agenda vaststellen’.",
    )
    involvement = RadioField(
        "Hoe is de houder betrokken?",
        name="betrokkenheid",
        choices=[SelectChoice(each.value, label(each)) for each in Involvement],
        default=Involvement.ACCOUNTABLE.value,
    )
    tafel = _tafel("Tafel", "tafel")
    role = _role("Rol", "rol")
    partner = _partner("Of een organisatie", "partner")
    giver_tafel = _tafel("Tafel die doorgeeft", "gever_tafel")
    giver_role = _role("Rol die doorgeeft", "gever_rol")
    giver_partner = _partner("Of een organisatie die doorgeeft", "gever_partner")
    may_pass_on = BooleanField("De houder mag de bevoegdheid doorgeven", name="doorgeven")
    amount = EuroField("Tot en met hoeveel euro?", name="bedrag", validators=[Optional()])
    limits = TextAreaField(
        "Andere grenzen",
        name="grenzen",
        filters=[tidy],
        validators=[at_most(LONG)],
        render_kw={"rows": 3},
    )
    domains = _domains("Kiest u er geen, dan geldt zij voor alle domeinen van de afspraak.")
    areas = Chooser(
        "Gebieden",
        name="gebieden",
        search="Zoek een gebied op naam of code",
        unknown="Dit gebied is niet bekend in uw regio. Kies een ander.",
        description="Kiest u er geen, dan geldt zij in alle gebieden van de afspraak.",
    )

    def validate_power(self, field: Any) -> None:
        """Ask for a power, one."""
        if bool(field.data) == bool(self.new_power.data):
            raise ValidationError(
                "Kies een bevoegdheid of schrijf een nieuwe op, niet allebei."
                if field.data
                else "Kies een bevoegdheid, of schrijf een nieuwe op."
            )

    def validate_tafel(self, field: Any) -> None:
        """Ask for who holds it."""
        if not field.data and not self.role.data and not self.partner.data:
            raise ValidationError("Kies wie de bevoegdheid krijgt: een tafel, rol of organisatie.")

    def validate_partner(self, field: Any) -> None:
        """Refuse a partner beside a table or role."""
        if field.data and (self.tafel.data or self.role.data):
            raise ValidationError("Kies een organisatie, of een tafel en rol, niet allebei.")

    def validate_giver_tafel(self, _field: Any) -> None:
        """Refuse to pass on to oneself."""
        giver = [field.code for field in (self.giver_tafel, self.giver_role, self.giver_partner)]
        holder = [field.code for field in (self.tafel, self.role, self.partner)]
        if any(giver) and giver == holder:
            raise ValidationError(
                "Niemand geeft een bevoegdheid door aan zichzelf. Kies wie haar doorgeeft, of laat "
                "dit leeg."
            )

    def validate_giver_partner(self, field: Any) -> None:
        """Refuse a partner beside a table or role."""
        if field.data and (self.giver_tafel.data or self.giver_role.data):
            raise ValidationError("Kies een organisatie, of een tafel en rol, niet allebei.")


CLAUSE_FORMS: Final[dict[ClauseKind, type[ClauseForm]]] = {
    ClauseKind.NOTHING: ClauseForm,
    ClauseKind.POWER: PowerForm,
    ClauseKind.MANDATE: MandateForm,
    ClauseKind.HANDOVER: HandoverForm,
    ClauseKind.SEAT: SeatForm,
}
