"""Leervragen: asked in one's own words, weighed, chosen with a reason, linked, answered, kept."""

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
    Leervraag,
    LeervraagChoice,
    LeervraagState,
    Level,
    OutboxMessage,
    Region,
    RoleName,
    Signal,
)
from tests import make
from tests.conftest import Inside
from tests.page import Answer, Browser

ONLY_SQLITE = True

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]


@dataclass
class World:
    """A region with a coordinator, somebody of practice and somebody of the board."""

    region: Region
    net: make.SmallNetwork
    coordinator: Account
    expert: Account
    board: Account


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        return World(
            region,
            net,
            make.person(RoleName.COORDINATOR, region, name="Samira"),
            make.person(RoleName.EXPERT, region, name="Naima", partner=net.experts),
            make.person(RoleName.BOARD_MEMBER, region, name="Hettie", partner=net.council),
        )


def asked(browser: Browser, question: str, **given: Any) -> str:
    """Ask a question; return the address of its page."""
    sent = {"question": question, "domains": ["jeugd"], "area": "G1", "level": "uitvoering"}
    return browser.post("/leervragen/nieuw", {**sent, **given}, status=302).location


def first(inside: Inside, world: World, kind: type[Any], **values: Any) -> Any:
    with inside(world.region) as current:
        return current.scalars(select(kind).filter_by(**values).order_by(kind.id.desc())).first()


def test_a_question_goes_from_asked_to_embedded_and_the_asker_hears_each_step(
    world: World, inside: Inside, browse: Browse
) -> None:
    asker, keeper, board = browse(world.expert), browse(world.coordinator), browse(world.board)
    assert "Er zijn nog geen leervragen" in asker.get("/leervragen").text
    page = asker.post("/leervragen/nieuw", {"question": "Bel 06 12345678"}, status=422)
    assert "Kies minstens één onderwerp." in page.alert
    page = asker.post("/leervragen/nieuw", {"question": "Hoe? " * 200}, status=422)
    assert "hooguit 500 tekens" in page.alert
    question = "Wat helpt een kind dat wacht?"
    url = asked(asker, question, background="Wij zien kinderen stiller worden.")
    assert asked(asker, question) == url, "asked twice in a day is one question"
    text = board.get(url).text
    for words in (question, "Ervaringsdeskundige", "Oeverdam", "weegt de vragen", "stiller worden"):
        assert words in text
    assert "Naima" not in text
    assert "Wegen" not in text
    assert "Naam, alleen voor uNaima" in keeper.get(url).text

    # Criteria first, then points, then a choice.
    page = keeper.post(f"{url}/kiezen", status=422)
    assert "Leg eerst vast waarop u kiest" in page.alert
    assert keeper.get(f"{url}/wegen").location == "/leervragen/criteria"
    keeper.post("/leervragen/criteria/beginnen", on="/leervragen/criteria", status=302)
    assert "Wij kunnen er zelf iets aan doen" in board.get("/leervragen/criteria").text
    page = keeper.post(f"{url}/kiezen", status=422)
    assert "geef punten voor minstens één criterium" in page.alert
    form = keeper.get(f"{url}/wegen").document
    names = [e.attributes["name"] for e in form.all("input", type="radio", value="2")]
    assert len(names) == 4
    keeper.post(f"{url}/wegen", {names[0]: "3", names[1]: "1"}, status=302)
    text = keeper.get(url).text
    assert "Samen 11 van de 27 punten. Nog 2 zonder punten." in text
    keeper.post(f"{url}/kiezen", {"reason": "Dit horen we overal."}, status=302)
    choice = first(inside, world, LeervraagChoice)
    assert (choice.is_chosen, choice.total, len(choice.weighed)) == (True, 11, 2)
    assert "Dit horen we overal." in asker.get(url).text

    # An owner who has an account writes the answer.
    page = keeper.post(f"{url}/beantwoorden", {"text": "Bellen helpt."}, status=422)
    assert "Wijs eerst aan wie deze vraag gaande houdt." in page.alert
    page = keeper.post(f"{url}/afstemmen", {"owner": "Beleidstafel"}, status=422)
    assert "Kijk eerst op welke niveaus" in page.alert
    assert board.get(f"{url}/beantwoorden").status == 404
    sent = {"owner": "", "owner_account": world.board.public_id, "checked": "y"}
    keeper.post(f"{url}/afstemmen", sent, status=302)
    assert "Hettie houdt haar gaande." in asker.get(url).text
    board.post(f"{url}/beantwoorden", {"text": "Elke maand bellen helpt."}, status=302)
    tomorrow = {"where": "In de werkwijze.", "on": str(clock.today() + timedelta(days=1))}
    assert "vandaag of een eerdere dag" in board.post(f"{url}/borgen", tomorrow, status=422).alert
    board.post(f"{url}/borgen", {**tomorrow, "on": str(clock.today())}, status=302)
    text = asker.get(url).text
    for words in ("Elke maand bellen helpt.", "In de werkwijze.", "hoort nu bij het gewone werk"):
        assert words in text
    keeper.post(f"{url}/heropenen", on=url, status=302)
    assert "Het eerdere antwoord" in asker.get(url).text
    with inside() as current:
        mails = current.scalars(
            select(OutboxMessage).where(OutboxMessage.to_address == world.expert.email)
        ).all()
    assert len(mails) == 3, "chosen, answered, embedded"
    assert all("Wat helpt" not in mail.body + mail.subject for mail in mails)
    mine = asker.get("/leervragen?mijn=y").text
    assert "Hettie houdt deze vraag gaande." in mine
    assert "U heeft nog geen leervraag gesteld" in board.get("/leervragen?mijn=y").text
