"""A browser for tests that checks every page it fetches."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Any, ClassVar

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

TOKENS = re.compile(r'value="[\w.-]{22,}"')
VOID = {"input", "meta", "link", "img", "br", "hr", "use"}


@dataclass(eq=False)
class Element:
    """One start tag: name, attributes, and the text inside it."""

    tag: str
    attributes: dict[str, str]
    parents: tuple["Element", ...] = ()
    text: str = ""


@dataclass
class Document(HTMLParser):
    """The elements of a page in order."""

    elements: list[Element] = field(default_factory=list)

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements = []
        self._open: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {k: v or "" for k, v in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:  # </use>: it was never opened here
            return
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Return the elements with this tag and these attributes, in order."""
        return [
            e
            for e in self.elements
            if e.tag == tag and all(e.attributes.get(k) == v for k, v in attributes.items())
        ]


def squeeze(text: str) -> str:
    """Return text with all white space folded."""
    return " ".join(text.split())


def check_page(page: Document) -> None:
    """Check what must hold for every page of ours."""
    (root,) = page.all("html")
    assert root.attributes.get("lang") == "nl"
    headings = page.all("h1")
    assert len(headings) == 1, f"{len(headings)} h1"
    (title,) = [e for e in page.all("title") if not any(p.tag == "svg" for p in e.parents)]
    opening = squeeze(title.text).removeprefix("Fout: ")
    assert opening.startswith(squeeze(headings[0].text)), (title.text, headings[0].text)
    ids = Counter(e.attributes["id"] for e in page.elements if "id" in e.attributes)
    assert not [i for i, n in ids.items() if n > 1], f"ids twice: {ids}"
    labels = {e.attributes.get("for") for e in page.all("label")}
    for e in page.elements:
        assert "style" not in e.attributes, f"inline style on {e.tag}"
        assert not [a for a in e.attributes if a.startswith("on")], f"inline script on {e.tag}"
        if e.tag in ("input", "select", "textarea") and e.attributes.get("type") != "hidden":
            labelled = (
                e.attributes.get("id") in labels
                or "aria-label" in e.attributes
                or "aria-labelledby" in e.attributes
                or any(p.tag == "label" for p in e.parents)
            )
            assert labelled, f"no label for {e.attributes}"
        for reference in ("aria-describedby", "aria-labelledby"):
            for target in e.attributes.get(reference, "").split():
                assert target in ids, f"{reference} points at {target}, which is not there"
        if e.tag == "script":
            source = e.attributes.get("src", "")
            assert source.startswith("/static/"), "inline script"
            assert source.endswith(".js"), "a script that tests/browser/test_line.py would overlook"
        assert e.tag != "style", "inline style"
        if e.tag == "form":
            assert e.attributes.get("method") in ("get", "post"), f"form without method {e}"
            if e.attributes["method"] == "post":
                inside = [c for c in page.elements if e in c.parents and c.tag == "input"]
                assert any(c.attributes.get("name") == "csrf_token" for c in inside), "no token"
    text = squeeze(page.all("body")[0].text)
    for broken in (r"\bNone\b", r"\{\{", r"\bUndefined\b", r"datetime\.", r"<[A-Z]\w+ object"):
        assert not re.search(broken, text), f"{broken} on the page: {text}"


@dataclass
class Answer:
    """What came back for one request."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def location(self) -> str:
        return self.response.headers.get("Location", "")

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @cached_property
    def document(self) -> Document:
        return Document(self.html)

    @property
    def text(self) -> str:
        """Return the words of the main part, white space folded."""
        main = self.document.all("main")
        return squeeze((main or self.document.all("body"))[0].text)

    @property
    def alert(self) -> str:
        """Return the words of the error summary."""
        return squeeze(" ".join(e.text for e in self.document.all("div", role="alert")))


class Browser:
    """A person's browser: follows nothing by itself, checks each page, sends tokens along."""

    checked: ClassVar[set[int]] = set()

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def _answer(self, response: TestResponse) -> Answer:
        assert response.headers.get("Content-Security-Policy"), "no security headers"
        response.get_data()
        response.close()
        answer = Answer(response)
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303):
            # Pages that differ in tokens only are checked once.
            looks = hash(TOKENS.sub('value="token"', answer.html))
            if looks not in self.checked:
                check_page(answer.document)
                self.checked.add(looks)
        return answer

    def get(self, url: str, **options: Any) -> Answer:
        return self._answer(self.client.get(url, **options))

    def post(
        self,
        url: str,
        data: dict[str, Any] | None = None,
        *,
        on: str | None = None,
        status: int | None = None,
    ) -> Answer:
        """Send a form the way a browser does: with the hidden fields of the page it stands on.

        `on` is the page with the form; without it, the form stands at its own address.
        """
        page = Answer(self.client.get(on or url))
        hidden = self.hidden_fields(page.document, url)
        response = self.client.post(url, data={**hidden, **(data or {})})
        answer = self._answer(response)
        if status is not None:
            assert answer.status == status, (answer.status, answer.alert, answer.text[:600])
        return answer

    @staticmethod
    def hidden_fields(page: Document, url: str) -> dict[str, str]:
        """Return the hidden fields of the form that posts to this address, or of any post form."""
        forms = page.all("form", method="post")
        chosen = [f for f in forms if f.attributes.get("action") == url] or [
            f for f in forms if not f.attributes.get("action")
        ]
        form = next(iter(chosen or forms), None)
        return {
            e.attributes["name"]: e.attributes.get("value", "")
            for e in page.all("input", type="hidden")
            if form in e.parents and "name" in e.attributes
        }
