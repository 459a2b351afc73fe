"""Tables, their calendars and all journeys. Views get objects, not ids: see access.guard."""

from datetime import time

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coordinator import clock, effects, governance, web
from coordinator.access import may, person
from coordinator.errors import Refused
from coordinator.models import Meeting, Tafel
from coordinator.seats import attendance
from coordinator.tafels import actions, forms, queries, roads
from coordinator.web import page_of, paginate, render

bp = Blueprint("tafels", __name__)


@bp.get("/tafels")
def index() -> ResponseReturnValue:
    form = forms.TafelFilter(
        level=queries.LEVEL_CHOICES,
        domain=queries.domain_choices(),
        area=queries.area_choices(),
    )
    day = web.as_of()
    page = paginate(
        queries.tafels(form.level.data, form.domain.data, form.area.data, form.text.data, day)
    )
    return render(
        "tafels/index.html",
        filters=form,
        page=page,
        lines=queries.lines(page.items, day),
        is_filtered=any(field.data for field in form),
    )


@bp.get("/tafels/<tafel>")
def show(tafel: Tafel) -> ResponseReturnValue:
    day = web.as_of()
    handovers = queries.handovers(tafel, day)
    coming = queries.coming(tafel, day)
    agreements = [tafel.agreement, *(step.agreement for step in handovers)]
    return render(
        "tafels/show.html",
        tafel=tafel,
        members=queries.members(tafel, day),
        soon=day + queries.SOON,
        held=governance.in_force_on(agreements, day),
        standing=queries.mandate(tafel, day),
        ahead=queries.taking_over(tafel, agreements, day),
        incoming=[h for h in handovers if h.target_id == tafel.id],
        outgoing=[h for h in handovers if h.source_id == tafel.id],
        coming=coming,
        reads_agenda=bool(coming) and may("agenda.show", meeting=coming[0].meeting),
        past=queries.past(tafel, day),
        attended=attendance.summary(tafel, day),
    )


@bp.get("/tafels/<tafel>/effect")
def effect(tafel: Tafel) -> ResponseReturnValue:
    seats = effects.vacant_choices(tafel)
    form = forms.TafelEffectFilter(
        **effects.choices(), seat=[(key, queries.seat_words(seat)) for key, seat in seats.items()]
    )
    day = form.chosen_day
    seat = seats.get(form.seat.data or "")
    shown = signals = drawing = None
    if effects.is_there(tafel):
        change = effects.seat_change(seat, day) if seat else effects.tafel_change(tafel, day)
        shown = effects.shown(change, day)
        signals = effects.open_signals(change, day, person().grants)
        drawing = effects.drawn(change, day)
    return render(
        "tafels/effect.html",
        filters=form,
        tafel=tafel,
        seat=seat,
        effect=shown,
        signals=signals,
        granted=None,
        drawing=drawing,
        page=page_of(shown.chosen(form) if shown else []),
    )


@bp.route("/tafels/<tafel>/termijnen", methods=["GET", "POST"])
def edit_terms(tafel: Tafel) -> ResponseReturnValue:
    actions.check_is_there(tafel)
    form = forms.TermsForm(
        data={
            "submission_days": tafel.submission_days,
            "feedback_days": tafel.feedback_days,
            "version": tafel.version,
        }
    )
    consequences = effect = None
    if form.validate_on_submit():
        terms = form.submission_days.data or 0, form.feedback_days.data or 0
        try:
            if request.method == "POST":
                moved = actions.edit_terms(tafel, *terms, form.version.data, by=person().account)
                flash(f"De termijnen zijn gewijzigd. {moved_words(moved)}", "done")
                return redirect(url_for("tafels.show", tafel=tafel.code))
            actions.check_terms(tafel, *terms)
            change = actions.terms_change(tafel, *terms)
            effect = effects.shown(change, clock.today())
            consequences = actions.consequences_of_terms(change)
        except Refused as refused:
            form.refuse(refused)
            form.version.data = str(tafel.version)
    return render(
        "tafels/edit_terms.html",
        form,
        tafel=tafel,
        effect=effect,
        consequences=consequences,
        words=actions.terms_words,
    )


