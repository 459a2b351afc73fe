"""From a draft to an agreement that holds: sent, objected to, signed, refused, ratified, proven."""
# ruff: noqa: S608 (statements are put together from the test's own words)

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import Connection, func, select, text
from sqlalchemy import event as listening

from coordinator import clock, governance, planning, proof, terms, web
from coordinator.access import hash_token
from coordinator.accounts import passwords
from coordinator.cli import main
from coordinator.db import EVERYTHING, ScopedSession, db, scoped_to, session
from coordinator.models import (
    Account,
    Agreement,
    AgreementStatus,
    AgreementVersion,
    Clause,
    Event,
    Grant,
    Objection,
    OutboxMessage,
    Partner,
    Ratification,
    Region,
    Renewal,
    RoleName,
    Signatory,
    Signature,
    SignIn,
    Tafel,
    Verb,
    VersionStatus,
)
from tests import make
from tests.conftest import Inside, MakeDatabase, new_app, on_sqlite
from tests.page import Answer, Browser

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]
PASSWORD = "Zeven stoelen en een open raam"
A_DAY = timedelta(days=1)


TEXT = """\
LEERNETWERK-AFSPRAAK 1
Afspraak: N1
Versie: 1
Titel:
    Convenant Oeverdam
Partijen:
    - Gemeente Oeverdam (gem)
    - Lokaal team Oeverdam (lt1)
Domeinen:
    - alle
Gebieden:
    - alle
Ingangsdatum: {today}
Einddatum: geen
Evaluatiedatum: geen
Verlenging: Zij eindigt op de einddatum
Opzegtermijn: 60 dagen
Neemt de vorige versie over: nee
Ondertekenaars:
- Gemeente Oeverdam (gem):
    wethouder jeugd
- Lokaal team Oeverdam (lt1):
    wethouder jeugd
Bekrachtiging:
    - College van Oeverdam

Artikel 1
Kop:
    Doorgeleiding
Tekst:
    Het overleg geeft door aan het bestuur.
Geeft: Doorgeleiding
Tafel: Uitvoerdersoverleg (U)
Naar tafel: Bestuurlijk overleg (S)
Verwerkingstijd in dagen: 1
"""
"""Not one character of it may change: older texts would not be found right any more."""


@dataclass
class World:
    """A draft between a gemeente and a local team, and who has to do with it."""

    region: Region
    net: make.SmallNetwork
    version: AgreementVersion
    coordinator: Account
    council: Account
    team: Account
    officer: Account
    ratification: Ratification

    def url(self, what: str) -> str:
        return f"/afspraken/versies/{self.version.public_id}/{what}"


def make_world(region: Region) -> World:
    net = make.small_network(region)
    version = make.draft(net, "N1", [net.council, net.team])
    version.ratifications = [Ratification(body="College van Oeverdam")]
    session().flush()
    coordinator = make.person(RoleName.COORDINATOR, region, name="Samira")
    council = make.person(RoleName.BOARD_MEMBER, region, name="Hettie", partner=net.council)
    team = make.person(RoleName.BOARD_MEMBER, region, name="Joris", partner=net.team)
    officer = make.person(RoleName.POLICY_OFFICER, region, name="Loes", partner=net.council)
    for person in (coordinator, council, team, officer):
        person.password_hash = passwords.hashed(PASSWORD)
    ratification = version.ratifications[0]
    return World(region, net, version, coordinator, council, team, officer, ratification)


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region):
        return make_world(region)


def now_is(inside: Inside, world: World) -> AgreementVersion:
    with inside(world.region) as current:
        found = current.scalars(
            governance.whole(select(AgreementVersion))
            .where(AgreementVersion.id == world.version.id)
            .execution_options(populate_existing=True)
        ).one()
        current.expunge_all()
        return found


def send(world: World, browse: Browse) -> None:
    browse(world.coordinator).post(world.url("voorleggen"), status=302)


def sign(world: World, browser: Browser, password: str = PASSWORD, **data: str) -> None:
    browser.post(world.url("ondertekenen"), {"password": password, **data}, status=302)


def mails(inside: Inside, key: str) -> list[OutboxMessage]:
    with inside() as current:
        return list(
            current.scalars(
                select(OutboxMessage)
                .where(OutboxMessage.key.startswith(key))
                .order_by(OutboxMessage.to_address)
            )
        )


