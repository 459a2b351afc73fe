"""Powers: who may decide what on a day, where nobody does, and why one may."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from coordinator import clock, governance, mandates, web
from coordinator.db import session
from coordinator.models import (
    Account,
    Agreement,
    AgreementStatus,
    Area,
    Event,
    Involvement,
    Power,
    Region,
    RoleName,
    Tafel,
    Verb,
)
from coordinator.powers import queries
from network.region import Level
from tests import make
from tests.conftest import Inside
from tests.page import Browser, squeeze

ONLY_SQLITE = True

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]
ASK = "/bevoegdheden/mag-ik-dit"


@dataclass
class World:
    """The bestuurstafel decides on buying; the chair of the beleidstafel buys small things for it.

    About opening hours two tables decide for jeugd; the partners are to sign that for onderwijs
    the council does. About advice nobody decides yet.
    """

    region: Region
    net: make.SmallNetwork
    coordinator: Account
    member: Account
    buying: Power
    opening: Power
    advice: Power
    passed_on: Agreement
    draft: Agreement


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        today = clock.today()
        chair = make.role("voorzitter", region)
        buying = make.power("Inkoop", region, description="Inkoop van hulp.", is_exclusive=True)
        opening = make.power("Openingstijden", region)
        advice = make.power("Advies over beleid", region)
        board, nobody = (net.board, None, None), (None, None, None)
        make.power_clause(net.mandate, buying, holder=board, may_pass_on=True, amount=50_000)
        passed_on = make.agreement(
            "OM", region, title="Ondermandaat inkoop", ends_on=today + timedelta(days=60)
        )
        make.power_clause(
            passed_on,
            buying,
            holder=(net.policy, chair, None),
            giver=board,
            amount=5_000,
            domains=(net.jeugd,),
            limits="Niet voor langer dan een jaar.",
        )
        for tafel in (net.policy, net.practice):
            make.power_clause(
                net.cooperation, opening, holder=(tafel, None, None), domains=(net.jeugd,)
            )
        draft = make.agreement(
            "TT", region, title="Openingstijden scholen", status=AgreementStatus.TO_SIGN
        )
        make.power_clause(
            draft, opening, holder=(None, None, net.council), domains=(net.onderwijs,)
        )
        make.power_clause(
            net.mandate, advice, holder=board, giver=nobody, involvement=Involvement.ADVISES
        )
        return World(
            region,
            net,
            make.person(RoleName.COORDINATOR, region),
            make.person(RoleName.EXPERT, region, partner=net.experts),
            buying,
            opening,
            advice,
            passed_on,
            draft,
        )


def test_the_matrix_says_who_decides_and_first_what_is_not_right(
    world: World, browse: Browse
) -> None:
    browser = browse(world.member)
    page = browser.get("/bevoegdheden")
    document = page.document
    head = [squeeze(e.text) for e in document.all("th", scope="col")]
    assert head == [
        "Bevoegdheid",
        "Beleidstafel jeugd",
        "Voorzitter van Beleidstafel jeugd",
        "Bestuurlijk overleg",
        "Uitvoerdersoverleg",
    ]
    texts = [squeeze(cell.text) for cell in document.all("td")]
    cells = [texts[start : start + 4] for start in range(0, len(texts), 4)]
    assert cells[0] == ["", "", "Adviseert", ""]
    assert cells[1] == [
        "",
        "Voert uitvoor Jeugd en gezin, tot en met € 5.000",
        "Beslisttot en met € 50.000",
        "",
    ]
    assert cells[2] == ["Beslistvoor Jeugd en gezin", "", "", "Beslistvoor Jeugd en gezin"]
    for words in (
        "Over «Advies over beleid» beslist niemand. Leg in een afspraak vast wie",
        "Over «Openingstijden» beslist niemand voor Onderwijs. Een artikel geeft haar voor "
        "Onderwijs aan Gemeente Oeverdam. De afspraak is nog niet door iedereen ondertekend.",
        "Over «Openingstijden» beslissen Beleidstafel jeugd en Uitvoerdersoverleg voor Jeugd en "
        "gezin. Spreek af wie",
        "artikel 2 van Samenwerkingsafspraak signalen artikel 3 van Samenwerkingsafspraak",
    ):
        assert words in page.text
    links = [e.attributes.get("href", "") for e in page.document.all("a")]
    (clause,) = {link for link in links if link.endswith("#artikel-3")}
    assert "Artikel 3" in browser.get(clause).text
    # One holder only, and another day.
    chair = browser.get("/bevoegdheden", query_string={"wie": "B/voorzitter/"})
    assert "Voert uit" in chair.text
    assert len(chair.document.all("td")) == 1
    tafel = browser.get("/bevoegdheden", query_string={"wie": "B//"})
    assert "Beslist" in tafel.text
    assert "Voert uit" in tafel.text
    assert "Bestuurlijk overleg" not in [squeeze(e.text) for e in tafel.document.all("th")]
    later = clock.today() + timedelta(days=61)
    page = browser.get("/bevoegdheden", query_string={"wie": "B/voorzitter/", "dag": str(later)})
    assert "Op deze dag geen enkele bevoegdheid" in page.text
    assert browser.get("/bevoegdheden?wie=niemand&dag=ooit").status == 200


def test_a_power_shows_who_has_it_by_which_chain_and_what_was_or_will_be(
    world: World, inside: Inside, browse: Browse
) -> None:
    page = browse(world.member).get(f"/bevoegdheden/{world.buying.public_id}")
    assert "Inkoop van hulp." in page.text
    for words in (
        "De partijen geven deze bevoegdheid aan Bestuurlijk overleg, tot en met € 50.000.",
        "Bestuurlijk overleg geeft deze bevoegdheid door aan Voorzitter van Beleidstafel jeugd, "
        "voor Jeugd en gezin, tot en met € 5.000.",
        "Niet voor langer dan een jaar.",
        f"tot en met {web.day(clock.today() + timedelta(days=60))}",
    ):
        assert words in page.text
    assert "Geldt niet" not in page.text
    page = browse(world.member).get(f"/bevoegdheden/{world.opening.public_id}")
    assert "Geldt nietDe afspraak is nog niet door iedereen ondertekend." in page.text
    day = clock.today() - timedelta(days=301)  # before any of it
    page = browse(world.member).get(f"/bevoegdheden/{world.buying.public_id}?dag={day}")
    assert "Op deze dag heeft niemand deze bevoegdheid." in page.text
    assert "Een stap ervoor klopt niet." in page.text
    # What was signed today was not signed yesterday, whatever its first day.
    with inside(world.region):
        governance.newest(world.net.mandate).signed_on = clock.today()
    yesterday = clock.today() - timedelta(days=1)
    page = browse(world.member).get(f"/bevoegdheden/{world.buying.public_id}?dag={yesterday}")
    assert "Geldt nietDe afspraak is nog" in page.text


def ask(browser: Browser, world: World, **given: object) -> str:
    page = browser.get(
        ASK, query_string={"bevoegdheid": world.buying.public_id, "tafel": "B", **given}
    )
    assert page.status == 200, page.alert
    return page.text


def test_may_i_do_this_is_answered_with_the_chain_or_where_it_breaks(
    world: World, browse: Browse
) -> None:
    browser = browse(world.member)
    today = web.day(clock.today())
    ends = web.day(clock.today() + timedelta(days=60))
    text = ask(browser, world, rol="voorzitter", bedrag="€ 5.000", domein="jeugd", gebied="G1")
    assert (
        f"Ja. Voorzitter van Beleidstafel jeugd mag op {today} beslissen over «Inkoop» voor Jeugd "
        "en gezin in Oeverdam, voor een bedrag van € 5.000. Dat is namens Bestuurlijk overleg,"
        " die eindverantwoordelijk blijft. Dat mag alleen voor Jeugd en gezin, tot en met "
        f"€ 5.000. Let ook op de grenzen in woorden hieronder. Dit geldt tot en met {ends}."
    ) in text
    assert "Grens: Niet voor langer dan een jaar." in text
    text = ask(browser, world, rol="voorzitter", bedrag="5001", domein="onderwijs")
    assert f"Nee. Voorzitter van Beleidstafel jeugd mag op {today} niet beslissen" in text
    assert "Klopt niet: Dit geldt alleen voor Jeugd en gezin." in text
    assert "Klopt niet: Dit geldt tot en met € 5.000." in text
    assert "Eindverantwoordelijk hiervoor: Bestuurlijk overleg." in text
    text = ask(browser, world, rol="voorzitter", dag=str(clock.today() + timedelta(days=61)))
    assert f"Klopt niet: De afspraak gold tot en met {ends}." in text
    text = ask(browser, world)
    assert "Geen enkel artikel geeft deze bevoegdheid aan Beleidstafel jeugd." in text
    text = ask(browser, world, bevoegdheid=world.advice.public_id, tafel="S")
    assert "Klopt niet: Bestuurlijk overleg mag alleen adviseren." in text
    assert "Op deze dag is hier niemand eindverantwoordelijk voor." in text


def test_who_left_the_network_no_longer_decides_nor_passes_on(
    world: World, inside: Inside, browse: Browse
) -> None:
    today, browser, net = clock.today(), browse(world.member), world.net
    with inside(world.region) as current:
        own: Any = [
            current.get_one(type(row), row.id)
            for row in (net.mandate, world.buying, net.board, net.council)
        ]
        mandate, buying, board, council = own
        tafel = make.tafel("OT", Level.POLICY, current.get_one(Area, net.whole.id), name="Kring")
        between = (tafel, None, None)
        make.power_clause(
            mandate, buying, holder=between, giver=(board, None, None), may_pass_on=True
        )
        make.power_clause(mandate, buying, holder=(None, None, council), giver=between)
    asked = {"tafel": "", "organisatie": net.council.code}
    assert "Ja. " in ask(browser, world, **asked)
    with inside(world.region) as current:
        current.get_one(Tafel, tafel.id).ended_on = today
    page = ask(browser, world, **asked)
    assert f"Nee. {net.council.name} mag op {web.day(today)} niet" in page
    why = f"Klopt niet: Kring hoort sinds {web.day(today)} niet meer bij het netwerk."
    assert page.count(why) == 2  # what it was given, and what it gave
    assert "Ja. " in ask(browser, world, **asked, dag=today - timedelta(days=1))


def test_a_question_that_cannot_be_answered_says_what_is_missing(
    world: World, browse: Browse
) -> None:
    browser = browse(world.member)
    whole = {"bevoegdheid": world.buying.public_id, "tafel": "B", "domein": "jeugd"}
    for name, value, complaint in (
        ("bevoegdheid", "", "Kies waarover het gaat."),
        ("tafel", "", "Kies een tafel, een rol of een organisatie."),
        ("organisatie", "lt1", "Niet allebei."),
        ("bedrag", "veel", "hele euro's"),
        ("bedrag", "9" * 30, "hele euro's"),
        ("bedrag", "3000000000", "tot en met € 2.000.000.000"),
        ("dag", "31-02-2027", "Ongeldige datum."),
        ("gebied", "nergens", "Ongeldige keuze."),
    ):
        page = browser.get(ASK, query_string=whole | {name: value})
        assert page.status == 422, name
        assert complaint in page.alert
        (kept,) = page.document.all("option", value="jeugd")
        assert "selected" in kept.attributes


def test_nothing_asked_yet_is_no_mistake(world: World, browse: Browse) -> None:
    page = browse(world.member).get(f"{ASK}?dag=2027-03-03&bevoegdheid={world.buying.public_id}")
    assert page.status == 200
    (chosen,) = page.document.all("option", value=world.buying.public_id)
    assert "selected" in chosen.attributes
    assert page.document.all("input", type="date")[0].attributes["value"] == "2027-03-03"


def test_the_coordinator_adds_and_changes_a_power_and_two_do_not_overwrite_each_other(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser = browse(world.coordinator)
    page = browser.post("/bevoegdheden/nieuw", {"name": " inkoop "}, status=422)
    assert "De bevoegdheid «Inkoop» bestaat al." in page.alert
    assert "Schrijf waarover" in browser.post("/bevoegdheden/nieuw", {"name": " "}).alert
    text = {"name": "Geld voor een proef", "description": "Tot het einde van het jaar."}
    page = browser.post("/bevoegdheden/nieuw", text, status=302)
    url = page.location
    assert "Geen enkel artikel van een afspraak geeft haar." in browser.get(url).text

    edit = f"{url}/wijzigen"
    opened = Browser.hidden_fields(browser.get(edit).document, edit)
    other = browse(world.coordinator)
    other.post(edit, {**text, "name": "Geld voor proeven", "is_exclusive": "y"}, status=302)
    sent = {**opened, **text, "description": "Mijn uitleg"}
    page = browser._answer(browser.client.post(edit, data=sent))
    assert page.status == 422
    assert "Iemand anders heeft deze bevoegdheid intussen gewijzigd." in page.alert
    assert "Geld voor proeven" in page.text
    assert "Mijn uitleg" in page.text
    again = {**Browser.hidden_fields(page.document, edit), **text, "description": "Mijn uitleg"}
    assert browser._answer(browser.client.post(edit, data=again)).status == 302
    assert "Mijn uitleg" in browser.get(url).text
    with inside(world.region) as current:
        events = current.scalars(select(Event).order_by(Event.number)).all()
        verbs = [(event.verb, event.result) for event in events]
    assert verbs[-3:] == [
        (Verb.POWER_ADDED, ""),
        (Verb.POWER_CHANGED, "exclusive"),
        (Verb.POWER_CHANGED, "shared"),
    ]


def test_a_name_that_is_taken_in_the_same_moment_is_refused_too(
    world: World, inside: Inside, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "find_by_name", lambda _name: None)
    browser = browse(world.coordinator)
    page = browser.post("/bevoegdheden/nieuw", {"name": "Inkoop"}, status=422)
    assert "De bevoegdheid «Inkoop» bestaat al." in page.alert
    url = f"/bevoegdheden/{world.opening.public_id}/wijzigen"
    page = browser.post(url, {"name": "Inkoop"}, status=422)
    assert "De bevoegdheid «Inkoop» bestaat al." in page.alert
    assert "Openingstijden" in browser.get("/bevoegdheden").text


def test_the_pages_ask_the_same_queries_with_more_rows(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    browser = browse(world.member)
    urls = (
        "/bevoegdheden",
        f"/bevoegdheden/{world.buying.public_id}",
        f"{ASK}?bevoegdheid={world.buying.public_id}&tafel=S",
    )

    def counts() -> list[int]:
        found = []
        for url in urls:
            browser.get(url)
            with count_queries() as sent:
                assert browser.get(url).status == 200
            found.append(len(sent))
        return found

    before = counts()
    with inside(world.region):
        for number in range(20):
            power = make.power(f"Besluit {number}", world.region)
            agreement = make.agreement(f"X{number}", world.region)
            for one in (power, world.buying):
                make.power_clause(
                    agreement,
                    one,
                    holder=(None, None, make.partner(f"p{number}{one.id}", region=world.region)),
                    giver=(world.net.board, None, None),
                    domains=(world.net.jeugd,),
                    areas=(world.net.here,),
                )
    assert counts() == before
    # With so many holders each power names the first of them.
    text = browser.get("/bevoegdheden").text
    assert "Er zijn 24 houders." in text
    assert "en nog 18" in text


def test_what_contradicts_a_version_is_told_before_it_is_signed(
    world: World, inside: Inside
) -> None:
    with inside(world.region):
        start = clock.today() + timedelta(days=30)
        new = make.agreement(
            "NW", world.region, title="Nieuw", status=AgreementStatus.DRAFT, starts_on=start
        )
        make.power_clause(
            new, world.buying, holder=(world.net.policy, None, None), areas=(world.net.here,)
        )
        make.power_clause(new, world.opening, holder=(world.net.board, None, None))
        (found,) = mandates.conflicts_of(governance.newest(new))
        assert found.text == (
            "Artikel 1 geeft «Inkoop» aan Beleidstafel jeugd. Artikel 2 van Mandaat bestuurlijk "
            f"overleg geeft haar ook aan Bestuurlijk overleg in Oeverdam, vanaf {web.day(start)}. "
            "Over deze bevoegdheid kan er maar één eindverantwoordelijk zijn."
        )
        assert found.other.agreement_version.agreement.code == "A2"
        # So is what another text that lies to be signed would give away first.
        assert not mandates.rivals_of(governance.newest(new))
        rival = make.agreement(
            "NX", world.region, title="Ook nieuw", status=AgreementStatus.TO_SIGN
        )
        school = (None, None, make.partner("school", region=world.region))
        make.power_clause(rival, world.buying, holder=school)
        (told,) = mandates.rivals_of(governance.newest(new))
        assert "Artikel 1 van Ook nieuw geeft haar ook aan" in told
        assert "Die tekst ligt ook ter ondertekening." in told
        assert mandates.conflicts_of(governance.newest(new)) == [found]
        # A sub-mandate of who has no such power is in vain; to let somebody advise is not.
        teams, giver = (None, None, world.net.team), (world.net.walk_in, None, None)
        make.power_clause(new, world.buying, holder=teams, giver=giver)
        make.power_clause(
            new,
            world.buying,
            holder=teams,
            giver=(world.net.board, None, None),
            involvement=Involvement.ADVISES,
        )
        (vain,) = mandates.passed_on_in_vain(governance.newest(new), clock.today())
        assert vain.startswith("Artikel 3 geeft «Inkoop» door namens Spreekuur ervaringen.")
        # What is not signed yet contradicts nothing, nor does a newer text of the same agreement.
        mandate = session().merge(world.net.mandate)
        assert not mandates.conflicts_of(governance.newest(mandate))


def test_a_region_without_powers_says_what_to_do_first(inside: Inside, browse: Browse) -> None:
    with inside():
        region = make.region()
    with inside(region):
        coordinator = make.person(RoleName.COORDINATOR, region)
        member = make.person(RoleName.MANAGER, region)
    page = browse(coordinator).get("/bevoegdheden")
    assert "Voeg eerst toe waarover besloten wordt." in page.text
    assert "De leercoördinator voegt eerst toe" in browse(member).get("/bevoegdheden").text
    assert "Er zijn nog geen bevoegdheden" in browse(member).get(ASK).text
