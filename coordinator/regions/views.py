"""The region's package, in and out. Views get objects, not ids: see access.guard."""

from io import BytesIO

from flask import Blueprint, current_app, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from coordinator import clock
from coordinator.access import person
from coordinator.errors import Refused
from coordinator.models import RegionUpload
from coordinator.planning import current_region
from coordinator.regions import actions, queries
from coordinator.regions.forms import ConfirmForm, UploadForm
from coordinator.web import render

bp = Blueprint("regions", __name__)


def _index(form: UploadForm, **context: object) -> ResponseReturnValue:
    return render(
        "regions/index.html",
        form=form,
        counts=queries.count_rows(),
        last_import=queries.find_last_import(),
        **context,
    )


@bp.get("/regio")
def index() -> ResponseReturnValue:
    return _index(UploadForm())


@bp.post("/regio")
def upload() -> ResponseReturnValue:
    form = UploadForm()
    if not form.validate():
        return _index(form)
    try:
        received = actions.receive(form.package.data, by=person().account)
    except Refused as refused:
        form.refuse(refused)
        return _index(form)
    if not isinstance(received, RegionUpload):
        name = form.package.data.filename
        return render_template("regions/mistakes.html", mistakes=received, name=name), 422
    return redirect(url_for("regions.preview", upload=received.public_id))


def _preview(upload: RegionUpload, form: ConfirmForm) -> ResponseReturnValue:
    preview = actions.preview(upload)
    version = current_region().network_version
    form.seen.data = version
    return render(
        "regions/preview.html",
        form=form,
        upload=upload,
        preview=preview,
        kinds=queries.KINDS,
        has_moved=version != upload.seen_version,
    )


@bp.get("/regio/inlezen/<upload>")
def preview(upload: RegionUpload) -> ResponseReturnValue:
    return _preview(upload, ConfirmForm())


@bp.post("/regio/inlezen/<upload>")
def confirm(upload: RegionUpload) -> ResponseReturnValue:
    form = ConfirmForm()
    try:
        done = actions.confirm(
            upload, by=person().account, seen=form.seen.data or "", is_sure=form.sure.data
        )
    except Refused as refused:
        form.refuse(refused)
        return _preview(upload, form)
    if done is None:
        flash(
            "De regio is intussen veranderd. Daarom is er nog niets ingelezen. "
            "Hieronder staat het nieuwe overzicht.",
            "warning",
        )
        return redirect(url_for("regions.preview", upload=upload.public_id))
    flash(
        f"Het pakket is ingelezen: {done.new} nieuw, {done.changed} gewijzigd en "
        f"{done.gone} verdwenen.",
        "done",
    )
    return redirect(url_for("regions.index"))


@bp.post("/regio/inlezen/<upload>/weggooien")
def discard(upload: RegionUpload) -> ResponseReturnValue:
    actions.discard(upload)
    flash("Het pakket is weggegooid. Er is niets ingelezen.", "info")
    return redirect(url_for("regions.index"))


def _send(content: BytesIO, suffix: str) -> ResponseReturnValue:
    region = current_region()
    current_app.logger.info(
        "region %s exported as %s by account %s", region.slug, suffix, person().account.public_id
    )
    name = f"{region.slug}-{clock.today().isoformat()}{suffix}"
    return send_file(content, as_attachment=True, download_name=name)


@bp.get("/regio/export.zip")
def export_zip() -> ResponseReturnValue:
    return _send(actions.export(".zip"), ".zip")


@bp.get("/regio/export.xlsx")
def export_xlsx() -> ResponseReturnValue:
    return _send(actions.export(".xlsx"), ".xlsx")
