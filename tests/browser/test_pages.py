"""Every page of the service, as somebody who may see it, in the example regions.

Each is loaded once, and looked at on two screens: see `look_at`.
"""

import re
import secrets
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from flask import g
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from coordinator import access, clock, errors, governance
from coordinator.accounts import passwords
from coordinator.db import ScopedSession
from coordinator.example import package, people, run
from coordinator.example.agreements import INVEST
from coordinator.models import (
    Account,
    AccountLink,
    AgendaItem,
    AgreementVersion,
    Assignment,
    Criterion,
    Decision,
    Grant,
    ItemStatus,
    LearningEvent,
    LearningGoal,
    LearningOffer,
    LearningStructure,
    Leervraag,
    LinkKind,
    Meeting,
    MeetingStatus,
    Objection,
    Power,
    RoleName,
    Room,
    ScanRound,
    Seat,
    Signal,
    SignIn,
    TakenHome,
    TakenHomeResult,
)
from tests import make
from tests.browser.checks import (
    assert_accessible,
    assert_accessible_at,
    assert_begins_with_skip_link,
    assert_no_sideways_scroll,
    turn_to_width,
)
from tests.browser.conftest import LiveServer, OpenPage
from tests.browser.people import WRITE, Human

HELD: Final = date(2027, 1, 14)
"""The day of these tests, on which the table B-JEU meets."""
NOBODY: Final = "niemand"
EXPERT, COORDINATOR, BOARD, SECRETARY = (
    "ervaringsdeskundige",
    "leercoordinator",
    "bestuurder",
    "secretaris",
)
MANAGER, PROFESSIONAL, ADMINISTRATOR = ("manager", "professional", "beheerder")
# In a region in which there is nothing yet; and somebody whose roles are over.
NEW_COORDINATOR, NEW_EXPERT, FORMER = ("nieuwe coordinator", "nieuwe deskundige", "vroeger")


@dataclass(frozen=True)
class Visit:
    """Who opens which address, and what they do there before we look."""

    endpoint: str
    who: str
    path: str
    """{names} are public ids of the example: see `ids`."""
    press: str = ""
    fill: dict[str, str] = field(default_factory=dict)
    choose: tuple[str, ...] = ()
    status: int = 200

    def __str__(self) -> str:
        doing = f" {self.press}" if self.press else ""
        return re.sub(r"[^\w/{}?=&. -]", "", f"{self.who} {self.path}{doing}")


def wrong(endpoint: str, who: str, path: str, press: str, *choose: str, **fill: str) -> Visit:
    """A form that is sent with mistakes in it."""
    return Visit(endpoint, who, path, press, fill, choose, status=422)


PHONE: Final = "Bel 06 12345678, dat is van mij."

