"""The line of one signal, as four people walk it: from what somebody saw to an answer that fits.

What is asserted is what stands on their screens. The network and its days are small_network's.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import expect

import coordinator
from coordinator import access
from coordinator.accounts import passwords
from coordinator.models import RoleName
from tests import make
from tests.browser.conftest import LiveServer, OpenPage
from tests.browser.people import Human

STATIC: Final = Path(coordinator.__file__).parent / "static"
PASSWORD: Final = "vier stoelen om een tafel"

WORDS: Final = (
    "Mijn begeleider stopte op de dag dat ik achttien werd. Nieuwe hulp kwam pas na acht maanden. "
    "Ook op school wist niemand ervan."
)
NUMBER: Final = "06 12345678"
TITLE: Final = "Hulp stopt op de achttiende verjaardag"
WISH: Final = "Laat de begeleider blijven tot de nieuwe hulp er is."
MEANING: Final = "Niemand gaat over de overgang naar achttien."
FOR_TABLES: Final = "De overgang naar achttien heeft een gat"
TEXT_FOR_TABLES: Final = "Jongeren verliezen op hun achttiende hun begeleider."
QUESTION: Final = "Hoorde u dit ook van anderen?"
REPLY: Final = "Ja, van drie andere jongeren in mijn buurt."
ANSWER_NO: Final = "Wij begrijpen dat dit zwaar is. Er is nu geen geld voor langere begeleiding."
WHY_NOT: Final = "Het gaat niet om geld. Het gaat om een vast gezicht."
ANSWER_YES: Final = "Uw begeleider blijft voortaan tot de nieuwe hulp er is."


@dataclass(frozen=True)
class Cast:
    """The four people, each at their own screen."""

    author: Human
    coordinator: Human
    secretary: Human
    board_member: Human


# The service has no script, so with JavaScript every page is the same; until the first one comes.
WITHOUT = pytest.param(False, id="without JavaScript")
WITH = [pytest.param(True, id="with JavaScript")] if any(STATIC.rglob("*.js")) else []


@pytest.fixture(params=[WITHOUT, *WITH])
def cast(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    live_server: LiveServer,
    open_page: OpenPage,
) -> Cast:
    """A small network of their own, on the day that the line begins; who signs in stays so."""
    monkeypatch.setattr(access, "IDLE", timedelta.max)
    monkeypatch.setattr(access, "AT_MOST", timedelta(days=365))
    live_server.calendar.turn_to(date(2026, 11, 27))
    region_of = {True: "met", False: "zonder"}[request.param]
    with live_server.inside() as session:
        region = make.region(region_of)
        session.flush()
    with live_server.inside(region):
        net = make.small_network(region)
        places: dict[str, tuple[RoleName, dict[str, Any], int]] = {
            "naima": (RoleName.EXPERT, {"partner": net.team}, 390),
            "samira": (RoleName.COORDINATOR, {}, 1280),
            "bram": (RoleName.SECRETARY, {"tafel": net.policy}, 1280),
            "hettie": (RoleName.BOARD_MEMBER, {"partner": net.council, "tafel": net.board}, 820),
        }
        humans = []
        for name, (role, place, width) in places.items():
            email = f"{name}@{region_of}.example"
            account = make.account(
                name.capitalize(), email, password_hash=passwords.hashed(PASSWORD)
            )
            make.grant(account, role, region, **place)
            page = open_page(width, javascript=request.param)
            humans.append(Human(page, email, PASSWORD))
    return Cast(*humans)


def test_a_signal_goes_over_the_tables_and_its_answer_comes_home_until_it_fits(
    cast: Cast, live_server: LiveServer
) -> None:
    calendar, author, coordinator = live_server.calendar, cast.author, cast.coordinator
    give(author)
    read_and_ask(coordinator)
    answer_the_question(author)
    send_on(coordinator)
    see_it_travel(author)
    to_policy, to_board = (
        "Beleidstafel jeugd van 18 december 2026",
        "Bestuurlijk overleg van 8 januari 2027",
    )
    calendar.turn_to(date(2026, 12, 4))
    hand_over(
        coordinator,
        "Spreekuur ervaringen",
        "4 december 2026",
        domains="Jeugd en gezin",
        to=to_policy,
    )
    calendar.turn_to(date(2026, 12, 7))
    hand_over(
        coordinator, "Uitvoerdersoverleg", "7 december 2026", domains="Onderwijs", to=to_policy
    )
    calendar.turn_to(date(2026, 12, 18))
    hand_over(
        cast.secretary,
        "Beleidstafel jeugd",
        "18 december 2026",
        domains="Jeugd en gezin, en Onderwijs",
        to=to_board,
    )
    calendar.turn_to(date(2027, 1, 8))
    decide_against(cast.board_member)
    calendar.turn_to(date(2027, 1, 12))
    do_not_recognise(author)
    calendar.turn_to(date(2027, 2, 5))
    decide_for(cast.board_member)
    calendar.turn_to(date(2027, 2, 9))
    recognise(author)


def give(author: Human) -> None:
    """Give a signal; the first try misses something and could point at somebody."""
    author.visit()
    author.follow("Geef een signaal")
    with_number = f"{WORDS} Bel mij op {NUMBER}."
    author.fill(words=with_number, title=TITLE, wish=WISH)
    author.choose("Jeugd en gezin")
    author.choose("Onderwijs")
    author.choose("Vaker")
    author.press("Verstuur mijn signaal")
    author.reads("Kijk dit nog even na", f"Hier staat een telefoonnummer: ‘{NUMBER}’.")
    author.reads("Kies een gebied.")
    field = author.page.get_by_label
    expect(field("Wat heeft u gezien of gehoord?")).to_have_value(with_number)
    expect(field("Korte naam")).to_have_value(TITLE)
    expect(field("Wat zou er volgens u anders moeten?")).to_have_value(WISH)
    for ticked in ("Jeugd en gezin", "Onderwijs", "Vaker"):
        expect(field(ticked)).to_be_checked()

    field("In welk gebied speelt dit?").select_option("Oeverdam")
    author.fill(words=WORDS)
    author.press("Verstuur mijn signaal")
    author.reads("Uw signaal is binnen.", "Antwoord uiterlijk", "5 feb")
    assert stops(author, "De verwachte reis voor jeugd en gezin") == [
        ("27 nov", "Uw signaal is binnen", "Klaar"),
        ("4 dec", "Spreekuur ervaringen", "Volgende halte"),
        ("18 dec", "Beleidstafel jeugd", "Gepland"),
        ("8 jan", "Bestuurlijk overleg", "Gepland"),
        ("5 feb", "Antwoord aan u", "Gepland"),
    ]
    assert stops(author, "De verwachte reis voor onderwijs") == [
        ("27 nov", "Uw signaal is binnen", "Klaar"),
        ("7 dec", "Uitvoerdersoverleg", "Volgende halte"),
        ("18 dec", "Beleidstafel jeugd", "Gepland"),
        ("8 jan", "Bestuurlijk overleg", "Gepland"),
        ("5 feb", "Antwoord aan u", "Gepland"),
    ]


def read_and_ask(coordinator: Human) -> None:
    coordinator.visit()
    coordinator.reads("Nieuwe signalen", "Stuurt u het uiterlijk 4 december door?")
    coordinator.follow(TITLE)
    coordinator.reads(WORDS, WISH, "Gegeven door", "Naima")
    coordinator.fill(
        interpretation=MEANING, title_for_tafels=FOR_TABLES, text_for_tafels=TEXT_FOR_TABLES
    )
    coordinator.press("Bewaar")
    coordinator.reads("Bewaard.")
    coordinator.follow("Terug naar het signaal")
    coordinator.reads("Het antwoord komt uiterlijk op 5 februari 2027")
    coordinator.follow("Vraag stellen")
    coordinator.fill(text=QUESTION)
    coordinator.press("Stel de vraag")
    coordinator.reads("Uw vraag is gesteld.", "Vraag gesteld", QUESTION)


def answer_the_question(author: Human) -> None:
    author.visit()
    author.reads("27 november 2026")
    author.follow(TITLE)
    author.reads(QUESTION)
    author.fill(text=REPLY)
    author.press("Verstuur mijn antwoord")
    author.reads("De leercoördinator leest uw antwoord.", REPLY, MEANING)


def send_on(coordinator: Human) -> None:
    coordinator.visit()
    coordinator.follow(TITLE)
    coordinator.reads(REPLY)
    coordinator.press("Bewaar en kies waar het heen gaat")
    coordinator.reads(FOR_TABLES, TEXT_FOR_TABLES)
    coordinator.reads("Beleidstafel jeugd op 18 december 2026. Antwoord uiterlijk 8 januari 2027.")
    coordinator.reads("Bestuurlijk overleg op 8 januari 2027. Antwoord uiterlijk 5 februari 2027.")
    coordinator.choose("Bestuurstafel")
    coordinator.press("Stuur het signaal op weg")
    coordinator.reads("Het signaal is onderweg.", "Onderweg")


def see_it_travel(author: Human) -> None:
    author.visit("/signalen")
    author.reads("Onderweg", "5 feb")
    author.follow(TITLE)
    author.reads("Het antwoord komt uiterlijk op 5 februari 2027.")
    assert stops(author, "De reis voor onderwijs") == [
        ("27 nov", "Uw signaal is binnen", "Klaar"),
        ("27 nov", "Gelezen door de leercoördinator", "Klaar"),
        ("27 nov", "Doorgestuurd naar de tafels", "Klaar"),
        ("7 dec", "Uitvoerdersoverleg", "Volgende halte"),
        ("18 dec", "Beleidstafel jeugd", "Gepland"),
        ("8 jan", "Bestuurlijk overleg", "Gepland"),
        ("5 feb", "Antwoord aan u", "Gepland"),
    ]


def hand_over(human: Human, tafel: str, day: str, *, domains: str, to: str) -> None:
    """Give the signal on at a table, on the day of its meeting."""
    human.visit()
    human.reads("Uitkomsten vastleggen", "1 signaal zonder uitkomst.")
    human.follow(f"{tafel} van {day}")
    human.reads(FOR_TABLES, TEXT_FOR_TABLES, domains, "Bespreken en doorgeven")
    human.does_not_read("Naima", TITLE, "op de dag dat ik achttien werd")
    human.follow("Doorgeven")
    human.reads("Dit is de geplande volgende stap.", "uiterlijk 5 februari 2027")
    human.fill(note=f"Wij herkennen dit ({tafel}).")
    human.press("Doorgeven")
    human.reads(f"Doorgegeven aan {to}.", "Alles heeft een uitkomst.")
    human.press("Vergadering afsluiten")
    human.reads("De vergadering is afgesloten.")


def decide_against(board_member: Human) -> None:
    """Decide at the table; the first try forgets the reason, and nothing is lost."""
    board_member.visit()
    board_member.follow(FOR_TABLES)
    board_member.reads(FOR_TABLES, "Jeugd en gezin, en Onderwijs", "Gevraagd: Een besluit")
    board_member.reads("Wij herkennen dit (Uitvoerdersoverleg).")
    board_member.does_not_read("Naima", TITLE)
    board_member.follow("Besluit vastleggen")
    board_member.choose("Niet overgenomen")
    board_member.fill(text="De tafel neemt dit nu niet over.", answer=ANSWER_NO)
    board_member.press("Besluit vastleggen")
    board_member.reads("Schrijf waarom de tafel dit niet overneemt.")
    expect(board_member.page.locator("[name=answer]")).to_have_value(ANSWER_NO)
    board_member.fill(reason="Er is geen geld voor.")
    board_member.press("Besluit vastleggen")
    board_member.reads("Het besluit is vastgelegd.", "Niet overgenomen.", ANSWER_NO)


def do_not_recognise(author: Human) -> None:
    author.visit()
    author.reads("Er is een antwoord", "Antwoord van 8 januari 2027.")
    author.follow(TITLE)
    author.reads(ANSWER_NO, "Er is geen geld voor.", "Bestuurlijk overleg, 8 januari 2027")
    author.choose("Nee, dit klopt niet")
    author.press("Verstuur")
    author.reads("Schrijf op wat er niet klopt of wat er mist.")
    author.fill(reason=WHY_NOT)
    author.press("Verstuur")
    author.reads("Het signaal gaat opnieuw naar een tafel, met uw woorden erbij.")
    author.reads("Onderweg", "Het antwoord komt uiterlijk op 5 maart 2027.", WHY_NOT)
    assert stops(author, "De reis voor jeugd en gezin")[-2:] == [
        ("5 feb", "Bestuurlijk overleg", "Volgende halte"),
        ("5 mrt", "Antwoord aan u", "Gepland"),
    ]


def decide_for(board_member: Human) -> None:
    board_member.visit()
    board_member.reads("Bestuurlijk overleg, vrijdag 5 februari 2027")
    board_member.follow(FOR_TABLES)
    board_member.reads(WHY_NOT, "Zo legt de melder uit waarom dit antwoord niet klopt")
    board_member.does_not_read("Naima")
    board_member.follow("Besluit vastleggen")
    board_member.choose("Overgenomen")
    board_member.fill(
        text="De begeleider blijft.",
        owner="Gemeente Oeverdam",
        done_by_on="2027-05-01",
        answer=ANSWER_YES,
    )
    board_member.press("Besluit vastleggen")
    board_member.reads("Overgenomen.", "Door Gemeente Oeverdam, klaar op 1 mei 2027.", ANSWER_YES)


def recognise(author: Human) -> None:
    author.visit()
    author.follow(TITLE)
    author.reads(ANSWER_YES, "Gemeente Oeverdam", "1 mei 2027")
    author.choose("Ja, ik herken me hierin")
    author.press("Verstuur")
    author.reads("Dank u wel. Dit antwoord is klaar.", "Afgerond", ANSWER_YES, WHY_NOT)
    assert {state for _day, _name, state in stops(author, "De reis voor onderwijs")} == {"Klaar"}


def stops(human: Human, title: str) -> list[tuple[str, str, str]]:
    """Return the day, the name and the state of every stop of a journey, as they read."""
    return [
        (
            stop.locator("time").inner_text(),
            stop.locator("h3").inner_text(),
            stop.locator("li").first.inner_text(),
        )
        for stop in human.card(title).locator(".lnc-stop").all()
    ]
