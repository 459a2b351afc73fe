"""Pages on signals. Views get objects, not ids: see access.guard."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coordinator.access import person
from coordinator.errors import Refused
from coordinator.labels import label
from coordinator.models import Frequency, Level, RoleName, Signal, SignalStatus, Verdict
from coordinator.signals import actions, queries
from coordinator.signals.forms import (
    AnswerForm,
    AskForm,
    GiveForm,
    ListFilter,
    ReadForm,
    RefuseForm,
    SendForm,
    SettleForm,
    VerifyForm,
)
from coordinator.web import Form, called, paginate, render

bp = Blueprint("signals", __name__)


def _to(signal: Signal) -> ResponseReturnValue:
    return redirect(url_for("signals.show", signal=signal.public_id))


@bp.get("/signalen")
def index() -> ResponseReturnValue:
    me = person()
    is_coordinator = me.has(RoleName.COORDINATOR)
    statement = queries.visible_to(me)
    form = None
    if is_coordinator:
        form = ListFilter(
            status=[(status.value, label(status)) for status in SignalStatus],
            domein=[(domain.code, domain.name) for domain in queries.all_domains()],
            gebied=[(area.code, area.name) for area in queries.all_areas()],
        )
        statement = queries.filtered(statement, _chosen(form))
    page = paginate(queries.by_attention(statement, is_coordinator=is_coordinator))
    return render(
        "signals/index.html",
        filter_by=form,
        is_filtered=bool(request.args.keys() - {"pagina"}),
        is_coordinator=is_coordinator,
        page=page,
        lines=queries.lines(page.items, is_coordinator=is_coordinator),
    )


def _chosen(form: ListFilter) -> queries.Filter:
    statuses = {status.value: status for status in SignalStatus}
    return queries.Filter(
        status=statuses.get(form.status.data or ""),
        domain=form.domein.data or "",
        area=form.gebied.data or "",
        text=(form.tekst.data or "").strip()[:200],
        only_without_road=bool(form.geen_weg.data),
    )


@bp.route("/signalen/nieuw", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    me = person()
    partners = queries.partners_of(me)
    areas = queries.areas_for(partners)
    domains = queries.all_domains()
    form = GiveForm()
    form.offer(partners, areas.near, areas.other, domains)
    if not domains or not (areas.near or areas.other):
        return render("signals/not_ready.html")
    if form.validate_on_submit():
        same = queries.find_same(me.account, form.title.text, form.words.text)
        if same is not None:
            flash("Dit signaal had u al gegeven. Hier ziet u hoe het ermee gaat.", "info")
            return _to(same)
        by_code = {partner.code: partner for partner in partners}
        partner = by_code[form.partner.data] if "partner" in form else next(iter(partners), None)
        signal = actions.give(
            by=me.account,
            partner=partner,
            source=queries.source_of(me, partner),
            area=next(a for a in (*areas.near, *areas.other) if a.code == form.area.data),
            domains=[domain for domain in domains if domain.code in (form.domains.data or ())],
            title=form.title.text,
            words=form.words.text,
            frequency=Frequency(form.frequency.data),
            wish=form.wish.text,
        )
        flash("Dank u wel. Uw signaal is binnen.", "done")
        return _to(signal)
    return render("signals/new.html", form, partners=partners)


def _page(template: str, form: Form, signal: Signal, **context: Any) -> ResponseReturnValue:
    """Return a page of a form on a signal, or on the leervraag that travels as it."""
    if signal.leervraag:
        form.name_leervraag()
    return render(template, form, signal=signal, **context)


@bp.get("/signalen/<signal>")
def show(signal: Signal) -> ResponseReturnValue:
    me = person()
    return render(
        "signals/show.html",
        story=queries.story(signal, me),
        is_coordinator=me.has(RoleName.COORDINATOR),
        may_send_more=queries.may_send_more(signal),
    )


@bp.route("/signalen/<signal>/lezen", methods=["GET", "POST"])
def read(signal: Signal) -> ResponseReturnValue:
    areas, domains = queries.areas_to_correct(signal), queries.domains_to_correct(signal)
    form = ReadForm()
    form.offer(areas, domains)
    if not form.is_submitted():
        form.show(signal)
    theirs = None
    if form.validate_on_submit():
        if form.version.data != str(signal.version):
            theirs = signal
            form.version.data = str(signal.version)
            form.refuse(
                Refused(
                    "Dit signaal is intussen gewijzigd. Hieronder staat wat er nu staat, naast uw "
                    "tekst. Pas uw tekst aan en bewaar opnieuw. Dan geldt uw tekst."
                )
            )
        else:
            try:
                _save(signal, form)
            except Refused as refused:
                form.refuse(refused)
            else:
                if "next" in request.form:
                    return redirect(url_for("signals.send", signal=signal.public_id))
                flash("Bewaard.", "done")
                return redirect(url_for("signals.read", signal=signal.public_id))
    return _page(
        "signals/read.html",
        form,
        signal,
        theirs=theirs,
        questions=queries.load_questions(signal),
        may_correct=signal.status in queries.UNSENT,
    )


def _save(signal: Signal, form: ReadForm) -> None:
    me = person().account
    areas = {area.code: area for area in queries.areas_to_correct(signal)}
    actions.correct(
        signal,
        area=areas[form.area.data],
        domains=[
            d for d in queries.domains_to_correct(signal) if d.code in (form.domains.data or ())
        ],
        by=me,
    )
    actions.interpret(
        signal,
        interpretation=form.interpretation.text,
        title_for_tafels=form.title_for_tafels.text,
        text_for_tafels=form.text_for_tafels.text,
        by=me,
    )


@bp.route("/signalen/<signal>/vragen", methods=["GET", "POST"])
def ask(signal: Signal) -> ResponseReturnValue:
    form = AskForm()
    if form.validate_on_submit():
        try:
            actions.ask(signal, text=form.text.text, by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(
                called("Uw vraag is gesteld. De melder krijgt een mail.", signal.leervraag), "done"
            )
            return _to(signal)
    return _page("signals/ask.html", form, signal)


@bp.route("/signalen/<signal>/antwoorden", methods=["GET", "POST"])
def answer(signal: Signal) -> ResponseReturnValue:
    question = queries.open_question(signal)
    if question is None:
        flash("Er staat geen vraag meer open.", "info")
        return _to(signal)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            actions.answer(signal, text=form.text.text, by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("Dank u wel. De leercoördinator leest uw antwoord.", "done")
            return _to(signal)
    return _page("signals/answer.html", form, signal, question=question)


def _who_is_mailed(signal: Signal) -> str:
    """Return in a sentence that the author gets a mail; of a package's signal nobody does."""
    if signal.author is None:
        return ""
    return called(" De melder krijgt een mail.", signal.leervraag)


