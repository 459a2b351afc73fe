"""Agendas of tables and the outcomes on them. Views get objects, not ids: see access.guard."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coordinator import clock, web
from coordinator.access import person
from coordinator.agenda import actions, queries
from coordinator.agenda.forms import AgendaFilter, DecideForm, HandOverForm, OutcomeForm, PutOffForm
from coordinator.errors import Refused
from coordinator.models import AgendaItem, Decision, DecisionKind, ItemStatus, Meeting
from coordinator.seats import attendance
from coordinator.web import render

bp = Blueprint("agenda", __name__)


@bp.get("/agenda")
def index() -> ResponseReturnValue:
    tafels = queries.tafels_of(person().grants)
    form = AgendaFilter(request.args)
    choices = queries.tafel_choices(tafels)
    form.offer(choices)
    page = web.paginate(queries.meetings(tafels, form.period, form.tafel.data or ""))
    loads = queries.loads([meeting.id for meeting in page.items])
    rows = [queries.listed(meeting, loads[meeting.id]) for meeting in page.items]
    return render(
        "agenda/index.html",
        filter=form,
        page=page,
        waiting=[row for row in rows if row.is_waiting],
        rows=[row for row in rows if not row.is_waiting],
        has_tafels=bool(choices),
        is_filtered=bool(request.args.get("tafel") or request.args.get("periode")),
    )


@bp.get("/vergaderingen/<meeting>")
def show(meeting: Meeting) -> ResponseReturnValue:
    return show_meeting(meeting)


def show_meeting(meeting: Meeting, refused: Refused | None = None) -> ResponseReturnValue:
    """Return the page of a meeting, above it why closing was refused."""
    page = web.paginate(queries.signals_on(meeting), per_page=20)
    load = queries.loads([meeting.id])[meeting.id]
    attended = attendance.recorded(meeting)
    html = render(
        "agenda/show.html",
        meeting=meeting,
        page=page,
        blocks=queries.blocks(meeting, page.items),
        load=load,
        closing_on=queries.closing_day(meeting),
        closing_words=queries.closing_words(meeting),
        expected=queries.count_expected(meeting) if meeting.held_on >= clock.today() else 0,
        is_day_reached=meeting.held_on <= clock.today(),
        attended_words=attendance.taken_words(*attendance.count(attended)) if attended else "",
        presences=[attendance.presence_words(row) for row in attended],
        refused=refused.message if refused else "",
    )
    return (html[0], 422) if refused and isinstance(html, tuple) else html


@bp.post("/vergaderingen/<meeting>/afsluiten")
def close(meeting: Meeting) -> ResponseReturnValue:
    try:
        actions.close_meeting(meeting, by=person().account)
    except Refused as refused:
        return show_meeting(meeting, refused)
    flash("De vergadering is afgesloten.", "done")
    return redirect(url_for("agenda.show", meeting=meeting.public_id))


@bp.post("/besluiten/<decision>/gedaan")
def done(decision: Decision) -> ResponseReturnValue:
    signal = decision.signal.public_id
    place = url_for("agenda.show", meeting=decision.meeting.public_id, _anchor=f"signaal-{signal}")
    try:
        actions.keep_promise(decision, by=person().account)
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        flash("Fijn. De belofte staat als gedaan.", "done")
    return redirect(url_for("home.index") if request.form.get("van") == "vandaag" else place)


def outcome_page(
    template: str, form: OutcomeForm, item: AgendaItem, **context: Any
) -> ResponseReturnValue:
    """Return the page of an outcome; when another was first, their outcome stands on it."""
    block = queries.block_of(item)
    if block.leervraag:
        form.name_leervraag()
    return render(
        template,
        form=form,
        item=item,
        block=block,
        is_open=item.status is ItemStatus.PLANNED,
        refusal=actions.why_not(item),
        outcome=queries.outcome_of(item),
        recorded_by=queries.name_of(item.recorded_by_id),
        **context,
    )


def place_of(item: AgendaItem) -> str:
    """Return where the signal of an item stands on the page of its meeting."""
    signal = item.journey.signal.public_id
    return url_for("agenda.show", meeting=item.meeting.public_id, _anchor=f"signaal-{signal}")


@bp.route("/agendapunten/<item>/besluit", methods=["GET", "POST"])
def decide(item: AgendaItem) -> ResponseReturnValue:
    form, items, back_to = DecideForm(), [item, *queries.siblings(item)], place_of(item)
    form.about(items)
    people = queries.people_at(item.meeting.tafel_id)
    form.offer_owners(queries.person_choices(people))
    if form.validate_on_submit():
        by_id = {one.public_id: one for one in people}
        try:
            actions.decide(
                form.chosen(items),
                kind=DecisionKind(form.kind.data),
                text=form.text.data or "",
                reason=form.reason.data or "",
                whose=form.whose.data or "",
                owner=form.owner.data or "",
                owner_account=by_id.get(form.owner_account.data),
                done_by_on=form.done_by_on.data,
                answer=form.answer.data or "",
                early=form.is_early,
                by=person().account,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("Het besluit is vastgelegd. Wie het inbracht, krijgt bericht.", "done")
            return redirect(back_to)
    return outcome_page("agenda/decide.html", form, item)


@bp.route("/agendapunten/<item>/doorgeven", methods=["GET", "POST"])
def hand_over(item: AgendaItem) -> ResponseReturnValue:
    form, items, back_to = HandOverForm(), [item, *queries.siblings(item)], place_of(item)
    form.about(items)
    tables = queries.next_tables(item)
    form.offer(tables)
    if form.validate_on_submit():
        try:
            to = queries.get_tafel(form.tafel.data)
            on = actions.hand_over(
                form.chosen(items),
                to=to,
                note=form.note.data or "",
                early=form.is_early,
                by=person().account,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(f"Doorgegeven aan {to.name} van {web.day(on)}.", "done")
            return redirect(back_to)
    return outcome_page("agenda/hand_over.html", form, item)


@bp.route("/agendapunten/<item>/uitstellen", methods=["GET", "POST"])
def put_off(item: AgendaItem) -> ResponseReturnValue:
    form, items, back_to = PutOffForm(), [item, *queries.siblings(item)], place_of(item)
    form.about(items)
    if form.validate_on_submit():
        try:
            on = actions.put_off(
                form.chosen(items),
                reason=form.reason.data or "",
                early=form.is_early,
                by=person().account,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            if on:
                flash(f"Uitgesteld naar {web.day(on)}.", "done")
            else:
                flash(
                    "Uitgesteld. Deze tafel heeft nog geen volgende vergadering. "
                    "De leercoördinator krijgt hiervan bericht.",
                    "warning",
                )
            return redirect(back_to)
    next_on, _after = queries.put_off_to(item)
    return outcome_page("agenda/put_off.html", form, item, next_on=next_on)
