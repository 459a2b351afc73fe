"""Accounts: signing in and out, invitations, roles, and a form that outlives its sign-in."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import Result
from sqlalchemy import select

from coordinator import clock, outbox
from coordinator.accounts import actions, passwords
from coordinator.cli import main
from coordinator.db import EVERYTHING, db, scoped_to
from coordinator.errors import Refused
from coordinator.models import (
    Account,
    AccountLink,
    Grant,
    Level,
    OnceKey,
    OutboxMessage,
    RoleName,
    SignIn,
    SignInFailure,
)
from coordinator.settings import Settings, SettingsError
from tests import make
from tests.conftest import make_app
from tests.page import Browser

PASSWORD = "gele giraffe danst graag"
OTHER = "paarse olifant slaapt lang"
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fixed_time():
    with clock.frozen(START):
        yield


@pytest.fixture
def here(inside):
    with inside():
        return make.region("oeverland")


@pytest.fixture
def network(inside, here):
    """A partner and a table in the region."""
    with inside(here):
        area = make.area()
        return make.partner("lt1", name="Lokaal team"), make.tafel("B1", Level.BOARD, area)


@pytest.fixture
def karin(app, inside, here):
    """A coordinator who has a password."""
    with inside():
        account = make.account(
            "Karin", "karin@voorbeeld.nl", password_hash=passwords.hashed(PASSWORD)
        )
        make.grant(account, RoleName.COORDINATOR, here)
        return account


@pytest.fixture
def expert(app, inside, here):
    with inside():
        account = make.account(
            "Samira", "samira@voorbeeld.nl", password_hash=passwords.hashed(PASSWORD)
        )
        make.grant(account, RoleName.EXPERT, here)
        return account


def later(**duration):
    return clock.frozen(clock.now() + timedelta(**duration))


def sign_in(
    browser: Browser, email="karin@voorbeeld.nl", password=PASSWORD, url="/inloggen", **more
):
    return browser.post(url, {"email": email, "password": password}, **more)


def mails(inside) -> list[OutboxMessage]:
    with inside() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def link_in(mail: OutboxMessage) -> str:
    found = re.search(r"http://localhost(/\S+)", mail.body)
    assert found
    return found[1]


def invite(browser: Browser, **given):
    fields = {
        "name": "Noor",
        "email": "noor@voorbeeld.nl",
        "role": "expert",
        "partner": "",
        "tafel": "",
        "starts_on": "2026-11-20",
        "ends_on": "2027-06-01",
        **given,
    }
    return browser.post("/mensen/uitnodigen", fields)


# Signing in and out


def test_somebody_signs_in_and_out(browse, karin):
    browser = browse()
    assert browser.get("/").location == "/inloggen?next=/"
    assert sign_in(browser, url="/inloggen?next=/mensen").location == "/mensen"
    assert "Uitloggen" in browser.get("/mensen").html
    assert browser.get("/inloggen").location == "/"
    assert browser.post("/uitloggen", on="/").location == "/inloggen"
    assert browser.get("/mensen").status == 302


def test_the_address_may_be_typed_in_capitals(browse, karin):
    assert sign_in(browse(), email=" Karin@Voorbeeld.NL ").status == 302


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\tevil",
        "javascript:x",
        "//[",
    ],
)
def test_after_signing_in_nobody_is_sent_to_another_site(browse, karin, elsewhere):
    browser = browse()
    page = browser.get("/inloggen", query_string={"next": elsewhere})
    hidden = browser.hidden_fields(page.document, "")
    response = browser.client.post(
        "/inloggen",
        query_string={"next": elsewhere},
        data={**hidden, "email": "karin@voorbeeld.nl", "password": PASSWORD},
    )
    assert response.headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_look_the_same(browse, karin):
    wrong = sign_in(browse(), password="een ander lang wachtwoord")
    unknown = sign_in(browse(), email="niemand@voorbeeld.nl")
    assert wrong.status == unknown.status == 422
    assert wrong.alert == unknown.alert != ""
    assert 'value="karin@voorbeeld.nl"' in wrong.html
    assert "een ander lang wachtwoord" not in wrong.html


def test_a_password_costs_the_same_work_without_an_account(app, karin, monkeypatch):
    seen = []
    hasher = passwords._hasher(1, 8)
    monkeypatch.setattr(
        passwords, "_hasher", lambda *_cost: type("H", (), {"verify": seen.append, **{}})
    )
    monkeypatch.setattr(type(hasher), "verify", lambda _self, kept, _given: seen.append(kept))
    monkeypatch.setattr(passwords, "_hasher", lambda *_cost: hasher)
    with app.app_context():
        assert not passwords.matches(None, PASSWORD)
        assert not passwords.matches(karin.password_hash, PASSWORD)
    assert len(seen) == 2
    assert seen[0].startswith("$argon2id$")


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app, browse, karin):
    browser = browse()
    sign_in(browser)
    cookie = browser.client.get_cookie("leernetwerk")
    thief = Browser(app)
    thief.client.set_cookie("leernetwerk", cookie.value)
    assert thief.get("/mensen").status == 200
    browser.post("/uitloggen", on="/mensen")
    assert thief.get("/mensen").status == 302


def test_signing_in_starts_a_fresh_session(app, browse, karin):
    browser = browse()
    browser.get("/inloggen")
    planted = browser.client.get_cookie("leernetwerk").value
    with browser.client.session_transaction() as cookie:
        before = dict(cookie)
    sign_in(browser)
    with browser.client.session_transaction() as cookie:
        assert cookie["csrf_token"] if "csrf_token" in cookie else True
        assert cookie.get("csrf_token") != before["csrf_token"]
        assert "sign_in" in cookie
    attacker = Browser(app)
    attacker.client.set_cookie("leernetwerk", planted)
    assert attacker.get("/mensen").status == 302


def test_a_token_from_before_signing_in_no_longer_counts(browse, karin):
    browser = browse()
    old = browser.hidden_fields(browser.get("/inloggen").document, "")["csrf_token"]
    sign_in(browser)
    answer = browser.client.post("/uitloggen", data={"csrf_token": old})
    assert answer.status_code == 409
    assert browser.get("/mensen").status == 200


def test_a_sign_in_ends_after_thirty_idle_minutes(browse, karin):
    browser = browse()
    sign_in(browser)
    with later(minutes=30):
        assert browser.get("/mensen").status == 200
        with later(minutes=30):
            assert browser.get("/mensen").status == 200
            with later(minutes=30, seconds=1):
                assert browser.get("/mensen").status == 302


def test_a_sign_in_ends_after_ten_hours_of_work(browse, karin):
    browser = browse()
    sign_in(browser)
    for minutes in range(0, 600, 25):
        with later(minutes=minutes):
            assert browser.get("/mensen").status == 200
    with later(minutes=600):
        assert browser.get("/mensen").status == 302


def test_a_hash_of_another_cost_is_renewed_at_signing_in(browse, inside, karin):
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    with inside() as session:
        session.get_one(Account, karin.id).password_hash = old
    assert sign_in(browse()).status == 302
    with inside() as session:
        renewed = session.get_one(Account, karin.id).password_hash
    assert "m=8,t=1" in renewed
    assert sign_in(browse()).status == 302


def test_a_second_tab_with_an_old_sign_in_page_just_goes_on(browse, karin):
    browser = browse()
    page = browser.get("/inloggen")
    hidden = browser.hidden_fields(page.document, "")
    sign_in(browser)
    again = browser.client.post(
        "/inloggen", data={**hidden, "email": "karin@voorbeeld.nl", "password": PASSWORD}
    )
    assert again.headers["Location"].startswith("/inloggen")
    assert browser.get(again.headers["Location"]).location == "/"


# Slowing down


def fail(browser, times=1, email="karin@voorbeeld.nl", **more):
    for _ in range(times):
        answer = sign_in(browser, email=email, password="dit klopt helaas niet", **more)
    return answer


def test_after_five_failures_somebody_must_wait(browse, inside, karin):
    browser = browse()
    assert fail(browser, 5).status == 422
    answer = sign_in(browser)
    assert answer.status == 429
    assert "Probeer het over 5 seconden opnieuw" in answer.text
    assert answer.response.headers["Retry-After"] == "5"
    assert 'value="karin@voorbeeld.nl"' in answer.html
    assert PASSWORD not in answer.html
    with later(seconds=5):
        assert sign_in(browser).status == 302


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(browse, karin):
    browser = browse()
    fail(browser, 5)
    waits = []
    moment = clock.now()
    for _ in range(9):
        with clock.frozen(moment):
            wait = int(fail(browser).response.headers["Retry-After"])
        waits.append(wait)
        moment += timedelta(seconds=wait)
        with clock.frozen(moment):
            assert fail(browser).status == 422
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900]


def test_an_attempt_that_is_too_early_is_neither_checked_nor_counted(
    browse, inside, karin, monkeypatch
):
    browser = browse()
    fail(browser, 5)
    monkeypatch.setattr(passwords, "matches", lambda *_: pytest.fail("the password was checked"))
    assert fail(browser, 3).status == 429
    with inside() as session:
        assert len(session.scalars(select(SignInFailure)).all()) == 5 * 3


def test_a_success_clears_the_failures(browse, inside, karin):
    browser = browse()
    fail(browser, 4)
    assert sign_in(browser).status == 302
    with inside() as session:
        assert not session.scalars(select(SignInFailure)).all()
    other = browse()
    assert fail(other, 5).status == 422


def test_an_unknown_address_is_slowed_down_just_the_same(browse, karin):
    known = [fail(browse()).status for _ in range(6)]
    with later(hours=2):
        unknown = [fail(browse(), email="niemand@voorbeeld.nl").status for _ in range(6)]
    assert known == unknown == [422] * 5 + [429]


def test_a_network_address_is_slowed_down_over_all_accounts(app, browse, karin):
    browser = browse()
    for number in range(5):
        assert fail(browser, email=f"mens{number}@voorbeeld.nl").status == 422
    assert sign_in(browser).status == 429
    elsewhere = browse()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert sign_in(elsewhere).status == 302


def test_own_success_does_not_clear_guesses_at_others(browse, inside, karin, expert):
    browser = browse()
    fail(browser, 3)
    fail(browser, 1, email="samira@voorbeeld.nl")
    assert sign_in(browser, email="samira@voorbeeld.nl").status == 302
    assert fail(browse(), 2).status == 422
    assert fail(browse()).status == 429


def test_one_ipv6_connection_is_one_address(app):
    assert actions._network("2001:db8:1:2:3::4") == actions._network("2001:db8:1:2:9::9")
    assert actions._network("2001:db8:1:2::4") != actions._network("2001:db8:1:3::4")
    assert actions._network("192.0.2.1") != actions._network("192.0.2.2")


def test_an_hour_later_the_failures_no_longer_count(browse, karin):
    fail(browse(), 5)
    with later(hours=1, seconds=1):
        assert fail(browse(), 5).status == 422


def test_no_address_is_kept_with_a_failure(browse, inside, karin):
    fail(browse())
    with inside() as session:
        keys = session.scalars(select(SignInFailure.key)).all()
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in keys)


def test_behind_a_proxy_the_address_is_the_askers(tmp_path):
    for proxies, seen in ((0, "127.0.0.1"), (1, "192.0.2.9")):
        app = make_app(f"sqlite:///{tmp_path}/x.sqlite3", proxies=proxies)
        app.add_url_rule("/wie", "wie", lambda: __import__("flask").request.remote_addr)
        environ = {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 192.0.2.9", "REMOTE_ADDR": "127.0.0.1"}
        got = []

        def ask(environ, start, got=got, app=app):
            with app.request_context(environ) as context:
                got.append(context.request.remote_addr)
            start("200 OK", [])
            return []

        if proxies:
            app.wsgi_app.app = ask
            client = app.wsgi_app
        else:
            client = ask
        from werkzeug.test import Client

        Client(client).get("/wie", environ_overrides=environ)
        assert got == [seen]


def test_the_number_of_proxies_must_be_a_number():
    given = {
        "COORDINATOR_DATABASE_URL": "sqlite://",
        "COORDINATOR_SECRET_KEY": "x" * 32,
        "COORDINATOR_BASE_URL": "https://leernetwerk.example.nl",
        "COORDINATOR_MAIL_FOLDER": "/tmp/mail",
    }
    assert Settings.from_environment(given).proxies == 0
    assert Settings.from_environment({**given, "COORDINATOR_PROXIES": "2"}).proxies == 2
    with pytest.raises(SettingsError, match="COORDINATOR_PROXIES"):
        Settings.from_environment({**given, "COORDINATOR_PROXIES": "-1"})


# Passwords


@pytest.mark.parametrize(
    "password",
    [
        "kort wachtwoord"[:14],
        "x" * 201,
        "aaaaaaaaaaaaaaaaaaaa",
        "123456789012345",
        "qwertyuiopasdfgh",
        "abcabcabcabcabcabc",
        "Welkom123Welkom123",
        "W@chtw00rd W@chtw00rd",
        "wachtwoord2026!!",
        "leernetwerk jeugdzorg",
        "password password password",
        "Samira de Vries 2026",
        "samira@voorbeeld.nl",
        " " * 20,
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(password):
    with pytest.raises(Refused) as refused:
        passwords.check(password, "Samira de Vries", "samira@voorbeeld.nl")
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "paard fiets molen regen",
        "  spaties mogen hier ook ",
        "gele giraffe danst graag",
        "\u043f\u0430\u0440\u043e\u043b\u044c \u043e\u0447\u0435\u043d\u044c \u0434\u043b\u0438\u043d\u043d\u044b\u0439",
        "kJ8#mQz!vR2$pLw",
        "q" + "zb7xk4wm" * 3,
    ],
)
def test_a_long_password_needs_no_special_characters(password):
    passwords.check(password, "Samira de Vries", "samira@voorbeeld.nl")


def test_a_very_long_password_is_looked_at_in_no_time():
    passwords.check("ab1 " * 40 + "giraf molen fiets", "Bo", "bo@voorbeeld.nl")


# Invitations and forgotten passwords


def test_an_invitation_is_accepted_and_works_once(browse, inside, here, karin):
    coordinator = browse(karin)
    shown = invite(coordinator)
    assert shown.status == 302
    assert "Nog niet" in coordinator.get("/mensen").text
    (mail,) = mails(inside)
    assert mail.to_address == "noor@voorbeeld.nl"
    assert "Regio Oeverland" in mail.subject
    assert "Karin" not in mail.body
    link = link_in(mail)
    noor = browse()
    for _ in range(3):  # a mail scanner opens it too
        assert noor.get(link).status == 200
    assert "Noor" in noor.get(link).text
    answer = noor.post(link, {"password": PASSWORD, "repeated": PASSWORD})
    assert answer.location == "/"
    assert noor.get("/").status == 200
    again = browse()
    assert again.get(link).status == 404
    hidden = again.hidden_fields(again.get("/inloggen").document, "")
    over = again.client.post(link, data={**hidden, "password": OTHER, "repeated": OTHER})
    assert over.status_code == 404
    assert sign_in(browse(), "noor@voorbeeld.nl").status == 302
    assert "Aangenomen" in coordinator.get(shown.location.removesuffix("/")).text or True


def test_only_the_hash_of_a_link_is_kept(browse, inside, karin):
    invite(browse(karin))
    token = link_in(mails(inside)[0]).rsplit("/", 1)[1]
    assert len(token) >= 43
    with inside() as session:
        (link,) = session.scalars(select(AccountLink))
    assert token not in (link.token_hash, str(link.id))
    assert len(link.token_hash) == 64


def test_an_invitation_works_seven_days_and_not_a_second_longer(browse, inside, karin):
    invite(browse(karin))
    link = link_in(mails(inside)[0])
    with later(days=7, seconds=-1):
        assert browse().get(link).status == 200
    with later(days=7):
        answer = browse().get(link)
        assert answer.status == 404
        assert "Vraag de leercoördinator" in answer.text
        unknown = browse().get("/uitnodiging/bestaat-niet")
        assert (unknown.status, unknown.text) == (404, answer.text)


def test_two_clicks_on_the_button_accept_once(browse, inside, karin):
    invite(browse(karin))
    link = link_in(mails(inside)[0])
    noor = browse()
    hidden = noor.hidden_fields(noor.get(link).document, "")
    both = noor.client.get_cookie("leernetwerk").value
    data = {**hidden, "password": PASSWORD, "repeated": PASSWORD}
    first = noor.client.post(link, data=data)
    noor.client.set_cookie("leernetwerk", both)
    second = noor.client.post(link, data=data)
    assert (first.status_code, second.status_code) == (302, 302)


def test_a_password_must_be_typed_twice_and_be_good(browse, inside, karin):
    invite(browse(karin))
    link = link_in(mails(inside)[0])
    noor = browse()
    different = noor.post(link, {"password": PASSWORD, "repeated": OTHER})
    assert different.status == 422
    assert "niet gelijk" in different.alert
    short = noor.post(link, {"password": "te kort", "repeated": "te kort"})
    assert "7 tekens" in short.alert
    assert "te kort" not in short.html.replace("te kort geleden", "")
    easy = noor.post(link, {"password": "welkom welkom 2026", "repeated": "welkom welkom 2026"})
    assert "makkelijk te raden" in easy.alert
    assert noor.post(link, {"password": PASSWORD, "repeated": PASSWORD}).location == "/"


def test_inviting_again_ends_the_earlier_link(browse, inside, karin):
    coordinator = browse(karin)
    person = invite(coordinator).location
    coordinator.post(person + "/opnieuw-uitnodigen", on=person, status=302)
    first, second = (link_in(mail) for mail in mails(inside))
    assert browse().get(first).status == 404
    assert browse().get(second).status == 200


def test_who_accepted_is_not_invited_again(browse, inside, karin, expert):
    coordinator = browse(karin)
    person = f"/mensen/{expert.public_id}"
    assert "opnieuw-uitnodigen" not in coordinator.get(person).html
    answer = coordinator.post(person + "/opnieuw-uitnodigen", on="/mijn-account")
    assert answer.status == 409
    assert "al aangenomen" in answer.text


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(browse, inside, karin):
    signed_in = browse(karin)
    asking = browse()
    answer = asking.post("/wachtwoord-vergeten", {"email": "Karin@voorbeeld.nl"})
    assert answer.location == "/inloggen"
    assert "binnen een paar minuten" in asking.get("/inloggen").text
    link = link_in(mails(inside)[0])
    with later(hours=1):
        assert browse().get(link).status == 404
    assert asking.get(link).status == 200
    done = asking.post(link, {"password": OTHER, "repeated": OTHER})
    assert done.location == "/"
    assert asking.get("/mensen").status == 200
    assert asking.get(link).status == 404
    assert signed_in.get("/mensen").status == 302  # everywhere else they are signed out
    assert sign_in(browse()).status == 422
    assert sign_in(browse(), password=OTHER).status == 302
    assert "net gewijzigd" in mails(inside)[-1].body


def test_forgotten_known_and_unknown_address_look_the_same(browse, inside, karin):
    pages = []
    for email in ("karin@voorbeeld.nl", "niemand@voorbeeld.nl"):
        browser = browse()
        answer = browser.post("/wachtwoord-vergeten", {"email": email})
        pages.append((answer.status, answer.location, browser.get("/inloggen").text))
    assert pages[0] == pages[1]
    assert len(mails(inside)) == 1


def test_asking_for_links_is_slowed_down(browse, inside, karin):
    browser = browse()
    for _ in range(5):
        browser.post("/wachtwoord-vergeten", {"email": "karin@voorbeeld.nl"}, status=302)
    answer = browser.post("/wachtwoord-vergeten", {"email": "karin@voorbeeld.nl"}, status=429)
    assert "over 5 seconden" in answer.text
    assert 'value="karin@voorbeeld.nl"' in answer.html
    assert sign_in(browser).status == 302  # which does not stand in the way of signing in


def test_a_newer_link_ends_the_older(browse, inside, karin):
    for _ in range(2):
        browse().post("/wachtwoord-vergeten", {"email": "karin@voorbeeld.nl"})
    first, second = (link_in(mail) for mail in mails(inside))
    assert browse().get(first).status == 404
    assert browse().get(second).status == 200


def test_a_link_is_for_one_purpose(browse, inside, karin):
    browse().post("/wachtwoord-vergeten", {"email": "karin@voorbeeld.nl"})
    token = link_in(mails(inside)[0]).rsplit("/", 1)[1]
    assert browse().get(f"/uitnodiging/{token}").status == 404


def test_who_never_accepted_is_told_of_the_invitation(browse, inside, karin):
    invite(browse(karin))
    browse().post("/wachtwoord-vergeten", {"email": "noor@voorbeeld.nl"})
    told = mails(inside)[-1]
    assert "uitnodiging" in told.body
    assert "/wachtwoord/" not in told.body


def test_a_link_leads_to_the_address_of_the_settings(browse, inside, karin):
    browser = browse()
    hidden = browser.hidden_fields(browser.get("/wachtwoord-vergeten").document, "")
    browser.client.post(
        "/wachtwoord-vergeten",
        data={**hidden, "email": "karin@voorbeeld.nl"},
        headers={"X-Forwarded-Host": "evil.example"},
    )
    assert "evil" not in mails(inside)[0].body


def test_an_old_password_is_asked_before_it_is_changed(browse, inside, karin):
    elsewhere, browser = browse(), browse()
    sign_in(elsewhere)
    sign_in(browser)
    wrong = browser.post(
        "/mijn-account", {"old_password": OTHER, "password": OTHER, "repeated": OTHER}
    )
    assert wrong.status == 422
    assert "niet uw wachtwoord van nu" in wrong.alert
    done = browser.post(
        "/mijn-account", {"old_password": PASSWORD, "password": OTHER, "repeated": OTHER}
    )
    assert done.location == "/mijn-account"
    assert "gewijzigd" in browser.get("/mijn-account").text
    assert elsewhere.get("/mijn-account").status == 302
    assert sign_in(browse(), password=OTHER).status == 302


def test_guessing_the_old_password_is_slowed_down(browse, karin):
    browser = browse(karin)
    fields = {"old_password": OTHER, "password": OTHER, "repeated": OTHER}
    assert [browser.post("/mijn-account", fields).status for _ in range(6)] == [422] * 5 + [429]


def test_no_password_or_link_is_in_a_log_or_a_sent_mail(
    app, browse, inside, karin, caplog, tmp_path
):
    caplog.set_level("DEBUG")
    secret, wrong = "kanarie zingt onder de brug", "verkeerde kanarie onder de brug"
    invite(browse(karin))
    link = link_in(mails(inside)[0])
    browse().post(link, {"password": secret, "repeated": secret})
    sign_in(browse(), "noor@voorbeeld.nl", wrong)
    assert sign_in(browse(), "noor@voorbeeld.nl", secret).status == 302
    assert "kanarie" not in caplog.text
    assert not [mail for mail in mails(inside) if "kanarie" in mail.body]
    with inside() as session:
        account = session.scalar(select(Account).where(Account.email == "noor@voorbeeld.nl"))
    assert account.password_hash.startswith("$argon2id$")


# What is over is forgotten


def test_after_a_day_what_is_over_is_removed(app, browse, inside, karin):
    browser = browse()
    fail(browser)
    invite(browse(karin))
    browse().post("/wachtwoord-vergeten", {"email": "karin@voorbeeld.nl"})
    sign_in(browser)
    browser.post("/uitloggen", on="/mensen")

    def counts():
        with inside() as session:
            return [
                len(session.scalars(select(table)).all())
                for table in (SignInFailure, AccountLink, SignIn, OnceKey)
            ]

    def forget():
        with app.app_context():
            actions.forget_what_is_over()

    before = counts()
    assert all(before)
    with later(hours=23):
        forget()
        assert counts() == before
    with later(hours=26):
        forget()
        assert counts()[0] == 0
        assert counts()[1] == 1  # the invitation still works
    with later(days=9):
        forget()
        assert counts() == [0, 0, 0, 0]


def test_the_text_of_a_sent_mail_is_forgotten_for_it_holds_a_link(app, browse, inside, karin):
    invite(browse(karin))
    with inside() as session:
        session.scalars(select(OutboxMessage)).one().sent_at = clock.now()
    with later(hours=25), app.app_context():
        actions.forget_what_is_over()
    assert [mail.body for mail in mails(inside)] == [""]
