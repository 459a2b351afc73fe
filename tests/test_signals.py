"""Giving a signal, its journey on the page, reading and sending on, and the way home."""

import re
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from coordinator import clock, planning, web
from coordinator.agenda import actions as agenda
from coordinator.db import scoped_to, session
from coordinator.errors import Refused
from coordinator.models import (
    AgendaItem,
    ChangeReason,
    DecisionKind,
    Frequency,
    ItemStatus,
    Journey,
    JourneyStatus,
    Level,
    Meeting,
    MeetingStatus,
    OutboxMessage,
    RoleName,
    Signal,
    SignalStatus,
    Source,
    Verification,
)
from coordinator.planning import Because
from coordinator.signals import actions, queries
from tests import make
from tests.conftest import on_sqlite

TODAY = date(2026, 11, 21)
WORDS = "Op de dag dat ik 18 werd, belde niemand meer. Ik moest alles opnieuw vertellen."
FORM = {
    "words": WORDS,
    "title": "Hulp stopt op de achttiende verjaardag",
    "domains": ["jeugd"],
    "area": "G1",
    "frequency": "more_often",
    "wish": "Eén vaste begeleider.",
}


@pytest.fixture(autouse=True)
def _still():
    with at(TODAY):
        yield


def at(day):
    return clock.frozen(datetime.combine(day, time(10), UTC))


class World:
    """A region with a network, a coordinator and an author at the local team."""

    def __init__(self, app):
        self.app = app

    @contextmanager
    def on_server(self):
        """Work on the database as in a request: the agenda writes addresses in its mails."""
        with self.app.test_request_context(), scoped_to(self.region.id) as current:
            current.expire_on_commit = False
            yield
            current.commit()


@pytest.fixture
def world(app, inside):
    made = World(app)
    with inside():
        made.region = make.region()
    with inside(made.region):
        made.network = make.small_network(made.region)
        made.author = make.person(
            RoleName.EXPERT, made.region, name="Samira", partner=made.network.team
        )
        made.coordinator = make.person(RoleName.COORDINATOR, made.region, name="Joris de Wit")
    return made


def give(world, inside, **given):
    """Return a signal that was given by the author."""
    with inside(world.region):
        network = world.network
        values = {
            "by": world.author,
            "partner": network.team,
            "source": Source.EXPERT,
            "area": network.here,
            "domains": [network.jeugd],
            "title": FORM["title"],
            "words": WORDS,
            "frequency": Frequency.MORE_OFTEN,
            **given,
        }
        values = {
            name: session().merge(v, load=True)
            if hasattr(v, "region_id") or (name == "by" and v)
            else v
            for name, v in values.items()
        }
        values["domains"] = [session().merge(domain) for domain in values["domains"]]
        return actions.give(**values)


def get(world, inside, signal):
    """Return the signal as it is now, with its journeys by (domain, level)."""
    with inside(world.region):
        found = queries.find_signal(signal.public_id)
        found.now = {(j.domain.code, j.level): j for j in queries.load_journeys(found)}
        return found


def prepare(world, inside, signal, level=Level.POLICY):
    """Interpret a signal and send it on."""
    with inside(world.region):
        found = queries.find_signal(signal.public_id)
        actions.interpret(
            found,
            interpretation="De overgang is niet geregeld.",
            title_for_tafels="Overgang bij 18 jaar",
            text_for_tafels="Jongeren raken op hun achttiende hun hulp kwijt.",
            by=world.coordinator,
        )
        actions.send(found, level=level, by=world.coordinator)


def decide(world, inside, signal, tafel, domain="jeugd"):
    """Let a table hand over or decide what lies there, up to this table; return the decision."""
    del inside
    with world.on_server():
        while True:
            item = session().scalar(
                select(AgendaItem)
                .join(AgendaItem.journey)
                .join(AgendaItem.meeting)
                .join(Journey.domain)
                .where(Journey.signal_id == signal.id, AgendaItem.status == ItemStatus.PLANNED)
                .where(planning.Domain.code == domain)
                .order_by(AgendaItem.position)
                .limit(1)
            )
            meeting = session().get(Meeting, item.meeting_id)
            place = session().get(planning.Tafel, meeting.tafel_id)
            with at(meeting.held_on):
                if place.code == tafel:
                    decision = agenda.decide(
                        [item],
                        kind=DecisionKind.ADOPTED,
                        text="Er komt één vaste begeleider.",
                        answer="U krijgt straks één vaste begeleider.",
                        owner="Gemeente Oeverdam",
                        done_by_on=meeting.held_on + timedelta(days=60),
                        by=None,
                    )
                    decision.held_on = meeting.held_on
                    return decision
                following = session().scalar(
                    select(AgendaItem)
                    .where(AgendaItem.journey_id == item.journey_id)
                    .where(AgendaItem.position == item.position + 1)
                )
                to = session().get(
                    planning.Tafel, session().get(Meeting, following.meeting_id).tafel_id
                )
                agenda.hand_over([item], to=to, by=None)


def mails(inside):
    with inside():
        rows = session().scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        return [(m.to_address, m.subject, m.body) for m in rows]


# Give.


@on_sqlite
def test_the_notice_on_danger_stands_before_the_first_field(world, browse):
    page = browse(world.author).get("/signalen/nieuw")
    assert page.status == 200
    first_field = page.html.index("<textarea")
    for words in ("Bel 112", "0800-2000", "dag en nacht", "geen melding over een persoon"):
        assert page.html.index(words) < first_field


