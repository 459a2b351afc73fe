"""Weak spots: what all roads pass, how many roads there are, and what happens without somebody."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from coordinator import clock, planning, web
from coordinator.db import scoped_to
from coordinator.insight import weak
from coordinator.models import Account, Journey, JourneyStatus, Level, Region, RoleName, Seat
from coordinator.terms import after_months
from network import answers
from tests import make
from tests.conftest import Inside
from tests.page import Answer, Browser, squeeze

ONLY_SQLITE = True

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]
WEAK = "/netwerk/zwakke-plekken"


@dataclass
class World:
    """The small network; Anna holds both seats of practice, and the seat of the council at B."""

    region: Region
    net: make.SmallNetwork
    coordinator: Account
    professional: Account


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region) as session:
        net = make.small_network(region)
        for seat in session.scalars(select(Seat).where(Seat.tafel_id != net.board.id)):
            seat.person = "Anna Dekker"
        return World(
            region,
            net,
            make.person(RoleName.COORDINATOR, region),
            make.person(RoleName.PROFESSIONAL, region, partner=net.team),
        )


def cards(page: Answer) -> dict[str, str]:
    """Return the text of each card by its heading."""
    headings = page.document.all("h2")
    return {squeeze(h.text): squeeze(h.parents[-1].text) for h in headings if h.parents}


def links(page: Answer) -> dict[str, str]:
    return {squeeze(link.text): link.attributes["href"] for link in page.document.all("a")}


def test_every_finding_says_what_breaks_and_leads_to_what_mends_it(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser = browse(world.coordinator)
    whole = browser.get(WEAK)
    assert "Uit 2 gebieden hangt een weg af van één tafel." in cards(whole)["Tafels"]
    tafels = cards(browser.get(f"{WEAK}?toon=tafels"))
    assert next(iter(tafels)) == "Beleidstafel jeugd"  # most hangs on it
    assert list(tafels)[-1] == "Bestuurlijk overleg"  # the end of every road, and the only one
    policy = tafels["Beleidstafel jeugd"]
    # The council of Oeverdam has a seat at the board itself.
    assert "Onderwijs kan in Waalwoude de bestuurstafel dan niet bereiken." in policy
    assert "Spreek af dat Uitvoerdersoverleg signalen doorgeeft aan Bestuurlijk overleg." in policy
    to_draft = next(
        url
        for text, url in links(browser.get(f"{WEAK}?toon=tafels")).items()
        if text.startswith("Afspraak opstellen")
    )
    assert browser.get(to_draft).status == 200

    people = browser.get(f"{WEAK}?toon=mensen")
    assert "Onderwijs kan in Oeverdam en Waalwoude de beleidstafel" in cards(people)["Anna Dekker"]
    deputy = next(url for text, url in links(people).items() if text.startswith("noem een plaats"))
    partners = browser.get(f"{WEAK}?toon=partners")
    assert "Onderwijs kan in Waalwoude de beleidstafel" in cards(partners)["Scholengroep Waalwoude"]
    seat = next(u for text, u in links(partners).items() if text.startswith("Zetel toevoegen"))
    assert browser.get(seat).status == 200

    # Who may not mend sees the same findings, without the way to it.
    seen = browse(world.professional).get(f"{WEAK}?toon=tafels")
    assert "Spreek af dat" in seen.text
    assert "Afspraak opstellen" not in seen.text

    # What was mended is gone by itself.
    with inside(world.region) as session:
        for one in session.scalars(select(Seat).where(Seat.person == "Anna Dekker")):
            one.deputy = "Bram Post"
        make.seat(world.net.practice, world.net.experts, world.net.member, person="Cor")
        make.handover(world.net.practice, world.net.board)
    assert "Anna Dekker" not in cards(browser.get(f"{WEAK}?toon=mensen"))
    assert "Scholengroep Waalwoude" not in cards(browser.get(f"{WEAK}?toon=partners"))
    policy = cards(browser.get(f"{WEAK}?toon=tafels"))["Beleidstafel jeugd"]
    assert "Onderwijs kan in Waalwoude de bestuurstafel" not in policy
    assert browser.get(deputy).status == 200


def test_numbers_of_roads_are_those_of_the_command(
    world: World, app: Flask, browse: Browse
) -> None:
    with app.test_request_context(), scoped_to(world.region.id):
        region = planning.planner().region
        found = weak.find(clock.today())
    rows = answers.resilience(region, clock.today())
    assert found.roads == {(row.area, row.domain, row.level): row.routes for row in rows}
    hangs = {(cell, spot.code) for spot in found.spots[weak.Kind.TAFEL] for cell in spot.cells}
    assert hangs == {
        ((row.area, row.domain, row.level), code) for row in rows for code in row.indispensable
    }
    page = browse(world.professional).get(f"{WEAK}?toon=wegen&niveau=bestuur&gebied=G1")
    table = page.document.all("table")
    assert [squeeze(one.text) for one in table] == [
        "Aantal wegen naar de bestuurstafel op "
        f"{web.day(clock.today())} Jeugd en gezinOnderwijs Oeverdam "
        "1, Oeverdam, Jeugd en gezin 1, Oeverdam, Onderwijs"
    ]
    assert {row.level for row in rows} == {Level.POLICY, Level.BOARD}
    one = browse(world.professional).get(f"{WEAK}?gebied=G1&domein=jeugd&niveau=bestuur")
    assert "in 1 combinatie van gebied en domein 1 keer maar één weg." in one.text


def test_without_somebody_roads_and_open_signals_are_touched_unless_a_deputy_is_named(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        signal = make.signal(world.net.here, (world.net.onderwijs,), partner=world.net.team)
        planning.plan_new([signal])
    browser = browse(world.coordinator)
    asked = f"{WEAK}?persoon=anna+dekker&duur=2+maanden"
    last = web.day(after_months(clock.today(), 2) - timedelta(days=1))
    page = browser.get(asked)
    assert f"tot en met {last}" in page.text
    assert page.text.count("de zetel is dan leeg.") == 3
    assert "sluit de weg voor" in page.text or "langzamer" in page.text
    assert "Eén open signaal" in page.text
    assert "Minder dan 5 open signalen" in browse(world.professional).get(asked).text
    for wrong in ("morgen", "9999-12-31"):
        assert browser.get(f"{asked}&van={wrong}").status == 200
    with inside(world.region):  # a leervraag that travels is no signal
        carrier = make.signal(world.net.here, (world.net.onderwijs,), partner=world.net.team)
        planning.plan_new([carrier])
        make.leervraag(area=world.net.here, travels_as=carrier)
    page = browser.get(asked)
    assert ("Eén open signaal" in page.text, "Eén leervraag" in page.text) == (True, True)
    assert "Leervraag:" in page.text
    with inside(world.region) as session:
        for one in session.scalars(select(Seat).where(Seat.person == "Anna Dekker")):
            one.deputy = "Bram Post"
    page = browser.get(asked)
    assert page.text.count("Bram Post neemt het over.") == 3
    assert "Op elke zetel van deze persoon is een plaatsvervanger genoemd." in page.text
    assert "Geen enkel open signaal komt eerder, later of niet meer aan." in page.text
    assert "Op geen enkele zetel staat deze naam." in browser.get(f"{WEAK}?persoon=zzz").text
    with inside(world.region):  # a table where nobody is left is no way round another one
        make.seat(world.net.walk_in, world.net.experts, world.net.member, person="Kees")
        make.seat(world.net.practice, world.net.experts, world.net.member, person="Cor")
    page = browser.get(f"{WEAK}?persoon=Kees")
    assert "Tafels die onmisbaar worden" in page.text
    with inside(world.region):
        over = clock.today() - timedelta(days=1)
        make.seat(world.net.board, world.net.school, world.net.member, person="Oud", ends_on=over)
    page = browser.get(f"{WEAK}?persoon=Oud")
    assert "In deze tijd heeft deze persoon geen zetel." in page.text
    assert "een plaatsvervanger genoemd" not in page.text
    # Names that differ only in capitals or spaces: who is meant can be chosen.
    with inside(world.region):
        make.seat(world.net.board, world.net.experts, world.net.member, person="anna  dekker")
    choices = links(browser.get(f"{WEAK}?persoon=ANNA+Dekker"))
    for name in ("Anna Dekker", "anna  dekker"):
        chosen = browser.get(choices[squeeze(name)])
        assert squeeze(f"{name} is er niet van") in squeeze(chosen.text)


def test_what_is_on_its_way_goes_on_to_a_meeting_that_has_not_closed(
    world: World, inside: Inside, browse: Browse
) -> None:
    today, net = clock.today(), world.net
    with inside(world.region) as session:
        for code, person, days in (("P", "Kees", (5,)), ("Q", "Cor", (8, 15))):
            table = make.tafel(code, Level.POLICY, net.there, submission_days=10)
            make.seat(table, net.school, net.member, person=person)
            for number in days:
                make.meeting(table, today + timedelta(days=number))
        signal = make.signal(
            net.there, (net.onderwijs,), partner=net.school, given_on=today - timedelta(days=20)
        )
        planning.plan_new([signal])
        for journey in session.scalars(select(Journey)):
            journey.status = JourneyStatus.TRAVELLING
    page = browse(world.coordinator).get(f"{WEAK}?persoon=Kees").text
    moved = page[page.index("Open signalen") : page.index("Hoe kwetsbaar")]
    now, then = (web.day_short(today + timedelta(days=number)) for number in (5, 15))
    assert f"Beleid {now} {then}" in squeeze(moved)


def test_vacant_seats_come_first_and_every_list_asks_the_same_queries_with_more_rows(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    with inside(world.region):
        make.seat(
            world.net.board,
            world.net.experts,
            world.net.member,
            person="Dora",
            ends_on=clock.today() + timedelta(days=20),
        )
    browser = browse(world.coordinator)
    seats = browser.get(f"{WEAK}?toon=zetels").document.all("tr")[1:]
    assert ["Iemand noemen" in row.text for row in seats] == [True, False]
    assert "Dora" in seats[-1].text
    urls = [f"{WEAK}?toon={kind}" for kind in ("", "tafels", "partners", "mensen", "zetels")]
    counts: list[list[int]] = []
    for number in range(2):
        counts.append([])
        for url in (*urls, f"{WEAK}?toon=wegen"):
            browser.get(url)
            with count_queries() as queries:
                assert browser.get(url).status == 200
            counts[-1].append(len(queries))
        if number == 0:
            with inside(world.region):
                for count in range(20):
                    area = make.area(f"X{count}", part_of=(world.net.whole,), region=world.region)
                    about = (world.net.jeugd,)
                    one = make.partner(
                        f"x{count}", domains=about, areas=(area,), region=world.region
                    )
                    table = make.tafel(f"T{count}", Level.POLICY, area)
                    make.seat(table, one, world.net.member, person=f"Mens {count}")
    assert counts[0] == counts[1]
