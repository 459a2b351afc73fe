"""The life of an agreement up to its signatures. Views get objects, not ids: see access.guard."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coordinator import clock, effects, mandates, proof, signatures
from coordinator.access import may, person
from coordinator.errors import Refused
from coordinator.models import AgreementVersion, Objection, Ratification, VersionStatus
from coordinator.signing import actions, forms, queries
from coordinator.web import render

bp = Blueprint("signing", __name__)


def _back(version: AgreementVersion) -> ResponseReturnValue:
    return redirect(url_for("signing.show", version=version.public_id))


@bp.get("/afspraken/versies/<version>/ondertekening")
def show(version: AgreementVersion) -> ResponseReturnValue:
    me = person()
    return render(
        "signing/show.html",
        version=version,
        agreement=version.agreement,
        closed=queries.why_closed(version),
        newest=queries.newest_of(version),
        signatures=queries.signed(version),
        objections=queries.told(version, queries.objections_of(version)),
        own=queries.own_signatures(version, me.account.id, me.grants),
        to_invite=queries.without_board_member(version, signatures.mandates(version))
        if version.status is VersionStatus.TO_SIGN and may("accounts.invite")
        else [],
        signs_as=signatures.SIGNS_AS,
    )


@bp.route("/afspraken/versies/<version>/voorleggen", methods=["GET", "POST"])
def send(version: AgreementVersion) -> ResponseReturnValue:
    form = forms.SendForm(data={"version": version.version})
    if form.validate_on_submit():
        try:
            asked = actions.send(version, seen=form.version.data, by=person().account)
        except Refused as refused:
            form.refuse(refused)
            form.version.data = str(version.version)
        else:
            flash(
                f"Versie {version.number} ligt ter ondertekening. "
                + {0: "Niemand krijgt", 1: "Eén persoon krijgt"}.get(
                    asked, f"{asked} personen krijgen"
                )
                + " daarover een mail.",
                "done",
            )
            return _back(version)
    is_draft = version.status is VersionStatus.DRAFT
    return render(
        "signing/send.html",
        form,
        version=version,
        agreement=version.agreement,
        checks=queries.checks(version) if is_draft else None,
        text=queries.text_of(version),
        headline=effects.version_headline(version, clock.today()) if is_draft else None,
        headline_day=effects.first_day(version, clock.today()),
    )


@bp.route("/afspraken/versies/<version>/op-papier-getekend", methods=["GET", "POST"])
def record(version: AgreementVersion) -> ResponseReturnValue:
    form = forms.RecordForm(data={"version": version.version})
    if form.validate_on_submit() and form.signed_on.data:
        try:
            actions.record(
                version,
                signed_on=form.signed_on.data,
                where=form.where.data or "",
                seen=form.version.data,
                by=person().account,
            )
        except Refused as refused:
            form.refuse(refused)
            form.version.data = str(version.version)
        else:
            flash("Vastgelegd: deze versie is op papier ondertekend.", "done")
            return _back(version)
    is_draft = version.status is VersionStatus.DRAFT
    return render(
        "signing/record.html",
        form,
        version=version,
        agreement=version.agreement,
        checks=queries.checks(version) if is_draft else None,
        text=queries.text_of(version),
    )


@bp.route("/afspraken/versies/<version>/ondertekenen", methods=["GET", "POST"])
def sign(version: AgreementVersion) -> ResponseReturnValue:
    me = person()
    own = queries.own_signatures(version, me.account.id, me.grants)
    able = [one for one in own if not one.why_not]
    form = forms.SignForm(data={"text_hash": version.text_hash})
    form.offer_signatures(able)
    if form.validate_on_submit():
        try:
            is_last = actions.sign(
                version,
                form.chosen(own),
                text_hash=form.text_hash.data or "",
                proven_at=proof.require(),
                by=me.account,
            )
        except Refused as refused:
            form.refuse(refused)
            form.text_hash.data = version.text_hash
        else:
            flash(
                "U hebt getekend. Alle handtekeningen zijn binnen: deze versie is ondertekend."
                if is_last
                else "U hebt getekend. Uw handtekening is bewaard.",
                "done",
            )
            return _back(version)
    closed = queries.why_closed(version)
    return render(
        "signing/sign.html",
        form,
        version=version,
        agreement=version.agreement,
        closed=closed,
        newest=queries.newest_of(version),
        own=own,
        able=able,
        faults=[] if closed else queries.faults(version),
        rivals=[] if closed else mandates.rivals_of(version),
        headline=None if closed else effects.version_headline(version, clock.today()),
        headline_day=effects.first_day(version, clock.today()),
        open_objections=queries.count_open(version),
        asks_password=proof.proven_at() is None,
    )


@bp.route("/afspraken/versies/<version>/weigeren", methods=["GET", "POST"])
def decline(version: AgreementVersion) -> ResponseReturnValue:
    me = person()
    own = queries.own_signatures(version, me.account.id, me.grants)
    able = [one for one in own if not one.why_not]
    form = forms.DeclineForm()
    form.offer_signatures(able)
    if form.validate_on_submit():
        try:
            actions.decline(version, form.chosen(own), reason=form.reason.data or "", by=me.account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("Uw weigering is vastgelegd. De andere partijen krijgen bericht.", "done")
            return _back(version)
    return render(
        "signing/decline.html",
        form,
        version=version,
        agreement=version.agreement,
        closed=queries.why_closed(version),
        own=own,
        able=able,
    )


@bp.route("/afspraken/versies/<version>/bezwaar-maken", methods=["GET", "POST"], endpoint="object")
def object_to(version: AgreementVersion) -> ResponseReturnValue:
    me = person()
    parties = queries.may_object_for(version, me.grants)
    form = forms.ObjectForm(data={"clause": request.args.get("artikel", forms.WHOLE)})
    form.about(version, parties)
    if form.validate_on_submit():
        try:
            actions.object_to(
                version,
                form.chosen_party(parties),
                clause_number=form.clause_number,
                reason=form.reason.data or "",
                by=me.account,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("Uw bezwaar staat erbij. De leercoördinator krijgt bericht.", "done")
            return _back(version)
    return render(
        "signing/object.html",
        form,
        version=version,
        agreement=version.agreement,
        closed=queries.why_closed(version),
        party=parties[0],
    )


@bp.route("/afspraken/bezwaren/<objection>/antwoorden", methods=["GET", "POST"])
def answer(objection: Objection) -> ResponseReturnValue:
    version = objection.agreement_version
    form = forms.AnswerForm(data={"answer": objection.answer, "version": objection.version})
    if form.validate_on_submit():
        try:
            actions.answer(
                objection,
                text=form.answer.data or "",
                seen=form.version.data,
                by=person().account,
            )
        except Refused as refused:
            form.refuse(refused)
            form.version.data = str(objection.version)
        else:
            flash("Uw antwoord staat erbij. Wie het bezwaar maakte, krijgt bericht.", "done")
            return _back(version)
    (told,) = queries.told(version, [objection])
    return render(
        "signing/answer.html",
        form,
        version=version,
        agreement=version.agreement,
        objection=told,
    )


@bp.post("/afspraken/bezwaren/<objection>/intrekken")
def take_back(objection: Objection) -> ResponseReturnValue:
    actions.take_back(objection, by=person().account)
    flash("Uw bezwaar is ingetrokken.", "done")
    return _back(objection.agreement_version)


@bp.route("/afspraken/bekrachtigingen/<ratification>/vastleggen", methods=["GET", "POST"])
def ratify(ratification: Ratification) -> ResponseReturnValue:
    version = ratification.agreement_version
    form = forms.RatifyForm()
    if form.validate_on_submit() and form.ratified_on.data:
        try:
            is_last = actions.ratify(
                ratification,
                ratified_on=form.ratified_on.data,
                reference=form.reference.data or "",
                by=person().account,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(
                "De bekrachtiging is vastgelegd. Daarmee is deze versie ondertekend."
                if is_last
                else "De bekrachtiging is vastgelegd.",
                "done",
            )
            return _back(version)
    return render(
        "signing/ratify.html",
        form,
        version=version,
        agreement=version.agreement,
        ratification=ratification,
        closed=queries.why_closed(version),
    )


@bp.get("/afspraken/versies/<version>/bewijs", endpoint="proof")
def proof_of(version: AgreementVersion) -> ResponseReturnValue:
    return render(
        "signing/proof.html",
        version=version,
        agreement=version.agreement,
        signatures=queries.signed(version),
        file_name=queries.file_name(version),
        is_right=queries.is_right(version),
    )


@bp.get("/afspraken/versies/<version>/tekst.txt")
def text(version: AgreementVersion) -> ResponseReturnValue:
    name = queries.file_name(version)
    return Response(
        version.text.encode(),
        mimetype="text/plain",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