PAGES: Final = (
    Visit("home.index", EXPERT, "/"),
    Visit("home.index", COORDINATOR, "/"),
    Visit("home.index", BOARD, "/"),
    Visit("home.index", SECRETARY, "/"),
    Visit("home.index", MANAGER, "/"),
    Visit("home.index", ADMINISTRATOR, "/"),
    Visit("home.index", NEW_COORDINATOR, "/"),
    Visit("home.index", FORMER, "/"),
    Visit("home.privacy", NOBODY, "/privacy"),
    Visit("home.accessibility", EXPERT, "/toegankelijkheid"),
    # accounts
    wrong("accounts.sign_in", NOBODY, "/inloggen", "Inloggen"),
    wrong("accounts.forgot", NOBODY, "/wachtwoord-vergeten", "Stuur mij een link", email="naam"),
    Visit("accounts.reset", NOBODY, "/wachtwoord/{reset}"),
    Visit("accounts.accept", NOBODY, "/uitnodiging/{invitation}"),
    Visit("accounts.accept", NOBODY, "/uitnodiging/verlopen", status=404),
    Visit("accounts.me", EXPERT, "/mijn-account"),
    Visit("accounts.index", COORDINATOR, "/mensen"),
    Visit("accounts.invite", ADMINISTRATOR, "/mensen/uitnodigen"),
    wrong("accounts.invite", COORDINATOR, "/mensen/uitnodigen", "Uitnodigen"),
    Visit("accounts.show", COORDINATOR, "/mensen/{naima}"),
    Visit("accounts.give_role", COORDINATOR, "/mensen/{naima}/rol-geven"),
    Visit("accounts.extend_grant", COORDINATOR, "/mensen/rollen/{grant}/verlengen"),
    # learning
    Visit("learning.index", EXPERT, "/leren"),
    Visit("learning.together", COORDINATOR, "/leervragen/{on_board}/wie-leert-met-wie"),
    Visit("learning.together", EXPERT, "/leervragen/{on_board}/wie-leert-met-wie?niveaus=alle"),
    # leervragen
    Visit("leervragen.index", EXPERT, "/leervragen"),
    Visit("leervragen.index", NEW_EXPERT, "/leervragen?mijn=y"),
    wrong("leervragen.new", PROFESSIONAL, "/leervragen/nieuw", "Stel deze vraag", question=PHONE),
    Visit("leervragen.from_signal", PROFESSIONAL, "/signalen/{by_marloes}/leervraag"),
    Visit("leervragen.from_decision", COORDINATOR, "/besluiten/{a_decision}/leervraag"),
    Visit("leervragen.show", EXPERT, "/leervragen/{on_its_way}"),
    Visit("leervragen.show", COORDINATOR, "/leervragen/{just_asked}"),
    Visit("leervragen.show", BOARD, "/leervragen/{embedded}"),
    Visit("leervragen.interpret", COORDINATOR, "/leervragen/{on_its_way}/duiden"),
    Visit("leervragen.score", COORDINATOR, "/leervragen/{on_board}/wegen"),
    Visit("leervragen.choose", COORDINATOR, "/leervragen/{on_board}/kiezen"),
    wrong(
        "leervragen.not_choose",
        COORDINATOR,
        "/leervragen/{on_board}/niet-kiezen",
        "Kies deze vraag niet",
    ),
    Visit("leervragen.link", COORDINATOR, "/leervragen/{on_its_way}/koppelen"),
    wrong("leervragen.align", COORDINATOR, "/leervragen/{on_its_way}/afstemmen", "Bewaar"),
    wrong(
        "leervragen.answer", EXPERT, "/leervragen/{on_its_way}/beantwoorden", "Bewaar het antwoord"
    ),
    wrong("leervragen.embed", COORDINATOR, "/leervragen/{answered_one}/borgen", "Bewaar"),
    Visit("leervragen.order", COORDINATOR, "/leervragen/ordenen"),
    Visit("leervragen.order", NEW_COORDINATOR, "/leervragen/ordenen"),
    Visit("leervragen.gaps", BOARD, "/leervragen/verschillen"),
    Visit("leervragen.criteria", COORDINATOR, "/leervragen/criteria"),
    Visit("leervragen.edit_criterion", COORDINATOR, "/leervragen/criteria/{criterion}/wijzigen"),
    wrong("leervragen.new_criterion", COORDINATOR, "/leervragen/criteria/nieuw", "Bewaar"),
    # goals
    Visit("scans.index", EXPERT, "/zelfscan"),
    Visit("scans.show", MANAGER, "/zelfscan/{scan_open}"),
    wrong("scans.new", COORDINATOR, "/zelfscan/nieuw", "Ronde openen"),
    Visit("scans.edit", COORDINATOR, "/zelfscan/{scan_open}/wijzigen"),
    Visit("scans.close", COORDINATOR, "/zelfscan/{scan_open}/sluiten"),
    Visit("scans.answer", BOARD, "/zelfscan/{scan_open}/invullen"),
    wrong(
        "scans.answer",
        EXPERT,
        "/zelfscan/{scan_open}/invullen?deel=4",
        "Bewaar en ga verder",
        **{"text-11-1": PHONE},
    ),
    Visit("scans.give_in", MANAGER, "/zelfscan/{scan_open}/nakijken"),
    Visit("scans.results", BOARD, "/zelfscan/{scan_closed}/uitkomsten"),
    Visit(
        "scans.texts",
        EXPERT,
        "/zelfscan/{scan_closed}/teksten?vraag=1-1&niveau=uitvoering",
    ),
    Visit("goals.index", PROFESSIONAL, "/leerdoelen"),
    Visit("goals.show", MANAGER, "/leerdoelen/{goal_past}"),
    Visit("goals.show", PROFESSIONAL, "/leerdoelen/{goal_parked}"),
    wrong("goals.new", PROFESSIONAL, "/leerdoelen/nieuw", "Bewaar het doel", better="Beter."),
    Visit("goals.edit", MANAGER, "/leerdoelen/{goal_past}/wijzigen"),
    wrong("goals.reach", MANAGER, "/leerdoelen/{goal_past}/bereikt", "Opschrijven"),
    Visit("goals.stop", MANAGER, "/leerdoelen/{goal_past}/stoppen"),
    Visit("goals.park", PROFESSIONAL, "/leerdoelen/{goal_parked}/parkeren"),
    wrong("goals.resume", COORDINATOR, "/leerdoelen/{goal_full}/oppakken", "Pak het doel weer op"),
    Visit("goals.limits", COORDINATOR, "/leerdoelen/grenzen"),
    wrong("goals.set_limit", COORDINATOR, "/leerdoelen/grenzen/vastleggen", "Bewaar de grens"),
    # offers
    Visit("offers.index", EXPERT, "/leeraanbod"),
    Visit("offers.show", COORDINATOR, "/leeraanbod/{offer}"),
    Visit("offers.fitting", EXPERT, "/leeraanbod/passend"),
    Visit("offers.fitting", COORDINATOR, "/leeraanbod/passend?toon=zonder"),
    wrong("offers.new", COORDINATOR, "/leeraanbod/nieuw", "Aanbod toevoegen", cost="12,50"),
    Visit("offers.edit", COORDINATOR, "/leeraanbod/{offer}/wijzigen"),
    Visit("offers.end", COORDINATOR, "/leeraanbod/{offer}/beeindigen"),
    Visit("offers.structures", EXPERT, "/leerplekken"),
    Visit("offers.structure", COORDINATOR, "/leerplekken/{structure}"),
    wrong("offers.new_structure", COORDINATOR, "/leerplekken/nieuw", "Leerplek toevoegen"),
    Visit("offers.edit_structure", COORDINATOR, "/leerplekken/{structure}/wijzigen"),
    Visit("offers.end_structure", COORDINATOR, "/leerplekken/{structure}/beeindigen"),
    # moments
    Visit("moments.index", EXPERT, "/leermomenten"),
    Visit("moments.mine", EXPERT, "/leermomenten/mijn"),
    Visit("moments.show", EXPERT, "/leermomenten/{moment_full}"),
    Visit("moments.show", BOARD, "/leermomenten/{moment_past}"),
    Visit("moments.new", COORDINATOR, "/leermomenten/nieuw?niveau=practice&domein=jeugd"),
    wrong(
        "moments.plan",
        COORDINATOR,
        "/leermomenten/nieuw/plannen?stap=2",
        "Leermoment plannen",
        uitleg=PHONE,
    ),
    Visit("moments.edit", COORDINATOR, "/leermomenten/{moment_full}/wijzigen"),
    wrong(
        "moments.cancel", COORDINATOR, "/leermomenten/{moment_full}/afzeggen", "Leermoment afzeggen"
    ),
    Visit("moments.people", COORDINATOR, "/leermomenten/{moment_full}/deelnemers"),
    Visit("moments.sign_up_other", COORDINATOR, "/leermomenten/{moment_full}/iemand-aanmelden"),
    Visit("moments.attendance", MANAGER, "/leermomenten/{moment_online}/aanwezigheid"),
    wrong("moments.evaluate", EXPERT, "/leermomenten/{moment_online}/terugblikken", "Versturen"),
    wrong("moments.take_home", PROFESSIONAL, "/leermomenten/{moment_past}/meenemen", "Vastleggen"),
    Visit("moments.edit_taken_home", MANAGER, "/leermomenten/meegenomen/{taken}/wijzigen"),
    Visit("moments.rooms", COORDINATOR, "/leermomenten/ruimtes"),
    wrong("moments.new_room", COORDINATOR, "/leermomenten/ruimtes/nieuw", "Ruimte toevoegen"),
    Visit("moments.edit_room", COORDINATOR, "/leermomenten/ruimtes/{room}/wijzigen"),
    # regions
    wrong("regions.index", COORDINATOR, "/regio", "Pakket bekijken"),
    # partners
    Visit("partners.index", EXPERT, "/partners?dag=ooit"),
    Visit("partners.show", EXPERT, "/partners/lt-vel?dag=2027-03-03"),
    # tafels
    Visit("tafels.index", EXPERT, "/tafels"),
    Visit("tafels.show", COORDINATOR, "/tafels/B-JEU"),
    Visit("tafels.effect", EXPERT, "/tafels/B-JEU/effect?dag=2030-01-01"),
    Visit(
        "tafels.edit_terms",
        COORDINATOR,
        "/tafels/B-JEU/termijnen?aanlevertermijn=2&terugkoppeltermijn=30",
    ),
    wrong(
        "tafels.new_meeting",
        SECRETARY,
        "/tafels/B-JEU/vergadering-toevoegen",
        "Vergadering toevoegen",
    ),
    Visit("tafels.move_meeting", SECRETARY, "/vergaderingen/{coming}/verplaatsen?datum=2027-02-18"),
    Visit(
        "tafels.move_meeting",
        SECRETARY,
        "/vergaderingen/{coming}/verplaatsen?datum=2020-01-01",
        status=422,
    ),
    Visit("tafels.cancel_meeting", SECRETARY, "/vergaderingen/{coming}/vervalt"),
    Visit("tafels.plan", COORDINATOR, "/netwerk/reizen"),
    # insight
    Visit("insight.gaps", COORDINATOR, "/netwerk/witte-vlekken"),
    Visit(
        "insight.gaps", COORDINATOR, "/netwerk/witte-vlekken?niveau=beleid&gebied=MEE&domein=wonen"
    ),
    Visit("insight.gaps", NEW_COORDINATOR, "/netwerk/witte-vlekken"),
    Visit("insight.map", EXPERT, "/netwerk/kaart"),
    Visit("insight.map", COORDINATOR, "/netwerk/kaart?kies=tafel:B-JEU&niveau=beleid"),
    Visit("insight.map", BOARD, "/netwerk/kaart?kies=partner:lt-vel&domein=jeugd"),
    Visit("insight.map", EXPERT, "/netwerk/kaart?dag=2020-01-01&gebied=zzz&niveau=management"),
    Visit("insight.map", NEW_COORDINATOR, "/netwerk/kaart"),
    Visit("insight.report", EXPERT, "/netwerk/rapport"),
    Visit("insight.weak", COORDINATOR, "/netwerk/zwakke-plekken?toon=tafels&gebied=VEL"),
    Visit("insight.weak", COORDINATOR, "/netwerk/zwakke-plekken?toon=mensen"),
    Visit("insight.weak", COORDINATOR, "/netwerk/zwakke-plekken?toon=zetels"),
    Visit("insight.weak", EXPERT, "/netwerk/zwakke-plekken?toon=wegen&dag=2027-03-01"),
    Visit("insight.weak", EXPERT, "/netwerk/zwakke-plekken?persoon=Anouk+Sterk"),
    # agreements
    Visit("agreements.index", EXPERT, "/afspraken"),
    Visit("agreements.show", COORDINATOR, "/afspraken/SAM"),
    Visit("agreements.effect", COORDINATOR, "/afspraken/SAM/effect"),
    Visit("agreements.effect", BOARD, "/afspraken/SAM/effect?beeld=geldt&wat=weg"),
    Visit("agreements.show", COORDINATOR, "/afspraken/ERV"),
    wrong(
        "agreements.new",
        COORDINATOR,
        "/afspraken/nieuw",
        "Bewaar het concept",
        ingangsdatum="2027-03-02",
        einddatum="2027-03-01",
    ),
    Visit("agreements.edit", COORDINATOR, "/afspraken/ERV/wijzigen"),
    Visit("agreements.discard", COORDINATOR, "/afspraken/ERV/concept-weggooien"),
    Visit("agreements.new_version", COORDINATOR, "/afspraken/OND/nieuwe-versie"),
    Visit("agreements.version", EXPERT, "/afspraken/versies/{man_text}"),
    Visit("agreements.version", COORDINATOR, "/afspraken/versies/{draft}"),
    Visit("agreements.version_effect", COORDINATOR, "/afspraken/versies/{draft}/effect"),
    Visit(
        "agreements.version_effect", BOARD, "/afspraken/versies/{draft}/effect?tegen=geen&wat=weg"
    ),
    Visit("agreements.compare", EXPERT, "/afspraken/OND/vergelijken"),
    Visit("agreements.signatories", COORDINATOR, "/afspraken/versies/{draft}/ondertekenaars"),
    wrong(
        "agreements.add_clause",
        COORDINATOR,
        "/afspraken/versies/{draft}/artikel-toevoegen?soort=bevoegdheid",
        "Bewaar het artikel",
    ),
    Visit(
        "agreements.add_clause",
        COORDINATOR,
        "/afspraken/versies/{draft}/artikel-toevoegen?soort=zetel",
    ),
    Visit("agreements.edit_clause", COORDINATOR, "/afspraken/artikelen/{clause}/wijzigen"),
    Visit("agreements.remove_clause", COORDINATOR, "/afspraken/artikelen/{clause}/verwijderen"),
    Visit(
        "agreements.end",
        COORDINATOR,
        "/afspraken/MAN/beeindigen?hoe=laatste-dag&datum=2027-03-31",
    ),
    Visit(
        "agreements.end",
        COORDINATOR,
        "/afspraken/MAN/beeindigen?hoe=laatste-dag&datum=",
        status=422,
    ),
    # signing
    Visit("signing.show", EXPERT, "/afspraken/versies/{to_sign}/ondertekening"),
    Visit("signing.proof", BOARD, "/afspraken/versies/{to_sign}/bewijs"),
    Visit("signing.send", COORDINATOR, "/afspraken/versies/{draft}/voorleggen"),
    Visit("signing.record", COORDINATOR, "/afspraken/versies/{draft}/op-papier-getekend"),
    wrong(
        "signing.sign",
        BOARD,
        "/afspraken/versies/{to_sign}/ondertekenen",
        "Onderteken namens Gemeente Veldrade",
    ),
    wrong(
        "signing.decline",
        BOARD,
        "/afspraken/versies/{to_sign}/weigeren",
        "Weiger namens Gemeente Veldrade",
    ),
    wrong("signing.object", BOARD, "/afspraken/versies/{to_sign}/bezwaar-maken", "Maak bezwaar"),
    wrong(
        "signing.answer",
        COORDINATOR,
        "/afspraken/bezwaren/{objection}/antwoorden",
        "Bewaar het antwoord",
        answer=" ",
    ),
    wrong(
        "signing.ratify",
        COORDINATOR,
        "/afspraken/bekrachtigingen/{ratification}/vastleggen",
        "Leg de bekrachtiging vast",
    ),
    # seats
    Visit("seats.index", COORDINATOR, "/zetels"),
    Visit("seats.index", EXPERT, "/zetels?stand=leeg&dag=2027-06-01"),
    Visit("seats.experience", SECRETARY, "/zetels/ervaring"),
    wrong("seats.new", SECRETARY, "/tafels/B-JEU/zetel-toevoegen", "Zetel toevoegen"),
    Visit("seats.edit", COORDINATOR, "/zetels/{seat}/wijzigen"),
    Visit(
        "seats.succeed",
        COORDINATOR,
        "/zetels/{seat}/opvolgen?laatste-dag=2027-02-01&van=2027-03-01&persoon=Bo",
    ),
    Visit("seats.end", COORDINATOR, "/zetels/{vacant_seat}/beeindigen?laatste-dag=2027-02-01"),
    Visit("seats.attendance", SECRETARY, "/vergaderingen/{held}/aanwezigheid"),
    Visit("seats.hand_over_work", COORDINATOR, "/mensen/{naima}/overdragen"),
    # powers
    Visit("powers.index", EXPERT, "/bevoegdheden"),
    Visit("powers.show", COORDINATOR, "/bevoegdheden/{invest}"),
    Visit(
        "powers.ask",
        BOARD,
        "/bevoegdheden/mag-ik-dit?bevoegdheid={invest}&tafel=B-JEU&rol=voorzitter&bedrag=20000",
    ),
    Visit(
        "powers.ask",
        EXPERT,
        "/bevoegdheden/mag-ik-dit?bevoegdheid={invest}&tafel=&bedrag=x",
        status=422,
    ),
    wrong("powers.new", COORDINATOR, "/bevoegdheden/nieuw", "Bevoegdheid toevoegen"),
    Visit("powers.edit", COORDINATOR, "/bevoegdheden/{invest}/wijzigen"),
    # assignments
    Visit("assignments.index", EXPERT, "/opdracht"),
    Visit("assignments.show", COORDINATOR, "/opdracht/{assignment}"),
    wrong("assignments.new", COORDINATOR, "/opdracht/nieuw", "Opdracht vastleggen"),
    Visit("assignments.edit", COORDINATOR, "/opdracht/{assignment}/wijzigen"),
    wrong(
        "assignments.add_giver",
        COORDINATOR,
        "/opdracht/{assignment}/gever-toevoegen",
        "Vastleggen",
    ),
    Visit("assignments.end_giver", COORDINATOR, "/opdracht/gevers/{giver}/beeindigen"),
    # signals
    Visit("signals.index", COORDINATOR, "/signalen"),
    Visit("signals.index", EXPERT, "/signalen"),
    Visit("signals.index", NEW_COORDINATOR, "/signalen"),
    wrong("signals.new", EXPERT, "/signalen/nieuw", "Verstuur mijn signaal"),
    wrong(
        "signals.new",
        EXPERT,
        "/signalen/nieuw",
        "Verstuur mijn signaal",
        words=PHONE,
        title="Mevrouw De Vries belde",
    ),
    Visit("signals.show", EXPERT, "/signalen/{asked}"),
    Visit("signals.show", EXPERT, "/signalen/{answered}"),
    Visit("signals.show", EXPERT, "/signalen/{travelling}"),
    Visit("signals.show", COORDINATOR, "/signalen/{travelling}"),
    Visit("signals.show", COORDINATOR, "/signalen/{new}"),
    Visit("signals.show", COORDINATOR, "/signalen/{partly}"),
    Visit("signals.show", COORDINATOR, "/signalen/{again}"),
    Visit("signals.show", COORDINATOR, "/signalen/{no_road}"),
    wrong("signals.read", COORDINATOR, "/signalen/{new}/lezen", "Bewaar", text_for_tafels=PHONE),
    wrong("signals.ask", COORDINATOR, "/signalen/{by_marloes}/vragen", "Stel de vraag"),
    wrong("signals.answer", EXPERT, "/signalen/{asked}/antwoorden", "Verstuur mijn antwoord"),
    Visit("signals.send", COORDINATOR, "/signalen/{new}/doorsturen"),
    wrong(
        "signals.refuse",
        COORDINATOR,
        "/signalen/{new}/niet-doorsturen",
        "Stuur dit signaal niet door",
    ),
    wrong(
        "signals.verify", EXPERT, "/signalen/{answered}/toetsen", "Verstuur", "Nee, dit klopt niet"
    ),
    Visit("signals.verify", COORDINATOR, "/signalen/{on_behalf}/toetsen"),
    wrong("signals.settle", COORDINATOR, "/signalen/{partly}/afwegen", "Bewaar uw keuze"),
    # agenda
    Visit("agenda.index", COORDINATOR, "/agenda"),
    Visit("agenda.index", BOARD, "/agenda?periode=geweest"),
    Visit("agenda.show", SECRETARY, "/vergaderingen/{held}"),
    Visit("agenda.show", SECRETARY, "/vergaderingen/{coming}"),
    Visit("agenda.show", SECRETARY, "/vergaderingen/{past}"),
    wrong("agenda.show", SECRETARY, "/vergaderingen/{held}", "Vergadering afsluiten"),
    wrong("agenda.decide", BOARD, "/agendapunten/{to_decide}/besluit", "Besluit vastleggen"),
    Visit("agenda.decide", SECRETARY, "/agendapunten/{decided}/besluit"),
    Visit("agenda.hand_over", SECRETARY, "/agendapunten/{to_hand_over}/doorgeven"),
    wrong("agenda.put_off", SECRETARY, "/agendapunten/{to_hand_over}/uitstellen", "Uitstellen"),
    # what is not there, or not for them
    Visit("", NOBODY, "/bestaat-niet", status=404),
    Visit("regions.index", EXPERT, "/regio", status=404),
)

