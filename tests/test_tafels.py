"""Tables, their calendars, the coverage and all journeys."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from coordinator import clock, planning, web
from coordinator.db import session
from coordinator.models import (
    Account,
    AgendaItem,
    Agreement,
    ChangeReason,
    ItemStatus,
    Journey,
    JourneyChange,
    JourneyStatus,
    Level,
    Meeting,
    MeetingStatus,
    Region,
    RoleName,
    Signal,
    SignalStatus,
    Source,
    Tafel,
)
from network import package
from tests import make
from tests.conftest import Inside
from tests.page import Answer, Browser, squeeze

ONLY_SQLITE = True

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]


@dataclass
class World:
    """A region with a small network, people, and one signal on its way."""

    region: Region
    net: make.SmallNetwork
    coordinator: Account
    secretary: Account
    expert: Account
    sent: Signal
    new: Signal

    def day(self, code: str, number: int = 0) -> Meeting:
        return self.net.meetings[code][number]


def send(signal: Signal, level: Level) -> None:
    """Put a signal on its way, as the coordinator's page does."""
    signal.status = SignalStatus.TRAVELLING
    signal.sent_on = clock.today()
    signal.title_for_tafels = "Overgang naar 18 jaar"
    session().flush()
    journeys = session().scalars(select(Journey).where(Journey.signal_id == signal.id)).all()
    for journey in journeys:
        chosen = journey.level is level
        journey.status = JourneyStatus.TRAVELLING if chosen else JourneyStatus.DROPPED
    session().flush()
    planning.put_on_agendas([journey.id for journey in journeys])


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        coordinator = make.person(RoleName.COORDINATOR, region)
        secretary = make.person(RoleName.SECRETARY, region, tafel=net.policy)
        expert = make.person(RoleName.EXPERT, region, partner=net.experts)
        sent = make.signal(net.here, (net.jeugd,), partner=net.team, title="Mijn eigen woorden")
        new = make.signal(net.here, (net.jeugd,), partner=net.team, title="Geheim van Samira")
        planning.plan_new([sent, new])
        send(sent, Level.BOARD)
    return World(region, net, coordinator, secretary, expert, sent, new)


def journeys(inside: Inside, world: World, signal: Signal) -> dict[Level, Journey]:
    with inside(world.region) as current:
        found = current.scalars(
            select(Journey)
            .where(Journey.signal_id == signal.id)
            .execution_options(populate_existing=True)
        )
        return {journey.level: journey for journey in found}


def changes(inside: Inside, world: World) -> list[JourneyChange]:
    with inside(world.region) as current:
        return list(current.scalars(select(JourneyChange).order_by(JourneyChange.journey_id)))


def agenda(inside: Inside, world: World, signal: Signal) -> list[tuple[str, date]]:
    with inside(world.region) as current:
        rows = current.execute(
            select(Meeting.tafel_id, Meeting.held_on)
            .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
            .join(AgendaItem.journey)
            .where(Journey.signal_id == signal.id)
            .order_by(AgendaItem.position)
        )
        codes = {t.id: t.code for t in (world.net.walk_in, world.net.policy, world.net.board)}
        return [(codes[tafel_id], day) for tafel_id, day in rows]


def move_url(meeting: Meeting) -> str:
    return f"/vergaderingen/{meeting.public_id}/verplaatsen"


def ask(browser: Browser, meeting: Meeting, day: date, **given: str) -> Answer:
    """Take the first step: ask what would happen."""
    fields = {"datum": day.isoformat(), "tijd": "", "plaats": "", **given}
    return browser.get(move_url(meeting), query_string=fields)


def move(browser: Browser, meeting: Meeting, day: date, **given: str) -> Answer:
    """Take both steps: the second sends what the page of the first holds."""
    asked = ask(browser, meeting, day, **given)
    assert asked.status == 200, asked.alert
    return confirm(browser, meeting, asked)


def confirm(browser: Browser, meeting: Meeting, asked: Answer, **given: str) -> Answer:
    hidden = Browser.hidden_fields(asked.document, move_url(meeting))
    return browser._answer(
        browser.client.post(move_url(meeting), data={**hidden, "reden": "", **given})
    )


# The list and the page of a table.


