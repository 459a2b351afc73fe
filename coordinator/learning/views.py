"""What we learn, and with whom. Views get objects, not ids: see access.guard."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from coordinator.web import render

bp = Blueprint("learning", __name__)


@bp.get("/leren")
def index() -> ResponseReturnValue:
    return render("learning/index.html")
