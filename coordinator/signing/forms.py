"""Forms of signing: put before the parties, sign, refuse, object and answer, ratify."""

from collections.abc import Sequence
from typing import Final

from wtforms import (
    DateField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import DataRequired, InputRequired, Length

from coordinator.errors import Refused
from coordinator.models import AgreementVersion, Objection, Partner
from coordinator.signing.queries import Own
from coordinator.web import Form

WHOLE: Final = "geheel"
LONGEST: Final = 2000


def _words(label: str, missing: str, rows: int = 5) -> TextAreaField:
    return TextAreaField(
        label,
        [DataRequired(missing), Length(max=LONGEST, message=f"Hooguit {LONGEST} tekens.")],
        render_kw={"rows": rows, "maxlength": LONGEST},
    )


class SendForm(Form):
    """The version of the draft that was checked goes along."""

    version = HiddenField()


class PartyForm(Form):
    """For which party somebody with a role at more of them acts; asked where there is a choice."""

    party = RadioField(
        "Namens welke organisatie?",
        [InputRequired("Kies namens welke organisatie.")],
        validate_choice=False,  # what may not be chosen any more is refused with the reason
    )

    def offer(self, parties: Sequence[tuple[str, str, str]]) -> None:
        """Offer (value, name, what is said below it); of one there is no choice.

        Who chose another before that one was the only one left, acts for neither.
        """
        self.party.choices = [
            SelectChoice(value, name, {"hint": hint}) for value, name, hint in parties
        ]
        if len(parties) == 1 and not self.party.data:
            self.party.data = parties[0][0]

    def offer_signatures(self, own: Sequence[Own]) -> None:
        """Offer the signatures that may be set."""
        self.offer(
            [
                (
                    one.signatory.public_id,
                    one.signatory.partner.name,
                    f"Als {one.signatory.capacity}." if one.signatory.capacity else "",
                )
                for one in own
            ]
        )

    def chosen(self, own: Sequence[Own]) -> Own:
        """Return what was chosen."""
        for one in own:
            if one.signatory.public_id == self.party.data:
                return one
        raise Refused("Kies namens welke organisatie.", "party")


class SignForm(PartyForm):
    """The hash of the text that was read goes along; the password only when it is asked."""

    text_hash = HiddenField()
    password = PasswordField("Uw wachtwoord", render_kw={"autocomplete": "current-password"})


class DeclineForm(PartyForm):
    reason = _words("Waarom weigert u?", "Schrijf waarom u weigert. De andere partijen lezen dit.")


class ObjectForm(PartyForm):
    clause = SelectField("Waarover gaat uw bezwaar?", name="artikel")
    reason = _words("Wat is uw bezwaar?", "Schrijf uw bezwaar. De andere partijen lezen dit.")

    def about(self, version: AgreementVersion, parties: Sequence[Partner]) -> None:
        """Offer the clauses of a version and the parties."""
        self.clause.choices = [
            (WHOLE, "De afspraak als geheel"),
            *((str(each.number), _clause(each.number, each.title)) for each in version.clauses),
        ]
        self.offer([(party.code, party.name, "") for party in parties])

    def chosen_party(self, parties: Sequence[Partner]) -> Partner:
        """Return the party that was chosen."""
        for party in parties:
            if party.code == self.party.data:
                return party
        raise Refused("Kies namens welke organisatie.", "party")

    @property
    def clause_number(self) -> int | None:
        """Return the number of the clause; None for the whole."""
        return None if self.clause.data == WHOLE else int(self.clause.data)


def _clause(number: int, title: str) -> str:
    return f"Artikel {number}: {title}" if title else f"Artikel {number}"


class AnswerForm(Form):
    answer = _words("Uw antwoord", "Schrijf uw antwoord. De partijen lezen dit.")
    version = HiddenField()

    def keep(self, objection: Objection) -> None:
        """Remember what was there when the page was opened."""
        self.version.data = str(objection.version)


class RecordForm(SendForm):
    signed_on = DateField(
        "Op welke dag heeft de laatste partij getekend?",
        [InputRequired("Vul de dag in waarop de laatste partij tekende.")],
    )
    where = StringField(
        "Waar ligt het getekende stuk?",
        [
            DataRequired("Vul in waar het stuk ligt, zodat iedereen het kan vinden."),
            Length(max=200, message="Hooguit 200 tekens."),
        ],
        description="Bijvoorbeeld een zaaknummer of de vindplaats in een archief.",
        render_kw={"maxlength": 200},
    )


class RatifyForm(Form):
    ratified_on = DateField(
        "Op welke dag is de afspraak bekrachtigd?",
        [InputRequired("Vul de dag van het besluit in.")],
    )
    reference = StringField(
        "Kenmerk van het besluit",
        [
            DataRequired("Vul het kenmerk in, zodat iedereen het besluit kan vinden."),
            Length(max=200, message="Hooguit 200 tekens."),
        ],
        description="Bijvoorbeeld een zaaknummer of de vindplaats van de besluitenlijst.",
        render_kw={"maxlength": 200},
    )
