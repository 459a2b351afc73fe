"""The audit document: every page, and exactly who may open it.

`MATRIX` names every endpoint with the address that is tried and the people it opens for; for
everybody else it is the same 404, and for who is not signed in the sign-in page.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coordinator import clock, errors, governance, planning
from coordinator.access import RULES, hash_token
from coordinator.models import (
    Account,
    AgendaItem,
    CalendarLink,
    Decision,
    DecisionKind,
    Journey,
    JourneyStatus,
    Level,
    Meeting,
    Objection,
    Ratification,
    RegionUpload,
    RoleName,
    Seat,
    SignalStatus,
)
from network import package
from tests import make
from tests.conftest import on_sqlite

# Who. The author is an expert with a signal; the secretary and the board member are of the table
# that the signal is on its way to; `other_` means of another table or with another signal.
COORDINATOR = "coordinator"
SECOND = "second_coordinator"
AUTHOR = "author"
SIGNER = "other_board_member"  # also bestuurder of a party of the agreement
EVERY_MEMBER = {
    COORDINATOR,
    SECOND,
    "administrator",
    "secretary",
    "other_secretary",
    "board_member",
    "other_board_member",
    "policy_officer",
    "manager",
    "professional",
    AUTHOR,
    "other_expert",
}
SIGNED_IN = EVERY_MEMBER | {"without_role", "ended", "tomorrow", "foreign_coordinator"}
WITH_A_ROLE = EVERY_MEMBER | {"foreign_coordinator"}
COORDINATORS = {COORDINATOR, SECOND}
KEEPERS = COORDINATORS | {"administrator"}
GIVERS = {"manager", "professional", AUTHOR, "other_expert"}
OF_THE_TEAM = {"manager", "professional", SIGNER}
AT_THE_TAFEL = {"secretary", "board_member", "policy_officer"}
EVERYBODY = SIGNED_IN | {"nobody"}
FOREIGN = {"foreign_coordinator"}

MATRIX: dict[str, tuple[str, str, set[str]]] = {
    "static": ("GET", "/static/app.css", EVERYBODY),
    "home.index": ("GET", "/", SIGNED_IN),
    "home.privacy": ("GET", "/privacy", EVERYBODY),
    "home.accessibility": ("GET", "/toegankelijkheid", EVERYBODY),
    "home.health": ("GET", "/gezond", EVERYBODY),
    "home.security_txt": ("GET", "/.well-known/security.txt", EVERYBODY),
    "home.choose_region": ("POST", "/regio-kiezen/elders", SIGNED_IN),
    "accounts.sign_in": ("GET", "/inloggen", EVERYBODY),
    "accounts.sign_out": ("POST", "/uitloggen", SIGNED_IN),
    "accounts.forgot": ("GET", "/wachtwoord-vergeten", EVERYBODY),
    "accounts.reset": ("POST", "/wachtwoord/x", EVERYBODY),
    "accounts.accept": ("POST", "/uitnodiging/x", EVERYBODY),
    "accounts.me": ("GET", "/mijn-account", SIGNED_IN),
    "accounts.index": ("GET", "/mensen", KEEPERS | FOREIGN),
    "accounts.invite": ("GET", "/mensen/uitnodigen", KEEPERS | FOREIGN),
    "accounts.show": ("GET", "/mensen/{account}", KEEPERS),
    "accounts.give_role": ("GET", "/mensen/{account}/rol-geven", KEEPERS),
    "accounts.invite_again": ("POST", "/mensen/{account}/opnieuw-uitnodigen", KEEPERS),
    "accounts.extend_grant": ("GET", "/mensen/rollen/{grant}/verlengen", COORDINATORS),
    "accounts.end_grant": ("POST", "/mensen/rollen/{grant}/beeindigen", COORDINATORS),
    "regions.index": ("GET", "/regio", COORDINATORS | FOREIGN),
    "regions.upload": ("POST", "/regio", COORDINATORS | FOREIGN),
    "regions.preview": ("GET", "/regio/inlezen/{upload}", {COORDINATOR}),
    "regions.confirm": ("POST", "/regio/inlezen/{upload}", {COORDINATOR}),
    "regions.discard": ("POST", "/regio/inlezen/{upload}/weggooien", {COORDINATOR}),
    "regions.export_zip": ("GET", "/regio/export.zip", COORDINATORS | FOREIGN),
    "regions.export_xlsx": ("GET", "/regio/export.xlsx", COORDINATORS | FOREIGN),
    "partners.index": ("GET", "/partners", WITH_A_ROLE),
    "partners.show": ("GET", "/partners/{partner}", EVERY_MEMBER),
    "tafels.index": ("GET", "/tafels", WITH_A_ROLE),
    "tafels.show": ("GET", "/tafels/{tafel}", EVERY_MEMBER),
    "tafels.effect": ("GET", "/tafels/{tafel}/effect", EVERY_MEMBER),
    "tafels.edit_terms": ("GET", "/tafels/{tafel}/termijnen", COORDINATORS | {"secretary"}),
    "tafels.new_meeting": (
        "GET",
        "/tafels/{tafel}/vergadering-toevoegen",
        COORDINATORS | {"secretary"},
    ),
    "tafels.move_meeting": (
        "GET",
        "/vergaderingen/{meeting}/verplaatsen",
        COORDINATORS | {"secretary"},
    ),
    "tafels.cancel_meeting": (
        "GET",
        "/vergaderingen/{meeting}/vervalt",
        COORDINATORS | {"secretary"},
    ),
    "tafels.plan": ("GET", "/netwerk/reizen", COORDINATORS | FOREIGN),
    "tafels.plan_csv": ("GET", "/netwerk/reizen.csv", COORDINATORS | FOREIGN),
    "learning.index": ("GET", "/leren", WITH_A_ROLE),
    "learning.together": ("GET", "/leervragen/{leervraag}/wie-leert-met-wie", EVERY_MEMBER),
    "offers.index": ("GET", "/leeraanbod", WITH_A_ROLE),
    "offers.show": ("GET", "/leeraanbod/{offer}", EVERY_MEMBER),
    "offers.fitting": ("GET", "/leeraanbod/passend", WITH_A_ROLE),
    "offers.new": ("GET", "/leeraanbod/nieuw", COORDINATORS | FOREIGN),
    "offers.edit": ("GET", "/leeraanbod/{offer}/wijzigen", COORDINATORS),
    "offers.end": ("GET", "/leeraanbod/{offer}/beeindigen", COORDINATORS),
    "offers.structures": ("GET", "/leerplekken", WITH_A_ROLE),
    "offers.structure": ("GET", "/leerplekken/{structure}", EVERY_MEMBER),
    "offers.new_structure": ("GET", "/leerplekken/nieuw", COORDINATORS | FOREIGN),
    "offers.edit_structure": ("GET", "/leerplekken/{structure}/wijzigen", COORDINATORS),
    "offers.end_structure": ("GET", "/leerplekken/{structure}/beeindigen", COORDINATORS),
    "scans.index": ("GET", "/zelfscan", WITH_A_ROLE),
    "scans.new": ("GET", "/zelfscan/nieuw", COORDINATORS | FOREIGN),
    "scans.show": ("GET", "/zelfscan/{scan_round}", EVERY_MEMBER),
    "scans.edit": ("GET", "/zelfscan/{scan_round}/wijzigen", COORDINATORS),
    "scans.close": ("GET", "/zelfscan/{scan_round}/sluiten", COORDINATORS),
    "scans.answer": ("GET", "/zelfscan/{scan_round}/invullen", OF_THE_TEAM),
    "scans.give_in": ("GET", "/zelfscan/{scan_round}/nakijken", OF_THE_TEAM),
    "scans.discard": ("POST", "/zelfscan/{scan_round}/weggooien", EVERY_MEMBER),
    "scans.results": ("GET", "/zelfscan/{scan_round}/uitkomsten", EVERY_MEMBER),
    "scans.texts": (
        "GET",
        "/zelfscan/{closed_round}/teksten?vraag=1-1&niveau=uitvoering",
        EVERY_MEMBER,
    ),
    "insight.gaps": ("GET", "/netwerk/witte-vlekken", WITH_A_ROLE),
    "insight.gaps_csv": ("GET", "/netwerk/witte-vlekken.csv", WITH_A_ROLE),
    "insight.gaps_xlsx": ("GET", "/netwerk/witte-vlekken.xlsx", WITH_A_ROLE),
    "insight.map": ("GET", "/netwerk/kaart?kies=tafel:B-JEU", WITH_A_ROLE),
    "insight.report": ("GET", "/netwerk/rapport", WITH_A_ROLE),
    "insight.report_csv": ("GET", "/netwerk/rapport.csv?deel=wegen", WITH_A_ROLE),
    "insight.report_pdf": ("GET", "/netwerk/rapport.pdf", WITH_A_ROLE),
    "insight.report_xlsx": ("GET", "/netwerk/rapport.xlsx", WITH_A_ROLE),
    "insight.weak": ("GET", "/netwerk/zwakke-plekken?toon=tafels", WITH_A_ROLE),
    "agreements.index": ("GET", "/afspraken", WITH_A_ROLE),
    "agreements.show": ("GET", "/afspraken/{agreement}", EVERY_MEMBER),
    "agreements.effect": ("GET", "/afspraken/{agreement}/effect", EVERY_MEMBER),
    "agreements.version_effect": ("GET", "/afspraken/versies/{version}/effect", EVERY_MEMBER),
    "agreements.end": ("GET", "/afspraken/{agreement}/beeindigen", COORDINATORS),
    "agreements.new": ("GET", "/afspraken/nieuw", COORDINATORS | FOREIGN),
    "agreements.edit": ("GET", "/afspraken/{agreement}/wijzigen", COORDINATORS),
    "agreements.new_version": ("GET", "/afspraken/{agreement}/nieuwe-versie", COORDINATORS),
    "agreements.discard": ("POST", "/afspraken/{agreement}/concept-weggooien", COORDINATORS),
    "agreements.compare": ("GET", "/afspraken/{agreement}/vergelijken", EVERY_MEMBER),
    "agreements.version": ("GET", "/afspraken/versies/{version}", EVERY_MEMBER),
    "agreements.signatories": (
        "GET",
        "/afspraken/versies/{version}/ondertekenaars",
        COORDINATORS,
    ),
    "agreements.add_clause": (
        "GET",
        "/afspraken/versies/{version}/artikel-toevoegen",
        COORDINATORS,
    ),
    "agreements.edit_clause": ("GET", "/afspraken/artikelen/{clause}/wijzigen", COORDINATORS),
    "agreements.remove_clause": (
        "GET",
        "/afspraken/artikelen/{clause}/verwijderen",
        COORDINATORS,
    ),
    "seats.index": ("GET", "/zetels", WITH_A_ROLE),
    "seats.experience": ("GET", "/zetels/ervaring", WITH_A_ROLE),
    "seats.new": ("GET", "/tafels/{tafel}/zetel-toevoegen", COORDINATORS | {"secretary"}),
    "seats.edit": ("GET", "/zetels/{seat}/wijzigen", COORDINATORS | {"secretary"}),
    "seats.succeed": ("GET", "/zetels/{seat}/opvolgen", COORDINATORS | {"secretary"}),
    "seats.end": ("GET", "/zetels/{seat}/beeindigen", COORDINATORS | {"secretary"}),
    "seats.lapse": ("POST", "/zetels/{seat}/laten-vervallen", COORDINATORS | {"secretary"}),
    "seats.attendance": (
        "GET",
        "/vergaderingen/{meeting}/aanwezigheid",
        COORDINATORS | {"secretary"},
    ),
    "seats.hand_over_work": ("GET", "/mensen/{account}/overdragen", KEEPERS),
    "powers.index": ("GET", "/bevoegdheden", WITH_A_ROLE),
    "powers.show": ("GET", "/bevoegdheden/{power}", EVERY_MEMBER),
    "powers.ask": ("GET", "/bevoegdheden/mag-ik-dit", WITH_A_ROLE),
    "powers.new": ("GET", "/bevoegdheden/nieuw", COORDINATORS | FOREIGN),
    "powers.edit": ("GET", "/bevoegdheden/{power}/wijzigen", COORDINATORS),
    "assignments.index": ("GET", "/opdracht", WITH_A_ROLE),
    "assignments.show": ("GET", "/opdracht/{assignment}", EVERY_MEMBER),
    "assignments.new": ("GET", "/opdracht/nieuw", COORDINATORS | FOREIGN),
    "assignments.edit": ("GET", "/opdracht/{assignment}/wijzigen", COORDINATORS),
    "assignments.add_giver": ("GET", "/opdracht/{assignment}/gever-toevoegen", COORDINATORS),
    "assignments.end_giver": (
        "GET",
        "/opdracht/gevers/{assignment_grant}/beeindigen",
        COORDINATORS,
    ),
    "signing.show": ("GET", "/afspraken/versies/{version}/ondertekening", EVERY_MEMBER),
    "signing.proof": ("GET", "/afspraken/versies/{version}/bewijs", EVERY_MEMBER),
    "signing.text": ("GET", "/afspraken/versies/{version}/tekst.txt", EVERY_MEMBER),
    "signing.send": ("GET", "/afspraken/versies/{version}/voorleggen", COORDINATORS),
    "signing.record": ("GET", "/afspraken/versies/{version}/op-papier-getekend", COORDINATORS),
    "signing.sign": ("GET", "/afspraken/versies/{version}/ondertekenen", {SIGNER}),
    "signing.decline": ("GET", "/afspraken/versies/{version}/weigeren", {SIGNER}),
    "signing.object": ("GET", "/afspraken/versies/{version}/bezwaar-maken", {SIGNER}),
    "signing.answer": ("GET", "/afspraken/bezwaren/{objection}/antwoorden", COORDINATORS),
    "signing.take_back": ("POST", "/afspraken/bezwaren/{objection}/intrekken", {SIGNER}),
    "signing.ratify": (
        "GET",
        "/afspraken/bekrachtigingen/{ratification}/vastleggen",
        COORDINATORS,
    ),
    "goals.index": ("GET", "/leerdoelen", WITH_A_ROLE),
    "goals.show": ("GET", "/leerdoelen/{goal}", EVERY_MEMBER),
    "goals.new": ("GET", "/leerdoelen/nieuw", WITH_A_ROLE - {"administrator"}),
    "goals.edit": ("GET", "/leerdoelen/{goal}/wijzigen", COORDINATORS | AT_THE_TAFEL),
    "goals.reach": ("GET", "/leerdoelen/{goal}/bereikt", COORDINATORS | AT_THE_TAFEL),
    "goals.stop": ("GET", "/leerdoelen/{goal}/stoppen", COORDINATORS | AT_THE_TAFEL),
    "goals.park": ("GET", "/leerdoelen/{goal}/parkeren", COORDINATORS | AT_THE_TAFEL),
    "goals.resume": ("GET", "/leerdoelen/{goal}/oppakken", COORDINATORS | AT_THE_TAFEL),
    "goals.limits": ("GET", "/leerdoelen/grenzen", COORDINATORS | FOREIGN),
    "goals.set_limit": ("GET", "/leerdoelen/grenzen/vastleggen", COORDINATORS | FOREIGN),
    "leervragen.index": ("GET", "/leervragen", WITH_A_ROLE),
    "leervragen.new": ("GET", "/leervragen/nieuw", WITH_A_ROLE),
    "leervragen.from_signal": ("GET", "/signalen/{signal}/leervraag", COORDINATORS | {AUTHOR}),
    "leervragen.from_decision": ("GET", "/besluiten/{decision}/leervraag", COORDINATORS),
    "leervragen.show": ("GET", "/leervragen/{leervraag}", EVERY_MEMBER),
    "leervragen.interpret": ("GET", "/leervragen/{leervraag}/duiden", COORDINATORS),
    "leervragen.score": ("GET", "/leervragen/{leervraag}/wegen", COORDINATORS),
    "leervragen.choose": ("GET", "/leervragen/{leervraag}/kiezen", COORDINATORS),
    "leervragen.not_choose": ("GET", "/leervragen/{leervraag}/niet-kiezen", COORDINATORS),
    "leervragen.link": ("GET", "/leervragen/{leervraag}/koppelen", COORDINATORS),
    "leervragen.unlink": ("POST", "/leervragen/{leervraag}/loskoppelen", COORDINATORS),
    "leervragen.align": ("GET", "/leervragen/{leervraag}/afstemmen", COORDINATORS),
    "leervragen.answer": (
        "GET",
        "/leervragen/{leervraag}/beantwoorden",
        COORDINATORS | {"manager"},
    ),
    "leervragen.embed": ("GET", "/leervragen/{leervraag}/borgen", COORDINATORS | {"manager"}),
    "leervragen.reopen": ("POST", "/leervragen/{leervraag}/heropenen", COORDINATORS),
    "leervragen.bring": ("POST", "/leervragen/{leervraag}/naar-de-tafels", COORDINATORS),
    "leervragen.order": ("GET", "/leervragen/ordenen", COORDINATORS | FOREIGN),
    "leervragen.gaps": ("GET", "/leervragen/verschillen", WITH_A_ROLE),
    "leervragen.criteria": ("GET", "/leervragen/criteria", WITH_A_ROLE),
    "leervragen.begin_criteria": (
        "POST",
        "/leervragen/criteria/beginnen",
        COORDINATORS | FOREIGN,
    ),
    "leervragen.new_criterion": ("GET", "/leervragen/criteria/nieuw", COORDINATORS | FOREIGN),
    "leervragen.edit_criterion": (
        "GET",
        "/leervragen/criteria/{criterion}/wijzigen",
        COORDINATORS,
    ),
    "leervragen.end_criterion": (
        "POST",
        "/leervragen/criteria/{criterion}/weghalen",
        COORDINATORS,
    ),
    "leervragen.move_criterion": (
        "POST",
        "/leervragen/criteria/{criterion}/verplaatsen",
        COORDINATORS,
    ),
    "moments.index": ("GET", "/leermomenten", WITH_A_ROLE),
    "moments.mine": ("GET", "/leermomenten/mijn", WITH_A_ROLE),
    "moments.make_link": ("POST", "/leermomenten/mijn/agenda-adres", WITH_A_ROLE),
    "moments.end_link": ("POST", "/leermomenten/mijn/agenda-adres/stoppen", WITH_A_ROLE),
    # Without a token that works it is the same 404 for all; tests/test_moments.py opens it.
    "moments.feed": ("GET", "/leermomenten/agenda/{calendar}.ics", EVERYBODY),
    "moments.show": ("GET", "/leermomenten/{moment}", EVERY_MEMBER),
    "moments.ics": ("GET", "/leermomenten/{moment}.ics", EVERY_MEMBER),
    "moments.new": ("GET", "/leermomenten/nieuw", COORDINATORS | FOREIGN),
    "moments.plan": ("GET", "/leermomenten/nieuw/plannen?stap=2", COORDINATORS | FOREIGN),
    "moments.edit": ("GET", "/leermomenten/{moment}/wijzigen", COORDINATORS),
    "moments.cancel": ("GET", "/leermomenten/{moment}/afzeggen", COORDINATORS),
    "moments.sign_up": ("POST", "/leermomenten/{moment}/aanmelden", EVERY_MEMBER),
    "moments.sign_off": ("POST", "/leermomenten/{moment}/afmelden", EVERY_MEMBER),
    "moments.people": ("GET", "/leermomenten/{moment}/deelnemers", COORDINATORS | {"manager"}),
    "moments.sign_up_other": (
        "GET",
        "/leermomenten/{moment}/iemand-aanmelden",
        COORDINATORS,
    ),
    "moments.sign_off_other": (
        "POST",
        "/leermomenten/aanmeldingen/{sign_up}/afmelden",
        COORDINATORS,
    ),
    "moments.attendance": (
        "GET",
        "/leermomenten/{moment}/aanwezigheid",
        COORDINATORS | {"manager"},
    ),
    "moments.evaluate": ("GET", "/leermomenten/{moment}/terugblikken", EVERY_MEMBER),
    "moments.take_home": (
        "GET",
        "/leermomenten/{moment}/meenemen",
        EVERY_MEMBER - {"administrator"},
    ),
    "moments.edit_taken_home": (
        "GET",
        "/leermomenten/meegenomen/{taken_home}/wijzigen",
        COORDINATORS | {"manager", "professional", SIGNER},
    ),
    "moments.rooms": ("GET", "/leermomenten/ruimtes", COORDINATORS | FOREIGN),
    "moments.new_room": ("GET", "/leermomenten/ruimtes/nieuw", COORDINATORS | FOREIGN),
    "moments.edit_room": ("GET", "/leermomenten/ruimtes/{room}/wijzigen", COORDINATORS),
    "moments.end_room": ("POST", "/leermomenten/ruimtes/{room}/beeindigen", COORDINATORS),
    "signals.index": ("GET", "/signalen", COORDINATORS | FOREIGN | GIVERS),
    "signals.new": ("GET", "/signalen/nieuw", GIVERS),
    "signals.show": ("GET", "/signalen/{signal}", COORDINATORS | {AUTHOR}),
    "signals.read": ("GET", "/signalen/{signal}/lezen", COORDINATORS),
    "signals.ask": ("POST", "/signalen/{signal}/vragen", COORDINATORS),
    "signals.answer": ("POST", "/signalen/{signal}/antwoorden", {AUTHOR}),
    "signals.send": ("POST", "/signalen/{signal}/doorsturen", COORDINATORS),
    "signals.refuse": ("POST", "/signalen/{signal}/niet-doorsturen", COORDINATORS),
    "signals.verify": ("POST", "/signalen/{signal}/toetsen", {AUTHOR}),
    "signals.settle": ("POST", "/signalen/{signal}/afwegen", COORDINATORS),
    "agenda.index": (
        "GET",
        "/agenda",
        COORDINATORS
        | FOREIGN
        | {
            "secretary",
            "other_secretary",
            "board_member",
            "other_board_member",
            "policy_officer",
        },
    ),
    "agenda.show": (
        "GET",
        "/vergaderingen/{meeting}",
        COORDINATORS | {"secretary", "board_member", "policy_officer"},
    ),
    "agenda.close": ("POST", "/vergaderingen/{meeting}/afsluiten", COORDINATORS | {"secretary"}),
    "agenda.decide": (
        "POST",
        "/agendapunten/{item}/besluit",
        COORDINATORS | {"secretary", "board_member"},
    ),
    "agenda.hand_over": (
        "POST",
        "/agendapunten/{item}/doorgeven",
        COORDINATORS | {"secretary"},
    ),
    "agenda.put_off": (
        "POST",
        "/agendapunten/{item}/uitstellen",
        COORDINATORS | {"secretary"},
    ),
    "agenda.done": (
        "POST",
        "/besluiten/{decision}/gedaan",
        COORDINATORS | {"secretary", "board_member", "manager"},
    ),
}


def test_the_matrix_names_every_page():
    assert MATRIX.keys() == RULES.keys()


@dataclass
class World:
    """Everybody, and the ids that stand in the addresses."""

    people: dict[str, Account] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def world(inside, tmp_path):
    """A region with a travelling signal, and somebody for every column of the matrix."""
    world = World()
    people = world.people
    today = clock.today()
    with inside() as session:
        region, elsewhere = make.region(), make.region("elders")
        session.scope = region.id
        net = make.small_network(region)
        make.grant(people.setdefault("coordinator", make.account()), RoleName.COORDINATOR, region)
        for name, role, given in (
            ("second_coordinator", RoleName.COORDINATOR, {}),
            ("administrator", RoleName.ADMINISTRATOR, {}),
            ("secretary", RoleName.SECRETARY, {"tafel": net.policy}),
            ("other_secretary", RoleName.SECRETARY, {"tafel": net.board}),
            ("board_member", RoleName.BOARD_MEMBER, {"tafel": net.policy}),
            ("other_board_member", RoleName.BOARD_MEMBER, {"tafel": net.board}),
            ("policy_officer", RoleName.POLICY_OFFICER, {"tafel": net.policy}),
            ("manager", RoleName.MANAGER, {"partner": net.team}),
            ("professional", RoleName.PROFESSIONAL, {"partner": net.team}),
            ("author", RoleName.EXPERT, {"partner": net.experts}),
            ("other_expert", RoleName.EXPERT, {"partner": net.experts}),
        ):
            people[name] = make.person(role, region, **given)
        people["without_role"] = make.account()
        people["ended"], people["tomorrow"] = make.account(), make.account()
        yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
        make.grant(people["ended"], RoleName.COORDINATOR, region, ends_on=yesterday)
        make.grant(people["tomorrow"], RoleName.COORDINATOR, region, starts_on=tomorrow)
        people["foreign_coordinator"] = make.person(RoleName.COORDINATOR, elsewhere)
        grant = make.grant(make.account(), RoleName.EXPERT, region)

        signal = make.signal(net.here, (net.jeugd,), partner=net.team, author=people["author"])
        planning.plan_new([signal])
        signal.status, signal.target_level = SignalStatus.TRAVELLING, Level.POLICY
        session.flush()
        journey = session.scalars(select(Journey).where(Journey.level == Level.POLICY)).one()
        journey.status = JourneyStatus.TRAVELLING
        session.flush()
        planning.put_on_agendas([journey.id])
        item = session.scalars(
            select(AgendaItem)
            .join(AgendaItem.meeting)
            .where(Meeting.tafel_id == net.policy.id)
            .options(joinedload(AgendaItem.meeting))
        ).one()
        package.write(planning.network_of(session, with_signals=True), tmp_path / "region.zip")
        upload = RegionUpload(
            account_id=people["coordinator"].id,
            filename="regio.zip",
            package=(tmp_path / "region.zip").read_bytes(),
            seen_version=region.network_version,
        )
        session.add(upload)
        session.flush()
        version = governance.newest(net.cooperation)
        signer = people[SIGNER]
        make.grant(signer, RoleName.BOARD_MEMBER, region, partner=net.team)
        ratification = Ratification(version_id=version.id, body="College van Oeverdam")
        objection = Objection(
            version_id=version.id, partner_id=net.team.id, made_by_id=signer.id, reason="Te snel."
        )
        session.add_all((ratification, objection))
        decision = Decision(
            signal_id=signal.id,
            meeting_id=item.meeting_id,
            kind=DecisionKind.ADOPTED,
            text="Dit doen wij.",
            answer="Dit doen wij.",
            owner_account_id=people["manager"].id,
            done_by_on=tomorrow,
            recorded_by_id=people["board_member"].id,
        )
        session.add(decision)
        session.flush()
        assignment = make.assignment(people["coordinator"], region)
        moment = make.moment(hosts=(people["manager"],))
        calendar = "secret-address-of-a-calendar"
        session.add(CalendarLink(account_id=people["manager"].id, token_hash=hash_token(calendar)))
        world.ids = {
            "decision": decision.public_id,
            "account": people["manager"].public_id,
            "grant": grant.public_id,
            "upload": upload.public_id,
            "partner": net.team.code,
            "tafel": net.policy.code,
            "seat": session.scalars(
                select(Seat.public_id).where(Seat.tafel_id == net.policy.id)
            ).one(),
            "agreement": net.cooperation.code,
            "version": version.public_id,
            "clause": version.clauses[0].public_id,
            "objection": objection.public_id,
            "ratification": ratification.public_id,
            "power": make.power(region=region).public_id,
            "assignment": assignment.public_id,
            "assignment_grant": make.assignment_grant(assignment, net.team).public_id,
            "goal": make.goal(tafel_id=net.policy.id).public_id,
            "offer": make.offer().public_id,
            "scan_round": make.scan_round(partners=[net.team]).public_id,
            "closed_round": make.scanned(net.team).public_id,
            "structure": make.structure().public_id,
            "leervraag": make.leervraag(
                domains=[net.jeugd], owner_account_id=people["manager"].id
            ).public_id,
            "criterion": make.criterion(region=region).public_id,
            "room": make.room().public_id,
            "moment": moment.public_id,
            "sign_up": make.sign_up(moment, "Fatima uit de buurt").public_id,
            "taken_home": make.taken_home(moment, partner_id=net.team.id).public_id,
            "calendar": calendar,
            "signal": signal.public_id,
            "meeting": item.meeting.public_id,
            "item": item.public_id,
        }
    return world


LOOKED_AT = ("coordinator", "author", "board_member", "foreign_coordinator", "nobody")
"""For whom each page is also read, as every page that a test fetches; for the others it counts.

