"""White spots: where no signal arrives, the one step that opens most, and where it is done."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from sqlalchemy import select

import network.region as pure
from coordinator import clock, planning, web
from coordinator.insight import files, findings, told
from coordinator.models import (
    Account,
    Agreement,
    AgreementStatus,
    AgreementVersion,
    Handover,
    Journey,
    JourneyStatus,
    Level,
    Meeting,
    MeetingStatus,
    Region,
    RoleName,
    Signal,
    Tafel,
)
from coordinator.regions import writing
from coordinator.regions.comparison import compare
from network.cli import main
from network.package import read
from network.region import Region as Package
from tests import make
from tests.conftest import Inside
from tests.page import Answer, Browser, squeeze

ONLY_SQLITE = True

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]
SHARED = Path(__file__).parents[2] / "shared" / "regions"
PAGE = "/netwerk/witte-vlekken"
CELL = f"{PAGE}?gebied=G2&domein=onderwijs"


@dataclass
class World:
    """The small network in which U hands nothing over, for the agreement is a draft."""

    region: Region
    net: make.SmallNetwork
    coordinator: Account
    expert: Account


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region) as current:
        net = make.small_network(region)
        net.cooperation.status = AgreementStatus.DRAFT
        current.flush()
        planning.plan_new(
            [
                make.signal(net.there, (net.onderwijs,), partner=net.school, title=f"Melding {n}")
                for n in range(3)
            ]
        )
        return World(
            region,
            net,
            make.person(RoleName.COORDINATOR, region),
            make.person(RoleName.EXPERT, region),
        )


def steps(page: Answer) -> dict[str, str]:
    """The steps on a page by their words, with the address of their button; "" without."""
    found: dict[str, str] = {}
    for item in page.document.all("li"):
        if any("lnc-helps" in p.attributes.get("class", "") for p in item.parents[-1:]):
            words = squeeze(
                next(
                    e.text for e in page.document.all("strong") if any(p is item for p in e.parents)
                )
            )
            buttons = [
                e.attributes["href"]
                for e in page.document.all("a")
                if any(p is item for p in e.parents)
                and "lnc-button" in e.attributes.get("class", "")
            ]
            found[words] = buttons[0] if buttons else ""
    return found


def test_the_page_says_who_cannot_reach_which_table_why_and_what_helps(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        make.domain("ggz", "Ggz", world.region)
    browser = browse(world.coordinator)
    page = browser.get(PAGE)
    assert "Alle 2 gemeenten kunnen de bestuurstafel niet op elk domein bereiken." in page.text
    assert "Onderwijs: Waalwoude" in page.text
    assert "Ggz: alle 2 gemeenten" in page.text
    assert "Zonder nieuwe vergaderingen of afspraken" in page.text
    cells = {squeeze(e.text) for e in page.document.all("td")}
    assert {"geen afspraak, Waalwoude, Onderwijs", "geen partner, Oeverdam, Ggz", "42"} <= cells
    links = [e.attributes["href"] for e in page.document.all("a") if "#vak" in str(e.attributes)]
    assert len(links) == 3
    everything = " ".join(browser.get(one.partition("#")[0]).text for one in links)
    assert "werkt geen partner aan Ggz" in everything
    assert "past u aan in de gegevens van de regio." in everything
    (other,) = [e for e in page.document.all("a") if e.text.startswith("Kies een vak op de kaart")]
    assert other.attributes["href"] == f"{PAGE}?niveau=beleid#kaart", "of the level not shown"
    assert "rust op een afspraak die dan niet geldt" in everything
    best = steps(page)
    assert list(best) == [
        "Geef Ervaringsdeskundigen een zetel aan Beleidstafel jeugd.",
        "Spreek af dat Uitvoerdersoverleg signalen doorgeeft aan Beleidstafel jeugd.",
        "Maak «Samenwerkingsafspraak signalen» af en laat haar ondertekenen.",
    ]
    assert all(best.values())
    assert "Opent 2 witte vlekken" in page.text
    chosen = browser.get(f"{CELL}&niveau=beleid")
    assert "Opent 2 witte vlekken: deze en 1 andere" in chosen.text
    assert "Andere stappen die ook helpen (1)" in chosen.text
    policy = browser.get(f"{PAGE}?niveau=beleid")
    assert "Dagen tot de beleidstafel" in policy.text
    assert browser.get(f"{PAGE}?gebied=x&domein=y&binnen=z&niveau=q").status == 200
    # Who may not do it sees what helps, without a button.
    shown = steps(browse(world.expert).get(PAGE))
    assert list(shown) == list(best)
    assert {url for url in shown.values() if url} == {"/afspraken/A1"}
    # The former address, and a day long after the last meeting.
    assert (
        browser.client.get("/netwerk/dekking?niveau=beleid")
        .headers["Location"]
        .endswith(f"{PAGE}?niveau=beleid")
    )
    files = [browser.client.get(f"{PAGE}.csv{asked}").text for asked in ("", "?binnen=elders")]
    assert files[0] == files[1] != "", "an area that is not there is none asked for, as on the page"
    late = browser.get(f"{PAGE}?dag={clock.today() + timedelta(days=400)}")
    assert "geen vergadering, Oeverdam, Onderwijs" in late.text
    assert all(words.startswith("Zet een vergadering van ") for words in steps(late))


def test_a_loss_is_named_per_domain_and_counted_where_it_is_long() -> None:
    places = [pure.Area(f"G{n}", f"Dorp {n}", pure.Scale.LOCAL, "gemeente") for n in range(14)]
    domains = [pure.Domain(f"d{n}", f"Werk {n}") for n in range(5)]

    def words(*of: tuple[int, int]) -> str:
        lost = tuple(
            (places[n], domain)
            for domain, until in zip(domains, of, strict=False)
            for n in range(*until)
        )
        loss = findings.Loss(date(2027, 5, 29), Level.BOARD, lost)
        return told._loss_words(loss, places, "de bestuurstafel", is_whole=True)

    assert "verliest Werk 0 in Dorp 0, Dorp 1 en Dorp 2 op 29 mei 2027 de weg naar" in words((0, 3))
    assert "verliest Werk 0 in alle 14 gemeenten op" in words((0, 14))
    several = words((0, 9), (0, 9), (4, 6))
    assert "verliezen Werk 0 en Werk 1 in Dorp 0, Dorp 1, Dorp 2, " in several
    assert "Dorp 5 en nog 3, en Werk 2 in Dorp 4 en Dorp 5 op" in several
    assert "verliezen 10 vakken op" in words((0, 1), (0, 2), (0, 3), (0, 4))


def test_an_agreement_is_called_what_it_is(world: World, inside: Inside, browse: Browse) -> None:
    browser = browse(world.coordinator)
    for status, words in (
        (AgreementStatus.TERMINATED, "Sluit «Samenwerkingsafspraak signalen» opnieuw."),
        (AgreementStatus.TO_SIGN, "Laat «Samenwerkingsafspraak signalen» ondertekenen."),
    ):
        with inside(world.region) as current:
            current.get_one(Agreement, world.net.cooperation.id).status = status
        page = browser.get(PAGE)
        assert [one for one in steps(page) if one.startswith(words)]
        assert 'href="/afspraken/A1/effect"' in page.html


def test_an_agreement_that_was_ended_is_drafted_again_from_its_finding(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region) as current:
        current.get_one(Agreement, world.net.cooperation.id).status = AgreementStatus.TERMINATED
    browser = browse(world.coordinator)
    words = "Sluit «Samenwerkingsafspraak signalen» opnieuw. Deze afspraak is opgezegd."
    url = steps(browser.get(CELL))[words]
    assert url == "/afspraken/nieuw?vervangt=A1"
    assert url in browser.get("/afspraken/A1").html, "the former one leads there too"
    former = "Samenwerkingsafspraak signalen"
    assert browser.get(url).document.all("input", name="vervangt", value=former)
    given = {
        "titel": "Nieuwe afspraak",
        "partijen": "lt1",
        "verlenging": "none",
        "vervangt": former,
    }
    drafted = browser.post(url, given, on=url, status=302).location
    assert "Doorgeleiding" in browser.get(drafted).text
    assert steps(browser.get(CELL))[words] == drafted
    with inside(world.region) as current:
        version = current.scalars(
            select(AgreementVersion).where(AgreementVersion.title == "Nieuwe afspraak")
        ).one()
        paper = f"/afspraken/versies/{version.public_id}/op-papier-getekend"
    today = clock.today().isoformat()
    browser.post(paper, {"signed_on": today, "where": "Kast 3"}, status=302)
    assert "Hier is een weg." in browser.get(CELL).text
    assert words not in browser.get("/").text


def test_a_seat_is_given_from_its_finding_and_the_finding_is_gone(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser = browse(world.coordinator)
    start = browser.get("/")
    words = "Geef Scholengroep Waalwoude een zetel aan Beleidstafel jeugd."
    assert start.document.all("h2")[0].text == "Dit helpt de meeste signalen verder"
    assert words in start.text
    assert "Raakt 3 open signalen: zij krijgen er een weg bij." in start.text
    url = next(e.attributes["href"] for e in start.document.all("a") if e.text == words)
    form = browser.get(url)
    (organisation,) = form.document.all("input", name="partner", value="sch2")
    assert "checked" in organisation.attributes
    chosen = {e.text for e in form.document.all("option") if "selected" in e.attributes}
    assert "Lid" in chosen
    given = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert given == {"partner": "sch2", "rol": "lid"}
    browser.post(url, given, on=url, status=302)
    assert "Dit helpt de meeste signalen verder" not in browser.get("/").text
    answer = browser.post(url, given, on=url, status=422)  # another leercoördinator, just now
    assert "Deze zetel is er al zonder einddatum. Noem daar iemand." in answer.alert
    page = browser.get(CELL)
    assert "Hier is een weg. Een signaal van vandaag komt op" in page.text
    everywhere = "Uit elke gemeente kan een signaal op elk domein de bestuurstafel bereiken."
    assert everywhere in browser.get(PAGE).text
    # Without a white spot today: what opens most on the day that the level of the page loses one.
    with inside(world.region) as current:
        held = select(Meeting).where(Meeting.tafel_id == world.net.board.id)
        *_, last = current.scalars(held.order_by(Meeting.held_on))
        last.status = MeetingStatus.CANCELLED
    lost = {}
    for level, tafel in (("bestuur", "bestuurstafel"), ("beleid", "beleidstafel")):
        page = browser.get(f"{PAGE}?niveau={level}")
        on = next(
            e.attributes["href"]
            for e in page.document.all("a")
            if f"niveau={level}" in e.attributes["href"] and "dag=" in e.attributes["href"]
        )
        lost[level] = day = parse_qs(urlsplit(on).query)["dag"][0]
        words = web.day(date.fromisoformat(day))
        assert f"Op {words} gaan de eerste wegen naar de {tafel} dicht." in page.text
        assert "Kies onderaan een vak" not in page.text, "there is none to choose"
        (file,) = [
            e.attributes["href"] for e in page.document.all("a") if ".csv" in e.attributes["href"]
        ]
        assert parse_qs(urlsplit(file).query) == {"dag": [day]}
        assert steps(browser.get(on)) == steps(page)
    assert lost["bestuur"] < lost["beleid"]


def test_the_findings_stand_in_the_order_of_how_many_signals_they_touch() -> None:
    helped = {
        ("afspraak", "A1"): {1, 2, 3, 4, 5},
        ("afspraak", "A2"): {1, 2, 3, 4},  # another way to help the same
        ("zetel", "B1", "p"): {6, 7},
        ("zetel", "B2", "p"): {3, 4, 5, 8},
        ("zetel", "B2", "q"): {3, 4, 5, 8},  # another way again: of equal ones the first
    }
    first, *rest = findings.together(helped)
    assert first == ("afspraak", "A1")
    assert rest == [("zetel", "B2", "p"), ("zetel", "B1", "p")], "4 before 2, with 1 of them new"
    assert findings.together({}) == []


def test_a_white_spot_that_no_single_step_opens_is_a_finding_too(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region) as current:
        ggz = make.domain("ggz", "Ggz", world.region)
        here, team = world.net.here, world.net.team
        planning.plan_new([make.signal(here, (ggz,), partner=team) for _ in range(4)])
        # The bestuurstafel is for all domains, and a seat there is a step.
        to_board = select(Journey).where(Journey.level == Level.BOARD, Journey.domain_id == ggz.id)
        for journey in current.scalars(to_board):
            journey.status = JourneyStatus.DROPPED
    browser = browse(world.coordinator)
    start = browser.get("/")
    words = "Ggz in Oeverdam kan de beleidstafel niet bereiken. Eén stap is niet genoeg."
    said = f"verder 2 {words}Raakt 4 open signalen: zij hebben nu geen weg."
    assert said in start.text, "before the seat that helps 3"
    url = next(e.attributes["href"] for e in start.document.all("a") if e.text == words)
    assert url == f"{PAGE}?gebied=G1&domein=ggz&niveau=beleid#vak"
    assert "Waarom is er geen weg?" in browser.get(url.partition("#")[0]).text


def test_a_signal_that_waits_at_a_table_counts_from_there(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region) as current:
        practice = current.get_one(Tafel, world.net.practice.id)
        for journey in current.scalars(select(Journey).where(Journey.level == Level.BOARD)):
            journey.status = JourneyStatus.TRAVELLING
            planning.reposition(journey, None, at_tafel=practice, after_on=clock.today())
        for journey in current.scalars(select(Journey).where(Journey.level == Level.POLICY)):
            journey.status = JourneyStatus.DROPPED
    start = browse(world.coordinator).get("/").text
    # A seat no longer helps: they came in already.
    words = "Spreek af dat Uitvoerdersoverleg signalen doorgeeft aan Beleidstafel jeugd."
    assert f"Dit helpt de meeste signalen verder 1 {words}Raakt 3 open signalen:" in start
    with inside(world.region) as current:  # a leervraag that travels is nobody's signal
        carrier = current.scalars(select(Signal).order_by(Signal.id)).first()
        make.leervraag(travels_as=carrier)
    assert f"{words}Raakt 2 open signalen:" in browse(world.coordinator).get("/").text
    with inside(world.region) as current:
        make.handover(
            current.get_one(Tafel, world.net.practice.id),
            current.get_one(Tafel, world.net.policy.id),
        )
        planning.replan(None)
    assert words not in browse(world.coordinator).get("/").text


def test_a_hand_over_is_drafted_from_its_finding(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser = browse(world.coordinator)
    words = "Spreek af dat Uitvoerdersoverleg signalen doorgeeft aan Beleidstafel jeugd."
    assert steps(browser.get(CELL))[words] == "/afspraken/A1", "it stands in a draft already"
    with inside(world.region) as current:
        source = world.net.practice.id
        for step in current.scalars(select(Handover).where(Handover.source_id == source)):
            current.delete(step)
    url = steps(browser.get(CELL))[words]
    title = "Doorgeleiding van Uitvoerdersoverleg naar Beleidstafel jeugd"
    form = browser.get(url)
    assert f'value="{title}"' in form.html
    answer = browser.post(url, {"titel": title, "verlenging": "none"}, on=url, status=302)
    clause = browser.get(answer.location)
    assert f'value="{title}"' in clause.html
    chosen = [e.attributes["value"] for e in clause.document.all("input", checked="")]
    assert chosen[:2] == ["U", "B"]
    given = {"nummer": "1", "kop": title, "van": "U", "naar": "B", "verwerkingstijd": "0"}
    browser.post(answer.location, given, on=answer.location, status=302)
    # As long as that is not signed, the finding leads to it, and not to a second one.
    show = steps(browser.get(CELL))[words]
    assert show.startswith("/afspraken/A-")
    drafted_page = browser.get(show).text
    assert title in drafted_page
    assert "3 open signalen komen dan wel aan." in drafted_page, "the finding counted them"
    with inside(world.region) as current:
        drafted = current.scalars(select(Agreement).where(Agreement.title == title)).one()
        drafted.status = AgreementStatus.SIGNED
    assert "Hier is een weg." in browser.get(CELL).text


def test_a_meeting_is_planned_and_a_lead_shortened_from_their_findings(
    world: World, inside: Inside, browse: Browse
) -> None:
    today = clock.today()
    with inside(world.region) as current:
        for meeting in current.scalars(
            select(Meeting).where(Meeting.tafel_id == world.net.board.id)
        ):
            is_first = meeting.held_on == today + timedelta(days=42)
            meeting.status = MeetingStatus.PLANNED if is_first else MeetingStatus.CANCELLED
        current.merge(world.net.board).submission_days = 50
    browser = browse(world.coordinator)
    cell = f"{PAGE}?gebied=G1&domein=jeugd"
    found = steps(browser.get(cell))
    # The gemeente sits there: its signal of today can come in when submission has closed.
    day = today + timedelta(days=50)
    on = f"{day.day} "
    words = next(w for w in found if w.startswith("Zet een vergadering van Bestuurlijk overleg"))
    assert on in words
    lead = "Verkort de aanlevertermijn van Bestuurlijk overleg van 50 dagen naar 42 dagen."
    form = browser.get(found[words])
    assert f'value="{day.isoformat()}"' in form.html
    browser.post(found[words], {"datum": day.isoformat()}, on=found[words], status=302)
    assert "Hier is een weg." in browser.get(cell).text
    assert words not in browser.get(PAGE).text
    with inside(world.region) as current:  # as it was, and with a signal that waits for it
        added = select(Meeting).where(
            Meeting.tafel_id == world.net.board.id, Meeting.held_on == day
        )
        current.scalars(added).one().status = MeetingStatus.CANCELLED
        current.flush()
        planning.replan(None)
        council, here = current.merge(world.net.council), current.merge(world.net.here)
        jeugd = current.merge(world.net.jeugd)
        planning.plan_new([make.signal(here, (jeugd,), partner=council)])
    assert "van Bestuurlijk overleg in de agenda" in browser.get("/").text
    url = steps(browser.get(cell))[lead]
    assert url == found[lead] == "/tafels/S/termijnen?aanlevertermijn=42&terugkoppeltermijn=28"
    preview = browser.get(url)
    assert "kan jeugd en gezin in 1 gemeente de bestuurstafel bereiken; nu niet." in preview.text
    assert "Eén reis krijgt een andere datum." in preview.text
    browser.post("/tafels/S/termijnen", {}, on=url, status=302)
    assert "van Bestuurlijk overleg in de agenda" not in browser.get("/").text
    assert "Hier is een weg." in browser.get(cell).text
    assert lead not in browser.get(PAGE).text
    assert steps(browse(world.expert).get(PAGE)).get(lead, "") == ""


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "on"), [("klein", date(2026, 12, 1)), ("nijmegen", date(2027, 9, 25))]
)
def test_page_files_and_command_give_the_same_list(
    inside: Inside, browse: Browse, capsys: pytest.CaptureFixture[str], name: str, on: date
) -> None:
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is not there")
    on = max(on, clock.today())
    with inside():
        region = make.region()
    with inside(region) as current:
        writing.take_over(current, compare(Package(), read(SHARED / name)))
        coordinator = make.person(RoleName.COORDINATOR, region)
    assert main(["gaps", str(SHARED / name), "--date", on.isoformat()]) == 0
    answer = capsys.readouterr().out
    rows = list(csv.DictReader(io.StringIO(answer)))
    browser = browse(coordinator)
    got = browser.client.get(f"{PAGE}.csv?dag={on}")
    assert got.get_data(as_text=True) == answer
    book = openpyxl.load_workbook(io.BytesIO(browser.client.get(f"{PAGE}.xlsx?dag={on}").data))
    sheet = [[str(cell) for cell in row] for row in book["witte vlekken"].values]
    assert [",".join(row[:5]) for row in sheet] == answer.splitlines()
    words = {row[3]: row[7] for row in sheet[1:]}
    best = max(int(row["opent"]) for row in rows)
    page = browser.get(f"{PAGE}?dag={on}")
    first = next(iter(steps(page)))
    assert first in {words[row["voorstel"]] for row in rows if int(row["opent"]) == best}
    cells = list(dict.fromkeys((r["gebied"], r["domein"], r["niveau"]) for r in rows))
    for area, domain, level in cells[:: max(1, len(cells) // 5)]:
        cell = browser.get(f"{PAGE}?dag={on}&gebied={area}&domein={domain}&niveau={level}")
        own = [r for r in rows if (r["gebied"], r["domein"], r["niveau"]) == (area, domain, level)]
        assert list(steps(cell))[: len(own)] == [words[r["voorstel"]] for r in own]
    if name == "nijmegen" and on.year == 2027:
        assert "6 van de 13 gemeenten kunnen de bestuurstafel niet op elk" in page.text
        soon = browser.get(f"{PAGE}?dag=2027-01-15").text
        assert "Uit elke gemeente kan een signaal op elk domein de bestuurstafel bereiken." in soon
        assert "op 11 september 2027 de weg naar de bestuurstafel" in soon
        assert "Op 15 januari 2027 zijn er geen witte vlekken." in soon


def test_no_cell_of_a_file_is_taken_for_a_formula() -> None:
    rows: list[list[str | int]] = [
        ["=1+1", "+31", "-x", "@a", "gewoon", 3],
        ["\t=1", "\r=1", "", 4],
    ]
    head = ["a", "b", "c", "d", "e", "f"]
    text = files.as_csv(head, rows).decode()
    assert text == "a,b,c,d,e,f\n'=1+1,'+31,'-x,'@a,gewoon,3\n'\t=1,'\r=1,,4\n"
    book = openpyxl.load_workbook(io.BytesIO(files.as_workbook("blad", head, rows)))
    cells = list(book["blad"][2])
    assert [cell.data_type for cell in cells] == ["s"] * 5 + ["n"]
    assert [cell.value for cell in cells][:2] == ["'=1+1", "'+31"]
    assert [cell.data_type for cell in book["blad"][3]][:2] == ["s", "s"]


def test_the_page_asks_the_same_queries_in_a_larger_region(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    browser = browse(world.coordinator)
    before: list[str] = []
    for extra in (0, 45):
        with inside(world.region):
            for number in range(extra):
                make.area(f"X{number}", name=f"Plaats {number}", part_of=(world.net.whole,))
        for path in (PAGE, "/"):
            browser.get(path)
        with count_queries() as found:
            page = browser.get(PAGE)
            browser.get("/")
        before = before or list(found)
    assert len(before) == len(found), "\n".join(found)
    assert "Pagina 1 van 2" in page.text
    assert "Per gebied" in page.text
    assert f'href="{PAGE}?binnen=RR"' in page.html