FIRST: Final = {visit.endpoint: visit for visit in reversed(PAGES)}
"""The first visit to each page; the others show another state of it."""
OTHER_TEST: Final = {"regions.preview"}
"""Behind an upload: test_the_preview_of_an_import_and_its_mistakes."""
NO_PAGE: Final = {
    "static": "files",
    "home.health": "plain text, for a machine",
    "home.security_txt": "plain text, in the form of RFC 9116",
    "regions.export_zip": "a file to keep",
    "regions.export_xlsx": "a file to keep",
    "tafels.plan_csv": "a file to keep",
    "signing.text": "a file to keep",
    "insight.gaps_csv": "a file to keep",
    "insight.gaps_xlsx": "a file to keep",
    "insight.report_csv": "a file to keep",
    "insight.report_xlsx": "a file to keep",
    "insight.report_pdf": "a file to keep",
    "moments.ics": "a file to keep",
    "moments.feed": "for a calendar",
}


EMAILS: Final = {
    **{person.key: person.email for person in people.PEOPLE},
    NEW_COORDINATOR: "coordinator@leeg.example",
    NEW_EXPERT: "deskundige@leeg.example",
    FORMER: "vroeger@leeg.example",
}

Ids = dict[str, str]


@pytest.fixture(scope="module")
def example(live_server: LiveServer) -> LiveServer:
    """The example regions as `make run` fills them, seven weeks later, so that work waits."""
    with clock.frozen(datetime(2026, 11, 24, 11, tzinfo=UTC)), live_server.app.app_context():
        run.fill()
    live_server.calendar.turn_to(date(2027, 1, 14))
    with live_server.inside():
        region = make.region("leeg", "Regio Nieuwland")
        kept = passwords.hashed(people.PASSWORD)
        for key, role in {
            NEW_COORDINATOR: RoleName.COORDINATOR,
            NEW_EXPERT: RoleName.EXPERT,
        }.items():
            make.grant(make.account("Noor Nieuw", EMAILS[key], password_hash=kept), role, region)
        make.account("Wim Vroeger", EMAILS[FORMER], password_hash=kept)
    return live_server