def test_a_signal_is_given_and_the_journey_is_there_at_once(world, browse, inside):
    browser = browse(world.author)
    answer = browser.post("/signalen/nieuw", FORM, status=302)
    page = browser.get(answer.location)
    assert "Dank u wel. Uw signaal is binnen." in page.text
    assert "Beleidstafel jeugd" in page.text
    assert "Bestuurlijk overleg" in page.text
    assert "Hier kan al een besluit vallen." in page.text
    policy, board = TODAY + timedelta(days=21), TODAY + timedelta(days=42)
    due = board + timedelta(days=28)
    assert web.day_short(policy) in page.text
    assert web.day_short(board) in page.text
    assert f"uiterlijk op {web.day(due)} antwoord" in page.text
    assert f"uiterlijk op {web.day(policy + timedelta(days=21))} antwoord" in page.text
    assert "Dit mag op grond van: Mandaat bestuurlijk overleg" in page.text
    assert "Overstap naar de beleidstafel: 14 dagen" in page.text or "2 weken" in page.text
    with inside(world.region):
        signal = session().scalar(select(Signal))
        assert signal.description == WORDS
        assert signal.source is Source.EXPERT
        assert signal.partner_id == world.network.team.id
        assert signal.frequency is Frequency.MORE_OFTEN


@on_sqlite
def test_an_empty_form_says_per_field_what_to_do_and_keeps_every_word(world, browse):
    browser = browse(world.author)
    page = browser.post("/signalen/nieuw", {"words": "Mijn woorden blijven staan."}, status=422)
    assert "Geef uw signaal een korte naam." in page.alert
    assert "Kies minstens één onderwerp." in page.alert
    assert "Kies een gebied." in page.alert
    assert "Kies hoe vaak dit gebeurt." in page.alert
    assert "Mijn woorden blijven staan." in page.html


@on_sqlite
def test_a_text_that_is_too_long_is_not_cut_but_told(world, browse):
    page = browse(world.author).post(
        "/signalen/nieuw", {**FORM, "title": "x" * 140, "words": "woord " * 1000}, status=422
    )
    assert "hooguit 100 tekens. Nu zijn het er 140." in page.alert
    assert "hooguit 5.000 tekens. Nu zijn het er 5.999." in page.alert
    assert "x" * 140 in page.html


@on_sqlite
def test_what_points_at_a_person_blocks_and_quotes_it(world, browse, inside):
    words = f"{WORDS} Bel mij op 06 12345678 of mail jan@voorbeeld.nl."
    page = browse(world.author).post(
        "/signalen/nieuw", {**FORM, "words": words, "looked": "y"}, status=422
    )
    assert "‘06 12345678’" in page.text
    assert "‘jan@voorbeeld.nl’" in page.text
    assert words in page.html
    with inside(world.region):
        assert session().scalar(select(func.count(Signal.id))) == 0


@on_sqlite
@pytest.mark.parametrize("field", ["title", "words", "wish"])
def test_every_text_of_the_form_is_checked(world, browse, field):
    page = browse(world.author).post(
        "/signalen/nieuw", {**FORM, field: "Mijn bsn is 123456782."}, status=422
    )
    assert "‘123456782’" in page.text


@on_sqlite
def test_a_possible_name_asks_for_a_tick_and_then_goes_through(world, browse):
    browser = browse(world.author)
    form = {**FORM, "words": "Ik sprak mevrouw Jansen daarover."}
    assert "looked" not in browser.get("/signalen/nieuw").html
    page = browser.post("/signalen/nieuw", form, status=422)
    assert "‘mevrouw Jansen’" in page.text
    assert "Ik heb gekeken." in page.text
    browser.post("/signalen/nieuw", {**form, "looked": "y"}, status=302)


def test_two_clicks_give_one_signal(world, browse, inside):
    browser = browse(world.author)
    page = browser.get("/signalen/nieuw")
    hidden = browser.hidden_fields(page.document, "/signalen/nieuw")
    first = browser.client.post("/signalen/nieuw", data={**hidden, **FORM})
    second = browser.client.post("/signalen/nieuw", data={**hidden, **FORM})
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    with inside(world.region):
        assert session().scalar(select(func.count(Signal.id))) == 1


@on_sqlite
def test_a_second_tab_leads_to_the_signal_that_is_there(world, browse, inside):
    browser = browse(world.author)
    first = browser.post("/signalen/nieuw", FORM, status=302)
    second = browser.post("/signalen/nieuw", FORM, status=302)
    assert first.location == second.location
    assert "had u al gegeven" in browser.get(second.location).text
    with at(TODAY + timedelta(days=2)):
        third = browse(world.author).post("/signalen/nieuw", FORM, status=302)
    assert third.location != first.location


@on_sqlite
def test_the_areas_of_the_own_organisation_come_first(world, browse):
    html = browse(world.author).get("/signalen/nieuw").html
    near = html.index("Waar uw organisatie werkt")
    assert near < html.index("Oeverdam<") < html.index("Andere gebieden") < html.index("Waalwoude<")