@on_sqlite
def test_four_people_bring_a_draft_in_force(
    world: World, inside: Inside, browse: Browse, app: Flask
) -> None:
    coordinator, council = browse(world.coordinator), browse(world.council)
    team, officer = browse(world.team), browse(world.officer)
    assert council.get(world.url("ondertekenen")).status == 404, "a draft is nobody's to sign"
    page = coordinator.get(world.url("voorleggen"))
    assert "Artikel 1" in page.text
    assert "Dit moet eerst worden hersteld" not in page.text
    send(world, browse)
    fixed = now_is(inside, world)
    assert fixed.status is VersionStatus.TO_SIGN
    assert {mail.to_address for mail in mails(inside, "to-sign:")} == {
        world.council.email,
        world.team.email,
    }
    assert "Convenant" not in mails(inside, "to-sign:")[0].body

    # An objection of a policy officer, with an answer.
    officer.post(
        world.url("bezwaar-maken"), {"artikel": "1", "reason": "Te snel voor ons."}, status=302
    )
    assert mails(inside, "objection:")[0].to_address == world.coordinator.email
    page = council.get(world.url("ondertekenen"))
    assert "Eén bezwaar is nog niet beantwoord. U mag wel tekenen." in page.text
    with inside(world.region) as current:
        objection = current.scalars(select(Objection)).one()
    answer = f"/afspraken/bezwaren/{objection.public_id}/antwoorden"
    coordinator.post(answer, {"answer": ""}, status=422)
    stale = Browser.hidden_fields(coordinator.get(answer).document, "")
    coordinator.post(answer, {"answer": "Wij beginnen rustig."}, status=302)
    stale["once"] = "an other form"
    late = coordinator._answer(coordinator.client.post(answer, data={**stale, "answer": "Nee."}))
    assert late.status == 422
    assert "Iemand anders heeft intussen geantwoord." in late.alert
    for words in ("Wij beginnen rustig.", "Nee."):
        assert words in late.text, "the first one's answer and the own"
    assert mails(inside, "objection-answered:")[0].to_address == world.officer.email
    page = officer.get(world.url("ondertekening"))
    assert "Artikel 1: Doorgeleiding" in page.text
    assert "Wij beginnen rustig." in page.text

    # The first signature: the exact text, the hash, the mandate, what it changes.
    page = council.get(world.url("ondertekenen"))
    assert fixed.text_hash in page.text
    assert "Het overleg geeft door aan het bestuur." in page.text
    assert "Bestuurder van Gemeente Oeverdam, van" in page.text
    sign(world, council)
    page = team.get(world.url("ondertekening"))
    assert "Hettie, wethouder jeugd" in page.text
    assert "Nog niet getekend" in page.text
    assert "Voor Gemeente Oeverdam is al getekend" in council.get(world.url("ondertekenen")).text
    with inside() as current:  # who signed with a mandate, may lose it afterwards
        grant = current.scalars(select(Grant).where(Grant.account_id == world.council.id)).one()
        mandate = (grant.public_id, grant.starts_on, grant.ends_on, "password")
        grant.ends_on = clock.today() - A_DAY
    sign(world, team)
    assert now_is(inside, world).status is VersionStatus.TO_SIGN, "the college is still to come"

    # Ratified: not tomorrow, not before the text was there, and then it holds.
    url = f"/afspraken/bekrachtigingen/{world.ratification.public_id}/vastleggen"
    today = clock.today()
    for day in (today + A_DAY, today - A_DAY):
        coordinator.post(url, {"ratified_on": str(day), "reference": "Z-26/11"}, status=422)
    coordinator.post(url, {"ratified_on": str(today), "reference": "Z-26/11"}, status=302)
    done = now_is(inside, world)
    assert (done.status, done.signed_on, done.agreement.status) == (
        VersionStatus.SIGNED,
        today,
        AgreementStatus.SIGNED,
    )
    assert "Z-26/11" in coordinator.post(url, {}, on=url).text
    with inside(world.region):
        region = planning.planner().region
        assert ("U", "S", "N1") in {(h.source, h.target, h.agreement) for h in region.handovers}
    assert len(mails(inside, "version-signed:")) == 2

    # What proves it, for whoever wants to see for themselves.
    page = officer.get(world.url("bewijs"))
    for words in ("Hettie", "Joris", "wethouder jeugd", "Z-26/11", fixed.text_hash, "sha256sum"):
        assert words in page.text
    kept = officer.client.get(world.url("tekst.txt"))
    assert hashlib.sha256(kept.data).hexdigest() == fixed.text_hash
    assert kept.mimetype == "text/plain"
    assert kept.data.decode() == TEXT.format(today=today)
    history = officer.get("/afspraken/N1").text
    for words in (
        "Versie 1 ligt ter ondertekening. De tekst ligt nu vast.",
        "Een partij heeft versie 1 ondertekend.",
        "Bestuurder, namens een partij",
        "Versie 1 is bekrachtigd.",
        "Versie 1 is door alle partijen ondertekend.",
    ):
        assert words in history
    with inside(world.region) as current:
        signatures = current.scalars(select(Signature).order_by(Signature.id)).all()
        results = current.scalars(
            select(Event.result).where(Event.verb == Verb.SIGNED).order_by(Event.number)
        ).all()
    assert [result.split(":")[:2] for result in results] == [["1", fixed.text_hash[:12]]] * 2
    first = signatures[0]
    assert (
        first.grant_id,
        first.mandate_starts_on,
        first.mandate_ends_on,
        first.proof,
    ) == mandate
    assert verify(app) == (0, "3 teksten en 2 handtekeningen nagerekend. Alles klopt.\n")


