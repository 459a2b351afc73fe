"""Partners and how their signals come in. Views get objects, not ids: see access.guard."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from coordinator import web
from coordinator.models import Partner
from coordinator.partners import forms, queries
from coordinator.tafels.queries import area_choices, domain_choices
from coordinator.web import paginate, render

bp = Blueprint("partners", __name__)


@bp.get("/partners")
def index() -> ResponseReturnValue:
    form = forms.PartnerFilter(domain=domain_choices(), area=area_choices())
    page = paginate(queries.partners(form.domain.data, form.area.data, form.text.data, web.as_of()))
    return render(
        "partners/index.html",
        filters=form,
        page=page,
        is_filtered=any(field.data for field in form),
    )


@bp.get("/partners/<partner>")
def show(partner: Partner) -> ResponseReturnValue:
    day = web.as_of()
    return render(
        "partners/show.html",
        partner=partner,
        seats=queries.seats(partner, day),
        entrances=queries.entrances(partner, day),
        agreements=queries.agreements(partner, day),
    )
