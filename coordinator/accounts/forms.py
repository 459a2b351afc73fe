"""The forms on accounts."""

from itertools import starmap
from typing import Any, Final

from wtforms import (
    DateField,
    EmailField,
    PasswordField,
    SearchField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import DataRequired, Email, EqualTo, InputRequired, Length, Optional

from coordinator import clock
from coordinator.accounts import passwords, queries
from coordinator.accounts.actions import PLACE, a_year_after
from coordinator.labels import label
from coordinator.models import Grant, RoleName
from coordinator.web import FilterForm, Form

WHOLE_ADDRESS: Final = Email("Vul een heel e-mailadres in, zoals naam@organisatie.nl.")
ROLES: Final = [SelectChoice(role.value, label(role)) for role in RoleName]


class SignInForm(Form):
    # Signing in twice does no harm, and each failed attempt must be counted.
    once = None  # type: ignore[assignment] # WTForms takes a field away like this

    email = EmailField(
        "E-mailadres",
        [InputRequired("Vul uw e-mailadres in."), Length(max=254)],
        render_kw={"autocomplete": "username", "maxlength": 254},
    )
    password = PasswordField(
        "Wachtwoord",
        [InputRequired("Vul uw wachtwoord in.")],
        render_kw={"autocomplete": "current-password", "maxlength": passwords.LONGEST},
    )


class ForgotForm(Form):
    email = EmailField(
        "E-mailadres",
        [DataRequired("Vul uw e-mailadres in."), WHOLE_ADDRESS],
        render_kw={"autocomplete": "username", "maxlength": 254},
    )


class OldPasswordForm(Form):
    # An attempt with the wrong password is kept; the corrected one is another.
    once = None  # type: ignore[assignment] # WTForms takes a field away like this

    old_password = PasswordField(
        "Uw wachtwoord van nu",
        [InputRequired("Vul uw wachtwoord van nu in.")],
        render_kw={"autocomplete": "current-password", "maxlength": passwords.LONGEST},
    )


class NewPasswordForm(Form):
    password = PasswordField(
        "Nieuw wachtwoord",
        [InputRequired("Kies een wachtwoord.")],
        description=f"Minstens {passwords.SHORTEST} tekens. Spaties mogen. Vier gewone woorden "
        "achter elkaar zijn sterk en makkelijk te onthouden.",
        render_kw={"autocomplete": "new-password", "maxlength": passwords.LONGEST},
    )
    repeated = PasswordField(
        "Nog een keer hetzelfde wachtwoord",
        [
            InputRequired("Typ het wachtwoord nog een keer."),
            EqualTo("password", "De twee wachtwoorden zijn niet gelijk. Typ ze opnieuw."),
        ],
        render_kw={"autocomplete": "new-password", "maxlength": passwords.LONGEST},
    )


class ChangePasswordForm(OldPasswordForm, NewPasswordForm):
    """Another password, for who is signed in."""


class WhoForm(Form):
    name = StringField(
        "Naam",
        [DataRequired("Vul de naam in."), Length(max=200, message="Hooguit 200 tekens.")],
        render_kw={"autocomplete": "off", "maxlength": 200},
    )
    email = EmailField("E-mailadres", [DataRequired("Vul het e-mailadres in."), WHOLE_ADDRESS])


class GrantForm(Form):
    """One role for somebody who is known."""

    role = SelectField("Rol", [InputRequired("Kies een rol.")])
    partner = SelectField(
        "Organisatie",
        [Optional()],
        description="Nodig bij een manager of professional. Een bestuurder of beleidsmedewerker "
        "hoort bij een organisatie, een tafel of allebei.",
    )
    tafel = SelectField("Tafel", [Optional()], description="Nodig bij een secretaris.")
    starts_on = DateField("Vanaf", [InputRequired("Vul de eerste dag in.")], default=clock.today)
    ends_on = DateField(
        "Tot en met",
        [InputRequired("Vul de laatste dag in.")],
        default=lambda: a_year_after(clock.today()),
        description="Hooguit een jaar vooruit. Daarna kunt u de rol verlengen.",
    )

    def __init__(self, grantable: frozenset[RoleName], **given: Any) -> None:
        super().__init__(**given)
        self.role.choices = [
            SelectChoice("", "Kies een rol"),
            *(choice for choice in ROLES if RoleName(choice.value) in grantable),
        ]
        if not any(any(PLACE[role]) for role in grantable):
            del self.partner, self.tafel  # an administrator gives roles for the whole region
            return
        none = SelectChoice("", "Geen")
        self.partner.choices = [none, *starmap(SelectChoice, queries.partner_choices())]
        self.tafel.choices = [none, *starmap(SelectChoice, queries.tafel_choices())]

    def grant(self, region_id: int) -> Grant:
        """Return the grant that was filled in, not yet kept."""
        return Grant(
            role=RoleName(self.role.data),
            partner=queries.find_partner(self.data.get("partner") or "", region_id),
            tafel=queries.find_tafel(self.data.get("tafel") or "", region_id),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
        )


class InviteForm(WhoForm, GrantForm):
    """One role for somebody who may be new."""


class ExtendForm(Form):
    ends_on = DateField(
        "Tot en met",
        [InputRequired("Vul de laatste dag in.")],
        description="Hooguit tot een jaar na vandaag.",
    )


class PeopleFilter(FilterForm):
    """What the list of people is narrowed to."""

    q = SearchField("Naam of e-mailadres")
    role = SelectField("Rol", choices=[SelectChoice("", "Alle rollen"), *ROLES])
    stand = SelectField(
        "Wie",
        choices=[
            SelectChoice("", "Mensen met een rol"),
            SelectChoice("invited", "Uitnodiging nog niet aangenomen"),
            SelectChoice("ended", "Rol voorbij"),
        ],
    )
