"""The example as `make run` starts it: own settings, own database, accounts that are shown."""

import os
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from alembic.util import CommandError
from flask import Flask, current_app
from sqlalchemy import select

from coordinator import clock, create_app, migrate
from coordinator.db import EVERYTHING, db, scoped_to
from coordinator.example import package, people
from coordinator.example.agreements import Register
from coordinator.example.goals import Goals
from coordinator.example.moments import Gatherings
from coordinator.example.offers import Catalogue
from coordinator.example.questions import Questions
from coordinator.example.scans import Scans
from coordinator.example.story import Teller
from coordinator.labels import label
from coordinator.models import Account, Region
from coordinator.regions import actions as regions
from coordinator.settings import Settings

TICK_SECONDS: Final = 3
EVERYWHERE: Final = ("", "0.0.0.0", "::")  # noqa: S104 (only compared)


def settings(folder: Path, host: str, port: int) -> Settings:
    """Return what the example needs; the secret key is made once and kept."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    shown = "127.0.0.1" if host in EVERYWHERE else host
    return Settings(
        database_url=f"sqlite:///{folder}/example.sqlite3",
        secret_key=_secret(folder / "secret"),
        base_url=f"http://{shown}:{port}",
        mail_folder=folder / "mail",
        contact="de leercoördinator van dit voorbeeld",
        example=True,
    )


def _secret(path: Path) -> str:
    """Return the key in this file; made when there is none, readable for nobody else."""
    try:
        number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(number, "w", encoding="ascii") as stream:
        key = secrets.token_hex()
        stream.write(key)
    return key


def make_app(folder: Path, host: str, port: int) -> Flask:
    """Return the app of the example, with everything in it; what is there already stays."""
    app = create_app(settings(folder, host, port))
    if host in EVERYWHERE:
        # Asked for by whoever opens it from another machine, by a name that only they know.
        app.config["TRUSTED_HOSTS"] = None
    with app.app_context():
        try:
            migrate.upgrade()
        except CommandError:
            sys.exit(f"De database in {folder} is van een andere versie. Verwijder die map.")
        with scoped_to(EVERYTHING) as database:
            is_filled = database.scalar(select(Account.id).limit(1)) is not None
        if not is_filled:
            fill()
        db.session.remove()
    return app


def fill() -> None:
    """Load the example regions and their people, and tell what happened before today."""
    today = clock.today()
    with tempfile.TemporaryDirectory() as folder:
        for slug, name in package.REGIONS.items():
            package.write(slug, Path(folder) / slug, today)
            regions.import_package(Path(folder) / slug, slug, name, only_preview=False)
    base_url = current_app.extensions["settings"].base_url
    with current_app.test_request_context(base_url=base_url):
        with scoped_to(EVERYTHING) as database:
            made = people.make(database, today)
            region_id = database.scalars(select(Region.id).where(Region.slug == "oeverland")).one()
            ids = {key: account.id for key, account in made.items()}
        with scoped_to(region_id) as database:
            accounts = {key: database.get_one(Account, number) for key, number in ids.items()}
            Teller(accounts, today).tell()
            Register(accounts, today).write()
            Questions(accounts, today).tell()
            Catalogue(accounts, today).write()
            Goals(accounts, today).set()
            Gatherings(accounts, today).hold()
            Scans(accounts, today).hold()
            database.commit()


def table(base_url: str) -> Iterator[str]:
    """Say where the example is and how to sign in."""
    yield ""
    yield f"  Het leernetwerk van Regio Oeverland staat klaar op {base_url}"
    yield "  (een verzonnen regio; stop met Ctrl-C; mail staat in var/mail)"
    yield ""
    yield f"  {'Rol':22}{'Naam':20}E-mailadres"
    for person in people.PEOPLE:
        regions_of = list(dict.fromkeys(place.region for place in person.places))
        role = label(person.places[0].role)
        where = "" if regions_of == ["oeverland"] else f"  ({' en '.join(regions_of)})"
        yield f"  {role:22}{person.name:20}{person.email}{where}"
    yield ""
    yield f"  Wachtwoord voor iedereen: {people.PASSWORD}"
    yield ""


def keep_working(app: Flask, work: Callable[[], object]) -> None:
    """Do the work that waits every few seconds, beside the service, for as long as it runs."""

    def repeat() -> None:
        while True:
            time.sleep(TICK_SECONDS)
            try:
                with app.app_context():
                    work()
            except Exception as error:  # a failed round must not end the thread
                app.logger.warning("the waiting work failed: %s", type(error).__name__)

    threading.Thread(target=repeat, name="tick", daemon=True).start()