In the region of the foreign coordinator there is nothing yet.
"""

# Of the others only whether the rule lets them in is asked, and the page itself is not made: which
# roles see what on a page is for its slice's tests, and tests/browser opens pages as many roles.


def may_open(name, endpoint, browser, ids):
    """Whether a page opens for somebody; no form has a token, so that nothing is changed."""
    method, address, opens_for = MATRIX[endpoint]
    with pytest.MonkeyPatch.context() as patch:
        if name not in LOOKED_AT:
            views = browser.client.application.view_functions
            patch.setitem(views, endpoint, lambda **_: ("", 200 if method == "GET" else 409))
            patch.setattr(errors, "render_template", lambda *_, **__: "")
        answer = browser.client.open(address.format(**ids), method=method)
    if name in LOOKED_AT:
        browser._answer(answer)
    answer.close()
    if name == "nobody" and answer.status_code == 302:
        assert answer.headers["Location"].startswith("/inloggen"), endpoint
        return False
    if method == "POST" and name == "nobody" and "nobody" not in opens_for:
        assert "aanmelding" in answer.get_data(as_text=True), endpoint
        return False
    if answer.status_code == 404:
        return False
    # A page opens; a form without a token is refused, after the rule let the person in.
    expected = {200} if method == "GET" else {409}
    if endpoint == "accounts.sign_in":
        expected = {200, 302}  # who is signed in already is led to the start page
    assert answer.status_code in expected, (endpoint, name, answer.status)
    return True


@on_sqlite
def test_each_page_opens_for_exactly_these_people(browse, world):
    browsers = {name: browse(world.people.get(name)) for name in sorted(EVERYBODY)}
    # Who signs out is out, so that comes last.
    for endpoint in sorted(MATRIX, key="accounts.sign_out".__eq__):
        opened = {
            name
            for name, browser in browsers.items()
            if may_open(name, endpoint, browser, world.ids)
        }
        assert (endpoint, opened) == (endpoint, set(MATRIX[endpoint][2]))


@on_sqlite
def test_what_one_may_not_see_looks_like_what_does_not_exist(browse, world):
    stranger = browse(world.people["other_expert"])
    unknown = stranger.get("/signalen/0000-0000")
    foreign = stranger.get(f"/signalen/{world.ids['signal']}")
    nowhere = stranger.get("/dit/bestaat/niet")
    assert unknown.status == foreign.status == nowhere.status == 404
    assert unknown.text == foreign.text == nowhere.text


@on_sqlite
def test_ids_cannot_be_probed_without_signing_in(browse, world):
    nobody = browse()
    there = nobody.get(f"/signalen/{world.ids['signal']}")
    not_there = nobody.get("/signalen/0000-0000")
    assert there.status == not_there.status == 302