@on_sqlite
def test_who_speaks_for_two_organisations_chooses_one(world, browse, inside):
    with inside(world.region):
        make.grant(world.author, RoleName.MANAGER, world.region, partner=world.network.experts)
    browser = browse(world.author)
    page = browser.post("/signalen/nieuw", FORM, status=422)
    assert "Kies een organisatie." in page.alert
    browser.post("/signalen/nieuw", {**FORM, "partner": "eed"}, status=302)
    with inside(world.region):
        signal = session().scalar(select(Signal))
        assert signal.partner_id == world.network.experts.id
        assert signal.source is Source.MANAGER


@on_sqlite
def test_an_organisation_of_another_cannot_be_chosen(world, browse, inside):
    with inside(world.region):
        make.grant(world.author, RoleName.MANAGER, world.region, partner=world.network.experts)
    browse(world.author).post("/signalen/nieuw", {**FORM, "partner": "gem"}, status=422)


@on_sqlite
def test_who_has_no_organisation_starts_at_an_open_table(world, browse, inside):
    with inside(world.region):
        alone = make.person(RoleName.EXPERT, world.region, name="Noor")
    browser = browse(alone)
    answer = browser.post("/signalen/nieuw", FORM, status=302)
    assert "Spreekuur ervaringen" in browser.get(answer.location).text


# No road.


@on_sqlite
def test_no_road_says_why_and_who_was_told_once(world, browse, inside):
    with inside(world.region):
        alone = make.person(RoleName.EXPERT, world.region, name="Noor")
    browser = browse(alone)
    answer = browser.post("/signalen/nieuw", {**FORM, "domains": ["onderwijs"]}, status=302)
    page = browser.get(answer.location)
    assert "Nog geen weg naar de beleidstafel en de bestuurstafel voor onderwijs" in page.text
    assert "Joris de Wit" in page.text
    found = [m for m in mails(inside) if m[1] == "Een signaal heeft nog geen weg"]
    assert [m[0] for m in found] == [world.coordinator.email]
    with inside(world.region):
        actions.tell_no_road(session().scalar(select(Signal)))
    assert len(mails(inside)) == len(found)
    listed = browse(world.coordinator).get("/signalen?geen_weg=y")
    assert FORM["title"] in listed.text
    assert "Geen weg" in listed.text


# Sending on.


@on_sqlite
def test_the_coordinator_reads_beside_the_authors_words_and_saves(world, browse, inside):
    signal = give(world, inside)
    browser = browse(world.coordinator)
    url = f"/signalen/{signal.public_id}/lezen"
    page = browser.get(url)
    assert WORDS in page.text
    assert "Samira" in page.text
    assert get(world, inside, signal).read_on is None
    form = {
        "interpretation": "De overgang is niet geregeld.",
        "title_for_tafels": "Overgang bij 18",
        "text_for_tafels": "Jongeren raken hulp kwijt.",
        "area": "G1",
        "domains": ["jeugd"],
    }
    browser.post(url, form, status=302)
    now = get(world, inside, signal)
    assert now.text_for_tafels == "Jongeren raken hulp kwijt."
    assert now.description == WORDS
    assert now.read_on == TODAY
    assert now.status is SignalStatus.NEW
    assert browser.post(url, {**form, "text_for_tafels": "Bel 06 12345678"}).status == 422


def test_the_second_editor_sees_the_firsts_text_beside_the_own(world, browse, inside):
    signal = give(world, inside)
    url = f"/signalen/{signal.public_id}/lezen"
    first, second = browse(world.coordinator), browse(world.coordinator)
    page = second.get(url)
    hidden = second.hidden_fields(page.document, url)
    form = {"title_for_tafels": "", "interpretation": "", "area": "G1", "domains": ["jeugd"]}
    first.post(url, {**form, "text_for_tafels": "De tekst van de eerste."}, status=302)
    mine = {**hidden, **form, "text_for_tafels": "Mijn eigen tekst."}
    answer = second._answer(second.client.post(url, data=mine))
    assert answer.status == 422
    assert "De tekst van de eerste." in answer.text
    assert "Mijn eigen tekst." in answer.html
    assert get(world, inside, signal).text_for_tafels == "De tekst van de eerste."
    hidden = second.hidden_fields(answer.document, url)
    again = second.client.post(url, data={**mine, **hidden})
    assert again.status_code == 302
    assert get(world, inside, signal).text_for_tafels == "Mijn eigen tekst."


def test_a_corrected_domain_gets_journeys_and_loses_those_of_the_old_one(world, inside):
    signal = give(world, inside)
    with inside(world.region):
        found = queries.find_signal(signal.public_id)
        other = session().merge(world.network.onderwijs)
        there = session().merge(world.network.there)
        actions.correct(found, area=there, domains=[other], by=world.coordinator)
    now = get(world, inside, signal)
    assert [d.code for d in now.domains] == ["onderwijs"]
    assert now.now["jeugd", Level.POLICY].status is JourneyStatus.DROPPED
    assert now.now["onderwijs", Level.POLICY].status is JourneyStatus.PLANNED
    assert now.now["onderwijs", Level.POLICY].arrival_on is not None
    with inside(world.region):
        found = queries.find_signal(signal.public_id)
        back = [session().merge(d) for d in (world.network.jeugd, world.network.onderwijs)]
        actions.correct(found, area=found.area, domains=back, by=world.coordinator)
    now = get(world, inside, signal)
    assert now.now["jeugd", Level.BOARD].status is JourneyStatus.PLANNED


