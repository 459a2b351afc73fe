"""What holds for every request: commit or nothing, once, headers, one 404, limits.

These run on an app of their own with a few scratch pages, and really commit.
"""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import abort, redirect
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from wtforms import StringField
from wtforms.validators import InputRequired

from coordinator import access, clock, web
from coordinator.access import hash_token
from coordinator.db import EVERYTHING, db, scoped_to, session, sqlite_warning
from coordinator.errors import Refused
from coordinator.models import Account, Domain, RoleName, SignIn
from tests import make
from tests.conftest import new_app, on_sqlite
from tests.page import Browser

barrier = threading.Barrier(2, timeout=20)


class DomainForm(web.Form):
    code = StringField("Code", [InputRequired("Geef een code.")])
    wait = StringField("Wacht")


def add_domain():
    """Make a domain named after the form, and answer in the way the form asks for."""
    form = DomainForm()
    if not form.validate():
        return "422", 422
    session().add(Domain(code=form.code.data, name="Domein"))
    session().flush()
    match form.wait.data:
        case "refuse":
            return "nee", 422
        case "crash":
            raise RuntimeError("geheim: 123456782")
        case "busy":
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        case "refused":
            raise Refused("Dat kan niet, want het is al gebeurd.")
        case "forbidden":
            abort(403)
    return redirect(f"/scratch/{form.code.data}")


def write_on_get():
    session().add(Domain(code="nooit", name="Nooit"))
    session().flush()
    return "geschreven"


@pytest.fixture(scope="module")
def scratch(database_url):
    app = new_app(database_url, "web")
    rules = dict(access.RULES)
    for name, view, methods in (
        ("scratch_add", add_domain, ["POST"]),
        ("scratch_write_on_get", write_on_get, ["GET"]),
    ):
        app.add_url_rule(f"/{name}", name, view, methods=methods)
        access.RULES[name] = access.members
    with app.app_context(), scoped_to(EVERYTHING) as current:
        region = make.region("web")
        person = make.person(RoleName.COORDINATOR, region)
        current.add(SignIn(account_id=person.id, token_hash=hash_token("web")))
        current.commit()
    yield app
    access.RULES.clear()
    access.RULES.update(rules)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def browser(scratch):
    browser = Browser(scratch)
    with browser.client.session_transaction() as cookie:
        cookie["sign_in"] = "web"
        cookie["seen"] = clock.now().timestamp()
    return browser


def token(browser):
    return Browser.hidden_fields(browser.get("/").document, "/uitloggen")["csrf_token"]


def domains(scratch, code):
    with scratch.app_context(), scoped_to(EVERYTHING) as current:
        return current.scalar(select(func.count(Domain.id)).where(Domain.code == code))


def send(browser, code, **fields):
    return browser.client.post(
        "/scratch_add", data={"csrf_token": token(browser), "code": code, **fields}
    )


@on_sqlite
def test_a_request_that_succeeds_is_committed(scratch, browser):
    assert send(browser, "goed").status_code == 302
    assert domains(scratch, "goed") == 1


@pytest.mark.parametrize(
    ("how", "status"),
    [("refuse", 422), ("refused", 409), ("busy", 503), ("forbidden", 404)],
)
@on_sqlite
def test_a_request_that_is_refused_leaves_nothing(scratch, browser, how, status):
    assert send(browser, how, wait=how).status_code == status
    assert domains(scratch, how) == 0


def test_a_crash_shows_our_page_without_a_stack_trace(scratch, browser):
    scratch.config["PROPAGATE_EXCEPTIONS"] = False
    answer = browser._answer(send(browser, "crash", wait="crash"))
    assert answer.status == 500
    assert "123456782" not in answer.html
    assert "Traceback" not in answer.html
    assert domains(scratch, "crash") == 0


@on_sqlite
def test_a_reading_request_cannot_write(scratch, browser):
    scratch.config["PROPAGATE_EXCEPTIONS"] = False
    assert browser.get("/scratch_write_on_get").status == 500
    assert domains(scratch, "nooit") == 0


@on_sqlite
def test_when_the_database_is_busy_the_text_stays_on_the_screen(browser):
    words = "Ik heb hier een half uur aan geschreven, op mijn telefoon."
    answer = browser._answer(send(browser, "busy", wait="busy", verhaal=words))
    assert answer.status == 503
    assert words in answer.text
    assert answer.response.headers["Retry-After"]


@on_sqlite
def test_a_form_without_token_is_refused_and_the_text_stays(browser, scratch):
    words = "Deze woorden mogen niet verloren gaan."
    answer = browser._answer(
        browser.client.post("/scratch_add", data={"code": "csrf", "verhaal": words})
    )
    assert answer.status == 409
    assert words in answer.text
    assert domains(scratch, "csrf") == 0


def test_a_form_sent_twice_is_handled_once_and_leads_to_the_same_place(scratch, browser):
    first = send(browser, "eens", once="one-time-key-1")
    second = send(browser, "anders", once="one-time-key-1")
    assert (first.status_code, second.status_code) == (302, 302)
    assert second.headers["Location"] == first.headers["Location"] == "/scratch/eens"
    assert (domains(scratch, "eens"), domains(scratch, "anders")) == (1, 0)