@pytest.fixture(scope="module")
def ids(example: LiveServer) -> Ids:
    """The public ids of the example by the names that PAGES gives them."""
    with example.inside() as session:
        signals = {s.title: s for s in session.scalars(select(Signal))}
        coded = {s.code: s for s in signals.values()}
        naima = session.scalars(select(Account).where(Account.email == EMAILS[EXPERT])).one()
        grant = session.scalars(select(Grant).where(Grant.account_id == naima.id)).one()
        seats = {seat.person: seat for seat in session.scalars(select(Seat))}
        goals = {goal.better.split()[1]: goal for goal in session.scalars(select(LearningGoal))}
        power = session.scalars(select(Power).where(Power.name == INVEST)).one()
        assignment = session.scalars(
            select(Assignment).options(selectinload(Assignment.grants))
        ).one()
        offers = {o.title.split()[0]: o for o in session.scalars(select(LearningOffer))}
        places = {one.name.split()[0]: one for one in session.scalars(select(LearningStructure))}
        objection = session.scalars(select(Objection).order_by(Objection.id)).first()
        texts = {
            version.agreement.code: version
            for version in session.scalars(
                governance.whole(select(AgreementVersion)).order_by(AgreementVersion.number)
            )
        }
        meetings = {
            (meeting.tafel.code, meeting.held_on): meeting.public_id
            for meeting in session.scalars(select(Meeting).options(joinedload(Meeting.tafel)))
            if meeting.status is MeetingStatus.PLANNED
        }
        items = session.scalars(
            select(AgendaItem)
            .options(joinedload(AgendaItem.meeting).joinedload(Meeting.tafel))
            .order_by(AgendaItem.id)
        ).all()
        tokens = links(example, session, naima)
        questions = {one.code: one for one in session.scalars(select(Leervraag))}
        on_board = questions["LV-6"]
        sick = next(one for one in questions.values() if "ziek" in one.question)
        travels = next(one for one in questions.values() if one.travels_as_id is not None)
        criterion = session.scalars(select(Criterion).order_by(Criterion.id)).first()
        a_decision = session.scalars(select(Decision).order_by(Decision.id)).first()
        moments = {one.title.split()[0]: one for one in session.scalars(select(LearningEvent))}
        moments["Intervisie:"].held_on = HELD + timedelta(days=7)
        taken = session.scalars(
            select(TakenHome).where(TakenHome.result == TakenHomeResult.ADAPTED)
        ).one()
        room = session.scalars(select(Room).order_by(Room.id)).first()
        scans = {one.name: one for one in session.scalars(select(ScanRound))}
        scans["Najaar"].closes_on = HELD + timedelta(days=3)
        coded["OEV-11"].title_for_tafels = "Bellen kan alleen overdag"
        coded["OEV-11"].text_for_tafels = "Wie werkt, kan het team niet bereiken."

    def item(tafel: str, held_on: date, status: ItemStatus) -> str:
        return next(
            item.public_id
            for item in items
            if (item.meeting.tafel.code, item.meeting.held_on, item.status)
            == (tafel, held_on, status)
        )

    found: dict[str, Any] = {
        "asked": signals["De wachtkamer is niet voor kinderen"],
        "answered": signals["Niemand vertelt wat er na het gesprek gebeurt"],
        "travelling": signals["Ouders moeten zelf de plannen aan elkaar knopen"],
        "by_marloes": signals["Vervanging bij ziekte is niet geregeld"],
        "new": coded["OEV-10"],
        "partly": coded["OEV-02"],
        "again": coded["OEV-03"],
        "on_behalf": coded["OEV-04"],
        "no_road": coded["OEV-25"],
        "invest": power,
        "assignment": assignment,
        "giver": next(each for each in assignment.grants if each.ends_on is None),
        "man_text": texts["MAN"],
        "draft": texts["ERV"],
        "to_sign": texts["OND"],
        "objection": objection,
        "ratification": texts["OND"].ratifications[0],
        "clause": texts["SAM"].clauses[1],
        "naima": naima,
        "goal_past": goals["kind"],  # Een kind op de wachtlijst
        "goal_parked": goals["die"],  # Ouders die overdag werken
        "goal_full": goals["krijgen"],  # Ouders krijgen een brief
        "moment_full": moments["Intervisie:"],
        "moment_past": moments["Wat"],
        "moment_online": moments["Online"],
        "taken": taken,
        "room": room,
        "offer": offers["Intervisie"],
        "structure": places["Ontwikkeltafel"],
        "on_board": on_board,
        "just_asked": sick,
        "on_its_way": travels,
        "answered_one": questions["LV-4"],
        "embedded": questions["LV-5"],
        "criterion": criterion,
        "a_decision": a_decision,
        "scan_open": scans["Najaar"],
        "scan_closed": scans["Voorjaar"],
        "seat": seats["Karim Azzouzi"],
        "vacant_seat": seats["Tjalling Riemersma"],
        "grant": grant,
    }
    return {
        **{name: row.public_id for name, row in found.items()},
        **tokens,
        "past": meetings["B-JEU", date(2026, 11, 12)],
        "held": meetings["B-JEU", HELD],
        "coming": min(
            (on, x) for (code, on), x in meetings.items() if code == "B-JEU" and on > HELD
        )[1],
        "decided": item("B-JEU", date(2026, 11, 12), ItemStatus.DECIDED),
        "to_decide": item("S-JEU", date(2026, 11, 26), ItemStatus.PLANNED),
        "to_hand_over": item("B-JEU", HELD, ItemStatus.PLANNED),
    }


