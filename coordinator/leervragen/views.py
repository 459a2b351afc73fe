"""Pages on leervragen. Views get objects, not ids: see access.guard."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coordinator import clock, holders
from coordinator.access import person
from coordinator.errors import Refused
from coordinator.labels import label
from coordinator.leervragen import actions, queries
from coordinator.leervragen.forms import (
    AlignForm,
    AnswerForm,
    AskForm,
    ChooseForm,
    CriterionForm,
    EmbedForm,
    InterpretForm,
    LevelFilter,
    LinkForm,
    ListFilter,
    NotChooseForm,
    score_form,
)
from coordinator.models import (
    Criterion,
    Decision,
    Grant,
    Leervraag,
    LeervraagState,
    Level,
    Partner,
    RoleName,
    Signal,
)
from coordinator.moments import queries as moments
from coordinator.offers import queries as offers
from coordinator.signals import queries as signals
from coordinator.web import page_of, paginate, render

bp = Blueprint("leervragen", __name__)

STALE = (
    "Iemand anders heeft deze vraag intussen gewijzigd. Kijk hieronder wat er nu staat. "
    "Uw tekst is er nog: bewaar opnieuw als die moet gelden."
)


def _to(leervraag: Leervraag) -> ResponseReturnValue:
    return redirect(url_for("leervragen.show", leervraag=leervraag.public_id))


# The list.


@bp.get("/leervragen")
def index() -> ResponseReturnValue:
    me = person()
    form = ListFilter(
        niveau=[(level.value, label(level)) for level in Level],
        stand=[(state.value, label(state)) for state in LeervraagState],
        domein=[(domain.code, domain.name) for domain in signals.all_domains()],
        gebied=[(area.code, area.name) for area in signals.all_areas()],
    )
    page = paginate(queries.listed(_chosen(form)))
    return render(
        "leervragen/index.html",
        filter_by=form,
        is_filtered=bool(request.args.keys() - {"pagina"}),
        is_mine=bool(form.mijn.data),
        page=page,
        lines=queries.lines(page.items),
        asks_choice=me.has(RoleName.COORDINATOR),
    )


def _chosen(form: ListFilter) -> queries.Filter:
    return queries.Filter(
        level=Level(form.niveau.data) if form.niveau.data else None,
        state=LeervraagState(form.stand.data) if form.stand.data else None,
        domain=form.domein.data or "",
        area=form.gebied.data or "",
        text=(form.tekst.data or "").strip()[:200],
        asked_by=person().account if form.mijn.data else None,
    )


# Asking.


@bp.route("/leervragen/nieuw", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    return _ask(url_for("leervragen.index"), {})


@bp.route("/signalen/<signal>/leervraag", methods=["GET", "POST"])
def from_signal(signal: Signal) -> ResponseReturnValue:
    # Everybody reads a leervraag: of another's signal only what was made for the tables goes along.
    is_own = signal.author_id == person().account.id
    given = {
        "background": signal.description if is_own else signal.text_for_tafels,
        "area": signal.area.code,
        "domains": [domain.code for domain in signal.domains],
    }
    back = url_for("signals.show", signal=signal.public_id)
    return _ask(back, given, signal=signal)


@bp.route("/besluiten/<decision>/leervraag", methods=["GET", "POST"])
def from_decision(decision: Decision) -> ResponseReturnValue:
    signal = signals.find_signal(decision.signal.public_id)
    if signal is None:
        raise LookupError(decision.signal.public_id)
    given = {
        "background": f"{decision.meeting.tafel.name} besloot: {decision.text}",
        "area": signal.area.code,
        "domains": [domain.code for domain in signal.domains],
    }
    is_author = signal.author_id == person().account.id
    back = (
        url_for("signals.show", signal=signal.public_id)
        if is_author or person().has(RoleName.COORDINATOR)
        else url_for("home.index")
    )
    return _ask(back, given, signal=signal, decision=decision)


def _ask(
    back: str,
    given: dict[str, Any],
    *,
    signal: Signal | None = None,
    decision: Decision | None = None,
) -> ResponseReturnValue:
    me = person()
    partners = queries.partners_of(me.grants)
    areas, domains = queries.areas_to_choose(), queries.domains_to_choose()
    level = holders.level_of(me.grants)
    form = AskForm(data={"level": level.value if level else None, **given})
    form.offer(areas, domains, partners)
    if not domains:
        return render("leervragen/not_ready.html")
    if form.validate_on_submit():
        same = queries.find_same(me.account, form.question.text)
        if same is not None:
            flash("Deze vraag had u al gesteld. Hier ziet u hoe het ermee gaat.", "info")
            return _to(same)
        chosen = Level(form.level.data)
        leervraag = actions.ask(
            by=me.account,
            role=_role(me.grants, chosen),
            level=chosen,
            question=form.question.text,
            background=form.background.text,
            domains=[one for one in domains if one.code in (form.domains.data or ())],
            area=next((one for one in areas if one.code == form.area.data), None),
            partner=_partner(form, partners),
            signal=signal,
            decision=decision,
        )
        flash("Dank u wel. Uw vraag staat erbij. U krijgt bericht als er iets gebeurt.", "done")
        return _to(leervraag)
    return render("leervragen/new.html", form, back=back, signal=signal, decision=decision)


def _role(grants: Sequence[Grant], level: Level) -> RoleName:
    """Return in which role somebody asks: one of the level of the question, or the first."""
    roles = [grant.role for grant in grants]
    return next((role for role in roles if holders.LEVEL_OF.get(role) is level), roles[0])


def _partner(form: AskForm, partners: Sequence[Partner]) -> Partner | None:
    code = form.partner.data if "partner" in form else ""
    return next((one for one in partners if one.code == code), None)


# One leervraag.


@bp.get("/leervragen/<leervraag>")
def show(leervraag: Leervraag) -> ResponseReturnValue:
    return render(
        "leervragen/show.html",
        shown=queries.shown(leervraag, person()),
        fitting=offers.fitting(leervraag),
        taken_home=moments.taken_home_of_leervraag(leervraag),
        holder_words=holders.words,
    )


def _edit(
    leervraag: Leervraag,
    form: Any,
    template: str,
    act: Callable[[], None],
    done: str,
    mailed: str = "",
    **context: Any,
) -> ResponseReturnValue:
    """Show a form on a leervraag, or do what it asks; the second of two editors loses nothing.

    `mailed` is what is said besides `done` where who asked it gets a mail.
    """
    is_told = queries.asker_to_tell(leervraag, person().account) is not None
    is_stale = False
    if not form.is_submitted():
        form.version.data = str(leervraag.version)
    if form.validate_on_submit():
        if form.version.data != str(leervraag.version):
            is_stale = True
            form.version.data = str(leervraag.version)
            form.refuse(Refused(STALE))
        else:
            try:
                act()
            except Refused as refused:
                form.refuse(refused)
            else:
                flash(f"{done} {mailed}" if mailed and is_told else done, "done")
                return _to(leervraag)
    return render(
        template,
        form,
        leervraag=leervraag,
        is_told=is_told,
        title=queries.title_of(leervraag.question),
        is_stale=is_stale,
        **context,
    )


@bp.route("/leervragen/<leervraag>/duiden", methods=["GET", "POST"])
def interpret(leervraag: Leervraag) -> ResponseReturnValue:
    areas = queries.areas_to_choose(leervraag)
    domains = queries.domains_to_choose(leervraag)
    form = InterpretForm()
    form.offer(areas, domains, may_move=leervraag.state in queries.WAITS)
    if not form.is_submitted():
        form.show(leervraag)

    def act() -> None:
        actions.interpret(
            leervraag,
            interpretation=form.interpretation.text,
            level=Level(form.level.data) if "level" in form else leervraag.level,
            area=next((one for one in areas if one.code == form.area.data), None),
            domains=[one for one in domains if one.code in (form.domains.data or ())],
            by=person().account,
        )

    return _edit(leervraag, form, "leervragen/interpret.html", act, "Bewaard.")


@bp.route("/leervragen/<leervraag>/wegen", methods=["GET", "POST"])
def score(leervraag: Leervraag) -> ResponseReturnValue:
    weighing = queries.criteria()
    if not weighing:
        flash("Leg eerst vast waarop u leervragen kiest.", "info")
        return redirect(url_for("leervragen.criteria"))
    given = queries.scores(leervraag)
    form = score_form(weighing, {number: row.points for number, row in given.items()})
    is_stale = False
    if not form.is_submitted():
        form.seen.data = queries.fingerprint(given)
    if form.validate_on_submit():
        if form.seen.data != queries.fingerprint(given):
            is_stale = True
            form.seen.data = queries.fingerprint(given)
            form.refuse(
                Refused(
                    "Iemand anders gaf intussen andere punten. Die staan hieronder. Uw punten "
                    "staan nog aangekruist: bewaar opnieuw als die moeten gelden."
                )
            )
        else:
            actions.score(leervraag, form.points, by=person().account)
            flash("De punten zijn bewaard.", "done")
            if "kies" in request.form:
                return redirect(url_for("leervragen.choose", leervraag=leervraag.public_id))
            return redirect(url_for("leervragen.order", niveau=leervraag.level.value))
    return render(
        "leervragen/score.html",
        form,
        leervraag=leervraag,
        title=queries.title_of(leervraag.question),
        weighed=queries.weigh(leervraag),
        is_stale=is_stale,
    )


@bp.route("/leervragen/<leervraag>/kiezen", methods=["GET", "POST"])
def choose(leervraag: Leervraag) -> ResponseReturnValue:
    form = ChooseForm()
    return _edit(
        leervraag,
        form,
        "leervragen/choose.html",
        lambda: actions.choose(leervraag, reason=form.reason.text, by=person().account),
        "De vraag is gekozen.",
        "Wie haar stelde, krijgt een mail.",
        weighed=queries.weigh(leervraag),
    )


@bp.route("/leervragen/<leervraag>/niet-kiezen", methods=["GET", "POST"])
def not_choose(leervraag: Leervraag) -> ResponseReturnValue:
    form = NotChooseForm()
    return _edit(
        leervraag,
        form,
        "leervragen/not_choose.html",
        lambda: actions.not_choose(leervraag, reason=form.reason.text, by=person().account),
        "Bewaard.",
        "Wie de vraag stelde, krijgt een mail en leest waarom.",
    )


@bp.route("/leervragen/<leervraag>/koppelen", methods=["GET", "POST"])
def link(leervraag: Leervraag) -> ResponseReturnValue:
    form = LinkForm()
    form.others.offer(queries.same_elsewhere(leervraag, form.others.text, form.others.data or ()))
    if not form.is_submitted():
        form.title.data = (
            leervraag.shared.title if leervraag.shared else queries.title_of(leervraag.question)
        )

    def act() -> None:
        others = queries.find_all(form.others.data or ())
        actions.link(leervraag, others, title=form.title.text, by=person().account)

    return _edit(
        leervraag,
        form,
        "leervragen/link.html",
        act,
        "De vragen zijn gekoppeld.",
        family=[queries.line(one) for one in queries.family(leervraag.shared_id)],
    )


@bp.post("/leervragen/<leervraag>/loskoppelen")
def unlink(leervraag: Leervraag) -> ResponseReturnValue:
    return _do(leervraag, actions.unlink, "De vraag staat weer op zichzelf.")


def _do(leervraag: Leervraag, act: Callable[..., object], done: str) -> ResponseReturnValue:
    try:
        act(leervraag, by=person().account)
    except Refused as refused:
        flash(refused.message, "warning")
    else:
        flash(done, "done")
    return _to(leervraag)


@bp.route("/leervragen/<leervraag>/afstemmen", methods=["GET", "POST"])
def align(leervraag: Leervraag) -> ResponseReturnValue:
    keeper = leervraag.owner_account
    form = AlignForm(
        data={
            "owner": leervraag.owner,
            "owner_account": keeper.public_id if keeper else "",
            "checked": False,
        }
    )
    form.owner_account.offer(queries.people())
    shown = queries.shown(leervraag, person())

    def act() -> None:
        code = form.owner_account.code
        actions.align(
            leervraag,
            owner=form.owner.data or "",
            owner_account=queries.find_account(code) if code else None,
            by=person().account,
        )

    return _edit(
        leervraag, form, "leervragen/align.html", act, "Bewaard. De vraag heeft een eigenaar.",
        shown=shown,
    )  # fmt: skip


@bp.route("/leervragen/<leervraag>/beantwoorden", methods=["GET", "POST"])
def answer(leervraag: Leervraag) -> ResponseReturnValue:
    told = queries.last_answer(leervraag)
    form = AnswerForm(data={"text": leervraag.answer or told})
    return _edit(
        leervraag,
        form,
        "leervragen/answer.html",
        lambda: actions.answer(leervraag, text=form.text.text, by=person().account),
        "Het antwoord staat erbij.",
        "Wie de vraag stelde, krijgt een mail.",
        told=told,
    )


@bp.route("/leervragen/<leervraag>/borgen", methods=["GET", "POST"])
def embed(leervraag: Leervraag) -> ResponseReturnValue:
    form = EmbedForm(data={"on": clock.today()})

    def act() -> None:
        if form.on.data is None:
            raise Refused("Kies een dag.", "on")
        actions.embed(leervraag, where=form.where.text, on=form.on.data, by=person().account)

    return _edit(
        leervraag,
        form,
        "leervragen/embed.html",
        act,
        "Mooi. Het antwoord heeft een plek in het gewone werk.",
    )


@bp.post("/leervragen/<leervraag>/heropenen")
def reopen(leervraag: Leervraag) -> ResponseReturnValue:
    return _do(leervraag, actions.reopen, "De vraag is weer open.")


@bp.post("/leervragen/<leervraag>/naar-de-tafels")
def bring(leervraag: Leervraag) -> ResponseReturnValue:
    try:
        signal = actions.bring(leervraag, by=person().account)
    except Refused as refused:
        flash(refused.message, "warning")
        return _to(leervraag)
    return redirect(url_for("signals.send", signal=signal.public_id))


# Choosing.


@bp.get("/leervragen/ordenen")
def order() -> ResponseReturnValue:
    waiting = queries.waiting_per_level()
    first = next((level for level in Level if waiting[level]), Level.PRACTICE)
    form = LevelFilter(niveau=[(level.value, label(level)) for level in Level])
    level = Level(form.niveau.data) if form.niveau.data else first
    page = page_of(queries.ranking(level))
    weighing = queries.criteria()
    return render(
        "leervragen/order.html",
        level=level,
        levels=[(one, waiting[one]) for one in Level],
        page=page,
        ranked=queries.ranked(page.items, (page.page - 1) * page.per_page + 1),
        criteria=weighing,
        at_work=queries.at_work(level),
    )


@bp.get("/leervragen/criteria")
def criteria() -> ResponseReturnValue:
    there = queries.criteria(also_ended=True)
    return render(
        "leervragen/criteria.html",
        criteria=[one for one in there if one.ended_on is None],
        ended=[one for one in there if one.ended_on is not None],
        sensible=actions.SENSIBLE,
    )


def _to_criteria(message: str, kind: str = "done") -> ResponseReturnValue:
    flash(message, kind)
    return redirect(url_for("leervragen.criteria"))


@bp.post("/leervragen/criteria/beginnen")
def begin_criteria() -> ResponseReturnValue:
    try:
        actions.begin_criteria(by=person().account)
    except Refused as refused:
        return _to_criteria(refused.message, "warning")
    return _to_criteria("Er zijn vier criteria. Pas ze aan tot ze bij uw regio passen.")


@bp.route("/leervragen/criteria/nieuw", methods=["GET", "POST"])
def new_criterion() -> ResponseReturnValue:
    form = CriterionForm(data={"weight": "3"})
    if form.validate_on_submit():
        try:
            actions.add_criterion(**_said(form), by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            return _to_criteria("Het criterium is toegevoegd.")
    return render("leervragen/criterion.html", form, criterion=None, theirs=None)


def _said(form: CriterionForm) -> dict[str, Any]:
    return {
        "name": form.name.data or "",
        "explanation": form.explanation.data or "",
        "weight": int(form.weight.data),
    }


@bp.route("/leervragen/criteria/<criterion>/wijzigen", methods=["GET", "POST"])
def edit_criterion(criterion: Criterion) -> ResponseReturnValue:
    form = CriterionForm()
    theirs = None
    if not form.is_submitted():
        form.show(criterion)
    if form.validate_on_submit():
        if form.version.data != str(criterion.version):
            theirs = criterion
            form.version.data = str(criterion.version)
            form.refuse(
                Refused(
                    "Iemand anders heeft dit criterium intussen gewijzigd. Bij elk veld staat wat "
                    "er nu staat. Pas uw tekst aan en bewaar opnieuw."
                )
            )
        else:
            try:
                actions.change_criterion(criterion, **_said(form), by=person().account)
            except Refused as refused:
                form.refuse(refused)
            else:
                return _to_criteria("Bewaard. Wat al gekozen is, blijft zoals het was.")
    return render("leervragen/criterion.html", form, criterion=criterion, theirs=theirs)


@bp.post("/leervragen/criteria/<criterion>/weghalen")
def end_criterion(criterion: Criterion) -> ResponseReturnValue:
    try:
        actions.end_criterion(criterion, by=person().account)
    except Refused as refused:
        return _to_criteria(refused.message, "warning")
    return _to_criteria("Dit criterium telt niet meer mee. De punten blijven bewaard.")


@bp.post("/leervragen/criteria/<criterion>/verplaatsen")
def move_criterion(criterion: Criterion) -> ResponseReturnValue:
    try:
        is_up = request.form.get("richting") == "op"
        actions.move_criterion(criterion, is_up=is_up, by=person().account)
    except Refused as refused:
        return _to_criteria(refused.message, "warning")
    return redirect(url_for("leervragen.criteria", _anchor=f"criterium-{criterion.public_id}"))


# What some levels lack.


@bp.get("/leervragen/verschillen")
def gaps() -> ResponseReturnValue:
    is_other_way = request.args.get("kant") == "uitvoering"
    found = list(queries.unheard().values())
    page = page_of(found[is_other_way])
    return render(
        "leervragen/gaps.html",
        page=page,
        unheard=queries.describe(page.items),
        is_other_way=is_other_way,
        counts=[len(these) for these in found],
    )