@bp.route("/tafels/<tafel>/vergadering-toevoegen", methods=["GET", "POST"])
def new_meeting(tafel: Tafel) -> ResponseReturnValue:
    form = forms.NewMeetingForm(data={"held_on": web.asked_date("datum")})
    if form.validate_on_submit() and (day := form.held_on.data):
        try:
            moved = actions.add_meeting(
                tafel, day, form.time.data, form.location.data or "", by=person().account
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(f"De vergadering staat in de agenda. {moved_words(moved)}", "done")
            return redirect(url_for("tafels.show", tafel=tafel.code))
    return render("tafels/new_meeting.html", form, tafel=tafel)


@bp.route("/vergaderingen/<meeting>/verplaatsen", methods=["GET", "POST"])
def move_meeting(meeting: Meeting) -> ResponseReturnValue:
    actions.check_can_change(meeting)
    form = forms.MoveMeetingForm(
        data={
            "held_on": meeting.held_on,
            "time": time.fromisoformat(meeting.time) if meeting.time else None,
            "location": meeting.location,
            "version": meeting.version,
        }
    )
    consequences = None
    then_words = closing_words = ""
    if form.validate_on_submit() and (day := form.held_on.data):
        at, place = form.time.data, form.location.data or ""
        try:
            if request.method == "POST":
                moved = actions.move_meeting(
                    meeting,
                    day,
                    at,
                    place,
                    form.reason.data or "",
                    form.version.data,
                    by=person().account,
                )
                flash(f"De vergadering is gewijzigd. {moved_words(moved)}", "done")
                return redirect(url_for("tafels.show", tafel=meeting.tafel.code))
            consequences = actions.consequences_of_move(meeting, day)
            then_words = actions.words(day, actions.at_words(at), place)
            closing_words = actions.closing_words(meeting.tafel, day)
        except Refused as refused:
            form.refuse(refused)
    return render(
        "tafels/move_meeting.html",
        form,
        meeting=meeting,
        consequences=consequences,
        now_words=actions.words(meeting.held_on, meeting.time, meeting.location),
        then_words=then_words,
        closing_words=closing_words,
    )


@bp.route("/vergaderingen/<meeting>/vervalt", methods=["GET", "POST"])
def cancel_meeting(meeting: Meeting) -> ResponseReturnValue:
    actions.check_can_change(meeting)
    form = forms.CancelMeetingForm(data={"version": meeting.version})
    if form.validate_on_submit():
        try:
            moved = actions.cancel_meeting(
                meeting, form.reason.data or "", form.version.data, by=person().account
            )
        except Refused as refused:
            form.refuse(refused)
            form.version.data = str(meeting.version)
        else:
            flash(f"De vergadering gaat niet door. {moved_words(moved)}", "done")
            return redirect(url_for("tafels.show", tafel=meeting.tafel.code))
    return render(
        "tafels/cancel_meeting.html",
        form,
        meeting=meeting,
        now_words=actions.words(meeting.held_on, meeting.time, meeting.location),
        consequences=actions.consequences_of_cancelling(meeting),
    )


@bp.get("/netwerk/reizen")
def plan() -> ResponseReturnValue:
    form = forms.PlanFilter(road=[("geen", "Zonder weg"), ("wel", "Met een weg")])
    day = web.as_of()
    rows = roads.plan(day)
    without = sum(row.reason is not None for row in rows)
    if form.road.data:
        rows = [row for row in rows if (row.reason is not None) == (form.road.data == "geen")]
    return render(
        "tafels/plan.html",
        filters=form,
        page=page_of(rows),
        without=without,
        region=governance.planner_on(day).region,
    )


@bp.get("/netwerk/reizen.csv")
def plan_csv() -> ResponseReturnValue:
    day = web.as_of()
    name = f"reizen-{day.isoformat()}.csv"
    return Response(
        roads.plan_as_csv(day).encode(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def moved_words(count: int) -> str:
    """Return how many journeys got other dates, in a sentence."""
    if count == 0:
        return "Geen enkele reis is veranderd."
    if count == 1:
        return "Eén reis is opnieuw gepland. De reden staat bij het signaal."
    return f"{count} reizen zijn opnieuw gepland. De reden staat bij elk signaal."
