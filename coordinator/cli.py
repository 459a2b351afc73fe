"""The console script `coordinator`: commands of a few lines that call an action."""

import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import FlaskGroup
from waitress import serve as waitress_serve

from coordinator import create_app, migrate, outbox
from coordinator.settings import Settings, SettingsError

EXAMPLE_FOLDER = Path("var")


def make_app() -> Flask:
    """Return the app for the environment, or for the example when that was asked for."""
    try:
        return create_app(Settings.from_environment())
    except SettingsError as error:
        sys.exit(str(error))


@click.group(cls=FlaskGroup, create_app=make_app, add_default_commands=False)
def main() -> None:
    """Leernetwerk-coördinator: de dienst beheren."""


@main.group()
def db() -> None:
    """De database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Breng de tabellen naar de nieuwste vorm."""
    migrate.upgrade()
    click.echo("De database is bij.")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Start de dienst (waitress, één proces, acht draden)."""
    from flask import current_app

    waitress_serve(current_app._get_current_object(), host=host, port=port, threads=8)


@main.command()
def tick() -> None:
    """Doe het werk dat wacht, zoals mail; laat dit elke minuut lopen."""
    sent = outbox.send_waiting()
    click.echo(f"{sent} berichten verstuurd.")
