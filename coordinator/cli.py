"""The console script `coordinator`: commands of a few lines that call an action."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy.exc import DBAPIError
from waitress import serve as waitress_serve

from coordinator import (
    clock,
    create_app,
    events,
    governance,
    migrate,
    outbox,
    reminders,
    terms,
    warming,
)
from coordinator.accounts import actions as accounts
from coordinator.db import db as database
from coordinator.db import sqlite_warning
from coordinator.errors import Refused
from coordinator.example import package, run
from coordinator.regions import actions as regions
from coordinator.scans import actions as scans
from coordinator.settings import Settings, SettingsError
from coordinator.signals import actions as signals
from coordinator.signing import verifying

EXAMPLE_FOLDER = Path("var")


def make_app() -> Flask:
    """Return the app for the environment, or for the example when that was asked for."""
    try:
        app = create_app(Settings.from_environment())
    except SettingsError as error:
        sys.exit(str(error))
    click.get_current_context().find_root().call_on_close(lambda: close_connections(app))
    with app.app_context():
        try:
            is_current = migrate.is_current()
        except DBAPIError as error:
            sys.exit(f"De database antwoordt niet: {error.orig}")
    if not is_current and click.get_current_context().command is not db_upgrade:
        sys.exit("De tabellen zijn niet bij. Draai eerst: coordinator db upgrade")
    return app


def close_connections(app: Flask) -> None:
    """Leave no connection open when a command ends."""
    with app.app_context():
        database.engine.dispose()


def counted(count: int, one: str, several: str) -> str:
    """Return "1 tekst" or "2 teksten"."""
    return f"{count} {one if count == 1 else several}"


class Commands(AppGroup):
    """Make the app only for a command that runs: `--help` needs no settings."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Say how the app is made, unless a test says otherwise."""
        extra.setdefault("obj", ScriptInfo(create_app=make_app))
        return super().make_context(info_name, args, parent, **extra)


@click.group(cls=Commands)
def main() -> None:
    """Leernetwerk-coördinator: de dienst beheren."""


@main.group()
def db() -> None:
    """De database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Breng de tabellen naar de nieuwste vorm."""
    migrate.upgrade()
    governance.fill_missing()
    click.echo("De database is bij.")


@db.command("copy")
@click.argument("url")
def db_copy(url: str) -> None:
    """Kopieer alles naar een lege database, bijvoorbeeld van SQLite naar PostgreSQL."""
    try:
        click.echo(f"{migrate.copy_to(url)} rijen gekopieerd.")
    except Refused as refused:
        sys.exit(refused.message)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Start de dienst (waitress, één proces, acht draden)."""
    settings: Settings = current_app.extensions["settings"]
    if warning := sqlite_warning(settings.database_url):
        click.echo(warning, err=True)
    for line in accounts.first_steps():
        click.echo(line)
    warming.start(current_app._get_current_object())  # type: ignore[attr-defined] # as below
    waitress_serve(
        current_app._get_current_object(),  # type: ignore[attr-defined] # Flask types the proxy as the app
        host=host,
        port=port,
        threads=8,
        # waitress takes the proxy's word away otherwise; the app believes as many as it was told
        clear_untrusted_proxy_headers=not settings.proxies,
    )


def do_waiting_work() -> int:
    """Do what waits; return how many mails were sent."""
    terms.do_due()
    signals.catch_up()
    reminders.put_due()
    sent = outbox.send_waiting()
    accounts.forget_what_is_over()
    regions.drop_old_uploads()
    scans.drop_old_drafts()
    return sent


@main.command()
def tick() -> None:
    """Doe het werk dat wacht, zoals mail; laat dit elke minuut lopen."""
    click.echo(f"{counted(do_waiting_work(), 'bericht', 'berichten')} verstuurd.")


@main.group()
def region() -> None:
    """Leerregio's: pakketten inlezen en wegschrijven."""


@region.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--region", "slug", help="Korte naam van de regio; anders de naam van het bestand.")
@click.option("--name", help="Naam van de regio, als de regio nieuw is.")
@click.option("--preview", is_flag=True, help="Toon alleen wat er zou veranderen.")
def region_import(path: Path, slug: str | None, name: str | None, preview: bool) -> None:
    """Lees een pakket in: een map, een .zip of een .xlsx."""
    slug = slug or regions.slug_of(path)
    try:
        done = regions.import_package(path, slug, name, only_preview=preview)
    except regions.Faulty as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    for line in regions.summary(done, slug, only_preview=preview):
        click.echo(line)


