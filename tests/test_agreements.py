"""Agreements: what rests on them, what happens without them, and how they end."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from coordinator import clock, governance, planning, web
from coordinator.agreements import actions
from coordinator.models import (
    Account,
    Agreement,
    AgreementStatus,
    AgreementVersion,
    ChangeReason,
    Journey,
    JourneyChange,
    Level,
    Reason,
    Region,
    RoleName,
    Signal,
)
from tests import make
from tests.conftest import Inside
from tests.page import Answer, Browser

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]
END = "/afspraken/A1/beeindigen"


@dataclass
class World:
    """A small network in which one signal on onderwijs rests on agreement A1."""

    region: Region
    net: make.SmallNetwork
    coordinator: Account
    member: Account
    signal: Signal


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        signal = make.signal(net.there, (net.onderwijs,), partner=net.school, title="Geheim")
        planning.plan_new([signal])
        return World(
            region,
            net,
            make.person(RoleName.COORDINATOR, region),
            make.person(RoleName.BOARD_MEMBER, region, tafel=net.board),
            signal,
        )


def ask(browser: Browser, day: date, how: str = "laatste-dag") -> Answer:
    who = "lt1" if how == "opgezegd" else ""
    return browser.get(END, query_string={"hoe": how, "datum": day.isoformat(), "wie": who})


def confirm(browser: Browser, asked: Answer) -> Answer:
    hidden = Browser.hidden_fields(asked.document, END)
    return browser._answer(browser.client.post(END, data=hidden))


def stored(inside: Inside, world: World) -> Agreement:
    with inside(world.region) as current:
        return current.scalars(
            select(Agreement)
            .where(Agreement.code == "A1")
            .execution_options(populate_existing=True)
        ).one()


def test_the_list_shows_what_is_in_force_and_can_be_filtered(
    world: World, inside: Inside, browse: Browse
) -> None:
    today = clock.today()
    with inside(world.region):
        make.agreement("C1", world.region, status=AgreementStatus.DRAFT, title="Concept wonen")
        make.agreement(
            "L1", world.region, starts_on=today + timedelta(days=50), title="Latere afspraak"
        )
    browser = browse(world.member)
    codes = ("A1", "A2", "C1", "L1")

    def shown(query: str) -> list[str]:
        page = browser.get(f"/afspraken?{query}")
        assert page.status == 200
        links = {e.attributes.get("href", "").split("?")[0] for e in page.document.all("a")}
        return [code for code in codes if f"/afspraken/{code}" in links]

    assert shown("") == list(codes)
    assert shown("stand=concept") == ["C1"]
    assert shown("geldt=wel") == ["A1", "A2"]
    assert shown(f"dag={today + timedelta(days=50)}") == list(codes)
    assert shown(f"geldt=wel&dag={today + timedelta(days=50)}") == ["A1", "A2", "L1"]
    assert shown(f"geldt=niet&dag={today - timedelta(days=400)}") == list(codes)
    assert shown(f"stand=concept&dag={today - timedelta(days=10)}") == ["C1"]
    assert shown("zoek=mandaat") == ["A2"]
    assert shown("dag=ooit") == list(codes)
    assert shown("stand=ondertekend&zoek=nergens") == []


def test_lists_ask_the_same_queries_with_more_rows(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    browser = browse(world.member)
    for url in ("/afspraken", "/afspraken/A1"):
        browser.get(url)
        with count_queries() as before:
            browser.get(url)
        with inside(world.region):
            for number in range(20):
                code = f"X{number}-{url.count('/')}"
                make.agreement(code, world.region, parties=[world.net.team])
                table = make.tafel(
                    code, Level.POLICY, world.net.whole, agreement=world.net.cooperation
                )
                make.handover(
                    world.net.practice, table, agreement=world.net.cooperation, all_domains=False
                )
        browser.get(url)
        with count_queries() as after:
            page = browser.get(url)
        assert len(before) == len(after), "\n".join(after)
        assert page.status == 200


def test_an_agreement_shows_what_rests_on_it_and_what_happens_without_it(
    world: World, inside: Inside, browse: Browse
) -> None:
    page = browse(world.member).get("/afspraken/A1")
    assert "Deze afspraak geldt vandaag. Zij heeft geen einddatum." in page.text
    assert "Scholengroep Waalwoude" in page.text
    assert "Uitvoerdersoverleg" in page.text
    assert "Sluit de weg voor onderwijs in 1 gemeente." in page.text
    assert page.document.all("a", href="/afspraken/A1/effect")
    assert "Afspraak beëindigen" not in page.text, "a board member cannot end it"


def test_a_draft_shows_what_a_signature_would_bring(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region) as current:
        current.get_one(Agreement, world.net.cooperation.id).status = AgreementStatus.DRAFT
    page = browse(world.coordinator).get("/afspraken/A1")
    assert "Deze afspraak geldt niet. Zij is nog een concept." in page.text
    assert "Opent een weg voor onderwijs in 1 gemeente." in page.text
    assert "Afspraak beëindigen" not in page.text


def test_ending_first_shows_what_changes_and_then_does_exactly_that(
    world: World, inside: Inside, browse: Browse
) -> None:
    day = clock.today() + timedelta(days=15)
    browser = browse(world.coordinator)
    asked = ask(browser, day)
    assert asked.status == 200
    assert "Een nieuw signaal" in asked.text
    assert "Geheim" not in asked.html
    assert "2 reizen krijgen een andere datum" in asked.text
    assert stored(inside, world).ends_on is None
    with inside(world.region):
        expected = actions.consequences(world.net.cooperation, day, is_terminated=False)
    assert confirm(browser, asked).location.endswith("/afspraken/A1")
    agreement = stored(inside, world)
    assert (agreement.ends_on, agreement.status) == (day, AgreementStatus.SIGNED)
    with inside(world.region) as current:
        written = current.scalars(select(JourneyChange)).all()
        journeys = current.scalars(select(Journey)).all()
    assert {(c.reason, c.subject) for c in written} == {
        (
            ChangeReason.AGREEMENT_ENDED,
            f"Samenwerkingsafspraak signalen, laatste dag {web.day(day)}",
        )
    }
    assert sorted((c.journey_id, c.arrival_before, c.arrival_after) for c in written) == sorted(
        (c.journey_id, c.arrival_before, c.arrival_after) for c in expected
    )
    assert {journey.reason for journey in journeys} == {Reason.NO_AGREEMENT}


def test_terminated_from_today_it_is_closed_at_once_and_later_it_holds_until_then(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser, today = browse(world.coordinator), clock.today()
    later = today + timedelta(days=100)
    confirm(browser, ask(browser, later, "opgezegd"))
    agreement = stored(inside, world)
    assert agreement.ends_on == later - timedelta(days=1)
    assert agreement.status is AgreementStatus.SIGNED
    asked = ask(browser, today, "opgezegd")
    assert asked.status == 200
    confirm(browser, asked)
    agreement = stored(inside, world)
    assert agreement.ends_on == today - timedelta(days=1)
    assert agreement.status is AgreementStatus.TERMINATED
    page = browser.get("/afspraken/A1")
    assert "Deze afspraak geldt niet meer. Zij is opgezegd." in page.text
    assert browser.get(END).status == 409


@pytest.mark.parametrize(
    ("days", "how", "message"),
    [
        (-2, "laatste-dag", "Deze dag is al voorbij"),
        (-1, "opgezegd", "Deze dag is al voorbij"),
        (60, "laatste-dag", "De afspraak eindigt al op"),
        (4, "laatste-dag", "De afspraak begint pas op"),
    ],
)
def test_a_day_that_cannot_be_is_refused(
    world: World, inside: Inside, browse: Browse, days: int, how: str, message: str
) -> None:
    today = clock.today()
    with inside(world.region) as current:
        agreement = current.get_one(Agreement, world.net.cooperation.id)
        agreement.ends_on = today + timedelta(days=50)
        if days > 0:
            agreement.starts_on = today + timedelta(days=5)
    asked = ask(browse(world.coordinator), today + timedelta(days=days), how)
    assert asked.status == 422
    assert message in asked.alert


def test_bad_input_is_refused(world: World, browse: Browse) -> None:
    browser = browse(world.coordinator)
    assert browser.get(f"{END}?hoe=laatste-dag").status == 422
    assert browser.get(f"{END}?hoe=zomaar&datum=2027-01-01").status == 422
    for how, day in (("laatste-dag", "31-13"), ("opgezegd", "0001-01-01")):
        assert browser.get(f"{END}?hoe={how}&datum={day}").status == 422
    last = browser.get(f"{END}?hoe=laatste-dag&datum=9999-12-31")
    assert last.status == 200


def test_of_two_people_who_end_it_the_second_sees_the_first_ones_change(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        other = make.person(RoleName.COORDINATOR, world.region)
    first, second = browse(world.coordinator), browse(other)
    day = clock.today() + timedelta(days=200)
    late = ask(second, day - timedelta(days=10))
    assert confirm(first, ask(first, day)).status == 302
    answer = confirm(second, late)
    assert answer.status == 422
    assert f"De laatste dag is nu {web.day(day)}." in answer.alert
    assert stored(inside, world).ends_on == day


def test_only_the_coordinator_ends_an_agreement(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        secretary = make.person(RoleName.SECRETARY, world.region, tafel=world.net.policy)
    for account in (world.member, secretary):
        browser = browse(account)
        assert browser.get(END).status == 404
        assert browser.get("/afspraken/A1").status == 200
        assert browser.get("/afspraken/niets").status == 404


# Writing.

TEXT = {"titel": "Convenant jeugd", "soort": "convenant", "partijen": ["lt1", "gem"]}


def newest(inside: Inside, world: World, code: str) -> AgreementVersion:
    with inside(world.region) as current:
        found = current.scalars(
            governance.whole(select(AgreementVersion))
            .join(AgreementVersion.agreement)
            .where(Agreement.code == code)
            .order_by(AgreementVersion.number)
            .execution_options(populate_existing=True)
        ).all()
        return found[-1]


def test_a_coordinator_writes_an_agreement_with_all_kinds_of_clauses(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser, today = browse(world.coordinator), clock.today()
    year, starts_on = today.year, today + timedelta(days=10)
    first = browser.post("/afspraken/nieuw", {**TEXT, "ingangsdatum": starts_on.isoformat()})
    assert first.location.endswith(f"/afspraken/A-{year}-01"), first.alert
    page = browser.get(f"/afspraken/A-{year}-01")
    assert "Versie 1 is een concept" in page.text
    assert "Er zijn nog geen artikelen." in page.text
    version = newest(inside, world, f"A-{year}-01")
    assert [each.partner.code for each in version.signatories] == ["gem", "lt1"]
    add = f"/afspraken/versies/{version.public_id}/artikel-toevoegen"
    assert "Wat geeft het artikel?" in browser.get(add).text
    for number, (kind, given) in enumerate(
        {
            "tekst": {},
            "mandaat": {"tafel": "B"},
            "doorgeleiding": {"van": "B", "naar": "S", "verwerkingstijd": "4", "domeinen": "jeugd"},
            "zetel": {"tafel": "B", "partner": "sch2", "rol": "lid", "stem": "adviserend"},
            "bevoegdheid": {
                "nieuwe_bevoegdheid": "De agenda vaststellen",
                "betrokkenheid": "accountable",
                "tafel": "B",
                "bedrag": "5.000",
                "doorgeven": "y",
            },
        }.items(),
        1,
    ):
        url = f"{add}?soort={kind}"
        assert f'value="{number}"' in browser.get(url).html
        words = {"nummer": str(number), "kop": f"Kop {number}", "tekst": "Woorden."}
        done = browser.post(url, {**words, **given}, status=302)
        assert done.location.endswith(f"/afspraken/versies/{version.public_id}#artikel-{number}")
    text = browse(world.member).get(f"/afspraken/versies/{version.public_id}")
    for number in range(1, 6):
        assert text.document.all("section", id=f"artikel-{number}")
    for words in (
        "Naar tafel Bestuurlijk overleg",
        "Verwerkingstijd 4 dagen",
        "Stem Adviserend",
        "De agenda vaststellen",
        "Tot en met € 5.000",
    ):
        assert words in text.text, words
    assert "Artikel toevoegen" not in text.text
    shown = browser.get(f"/afspraken/A-{year}-01")
    assert "Rust op artikel 3" in shown.text
    assert "De tekst is compleet." in shown.text
