"""The forms on accounts."""

from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired

from coordinator.web import Form


class SignInForm(Form):
    once = None  # signing in twice does no harm, and a failed attempt must be counted each time

    email = EmailField(
        "E-mailadres",
        [InputRequired("Vul uw e-mailadres in.")],
        render_kw={"autocomplete": "username", "maxlength": 254},
    )
    password = PasswordField(
        "Wachtwoord",
        [InputRequired("Vul uw wachtwoord in.")],
        render_kw={"autocomplete": "current-password", "maxlength": 200},
    )