def links(server: LiveServer, session: ScopedSession, account: Account) -> Ids:
    """Make a link for a new password and an invitation; only a mail would show their tokens."""
    tokens = {"reset": LinkKind.PASSWORD, "invitation": LinkKind.INVITATION}
    for token, kind in tokens.items():
        session.add(
            AccountLink(
                account_id=account.id,
                kind=kind,
                token_hash=access.hash_token(token),
                expires_at=server.calendar.now() + timedelta(days=1),
            )
        )
    return {token: token for token in tokens}


@pytest.fixture(scope="module")
def human(example: LiveServer, open_page: OpenPage) -> Callable[[str], Human]:
    """Give the person in this role, signed in, at the one screen that they share."""
    page = open_page()

    @cache
    def cookie_of(who: str) -> str:
        token = secrets.token_urlsafe()
        with example.inside() as session:
            account = session.scalars(select(Account).where(Account.email == EMAILS[who])).one()
            session.add(SignIn(account_id=account.id, token_hash=access.hash_token(token)))
            seen = clock.now().timestamp()
        signer = SecureCookieSessionInterface().get_signing_serializer(example.app)
        assert signer is not None
        signed = signer.dumps({"sign_in": token, "seen": seen})
        assert isinstance(signed, str)
        return signed

    def one(who: str) -> Human:
        page.context.clear_cookies()
        if who != NOBODY:
            name = example.app.config["SESSION_COOKIE_NAME"]
            page.context.add_cookies([{"name": name, "value": cookie_of(who), "url": example.url}])
        return Human(page, EMAILS.get(who, ""), people.PASSWORD)

    return one