@on_sqlite
def test_a_question_waits_for_the_author_and_the_answer_goes_to_the_coordinators(
    world, browse, inside
):
    signal = give(world, inside)
    url = f"/signalen/{signal.public_id}"
    browse(world.coordinator).post(f"{url}/vragen", {"text": "Gaat dit over één stad?"}, status=302)
    assert get(world, inside, signal).status is SignalStatus.ASKED
    assert (world.author.email, "Er is een vraag over uw signaal") in [m[:2] for m in mails(inside)]
    author = browse(world.author)
    page = author.get(url)
    assert "Gaat dit over één stad?" in page.text
    author.post(f"{url}/antwoorden", {"text": ""}, status=422)
    author.post(f"{url}/antwoorden", {"text": "Nee, over drie gemeenten."}, status=302)
    assert get(world, inside, signal).status is SignalStatus.NEW
    assert "Nee, over drie gemeenten." in author.get(url).text
    assert "Nee, over drie gemeenten." in browse(world.coordinator).get(f"{url}/lezen").text
    assert (world.coordinator.email, "Er is antwoord op een vraag") in [
        m[:2] for m in mails(inside)
    ]
    assert author.get(f"{url}/antwoorden").status == 302


@on_sqlite
def test_a_signal_without_account_cannot_be_asked(world, inside):
    signal = give(world, inside, by=None)
    with inside(world.region), pytest.raises(Refused, match="geen melder"):
        actions.ask(queries.find_signal(signal.public_id), text="Waarom?", by=world.coordinator)


@on_sqlite
def test_sending_needs_a_text_for_the_tables(world, browse, inside):
    signal = give(world, inside)
    browser = browse(world.coordinator)
    url = f"/signalen/{signal.public_id}/doorsturen"
    assert "Er is nog geen tekst voor de tafels." in browser.get(url).text
    page = browser.post(url, {"level": "beleid"}, status=422)
    assert "Schrijf eerst een titel voor de tafels" in page.alert


@on_sqlite
def test_sending_puts_the_chosen_journeys_on_the_agendas_and_drops_the_others(
    world, browse, inside
):
    signal = give(world, inside, domains=[world.network.jeugd, world.network.onderwijs])
    prepared = {
        "interpretation": "",
        "title_for_tafels": "Overgang bij 18",
        "text_for_tafels": "Jongeren raken hulp kwijt.",
        "area": "G1",
        "domains": ["jeugd", "onderwijs"],
        "next": "1",
    }
    browser = browse(world.coordinator)
    url = f"/signalen/{signal.public_id}"
    answer = browser.post(f"{url}/lezen", prepared, status=302)
    assert answer.location.endswith("/doorsturen")
    page = browser.get(answer.location)
    (checked,) = [e for e in page.document.all("input", type="radio") if "checked" in e.attributes]
    assert checked.attributes["value"] == "beleid"
    browser.post(f"{url}/doorsturen", {"level": "bestuur"}, status=302)
    now = get(world, inside, signal)
    assert now.status is SignalStatus.TRAVELLING
    assert now.target_level is Level.BOARD
    assert now.sent_on == TODAY
    for domain in ("jeugd", "onderwijs"):
        assert now.now[domain, Level.BOARD].status is JourneyStatus.TRAVELLING
        assert len(now.now[domain, Level.BOARD].items) == 3
        assert now.now[domain, Level.POLICY].status is JourneyStatus.DROPPED
    assert "Uw signaal is onderweg" in [m[1] for m in mails(inside)]
    page = browse(world.author).get(url)
    assert "Onderweg" in page.text
    assert "Hier valt een besluit." in page.text


@on_sqlite
def test_sent_after_the_closing_day_it_is_planned_from_today(world, browse, inside):
    signal = give(world, inside)
    before = get(world, inside, signal).now["jeugd", Level.POLICY].answer_due_on
    with at(TODAY + timedelta(days=9)):
        prepare(world, inside, signal)
        journey = get(world, inside, signal).now["jeugd", Level.POLICY]
        assert journey.submit_on == TODAY + timedelta(days=9)
        assert journey.answer_due_on > before
        assert journey.changes[-1].reason is ChangeReason.SENT_LATE
        page = browse(world.author).get(f"/signalen/{signal.public_id}")
    assert "Het antwoord komt later: niet op" in page.text
    assert "de stukken konden niet meer op tijd zijn (" in page.text


@on_sqlite
def test_overdue_unsent_signals_are_planned_again_each_day(world, inside):
    signal = give(world, inside)
    sent = give(world, inside, title="Nog een", domains=[world.network.onderwijs])
    with inside(world.region):
        assert actions.replan_overdue() == 0
    with at(TODAY + timedelta(days=9)), inside(world.region):
        assert actions.replan_overdue() == 4
        assert actions.replan_overdue() == 0
    now = get(world, inside, signal)
    assert now.now["jeugd", Level.POLICY].submit_on == TODAY + timedelta(days=9)
    assert get(world, inside, sent).now["onderwijs", Level.BOARD].submit_on > TODAY


def test_the_daily_work_is_done_once_a_day(world, app, inside):
    signal = give(world, inside)
    with at(TODAY + timedelta(days=9)), app.app_context():
        assert actions.catch_up() == 2
        assert actions.catch_up() == 0
    assert get(world, inside, signal).now["jeugd", Level.POLICY].changes[-1].due_after
    with at(TODAY + timedelta(days=60)), app.app_context():
        assert actions.catch_up() == 2


