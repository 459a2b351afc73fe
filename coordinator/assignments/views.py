"""The assignment of the leercoördinator. Views get objects, not ids: see access.guard."""

from datetime import date

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from coordinator import clock, web
from coordinator.access import person
from coordinator.assignments import actions, queries
from coordinator.assignments.forms import AssignmentForm, GiverForm, TakeBackForm
from coordinator.errors import Refused
from coordinator.models import Assignment, AssignmentGrant
from coordinator.web import page_of, render

bp = Blueprint("assignments", __name__)


@bp.get("/opdracht")
def index() -> ResponseReturnValue:
    day = web.as_of()
    everybody = queries.partners(day)
    found = [queries.shown(one, everybody, day) for one in queries.assignments()]
    return render(
        "assignments/index.html",
        holding=[one for one in found if one.holds],
        others=[one for one in found if not one.holds],
    )


@bp.get("/opdracht/<assignment>")
def show(assignment: Assignment) -> ResponseReturnValue:
    day = web.as_of()
    shown = queries.shown(assignment, queries.partners(day), day)
    return render(
        "assignments/show.html",
        shown=shown,
        assignment=assignment,
        page=page_of(shown.givers),
        history=queries.history(assignment, person().account),
    )


def _terms(form: AssignmentForm) -> actions.Terms:
    account = queries.find_person(form.person.data)
    if account is None or form.starts_on.data is None or form.ends_on.data is None:
        raise Refused("Kies wie de opdracht krijgt.", "person")
    return actions.Terms(
        account=account,
        task=form.task.data or "",
        hours_per_week=form.hours.data,
        budget=form.budget.data,
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        powers=queries.find_powers(form.powers.data or []),
    )


@bp.route("/opdracht/nieuw", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    form = AssignmentForm()
    form.offer(queries.people_choices(), queries.power_choices())
    if form.validate_on_submit():
        try:
            assignment = actions.add(_terms(form), by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("De opdracht is vastgelegd. Leg nu vast welke partners haar geven.", "done")
            return redirect(url_for("assignments.show", assignment=assignment.public_id))
    return render("assignments/new.html", form)


@bp.route("/opdracht/<assignment>/wijzigen", methods=["GET", "POST"])
def edit(assignment: Assignment) -> ResponseReturnValue:
    form = AssignmentForm()
    form.offer(queries.people_choices(assignment.account), queries.power_choices())
    theirs = None
    if not form.is_submitted():
        form.show(assignment)
    if form.validate_on_submit():
        if form.version.data != str(assignment.version):
            theirs = assignment
            form.version.data = str(assignment.version)
            form.refuse(
                Refused(
                    "Iemand anders heeft deze opdracht intussen gewijzigd. Bij elk veld staat wat "
                    "er nu staat. Pas uw tekst aan en bewaar opnieuw."
                )
            )
        else:
            try:
                actions.change(assignment, _terms(form), by=person().account)
            except Refused as refused:
                form.refuse(refused)
            else:
                flash("De opdracht is bewaard.", "done")
                return redirect(url_for("assignments.show", assignment=assignment.public_id))
    return render("assignments/edit.html", form, assignment=assignment, theirs=theirs)


@bp.route("/opdracht/<assignment>/gever-toevoegen", methods=["GET", "POST"])
def add_giver(assignment: Assignment) -> ResponseReturnValue:
    form = GiverForm(data={"granted_on": _first_day(assignment)})
    form.offer(queries.giver_choices(assignment), queries.agreement_choices())
    if form.validate_on_submit() and form.granted_on.data is not None:
        partner = queries.find_partner(form.partner.code)
        try:
            if partner is None:
                raise Refused("Deze partner hoort niet meer bij het netwerk.", "partner")
            actions.give(
                assignment,
                partner,
                form.granted_on.data,
                agreement=form.agreement.data or "",
                ground=form.ground.data or "",
                by=person().account,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(f"Vastgelegd: {partner.name} geeft de opdracht.", "done")
            return redirect(url_for("assignments.show", assignment=assignment.public_id))
    return render("assignments/add_giver.html", form, assignment=assignment)


def _first_day(assignment: Assignment) -> date:
    return min(max(clock.today(), assignment.starts_on), assignment.ends_on)


@bp.route("/opdracht/gevers/<assignment_grant>/beeindigen", methods=["GET", "POST"])
def end_giver(assignment_grant: AssignmentGrant) -> ResponseReturnValue:
    form = TakeBackForm(data={"last_day": clock.today()})
    if form.validate_on_submit() and form.last_day.data is not None:
        try:
            actions.take_back(assignment_grant, form.last_day.data, by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("De laatste dag is vastgelegd.", "done")
            assignment = assignment_grant.assignment.public_id
            return redirect(url_for("assignments.show", assignment=assignment))
    return render("assignments/end_giver.html", form, grant=assignment_grant)
