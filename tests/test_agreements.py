"""Agreements: what rests on them, what happens without them, and how they end."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from coordinator import clock, governance, planning, web
from coordinator.agreements import actions
from coordinator.agreements.queries import find_agreement
from coordinator.models import (
    Account,
    Agreement,
    AgreementStatus,
    AgreementVersion,
    ChangeReason,
    Handover,
    Journey,
    JourneyChange,
    Level,
    OutboxMessage,
    Partner,
    Reason,
    Region,
    RoleName,
    Signal,
    SignatoryStatus,
    Signature,
    VersionStatus,
)
from tests import make
from tests.conftest import Inside, on_sqlite
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


@on_sqlite
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


@on_sqlite
def test_lists_ask_the_same_queries_with_more_rows(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    browser = browse(world.member)
    text = f"/afspraken/versies/{newest(inside, world, 'A1').public_id}"
    urls = ("/afspraken", "/afspraken/A1", text, "/afspraken/A1/vergelijken")

    def asked() -> list[int]:
        counts = []
        for url in urls:
            browser.get(url)
            with count_queries() as queries:
                assert browser.get(url).status == 200
            counts.append(len(queries))
        return counts

    before = asked()
    with inside(world.region):
        for number in range(20):
            make.agreement(f"X{number}", world.region, parties=[world.net.team])
            table = make.tafel(
                f"X{number}", Level.POLICY, world.net.whole, agreement=world.net.cooperation
            )
            make.handover(
                world.net.practice, table, agreement=world.net.cooperation, all_domains=False
            )
        agreement = find_agreement("A1")
        assert agreement
        governance.follow([agreement])
    assert asked() == before


@on_sqlite
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


@on_sqlite
def test_a_draft_shows_what_a_signature_would_bring(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region) as current:
        current.get_one(Agreement, world.net.cooperation.id).status = AgreementStatus.DRAFT
    page = browse(world.coordinator).get("/afspraken/A1")
    assert "Deze afspraak geldt niet. Zij is nog een concept." in page.text
    assert "Opent een weg voor onderwijs in 1 gemeente." in page.text
    assert "Afspraak beëindigen" not in page.text


@on_sqlite
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


@on_sqlite
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
@on_sqlite
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


@on_sqlite
def test_bad_input_is_refused(world: World, browse: Browse) -> None:
    browser = browse(world.coordinator)
    assert browser.get(f"{END}?hoe=laatste-dag").status == 422
    assert browser.get(f"{END}?hoe=zomaar&datum=2027-01-01").status == 422
    for how, day in (
        ("laatste-dag", "31-13"),
        ("opgezegd", "0001-01-01"),
        ("opgezegd", "9999-12-31"),
    ):
        assert browser.get(f"{END}?hoe={how}&datum={day}").status == 422


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


@on_sqlite
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


@on_sqlite
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
    for sentence in (
        "Naar tafel Bestuurlijk overleg",
        "Verwerkingstijd 4 dagen",
        "Stem Adviserend",
        "De agenda vaststellen",
        "Tot en met € 5.000",
    ):
        assert sentence in text.text, sentence
    assert "Artikel toevoegen" not in text.text
    shown = browser.get(f"/afspraken/A-{year}-01")
    assert "Rust op artikel 3" in shown.text
    assert shown.text.count("Woorden.") == 5  # the words of every clause, also of what gives
    assert "De tekst is compleet." in shown.text


@on_sqlite
def test_a_search_in_a_long_list_keeps_all_that_was_typed_and_saves_nothing(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        for number in range(30):
            make.partner(f"school{number:02}", name=f"Basisschool Café {number:02}")
    browser = browse(world.coordinator)
    chosen = {**TEXT, "domeinen": "jeugd", "bijlagen": "Eén\nTwee", "evaluatiedatum": "1-12-2030"}
    found = browser.post("/afspraken/nieuw", {**chosen, "partijen-zoek": "CAFE basis"}, status=422)
    assert "Gevonden voor “CAFE basis”: 30. Hieronder staan de eerste 20." in found.text
    assert not found.alert
    boxes = found.document.all("input", name="partijen")
    assert [b.attributes["value"] for b in boxes if "checked" in b.attributes] == ["gem", "lt1"]
    assert len(boxes) == 22
    assert found.document.all("input", name="titel", value="Convenant jeugd")
    assert found.document.all("input", name="evaluatiedatum", value="2030-12-01")
    assert "Eén\r\nTwee" in found.html.replace("\n", "\r\n").replace("\r\r", "\r")
    none = browser.post("/afspraken/nieuw", {**chosen, "partijen-zoek": "xyz"}, status=422)
    assert "Niets gevonden voor “xyz”." in none.text
    with inside(world.region) as current:
        assert (
            current.scalars(select(Agreement).where(Agreement.title == TEXT["titel"])).all() == []
        )
    assert browser.post("/afspraken/nieuw", {**chosen, "partijen": ["school03"]}, status=302)


BAD_TEXT: list[tuple[dict[str, object], str, str]] = [
    ({"titel": " "}, "titel", "Geef de afspraak een titel."),
    (
        {"ingangsdatum": "2027-05-01", "einddatum": "2027-04-30"},
        "einddatum",
        "De einddatum ligt voor de ingangsdatum.",
    ),
    (
        {"einddatum": "2027-04-30", "evaluatiedatum": "2027-05-01"},
        "evaluatiedatum",
        "De evaluatie ligt na de einddatum.",
    ),
    ({"verlenging": "tacit"}, "verlenging", "Zonder einddatum valt er niets te verlengen."),
    (
        {"verlenging": "tacit", "einddatum": "2029-01-01"},
        "maanden",
        "Vul in met hoeveel maanden zij stilzwijgend verlengd wordt.",
    ),
    ({"ingangsdatum": "0026-11-20"}, "ingangsdatum", "Kies een dag tussen 2000 en 2100."),
    ({"einddatum": "9999-12-31"}, "einddatum", "Kies een dag tussen 2000 en 2100."),
    ({"evaluatiedatum": "morgen"}, "evaluatiedatum", "Vul een datum in, zoals 21-11-2026."),
    ({"opzegtermijn": "-1"}, "opzegtermijn", "Vul een heel getal in van 0 tot en met 3.650."),
    ({"partijen": ["bestaat-niet"]}, "partijen", "Deze organisatie is niet bekend in uw regio."),
    ({"partijen": ["weg"]}, "partijen", "Deze organisatie is niet bekend in uw regio."),
    ({"code": "met spatie"}, "code", "Gebruik hooguit 64 letters"),
    ({"code": "a1"}, "code", "De code a1 is al van ‘Samenwerkingsafspraak signalen’."),
    ({"code": "versies"}, "code", "Deze code kan niet."),
]


@on_sqlite
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_lost(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        make.partner("weg", name="Oude school", ended_on=clock.today())
    browser = browse(world.coordinator)
    for given, field, message in BAD_TEXT:
        page = browser.post(
            "/afspraken/nieuw", {**TEXT, "taak": "Mijn lange tekst", **given}, status=422
        )
        assert message in page.alert, (given, page.alert)
        document = page.document
        alert = document.all("div", role="alert")[0]
        link = next(e for e in document.all("a") if alert in e.parents)
        named = [e for e in document.elements if e.attributes.get("name") == field]
        place = link.attributes["href"].removeprefix("#")
        (target,) = (e for e in document.elements if e.attributes.get("id") == place)
        assert target in named or any(target in e.parents for e in named), (field, place)
        assert "Mijn lange tekst" in page.html
    assert browser.post("/afspraken/nieuw", {**TEXT, "code": "CONV-1"}, status=302)
    with inside(world.region) as current:
        current.get_one(Partner, world.net.team.id).ended_on = clock.today()
    page = browser.get("/afspraken/CONV-1/wijzigen")
    assert "hoort niet meer bij het netwerk, lt1" in page.text
    page = browser.post("/afspraken/CONV-1/wijzigen", TEXT, status=422)
    assert "Haal deze partij uit de afspraak." in page.alert


def test_two_who_write_the_same_text_or_clause_each_see_the_other(
    world: World, inside: Inside, browse: Browse
) -> None:
    one, two = browse(world.coordinator), browse(world.coordinator)
    one.post("/afspraken/nieuw", {**TEXT, "code": "CONV"}, status=302)
    url = "/afspraken/CONV/wijzigen"
    version = newest(inside, world, "CONV")
    hidden = Browser.hidden_fields(two.get(url).document, url)
    one.post(url, {**TEXT, "titel": "Van de eerste", "partijen": ["lt1"]}, status=302)
    late = two.client.post(url, data={**hidden, **TEXT, "titel": "Van de tweede"})
    page = two._answer(late)
    assert page.status == 422
    assert "Iemand anders heeft deze tekst intussen gewijzigd." in page.alert
    assert "Intussen staat hier: “Van de eerste”." in page.text
    assert "Intussen staat hier: “Lokaal team Oeverdam”." in page.text
    assert page.document.all("input", name="titel", value="Van de tweede")
    hidden = Browser.hidden_fields(page.document, url)
    assert two.client.post(url, data={**hidden, **TEXT, "titel": "Samen"}).status_code == 302
    assert newest(inside, world, "CONV").title == "Samen"

    # A clause does not stand in the way of the text, nor the other way round.
    text = Browser.hidden_fields(two.get(url).document, url)
    add = f"/afspraken/versies/{version.public_id}/artikel-toevoegen?soort=tekst"
    words = {"nummer": "1", "kop": "Doel", "tekst": "Oud"}
    one.post(add, words, status=302)
    assert two.client.post(url, data={**text, **TEXT, "titel": "Weer"}).status_code == 302
    clause = newest(inside, world, "CONV").clauses[0]
    url = f"/afspraken/artikelen/{clause.public_id}/wijzigen"
    hidden = Browser.hidden_fields(two.get(url).document, url)
    one.post(url, {**words, "tekst": "Nieuw"}, status=302)
    page = two._answer(two.client.post(url, data={**hidden, **words, "tekst": "Anders"}))
    assert page.status == 422
    assert "Intussen staat hier: “Nieuw”." in page.text
    assert ">Anders</textarea>" in page.html.replace("\n", "").replace("\r", "")
    assert newest(inside, world, "CONV").clauses[0].text == "Nieuw"


@on_sqlite
def test_a_clause_that_cannot_be_is_refused_at_its_field(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        far = make.area("VER", name="Verweg", region=world.region)
        make.tafel("V", Level.POLICY, far, name="Tafel Verweg")
        make.tafel("O", Level.POLICY, world.net.whole, domains=(world.net.onderwijs,))
    browser = browse(world.coordinator)
    scope = {**TEXT, "code": "CONV", "gebieden": "G1", "domeinen": "jeugd"}
    browser.post("/afspraken/nieuw", scope, status=302)
    version = newest(inside, world, "CONV")
    add = f"/afspraken/versies/{version.public_id}/artikel-toevoegen?soort="
    words = {"nummer": "1", "kop": "Kop", "tekst": "Tekst", "verwerkingstijd": "0"}
    browser.post(add + "mandaat", {**words, "tafel": "B"}, status=302)
    for kind, given, message in (
        ("tekst", {}, "Artikel 1 is er al: ‘Kop’. Kies een ander nummer, bijvoorbeeld 2."),
        ("mandaat", {"nummer": "2"}, "Kies de tafel die mandaat krijgt."),
        ("mandaat", {"nummer": "2", "tafel": "B"}, "Artikel 1 geeft Beleidstafel jeugd al mandaat"),
        ("mandaat", {"nummer": "2", "tafel": "V"}, "Tafel Verweg is een tafel van Verweg."),
        ("mandaat", {"nummer": "2", "tafel": "O"}, "Tafel O gaat over Onderwijs."),
        ("mandaat", {"nummer": "2", "tafel": "Z"}, "Deze tafel is niet bekend in uw regio."),
        ("doorgeleiding", {"nummer": "2", "van": "S", "naar": "B"}, "naar een lager niveau"),
        ("doorgeleiding", {"nummer": "2", "van": "B", "naar": "B"}, "niet door aan zichzelf"),
        (
            "doorgeleiding",
            {"nummer": "2", "van": "B", "naar": "S", "domeinen": "onderwijs"},
            "Het artikel noemt Onderwijs.",
        ),
        ("bevoegdheid", {"nummer": "2"}, "Kies een bevoegdheid, of schrijf een nieuwe op."),
        (
            "bevoegdheid",
            {
                "nummer": "2",
                "nieuwe_bevoegdheid": "Inkoop",
                "betrokkenheid": "accountable",
                "tafel": "B",
                "gever_tafel": "B",
            },
            "Niemand geeft een bevoegdheid door aan zichzelf.",
        ),
    ):
        page = browser.post(add + kind, {**words, **given}, status=422)
        assert message in page.alert, page.alert
        assert ">Tekst</textarea>" in page.html.replace("\n", "").replace("\r", "")
    page = browser.post("/afspraken/CONV/wijzigen", {**TEXT, "domeinen": "onderwijs"}, status=302)
    page = browser.post("/afspraken/CONV/wijzigen", {**TEXT, "gebieden": "VER"}, status=422)
    assert "Artikel 1 past niet bij deze keuze." in page.alert
    assert newest(inside, world, "CONV").clauses[0].tafel_id == world.net.policy.id


@on_sqlite
def test_a_change_after_review_began_is_a_new_version_that_cancels_signatures(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser, member = browse(world.coordinator), browse(world.member)
    given = {**TEXT, "code": "CONV", "taak": "Samen leren van signalen uit de praktijk"}
    browser.post("/afspraken/nieuw", given, status=302)
    version = newest(inside, world, "CONV")
    add = f"/afspraken/versies/{version.public_id}/artikel-toevoegen?soort="
    words = {"nummer": "1", "kop": "Doel", "tekst": "Oud"}
    browser.post(f"{add}tekst", words, status=302)
    step = {"nummer": "2", "kop": "Weg", "van": "B", "naar": "S", "verwerkingstijd": "3"}
    browser.post(f"{add}doorgeleiding", step, status=302)
    with inside(world.region) as current:
        sent = governance.find_version(version.public_id)
        assert sent
        governance.freeze(sent)
        sent.status = VersionStatus.TO_SIGN
        sent.signatories[0].status = SignatoryStatus.SIGNED
        current.add(
            Signature(
                version_id=sent.id,
                partner_id=sent.signatories[0].partner_id,
                account_id=world.member.id,
                signer="Bestuurder",
                text_hash=sent.text_hash,
                grant_id="X",
                mandate_starts_on=clock.today(),
                mandate_ends_on=clock.today(),
                proof="password",
                proven_at=clock.now(),
            )
        )
        governance.settle(sent)
    page = member.get("/afspraken/CONV")
    assert "Eén van de 2 partijen heeft getekend." in page.text
    assert "Getekend Gemeente Oeverdam" in page.text
    assert "Nog niet getekend Lokaal team Oeverdam" in page.text
    assert browser.get("/afspraken/CONV/wijzigen").location.endswith("/CONV/nieuwe-versie")
    clause = newest(inside, world, "CONV").clauses[0]
    refused = browser.get(f"/afspraken/artikelen/{clause.public_id}/wijzigen")
    assert (refused.status, "Maak een nieuwe versie" in refused.text) == (409, True)
    asked = browser.get("/afspraken/CONV/nieuwe-versie")
    assert "Eén handtekening vervalt. Wie tekende, krijgt daarvan bericht." in asked.text
    assert "Gemeente Oeverdam, getekend door Bestuurder" in asked.text
    assert newest(inside, world, "CONV").number == 1
    browser.post("/afspraken/CONV/nieuwe-versie", status=302)
    with inside(world.region) as current:
        assert [s.cancelled_at is None for s in current.scalars(select(Signature))] == [False]
        mail = current.scalars(
            select(OutboxMessage).where(OutboxMessage.key.like("signature_cancelled:%"))
        ).one()
        assert mail.to_address == world.member.email
        assert "Convenant" not in mail.subject + mail.body

    second = newest(inside, world, "CONV")
    assert (second.number, second.status) == (2, VersionStatus.DRAFT)
    assert [one.status for one in second.signatories] == [SignatoryStatus.ASKED] * 2
    changed = {**given, "taak": "Samen beter leren van signalen", "geschil": "De tafel beslist."}
    browser.post("/afspraken/CONV/wijzigen", changed, status=302)
    first, last = second.clauses
    edit = f"/afspraken/artikelen/{first.public_id}/wijzigen"
    assert "houdt zijn nummer" in browser.post(edit, {**words, "nummer": "7"}, status=422).alert
    browser.post(f"/afspraken/artikelen/{last.public_id}/verwijderen", status=302)
    add = f"/afspraken/versies/{second.public_id}/artikel-toevoegen?soort=tekst"
    assert 'value="3"' in browser.get(add).html, "a number is never used for something else"
    page = browser.post(add, {"nummer": "2", "kop": "Iets anders"}, status=422)
    assert "Artikel 2 gaf in een eerdere versie iets anders." in page.alert
    browser.post(add, {"nummer": "3", "kop": "Nieuw artikel"}, status=302)

    page = member.get("/afspraken/CONV/vergelijken")
    for sentence in (
        "Versie 1 naast versie 2.",
        "2 gegevens zijn anders.",
        "Eén artikel is erbij gekomen.",
        "Eén artikel is vervallen.",
    ):
        assert sentence in page.text
    assert "<ins>beter</ins> leren van signalen" in page.html
    assert "<del>uit de praktijk</del>" in page.html
    gone = next(e for e in page.document.all("section") if e.attributes.get("id") == "artikel-2")
    assert "Vervallen" in gone.text
    back = member.get("/afspraken/CONV/vergelijken?van=2&naar=1")
    assert "<del>beter</del>" in back.html
    same = member.get("/afspraken/CONV/vergelijken?van=2&naar=2&dag=2026-01-01")
    assert "De twee versies zeggen hetzelfde." in same.text


@on_sqlite
def test_the_list_knows_what_is_over_who_takes_part_and_what_it_is_about(
    world: World, inside: Inside, browse: Browse
) -> None:
    today = clock.today()
    with inside(world.region):
        make.agreement("OVER", world.region, ends_on=today - timedelta(days=1), kind="convenant")
        make.agreement("LAST", world.region, ends_on=today)
    browser = browse(world.member)

    def shown(query: str) -> list[str]:
        links = {
            e.attributes.get("href", "")
            for e in browser.get(f"/afspraken?{query}").document.all("a")
        }
        return [c for c in ("A1", "A2", "OVER", "LAST") if f"/afspraken/{c}" in links]

    assert shown("stand=verlopen") == ["OVER"]
    assert shown("stand=ondertekend") == ["A1", "A2", "LAST"]
    assert shown("soort=convenant") == ["OVER"]
    assert shown("partij=waalwoude") == ["A1"]
    assert shown("partij=lt1") == ["A1"]
    assert shown("domein=onderwijs") == ["A1", "A2", "OVER", "LAST"]
    browse(world.coordinator).post("/afspraken/A2/wijzigen", {"titel": "M", "domeinen": "jeugd"})
    assert shown("domein=onderwijs") == ["A1", "OVER", "LAST"]
    page = browser.get("/afspraken/OVER")
    assert "Verlopen" in page.text
    assert "Deze afspraak geldt niet meer." in page.text


@on_sqlite
def test_a_draft_that_nobody_saw_to_sign_can_be_thrown_away(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser = browse(world.coordinator)
    browser.post("/afspraken/nieuw", {**TEXT, "code": "CONV"}, status=302)
    version = newest(inside, world, "CONV")
    step = {"nummer": "1", "kop": "Weg", "van": "B", "naar": "S", "verwerkingstijd": "3"}
    add = f"/afspraken/versies/{version.public_id}/artikel-toevoegen?soort=doorgeleiding"
    browser.post(add, step, status=302)
    with inside(world.region) as current:
        count = len(current.scalars(select(Handover)).all())
    asked = browser.get("/afspraken/CONV/concept-weggooien")
    assert "De afspraak zelf verdwijnt ook" in asked.text
    gone = browser.post("/afspraken/CONV/concept-weggooien", status=302)
    assert gone.location.endswith("/afspraken")
    assert browser.get("/afspraken/CONV").status == 404
    with inside(world.region) as current:
        assert len(current.scalars(select(Handover)).all()) == count - 1

    nothing = browser.get("/afspraken/A1/concept-weggooien")
    assert nothing.location.endswith("/afspraken/A1"), "there is no draft"
    browser.post("/afspraken/A1/nieuwe-versie", status=302)
    assert "Concept weggooien" in browser.get("/afspraken/A1").text
    done = browser.post("/afspraken/A1/concept-weggooien", status=302)
    assert done.location.endswith("/afspraken/A1")
    kept = newest(inside, world, "A1")
    assert (kept.number, kept.status) == (1, VersionStatus.SIGNED)
    assert stored(inside, world).status is AgreementStatus.SIGNED