def verify(app: Flask, *words: str) -> tuple[int, str]:
    """Run the command; return its exit code and all that it said."""
    done = CliRunner().invoke(
        main, ["agreements", "verify", *words], obj=ScriptInfo(create_app=lambda: app)
    )
    return done.exit_code, done.output


@on_sqlite
def test_what_is_wrong_with_a_draft_is_said_before_it_is_sent(
    world: World, inside: Inside, browse: Browse
) -> None:
    today = clock.today()
    browser, url = browse(world.coordinator), world.url("voorleggen")

    def changed(**values: object) -> str:
        with inside(world.region) as current:
            version = current.get_one(AgreementVersion, world.version.id)
            for name, value in values.items():
                setattr(version, name, value)
        page = browser.get(url)
        answer = browser.post(url)
        assert answer.status == 422
        assert "Leg deze tekst voor" not in answer.text
        return page.text

    said = changed(starts_on=today + 9 * A_DAY, ends_on=today + 8 * A_DAY)
    assert "ligt voor de ingangsdatum" in said
    assert "Voor stilzwijgende verlenging zijn" in changed(
        starts_on=None, ends_on=None, renewal=Renewal.TACIT
    )
    with inside(world.region) as current:
        left = current.get_one(Partner, world.net.experts.id)
        left.ended_on = today
        named = current.scalars(
            select(Signatory).where(Signatory.partner_id == world.net.council.id)
        ).one()
        named.account_id = world.officer.id
        version = current.scalars(
            governance.whole(select(AgreementVersion)).where(
                AgreementVersion.id == world.version.id
            )
        ).one()
        version.parties = [*version.parties, left, current.get_one(Partner, world.net.school.id)]
    said = changed(renewal=Renewal.NONE)
    assert "Ervaringsdeskundigen hoort niet meer bij het netwerk sinds" in said
    assert "Loes is vandaag geen bestuurder van Gemeente Oeverdam" in said
    assert "Voor Scholengroep Waalwoude tekent nog niemand." in said
    assert now_is(inside, world).status is VersionStatus.DRAFT
    assert mails(inside, "to-sign:") == []

    assert "geen enkel artikel" not in said
    with inside(world.region) as current:
        for clause in current.scalars(select(Clause).where(Clause.version_id == world.version.id)):
            current.delete(clause)
    assert "Er staat geen enkel artikel in." in changed()

    # What holds already is not overlapped, and an exclusive power is given once.
    with inside(world.region) as current:
        newer = governance.next_version(current.get_one(Agreement, world.net.cooperation.id), None)
        newer.starts_on = today
        exclusive = make.power("Inkoop", is_exclusive=True)
        for agreement, table in (
            (world.net.mandate, world.net.board),
            (world.net.cooperation, world.net.policy),
        ):
            table = current.merge(table)
            make.power_clause(agreement, exclusive, holder=(table, None, None))
        make.power_clause(
            world.net.cooperation,
            make.power("Verhuur"),
            holder=(current.merge(world.net.board), None, None),
            giver=(current.merge(world.net.policy), None, None),
        )
        number = newer.public_id
    said = browser.get(f"/afspraken/versies/{number}/voorleggen").text
    assert "Deze versie overlapt met versie 1" in said
    assert "Over deze bevoegdheid kan er maar één eindverantwoordelijk zijn." in said
    assert "geeft «Verhuur» door namens Beleidstafel jeugd. Die heeft deze bevoegdheid" in said
    hub = browser.get(f"/afspraken/{world.net.cooperation.code}").text
    assert "De leercoördinator schrijft deze tekst nog." in hub  # and what to mend first
    assert "Over deze bevoegdheid kan er maar één eindverantwoordelijk zijn." in hub


