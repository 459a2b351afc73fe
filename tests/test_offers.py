"""What a region offers to learn from, the places it has, and what fits which need."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from coordinator import clock
from coordinator.models import (
    Account,
    GoalStatus,
    LearningOffer,
    LeervraagState,
    Level,
    Region,
    RoleName,
)
from coordinator.offers import queries
from tests import make
from tests.conftest import Inside
from tests.page import Browser

ONLY_SQLITE = True

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]


def test_places_that_are_there_come_with_the_reason_the_best_first(inside: Inside) -> None:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        make.structure("Oude academie", ended_on=clock.today())
        make.structure("Academie jeugd", domains=[net.jeugd], contact="Bel de balie.")
        make.structure("Leertafel", level=Level.PRACTICE, tafel_id=net.practice.id)
        make.structure("Bestuursschool", level=Level.BOARD)
        make.structure("Buurtgroep", domains=[net.jeugd], area_id=net.there.id)
        found = queries.structures_for(Level.PRACTICE, [net.jeugd.id], net.here.id)
    assert [(place.kind, place.name, place.reason) for place in found] == [
        (
            "Tafel",
            "Spreekuur ervaringen",
            "Zelfde niveau: Uitvoering. Gaat over Jeugd en gezin. "
            "In Rivierenrand, daar hoort Oeverdam bij.",
        ),
        (
            "Academie",
            "Leertafel",
            "Zelfde niveau: Uitvoering. Voor alle domeinen. Voor de hele regio.",
        ),
        (
            "Academie",
            "Academie jeugd",
            "Voor elk niveau. Gaat over Jeugd en gezin. Voor de hele regio.",
        ),
    ]
    assert [(place.tafel, place.contact) for place in found] == [
        ("K", ""),
        ("U", ""),
        ("", "Bel de balie."),
    ]
    assert found[0].next_on == clock.today() + timedelta(days=7)


@dataclass
class World:
    """A coordinator, a member, and two offers: one for practice in Oeverdam, one for all."""

    region: Region
    net: make.SmallNetwork
    coordinator: Account
    member: Account
    near: LearningOffer
    wide: LearningOffer


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        near = make.offer(
            "Intervisie Oeverdam",
            level=Level.PRACTICE,
            domains=[net.jeugd],
            area_id=net.here.id,
            provider_id=net.team.id,
            cost_cents=4500,
            places=8,
        )
        wide = make.offer("Studiedag voor iedereen", format="study_day", provider="Bureau Ver")
        return World(
            region,
            net,
            make.person(RoleName.COORDINATOR, region, name="Samira"),
            make.person(RoleName.EXPERT, region, partner=net.experts),
            near,
            wide,
        )


def test_the_coordinator_adds_an_offer_and_mistakes_lose_nothing(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser = browse(world.coordinator)
    bad = {"title": "x" * 201, "domains": ["weg"], "cost": "100000,01", "places": "-1"}
    page = browser.post("/leeraanbod/nieuw", bad, status=422)
    for complaint in (
        "Maak deze tekst korter",
        "Dit domein is niet bekend",
        "Vul een bedrag in tot en met € 100.000.",
        "Vul een heel getal in van 1 tot en met 10.000.",
    ):
        assert complaint in page.alert
    page = browser.post("/leeraanbod/nieuw", {"cost": "12,505", "places": "0"}, status=422)
    for complaint in (
        "Schrijf hoe dit aanbod heet.",
        "Kies een leervorm.",
        "Vul een bedrag in, zoals 12,50 of 1.250.",
        "Vul een heel getal in van 1 tot en met 10.000.",
    ):
        assert complaint in page.alert
    sent: dict[str, Any] = {
        "title": "Casuïstiek\0 jeugd",
        "description": "Elke maand één situatie.",
        "format": "case_discussion",
        "level": "management",
        "area": "G1",
        "partner": "lt1",
        "provider": "",
        "cost": "0",
        "places": "12",
    }
    for extra, complaint in (
        ({}, "Kies een of meer domeinen, of kies “Voor alle domeinen”."),
        ({"domains": ["jeugd"], "all_domains": "y"}, "Haal één van beide weg."),
        ({"domains": ["jeugd"], "provider": "Bureau"}, "Laat één van beide leeg."),
        ({"domains": ["jeugd"], "partner": ""}, "Kies welke organisatie of leerplek dit aanbiedt"),
    ):
        page = browser.post("/leeraanbod/nieuw", {**sent, **extra}, status=422)
        assert complaint in page.alert
        assert "Elke maand één situatie." in page.text
    opened = Browser.hidden_fields(browser.get("/leeraanbod/nieuw").document, "/leeraanbod/nieuw")
    whole = {**opened, **sent, "domains": ["jeugd", "onderwijs"]}
    url = browser.post("/leeraanbod/nieuw", whole, status=302).location
    assert browser.post("/leeraanbod/nieuw", whole, status=302).location == url  # clicked twice
    text = browser.get(url).text
    for words in ("Casuïstiek jeugd", "Management", "Jeugd en gezin, en Onderwijs", "gratis", "12"):
        assert words in text
    assert "Dit past nu bij geen enkele vraag" in text
    with inside(world.region) as current:
        assert len(current.scalars(select(LearningOffer)).all()) == 3
    # Amounts as people write them; the form shows them again as they are written here.
    edit, kept = f"{url}/wijzigen", {**sent, "domains": ["jeugd"]}
    for typed, shown in (
        ("€ 12,50", "12,50"),
        ("12.5", ""),
        ("12,5", "12,50"),
        ("1.250", "1.250"),
        ("1.250,05 euro", "1.250,05"),
        ("12.50", "12,50"),
        ("12,-", "12"),
        ("-12", ""),
        ("١٢", ""),
    ):
        page = browser.post(edit, {**kept, "cost": typed}, status=302 if shown else 422)
        again = page if page.status == 422 else browser.get(edit)
        assert again.document.all("input", name="cost", value=shown or typed), typed
        assert not shown or f"€\xa0{shown} per persoon" in browser.get(url).html, typed


def test_of_two_who_change_an_offer_the_second_sees_what_the_first_saved(
    world: World, browse: Browse
) -> None:
    url = f"/leeraanbod/{world.near.public_id}"
    first, second = browse(world.coordinator), browse(world.coordinator)
    opened = Browser.hidden_fields(second.get(f"{url}/wijzigen").document, f"{url}/wijzigen")
    sent = {"title": "Intervisie", "format": "peer_review", "partner": "lt1", "all_domains": "y"}
    first.post(f"{url}/wijzigen", {**sent, "contact": "Bel de balie"}, status=302)
    mine = {**opened, **sent, "title": "Intervisie voor ons", "places": "6"}
    page = second.post(f"{url}/wijzigen", mine, status=422)
    assert "Iemand anders heeft dit aanbod intussen gewijzigd." in page.alert
    assert "Bel de balie" in page.text
    assert "alle domeinen" in page.text
    assert 'value="Intervisie voor ons"' in page.html
    fields = {**Browser.hidden_fields(page.document, f"{url}/wijzigen"), **sent, "places": "6"}
    second.post(f"{url}/wijzigen", {**fields, "title": "Intervisie voor ons"}, status=302)
    assert "Intervisie voor ons" in second.get(url).text


def test_what_ended_stays_to_be_read_and_fits_no_more(world: World, browse: Browse) -> None:
    browser, member = browse(world.coordinator), browse(world.member)
    url = f"/leeraanbod/{world.near.public_id}"
    today = clock.today()
    browser.post(f"{url}/beeindigen", {"last_day": str(today)}, status=302)
    assert "Intervisie Oeverdam" in member.get("/leeraanbod").text  # the last day itself
    browser.post(f"{url}/beeindigen", {"last_day": str(today - timedelta(days=1))}, status=302)
    assert "Intervisie Oeverdam" not in member.get("/leeraanbod").text
    assert "Intervisie Oeverdam" in member.get("/leeraanbod?beeindigd=1").text
    text = member.get(url).text
    assert "Dit aanbod is er niet meer. U kunt het nog wel lezen." in text
    assert "Bij welke vragen" not in text
    assert "Wijzigen" not in text
    assert "Het aanbod is beëindigd." in browser.get(url).text
    browser.post(f"{url}/beeindigen", {"last_day": "32-13-2026"}, status=422)
    browser.post(f"{url}/beeindigen", {"last_day": ""}, status=302)
    assert "Intervisie Oeverdam" in member.get("/leeraanbod").text


def test_the_list_is_filtered_by_all_that_an_offer_says(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser = browse(world.member)
    near, wide = "Intervisie Oeverdam", "Studiedag voor iedereen"
    for asked, found in (
        ("vorm=peer_review", {near}),
        ("niveau=uitvoering", {near, wide}),
        ("niveau=bestuur", {wide}),
        ("domein=onderwijs", {wide}),
        ("domein=jeugd", {near, wide}),
        ("gebied=G2", {wide}),
        ("gebied=G1", {near, wide}),
        ("kosten=kosten", {near}),
        ("kosten=onbekend", {wide}),
        ("kosten=gratis", set()),
        ("aanbieder=oeverdam", {near}),
        ("aanbieder=bureau", {wide}),
        ("zoek=STUDIE", {wide}),
        ("vorm=onzin&gebied=nergens&pagina=1", {near, wide}),
    ):
        text = browser.get(f"/leeraanbod?{asked}").text
        assert {title for title in (near, wide) if title in text} == found, asked
    assert "€ 45 per persoon" in browser.get("/leeraanbod").text
    assert browser.get("/leeraanbod?pagina=0").status == 404
    with inside():
        empty = make.region(name="Leeg")
        person = make.person(RoleName.COORDINATOR, empty)
    browser = browse(person)
    assert "Er is nog geen leeraanbod" in browser.get("/leeraanbod").text
    assert "Er is nog geen leerplek vastgelegd" in browser.get("/leerplekken").text
    assert "Er zijn nog geen leervragen en leerdoelen" in browser.get("/leeraanbod/passend").text


def test_questions_and_goals_are_matched_with_the_reason_and_the_rest_is_named(
    world: World, inside: Inside, browse: Browse
) -> None:
    net = world.net
    with inside(world.region) as current:
        current.get_one(LearningOffer, world.wide.id).level = Level.BOARD
        question = make.leervraag(
            "Hoe blijven we in contact?", domains=[net.jeugd], area_id=net.here.id
        )
        make.leervraag("Elders gesteld?", domains=[net.jeugd], area_id=net.there.id)
        make.leervraag("Al geborgd?", domains=[net.jeugd], state=LeervraagState.EMBEDDED)
        goal = make.goal(
            "Eén plan per gezin.",
            partner_id=net.team.id,
            domains=[net.jeugd, net.onderwijs],
        )
        make.goal("Gestopt doel.", partner_id=net.team.id, status=GoalStatus.STOPPED)
    browser = browse(world.member)
    text = browser.get("/leeraanbod/passend").text
    why = "Intervisie. Zelfde niveau: Uitvoering. Gaat over Jeugd en gezin. In Oeverdam."
    assert f"Hoe blijven we in contact?Leervraag · Uitvoering Intervisie Oeverdam{why}" in text
    assert "Gaat over Jeugd en gezin, niet over Onderwijs. In Oeverdam." in text
    for hidden in ("Elders gesteld?", "Al geborgd?", "Gestopt doel."):
        assert hidden not in text
    text = browser.get("/leeraanbod/passend?toon=zonder").text
    assert (
        "Elders gesteld?Leervraag · Uitvoering Het dichtst bij komt Intervisie Oeverdam. "
        "Het is alleen voor Oeverdam." in text
    )
    assert "Eén plan" not in text
    text = browser.get("/leeraanbod/passend?toon=aanbod").text
    assert "Studiedag voor iedereen" in text
    assert "Er zijn wel vragen hierover uit dit gebied, maar op een ander niveau." in text
    one = browser.get(f"/leeraanbod/passend?bij={question.public_id}").text
    assert "Hoe blijven" in one
    assert "Eén plan" not in one
    assert "Plan dit" not in one
    planning = browse(world.coordinator).get(f"/leervragen/{question.public_id}")
    (plan,) = [a for a in planning.document.all("a") if "Plan dit" in a.text]
    start = f"/leermomenten/nieuw?aanbod={world.near.public_id}&leervraag={question.public_id}"
    assert plan.attributes["href"] == start
    text = browser.get("/leeraanbod/passend?soort=doel").text
    assert "Eén plan" in text
    assert "Hoe blijven" not in text
    assert "Niets gevonden" in browser.get("/leeraanbod/passend?niveau=bestuur").text
    # The same on the page of the offer, of the question and of the goal.
    text = browser.get(f"/leeraanbod/{world.near.public_id}").text
    assert "Dit past bij 2 vragen en doelen." in text
    assert text.index("Hoe blijven") < text.index("Eén plan")  # all its domains come first
    assert why in browser.get(f"/leervragen/{question.public_id}").text
    assert "niet over Onderwijs" in browser.get(f"/leerdoelen/{goal.public_id}").text


def test_the_coordinator_keeps_the_places_that_are_there(world: World, browse: Browse) -> None:
    browser = browse(world.coordinator)
    page = browser.post("/leerplekken/nieuw", {"tafel": "weg"}, status=422)
    for complaint in ("Schrijf hoe deze leerplek heet.", "Kies een soort.", "Deze tafel is niet"):
        assert complaint in page.alert
    sent = {"name": "Ontwikkeltafel", "kind": "development_table", "tafel": "U", "area": ""}
    page = browser.post("/leerplekken/nieuw", sent, status=422)
    assert "Kies een of meer domeinen" in page.alert
    sent["domains"] = "jeugd"
    url = browser.post("/leerplekken/nieuw", sent, status=302).location
    text = browse(world.member).get(url).text
    for words in ("Ontwikkeltafel", "Uitvoerdersoverleg", "de hele regio", "nog geen leeraanbod"):
        assert words in text
    stale = Browser.hidden_fields(browser.get(f"{url}/wijzigen").document, f"{url}/wijzigen")
    browser.post(f"{url}/wijzigen", {**sent, "contact": "Kom binnen."}, status=302)
    page = browser.post(f"{url}/wijzigen", {**stale, **sent}, status=422)
    assert "Iemand anders heeft deze leerplek intussen gewijzigd." in page.alert
    assert "Kom binnen." in browser.get("/leerplekken").text
    assert "Wat er al is, gaat voor" in browser.get("/leerplekken").text
    structure = url.rpartition("/")[2]
    offered = {"title": "Meekijken", "format": "shadowing", "all_domains": "y"}
    browser.post("/leeraanbod/nieuw", {**offered, "structure": structure}, status=302)
    assert "Meekijken" in browser.get(url).text
    assert "Meekijken" in browser.get("/leeraanbod?aanbieder=ontwikkel").text
    yesterday = clock.today() - timedelta(days=1)
    browser.post(f"{url}/beeindigen", {"last_day": str(yesterday)}, status=302)
    assert "Ontwikkeltafel" not in browser.get("/leerplekken").text
    assert "Ontwikkeltafel" in browser.get("/leerplekken?beeindigd=1").text
    assert "Deze leerplek is er niet meer." in browser.get(url).text


def test_twenty_more_rows_ask_no_more_queries(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    net = world.net
    browser = browse(world.member)
    urls = {
        "/leeraanbod": 8,
        "/leeraanbod/passend": 16,
        "/leeraanbod/passend?toon=zonder": 16,
        "/leeraanbod/passend?toon=aanbod": 13,
        f"/leeraanbod/{world.near.public_id}": 18,
        "/leerplekken": 6,
    }

    def add(count: int) -> None:
        with inside(world.region), make.together():
            for number in range(count):
                for level in (Level.PRACTICE, Level.POLICY):
                    make.leervraag(level=level, domains=[net.jeugd], area_id=net.here.id)
                    make.goal(partner_id=net.team.id, level=level, domains=[net.jeugd])
                make.offer(f"Anders {number}", level=Level.BOARD, domains=[net.onderwijs])
                make.offer(f"Zelfde {number}", level=Level.PRACTICE, provider_id=net.team.id)
                make.structure(f"Plek {number}", domains=[net.jeugd], area_id=net.here.id)

    def counted() -> dict[str, int]:
        found = {}
        for url in urls:
            with count_queries() as queries:
                browser.get(url)
            found[url] = len(queries)
        return found

    with inside(world.region) as current:
        current.get_one(LearningOffer, world.wide.id).level = Level.MANAGEMENT
    add(1)
    counted()
    assert counted() == urls
    add(20)
    assert counted() == urls
