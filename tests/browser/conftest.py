"""Chromium for the browser tests: the service on a free port, pages that tolerate no mistake."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
    sync_playwright,
)
from waitress import create_server, wasyncore

from coordinator import clock
from coordinator.db import EVERYTHING, ScopedSession, db, scoped_to
from coordinator.models import Region
from tests.conftest import PG_URL, new_app, pg_database, sqlite_database

HERE = Path(__file__).parent
START: Final = datetime(2026, 11, 27, 11, tzinfo=UTC)
"""When every test begins: a Friday at noon. So the days that people read can be written out."""
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Otherwise Chromium looks up its maker's hosts at every start.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Containers often give /dev/shm only 64 MB.
    "--disable-dev-shm-usage",
    # A page lives too short for the two compilers that make fast code in the background.
    "--js-flags=--no-turbofan --no-maglev",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, and keep them in one xdist worker: one Chromium, not four."""
    # First, because xdist reads the group in its own hook of this name.
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


class Calendar:
    """The clock of the live server. It goes on from the moment it was set to.

    It holds for the server alone: cookies and this test's own code keep the true time.
    """

    def __init__(self) -> None:
        self.set(START)

    def set(self, moment: datetime) -> None:
        self._shift = moment - datetime.now(UTC)

    def turn_to(self, day: date) -> None:
        """Go to noon of this day; whoever was signed in for half an hour has to sign in again."""
        self.set(datetime.combine(day, time(11), UTC))

    def wait(self, span: timedelta) -> None:
        self._shift += span

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift


@dataclass(frozen=True)
class LiveServer:
    """The service as it answers on `url`."""

    url: str
    app: Flask
    calendar: Calendar

    @contextmanager
    def inside(self, region: Region | None = None) -> Iterator[ScopedSession]:
        """Work on its database and at its time, as the fixture of that name does."""
        with (
            clock.frozen(self.calendar.now()),
            self.app.app_context(),
            scoped_to(region.id if region else EVERYTHING) as session,
        ):
            session.expire_on_commit = False  # what a test made stays readable afterwards
            yield session
            session.commit()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found or not Path(found).exists():
        reason = "no Chromium: install Debian's package chromium, or set CHROMIUM=path"
        # CI promises that these tests ran; there a skipped one would be a lie.
        if os.environ.get("CI"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        # Playwright starts it with --no-sandbox, which root needs.
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Serve on waitress, as in production, with a database of this module's own.

    On PostgreSQL where there is one: every page and the whole story of the example are asked of
    it here, so that tests of what pages say need SQLite only (see `on_sqlite`).
    """
    folder = tmp_path_factory.mktemp("browser")

    def in_folder(name: str, model: str | None = None) -> str:
        return sqlite_database(folder / name, model)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = new_app(pg_database if PG_URL else in_folder, "browser", base_url=url)
        app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # else five files are asked for at each page
        server = LiveServer(url, app, Calendar())
        follow(app, server.calendar)
        with serving(app, listener):
            yield server
        with app.app_context():
            db.engine.dispose()


def follow(app: Flask, calendar: Calendar) -> None:
    """Let each request happen at the time of the calendar."""
    answer = app.wsgi_app

    def at_its_time(environ: Any, start_response: Any) -> Any:
        # A context variable, set in the thread that handles this request and nowhere else.
        with clock.frozen(calendar.now()):
            return answer(environ, start_response)

    app.wsgi_app = at_its_time  # type: ignore[method-assign] # Flask's way to wrap itself


@contextmanager
def serving(app: Flask, listener: socket.socket) -> Iterator[None]:
    server = create_server(app, sockets=[listener], threads=8)
    thread = threading.Thread(target=server.run, name="waitress")
    thread.start()
    yield
    # waitress has no stop of its own: its loop ends when it has nothing left to watch, and only
    # the loop's own thread may take that away.
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    thread.join(timeout=10)
    server.task_dispatcher.shutdown()


@pytest.fixture(scope="module")
def mistakes() -> list[str]:
    """What any page did that no page may do: see `watch`."""
    return []


@pytest.fixture(autouse=True)
def no_mistakes(mistakes: list[str]) -> Iterator[None]:
    """Fail after the test on what a page did wrong, a word of the security policy for one."""
    yield
    found = mistakes.copy()
    mistakes.clear()
    if found:
        pytest.fail("The pages made mistakes:\n- " + "\n- ".join(found), pytrace=False)


OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def open_page(browser: Browser, live_server: LiveServer, mistakes: list[str]) -> Iterator[OpenPage]:
    """Open a page as another person each time: `open_page(width=390, javascript=False)`."""
    contexts: list[BrowserContext] = []

    def open_one(width: int = 1280, *, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            locale="nl-NL",
            timezone_id="Europe/Amsterdam",
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        watch(context, live_server.url, mistakes)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


def watch(context: BrowserContext, url: str, mistakes: list[str]) -> None:
    """Write down in `mistakes` what no page of ours may do."""

    def on_console(message: ConsoleMessage) -> None:
        # Chromium also reports each 404 and 422 here; on_response judges those.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            mistakes.append(f"console: {message.text} ({message.location['url']})")

    def on_error(error: WebError) -> None:
        mistakes.append(f"uncaught: {error.error}")

    def on_request(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.netloc != urlsplit(url).netloc and parts.scheme not in ("data", "blob", "about"):
            mistakes.append(f"request to another host: {request.url}")

    def on_response(response: Response) -> None:
        # A page may answer 403, 404 or 422: its test says which. A file or a crash may not. We
        # have no script, so what is fetched is a page that a test turns to.
        request = response.request
        is_page = request.is_navigation_request() or request.resource_type == "fetch"
        if response.status >= (500 if is_page else 400):
            mistakes.append(f"{response.status}: {response.request.method} {response.url}")

    context.on("console", on_console)
    context.on("weberror", on_error)
    context.on("request", on_request)
    context.on("response", on_response)