@pytest.mark.parametrize("visit", PAGES, ids=str)
def test_every_page_is_for_everybody(
    visit: Visit, human: Callable[[str], Human], ids: Ids, live_server: LiveServer
) -> None:
    somebody = human(visit.who)
    path = visit.path.format(**ids)
    if visit.endpoint:
        assert endpoint_of(live_server, path) == visit.endpoint
    status = somebody.turn_to(path)
    if visit.press:
        for name in visit.choose:
            somebody.choose(name)
        somebody.fill(**visit.fill)
        status = somebody.send(visit.press)
    assert status == visit.status, somebody.page.locator("main").inner_text()
    look_at(somebody.page, has_mistakes=visit.status == 422, again=visit not in FIRST.values())


def look_at(page: Page, *, has_mistakes: bool = False, again: bool = False) -> None:
    """Check the page on the screen with axe-core, at 1280 and 320 px; there nothing sticks out.

    In a form with mistakes the focus is on the mistakes. A page that was seen before, in another
    state, is checked at one width; so are its mistakes, at 320 px.
    """
    if has_mistakes:
        expect(page.locator("main :is(.lnc-errors, .lnc-alert)")).not_to_have_count(0)
    elif not again:
        assert_begins_with_skip_link(page)
    if again:
        turn_to_width(page, 320 if has_mistakes else 1280)
        assert_accessible(page)
    else:
        assert_accessible_at(page, 1280, 320)
    assert_no_sideways_scroll(page)


