"""Who may decide what. Views get objects, not ids: see access.guard."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from coordinator import mandates, web
from coordinator.access import person
from coordinator.errors import Refused
from coordinator.models import Power
from coordinator.powers import actions, queries
from coordinator.powers.forms import PowerFilter, PowerForm, QuestionForm
from coordinator.web import page_of, render

bp = Blueprint("powers", __name__)


@bp.get("/bevoegdheden")
def index() -> ResponseReturnValue:
    day = web.as_of()
    known = mandates.known(day=day)
    form = PowerFilter(who=queries.holder_choices(known))
    page = page_of(queries.powers())
    return render(
        "powers/index.html",
        filters=form,
        page=page,
        picture=queries.picture(known, page.items, day, form.who.data),
        has_grants=bool(known.grants),
        most=queries.FINDINGS_SHOWN,
    )


@bp.get("/bevoegdheden/<power>")
def show(power: Power) -> ResponseReturnValue:
    day = web.as_of()
    known = mandates.known(power.public_id, day)
    page = page_of(queries.grants_of(known, power, day))
    lines = [queries.line(known, grant, day) for grant in page.items]
    return render(
        "powers/show.html",
        power=power,
        page=page,
        findings=queries.picture(known, [power], day, None).findings,
        holding=[line for line in lines if line.holds],
        others=[line for line in lines if not line.holds],
        history=queries.history(power, person().account),
    )


@bp.route("/bevoegdheden/nieuw", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    form = PowerForm()
    if form.validate_on_submit():
        try:
            power = actions.add(
                form.name.data or "",
                form.description.data or "",
                is_exclusive=form.is_exclusive.data,
                by=person().account,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("De bevoegdheid is toegevoegd. Een afspraak kan haar nu geven.", "done")
            return redirect(url_for("powers.show", power=power.public_id))
    return render("powers/new.html", form)


@bp.route("/bevoegdheden/<power>/wijzigen", methods=["GET", "POST"])
def edit(power: Power) -> ResponseReturnValue:
    form = PowerForm()
    theirs = None
    if not form.is_submitted():
        form.show(power)
    if form.validate_on_submit():
        if form.version.data != str(power.version):
            theirs = power
            form.version.data = str(power.version)
            form.refuse(
                Refused(
                    "Iemand anders heeft deze bevoegdheid intussen gewijzigd. Bij elk veld staat "
                    "wat er nu staat. Pas uw tekst aan en bewaar opnieuw."
                )
            )
        else:
            try:
                actions.change(
                    power,
                    form.name.data or "",
                    form.description.data or "",
                    is_exclusive=form.is_exclusive.data,
                    by=person().account,
                )
            except Refused as refused:
                form.refuse(refused)
            else:
                flash("De bevoegdheid is bewaard.", "done")
                return redirect(url_for("powers.show", power=power.public_id))
    return render("powers/edit.html", form, power=power, theirs=theirs)


@bp.get("/bevoegdheden/mag-ik-dit")
def ask() -> ResponseReturnValue:
    form = QuestionForm()
    form.offer(**queries.question_choices())
    power = reply = None
    if form.validate_on_submit():
        power = queries.find_power(form.power.data)
    if power is not None:
        reply = queries.reply(
            power,
            tafel=form.tafel.data,
            role=form.role.data,
            partner=form.partner.data,
            day=web.as_of(has_own_field=True),
            domain=form.domain.data,
            area=form.area.data,
            amount=form.amount.data,
        )
    if not form.day.errors:
        form.day.data = web.as_of(has_own_field=True)
    return render("powers/ask.html", form, reply=reply, power=power)
