"""Taking packages in and giving them out: all of a package or nothing of it."""

import io
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

import network.region as pure
from coordinator import clock, events, web
from coordinator.db import EVERYTHING, scoped_to, session
from coordinator.errors import Refused
from coordinator.models import Account, Agreement, Region, RegionImport, RegionUpload, Verb
from coordinator.planning import current_region
from coordinator.regions import queries, writing
from coordinator.regions.comparison import FileChanges
from network.package import Mistake, PackageError, read, write

KINDS: Final = (".zip", ".xlsx")
KEEP_UPLOADS: Final = timedelta(days=1)


def receive(file: FileStorage, by: Account) -> RegionUpload | tuple[Mistake, ...]:
    """Keep an uploaded package for its preview, in our own writing; or return every mistake."""
    filename = Path((file.filename or "").replace("\\", "/")).name[-200:]
    suffix = Path(filename).suffix.lower()
    if suffix not in KINDS:
        raise Refused("Kies een bestand dat eindigt op .zip of .xlsx.", "package")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"pakket{suffix}"  # never the name that was sent
        file.save(path)
        try:
            region = read(path)
        except PackageError as error:
            return tuple(
                replace(mistake, file=filename) if mistake.file == path.name else mistake
                for mistake in error.mistakes
            )
    upload = RegionUpload(
        account_id=by.id,
        filename=filename,
        package=as_bytes(region, ".zip"),
        seen_version=current_region().network_version,
    )
    session().add(upload)
    session().flush()
    return upload


def as_bytes(region: pure.Region, suffix: str) -> bytes:
    """Return a package as the bytes of a .zip or .xlsx."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"pakket{suffix}"
        write(region, path)
        return path.read_bytes()


def open_package(upload: RegionUpload) -> pure.Region:
    """Read the package of an upload again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pakket.zip"
        path.write_bytes(upload.package)
        return read(path)


def preview(upload: RegionUpload) -> queries.Preview:
    """Return what this upload would do to the region as it is now."""
    return queries.preview(open_package(upload))


def _lock() -> Region:
    """Hold the region until the commit, so that two packages never mix."""
    return session().get_one(Region, session().scope, with_for_update=True, populate_existing=True)


def _take_in(done: queries.Preview, filename: str, by: Account | None) -> None:
    """Make the region what the package says; where nothing differs nothing is written."""
    if done.is_empty:
        return
    counts = f"{done.new}:{done.changed}:{done.gone}"
    events.record(Verb.REGION_IMPORTED, current_region(), by=by, result=counts)
    writing.take_over(session(), done.changes)
    _note_agreements(done.changes["afspraken"], by)
    session().add(
        RegionImport(
            account_id=by.id if by else None,
            filename=filename,
            new_rows=done.new,
            changed_rows=done.changed,
            gone_rows=done.gone,
        )
    )
    session().flush()


def _note_agreements(changes: FileChanges, by: Account | None) -> None:
    """Note for each agreement that was there already what the package did to it."""
    results = {one.after.code: "changed" for one in changes.changed}
    results |= {one.before.code: "gone" for one in changes.gone}
    if not results:
        return
    there = select(Agreement).where(Agreement.code.in_(results)).order_by(Agreement.code)
    for agreement in session().scalars(there).all():
        result = results[agreement.code]
        events.record(Verb.AGREEMENT_CHANGED, agreement, by=by, result=result)


def confirm(
    upload: RegionUpload, by: Account, *, seen: str, is_sure: bool
) -> queries.Preview | None:
    """Take in what was previewed and let go of the upload.

    Returns None, with nothing taken in, when the region changed after the preview was `seen`.
    """
    region = _lock()
    if seen != region.network_version:
        upload.seen_version = region.network_version
        return None
    done = queries.preview(open_package(upload), with_shift=False)
    if done.is_drastic and not is_sure:
        raise Refused(
            "Meer dan de helft van de tafels verdwijnt. Kruis aan dat u dit wilt.", "sure"
        )
    _take_in(done, upload.filename, by)
    discard(upload)
    return done


def discard(upload: RegionUpload) -> None:
    """Let go of an upload; nothing was taken in."""
    session().delete(upload)
    session().flush()


