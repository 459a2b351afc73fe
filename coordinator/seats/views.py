"""Seats, and the people on them. Views get objects, not ids: see access.guard."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coordinator import clock, effects, web
from coordinator.access import may, person
from coordinator.errors import Refused
from coordinator.models import Account, Meeting, Seat, Tafel
from coordinator.planning import Consequence
from coordinator.seats import actions, forms, queries, work
from coordinator.seats import attendance as records
from coordinator.seats.queries import A_DAY, STATES
from coordinator.web import page_of, render

bp = Blueprint("seats", __name__)


@bp.get("/zetels")
def index() -> ResponseReturnValue:
    day = web.as_of(has_own_field=True)
    form = forms.SeatFilter(
        state=[(state.value, words) for state, words in STATES.items()],
        role=queries.role_choices(),
    )
    found = queries.lines(day)
    form.day.data = day
    page = page_of(
        queries.chosen(
            found,
            state=form.state.data,
            tafel=form.tafel.data,
            partner=form.partner.data,
            role=form.role.data,
            person=form.person.data,
        )
    )
    return render(
        "seats/index.html",
        filters=form,
        day=day,
        page=page,
        headlines=queries.headlines(found, day),
        without_experience=len(queries.without_lived_experience(day)),
        is_filtered=any(field.data for field in form if field is not form.day),
        is_empty=not found,
        may_change=day >= clock.today()
        and any(may("seats.edit", seat=line) for line in page.items),
    )


@bp.get("/zetels/ervaring")
def experience() -> ResponseReturnValue:
    day = web.as_of()
    missing = queries.without_lived_experience(day)
    return render(
        "seats/experience.html",
        page=page_of(missing),
        total=len(queries.tafels_on(day)),
        missing=len(missing),
    )


@bp.route("/tafels/<tafel>/zetel-toevoegen", methods=["GET", "POST"])
def new(tafel: Tafel) -> ResponseReturnValue:
    asked = {"partner": request.args.get("partner", ""), "role": request.args.get("rol", "")}
    form = forms.NewSeatForm(data=asked)
    form.offer(queries.partner_choices(), queries.role_choices())
    if form.validate_on_submit():
        partner = queries.find_partner(form.partner.code)
        role = queries.find_role(form.role.data)
        try:
            if partner is None or role is None:
                raise Refused("Kies opnieuw een organisatie en een rol.")
            _seat, moved = actions.appoint(
                tafel,
                partner,
                role,
                person=form.person.data or "",
                deputy=form.deputy.data or "",
                vote=form.chosen_vote,
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                by=person().account,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(f"De zetel is toegevoegd. {moved_words(moved)}", "done")
            return redirect(_list_of(tafel))
    return render("seats/new.html", form, tafel=tafel)


@bp.route("/zetels/<seat>/wijzigen", methods=["GET", "POST"])
def edit(seat: Seat) -> ResponseReturnValue:
    form = forms.AppointmentForm(
        data={
            "version": seat.version,
            "person": seat.person,
            "deputy": seat.deputy,
            "vote": seat.vote.value if seat.vote else "",
            "starts_on": seat.starts_on,
            "ends_on": seat.ends_on,
        }
    )
    if form.validate_on_submit():
        try:
            moved = actions.change(
                seat,
                person=form.person.data or "",
                deputy=form.deputy.data or "",
                vote=form.chosen_vote,
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                version=form.version.data,
                by=person().account,
            )
        except Refused as refused:
            form.refuse(refused)
            form.version.data = str(seat.version)
        else:
            flash(f"De zetel is gewijzigd. {moved_words(moved)}", "done")
            return redirect(_list_of(seat.tafel))
    return render("seats/edit.html", form, seat=seat, is_over=_is_over(seat))


@bp.route("/zetels/<seat>/opvolgen", methods=["GET", "POST"])
def succeed(seat: Seat) -> ResponseReturnValue:
    last = seat.ends_on or clock.today()
    form = forms.SuccessionForm(
        data={
            "last_day": last,
            "starts_on": max(last, clock.today() - A_DAY) + A_DAY if last < web.LAST_DAY else None,
            "version": seat.version,
        }
    )
    shown = False
    headline = None
    vacant_words = ""
    consequences: list[Consequence] = []
    last_day, starts_on, ends_on = form.last_day.data, form.starts_on.data, form.ends_on.data
    if form.validate_on_submit() and last_day and starts_on:
        try:
            if request.method == "POST":
                _, moved = actions.succeed(
                    seat,
                    last_day,
                    person=form.person.data or "",
                    deputy=form.deputy.data or "",
                    starts_on=starts_on,
                    ends_on=ends_on,
                    version=form.version.data,
                    by=person().account,
                )
                flash(f"De opvolging is vastgelegd. {moved_words(moved)}", "done")
                return redirect(_list_of(seat.tafel))
            actions.check_succession(seat, last_day, starts_on, ends_on)
            shown = True
            consequences = actions.consequences(seat, last_day, starts_on, ends_on)
            headline = _headline(seat, last_day, starts_on)
            vacant_words = _vacant_words(last_day + A_DAY, starts_on - A_DAY)
        except Refused as refused:
            form.refuse(refused)
            form.version.data = str(seat.version)
    return render(
        "seats/succeed.html",
        form,
        seat=seat,
        now_words=actions.now_words(seat),
        shown=shown,
        headline=headline,
        vacant_words=vacant_words,
        consequences=consequences,
    )


def _vacant_words(first: date, until: date) -> str:
    """Return on which days nobody sits there between the one and the other; nothing if none."""
    if until < first:
        return ""
    if first == until:
        return f"Op {web.day(first)} is de zetel leeg."
    return f"Van {web.day(first)} tot en met {web.day(until)} is de zetel leeg."


def _headline(seat: Seat, last_day: date, taken_from: date | None = None) -> str | None:
    """Return what it means for new signals that the seat is vacant from the day after."""
    first = max(last_day + A_DAY, clock.today())
    is_held = taken_from is not None and taken_from <= first
    if is_held or not effects.is_there(seat.tafel):
        return None
    return effects.headline(effects.seat_change(seat, first), first)


@bp.route("/zetels/<seat>/beeindigen", methods=["GET", "POST"])
def end(seat: Seat) -> ResponseReturnValue:
    form = forms.EndForm(data={"last_day": seat.ends_on, "version": seat.version})
    shown = False
    headline = None
    consequences: list[Consequence] = []
    if form.validate_on_submit() and (last_day := form.last_day.data):
        try:
            if request.method == "POST":
                moved = actions.end(seat, last_day, version=form.version.data, by=person().account)
                flash(f"De laatste dag is vastgelegd. {moved_words(moved)}", "done")
                return redirect(_list_of(seat.tafel))
            actions.check_last_day(seat, last_day)
            shown = True
            consequences = actions.consequences(seat, last_day)
            headline = _headline(seat, last_day)
        except Refused as refused:
            form.refuse(refused)
            form.version.data = str(seat.version)
    return render(
        "seats/end.html",
        form,
        seat=seat,
        now_words=actions.now_words(seat),
        shown=shown,
        headline=headline,
        consequences=consequences,
        is_over=_is_over(seat),
    )


@bp.post("/zetels/<seat>/laten-vervallen")
def lapse(seat: Seat) -> ResponseReturnValue:
    actions.lapse(seat, by=person().account)
    flash("De zetel is vervallen. Zij staat niet meer in de lijst.", "done")
    return redirect(_list_of(seat.tafel))


@bp.route("/vergaderingen/<meeting>/aanwezigheid", methods=["GET", "POST"])
def attendance(meeting: Meeting) -> ResponseReturnValue:
    seats = records.seats_at(meeting)
    rows = records.recorded(meeting)
    form = forms.attendance_form(
        [(seat, records.seat_words(seat)) for seat in seats],
        {row.seat_id: row.presence for row in rows},
        records.fingerprint(rows),
    )
    if form.validate_on_submit():
        try:
            actions.record_attendance(
                meeting, form.answers(seats), seen=form.seen.data, by=person().account
            )
        except Refused as refused:
            form.refuse(refused)
            form.seen.data = records.fingerprint(rows)
        else:
            flash("De aanwezigheid is vastgelegd.", "done")
            return redirect(url_for("agenda.show", meeting=meeting.public_id))
    return render(
        "seats/attendance.html",
        form,
        meeting=meeting,
        questions=form.questions(seats),
        refusal=actions.why_no_attendance(meeting),
    )


@bp.route("/mensen/<account>/overdragen", methods=["GET", "POST"])
def hand_over_work(account: Account) -> ResponseReturnValue:
    me = person()
    if me.region is None:
        abort(404)
    open_work = work.find(account, me.region)
    people = work.people(me.region, besides=account)
    form = forms.HandOverWorkForm(data={"seen": open_work.fingerprint})
    form.offer([(one.public_id, work.person_words(one)) for one in people], open_work.kinds)
    if form.validate_on_submit():
        by_id = {one.public_id: one for one in people}
        takers = {kind: by_id[key] for kind, key in form.chosen(open_work.kinds).items()}
        try:
            count = actions.hand_over_work(
                account,
                me.region,
                takers,
                seen=form.seen.data,
                may_give=me.grantable,
                by=me.account,
            )
        except Refused as refused:
            form.refuse(refused)
            form.seen.data = open_work.fingerprint
        else:
            flash(f"Overgedragen: {count}. Wie het overneemt, krijgt een mail.", "done")
            return redirect(url_for("accounts.show", account=account.public_id))
    return render(
        "seats/hand_over_work.html",
        form,
        account=account,
        work=open_work,
        has_people=bool(people),
        seat_words=queries.seat_words,
    )


def _is_over(seat: Seat) -> bool:
    return seat.ends_on is not None and seat.ends_on < clock.today()


def _list_of(tafel: Tafel) -> str:
    return url_for("seats.index", tafel=tafel.code)


def moved_words(count: int) -> str:
    """Return how many journeys got other dates, in a sentence; nothing when none did."""
    if count == 0:
        return ""
    if count == 1:
        return "Eén reis is opnieuw gepland. De reden staat bij het signaal."
    return f"{web.number(count)} reizen zijn opnieuw gepland. De reden staat bij elk signaal."
