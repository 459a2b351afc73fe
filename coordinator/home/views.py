"""Pages of the service itself. Views get objects, not ids: see access.guard."""

from datetime import UTC, timedelta
from typing import Final

from flask import Blueprint, Response, abort, current_app, redirect, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from coordinator import clock
from coordinator.access import person
from coordinator.home import queries
from coordinator.settings import Settings
from coordinator.web import render

bp = Blueprint("home", __name__)

WAITS_TOO_LONG: Final = timedelta(minutes=10)


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


@bp.get("/")
def index() -> ResponseReturnValue:
    who = person()
    parts = queries.parts(who.account, who.grants) if who.region else []
    return render("home/index.html", parts=parts)


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    return render("home/privacy.html", contact=settings().contact)


@bp.get("/toegankelijkheid")
def accessibility() -> ResponseReturnValue:
    return render("home/accessibility.html", contact=settings().contact)


@bp.get("/gezond")
def health() -> ResponseReturnValue:
    """Say whether the database answers and whether `coordinator tick` does its work."""
    try:
        waiting = queries.work_that_waits(WAITS_TOO_LONG)
    except SQLAlchemyError:
        return _plain("De database antwoordt niet.", 503)
    if waiting:
        return _plain(
            f"Er wacht werk langer dan 10 minuten: {waiting} berichten. "
            "Loopt `coordinator tick` elke minuut?",
            503,
        )
    return _plain("goed")


def _plain(text: str, status: int = 200) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")


@bp.get("/.well-known/security.txt")
def security_txt() -> ResponseReturnValue:
    """Say whom to tell of a weak spot (RFC 9116)."""
    given = settings()
    contact = given.contact if "@" in given.contact else given.mail_from
    if not contact.startswith(("https://", "mailto:")):
        contact = f"mailto:{contact}"
    tomorrow = clock.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    expires = tomorrow + timedelta(days=180)
    return _plain(
        f"Contact: {contact}\n"
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}\n"
        "Preferred-Languages: nl, en\n"
        f"Canonical: {given.base_url}/.well-known/security.txt"
    )


@bp.post("/regio-kiezen/<slug>")
def choose_region(slug: str) -> ResponseReturnValue:
    if slug not in {region.slug for region in person().regions}:
        abort(404)
    session["region"] = slug
    return redirect(url_for("home.index"))