@on_sqlite
def test_a_form_that_was_refused_can_be_sent_again(scratch, browser):
    assert send(browser, "", once="one-time-key-2").status_code == 422
    assert send(browser, "daarna", once="one-time-key-2").status_code == 302
    assert domains(scratch, "daarna") == 1


@on_sqlite
def test_what_nobody_can_read_is_not_kept(scratch, browser):
    code = "a\0b\x07c\x1b[1m\u202ed\u2069 \N{FAMILY}\u200d \té"
    assert send(browser, code).status_code == 302
    assert domains(scratch, "abc[1md \N{FAMILY}\u200d \té") == 1


@on_sqlite
def test_a_one_time_key_that_no_database_can_look_for_is_none(scratch, browser):
    assert send(browser, "nul", once="a\0b").status_code == 302
    assert domains(scratch, "nul") == 1


def test_two_clicks_at_the_same_moment_make_one(scratch, browser):
    crumb = token(browser)
    cookie = browser.client.get_cookie("leernetwerk", domain="localhost")

    def click(code):
        client = scratch.test_client()
        client.set_cookie("leernetwerk", cookie.value, domain="localhost")
        barrier.wait()
        return client.post("/scratch_add", data={"csrf_token": crumb, "once": "both", "code": code})

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(click, ["links", "rechts"]))
    assert [a.status_code for a in answers] == [302, 302]
    assert len({a.headers["Location"] for a in answers}) == 1
    assert domains(scratch, "links") + domains(scratch, "rechts") == 1


@on_sqlite
def test_somebody_elses_one_time_key_is_of_no_use(scratch, browser):
    assert send(browser, "mijn", once="my-key").status_code == 302
    with scratch.app_context(), scoped_to(EVERYTHING) as current:
        stranger = Account(name="Vreemd", email="vreemd@voorbeeld.nl")
        current.add(stranger)
        current.flush()
        current.add(SignIn(account_id=stranger.id, token_hash=hash_token("stranger")))
        current.commit()
    other = Browser(scratch)
    with other.client.session_transaction() as cookie:
        cookie["sign_in"] = "stranger"
        cookie["seen"] = clock.now().timestamp()
    assert send(other, "mijn", once="my-key").status_code == 404


@on_sqlite
@pytest.mark.parametrize("url", ["/", "/bestaat-niet", "/static/app.css", "/inloggen"])
def test_every_answer_has_the_security_headers(browser, url):
    headers = browser.get(url).response.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    if not url.startswith("/static"):
        assert headers["Cache-Control"] == "no-store"


@on_sqlite
def test_unknown_wrong_and_forbidden_look_the_same(scratch, browser):
    unknown = browser.get("/bestaat-niet")
    wrong = browser.get("/scratch_add")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(access.RULES, "scratch_write_on_get", lambda *_: False)
        forbidden = browser.get("/scratch_write_on_get")
    assert (unknown.status, wrong.status, forbidden.status) == (404, 404, 404)
    crumb = re.compile(r'value="[^"]*"')
    assert len({crumb.sub("", page.html) for page in (unknown, wrong, forbidden)}) == 1


@on_sqlite
def test_another_host_name_is_refused(scratch):
    answer = scratch.test_client().get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400


@on_sqlite
def test_a_body_that_is_too_large_is_refused_before_it_is_read(scratch, browser):
    limit = scratch.config["MAX_CONTENT_LENGTH"]
    answer = browser.client.post(
        "/scratch_add",
        environ_overrides={"CONTENT_LENGTH": str(limit + 1)},
    )
    assert answer.status_code == 413


def test_dutch_days_and_numbers():
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    assert web.day(date(2026, 11, 2)) == "2 november 2026"
    assert web.weekday(date(2026, 11, 2)) == "maandag 2 november 2026"
    summer = datetime(2026, 7, 1, 12, 5, tzinfo=ZoneInfo("UTC"))
    assert web.moment(summer) == "1 juli 2026, 14.05 uur"
    assert web.number(13785) == "13.785"
    assert web.enumerate_words(["jeugd", "wonen", "zorg"]) == "jeugd, wonen en zorg"
    assert web.enumerate_words(["jeugd"]) == "jeugd"
    assert web.enumerate_words(["jeugd en gezin", "wonen"]) == "jeugd en gezin, en wonen"


@on_sqlite
def test_the_service_does_not_start_with_a_page_without_rule(scratch):
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(access.RULES, "home.index")
        with pytest.raises(access.IncompleteRulesError, match=r"home\.index"):
            access.check_rules(scratch)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(access.RULES, "signals.gone", access.members)
        with pytest.raises(access.IncompleteRulesError, match=r"signals\.gone"):
            access.check_rules(scratch)


def test_an_sqlite_with_a_known_fault_is_named():
    assert "3.40.1" in sqlite_warning("sqlite:///x", (3, 40, 1))
    assert sqlite_warning("sqlite:///x", (3, 51, 3)) == ""
    assert sqlite_warning("postgresql+psycopg://x/y", (3, 40, 1)) == ""