@region.command("export")
@click.argument("slug")
@click.argument("path", type=click.Path(path_type=Path))
def region_export(slug: str, path: Path) -> None:
    """Schrijf een regio weg: naar een .zip, een .xlsx of een map."""
    try:
        regions.export_package(slug, path)
    except Refused as refused:
        sys.exit(refused.message)
    click.echo(f"De regio {slug} staat in {path}.")


@region.command("list")
def region_list() -> None:
    """Noem alle regio's."""
    for line in regions.list_regions():
        click.echo(line)


@main.group()
def account() -> None:
    """Mensen: uitnodigen en noemen."""


@account.command("invite")
@click.argument("email")
@click.option("--name", required=True, help="Naam van deze persoon.")
@click.option("--role", required=True, type=click.Choice(sorted(accounts.ROLE_WORDS)))
@click.option("--region", "slug", required=True, help="Korte naam van de regio.")
@click.option("--partner", default="", help="Code van de organisatie.")
@click.option("--table", "tafel", default="", help="Code van de tafel.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Laatste dag; anders een jaar.")
def account_invite(
    email: str,
    name: str,
    role: str,
    slug: str,
    partner: str,
    tafel: str,
    until: datetime | None,
) -> None:
    """Nodig iemand uit, of geef iemand er een rol bij; zet ook de mail klaar."""
    last_day = until.date() if until else None
    try:
        for line in accounts.invite_by_command(email, name, role, slug, partner, tafel, last_day):
            click.echo(line)
    except Refused as refused:
        sys.exit(refused.message)


@account.command("list")
def account_list() -> None:
    """Noem alle accounts met hun rollen."""
    for line in accounts.list_accounts():
        click.echo(line)


@main.group()
def audit() -> None:
    """Het logboek: nagaan of er niets aan veranderd is."""


@audit.command("verify")
@click.option("--region", "slug", help="Korte naam van de regio; anders alle regio's.")
@click.option(
    "--anchors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Bestand van `audit anchor`: staat alles van toen er nog?",
)
def audit_verify(slug: str | None, anchors: Path | None) -> None:
    """Reken elke keten na; noem wat gewijzigd, verwijderd, verwisseld of ingevoegd is."""
    try:
        count, faults = events.verify(slug, events.read_anchors(anchors) if anchors else ())
    except Refused as refused:
        sys.exit(refused.message)
    for fault in faults:
        click.echo(str(fault), err=True)
    if faults:
        sys.exit(1)
    click.echo(f"{counted(count, 'gebeurtenis', 'gebeurtenissen')} nagerekend. Alles klopt.")


@audit.command("anchor")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def audit_anchor(path: Path) -> None:
    """Schrijf het eind van elke keten bij in een bestand; bewaar dat buiten deze machine."""
    click.echo(f"{events.write_anchors(path)} ketens staan in {path}.")


@main.group()
def agreements() -> None:
    """Afspraken: nagaan of elke ondertekende tekst nog zo staat."""


@agreements.command("verify")
@click.option("--region", "slug", help="Korte naam van de regio; anders alle regio's.")
def agreements_verify(slug: str | None) -> None:
    """Reken elke tekst, elk controlegetal en elke handtekening na."""
    try:
        found = verifying.verify(slug)
    except Refused as refused:
        sys.exit(refused.message)
    for fault in found.faults:
        click.echo(str(fault), err=True)
    if found.faults:
        sys.exit(1)
    texts = counted(found.versions, "tekst", "teksten")
    hands = counted(found.signatures, "handtekening", "handtekeningen")
    click.echo(f"{texts} en {hands} nagerekend. Alles klopt.")


@main.group()
def example() -> None:
    """Het voorbeeld: een verzonnen regio om rond te kijken."""


@example.command("run", with_appcontext=False)
@click.option("--host", default="127.0.0.1", envvar="HOST", show_default=True)
@click.option("--port", default=8000, envvar="PORT", show_default=True)
def example_run(host: str, port: int) -> None:
    """Start de dienst met de voorbeeldregio; er hoeft niets ingesteld te zijn."""
    click.echo("Het voorbeeld wordt klaargezet ...")
    app = run.make_app(EXAMPLE_FOLDER, host, port)
    run.keep_working(app, do_waiting_work)
    for line in run.table(app.extensions["settings"].base_url):
        click.echo(line)
    try:
        waitress_serve(app, host=host, port=port, threads=8)
    except OSError:
        sys.exit(f"Op {host} is poort {port} al bezet. Kies een andere: make run PORT={port + 1}")


@example.command("write", with_appcontext=False)
@click.argument("path", type=click.Path(file_okay=False, path_type=Path))
def example_write(path: Path) -> None:
    """Schrijf de voorbeeldregio's als pakketten in een map, met data rond vandaag."""
    for slug in package.REGIONS:
        package.write(slug, path / slug, clock.today())
        click.echo(f"{path / slug}")