def test_the_list_shows_when_a_tafel_meets_and_until_when_it_takes_something_in(
    world: World, browse: Browse
) -> None:
    page = browse(world.expert).get("/tafels")
    assert page.status == 200
    policy = world.day("B")
    assert "Beleidstafel jeugd" in page.text
    assert web.day(policy.held_on) in page.text.replace("\u00a0", " ")
    closes = policy.held_on - timedelta(days=7)
    assert f"Aanleveren kan tot en met {web.day_short(closes)}." in page.text
    assert "Geldt nu" in page.text
    assert "Ongeldige keuze" not in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("niveau=beleid", ["B"]),
        ("zoek=BESTUURLIJK", ["S"]),
        ("zoek=%25", []),
        ("domein=onderwijs", ["U", "B", "S"]),
        ("gebied=G1", ["K", "U", "B", "S"]),
        ("gebied=G1&niveau=uitvoering&domein=jeugd&zoek=spreek", ["K"]),
        ("niveau=onzin", ["K", "U", "B", "S"]),
        ("gebied=G9", ["K", "U", "B", "S"]),
    ],
)
def test_the_list_can_be_filtered(
    world: World, browse: Browse, query: str, found: list[str]
) -> None:
    page = browse(world.expert).get(f"/tafels?{query}")
    assert page.status == 200
    links = {e.attributes.get("href", "") for e in page.document.all("a")}
    shown = [code for code in "KUBS" if f"/tafels/{code}" in links]
    assert sorted(shown) == sorted(found)
    assert found or "Geen tafels gevonden" in page.text


