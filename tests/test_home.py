"""The start page per role, and the pages of the service itself."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from coordinator import clock, governance, outbox, planning
from coordinator.agenda import actions
from coordinator.models import (
    AgendaItem,
    AgreementStatus,
    ChangeReason,
    Decision,
    DecisionKind,
    ItemStatus,
    Journey,
    JourneyChange,
    JourneyStatus,
    Level,
    OutboxMessage,
    Question,
    RoleName,
    Signal,
    SignalStatus,
    Verdict,
    Verification,
)
from coordinator.web import day as words
from coordinator.web import day_without_year
from tests import make
from tests.test_agenda import Scene, day, on_day

ONLY_SQLITE = True

TODAY = clock.today()
GIVEN = {
    "kind": DecisionKind.ADOPTED,
    "text": "Eén vaste begeleider.",
    "answer": "U krijgt één vaste begeleider.",
    "owner": "Gemeente",
    "done_by_on": TODAY + timedelta(days=200),
}


@pytest.fixture
def scene(inside):
    return Scene(inside)


def decide(scene, app, days=7):
    with on_day(days), scene.inside(scene.region), app.test_request_context():
        return actions.decide([scene.item("K")], **GIVEN, by=scene.secretary)


def links(page):
    """Return the addresses of the links in the main part."""
    return [
        a.attributes["href"]
        for a in page.document.all("a")
        if any(p.tag == "main" for p in a.parents)
    ]


# Who gives signals.


def test_an_author_sees_the_button_first_and_when_the_next_table_and_the_answer_are(scene, browse):
    page = browse(scene.author).get("/")
    assert "Geef een signaal" in page.text
    assert links(page)[0] == "/signalen/nieuw"
    assert "Mijn eigen titel" in page.text
    assert f"De volgende tafel is op {words(day(7))}" in page.text
    assert f"Uiterlijk {words(day(70))} is er een antwoord." in page.text
    assert f"/signalen/{scene.signal.public_id}" in links(page)


def test_an_author_without_signals_reads_what_to_do_first(inside, browse):
    with inside():
        region = make.region()
    with inside(region):
        author = make.person(RoleName.PROFESSIONAL, region)
    page = browse(author).get("/")
    assert "U heeft nog geen signaal onderweg" in page.text
    assert "/signalen/nieuw" in links(page)


def test_an_author_sees_a_question_and_an_answer_to_judge(scene, app, inside, browse):
    with inside(scene.region) as session:
        other = make.signal(
            scene.net.here, (scene.net.jeugd,), author=scene.author, title="Tweede signaal"
        )
        planning.plan_new([other])
        other.status = SignalStatus.ASKED
        session.add(Question(signal_id=other.id, text="Hoe vaak?"))
    decide(scene, app)
    with on_day(8):
        page = browse(scene.author).get("/")
    assert "Een vraag over uw signaal" in page.text
    assert f"/signalen/{other.public_id}/antwoorden" in links(page)
    assert "Er is een antwoord" in page.text
    assert f"/signalen/{scene.signal.public_id}/toetsen" in links(page)


def test_nobody_sees_the_signals_of_another_author(scene, inside, browse):
    with inside(scene.region):
        other = make.person(RoleName.EXPERT, scene.region)
    assert "Mijn eigen titel" not in browse(other).get("/").html


# The coordinator.


def test_the_coordinator_of_an_empty_region_is_told_to_read_a_region_in(inside, browse):
    with inside():
        region = make.region()
    with inside(region):
        account = make.person(RoleName.COORDINATOR, region)
    page = browse(account).get("/")
    assert "Uw regio is nog leeg" in page.text
    assert "/regio" in links(page)[0]


def test_a_new_signal_says_until_when_sending_on_makes_its_first_table(scene, inside, browse):
    with inside(scene.region):
        new = make.signal(
            scene.net.here, (scene.net.onderwijs,), partner=scene.net.team, title="Nieuw"
        )
        planning.plan_new([new])
    page = browse(scene.coordinator).get("/")
    assert "Nieuwe signalen" in page.text
    assert f"/signalen/{new.public_id}/lezen" in links(page)
    until, there = day_without_year(day(7)), day_without_year(day(10))
    assert f"Stuurt u het uiterlijk {until} door?" in page.text
    assert f"Dan is het op tijd voor Uitvoerdersoverleg van {there}." in page.text


def test_new_signals_stand_in_the_order_of_their_first_table(scene, inside, browse):
    with inside(scene.region):
        for title, domain in (("Later", scene.net.onderwijs), ("Eerder", scene.net.jeugd)):
            new = make.signal(scene.net.here, (domain,), partner=scene.net.team, title=title)
            planning.plan_new([new])
    text = browse(scene.coordinator).get("/").text
    assert text.index("Eerder") < text.index("Later")


def test_the_coordinator_sees_what_is_stuck_late_or_half_recognised(scene, app, inside, browse):
    with inside(scene.region):
        lost = make.signal(scene.net.there, (scene.net.onderwijs,), title="Zonder organisatie")
        planning.plan_new([lost])
    decision = decide(scene, app)
    with inside(scene.region) as session:
        session.add(
            Verification(decision_id=decision.id, verdict=Verdict.PARTLY, reason="Half waar.")
        )
        asked = make.signal(scene.net.here, (scene.net.jeugd,), title="Met antwoord")
        planning.plan_new([asked])
        session.add(Question(signal_id=asked.id, text="?", answer="Vaak.", answered_at=clock.now()))
        scene.add_signal(title_for_tafels="Te laat", given_on=TODAY)
    with on_day(80):
        page = browse(scene.coordinator).get("/")
    for part in (
        "Signalen zonder weg",
        "Zonder organisatie",
        "Geen ingang.",
        "Antwoord deels herkend",
        "Antwoord op uw vraag",
        "Met antwoord",
        "Het antwoord is te laat",
        f"Beloofd voor {words(day(70))}.",
        "Uitkomsten vastleggen",
        "Spreekuur ervaringen van",
    ):
        assert part in page.text
    assert f"/signalen/{scene.signal.public_id}/afwegen" in links(page)


def test_the_coordinator_sees_which_promises_moved_this_week_and_why(scene, inside, browse):
    with on_day(7):
        with inside(scene.region):
            actions.put_off([scene.item("K")], reason="Ziek", by=None)
        page = browse(scene.coordinator).get("/")
    assert "Deze week verschoven" in page.text
    before, after = words(day(70)), words(day(98))
    assert f"Antwoord van {before} naar {after}. Uitgesteld: Spreekuur" in page.text


def test_promises_that_moved_longer_ago_are_left_out(scene, inside, browse):
    with on_day(7), inside(scene.region):
        actions.put_off([scene.item("K")], reason="Ziek", by=None)
    with on_day(15):
        browser = browse(scene.coordinator)
        assert "Deze week verschoven" not in browser.get("/").text
        with inside(scene.region):
            other = scene.add_signal(given_on=day(15), title="Net verschoven")
            journey = scene.journey(other).id
            planning.session().add(
                JourneyChange(journey_id=journey, reason=ChangeReason.MEETING_MOVED, subject="x")
            )
        page = browser.get("/")
    moved = page.text[page.text.index("Deze week verschoven") :]
    assert "Net verschoven" in moved
    assert "Mijn eigen titel" not in moved


def test_only_the_first_five_are_shown_with_a_link_to_all(scene, inside, browse):
    with inside(scene.region):
        for number in range(7):
            new = make.signal(
                scene.net.here, (scene.net.jeugd,), partner=scene.net.team, title=f"Nieuw {number}"
            )
            planning.plan_new([new])
    page = browse(scene.coordinator).get("/")
    assert "Alle 7 bekijken" in page.text
    assert "/signalen?status=new" in links(page)
    assert "Nieuw 4" in page.text
    assert "Nieuw 5" not in page.text


# Who sits at tables.


def test_a_secretary_sees_the_next_meetings_and_the_outcomes_to_record(scene, browse):
    page = browse(scene.secretary).get("/")
    assert "Spreekuur ervaringen van" in page.text
    assert "1 signaal op de agenda." in page.text
    assert "Beleidstafel" not in page.text
    assert "Uitkomsten vastleggen" not in page.text


def test_on_the_day_of_the_meeting_outcomes_are_to_be_recorded(scene, browse):
    with on_day(7):
        page = browse(scene.secretary).get("/")
    assert "Uitkomsten vastleggen" in page.text
    assert f"/vergaderingen/{scene.meeting('K').public_id}" in links(page)


def for_the_board(scene, session):
    """Give the bestuurder of the council something of everything; return them and the decision."""
    net = scene.net
    person = make.person(RoleName.BOARD_MEMBER, scene.region, tafel=net.board)
    make.grant(person, RoleName.BOARD_MEMBER, scene.region, partner=net.council)
    text = make.agreement(
        "A9",
        scene.region,
        status=AgreementStatus.TO_SIGN,
        title="Samen leren",
        parties=[net.council],
    )
    make.agreement("A8", scene.region, title="Jaarplan", review_on=day(30), parties=[net.council])
    make.agreement("A7", scene.region, title="Van anderen", review_on=day(3), parties=[net.school])
    session.flush()
    earlier = scene.add_signal(title_for_tafels="Geen vaste begeleider")
    held = make.meeting(net.board, day(-20))
    decision = Decision(
        signal_id=earlier.id,
        meeting_id=held.id,
        kind=DecisionKind.ADOPTED,
        text="Eén begeleider tot 21 jaar.",
        answer="U krijgt één begeleider.",
        owner="Gemeente",
        done_by_on=day(-2),
        recorded_by_id=person.id,
        recorded_at=clock.now() - timedelta(days=20),
    )
    session.add(decision)
    session.flush()
    journey = session.scalars(
        select(Journey).where(Journey.signal_id == earlier.id, Journey.level == Level.BOARD)
    ).one()
    for item in session.scalars(select(AgendaItem).where(AgendaItem.journey_id == journey.id)):
        session.delete(item)
    session.flush()
    session.add(
        AgendaItem(
            journey_id=journey.id,
            meeting_id=held.id,
            position=1,
            status=ItemStatus.DECIDED,
            decision_id=decision.id,
        )
    )
    journey.status = JourneyStatus.ANSWERED
    session.add(Verification(decision_id=decision.id, verdict=Verdict.PARTLY))
    return person, text, decision


def test_a_bestuurder_sees_on_one_page_what_asks_a_decision_and_decides_from_there(
    scene, inside, browse
):
    with inside(scene.region) as session:
        person, text, decision = for_the_board(scene, session)
        version = governance.newest(text)
    browser = browse(person)
    page = browser.get("/")
    assert "Twee zaken vragen uw besluit" in page.text
    assert f"Besluit op {words(day(42))}, Bestuurlijk overleg" in page.text
    assert f"Ondertekenen namens {scene.net.council.name}" in page.text
    assert "Gevraagd: Een besluit" in page.text
    assert "Jongeren verliezen hun begeleider" in page.text
    assert "Minder dan 5 signalen over jeugd en gezin in de regio." in page.text
    assert "Eerder besloten over hetzelfde onderwerp (1)" in page.text
    assert "Geen vaste begeleider" in page.text
    assert "Overgenomen" in page.text
    assert "De melder: deels herkend." in page.text
    assert "Verandert geen enkele weg." in page.text  # what the text does, in one sentence
    assert "Jaarplan" in page.text
    assert f"De evaluatie is op {words(day(30))}." in page.text
    assert "Van anderen" not in page.text
    assert f"zou klaar zijn op {words(day(-2))}" in page.text
    item = scene.item("S").public_id
    assert {
        f"/agendapunten/{item}/besluit",
        f"/afspraken/versies/{version.public_id}/ondertekenen",
        f"/afspraken/versies/{version.public_id}/bezwaar-maken",
        f"#punt-{item}",
        f"#versie-{version.public_id}",
    } <= set(links(page))
    for secret in ("Samira", "Mijn eigen", "Lokaal team"):
        assert secret not in page.html

    url = f"/besluiten/{decision.public_id}/gedaan"
    done = browser.post(url, {"van": "vandaag"}, on="/", status=302)
    assert done.location == "/"
    page = browser.get("/")
    assert "De belofte staat als gedaan." in page.text
    assert "Er staat geen belofte open." in page.text
    with inside(scene.region) as session:
        assert session.get_one(Decision, decision.id).done_on == TODAY


def test_the_page_of_a_bestuurder_costs_the_same_number_of_queries_however_much_waits(
    scene, inside, browse, count_queries
):
    with inside(scene.region) as session:
        person, _text, decision = for_the_board(scene, session)
    browser = browse(person)
    browser.get("/")
    with count_queries() as few:
        browser.get("/")
    with inside(scene.region) as session:
        for number in range(20):
            scene.add_signal(title_for_tafels=f"Nog een {number}")
            make.agreement(
                f"T{number}",
                scene.region,
                status=AgreementStatus.TO_SIGN,
                title=f"Tekst {number}",
                parties=[session.merge(scene.net.council)],
            )
        session.flush()
        for signal in session.scalars(select(Signal).where(Signal.sent_on.is_(None)).limit(20)):
            given = {"kind": DecisionKind.ADOPTED, "text": "Ja.", "answer": "Ja."}
            one = Decision(
                signal_id=signal.id, meeting_id=decision.meeting_id, done_by_on=TODAY, **given
            )
            session.add(one)
            session.flush()
            session.add(Verification(decision_id=one.id, verdict=Verdict.RECOGNISED))
    browser.get("/")
    with count_queries() as many:
        page = browser.get("/")
    assert len(many) == len(few)
    assert "42 zaken vragen uw besluit" in page.text
    rest = page.document.all("a", href="/afspraken?partij=Gemeente+Oeverdam")
    assert rest, "the texts that are not named are found in one step"
    assert "ongeveer 20 keer herkend" in page.text
    assert "minder dan 5 keer deels herkend" in page.text
    assert "En nog 16." in page.text


def test_a_policy_officer_sees_how_the_author_judged_the_decisions(scene, app, inside, browse):
    with inside(scene.region):
        officer = make.person(RoleName.POLICY_OFFICER, scene.region, tafel=scene.net.walk_in)
    decision = decide(scene, app)
    with inside(scene.region) as session:
        session.add(Verification(decision_id=decision.id, verdict=Verdict.RECOGNISED))
    with on_day(9):
        page = browse(officer).get("/")
    assert "Overgenomen, op" in page.text
    assert "De melder: herkend." in page.text


def test_a_member_without_anything_to_do_reads_so(inside, browse):
    with inside():
        region = make.region()
    with inside(region):
        member = make.person(RoleName.BOARD_MEMBER, region)
    assert "Er ligt nu niets voor u klaar" in browse(member).get("/").text


# Who keeps accounts.


def test_an_administrator_sees_who_did_not_come_in_and_which_roles_end(inside, browse):
    with inside():
        region, elsewhere = make.region(), make.region()
        admin = make.account("Bea", password_hash="x")
        make.grant(admin, RoleName.ADMINISTRATOR, region)
        make.person(RoleName.EXPERT, region, name="Nieuwkomer")
        make.person(RoleName.EXPERT, elsewhere, name="Vreemde")
        ending = make.account("Kees", password_hash="x")
        make.grant(ending, RoleName.SECRETARY, region, ends_on=day(30))
        staying = make.account("Lies", password_hash="x")
        make.grant(staying, RoleName.SECRETARY, region, ends_on=day(31))
    page = browse(admin).get("/")
    assert "Nieuwkomer" in page.text
    assert f"Secretaris, tot en met {words(day(30))}." in page.text
    assert "Lies" not in page.text
    assert "Vreemde" not in page.text
    assert "Mijn eigen" not in page.text


def test_a_person_with_two_roles_sees_two_parts(scene, inside, browse):
    with inside(scene.region):
        both = make.account("Twee petten")
        make.grant(both, RoleName.EXPERT, scene.region)
        make.grant(both, RoleName.COORDINATOR, scene.region)
    page = browse(both).get("/")
    assert [h.text for h in page.document.all("h2")][:2] == [
        "Ervaringsdeskundige",
        "Leercoördinator",
    ]


def test_a_person_without_a_role_today_reads_whom_to_ask(inside, browse):
    with inside():
        account = make.account()
    assert "U heeft nu geen rol in een regio" in browse(account).get("/").text


def test_the_number_of_queries_does_not_grow_with_the_region(scene, inside, browse, count_queries):
    with inside(scene.region):
        everybody = make.account("Alles")
        for role in RoleName:
            make.grant(everybody, role, scene.region, tafel=scene.net.walk_in)
    with on_day(7):
        browser = browse(everybody)
        browser.get("/")
        with inside(scene.region):
            scene.add_signal(given_on=TODAY)
            new = make.signal(scene.net.here, (scene.net.jeugd,), author=everybody)
            planning.plan_new([new])
        with count_queries() as few:
            browser.get("/")
        with inside(scene.region):
            for number in range(20):
                new = make.signal(
                    scene.net.here, (scene.net.jeugd,), author=everybody, title=f"N{number}"
                )
                planning.plan_new([new])
                scene.add_signal(given_on=TODAY)
        with count_queries() as many:
            browser.get("/")
    assert len(many) == len(few)


# The service itself.


def test_healthy_until_work_waits_longer_than_ten_minutes(inside, app, browse):
    browser = browse()
    answer = browser.get("/gezond")
    assert (answer.status, answer.html) == (200, "goed\n")
    now = clock.now()
    with inside() as session:
        session.add(OutboxMessage(key="a", to_address="a@b.nl", subject="x", body="x", due_at=now))
    with clock.frozen(now + timedelta(minutes=10)):
        assert browser.get("/gezond").status == 200
    with clock.frozen(now + timedelta(minutes=11)):
        answer = browser.get("/gezond")
    assert answer.status == 503
    assert "1 berichten" in answer.html
    with inside() as session:
        session.scalars(select(OutboxMessage)).one().attempts = outbox.GIVE_UP_AFTER
    with clock.frozen(now + timedelta(minutes=11)):
        assert browser.get("/gezond").status == 200


def test_security_txt_says_whom_to_tell_and_until_when_it_holds(browse):
    answer = browse().get("/.well-known/security.txt")
    assert answer.response.mimetype == "text/plain"
    lines = dict(line.split(": ", 1) for line in answer.html.splitlines())
    assert lines["Contact"].startswith("mailto:")
    assert "@" in lines["Contact"]
    expires = datetime.strptime(lines["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < expires - clock.now() < timedelta(days=365)
    assert lines["Canonical"] == "http://localhost/.well-known/security.txt"


@pytest.mark.parametrize("url", ["/privacy", "/toegankelijkheid"])
def test_anyone_reads_what_is_kept_and_what_works(browse, url):
    assert browse().get(url).status == 200


def test_the_privacy_page_says_who_sees_what_and_for_how_long(browse):
    text = browse().get("/privacy").text
    for part in ("112", "Veilig Thuis", "90 dagen", "5 jaar", "De regio stelt", "klagen"):
        assert part in text