@on_sqlite
def test_a_refusal_needs_a_reason_and_everybody_sees_it(
    world: World, inside: Inside, browse: Browse, app: Flask
) -> None:
    send(world, browse)
    council, team = browse(world.council), browse(world.team)
    stale = Browser.hidden_fields(team.get(world.url("ondertekenen")).document, "")
    opened = {
        what: Browser.hidden_fields(team.get(world.url(what)).document, "")
        for what in ("weigeren", "bezwaar-maken")
    }
    council.post(world.url("weigeren"), {"reason": " "}, status=422)
    assert now_is(inside, world).status is VersionStatus.TO_SIGN
    council.post(world.url("weigeren"), {"reason": "De raad wil dit niet."}, status=302)
    refused = now_is(inside, world)
    assert refused.status is VersionStatus.REFUSED
    assert refused.agreement.status is AgreementStatus.DRAFT
    page = browse(world.officer).get(world.url("ondertekening"))
    assert "De raad wil dit niet." in page.text
    assert "Hettie" in page.text
    assert len(mails(inside, "version-refused:")) == 3
    late = team.client.post(world.url("ondertekenen"), data={**stale, "password": PASSWORD})
    assert late.status_code == 422
    assert "Een partij heeft deze tekst geweigerd" in late.get_data(as_text=True)
    with app.app_context():  # nobody undoes it unseen
        connection = cast(Connection, db.engines[None])
        savepoint = connection.begin_nested()
        connection.execute(text("UPDATE agreement_versions SET status = 'to_sign'"))
        assert "een partij heeft geweigerd, maar dat staat niet meer bij" in verify(app)[1]
        savepoint.rollback()
    assert verify(app)[0] == 0
    for what in ("weigeren", "bezwaar-maken"):
        assert "Verder gaat het met een nieuwe versie" in council.get(world.url(what)).text
        typed = {**opened[what], "artikel": "1", "reason": "Wat wij schreven."}
        late = team.client.post(world.url(what), data=typed)
        assert late.status_code == 422
        assert "Wat wij schreven." in late.get_data(as_text=True), "nothing is lost"


@on_sqlite
def test_a_new_version_cancels_signatures_and_says_so(
    world: World, inside: Inside, browse: Browse, app: Flask
) -> None:
    send(world, browse)
    council, team = browse(world.council), browse(world.team)
    sign(world, council)
    stale = Browser.hidden_fields(team.get(world.url("ondertekenen")).document, "")
    with inside(world.region) as current:
        governance.next_version(current.get_one(Agreement, world.version.agreement_id), None)
    (told,) = mails(inside, "signature-cancelled:")
    assert told.to_address == world.council.email
    assert "Uw handtekening geldt daarom niet meer." in told.body
    page = council.get(world.url("ondertekening"))
    assert "Vervallen" in page.text
    assert "Versie 2 komt ervoor in de plaats" in page.text
    late = team.client.post(world.url("ondertekenen"), data={**stale, "password": PASSWORD})
    assert late.status_code == 422
    assert "Versie 2 komt ervoor in de plaats" in late.get_data(as_text=True)
    with inside(world.region) as current:
        (kept,) = current.scalars(select(Signature)).all()
    assert kept.cancelled_at is not None
    assert verify(app)[0] == 0, "a signature that was cancelled is kept"


@on_sqlite
def test_the_password_is_asked_again_and_counts_for_five_minutes(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region) as current:
        council = current.get_one(Partner, world.net.council.id)
        team = current.get_one(Partner, world.net.team.id)
        make.grant(world.council, RoleName.BOARD_MEMBER, world.region, partner=team)
        other = make.draft(world.net, "N2", [council])
        other_url = f"/afspraken/versies/{other.public_id}/"
    send(world, browse)
    browse(world.coordinator).post(f"{other_url}voorleggen", status=302)
    url = world.url("ondertekenen")
    browser, now = browse(world.council), clock.now()
    with inside(world.region) as current:
        parties = {
            each.partner_id: each.public_id
            for each in current.scalars(
                select(Signatory).where(Signatory.version_id == world.version.id)
            )
        }
    first, second = parties[world.net.council.id], parties[world.net.team.id]
    with clock.frozen(now):
        assert "Kies namens welke" in browser.post(url, {"password": PASSWORD}, status=422).alert
        browser.client.post("/uitloggen")
    browser = browse(world.council)
    with clock.frozen(now):
        answer = browser.post(url, {"party": first}, status=422)
        assert "Vul uw wachtwoord in" in answer.alert
        assert answer.document.all("input", value=first, checked="")
        answer = browser.post(url, {"party": first, "password": "verkeerd"}, status=422)
        assert "Dit is niet uw wachtwoord" in answer.alert
        sign(world, browser, party=first)
    with clock.frozen(now + timedelta(minutes=4)):
        page = browser.get(f"{other_url}ondertekenen")
        assert not page.document.all("input", type="password")
        browser.post(f"{other_url}ondertekenen", status=302)
    with clock.frozen(now + timedelta(minutes=4)):
        page = browser.get(url)
        assert not page.document.all("input", type="password")
        data = {**Browser.hidden_fields(page.document, ""), "party": second}
    with clock.frozen(now + timedelta(minutes=6)):
        late = browser._answer(browser.client.post(url, data=data))
        assert late.status == 422, "shown while fresh, sent when stale"
        assert late.document.all("input", type="password")
        assert late.document.all("input", name="party", value=second)
        for _ in range(proof.FREE_ATTEMPTS):
            answer = browser.post(url, {"password": "verkeerd", "party": second})
        assert (
            "Er is te vaak een verkeerd wachtwoord ingevuld"
            in browser.post(url, {"password": PASSWORD, "party": second}, status=422).alert
        )
    with inside(world.region) as current:
        assert current.scalar(select(func.count(Signature.id))) == 2


