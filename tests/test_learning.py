"""What we learn, with whom and what came of it; and who should sit together on a leervraag."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from coordinator import clock
from coordinator.db import session
from coordinator.models import (
    Account,
    AgendaItem,
    GoalStatus,
    ItemStatus,
    Journey,
    LearningEvent,
    Leervraag,
    LeervraagState,
    Level,
    Region,
    RoleName,
    SharedQuestion,
    Tafel,
)
from tests import make
from tests.conftest import Inside
from tests.page import Answer, Browser

ONLY_SQLITE = True

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]
TODAY = clock.today()


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


@dataclass
class World:
    """Naima and Joris at practice, Wim at the policy table, Hettie at the board; all named."""

    region: Region
    net: make.SmallNetwork
    samira: Account
    marloes: Account
    naima: Account


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        samira = make.person(RoleName.COORDINATOR, region, name="Samira Aksoy")
        marloes = make.person(
            RoleName.PROFESSIONAL, region, name="Marloes Hendrikx", partner=net.team
        )
        naima = make.person(RoleName.EXPERT, region, name="Naima Berrada", partner=net.experts)
        lived = make.role("erv", region, name="Ervaringsdeskundige")
        notes = make.role("sec", region, name="Ambtelijk secretaris")
        make.seat(net.practice, net.experts, lived, person="Naima Berrada")
        make.seat(net.practice, net.team, net.member, person="Anna Joris")
        make.seat(net.practice, net.team, net.member, person="Marloes Hendrikx")
        make.seat(net.policy, net.council, net.member, person="Wim Dijk")
        make.seat(net.board, net.council, net.member, person="Hettie Bruin")
        make.seat(net.board, net.council, notes, person="Anna Joris")
    return World(region, net, samira, marloes, naima)


def asked(world: World, **given: Any) -> Leervraag:
    return make.leervraag(**{"domains": (world.net.jeugd,), **given})


def together(browser: Browser, leervraag: Leervraag, more: str = "") -> Answer:
    return browser.get(f"/leervragen/{leervraag.public_id}/wie-leert-met-wie{more}")


def invited(page: Answer) -> list[str]:
    """Return who is in the proposal, and the wider one, as the page names them."""
    inside_lists = [e for e in page.document.all("strong") if e.parents[-2].tag == "li"]
    return [" ".join(each.text.split()) for each in inside_lists]


def rows(page: Answer) -> list[str]:
    """Return the rows of who did not meet, their cells one after another."""
    body = [e for e in page.document.elements if any(p.tag == "tbody" for p in e.parents)]
    return [
        " ".join(
            " ".join(cell.text.split())
            for cell in body
            if cell.tag in ("th", "td") and any(parent is row for parent in cell.parents)
        )
        for row in body
        if row.tag == "tr"
    ]


def dealt_with(leervraag: Leervraag, tafel: Tafel, world: World) -> None:
    """Let a question have travelled to a table that decided on it five days ago."""
    signal = make.signal(world.net.here, (world.net.jeugd,))
    leervraag.travels_as_id = signal.id
    journey = Journey(
        signal_id=signal.id, domain_id=world.net.jeugd.id, level=Level.POLICY, plan=[]
    )
    meeting = make.meeting(tafel, after(-5))
    session().add(journey)
    session().flush()
    session().add(
        AgendaItem(
            journey_id=journey.id, meeting_id=meeting.id, position=1, status=ItemStatus.DECIDED
        )
    )


def test_who_should_sit_together_and_why(world: World, inside: Inside, browse: Browse) -> None:
    with inside(world.region):
        leervraag = asked(world)
    page = together(browse(world.samira), leervraag)
    # Practice and jeugd: one person, so the wider group stands there too.
    assert invited(page) == ["Naima Berrada", "Naima Berrada", "Wim Dijk", "Hettie Bruin"]
    for words in (
        "Kent jeugd en gezin. Zit aan Uitvoerdersoverleg (uitvoering, namens Ervarings",
        "Brengt eigen ervaring mee. Sprak hierover nog met niemand.",
    ):
        assert words in page.text
    assert "Op het niveau management zit nu niemand met naam aan een tafel over" in page.text
    assert f"/leermomenten/nieuw?leervraag={leervraag.public_id}" in page.html
    # Who cannot come is left out; Anna also takes notes for the board, which does not count.
    without = together(browse(world.samira), leervraag, "?zonder=Naima+Berrada&zonder=Hettie+Bruin")
    assert invited(without) == ["Anna Joris", "Anna Joris", "Wim Dijk"]
    assert "Op de niveaus management en bestuur zit nu niemand" in without.text
    assert "toch wel" in without.text
    everybody = "&".join(
        f"zonder={name}" for name in ("Naima Berrada", "Anna Joris", "Marloes Hendrikx")
    )
    nobody = together(
        browse(world.samira), leervraag, f"?niveaus=alle&{everybody}".replace(" ", "+")
    )
    assert invited(nobody) == ["Wim Dijk", "Hettie Bruin"]
    assert "Op de niveaus uitvoering en management zit nu niemand" in nobody.text
    assert together(browse(world.samira), leervraag, "?niveaus=x&toon=y&zonder=").status == 200


def test_the_same_question_elsewhere_brings_its_level_and_domains(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        shared = SharedQuestion(title="Blijven")
        session().add(shared)
        session().flush()
        leervraag = asked(world, shared_id=shared.id)
        both = (world.net.jeugd, world.net.onderwijs)
        chosen = {"state": LeervraagState.CHOSEN, "shared_id": shared.id, "domains": both}
        above = asked(world, level=Level.BOARD, **chosen)
        other = asked(world, state=LeervraagState.CHOSEN)
        asked(world, shared_id=shared.id, level=Level.POLICY, state=LeervraagState.NOT_CHOSEN)
    page = together(browse(world.samira), leervraag)
    assert invited(page) == ["Naima Berrada", "Hettie Bruin"]
    assert "Uitvoering en bestuur" in page.text
    assert "Wim Dijk" not in page.text
    proposed = [f"/leervragen/{one.public_id}/wie-leert-met-wie" for one in (above, other)]
    hub = browse(world.samira).get("/leren").html
    assert [url in hub for url in proposed] == [True, True]
    with inside(world.region) as current:
        make.moment("Samen kijken", leervragen=[current.merge(leervraag)])
    hub = browse(world.samira).get("/leren").html
    assert [url in hub for url in proposed] == [False, True]  # planned for another wording
    assert "Samen kijken" in together(browse(world.samira), above).text


def test_who_met_is_not_proposed_again_and_only_the_coordinator_sees_at_which_moment(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        leervraag = asked(world)
        moment = make.moment(
            leervragen=[leervraag], held_on=after(-9), hosts=("Marloes  hendrikx", world.samira)
        )
        make.sign_up(moment, world.naima)
        away = make.sign_up(moment, "Anna Joris")
        away.was_present = False
        make.moment("Binnenkort", leervragen=[leervraag])
    page = together(browse(world.samira), leervraag)
    found = rows(page)
    assert [row.split(" Uitvoering")[0] for row in found] == [
        "Anna Joris",
        "Marloes Hendrikx",
        "Naima Berrada",
    ]
    assert found[0].endswith("Sprak hierover nog met niemand")
    assert found[2].endswith("Nog niet met Anna Joris")
    assert "Er komt al een leermoment over deze vraag" in page.text
    assert "Binnenkort" in page.text
    # Lived experience goes first; then who spoke of it with nobody.
    assert (
        invited(together(browse(world.samira), leervraag, "?zonder=Naima+Berrada"))[0]
        == "Anna Joris"
    )
    theirs = together(browse(world.marloes), leervraag)
    assert "Over deze vraag zat nog niemand met een ander aan tafel." in theirs.text
    assert "Sprak hierover" not in theirs.text
    assert "Nog niet met" not in theirs.text
    assert "/leermomenten/nieuw" not in theirs.html


def test_who_sat_at_a_table_that_dealt_with_it_have_met(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        leervraag = asked(world)
        dealt_with(session().get_one(Leervraag, leervraag.id), world.net.practice, world)
    page = together(browse(world.marloes), leervraag)
    assert rows(page) == []
    assert "Hier hoeft niemand elkaar nog te vinden" in page.text
    tables = rows(together(browse(world.marloes), leervraag, "?toon=tafels"))
    shares = "Uitvoering: jeugd en gezin Zat hierover nog met niemand aan tafel"
    assert tables == [f"Spreekuur ervaringen {shares}", f"Uitvoerdersoverleg {shares}"]
    before = together(browse(world.samira), leervraag, f"?dag={after(-6).isoformat()}")
    assert len(rows(before)) == 3


def test_the_hub_says_what_to_do_first(world: World, browse: Browse) -> None:
    hub = browse(world.samira).get("/leren")
    for words in ("Er is nog geen leervraag", "Er is geen leermoment gepland", "Nog niets in het"):
        assert words in hub.text
    assert "/leermomenten/nieuw" in hub.html
    theirs = browse(world.marloes).get("/leren")
    assert "Zodra de leercoördinator er een plant" in theirs.text
    assert "/leermomenten/nieuw" not in theirs.html


def learn(world: World, count: int) -> LearningEvent:
    """Let the region learn: some of everything, this many times over."""
    states = [*LeervraagState]
    moment = make.moment("Studiedag")
    for number in range(count):
        for level in Level:
            state = states[number % len(states)]
            on = TODAY if state in (LeervraagState.ANSWERED, LeervraagState.EMBEDDED) else None
            leervraag = asked(
                world, level=level, state=state, question=f"Vraag {number}?", answered_on=on
            )
        status = [GoalStatus.OPEN, GoalStatus.REACHED][number % 2]
        closed = TODAY if status is GoalStatus.REACHED else None
        make.goal(f"Doel {number}", tafel_id=world.net.policy.id, status=status, closed_on=closed)
        make.moment(f"Moment {number}", leervragen=[leervraag], hosts=(world.samira,))
        make.moment(f"Intervisie {number}")
        make.sign_up(make.moment(f"Mijn {number}"), world.marloes)
        make.taken_home(moment, partner_id=world.net.team.id)
    make.scan_round("voorjaar")
    return moment


def test_the_hub_shows_what_is_learned_with_whom_and_what_came_of_it(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    with inside(world.region):
        learn(world, 6)
        asked(
            world,
            question="Te lang geleden?",
            state=LeervraagState.EMBEDDED,
            answered_on=after(-200),
        )
        lone = asked(
            world, question="Zonder moment?", state=LeervraagState.CHOSEN, asked_on=after(-9)
        )
    hub = browse(world.samira).get("/leren")
    for words in (
        "Vraag 1?",
        "Er wachten nog 4 leervragen op een keuze",
        "Er lopen 3 leerdoelen",
        "U begeleidt dit",
        "Alle bereikte doelen",
        "Doel 5",
        "Wij beginnen er ook mee. (van: Studiedag)",
        "Kies uit 4 leervragen",
    ):
        assert words in hub.text, words
    assert "Te lang geleden?" not in hub.text
    assert f"/leervragen/{lone.public_id}/wie-leert-met-wie" in hub.html
    browser = browse(world.marloes)
    theirs = browser.get("/leren")
    assert "Vul de zelfscan in: voorjaar" in theirs.text
    assert "U bent aangemeld" in theirs.text
    assert "wie-leert-met-wie" not in theirs.html
    assert "Leervragen om uit te kiezen" in browse(world.samira).get("/").text
    start = browser.get("/").text
    assert "Deze week leert u" in start
    assert "Mijn 4" in start
    assert "Intervisie" not in start
    asks = (
        (world.samira, "/leren"),
        (world.marloes, "/leren"),
        (world.samira, f"/leervragen/{lone.public_id}/wie-leert-met-wie"),
    )

    def counts() -> list[int]:
        found = []
        for person, page in asks:
            browser = browse(person)
            browser.get(page)
            with count_queries() as made:
                assert browser.get(page).status == 200
            found.append(len(made))
        return found

    with inside(world.region) as current:
        held = make.moment(held_on=after(-3), leervragen=[current.merge(lone)])
        make.sign_up(held, world.naima, partner_id=world.net.experts.id)
    few = counts()
    with inside(world.region):
        learn(world, 20)
        for number in range(20):
            make.sign_up(held, f"Iemand {number}", partner_id=world.net.team.id)
            make.seat(world.net.practice, world.net.team, world.net.member, person=f"P{number}")
    assert counts() == few
