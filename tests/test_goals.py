"""Learning goals: small and concrete, few at a time, parked with a day, and without blame."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from coordinator import clock, reminders, web
from coordinator.goals.queries import AT_MOST, LOOK_TOGETHER
from coordinator.models import (
    Account,
    GoalLimit,
    GoalStatus,
    LearningGoal,
    Level,
    OutboxMessage,
    Partner,
    Region,
    RoleName,
    Tafel,
)
from tests import make
from tests.conftest import Inside
from tests.page import Answer, Browser

ONLY_SQLITE = True

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]
TODAY = clock.today()
NEW = "/leerdoelen/nieuw"


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


@dataclass
class World:
    """Marloes is of the local team, Bram of the policy table; Samira coordinates."""

    inside: Inside
    region: Region
    net: make.SmallNetwork
    samira: Account
    marloes: Account
    bram: Account

    def goals(self) -> list[LearningGoal]:
        with self.inside(self.region) as current:
            return list(current.scalars(select(LearningGoal).order_by(LearningGoal.id)))

    def sent(self, **given: Any) -> dict[str, Any]:
        """Return a form that can be saved, for the local team."""
        return {
            "better": "Ouders weten wie hen belt.",
            "due_on": str(after(60)),
            "seen_by": "We vragen het aan tien ouders.",
            "holder": "partner:lt1",
            "level": Level.PRACTICE.value,
            **given,
        }


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        return World(
            inside,
            region,
            net,
            make.person(RoleName.COORDINATOR, region, name="Samira"),
            make.person(RoleName.PROFESSIONAL, region, partner=net.team),
            make.person(RoleName.SECRETARY, region, tafel=net.policy),
        )


def hrefs(page: Answer) -> list[str]:
    return [link.attributes.get("href", "") for link in page.document.all("a")]


def test_a_goal_from_its_first_words_to_what_was_seen_and_the_next_step(
    world: World, browse: Browse
) -> None:
    browser = browse(world.marloes)
    page = browser.get("/leerdoelen")
    assert "Er zijn nog geen leerdoelen" in page.text
    assert NEW in hrefs(page)
    assert 'value="tafel:' not in browser.get(NEW).html  # only what she is of
    page = browser.post(
        NEW, {"better": "Iets beters\0", "holder": f"tafel:{world.net.policy.code}"}, status=422
    )
    for complaint in ("Kies een dag.", "hoe u ziet", "kunt u niet kiezen", "Kies een niveau."):
        assert complaint in page.alert
    assert "Iets beters" in page.html
    page = browser.post(NEW, world.sent(due_on=str(after(-1)), team="Zuid"), status=422)
    assert "Deze dag is al voorbij." in page.alert
    assert 'value="Zuid"' in page.html
    assert world.goals() == []
    page = browser.post(NEW, world.sent(better="x" * 301), status=422)
    assert "hooguit 300 tekens" in page.alert

    page = browser.get(NEW)
    data = {**Browser.hidden_fields(page.document, NEW), **world.sent(team=" Team  Noord ")}
    places = {browser._answer(browser.client.post(NEW, data=data)).location for _ in range(2)}
    (url,) = places  # pressed twice
    (goal,) = world.goals()
    assert (goal.team, goal.partner_id) == ("Team Noord", world.net.team.id)
    text = browser.get(url).text
    assert f"Lokaal team Oeverdam, Team Noord, uiterlijk {web.day(after(60))}" in text
    assert "DomeinenJeugd" in text.replace(" ", "")  # of who works on it
    assert "Het doel is opgeschreven." in text
    browser.post(f"{url}/parkeren", {"reason": "Vakantie."}, status=422)
    page = browser.post(
        f"{url}/parkeren", {"reason": "Vakantie.", "review_on": str(TODAY)}, status=422
    )
    assert "Kies een dag na vandaag" in page.alert
    assert "Vakantie." in page.html
    parked = {"reason": "Vakantie.", "review_on": str(after(30))}
    browser.post(f"{url}/parkeren", parked, status=302)
    page = browser.get(url)
    assert "Vakantie." in page.text
    assert f"Het doel is geparkeerd tot {web.day(after(30))}." in page.text
    page = browser.post(f"{url}/bereikt", {"outcome": "Acht van de tien."}, status=422)
    assert "Pak het eerst weer op." in page.alert
    browser.post(f"{url}/oppakken", {"due_on": str(after(90))}, status=302)
    assert "Schrijf wat u zag." in browser.post(f"{url}/bereikt", {"outcome": " "}).alert
    page = browser.post(f"{url}/bereikt", {"outcome": "Bel haar op 06 12345678."}, status=422)
    assert "telefoonnummer" in page.alert
    browser.post(f"{url}/bereikt", {"outcome": "Acht van de tien wisten het."}, status=302)
    page = browser.get(url)
    assert "Acht van de tien wisten het." in page.text
    (onward,) = [link for link in hrefs(page) if "na=" in link]
    assert browser.get(f"{url}/wijzigen").status == 302  # says that it was reached
    page = browser.post(f"{url}/stoppen", {"reason": "Laat maar."}, on=onward, status=422)
    assert "Dit doel is al bereikt." in page.alert
    assert "Laat maar." in page.html

    page = browser.get(onward)
    assert "Dit doel komt na: Ouders weten wie hen belt." in page.text
    chosen = [e for e in page.document.elements if {"selected", "checked"} & e.attributes.keys()]
    assert {goal.public_id, Level.PRACTICE.value} <= {e.attributes["value"] for e in chosen}
    data = world.sent(better="Ook wie wacht wordt gebeld.", predecessor=goal.public_id)
    step = browser.post(onward, data, status=302).location
    assert "Ouders weten wie hen belt." in browser.get(step).text
    assert "Ook wie wacht wordt gebeld." in browser.get(url).text
    browser.post(f"{step}/stoppen", {"reason": "Het kan nu niet."}, status=302)
    assert "Het kan nu niet." in browse(world.bram).get(step).text


def test_what_is_open_has_a_limit_and_the_rest_is_parked(world: World, browse: Browse) -> None:
    browser, coordinator = browse(world.marloes), browse(world.samira)
    for number in range(AT_MOST):
        browser.post(NEW, world.sent(better=f"Doel {number}"), status=302)
    page = browser.post(NEW, world.sent(better="Nog een doel", team=""), status=422)
    assert "Bij Lokaal team Oeverdam lopen al 3 doelen. De grens is 3." in page.alert
    assert all(f"Doel {number}" in page.text for number in range(AT_MOST))
    assert "Nog een doel" in page.html
    assert len(world.goals()) == AT_MOST
    parking = {**world.sent(better="Nog een doel"), "park": "1"}
    page = browser.post(NEW, parking, status=422)
    assert "Kies een dag waarop u er weer naar kijkt." in page.alert
    url = browser.post(NEW, parking | {"review_on": str(after(9))}, status=302).location
    assert f"Weer bekijken op {web.day(after(9))}." in browser.get(url).text
    page = browser.post(f"{url}/oppakken", {"due_on": str(after(60))}, status=422)
    assert "De grens is 3." in page.alert
    later = {"due_on": str(after(60)), "park": "1", "review_on": str(after(40))}
    browser.post(f"{url}/oppakken", later, status=302)
    goal = world.goals()[-1]
    assert (goal.status, goal.review_on) == (GoalStatus.PARKED, after(40))
    # A team counts apart, however its name is written; so does a table.
    browser.post(NEW, world.sent(team="Noord"), status=302)
    team = coordinator.post(NEW, world.sent(team="noord"), status=302).location
    assert {goal.team for goal in world.goals()} == {"", "Noord"}

    limits = "/leerdoelen/grenzen"
    text = coordinator.get(limits).text
    assert "lopen hooguit 3 doelen tegelijk" in text
    assert "Lokaal team Oeverdam 3 Vol 3" in text
    form = f"{limits}/vastleggen"
    for wrong in ("0", "21", "veel"):
        coordinator.post(form, {"holder": "regio", "at_most": wrong}, status=422)
    page = coordinator.post(
        form,
        {"holder": f"tafel:{world.net.policy.code}", "team": "Noord", "at_most": "2"},
        status=422,
    )
    assert "Alleen een organisatie heeft teams." in page.alert
    of_team = f"{form}?voor=partner:lt1&team=NOORD"
    second = Browser.hidden_fields(coordinator.get(of_team).document, form)
    two = {"holder": "partner:lt1", "team": "NOORD", "at_most": "2"}
    coordinator.post(form, two, on=of_team, status=302)
    answer = coordinator.client.post(form, data={**second, **two, "at_most": "9"})
    page = coordinator._answer(answer)
    assert "Intussen staat hier: 2." in page.alert
    assert "lopen al 2 doelen. De grens is 2." in browser.post(NEW, world.sent(team="noorD")).alert
    coordinator.post(form, {"holder": "regio", "at_most": "4"}, on=f"{form}?voor=regio", status=302)
    browser.post(f"{url}/oppakken", {"due_on": str(after(60))}, status=302)
    # To another place with an edit: there too.
    page = coordinator.post(f"{team}/wijzigen", world.sent(team=""), status=422)
    assert "Bij Lokaal team Oeverdam lopen al 4 doelen." in page.alert
    coordinator.post(form, two | {"at_most": ""}, on=of_team, status=302)
    with world.inside(world.region) as current:
        assert [limit.at_most for limit in current.scalars(select(GoalLimit))] == [4]
    browser.post(NEW, world.sent(team="noord"), status=302)


def test_of_two_who_change_a_goal_the_second_sees_the_first_ones_work_and_no_circle_is_made(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside():
        elsewhere = make.region("elders")
    with inside(elsewhere):
        foreign = make.goal(partner_id=make.partner("ver", region=elsewhere).id)
    with inside(world.region):
        first = make.goal("Het eerste doel", partner_id=world.net.team.id)
        then = make.goal(partner_id=world.net.team.id, predecessor_id=first.id)
        last = make.goal(partner_id=world.net.team.id, predecessor_id=then.id)
    url = f"/leerdoelen/{first.public_id}/wijzigen"
    browser, other = browse(world.marloes), browse(world.samira)
    opened = Browser.hidden_fields(other.get(url).document, url)
    browser.post(url, world.sent(better="Eerst dit"), status=302)
    mine = world.sent(better="Mijn tekst", due_on=str(after(70)), domains=["onderwijs"])
    page = other._answer(other.client.post(url, data={**opened, **mine}))
    assert page.status == 422
    assert "Iemand anders heeft dit doel intussen gewijzigd." in page.alert
    assert "Intussen staat hier: “Eerst dit”" in page.text
    assert f"Intussen staat hier: {web.day(after(60))}." in page.text
    assert "Mijn tekst" in page.html
    again = {**Browser.hidden_fields(page.document, url), **mine}
    assert other._answer(other.client.post(url, data=again)).status == 302
    assert "Mijn tekst" in browser.get(f"/leerdoelen/{first.public_id}").text
    # Nobody parks what somebody just changed without having seen it.
    page = browser.post(
        f"/leerdoelen/{first.public_id}/stoppen", {"reason": "Klaar", "version": "1"}, status=422
    )
    assert "intussen gewijzigd" in page.alert

    # The whole line stands on each of its pages, in its order.
    steps = [f"/leerdoelen/{one.public_id}" for one in (first, then, last)]
    for one in steps:
        there = [link for link in hrefs(browser.get(one)) if link in steps]
        assert there == [step for step in steps if step != one]

    page = other.post(url, mine | {"predecessor": last.public_id}, status=422)
    assert "Dat doel komt zelf na dit doel." in page.alert
    for wrong in (first, foreign):
        page = other.post(url, mine | {"predecessor": wrong.public_id}, status=422)
        assert "Dit doel is er niet meer." in page.alert
    page = other.post(NEW, world.sent(holder="partner:ver"), status=422)
    assert "kunt u niet kiezen" in page.alert
    assert other.get(f"/leerdoelen/{foreign.public_id}").status == 404
    assert browse(world.bram).get(url).status == 404


def test_the_list_shows_own_goals_first_and_says_without_blame_that_a_day_is_over(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    net = world.net
    with inside(world.region):
        question = make.leervraag("Hoe blijft een gezicht?", domains=[net.onderwijs])
        make.goal("Van een ander, eerder", tafel_id=net.policy.id, due_on=after(3))
        late = make.goal(
            "Van ons, voorbij", partner_id=net.team.id, due_on=after(-20), made_by_id=None
        )
        far = make.goal("Van ons, ver weg", partner_id=net.team.id, due_on=after(300))
        make.goal(
            "Wacht nog",
            tafel_id=net.policy.id,
            status=GoalStatus.PARKED,
            review_on=after(5),
            level=Level.POLICY,
            domains=[net.jeugd],
        )
    browser = browse(world.marloes)

    def names(query: str = "") -> list[str]:
        page = browser.get(f"/leerdoelen?{query}")
        return [link.text for link in page.document.all("a") if link.parents[-1].tag == "th"]

    all_of_them = ["Van ons, voorbij", "Van ons, ver weg", "Van een ander, eerder", "Wacht nog"]
    assert names() == all_of_them
    assert names("stand=datum-voorbij") == all_of_them[:1]
    assert names("stand=loopt&wie=lokaal+team") == all_of_them[:2]
    assert names("stand=te-bekijken") == []
    assert names(f"niveau={Level.POLICY.value}&domein=jeugd") == ["Wacht nog"]
    way = next(h for h in hrefs(browser.get(f"/partners/{net.team.code}")) if "/leerdoelen" in h)
    assert names(way.partition("?")[2]) == all_of_them[:2]
    assert f"/leerdoelen?wie={net.policy.name.split()[0]}" in str(
        hrefs(browser.get(f"/tafels/{net.policy.code}"))
    )
    assert names("zoek=ander+eerder") == ["Van een ander, eerder"]
    assert names("zoek=100%25&stand=raar") == []
    assert names("niveau=raar") == all_of_them
    page = browser.get(f"/leerdoelen/{late.public_id}")
    assert LOOK_TOGETHER in page.text
    assert "alert--error" not in page.html
    assert "dagen" not in page.text
    assert "langer dan een half jaar" in browser.get(f"/leerdoelen/{far.public_id}").text
    page = browser.get(f"{NEW}?leervraag={question.public_id}")
    (chosen,) = page.document.all("input", name="domains", checked="")
    assert chosen.attributes["value"] == "onderwijs"
    data = world.sent(leervraag=question.public_id)
    url = browser.post(NEW, data, on=f"{NEW}?leervraag=X", status=302).location
    assert "Hoe blijft een gezicht?" in browser.get(url).text
    assert "Onderwijs" in browser.get(url).text

    coordinator = browse(world.samira)

    def counts() -> list[int]:
        found = []
        for each in ("/leerdoelen", url, f"{url}/wijzigen", NEW, "/leerdoelen/grenzen", "/"):
            coordinator.get(each)
            with count_queries() as queries:
                assert coordinator.get(each).status == 200
            found.append(len(queries))
        return found

    before = counts()
    goal_id = world.goals()[-1].id
    with inside(world.region):
        for number in range(20):
            partner = make.partner(f"p{number}", region=world.region)
            make.goal(partner_id=partner.id, predecessor_id=goal_id, domains=[net.jeugd])
            make.goal(tafel_id=net.board.id, status=GoalStatus.PARKED, review_on=after(-3))
            make.leervraag()
    assert counts() == before


def test_a_table_that_left_keeps_its_goals_and_takes_no_new_ones(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region) as current:
        goal = make.goal(tafel_id=world.net.policy.id, status=GoalStatus.PARKED, review_on=after(9))
        current.get_one(Tafel, world.net.policy.id).ended_on = after(-1)
        current.get_one(Partner, world.net.experts.id).ended_on = after(-1)
    url = f"/leerdoelen/{goal.public_id}"
    opened = browse(world.samira)
    assert "hoort niet meer bij het netwerk" in opened.get(url).text
    page = opened.post(f"{url}/oppakken", {"due_on": str(after(30))}, status=422)
    assert "Wijzig eerst wie aan dit doel werkt." in page.alert
    page = opened.post(NEW, world.sent(holder=f"tafel:{world.net.policy.code}"), status=422)
    assert "kunt u niet kiezen" in page.alert
    opened.post(f"{url}/wijzigen", world.sent(), status=302)
    opened.post(f"{url}/oppakken", {"due_on": str(after(30))}, status=302)
    page = browse(world.bram).get(NEW)
    assert "hoort niet meer bij het netwerk" in page.text


def test_a_parked_goal_comes_back_once_by_mail_and_on_the_start_page(
    world: World, inside: Inside, browse: Browse, app: Any
) -> None:
    with inside(world.region):
        make.goal(
            "Geheim doel",
            partner_id=world.net.team.id,
            status=GoalStatus.PARKED,
            review_on=after(3),
            made_by_id=world.marloes.id,
        )

    def told(days: int) -> set[str]:
        with inside() as current:
            before = set(current.scalars(select(OutboxMessage.key)))
        with clock.frozen(clock.now() + timedelta(days=days)), app.app_context():
            reminders.put_due()
        with inside() as current:
            mails = current.scalars(select(OutboxMessage)).all()
        new = [mail for mail in mails if mail.key not in before]
        assert not any("Geheim" in mail.body + mail.subject for mail in new)
        assert all("/leerdoelen/" in mail.body for mail in new)
        return {mail.to_address for mail in new}

    assert told(2) == set()
    assert told(3) == {world.marloes.email, world.samira.email}
    assert told(4) == set()
    for somebody, sees in ((world.marloes, True), (world.samira, True), (world.bram, False)):
        assert "Geheim doel" not in browse(somebody).get("/").text
        with clock.frozen(clock.now() + timedelta(days=3)):
            assert ("Geheim doel" in browse(somebody).get("/").text) is sees, somebody.name