@on_sqlite
def test_who_has_no_mandate_today_cannot_sign_and_reads_why(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region) as current:
        named = make.person(RoleName.POLICY_OFFICER, world.region, partner=world.net.council)
        make.grant(named, RoleName.BOARD_MEMBER, world.region, partner=world.net.council)
        signatory = current.scalars(
            select(Signatory).where(Signatory.partner_id == world.net.council.id)
        ).one()
        signatory.account_id = named.id
        named_id = named.id
    send(world, browse)
    url = world.url("ondertekenen")
    page = browse(world.council).get(url)
    assert "Voor Gemeente Oeverdam is Policy_officer gevraagd om te tekenen." in page.text
    assert not page.document.all("form", method="post", action=url)
    browser = browse(named)
    hidden = Browser.hidden_fields(browser.get(url).document, "")
    with inside() as current:
        grant = current.scalars(
            select(Grant).where(Grant.account_id == named_id, Grant.role == RoleName.BOARD_MEMBER)
        ).one()
        grant.ends_on = clock.today() - A_DAY
    answer = browser._answer(browser.client.post(url, data={**hidden, "password": PASSWORD}))
    assert answer.status == 422
    assert "U bent vandaag geen bestuurder van Gemeente Oeverdam" in answer.text
    assert browse(world.officer).get(url).status == 404
    with inside(world.region) as current:
        assert current.scalars(select(Signature)).all() == []

    # For the other party nobody can sign any more: the leercoördinator invites somebody from there.
    show, words = world.url("ondertekening"), "Een bestuurder van Lokaal team Oeverdam uitnodigen"
    coordinator = browse(world.coordinator)
    assert "uitnodigen" not in coordinator.get(show).text
    with inside() as current:
        for grant in current.scalars(select(Grant).where(Grant.account_id == world.team.id)):
            grant.ends_on = clock.today() - A_DAY
    links = coordinator.get(show).document.all("a")
    invite = coordinator.get(next(e.attributes["href"] for e in links if e.text == words))
    chosen = {e.attributes["value"] for e in invite.document.all("option", selected="")}
    assert chosen == {"board_member", "lt1"}
    assert words not in browse(world.officer).get(show).text


@on_sqlite
def test_a_signature_is_of_the_text_that_was_shown_and_is_set_once(
    world: World, inside: Inside, browse: Browse
) -> None:
    send(world, browse)
    url, browser = world.url("ondertekenen"), browse(world.council)
    answer = browser.post(url, {"password": PASSWORD, "text_hash": "0" * 64}, status=422)
    assert "De tekst is een andere dan u hebt gelezen" in answer.alert
    hidden = Browser.hidden_fields(browser.get(url).document, "")
    places = {
        browser._answer(browser.client.post(url, data={**hidden, "password": PASSWORD})).location
        for _ in range(2)
    }
    assert places == {world.url("ondertekening")}
    with inside(world.region) as current:
        assert current.scalar(select(func.count(Signature.id))) == 1
        assert current.scalar(select(func.count()).where(Event.verb == Verb.SIGNED)) == 1
    with inside(world.region) as current:  # somebody changes what stands under the text
        clause = current.scalars(select(Clause).where(Clause.version_id == world.version.id)).one()
        clause.processing_days = 9
    answer = browse(world.team).post(url, {"password": PASSWORD}, status=422)
    assert "Deze tekst past niet meer bij wat er is vastgelegd" in answer.alert


@on_sqlite
def test_who_chose_a_party_acts_for_no_other(world: World, inside: Inside, browse: Browse) -> None:
    with inside(world.region):
        both = make.person(RoleName.BOARD_MEMBER, world.region, partner=world.net.council)
        both.password_hash = passwords.hashed(PASSWORD)
        make.grant(both, RoleName.BOARD_MEMBER, world.region, partner=world.net.team)
    send(world, browse)
    signatories = {each.partner_id: each.public_id for each in now_is(inside, world).signatories}
    browser = browse(both)
    opened = {
        what: {**Browser.hidden_fields(browser.get(world.url(what)).document, ""), **typed}
        for what, typed in (
            ("ondertekenen", {"party": signatories[world.net.team.id], "password": PASSWORD}),
            ("weigeren", {"party": signatories[world.net.team.id], "reason": "Te vroeg."}),
            ("bezwaar-maken", {"party": "lt1", "artikel": "1", "reason": "Te snel."}),
        )
    }
    sign(world, browse(world.team))
    with inside() as current:
        grant = current.scalars(
            select(Grant).where(Grant.account_id == both.id, Grant.partner_id == world.net.team.id)
        ).one()
        grant.ends_on = clock.today() - A_DAY
    for what, sent in opened.items():
        answer = browser._answer(browser.client.post(world.url(what), data=sent))
        assert answer.status == 422, what
    with inside(world.region) as current:
        signature = current.scalars(select(Signature)).one()
        assert signature.partner_id == world.net.team.id
        assert current.scalars(select(Objection)).all() == []
    browser.post(world.url("bezwaar-maken"), {"artikel": "1", "reason": "Te snel."}, status=302)
    sign(world, browser)


