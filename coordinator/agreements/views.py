"""Governance agreements and what rests on them. Views get objects, not ids: see access.guard."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coordinator import clock
from coordinator.access import person
from coordinator.agreements import actions, forms, queries
from coordinator.errors import Refused
from coordinator.models import Agreement, AgreementStatus
from coordinator.web import page_of, paginate, render

bp = Blueprint("agreements", __name__)


@bp.get("/afspraken")
def index() -> ResponseReturnValue:
    form = forms.AgreementFilter(status=queries.STATUS_CHOICES)
    page = paginate(queries.agreements(form.status.data, form.day.data, form.text.data))
    return render(
        "agreements/index.html",
        filters=form,
        page=page,
        is_filtered=any(field.data for field in form),
    )


@bp.get("/afspraken/<agreement>")
def show(agreement: Agreement) -> ResponseReturnValue:
    what_if = queries.what_if(agreement)
    return render(
        "agreements/show.html",
        agreement=agreement,
        force_words=queries.force_words(agreement),
        tafels=queries.tafels_on(agreement),
        handovers=queries.handovers_on(agreement),
        what_if=what_if,
        history=queries.history(agreement, person().account),
        page=page_of(what_if.rows),
        can_end=agreement.ended_on is None
        and agreement.status is AgreementStatus.SIGNED
        and (agreement.ends_on is None or agreement.ends_on >= clock.today()),
    )


@bp.route("/afspraken/<agreement>/beeindigen", methods=["GET", "POST"])
def end(agreement: Agreement) -> ResponseReturnValue:
    actions.check_can_end(agreement)
    form = forms.EndForm(data={"how": forms.LAST_DAY, "version": agreement.version})
    consequences = None
    if form.validate_on_submit() and (day := form.day.data):
        is_terminated = form.how.data == forms.TERMINATED
        try:
            if request.method == "POST":
                moved = actions.end(
                    agreement,
                    day,
                    is_terminated=is_terminated,
                    version=form.version.data,
                    by=person().account,
                )
                flash(f"De einddatum is vastgelegd. Opnieuw gepland: {moved} reizen.", "done")
                return redirect(url_for("agreements.show", agreement=agreement.code))
            consequences = actions.consequences(agreement, day, is_terminated=is_terminated)
        except Refused as refused:
            form.refuse(refused)
    return render(
        "agreements/end.html",
        form,
        agreement=agreement,
        end_words=actions.end_words(agreement),
        consequences=consequences,
        is_terminated=form.how.data == forms.TERMINATED,
    )
