"""Signing in and out, invitations. Views get objects, not ids: see access.guard."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from coordinator import access
from coordinator.accounts import actions
from coordinator.accounts.forms import SignInForm
from coordinator.errors import Refused
from coordinator.web import render

bp = Blueprint("accounts", __name__)


def local_path(text: str) -> str:
    """Return a path of this service; the start page for anything else."""
    parts = urlsplit(text)
    is_plain = text.isprintable() and "\\" not in text
    if not is_plain or parts.scheme or parts.netloc or not text.startswith("/") or text[1:2] == "/":
        return url_for("home.index")
    return text


@bp.route("/inloggen", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if form.validate_on_submit():
        try:
            token = actions.sign_in(
                form.email.data or "", form.password.data or "", request.remote_addr or ""
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            access.start_sign_in(token)
            return redirect(local_path(request.args.get("next", "")))
    return render("accounts/sign_in.html", form)


@bp.post("/uitloggen")
def sign_out() -> ResponseReturnValue:
    actions.sign_out(session.get("sign_in", ""))
    session.clear()
    return redirect(url_for("accounts.sign_in"))
