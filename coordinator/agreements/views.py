"""Governance agreements and what rests on them. Views get objects, not ids: see access.guard."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coordinator import clock, effects, governance, terms
from coordinator.access import person
from coordinator.agreements import actions, forms, queries, texts
from coordinator.errors import Refused
from coordinator.granted import find_granted
from coordinator.models import (
    Agreement,
    AgreementStatus,
    AgreementVersion,
    Area,
    Clause,
    ClauseKind,
    Domain,
    GovernanceRole,
    Involvement,
    Partner,
    Renewal,
    Tafel,
    VersionStatus,
    Vote,
)
from coordinator.web import as_of, page_of, paginate, render

bp = Blueprint("agreements", __name__)


@bp.get("/afspraken")
def index() -> ResponseReturnValue:
    day = as_of()
    form = forms.AgreementFilter(
        status=queries.STATUS_CHOICES,
        holds=queries.HOLDS_CHOICES,
        kind=queries.kind_choices(),
        domain=queries.domain_choices(),
    )
    page = paginate(
        queries.agreements(
            form.status.data,
            form.holds.data,
            form.text.data,
            day,
            kind=form.kind.data,
            partner=form.partner.data,
            domain=form.domain.data,
        )
    )
    return render(
        "agreements/index.html",
        filters=form,
        page=page,
        day=day,
        rows=queries.rows(page.items, day),
        headlines=effects.headlines_to_sign(page.items),
        is_filtered=any(field.data for field in form),
    )


@bp.route("/afspraken/nieuw", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    asked = queries.asked_handover(request.args.get("van"), request.args.get("naar"))
    former = queries.find_former(request.args.get("vervangt"))
    data = queries.renewed_data(former) if former else {}
    if asked:
        data["title"] = texts.handover_title(*asked)
    form = forms.NewAgreementForm(data=data)
    queries.offer(form, [*former.parties, *former.domains, *former.areas] if former else ())
    if form.validate_on_submit():
        try:
            agreement = actions.begin(
                text_values(form), form.code.data or "", like=former, by=person().account
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            next_step = "Kijk de artikelen na." if former else "Schrijf nu de artikelen."
            flash(f"Het concept is bewaard. {next_step}", "done")
            if asked:
                return redirect(to_handover(agreement, *asked))
            return redirect(url_for("agreements.show", agreement=agreement.code))
    return render(
        "agreements/new.html", form, code=queries.new_code(), kinds=forms.KINDS, former=former
    )


@bp.route("/afspraken/<agreement>/wijzigen", methods=["GET", "POST"])
def edit(agreement: Agreement) -> ResponseReturnValue:
    version = governance.newest(agreement)
    if not queries.is_writable(version):
        if request.method == "GET":
            return redirect(url_for("agreements.new_version", agreement=agreement.code))
        actions.check_writable(version)
    data = queries.text_data(version)
    form = forms.AgreementForm(data={**data, "version": queries.mark(data)})
    queries.offer(form, [*version.parties, *version.domains, *version.areas])
    if form.validate_on_submit() and not queries.show_theirs(form, data):
        try:
            actions.write(version, text_values(form), by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("De tekst is bewaard.", "done")
            return redirect(url_for("agreements.show", agreement=agreement.code))
    return render(
        "agreements/edit.html", form, agreement=agreement, version=version, kinds=forms.KINDS
    )


def text_values(form: forms.AgreementForm) -> dict[str, Any]:
    """Return what a valid form on the text holds, with rows in place of codes."""
    names = set(queries.PLAIN)
    return {
        **{name: value for name, value in form.data.items() if name in names},
        "renewal": Renewal(form.renewal.data),
        "parties": queries.rows_of(Partner, form.parties.data),
        "domains": queries.rows_of(Domain, form.domains.data),
        "areas": queries.rows_of(Area, form.areas.data),
        "bodies": forms.lines(form.bodies.data),
    }


@bp.route("/afspraken/<agreement>/nieuwe-versie", methods=["GET", "POST"])
def new_version(agreement: Agreement) -> ResponseReturnValue:
    actions.check_there(agreement)
    latest = governance.newest(agreement)
    if latest.status is VersionStatus.DRAFT:
        return redirect(url_for("agreements.edit", agreement=agreement.code))
    form = forms.ConfirmForm(data={"version": latest.public_id})
    if form.validate_on_submit():
        actions.start_next(agreement, by=person().account)
        flash("De nieuwe versie is begonnen. Zij begint met de tekst van de vorige.", "done")
        return redirect(url_for("agreements.edit", agreement=agreement.code))
    return render(
        "agreements/new_version.html",
        form,
        agreement=agreement,
        latest=latest,
        signatures=queries.signatures_on(latest),
    )


@bp.route("/afspraken/<agreement>/concept-weggooien", methods=["GET", "POST"])
def discard(agreement: Agreement) -> ResponseReturnValue:
    versions = governance.versions_of(agreement)
    if request.method == "GET" and versions[-1].status is not VersionStatus.DRAFT:
        return redirect(url_for("agreements.show", agreement=agreement.code))
    draft = actions.check_can_discard(versions)
    form = forms.ConfirmForm(data={"version": draft.version})
    if form.validate_on_submit():
        if form.version.data == str(draft.version):
            title, is_only = agreement.title, actions.discard(agreement, by=person().account)
            flash(f"Het concept van ‘{title}’ is weggegooid.", "done")
            if is_only:
                return redirect(url_for("agreements.index"))
            return redirect(url_for("agreements.show", agreement=agreement.code))
        form.version.data = str(draft.version)
        form.refuse(
            Refused("Iemand anders heeft dit concept intussen gewijzigd. Lees het nog een keer.")
        )
    return render(
        "agreements/discard.html",
        form,
        agreement=agreement,
        version=draft,
        is_only=len(versions) == 1,
    )


@bp.get("/afspraken/versies/<version>")
def version(version: AgreementVersion) -> ResponseReturnValue:
    return render(
        "agreements/version.html",
        version=version,
        status=governance.status_on(version, as_of()),
        agreement=version.agreement,
        lines=texts.lines(version),
        articles=texts.articles(version),
        is_writable=queries.is_writable(version),
        objections=queries.count_objections(version),
        numbers=queries.numbers_of(version.agreement_id),
    )


@bp.get("/afspraken/<agreement>/vergelijken")
def compare(agreement: Agreement) -> ResponseReturnValue:
    versions = {str(one.number): one for one in governance.versions_of(agreement)}
    numbers = [*versions]
    choices = [(number, number) for number in numbers]
    form = forms.CompareFilter(before=choices, after=choices)
    form.offer(numbers)
    before, after = versions[form.before.data], versions[form.after.data]
    return render(
        "agreements/compare.html",
        filters=form,
        agreement=agreement,
        before=before,
        after=after,
        is_alone=len(numbers) == 1,
        compared=texts.compare(before, after),
    )


@bp.route("/afspraken/versies/<version>/ondertekenaars", methods=["GET", "POST"])
def signatories(version: AgreementVersion) -> ResponseReturnValue:
    actions.check_writable(version)
    may_sign = queries.who_may_sign(version)
    rows = {each.partner_id: each for each in version.signatories}
    parts: dict[int, forms.SignatoryForm] = {}
    for partner in version.parties:
        asked = rows[partner.id].account
        parts[partner.id] = forms.SignatoryForm(
            prefix=f"{partner.code}-",
            data={
                "capacity": rows[partner.id].capacity,
                "account": asked.public_id if asked else "",
            },
            meta={"csrf": False},
        )
        people = may_sign.setdefault(partner.id, [])
        if asked is not None and asked not in people:
            people.append(asked)
        parts[partner.id].offer(people)
    data = queries.signing_data(version)
    form = forms.ConfirmForm(data={"version": queries.mark(data)})
    are_valid = [part.validate() for part in parts.values()] if form.is_submitted() else []
    if form.validate_on_submit() and all(are_valid):
        if form.version.data != queries.mark(data):
            form.version.data = queries.mark(data)
            form.refuse(
                Refused(
                    "Iemand anders heeft dit intussen gewijzigd. Bij elke partij staat wat er nu "
                    "is vastgelegd. Kies wat er moet staan en bewaar opnieuw."
                )
            )
        else:
            by_id = {each.public_id: each for people in may_sign.values() for each in people}
            actions.appoint_signatories(
                version,
                {
                    key: (part.capacity.data or "", by_id.get(part.account.data))
                    for key, part in parts.items()
                },
                by=person().account,
            )
            flash("De ondertekenaars zijn bewaard.", "done")
            return redirect(url_for("agreements.show", agreement=version.agreement.code))
    return render(
        "agreements/signatories.html",
        form,
        version=version,
        agreement=version.agreement,
        parts=[(rows[key], part, may_sign[key]) for key, part in parts.items()],
        unmanned=sum(not may_sign[key] for key in parts),
        has_conflict=bool(form.form_errors),
    )


# Clauses.


@bp.route("/afspraken/versies/<version>/artikel-toevoegen", methods=["GET", "POST"])
def add_clause(version: AgreementVersion) -> ResponseReturnValue:
    actions.check_writable(version)
    kind = asked_kind()
    if kind is None:
        return render(
            "agreements/clause_kind.html",
            version=version,
            agreement=version.agreement,
            slugs=forms.SLUGS,
        )
    data: dict[str, Any] = {"number": queries.next_number(version)}
    asked = queries.asked_handover(request.args.get("van"), request.args.get("naar"))
    if asked and kind is ClauseKind.HANDOVER:
        source, target = asked
        data |= {"title": texts.handover_title(*asked), "tafel": source.code, "target": target.code}
    form = forms.CLAUSE_FORMS[kind](data=data)
    queries.offer(form)
    if form.validate_on_submit():
        try:
            clause = actions.add_clause(version, kind, clause_values(form), by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(f"Artikel {clause.number} is toegevoegd.", "done")
            return redirect(to_clause(clause))
    return render(
        "agreements/clause.html",
        form,
        version=version,
        agreement=version.agreement,
        kind=kind,
        slugs=forms.SLUGS,
        clause=None,
    )


@bp.route("/afspraken/artikelen/<clause>/wijzigen", methods=["GET", "POST"])
def edit_clause(clause: Clause) -> ResponseReturnValue:
    version = clause.agreement_version
    actions.check_writable(version)
    kind = asked_kind() or clause.kind
    data = queries.clause_data(clause)
    form = forms.CLAUSE_FORMS[kind](data={**data, "version": queries.mark(data)})
    queries.offer(form, queries.chosen_in(clause))
    if form.validate_on_submit() and not queries.show_theirs(form, data):
        try:
            actions.write_clause(clause, kind, clause_values(form), by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(f"Artikel {clause.number} is bewaard.", "done")
            return redirect(to_clause(clause))
    return render(
        "agreements/clause.html",
        form,
        version=version,
        agreement=version.agreement,
        kind=kind,
        slugs=forms.SLUGS,
        clause=clause,
    )


@bp.route("/afspraken/artikelen/<clause>/verwijderen", methods=["GET", "POST"])
def remove_clause(clause: Clause) -> ResponseReturnValue:
    version = clause.agreement_version
    actions.check_writable(version)
    data = queries.clause_data(clause)
    form = forms.ConfirmForm(data={"version": queries.mark(data)})
    if form.validate_on_submit():
        if form.version.data == queries.mark(data):
            actions.remove_clause(clause, by=person().account)
            flash(f"Artikel {clause.number} is verwijderd.", "done")
            return redirect(url_for("agreements.version", version=version.public_id))
        form.version.data = queries.mark(data)
        form.refuse(
            Refused("Iemand anders heeft dit artikel intussen gewijzigd. Lees het nog een keer.")
        )
    return render(
        "agreements/remove_clause.html",
        form,
        version=version,
        agreement=version.agreement,
        clause=clause,
        article=next(one for one in texts.articles(version) if one.number == clause.number),
        resting=queries.resting_on(version.agreement, clock.today()).get(clause.number),
    )


def asked_kind() -> ClauseKind | None:
    """Return which kind of clause the address asks for."""
    slug = request.args.get("soort", "")
    return next((kind for kind, word in forms.SLUGS.items() if word == slug), None)


def to_handover(agreement: Agreement, source: Tafel, target: Tafel) -> str:
    """Return the address of a new clause that lets signals go from table to table."""
    return url_for(
        "agreements.add_clause",
        version=governance.newest(agreement).public_id,
        soort=forms.SLUGS[ClauseKind.HANDOVER],
        van=source.code,
        naar=target.code,
    )


def to_clause(clause: Clause) -> str:
    """Return the address of a clause in its text."""
    return url_for(
        "agreements.version",
        version=clause.agreement_version.public_id,
        _anchor=f"artikel-{clause.number}",
    )


_ROWS: Final[dict[str, type[Any]]] = {
    "role": GovernanceRole,
    "giver_role": GovernanceRole,
    "partner": Partner,
    "giver_partner": Partner,
}


def clause_values(form: forms.ClauseForm) -> dict[str, Any]:
    """Return what a valid form on a clause holds, with rows in place of codes."""
    values: dict[str, Any] = {}
    for name in form.data:
        field = form[name]
        if name in _ROWS:
            values[name] = queries.find_row(_ROWS[name], field.code)
        elif name in ("tafel", "target", "giver_tafel"):
            values[name] = queries.find_tafel(field.code)
        elif name == "power":
            values[name] = queries.find_power(field.code)
        elif name == "domains":
            values[name] = queries.rows_of(Domain, field.data)
        elif name == "areas":
            values[name] = queries.rows_of(Area, field.data)
        elif name == "involvement":
            values[name] = Involvement(field.data)
        elif name == "vote":
            values[name] = Vote(field.data) if field.data else None
        else:
            values[name] = field.data
    return values


@bp.get("/afspraken/<agreement>")
def show(agreement: Agreement) -> ResponseReturnValue:
    today, day = clock.today(), as_of()
    versions = governance.versions_of(agreement)
    standing = governance.standing_on(agreement, versions, day)
    holding = standing.version if standing and standing.version else versions[0]
    is_ahead = holding.status is VersionStatus.SIGNED and holding.applied_on is None
    resting = {} if is_ahead else queries.resting_on(agreement, day)
    numbers = {clause.number for clause in holding.clauses}
    newest = versions[-1]
    # What is not signed yet is judged from its first day on, as everywhere.
    is_signed = agreement.status not in effects.UNSIGNED
    effect_day = day if is_signed else effects.first_day(newest, day)
    change = (
        effects.agreement_change(agreement, effect_day) if effects.is_there(agreement) else None
    )
    is_coming = newest is not holding and newest.status in (
        VersionStatus.DRAFT,
        VersionStatus.TO_SIGN,
    )
    return render(
        "agreements/show.html",
        agreement=agreement,
        day=day,
        versions=versions,
        newest=newest,
        holding=holding,
        articles=texts.articles(holding),
        lines=texts.lines(holding),
        stand=queries.stand_words(standing, agreement, day),
        in_force=standing is not None and standing.in_force,
        force_words=queries.force_words(agreement, standing, day),
        given_by=terms.notice_given_by(agreement),
        progress=queries.progress(newest),
        is_writable=queries.is_writable(newest),
        can_discard=len(versions) == 1
        or any(each.status is VersionStatus.SIGNED for each in versions),
        coming=effects.version_headline(newest, day) if is_coming else None,
        resting=resting,
        loose=[found for number, found in resting.items() if number not in numbers],
        effect_day=effect_day,
        headline=effects.headline(change, effect_day) if change else None,
        signals=effects.open_signals(change, effect_day, person().grants).sentences
        if change
        else (),
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
    shown = signals = drawing = granted = None
    if effects.is_there(agreement):
        change = effects.agreement_change(agreement, day, is_turned=is_turned)
        shown = effects.shown(change, day)
        signals = effects.open_signals(change, day, person().grants)
        drawing = effects.drawn(change, day)
        granted = effects.agreement_granted(
            agreement, change, is_lapsing=is_signed and not is_turned
        )
    return render(
        "agreements/effect.html",
        filters=form,
        agreement=agreement,
        newest=queries.to_review(agreement),
        is_signed=is_signed,
        is_turned=is_turned,
        effect=shown,
        signals=signals,
        granted=granted,
        drawing=drawing,
        page=page_of(shown.chosen(form) if shown else []),
    )


@bp.get("/afspraken/versies/<version>/effect")
def version_effect(version: AgreementVersion) -> ResponseReturnValue:
    form = effects.VersionEffectFilter(version, governance.versions_of(version.agreement))
    against, day = form.compared, form.chosen_day
    shown = signals = drawing = granted = None
    if effects.is_there(version.agreement):
        change = effects.version_change(version, day, against)
        shown = effects.shown(change, day)
        signals = effects.open_signals(change, day, person().grants)
        drawing = effects.drawn(change, day)
        granted = find_granted(change.start, version, against)
    return render(
        "agreements/version_effect.html",
        filters=form,
        version=version,
        against=against,
        agreement=version.agreement,
        warnings=effects.warnings(version, clock.today()),
        effect=shown,
        signals=signals,
        granted=granted,
        drawing=drawing,
        page=page_of(shown.chosen(form) if shown else []),
    )


@bp.route("/afspraken/<agreement>/beeindigen", methods=["GET", "POST"])
def end(agreement: Agreement) -> ResponseReturnValue:
    actions.check_can_end(agreement)
    form = forms.EndForm(data={"how": forms.LAST_DAY, "version": agreement.version})
    form.offer(agreement.parties)
    consequences = headline = first = None
    if form.validate_on_submit() and (day := form.day.data):
        is_terminated = form.how.data == forms.TERMINATED
        given_by = form.chosen(agreement.parties)
        try:
            if is_terminated:
                actions.check_notice(agreement, given_by)
            if request.method == "POST":
                moved = actions.end(
                    agreement,
                    day,
                    is_terminated=is_terminated,
                    version=form.version.data,
                    by=person().account,
                    given_by=given_by,
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
        given_by=form.chosen(agreement.parties),
        notice_words=actions.notice_words(agreement),
        first_of_notice=actions.first_day_of_notice(agreement),
    )