@on_sqlite
def test_waiting_for_a_road_can_be_given_up_with_a_reason(world, browse, inside):
    with inside(world.region):
        for meeting in world.network.meetings["U"]:
            session().get(Meeting, meeting.id).status = MeetingStatus.CANCELLED
    signal = give(world, inside, domains=[world.network.jeugd, world.network.onderwijs])
    prepare(world, inside, signal)
    url = f"/signalen/{signal.public_id}"
    decision = decide(world, inside, signal, "B")
    with at(decision.held_on):
        browse(world.author).post(f"{url}/toetsen", {"verdict": "recognised"}, status=302)
        assert get(world, inside, signal).status is SignalStatus.ANSWERED
        assert "Voor de rest is er nog geen weg." in browse(world.author).get(url).text
        browser = browse(world.coordinator)
        assert "Stop met wachten op een weg" in browser.get(url).text
        browser.post(f"{url}/niet-doorsturen", {"reason": "Er komt geen weg."}, status=302)
        now = get(world, inside, signal)
        assert now.status is SignalStatus.CLOSED
        assert now.now["onderwijs", Level.POLICY].status is JourneyStatus.DROPPED
        assert "Er komt geen weg." in browse(world.author).get(url).text


@on_sqlite
def test_a_domain_without_road_stays_behind_and_can_be_sent_later(world, browse, inside):
    with inside(world.region):
        meetings = [session().merge(m) for m in world.network.meetings["U"]]
        for meeting in meetings:
            meeting.status = MeetingStatus.CANCELLED
    both = [world.network.jeugd, world.network.onderwijs]
    signal = give(world, inside, domains=both)
    prepare(world, inside, signal)
    now = get(world, inside, signal)
    assert now.now["jeugd", Level.POLICY].status is JourneyStatus.TRAVELLING
    assert now.now["onderwijs", Level.POLICY].status is JourneyStatus.PLANNED
    page = browse(world.author).get(f"/signalen/{signal.public_id}")
    assert "Nog geen weg naar de beleidstafel voor onderwijs" in page.text
    assert "Voor onderwijs is er nog geen weg." in page.text
    with inside(world.region):
        for meeting in world.network.meetings["U"]:
            session().get(Meeting, meeting.id).status = MeetingStatus.PLANNED
        planning.replan(Because(ChangeReason.MEETING_ADDED, "Uitvoerdersoverleg"))
    browser = browse(world.coordinator)
    assert "Stuur ook de rest door" in browser.get(f"/signalen/{signal.public_id}").text
    browser.post(f"/signalen/{signal.public_id}/doorsturen", {"level": "beleid"}, status=302)
    now = get(world, inside, signal)
    assert now.now["onderwijs", Level.POLICY].status is JourneyStatus.TRAVELLING


@on_sqlite
def test_a_refusal_is_read_by_the_author(world, browse, inside):
    signal = give(world, inside)
    url = f"/signalen/{signal.public_id}"
    browser = browse(world.coordinator)
    browser.post(f"{url}/niet-doorsturen", {"reason": ""}, status=422)
    browser.post(f"{url}/niet-doorsturen", {"reason": "Dit is al geregeld sinds mei."}, status=302)
    assert get(world, inside, signal).status is SignalStatus.REFUSED
    assert "Dit is al geregeld sinds mei." in browse(world.author).get(url).text
    page = browser.post(f"{url}/niet-doorsturen", {"reason": "Nog eens."}, status=422)
    assert "Tegenhouden kan niet meer" in page.alert


# Home.


@on_sqlite
def test_a_recognised_answer_closes(world, browse, inside):
    signal = give(world, inside)
    prepare(world, inside, signal)
    decision = decide(world, inside, signal, "B")
    url = f"/signalen/{signal.public_id}"
    with at(decision.held_on):
        author = browse(world.author)
        page = author.get(url)
        assert "U krijgt straks één vaste begeleider." in page.text
        assert "Zeg of het antwoord klopt" in page.text
        author.post(f"{url}/toetsen", {}, status=422)
        author.post(f"{url}/toetsen", {"verdict": "recognised"}, status=302)
        now = get(world, inside, signal)
        assert now.status is SignalStatus.CLOSED
        assert now.closed_on == decision.held_on
        assert now.now["jeugd", Level.POLICY].status is JourneyStatus.CLOSED
        assert "U herkent dit antwoord." in author.get(url).text
        assert author.get(f"{url}/toetsen").status == 302


@on_sqlite
def test_not_recognised_needs_a_reason(world, browse, inside):
    signal = give(world, inside)
    prepare(world, inside, signal)
    decision = decide(world, inside, signal, "B")
    with at(decision.held_on):
        page = browse(world.author).post(
            f"/signalen/{signal.public_id}/toetsen", {"verdict": "not"}, status=422
        )
    assert "Schrijf op wat er niet klopt" in page.alert