def test_the_list_stays_one_page_of_the_same_queries_with_more_tafels(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    browser = browse(world.expert)
    with count_queries() as before:
        browser.get("/tafels")
    with inside(world.region):
        for number in range(60):
            table = make.tafel(f"X{number}", Level.POLICY, world.net.whole)
            make.meeting(table, clock.today() + timedelta(days=number))
    with count_queries() as after:
        page = browser.get("/tafels")
    assert len(before) == len(after), "\n".join(after)
    assert "Pagina 1 van 3" in page.text
    assert browser.get("/tafels?pagina=3").status == 200
    assert "niveau=beleid" in browser.get("/tafels?niveau=beleid").html


def test_a_region_without_tafels_says_what_to_do_first(inside: Inside, browse: Browse) -> None:
    with inside():
        region = make.region()
    with inside(region):
        coordinator = make.person(RoleName.COORDINATOR, region)
        expert = make.person(RoleName.EXPERT, region)
    member, keeper = browse(expert), browse(coordinator)
    assert "Er zijn nog geen tafels" in member.get("/tafels").text
    page = keeper.get("/tafels")
    (first,) = [e for e in page.document.all("a") if e.text == "Gegevens inlezen"]
    assert keeper.get(first.attributes["href"]).status == 200
    assert "Er is nog niets te zien" in member.get("/netwerk/witte-vlekken").text
    assert "Er zijn nog geen reizen" in keeper.get("/netwerk/reizen").text


def test_a_tafel_shows_its_mandate_members_handovers_and_calendar(
    world: World, inside: Inside, browse: Browse
) -> None:
    today = clock.today()
    with inside(world.region):
        make.seat(
            world.net.board,
            world.net.school,
            world.net.member,
            person="Ria de Boer",
            ends_on=today + timedelta(days=20),
        )
        make.seat(
            world.net.board, world.net.experts, world.net.member, ends_on=today - timedelta(days=1)
        )
        make.seat(
            world.net.board, world.net.team, world.net.member, starts_on=today + timedelta(days=9)
        )
        make.meeting(world.net.board, today - timedelta(days=30))
    page = browse(world.expert).get("/tafels/S")
    assert "Mandaat bestuurlijk overleg" in page.text
    assert "Ria de Boer" in page.text
    assert f"Komt vrij na {web.day_short(today + timedelta(days=20))}" in page.text
    assert f"Vanaf {web.day_short(today + timedelta(days=9))}" in page.text
    assert "Ervaringsdeskundigen" not in page.text
    assert "Beleidstafel jeugd" in page.text
    assert "3 dagen" in page.text
    assert "Eerdere vergaderingen (1)" in page.text
    assert "1 punt" in page.text
    assert "Verplaatsen" not in page.text, "an expert cannot move a meeting"
    agenda_url = f"/vergaderingen/{world.day('S').public_id}"
    assert agenda_url not in page.html
    assert agenda_url in browse(world.coordinator).get("/tafels/S").html


def test_a_meeting_outside_the_mandate_says_so(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region) as current:
        current.get_one(Agreement, world.net.mandate.id).ends_on = world.day("S").held_on
    page = browse(world.expert).get("/tafels/S")
    assert page.text.count("Mandaat geldt dan niet") == 2


def test_a_tafel_that_has_ended_says_so(world: World, inside: Inside, browse: Browse) -> None:
    with inside(world.region) as current:
        world.net.walk_in.ended_on = clock.today()
        current.add(world.net.walk_in)
    browser = browse(world.coordinator)
    page = browser.get("/tafels/K")
    assert "Deze tafel is er niet meer" in page.text
    assert "Vergadering toevoegen" not in page.text
    assert "Spreekuur" not in browser.get("/tafels").text


def test_the_page_of_a_tafel_needs_the_same_queries_with_more_rows(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    browser = browse(world.coordinator)
    browser.get("/tafels/B")
    with count_queries() as before:
        browser.get("/tafels/B")
    with inside(world.region):
        for number in range(20):
            other = make.tafel(f"X{number}", Level.PRACTICE, world.net.whole)
            make.handover(other, world.net.policy, all_domains=False, domains=[world.net.jeugd])
            organisation = make.partner(f"p{number}", region=world.region)
            make.seat(world.net.policy, organisation, world.net.member)
            make.meeting(world.net.policy, clock.today() + timedelta(days=200 + number))
    with count_queries() as after:
        browser.get("/tafels/B")
    assert len(before) == len(after), "\n".join(after)


# Who may do what.


def test_only_the_coordinator_and_its_secretary_change_a_calendar(
    world: World, browse: Browse
) -> None:
    own, other = world.day("B"), world.day("S")
    people = (world.coordinator, world.secretary, world.expert)
    browsers = {account.id: browse(account) for account in people}
    for account, url, status in (
        (world.coordinator, move_url(own), 200),
        (world.secretary, move_url(own), 200),
        (world.expert, move_url(own), 404),
        (world.secretary, move_url(other), 404),
        (world.secretary, "/tafels/B/vergadering-toevoegen", 200),
        (world.secretary, "/tafels/S/vergadering-toevoegen", 404),
        (world.expert, "/tafels/B/vergadering-toevoegen", 404),
        (world.secretary, f"/vergaderingen/{own.public_id}/vervalt", 200),
        (world.expert, f"/vergaderingen/{own.public_id}/vervalt", 404),
        (world.expert, "/tafels/S", 200),
        (world.expert, "/netwerk/witte-vlekken", 200),
        (world.expert, "/netwerk/reizen", 404),
        (world.secretary, "/netwerk/reizen.csv", 404),
        (world.coordinator, "/netwerk/reizen", 200),
        (world.coordinator, "/tafels/nergens", 404),
    ):
        assert browsers[account.id].get(url).status == status, (account.name, url)


def test_another_region_does_not_exist(world: World, inside: Inside, browse: Browse) -> None:
    with inside():
        elsewhere = make.region()
    with inside(elsewhere):
        stranger = make.person(RoleName.COORDINATOR, elsewhere)
    browser = browse(stranger)
    for url in ("/tafels/B", "/partners/lt1", "/afspraken/A1", move_url(world.day("B"))):
        assert browser.get(url).status == 404, url
    assert "Beleidstafel" not in browser.get("/tafels").text


# A meeting is added.


def test_a_new_meeting_brings_a_signal_forward(
    world: World, inside: Inside, browse: Browse
) -> None:
    day = clock.today() + timedelta(days=16)
    answer = browse(world.secretary).post(
        "/tafels/B/vergadering-toevoegen",
        {"datum": day.isoformat(), "tijd": "13:30", "plaats": "Waalwoude"},
        status=302,
    )
    assert answer.location.endswith("/tafels/B")
    page = browse(world.expert).get("/tafels/B")
    assert "13.30 uur, Waalwoude" in page.text
    assert journeys(inside, world, world.new)[Level.POLICY].arrival_on == day
    assert {change.reason for change in changes(inside, world)} == {ChangeReason.MEETING_ADDED}
    assert changes(inside, world)[0].subject == f"Beleidstafel jeugd, {web.day(day)}"


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (-1, "Kies vandaag of een latere dag."),
        (21, "Een tafel vergadert één keer per dag."),
        (36_500, "Klopt het jaar?"),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_nothing_typed_is_lost(
    world: World, browse: Browse, days: int, message: str
) -> None:
    day = clock.today() + timedelta(days=days)
    answer = browse(world.secretary).post(
        "/tafels/B/vergadering-toevoegen",
        {"datum": day.isoformat(), "plaats": "De grote zaal"},
        status=422,
    )
    assert message in answer.alert
    assert 'value="De grote zaal"' in answer.html
    asked = ask(browse(world.coordinator), world.day("B", 1), day, plaats="De grote zaal")
    assert asked.status == 422
    assert message in asked.alert
    assert 'value="De grote zaal"' in asked.html


def test_a_day_that_is_no_day_is_refused(world: World, browse: Browse) -> None:
    browser = browse(world.secretary)
    url = "/tafels/B/vergadering-toevoegen"
    browser.post(url, {"datum": "31-31-2027"}, status=422)
    answer = browser.post(url, {"datum": ""}, status=422)
    assert "Kies een datum." in answer.alert
    for text in ("morgen", "0001-01-01", "9999-12-31", ""):
        asked = browser.get(move_url(world.day("B")), query_string={"datum": text})
        assert asked.status == 422, text


def test_a_cancelled_meeting_can_be_taken_over(
    world: World, inside: Inside, browse: Browse
) -> None:
    day = clock.today() + timedelta(days=16)
    with inside(world.region):
        gone = make.meeting(world.net.policy, day, status=MeetingStatus.CANCELLED)
    browse(world.secretary).post(
        "/tafels/B/vergadering-toevoegen", {"datum": day.isoformat()}, status=302
    )
    with inside(world.region) as current:
        again = current.scalars(select(Meeting).where(Meeting.held_on == day)).all()
        assert [(m.id, m.status) for m in again] == [(gone.id, MeetingStatus.PLANNED)]


def test_a_nul_byte_breaks_nothing(world: World, browse: Browse) -> None:
    browser = browse(world.coordinator)
    for url in ("/tafels/%00", "/tafels?zoek=%00", "/afspraken?zoek=a%00", "/partners/a%00b"):
        assert browser.get(url).status == 404, url
    day = clock.today() + timedelta(days=16)
    browser.post(
        "/tafels/B/vergadering-toevoegen",
        {"datum": day.isoformat(), "plaats": "Zaal\0 1"},
        status=302,
    )
    assert "Zaal 1" in browser.get("/tafels/B").text


# A meeting is moved.


def test_moving_a_meeting_first_shows_what_changes_and_then_does_exactly_that(
    world: World, inside: Inside, browse: Browse
) -> None:
    meeting, day = world.day("B"), world.day("B").held_on + timedelta(days=14)
    browser = browse(world.secretary)
    asked = ask(browser, meeting, day, plaats="Waalwoude")
    assert asked.status == 200
    assert "Overgang naar 18 jaar" in asked.text
    assert "Een nieuw signaal" in asked.text
    assert "Geheim" not in asked.html
    assert "eigen woorden" not in asked.html
    with inside(world.region):
        region = planning.planner().region
        assert region.meetings_by_tafel["B"][0].on == meeting.held_on, "nothing moved yet"
    assert changes(inside, world) == []

    with inside(world.region):
        from coordinator.tafels import actions

        again = session().get_one(Meeting, meeting.id)
        session().refresh(again, ["tafel"])
        expected = actions.consequences_of_move(again, day)
    answer = confirm(browser, meeting, asked, reden="De zaal is bezet")
    assert answer.location.endswith("/tafels/B")
    assert "3 reizen zijn opnieuw gepland." in browser.get("/tafels/B").text

    subject = f"Beleidstafel jeugd, van {web.day(meeting.held_on)} naar {web.day(day)}"
    written = changes(inside, world)
    assert {change.reason for change in written} == {ChangeReason.MEETING_MOVED}
    assert {change.subject for change in written} == {f"{subject}: De zaal is bezet"}
    assert sorted(
        (c.journey_id, c.arrival_before, c.arrival_after, c.due_before, c.due_after)
        for c in written
    ) == sorted(
        (c.journey_id, c.arrival_before, c.arrival_after, c.due_before, c.due_after)
        for c in expected
    )
    assert len(written) == 3
    board = world.day("S", 1).held_on
    assert journeys(inside, world, world.new)[Level.POLICY].arrival_on == day
    assert journeys(inside, world, world.sent)[Level.BOARD].arrival_on == board
    assert agenda(inside, world, world.sent) == [
        ("K", world.day("K").held_on),
        ("B", day),
        ("S", board),
    ]


def test_a_meeting_that_only_gets_another_time_moves_no_journey(
    world: World, inside: Inside, browse: Browse
) -> None:
    meeting = world.day("B")
    browser = browse(world.secretary)
    asked = ask(browser, meeting, meeting.held_on, tijd="15:00", plaats="Zaal 2")
    assert "Geen enkele reis verandert." in asked.text
    assert confirm(browser, meeting, asked).status == 302
    assert "15.00 uur, Zaal 2" in browser.get("/tafels/B").text
    assert changes(inside, world) == []


def test_a_meeting_moves_onto_the_day_of_a_cancelled_one(
    world: World, inside: Inside, browse: Browse
) -> None:
    meeting, day = world.day("B"), clock.today() + timedelta(days=23)
    with inside(world.region):
        make.meeting(world.net.policy, day, status=MeetingStatus.CANCELLED)
    assert move(browse(world.secretary), meeting, day).status == 302
    with inside(world.region) as current:
        rows = current.execute(
            select(Meeting.held_on, Meeting.status)
            .where(Meeting.tafel_id == world.net.policy.id, Meeting.held_on <= day)
            .order_by(Meeting.held_on)
        ).all()
    assert [tuple(row) for row in rows] == [
        (meeting.held_on, MeetingStatus.CANCELLED),
        (day, MeetingStatus.PLANNED),
    ]
    assert ("B", day) in agenda(inside, world, world.sent)


def test_of_two_people_who_move_a_meeting_the_second_sees_the_first_ones_change(
    world: World, inside: Inside, browse: Browse
) -> None:
    meeting = world.day("B")
    first_day, second_day = (meeting.held_on + timedelta(days=n) for n in (1, 2))
    first, second = browse(world.secretary), browse(world.coordinator)
    asked = ask(second, meeting, second_day, plaats="Mijn zaal")
    assert move(first, meeting, first_day, plaats="Haar zaal").status == 302
    answer = confirm(second, meeting, asked)
    assert answer.status == 422
    assert f"Zij staat nu op {web.weekday(first_day)}, Haar zaal" in answer.alert
    assert 'value="Mijn zaal"' in answer.html
    assert f'value="{second_day.isoformat()}"' in answer.html
    with inside(world.region) as current:
        assert current.get_one(Meeting, meeting.id).held_on == first_day
    assert move(second, meeting, second_day).status == 302, "after another look it may"


def test_pressing_twice_moves_once(world: World, inside: Inside, browse: Browse) -> None:
    meeting, day = world.day("B"), world.day("B").held_on + timedelta(days=14)
    browser = browse(world.secretary)
    asked = ask(browser, meeting, day)
    first = confirm(browser, meeting, asked)
    second = confirm(browser, meeting, asked)
    assert (first.status, second.status) == (302, 302)
    assert first.location == second.location
    assert len(changes(inside, world)) == 3


def test_what_is_past_closed_cancelled_or_recorded_cannot_be_moved(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region) as current:
        past = make.meeting(world.net.policy, clock.today() - timedelta(days=1))
        later = clock.today() + timedelta(days=100)
        closed = make.meeting(world.net.policy, later, closed_at=clock.now())
        off = make.meeting(
            world.net.policy, later + timedelta(days=1), status=MeetingStatus.CANCELLED
        )
        item = current.scalars(
            select(AgendaItem).where(AgendaItem.meeting_id == world.day("B").id)
        ).one()
        item.status = ItemStatus.PUT_OFF
    browser = browse(world.coordinator)
    for meeting, words in (
        (past, "is al geweest"),
        (closed, "is al afgesloten"),
        (off, "gaat al niet door"),
        (world.day("B"), "is al iets vastgelegd"),
    ):
        for url in (move_url(meeting), f"/vergaderingen/{meeting.public_id}/vervalt"):
            answer = browser.get(url)
            assert answer.status == 409, url
            assert words in answer.text


# A meeting is cancelled.


def test_terms_work_from_today_on_and_the_preview_says_exactly_what_moves(
    world: World, inside: Inside, browse: Browse
) -> None:
    net, today = world.net, clock.today()

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    with inside(world.region) as current:
        board, council = current.merge(net.board), current.merge(net.council)
        make.meeting(board, ago(5))
        area, domain = current.merge(net.here), current.merge(net.jeugd)
        about: dict[str, Any] = {"partner": council, "area": area, "domains": (domain,)}
        held = make.signal(**about, title="Wacht op een besluit", given_on=ago(30))
        missed = make.signal(**about, title="Kwam net te laat", given_on=ago(10))
        planning.plan_new([held, missed])
        send(held, Level.BOARD)
        send(missed, Level.BOARD)
    soon = world.day("S").held_on
    assert journeys(inside, world, held)[Level.BOARD].arrival_on == ago(5)
    url = "/tafels/S/termijnen"
    browser = browse(world.coordinator)
    assert f'href="{url}"' in browser.get("/tafels/S").html
    assert 'href="/tafels/B/termijnen"' in browse(world.secretary).get("/tafels/B").html
    form = browser.get(url)
    assert "aanleveren tot en met 14 dagen voor de vergadering, antwoord binnen 28" in form.text
    for lead, answer in (("-1", "28"), ("40000", "28"), ("", "28"), ("1e3", "28"), ("14", "28")):
        typed = {"aanlevertermijn": lead, "terugkoppeltermijn": answer}
        wrong = browser.get(url, query_string=typed)
        assert wrong.status == 422
        assert f'value="{lead}"' in wrong.html
    terms = {"aanlevertermijn": "2", "terugkoppeltermijn": "10"}
    asked = browser.get(url, query_string=terms)
    # At the board: what is on its way and what came too late; not what waits for its decision.
    rows = [squeeze(e.text) for e in asked.document.all("tr")][1:]
    assert len(rows) == 3
    assert not [row for row in rows if "besluit" in row]
    assert not changes(inside, world)
    other = browse(world.coordinator)
    second = other.get(url, query_string={**terms, "terugkoppeltermijn": "9"})
    hidden = Browser.hidden_fields(asked.document, url)
    for _twice in range(2):
        assert browser.client.post(url, data=hidden).status_code == 302
    moved = changes(inside, world)
    assert len(moved) == len(rows)
    subject = "aanlevertermijn van 14 naar 2 dagen en terugkoppeltermijn van 28 naar 10 dagen"
    assert {change.subject for change in moved} == {f"Bestuurlijk overleg, {subject}"}
    waits = journeys(inside, world, held)[Level.BOARD]
    assert (waits.arrival_on, waits.answer_due_on) == (ago(5), ago(5) + timedelta(days=28))
    late = journeys(inside, world, missed)[Level.BOARD]
    assert (late.arrival_on, late.answer_due_on) == (soon, soon + timedelta(days=10))
    assert agenda(inside, world, missed) == [("S", soon)]
    # Later replans leave it so: nothing comes on a meeting that was held, no old promise moves.
    with inside(world.region):
        assert planning.replan(None) == 0
    stale = other.client.post(url, data=Browser.hidden_fields(second.document, url))
    assert stale.status_code == 422
    words = stale.get_data(as_text=True)
    assert "2 dagen voor de vergadering, antwoord binnen 10 dagen" in words
    assert 'value="9"' in words
    with inside(world.region) as current:
        exported = planning.network_of(current).tafels_by_code["S"]
        assert (exported.submission_days, exported.feedback_days) == (2, 10)
        current.get_one(Tafel, net.board.id).ended_on = today
    assert browser.get(url).status == 409


def test_a_backdated_seat_puts_nothing_that_is_on_its_way_on_a_meeting_that_has_closed(
    world: World, inside: Inside
) -> None:
    net, today = world.net, clock.today()
    because = planning.Because(ChangeReason.REGION_UPDATED, "een zetel")
    with inside(world.region) as current:
        area, domain = current.merge(net.here), current.merge(net.jeugd)
        team = current.merge(net.team)
        going, new = (
            make.signal(area, (domain,), partner=team, given_on=today - timedelta(days=30))
            for _ in range(2)
        )
        planning.plan_new([going, new])
        send(going, Level.BOARD)
        before = {one.level: one.arrival_on for one in current.scalars(select(Journey))}
        assert (before[Level.BOARD] or today) > today
        board = current.merge(net.board)
        make.meeting(board, today - timedelta(days=5))
        make.seat(board, team, current.merge(net.member), starts_on=today - timedelta(days=60))
        planning.replan(because)
    soon = world.day("S").held_on
    # What is on its way is planned from today; what was not sent yet, from the day it was given.
    assert journeys(inside, world, going)[Level.BOARD].arrival_on == soon
    assert journeys(inside, world, new)[Level.BOARD].arrival_on == today - timedelta(days=5)
    with inside(world.region):
        assert planning.replan(because) == 0


def test_cancelling_shows_what_changes_and_sends_signals_to_the_next_meeting(
    world: World, inside: Inside, browse: Browse
) -> None:
    meeting, following = world.day("B"), world.day("B", 1)
    url = f"/vergaderingen/{meeting.public_id}/vervalt"
    browser = browse(world.secretary)
    page = browser.get(url)
    assert "3 reizen krijgen een andere datum" in page.text
    assert web.day_short(following.held_on) in page.text
    answer = browser.post(url, {"reden": ""}, status=302)
    assert answer.location.endswith("/tafels/B")
    written = changes(inside, world)
    assert {(c.reason, c.subject) for c in written} == {
        (ChangeReason.MEETING_CANCELLED, f"Beleidstafel jeugd, {web.day(meeting.held_on)}")
    }
    assert journeys(inside, world, world.new)[Level.POLICY].arrival_on == following.held_on
    assert ("B", following.held_on) in agenda(inside, world, world.sent)
    assert ("B", meeting.held_on) not in agenda(inside, world, world.sent)
    assert "Gaat niet door" in browser.get("/tafels/B").text


def test_a_reason_that_points_at_a_person_is_refused(
    world: World, inside: Inside, browse: Browse
) -> None:
    meeting = world.day("B")
    url = f"/vergaderingen/{meeting.public_id}/vervalt"
    page = browse(world.secretary).post(url, {"reden": "Bel 06 12345678 voor vragen"}, status=422)
    assert "telefoonnummer" in page.alert
    assert "06 12345678" in page.html
    assert changes(inside, world) == []


def test_when_the_last_meeting_goes_the_journey_has_no_road(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser = browse(world.coordinator)
    for meeting in world.net.meetings["B"]:
        url = f"/vergaderingen/{meeting.public_id}/vervalt"
        page = browser.get(url)
        browser.post(url, {"reden": ""}, status=302)
    assert "geen vergadering" in page.text
    assert journeys(inside, world, world.sent)[Level.BOARD].plan == []
    assert agenda(inside, world, world.sent) == []


# All journeys.


def test_the_plan_shows_every_journey_and_can_show_those_without_a_road(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser = browse(world.coordinator)
    assert "4 reizen." in browser.get("/netwerk/reizen").text
    with inside(world.region):
        make.domain("ggz", "Ggz", world.region)
        lost = make.signal(world.net.there, (world.net.onderwijs,), source=Source.RESIDENT)
    page = browser.get("/netwerk/reizen")
    assert "6 reizen." in page.text
    assert "2 reizen hebben geen weg" in page.text
    assert "Spreekuur ervaringen → Beleidstafel jeugd" in page.text
    without = browser.get("/netwerk/reizen?weg=geen")
    assert lost.code in without.text
    assert world.sent.code not in without.text
    assert "Geen ingang" in without.text


def test_the_download_equals_the_answer_of_the_command_on_the_export(
    world: World, inside: Inside, browse: Browse, tmp_path: Path, capsysbinary: Any
) -> None:
    with inside(world.region) as current:
        region = planning.network_of(current, with_signals=True)
    package.write(region, tmp_path / "pakket")
    from network import cli

    assert cli.main(["routes", str(tmp_path / "pakket")]) == 0
    expected = capsysbinary.readouterr().out
    answer = browse(world.coordinator).get("/netwerk/reizen.csv")
    assert answer.response.data == expected
    assert answer.response.mimetype == "text/csv"
    assert "attachment" in answer.response.headers["Content-Disposition"]


def test_the_plan_asks_the_same_queries_with_more_signals(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    browser = browse(world.coordinator)
    browser.get("/netwerk/reizen")
    with count_queries() as before:
        browser.get("/netwerk/reizen")
    with inside(world.region):
        for _ in range(20):
            make.signal(world.net.here, (world.net.jeugd,), partner=world.net.team)
    with count_queries() as after:
        browser.get("/netwerk/reizen")
    assert len(before) == len(after), "\n".join(after)
