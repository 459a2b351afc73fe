"""Pages of the service itself. Views get objects, not ids: see access.guard."""

from flask import Blueprint, Response, abort, current_app, redirect, session, url_for
from flask.typing import ResponseReturnValue

from coordinator.access import person
from coordinator.web import render

bp = Blueprint("home", __name__)


@bp.get("/")
def index() -> ResponseReturnValue:
    return render("home/index.html")


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    return render("home/privacy.html", contact=current_app.extensions["settings"].contact)


@bp.get("/toegankelijkheid")
def accessibility() -> ResponseReturnValue:
    return render("home/accessibility.html", contact=current_app.extensions["settings"].contact)


@bp.get("/gezond")
def health() -> ResponseReturnValue:
    return Response("goed\n", mimetype="text/plain")


@bp.get("/.well-known/security.txt")
def security_txt() -> ResponseReturnValue:
    return render("home/security.txt")


@bp.post("/regio-kiezen/<slug>")
def choose_region(slug: str) -> ResponseReturnValue:
    if slug not in {region.slug for region in person().regions}:
        abort(404)
    session["region"] = slug
    return redirect(url_for("home.index"))