@on_sqlite
def test_a_signal_that_is_not_recognised_goes_back_to_its_tafel_and_then_up(world, browse, inside):
    signal = give(world, inside)
    prepare(world, inside, signal)
    decision = decide(world, inside, signal, "B")
    url = f"/signalen/{signal.public_id}"
    with at(decision.held_on + timedelta(days=1)):
        author = browse(world.author)
        author.post(
            f"{url}/toetsen", {"verdict": "not", "reason": "Dit gaat over iets anders."}, status=302
        )
        now = get(world, inside, signal)
        journey = now.now["jeugd", Level.POLICY]
        assert now.status is SignalStatus.TRAVELLING
        assert journey.status is JourneyStatus.TRAVELLING
        assert [s["tafel"] for s in journey.plan] == ["B"]
        assert journey.arrival_on == decision.held_on + timedelta(days=28)
        assert journey.changes[-1].reason is ChangeReason.NOT_RECOGNISED
        assert journey.items[-1].status is ItemStatus.PLANNED
        page = author.get(url)
        assert "U herkent dit antwoord niet." in page.text
        assert "u herkende het antwoord niet (terug naar Beleidstafel jeugd)" in page.text
    second = decide(world, inside, signal, "B")
    with at(second.held_on + timedelta(days=1)):
        browse(world.author).post(
            f"{url}/toetsen", {"verdict": "not", "reason": "Het klopt nog niet."}, status=302
        )
        now = get(world, inside, signal)
        journey = now.now["jeugd", Level.BOARD]
        assert journey.status is JourneyStatus.TRAVELLING
        assert [s["tafel"] for s in journey.plan] == ["S"]
        assert now.now["jeugd", Level.POLICY].status is JourneyStatus.DROPPED
    third = decide(world, inside, signal, "S")
    with at(third.held_on + timedelta(days=1)):
        browse(world.author).post(
            f"{url}/toetsen", {"verdict": "not", "reason": "Nog steeds niet."}, status=302
        )
        now = get(world, inside, signal)
        assert now.now["jeugd", Level.BOARD].at_tafel.code == "S"
        assert "Een antwoord is opnieuw niet herkend" in [m[1] for m in mails(inside)]


@on_sqlite
def test_a_second_no_goes_to_the_table_that_was_asked_when_that_lies_on_its_route(
    world, browse, inside
):
    signal = give(world, inside)
    prepare(world, inside, signal)
    first = get(world, inside, signal).now["jeugd", Level.POLICY].plan[0]["tafel"]
    assert first != "B"
    for _ in range(2):
        decision = decide(world, inside, signal, first)
        with at(decision.held_on + timedelta(days=1)):
            browse(world.author).post(
                f"/signalen/{signal.public_id}/toetsen",
                {"verdict": "not", "reason": "Dit gaat over iets anders."},
                status=302,
            )
    journey = get(world, inside, signal).now["jeugd", Level.POLICY]
    assert journey.status is JourneyStatus.TRAVELLING
    assert [stop["tafel"] for stop in journey.plan] == ["B"]


@on_sqlite
def test_an_answer_that_is_late_is_said_to_be_late(world, browse, inside):
    signal = give(world, inside)
    prepare(world, inside, signal)
    due = get(world, inside, signal).now["jeugd", Level.POLICY].answer_due_on
    url = f"/signalen/{signal.public_id}"
    with at(due):
        assert (
            f"Het antwoord komt uiterlijk op {web.day(due)}." in browse(world.author).get(url).text
        )
    with at(due + timedelta(days=1)):
        author = browse(world.author)
        late = f"Het antwoord zou er uiterlijk op {web.day(due)} zijn. Het is er nog niet."
        assert late in author.get(url).text
        assert "Wacht op de uitkomst" in author.get(url).text
        assert late in author.get("/").text


@on_sqlite
def test_the_author_reads_that_a_topic_was_taken_off(world, browse, inside):
    with inside(world.region):
        both = [session().merge(world.network.jeugd), session().merge(world.network.onderwijs)]
    signal = give(world, inside, domains=both)
    due = get(world, inside, signal).now["onderwijs", Level.POLICY].answer_due_on
    url = f"/signalen/{signal.public_id}"
    form = {"area": "G1", "domains": ["jeugd"]}
    browse(world.coordinator).post(f"{url}/lezen", form, status=302)
    page = browse(world.author).get(url)
    assert f"Het antwoord zou uiterlijk op {web.day(due)} komen." in page.text
    assert "verbeterd (het gaat niet over onderwijs)" in page.text


@on_sqlite
def test_partly_recognised_waits_for_the_coordinator(world, browse, inside):
    signal = give(world, inside)
    prepare(world, inside, signal)
    decision = decide(world, inside, signal, "B")
    url = f"/signalen/{signal.public_id}"
    with at(decision.held_on):
        browse(world.author).post(
            f"{url}/toetsen", {"verdict": "partly", "reason": "De helft klopt."}, status=302
        )
        assert get(world, inside, signal).status is SignalStatus.ANSWERED
        assert "Een antwoord is deels herkend" in [m[1] for m in mails(inside)]
        browser = browse(world.coordinator)
        assert "Kies wat er nu gebeurt" in browser.get(url).text
        assert "De helft klopt." in browser.get(f"{url}/afwegen").text
        browser.post(f"{url}/afwegen", {"choice": "close", "reply": ""}, status=422)
        browser.post(
            f"{url}/afwegen", {"choice": "close", "reply": "De andere helft loopt al."}, status=302
        )
        assert get(world, inside, signal).status is SignalStatus.CLOSED
        assert "De andere helft loopt al." in browse(world.author).get(url).text


