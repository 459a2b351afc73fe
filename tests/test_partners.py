"""Partners: what they do, where they sit, and how their signals come in."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from coordinator import clock, web
from coordinator.models import Account, Agreement, Level, Region, RoleName
from tests import make
from tests.conftest import Inside
from tests.page import Browser

ONLY_SQLITE = True

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]
World = tuple[Region, make.SmallNetwork, Account]


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        return region, net, make.person(RoleName.PROFESSIONAL, region, partner=net.team)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["eed", "gem", "lt1", "sch2"]),
        ("zoek=SCHOLEN", ["sch2"]),
        ("zoek=_", []),
        ("domein=jeugd", ["eed", "gem", "lt1"]),
        ("gebied=G2", ["eed", "sch2"]),
        ("gebied=RR", ["eed"]),
        ("domein=onzin", ["eed", "gem", "lt1", "sch2"]),
    ],
)
def test_the_list_can_be_filtered(
    world: World, browse: Browse, query: str, found: list[str]
) -> None:
    page = browse(world[2]).get(f"/partners?{query}")
    assert page.status == 200
    links = {e.attributes.get("href", "") for e in page.document.all("a")}
    assert [code for code in ("eed", "gem", "lt1", "sch2") if f"/partners/{code}" in links] == found
    assert found or "Geen partners gevonden" in page.text


def test_a_partner_shows_where_its_signals_come_in_and_when(world: World, browse: Browse) -> None:
    _, net, member = world
    page = browse(member).get("/partners/lt1")
    words = page.text.replace("\u00a0", " ")
    walk_in, practice = net.meetings["K"][0], net.meetings["U"][0]
    assert "Spreekuur ervaringen" in page.text
    assert "deze tafel is open voor iedereen" in page.text
    assert web.day(walk_in.held_on) in words
    assert "de partner zit aan deze tafel" in page.text
    assert web.day(practice.held_on) in words
    closes = practice.held_on - timedelta(days=3)
    assert f"Aanleveren kan tot en met {web.day_short(closes)}." in page.text
    assert "Samenwerkingsafspraak signalen" in page.text
    assert "Werkt inOeverdam" in page.text


def test_a_table_of_an_area_that_overlaps_is_a_way_in(
    world: World, inside: Inside, browse: Browse
) -> None:
    region, net, member = world
    with inside(region):
        other = make.area("VR", name="Veiligheidsregio", region=region)
        make.area("G3", part_of=(net.whole, other), region=region)
        make.tafel("V", Level.PRACTICE, other, name="Open veiligheidstafel", is_open=True)
    browser = browse(member)  # they share one gemeente
    assert "Open veiligheidstafel" in browser.get("/partners/eed").text
    assert "Open veiligheidstafel" not in browser.get("/partners/sch2").text


def test_a_seat_of_later_counts_from_its_first_day(
    world: World, inside: Inside, browse: Browse
) -> None:
    region, net, member = world
    with inside(region):
        late = make.partner("laat", domains=(net.onderwijs,), areas=(net.here,), region=region)
        make.seat(
            net.practice, late, net.member, starts_on=net.meetings["U"][0].held_on + timedelta(1)
        )
        alone = make.partner("los", domains=(net.onderwijs,), areas=(net.here,), region=region)
        gone = make.partner("weg", domains=(net.jeugd,), areas=(net.here,), region=region)
        gone.ended_on = clock.today()
    browser = browse(member)
    words = browser.get("/partners/laat").text.replace("\u00a0", " ")
    assert web.day(net.meetings["U"][1].held_on) in words
    assert web.day(net.meetings["U"][0].held_on) not in words
    assert "kan nog nergens binnenkomen" in browser.get(f"/partners/{alone.code}").text
    assert "Deze partner doet niet meer mee" in browser.get(f"/partners/{gone.code}").text
    assert "/partners/weg" not in browser.get("/partners").html


def test_a_meeting_outside_the_mandate_is_no_way_in(
    world: World, inside: Inside, browse: Browse
) -> None:
    region, net, member = world
    with inside(region) as current:
        mandate = current.get_one(Agreement, net.mandate.id)
        mandate.starts_on = net.meetings["S"][1].held_on
    words = browse(member).get("/partners/gem").text.replace("\u00a0", " ")
    assert web.day(net.meetings["S"][0].held_on) not in words
    assert web.day(net.meetings["S"][1].held_on) in words


def test_a_partner_never_shows_signals_or_authors(
    world: World, inside: Inside, browse: Browse
) -> None:
    region, net, member = world
    with inside(region):
        author = make.person(RoleName.EXPERT, region, name="Naam Auteur", partner=net.team)
        make.signal(net.here, (net.jeugd,), partner=net.team, author=author, title="Geheim")
    page = browse(member).get("/partners/lt1")
    assert "Geheim" not in page.html
    assert "Auteur" not in page.html


def test_lists_ask_the_same_queries_with_more_rows(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    region, net, member = world
    browser = browse(member)
    for url in ("/partners", "/partners/lt1"):
        browser.get(url)
        with count_queries() as before:
            browser.get(url)
        with inside(region):
            for number in range(20):
                code = f"x{number}-{url.count('/')}"
                make.partner(code, domains=(net.jeugd,), areas=(net.here,), region=region)
                table = make.tafel(f"T{code}", net.policy.level, net.whole)
                make.seat(table, net.team, net.member)
                make.agreement(f"A{code}", region, parties=[net.team])
        browser.get(url)
        with count_queries() as after:
            page = browser.get(url)
        assert len(before) == len(after), "\n".join(after)
        assert page.status == 200


def test_without_a_role_here_there_is_nothing(world: World, inside: Inside, browse: Browse) -> None:
    with inside():
        elsewhere = make.region()
        stranger = make.person(RoleName.COORDINATOR, elsewhere)
    browser = browse(stranger)
    assert browser.get("/partners/lt1").status == 404
    assert "Er zijn nog geen partners" in browser.get("/partners").text
    assert browse().get("/partners/lt1").status == 302
