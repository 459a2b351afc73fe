"""Signing in and out, invitations. Views get objects, not ids: see access.guard."""

from flask import Blueprint, redirect, session, url_for
from flask.typing import ResponseReturnValue

bp = Blueprint("accounts", __name__)


@bp.get("/inloggen")
def sign_in() -> ResponseReturnValue:
    return "inloggen"


@bp.post("/uitloggen")
def sign_out() -> ResponseReturnValue:
    session.clear()
    return redirect(url_for("accounts.sign_in"))
