"""The app once per database, one transaction per test, and people who browse."""

import gc
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from coordinator import clock, create_app, migrate, warming
from coordinator.access import hash_token
from coordinator.db import EVERYTHING, ScopedSession, db, scoped_to
from coordinator.models import Account, Region, SignIn
from coordinator.settings import Settings
from tests.page import Browser

PG_URL = os.environ.get("TEST_PG_URL")
gc.set_threshold(*warming.COLLECT_AFTER)


def pytest_collection_finish() -> None:
    """Look for cycles among what tests make only: not in the modules, which stay."""
    gc.freeze()


BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]

# For tests, or with ONLY_SQLITE for modules, of rules, words and figures: what a page says, who may
# open it, which field asks for what. The same pages are asked of PostgreSQL by tests/browser, the
# same acts by its example. What rests on the database (types, locks, constraints, order, what is
# left after a mistake) stays on both.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let a module with ONLY_SQLITE use no other database."""
    if getattr(metafunc.module, "ONLY_SQLITE", False) and "database_url" in metafunc.fixturenames:
        metafunc.definition.add_marker(on_sqlite)


def make_app(database_url: str, **settings: Any) -> Flask:
    """Return an app on a database of its own, with cheap passwords."""
    given = {
        "secret_key": "only for tests, only for tests, only for tests",
        "base_url": "http://localhost",
        "password_cost": (1, 8),
        **settings,
    }
    return create_app(Settings(database_url=database_url, **given))


MakeDatabase = Callable[..., str]
"""Make a database of this name, empty or as a copy of the one at a URL; return its URL."""


def pg_database(name: str, model: str | None = None) -> str:
    """Make a PostgreSQL database, empty or as a copy of another, and return its URL."""
    assert PG_URL is not None
    template = make_url(model).database if model else "template1"
    server = create_engine(PG_URL, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    server.dispose()
    return make_url(PG_URL).set(database=name).render_as_string(hide_password=False)


def sqlite_database(path: Path, model: str | None = None) -> str:
    """The same for SQLite, at this path."""
    if model:
        shutil.copyfile(str(make_url(model).database), path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session", params=BACKENDS)
def database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> MakeDatabase:
    """A function that makes a database of this kind and gives its URL."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if request.param == "sqlite":
        folder: Path = tmp_path_factory.mktemp("data")
        return lambda name, model=None: sqlite_database(folder / f"{name}.sqlite3", model)
    if PG_URL is None:
        if os.environ.get("CI"):
            pytest.fail("CI is set, but TEST_PG_URL is not: PostgreSQL would go untested")
        pytest.skip("TEST_PG_URL is not set: not tested on PostgreSQL")
    return lambda name, model=None: pg_database(f"{name}_{worker}", model)


def new_app(make_database: MakeDatabase, name: str, **settings: Any) -> Flask:
    """Return an app on a new database with the tables of today."""
    return make_app(make_database(name, _model(make_database)), **settings)


@cache
def _model(make_database: MakeDatabase) -> str:
    """The database of which the others are copies: all migrations take a second."""
    url = make_database("model")
    app = make_app(url)
    with app.app_context():
        migrate.upgrade()
        db.engine.dispose()
    return url


@pytest.fixture(scope="session")
def empty_app(database_url: MakeDatabase) -> Iterator[Flask]:
    app = new_app(database_url, "tests")
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(empty_app: Flask) -> Iterator[Flask]:
    """The app on one connection, in a transaction that is rolled back after the test."""
    with empty_app.app_context():
        engines = cast(dict[str | None, Engine | Connection], db.engines)
        engine = db.engine
        connection = engine.connect()
        transaction = connection.begin()
        db.session.configure(join_transaction_mode="create_savepoint")
    engines[None] = connection
    yield empty_app
    engines[None] = engine
    transaction.rollback()
    connection.close()


Inside = Callable[..., AbstractContextManager[ScopedSession]]


@pytest.fixture
def inside(app: Flask) -> Inside:
    """Work on the database: `with inside(region) as session:`; it commits at the end.

    Never browse inside the block: Flask would share the session with the request.
    """

    @contextmanager
    def _inside(region: Region | None = None) -> Iterator[ScopedSession]:
        with app.app_context(), scoped_to(region.id if region else EVERYTHING) as session:
            session.expire_on_commit = False  # what a test made stays readable afterwards
            yield session
            session.commit()

    return _inside


@pytest.fixture
def browse(app: Flask, inside: Inside) -> Callable[..., Browser]:
    """Give a browser in which this person is signed in: `browse(account)`; or nobody."""

    def _browse(account: Account | None = None) -> Browser:
        browser = Browser(app)
        if account is not None:
            token = secrets.token_urlsafe()
            with inside() as session:
                session.add(SignIn(account_id=account.id, token_hash=hash_token(token)))
            with browser.client.session_transaction() as cookie:
                cookie["sign_in"] = token
                cookie["seen"] = clock.now().timestamp()
        return browser

    return _browse


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """Collect the SQL that is sent: `with count_queries() as queries:`."""

    @contextmanager
    def _count() -> Iterator[list[str]]:
        queries: list[str] = []

        def note(_c: Connection, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                queries.append(statement)

        with app.app_context():
            connection = db.engines[None]
        event.listen(connection, "before_cursor_execute", note)
        try:
            yield queries
        finally:
            event.remove(connection, "before_cursor_execute", note)

    return _count
