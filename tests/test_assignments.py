"""The assignment of the leercoördinator: what it is, who gave it, who never did."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from coordinator import clock, web
from coordinator.models import Account, Assignment, Event, Power, Region, RoleName, Verb
from tests import make
from tests.conftest import Inside
from tests.page import Browser

ONLY_SQLITE = True

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]


@dataclass
class World:
    """Of four partners two give the assignment; one of them until next week."""

    region: Region
    net: make.SmallNetwork
    coordinator: Account
    member: Account
    power: Power
    assignment: Assignment


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        coordinator = make.person(RoleName.COORDINATOR, region, name="Samira")
        power = make.power("Tafels bijeenroepen", region)
        assignment = make.assignment(
            coordinator, region, hours_per_week=16, budget=12_500, powers=[power]
        )
        make.assignment_grant(
            assignment, net.team, agreement_id=net.cooperation.id, ground="artikel 4"
        )
        make.assignment_grant(assignment, net.council, ends_on=clock.today() + timedelta(days=7))
        member = make.person(RoleName.EXPERT, region, partner=net.experts)
        return World(region, net, coordinator, member, power, assignment)


def test_every_member_sees_what_it_is_and_who_gave_it_or_never_did(
    world: World, browse: Browse
) -> None:
    browser = browse(world.member)
    url = f"/opdracht/{world.assignment.public_id}"
    text = browser.get("/opdracht").text
    for words in (
        "Breng signalen bij de tafels die erover gaan.",
        f"Deze opdracht loopt tot en met {web.day(world.assignment.ends_on)}.",
        "€ 12.500",
        "Tafels bijeenroepen",
        "2 van de 4 partners geven deze opdracht. "
        "Nooit gegeven door Ervaringsdeskundigen en Scholengroep Waalwoude.",
    ):
        assert words in text
    text = browser.get(url).text
    assert "Samenwerkingsafspraak signalenartikel 4" in text
    assert f", tot en met {web.day(clock.today() + timedelta(days=7))}." in text
    assert "Beëindigen" not in text
    # On another day; and on one on which it does not hold.
    text = browser.get(f"{url}?dag={clock.today() + timedelta(days=8)}").text
    assert "1 van de 4 partners geeft deze opdracht." in text
    assert "Gaf de opdracht tot en met" in text
    text = browser.get(f"/opdracht?dag={clock.today() - timedelta(days=31)}").text
    assert "Op deze dag is er geen opdracht" in text
    assert f"Deze opdracht begint op {web.day(world.assignment.starts_on)}." in text


def test_the_coordinator_records_an_assignment_and_the_partners_that_give_it(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser = browse(world.coordinator)
    today = clock.today()
    page = browser.post("/opdracht/nieuw", {"hours": "80", "budget": "veel"}, status=422)
    for complaint in ("wie de opdracht krijgt", "wat de opdracht is", "uren van 1", "hele euro's"):
        assert complaint in page.alert
    sent = {
        "person": world.coordinator.public_id,
        "task": "Breng wie leren wil bij elkaar.",
        "hours": "12",
        "budget": "5.000",
        "starts_on": str(today),
        "ends_on": str(today - timedelta(days=1)),
        "powers": [world.power.public_id],
    }
    page = browser.post("/opdracht/nieuw", sent, status=422)
    assert "De laatste dag ligt voor de eerste dag" in page.alert
    assert "Breng wie leren wil bij elkaar." in page.text
    ends_on = today + timedelta(days=100)
    url = browser.post("/opdracht/nieuw", {**sent, "ends_on": str(ends_on)}, status=302).location
    assert "Geen van de 4 partners geeft deze opdracht." in browser.get(url).text

    add = f"{url}/gever-toevoegen"
    given = {"partner": "lt1", "granted_on": str(ends_on + timedelta(days=1)), "agreement": ""}
    page = browser.post(add, given, status=422)
    assert f"De opdracht eindigt al op {web.day(ends_on)}." in page.alert
    given |= {"granted_on": str(today), "agreement": "A1", "ground": "artikel 7"}
    browser.post(add, given, status=302)
    assert "1 van de 4 partners geeft deze opdracht." in browser.get(url).text
    assert 'value="lt1"' not in browser.get(add).html
    page = browser.post(add, given, status=422)  # a second window
    assert "Deze partner geeft de opdracht al, of hoort niet meer bij" in page.alert

    links = [e.attributes.get("href", "") for e in browser.get(url).document.all("a")]
    (end,) = [link for link in links if link.endswith("/beeindigen")]
    page = browser.post(end, {"last_day": str(today - timedelta(days=1))}, status=422)
    assert "geeft de opdracht pas vanaf" in page.alert
    browser.post(end, {"last_day": str(today)}, status=302)
    assert "Geeft de opdracht sinds" in browser.get(url).text
    page = browser.post(end, {"last_day": str(today)}, status=422)
    assert "heeft de opdracht al beëindigd" in page.alert
    assert "Kies een latere dag." in browser.post(add, given, status=422).alert
    given["granted_on"] = str(today + timedelta(days=1))
    browser.post(add, given, status=302)
    with inside(world.region) as current:
        verbs = [e.verb for e in current.scalars(select(Event).order_by(Event.number))]
    assert verbs[-4:] == [
        Verb.ASSIGNMENT_ADDED,
        Verb.ASSIGNMENT_GRANTED,
        Verb.ASSIGNMENT_TAKEN_BACK,
        Verb.ASSIGNMENT_GRANTED,
    ]
    assert "Een partner heeft de opdracht gegeven, vanaf" in browser.get(url).text


def test_of_two_who_change_an_assignment_the_second_sees_the_first_ones_work(
    world: World, browse: Browse
) -> None:
    url = f"/opdracht/{world.assignment.public_id}/wijzigen"
    first, second = browse(world.coordinator), browse(world.coordinator)
    opened = Browser.hidden_fields(second.get(url).document, url)
    sent = {
        "person": world.coordinator.public_id,
        "task": world.assignment.task,
        "hours": "16",
        "budget": "12500",
        "starts_on": str(world.assignment.starts_on),
        "ends_on": str(world.assignment.ends_on),
    }
    first.post(url, sent, status=302)  # only without the power
    page = second._answer(second.client.post(url, data={**opened, **sent, "task": "Mijn tekst"}))
    assert page.status == 422
    assert "Iemand anders heeft deze opdracht intussen gewijzigd." in page.alert
    assert "Nu staat hier, door een ander bewaard:(geen)" in page.text
    assert "Mijn tekst" in page.text
    again = {**Browser.hidden_fields(page.document, url), **sent, "task": "Mijn tekst"}
    assert second._answer(second.client.post(url, data=again)).status == 302
    assert "Mijn tekst" in second.get("/opdracht").text


def test_the_pages_ask_the_same_queries_with_more_rows(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    browser = browse(world.coordinator)
    url = f"/opdracht/{world.assignment.public_id}"

    def counts() -> list[int]:
        found = []
        for page in ("/opdracht", url, f"{url}/gever-toevoegen"):
            browser.get(page)
            with count_queries() as queries:
                assert browser.get(page).status == 200
            found.append(len(queries))
        return found

    before = counts()
    with inside(world.region):
        for number in range(20):
            partner = make.partner(f"p{number}", region=world.region)
            make.assignment_grant(world.assignment, partner)
            other = make.assignment(world.coordinator, world.region)
            make.assignment_grant(other, partner)
    assert counts() == before


def test_without_an_assignment_the_page_says_what_to_do_first(
    inside: Inside, browse: Browse
) -> None:
    with inside():
        region = make.region()
    with inside(region):
        coordinator = make.person(RoleName.COORDINATOR, region)
        member = make.person(RoleName.MANAGER, region)
    page = browse(coordinator).get("/opdracht")
    assert "Leg vast wat de opdracht is" in page.text
    assert "/opdracht/nieuw" in page.html
    assert "De leercoördinator legt vast" in browse(member).get("/opdracht").text
