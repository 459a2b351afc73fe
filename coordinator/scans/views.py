"""The self-scan on the 18 bouwstenen. Views get objects, not ids: see access.guard."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coordinator import web
from coordinator.access import person
from coordinator.errors import Refused
from coordinator.labels import label
from coordinator.models import Level, RoleName, ScanParticipation, ScanRound
from coordinator.scans import actions, queries
from coordinator.scans import results as outcomes
from coordinator.scans.bouwstenen import GROUPS, QUESTIONS, SOURCE, Group
from coordinator.scans.forms import (
    PartForm,
    PlaceForm,
    ResultsFilter,
    RoundForm,
    part_form,
    score_name,
    text_name,
)
from coordinator.scans.queries import State
from coordinator.web import Form, render

bp = Blueprint("scans", __name__)

Given = dict[str, dict[str, str]]
"""Answers by question: the score and the text."""


# Rounds.


@bp.get("/zelfscan")
def index() -> ResponseReturnValue:
    page = queries.rounds_page()
    signed_in = person()
    return render(
        "scans/index.html",
        page=page,
        rounds=queries.shown(page.items, signed_in.account, signed_in.grants),
        source=SOURCE,
    )


def _terms(form: RoundForm) -> actions.Terms:
    first, last = form.opens_on.data, form.closes_on.data
    if first is None or last is None:
        raise Refused("Kies een dag.", "opens_on")
    return actions.Terms(
        form.name.data or "", first, last, queries.find_partners(form.partners.data)
    )


@bp.route("/zelfscan/nieuw", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    form = RoundForm()
    form.offer(queries.partner_options())
    if form.validate_on_submit():
        try:
            scan_round = actions.open_round(_terms(form), by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("De ronde staat klaar. Zij gaat vanzelf open en dicht.", "done")
            return redirect(url_for("scans.show", scan_round=scan_round.public_id))
    return render("scans/new.html", form)


@bp.get("/zelfscan/<scan_round>")
def show(scan_round: ScanRound) -> ResponseReturnValue:
    signed_in = person()
    participation = queries.find_participation(scan_round, signed_in.account)
    draft = participation.draft if participation is not None else {}
    (shown,) = queries.shown([scan_round], signed_in.account, signed_in.grants)
    parts = queries.parts(draft)
    return render(
        "scans/show.html",
        scan_round=scan_round,
        shown=shown,
        parts=parts,
        next_part=next((one.group.number for one in parts if not one.answers), None),
        kept=queries.answers(draft),
        kept_until=queries.closed_on(scan_round) + queries.KEEP_DRAFTS,
        groups=GROUPS,
        source=SOURCE,
    )


@bp.route("/zelfscan/<scan_round>/wijzigen", methods=["GET", "POST"])
def edit(scan_round: ScanRound) -> ResponseReturnValue:
    form = RoundForm()
    form.offer(queries.partner_options())
    theirs = None
    begun = queries.is_begun(scan_round)
    if not form.is_submitted():
        form.show(scan_round)
        form.begun.data = "1" if begun else ""
    elif begun and form.begun.data:
        form.opens_on.data = scan_round.opens_on
        form.partners.data = [one.code for one in scan_round.partners]
    if form.validate_on_submit():
        if form.version.data != str(scan_round.version):
            theirs = scan_round
            form.version.data = str(scan_round.version)
            form.refuse(
                Refused(
                    "Iemand anders heeft deze ronde intussen gewijzigd. Bij elk veld staat wat er "
                    "nu staat. Pas uw gegevens aan en bewaar opnieuw."
                )
            )
        else:
            try:
                actions.change_round(scan_round, _terms(form), by=person().account)
            except Refused as refused:
                form.refuse(refused)
            else:
                flash("De ronde is bewaard.", "done")
                return redirect(url_for("scans.show", scan_round=scan_round.public_id))
    return render(
        "scans/edit.html",
        form,
        scan_round=scan_round,
        theirs=theirs,
        is_locked=bool(form.begun.data),
        is_closed=queries.state_of(scan_round) is State.CLOSED,
        who=", ".join(one.name for one in scan_round.partners) or "Alle organisaties",
    )


@bp.route("/zelfscan/<scan_round>/sluiten", methods=["GET", "POST"])
def close(scan_round: ScanRound) -> ResponseReturnValue:
    form = Form()
    if form.validate_on_submit():
        try:
            actions.close_round(scan_round, by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("De ronde is gesloten.", "done")
            return redirect(url_for("scans.results", scan_round=scan_round.public_id))
    (shown,) = queries.shown([scan_round], person().account, person().grants)
    return render("scans/close.html", form, scan_round=scan_round, shown=shown)


# Answering, in parts.


def _asked_part() -> int:
    part = request.args.get("deel", 0, type=int)
    if not 0 <= part <= len(GROUPS):
        abort(404)
    return part


def _url(endpoint: str, scan_round: ScanRound, **values: Any) -> str:
    return url_for(endpoint, scan_round=scan_round.public_id, **values)


@bp.route("/zelfscan/<scan_round>/invullen", methods=["GET", "POST"])
def answer(scan_round: ScanRound) -> ResponseReturnValue:
    part = _asked_part()
    participation = queries.find_participation(scan_round, person().account)
    is_done = participation is not None and participation.is_done
    is_open = queries.state_of(scan_round) is State.OPEN
    if request.method == "GET" and (is_done or not is_open):
        return redirect(_url("scans.show", scan_round))
    if part == 0:
        return _answer_place(scan_round, participation)
    return _answer_part(scan_round, GROUPS[part - 1], participation)


def _answer_place(
    scan_round: ScanRound, participation: ScanParticipation | None
) -> ResponseReturnValue:
    offered = queries.places(scan_round, person().grants)
    if not offered and request.method == "GET":
        return redirect(_url("scans.show", scan_round))
    draft = participation.draft if participation is not None else {}
    form = PlaceForm(data={"partner": draft.get("partner"), "level": draft.get("level")})
    form.offer(offered)
    if form.validate_on_submit():
        chosen = {
            "partner": form.partner.data if "partner" in form else offered[0].partner.code,
            "level": form.level.data if "level" in form else None,
        }
        found = queries.chosen_place(chosen, offered)
        try:
            if found is None or chosen["level"] not in (None, found[1].value):
                raise Refused(
                    "Bij deze organisatie werkt u op een ander niveau. Kies een ander niveau.",
                    "level" if "level" in form else None,
                )
            actions.save_place(scan_round, *found, by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect(_after(scan_round, 0))
    return render(
        "scans/place.html",
        form,
        scan_round=scan_round,
        chosen=queries.chosen_place({}, offered),
        total=len(GROUPS) + 2,
    )


def _after(scan_round: ScanRound, part: int) -> str:
    """Return where somebody goes after a part."""
    if queries.state_of(scan_round) is not State.OPEN:
        flash(
            "Deze ronde is niet open. Uw antwoorden tellen niet mee. Hieronder staat uw tekst.",
            "warning",
        )
        return _url("scans.show", scan_round)
    if part == len(GROUPS):
        return _url("scans.give_in", scan_round)
    return _url("scans.answer", scan_round, deel=part + 1)


def _fingerprint(kept: Mapping[str, Any], group: Group) -> str:
    """Return what tells one state of a part of the draft from another."""
    own = [kept.get(question.key) for question in group.questions]
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:16]


def _typed(form: PartForm, group: Group) -> Given:
    given = {}
    for question in group.questions:
        text = form[text_name(question.key)].data or ""
        score = form[score_name(question.key)].data or "" if question.is_scored else ""
        given[question.key] = {
            name: word for name, word in (("score", score), ("text", text)) if word
        }
    return given


def _answer_part(
    scan_round: ScanRound, group: Group, participation: ScanParticipation | None
) -> ResponseReturnValue:
    kept: Given = participation.draft.get("answers", {}) if participation is not None else {}
    is_done = participation is not None and participation.is_done
    form = part_form(group)(data=_fill(kept, group))
    fingerprint = _fingerprint(kept, group)
    theirs: Given | None = None
    if not form.is_submitted():
        form.version.data = fingerprint
    if form.validate_on_submit():
        typed = _typed(form, group)
        is_other = any(kept.get(one.key, {}) != typed[one.key] for one in group.questions)
        if is_other and form.version.data != fingerprint and not is_done:
            theirs = kept
            form.version.data = fingerprint
            form.refuse(
                Refused(
                    "U hebt dit deel intussen in een ander venster bewaard. Bij elke vraag staat "
                    "wat daar bewaard is. Pas uw tekst aan en bewaar opnieuw."
                )
            )
        else:
            try:
                actions.save_part(scan_round, group, typed, by=person().account)
            except Refused as refused:
                form.refuse(refused)
            else:
                if form.stop.data and queries.state_of(scan_round) is State.OPEN:
                    flash("Bewaard. U kunt later verdergaan. Alleen u ziet dit.", "done")
                    return redirect(_url("scans.show", scan_round))
                return redirect(_after(scan_round, group.number))
    return render(
        "scans/part.html",
        form,
        scan_round=scan_round,
        group=group,
        theirs=theirs,
        total=len(GROUPS) + 2,
        score_name=score_name,
        text_name=text_name,
        is_last=group.number == len(GROUPS),
    )


def _fill(kept: Given, group: Group) -> dict[str, str]:
    found = {}
    for question in group.questions:
        found[score_name(question.key)] = kept.get(question.key, {}).get("score", "")
        found[text_name(question.key)] = kept.get(question.key, {}).get("text", "")
    return found


@bp.route("/zelfscan/<scan_round>/nakijken", methods=["GET", "POST"])
def give_in(scan_round: ScanRound) -> ResponseReturnValue:
    signed_in = person()
    participation = queries.find_participation(scan_round, signed_in.account)
    draft = participation.draft if participation is not None else {}
    is_done = participation is not None and participation.is_done
    state = queries.state_of(scan_round)
    if state is not State.OPEN or is_done:
        if request.method == "POST" and state is State.CLOSED:
            flash("Deze ronde is gesloten. Uw antwoorden tellen niet meer mee.", "warning")
        return redirect(_url("scans.show", scan_round))
    form = Form()
    if form.validate_on_submit():
        try:
            actions.give_in(scan_round, signed_in.grants, by=signed_in.account)
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect(_url("scans.show", scan_round))
    return render(
        "scans/give_in.html",
        form,
        scan_round=scan_round,
        parts=queries.parts(draft),
        place=queries.chosen_place(draft, queries.places(scan_round, signed_in.grants)),
        has_answers=bool(queries.answers(draft)),
        total=len(GROUPS) + 2,
    )


@bp.post("/zelfscan/<scan_round>/weggooien")
def discard(scan_round: ScanRound) -> ResponseReturnValue:
    actions.discard_draft(scan_round, by=person().account)
    flash("Wat u had ingevuld, is weg.", "done")
    return redirect(_url("scans.show", scan_round))


# Results.


@bp.get("/zelfscan/<scan_round>/uitkomsten")
def results(scan_round: ScanRound) -> ResponseReturnValue:
    signed_in = person()
    (shown,) = queries.shown([scan_round], signed_in.account, signed_in.grants)
    if not shown.has_results:
        return render("scans/no_results.html", scan_round=scan_round, shown=shown)
    offered = outcomes.partner_choices(
        scan_round, signed_in.grants, sees_all=signed_in.has(RoleName.COORDINATOR)
    )
    filters = ResultsFilter(offered)
    partner = next((one for one in offered if one.code == filters.partner.data), None)
    written = outcomes.texts(scan_round) if partner is None else []
    return render(
        "scans/results.html",
        scan_round=scan_round,
        shown=shown,
        filters=filters if offered else None,
        partner=partner,
        found=outcomes.results(scan_round, partner),
        written=written,
        untold=len(QUESTIONS) - sum(len(questions) for _bouwsteen, questions in written),
        source=SOURCE,
    )


@bp.get("/zelfscan/<scan_round>/teksten")
def texts(scan_round: ScanRound) -> ResponseReturnValue:
    question = QUESTIONS.get(request.args.get("vraag", ""))
    level = next((one for one in Level if one == request.args.get("niveau")), None)
    if queries.state_of(scan_round) is not State.CLOSED or question is None or level is None:
        abort(404)
    page = outcomes.texts_page(scan_round, question, level)
    if page is None:
        abort(404)
    return render(
        "scans/texts.html",
        scan_round=scan_round,
        question=question,
        level=label(level),
        page=page,
        total=web.number(page.total),
    )
