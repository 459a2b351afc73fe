"""The map of the network: who stands where, the roads of who was chosen, and what may be known."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from time import sleep
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from coordinator import clock, maps, planning, warming
from coordinator.db import scoped_to, session
from coordinator.maps import Mark
from coordinator.models import (
    Account,
    Agreement,
    AgreementStatus,
    Journey,
    JourneyStatus,
    Level,
    Region,
    RoleName,
    Signal,
    SignalStatus,
)
from network import layout
from network.effect import effect, with_agreement
from tests import make
from tests.conftest import Inside
from tests.page import Answer, Browser, Element, squeeze

ONLY_SQLITE = True

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]
MAP = "/netwerk/kaart"
TITLE = "Overgang naar 18 jaar"
OWN_WORDS = "Mijn eigen woorden"


@dataclass
class World:
    """The small network with one signal of `team` on its way over K and B to S."""

    region: Region
    net: make.SmallNetwork
    coordinator: Account
    professional: Account
    on_board: Account


def send(signal: Signal, level: Level) -> None:
    signal.status = SignalStatus.TRAVELLING
    signal.sent_on = clock.today()
    signal.title_for_tafels = TITLE
    session().flush()
    found = session().scalars(select(Journey).where(Journey.signal_id == signal.id)).all()
    for journey in found:
        chosen = journey.level is level
        journey.status = JourneyStatus.TRAVELLING if chosen else JourneyStatus.DROPPED
    session().flush()
    planning.put_on_agendas([journey.id for journey in found])


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        signal = make.signal(net.here, (net.jeugd,), partner=net.team, title=OWN_WORDS)
        planning.plan_new([signal])
        send(signal, Level.BOARD)
        return World(
            region,
            net,
            make.person(RoleName.COORDINATOR, region),
            make.person(RoleName.PROFESSIONAL, region, partner=net.team),
            make.person(RoleName.BOARD_MEMBER, region, tafel=net.board),
        )


def nodes(page: Answer) -> dict[str, Element]:
    """Return the links on the map by the name that a screen reader says."""
    links = [e for e in page.document.all("a") if any(p.tag == "svg" for p in e.parents)]
    return {link.attributes["aria-label"]: link for link in links}


def marked(page: Answer, mark: str) -> set[str]:
    return {
        name.partition(":")[0].rpartition("… ")[2]
        for name, link in nodes(page).items()
        if f"lnc-map__node--{mark}" in link.attributes["class"].split()
    }


def test_the_map_links_to_everybody_and_the_table_says_the_same(
    world: World, browse: Browse
) -> None:
    browser = browse(world.professional)
    page = browser.get(MAP)
    found = nodes(page)
    assert len(found) == 4 + 4
    for link in found.values():
        assert browser.get(link.attributes["href"]).status == 200
    document = page.document
    for text in document.all("text"):
        for link in text.parents:
            if link.tag == "a":  # who speaks to the computer says what they read
                assert link.attributes["aria-label"].startswith(text.text.rstrip("…"))
    assert "Bestuurlijk overleg: tafel, bestuur, Rivierenrand, alle domeinen" in found
    assert any(name.endswith("Jeugd en gezin, en Onderwijs") for name in found)
    assert "Spreekuur ervaringen" in page.text
    rows = {
        squeeze(row.text) for row in page.document.all("tr") if "Beleidstafel jeugd" in row.text
    }
    whole = "Beleidstafel jeugd tafel, beleid RivierenrandJeugd en gezin, en Onderwijs "
    assert whole + "Bestuurlijk overleg 2 tafels en 1 partner" in rows
    # From the other pages on the network.
    assert f'href="{MAP}"' in browser.get("/tafels").html


def test_filters_and_another_day_change_what_is_on_the_map(
    world: World, inside: Inside, browse: Browse
) -> None:
    today = clock.today()
    with inside(world.region) as current:
        mandate = current.merge(world.net.mandate)
        mandate.ends_on = today + timedelta(days=30)
    browser = browse(world.professional)

    def names(query: str) -> set[str]:
        return {name.partition(":")[0] for name in nodes(browser.get(f"{MAP}?{query}"))}

    assert names("niveau=uitvoering") == {
        "Spreekuur ervaringen",
        "Uitvoerdersoverleg",
        "Lokaal team Oeverdam",
        "Scholengroep Waalwoude",
    }
    assert "Scholengroep Waalwoude" not in names("domein=jeugd")
    assert "Lokaal team Oeverdam" not in names("gebied=G2")
    assert "mandaat geldt niet" not in browser.get(MAP).html
    later = browser.get(f"{MAP}?dag={(today + timedelta(days=40)).isoformat()}")
    assert "mandaat geldt niet op deze dag" in later.html
    assert "Tafel zonder geldig mandaat op deze dag" in later.text
    some = browser.get(f"{MAP}?domein=jeugd&niveau=beleid")
    assert "Domein: Jeugd en gezin. Niveau: Beleid." in some.text  # on paper
    kept = next(iter(nodes(some).values()))
    assert "domein=jeugd&niveau=beleid&kies=" in kept.attributes["href"]
    assert "Niets gevonden" in browser.get(f"{MAP}?domein=onderwijs&niveau=management").text
    for wrong in ("dag=morgen", "kies=tafel:zzz", "kies=x", "gebied=zzz", "niveau=hoog"):
        assert len(nodes(browser.get(f"{MAP}?{wrong}"))) == 8


def test_who_is_chosen_shows_its_roads_up_and_who_feeds_it(world: World, browse: Browse) -> None:
    browser = browse(world.professional)
    page = browser.get(f"{MAP}?kies=tafel:B")
    assert marked(page, "chosen") == {"Beleidstafel jeugd"}
    assert marked(page, "road") == {"Bestuurlijk overleg"}
    assert marked(page, "feed") == {
        "Spreekuur ervaringen",
        "Uitvoerdersoverleg",
        "Gemeente Oeverdam",
    }
    assert (
        "Zo komt een signaal bij één beleids- of bestuurstafel: Bestuurlijk overleg." in page.text
    )
    stops = [link for link in nodes(page).values() if "tabindex" not in link.attributes]
    assert len(stops) == 5
    board = browser.get(f"{MAP}?kies=tafel:S")
    assert marked(board, "feed") == {"Beleidstafel jeugd", "Gemeente Oeverdam"}
    assert marked(board, "back") == {"Spreekuur ervaringen", "Uitvoerdersoverleg"}
    team = browser.get(f"{MAP}?kies=partner:lt1")
    assert marked(team, "road") == {  # it sits at U, and K is open
        "Spreekuur ervaringen",
        "Uitvoerdersoverleg",
        "Beleidstafel jeugd",
        "Bestuurlijk overleg",
    }
    hidden = browser.get(f"{MAP}?kies=partner:lt1&niveau=bestuur")
    assert "Dit staat niet op de kaart" in hidden.text
    # With a domain or an area chosen, only the roads of its signals.
    near = browser.get(f"{MAP}?kies=tafel:B&domein=onderwijs&gebied=G2")
    assert "U ziet alleen de wegen van signalen over onderwijs uit" in near.text
    assert marked(near, "feed") == {"Uitvoerdersoverleg"}


def test_what_is_on_its_way_is_told_to_who_may_know_it(
    world: World, inside: Inside, browse: Browse
) -> None:
    at_board, of_team = f"{MAP}?kies=tafel:S", f"{MAP}?kies=partner:lt1"
    for account in (world.coordinator, world.on_board):
        page = browse(account).get(at_board)
        assert "Er is één signaal nu op weg naar deze tafel." in page.text
        assert TITLE in page.text
        assert OWN_WORDS not in page.html
    practice = browse(world.on_board).get(f"{MAP}?kies=tafel:K")
    assert "Minder dan 5 signalen zijn nu op weg naar deze tafel." in practice.text
    assert TITLE not in practice.html
    stranger = browse(world.professional)
    assert "Minder dan 5 signalen" in stranger.get(at_board).text
    for account in (world.professional, world.on_board):
        page = browse(account).get(of_team)
        assert "Nu onderweg" not in page.text
        assert TITLE not in page.html
        assert OWN_WORDS not in page.html
    page = browse(world.coordinator).get(of_team)
    assert "Er is één signaal van deze partner nu open." in page.text
    assert OWN_WORDS in page.text
    with inside(world.region):
        more = [make.signal(world.net.here, (world.net.jeugd,)) for _ in range(12)]
        planning.plan_new(more)
        for signal in more:
            send(signal, Level.BOARD)
    assert "Ongeveer 15 signalen" in stranger.get(at_board).text
    page = browse(world.coordinator).get(at_board)
    assert "Er zijn 13 signalen nu op weg naar deze tafel." in page.text
    assert "En nog 3." in page.text
    # A leervraag that travels is no signal of anybody, and no secret to members.
    with inside(world.region) as current:
        make.leervraag(
            area=world.net.here,
            partner=world.net.experts,
            travels_as=current.get_one(Signal, more[0].id),
        )
        current.get_one(Signal, more[0].id).partner = world.net.experts
    page = browse(world.coordinator).get(at_board)
    assert "Er zijn 12 signalen en één leervraag nu op weg naar deze tafel." in page.text
    assert f"Leervraag: {TITLE}" in page.text
    of_experts = browse(world.coordinator).get(f"{MAP}?kies=partner:eed")
    assert "Er is één leervraag van deze partner nu open." in of_experts.text
    seen = stranger.get(at_board).text
    assert "Ongeveer 10 signalen" in seen
    assert "Er is één leervraag nu op weg naar deze tafel." in seen
    assert TITLE not in seen


def test_the_map_asks_the_same_queries_with_more_rows(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    browser = browse(world.coordinator)
    for url in (MAP, f"{MAP}?kies=tafel:S"):
        browser.get(url)
        with count_queries() as before:
            browser.get(url)
        with inside(world.region):
            for number in range(20):
                code = f"x{number}-{len(url)}"
                make.partner(
                    code,
                    domains=(world.net.jeugd,),
                    areas=(world.net.here,),
                    region=world.region,
                )
                table = make.tafel(f"T{code}", Level.POLICY, world.net.whole)
                make.seat(table, world.net.team, world.net.member)
                make.handover(table, world.net.board)
            more = [make.signal(world.net.here, (world.net.jeugd,)) for _ in range(3)]
            planning.plan_new(more)
            for signal in more:
                send(signal, Level.BOARD)
        browser.get(url)
        with count_queries() as after:
            assert browser.get(url).status == 200
        assert len(before) == len(after), "\n".join(after)


def test_after_a_warm_start_pages_compute_nothing_and_one_answer_is_made_once(
    world: World, app: Flask, inside: Inside, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with inside(world.region) as current:  # so that there are white spots
        current.get_one(Agreement, world.net.cooperation.id).status = AgreementStatus.DRAFT
    warming.start(app).join()  # on a thread: its own app context, nothing of a request
    for made in (
        "coordinator.planning.network_of",
        "coordinator.insight.findings.gaps.find_steps",
        "coordinator.insight.weak._find",
        "coordinator.tafels.roads.answers.coverage",
        "coordinator.seats.queries._lines",
    ):
        monkeypatch.setattr(made, None)
    browser = browse(world.coordinator)
    for url in ("/", MAP, "/netwerk/witte-vlekken", "/netwerk/zwakke-plekken", "/zetels"):
        assert browser.get(url).status == 200, url
    asked: list[int] = []

    def answer() -> int:
        asked.append(1)
        sleep(0.05)  # so that the others come while it is being made
        return 7

    # The threads cannot share the connection of the test.
    monkeypatch.setattr(planning, "session", lambda: SimpleNamespace(flush=lambda: None))
    monkeypatch.setattr(planning, "current_region", lambda: world.region)
    with ThreadPoolExecutor(3) as pool:
        found = [pool.submit(planning.remembered, ("how much",), answer) for _ in range(3)]
    assert ([one.result() for one in found], len(asked)) == ([7, 7, 7], 1)


def test_a_network_too_large_for_one_map_is_folded_and_opens_by_area(
    world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "FOLD_ABOVE", 5)
    browser = browse(world.coordinator)
    page = browser.get(MAP)
    assert "Het netwerk is te groot voor één kaart" in page.text
    (whole,) = nodes(page)
    assert whole == "Rivierenrand: 8, waarvan 4 tafels en 4 partners"
    opened = nodes(page)[whole].attributes["href"]
    assert "gebied=RR" in opened
    # Searched for, and chosen from what was found: only what has to do with it is then shown.
    sought = browser.get(f"{MAP}?zoek=BELEID+rivier")
    assert "Niets gevonden voor “qq”" in browser.get(f"{MAP}?zoek=qq").text
    (link,) = [e for e in sought.document.all("a") if e.text == "Beleidstafel jeugd"]
    near = browser.get(link.attributes["href"].partition("#")[0])
    assert "U ziet alleen wat hiermee te maken heeft." in near.text
    assert marked(near, "chosen") == {"Beleidstafel jeugd"} or len(nodes(near)) > 1
    for area, count in (("G1", 5), ("G2", 1)):  # it works in G1
        assert len(nodes(browser.get(f"{MAP}?kies=partner:lt1&gebied={area}"))) == count


def test_an_empty_region_says_what_to_do_first(inside: Inside, browse: Browse) -> None:
    with inside():
        region = make.region()
        coordinator = make.person(RoleName.COORDINATOR, region)
        professional = make.person(RoleName.PROFESSIONAL, region)
    assert "Gegevens inlezen" in browse(coordinator).get(MAP).text
    assert "De leercoördinator leest eerst" in browse(professional).get(MAP).text


def test_the_map_of_a_change_marks_what_comes_and_goes(world: World, app: Flask) -> None:
    today = clock.today()
    with app.test_request_context(), scoped_to(world.region.id):
        before = planning.planner().region
        after = with_agreement(before, "A1", AgreementStatus.TERMINATED)
        found = effect(before, after, today)
        drawing = maps.change_map(
            before,
            after,
            today,
            opened=[(row.area, row.domain) for row in found.gained],
            closed=[(row.area, row.domain) for row in found.lost],
            key=("agreement", "A1"),
        )
    css = {shape.node.code: shape.css for shape in drawing.shapes}
    # U -> B rests on A1: onderwijs has no other road; jeugd still goes by K.
    assert [line.css for line in drawing.lines if "--" in line.css] == [
        "lnc-map__step lnc-map__line--lost"
    ]
    without_road = {
        partner for row in found.lost for partner in before.partners_in(row.area, row.domain)
    }
    assert {code for code, classes in css.items() if "--closed" in classes} == without_road != set()
    assert drawing.marks == ((Mark.LOST, "Verdwijnt"), (Mark.CLOSED, "Verliest een weg"))
    assert all(shape.url.startswith(("/tafels/", "/partners/")) for shape in drawing.shapes)
