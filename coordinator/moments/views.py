"""Leermomenten and the rooms they are in. Views get objects, not ids: see access.guard."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from coordinator import clock, holders, outbox, web
from coordinator.access import coordinators, hash_token, person
from coordinator.db import EVERYTHING, scoped_to
from coordinator.db import session as database
from coordinator.errors import Refused
from coordinator.labels import label
from coordinator.models import (
    Area,
    Domain,
    LearningEvent,
    LearningFormat,
    LearningStructure,
    Level,
    Room,
    SignUp,
    SignUpStatus,
    TakenHome,
    TakenHomeResult,
    Useful,
)
from coordinator.moments import actions, booking, calendar, forms, queries
from coordinator.moments.actions import Terms
from coordinator.offers import queries as offers
from coordinator.planning import current_region
from coordinator.tafels.queries import area_choices, domain_choices
from coordinator.web import page_of, paginate, render

bp = Blueprint("moments", __name__)

PEOPLE_PER_PAGE = 100
_CHANGED = (
    "Iemand anders heeft dit leermoment intussen gewijzigd. Bij elk veld staat wat er nu staat. "
    "Pas uw tekst aan en bewaar opnieuw."
)


def _filters() -> dict[str, list[tuple[str, str]]]:
    return {
        "form": forms.FORMATS,
        "level": forms.LEVELS,
        "domain": domain_choices(),
        "area": area_choices(),
    }


@bp.get("/leermomenten")
def index() -> ResponseReturnValue:
    form = forms.MomentFilter(**_filters(), period=forms.PERIOD_CHOICES)
    asked = {
        "form": form.form.data,
        "level": form.level.data,
        "domains": [form.domain.data] if form.domain.data else [],
        "area": form.area.data,
        "text": form.text.data,
    }
    period = form.chosen_period
    shows_past = period is queries.Period.PAST
    page = paginate(queries.moments(past=shows_past, period=period, **asked))
    me = person().account
    past: list[queries.Line] = []
    if period is queries.Period.COMING:
        found = queries.moments(past=True, **asked).limit(queries.PAST_SHOWN)
        past = queries.lines(database().scalars(found).all(), me)
    kept = {field.name: field.data for field in form if field.data and field is not form.period}
    return render(
        "moments/index.html",
        filters=form,
        page=page,
        lines=queries.lines(page.items, me),
        past=past,
        shows_past=shows_past,
        past_url=url_for("moments.index", periode=queries.Period.PAST.value, **kept),
        is_empty=not page.total and not past and queries.is_empty(),
    )


# Planning: first what is there already.

_SOURCES = ("aanbod", "leervraag", "doel", "leerplek")
_WISHES = ("niveau", "domein", "gebied")


def _start() -> queries.Start:
    offer, leervraag, goal, structure = (request.args.get(name, "") for name in _SOURCES)
    return queries.start_from(offer=offer, leervraag=leervraag, goal=goal, structure=structure)


def _asked(names: tuple[str, ...]) -> dict[str, Any]:
    """Return what the address asks under these names."""
    return {name: request.args[name] for name in names if request.args.get(name)}


@bp.get("/leermomenten/nieuw")
def new() -> ResponseReturnValue:
    start = _start()
    form = forms.WishForm(level=forms.LEVELS, domain=domain_choices(), area=area_choices())
    if "niveau" not in request.args:  # not asked by hand yet: what the source says
        form.level.data = start.level
        form.domain.data = next(iter(start.domains), "") if len(start.domains) == 1 else ""
        form.area.data = start.area
        codes = list(start.domains)
    else:
        codes = [form.domain.data] if form.domain.data else []
    level = Level(form.level.data) if form.level.data else None
    area = offers.find_area(form.area.data) if form.area.data else None
    domains = offers.find_domains(codes)
    kept = _asked(_SOURCES)
    wish: dict[str, Any] = {
        name: value
        for name, value in zip(_WISHES, (field.data for field in form), strict=True)
        if value
    }
    has_wish = bool(level or domains or area)
    places = (
        offers.structures_for(level, [one.id for one in domains], area.id if area else None)
        if has_wish
        else []
    )
    return render(
        "moments/new.html",
        wish=form,
        kept=kept,
        start=start,
        has_wish=has_wish,
        domains=[one.name for one in domains] if len(domains) > 1 else [],
        places=places[: queries.FITTING_SHOWN],
        places_more=max(0, len(places) - queries.FITTING_SHOWN),
        recorded=[] if has_wish else _recorded(),
        coming=queries.coming_that_fit(
            person().account,
            level=form.level.data,
            domains=codes,
            area=form.area.data,
        ),
        plan_url=url_for("moments.plan", stap=2, **kept, **wish),
    )


def _recorded() -> Sequence[LearningStructure]:
    """Return places for learning for who did not say yet what for."""
    return database().scalars(offers.structures().limit(queries.FITTING_SHOWN)).all()


@bp.route("/leermomenten/nieuw/plannen", methods=["GET", "POST"])
def plan() -> ResponseReturnValue:
    kept = _asked(_SOURCES + _WISHES)
    if request.method == "GET" and "stap" not in request.args:
        return redirect(url_for("moments.new", **kept))  # what is there already is seen first
    start = _start()
    form = forms.MomentForm()
    _offer(form, start=start)
    if not form.is_submitted():
        form.start(start)
        _take_wish(form)
    if form.validate_on_submit():
        try:
            moment = actions.plan(_terms(form), by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("Het leermoment is gepland. Iedereen kan zich nu aanmelden.", "done")
            return redirect(url_for("moments.show", moment=moment.public_id))
    return render("moments/plan.html", form, back=url_for("moments.new", **kept))


def _take_wish(form: forms.MomentForm) -> None:
    """Fill in what was asked in the first step, where it is something that can be chosen."""
    for name, field in (("niveau", form.level), ("gebied", form.area)):
        if request.args.get(name) in {choice[0] for choice in field.iter_choices()}:
            field.data = request.args[name]
    if code := request.args.get("domein"):
        form.domains.data = [code]


def _offer(
    form: forms.MomentForm,
    moment: LearningEvent | None = None,
    start: queries.Start = queries.NOTHING,
) -> None:
    """Fill the choices; what stands there already or is in the address can always be chosen."""
    leervragen = moment.leervragen if moment else queries.find_leervragen(start.leervragen)
    goals = moment.goals if moment else queries.find_goals(start.goals)
    form.offer_all(
        rooms=queries.room_choices(moment.room if moment else None),
        domains=_with(domain_choices(), moment.domains if moment else ()),
        areas=_with(area_choices(), [moment.area] if moment and moment.area else ()),
        people=queries.people_options(moment.hosts if moment else ()),
        leervragen=queries.leervraag_options(leervragen),
        goals=queries.goal_options(goals),
        offers=queries.offer_options(moment.offer if moment else None),
        structures=offers.structure_options(moment.structure if moment else None),
    )


def _with(choices: list[tuple[str, str]], also: Iterable[Area | Domain]) -> list[tuple[str, str]]:
    """Add what a leermoment has already, though it has left the region: saving keeps it."""
    known = {code for code, _ in choices}
    return [*choices, *((one.code, one.name) for one in also if one.code not in known)]


def _terms(form: forms.MomentForm) -> Terms:
    if form.held_on.data is None or form.begins.data is None or form.ends.data is None:
        raise Refused("Kies een dag en een tijd.", "held_on")
    area = offers.find_area(form.area.data) if form.area.data else None
    return Terms(
        title=form.title.data or "",
        description=form.description.data or "",
        form=LearningFormat(form.form.data),
        level=Level(form.level.data) if form.level.data else None,
        domains=offers.find_domains(form.domains.data or []),
        area_id=area.id if area is not None else None,
        held_on=form.held_on.data,
        begins=f"{form.begins.data:%H:%M}",
        ends=f"{form.ends.data:%H:%M}",
        room=form.room.data or "",
        place=form.place.data or "",
        is_online=form.where.data == forms.Where.ONLINE,
        places=form.places.data,
        hosts=form.who(queries.find_people(form.hosts.data)),
        leervragen=queries.find_leervragen(form.leervragen.data),
        goals=queries.find_goals(form.goals.data),
        offer_id=queries.find_offer_id(form.offer.code),
        structure_id=queries.find_structure_id(form.structure.code),
    )


@bp.route("/leermomenten/<moment>/wijzigen", methods=["GET", "POST"])
def edit(moment: LearningEvent) -> ResponseReturnValue:
    form = forms.MomentForm()
    _offer(form, moment)
    theirs = None
    if not form.is_submitted():
        form.show(moment)
    if form.validate_on_submit():
        if form.version.data != str(moment.version):
            theirs = moment
            form.version.data = str(moment.version)
            form.refuse(Refused(_CHANGED))
        else:
            try:
                told = actions.change(moment, _terms(form), by=person().account)
            except Refused as refused:
                form.refuse(refused)
            else:
                flash(f"Het leermoment is bewaard.{_told(told)}", "done")
                if overlap := _also_elsewhere(moment):
                    flash(
                        f"{overlap} Kies een andere tijd, of laat deelnemers zelf kiezen.",
                        "warning",
                    )
                return redirect(url_for("moments.show", moment=moment.public_id))
    return render("moments/edit.html", form, moment=moment, theirs=theirs, now=_now(moment))


def _now(moment: LearningEvent) -> dict[str, str]:
    """Return what is kept, per field, for beside what the second editor typed."""

    def listed(words: Iterable[str]) -> str:
        return "; ".join(words) or "(geen)"

    return {
        "title": moment.title,
        "form": label(moment.format),
        "description": moment.description or "(leeg)",
        "when": queries.when_words(moment),
        "where": queries.where_words(moment) + (f", {moment.place}" if moment.is_online else ""),
        "places": str(moment.places) if moment.places is not None else "(leeg)",
        "hosts": listed(host.name for host in moment.hosts),
        "level": label(moment.level) if moment.level else "Alle niveaus",
        "domains": listed(one.name for one in moment.domains),
        "area": moment.area.name if moment.area else "De hele regio",
        "leervragen": listed(one.question for one in moment.leervragen),
        "goals": listed(one.better for one in moment.goals),
        "offer": moment.offer.title if moment.offer else "(geen)",
        "structure": moment.structure.name if moment.structure else "(geen)",
    }


def _told(told: actions.Told) -> str:
    said = ""
    if told.mailed:
        count = web.number(told.mailed)
        who = "Eén persoon heeft" if told.mailed == 1 else f"{count} mensen hebben"
        said = f" {who} een mail gekregen."
    if told.unreached:
        count = web.number(told.unreached)
        who = "Eén deelnemer heeft" if told.unreached == 1 else f"{count} deelnemers hebben"
        said += f" {who} hier geen account of rol. Geef het zelf door."
    return said


def _also_elsewhere(moment: LearningEvent) -> str:
    """Return in words that who comes is at another leermoment too, since one was moved."""
    if queries.has_begun(moment) or queries.is_cancelled(moment):
        return ""
    count = booking.also_elsewhere(moment)
    if not count:
        return ""
    who = "Eén deelnemer is" if count == 1 else f"{web.number(count)} deelnemers zijn"
    return f"{who} op die tijd ook bij een ander leermoment."


@bp.route("/leermomenten/<moment>/afzeggen", methods=["GET", "POST"])
def cancel(moment: LearningEvent) -> ResponseReturnValue:
    form = forms.CancelForm(data={"version": moment.version})
    if form.validate_on_submit():
        try:
            if form.version.data != str(moment.version):
                form.version.data = str(moment.version)
                raise Refused(
                    "Iemand anders heeft dit leermoment intussen gewijzigd. Het is nu op "
                    f"{queries.when_words(moment)}. Wilt u het nog afzeggen? Druk dan nog een keer."
                )
            told = actions.cancel(moment, form.reason.data or "", by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(f"Het leermoment gaat niet door.{_told(told)}", "done")
            return redirect(url_for("moments.show", moment=moment.public_id))
    return render(
        "moments/cancel.html",
        form,
        moment=moment,
        when=queries.when_words(moment),
        places=queries.places_of([moment])[moment.id],
    )


# One leermoment.


@bp.get("/leermomenten/<moment>")
def show(moment: LearningEvent) -> ResponseReturnValue:
    me = person()
    mine = queries.own_sign_up(moment, me.account)
    is_placed = mine is not None and mine.status is SignUpStatus.PLACED
    is_waiting = mine is not None and mine.status is SignUpStatus.WAITING
    leads = queries.leads(moment, me.account)
    is_open = not queries.has_begun(moment) and not queries.is_cancelled(moment)
    has_begun = queries.has_begun(moment) and not queries.is_cancelled(moment)
    return render(
        "moments/show.html",
        moment=moment,
        when=queries.when_words(moment),
        where=queries.where_words(moment),
        places=queries.places_of([moment])[moment.id],
        is_cancelled=queries.is_cancelled(moment),
        is_open=is_open,
        is_over=queries.is_over(moment) and not queries.is_cancelled(moment),
        has_begun=has_begun,
        is_today_or_past=clock.today() >= moment.held_on and not queries.is_cancelled(moment),
        is_placed=is_placed,
        is_waiting=is_waiting,
        leads=leads,
        position=queries.place_on_waiting_list(mine) if mine and is_waiting else 0,
        shows_joining=is_placed or leads or coordinators(me),
        asks_evaluation=not queries.why_no_evaluation(moment, mine),
        opinions=queries.opinions(moment) if has_begun else None,
        taken_home=queries.taken_home(moment) if has_begun else [],
        holder_words=holders.words,
    )


@bp.get("/leermomenten/<moment>.ics")
def ics(moment: LearningEvent) -> ResponseReturnValue:
    me = person()
    mine = queries.own_sign_up(moment, me.account)
    is_in = mine is not None and mine.status is SignUpStatus.PLACED
    sees = is_in or queries.leads(moment, me.account) or coordinators(me)
    joining = moment.place if moment.is_online and sees else ""
    return _calendar(calendar.of_moment(moment, joining), f"leermoment-{moment.public_id}.ics")


def _calendar(content: bytes, name: str) -> Response:
    response = Response(content, content_type=calendar.MIME_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# Signing up and off.


def _back_to(moment: LearningEvent, refused: Refused) -> ResponseReturnValue:
    """Say on the page of the leermoment why a button did nothing."""
    flash(refused.message, "warning")
    return redirect(url_for("moments.show", moment=moment.public_id))


@bp.post("/leermomenten/<moment>/aanmelden")
def sign_up(moment: LearningEvent) -> ResponseReturnValue:
    me = person()
    try:
        actions.sign_up(moment, me.grants, by=me.account)
    except Refused as refused:
        return _back_to(moment, refused)
    return redirect(url_for("moments.show", moment=moment.public_id))


@bp.post("/leermomenten/<moment>/afmelden")
def sign_off(moment: LearningEvent) -> ResponseReturnValue:
    me = person()
    mine = queries.own_sign_up(moment, me.account)
    try:
        if mine is None:
            raise Refused("U was niet aangemeld.")
        actions.sign_off(moment, mine, by=me.account)
    except Refused as refused:
        return _back_to(moment, refused)
    flash("U bent afgemeld.", "done")
    return redirect(url_for("moments.show", moment=moment.public_id))


@bp.get("/leermomenten/<moment>/deelnemers")
def people(moment: LearningEvent) -> ResponseReturnValue:
    page = paginate(queries.sign_ups(moment, SignUpStatus.PLACED), PEOPLE_PER_PAGE)
    waiting = (
        database()
        .scalars(queries.sign_ups(moment, SignUpStatus.WAITING).limit(PEOPLE_PER_PAGE))
        .all()
    )
    present, absent = queries.attendance_counts(moment)
    return render(
        "moments/people.html",
        moment=moment,
        when=queries.when_words(moment),
        places=queries.places_of([moment])[moment.id],
        page=page,
        waiting=waiting,
        left=queries.without_role([*page.items, *waiting]),
        present=present,
        absent=absent,
        is_open=not queries.has_begun(moment) and not queries.is_cancelled(moment),
        also_elsewhere=_also_elsewhere(moment),
        is_today_or_past=clock.today() >= moment.held_on and not queries.is_cancelled(moment),
        name_of=queries.name_of,
    )


@bp.route("/leermomenten/<moment>/iemand-aanmelden", methods=["GET", "POST"])
def sign_up_other(moment: LearningEvent) -> ResponseReturnValue:
    form = forms.OtherSignUpForm()
    form.partner.offer(offers.partner_options())
    if form.validate_on_submit():
        partner = offers.find_partner(form.partner.code) if form.partner.code else None
        try:
            one = actions.sign_up_other(moment, form.name.data or "", partner, by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            if one.status is SignUpStatus.PLACED:
                flash(f"{one.name} heeft een plek.", "done")
            else:
                position = queries.place_on_waiting_list(one)
                flash(
                    f"Dit leermoment is vol. {one.name} staat op plek {position} van de "
                    "wachtlijst.",
                    "warning",
                )
            return redirect(url_for("moments.people", moment=moment.public_id))
    return render(
        "moments/sign_up_other.html",
        form,
        moment=moment,
        places=queries.places_of([moment])[moment.id],
    )


@bp.post("/leermomenten/aanmeldingen/<sign_up>/afmelden")
def sign_off_other(sign_up: SignUp) -> ResponseReturnValue:
    moment = sign_up.event
    try:
        actions.sign_off(moment, sign_up, by=person().account)
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        flash(f"{queries.name_of(sign_up)} is afgemeld.", "done")
    return redirect(url_for("moments.people", moment=moment.public_id))


@bp.route("/leermomenten/<moment>/aanwezigheid", methods=["GET", "POST"])
def attendance(moment: LearningEvent) -> ResponseReturnValue:
    page = paginate(queries.sign_ups(moment, SignUpStatus.PLACED), PEOPLE_PER_PAGE)
    seen = queries.fingerprint(page.items)
    form = forms.presence_form(page.items, seen)
    if form.validate_on_submit():
        try:
            if form.seen.data != seen:
                form.seen.data = seen
                raise Refused(
                    "Iemand anders heeft deze lijst intussen gewijzigd. Kijk wat u koos nog een "
                    "keer na en bewaar opnieuw."
                )
            actions.record_presence(moment, form.answers(page.items), by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("De aanwezigheid is vastgelegd.", "done")
            return redirect(url_for("moments.people", moment=moment.public_id))
    return render(
        "moments/attendance.html",
        form,
        moment=moment,
        when=queries.when_words(moment),
        page=page,
        questions=form.questions(page.items),
        refusal=queries.why_no_presence(moment),
    )


# Afterwards.


@bp.route("/leermomenten/<moment>/terugblikken", methods=["GET", "POST"])
def evaluate(moment: LearningEvent) -> ResponseReturnValue:
    me = person().account
    form = forms.EvaluationForm()
    refusal = queries.why_no_evaluation(moment, queries.own_sign_up(moment, me))
    if form.validate_on_submit():
        try:
            actions.evaluate(
                moment,
                Useful(form.useful.data),
                form.learned.data or "",
                form.better.data or "",
                by=me,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("Dank u wel. Uw antwoord is bewaard, zonder uw naam.", "done")
            return redirect(url_for("moments.show", moment=moment.public_id))
    return render("moments/evaluate.html", form, moment=moment, refusal=refusal)


@bp.route("/leermomenten/<moment>/meenemen", methods=["GET", "POST"])
def take_home(moment: LearningEvent) -> ResponseReturnValue:
    me = person()
    form = forms.TakenHomeForm()
    form.holder.offer(holders.options(None if coordinators(me) else me.grants))
    if not form.is_submitted() and len(form.holder.options) == 1:
        form.holder.data = [form.holder.options[0].code]
    if form.validate_on_submit():
        holder = holders.find(form.holder.code)
        try:
            if holder is None:
                raise Refused(form.holder.unknown, "holder")
            actions.take_home(
                moment,
                holder,
                form.team.data or "",
                TakenHomeResult(form.result.data),
                form.text.data or "",
                by=me.account,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("Vastgelegd. Zo kunnen anderen ervan leren.", "done")
            return redirect(url_for("moments.show", moment=moment.public_id))
    return render(
        "moments/take_home.html",
        form,
        moment=moment,
        refusal=queries.why_nothing_to_take_home(moment),
    )


@bp.route("/leermomenten/meegenomen/<taken_home>/wijzigen", methods=["GET", "POST"])
def edit_taken_home(taken_home: TakenHome) -> ResponseReturnValue:
    form = forms.ChangeTakenHomeForm()
    theirs = None
    if not form.is_submitted():
        form.show(taken_home)
    if form.validate_on_submit():
        if form.version.data != str(taken_home.version):
            theirs = taken_home
            form.version.data = str(taken_home.version)
            form.refuse(
                Refused(
                    "Iemand anders heeft dit intussen gewijzigd. Bij elk veld staat wat er nu "
                    "staat. Pas uw tekst aan en bewaar opnieuw."
                )
            )
        else:
            actions.change_taken_home(
                taken_home,
                TakenHomeResult(form.result.data),
                form.text.data or "",
                by=person().account,
            )
            flash("Het is bewaard.", "done")
            return redirect(url_for("moments.show", moment=taken_home.event.public_id))
    return render(
        "moments/edit_taken_home.html",
        form,
        taken=taken_home,
        theirs=theirs,
        holder=holders.words(taken_home),
    )


# The own leermomenten and calendar.


@bp.get("/leermomenten/mijn")
def mine() -> ResponseReturnValue:
    me = person().account
    since = clock.today() - calendar.KEPT_FOR
    found = queries.mine(me.id, since)
    links = queries.calendar_links(me)
    token = session.pop(_TOKEN, "")
    return render(
        "moments/mine.html",
        coming=[one for one in found if not queries.is_over(one.moment)],
        past=[one for one in reversed(found) if queries.is_over(one.moment)],
        calendar_link=links[-1] if links else None,
        address=outbox.link("moments.feed", token=token) if token else "",
        region=current_region(),
    )


_TOKEN = "calendar_token"  # noqa: S105 (the name under which it is kept until it was shown)


@bp.post("/leermomenten/mijn/agenda-adres")
def make_link() -> ResponseReturnValue:
    session[_TOKEN] = actions.make_link(by=person().account)
    return redirect(url_for("moments.mine", _anchor="agenda"))


@bp.post("/leermomenten/mijn/agenda-adres/stoppen")
def end_link() -> ResponseReturnValue:
    try:
        actions.end_link(by=person().account)
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        flash("Het agenda-adres werkt niet meer. Er kan niets meer mee worden gelezen.", "done")
    return redirect(url_for("moments.mine", _anchor="agenda"))


@bp.get("/leermomenten/agenda/<token>.ics")
def feed(token: str) -> ResponseReturnValue:
    """Return the calendar of whoever made this address; no cookie is asked or used."""
    with scoped_to(EVERYTHING):
        link = queries.find_calendar(hash_token(token))
        if link is None:
            abort(404)
        account_id, region_id = link.account_id, link.region_id
    with scoped_to(region_id):
        found = queries.mine(account_id, clock.today() - calendar.KEPT_FOR)
        content = calendar.of_person(found, f"Leermomenten {current_region().name}")
    return _calendar(content, "leermomenten.ics")


# Rooms.


@bp.get("/leermomenten/ruimtes")
def rooms() -> ResponseReturnValue:
    page = page_of(queries.rooms())
    return render("moments/rooms.html", page=page, planned=queries.next_in(page.items))


@bp.route("/leermomenten/ruimtes/nieuw", methods=["GET", "POST"])
def new_room() -> ResponseReturnValue:
    form = forms.RoomForm()
    if form.validate_on_submit():
        try:
            room = actions.add_room(
                form.name.data or "",
                form.address.data or "",
                form.places.data,
                by=person().account,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(f"{room.name} staat op de lijst.", "done")
            return redirect(url_for("moments.rooms"))
    return render("moments/new_room.html", form)


@bp.route("/leermomenten/ruimtes/<room>/wijzigen", methods=["GET", "POST"])
def edit_room(room: Room) -> ResponseReturnValue:
    form = forms.RoomForm()
    theirs = None
    if not form.is_submitted():
        form.show(room)
    if form.validate_on_submit():
        try:
            if form.version.data != str(room.version):
                theirs = room
                form.version.data = str(room.version)
                raise Refused(
                    "Iemand anders heeft deze ruimte intussen gewijzigd. Bij elk veld staat wat er "
                    "nu staat. Pas aan en bewaar opnieuw."
                )
            actions.change_room(
                room,
                form.name.data or "",
                form.address.data or "",
                form.places.data,
                by=person().account,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("De ruimte is bewaard.", "done")
            return redirect(url_for("moments.rooms"))
    return render("moments/edit_room.html", form, room=room, theirs=theirs)


@bp.post("/leermomenten/ruimtes/<room>/beeindigen")
def end_room(room: Room) -> ResponseReturnValue:
    try:
        actions.end_room(room, by=person().account)
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        flash(f"{room.name} is van de lijst gehaald.", "done")
    return redirect(url_for("moments.rooms"))