@bp.route("/signalen/<signal>/doorsturen", methods=["GET", "POST"])
def send(signal: Signal) -> ResponseReturnValue:
    found = queries.options(signal)
    form = SendForm()
    form.level.choices = [(option.level.value, option.name) for option in found]
    if not form.is_submitted() and (default := queries.default_option(found)):
        form.level.data = default.level.value
    if form.validate_on_submit():
        try:
            actions.send(signal, level=Level(form.level.data), by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            what = "De leervraag" if signal.leervraag else "Het signaal"
            flash(f"{what} is onderweg.{_who_is_mailed(signal)}", "done")
            return _to(signal)
    return _page(
        "signals/send.html",
        form,
        signal,
        options=found,
        is_ready=bool(signal.title_for_tafels and signal.text_for_tafels),
    )


@bp.route("/signalen/<signal>/niet-doorsturen", methods=["GET", "POST"])
def refuse(signal: Signal) -> ResponseReturnValue:
    form = RefuseForm()
    if form.validate_on_submit():
        try:
            actions.refuse(signal, reason=form.reason.text, by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(called("Bewaard. De melder leest waarom.", signal.leervraag), "done")
            return _to(signal)
    return _page("signals/refuse.html", form, signal, is_sent=signal.status in queries.SENT)


@bp.route("/signalen/<signal>/toetsen", methods=["GET", "POST"])
def verify(signal: Signal) -> ResponseReturnValue:
    decision = queries.decision_to_verify(signal)
    if decision is None:
        flash("Er wacht nu geen antwoord op een oordeel.", "info")
        return _to(signal)
    form = VerifyForm()
    if form.validate_on_submit():
        try:
            if form.decision.data != decision.public_id:
                raise Refused("Er is intussen al een oordeel gegeven. Lees eerst dit antwoord.")
            verdict = Verdict(form.verdict.data)
            actions.verify(
                decision,
                signal=signal,
                verdict=verdict,
                reason=form.reason.text,
                by=person().account,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(called(_THANKS[verdict], signal.leervraag), "done")
            return _to(signal)
    form.decision.data = decision.public_id
    return _page(
        "signals/verify.html",
        form,
        signal,
        answer=queries.answer_of(decision),
        on_behalf=signal.author_id is None,
    )


_THANKS = {
    Verdict.RECOGNISED: "Dank u wel. Dit antwoord is klaar.",
    Verdict.PARTLY: "Dank u wel. De leercoördinator bekijkt wat er nog nodig is.",
    Verdict.NOT: "Dank u wel. Het signaal gaat opnieuw naar een tafel, met uw woorden erbij.",
}


@bp.route("/signalen/<signal>/afwegen", methods=["GET", "POST"])
def settle(signal: Signal) -> ResponseReturnValue:
    decision = queries.decision_to_settle(signal)
    if decision is None:
        flash("Er wacht nu geen antwoord op uw keuze.", "info")
        return _to(signal)
    form = SettleForm()
    if form.validate_on_submit():
        try:
            if form.decision.data != decision.public_id:
                raise Refused("Een ander heeft intussen al gekozen. Lees eerst dit antwoord.")
            actions.settle(
                decision,
                signal=signal,
                is_closed=form.choice.data == "close",
                reply=form.reply.text,
                by=person().account,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(f"Uw keuze is bewaard.{_who_is_mailed(signal)}", "done")
            return _to(signal)
    form.decision.data = decision.public_id
    return _page(
        "signals/settle.html",
        form,
        signal,
        answer=queries.answer_of(decision),
    )