def endpoint_of(server: LiveServer, path: str) -> str:
    endpoint: str = server.app.url_map.bind("").match(urlsplit(path).path)[0]
    return endpoint


def test_no_page_was_forgotten(live_server: LiveServer) -> None:
    """A new page gets its line in PAGES; what is no page says in NO_PAGE why."""
    rules = live_server.app.url_map.iter_rules()
    pages = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    assert pages <= access.RULES.keys()
    visited = {visit.endpoint for visit in PAGES if visit.endpoint and visit.status != 404}
    assert visited | OTHER_TEST | NO_PAGE.keys() == pages
    assert not visited & NO_PAGE.keys()


def test_the_preview_of_an_import_and_its_mistakes(
    human: Callable[[str], Human], tmp_path: Path
) -> None:
    somebody = human(COORDINATOR)
    package.write("zilverdal", tmp_path / "other", HELD)
    send_package(somebody, tmp_path / "other")
    somebody.reads("Wat dit pakket verandert", "Is dit het goede pakket?")
    look_at(somebody.page)
    for summary in somebody.page.locator("main summary").all():
        summary.click()
    assert_accessible(somebody.page)
    assert_no_sideways_scroll(somebody.page)
    somebody.press("Dit pakket inlezen")
    expect(somebody.page.locator(".lnc-errors")).to_be_visible()
    look_at(somebody.page, has_mistakes=True)
    somebody.press("Niet inlezen, weggooien")
    somebody.reads("Er is niets ingelezen.")

    tafels = tmp_path / "other" / "tafels.csv"
    tafels.write_text(tafels.read_text(encoding="utf-8").replace("beleid", "?"), encoding="utf-8")
    send_package(somebody, tmp_path / "other")
    somebody.reads("Het pakket klopt nog niet", "tafels.csv")
    look_at(somebody.page, has_mistakes=True)