@on_sqlite
def test_who_gave_the_role_to_themselves_cannot_sign_with_it(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        grant = make.grant(
            world.coordinator, RoleName.BOARD_MEMBER, world.region, partner=world.net.council
        ).public_id
        second = make.person(RoleName.COORDINATOR, world.region)
    send(world, browse)
    browser = browse(world.coordinator)
    # Another gave it; but who makes it last longer, gives it from then on.
    assert "Uw mandaat" in browser.get(world.url("ondertekenen")).text
    extend = f"/mensen/rollen/{grant}/verlengen"
    browser.post(extend, {"ends_on": str(clock.today() + 300 * A_DAY)}, status=302)
    for what in ("ondertekenen", "weigeren"):
        page = browser.get(world.url(what))
        assert "U hebt uzelf de rol van bestuurder van Gemeente Oeverdam gegeven" in page.text
        assert not page.document.all("form", method="post", action=world.url(what))
    browse(second).post(extend, {"ends_on": str(clock.today() + 301 * A_DAY)}, status=302)
    assert "Uw mandaat" in browser.get(world.url("ondertekenen")).text


@on_sqlite
def test_the_page_asks_the_same_queries_with_more_parties_and_objections(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    send(world, browse)
    browser, url = browse(world.council), world.url("ondertekening")
    browser.get(url)
    with count_queries() as before:
        browser.get(url)
    with inside(world.region) as current:
        for number in range(20):
            partner = make.partner(f"p{number}")
            current.add(Signatory(version_id=world.version.id, partner_id=partner.id))
            current.add(
                Objection(
                    version_id=world.version.id,
                    partner_id=partner.id,
                    made_by_id=world.officer.id,
                    reason=f"Bezwaar {number}",
                )
            )
    with count_queries() as after:
        page = browser.get(url)
    assert "Bezwaar 19" in page.text
    assert len(before) == len(after), "\n".join(after)


@on_sqlite
def test_whatever_is_changed_behind_the_service_is_found(
    world: World, inside: Inside, browse: Browse, app: Flask
) -> None:
    send(world, browse)
    for account in (world.council, world.team):
        sign(world, browse(account))
    version, text_hash = world.version.id, now_is(inside, world).text_hash
    one = f"id = (SELECT min(id) FROM signatures WHERE version_id = {version})"
    columns = ", ".join(
        column.name
        for column in Signature.__table__.columns
        if column.name not in ("id", "public_id")
    )
    for change, said in (
        (
            f"UPDATE agreement_versions SET text = text || 'x' WHERE id = {version}",
            "het controlegetal past niet bij de tekst",
        ),
        (
            f"UPDATE clauses SET text = 'Niets.' WHERE version_id = {version}",
            "de tekst past niet bij wat er is vastgelegd",
        ),
        (
            f"UPDATE signatures SET signer = 'Iemand' WHERE {one}",
            "de handtekening van Gemeente Oeverdam is gewijzigd",
        ),
        (
            f"UPDATE signatures SET text_hash = '{text_hash[::-1]}' WHERE {one}",
            "hoort bij een andere tekst",
        ),
        (f"DELETE FROM signatures WHERE {one}", "is verwijderd"),
        (
            "UPDATE ratifications SET ratified_on = '2026-01-01', reference = 'Z' "
            f"WHERE version_id = {version}",
            "de bekrachtiging door College van Oeverdam is gewijzigd of ingevoegd",
        ),
        (
            f"UPDATE signatures SET cancelled_at = signed_at WHERE {one}",
            "is vervallen, maar de tekst is niet ingetrokken",
        ),
        (
            f"UPDATE agreement_versions SET status = 'withdrawn' WHERE id = {version}",
            "de handtekening van Gemeente Oeverdam is niet vervallen",
        ),
        (
            f"UPDATE agreement_versions SET number = 1 - number WHERE id = {version}",
            "2 keer ondertekend, maar deze versie is weg",
        ),
        (
            f"UPDATE agreement_versions SET text_hash = '{text_hash[::-1]}' WHERE id = {version}",
            "de tekst is een andere dan aan de partijen is voorgelegd",
        ),
        (
            f"INSERT INTO signatures (public_id, {columns}) "
            f"SELECT 'NIEU-W001', {columns} FROM signatures WHERE {one}",
            "zij is ingevoegd",
        ),
    ):
        with app.app_context():
            connection = cast(Connection, db.engines[None])
            savepoint = connection.begin_nested()
            connection.execute(text(change))
            code, output = verify(app)
            savepoint.rollback()
        assert code == 1, change
        assert said in output
        assert f"{world.region.slug}, afspraak N1, versie 1: " in output
    assert verify(app, "--region", world.region.slug)[0] == 0
    assert "Er is geen regio elders" in verify(app, "--region", "elders")[1]


# Terms: notice, renewal, what takes over.


@dataclass
class Running:
    """An agreement that holds, in a region."""

    region: Region
    net: make.SmallNetwork
    code: str
    coordinator: Account


def running(inside: Inside, code: str, **given: object) -> Running:
    """Return an agreement of a gemeente and a local team that holds since today."""
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        version = make.draft(net, code, [net.council, net.team], **given)
        governance.freeze(version)
        version.is_signed_elsewhere = True
        governance.put_in_force(version)
        return Running(region, net, code, make.person(RoleName.COORDINATOR, region))


def stood(inside: Inside, world: Running) -> tuple[Agreement, list[AgreementVersion]]:
    with inside(world.region) as current:
        current.expire_all()
        agreement = current.scalars(select(Agreement).where(Agreement.code == world.code)).one()
        versions = list(governance.versions_of(agreement))
        current.expunge_all()
    return agreement, versions


@on_sqlite
def test_notice_has_its_term_and_says_which_party_gave_it(inside: Inside, browse: Browse) -> None:
    today = clock.today()
    world = running(inside, "N9", notice_days=60)
    with inside(world.region) as current:
        agreement = current.scalars(select(Agreement).where(Agreement.code == "N9")).one()
        newer = governance.next_version(agreement, None)
        governance.freeze(newer)
        newer.status = VersionStatus.TO_SIGN
    url, browser = "/afspraken/N9/beeindigen", browse(world.coordinator)
    day = today + 60 * A_DAY

    def ask(when: date, who: str = "gem") -> Answer:
        query = {"hoe": "opgezegd", "datum": str(when), "wie": who}
        return browser.get(url, query_string=query)

    early = ask(day - A_DAY)
    assert early.status == 422
    assert f"Opzeggen kan vandaag op zijn vroegst per {web.day(day)}." in early.alert
    assert "Kies welke partij heeft opgezegd." in ask(day, who="").alert
    asked = ask(day)
    assert "Gemeente Oeverdam heeft opgezegd" in asked.text
    hidden = Browser.hidden_fields(asked.document, url)
    assert browser._answer(browser.client.post(url, data=hidden)).status == 302
    agreement, (first, second) = stood(inside, world)
    assert agreement.ends_on == first.holds_until == first.last_day == day - A_DAY
    assert (agreement.status, second.status) == (
        AgreementStatus.SIGNED,
        VersionStatus.WITHDRAWN,
    )
    history = browser.get("/afspraken/N9").text
    assert "Opgezegd door Gemeente Oeverdam." in history
    assert f"Een partij heeft opgezegd. De laatste dag is {web.day(day - A_DAY)}." in history
    assert "Versie 2 is ingetrokken." in history


@on_sqlite
def test_a_tacit_renewal_comes_on_the_last_day_once_unless_notice_was_given(
    inside: Inside, browse: Browse
) -> None:
    today = clock.today()
    last = today + 10 * A_DAY
    world = running(
        inside, "N8", ends_on=last, renewal=Renewal.TACIT, renewal_months=12, notice_days=0
    )
    moment = clock.now()

    def tick(days: int) -> tuple[date | None, date | None, int]:
        with inside(), clock.frozen(moment + days * A_DAY):
            done = terms.do_due()
        agreement, versions = stood(inside, world)
        assert versions[-1].last_day == agreement.ends_on
        assert versions[-1].ends_on == last, "what was signed stays"
        return agreement.ends_on, versions[-1].renewed_until, done

    assert tick(9) == (last, None, 0)
    year = terms.after_months(last, 12)
    assert tick(10) == (year, year, 1)
    assert tick(10) == (year, year, 0)
    with inside(world.region) as current:
        told = current.scalars(select(Event).where(Event.verb == Verb.RENEWED)).all()
        assert [event.result for event in told] == [year.isoformat()]
    url, browser = "/afspraken/N8/beeindigen", browse(world.coordinator)
    query = {"hoe": "opgezegd", "datum": str(year + A_DAY), "wie": "lt1"}
    hidden = Browser.hidden_fields(browser.get(url, query_string=query).document, url)
    assert browser._answer(browser.client.post(url, data=hidden)).status == 302
    assert tick((year - today).days) == (year, year, 0), "notice was given for the last day"


def test_months_are_counted_from_the_day_that_was_signed() -> None:
    assert terms.after_months(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert terms.after_months(date(2027, 12, 31), 12) == date(2028, 12, 31)
    assert terms.after_months(date(9999, 12, 31), 12) == date.max
    version = AgreementVersion(
        renewal=Renewal.TACIT, renewal_months=1, ends_on=date(2027, 1, 31), holds_until=None
    )
    assert terms.renewed_until(version, date(2027, 1, 30)) is None
    assert terms.renewed_until(version, date(2027, 1, 31)) == date(2027, 2, 28)
    version.renewed_until = date(2027, 2, 28)
    assert terms.renewed_until(version, date(2027, 2, 28)) == date(2027, 3, 31)
    assert terms.renewed_until(version, date(2028, 1, 15)) == date(2028, 1, 31), "a late tick"


# At the same moment, on a database of its own.


@pytest.fixture
def own_app(database_url: MakeDatabase) -> Iterator[Flask]:
    app = new_app(database_url, "signing_two_people")
    yield app
    with app.app_context():
        db.engine.dispose()


def _linger(_session: object) -> None:
    time.sleep(0.3)  # what one has done is not visible yet when the other looks


def test_two_who_sign_at_the_same_moment_count_once_and_contradict_nothing(own_app: Flask) -> None:
    with own_app.app_context(), scoped_to(EVERYTHING) as current:
        current.expire_on_commit = False
        region = make.region()
        current.scope = region.id
        current.add(region)
        world = make_world(current.merge(region))
        world.version.ratifications = []
        power = make.power(is_exclusive=True)
        rivals = []
        for party, tafel in (
            (world.net.council, world.net.policy),
            (world.net.team, world.net.board),
        ):
            rivals.append(make.draft(world.net, f"R-{party.code}", [party]))
            holder = (current.get_one(Tafel, tafel.id), None, None)
            make.power_clause(rivals[-1].agreement, power, holder=holder)
        for version in (world.version, *rivals):
            governance.freeze(version)
            version.status = VersionStatus.TO_SIGN
            governance.settle(version)
        tokens = [secrets.token_urlsafe() for _ in range(2)]
        for account, token in zip((world.council, world.team), tokens, strict=True):
            current.add(SignIn(account_id=account.id, token_hash=hash_token(token)))
        current.commit()
        scope = region.id
    barrier = threading.Barrier(2, timeout=30)

    def send_at_once(token: str, version: str) -> Answer:
        url = f"/afspraken/versies/{version}/ondertekenen"
        browser = Browser(own_app)
        with browser.client.session_transaction() as cookie:
            cookie["sign_in"] = token
            cookie["seen"] = cookie["proven"] = clock.now().timestamp()
        hidden = Browser.hidden_fields(browser.get(url).document, url)
        barrier.wait()
        return browser._answer(browser.client.post(url, data=hidden))

    def at_once(*versions: AgreementVersion) -> list[Answer]:
        ids = [version.public_id for version in versions]
        with ThreadPoolExecutor(2) as pool:
            waiting = [
                pool.submit(copy_context().run, send_at_once, token, version)
                for token, version in zip(tokens, ids, strict=True)
            ]
            return sorted((one.result() for one in waiting), key=lambda answer: answer.status)

    listening.listen(ScopedSession, "before_commit", _linger)
    try:
        both = at_once(world.version, world.version)
        one, other = at_once(*rivals)
    finally:
        listening.remove(ScopedSession, "before_commit", _linger)
    assert [answer.status for answer in both] == [302, 302]
    assert (one.status, other.status) == (302, 422)
    assert "Over deze bevoegdheid kan er maar één eindverantwoordelijk zijn." in other.alert
    with own_app.app_context(), scoped_to(scope) as current:
        of_both = Signature.version_id == world.version.id
        assert current.scalar(select(func.count(Signature.id)).where(of_both)) == 2
        version = current.get_one(AgreementVersion, world.version.id)
        assert version.status is VersionStatus.SIGNED
        own = (Event.verb == Verb.IN_FORCE, Event.object_id == "N1")
        assert current.scalar(select(func.count()).where(*own)) == 1
        current.rollback()
    assert verify(own_app)[0] == 0


@on_sqlite
def test_a_draft_that_was_signed_on_paper_holds_without_signatures_here(
    inside: Inside, browse: Browse, world: World
) -> None:
    coordinator = browse(world.coordinator)
    paper = world.url("op-papier-getekend")
    tomorrow = clock.today() + timedelta(days=1)
    given = {"signed_on": tomorrow.isoformat(), "where": "Archief, Z-26/40"}
    page = coordinator.post(paper, given, status=422)
    assert "Deze dag moet nog komen." in page.text
    assert page.document.all("input", name="where", value="Archief, Z-26/40")
    given["signed_on"] = clock.today().isoformat()
    coordinator.post(paper, given, status=302)
    version = now_is(inside, world)
    assert version.status is VersionStatus.SIGNED
    assert (version.signed_on, version.elsewhere) == (clock.today(), "Archief, Z-26/40")
    with inside(world.region):
        assert planning.planner().region.in_force("N1", clock.today())
    for where in ("bewijs", "ondertekening"):
        shown = coordinator.get(world.url(where)).text
        assert "buiten deze dienst ondertekend" in shown
        assert "Archief, Z-26/40" in shown
    assert "Deze tekst ligt al vast." in coordinator.get(paper).text