@on_sqlite
def test_partly_recognised_can_go_back_to_the_table(world, browse, inside):
    signal = give(world, inside)
    prepare(world, inside, signal)
    decision = decide(world, inside, signal, "B")
    url = f"/signalen/{signal.public_id}"
    with at(decision.held_on):
        browse(world.author).post(
            f"{url}/toetsen", {"verdict": "partly", "reason": "De helft klopt."}, status=302
        )
        browse(world.coordinator).post(
            f"{url}/afwegen", {"choice": "back", "reply": "Ik breng het opnieuw in."}, status=302
        )
    now = get(world, inside, signal)
    assert now.status is SignalStatus.TRAVELLING
    assert [s["tafel"] for s in now.now["jeugd", Level.POLICY].plan] == ["B"]


@on_sqlite
def test_the_coordinator_judges_on_behalf_of_who_has_no_account(world, browse, inside):
    signal = give(world, inside, by=None)
    prepare(world, inside, signal)
    decision = decide(world, inside, signal, "B")
    url = f"/signalen/{signal.public_id}/toetsen"
    with at(decision.held_on):
        browser = browse(world.coordinator)
        assert "namens de melder" in browser.get(url).text
        browser.post(url, {"verdict": "recognised"}, status=302)
    with inside(world.region):
        assert session().scalar(select(Verification)).given_by_id == world.coordinator.id
    assert get(world, inside, signal).status is SignalStatus.CLOSED


@on_sqlite
def test_one_answer_of_two_keeps_the_signal_open(world, browse, inside):
    both = [world.network.jeugd, world.network.onderwijs]
    signal = give(world, inside, domains=both)
    prepare(world, inside, signal)
    url = f"/signalen/{signal.public_id}/toetsen"
    first = decide(world, inside, signal, "B", "jeugd")
    with at(first.held_on):
        assert get(world, inside, signal).status is SignalStatus.TRAVELLING
        browse(world.author).post(url, {"verdict": "recognised"}, status=302)
        assert get(world, inside, signal).status is SignalStatus.TRAVELLING
    second = decide(world, inside, signal, "B", "onderwijs")
    with at(second.held_on):
        assert get(world, inside, signal).status is SignalStatus.ANSWERED
        browse(world.author).post(url, {"verdict": "recognised"}, status=302)
        assert get(world, inside, signal).status is SignalStatus.CLOSED


@on_sqlite
def test_two_answers_are_each_judged_before_the_signal_closes(world, browse, inside):
    both = [world.network.jeugd, world.network.onderwijs]
    signal = give(world, inside, domains=both)
    prepare(world, inside, signal)
    url = f"/signalen/{signal.public_id}/toetsen"
    decide(world, inside, signal, "B", "jeugd")
    second = decide(world, inside, signal, "B", "onderwijs")
    with at(second.held_on):
        author = browse(world.author)
        author.post(url, {"verdict": "recognised"}, status=302)
        assert get(world, inside, signal).status is SignalStatus.ANSWERED
        author.post(url, {"verdict": "recognised"}, status=302)
        assert get(world, inside, signal).status is SignalStatus.CLOSED


@on_sqlite
def test_an_old_tab_does_not_judge_another_answer(world, browse, inside):
    signal = give(world, inside)
    prepare(world, inside, signal)
    decision = decide(world, inside, signal, "B")
    with at(decision.held_on):
        page = browse(world.author).post(
            f"/signalen/{signal.public_id}/toetsen",
            {"verdict": "recognised", "decision": "0000-0000"},
            status=422,
        )
    assert "intussen al een oordeel" in page.alert


# Who sees what.


@pytest.mark.parametrize("role", RoleName)
@on_sqlite
def test_the_list_and_the_rule_agree(world, browse, inside, role):
    own = give(world, inside)
    with inside(world.region):
        someone = make.person(role, world.region, partner=world.network.team)
        making = {"domains": (world.network.jeugd,), "author": someone}
        mine = make.signal(
            session().merge(world.network.here),
            author=someone,
            domains=(session().merge(world.network.jeugd),),
        )
        del making
    browser = browse(someone)
    opens = {
        signal.id
        for signal in (own, mine)
        if browser.get(f"/signalen/{signal.public_id}").status == 200
    }
    from coordinator.access import Person
    from coordinator.models import Grant

    with inside(world.region):
        grants = session().scalars(select(Grant).where(Grant.account_id == someone.id)).all()
        me = Person(account=someone, region=world.region, grants=tuple(grants), regions=())
        listed = set(session().scalars(queries.visible_to(me).with_only_columns(Signal.id)))
    assert opens == listed
    assert listed == ({own.id, mine.id} if role is RoleName.COORDINATOR else {mine.id})


@on_sqlite
def test_what_is_not_yours_looks_like_what_is_not_there(world, browse, inside):
    signal = give(world, inside)
    with inside(world.region):
        other = make.person(RoleName.EXPERT, world.region, name="Noor")
    with inside():
        elsewhere = make.region(name="Elders")
        stranger = make.person(RoleName.COORDINATOR, elsewhere)
        nobody = make.account("Niemand")
    for account in (other, stranger, nobody):
        browser = browse(account)
        missing = browser.get("/signalen/0000-0000")
        for verb in ("", "/lezen", "/vragen", "/antwoorden", "/doorsturen", "/toetsen", "/afwegen"):
            answer = browser.get(f"/signalen/{signal.public_id}{verb}")
            assert answer.status == 404
            assert answer.text == missing.text