def send_package(somebody: Human, folder: Path) -> None:
    """Send a folder as a zip file on the page of the region."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    somebody.visit("/regio")
    somebody.page.get_by_label("Het pakket").set_input_files(
        {"name": "regio.zip", "mimeType": "application/zip", "buffer": content.getvalue()}
    )
    somebody.press("Pakket bekijken")


def test_who_writes_for_long_signs_in_again_and_loses_nothing(
    human: Callable[[str], Human], example: LiveServer
) -> None:
    author = Human(human(NOBODY).page, EMAILS[EXPERT], people.PASSWORD)
    author.visit("/signalen/nieuw")
    words = "Ik schreef hier een hele tijd aan. Het gaat over wachten."
    author.fill(words=words)
    now = example.calendar.now()
    example.calendar.turn_to(HELD + timedelta(days=1))
    try:
        author.press("Verstuur mijn signaal")
        author.reads("Uw aanmelding is verlopen. Uw tekst is bewaard.")
        look_at(author.page)
        author.sign_in()
        expect(author.page.get_by_text(words)).to_be_visible()
        look_at(author.page)
    finally:
        example.calendar.set(now)


def test_too_many_wrong_passwords(human: Callable[[str], Human]) -> None:
    stranger = Human(human(NOBODY).page, "niemand@oeverland.example", "niet het wachtwoord")
    stranger.visit()
    for _attempt in range(12):
        if stranger.page.get_by_text("Wacht").count():
            break
        stranger.sign_in()
    look_at(stranger.page, has_mistakes=True)


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422, 429, 500, 503])
def test_the_pages_of_what_went_wrong(
    status: int, human: Callable[[str], Human], live_server: LiveServer
) -> None:
    """Shown under an address of ours, for some cannot be caused from outside."""
    with live_server.app.test_request_context(
        "/mislukt", method="POST", data={"words": "Een lange tekst die niet weg mag raken."}
    ):
        g.person = None
        html = errors.page(status, message="Iemand anders was eerder.").get_data(as_text=True)
    nobody = human(NOBODY)
    nobody.turn_to("/privacy")
    nobody.page.evaluate(WRITE, ["/mislukt", html])
    look_at(nobody.page)


def test_the_skip_link_leads_past_the_menu(human: Callable[[str], Human]) -> None:
    page = human(COORDINATOR).page
    page.goto("/")
    page.keyboard.press("Tab")
    skip_link = page.get_by_role("link", name="Ga naar de inhoud")
    expect(skip_link).to_be_focused()
    expect(skip_link).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhoud"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_form_with_mistakes_begins_at_what_is_wrong(human: Callable[[str], Human]) -> None:
    page = human(EXPERT).page
    page.goto("/signalen/nieuw")
    page.get_by_role("button", name="Verstuur mijn signaal").click()
    expect(page.locator(".lnc-errors")).to_be_focused()
    first = page.locator(".lnc-errors a").first
    target = (first.get_attribute("href") or "").removeprefix("#")
    first.click()
    assert page.evaluate("document.activeElement.id") == target
    field = page.locator(f"[id='{target}']")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Fout: "))


@pytest.fixture
def without_colours(human: Callable[[str], Human]) -> Iterator[Human]:
    """Somebody who sees the few colours of the own system only."""
    reader = human(EXPERT)
    reader.page.emulate_media(forced_colors="active")
    assert reader.page.evaluate("matchMedia('(forced-colors: active)').matches")
    yield reader
    reader.page.emulate_media(forced_colors="none")


def test_without_colours_a_journey_says_where_the_signal_is(
    without_colours: Human, ids: Ids
) -> None:
    author = without_colours
    turn_to_width(author.page, 390)
    author.visit(f"/signalen/{ids['travelling']}")
    stops = author.page.locator(".lnc-stop")
    assert stops.count() > 4
    said = {}
    for stop in stops.all():
        state = stop.locator("li").first
        expect(state).to_be_visible()
        said[state.inner_text()] = stop.get_attribute("class")
    assert set(said) == {"Klaar", "Volgende halte", "Gepland"}
    assert len(set(said.values())) >= 3
    assert_accessible(author.page)


def test_without_colours_the_coverage_says_where_there_is_no_road(without_colours: Human) -> None:
    reader = without_colours
    turn_to_width(reader.page, 1280)
    reader.visit("/netwerk/witte-vlekken?niveau=beleid")
    cells = reader.page.locator(".lnc-heat tbody td")
    missing: set[str] = set()
    known: set[str] = set()
    for shade, text in cells.evaluate_all("all => all.map(td => [td.className, td.innerText])"):
        (missing if shade == "lnc-heat__0" else known).add(text.split(",")[0].strip())
    reasons = ("partner", "ingang", "doorgeleiding", "afspraak", "vergadering")
    assert missing == {f"geen {reason}" for reason in reasons}
    assert known
    assert all(text.isdecimal() for text in known)
    assert_accessible(reader.page)
