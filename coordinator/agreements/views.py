"""Governance agreements and what rests on them. Views get objects, not ids: see access.guard."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coordinator import clock, effects
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
        headlines=effects.headlines_to_sign(page.items),
        is_filtered=any(field.data for field in form),
    )


@bp.get("/afspraken/<agreement>")
def show(agreement: Agreement) -> ResponseReturnValue:
    today = clock.today()
    return render(
        "agreements/show.html",
        agreement=agreement,
        force_words=queries.force_words(agreement),
        tafels=queries.tafels_on(agreement),
        handovers=queries.handovers_on(agreement),
        headline=effects.headline(effects.agreement_change(agreement, today), today)
        if effects.is_there(agreement)
        else None,
        history=queries.history(agreement, person().account),
        can_end=agreement.ended_on is None
        and agreement.status is AgreementStatus.SIGNED
        and (agreement.ends_on is None or agreement.ends_on >= today),
    )


@bp.get("/afspraken/<agreement>/effect")
def effect(agreement: Agreement) -> ResponseReturnValue:
    form = effects.EffectFilter(**effects.choices())
    day = form.chosen_day
    is_signed = agreement.status is AgreementStatus.SIGNED
    is_turned = is_signed and request.args.get("beeld") == "geldt"
    shown = signals = None
    if effects.is_there(agreement):
        change = effects.agreement_change(agreement, day, is_turned=is_turned)
        shown = effects.shown(change, day)
        signals = effects.open_signals(change, day, person().grants)
    return render(
        "agreements/effect.html",
        filters=form,
        agreement=agreement,
        is_signed=is_signed,
        is_turned=is_turned,
        effect=shown,
        signals=signals,
        page=page_of(shown.chosen(form) if shown else []),
    )


@bp.route("/afspraken/<agreement>/beeindigen", methods=["GET", "POST"])
def end(agreement: Agreement) -> ResponseReturnValue:
    actions.check_can_end(agreement)
    form = forms.EndForm(data={"how": forms.LAST_DAY, "version": agreement.version})
    consequences = headline = first = None
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
            first = actions.first_day_without(agreement, day, is_terminated=is_terminated)
            headline = effects.headline(effects.agreement_change(agreement, first), first)
        except Refused as refused:
            form.refuse(refused)
    return render(
        "agreements/end.html",
        form,
        agreement=agreement,
        end_words=actions.end_words(agreement),
        consequences=consequences,
        headline=headline,
        first_day=first,
        is_terminated=form.how.data == forms.TERMINATED,
    )
