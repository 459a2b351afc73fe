"""Learning goals and the limit to what is open. Views get objects, not ids: see access.guard."""

from collections.abc import Collection
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coordinator import clock, holders
from coordinator.access import coordinators, person
from coordinator.errors import Refused
from coordinator.goals import actions, forms, queries
from coordinator.models import Grant, LearningGoal, Level, Partner, Tafel
from coordinator.moments import queries as moments
from coordinator.offers import queries as offers
from coordinator.web import page_of, paginate, render

bp = Blueprint("goals", __name__)

CHANGED = (
    "Iemand anders heeft dit doel intussen gewijzigd. Kijk wat er nu staat. "
    "Uw tekst staat er nog: bewaar opnieuw als die nog klopt."
)


def _own_grants() -> Collection[Grant] | None:
    """Return the grants whose tables and partners this person may choose; None for all."""
    who = person()
    return None if coordinators(who) else who.grants


def _to(goal: LearningGoal) -> ResponseReturnValue:
    return redirect(url_for("goals.show", goal=goal.public_id))


@bp.get("/leerdoelen")
def index() -> ResponseReturnValue:
    grants = person().grants
    form = forms.GoalFilter(
        state=queries.STATE_CHOICES,
        level=queries.LEVEL_CHOICES,
        domain=queries.domain_choices(),
    )
    page = paginate(
        queries.goals(
            grants,
            text=form.text.data,
            holder=form.holder.data,
            state=form.state.data,
            level=form.level.data,
            domain=form.domain.data,
        )
    )
    return render(
        "goals/index.html",
        filters=form,
        page=page,
        lines=[queries.line(goal, grants) for goal in page.items],
        is_filtered=any(field.data for field in form),
    )


@bp.get("/leerdoelen/<goal>")
def show(goal: LearningGoal) -> ResponseReturnValue:
    return render(
        "goals/show.html",
        goal=goal,
        line=queries.line(goal),
        steps=[queries.line(one) for one in queries.steps(goal)],
        title=queries.short(goal.better),
        is_long=queries.is_long(goal),
        is_there=queries.is_there(goal),
        moments=moments.of_goal(goal),
        fitting=offers.fitting(goal),
        history=queries.history(goal, person().account),
    )


# Writing.


def _offer(form: forms.GoalForm, goal: LearningGoal | None = None) -> None:
    form.offer(
        holders=queries.holder_options(_own_grants(), goal),
        domains=queries.domain_options(goal.domains if goal else ()),
        leervragen=queries.leervraag_options(goal.leervraag if goal else None),
        goals=queries.goal_options(but=goal),
    )


def _holder(code: str) -> Tafel | Partner:
    holder = holders.find(code)
    if holder is None:
        raise Refused(
            "Deze tafel of organisatie hoort niet meer bij het netwerk. Kies een andere.", "holder"
        )
    return holder


def _day(value: date | None) -> date:
    if value is None:  # the field is required
        raise Refused("Kies een dag.")
    return value


def _terms(form: forms.GoalForm) -> actions.Terms:
    return actions.Terms(
        better=form.better.data or "",
        seen_by=form.seen_by.data or "",
        due_on=_day(form.due_on.data),
        holder=_holder(form.holder.code),
        team=form.team.data or "",
        level=Level(form.level.data),
        domains=queries.find_domains(form.domains.data),
        leervraag=queries.find_leervraag(form.leervraag.code) if form.leervraag.code else None,
        predecessor=queries.find_goal(form.predecessor.code) if form.predecessor.code else None,
    )


def _parked_until(form: forms.ParkableForm) -> date | None:
    """Return until when it is parked, when that was asked."""
    if not form.is_parking:
        return None
    if form.review_on.data is None:
        raise Refused("Kies een dag waarop u er weer naar kijkt.", "review_on")
    return form.review_on.data


