"""Somebody who uses the service in a browser, and signs in as a person does."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from coordinator.web import HEADERS

# A page is written in the window that is open, so that window, styles, font and axe-core stay: a
# navigation costs Chromium three times as much.
WRITE = """async ([path, text]) => {
    history.replaceState(null, "", path);
    document.open();
    const loaded = new Promise(resolve => window.addEventListener("load", resolve));
    document.write(text);
    document.close();
    await loaded;
}"""
READ = """
    const policy = answer.headers.get("Content-Security-Policy");
    return [answer.status, policy, await answer.text()];
}"""
FETCH = f"""async path => {{
    const answer = await fetch(path, {{redirect: "error"}});{READ}"""
SEND = f"""async button => {{
    const form = button.form, typed = new FormData(form, button);
    const body = form.enctype === "multipart/form-data" ? typed : new URLSearchParams(typed);
    const asked = {{method: form.method, body, redirect: "error"}};
    const answer = await fetch(form.action, asked);{READ}"""


@dataclass(frozen=True)
class Human:
    """A person at a screen."""

    page: Page
    email: str
    password: str

    def visit(self, path: str = "/") -> None:
        """Open an address; sign in when the service asks for it."""
        self.page.goto(path)
        if self.page.get_by_role("heading", level=1).inner_text() == "Inloggen":
            self.sign_in()

    def turn_to(self, path: str) -> int:
        """Read the page of an address in the open window; return its status."""
        if not self.page.url.startswith("http"):
            self.page.goto("/privacy")
        return self._show(path, self.page.evaluate(FETCH, path))

    def send(self, name: str) -> int:
        """Send the form that this button is in, and read the answer as `turn_to` does."""
        button = self.page.get_by_role("button", name=name, exact=True)
        path = button.evaluate("button => new URL(button.form.action).pathname")
        return self._show(path, button.evaluate(SEND))

    def _show(self, path: str, answer: tuple[int, str, str]) -> int:
        status, policy, text = answer
        assert policy == HEADERS["Content-Security-Policy"]  # so the window's own is this page's
        self.page.evaluate(WRITE, [path, text])
        return status

    def sign_in(self) -> None:
        """Fill in the sign-in form that is on the screen."""
        self.page.get_by_label("E-mailadres").fill(self.email)
        self.page.get_by_label("Wachtwoord", exact=True).fill(self.password)
        self.press("Inloggen")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Choose the first link of this name: the most urgent stands on top."""
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def fill(self, **texts: str) -> None:
        """Type texts in fields, found by the name in the form."""
        for name, text in texts.items():
            self.page.locator(f"main [name={name}]").fill(text)

    def choose(self, name: str) -> None:
        """Tick a radio button or checkbox by the first words beside it."""
        label = self.page.locator("main label", has_text=re.compile(rf"^\s*{re.escape(name)}"))
        label.locator("input").check()

    def reads(self, *texts: str) -> None:
        """Look for words on the page, anywhere in what it is about."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def does_not_read(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)

    def card(self, title: str) -> Locator:
        """Return the part of the page under this heading."""
        return self.page.locator("section").filter(
            has=self.page.get_by_role("heading", name=title, exact=True)
        )