@on_sqlite
def test_the_author_does_not_read_send_or_refuse(world, browse, inside):
    signal = give(world, inside)
    browser = browse(world.author)
    for verb in ("lezen", "vragen", "doorsturen", "niet-doorsturen", "afwegen"):
        assert browser.get(f"/signalen/{signal.public_id}/{verb}").status == 404


@on_sqlite
def test_the_coordinator_does_not_answer_or_judge_for_an_author_with_an_account(
    world, browse, inside
):
    signal = give(world, inside)
    browser = browse(world.coordinator)
    for verb in ("antwoorden", "toetsen"):
        assert browser.get(f"/signalen/{signal.public_id}/{verb}").status == 404


@on_sqlite
def test_nobody_without_a_givers_role_gives_a_signal(world, browse, inside):
    for role in set(RoleName) - set(queries.GIVERS):
        with inside(world.region):
            someone = make.person(role, world.region)
        assert browse(someone).get("/signalen/nieuw").status == 404


@on_sqlite
def test_mail_says_that_and_not_what(world, browse, inside):
    signal = give(world, inside)
    prepare(world, inside, signal)
    for _to, subject, body in mails(inside):
        for secret in (
            WORDS,
            FORM["title"],
            "Overgang bij 18",
            "Samira" if "coör" in body else "~",
        ):
            assert secret not in body + subject


# The list.


@on_sqlite
def test_the_list_takes_as_many_queries_with_twenty_more(world, browse, inside, count_queries):
    give(world, inside)
    for account, number_of_queries in ((world.coordinator, 8), (world.author, 6)):
        counts = []
        for more in (0, 20):
            for number in range(more):
                give(world, inside, title=f"Signaal {number}")
            browser = browse(account)
            browser.get("/signalen")
            with count_queries() as queries_sent:
                assert browser.get("/signalen").status == 200
            counts.append(len(queries_sent))
        assert counts == [number_of_queries] * 2, queries_sent


@on_sqlite
def test_the_page_of_a_signal_takes_as_many_queries_with_more_domains(
    world, browse, inside, count_queries
):
    signals = [
        give(world, inside),
        give(world, inside, title="Twee", domains=[world.network.jeugd, world.network.onderwijs]),
    ]
    browser = browse(world.author)
    counts = []
    for signal in signals:
        browser.get(f"/signalen/{signal.public_id}")
        with count_queries() as sent:
            browser.get(f"/signalen/{signal.public_id}")
        counts.append(len(sent))
    assert counts[0] == counts[1]


@on_sqlite
def test_the_list_is_filtered_and_paged(world, browse, inside):
    give(world, inside, title="Wachten op een huis", domains=[world.network.onderwijs])
    for number in range(30):
        give(world, inside, title=f"Signaal {number}")
    browser = browse(world.coordinator)
    page = browser.get("/signalen")
    assert "31 signalen" in page.text
    assert "Pagina 1 van 2" in page.text
    assert "Pagina 2 van 2" in browser.get("/signalen?pagina=2").text
    assert "1 signaal" in browser.get("/signalen?tekst=huis").text
    assert "1 signaal" in browser.get("/signalen?domein=onderwijs").text
    assert "31 signalen" in browser.get("/signalen?gebied=G1").text
    assert "31 signalen" in browser.get("/signalen?status=new").text
    assert "Geen signalen gevonden" in browser.get("/signalen?status=closed").text
    assert "31 signalen" in browser.get("/signalen?status=zomaar").text
    assert "Geen signalen gevonden" in browser.get("/signalen?tekst=100%25").text


@on_sqlite
def test_empty_lists_say_what_to_do_first(world, browse, inside):
    assert "U heeft nog geen signaal gegeven" in browse(world.author).get("/signalen").text
    assert "Er zijn nog geen signalen" in browse(world.coordinator).get("/signalen").text


@on_sqlite
def test_what_asks_attention_comes_first(world, browse, inside):
    old = give(world, inside, title="Loopt al")
    prepare(world, inside, old)
    with at(TODAY + timedelta(days=1)):
        give(world, inside, title="Nieuw signaal")
        html = browse(world.coordinator).get("/signalen").html
    assert html.index(">Nieuw signaal<") < html.index(">Loopt al<")


# What changed.


@on_sqlite
def test_a_cancelled_meeting_is_told_with_dates_and_reason(world, browse, inside):
    signal = give(world, inside)
    before = get(world, inside, signal).now["jeugd", Level.POLICY].answer_due_on
    with inside(world.region):
        meeting = session().merge(world.network.meetings["B"][0])
        meeting.status = MeetingStatus.CANCELLED
        planning.replan(
            Because(
                ChangeReason.MEETING_CANCELLED, f"Beleidstafel jeugd van {web.day(meeting.held_on)}"
            )
        )
    page = browse(world.author).get(f"/signalen/{signal.public_id}")
    after = before + timedelta(days=28)
    assert re.search(rf"niet op \d+ \w+( \d+)? maar op {web.day(after)}", page.text)
    assert "een vergadering gaat niet door (Beleidstafel jeugd van" in page.text
    assert "Die vergadering gaat niet door." in page.text
