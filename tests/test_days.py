"""Pages on the network for another day: as it was, as it will be."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from coordinator import clock, governance, web
from coordinator.db import session
from coordinator.models import (
    Account,
    Agreement,
    AgreementStatus,
    AgreementVersion,
    Handover,
    Meeting,
    Region,
    RoleName,
    Seat,
)
from coordinator.regions import writing
from coordinator.regions.comparison import compare
from network.region import Region as Package
from tests import make
from tests.conftest import Inside
from tests.network.draw import network
from tests.page import Browser

ONLY_SQLITE = True

Browse = Callable[..., Browser]


def after(days: int) -> date:
    return clock.today() + timedelta(days=days)


@dataclass
class World:
    """A network in which something ended, was signed today and begins later."""

    region: Region
    net: make.SmallNetwork
    coordinator: Account
    fresh: Agreement


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        make.meeting(net.practice, after(-5))
        net.practice.ended_on = net.school.ended_on = after(-1)
        for meeting in session().scalars(
            select(Meeting).where(Meeting.tafel_id == net.practice.id)
        ):
            meeting.ended_on = after(-1)
        for seat in session().scalars(select(Seat).where(Seat.tafel_id == net.practice.id)):
            seat.ended_on = after(-1)
        for step in session().scalars(select(Handover).where(Handover.agreement_id.is_not(None))):
            step.ended_on = after(-1)
        make.seat(net.policy, net.experts, net.member, person="Naima", starts_on=after(100))
        make.seat(net.policy, net.team, net.member, person="Joris", ends_on=after(-1))
        net.mandate.ends_on = after(90)
        fresh = make.agreement(
            "A3", region, title="Net getekend", starts_on=after(-30), parties=[net.council]
        )
        version = governance.newest(fresh)
        version.made_by_id = make.account().id
        version.created_at -= timedelta(days=20)
        version.sent_at = version.created_at + timedelta(days=10)
        version.signed_on = clock.today()
        net.policy.agreement_id = fresh.id
        coordinator = make.person(RoleName.COORDINATOR, region)
    return World(region, net, coordinator, fresh)


def test_pages_show_the_network_as_it_was_and_will_be_and_keep_the_day_in_their_links(
    world: World, browse: Browse
) -> None:
    browser = browse(world.coordinator)
    was, will = f"dag={after(-7).isoformat()}", f"dag={after(100).isoformat()}"

    now = browser.get("/tafels?niveau=beleid")
    assert "U ziet het netwerk" not in now.text
    assert "Uitvoerdersoverleg" not in browser.get("/tafels").text

    then = browser.get(f"/tafels?zoek=o&{was}")
    assert f"U ziet het netwerk zoals het was op {web.day(after(-7))}." in then.text
    assert "Uitvoerdersoverleg" in then.text
    links = {a.attributes["href"] for a in then.document.all("a")}
    assert {f"/tafels/U?{was}", f"/partners?{was}", "/tafels?zoek=o", "/agenda"} <= links
    kept = then.document.all("input", type="hidden", name="dag")
    assert [each.attributes["value"] for each in kept] == [after(-7).isoformat()]

    table = browser.get(f"/tafels/U?{was}")
    assert "Deze tafel is er niet meer" not in table.text
    assert "Vergadering toevoegen" not in table.text
    assert web.weekday(after(-5)) in table.text
    assert "Scholengroep Waalwoude" in table.text
    assert "Deze tafel is er niet meer" in browser.get("/tafels/U").text

    policy = browser.get(f"/tafels/B?{was}")
    assert "Joris" in policy.text
    assert "Naima" not in policy.text
    assert "Ter ondertekening" in policy.text
    assert "Geldt dan niet" in policy.text
    assert "Geldt nu" in browser.get("/tafels/B").text
    policy = browser.get(f"/tafels/B?{will}")
    assert "met wat nu bekend is" in policy.text
    assert "Naima" in policy.text
    assert "Joris" not in policy.text
    assert "Geldt dan niet" in browser.get(f"/tafels/S?{will}").text

    assert "Scholengroep Waalwoude" in browser.get(f"/partners?{was}").text
    assert "Scholengroep Waalwoude" not in browser.get("/partners").text
    council = browser.get(f"/partners/gem?{was}")
    assert "Ter ondertekening" in council.text
    assert "Net getekend" not in browser.get(f"/partners/gem?dag={after(-25).isoformat()}").text
    assert f"op {web.day(after(-7))} gegeven" in council.text


def test_the_coverage_of_a_past_day_uses_the_roads_of_that_day(
    world: World, browse: Browse
) -> None:
    browser = browse(world.coordinator)
    cell = "/netwerk/witte-vlekken?niveau=beleid&gebied=G1&domein=jeugd"
    assert "Waarom is er geen weg" not in browser.get(cell).text
    page = browser.get(f"{cell}&dag={after(-7).isoformat()}")
    assert "rust op een afspraak die dan niet geldt" in page.text
    assert "Laat «Net getekend» ondertekenen." in page.text
    assert "Uitvoerdersoverleg" not in browser.get("/partners/lt1").text
    then = browser.get(f"/partners/lt1?dag={after(-7).isoformat()}")
    assert "Uitvoerdersoverleg" in then.text


def test_what_a_package_brings_as_terminated_never_held_as_in_the_package(inside: Inside) -> None:
    drawn = network("U1 B1", "", "U1>B1=A1", "p@U1", "A1")
    brought = drawn.changed(
        agreements=[replace(one, status=AgreementStatus.TERMINATED) for one in drawn.agreements]
    )
    with inside():
        region = make.region()
    with inside(region) as current:
        writing.take_over(current, compare(Package(), brought))
        (then,) = governance.planner_on(after(-10)).region.agreements
        assert then.status is AgreementStatus.TERMINATED
        (version,) = current.scalars(select(AgreementVersion))
        version.applied_on = after(-50)  # an earlier package said that it held
        standing = governance.standing_on(
            current.scalars(select(Agreement)).one(), [version], after(-10)
        )
        assert standing is not None
        assert standing.status is AgreementStatus.SIGNED


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("31-02-2027", "“31-02-2027” is geen dag van de kalender."),
        ("2027-02-30", "“2027-02-30” is geen dag van de kalender."),
        ("0001-01-01", "Kies een dag tussen 2000 en 2100."),
        ("9999-12-31", "Kies een dag tussen 2000 en 2100."),
        ("", ""),
    ],
)
def test_a_day_that_cannot_be_gives_today_and_says_so(
    world: World, browse: Browse, asked: str, said: str
) -> None:
    browser = browse(world.coordinator)
    pages = ("/tafels", "/tafels/B", "/partners/gem", "/netwerk/witte-vlekken", "/netwerk/reizen")
    for path in pages:
        page = browser.get(f"{path}?dag={asked}")
        assert page.status == 200
        assert said in page.text
        assert ("U ziet het netwerk van vandaag." in page.text) is bool(said)
        assert f"dag={asked or 'x'}" not in page.html


def test_every_page_that_keeps_the_day_is_a_page(app: Flask) -> None:
    assert set(app.view_functions) >= web.DATED
