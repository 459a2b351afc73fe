"""What we learn, and with whom. Views get objects, not ids: see access.guard."""

from typing import Any, Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from coordinator import clock, web
from coordinator.access import coordinators, person
from coordinator.learning import queries
from coordinator.learning import together as sitting
from coordinator.leervragen.queries import title_of
from coordinator.models import Leervraag
from coordinator.web import page_of, render

bp = Blueprint("learning", __name__)


@bp.get("/leren")
def index() -> ResponseReturnValue:
    return render("learning/index.html", hub=queries.hub(person()))


ABSENT: Final = 20
"""So many can be left out of a proposal."""


@bp.get("/leervragen/<leervraag>/wie-leert-met-wie")
def together(leervraag: Leervraag) -> ResponseReturnValue:
    day = web.as_of()
    all_levels = request.args.get("niveaus") == "alle"
    without = list(dict.fromkeys(name[:200] for name in request.args.getlist("zonder")))[:ABSENT]
    kind = request.args.get("toon", "")
    kind = kind if kind in sitting.KINDS else "mensen"
    found = sitting.together(
        leervraag,
        day,
        all_levels=all_levels,
        without=without,
        sees_moments=coordinators(person()),
    )

    def address(**changed: Any) -> str:
        kept: dict[str, Any] = {
            "niveaus": "alle" if all_levels else None,
            "zonder": without,
            "toon": kind if kind != "mensen" else None,
        }
        return url_for("learning.together", leervraag=leervraag.public_id, **(kept | changed))

    page = page_of(found.strangers(kind))
    return render(
        "learning/together.html",
        leervraag=leervraag,
        title=title_of(leervraag.question),
        found=found,
        without=without,
        address=address,
        kind=kind,
        sections=[
            (found.counted(each), address(toon=each) + "#niet-gesproken", each == kind)
            for each in sitting.KINDS
        ],
        page=page,
        rows=[found.row(one) for one in page.items],
        coming=sitting.coming_moments(leervraag, clock.today()),
    )