def drop_old_uploads() -> int:
    """Let go of uploads that nobody confirmed within a day; return how many."""
    with scoped_to(EVERYTHING) as current:
        old = current.scalars(
            select(RegionUpload).where(RegionUpload.uploaded_at < clock.now() - KEEP_UPLOADS)
        ).all()
        for upload in old:
            current.delete(upload)
        current.commit()
    return len(old)


def export(suffix: str) -> io.BytesIO:
    """Return the region of this session as a package."""
    try:
        return io.BytesIO(as_bytes(queries.region_as_package(), suffix))
    except ValueError as error:
        raise Refused(
            "Een tekst is te lang voor een werkboek. Neem het zip-bestand, daar past alles in."
        ) from error


# By command.


class Faulty(Exception):
    """A package that is not taken in; the text lists every mistake."""


def slug_of(path: Path) -> str:
    """Return the short name of a region that goes by the name of its file."""
    return re.sub("[^a-z0-9]+", "-", path.resolve().stem.lower()).strip("-") or "regio"


def import_package(
    path: Path, slug: str, name: str | None, *, only_preview: bool
) -> queries.Preview:
    """Take a package in from a file or folder; makes the region when the slug is new."""
    try:
        package = read(path)
    except PackageError as error:
        lines = [str(mistake) for mistake in error.mistakes]
        raise Faulty("\n".join([*lines, "Er is niets ingelezen."])) from error
    with scoped_to(EVERYTHING) as current:
        region = queries.find_region(slug)
        if region is None:
            region = Region(slug=slug, name=name or slug.replace("-", " ").capitalize())
            current.add(region)
        current.flush()
        region_id = region.id
    with scoped_to(region_id) as current:
        _lock()
        done = queries.preview(package, with_shift=only_preview)
        if only_preview:
            current.rollback()
        else:
            _take_in(done, path.resolve().name, None)
            current.commit()
    return done


def summary(done: queries.Preview, slug: str, *, only_preview: bool) -> Iterator[str]:
    """Say in lines what an import did, or would do."""
    if done.is_empty:
        yield f"Regio {slug}: het pakket is gelijk aan wat er al staat. Er is niets veranderd."
    else:
        yield f"Regio {slug}: " + ("dit zou veranderen." if only_preview else "ingelezen.")
        yield f"{'':16}{'nieuw':>10}{'gewijzigd':>10}{'verdwenen':>10}"
        for each in done.changes:
            if len(each):
                counts = (len(each.new), len(each.changed), len(each.gone))
                yield f"{each.file:16}" + "".join(f"{count:>10}" for count in counts)
    for text in done.rewritten:
        yield f"Nieuwe versie van {text.code}, {text.title}."
        if text.signed_by:
            yield f"  De handtekening vervalt van {web.enumerate_words(text.signed_by)}."
    if done.staying:
        yield f"{len(done.staying)} signalen staan niet in het pakket en blijven bestaan."
    if done.asked_here:
        yield f"{len(done.asked_here)} leervragen zijn hier gesteld en blijven zoals ze zijn."
    if done.put_right:
        yield (
            f"{len(done.put_right)} leervragen staan anders in het pakket. Hun niveau, gebied of "
            "onderwerp is hier goedgezet en blijft zo."
        )
    if done.kept:
        yield (
            f"{len(done.kept)} signalen staan anders in het pakket. Ze zijn hier gegeven, gelezen "
            "of onderweg en blijven zoals ze zijn."
        )


def export_package(slug: str, path: Path) -> None:
    """Write a region as a package at a path: .zip, .xlsx or a folder."""
    with scoped_to(EVERYTHING):
        region = queries.find_region(slug)
        if region is None:
            raise Refused(f"Er is geen regio {slug}. Zie `coordinator region list`.")
        region_id = region.id
    with scoped_to(region_id):
        write(queries.region_as_package(), path)


def list_regions() -> Iterator[str]:
    """Name all regions, one a line."""
    with scoped_to(EVERYTHING) as current:
        for region in current.scalars(select(Region).order_by(Region.slug)):
            yield f"{region.slug:24}{region.name}"
