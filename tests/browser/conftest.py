"""Chromium for the browser tests: the service on a free port, pages that tolerate no mistake."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
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

from coordinator import migrate
from coordinator.db import EVERYTHING, ScopedSession, db, scoped_to
from coordinator.models import Region
from tests.conftest import make_app

HERE = Path(__file__).parent
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
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, and keep them in one xdist worker: one Chromium, not four."""
    # First, because xdist reads the group in its own hook of this name.
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass(frozen=True)
class LiveServer:
    """The service as it answers on `url`."""

    url: str
    app: Flask

    @contextmanager
    def inside(self, region: Region | None = None) -> Iterator[ScopedSession]:
        """Work on its database, as the fixture of that name does; it commits at the end."""
        with self.app.app_context(), scoped_to(region.id if region else EVERYTHING) as session:
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


@pytest.fixture
def live_server(tmp_path: Path) -> Iterator[LiveServer]:
    """Serve on waitress, as in production, with an empty SQLite database of this test's own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = make_app(f"sqlite:///{tmp_path / 'browser.sqlite3'}", base_url=url)
        with app.app_context():
            migrate.upgrade()
        with serving(app, listener):
            yield LiveServer(url, app)
        with app.app_context():
            db.engine.dispose()


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


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[OpenPage]:
    """Open a page as another person each time: `open_page(width=390, javascript=False)`.

    After the test it fails on whatever went wrong in any of them: a console error, a word of the
    Content Security Policy, an uncaught error, a broken file, a request to another host.
    """
    contexts: list[BrowserContext] = []
    mistakes: list[str] = []

    def open_one(width: int = 1280, javascript: bool = True) -> Page:
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
    if mistakes:
        pytest.fail("The pages made mistakes:\n- " + "\n- ".join(mistakes), pytrace=False)


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
        # A page may answer 403, 404 or 422: its test says which. A file or a crash may not.
        is_page = response.request.is_navigation_request()
        if response.status >= (500 if is_page else 400):
            mistakes.append(f"{response.status}: {response.request.method} {response.url}")

    context.on("console", on_console)
    context.on("weberror", on_error)
    context.on("request", on_request)
    context.on("response", on_response)
