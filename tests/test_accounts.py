"""Accounts: signing in and out, invitations, roles, and a form that outlives its sign-in."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result
from flask import request
from flask.cli import ScriptInfo
from sqlalchemy import select

from coordinator import clock, proof
from coordinator.accounts import actions, passwords
from coordinator.cli import main
from coordinator.db import db
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
from tests.conftest import make_app, on_sqlite
from tests.page import Browser

PASSWORD = "gele giraffe danst graag"
OTHER = "paarse olifant slaapt lang"
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


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


@on_sqlite
def test_somebody_signs_in_and_out(browse, karin):
    browser = browse()
    assert browser.get("/").location == "/inloggen?next=/"
    assert sign_in(browser, url="/inloggen?next=/mensen").location == "/mensen"
    assert "Uitloggen" in browser.get("/mensen").html
    assert browser.get("/inloggen").location == "/"
    assert browser.post("/uitloggen", on="/").location == "/inloggen"
    assert browser.get("/mensen").status == 302


@on_sqlite
def test_the_address_may_be_typed_in_capitals(browse, karin):
    assert sign_in(browse(), email=" Karin@Voorbeeld.NL ").status == 302


@on_sqlite
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


@on_sqlite
def test_a_wrong_password_and_an_unknown_address_look_the_same(browse, karin):
    wrong = sign_in(browse(), password="een ander lang wachtwoord")
    unknown = sign_in(browse(), email="niemand@voorbeeld.nl")
    assert wrong.status == unknown.status == 422
    assert wrong.alert == unknown.alert != ""
    assert 'value="karin@voorbeeld.nl"' in wrong.html
    assert "een ander lang wachtwoord" not in wrong.html


@on_sqlite
def test_a_password_is_compared_also_when_there_is_no_account(app, karin, monkeypatch):
    compared = []
    hasher = passwords._hasher(1, 8)
    monkeypatch.setattr(passwords, "_hasher", lambda *_cost: hasher)
    monkeypatch.setattr(type(hasher), "verify", lambda _self, kept, _given: compared.append(kept))
    with app.app_context():
        assert not passwords.matches(None, PASSWORD)
        passwords.matches(karin.password_hash, PASSWORD)
    nobodys, karins = (kept.rsplit("$", 2)[0] for kept in compared)
    assert nobodys == karins == "$argon2id$v=19$m=8,t=1,p=1"


@on_sqlite
def test_a_copied_cookie_is_worth_nothing_after_signing_out(app, browse, karin):
    browser = browse()
    sign_in(browser)
    cookie = browser.client.get_cookie("leernetwerk")
    thief = Browser(app)
    thief.client.set_cookie("leernetwerk", cookie.value)
    assert thief.get("/mensen").status == 200
    browser.post("/uitloggen", on="/mensen")
    assert thief.get("/mensen").status == 302


@on_sqlite
def test_signing_in_starts_a_fresh_session(app, browse, karin):
    browser = browse()
    browser.get("/inloggen")
    planted = browser.client.get_cookie("leernetwerk").value
    with browser.client.session_transaction() as cookie:
        before = dict(cookie)
    sign_in(browser)
    with browser.client.session_transaction() as cookie:
        assert cookie.get("csrf_token") != before["csrf_token"]
        assert "sign_in" in cookie
    attacker = Browser(app)
    attacker.client.set_cookie("leernetwerk", planted)
    assert attacker.get("/mensen").status == 302


@on_sqlite
def test_a_token_from_before_signing_in_no_longer_counts(browse, karin):
    browser = browse()
    old = browser.hidden_fields(browser.get("/inloggen").document, "")["csrf_token"]
    sign_in(browser)
    answer = browser.client.post("/uitloggen", data={"csrf_token": old})
    assert answer.status_code == 409
    assert browser.get("/mensen").status == 200


@on_sqlite
def test_a_sign_in_ends_after_thirty_idle_minutes(browse, karin):
    browser = browse()
    sign_in(browser)
    with later(minutes=30):
        assert browser.get("/mensen").status == 200
        with later(minutes=30):
            assert browser.get("/mensen").status == 200
            with later(minutes=30, seconds=1):
                assert browser.get("/mensen").status == 302


@on_sqlite
def test_a_sign_in_ends_after_ten_hours_of_work(browse, karin):
    browser = browse()
    sign_in(browser)
    for minutes in range(0, 600, 25):
        with later(minutes=minutes):
            assert browser.get("/mensen").status == 200
    with later(minutes=600):
        assert browser.get("/mensen").status == 302


@on_sqlite
def test_a_hash_of_another_cost_is_renewed_at_signing_in(browse, inside, karin):
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    with inside() as session:
        session.get_one(Account, karin.id).password_hash = old
    assert sign_in(browse()).status == 302
    with inside() as session:
        renewed = session.get_one(Account, karin.id).password_hash
    assert "m=8,t=1" in renewed
    assert sign_in(browse()).status == 302


@on_sqlite
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


@on_sqlite
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


@on_sqlite
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


@on_sqlite
def test_an_attempt_that_is_too_early_is_neither_checked_nor_counted(
    browse, inside, karin, monkeypatch
):
    browser = browse()
    fail(browser, 5)
    monkeypatch.setattr(passwords, "matches", lambda *_: pytest.fail("the password was checked"))
    assert fail(browser, 3).status == 429
    with inside() as session:
        assert len(session.scalars(select(SignInFailure)).all()) == 5 * 3


@on_sqlite
def test_a_success_clears_the_failures(browse, inside, karin):
    browser = browse()
    fail(browser, 4)
    assert sign_in(browser).status == 302
    with inside() as session:
        assert not session.scalars(select(SignInFailure)).all()
    other = browse()
    assert fail(other, 5).status == 422


@on_sqlite
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


@on_sqlite
def test_own_success_does_not_clear_guesses_at_others(browse, expert):
    browser = browse()
    for number in range(4):
        fail(browser, email=f"mens{number}@voorbeeld.nl")
    fail(browser, email="samira@voorbeeld.nl")
    with later(seconds=5):
        assert sign_in(browser, email="samira@voorbeeld.nl").status == 302
        assert fail(browse(), email="mens4@voorbeeld.nl").status == 422
        assert fail(browse(), email="mens5@voorbeeld.nl").status == 429


@on_sqlite
def test_an_office_where_people_mistype_is_not_slowed_down(browse, karin, expert):
    for _ in range(5):
        for email in ("karin@voorbeeld.nl", "samira@voorbeeld.nl"):
            assert fail(browse(), email=email).status == 422
            assert sign_in(browse(), email=email).status == 302


@on_sqlite
def test_one_ipv6_connection_is_one_address(app):
    assert proof.network_of("2001:db8:1:2:3::4") == proof.network_of("2001:db8:1:2:9::9")
    assert proof.network_of("2001:db8:1:2::4") != proof.network_of("2001:db8:1:3::4")
    assert proof.network_of("192.0.2.1") != proof.network_of("192.0.2.2")


@on_sqlite
def test_an_hour_later_the_failures_no_longer_count(browse, karin):
    fail(browse(), 5)
    with later(hours=1, seconds=1):
        assert fail(browse(), 5).status == 422


@on_sqlite
def test_no_address_is_kept_with_a_failure(browse, inside, karin):
    fail(browse())
    with inside() as session:
        keys = session.scalars(select(SignInFailure.key)).all()
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in keys)


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "192.0.2.9")])
def test_behind_a_proxy_the_address_is_what_the_proxy_says(tmp_path, proxies, seen):
    app = make_app(f"sqlite:///{tmp_path}/x.sqlite3", proxies=proxies)
    asked = []
    app.before_request_funcs[None].insert(0, lambda: asked.append(request.remote_addr))
    app.test_client().get("/privacy", headers={"X-Forwarded-For": "198.51.100.1, 192.0.2.9"})
    assert asked == [seen]


def test_the_number_of_proxies_must_be_a_number():
    given = {
        "COORDINATOR_DATABASE_URL": "sqlite://",
        "COORDINATOR_SECRET_KEY": "x" * 32,
        "COORDINATOR_BASE_URL": "https://leernetwerk.example.nl",
        "COORDINATOR_MAIL_FOLDER": "mail",
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
        "çok uzun bir şifre seçtim",
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
    assert "nog niet aangenomen" not in coordinator.get(shown.location).text


@on_sqlite
def test_only_the_hash_of_a_link_is_kept(browse, inside, karin):
    invite(browse(karin))
    token = link_in(mails(inside)[0]).rsplit("/", 1)[1]
    assert len(token) >= 43
    with inside() as session:
        (link,) = session.scalars(select(AccountLink))
    assert token not in (link.token_hash, str(link.id))
    assert len(link.token_hash) == 64


@on_sqlite
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


@on_sqlite
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


@on_sqlite
def test_inviting_again_ends_the_earlier_link(browse, inside, karin):
    coordinator = browse(karin)
    person = invite(coordinator).location
    coordinator.post(person + "/opnieuw-uitnodigen", on=person, status=302)
    first, second = (link_in(mail) for mail in mails(inside))
    assert browse().get(first).status == 404
    assert browse().get(second).status == 200


@on_sqlite
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


@on_sqlite
def test_forgotten_known_and_unknown_address_look_the_same(browse, inside, karin):
    pages = []
    for email in ("karin@voorbeeld.nl", "niemand@voorbeeld.nl"):
        browser = browse()
        answer = browser.post("/wachtwoord-vergeten", {"email": email})
        pages.append((answer.status, answer.location, browser.get("/inloggen").text))
    assert pages[0] == pages[1]
    assert len(mails(inside)) == 1


@on_sqlite
def test_asking_for_links_is_slowed_down(browse, inside, karin):
    browser = browse()
    for _ in range(5):
        browser.post("/wachtwoord-vergeten", {"email": "karin@voorbeeld.nl"}, status=302)
    answer = browser.post("/wachtwoord-vergeten", {"email": "karin@voorbeeld.nl"}, status=429)
    assert "over 5 seconden" in answer.text
    assert 'value="karin@voorbeeld.nl"' in answer.html
    assert sign_in(browser).status == 302  # which does not stand in the way of signing in


@on_sqlite
def test_a_newer_link_ends_the_older(browse, inside, karin):
    for _ in range(2):
        browse().post("/wachtwoord-vergeten", {"email": "karin@voorbeeld.nl"})
    first, second = (link_in(mail) for mail in mails(inside))
    assert browse().get(first).status == 404
    assert browse().get(second).status == 200


@on_sqlite
def test_a_link_is_for_one_purpose(browse, inside, karin):
    browse().post("/wachtwoord-vergeten", {"email": "karin@voorbeeld.nl"})
    token = link_in(mails(inside)[0]).rsplit("/", 1)[1]
    assert browse().get(f"/uitnodiging/{token}").status == 404


@on_sqlite
def test_who_never_accepted_is_told_of_the_invitation(browse, inside, karin):
    invite(browse(karin))
    browse().post("/wachtwoord-vergeten", {"email": "noor@voorbeeld.nl"})
    told = mails(inside)[-1]
    assert "uitnodiging" in told.body
    assert "/wachtwoord/" not in told.body


@on_sqlite
def test_a_link_leads_to_the_address_of_the_settings(browse, inside, karin):
    browser = browse()
    hidden = browser.hidden_fields(browser.get("/wachtwoord-vergeten").document, "")
    browser.client.post(
        "/wachtwoord-vergeten",
        data={**hidden, "email": "karin@voorbeeld.nl"},
        headers={"X-Forwarded-Host": "evil.example"},
    )
    assert "evil" not in mails(inside)[0].body


@on_sqlite
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


@on_sqlite
def test_guessing_the_old_password_is_slowed_down(browse, karin):
    browser = browse(karin)
    fields = {"old_password": OTHER, "password": OTHER, "repeated": OTHER}
    assert [browser.post("/mijn-account", fields).status for _ in range(6)] == [422] * 5 + [429]


@on_sqlite
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


@on_sqlite
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


@on_sqlite
def test_a_coordinator_sees_the_people_of_the_region(browse, inside, here, network, karin):
    partner, _ = network
    with inside():
        make.person(RoleName.PROFESSIONAL, here, name="Pim", partner=partner)
        elsewhere = make.region("bergen", name="Regio Bergen")
        make.person(RoleName.EXPERT, elsewhere, name="Berend")
    text = browse(karin).get("/mensen").text
    assert "Pim" in text
    assert "Professional, Lokaal team" in text
    assert "tot en met 16 september 2027" in text
    assert "Berend" not in text


@on_sqlite
def test_only_the_roles_of_this_region_are_shown(browse, inside, here, karin, expert):
    with inside():
        elsewhere = make.region("bergen", name="Regio Bergen")
        make.grant(expert, RoleName.ADMINISTRATOR, elsewhere)
    browser = browse(karin)
    for url in ("/mensen", f"/mensen/{expert.public_id}"):
        main = browser.get(url).text
        assert "Ervaringsdeskundige" in main
        assert "Beheerder," not in main
        assert "Bergen" not in main


@on_sqlite
def test_people_are_found_by_word_role_and_state(browse, inside, here, karin, expert):
    with inside():
        make.person(RoleName.MANAGER, here, name="Mart_n")
        ended = make.account("Elsa")
        make.grant(ended, RoleName.EXPERT, here, ends_on=date(2026, 11, 19))
    browser = browse(karin)

    def found(query):
        heads = browser.get(f"/mensen?{query}").document.all("th", scope="row")
        return [head.text.split("@")[0].strip() for head in heads]

    assert [n.split("\n")[0] for n in found("q=SAMI")] == ["Samirasamira"]
    assert len(found("q=%25")) == 0
    assert len(found("q=t_n")) == 1
    assert len(found("role=manager")) == 1
    assert len(found("role=nonsense")) == len(found("role=++")) == 3
    assert len(found("stand=invited")) == 1
    assert len(found("stand=ended")) == 1
    assert "Niemand gevonden" in browser.get("/mensen?q=zzz").text


@on_sqlite
def test_the_list_of_people_costs_the_same_with_more_people(
    browse, inside, here, network, karin, count_queries
):
    browser = browse(karin)
    partner, tafel = network

    def count():
        with count_queries() as queries:
            browser.get("/mensen")
        return len(queries)

    with inside():
        make.person(RoleName.SECRETARY, here, tafel=tafel, partner=partner)
    before = count()
    with inside():
        for number in range(20):
            make.person(RoleName.SECRETARY, here, name=f"Mens {number}", tafel=tafel)
    assert count() == before == 5


@on_sqlite
def test_a_long_list_of_people_has_pages(browse, inside, here, karin):
    with inside():
        for number in range(30):
            make.person(RoleName.EXPERT, here, name=f"Mens {number:02}")
    browser = browse(karin)
    assert "Pagina 1 van 2" in browser.get("/mensen").text
    assert "Mens 29" in browser.get("/mensen?pagina=2").text
    assert browser.get("/mensen?pagina=0").status == 404


@pytest.mark.parametrize(
    ("role", "place", "field", "words"),
    [
        ("secretary", (), "tafel", "Kies de tafel"),
        ("board_member", (), "partner", "organisatie of een tafel"),
        ("policy_officer", (), "partner", "organisatie of een tafel"),
        ("manager", ("tafel",), "partner", "Kies de organisatie"),
        ("professional", (), "partner", "Kies de organisatie"),
        ("manager", ("partner", "tafel"), "tafel", "hoort geen tafel"),
        ("expert", ("tafel",), "tafel", "hoort geen tafel"),
        ("coordinator", ("partner",), "partner", "hoort geen organisatie"),
    ],
)
@on_sqlite
def test_a_role_is_given_at_its_place(browse, network, karin, role, place, field, words):
    codes = {"partner": "lt1", "tafel": "B1"}
    given = {name: codes[name] for name in place}
    answer = invite(browse(karin), role=role, **given)
    assert answer.status == 422
    assert words in answer.alert
    assert [a.attributes["href"] for a in answer.document.all("a") if words in a.text] == [
        f"#{field}"
    ]
    assert 'value="noor@voorbeeld.nl"' in answer.html


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("secretary", {"tafel": "B1"}),
        ("board_member", {"tafel": "B1"}),
        ("board_member", {"partner": "lt1"}),
        ("policy_officer", {"partner": "lt1", "tafel": "B1"}),
        ("manager", {"partner": "lt1"}),
        ("professional", {"partner": "lt1"}),
        ("expert", {}),
        ("expert", {"partner": "lt1"}),
        ("coordinator", {}),
    ],
)
@on_sqlite
def test_each_role_can_be_given(browse, inside, network, karin, role, place):
    assert invite(browse(karin), role=role, **place).status == 302
    with inside() as session:
        grant = session.scalars(select(Grant).where(Grant.role == role).order_by(Grant.id)).all()[
            -1
        ]
    assert (grant.partner_id is None) == ("partner" not in place)
    assert (grant.tafel_id is None) == ("tafel" not in place)
    assert grant.granted_by_id == karin.id


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ends_on": ""}, "Vul de laatste dag in"),
        ({"ends_on": "2027-11-21"}, "20 november 2027"),
        ({"ends_on": "2026-11-19", "starts_on": "2026-11-19"}, "vandaag of een latere dag"),
        ({"starts_on": "2026-12-02", "ends_on": "2026-12-01"}, "2 december 2026"),
        ({"email": "geen adres"}, "heel e-mailadres"),
        ({"name": "  "}, "Vul de naam in"),
        ({"role": ""}, "Kies een rol"),
        ({"role": "administrator"}, "keuze"),
        ({"partner": "van een ander"}, "keuze"),
        ({"ends_on": "morgen"}, "datum"),
    ],
)
@on_sqlite
def test_an_invitation_that_is_not_right_is_refused(browse, inside, karin, given, words):
    answer = invite(browse(karin), **given)
    assert answer.status == 422
    assert words.lower() in answer.alert.lower()
    with inside() as session:
        assert len(session.scalars(select(Account)).all()) == 1
    assert not mails(inside)


@on_sqlite
def test_a_role_may_last_exactly_a_year(browse, karin):
    assert invite(browse(karin), ends_on="2027-11-20").status == 302
    assert actions.a_year_after(date(2028, 2, 29)) == date(2029, 2, 28)


@on_sqlite
def test_somebody_with_an_account_gets_only_a_role(browse, inside, here, network, karin, expert):
    answer = invite(
        browse(karin), name="Iemand", email="SAMIRA@voorbeeld.nl", role="manager", partner="lt1"
    )
    assert answer.location == f"/mensen/{expert.public_id}"
    (mail,) = mails(inside)
    assert "nieuwe rol" in mail.subject
    assert "/uitnodiging/" not in mail.body
    assert "Manager" not in mail.body
    with inside() as session:
        assert session.get_one(Account, expert.id).name == "Samira"
    text = browse(expert).get("/mijn-account").text
    assert "Manager" in text
    assert "Lokaal team" in text


def test_the_same_role_twice_is_refused(browse, inside, karin, expert):
    answer = browse(karin).post(
        f"/mensen/{expert.public_id}/rol-geven",
        {"role": "expert", "starts_on": "2026-11-20", "ends_on": "2027-01-01"},
    )
    assert answer.status == 422
    assert "heeft deze rol al" in answer.alert


@on_sqlite
def test_who_gives_which_role(browse, inside, here, karin):
    with inside():
        warden = make.person(RoleName.ADMINISTRATOR, here, name="Wim")

    def offered(account):
        page = browse(account).get("/mensen/uitnodigen").document
        return {e.attributes["value"] for e in page.all("option")} & set(RoleName)

    assert offered(warden) == {"administrator", "coordinator"}
    assert offered(karin) == set(RoleName) - {"administrator"}
    assert invite(browse(warden), role="expert").status == 422
    assert invite(browse(warden), role="coordinator").status == 302


@on_sqlite
def test_a_role_is_ended_and_extended_by_who_may_give_it(browse, inside, here, karin, expert):
    with inside():
        warden = make.person(RoleName.ADMINISTRATOR, here, name="Wim")
    with inside() as session:
        grants = {g.account_id: g for g in session.scalars(select(Grant))}
    for who, whose, status in (
        (warden, expert, 404),
        (karin, warden, 404),
        (expert, expert, 404),
        (warden, karin, 200),
        (karin, expert, 200),
    ):
        url = f"/mensen/rollen/{grants[whose.id].public_id}"
        assert browse(who).get(f"{url}/verlengen").status == status
        if status == 404:
            assert browse(who).post(f"{url}/beeindigen", on="/mijn-account").status == 404


@on_sqlite
def test_a_role_that_was_ended_works_no_more_at_the_next_request(
    browse, inside, here, network, karin, expert
):
    with inside():
        colleague = make.account("Kees")
        grant = make.grant(colleague, RoleName.COORDINATOR, here)
    working = browse(colleague)
    assert working.get("/mensen").status == 200
    answer = browse(karin).post(
        f"/mensen/rollen/{grant.public_id}/beeindigen", on=f"/mensen/{colleague.public_id}"
    )
    assert answer.location == f"/mensen/{colleague.public_id}"
    assert working.get("/mensen").status == 404
    assert "Voorbij" in browse(karin).get(f"/mensen/{colleague.public_id}").text
    assert (
        "geen rol" in working.get("/mijn-account").text
        or "Voorbij" in working.get("/mijn-account").text
    )


@on_sqlite
def test_a_role_of_today_or_later_can_be_ended_too(browse, inside, here, karin, expert):
    with inside():
        grants = [
            make.grant(expert, role, here, starts_on=clock.today() + timedelta(days=days))
            for role, days in ((RoleName.MANAGER, 0), (RoleName.PROFESSIONAL, 40))
        ]
    for grant in grants:
        browse(karin).post(
            f"/mensen/rollen/{grant.public_id}/beeindigen",
            on=f"/mensen/{expert.public_id}",
            status=302,
        )
        with inside() as session:
            kept = session.get_one(Grant, grant.id)
            assert not kept.is_valid_on(clock.today())
            assert kept.ends_on < clock.today()


@on_sqlite
def test_a_role_works_from_its_first_day_through_its_last(browse, inside, here):
    with inside():
        account = make.account("Bijna")
        make.grant(account, RoleName.COORDINATOR, here, starts_on=TODAY, ends_on=TODAY)
    for moment, status in (
        (datetime(2026, 11, 19, 22, 59, tzinfo=UTC), 404),  # 23.59 in the Netherlands
        (datetime(2026, 11, 19, 23, 0, tzinfo=UTC), 200),
        (datetime(2026, 11, 20, 22, 59, tzinfo=UTC), 200),
        (datetime(2026, 11, 20, 23, 0, tzinfo=UTC), 404),
    ):
        with clock.frozen(moment):
            assert browse(account).get("/mensen").status == status


@on_sqlite
def test_the_only_coordinator_cannot_end_the_own_role(browse, inside, here, karin):
    with inside() as session:
        grant = session.scalars(select(Grant)).one()
    url = f"/mensen/rollen/{grant.public_id}/beeindigen"
    answer = browse(karin).post(url, on=f"/mensen/{karin.public_id}")
    assert answer.status == 409
    assert "enige leercoördinator" in answer.text
    with inside():
        make.person(RoleName.COORDINATOR, here, name="Kees")
    answer = browse(karin).post(url, on=f"/mensen/{karin.public_id}")
    assert answer.location == "/"


@on_sqlite
def test_a_coordinator_from_next_month_is_not_a_second_one(browse, inside, here, karin):
    with inside() as session:
        grant = session.scalars(select(Grant)).one()
        later_on = make.account("Kees")
        make.grant(
            later_on, RoleName.COORDINATOR, here, starts_on=clock.today() + timedelta(days=30)
        )
    url = f"/mensen/rollen/{grant.public_id}/beeindigen"
    assert browse(karin).post(url, on=f"/mensen/{karin.public_id}").status == 409


@on_sqlite
def test_a_role_is_extended_by_at_most_a_year(browse, inside, karin, expert):
    with inside() as session:
        grant = session.scalars(select(Grant).where(Grant.account_id == expert.id)).one()
    url = f"/mensen/rollen/{grant.public_id}/verlengen"
    browser = browse(karin)
    assert 'value="2027-11-20"' in browser.get(url).html
    assert browser.post(url, {"ends_on": "2027-11-21"}).status == 422
    assert browser.post(url, {"ends_on": "2026-11-19"}).status == 422
    assert browser.post(url, {"ends_on": "2027-11-20"}).status == 302
    with inside() as session:
        assert session.get_one(Grant, grant.id).ends_on == date(2027, 11, 20)


@on_sqlite
def test_people_of_another_region_are_not_found(browse, inside, karin):
    with inside():
        elsewhere = make.region("bergen")
        stranger = make.account("Berend")
        grant = make.grant(stranger, RoleName.EXPERT, elsewhere)
    browser = browse(karin)
    for url in (
        f"/mensen/{stranger.public_id}",
        f"/mensen/{stranger.public_id}/rol-geven",
        f"/mensen/rollen/{grant.public_id}/verlengen",
        "/mensen/0000-0000",
    ):
        assert browser.get(url).status == 404
    for url in (
        f"/mensen/{stranger.public_id}/opnieuw-uitnodigen",
        f"/mensen/rollen/{grant.public_id}/beeindigen",
    ):
        assert browser.post(url, on="/mijn-account").status == 404


@on_sqlite
@pytest.mark.parametrize("role", RoleName)
def test_who_opens_the_pages_on_people(browse, inside, here, karin, role):
    with inside():
        somebody = make.person(role, here)
    keeps = role in (RoleName.COORDINATOR, RoleName.ADMINISTRATOR)
    browser = browse(somebody)
    for url in (
        "/mensen",
        "/mensen/uitnodigen",
        f"/mensen/{karin.public_id}",
        f"/mensen/{karin.public_id}/rol-geven",
    ):
        assert browser.get(url).status == (200 if keeps else 404)
        assert browse().get(url).status == 302
    assert browser.get("/mijn-account").status == 200
    menu = browser.get("/mijn-account").document.all("nav", **{"aria-label": "Hoofdmenu"})
    assert ("Mensen" in menu[0].text) == keeps


@on_sqlite
def test_who_works_in_two_regions_changes_between_them(browse, inside, here, karin):
    with inside():
        elsewhere = make.region("bergen", name="Regio Bergen")
        make.grant(karin, RoleName.EXPERT, elsewhere)
    browser = browse(karin)
    assert browser.get("/mensen").status == 200
    assert "Regio Bergen" in browser.get("/mensen").html
    assert browser.post("/regio-kiezen/bergen", on="/mensen").status == 302
    assert browser.get("/mensen").status == 404
    assert "Andere regio" in browser.get("/mijn-account").html
    assert browser.post("/regio-kiezen/oeverland", on="/mijn-account").status == 302
    assert browser.get("/mensen").status == 200
    assert browser.post("/regio-kiezen/nergens", on="/mijn-account").status == 404


# A form that outlives its sign-in


@on_sqlite
def test_what_was_typed_survives_the_end_of_a_sign_in(browse, inside, karin):
    browser = browse(karin)
    url = "/mensen/uitnodigen"
    hidden = browser.hidden_fields(browser.get(url).document, "")
    typed = {
        "name": 'Noor "de <b>vries</b>"\r\nuit Oeverland',
        "email": "noor@voorbeeld.nl",
        "role": "expert",
        "starts_on": "2026-11-20",
        "ends_on": "2027-06-01",
        "old_password": "niet meenemen",
    }
    with later(minutes=40):
        lost = browser._answer(browser.client.post(url, data={**hidden, **typed}))
        assert lost.status == 401
        assert "Uw aanmelding is verlopen. Uw tekst is bewaard." in lost.text
        assert "niet meenemen" not in lost.html
        assert hidden["csrf_token"] in lost.html  # of the sign-in page itself
        assert 'name="bewaard-csrf_token"' not in lost.html
        carried = browser.hidden_fields(lost.document, "/inloggen")

        wrong = browser.client.post(
            "/inloggen", data={**carried, "email": "karin@voorbeeld.nl", "password": OTHER}
        )
        again = browser._answer(wrong)
        assert again.status == 422
        carried = browser.hidden_fields(again.document, "/inloggen")

        ready = browser._answer(
            browser.client.post(
                "/inloggen", data={**carried, "email": "karin@voorbeeld.nl", "password": PASSWORD}
            )
        )
        assert ready.status == 200
        assert "Uw tekst staat klaar" in ready.text
        fields = browser.hidden_fields(ready.document, url)
        assert fields["csrf_token"] != hidden["csrf_token"]
        assert {k: v for k, v in fields.items() if k in typed} == {
            k: v for k, v in typed.items() if k != "old_password"
        }
        done = browser._answer(browser.client.post(url, data=fields))
        assert done.status == 302
        assert browser._answer(browser.client.post(url, data=fields)).location == done.location
    assert len(mails(inside)) == 1


def lose(browser, path, fields=None, url="/mensen/uitnodigen"):
    """Type a form, come back after 40 minutes, and sign in with another path in the page."""
    hidden = browser.hidden_fields(browser.get(url).document, "")
    with later(minutes=40):
        lost = browser._answer(
            browser.client.post(url, data={**hidden, **(fields or {"name": "Noor en nog wat"})})
        )
        carried = {**browser.hidden_fields(lost.document, "/inloggen"), "path": path}
        return browser._answer(
            browser.client.post(
                "/inloggen", data={**carried, "email": "karin@voorbeeld.nl", "password": PASSWORD}
            )
        )


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/mensen/uitnodigen",
        "//evil.example/mensen/uitnodigen",
        "/\\evil.example/mensen/uitnodigen",
        "javascript:alert(1)",
        "/bestaat-niet",
        "/mensen",  # not a form
        "/inloggen",
        "/wachtwoord-vergeten",
        "",
    ],
)
@on_sqlite
def test_a_kept_form_goes_to_no_other_place(browse, karin, path):
    answer = lose(browse(karin), path)
    assert (answer.status, answer.location) == (302, "/")


@on_sqlite
def test_a_kept_form_is_not_shown_to_another_person(browse, karin, expert):
    browser = browse(expert)
    answer = lose(browser, "/mijn-account", {"name": "Iets van Samira"}, url="/mijn-account")
    assert answer.status == 302


@on_sqlite
def test_another_sites_form_is_not_carried_past_the_sign_in(browse, karin):
    stranger = browse()
    stranger.get("/inloggen")
    answer = stranger._answer(
        stranger.client.post("/mensen/uitnodigen", data={"name": "Van een vreemde site, met tekst"})
    )
    assert answer.status == 409
    assert "bewaard-name" not in answer.html
    assert "Van een vreemde site, met tekst" in answer.text  # to copy; it leads nowhere


@on_sqlite
def test_a_button_pressed_too_late_is_pressed_again(browse, karin, expert):
    browser = browse(karin)
    page = f"/mensen/{expert.public_id}"
    hidden = browser.hidden_fields(browser.get(page).document, page + "/opnieuw-uitnodigen")
    with later(minutes=40):
        answer = browser.client.post(
            page + "/opnieuw-uitnodigen",
            data=hidden,
            headers={"Referer": "http://localhost" + page},
        )
    assert answer.headers["Location"] == f"/inloggen?next={page}"


@on_sqlite
def test_too_much_to_carry_is_shown_to_copy(browse, karin):
    browser = browse(karin)
    hidden = browser.hidden_fields(browser.get("/mensen/uitnodigen").document, "")
    with later(minutes=40):
        answer = browser._answer(
            browser.client.post("/mensen/uitnodigen", data={**hidden, "name": "a b" * 70_000})
        )
    assert answer.status == 409
    assert "a ba ba b" in answer.text


# The command line


@pytest.fixture
def command(app):
    """Run a command of `coordinator`; gives its exit code, output and errors."""

    def _run(*words: str) -> Result:
        return CliRunner().invoke(main, words, obj=ScriptInfo(create_app=lambda: app))

    return _run


def test_the_first_account_comes_from_the_command_line(command, browse, inside, here):
    done = command(
        *"account invite KARIN@voorbeeld.nl --name Karin --role leercoordinator".split(),
        *"--region oeverland --until 2027-01-31".split(),
    )
    assert done.exit_code == 0, done.output
    (url,) = re.findall(r"http://localhost(/uitnodiging/\S+)", done.output)
    assert link_in(mails(inside)[0]) == url
    karin = browse()
    assert karin.post(url, {"password": PASSWORD, "repeated": PASSWORD}).location == "/"
    assert karin.get("/mensen").status == 200
    assert "karin@voorbeeld.nl  Karin  aangenomen" in command("account", "list").output
    assert "tot en met 2027-01-31" in command("account", "list").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("x@voorbeeld.nl --role leercoordinator --region nergens", "bestaat niet. Regio's: oever"),
        ("geen-adres --role leercoordinator --region oeverland", "geen e-mailadres"),
        ("x@voorbeeld.nl --role secretaris --region oeverland", "Kies de tafel"),
        ("x@voorbeeld.nl --role manager --region oeverland --partner q", "met code q"),
        ("x@voorbeeld.nl --role beheerder --region oeverland --until 2029-01-01", "een jaar na"),
    ],
)
def test_a_command_that_cannot_be_done_says_so_in_one_line(command, inside, here, words, said):
    done = command("account", "invite", "--name", "Iemand", *words.split())
    assert done.exit_code == 1
    assert said in done.output
    assert len(done.output.strip().splitlines()) == 1
    with inside() as session:
        assert not session.scalars(select(Account)).all()


@on_sqlite
def test_a_service_without_accounts_says_how_to_make_the_first(app, inside, here):
    with app.app_context():
        assert "--region oeverland" in "\n".join(actions.first_steps())
        assert not db.session().in_transaction()  # the server starts next; nothing stays locked
    with inside():
        make.account()
    with app.app_context():
        assert actions.first_steps() == []