@bp.route("/leerdoelen/nieuw", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    who = person()
    leervraag = queries.find_leervraag(request.args.get("leervraag", ""))
    before = queries.find_goal(request.args.get("na", ""))
    form = forms.GoalForm(data=queries.proposal(leervraag, before, who.grants))
    _offer(form)
    full: actions.Full | None = None
    if form.validate_on_submit():
        try:
            review_on = _parked_until(form)
            goal = actions.add(_terms(form), review_on=review_on, by=who.account)
        except actions.Full as refused:
            full = refused
            form.refuse(refused)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("Het doel is geparkeerd." if review_on else "Het doel is bewaard.", "done")
            return _to(goal)
    form.offer_parking(is_full=full is not None)
    return render("goals/new.html", form, full=full, before=before)


@bp.route("/leerdoelen/<goal>/wijzigen", methods=["GET", "POST"])
def edit(goal: LearningGoal) -> ResponseReturnValue:
    kept = queries.kept(goal)
    form = forms.GoalForm(data=kept)
    _offer(form, goal)
    full: actions.Full | None = None
    if form.validate_on_submit() and not _was_changed(form, kept):
        try:
            actions.change(goal, _terms(form), by=person().account)
        except actions.Full as refused:
            full = refused
            form.refuse(refused)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("Het doel is bewaard.", "done")
            return _to(goal)
    elif not form.is_submitted() and (answer := _already(goal)):
        return answer
    del form.review_on, form.park
    return render("goals/edit.html", form, goal=goal, full=full, title=queries.short(goal.better))


def _was_changed(form: forms.GoalForm, kept: dict[str, Any]) -> bool:
    """Put what somebody else wrote meanwhile beside each field; return whether anybody did."""
    if form.version.data == kept["version"]:
        return False
    form.version.data = str(kept["version"])
    for name, theirs in kept.items():
        own = form[name]
        value = own.data
        if name in ("holder", "leervraag", "predecessor"):
            value = own.code
        elif name == "domains":
            value, theirs = sorted(own.data), sorted(kept["domains"])
        if name != "version" and (value or "") != (theirs or ""):
            own.errors = [*own.errors, f"Intussen staat hier: {queries.said(own, theirs)}"]
    form.refuse(Refused(CHANGED))
    return True


def _already(goal: LearningGoal) -> ResponseReturnValue | None:
    """Send who opens a form on a goal that is closed to the goal, which says so."""
    try:
        actions.check_not_closed(goal)
    except Refused as refused:
        flash(refused.message, "info")
        return _to(goal)
    return None


# Steps.


def _is_current(form: forms.StepForm, goal: LearningGoal) -> bool:
    """Whether nobody closed or changed the goal since the page was opened; says so if not."""
    try:
        actions.check_not_closed(goal)
    except Refused as refused:
        form.refuse(refused)
        return False
    if form.version.data == str(goal.version):
        return True
    form.version.data = str(goal.version)
    form.refuse(Refused(CHANGED))
    return False


@bp.route("/leerdoelen/<goal>/bereikt", methods=["GET", "POST"])
def reach(goal: LearningGoal) -> ResponseReturnValue:
    form = forms.ReachForm(data={"version": str(goal.version)})
    if form.validate_on_submit() and _is_current(form, goal):
        try:
            actions.reach(goal, form.outcome.data or "", by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("Opgeschreven. Is er een volgende stap? Maak die dan meteen.", "done")
            return _to(goal)
    elif not form.is_submitted() and (answer := _already(goal)):
        return answer
    return render("goals/reach.html", form, goal=goal, line=queries.line(goal))


@bp.route("/leerdoelen/<goal>/stoppen", methods=["GET", "POST"])
def stop(goal: LearningGoal) -> ResponseReturnValue:
    form = forms.StopForm(data={"version": str(goal.version)})
    if form.validate_on_submit() and _is_current(form, goal):
        try:
            actions.stop(goal, form.reason.data or "", by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("Het doel is gestopt. Het blijft in de lijst staan.", "done")
            return _to(goal)
    elif not form.is_submitted() and (answer := _already(goal)):
        return answer
    return render("goals/stop.html", form, goal=goal, line=queries.line(goal))


@bp.route("/leerdoelen/<goal>/parkeren", methods=["GET", "POST"])
def park(goal: LearningGoal) -> ResponseReturnValue:
    form = forms.ParkForm(data={"version": str(goal.version), "reason": goal.reason})
    if form.validate_on_submit() and _is_current(form, goal):
        try:
            review_on = _day(form.review_on.data)
            actions.park(goal, form.reason.data or "", review_on, by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("Het doel is geparkeerd. U krijgt bericht op de dag die u koos.", "done")
            return _to(goal)
    elif not form.is_submitted() and (answer := _already(goal)):
        return answer
    return render("goals/park.html", form, goal=goal, line=queries.line(goal))


@bp.route("/leerdoelen/<goal>/oppakken", methods=["GET", "POST"])
def resume(goal: LearningGoal) -> ResponseReturnValue:
    due_on = goal.due_on if goal.due_on >= clock.today() else None
    form = forms.ResumeForm(data={"version": str(goal.version), "due_on": due_on})
    full: actions.Full | None = None
    if form.validate_on_submit() and _is_current(form, goal):
        try:
            review_on = _parked_until(form)
            if review_on is not None:
                actions.park(goal, goal.reason, review_on, by=person().account)
            else:
                actions.resume(goal, _day(form.due_on.data), by=person().account)
        except actions.Full as refused:
            full = refused
            form.refuse(refused)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(
                "Het doel blijft geparkeerd." if review_on else "Het doel loopt weer.",
                "done",
            )
            return _to(goal)
    elif not form.is_submitted() and (answer := _already(goal)):
        return answer
    form.offer_parking(is_full=full is not None)
    return render("goals/resume.html", form, goal=goal, line=queries.line(goal), full=full)


# Limits.


@bp.get("/leerdoelen/grenzen")
def limits() -> ResponseReturnValue:
    at_most, is_set, rooms = queries.rooms()
    return render("goals/limits.html", at_most=at_most, is_set=is_set, page=page_of(rooms))


@bp.route("/leerdoelen/grenzen/vastleggen", methods=["GET", "POST"])
def set_limit() -> ResponseReturnValue:
    asked = queries.limit_proposal(request.args.get("voor", ""), request.args.get("team", ""))
    form = forms.LimitForm(data=asked)
    form.holder.offer(queries.limit_options())
    if form.validate_on_submit() and not _was_set(form):
        try:
            actions.set_limit(
                None if form.holder.code == queries.REGION else _holder(form.holder.code),
                form.team.data or "",
                form.at_most.data,
                by=person().account,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("De grens is bewaard.", "done")
            return redirect(url_for("goals.limits"))
    return render("goals/set_limit.html", form)


def _was_set(form: forms.LimitForm) -> bool:
    """Say when somebody else set the same limit since the page was opened."""
    now = queries.limit_mark(form.holder.code, form.team.data or "")
    seen = form.version.data or ""
    if now == seen or now.rpartition("|")[0] != seen.rpartition("|")[0]:
        return False
    form.version.data = now
    words = now.rpartition("|")[2] or "geen eigen grens"
    form.refuse(
        Refused(f"Intussen staat hier: {words}. Kies wat het wordt en bewaar opnieuw.", "at_most")
    )
    return True
